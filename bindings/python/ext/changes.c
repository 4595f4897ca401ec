// SPDX-License-Identifier: MIT
/* Bits, lists of writes, and erased flash. Each function answers an Op. */
#include "ext.h"

#include <stdlib.h>
#include <string.h>

static bool take_width(PyObject *width, unsigned *bits)
{
    uint64_t number;

    if (!ocdpy_number(width, "width", 64, &number))
        return false;
    if (number != 8 && number != 16 && number != 32 && number != 64) {
        PyErr_Format(PyExc_ValueError, "width must be 8, 16, 32 or 64, not %S", width);
        return false;
    }
    *bits = (unsigned)number;
    return true;
}

static uint64_t largest(unsigned width)
{
    return UINT64_MAX >> (64 - width);
}

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
        !ocdpy_number(addr, "addr", UINT64_MAX, &at) || !take_width(width, &bits) ||
        !ocdpy_number(clear, "clear", largest(bits), &masks[0]) ||
        !ocdpy_number(set, "set", largest(bits), &masks[1]) || !ocdpy_fits(at, 1, bits / 8, "addr"))
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

static bool store(void *values, size_t i, unsigned width, PyObject *given)
{
    char name[40];
    uint64_t value;

    PyOS_snprintf(name, sizeof(name), "values[%zu]", i);
    if (!ocdpy_number(given, name, largest(width), &value))
        return false;
    if (width == 8)
        ((uint8_t *)values)[i] = (uint8_t)value;
    else if (width == 16)
        ((uint16_t *)values)[i] = (uint16_t)value;
    else if (width == 32)
        ((uint32_t *)values)[i] = (uint32_t)value;
    else
        ((uint64_t *)values)[i] = value;
    return true;
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
static bool take_item(struct ocd_write_item *item, PyObject *given)
{
    PyObject *addr, *width, *values;

    if (!PyTuple_Check(given)) {
        ocdpy_type_error("each item", "a tuple (addr, width, values)", given);
        return false;
    }
    if (!PyArg_ParseTuple(given, "OOO;items are (addr, width, values)", &addr, &width, &values) ||
        !ocdpy_number(addr, "addr", UINT64_MAX, &item->addr) || !take_width(width, &item->width) ||
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
        good = store(numbers, i, item->width, PyList_GetItem(list, (Py_ssize_t)i));
    Py_DECREF(list);
    return good && ocdpy_fits(item->addr, item->count, item->width / 8, "values");
}

static bool take_items(struct ocdpy_op *op, PyObject *given)
{
    PyObject *list = PySequence_List(given);

    if (list == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Clear();
            ocdpy_type_error("items", "a sequence of tuples", given);
        }
        return false;
    }
    size_t count = (size_t)PyList_Size(list);
    bool good = ocdpy_op_alloc(op, count + 1, sizeof(struct ocd_write_item));
    op->count = count;
    if (good)
        op->free_out = free_items;
    for (size_t i = 0; good && i < count; i++)
        good = take_item((struct ocd_write_item *)op->out + i, PyList_GetItem(list, (Py_ssize_t)i));
    Py_DECREF(list);
    return good;
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
        !take_items(op, items))
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
