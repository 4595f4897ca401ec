// SPDX-License-Identifier: MIT
/* Names, numbers and signs of expressions. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scan.h"
#include "symbols/expression/expression.h"

static bool starts_word(char c)
{
    return isalpha((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static bool continues_word(char c)
{
    return starts_word(c) || isdigit((unsigned char)c);
}

void ocd__lex_blanks(struct ocd_lexer *x)
{
    while (ocd_is_space(x->text[x->at]))
        x->at++;
}

bool ocd__lex_take(struct ocd_lexer *x, const char *word)
{
    size_t length = strlen(word);

    ocd__lex_blanks(x);
    if (strncmp(x->text + x->at, word, length) != 0)
        return false;
    if (starts_word(word[0]) && continues_word(x->text[x->at + length]))
        return false;
    x->at += length;
    return true;
}

/* --- Names --- */

/* The end of what a bracket at `at` opens; 0: nothing closes it. */
static size_t skip_bracket(const char *text, size_t at)
{
    unsigned depth = 0;

    for (; text[at] != '\0'; at++)
        if (strchr("<({[", text[at]) != NULL)
            depth++;
        else if (text[at] == '>' && at > 0 && text[at - 1] == '-')
            continue;
        else if (strchr(">)}]", text[at]) != NULL && --depth == 0)
            return at + 1;
    return 0;
}

static size_t skip_word(const char *text, size_t at)
{
    while (continues_word(text[at]))
        at++;
    return at;
}

static size_t skip_operator(const char *text, size_t at)
{
    if (text[at] == ' ' && starts_word(text[at + 1])) /* operator int() */
        return at + strcspn(text + at, "(");
    if (strncmp(text + at, "()", 2) == 0 || strncmp(text + at, "[]", 2) == 0)
        return at + 2;
    while (strchr("+-*/%^&|~!=<>,", text[at]) != NULL && text[at] != '\0')
        at++;
    return at;
}

/* One part between "::"; 0: there is none. */
static size_t skip_part(const char *text, size_t at)
{
    static const char anonymous[] = OCD_ANONYMOUS_NAMESPACE;
    size_t end;

    if (strncmp(text + at, anonymous, sizeof(anonymous) - 1) == 0)
        return at + sizeof(anonymous) - 1;
    if (strncmp(text + at, "(anonymous)", 11) == 0)
        return at + 11;
    if (text[at] == '{')
        return skip_bracket(text, at);
    if (text[at] == '~')
        at++;
    if (!starts_word(text[at]))
        return 0;
    end = skip_word(text, at);
    if (end - at == 8 && strncmp(text + at, "operator", 8) == 0)
        end = skip_operator(text, end);
    if (text[end] == '<')
        end = skip_bracket(text, end);
    if (end != 0 && text[end] == '(') {
        size_t after = skip_bracket(text, end); /* the parameters of a function */
        if (after != 0 && strncmp(text + after, " const", 6) == 0)
            after += 6;
        if (after != 0)
            end = after;
    }
    return end;
}

/* "main.c:" or "src/main.c:" or "'main.c'::"; returns `at` if there is none. */
static size_t skip_file(const char *text, size_t at)
{
    size_t end = at;
    bool dot = false;

    if (text[at] == '\'') {
        const char *quote = strchr(text + at + 1, '\'');
        if (quote != NULL && quote - text - (ptrdiff_t)at > 2 && strncmp(quote, "'::", 3) == 0)
            return (size_t)(quote - text) + 3;
        return at;
    }
    while (continues_word(text[end]) || (text[end] != '\0' && strchr("./+-", text[end]) != NULL)) {
        dot = dot || text[end] == '.';
        end++;
    }
    return dot && text[end] == ':' && text[end + 1] != ':' ? end + 1 : at;
}

