// SPDX-License-Identifier: MIT
/* Target memory to a file or a callback, in constant memory. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/outfile.h"
#include "memory/memop.h"

/* Unreadable ranges are written in chunks of this size. */
#define FILL_SIZE 4096

/* What a resume compares of the unfinished file. */
#define SAMPLE_SIZE  4096u
#define SAMPLE_COUNT 16u

struct dump {
    struct ocd_memop memop;
    ocd_data_fn data; /* NULL: to the file */
    void *user;
    bool open;
    struct ocd_outfile file;

    /* A resume compares samples of the unfinished file, then dumps the rest. */
    uint64_t addr, size; /* the whole range */
    unsigned sample;     /* under way; SAMPLE_COUNT: none */
    bool differs;
    ocd_progress_fn progress; /* the call's: samples are no progress */
};

static int file_error(struct dump *d, const char *path, int error)
{
    int code = error == ENOMEM ? OCD_ERR_NOMEM : OCD_ERR_FILE;

    ocd__detail_set(&d->memop.op.detail, code, "%s: %s", path, ocd__outfile_strerror(error));
    d->memop.op.detail.error.system_errno = error;
    return code;
}

static int put(struct dump *d, uint64_t addr, const void *data, size_t size)
{
    if (d->data != NULL)
        return d->data(addr, data, size, d->user) == 0 ? OCD_OK : OCD_ERR_CANCELLED;
    int error = ocd__outfile_write(&d->file, data, size);
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

/* Compares a sample of the unfinished file with the memory. */
static int compare(struct dump *d, uint64_t addr, const uint8_t *data, size_t size)
{
    uint8_t there[SAMPLE_SIZE];

    while (size > 0) {
        size_t n = size < sizeof(there) ? size : sizeof(there);
        int error = ocd__outfile_read(&d->file, addr - d->addr, there, n);
        if (error != 0)
            return file_error(d, d->file.path, error);
        d->differs = d->differs || memcmp(there, data, n) != 0;
        addr += n;
        data += n;
        size -= n;
    }
    return OCD_OK;
}

static int consume(struct ocd_memop *m, uint64_t addr, const void *data, uint64_t size)
{
    struct dump *d = (struct dump *)m;

    if (d->sample < SAMPLE_COUNT && data != NULL)
        return compare(d, addr, data, (size_t)size);
    if (d->sample < SAMPLE_COUNT)
        return OCD_OK; /* unreadable bytes are not compared */
    return data != NULL ? put(d, addr, data, (size_t)size) : put_fill(d, addr, size);
}

/* Offset of a sample. The first one begins at the first byte, the last one ends at the last byte. A
 * file of up to SAMPLE_COUNT * SAMPLE_SIZE bytes is compared without gaps. */
static uint64_t sample_offset(const struct dump *d, unsigned index)
{
    uint64_t last = d->file.size - SAMPLE_SIZE;

    return last / (SAMPLE_COUNT - 1) * index +
           last % (SAMPLE_COUNT - 1) * index / (SAMPLE_COUNT - 1);
}

/* Dumps the rest of the range, or all of it if a sample differs. */
static int dump_rest(struct dump *d)
{
    int error = ocd__outfile_truncate(&d->file, d->differs ? 0 : d->file.size);

    if (error != 0)
        return file_error(d, d->file.path, error);
    d->sample = SAMPLE_COUNT;
    uint64_t there = d->file.size;
    d->memop.progress = d->progress;
    if (there > 0 && d->progress != NULL && d->progress(there, d->size, d->memop.op.call.user) != 0)
        return OCD_ERR_CANCELLED;
    if (there == d->size)
        return OCD_OK;
    ocd__memop_again(&d->memop, d->addr + there, d->size - there, there);
    return OCD_PENDING;
}

static int give_name(struct dump *d)
{
    char *path = strdup(d->file.path);
    int error = ocd__outfile_commit(&d->file);
    int rc = error == 0 ? OCD_OK : file_error(d, path != NULL ? path : "", error);

    d->open = false;
    free(path);
    return rc;
}

static int complete(struct ocd_memop *m)
{
    struct dump *d = (struct dump *)m;

    if (d->sample < SAMPLE_COUNT) {
        if (!d->differs && ++d->sample < SAMPLE_COUNT) {
            uint64_t at = sample_offset(d, d->sample);
            ocd__memop_again(m, d->addr + at, SAMPLE_SIZE, 0);
            return OCD_PENDING;
        }
        int rc = dump_rest(d);
        if (rc != OCD_OK)
            return rc;
    }
    return d->open ? give_name(d) : OCD_OK;
}

static void ended(struct ocd_op *op, int result)
{
    struct dump *d = (struct dump *)op;

    (void)result;
    if (d->open)
        ocd__outfile_abandon(&d->file);
    d->open = false;
}

static const struct ocd_memop_class dump_class = {
    .op = OCD_MEMOP_CLASS(struct dump, .account = ocd__memop_account, .ended = ended,
                          .destroy = ocd__memop_destroy),
    .consume = consume,
    .complete = complete,
};

/* Opens the unfinished file; its samples are compared first. */
static int open_resumed(struct dump *d, const char *path)
{
    struct ocd_memop *m = &d->memop;
    char tag[64];

    snprintf(tag, sizeof(tag), "part-%" PRIx64 "-%" PRIx64, m->addr, m->size);
    int error = ocd__outfile_resume(&d->file, path, tag);
    if (error != 0)
        return error;
    d->addr = m->addr;
    d->size = m->size;
    if (d->file.size > d->size)
        error = ocd__outfile_truncate(&d->file, 0); /* it cannot be ours */
    if (d->file.size < SAMPLE_SIZE || error != 0)
        return error != 0 ? error : ocd__outfile_truncate(&d->file, 0);
    d->sample = 0;
    m->size = SAMPLE_SIZE;
    d->progress = m->progress;
    m->progress = NULL;
    return 0;
}

struct ocd_op *ocd_dump_async(struct ocd_session *session, uint64_t addr, uint64_t size,
                              const char *path, const struct ocd_call *call)
{
    struct ocd_op *op = ocd__op_new(session, &dump_class.op, call,
                                    "dump %" PRIu64 " bytes at 0x%08" PRIX64 " to %s", size, addr,
                                    path != NULL ? path : "(no file)");
    struct dump *d = (struct dump *)op;

    if (op == NULL)
        return NULL;
    d->sample = SAMPLE_COUNT;
    if (path == NULL) {
        ocd__op_fail(op, OCD_ERR_ARG, "the file name is NULL");
        return op;
    }
    ocd__memop_begin(&d->memop, addr, size, NULL, true);
    if (op->result != OCD_PENDING)
        return op;
    int error = (op->call.flags & OCD_DUMP_RESUME) != 0 ? open_resumed(d, path)
                                                        : ocd__outfile_open(&d->file, path);
    d->open = error == 0;
    if (error != 0)
        ocd__op_end(op, file_error(d, path, error));
    return op;
}

struct ocd_op *ocd_dump_data_async(struct ocd_session *session, uint64_t addr, uint64_t size,
                                   ocd_data_fn data, void *user, const struct ocd_call *call)
{
    struct ocd_op *op = ocd__op_new(session, &dump_class.op, call,
                                    "dump %" PRIu64 " bytes at 0x%08" PRIX64, size, addr);
    struct dump *d = (struct dump *)op;

    if (op == NULL)
        return NULL;
    d->sample = SAMPLE_COUNT;
    d->data = data;
    d->user = user;
    if (data == NULL)
        ocd__op_fail(op, OCD_ERR_ARG, "the callback for the data is NULL");
    else
        ocd__memop_begin(&d->memop, addr, size, NULL, true);
    return op;
}

int ocd_dump(struct ocd_session *session, uint64_t addr, uint64_t size, const char *path)
{
    return ocd__op_wait(session, ocd_dump_async(session, addr, size, path, NULL));
}

int ocd_dump_data(struct ocd_session *session, uint64_t addr, uint64_t size, ocd_data_fn data,
                  void *user)
{
    return ocd__op_wait(session, ocd_dump_data_async(session, addr, size, data, user, NULL));
}
