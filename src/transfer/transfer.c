// SPDX-License-Identifier: MIT
#include "transfer/transfer.h"

#include <stdlib.h>
#include <string.h>

#include "rpc/script.h"
#include "session/diagnose.h"
#include "session/session.h"
#include "transfer/raw.h"

/* Fewer bytes are faster as text: the file takes some 70 µs, a value of text 0.1 µs. */
#define RAW_MIN 512u
/* Bytes of the first raw request, which even a slow probe completes within the timeout; those of
 * the next ones follow the server's rate: a request takes at most some 25 ms, so that others have
 * their turn. */
#define RAW_START (16u << 10)
#define RAW_TIME  (25 * OCD_NS_PER_MS)
/* A smaller transfer goes as text where each value of text is an access of its own. */
#define CONFIRM_MIN 16u
/* Bytes that may be on their way. With more, a client that stops reading makes OpenOCD wait, for
 * all others too, once the sockets are full. Only a long round trip is worth more. */
#define ROOM     (192u << 10)
#define ROOM_MAX (4u << 20)
/* Bytes of requests that wait until the socket takes them. */
#define UNSENT_MAX (1u << 20)
/* Bytes of a raw request at the most: two reads fill ROOM. The answer to a write has no data. */
#define READ_MAX  (ROOM / 2)
#define WRITE_MAX (128u << 10)
/* Requests of text without an answer. */
#define TEXT_WINDOW_READ  4
#define TEXT_WINDOW_WRITE 2

/* Whether all of it has to go as text. */
static bool needs_text(const struct ocd_transfer *t)
{
    return t->job.exact != 0 || t->job.size < (t->confirm ? CONFIRM_MIN : RAW_MIN) ||
           !t->op->session->raw || ocd_op_where(t->op).phys ||
           (t->op->call.flags & OCD_DRY_RUN) != 0;
}

void ocd_transfer_begin(struct ocd_transfer *t, struct ocd_op *op,
                        const struct ocd_transfer_job *job)
{
    t->job = *job;
    t->op = op;
    t->phase = OCD_TRANSFER_STREAM;
    t->confirm = !job->write && ocd_op_where(op).confirm;
    t->text = needs_text(t);
    t->text_until = t->single_until = 0;
    t->next = t->done = 0;
    t->bad = job->addr;
    t->code = OCD_ERR_TARGET;
    t->epoch++;
    t->first_flight = t->flying = 0;
}

void ocd_transfer_free(struct ocd_transfer *t)
{
    ocd_buffer_free(&t->command);
    ocd_buffer_free(&t->shown);
    free(t->scratch);
    t->scratch = NULL;
}

void ocd_transfer_end(struct ocd_transfer *t, int result)
{
    /* Flash that is readable before this address is not read-protected. */
    if (t->bad > t->job.addr && t->op->detail.fact == OCD_FACT_FLASH_READ)
        ocd_detail_fact(&t->op->detail, OCD_FACT_MEMORY, 0);
    t->phase = OCD_TRANSFER_DONE;
    t->epoch++;
    t->flying = 0;
    t->job.finished(t, result);
}

bool ocd_transfer_deliver(struct ocd_transfer *t, const void *data, uint64_t size)
{
    struct ocd_op *op = t->op;
    int rc = OCD_OK;

    if (t->job.consume != NULL)
        rc = t->job.consume(t, t->job.addr + t->done, data, size);
    if (op->result != OCD_PENDING)
        return false;
    if (rc == OCD_OK) {
        t->done += size;
        return true;
    }
    ocd_transfer_end(t, rc);
    return false;
}

/* --- How much is asked for --- */

static uint32_t *request_size(const struct ocd_transfer *t)
{
    return &t->op->session->raw_size[t->job.write];
}

static uint64_t most_of(const struct ocd_transfer *t)
{
    uint64_t most = t->job.write ? WRITE_MAX : READ_MAX;

    return most < t->op->session->file_max ? most : t->op->session->file_max;
}

/* The next raw request: all that is left, or up to a multiple of OCD_RAW_STEP. Where zeros have to
 * be confirmed, one step: OpenOCD makes one that fails again word by word, which takes long. */
static uint64_t raw_size(const struct ocd_transfer *t)
{
    uint64_t most = *request_size(t) != 0 ? *request_size(t) : RAW_START;
    uint64_t left = t->job.size - t->next;

    if (most > most_of(t))
        most = most_of(t);
    if (t->confirm)
        most = OCD_RAW_STEP;
    if (left <= most)
        return left;
    uint64_t over = (t->job.addr + t->next + most) % OCD_RAW_STEP;
    return over < most ? most - over : most;
}

/* The size of the next requests follows the rate of this one. */
static void adapt(const struct ocd_transfer *t, const struct ocd_flight *flight, ocd_time took)
{
    struct ocd_session *s = t->op->session;
    uint64_t most = t->job.write ? WRITE_MAX : READ_MAX;
    uint64_t size = OCD_RAW_STEP;

    if (flight->size < OCD_RAW_STEP || took == 0)
        return;
    s->raw_time[t->job.write] = took;
    while (size < most && size * took <= flight->size * RAW_TIME)
        size *= 2;
    *request_size(t) = (uint32_t)(size < most ? size : most);
}

