// SPDX-License-Identifier: MIT
#include "location.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "elf.h"
#include "numbers.h"
#include "report.h"

int location_open(struct cli *cli, const char *text, const struct ocd_expression_options *options,
                  struct ocd_expression **expression)
{
    struct ocd_symbols *symbols;
    int status = elf_symbols(cli, &symbols);
    if (status != CLI_DONE)
        return status;
    int result = ocd_expression_open(expression, symbols, text, options);
    if (result != OCD_OK) {
        status = elf_report(cli, result, ocd_expression_error(*expression), text);
        ocd_expression_close(*expression);
    }
    return status;
}

/* Follows pointers by reading them, which needs a session. */
static int locate_in_target(struct cli *cli, struct ocd_expression *e, const char *text)
{
    int status = cli_connect(cli);
    if (status != CLI_DONE)
        return status;
    struct ocd_call call = cli_call(cli);
    struct ocd_op *op = ocd_locate_value_async(cli->session, e, &call);
    int result = cli_wait(cli, op);
    if (result != OCD_OK)
        status = elf_report(cli, result, op != NULL ? ocd_op_error(op) : NULL, text);
    ocd_op_free(op);
    return status;
}

/* Where a pointer points. */
static int take_pointer(struct cli *cli, struct ocd_expression *e, const char *text,
                        struct location *location)
{
    int result = ocd_expression_read(e);
    const struct ocd_value *value = ocd_expression_value(e);
    if (result == OCD_OK && value->kind == OCD_VALUE_POINTER) {
        const struct ocd_type_info *type = ocd_type_get_info(ocd_type_strip(value->type));
        const struct ocd_type_info *target =
            type != NULL ? ocd_type_get_info(ocd_type_strip(type->target)) : NULL;
        location->addr = value->number;
        location->size = target != NULL && target->has_size ? target->size : 0;
        return CLI_DONE;
    }
    if (result == OCD_OK && value->kind == OCD_VALUE_INTEGER && isdigit((unsigned char)text[0])) {
        location->addr = value->number;
        return CLI_DONE;
    }
    if (result != OCD_OK)
        return elf_report(cli, result, ocd_expression_error(e), text);
    return report_usage(cli, "'%.200s' is a constant, which has no address", text);
}

static int take_location(struct cli *cli, struct ocd_expression *e, const char *text,
                         struct location *location)
{
    const struct ocd_location *found = ocd_expression_location(e);
    if (!found->in_memory)
        return take_pointer(cli, e, text, location);
    location->addr = found->addr;
    location->size = found->size;
    if (found->size == 0 && found->symbol != NULL && found->symbol->addr == found->addr)
        location->size = found->symbol->size; /* a function */
    return CLI_DONE;
}

static int locate(struct cli *cli, const char *text, struct location *location)
{
    struct ocd_expression *e;
    int status = location_open(cli, text, NULL, &e);
    if (status != CLI_DONE)
        return status;
    int result = ocd_expression_locate(e);
    if (result == OCD_PENDING)
        status = locate_in_target(cli, e, text);
    else if (result != OCD_OK)
        status = elf_report(cli, result, ocd_expression_error(e), text);
    if (status == CLI_DONE)
        status = take_location(cli, e, text, location);
    ocd_expression_close(e);
    return status;
}

/* Takes +BYTES off the end of a word. */
static uint64_t cut_offset(char *word)
{
    char *plus = strrchr(word, '+');
    uint64_t offset;
    if (plus == NULL || plus == word || number_parse_size(plus + 1, &offset) != NULL)
        return 0;
    *plus = '\0';
    return offset;
}

static int parse_name(struct cli *cli, const char *word, struct location *location)
{
    char *name = strdup(word);
    if (name == NULL)
        return report_failure(cli, OCD_ERR_NOMEM, NULL, cli->command->name, NULL);
    uint64_t offset = cut_offset(name);
    int status = locate(cli, name, location);
    if (status == CLI_DONE && !number_range_fits(location->addr, offset + 1))
        status = report_usage(cli, "'%.200s' goes beyond the 64-bit address space", word);
    location->addr += offset;
    location->size = location->size > offset ? location->size - offset : 0;
    free(name);
    return status;
}

bool location_is_name(const char *word)
{
    /* Digits are a number that is wrong, unless an operation follows. */
    return word[0] != '\0' && word[0] != '-' &&
           (!isdigit((unsigned char)word[0]) || strchr(word, '+') != NULL);
}

int location_parse(struct cli *cli, const char *what, const char *word, struct location *location)
{
    *location = (struct location){0};
    const char *wrong = number_parse(word, &location->addr);
    if (wrong == NULL)
        return CLI_DONE;
    location->named = location_is_name(word);
    if (elf_given(cli) && location->named)
        return parse_name(cli, word, location);
    if (wrong == number_not_one && !number_is_digits(word, false) &&
        (isalpha((unsigned char)word[0]) || word[0] == '_')) {
        return report_usage(cli, "%s '%.200s' %s; a name needs the ELF file, -e FILE", what, word,
                            wrong);
    }
    return report_word(cli, what, word, wrong);
}

const struct ocd_type *location_type(struct ocd_symbols *symbols, const char *text)
{
    static const uint8_t zeros[16];
    struct ocd_expression *e;
    const struct ocd_type *type = NULL;
    int result = ocd_expression_open(&e, symbols, text, NULL);
    while (result == OCD_OK && (result = ocd_expression_locate(e)) == OCD_PENDING) {
        size_t count;
        const struct ocd_range *needs = ocd_expression_needs(e, &count);
        for (size_t i = 0; i < count; i++) {
            size_t size = (size_t)needs[i].size;
            ocd_expression_supply(e, needs[i].addr, size <= sizeof(zeros) ? zeros : NULL, size);
        }
        result = OCD_OK;
    }
    if (result == OCD_OK)
        type = ocd_expression_location(e)->type;
    ocd_expression_close(e);
    return type;
}
