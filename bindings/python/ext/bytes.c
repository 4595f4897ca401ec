// SPDX-License-Identifier: MIT
/* Bulk access: bytes, by the widest accesses and the fastest path. Each function answers an Op. */
#include "ext.h"

#include <string.h>

#define BULK (OCDPY_MEMORY | OCDPY_BULK)

static PyObject *bytes_result(struct ocdpy_op *self, uint64_t good)
{
    if (good >= self->count) {
        Py_INCREF(self->bytes);
        return self->bytes;
    }
    return PyBytes_FromStringAndSize(PyBytes_AsString(self->bytes), (Py_ssize_t)good);
}

/* The library writes into the bytes object itself, to which no other code has a reference yet. */
PyObject *ocdpy_read_bytes(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *addr, *size, *given;
    struct ocd_call call;
    uint64_t first, bytes;

    if (session == NULL || !PyArg_ParseTuple(args, "OOO", &addr, &size, &given) ||
        !ocdpy_range(addr, size, "size", 1, &first, &bytes))
        return NULL;
    if (bytes > PY_SSIZE_T_MAX)
        return PyErr_NoMemory();
    struct ocdpy_op *op = ocdpy_op_new(bytes_result);
    if (op == NULL || !ocdpy_call(op, given, BULK | OCDPY_SKIP, &call))
        return ocdpy_give_up(op);
    op->count = bytes;
    op->bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)bytes);
    if (op->bytes == NULL)
        return ocdpy_give_up(op);
    return ocdpy_op_start(
        op, session,
        ocd_read_bytes_async(session->session, first, PyBytes_AsString(op->bytes), bytes, &call));
}

/* With a width: typed reads, so that the values are in the host's byte order. */
PyObject *ocdpy_read_into(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *addr, *buffer, *width, *given;
    struct ocd_call call;
    uint64_t first, bits = 8;

    if (session == NULL || !PyArg_ParseTuple(args, "OOOO", &addr, &buffer, &width, &given) ||
        !ocdpy_number(addr, "addr", UINT64_MAX, &first) ||
        (width != Py_None && !ocdpy_number(width, "width", 64, &bits)))
        return NULL;
    if (bits != 8 && bits != 16 && bits != 32 && bits != 64)
        return PyErr_Format(PyExc_ValueError, "width must be 8, 16, 32 or 64, not %S", width);
    unsigned allowed = width != Py_None ? OCDPY_MEMORY : BULK | OCDPY_SKIP;
    struct ocdpy_op *op = ocdpy_op_new(ocdpy_none);
    if (op == NULL || !ocdpy_call(op, given, allowed, &call) ||
        !ocdpy_view(op, buffer, "buffer", PyBUF_C_CONTIGUOUS | PyBUF_WRITABLE) ||
        (width != Py_None && !ocdpy_takes_width(&op->view, (unsigned)bits)) ||
        !ocdpy_fits(first, (uint64_t)op->view.len, 1, "buffer"))
        return ocdpy_give_up(op);
    size_t size = (size_t)op->view.len;
    if (width == Py_None)
        return ocdpy_op_start(
            op, session, ocd_read_bytes_async(session->session, first, op->view.buf, size, &call));
    return ocdpy_op_start(op, session,
                          ocdpy_start_read(session->session, (unsigned)bits, first, op->view.buf,
                                           size / (bits / 8), &call));
}

PyObject *ocdpy_write_bytes(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *addr, *data, *given;
    struct ocd_call call;
    uint64_t first;

    if (session == NULL || !PyArg_ParseTuple(args, "OOO", &addr, &data, &given) ||
        !ocdpy_number(addr, "addr", UINT64_MAX, &first))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(ocdpy_none);
    if (op == NULL || !ocdpy_call(op, given, BULK | OCDPY_VERIFY | OCDPY_DRY, &call) ||
        !ocdpy_view(op, data, "data", PyBUF_C_CONTIGUOUS) ||
        !ocdpy_fits(first, (uint64_t)op->view.len, 1, "data"))
        return ocdpy_give_up(op);
    return ocdpy_op_start(
        op, session,
        ocd_write_bytes_async(session->session, first, op->view.buf, (size_t)op->view.len, &call));
}

