// SPDX-License-Identifier: MIT
#include "spawn/shell_split.h"

#include <stdlib.h>
#include <string.h>

/* How far the line has been split. */
struct reader {
    const char *at;
    char quote;         /* the open quote; 0: none */
    const char *opened; /* where it began */
    char *out;
    bool in_word;
};

static bool fail(struct ocd_shell_words *words, const char *line, const char *at, const char *fault)
{
    words->fault = fault;
    words->column = (size_t)(at - line) + 1;
    return false;
}

static void begin_word(struct ocd_shell_words *words, struct reader *r)
{
    if (!r->in_word)
        words->word[words->count++] = r->out;
    r->in_word = true;
}

static void end_word(struct reader *r)
{
    if (r->in_word)
        *r->out++ = '\0';
    r->in_word = false;
}

/* Whether there is a backslash here that escapes the next character. */
static bool is_escape(const struct reader *r)
{
    if (*r->at != '\\' || r->quote == '\'')
        return false;
    return r->quote == '\0' || (r->at[1] != '\0' && strchr("\"\\$`\n", r->at[1]) != NULL);
}

/* A quote that opens or closes. */
static bool take_quote(struct ocd_shell_words *words, struct reader *r)
{
    char c = *r->at;

    if (r->quote != '\0' ? c != r->quote : c != '\'' && c != '"')
        return false;
    r->opened = r->at++;
    r->quote = r->quote != '\0' ? '\0' : c;
    begin_word(words, r); /* '' is an empty word */
    return true;
}

static bool split(struct ocd_shell_words *words, const char *line)
{
    struct reader r = {.at = line, .out = words->text};

    while (*r.at != '\0') {
        if (take_quote(words, &r))
            continue;
        if (r.quote == '\0' && strchr(" \t\r\n", *r.at) != NULL) {
            end_word(&r);
            r.at++;
            continue;
        }
        if (is_escape(&r)) {
            if (*++r.at == '\0')
                return fail(words, line, r.at - 1, "nothing follows the backslash");
            if (*r.at == '\n') {
                r.at++;
                continue;
            }
        }
        begin_word(words, &r);
        *r.out++ = *r.at++;
    }
    end_word(&r);
    words->word[words->count] = NULL;
    return r.quote == '\0' || fail(words, line, r.opened,
                                   r.quote == '"' ? "double quote without its partner"
                                                  : "single quote without its partner");
}

bool ocd__shell_split(struct ocd_shell_words *words, const char *line)
{
    size_t length = strlen(line);

    *words = (struct ocd_shell_words){0};
    /* No word is longer than its source, and two have a blank between them. */
    words->text = malloc(length + 1);
    words->word = malloc((length / 2 + 2) * sizeof(*words->word));
    return words->text != NULL && words->word != NULL && split(words, line);
}

void ocd__shell_words_free(struct ocd_shell_words *words)
{
    free(words->word);
    free(words->text);
    *words = (struct ocd_shell_words){0};
}
