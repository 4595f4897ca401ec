// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "output.h"
#include "report.h"
#include "text.h"

static const char help[] =
    "usage: ocd reg [NAME[=VALUE]...] [-a] [--force] [-f text|json]\n"
    "\n"
    "Reads and writes registers of a halted target. Without a name the core's are\n"
    "read; NAME=VALUE writes first. Of a register wider than 64 bits VALUE is all its\n"
    "hexadecimal digits.\n"
    "\n"
    "  -a, --all            list every register with the value that OpenOCD has; the\n"
    "                       target is not accessed and need not be halted\n"
    "      --force          read from the target, not from OpenOCD's cache\n"
    "  -f, --format FORMAT  text (unless given), or one json object: \"registers\",\n"
    "                       an array of objects: \"name\", \"number\", \"bits\", \"value\"\n"
    "                       (hex text, null when it is not known), \"dirty\" (not\n"
    "                       passed on to the target yet); {\"done\": true} where\n"
    "                       registers are only written\n"
    "\n"
    "  ocd reg pc sp\n"
    "  ocd reg r0=0x20000000 pc=0x080001A0\n";

static const struct option options[] = {
    {"all", no_argument, NULL, 'a'},
    {"force", no_argument, NULL, ARGS_FORCE},
    {"format", required_argument, NULL, 'f'},
    {0},
};

/* The widest register that is written, in bytes: a scalable vector of 2048 bits. */
#define BYTES_MAX 256

static int failed(struct cli *cli, int result, const struct ocd_op *op)
{
    return report_failure(cli, result, op != NULL ? ocd_op_error(op) : NULL, "reg", NULL);
}

/* The most significant byte first, as numbers are written. */
static void print_value(FILE *stream, const struct ocd_register *reg)
{
    fputs("0x", stream);
    for (size_t i = (reg->bits + 7) / 8; i > 0; i--)
        fprintf(stream, "%02X", reg->bytes[i - 1]);
}

/* Registers that hold addresses of code, in OpenOCD's names. */
static bool is_code_address(const char *name)
{
    static const char *const names[] = {"pc", "lr", "ra"};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static void print_code_name(struct cli *cli, const struct ocd_register *reg)
{
    char name[ELF_NAME_MAX];
    uint64_t addr = 0;
    for (size_t i = (reg->bits + 7) / 8; i > 0; i--)
        addr = addr << 8 | reg->bytes[i - 1];
    /* Instructions are at even addresses, but a Cortex-M's lr has bit 0 set. */
    if (reg->bits <= 64 && is_code_address(reg->name) && elf_name(cli, addr & ~UINT64_C(1), name))
        printf("  <%s>", name);
}

static void print_text(struct cli *cli, const struct ocd_register *registers, size_t count)
{
    size_t width = 0;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(registers[i].name);
        width = length > width ? length : width;
    }
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(registers[i].name);
        text_print_escaped(stdout, registers[i].name, length);
        printf("%*s  ", (int)(width - length), "");
        if (registers[i].valid) {
            print_value(stdout, &registers[i]);
            print_code_name(cli, &registers[i]);
        } else {
            fputc('-', stdout);
        }
        puts(registers[i].dirty ? "  dirty" : "");
    }
}

static void print_json(struct cli *cli, const struct ocd_register *registers, size_t count)
{
    (void)cli;
    fputs("{\"registers\": [", stdout);
    for (size_t i = 0; i < count; i++) {
        const struct ocd_register *reg = &registers[i];
        fputs(i == 0 ? "{" : ", {", stdout);
        text_print_member(stdout, "name", reg->name);
        printf("\"number\": %u, \"bits\": %u, \"value\": ", reg->number, reg->bits);
        if (reg->valid) {
            fputc('"', stdout);
            print_value(stdout, reg);
            fputc('"', stdout);
        } else {
            fputs("null", stdout);
        }
        printf(", \"dirty\": %s}", reg->dirty ? "true" : "false");
    }
    puts("]}");
}

