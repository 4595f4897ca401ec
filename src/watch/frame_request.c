// SPDX-License-Identifier: MIT
#include "watch/frame_request.h"

#include <inttypes.h>
#include <string.h>

#include "base/scan.h"
#include "session/state.h"

/* --- The request --- */

static void put_group(struct ocd_buffer *out, const struct ocd__plan *plan,
                      const struct ocd__group *g)
{
    uint64_t addr = g->addr;

    ocd__buffer_puts(out, "{");
    for (size_t i = g->first_check; i < g->first_check + g->check_count; i++)
        ocd__buffer_printf(out, "%" PRIu32 " %" PRIu32 " ", plan->checks[i].first,
                           plan->checks[i].last);
    ocd__buffer_puts(out, "} {");
    for (uint32_t left = g->elements; left > 0;) {
        uint32_t count = left < g->most ? left : g->most;
        ocd__text_reads_add(out, (struct ocd_chunk){addr, g->width, count});
        addr += (uint64_t)count * g->width;
        left -= count;
    }
    ocd__buffer_puts(out, "} ");
}

int ocd__frame_groups(struct ocd_buffer *out, const struct ocd__plan *plan)
{
    for (int held = 0; held < 2; held++) {
        ocd__buffer_puts(out, held ? " {" : "{");
        for (size_t i = 0; i < plan->group_count; i++)
            if (plan->groups[i].held == (held == 1))
                put_group(out, plan, &plan->groups[i]);
        ocd__buffer_puts(out, "}");
    }
    return out->error;
}

int ocd__frame_shown(struct ocd_buffer *out, const struct ocd__plan *plan, struct ocd_where where)
{
    for (size_t i = 0; i < plan->group_count; i++) {
        const struct ocd__group *g = &plan->groups[i];
        ocd__buffer_puts(out, i > 0 ? "; " : "");
        ocd__text_read(out, where, (struct ocd_chunk){g->addr, g->width, g->elements});
    }
    return ocd__buffer_puts(out, plan->group_count == 0 ? "curstate" : "");
}

int ocd__frame_arguments(struct ocd_buffer *out, const struct ocd__frame_request *r,
                         struct ocd_where where, struct ocd_view groups)
{
    if (where.target != NULL)
        ocd__buffer_printf(out, "[list %s]", where.target);
    else
        ocd__buffer_puts(out, "{}");
    ocd__buffer_printf(out, " {%s} %u %" PRId64 " %" PRIu32 " %d ", where.phys ? "phys" : "",
                       r->frames, r->next, r->step, r->cycles);
    ocd__buffer_add(out, groups.data, groups.size);
    return ocd__buffer_puts(out, where.poll ? " 1" : "");
}

/* --- The reply --- */

static bool take_number(struct ocd_view *rest, int64_t *value)
{
    uint64_t number;
    bool negative = ocd__scan_skip(rest, "-");

    if (!ocd__scan_number(rest, &number) || number > INT64_MAX)
        return false;
    *value = negative ? -(int64_t)number : (int64_t)number;
    return true;
}

/* A number and the blank after it. */
static bool take_field(struct ocd_view *rest, int64_t *value)
{
    return take_number(rest, value) && ocd__scan_skip(rest, " ");
}

/* The counter, or a dash, and the blank after it. */
static bool take_cycles(struct ocd_view *rest, bool *known, uint32_t *cycles)
{
    int64_t value = 0;

    *known = !ocd__scan_skip(rest, "- ");
    if (*known && (!take_field(rest, &value) || value < 0 || value > UINT32_MAX))
        return false;
    *cycles = (uint32_t)value;
    return true;
}

static bool take_head(struct ocd_view *rest, struct ocd__frame_times *t)
{
    if (!take_field(rest, &t->began) || !take_cycles(rest, &t->has_cycles, &t->before))
        return false;
    const char *end = memchr(rest->data, '\n', rest->size);
    if (end == NULL)
        return false;
    size_t size = (size_t)(end - rest->data);
    t->state = ocd__state_parse((struct ocd_view){rest->data, size});
    *rest = (struct ocd_view){rest->data + size + 1, rest->size - size - 1};
    return true;
}

static bool take_tail(struct ocd_view *rest, struct ocd__frame_times *t)
{
    bool known;
    int64_t halted;

    if (!take_cycles(rest, &known, &t->after) || !take_field(rest, &halted) || halted < -1 ||
        !take_number(rest, &t->ended) || !ocd__scan_skip(rest, "\n") || t->ended < t->began)
        return false;
    t->halted_us = halted < INT32_MAX ? (int32_t)halted : INT32_MAX;
    t->has_cycles = t->has_cycles && known;
    return true;
}

static bool take_bytes(struct ocd_view *rest, int64_t size, struct ocd_view *bytes)
{
    if (size < 0 || (uint64_t)size > rest->size)
        return false;
    *bytes = (struct ocd_view){rest->data, (size_t)size};
    *rest = (struct ocd_view){rest->data + size, rest->size - (size_t)size};
    return true;
}

static bool decode(struct ocd_view values, const struct ocd__group *g, enum ocd_layout layout,
                   uint8_t *data)
{
    struct ocd_chunk chunk = {g->addr, g->width, g->elements};

    return ocd__scan_skip(&values, " ") &&
           ocd__text_values(values, chunk, data + g->offset, layout) == OCD_OK;
}

static bool take_group(struct ocd_view *rest, const struct ocd__group *g, enum ocd_layout layout,
                       struct ocd__group_answer *a, uint8_t *data, uint8_t *second)
{
    int64_t status, size, more;
    struct ocd_view values, before;

    if (!take_field(rest, &status) || !take_field(rest, &size) || !take_field(rest, &more) ||
        !take_bytes(rest, size, &values) || !take_bytes(rest, more, &before) ||
        !ocd__scan_skip(rest, "\n"))
        return false;
    *a = (struct ocd__group_answer){.status = (long)status, .text = values, .torn = more > 0};
    if (status != 0)
        return more == 0;
    return decode(values, g, layout, data) && (!a->torn || decode(before, g, layout, second));
}

int ocd__frame_parse(struct ocd_view *result, const struct ocd__plan *plan, enum ocd_layout layout,
                     struct ocd__frame_times *times, struct ocd__group_answer *answers,
                     uint8_t *data, uint8_t *second)
{
    *times = (struct ocd__frame_times){0};
    if (!take_head(result, times))
        return OCD_ERR_PROTOCOL;
    for (int held = 1; held >= 0; held--)
        for (size_t i = 0; i < plan->group_count; i++)
            if (plan->groups[i].held == (held == 1) &&
                !take_group(result, &plan->groups[i], layout, &answers[i], data, second))
                return OCD_ERR_PROTOCOL;
    return take_tail(result, times) ? OCD_OK : OCD_ERR_PROTOCOL;
}
