// SPDX-License-Identifier: MIT
/* The loop of a run, and its end. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report.h"
#include "signals.h"
#include "text.h"
#include "watch/screen/terminal.h"
#include "watch/watch.h"

int64_t watch_now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void watch_say(struct watch *watch, const char *format, ...)
{
    char text[SCREEN_MESSAGE_MAX];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof(text), format, list);
    va_end(list);
    page_say(&watch->page, text);
    if (watch->screen.open) {
        screen_say(&watch->screen, text);
        return;
    }
    fputs("ocd: watch: ", stderr);
    text_print_line(stderr, text);
    fputc('\n', stderr);
}

void watch_say_failure(struct watch *watch, const struct column *column,
                       const struct ocd_error *error)
{
    const struct item *item = &column->item;
    if (strcmp(item->name, item->text) == 0)
        watch_say(watch, "%s", error->text);
    else
        watch_say(watch, "%s: %s", item->name, error->text);
}

/* --- The end --- */

static void print_summary(struct watch *watch)
{
    struct ocd_sampler_stats stats;
    char asked[40], reached[40] = "";
    if (watch->cli->settings.quiet || ocd_sampler_get_stats(watch->sampler, &stats) != OCD_OK ||
        stats.frames == 0)
        return;
    stats.gaps += watch->lost;
    if (watch->options->rate >= OCD_RATE_MAX)
        snprintf(asked, sizeof(asked), "max");
    else
        snprintf(asked, sizeof(asked), "%g Hz", watch->options->rate);
    if (stats.rate > 0)
        snprintf(reached, sizeof(reached), ", %.4g Hz", stats.rate);
    fprintf(stderr,
            "ocd: watch: %" PRIu64 " frame%s%s (asked: %s), %" PRIu64 " late, %" PRIu64
            " torn, %" PRIu64 " gap%s",
            stats.frames, stats.frames == 1 ? "" : "s", reached, asked, stats.late, stats.torn,
            stats.gaps, stats.gaps == 1 ? "" : "s");
    if (stats.lost > 0)
        fprintf(stderr, ", %" PRIu64 " lost", stats.lost);
    fputc('\n', stderr);
}

static bool has_read_any(const struct watch *watch)
{
    for (size_t i = 0; i < watch->columns.count; i++)
        if (watch->columns.list[i]->read)
            return true;
    return watch->columns.count == 0;
}

/* The exit code of the whole run, after the summary. */
static int status_of_run(struct watch *watch, int result, const struct ocd_error *error)
{
    struct cli *cli = watch->cli;
    const char *path = watch->options->path;
    if (watch->no_memory)
        return report_local(cli, cli->command->name, ENOMEM);
    if (watch->record.error != 0 && watch->record.error != EINTR)
        return report_local(cli, path != NULL ? path : "standard output", watch->record.error);
    if (signals_caught() != 0)
        return CLI_SIGNAL + signals_caught();
    if (result != OCD_OK && result != OCD_ERR_CANCELLED)
        return report_failure(cli, result, error, "watch", NULL);
    if (!has_read_any(watch) && !watch->screen.quit)
        return report_error(cli, CLI_REFUSED, OCD_ERR_TARGET, "watch", "no value could be read");
    if (watch->trigger != NULL && !watch->screen.quit)
        return report_error(cli, CLI_TIMEOUT, OCD_ERR_TIMEOUT, "watch",
                            "the trigger's condition has not become true");
    return CLI_DONE;
}

/* --- The loop --- */

static int soonest(int a, int b)
{
    return a < 0 ? b : b < 0 || a < b ? a : b;
}

static int wait_ms(const struct watch *watch, int64_t now)
{
    int64_t left = watch->end_ms < 0 ? -1 : watch->end_ms - now;
    int wait = watch->end_ms < 0 ? -1 : left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
    wait = soonest(wait, ocd_loop_timeout(watch->cli->session));
    wait = soonest(wait, record_due(&watch->record, now));
    wait = soonest(wait, screen_due(&watch->screen, now));
    return soonest(wait, page_due(&watch->page));
}

static void set_title(struct watch *watch)
{
    struct screen *screen = &watch->screen;
    struct ocd_sampler_stats stats = {0};
    ocd_sampler_get_stats(watch->sampler, &stats);
    const char *path = watch->options->path;
    snprintf(screen->title, sizeof(screen->title),
             "%s%.4g Hz, %" PRIu64 " frames, %" PRIu64 " late, %" PRIu64 " torn, %" PRIu64
             " gaps%s%s%s",
             screen->paused ? "PAUSED  " : "", stats.rate, stats.frames, stats.late, stats.torn,
             stats.gaps, watch->trigger != NULL ? ", waiting for the trigger" : "",
             path != NULL ? " > " : "", path != NULL ? path : "");
}

