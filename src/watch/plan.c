// SPDX-License-Identifier: MIT
#include "watch/plan.h"

#include <stdlib.h>

#include "ocd.h"

#define WORD 4u
/* Bytes of a group that several wants share, at the most. */
#define SHARED_MAX 65536u

/* --- RAM --- */

static int compare_ranges(const void *left, const void *right)
{
    const struct ocd_range *a = left, *b = right;

    return a->addr < b->addr ? -1 : a->addr > b->addr;
}

static uint64_t last_of(const struct ocd_range *r)
{
    return r->addr + (r->size - 1);
}

/* A word that has one byte of RAM is RAM. */
static void extend_to_words(struct ocd_range *r)
{
    uint64_t last = last_of(r) | (WORD - 1);

    r->addr &= ~(uint64_t)(WORD - 1);
    r->size = last - r->addr == UINT64_MAX ? UINT64_MAX : last - r->addr + 1;
}

size_t ocd__plan_ram(struct ocd_range *ram, size_t count)
{
    size_t used = 0, left = 0;

    for (size_t i = 0; i < count; i++)
        if (ram[i].size > 0 && ram[i].size - 1 <= UINT64_MAX - ram[i].addr) {
            ram[used] = ram[i];
            extend_to_words(&ram[used++]);
        }
    if (used > 0)
        qsort(ram, used, sizeof(*ram), compare_ranges);
    for (size_t i = 0; i < used; i++) {
        struct ocd_range *before = left > 0 ? &ram[left - 1] : NULL;
        if (before == NULL || (ram[i].addr > last_of(before) && ram[i].addr - last_of(before) > 1))
            ram[left++] = ram[i];
        else if (last_of(&ram[i]) > last_of(before))
            before->size += last_of(&ram[i]) - last_of(before);
    }
    return left;
}

const struct ocd_range *ocd__plan_in_ram(const struct ocd_range *ram, size_t count, uint64_t addr,
                                         uint64_t size)
{
    for (size_t i = 0; i < count; i++)
        if (addr >= ram[i].addr && size <= ram[i].size && addr - ram[i].addr <= ram[i].size - size)
            return &ram[i];
    return NULL;
}

/* --- Groups --- */

/* A group that is being made; addresses are of words where it is in RAM. */
struct draft {
    uint64_t addr, end; /* `end` is the last byte */
    unsigned width;
    const struct ocd_range *ram; /* NULL: it is not in RAM */
    bool twice, alone, held;
    size_t checks;
};

struct builder {
    const struct ocd__plan_input *in;
    struct ocd__plan *plan;
    size_t *order;
};

/* The widest access up to a word that a range outside RAM can be read with. */
static unsigned width_of(const struct ocd__want *w)
{
    unsigned width = w->width != 0 && w->width < WORD ? w->width : WORD;

    while (width > 1 && (w->addr % width != 0 || w->size % width != 0))
        width /= 2;
    return width;
}

static struct draft draft_of(const struct builder *b, const struct ocd__want *w)
{
    const struct ocd__plan_input *in = b->in;
    struct draft d = {
        .addr = w->addr,
        .end = w->addr + (w->size - 1),
        .alone = w->alone || in->single,
        .held = w->held,
    };

    d.ram = ocd__plan_in_ram(in->ram, in->ram_count, w->addr, w->size);
    d.width = d.ram != NULL && !d.alone ? WORD : width_of(w);
    d.addr -= d.addr % d.width;
    d.end |= d.width - 1;
    d.twice = w->twice && (d.end - d.addr) / d.width > 0;
    d.checks = d.twice;
    return d;
}

static uint32_t elements_of(const struct draft *d)
{
    return (uint32_t)((d->end - d->addr) / d->width + 1);
}

static uint32_t most_of(const struct builder *b, const struct draft *d)
{
    uint32_t most = b->in->cost.words_max > 0 ? b->in->cost.words_max : 1;

    if (b->in->single)
        return 1;
    return d->twice ? OCD_MAX_ELEMENTS : most; /* what is compared is read at once */
}

