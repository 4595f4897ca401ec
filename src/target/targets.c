// SPDX-License-Identifier: MIT
/* The targets of an OpenOCD. */
#include <stdlib.h>
#include <string.h>

#include "rpc/tcl.h"
#include "session/session.h"
#include "tcl/scripts.h"

/* No target takes fewer bytes of the answer: five elements, four blanks. */
#define ITEM_MIN 9

enum {
    NAME,
    TYPE,
    ENDIAN,
    STATE,
    CURRENT,
    FIELDS
};

struct targets {
    struct ocd_op op;
    struct ocd_target *list;
    size_t found;
    struct ocd_target **result;
    size_t *count;
};

static void pump(struct ocd_op *op)
{
    op->all_sent = true;
    ocd__op_run(op, ocd__script_targets, strlen(ocd__script_targets), 0);
}

/* Splits one target's list into its fields. */
static bool split(struct ocd_view list, struct ocd_view fields[FIELDS])
{
    struct ocd_view more;

    for (int i = 0; i < FIELDS; i++)
        if (ocd__tcl_next(&list, &fields[i]) != 1 ||
            memchr(fields[i].data, '\0', fields[i].size) != NULL)
            return false;
    return ocd__tcl_next(&list, &more) == 0;
}

static const char *keep(char **at, struct ocd_view text)
{
    char *begin = *at;

    memcpy(begin, text.data, text.size);
    begin[text.size] = '\0';
    *at += text.size + 1;
    return begin;
}

/* The array and its strings in one allocation. The strings are never longer than the answer. */
static int parse(struct targets *t, struct ocd_view answer)
{
    struct ocd_view item, fields[FIELDS];
    size_t count = answer.size / ITEM_MIN + 1;
    int rc;

    t->list = calloc(1, count * (sizeof(*t->list) + FIELDS) + answer.size);
    if (t->list == NULL)
        return OCD_ERR_NOMEM;
    char *at = (char *)(t->list + count);
    const char *mine = t->op.session->target;
    while ((rc = ocd__tcl_next(&answer, &item)) == 1) {
        struct ocd_target *target = &t->list[t->found++];
        if (!split(item, fields) || !ocd__endian_parse(fields[ENDIAN], &target->endian))
            return OCD_ERR_PROTOCOL;
        target->name = keep(&at, fields[NAME]);
        target->type = keep(&at, fields[TYPE]);
        target->state = keep(&at, fields[STATE]);
        target->current =
            mine != NULL ? strcmp(mine, target->name) == 0 : fields[CURRENT].data[0] == '1';
    }
    return rc == 0 ? OCD_OK : OCD_ERR_PROTOCOL;
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    struct targets *t = (struct targets *)op;

    (void)tag;
    if (ocd__op_transport_failed(op, r))
        return;
    if (r->status != 0) {
        struct ocd_view command = {(char *)"target names", 12};
        ocd__op_server_error(op, OCD_ERR_COMMAND, command, r);
        return;
    }
    int rc = parse(t, r->result);
    if (rc == OCD_OK)
        ocd__op_end(op, OCD_OK);
    else
        ocd__op_fail(op, rc, "the list of targets is malformed");
}

static void ended(struct ocd_op *op, int result)
{
    struct targets *t = (struct targets *)op;

    if (result != OCD_OK)
        return;
    *t->result = t->list;
    *t->count = t->found;
    t->list = NULL;
}

static void destroy(struct ocd_op *op)
{
    free(((struct targets *)op)->list);
}

static const struct ocd_op_class targets_class = {
    .size = sizeof(struct targets),
    .reads = true,
    .pump = pump,
    .reply = reply,
    .ended = ended,
    .destroy = destroy,
};

struct ocd_op *ocd_targets_async(struct ocd_session *session, struct ocd_target **targets,
                                 size_t *count, const struct ocd_call *call)
{
    struct ocd_op *op = ocd__op_new(session, &targets_class, call, "list the targets");
    struct targets *t = (struct targets *)op;

    if (targets != NULL)
        *targets = NULL;
    if (count != NULL)
        *count = 0;
    if (op == NULL)
        return NULL;
    t->result = targets;
    t->count = count;
    if (targets == NULL || count == NULL)
        ocd__op_fail(op, OCD_ERR_ARG, "the pointer for the targets is NULL");
    return op;
}

int ocd_targets(struct ocd_session *session, struct ocd_target **targets, size_t *count)
{
    return ocd__op_wait(session, ocd_targets_async(session, targets, count, NULL));
}
