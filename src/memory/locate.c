// SPDX-License-Identifier: MIT
/* Finding the first bad byte of a chunk that was refused, and the end of a bad range.
 *
 * The address in OpenOCD's log line is not always the true one, so that only smaller accesses tell.
 * All that is read (or written) on the way is delivered: nothing is asked for twice once it has
 * succeeded. */
#include "memory/transfer.h"

#include "session/session.h"

/* Faults are a word wide on every bus that OpenOCD reaches. */
#define WORD 4u
/* The end of a bad range is looked for in growing steps, of which the first and the last word are
 * tried. A readable island of less than this inside bad memory may be missed: ocd.h says so. */
#define STRIDE_MAX 4096u

#define NONE UINT64_MAX

/* Asks for the first chunk of [offset, offset + size). */
static void probe(struct ocd_transfer *t, uint64_t offset, uint64_t size)
{
    struct ocd_range range = {t->job.addr + offset, size};
    struct ocd_chunk chunk = ocd_plan_bulk(range, WORD, 0);

    t->probe = (struct ocd_range){offset, (uint64_t)chunk.width * chunk.count};
    ocd_transfer_ask(t, chunk, OCD_METHOD_MEMORY);
}

/* Back to full speed, from where everything has been delivered. */
static void stream(struct ocd_transfer *t)
{
    if (t->done == t->job.size) {
        ocd_transfer_end(t, OCD_OK);
        return;
    }
    t->phase = OCD_TRANSFER_STREAM;
    t->next = t->done;
    ocd_transfer_pump(t);
}

/* The first half of the suspect range in accesses of its own width; of one access, the first half
 * in narrower ones. */
static uint64_t half(const struct ocd_transfer *t)
{
    uint64_t size = t->suspect_end - t->suspect;
    struct ocd_range range = {t->job.addr + t->suspect, size};
    unsigned width = ocd_plan_bulk(range, WORD, 0).width;

    if (size <= width)
        return width / 2;
    return size / 2 < width ? width : size / 2 / width * width;
}

static void begin_hole(struct ocd_transfer *t);

static void step(struct ocd_transfer *t)
{
    uint64_t size = t->suspect_end - t->suspect;

    if (size == 0) {
        stream(t); /* it was no fault that lasts */
    } else if (size > 1) {
        probe(t, t->suspect, half(t));
    } else if (!t->tried) {
        probe(t, t->suspect, 1);
    } else if ((t->op->call.flags & OCD_SKIP_BAD) != 0 && !t->job.write) {
        begin_hole(t);
    } else {
        t->bad = t->job.addr + t->suspect;
        ocd_transfer_end(t, t->code);
    }
}

void ocd_transfer_locate(struct ocd_transfer *t, struct ocd_chunk chunk)
{
    t->epoch++; /* what is in flight behind the chunk will be asked for again */
    t->flying = 0;
    t->op->issued = false;
    t->phase = OCD_TRANSFER_LOCATE;
    t->suspect = chunk.addr - t->job.addr;
    t->suspect_end = t->suspect + (uint64_t)chunk.width * chunk.count;
    t->tried = true;
    step(t);
}

static void locate_reply(struct ocd_transfer *t, const struct ocd_flight *flight,
                         struct ocd_reply *reply)
{
    if (reply->status != 0) {
        ocd_transfer_note_refusal(t, flight, reply);
        t->suspect_end = t->suspect + t->probe.size;
        t->tried = true;
    } else {
        if (!ocd_transfer_take(t, flight, reply))
            return;
        t->suspect += t->probe.size;
        t->tried = false;
    }
    step(t);
}

/* Up to the next word: an access narrower than a word fails with its word. */
static uint64_t word_end(const struct ocd_transfer *t, uint64_t offset)
{
    uint64_t end = offset + WORD - (t->job.addr + offset) % WORD;

    return end < t->job.size ? end : t->job.size;
}

/* Where the word begins in which the range ends. */
static uint64_t last_word(const struct ocd_transfer *t)
{
    uint64_t last = t->job.size - 1, into = (t->job.addr + last) % WORD;

    return last > into ? last - into : 0;
}

static void hole_step(struct ocd_transfer *t);

static void begin_hole(struct ocd_transfer *t)
{
    t->phase = OCD_TRANSFER_HOLE;
    t->hole_end = word_end(t, t->suspect);
    t->stride = WORD;
    t->readable = NONE;
    hole_step(t);
}

static void end_hole(struct ocd_transfer *t)
{
    struct ocd_op *op = t->op;
    uint64_t size = t->hole_end - t->suspect;

    if (op->call.bad != NULL)
        op->call.bad(t->job.addr + t->suspect, size, op->call.user);
    if (op->result == OCD_PENDING && ocd_transfer_deliver(t, NULL, size))
        stream(t);
}

/* [suspect, hole_end) is bad. Below `readable`, if that is known, lies the end of the hole: halve.
 * Otherwise try the first word behind the hole, then the last one of a step. */
static void hole_step(struct ocd_transfer *t)
{
    uint64_t from = t->hole_end;

    if (from == t->job.size || from == t->readable) {
        end_hole(t);
        return;
    }
    if (t->readable != NONE)
        from += (t->readable - from) / WORD / 2 * WORD;
    probe(t, from, word_end(t, from) - from);
}

static void hole_reply(struct ocd_transfer *t, const struct ocd_flight *flight,
                       struct ocd_reply *reply)
{
    uint64_t from = t->probe.addr;

    if (reply->status == 0) {
        /* Not delivered: streaming reads it again, in order. */
        t->readable = from;
        hole_step(t);
        return;
    }
    ocd_transfer_note_refusal(t, flight, reply);
    if (t->code == OCD_ERR_NOT_HALTED) {
        ocd_transfer_end(t, t->code);
        return;
    }
    bool first = from == t->hole_end;
    t->hole_end = word_end(t, from);
    uint64_t last = from + t->stride - WORD;
    if (last > last_word(t))
        last = last_word(t);
    if (t->readable == NONE && first && last > t->hole_end) {
        probe(t, last, word_end(t, last) - last);
        return;
    }
    if (t->readable == NONE && t->stride < STRIDE_MAX)
        t->stride *= 2;
    hole_step(t);
}

void ocd_transfer_locate_reply(struct ocd_transfer *t, const struct ocd_flight *flight,
                               struct ocd_reply *reply)
{
    if (t->phase == OCD_TRANSFER_LOCATE)
        locate_reply(t, flight, reply);
    else
        hole_reply(t, flight, reply);
}
