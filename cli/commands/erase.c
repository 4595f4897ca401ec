// SPDX-License-Identifier: MIT
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "numbers.h"
#include "range.h"
#include "report.h"
#include "transfer.h"

static const char help[] =
    "usage: ocd erase ADDR SIZE [--sectors] [--dry-run] [-f text|json]\n"
    "       ocd erase --all\n"
    "\n"
    "Erases flash, by OpenOCD's flash driver. The range (ADDR SIZE, ADDR +SIZE or\n"
    "ADDR..END) must be flash and made of whole sectors; otherwise nothing is erased,\n"
    "and a message names its sectors. The sectors are printed before they are erased.\n"
    "The target must be halted. --timeout is the longest time without an answer; a\n"
    "sector can take seconds.\n"
    "\n"
    "      --all             all flash banks of the target\n"
    "      --sectors         erase every sector that has any part of the range\n"
    "      --dry-run         erase nothing: print the Tcl commands that would be sent\n"
    "  -f, --format FORMAT   text, or json: one object with all ranges\n"
    "\n"
    "  ocd erase 0x0801F800 2K\n"
    "  ocd erase 0x0801FC10 4 --sectors\n";

static const struct option options[] = {
    {"all", no_argument, NULL, ARGS_ALL},
    {"sectors", no_argument, NULL, ARGS_SECTORS},
    {"dry-run", no_argument, NULL, ARGS_DRY_RUN},
    {"format", required_argument, NULL, 'f'},
    {0},
};

struct erasing {
    struct transfer transfer;
    struct ocd_range range;
    uint64_t ranges;
    uint64_t sectors;
    uint64_t bytes;
    FILE *json; /* gets the ranges */
    char *json_text;
    size_t json_size;
};

static int on_region(const struct ocd_region *region, void *user)
{
    struct erasing *erasing = user;
    struct cli *cli = erasing->transfer.cli;
    int digits = number_address_digits(region->addr, region->size);
    erasing->sectors += region->sectors;
    erasing->bytes += region->size;
    if (erasing->json != NULL) {
        fprintf(erasing->json,
                "%s{\"address\": \"0x%0*" PRIX64 "\", \"size\": %" PRIu64
                ", \"bank\": %u, \"sectors\": %" PRIu64 "}",
                erasing->ranges++ > 0 ? ", " : "", digits, region->addr, region->size, region->bank,
                region->sectors);
    } else if (!cli->settings.quiet) {
        fprintf(stderr,
                "ocd: erase: %" PRIu64 " sector%s of bank %u, 0x%0*" PRIX64 " to 0x%0*" PRIX64 "\n",
                region->sectors, region->sectors == 1 ? "" : "s", region->bank, digits,
                region->addr, digits, region->addr + (region->size - 1));
    }
    return 0;
}

static void print_done(struct erasing *erasing)
{
    struct cli *cli = erasing->transfer.cli;
    if (erasing->json != NULL) {
        fflush(erasing->json);
        fputs("{\"ranges\": [", stdout);
        fwrite(erasing->json_text, 1, erasing->json_size, stdout);
        printf("], \"sectors\": %" PRIu64 ", \"bytes\": %" PRIu64 "}\n", erasing->sectors,
               erasing->bytes);
    } else if (!cli->settings.quiet && !cli->settings.dry_run) {
        fprintf(stderr, "ocd: erase: %" PRIu64 " bytes erased\n", erasing->bytes);
    }
}

static int erase(struct erasing *erasing, const struct args *args)
{
    struct cli *cli = erasing->transfer.cli;
    struct ocd_erase_options settings = {
        .all = args_has(args, ARGS_ALL),
        .whole_sectors = args_has(args, ARGS_SECTORS),
        .region = on_region,
        .user = erasing,
    };
    unsigned flags = transfer_write_flags(cli, args);
    int status = cli_connect(cli);
    if (status != CLI_DONE)
        return status;
    struct ocd_call call = transfer_call(&erasing->transfer);
    call.flags = flags;
    progress_start(&cli->progress, !cli->settings.quiet);
    struct ocd_op *op =
        ocd_erase_async(cli->session, erasing->range.addr, erasing->range.size, &settings, &call);
    status = settings.all ? transfer_end_as(&erasing->transfer, op, "erase")
                          : transfer_end(&erasing->transfer, op, erasing->range.addr);
    if (status == CLI_DONE)
        print_done(erasing);
    return status;
}

static int parse(struct cli *cli, const struct args *args, struct ocd_range *range)
{
    struct operands operands = range_operands(cli, args, 0);
    int status = transfer_check_format(cli, args);
    if (status != CLI_DONE || (args_has(args, ARGS_ALL) && args->count == 0))
        return status;
    if (args_has(args, ARGS_ALL))
        return report_usage(cli, "--all does not go with a range");
    status = range_take(&operands, "ADDR", range);
    if (status == CLI_DONE && operands.at < operands.count)
        status = report_usage(cli, "unexpected argument '%.200s'", operands.word[operands.at]);
    if (status == CLI_DONE && range->size == 0)
        status = report_usage(cli, "there is nothing to erase: the size is 0");
    return status;
}

static int run(struct cli *cli, const struct args *args)
{
    struct erasing erasing = {.transfer = {.cli = cli}};
    int status = parse(cli, args, &erasing.range);
    if (status == CLI_DONE && cli->json) {
        erasing.json = open_memstream(&erasing.json_text, &erasing.json_size);
        status = erasing.json != NULL ? CLI_DONE : report_local(cli, "erase", ENOMEM);
    }
    if (status == CLI_DONE)
        status = erase(&erasing, args);
    if (erasing.json != NULL)
        fclose(erasing.json);
    free(erasing.json_text);
    return status;
}

const struct command command_erase = {
    .name = "erase",
    .help = help,
    .options = options,
    .operands = "ADDR",
    .operands_min = 0,
    .operands_max = 2,
    .run = run,
};
