// SPDX-License-Identifier: MIT
/* The layout of a type. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "elf.h"
#include "location.h"
#include "report.h"
#include "text.h"

static const char help[] =
    "usage: ocd type NAME -e FILE [-f text|json]\n"
    "\n"
    "Prints the layout of a type: offset and size of each member, gaps and padding.\n"
    "NAME is a type (struct pid, uint32_t, Ring<int, 4>) or an expression, whose type\n"
    "is shown. Needs no OpenOCD.\n"
    "\n"
    "  -f, --format FORMAT  text (unless given), or one json object: \"name\", \"size\",\n"
    "                       \"members\", an array of objects: \"name\", \"type\", \"offset\",\n"
    "                       \"size\", \"bits\" (of a bit field, otherwise null),\n"
    "                       \"bit_offset\"; \"enumerators\", of \"name\" and \"value\"\n"
    "\n"
    "  ocd type 'struct motor' -e firmware.elf\n";

static const struct option options[] = {
    {"format", required_argument, NULL, 'f'},
    {0},
};

/* --- JSON --- */

static void print_size(const struct ocd_type_info *type)
{
    if (type != NULL && type->has_size)
        printf("\"size\": %" PRIu64 ", ", type->size);
    else
        fputs("\"size\": null, ", stdout);
}

static void print_member(const struct ocd_member *member)
{
    const struct ocd_type_info *type = ocd_type_get_info(member->type);
    fputs("{\"name\": ", stdout);
    text_print_json_or_null(stdout, member->name[0] != '\0' ? member->name : NULL);
    fputs(", \"type\": ", stdout);
    text_print_json_or_null(stdout, type != NULL ? type->name : NULL);
    printf(", \"offset\": %" PRIu64 ", ", member->offset);
    print_size(ocd_type_get_info(ocd_type_strip(member->type)));
    if (member->bit_size > 0)
        printf("\"bits\": %u, \"bit_offset\": %u}", member->bit_size, member->bit_offset);
    else
        fputs("\"bits\": null, \"bit_offset\": null}", stdout);
}

static bool has_offset(const struct ocd_member *member)
{
    return member->kind == OCD_MEMBER_FIELD || member->kind == OCD_MEMBER_BASE ||
           member->kind == OCD_MEMBER_VARIANT || member->kind == OCD_MEMBER_DISCRIMINANT;
}

static void print_json(const struct ocd_type *type)
{
    const struct ocd_type *stripped = ocd_type_strip(type);
    const struct ocd_type_info *info = ocd_type_get_info(stripped);
    const char *between = "";
    putchar('{');
    text_print_member(stdout, "name", ocd_type_get_info(type)->name);
    print_size(info);
    fputs("\"members\": [", stdout);
    for (size_t i = 0; i < info->member_count; i++) {
        const struct ocd_member *member = ocd_type_member(stripped, i);
        if (has_offset(member)) {
            fputs(between, stdout);
            print_member(member);
            between = ", ";
        }
    }
    fputs("], \"enumerators\": [", stdout);
    for (size_t i = 0; i < info->enumerator_count; i++) {
        const struct ocd_enumerator *e = ocd_type_enumerator(stripped, i);
        fputs(i > 0 ? ", {" : "{", stdout);
        text_print_member(stdout, "name", e->name);
        if (info->is_signed)
            printf("\"value\": %" PRId64 "}", e->value);
        else
            printf("\"value\": %" PRIu64 "}", (uint64_t)e->value);
    }
    puts("]}");
}

/* --- The type --- */

static int run(struct cli *cli, const struct args *args)
{
    const char *name = args->operands[0];
    const struct ocd_type *type;
    struct ocd_symbols *symbols;
    char *text = NULL;
    bool json;
    int status = cli_text_or_json(cli, args, &json);
    if (status == CLI_DONE)
        status = elf_symbols(cli, &symbols);
    if (status != CLI_DONE)
        return status;
    int result = ocd_symbols_type(symbols, name, &type);
    if (result != OCD_OK) {
        const struct ocd_type *other = location_type(symbols, name);
        if (other == NULL) {
            ocd_symbols_type(symbols, name, &type); /* for its message */
            return elf_report(cli, result, ocd_symbols_error(symbols), name);
        }
        type = other;
    }
    if (json) {
        print_json(type);
        return CLI_DONE;
    }
    result = ocd_type_layout(type, &text);
    if (result != OCD_OK)
        return elf_report(cli, result, NULL, name);
    fputs(text, stdout);
    ocd_free(text);
    return CLI_DONE;
}

const struct command command_type = {
    .name = "type",
    .help = help,
    .options = options,
    .operands = "NAME",
    .operands_min = 1,
    .operands_max = 1,
    .local = true,
    .run = run,
};
