// SPDX-License-Identifier: MIT
#include "many/read_many.h"

#include "rpc/status.h"

/* The error of the first failed item is the operation's. */
static void item_failed(struct ocd_read_many *m, size_t index, int code,
                        const struct ocd_read_access *access, const struct ocd_reply *reply)
{
    struct ocd_item *item = &m->items[index];

    if (item->result != OCD_OK)
        return; /* an earlier access of it has failed */
    item->result = code;
    for (size_t i = 0; i < index; i++)
        if (m->items[i].result != OCD_OK)
            return;
    uint64_t addr = access->chunk.addr;
    if (reply->status != 0) {
        ocd__buffer_clear(&m->command);
        ocd__text_read(&m->command, ocd__op_where(&m->op), access->chunk);
        ocd__op_record_server_error(&m->op, (struct ocd_view){m->command.data, m->command.size},
                                    reply);
        ocd__detail_fact(&m->op.detail,
                         addr % access->chunk.width != 0 ? OCD_FACT_UNALIGNED : OCD_FACT_MEMORY,
                         access->chunk.width);
        if (!ocd__cause_address(reply->log, addr, ocd_chunk_size(access->chunk), &addr))
            addr = access->chunk.addr;
    }
    ocd__detail_address(&m->op.detail, addr, 0);
}

static void join_words(struct ocd_read_many *m, const struct ocd_item *item)
{
    uint8_t *data = item->values;

    for (size_t i = 0; i < item->count; i++, data += 8)
        ocd__text_put(data, 8, ocd__text_get(data, 8, ocd__read_many_layout(m)), OCD_LAYOUT_HOST);
}

static void item_answered(struct ocd_read_many *m, const struct ocd_read_access *access, int rc,
                          const struct ocd_reply *reply)
{
    size_t index = access->owner;
    struct ocd_item *item = &m->items[index];
    struct ocd_item_state *state = &m->states[index];

    state->pending--;
    if (rc == OCD_ERR_TARGET && item->width == 64 && !state->halved &&
        m->target->width64 != OCD_WIDTH64_YES) {
        /* The width may be the cause: reads again in 32-bit accesses. */
        m->target->width64 = OCD_WIDTH64_NO;
        state->failed64 = true;
    } else if (rc != OCD_OK) {
        if (state->halved)
            m->target->width64 = OCD_WIDTH64_UNKNOWN;
        item_failed(m, index, rc, access, reply);
    } else if (state->pending == 0 && state->halved) {
        join_words(m, item);
    }
    /* Only when all accesses are answered, whichever of them failed. */
    if (state->pending == 0 && state->failed64 && !state->halved && item->result == OCD_OK &&
        ocd__read_many_add(m, index) != OCD_OK)
        ocd__op_fail(&m->op, OCD_ERR_NOMEM, "%s", "");
}

static void split_range(struct ocd_read_many *m, const struct ocd_read_range *r)
{
    for (size_t i = r->merged.first; i < r->merged.first + r->merged.count; i++) {
        const struct ocd_item *item = &m->items[m->order[i]];
        const uint8_t *from = r->data + (item->addr - r->merged.addr);
        uint8_t *to = item->values;
        unsigned width = item->width / 8;
        for (size_t n = 0; n < item->count; n++, from += width, to += width)
            ocd__text_put(to, width, ocd__text_get(from, width, ocd__read_many_layout(m)),
                          OCD_LAYOUT_HOST);
    }
}

static void range_answered(struct ocd_read_many *m, const struct ocd_read_access *access, int rc)
{
    struct ocd_read_range *r = &m->ranges[access->owner];
    int added = OCD_OK;

    r->failed = r->failed || rc != OCD_OK;
    if (--r->pending > 0)
        return;
    if (!r->failed)
        split_range(m, r);
    /* Each item by itself, so that one unreadable address does not fail the others. */
    size_t first = r->merged.first, end = first + r->merged.count;
    for (size_t i = first; r->failed && added == OCD_OK && i < end; i++)
        added = ocd__read_many_add(m, m->order[i]);
    if (added != OCD_OK)
        ocd__op_fail(&m->op, OCD_ERR_NOMEM, "%s", "");
}

static int decode(const struct ocd_read_access *access, const struct ocd_reply *reply)
{
    if (reply->status != 0)
        return ocd__status_not_halted(reply) ? OCD_ERR_NOT_HALTED : OCD_ERR_TARGET;
    return ocd__text_values(reply->result, access->chunk, access->data, access->layout);
}

bool ocd__read_many_answered(struct ocd_read_many *m, struct ocd_view *rest, struct ocd_view log)
{
    struct ocd_read_access access = *ocd__read_many_access(m, m->answered++);
    struct ocd_reply one_read = {.log = log};

    if (ocd__text_next(rest, &one_read.status, &one_read.result) != OCD_OK) {
        ocd__detail_address(&m->op.detail, access.chunk.addr, 0);
        ocd__op_fail(&m->op, OCD_ERR_PROTOCOL, "the reply contains fewer answers than reads");
        return false;
    }
    int rc = decode(&access, &one_read);
    if (access.merged)
        range_answered(m, &access, rc);
    else
        item_answered(m, &access, rc, &one_read);
    return m->op.result == OCD_PENDING;
}
