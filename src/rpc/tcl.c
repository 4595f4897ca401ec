// SPDX-License-Identifier: MIT
/* What is said here of Jim was tried with Jim 0.81, which OpenOCD 0.12 and its successor have. */
#include "rpc/tcl.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/hex.h"
#include "base/scan.h"
#include "ocd.h"

/* How a byte has to be quoted in a word. */
enum {
    PLAIN = 1,  /* means itself everywhere */
    SPACED = 2, /* means itself in braces and in quotes */
    BRACED = 4, /* means itself in braces only */
    BRACE = 8,  /* { and }: as SPACED where they pair, escaped in quotes all the same */
    ESCAPED = 16,
};

static unsigned char_class(unsigned char c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
        (c != '\0' && strchr("._-:/,=+@%", c) != NULL))
        return PLAIN;
    if (c == '{' || c == '}')
        return BRACE;
    if (c == '\n' || c == '\t' || c == '"' || c == '$' || c == '[' || c == ']')
        return BRACED;
    return c < 0x20 || c == '\\' ? ESCAPED : SPACED;
}

enum form {
    FORM_BARE,
    FORM_BRACES,
    FORM_QUOTES,
};

static enum form choose_form(const unsigned char classes[256], const char *text, size_t size)
{
    unsigned seen = 0;
    size_t open = 0;
    bool paired = true;
    for (size_t i = 0; i < size; ++i) {
        unsigned class = classes[(unsigned char)text[i]];
        seen |= class;
        if (class != BRACE)
            continue;
        if (text[i] == '{')
            ++open;
        else if (open != 0)
            --open;
        else
            paired = false;
    }
    if (seen == PLAIN)
        return FORM_BARE;
    /* {*} in front of a word that follows without a blank would expand that word. */
    bool expands = size == 1 && text[0] == '*';
    return (seen & ESCAPED) != 0 || !paired || open != 0 || expands ? FORM_QUOTES : FORM_BRACES;
}

/* Braces are escaped too, so that the word may also be inside a braced script. Control bytes
 * are octal: \x takes two digits in Jim and any number in Tcl 8.5, octal takes three in both. */
static int quote_char(struct ocd_buffer *out, char c)
{
    switch (c) {
    case '\n':
        return ocd__buffer_puts(out, "\\n");
    case '\t':
        return ocd__buffer_puts(out, "\\t");
    case '\r':
        return ocd__buffer_puts(out, "\\r");
    default:
        break;
    }
    if ((unsigned char)c < 0x20)
        return ocd__buffer_printf(out, "\\%03o", (unsigned)c);
    return ocd__buffer_add(out, (const char[]){'\\', c}, 2);
}

static int quote_in_quotes(struct ocd_buffer *out, const unsigned char classes[256],
                           const char *text, size_t size)
{
    int error = ocd__buffer_puts(out, "\"");
    for (size_t i = 0; i < size && error == 0;) {
        size_t run = i;
        while (run < size && (classes[(unsigned char)text[run]] & (PLAIN | SPACED)) != 0)
            ++run;
        error = ocd__buffer_add(out, text + i, run - i);
        if (error == 0 && run < size)
            error = quote_char(out, text[run++]);
        i = run;
    }
    return error != 0 ? error : ocd__buffer_puts(out, "\"");
}

int ocd__tcl_quote(struct ocd_buffer *out, const char *text, size_t size)
{
    if (size != 0 && memchr(text, '\0', size) != NULL)
        return OCD_ERR_ARG;

    unsigned char classes[256];
    for (unsigned c = 0; c < 256; ++c)
        classes[c] = (unsigned char)char_class((unsigned char)c);
    switch (choose_form(classes, text, size)) {
    case FORM_BARE:
        return ocd__buffer_add(out, text, size);
    case FORM_BRACES:
        ocd__buffer_puts(out, "{");
        ocd__buffer_add(out, text, size);
        return ocd__buffer_puts(out, "}");
    default:
        return quote_in_quotes(out, classes, text, size);
    }
}

