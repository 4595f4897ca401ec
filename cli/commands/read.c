// SPDX-License-Identifier: MIT
#include "read.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "numbers.h"
#include "range.h"
#include "report.h"

static const char help[] =
    "usage: ocd read ADDR [COUNT] [-w 8|16|32|64] [-f FORMAT] [-o FILE]\n"
    "\n"
    "Reads memory and prints it. Without -w COUNT is a number of bytes (64 unless\n"
    "given), read in the fastest way. With -w it is a number of values (1\n"
    "unless given), each read by exactly one access of that width, in order: the way\n"
    "to read registers. ADDR +SIZE and ADDR..END are ranges of bytes with -w, too.\n"
    "\n"
    "  -w, --width BITS     read values of 8, 16, 32 or 64 bits\n"
    "  -f, --format FORMAT  how to print:\n"
    "        hexdump  16 bytes a line, with ASCII; the default without -w\n"
    "        hex      one value a line, 0x and all its digits; the default with -w\n"
    "        dec      one value a line, decimal\n"
    "        signed   one value a line, decimal, as two's complement\n"
    "        float    one value a line, with -w 32 or 64 (IEEE 754)\n"
    "        string   the text from ADDR up to a NUL, without -w; COUNT is the most\n"
    "                 that is read, 4096 bytes unless given\n"
    "        bin      the bytes themselves, in memory order\n"
    "        json     one object: \"address\", and \"size\" and \"bytes\" (hex text), or\n"
    "                 with -w \"width\" and \"values\" (numbers, up to 64 bits)\n"
    "        signed,json  float,json  string,json  these as one object\n"
    "        c-array, ihex, srec  without -w: as ocd dump --format writes it\n"
    "  -o, --output FILE    write to FILE, which appears when all has been read, and\n"
    "                       is untouched after a failure; - is standard output\n"
    "      --skip-unreadable\n"
    "                       hexdump without -w: go on after unreadable memory, shown\n"
    "                       as ??; the exit code is then 4, and they are named\n"
    "                       on standard error\n"
    "      --columns N      hexdump without -w: bytes of a line, 1 to 64\n"
    "      --group N        ... 1, 2, 4 or 8 bytes as one number\n"
    "      --endian ORDER   ... little or big: byte order of these numbers (big\n"
    "                       unless given: memory order)\n"
    "      --squeeze        ... a * for lines that repeat the one before\n"
    "      --plain          on a terminal: neither colours nor *; NO_COLOR in the\n"
    "                       environment turns the colours off\n"
    "\n"
    "Values without -w are bytes. When reading fails, hexdump, hex, dec and bin have\n"
    "printed what could be read before; json prints all or nothing. bin is refused\n"
    "on a terminal unless -o - is given.\n"
    "\n"
    "  ocd read 0x08000000               the first 64 bytes of an STM32's flash\n"
    "  ocd read 0x20000000 8 -w 32       eight words\n"
    "  ocd read 0x20000000 20K -o ram.bin -f bin\n";

#define STRING_MAX (16u << 20)

static const struct option options[] = {
    {"width", required_argument, NULL, 'w'},
    {"format", required_argument, NULL, 'f'},
    {"output", required_argument, NULL, 'o'},
    {"skip-unreadable", no_argument, NULL, ARGS_SKIP_UNREADABLE},
    {"columns", required_argument, NULL, ARGS_COLUMNS},
    {"group", required_argument, NULL, ARGS_GROUP},
    {"endian", required_argument, NULL, ARGS_ENDIAN},
    {"squeeze", no_argument, NULL, ARGS_SQUEEZE},
    {"plain", no_argument, NULL, ARGS_PLAIN},
    {0},
};

