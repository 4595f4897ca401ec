// SPDX-License-Identifier: MIT
/* Bits, lists of writes, and erased flash. Each function answers an Op. */
#include "ext.h"

#include <stdlib.h>
#include <string.h>

/* --- Bits --- */

/* The value before. */
static PyObject *before(struct ocdpy_op *self, uint64_t good)
{
    (void)good;
    return PyLong_FromUnsignedLongLong(*(const uint64_t *)self->out);
}

PyObject *ocdpy_modify(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *addr, *clear, *set, *width, *given;
    struct ocd_call call;
    uint64_t at, masks[2];
    unsigned bits;

    if (session == NULL || !PyArg_ParseTuple(args, "OOOOO", &addr, &width, &clear, &set, &given) ||
        !ocdpy_number(addr, "addr", UINT64_MAX, &at) || !ocdpy_width(width, &bits) ||
        !ocdpy_number(clear, "clear", ocdpy_largest(bits), &masks[0]) ||
        !ocdpy_number(set, "set", ocdpy_largest(bits), &masks[1]) ||
        !ocdpy_fits(at, 1, bits / 8, "addr"))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(before);
    if (op == NULL || !ocdpy_call(op, given, OCDPY_MEMORY | OCDPY_VERIFY | OCDPY_DRY, &call) ||
        !ocdpy_op_alloc(op, 1, sizeof(uint64_t)))
        return ocdpy_give_up(op);
    return ocdpy_op_start(
        op, session,
        ocd_modify_async(session->session, at, bits, masks[0], masks[1], op->out, &call));
}

/* --- Lists of writes --- */

/* Ended by an item without values. */
static void free_items(void *out)
{
    struct ocd_write_item *items = out;

    for (struct ocd_write_item *item = items; item != NULL && item->values != NULL; item++)
        free((void *)item->values);
    free(items);
}

/* One integer, or a sequence of them. A new reference to a list, or NULL. */
static PyObject *list_of(PyObject *values)
{
    bool one = ocdpy_is_number(values);
    bool other = !one && (PyUnicode_Check(values) || PyAnySet_Check(values) ||
                          PyDict_Check(values) || !PySequence_Check(values));

    if (other) {
        ocdpy_type_error("values", "an integer or a sequence of integers", values);
        return NULL;
    }
    return one ? Py_BuildValue("[O]", values) : PySequence_List(values);
}

/* (addr, width, values) */
static bool take_item(void *out, PyObject *given)
{
    struct ocd_write_item *item = out;
    PyObject *addr, *width, *values;

    if (!PyTuple_Check(given)) {
        ocdpy_type_error("each item", "a tuple (addr, width, values)", given);
        return false;
    }
    if (!PyArg_ParseTuple(given, "OOO;items are (addr, width, values)", &addr, &width, &values) ||
        !ocdpy_number(addr, "addr", UINT64_MAX, &item->addr) || !ocdpy_width(width, &item->width) ||
        !ocdpy_not_bytes(values, item->width))
        return false;
    PyObject *list = list_of(values);
    if (list == NULL)
        return false;
    item->count = (size_t)PyList_Size(list);
    void *numbers = calloc(item->count > 0 ? item->count : 1, item->width / 8);
    item->values = numbers; /* released with the item, whatever follows */
    bool good = numbers != NULL;
    if (!good)
        PyErr_NoMemory();
    for (size_t i = 0; good && i < item->count; i++)
        good = ocdpy_element(PyList_GetItem(list, (Py_ssize_t)i), numbers, i, item->width);
    Py_DECREF(list);
    return good && ocdpy_fits(item->addr, item->count, item->width / 8, "values");
}

PyObject *ocdpy_write_many(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *items, *given;
    struct ocd_call call;

    if (session == NULL || !PyArg_ParseTuple(args, "OO", &items, &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(ocdpy_none);
    if (op == NULL || !ocdpy_call(op, given, OCDPY_MEMORY | OCDPY_DRY, &call) ||
        !ocdpy_items(op, items, sizeof(struct ocd_write_item), take_item, free_items))
        return ocdpy_give_up(op);
    return ocdpy_op_start(op, session,
                          ocd_write_many_async(session->session, op->out, op->count, &call));
}

/* --- Erasing --- */

PyObject *ocdpy_erase(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    struct ocd_erase_options options = {.region = ocdpy_found_region};
    PyObject *addr, *size, *all, *whole, *given;
    struct ocd_call call;
    uint64_t first, bytes;

    if (session == NULL || !PyArg_ParseTuple(args, "OOOOO", &addr, &size, &all, &whole, &given) ||
        !ocdpy_range(addr, size, "size", 1, &first, &bytes) || !ocdpy_truth(all, &options.all) ||
        !ocdpy_truth(whole, &options.whole_sectors))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new_finder();
    if (op == NULL ||
        !ocdpy_call(op, given, OCDPY_TARGET | OCDPY_TIME | OCDPY_BULK | OCDPY_DRY, &call))
        return ocdpy_give_up(op);
    options.user = op;
    return ocdpy_op_start(op, session,
                          ocd_erase_async(session->session, first, bytes, &options, &call));
}
