// SPDX-License-Identifier: MIT
/* Expressions and values to be written, as text, over a program: they are refused with a reason, or
 * evaluated. The input: an expression, a newline, a value. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ocd.h"
#include "symbols/access.h"

enum {
    ROUNDS_MAX = 50,
    NEED_MAX = 1 << 20,
};

static struct ocd_symbols *open_program(const char *path)
{
    struct ocd_symbols *symbols;

    if (ocd_symbols_open(&symbols, &path, 1, NULL) != OCD_OK)
        abort();
    return symbols;
}

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
        bool good = bytes != NULL && ocd__symbols_contents(symbols, copy[i].addr, bytes,
                                                           (size_t)copy[i].size) == OCD_OK;
        ocd_expression_supply(e, copy[i].addr, good ? bytes : NULL, (size_t)copy[i].size);
        free(bytes);
    }
}

static int run(struct ocd_symbols *symbols, struct ocd_expression *e,
               int (*step)(struct ocd_expression *))
{
    int rc = OCD_PENDING;

    for (unsigned i = 0; i < ROUNDS_MAX && (rc = step(e)) == OCD_PENDING; i++)
        supply(symbols, e);
    return rc;
}

static void encode(struct ocd_expression *e, const char *value)
{
    const struct ocd_patch *patch;
    int rc = ocd_expression_encode(e, value, &patch);

    if (rc == OCD_OK && (patch == NULL || patch->data == NULL))
        abort();
    if (rc != OCD_OK && (patch != NULL || ocd_expression_error(e)->text[0] == '\0'))
        abort();
}

static void evaluate(struct ocd_symbols *symbols, const char *text, const char *value,
                     const struct ocd_expression_options *options)
{
    struct ocd_expression *e;
    char *result;

    int rc = ocd_expression_open(&e, symbols, text, options);
    if (rc == OCD_OK)
        rc = run(symbols, e, ocd_expression_locate);
    if (rc == OCD_OK)
        encode(e, value);
    if (rc == OCD_OK)
        rc = run(symbols, e, ocd_expression_read);
    if (rc == OCD_OK) {
        if (ocd_value_text(ocd_expression_value(e), &result) != OCD_OK)
            abort();
        ocd_free(result);
        if (ocd_value_json(ocd_expression_value(e), &result) != OCD_OK)
            abort();
        ocd_free(result);
    } else if (rc != OCD_PENDING && ocd_expression_error(e)->code != rc) {
        abort();
    }
    ocd_expression_close(e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ocd_symbols *symbols;
    struct ocd_expression_options options = {.limit = 50, .follow_anywhere = size % 2 == 0};
    char *text = malloc(size + 2);

    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    text[size] = text[size + 1] = '\0';
    char *value = strchr(text, '\n');
    if (value != NULL)
        *value++ = '\0';
    /* Opened for each input: the memory of its types and names would grow. */
    symbols = open_program(size % 3 == 0   ? SYMBOLS_DATA "/cpp-gcc.elf"
                           : size % 3 == 1 ? SYMBOLS_DATA "/c-big-endian.elf"
                                           : SYMBOLS_DATA "/rust-o0.elf");
    evaluate(symbols, text, value != NULL ? value : "1", &options);
    ocd_symbols_close(symbols);
    free(text);
    return 0;
}
