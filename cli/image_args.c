// SPDX-License-Identifier: MIT
#include "image_args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "range.h"
#include "report.h"
#include "signals.h"
#include "text.h"

/* Splits "a,b,c". */
static const char *parse_sections(const char *text, struct image_args *image)
{
    size_t count = 0;
    char *rest = NULL;
    image->words = strdup(text);
    if (image->words == NULL)
        return "needs memory that is not there";
    for (char *word = strtok_r(image->words, ",", &rest); word != NULL;
         word = strtok_r(NULL, ",", &rest)) {
        if (count == IMAGE_SECTIONS_MAX)
            return "has too many names";
        image->sections[count++] = word;
    }
    image->options.sections = image->sections;
    return count == 0 ? "has no name" : NULL;
}

/* Lets a signal end a wait for the bytes of a pipe. */
static int on_check(uint64_t done, uint64_t total, void *user)
{
    (void)done;
    (void)total;
    (void)user;
    return signals_caught() != 0;
}

int image_args_parse(struct cli *cli, const struct args *args, const char *addr,
                     struct image_args *image)
{
    const char *format = args->value[ARGS_FORMAT];
    const char *sections = args->value[ARGS_SECTION];
    *image = (struct image_args){.options.progress = on_check};
    if (addr != NULL) {
        int status = range_address(cli, "ADDR", addr, &image->options.offset);
        if (status != CLI_DONE)
            return status;
        image->options.has_offset = true;
    }
    if (format != NULL && !ocd_image_format_named(format, &image->options.format, NULL)) {
        return report_word(cli, "--format", format,
                           "is not a format (bin, ihex, srec, elf or hexdump)");
    }
    if (sections != NULL) {
        const char *wrong = parse_sections(sections, image);
        if (wrong != NULL)
            return report_word(cli, "--section", sections, wrong);
    }
    image->options.allow_empty = args_has(args, ARGS_ALLOW_EMPTY);
    image->options.virtual_addr = args_has(args, ARGS_VIRTUAL);
    return CLI_DONE;
}

void image_args_free(struct image_args *image)
{
    free(image->words);
    image->words = NULL;
}

const char *image_args_path(const char *operand)
{
    return strcmp(operand, "-") == 0 ? "/dev/stdin" : operand;
}

int image_args_target(struct cli *cli, struct ocd_image_options *options, struct cli_target *target)
{
    int status = cli_target(cli, target);
    options->big_endian = target->endian == OCD_BIG_ENDIAN;
    return status;
}

static void report_note(struct cli *cli, const char *text, size_t size, char **notes)
{
    size_t before = *notes != NULL ? strlen(*notes) : 0;
    if (!cli->json) {
        progress_erase(&cli->progress);
        fprintf(stderr, "ocd: %s: note: ", cli->command->name);
        text_print_escaped(stderr, text, size);
        fputc('\n', stderr);
        return;
    }
    char *longer = realloc(*notes, before + size + 2);
    if (longer != NULL) {
        memcpy(longer + before, text, size);
        memcpy(longer + before + size, "\n", 2);
        *notes = longer;
    }
}

void image_report_notes(struct cli *cli, const struct ocd_image_info *info,
                        const struct cli_target *target, char **notes)
{
    const char *machine = target != NULL ? machine_mismatch(info->machine, target->type) : NULL;
    for (const char *line = info->warnings; *line != '\0';) {
        size_t size = strcspn(line, "\n");
        report_note(cli, line, size, notes);
        line += size + (line[size] == '\n' ? 1 : 0);
    }
    if (machine != NULL) {
        char text[160];
        snprintf(text, sizeof(text), "the program is for %s, and the target is of type %s", machine,
                 target->type);
        report_note(cli, text, strlen(text), notes);
    }
}

int image_report_failure(struct cli *cli, const struct ocd_error *error)
{
    return report_error(cli, error->code == OCD_ERR_ARG ? CLI_USAGE : CLI_LOCAL, error->code,
                        cli->command->name, error->text);
}
