// SPDX-License-Identifier: MIT
/* Many small writes in one go: as many as fit in one request. The next request waits for the answer
 * to the one before it, so that nothing is written after a failure. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/cause.h"
#include "base/reserved.h"
#include "base/scan.h"
#include "rpc/script.h"
#include "rpc/status.h"
#include "rpc/tcl.h"
#include "session/address.h"
#include "session/diagnose.h"
#include "session/target.h"
#include "session/write_access.h"
#include "transfer/text.h"

/* A request has at most as many write_memory, and goes on as long as it has fewer bytes. */
#define WRITES_MAX 64u
#define BYTES_MAX  8192u

/* One write_memory. */
struct write {
    struct ocd_chunk chunk;
    size_t item;
    size_t element; /* of the item: the first one */
    size_t elements;
};

struct write_many {
    struct ocd_op op;
    struct ocd_write_item *items;
    size_t count;
    struct ocd_target_info *target;
    enum {
        NEW,
        ASKING,
        WRITING,
        DIAGNOSING, /* is the target there at all? */
    } phase;
    size_t item, element;            /* the next one */
    struct write writes[WRITES_MAX]; /* of the request under way */
    size_t write_count;
    bool halving; /* a 64-bit write was refused: tried as two of 32 bits */
    bool failed;  /* items[item].result is the operation's, … */
    uint64_t bad; /* … and this the address of the refused write */
    struct ocd_buffer command, quoted, shown;
};

static uint64_t item_size(const struct ocd_write_item *item)
{
    return (uint64_t)item->count * (item->width / 8);
}

/* --- Requests --- */

/* Takes the next elements off. False: there are none, or a 64-bit element comes of which it is not
 * known whether it can be written so: it ends a request. */
static bool next_write(struct write_many *m, struct write *w)
{
    while (m->item < m->count && m->element == m->items[m->item].count) {
        m->item++;
        m->element = 0;
    }
    if (m->item == m->count)
        return false;
    const struct ocd_write_item *item = &m->items[m->item];
    unsigned width = item->width / 8;
    bool halves = width == 8 && m->target->width64 == OCD_WIDTH64_NO;
    size_t left = item->count - m->element, most = OCD_TEXT_WRITE_VALUES / (halves ? 2 : 1);
    if (width == 8 && (m->target->width64 == OCD_WIDTH64_UNKNOWN || m->halving))
        most = 1;
    *w = (struct write){.item = m->item, .element = m->element};
    w->elements = left < most ? left : most;
    w->chunk = (struct ocd_chunk){.addr = item->addr + (uint64_t)m->element * width,
                                  .width = halves ? 4 : width,
                                  .count = (uint32_t)(w->elements * (halves ? 2 : 1))};
    m->element += w->elements;
    return true;
}

/* The write as a command. 0 or the buffer's error. */
static int compose(const struct write_many *m, const struct write *w, struct ocd_buffer *out)
{
    const struct ocd_write_item *item = &m->items[w->item];
    const uint8_t *data = (const uint8_t *)item->values + w->element * (item->width / 8);
    struct ocd_where where = ocd_op_where(&m->op);

    if (w->chunk.width * 8 == item->width)
        return ocd_text_write(out, where, w->chunk, data, OCD_LAYOUT_HOST);
    enum ocd_layout layout =
        m->target->endian == OCD_BIG_ENDIAN ? OCD_LAYOUT_BIG : OCD_LAYOUT_LITTLE;
    uint8_t *halves = malloc(w->elements * 8);
    if (halves == NULL)
        return OCD_ERR_NOMEM;
    for (size_t i = 0; i < w->elements; i++)
        ocd_text_put(halves + 8 * i, 8, ocd_text_get(data + 8 * i, 8, OCD_LAYOUT_HOST), layout);
    int rc = ocd_text_write(out, where, w->chunk, halves, layout);
    free(halves);
    return rc;
}

/* Adds the write to the request. */
static int add_write(struct write_many *m, const struct write *w)
{
    ocd_buffer_clear(&m->quoted);
    int rc = compose(m, w, &m->quoted);

    if (rc == OCD_OK)
        rc = ocd_tcl_quote(&m->command, m->quoted.data, m->quoted.size);
    ocd_buffer_puts(&m->command, " ");
    ocd_buffer_puts(&m->shown, m->write_count > 0 ? "; " : "");
    ocd_buffer_add(&m->shown, m->quoted.data, m->quoted.size);
    m->writes[m->write_count++] = *w;
    return rc != OCD_OK ? rc : m->command.error != OCD_OK ? m->command.error : m->shown.error;
}

