// SPDX-License-Identifier: MIT
#include "session/target.h"

#include "rpc/tcl.h"
#include "session/address.h"

/* A name that is no target's may still be a command, and must not be run. */
static const char question[] = "apply {{name} {"
                               "if {[llength $name] == 0} {set t [target current]} "
                               "else {set t [lindex $name 0]}; "
                               "if {[llength [target names]] == 0} "
                               "{error {OpenOCD has no targets: its configuration names none}}; "
                               "if {[lsearch -exact [target names] $t] < 0} "
                               "{error \"no target is named $t\"}; "
                               "list [$t cget -endian] [$t cget -type] "
                               "[llength [info commands read_memory]]}} ";

bool ocd_target_learn(struct ocd_target_info *target, struct ocd_slice endian,
                      struct ocd_slice type)
{
    target->known = ocd_endian_parse(endian, &target->endian);
    target->type32 = ocd_address_type32(type);
    target->poll = ocd_slice_is(type, "riscv");
    return target->known;
}

static void ask(struct ocd_op *op)
{
    struct ocd_where where = ocd_op_where(op);
    struct ocd_buffer command = {0};

    ocd_buffer_puts(&command, question);
    if (where.target != NULL)
        ocd_buffer_printf(&command, "[list %s]", where.target);
    else
        ocd_buffer_puts(&command, "{}");
    if (command.error != 0)
        ocd_op_fail(op, OCD_ERR_NOMEM, "%s", "");
    else
        ocd_op_run(op, command.data, command.size, 0);
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
    /* The commands come with `init`, which may have been left out at the start. */
    if ((s->features & OCD_FEATURE_MEMORY) == 0)
        target->known = false;
    if (!target->known)
        ask(op);
    return op->result == OCD_PENDING ? target : NULL;
}

/* The answer's elements. False: it is malformed. */
static bool learn(struct ocd_op *op, struct ocd_target_info *target, struct ocd_slice list)
{
    struct ocd_slice endian, type, memory, more;

    if (ocd_tcl_next(&list, &endian) != 1 || ocd_tcl_next(&list, &type) != 1 ||
        ocd_tcl_next(&list, &memory) != 1 || ocd_tcl_next(&list, &more) != 0)
        return false;
    if (memory.size == 1 && memory.data[0] == '1')
        op->session->features |= OCD_FEATURE_MEMORY;
    return ocd_target_learn(target, endian, type);
}

bool ocd_target_answered(struct ocd_op *op, struct ocd_target_info *target, struct ocd_reply *reply)
{
    struct ocd_session *s = op->session;

    if (ocd_op_unanswered(op, reply))
        return false;
    if (reply->status != 0) {
        struct ocd_slice command = {(char *)"cget -endian", 12};
        ocd_op_refused(op, OCD_ERR_NO_TARGET, command, reply);
        return false;
    }
    if (!learn(op, target, reply->result)) {
        ocd_op_fail(op, OCD_ERR_PROTOCOL, "the target's byte order is neither little nor big");
        return false;
    }
    if ((s->features & OCD_FEATURE_MEMORY) != 0)
        return true;
    ocd_op_fail(op, OCD_ERR_UNSUPPORTED,
                "%s has no read_memory: it is older than 0.12, or `init` has not been run",
                s->server_version);
    return false;
}
