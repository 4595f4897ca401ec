// SPDX-License-Identifier: MIT
/* Many small reads in one go: every piece is a request, all pipelined. Items that may be merged
 * share a cluster, which is read as bulk and then taken apart. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "memory/codec.h"
#include "rpc/status.h"
#include "session/address.h"
#include "session/target.h"

/* Bytes of a cluster at the most. */
#define CLUSTER_MAX 16384u
/* Elements of a request at the most, of an item's own and of a cluster's. Where the cost of a reply
 * grows with the square of its size a large item would otherwise hold up the server for seconds;
 * neighbours within a page are to be one request all the same. */
#define PIECE_MAX         256u
#define CLUSTER_PIECE_MAX 1024u
/* The widest access of a cluster, in bytes. */
#define CLUSTER_WIDTH 4

/* One request. */
struct piece {
    struct ocd_chunk chunk;
    uint8_t *data;
    enum ocd_layout layout;
    size_t owner; /* index of a cluster or, for a read of its own, of an item */
    bool merged;
};

struct cluster {
    uint64_t addr;
    size_t size;
    size_t first, count; /* its items, in `order` */
    uint8_t *data;
    size_t pending; /* pieces without an answer */
    bool failed;
};

struct item_state {
    size_t pending;
    bool refused; /* a piece of 64-bit elements was */
    bool halved;  /* 64-bit elements read as pairs of 32-bit words */
};

struct many {
    struct ocd_op op;
    struct ocd_item *items;
    size_t count;
    uint64_t gap;
    struct ocd_target_info *target;
    enum {
        NEW,
        ASKING,
        READING
    } phase;
    struct item_state *states;
    size_t *order; /* item indices by address */
    struct cluster *clusters;
    size_t cluster_count;
    struct ocd_buffer pieces; /* of struct piece */
    size_t next;              /* first piece that has not been asked for */
    size_t answered;
    size_t good;   /* items */
    bool finished; /* every item has its own result */
    struct ocd_buffer command;
};

static struct piece *piece_at(const struct many *m, size_t index)
{
    return (struct piece *)(void *)m->pieces.data + index;
}

static size_t piece_count(const struct many *m)
{
    return m->pieces.size / sizeof(struct piece);
}

static enum ocd_layout memory_layout(const struct many *m)
{
    return m->target->endian == OCD_BIG_ENDIAN ? OCD_LAYOUT_BIG : OCD_LAYOUT_LITTLE;
}

static int add_piece(struct many *m, struct piece piece)
{
    return ocd_buffer_add(&m->pieces, &piece, sizeof(piece));
}

/* The item by accesses of its own. */
static int add_item(struct many *m, size_t index)
{
    struct ocd_item *item = &m->items[index];
    struct item_state *state = &m->states[index];
    unsigned width = item->width / 8;
    struct ocd_range range = {item->addr, (uint64_t)item->count * width};
    uint8_t *data = item->values;
    int rc = OCD_OK;

    state->halved = width == 8 && (state->refused || m->target->width64 == OCD_WIDTH64_NO);
    while (rc == OCD_OK && range.size > 0) {
        struct ocd_chunk chunk = ocd_plan_exact(range, state->halved ? 4 : width, PIECE_MAX);
        size_t size = (size_t)chunk.width * chunk.count;
        struct piece piece = {chunk, data, state->halved ? memory_layout(m) : OCD_LAYOUT_HOST,
                              index, false};
        rc = add_piece(m, piece);
        state->pending++;
        range.addr += size;
        range.size -= size;
        data += size;
    }
    return rc;
}

static int add_cluster(struct many *m, struct cluster *c)
{
    struct ocd_range range = {c->addr, c->size};
    int rc = OCD_OK;

    c->data = malloc(c->size);
    if (c->data == NULL)
        return OCD_ERR_NOMEM;
    size_t index = (size_t)(c - m->clusters);
    while (rc == OCD_OK && range.size > 0) {
        struct ocd_chunk chunk = ocd_plan_bulk(range, CLUSTER_WIDTH, CLUSTER_PIECE_MAX);
        size_t size = (size_t)chunk.width * chunk.count;
        struct piece piece = {chunk, c->data + (range.addr - c->addr), memory_layout(m), index,
                              true};
        rc = add_piece(m, piece);
        c->pending++;
        range.addr += size;
        range.size -= size;
    }
    return rc;
}

static uint64_t item_size(const struct ocd_item *item)
{
    return (uint64_t)item->count * (item->width / 8);
}

