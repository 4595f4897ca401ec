// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>

#include "image_args.h"
#include "numbers.h"
#include "report.h"
#include "transfer.h"

/* So many regions are told one by one. */
#define REGIONS_SHOWN 16

static const char help[] =
    "usage: ocd load FILE [ADDR] [--ram | --flash] [--verify | --dry-run]\n"
    "\n"
    "Writes FILE into memory: what lies in a flash bank of the target by OpenOCD's\n"
    "flash commands, the rest by plain writes. What goes where is told on standard\n"
    "error before anything is written. A raw binary goes to ADDR; of other formats\n"
    "ADDR is added to every address. A malformed file writes nothing. FILE - is\n"
    "standard input.\n"
    "\n"
    "Flash is erased by whole sectors: what they held besides is lost. The target\n"
    "must be halted for it. --timeout is how long nothing may arrive, and OpenOCD\n"
    "answers nothing while it writes up to 8 KiB, or one sector.\n"
    "\n"
    "      --ram             plain writes only, whatever flash there is\n"
    "      --flash           flash only; data for anywhere else are refused\n"
    "      --verify          compare all with memory in the end; exit code 1 if it\n"
    "                        differs\n"
    "      --dry-run         write nothing: print the Tcl commands that would be sent\n"
    "                        through the port, one a line\n" IMAGE_HELP "\n"
    "  ocd load firmware.elf --verify\n"
    "  ocd load parameters.bin 0x0801F000\n";

static const struct option options[] = {
    {"ram", no_argument, NULL, ARGS_RAM},
    {"flash", no_argument, NULL, ARGS_FLASH},
    {"verify", no_argument, NULL, ARGS_VERIFY},
    {"dry-run", no_argument, NULL, ARGS_DRY_RUN},
    IMAGE_OPTIONS,
    {0},
};

struct loading {
    struct transfer transfer;
    uint64_t regions;
    uint64_t bytes;
};

static void on_file(const struct ocd_image_info *info, void *user)
{
    struct loading *loading = user;
    loading->bytes = info->bytes;
    image_report_warnings(loading->transfer.cli, info);
}

static int on_region(const struct ocd_region *region, void *user)
{
    struct loading *loading = user;
    struct cli *cli = loading->transfer.cli;
    int digits = number_address_digits(region->addr, region->size);
    if (cli->settings.quiet || ++loading->regions > REGIONS_SHOWN + 1) {
        return 0;
    }
    if (loading->regions == REGIONS_SHOWN + 1) {
        fputs("ocd: load: ... and more regions\n", stderr);
        return 0;
    }
    fprintf(stderr, "ocd: load: %" PRIu64 " byte%s to %s, 0x%0*" PRIX64 " to 0x%0*" PRIX64,
            region->bytes, region->bytes == 1 ? "" : "s", region->flash ? "flash" : "RAM", digits,
            region->addr, digits, region->addr + (region->size - 1));
    if (region->flash) {
        fprintf(stderr,
                " (bank %u; erases %" PRIu64 " sector%s, 0x%0*" PRIX64 " to 0x%0*" PRIX64 ")",
                region->bank, region->sectors, region->sectors == 1 ? "" : "s", digits,
                region->erase_addr, digits, region->erase_addr + (region->erase_size - 1));
    }
    fputc('\n', stderr);
    return 0;
}

static int load(struct loading *loading, const char *path, const struct ocd_load_options *settings,
                unsigned flags)
{
    struct cli *cli = loading->transfer.cli;
    struct ocd_call call = transfer_call(&loading->transfer);
    int status = cli_connect(cli);
    if (status != CLI_DONE) {
        return status;
    }
    call.user = &loading->transfer;
    call.flags = flags;
    progress_start(&cli->progress, !cli->settings.quiet);
    struct ocd_op *op = ocd_load_async(cli->session, path, settings, &call);
    char subject[300];
    snprintf(subject, sizeof subject, "load %.250s", path);
    status = transfer_end_as(&loading->transfer, op, subject);
    if (status == CLI_DONE && !cli->settings.dry_run) {
        progress_finish(&cli->progress, loading->bytes);
    }
    return status;
}

static int run(struct cli *cli, const struct args *args)
{
    struct loading loading = {.transfer = {.cli = cli}};
    struct image_args image;
    int status = image_args_parse(cli, args, args->count > 1 ? args->operands[1] : NULL, &image);
    if (status == CLI_DONE && args_has(args, ARGS_RAM) && args_has(args, ARGS_FLASH)) {
        status = report_usage(cli, "--ram does not go with --flash");
    }
    if (status == CLI_DONE) {
        struct ocd_load_options settings = {
            .image = image.options,
            .where = args_has(args, ARGS_RAM)     ? OCD_LOAD_RAM
                     : args_has(args, ARGS_FLASH) ? OCD_LOAD_FLASH
                                                  : OCD_LOAD_AUTO,
            .file = on_file,
            .region = on_region,
            .user = &loading,
        };
        status = load(&loading, image_args_path(args->operands[0]), &settings,
                      transfer_write_flags(cli, args));
    }
    image_args_free(&image);
    return status;
}

const struct command command_load = {
    .name = "load",
    .help = help,
    .options = options,
    .operands_min = 1,
    .operands_max = 2,
    .run = run,
};
