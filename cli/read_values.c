// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "read.h"
#include "report.h"
#include "values.h"

#define CHUNK_VALUES 65536u /* of one request: the most that OpenOCD takes in a command */

/* As many digits as it takes to give the same number again. NaN and infinities are strings in JSON.
 */
static void print_float(struct reading *reading, uint64_t value)
{
    struct output *output = &reading->transfer.output;
    bool single = reading->width == 32;
    uint32_t bits = (uint32_t)value;
    char text[40];
    float narrow;
    double wide;
    memcpy(&narrow, &bits, sizeof(narrow));
    memcpy(&wide, &value, sizeof(wide));
    wide = single ? (double)narrow : wide;
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, wide);
        if (single ? strtof(text, NULL) == narrow : strtod(text, NULL) == wide)
            break;
    }
    if (reading->json) {
        const char *quote = isfinite(wide) ? "" : "\"";
        output_printf(output, "%s%s%s%s", reading->any ? ", " : "", quote, text, quote);
    } else {
        output_printf(output, "%s\n", text);
    }
}

/* With its sign. */
static int64_t signed_value(uint64_t value, unsigned width)
{
    uint64_t sign = UINT64_C(1) << (width - 1);
    return (int64_t)((value ^ sign) - sign);
}

static void print_signed(struct reading *reading, uint64_t value)
{
    const char *before = reading->json && reading->any ? ", " : "";
    output_printf(&reading->transfer.output, "%s%" PRId64 "%s", before,
                  signed_value(value, reading->width), reading->json ? "" : "\n");
}

/* Prints `count` values that begin at `addr`. */
static void print_values(struct reading *reading, const void *values, size_t count,
                         enum ocd_endian endian, FILE *dump)
{
    struct output *output = &reading->transfer.output;
    unsigned width = reading->width;
    for (size_t i = 0; i < count && output->error == 0; i++) {
        uint64_t value = values_get(values, width, i);
        uint8_t bytes[8];
        switch (reading->format) {
        case FORMAT_HEX:
            output_printf(output, "0x%0*" PRIX64 "\n", (int)(width / 4), value);
            break;
        case FORMAT_DEC:
            output_printf(output, "%" PRIu64 "\n", value);
            break;
        case FORMAT_SIGNED:
            print_signed(reading, value);
            break;
        case FORMAT_FLOAT:
            print_float(reading, value);
            break;
        case FORMAT_JSON:
            output_printf(output, "%s%" PRIu64, reading->any ? ", " : "", value);
            break;
        case FORMAT_BIN:
            output_bytes(output, bytes, values_bytes(value, width, endian, bytes));
            break;
        default: /* a hexdump */
            fwrite(bytes, 1, values_bytes(value, width, endian, bytes), dump);
            break;
        }
        reading->any = true;
    }
}

/* CLI_DONE, or the exit code after a message. */
static int read_chunks(struct reading *reading, void *values, enum ocd_endian endian, FILE *dump)
{
    struct cli *cli = reading->transfer.cli;
    unsigned bytes = reading->width / 8;
    uint64_t total = reading->count * bytes;

    for (uint64_t done = 0; done < reading->count;) {
        uint64_t left = reading->count - done;
        size_t count = left < CHUNK_VALUES ? (size_t)left : CHUNK_VALUES;
        struct ocd_call call = cli_call(cli);
        struct ocd_op *op = values_read_async(cli->session, reading->width,
                                              reading->addr + done * bytes, values, count, &call);
        int result = cli_wait(cli, op);
        struct ocd_error error = {.message = "", .reason = "", .hint = ""};
        if (op != NULL && result != OCD_OK) {
            error = *ocd_op_error(op);
            count = error.done < count ? (size_t)error.done : count;
        }
        print_values(reading, values, count, endian, dump);
        done += count;
        int status = CLI_DONE;
        if (result != OCD_OK) {
            char subject[REPORT_SUBJECT_MAX];
            error.done = done;
            output_flush(&reading->transfer.output);
            status = report_failure(cli, result, &error,
                                    report_subject(cli, reading->addr, subject), "values");
        }
        ocd_op_free(op);
        if (status != CLI_DONE || reading->transfer.output.error != 0)
            return status;
        progress_update(&cli->progress, done * bytes, total);
    }
    return CLI_DONE;
}

/* A hexdump needs all bytes at once: they are gathered in memory. */
static int read_and_print(struct reading *reading, enum ocd_endian endian)
{
    struct transfer *transfer = &reading->transfer;
    char *bytes = NULL;
    char *text = NULL;
    size_t size = 0;
    FILE *dump = open_memstream(&bytes, &size);
    uint64_t most = reading->count < CHUNK_VALUES ? reading->count : CHUNK_VALUES;
    void *values = malloc((size_t)most * (reading->width / 8) + 1);
    int status;
    if (dump == NULL || values == NULL)
        status = report_failure(transfer->cli, OCD_ERR_NOMEM, NULL, "read", NULL);
    else
        status = read_chunks(reading, values, endian, dump);
    if (dump != NULL && fclose(dump) == 0 && size > 0) {
        int result = ocd_hexdump_format(reading->addr, bytes, size, &text);
        if (result == OCD_OK)
            output_text(&transfer->output, text);
        else if (status == CLI_DONE)
            status = report_failure(transfer->cli, result, NULL, "read", NULL);
    }
    ocd_free(text);
    free(bytes);
    free(values);
    return status;
}

int read_values(struct reading *reading)
{
    struct transfer *transfer = &reading->transfer;
    struct output *output = &transfer->output;
    enum ocd_endian endian = OCD_LITTLE_ENDIAN;
    int status = CLI_DONE;

    if (reading->format == FORMAT_HEXDUMP || reading->format == FORMAT_BIN)
        status = cli_endian(transfer->cli, &endian);
    if (reading->json) {
        output_printf(output, "{\"address\": \"0x%0*" PRIX64 "\", \"width\": %u, \"values\": [",
                      transfer->digits, reading->addr, reading->width);
    }
    if (status == CLI_DONE)
        status = read_and_print(reading, endian);
    if (reading->json)
        output_text(output, "]}\n");
    progress_erase(&transfer->cli->progress);
    output_close(output, status == CLI_DONE);
    int written = transfer_output_status(transfer);
    return status != CLI_DONE ? status : written;
}
