// SPDX-License-Identifier: MIT
/* Typed access: one access of that width for each element. Each function answers an Op. */
#include "ext.h"

#include <stdlib.h>
#include <string.h>

static PyObject *list_of(const void *values, unsigned width, size_t count)
{
    PyObject *list = PyList_New((Py_ssize_t)count);

    for (size_t i = 0; list != NULL && i < count; i++) {
        unsigned long long value = width == 8    ? ((const uint8_t *)values)[i]
                                   : width == 16 ? ((const uint16_t *)values)[i]
                                   : width == 32 ? ((const uint32_t *)values)[i]
                                                 : ((const uint64_t *)values)[i];
        PyObject *number = PyLong_FromUnsignedLongLong(value);
        if (number == NULL || PyList_SetItem(list, (Py_ssize_t)i, number) < 0)
            Py_CLEAR(list);
    }
    return list;
}

static PyObject *values_result(struct ocdpy_op *self, uint64_t good)
{
    return list_of(self->out, self->width, good < self->count ? (size_t)good : self->count);
}

struct ocd_op *ocdpy_start_read(struct ocd_session *session, unsigned width, uint64_t addr,
                                void *values, size_t count, const struct ocd_call *call)
{
    switch (width) {
    case 8:
        return ocd_read_u8_async(session, addr, values, count, call);
    case 16:
        return ocd_read_u16_async(session, addr, values, count, call);
    case 32:
        return ocd_read_u32_async(session, addr, values, count, call);
    default:
        return ocd_read_u64_async(session, addr, values, count, call);
    }
}

static struct ocd_op *start_write(struct ocd_session *session, unsigned width, uint64_t addr,
                                  const void *values, size_t count, const struct ocd_call *call)
{
    switch (width) {
    case 8:
        return ocd_write_u8_async(session, addr, values, count, call);
    case 16:
        return ocd_write_u16_async(session, addr, values, count, call);
    case 32:
        return ocd_write_u32_async(session, addr, values, count, call);
    default:
        return ocd_write_u64_async(session, addr, values, count, call);
    }
}

PyObject *ocdpy_read(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *addr, *count, *given;
    struct ocd_call call;
    uint64_t first, elements;
    unsigned width;

    if (session == NULL || !PyArg_ParseTuple(args, "IOOO", &width, &addr, &count, &given) ||
        !ocdpy_range(addr, count, "count", width / 8, &first, &elements))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(values_result);
    if (op == NULL || !ocdpy_call(op, given, OCDPY_MEMORY, &call) ||
        !ocdpy_op_alloc(op, elements, width / 8))
        return ocdpy_give_up(op);
    op->width = width;
    return ocdpy_op_start(
        op, session, ocdpy_start_read(session->session, width, first, op->out, op->count, &call));
}

/* Takes unsigned integers of just that width in the host's byte order as they are. False without an
 * exception: another kind of object. */
static bool take_array(struct ocdpy_op *op, PyObject *values, unsigned width)
{
    /* The codes of the struct module. */
    const char *codes = width == 8 ? "B" : width == 16 ? "H" : width == 32 ? "IL" : "QLN";
    int flags = PyBUF_C_CONTIGUOUS | PyBUF_FORMAT;

    if (PyObject_GetBuffer(values, &op->view, flags) < 0) {
        PyErr_Clear();
        return false;
    }
    op->has_view = true;
    char code = ocdpy_item_code(&op->view);
    if (op->view.itemsize * 8 == (Py_ssize_t)width && code != '\0' && strchr(codes, code) != NULL &&
        (uintptr_t)op->view.buf % (width / 8) == 0) {
        op->count = (size_t)op->view.len / (width / 8);
        return true;
    }
    PyBuffer_Release(&op->view);
    op->has_view = false;
    return false;
}

static bool take_sequence(struct ocdpy_op *op, PyObject *values)
{
    /* Text holds no numbers, sets have no order, and a dict would be its keys. */
    bool other = PyUnicode_Check(values) || PyAnySet_Check(values) || PyDict_Check(values);
    PyObject *list = other ? NULL : PySequence_List(values);

    if (list == NULL) {
        if (other || PyErr_ExceptionMatches(PyExc_TypeError) ||
            PyErr_ExceptionMatches(PyExc_NotImplementedError)) {
            PyErr_Clear();
            ocdpy_type_error("values", "an integer or a sequence of integers", values);
        }
        return false;
    }
    size_t count = (size_t)PyList_Size(list);
    bool good = ocdpy_op_alloc(op, count, op->width / 8);
    for (size_t i = 0; good && i < count; i++)
        good = ocdpy_element(PyList_GetItem(list, (Py_ssize_t)i), op->out, i, op->width);
    Py_DECREF(list);
    return good;
}

