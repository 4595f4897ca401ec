// SPDX-License-Identifier: MIT
/* Commands, and what concerns the connection. Each function answers an Op. */
#include "ext.h"

#include <string.h>

static PyObject *command_result(struct ocdpy_op *self, uint64_t good)
{
    const char *text = self->text;

    if (text == NULL)
        return ocdpy_none(self, good);
    return PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "surrogateescape");
}

PyObject *ocdpy_command(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *script, *given;
    struct ocd_call call;
    const char *tcl;

    if (session == NULL || !PyArg_ParseTuple(args, "OO", &script, &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(command_result);
    if (op == NULL || !ocdpy_call(op, given, OCDPY_TIME, &call) ||
        !ocdpy_text(script, "tcl", &op->keep, &tcl))
        return ocdpy_give_up(op);
    op->free_out = ocd_free;
    return ocdpy_op_start(op, session, ocd_command_async(session->session, tcl, &op->text, &call));
}
