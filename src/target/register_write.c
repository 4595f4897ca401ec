// SPDX-License-Identifier: MIT
/* Writing a register. OpenOCD does not check values: 0.12 truncates them, and takes `zz` as 0 or as
 * a request to read. So the width is asked for first. */
#include <stdlib.h>
#include <string.h>

#include "session/session.h"
#include "session/write_access.h"
#include "target/register_query.h"

enum phase {
    NEW,
    LISTING, /* looking for its width in the list */
    READING, /* reading it for its width, since the list does not have it */
    WRITING,
};

struct register_write {
    struct ocd_op op;
    enum phase phase;
    char *name;
    uint8_t *bytes; /* the least significant first */
    size_t size;
    bool is_number; /* `size` may differ from that of the register */
};

static void ask(struct register_write *w, enum phase phase, const char *argument, size_t count)
{
    struct ocd_register_query asked = {w->name, argument};

    w->phase = phase;
    ocd__register_query_send(&w->op, &asked, count, false);
}

static void pump(struct ocd_op *op)
{
    struct register_write *w = (struct register_write *)op;

    if (w->phase == NEW)
        ask(w, LISTING, "", 0);
}

/* Whether the value has no bits beyond those of the register. */
static bool fits(const struct register_write *w, unsigned bits)
{
    size_t size = ocd__register_bytes(bits);

    if (!w->is_number && w->size != size)
        return false;
    for (size_t i = size; i < w->size; i++)
        if (w->bytes[i] != 0)
            return false;
    return bits % 8 == 0 || size > w->size || w->bytes[size - 1] >> bits % 8 == 0;
}

static void write_it(struct register_write *w, unsigned bits)
{
    struct ocd_buffer value = {0};

    if (!fits(w, bits)) {
        ocd__op_fail(&w->op, OCD_ERR_ARG, "%s has %u bits", w->name, bits);
        return;
    }
    ocd__buffer_puts(&value, "0x");
    for (size_t i = ocd__register_bytes(bits) < w->size ? ocd__register_bytes(bits) : w->size;
         i-- > 0;)
        ocd__buffer_printf(&value, "%02x", w->bytes[i]);
    if (value.error == 0)
        ask(w, WRITING, value.data, 1);
    else
        ocd__op_fail(&w->op, OCD_ERR_NOMEM, "%s", "");
    ocd__buffer_free(&value);
}

/* Whether OpenOCD holds what was written. */
static bool verify(struct register_write *w, const struct ocd_register_line *line)
{
    struct ocd_register *held;
    int rc = ocd__register_list_build(line, 1, &held);

    if (rc != OCD_OK) {
        ocd__op_fail(&w->op, rc, "the value of the register does not fit its width");
        return false;
    }
    size_t common =
        w->size < ocd__register_bytes(held->bits) ? w->size : ocd__register_bytes(held->bits);
    bool same = memcmp(held->bytes, w->bytes, common) == 0;
    for (size_t i = common; i < ocd__register_bytes(held->bits); i++)
        same = same && held->bytes[i] == 0;
    if (!same)
        ocd__op_fail(&w->op, OCD_ERR_MISMATCH, "%s holds 0x%.*s", w->name, (int)line->hex.size,
                     line->hex.data);
    free(held);
    return same;
}

static void taken(struct register_write *w, struct ocd_register_reply *regs)
{
    struct ocd_register_line line;
    int rc = ocd__register_query_take(&w->op, regs, w->name, &line);

    if (rc != OCD_OK)
        ocd__op_end(&w->op, rc);
    else if (w->phase == READING)
        write_it(w, line.bits);
    else if ((w->op.call.flags & OCD_WRITE_VERIFY) == 0 || verify(w, &line))
        ocd__op_end(&w->op, OCD_OK);
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    struct register_write *w = (struct register_write *)op;
    struct ocd_register_reply regs;
    struct ocd_register_line line;

    (void)tag;
    if (!ocd__register_query_read(op, r, &regs))
        return;
    if (w->phase != LISTING) {
        taken(w, &regs);
        return;
    }
    int found = ocd__register_query_find(regs.list, w->name, &line);
    if (found < 0)
        ocd__op_fail(op, found, "the list of registers is malformed");
    else if (found == 1)
        write_it(w, line.bits);
    else
        ask(w, READING, "", 1);
}

static void destroy(struct ocd_op *op)
{
    struct register_write *w = (struct register_write *)op;

    free(w->name);
    free(w->bytes);
}

static const struct ocd_op_class register_write_class = {
    .size = sizeof(struct register_write),
    .pump = pump,
    .reply = reply,
    .destroy = destroy,
};

static struct ocd_op *begin(struct ocd_session *session, const char *name, const void *bytes,
                            size_t size, bool is_number, const struct ocd_call *call)
{
    struct ocd_op *op = ocd__op_new(session, &register_write_class, call, "write register %.100s",
                                    name != NULL ? name : "(none)");
    struct register_write *w = (struct register_write *)op;

    if (op == NULL)
        return NULL;
    if (!ocd__register_is_name(name)) {
        ocd__op_fail(op, OCD_ERR_ARG, "'%s' is not the name of a register",
                     name != NULL ? name : "");
        return op;
    }
    if (bytes == NULL || size == 0) {
        ocd__op_fail(op, OCD_ERR_ARG, "the value is NULL or has no bytes");
        return op;
    }
    if (!ocd__write_access_register(op))
        return op;
    w->name = strdup(name);
    w->bytes = malloc(size);
    w->size = size;
    w->is_number = is_number;
    if (w->name == NULL || w->bytes == NULL)
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
    else
        memcpy(w->bytes, bytes, size);
    return op;
}

struct ocd_op *ocd_write_register_async(struct ocd_session *session, const char *name,
                                        uint64_t value, const struct ocd_call *call)
{
    uint8_t bytes[8];

    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    return begin(session, name, bytes, sizeof(bytes), true, call);
}

int ocd_write_register(struct ocd_session *session, const char *name, uint64_t value)
{
    return ocd__op_wait(session, ocd_write_register_async(session, name, value, NULL));
}

struct ocd_op *ocd_write_register_bytes_async(struct ocd_session *session, const char *name,
                                              const void *bytes, size_t size,
                                              const struct ocd_call *call)
{
    return begin(session, name, bytes, size, false, call);
}

int ocd_write_register_bytes(struct ocd_session *session, const char *name, const void *bytes,
                             size_t size)
{
    return ocd__op_wait(session, ocd_write_register_bytes_async(session, name, bytes, size, NULL));
}
