// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "numbers.h"
#include "pattern.h"
#include "range.h"
#include "report.h"
#include "transfer.h"

static const char help[] =
    "usage: ocd search START END BYTES...\n"
    "       ocd search START END --text TEXT\n"
    "\n"
    "Prints the address of every match from START up to END, END itself\n"
    "excluded: one a line, ascending, as it is found; matches may overlap.\n"
    "START +SIZE and START..END are ranges, too. Exit code 1: there is none.\n"
    "\n"
    "BYTES are hex digits, two a byte, in the order of memory; blanks between bytes\n"
    "do not matter: DEADBEEF, DE AD BE EF and 'DE AD BE EF' are the same.\n"
    "\n"
    "      --text TEXT  look for the bytes of TEXT\n"
    "      --max N      stop after N matches\n"
    "  -f, --format FORMAT  text (unless given), or one json object: \"matches\"\n"
    "\n"
    "  ocd search 0x08000000 +128K DEADBEEF\n"
    "  ocd search 0x08000000 0x08020000 --text 'version 1.'\n";

static const struct option options[] = {
    {"text", required_argument, NULL, ARGS_TEXT},
    {"max", required_argument, NULL, ARGS_MAX},
    {"format", required_argument, NULL, 'f'},
    {0},
};

struct search {
    struct transfer transfer;
    uint64_t start;
    uint64_t end;
    uint8_t pattern[PATTERN_MAX];
    size_t length;
    int bytes_at; /* operand */
};

static int on_match(uint64_t addr, void *user)
{
    struct transfer *transfer = user;
    if (transfer->cli->json) {
        output_printf(&transfer->output, "%s\"0x%0*" PRIX64 "\"",
                      transfer->found == 0 ? "{\"matches\": [" : ", ", transfer->digits, addr);
    } else {
        progress_make_room(&transfer->cli->progress);
        char name[ELF_NAME_MAX];
        output_printf(&transfer->output, "0x%0*" PRIX64, transfer->digits, addr);
        if (elf_name(transfer->cli, addr, name))
            output_printf(&transfer->output, "  %s", name);
        output_text(&transfer->output, "\n");
        output_flush(&transfer->output); /* the reader of a pipe gets each match at once */
    }
    transfer->found++;
    return transfer->output.error != 0 || transfer->found == transfer->max;
}

/* Two plain numbers are START END here, and in no other command. */
static int parse_range(struct cli *cli, const struct args *args, struct search *search)
{
    struct operands operands = range_operands(cli, args, 0);
    const char *end = args->count > 1 ? args->operands[1] : "";
    struct ocd_range range;
    int status;
    if (range_is_span(args->operands[0]) || end[0] == '+') {
        status = range_take(&operands, "START", &range);
        search->start = range.addr;
        search->end = range.addr + range.size;
        if (status == CLI_DONE && search->end < search->start)
            status = report_usage(cli, "the range goes beyond the 64-bit address space");
    } else {
        status = range_take_address(&operands, "START", &search->start);
        if (status == CLI_DONE && operands.known_size > 0) /* all of an object */
            search->end = search->start + operands.known_size;
        else if (status == CLI_DONE)
            status = range_take_address(&operands, "END", &search->end);
        if (status == CLI_DONE && search->end < search->start)
            status = report_word(cli, "END", end, "is below START");
    }
    search->bytes_at = operands.at;
    return status;
}

static int parse_pattern(struct cli *cli, const struct args *args, struct search *search)
{
    const char *text = args->value[ARGS_TEXT];
    if (text != NULL) {
        if (args->count > search->bytes_at)
            return report_usage(cli, "give either BYTES or --text, not both");
        search->length = strlen(text);
        if (search->length > PATTERN_MAX)
            return report_usage(cli, "the text is longer than %u bytes", PATTERN_MAX);
        memcpy(search->pattern, text, search->length);
    }
    for (int i = search->bytes_at; i < args->count; i++) {
        const char *wrong = pattern_add(args->operands[i], search->pattern, &search->length);
        if (wrong != NULL)
            return report_word(cli, "BYTES", args->operands[i], wrong);
    }
    return search->length > 0 ? CLI_DONE : report_usage(cli, "no bytes to search for");
}

static int parse(struct cli *cli, const struct args *args, struct search *search)
{
    int status = parse_range(cli, args, search);
    if (status == CLI_DONE)
        status = parse_pattern(cli, args, search);
    if (status == CLI_DONE && args_has(args, ARGS_MAX)) {
        const char *max = args->value[ARGS_MAX];
        const char *wrong = number_parse(max, &search->transfer.max);
        if (wrong == NULL && search->transfer.max == 0)
            wrong = "must be at least 1";
        status = wrong != NULL ? report_word(cli, "--max", max, wrong) : CLI_DONE;
    }
    return status;
}

static int perform(struct search *search)
{
    struct transfer *transfer = &search->transfer;
    struct cli *cli = transfer->cli;
    struct ocd_call call = transfer_call(transfer);

    transfer->digits = number_address_digits(search->start, search->end - search->start);
    output_open(&transfer->output, NULL, cli->json);
    progress_start(&cli->progress, !cli->settings.quiet);
    struct ocd_op *op =
        ocd_search_each_async(cli->session, search->pattern, search->length, search->start,
                              search->end, on_match, transfer, &call);
    if (cli_wait(cli, op) == OCD_OK && cli->json)
        output_text(&transfer->output, transfer->found == 0 ? "{\"matches\": []}\n" : "]}\n");
    int status = transfer_end(transfer, op, search->start);
    return status == CLI_DONE && transfer->found == 0 ? CLI_NO : status;
}

static int run(struct cli *cli, const struct args *args)
{
    struct search *search = calloc(1, sizeof(*search));
    if (search == NULL)
        return report_failure(cli, OCD_ERR_NOMEM, NULL, "search", NULL);
    search->transfer.cli = cli;
    bool json;
    int status = cli_text_or_json(cli, args, &json);
    if (status == CLI_DONE)
        status = parse(cli, args, search);
    if (status == CLI_DONE)
        status = cli_connect(cli);
    if (status == CLI_DONE)
        status = perform(search);
    free(search);
    return status;
}

const struct command command_search = {
    .name = "search",
    .help = help,
    .options = options,
    .operands = "START END",
    .operands_min = 1,
    .operands_max = -1,
    .run = run,
};
