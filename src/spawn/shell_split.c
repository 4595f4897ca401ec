// SPDX-License-Identifier: MIT
#include "spawn/shell_split.h"

#include "base/scan.h"
#include "ocd.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct splitter {
    const char *text; /* the whole of it, for places in messages */
    const char *in;
    char *out;
};

/* A quoted part from its opening quote, which `in` stands on, to behind the closing one. */
static bool copy_quoted(struct splitter *s)
{
    char quote = *s->in++;
    while (*s->in != '\0' && *s->in != quote) {
        if (quote == '"' && *s->in == '\\' && s->in[1] != '\0' && strchr("\"\\$`\n", s->in[1])) {
            s->in++;
            if (*s->in == '\n') {
                s->in++;
                continue;
            }
        }
        *s->out++ = *s->in++;
    }
    if (*s->in == '\0')
        return false;
    s->in++;
    return true;
}

static int complain(const struct splitter *s, const char *at, const char *what,
                    struct ocd_buffer *message)
{
    int code = ocd__buffer_printf(message, "%s at character %zu of '%s'", what,
                                  (size_t)(at - s->text) + 1, s->text);
    return code == OCD_ERR_NOMEM ? code : OCD_ERR_ARG;
}

/* One word from its first character, which `in` stands on, to the blank behind it. */
static int copy_word(struct splitter *s, struct ocd_buffer *message)
{
    while (*s->in != '\0' && !ocd_is_space(*s->in)) {
        const char *start = s->in;
        if (*start == '\'' || *start == '"') {
            if (!copy_quoted(s))
                return complain(s, start,
                                *start == '"' ? "double quote without its partner"
                                              : "single quote without its partner",
                                message);
        } else if (*start == '\\') {
            if (start[1] == '\0')
                return complain(s, start, "nothing follows the backslash", message);
            if (start[1] != '\n')
                *s->out++ = start[1];
            s->in += 2;
        } else {
            *s->out++ = *s->in++;
        }
    }
    *s->out++ = '\0';
    return 0;
}

/* A backslash and a line end between words are a blank, not an empty word. */
static const char *skip_blanks(const char *in)
{
    for (;;)
        if (ocd_is_space(*in))
            in++;
        else if (in[0] == '\\' && in[1] == '\n')
            in += 2;
        else
            return in;
}

int ocd__shell_words_split(struct ocd_shell_words *words, const char *text,
                           struct ocd_buffer *message)
{
    size_t length = strlen(text);
    *words = (struct ocd_shell_words){0};
    /* No word is longer than its source, and two words have a blank between them. */
    words->text = malloc(length + 1);
    words->word = malloc((length / 2 + 2) * sizeof(*words->word));
    if (!words->text || !words->word) {
        ocd__shell_words_free(words);
        return OCD_ERR_NOMEM;
    }

    struct splitter s = {.text = text, .in = skip_blanks(text), .out = words->text};
    while (*s.in != '\0') {
        words->word[words->count++] = s.out;
        int code = copy_word(&s, message);
        if (code != 0) {
            ocd__shell_words_free(words);
            return code;
        }
        s.in = skip_blanks(s.in);
    }
    words->word[words->count] = NULL;
    return 0;
}

void ocd__shell_words_free(struct ocd_shell_words *words)
{
    free(words->word);
    free(words->text);
    *words = (struct ocd_shell_words){0};
}
