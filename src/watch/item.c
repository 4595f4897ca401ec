// SPDX-License-Identifier: MIT
/* One value of a sampler. */
#include <stdlib.h>
#include <string.h>

#include "base/reserved.h"
#include "symbols/access.h"
#include "transfer/plan.h"
#include "watch/sampler.h"

static int fail(struct ocd_sampler *s, int code, const char *what, const char *why)
{
    struct ocd_detail *d = &s->session->last_error;

    ocd__detail_set(d, code, "%s", why);
    ocd__detail_compose(d, what);
    return code;
}

/* The number types by their numbers. */
static const struct ocd__number types[] = {
    [OCD_NUMBER_U8] = {.size = 1},
    [OCD_NUMBER_U16] = {.size = 2},
    [OCD_NUMBER_U32] = {.size = 4},
    [OCD_NUMBER_U64] = {.size = 8},
    [OCD_NUMBER_S8] = {.size = 1, .is_signed = true},
    [OCD_NUMBER_S16] = {.size = 2, .is_signed = true},
    [OCD_NUMBER_S32] = {.size = 4, .is_signed = true},
    [OCD_NUMBER_S64] = {.size = 8, .is_signed = true},
    [OCD_NUMBER_F32] = {.size = 4, .is_real = true},
    [OCD_NUMBER_F64] = {.size = 8, .is_real = true},
};

static bool is_type(enum ocd_number_type type)
{
    return (unsigned)type < sizeof(types) / sizeof(*types) && types[type].size > 0;
}

static uint64_t size_of(const struct ocd_sampler_item *spec)
{
    return (uint64_t)types[spec->type].size * (spec->count > 0 ? spec->count : 1);
}

static int check(struct ocd_sampler *s, const struct ocd_sampler_item *spec)
{
    const char *what = spec->expression != NULL ? spec->expression : "a value of a sampler";

    if (OCD_RESERVED_USED(spec))
        return fail(s, OCD_ERR_ARG, what, "ocd_sampler_item.reserved is not zero");
    if ((unsigned)spec->tear > OCD_TEAR_HALT)
        return fail(s, OCD_ERR_ARG, what, "ocd_sampler_item.tear is not one of enum ocd_tear");
    if (spec->expression != NULL)
        return s->options.symbols != NULL
                   ? OCD_OK
                   : fail(s, OCD_ERR_ARG, what, "the sampler has no ELF files");
    if (!is_type(spec->type))
        return fail(s, OCD_ERR_ARG, what,
                    "ocd_sampler_item.type is not one of enum ocd_number_type");
    if (size_of(spec) > OCD_SAMPLE_MAX || !ocd__range_valid(spec->addr, size_of(spec)))
        return fail(s, OCD_ERR_ARG, what, "it wraps, or has more than 65536 bytes");
    return OCD_OK;
}

int ocd__item_expression(const struct ocd__item *item, struct ocd_sampler *s,
                         struct ocd_expression **expression)
{
    struct ocd__number number;

    if (item->text != NULL)
        return ocd_expression_open(expression, s->options.symbols, item->text, NULL);
    number = types[item->spec.type];
    number.addr = item->spec.addr;
    number.count = item->spec.count;
    return ocd__expression_of_number(expression, &number);
}

int ocd__needs_add(struct ocd__needs *needs, const struct ocd_range *need)
{
    if (needs->count == needs->room) {
        size_t room = needs->room * 2 + 2;
        struct ocd_range *items = realloc(needs->items, room * sizeof(*items));
        if (items == NULL)
            return OCD_ERR_NOMEM;
        needs->items = items;
        needs->room = room;
    }
    needs->items[needs->count++] = *need;
    return OCD_OK;
}

/* Finds the ranges that the value needs in any case. */
static int find_needs(struct ocd__item *item)
{
    struct ocd_expression *e = item->expression;
    size_t count = 0;
    int rc = ocd_expression_read(e);

    if (rc == OCD_ERR_NO_VALUE && ocd_expression_location(e) != NULL)
        return OCD_OK; /* a value that says why there is none */
    if (rc != OCD_PENDING)
        return rc;
    const struct ocd_range *needs = ocd_expression_needs(e, &count);
    for (size_t i = 0; i < count; i++) {
        if (needs[i].size > OCD_SAMPLE_MAX)
            return OCD_ERR_RANGE;
        if (ocd__needs_add(&item->needs, &needs[i]) != OCD_OK)
            return OCD_ERR_NOMEM;
    }
    item->first_needs = item->needs.count;
    return OCD_OK;
}

static int open_expression(struct ocd__item *item, struct ocd_sampler *s)
{
    struct ocd_detail *d = &s->session->last_error;
    int rc = ocd__item_expression(item, s, &item->expression);

    if (rc == OCD_OK)
        rc = find_needs(item);
    if (rc == OCD_OK || item->expression == NULL)
        return rc;
    if (rc == OCD_ERR_RANGE)
        return fail(s, OCD_ERR_ARG, item->text, "it has more than 65536 bytes");
    const struct ocd_error *error = ocd_expression_error(item->expression);
    if (error->code != OCD_OK)
        rc = error->code;
    ocd__detail_set(d, rc, "%s", error->message);
    ocd__detail_compose(d, item->text);
    return rc;
}

int ocd__item_new(struct ocd__item **item, struct ocd_sampler *s,
                  const struct ocd_sampler_item *spec)
{
    int rc = check(s, spec);
    struct ocd__item *i = rc == OCD_OK ? calloc(1, sizeof(*i)) : NULL;

    *item = NULL;
    if (i == NULL)
        return rc != OCD_OK ? rc : OCD_ERR_NOMEM;
    ocd__detail_init(&i->failure);
    i->spec = *spec;
    i->spec.expression = NULL;
    i->tear = spec->tear;
    if (spec->expression != NULL)
        i->text = strdup(spec->expression);
    else
        i->width = types[spec->type].size;
    rc = spec->expression != NULL && i->text == NULL ? OCD_ERR_NOMEM : open_expression(i, s);
    if (rc != OCD_OK) {
        ocd__item_free(i);
        return rc == OCD_ERR_NOMEM ? fail(s, rc, "a value of a sampler", "") : rc;
    }
    *item = i;
    return OCD_OK;
}

bool ocd__item_is_checked(const struct ocd__item *item)
{
    if (item->tear == OCD_TEAR_DEFAULT)
        return ocd__expression_is_scalar(item->expression);
    return item->tear == OCD_TEAR_CHECK;
}

void ocd__item_free(struct ocd__item *item)
{
    if (item == NULL)
        return;
    ocd_expression_close(item->expression);
    ocd__detail_free(&item->failure);
    free(item->needs.items);
    free(item->seen.items);
    free(item->text);
    free(item);
}