/* A hexadecimal value of more than 64 bits; returns its number of bytes, 0 if it is malformed. */
static size_t parse_wide(const char *text, uint8_t bytes[BYTES_MAX])
{
    size_t digits = strncmp(text, "0x", 2) == 0 ? strlen(text + 2) : 0;
    size_t size = (digits + 1) / 2;
    if (size == 0 || size > BYTES_MAX || strspn(text + 2, "0123456789abcdefABCDEF") != digits)
        return 0;
    for (size_t i = 0; i < size; i++) {
        char pair[3] = "";
        size_t end = digits - 2 * i;
        memcpy(pair, text + 2 + (end >= 2 ? end - 2 : 0), end >= 2 ? 2 : 1);
        bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return size;
}

/* NAME=VALUE; `value` points after the '='. */
static struct ocd_op *write_async(struct cli *cli, const char *name, const char *value)
{
    struct ocd_call call = cli_call(cli);
    uint8_t bytes[BYTES_MAX];
    uint64_t number;
    if (number_parse(value, &number) == NULL)
        return ocd_write_register_async(cli->session, name, number, &call);
    return ocd_write_register_bytes_async(cli->session, name, bytes, parse_wide(value, bytes),
                                          &call);
}

/* Checked before anything is sent. */
static int check_operands(struct cli *cli, const struct args *args)
{
    for (int i = 0; i < args->count; i++) {
        const char *equals = strchr(args->operands[i], '=');
        uint64_t number;
        uint8_t bytes[BYTES_MAX];
        if (args->operands[i][0] == '\0' || equals == args->operands[i])
            return report_word(cli, "NAME", args->operands[i], "has no name");
        if (equals != NULL && number_parse(equals + 1, &number) != NULL &&
            parse_wide(equals + 1, bytes) == 0)
            return report_word(cli, "VALUE", equals + 1, "is not a number (decimal or 0x...)");
    }
    return CLI_DONE;
}

/* Writes each NAME=VALUE, and collects the other names in `names`; returns CLI_DONE or the code. */
static int write_all(struct cli *cli, const struct args *args, const char **names, size_t *count)
{
    for (int i = 0; i < args->count; i++) {
        char *equals = strchr(args->operands[i], '=');
        if (equals == NULL) {
            names[(*count)++] = args->operands[i];
            continue;
        }
        *equals = '\0';
        struct ocd_op *op = write_async(cli, args->operands[i], equals + 1);
        int result = cli_wait(cli, op);
        int status = result == OCD_OK ? CLI_DONE : failed(cli, result, op);
        ocd_op_free(op);
        if (status != CLI_DONE)
            return status;
    }
    return CLI_DONE;
}

static int read_all(struct cli *cli, const struct args *args, const char *const *names,
                    size_t name_count, bool json)
{
    struct ocd_register *registers = NULL;
    size_t count = 0;
    struct ocd_call call = cli_call(cli);
    call.flags = args_has(args, ARGS_FORCE) ? (unsigned)OCD_READ_REGISTERS_FORCE : 0;
    struct ocd_op *op = args_has(args, 'a')
                            ? ocd_registers_async(cli->session, &registers, &count, &call)
                            : ocd_read_registers_async(cli->session, name_count > 0 ? names : NULL,
                                                       name_count, &registers, &count, &call);
    int result = cli_wait(cli, op);
    int status = CLI_DONE;
    if (result != OCD_OK)
        status = failed(cli, result, op);
    else
        (json ? print_json : print_text)(cli, registers, count);
    ocd_op_free(op);
    ocd_free(registers);
    return status;
}

static int run(struct cli *cli, const struct args *args)
{
    bool json;
    int status = cli_text_or_json(cli, args, &json);
    if (status == CLI_DONE)
        status = check_operands(cli, args);
    if (status == CLI_DONE && args->count > 0 && args_has(args, 'a'))
        status = report_usage(cli, "--all takes no names");
    if (status == CLI_DONE)
        status = cli_connect(cli);
    if (status != CLI_DONE)
        return status;
    const char **names = calloc((size_t)args->count + 1, sizeof(*names));
    size_t count = 0;
    if (names == NULL)
        return failed(cli, OCD_ERR_NOMEM, NULL);
    status = write_all(cli, args, names, &count);
    /* When everything was written there is nothing to print. */
    if (status == CLI_DONE && (args->count == 0 || count > 0))
        status = read_all(cli, args, names, count, json);
    else if (status == CLI_DONE && json)
        puts("{\"done\": true}");
    free(names);
    return status;
}

const struct command command_reg = {
    .name = "reg",
    .help = help,
    .options = options,
    .operands_max = -1,
    .run = run,
};
