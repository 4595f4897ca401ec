// SPDX-License-Identifier: MIT
/* Keys of a terminal, and a line that is typed with them. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum key {
    KEY_NONE, /* more bytes are needed, or it means nothing here */
    KEY_CHARACTER,
    KEY_ENTER,
    KEY_ESCAPE,
    KEY_TAB,
    KEY_BACKSPACE,
    KEY_DELETE,
    KEY_UP,
    KEY_DOWN,
    KEY_LEFT,
    KEY_RIGHT,
    KEY_HOME,
    KEY_END,
    KEY_CLEAR,  /* Ctrl-U */
    KEY_WORD,   /* Ctrl-W */
    KEY_REDRAW, /* Ctrl-L */
};

/* Bytes become keys. */
struct keys {
    char sequence[8]; /* of an escape sequence that has begun */
    size_t size;
};

enum key keys_take(struct keys *keys, char byte);
/* No more bytes have come for a while: a lone escape is the key of that name. */
enum key keys_rest(struct keys *keys);

#define PROMPT_MAX 1024

struct prompt {
    char text[PROMPT_MAX]; /* NUL-terminated */
    size_t size;
    size_t at; /* the cursor: a byte of the text */
};

void prompt_begin(struct prompt *prompt, const char *text);
/* Takes a key that edits, KEY_CHARACTER with its byte. */
void prompt_key(struct prompt *prompt, enum key key, char byte);
/* Replaces the text up to the cursor by what all candidates begin with. */
void prompt_complete(struct prompt *prompt, const char *const *candidates, size_t count);
