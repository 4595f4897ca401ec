// SPDX-License-Identifier: MIT
/* Elements of 8 to 64 bits, and lists of items that have some. */
#include "ext.h"

bool ocdpy_width(PyObject *width, unsigned *bits)
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

uint64_t ocdpy_largest(unsigned width)
{
    return UINT64_MAX >> (64 - width);
}

bool ocdpy_store(void *values, size_t i, unsigned width, uint64_t value)
{
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

bool ocdpy_element(PyObject *value, void *values, size_t i, unsigned width)
{
    char name[40];
    uint64_t number;

    PyOS_snprintf(name, sizeof(name), "values[%zu]", i);
    return ocdpy_number(value, name, ocdpy_largest(width), &number) &&
           ocdpy_store(values, i, width, number);
}

bool ocdpy_items(struct ocdpy_op *op, PyObject *given, size_t size, ocdpy_item_fn take,
                 void (*free_items)(void *items))
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
    bool good = ocdpy_op_alloc(op, count + 1, size);
    op->count = count;
    if (good)
        op->free_out = free_items;
    for (size_t i = 0; good && i < count; i++)
        good = take((char *)op->out + i * size, PyList_GetItem(list, (Py_ssize_t)i));
    Py_DECREF(list);
    return good;
}
