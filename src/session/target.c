// SPDX-License-Identifier: MIT
#include "session/target.h"

#include "base/cause.h"
#include "base/scan.h"
#include "rpc/tcl.h"
#include "session/address.h"
#include "tcl/scripts.h"

bool ocd__target_learn(struct ocd_target_info *target, struct ocd_view endian, struct ocd_view type,
                       struct ocd_view xlen)
{
    bool riscv = ocd__view_is(type, "riscv");
    bool valid = ocd__endian_parse(endian, &target->endian);
    uint64_t bits = 0;

    target->type32 = ocd__address_type32(type);
    target->poll = riscv;
    if (riscv && ocd__scan_number(&xlen, &bits) && bits == 32)
        target->type32 = "riscv";
    target->known = valid && (!riscv || bits > 0);
    return valid;
}

void ocd__target_learn_reads(struct ocd_session *session, struct ocd_target_info *target,
                             struct ocd_view answer)
{
    target->confirm = target->poll && answer.size == 0;
    if (target->confirm)
        session->features |= OCD_FEATURE_CONFIRM;
}

static void ask(struct ocd_op *op)
{
    struct ocd_where where = ocd__op_where(op);
    struct ocd_buffer command = {0};

    ocd__buffer_puts(&command, ocd__script_target_info);
    ocd__buffer_printf(&command, where.target != NULL ? " [list %s]" : " {}", where.target);
    if (command.error != 0)
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
    else
        ocd__op_run(op, command.data, command.size, 0);
    ocd__buffer_free(&command);
}

struct ocd_target_info *ocd__target_known(struct ocd_op *op)
{
    struct ocd_session *s = op->session;
    struct ocd_target_info *target =
        ocd__session_target(s, op->target != NULL ? op->target : s->target);

    if (target == NULL) {
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
        return NULL;
    }
    /* `init` adds the memory commands, and may not have been run at the start. */
    if ((s->features & OCD_FEATURE_MEMORY) == 0)
        target->known = false;
    if (!target->known)
        ask(op);
    return op->result == OCD_PENDING ? target : NULL;
}

/* The answer's elements; `*state` is the state, or why there is none yet. False: it is malformed.
 */
static bool learn(struct ocd_op *op, struct ocd_target_info *target, struct ocd_view list,
                  struct ocd_view *state)
{
    struct ocd_view endian, type, memory, failed, xlen, reads = {0};

    if (ocd__tcl_next(&list, &endian) != 1 || ocd__tcl_next(&list, &type) != 1 ||
        ocd__tcl_next(&list, &memory) != 1 || ocd__tcl_next(&list, &failed) != 1 ||
        ocd__tcl_next(&list, state) != 1 || ocd__tcl_next(&list, &xlen) != 1 ||
        ocd__tcl_next(&list, &reads) < 0 || list.size > 0)
        return false;
    if (memory.size == 1 && memory.data[0] == '1')
        op->session->features |= OCD_FEATURE_MEMORY;
    if (!ocd__target_learn(target, endian, type, xlen))
        return false;
    ocd__target_learn_reads(op->session, target, reads);
    return true;
}

bool ocd__target_answered(struct ocd_op *op, struct ocd_target_info *target,
                          struct ocd_reply *reply)
{
    struct ocd_session *s = op->session;
    struct ocd_view state;

    if (ocd__op_transport_failed(op, reply))
        return false;
    if (reply->status != 0) {
        struct ocd_view command = {(char *)"cget -endian", 12};
        ocd__op_server_error(op, OCD_ERR_NO_TARGET, command, reply);
        return false;
    }
    if (!learn(op, target, reply->result, &state)) {
        ocd__op_fail(op, OCD_ERR_PROTOCOL, "the target's byte order is neither little nor big");
        return false;
    }
    if ((s->features & OCD_FEATURE_MEMORY) != 0)
        return true;
    struct ocd_view command = {(char *)"curstate", 8};
    struct ocd_reply why = {.status = 1, .result = state, .log = reply->log};
    if (ocd__cause_code(state) == OCD_ERR_NOT_EXAMINED ||
        ocd__cause_code(reply->log) == OCD_ERR_NOT_EXAMINED)
        ocd__op_server_error(op, OCD_ERR_NOT_EXAMINED, command, &why); /* before `init` */
    else
        ocd__op_fail(op, OCD_ERR_UNSUPPORTED, "%s has no read_memory", s->server_version);
    return false;
}