static const char *parse_format(const char *text, struct reading *reading)
{
    static const char *const names[] = {
        [FORMAT_HEXDUMP] = "hexdump", [FORMAT_HEX] = "hex",     [FORMAT_DEC] = "dec",
        [FORMAT_SIGNED] = "signed",   [FORMAT_FLOAT] = "float", [FORMAT_STRING] = "string",
        [FORMAT_BIN] = "bin",         [FORMAT_JSON] = "json",   [FORMAT_C_ARRAY] = "c-array",
        [FORMAT_IHEX] = "ihex",       [FORMAT_SREC] = "srec",
    };
    size_t size = strcspn(text, ",");
    bool json = strcmp(text + size, ",json") == 0;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        bool can_json = i == FORMAT_SIGNED || i == FORMAT_FLOAT || i == FORMAT_STRING;
        if (strncmp(text, names[i], size) == 0 && names[i][size] == '\0' &&
            (text[size] == '\0' || (json && can_json))) {
            reading->format = (enum format)i;
            reading->json = json || i == FORMAT_JSON;
            return NULL;
        }
    }
    return "is not a format (hexdump, hex, dec, signed, float, string, bin, json, c-array, ihex or "
           "srec)";
}

/* Some formats need a width, others allow none. */
static int check_width(struct cli *cli, const struct reading *reading)
{
    if (reading->format == FORMAT_FLOAT && reading->width != 32 && reading->width != 64)
        return report_usage(cli, "float goes with -w 32 or -w 64 only");
    if (reading->width != 0 && reading->format == FORMAT_STRING)
        return report_usage(cli, "string goes without -w only");
    if (reading->format == FORMAT_STRING && reading->count > STRING_MAX)
        return report_usage(cli, "string reads up to 16 MiB");
    if (reading->width != 0 && reading->format >= FORMAT_C_ARRAY)
        return report_usage(cli, "c-array, ihex and srec are without -w only");
    return CLI_DONE;
}

static int parse_view(struct cli *cli, const struct args *args, struct reading *reading)
{
    struct hexview *view = &reading->view;
    const char *endian = args->value[ARGS_ENDIAN];
    bool hexdump = reading->width == 0 && reading->format == FORMAT_HEXDUMP;
    uint64_t number = 0;
    if (args_has(args, ARGS_COLUMNS)) {
        const char *columns = args->value[ARGS_COLUMNS];
        if (number_parse(columns, &number) != NULL || number < 1 || number > HEXVIEW_COLUMNS_MAX)
            return report_word(cli, "--columns", columns, "is not a number from 1 to 64");
        view->columns = (unsigned)number;
    }
    if (args_has(args, ARGS_GROUP)) {
        const char *group = args->value[ARGS_GROUP];
        if (number_parse(group, &number) != NULL ||
            (number != 1 && number != 2 && number != 4 && number != 8))
            return report_word(cli, "--group", group, "is not 1, 2, 4 or 8");
        view->group = (unsigned)number;
    }
    if (endian != NULL) {
        view->little = strcmp(endian, "little") == 0;
        if (!view->little && strcmp(endian, "big") != 0)
            return report_word(cli, "--endian", endian, "is neither little nor big");
    }
    view->squeeze = args_has(args, ARGS_SQUEEZE);
    if (!hexdump && (hexview_wanted(view) || endian != NULL))
        return report_usage(cli, "options for hexdump lines are for a hexdump without -w only");
    bool terminal = hexdump && !args_has(args, 'o') && !args_has(args, ARGS_PLAIN) &&
                    isatty(STDOUT_FILENO) == 1;
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    bool dumb = term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0;
    view->squeeze = view->squeeze || terminal;
    view->colour = terminal && !dumb && (no_color == NULL || no_color[0] == '\0');
    view->output = &reading->transfer.output;
    return CLI_DONE;
}

/* The values of a range, which has to be a multiple of their size. */
static int parse_bytes(struct cli *cli, uint64_t size, unsigned bytes, struct reading *reading)
{
    reading->count = size / bytes;
    return size % bytes == 0 ? CLI_DONE
                             : report_usage(cli, "the range is not a multiple of the width");
}

