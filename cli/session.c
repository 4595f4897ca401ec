// SPDX-License-Identifier: MIT
/* The session of a command, driven by a loop of the tool's own so that a signal ends any wait. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "report.h"
#include "signals.h"

/* Waits until the session or a signal wants attention. */
static void wait_for_any(struct cli *cli)
{
    struct pollfd fds[] = {
        {.fd = signals_fd(), .events = POLLIN},
        {.fd = ocd_loop_fd(cli->session), .events = ocd_loop_events(cli->session)},
    };
    poll(fds, 2, ocd_loop_timeout(cli->session));
}

int cli_wait(struct cli *cli, struct ocd_op *op)
{
    while (ocd_op_result(op) == OCD_PENDING) {
        if (signals_caught() != 0 || cli->output_error != 0)
            ocd_cancel(op);
        else
            wait_for_any(cli);
        int result = ocd_loop_dispatch(cli->session);
        if (result != OCD_OK && ocd_op_result(op) == OCD_PENDING)
            return result;
    }
    return ocd_op_result(op);
}

int64_t cli_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

uint32_t cli_time_left(const struct cli *cli)
{
    uint32_t limit = cli->settings.deadline_ms;
    if (limit == OCD_TIMEOUT_NONE)
        return limit;
    int64_t left = cli->begun_ms + limit - cli_now_ms();
    return left > 0 ? (uint32_t)left : 1;
}

struct ocd_call cli_call(const struct cli *cli)
{
    return (struct ocd_call){
        .target = cli->settings.target,
        .space = cli->settings.phys ? OCD_SPACE_PHYSICAL : OCD_SPACE_SESSION,
        .timeout_ms = cli->settings.timeout_ms,
        .deadline_ms = cli_time_left(cli),
    };
}

struct ocd_op *cli_connect_async(struct cli *cli, char subject[CLI_SUBJECT_MAX])
{
    const struct settings *settings = &cli->settings;
    bool shell = cli->command == &command_shell; /* its lines have settings of their own */
    struct ocd_options options = {
        .host = settings->host,
        .port = settings->port,
        .timeout_ms = settings->timeout_ms,
        .deadline_ms = shell ? 0 : cli_time_left(cli),
        .target = settings->target,
        .phys = settings->phys,
        .read_only = settings->read_only,
        .writable = settings->writable,
        .writable_count = settings->writable_count,
        .trace = settings->verbose || settings->dry_run || shell ? report_trace : NULL,
        .trace_user = cli,
        .connection = cli->connection,
        .connection_user = cli->connection_user,
        .config = settings->spawn,
        .reconnect = shell || cli->command->reconnect,
        .wait_server = settings->wait_server,
    };
    if (settings->spawn != NULL) {
        snprintf(subject, CLI_SUBJECT_MAX, "start OpenOCD");
        return ocd_start_async(&cli->session, &options, NULL);
    }
    snprintf(subject, CLI_SUBJECT_MAX, "connect %.255s:%u",
             settings->host != NULL ? settings->host : "localhost",
             settings->port != 0 ? settings->port : CLI_TCL_PORT);
    return ocd_connect_async(&cli->session, &options, NULL);
}

int cli_connect(struct cli *cli)
{
    char subject[CLI_SUBJECT_MAX];
    if (cli->session != NULL)
        return CLI_DONE; /* the shell's */
    struct ocd_op *op = cli_connect_async(cli, subject);
    int status = CLI_DONE;
    int result = cli_wait(cli, op);
    if (result != OCD_OK)
        status = report_failure(cli, result, op != NULL ? ocd_op_error(op) : NULL, subject, NULL);
    ocd_op_free(op);
    return status;
}

int cli_text_or_json(struct cli *cli, const struct args *args, bool *json)
{
    const char *format = args_has(args, 'f') ? args->value['f'] : "text";
    *json = strcmp(format, "json") == 0;
    if (!*json && strcmp(format, "text") != 0)
        return report_word(cli, "-f", format, "is not a format (text or json)");
    return CLI_DONE;
}

int cli_begin(struct cli *cli, const struct args *args, bool *json)
{
    int status = cli_text_or_json(cli, args, json);
    return status == CLI_DONE ? cli_connect(cli) : status;
}

int cli_target(struct cli *cli, struct cli_target *target)
{
    struct ocd_target *targets = NULL;
    size_t count = 0;
    struct ocd_call call = cli_call(cli);
    struct ocd_op *op = ocd_targets_async(cli->session, &targets, &count, &call);
    int result = cli_wait(cli, op);
    int status = CLI_DONE;
    if (result != OCD_OK) {
        status =
            report_failure(cli, result, op != NULL ? ocd_op_error(op) : NULL, "list targets", NULL);
    }
    const char *name = cli->settings.target;
    bool found = false;
    for (size_t i = 0; i < count && status == CLI_DONE && !found; i++) {
        found = name != NULL ? strcmp(targets[i].name, name) == 0 : targets[i].current;
        target->endian = targets[i].endian;
        snprintf(target->type, sizeof(target->type), "%s", targets[i].type);
    }
    if (status == CLI_DONE && !found) {
        status = report_failure(cli, OCD_ERR_NO_TARGET, NULL,
                                name != NULL ? name : "current target", NULL);
    }
    ocd_op_free(op);
    ocd_free(targets);
    return status;
}

int cli_endian(struct cli *cli, enum ocd_endian *endian)
{
    struct cli_target target = {.endian = OCD_LITTLE_ENDIAN};
    int status = cli_target(cli, &target);
    *endian = target.endian;
    return status;
}
