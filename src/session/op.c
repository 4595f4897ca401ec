// SPDX-License-Identifier: MIT
#include "session/op.h"

#include <stdlib.h>
#include <string.h>

#include "base/reserved.h"
#include "rpc/status.h"
#include "rpc/tcl.h"
#include "session/session.h"

/* All flags of a call. */
#define CALL_FLAGS                                                                                 \
    (OCD_READ_SKIP_UNREADABLE | OCD_DUMP_RESUME | OCD_WRITE_VERIFY | OCD_VERIFY_FAST |             \
     OCD_WRITE_DRY_RUN | OCD_READ_REGISTERS_FORCE)

void ocd__op_list_add(struct ocd_op_list *list, struct ocd_op *op)
{
    op->list = list;
    op->next = NULL;
    op->prev = list->last;
    if (list->last != NULL)
        list->last->next = op;
    else
        list->first = op;
    list->last = op;
}

void ocd__op_list_remove(struct ocd_op *op)
{
    struct ocd_op_list *list = op->list;

    if (list == NULL)
        return;
    if (op->prev != NULL)
        op->prev->next = op->next;
    else
        list->first = op->next;
    if (op->next != NULL)
        op->next->prev = op->prev;
    else
        list->last = op->prev;
    op->list = NULL;
    op->prev = op->next = NULL;
}

static void destroy(struct ocd_op *op)
{
    if (op->class->destroy != NULL)
        op->class->destroy(op);
    ocd__detail_free(&op->detail);
    ocd__buffer_free(&op->what);
    free(op->target);
    free(op->target_word);
    free(op);
}

static bool set_target(struct ocd_op *op, const char *name)
{
    struct ocd_buffer word = {0};

    if (name == NULL)
        return true;
    op->target = strdup(name);
    if (op->target == NULL || ocd__tcl_quote(&word, name, strlen(name)) != OCD_OK) {
        ocd__buffer_free(&word);
        return false;
    }
    op->target_word = ocd__buffer_take(&word);
    return op->target_word != NULL;
}

static void check_call(struct ocd_op *op)
{
    unsigned unknown = op->call.flags & ~(unsigned)CALL_FLAGS;

    if (unknown != 0)
        ocd__op_fail(op, OCD_ERR_ARG, "ocd_call.flags has unknown flags, 0x%X", unknown);
    else if ((unsigned)op->call.space > OCD_SPACE_PHYSICAL)
        ocd__op_fail(op, OCD_ERR_ARG, "ocd_call.space is not one of enum ocd_space");
    else if (OCD_RESERVED_USED(&op->call))
        ocd__op_fail(op, OCD_ERR_ARG, "ocd_call.reserved is not zero");
    else if ((op->call.flags & OCD_WRITE_DRY_RUN) != 0 && !op->class->dry)
        ocd__op_fail(op, OCD_ERR_ARG, "only reads and writes of memory can be dry runs");
}

struct ocd_op *ocd__op_new(struct ocd_session *session, const struct ocd_op_class *class,
                           const struct ocd_call *call, const char *format, ...)
{
    struct ocd_op *op = session != NULL ? calloc(1, class->size) : NULL;
    if (op == NULL)
        return NULL;

    op->class = class;
    op->session = session;
    op->result = OCD_PENDING;
    op->has_side_effects = !class->reads;
    ocd__detail_init(&op->detail);
    if (call != NULL)
        op->call = *call;
    va_list args;
    va_start(args, format);
    ocd__buffer_vprintf(&op->what, format, args);
    va_end(args);
    if (!set_target(op, op->call.target) || op->what.error != 0) {
        destroy(op);
        return NULL;
    }
    op->since = ocd__now();
    op->timeout_ms = op->call.timeout_ms != 0 ? op->call.timeout_ms : session->timeout_ms;
    op->deadline = ocd__deadline(op->since, op->call.deadline_ms != 0 ? op->call.deadline_ms
                                                                      : session->deadline_ms);
    int dead = ocd__session_reconnect(session);
    ocd__op_list_add(&session->active, op);
    if (dead != OCD_OK)
        ocd__op_fail(op, dead, "%s", session->rpc.dead.error.message);
    else
        check_call(op);
    return op;
}

static void record_unanswered(struct ocd_op *op, struct ocd_view command)
{
    if (command.size > 0)
        ocd__detail_command(&op->detail, command.data, command.size);
}

