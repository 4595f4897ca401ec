// SPDX-License-Identifier: MIT
#include "session/target.h"

#include "rpc/tcl.h"

static void ask(struct ocd_op *op)
{
    struct ocd_where where = ocd_op_where(op);
    struct ocd_buffer command = {0};

    if (where.target != NULL)
        ocd_buffer_printf(&command, "%s cget -endian", where.target);
    else
        ocd_buffer_puts(&command, "[target current] cget -endian");
    if (command.error != 0)
        ocd_op_fail(op, OCD_ERR_NOMEM, "%s", "");
    else
        ocd_op_send(op, OCD_WRAP_ANY, command.data, command.size, 0);
    ocd_buffer_free(&command);
}

struct ocd_target_info *ocd_target_known(struct ocd_op *op)
{
    struct ocd_session *s = op->session;
    struct ocd_target_info *target =
        ocd_session_target(s, op->target != NULL ? op->target : s->target);

    if (target == NULL) {
        ocd_op_fail(op, OCD_ERR_NOMEM, "%s", "");
        return NULL;
    }
    if ((s->features & OCD_FEATURE_MEMORY) == 0) {
        ocd_op_fail(op, OCD_ERR_UNSUPPORTED, "%s has no read_memory; 0.12 or later is needed",
                    s->server_version);
        return NULL;
    }
    if (!target->known)
        ask(op);
    return op->result == OCD_PENDING ? target : NULL;
}

bool ocd_target_answered(struct ocd_op *op, struct ocd_target_info *target, struct ocd_reply *reply)
{
    if (ocd_op_unanswered(op, reply))
        return false;
    if (reply->status != 0) {
        struct ocd_slice command = {(char *)"cget -endian", 12};
        ocd_op_refused(op, OCD_ERR_NO_TARGET, command, reply);
        return false;
    }
    target->known = ocd_endian_parse(reply->result, &target->endian);
    if (!target->known)
        ocd_op_fail(op, OCD_ERR_PROTOCOL, "the target's byte order is neither little nor big");
    return target->known;
}