static bool is_text(const struct ocd_transfer *t)
{
    return t->text || t->next < t->text_until || t->next < t->single_until;
}

/* Requests that may be without an answer. An exact transfer must not touch what comes after a
 * failed access, so that the next request waits for the answer to the one before it. */
static unsigned window(const struct ocd_transfer *t)
{
    const struct ocd_session *s = t->op->session;
    ocd_time time = s->raw_time[t->job.write];

    if (t->job.exact != 0 || t->confirm)
        return 1;
    if (is_text(t))
        return t->job.write ? TEXT_WINDOW_WRITE : TEXT_WINDOW_READ;
    /* How much the next one should be is known when the first has been answered. */
    if (time == 0)
        return 1;
    uint64_t requests = 2 + s->rpc.round_trip / time;
    return requests < OCD_TRANSFER_FLIGHTS ? (unsigned)requests : OCD_TRANSFER_FLIGHTS;
}

static bool may_send(const struct ocd_transfer *t)
{
    const struct ocd_rpc *rpc = &t->op->session->rpc;
    unsigned requests = window(t);
    uint64_t room = requests * most_of(t);

    if (requests <= 3 || is_text(t))
        room = ROOM;
    if (room > ROOM_MAX)
        room = ROOM_MAX;
    uint64_t more = t->job.write || is_text(t) ? 0 : raw_size(t);
    return t->flying < requests && rpc->waiting < OCD_IN_FLIGHT_MAX &&
           rpc->out.size - rpc->sent < UNSENT_MAX &&
           (rpc->expected == 0 || rpc->expected + more <= room);
}

/* --- Sending --- */

static bool compose_raw(struct ocd_transfer *t, uint64_t size)
{
    struct ocd_where where = ocd_op_where(t->op);
    uint64_t addr = t->job.addr + t->next;

    ocd_buffer_clear(&t->command);
    ocd_buffer_clear(&t->shown);
    ocd_raw_show(&t->shown, t->job.write, where, addr, size);
    if (!t->job.write) {
        ocd_raw_read(&t->command, where, addr, size);
    } else {
        const uint8_t *data = ocd_transfer_source(t, t->next, (size_t)size);
        if (data == NULL)
            return false;
        ocd_raw_write(&t->command, where, addr, data, (size_t)size);
    }
    return t->command.error == OCD_OK && t->shown.error == OCD_OK;
}

static bool send_raw(struct ocd_transfer *t)
{
    uint64_t size = raw_size(t);

    if (!compose_raw(t, size)) {
        ocd_transfer_end(t, OCD_ERR_NOMEM);
        return false;
    }
    ocd_transfer_flies(t, (struct ocd_flight){t->job.addr + t->next, size, true});
    t->next += size;
    return ocd_op_send(t->op,
                       &(struct ocd_query){
                           .script = t->job.write ? ocd_script_write_file : ocd_script_read_file,
                           .args = {t->command.data, t->command.size},
                           .shown = {t->shown.data, t->shown.size},
                           .expect = t->job.write ? 0 : (size_t)size,
                           .binary = !t->job.write,
                           .tag = t->epoch,
                       });
}

static bool send_text(struct ocd_transfer *t)
{
    uint64_t end = t->text_until > t->single_until ? t->text_until : t->single_until;

    if (t->text || end > t->job.size)
        end = t->job.size;
    uint64_t size = ocd_transfer_ask(t, t->next, end - t->next);

    t->next += size;
    if (t->next < t->job.size)
        t->op->bulk = true; /* a typed array of several requests */
    return size != 0;
}

/* OCD_DRY_RUN: shows the next chunk's command, one a turn of the session's loop, so that deadlines
 * and cancelling take effect in between. */
static void show_next(struct ocd_transfer *t)
{
    uint64_t size = ocd_transfer_compose(t, t->next, t->job.size - t->next);

    if (size == 0)
        return;
    ocd_rpc_keep_back(&t->op->session->rpc, t->command.data, t->command.size);
    ocd_op_progress(t->op);
    t->next += size;
    if (!ocd_transfer_deliver(t, NULL, size))
        return;
    if (t->done == t->job.size)
        ocd_transfer_end(t, OCD_OK);
    else
        t->op->wake = ocd_now();
}

void ocd_transfer_pump(struct ocd_transfer *t)
{
    if (t->phase != OCD_TRANSFER_STREAM)
        return;
    if (t->job.write && (t->op->call.flags & OCD_DRY_RUN) != 0) {
        show_next(t);
        return;
    }
    while (t->phase == OCD_TRANSFER_STREAM && t->next < t->job.size && may_send(t)) {
        if (!(is_text(t) ? send_text(t) : send_raw(t)))
            return;
    }
    if (t->phase == OCD_TRANSFER_STREAM)
        t->op->issued = t->next == t->job.size && !t->job.more;
}

