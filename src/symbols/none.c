// SPDX-License-Identifier: MIT
/* In place of this folder in a library that is built without libelf and libdw: nothing can be
 * opened, so that nothing else has anything to do. */
#include <stdlib.h>

#include "base/detail.h"
#include "ocd.h"
#include "symbols/access.h"

/* Nothing can be opened, so that no parameter is used. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

struct ocd_symbols {
    struct ocd_detail detail;
};

static int fail(struct ocd_symbols **symbols, const char *name)
{
    if (symbols == NULL)
        return OCD_ERR_ARG;
    *symbols = calloc(1, sizeof(**symbols));
    if (*symbols == NULL)
        return OCD_ERR_NOMEM;
    ocd__detail_init(&(*symbols)->detail);
    ocd__detail_set(&(*symbols)->detail, OCD_ERR_UNSUPPORTED_BUILD, "%s",
                    "build it with -DOCD_ELF=ON");
    ocd__detail_compose(&(*symbols)->detail, name);
    return OCD_ERR_UNSUPPORTED_BUILD;
}

int ocd_symbols_open(struct ocd_symbols **symbols, const char *const *paths, size_t count,
                     const struct ocd_symbols_options *options)
{
    return fail(symbols, paths != NULL && count > 0 ? paths[0] : "symbols");
}

int ocd_symbols_open_fd(struct ocd_symbols **symbols, int fd, const char *name,
                        const struct ocd_symbols_options *options)
{
    return fail(symbols, name);
}

int ocd_symbols_open_memory(struct ocd_symbols **symbols, const void *data, size_t size,
                            const char *name, const struct ocd_symbols_options *options)
{
    return fail(symbols, name);
}

void ocd_symbols_close(struct ocd_symbols *symbols)
{
    if (symbols == NULL)
        return;
    ocd__detail_free(&symbols->detail);
    free(symbols);
}

const struct ocd_error *ocd_symbols_error(const struct ocd_symbols *symbols)
{
    return symbols != NULL ? &symbols->detail.error : ocd__detail_no_memory();
}

/* --- What can only be asked of something open --- */

const struct ocd_elf_info *ocd__symbols_file(const struct ocd_symbols *s, size_t i)
{
    return NULL;
}

int ocd__symbols_contents(struct ocd_symbols *s, uint64_t a, void *d, size_t z)
{
    return OCD_ERR_ARG;
}

int ocd_symbols_find(struct ocd_symbols *s, const char *n, const struct ocd_symbol **r)
{
    return OCD_ERR_ARG;
}

int ocd_symbols_each(struct ocd_symbols *s, const char *g, ocd_symbol_fn f, void *u)
{
    return OCD_ERR_ARG;
}

int ocd_symbols_at(struct ocd_symbols *s, uint64_t a, const struct ocd_symbol **r, uint64_t *o)
{
    return OCD_ERR_ARG;
}

int ocd_symbols_type(struct ocd_symbols *s, const char *n, const struct ocd_type **t)
{
    return OCD_ERR_ARG;
}

const struct ocd_type_info *ocd_type_get_info(const struct ocd_type *t)
{
    return NULL;
}

const struct ocd_member *ocd_type_member(const struct ocd_type *t, size_t i)
{
    return NULL;
}

const struct ocd_enumerator *ocd_type_enumerator(const struct ocd_type *t, size_t i)
{
    return NULL;
}

const struct ocd_type *ocd_type_strip(const struct ocd_type *t)
{
    return t;
}

int ocd_type_layout(const struct ocd_type *t, char **x)
{
    return OCD_ERR_ARG;
}

int ocd_expression_open(struct ocd_expression **e, struct ocd_symbols *s, const char *t,
                        const struct ocd_expression_options *o)
{
    return OCD_ERR_ARG;
}

ocd_warning_fn ocd__symbols_warning(const struct ocd_symbols *s, void **user)
{
    *user = NULL;
    return NULL;
}

bool ocd__symbols_first_value(struct ocd_symbols *s, const void *session, uint64_t began)
{
    return false;
}

size_t ocd__symbols_ram(const struct ocd_symbols *s, struct ocd_range *r, size_t max)
{
    return 0;
}
