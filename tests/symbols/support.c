// SPDX-License-Identifier: MIT
#include "support.h"

char *data_path(const char *name, const char *suffix)
{
    static char path[4096];

    snprintf(path, sizeof(path), "%s/%s%s", SYMBOLS_DATA, name, suffix);
    return path;
}

void *read_whole(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *data = NULL;

    if (file == NULL)
        fail_msg("%s cannot be opened", path);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    data = calloc(1, *size + 1);
    assert_non_null(data);
    assert_int_equal(fread(data, 1, *size, file), *size);
    fclose(file);
    return data;
}

struct ocd_symbols *open_data(const char *name)
{
    const char *path = data_path(name, ".elf");
    struct ocd_symbols *symbols;

    if (ocd_symbols_open(&symbols, &path, 1, NULL) != OCD_OK)
        fail_msg("%s", ocd_symbols_error(symbols)->text);
    return symbols;
}

/* The file's own contents stand in for the target. */
static void supply(struct ocd_symbols *symbols, struct ocd_expression *e)
{
    size_t count;
    const struct ocd_range *needs = ocd_expression_needs(e, &count);
    struct ocd_range copy[256];

    if (count > COUNT_OF(copy))
        count = COUNT_OF(copy);
    assert_int_not_equal(count, 0);
    memcpy(copy, needs, count * sizeof(*copy));
    for (size_t i = 0; i < count; i++) {
        void *bytes = malloc((size_t)copy[i].size);
        assert_non_null(bytes);
        bool good =
            ocd__symbols_contents(symbols, copy[i].addr, bytes, (size_t)copy[i].size) == OCD_OK;
        assert_int_equal(
            ocd_expression_supply(e, copy[i].addr, good ? bytes : NULL, (size_t)copy[i].size),
            OCD_OK);
        free(bytes);
    }
}

int locate(struct ocd_symbols *symbols, struct ocd_expression *e)
{
    int rc;

    while ((rc = ocd_expression_locate(e)) == OCD_PENDING)
        supply(symbols, e);
    return rc;
}

int read_value(struct ocd_symbols *symbols, struct ocd_expression *e)
{
    int rc;

    for (unsigned rounds = 0; (rc = ocd_expression_read(e)) == OCD_PENDING; rounds++) {
        assert_in_range(rounds, 0, 1000);
        supply(symbols, e);
    }
    return rc;
}

char *print(struct ocd_symbols *symbols, const char *text,
            const struct ocd_expression_options *options, bool json)
{
    struct ocd_expression *e;
    char *result = NULL;

    int rc = ocd_expression_open(&e, symbols, text, options);
    if (rc == OCD_OK)
        rc = read_value(symbols, e);
    if (rc == OCD_OK)
        rc = json ? ocd_value_json(ocd_expression_value(e), &result)
                  : ocd_value_text(ocd_expression_value(e), &result);
    if (rc != OCD_OK) {
        const char *why = ocd_expression_error(e)->text;
        result = malloc(strlen(why) + 8);
        assert_non_null(result);
        sprintf(result, "error: %s", why);
    }
    ocd_expression_close(e);
    return result;
}

uint64_t number_of(struct ocd_symbols *symbols, const char *text)
{
    struct ocd_expression *e;

    int rc = ocd_expression_open(&e, symbols, text, NULL);
    if (rc == OCD_OK)
        rc = read_value(symbols, e);
    if (rc != OCD_OK)
        fail_msg("%s", ocd_expression_error(e)->text);
    uint64_t number = ocd_expression_value(e)->number;
    ocd_expression_close(e);
    return number;
}

char *expand(struct ocd_symbols *symbols, const char *text)
{
    char *result = calloc(1, 4096), inner[256];
    size_t at = 0;

    assert_non_null(result);
    while (*text != '\0' && at < 4000) {
        const char *end = *text == '@' ? strchr(text + 1, '@') : NULL;
        if (end == NULL) {
            result[at++] = *text++;
            continue;
        }
        snprintf(inner, sizeof(inner), "%.*s", (int)(end - text - 1), text + 1);
        at += (size_t)sprintf(result + at, "0x%llx", (unsigned long long)number_of(symbols, inner));
        text = end + 1;
    }
    return result;
}
