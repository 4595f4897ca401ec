// SPDX-License-Identifier: MIT
/* A file against memory: by reading, or by OpenOCD's checksums where they agree. */
#include "files/verify.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/reserved.h"
#include "files/ranges.h"
#include "session/address.h"
#include "session/write_access.h"

void ocd__verify_settle(struct ocd_verify *v, int rc)
{
    if (rc != OCD_PENDING)
        ocd__op_end(&v->memop.op, rc);
}

int ocd__verify_finish(struct ocd_verify *v)
{
    const struct ocd_verify_summary *s = &v->compare.summary;
    int rc = ocd__compare_end(&v->compare);

    if (rc != OCD_OK || s->ranges == 0)
        return rc;
    return ocd__detail_set(&v->memop.op.detail, OCD_ERR_MISMATCH,
                           "%" PRIu64 " of %" PRIu64 " bytes differ, in %" PRIu64 " range%s",
                           s->differing, s->bytes, s->ranges, s->ranges == 1 ? "" : "s");
}

const struct ocd_range *ocd__verify_range(const struct ocd_verify *v, size_t index)
{
    const struct ocd_range *ranges = (const struct ocd_range *)(const void *)v->ranges.data;

    return index < v->ranges.size / sizeof(*ranges) ? &ranges[index] : NULL;
}

int ocd__verify_expect(struct ocd_verify *v, uint64_t addr, size_t size)
{
    int rc = ocd__cursor_skip(&v->cursor, &v->memop.op, addr, v->expected, OCD_VERIFY_CHUNK);

    return rc == OCD_OK ? ocd__cursor_read(&v->cursor, &v->memop.op, v->expected, size) : rc;
}

/* --- By reading --- */

static int step_reading(struct ocd_verify *v)
{
    const struct ocd_range *range = ocd__verify_range(v, v->range++);

    if (range == NULL)
        return ocd__verify_finish(v);
    ocd__memop_again(&v->memop, range->addr, range->size, v->compare.summary.bytes);
    return OCD_PENDING;
}

static int consume(struct ocd_memop *m, uint64_t addr, const void *data, uint64_t size)
{
    struct ocd_verify *v = (struct ocd_verify *)m;
    const uint8_t *have = data;

    if (v->stage == OCD_VERIFY_LOOKING)
        return ocd__compare_add(&v->compare, addr, v->expected + (addr - v->addr), have,
                                (size_t)size);
    while (size > 0) {
        size_t n = size < OCD_VERIFY_CHUNK ? (size_t)size : OCD_VERIFY_CHUNK;
        int rc = ocd__verify_expect(v, addr, n);
        if (rc == OCD_OK)
            rc = ocd__compare_add(&v->compare, addr, v->expected, have, n);
        if (rc != OCD_OK)
            return rc;
        have = have != NULL ? have + n : NULL;
        addr += n;
        size -= n;
    }
    return OCD_OK;
}

/* --- The operation --- */

static int complete(struct ocd_memop *m)
{
    struct ocd_verify *v = (struct ocd_verify *)m;

    return v->fast ? ocd__verify_step_fast(v) : step_reading(v);
}

static void ready(struct ocd_memop *m)
{
    struct ocd_verify *v = (struct ocd_verify *)m;
    const struct ocd_image_info *info = ocd_image_get_info(v->image);

    if (info->bytes == 0) {
        ocd__op_end(&m->op, OCD_OK);
        return;
    }
    if (!ocd__address_reached(&m->op, m->target, info->first, info->last - info->first + 1))
        return;
    if (v->fast) {
        v->stage = OCD_VERIFY_ASKING;
        ocd__verify_ask_area(v);
    } else {
        v->stage = OCD_VERIFY_READING;
        ocd__verify_settle(v, step_reading(v));
    }
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    struct ocd_verify *v = (struct ocd_verify *)op;
    struct ocd_answer a;

    switch (v->stage) {
    case OCD_VERIFY_ASKING:
        if (ocd__control_read(op, r, &a))
            ocd__verify_area_answered(v, &a);
        break;
    case OCD_VERIFY_SUMMING:
        if (ocd__control_read(op, r, &a))
            ocd__verify_sum_answered(v, &a);
        break;
    default:
        ocd__memop_reply(op, tag, r);
        break;
    }
}

static void pump(struct ocd_op *op)
{
    struct ocd_verify *v = (struct ocd_verify *)op;

    if (v->stage == OCD_VERIFY_READING || v->stage == OCD_VERIFY_LOOKING)
        ocd__memop_pump(op);
}

