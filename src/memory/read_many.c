// SPDX-License-Identifier: MIT
/* Many small reads in one go: as many as fit in one request, and the requests pipelined. Items that
 * may be merged share a range, which is read as bulk and then taken apart. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "memory/merge.h"
#include "rpc/script.h"
#include "rpc/status.h"
#include "session/address.h"
#include "session/diagnose.h"
#include "session/target.h"
#include "transfer/text.h"

/* A request has at most as many accesses, and goes on as long as it has fewer bytes. */
#define ACCESSES_MAX 64u
#define BYTES_MAX    8192u
/* Requests without an answer. */
#define WINDOW 4u
/* The widest access of a merged range, in bytes. */
#define MERGED_WIDTH 4

/* One read_memory. */
struct access {
    struct ocd_chunk chunk;
    uint8_t *data;
    enum ocd_layout layout;
    size_t owner; /* index of a merged range or, for a read of its own, of an item */
    bool merged;
};

struct range {
    struct ocd_merged merged;
    uint8_t *data;
    size_t pending; /* accesses without an answer */
    bool failed;
};

struct item_state {
    size_t pending;
    bool refused; /* an access of 64-bit elements was */
    bool halved;  /* 64-bit elements are read as pairs of 32-bit words */
};

struct read_many {
    struct ocd_op op;
    struct ocd_item *items;
    size_t count;
    uint64_t gap;
    struct ocd_target_info *target;
    enum {
        NEW,
        ASKING,
        READING,
        DIAGNOSING, /* is the target there at all? */
    } phase;
    struct item_state *states;
    size_t *order; /* item indices by address */
    struct range *ranges;
    size_t range_count;
    struct ocd_buffer accesses; /* of struct access */
    size_t next;                /* first access that has not been asked for */
    size_t answered;
    unsigned flying; /* requests */
    size_t good;     /* items */
    bool finished;   /* every item has its own result */
    struct ocd_buffer command, shown;
};

static struct access *access_at(const struct read_many *m, size_t index)
{
    return (struct access *)(void *)m->accesses.data + index;
}

static size_t access_count(const struct read_many *m)
{
    return m->accesses.size / sizeof(struct access);
}

static enum ocd_layout memory_layout(const struct read_many *m)
{
    return m->target->endian == OCD_BIG_ENDIAN ? OCD_LAYOUT_BIG : OCD_LAYOUT_LITTLE;
}

/* --- Planning --- */

/* The item by accesses of its own. */
static int add_item(struct read_many *m, size_t index)
{
    struct ocd_item *item = &m->items[index];
    struct item_state *state = &m->states[index];
    unsigned width = item->width / 8;
    struct ocd_range range = {item->addr, ocd_item_size(item)};
    struct access access = {.data = item->values, .layout = OCD_LAYOUT_HOST, .owner = index};
    /* See transfer/request.c: one by one where OpenOCD could make values up. */
    uint32_t most = m->target->poll ? 1 : OCD_TEXT_READ_VALUES;
    int rc = OCD_OK;

    state->halved = width == 8 && (state->refused || m->target->width64 == OCD_WIDTH64_NO);
    if (state->halved) {
        width = 4;
        access.layout = memory_layout(m);
    }
    while (rc == OCD_OK && range.size > 0) {
        access.chunk = ocd_plan_exact(range, width, most);
        rc = ocd_buffer_add(&m->accesses, &access, sizeof(access));
        state->pending++;
        range.addr += ocd_chunk_size(access.chunk);
        range.size -= ocd_chunk_size(access.chunk);
        access.data += ocd_chunk_size(access.chunk);
    }
    return rc;
}

static int add_range(struct read_many *m, size_t index)
{
    struct range *r = &m->ranges[index];
    struct ocd_range left = {r->merged.addr, r->merged.size};
    struct access access = {.layout = memory_layout(m), .owner = index, .merged = true};
    int rc = OCD_OK;

    access.data = r->data = malloc(r->merged.size);
    if (r->data == NULL)
        return OCD_ERR_NOMEM;
    while (rc == OCD_OK && left.size > 0) {
        access.chunk = ocd_plan_bulk(left, MERGED_WIDTH, OCD_TEXT_READ_VALUES);
        rc = ocd_buffer_add(&m->accesses, &access, sizeof(access));
        r->pending++;
        left.addr += ocd_chunk_size(access.chunk);
        left.size -= ocd_chunk_size(access.chunk);
        access.data += ocd_chunk_size(access.chunk);
    }
    return rc;
}

