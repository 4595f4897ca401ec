// SPDX-License-Identifier: MIT
#include "files/carry.h"

#include <string.h>

#include "memory/state.h"
#include "session/session.h"
#include "target/control.h"

/* Data bytes of a record: OpenOCD takes lines of up to 1022 characters. */
#define RECORD_SIZE 240
#define FILL_SIZE   256

/* The descriptor may be another file's when the command is run: the link's text tells. */
static const char local_script[] =
    "apply {{path mark} {if {[string first $mark [file readlink $path]] < 0} "
    "{error {it is another file now}}; %s $path %s}} %s %s";
static const char remote_head[] =
    "apply {text {set path [file tempfile]; set rc [catch {"
    "set f [open $path w]; set bad [catch {puts -nonewline $f $text} why]; close $f; "
    "if {$bad} {error $why}; %s $path %s} out]; "
    "file delete $path; if {$rc} {error $out}; set out}} {";

static void close_writer(struct ocd_carry *c)
{
    ocd_image_writer_close(c->writer);
    c->writer = NULL;
}

void ocd_carry_free(struct ocd_carry *c)
{
    close_writer(c);
    ocd_buffer_free(&c->records);
    ocd_buffer_free(&c->command);
}

static int collect(const void *data, size_t size, void *user)
{
    struct ocd_carry *c = user;

    return ocd_buffer_add(&c->records, data, size);
}

int ocd_carry_begin(struct ocd_carry *c)
{
    static const struct ocd_image_layout layout = {
        .format = OCD_IMAGE_SREC,
        .address_bits = 32,
        .record_size = RECORD_SIZE,
    };

    close_writer(c);
    ocd_buffer_clear(&c->records);
    c->runs = 0;
    c->next = 0;
    c->slot = -1;
    return ocd_image_writer_to_sink(&c->writer, collect, c, &layout);
}

static int fill_gap(struct ocd_carry *c, uint64_t to)
{
    uint8_t fill[FILL_SIZE];
    int rc = OCD_OK;

    memset(fill, 0xFF, sizeof(fill));
    while (rc == OCD_OK && c->next < to) {
        size_t n = to - c->next < sizeof(fill) ? (size_t)(to - c->next) : sizeof(fill);
        rc = ocd_image_writer_put(c->writer, c->next, fill, n);
        c->next += n;
    }
    return rc;
}

int ocd_carry_put(struct ocd_carry *c, uint64_t addr, const void *data, size_t size)
{
    int rc = OCD_OK;

    if (c->runs == 0 || addr != c->next) {
        if (c->runs == OCD_CARRY_RUNS_MAX)
            rc = fill_gap(c, addr);
        else
            c->runs++;
    }
    c->next = addr + size;
    return rc == OCD_OK ? ocd_image_writer_put(c->writer, addr, data, size) : rc;
}

static struct ocd_local *local_of(struct ocd_op *op)
{
    return &op->session->memory->local;
}

static bool wants_local(const struct ocd_op *op)
{
    return !op->session->no_local && (op->call.flags & OCD_NO_LOCAL) == 0;
}

bool ocd_carry_prove(struct ocd_op *op, uint64_t tag)
{
    struct ocd_local *local = local_of(op);

    return wants_local(op) && local->state == OCD_LOCAL_UNKNOWN && ocd_local_ask(local, op, tag);
}

bool ocd_carry_proven(struct ocd_op *op, struct ocd_reply *reply)
{
    if (ocd_op_unanswered(op, reply))
        return false;
    ocd_local_answered(local_of(op), reply);
    if (local_of(op)->state == OCD_LOCAL_PROVEN)
        op->session->features |= OCD_FEATURE_LOCAL;
    return true;
}

/* True when the file stands in shared memory. */
static bool share(struct ocd_carry *c, struct ocd_op *op)
{
    struct ocd_local *local = local_of(op);

    if (!wants_local(op) || !ocd_local_usable(local))
        return false;
    int slot = ocd_local_take(local, op);
    if (slot < 0)
        return false;
    if (!ocd_local_write(local->slots[slot].fd, c->records.data, c->records.size)) {
        ocd_local_give_back(local, (unsigned)slot);
        return false;
    }
    c->slot = slot;
    return true;
}

/* The script's words are the library's own: the formats are checked where they are written. */
static void compose(struct ocd_carry *c, struct ocd_op *op, const char *before, const char *after)
{
    ocd_buffer_clear(&c->command);
    if (share(c, op)) {
        const struct ocd_local_slot *slot = &local_of(op)->slots[c->slot];
        ocd_buffer_printf(&c->command, local_script, before, after, slot->path, slot->mark);
        return;
    }
    ocd_buffer_printf(&c->command, remote_head, before, after);
    ocd_buffer_add(&c->command, c->records.data, c->records.size);
    ocd_buffer_puts(&c->command, "}");
}

bool ocd_carry_send(struct ocd_carry *c, struct ocd_op *op, const char *before, const char *after)
{
    int rc = ocd_image_writer_finish(c->writer);

    if (rc == OCD_OK && c->records.error == 0)
        compose(c, op, before, after);
    if (rc != OCD_OK || c->records.error != 0 || c->command.error != 0) {
        ocd_op_fail(op, OCD_ERR_NOMEM, "%s", "");
        return false;
    }
    struct ocd_control control = {
        .polls = OCD_POLL_BEFORE,
        .when = OCD_WHEN_HALTED,
        .command = {c->command.data, c->command.size},
    };
    return ocd_control_send(op, &control);
}

void ocd_carry_answered(struct ocd_carry *c, struct ocd_op *op)
{
    if (c->slot >= 0)
        ocd_local_give_back(local_of(op), (unsigned)c->slot);
    c->slot = -1;
}

void ocd_carry_abandon(struct ocd_carry *c, struct ocd_op *op)
{
    if (c->writer != NULL && c->slot >= 0)
        ocd_local_abandon(local_of(op), op);
    c->slot = -1;
}
