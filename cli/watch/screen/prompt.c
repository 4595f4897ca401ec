// SPDX-License-Identifier: MIT
#include "watch/screen/prompt.h"

#include <string.h>

/* --- Keys --- */

static enum key plain_key(char byte)
{
    switch (byte) {
    case '\r':
    case '\n':
        return KEY_ENTER;
    case '\t':
        return KEY_TAB;
    case '\b':
    case 0x7F:
        return KEY_BACKSPACE;
    case 'A' - '@':
        return KEY_HOME;
    case 'E' - '@':
        return KEY_END;
    case 'L' - '@':
        return KEY_REDRAW;
    case 'U' - '@':
        return KEY_CLEAR;
    case 'W' - '@':
        return KEY_WORD;
    default:
        return (unsigned char)byte >= 0x20 ? KEY_CHARACTER : KEY_NONE;
    }
}

static const struct {
    const char *sequence; /* after the escape */
    enum key key;
} sequences[] = {
    {"[A", KEY_UP},    {"[B", KEY_DOWN},  {"[C", KEY_RIGHT}, {"[D", KEY_LEFT}, {"OA", KEY_UP},
    {"OB", KEY_DOWN},  {"OC", KEY_RIGHT}, {"OD", KEY_LEFT},  {"[H", KEY_HOME}, {"[F", KEY_END},
    {"OH", KEY_HOME},  {"OF", KEY_END},   {"[1~", KEY_HOME}, {"[4~", KEY_END}, {"[3~", KEY_DELETE},
    {"[7~", KEY_HOME}, {"[8~", KEY_END},
};

/* A sequence ends with a letter or ~, after [ or O. */
static bool is_complete(const struct keys *keys)
{
    char last = keys->sequence[keys->size - 1];
    if (keys->size == 2)
        return last != '[' && last != 'O';
    return (last >= '@' && last <= '~') || keys->size == sizeof(keys->sequence) - 1;
}

enum key keys_take(struct keys *keys, char byte)
{
    if (keys->size == 0 && byte != 0x1B)
        return plain_key(byte);
    keys->sequence[keys->size++] = byte;
    keys->sequence[keys->size] = '\0';
    if (keys->size == 1 || !is_complete(keys))
        return KEY_NONE;
    keys->size = 0;
    for (size_t i = 0; i < sizeof(sequences) / sizeof(*sequences); i++)
        if (strcmp(sequences[i].sequence, keys->sequence + 1) == 0)
            return sequences[i].key;
    return KEY_NONE;
}

enum key keys_rest(struct keys *keys)
{
    bool lone = keys->size == 1;
    keys->size = 0;
    return lone ? KEY_ESCAPE : KEY_NONE;
}

/* --- The line --- */

void prompt_begin(struct prompt *prompt, const char *text)
{
    prompt->size = strlen(text);
    if (prompt->size >= PROMPT_MAX)
        prompt->size = PROMPT_MAX - 1;
    memcpy(prompt->text, text, prompt->size);
    prompt->text[prompt->size] = '\0';
    prompt->at = prompt->size;
}

/* Whether a byte goes on with a character of UTF-8. */
static bool goes_on(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

static size_t before(const struct prompt *prompt)
{
    size_t at = prompt->at;
    while (at > 0 && goes_on(prompt->text[--at])) {
    }
    return at;
}

static size_t after(const struct prompt *prompt)
{
    size_t at = prompt->at < prompt->size ? prompt->at + 1 : prompt->size;
    while (at < prompt->size && goes_on(prompt->text[at]))
        at++;
    return at;
}

/* Takes the bytes from `begin` to `end` away. */
static void cut(struct prompt *prompt, size_t begin, size_t end)
{
    memmove(prompt->text + begin, prompt->text + end, prompt->size - end + 1);
    prompt->size -= end - begin;
    prompt->at = begin;
}

static void insert(struct prompt *prompt, const char *text, size_t size)
{
    if (prompt->size + size >= PROMPT_MAX)
        return;
    memmove(prompt->text + prompt->at + size, prompt->text + prompt->at,
            prompt->size - prompt->at + 1);
    memcpy(prompt->text + prompt->at, text, size);
    prompt->size += size;
    prompt->at += size;
}

static size_t word_begin(const struct prompt *prompt)
{
    size_t at = prompt->at;
    while (at > 0 && prompt->text[at - 1] == ' ')
        at--;
    while (at > 0 && prompt->text[at - 1] != ' ')
        at--;
    return at;
}

void prompt_key(struct prompt *prompt, enum key key, char byte)
{
    switch (key) {
    case KEY_CHARACTER:
        insert(prompt, &byte, 1);
        break;
    case KEY_BACKSPACE:
        cut(prompt, before(prompt), prompt->at);
        break;
    case KEY_DELETE:
        cut(prompt, prompt->at, after(prompt));
        break;
    case KEY_WORD:
        cut(prompt, word_begin(prompt), prompt->at);
        break;
    case KEY_CLEAR:
        cut(prompt, 0, prompt->at);
        break;
    case KEY_LEFT:
        prompt->at = before(prompt);
        break;
    case KEY_RIGHT:
        prompt->at = after(prompt);
        break;
    case KEY_HOME:
        prompt->at = 0;
        break;
    case KEY_END:
        prompt->at = prompt->size;
        break;
    default:
        break;
    }
}

void prompt_complete(struct prompt *prompt, const char *const *candidates, size_t count)
{
    if (count == 0)
        return;
    size_t common = strlen(candidates[0]);
    for (size_t i = 1; i < count; i++)
        for (size_t k = 0; k < common; k++)
            if (candidates[i][k] != candidates[0][k])
                common = k;
    while (common > 0 && goes_on(candidates[0][common]))
        common--;
    if (common < prompt->at)
        return;
    cut(prompt, 0, prompt->at);
    insert(prompt, candidates[0], common);
}
