// SPDX-License-Identifier: MIT
#include "transfer.h"

#include <inttypes.h>
#include <stdio.h>

#include "numbers.h"
#include "report.h"

const struct option transfer_write_options[] = {
    {"width", required_argument, NULL, 'w'},
    {"verify", no_argument, NULL, ARGS_VERIFY},
    {"dry-run", no_argument, NULL, ARGS_DRY_RUN},
    {"format", required_argument, NULL, 'f'},
    {0},
};

static int on_progress(uint64_t done, uint64_t total, void *user)
{
    struct transfer *transfer = user;
    progress_update(&transfer->cli->progress, done, total);
    return transfer->output.error;
}

static void on_unreadable(uint64_t addr, uint64_t size, void *user)
{
    struct transfer *transfer = user;
    transfer->unreadable += size;
    report_unreadable(transfer->cli, addr, size);
}

struct ocd_call transfer_call(struct transfer *transfer)
{
    struct ocd_call call = cli_call(transfer->cli);
    call.progress = on_progress;
    call.unreadable = on_unreadable;
    call.user = transfer;
    return call;
}

unsigned transfer_write_flags(struct cli *cli, const struct args *args)
{
    cli->settings.dry_run = args_has(args, ARGS_DRY_RUN);
    return (args_has(args, ARGS_VERIFY) ? (unsigned)OCD_WRITE_VERIFY : 0) |
           (cli->settings.dry_run ? (unsigned)OCD_WRITE_DRY_RUN : 0);
}

void transfer_print_written(const struct cli *cli, uint64_t addr, uint64_t size, bool verified)
{
    if (cli->json) {
        printf("{\"address\": \"0x%0*" PRIX64 "\", \"size\": %" PRIu64 ", \"verified\": %s}\n",
               number_address_digits(addr, size), addr, size, verified ? "true" : "false");
    }
}

int transfer_check_size(struct cli *cli, const struct args *args, uint64_t size)
{
    return size == 0 && args_has(args, ARGS_VERIFY)
               ? report_usage(cli, "there is nothing to verify: the size is 0")
               : CLI_DONE;
}

int transfer_check_format(struct cli *cli, const struct args *args)
{
    bool json;
    int status = cli_text_or_json(cli, args, &json);
    if (status == CLI_DONE && json && args_has(args, ARGS_DRY_RUN))
        status = report_usage(cli, "--dry-run prints commands, and no JSON");
    return status;
}

int transfer_output_status(struct transfer *transfer)
{
    const struct output *output = &transfer->output;
    if (output->error == 0)
        return CLI_DONE;
    return report_local(transfer->cli, output->path != NULL ? output->path : "standard output",
                        output->error);
}

int transfer_end(struct transfer *transfer, struct ocd_op *op, uint64_t addr)
{
    char subject[REPORT_SUBJECT_MAX];
    return transfer_end_as(transfer, op, report_subject(transfer->cli, addr, subject));
}

int transfer_end_as(struct transfer *transfer, struct ocd_op *op, const char *subject)
{
    struct cli *cli = transfer->cli;
    int result = cli_wait(cli, op);

    progress_erase(&cli->progress);
    output_close(&transfer->output, result == OCD_OK);
    int status = transfer_output_status(transfer);
    if (status == CLI_DONE && result != OCD_OK) {
        status =
            report_failure(cli, result, op != NULL ? ocd_op_error(op) : NULL, subject, "bytes");
    }
    if (status == CLI_DONE && transfer->unreadable > 0)
        status = CLI_REFUSED;
    ocd_op_free(op);
    return status;
}
