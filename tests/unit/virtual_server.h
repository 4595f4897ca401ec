// SPDX-License-Identifier: MIT
/* A client that asks a server for memory, in virtual time: nothing is waited for. */
#pragma once

#include "memory/tuner.h"

#include "support.h"

#define US 1000.0
#define MS 1000000.0

/* What a request of n elements costs the server: fixed + n * element + n * n * square, in ns. */
struct cost {
    double fixed, element, square;
};

struct server {
    struct cost methods[2]; /* enum ocd_method */
    double round_trip;      /* ns of network, half of it each way */
    double greeting;        /* what the shortest request so far took longer than that */
    double noise;           /* costs are up to so much higher, as a ratio */
    double hiccup;          /* ns that the server stands still … */
    unsigned hiccup_every;  /* … about once in so many requests; 0: never */
    double turn;            /* ns between the client's looks at its socket; 0: it waits there */
    double client;          /* ns that the client takes for each answer */
    double late;            /* ns that an answer may be late without holding up the server */
};

/* One request on its way. */
struct flight {
    double answered; /* arrival of the answer */
    double bytes;
    struct ocd_tuner_mark mark;
};

#define FLIGHTS 512u

struct line {
    const struct server *server;
    uint64_t seed;
    double now;     /* the client's */
    double free;    /* when the server has finished what it has */
    double arrived; /* when the last of its answers arrives */
    struct flight flights[FLIGHTS];
    unsigned first, flying;
    double longest; /* ns of the longest request so far */
    double delivered;
};

/* What asks for the next request: the tuner, or a setting that never changes. */
struct client {
    struct ocd_tuner *tuner;
    struct ocd_tuner_choice fixed;
    unsigned window;
    unsigned width;
};

/* ns of a request of n elements, without noise. */
double cost_of(const struct server *s, enum ocd_method method, double n);
/* An idle line with a seed of 1; to be released with free(). */
struct line *new_line(const struct server *s);
/* Moves so many bytes and answers the rate in bytes a second. */
double transfer(struct line *l, const struct client *c, double bytes);
/* The best rate of all settings that never change whose requests take up to `longest` ns. */
double best_fixed(const struct server *s, bool md, unsigned width, unsigned window, double bytes,
                  double longest);
