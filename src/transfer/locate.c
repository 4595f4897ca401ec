// SPDX-License-Identifier: MIT
/* Finding the first unreadable byte of a chunk that failed, and the end of an unreadable range.
 *
 * The address in OpenOCD's log line is not always the true one: it says where to try first, and
 * smaller accesses decide. All that is read (or written) on the way is delivered: nothing is asked
 * for twice once it has succeeded. */
#include "session/diagnose.h"
#include "session/session.h"
#include "transfer/transfer.h"

/* Faults are a word wide on every bus that OpenOCD reaches. */
#define WORD 4u
/* The end of an unreadable range is looked for in growing steps, of which the first and the last
 * word are tried. A readable range smaller than this inside unreadable memory may be missed, as
 * ocd.h says. */
#define STRIDE_MAX 4096u

#define NONE UINT64_MAX

/* Asks for the first accesses of [offset, offset + size). */
static void probe(struct ocd_transfer *t, uint64_t offset, uint64_t size)
{
    t->probe = (struct ocd_range){.addr = offset, .size = 0};
    t->probe.size = ocd__transfer_ask(t, offset, size);
}

/* Continues at full speed after the last delivered byte. */
static void stream(struct ocd_transfer *t)
{
    if (t->done == t->job.size) {
        ocd__transfer_end(t, OCD_OK);
        return;
    }
    t->phase = OCD_TRANSFER_STREAM;
    t->next = t->done;
    ocd__transfer_pump(t);
}

/* Bytes to try next: the first half of the suspect range in accesses of its own width, or half of a
 * single access in narrower ones. If OpenOCD has named an address: the bytes before it, then the
 * one access there. */
static uint64_t half(struct ocd_transfer *t)
{
    uint64_t size = t->suspect_end - t->suspect;
    struct ocd_range range = {.addr = t->job.addr + t->suspect, .size = size};
    unsigned width = ocd__plan_bulk(range, WORD, 0).width;
    uint64_t hint = t->hint;

    if (hint != NONE && hint > t->suspect && hint < t->suspect_end)
        return hint - t->suspect;
    t->hint = NONE;
    if (hint == t->suspect && size > width)
        return width;
    if (size <= width)
        return width / 2;
    return size / 2 < width ? width : size / 2 / width * width;
}

static void begin_unreadable(struct ocd_transfer *t);

static void step(struct ocd_transfer *t)
{
    uint64_t size = t->suspect_end - t->suspect;

    if (size == 0) {
        stream(t); /* the fault did not last */
    } else if (size > 1) {
        probe(t, t->suspect, half(t));
    } else if (!t->tried) {
        probe(t, t->suspect, 1);
    } else if ((t->op->call.flags & OCD_READ_SKIP_UNREADABLE) != 0 && !t->job.write) {
        begin_unreadable(t);
    } else {
        t->failed_addr = t->job.addr + t->suspect;
        ocd__transfer_end(t, t->code);
    }
}

static void suspect(struct ocd_transfer *t, struct ocd_chunk chunk)
{
    t->suspect = chunk.addr - t->job.addr;
    t->suspect_end = t->suspect + (uint64_t)chunk.width * chunk.count;
    t->tried = true;
    step(t);
}

void ocd__transfer_locate(struct ocd_transfer *t, struct ocd_chunk chunk)
{
    t->epoch++; /* what is in flight after the chunk will be asked for again */
    t->flying = 0;
    t->op->all_sent = false;
    t->phase = OCD_TRANSFER_LOCATE;
    suspect(t, chunk);
}

static void locate_reply(struct ocd_transfer *t, const struct ocd_flight *flight,
                         struct ocd_reply *reply)
{
    struct ocd_chunk failed;

    if (!ocd__transfer_take(t, flight, reply, &failed))
        return;
    if (failed.count > 0 && t->code != OCD_ERR_TARGET) {
        ocd__transfer_end(t, t->code);
        return;
    }
    if (failed.count > 0) {
        suspect(t, failed);
        return;
    }
    t->suspect += t->probe.size;
    t->tried = false;
    step(t);
}

