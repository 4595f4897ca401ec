// SPDX-License-Identifier: MIT
#include "memory/pieces.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory/memop.h"
#include "memory/state.h"

#define PIECE_MIN (4u << 10)
#define PIECE_MAX (4u << 20)
/* A piece should take about so long: OpenOCD serves nobody else meanwhile, and progress, deadlines
 * and cancelling take effect between pieces. */
#define PIECE_TIME (50u * OCD_NS_PER_MS)
/* What is handed to a consumer at a time. */
#define SCRATCH_SIZE (256u << 10)
/* Tags of replies: apart from those of the engine. */
#define TAG_PIECES (UINT64_C(1) << 63)

static struct ocd_local *local_of(const struct ocd_memop *m)
{
    return &m->op.session->memory->local;
}

void ocd_pieces_begin(struct ocd_memop *m, uint64_t offset)
{
    struct ocd_pieces *p = &m->pieces;

    p->epoch++;
    p->next = offset;
    p->first = p->count = 0;
    m->op.issued = false;
}

void ocd_pieces_drop(struct ocd_memop *m)
{
    struct ocd_pieces *p = &m->pieces;

    p->epoch++;
    if (p->count > 0)
        ocd_local_abandon(local_of(m), m);
    p->count = 0;
}

void ocd_pieces_free(struct ocd_memop *m)
{
    ocd_buffer_free(&m->pieces.command);
    free(m->pieces.scratch);
    m->pieces.scratch = NULL;
}

static bool get_scratch(struct ocd_pieces *p)
{
    if (p->scratch == NULL)
        p->scratch = malloc(SCRATCH_SIZE);
    return p->scratch != NULL;
}

/* Puts the piece's data where OpenOCD will load them from. */
static bool fill_slot(struct ocd_memop *m, int fd, const struct ocd_piece *piece)
{
    struct ocd_pieces *p = &m->pieces;

    if (m->data != NULL)
        return ocd_local_write(fd, m->data + piece->offset, (size_t)piece->size);
    if (!get_scratch(p))
        return false;
    for (uint64_t done = 0; done < piece->size;) {
        size_t n = piece->size - done < SCRATCH_SIZE ? (size_t)(piece->size - done) : SCRATCH_SIZE;
        m->class->produce(m, m->addr + piece->offset + done, p->scratch, n);
        if (!ocd_local_write(fd, p->scratch, n))
            return false;
        done += n;
    }
    return true;
}

/* The command may be run when nobody waits for it any more, and the path be another file's by then:
 * the link's text tells. dump_image and load_image know the current target only: it is selected for
 * the one command. The connection's current target is nobody else's business. */
static const char guard[] =
    "apply {{path mark target cmd} {"
    "if {[string first $mark [file readlink $path]] < 0} {error {it is another file now}}; "
    "if {[llength $target] == 0} {eval $cmd} else {"
    "set old [target current]; targets [lindex $target 0]; "
    "set rc [catch $cmd out]; targets $old; if {$rc} {error $out}; set out}}} ";

static int compose(struct ocd_memop *m, const struct ocd_piece *piece)
{
    struct ocd_buffer *out = &m->pieces.command;
    struct ocd_where where = ocd_op_where(&m->op);
    const struct ocd_local_slot *slot = &local_of(m)->slots[piece->slot];
    uint64_t addr = m->addr + piece->offset;

    ocd_buffer_clear(out);
    ocd_buffer_printf(out, "%s%s %s ", guard, slot->path, slot->mark);
    if (where.target != NULL)
        ocd_buffer_printf(out, "[list %s] {", where.target); /* even an empty name is one */
    else
        ocd_buffer_puts(out, "{} {");
    if (m->write)
        ocd_buffer_printf(out, "load_image %s 0x%" PRIx64 " bin}", slot->path, addr);
    else
        ocd_buffer_printf(out, "dump_image %s 0x%" PRIx64 " 0x%" PRIx64 "}", slot->path, addr,
                          piece->size);
    return out->error;
}

static bool send_piece(struct ocd_memop *m, unsigned slot, uint64_t size)
{
    struct ocd_pieces *p = &m->pieces;
    struct ocd_piece piece = {p->next, size, slot, ocd_now()};

    p->flying[(p->first + p->count) % OCD_LOCAL_SLOTS] = piece;
    p->count++;
    if (m->write && !fill_slot(m, local_of(m)->slots[slot].fd, &piece)) {
        int code = errno == ENOMEM ? OCD_ERR_NOMEM : OCD_ERR_SYSTEM;
        ocd_op_fail(&m->op, code, "shared memory: %s", strerror(errno));
        return false;
    }
    if (compose(m, &piece) != OCD_OK) {
        ocd_op_fail(&m->op, OCD_ERR_NOMEM, "%s", "");
        return false;
    }
    p->next += size;
    return ocd_op_send(&m->op, OCD_WRAP_PLAIN, p->command.data, p->command.size,
                       TAG_PIECES | p->epoch);
}

