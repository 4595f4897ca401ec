// SPDX-License-Identifier: MIT
/* Plans of the items' needs, and the texts of their requests. */
#include <stdlib.h>

#include "session/address.h"
#include "symbols/access.h"
#include "watch/sampler.h"

static struct ocd__plan_input input_of(const struct ocd__run *r, const struct ocd__layout *l,
                                       size_t count)
{
    const struct ocd_sampler *s = r->sampler;

    return (struct ocd__plan_input){
        .wants = l->wants,
        .count = count,
        .ram = s->ram,
        .ram_count = s->ram_count,
        .cost = r->cost,
        .single = r->target->confirm,
    };
}

struct ocd__layout *ocd__layout_of_wants(struct ocd__run *r, struct ocd__want *wants,
                                         uint32_t *owners, size_t count)
{
    struct ocd__layout *l = calloc(1, sizeof(*l));

    if (l == NULL) {
        free(wants);
        free(owners);
        return NULL;
    }
    l->uses = 1;
    l->wants = wants;
    l->owners = owners;
    struct ocd__plan_input input = input_of(r, l, count);
    int rc = ocd__plan_make(&l->plan, &input);
    if (rc == OCD_OK)
        rc = ocd__frame_groups(&l->groups, &l->plan);
    if (rc == OCD_OK)
        rc = ocd__frame_shown(&l->shown, &l->plan, ocd__op_where(&r->op));
    if (rc == OCD_OK)
        return l;
    ocd__layout_release(l);
    return NULL;
}

/* Whether a range may be read in advance: one that the value always needs, or one in RAM, such as
 * what a pointer pointed to in the last frame. */
static bool may_expect(const struct ocd__run *r, const struct ocd__item *item, size_t need)
{
    const struct ocd_range *n = &item->needs.items[need];

    return need < item->first_needs ||
           ocd__plan_in_ram(r->sampler->ram, r->sampler->ram_count, n->addr, n->size) != NULL;
}

static size_t add_wants(const struct ocd__run *r, const struct ocd__item *item,
                        struct ocd__want *wants, uint32_t *owners)
{
    size_t count = 0;

    for (size_t i = 0; i < item->needs.count; i++) {
        const struct ocd_range *n = &item->needs.items[i];
        if (!may_expect(r, item, i) || !ocd__address_exists(r->target, n->addr, n->size))
            continue;
        owners[count] = item->id;
        wants[count++] = (struct ocd__want){
            .addr = n->addr,
            .size = (uint32_t)n->size,
            .width = item->width,
            .twice = ocd__item_is_checked(item),
            .alone = item->alone,
            .held = item->tear == OCD_TEAR_HALT,
        };
    }
    return count;
}

struct ocd__layout *ocd__layout_of_items(struct ocd__run *r)
{
    size_t most = 0, count = 0;

    for (const struct ocd__item *i = r->sampler->items; i != NULL; i = i->next)
        most += i->needs.count;
    struct ocd__want *wants = malloc((most + 1) * sizeof(*wants));
    uint32_t *owners = malloc((most + 1) * sizeof(*owners));
    if (wants == NULL || owners == NULL) {
        free(wants);
        free(owners);
        return NULL;
    }
    for (const struct ocd__item *i = r->sampler->items; i != NULL; i = i->next)
        count += add_wants(r, i, wants + count, owners + count);
    struct ocd__layout *l = ocd__layout_of_wants(r, wants, owners, count);
    if (l != NULL)
        l->last_id = r->sampler->last_id;
    return l;
}

void ocd__layout_release(struct ocd__layout *l)
{
    if (l == NULL || --l->uses > 0)
        return;
    ocd__plan_free(&l->plan);
    ocd__buffer_free(&l->groups);
    ocd__buffer_free(&l->shown);
    free(l->wants);
    free(l->owners);
    free(l);
}

static bool grow(uint8_t **data, size_t size)
{
    uint8_t *grown = realloc(*data, size);

    if (grown != NULL)
        *data = grown;
    return grown != NULL;
}

bool ocd__reading_reserve(struct ocd__reading *r, const struct ocd__layout *layout)
{
    size_t size = layout->plan.data_size + 1, count = layout->plan.group_count + 1;

    if (size > r->data_room) {
        if (!grow(&r->data, size) || !grow(&r->second, size))
            return false;
        r->data_room = size;
    }
    if (count > r->answer_room) {
        struct ocd__group_answer *grown = realloc(r->answers, count * sizeof(*grown));
        if (grown == NULL)
            return false;
        r->answers = grown;
        r->answer_room = count;
    }
    return true;
}