static void serve_screen(struct watch *watch)
{
    struct screen *screen = &watch->screen;
    int64_t now = cli_now_ms();
    if (!screen->open)
        return;
    if (terminal_process()) {
        screen->stale = true;
        screen->drawn_ms = 0;
    }
    screen_read(screen, now);
    set_title(watch);
    screen_draw(screen, now, watch_now_us());
}

static bool is_over(const struct watch *watch)
{
    return signals_caught() != 0 || watch->screen.quit || watch->cli->output_error != 0 ||
           (watch->end_ms >= 0 && cli_now_ms() >= watch->end_ms) || watch->record.error != 0;
}

static int loop(struct watch *watch)
{
    struct ocd_session *session = watch->cli->session;
    int result = OCD_OK;
    while (ocd_op_result(watch->op) == OCD_PENDING && result == OCD_OK) {
        if (is_over(watch)) {
            ocd_cancel(watch->op);
        } else {
            struct pollfd fds[] = {
                {.fd = signals_fd(), .events = POLLIN},
                {.fd = ocd_loop_fd(session), .events = ocd_loop_events(session)},
                {.fd = screen_fd(&watch->screen), .events = POLLIN},
                {.fd = watch->screen.open ? terminal_fd() : -1, .events = POLLIN},
                {.fd = page_fd(&watch->page), .events = POLLIN},
            };
            poll(fds, sizeof(fds) / sizeof(*fds), wait_ms(watch, cli_now_ms()));
            if ((fds[2].revents & (POLLHUP | POLLERR)) != 0)
                watch->screen.keys_ended = true; /* the terminal is gone */
        }
        result = ocd_loop_dispatch(session);
        watch_check_writes(watch);
        page_process(&watch->page);
        serve_screen(watch);
        if (record_due(&watch->record, cli_now_ms()) == 0)
            record_flush(&watch->record, cli_now_ms());
    }
    return ocd_op_result(watch->op) != OCD_PENDING ? ocd_op_result(watch->op) : result;
}

/* Without a connection no frame ends the gap: it ends with the run. */
static void end_last_gap(struct watch *watch)
{
    if (!watch->lost || watch->last_us == 0)
        return;
    const struct ocd_gap gap = {
        .reason = OCD_GAP_RECONNECTING,
        .from_us = watch->last_us,
        .length_us = (uint64_t)(watch_now_us() - watch->last_us),
    };
    watch_on_gap(&gap, watch);
}

static int run(struct watch *watch)
{
    struct cli *cli = watch->cli;
    struct ocd_call call = cli_call(cli);
    call.timeout_ms = watch->options->timeout_ms;
    watch->op = ocd_sampler_run_async(watch->sampler, &call);
    if (watch->op == NULL)
        return report_failure(cli, OCD_ERR_NOMEM, NULL, "watch", NULL);
    watch->end_ms = watch->options->run_ms > 0 ? cli_now_ms() + watch->options->run_ms : -1;
    int result = loop(watch);
    screen_close(&watch->screen);
    end_last_gap(watch);
    record_close(&watch->record);
    print_summary(watch);
    return status_of_run(watch, result, ocd_op_error(watch->op));
}

/* --- Both --- */

/* A lost connection is reported at once, its duration when it is back. */
static void on_connection(bool connected, const struct ocd_error *error, void *user)
{
    struct watch *watch = user;
    watch->lost = !connected;
    if (!connected && ocd_op_result(watch->op) == OCD_PENDING)
        watch_say(watch, "%s", error != NULL ? error->text : "the connection was lost");
}

static void end(struct watch *watch)
{
    screen_close(&watch->screen);
    page_close(&watch->page);
    watch_drop_writes(watch);
    ocd_op_free(watch->op);
    ocd_sampler_close(watch->sampler);
    record_close(&watch->record);
    ring_close(&watch->ring);
    rows_free(&watch->rows);
    columns_free(&watch->columns);
}

int watch_run(struct cli *cli, const struct watch_options *options, struct items *items)
{
    struct condition condition = options->trigger; /* its text stays that of the options */
    struct watch watch = {
        .cli = cli,
        .options = options,
        .rows = {.json = options->json, .changes = options->changes, .clock = options->clock},
        .record = {.fd = -1},
        .end_ms = -1,
    };
    cli->connection = on_connection;
    cli->connection_user = &watch;
    ring_open(&watch.ring, options->pre);
    watch.actions = watch_actions(&watch);
    int status = watch_begin(&watch, items, options->has_trigger ? &condition : NULL);
    if (status == CLI_DONE)
        status = run(&watch);
    end(&watch);
    ocd_close(cli->shell ? NULL : cli->session); /* now: its callbacks use `watch` */
    cli->session = cli->shell ? cli->session : NULL;
    cli->connection = NULL;
    return status;
}
