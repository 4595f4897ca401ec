// SPDX-License-Identifier: MIT
#include "transfer/transfer.h"

#include <stdlib.h>
#include <string.h>

#include "session/diagnose.h"
#include "session/session.h"
#include "tcl/scripts.h"
#include "transfer/raw.h"

/* Fewer bytes are faster as text: the file takes some 70 µs, a value of text 0.1 µs. */
#define RAW_MIN 512u
/* A smaller transfer goes as text where each value of text is an access of its own. */
#define CONFIRM_MIN 16u
/* Whether all of it has to go as text. */
static bool needs_text(const struct ocd_transfer *t)
{
    return t->job.exact != 0 || t->job.size < (t->confirm ? CONFIRM_MIN : RAW_MIN) ||
           !t->op->session->raw || ocd__op_where(t->op).phys ||
           (t->op->call.flags & OCD_WRITE_DRY_RUN) != 0;
}

void ocd__transfer_begin(struct ocd_transfer *t, struct ocd_op *op,
                         const struct ocd_transfer_job *job)
{
    t->job = *job;
    t->op = op;
    t->phase = OCD_TRANSFER_STREAM;
    t->confirm = !job->write && ocd__op_where(op).confirm;
    t->text = needs_text(t);
    t->text_until = t->single_until = 0;
    t->next = t->done = 0;
    t->failed_addr = job->addr;
    t->code = OCD_ERR_TARGET;
    t->epoch++;
    t->first_flight = t->flying = 0;
}

void ocd__transfer_free(struct ocd_transfer *t)
{
    ocd__buffer_free(&t->command);
    ocd__buffer_free(&t->shown);
    free(t->scratch);
    t->scratch = NULL;
}

void ocd__transfer_end(struct ocd_transfer *t, int result)
{
    /* Flash that is readable before this address is not read-protected. */
    if (t->failed_addr > t->job.addr && t->op->detail.fact == OCD_FACT_FLASH_READ)
        ocd__detail_fact(&t->op->detail, OCD_FACT_MEMORY, 0);
    t->phase = OCD_TRANSFER_DONE;
    t->epoch++;
    t->flying = 0;
    t->job.finished(t, result);
}

bool ocd__transfer_deliver(struct ocd_transfer *t, const void *data, uint64_t size)
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
    ocd__transfer_end(t, rc);
    return false;
}

/* --- Sending --- */

static bool compose_raw(struct ocd_transfer *t, uint64_t size)
{
    struct ocd_where where = ocd__op_where(t->op);
    uint64_t addr = t->job.addr + t->next;

    ocd__buffer_clear(&t->command);
    ocd__buffer_clear(&t->shown);
    ocd__raw_show(&t->shown, t->job.write, where, addr, size);
    if (!t->job.write) {
        ocd__raw_read(&t->command, where, addr, size);
    } else {
        const uint8_t *data = ocd__transfer_source(t, t->next, (size_t)size);
        if (data == NULL)
            return false;
        ocd__raw_write(&t->command, where, addr, data, (size_t)size);
    }
    return t->command.error == OCD_OK && t->shown.error == OCD_OK;
}

