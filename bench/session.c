// SPDX-License-Identifier: MIT
/* The first read of a new session, compared with the same read later. */
#include "bench.h"

#define SIZE          (64u * KIB)
#define SESSIONS      8u
#define SESSIONS_SLOW 2u

static double read_once(struct chip *c, struct ocd_session *s)
{
    double begun = bench_now();

    bench_ok(s, ocd_read_bytes(s, BENCH_AT, c->room, SIZE), "reading");
    return bench_now() - begun;
}

void session_measure(struct chip *c)
{
    unsigned sessions = c->latency == FAST ? SESSIONS : SESSIONS_SLOW;
    double first = 0, later = 0;

    for (unsigned i = 0; i < sessions; i++) {
        struct ocd_session *s = chip_connect(c->tcl_port);
        first += read_once(c, s);
        for (unsigned k = 0; k < 4; k++)
            read_once(c, s);
        later += read_once(c, s);
        ocd_close(s);
    }
    series_add(c->latency, "64 KiB of a new session", "first", first / sessions / SIZE);
    series_add(c->latency, "64 KiB of a new session", "later", later / sessions / SIZE);
}
