// SPDX-License-Identifier: MIT
#include "chip/trace.h"

#include "chip/chip.h"

void sim__trace_count(_Atomic uint64_t *counter, uint64_t amount)
{
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + amount,
                          memory_order_relaxed);
}

/* Where accesses of 1, 2, 4 and 8 bytes are counted. */
static size_t index_of(unsigned width)
{
    return width == 8 ? 3 : width / 2;
}

/* True when the transfer is to be in the log. */
static bool count(struct trace *trace, const struct transfer *t, uint32_t good, bool write)
{
    uint32_t made = good < t->count ? good + 1 : good;

    if (sim__chip_is_debug(t->addr)) {
        sim__trace_count(&trace->debug_accesses, made);
        return false;
    }
    sim__trace_count(write ? &trace->writes[index_of(t->width)] : &trace->reads[index_of(t->width)],
                     made);
    sim__trace_count(write ? &trace->bytes_written : &trace->bytes_read, (uint64_t)good * t->width);
    if (good < t->count)
        sim__trace_count(&trace->faults, 1);
    return made > 0;
}

static void append(struct trace *trace, const struct transfer *t, uint32_t good, bool write)
{
    uint64_t sequence = atomic_load_explicit(&trace->log_sequence, memory_order_relaxed);
    bool fault = good < t->count;

    trace->log[sequence % SIM_LOG_SIZE] = (struct sim_access){
        .sequence = sequence,
        .addr = t->addr,
        .count = fault ? good + 1 : good,
        .width = (uint8_t)t->width,
        .ap = (uint8_t)t->ap,
        .write = write,
        .fixed = t->fixed,
        .fault = fault,
    };
    atomic_store_explicit(&trace->log_sequence, sequence + 1, memory_order_release);
}

void sim__trace_record(struct trace *trace, const struct transfer *t, uint32_t good, bool write)
{
    if (count(trace, t, good, write))
        append(trace, t, good, write);
}

static struct sim_access *last_entry(struct trace *trace)
{
    uint64_t sequence = atomic_load_explicit(&trace->log_sequence, memory_order_relaxed);

    return sequence > 0 ? &trace->log[(sequence - 1) % SIM_LOG_SIZE] : NULL;
}

/* The second access of a run decides whether its address is fixed. */
static bool extend(struct sim_access *last, const struct transfer *t, bool good, bool write)
{
    bool same = last->addr == t->addr && (last->count == 1 || last->fixed);
    bool next = last->addr + last->count * last->width == t->addr && !last->fixed;

    if (last->write != write || last->width != t->width || last->ap != t->ap || last->fault ||
        (!same && !next))
        return false;
    last->fixed = same;
    last->fault = !good;
    last->count++;
    return true;
}

void sim__trace_record_one(struct trace *trace, const struct transfer *t, bool good, bool write)
{
    struct sim_access *last = trace->may_extend ? last_entry(trace) : NULL;

    if (!count(trace, t, good ? 1 : 0, write))
        return;
    if (!last || !extend(last, t, good, write))
        append(trace, t, good ? 1 : 0, write);
    trace->may_extend = true;
}

void sim__trace_end_run(struct trace *trace)
{
    trace->may_extend = false;
}
