// SPDX-License-Identifier: MIT
/* The interpreter and the commands that do not touch memory (OpenOCD, src/helper/command.c,
 * src/target/target.c, src/server/tcl_server.c). */
#include "fake_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fake_server *server_of(Jim_Interp *interp)
{
    return Jim_CmdPrivData(interp);
}

void fake_log(struct fake_server *s, const char *format, ...)
{
    char line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    if (s->captures > 0)
        fake_text_add(&s->log, line, strlen(line));
}

/* What was logged replaces the result (0.12), or is before it. */
static int capture(Jim_Interp *interp, int argc, Jim_Obj *const *argv)
{
    struct fake_server *s = server_of(interp);
    if (argc != 2)
        return JIM_ERR;
    size_t start = s->log.size;
    s->captures++;
    int status = Jim_EvalObj(interp, argv[1]);
    s->captures--;
    if (s->log.size > start) {
        Jim_Obj *text = Jim_NewStringObj(interp, s->log.data + start, (int)(s->log.size - start));
        if (s->options->head && Jim_Length(Jim_GetResult(interp)) > 0) {
            Jim_AppendString(interp, text, "\n", 1);
            Jim_AppendObj(interp, text, Jim_GetResult(interp));
        }
        Jim_SetResult(interp, text);
    }
    if (s->captures == 0)
        s->log.size = 0;
    return status;
}

static int echo(Jim_Interp *interp, int argc, Jim_Obj *const *argv)
{
    if (argc < 2)
        return JIM_ERR;
    bool same_line = argc == 3 && strcmp(Jim_String(argv[1]), "-n") == 0;
    fake_log(server_of(interp), "%s%s", Jim_String(argv[argc - 1]), same_line ? "" : "\n");
    Jim_SetEmptyResult(interp);
    return JIM_OK;
}

static int version(Jim_Interp *interp, int argc, Jim_Obj *const *argv)
{
    (void)argc;
    (void)argv;
    Jim_SetResultString(interp,
                        server_of(interp)->options->head
                            ? "Open On-Chip Debugger 0.12.0+dev-snapshot (2026-08-01-00:00)"
                            : "Open On-Chip Debugger 0.12.0",
                        -1);
    return JIM_OK;
}

unsigned fake_targets(const struct fake_server *s)
{
    if (s->options->no_target)
        return 0;
    unsigned count = s->options->targets;
    return count == 0 ? 1 : count > FAKE_TARGETS ? FAKE_TARGETS : count;
}

const char *fake_target_name(unsigned index)
{
    static const char *const names[FAKE_TARGETS] = {"fake.cpu", "fake.cpu1", "fake.cpu2",
                                                    "fake.cpu3"};
    return names[index];
}

static unsigned current(const struct fake_server *s)
{
    return s->conn ? s->conn->target : 0;
}

static const char *endian_of(const struct fake_server *s, unsigned index)
{
    return s->options->big_endian >> index & 1 ? "big" : "little";
}

/* A Cortex-M, but where there is memory that none could reach. */
static const char *type_of(const struct fake_server *s)
{
    const struct fake_region *regions = s->options->regions;

    for (unsigned i = 0; i < FAKE_REGIONS; i++)
        if (regions[i].size > 0 && regions[i].addr + (regions[i].size - 1) > UINT32_MAX)
            return "aarch64";
    return "cortex_m";
}

/* target names | current | types */
static int target(Jim_Interp *interp, int argc, Jim_Obj *const *argv)
{
    struct fake_server *s = server_of(interp);
    const char *what = argc == 2 ? Jim_String(argv[1]) : "";
    if (strcmp(what, "names") == 0) {
        Jim_Obj *list = Jim_NewListObj(interp, NULL, 0);
        for (unsigned i = 0; i < fake_targets(s); i++) {
            Jim_Obj *name = Jim_NewStringObj(interp, fake_target_name(i), -1);
            Jim_ListAppendElement(interp, list, name);
        }
        Jim_SetResult(interp, list);
    } else if (strcmp(what, "current") == 0) {
        Jim_SetResultString(
            interp, fake_targets(s) > 0 ? fake_target_name(current(s)) : "no current target", -1);
        return fake_targets(s) > 0 ? JIM_OK : JIM_ERR;
    } else if (strcmp(what, "types") == 0) {
        Jim_SetResultString(interp, "cortex_m", -1);
    } else {
        Jim_SetResultString(interp, "wrong # args", -1);
        return JIM_ERR;
    }
    return JIM_OK;
}

