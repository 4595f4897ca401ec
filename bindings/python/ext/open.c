// SPDX-License-Identifier: MIT
/* Opening sessions: connect() and start() of the module. */
#include "ext.h"

#include <stdlib.h>

struct opening {
    struct ocd_options options;
    PyObject *keep; /* what the strings of `options` belong to */
    PyObject *trace;
    PyObject *connection;
    struct ocd_range *writable;
    const char **args;
};

static void on_trace(char direction, const char *text, size_t size, void *user)
{
    struct ocdpy_session *self = user;

    if (self->trace == NULL)
        return;
    PyObject *answer = PyObject_CallFunction(self->trace, "s#y#", &direction, (Py_ssize_t)1, text,
                                             (Py_ssize_t)size);
    if (answer == NULL)
        ocdpy_session_caught(self);
    Py_XDECREF(answer);
}

static void on_connection(bool connected, const struct ocd_error *error, void *user)
{
    struct ocdpy_session *self = user;
    PyObject *reason = connected ? NULL : ocdpy_exception(error);

    if (!connected && reason == NULL) {
        ocdpy_session_caught(self);
        return;
    }
    PyObject *answer = PyObject_CallFunction(self->connection, "OO", connected ? Py_True : Py_False,
                                             reason != NULL ? reason : Py_None);
    if (answer == NULL)
        ocdpy_session_caught(self);
    Py_XDECREF(answer);
    Py_XDECREF(reason);
}

static bool set_host(struct opening *o, PyObject *value)
{
    return ocdpy_text(value, "host", &o->keep, &o->options.host);
}

static bool set_port(struct opening *o, PyObject *value)
{
    uint64_t port;

    if (!ocdpy_number(value, "port", UINT16_MAX, &port))
        return false;
    if (port == 0)
        PyErr_SetString(PyExc_ValueError, "port must be from 0x1 to 0xFFFF, not 0x0");
    o->options.port = (uint16_t)port;
    return port != 0;
}

static bool set_timeout(struct opening *o, PyObject *value)
{
    return ocdpy_seconds(value, "timeout", &o->options.timeout_ms);
}

static bool set_deadline(struct opening *o, PyObject *value)
{
    return ocdpy_seconds(value, "deadline", &o->options.deadline_ms);
}

static bool set_target(struct opening *o, PyObject *value)
{
    return value == Py_None || ocdpy_text(value, "target", &o->keep, &o->options.target);
}

static bool set_phys(struct opening *o, PyObject *value)
{
    return ocdpy_truth(value, &o->options.phys);
}

static bool set_reconnect(struct opening *o, PyObject *value)
{
    return ocdpy_truth(value, &o->options.reconnect);
}

static bool set_wait_server(struct opening *o, PyObject *value)
{
    return ocdpy_truth(value, &o->options.wait_server);
}

static bool set_read_only(struct opening *o, PyObject *value)
{
    return ocdpy_truth(value, &o->options.read_only);
}

static bool set_writable(struct opening *o, PyObject *value)
{
    if (value == Py_None)
        return true;
    o->writable = ocdpy_ranges(value, "writable", &o->options.writable_count);
    o->options.writable = o->writable;
    /* An empty list allows no writes: for that the library has another option. */
    o->options.read_only = o->options.read_only || o->options.writable_count == 0;
    return o->writable != NULL;
}

static bool take_callable(PyObject **slot, const char *name, PyObject *value)
{
    if (value == Py_None)
        return true;
    if (!PyCallable_Check(value)) {
        ocdpy_type_error(name, "callable", value);
        return false;
    }
    *slot = value;
    return true;
}

static bool set_trace(struct opening *o, PyObject *value)
{
    return take_callable(&o->trace, "trace", value);
}

static bool set_on_connection(struct opening *o, PyObject *value)
{
    return take_callable(&o->connection, "on_connection", value);
}

static bool set_openocd(struct opening *o, PyObject *value)
{
    return value == Py_None || ocdpy_path(value, "openocd_bin", &o->keep, &o->options.openocd);
}

static bool set_config(struct opening *o, PyObject *value)
{
    return value == Py_None || ocdpy_text(value, "config", &o->keep, &o->options.config);
}

static bool set_args(struct opening *o, PyObject *list)
{
    size_t count = (size_t)PyList_Size(list);

    o->args = calloc(count + 1, sizeof(*o->args));
    if (o->args == NULL) {
        PyErr_NoMemory();
        return false;
    }
    o->options.args = o->args;
    for (size_t i = 0; i < count; i++)
        if (!ocdpy_path(PyList_GetItem(list, (Py_ssize_t)i), "each argument of OpenOCD", &o->keep,
                        &o->args[i]))
            return false;
    return true;
}

static const struct option {
    const char *name;
    bool (*set)(struct opening *o, PyObject *value);
} options[] = {
    {"host", set_host},
    {"port", set_port},
    {"timeout", set_timeout},
    {"deadline", set_deadline},
    {"target", set_target},
    {"phys", set_phys},
    {"reconnect", set_reconnect},
    {"wait_server", set_wait_server},
    {"on_connection", set_on_connection},
    {"read_only", set_read_only},
    {"writable", set_writable},
    {"trace", set_trace},
    {"openocd", set_openocd},
    {"config", set_config},
    {"args", set_args},
};

static bool set_option(struct opening *o, PyObject *name, PyObject *value)
{
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
        if (PyUnicode_CompareWithASCIIString(name, options[i].name) == 0)
            return options[i].set(o, value);
    PyErr_Format(PyExc_TypeError, "unexpected keyword argument '%U'", name);
    return false;
}

typedef struct ocd_op *(*open_fn)(struct ocd_session **session, const struct ocd_options *options,
                                  const struct ocd_call *call);

/* (session, operation that opens it) */
static PyObject *begin(const struct opening *o, open_fn open)
{
    struct ocdpy_session *self = (struct ocdpy_session *)PyType_GenericAlloc(ocdpy_session_type, 0);
    struct ocdpy_op *op = self != NULL ? ocdpy_op_new(ocdpy_none) : NULL;
    if (op == NULL) {
        Py_XDECREF(self);
        return NULL;
    }
    Py_XINCREF(o->trace);
    self->trace = o->trace;
    Py_XINCREF(o->connection);
    self->connection = o->connection;
    struct ocd_options with_callbacks = o->options;
    with_callbacks.trace = o->trace != NULL ? on_trace : NULL;
    with_callbacks.trace_user = self;
    with_callbacks.connection = o->connection != NULL ? on_connection : NULL;
    with_callbacks.connection_user = self;
    struct ocd_call call = {.done = ocdpy_op_done, .user = op};
    PyObject *started = ocdpy_op_start(op, self, open(&self->session, &with_callbacks, &call));
    if (started == NULL) {
        Py_DECREF(self);
        return NULL;
    }
    return Py_BuildValue("(NN)", self, started);
}

static PyObject *open_with(PyObject *given, open_fn open)
{
    struct opening o = {0};
    PyObject *name, *value, *answer = NULL;
    Py_ssize_t position = 0;
    bool good = true;

    while (good && PyDict_Next(given, &position, &name, &value))
        good = set_option(&o, name, value);
    if (good)
        answer = begin(&o, open);
    Py_XDECREF(o.keep);
    free(o.writable);
    free(o.args);
    return answer;
}

PyObject *ocdpy_connect(PyObject *module, PyObject *given)
{
    (void)module;
    return open_with(given, ocd_connect_async);
}

PyObject *ocdpy_start(PyObject *module, PyObject *given)
{
    (void)module;
    return open_with(given, ocd_start_async);
}