static void account(struct ocd_op *op, int result)
{
    struct ocd_verify *v = (struct ocd_verify *)op;

    ocd__memop_account(op, result);
    op->detail.error.done = v->compare.summary.bytes;
    if (result == OCD_ERR_MISMATCH) {
        op->detail.error.addr = v->compare.first;
        op->detail.error.done -= v->compare.summary.differing;
    } else if (v->stage == OCD_VERIFY_SUMMING) {
        op->detail.error.addr = v->addr;
    } else if (v->stage != OCD_VERIFY_READING && v->stage != OCD_VERIFY_LOOKING) {
        op->detail.error.has_addr = false;
    }
}

static void ended(struct ocd_op *op, int result)
{
    struct ocd_verify *v = (struct ocd_verify *)op;

    if (result == OCD_ERR_TARGET) /* the range before what cannot be read is known */
        ocd__compare_end(&v->compare);
    if (v->summary != NULL)
        *v->summary = v->compare.summary;
}

static void destroy(struct ocd_op *op)
{
    struct ocd_verify *v = (struct ocd_verify *)op;

    ocd_image_close(v->image);
    ocd__server_file_free(&v->file);
    ocd__buffer_free(&v->ranges);
    free(v->expected);
    ocd__memop_destroy(op);
}

static const struct ocd_memop_class verify_class = {
    .op =
        {
            .size = sizeof(struct ocd_verify),
            .dry = true,
            .pump = pump,
            .reply = reply,
            .account = account,
            .ended = ended,
            .destroy = destroy,
        },
    .consume = consume,
    .complete = complete,
    .ready = ready,
};

/* Finds the ranges to compare. */
static void choose_ranges(struct ocd_verify *v, const struct ocd_verify_options *options)
{
    const struct ocd_image_info *info = ocd_image_get_info(v->image);
    const struct ocd_range *range;
    int rc = ocd__ranges_without(info->ranges, info->range_count, options->ignore,
                                 options->ignore_count, &v->ranges);

    ocd__cursor_begin(&v->cursor, v->image);
    for (size_t i = 0; (range = ocd__verify_range(v, i)) != NULL; i++)
        v->memop.total += range->size;
    v->compare.summary.ignored = info->bytes - v->memop.total;
    if (rc == OCD_ERR_ARG)
        ocd__op_fail(&v->memop.op, rc, "an ignored range wraps past the end of the address space");
    else if (rc != OCD_OK)
        ocd__op_fail(&v->memop.op, rc, "%s", "");
    else if (v->memop.total == 0 && info->bytes > 0)
        ocd__op_fail(&v->memop.op, OCD_ERR_ARG, "all of the file is ignored: nothing is compared");
}

static void check_options(struct ocd_op *op, const struct ocd_verify_options *options)
{
    if (OCD_RESERVED_USED(options))
        ocd__op_fail(op, OCD_ERR_ARG, "ocd_verify_options.reserved is not zero");
    else if (options->ignore != NULL &&
             ocd_reserved_ranges_used(options->ignore, options->ignore_count))
        ocd__op_fail(op, OCD_ERR_ARG,
                     "ocd_range.reserved of one of ocd_verify_options.ignore is not zero");
}

struct ocd_op *ocd_verify_async(struct ocd_session *session, const char *path,
                                const struct ocd_verify_options *options,
                                const struct ocd_call *call)
{
    static const struct ocd_verify_options defaults = {0};
    struct ocd_op *op = ocd__op_new(session, &verify_class.op, call, "verify %s",
                                    path != NULL ? path : "(no file)");
    struct ocd_verify *v = (struct ocd_verify *)op;

    if (op == NULL)
        return NULL;
    if (options == NULL)
        options = &defaults;
    v->compare.report = options->difference;
    v->compare.user = options->user;
    v->summary = options->summary;
    v->fast = (op->call.flags & OCD_VERIFY_FAST) != 0;
    if (v->summary != NULL)
        *v->summary = (struct ocd_verify_summary){0};
    check_options(op, options);
    if (op->result == OCD_PENDING)
        ocd__memop_begin(&v->memop, 0, 0, NULL, true);
    op->has_side_effects = v->fast; /* the work area */
    if (op->result == OCD_PENDING && v->fast)
        ocd__write_access_register(op); /* code runs on the core */
    if (op->result != OCD_PENDING || !ocd__image_input_open(op, &v->image, path, &options->image))
        return op;
    if (options->file != NULL)
        options->file(ocd_image_get_info(v->image), options->user);
    v->expected = malloc(OCD_VERIFY_CHUNK);
    if (v->expected == NULL)
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
    choose_ranges(v, options);
    return op;
}

int ocd_verify(struct ocd_session *session, const char *path,
               const struct ocd_verify_options *options)
{
    return ocd__op_wait(session, ocd_verify_async(session, path, options, NULL));
}