PyObject *ocdpy_fill(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *addr, *size, *pattern, *given;
    struct ocd_call call;
    uint64_t first, bytes, byte;
    const void *from;
    size_t length = 1;

    if (session == NULL || !PyArg_ParseTuple(args, "OOOO", &addr, &size, &pattern, &given) ||
        !ocdpy_range(addr, size, "size", 1, &first, &bytes))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(ocdpy_none);
    if (op == NULL || !ocdpy_call(op, given, BULK | OCDPY_VERIFY | OCDPY_DRY, &call))
        return ocdpy_give_up(op);
    if (ocdpy_is_number(pattern)) {
        if (!ocdpy_number(pattern, "pattern", UINT8_MAX, &byte) || !ocdpy_op_alloc(op, 1, 1))
            return ocdpy_give_up(op);
        *(uint8_t *)op->out = (uint8_t)byte;
        from = op->out;
    } else {
        if (!ocdpy_view(op, pattern, "pattern", PyBUF_C_CONTIGUOUS))
            return ocdpy_give_up(op);
        from = op->view.buf;
        length = (size_t)op->view.len;
    }
    return ocdpy_op_start(op, session,
                          ocd_fill_async(session->session, first, bytes, from, length, &call));
}

/* print() ends the last line. */
static PyObject *hexdump_result(struct ocdpy_op *self, uint64_t good)
{
    const char *text = self->text != NULL ? self->text : "";
    size_t size = strlen(text);

    (void)good;
    if (size > 0 && text[size - 1] == '\n')
        size--;
    return PyUnicode_DecodeUTF8(text, (Py_ssize_t)size, "strict");
}

PyObject *ocdpy_hexdump(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *addr, *size, *given;
    struct ocd_call call;
    uint64_t first, bytes;

    if (session == NULL || !PyArg_ParseTuple(args, "OOO", &addr, &size, &given) ||
        !ocdpy_range(addr, size, "size", 1, &first, &bytes))
        return NULL;
    if (bytes > PY_SSIZE_T_MAX)
        return PyErr_NoMemory();
    struct ocdpy_op *op = ocdpy_op_new(hexdump_result);
    if (op == NULL || !ocdpy_call(op, given, BULK | OCDPY_SKIP, &call))
        return ocdpy_give_up(op);
    op->free_out = ocd_free;
    return ocdpy_op_start(op, session,
                          ocd_hexdump_async(session->session, first, bytes, &op->text, &call));
}

static PyObject *search_result(struct ocdpy_op *self, uint64_t good)
{
    PyObject *list = PyList_New((Py_ssize_t)self->count);

    (void)good;
    for (size_t i = 0; list != NULL && i < self->count; i++) {
        PyObject *addr = PyLong_FromUnsignedLongLong(self->matches[i]);
        if (addr == NULL || PyList_SetItem(list, (Py_ssize_t)i, addr) < 0)
            Py_CLEAR(list);
    }
    return list;
}

PyObject *ocdpy_search(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *pattern, *start, *end, *given;
    struct ocd_call call;
    uint64_t from, to;

    if (session == NULL || !PyArg_ParseTuple(args, "OOOO", &pattern, &start, &end, &given) ||
        !ocdpy_number(start, "start", UINT64_MAX, &from) ||
        !ocdpy_number(end, "end", UINT64_MAX, &to))
        return NULL;
    if (from > to) {
        PyErr_SetString(PyExc_ValueError, "end must not be below start");
        return NULL;
    }
    struct ocdpy_op *op = ocdpy_op_new(search_result);
    if (op == NULL || !ocdpy_call(op, given, BULK, &call) ||
        !ocdpy_view(op, pattern, "pattern", PyBUF_C_CONTIGUOUS))
        return ocdpy_give_up(op);
    op->free_out = ocd_free;
    return ocdpy_op_start(op, session,
                          ocd_search_async(session->session, op->view.buf, (size_t)op->view.len,
                                           from, to, &op->matches, &op->count, &call));
}

PyObject *ocdpy_dump(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *addr, *size, *path, *given;
    struct ocd_call call;
    uint64_t first, bytes;
    const char *name;

    if (session == NULL || !PyArg_ParseTuple(args, "OOOO", &addr, &size, &path, &given) ||
        !ocdpy_range(addr, size, "size", 1, &first, &bytes))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(ocdpy_none);
    if (op == NULL || !ocdpy_call(op, given, BULK | OCDPY_SKIP | OCDPY_RESUME, &call) ||
        !ocdpy_path(path, "path", &op->keep, &name))
        return ocdpy_give_up(op);
    return ocdpy_op_start(op, session, ocd_dump_async(session->session, first, bytes, name, &call));
}
