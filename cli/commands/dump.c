// SPDX-License-Identifier: MIT
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "numbers.h"
#include "range.h"
#include "report.h"
#include "text.h"
#include "transfer.h"

static const char help[] =
    "usage: ocd dump ADDR SIZE [ADDR SIZE...] FILE\n"
    "\n"
    "Reads SIZE bytes from ADDR on into FILE, and further ranges into the same file.\n"
    "A range may also be ADDR..END, END itself excluded.\n"
    "The data go to a temporary file beside FILE, which takes its name when all has\n"
    "been read: after a failure or Ctrl-C FILE is what it was before. FILE - is\n"
    "standard output, which keeps what could be read before a failure.\n"
    "\n"
    "      --format FORMAT   bin, ihex, ihex16, ihex20, srec, s19, s28, s37, c-array\n"
    "                        or hexdump; otherwise by the extension of FILE, or raw.\n"
    "                        A range that the format cannot hold is refused\n"
    "      --skip-unreadable\n"
    "                        go on after unreadable memory; the ranges are named on\n"
    "                        standard error and the exit code is 4. They stay gaps\n"
    "                        where the format can have gaps\n"
    "      --fill-byte BYTE  what unreadable bytes become, and what is between\n"
    "                        ranges in raw and c-array (0 unless given)\n"
    "      --resume          raw, one range: keep what has been read when it fails,\n"
    "                        in a hidden file beside FILE, and go on there when the\n"
    "                        same is asked for again; if the memory has changed\n"
    "                        since, start over\n"
    "  -f, --report FORMAT   text, or json: one object, \"file\", \"bytes\", \"ranges\"\n"
    "                        and \"unreadable\"\n"
    "\n"
    "On a terminal the progress is shown, and at the end size and rate.\n"
    "\n"
    "  ocd dump 0x08000000 128K flash.bin\n"
    "  ocd dump 0x08000000 128K 0x1FFFF800 16 chip.hex\n"
    "  ocd dump 0x20000000 20K - | sha256sum\n";

static const struct option options[] = {
    {"format", required_argument, NULL, ARGS_FORMAT},
    {"skip-unreadable", no_argument, NULL, ARGS_SKIP_UNREADABLE},
    {"fill-byte", required_argument, NULL, ARGS_FILL_BYTE},
    {"resume", no_argument, NULL, ARGS_RESUME},
    {"report", required_argument, NULL, 'f'},
    {0},
};

struct dumping {
    struct transfer transfer;
    struct ocd_range *ranges;
    size_t count;
    uint64_t size; /* of all */
    const char *path;
    struct ocd_image_layout layout;
    struct ocd_image_writer *writer; /* to standard output */
    struct ocd_range *unreadable;    /* what could not be read */
    size_t unreadable_count;
};

static int on_data(uint64_t addr, const void *data, size_t size, void *user)
{
    struct transfer *transfer = user;
    (void)addr;
    return output_bytes(&transfer->output, data, size);
}

static int on_bytes(const void *data, size_t size, void *user)
{
    struct dumping *dumping = user;
    return output_bytes(&dumping->transfer.output, data, size);
}

/* If memory is short the list is incomplete, but the sum of the bytes is right. */
static void on_unreadable(uint64_t addr, uint64_t size, void *user)
{
    struct transfer *transfer = user;
    struct dumping *dumping = (struct dumping *)transfer;
    struct ocd_range *unreadable = realloc(dumping->unreadable, (dumping->unreadable_count + 1) *
                                                                    sizeof(*dumping->unreadable));
    transfer->unreadable += size;
    report_unreadable(transfer->cli, addr, size);
    if (unreadable != NULL) {
        unreadable[dumping->unreadable_count++] = (struct ocd_range){.addr = addr, .size = size};
        dumping->unreadable = unreadable;
    }
}

static void print_ranges(const char *name, const struct ocd_range *ranges, size_t count)
{
    printf("\"%s\": [", name);
    for (size_t i = 0; i < count; i++) {
        printf("%s{\"address\": \"0x%0*" PRIX64 "\", \"size\": %" PRIu64 "}", i > 0 ? ", " : "",
               number_address_digits(ranges[i].addr, ranges[i].size), ranges[i].addr,
               ranges[i].size);
    }
    putchar(']');
}

static void print_json(const struct dumping *dumping)
{
    fputs("{\"file\": ", stdout);
    text_print_json(stdout, dumping->path);
    printf(", \"bytes\": %" PRIu64 ", ", dumping->size - dumping->transfer.unreadable);
    print_ranges("ranges", dumping->ranges, dumping->count);
    fputs(", ", stdout);
    print_ranges("unreadable", dumping->unreadable, dumping->unreadable_count);
    puts("}");
}

static bool is_raw(const struct dumping *dumping)
{
    return dumping->layout.format == OCD_IMAGE_BIN && dumping->count == 1;
}

static struct ocd_op *begin(struct dumping *dumping, const struct ocd_call *call)
{
    struct ocd_session *session = dumping->transfer.cli->session;
    const struct ocd_range *range = dumping->ranges;
    bool to_stdout = strcmp(dumping->path, "-") == 0;
    if (is_raw(dumping) && to_stdout) {
        return ocd_dump_data_async(session, range->addr, range->size, on_data, &dumping->transfer,
                                   call);
    }
    if (is_raw(dumping))
        return ocd_dump_async(session, range->addr, range->size, dumping->path, call);
    if (!to_stdout) {
        return ocd_dump_ranges_async(session, dumping->ranges, dumping->count, dumping->path,
                                     &dumping->layout, call);
    }
    if (ocd_image_writer_to_sink(&dumping->writer, on_bytes, dumping, &dumping->layout) != OCD_OK)
        return NULL;
    return ocd_dump_writer_async(session, dumping->ranges, dumping->count, dumping->writer, call);
}