/* Insertion would be quadratic and qsort has no context: a bottom-up merge sort of indices. */
static void sort_by_address(const struct many *m, size_t *order, size_t *spare)
{
    for (size_t width = 1; width < m->count; width *= 2) {
        for (size_t begin = 0; begin < m->count; begin += 2 * width) {
            size_t mid = begin + width < m->count ? begin + width : m->count;
            size_t end = begin + 2 * width < m->count ? begin + 2 * width : m->count;
            size_t a = begin, b = mid;
            for (size_t i = begin; i < end; i++) {
                bool left =
                    a < mid && (b == end || m->items[order[a]].addr <= m->items[order[b]].addr);
                spare[i] = order[left ? a++ : b++];
            }
        }
        memcpy(order, spare, m->count * sizeof(*order));
    }
}

/* Whether the item may join the cluster that ends at `end`. */
static bool joins(const struct many *m, const struct cluster *c, const struct ocd_item *item)
{
    uint64_t end = c->addr + c->size;
    uint64_t distance = item->addr > end ? item->addr - end : 0;

    return distance < m->gap && item_size(item) <= CLUSTER_MAX &&
           item->addr - c->addr <= CLUSTER_MAX - item_size(item);
}

static void make_clusters(struct many *m)
{
    struct cluster *c = NULL;

    for (size_t i = 0; i < m->count; i++) {
        const struct ocd_item *item = &m->items[m->order[i]];
        if (item->count == 0 || c == NULL || !joins(m, c, item)) {
            c = &m->clusters[m->cluster_count++];
            *c = (struct cluster){.addr = item->addr, .first = i};
        }
        uint64_t end = item->addr - c->addr + item_size(item);
        if (end > c->size)
            c->size = (size_t)end;
        c->count++;
    }
}

static int plan_merged(struct many *m)
{
    int rc = OCD_OK;

    for (size_t i = 0; rc == OCD_OK && i < m->cluster_count; i++) {
        struct cluster *c = &m->clusters[i];
        rc = c->count == 1 ? add_item(m, m->order[c->first]) : add_cluster(m, c);
    }
    return rc;
}

static int plan(struct many *m)
{
    int rc = OCD_OK;

    if (m->gap == 0) {
        for (size_t i = 0; rc == OCD_OK && i < m->count; i++)
            rc = add_item(m, i);
        return rc;
    }
    m->order = malloc(2 * m->count * sizeof(*m->order));
    m->clusters = malloc(m->count * sizeof(*m->clusters));
    if (m->order == NULL || m->clusters == NULL)
        return OCD_ERR_NOMEM;
    for (size_t i = 0; i < m->count; i++)
        m->order[i] = i;
    sort_by_address(m, m->order, m->order + m->count);
    make_clusters(m);
    return plan_merged(m);
}

static void check_finished(struct many *m)
{
    if (m->answered < piece_count(m) || m->op.result != OCD_PENDING)
        return;
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

static void send_pieces(struct many *m)
{
    struct ocd_where where = ocd_op_where(&m->op);

    while (m->next < piece_count(m) && m->op.session->rpc.waiting < OCD_IN_FLIGHT_MAX) {
        ocd_buffer_clear(&m->command);
        if (ocd_codec_read_memory(&m->command, where, piece_at(m, m->next)->chunk) != OCD_OK) {
            ocd_op_fail(&m->op, OCD_ERR_NOMEM, "%s", "");
            return;
        }
        if (!ocd_op_send(&m->op, OCD_WRAP_PLAIN, m->command.data, m->command.size, m->next))
            return;
        m->next++;
    }
    m->op.issued = m->next == piece_count(m);
}

/* Whether a refusal may lead to reads by halves. */
static bool asks_width64(const struct many *m)
{
    for (size_t i = 0; i < m->count; i++) {
        if (m->items[i].width == 64 && m->target->width64 == OCD_WIDTH64_UNKNOWN)
            return true;
    }
    return false;
}

static void begin_reading(struct many *m)
{
    for (size_t i = 0; i < m->count; i++) {
        if (!ocd_address_reached(&m->op, m->target, m->items[i].addr, item_size(&m->items[i])))
            return;
    }
    m->phase = READING;
    if (plan(m) != OCD_OK) {
        ocd_op_fail(&m->op, OCD_ERR_NOMEM, "%s", "");
        return;
    }
    m->op.again = m->cluster_count > 0 || asks_width64(m);
    send_pieces(m);
    check_finished(m);
}

/* The error of the first bad item is the operation's. */
static void item_failed(struct many *m, size_t index, int code, const struct piece *piece,
                        const struct ocd_reply *reply)
{
    struct ocd_item *item = &m->items[index];

    if (item->result != OCD_OK)
        return; /* an earlier piece of it has */
    item->result = code;
    for (size_t i = 0; i < index; i++) {
        if (m->items[i].result != OCD_OK)
            return;
    }
    if (reply->status != 0) {
        ocd_buffer_clear(&m->command);
        ocd_codec_read_memory(&m->command, ocd_op_where(&m->op), piece->chunk);
        ocd_op_note_refusal(&m->op, (struct ocd_slice){m->command.data, m->command.size}, reply);
    }
    ocd_detail_address(&m->op.detail, piece->chunk.addr, 0);
}

static void join_words(struct many *m, const struct ocd_item *item)
{
    uint8_t *data = item->values;

    for (size_t i = 0; i < item->count; i++, data += 8)
        ocd_codec_put(data, 8, ocd_codec_get(data, 8, memory_layout(m)), OCD_LAYOUT_HOST);
}

static void item_answered(struct many *m, const struct piece *piece, int rc,
                          const struct ocd_reply *reply)
{
    size_t index = piece->owner;
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
        item_failed(m, index, rc, piece, reply);
    } else if (state->pending == 0 && state->halved) {
        join_words(m, item);
    }
    /* Not before all pieces are answered, and whichever of them was refused. */
    if (state->pending == 0 && state->refused && !state->halved && item->result == OCD_OK &&
        add_item(m, index) != OCD_OK)
        ocd_op_fail(&m->op, OCD_ERR_NOMEM, "%s", "");
}

