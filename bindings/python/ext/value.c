// SPDX-License-Identifier: MIT
/* A value of the target as plain objects, of which libocd/_values.py makes those that users see:
 * numbers and bool, and tuples that begin with a word. */
#include "ext.h"

#include <string.h>

#define DEPTH_MAX      64
#define DIMENSIONS_MAX 16

static PyObject *object_of(const struct ocd_value *v, bool big_endian, unsigned depth);

static PyObject *wide_integer(const struct ocd_value *v, bool big_endian)
{
    PyObject *bytes = PyBytes_FromStringAndSize((const char *)v->data, (Py_ssize_t)v->size);
    PyObject *method = PyObject_GetAttrString((PyObject *)&PyLong_Type, "from_bytes");
    PyObject *args = bytes != NULL && method != NULL
                         ? Py_BuildValue("(Os)", bytes, big_endian ? "big" : "little")
                         : NULL;
    PyObject *keywords =
        args != NULL ? Py_BuildValue("{sO}", "signed", v->is_signed ? Py_True : Py_False) : NULL;
    PyObject *number = keywords != NULL ? PyObject_Call(method, args, keywords) : NULL;

    Py_XDECREF(keywords);
    Py_XDECREF(args);
    Py_XDECREF(method);
    Py_XDECREF(bytes);
    return number;
}

static PyObject *integer(const struct ocd_value *v, bool big_endian)
{
    if (v->size > 8 && v->bit_size == 0)
        return wide_integer(v, big_endian);
    return v->is_signed ? PyLong_FromLongLong((long long)v->number)
                        : PyLong_FromUnsignedLongLong(v->number);
}

/* The struct module's code of a number that has the host's form, in any byte order; 0: it is
 * none. */
static char code_of(const struct ocd_type_info *type)
{
    static const char unsigned_codes[] = "BHIQ", signed_codes[] = "bhiq";
    unsigned at = type->size == 1 ? 0 : type->size == 2 ? 1 : type->size == 4 ? 2 : 3;

    if (!type->has_size ||
        (type->size != 1 && type->size != 2 && type->size != 4 && type->size != 8))
        return 0;
    switch (type->kind) {
    case OCD_TYPE_BOOL:
        return type->size == 1 ? '?' : 0;
    case OCD_TYPE_INTEGER:
    case OCD_TYPE_CHAR:
        return type->is_signed ? signed_codes[at] : unsigned_codes[at];
    case OCD_TYPE_FLOAT:
        return type->size == 4 ? 'f' : type->size == 8 ? 'd' : 0;
    default:
        return 0;
    }
}

/* ("array", code, shape, bytes, big_endian) of an array of numbers that has no gaps; NULL without
 * an exception: it is another one. */
static PyObject *array_of_numbers(const struct ocd_value *v, bool big_endian)
{
    const struct ocd_type_info *type = ocd_type_get_info(ocd_type_strip(v->type));
    uint64_t elements = 1;
    PyObject *shape = PyList_New(0);

    if (shape == NULL)
        return NULL;
    for (unsigned i = 0; type != NULL && type->kind == OCD_TYPE_ARRAY && i < DIMENSIONS_MAX; i++) {
        PyObject *count = PyLong_FromUnsignedLongLong(type->has_count ? type->count : 0);
        if (count == NULL || PyList_Append(shape, count) < 0) {
            Py_XDECREF(count);
            Py_DECREF(shape);
            return NULL;
        }
        Py_DECREF(count);
        elements *= type->has_count && type->count <= v->size ? type->count : 0;
        type = ocd_type_get_info(ocd_type_strip(type->target));
    }
    char code = type != NULL ? code_of(type) : 0;
    if (code == 0 || v->data == NULL || elements * type->size != v->size) {
        Py_DECREF(shape);
        return NULL;
    }
    return Py_BuildValue("(sCNy#O)", "array", code, shape, (const char *)v->data,
                         (Py_ssize_t)v->size, big_endian ? Py_True : Py_False);
}

static PyObject *children(const struct ocd_value *v, bool big_endian, unsigned depth)
{
    PyObject *list = PyList_New(0);

    for (size_t i = 0; list != NULL && i < v->child_count; i++) {
        const struct ocd_value *child = ocd_value_child(v, i);
        PyObject *one = child != NULL ? object_of(child, big_endian, depth + 1) : PyErr_NoMemory();
        if (one == NULL || PyList_Append(list, one) < 0)
            Py_CLEAR(list);
        Py_XDECREF(one);
    }
    return list;
}

