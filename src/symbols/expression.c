// SPDX-License-Identifier: MIT
/* The public calls about expressions. */
#include <stdlib.h>
#include <string.h>

#include "base/reserved.h"
#include "symbols/access.h"
#include "symbols/value/value.h"

int ocd__expression_fail(struct ocd_expression *e, int code, const char *format, ...)
{
    struct ocd_buffer message = {0};
    va_list args;

    va_start(args, format);
    ocd__buffer_vprintf(&message, format, args);
    va_end(args);
    ocd__detail_set(&e->detail, code, "%s",
                    message.error == 0 && message.size > 0 ? message.data : "");
    ocd__buffer_free(&message);
    ocd__detail_compose(&e->detail, e->text);
    return code;
}

int ocd__expression_nomem(struct ocd_expression *e)
{
    return ocd__expression_fail(e, OCD_ERR_NOMEM, "%s", "");
}

int ocd__expression_adopt(struct ocd_expression *e, int code)
{
    return ocd__expression_fail(e, code, "%s", e->symbols->detail.error.message);
}

static int set_options(struct ocd_expression *e, const struct ocd_expression_options *options)
{
    if (options != NULL)
        e->options = *options;
    if (e->options.limit == 0)
        e->options.limit = 200;
    if (OCD_RESERVED_USED(&e->options))
        return ocd__expression_fail(e, OCD_ERR_ARG, "ocd_expression_options.reserved is not zero");
    if ((unsigned)e->options.format > OCD_NUMBER_BINARY)
        return ocd__expression_fail(
            e, OCD_ERR_ARG, "ocd_expression_options.format is not one of enum ocd_number_format");
    return OCD_OK;
}

int ocd_expression_open(struct ocd_expression **expression, struct ocd_symbols *symbols,
                        const char *text, const struct ocd_expression_options *options)
{
    if (expression != NULL)
        *expression = NULL;
    if (expression == NULL || symbols == NULL || text == NULL ||
        (symbols->file_count == 0 && !symbols->is_plain))
        return OCD_ERR_ARG;
    struct ocd_expression *e = calloc(1, sizeof(*e));
    if (e == NULL)
        return OCD_ERR_NOMEM;
    *expression = e;
    ocd__detail_init(&e->detail);
    e->symbols = symbols;
    e->memory.arena = &e->values;
    e->big_endian = symbols->file_count > 0 && symbols->files[0]->info.big_endian;
    e->text = ocd__arena_copy(&e->arena, text, strnlen(text, OCD_EXPRESSION_MAX));
    if (e->text == NULL)
        return ocd__expression_nomem(e);
    int rc = set_options(e, options);
    if (rc == OCD_OK && strlen(text) > OCD_EXPRESSION_MAX)
        rc = ocd__expression_fail(e, OCD_ERR_EXPRESSION, "it is longer than %d bytes",
                                  OCD_EXPRESSION_MAX);
    return rc == OCD_OK ? ocd__parse(e) : rc;
}

void ocd_expression_close(struct ocd_expression *expression)
{
    if (expression == NULL)
        return;
    ocd__memory_free(&expression->memory);
    ocd__arena_free(&expression->values);
    ocd__arena_free(&expression->arena);
    ocd__detail_free(&expression->detail);
    ocd_symbols_close(expression->own);
    free(expression);
}

const struct ocd_error *ocd_expression_error(const struct ocd_expression *expression)
{
    return expression != NULL ? &expression->detail.error : ocd_symbols_error(NULL);
}

void ocd__expression_reset(struct ocd_expression *expression)
{
    ocd__memory_free(&expression->memory);
    ocd__arena_free(&expression->values);
    expression->memory = (struct ocd_memory){.arena = &expression->values};
    expression->located = expression->own != NULL; /* a number is always located */
    expression->value = NULL;
}

/* --- Location --- */

/* Something that ends with a flexible array is as large as the symbol table says. */
static uint64_t size_of_symbol(const struct ocd_operand *o, uint64_t size)
{
    const struct ocd_symbol *s = o->symbol != NULL ? &o->symbol->symbol : NULL;

    if (s != NULL && o->in_memory && s->type == o->type && s->addr == o->addr && s->size > size)
        return s->size;
    return size;
}

