// SPDX-License-Identifier: MIT
#include "bench.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TURNS 5u
/* Of the long runs of the sampler. */
#define WATCH_SECONDS 60

static struct results results;

_Noreturn void bench_fail(const char *format, ...)
{
    va_list args;

    fflush(stdout);
    fprintf(stderr, "ocd_bench: ");
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\n");
    exit(1);
}

void bench_ok(const struct ocd_session *session, int result, const char *what)
{
    if (result != OCD_OK)
        bench_fail("%s: %s", what, ocd_last_error(session)->text);
}

double bench_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void say(const char *what)
{
    static double begun;

    begun = begun == 0 ? bench_now() : begun;
    fprintf(stderr, "%4.0f s  %s\n", bench_now() - begun, what);
}

static void measure(unsigned latency, unsigned turns)
{
    struct chip c;

    say(latency == FAST ? "latency 0: fixed settings" : "latency 500 us: fixed settings");
    fixed_sweep(latency, results.development, &results.best[latency]);
    chip_start(&c, latency);
    say("transfers and single values");
    for (unsigned turn = 0; turn < turns; turn++) {
        transfer_measure(&c, &results.best[latency]);
        small_measure(&c);
        session_measure(&c);
    }
    say("others");
    wait_measure(&c);
    dump_measure(&c);
    wire_measure(&c);
    watch_measure(&c, turns, WATCH_SECONDS);
    if (latency == FAST) {
        network_measure(&c, turns);
        names_measure(&c);
    }
    chip_stop(&c);
}

/* The subjects that take seconds, not minutes. */
static void measure_names(void)
{
    struct chip c;

    chip_start(&c, FAST);
    names_measure(&c);
    chip_stop(&c);
}

/* The sampler alone. */
static void measure_watch(unsigned turns, double seconds)
{
    for (unsigned latency = 0; latency < LATENCIES; latency++) {
        struct chip c;
        chip_start(&c, latency);
        watch_measure(&c, turns, seconds);
        chip_stop(&c);
    }
}

static void find_version(void)
{
    struct chip c;

    chip_start(&c, FAST);
    snprintf(results.openocd, sizeof(results.openocd), "%s", ocd_server_version(c.session));
    /* "0.12.0" is a release, "0.12.0+dev-02632-g..." the branch after it. */
    results.development =
        strstr(results.openocd, " 0.12.") == NULL || strstr(results.openocd, "+dev") != NULL;
    chip_stop(&c);
}

static void usage(FILE *to)
{
    fprintf(to, "usage: ocd_bench [--json FILE] [--turns N] [--names | --watch SECONDS]\n"
                "Measures libocd beside other ways to a chip's memory, on a simulated chip and "
                "the OpenOCD\nthat $OCD_OPENOCD names (openocd), and prints a table.\n--names "
                "measures values by name alone, --watch values read again and again, in runs of\n"
                "that many seconds.\n");
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"json", required_argument, NULL, 'j'}, {"turns", required_argument, NULL, 't'},
        {"names", no_argument, NULL, 'n'},      {"watch", required_argument, NULL, 'w'},
        {"help", no_argument, NULL, 'h'},       {0},
    };
    const char *json = NULL;
    unsigned turns = TURNS;
    bool names = false;
    double watch = 0;
    int option;

    if (argc == 5 && strcmp(argv[1], "--dump-child") == 0)
        return dump_child(argv + 2);
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'h') {
            usage(stdout);
            return 0;
        }
        if (option == 'n')
            names = true;
        else if (option == 'w')
            watch = strtod(optarg, NULL);
        else if (option == 'j')
            json = optarg;
        else if (option == 't')
            turns = (unsigned)strtoul(optarg, NULL, 10);
        else
            turns = 0;
    }
    if (turns < 1 || turns > BENCH_TURNS_MAX || optind < argc) {
        usage(stderr);
        return 2;
    }
    find_version();
    if (names)
        measure_names();
    if (watch > 0)
        measure_watch(turns, watch);
    for (unsigned latency = 0; latency < LATENCIES && !names && watch <= 0; latency++)
        measure(latency, turns);
    say("done");
    table_print(&results);
    if (json != NULL)
        json_write(&results, json);
    return 0;
}
