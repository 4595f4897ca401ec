// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "differences.h"
#include "image_args.h"
#include "report.h"
#include "verify.h"

static const char help[] =
    "usage: ocd diff A B [ADDR] [--all] [-f text|json]\n"
    "\n"
    "Compares two files of any format that is read, such as two dumps, and prints\n"
    "every range that differs or is in one of them only: A after '<', B after '>'.\n"
    "B can be the word mem, which means the memory of the target ('./mem' for a\n"
    "file of that name). Raw binaries begin at ADDR, 0 unless given; other formats\n"
    "have addresses. A or B can be -, standard input. Exit code: 0 the same, 1\n"
    "different.\n"
    "\n"
    "      --all             show all ranges, not the first 8\n"
    "  -f, --report FORMAT   text, or json: one object with all ranges\n" IMAGE_HELP "\n"
    "  ocd diff before.bin after.bin 0x20000000\n"
    "  ocd diff firmware.elf mem\n";

static const struct option options[] = {
    {"all", no_argument, NULL, ARGS_ALL},
    {"report", required_argument, NULL, 'f'},
    IMAGE_OPTIONS,
    {0},
};

/* CLI_DONE, or the exit code after a message. --section applies to the ELF files: another file
 * is compared as a whole, if it can be opened once more, which a pipe cannot. */
static int open_file(struct cli *cli, struct ocd_image **image, const char *path,
                     const struct ocd_image_options *settings, char **notes)
{
    int result = ocd_image_open(image, image_args_path(path), settings);
    struct stat st;
    if (result == OCD_ERR_ARG && settings->sections != NULL && stat(path, &st) == 0 &&
        S_ISREG(st.st_mode)) {
        struct ocd_image_options whole = *settings;
        whole.sections = NULL;
        ocd_image_close(*image);
        result = ocd_image_open(image, path, &whole);
    }
    if (*image == NULL)
        return report_message(cli, CLI_LOCAL, path, ocd_strerror(result));
    if (result != OCD_OK)
        return image_report_failure(cli, ocd_image_error(*image));
    image_report_notes(cli, ocd_image_get_info(*image), NULL, notes);
    return CLI_DONE;
}

static int compare(struct cli *cli, struct differences *d, struct ocd_image *a, struct ocd_image *b)
{
    output_open(&d->output, NULL, d->json);
    differences_begin(d);
    int result = ocd_image_compare(a, b, differences_tell, d, &d->summary);
    bool done = result == OCD_OK || result == OCD_ERR_MISMATCH;
    if (done)
        differences_end(d);
    int error = output_close(&d->output, done);
    if (error != 0)
        return report_local(cli, "standard output", error);
    if (result == OCD_ERR_FILE) {
        const struct ocd_error *first = ocd_image_error(a);
        return image_report_failure(cli, first->code != OCD_OK ? first : ocd_image_error(b));
    }
    if (!done)
        return report_message(cli, CLI_LOCAL, "diff", ocd_strerror(result));
    return result == OCD_OK ? CLI_DONE : CLI_NO;
}

static int run(struct cli *cli, const struct args *args)
{
    const char *addr = args->count > 2 ? args->operands[2] : "0";
    if (strcmp(args->operands[0], "mem") == 0)
        return report_usage(cli, "mem follows the file ('./mem' for a file of that name)");
    if (strcmp(args->operands[0], "-") == 0 && strcmp(args->operands[1], "-") == 0)
        return report_usage(cli, "only one of the two can be standard input");
    if (strcmp(args->operands[1], "mem") == 0)
        return verify_file(cli, args, args->operands[0], addr, true);
    struct differences differences = {.names = {"a", "b"}, .all = args_has(args, ARGS_ALL)};
    struct image_args image;
    struct ocd_image *a = NULL;
    struct ocd_image *b = NULL;
    int status = image_args_parse(cli, args, addr, &image);
    image.options.offset_raw = true;
    if (status == CLI_DONE)
        status = cli_text_or_json(cli, args, &differences.json);
    if (status == CLI_DONE)
        status = open_file(cli, &a, args->operands[0], &image.options, &differences.notes);
    if (status == CLI_DONE)
        status = open_file(cli, &b, args->operands[1], &image.options, &differences.notes);
    if (status == CLI_DONE && image.options.sections != NULL &&
        ocd_image_get_info(a)->format != OCD_IMAGE_ELF &&
        ocd_image_get_info(b)->format != OCD_IMAGE_ELF)
        status = report_usage(cli, "--section is for ELF files, and neither is one");
    if (status == CLI_DONE)
        status = compare(cli, &differences, a, b);
    ocd_image_close(a);
    ocd_image_close(b);
    free(differences.notes);
    image_args_free(&image);
    return status;
}

const struct command command_diff = {
    .name = "diff",
    .help = help,
    .options = options,
    .operands = "A B",
    .operands_min = 2,
    .operands_max = 3,
    .run = run,
};
