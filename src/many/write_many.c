// SPDX-License-Identifier: MIT
/* Many small writes in one go: as many as fit in one request. The next request waits for the answer
 * to the one before it, so that nothing is written after a failure. */
#include <inttypes.h>

#include "base/cause.h"
#include "base/reserved.h"
#include "base/scan.h"
#include "many/write_many.h"
#include "rpc/status.h"
#include "session/address.h"
#include "session/diagnose.h"
#include "session/write_access.h"
#include "tcl/scripts.h"

static uint64_t item_size(const struct ocd_write_item *item)
{
    return (uint64_t)item->count * (item->width / 8);
}

/* --- Requests --- */

/* OCD_WRITE_DRY_RUN: shows the writes of a request, one request per round of the session's loop. */
static void show_request(struct ocd_write_many *m)
{
    for (size_t i = 0; i < m->write_count; i++) {
        ocd__buffer_clear(&m->quoted);
        if (ocd__write_many_compose(m, &m->writes[i], &m->quoted) != OCD_OK) {
            ocd__op_fail(&m->op, OCD_ERR_NOMEM, "%s", "");
            return;
        }
        ocd__rpc_keep_back(&m->op.session->rpc, m->quoted.data, m->quoted.size);
    }
    m->op.wake = ocd__now();
}

static void send_request(struct ocd_write_many *m)
{
    int rc = ocd__write_many_fill(m);

    m->op.bulk = m->op.bulk || m->item < m->count; /* several requests */
    if (rc != OCD_OK) {
        ocd__op_fail(&m->op, OCD_ERR_NOMEM, "%s", "");
    } else if (m->write_count == 0) {
        ocd__op_end(&m->op, OCD_OK);
    } else if ((m->op.call.flags & OCD_WRITE_DRY_RUN) != 0) {
        show_request(m);
    } else {
        ocd__op_send(&m->op, &(struct ocd_query){
                                 .script = ocd__script_run_list,
                                 .args = {m->command.data, m->command.size},
                                 .shown = {m->shown.data, m->shown.size},
                             });
    }
}

static void begin_writing(struct ocd_write_many *m)
{
    for (size_t i = 0; i < m->count; i++)
        if (!ocd__address_reached(&m->op, m->target, m->items[i].addr, item_size(&m->items[i])))
            return;
    m->phase = WRITING;
    send_request(m);
}

/* --- Replies --- */

/* The width 64 or the address has caused the failure: 32-bit writes show which. */
static bool retry_in_32(struct ocd_write_many *m, const struct ocd_write *w, int code)
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

static void write_failed(struct ocd_write_many *m, const struct ocd_write *w,
                         struct ocd_reply *reply)
{
    int code = ocd__status_not_halted(reply) ? OCD_ERR_NOT_HALTED : OCD_ERR_TARGET;

    if (m->halving)
        m->target->width64 = OCD_WIDTH64_UNKNOWN; /* the width may not be the cause */
    if (retry_in_32(m, w, code))
        return;
    ocd__buffer_clear(&m->quoted);
    ocd__write_many_compose(m, w, &m->quoted);
    ocd__op_record_server_error(&m->op, (struct ocd_view){m->quoted.data, m->quoted.size}, reply);
    m->item = w->item;
    m->failed = true;
    m->failed_addr = w->chunk.addr;
    ocd__detail_fact(&m->op.detail,
                     m->failed_addr % w->chunk.width != 0 ? OCD_FACT_UNALIGNED : OCD_FACT_MEMORY,
                     w->chunk.width);
    ocd__cause_address(reply->log, w->chunk.addr, ocd_chunk_size(w->chunk), &m->failed_addr);
    m->items[m->item].result = code;
    if (code == OCD_ERR_NOT_HALTED) {
        ocd__op_end(&m->op, code);
        return;
    }
    m->phase = DIAGNOSING;
    ocd__diagnose_ask(&m->op, m->failed_addr, 0);
}

static void diagnosed(struct ocd_write_many *m, struct ocd_reply *reply)
{
    int code = ocd__diagnose_answered(&m->op, true, reply);

    if (code == OCD_PENDING)
        return;
    m->items[m->item].result = code;
    ocd__op_end(&m->op, code);
}

/* All writes of the request have been made. */
static void request_done(struct ocd_write_many *m)
{
    const struct ocd_write *last = &m->writes[m->write_count - 1];

    if (last->chunk.width == 8)
        m->target->width64 = OCD_WIDTH64_YES;
    m->halving = false;
    send_request(m);
}

