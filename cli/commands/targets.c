// SPDX-License-Identifier: MIT
#include <string.h>

#include "output.h"
#include "report.h"
#include "target_list.h"

static const char help[] =
    "usage: ocd targets [-f text|json]\n"
    "\n"
    "Lists the targets of the OpenOCD: name, type, byte order and state, the current\n"
    "one marked with a star.\n"
    "\n"
    "  -f, --format FORMAT  text (unless given), or one json object: \"targets\", an\n"
    "                       array of objects: \"name\", \"type\", \"endian\", \"state\",\n"
    "                       \"current\"\n";

static const struct option options[] = {
    {"format", required_argument, NULL, 'f'},
    {0},
};

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
    if (result != OCD_OK) {
        status = report_failure(cli, result, op != NULL ? ocd_op_error(op) : NULL, "targets", NULL);
    } else if (json) {
        fputs("{\"targets\": ", stdout);
        target_list_json(stdout, targets, count);
        fputs("}\n", stdout);
    } else {
        target_list_text(stdout, "", targets, count);
    }
    ocd_op_free(op);
    ocd_free(targets);
    return status;
}

const struct command command_targets = {
    .name = "targets", .help = help, .options = options, .run = run};
