// SPDX-License-Identifier: MIT
/* libocd._libocd.Symbols: the names of ELF files. */
#include "ext.h"

#include <stdlib.h>

PyTypeObject *ocdpy_symbols_type;

struct ocdpy_symbols *ocdpy_symbols(PyObject *object)
{
    if (!PyObject_TypeCheck(object, ocdpy_symbols_type)) {
        ocdpy_type_error("symbols", "libocd._libocd.Symbols", object);
        return NULL;
    }
    return (struct ocdpy_symbols *)object;
}

static PyObject *raise(struct ocdpy_symbols *self, int code)
{
    return ocdpy_raise(code, ocd_symbols_error(self->symbols), NULL);
}

/* An exception of the callback, such as a warning that is to be an error, ends the call. */
static void on_warning(const char *text, void *user)
{
    struct ocdpy_symbols *self = user;
    PyObject *words = ocdpy_text_object(text);
    PyObject *answer =
        words != NULL ? PyObject_CallFunctionObjArgs(self->warning, words, NULL) : NULL;

    if (answer == NULL)
        ocdpy_session_caught(self->session);
    Py_XDECREF(answer);
    Py_XDECREF(words);
}

static const char **take_paths(PyObject *given, PyObject **keep, size_t *count)
{
    Py_ssize_t size = PySequence_Size(given);
    const char **paths = size >= 0 ? calloc((size_t)size + 1, sizeof(*paths)) : NULL;

    if (paths == NULL) {
        if (size >= 0)
            PyErr_NoMemory();
        return NULL;
    }
    *count = (size_t)size;
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *path = PySequence_GetItem(given, i);
        bool good = path != NULL && ocdpy_path(path, "path", keep, &paths[i]);
        Py_XDECREF(path);
        if (!good) {
            free(paths);
            return NULL;
        }
    }
    return paths;
}

/* symbols(paths, callback of the warning or None) */
PyObject *ocdpy_symbols_open(PyObject *module, PyObject *args)
{
    PyObject *given, *warning, *keep = NULL;
    size_t count;

    (void)module;
    if (!PyArg_ParseTuple(args, "OO", &given, &warning))
        return NULL;
    const char **paths = take_paths(given, &keep, &count);
    struct ocdpy_symbols *self =
        paths != NULL ? (struct ocdpy_symbols *)PyType_GenericAlloc(ocdpy_symbols_type, 0) : NULL;
    if (self != NULL) {
        struct ocd_symbols_options options = {0};
        Py_INCREF(warning);
        self->warning = warning;
        if (warning != Py_None) {
            options.warning = on_warning;
            options.user = self;
        }
        int rc = ocd_symbols_open(&self->symbols, paths, count, &options);
        if (rc != OCD_OK) {
            raise(self, rc);
            Py_CLEAR(self);
        }
    }
    free(paths);
    Py_XDECREF(keep);
    return (PyObject *)self;
}

/* --- Symbols --- */

static PyObject *text_or_none(const char *text)
{
    return text != NULL && text[0] != '\0' ? ocdpy_text_object(text) : ocdpy_none(NULL, 0);
}

static PyObject *number_or_none(uint64_t number, bool known)
{
    return known ? PyLong_FromUnsignedLongLong(number) : ocdpy_none(NULL, 0);
}

static const char *const kinds[] = {
    [OCD_SYMBOL_VARIABLE] = "variable",
    [OCD_SYMBOL_FUNCTION] = "function",
    [OCD_SYMBOL_CONSTANT] = "constant",
    [OCD_SYMBOL_OPTIMISED_OUT] = "optimised out",
    [OCD_SYMBOL_THREAD_LOCAL] = "thread-local",
    [OCD_SYMBOL_UNSUPPORTED] = "no fixed address",
    [OCD_SYMBOL_LABEL] = "label",
};

/* (name, kind, addr, size, type, section, file, line), None for what is not known. */
static PyObject *symbol_object(const struct ocd_symbol *s)
{
    const struct ocd_type_info *type = ocd_type_get_info(s->type);

    return Py_BuildValue("(NsNNNNNN)", ocdpy_text_object(s->name), kinds[s->kind],
                         number_or_none(s->addr, s->has_addr), number_or_none(s->size, s->has_size),
                         text_or_none(type != NULL ? type->name : NULL), text_or_none(s->section),
                         text_or_none(s->file), number_or_none(s->line, s->line > 0));
}

static PyObject *find(PyObject *object, PyObject *name)
{
    struct ocdpy_symbols *self = (struct ocdpy_symbols *)object;
    const struct ocd_symbol *symbol;
    PyObject *keep = NULL, *result = NULL;
    const char *text;

    if (ocdpy_text(name, "name", &keep, &text)) {
        int rc = ocd_symbols_find(self->symbols, text, &symbol);
        result = rc == OCD_OK ? symbol_object(symbol) : raise(self, rc);
    }
    Py_XDECREF(keep);
    return result;
}

static int append(const struct ocd_symbol *symbol, void *list)
{
    PyObject *one = symbol_object(symbol);
    int rc = one != NULL ? PyList_Append(list, one) : -1;

    Py_XDECREF(one);
    return rc;
}

