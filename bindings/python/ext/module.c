// SPDX-License-Identifier: MIT
/* libocd._libocd: the library for the Python layer above it, which is what users see. */
#include "ext.h"

#include <string.h>

static PyObject *hexdump_format(PyObject *module, PyObject *args)
{
    PyObject *addr, *data, *text = NULL;
    uint64_t first;
    char *lines;

    (void)module;
    if (!PyArg_ParseTuple(args, "OO", &addr, &data) ||
        !ocdpy_number(addr, "addr", UINT64_MAX, &first))
        return NULL;
    struct ocdpy_op *view = ocdpy_op_new(ocdpy_none);
    if (view == NULL || !ocdpy_view(view, data, "data", PyBUF_C_CONTIGUOUS) ||
        !ocdpy_fits(first, (uint64_t)view->view.len, 1, "data"))
        return ocdpy_give_up(view);
    int rc = ocd_hexdump_format(first, view->view.buf, (size_t)view->view.len, &lines);
    if (rc == OCD_OK) {
        size_t size = strlen(lines);
        text = PyUnicode_DecodeUTF8(lines, (Py_ssize_t)(size > 0 ? size - 1 : 0), "strict");
        ocd_free(lines);
    } else {
        PyErr_NoMemory();
    }
    Py_DECREF(view);
    return text;
}

static PyMethodDef functions[] = {
    {"connect", ocdpy_connect, METH_O, "connect(options) -> (Session, Op)"},
    {"start", ocdpy_start, METH_O, "start(options) -> (Session, Op)"},
    {"symbols", ocdpy_symbols_open, METH_VARARGS, "symbols(paths, warning or None) -> Symbols"},
    {"hexdump", hexdump_format, METH_VARARGS, "hexdump(addr, data) -> str"},
    {0},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "libocd._libocd",
    .m_doc = "What libocd's Python layer uses; not for direct use.",
    .m_size = -1,
    .m_methods = functions,
};

/* {name: (number, text)}, as the header has them. */
static PyObject *error_codes(void)
{
    PyObject *codes = PyDict_New();

#define ADD(name, number, text)                                                                    \
    {                                                                                              \
        PyObject *code = codes != NULL ? PyLong_FromLong(number) : NULL;                           \
        if (code == NULL || PyDict_SetItemString(codes, #name, code) < 0)                          \
            Py_CLEAR(codes);                                                                       \
        Py_XDECREF(code);                                                                          \
    }
    OCD_ERROR_MAP(ADD)
#undef ADD
    return codes;
}

/* Steals `object`. */
static bool add(PyObject *module, const char *name, PyObject *object)
{
    if (object == NULL)
        return false;
    int rc = PyObject_SetAttrString(module, name, object);
    Py_DECREF(object);
    return rc == 0;
}

PyMODINIT_FUNC PyInit__libocd(void);

PyMODINIT_FUNC PyInit__libocd(void)
{
    PyObject *module = PyModule_Create(&definition);

    if (module == NULL)
        return NULL;
    ocdpy_session_type = ocdpy_session_type_new();
    ocdpy_op_type = ocdpy_op_type_new();
    ocdpy_symbols_type = ocdpy_symbols_type_new();
    ocdpy_sampler_type = ocdpy_sampler_type_new();
    if (ocdpy_session_type != NULL && ocdpy_op_type != NULL && ocdpy_symbols_type != NULL &&
        ocdpy_sampler_type != NULL &&
        PyObject_SetAttrString(module, "Session", (PyObject *)ocdpy_session_type) == 0 &&
        PyObject_SetAttrString(module, "Op", (PyObject *)ocdpy_op_type) == 0 &&
        add(module, "error_codes", error_codes()) &&
        add(module, "version", ocdpy_text_object(ocd_version())) &&
        add(module, "FEATURE_RAW", PyLong_FromLong(OCD_FEATURE_RAW)) &&
        add(module, "FEATURE_STARTED", PyLong_FromLong(OCD_FEATURE_STARTED)))
        return module;
    Py_DECREF(module);
    return NULL;
}
