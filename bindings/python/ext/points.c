// SPDX-License-Identifier: MIT
/* Breakpoints, watchpoints and events. Each function answers an Op. */
#include "ext.h"

#define CALL (OCDPY_TARGET | OCDPY_TIME)

static const char *const breakpoint_kinds[] = {
    [OCD_BREAKPOINT_SOFT] = "soft",
    [OCD_BREAKPOINT_HARD] = "hard",
    [OCD_BREAKPOINT_CONTEXT] = "context",
    [OCD_BREAKPOINT_HYBRID] = "hybrid",
};

/* (addr, length, kind, number, asid) of each. */
static PyObject *breakpoints_result(struct ocdpy_op *self, uint64_t good)
{
    const struct ocd_breakpoint *b = self->breakpoints;

    if (good != UINT64_MAX)
        return ocdpy_none(self, good);
    PyObject *list = PyList_New((Py_ssize_t)self->count);
    for (size_t i = 0; list != NULL && i < self->count; i++, b++) {
        PyObject *one = Py_BuildValue("(KIsII)", (unsigned long long)b->addr, b->length,
                                      breakpoint_kinds[b->kind], b->number, b->asid);
        if (one == NULL || PyList_SetItem(list, (Py_ssize_t)i, one) < 0)
            Py_CLEAR(list);
    }
    return list;
}

