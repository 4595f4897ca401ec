// SPDX-License-Identifier: MIT
#include "memory/transfer.h"

#include <stdlib.h>
#include <string.h>

#include "rpc/status.h"
#include "session/session.h"

/* The widest access of bulk transfers, in bytes. */
#define BULK_WIDTH 4

_Static_assert(OCD_TUNER_WINDOW_MAX <= OCD_IN_FLIGHT_MAX, "the tuner's window fits");

/* The stream begins, or goes on with nothing in flight. */
static void begin_stream(struct ocd_transfer *t)
{
    unsigned width = t->job.exact != 0 ? t->job.exact : BULK_WIDTH;

    ocd_tuner_begin(t->tuner, width, (t->job.size - t->done) / width,
                    t->op->session->rpc.round_trip);
}

void ocd_transfer_begin(struct ocd_transfer *t, struct ocd_op *op,
                        const struct ocd_transfer_job *job, struct ocd_tuner *tuner)
{
    t->job = *job;
    t->op = op;
    t->tuner = tuner;
    t->phase = OCD_TRANSFER_STREAM;
    t->next = t->done = 0;
    t->bad = job->addr;
    t->code = OCD_ERR_TARGET;
    t->epoch++;
    t->first_flight = t->flying = 0;
    t->doubt = 0;
    begin_stream(t);
}

void ocd_transfer_free(struct ocd_transfer *t)
{
    ocd_buffer_free(&t->command);
    free(t->scratch);
    t->scratch = NULL;
}

void ocd_transfer_end(struct ocd_transfer *t, int result)
{
    t->phase = OCD_TRANSFER_DONE;
    t->epoch++;
    t->flying = 0;
    t->job.finished(t, result);
}

/* Where the bytes of a chunk at this offset are, or go. NULL: out of memory. */
static uint8_t *place(struct ocd_transfer *t, uint64_t offset, size_t size)
{
    if (t->job.data != NULL)
        return t->job.data + offset;
    if (size > t->scratch_size) {
        uint8_t *bigger = realloc(t->scratch, size);
        if (bigger == NULL)
            return NULL;
        t->scratch = bigger;
        t->scratch_size = size;
    }
    return t->scratch;
}

static int compose(struct ocd_transfer *t, struct ocd_chunk chunk, enum ocd_method method)
{
    struct ocd_where where = ocd_op_where(t->op);
    size_t size = (size_t)chunk.width * chunk.count;

    ocd_buffer_clear(&t->command);
    if (!t->job.write)
        return method == OCD_METHOD_MD ? ocd_codec_md(&t->command, where, chunk)
                                       : ocd_codec_read_memory(&t->command, where, chunk);
    uint8_t *data = place(t, chunk.addr - t->job.addr, size);
    if (data == NULL)
        return OCD_ERR_NOMEM;
    if (t->job.data == NULL)
        t->job.produce(t, chunk.addr, data, size);
    return ocd_codec_write_memory(&t->command, where, chunk, data, t->job.layout);
}

bool ocd_transfer_ask(struct ocd_transfer *t, struct ocd_chunk chunk, enum ocd_method method)
{
    if (compose(t, chunk, method) != OCD_OK) {
        ocd_transfer_end(t, OCD_ERR_NOMEM);
        return false;
    }
    unsigned slot = (t->first_flight + t->flying) % OCD_IN_FLIGHT_MAX;
    t->flights[slot] = (struct ocd_flight){.chunk = chunk, .method = method};
    t->flying++;
    return ocd_op_send(t->op, OCD_WRAP_PLAIN, t->command.data, t->command.size, (uint64_t)t->epoch);
}

static struct ocd_chunk plan(const struct ocd_transfer *t, uint32_t count)
{
    struct ocd_range rest = {t->job.addr + t->next, t->job.size - t->next};

    return t->job.exact != 0 ? ocd_plan_exact(rest, t->job.exact, count)
                             : ocd_plan_bulk(rest, BULK_WIDTH, count);
}

/* An exact transfer must not touch what lies behind a failed access, so that the next request waits
 * for the answer to the one before it. */
