// SPDX-License-Identifier: MIT
/* `ocd wait`: until memory has a value. */
#include <inttypes.h>
#include <stdio.h>

#include "numbers.h"
#include "range.h"
#include "report.h"

static const char help[] =
    "usage: ocd wait ADDR VALUE [-w BITS] [--mask MASK]\n"
    "\n"
    "Waits until the value at ADDR is VALUE, within --timeout. It is read once every\n"
    "10 ms or so, by one access each time, and OpenOCD serves others in between.\n"
    "\n"
    "  -w, --width BITS     8, 16, 32 (unless given) or 64\n"
    "      --mask MASK      compare only these bits\n"
    "  -f, --format FORMAT  text (unless given), or one json object: \"address\",\n"
    "                       \"value\" (all bits that were read)\n"
    "\n"
    "Prints nothing as text; exit code 5 when the time is over, with the last value.\n"
    "\n"
    "  ocd wait 0x20000100 1               a flag of the firmware\n"
    "  ocd wait 0x40021000 0x02000000 --mask 0x02000000   the PLL is ready\n";

static const struct option options[] = {
    {"width", required_argument, NULL, 'w'},
    {"mask", required_argument, NULL, ARGS_MASK},
    {"format", required_argument, NULL, 'f'},
    {0},
};

struct wanted {
    uint64_t addr;
    unsigned width;
    uint64_t value;
    uint64_t mask;
};

static int parse_value(struct cli *cli, const char *what, const char *word, unsigned width,
                       uint64_t *value)
{
    const char *wrong = number_parse_value(word, width, value);
    return wrong != NULL ? report_word(cli, what, word, wrong) : CLI_DONE;
}

static int parse(struct cli *cli, const struct args *args, struct wanted *w)
{
    *w = (struct wanted){.width = 32, .mask = UINT64_MAX};
    int status = range_address(cli, "ADDR", args->operands[0], &w->addr);
    if (status == CLI_DONE && args_has(args, 'w')) {
        const char *wrong = number_parse_width(args->value['w'], &w->width);
        status = wrong != NULL ? report_word(cli, "-w", args->value['w'], wrong) : CLI_DONE;
    }
    if (status == CLI_DONE)
        status = parse_value(cli, "VALUE", args->operands[1], w->width, &w->value);
    if (status == CLI_DONE && args_has(args, ARGS_MASK))
        status = parse_value(cli, "--mask", args->value[ARGS_MASK], w->width, &w->mask);
    if (status == CLI_DONE && (w->value & ~w->mask) != 0)
        status = report_usage(cli, "VALUE has bits that --mask leaves out");
    if (status == CLI_DONE && !number_range_fits(w->addr, w->width / 8))
        status = report_usage(cli, "the range goes beyond the 64-bit address space");
    return status;
}

static int wait_for(struct cli *cli, const struct wanted *w, uint64_t *last)
{
    char subject[REPORT_SUBJECT_MAX];
    struct ocd_call call = cli_call(cli);
    struct ocd_op *op =
        ocd_wait_value_async(cli->session, w->addr, w->width, w->mask, w->value, last, &call);
    int result = cli_wait(cli, op);
    int status = CLI_DONE;
    if (result != OCD_OK) {
        status = report_failure(cli, result, op != NULL ? ocd_op_error(op) : NULL,
                                report_subject(cli, w->addr, subject), NULL);
    }
    ocd_op_free(op);
    return status;
}

static int run(struct cli *cli, const struct args *args)
{
    struct wanted w;
    uint64_t last = 0;
    bool json;
    int status = cli_text_or_json(cli, args, &json);
    if (status == CLI_DONE)
        status = parse(cli, args, &w);
    if (status == CLI_DONE)
        status = cli_connect(cli);
    if (status == CLI_DONE)
        status = wait_for(cli, &w, &last);
    if (status == CLI_DONE && json) {
        printf("{\"address\": \"0x%0*" PRIX64 "\", \"value\": %" PRIu64 "}\n",
               number_address_digits(w.addr, w.width / 8), w.addr, last);
    }
    return status;
}

const struct command command_wait = {
    .name = "wait",
    .help = help,
    .options = options,
    .operands = "ADDR VALUE",
    .operands_min = 2,
    .operands_max = 2,
    .run = run,
};
