// SPDX-License-Identifier: MIT
/* The names of the ELF files. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf.h"
#include "numbers.h"
#include "report.h"
#include "text.h"

static const char help[] =
    "usage: ocd symbols [GLOB] -e FILE [--sort name|address|size] [-f text|json]\n"
    "\n"
    "Lists variables, functions and labels whose whole name matches GLOB (* ? [...]):\n"
    "address, size, name, type, and where it is declared. A name that is not in\n"
    "memory has the reason in place of an address. Needs no OpenOCD. Exit code 1:\n"
    "no name matches.\n"
    "\n"
    "      --sort ORDER     by name (unless given), address, or size: largest first\n"
    "  -f, --format FORMAT  text (unless given), or one json object: \"symbols\", an\n"
    "                       array of objects: \"name\", \"kind\", \"address\", \"size\",\n"
    "                       \"type\", \"section\", \"file\", \"line\" (null: not known)\n"
    "\n"
    "  ocd symbols 'g_*' -e firmware.elf --sort size\n";

static const struct option options[] = {
    {"sort", required_argument, NULL, ARGS_SORT},
    {"format", required_argument, NULL, 'f'},
    {0},
};

struct list {
    const struct ocd_symbol **items;
    size_t count, room;
};

static int gather(const struct ocd_symbol *symbol, void *user)
{
    struct list *list = user;
    if (list->count == list->room) {
        size_t room = list->room > 0 ? 2 * list->room : 256;
        const struct ocd_symbol **items = realloc(list->items, room * sizeof(*items));
        if (items == NULL)
            return 1;
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = symbol;
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const struct ocd_symbol *const *)a)->name,
                  (*(const struct ocd_symbol *const *)b)->name);
}

/* Those without an address come last. */
static int by_address(const void *a, const void *b)
{
    const struct ocd_symbol *x = *(const struct ocd_symbol *const *)a;
    const struct ocd_symbol *y = *(const struct ocd_symbol *const *)b;
    if (x->has_addr != y->has_addr)
        return x->has_addr ? -1 : 1;
    return x->addr != y->addr ? (x->addr < y->addr ? -1 : 1) : by_name(a, b);
}

static int by_size(const void *a, const void *b)
{
    const struct ocd_symbol *x = *(const struct ocd_symbol *const *)a;
    const struct ocd_symbol *y = *(const struct ocd_symbol *const *)b;
    return x->size != y->size ? (x->size > y->size ? -1 : 1) : by_address(a, b);
}

/* --- Output --- */

static const char *const kinds[] = {
    [OCD_SYMBOL_VARIABLE] = "variable",
    [OCD_SYMBOL_FUNCTION] = "function",
    [OCD_SYMBOL_CONSTANT] = "constant",
    [OCD_SYMBOL_OPTIMISED_OUT] = "optimised out",
    [OCD_SYMBOL_THREAD_LOCAL] = "thread-local",
    [OCD_SYMBOL_UNSUPPORTED] = "no fixed address",
    [OCD_SYMBOL_LABEL] = "label",
};

static const char *type_of(const struct ocd_symbol *symbol)
{
    const struct ocd_type_info *type = ocd_type_get_info(symbol->type);
    return type != NULL ? type->name : NULL;
}

static void print_text(const struct list *list)
{
    size_t width = 0;
    for (size_t i = 0; i < list->count; i++) {
        size_t length = strlen(list->items[i]->name);
        width = length > width ? length : width;
    }
    width = width > 40 ? 40 : width;
    for (size_t i = 0; i < list->count; i++) {
        const struct ocd_symbol *s = list->items[i];
        const char *type = type_of(s);
        char addr[24];
        snprintf(addr, sizeof(addr), "0x%0*" PRIX64, number_address_digits(s->addr, s->size),
                 s->addr);
        printf("%-10s  %6" PRIu64 "  ", s->has_addr ? addr : kinds[s->kind], s->size);
        text_print_escaped(stdout, s->name, strlen(s->name));
        size_t length = strlen(s->name);
        printf("%*s  ", length < width ? (int)(width - length) : 0, "");
        text_print_escaped(stdout, type != NULL ? type : "-", strlen(type != NULL ? type : "-"));
        if (s->file[0] != '\0') {
            fputs("  ", stdout);
            text_print_escaped(stdout, s->file, strlen(s->file));
            printf(":%u", s->line);
        }
        putchar('\n');
    }
}

static void print_text_member(const char *name, const char *value)
{
    printf("\"%s\": ", name);
    text_print_json_or_null(stdout, value != NULL && value[0] != '\0' ? value : NULL);
    fputs(", ", stdout);
}

static void print_json(const struct list *list)
{
    fputs("{\"symbols\": [", stdout);
    for (size_t i = 0; i < list->count; i++) {
        const struct ocd_symbol *s = list->items[i];
        fputs(i > 0 ? ",\n  {" : "\n  {", stdout);
        print_text_member("name", s->name);
        print_text_member("kind", kinds[s->kind]);
        if (s->has_addr) {
            printf("\"address\": \"0x%0*" PRIX64 "\", ", number_address_digits(s->addr, s->size),
                   s->addr);
        } else {
            fputs("\"address\": null, ", stdout);
        }
        if (s->has_size)
            printf("\"size\": %" PRIu64 ", ", s->size);
        else
            fputs("\"size\": null, ", stdout);
        print_text_member("type", type_of(s));
        print_text_member("section", s->section);
        print_text_member("file", s->file);
        if (s->line > 0)
            printf("\"line\": %u}", s->line);
        else
            fputs("\"line\": null}", stdout);
    }
    puts(list->count > 0 ? "\n]}" : "]}");
}

static int parse_sort(struct cli *cli, const struct args *args,
                      int (**compare)(const void *, const void *))
{
    const char *sort = args_has(args, ARGS_SORT) ? args->value[ARGS_SORT] : "name";
    *compare = strcmp(sort, "name") == 0      ? by_name
               : strcmp(sort, "address") == 0 ? by_address
               : strcmp(sort, "size") == 0    ? by_size
                                              : NULL;
    return *compare != NULL
               ? CLI_DONE
               : report_word(cli, "--sort", sort, "is not an order (name, address or size)");
}

static int run(struct cli *cli, const struct args *args)
{
    struct list list = {0};
    struct ocd_symbols *symbols;
    int (*compare)(const void *, const void *);
    bool json;
    int status = cli_text_or_json(cli, args, &json);
    if (status == CLI_DONE)
        status = parse_sort(cli, args, &compare);
    if (status == CLI_DONE)
        status = elf_symbols(cli, &symbols);
    if (status != CLI_DONE)
        return status;
    int result =
        ocd_symbols_each(symbols, args->count > 0 ? args->operands[0] : NULL, gather, &list);
    if (result != OCD_OK) {
        free(list.items);
        return report_failure(cli, result == OCD_ERR_CANCELLED ? OCD_ERR_NOMEM : result, NULL,
                              "symbols", NULL);
    }
    if (list.count > 0)
        qsort(list.items, list.count, sizeof(*list.items), compare);
    (json ? print_json : print_text)(&list);
    free(list.items);
    return list.count > 0 ? CLI_DONE : CLI_NO;
}

const struct command command_symbols = {
    .name = "symbols",
    .help = help,
    .options = options,
    .operands = "GLOB",
    .operands_max = 1,
    .local = true,
    .run = run,
};
