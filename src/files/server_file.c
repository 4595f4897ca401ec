// SPDX-License-Identifier: MIT
#include "files/server_file.h"

#include <inttypes.h>
#include <string.h>

#include "session/session.h"
#include "target/target_command.h"
#include "tcl/scripts.h"

/* Data bytes of a record: OpenOCD takes lines of up to 1022 characters. */
#define RECORD_SIZE 240
#define FILL_SIZE   256

static void close_writer(struct ocd_server_file *f)
{
    ocd_image_writer_close(f->writer);
    f->writer = NULL;
}

void ocd__server_file_free(struct ocd_server_file *f)
{
    close_writer(f);
    ocd__buffer_free(&f->records);
    ocd__buffer_free(&f->command);
    ocd__buffer_free(&f->shown);
}

static int collect(const void *data, size_t size, void *user)
{
    struct ocd_server_file *f = user;

    return ocd__buffer_add(&f->records, data, size);
}

int ocd__server_file_begin(struct ocd_server_file *f, uint8_t fill)
{
    static const struct ocd_image_layout layout = {
        .format = OCD_IMAGE_SREC,
        .addr_bits = 32,
        .record_size = RECORD_SIZE,
    };

    close_writer(f);
    ocd__buffer_clear(&f->records);
    f->ranges = 0;
    f->fill = fill;
    f->next = 0;
    return ocd_image_writer_to_sink(&f->writer, collect, f, &layout);
}

static int fill_gap(struct ocd_server_file *f, uint64_t to)
{
    uint8_t fill[FILL_SIZE];
    int rc = OCD_OK;

    memset(fill, f->fill, sizeof(fill));
    while (rc == OCD_OK && f->next < to) {
        size_t n = to - f->next < sizeof(fill) ? (size_t)(to - f->next) : sizeof(fill);
        rc = ocd_image_writer_put(f->writer, f->next, fill, n);
        f->next += n;
    }
    return rc;
}

int ocd__server_file_put(struct ocd_server_file *f, uint64_t addr, const void *data, size_t size)
{
    int rc = OCD_OK;

    if (f->ranges == 0 || addr != f->next) {
        if (f->ranges == OCD_SERVER_FILE_RANGES_MAX)
            rc = fill_gap(f, addr);
        else
            f->ranges++;
    }
    f->next = addr + size;
    return rc == OCD_OK ? ocd_image_writer_put(f->writer, addr, data, size) : rc;
}

/* Writing more would end OpenOCD (SIGXFSZ). */
static bool fits(struct ocd_op *op, uint64_t size)
{
    const struct ocd_session *s = op->session;

    if (s->text_reason != NULL)
        ocd__op_fail(op, OCD_ERR_COMMAND, "OpenOCD can have no temporary file: %s", s->text_reason);
    else if (size > s->file_max)
        ocd__op_fail(op, OCD_ERR_COMMAND,
                     "OpenOCD may write no file of %" PRIu64
                     " bytes (its limit, ulimit -f, is %" PRIu64 " bytes)",
                     size, s->file_max);
    return op->result == OCD_PENDING;
}

/* This counts full records; the exact size is checked when the file is sent. */
bool ocd__server_file_possible(struct ocd_op *op, uint64_t size)
{
    return fits(op, size * 2 + (size / RECORD_SIZE + 2) * 16);
}

/* `before` and `after` are the library's own texts, which need no quoting. */
static void compose(struct ocd_server_file *f, const char *before, const char *after)
{
    ocd__buffer_clear(&f->command);
    ocd__buffer_printf(&f->command, "%s {%s} {%s} {", ocd__script_with_file, before, after);
    ocd__buffer_add(&f->command, f->records.data, f->records.size);
    ocd__buffer_puts(&f->command, "}");
    ocd__buffer_clear(&f->shown);
    ocd__buffer_printf(&f->shown, "%s <%zu bytes> %s", before, f->records.size, after);
}

bool ocd__server_file_send(struct ocd_server_file *f, struct ocd_op *op, const char *before,
                           const char *after)
{
    int rc = ocd_image_writer_finish(f->writer);

    if (rc == OCD_OK && f->records.error == 0) {
        if (!fits(op, f->records.size))
            return false;
        compose(f, before, after);
    }
    if (rc != OCD_OK || f->records.error != 0 || f->command.error != 0 || f->shown.error != 0) {
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
        return false;
    }
    struct ocd_control control = {
        .polls = OCD_POLL_BEFORE,
        .when = OCD_WHEN_HALTED,
        .command = {f->command.data, f->command.size},
        .shown = {f->shown.data, f->shown.size},
    };
    return ocd__control_send(op, &control);
}
