// SPDX-License-Identifier: MIT
/* The keyword arguments that settle how one call is made. */
#include "ext.h"

#include <string.h>

struct keyword {
    const char *name;
    unsigned group; /* of enum ocdpy_keyword: with which calls it can be given */
    bool (*set)(struct ocdpy_op *op, struct ocd_call *call, PyObject *value);
};

static bool set_target(struct ocdpy_op *op, struct ocd_call *call, PyObject *value)
{
    return value == Py_None || ocdpy_text(value, "target", &op->keep, &call->target);
}

static bool set_phys(struct ocdpy_op *op, struct ocd_call *call, PyObject *value)
{
    bool phys;

    (void)op;
    if (value == Py_None)
        return true;
    if (!ocdpy_truth(value, &phys))
        return false;
    call->space = phys ? OCD_SPACE_PHYSICAL : OCD_SPACE_VIRTUAL;
    return true;
}

static bool set_timeout(struct ocdpy_op *op, struct ocd_call *call, PyObject *value)
{
    (void)op;
    return ocdpy_seconds(value, "timeout", &call->timeout_ms);
}

static bool set_deadline(struct ocdpy_op *op, struct ocd_call *call, PyObject *value)
{
    (void)op;
    return ocdpy_seconds(value, "deadline", &call->deadline_ms);
}

static bool set_flag(struct ocd_call *call, enum ocd_call_flag flag, PyObject *value, bool when)
{
    bool truth;

    if (!ocdpy_truth(value, &truth))
        return false;
    if (truth == when)
        call->flags |= (unsigned)flag;
    return true;
}

static bool set_skip_unreadable(struct ocdpy_op *op, struct ocd_call *call, PyObject *value)
{
    (void)op;
    return set_flag(call, OCD_READ_SKIP_UNREADABLE, value, true);
}

static bool set_verify(struct ocdpy_op *op, struct ocd_call *call, PyObject *value)
{
    (void)op;
    return set_flag(call, OCD_WRITE_VERIFY, value, true);
}

static bool set_resume(struct ocdpy_op *op, struct ocd_call *call, PyObject *value)
{
    (void)op;
    return set_flag(call, OCD_DUMP_RESUME, value, true);
}

static bool set_dry_run(struct ocdpy_op *op, struct ocd_call *call, PyObject *value)
{
    (void)op;
    return set_flag(call, OCD_WRITE_DRY_RUN, value, true);
}

static bool set_force(struct ocdpy_op *op, struct ocd_call *call, PyObject *value)
{
    (void)op;
    return set_flag(call, OCD_READ_REGISTERS_FORCE, value, true);
}

static bool set_fast(struct ocdpy_op *op, struct ocd_call *call, PyObject *value)
{
    (void)op;
    return set_flag(call, OCD_VERIFY_FAST, value, true);
}

static bool set_fill(struct ocdpy_op *op, struct ocd_call *call, PyObject *value)
{
    uint64_t byte;

    (void)op;
    if (!ocdpy_number(value, "fill", UINT8_MAX, &byte))
        return false;
    call->fill = (uint8_t)byte;
    return true;
}

static bool take_callable(PyObject **slot, PyObject *value, const char *name)
{
    if (value == Py_None)
        return true;
    if (!PyCallable_Check(value)) {
        ocdpy_type_error(name, "callable", value);
        return false;
    }
    Py_INCREF(value);
    *slot = value;
    return true;
}

static bool call_back(struct ocdpy_op *op, PyObject *callback, uint64_t first, uint64_t second)
{
    PyObject *answer = PyObject_CallFunction(callback, "KK", (unsigned long long)first,
                                             (unsigned long long)second);
    if (answer == NULL)
        ocdpy_op_caught(op);
    Py_XDECREF(answer);
    return answer != NULL;
}

static int on_progress(uint64_t done, uint64_t total, void *user)
{
    struct ocdpy_op *op = user;

    if (op->raised[0] != NULL)
        return 1; /* by `unreadable`, which cannot end the call itself */
    return op->progress == NULL || call_back(op, op->progress, done, total) ? 0 : 1;
}

static void on_unreadable(uint64_t addr, uint64_t size, void *user)
{
    struct ocdpy_op *op = user;

    if (op->raised[0] == NULL)
        call_back(op, op->unreadable, addr, size);
}

static bool set_progress(struct ocdpy_op *op, struct ocd_call *call, PyObject *value)
{
    if (!take_callable(&op->progress, value, "progress"))
        return false;
    if (op->progress != NULL)
        call->progress = on_progress;
    return true;
}

static bool set_unreadable(struct ocdpy_op *op, struct ocd_call *call, PyObject *value)
{
    if (!take_callable(&op->unreadable, value, "unreadable"))
        return false;
    if (op->unreadable != NULL) {
        call->unreadable = on_unreadable;
        call->progress = on_progress;
    }
    return true;
}

static const struct keyword keywords[] = {
    {"target", OCDPY_TARGET, set_target},   {"phys", OCDPY_PHYS, set_phys},
    {"timeout", OCDPY_TIME, set_timeout},   {"deadline", OCDPY_TIME, set_deadline},
    {"progress", OCDPY_BULK, set_progress}, {"skip_unreadable", OCDPY_SKIP, set_skip_unreadable},
    {"fill", OCDPY_SKIP, set_fill},         {"unreadable", OCDPY_SKIP, set_unreadable},
    {"verify", OCDPY_VERIFY, set_verify},   {"resume", OCDPY_RESUME, set_resume},
    {"dry_run", OCDPY_DRY, set_dry_run},    {"force", OCDPY_FORCE, set_force},
    {"fast", OCDPY_FAST, set_fast},
};

static const struct keyword *find(PyObject *name, unsigned allowed)
{
    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
        if (PyUnicode_CompareWithASCIIString(name, keywords[i].name) == 0)
            return keywords[i].group & allowed ? &keywords[i] : NULL;
    return NULL;
}

bool ocdpy_call(struct ocdpy_op *op, PyObject *given, unsigned allowed, struct ocd_call *call)
{
    PyObject *name, *value;
    Py_ssize_t position = 0;

    memset(call, 0, sizeof(*call));
    call->done = ocdpy_op_done;
    call->user = op;
    while (PyDict_Next(given, &position, &name, &value)) {
        const struct keyword *keyword = find(name, allowed);
        if (keyword == NULL) {
            PyErr_Format(PyExc_TypeError, "unexpected keyword argument '%U'", name);
            return false;
        }
        if (!keyword->set(op, call, value))
            return false;
    }
    return true;
}
