// SPDX-License-Identifier: MIT
/* A sampler on the simulated chip, and what it has delivered. */
#pragma once

#include "rig.h"

#define WATCH_FRAMES 20000u
#define WATCH_GAPS   4096u
#define WATCH_VALUES 8u

/* Addresses of the firmware's variables: sim/elf/firmware.ld. */
#define TICK 0x20004F00u

struct watch_sample {
    uint32_t id;
    enum ocd_sample_status status;
    uint64_t number;
    double real;
    int error;
};

struct watch_frame {
    int64_t host_us;
    uint32_t error_us;
    int64_t server_us;
    uint64_t before, after;
    enum ocd_target_state state;
    uint32_t halted_us;
    size_t count;
    struct watch_sample samples[WATCH_VALUES];
};

struct watch_gap {
    enum ocd_gap_reason reason;
    int64_t from_us;
    uint64_t length_us;
    size_t frame; /* that ends it */
};

struct watch {
    struct rig *rig;
    struct ocd_symbols *symbols;
    struct ocd_sampler *sampler;
    uint32_t ids[WATCH_VALUES];
    struct watch_frame frames[WATCH_FRAMES];
    size_t frame_count;
    struct watch_gap gaps[WATCH_GAPS];
    size_t gap_count;
    /* Called after a frame was noted; may be NULL. Nonzero ends the run. */
    int (*each)(struct watch *w, const struct ocd_frame *frame);
    unsigned step; /* for `each` */
    void *user;    /* likewise */
};

/* A chip and its ELF file. To be ended with watch_stop. */
struct watch *watch_start(const struct rig_options *options);
void watch_stop(struct watch *w);
/* A sampler with these expressions, ended by NULL; what was noted before is forgotten. */
void watch_open(struct watch *w, double rate, uint64_t frames, unsigned flags,
                const char *const *expressions);
void watch_add(struct watch *w, const struct ocd_sampler_item *item);
/* Runs it to its end, which must be a good one. */
void watch_run(struct watch *w);
/* A connection of another client's to that port, to be closed with close(2). */
int watch_join(uint16_t port);
/* Sends all of the text. */
void watch_tell(int fd, const char *text);
/* The longest gap of that reason. */
const struct watch_gap *watch_gap(const struct watch *w, enum ocd_gap_reason reason);