void ocd__op_end(struct ocd_op *op, int result)
{
    if (op->result != OCD_PENDING)
        return;
    op->result = result;
    op->all_sent = true;
    if (result == OCD_ERR_TIMEOUT)
        record_unanswered(op, ocd__rpc_oldest_command(&op->session->rpc, op));
    ocd__rpc_forget(&op->session->rpc, op);
    if (result != OCD_OK) {
        op->detail.error.code = result;
        if (op->class->account != NULL)
            op->class->account(op, result);
        ocd__detail_compose(&op->detail, op->what.data);
        ocd__detail_copy(&op->session->last_error, &op->detail);
    }
    ocd__op_list_remove(op);
    ocd__op_list_add(&op->session->ended, op);
    /* The end of a connect ends all active operations: this one must not be among them. */
    if (op->class->ended == NULL)
        return;
    op->busy++; /* it may call the caller back */
    op->class->ended(op, result);
    op->busy--;
    if (op->release)
        ocd__op_release(op);
}

void ocd__op_fail(struct ocd_op *op, int code, const char *format, ...)
{
    va_list args;
    struct ocd_buffer message = {0};

    if (op->result != OCD_PENDING)
        return;
    va_start(args, format);
    ocd__buffer_vprintf(&message, format, args);
    va_end(args);
    if (message.error == 0)
        ocd__detail_message(&op->detail, message.data, message.size);
    ocd__buffer_free(&message);
    ocd__op_end(op, code);
}

static void take_reply(void *owner, uint64_t tag, struct ocd_reply *reply)
{
    struct ocd_op *op = owner;

    op->busy++;
    if (op->result == OCD_PENDING)
        op->class->reply(op, tag, reply);
    op->busy--;
    if (op->release)
        ocd__op_release(op);
}

/* Ends the operation if its request could not be sent. */
static bool was_sent(struct ocd_op *op, int rc)
{
    if (rc == OCD_OK)
        return true;
    if (rc == OCD_ERR_ARG)
        ocd__op_fail(op, rc,
                     "the command contains a NUL or is longer than OpenOCD accepts (%u bytes)",
                     OCD_LINE_MAX);
    else
        ocd__op_fail(op, rc, "%s", op->session->rpc.dead.error.message);
    return false;
}

bool ocd__op_send(struct ocd_op *op, const struct ocd_query *query)
{
    if (op->result != OCD_PENDING)
        return false; /* its answers would find no operation */
    return was_sent(op, ocd__rpc_send(&op->session->rpc, query, take_reply, op));
}

bool ocd__op_run_shown(struct ocd_op *op, struct ocd_view command, struct ocd_view shown,
                       uint64_t tag)
{
    if (op->result != OCD_PENDING)
        return false;
    return was_sent(op,
                    ocd__rpc_run(&op->session->rpc, command, shown, false, take_reply, op, tag));
}

bool ocd__op_run_any(struct ocd_op *op, struct ocd_view command, uint64_t tag)
{
    struct ocd_view shown = {0};

    if (op->result != OCD_PENDING)
        return false;
    return was_sent(op, ocd__rpc_run(&op->session->rpc, command, shown, true, take_reply, op, tag));
}

bool ocd__op_run(struct ocd_op *op, const char *command, size_t size, uint64_t tag)
{
    return ocd__op_run_shown(op, (struct ocd_view){(char *)command, size}, (struct ocd_view){0},
                             tag);
}

bool ocd__op_transport_failed(struct ocd_op *op, const struct ocd_reply *reply)
{
    if (reply->error == OCD_OK)
        return false;
    record_unanswered(op, reply->asked);
    ocd__op_fail(op, reply->error, "%s", op->session->rpc.dead.error.message);
    return true;
}

void ocd__op_record_server_error(struct ocd_op *op, struct ocd_view command,
                                 const struct ocd_reply *reply)
{
    struct ocd_buffer message = {0};
    const char *meaning = ocd__status_text(reply->status);

    ocd__buffer_add(&message, reply->result.data, reply->result.size);
    struct ocd_view log = ocd__status_log(reply->log, reply->status);
    if (message.size > 0 && log.size > 0)
        ocd__buffer_puts(&message, "\n");
    ocd__buffer_add(&message, log.data, log.size);
    if (meaning != NULL && message.size == 0)
        ocd__buffer_puts(&message, meaning);
    else if (message.size == 0)
        ocd__buffer_printf(&message, "OpenOCD answered only status %ld", reply->status);
    if (message.error == 0)
        ocd__detail_message(&op->detail, message.data, message.size);
    ocd__buffer_free(&message);
    ocd__detail_command(&op->detail, command.data, command.size);
    op->detail.error.tcl_code = (int)reply->status;
}

