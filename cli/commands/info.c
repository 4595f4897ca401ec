// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "output.h"
#include "report.h"
#include "target_list.h"
#include "text.h"

static const char help[] =
    "usage: ocd info [-f text|json]\n"
    "\n"
    "Prints OpenOCD's version, where it listens, what the session can do, how bulk\n"
    "data move, and the targets: name, type, byte order, state, and which is the\n"
    "current one. `bytes  text (REASON)` means that OpenOCD can make no temporary\n"
    "file, so that bulk data move as text, which is slower. `zeros  confirmed ...`\n"
    "means that this OpenOCD may answer zeros for what it could not read of a RISC-V,\n"
    "so that zeros of bulk reads are read again (docs/reliability.md).\n"
    "\n"
    "  -f, --format FORMAT  text (unless given), or one json object: \"openocd\",\n"
    "                       \"host\", \"port\", \"features\" (\"memory\", \"raw\",\n"
    "                       \"started\", \"confirm\"), \"bytes\" (\"raw\", or \"text\n"
    "                       (REASON)\"), and \"targets\" (\"name\", \"type\",\n"
    "                       \"endian\", \"state\", \"current\")\n";

static const struct option options[] = {
    {"format", required_argument, NULL, 'f'},
    {0},
};

static const struct feature {
    unsigned bit;
    const char *name; /* in JSON */
    const char *text; /* NULL: a line of its own */
} features[] = {
    {OCD_FEATURE_MEMORY, "memory", "memory access"},
    {OCD_FEATURE_RAW, "raw", NULL},
    {OCD_FEATURE_STARTED, "started", "started by this command"},
    {OCD_FEATURE_CONFIRM, "confirm", NULL},
};

#define FEATURES (sizeof(features) / sizeof(*features))

static const char *host_of(const struct cli *cli)
{
    return cli->settings.host != NULL ? cli->settings.host : "localhost";
}

#define BYTES_MAX 320

/* `raw`, or `text (REASON)`. */
static void describe_bytes(const struct cli *cli, char text[BYTES_MAX])
{
    const char *reason = ocd_text_reason(cli->session);
    snprintf(text, BYTES_MAX, reason[0] != '\0' ? "text (%s)" : "raw", reason);
}

static void print_text(const struct cli *cli, FILE *stream, const struct ocd_target *targets,
                       size_t count)
{
    const char *between = "";
    const char *version = ocd_server_version(cli->session);
    fputs("OpenOCD   ", stream);
    text_print_escaped(stream, version, strlen(version));
    fputs("\naddress   ", stream);
    text_print_escaped(stream, host_of(cli), strlen(host_of(cli)));
    fprintf(stream, ":%u\nfeatures  ", ocd_port(cli->session));
    for (size_t i = 0; i < FEATURES; i++) {
        if (features[i].text != NULL && (ocd_features(cli->session) & features[i].bit) != 0) {
            fprintf(stream, "%s%s", between, features[i].text);
            between = ", ";
        }
    }
    fputs(between[0] != '\0' ? "\n" : "none\n", stream);
    char bytes[BYTES_MAX];
    describe_bytes(cli, bytes);
    fputs("bytes     ", stream);
    text_print_escaped(stream, bytes, strlen(bytes));
    fputc('\n', stream);
    if ((ocd_features(cli->session) & OCD_FEATURE_CONFIRM) != 0) {
        fputs(
            "zeros     confirmed by single reads, the ends of each range and a word of each KiB\n",
            stream);
    }

    target_list_text(stream, "target  ", targets, count);
}

static void print_json(const struct cli *cli, FILE *stream, const struct ocd_target *targets,
                       size_t count)
{
    const char *between = "";
    fputc('{', stream);
    text_print_member(stream, "openocd", ocd_server_version(cli->session));
    text_print_member(stream, "host", host_of(cli));
    fprintf(stream, "\"port\": %u, \"features\": [", ocd_port(cli->session));
    for (size_t i = 0; i < FEATURES; i++) {
        if ((ocd_features(cli->session) & features[i].bit) != 0) {
            fprintf(stream, "%s\"%s\"", between, features[i].name);
            between = ", ";
        }
    }
    fputs("], ", stream);
    char bytes[BYTES_MAX];
    describe_bytes(cli, bytes);
    text_print_member(stream, "bytes", bytes);
    fputs("\"targets\": ", stream);
    target_list_json(stream, targets, count);
    fputs("}\n", stream);
}

static int run(struct cli *cli, const struct args *args)
{
    bool json;
    int status = cli_begin(cli, args, &json);
    if (status != CLI_DONE)
        return status;

    struct ocd_target *targets = NULL;
    size_t count = 0;
    struct ocd_call call = cli_call(cli);
    struct ocd_op *op = ocd_targets_async(cli->session, &targets, &count, &call);
    int result = cli_wait(cli, op);
    if (result == OCD_OK)
        (json ? print_json : print_text)(cli, stdout, targets, count);
    else
        status = report_failure(cli, result, op != NULL ? ocd_op_error(op) : NULL, "info", NULL);
    ocd_op_free(op);
    ocd_free(targets);
    return status;
}

const struct command command_info = {
    .name = "info",
    .help = help,
    .options = options,
    .operands_min = 0,
    .operands_max = 0,
    .run = run,
};
