// SPDX-License-Identifier: MIT
#include "range.h"
#include "report.h"
#include "transfer.h"

static const char help[] =
    "usage: ocd copy FROM TO SIZE [--verify | --dry-run]\n"
    "       ocd copy FROM..END TO\n"
    "\n"
    "Copies SIZE bytes of memory from address FROM to address TO. The ranges may\n"
    "overlap. FROM..END is the memory up to END, END itself excluded.\n"
    "\n"
    "      --verify      read back and compare; exit code 1 if they differ\n"
    "      --dry-run     write nothing: print the Tcl commands that would be sent\n"
    "                    through the port, one a line\n"
    "  -f, --format FORMAT  text (unless given), or json: \"address\", \"size\",\n"
    "                       \"verified\"\n"
    "\n"
    "  ocd copy 0x08000000 0x20000000 4K\n";

static const struct option options[] = {
    {"verify", no_argument, NULL, ARGS_VERIFY},
    {"dry-run", no_argument, NULL, ARGS_DRY_RUN},
    {"format", required_argument, NULL, 'f'},
    {0},
};

struct copying {
    struct ocd_range from;
    uint64_t to;
};

static int parse(struct cli *cli, const struct args *args, struct copying *copying)
{
    struct operands operands = range_operands(cli, args, 0);
    struct ocd_range *from = &copying->from;
    bool span = range_is_span(args->operands[0]);
    int status = span ? range_take(&operands, "FROM", from)
                      : range_take_address(&operands, "FROM", &from->addr);
    uint64_t known_size = operands.known_size;
    if (status == CLI_DONE)
        status = range_take_address(&operands, "TO", &copying->to);
    operands.known_size = known_size;
    if (status == CLI_DONE && !span)
        status = range_take_size(&operands, "SIZE", &from->size);
    if (status == CLI_DONE && operands.at < operands.count)
        status = report_usage(cli, "unexpected argument '%.200s'", args->operands[operands.at]);
    if (status == CLI_DONE)
        status = range_check(cli, from->addr, from->size);
    if (status == CLI_DONE)
        status = range_check(cli, copying->to, from->size);
    return status == CLI_DONE ? transfer_check_size(cli, args, from->size) : status;
}

static int run(struct cli *cli, const struct args *args)
{
    struct transfer transfer = {.cli = cli};
    struct copying copying = {0};
    int status = transfer_check_format(cli, args);
    if (status == CLI_DONE)
        status = parse(cli, args, &copying);
    if (status != CLI_DONE)
        return status;
    const struct ocd_range from = copying.from;
    uint64_t to = copying.to;
    struct ocd_call call = transfer_call(&transfer);
    call.flags = transfer_write_flags(cli, args);
    status = cli_connect(cli);
    if (status != CLI_DONE)
        return status;
    progress_start(&cli->progress, !cli->settings.quiet);
    struct ocd_op *op = ocd_copy_async(cli->session, from.addr, to, from.size, &call);
    status = transfer_end(&transfer, op, from.addr);
    if (status == CLI_DONE)
        transfer_print_written(cli, to, from.size, args_has(args, ARGS_VERIFY));
    return status;
}

const struct command command_copy = {
    .name = "copy",
    .help = help,
    .options = options,
    .operands = "FROM TO",
    .operands_min = 2,
    .operands_max = 3,
    .run = run,
};
