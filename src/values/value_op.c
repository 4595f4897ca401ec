// SPDX-License-Identifier: MIT
/* Expressions in the memory of a session: the bytes that they need are read one range after the
 * other, and encoded values are written. */
#include "values/value_op.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "memory/memop.h"
#include "session/address.h"
#include "session/write_access.h"
#include "symbols/access.h"
#include "values/check.h"

struct value_op {
    struct ocd_memop memop;
    enum ocd_value_goal goal;
    struct ocd_expression *expression;
    struct ocd_expression *owned; /* closed with it */
    char *text;                   /* OCD_VALUE_WRITE: the value */
    unsigned flags;               /* of the write */
    unsigned word;                /* bytes of the widest access that is made for a scalar */
    struct ocd_check check;
    const struct ocd_range *needs; /* of the expression */
    size_t need_count, next_need;
    const struct ocd_patch *patch; /* OCD_VALUE_WRITE, once it is known */
    bool merging;                  /* the bytes around a bit field are being read */
    bool written;
    struct ocd_range range;    /* under way */
    uint8_t *data;             /* its bytes */
    struct ocd_detail failure; /* of a range that could not be read */
};

static struct value_op *value_op(struct ocd_memop *m)
{
    return (struct value_op *)m;
}

/* Bytes of the one access that a range is, or 0 where it is several. */
static unsigned width_of(const struct value_op *v, const struct ocd_range *range)
{
    bool single = range->size == 1 || range->size == 2 || range->size == 4 || range->size == 8;

    return single && range->size <= v->word && range->addr % range->size == 0
               ? (unsigned)range->size
               : 0;
}

/* Converts between the host's byte order, which exact accesses use, and that of memory. */
static void swap_order(struct value_op *v)
{
    unsigned width = v->memop.exact;

    if (width != 0)
        ocd__text_put(v->data, width, ocd__text_get(v->data, width, OCD_LAYOUT_HOST),
                      ocd__memop_layout(&v->memop));
}

/* Begins to move a range. */
static int move(struct value_op *v, const struct ocd_range *range, bool write)
{
    struct ocd_memop *m = &v->memop;

    if (!ocd__address_reached(&m->op, m->target, range->addr, range->size))
        return m->op.result;
    if (range->size > SIZE_MAX)
        return OCD_ERR_NOMEM;
    v->range = *range;
    m->data = v->data;
    m->exact = width_of(v, range);
    m->write = write;
    m->op.call.flags &= ~(unsigned)(OCD_WRITE_VERIFY | OCD_WRITE_DRY_RUN);
    if (write)
        m->op.call.flags |= v->flags;
    ocd__memop_again(m, range->addr, range->size, 0);
    return OCD_PENDING;
}

static int read_range(struct value_op *v, const struct ocd_range *range)
{
    uint8_t *data = realloc(v->data, (size_t)range->size);

    if (data == NULL)
        return OCD_ERR_NOMEM;
    v->data = data;
    return move(v, range, false);
}

static bool is_checking(const struct value_op *v)
{
    return v->check.next < v->check.count;
}

static int differs(struct value_op *v, const char *message)
{
    struct ocd_op *op = &v->memop.op;
    void *user;

    v->check.next = v->check.count;
    if (v->goal == OCD_VALUE_CHECK) {
        ocd__op_fail(op, OCD_ERR_MISMATCH, "%s", message);
        return op->result;
    }
    ocd_warning_fn warning = ocd__symbols_warning(v->check.symbols, &user);
    warning(message, user);
    return op->result; /* the caller may have ended it */
}

/* The bytes of a sample have been read. */
static int compare(struct value_op *v)
{
    struct ocd_buffer message = {0};
    bool same = ocd__check_take(&v->check, v->data, &message);
    int rc = message.error;

    if (rc == OCD_OK)
        rc = same ? OCD_PENDING : differs(v, message.data);
    ocd__buffer_free(&message);
    return rc;
}

static void begin_check(struct value_op *v)
{
    struct ocd_session *s = v->memop.op.session;
    struct ocd_symbols *symbols = ocd__expression_symbols(v->expression);
    void *user;

    if (ocd__symbols_warning(symbols, &user) != NULL &&
        ocd__symbols_first_value(symbols, s, s->began))
        ocd__check_begin(&v->check, symbols);
}