void ocd__expression_publish(struct ocd_expression *e)
{
    const struct ocd_operand *o = &e->operand;

    e->location = (struct ocd_location){
        .in_memory = o->in_memory,
        .is_constant = !o->in_memory,
        .addr = o->addr,
        .size = size_of_symbol(o, ocd__operand_size(o)),
        .bit_offset = o->bit_offset,
        .bit_size = o->bit_size,
        .type = o->type,
        .symbol = o->symbol != NULL ? &o->symbol->symbol : NULL,
        .big_endian = e->big_endian,
    };
}

static int finish(struct ocd_expression *e, int rc)
{
    if (e->memory.failed || e->symbols->error != 0)
        return ocd__expression_nomem(e);
    return rc;
}

int ocd_expression_locate(struct ocd_expression *expression)
{
    struct ocd_expression *e = expression;

    if (e == NULL || e->tree == NULL)
        return OCD_ERR_ARG;
    if (e->located)
        return OCD_OK;
    ocd__detail_clear(&e->detail);
    ocd__memory_clear_needs(&e->memory);
    int rc = finish(e, ocd__evaluate(e, e->tree, &e->operand));
    if (rc == OCD_OK) {
        e->located = true;
        e->is_fixed = e->memory.chunks == NULL;
        ocd__expression_publish(e);
    }
    return rc;
}

const struct ocd_location *ocd_expression_location(const struct ocd_expression *expression)
{
    return expression != NULL && expression->located ? &expression->location : NULL;
}

/* --- Value --- */

static bool is_function(const struct ocd_operand *o)
{
    return o->type != NULL && ocd__type_resolve(o->type)->info.kind == OCD_TYPE_FUNCTION;
}

static int check_type(struct ocd_expression *e)
{
    struct ocd_type *type = e->operand.type != NULL ? ocd__type_resolve(e->operand.type) : NULL;

    if (type == NULL)
        return OCD_OK;
    if (type->info.is_declared_only)
        return ocd__expression_fail(e, OCD_ERR_NO_SYMBOL,
                                    "%s is incomplete: no file of the program defines it",
                                    ocd__type_name(type));
    if (type->info.kind == OCD_TYPE_UNSUPPORTED)
        return ocd__expression_fail(e, OCD_ERR_EXPRESSION, "the type %s is not supported",
                                    ocd__type_name(type));
    return OCD_OK;
}

int ocd_expression_read(struct ocd_expression *expression)
{
    struct ocd_expression *e = expression;
    const uint8_t *data;
    uint64_t size;
    int rc = ocd_expression_locate(e);

    if (rc != OCD_OK)
        return rc;
    ocd__detail_clear(&e->detail);
    ocd__memory_clear_needs(&e->memory);
    rc = check_type(e);
    if (rc == OCD_OK && !is_function(&e->operand))
        rc = ocd__operand_bytes(e, &e->operand, &data, &size);
    if (rc == OCD_OK && e->value == NULL) {
        e->value = ocd__value_of_operand(e, &e->operand);
        if (e->value == NULL)
            rc = ocd__expression_nomem(e);
    }
    if (rc == OCD_OK)
        rc = ocd__value_prefetch(e, e->value);
    rc = finish(e, rc);
    if (rc < 0)
        e->value = NULL;
    return rc;
}

const struct ocd_value *ocd_expression_value(const struct ocd_expression *expression)
{
    return expression != NULL ? expression->value : NULL;
}

/* --- Bytes --- */

const struct ocd_range *ocd_expression_needs(const struct ocd_expression *expression, size_t *count)
{
    if (count != NULL)
        *count = expression != NULL ? expression->memory.need_count : 0;
    return expression != NULL ? expression->memory.needs : NULL;
}

int ocd_expression_supply(struct ocd_expression *expression, uint64_t addr, const void *data,
                          size_t size)
{
    if (expression == NULL)
        return OCD_ERR_ARG;
    return ocd__memory_supply(&expression->memory, addr, data, size);
}
