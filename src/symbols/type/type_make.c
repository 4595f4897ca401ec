// SPDX-License-Identifier: MIT
/* Types that the library makes: for &a, slices, casts, and symbols without debug information. */
#include <stdio.h>
#include <string.h>

#include "symbols/type/type.h"

static bool is_same(const struct ocd_type *made, const struct ocd_type *model)
{
    const struct ocd_type_info *a = &made->info, *b = &model->info;

    if (a->kind != b->kind || a->size != b->size || a->is_signed != b->is_signed ||
        a->count != b->count || made->target != model->target)
        return false;
    return model->name != NULL ? made->has_library_name && strcmp(made->name, model->name) == 0
                               : !made->has_library_name;
}

/* Each is made once: an expression that is evaluated again and again takes no more memory. */
static struct ocd_type *make(struct ocd_symbols *s, const struct ocd_type *model)
{
    struct ocd_type *t = s->made;
    const char *name = model->name;

    while (t != NULL && !is_same(t, model))
        t = t->next_made;
    if (t != NULL)
        return t;
    t = ocd__arena_alloc(&s->arena, sizeof(*t));
    if (t != NULL && name != NULL)
        name = ocd__arena_copy(&s->arena, name, strlen(name));
    if (t == NULL || (model->name != NULL && name == NULL)) {
        s->error = OCD_ERR_NOMEM;
        return NULL;
    }
    *t = *model;
    t->name = name;
    t->has_library_name = name != NULL;
    t->next_made = s->made;
    s->made = t;
    t->symbols = s;
    t->has_target = true;
    t->has_members = true;
    t->has_enumerators = true;
    if (t->target != NULL) {
        t->file = t->target->file;
        t->is_rust = t->target->is_rust;
        t->is_cpp = t->target->is_cpp;
    }
    return t;
}

struct ocd_type *ocd__type_pointer_to(struct ocd_symbols *s, struct ocd_type *target)
{
    if (target->pointer == NULL) {
        struct ocd_type model = {.info = {.kind = OCD_TYPE_POINTER, .has_size = true},
                                 .target = target};
        model.info.size = ocd__symbols_word(s);
        target->pointer = make(s, &model);
    }
    return target->pointer;
}

struct ocd_type *ocd__type_array_of(struct ocd_symbols *s, struct ocd_type *element, uint64_t count)
{
    struct ocd_type model = {.info = {.kind = OCD_TYPE_ARRAY, .has_count = true, .count = count},
                             .target = element};

    ocd__type_size(element, &model.info.stride);
    return make(s, &model);
}

struct ocd_type *ocd__type_basic(struct ocd_symbols *s, enum ocd_type_kind kind, unsigned size,
                                 bool is_signed, const char *name)
{
    struct ocd_type model = {
        .info = {.kind = kind, .has_size = size > 0, .size = size, .is_signed = is_signed},
        .name = name,
    };
    struct ocd_type *t = make(s, &model);

    return t != NULL ? t : s->no_type;
}

struct ocd_type *ocd__type_integer(struct ocd_symbols *s, unsigned size, bool is_signed)
{
    char name[32];

    snprintf(name, sizeof(name), "%sint%u_t", is_signed ? "" : "u", size * 8);
    return ocd__type_basic(s, OCD_TYPE_INTEGER, size, is_signed, name);
}

struct ocd_type *ocd__type_qualified(struct ocd_symbols *s, struct ocd_type *target,
                                     enum ocd_type_kind kind)
{
    struct ocd_type model = {.info = {.kind = kind}, .target = target};

    return make(s, &model);
}
