// SPDX-License-Identifier: MIT
#include "session/diagnose.h"

#include <inttypes.h>

#include "base/scan.h"
#include "rpc/tcl.h"
#include "tcl/scripts.h"

#define S_SLEEP (UINT64_C(1) << 18)

/* Jim's numbers have a sign. */
static uint64_t clamp(uint64_t addr)
{
    return addr > INT64_MAX ? INT64_MAX : addr;
}

bool ocd__diagnose_ask(struct ocd_op *op, uint64_t addr, uint64_t tag)
{
    struct ocd_where where = ocd__op_where(op);
    static char words[] = "is the target there? (arp_poll, was_examined, DHCSR of a Cortex-M)";
    struct ocd_view shown = {words, sizeof(words) - 1};
    struct ocd_buffer command = {0};
    bool sent = false;

    ocd__buffer_printf(&command, "%s 0x%" PRIx64, ocd__script_diagnose, clamp(addr));
    ocd__buffer_printf(&command, where.target != NULL ? " [list %s]" : " {}", where.target);
    if (command.error != OCD_OK)
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
    else
        sent = ocd__op_run_shown(op, (struct ocd_view){command.data, command.size}, shown, tag);
    ocd__buffer_free(&command);
    return sent;
}

bool ocd__is_absence(int code)
{
    return code == OCD_ERR_NOT_EXAMINED || code == OCD_ERR_ASLEEP || code == OCD_ERR_NO_ANSWER ||
           code == OCD_ERR_PROBE;
}

void ocd__diagnose_explain(struct ocd_op *op, struct ocd_view words)
{
    if (words.size > 0)
        ocd__detail_message(&op->detail, words.data, words.size);
}

/* The next two words: `name` and its value. */
static bool take(struct ocd_view *list, const char *name, struct ocd_view *value)
{
    struct ocd_view word;

    return ocd__tcl_next(list, &word) == 1 && ocd__view_is(word, name) &&
           ocd__tcl_next(list, value) == 1;
}

static bool take_bool(struct ocd_view *list, const char *name, bool *value)
{
    struct ocd_view word;

    if (!take(list, name, &word))
        return false;
    *value = ocd__view_is(word, "1");
    return *value || ocd__view_is(word, "0");
}

struct answer {
    bool examined, silent;
    struct ocd_view why, state, bank, dhcsr;
};

static bool parse(struct ocd_view list, struct answer *a)
{
    return take_bool(&list, "examined", &a->examined) && take_bool(&list, "silent", &a->silent) &&
           take(&list, "why", &a->why) && take(&list, "state", &a->state) &&
           take(&list, "bank", &a->bank) && take(&list, "dhcsr", &a->dhcsr) && list.size == 0;
}

/* The error if the target or its probe is absent; OCD_OK: both are present. */
static int absence(struct ocd_op *op, const struct answer *a, struct ocd_view log)
{
    int code = ocd__cause_code(log);

    if (code == OCD_OK)
        code = ocd__cause_code(a->why);
    if (!a->examined && code != OCD_ERR_PROBE) {
        if (code == OCD_ERR_NOT_EXAMINED)
            ocd__diagnose_explain(op, a->why);
        return OCD_ERR_NOT_EXAMINED;
    }
    if (a->silent && code == OCD_OK)
        code = OCD_ERR_NO_ANSWER;
    if (code != OCD_OK)
        ocd__diagnose_explain(op, log);
    return code;
}

/* The development branch asks a RISC-V for its privilege mode before each access, fails because the
 * core runs, and logs only that. 0.12 logs it too, but goes on, and says which ways to the memory
 * it has tried ("progbuf=…"). */
static bool must_be_halted(const struct ocd_op *op, const struct answer *a)
{
    struct ocd_view words = {op->detail.message.data, op->detail.message.size};

    return ocd__view_is(a->state, "running") &&
           ocd__scan_contains(words, "Failed to read priv register") &&
           !ocd__scan_contains(words, "progbuf=");
}

int ocd__diagnose_answered(struct ocd_op *op, bool write, struct ocd_reply *reply)
{
    struct answer a;
    uint64_t status = 0, bank;

    if (ocd__op_transport_failed(op, reply))
        return OCD_PENDING;
    /* The script fails if there is no target: the words of the failed access stay. */
    if (reply->status != 0)
        return OCD_ERR_TARGET;
    if (!parse(reply->result, &a)) {
        ocd__op_fail(op, OCD_ERR_PROTOCOL, "the answer about the target is malformed");
        return OCD_PENDING;
    }
    int code = absence(op, &a, reply->log);
    if (code != OCD_OK)
        return code;
    if (ocd__scan_number(&a.dhcsr, &status) && (status & S_SLEEP) != 0)
        return OCD_ERR_ASLEEP;
    if (must_be_halted(op, &a))
        return OCD_ERR_NOT_HALTED;
    if (op->detail.fact == OCD_FACT_MEMORY && ocd__scan_number(&a.bank, &bank))
        ocd__detail_fact(&op->detail, write ? OCD_FACT_FLASH_WRITE : OCD_FACT_FLASH_READ, bank);
    return OCD_ERR_TARGET;
}