PyObject *ocdpy_breakpoints(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *given;
    struct ocd_call call;

    if (session == NULL || !PyArg_ParseTuple(args, "O", &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(breakpoints_result);
    if (op == NULL || !ocdpy_call(op, given, CALL, &call))
        return ocdpy_give_up(op);
    op->free_out = ocd_free;
    return ocdpy_op_start(
        op, session, ocd_breakpoints_async(session->session, &op->breakpoints, &op->count, &call));
}

PyObject *ocdpy_set_breakpoint(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *addr_object, *size, *hw, *given;
    struct ocd_call call;
    uint64_t addr, length;
    bool hard;

    if (session == NULL || !PyArg_ParseTuple(args, "OOOO", &addr_object, &size, &hw, &given) ||
        !ocdpy_number(addr_object, "addr", UINT64_MAX, &addr) ||
        !ocdpy_number(size, "length", UINT32_MAX, &length) || !ocdpy_truth(hw, &hard))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(ocdpy_none);
    if (op == NULL || !ocdpy_call(op, given, CALL, &call))
        return ocdpy_give_up(op);
    enum ocd_breakpoint_kind kind = hard ? OCD_BREAKPOINT_HARD : OCD_BREAKPOINT_SOFT;
    return ocdpy_op_start(
        op, session,
        ocd_set_breakpoint_async(session->session, addr, (uint32_t)length, kind, &call));
}

PyObject *ocdpy_remove_breakpoint(PyObject *object, PyObject *args)
{
    return ocdpy_maybe_at(object, args, "addr", ocd_remove_breakpoints_async,
                          ocd_remove_breakpoint_async);
}

PyObject *ocdpy_remove_watchpoint(PyObject *object, PyObject *args)
{
    return ocdpy_maybe_at(object, args, "addr", ocd_remove_watchpoints_async,
                          ocd_remove_watchpoint_async);
}

static const char *const accesses[] = {[OCD_WATCHPOINT_READ] = "read",
                                       [OCD_WATCHPOINT_WRITE] = "write",
                                       [OCD_WATCHPOINT_ACCESS] = "access"};

static PyObject *value_of(const struct ocd_watchpoint *w)
{
    return w->match_value ? PyLong_FromUnsignedLongLong(w->value) : ocdpy_none(NULL, 0);
}

/* (addr, length, access, value or None, ignored bits) of each. */
static PyObject *watchpoints_result(struct ocdpy_op *self, uint64_t good)
{
    const struct ocd_watchpoint *w = self->watchpoints;

    if (good != UINT64_MAX)
        return ocdpy_none(self, good);
    PyObject *list = PyList_New((Py_ssize_t)self->count);
    for (size_t i = 0; list != NULL && i < self->count; i++, w++) {
        PyObject *one =
            Py_BuildValue("(KIsNK)", (unsigned long long)w->addr, w->length, accesses[w->access],
                          value_of(w), (unsigned long long)w->ignore);
        if (one == NULL || PyList_SetItem(list, (Py_ssize_t)i, one) < 0)
            Py_CLEAR(list);
    }
    return list;
}

PyObject *ocdpy_watchpoints(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *given;
    struct ocd_call call;

    if (session == NULL || !PyArg_ParseTuple(args, "O", &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(watchpoints_result);
    if (op == NULL || !ocdpy_call(op, given, CALL, &call))
        return ocdpy_give_up(op);
    op->free_out = ocd_free;
    return ocdpy_op_start(
        op, session, ocd_watchpoints_async(session->session, &op->watchpoints, &op->count, &call));
}

PyObject *ocdpy_set_watchpoint(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *addr, *size, *access, *value, *ignore, *given;
    struct ocd_call call;
    struct ocd_watchpoint w = {0};
    uint64_t length;

    if (session == NULL ||
        !PyArg_ParseTuple(args, "OOOOOO", &addr, &size, &access, &value, &ignore, &given) ||
        !ocdpy_number(addr, "addr", UINT64_MAX, &w.addr) ||
        !ocdpy_number(size, "length", UINT32_MAX, &length) ||
        (value != Py_None && !ocdpy_number(value, "value", UINT64_MAX, &w.value)) ||
        !ocdpy_number(ignore, "ignore", UINT64_MAX, &w.ignore))
        return NULL;
    int word = ocdpy_word(access, "access", &accesses[1], 3);
    struct ocdpy_op *op = word >= 0 ? ocdpy_op_new(ocdpy_none) : NULL;
    if (op == NULL || !ocdpy_call(op, given, CALL, &call))
        return ocdpy_give_up(op);
    w.length = (uint32_t)length;
    w.access = (enum ocd_watchpoint_access)(word + 1);
    w.match_value = value != Py_None;
    return ocdpy_op_start(op, session, ocd_set_watchpoint_async(session->session, &w, &call));
}

/* The callback of the session is called with (kind, name, text). */
static void on_event(const struct ocd_event *event, void *user)
{
    static const char *const kinds[] = {
        [OCD_EVENT_TARGET] = "target",
        [OCD_EVENT_STATE] = "state",
        [OCD_EVENT_RESET] = "reset",
        [OCD_EVENT_OTHER] = "other",
    };
    struct ocdpy_session *self = user;

    if (self->event == NULL)
        return;
    PyObject *callback = self->event; /* it may replace itself */
    Py_INCREF(callback);
    PyObject *args = Py_BuildValue("(sNN)", kinds[event->kind], ocdpy_text_object(event->name),
                                   ocdpy_text_object(event->text));
    PyObject *answer = args != NULL ? PyObject_CallObject(callback, args) : NULL;
    if (answer == NULL)
        ocdpy_session_caught(self);
    Py_XDECREF(answer);
    Py_XDECREF(args);
    Py_DECREF(callback);
}

/* The callback is in place from now on; None ends the watch. */
PyObject *ocdpy_subscribe_events(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *callback, *given;
    struct ocd_call call;

    if (session == NULL || !PyArg_ParseTuple(args, "OO", &callback, &given))
        return NULL;
    if (callback != Py_None && !PyCallable_Check(callback)) {
        ocdpy_type_error("callback", "callable", callback);
        return NULL;
    }
    struct ocdpy_op *op = ocdpy_op_new(ocdpy_none);
    if (op == NULL || !ocdpy_call(op, given, OCDPY_TIME, &call))
        return ocdpy_give_up(op);
    PyObject *before = session->event;
    Py_INCREF(callback);
    session->event = callback != Py_None ? callback : NULL;
    if (callback == Py_None)
        Py_DECREF(callback);
    Py_XDECREF(before);
    return ocdpy_op_start(op, session,
                          ocd_subscribe_events_async(session->session,
                                                     callback != Py_None ? on_event : NULL, session,
                                                     &call));
}

PyObject *ocdpy_wait_event(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *name, *given;
    struct ocd_call call;
    const char *text;

    if (session == NULL || !PyArg_ParseTuple(args, "OO", &name, &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(ocdpy_none);
    if (op == NULL || !ocdpy_call(op, given, OCDPY_TIME, &call) ||
        !ocdpy_text(name, "name", &op->keep, &text))
        return ocdpy_give_up(op);
    return ocdpy_op_start(op, session, ocd_wait_event_async(session->session, text, &call));
}