/* targets: a table; targets NAME: the connection's current one */
static int targets(Jim_Interp *interp, int argc, Jim_Obj *const *argv)
{
    struct fake_server *s = server_of(interp);
    struct fake_text table = {0};
    fake_text_printf(&table, "    TargetName         Type       Endian TapName            State\n"
                             "--  ------------------ ---------- ------ ------------------ -----\n");
    for (unsigned i = 0; i < fake_targets(s); i++) {
        const char *name = fake_target_name(i);
        if (argc == 2 && s->conn && strcmp(Jim_String(argv[1]), name) == 0) {
            s->conn->target = i;
            table.size = 0;
            break;
        }
        fake_text_printf(&table, "%2u%c %-18s cortex_m   %-6s %-18s %s\n", i,
                         i == current(s) ? '*' : ' ', name, endian_of(s, i), "fake.tap",
                         s->state[i]);
    }
    bool failed = argc == 2 && table.size > 0;
    if (failed)
        fake_log(s, "Invalid command argument\n");
    Jim_SetResultString(interp, table.data, (int)table.size);
    free(table.data);
    return !failed ? JIM_OK : s->options->head ? JIM_ERR : -4;
}

static void notify(struct fake_server *s, const char *what, const char *value)
{
    struct fake_text text = {0};
    fake_text_printf(&text, "type %s %s\r\n\x1a", what, value);
    for (struct fake_conn *c = s->conns; c; c = c->next)
        if (c->notify)
            fake_queue_out(s, c, fake_now(), text.data, text.size);
    free(text.data);
}

static void change_state(struct fake_server *s, unsigned index, const char *state,
                         const char *event)
{
    if (strcmp(s->state[index], state) == 0)
        return;
    s->state[index] = state;
    notify(s, "target_event event", event);
    notify(s, "target_state state", state);
}

/* halt, resume, step, reset, wait_halt: the state is all that changes. */
static int control(Jim_Interp *interp, int argc, Jim_Obj *const *argv)
{
    struct fake_server *s = server_of(interp);
    const char *name = Jim_String(argv[0]);
    unsigned index = current(s);
    bool halted = strcmp(s->state[index], "halted") == 0;
    Jim_SetEmptyResult(interp);
    if (strcmp(name, "step") == 0 && !halted)
        return s->options->head ? JIM_ERR : -304;
    if (strcmp(name, "reset") == 0) {
        const char *mode = argc > 1 ? Jim_String(argv[1]) : "run";
        notify(s, "target_reset mode", mode);
        halted = strcmp(mode, "run") != 0;
    } else if (strcmp(name, "resume") == 0) {
        halted = false;
    } else if (strcmp(name, "halt") == 0) {
        halted = true;
    }
    change_state(s, index, halted ? "halted" : "running", halted ? "halted" : "resumed");
    return JIM_OK;
}

static int notifications(Jim_Interp *interp, int argc, Jim_Obj *const *argv)
{
    struct fake_server *s = server_of(interp);
    if (s->conn && argc > 1)
        s->conn->notify = strcmp(Jim_String(argv[argc - 1]), "on") == 0;
    fake_log(s, "Target Notification output is %s\n",
             s->conn && s->conn->notify ? "enabled" : "disabled");
    Jim_SetEmptyResult(interp);
    return JIM_OK;
}

static int sleep_ms(Jim_Interp *interp, int argc, Jim_Obj *const *argv)
{
    jim_wide ms = 0;
    if (argc < 2 || Jim_GetWide(interp, argv[1], &ms) != JIM_OK)
        return JIM_ERR;
    server_of(interp)->asleep += ms * 1000000;
    Jim_SetEmptyResult(interp);
    return JIM_OK;
}

/* clock microseconds: of the simulated time, so that what a request takes is what it costs. What
 * each request costs at least has passed once it touches memory. */
