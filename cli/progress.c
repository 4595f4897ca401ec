// SPDX-License-Identifier: MIT
#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FIRST_SECONDS 0.25
#define EVERY_SECONDS 0.1
#define LINE_SECONDS  5.0 /* between lines where there is no terminal */
#define BAR_WIDTH     20

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Such as "1023 B", "1.5 KiB", "64.0 MiB". */
static void print_size(double bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    while (bytes >= 1024 && unit + 1 < sizeof(units) / sizeof(*units)) {
        bytes /= 1024;
        unit++;
    }
    fprintf(stderr, "%.*f %s", unit == 0 ? 0 : 1, bytes, units[unit]);
}

/* Such as "1:05" or "2:03:04". */
static void print_time(double seconds)
{
    unsigned long left = (unsigned long)(seconds + 0.5);
    if (left >= 3600)
        fprintf(stderr, "%lu:%02lu:%02lu", left / 3600, left / 60 % 60, left % 60);
    else
        fprintf(stderr, "%lu:%02lu", left / 60, left % 60);
}

void progress_start(struct progress *progress, bool wanted)
{
    progress->enabled = wanted;
    const char *term = getenv("TERM");
    bool dumb = term != NULL && strcmp(term, "dumb") == 0; /* it cannot erase a line */
    progress->terminal = isatty(STDERR_FILENO) == 1 && !dumb;
    progress->shown = false;
    progress->started = now();
    progress->drawn = progress->started + (progress->terminal ? FIRST_SECONDS - EVERY_SECONDS : 0);
}

static void print_bar(double part)
{
    int full = (int)(part * BAR_WIDTH);
    fputc('[', stderr);
    for (int i = 0; i < BAR_WIDTH; i++)
        fputc(i < full ? '#' : '.', stderr);
    fputs("] ", stderr);
}

void progress_update(struct progress *progress, uint64_t done, uint64_t total)
{
    double time = now();
    double part = total == 0 ? 1 : (double)done / (double)total;
    if (!progress->enabled ||
        time < progress->drawn + (progress->terminal ? EVERY_SECONDS : LINE_SECONDS))
        return;
    if (progress->terminal) {
        fputc('\r', stderr);
        print_bar(part);
    }
    fprintf(stderr, "%3d %%  ", (int)(part * 100));
    print_size((double)done);
    fputs(" of ", stderr);
    print_size((double)total);
    fputs("  ", stderr);
    print_size((double)done / (time - progress->started));
    fputs("/s", stderr);
    if (done > 0 && done < total) {
        fputs("  ", stderr);
        print_time((time - progress->started) * (1 - part) / part);
        fputs(" left", stderr);
    }
    fputs(progress->terminal ? "\033[K" : "\n", stderr);
    fflush(stderr);
    progress->drawn = time;
    progress->shown = progress->terminal;
}

void progress_erase(struct progress *progress)
{
    if (progress->shown) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        progress->shown = false;
    }
}

void progress_make_room(struct progress *progress)
{
    if (progress->shown && isatty(STDOUT_FILENO) == 1)
        progress_erase(progress);
}

void progress_finish(struct progress *progress, uint64_t done)
{
    progress_erase(progress);
    if (!progress->enabled || !progress->terminal)
        return;
    double seconds = now() - progress->started;
    print_size((double)done);
    fprintf(stderr, " in %.2f s", seconds);
    if (seconds > 0) {
        fputs(", ", stderr);
        print_size((double)done / seconds);
        fputs("/s", stderr);
    }
    fputc('\n', stderr);
}
