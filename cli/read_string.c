// SPDX-License-Identifier: MIT
/* Text up to its NUL. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "read.h"
#include "report.h"
#include "text.h"

/* Bytes of one request: fewer than this are read after the NUL. */
#define STEP 64u

/* Reads up to STEP bytes at `text`, which gets a NUL after them. If a read fails after the
 * end of the text, that is no error. CLI_DONE, or the exit code after a message. */
static int read_step(struct reading *reading, uint64_t addr, char *text, size_t size, bool *ended)
{
    struct cli *cli = reading->transfer.cli;
    struct ocd_call call = cli_call(cli);
    struct ocd_op *op = ocd_read_bytes_async(cli->session, addr, text, size, &call);
    int result = cli_wait(cli, op);
    int status = CLI_DONE;
    size_t good = result == OCD_OK ? size : op != NULL ? (size_t)ocd_op_error(op)->done : 0;
    text[good] = '\0';
    *ended = strlen(text) < good;
    if (result != OCD_OK && !*ended) {
        char subject[REPORT_SUBJECT_MAX];
        status = report_failure(cli, result, op != NULL ? ocd_op_error(op) : NULL,
                                report_subject(cli, reading->addr, subject), NULL);
    }
    ocd_op_free(op);
    return status;
}

static void print(struct reading *reading, const char *text, bool ended)
{
    struct output *output = &reading->transfer.output;
    size_t size = strlen(text);
    if (reading->json) {
        output_printf(output,
                      "{\"address\": \"0x%0*" PRIX64 "\", \"size\": %zu, \"terminated\": %s, "
                      "\"string\": ",
                      reading->transfer.digits, reading->addr, size, ended ? "true" : "false");
        text_print_json(output->stream, text);
        output_text(output, "}\n");
        return;
    }
    text_print_escaped(output->stream, text, size);
    output_text(output, "\n");
    if (!ended)
        fprintf(stderr, "ocd: read: note: no NUL in these %zu bytes\n", size);
}

int read_string(struct reading *reading)
{
    struct transfer *transfer = &reading->transfer;
    char *text = malloc((size_t)reading->count + 1);
    bool ended = false;
    int status =
        text != NULL ? CLI_DONE : report_failure(transfer->cli, OCD_ERR_NOMEM, NULL, "read", NULL);
    for (uint64_t done = 0; status == CLI_DONE && !ended && done < reading->count;) {
        /* From a multiple of STEP on, so that text at the end of memory can be read. */
        uint64_t size = STEP - (reading->addr + done) % STEP;
        uint64_t left = reading->count - done;
        size = size < left ? size : left;
        status = read_step(reading, reading->addr + done, text + done, (size_t)size, &ended);
        done += size;
    }
    progress_erase(&transfer->cli->progress);
    if (status == CLI_DONE) {
        text[reading->count] = '\0';
        print(reading, text, ended);
    }
    free(text);
    output_close(&transfer->output, status == CLI_DONE);
    int written = transfer_output_status(transfer);
    return status != CLI_DONE ? status : written;
}
