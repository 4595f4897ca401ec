// SPDX-License-Identifier: MIT
#include "numbers.h"
#include "report.h"
#include "transfer.h"

static const char help[] =
    "usage: ocd copy FROM TO SIZE [--verify | --dry-run]\n"
    "\n"
    "Copies SIZE bytes of memory from address FROM to address TO. The ranges may\n"
    "overlap.\n"
    "\n"
    "      --verify      read back and compare; exit code 1 if they differ\n"
    "      --dry-run     write nothing: print the Tcl commands that would be sent\n"
    "                    through the port, one a line\n"
    "\n"
    "--timeout is how long nothing may arrive.\n"
    "\n"
    "  ocd copy 0x08000000 0x20000000 4K\n";

static const struct option options[] = {
    {"verify", no_argument, NULL, ARGS_VERIFY},
    {"dry-run", no_argument, NULL, ARGS_DRY_RUN},
    {0},
};

static int run(struct cli *cli, const struct args *args)
{
    struct transfer transfer = {.cli = cli};
    uint64_t from;
    uint64_t to;
    uint64_t size;
    const char *wrong = number_parse(args->operands[0], &from);
    if (wrong != NULL) {
        return report_word(cli, "FROM", args->operands[0], wrong);
    }
    wrong = number_parse(args->operands[1], &to);
    if (wrong != NULL) {
        return report_word(cli, "TO", args->operands[1], wrong);
    }
    wrong = number_parse_size(args->operands[2], &size);
    if (wrong != NULL) {
        return report_word(cli, "SIZE", args->operands[2], wrong);
    }
    if (!number_range_fits(from, size) || !number_range_fits(to, size)) {
        return report_usage(cli, "the range goes beyond the 64-bit address space");
    }
    struct ocd_call call = transfer_call(&transfer);
    call.flags = transfer_write_flags(cli, args);
    int status = cli_connect(cli);
    if (status != CLI_DONE) {
        return status;
    }
    progress_start(&cli->progress, !cli->settings.quiet);
    return transfer_end(&transfer, ocd_copy_async(cli->session, from, to, size, &call), from);
}

const struct command command_copy = {
    .name = "copy",
    .help = help,
    .options = options,
    .operands_min = 3,
    .operands_max = 3,
    .run = run,
};
