// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "elf.h"
#include "location.h"
#include "numbers.h"
#include "range.h"
#include "report.h"
#include "transfer.h"
#include "values.h"

static const char help[] =
    "usage: ocd write ADDR VALUE... [-w 8|16|32|64] [--verify | --dry-run]\n"
    "       ocd write EXPR VALUE -e FILE [--verify | --dry-run]\n"
    "\n"
    "Writes values from ADDR on, each by exactly one access, in order. All are\n"
    "checked before anything is sent. Negative values are written as two's\n"
    "complement.\n"
    "\n"
    "EXPR, as in ocd print, is written by its type: VALUE is a number, true, false,\n"
    "an enumerator, a character or string in quotes, &NAME, or {1, 2} for an array. A\n"
    "bit field is read, changed and written back, which is not atomic. With -w EXPR\n"
    "is an address like any other.\n"
    "\n"
    "  -w, --width BITS  width of each value: 8, 16, 32 or 64 (32 unless given)\n"
    "      --verify      read back and compare; exit code 1 if they differ\n"
    "      --dry-run     write nothing: print the Tcl commands that would be sent\n"
    "                    through the port, one a line\n"
    "  -f, --format FORMAT  text (unless given), or json: \"address\", \"size\",\n"
    "                       \"verified\"\n"
    "\n"
    "  ocd write 0x20000000 0xDEADBEEF 1 -1\n"
    "  ocd write 0x20000100 72 105 0 -w 8 --verify\n"
    "  ocd write motor.pid.kp 1.5 -e firmware.elf\n";

struct writing {
    uint64_t addr;
    unsigned width;
    size_t count;
    void *values;
    unsigned flags;
};

static int parse(struct cli *cli, const struct args *args, struct writing *writing)
{
    const char *wrong;
    int status = range_address(cli, "ADDR", args->operands[0], &writing->addr);
    if (status != CLI_DONE)
        return status;
    writing->width = 32;
    if (args_has(args, 'w')) {
        wrong = number_parse_width(args->value['w'], &writing->width);
        if (wrong != NULL)
            return report_word(cli, "-w", args->value['w'], wrong);
    }
    writing->flags = transfer_write_flags(cli, args);
    writing->count = (size_t)args->count - 1;
    writing->values = malloc(writing->count * sizeof(uint64_t));
    if (writing->values == NULL)
        return report_failure(cli, OCD_ERR_NOMEM, NULL, "write", NULL);
    for (size_t i = 0; i < writing->count; i++) {
        uint64_t value;
        wrong = number_parse_value(args->operands[i + 1], writing->width, &value);
        if (wrong != NULL)
            return report_word(cli, "VALUE", args->operands[i + 1], wrong);
        values_put(writing->values, writing->width, i, value);
    }
    if (!number_range_fits(writing->addr, writing->count * (writing->width / 8)))
        return report_usage(cli, "the range goes beyond the 64-bit address space");
    return CLI_DONE;
}

static int perform(struct cli *cli, const struct writing *writing)
{
    struct ocd_call call = cli_call(cli);
    call.flags = writing->flags;
    struct ocd_op *op = values_write_async(cli->session, writing->width, writing->addr,
                                           writing->values, writing->count, &call);
    int result = cli_wait(cli, op);
    int status = CLI_DONE;
    if (result != OCD_OK) {
        char subject[REPORT_SUBJECT_MAX];
        status = report_failure(cli, result, op != NULL ? ocd_op_error(op) : NULL,
                                report_subject(cli, writing->addr, subject), "values");
    }
    ocd_op_free(op);
    return status;
}

/* --- By the type of an expression --- */

static int write_expression(struct cli *cli, struct ocd_expression *e, const struct args *args)
{
    struct ocd_call call = cli_call(cli);
    call.flags = transfer_write_flags(cli, args);
    int status = cli_connect(cli);
    if (status != CLI_DONE)
        return status;
    struct ocd_op *op = ocd_write_value_async(cli->session, e, args->operands[1], &call);
    int result = cli_wait(cli, op);
    if (result != OCD_OK)
        status = elf_report(cli, result, op != NULL ? ocd_op_error(op) : NULL, args->operands[0]);
    ocd_op_free(op);
    if (status == CLI_DONE) {
        const struct ocd_location *location = ocd_expression_location(e);
        transfer_print_written(cli, location->addr, location->size, args_has(args, ARGS_VERIFY));
    }
    return status;
}

static int run_expression(struct cli *cli, const struct args *args)
{
    struct ocd_expression *e;
    if (args->count > 2)
        return report_usage(cli, "a name takes one value; '{1, 2}' is that of an array");
    int status = location_open(cli, args->operands[0], NULL, &e);
    if (status == CLI_DONE) {
        status = write_expression(cli, e, args);
        ocd_expression_close(e);
    }
    return status;
}

static int run(struct cli *cli, const struct args *args)
{
    struct writing writing = {0};
    int status = transfer_check_format(cli, args);
    if (status == CLI_DONE && !args_has(args, 'w') && range_is_name(cli, args->operands[0]))
        return run_expression(cli, args);
    if (status == CLI_DONE)
        status = parse(cli, args, &writing);
    if (status == CLI_DONE)
        status = cli_connect(cli);
    if (status == CLI_DONE)
        status = perform(cli, &writing);
    if (status == CLI_DONE) {
        transfer_print_written(cli, writing.addr, writing.count * (writing.width / 8),
                               args_has(args, ARGS_VERIFY));
    }
    free(writing.values);
    return status;
}

const struct command command_write = {
    .name = "write",
    .help = help,
    .options = transfer_write_options,
    .operands = "ADDR VALUE",
    .operands_min = 2,
    .operands_max = -1,
    .run = run,
};