static unsigned window(const struct ocd_transfer *t)
{
    return t->job.exact != 0 ? 1 : ocd_tuner_window(t->tuner);
}

/* Sends the next chunk of the stream. */
static bool send_next(struct ocd_transfer *t)
{
    struct ocd_session *s = t->op->session;
    unsigned width = t->job.exact != 0 ? t->job.exact : BULK_WIDTH;
    uint64_t left = (t->job.size - t->next) / width;
    struct ocd_tuner_choice choice = ocd_tuner_next(t->tuner, left > 0 ? left : 1, t->flying);
    struct ocd_chunk chunk = plan(t, choice.count);
    bool alone = s->rpc.waiting == 0;

    /* What is too narrow for the tuner to learn from is read in the plain way. */
    bool ragged = chunk.width != width;
    if (!ocd_transfer_ask(t, chunk, ragged ? OCD_METHOD_MEMORY : choice.method))
        return false;
    struct ocd_flight *last = &t->flights[(t->first_flight + t->flying - 1) % OCD_IN_FLIGHT_MAX];
    last->mark =
        ocd_tuner_sent(t->tuner, choice.method, ragged ? 0 : chunk.count, alone, ocd_now());
    t->next += (uint64_t)chunk.width * chunk.count;
    return true;
}

/* OCD_DRY_RUN: shows the next chunk's command, one a turn of the session's loop, so that deadlines
 * and cancelling take effect in between. */
static void keep_back_next(struct ocd_transfer *t)
{
    unsigned width = t->job.exact != 0 ? t->job.exact : BULK_WIDTH;
    uint64_t left = (t->job.size - t->next) / width;
    struct ocd_tuner_choice choice = ocd_tuner_next(t->tuner, left > 0 ? left : 1, 0);
    struct ocd_chunk chunk = plan(t, choice.count);
    uint64_t size = (uint64_t)chunk.width * chunk.count;

    if (compose(t, chunk, choice.method) != OCD_OK) {
        ocd_transfer_end(t, OCD_ERR_NOMEM);
        return;
    }
    ocd_rpc_keep_back(&t->op->session->rpc, t->command.data, t->command.size);
    t->next += size;
    if (!ocd_transfer_deliver(t, NULL, size))
        return;
    if (t->done == t->job.size)
        ocd_transfer_end(t, OCD_OK);
    else
        t->op->wake = ocd_now();
}

/* A chunk was refused by md and then read in full by smaller accesses: md is what failed. */
static void resolve_doubt(struct ocd_transfer *t)
{
    if (t->done >= t->doubt)
        ocd_tuner_distrust(t->tuner, OCD_METHOD_MD);
    t->doubt = 0;
}

void ocd_transfer_pump(struct ocd_transfer *t)
{
    struct ocd_op *op = t->op;

    if (t->job.write && (op->call.flags & OCD_DRY_RUN) != 0) {
        if (t->phase == OCD_TRANSFER_STREAM)
            keep_back_next(t);
        return;
    }
    if (t->phase == OCD_TRANSFER_STREAM && t->doubt != 0)
        resolve_doubt(t);
    while (t->phase == OCD_TRANSFER_STREAM && t->next < t->job.size && t->flying < window(t) &&
           op->session->rpc.waiting < OCD_IN_FLIGHT_MAX) {
        if (!send_next(t))
            return;
    }
    if (t->phase == OCD_TRANSFER_STREAM)
        op->issued = t->next == t->job.size && !t->job.part;
}

bool ocd_transfer_deliver(struct ocd_transfer *t, const void *data, uint64_t size)
{
    struct ocd_op *op = t->op;
    int rc = OCD_OK;

    if (data == NULL)
        t->doubt = 0;
    if (t->job.consume != NULL)
        rc = t->job.consume(t, t->job.addr + t->done, data, size);
    if (op->result != OCD_PENDING)
        return false;
    if (rc == OCD_OK) {
        t->done += size;
        ocd_op_progress(op);
        return true;
    }
    ocd_transfer_end(t, rc);
    return false;
}

