// SPDX-License-Identifier: MIT
#include "verify.h"

#include <stdio.h>
#include <stdlib.h>

#include "differences.h"
#include "image_args.h"
#include "numbers.h"
#include "report.h"
#include "transfer.h"

static const char help[] =
    "usage: ocd verify FILE [ADDR] [--ignore A:S]... [--fast] [--all] [-f text|json]\n"
    "\n"
    "Compares FILE with memory to the end, by reading, and prints every range that\n"
    "differs: the file's bytes after '<', those of memory after '>', 64 of each at\n"
    "the most. A raw binary is compared at ADDR; of other formats ADDR is added to\n"
    "every address. FILE - is standard input. Exit code: 0 the same, 1 different.\n"
    "\n"
    "      --fast            by checksums that OpenOCD computes, for which it runs\n"
    "                        code on the target: it must be halted, and its work\n"
    "                        area in RAM is overwritten. Only what differs is read\n"
    "      --ignore A:S      neither compare nor read the S bytes from address A on\n"
    "                        (or A..END); up to 64 times\n"
    "      --all             show all ranges, not the first 8\n"
    "  -f, --report FORMAT   text, or json: one object with all ranges\n"
    "      --skip-unreadable\n"
    "                        go on after unreadable memory, reported as different\n" IMAGE_HELP "\n"
    "  ocd verify firmware.elf\n"
    "  ocd verify parameters.bin 0x0801F000 -f json\n";

static const struct option options[] = {
    {"fast", no_argument, NULL, ARGS_FAST},
    {"ignore", required_argument, NULL, ARGS_IGNORE},
    {"all", no_argument, NULL, ARGS_ALL},
    {"report", required_argument, NULL, 'f'},
    {"skip-unreadable", no_argument, NULL, ARGS_SKIP_UNREADABLE},
    IMAGE_OPTIONS,
    {0},
};

struct verifying {
    struct transfer transfer;
    struct cli_target target;
    struct differences differences;
    struct ocd_range ignored[ARGS_IGNORED_MAX];
};

static void on_file(const struct ocd_image_info *info, void *user)
{
    struct verifying *verifying = user;
    image_report_notes(verifying->transfer.cli, info, &verifying->target,
                       &verifying->differences.notes);
}

static int on_difference(const struct ocd_difference *difference, void *user)
{
    struct verifying *verifying = user;
    return differences_tell(difference, &verifying->differences);
}

static int verify(struct verifying *verifying, const struct args *args, const char *path,
                  const struct ocd_image_options *image)
{
    struct cli *cli = verifying->transfer.cli;
    struct differences *differences = &verifying->differences;
    struct ocd_call call = transfer_call(&verifying->transfer);
    struct ocd_verify_options settings = {
        .image = *image,
        .file = on_file,
        .difference = on_difference,
        .user = verifying,
        .summary = &differences->summary,
        .ignore = verifying->ignored,
        .ignore_count = (size_t)args->ignored_count,
    };
    int status = cli_connect(cli);
    if (status == CLI_DONE)
        status = image_args_target(cli, &settings.image, &verifying->target);
    if (status != CLI_DONE)
        return status;
    call.flags |= (args_has(args, ARGS_FAST) ? (unsigned)OCD_VERIFY_FAST : 0) |
                  (args_has(args, ARGS_SKIP_UNREADABLE) ? (unsigned)OCD_READ_SKIP_UNREADABLE : 0);
    output_open(&differences->output, NULL, differences->json);
    differences_begin(differences);
    progress_start(&cli->progress, !cli->settings.quiet);
    struct ocd_op *op = ocd_verify_async(cli->session, path, &settings, &call);
    int result = cli_wait(cli, op);
    progress_erase(&cli->progress);
    if (result == OCD_OK || result == OCD_ERR_MISMATCH) {
        differences_end(differences);
        status = result == OCD_OK ? CLI_DONE : CLI_NO;
        ocd_op_free(op);
    } else if (differences->output.error != 0) {
        ocd_op_free(op); /* that has ended it */
    } else {
        char subject[300];
        snprintf(subject, sizeof(subject), "%s %.250s", cli->command->name, path);
        status = transfer_end_as(&verifying->transfer, op, subject);
    }
    int error = output_close(&differences->output, status == CLI_DONE || status == CLI_NO);
    return error != 0 && status <= CLI_NO ? report_local(cli, "standard output", error) : status;
}

static int parse_ignored(struct cli *cli, const struct args *args, struct ocd_range *ignored)
{
    for (int i = 0; i < args->ignored_count; i++) {
        const char *wrong =
            number_parse_range(args->ignored[i], &ignored[i].addr, &ignored[i].size);
        if (wrong != NULL)
            return report_word(cli, "--ignore", args->ignored[i], wrong);
    }
    return CLI_DONE;
}

int verify_file(struct cli *cli, const struct args *args, const char *path, const char *addr,
                bool raw_only)
{
    struct verifying verifying = {
        .transfer = {.cli = cli},
        .differences = {.cli = cli,
                        .names = {"file", "memory"},
                        .all = args_has(args, ARGS_ALL),
                        .progress = &cli->progress},
    };
    struct image_args image;
    int status = image_args_parse(cli, args, addr, &image);
    image.options.offset_raw = raw_only;
    if (status == CLI_DONE)
        status = parse_ignored(cli, args, verifying.ignored);
    if (status == CLI_DONE)
        status = cli_text_or_json(cli, args, &verifying.differences.json);
    if (status == CLI_DONE)
        status = verify(&verifying, args, image_args_path(path), &image.options);
    free(verifying.differences.notes);
    image_args_free(&image);
    return status;
}

static int run(struct cli *cli, const struct args *args)
{
    const char *addr = args->count > 1 ? args->operands[1] : NULL;
    return verify_file(cli, args, args->operands[0], addr, false);
}

const struct command command_verify = {
    .name = "verify",
    .help = help,
    .options = options,
    .operands = "FILE",
    .operands_min = 1,
    .operands_max = 2,
    .run = run,
};
