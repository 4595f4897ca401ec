// SPDX-License-Identifier: MIT
//
// The record of the accesses that a debugger makes on the bus: counters, and the log of
// sim_get_log().
#pragma once

#include <stdatomic.h>

#include "ocdsim.h"

struct trace {
    _Atomic uint64_t connections;
    _Atomic uint64_t usb_commands;
    _Atomic uint64_t reads[SIM_WIDTHS];
    _Atomic uint64_t writes[SIM_WIDTHS];
    _Atomic uint64_t bytes_read;
    _Atomic uint64_t bytes_written;
    _Atomic uint64_t faults;
    _Atomic uint64_t debug_accesses;
    _Atomic uint64_t resets;
    _Atomic uint64_t log_sequence;
    bool may_extend; /* the next access may become part of the last entry of the log */
    struct sim_access log[SIM_LOG_SIZE];
};

/* A run of equal accesses. */
struct transfer {
    uint64_t addr;
    uint32_t count;
    unsigned width; /* 1, 2, 4, 8 */
    unsigned ap;    /* access port, or hart */
    bool fixed;     /* no increment of the address */
};

/* Counts a transfer of which `good` accesses succeeded, and enters it into the log. */
void sim__trace_record(struct trace *trace, const struct transfer *transfer, uint32_t good,
                       bool write);

/* As sim__trace_record() does it, but for one access of a bus that has no transfers: what follows
 * the last entry becomes part of it, until sim__trace_end_run(). */
void sim__trace_record_one(struct trace *trace, const struct transfer *transfer, bool good,
                           bool write);
void sim__trace_end_run(struct trace *trace);

/* One process writes the counters and others only read them: no read-modify-write needed. */
void sim__trace_count(_Atomic uint64_t *counter, uint64_t amount);
