// SPDX-License-Identifier: MIT
/* Run control, registers, breakpoints, watchpoints, events. The server has what these need in Tcl:
 * fake_target_script. */
#include "matrix.h"

#include <unistd.h>

#include "raw_client.h"

#define PC_VALUE 0x08000123u
#define POINT_AT UINT64_C(0x08000200)

/* Said to the server by another connection, before the fault. */
static void say(struct cell *c, const char *script)
{
    int fd = raw_join(fake_port(c->fake));

    raw_ask(fd, script);
    close(fd);
}

static void prepare_halted(struct cell *c)
{
    say(c, "halt");
}

static void prepare_points(struct cell *c)
{
    say(c, "halt; bp 0x08000200 2 hw; wp 0x08000200 4 w");
}

/* Operations with no output but their results. */
#define PLAIN(name)                                                                                \
    static struct ocd_op *start_##name(struct cell *c, const struct ocd_call *call)                \
    {                                                                                              \
        return ocd_##name##_async(c->session, call);                                               \
    }                                                                                              \
    static int block_##name(struct cell *c)                                                        \
    {                                                                                              \
        return ocd_##name(c->session);                                                             \
    }
#define WITH(name, ...)                                                                            \
    static struct ocd_op *start_##name(struct cell *c, const struct ocd_call *call)                \
    {                                                                                              \
        return ocd_##name##_async(c->session, __VA_ARGS__, call);                                  \
    }                                                                                              \
    static int block_##name(struct cell *c)                                                        \
    {                                                                                              \
        return ocd_##name(c->session, __VA_ARGS__);                                                \
    }

static const struct ocd_watchpoint watchpoint = {
    .addr = POINT_AT, .length = 4, .access = OCD_WATCHPOINT_WRITE};
static const uint32_t register_bytes = 0x12345678;
static const char *const two_names[] = {"pc", "r0"};

static void on_event(const struct ocd_event *event, void *user)
{
    struct cell *c = user;

    c->disorder = c->disorder || event->text == NULL || event->name == NULL;
}

WITH(select, "fake.cpu")
WITH(state, &c->state)
PLAIN(halt)
PLAIN(resume)
WITH(resume_at, FLASH)
PLAIN(step)
WITH(step_at, FLASH)
WITH(reset, OCD_RESET_HALT)
WITH(registers, &c->registers, &c->count)
WITH(read_registers, two_names, 2, &c->registers, &c->count)
WITH(read_register, "pc", &c->value)
WITH(write_register, "r0", register_bytes)
WITH(write_register_bytes, "r0", &register_bytes, sizeof(register_bytes))
WITH(breakpoints, &c->breakpoints, &c->count)
WITH(set_breakpoint, POINT_AT, 2, OCD_BREAKPOINT_HARD)
WITH(remove_breakpoint, POINT_AT)
PLAIN(remove_breakpoints)
WITH(watchpoints, &c->watchpoints, &c->count)
WITH(set_watchpoint, &watchpoint)
WITH(remove_watchpoint, POINT_AT)
PLAIN(remove_watchpoints)
WITH(subscribe_events, on_event, c)
WITH(erase, FLASH, 20480, NULL)

static struct ocd_op *start_wait_state(struct cell *c, const struct ocd_call *call)
{
    return ocd_wait_state_async(c->session, OCD_STATE_HALTED, call);
}

static int block_wait_state(struct cell *c)
{
    return ocd_wait_state(c->session, OCD_STATE_HALTED, 0);
}

static struct ocd_op *start_wait_event(struct cell *c, const struct ocd_call *call)
{
    return ocd_wait_event_async(c->session, "halted", call);
}

static int block_wait_event(struct cell *c)
{
    return ocd_wait_event(c->session, "halted", 0);
}

/* The fault changes the text of a reply: then any state and any number may be right. */
static bool is_altered(const struct cell *c)
{
    enum fake_kind kind = c->fault->spec.kind;

    return (kind >= FAKE_FEWER && kind <= FAKE_PARTIAL) || kind == FAKE_RESULT ||
           kind == FAKE_INSERT;
}

static bool check_state(struct cell *c, int result)
{
    enum ocd_target_state wanted = result == OCD_OK ? OCD_STATE_HALTED : OCD_STATE_UNKNOWN;

    if (c->state != wanted && !(is_altered(c) && c->state == OCD_STATE_UNKNOWN))
        return cell_wrong(c, "the state is %s", ocd_state_name(c->state));
    return true;
}

