// SPDX-License-Identifier: MIT
/* Python.h, and the buffer protocol where the limited API of before 3.11 leaves it out.
 *
 * One binary serves CPython 3.9 and all later versions. PyObject_GetBuffer and Py_buffer are in the
 * stable ABI only since 3.11, but what 3.11 has promised for ever is what 3.9 and 3.10 have: both
 * export the two functions, and their Py_buffer (object.h of either) has these members in this
 * order. Those two versions do not change any more. */
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#if defined(Py_LIMITED_API) && Py_LIMITED_API + 0 < 0x030b0000
typedef struct {
    void *buf;
    PyObject *obj;
    Py_ssize_t len; /* bytes */
    Py_ssize_t itemsize;
    int readonly;
    int ndim;
    char *format;
    Py_ssize_t *shape;
    Py_ssize_t *strides;
    Py_ssize_t *suboffsets;
    void *internal;
} Py_buffer;

PyAPI_FUNC(int) PyObject_GetBuffer(PyObject *object, Py_buffer *view, int flags);
PyAPI_FUNC(void) PyBuffer_Release(Py_buffer *view);

#define PyBUF_SIMPLE       0
#define PyBUF_WRITABLE     0x0001
#define PyBUF_FORMAT       0x0004
#define PyBUF_ND           0x0008
#define PyBUF_STRIDES      (0x0010 | PyBUF_ND)
#define PyBUF_C_CONTIGUOUS (0x0020 | PyBUF_STRIDES)
#endif
