// SPDX-License-Identifier: MIT
/* Converts Python's values for the library. A value that does not fit is refused with the
 * argument's name. */
#include "ext.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The largest timeout: OCD_TIMEOUT_NONE means no limit. */
#define MS_MAX (OCD_TIMEOUT_NONE - 1)

void ocdpy_type_error(const char *name, const char *wanted, PyObject *value)
{
    PyObject *type = PyObject_GetAttrString((PyObject *)Py_TYPE(value), "__name__");

    if (type == NULL)
        return;
    PyErr_Format(PyExc_TypeError, "%s must be %s, not %U", name, wanted, type);
    Py_DECREF(type);
}

/* In hexadecimal: Python refuses to print very large numbers in decimal. */
static void range_error(const char *name, uint64_t max, PyObject *number)
{
    char limit[20];
    PyObject *text = PyNumber_ToBase(number, 16);

    if (text == NULL)
        return;
    PyOS_snprintf(limit, sizeof(limit), "0x%llX", (unsigned long long)max);
    PyErr_Format(PyExc_ValueError, "%s must be from 0 to %s, not %U", name, limit, text);
    Py_DECREF(text);
}

bool ocdpy_is_number(PyObject *value)
{
    /* NumPy's arrays have an __index__ too, which fails for most of them. */
    PyObject *index = PyIndex_Check(value) ? PyNumber_Index(value) : NULL;

    PyErr_Clear();
    Py_XDECREF(index);
    return index != NULL;
}

bool ocdpy_number(PyObject *value, const char *name, uint64_t max, uint64_t *number)
{
    PyObject *index = PyNumber_Index(value);
    if (index == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Clear();
            ocdpy_type_error(name, "an integer", value);
        }
        return false;
    }

    unsigned long long n = PyLong_AsUnsignedLongLong(index);
    bool overflow = n == (unsigned long long)-1 && PyErr_Occurred() != NULL;
    if (overflow)
        PyErr_Clear();
    if (overflow || n > max)
        range_error(name, max, index);
    Py_DECREF(index);
    *number = n;
    return PyErr_Occurred() == NULL;
}

bool ocdpy_size(PyObject *value, const char *name, size_t *size)
{
    uint64_t number;

    if (!ocdpy_number(value, name, PY_SSIZE_T_MAX, &number))
        return false;
    *size = (size_t)number;
    return true;
}

bool ocdpy_fits(uint64_t addr, uint64_t count, unsigned bytes, const char *name)
{
    if (count == 0 || (count <= UINT64_MAX / bytes && count * bytes - 1 <= UINT64_MAX - addr))
        return true;
    PyErr_Format(PyExc_ValueError, "addr and %s: the range goes past the end of the address space",
                 name);
    return false;
}

bool ocdpy_range(PyObject *addr, PyObject *count, const char *name, unsigned bytes, uint64_t *first,
                 uint64_t *elements)
{
    return ocdpy_number(addr, "addr", UINT64_MAX, first) &&
           ocdpy_number(count, name, UINT64_MAX, elements) &&
           ocdpy_fits(*first, *elements, bytes, name);
}

bool ocdpy_seconds(PyObject *value, const char *name, uint32_t *ms)
{
    if (value == Py_None) {
        *ms = OCD_TIMEOUT_NONE;
        return true;
    }
    double seconds = PyFloat_AsDouble(value);
    if (seconds == -1.0 && PyErr_Occurred() != NULL) {
        PyErr_Clear();
        ocdpy_type_error(name, "a number of seconds", value);
        return false;
    }
    double rounded = ceil(seconds * 1000.0);
    if (seconds > 0.0 && rounded <= (double)MS_MAX) {
        *ms = (uint32_t)rounded;
    } else {
        PyErr_Format(PyExc_ValueError,
                     "%s must be more than 0 and at most %lu seconds, or None for no "
                     "limit, not %S",
                     name, (unsigned long)(MS_MAX / 1000), value);
        return false;
    }
    return true;
}

bool ocdpy_truth(PyObject *value, bool *truth)
{
    int rc = PyObject_IsTrue(value);

    *truth = rc > 0;
    return rc >= 0;
}

int ocdpy_word(PyObject *word, const char *name, const char *const *words, int count)
{
    if (!PyUnicode_Check(word)) {
        ocdpy_type_error(name, "a str", word);
        return -1;
    }
    for (int i = 0; i < count; i++)
        if (PyUnicode_CompareWithASCIIString(word, words[i]) == 0)
            return i;
    PyObject *known = PyUnicode_FromString(words[0]);
    for (int i = 1; known != NULL && i < count; i++) {
        PyObject *longer = PyUnicode_FromFormat("%U, %s", known, words[i]);
        Py_DECREF(known);
        known = longer;
    }
    if (known != NULL)
        PyErr_Format(PyExc_ValueError, "%s must be one of %U, not %R", name, known, word);
    Py_XDECREF(known);
    return -1;
}

