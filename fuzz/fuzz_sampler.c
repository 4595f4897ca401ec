// SPDX-License-Identifier: MIT
/* Plans of arbitrary wants keep every byte within the frame and every access within what may be
 * read; arbitrary replies to them are refused or decoded within bounds. */
#include <stdlib.h>
#include <string.h>

#include "watch/frame_request.h"
#include "watch/plan.h"
#include "watch/server_clock.h"

#define WANTS_MAX 12u
#define WANT_SIZE 4u /* bytes of the input for each */

static const struct ocd_range ram[] = {{.addr = 0x20000000, .size = 0x4000},
                                       {.addr = UINT64_MAX - 0xfff, .size = 0x1000}};

static void check(int holds)
{
    if (!holds)
        abort();
}

/* Near both ends of RAM, and beside it. */
static struct ocd__want want_of(const uint8_t *data)
{
    static const uint64_t bases[] = {0x20000000, 0x20003f00, 0x40000000, UINT64_MAX - 0x1fff};
    static const unsigned widths[] = {0, 1, 2, 4};
    struct ocd__want w = {
        .addr = bases[data[0] & 3] + data[1] * (data[0] >> 7 ? 31u : 1u),
        .size = 1 + (uint32_t)data[2] * (data[0] >> 6 & 1 ? 17u : 1u),
        .width = widths[data[3] & 3],
        .twice = data[3] >> 2 & 1,
        .alone = data[3] >> 3 & 1,
        .held = data[3] >> 4 & 1,
    };

    if (w.size - 1 > UINT64_MAX - w.addr) /* no range wraps */
        w.size = (uint32_t)(UINT64_MAX - w.addr) + 1;
    return w;
}

static void check_group(const struct ocd__plan *plan, const struct ocd__group *g)
{
    uint64_t size = (uint64_t)g->elements * g->width, end = g->addr + (size - 1);

    check(size > 0 && g->most > 0 && end >= g->addr && g->addr % g->width == 0);
    check(g->offset <= plan->data_size && size <= plan->data_size - g->offset);
    check(g->first_check + g->check_count <= plan->check_count);
    for (size_t i = g->first_check; i < g->first_check + g->check_count; i++)
        check(plan->checks[i].first < plan->checks[i].last && plan->checks[i].last < g->elements);
    check(g->check_count == 0 || g->elements <= g->most || g->most == 1);
}

/* Nothing but what was wanted is read outside RAM. */
static void check_plan(const struct ocd__plan *plan, const struct ocd__want *wants)
{
    for (size_t i = 0; i < plan->group_count; i++)
        check_group(plan, &plan->groups[i]);
    for (size_t i = 0; i < plan->want_count; i++) {
        const struct ocd__spot *s = &plan->spots[i];
        const struct ocd__want *w = &wants[i];
        check(s->group < plan->group_count);
        const struct ocd__group *g = &plan->groups[s->group];
        uint64_t size = (uint64_t)g->elements * g->width;
        check(w->addr >= g->addr && w->addr + (w->size - 1) <= g->addr + (size - 1));
        check(s->offset == g->offset + (w->addr - g->addr) && g->held == w->held);
        if (ocd__plan_in_ram(ram, 2, g->addr, size) == NULL)
            check(g->addr == w->addr && size == w->size);
    }
}

static void parse(const struct ocd__plan *plan, const uint8_t *data, size_t size)
{
    struct ocd__group_answer answers[WANTS_MAX];
    struct ocd__frame_times times;
    char *copy = malloc(size + 1);
    uint8_t *bytes = malloc(plan->data_size + 1), *second = malloc(plan->data_size + 1);
    struct ocd_view rest = {copy, size};

    memcpy(copy, data, size);
    while (rest.size > 0 && ocd__frame_parse(&rest, plan, OCD_LAYOUT_BIG, &times, answers, bytes,
                                             second) == OCD_OK) {
        struct ocd__server_clock clock = {0};
        uint32_t error;
        check(times.ended >= times.began && times.halted_us >= -1);
        ocd__server_clock_learn(&clock, 0, 1000, times.began, times.ended);
        ocd__server_clock_here(&clock, times.began, &error);
    }
    free(second);
    free(bytes);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ocd__want wants[WANTS_MAX];
    struct ocd_buffer groups = {0};
    struct ocd__plan plan;
    size_t count = size > 0 ? data[0] % (WANTS_MAX + 1) : 0;

    if (size < 2 + count * WANT_SIZE)
        return 0;
    for (size_t i = 0; i < count; i++)
        wants[i] = want_of(data + 2 + i * WANT_SIZE);
    struct ocd__plan_input input = {
        .wants = wants,
        .count = count,
        .ram = ram,
        .ram_count = 2,
        .cost = {.access = data[1] & 0x7f, .word = 1, .words_max = 64},
        .single = data[1] >> 7,
    };
    check(ocd__plan_make(&plan, &input) == OCD_OK);
    check_plan(&plan, wants);
    check(ocd__frame_groups(&groups, &plan) == OCD_OK);
    parse(&plan, data + 2 + count * WANT_SIZE, size - 2 - count * WANT_SIZE);
    ocd__buffer_free(&groups);
    ocd__plan_free(&plan);
    return 0;
}
