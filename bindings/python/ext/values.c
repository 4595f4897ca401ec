// SPDX-License-Identifier: MIT
/* Expressions in the memory of a session. Each function answers an Op. */
#include "ext.h"

#include <stdlib.h>

/* What an operation needs until it has ended. */
struct job {
    struct ocdpy_symbols *symbols;
    struct ocd_expression *expression;
};

static void free_job(void *memory)
{
    struct job *job = memory;

    if (job == NULL)
        return;
    ocd_expression_close(job->expression);
    Py_XDECREF(job->symbols);
    free(job);
}

static bool open_job(struct ocdpy_op *op, struct ocdpy_session *session, PyObject *symbols,
                     PyObject *expression, const struct ocd_expression_options *options)
{
    struct ocdpy_symbols *names = ocdpy_symbols(symbols);
    const char *text;

    if (names == NULL || !ocdpy_text(expression, "expression", &op->keep, &text))
        return false;
    struct job *job = calloc(1, sizeof(*job));
    if (job == NULL) {
        PyErr_NoMemory();
        return false;
    }
    op->out = job;
    op->free_out = free_job;
    Py_INCREF(names);
    job->symbols = names;
    names->session = session;
    int rc = ocd_expression_open(&job->expression, names->symbols, text, options);
    if (rc != OCD_OK)
        ocdpy_raise(rc, ocd_expression_error(job->expression), NULL);
    return rc == OCD_OK;
}

static PyObject *value_result(struct ocdpy_op *self, uint64_t good)
{
    const struct job *job = self->out;

    if (good != UINT64_MAX)
        return ocdpy_none(self, good);
    return ocdpy_value_object(ocd_expression_value(job->expression),
                              ocd_expression_location(job->expression)->big_endian);
}

static PyObject *text_result(struct ocdpy_op *self, uint64_t good)
{
    const struct job *job = self->out;
    char *text;

    if (good != UINT64_MAX)
        return ocdpy_none(self, good);
    if (ocd_value_text(ocd_expression_value(job->expression), &text) != OCD_OK)
        return PyErr_NoMemory();
    PyObject *object = ocdpy_text_object(text);
    ocd_free(text);
    return object;
}

/* read_value(symbols, expression, call) */
PyObject *ocdpy_read_value(PyObject *object, PyObject *args)
{
    static const struct ocd_expression_options options = {.limit = OCD_EXPRESSION_LIMIT_NONE,
                                                          .skip_text = true};
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *symbols, *expression, *given;
    struct ocd_call call;

    if (session == NULL || !PyArg_ParseTuple(args, "OOO", &symbols, &expression, &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(value_result);
    if (op == NULL || !ocdpy_call(op, given, OCDPY_MEMORY, &call) ||
        !open_job(op, session, symbols, expression, &options))
        return ocdpy_give_up(op);
    const struct job *job = op->out;
    return ocdpy_op_start(op, session,
                          ocd_read_value_async(session->session, job->expression, &call));
}

static bool take_shown(PyObject *limit, PyObject *format, PyObject *follow,
                       struct ocd_expression_options *options)
{
    static const char *const formats[] = {"text", "hex", "dec", "bin"};
    uint64_t number = OCD_EXPRESSION_LIMIT_NONE;
    int index = ocdpy_word(format, "format", formats, 4);

    if (index < 0 || (limit != Py_None && !ocdpy_number(limit, "limit", UINT32_MAX, &number)) ||
        !ocdpy_truth(follow, &options->follow_anywhere))
        return false;
    options->limit = number != 0 ? (uint32_t)number : OCD_EXPRESSION_LIMIT_NONE;
    options->format = (enum ocd_number_format)index;
    return true;
}

/* print(symbols, expression, limit or None, format, follow, call) */
PyObject *ocdpy_print(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *symbols, *expression, *limit, *format, *follow, *given;
    struct ocd_expression_options options = {0};
    struct ocd_call call;

    if (session == NULL ||
        !PyArg_ParseTuple(args, "OOOOOO", &symbols, &expression, &limit, &format, &follow, &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(text_result);
    if (op == NULL || !take_shown(limit, format, follow, &options) ||
        !ocdpy_call(op, given, OCDPY_MEMORY, &call) ||
        !open_job(op, session, symbols, expression, &options))
        return ocdpy_give_up(op);
    const struct job *job = op->out;
    return ocdpy_op_start(op, session,
                          ocd_read_value_async(session->session, job->expression, &call));
}

/* write_value(symbols, expression, text of the value, call) */
PyObject *ocdpy_write_value(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *symbols, *expression, *value, *given;
    struct ocd_call call;
    const char *text;

    if (session == NULL || !PyArg_ParseTuple(args, "OOOO", &symbols, &expression, &value, &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(ocdpy_none);
    if (op == NULL || !ocdpy_call(op, given, OCDPY_MEMORY | OCDPY_VERIFY | OCDPY_DRY, &call) ||
        !ocdpy_text(value, "value", &op->keep, &text) ||
        !open_job(op, session, symbols, expression, NULL))
        return ocdpy_give_up(op);
    const struct job *job = op->out;
    return ocdpy_op_start(op, session,
                          ocd_write_value_async(session->session, job->expression, text, &call));
}
