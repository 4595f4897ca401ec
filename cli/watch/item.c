// SPDX-License-Identifier: MIT
#include "watch/item.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"

static const char no_memory[] = "cannot be kept: out of memory";

static const struct {
    const char *name;
    enum ocd_number_type type;
    unsigned size;
} types[] = {
    {"u8", OCD_NUMBER_U8, 1},   {"u16", OCD_NUMBER_U16, 2}, {"u32", OCD_NUMBER_U32, 4},
    {"u64", OCD_NUMBER_U64, 8}, {"s8", OCD_NUMBER_S8, 1},   {"s16", OCD_NUMBER_S16, 2},
    {"s32", OCD_NUMBER_S32, 4}, {"s64", OCD_NUMBER_S64, 8}, {"f32", OCD_NUMBER_F32, 4},
    {"f64", OCD_NUMBER_F64, 8},
};

unsigned item_type_size(enum ocd_number_type type)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
        if (types[i].type == type)
            return types[i].size;
    return 0;
}

/* The digits before the colon of ADDR:TYPE; 0: it is none. */
static size_t number_length(const char *word)
{
    size_t size = strspn(word, "0123456789abcdefxABCDEFX");
    return isdigit((unsigned char)word[0]) && word[size] == ':' && word[size + 1] != ':' ? size : 0;
}

bool item_is_address(const char *word)
{
    return number_length(word) > 0;
}

/* [N] at the end of a type. */
static const char *parse_count(struct item *item, const char *text)
{
    char digits[24];
    uint64_t count;
    size_t size = strcspn(text, "]");
    if (text[0] == '\0')
        return NULL;
    if (text[0] != '[' || text[size] != ']' || text[size + 1] != '\0' || size - 1 >= sizeof(digits))
        return "has a wrong type: u8 to u64, s8 to s64, f32 or f64, and [N] for an array";
    memcpy(digits, text + 1, size - 1);
    digits[size - 1] = '\0';
    if (number_parse(digits, &count) != NULL || count == 0 || count > ITEM_COUNT_MAX)
        return "has a wrong number of elements: 1 to 65536";
    item->count = (uint32_t)count;
    return NULL;
}

static const char *parse_type(struct item *item, const char *text)
{
    size_t size = strcspn(text, "[");
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        if (strlen(types[i].name) == size && strncmp(types[i].name, text, size) == 0) {
            item->type = types[i].type;
            return parse_count(item, text + size);
        }
    }
    return "has a wrong type: u8 to u64, s8 to s64, f32 or f64, and [N] for an array";
}

static const char *parse_address(struct item *item, const char *word, size_t size)
{
    char digits[32];
    if (size >= sizeof(digits))
        return "is too large";
    memcpy(digits, word, size);
    digits[size] = '\0';
    const char *wrong = number_parse(digits, &item->addr);
    item->is_address = true;
    if (wrong == NULL)
        wrong = parse_type(item, word + size + 1);
    uint64_t bytes = (uint64_t)item_type_size(item->type) * (item->count > 0 ? item->count : 1);
    if (wrong == NULL && !number_range_fits(item->addr, bytes))
        wrong = "goes beyond the 64-bit address space";
    if (wrong == NULL && bytes > OCD_SAMPLE_MAX)
        wrong = "is larger than 65536 bytes";
    return wrong;
}

const char *item_parse(struct item *item, const char *word)
{
    uint64_t number;
    *item = (struct item){.text = strdup(word), .name = strdup(word), .unit = strdup("")};
    if (item->text == NULL || item->name == NULL || item->unit == NULL)
        return no_memory;
    if (word[strspn(word, " \t")] == '\0')
        return "is empty";
    if (number_parse(word, &number) == NULL)
        return "needs a type, as in 0x20000000:u32";
    size_t size = number_length(word);
    return size > 0 ? parse_address(item, word, size) : NULL;
}

const char *item_rename(struct item *item, const char *as)
{
    const char *comma = strrchr(as, ',');
    size_t size = comma != NULL ? (size_t)(comma - as) : strlen(as);
    if (size == 0)
        return "has no name";
    char *name = strndup(as, size);
    char *unit = strdup(comma != NULL ? comma + 1 : "");
    if (name == NULL || unit == NULL) {
        free(name);
        free(unit);
        return no_memory;
    }
    free(item->name);
    free(item->unit);
    item->name = name;
    item->unit = unit;
    return NULL;
}

void item_free(struct item *item)
{
    free(item->text);
    free(item->name);
    free(item->unit);
    *item = (struct item){0};
}
