// SPDX-License-Identifier: MIT
/* Breakpoints and watchpoints: `ocd bp`, `ocd wp`. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "numbers.h"
#include "range.h"
#include "report.h"

/* Waits for the operation, reports what has failed at the address, releases it. */
static int finish(struct cli *cli, struct ocd_op *op, bool has_addr, uint64_t addr)
{
    char subject[REPORT_SUBJECT_MAX];
    int result = cli_wait(cli, op);
    int status = CLI_DONE;
    if (result != OCD_OK) {
        status = report_failure(cli, result, op != NULL ? ocd_op_error(op) : NULL,
                                has_addr ? report_subject(cli, addr, subject) : cli->command->name,
                                NULL);
    }
    ocd_op_free(op);
    return status;
}

static int finish_change(struct cli *cli, struct ocd_op *op, bool has_addr, uint64_t addr)
{
    int status = finish(cli, op, has_addr, addr);
    if (status == CLI_DONE && cli->json)
        puts("{\"done\": true}");
    return status;
}

/* A length that is an operand, if there is one. */
static int parse_length(struct cli *cli, struct operands *operands, uint32_t *length)
{
    uint64_t size;
    if (operands->at >= operands->count)
        return CLI_DONE;
    int status = range_take_size(operands, "LENGTH", &size);
    if (status == CLI_DONE && (size == 0 || size > UINT32_MAX)) {
        status = report_word(cli, "LENGTH", operands->word[operands->at - 1],
                             "is not a length of 1 to 4294967295 bytes");
    }
    *length = (uint32_t)size;
    return status;
}

/* --- Breakpoints --- */

static const char *const kinds[] = {
    [OCD_BREAKPOINT_SOFT] = "soft",
    [OCD_BREAKPOINT_HARD] = "hard",
    [OCD_BREAKPOINT_CONTEXT] = "context",
    [OCD_BREAKPOINT_HYBRID] = "hybrid",
};

static void print_breakpoint(const struct cli *cli, const struct ocd_breakpoint *b, bool first)
{
    int digits = number_address_digits(b->addr, b->length);
    if (cli->json) {
        printf("%s{\"address\": \"0x%0*" PRIX64 "\", \"length\": %" PRIu32 ", \"kind\": \"%s\"}",
               first ? "" : ", ", digits, b->addr, b->length, kinds[b->kind]);
    } else {
        printf("0x%0*" PRIX64 "  %" PRIu32 "  %s\n", digits, b->addr, b->length, kinds[b->kind]);
    }
}

static int list_breakpoints(struct cli *cli)
{
    struct ocd_breakpoint *list = NULL;
    size_t count = 0;
    struct ocd_call call = cli_call(cli);
    int status = finish(cli, ocd_breakpoints_async(cli->session, &list, &count, &call), false, 0);
    if (status == CLI_DONE) {
        fputs(cli->json ? "{\"breakpoints\": [" : "", stdout);
        for (size_t i = 0; i < count; i++)
            print_breakpoint(cli, &list[i], i == 0);
        fputs(cli->json ? "]}\n" : "", stdout);
    }
    ocd_free(list);
    return status;
}

static int run_bp(struct cli *cli, const struct args *args)
{
    struct operands operands = range_operands(cli, args, 0);
    bool remove = args_has(args, ARGS_REMOVE);
    bool soft = args_has(args, ARGS_SOFT);
    uint64_t addr = 0;
    uint32_t length = 2;
    bool json;
    int status = cli_text_or_json(cli, args, &json);
    if (status == CLI_DONE && args->count > 0) {
        status = range_take_address(&operands, "ADDR", &addr);
        operands.known_size = 0; /* LENGTH is that of an instruction */
    }
    if (status == CLI_DONE)
        status = parse_length(cli, &operands, &length);
    if (status == CLI_DONE && soft && args_has(args, ARGS_HARD))
        status = report_usage(cli, "--soft and --hard exclude each other");
    if (status == CLI_DONE)
        status = cli_connect(cli);
    if (status != CLI_DONE)
        return status;
    struct ocd_call call = cli_call(cli);
    if (remove) {
        return finish_change(cli,
                             args->count > 0
                                 ? ocd_remove_breakpoint_async(cli->session, addr, &call)
                                 : ocd_remove_breakpoints_async(cli->session, &call),
                             args->count > 0, addr);
    }
    if (args->count == 0)
        return list_breakpoints(cli);
    struct ocd_op *op = ocd_set_breakpoint_async(
        cli->session, addr, length, soft ? OCD_BREAKPOINT_SOFT : OCD_BREAKPOINT_HARD, &call);
    return finish_change(cli, op, true, addr);
}

/* --- Watchpoints --- */

static const char *const accesses[] = {
    [OCD_WATCHPOINT_READ] = "r",
    [OCD_WATCHPOINT_WRITE] = "w",
    [OCD_WATCHPOINT_ACCESS] = "rw",
};

static int parse_access(struct cli *cli, const char *word, enum ocd_watchpoint_access *access)
{
    for (int i = OCD_WATCHPOINT_READ; i <= OCD_WATCHPOINT_ACCESS; i++) {
        if (strcmp(accesses[i], word) == 0) {
            *access = (enum ocd_watchpoint_access)i;
            return CLI_DONE;
        }
    }
    return report_word(cli, "ACCESS", word, "is not r, w or rw");
}

static void print_watchpoint(const struct cli *cli, const struct ocd_watchpoint *w, bool first)
{
    int digits = number_address_digits(w->addr, w->length);
    if (cli->json) {
        printf("%s{\"address\": \"0x%0*" PRIX64 "\", \"length\": %" PRIu32 ", \"access\": \"%s\"}",
               first ? "" : ", ", digits, w->addr, w->length, accesses[w->access]);
    } else {
        printf("0x%0*" PRIX64 "  %" PRIu32 "  %s\n", digits, w->addr, w->length,
               accesses[w->access]);
    }
}