/* Reads up to `most` digits of `base` at *from; returns how many there were. */
static int read_digits(const char **from, const char *end, int base, int most, uint32_t *value)
{
    int count = 0;

    *value = 0;
    for (; count < most && *from < end; count++, ++*from) {
        int digit = ocd__hex_digit(**from);
        if (digit < 0 || digit >= base)
            break;
        *value = *value * (uint32_t)base + (uint32_t)digit;
    }
    return count;
}

/* UTF-8 of a code point below 0x10000: never longer than the escape that it came from. */
static char *put_code_point(char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xc0 | code >> 6);
        *to++ = (char)(0x80 | (code & 0x3f));
    } else {
        *to++ = (char)(0xe0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
        *to++ = (char)(0x80 | (code & 0x3f));
    }
    return to;
}

/* One escape, *from after its backslash and before `end`. */
static char *unescape_one(char *to, const char **from, const char *end)
{
    static const char letters[] = "abfnrtv";
    static const char controls[] = "\a\b\f\n\r\t\v";
    uint32_t value;

    if (read_digits(from, end, 8, 3, &value) != 0) {
        *to++ = (char)value;
        return to;
    }
    char c = *(*from)++;
    const char *letter = c != '\0' ? strchr(letters, c) : NULL;
    if (letter != NULL) {
        *to++ = controls[letter - letters];
    } else if (c == 'x' && read_digits(from, end, 16, 2, &value) != 0) {
        *to++ = (char)value;
    } else if (c == 'u' && read_digits(from, end, 16, 4, &value) != 0) {
        to = put_code_point(to, value);
    } else if (c == '\n') {
        while (*from < end && (**from == ' ' || **from == '\t'))
            ++*from;
        *to++ = ' ';
    } else {
        *to++ = c;
    }
    return to;
}

/* In place; returns the new size. */
static size_t unescape(char *text, size_t size)
{
    char *to = text;
    const char *from = text;
    const char *end = text + size;
    while (from < end) {
        if (*from == '\\' && from + 1 < end) {
            ++from;
            to = unescape_one(to, &from, end);
        } else {
            *to++ = *from++;
        }
    }
    return (size_t)(to - text);
}

/* The brace that closes the one before `p`; NULL when there is none. */
static char *closing_brace(char *p, const char *end)
{
    /* Results are large and hold neither braces nor backslashes: memchr is much faster. */
    char *first = memchr(p, '}', (size_t)(end - p));
    if (first == NULL)
        return NULL;
    size_t inside = (size_t)(first - p);
    if (memchr(p, '{', inside) == NULL && memchr(p, '\\', inside) == NULL)
        return first;

    size_t open = 1;
    for (; p < end; ++p)
        if (*p == '\\')
            ++p;
        else if (*p == '{')
            ++open;
        else if (*p == '}' && --open == 0)
            return p;
    return NULL;
}

static char *closing_quote(char *p, const char *end)
{
    for (; p < end; ++p)
        if (*p == '\\')
            ++p;
        else if (*p == '"')
            return p;
    return NULL;
}

static char *end_of_bare(char *p, char *end)
{
    while (p < end && !ocd_is_space(*p))
        p += *p == '\\' && p + 1 < end ? 2 : 1;
    return p;
}

int ocd__tcl_next(struct ocd_view *list, struct ocd_view *word)
{
    if (list->size == 0)
        return 0;
    char *p = list->data;
    char *end = p + list->size;
    while (p < end && ocd_is_space(*p))
        ++p;
    *list = (struct ocd_view){.data = p, .size = (size_t)(end - p)};
    if (p == end)
        return 0;

    bool braces = *p == '{';
    bool quotes = *p == '"';
    char *stop;
    char *rest;
    if (braces || quotes) {
        ++p;
        stop = braces ? closing_brace(p, end) : closing_quote(p, end);
        if (stop == NULL)
            return OCD_ERR_PROTOCOL;
        rest = stop + 1;
        if (rest < end && !ocd_is_space(*rest))
            return OCD_ERR_PROTOCOL;
    } else {
        stop = end_of_bare(p, end);
        rest = stop;
    }
    *word = (struct ocd_view){.data = p, .size = (size_t)(stop - p)};
    if (!braces && memchr(p, '\\', word->size) != NULL)
        word->size = unescape(p, word->size);
    *list = (struct ocd_view){.data = rest, .size = (size_t)(end - rest)};
    return 1;
}
