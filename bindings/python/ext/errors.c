// SPDX-License-Identifier: MIT
/* The library's errors as exceptions. Their classes are written in Python: libocd/_errors.py. */
#include "ext.h"

#include <string.h>

/* OpenOCD's words may be in any encoding: they can always be shown. */
PyObject *ocdpy_text_object(const char *text)
{
    return PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "backslashreplace");
}

static PyObject *addr(const struct ocd_error *error)
{
    if (error->has_addr)
        return PyLong_FromUnsignedLongLong(error->addr);
    Py_INCREF(Py_None);
    return Py_None;
}

/* The bindings' own errors have neither a reason nor a hint. */
static PyObject *optional_text(const char *text)
{
    return ocdpy_text_object(text != NULL ? text : "");
}

PyObject *ocdpy_raise(int code, const struct ocd_error *error, PyObject *partial)
{
    if (partial == NULL) {
        Py_INCREF(Py_None);
        partial = Py_None;
    }
    /* "N" takes the references over, and hands on the failure of making an object. */
    PyObject *args = Py_BuildValue("(iNNKNiNNNiN)", code, ocdpy_text_object(error->text),
                                   addr(error), (unsigned long long)error->done,
                                   ocdpy_text_object(error->command), error->tcl_code,
                                   ocdpy_text_object(error->message), optional_text(error->reason),
                                   optional_text(error->hint), error->system_errno, partial);
    PyObject *module = args != NULL ? PyImport_ImportModule("libocd._errors") : NULL;
    PyObject *make = module != NULL ? PyObject_GetAttrString(module, "exception") : NULL;
    PyObject *exception = make != NULL ? PyObject_CallObject(make, args) : NULL;
    if (exception != NULL)
        PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
    Py_XDECREF(exception);
    Py_XDECREF(make);
    Py_XDECREF(module);
    Py_XDECREF(args);
    return NULL;
}

PyObject *ocdpy_raise_closed(void)
{
    static const struct ocd_error closed = {
        .command = "", .message = "", .text = "the session is closed"};

    return ocdpy_raise(OCD_ERR_CLOSED, &closed, NULL);
}

PyObject *ocdpy_exception(const struct ocd_error *error)
{
    PyObject *type, *value, *traceback;

    ocdpy_raise(error->code, error, NULL);
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    return value;
}
