// SPDX-License-Identifier: MIT
/* Bits of memory: `ocd set`, `ocd clear`. */
#include <inttypes.h>
#include <stdio.h>

#include "numbers.h"
#include "range.h"
#include "report.h"
#include "transfer.h"

#define OPTIONS_HELP                                                                               \
    "  -w, --width BITS  width of the value: 8, 16, 32 or 64 (32 unless given)\n"                  \
    "      --verify      read back and compare; exit code 1 if it differs\n"                       \
    "      --dry-run     write nothing: read, and print the Tcl command that would be\n"           \
    "                    sent\n"                                                                   \
    "  -f, --format FORMAT\n"                                                                      \
    "                    text (unless given), or json: \"address\", \"width\",\n"                  \
    "                    \"before\", \"after\", \"verified\"\n"

#define NOT_ATOMIC                                                                                 \
    "by one read and one write of the width, and\n"                                                \
    "prints the value before and after. It is not atomic: what the program, the\n"                 \
    "hardware or another client writes between the two is overwritten. Halt the\n"                 \
    "target where that matters.\n"

static const char set_help[] =
    "usage: ocd set ADDR MASK [-w 8|16|32|64] [--verify | --dry-run] [-f text|json]\n"
    "\n"
    "Sets the bits of MASK at ADDR, " NOT_ATOMIC "\n" OPTIONS_HELP "\n"
    "  ocd set 0x40021018 0x4\n"
    "  ocd set 0x20000100 0x80 -w 8\n";

static const char clear_help[] =
    "usage: ocd clear ADDR MASK [-w 8|16|32|64] [--verify | --dry-run] [-f text|json]\n"
    "\n"
    "Clears the bits of MASK at ADDR, " NOT_ATOMIC "\n" OPTIONS_HELP "\n"
    "  ocd clear 0x40021018 0x4\n"
    "  ocd clear 0x20000100 0x80 -w 8\n";

struct bits {
    uint64_t addr;
    unsigned width;
    uint64_t mask;
    uint64_t before;
    unsigned flags;
};

static int parse(struct cli *cli, const struct args *args, struct bits *bits)
{
    int status = transfer_check_format(cli, args);
    if (status == CLI_DONE)
        status = range_address(cli, "ADDR", args->operands[0], &bits->addr);
    if (status == CLI_DONE && args_has(args, 'w')) {
        const char *wrong = number_parse_width(args->value['w'], &bits->width);
        if (wrong != NULL)
            status = report_word(cli, "-w", args->value['w'], wrong);
    }
    if (status == CLI_DONE) {
        const char *wrong = number_parse_value(args->operands[1], bits->width, &bits->mask);
        if (wrong != NULL)
            status = report_word(cli, "MASK", args->operands[1], wrong);
    }
    bits->flags = transfer_write_flags(cli, args);
    return status == CLI_DONE ? range_check(cli, bits->addr, bits->width / 8) : status;
}

static void print(const struct cli *cli, const struct bits *bits, uint64_t after)
{
    int digits = (int)(bits->width / 4);
    if (cli->json) {
        printf("{\"address\": \"0x%0*" PRIX64 "\", \"width\": %u, \"before\": %" PRIu64
               ", \"after\": %" PRIu64 ", \"verified\": %s}\n",
               number_address_digits(bits->addr, bits->width / 8), bits->addr, bits->width,
               bits->before, after, (bits->flags & OCD_WRITE_VERIFY) != 0 ? "true" : "false");
    } else if (!cli->settings.dry_run) {
        printf("0x%0*" PRIX64 " -> 0x%0*" PRIX64 "\n", digits, bits->before, digits, after);
    }
}

static int modify(struct cli *cli, const struct args *args, bool set)
{
    struct bits bits = {.width = 32};
    int status = parse(cli, args, &bits);
    if (status == CLI_DONE)
        status = cli_connect(cli);
    if (status != CLI_DONE)
        return status;
    struct ocd_call call = cli_call(cli);
    call.flags = bits.flags;
    struct ocd_op *op = ocd_modify_async(cli->session, bits.addr, bits.width, set ? 0 : bits.mask,
                                         set ? bits.mask : 0, &bits.before, &call);
    int result = cli_wait(cli, op);
    if (result == OCD_OK) {
        print(cli, &bits, set ? bits.before | bits.mask : bits.before & ~bits.mask);
    } else {
        char subject[REPORT_SUBJECT_MAX];
        status = report_failure(cli, result, op != NULL ? ocd_op_error(op) : NULL,
                                report_subject(cli, bits.addr, subject), NULL);
    }
    ocd_op_free(op);
    return status;
}

static int run_set(struct cli *cli, const struct args *args)
{
    return modify(cli, args, true);
}

static int run_clear(struct cli *cli, const struct args *args)
{
    return modify(cli, args, false);
}

const struct command command_set = {
    .name = "set",
    .help = set_help,
    .options = transfer_write_options,
    .operands = "ADDR MASK",
    .operands_min = 2,
    .operands_max = 2,
    .run = run_set,
};

const struct command command_clear = {
    .name = "clear",
    .help = clear_help,
    .options = transfer_write_options,
    .operands = "ADDR MASK",
    .operands_min = 2,
    .operands_max = 2,
    .run = run_clear,
};
