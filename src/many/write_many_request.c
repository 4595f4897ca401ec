// SPDX-License-Identifier: MIT
/* The requests of ocd_write_many(): as many writes as fit in one. */
#include <stdlib.h>

#include "many/write_many.h"
#include "rpc/tcl.h"

/* No write is added to a request that has this many bytes. */
#define BYTES_MAX 8192u

/* Takes the next elements; only one if it is not known whether the target has 64-bit writes. False:
 * there are none. */
static bool next_write(struct ocd_write_many *m, struct ocd_write *w)
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
    *w = (struct ocd_write){.item = m->item, .element = m->element};
    w->elements = left < most ? left : most;
    w->chunk = (struct ocd_chunk){.addr = item->addr + (uint64_t)m->element * width,
                                  .width = halves ? 4 : width,
                                  .count = (uint32_t)(w->elements * (halves ? 2 : 1))};
    m->element += w->elements;
    return true;
}

int ocd__write_many_compose(const struct ocd_write_many *m, const struct ocd_write *w,
                            struct ocd_buffer *out)
{
    const struct ocd_write_item *item = &m->items[w->item];
    const uint8_t *data = (const uint8_t *)item->values + w->element * (item->width / 8);
    struct ocd_where where = ocd__op_where(&m->op);

    if (w->chunk.width * 8 == item->width)
        return ocd__text_write(out, where, w->chunk, data, OCD_LAYOUT_HOST);
    enum ocd_layout layout =
        m->target->endian == OCD_BIG_ENDIAN ? OCD_LAYOUT_BIG : OCD_LAYOUT_LITTLE;
    uint8_t *halves = malloc(w->elements * 8);
    if (halves == NULL)
        return OCD_ERR_NOMEM;
    for (size_t i = 0; i < w->elements; i++)
        ocd__text_put(halves + 8 * i, 8, ocd__text_get(data + 8 * i, 8, OCD_LAYOUT_HOST), layout);
    int rc = ocd__text_write(out, where, w->chunk, halves, layout);
    free(halves);
    return rc;
}

/* Adds the write to the request. */
static int add_write(struct ocd_write_many *m, const struct ocd_write *w)
{
    ocd__buffer_clear(&m->quoted);
    int rc = ocd__write_many_compose(m, w, &m->quoted);

    if (rc == OCD_OK)
        rc = ocd__tcl_quote(&m->command, m->quoted.data, m->quoted.size);
    ocd__buffer_puts(&m->command, " ");
    ocd__buffer_puts(&m->shown, m->write_count > 0 ? "; " : "");
    ocd__buffer_add(&m->shown, m->quoted.data, m->quoted.size);
    m->writes[m->write_count++] = *w;
    return rc != OCD_OK ? rc : m->command.error != OCD_OK ? m->command.error : m->shown.error;
}

int ocd__write_many_fill(struct ocd_write_many *m)
{
    struct ocd_write w;
    uint64_t bytes = 0;
    int rc = OCD_OK;

    ocd__buffer_clear(&m->command);
    ocd__buffer_clear(&m->shown);
    m->write_count = 0;
    ocd__buffer_puts(&m->command, "{");
    while (rc == OCD_OK && m->write_count < OCD_WRITES_MAX && bytes < BYTES_MAX &&
           next_write(m, &w)) {
        rc = add_write(m, &w);
        bytes += ocd_chunk_size(w.chunk);
        if (m->items[w.item].width == 64 &&
            (m->target->width64 == OCD_WIDTH64_UNKNOWN || m->halving))
            break; /* its reply decides how the next ones are written */
    }
    ocd__buffer_puts(&m->command, "}");
    return rc;
}