static void request_answered(struct ocd_write_many *m, struct ocd_reply *reply)
{
    uint64_t done;
    int code = ocd__cause_code(reply->log);

    if (code != OCD_OK) { /* even if OpenOCD has reported success */
        ocd__diagnose_explain(&m->op, reply->log);
        m->item = m->writes[0].item;
        ocd__op_end(&m->op, code);
        return;
    }
    bool valid = ocd__scan_number(&reply->result, &done) && done <= m->write_count &&
                 (done == m->write_count) == (reply->status == 0);
    if (!valid || (reply->status == 0 && reply->result.size > 0)) {
        m->item = m->writes[0].item;
        ocd__op_fail(&m->op, OCD_ERR_PROTOCOL, "the reply does not say how much was written");
    } else if (reply->status == 0) {
        request_done(m);
    } else {
        ocd__scan_skip(&reply->result, " ");
        write_failed(m, &m->writes[done], reply);
    }
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    struct ocd_write_many *m = (struct ocd_write_many *)op;

    (void)tag;
    if (m->phase == DIAGNOSING) {
        diagnosed(m, r);
        return;
    }
    if (ocd__op_transport_failed(op, r))
        return;
    if (m->phase == WRITING)
        request_answered(m, r);
    else if (ocd__target_answered(op, m->target, r))
        begin_writing(m);
}

static void pump(struct ocd_op *op)
{
    struct ocd_write_many *m = (struct ocd_write_many *)op;

    if (m->phase == NEW) {
        m->phase = ASKING;
        m->target = ocd__target_known(op);
        if (m->target != NULL && m->target->known)
            begin_writing(m);
    } else if (m->phase == WRITING && (op->call.flags & OCD_WRITE_DRY_RUN) != 0) {
        send_request(m);
    }
}

/* --- The operation --- */

/* The first item that is not known to be written. Items of a request without an answer may be. */
static size_t first_unwritten(const struct ocd_write_many *m)
{
    if (m->failed || m->phase != WRITING || m->write_count == 0)
        return m->item;
    return m->writes[0].item;
}

static void account(struct ocd_op *op, int result)
{
    struct ocd_write_many *m = (struct ocd_write_many *)op;
    size_t at = first_unwritten(m);

    op->detail.error.done = at;
    op->detail.error.has_addr =
        at < m->count && (m->failed || result == OCD_ERR_PROTOCOL || ocd__is_absence(result));
    if (op->detail.error.has_addr)
        op->detail.error.addr = m->failed ? m->failed_addr : m->items[at].addr;
}

static void ended(struct ocd_op *op, int result)
{
    struct ocd_write_many *m = (struct ocd_write_many *)op;

    if (result == OCD_OK)
        return;
    for (size_t i = first_unwritten(m); i < m->count; i++)
        if (m->items[i].result == OCD_OK)
            m->items[i].result = m->failed ? OCD_ERR_CANCELLED : result;
}

static void destroy(struct ocd_op *op)
{
    struct ocd_write_many *m = (struct ocd_write_many *)op;

    ocd__buffer_free(&m->command);
    ocd__buffer_free(&m->quoted);
    ocd__buffer_free(&m->shown);
}

static const struct ocd_op_class write_many_class = {
    .size = sizeof(struct ocd_write_many),
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
            !ocd__range_valid(item->addr, item_size(item)))
            ocd__op_fail(op, OCD_ERR_ARG,
                         "item %zu has a wrong width, no values, or a range that wraps", i);
        else if (OCD_RESERVED_USED(item))
            ocd__op_fail(op, OCD_ERR_ARG,
                         "item %zu has an ocd_write_item.reserved that is not zero", i);
        else
            ocd__write_access_check(op, item->addr, item_size(item));
    }
}

struct ocd_op *ocd_write_many_async(struct ocd_session *session, struct ocd_write_item *items,
                                    size_t count, const struct ocd_call *call)
{
    struct ocd_op *op = ocd__op_new(session, &write_many_class, call, "write %zu items", count);
    struct ocd_write_many *m = (struct ocd_write_many *)op;

    for (size_t i = 0; items != NULL && i < count; i++)
        items[i].result = op == NULL ? OCD_ERR_NOMEM : OCD_OK;
    if (op == NULL)
        return NULL;
    op->has_side_effects = true;
    op->may_send_more = true;
    if (items == NULL && count > 0) {
        ocd__op_fail(op, OCD_ERR_ARG, "there are no items");
        return op;
    }
    m->items = items;
    m->count = count;
    if ((op->call.flags & OCD_WRITE_VERIFY) != 0)
        ocd__op_fail(op, OCD_ERR_ARG,
                     "ocd_write_many() does not verify: ocd_read_many() reads back");
    check_items(op, items, count);
    for (size_t i = 0; i < count && op->result != OCD_PENDING; i++)
        items[i].result = op->result;
    return op;
}

int ocd_write_many(struct ocd_session *session, struct ocd_write_item *items, size_t count)
{
    return ocd__op_wait(session, ocd_write_many_async(session, items, count, NULL));
}