static int fill_request(struct write_many *m)
{
    struct write w;
    uint64_t bytes = 0;
    int rc = OCD_OK;

    ocd_buffer_clear(&m->command);
    ocd_buffer_clear(&m->shown);
    m->write_count = 0;
    ocd_buffer_puts(&m->command, "{");
    while (rc == OCD_OK && m->write_count < WRITES_MAX && bytes < BYTES_MAX && next_write(m, &w)) {
        rc = add_write(m, &w);
        bytes += ocd_chunk_size(w.chunk);
        if (m->items[w.item].width == 64 &&
            (m->target->width64 == OCD_WIDTH64_UNKNOWN || m->halving))
            break; /* its answer says how the next ones are written */
    }
    ocd_buffer_puts(&m->command, "}");
    return rc;
}

/* OCD_DRY_RUN: shows the writes of a request, one request a turn of the session's loop. */
static void show_request(struct write_many *m)
{
    for (size_t i = 0; i < m->write_count; i++) {
        ocd_buffer_clear(&m->quoted);
        if (compose(m, &m->writes[i], &m->quoted) != OCD_OK) {
            ocd_op_fail(&m->op, OCD_ERR_NOMEM, "%s", "");
            return;
        }
        ocd_rpc_keep_back(&m->op.session->rpc, m->quoted.data, m->quoted.size);
    }
    m->op.wake = ocd_now();
}

static void send_request(struct write_many *m)
{
    int rc = fill_request(m);

    m->op.bulk = m->op.bulk || m->item < m->count; /* several requests */
    if (rc != OCD_OK) {
        ocd_op_fail(&m->op, OCD_ERR_NOMEM, "%s", "");
    } else if (m->write_count == 0) {
        ocd_op_end(&m->op, OCD_OK);
    } else if ((m->op.call.flags & OCD_DRY_RUN) != 0) {
        show_request(m);
    } else {
        ocd_op_send(&m->op, &(struct ocd_query){
                                .script = ocd_script_run_list,
                                .args = {m->command.data, m->command.size},
                                .shown = {m->shown.data, m->shown.size},
                            });
    }
}

static void begin_writing(struct write_many *m)
{
    for (size_t i = 0; i < m->count; i++) {
        if (!ocd_address_reached(&m->op, m->target, m->items[i].addr, item_size(&m->items[i])))
            return;
    }
    m->phase = WRITING;
    send_request(m);
}

/* --- Replies --- */

/* Width 64 was refused, or the address was: the same in 32-bit writes tells which. */
static bool retry_in_32(struct write_many *m, const struct write *w, int code)
{
    if (w->chunk.width != 8 || code != OCD_ERR_TARGET || m->target->width64 != OCD_WIDTH64_UNKNOWN)
        return false;
    m->target->width64 = OCD_WIDTH64_NO;
    m->halving = true;
    m->item = w->item;
    m->element = w->element;
    send_request(m);
    return true;
}

static void write_failed(struct write_many *m, const struct write *w, struct ocd_reply *reply)
{
    int code = ocd_status_not_halted(reply) ? OCD_ERR_NOT_HALTED : OCD_ERR_TARGET;

    if (m->halving)
        m->target->width64 = OCD_WIDTH64_UNKNOWN; /* it need not have been the width */
    if (retry_in_32(m, w, code))
        return;
    ocd_buffer_clear(&m->quoted);
    compose(m, w, &m->quoted);
    ocd_op_note_refusal(&m->op, (struct ocd_slice){m->quoted.data, m->quoted.size}, reply);
    m->item = w->item;
    m->failed = true;
    m->bad = w->chunk.addr;
    ocd_detail_fact(&m->op.detail,
                    m->bad % w->chunk.width != 0 ? OCD_FACT_UNALIGNED : OCD_FACT_MEMORY,
                    w->chunk.width);
    ocd_cause_address(reply->log, w->chunk.addr, ocd_chunk_size(w->chunk), &m->bad);
    m->items[m->item].result = code;
    if (code == OCD_ERR_NOT_HALTED) {
        ocd_op_end(&m->op, code);
        return;
    }
    m->phase = DIAGNOSING;
    ocd_diagnose_ask(&m->op, m->bad, 0);
}

static void diagnosed(struct write_many *m, struct ocd_reply *reply)
{
    int code = ocd_diagnose_answered(&m->op, true, reply);

    if (code == OCD_PENDING)
        return;
    m->items[m->item].result = code;
    ocd_op_end(&m->op, code);
}

/* All writes of the request have been made. */
static void request_done(struct write_many *m)
{
    const struct write *last = &m->writes[m->write_count - 1];

    if (last->chunk.width == 8)
        m->target->width64 = OCD_WIDTH64_YES;
    m->halving = false;
    send_request(m);
}

