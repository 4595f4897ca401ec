// SPDX-License-Identifier: MIT
#include "bench.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define TURNS 5u

static struct results results;
static const unsigned windows[] = {1, 3, 8};

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

static void say(const char *what)
{
    static double begun;

    begun = begun == 0 ? bench_now() : begun;
    fprintf(stderr, "%4.0f s  %s\n", bench_now() - begun, what);
}

/* With an OpenOCD of its own, whose heap bears the marks of all the settings. */
static void sweep(struct chip *c, unsigned latency)
{
    struct chip own;

    chip_start(&own);
    chip_set_latency(&own, c->latency_us);
    struct fixed_range range = {.addr = BENCH_AT,
                                .size = latency == 0 ? MIB : 256 * KIB,
                                .data = chip_data(&own),
                                .window = windows,
                                .windows = sizeof(windows) / sizeof(*windows)};

    c->best_read = fixed_sweep(&own.wire, &range);
    range.write = true;
    c->best_write = fixed_sweep(&own.wire, &range);
    chip_stop(&own);
    results.best[latency][0] = c->best_read;
    results.best[latency][1] = c->best_write;
}

static void measure_latency(struct chip *c, unsigned latency, unsigned turns)
{
    static const struct row rows[] = {
        {.name = "read 4 KiB", .work = WORK_READ, .size = 4 * KIB},
        {.name = "read 64 KiB", .work = WORK_READ, .size = 64 * KIB},
        {.name = "read 1 MiB", .work = WORK_READ, .size = MIB},
        {.name = "read 16 MiB", .work = WORK_READ, .size = 16 * MIB},
        {.name = "write 64 KiB", .work = WORK_WRITE, .size = 64 * KIB},
        {.name = "write 1 MiB", .work = WORK_WRITE, .size = MIB},
        {.name = "search 16 MiB", .work = WORK_SEARCH, .size = 16 * MIB},
        {.name = "load 1 MiB", .work = WORK_LOAD, .size = MIB},
        {.name = "verify 1 MiB", .work = WORK_VERIFY, .size = MIB},
        {.name = "one u32", .work = WORK_ONE},
        {.name = "32 u32 in 4 KiB", .work = WORK_SCATTERED},
    };

    chip_set_latency(c, latency == 0 ? 0 : 500);
    say(latency == 0 ? "latency 0: fixed settings" : "latency 500 us: fixed settings");
    sweep(c, latency);
    say("all ways in turns");
    results.row_count[latency] = sizeof(rows) / sizeof(*rows);
    memcpy(results.rows[latency], rows, sizeof(rows));
    measure_rows(c, results.rows[latency], results.row_count[latency], turns);
    small_measure(c, &results.small[latency]);
}

/* 1 MiB in a session that has not read anything before. */
static double measure_first(struct chip *c, unsigned turns)
{
    struct ocd_options options = {
        .host = "127.0.0.1", .port = c->tcl_port, .timeout_ms = OCD_TIMEOUT_NONE, .no_local = true};
    double ratios[BENCH_TURNS_MAX];

    for (unsigned i = 0; i < turns; i++) {
        struct ocd_session *s;
        bench_ok(s, ocd_connect(&s, &options), "connecting");
        double begun = bench_now();
        bench_ok(s, ocd_read_bytes(s, BENCH_AT, c->room, MIB), "reading");
        double first = bench_now();
        fixed_run(&c->wire, c->best_read, BENCH_AT, NULL, MIB);
        ratios[i] = (bench_now() - first) / (first - begun);
        ocd_close(s);
    }
    return bench_median(ratios, turns);
}

static void run(unsigned turns)
{
    struct chip c;

    chip_start(&c);
    snprintf(results.openocd, sizeof(results.openocd), "%s", ocd_server_version(c.local));
    measure_latency(&c, 0, turns);
    results.first_ratio = measure_first(&c, turns);
    say("dump of 64 MiB");
    results.dumps[0] = dump_measure(&c, true, BENCH_RAM_SIZE);
    results.dumps[1] = dump_measure(&c, false, BENCH_RAM_SIZE);
    measure_latency(&c, 1, turns);
    chip_stop(&c);
    say("scripted servers");
    scripted_measure(results.scripted);
}

static void usage(FILE *to)
{
    fprintf(to, "usage: ocd_bench [--json FILE] [--turns N]\n"
                "Measures libocd beside other ways to a chip's memory, on a simulated chip behind "
                "the OpenOCD\nthat $OCD_OPENOCD names (openocd), and prints a table.\n");
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"json", required_argument, NULL, 'j'},
        {"turns", required_argument, NULL, 't'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    const char *json = NULL;
    unsigned turns = TURNS;
    int option;

    if (argc > 1 && strcmp(argv[1], "--dump-child") == 0)
        return dump_child(argc, argv);
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'h') {
            usage(stdout);
            return 0;
        }
        if (option == 'j')
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
    run(turns);
    say("done");
    table_print(&results);
    if (json != NULL)
        json_write(&results, json);
    return 0;
}