static int clock_us(Jim_Interp *interp, int argc, Jim_Obj *const *argv)
{
    struct fake_server *s = server_of(interp);
    if (argc != 2 || strcmp(Jim_String(argv[1]), "microseconds") != 0)
        return JIM_ERR;
    int64_t simulated = s->elements > 0 ? fake_simulated_now(s) : s->began;
    int64_t real = s->began + (fake_now() - s->began_real);
    Jim_SetResultInt(interp, (simulated > real ? simulated : real) / 1000);
    return JIM_OK;
}

static int leave(Jim_Interp *interp, int argc, Jim_Obj *const *argv)
{
    (void)argc;
    (void)argv;
    server_of(interp)->leave = true;
    Jim_SetEmptyResult(interp);
    return JIM_OK;
}

/* NAME COMMAND …: the target's own commands. */
static int target_command(Jim_Interp *interp, int argc, Jim_Obj *const *argv)
{
    struct fake_server *s = server_of(interp);
    const char *name = Jim_String(argv[0]), *command = argc > 1 ? Jim_String(argv[1]) : "";
    unsigned index = 0;
    while (strcmp(fake_target_name(index), name) != 0)
        index++;
    if (strcmp(command, "curstate") == 0) {
        bool polled = strcmp(s->state[index], "unpolled") != 0;
        Jim_SetResultString(interp, polled ? s->state[index] : "unknown", -1);
        return JIM_OK;
    }
    if (strcmp(command, "arp_poll") == 0 && strcmp(s->state[index], "unpolled") == 0)
        s->state[index] = "running";
    if (strcmp(command, "arp_poll") == 0 || strcmp(command, "was_examined") == 0) {
        Jim_SetResultString(interp, command[0] == 'w' ? "1" : "", -1);
        return JIM_OK;
    }
    if (strcmp(command, "cget") == 0 && argc == 3) {
        const char *option = Jim_String(argv[2]);
        if (strcmp(option, "-endian") == 0)
            Jim_SetResultString(interp, endian_of(s, index), -1);
        else if (strcmp(option, "-type") == 0)
            Jim_SetResultString(interp, type_of(s), -1);
        else if (strcmp(option, "-coreid") == 0)
            Jim_SetResultInt(interp, index);
        else
            return JIM_ERR;
        return JIM_OK;
    }
    if (argc < 2)
        return JIM_ERR;
    return fake_memory_run(s, index, argc - 1, argv + 1);
}

void fake_tcl_open(struct fake_server *s)
{
    static const struct {
        const char *name;
        Jim_CmdProc *run;
    } commands[] = {
        {"capture", capture},   {"echo", echo},       {"version", version},
        {"target", target},     {"targets", targets}, {"halt", control},
        {"resume", control},    {"step", control},    {"reset", control},
        {"wait_halt", control}, {"sleep", sleep_ms},  {"tcl_notifications", notifications},
        {"shutdown", leave},    {"exit", leave},      {"clock", clock_us},
    };
    s->interp = Jim_CreateInterp();
    Jim_RegisterCoreCommands(s->interp);
    if (Jim_InitStaticExtensions(s->interp) != JIM_OK)
        abort();
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        Jim_CreateCommand(s->interp, commands[i].name, commands[i].run, s, NULL);
    if (s->options->head)
        Jim_CreateCommand(s->interp, "tcl", notifications, s, NULL);
    fake_memory_commands(s);
    fake_file_commands(s);
    for (unsigned i = 0; i < FAKE_TARGETS; i++) {
        s->state[i] = s->options->state ? s->options->state : "running";
        if (i < fake_targets(s))
            Jim_CreateCommand(s->interp, fake_target_name(i), target_command, s, NULL);
    }
    if (s->options->script && Jim_Eval(s->interp, s->options->script) != JIM_OK) {
        fprintf(stderr, "fake server: script: %s\n", Jim_String(Jim_GetResult(s->interp)));
        abort();
    }
}

const char *fake_tcl_run(struct fake_server *s, const char *line, int *size)
{
    s->captures = 0;
    s->log.size = 0;
    Jim_Eval(s->interp, line);
    return Jim_GetString(Jim_GetResult(s->interp), size);
}
