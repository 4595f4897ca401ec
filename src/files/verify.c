// SPDX-License-Identifier: MIT
/* A file against memory: by reading, or by OpenOCD's checksums where they agree. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/scan.h"
#include "files/compare.h"
#include "files/origin.h"
#include "files/server_file.h"
#include "memory/memop.h"
#include "rpc/tcl.h"
#include "session/address.h"
#include "session/guard.h"
#include "target/control.h"

/* Bytes that a checksum is made of, and that are held at a time. As S-records they are a request of
 * some 550 KB. */
#define PIECE_SIZE (256u << 10)

enum stage {
    READING, /* all of the file */
    ASKING,  /* for the work area */
    SUMMING, /* a piece */
    LOOKING, /* at a piece whose checksum differs, or that lies in the work area */
};

struct verify {
    struct ocd_memop memop;
    enum stage stage;
    struct ocd_image *image;
    bool fast;
    struct ocd_compare compare;
    struct ocd_verify_summary *summary;
    struct ocd_server_file file;
    uint8_t *expected; /* PIECE_SIZE */
    size_t range;      /* under way */
    uint64_t taken;    /* of it, bytes that were begun */
    uint64_t addr;     /* of the piece */
    size_t size;
    struct ocd_range area; /* work area of the target */
    bool in_area;          /* what lies there is compared first */
};

static int step(struct verify *v);

static void settle(struct verify *v, int rc)
{
    if (rc != OCD_PENDING)
        ocd_op_end(&v->memop.op, rc);
}

static int finish(struct verify *v)
{
    const struct ocd_verify_summary *s = &v->compare.summary;
    int rc = ocd_compare_end(&v->compare);

    if (rc != OCD_OK || s->ranges == 0)
        return rc;
    return ocd_detail_set(&v->memop.op.detail, OCD_ERR_MISMATCH,
                          "%" PRIu64 " of %" PRIu64 " bytes differ, in %" PRIu64 " range%s",
                          s->differing, s->bytes, s->ranges, s->ranges == 1 ? "" : "s");
}

/* --- By reading --- */

static int step_reading(struct verify *v)
{
    const struct ocd_image_info *info = ocd_image_info(v->image);

    if (v->range == info->range_count)
        return finish(v);
    const struct ocd_range *range = &info->ranges[v->range++];
    ocd_memop_again(&v->memop, range->addr, range->size, v->compare.summary.bytes);
    return OCD_PENDING;
}

static int consume(struct ocd_memop *m, uint64_t addr, const void *data, uint64_t size)
{
    struct verify *v = (struct verify *)m;
    const uint8_t *have = data;

    if (v->stage == LOOKING)
        return ocd_compare_add(&v->compare, addr, v->expected + (addr - v->addr), have,
                               (size_t)size);
    while (size > 0) {
        size_t n = size < PIECE_SIZE ? (size_t)size : PIECE_SIZE;
        int rc = ocd_origin_read(&m->op, v->image, addr, v->expected, n);
        if (rc == OCD_OK)
            rc = ocd_compare_add(&v->compare, addr, v->expected, have, n);
        if (rc != OCD_OK)
            return rc;
        have = have != NULL ? have + n : NULL;
        addr += n;
        size -= n;
    }
    return OCD_OK;
}

/* --- By checksums --- */

/* Bytes from `addr` on, up to `size`, that are all inside the work area or all outside. */
static uint64_t uniform(const struct verify *v, uint64_t addr, uint64_t size, bool *inside)
{
    uint64_t begin = v->area.addr, end = begin + v->area.size; /* of a few KiB: does not wrap */

    *inside = v->area.size > 0 && addr >= begin && addr < end;
    if (*inside && end - addr < size)
        return end - addr;
    if (!*inside && v->area.size > 0 && addr < begin && begin - addr < size)
        return begin - addr;
    return size;
}

