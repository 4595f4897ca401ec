// SPDX-License-Identifier: MIT
#include "read.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "numbers.h"
#include "report.h"

static const char help[] =
    "usage: ocd read ADDR [COUNT] [-w 8|16|32|64] [-f FORMAT] [-o FILE]\n"
    "\n"
    "Reads memory and prints it. Without -w COUNT is a number of bytes (64 unless\n"
    "given), read in whatever way is fastest. With -w it is a number of values (1\n"
    "unless given), each read by exactly one access of that width, in order: the way\n"
    "to read registers.\n"
    "\n"
    "  -w, --width BITS     read values of 8, 16, 32 or 64 bits\n"
    "  -f, --format FORMAT  how to print:\n"
    "        hexdump  16 bytes a line, with ASCII; the default without -w\n"
    "        hex      one value a line, 0x and all its digits; the default with -w\n"
    "        dec      one value a line, decimal\n"
    "        bin      the bytes themselves, as they stand in memory\n"
    "        json     one object: \"address\", and \"size\" and \"bytes\" (hex text), or\n"
    "                 with -w \"width\" and \"values\" (numbers, up to 64 bits)\n"
    "  -o, --output FILE    write to FILE, which appears when all has been read, and\n"
    "                       is untouched after a failure; - is standard output\n"
    "      --skip-bad       hexdump without -w: go on after unreadable memory, shown\n"
    "                       as ??; the exit code is then 4, and the ranges are told\n"
    "                       on standard error\n"
    "\n"
    "Values without -w are bytes. When reading fails, hexdump, hex, dec and bin have\n"
    "printed what could be read before; json prints all or nothing. bin is refused\n"
    "on a terminal unless -o - is given. --timeout is how long nothing may arrive.\n"
    "\n"
    "  ocd read 0x08000000               the first 64 bytes of an STM32's flash\n"
    "  ocd read 0x20000000 8 -w 32       eight words\n"
    "  ocd read 0x20000000 20K -o ram.bin -f bin\n";

static const struct option options[] = {
    {"width", required_argument, NULL, 'w'},
    {"format", required_argument, NULL, 'f'},
    {"output", required_argument, NULL, 'o'},
    {"skip-bad", no_argument, NULL, ARGS_SKIP_BAD},
    {0},
};

static const char *parse_format(const char *text, enum format *format)
{
    static const char *const names[] = {"hexdump", "hex", "dec", "bin", "json"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(text, names[i]) == 0) {
            *format = (enum format)i;
            return NULL;
        }
    }
    return "is not a format (hexdump, hex, dec, bin or json)";
}

static int parse(struct cli *cli, const struct args *args, struct reading *reading)
{
    const char *wrong = number_parse(args->operands[0], &reading->addr);
    if (wrong != NULL) {
        return report_word(cli, "ADDR", args->operands[0], wrong);
    }
    if (args_has(args, 'w')) {
        wrong = number_parse_width(args->value['w'], &reading->width);
        if (wrong != NULL) {
            return report_word(cli, "-w", args->value['w'], wrong);
        }
    }
    reading->count = reading->width == 0 ? 64 : 1;
    if (args->count > 1) {
        wrong = number_parse_size(args->operands[1], &reading->count);
        if (wrong != NULL) {
            return report_word(cli, "COUNT", args->operands[1], wrong);
        }
    }
    unsigned bytes = reading->width == 0 ? 1 : reading->width / 8;
    if (reading->count > UINT64_MAX / bytes ||
        !number_range_fits(reading->addr, reading->count * bytes)) {
        return report_usage(cli, "the range goes beyond the 64-bit address space");
    }

    reading->format = reading->width == 0 ? FORMAT_HEXDUMP : FORMAT_HEX;
    if (args_has(args, 'f')) {
        wrong = parse_format(args->value['f'], &reading->format);
        if (wrong != NULL) {
            return report_word(cli, "-f", args->value['f'], wrong);
        }
    }
    reading->skip_bad = args_has(args, ARGS_SKIP_BAD);
    if (reading->skip_bad && (reading->width != 0 || reading->format != FORMAT_HEXDUMP)) {
        return report_usage(cli, "--skip-bad goes with a hexdump without -w only");
    }
    if (reading->format == FORMAT_BIN && !args_has(args, 'o') && isatty(STDOUT_FILENO) == 1) {
        return report_usage(cli, "raw bytes are not for a terminal (give -o FILE, or -o -)");
    }
    return CLI_DONE;
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
    if (reading->format == FORMAT_BIN) {
        return output_bytes(output, data, size);
    }
    for (size_t i = 0; i < size && output->error == 0; i++) {
        if (reading->format == FORMAT_HEX) {
            output_printf(output, "0x%02X\n", bytes[i]);
        } else if (reading->format == FORMAT_DEC) {
            output_printf(output, "%u\n", bytes[i]);
        } else {
            output_printf(output, "%02X", bytes[i]);
        }
    }
    return output->error;
}

static int read_bytes(struct reading *reading)
{
    struct transfer *transfer = &reading->transfer;
    struct output *output = &transfer->output;
    struct ocd_session *session = transfer->cli->session;
    struct ocd_call call = transfer_call(transfer);
    struct ocd_op *op;

    if (reading->format == FORMAT_HEXDUMP) {
        call.flags |= reading->skip_bad ? (unsigned)OCD_SKIP_BAD : 0;
        op = ocd_hexdump_lines_async(session, reading->addr, reading->count, on_line, reading,
                                     &call);
        return transfer_end(transfer, op, reading->addr);
    }
    if (reading->format == FORMAT_JSON) {
        output_printf(output,
                      "{\"address\": \"0x%0*" PRIX64 "\", \"size\": %" PRIu64 ", \"bytes\": \"",
                      transfer->digits, reading->addr, reading->count);
    }
    op = ocd_dump_data_async(session, reading->addr, reading->count, on_data, reading, &call);
    if (cli_wait(transfer->cli, op) == OCD_OK && reading->format == FORMAT_JSON) {
        output_text(output, "\"}\n");
    }
    return transfer_end(transfer, op, reading->addr);
}

static int run(struct cli *cli, const struct args *args)
{
    struct reading reading = {.transfer = {.cli = cli}};
    struct transfer *transfer = &reading.transfer;
    int status = parse(cli, args, &reading);
    if (status != CLI_DONE) {
        return status;
    }
    unsigned bytes = reading.width == 0 ? 1 : reading.width / 8;
    transfer->digits = number_address_digits(reading.addr, reading.count * bytes);

    output_open(&transfer->output, args->value['o'], reading.format == FORMAT_JSON);
    if (transfer->output.error == 0) {
        status = cli_connect(cli);
    }
    if (transfer->output.error != 0 || status != CLI_DONE) {
        output_close(&transfer->output, false);
        return status != CLI_DONE ? status : transfer_output_status(transfer);
    }
    progress_start(&cli->progress, !cli->settings.quiet && (transfer->output.path != NULL ||
                                                            isatty(STDOUT_FILENO) != 1));
    return reading.width == 0 ? read_bytes(&reading) : read_values(&reading);
}

const struct command command_read = {
    .name = "read",
    .help = help,
    .options = options,
    .operands_min = 1,
    .operands_max = 2,
    .run = run,
};
