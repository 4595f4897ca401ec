// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* memfd_create */
#include "memory/local.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

/* A piece begins small, since nothing is known of the probe yet. */
#define PIECE_FIRST (64u << 10)

/* The proof. Nothing is opened unless the link says that it is ours and leads to a regular file:
 * in another process name space the path may be anybody's. */
static const char proof[] = "apply {{in out token} {"
                            "if {![string match *$token* [file readlink $in]] || "
                            "![string match *$token* [file readlink $out]]} {return no}; "
                            "if {![file isfile $in] || ![file isfile $out]} {return no}; "
                            "set f [open $in r]; set text [read $f]; close $f; "
                            "set f [open $out w]; puts -nonewline $f $text; close $f; "
                            "return yes}} %s %s %s";

void ocd_local_init(struct ocd_local *l)
{
    memset(l, 0, sizeof(*l));
    for (int i = 0; i < OCD_LOCAL_SLOTS; i++)
        l->slots[i].fd = -1;
    l->piece[0] = l->piece[1] = PIECE_FIRST;
}

static void close_slot(struct ocd_local_slot *slot)
{
    if (slot->fd >= 0)
        close(slot->fd);
    slot->fd = -1;
    slot->user = NULL;
}

static void close_slots(struct ocd_local *l)
{
    for (int i = 0; i < OCD_LOCAL_SLOTS; i++)
        close_slot(&l->slots[i]);
}

void ocd_local_free(struct ocd_local *l)
{
    close_slots(l);
    l->state = OCD_LOCAL_OFF;
}

bool ocd_local_usable(const struct ocd_local *l)
{
    return l->state == OCD_LOCAL_PROVEN && l->pid == getpid();
}

static bool make_token(char token[33])
{
    unsigned char random[16];

    if (getrandom(random, sizeof(random), GRND_NONBLOCK) != (ssize_t)sizeof(random))
        return false;
    for (size_t i = 0; i < sizeof(random); i++)
        snprintf(token + 2 * i, 3, "%02x", random[i]);
    return true;
}

/* The mark is new each time: the descriptor's number may have been another file's before, and may
 * be again. */
static bool make_slot(struct ocd_local *l, struct ocd_local_slot *slot)
{
    snprintf(slot->mark, sizeof(slot->mark), "libocd-%s-%u", l->token, l->made++);
    slot->fd = memfd_create(slot->mark, MFD_CLOEXEC);
    snprintf(slot->path, sizeof(slot->path), "/proc/%ld/fd/%d", (long)l->pid, slot->fd);
    return slot->fd >= 0;
}

static bool make_slots(struct ocd_local *l)
{
    l->pid = getpid();
    for (int i = 0; i < OCD_LOCAL_SLOTS; i++) {
        if (!make_slot(l, &l->slots[i]))
            return false;
    }
    /* What OpenOCD is to copy from the first file into the second. */
    return write(l->slots[0].fd, l->token, 32) == 32;
}

bool ocd_local_ask(struct ocd_local *l, struct ocd_op *op, uint64_t tag)
{
    char command[sizeof(proof) + 2 * sizeof(l->slots[0].path) + sizeof(l->token)];

    close_slots(l); /* of an operation that ended before it was answered */
    if (!make_token(l->token) || !make_slots(l)) {
        ocd_local_free(l);
        return false;
    }
    int size =
        snprintf(command, sizeof(command), proof, l->slots[0].path, l->slots[1].path, l->token);
    return ocd_op_send(op, OCD_WRAP_ANY, command, (size_t)size, tag);
}

void ocd_local_answered(struct ocd_local *l, struct ocd_reply *reply)
{
    char text[33] = "";

    if (reply->error == OCD_OK && reply->status == 0 && ocd_slice_is(reply->result, "yes") &&
        pread(l->slots[1].fd, text, 32, 0) == 32 && strcmp(text, l->token) == 0)
        l->state = OCD_LOCAL_PROVEN;
    else
        ocd_local_free(l);
}

int ocd_local_take(struct ocd_local *l, const void *user)
{
    bool used = false;

    for (int i = 0; i < OCD_LOCAL_SLOTS; i++) {
        struct ocd_local_slot *slot = &l->slots[i];
        used = used || slot->user != NULL;
        if (slot->user != NULL || (slot->fd < 0 && !make_slot(l, slot)))
            continue;
        if (ftruncate(slot->fd, 0) != 0 || lseek(slot->fd, 0, SEEK_SET) != 0) {
            close_slot(slot);
            continue;
        }
        slot->user = user;
        return i;
    }
    if (used)
        return OCD_LOCAL_BUSY;
    ocd_local_free(l);
    return OCD_LOCAL_BROKEN;
}

void ocd_local_give_back(struct ocd_local *l, unsigned slot)
{
    l->slots[slot].user = NULL;
    /* A session that rests holds no memory. */
    if (l->slots[slot].fd >= 0 && ftruncate(l->slots[slot].fd, 0) != 0)
        close_slot(&l->slots[slot]);
}

void ocd_local_abandon(struct ocd_local *l, const void *user)
{
    for (int i = 0; i < OCD_LOCAL_SLOTS; i++) {
        if (l->slots[i].user == user)
            close_slot(&l->slots[i]);
    }
}

bool ocd_local_write(int fd, const void *data, size_t size)
{
    const char *from = data;

    while (size > 0) {
        ssize_t n = write(fd, from, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        from += n;
        size -= (size_t)n;
    }
    return true;
}
