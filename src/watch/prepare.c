// SPDX-License-Identifier: MIT
/* What a run has to know and to change before its first frame, and to restore after its last. */
#include <inttypes.h>

#include "base/scan.h"
#include "rpc/tcl.h"
#include "session/address.h"
#include "session/event.h"
#include "session/write_access.h"
#include "symbols/access.h"
#include "tcl/scripts.h"
#include "watch/cost.h"
#include "watch/sampler.h"

/* Armv7-M Architecture Reference Manual, C1.6.5 and C1.8.7. */
#define DEMCR_ADDR    0xE000EDFCu
#define DEMCR_TRCENA  (1u << 24)
#define DWT_CTRL_ADDR 0xE0001000u
#define DWT_CYCCNTENA (1u << 0)
#define DWT_NOCYCCNT  (1u << 25)

/* Enables the counter; returns the two registers as they were found. */
static const char enable[] =
    "apply {t {"
    "if {[llength $t]} {set t [lindex $t 0]} else {set t [target current]}; "
    "if {!([$t cget -type] in {cortex_m hla_target})} {error {only a Cortex-M has DWT_CYCCNT}}; "
    "set d [$t read_memory 0xE000EDFC 32 1]; "
    "if {!($d & 0x1000000)} {$t write_memory 0xE000EDFC 32 [expr {$d | 0x1000000}]}; "
    "set c [$t read_memory 0xE0001000 32 1]; "
    "if {!($c & 0x2000001)} {$t write_memory 0xE0001000 32 [expr {$c | 1}]}; "
    "list $d $c}} ";

static const char disable[] =
    "apply {{t d c} {"
    "if {[llength $t]} {set t [lindex $t 0]} else {set t [target current]}; "
    "if {!($c & 1)} {set now [$t read_memory 0xE0001000 32 1]; "
    "$t write_memory 0xE0001000 32 [expr {$now & ~1}]}; "
    "if {!($d & 0x1000000)} {set now [$t read_memory 0xE000EDFC 32 1]; "
    "$t write_memory 0xE000EDFC 32 [expr {$now & ~0x1000000}]}}} ";

static void put_target(struct ocd_buffer *out, const struct ocd_op *op)
{
    const char *target = ocd__op_where(op).target;

    ocd__buffer_printf(out, target != NULL ? "[list %s]" : "{}", target);
}

static bool run_script(struct ocd__run *r, struct ocd_buffer *command, uint64_t tag)
{
    bool sent = false;

    if (command->error != OCD_OK)
        ocd__sampling_nomem(r);
    else
        sent = ocd__op_run(&r->op, command->data, command->size, tag);
    ocd__buffer_free(command);
    return sent;
}

static void enable_cycles(struct ocd__run *r, uint64_t tag)
{
    struct ocd_buffer command = {0};

    ocd__buffer_puts(&command, enable);
    put_target(&command, &r->op);
    run_script(r, &command, tag);
}

/* --- What reads cost --- */

/* The RAM between the first and the last value, in the region where that is largest. */
static struct ocd_range widest_ram(const struct ocd__run *r)
{
    const struct ocd_sampler *s = r->sampler;
    struct ocd_range widest = {0};

    for (size_t i = 0; i < s->ram_count; i++) {
        uint64_t first = UINT64_MAX, end = 0;
        for (const struct ocd__item *item = s->items; item != NULL; item = item->next) {
            for (size_t k = 0; k < item->first_needs; k++) {
                const struct ocd_range *n = &item->needs.items[k];
                if (ocd__plan_in_ram(&s->ram[i], 1, n->addr, n->size) == NULL)
                    continue;
                first = n->addr < first ? n->addr : first;
                end = n->addr + (n->size - 1) > end ? n->addr + (n->size - 1) : end;
            }
        }
        if (first < end && end - first > widest.size)
            widest = (struct ocd_range){.addr = first & ~UINT64_C(3), .size = end - first};
    }
    return widest;
}

/* False: there is nothing to measure. */
static bool time_reads(struct ocd__run *r)
{
    struct ocd_range ram = widest_ram(r);
    uint32_t sizes[OCD__COST_SIZES];
    struct ocd_buffer args = {0};
    size_t count = ocd__cost_sizes(ram.size / 4, sizes);

    if (count == 0 || r->target->confirm || !ocd__address_exists(r->target, ram.addr, ram.size))
        return false;
    put_target(&args, &r->op);
    ocd__buffer_printf(&args, " {%s} 0x%" PRIx64 " {", ocd__op_where(&r->op).phys ? "phys" : "",
                       ram.addr);
    for (size_t i = 0; i < count; i++)
        ocd__buffer_printf(&args, "%" PRIu32 " ", sizes[i]);
    if (ocd__buffer_puts(&args, "}") != OCD_OK)
        ocd__sampling_nomem(r);
    else
        ocd__op_send(&r->op, &(struct ocd_query){.script = ocd__script_time_reads,
                                                 .args = {args.data, args.size},
                                                 .shown = {args.data, args.size},
                                                 .tag = OCD__TAG_TIME_READS});
    r->measured_words = ram.size / 4;
    ocd__buffer_free(&args);
    return true;
}

