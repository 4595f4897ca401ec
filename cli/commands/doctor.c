// SPDX-License-Identifier: MIT
#include "doctor/doctor.h"

#include "range.h"
#include "report.h"
#include "signals.h"

#define SIZE_DEFAULT 16384

static const char help[] =
    "usage: ocd doctor [ADDR [SIZE]] [-f text|json]\n"
    "\n"
    "Checks what reading memory needs, and says what to do where something is wrong:\n"
    "\n"
    "  openocd   the installed OpenOCD (or that of OCD_OPENOCD), and how old it is\n"
    "  port      whether OpenOCD's Tcl port answers, or who listens there instead\n"
    "  probe     debug probes on USB, and whether this user may open them\n"
    "  target    whether the target is examined, and its state\n"
    "  bytes     whether bulk data move as raw bytes or, slower, as text\n"
    "  program   with -e: whether the file fits the processor and is in the target\n"
    "  rate      how fast memory is read\n"
    "\n"
    "No memory is read unasked: the rate is that of one read of SIZE bytes (16K) from\n"
    "ADDR on, or, with -e, of up to 64K of the program. The comparison with the ELF\n"
    "file reads up to 4K of it; --no-check leaves both out. Nothing is written, and\n"
    "the target is neither halted nor reset.\n"
    "\n"
    "Each line is ok, note (worth knowing), skipped or failed. The exit code is 1 if\n"
    "a check has failed.\n"
    "\n"
    "  -f, --format FORMAT  text (unless given), or one json object: \"checks\", an\n"
    "                       array of objects: \"check\", \"result\", \"text\", \"try\"\n"
    "                       (what to do, or null); and \"ok\"\n"
    "\n"
    "  ocd doctor\n"
    "  ocd doctor 0x20000000 4K -e firmware.elf\n";

static const struct option options[] = {
    {"format", required_argument, NULL, 'f'},
    {0},
};

/* ADDR, ADDR SIZE or ADDR..END. */
static int parse_range(struct cli *cli, const struct args *args, struct ocd_range *range)
{
    struct operands operands = range_operands(cli, args, 0);
    int status = CLI_DONE;
    if (args->count == 0)
        return CLI_DONE;
    if (args->count == 2 || range_is_span(args->operands[0]))
        return range_take(&operands, "ADDR", range);
    status = range_take_address(&operands, "ADDR", &range->addr);
    range->size = operands.known_size != 0 ? operands.known_size : SIZE_DEFAULT;
    return status == CLI_DONE ? range_check(cli, range->addr, range->size) : status;
}

static void check_all(struct doctor *doctor)
{
    char subject[CLI_SUBJECT_MAX];
    struct ocd_op *op = cli_connect_async(doctor->cli, subject);
    doctor->connected = cli_wait(doctor->cli, op) == OCD_OK;
    doctor_check_openocd(doctor);
    doctor_check_port(doctor, op, subject);
    doctor_check_probe(doctor);
    ocd_op_free(op);
    void (*const checks[])(struct doctor *) = {doctor_check_target, doctor_check_bytes,
                                               doctor_check_program, doctor_check_rate};
    for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++)
        if (doctor->connected && signals_caught() == 0)
            checks[i](doctor);
}

static int run(struct cli *cli, const struct args *args)
{
    struct doctor doctor = {.cli = cli};
    int status = cli_text_or_json(cli, args, &(bool){false});
    if (status == CLI_DONE)
        status = parse_range(cli, args, &doctor.range);
    if (status != CLI_DONE)
        return status;
    doctor_begin(&doctor);
    check_all(&doctor);
    doctor_end(&doctor);
    if (signals_caught() != 0)
        return CLI_SIGNAL + signals_caught();
    return doctor.failed == 0 ? CLI_DONE : CLI_NO;
}

const struct command command_doctor = {
    .name = "doctor",
    .help = help,
    .options = options,
    .operands = "ADDR SIZE",
    .operands_max = 2,
    .run = run,
};
