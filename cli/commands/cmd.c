// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output.h"
#include "report.h"
#include "text.h"

static const char help[] =
    "usage: ocd cmd TCL...\n"
    "\n"
    "Runs a command or script in OpenOCD and prints its result. Several words are\n"
    "joined with blanks, as a shell's eval does; give one quoted word where braces or\n"
    "blanks matter. All after the first word belongs to the command: options of the\n"
    "tool come before it.\n"
    "\n"
    "  ocd cmd halt\n"
    "  ocd cmd mdw 0x20000000 4\n"
    "  ocd --timeout 60 cmd 'program firmware.elf verify reset'\n"
    "\n"
    "The result goes to a file or a pipe as it is; on a terminal control bytes are\n"
    "shown as \\xNN; with '-f json' before the command it is the \"result\" of a JSON\n"
    "object. What a command only logs is not in its result; capture it:\n"
    "\n"
    "  ocd cmd 'capture {reset halt}'\n";

static const struct option options[] = {
    {"format", required_argument, NULL, 'f'},
    {0},
};

/* The operands with blanks between them, to be freed; NULL when memory is short. */
static char *join(const struct args *args)
{
    size_t size = 1;
    for (int i = 0; i < args->count; i++)
        size += strlen(args->operands[i]) + 1;
    char *joined = malloc(size);
    char *at = joined;
    for (int i = 0; i < args->count && joined != NULL; i++) {
        if (i > 0)
            *at++ = ' ';
        size_t length = strlen(args->operands[i]);
        memcpy(at, args->operands[i], length + 1);
        at += length;
    }
    return joined;
}

static int print(struct cli *cli, const char *result)
{
    struct output output;
    size_t length = strlen(result);
    if (cli->json) {
        fputs("{\"result\": ", stdout);
        text_print_json(stdout, result);
        puts("}");
        return CLI_DONE;
    }
    output_open(&output, NULL, false);
    if (isatty(STDOUT_FILENO) == 1)
        text_print_lines(output.stream, result, length);
    else
        output_bytes(&output, result, length);
    if (length > 0 && result[length - 1] != '\n')
        output_text(&output, "\n");
    int error = output_close(&output, true);
    return error == 0 ? CLI_DONE : report_local(cli, "standard output", error);
}

static int run(struct cli *cli, const struct args *args)
{
    bool json;
    int status = cli_begin(cli, args, &json);
    if (status != CLI_DONE)
        return status;
    char *tcl = join(args);
    char *text = NULL;
    struct ocd_call call = cli_call(cli);
    struct ocd_op *op = tcl != NULL ? ocd_command_async(cli->session, tcl, &text, &call) : NULL;
    int result = cli_wait(cli, op);
    if (result == OCD_OK)
        status = print(cli, text != NULL ? text : "");
    else
        status = report_failure(cli, result, op != NULL ? ocd_op_error(op) : NULL, "cmd", NULL);
    ocd_op_free(op);
    ocd_free(text);
    free(tcl);
    return status;
}

const struct command command_cmd = {
    .name = "cmd",
    .help = help,
    .options = options,
    .operands = "TCL",
    .operands_min = 1,
    .operands_max = -1,
    .stop = true,
    .run = run,
};