bool ocd_pieces_pump(struct ocd_memop *m)
{
    struct ocd_pieces *p = &m->pieces;

    while (p->count < OCD_LOCAL_SLOTS && p->next < m->size &&
           m->op.session->rpc.waiting < OCD_IN_FLIGHT_MAX) {
        uint64_t size = local_of(m)->piece[m->write];
        if (size > m->size - p->next)
            size = m->size - p->next;
        int slot = ocd_local_take(local_of(m), m);
        if (slot == OCD_LOCAL_BROKEN)
            return false;
        if (slot == OCD_LOCAL_BUSY)
            break;
        if (!send_piece(m, (unsigned)slot, size))
            return true;
    }
    m->op.issued = p->next == m->size && m->class->complete == NULL;
    return true;
}

/* The pieces' size follows the rate. Only whole pieces tell. */
static void learn(struct ocd_memop *m, const struct ocd_piece *piece)
{
    uint64_t *size = &local_of(m)->piece[m->write];
    ocd_time now = ocd_now();
    ocd_time begin = piece->sent > m->pieces.last ? piece->sent : m->pieces.last;

    m->pieces.last = now;
    if (piece->size < *size)
        return;
    if (!m->write)
        ocd_route_measured(&m->op.session->memory->route, piece->size, now - begin);
    if (now - begin < PIECE_TIME / 2 && *size < PIECE_MAX)
        *size *= now - begin < PIECE_TIME / 8 ? 4 : 2;
    else if (now - begin > PIECE_TIME * 2 && *size > PIECE_MIN)
        *size /= 2;
    if (*size > PIECE_MAX)
        *size = PIECE_MAX;
}

static bool read_all(int fd, void *data, size_t size, uint64_t from)
{
    uint8_t *to = data;

    while (size > 0) {
        ssize_t n = pread(fd, to, size, (off_t)from);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        to += n;
        from += (uint64_t)n;
        size -= (size_t)n;
    }
    return true;
}

/* Hands a piece's data over. False: they are not there. */
static bool deliver(struct ocd_memop *m, const struct ocd_piece *piece)
{
    struct ocd_pieces *p = &m->pieces;
    int fd = local_of(m)->slots[piece->slot].fd;
    struct stat st;

    if (fstat(fd, &st) != 0 || (uint64_t)st.st_size != piece->size)
        return false;
    if (m->data == NULL && !get_scratch(p))
        return false;
    for (uint64_t done = 0; done < piece->size && m->op.result == OCD_PENDING;) {
        uint64_t left = piece->size - done;
        size_t n = m->data == NULL && left > SCRATCH_SIZE ? SCRATCH_SIZE : (size_t)left;
        uint64_t offset = piece->offset + done;
        void *data = m->data != NULL ? m->data + offset : p->scratch;
        if (!read_all(fd, data, n, done))
            return false;
        if (!ocd_memop_deliver(m, m->addr + offset, data, n))
            return true;
        done += n;
    }
    return true;
}

/* Whether OpenOCD says that it has loaded exactly the piece. */
static bool loaded(const struct ocd_piece *piece, struct ocd_slice result)
{
    char words[48];
    int size = snprintf(words, sizeof(words), "downloaded %" PRIu64 " bytes ", piece->size);

    for (size_t i = 0; i + (size_t)size <= result.size; i++) {
        if (memcmp(result.data + i, words, (size_t)size) == 0)
            return true;
    }
    return false;
}

enum ocd_pieces_result ocd_pieces_reply(struct ocd_memop *m, uint64_t tag, struct ocd_reply *reply,
                                        struct ocd_piece *refused)
{
    struct ocd_pieces *p = &m->pieces;

    if (tag != (TAG_PIECES | p->epoch) || p->count == 0)
        return OCD_PIECES_MORE;
    if (ocd_op_unanswered(&m->op, reply))
        return OCD_PIECES_ENDED;
    struct ocd_piece piece = p->flying[p->first];
    p->first = (p->first + 1) % OCD_LOCAL_SLOTS;
    p->count--;
    bool good = reply->status == 0;
    if (good) {
        learn(m, &piece);
        good = m->write ? loaded(&piece, reply->result) : deliver(m, &piece);
        if (good && m->write)
            ocd_memop_deliver(m, m->addr + piece.offset, NULL, piece.size);
    }
    ocd_local_give_back(local_of(m), piece.slot);
    if (m->op.result != OCD_PENDING)
        return OCD_PIECES_ENDED;
    if (!good) {
        ocd_pieces_drop(m); /* those behind it are done again */
        *refused = piece;
        return OCD_PIECES_REFUSED;
    }
    return m->done == m->size ? OCD_PIECES_DONE : OCD_PIECES_MORE;
}
