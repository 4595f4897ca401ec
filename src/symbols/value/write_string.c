// SPDX-License-Identifier: MIT
/* Text as GDB writes it: quotes, escapes, repeats, the limit. */
#include <inttypes.h>
#include <string.h>

#include "symbols/value/value.h"

enum {
    REPEATS = 10,    /* more of the same are counted */
    READ_CHUNK = 64, /* bytes of a string that are read at once, and the boundary of a read */
    PEEK = 1,
};

/* Typedefs of these names are text in C, where they have no types of their own. */
static const char *wide_name(struct ocd_type *type)
{
    static const char *const names[] = {"wchar_t", "char16_t", "char32_t"};

    for (unsigned i = 0; i < OCD_DEPTH_MAX && type != NULL; i++) {
        const char *name = type->die.addr != NULL ? dwarf_diename(&type->die) : NULL;
        for (size_t k = 0; k < 3 && name != NULL; k++)
            if (strcmp(name, names[k]) == 0)
                return names[k];
        if (type->info.kind < OCD_TYPE_TYPEDEF || type->info.kind == OCD_TYPE_UNSUPPORTED)
            return NULL;
        type = ocd__type_target(type);
    }
    return NULL;
}

static const char *prefix_of(struct ocd_type *type)
{
    const char *name = wide_name(type);

    if (name == NULL)
        return "";
    return strcmp(name, "wchar_t") == 0 ? "L" : strcmp(name, "char16_t") == 0 ? "u" : "U";
}

unsigned ocd__text_width(struct ocd_type *type)
{
    struct ocd_type *t = ocd__type_resolve(type);

    if (t->is_rust)
        return 0;
    if (t->info.kind == OCD_TYPE_CHAR || t->info.kind == OCD_TYPE_WIDE_CHAR ||
        (t->info.kind == OCD_TYPE_INTEGER && wide_name(type) != NULL))
        return t->info.size == 1 || t->info.size == 2 || t->info.size == 4 ? (unsigned)t->info.size
                                                                           : 0;
    return 0;
}

static void write_escaped(struct ocd_buffer *b, uint64_t c, char quote)
{
    static const char letters[] = "abfnrtv", values[] = "\a\b\f\n\r\t\v";
    const char *known = c != 0 && c < 0x80 ? strchr(values, (int)c) : NULL;

    if (known != NULL)
        ocd__buffer_printf(b, "\\%c", letters[known - values]);
    else if (c == (unsigned char)quote || c == '\\')
        ocd__buffer_printf(b, "\\%c", (char)c);
    else if (c >= 0x20 && c < 0x7f)
        ocd__buffer_printf(b, "%c", (char)c);
    else if (c <= 0777)
        ocd__buffer_printf(b, "\\%03" PRIo64, c);
    else
        ocd__buffer_printf(b, "\\x%" PRIx64, c);
}

void ocd__write_quoted_char(struct ocd_out *o, struct ocd_type *type, uint64_t c)
{
    struct ocd_type *t = ocd__type_resolve(type);
    unsigned width = (unsigned)t->info.size;

    if (width < 8)
        c &= ((uint64_t)1 << width * 8) - 1;
    if (t->is_rust) {
        ocd__write_rust_char(&o->text, c);
        return;
    }
    ocd__buffer_printf(&o->text, "%s'", prefix_of(type));
    write_escaped(&o->text, c, '\'');
    ocd__buffer_puts(&o->text, "'");
}

/* --- Strings --- */

struct text {
    const uint8_t *data;
    size_t count;
    unsigned width;
    bool big_endian;
    const char *prefix;
};

static uint64_t char_at(const struct text *t, size_t i)
{
    return ocd__get_number(t->data + i * t->width, t->width, t->big_endian);
}

static size_t repeat_length(const struct text *t, size_t at)
{
    size_t end = at + 1;

    while (end < t->count && char_at(t, end) == char_at(t, at))
        end++;
    return end - at;
}

