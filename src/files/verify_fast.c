// SPDX-License-Identifier: MIT
/* A file against memory by OpenOCD's checksums. Chunks whose checksums differ are read. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/scan.h"
#include "files/verify.h"
#include "rpc/tcl.h"
#include "tcl/scripts.h"

/* Bytes from `addr` on, up to `size`, that are all inside the work area or all outside. */
static uint64_t uniform(const struct ocd_verify *v, uint64_t addr, uint64_t size, bool *inside)
{
    uint64_t begin = v->area.addr, end = begin + v->area.size; /* of a few KiB: does not wrap */

    *inside = v->area.size > 0 && addr >= begin && addr < end;
    if (*inside && end - addr < size)
        return end - addr;
    if (!*inside && v->area.size > 0 && addr < begin && begin - addr < size)
        return begin - addr;
    return size;
}

/* The next chunk of the file that is to be read (`inside` the work area) or summed. */
static int next_chunk(struct ocd_verify *v, bool inside)
{
    const struct ocd_range *range;

    while ((range = ocd__verify_range(v, v->range)) != NULL) {
        uint64_t left = range->size - v->taken;
        bool in;
        v->addr = range->addr + v->taken;
        v->size =
            (size_t)uniform(v, v->addr, left < OCD_VERIFY_CHUNK ? left : OCD_VERIFY_CHUNK, &in);
        int rc = ocd__verify_expect(v, v->addr, v->size);
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

static int read_chunk(struct ocd_verify *v)
{
    v->stage = OCD_VERIFY_LOOKING;
    ocd__memop_again(&v->memop, v->addr, v->size, v->compare.summary.bytes);
    return OCD_PENDING;
}

static int sum(struct ocd_verify *v)
{
    char after[40];
    struct ocd_op *op = &v->memop.op;
    int rc = ocd__server_file_begin(&v->file, 0xFF);

    v->stage = OCD_VERIFY_SUMMING;
    if (rc == OCD_OK)
        rc = ocd__server_file_put(&v->file, 0, v->expected, v->size);
    if (rc != OCD_OK)
        return rc;
    snprintf(after, sizeof(after), "0x%" PRIx64 " s19", v->addr);
    ocd__server_file_send(&v->file, op, "verify_image_checksum", after);
    return OCD_PENDING;
}

/* The work area first: the code that computes checksums overwrites it. */
int ocd__verify_step_fast(struct ocd_verify *v)
{
    int rc = next_chunk(v, v->in_area);

    if (rc == OCD_OK && v->in_area) {
        rc = ocd__compare_end(&v->compare);
        v->in_area = false;
        v->range = 0;
        ocd__cursor_begin(&v->cursor, v->image);
        if (rc == OCD_OK)
            rc = next_chunk(v, false);
    }
    if (rc == OCD_PENDING)
        return v->in_area ? read_chunk(v) : sum(v);
    return rc == OCD_OK ? ocd__verify_finish(v) : rc;
}

void ocd__verify_sum_answered(struct ocd_verify *v, struct ocd_answer *a)
{
    struct ocd_op *op = &v->memop.op;
    char words[48];

    if (!a->ran || a->silent) {
        ocd__control_server_error(op, a, (struct ocd_view){(char *)"verify_image_checksum", 21});
        return;
    }
    snprintf(words, sizeof(words), "verified %zu bytes", v->size);
    if (a->status != 0 || !ocd__scan_contains(a->result, words)) {
        ocd__verify_settle(v, read_chunk(v));
        return;
    }
    int rc = ocd__compare_add(&v->compare, v->addr, v->expected, v->expected, v->size);
    if (rc == OCD_OK && v->memop.progress != NULL &&
        v->memop.progress(v->compare.summary.bytes, v->memop.total, op->call.user) != 0)
        rc = OCD_ERR_CANCELLED;
    if (op->result == OCD_PENDING)
        ocd__verify_settle(v, rc != OCD_OK ? rc : ocd__verify_step_fast(v));
}

void ocd__verify_ask_area(struct ocd_verify *v)
{
    struct ocd_control control = {
        .polls = OCD_POLL_BEFORE,
        .when = OCD_WHEN_HALTED,
        .command = {(char *)ocd__script_work_area, strlen(ocd__script_work_area)},
    };

    ocd__control_send(&v->memop.op, &control);
}

void ocd__verify_area_answered(struct ocd_verify *v, struct ocd_answer *a)
{
    struct ocd_op *op = &v->memop.op;
    struct ocd_view addr, size;

    if (!a->ran || a->silent || a->status != 0) {
        ocd__control_server_error(op, a, (struct ocd_view){(char *)"cget -work-area-phys", 20});
        return;
    }
    if (ocd__tcl_next(&a->result, &addr) != 1 || ocd__tcl_next(&a->result, &size) != 1 ||
        !ocd__scan_number(&addr, &v->area.addr) || !ocd__scan_number(&size, &v->area.size)) {
        ocd__op_fail(op, OCD_ERR_PROTOCOL, "the answer about the work area is malformed");
        return;
    }
    v->in_area = v->area.size > 0;
    ocd__verify_settle(v, ocd__verify_step_fast(v));
}
