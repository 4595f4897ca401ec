// SPDX-License-Identifier: MIT
/* Several ranges of memory into one file of any format. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/reserved.h"
#include "image/writer.h"
#include "memory/memop.h"
#include "session/address.h"

#define FILL_SIZE 4096

struct dump_ranges {
    struct ocd_memop memop;
    struct ocd_range *ranges; /* ascending */
    size_t count, next;
    uint64_t done; /* bytes of the ranges before `next` */
    struct ocd_image_writer *writer;
    bool owned;
    bool dense; /* what cannot be read is filled */
};

static int writer_failed(struct dump_ranges *d, int rc)
{
    struct ocd_op *op = &d->memop.op;
    const struct ocd_error *error = ocd_image_writer_error(d->writer);

    if (rc == OCD_ERR_FILE && d->writer->name[0] != '\0')
        ocd__detail_set(&op->detail, rc, "%s: %s", d->writer->name, error->message);
    else
        ocd__detail_set(&op->detail, rc, "%s", error->message);
    op->detail.error.system_errno = error->system_errno;
    return rc;
}

static int put_fill(struct dump_ranges *d, uint64_t addr, uint64_t size)
{
    uint8_t fill[FILL_SIZE];
    int rc = OCD_OK;

    memset(fill, d->memop.op.call.fill, sizeof(fill));
    while (rc == OCD_OK && size > 0) {
        size_t n = size < sizeof(fill) ? (size_t)size : sizeof(fill);
        rc = ocd_image_writer_put(d->writer, addr, fill, n);
        addr += n;
        size -= n;
    }
    return rc;
}

static int consume(struct ocd_memop *m, uint64_t addr, const void *data, uint64_t size)
{
    struct dump_ranges *d = (struct dump_ranges *)m;
    int rc = OCD_OK;

    if (data != NULL)
        rc = ocd_image_writer_put(d->writer, addr, data, (size_t)size);
    else if (d->dense)
        rc = put_fill(d, addr, size);
    return rc == OCD_OK ? OCD_OK : writer_failed(d, rc);
}

static int step(struct dump_ranges *d)
{
    while (d->next < d->count && d->ranges[d->next].size == 0)
        d->next++;
    if (d->next == d->count) {
        int rc = ocd_image_writer_finish(d->writer);
        return rc == OCD_OK ? OCD_OK : writer_failed(d, rc);
    }
    const struct ocd_range *range = &d->ranges[d->next++];
    ocd__memop_again(&d->memop, range->addr, range->size, d->done);
    d->done += range->size;
    return OCD_PENDING;
}

static int complete(struct ocd_memop *m)
{
    return step((struct dump_ranges *)m);
}

static void ready(struct ocd_memop *m)
{
    struct dump_ranges *d = (struct dump_ranges *)m;

    for (size_t i = 0; i < d->count; i++)
        if (!ocd__address_reached(&m->op, m->target, d->ranges[i].addr, d->ranges[i].size))
            return;
    int rc = step(d);
    if (rc != OCD_PENDING)
        ocd__op_end(&m->op, rc);
}

static void ended(struct ocd_op *op, int result)
{
    struct dump_ranges *d = (struct dump_ranges *)op;

    (void)result;
    if (d->owned)
        ocd_image_writer_close(d->writer);
    d->owned = false;
}

static void destroy(struct ocd_op *op)
{
    struct dump_ranges *d = (struct dump_ranges *)op;

    free(d->ranges);
    ocd__memop_destroy(op);
}

static const struct ocd_memop_class dump_ranges_class = {
    .op = OCD_MEMOP_CLASS(struct dump_ranges, .account = ocd__memop_account, .ended = ended,
                          .destroy = destroy),
    .consume = consume,
    .complete = complete,
    .ready = ready,
};

static int compare(const void *a, const void *b)
{
    const struct ocd_range *x = a, *y = b;

    return x->addr < y->addr ? -1 : x->addr > y->addr;
}

/* Looks for ranges that the file cannot hold, that wrap, or that overlap. OCD_OK, or the error with
 * its detail. */
