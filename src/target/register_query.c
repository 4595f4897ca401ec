// SPDX-License-Identifier: MIT
#include "target/register_query.h"

#include <stdlib.h>
#include <string.h>

#include "base/scan.h"
#include "rpc/tcl.h"
#include "tcl/scripts.h"

/* The answer for an unknown register: a success in 0.12, an error later. */
#define NOT_FOUND " not found in current target"

bool ocd__register_is_name(const char *name)
{
    return name != NULL && name[0] != '\0' && (name[0] < '0' || name[0] > '9');
}

static void compose(struct ocd_buffer *out, const struct ocd_register_query *asks, size_t count)
{
    ocd__buffer_puts(out, ocd__script_registers);
    for (size_t i = 0; i < count; i++) {
        ocd__buffer_puts(out, " ");
        ocd__tcl_quote(out, asks[i].name, strlen(asks[i].name));
        ocd__buffer_printf(out, " {%s}", asks[i].argument);
    }
}

bool ocd__register_query_send(struct ocd_op *op, const struct ocd_register_query *asks,
                              size_t count, bool anyway)
{
    struct ocd_buffer command = {0};

    compose(&command, asks, count);
    if (command.error != 0) {
        ocd__buffer_free(&command);
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
        return false;
    }
    struct ocd_control control = {
        .polls = anyway ? 0 : OCD_POLL_BEFORE,
        .when = anyway ? OCD_WHEN_ALWAYS : OCD_WHEN_HALTED,
        .command = {command.data, command.size},
    };
    bool sent = ocd__control_send(op, &control);
    ocd__buffer_free(&command);
    return sent;
}

bool ocd__register_query_read(struct ocd_op *op, struct ocd_reply *reply,
                              struct ocd_register_reply *regs)
{
    struct ocd_answer a;
    struct ocd_view command = {(char *)"reg", 3};

    if (!ocd__control_read(op, reply, &a))
        return false;
    if (!a.ran || a.status != 0 || !a.examined) {
        ocd__control_server_error(op, &a, command);
        return false;
    }
    regs->log = a.log;
    if (ocd__tcl_next(&a.result, &regs->results) == 1 && ocd__tcl_next(&a.result, &regs->list) == 1)
        return true;
    ocd__op_fail(op, OCD_ERR_PROTOCOL, "the answer about registers is malformed");
    return false;
}

int ocd__register_query_find(struct ocd_view list, const char *name, struct ocd_register_line *line)
{
    int rc;

    *line = (struct ocd_register_line){.number = UINT32_MAX};
    while ((rc = ocd__register_list_next(&list, line)) == 1)
        if (ocd__view_is(line->name, name))
            return 1;
    return rc;
}

static int fail(struct ocd_op *op, int code, const char *name, struct ocd_view words)
{
    struct ocd_buffer text = {0};

    ocd__buffer_printf(&text, "reg %s", name);
    ocd__detail_command(&op->detail, text.error == 0 ? text.data : "", text.size);
    ocd__buffer_clear(&text);
    if (words.size > 0)
        ocd__buffer_add(&text, words.data, words.size);
    else
        ocd__buffer_printf(&text, "register %s cannot be accessed", name);
    if (text.error == 0)
        ocd__detail_message(&op->detail, text.data, text.size);
    ocd__buffer_free(&text);
    return code;
}

int ocd__register_query_take(struct ocd_op *op, struct ocd_register_reply *regs, const char *name,
                             struct ocd_register_line *line)
{
    struct ocd_view status, words;

    if (ocd__tcl_next(&regs->results, &status) != 1 || ocd__tcl_next(&regs->results, &words) != 1)
        return fail(op, OCD_ERR_PROTOCOL, name, (struct ocd_view){NULL, 0});
    if (ocd__scan_contains(words, NOT_FOUND))
        return fail(op, OCD_ERR_NO_REGISTER, name, words);
    if (status.size != 1 || status.data[0] != '0')
        return fail(op, OCD_ERR_COMMAND, name, words.size > 0 ? words : regs->log);
    int found = ocd__register_query_find(regs->list, name, line);
    if (found < 0)
        return fail(op, found, name, regs->list);
    if (found == 0)
        *line = (struct ocd_register_line){.number = UINT32_MAX}; /* hidden from the list */
    /* The list has no values of registers that are never cached; the answer itself has. */
    if (!ocd__register_list_single(words, line))
        return fail(op, OCD_ERR_PROTOCOL, name, words);
    return OCD_OK;
}