bool ocd_transfer_take(struct ocd_transfer *t, const struct ocd_flight *flight,
                       struct ocd_reply *reply)
{
    struct ocd_chunk chunk = flight->chunk;
    size_t size = (size_t)chunk.width * chunk.count;
    uint64_t offset = chunk.addr - t->job.addr;
    uint8_t *data = place(t, offset, size);
    uint32_t good;
    int rc;

    if (data == NULL) {
        ocd_transfer_end(t, OCD_ERR_NOMEM);
        return false;
    }
    if (t->job.write)
        rc = reply->result.size == 0 ? OCD_OK : OCD_ERR_PROTOCOL;
    else if (flight->method == OCD_METHOD_MD)
        rc = ocd_codec_md_values(reply->result.data, reply->result.size, chunk, data, t->job.layout,
                                 &good);
    else
        rc = ocd_codec_values(reply->result.data, reply->result.size, chunk, data, t->job.layout,
                              &good);
    if (rc != OCD_OK) {
        t->bad = chunk.addr;
        ocd_detail_set(&t->op->detail, rc, "the reply does not have the %u values of %u bit",
                       (unsigned)chunk.count, chunk.width * 8);
        ocd_transfer_end(t, rc);
        return false;
    }
    return ocd_transfer_deliver(t, data, size);
}

/* An error shows so many values of a write at the most. */
#define VALUES_SHOWN 16

/* The refused command as an error shows it. */
static void compose_again(struct ocd_transfer *t, struct ocd_chunk chunk, enum ocd_method method)
{
    uint32_t count = chunk.count;

    if (t->job.write && count > VALUES_SHOWN)
        chunk.count = VALUES_SHOWN;
    if (compose(t, chunk, method) != OCD_OK)
        ocd_buffer_clear(&t->command);
    if (chunk.count < count)
        ocd_buffer_printf(&t->command, " ... (%u values in all)", (unsigned)count);
}

void ocd_transfer_note_refusal(struct ocd_transfer *t, const struct ocd_flight *flight,
                               const struct ocd_reply *reply)
{
    compose_again(t, flight->chunk, flight->method);
    t->bad = flight->chunk.addr;
    t->code = ocd_status_not_halted(reply) ? OCD_ERR_NOT_HALTED : OCD_ERR_TARGET;
    ocd_op_note_refusal(t->op, (struct ocd_slice){t->command.data, t->command.size}, reply);
}

static void locate(struct ocd_transfer *t, const struct ocd_flight *flight)
{
    const struct ocd_chunk *chunk = &flight->chunk;

    if (flight->method == OCD_METHOD_MD)
        t->doubt = chunk->addr - t->job.addr + (uint64_t)chunk->width * chunk->count;
    begin_stream(t);
    ocd_transfer_locate(t, *chunk);
}

static void refused(struct ocd_transfer *t, const struct ocd_flight *flight,
                    const struct ocd_reply *reply)
{
    ocd_transfer_note_refusal(t, flight, reply);
    /* What a later operation has written must not be written over. */
    bool late = t->job.write && ocd_op_overtaken(t->op);
    if (t->job.exact != 0 || t->code == OCD_ERR_NOT_HALTED || late)
        ocd_transfer_end(t, t->code);
    else
        locate(t, flight);
}

void ocd_transfer_reply(struct ocd_transfer *t, uint64_t tag, struct ocd_reply *reply)
{
    if (tag != t->epoch || t->flying == 0)
        return;
    struct ocd_flight flight = t->flights[t->first_flight];
    t->first_flight = (t->first_flight + 1) % OCD_IN_FLIGHT_MAX;
    t->flying--;
    if (ocd_op_unanswered(t->op, reply))
        return;
    if (t->phase != OCD_TRANSFER_STREAM) {
        ocd_transfer_locate_reply(t, &flight, reply);
        return;
    }
    if (reply->status != 0) {
        refused(t, &flight, reply);
        return;
    }
    ocd_tuner_answered(t->tuner, flight.mark, t->op->session->rpc.arrived);
    if (ocd_transfer_take(t, &flight, reply) && t->done == t->job.size)
        ocd_transfer_end(t, OCD_OK);
}
