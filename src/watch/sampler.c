// SPDX-License-Identifier: MIT
/* The list of values. */
#include <stdlib.h>
#include <string.h>

#include "base/reserved.h"
#include "symbols/access.h"
#include "values/value_op.h"
#include "watch/sampler.h"

#define RATE_DEFAULT 10.0
/* One frame in some three years; a lower rate is probably a mistake. */
#define RATE_MIN 1e-8

double ocd__sampler_rate(const struct ocd_sampler *s)
{
    return s->options.rate > 0 ? s->options.rate : RATE_DEFAULT;
}

void ocd__sampler_changed(struct ocd_sampler *s)
{
    ocd__layout_release(s->layout);
    s->layout = NULL;
}

static void free_items(struct ocd__item **items)
{
    while (*items != NULL) {
        struct ocd__item *item = *items;
        *items = item->next;
        ocd__item_free(item);
    }
}

void ocd__sampler_sweep(struct ocd_sampler *s)
{
    free_items(&s->removed);
}

void ocd__sampler_free(struct ocd_sampler *s)
{
    free_items(&s->items);
    free_items(&s->removed);
    ocd__layout_release(s->layout);
    free(s->samples);
    free(s->ram);
    free(s);
}

static int fail(struct ocd_session *session, const char *why)
{
    ocd__detail_set(&session->last_error, OCD_ERR_ARG, "%s", why);
    ocd__detail_compose(&session->last_error, "make a sampler");
    return OCD_ERR_ARG;
}

static int check(struct ocd_session *session, const struct ocd_sampler_options *o)
{
    if (!(o->rate >= 0) || (o->rate > 0 && o->rate < RATE_MIN))
        return fail(session, "ocd_sampler_options.rate is no rate");
    if ((o->flags & ~(unsigned)(OCD_SAMPLER_SERVER_TIME | OCD_SAMPLER_TARGET_TIME)) != 0)
        return fail(session, "ocd_sampler_options.flags has unknown flags");
    if (OCD_RESERVED_USED(o))
        return fail(session, "ocd_sampler_options.reserved is not zero");
    if (o->ram == NULL && o->ram_count > 0)
        return fail(session, "ocd_sampler_options.ram is NULL");
    if (o->ram != NULL && ocd_reserved_ranges_used(o->ram, o->ram_count))
        return fail(session, "ocd_range.reserved of one of ocd_sampler_options.ram is not zero");
    return OCD_OK;
}

static int set_ram(struct ocd_sampler *s, const struct ocd_sampler_options *o)
{
    size_t of_elf = o->symbols != NULL ? ocd__symbols_ram(o->symbols, NULL, 0) : 0;

    s->ram = calloc(o->ram_count + of_elf + 1, sizeof(*s->ram));
    if (s->ram == NULL)
        return OCD_ERR_NOMEM;
    if (o->ram_count > 0)
        memcpy(s->ram, o->ram, o->ram_count * sizeof(*s->ram));
    if (of_elf > 0)
        ocd__symbols_ram(o->symbols, s->ram + o->ram_count, of_elf);
    s->ram_count = ocd__plan_ram(s->ram, o->ram_count + of_elf);
    s->options.ram = NULL;
    return OCD_OK;
}

int ocd_sampler_open(struct ocd_sampler **sampler, struct ocd_session *session,
                     const struct ocd_sampler_options *options)
{
    static const struct ocd_sampler_options defaults;

    if (sampler != NULL)
        *sampler = NULL;
    if (sampler == NULL || session == NULL)
        return OCD_ERR_ARG;
    int rc = check(session, options != NULL ? options : &defaults);
    struct ocd_sampler *s = rc == OCD_OK ? calloc(1, sizeof(*s)) : NULL;
    if (s == NULL)
        return rc != OCD_OK ? rc : ocd__detail_set(&session->last_error, OCD_ERR_NOMEM, "%s", "");
    s->session = session;
    s->options = options != NULL ? *options : defaults;
    s->last_item = &s->items;
    if (set_ram(s, &s->options) != OCD_OK) {
        ocd__sampler_free(s);
        return ocd__detail_set(&session->last_error, OCD_ERR_NOMEM, "%s", "");
    }
    *sampler = s;
    return OCD_OK;
}

int ocd_sampler_add(struct ocd_sampler *sampler, const struct ocd_sampler_item *item, uint32_t *id)
{
    struct ocd__item *added;

    if (id != NULL)
        *id = 0;
    if (sampler == NULL || item == NULL)
        return OCD_ERR_ARG;
    int rc = ocd__item_new(&added, sampler, item);
    if (rc != OCD_OK)
        return rc;
    added->id = ++sampler->last_id;
    *sampler->last_item = added;
    sampler->last_item = &added->next;
    sampler->item_count++;
    ocd__sampler_changed(sampler);
    if (id != NULL)
        *id = added->id;
    return OCD_OK;
}

static struct ocd__item **find(struct ocd_sampler *s, uint32_t id)
{
    struct ocd__item **item = &s->items;

    while (*item != NULL && (*item)->id != id)
        item = &(*item)->next;
    return item;
}

static void unlink_item(struct ocd_sampler *s, struct ocd__item **at)
{
    struct ocd__item *item = *at;

    *at = item->next;
    if (*at == NULL)
        s->last_item = at;
    s->item_count--;
    item->next = s->removed;
    s->removed = item;
}

int ocd_sampler_remove(struct ocd_sampler *sampler, uint32_t id)
{
    struct ocd__item **item = sampler != NULL ? find(sampler, id) : NULL;

    if (item == NULL || *item == NULL)
        return OCD_ERR_ARG;
    unlink_item(sampler, item);
    ocd__sampler_changed(sampler);
    if (!sampler->delivering)
        ocd__sampler_sweep(sampler);
    return OCD_OK;
}

int ocd_sampler_get_stats(const struct ocd_sampler *sampler, struct ocd_sampler_stats *stats)
{
    if (sampler == NULL || stats == NULL)
        return OCD_ERR_ARG;
    *stats = sampler->stats;
    return OCD_OK;
}

void ocd_sampler_close(struct ocd_sampler *sampler)
{
    if (sampler == NULL)
        return;
    ocd_op_free(sampler->check);
    sampler->check = NULL;
    struct ocd__run *run = sampler->run;
    if (run != NULL) {
        ocd__op_fail(&run->op, OCD_ERR_CANCELLED, "the sampler is being closed");
        run->sampler = NULL;
    }
    if (!sampler->delivering)
        ocd__sampler_free(sampler); /* otherwise when the callback has returned */
}

/* --- Writing --- */

struct ocd_op *ocd_sampler_write_async(struct ocd_sampler *sampler, uint32_t id, const char *value,
                                       const struct ocd_call *call)
{
    struct ocd_expression *expression = NULL;

    if (sampler == NULL)
        return NULL;
    const struct ocd__item *item = *find(sampler, id);
    int rc = item != NULL ? ocd__item_expression(item, sampler, &expression) : OCD_ERR_ARG;
    if (rc == OCD_ERR_NOMEM)
        return NULL;
    return ocd__value_op_owning(sampler->session, expression, value, call);
}

int ocd_sampler_write(struct ocd_sampler *sampler, uint32_t id, const char *value)
{
    if (sampler == NULL)
        return OCD_ERR_ARG;
    return ocd__op_wait(sampler->session, ocd_sampler_write_async(sampler, id, value, NULL));
}