/* ("struct", type, [(name, value), ...]) */
static PyObject *structure(const struct ocd_value *v, bool big_endian, unsigned depth)
{
    const struct ocd_type_info *type = ocd_type_get_info(v->type);
    PyObject *list = PyList_New(0);

    for (size_t i = 0; list != NULL && i < v->child_count; i++) {
        const struct ocd_value *child = ocd_value_child(v, i);
        if (child != NULL && child->member != NULL && child->member->kind == OCD_MEMBER_STATIC)
            continue;
        PyObject *value =
            child != NULL ? object_of(child, big_endian, depth + 1) : PyErr_NoMemory();
        PyObject *pair =
            value != NULL ? Py_BuildValue("(NN)", ocdpy_text_object(child->name), value) : NULL;
        if (pair == NULL || PyList_Append(list, pair) < 0)
            Py_CLEAR(list);
        Py_XDECREF(pair);
    }
    return list == NULL ? NULL
                        : Py_BuildValue("(sNN)", "struct",
                                        ocdpy_text_object(type != NULL ? type->name : ""), list);
}

/* A Rust slice, whose elements are elsewhere. */
static PyObject *slice(const struct ocd_value *v)
{
    char *text = NULL;

    if (ocd_value_json(v, &text) != OCD_OK)
        return PyErr_NoMemory();
    PyObject *object = Py_BuildValue("(sN)", "json", ocdpy_text_object(text));
    ocd_free(text);
    return object;
}

static bool is_slice(const struct ocd_value *v)
{
    const struct ocd_type_info *type = ocd_type_get_info(v->type);
    const struct ocd_value *first = ocd_value_child(v, 0);

    return type != NULL && type->name[0] == '&' && first != NULL &&
           strcmp(first->name, "data_ptr") == 0;
}

static PyObject *array(const struct ocd_value *v, bool big_endian, unsigned depth)
{
    PyObject *numbers = v->type != NULL ? array_of_numbers(v, big_endian) : NULL;

    if (numbers != NULL || PyErr_Occurred() != NULL)
        return numbers;
    if (v->type == NULL) /* an object without debug information */
        return Py_BuildValue("(sC[n]y#O)", "array", 'B', (Py_ssize_t)v->size, (const char *)v->data,
                             (Py_ssize_t)v->size, Py_False);
    return children(v, big_endian, depth);
}

static PyObject *variant(const struct ocd_value *v, bool big_endian, unsigned depth)
{
    const struct ocd_value *child = ocd_value_child(v, 0);

    if (child == NULL)
        return Py_BuildValue("(sOO)", "variant", Py_None, Py_None);
    return Py_BuildValue("(sNN)", "variant", ocdpy_text_object(child->name),
                         object_of(child, big_endian, depth + 1));
}

static PyObject *compound(const struct ocd_value *v, bool big_endian, unsigned depth)
{
    const struct ocd_value *a = ocd_value_child(v, 0), *b = ocd_value_child(v, 1);

    switch (v->kind) {
    case OCD_VALUE_COMPLEX:
        return PyComplex_FromDoubles(a != NULL ? a->real : 0, b != NULL ? b->real : 0);
    case OCD_VALUE_REFERENCE:
        return a != NULL ? object_of(a, big_endian, depth + 1)
                         : PyLong_FromUnsignedLongLong(v->number);
    case OCD_VALUE_STRUCT:
        return is_slice(v) ? slice(v) : structure(v, big_endian, depth);
    case OCD_VALUE_UNION:
        return structure(v, big_endian, depth);
    case OCD_VALUE_VARIANT:
        return variant(v, big_endian, depth);
    case OCD_VALUE_ARRAY:
        return array(v, big_endian, depth);
    default:
        return ocdpy_none(NULL, 0);
    }
}

static PyObject *object_of(const struct ocd_value *v, bool big_endian, unsigned depth)
{
    if (depth == DEPTH_MAX)
        return ocdpy_none(NULL, 0);
    switch (v->kind) {
    case OCD_VALUE_BOOL:
        return PyBool_FromLong(v->number != 0);
    case OCD_VALUE_CHAR:
    case OCD_VALUE_INTEGER:
        return integer(v, big_endian);
    case OCD_VALUE_FLOAT:
        return PyFloat_FromDouble(v->real);
    case OCD_VALUE_ENUM:
        return Py_BuildValue("(sNN)", "enum", integer(v, big_endian),
                             v->text != NULL ? ocdpy_text_object(v->text) : ocdpy_none(NULL, 0));
    case OCD_VALUE_POINTER:
    case OCD_VALUE_FUNCTION:
        return PyLong_FromUnsignedLongLong(v->number);
    case OCD_VALUE_STRING:
        return Py_BuildValue("(sy#)", "text", v->text, (Py_ssize_t)v->text_size);
    default:
        return compound(v, big_endian, depth);
    }
}

PyObject *ocdpy_value_object(const struct ocd_value *value, bool big_endian)
{
    return object_of(value, big_endian, 0);
}
