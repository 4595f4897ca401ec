// SPDX-License-Identifier: MIT
/* Waiting for a value in memory, and for an OpenOCD that is started again. */
#include "ext.h"

static PyObject *value_result(struct ocdpy_op *self, uint64_t good)
{
    if (good != UINT64_MAX)
        return ocdpy_none(self, good);
    return PyLong_FromUnsignedLongLong(*(const unsigned long long *)self->out);
}

PyObject *ocdpy_wait_value(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *addr, *value, *mask, *given;
    uint64_t first, wanted, bits = UINT64_MAX;
    struct ocd_call call;
    unsigned width;

    if (session == NULL || !PyArg_ParseTuple(args, "OOIOO", &addr, &value, &width, &mask, &given))
        return NULL;
    if (width != 8 && width != 16 && width != 32 && width != 64) {
        PyErr_Format(PyExc_ValueError, "width must be 8, 16, 32 or 64, not %u", width);
        return NULL;
    }
    uint64_t most = UINT64_MAX >> (64 - width);
    if (!ocdpy_number(addr, "addr", UINT64_MAX, &first) ||
        !ocdpy_fits(first, 1, width / 8, "width") || !ocdpy_number(value, "value", most, &wanted) ||
        (mask != Py_None && !ocdpy_number(mask, "mask", most, &bits)))
        return NULL;
    if ((wanted & ~bits) != 0) {
        PyErr_SetString(PyExc_ValueError, "value has bits that mask leaves out");
        return NULL;
    }
    struct ocdpy_op *op = ocdpy_op_new(value_result);
    if (op == NULL || !ocdpy_call(op, given, OCDPY_MEMORY, &call) || !ocdpy_op_alloc(op, 1, 8))
        return ocdpy_give_up(op);
    return ocdpy_op_start(
        op, session,
        ocd_wait_value_async(session->session, first, width, bits, wanted, op->out, &call));
}

PyObject *ocdpy_restart(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    struct ocd_call call;
    PyObject *given;

    if (session == NULL || !PyArg_ParseTuple(args, "O", &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(ocdpy_none);
    if (op == NULL || !ocdpy_call(op, given, OCDPY_TIME, &call))
        return ocdpy_give_up(op);
    /* The old OpenOCD takes some time to end. */
    PyThreadState *state = PyEval_SaveThread();
    struct ocd_op *started = ocd_restart_async(session->session, &call);
    PyEval_RestoreThread(state);
    return ocdpy_op_start(op, session, started);
}
