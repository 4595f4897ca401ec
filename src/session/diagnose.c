// SPDX-License-Identifier: MIT
#include "session/diagnose.h"

#include "base/scan.h"
#include "rpc/tcl.h"

/* Answers `examined 0|1 silent 0|1 dhcsr VALUE`: whether OpenOCD has examined the target, whether
 * it cannot be polled, and a Cortex-M's debug status, or nothing. A target that does not exist is
 * one that has not been examined. */
static const char script[] =
    "apply {{t} {if {[llength $t]} {set t [lindex $t 0]} else {set t [target current]};"
    "set dhcsr {};set bad 0;"
    "if {[$t was_examined]} {"
    "set bad [catch {$t arp_poll}];"
    "if {!$bad && [$t cget -type] in {cortex_m hla_target}} "
    "{catch {set dhcsr [$t read_memory 0xE000EDF0 32 1]}}};"
    "list examined [$t was_examined] silent $bad dhcsr $dhcsr}} ";

#define S_SLEEP (UINT64_C(1) << 18)

bool ocd_diagnose_ask(struct ocd_op *op, uint64_t tag)
{
    struct ocd_where where = ocd_op_where(op);
    static char words[] = "is the target there? (arp_poll, was_examined, DHCSR of a Cortex-M)";
    struct ocd_slice shown = {words, sizeof(words) - 1};
    struct ocd_buffer command = {0};
    bool sent = false;

    ocd_buffer_puts(&command, script);
    ocd_buffer_printf(&command, where.target != NULL ? "[list %s]" : "{}", where.target);
    if (command.error != OCD_OK)
        ocd_op_fail(op, OCD_ERR_NOMEM, "%s", "");
    else
        sent = ocd_op_run_shown(op, (struct ocd_slice){command.data, command.size}, shown, tag);
    ocd_buffer_free(&command);
    return sent;
}

/* What OpenOCD's drivers say when the adapter or the target does not answer (src/jtag/drivers and
 * src/target, 0.12 and the development branch after it). */
static const struct {
    const char *words;
    int code;
} absence[] = {
    {"USB CMD", OCD_ERR_PROBE},                           /* stlink_usb.c */
    {"LIBUSB", OCD_ERR_PROBE},                            /* libusb_helper.c and all that use it */
    {"remote_bitbang", OCD_ERR_PROBE},                    /* remote_bitbang.c */
    {"CMSIS-DAP command", OCD_ERR_PROBE},                 /* cmsis_dap.c */
    {"jaylink_", OCD_ERR_PROBE},                          /* jlink.c */
    {"supports Debug Module version", OCD_ERR_NO_ANSWER}, /* riscv-013.c: dmstatus reads 0 */
    {"supports DTM version", OCD_ERR_NO_ANSWER},          /* riscv.c: dtmcontrol reads 0 or ones */
    {"Fail reading CTRL/STAT", OCD_ERR_NO_ANSWER},        /* arm_adi_v5.c */
    {"dmi_scan failed", OCD_ERR_NO_ANSWER},               /* riscv-013.c */
};

bool ocd_is_absence(int code)
{
    return code == OCD_ERR_NOT_EXAMINED || code == OCD_ERR_ASLEEP || code == OCD_ERR_NO_ANSWER ||
           code == OCD_ERR_PROBE;
}

int ocd_diagnose_words(struct ocd_slice log)
{
    for (size_t i = 0; log.size > 0 && i < sizeof(absence) / sizeof(*absence); i++) {
        if (ocd_scan_contains(log, absence[i].words))
            return absence[i].code;
    }
    return OCD_OK;
}

/* The first line of OpenOCD's words that names the cause. */
void ocd_diagnose_explain(struct ocd_op *op, struct ocd_slice log)
{
    struct ocd_slice line = ocd_scan_line(&log);

    if (line.size > 0)
        ocd_detail_message(&op->detail, line.data, line.size);
}

/* The next two words: `name` and its value. */
static bool take(struct ocd_slice *list, const char *name, struct ocd_slice *value)
{
    struct ocd_slice word;

    return ocd_tcl_next(list, &word) == 1 && ocd_slice_is(word, name) &&
           ocd_tcl_next(list, value) == 1;
}

static bool take_bool(struct ocd_slice *list, const char *name, bool *value)
{
    struct ocd_slice word;

    if (!take(list, name, &word))
        return false;
    *value = ocd_slice_is(word, "1");
    return *value || ocd_slice_is(word, "0");
}

int ocd_diagnose_answered(struct ocd_op *op, struct ocd_reply *reply)
{
    struct ocd_slice list = reply->result, dhcsr;
    bool examined, silent;
    uint64_t status = 0;

    if (ocd_op_unanswered(op, reply))
        return OCD_PENDING;
    /* A script that fails finds no target: the words of the failed access are the best there are.
     */
    if (reply->status != 0)
        return OCD_ERR_TARGET;
    if (!take_bool(&list, "examined", &examined) || !take_bool(&list, "silent", &silent) ||
        !take(&list, "dhcsr", &dhcsr) || list.size > 0) {
        ocd_op_fail(op, OCD_ERR_PROTOCOL, "the answer about the target is malformed");
        return OCD_PENDING;
    }
    if (!examined)
        return OCD_ERR_NOT_EXAMINED;
    int code = ocd_diagnose_words(reply->log);
    if (silent && code == OCD_OK)
        code = OCD_ERR_NO_ANSWER;
    if (code != OCD_OK) {
        ocd_diagnose_explain(op, reply->log);
        return code;
    }
    bool asleep = ocd_scan_number(&dhcsr, &status) && (status & S_SLEEP) != 0;
    return asleep ? OCD_ERR_ASLEEP : OCD_ERR_TARGET;
}
