// SPDX-License-Identifier: MIT
/* libocd._libocd.Session: a session of the library. */
#include "ext.h"

PyTypeObject *ocdpy_session_type;

struct ocdpy_session *ocdpy_session(PyObject *object)
{
    struct ocdpy_session *self = (struct ocdpy_session *)object;

    if (self->session != NULL)
        return self;
    ocdpy_raise_closed();
    return NULL;
}

void ocdpy_session_process(struct ocdpy_session *self)
{
    if (self->session == NULL || self->processing)
        return; /* what is new is found by the turn under way */
    Py_INCREF(self);
    self->processing = true;
    ocd_loop_dispatch(self->session);
    self->processing = false;
    Py_DECREF(self);
}

/* Only one can be raised: the first. A callback that fails may do this many times in a turn. */
void ocdpy_session_caught(struct ocdpy_session *self)
{
    if (self->raised[0] != NULL)
        PyErr_Clear();
    else
        PyErr_Fetch(&self->raised[0], &self->raised[1], &self->raised[2]);
}

bool ocdpy_session_raise(struct ocdpy_session *self)
{
    if (self->raised[0] == NULL)
        return false;
    PyErr_Restore(self->raised[0], self->raised[1], self->raised[2]);
    self->raised[0] = self->raised[1] = self->raised[2] = NULL;
    return true;
}

static PyObject *process(PyObject *object, PyObject *unused)
{
    struct ocdpy_session *self = (struct ocdpy_session *)object;

    (void)unused;
    ocdpy_session_process(self);
    return ocdpy_session_raise(self) ? NULL : ocdpy_none(NULL, 0);
}

static PyObject *wants(PyObject *object, PyObject *unused)
{
    struct ocd_session *session = ((struct ocdpy_session *)object)->session;

    (void)unused;
    if (session == NULL)
        return Py_BuildValue("iii", -1, 0, -1);
    return Py_BuildValue("iii", ocd_loop_fd(session), (int)ocd_loop_events(session),
                         ocd_loop_timeout(session));
}

/* Nothing of the session may be under way in the library. */
static void end(struct ocdpy_session *self)
{
    struct ocd_session *session = self->session;

    self->session = NULL;
    while (self->pending != NULL) {
        self->pending->closed = true;
        ocdpy_op_drop(self->pending);
    }
    if (session == NULL)
        return;
    /* An OpenOCD of its own takes some time to end. */
    PyThreadState *state = PyEval_SaveThread();
    ocd_close(session);
    PyEval_RestoreThread(state);
}

static PyObject *session_close(PyObject *object, PyObject *unused)
{
    struct ocdpy_session *self = (struct ocdpy_session *)object;

    (void)unused;
    if (self->processing || self->waiting) {
        PyErr_SetString(PyExc_RuntimeError, self->processing
                                                ? "not inside a callback of the same session"
                                                : "another thread is waiting in this session");
        return NULL;
    }
    end(self);
    Py_CLEAR(self->event); /* it may have a reference to the session */
    return ocdpy_none(NULL, 0);
}

static PyObject *get_closed(PyObject *self, void *unused)
{
    (void)unused;
    return PyBool_FromLong(((struct ocdpy_session *)self)->session == NULL);
}

static PyObject *get_version(PyObject *self, void *unused)
{
    (void)unused;
    return ocdpy_text_object(ocd_server_version(((struct ocdpy_session *)self)->session));
}

static PyObject *get_text_reason(PyObject *self, void *unused)
{
    (void)unused;
    return ocdpy_text_object(ocd_text_reason(((struct ocdpy_session *)self)->session));
}

static PyObject *get_features(PyObject *self, void *unused)
{
    (void)unused;
    return PyLong_FromUnsignedLong(ocd_features(((struct ocdpy_session *)self)->session));
}

static PyObject *get_port(PyObject *self, void *unused)
{
    (void)unused;
    return PyLong_FromLong(ocd_port(((struct ocdpy_session *)self)->session));
}

