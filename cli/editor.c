// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE /* editline/readline.h wants u_char */
#include "editor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef OCD_HAVE_LIBEDIT
#include <editline/readline.h>

#define HISTORY_MAX 1000

/* The completion callbacks of the library have no user argument. */
static struct {
    editor_complete_fn *complete;
    void *user;
    char **words;
    size_t count, room, next;
} completion;

static void add_word(const char *word)
{
    for (size_t i = 0; i < completion.count; i++)
        if (strcmp(completion.words[i], word) == 0)
            return; /* a single candidate given twice would not be completed */
    if (completion.count == completion.room) {
        size_t room = completion.room > 0 ? 2 * completion.room : 64;
        char **words = realloc(completion.words, room * sizeof(*words));
        if (words == NULL)
            return;
        completion.words = words;
        completion.room = room;
    }
    char *copy = strdup(word);
    if (copy != NULL)
        completion.words[completion.count++] = copy;
}

static void forget_words(void)
{
    for (size_t i = 0; i < completion.count; i++)
        free(completion.words[i]);
    completion.count = completion.next = 0;
}

/* One word a call, as the library asks for them. */
static char *next_word(const char *text, int state)
{
    size_t length = strlen(text);

    if (state == 0)
        completion.next = 0;
    while (completion.next < completion.count) {
        const char *word = completion.words[completion.next++];
        if (strncmp(word, text, length) == 0)
            return strdup(word);
    }
    return NULL;
}

static char **attempt(const char *text, int start, int end)
{
    (void)end;
    forget_words();
    rl_completion_append_character = ' ';
    completion.complete(rl_line_buffer, (size_t)start, add_word, completion.user);
    rl_attempted_completion_over = 1; /* no file names when nothing fits */
    return rl_completion_matches(text, next_word);
}

static void editing_open(const char *history, editor_complete_fn *complete, void *user)
{
    completion.complete = complete;
    completion.user = user;
    rl_readline_name = (char *)"ocd";
    rl_initialize();
    rl_attempted_completion_function = attempt;
    rl_completer_word_break_characters = (char *)" \t\n";
    using_history();
    stifle_history(HISTORY_MAX);
    if (history != NULL)
        read_history(history);
}

static char *editing_line(const char *prompt)
{
    static char *last;
    char *line = readline(prompt);

    if (line != NULL && line[0] != '\0' && (last == NULL || strcmp(line, last) != 0)) {
        add_history(line);
        free(last);
        last = strdup(line);
    }
    return line;
}

static void editing_close(const char *history)
{
    if (history != NULL)
        write_history(history);
    forget_words();
    free(completion.words);
    memset(&completion, 0, sizeof(completion));
}
#endif

void editor_words_go_on(void)
{
#ifdef OCD_HAVE_LIBEDIT
    rl_completion_append_character = '\0';
#endif
}

static char *plain_line(void)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t size = getline(&line, &room, stdin);

    if (size < 0) {
        free(line);
        return NULL;
    }
    if (size > 0 && line[size - 1] == '\n')
        line[size - 1] = '\0';
    return line;
}

void editor_open(struct editor *editor, const char *prompt, const char *history,
                 editor_complete_fn *complete, void *user)
{
    editor->interactive = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
    editor->prompt = prompt;
    editor->history = history != NULL ? strdup(history) : NULL;
#ifdef OCD_HAVE_LIBEDIT
    if (editor->interactive)
        editing_open(editor->history, complete, user);
#else
    (void)complete;
    (void)user;
#endif
}

char *editor_line(struct editor *editor)
{
    if (!editor->interactive)
        return plain_line();
#ifdef OCD_HAVE_LIBEDIT
    return editing_line(editor->prompt);
#else
    fputs(editor->prompt, stdout);
    fflush(stdout);
    return plain_line();
#endif
}

void editor_close(struct editor *editor)
{
#ifdef OCD_HAVE_LIBEDIT
    if (editor->interactive)
        editing_close(editor->history);
#endif
    free(editor->history);
    editor->history = NULL;
}
