// SPDX-License-Identifier: MIT
/* Serves the page with made-up values, for tests of the page and for measuring it:
 *     web_feeder [COLUMNS [HZ [write]]]
 * Prints the page's address. Column i is a sine of period 2 + i seconds and amplitude 1 + i, but
 * the last one counts the frames. Lines on standard input: "gap SECONDS REASON", "note TEXT",
 * "unreadable N", "readable N", "stop" and "go" of the frames; at its end it ends. What the page
 * asks for is printed. */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "web/web.h"

#define COLUMNS_MAX 64

struct feeder {
    struct web *web;
    size_t count;
    char names[COLUMNS_MAX][64];
    uint32_t ids[COLUMNS_MAX];
    bool unreadable[COLUMNS_MAX];
    uint32_t next_id;
    uint64_t frames;
    bool stopped;
};

static double now_s(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void set_columns(struct feeder *feeder)
{
    struct web_column columns[COLUMNS_MAX];
    for (size_t i = 0; i < feeder->count; i++)
        columns[i] = (struct web_column){.id = feeder->ids[i],
                                         .name = feeder->names[i],
                                         .unit = i % 4 == 1   ? "A"
                                                 : i % 4 == 2 ? "°C"
                                                              : "",
                                         .type = "double"};
    web_set_columns(feeder->web, columns, feeder->count);
}

static bool add(void *user, const char *text, char *message)
{
    struct feeder *feeder = user;
    printf("add %s\n", text);
    fflush(stdout);
    if (strcmp(text, "wrong") == 0 || feeder->count == COLUMNS_MAX) {
        snprintf(message, WEB_MESSAGE_MAX, "there is no %s", text);
        return false;
    }
    snprintf(feeder->names[feeder->count], sizeof(*feeder->names), "%s", text);
    feeder->unreadable[feeder->count] = false;
    feeder->ids[feeder->count++] = feeder->next_id++;
    set_columns(feeder);
    return true;
}

static bool remove_column(void *user, uint32_t id, char *message)
{
    struct feeder *feeder = user;
    size_t at = 0;
    printf("remove %u\n", (unsigned)id);
    fflush(stdout);
    while (at < feeder->count && feeder->ids[at] != id)
        at++;
    if (at == feeder->count) {
        snprintf(message, WEB_MESSAGE_MAX, "there is no such value");
        return false;
    }
    feeder->count--;
    for (; at < feeder->count; at++) {
        memcpy(feeder->names[at], feeder->names[at + 1], sizeof(*feeder->names));
        feeder->ids[at] = feeder->ids[at + 1];
        feeder->unreadable[at] = feeder->unreadable[at + 1];
    }
    set_columns(feeder);
    return true;
}

static bool write_value(void *user, uint32_t id, const char *value, char *message)
{
    (void)user;
    printf("write %u %s\n", (unsigned)id, value);
    fflush(stdout);
    snprintf(message, WEB_MESSAGE_MAX, "%s is not a number", value);
    return value[0] >= '0' && value[0] <= '9';
}

static void complete(void *user, const char *text, struct web_names *names)
{
    static const char *const all[] = {"motor.speed", "motor.current", "pid.error"};
    (void)user;
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        if (strncmp(all[i], text, strlen(text)) == 0)
            web_names_add(names, all[i]);
}

static void feed(struct feeder *feeder)
{
    struct web_value values[COLUMNS_MAX] = {{0}};
    double time = now_s(CLOCK_REALTIME);
    for (size_t i = 0; i < feeder->count; i++) {
        double turns = time / (2.0 + (double)i);
        values[i].has_number = !feeder->unreadable[i];
        values[i].number = (1.0 + (double)i) * sin(6.283185307179586 * turns);
        if (i + 1 == feeder->count)
            values[i].number = (double)feeder->frames;
        if (feeder->unreadable[i]) {
            values[i].flag = "unreadable";
            values[i].cause = "bus fault";
        }
    }
    web_add_frame(feeder->web,
                  &(struct web_frame){
                      .time = time, .state = "running", .values = values, .count = feeder->count});
    feeder->frames++;
}

static void obey(struct feeder *feeder, const char *line)
{
    char text[100];
    double seconds;
    unsigned number;
    if (sscanf(line, "gap %lf %99[^\n]", &seconds, text) == 2)
        web_add_gap(
            feeder->web,
            &(struct web_gap){.time = now_s(CLOCK_REALTIME), .seconds = seconds, .reason = text});
    else if (sscanf(line, "note %99[^\n]", text) == 1)
        web_add_note(feeder->web, text);
    else if (sscanf(line, "unreadable %u", &number) == 1 && number < COLUMNS_MAX)
        feeder->unreadable[number] = true;
    else if (sscanf(line, "readable %u", &number) == 1 && number < COLUMNS_MAX)
        feeder->unreadable[number] = false;
    else
        feeder->stopped = strcmp(line, "stop") == 0;
}

/* False: standard input has ended. */
static bool take_lines(struct feeder *feeder)
{
    char text[1000];
    ssize_t size = read(STDIN_FILENO, text, sizeof(text) - 1);
    if (size <= 0)
        return false;
    text[size] = '\0';
    for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        obey(feeder, line);
    }
    return true;
}

/* Until standard input ends. */
static void serve(struct feeder *feeder, double hertz)
{
    double next = now_s(CLOCK_MONOTONIC);
    for (;;) {
        struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                               {.fd = web_fd(feeder->web), .events = POLLIN}};
        double left = next - now_s(CLOCK_MONOTONIC);
        int frame = left > 0 ? (int)(left * 1000) + 1 : 0;
        int wait = web_timeout(feeder->web);
        poll(fds, 2, wait >= 0 && wait < frame ? wait : frame);
        web_process(feeder->web);
        while (now_s(CLOCK_MONOTONIC) >= next) {
            if (!feeder->stopped)
                feed(feeder);
            next += 1 / hertz;
        }
        if (fds[0].revents != 0 && !take_lines(feeder))
            return;
    }
}

int main(int argc, char **argv)
{
    struct feeder feeder = {0};
    size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 8;
    double hertz = argc > 2 ? strtod(argv[2], NULL) : 100;
    struct web_options options = {
        .may_write = argc > 3,
        .calls = {.add = add, .remove = remove_column, .write = write_value, .complete = complete},
        .user = &feeder};
    for (; feeder.count < count && feeder.count < COLUMNS_MAX; feeder.count++) {
        snprintf(feeder.names[feeder.count], sizeof(*feeder.names), "curve[%zu]", feeder.count);
        feeder.ids[feeder.count] = feeder.next_id++;
    }
    int error = hertz > 0 ? web_open(&feeder.web, &options) : EINVAL;
    if (error != 0) {
        fprintf(stderr, "web_feeder: %s\n", strerror(error));
        return 1;
    }
    set_columns(&feeder);
    puts(web_url(feeder.web));
    fflush(stdout);
    serve(&feeder, hertz);
    web_close(feeder.web);
    return 0;
}
