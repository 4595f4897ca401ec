// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* memfd_create */
#include "memory/local.h"

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

void ocd_local_free(struct ocd_local *l)
{
    for (int i = 0; i < OCD_LOCAL_SLOTS; i++) {
        if (l->slots[i].fd >= 0)
            close(l->slots[i].fd);
        l->slots[i].fd = -1;
    }
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

static bool make_slots(struct ocd_local *l)
{
    char name[64];

    l->pid = getpid();
    snprintf(name, sizeof(name), "libocd-%s", l->token);
    for (int i = 0; i < OCD_LOCAL_SLOTS; i++) {
        struct ocd_local_slot *slot = &l->slots[i];
        slot->fd = memfd_create(name, MFD_CLOEXEC);
        if (slot->fd < 0)
            return false;
        snprintf(slot->path, sizeof(slot->path), "/proc/%ld/fd/%d", (long)l->pid, slot->fd);
    }
    /* What OpenOCD is to copy from the first file into the second. */
    return write(l->slots[0].fd, l->token, 32) == 32;
}

bool ocd_local_ask(struct ocd_local *l, struct ocd_op *op, uint64_t tag)
{
    char command[sizeof(proof) + 3 * sizeof(l->slots[0].path)];

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

    if (reply->error == OCD_OK && reply->status == 0 && reply->result.size == 3 &&
        memcmp(reply->result.data, "yes", 3) == 0 && pread(l->slots[1].fd, text, 32, 0) == 32 &&
        strcmp(text, l->token) == 0)
        l->state = OCD_LOCAL_PROVEN;
    else
        ocd_local_free(l);
}
