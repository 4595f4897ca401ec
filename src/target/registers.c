// SPDX-License-Identifier: MIT
/* Listing and reading registers. */
#include <stdlib.h>
#include <string.h>

#include "session/session.h"
#include "target/register_query.h"

enum want {
    LIST, /* all, with the values that OpenOCD has cached */
    CORE, /* all of the first group, read */
    SOME, /* those named, read */
};

struct name {
    char *text;
    bool force;
};

struct registers {
    struct ocd_op op;
    enum want want;
    enum {
        NEW,
        LISTING,
        READING,
    } phase;
    struct name *names; /* to be read */
    size_t names_count;
    struct ocd_buffer lines; /* of struct ocd_register_line, while a reply is parsed */
    struct ocd_register *list;
    size_t found;
    /* Outputs of the caller: the first two or the last. */
    struct ocd_register **registers;
    size_t *count;
    uint64_t *value;
};

static bool forces(const struct registers *r)
{
    return (r->op.call.flags & OCD_READ_REGISTERS_FORCE) != 0;
}

static void list(struct registers *r)
{
    r->phase = LISTING;
    ocd__register_query_send(&r->op, NULL, 0, r->want == LIST);
}

static void read_named(struct registers *r)
{
    struct ocd_register_query *asks = calloc(r->names_count + 1, sizeof(*asks));

    r->phase = READING;
    if (asks == NULL) {
        ocd__op_fail(&r->op, OCD_ERR_NOMEM, "%s", "");
        return;
    }
    for (size_t i = 0; i < r->names_count; i++)
        asks[i] = (struct ocd_register_query){r->names[i].text, r->names[i].force ? "force" : ""};
    ocd__register_query_send(&r->op, asks, r->names_count, false);
    free(asks);
}

static void pump(struct ocd_op *op)
{
    struct registers *r = (struct registers *)op;

    if (r->phase != NEW)
        return;
    if (r->want == SOME && !forces(r))
        read_named(r);
    else
        list(r); /* also for the dirty ones, which must not be forced */
    op->all_sent = r->want == LIST || r->phase == READING;
}

static void build(struct registers *r)
{
    const struct ocd_register_line *lines = (const struct ocd_register_line *)(void *)r->lines.data;
    size_t count = r->lines.size / sizeof(*lines);
    int rc = r->lines.error != 0 ? OCD_ERR_NOMEM : ocd__register_list_build(lines, count, &r->list);

    r->found = count;
    if (rc != OCD_OK)
        ocd__op_fail(&r->op, rc, "the value of a register does not fit its width");
    else if (r->value != NULL && r->list[0].bits > 64)
        ocd__op_fail(&r->op, OCD_ERR_ARG, "the register has %u bits, and the value only 64",
                     r->list[0].bits);
    else
        ocd__op_end(&r->op, OCD_OK);
}