static int dump(struct dumping *dumping, const struct ocd_call *call)
{
    struct cli *cli = dumping->transfer.cli;
    bool to_stdout = strcmp(dumping->path, "-") == 0;
    int status = cli_connect(cli);
    if (status != CLI_DONE)
        return status;
    if (to_stdout)
        output_open(&dumping->transfer.output, NULL, false);
    progress_start(&cli->progress,
                   !cli->settings.quiet && !(to_stdout && isatty(STDOUT_FILENO) == 1));
    struct ocd_op *op = begin(dumping, call);
    bool done = cli_wait(cli, op) == OCD_OK;
    status = transfer_end(&dumping->transfer, op, dumping->ranges->addr);
    ocd_image_writer_close(dumping->writer);
    if (status == CLI_DONE)
        progress_finish(&cli->progress, dumping->size);
    if (cli->json && (status == CLI_DONE || dumping->transfer.unreadable > 0) && done)
        print_json(dumping);
    return status;
}

static int parse_ranges(struct cli *cli, const struct args *args, struct dumping *dumping)
{
    struct operands operands = range_operands(cli, args, 1);
    dumping->path = args->operands[args->count - 1];
    dumping->ranges = calloc((size_t)args->count, sizeof(*dumping->ranges));
    if (dumping->ranges == NULL)
        return report_local(cli, "dump", ENOMEM);
    bool alone = range_is_span(args->operands[0]) || range_is_name(cli, args->operands[0]);
    if (args->count == 1 || (args->count == 2 && !alone)) {
        bool size = args->count == 1 && !alone;
        return report_usage(cli, "%s is missing", size ? "SIZE" : "FILE");
    }
    while (operands.at < operands.count) {
        struct ocd_range *range = &dumping->ranges[dumping->count++];
        const char *last = args->operands[operands.at];
        if (operands.at + 1 == operands.count && !range_is_span(last) && !range_is_name(cli, last))
            return report_usage(cli, "a range is ADDR SIZE or ADDR..END; FILE comes last");
        int status = range_take(&operands, "ADDR", range);
        if (status != CLI_DONE)
            return status;
        dumping->size += range->size;
    }
    return CLI_DONE;
}

static int parse_format(struct cli *cli, const struct args *args, struct ocd_image_layout *layout)
{
    const char *format = args->value[ARGS_FORMAT];
    const char *path = args->operands[args->count - 1];
    layout->format = OCD_IMAGE_BIN;
    if (format == NULL) {
        enum ocd_image_format found;
        unsigned bits;
        if (ocd_image_format_of_path(path, &found, &bits)) {
            if (found == OCD_IMAGE_ELF) {
                return report_word(cli, "FILE", path,
                                   "would be read back as ELF, which is not written (give another "
                                   "name, or --format)");
            }
            layout->format = found;
            layout->addr_bits = bits;
        }
        return CLI_DONE;
    }
    if (!ocd_image_format_named(format, &layout->format, &layout->addr_bits) ||
        layout->format == OCD_IMAGE_ELF) {
        return report_word(cli, "--format", format,
                           "is not a format to write (bin, ihex, ihex16, ihex20, srec, s19, s28, "
                           "s37, c-array or hexdump)");
    }
    return CLI_DONE;
}

static int parse(struct cli *cli, const struct args *args, struct dumping *dumping,
                 struct ocd_call *call)
{
    bool json;
    int status = cli_text_or_json(cli, args, &json);
    if (status == CLI_DONE)
        status = parse_ranges(cli, args, dumping);
    if (status == CLI_DONE && json && strcmp(dumping->path, "-") == 0)
        status = report_usage(cli, "json needs a file: standard output has the data");
    call->unreadable = on_unreadable;
    if (status == CLI_DONE)
        status = parse_format(cli, args, &dumping->layout);
    if (status != CLI_DONE)
        return status;
    if (args_has(args, ARGS_SKIP_UNREADABLE))
        call->flags |= OCD_READ_SKIP_UNREADABLE;
    if (args_has(args, ARGS_FILL_BYTE)) {
        uint64_t byte;
        const char *wrong = number_parse_value(args->value[ARGS_FILL_BYTE], 8, &byte);
        if (wrong != NULL)
            return report_word(cli, "--fill-byte", args->value[ARGS_FILL_BYTE], wrong);
        if (!args_has(args, ARGS_SKIP_UNREADABLE) && dumping->count == 1)
            return report_usage(cli, "--fill-byte is for --skip-unreadable or several ranges only");
        dumping->layout.fill = call->fill = (uint8_t)byte;
    }
    if (args_has(args, ARGS_RESUME)) {
        if (strcmp(dumping->path, "-") == 0)
            return report_usage(cli, "--resume needs a file, not standard output");
        if (!is_raw(dumping))
            return report_usage(cli, "--resume is for one range in a raw file only");
        call->flags |= OCD_DUMP_RESUME;
    }
    return CLI_DONE;
}

static int run(struct cli *cli, const struct args *args)
{
    struct dumping dumping = {.transfer = {.cli = cli}};
    struct ocd_call call = transfer_call(&dumping.transfer);
    int status = parse(cli, args, &dumping, &call);
    if (status == CLI_DONE)
        status = dump(&dumping, &call);
    free(dumping.ranges);
    free(dumping.unreadable);
    return status;
}

const struct command command_dump = {
    .name = "dump",
    .help = help,
    .options = options,
    .operands = "ADDR",
    .operands_min = 1,
    .operands_max = -1,
    .run = run,
};
