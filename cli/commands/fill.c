// SPDX-License-Identifier: MIT
#include "numbers.h"
#include "range.h"
#include "report.h"
#include "transfer.h"
#include "values.h"

/* Of 64 bits they make the longest pattern that ocd_fill() takes. */
#define VALUES_MAX 512

static const char help[] =
    "usage: ocd fill ADDR SIZE VALUE... [-w 8|16|32|64] [--verify | --dry-run]\n"
    "\n"
    "Fills SIZE bytes from ADDR on with VALUE, or with several values, over and over,\n"
    "in the byte order of the target. Negative values are written as two's\n"
    "complement.\n"
    "\n"
    "  -w, --width BITS  width of a VALUE: 8, 16, 32 or 64 (8 unless given); SIZE\n"
    "                    must be a multiple of it\n"
    "      --verify      read back and compare; exit code 1 if they differ\n"
    "      --dry-run     write nothing: print the Tcl commands that would be sent\n"
    "                    through the port, one a line\n"
    "  -f, --format FORMAT  text (unless given), or json: \"address\", \"size\",\n"
    "                       \"verified\"\n"
    "\n"
    "  ocd fill 0x20000000 4K 0xFF\n"
    "  ocd fill 0x20000000 1K 0xDEADBEEF -w 32\n"
    "  ocd fill 0x20000000 1K 0x55 0xAA\n";

struct filling {
    struct ocd_range range;
    unsigned width;
    unsigned flags;
    int count; /* values */
    uint64_t values[VALUES_MAX];
};

static int parse(struct cli *cli, const struct args *args, struct filling *filling)
{
    /* After a name a single word is the value. */
    bool sized = args->count > 2 || !range_is_name(cli, args->operands[0]);
    struct operands operands = range_operands(cli, args, sized ? 0 : 1);
    const char *wrong;
    int status = range_take(&operands, "ADDR", &filling->range);
    if (status != CLI_DONE)
        return status;
    filling->width = 8;
    if (args_has(args, 'w')) {
        wrong = number_parse_width(args->value['w'], &filling->width);
        if (wrong != NULL)
            return report_word(cli, "-w", args->value['w'], wrong);
    }
    filling->count = args->count - operands.at;
    if (filling->count == 0)
        return report_usage(cli, "VALUE is missing");
    if (filling->count > VALUES_MAX)
        return report_usage(cli, "a pattern has %d values at the most", VALUES_MAX);
    for (int i = 0; i < filling->count; i++) {
        const char *value = args->operands[operands.at + i];
        wrong = number_parse_value(value, filling->width, &filling->values[i]);
        if (wrong != NULL)
            return report_word(cli, "VALUE", value, wrong);
    }
    if (filling->range.size % (filling->width / 8) != 0) {
        bool span = range_is_span(args->operands[0]);
        return report_word(cli, span ? "the range" : "SIZE", args->operands[span ? 0 : 1],
                           "is not a multiple of the width");
    }
    filling->flags = transfer_write_flags(cli, args);
    return transfer_check_size(cli, args, filling->range.size);
}

static int run(struct cli *cli, const struct args *args)
{
    struct filling filling = {0};
    int status = transfer_check_format(cli, args);
    if (status == CLI_DONE)
        status = parse(cli, args, &filling);
    if (status == CLI_DONE)
        status = cli_connect(cli);
    enum ocd_endian endian = OCD_LITTLE_ENDIAN;
    if (status == CLI_DONE && filling.width > 8)
        status = cli_endian(cli, &endian);
    if (status != CLI_DONE)
        return status;

    struct transfer transfer = {.cli = cli};
    struct ocd_call call = transfer_call(&transfer);
    uint8_t pattern[VALUES_MAX * 8];
    size_t length = 0;
    for (int i = 0; i < filling.count; i++)
        length += values_bytes(filling.values[i], filling.width, endian, pattern + length);
    call.flags = filling.flags;
    progress_start(&cli->progress, !cli->settings.quiet);
    struct ocd_op *op = ocd_fill_async(cli->session, filling.range.addr, filling.range.size,
                                       pattern, length, &call);
    status = transfer_end(&transfer, op, filling.range.addr);
    if (status == CLI_DONE) {
        transfer_print_written(cli, filling.range.addr, filling.range.size,
                               args_has(args, ARGS_VERIFY));
    }
    return status;
}

const struct command command_fill = {
    .name = "fill",
    .help = help,
    .options = transfer_write_options,
    .operands = "ADDR",
    .operands_min = 1,
    .operands_max = -1,
    .run = run,
};