static bool same(struct ocd_view a, struct ocd_view b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* Keeps the registers of the list that are wanted. False: the operation has ended. */
static bool take_list(struct registers *r, struct ocd_view text)
{
    struct ocd_register_line line = {0};
    struct ocd_view group = {NULL, 0};
    int rc;

    ocd__buffer_clear(&r->lines);
    while ((rc = ocd__register_list_next(&text, &line)) == 1) {
        if (group.data == NULL)
            group = line.group;
        if (r->want != CORE || same(group, line.group))
            ocd__buffer_add(&r->lines, &line, sizeof(line));
    }
    if (rc == 0)
        return true;
    ocd__op_fail(&r->op, rc, "the list of registers is malformed");
    return false;
}

/* All names of the list, to be read. */
static int name_core(struct registers *r)
{
    const struct ocd_register_line *lines = (const struct ocd_register_line *)(void *)r->lines.data;
    size_t count = r->lines.size / sizeof(*lines);

    r->names = calloc(count + 1, sizeof(*r->names));
    for (size_t i = 0; r->names != NULL && i < count; i++) {
        r->names[i].text = strndup(lines[i].name.data, lines[i].name.size);
        r->names[i].force = forces(r) && !lines[i].dirty;
        r->names_count = i + 1;
        if (r->names[i].text == NULL)
            return OCD_ERR_NOMEM;
    }
    return r->names != NULL ? OCD_OK : OCD_ERR_NOMEM;
}

static bool all_known(const struct registers *r)
{
    const struct ocd_register_line *lines = (const struct ocd_register_line *)(void *)r->lines.data;

    for (size_t i = 0; i < r->lines.size / sizeof(*lines); i++)
        if (lines[i].hex.data == NULL)
            return false;
    return true;
}

static void force_clean(struct registers *r, struct ocd_view text)
{
    struct ocd_register_line line;

    for (size_t i = 0; i < r->names_count; i++)
        r->names[i].force =
            ocd__register_query_find(text, r->names[i].text, &line) != 1 || !line.dirty;
}

static void listed(struct registers *r, struct ocd_view text)
{
    if (r->want == SOME) {
        force_clean(r, text);
        read_named(r);
    } else if (take_list(r, text)) {
        if (r->want == LIST || (all_known(r) && !forces(r)))
            build(r);
        else if (name_core(r) != OCD_OK)
            ocd__op_fail(&r->op, OCD_ERR_NOMEM, "%s", "");
        else
            read_named(r);
    }
}

static void values_read(struct registers *r, struct ocd_register_reply *regs)
{
    struct ocd_register_line line;

    ocd__buffer_clear(&r->lines);
    for (size_t i = 0; i < r->names_count; i++) {
        int rc = ocd__register_query_take(&r->op, regs, r->names[i].text, &line);
        if (rc == OCD_ERR_COMMAND && r->want == CORE &&
            ocd__register_query_find(regs->list, r->names[i].text, &line) == 1)
            rc = OCD_OK; /* without a value */
        if (rc != OCD_OK) {
            ocd__op_end(&r->op, rc);
            return;
        }
        ocd__buffer_add(&r->lines, &line, sizeof(line));
    }
    build(r);
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *rep)
{
    struct registers *r = (struct registers *)op;
    struct ocd_register_reply regs;

    (void)tag;
    if (!ocd__register_query_read(op, rep, &regs))
        return;
    if (r->phase == LISTING)
        listed(r, regs.list);
    else
        values_read(r, &regs);
    if (op->result == OCD_PENDING)
        op->all_sent = true;
}

static void ended(struct ocd_op *op, int result)
{
    struct registers *r = (struct registers *)op;

    if (result != OCD_OK)
        return;
    if (r->value != NULL)
        *r->value = r->list[0].value;
    if (r->registers == NULL)
        return;
    *r->registers = r->list;
    *r->count = r->found;
    r->list = NULL;
}

static void destroy(struct ocd_op *op)
{
    struct registers *r = (struct registers *)op;

    for (size_t i = 0; i < r->names_count; i++)
        free(r->names[i].text);
    free(r->names);
    free(r->list);
    ocd__buffer_free(&r->lines);
}

static const struct ocd_op_class registers_class = {
    .size = sizeof(struct registers),
    .reads = true,
    .pump = pump,
    .reply = reply,
    .ended = ended,
    .destroy = destroy,
};

static void set_names(struct registers *r, const char *const *names, size_t count)
{
    r->names = calloc(count + 1, sizeof(*r->names));
    for (size_t i = 0; i < count; i++) {
        if (!ocd__register_is_name(names[i])) {
            ocd__op_fail(&r->op, OCD_ERR_ARG, "'%s' is not the name of a register",
                         names[i] != NULL ? names[i] : "");
            return;
        }
        char *copy = r->names != NULL ? strdup(names[i]) : NULL;
        if (copy == NULL) {
            ocd__op_fail(&r->op, OCD_ERR_NOMEM, "%s", "");
            return;
        }
        r->names[i].text = copy;
        r->names_count = i + 1;
    }
}

static struct ocd_op *begin(struct ocd_op *op, enum want want, struct ocd_register **registers,
                            size_t *count)
{
    struct registers *r = (struct registers *)op;

    if (registers != NULL)
        *registers = NULL;
    if (count != NULL)
        *count = 0;
    if (op == NULL)
        return NULL;
    r->want = want;
    r->registers = registers;
    r->count = count;
    if (registers == NULL || count == NULL)
        ocd__op_fail(op, OCD_ERR_ARG, "the pointer for the registers is NULL");
    return op;
}

struct ocd_op *ocd_registers_async(struct ocd_session *session, struct ocd_register **registers,
                                   size_t *count, const struct ocd_call *call)
{
    return begin(ocd__op_new(session, &registers_class, call, "list the registers"), LIST,
                 registers, count);
}

int ocd_registers(struct ocd_session *session, struct ocd_register **registers, size_t *count)
{
    return ocd__op_wait(session, ocd_registers_async(session, registers, count, NULL));
}

struct ocd_op *ocd_read_registers_async(struct ocd_session *session, const char *const *names,
                                        size_t names_count, struct ocd_register **registers,
                                        size_t *count, const struct ocd_call *call)
{
    struct ocd_op *op = begin(ocd__op_new(session, &registers_class, call, "read registers"),
                              names != NULL ? SOME : CORE, registers, count);

    if (op != NULL && names != NULL)
        set_names((struct registers *)op, names, names_count);
    return op;
}

int ocd_read_registers(struct ocd_session *session, const char *const *names, size_t names_count,
                       struct ocd_register **registers, size_t *count)
{
    return ocd__op_wait(
        session, ocd_read_registers_async(session, names, names_count, registers, count, NULL));
}

struct ocd_op *ocd_read_register_async(struct ocd_session *session, const char *name,
                                       uint64_t *value, const struct ocd_call *call)
{
    struct ocd_op *op = ocd__op_new(session, &registers_class, call, "read register %.100s",
                                    name != NULL ? name : "(none)");
    struct registers *r = (struct registers *)op;

    if (value != NULL)
        *value = 0;
    if (op == NULL)
        return NULL;
    r->want = SOME;
    r->value = value;
    if (value == NULL)
        ocd__op_fail(op, OCD_ERR_ARG, "the pointer for the value is NULL");
    else
        set_names(r, &name, 1);
    return op;
}

int ocd_read_register(struct ocd_session *session, const char *name, uint64_t *value)
{
    return ocd__op_wait(session, ocd_read_register_async(session, name, value, NULL));
}
