// SPDX-License-Identifier: MIT
/* Composing one request as text, and parsing its reply. */
#include <stdlib.h>
#include <string.h>

#include "base/scan.h"
#include "rpc/status.h"
#include "session/diagnose.h"
#include "session/session.h"
#include "tcl/scripts.h"
#include "transfer/transfer.h"

/* The widest access of bulk transfers as text, in bytes. */
#define BULK_WIDTH 4
/* Bytes of a request: enough that a round trip does not matter on one host, few enough that others
 * have their turn on a slow probe. */
#define REQUEST_BYTES 8192u
/* Reads of a request. */
#define READS_MAX 64u
/* Bytes of reply for a byte of memory: "0x12345678 " for four. */
#define TEXT_GROWTH 3
/* Values of a write that an error shows. */
#define VALUES_SHOWN 16

#define NONE UINT64_MAX

/* The first chunk of a range. See transfer/confirm.c for reads of one value each. */
static struct ocd_chunk plan(const struct ocd_transfer *t, uint64_t addr, uint64_t size)
{
    uint32_t most = t->job.write ? OCD_TEXT_WRITE_VALUES : OCD_TEXT_READ_VALUES;
    struct ocd_range range = {.addr = addr, .size = size};

    if (t->confirm)
        most = 1;
    return t->job.exact != 0 ? ocd__plan_exact(range, t->job.exact, most)
                             : ocd__plan_bulk(range, BULK_WIDTH, most);
}

/* Where the bytes at this offset are, or go. NULL: out of memory. */
uint8_t *ocd__transfer_place(struct ocd_transfer *t, uint64_t offset, size_t size)
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

uint8_t *ocd__transfer_source(struct ocd_transfer *t, uint64_t offset, size_t size)
{
    uint8_t *data = ocd__transfer_place(t, offset, size);

    if (data != NULL && t->job.data == NULL)
        t->job.produce(t, t->job.addr + offset, data, size);
    return data;
}

static bool is_traced(const struct ocd_transfer *t)
{
    return t->op->session->rpc.trace != NULL;
}

/* Reads of up to `size` bytes, all in one request; returns how many bytes they are. One read is a
 * plain command: OpenOCD takes longer for the script of several, a tenth of a single value's
 * time. */
static uint64_t compose_reads(struct ocd_transfer *t, uint64_t addr, uint64_t size)
{
    struct ocd_where where = ocd__op_where(t->op);
    struct ocd_chunk chunk = plan(t, addr, size);
    uint64_t done = 0;

    t->plain = !where.poll && ocd_chunk_size(chunk) == size;
    if (t->plain) {
        ocd__text_read(&t->command, where, chunk);
        return size;
    }
    ocd__text_reads_begin(&t->command, where, true);
    for (unsigned i = 0; done < size && done < REQUEST_BYTES && i < READS_MAX; i++) {
        chunk = plan(t, addr + done, size - done);
        ocd__text_reads_add(&t->command, chunk);
        if (is_traced(t) || done == 0) { /* an error shows the first one */
            ocd__buffer_puts(&t->shown, done > 0 ? "; " : "");
            ocd__text_read(&t->shown, where, chunk);
        }
        done += ocd_chunk_size(chunk);
    }
    ocd__text_reads_end(&t->command, where);
    return done;
}

static uint64_t compose_write(struct ocd_transfer *t, uint64_t addr, uint64_t size)
{
    struct ocd_chunk chunk = plan(t, addr, size);
    uint8_t *data = ocd__transfer_source(t, addr - t->job.addr, (size_t)ocd_chunk_size(chunk));

    t->plain = true;
    if (data == NULL)
        t->command.error = OCD_ERR_NOMEM;
    else
        ocd__text_write(&t->command, ocd__op_where(t->op), chunk, data, t->job.layout);
    return ocd_chunk_size(chunk);
}

uint64_t ocd__transfer_compose(struct ocd_transfer *t, uint64_t offset, uint64_t size)
{
    uint64_t addr = t->job.addr + offset;

    ocd__buffer_clear(&t->command);
    ocd__buffer_clear(&t->shown);
    size = t->job.write ? compose_write(t, addr, size) : compose_reads(t, addr, size);
    if (t->command.error == OCD_OK && t->shown.error == OCD_OK)
        return size;
    ocd__transfer_end(t, OCD_ERR_NOMEM);
    return 0;
}

void ocd__transfer_in_flight(struct ocd_transfer *t, struct ocd_flight flight)
{
    t->flights[(t->first_flight + t->flying) % OCD_TRANSFER_FLIGHTS] = flight;
    t->flying++;
}

uint64_t ocd__transfer_ask(struct ocd_transfer *t, uint64_t offset, uint64_t size)
{
    size = ocd__transfer_compose(t, offset, size);
    if (size == 0)
        return 0;
    ocd__transfer_in_flight(
        t, (struct ocd_flight){.addr = t->job.addr + offset, .size = size, .plain = t->plain});
    const struct ocd_buffer *shown = t->plain ? &t->command : &t->shown;
    struct ocd_query query = {
        .script = t->plain ? ocd__script_words : ocd__script_read_list,
        .args = {t->command.data, t->command.size},
        .shown = {shown->data, shown->size},
        .expect = t->job.write ? 0 : (size_t)size * TEXT_GROWTH,
        .tag = t->epoch,
    };
    return ocd__op_send(t->op, &query) ? size : 0;
}