static int check(struct dump_ranges *d)
{
    struct ocd_op *op = &d->memop.op;
    const struct ocd_image_layout *layout = ocd__image_writer_layout(d->writer);
    const char *title = ocd__image_format_title(layout->format);
    uint64_t last = ocd__image_layout_last(layout);
    const struct ocd_range *before = NULL;

    for (size_t i = 0; i < d->count; i++) {
        const struct ocd_range *r = &d->ranges[i];
        if (r->size == 0)
            continue;
        if (r->addr > UINT64_MAX - (r->size - 1))
            return ocd__detail_set(&op->detail, OCD_ERR_ARG,
                                   "the range wraps past the end of the address space");
        if (before != NULL && r->addr - before->addr < before->size)
            return ocd__detail_set(&op->detail, OCD_ERR_ARG, "ranges overlap at 0x%08" PRIX64,
                                   r->addr);
        uint64_t gap = before != NULL ? r->addr - before->addr - before->size : 0;
        if (d->dense && gap > layout->gap_max)
            return ocd__detail_set(&op->detail, OCD_ERR_FORMAT,
                                   "a %s would fill the %" PRIu64 " bytes before 0x%08" PRIX64
                                   ", and its limit is %" PRIu64,
                                   title, gap, r->addr, layout->gap_max);
        if (r->addr + (r->size - 1) > last)
            return ocd__detail_set(&op->detail, OCD_ERR_FORMAT,
                                   "%s with %u-bit addresses cannot hold 0x%08" PRIX64
                                   " to 0x%08" PRIX64,
                                   title, layout->addr_bits, r->addr, r->addr + (r->size - 1));
        d->memop.total += r->size;
        before = r;
    }
    return OCD_OK;
}

static struct dump_ranges *begin(struct ocd_session *session, const struct ocd_range *ranges,
                                 size_t count, const char *to, const struct ocd_call *call)
{
    struct ocd_op *op = ocd__op_new(
        session, &dump_ranges_class.op, call, "dump %zu range%s at 0x%08" PRIX64 " to %s", count,
        count == 1 ? "" : "s", count > 0 && ranges != NULL ? ranges[0].addr : 0, to);
    struct dump_ranges *d = (struct dump_ranges *)op;

    if (op == NULL)
        return NULL;
    ocd__memop_begin(&d->memop, 0, 0, NULL, true);
    if (ranges == NULL && count > 0)
        ocd__op_fail(op, OCD_ERR_ARG, "the array of ranges is NULL");
    else if (ocd_reserved_ranges_used(ranges, count))
        ocd__op_fail(op, OCD_ERR_ARG, "ocd_range.reserved of one of the ranges is not zero");
    if (op->result != OCD_PENDING)
        return d;
    d->ranges = calloc(count + 1, sizeof(*d->ranges));
    if (d->ranges == NULL) {
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
        return d;
    }
    if (count > 0)
        memcpy(d->ranges, ranges, count * sizeof(*ranges));
    d->count = count;
    qsort(d->ranges, count, sizeof(*d->ranges), compare);
    return d;
}

/* The writer has been created, or that has failed. */
static struct ocd_op *begin_reading(struct dump_ranges *d, int rc)
{
    struct ocd_op *op = &d->memop.op;

    if (rc != OCD_OK && d->writer != NULL)
        writer_failed(d, rc);
    if (rc == OCD_OK) {
        enum ocd_image_format format = ocd__image_writer_layout(d->writer)->format;
        d->dense = format == OCD_IMAGE_BIN || format == OCD_IMAGE_C_ARRAY;
        rc = check(d);
    }
    if (rc != OCD_OK)
        ocd__op_end(op, rc);
    return op;
}

struct ocd_op *ocd_dump_ranges_async(struct ocd_session *session, const struct ocd_range *ranges,
                                     size_t count, const char *path,
                                     const struct ocd_image_layout *layout,
                                     const struct ocd_call *call)
{
    struct dump_ranges *d = begin(session, ranges, count, path != NULL ? path : "(no file)", call);

    if (d == NULL || d->memop.op.result != OCD_PENDING)
        return d != NULL ? &d->memop.op : NULL;
    int rc = ocd_image_writer_create(&d->writer, path, layout);
    d->owned = d->writer != NULL;
    return begin_reading(d, rc);
}

struct ocd_op *ocd_dump_writer_async(struct ocd_session *session, const struct ocd_range *ranges,
                                     size_t count, struct ocd_image_writer *writer,
                                     const struct ocd_call *call)
{
    struct dump_ranges *d = begin(session, ranges, count, "a writer", call);

    if (d == NULL || d->memop.op.result != OCD_PENDING)
        return d != NULL ? &d->memop.op : NULL;
    d->writer = writer;
    if (writer != NULL)
        return begin_reading(d, OCD_OK);
    ocd__op_fail(&d->memop.op, OCD_ERR_ARG, "the writer is NULL");
    return &d->memop.op;
}

int ocd_dump_ranges(struct ocd_session *session, const struct ocd_range *ranges, size_t count,
                    const char *path, const struct ocd_image_layout *layout)
{
    return ocd__op_wait(session, ocd_dump_ranges_async(session, ranges, count, path, layout, NULL));
}

int ocd_dump_writer(struct ocd_session *session, const struct ocd_range *ranges, size_t count,
                    struct ocd_image_writer *writer)
{
    return ocd__op_wait(session, ocd_dump_writer_async(session, ranges, count, writer, NULL));
}
