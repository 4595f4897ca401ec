// SPDX-License-Identifier: MIT
/* The caller's buffers, and what their items are. */
#include "ext.h"

#include <string.h>

/* Whether the items hold pointers to Python objects. Names of fields stand between colons. */
static bool holds_objects(const char *format)
{
    bool name = false;

    for (; format != NULL && *format != '\0'; format++)
        if (*format == ':')
            name = !name;
        else if (*format == 'O' && !name)
            return true;
    return false;
}

/* NumPy's single numbers offer their bytes, but whoever passes one as data means an integer. */
static bool is_scalar(const Py_buffer *view)
{
    return view->ndim == 0 && view->readonly && ocdpy_item_code(view) != '\0';
}

/* The exception that is set says why: no buffer at all, read-only, or not contiguous. */
static void refuse(PyObject *value, const char *name, const char *wanted)
{
    PyObject *kind, *reason, *traceback;

    PyErr_Fetch(&kind, &reason, &traceback);
    PyObject *type = PyObject_GetAttrString((PyObject *)Py_TYPE(value), "__name__");
    if (type != NULL)
        PyErr_Format(PyExc_TypeError, "%s must be %s, not %U (%S)", name, wanted, type,
                     reason != NULL ? reason : Py_None);
    Py_XDECREF(type);
    Py_XDECREF(kind);
    Py_XDECREF(reason);
    Py_XDECREF(traceback);
}

bool ocdpy_view(struct ocdpy_op *op, PyObject *value, const char *name, int flags)
{
    const char *wanted = flags & PyBUF_WRITABLE ? "a writable, contiguous buffer"
                                                : "bytes or another contiguous buffer";

    if (PyObject_GetBuffer(value, &op->view, flags | PyBUF_FORMAT) < 0) {
        if (PyErr_ExceptionMatches(PyExc_TypeError) || PyErr_ExceptionMatches(PyExc_BufferError) ||
            PyErr_ExceptionMatches(PyExc_ValueError))
            refuse(value, name, wanted);
        return false;
    }
    op->has_view = true; /* released with the operation */
    if (holds_objects(op->view.format)) {
        PyErr_Format(PyExc_TypeError, "%s must not hold Python objects", name);
        return false;
    }
    if (is_scalar(&op->view)) {
        ocdpy_type_error(name, wanted, value);
        return false;
    }
    return true;
}

char ocdpy_item_code(const Py_buffer *view)
{
#ifdef WORDS_BIGENDIAN
    const char *native = "@=>!";
#else
    const char *native = "@=<";
#endif
    const char *format = view->format != NULL ? view->format : "B";

    if (*format != '\0' && strchr(view->itemsize == 1 ? "@=<>!" : native, *format) != NULL)
        format++;
    return format[0] != '\0' && format[1] == '\0' ? format[0] : '\0';
}

bool ocdpy_is_bytes(PyObject *value)
{
    Py_buffer view;

    if (PyObject_GetBuffer(value, &view, PyBUF_STRIDES | PyBUF_FORMAT) < 0) {
        PyErr_Clear();
        return false;
    }
    char code = ocdpy_item_code(&view);
    bool bytes = view.itemsize == 1 && view.ndim > 0 && code != '\0' && strchr("Bbc", code) != NULL;
    PyBuffer_Release(&view);
    return bytes;
}

bool ocdpy_takes_width(const Py_buffer *view, unsigned width)
{
    unsigned bytes = width / 8;
    char code = ocdpy_item_code(view);
    bool numbers = view->itemsize == (Py_ssize_t)bytes && strchr("HILQNhilqnefd", code) != NULL;
    bool single = view->itemsize == 1 && strchr("Bbc", code) != NULL;

    if (code == '\0' || (!numbers && !single)) {
        PyErr_Format(PyExc_TypeError,
                     "buffer must hold numbers of %u bits in this machine's byte order, or bytes, "
                     "not items of format '%s'; without a width it takes memory as it is",
                     width, view->format != NULL ? view->format : "B");
        return false;
    }
    if (view->len % bytes != 0 || (uintptr_t)view->buf % bytes != 0) {
        PyErr_Format(PyExc_ValueError, "buffer must be aligned to %u bytes and a multiple of them",
                     bytes);
        return false;
    }
    return true;
}
