// SPDX-License-Identifier: MIT
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image_args.h"
#include "merge.h"
#include "numbers.h"
#include "range.h"
#include "report.h"
#include "text.h"
#include "transfer.h"

/* More regions than this are not printed one by one. */
#define REGIONS_SHOWN 16

static const char help[] =
    "usage: ocd load FILE [ADDR] [FILE [ADDR]...] [--ram | --flash]\n"
    "                [--keep] [--rewrite] [--verify | --dry-run] [--reset run|halt]\n"
    "\n"
    "Writes FILE into memory: data for a flash bank of the target by OpenOCD's flash\n"
    "commands, other data by plain writes. What goes where is printed on standard\n"
    "error before anything is written. A raw binary goes to ADDR; of other formats\n"
    "ADDR is added to every address. A malformed file writes nothing. FILE - is\n"
    "standard input. Several files are written as one; if two have data at the same\n"
    "address nothing is written.\n"
    "\n"
    "Before flash is erased the whole plan is checked: that nothing runs over the end\n"
    "of a flash bank, that no sector is protected, that the target is halted, and\n"
    "that the first and the last word of each range outside of flash can be read.\n"
    "\n"
    "Flash is erased by whole sectors. Each is read before: one that holds its data\n"
    "already is left as it is, and a warning says what else the others hold, which\n"
    "is lost unless --keep restores it. The target must be halted for flash.\n"
    "OpenOCD answers nothing while it writes up to 8 KiB, or erases one sector:\n"
    "--timeout must be longer than that takes.\n"
    "\n"
    "      --ram             plain writes only, whatever flash there is\n"
    "      --flash           flash only; data for anywhere else are refused\n"
    "      --keep            restore other data of the erased sectors\n"
    "      --rewrite         write sectors that have their data already, too\n"
    "      --verify          compare all with memory at the end; exit code 1 if it\n"
    "                        differs\n"
    "      --dry-run         write nothing: print the Tcl commands that would be sent\n"
    "                        through the port, one a line\n"
    "      --reset MODE      reset the chip at the end: run starts the program, halt\n"
    "                        stops it before its first instruction\n"
    "  -f, --report FORMAT   text, or json: one object with all regions\n" IMAGE_HELP "\n"
    "  ocd load firmware.elf --verify\n"
    "  ocd load parameters.bin 0x0801F000\n"
    "  ocd load boot.hex app.elf parameters.bin 0x0801F000 --verify --reset run\n";

static const struct option options[] = {
    {"ram", no_argument, NULL, ARGS_RAM},
    {"flash", no_argument, NULL, ARGS_FLASH},
    {"keep", no_argument, NULL, ARGS_KEEP},
    {"rewrite", no_argument, NULL, ARGS_REWRITE},
    {"verify", no_argument, NULL, ARGS_VERIFY},
    {"dry-run", no_argument, NULL, ARGS_DRY_RUN},
    {"reset", required_argument, NULL, ARGS_RESET},
    {"report", required_argument, NULL, 'f'},
    IMAGE_OPTIONS,
    {0},
};

struct loading {
    struct transfer transfer;
    struct cli_target target;
    struct merge_file files[MERGE_MAX];
    size_t count;
    const char *reset; /* "run", "halt", or NULL */
    bool verify;
    bool keep;
    uint64_t regions;
    uint64_t bytes;
    struct ocd_load_summary summary;
    FILE *json;  /* gets the regions */
    char *notes; /* a line each */
    char *json_text;
    size_t json_size;
};

static void on_file(const struct ocd_image_info *info, void *user)
{
    struct loading *loading = user;
    loading->bytes = info->bytes;
    image_report_notes(loading->transfer.cli, info, &loading->target, &loading->notes);
}