static PyObject *list(PyObject *object, PyObject *glob)
{
    struct ocdpy_symbols *self = (struct ocdpy_symbols *)object;
    PyObject *keep = NULL, *result = NULL;
    const char *text = NULL;

    if (glob == Py_None || ocdpy_text(glob, "glob", &keep, &text))
        result = PyList_New(0);
    if (result != NULL) {
        int rc = ocd_symbols_each(self->symbols, text, append, result);
        if (rc != OCD_OK) {
            Py_CLEAR(result);
            if (PyErr_Occurred() == NULL)
                raise(self, rc);
        }
    }
    Py_XDECREF(keep);
    return result;
}

static PyObject *at(PyObject *object, PyObject *addr)
{
    struct ocdpy_symbols *self = (struct ocdpy_symbols *)object;
    const struct ocd_symbol *symbol;
    uint64_t number, offset;

    if (!ocdpy_number(addr, "addr", UINT64_MAX, &number))
        return NULL;
    int rc = ocd_symbols_at(self->symbols, number, &symbol, &offset);
    if (rc == OCD_ERR_NO_SYMBOL)
        return ocdpy_none(NULL, 0);
    if (rc != OCD_OK)
        return raise(self, rc);
    return Py_BuildValue("(NK)", symbol_object(symbol), (unsigned long long)offset);
}

static PyObject *layout(PyObject *object, PyObject *name)
{
    struct ocdpy_symbols *self = (struct ocdpy_symbols *)object;
    const struct ocd_type *type;
    PyObject *keep = NULL, *result = NULL;
    const char *text;
    char *lines = NULL;

    if (ocdpy_text(name, "name", &keep, &text)) {
        int rc = ocd_symbols_type(self->symbols, text, &type);
        if (rc == OCD_OK)
            rc = ocd_type_layout(type, &lines);
        result = rc == OCD_OK ? ocdpy_text_object(lines) : raise(self, rc);
        ocd_free(lines);
    }
    Py_XDECREF(keep);
    return result;
}

/* Whether an expression is an array of characters. Pointers that it follows are not read: the type
 * is the same whatever they point to. */
static bool is_text(struct ocd_symbols *symbols, const char *text)
{
    static const uint8_t zeros[16];
    struct ocd_expression *e;
    const struct ocd_type_info *type = NULL;
    int rc = ocd_expression_open(&e, symbols, text, NULL);

    while (rc == OCD_OK && (rc = ocd_expression_locate(e)) == OCD_PENDING) {
        size_t count;
        const struct ocd_range *needs = ocd_expression_needs(e, &count);
        for (size_t i = 0; i < count; i++) {
            size_t size = (size_t)needs[i].size;
            ocd_expression_supply(e, needs[i].addr, size <= sizeof(zeros) ? zeros : NULL, size);
        }
        rc = OCD_OK;
    }
    if (rc == OCD_OK)
        type = ocd_type_get_info(ocd_type_strip(ocd_expression_location(e)->type));
    bool array = type != NULL && type->kind == OCD_TYPE_ARRAY;
    const struct ocd_type_info *element =
        array ? ocd_type_get_info(ocd_type_strip(type->target)) : NULL;
    ocd_expression_close(e);
    return element != NULL &&
           (element->kind == OCD_TYPE_CHAR || element->kind == OCD_TYPE_WIDE_CHAR);
}

static PyObject *is_text_method(PyObject *object, PyObject *expression)
{
    struct ocdpy_symbols *self = (struct ocdpy_symbols *)object;
    PyObject *keep = NULL, *result = NULL;
    const char *text;

    if (ocdpy_text(expression, "expression", &keep, &text))
        result = PyBool_FromLong(is_text(self->symbols, text));
    Py_XDECREF(keep);
    return result;
}

static void dealloc(PyObject *object)
{
    struct ocdpy_symbols *self = (struct ocdpy_symbols *)object;
    PyTypeObject *type = Py_TYPE(object);

    ocd_symbols_close(self->symbols);
    Py_XDECREF(self->warning);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static PyObject *no_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    (void)args;
    (void)keywords;
    PyErr_Format(PyExc_TypeError, "%R objects are made by symbols()", type);
    return NULL;
}

static PyMethodDef methods[] = {
    {"find", find, METH_O, "find(name) -> symbol"},
    {"list", list, METH_O, "list(glob or None) -> symbols"},
    {"at", at, METH_O, "at(addr) -> (symbol, offset) or None"},
    {"layout", layout, METH_O, "layout(type) -> str"},
    {"is_text", is_text_method, METH_O, "is_text(expression) -> bool"},
    {0},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "The names of ELF files."},
    {Py_tp_new, no_new},
    {Py_tp_methods, methods},
    {Py_tp_dealloc, dealloc},
    {0},
};

static PyType_Spec spec = {
    .name = "libocd._libocd.Symbols",
    .basicsize = sizeof(struct ocdpy_symbols),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = slots,
};

PyTypeObject *ocdpy_symbols_type_new(void)
{
    return (PyTypeObject *)PyType_FromSpec(&spec);
}
