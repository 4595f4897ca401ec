// SPDX-License-Identifier: MIT
/* 1 MiB through 20 ms of network, beside a client that sends libocd's own raw requests with a fixed
 * size and a fixed number in flight: the best of a sweep. */
#include "bench.h"

#include <string.h>
#include <unistd.h>

#include "tcl/scripts.h"
#include "transfer/raw.h"

#define DELAY 0.01 /* seconds in each direction */
#define SIZE  MIB

static const unsigned sizes[] = {16 * KIB, 32 * KIB, 64 * KIB, 128 * KIB, 256 * KIB, 512 * KIB};
static const unsigned windows[] = {1, 2, 4, 8, 16, 32, 64};

struct client {
    struct wire wire;
    FILE *replies;
};

static void ask(struct client *c, uint64_t addr, size_t size)
{
    struct ocd_buffer line = {0};

    ocd__buffer_printf(&line, "%s 1 ", ocd__script_read_file);
    ocd__raw_read(&line, (struct ocd_where){0}, addr, size);
    if (ocd__buffer_add(&line, "\x1a", 1) != OCD_OK)
        bench_fail("out of memory");
    wire_send(&c->wire, line.data, line.size);
    ocd__buffer_free(&line);
}

static void take(struct client *c, uint8_t *to, size_t size)
{
    size_t bytes, log;
    long status;

    if (fgetc(c->replies) != 0 ||
        fscanf(c->replies, "%*u %ld %zu %zu %*u", &status, &bytes, &log) != 3 ||
        fgetc(c->replies) != '\n' || status != 0 || bytes != size || log != 0 ||
        fread(to, 1, size, c->replies) != size || fgetc(c->replies) != 0x1a)
        bench_fail("a raw request was not answered as expected");
}

/* Returns the seconds. */
static double read_fixed(struct chip *chip, struct client *c, size_t size, unsigned window)
{
    size_t asked = 0, done = 0;
    double begun = bench_now();

    memset(chip->room, 0, SIZE);
    while (done < SIZE) {
        for (; asked < SIZE && asked - done < window * size; asked += size)
            ask(c, BENCH_AT + asked, size);
        take(c, chip->room + done, size);
        done += size;
    }
    return bench_now() - begun;
}

static void check(const struct chip *chip)
{
    if (memcmp(chip->room, chip_data(chip), SIZE) != 0)
        bench_fail("something else was read than what is in the chip");
}

static void take_turns(struct chip *chip, struct client *c, struct ocd_session *s, unsigned turns)
{
    static const char work[] = "read 1 MiB, 20 ms of network";
    unsigned best_size = 0, best_window = 0;
    double best = 1e9;

    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        for (size_t k = 0; k < sizeof(windows) / sizeof(*windows); k++) {
            double seconds = read_fixed(chip, c, sizes[i], windows[k]);
            if (seconds < best) {
                best = seconds;
                best_size = sizes[i];
                best_window = windows[k];
            }
        }
    }
    fprintf(stderr, "        network: best with %u KiB, %u in flight\n", best_size / KIB,
            best_window);
    for (unsigned turn = 0; turn <= turns; turn++) {
        double begun = bench_now();
        bench_ok(s, ocd_read_bytes(s, BENCH_AT, chip->room, SIZE), "reading");
        double seconds = bench_now() - begun;
        check(chip);
        double fixed = read_fixed(chip, c, best_size, best_window);
        check(chip);
        if (turn == 0)
            continue; /* the session has not been used before */
        series_add(chip->latency, work, "libocd", seconds / SIZE);
        series_add(chip->latency, work, "best fixed", fixed / SIZE);
    }
}

void network_measure(struct chip *chip, unsigned turns)
{
    struct relay *relays[] = {relay_start(chip->tcl_port, DELAY),
                              relay_start(chip->tcl_port, DELAY)};
    struct ocd_session *s = chip_connect(relay_port(relays[0]));
    struct client c;

    wire_open(&c.wire, relay_port(relays[1]));
    c.replies = fdopen(dup(c.wire.fd), "r");
    if (c.replies == NULL)
        bench_fail("out of memory");
    take_turns(chip, &c, s, turns);
    ocd_close(s);
    fclose(c.replies);
    wire_close(&c.wire);
    relay_stop(relays[0]);
    relay_stop(relays[1]);
}