void ocd__op_server_error(struct ocd_op *op, int code, struct ocd_view command,
                          const struct ocd_reply *reply)
{
    ocd__op_record_server_error(op, command, reply);
    ocd__op_end(op, code);
}

void ocd__op_progress(struct ocd_op *op)
{
    op->since = ocd__now();
}

bool ocd__op_overtaken(const struct ocd_op *op)
{
    return op->order != op->session->pumped;
}

struct ocd_where ocd__op_where(const struct ocd_op *op)
{
    const struct ocd_session *s = op->session;

    const char *name = op->target != NULL ? op->target : s->target;
    const struct ocd_target_info *target = s->targets;

    while (target != NULL &&
           (target->name == NULL ? name != NULL : name == NULL || strcmp(target->name, name) != 0))
        target = target->next;
    return (struct ocd_where){
        .poll = target != NULL && target->poll,
        .confirm = target != NULL && target->confirm,
        .target = op->target_word != NULL ? op->target_word : s->target_word,
        .phys =
            op->call.space == OCD_SPACE_SESSION ? s->phys : op->call.space == OCD_SPACE_PHYSICAL,
    };
}

/* Whether each completed request starts its timeout over. The work of earlier operations does not
 * use up the timeout of one that has not started. */
static bool is_renewed(const struct ocd_op *op)
{
    return op->bulk || !op->started;
}

/* OpenOCD answers in order, so each completed request of the session is progress for this
 * operation. */
static ocd_time last_progress(const struct ocd_op *op)
{
    ocd_time completed = op->session->rpc.completed;

    return completed > op->since ? completed : op->since;
}

ocd_time ocd__op_expiry(const struct ocd_op *op)
{
    ocd_time since = is_renewed(op) ? last_progress(op) : op->since;
    ocd_time end = ocd__deadline(since, op->timeout_ms);

    return end < op->deadline ? end : op->deadline;
}

void ocd__op_start(struct ocd_op *op)
{
    op->since = op->bulk ? ocd__now() : last_progress(op);
    op->started = true;
}

void ocd__op_expire(struct ocd_op *op, ocd_time now)
{
    if (op->deadline <= now)
        ocd__op_fail(op, OCD_ERR_TIMEOUT, "not finished before its deadline");
    else if (is_renewed(op))
        ocd__op_fail(op, OCD_ERR_TIMEOUT, "no request has been completed for %u ms",
                     (unsigned)op->timeout_ms);
    else
        ocd__op_fail(op, OCD_ERR_TIMEOUT, "not finished in %u ms", (unsigned)op->timeout_ms);
}

void ocd__op_release(struct ocd_op *op)
{
    op->release = true;
    if (op->busy > 0)
        return;
    ocd__op_list_remove(op);
    destroy(op);
}

int ocd__op_wait(struct ocd_session *session, struct ocd_op *op)
{
    if (session == NULL)
        return OCD_ERR_ARG;
    if (op == NULL) {
        ocd__detail_set(&session->last_error, OCD_ERR_NOMEM, "%s", "");
        return OCD_ERR_NOMEM;
    }
    if (session->depth > 0) {
        ocd_op_free(op);
        return ocd__detail_set(&session->last_error, OCD_ERR_BUSY, "%s", "");
    }
    return ocd_wait(op);
}

void ocd_cancel(struct ocd_op *op)
{
    if (op == NULL || op->result != OCD_PENDING)
        return;
    ocd__op_end(op, OCD_ERR_CANCELLED);
}

int ocd_op_result(const struct ocd_op *op)
{
    return op != NULL ? op->result : OCD_ERR_NOMEM;
}

const struct ocd_error *ocd_op_error(const struct ocd_op *op)
{
    return op != NULL ? &op->detail.error : ocd__detail_no_memory();
}

void ocd_op_free(struct ocd_op *op)
{
    if (op == NULL)
        return;
    op->call.done = NULL;
    ocd_cancel(op);
    ocd__op_release(op);
}