char *ocd__lex_name(struct ocd_lexer *x)
{
    const char *text = x->text;

    ocd__lex_blanks(x);
    size_t start = x->at, at = skip_file(text, start);
    if (at == start && strncmp(text + at, "::", 2) == 0)
        at += 2;
    for (;;) {
        size_t end = skip_part(text, at);
        if (end == 0)
            return NULL;
        at = end;
        if (strncmp(text + at, "::", 2) != 0)
            break;
        at += 2;
    }
    x->at = at;
    return ocd__arena_copy(x->arena, text + start, at - start);
}

char *ocd__lex_member(struct ocd_lexer *x)
{
    ocd__lex_blanks(x);
    size_t start = x->at, end = start;
    if (strncmp(x->text + start, "_vptr", 5) == 0) { /* GCC's names have a point */
        while (continues_word(x->text[end]) || x->text[end] == '.')
            end++;
    } else if (isdigit((unsigned char)x->text[start])) {
        while (isdigit((unsigned char)x->text[end]))
            end++;
    } else if (starts_word(x->text[start])) {
        end = skip_part(x->text, start);
        while (end != 0 && strncmp(x->text + end, "::", 2) == 0)
            end = skip_part(x->text, end + 2);
    }
    if (end <= start)
        return NULL;
    x->at = end;
    return ocd__arena_copy(x->arena, x->text + start, end - start);
}

/* --- Numbers and characters --- */

static bool finish_number(struct ocd_lexer *x, const char *end)
{
    while (*end != '\0' && strchr("uUlL", *end) != NULL)
        end++;
    if (continues_word(*end))
        return false;
    x->at = (size_t)(end - x->text);
    return true;
}

bool ocd__lex_number(struct ocd_lexer *x, uint64_t *number, double *real, bool *is_real)
{
    ocd__lex_blanks(x);
    const char *start = x->text + x->at;
    char *end;

    *is_real = false;
    if (!isdigit((unsigned char)*start))
        return false;
    errno = 0;
    if (start[0] == '0' && (start[1] == 'b' || start[1] == 'B')) {
        *number = strtoull(start + 2, &end, 2);
        return errno == 0 && end != start + 2 && finish_number(x, end);
    }
    bool hex = start[0] == '0' && (start[1] == 'x' || start[1] == 'X');
    *number = strtoull(start, &end, hex ? 16 : 10);
    if (errno != 0 || (hex && end == start + 1))
        return false;
    /* "2..5" is a range, not a float. */
    if (!hex && ((*end == '.' && end[1] != '.') || *end == 'e' || *end == 'E')) {
        *real = strtod(start, &end);
        *is_real = true;
        if (*end == 'f' || *end == 'F')
            end++;
    }
    return finish_number(x, end);
}

bool ocd__lex_escape(const char **text, uint64_t *c)
{
    static const char letters[] = "abfnrtve0", values[] = "\a\b\f\n\r\t\v\033";
    const char *p = *text;
    char *end;

    if (*p == '\0')
        return false;
    if (*p != '\\') {
        *c = (unsigned char)*p;
        *text = p + 1;
        return true;
    }
    p++;
    if (*p == 'x' && isxdigit((unsigned char)p[1])) {
        *c = strtoull(p + 1, &end, 16);
        *text = end;
        return *c <= 0xff;
    }
    if (*p >= '0' && *p <= '7') {
        *c = 0;
        for (int i = 0; i < 3 && *p >= '0' && *p <= '7'; i++)
            *c = *c * 8 + (uint64_t)(*p++ - '0');
        *text = p;
        return *c <= 0xff;
    }
    const char *letter = *p != '\0' ? strchr(letters, *p) : NULL;
    if (letter != NULL)
        *c = (unsigned char)values[letter - letters];
    else if (*p != '\0' && strchr("'\"\\?", *p) != NULL)
        *c = (unsigned char)*p;
    else
        return false;
    *text = p + 1;
    return true;
}

bool ocd__lex_char(struct ocd_lexer *x, uint64_t *c)
{
    const char *p = x->text + x->at;

    if (!ocd__lex_escape(&p, c) || *p != '\'')
        return false;
    x->at = (size_t)(p - x->text) + 1;
    return true;
}