static void put_region(struct loading *loading, const struct ocd_region *region)
{
    FILE *stream = loading->json;
    int digits = number_address_digits(region->addr, region->size);
    fprintf(stream,
            "%s{\"address\": \"0x%0*" PRIX64 "\", \"size\": %" PRIu64 ", \"bytes\": %" PRIu64
            ", \"flash\": %s",
            loading->regions > 1 ? ", " : "", digits, region->addr, region->size, region->bytes,
            region->flash ? "true" : "false");
    if (region->flash) {
        fprintf(stream,
                ", \"bank\": %u, \"erase_address\": \"0x%0*" PRIX64 "\", \"erase_size\": %" PRIu64
                ", \"sectors\": %" PRIu64 ", \"same_sectors\": %" PRIu64
                ", \"other_bytes\": %" PRIu64,
                region->bank, digits, region->erase_addr, region->erase_size, region->sectors,
                region->same_sectors, region->other_bytes);
    }
    fputc('}', stream);
}

/* "(bank 0; erases 1 of 3 sectors, 0x0801F400 to 0x0801FFFF)" */
static void print_sectors(const struct ocd_region *region, int digits)
{
    const char *plural = region->sectors == 1 ? "" : "s";
    fprintf(stderr, " (bank %u; ", region->bank);
    if (region->same_sectors == 0) {
        fprintf(stderr, "erases %" PRIu64 " sector%s", region->sectors, plural);
    } else if (region->same_sectors < region->sectors) {
        fprintf(stderr, "erases %" PRIu64 " of %" PRIu64 " sector%s, the rest holds its data",
                region->sectors - region->same_sectors, region->sectors, plural);
    } else {
        fprintf(stderr, "%" PRIu64 " sector%s with just these data", region->sectors, plural);
    }
    fprintf(stderr, ", 0x%0*" PRIX64 " to 0x%0*" PRIX64 ")", digits, region->erase_addr, digits,
            region->erase_addr + (region->erase_size - 1));
}

static void print_other(const struct loading *loading, const struct ocd_region *region, int digits)
{
    if (region->other_bytes == 0)
        return;
    fprintf(stderr,
            "ocd: load: %s: the sectors to be erased hold %" PRIu64
            " other byte%s, from 0x%0*" PRIX64 " on: %s\n",
            loading->keep ? "note" : "warning", region->other_bytes,
            region->other_bytes == 1 ? "" : "s", digits, region->other_addr,
            loading->keep ? "they are restored" : "they are lost (--keep restores them)");
}

static int on_region(const struct ocd_region *region, void *user)
{
    struct loading *loading = user;
    struct cli *cli = loading->transfer.cli;
    int digits = number_address_digits(region->addr, region->size);
    loading->regions++;
    if (loading->json != NULL) {
        put_region(loading, region);
        return 0;
    }
    progress_erase(&cli->progress);
    if (!cli->settings.quiet && loading->regions <= REGIONS_SHOWN) {
        fprintf(stderr, "ocd: load: %" PRIu64 " byte%s to %s0x%0*" PRIX64 " to 0x%0*" PRIX64,
                region->bytes, region->bytes == 1 ? "" : "s",
                region->flash ? "flash, " : "addresses ", digits, region->addr, digits,
                region->addr + (region->size - 1));
        if (region->flash)
            print_sectors(region, digits);
        else
            fputs(" by plain writes", stderr);
        fputc('\n', stderr);
    } else if (!cli->settings.quiet && loading->regions == REGIONS_SHOWN + 1) {
        fputs("ocd: load: ... and more regions\n", stderr);
    }
    print_other(loading, region, digits);
    return 0;
}