bool ocdpy_not_bytes(PyObject *values, unsigned width)
{
    if (width == 8 || !ocdpy_is_bytes(values))
        return true;
    PyErr_Format(PyExc_TypeError,
                 "values must not be bytes: write_bytes writes them as they are, and "
                 "list(values) makes %u-bit values of them",
                 width);
    return false;
}

static bool take_values(struct ocdpy_op *op, PyObject *values)
{
    uint64_t number;

    if (take_array(op, values, op->width))
        return true;
    if (ocdpy_is_number(values))
        return ocdpy_op_alloc(op, 1, op->width / 8) &&
               ocdpy_number(values, "values", ocdpy_largest(op->width), &number) &&
               ocdpy_store(op->out, 0, op->width, number);
    return ocdpy_not_bytes(values, op->width) && take_sequence(op, values);
}

PyObject *ocdpy_write(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *addr, *values, *given;
    struct ocd_call call;
    uint64_t first;
    unsigned width;

    if (session == NULL || !PyArg_ParseTuple(args, "IOOO", &width, &addr, &values, &given) ||
        !ocdpy_number(addr, "addr", UINT64_MAX, &first))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(ocdpy_none);
    if (op == NULL)
        return NULL;
    op->width = width;
    if (!ocdpy_call(op, given, OCDPY_MEMORY | OCDPY_VERIFY | OCDPY_DRY, &call) ||
        !take_values(op, values) || !ocdpy_fits(first, op->count, width / 8, "values"))
        return ocdpy_give_up(op);
    const void *from = op->has_view ? op->view.buf : op->out;
    return ocdpy_op_start(op, session,
                          start_write(session->session, width, first, from, op->count, &call));
}

/* The results of read_many: a list of values for each item, None for one that failed. */
static PyObject *many_result(struct ocdpy_op *self, uint64_t good)
{
    const struct ocd_item *items = self->items;
    PyObject *all = PyList_New((Py_ssize_t)self->count);

    (void)good;
    for (size_t i = 0; all != NULL && i < self->count; i++) {
        PyObject *one = items[i].result == OCD_OK
                            ? list_of(items[i].values, items[i].width, items[i].count)
                            : ocdpy_none(self, 0);
        if (one == NULL || PyList_SetItem(all, (Py_ssize_t)i, one) < 0)
            Py_CLEAR(all);
    }
    return all;
}

/* Ended by an item without values. */
static void free_items(void *out)
{
    struct ocd_item *items = out;

    for (struct ocd_item *item = items; item != NULL && item->values != NULL; item++)
        free(item->values);
    free(items);
}

/* (addr, width) or (addr, width, count). */
static bool take_item(void *out, PyObject *given)
{
    struct ocd_item *item = out;
    PyObject *addr, *width, *count = NULL, *one = PyLong_FromLong(1);
    uint64_t elements;

    bool good = one != NULL;
    if (good && !PyTuple_Check(given)) {
        ocdpy_type_error("each item", "a tuple (addr, width) or (addr, width, count)", given);
        good = false;
    }
    good = good &&
           PyArg_ParseTuple(given, "OO|O;items are (addr, width) or (addr, width, count)", &addr,
                            &width, &count) &&
           ocdpy_width(width, &item->width) &&
           ocdpy_range(addr, count != NULL ? count : one, "count", item->width / 8, &item->addr,
                       &elements);
    Py_XDECREF(one);
    if (!good)
        return false;
    item->count = elements;
    item->result = OCD_ERR_CANCELLED;
    item->values = calloc(elements > 0 ? elements : 1, item->width / 8);
    if (item->values == NULL)
        PyErr_NoMemory();
    return item->values != NULL;
}

PyObject *ocdpy_read_many(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *items, *gap, *given;
    struct ocd_call call;
    uint64_t merge_gap;

    if (session == NULL || !PyArg_ParseTuple(args, "OOO", &items, &gap, &given) ||
        !ocdpy_number(gap, "merge_gap", UINT64_MAX, &merge_gap))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(many_result);
    if (op == NULL || !ocdpy_call(op, given, OCDPY_MEMORY, &call) ||
        !ocdpy_items(op, items, sizeof(struct ocd_item), take_item, free_items))
        return ocdpy_give_up(op);
    return ocdpy_op_start(
        op, session, ocd_read_many_async(session->session, op->items, op->count, merge_gap, &call));
}