static int plan_merged(struct read_many *m)
{
    struct ocd_merged *merged = malloc((m->count + 1) * sizeof(*merged));
    m->order = malloc((m->count + 1) * sizeof(*m->order));
    m->ranges = calloc(m->count + 1, sizeof(*m->ranges));
    long count = OCD_ERR_NOMEM;
    int rc = OCD_OK;

    if (merged != NULL && m->order != NULL && m->ranges != NULL)
        count = ocd_merge(m->items, m->count, m->gap, m->order, merged);
    m->range_count = count > 0 ? (size_t)count : 0;
    for (size_t i = 0; rc == OCD_OK && i < m->range_count; i++) {
        m->ranges[i].merged = merged[i];
        rc = merged[i].count == 1 ? add_item(m, m->order[merged[i].first]) : add_range(m, i);
    }
    free(merged);
    return count < 0 ? (int)count : rc;
}

static int plan(struct read_many *m)
{
    int rc = OCD_OK;

    if (m->gap > 0 && !m->target->poll)
        return plan_merged(m);
    for (size_t i = 0; rc == OCD_OK && i < m->count; i++)
        rc = add_item(m, i);
    return rc;
}

/* --- Requests --- */

static void finish(struct read_many *m)
{
    int result = OCD_OK;
    for (size_t i = 0; i < m->count; i++) {
        if (m->items[i].result == OCD_OK)
            m->good++;
        else if (result == OCD_OK)
            result = m->items[i].result;
    }
    m->finished = true;
    ocd_op_end(&m->op, result);
}

/* The items that failed at their address, as it seems. */
static bool any_failed(const struct read_many *m)
{
    for (size_t i = 0; i < m->count; i++) {
        if (m->items[i].result == OCD_ERR_TARGET)
            return true;
    }
    return false;
}

static void check_finished(struct read_many *m)
{
    if (m->answered < access_count(m) || m->op.result != OCD_PENDING)
        return;
    if (!any_failed(m)) {
        finish(m);
        return;
    }
    m->phase = DIAGNOSING;
    m->op.issued = true;
    ocd_diagnose_ask(&m->op, m->op.detail.error.address, 0);
}

static void diagnosed(struct read_many *m, struct ocd_reply *reply)
{
    int code = ocd_diagnose_answered(&m->op, false, reply);

    if (code == OCD_PENDING)
        return;
    for (size_t i = 0; i < m->count; i++) {
        if (m->items[i].result == OCD_ERR_TARGET)
            m->items[i].result = code;
    }
    finish(m);
}

/* The accesses of the next request; answers how many. */
static size_t compose(struct read_many *m)
{
    struct ocd_where where = ocd_op_where(&m->op);
    size_t count = 0;
    uint64_t bytes = 0;

    ocd_buffer_clear(&m->command);
    ocd_buffer_clear(&m->shown);
    ocd_text_reads_begin(&m->command, where, false);
    while (count < ACCESSES_MAX && bytes < BYTES_MAX && m->next + count < access_count(m)) {
        struct ocd_chunk chunk = access_at(m, m->next + count)->chunk;
        ocd_text_reads_add(&m->command, chunk);
        ocd_buffer_puts(&m->shown, count > 0 ? "; " : "");
        ocd_text_read(&m->shown, where, chunk);
        bytes += ocd_chunk_size(chunk);
        count++;
    }
    ocd_text_reads_end(&m->command, where);
    return m->command.error == OCD_OK && m->shown.error == OCD_OK ? count : 0;
}

static void send_requests(struct read_many *m)
{
    while (m->next < access_count(m) && m->flying < WINDOW &&
           m->op.session->rpc.waiting < OCD_IN_FLIGHT_MAX) {
        size_t count = compose(m);
        if (count == 0) {
            ocd_op_fail(&m->op, OCD_ERR_NOMEM, "%s", "");
            return;
        }
        m->next += count;
        m->flying++;
        m->op.bulk = m->op.bulk || m->next < access_count(m);
        if (!ocd_op_send(&m->op, &(struct ocd_query){
                                     .script = ocd_script_read_list,
                                     .args = {m->command.data, m->command.size},
                                     .shown = {m->shown.data, m->shown.size},
                                     .tag = count,
                                 }))
            return;
    }
    m->op.issued = m->next == access_count(m);
}

/* Whether a refusal may lead to reads by halves. */
static bool asks_width64(const struct read_many *m)
{
    for (size_t i = 0; i < m->count; i++) {
        if (m->items[i].width == 64 && m->target->width64 == OCD_WIDTH64_UNKNOWN)
            return true;
    }
    return false;
}

static void begin_reading(struct read_many *m)
{
    for (size_t i = 0; i < m->count; i++) {
        if (!ocd_address_reached(&m->op, m->target, m->items[i].addr, ocd_item_size(&m->items[i])))
            return;
    }
    m->phase = READING;
    if (plan(m) != OCD_OK) {
        ocd_op_fail(&m->op, OCD_ERR_NOMEM, "%s", "");
        return;
    }
    m->op.again = m->range_count > 0 || asks_width64(m);
    send_requests(m);
    check_finished(m);
}

