// SPDX-License-Identifier: MIT
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>

#include "output.h"
#include "report.h"
#include "signals.h"
#include "text.h"

static const char help[] =
    "usage: ocd events [-f text|json] [--until NAME]\n"
    "\n"
    "Follows what happens to the targets, one event a line, until it is interrupted\n"
    "or OpenOCD ends the connection.\n"
    "\n"
    "  -f, --format FORMAT  text (unless given): \"event halted\", \"state running\",\n"
    "                       \"reset init\"; or json, an object a line: \"kind\"\n"
    "                       (event, state, reset, other), \"name\"\n"
    "      --until NAME     end, with success, when an event of that name has come;\n"
    "                       exit code 5 if it has not within --timeout\n"
    "\n"
    "Without --until it ends after --deadline, with exit code 5.\n";

static const struct option options[] = {
    {"format", required_argument, NULL, 'f'},
    {"until", required_argument, NULL, ARGS_UNTIL},
    {0},
};

struct follower {
    bool json;
    const char *until;
    bool found;
    int error; /* errno of standard output */
};

static const char *kind_name(enum ocd_event_kind kind)
{
    switch (kind) {
    case OCD_EVENT_TARGET:
        return "event";
    case OCD_EVENT_STATE:
        return "state";
    case OCD_EVENT_RESET:
        return "reset";
    default:
        return "other";
    }
}

static void print_event(const struct ocd_event *event, void *user)
{
    struct follower *f = user;
    const char *name = event->kind == OCD_EVENT_OTHER ? event->text : event->name;
    if (f->json) {
        fputc('{', stdout);
        text_print_member(stdout, "kind", kind_name(event->kind));
        fputs("\"name\": ", stdout);
        text_print_json(stdout, name);
        fputs("}\n", stdout);
    } else {
        printf("%s ", kind_name(event->kind));
        text_print_line(stdout, name);
        fputc('\n', stdout);
    }
    if (fflush(stdout) != 0 && f->error == 0)
        f->error = errno;
    f->found = f->found || (f->until != NULL && event->kind == OCD_EVENT_TARGET &&
                            strcmp(f->until, event->name) == 0);
}

/* Milliseconds until `end`, or until the session must be called, if that is sooner; -1: for
 * ever. */
static int wait_ms(int64_t end, int session)
{
    int64_t left = end < 0 ? INT_MAX : end - cli_now_ms();
    left = left < 0 ? 0 : left > INT_MAX ? INT_MAX : left;
    if (end < 0)
        return session;
    return session >= 0 && session < left ? session : (int)left;
}

/* When to give up, -1: never. --timeout limits only the wait for an event. */
static int64_t end_of(const struct cli *cli, const struct follower *f)
{
    uint32_t left = cli_time_left(cli), timeout = cli->settings.timeout_ms;
    if (f->until != NULL && timeout < left)
        left = timeout;
    return left != OCD_TIMEOUT_NONE ? cli_now_ms() + left : -1;
}

/* Runs until the awaited event or a signal comes, or the connection ends. */
static int follow(struct cli *cli, const struct follower *f)
{
    int64_t end = end_of(cli, f);
    while (!f->found && f->error == 0 && signals_caught() == 0) {
        if (end >= 0 && cli_now_ms() >= end) {
            return report_error(cli, CLI_TIMEOUT, OCD_ERR_TIMEOUT, "events",
                                f->until != NULL ? "timed out: that event has not come"
                                                 : "timed out");
        }
        struct pollfd fds[] = {
            {.fd = signals_fd(), .events = POLLIN},
            {.fd = ocd_loop_fd(cli->session), .events = ocd_loop_events(cli->session)},
        };
        poll(fds, 2, wait_ms(end, ocd_loop_timeout(cli->session)));
        int result = ocd_loop_dispatch(cli->session);
        if (result != OCD_OK)
            return report_failure(cli, result, NULL, "events", NULL);
    }
    if (f->error != 0)
        return report_local(cli, "standard output", f->error);
    return f->found ? CLI_DONE : CLI_SIGNAL + signals_caught();
}

static int run(struct cli *cli, const struct args *args)
{
    struct follower f = {.until = args->value[ARGS_UNTIL]};
    int status = cli_begin(cli, args, &f.json);
    if (status != CLI_DONE)
        return status;
    struct ocd_call call = cli_call(cli);
    struct ocd_op *op = ocd_subscribe_events_async(cli->session, print_event, &f, &call);
    int result = cli_wait(cli, op);
    if (result != OCD_OK)
        status = report_failure(cli, result, op != NULL ? ocd_op_error(op) : NULL, "events", NULL);
    ocd_op_free(op);
    return status == CLI_DONE ? follow(cli, &f) : status;
}

const struct command command_events = {
    .name = "events", .help = help, .options = options, .run = run};
