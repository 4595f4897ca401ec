// SPDX-License-Identifier: MIT
#include "watch/items.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

static const char as_option[] = " --as ";

void items_free(struct items *items)
{
    for (size_t i = 0; i < items->count; i++)
        item_free(&items->list[i]);
    free(items->list);
    *items = (struct items){0};
}

/* Adds an empty item. */
static struct item *next_item(struct cli *cli, struct items *items)
{
    struct item *list = NULL;
    if (items->count == ITEMS_MAX) {
        report_usage(cli, "more than %u values", ITEMS_MAX);
        return NULL;
    }
    list = realloc(items->list, (items->count + 1) * sizeof(*list));
    if (list == NULL) {
        report_local(cli, cli->command->name, ENOMEM);
        return NULL;
    }
    items->list = list;
    list[items->count] = (struct item){0};
    return &list[items->count++];
}

static int add_item(struct cli *cli, struct items *items, const char *word, const char *as)
{
    struct item *item = next_item(cli, items);
    if (item == NULL)
        return items->count == ITEMS_MAX ? CLI_USAGE : CLI_LOCAL;
    const char *wrong = item_parse(item, word);
    if (wrong != NULL)
        return report_word(cli, "value", word, wrong);
    if (as != NULL && (wrong = item_rename(item, as)) != NULL)
        return report_word(cli, "--as", as, wrong);
    return CLI_DONE;
}

/* --- Files --- */

static char *trim(char *text)
{
    text += strspn(text, " \t\r");
    size_t size = strlen(text);
    while (size > 0 && strchr(" \t\r", text[size - 1]) != NULL)
        text[--size] = '\0';
    return text;
}

/* The last one: an expression may have anything. */
char *items_split(char *line)
{
    char *found = NULL;
    for (char *at = line; (at = strstr(at, as_option)) != NULL; at++)
        found = at;
    if (found == NULL)
        return NULL;
    *found = '\0';
    trim(line);
    return trim(found + strlen(as_option));
}

static int read_lines(struct cli *cli, FILE *file, struct items *items)
{
    char *line = NULL;
    size_t room = 0;
    int status = CLI_DONE;
    while (status == CLI_DONE && getline(&line, &room, file) >= 0) {
        line[strcspn(line, "\n")] = '\0';
        char *text = trim(line);
        if (text[0] == '\0' || text[0] == '#')
            continue;
        char *as = items_split(text);
        status = add_item(cli, items, text, as);
    }
    free(line);
    return status;
}

static int read_file(struct cli *cli, struct items *items, const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return report_local(cli, path, errno);
    errno = 0;
    int status = read_lines(cli, file, items);
    if (status == CLI_DONE && ferror(file) != 0)
        status = report_local(cli, path, errno != 0 ? errno : EIO);
    fclose(file);
    return status;
}

/* --- The command line --- */

static const char *name_of_operand(const struct args *args, int operand)
{
    const char *found = NULL;
    for (int i = 0; i < args->name_count; i++)
        if (args->names[i].operand == operand)
            found = args->names[i].text;
    return found;
}

static int check_names(struct cli *cli, const struct items *items)
{
    for (size_t i = 0; i < items->count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(items->list[i].name, items->list[k].name) == 0)
                return report_word(cli, "value", items->list[i].name,
                                   "is there twice: --as gives one another name");
    return CLI_DONE;
}

int items_gather(struct cli *cli, const struct args *args, struct items *items)
{
    int status = CLI_DONE;
    *items = (struct items){0};
    if (name_of_operand(args, -1) != NULL)
        return report_usage(cli, "--as stands after the value that it names");
    for (int i = 0; i < args->count && status == CLI_DONE; i++) {
        const char *word = args->operands[i];
        const char *as = name_of_operand(args, i);
        if (word[0] == '@' && as != NULL)
            return report_usage(cli, "--as stands after a value, and %.200s is a file", word + 1);
        status = word[0] == '@' ? read_file(cli, items, word + 1) : add_item(cli, items, word, as);
    }
    if (status == CLI_DONE && items->count == 0)
        return report_usage(cli, "the files name no value");
    return status == CLI_DONE ? check_names(cli, items) : status;
}