static int parse_range(struct cli *cli, const struct args *args, struct reading *reading)
{
    struct operands operands = range_operands(cli, args, 0);
    unsigned bytes = reading->width == 0 ? 1 : reading->width / 8;
    const char *count = args->count > 1 ? args->operands[1] : NULL;
    struct ocd_range range;
    int status;
    reading->count = reading->format == FORMAT_STRING ? 4096 : reading->width == 0 ? 64 : 1;
    if (range_is_span(args->operands[0]) || (count != NULL && count[0] == '+')) {
        status = range_take(&operands, "ADDR", &range);
        reading->addr = range.addr;
        if (status == CLI_DONE && operands.at < operands.count)
            status = report_usage(cli, "unexpected argument '%.200s'", count);
        return status == CLI_DONE ? parse_bytes(cli, range.size, bytes, reading) : status;
    }
    status = range_take_address(&operands, "ADDR", &reading->addr);
    if (status == CLI_DONE && count != NULL)
        status = range_take_size(&operands, "COUNT", &reading->count);
    else if (status == CLI_DONE && operands.known_size > 0)
        status = parse_bytes(cli, operands.known_size, bytes, reading);
    if (status == CLI_DONE && reading->count > UINT64_MAX / bytes)
        status = report_usage(cli, "the range goes beyond the 64-bit address space");
    return status == CLI_DONE ? range_check(cli, reading->addr, reading->count * bytes) : status;
}

static int parse(struct cli *cli, const struct args *args, struct reading *reading)
{
    const char *wrong;
    if (args_has(args, 'w')) {
        wrong = number_parse_width(args->value['w'], &reading->width);
        if (wrong != NULL)
            return report_word(cli, "-w", args->value['w'], wrong);
    }
    reading->format = reading->width == 0 ? FORMAT_HEXDUMP : FORMAT_HEX;
    if (args_has(args, 'f')) {
        wrong = parse_format(args->value['f'], reading);
        if (wrong != NULL)
            return report_word(cli, "-f", args->value['f'], wrong);
    }
    int status = parse_range(cli, args, reading);
    if (status == CLI_DONE)
        status = check_width(cli, reading);
    if (status != CLI_DONE)
        return status;
    reading->skip_unreadable = args_has(args, ARGS_SKIP_UNREADABLE);
    if (reading->skip_unreadable && (reading->width != 0 || reading->format != FORMAT_HEXDUMP))
        return report_usage(cli, "--skip-unreadable is for a hexdump without -w only");
    if (reading->format == FORMAT_BIN && !args_has(args, 'o') && isatty(STDOUT_FILENO) == 1)
        return report_usage(cli, "raw bytes are not for a terminal (give -o FILE, or -o -)");
    return parse_view(cli, args, reading);
}

static int on_line(const char *line, void *user)
{
    struct reading *reading = user;
    return output_text(&reading->transfer.output, line);
}

static int on_data(uint64_t addr, const void *data, size_t size, void *user)
{
    struct reading *reading = user;
    struct output *output = &reading->transfer.output;
    const uint8_t *bytes = data;
    (void)addr;
    if (reading->format == FORMAT_BIN)
        return output_bytes(output, data, size);
    for (size_t i = 0; i < size && output->error == 0; i++) {
        if (reading->format == FORMAT_HEX) {
            output_printf(output, "0x%02X\n", bytes[i]);
        } else if (reading->format == FORMAT_DEC) {
            output_printf(output, "%u\n", bytes[i]);
        } else if (reading->format == FORMAT_SIGNED && !reading->json) {
            output_printf(output, "%d\n", (int8_t)bytes[i]);
        } else if (reading->format == FORMAT_SIGNED) {
            output_printf(output, "%s%d", reading->any ? ", " : "", (int8_t)bytes[i]);
            reading->any = true;
        } else {
            output_printf(output, "%02X", bytes[i]);
        }
    }
    return output->error;
}

/* A hexdump that is not the plain one. */
static int on_view(uint64_t addr, const void *data, size_t size, void *user)
{
    struct reading *reading = user;
    bool is_skipped = addr - reading->skipped.addr < reading->skipped.size;
    return hexview_add(&reading->view, addr, is_skipped ? NULL : data, size);
}

/* Called before the bytes that fill the range arrive. */
static void on_unreadable(uint64_t addr, uint64_t size, void *user)
{
    struct transfer *transfer = user;
    struct reading *reading = (struct reading *)transfer;
    reading->skipped = (struct ocd_range){.addr = addr, .size = size};
    transfer->unreadable += size;
    report_unreadable(transfer->cli, addr, size);
}

