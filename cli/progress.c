// SPDX-License-Identifier: MIT
#include "progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define FIRST_SECONDS 0.25
#define EVERY_SECONDS 0.1

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
    while (bytes >= 1024 && unit + 1 < sizeof units / sizeof *units) {
        bytes /= 1024;
        unit++;
    }
    fprintf(stderr, "%.*f %s", unit == 0 ? 0 : 1, bytes, units[unit]);
}

void progress_start(struct progress *progress, bool wanted)
{
    progress->enabled = wanted && isatty(STDERR_FILENO) == 1;
    progress->shown = false;
    progress->started = now();
    progress->drawn = progress->started + FIRST_SECONDS - EVERY_SECONDS;
}

void progress_update(struct progress *progress, uint64_t done, uint64_t total)
{
    if (!progress->enabled) {
        return;
    }
    double time = now();
    if (time < progress->drawn + EVERY_SECONDS) {
        return;
    }
    fputs("\r", stderr);
    print_size((double)done);
    fputs(" of ", stderr);
    print_size((double)total);
    fprintf(stderr, "  %d %%  ", total == 0 ? 100 : (int)((double)done / (double)total * 100));
    print_size((double)done / (time - progress->started));
    fputs("/s\033[K", stderr);
    fflush(stderr);
    progress->drawn = time;
    progress->shown = true;
}

void progress_erase(struct progress *progress)
{
    if (progress->shown) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        progress->shown = false;
    }
}

void progress_finish(struct progress *progress, uint64_t done)
{
    progress_erase(progress);
    if (!progress->enabled) {
        return;
    }
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