/* The end of this word: an access narrower than a word fails with its word. */
static uint64_t word_end(const struct ocd_transfer *t, uint64_t offset)
{
    uint64_t end = offset + WORD - (t->job.addr + offset) % WORD;

    return end < t->job.size ? end : t->job.size;
}

/* Offset of the last word of the range. */
static uint64_t last_word(const struct ocd_transfer *t)
{
    uint64_t last = t->job.size - 1, into = (t->job.addr + last) % WORD;

    return last > into ? last - into : 0;
}

void ocd__transfer_end_unreadable(struct ocd_transfer *t)
{
    struct ocd_op *op = t->op;
    uint64_t size = t->unreadable_end - t->suspect;

    if (op->call.unreadable != NULL)
        op->call.unreadable(t->job.addr + t->suspect, size, op->call.user);
    if (op->result == OCD_PENDING && ocd__transfer_deliver(t, NULL, size))
        stream(t);
}

/* [suspect, unreadable_end) is unreadable. If a readable word after it is known, halves the
 * distance. Otherwise tries the first word after it, then the last word of a step. */
static void unreadable_step(struct ocd_transfer *t)
{
    uint64_t from = t->unreadable_end;

    if (from == t->job.size || from == t->readable) {
        /* The target may be absent by now: then these addresses are not the cause. */
        ocd__transfer_diagnose(t, OCD_TRANSFER_UNREADABLE);
        return;
    }
    if (t->readable != NONE)
        from += (t->readable - from) / WORD / 2 * WORD;
    probe(t, from, word_end(t, from) - from);
}

static void begin_unreadable(struct ocd_transfer *t)
{
    t->phase = OCD_TRANSFER_UNREADABLE;
    t->unreadable_end = word_end(t, t->suspect);
    t->stride = WORD;
    t->readable = NONE;
    unreadable_step(t);
}

static void unreadable_reply(struct ocd_transfer *t, const struct ocd_flight *flight,
                             struct ocd_reply *reply)
{
    uint64_t from = t->probe.addr;
    struct ocd_chunk whole = {flight->addr, 1, (uint32_t)flight->size};

    if (reply->status == 0) {
        /* Not delivered: streaming reads it again, in order. */
        t->readable = from;
        unreadable_step(t);
        return;
    }
    ocd__transfer_record_failure(t, whole, reply);
    if (t->code != OCD_ERR_TARGET) {
        ocd__transfer_end(t, t->code);
        return;
    }
    bool first = from == t->unreadable_end;
    t->unreadable_end = word_end(t, from);
    uint64_t last = from + t->stride - WORD;
    if (last > last_word(t))
        last = last_word(t);
    if (t->readable == NONE && first && last > t->unreadable_end) {
        probe(t, last, word_end(t, last) - last);
        return;
    }
    if (t->readable == NONE && t->stride < STRIDE_MAX)
        t->stride *= 2;
    unreadable_step(t);
}

void ocd__transfer_locate_reply(struct ocd_transfer *t, const struct ocd_flight *flight,
                                struct ocd_reply *reply)
{
    if (t->phase == OCD_TRANSFER_LOCATE)
        locate_reply(t, flight, reply);
    else
        unreadable_reply(t, flight, reply);
}

void ocd__transfer_diagnose(struct ocd_transfer *t, enum ocd_transfer_phase then)
{
    ocd__transfer_restart(t, t->done);
    t->phase = OCD_TRANSFER_DIAGNOSE;
    t->then = then;
    ocd__transfer_in_flight(t, (struct ocd_flight){0});
    ocd__diagnose_ask(t->op, t->failed_addr, t->epoch);
}

void ocd__transfer_diagnosed(struct ocd_transfer *t, struct ocd_reply *reply)
{
    int code = ocd__diagnose_answered(t->op, t->job.write, reply);

    if (code == OCD_PENDING)
        return;
    if (code != OCD_ERR_TARGET) {
        t->failed_addr = t->job.addr + t->done;
        ocd__transfer_end(t, code);
    } else if (t->then == OCD_TRANSFER_LOCATE) {
        ocd__transfer_locate(t, t->failed);
    } else if (t->then == OCD_TRANSFER_UNREADABLE) {
        ocd__transfer_end_unreadable(t);
    } else {
        ocd__transfer_end(t, t->code);
    }
}