static void write_repeated(struct ocd_buffer *b, const struct text *t, size_t at, size_t length,
                           bool *quoted)
{
    bool counted = length > REPEATS;

    if (at > 0 && (counted || !*quoted))
        ocd__buffer_puts(b, *quoted ? "\", " : ", ");
    if (counted) {
        ocd__buffer_printf(b, "%s'", t->prefix);
        write_escaped(b, char_at(t, at), '\'');
        ocd__buffer_printf(b, "' <repeats %zu times>", length);
        *quoted = false;
        return;
    }
    if (!*quoted)
        ocd__buffer_printf(b, "%s\"", t->prefix);
    *quoted = true;
    for (size_t i = 0; i < length; i++)
        write_escaped(b, char_at(t, at), '"');
}

void ocd__write_string(struct ocd_out *o, struct ocd_type *type, const uint8_t *data, size_t count,
                       bool ellipsis)
{
    struct text t = {data, count, ocd__text_width(type), o->e->big_endian, prefix_of(type)};
    bool quoted = false;
    size_t at = 0;

    if (!ellipsis && t.count > 0 && char_at(&t, t.count - 1) == 0)
        t.count--;
    if (t.count == 0) {
        ocd__buffer_printf(&o->text, "%s\"\"", t.prefix);
        return;
    }
    /* The limit does not split a repeated character. */
    while (at < t.count && at < o->options->limit) {
        size_t length = repeat_length(&t, at);
        write_repeated(&o->text, &t, at, length, &quoted);
        at += length;
    }
    if (quoted)
        ocd__buffer_puts(&o->text, "\"");
    if (ellipsis || at < t.count)
        ocd__buffer_puts(&o->text, "...");
}

/* --- Strings in memory --- */

/* The bytes to the end of a section; UINT64_MAX outside of them. */
static uint64_t rest_of_section(struct ocd_symbols *s, uint64_t addr)
{
    for (size_t i = 0; i < s->file_count; i++) {
        const struct ocd_elf_section *section = ocd__elf_section_at(s->files[i], addr);
        if (section != NULL)
            return section->size - (addr - section->addr);
    }
    return UINT64_MAX;
}

/* Reads characters up to a NUL, `max` at most. Returns false where bytes are missing. */
static bool fetch(struct ocd_out *o, uint64_t addr, unsigned width, size_t max,
                  struct ocd_buffer *bytes, bool *ended, bool *unreadable)
{
    enum ocd_memory_state state;

    *ended = false;
    *unreadable = false;
    while (bytes->size < max * width && !*ended) {
        uint64_t at = addr + bytes->size;
        /* Not beyond the next boundary: the memory after the string may not exist. */
        size_t take = READ_CHUNK - (size_t)(at % READ_CHUNK);
        uint64_t rest = rest_of_section(o->e->symbols, at);
        if (rest < take)
            take = (size_t)rest;
        if (take < width)
            take = width;
        take -= take % width;
        const uint8_t *data = ocd__memory_get(&o->e->memory, at, take, &state);
        if (data == NULL) {
            *unreadable = state == OCD_MEMORY_UNREADABLE;
            return *unreadable && bytes->size > 0;
        }
        for (size_t i = 0; i < take && bytes->size < max * width && !*ended; i += width) {
            ocd__buffer_add(bytes, data + i, width);
            *ended = ocd__get_number(data + i, width, false) == 0;
        }
        if (bytes->error != 0)
            return false;
    }
    return true;
}

bool ocd__write_text_of(struct ocd_out *o, const struct ocd_value *pointer, struct ocd_type *type)
{
    uint64_t addr = pointer->number;
    unsigned width = ocd__text_width(type);
    uint32_t limit = o->options->limit;
    struct ocd_buffer bytes = {0};
    bool ended, unreadable;

    if (o->e->options.skip_text || !ocd__may_follow(pointer, type, addr))
        return false;
    size_t max = limit < 1u << 20 ? limit + PEEK : 1u << 20;
    bool known = fetch(o, addr, width, max, &bytes, &ended, &unreadable);
    if (known) {
        size_t count = bytes.size / width;
        bool more = !ended && count == max;
        ocd__write_string(o, type, (const uint8_t *)bytes.data, more ? count - PEEK : count,
                          more || unreadable);
    } else if (unreadable) {
        ocd__buffer_printf(&o->text, "<error: Cannot access memory at address 0x%" PRIx64 ">",
                           addr);
    }
    ocd__buffer_free(&bytes);
    return true;
}