static void print_summary(const struct loading *loading)
{
    const struct ocd_load_summary *done = &loading->summary;
    fprintf(stderr, "ocd: load: %" PRIu64 " byte%s written%s", done->bytes,
            done->bytes == 1 ? "" : "s", loading->verify ? " and verified" : "");
    if (done->skipped_sectors > 0) {
        fprintf(stderr, ", %" PRIu64 " in %" PRIu64 " sector%s there already", done->skipped_bytes,
                done->skipped_sectors, done->skipped_sectors == 1 ? "" : "s");
    }
    if (loading->keep && done->restored_bytes > 0)
        fprintf(stderr, ", %" PRIu64 " restored", done->restored_bytes);
    fprintf(stderr, "%s%s\n", loading->reset != NULL ? ", then reset " : "",
            loading->reset != NULL ? loading->reset : "");
}

/* What has been done, in words, or as the JSON object. */
static void print_done(struct loading *loading)
{
    struct cli *cli = loading->transfer.cli;
    const struct ocd_load_summary *done = &loading->summary;
    if (loading->json != NULL) {
        printf("{\"bytes\": %" PRIu64 ", \"regions\": [", loading->bytes);
        fflush(loading->json);
        fwrite(loading->json_text, 1, loading->json_size, stdout);
        printf("], \"written_bytes\": %" PRIu64 ", \"skipped_bytes\": %" PRIu64
               ", \"skipped_sectors\": %" PRIu64 ", \"erased_sectors\": %" PRIu64
               ", \"other_bytes\": %" PRIu64 ", \"restored_bytes\": %" PRIu64,
               done->bytes, done->skipped_bytes, done->skipped_sectors, done->erased_sectors,
               done->other_bytes, done->restored_bytes);
        printf(", \"verified\": %s, \"reset\": ", loading->verify ? "true" : "false");
        text_print_json_or_null(stdout, loading->reset);
        if (loading->notes != NULL) {
            fputs(", \"notes\": ", stdout);
            text_print_json(stdout, loading->notes);
        }
        puts("}");
    } else if (!cli->settings.quiet && !cli->settings.dry_run) {
        print_summary(loading);
    }
}

static int reset(struct loading *loading)
{
    struct cli *cli = loading->transfer.cli;
    struct ocd_call call = cli_call(cli);
    bool halt = strcmp(loading->reset, "halt") == 0;
    struct ocd_op *op = ocd_reset_async(cli->session, halt ? OCD_RESET_HALT : OCD_RESET_RUN, &call);
    int result = cli_wait(cli, op);
    int status = CLI_DONE;
    if (result != OCD_OK) {
        status = report_failure(cli, result, op != NULL ? ocd_op_error(op) : NULL,
                                "reset after the load", NULL);
    }
    ocd_op_free(op);
    return status;
}

static int load(struct loading *loading, const char *path, struct ocd_load_options *settings,
                unsigned flags)
{
    struct cli *cli = loading->transfer.cli;
    struct ocd_call call = transfer_call(&loading->transfer);
    int status = cli_connect(cli);
    if (status == CLI_DONE)
        status = image_args_target(cli, &settings->image, &loading->target);
    if (status != CLI_DONE)
        return status;
    call.user = &loading->transfer;
    call.flags = flags;
    progress_start(&cli->progress, !cli->settings.quiet);
    struct ocd_op *op = ocd_load_async(cli->session, path, settings, &call);
    char subject[300];
    snprintf(subject, sizeof(subject), "load %.250s", loading->count > 1 ? "several files" : path);
    status = transfer_end_as(&loading->transfer, op, subject);
    if (status == CLI_DONE && !cli->settings.dry_run)
        progress_finish(&cli->progress, loading->bytes);
    if (status == CLI_DONE && loading->reset != NULL && !cli->settings.dry_run)
        status = reset(loading);
    if (status == CLI_DONE)
        print_done(loading);
    return status;
}

/* Whether the word is the ADDR of the file before it. A file whose name is a number needs a path:
 * ./1234. */
static bool is_address(const char *word)
{
    uint64_t number;
    return word[0] >= '0' && word[0] <= '9' &&
           (number_parse(word, &number) != number_not_one || access(word, F_OK) != 0);
}