/* The expression's failure becomes the operation's. */
static int adopt_failure(struct value_op *v, int code)
{
    struct ocd_op *op = &v->memop.op;
    const struct ocd_error *error = ocd_expression_error(v->expression);

    if (code == OCD_ERR_ARG && error->code != OCD_OK)
        code = error->code; /* it was not opened */
    if (code == OCD_ERR_NO_VALUE && v->failure.error.code != OCD_OK) {
        code = v->failure.error.code; /* it is because memory could not be read */
        ocd__detail_copy(&op->detail, &v->failure);
        return code;
    }
    ocd__detail_message(&op->detail, error->message, strlen(error->message));
    return code;
}

static int write_patch(struct value_op *v)
{
    const struct ocd_range range = {.addr = v->patch->addr, .size = v->patch->size};

    v->memop.exact = width_of(v, &range);
    swap_order(v);
    v->written = true;
    return move(v, &range, true);
}

static int begin_write(struct value_op *v)
{
    int rc = ocd_expression_encode(v->expression, v->text, &v->patch);

    if (rc != OCD_OK)
        return adopt_failure(v, rc);
    const struct ocd_range range = {.addr = v->patch->addr, .size = v->patch->size};
    if (!ocd__write_access_check(&v->memop.op, range.addr, range.size))
        return v->memop.op.result;
    if (v->patch->mask != NULL) {
        v->merging = true;
        return read_range(v, &range);
    }
    uint8_t *data = realloc(v->data, v->patch->size + 1);
    if (data == NULL)
        return OCD_ERR_NOMEM;
    v->data = data;
    memcpy(data, v->patch->data, v->patch->size);
    return write_patch(v);
}

static int ask(struct value_op *v)
{
    int rc = v->goal == OCD_VALUE_READ ? ocd_expression_read(v->expression)
                                       : ocd_expression_locate(v->expression);

    v->next_need = v->need_count = 0;
    if (rc == OCD_PENDING)
        v->needs = ocd_expression_needs(v->expression, &v->need_count);
    return rc;
}

/* Needs at addresses that the target does not have, such as those of a wrong pointer, are not
 * read. */
static int skip_unreachable(struct value_op *v)
{
    for (; v->next_need < v->need_count; v->next_need++) {
        const struct ocd_range *need = &v->needs[v->next_need];
        if (ocd__address_exists(v->memop.target, need->addr, need->size))
            break;
        int rc = ocd_expression_supply(v->expression, need->addr, NULL, (size_t)need->size);
        if (rc != OCD_OK)
            return rc;
    }
    return OCD_OK;
}

/* If the target has no such address, the program is for another one: reading the value shows it. */
static void skip_missing_flash(struct value_op *v)
{
    while (is_checking(v) &&
           !ocd__address_exists(v->memop.target, v->check.ranges[v->check.next].addr,
                                v->check.ranges[v->check.next].size))
        v->check.next++;
}

/* Goes on with what is next: OCD_PENDING, or what the operation ends with. */
static int advance(struct value_op *v)
{
    int rc = OCD_PENDING;

    skip_missing_flash(v);
    if (is_checking(v))
        return read_range(v, &v->check.ranges[v->check.next]);
    if (v->goal == OCD_VALUE_CHECK)
        return OCD_OK;
    while (rc == OCD_PENDING) {
        int skipped = skip_unreachable(v);
        if (skipped != OCD_OK)
            return skipped;
        if (v->next_need < v->need_count)
            return read_range(v, &v->needs[v->next_need]);
        rc = ask(v);
    }
    if (rc != OCD_OK)
        return adopt_failure(v, rc);
    return v->goal == OCD_VALUE_WRITE ? begin_write(v) : OCD_OK;
}

static int supply(struct value_op *v, const uint8_t *data)
{
    int rc = ocd_expression_supply(v->expression, v->range.addr, data, (size_t)v->range.size);

    v->next_need++;
    return rc == OCD_OK ? advance(v) : rc;
}

static void merge_bits(struct value_op *v)
{
    for (size_t i = 0; i < v->patch->size; i++)
        v->data[i] = (uint8_t)((v->data[i] & ~v->patch->mask[i]) | v->patch->data[i]);
}

static int complete(struct ocd_memop *m)
{
    struct value_op *v = value_op(m);

    if (v->written)
        return OCD_OK;
    swap_order(v);
    if (is_checking(v)) {
        int rc = compare(v);
        return rc == OCD_PENDING ? advance(v) : rc;
    }
    if (v->merging) {
        merge_bits(v);
        return write_patch(v);
    }
    return supply(v, v->data);
}

