// SPDX-License-Identifier: MIT
/* How a command line says what a file is: FILE [ADDR], --format, --section, --virtual. */
#pragma once

#include "cli.h"

#define IMAGE_SECTIONS_MAX 64

/* Entries of a command's options. */
#define IMAGE_OPTIONS                                                                              \
    {"format", required_argument, NULL, ARGS_FORMAT},                                              \
        {"section", required_argument, NULL, ARGS_SECTION},                                        \
        {"allow-empty", no_argument, NULL, ARGS_ALLOW_EMPTY},                                      \
    {                                                                                              \
        "virtual", no_argument, NULL, ARGS_VIRTUAL                                                 \
    }

/* … and their lines of help. */
#define IMAGE_HELP                                                                                 \
    "      --format FORMAT   bin, ihex, srec, elf, hexdump; otherwise by contents, or\n"           \
    "                        by the name where the contents may be anything\n"                     \
    "      --section NAMES   ELF: these sections (a,b,c), not all that are loaded\n"               \
    "      --virtual         ELF: at the addresses where the program runs, not where\n"            \
    "                        it is stored\n"                                                       \
    "      --allow-empty     a file without data is not an error\n"

struct image_args {
    struct ocd_image_options options;
    char *words; /* of --section */
    const char *sections[IMAGE_SECTIONS_MAX + 1];
};

/* CLI_DONE, or the exit code after a message. To be released with image_args_free() in both cases.
 * `addr` may be NULL. */
int image_args_parse(struct cli *cli, const struct args *args, const char *addr,
                     struct image_args *image);
void image_args_free(struct image_args *image);

/* What depends on the target, once there is a session. CLI_DONE, or the exit code after a message.
 */
int image_args_target(struct cli *cli, struct ocd_image_options *options,
                      struct cli_target *target);

/* The file that an operand names; - is standard input. */
const char *image_args_path(const char *operand);

/* Reports what is odd about a file, and, of a program for another processor than the target's, that
 * it is one: on standard error, or, where the answer is JSON, as lines that are added to `*notes`,
 * which is to be freed. `target` may be NULL. */
void image_report_notes(struct cli *cli, const struct ocd_image_info *info,
                        const struct cli_target *target, char **notes);

/* What has failed with a file of its own: "ocd: VERB: text". Returns the exit code. */
int image_report_failure(struct cli *cli, const struct ocd_error *error);