bool ocdpy_keep(PyObject **keep, PyObject *object)
{
    if (*keep == NULL)
        *keep = PyList_New(0);
    return *keep != NULL && PyList_Append(*keep, object) == 0;
}

/* Steals `bytes`. */
static bool keep_text(PyObject *bytes, const char *name, PyObject **keep, const char **text)
{
    char *chars;
    Py_ssize_t size;

    bool good = bytes != NULL && PyBytes_AsStringAndSize(bytes, &chars, &size) == 0;
    if (good && strlen(chars) != (size_t)size) {
        PyErr_Format(PyExc_ValueError, "%s must not contain a null character", name);
        good = false;
    }
    good = good && ocdpy_keep(keep, bytes);
    if (good)
        *text = chars;
    Py_XDECREF(bytes);
    return good;
}

bool ocdpy_text(PyObject *value, const char *name, PyObject **keep, const char **text)
{
    if (!PyUnicode_Check(value)) {
        ocdpy_type_error(name, "a str", value);
        return false;
    }
    /* Bytes that are not UTF-8 come from OpenOCD as surrogates, and may go back as such. */
    PyObject *bytes = PyUnicode_AsEncodedString(value, "utf-8", "surrogateescape");
    if (bytes == NULL && PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
        PyErr_Clear();
        PyErr_Format(PyExc_ValueError, "%s cannot be encoded as UTF-8", name);
    }
    return keep_text(bytes, name, keep, text);
}

bool ocdpy_path(PyObject *value, const char *name, PyObject **keep, const char **text)
{
    PyObject *path = PyOS_FSPath(value);
    if (path == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Clear();
            ocdpy_type_error(name, "a str, bytes or os.PathLike", value);
        }
        return false;
    }
    PyObject *bytes = PyUnicode_Check(path) ? PyUnicode_EncodeFSDefault(path) : NULL;
    if (bytes == NULL && !PyUnicode_Check(path)) {
        bytes = path;
        Py_INCREF(bytes);
    }
    Py_DECREF(path);
    return keep_text(bytes, name, keep, text);
}

const char **ocdpy_texts(struct ocdpy_op *op, PyObject *given, const char *name, const char *each,
                         size_t *count)
{
    PyObject *list = PyUnicode_Check(given) ? NULL : PySequence_List(given);
    if (list == NULL) {
        PyErr_Clear();
        ocdpy_type_error(name, "a sequence of str", given);
        return NULL;
    }
    *count = (size_t)PyList_Size(list);
    const char **texts = calloc(*count + 1, sizeof(*texts));
    bool good = texts != NULL;
    if (!good)
        PyErr_NoMemory();
    for (size_t i = 0; good && i < *count; i++)
        good = ocdpy_text(PyList_GetItem(list, (Py_ssize_t)i), each, &op->keep, &texts[i]);
    Py_DECREF(list);
    if (good)
        return texts;
    free(texts);
    return NULL;
}

static bool take_range(PyObject *pair, const char *name, struct ocd_range *range)
{
    PyObject *addr, *size;

    if (!PyTuple_Check(pair) || PyTuple_Size(pair) != 2) {
        PyErr_Format(PyExc_TypeError, "each range of %s must be a tuple (addr, size), not %R", name,
                     pair);
        return false;
    }
    addr = PyTuple_GetItem(pair, 0);
    size = PyTuple_GetItem(pair, 1);
    return ocdpy_range(addr, size, "size", 1, &range->addr, &range->size);
}

struct ocd_range *ocdpy_ranges(PyObject *given, const char *name, size_t *count)
{
    PyObject *list = PySequence_List(given);
    if (list == NULL) {
        PyErr_Clear();
        ocdpy_type_error(name, "a sequence of tuples (addr, size)", given);
        return NULL;
    }
    *count = (size_t)PyList_Size(list);
    struct ocd_range *ranges = calloc(*count + 1, sizeof(*ranges));
    bool good = ranges != NULL;
    if (!good)
        PyErr_NoMemory();
    for (size_t i = 0; good && i < *count; i++)
        good = take_range(PyList_GetItem(list, (Py_ssize_t)i), name, &ranges[i]);
    Py_DECREF(list);
    if (good)
        return ranges;
    free(ranges);
    return NULL;
}