static double cost_of(const struct builder *b, const struct draft *d)
{
    double elements = elements_of(d), most = b->in->cost.words_max;
    double accesses = most > 0 ? (double)(uint64_t)((elements + most - 1) / most) : elements;
    double once = accesses * b->in->cost.access + (elements - accesses) * b->in->cost.word;

    return d->twice ? 2 * once : once;
}

/* Whether both are better read as one. */
static bool join(const struct builder *b, struct draft *to, const struct draft *with)
{
    struct draft both = *to;

    if (to->alone || with->alone || to->ram == NULL || to->ram != with->ram ||
        to->held != with->held)
        return false;
    if (with->end > both.end)
        both.end = with->end;
    both.twice = to->twice || with->twice;
    both.checks += with->checks;
    bool nested = with->end <= to->end && (!with->twice || to->twice);
    if (!nested && both.end - both.addr >= SHARED_MAX)
        return false;
    if (both.twice && elements_of(&both) > b->in->cost.words_max && !nested)
        return false;
    if (!nested && cost_of(b, &both) > cost_of(b, to) + cost_of(b, with))
        return false;
    *to = both;
    return true;
}

static void add_group(struct builder *b, const struct draft *d, size_t first, size_t count)
{
    struct ocd__plan *p = b->plan;
    struct ocd__group *g = &p->groups[p->group_count];

    *g = (struct ocd__group){
        .addr = d->addr,
        .width = d->width,
        .elements = elements_of(d),
        .most = most_of(b, d),
        .offset = p->data_size,
        .held = d->held,
        .first_check = p->check_count,
    };
    for (size_t i = first; i < first + count; i++) {
        const struct ocd__want *w = &b->in->wants[b->order[i]];
        uint32_t from = (uint32_t)((w->addr - d->addr) / d->width);
        uint32_t to = (uint32_t)((w->addr + (w->size - 1) - d->addr) / d->width);
        p->spots[b->order[i]] = (struct ocd__spot){
            .group = p->group_count,
            .offset = p->data_size + (size_t)(w->addr - d->addr),
            .whole = from == to,
        };
        if (w->twice && from != to)
            p->checks[p->check_count++] = (struct ocd__check){from, to};
    }
    g->check_count = p->check_count - g->first_check;
    p->data_size += (size_t)g->elements * g->width;
    p->cost += cost_of(b, d);
    p->group_count++;
}

struct entry {
    uint64_t addr;
    size_t index;
};

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;

    if (a->addr != b->addr)
        return a->addr < b->addr ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

static bool sort(struct builder *b)
{
    size_t count = b->in->count;
    struct entry *entries = malloc((count + 1) * sizeof(*entries));

    b->order = malloc((count + 1) * sizeof(*b->order));
    if (entries == NULL || b->order == NULL) {
        free(entries);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        entries[i] = (struct entry){b->in->wants[i].addr, i};
    qsort(entries, count, sizeof(*entries), compare_entries);
    for (size_t i = 0; i < count; i++)
        b->order[i] = entries[i].index;
    free(entries);
    return true;
}

int ocd__plan_make(struct ocd__plan *plan, const struct ocd__plan_input *input)
{
    struct builder b = {.in = input, .plan = plan};
    size_t count = input->count, first = 0;
    struct draft group = {0};

    *plan = (struct ocd__plan){.want_count = count};
    plan->spots = calloc(count + 1, sizeof(*plan->spots));
    plan->groups = calloc(count + 1, sizeof(*plan->groups));
    plan->checks = calloc(count + 1, sizeof(*plan->checks));
    if (plan->spots == NULL || plan->groups == NULL || plan->checks == NULL || !sort(&b)) {
        free(b.order);
        ocd__plan_free(plan);
        return OCD_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        struct draft d = draft_of(&b, &input->wants[b.order[i]]);
        if (i > 0 && join(&b, &group, &d))
            continue;
        if (i > 0)
            add_group(&b, &group, first, i - first);
        group = d;
        first = i;
    }
    if (count > 0)
        add_group(&b, &group, first, count - first);
    free(b.order);
    return OCD_OK;
}

void ocd__plan_free(struct ocd__plan *plan)
{
    free(plan->spots);
    free(plan->groups);
    free(plan->checks);
    *plan = (struct ocd__plan){0};
}