static int list_watchpoints(struct cli *cli)
{
    struct ocd_watchpoint *list = NULL;
    size_t count = 0;
    struct ocd_call call = cli_call(cli);
    int status = finish(cli, ocd_watchpoints_async(cli->session, &list, &count, &call), false, 0);
    if (status == CLI_DONE) {
        fputs(cli->json ? "{\"watchpoints\": [" : "", stdout);
        for (size_t i = 0; i < count; i++)
            print_watchpoint(cli, &list[i], i == 0);
        fputs(cli->json ? "]}\n" : "", stdout);
    }
    ocd_free(list);
    return status;
}

/* ADDR LENGTH [ACCESS], or ADDR..END [ACCESS]; to remove one ADDR alone is enough. */
static int parse_watchpoint(struct cli *cli, const struct args *args, struct ocd_watchpoint *point)
{
    struct operands operands = range_operands(cli, args, 0);
    struct ocd_range range = {0};
    bool alone = args->count == 1 && args_has(args, ARGS_REMOVE);
    int status = alone && !range_is_span(args->operands[0])
                     ? range_take_address(&operands, "ADDR", &range.addr)
                     : range_take(&operands, "ADDR", &range);
    if (status == CLI_DONE && operands.at < operands.count)
        status = parse_access(cli, args->operands[operands.at++], &point->access);
    if (status == CLI_DONE && operands.at < operands.count)
        status = report_usage(cli, "unexpected argument '%.200s'", args->operands[operands.at]);
    if (status == CLI_DONE && !alone && (range.size == 0 || range.size > UINT32_MAX))
        status = report_usage(cli, "a watchpoint has a length of 1 to 4294967295 bytes");
    point->addr = range.addr;
    point->length = (uint32_t)range.size;
    return status;
}

static int run_wp(struct cli *cli, const struct args *args)
{
    struct ocd_watchpoint point = {.access = OCD_WATCHPOINT_ACCESS};
    bool json;
    int status = cli_text_or_json(cli, args, &json);
    if (status == CLI_DONE && args->count > 0)
        status = parse_watchpoint(cli, args, &point);
    if (status == CLI_DONE)
        status = cli_connect(cli);
    if (status != CLI_DONE)
        return status;
    struct ocd_call call = cli_call(cli);
    if (args_has(args, ARGS_REMOVE)) {
        return finish_change(cli,
                             args->count > 0
                                 ? ocd_remove_watchpoint_async(cli->session, point.addr, &call)
                                 : ocd_remove_watchpoints_async(cli->session, &call),
                             args->count > 0, point.addr);
    }
    if (args->count == 0)
        return list_watchpoints(cli);
    return finish_change(cli, ocd_set_watchpoint_async(cli->session, &point, &call), true,
                         point.addr);
}

static const char bp_help[] =
    "usage: ocd bp [ADDR [LENGTH]] [--soft | --hard] [--remove] [-f text|json]\n"
    "\n"
    "Sets a breakpoint at ADDR, at which the core halts before it executes the\n"
    "instruction there, or without ADDR lists them: address, length and kind. LENGTH\n"
    "is that of the instruction, 2 bytes unless given. A breakpoint stays when the\n"
    "tool ends, until it is removed or OpenOCD ends.\n"
    "\n"
    "      --hard           by a comparator of the core, of which there are a few\n"
    "                       (unless --soft is given)\n"
    "      --soft           by an instruction that is written to memory\n"
    "      --remove         remove the one at ADDR, or without ADDR all\n"
    "  -f, --format FORMAT  text (unless given), or one json object: \"breakpoints\",\n"
    "                       an array of \"address\", \"length\", \"kind\"; or\n"
    "                       {\"done\": true}\n"
    "\n"
    "  ocd bp 0x080001A0 && ocd state --wait halted && ocd reg pc\n";

static const char wp_help[] =
    "usage: ocd wp [ADDR LENGTH [r|w|rw]] [--remove] [-f text|json]\n"
    "\n"
    "Sets a watchpoint: the core halts after it has read (r), written (w) or accessed\n"
    "(rw, unless given) any of LENGTH bytes from ADDR on. ADDR..END is a range, too.\n"
    "Without operands it lists them: address, length and access. Most cores have a\n"
    "few comparators, for powers of two and aligned addresses only. A watchpoint\n"
    "stays when the tool ends, until it is removed or OpenOCD ends.\n"
    "\n"
    "      --remove         remove the one at ADDR, or without ADDR all\n"
    "  -f, --format FORMAT  text (unless given), or one json object: \"watchpoints\",\n"
    "                       an array of \"address\", \"length\", \"access\"; or\n"
    "                       {\"done\": true}\n"
    "\n"
    "  ocd wp 0x20000010 4 w\n";

static const struct option bp_options[] = {
    {"soft", no_argument, NULL, ARGS_SOFT},
    {"hard", no_argument, NULL, ARGS_HARD},
    {"remove", no_argument, NULL, ARGS_REMOVE},
    {"format", required_argument, NULL, 'f'},
    {0},
};

static const struct option wp_options[] = {
    {"remove", no_argument, NULL, ARGS_REMOVE},
    {"format", required_argument, NULL, 'f'},
    {0},
};

const struct command command_bp = {
    .name = "bp", .help = bp_help, .options = bp_options, .operands_max = 2, .run = run_bp};
const struct command command_wp = {
    .name = "wp", .help = wp_help, .options = wp_options, .operands_max = 3, .run = run_wp};
