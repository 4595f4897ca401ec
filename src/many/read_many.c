// SPDX-License-Identifier: MIT
/* Many small reads in one go: as many as fit in one request, and the requests pipelined. Items that
 * may be merged share a range, which is read as bulk and then split up. */
#include "many/read_many.h"

#include <stdlib.h>

#include "base/reserved.h"
#include "session/address.h"
#include "session/diagnose.h"
#include "tcl/scripts.h"

/* No access is added to a request that has this many accesses or bytes. */
#define ACCESSES_MAX 64u
#define BYTES_MAX    8192u
/* Requests without an answer. */
#define WINDOW 4u

/* --- Requests --- */

static void finish(struct ocd_read_many *m)
{
    int result = OCD_OK;
    for (size_t i = 0; i < m->count; i++)
        if (m->items[i].result == OCD_OK)
            m->succeeded++;
        else if (result == OCD_OK)
            result = m->items[i].result;
    m->finished = true;
    ocd__op_end(&m->op, result);
}

/* Whether an item has failed, as it seems because of its address. */
static bool any_failed(const struct ocd_read_many *m)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->items[i].result == OCD_ERR_TARGET)
            return true;
    return false;
}

static void check_finished(struct ocd_read_many *m)
{
    if (m->answered < ocd__read_many_accesses(m) || m->op.result != OCD_PENDING)
        return;
    if (!any_failed(m)) {
        finish(m);
        return;
    }
    m->phase = DIAGNOSING;
    m->op.all_sent = true;
    ocd__diagnose_ask(&m->op, m->op.detail.error.addr, 0);
}

static void diagnosed(struct ocd_read_many *m, struct ocd_reply *reply)
{
    int code = ocd__diagnose_answered(&m->op, false, reply);

    if (code == OCD_PENDING)
        return;
    for (size_t i = 0; i < m->count; i++)
        if (m->items[i].result == OCD_ERR_TARGET)
            m->items[i].result = code;
    finish(m);
}

/* Composes the accesses of the next request; returns how many. */
static size_t compose(struct ocd_read_many *m)
{
    struct ocd_where where = ocd__op_where(&m->op);
    size_t count = 0;
    uint64_t bytes = 0;

    ocd__buffer_clear(&m->command);
    ocd__buffer_clear(&m->shown);
    ocd__text_reads_begin(&m->command, where, false);
    while (count < ACCESSES_MAX && bytes < BYTES_MAX &&
           m->next + count < ocd__read_many_accesses(m)) {
        struct ocd_chunk chunk = ocd__read_many_access(m, m->next + count)->chunk;
        ocd__text_reads_add(&m->command, chunk);
        ocd__buffer_puts(&m->shown, count > 0 ? "; " : "");
        ocd__text_read(&m->shown, where, chunk);
        bytes += ocd_chunk_size(chunk);
        count++;
    }
    ocd__text_reads_end(&m->command, where);
    return m->command.error == OCD_OK && m->shown.error == OCD_OK ? count : 0;
}

static void send_requests(struct ocd_read_many *m)
{
    while (m->next < ocd__read_many_accesses(m) && m->flying < WINDOW &&
           m->op.session->rpc.waiting < OCD_IN_FLIGHT_MAX) {
        size_t count = compose(m);
        if (count == 0) {
            ocd__op_fail(&m->op, OCD_ERR_NOMEM, "%s", "");
            return;
        }
        m->next += count;
        m->flying++;
        m->op.bulk = m->op.bulk || m->next < ocd__read_many_accesses(m);
        if (!ocd__op_send(&m->op, &(struct ocd_query){
                                      .script = ocd__script_read_list,
                                      .args = {m->command.data, m->command.size},
                                      .shown = {m->shown.data, m->shown.size},
                                      .tag = count,
                                  }))
            return;
    }
    m->op.all_sent = m->next == ocd__read_many_accesses(m);
}

/* Whether a failure may lead to 32-bit reads of 64-bit elements. */
static bool asks_width64(const struct ocd_read_many *m)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->items[i].width == 64 && m->target->width64 == OCD_WIDTH64_UNKNOWN)
            return true;
    return false;
}

static void begin_reading(struct ocd_read_many *m)
{
    for (size_t i = 0; i < m->count; i++)
        if (!ocd__address_reached(&m->op, m->target, m->items[i].addr,
                                  ocd__item_size(&m->items[i])))
            return;
    m->phase = READING;
    if (ocd__read_many_plan(m) != OCD_OK) {
        ocd__op_fail(&m->op, OCD_ERR_NOMEM, "%s", "");
        return;
    }
    m->op.may_send_more = m->range_count > 0 || asks_width64(m);
    send_requests(m);
    check_finished(m);
}

