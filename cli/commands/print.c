// SPDX-License-Identifier: MIT
/* Values by name. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "elf.h"
#include "location.h"
#include "numbers.h"
#include "report.h"
#include "signals.h"
#include "text.h"

static const char help[] =
    "usage: ocd print EXPR... -e FILE [--limit N] [--follow] [-f FORMAT]\n"
    "\n"
    "Reads variables and prints them as GDB does, also while the target runs, if it\n"
    "allows that.\n"
    "EXPR is a name or an expression as in C: motor.pid.kp, g_log, table[2..5],\n"
    "list->next->value, *p, &a, (struct node *)0x20000100, main.c:count, main::count,\n"
    "ns::Class::member. Only the memory that it needs is read.\n"
    "\n"
    "With several EXPR each line begins with its own. If some fail the others are\n"
    "printed, and the exit code is 4.\n"
    "\n"
    "      --limit N        elements of an array and characters of a string that are\n"
    "                       shown (200); 0: all\n"
    "      --follow         show the text of every char * in structs and arrays, also\n"
    "                       outside of the program's sections, such as in a heap; if\n"
    "                       EXPR itself is a char * its text is always shown\n"
    "  -f, --format FORMAT  hex, dec or bin for integers, or json: an array of\n"
    "                       objects, \"expression\", \"address\" (null: a constant),\n"
    "                       \"type\", \"size\" and \"value\", or \"expression\" and\n"
    "                       \"error\"\n"
    "\n"
    "Before the first value the program in the target is compared with FILE (its\n"
    "build id, or up to 4 KiB of its flash); --no-check leaves that out.\n"
    "\n"
    "  ocd print motor.pid -e firmware.elf\n"
    "  OCD_ELF=firmware.elf ocd print tick 'table[0..3]' -f json\n";

static const struct option options[] = {
    {"limit", required_argument, NULL, ARGS_LIMIT},
    {"follow", no_argument, NULL, ARGS_FOLLOW},
    {"format", required_argument, NULL, 'f'},
    {0},
};

struct printing {
    struct cli *cli;
    struct ocd_symbols *symbols;
    struct ocd_expression_options options;
    bool json;
    bool several;
};

static int parse(struct cli *cli, const struct args *args, struct printing *printing)
{
    static const char *const formats[] = {"text", "hex", "dec", "bin", "json"};
    static const enum ocd_number_format numbers[] = {OCD_NUMBER_NATURAL, OCD_NUMBER_HEX,
                                                     OCD_NUMBER_DECIMAL, OCD_NUMBER_BINARY,
                                                     OCD_NUMBER_NATURAL};
    const char *format = args_has(args, 'f') ? args->value['f'] : "text";
    const char *limit = args->value[ARGS_LIMIT];
    uint64_t number;
    size_t i = 0;
    while (i < sizeof(formats) / sizeof(*formats) && strcmp(formats[i], format) != 0)
        i++;
    if (i == sizeof(formats) / sizeof(*formats))
        return report_word(cli, "-f", format, "is not a format (text, hex, dec, bin or json)");
    printing->json = cli->json;
    printing->options.skip_text = cli->json; /* JSON has the address */
    printing->options.format = numbers[i];
    printing->options.follow_anywhere = args_has(args, ARGS_FOLLOW);
    printing->several = args->count > 1;
    if (limit != NULL) {
        const char *wrong = number_parse(limit, &number);
        if (wrong != NULL)
            return report_word(cli, "--limit", limit, wrong);
        printing->options.limit =
            number == 0 || number > UINT32_MAX ? OCD_EXPRESSION_LIMIT_NONE : (uint32_t)number;
    }
    return CLI_DONE;
}

/* --- Output --- */

static void print_location(const struct ocd_location *location)
{
    const struct ocd_type_info *type = ocd_type_get_info(location->type);
    if (location->in_memory) {
        printf("\"address\": \"0x%0*" PRIX64 "\", ", number_address_digits(location->addr, 1),
               location->addr);
    } else {
        fputs("\"address\": null, ", stdout);
    }
    fputs("\"type\": ", stdout);
    text_print_json_or_null(stdout, type != NULL ? type->name : NULL);
    printf(", \"size\": %" PRIu64 ", ", location->size);
}