/* --- Replies --- */

/* The error of the first bad item is the operation's. */
static void item_failed(struct read_many *m, size_t index, int code, const struct access *access,
                        const struct ocd_reply *reply)
{
    struct ocd_item *item = &m->items[index];

    if (item->result != OCD_OK)
        return; /* an earlier access of it has failed */
    item->result = code;
    for (size_t i = 0; i < index; i++) {
        if (m->items[i].result != OCD_OK)
            return;
    }
    uint64_t addr = access->chunk.addr;
    if (reply->status != 0) {
        ocd_buffer_clear(&m->command);
        ocd_text_read(&m->command, ocd_op_where(&m->op), access->chunk);
        ocd_op_note_refusal(&m->op, (struct ocd_slice){m->command.data, m->command.size}, reply);
        ocd_detail_fact(&m->op.detail,
                        addr % access->chunk.width != 0 ? OCD_FACT_UNALIGNED : OCD_FACT_MEMORY,
                        access->chunk.width);
        if (!ocd_cause_address(reply->log, addr, ocd_chunk_size(access->chunk), &addr))
            addr = access->chunk.addr;
    }
    ocd_detail_address(&m->op.detail, addr, 0);
}

static void join_words(struct read_many *m, const struct ocd_item *item)
{
    uint8_t *data = item->values;

    for (size_t i = 0; i < item->count; i++, data += 8)
        ocd_text_put(data, 8, ocd_text_get(data, 8, memory_layout(m)), OCD_LAYOUT_HOST);
}

static void item_answered(struct read_many *m, const struct access *access, int rc,
                          const struct ocd_reply *reply)
{
    size_t index = access->owner;
    struct ocd_item *item = &m->items[index];
    struct item_state *state = &m->states[index];

    state->pending--;
    if (rc == OCD_ERR_TARGET && item->width == 64 && !state->halved &&
        m->target->width64 != OCD_WIDTH64_YES) {
        /* Perhaps it is the width that was refused: once more in 32-bit accesses. */
        m->target->width64 = OCD_WIDTH64_NO;
        state->refused = true;
    } else if (rc != OCD_OK) {
        if (state->halved)
            m->target->width64 = OCD_WIDTH64_UNKNOWN;
        item_failed(m, index, rc, access, reply);
    } else if (state->pending == 0 && state->halved) {
        join_words(m, item);
    }
    /* Not before all accesses are answered, and whichever of them was refused. */
    if (state->pending == 0 && state->refused && !state->halved && item->result == OCD_OK &&
        add_item(m, index) != OCD_OK)
        ocd_op_fail(&m->op, OCD_ERR_NOMEM, "%s", "");
}

static void take_apart(struct read_many *m, const struct range *r)
{
    for (size_t i = r->merged.first; i < r->merged.first + r->merged.count; i++) {
        const struct ocd_item *item = &m->items[m->order[i]];
        const uint8_t *from = r->data + (item->addr - r->merged.addr);
        uint8_t *to = item->values;
        unsigned width = item->width / 8;
        for (size_t n = 0; n < item->count; n++, from += width, to += width)
            ocd_text_put(to, width, ocd_text_get(from, width, memory_layout(m)), OCD_LAYOUT_HOST);
    }
}

static void range_answered(struct read_many *m, const struct access *access, int rc)
{
    struct range *r = &m->ranges[access->owner];
    int added = OCD_OK;

    r->failed = r->failed || rc != OCD_OK;
    if (--r->pending > 0)
        return;
    if (!r->failed)
        take_apart(m, r);
    /* Each item by itself, so that one bad address does not cost the others. */
    size_t first = r->merged.first, end = first + r->merged.count;
    for (size_t i = first; r->failed && added == OCD_OK && i < end; i++)
        added = add_item(m, m->order[i]);
    if (added != OCD_OK)
        ocd_op_fail(&m->op, OCD_ERR_NOMEM, "%s", "");
}

static int decode(const struct access *access, const struct ocd_reply *reply)
{
    if (reply->status != 0)
        return ocd_status_not_halted(reply) ? OCD_ERR_NOT_HALTED : OCD_ERR_TARGET;
    return ocd_text_values(reply->result, access->chunk, access->data, access->layout);
}