/* The next piece of the file that is to be read (`inside` the work area) or summed. */
static int next_piece(struct verify *v, bool inside)
{
    const struct ocd_image_info *info = ocd_image_info(v->image);

    while (v->range < info->range_count) {
        const struct ocd_range *range = &info->ranges[v->range];
        uint64_t left = range->size - v->taken;
        bool in;
        v->addr = range->addr + v->taken;
        v->size = (size_t)uniform(v, v->addr, left < PIECE_SIZE ? left : PIECE_SIZE, &in);
        int rc = ocd_origin_read(&v->memop.op, v->image, v->addr, v->expected, v->size);
        if (rc != OCD_OK)
            return rc;
        v->taken += v->size;
        if (v->taken == range->size) {
            v->range++;
            v->taken = 0;
        }
        if (in == inside)
            return OCD_PENDING;
    }
    return OCD_OK;
}

static int look(struct verify *v)
{
    v->stage = LOOKING;
    ocd_memop_again(&v->memop, v->addr, v->size, v->compare.summary.bytes);
    return OCD_PENDING;
}

static int sum(struct verify *v)
{
    char after[40];
    struct ocd_op *op = &v->memop.op;
    int rc = ocd_server_file_begin(&v->file, 0xFF);

    v->stage = SUMMING;
    if (rc == OCD_OK)
        rc = ocd_server_file_put(&v->file, 0, v->expected, v->size);
    if (rc != OCD_OK)
        return rc;
    snprintf(after, sizeof(after), "0x%" PRIx64 " s19", v->addr);
    ocd_server_file_send(&v->file, op, "verify_image_checksum", after);
    return OCD_PENDING;
}

/* The work area first: the code that computes checksums overwrites it. */
static int step_fast(struct verify *v)
{
    int rc = next_piece(v, v->in_area);

    if (rc == OCD_OK && v->in_area) {
        rc = ocd_compare_end(&v->compare);
        v->in_area = false;
        v->range = 0;
        ocd_image_rewind(v->image);
        if (rc == OCD_OK)
            rc = next_piece(v, false);
    }
    if (rc == OCD_PENDING)
        return v->in_area ? look(v) : sum(v);
    return rc == OCD_OK ? finish(v) : rc;
}

static int step(struct verify *v)
{
    return v->fast ? step_fast(v) : step_reading(v);
}

static void piece_answered(struct verify *v, struct ocd_answer *a)
{
    struct ocd_op *op = &v->memop.op;
    char words[48];

    if (!a->ran || a->silent) {
        ocd_control_refused(op, a, (struct ocd_slice){(char *)"verify_image_checksum", 21});
        return;
    }
    snprintf(words, sizeof(words), "verified %zu bytes", v->size);
    if (a->status != 0 || !ocd_scan_contains(a->result, words)) {
        settle(v, look(v));
        return;
    }
    int rc = ocd_compare_add(&v->compare, v->addr, v->expected, v->expected, v->size);
    if (rc == OCD_OK && v->memop.progress != NULL &&
        v->memop.progress(v->compare.summary.bytes, v->memop.total, op->call.user) != 0)
        rc = OCD_ERR_CANCELLED;
    if (op->result == OCD_PENDING)
        settle(v, rc != OCD_OK ? rc : step(v));
}

/* --- The operation --- */

static int complete(struct ocd_memop *m)
{
    return step((struct verify *)m);
}

static const char area_script[] =
    "apply {t {list [$t cget -work-area-phys] [$t cget -work-area-size]}} [target current]";

static void ask_area(struct verify *v)
{
    struct ocd_control control = {
        .polls = OCD_POLL_BEFORE,
        .when = OCD_WHEN_HALTED,
        .command = {(char *)area_script, sizeof(area_script) - 1},
    };

    ocd_control_send(&v->memop.op, &control);
}

static void area_answered(struct verify *v, struct ocd_answer *a)
{
    struct ocd_op *op = &v->memop.op;
    struct ocd_slice addr, size;

    if (!a->ran || a->silent || a->status != 0) {
        ocd_control_refused(op, a, (struct ocd_slice){(char *)"cget -work-area-phys", 20});
        return;
    }
    if (ocd_tcl_next(&a->result, &addr) != 1 || ocd_tcl_next(&a->result, &size) != 1 ||
        !ocd_scan_number(&addr, &v->area.addr) || !ocd_scan_number(&size, &v->area.size)) {
        ocd_op_fail(op, OCD_ERR_PROTOCOL, "the answer about the work area is malformed");
        return;
    }
    v->in_area = v->area.size > 0;
    settle(v, step(v));
}

