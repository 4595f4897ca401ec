// SPDX-License-Identifier: MIT
/* In place of this folder in a library that is built without libelf and libdw: nothing can be
 * opened, so that nothing else has anything to do. */
#include <stdlib.h>

#include "base/detail.h"
#include "ocd.h"
#include "symbols/access.h"

struct ocd_symbols {
    struct ocd_detail detail;
};

static int refuse(struct ocd_symbols **symbols, const char *name)
{
    if (symbols == NULL)
        return OCD_ERR_ARG;
    *symbols = calloc(1, sizeof(**symbols));
    if (*symbols == NULL)
        return OCD_ERR_NOMEM;
    ocd_detail_init(&(*symbols)->detail);
    ocd_detail_set(&(*symbols)->detail, OCD_ERR_UNSUPPORTED_BUILD, "%s",
                   "build it with -DOCD_ELF=ON");
    ocd_detail_compose(&(*symbols)->detail, name);
    return OCD_ERR_UNSUPPORTED_BUILD;
}

int ocd_symbols_open(struct ocd_symbols **symbols, const char *const *paths, size_t count,
                     const struct ocd_symbols_options *options)
{
    (void)options;
    return refuse(symbols, paths != NULL && count > 0 ? paths[0] : "symbols");
}

int ocd_symbols_open_fd(struct ocd_symbols **symbols, int fd, const char *name,
                        const struct ocd_symbols_options *options)
{
    (void)fd;
    (void)options;
    return refuse(symbols, name);
}

int ocd_symbols_open_memory(struct ocd_symbols **symbols, const void *data, size_t size,
                            const char *name, const struct ocd_symbols_options *options)
{
    (void)data;
    (void)size;
    (void)options;
    return refuse(symbols, name);
}

void ocd_symbols_close(struct ocd_symbols *symbols)
{
    if (symbols == NULL)
        return;
    ocd_detail_free(&symbols->detail);
    free(symbols);
}

const struct ocd_error *ocd_symbols_error(const struct ocd_symbols *symbols)
{
    return symbols != NULL ? &symbols->detail.error : ocd_detail_no_memory();
}

/* Nothing was opened: each of these is asked in vain. Parameters without a name are not used. */
#define OCD_UNAVAILABLE(declaration, result)                                                       \
    declaration                                                                                    \
    {                                                                                              \
        return result;                                                                             \
    }
#define UNUSED __attribute__((unused))

OCD_UNAVAILABLE(const struct ocd_elf_info *ocd_symbols_file(UNUSED const struct ocd_symbols *s,
                                                            UNUSED size_t i),
                NULL)
OCD_UNAVAILABLE(int ocd_symbols_contents(UNUSED struct ocd_symbols *s, UNUSED uint64_t a,
                                         UNUSED void *d, UNUSED size_t z),
                OCD_ERR_ARG)
OCD_UNAVAILABLE(int ocd_symbols_find(UNUSED struct ocd_symbols *s, UNUSED const char *n,
                                     UNUSED const struct ocd_symbol **r),
                OCD_ERR_ARG)
OCD_UNAVAILABLE(int ocd_symbols_each(UNUSED struct ocd_symbols *s, UNUSED const char *g,
                                     UNUSED ocd_symbol_fn f, UNUSED void *u),
                OCD_ERR_ARG)
OCD_UNAVAILABLE(int ocd_symbols_at(UNUSED struct ocd_symbols *s, UNUSED uint64_t a,
                                   UNUSED const struct ocd_symbol **r, UNUSED uint64_t *o),
                OCD_ERR_ARG)
OCD_UNAVAILABLE(int ocd_symbols_type(UNUSED struct ocd_symbols *s, UNUSED const char *n,
                                     UNUSED const struct ocd_type **t),
                OCD_ERR_ARG)
OCD_UNAVAILABLE(const struct ocd_type_info *ocd_type_info(UNUSED const struct ocd_type *t), NULL)
OCD_UNAVAILABLE(const struct ocd_member *ocd_type_member(UNUSED const struct ocd_type *t,
                                                         UNUSED size_t i),
                NULL)
OCD_UNAVAILABLE(const struct ocd_enumerator *ocd_type_enumerator(UNUSED const struct ocd_type *t,
                                                                 UNUSED size_t i),
                NULL)
OCD_UNAVAILABLE(const struct ocd_type *ocd_type_strip(const struct ocd_type *t), t)
OCD_UNAVAILABLE(int ocd_type_layout(UNUSED const struct ocd_type *t, UNUSED char **x), OCD_ERR_ARG)
OCD_UNAVAILABLE(int ocd_expression_open(UNUSED struct ocd_expression **e,
                                        UNUSED struct ocd_symbols *s, UNUSED const char *t,
                                        UNUSED const struct ocd_expression_options *o),
                OCD_ERR_ARG)
OCD_UNAVAILABLE(int ocd_expression_locate(UNUSED struct ocd_expression *e), OCD_ERR_ARG)
OCD_UNAVAILABLE(int ocd_expression_read(UNUSED struct ocd_expression *e), OCD_ERR_ARG)
OCD_UNAVAILABLE(const struct ocd_place *ocd_expression_place(UNUSED const struct ocd_expression *e),
                NULL)
OCD_UNAVAILABLE(const struct ocd_value *ocd_expression_value(UNUSED const struct ocd_expression *e),
                NULL)
OCD_UNAVAILABLE(const struct ocd_value *ocd_value_child(UNUSED const struct ocd_value *v,
                                                        UNUSED size_t i),
                NULL)
OCD_UNAVAILABLE(int ocd_value_text(UNUSED const struct ocd_value *v, UNUSED char **t), OCD_ERR_ARG)
OCD_UNAVAILABLE(int ocd_value_json(UNUSED const struct ocd_value *v, UNUSED char **t), OCD_ERR_ARG)
OCD_UNAVAILABLE(int ocd_expression_encode(UNUSED struct ocd_expression *e, UNUSED const char *v,
                                          UNUSED const struct ocd_patch **p),
                OCD_ERR_ARG)
OCD_UNAVAILABLE(int ocd_expression_supply(UNUSED struct ocd_expression *e, UNUSED uint64_t a,
                                          UNUSED const void *d, UNUSED size_t z),
                OCD_ERR_ARG)
OCD_UNAVAILABLE(const struct ocd_error *ocd_expression_error(UNUSED const struct ocd_expression *e),
                ocd_symbols_error(NULL))

const struct ocd_range *ocd_expression_needs(const struct ocd_expression *e, size_t *count)
{
    (void)e;
    if (count != NULL)
        *count = 0;
    return NULL;
}

struct ocd_symbols *ocd_expression_symbols(const struct ocd_expression *e)
{
    (void)e;
    return NULL;
}

const char *ocd_expression_text(const struct ocd_expression *e)
{
    (void)e;
    return "";
}

ocd_warning_fn ocd_symbols_warning(const struct ocd_symbols *s, void **user)
{
    (void)s;
    *user = NULL;
    return NULL;
}

bool ocd_symbols_first_value(struct ocd_symbols *s, const void *session, uint64_t began)
{
    (void)s;
    (void)session;
    (void)began;
    return false;
}

void ocd_expression_close(struct ocd_expression *e)
{
    (void)e;
}

void ocd_expression_reset(struct ocd_expression *e)
{
    (void)e;
}