/* --- Replies --- */

void ocd_transfer_restart(struct ocd_transfer *t, uint64_t offset)
{
    t->epoch++;
    t->flying = 0;
    t->next = offset;
    t->op->issued = false;
}

/* Whether the failure ends the transfer at once. */
static bool is_final(const struct ocd_transfer *t)
{
    /* What a later operation has written must not be written over. */
    bool late = t->job.write && ocd_op_overtaken(t->op);

    return t->job.exact != 0 || late;
}

static void raw_failed(struct ocd_transfer *t, const struct ocd_flight *flight,
                       const struct ocd_reply *reply)
{
    struct ocd_chunk rest = {t->job.addr + t->done, 1,
                             (uint32_t)(flight->addr + flight->size - t->job.addr - t->done)};

    ocd_transfer_record_failure(t, rest, reply);
    if (t->code != OCD_ERR_TARGET) {
        ocd_transfer_end(t, t->code);
        return;
    }
    if (is_final(t)) {
        ocd_transfer_diagnose(t, OCD_TRANSFER_DONE);
        return;
    }
    /* A read stops with the step that failed; of a write nothing is known. */
    t->text_until =
        t->done + (t->job.write || rest.count < OCD_RAW_STEP ? rest.count : OCD_RAW_STEP);
    ocd_transfer_restart(t, t->done);
    ocd_transfer_pump(t);
}

static void raw_reply(struct ocd_transfer *t, const struct ocd_flight *flight,
                      struct ocd_reply *reply)
{
    bool complete = reply->status == 0;

    if (t->job.write) {
        complete = complete && ocd_raw_written(reply->result, flight->size);
        if (complete && !ocd_transfer_deliver(t, NULL, flight->size))
            return;
    } else {
        struct ocd_slice data = reply->result;
        if (data.size > flight->size || (complete && data.size < flight->size))
            data.size = 0; /* of something else */
        if (!complete)
            data.size -= data.size % OCD_RAW_STEP; /* what dump_image has read before it failed */
        complete = complete && data.size == flight->size;
        if (complete && t->confirm && ocd_transfer_confirm(t, data.data, data.size, reply->log)) {
            adapt(t, flight, reply->server_time);
            return;
        }
        if (data.size > 0 && t->job.data != NULL)
            memcpy(t->job.data + t->done, data.data, data.size);
        if (data.size > 0 && !ocd_transfer_deliver(t, data.data, data.size))
            return;
        reply->result.size = 0; /* no words */
    }
    if (!complete)
        raw_failed(t, flight, reply);
    else
        adapt(t, flight, reply->server_time);
}

static void text_reply(struct ocd_transfer *t, const struct ocd_flight *flight,
                       struct ocd_reply *reply)
{
    struct ocd_chunk failed;

    if (!ocd_transfer_take(t, flight, reply, &failed))
        return;
    if (failed.count == 0) {
        /* Text can reach what a raw request could not. */
        if (t->text_until != 0 && t->done >= t->text_until && !t->confirm)
            t->text = true;
        return;
    }
    t->text_until = 0; /* it is the target's fault */
    t->failed = failed;
    if (t->code != OCD_ERR_TARGET)
        ocd_transfer_end(t, t->code);
    else
        ocd_transfer_diagnose(t, is_final(t) ? OCD_TRANSFER_DONE : OCD_TRANSFER_LOCATE);
}

/* Whether OpenOCD has answered success though the target was gone: then the transfer has ended. */
static bool is_absent(struct ocd_transfer *t, const struct ocd_reply *reply)
{
    int code = reply->status == 0 ? ocd_cause_code(reply->log) : OCD_OK;

    if (code == OCD_OK)
        return false;
    ocd_diagnose_explain(t->op, reply->log);
    t->bad = t->job.addr + t->done;
    ocd_transfer_end(t, code);
    return true;
}

void ocd_transfer_reply(struct ocd_transfer *t, uint64_t tag, struct ocd_reply *reply)
{
    if (tag != t->epoch || t->flying == 0)
        return;
    struct ocd_flight flight = t->flights[t->first_flight];
    t->first_flight = (t->first_flight + 1) % OCD_TRANSFER_FLIGHTS;
    t->flying--;
    if (t->phase == OCD_TRANSFER_DIAGNOSE) {
        ocd_transfer_diagnosed(t, reply);
        return;
    }
    t->bad = t->job.addr + t->done;
    if (ocd_op_unanswered(t->op, reply))
        return;
    if (is_absent(t, reply))
        return;
    if (t->phase == OCD_TRANSFER_CONFIRM)
        ocd_transfer_confirm_reply(t, reply);
    else if (t->phase != OCD_TRANSFER_STREAM)
        ocd_transfer_locate_reply(t, &flight, reply);
    else if (flight.raw)
        raw_reply(t, &flight, reply);
    else
        text_reply(t, &flight, reply);
    if (t->phase == OCD_TRANSFER_STREAM && t->op->result == OCD_PENDING && t->done == t->job.size)
        ocd_transfer_end(t, OCD_OK);
}