static void ready(struct ocd_memop *m)
{
    struct verify *v = (struct verify *)m;
    const struct ocd_image_info *info = ocd_image_info(v->image);

    if (info->bytes == 0) {
        ocd_op_end(&m->op, OCD_OK);
        return;
    }
    if (!ocd_address_reached(&m->op, m->target, info->first, info->last - info->first + 1))
        return;
    if (v->fast) {
        v->stage = ASKING;
        ask_area(v);
    } else {
        v->stage = READING;
        settle(v, step(v));
    }
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    struct verify *v = (struct verify *)op;
    struct ocd_answer a;

    switch (v->stage) {
    case ASKING:
        if (ocd_control_read(op, r, &a))
            area_answered(v, &a);
        break;
    case SUMMING:
        if (ocd_control_read(op, r, &a))
            piece_answered(v, &a);
        break;
    default:
        ocd_memop_reply(op, tag, r);
        break;
    }
}

static void pump(struct ocd_op *op)
{
    struct verify *v = (struct verify *)op;

    if (v->stage == READING || v->stage == LOOKING)
        ocd_memop_pump(op);
}

static void account(struct ocd_op *op, int result)
{
    struct verify *v = (struct verify *)op;

    ocd_memop_account(op, result);
    op->detail.error.done = v->compare.summary.bytes;
    if (result == OCD_ERR_MISMATCH) {
        op->detail.error.address = v->compare.first;
        op->detail.error.done -= v->compare.summary.differing;
    } else if (v->stage == SUMMING) {
        op->detail.error.address = v->addr;
    } else if (v->stage != READING && v->stage != LOOKING) {
        op->detail.error.has_address = false;
    }
}

static void ended(struct ocd_op *op, int result)
{
    struct verify *v = (struct verify *)op;

    if (result == OCD_ERR_TARGET) /* the range before what cannot be read is known */
        ocd_compare_end(&v->compare);
    if (v->summary != NULL)
        *v->summary = v->compare.summary;
}

static void destroy(struct ocd_op *op)
{
    struct verify *v = (struct verify *)op;

    ocd_image_close(v->image);
    ocd_server_file_free(&v->file);
    free(v->expected);
    ocd_memop_destroy(op);
}

static const struct ocd_memop_class verify_class = {
    .op =
        {
            .size = sizeof(struct verify),
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

struct ocd_op *ocd_verify_async(struct ocd_session *session, const char *path,
                                const struct ocd_verify_options *options,
                                const struct ocd_call *call)
{
    static const struct ocd_verify_options defaults = {0};
    struct ocd_op *op =
        ocd_op_new(session, &verify_class.op, call, "verify %s", path != NULL ? path : "(no file)");
    struct verify *v = (struct verify *)op;

    if (op == NULL)
        return NULL;
    if (options == NULL)
        options = &defaults;
    v->compare.tell = options->difference;
    v->compare.user = options->user;
    v->summary = options->summary;
    v->fast = (op->call.flags & OCD_FAST) != 0;
    if (v->summary != NULL)
        *v->summary = (struct ocd_verify_summary){0};
    if (op->result == OCD_PENDING)
        ocd_memop_begin(&v->memop, 0, 0, NULL, true);
    op->changes = v->fast; /* the work area */
    if (op->result == OCD_PENDING && v->fast)
        ocd_guard_register(op); /* code runs on the core */
    if (op->result != OCD_PENDING || !ocd_origin_image(op, &v->image, path, &options->image))
        return op;
    if (options->file != NULL)
        options->file(ocd_image_info(v->image), options->user);
    v->expected = malloc(PIECE_SIZE);
    if (v->expected == NULL)
        ocd_op_fail(op, OCD_ERR_NOMEM, "%s", "");
    v->memop.total = ocd_image_info(v->image)->bytes;
    return op;
}

int ocd_verify(struct ocd_session *session, const char *path,
               const struct ocd_verify_options *options)
{
    return ocd_op_wait(session, ocd_verify_async(session, path, options, NULL));
}
