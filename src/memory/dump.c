// SPDX-License-Identifier: MIT
/* Target memory to a file or a callback, in constant memory. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/outfile.h"
#include "memory/memop.h"

/* Unreadable ranges are written in pieces of this size. */
#define FILL_SIZE 4096

struct dump {
    struct ocd_memop memop;
    ocd_data_fn data; /* NULL: to the file */
    void *user;
    bool open;
    struct ocd_outfile file;
};

static int file_error(struct dump *d, const char *path, int error)
{
    d->memop.op.detail.error.system_errno = error;
    ocd_detail_set(&d->memop.op.detail, OCD_ERR_FILE, "%s: %s", path, strerror(error));
    d->memop.op.detail.error.system_errno = error;
    return OCD_ERR_FILE;
}

static int put(struct dump *d, uint64_t addr, const void *data, size_t size)
{
    if (d->data != NULL)
        return d->data(addr, data, size, d->user) == 0 ? OCD_OK : OCD_ERR_CANCELLED;
    int error = ocd_outfile_write(&d->file, data, size);
    return error == 0 ? OCD_OK : file_error(d, d->file.path, error);
}

static int put_fill(struct dump *d, uint64_t addr, uint64_t size)
{
    uint8_t fill[FILL_SIZE];
    int rc = OCD_OK;

    memset(fill, d->memop.op.call.fill, sizeof(fill));
    while (rc == OCD_OK && size > 0) {
        size_t n = size < sizeof(fill) ? (size_t)size : sizeof(fill);
        rc = put(d, addr, fill, n);
        addr += n;
        size -= n;
    }
    return rc;
}

static int consume(struct ocd_memop *m, uint64_t addr, const void *data, uint64_t size)
{
    struct dump *d = (struct dump *)m;

    return data != NULL ? put(d, addr, data, (size_t)size) : put_fill(d, addr, size);
}

static int complete(struct ocd_memop *m)
{
    struct dump *d = (struct dump *)m;

    if (!d->open)
        return OCD_OK;
    char *path = strdup(d->file.path);
    int error = ocd_outfile_commit(&d->file);
    int rc = error == 0 ? OCD_OK : file_error(d, path != NULL ? path : "", error);
    d->open = false;
    free(path);
    return rc;
}

static void ended(struct ocd_op *op, int result)
{
    struct dump *d = (struct dump *)op;

    (void)result;
    if (d->open)
        ocd_outfile_abandon(&d->file);
    d->open = false;
}

static const struct ocd_memop_class dump_class = {
    .op =
        {
            .size = sizeof(struct dump),
            OCD_MEMOP_CLASS,
            .ended = ended,
            .destroy = ocd_memop_destroy,
        },
    .consume = consume,
    .complete = complete,
};

struct ocd_op *ocd_dump_async(struct ocd_session *session, uint64_t addr, uint64_t size,
                              const char *path, const struct ocd_call *call)
{
    struct ocd_op *op =
        ocd_op_new(session, &dump_class.op, call, "dump %" PRIu64 " bytes at 0x%08" PRIx64 " to %s",
                   size, addr, path != NULL ? path : "(no file)");
    struct dump *d = (struct dump *)op;

    if (op == NULL)
        return NULL;
    if (path == NULL) {
        ocd_op_fail(op, OCD_ERR_ARG, "there is no file name");
        return op;
    }
    ocd_memop_begin(&d->memop, addr, size, NULL, true);
    if (op->result != OCD_PENDING)
        return op;
    int error = ocd_outfile_open(&d->file, path);
    if (error != 0) {
        file_error(d, path, error);
        ocd_op_end(op, OCD_ERR_FILE);
    }
    d->open = error == 0;
    return op;
}

struct ocd_op *ocd_dump_data_async(struct ocd_session *session, uint64_t addr, uint64_t size,
                                   ocd_data_fn data, void *user, const struct ocd_call *call)
{
    struct ocd_op *op = ocd_op_new(session, &dump_class.op, call,
                                   "dump %" PRIu64 " bytes at 0x%08" PRIx64, size, addr);
    struct dump *d = (struct dump *)op;

    if (op == NULL)
        return NULL;
    d->data = data;
    d->user = user;
    if (data == NULL)
        ocd_op_fail(op, OCD_ERR_ARG, "there is no callback for the data");
    else
        ocd_memop_begin(&d->memop, addr, size, NULL, true);
    return op;
}

int ocd_dump(struct ocd_session *session, uint64_t addr, uint64_t size, const char *path)
{
    return ocd_op_wait(session, ocd_dump_async(session, addr, size, path, NULL));
}

int ocd_dump_data(struct ocd_session *session, uint64_t addr, uint64_t size, ocd_data_fn data,
                  void *user)
{
    return ocd_op_wait(session, ocd_dump_data_async(session, addr, size, data, user, NULL));
}
