// SPDX-License-Identifier: MIT
/* How a reply's bytes leave: whole, in parts, late, twice, or not at all. */
#include "fake_internal.h"

#include <string.h>

static void queue_parts(struct fake_server *s, struct fake_conn *c, int64_t due, const char *bytes,
                        size_t size, size_t part, int64_t gap)
{
    for (size_t at = 0; at < size; at += part, due += gap) {
        size_t rest = size - at;
        struct fake_piece *p = fake_queue_out(s, c, due, bytes + at, rest < part ? rest : part);
        if (p)
            p->alone = true;
    }
}

/* Some of the reply, and then what happens to the connection or the server. */
static void queue_end(struct fake_server *s, struct fake_conn *c, int64_t due, const char *bytes,
                      size_t size, const struct fake_fault *f)
{
    struct fake_piece *p = fake_queue_out(s, c, due, bytes, f->at < size ? (size_t)f->at : size);
    if (p)
        p->after = f->kind;
    c->silent = true;
}

static void queue_endless(struct fake_server *s, struct fake_conn *c, int64_t due,
                          const struct fake_slot *slot)
{
    static const char values[] = "0x0 ";
    bool own = slot->fault.text_size > 0;
    struct fake_piece *p = fake_queue_out(s, c, due, own ? slot->text : values,
                                          own ? slot->fault.text_size : sizeof(values) - 1);
    if (p)
        p->repeat = (size_t)slot->fault.at;
    c->silent = true;
}

void fake_reply(struct fake_server *s, struct fake_conn *c, int64_t due, struct fake_text *reply,
                const struct fake_slot *slot)
{
    static const struct fake_slot none;
    const struct fake_fault *f = slot ? &slot->fault : &none.fault;
    int64_t gap = (int64_t)f->us * 1000;
    fake_text_add(reply, "\x1a", 1);
    const char *bytes = reply->data;
    size_t size = reply->size;
    switch (f->kind) {
    case FAKE_MISSING:
        break;
    case FAKE_UNTERMINATED:
        fake_queue_out(s, c, due, bytes, size - 1);
        break;
    case FAKE_DOUBLE:
        fake_queue_out(s, c, due, bytes, size);
        fake_queue_out(s, c, due, bytes, size);
        break;
    case FAKE_LATE:
        fake_queue_out(s, c, due + gap, bytes, size);
        break;
    case FAKE_SPLIT: {
        size_t at = f->at < size ? (size_t)f->at : size - 1;
        queue_parts(s, c, due, bytes, at, size, 0);
        queue_parts(s, c, due + gap, bytes + at, size - at, size, 0);
        break;
    }
    case FAKE_DRIBBLE:
        queue_parts(s, c, due, bytes, size, f->at > 0 ? (size_t)f->at : 1, gap);
        break;
    case FAKE_NOTIFY:
        fake_queue_out(s, c, due, slot->text, f->text_size);
        fake_queue_out(s, c, due, bytes, size);
        break;
    case FAKE_ENDLESS:
        queue_endless(s, c, due, slot);
        break;
    case FAKE_CLOSE:
    case FAKE_RESET:
    case FAKE_EXIT:
        queue_end(s, c, due, bytes, size, f);
        break;
    default:
        fake_queue_out(s, c, due, bytes, size);
        break;
    }
}
