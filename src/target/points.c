// SPDX-License-Identifier: MIT
#include "target/points.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/scan.h"
#include "rpc/tcl.h"
#include "session/address.h"
#include "session/target.h"
#include "session/write_access.h"
#include "target/target_command.h"
#include "tcl/scripts.h"

struct points {
    struct ocd_op op;
    const struct ocd_points_kind *kind;
    enum {
        LIST,
        SET,
        REMOVE,
        REMOVE_ALL,
    } want;
    enum {
        NEW,
        ASKING, /* how far the target's addresses reach */
        SENT,
    } phase;
    uint64_t addr;
    uint32_t length;    /* 0: no address */
    enum ocd_fact fact; /* the likely cause if the core has no free resource */
    struct ocd_target_info *info;
    struct ocd_buffer command;
    struct ocd_buffer items;
    void *result; /* of the caller: a pointer to a pointer */
    size_t *count;
};

static struct ocd_view command_of(const struct points *p)
{
    return (struct ocd_view){p->command.data, p->command.size};
}

static void send_it(struct points *p)
{
    bool lists = p->want == LIST;
    bool removes = p->want == REMOVE || p->want == REMOVE_ALL;
    struct ocd_control control = {
        .polls = lists ? 0 : OCD_POLL_BEFORE | (removes ? OCD_POLL_AFTER : 0),
        .when = lists ? OCD_WHEN_ALWAYS : OCD_WHEN_ANSWERS,
    };
    struct ocd_buffer script = {0};

    p->phase = SENT;
    p->op.all_sent = true;
    if (removes)
        ocd__buffer_printf(&script, "%s {%s} %s", ocd__script_remove_points, p->command.data,
                           p->kind->list);
    else
        ocd__buffer_puts(&script, p->command.data);
    control.command = (struct ocd_view){script.data, script.size};
    if (script.error != 0)
        ocd__op_fail(&p->op, OCD_ERR_NOMEM, "%s", "");
    else
        ocd__control_send(&p->op, &control);
    ocd__buffer_free(&script);
}

static void check_address(struct points *p)
{
    if (ocd__address_reached(&p->op, p->info, p->addr, p->length))
        send_it(p);
}

static void pump(struct ocd_op *op)
{
    struct points *p = (struct points *)op;

    if (p->phase != NEW)
        return;
    if (p->length == 0) {
        send_it(p);
        return;
    }
    p->phase = ASKING;
    p->info = ocd__target_known(op);
    if (p->info != NULL && p->info->known)
        check_address(p);
}

static void server_error(struct points *p, const struct ocd_answer *a)
{
    if (ocd__scan_contains(a->log, "resource not available"))
        ocd__detail_fact(&p->op.detail, p->fact, 0);
    ocd__control_server_error(&p->op, a, command_of(p));
}

/* Takes the list. False: the operation has ended. */
static bool take_items(struct points *p, struct ocd_view text)
{
    int rc;

    do {
        rc = ocd__buffer_reserve(&p->items, p->kind->size);
        if (rc == OCD_OK)
            rc = p->kind->next(&text, p->items.data + p->items.size);
        p->items.size += rc == 1 ? p->kind->size : 0;
    } while (rc == 1);
    if (rc != 0)
        ocd__op_fail(&p->op, rc, "the output of `%s` is malformed", p->kind->list);
    return rc == 0;
}

/* Whether what was to be removed is still in the list. */
static bool is_still_set(const struct points *p)
{
    for (size_t at = 0; at < p->items.size; at += p->kind->size)
        if (p->want == REMOVE_ALL || p->kind->key(p->items.data + at) == p->addr)
            return true;
    return false;
}

/* 0.12 always reports success. */
static void removed(struct points *p, struct ocd_answer *a)
{
    struct ocd_view status, words, text;

    if (ocd__tcl_next(&a->result, &status) != 1 || ocd__tcl_next(&a->result, &words) != 1 ||
        ocd__tcl_next(&a->result, &text) != 1) {
        ocd__op_fail(&p->op, OCD_ERR_PROTOCOL, "the answer is malformed");
        return;
    }
    a->result = words;
    a->status = ocd__view_is(status, "0") ? 0 : 1;
    if (a->status != 0 || ocd__scan_contains(a->log, p->kind->none))
        server_error(p, a);
    else if (take_items(p, text) && is_still_set(p))
        ocd__op_fail(&p->op, OCD_ERR_COMMAND, "OpenOCD has not removed it");
    else
        ocd__op_end(&p->op, OCD_OK);
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    struct points *p = (struct points *)op;
    struct ocd_answer a;

    (void)tag;
    if (p->phase == ASKING) {
        if (ocd__target_answered(op, p->info, r))
            check_address(p);
        return;
    }
    if (!ocd__control_read(op, r, &a))
        return;
    if (!a.ran || a.status != 0 || a.silent)
        server_error(p, &a);
    else if (p->want == REMOVE || p->want == REMOVE_ALL)
        removed(p, &a);
    else if (p->want == SET || take_items(p, a.result))
        ocd__op_end(op, OCD_OK);
}