static int traverse(PyObject *object, visitproc visit, void *arg)
{
    struct ocdpy_session *self = (struct ocdpy_session *)object;

    Py_VISIT(Py_TYPE(object));
    for (struct ocdpy_op *op = self->pending; op != NULL; op = op->next)
        Py_VISIT(op);
    Py_VISIT(self->trace);
    Py_VISIT(self->connection);
    Py_VISIT(self->event);
    for (int i = 0; i < 3; i++)
        Py_VISIT(self->raised[i]);
    return 0;
}

static int clear(PyObject *object)
{
    struct ocdpy_session *self = (struct ocdpy_session *)object;

    end(self);
    Py_CLEAR(self->trace);
    Py_CLEAR(self->connection);
    Py_CLEAR(self->event);
    for (int i = 0; i < 3; i++)
        Py_CLEAR(self->raised[i]);
    return 0;
}

/* One that was forgotten. */
static void end_unclosed(struct ocdpy_session *self)
{
    PyObject *type, *value, *traceback;

    PyErr_Fetch(&type, &value, &traceback);
    if (self->session != NULL &&
        PyErr_WarnEx(PyExc_ResourceWarning, "a libocd session was not closed", 1) < 0)
        PyErr_WriteUnraisable(NULL);
    end(self);
    PyErr_Restore(type, value, traceback);
}

static void finalize(PyObject *object)
{
    end_unclosed((struct ocdpy_session *)object);
}

static void dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);

    PyObject_GC_UnTrack(object);
    end_unclosed((struct ocdpy_session *)object);
    clear(object);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static PyObject *no_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    (void)args;
    (void)keywords;
    PyErr_Format(PyExc_TypeError, "%R objects are made by connect() and start()", type);
    return NULL;
}

