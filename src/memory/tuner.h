// SPDX-License-Identifier: MIT
/* Chooses the command, the elements of a request and the requests in flight from the costs that it
 * measures. Pure: it is told the time.
 *
 * Servers differ by orders of magnitude. Where a reply's cost grows with its size, the largest
 * requests are the best ones; where it grows with the square of its size, some hundred elements
 * are; behind a slow probe the round trips count. So the tuner keeps what a request of each size
 * was seen to cost, starts small, and climbs in steps of four as long as that pays; then it tries
 * the sizes next to the best and the other command. Later it tries them again, rarely, and starts
 * over when the costs are not what they were. On a long network the very first requests have two
 * sizes: it would take another round trip to see the second.
 *
 * A trial is a few requests of another setting in the midst of the stream. It is not begun when
 * the worst that the costs known so far allow for would hold up the server for long. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "memory/meter.h"

/* How memory is read over RPC. */
enum ocd_method {
    OCD_METHOD_MEMORY, /* read_memory, write_memory */
    OCD_METHOD_MD, /* mdw and its kin: printed by C code, several times faster on some servers */
};

enum ocd_tuner_kind {
    OCD_TUNER_READ,  /* bulk */
    OCD_TUNER_WRITE, /* bulk */
    OCD_TUNER_EXACT, /* typed access: one request in flight, read_memory or write_memory only */
};

/* Requests in flight, of one transfer. Measured: 20 ms of network in front of a server that takes
 * 0.2 ms for its best request needs some 110. */
#define OCD_TUNER_WINDOW_MAX 256u
/* Data of all requests in flight; their text is up to three times as much. It fills 100 ms of
 * network in front of the fastest OpenOCD seen. */
#define OCD_TUNER_BYTES_MAX (2u << 20)

/* Sizes are powers of two. */
#define OCD_TUNER_RUNG_MIN 4u  /* 16 elements */
#define OCD_TUNER_RUNG_MAX 16u /* 65536, OCD_MAX_ELEMENTS */
/* Requests of one lane are comparable by their size: bulk: a method; exact: a width. */
#define OCD_TUNER_LANES 4u

struct ocd_tuner_cost {
    ocd_time cost; /* of a request; 0: never seen */
    bool fresh;    /* need not be tried (again) */
};

struct ocd_tuner_place {
    unsigned lane, rung; /* 2^rung elements */
};

struct ocd_tuner_trial {
    bool active;
    bool opening; /* the first one, before anything is known */
    bool second;  /* the first one was not convincing */
    struct ocd_tuner_place place;
    unsigned size, sent, answered; /* requests */
    uint32_t serial;               /* tells its answers from those of one given up */
    ocd_time begun;                /* when the first was sent */
    ocd_time cost;                 /* the lower of both */
};

struct ocd_tuner {
    enum ocd_tuner_kind kind;
    struct ocd_meter meter;
    struct ocd_tuner_cost costs[OCD_TUNER_LANES][OCD_TUNER_RUNG_MAX + 1];
    unsigned home[OCD_TUNER_LANES]; /* the best rung so far */
    unsigned lane;                  /* the one in use */
    uint64_t elements;              /* of the transfer */
    bool begun[OCD_TUNER_LANES];    /* some size has been measured */
    unsigned failures[OCD_TUNER_LANES];
    ocd_time recent; /* what the last measured requests of the present setting cost; 0: none yet */
    int heading;     /* +1, -1: the direction in which sizes got better */
    struct ocd_tuner_trial trial;
    unsigned stretch; /* the window is so many times what the round trip seems to need */
    unsigned strange; /* samples in a row that are far from what was known */
    unsigned turn;    /* which of the neighbours is tried again next */
    ocd_time active;  /* time spent in transfers */
    ocd_time again;   /* when, in that time, something is tried again … */
    ocd_time pause;   /* … and how long after the last time that is */
    /* Answers that the meter could not make anything of, and since when. */
    unsigned loose;
    ocd_time loose_since;
};

/* What the next request is to be. */
struct ocd_tuner_choice {
    enum ocd_method method;
    uint32_t count;
};

/* What the engine keeps with a request in flight. */
struct ocd_tuner_mark {
    struct ocd_metered metered;
    uint32_t trial; /* serial, 0: none */
};

void ocd_tuner_init(struct ocd_tuner *t, enum ocd_tuner_kind kind);
/* A transfer begins, or goes on after its requests in flight have been forgotten. `width`: bytes of
 * an exact access. `elements`: to be moved. `round_trip`: of the shortest request on this
 * connection, in ns. */
void ocd_tuner_begin(struct ocd_tuner *t, unsigned width, uint64_t elements, ocd_time round_trip);
/* How many requests may be in flight now. */
unsigned ocd_tuner_window(const struct ocd_tuner *t);
/* The next request's setting, when `left` elements are left to ask for (at least one) and `flying`
 * requests are in flight. */
struct ocd_tuner_choice ocd_tuner_next(const struct ocd_tuner *t, uint64_t left, unsigned flying);
/* It has been sent with `count` elements, which may be less. `alone`: the connection was idle. */
struct ocd_tuner_mark ocd_tuner_sent(struct ocd_tuner *t, enum ocd_method method, uint32_t count,
                                     bool alone, ocd_time now);
/* It has been answered. `now`: when its last byte arrived. */
void ocd_tuner_answered(struct ocd_tuner *t, struct ocd_tuner_mark mark, ocd_time now);
/* Elements a nanosecond that the server does in the present setting; 0: not known. */
double ocd_tuner_rate(const struct ocd_tuner *t);
/* A request of this method (of bulk reads) failed where the other one did not. */
void ocd_tuner_distrust(struct ocd_tuner *t, enum ocd_method method);