static int failed(struct ocd_memop *m)
{
    struct value_op *v = value_op(m);

    if (v->written || v->merging)
        return OCD_ERR_TARGET;
    if (is_checking(v)) { /* the value itself will say why */
        v->check.next = v->check.count;
        ocd__detail_clear(&m->op.detail);
        return advance(v);
    }
    ocd__memop_account(&m->op, OCD_ERR_TARGET);
    ocd__detail_copy(&v->failure, &m->op.detail);
    v->failure.error.code = OCD_ERR_TARGET;
    ocd__detail_clear(&m->op.detail);
    return supply(v, NULL);
}

static void ready(struct ocd_memop *m)
{
    if (value_op(m)->owned != NULL)
        ocd__expression_set_order(value_op(m)->owned, m->target->endian == OCD_BIG_ENDIAN);
    int rc = advance(value_op(m));

    if (rc != OCD_PENDING && m->op.result == OCD_PENDING)
        ocd__op_end(&m->op, rc);
}

static void account(struct ocd_op *op, int result)
{
    struct value_op *v = (struct value_op *)op;

    if (v->failure.error.code == OCD_OK || result != OCD_ERR_TARGET)
        ocd__memop_account(op, result);
    if (v->goal == OCD_VALUE_CHECK)
        op->detail.error.has_addr = false; /* the message has it */
    op->detail.error.done = 0;
}

static void destroy(struct ocd_op *op)
{
    struct value_op *v = (struct value_op *)op;

    ocd_expression_close(v->owned);
    free(v->text);
    free(v->data);
    ocd__detail_free(&v->failure);
    ocd__memop_destroy(op);
}

static const struct ocd_memop_class value_class = {
    .op = OCD_MEMOP_CLASS(struct value_op, .account = account, .destroy = destroy),
    .complete = complete,
    .failed = failed,
    .ready = ready,
};

static struct value_op *create(struct ocd_session *session, enum ocd_value_goal goal,
                               const char *what, const struct ocd_call *call)
{
    static const char *const verbs[] = {"check", "locate", "read", "write"};
    struct ocd_op *op = ocd__op_new(session, &value_class.op, call, "%s %s", verbs[goal], what);
    struct value_op *v = (struct value_op *)op;

    if (op == NULL)
        return NULL;
    v->goal = goal;
    v->memop.write = goal == OCD_VALUE_WRITE;
    ocd__detail_init(&v->failure);
    ocd__memop_begin(&v->memop, 0, 0, NULL, true); /* checks that the session may write */
    v->flags = op->call.flags & (unsigned)(OCD_WRITE_VERIFY | OCD_WRITE_DRY_RUN);
    op->call.flags &= ~(unsigned)OCD_READ_SKIP_UNREADABLE;
    v->memop.progress = NULL;
    op->single = goal != OCD_VALUE_WRITE;
    return v;
}

struct ocd_op *ocd__value_op(struct ocd_session *session, enum ocd_value_goal goal,
                             struct ocd_expression *expression, const char *value,
                             const struct ocd_call *call)
{
    const char *what = expression != NULL ? ocd__expression_text(expression) : "a value";
    struct value_op *v = create(session, goal, what, call);

    if (v == NULL)
        return NULL;
    struct ocd_op *op = &v->memop.op;
    if (op->result != OCD_PENDING)
        return op;
    if (expression == NULL || (goal == OCD_VALUE_WRITE && value == NULL)) {
        ocd__op_fail(op, OCD_ERR_ARG, "%s",
                     expression == NULL ? "there is no expression" : "there is no value");
        return op;
    }
    v->expression = expression;
    const struct ocd_elf_info *file = ocd__symbols_file(ocd__expression_symbols(expression), 0);
    v->word = file != NULL ? file->bits / 8 : 4;
    ocd__expression_reset(expression);
    if (value != NULL && (v->text = strdup(value)) == NULL)
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
    begin_check(v);
    return op;
}

struct ocd_op *ocd__value_op_owning(struct ocd_session *session, struct ocd_expression *expression,
                                    const char *value, const struct ocd_call *call)
{
    struct ocd_op *op = ocd__value_op(session, OCD_VALUE_WRITE, expression, value, call);

    if (op == NULL)
        ocd_expression_close(expression);
    else
        ((struct value_op *)op)->owned = expression;
    return op;
}

struct ocd_op *ocd__check_op(struct ocd_session *session, struct ocd_symbols *symbols,
                             const struct ocd_call *call)
{
    struct value_op *v = create(session, OCD_VALUE_CHECK, "the program in the target", call);

    if (v == NULL)
        return NULL;
    if (symbols == NULL || ocd__symbols_file(symbols, 0) == NULL)
        ocd__op_fail(&v->memop.op, OCD_ERR_ARG, "there is no ELF file");
    else
        ocd__check_begin(&v->check, symbols);
    return &v->memop.op;
}