static int read_view(struct reading *reading, struct ocd_call *call)
{
    struct transfer *transfer = &reading->transfer;
    reading->view.digits = transfer->digits;
    call->unreadable = on_unreadable;
    call->flags |= reading->skip_unreadable ? (unsigned)OCD_READ_SKIP_UNREADABLE : 0;
    struct ocd_op *op = ocd_dump_data_async(transfer->cli->session, reading->addr, reading->count,
                                            on_view, reading, call);
    cli_wait(transfer->cli, op);
    hexview_finish(&reading->view);
    return transfer_end(transfer, op, reading->addr);
}

static int on_file(const void *data, size_t size, void *user)
{
    struct reading *reading = user;
    return output_bytes(&reading->transfer.output, data, size);
}

/* The formats that other tools read. */
static int read_file(struct reading *reading, const struct ocd_call *call)
{
    struct transfer *transfer = &reading->transfer;
    struct ocd_range range = {.addr = reading->addr, .size = reading->count};
    struct ocd_image_layout layout = {
        .format = reading->format == FORMAT_C_ARRAY ? OCD_IMAGE_C_ARRAY
                  : reading->format == FORMAT_IHEX  ? OCD_IMAGE_IHEX
                                                    : OCD_IMAGE_SREC,
    };
    struct ocd_image_writer *writer = NULL;
    struct ocd_op *op = NULL;
    if (ocd_image_writer_to_sink(&writer, on_file, reading, &layout) == OCD_OK)
        op = ocd_dump_writer_async(transfer->cli->session, &range, 1, writer, call);
    int status = transfer_end(transfer, op, reading->addr);
    ocd_image_writer_close(writer);
    return status;
}

static int read_bytes(struct reading *reading)
{
    struct transfer *transfer = &reading->transfer;
    struct output *output = &transfer->output;
    struct ocd_session *session = transfer->cli->session;
    struct ocd_call call = transfer_call(transfer);
    struct ocd_op *op;

    if (reading->format >= FORMAT_C_ARRAY)
        return read_file(reading, &call);
    if (reading->format == FORMAT_HEXDUMP && hexview_wanted(&reading->view))
        return read_view(reading, &call);
    if (reading->format == FORMAT_HEXDUMP) {
        call.flags |= reading->skip_unreadable ? (unsigned)OCD_READ_SKIP_UNREADABLE : 0;
        op = ocd_hexdump_lines_async(session, reading->addr, reading->count, on_line, reading,
                                     &call);
        return transfer_end(transfer, op, reading->addr);
    }
    if (reading->json) {
        output_printf(output, "{\"address\": \"0x%0*" PRIX64 "\", \"size\": %" PRIu64 ", %s",
                      transfer->digits, reading->addr, reading->count,
                      reading->format == FORMAT_JSON ? "\"bytes\": \"" : "\"values\": [");
    }
    op = ocd_dump_data_async(session, reading->addr, reading->count, on_data, reading, &call);
    if (cli_wait(transfer->cli, op) == OCD_OK && reading->json)
        output_text(output, reading->format == FORMAT_JSON ? "\"}\n" : "]}\n");
    return transfer_end(transfer, op, reading->addr);
}

static int run(struct cli *cli, const struct args *args)
{
    struct reading reading = {.transfer = {.cli = cli}};
    struct transfer *transfer = &reading.transfer;
    int status = parse(cli, args, &reading);
    if (status != CLI_DONE)
        return status;
    unsigned bytes = reading.width == 0 ? 1 : reading.width / 8;
    transfer->digits = number_address_digits(reading.addr, reading.count * bytes);

    output_open(&transfer->output, args->value['o'], reading.json);
    if (transfer->output.error == 0)
        status = cli_connect(cli);
    if (transfer->output.error != 0 || status != CLI_DONE) {
        output_close(&transfer->output, false);
        return status != CLI_DONE ? status : transfer_output_status(transfer);
    }
    progress_start(&cli->progress, !cli->settings.quiet && (transfer->output.path != NULL ||
                                                            isatty(STDOUT_FILENO) != 1));
    if (reading.format == FORMAT_STRING)
        return read_string(&reading);
    return reading.width == 0 ? read_bytes(&reading) : read_values(&reading);
}

const struct command command_read = {
    .name = "read",
    .help = help,
    .options = options,
    .operands = "ADDR",
    .operands_min = 1,
    .operands_max = 2,
    .run = run,
};