static void take_apart(struct many *m, const struct cluster *c)
{
    for (size_t i = c->first; i < c->first + c->count; i++) {
        const struct ocd_item *item = &m->items[m->order[i]];
        const uint8_t *from = c->data + (item->addr - c->addr);
        uint8_t *to = item->values;
        unsigned width = item->width / 8;
        for (size_t n = 0; n < item->count; n++, from += width, to += width)
            ocd_codec_put(to, width, ocd_codec_get(from, width, memory_layout(m)), OCD_LAYOUT_HOST);
    }
}

static void cluster_answered(struct many *m, const struct piece *piece, int rc)
{
    struct cluster *c = &m->clusters[piece->owner];
    int added = OCD_OK;

    c->failed = c->failed || rc != OCD_OK;
    if (--c->pending > 0)
        return;
    if (!c->failed)
        take_apart(m, c);
    /* Each item by itself, so that one bad address does not cost the others. */
    for (size_t i = c->first; c->failed && added == OCD_OK && i < c->first + c->count; i++)
        added = add_item(m, m->order[i]);
    if (added != OCD_OK)
        ocd_op_fail(&m->op, OCD_ERR_NOMEM, "%s", "");
}

static int decode(const struct piece *piece, const struct ocd_reply *reply)
{
    uint32_t good;

    if (reply->status != 0)
        return ocd_status_not_halted(reply) ? OCD_ERR_NOT_HALTED : OCD_ERR_TARGET;
    return ocd_codec_values(reply->result.data, reply->result.size, piece->chunk, piece->data,
                            piece->layout, &good);
}

static void piece_answered(struct many *m, size_t index, const struct ocd_reply *reply)
{
    struct piece piece = *piece_at(m, index);
    int rc = decode(&piece, reply);

    m->answered++;
    ocd_op_progress(&m->op);
    if (piece.merged)
        cluster_answered(m, &piece, rc);
    else
        item_answered(m, &piece, rc, reply);
    if (m->op.result != OCD_PENDING)
        return;
    m->op.issued = m->next == piece_count(m);
    check_finished(m);
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    struct many *m = (struct many *)op;

    if (ocd_op_unanswered(op, r))
        return;
    if (m->phase == READING) {
        piece_answered(m, (size_t)tag, r);
    } else if (ocd_target_answered(op, m->target, r)) {
        begin_reading(m);
    }
}

static void pump(struct ocd_op *op)
{
    struct many *m = (struct many *)op;

    if (m->phase == READING) {
        send_pieces(m);
    } else if (m->phase == NEW) {
        m->phase = ASKING;
        m->target = ocd_target_known(op);
        if (m->target != NULL && m->target->known)
            begin_reading(m);
    }
}

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
    struct many *m = (struct many *)op;

    if (!m->finished)
        set_results(m->items, m->count, result);
}

static void account(struct ocd_op *op, int result)
{
    (void)result;
    op->detail.error.done = ((struct many *)op)->good;
}

static void destroy(struct ocd_op *op)
{
    struct many *m = (struct many *)op;

    for (size_t i = 0; i < m->cluster_count; i++)
        free(m->clusters[i].data);
    free(m->clusters);
    free(m->order);
    free(m->states);
    ocd_buffer_free(&m->pieces);
    ocd_buffer_free(&m->command);
}

static const struct ocd_op_class many_class = {
    .size = sizeof(struct many),
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
            !ocd_range_valid(item->addr, item_size(item)))
            return i;
    }
    return count;
}

struct ocd_op *ocd_read_many_async(struct ocd_session *session, struct ocd_item *items,
                                   size_t count, uint64_t merge_gap, const struct ocd_call *call)
{
    struct ocd_op *op = ocd_op_new(session, &many_class, call, "read %zu items", count);
    struct many *m = (struct many *)op;

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