static bool check_registers(struct cell *c, int result)
{
    const struct ocd_register *r = c->registers;

    if (result != OCD_OK)
        return (r == NULL && c->count == 0) || cell_wrong(c, "there are registers");
    for (size_t i = 0; i < c->count; i++) {
        uint64_t wanted = strcmp(r[i].name, "pc") == 0   ? PC_VALUE
                          : strcmp(r[i].name, "sp") == 0 ? 0x20001000
                                                         : 0x11;
        if (r[i].value != wanted || r[i].bits != 32)
            return cell_wrong(c, "%s is 0x%llx", r[i].name, (unsigned long long)r[i].value);
    }
    return c->count >= 2 || is_altered(c) || cell_wrong(c, "%zu registers", c->count);
}

static bool check_register(struct cell *c, int result)
{
    return result != OCD_OK || c->value == PC_VALUE ||
           cell_wrong(c, "pc is 0x%llx", (unsigned long long)c->value);
}

static bool check_breakpoints(struct cell *c, int result)
{
    if (result != OCD_OK)
        return (c->breakpoints == NULL && c->count == 0) || cell_wrong(c, "there are some");
    if (c->count != 1)
        return is_altered(c) || cell_wrong(c, "%zu breakpoints", c->count);
    return (c->breakpoints->addr == POINT_AT && c->breakpoints->length == 2) ||
           cell_wrong(c, "it is another one");
}

static bool check_watchpoints(struct cell *c, int result)
{
    if (result != OCD_OK)
        return (c->watchpoints == NULL && c->count == 0) || cell_wrong(c, "there are some");
    if (c->count != 1)
        return is_altered(c) || cell_wrong(c, "%zu watchpoints", c->count);
    return (c->watchpoints->addr == POINT_AT && c->watchpoints->length == 4) ||
           cell_wrong(c, "it is another one");
}

static bool check_events(struct cell *c, int result)
{
    (void)result;
    return !c->disorder || cell_wrong(c, "an event has no name or no text");
}

#define OP(text, suffix)                                                                           \
    .name = text, .refused = OCD_ERR_NO_TARGET, .other = OCD_ERR_COMMAND, .start = start_##suffix, \
    .block = block_##suffix
/* Waits until the target is in a state: a fault that hides the state makes it wait until its
 * timeout. */
#define POLLING .polls = true

const struct operation cell_target_ops[] = {
    {OP("select", select), .vague = true},
    {OP("state", state), .prepare = prepare_halted, .check = check_state, POLLING},
    {OP("halt", halt), POLLING},
    {OP("resume", resume), .prepare = prepare_halted, POLLING},
    {OP("resume_at", resume_at), .prepare = prepare_halted, POLLING},
    {OP("step", step), .prepare = prepare_halted, POLLING},
    {OP("step_at", step_at), .prepare = prepare_halted, POLLING},
    {OP("reset", reset), POLLING},
    {OP("wait_state", wait_state), .prepare = prepare_halted, POLLING},
    {OP("registers", registers), .check = check_registers},
    {OP("read_registers", read_registers), .prepare = prepare_halted, .check = check_registers},
    {OP("read_register", read_register), .prepare = prepare_halted, .check = check_register},
    {OP("write_register", write_register), .prepare = prepare_halted},
    {OP("write_register_bytes", write_register_bytes), .prepare = prepare_halted},
    {OP("breakpoints", breakpoints), .prepare = prepare_points, .check = check_breakpoints},
    {OP("set_breakpoint", set_breakpoint), .prepare = prepare_halted},
    {OP("remove_breakpoint", remove_breakpoint), .prepare = prepare_points},
    {OP("remove_breakpoints", remove_breakpoints), .prepare = prepare_points},
    {OP("watchpoints", watchpoints), .prepare = prepare_points, .check = check_watchpoints},
    {OP("set_watchpoint", set_watchpoint), .prepare = prepare_halted},
    {OP("remove_watchpoint", remove_watchpoint), .prepare = prepare_points},
    {OP("remove_watchpoints", remove_watchpoints), .prepare = prepare_points},
    {OP("erase", erase), .prepare = prepare_halted, POLLING},
    {OP("subscribe_events", subscribe_events), .check = check_events},
    {OP("wait_event", wait_event), POLLING},
    {0},
};