static void request_answered(struct ocd_read_many *m, size_t count, const struct ocd_reply *reply)
{
    struct ocd_view rest = reply->result;

    m->flying--;
    int code = ocd__cause_code(reply->log);
    if (code != OCD_OK) { /* even if OpenOCD has reported success */
        ocd__diagnose_explain(&m->op, reply->log);
        ocd__op_end(&m->op, code);
        return;
    }
    for (; count > 0; count--)
        if (!ocd__read_many_answered(m, &rest, reply->log))
            return;
    if (rest.size > 0) {
        ocd__op_fail(&m->op, OCD_ERR_PROTOCOL, "the reply contains more answers than reads");
        return;
    }
    m->op.all_sent = m->next == ocd__read_many_accesses(m);
    check_finished(m);
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    struct ocd_read_many *m = (struct ocd_read_many *)op;

    if (m->phase == DIAGNOSING) {
        diagnosed(m, r);
        return;
    }
    if (ocd__op_transport_failed(op, r))
        return;
    if (m->phase == READING)
        request_answered(m, (size_t)tag, r);
    else if (ocd__target_answered(op, m->target, r))
        begin_reading(m);
}

static void pump(struct ocd_op *op)
{
    struct ocd_read_many *m = (struct ocd_read_many *)op;

    if (m->phase == READING) {
        send_requests(m);
    } else if (m->phase == NEW) {
        m->phase = ASKING;
        m->target = ocd__target_known(op);
        if (m->target != NULL && m->target->known)
            begin_reading(m);
    }
}

/* --- The operation --- */

/* Items that have no result yet get that of the operation. */
static void set_results(struct ocd_item *items, size_t count, int result)
{
    for (size_t i = 0; items != NULL && i < count; i++)
        if (items[i].result == OCD_OK)
            items[i].result = result;
}

static void ended(struct ocd_op *op, int result)
{
    struct ocd_read_many *m = (struct ocd_read_many *)op;

    if (!m->finished)
        set_results(m->items, m->count, result);
}

static void account(struct ocd_op *op, int result)
{
    (void)result;
    op->detail.error.done = ((struct ocd_read_many *)op)->succeeded;
}

static void destroy(struct ocd_op *op)
{
    struct ocd_read_many *m = (struct ocd_read_many *)op;

    for (size_t i = 0; i < m->range_count; i++)
        free(m->ranges[i].data);
    free(m->ranges);
    free(m->order);
    free(m->states);
    ocd__buffer_free(&m->accesses);
    ocd__buffer_free(&m->command);
    ocd__buffer_free(&m->shown);
}

static const struct ocd_op_class read_many_class = {
    .size = sizeof(struct ocd_read_many),
    .dry = true,
    .reads = true,
    .pump = pump,
    .reply = reply,
    .account = account,
    .ended = ended,
    .destroy = destroy,
};

/* The first item that is wrong, or `count`. */
static size_t find_invalid(const struct ocd_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct ocd_item *item = &items[i];
        unsigned w = item->width;
        if ((w != 8 && w != 16 && w != 32 && w != 64) || item->count > SIZE_MAX / 8 ||
            (item->values == NULL && item->count > 0) ||
            !ocd__range_valid(item->addr, ocd__item_size(item)) || OCD_RESERVED_USED(item))
            return i;
    }
    return count;
}

struct ocd_op *ocd_read_many_async(struct ocd_session *session, struct ocd_item *items,
                                   size_t count, uint64_t merge_gap, const struct ocd_call *call)
{
    struct ocd_op *op = ocd__op_new(session, &read_many_class, call, "read %zu items", count);
    struct ocd_read_many *m = (struct ocd_read_many *)op;

    for (size_t i = 0; items != NULL && i < count; i++)
        items[i].result = OCD_OK;
    if (op == NULL || op->result != OCD_PENDING) {
        set_results(items, count, ocd_op_result(op));
        return op;
    }
    if (items == NULL && count > 0) {
        ocd__op_fail(op, OCD_ERR_ARG, "the array of items is NULL");
        return op;
    }
    m->items = items;
    m->count = count;
    m->gap = merge_gap;
    op->single = count <= ACCESSES_MAX;
    size_t invalid = find_invalid(items, count);
    if (invalid < count) {
        const char *why = OCD_RESERVED_USED(&items[invalid])
                              ? "an ocd_item.reserved that is not zero"
                              : "a wrong width, no buffer, or a range that wraps";
        ocd__op_fail(op, OCD_ERR_ARG, "item %zu has %s", invalid, why);
        return op;
    }
    m->states = calloc(count > 0 ? count : 1, sizeof(*m->states));
    if (m->states == NULL)
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
    return op;
}

int ocd_read_many(struct ocd_session *session, struct ocd_item *items, size_t count,
                  uint64_t merge_gap)
{
    return ocd__op_wait(session, ocd_read_many_async(session, items, count, merge_gap, NULL));
}