static void request_answered(struct write_many *m, struct ocd_reply *reply)
{
    uint64_t done;
    int code = ocd_cause_code(reply->log);

    if (code != OCD_OK) { /* also where OpenOCD has answered success */
        ocd_diagnose_explain(&m->op, reply->log);
        m->item = m->writes[0].item;
        ocd_op_end(&m->op, code);
        return;
    }
    bool good = ocd_scan_number(&reply->result, &done) && done <= m->write_count &&
                (done == m->write_count) == (reply->status == 0);
    if (!good || (reply->status == 0 && reply->result.size > 0)) {
        m->item = m->writes[0].item;
        ocd_op_fail(&m->op, OCD_ERR_PROTOCOL, "the reply does not say how much was written");
    } else if (reply->status == 0) {
        request_done(m);
    } else {
        ocd_scan_skip(&reply->result, " ");
        write_failed(m, &m->writes[done], reply);
    }
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    struct write_many *m = (struct write_many *)op;

    (void)tag;
    if (m->phase == DIAGNOSING) {
        diagnosed(m, r);
        return;
    }
    if (ocd_op_unanswered(op, r))
        return;
    if (m->phase == WRITING)
        request_answered(m, r);
    else if (ocd_target_answered(op, m->target, r))
        begin_writing(m);
}

static void pump(struct ocd_op *op)
{
    struct write_many *m = (struct write_many *)op;

    if (m->phase == NEW) {
        m->phase = ASKING;
        m->target = ocd_target_known(op);
        if (m->target != NULL && m->target->known)
            begin_writing(m);
    } else if (m->phase == WRITING && (op->call.flags & OCD_DRY_RUN) != 0) {
        send_request(m);
    }
}

/* --- The operation --- */

/* The item that the operation has ended with. What was in a request without an answer may be
 * written. */
static size_t first_unwritten(const struct write_many *m)
{
    if (m->failed || m->phase != WRITING || m->write_count == 0)
        return m->item;
    return m->writes[0].item;
}

static void account(struct ocd_op *op, int result)
{
    struct write_many *m = (struct write_many *)op;
    size_t at = first_unwritten(m);

    op->detail.error.done = at;
    op->detail.error.has_address =
        at < m->count && (m->failed || result == OCD_ERR_PROTOCOL || ocd_is_absence(result));
    if (op->detail.error.has_address)
        op->detail.error.address = m->failed ? m->bad : m->items[at].addr;
}

static void ended(struct ocd_op *op, int result)
{
    struct write_many *m = (struct write_many *)op;

    if (result == OCD_OK)
        return;
    for (size_t i = first_unwritten(m); i < m->count; i++) {
        if (m->items[i].result == OCD_OK)
            m->items[i].result = m->failed ? OCD_ERR_CANCELLED : result;
    }
}

static void destroy(struct ocd_op *op)
{
    struct write_many *m = (struct write_many *)op;

    ocd_buffer_free(&m->command);
    ocd_buffer_free(&m->quoted);
    ocd_buffer_free(&m->shown);
}

static const struct ocd_op_class write_many_class = {
    .size = sizeof(struct write_many),
    .dry = true,
    .pump = pump,
    .reply = reply,
    .account = account,
    .ended = ended,
    .destroy = destroy,
};

/* Checks all of them before anything is sent. */
static void check_items(struct ocd_op *op, const struct ocd_write_item *items, size_t count)
{
    for (size_t i = 0; i < count && op->result == OCD_PENDING; i++) {
        const struct ocd_write_item *item = &items[i];
        unsigned w = item->width;
        if ((w != 8 && w != 16 && w != 32 && w != 64) || item->count > SIZE_MAX / 8 ||
            (item->values == NULL && item->count > 0) ||
            !ocd_range_valid(item->addr, item_size(item)))
            ocd_op_fail(op, OCD_ERR_ARG,
                        "item %zu has a wrong width, no values, or a range that wraps", i);
        else if (OCD_RESERVED_USED(item))
            ocd_op_fail(op, OCD_ERR_ARG, "item %zu has an ocd_write_item.reserved that is not zero",
                        i);
        else
            ocd_guard_write(op, item->addr, item_size(item));
    }
}

struct ocd_op *ocd_write_many_async(struct ocd_session *session, struct ocd_write_item *items,
                                    size_t count, const struct ocd_call *call)
{
    struct ocd_op *op = ocd_op_new(session, &write_many_class, call, "write %zu items", count);
    struct write_many *m = (struct write_many *)op;

    for (size_t i = 0; items != NULL && i < count; i++)
        items[i].result = op == NULL ? OCD_ERR_NOMEM : OCD_OK;
    if (op == NULL)
        return NULL;
    op->changes = true;
    op->again = true;
    if (items == NULL && count > 0) {
        ocd_op_fail(op, OCD_ERR_ARG, "there are no items");
        return op;
    }
    m->items = items;
    m->count = count;
    if ((op->call.flags & OCD_VERIFY) != 0)
        ocd_op_fail(op, OCD_ERR_ARG,
                    "ocd_write_many() does not verify: ocd_read_many() reads back");
    check_items(op, items, count);
    for (size_t i = 0; i < count && op->result != OCD_PENDING; i++)
        items[i].result = op->result;
    return op;
}

int ocd_write_many(struct ocd_session *session, struct ocd_write_item *items, size_t count)
{
    return ocd_op_wait(session, ocd_write_many_async(session, items, count, NULL));
}
