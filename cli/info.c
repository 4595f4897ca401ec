// SPDX-License-Identifier: MIT
#include <string.h>

#include "output.h"
#include "report.h"
#include "text.h"

static const char help[] =
    "usage: ocd info [-f text|json]\n"
    "\n"
    "Prints OpenOCD's version, where it listens, what the session can do, and the\n"
    "targets: name, type, byte order, state, and which is the current one.\n"
    "\n"
    "  -f, --format FORMAT  text (unless given), or one json object: \"openocd\",\n"
    "                       \"host\", \"port\", \"features\" (\"memory\", \"local\",\n"
    "                       \"started\"), and \"targets\" (\"name\", \"type\", \"endian\",\n"
    "                       \"state\", \"current\")\n";

static const struct option options[] = {
    {"format", required_argument, NULL, 'f'},
    {0},
};

static const struct feature {
    unsigned bit;
    const char *name; /* in JSON */
    const char *text;
} features[] = {
    {OCD_FEATURE_MEMORY, "memory", "memory access"},
    {OCD_FEATURE_LOCAL, "local", "same-host path"},
    {OCD_FEATURE_STARTED, "started", "started by this command"},
};

#define FEATURES (sizeof features / sizeof *features)

static const char *host_of(const struct cli *cli)
{
    return cli->settings.host != NULL ? cli->settings.host : "localhost";
}

static const char *endian_name(const struct ocd_target *target)
{
    return target->endian == OCD_BIG_ENDIAN ? "big" : "little";
}

static void print_cell(FILE *stream, const char *text, size_t width)
{
    size_t length = strlen(text);
    text_print_escaped(stream, text, length);
    fprintf(stream, "%*s", (int)(length < width ? width - length : 0) + 2, "");
}

static size_t wider(size_t width, const char *text)
{
    size_t length = strlen(text);
    return length > width ? length : width;
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
        if ((ocd_features(cli->session) & features[i].bit) != 0) {
            fprintf(stream, "%s%s", between, features[i].text);
            between = ", ";
        }
    }
    fputs(between[0] != '\0' ? "\n" : "none\n", stream);

    size_t name = 0;
    size_t type = 0;
    for (size_t i = 0; i < count; i++) {
        name = wider(name, targets[i].name);
        type = wider(type, targets[i].type);
    }
    for (size_t i = 0; i < count; i++) {
        fputs(targets[i].current ? "target  * " : "target    ", stream);
        print_cell(stream, targets[i].name, name);
        print_cell(stream, targets[i].type, type);
        print_cell(stream, endian_name(&targets[i]), strlen("little"));
        text_print_escaped(stream, targets[i].state, strlen(targets[i].state));
        fputc('\n', stream);
    }
}

static void print_member(FILE *stream, const char *name, const char *value)
{
    fprintf(stream, "\"%s\": ", name);
    text_print_json(stream, value);
    fputs(", ", stream);
}

static void print_json(const struct cli *cli, FILE *stream, const struct ocd_target *targets,
                       size_t count)
{
    const char *between = "";
    fputc('{', stream);
    print_member(stream, "openocd", ocd_server_version(cli->session));
    print_member(stream, "host", host_of(cli));
    fprintf(stream, "\"port\": %u, \"features\": [", ocd_port(cli->session));
    for (size_t i = 0; i < FEATURES; i++) {
        if ((ocd_features(cli->session) & features[i].bit) != 0) {
            fprintf(stream, "%s\"%s\"", between, features[i].name);
            between = ", ";
        }
    }
    fputs("], \"targets\": [", stream);
    for (size_t i = 0; i < count; i++) {
        fputs(i == 0 ? "{" : ", {", stream);
        print_member(stream, "name", targets[i].name);
        print_member(stream, "type", targets[i].type);
        print_member(stream, "endian", endian_name(&targets[i]));
        print_member(stream, "state", targets[i].state);
        fprintf(stream, "\"current\": %s}", targets[i].current ? "true" : "false");
    }
    fputs("]}\n", stream);
}

static int run(struct cli *cli, const struct args *args)
{
    const char *format = args_has(args, 'f') ? args->value['f'] : "text";
    bool json = strcmp(format, "json") == 0;
    if (!json && strcmp(format, "text") != 0) {
        return report_word(cli, "-f", format, "is not a format (text or json)");
    }
    int status = cli_connect(cli);
    if (status != CLI_DONE) {
        return status;
    }

    struct ocd_target *targets = NULL;
    size_t count = 0;
    struct ocd_call call = cli_call(cli);
    /* Nobody has needed it yet, but what the session can do includes it. */
    struct ocd_op *proof = ocd_prove_local_async(cli->session, &call);
    struct ocd_op *op = ocd_targets_async(cli->session, &targets, &count, &call);
    int result = cli_wait(cli, op);
    ocd_op_free(proof);
    if (result == OCD_OK) {
        (json ? print_json : print_text)(cli, stdout, targets, count);
    } else {
        status = report_failure(cli, result, op != NULL ? ocd_op_error(op) : NULL, "info", NULL);
    }
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
