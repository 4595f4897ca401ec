// SPDX-License-Identifier: MIT
/* Planning a frame: the ranges that its values need become groups of accesses. Pure.
 *
 * A group is read by one after the other of its accesses and, where one of its values is to be
 * checked, again until that does not change. Ranges share a group where all that is between them is
 * RAM and the cost model says that reading it is cheaper than another access. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "transfer/plan.h"

/* What accesses cost, in microseconds of the server. */
struct ocd__cost {
    double access;      /* of an access with one word */
    double word;        /* of each further word */
    uint32_t words_max; /* of one access, above which words cost more */
};

/* A range that a value needs. */
struct ocd__want {
    uint64_t addr;
    uint32_t size;  /* bytes, not 0 */
    unsigned width; /* of its accesses in bytes, where it is not in RAM; 0: what fits */
    bool twice;     /* to be checked, unless it is one access anyway */
    bool alone;     /* shares no group */
    bool held;      /* to be read while the core is halted */
};

/* Where the bytes of a want are. */
struct ocd__spot {
    size_t group;
    size_t offset; /* in the frame's data */
    bool whole;    /* one access */
};

/* Elements of a group, first to last, that have to be the same twice. */
struct ocd__check {
    uint32_t first, last;
};

struct ocd__group {
    uint64_t addr;
    unsigned width;    /* of all accesses */
    uint32_t elements; /* in all */
    uint32_t most;     /* elements of one access */
    size_t offset;     /* of its first byte in the frame's data */
    bool held;
    size_t first_check, check_count;
};

struct ocd__plan {
    struct ocd__spot *spots; /* one for each want */
    size_t want_count;
    struct ocd__group *groups;
    size_t group_count;
    struct ocd__check *checks;
    size_t check_count;
    size_t data_size; /* bytes of a frame */
    double cost;      /* microseconds of the server for a frame, as the model has it */
};

struct ocd__plan_input {
    const struct ocd__want *wants;
    size_t count;
    const struct ocd_range *ram; /* may be read across: as ocd__plan_ram leaves them */
    size_t ram_count;
    struct ocd__cost cost;
    bool single; /* each access one element, and no sharing of groups */
};

/* Sorts the ranges, extends each to whole words and joins those that touch; returns how many are
 * left. */
size_t ocd__plan_ram(struct ocd_range *ram, size_t count);
/* The RAM that the whole range is in, or NULL. */
const struct ocd_range *ocd__plan_in_ram(const struct ocd_range *ram, size_t count, uint64_t addr,
                                         uint64_t size);
/* 0 or OCD_ERR_NOMEM. */
int ocd__plan_make(struct ocd__plan *plan, const struct ocd__plan_input *input);
void ocd__plan_free(struct ocd__plan *plan);