/* FILE [ADDR] FILE [ADDR]… */
static int parse_files(struct cli *cli, const struct args *args, struct loading *loading)
{
    for (int i = 0; i < args->count; i++) {
        const char *word = args->operands[i];
        struct merge_file *file = &loading->files[loading->count];
        if (loading->count == MERGE_MAX)
            return report_usage(cli, "more than %d files", MERGE_MAX);
        file->path = image_args_path(word);
        loading->count++;
        if (i + 1 < args->count && is_address(args->operands[i + 1])) {
            int status = range_address(cli, "ADDR", args->operands[i + 1], &file->addr);
            if (status != CLI_DONE)
                return status;
            file->has_addr = true;
            i++;
        }
    }
    return CLI_DONE;
}

static int parse(struct cli *cli, const struct args *args, struct loading *loading)
{
    int status = transfer_check_format(cli, args);
    if (status == CLI_DONE)
        status = parse_files(cli, args, loading);
    loading->verify = args_has(args, ARGS_VERIFY);
    loading->keep = args_has(args, ARGS_KEEP);
    loading->reset = args->value[ARGS_RESET];
    if (status == CLI_DONE && loading->reset != NULL && strcmp(loading->reset, "run") != 0 &&
        strcmp(loading->reset, "halt") != 0)
        status = report_word(cli, "--reset", loading->reset, "is neither run nor halt");
    if (status == CLI_DONE && args_has(args, ARGS_RAM) && args_has(args, ARGS_FLASH))
        status = report_usage(cli, "--ram does not go with --flash");
    return status;
}

static int load_files(struct loading *loading, const struct args *args, struct image_args *image)
{
    struct cli *cli = loading->transfer.cli;
    struct ocd_load_options settings = {
        .image = image->options,
        .where = args_has(args, ARGS_RAM)     ? OCD_LOAD_RAM
                 : args_has(args, ARGS_FLASH) ? OCD_LOAD_FLASH
                                              : OCD_LOAD_AUTO,
        .file = on_file,
        .region = on_region,
        .user = loading,
        .keep = loading->keep,
        .rewrite = args_has(args, ARGS_REWRITE),
        .summary = &loading->summary,
    };
    unsigned flags = transfer_write_flags(cli, args);
    char path[40];
    FILE *merged;
    if (loading->count == 1) {
        settings.image.has_offset = loading->files[0].has_addr;
        settings.image.offset = loading->files[0].addr;
        return load(loading, loading->files[0].path, &settings, flags);
    }
    int status =
        merge_files(cli, loading->files, loading->count, &settings.image, &merged, &loading->notes);
    if (status == CLI_DONE) {
        settings.image = (struct ocd_image_options){.format = OCD_IMAGE_HEXDUMP,
                                                    .allow_empty = settings.image.allow_empty};
        snprintf(path, sizeof(path), "/dev/fd/%d", fileno(merged));
        status = load(loading, path, &settings, flags);
    }
    if (merged != NULL)
        fclose(merged);
    return status;
}

static int run(struct cli *cli, const struct args *args)
{
    struct loading loading = {.transfer = {.cli = cli}};
    struct image_args image = {0};
    int status = parse(cli, args, &loading);
    if (status == CLI_DONE)
        status = image_args_parse(cli, args, NULL, &image);
    if (status == CLI_DONE && cli->json) {
        loading.json = open_memstream(&loading.json_text, &loading.json_size);
        status = loading.json != NULL ? CLI_DONE : report_local(cli, "load", ENOMEM);
    }
    if (status == CLI_DONE)
        status = load_files(&loading, args, &image);
    if (loading.json != NULL)
        fclose(loading.json);
    free(loading.json_text);
    free(loading.notes);
    image_args_free(&image);
    return status;
}

const struct command command_load = {
    .name = "load",
    .help = help,
    .options = options,
    .operands = "FILE",
    .operands_min = 1,
    .operands_max = -1,
    .run = run,
};
