// SPDX-License-Identifier: MIT
/* Lines from a person at a terminal, with editing, history and completion; or from a file. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Calls `add` for each word that may complete the word at `start` of `line`. The editor leaves out
 * those that begin with something else than this word. */
typedef void editor_complete_fn(const char *line, size_t start, void (*add)(const char *word),
                                void *user);

/* For the function: the words may go on, as a name does with a member. No blank is added. */
void editor_words_go_on(void);

struct editor {
    bool interactive; /* standard input and output are a terminal */
    const char *prompt;
    char *history; /* file that the history is kept in, or NULL */
};

/* `history` is read if it is there; it may be NULL. */
void editor_open(struct editor *editor, const char *prompt, const char *history,
                 editor_complete_fn *complete, void *user);
/* The next line without its end, to be freed; NULL at the end of the input, or when a signal has
 * come (see signals_caught). */
char *editor_line(struct editor *editor);
/* Keeps the history and releases everything. */
void editor_close(struct editor *editor);
