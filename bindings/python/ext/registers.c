// SPDX-License-Identifier: MIT
/* Registers. Each function answers an Op. */
#include "ext.h"

#include <stdlib.h>

#define CALL (OCDPY_TARGET | OCDPY_TIME)

static PyObject *value_of(const struct ocd_register *r)
{
    if (!r->valid)
        return ocdpy_none(NULL, 0);
    if (r->bits <= 64)
        return PyLong_FromUnsignedLongLong(r->value);
    return PyObject_CallMethod((PyObject *)&PyLong_Type, "from_bytes", "y#s", r->bytes,
                               (Py_ssize_t)((r->bits + 7) / 8), "little");
}

/* (name, number, value or None, bits, dirty, group) of each. */
static PyObject *registers_result(struct ocdpy_op *self, uint64_t good)
{
    const struct ocd_register *r = self->registers;

    if (good != UINT64_MAX)
        return ocdpy_none(self, good);
    PyObject *list = PyList_New((Py_ssize_t)self->count);
    for (size_t i = 0; list != NULL && i < self->count; i++, r++) {
        PyObject *one =
            Py_BuildValue("(NININN)", ocdpy_text_object(r->name), r->number, value_of(r), r->bits,
                          PyBool_FromLong(r->dirty), ocdpy_text_object(r->group));
        if (one == NULL || PyList_SetItem(list, (Py_ssize_t)i, one) < 0)
            Py_CLEAR(list);
    }
    return list;
}

PyObject *ocdpy_registers(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *given;
    struct ocd_call call;

    if (session == NULL || !PyArg_ParseTuple(args, "O", &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(registers_result);
    if (op == NULL || !ocdpy_call(op, given, CALL, &call))
        return ocdpy_give_up(op);
    op->free_out = ocd_free;
    return ocdpy_op_start(op, session,
                          ocd_registers_async(session->session, &op->registers, &op->count, &call));
}

PyObject *ocdpy_read_registers(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *list, *given;
    struct ocd_call call;
    const char **names = NULL;
    size_t count = 0;

    if (session == NULL || !PyArg_ParseTuple(args, "OO", &list, &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(registers_result);
    if (op == NULL || !ocdpy_call(op, given, CALL | OCDPY_FORCE, &call) ||
        (list != Py_None && (names = ocdpy_texts(op, list, "names", "each name", &count)) == NULL))
        return ocdpy_give_up(op);
    op->free_out = ocd_free;
    struct ocd_op *started =
        ocd_read_registers_async(session->session, names, count, &op->registers, &op->count, &call);
    free(names);
    return ocdpy_op_start(op, session, started);
}

/* A number of up to 64 bits, or the bytes of any register, the least significant first. */
PyObject *ocdpy_write_register(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *name, *value, *given;
    struct ocd_call call;
    const char *text;
    uint64_t number = 0;

    if (session == NULL || !PyArg_ParseTuple(args, "OOO", &name, &value, &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(ocdpy_none);
    bool whole = PyBytes_Check(value);
    if (op == NULL || !ocdpy_call(op, given, CALL | OCDPY_VERIFY, &call) ||
        !ocdpy_text(name, "name", &op->keep, &text) ||
        (!whole && !ocdpy_number(value, "value", UINT64_MAX, &number)))
        return ocdpy_give_up(op);
    if (!whole)
        return ocdpy_op_start(op, session,
                              ocd_write_register_async(session->session, text, number, &call));
    return ocdpy_op_start(op, session,
                          ocd_write_register_bytes_async(session->session, text,
                                                         PyBytes_AsString(value),
                                                         (size_t)PyBytes_Size(value), &call));
}