static void reads_timed(struct ocd__run *r, const struct ocd_reply *reply)
{
    uint32_t sizes[OCD__COST_SIZES];
    double us[OCD__COST_SIZES];
    size_t count = ocd__cost_sizes(r->measured_words, sizes), got = 0;
    struct ocd_view rest = reply->result;
    uint64_t number;

    while (reply->status == 0 && got < count && ocd__scan_number(&rest, &number) &&
           ocd__scan_skip(&rest, " "))
        us[got++] = (double)number;
    if (got == count)
        r->cost = ocd__cost_fit(sizes, us, count);
}

/* --- The steps --- */

static void begin_frames(struct ocd__run *r)
{
    r->phase = OCD__RUN_FRAMES;
    if (r->schedule.origin == 0 || r->schedule.period <= 0)
        ocd__schedule_begin(&r->schedule, ocd__sampler_rate(r->sampler), ocd__now());
    ocd__sampler_changed(r->sampler);
    ocd__ask(r);
}

static void time_or_begin(struct ocd__run *r)
{
    if (!time_reads(r))
        begin_frames(r);
}

static void target_is_known(struct ocd__run *r)
{
    r->phase = OCD__RUN_PREPARING;
    if ((r->sampler->options.flags & OCD_SAMPLER_TARGET_TIME) == 0)
        time_or_begin(r);
    else if (ocd__write_access_check(&r->op, DEMCR_ADDR, 4) &&
             ocd__write_access_check(&r->op, DWT_CTRL_ADDR, 4))
        enable_cycles(r, OCD__TAG_CYCLES);
}

void ocd__prepare(struct ocd__run *r)
{
    r->phase = OCD__RUN_TARGET;
    r->cost = ocd__cost_default();
    if (!r->subscribed) {
        r->subscribed = true;
        ocd__events_subscribe(&r->op, OCD__TAG_EVENTS);
    }
    r->target = r->op.result == OCD_PENDING ? ocd__target_known(&r->op) : NULL;
    if (r->target != NULL && r->target->known)
        target_is_known(r);
}

void ocd__prepare_again(struct ocd__run *r)
{
    if (r->cycles_on)
        enable_cycles(r, OCD__TAG_CYCLES_AGAIN);
}

static void cycles_enabled(struct ocd__run *r, struct ocd_reply *reply)
{
    struct ocd_view list = reply->result, demcr, ctrl;
    uint64_t d, c;

    if (reply->status != 0) {
        struct ocd_view command = {(char *)"read_memory 0xE000EDFC 32 1", 27};
        ocd__op_server_error(&r->op, OCD_ERR_TARGET, command, reply);
        return;
    }
    if (ocd__tcl_next(&list, &demcr) != 1 || ocd__tcl_next(&list, &ctrl) != 1 ||
        !ocd__scan_number(&demcr, &d) || !ocd__scan_number(&ctrl, &c)) {
        ocd__op_fail(&r->op, OCD_ERR_PROTOCOL, "the answer about DWT_CYCCNT is malformed");
        return;
    }
    if (!r->cycles_on) {
        r->demcr = (uint32_t)d;
        r->dwt_ctrl = (uint32_t)c;
    }
    r->cycles_on = true;
    if ((c & DWT_NOCYCCNT) != 0)
        ocd__op_fail(&r->op, OCD_ERR_TARGET, "the core has no DWT_CYCCNT (DWT_CTRL.NOCYCCNT)");
    else
        time_or_begin(r);
}

void ocd__prepare_answered(struct ocd__run *r, uint64_t tag, struct ocd_reply *reply)
{
    switch (tag) {
    case OCD__TAG_TARGET:
        if (ocd__target_answered(&r->op, r->target, reply))
            target_is_known(r);
        break;
    case OCD__TAG_CYCLES:
        cycles_enabled(r, reply);
        break;
    case OCD__TAG_TIME_READS:
        reads_timed(r, reply);
        begin_frames(r);
        break;
    default: /* no event of resets, or no counter after a reset, does not end the run */
        break;
    }
}

/* --- The end --- */

static bool is_changed(const struct ocd__run *r)
{
    return r->cycles_on && ((r->demcr & DEMCR_TRCENA) == 0 || (r->dwt_ctrl & DWT_CYCCNTENA) == 0);
}

bool ocd__restore(struct ocd__run *r, bool wait)
{
    struct ocd_session *s = r->op.session;
    struct ocd_buffer command = {0};
    bool changed = is_changed(r) && s->state == OCD_SESSION_READY;

    r->cycles_on = false;
    if (!changed)
        return false;
    ocd__buffer_puts(&command, disable);
    put_target(&command, &r->op);
    ocd__buffer_printf(&command, " 0x%" PRIx32 " 0x%" PRIx32, r->demcr, r->dwt_ctrl);
    if (wait)
        return run_script(r, &command, OCD__TAG_RESTORE);
    struct ocd_view text = {command.data, command.size};
    if (command.error == OCD_OK &&
        ocd__rpc_run(&s->rpc, text, (struct ocd_view){0}, false, NULL, NULL, 0) == OCD_OK)
        ocd__rpc_flush(&s->rpc);
    ocd__buffer_free(&command);
    return false;
}