/* The failed command as an error shows it. */
static void compose_again(struct ocd_transfer *t, struct ocd_chunk chunk)
{
    struct ocd_where where = ocd__op_where(t->op);
    uint32_t count = chunk.count;

    ocd__buffer_clear(&t->command);
    if (!t->job.write) {
        ocd__text_read(&t->command, where, chunk);
        return;
    }
    if (count > VALUES_SHOWN)
        chunk.count = VALUES_SHOWN;
    uint8_t *data =
        ocd__transfer_source(t, chunk.addr - t->job.addr, (size_t)ocd_chunk_size(chunk));
    if (data != NULL)
        ocd__text_write(&t->command, where, chunk, data, t->job.layout);
    if (chunk.count < count)
        ocd__buffer_printf(&t->command, " ... (%u values in all)", (unsigned)count);
}

void ocd__transfer_record_failure(struct ocd_transfer *t, struct ocd_chunk chunk,
                                  const struct ocd_reply *reply)
{
    uint64_t addr;
    bool named = ocd__cause_address(reply->log, chunk.addr, ocd_chunk_size(chunk), &addr);

    t->hint = named ? addr - t->job.addr : NONE;
    t->failed_addr = named && t->job.exact != 0 ? addr : chunk.addr;
    compose_again(t, chunk);
    t->code = ocd__cause_code(reply->log);
    if (t->code == OCD_OK)
        t->code = ocd__status_not_halted(reply) ? OCD_ERR_NOT_HALTED : OCD_ERR_TARGET;
    ocd__op_record_server_error(t->op, (struct ocd_view){t->command.data, t->command.size}, reply);
    if (t->phase != OCD_TRANSFER_STREAM)
        return; /* the fact is known since the first failure */
    ocd__detail_fact(&t->op->detail,
                     chunk.addr % chunk.width != 0 ? OCD_FACT_UNALIGNED : OCD_FACT_MEMORY,
                     chunk.width);
}

static bool malformed(struct ocd_transfer *t, struct ocd_chunk chunk)
{
    t->failed_addr = chunk.addr;
    ocd__detail_set(&t->op->detail, OCD_ERR_PROTOCOL,
                    "the reply does not contain %u values of %u bits", (unsigned)chunk.count,
                    chunk.width * 8);
    ocd__transfer_end(t, OCD_ERR_PROTOCOL);
    return false;
}

static bool take_write(struct ocd_transfer *t, const struct ocd_flight *flight,
                       struct ocd_reply *reply, struct ocd_chunk *failed)
{
    struct ocd_chunk chunk = plan(t, flight->addr, flight->size);

    if (reply->status == 0 && reply->result.size > 0)
        return malformed(t, chunk);
    if (reply->status == 0)
        return ocd__transfer_deliver(t, NULL, flight->size);
    ocd__transfer_record_failure(t, chunk, reply);
    *failed = chunk;
    return true;
}

/* Stores the values of all reads at `data`, up to the first that failed. False: the reply is
 * malformed, and the transfer has ended. */
static bool decode(struct ocd_transfer *t, const struct ocd_flight *flight, struct ocd_reply *reply,
                   uint8_t *data, uint64_t *decoded, struct ocd_chunk *failed)
{
    struct ocd_view rest = reply->result;

    for (*decoded = 0; *decoded < flight->size;) {
        struct ocd_chunk chunk = plan(t, flight->addr + *decoded, flight->size - *decoded);
        struct ocd_reply one_read = *reply;
        if (flight->plain)
            rest.size = 0;
        else if (ocd__text_next(&rest, &one_read.status, &one_read.result) != OCD_OK)
            return malformed(t, chunk);
        if (one_read.status != 0) {
            *failed = chunk;
            ocd__transfer_record_failure(t, chunk, &one_read);
            break;
        }
        if (ocd__text_values(one_read.result, chunk, data + *decoded, t->job.layout) != OCD_OK)
            return malformed(t, chunk);
        *decoded += ocd_chunk_size(chunk);
    }
    /* The reads and the status of the reply must agree on whether one has failed. */
    if (rest.size > 0 || (reply->status != 0) != (*decoded < flight->size))
        return malformed(t, plan(t, flight->addr, flight->size));
    return true;
}

bool ocd__transfer_take(struct ocd_transfer *t, const struct ocd_flight *flight,
                        struct ocd_reply *reply, struct ocd_chunk *failed)
{
    uint64_t decoded;

    *failed = (struct ocd_chunk){0};
    if (t->job.write)
        return take_write(t, flight, reply, failed);
    uint8_t *data = ocd__transfer_place(t, flight->addr - t->job.addr, (size_t)flight->size);
    if (data == NULL) {
        ocd__transfer_end(t, OCD_ERR_NOMEM);
        return false;
    }
    if (!decode(t, flight, reply, data, &decoded, failed))
        return false;
    return decoded == 0 || ocd__transfer_deliver(t, data, decoded);
}
