// SPDX-License-Identifier: MIT
/* ELF files with mutated symbols and debug information: they are refused, or every symbol, type and
 * value of them can be asked for. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ocd.h"
#include "symbols/access.h"

enum {
    SYMBOLS_MAX = 200, /* that are looked at: some inputs have very many */
    ROUNDS_MAX = 20,
    NEED_MAX = 65536,
};

struct look {
    struct ocd_symbols *symbols;
    unsigned count;
};

static void supply(struct ocd_symbols *symbols, struct ocd_expression *e)
{
    size_t count;
    const struct ocd_range *needs = ocd_expression_needs(e, &count);
    struct ocd_range copy[64];

    if (count == 0)
        abort();
    count = count < 64 ? count : 64;
    memcpy(copy, needs, count * sizeof(*copy));
    for (size_t i = 0; i < count; i++) {
        void *bytes = copy[i].size <= NEED_MAX ? calloc(1, (size_t)copy[i].size) : NULL;
        if (bytes != NULL)
            ocd__symbols_contents(symbols, copy[i].addr, bytes, (size_t)copy[i].size);
        ocd_expression_supply(e, copy[i].addr, bytes, (size_t)copy[i].size);
        free(bytes);
    }
}

static void walk(const struct ocd_value *value, unsigned depth)
{
    for (size_t i = 0; i < value->child_count && i < 5 && depth < 5; i++) {
        const struct ocd_value *child = ocd_value_child(value, i);
        if (child != NULL)
            walk(child, depth + 1);
    }
}

static void write(const struct ocd_value *value)
{
    char *text;

    if (ocd_value_text(value, &text) != OCD_OK)
        abort();
    ocd_free(text);
    if (ocd_value_json(value, &text) != OCD_OK)
        abort();
    ocd_free(text);
    walk(value, 0);
}

static void evaluate(struct ocd_symbols *symbols, const char *text)
{
    struct ocd_expression *e;
    int rc = ocd_expression_open(&e, symbols, text, NULL);

    for (unsigned i = 0; i < ROUNDS_MAX && rc == OCD_OK; i++) {
        rc = ocd_expression_read(e);
        if (rc != OCD_PENDING)
            break;
        supply(symbols, e);
        rc = OCD_OK;
    }
    if (rc == OCD_OK && ocd_expression_value(e) != NULL)
        write(ocd_expression_value(e));
    ocd_expression_close(e);
}

static void look_at_type(const struct ocd_type *type)
{
    const struct ocd_type_info *info = ocd_type_get_info(type);
    char *text;

    if (info->name == NULL)
        abort();
    for (size_t i = 0; i < info->member_count; i++)
        if (ocd_type_member(type, i) == NULL)
            abort();
    for (size_t i = 0; i < info->enumerator_count; i++)
        if (ocd_type_enumerator(type, i) == NULL)
            abort();
    if (ocd_type_layout(type, &text) != OCD_OK)
        abort();
    ocd_free(text);
}

static int look_at(const struct ocd_symbol *symbol, void *user)
{
    struct look *l = user;
    const struct ocd_symbol *found;

    if (symbol->type != NULL)
        look_at_type(symbol->type);
    if (strlen(symbol->name) < 1000)
        evaluate(l->symbols, symbol->name);
    if (symbol->has_addr)
        ocd_symbols_at(l->symbols, symbol->addr + 1, &found, NULL);
    return ++l->count == SYMBOLS_MAX;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct look l = {0};
    const struct ocd_type *type;

    int rc = ocd_symbols_open_memory(&l.symbols, data, size, "input.elf", NULL);
    if (rc == OCD_OK) {
        rc = ocd_symbols_each(l.symbols, NULL, look_at, &l);
        if (rc != OCD_OK && rc != OCD_ERR_CANCELLED)
            abort();
        ocd_symbols_type(l.symbols, "struct node *", &type);
        evaluate(l.symbols, "*list->next");
        evaluate(l.symbols, "MODE_FAST");
    } else if (ocd_symbols_error(l.symbols)->code != rc) {
        abort();
    }
    ocd_symbols_close(l.symbols);
    return 0;
}
