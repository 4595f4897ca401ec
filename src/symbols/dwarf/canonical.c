// SPDX-License-Identifier: MIT
/* Compilers write C++'s names in several forms: "long unsigned int" and "unsigned long", and inside
 * template arguments "const char *", "char const*", "4UL", "4ul". GDB has one form of its own. */
#include <ctype.h>
#include <string.h>

#include "symbols/dwarf/debug_info.h"

struct rewrite {
    struct ocd_buffer text;
    unsigned depth;       /* of <> */
    unsigned const_depth; /* where a "const" is to be written at the end of its type; 0: nowhere */
    bool is_volatile;     /* with "volatile", too */
};

static bool is_in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The length of the compiler's name of a base type at the start of a text, and GDB's name of it. */
static size_t find_base(const char *text, const char **name)
{
    static const char *const names[][2] = {
        {"short unsigned int", "unsigned short"},
        {"unsigned short int", "unsigned short"},
        {"short int", "short"},
        {"long long unsigned int", "unsigned long long"},
        {"long long int", "long long"},
        {"long unsigned int", "unsigned long"},
        {"unsigned long int", "unsigned long"},
        {"long int", "long"},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        size_t length = strlen(names[i][0]);
        if (strncmp(text, names[i][0], length) == 0 && !is_in_word(text[length])) {
            *name = names[i][1];
            return length;
        }
    }
    return 0;
}

static void end_const(struct rewrite *r, char next)
{
    if (r->const_depth == 0 || r->const_depth != r->depth || next == '\0' ||
        strchr("*&,>", next) == NULL)
        return;
    size_t tail = sizeof(" volatile") - 1;
    if (r->text.size > tail && strcmp(r->text.data + r->text.size - tail, " volatile") == 0) {
        r->text.size -= tail;
        r->is_volatile = true;
    }
    ocd__buffer_puts(&r->text, r->is_volatile ? " const volatile" : " const");
    r->is_volatile = false;
    r->const_depth = 0;
}

static void add_char(struct rewrite *r, const char *p)
{
    bool blank_before_pointer = *p == ' ' && (p[1] == '*' || p[1] == '&');

    if (r->depth > 0 && blank_before_pointer)
        return;
    end_const(r, *p);
    if (*p == '<')
        r->depth++;
    else if (*p == '>' && r->depth > 0)
        r->depth--;
    ocd__buffer_add(&r->text, p, 1);
}

/* "4UL" becomes "4ul". */
static size_t add_number(struct rewrite *r, const char *p)
{
    size_t length = 0;

    while (is_in_word(p[length])) {
        char c = p[length++];
        if (r->depth > 0 && (c == 'U' || c == 'L'))
            c = (char)tolower((unsigned char)c);
        ocd__buffer_add(&r->text, &c, 1);
    }
    return length;
}

/* Returns how much of the text was taken. */
static size_t add_word(struct rewrite *r, const char *p)
{
    const char *base;
    size_t length = find_base(p, &base);

    if (length > 0) {
        ocd__buffer_puts(&r->text, base);
        return length;
    }
    if (r->depth > 0 && r->const_depth == 0 && strncmp(p, "const ", 6) == 0) {
        r->const_depth = r->depth;
        r->is_volatile = strncmp(p + 6, "volatile ", 9) == 0;
        return r->is_volatile ? 15 : 6;
    }
    if (isdigit((unsigned char)*p))
        return add_number(r, p);
    if (r->depth > 0 && r->text.size > 0 && r->text.data[r->text.size - 1] == '*')
        ocd__buffer_puts(&r->text, " "); /* char const* const */
    while (is_in_word(p[length]))
        length++;
    ocd__buffer_add(&r->text, p, length);
    return length;
}

const char *ocd__canonical_name(struct ocd_symbols *s, const char *name)
{
    struct rewrite r = {0};

    for (const char *p = name; *p != '\0';) {
        if (is_in_word(*p)) {
            p += add_word(&r, p);
        } else {
            add_char(&r, p);
            p++;
        }
    }
    const char *result = name;
    if (r.text.error != 0 || r.text.size == 0 || strcmp(r.text.data, name) != 0)
        result = r.text.error == 0 ? ocd__arena_copy(&s->arena, r.text.data, r.text.size) : NULL;
    ocd__buffer_free(&r.text);
    return result != NULL ? result : name;
}