static PyMethodDef methods[] = {
    {"process", process, METH_NOARGS, "Do what can be done without waiting."},
    {"wants", wants, METH_NOARGS, "(descriptor, poll events, timeout in ms), as poll() has them."},
    {"close", session_close, METH_NOARGS, "End it, and what is under way in it."},
    {"read", ocdpy_read, METH_VARARGS, "read(width, addr, count, call)"},
    {"write", ocdpy_write, METH_VARARGS, "write(width, addr, values, call)"},
    {"read_bytes", ocdpy_read_bytes, METH_VARARGS, "read_bytes(addr, size, call)"},
    {"read_into", ocdpy_read_into, METH_VARARGS, "read_into(addr, buffer, width, call)"},
    {"write_bytes", ocdpy_write_bytes, METH_VARARGS, "write_bytes(addr, data, call)"},
    {"read_many", ocdpy_read_many, METH_VARARGS, "read_many(items, merge_gap, call)"},
    {"fill", ocdpy_fill, METH_VARARGS, "fill(addr, size, pattern, call)"},
    {"hexdump", ocdpy_hexdump, METH_VARARGS, "hexdump(addr, size, call)"},
    {"search", ocdpy_search, METH_VARARGS, "search(pattern, start, end, call)"},
    {"dump", ocdpy_dump, METH_VARARGS, "dump(addr, size, path, call)"},
    {"command", ocdpy_command, METH_VARARGS, "command(tcl, call)"},
    {"targets", ocdpy_targets, METH_VARARGS, "targets(call)"},
    {"select", ocdpy_select, METH_VARARGS, "select(name, call)"},
    {"state", ocdpy_state, METH_VARARGS, "state(call)"},
    {"halt", ocdpy_halt, METH_VARARGS, "halt(call)"},
    {"resume", ocdpy_resume, METH_VARARGS, "resume(addr or None, call)"},
    {"step", ocdpy_step, METH_VARARGS, "step(addr or None, call)"},
    {"reset", ocdpy_reset, METH_VARARGS, "reset(mode, call)"},
    {"wait_state", ocdpy_wait_state, METH_VARARGS, "wait_state(state, call)"},
    {"breakpoints", ocdpy_breakpoints, METH_VARARGS, "breakpoints(call)"},
    {"set_breakpoint", ocdpy_set_breakpoint, METH_VARARGS,
     "set_breakpoint(addr, length, hw, call)"},
    {"remove_breakpoint", ocdpy_remove_breakpoint, METH_VARARGS,
     "remove_breakpoint(addr or None, call)"},
    {"watchpoints", ocdpy_watchpoints, METH_VARARGS, "watchpoints(call)"},
    {"set_watchpoint", ocdpy_set_watchpoint, METH_VARARGS,
     "set_watchpoint(addr, length, access, value or None, ignore, call)"},
    {"remove_watchpoint", ocdpy_remove_watchpoint, METH_VARARGS,
     "remove_watchpoint(addr or None, call)"},
    {"subscribe_events", ocdpy_subscribe_events, METH_VARARGS,
     "subscribe_events(callback or None, call)"},
    {"wait_event", ocdpy_wait_event, METH_VARARGS, "wait_event(name, call)"},
    {"wait_value", ocdpy_wait_value, METH_VARARGS,
     "wait_value(addr, value, width, mask or None, call)"},
    {"restart", ocdpy_restart, METH_VARARGS, "restart(call)"},
    {"modify", ocdpy_modify, METH_VARARGS, "modify(addr, width, clear, set, call)"},
    {"write_many", ocdpy_write_many, METH_VARARGS, "write_many(items, call)"},
    {"erase", ocdpy_erase, METH_VARARGS, "erase(addr, size, all, whole_sectors, call)"},
    {"load", ocdpy_load, METH_VARARGS, "load(path, (where, keep, rewrite), file options, call)"},
    {"load_data", ocdpy_load_data, METH_VARARGS,
     "load_data(data, (where, keep, rewrite), file options, call)"},
    {"verify", ocdpy_verify, METH_VARARGS, "verify(path, file options, ignore, call)"},
    {"dump_ranges", ocdpy_dump_ranges, METH_VARARGS,
     "dump_ranges(ranges, path, format or None, call)"},
    {"copy", ocdpy_copy, METH_VARARGS, "copy(from, to, size, call)"},
    {"registers", ocdpy_registers, METH_VARARGS, "registers(call)"},
    {"read_registers", ocdpy_read_registers, METH_VARARGS, "read_registers(names or None, call)"},
    {"write_register", ocdpy_write_register, METH_VARARGS, "write_register(name, value, call)"},
    {"read_value", ocdpy_read_value, METH_VARARGS, "read_value(symbols, expression, call)"},
    {"print", ocdpy_print, METH_VARARGS,
     "print(symbols, expression, limit or None, format, follow, call)"},
    {"write_value", ocdpy_write_value, METH_VARARGS,
     "write_value(symbols, expression, text, call)"},
    {"sampler", ocdpy_sampler, METH_VARARGS,
     "sampler(symbols or None, rate, flags, frames, ram, frame, gap)"},
    {0},
};

static PyGetSetDef members[] = {
    {"closed", get_closed, NULL, "Whether it has been closed.", NULL},
    {"version", get_version, NULL, "OpenOCD's version line.", NULL},
    {"text_reason", get_text_reason, NULL, "Why bulk data move as text.", NULL},
    {"features", get_features, NULL, "Bits of enum ocd_feature.", NULL},
    {"port", get_port, NULL, "OpenOCD's Tcl port.", NULL},
    {0},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "A connection to one OpenOCD."},
    {Py_tp_new, no_new},
    {Py_tp_methods, methods},
    {Py_tp_getset, members},
    {Py_tp_traverse, traverse},
    {Py_tp_clear, clear},
    {Py_tp_finalize, finalize},
    {Py_tp_dealloc, dealloc},
    {0},
};

static PyType_Spec spec = {
    .name = "libocd._libocd.Session",
    .basicsize = sizeof(struct ocdpy_session),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = slots,
};

PyTypeObject *ocdpy_session_type_new(void)
{
    return (PyTypeObject *)PyType_FromSpec(&spec);
}