static void ended(struct ocd_op *op, int result)
{
    struct points *p = (struct points *)op;

    if (p->result == NULL || result != OCD_OK)
        return;
    *p->count = p->items.size / p->kind->size;
    char *items = ocd__buffer_take(&p->items);
    memcpy(p->result, &items, sizeof(items));
}

static void destroy(struct ocd_op *op)
{
    struct points *p = (struct points *)op;

    ocd__buffer_free(&p->command);
    ocd__buffer_free(&p->items);
}

static const struct ocd_op_class points_class = {
    .size = sizeof(struct points),
    .pump = pump,
    .reply = reply,
    .ended = ended,
    .destroy = destroy,
};

static struct points *begin(struct ocd_session *session, const struct ocd_points_kind *kind,
                            const char *what, const struct ocd_call *call)
{
    struct points *p = (struct points *)ocd__op_new(session, &points_class, call, "%s", what);

    if (p != NULL)
        p->kind = kind;
    return p;
}

void ocd__points_command(struct ocd_op *op, const char *format, ...)
{
    struct points *p = (struct points *)op;
    va_list args;

    va_start(args, format);
    int rc = ocd__buffer_vprintf(&p->command, format, args);
    va_end(args);
    if (rc != OCD_OK)
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
}

void ocd__points_fact(struct ocd_op *op, enum ocd_fact fact)
{
    ((struct points *)op)->fact = fact;
}

struct ocd_op *ocd__points_list(struct ocd_session *session, const struct ocd_points_kind *kind,
                                const char *what, void *items, size_t *count,
                                const struct ocd_call *call)
{
    struct points *p = begin(session, kind, what, call);

    if (items != NULL)
        memset(items, 0, sizeof(void *));
    if (count != NULL)
        *count = 0;
    if (p == NULL)
        return NULL;
    p->want = LIST;
    p->result = items;
    p->count = count;
    if (items == NULL || count == NULL)
        ocd__op_fail(&p->op, OCD_ERR_ARG, "the pointer for the list is NULL");
    else
        ocd__points_command(&p->op, "%s", kind->list);
    return &p->op;
}

struct ocd_op *ocd__points_set(struct ocd_session *session, const struct ocd_points_kind *kind,
                               const char *what, uint64_t addr, uint32_t length,
                               const struct ocd_call *call)
{
    struct points *p = begin(session, kind, what, call);

    if (p == NULL)
        return NULL;
    p->want = SET;
    p->addr = addr;
    p->length = length;
    if (length == 0)
        ocd__op_fail(&p->op, OCD_ERR_ARG, "the length is 0");
    else if (addr > UINT64_MAX - (length - 1))
        ocd__op_fail(&p->op, OCD_ERR_ARG, "the range wraps past the end of the address space");
    return &p->op;
}

struct ocd_op *ocd__points_remove(struct ocd_session *session, const struct ocd_points_kind *kind,
                                  const char *what, uint64_t addr, const struct ocd_call *call)
{
    struct points *p = begin(session, kind, what, call);

    if (p == NULL)
        return NULL;
    p->want = REMOVE;
    p->addr = addr;
    p->length = 1;
    if (ocd__write_access_point(&p->op))
        ocd__points_command(&p->op, "%s 0x%" PRIx64, kind->remove, addr);
    return &p->op;
}

struct ocd_op *ocd__points_remove_all(struct ocd_session *session,
                                      const struct ocd_points_kind *kind, const char *what,
                                      const struct ocd_call *call)
{
    struct points *p = begin(session, kind, what, call);

    if (p == NULL)
        return NULL;
    p->want = REMOVE_ALL;
    if (ocd__write_access_point(&p->op))
        ocd__points_command(&p->op, "%s", kind->remove_all);
    return &p->op;
}
