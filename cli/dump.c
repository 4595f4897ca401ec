// SPDX-License-Identifier: MIT
#include <string.h>
#include <unistd.h>

#include "numbers.h"
#include "report.h"
#include "transfer.h"

static const char help[] =
    "usage: ocd dump ADDR SIZE FILE\n"
    "\n"
    "Reads SIZE bytes from ADDR on into FILE, raw. They go to a temporary file beside\n"
    "it, which takes the name FILE when all has been read: after a failure or Ctrl-C\n"
    "FILE is what it was before. FILE - is standard output, which keeps what could be\n"
    "read before a failure.\n"
    "\n"
    "      --skip-bad        go on after unreadable memory; the ranges are told on\n"
    "                        standard error and the exit code is 4\n"
    "      --fill-byte BYTE  what unreadable bytes become (0 unless given)\n"
    "      --resume          keep what has been read when it fails, in a hidden file\n"
    "                        beside FILE, and go on there when the same is asked for\n"
    "                        again; if the memory has changed since, start over\n"
    "\n"
    "On a terminal the progress is shown, and at the end size and rate. --timeout is\n"
    "how long nothing may arrive; the whole may take as long as it needs.\n"
    "\n"
    "  ocd dump 0x08000000 128K flash.bin\n"
    "  ocd dump 0x20000000 20K - | sha256sum\n";

static const struct option options[] = {
    {"skip-bad", no_argument, NULL, ARGS_SKIP_BAD},
    {"fill-byte", required_argument, NULL, ARGS_FILL_BYTE},
    {"resume", no_argument, NULL, ARGS_RESUME},
    {0},
};

static int on_data(uint64_t addr, const void *data, size_t size, void *user)
{
    struct transfer *transfer = user;
    (void)addr;
    return output_bytes(&transfer->output, data, size);
}

static int dump(struct transfer *transfer, uint64_t addr, uint64_t size, const char *path,
                const struct ocd_call *call)
{
    struct cli *cli = transfer->cli;
    bool to_stdout = strcmp(path, "-") == 0;
    int status = cli_connect(cli);
    if (status != CLI_DONE) {
        return status;
    }
    if (to_stdout) {
        output_open(&transfer->output, NULL, false);
    }
    progress_start(&cli->progress,
                   !cli->settings.quiet && !(to_stdout && isatty(STDOUT_FILENO) == 1));
    struct ocd_op *op = to_stdout
                            ? ocd_dump_data_async(cli->session, addr, size, on_data, transfer, call)
                            : ocd_dump_async(cli->session, addr, size, path, call);
    status = transfer_end(transfer, op, addr);
    if (status == CLI_DONE) {
        progress_finish(&cli->progress, size);
    }
    return status;
}

static int run(struct cli *cli, const struct args *args)
{
    struct transfer transfer = {.cli = cli};
    struct ocd_call call = transfer_call(&transfer);
    uint64_t addr;
    uint64_t size;
    const char *wrong = number_parse(args->operands[0], &addr);
    if (wrong != NULL) {
        return report_word(cli, "ADDR", args->operands[0], wrong);
    }
    wrong = number_parse_size(args->operands[1], &size);
    if (wrong != NULL) {
        return report_word(cli, "SIZE", args->operands[1], wrong);
    }
    if (!number_range_fits(addr, size)) {
        return report_usage(cli, "the range goes beyond the 64-bit address space");
    }
    if (args_has(args, ARGS_SKIP_BAD)) {
        call.flags |= OCD_SKIP_BAD;
    }
    if (args_has(args, ARGS_FILL_BYTE)) {
        uint64_t byte;
        wrong = number_parse_value(args->value[ARGS_FILL_BYTE], 8, &byte);
        if (wrong != NULL) {
            return report_word(cli, "--fill-byte", args->value[ARGS_FILL_BYTE], wrong);
        }
        if (!args_has(args, ARGS_SKIP_BAD)) {
            return report_usage(cli, "--fill-byte goes with --skip-bad only");
        }
        call.fill = (uint8_t)byte;
    }
    if (args_has(args, ARGS_RESUME)) {
        if (strcmp(args->operands[2], "-") == 0) {
            return report_usage(cli, "--resume needs a file, not standard output");
        }
        call.flags |= OCD_RESUME;
    }
    return dump(&transfer, addr, size, args->operands[2], &call);
}

const struct command command_dump = {
    .name = "dump",
    .help = help,
    .options = options,
    .operands_min = 3,
    .operands_max = 3,
    .run = run,
};
