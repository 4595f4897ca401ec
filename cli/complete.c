// SPDX-License-Identifier: MIT
#include "complete.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "editor.h"
#include "elf.h"
#include "location.h"

#define NAMES_MAX 1000 /* more are of no use to a person */
#define DEPTH_MAX 8    /* of anonymous members */

struct names {
    void (*add)(const char *word);
    unsigned count;
};

static int add_symbol(const struct ocd_symbol *symbol, void *user)
{
    struct names *names = user;
    names->add(symbol->name);
    return ++names->count == NAMES_MAX;
}

/* The pattern of all names that begin with a word. */
static char *pattern_of(const char *word)
{
    char *pattern = malloc(2 * strlen(word) + 2);
    char *at = pattern;
    if (pattern == NULL)
        return NULL;
    for (; *word != '\0'; word++) {
        if (strchr("*?[]\\", *word) != NULL)
            *at++ = '\\';
        *at++ = *word;
    }
    strcpy(at, "*");
    return pattern;
}

static void add_symbols(struct ocd_symbols *symbols, const char *word,
                        void (*add)(const char *word))
{
    struct names names = {.add = add};
    char *pattern = pattern_of(word);
    if (pattern != NULL)
        ocd_symbols_each(symbols, pattern, add_symbol, &names);
    free(pattern);
}

static void add_members(const struct ocd_type *type, const char *before, int length,
                        void (*add)(const char *word), unsigned depth)
{
    const struct ocd_type *stripped = ocd_type_strip(type);
    const struct ocd_type_info *info = ocd_type_get_info(stripped);
    char word[1024];
    if (info != NULL && info->kind == OCD_TYPE_POINTER) {
        stripped = ocd_type_strip(info->target);
        info = ocd_type_get_info(stripped);
    }
    for (size_t i = 0; info != NULL && i < info->member_count; i++) {
        const struct ocd_member *member = ocd_type_member(stripped, i);
        if (member->name[0] == '\0' || member->kind == OCD_MEMBER_BASE) {
            if (depth < DEPTH_MAX)
                add_members(member->type, before, length, add, depth + 1);
        } else if (snprintf(word, sizeof(word), "%.*s%s", length, before, member->name) <
                   (int)sizeof(word)) {
            add(word);
        }
    }
}

/* Where the last member of a word begins, NULL: there is none. */
static const char *find_member(const char *word)
{
    const char *dot = strrchr(word, '.');
    const char *arrow = strrchr(word, '>');
    if (arrow != NULL && (arrow == word || arrow[-1] != '-'))
        arrow = NULL;
    return dot == NULL || (arrow != NULL && arrow > dot) ? (arrow != NULL ? arrow + 1 : NULL)
                                                         : dot + 1;
}

void complete_names(struct cli *cli, const char *word, void (*add)(const char *word))
{
    struct ocd_symbols *symbols;
    const char *member = find_member(word);
    if (!elf_given(cli) || elf_symbols(cli, &symbols) != CLI_DONE)
        return;
    editor_words_go_on();
    if (member == NULL) {
        add_symbols(symbols, word, add);
        return;
    }
    char *object = strndup(word, (size_t)(member - word) - (member[-1] == '>' ? 2 : 1));
    const struct ocd_type *type = object != NULL ? location_type(symbols, object) : NULL;
    if (type != NULL)
        add_members(type, word, (int)(member - word), add, 0);
    free(object);
}
