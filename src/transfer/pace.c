// SPDX-License-Identifier: MIT
/* How large requests are, and how many are sent before the first one is answered. */
#include "session/session.h"
#include "transfer/raw.h"
#include "transfer/transfer.h"

/* Bytes of the first raw request, which even a slow probe completes within the timeout; those of
 * the next ones follow the server's rate: a request takes at most some 25 ms, so that other clients
 * are served in between. */
#define RAW_START (16u << 10)
#define RAW_TIME  (25 * OCD_NS_PER_MS)
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

static uint32_t *request_size(const struct ocd_transfer *t)
{
    return &t->op->session->raw_size[t->job.write];
}

static uint64_t most_of(const struct ocd_transfer *t)
{
    uint64_t most = t->job.write ? WRITE_MAX : READ_MAX;

    return most < t->op->session->file_max ? most : t->op->session->file_max;
}

uint64_t ocd__transfer_raw_size(const struct ocd_transfer *t)
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

void ocd__transfer_adapt(const struct ocd_transfer *t, const struct ocd_flight *flight,
                         ocd_time took)
{
    struct ocd_session *s = t->op->session;
    uint64_t most = most_of(t);
    uint64_t size = OCD_RAW_STEP;

    if (flight->size < OCD_RAW_STEP || took == 0)
        return;
    s->raw_time[t->job.write] = took;
    while (size < most && size * took <= flight->size * RAW_TIME)
        size *= 2;
    *request_size(t) = (uint32_t)(size < most ? size : most);
}

bool ocd__transfer_is_text(const struct ocd_transfer *t)
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
    if (ocd__transfer_is_text(t))
        return t->job.write ? TEXT_WINDOW_WRITE : TEXT_WINDOW_READ;
    /* The size of the next request is known when the first has been answered. */
    if (time == 0)
        return 1;
    uint64_t requests = 2 + s->rpc.round_trip / time;
    return requests < OCD_TRANSFER_FLIGHTS ? (unsigned)requests : OCD_TRANSFER_FLIGHTS;
}

bool ocd__transfer_may_send(const struct ocd_transfer *t)
{
    const struct ocd_rpc *rpc = &t->op->session->rpc;
    unsigned requests = window(t);
    uint64_t room = requests * most_of(t);

    if (requests <= 3 || ocd__transfer_is_text(t))
        room = ROOM;
    if (room > ROOM_MAX)
        room = ROOM_MAX;
    uint64_t more = t->job.write || ocd__transfer_is_text(t) ? 0 : ocd__transfer_raw_size(t);
    return t->flying < requests && rpc->waiting < OCD_IN_FLIGHT_MAX &&
           rpc->out.size - rpc->sent < UNSENT_MAX &&
           (rpc->expected == 0 || rpc->expected + more <= room);
}
