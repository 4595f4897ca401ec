// SPDX-License-Identifier: MIT
/* When frames are due, and what is missing between two of them. Pure. */
#pragma once

#include "base/clock.h"
#include "ocd.h"

/* The times of the frames: origin, origin + period, ... */
struct ocd__schedule {
    ocd_time origin;
    double period; /* nanoseconds; 0: as fast as possible */
    uint64_t next; /* number of the next time that no frame has been asked for */
};

void ocd__schedule_begin(struct ocd__schedule *s, double rate, ocd_time now);
ocd_time ocd__schedule_time(const struct ocd__schedule *s, uint64_t number);
/* Leaves out the times that are over by a period and more; returns how many. */
uint64_t ocd__schedule_catch_up(struct ocd__schedule *s, ocd_time now);

/* What is known of a frame when it follows another. Microseconds. */
struct ocd__between {
    double period;   /* between frames as the rate asks, 0: as fast as possible */
    double usual;    /* what a frame takes here */
    double distance; /* time since the frame before it */
    double busy;     /* of that, time in which OpenOCD served other clients */
    bool reset, lost;
};

/* Why there is a gap; 0: there is none. */
enum ocd_gap_reason ocd__gap_between(const struct ocd__between *b);

/* DWT_CYCCNT without its wraps: the next reading of it. */
uint64_t ocd__cycles_unwrap(uint64_t before, uint32_t count);