static bool send_raw(struct ocd_transfer *t)
{
    uint64_t size = ocd__transfer_raw_size(t);

    if (!compose_raw(t, size)) {
        ocd__transfer_end(t, OCD_ERR_NOMEM);
        return false;
    }
    ocd__transfer_in_flight(
        t, (struct ocd_flight){.addr = t->job.addr + t->next, .size = size, .raw = true});
    t->next += size;
    return ocd__op_send(t->op,
                        &(struct ocd_query){
                            .script = t->job.write ? ocd__script_write_file : ocd__script_read_file,
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
    uint64_t size = ocd__transfer_ask(t, t->next, end - t->next);

    t->next += size;
    if (t->next < t->job.size)
        t->op->bulk = true; /* a typed array of several requests */
    return size != 0;
}

/* OCD_WRITE_DRY_RUN: shows the next chunk's command, one per round of the session's loop, so that
 * deadlines and cancelling take effect in between. */
static void show_next(struct ocd_transfer *t)
{
    uint64_t size = ocd__transfer_compose(t, t->next, t->job.size - t->next);

    if (size == 0)
        return;
    ocd__rpc_keep_back(&t->op->session->rpc, t->command.data, t->command.size);
    ocd__op_progress(t->op);
    t->next += size;
    if (!ocd__transfer_deliver(t, NULL, size))
        return;
    if (t->done == t->job.size)
        ocd__transfer_end(t, OCD_OK);
    else
        t->op->wake = ocd__now();
}

void ocd__transfer_pump(struct ocd_transfer *t)
{
    if (t->phase != OCD_TRANSFER_STREAM)
        return;
    if (t->job.write && (t->op->call.flags & OCD_WRITE_DRY_RUN) != 0) {
        show_next(t);
        return;
    }
    while (t->phase == OCD_TRANSFER_STREAM && t->next < t->job.size && ocd__transfer_may_send(t))
        if (!(ocd__transfer_is_text(t) ? send_text(t) : send_raw(t)))
            return;
    if (t->phase == OCD_TRANSFER_STREAM)
        t->op->all_sent = t->next == t->job.size && !t->job.more;
}

/* --- Replies --- */

void ocd__transfer_restart(struct ocd_transfer *t, uint64_t offset)
{
    t->epoch++;
    t->flying = 0;
    t->next = offset;
    t->op->all_sent = false;
}

/* Whether the failure ends the transfer at once. */
static bool is_final(const struct ocd_transfer *t)
{
    /* What a later operation has written must not be written over. */
    bool late = t->job.write && ocd__op_overtaken(t->op);

    return t->job.exact != 0 || late;
}

static void raw_failed(struct ocd_transfer *t, const struct ocd_flight *flight,
                       const struct ocd_reply *reply)
{
    struct ocd_chunk rest = {t->job.addr + t->done, 1,
                             (uint32_t)(flight->addr + flight->size - t->job.addr - t->done)};

    ocd__transfer_record_failure(t, rest, reply);
    if (t->code != OCD_ERR_TARGET) {
        ocd__transfer_end(t, t->code);
        return;
    }
    if (is_final(t)) {
        ocd__transfer_diagnose(t, OCD_TRANSFER_DONE);
        return;
    }
    /* A read stops with the step that failed; of a write nothing is known. */
    t->text_until =
        t->done + (t->job.write || rest.count < OCD_RAW_STEP ? rest.count : OCD_RAW_STEP);
    ocd__transfer_restart(t, t->done);
    ocd__transfer_pump(t);
}

static void raw_reply(struct ocd_transfer *t, const struct ocd_flight *flight,
                      struct ocd_reply *reply)
{
    bool complete = reply->status == 0;

    if (t->job.write) {
        complete = complete && ocd__raw_written(reply->result, flight->size);
        if (complete && !ocd__transfer_deliver(t, NULL, flight->size))
            return;
    } else {
        struct ocd_view data = reply->result;
        if (data.size > flight->size || (complete && data.size < flight->size))
            data.size = 0; /* not the bytes that were asked for */
        if (!complete)
            data.size -= data.size % OCD_RAW_STEP; /* what dump_image has read before it failed */
        complete = complete && data.size == flight->size;
        if (complete && t->confirm && ocd__transfer_confirm(t, data.data, data.size, reply->log)) {
            ocd__transfer_adapt(t, flight, reply->server_time);
            return;
        }
        if (data.size > 0 && t->job.data != NULL)
            memcpy(t->job.data + t->done, data.data, data.size);
        if (data.size > 0 && !ocd__transfer_deliver(t, data.data, data.size))
            return;
        reply->result.size = 0; /* bytes, not an error text */
    }
    if (!complete)
        raw_failed(t, flight, reply);
    else
        ocd__transfer_adapt(t, flight, reply->server_time);
}

static void text_reply(struct ocd_transfer *t, const struct ocd_flight *flight,
                       struct ocd_reply *reply)
{
    struct ocd_chunk failed;

    if (!ocd__transfer_take(t, flight, reply, &failed))
        return;
    if (failed.count == 0) {
        /* Text can reach what a raw request could not. */
        if (t->text_until != 0 && t->done >= t->text_until && !t->confirm)
            t->text = true;
        return;
    }
    t->text_until = 0; /* the target failed, not the raw request */
    t->failed = failed;
    if (t->code != OCD_ERR_TARGET)
        ocd__transfer_end(t, t->code);
    else
        ocd__transfer_diagnose(t, is_final(t) ? OCD_TRANSFER_DONE : OCD_TRANSFER_LOCATE);
}

/* Whether OpenOCD has answered success though the target was gone: then the transfer has ended. */
static bool is_absent(struct ocd_transfer *t, const struct ocd_reply *reply)
{
    int code = reply->status == 0 ? ocd__cause_code(reply->log) : OCD_OK;

    if (code == OCD_OK)
        return false;
    ocd__diagnose_explain(t->op, reply->log);
    t->failed_addr = t->job.addr + t->done;
    ocd__transfer_end(t, code);
    return true;
}

void ocd__transfer_reply(struct ocd_transfer *t, uint64_t tag, struct ocd_reply *reply)
{
    if (tag != t->epoch || t->flying == 0)
        return;
    struct ocd_flight flight = t->flights[t->first_flight];
    t->first_flight = (t->first_flight + 1) % OCD_TRANSFER_FLIGHTS;
    t->flying--;
    if (t->phase == OCD_TRANSFER_DIAGNOSE) {
        ocd__transfer_diagnosed(t, reply);
        return;
    }
    t->failed_addr = t->job.addr + t->done;
    if (ocd__op_transport_failed(t->op, reply))
        return;
    if (is_absent(t, reply))
        return;
    if (t->phase == OCD_TRANSFER_CONFIRM)
        ocd__transfer_confirm_reply(t, reply);
    else if (t->phase != OCD_TRANSFER_STREAM)
        ocd__transfer_locate_reply(t, &flight, reply);
    else if (flight.raw)
        raw_reply(t, &flight, reply);
    else
        text_reply(t, &flight, reply);
    if (t->phase == OCD_TRANSFER_STREAM && t->op->result == OCD_PENDING && t->done == t->job.size)
        ocd__transfer_end(t, OCD_OK);
}