/* The next access of a request. False: the operation has ended. */
static bool access_answered(struct read_many *m, struct ocd_slice *rest, struct ocd_slice log)
{
    struct access access = *access_at(m, m->answered++);
    struct ocd_reply part = {.log = log};

    if (ocd_text_next(rest, &part.status, &part.result) != OCD_OK) {
        ocd_detail_address(&m->op.detail, access.chunk.addr, 0);
        ocd_op_fail(&m->op, OCD_ERR_PROTOCOL, "the reply does not have an answer to each read");
        return false;
    }
    int rc = decode(&access, &part);
    if (access.merged)
        range_answered(m, &access, rc);
    else
        item_answered(m, &access, rc, &part);
    return m->op.result == OCD_PENDING;
}

static void request_answered(struct read_many *m, size_t count, const struct ocd_reply *reply)
{
    struct ocd_slice rest = reply->result;

    m->flying--;
    int code = ocd_cause_code(reply->log);
    if (code != OCD_OK) { /* also where OpenOCD has answered success */
        ocd_diagnose_explain(&m->op, reply->log);
        ocd_op_end(&m->op, code);
        return;
    }
    for (; count > 0; count--) {
        if (!access_answered(m, &rest, reply->log))
            return;
    }
    if (rest.size > 0) {
        ocd_op_fail(&m->op, OCD_ERR_PROTOCOL, "the reply has more than an answer to each read");
        return;
    }
    m->op.issued = m->next == access_count(m);
    check_finished(m);
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    struct read_many *m = (struct read_many *)op;

    if (m->phase == DIAGNOSING) {
        diagnosed(m, r);
        return;
    }
    if (ocd_op_unanswered(op, r))
        return;
    if (m->phase == READING) {
        request_answered(m, (size_t)tag, r);
    } else if (ocd_target_answered(op, m->target, r)) {
        begin_reading(m);
    }
}

static void pump(struct ocd_op *op)
{
    struct read_many *m = (struct read_many *)op;

    if (m->phase == READING) {
        send_requests(m);
    } else if (m->phase == NEW) {
        m->phase = ASKING;
        m->target = ocd_target_known(op);
        if (m->target != NULL && m->target->known)
            begin_reading(m);
    }
}

/* --- The operation --- */

/* Items that have no result yet get that of the whole. */
static void set_results(struct ocd_item *items, size_t count, int result)
{
    for (size_t i = 0; items != NULL && i < count; i++) {
        if (items[i].result == OCD_OK)
            items[i].result = result;
    }
}

static void ended(struct ocd_op *op, int result)
{
    struct read_many *m = (struct read_many *)op;

    if (!m->finished)
        set_results(m->items, m->count, result);
}

static void account(struct ocd_op *op, int result)
{
    (void)result;
    op->detail.error.done = ((struct read_many *)op)->good;
}

static void destroy(struct ocd_op *op)
{
    struct read_many *m = (struct read_many *)op;

    for (size_t i = 0; i < m->range_count; i++)
        free(m->ranges[i].data);
    free(m->ranges);
    free(m->order);
    free(m->states);
    ocd_buffer_free(&m->accesses);
    ocd_buffer_free(&m->command);
    ocd_buffer_free(&m->shown);
}

static const struct ocd_op_class read_many_class = {
    .size = sizeof(struct read_many),
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
            !ocd_range_valid(item->addr, ocd_item_size(item)))
            return i;
    }
    return count;
}

struct ocd_op *ocd_read_many_async(struct ocd_session *session, struct ocd_item *items,
                                   size_t count, uint64_t merge_gap, const struct ocd_call *call)
{
    struct ocd_op *op = ocd_op_new(session, &read_many_class, call, "read %zu items", count);
    struct read_many *m = (struct read_many *)op;

    for (size_t i = 0; items != NULL && i < count; i++)
        items[i].result = OCD_OK;
    if (op == NULL || op->result != OCD_PENDING) {
        set_results(items, count, ocd_op_result(op));
        return op;
    }
    if (items == NULL && count > 0) {
        ocd_op_fail(op, OCD_ERR_ARG, "there are no items");
        return op;
    }
    m->items = items;
    m->count = count;
    m->gap = merge_gap;
    op->single = count <= ACCESSES_MAX;
    size_t invalid = find_invalid(items, count);
    if (invalid < count) {
        ocd_op_fail(op, OCD_ERR_ARG, "item %zu has a wrong width, no buffer, or a range that wraps",
                    invalid);
        return op;
    }
    m->states = calloc(count > 0 ? count : 1, sizeof(*m->states));
    if (m->states == NULL)
        ocd_op_fail(op, OCD_ERR_NOMEM, "%s", "");
    return op;
}

int ocd_read_many(struct ocd_session *session, struct ocd_item *items, size_t count,
                  uint64_t merge_gap)
{
    return ocd_op_wait(session, ocd_read_many_async(session, items, count, merge_gap, NULL));
}