static int print_value(const struct printing *printing, const char *text, struct ocd_expression *e)
{
    const struct ocd_value *value = ocd_expression_value(e);
    char *shown = NULL;
    int result = printing->json ? ocd_value_json(value, &shown) : ocd_value_text(value, &shown);
    if (result != OCD_OK)
        return elf_report(printing->cli, result, NULL, text);
    if (printing->json) {
        print_location(ocd_expression_location(e));
        printf("\"value\": %s}", shown);
    } else {
        if (printing->several) {
            text_print_line(stdout, text);
            fputs(" = ", stdout);
        }
        puts(shown);
    }
    ocd_free(shown);
    return CLI_DONE;
}

static void print_error(int result, const struct ocd_error *error)
{
    fputs("\"error\": {", stdout);
    text_print_member(stdout, "code", ocd_err_name(result));
    if (error != NULL && error->has_addr) {
        printf("\"address\": \"0x%0*" PRIX64 "\", ", number_address_digits(error->addr, 1),
               error->addr);
    } else {
        fputs("\"address\": null, ", stdout);
    }
    fputs("\"message\": ", stdout);
    /* All matches of an ambiguous name. */
    text_print_json(stdout, error == NULL                 ? ocd_strerror(result)
                            : result == OCD_ERR_AMBIGUOUS ? error->message
                                                          : error->text);
    fputs("}}", stdout);
}

/* --- Reading --- */

/* A failure that the next expression would meet, too. */
static bool is_general(int result)
{
    return result == OCD_ERR_NOMEM || result == OCD_ERR_SYSTEM || result == OCD_ERR_CANCELLED ||
           result == OCD_ERR_CLOSED || result == OCD_ERR_TIMEOUT;
}

static int failed(const struct printing *printing, int result, const struct ocd_error *error,
                  const char *text)
{
    if (printing->json && !is_general(result)) {
        print_error(result, error);
        return CLI_REFUSED;
    }
    fflush(stdout); /* the values before it come first */
    return elf_report(printing->cli, result, error, text);
}

static int print_one(const struct printing *printing, const char *text, bool *general)
{
    struct cli *cli = printing->cli;
    struct ocd_call call = cli_call(cli);
    struct ocd_expression *e;
    struct ocd_op *op = NULL;
    int result = ocd_expression_open(&e, printing->symbols, text, &printing->options);
    const struct ocd_error *error = ocd_expression_error(e);
    if (result == OCD_OK) {
        op = ocd_read_value_async(cli->session, e, &call);
        result = cli_wait(cli, op);
        error = op != NULL ? ocd_op_error(op) : NULL;
    }
    if (printing->json) {
        fputs("{\"expression\": ", stdout);
        text_print_json(stdout, text);
        fputs(", ", stdout);
    }
    int status =
        result == OCD_OK ? print_value(printing, text, e) : failed(printing, result, error, text);
    *general = signals_caught() != 0 || is_general(result);
    ocd_op_free(op);
    ocd_expression_close(e);
    return status;
}

/* A single expression that fails gives the exit code of its error, one of several CLI_REFUSED. */
static int print_all(const struct printing *printing, const struct args *args)
{
    int status = CLI_DONE;
    fputs(printing->json ? "[" : "", stdout);
    for (int i = 0; i < args->count; i++) {
        bool general;
        fputs(printing->json && i > 0 ? ",\n " : "", stdout);
        int one = print_one(printing, args->operands[i], &general);
        if (one != CLI_DONE)
            status = printing->several && !general ? CLI_REFUSED : one;
        if (general)
            return status;
    }
    fputs(printing->json ? "]\n" : "", stdout);
    return status;
}

static int run(struct cli *cli, const struct args *args)
{
    struct printing printing = {.cli = cli};
    int status = parse(cli, args, &printing);
    if (status == CLI_DONE)
        status = elf_symbols(cli, &printing.symbols);
    if (status == CLI_DONE)
        status = cli_connect(cli);
    return status == CLI_DONE ? print_all(&printing, args) : status;
}

const struct command command_print = {
    .name = "print",
    .help = help,
    .options = options,
    .operands = "EXPR",
    .operands_min = 1,
    .operands_max = -1,
    .run = run,
};
