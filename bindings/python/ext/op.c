// SPDX-License-Identifier: MIT
/* libocd._libocd.Op: an operation under way, its end, and its result. */
#include "ext.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

/* A signal may reach another thread, or this one just before it polls: check this often. */
#define SIGNAL_CHECK_MS 100

PyTypeObject *ocdpy_op_type;

PyObject *ocdpy_none(struct ocdpy_op *self, uint64_t good)
{
    (void)self;
    (void)good;
    Py_INCREF(Py_None);
    return Py_None;
}

struct ocdpy_op *ocdpy_op_new(PyObject *(*result)(struct ocdpy_op *, uint64_t))
{
    struct ocdpy_op *self = (struct ocdpy_op *)PyType_GenericAlloc(ocdpy_op_type, 0);

    if (self != NULL)
        self->result = result;
    return self;
}

bool ocdpy_op_alloc(struct ocdpy_op *self, size_t count, size_t size)
{
    self->count = count;
    self->free_out = free;
    self->out = calloc(count > 0 ? count : 1, size);
    if (self->out == NULL)
        PyErr_NoMemory();
    return self->out != NULL;
}

PyObject *ocdpy_op_start(struct ocdpy_op *self, struct ocdpy_session *session, struct ocd_op *op)
{
    if (op == NULL) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    self->op = op;
    self->session = session;
    Py_INCREF(session);
    self->next = session->pending;
    if (self->next != NULL)
        self->next->prev = self;
    session->pending = self;
    Py_INCREF(self);
    return (PyObject *)self;
}

PyObject *ocdpy_give_up(struct ocdpy_op *self)
{
    Py_XDECREF(self);
    return NULL;
}

static void release_view(struct ocdpy_op *self)
{
    if (self->has_view)
        PyBuffer_Release(&self->view);
    self->has_view = false;
}

/* The library is done with it. The caller holds a reference. */
static void leave(struct ocdpy_op *self)
{
    struct ocdpy_session *session = self->session;

    if (self->prev != NULL)
        self->prev->next = self->next;
    else
        session->pending = self->next;
    if (self->next != NULL)
        self->next->prev = self->prev;
    self->prev = self->next = NULL;
    self->session = NULL;
    release_view(self);
    Py_DECREF(session);
    Py_DECREF(self);
}

static void call_done(struct ocdpy_op *self)
{
    PyObject *done = self->done;

    if (done == NULL)
        return;
    self->done = NULL;
    PyObject *answer = PyObject_CallObject(done, NULL);
    if (answer == NULL)
        PyErr_WriteUnraisable(done);
    Py_XDECREF(answer);
    Py_DECREF(done);
}

void ocdpy_op_done(struct ocd_op *op, int result, void *user)
{
    struct ocdpy_op *self = user;

    (void)op;
    (void)result;
    Py_INCREF(self);
    leave(self);
    call_done(self);
    Py_DECREF(self);
}

void ocdpy_op_drop(struct ocdpy_op *self)
{
    struct ocd_op *op = self->op;

    Py_INCREF(self);
    self->op = NULL;
    ocd_op_free(op);
    if (self->session != NULL) {
        leave(self);
        call_done(self);
    }
    Py_DECREF(self);
}

void ocdpy_op_caught(struct ocdpy_op *self)
{
    PyErr_Fetch(&self->raised[0], &self->raised[1], &self->raised[2]);
}

static PyObject *raise_dropped(struct ocdpy_op *self)
{
    static const struct ocd_error cancelled = {
        .command = "", .message = "", .text = "the operation was cancelled"};

    return self->closed ? ocdpy_raise_closed() : ocdpy_raise(OCD_ERR_CANCELLED, &cancelled, NULL);
}

static PyObject *op_result(PyObject *object, PyObject *unused)
{
    struct ocdpy_op *self = (struct ocdpy_op *)object;

    (void)unused;
    if (self->session != NULL) {
        PyErr_SetString(PyExc_RuntimeError, "the operation is still under way");
        return NULL;
    }
    if (self->raised[0] != NULL) {
        PyErr_Restore(self->raised[0], self->raised[1], self->raised[2]);
        self->raised[0] = self->raised[1] = self->raised[2] = NULL;
        return NULL;
    }
    if (self->op == NULL)
        return raise_dropped(self);

    int rc = ocd_op_result(self->op);
    if (rc == OCD_OK)
        return self->result(self, UINT64_MAX);
    const struct ocd_error *error = ocd_op_error(self->op);
    PyObject *partial = self->result(self, error->done);
    if (partial == NULL)
        PyErr_Clear();
    return ocdpy_raise(rc, error, partial);
}

/* Waits for the session's descriptor or its next deadline. False with an exception when a signal
 * handler has raised one. */
static bool wait_a_little(struct ocdpy_session *session)
{
    struct pollfd p = {.fd = ocd_loop_fd(session->session),
                       .events = ocd_loop_events(session->session)};
    int timeout = ocd_loop_timeout(session->session);

    if (timeout < 0 || timeout > SIGNAL_CHECK_MS)
        timeout = SIGNAL_CHECK_MS;
    PyThreadState *state = PyEval_SaveThread();
    int rc = poll(&p, p.fd >= 0 ? 1 : 0, timeout);
    PyEval_RestoreThread(state);
    if (rc < 0 && errno != EINTR) {
        PyErr_SetFromErrno(PyExc_OSError);
        return false;
    }
    return PyErr_CheckSignals() == 0;
}

/* False with an exception: nothing may wait here. */
static bool may_wait(struct ocdpy_op *self)
{
    struct ocdpy_session *session = self->session;

    if (session->waiting || session->processing) {
        PyErr_SetString(PyExc_RuntimeError, session->processing
                                                ? "not inside a callback of the same session"
                                                : "another thread is waiting in this session");
        return false;
    }
    return true;
}

/* One round of the session's loop, and a wait for the next. */
static PyObject *op_step(PyObject *object, PyObject *unused)
{
    struct ocdpy_op *self = (struct ocdpy_op *)object;
    struct ocdpy_session *session = self->session;

    if (session == NULL)
        return ocdpy_none(NULL, 0);
    if (!may_wait(self))
        return NULL;
    Py_INCREF(session);
    session->waiting = true;
    bool good = wait_a_little(session);
    ocdpy_session_process(session);
    session->waiting = false;
    good = good && !ocdpy_session_raise(session);
    Py_DECREF(session);
    (void)unused;
    return good ? ocdpy_none(NULL, 0) : NULL;
}

static PyObject *op_wait(PyObject *object, PyObject *unused)
{
    struct ocdpy_op *self = (struct ocdpy_op *)object;
    struct ocdpy_session *session = self->session;

    if (session == NULL)
        return op_result(object, unused);
    if (!may_wait(self)) {
        ocdpy_op_drop(self); /* it has only just been created */
        return NULL;
    }

    bool good = true;
    Py_INCREF(session);
    session->waiting = true;
    while (good && self->session != NULL) {
        ocdpy_session_process(session);
        good = !ocdpy_session_raise(session);
        if (good && self->session != NULL)
            good = wait_a_little(session);
    }
    session->waiting = false;
    Py_DECREF(session);
    if (good)
        return op_result(object, unused);
    if (self->session != NULL)
        ocdpy_op_drop(self);
    return NULL;
}

static PyObject *op_cancel(PyObject *object, PyObject *unused)
{
    struct ocdpy_op *self = (struct ocdpy_op *)object;

    (void)unused;
    if (self->session != NULL && self->session->processing) {
        PyErr_SetString(PyExc_RuntimeError, "not inside a callback of the same session");
        return NULL;
    }
    if (self->session != NULL)
        ocdpy_op_drop(self);
    return ocdpy_none(self, 0);
}

static PyObject *op_when_done(PyObject *object, PyObject *callback)
{
    struct ocdpy_op *self = (struct ocdpy_op *)object;

    Py_INCREF(callback);
    Py_XDECREF(self->done);
    self->done = callback;
    if (self->session == NULL)
        call_done(self);
    return ocdpy_none(self, 0);
}

static int op_traverse(PyObject *object, visitproc visit, void *arg)
{
    struct ocdpy_op *self = (struct ocdpy_op *)object;

    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->session);
    Py_VISIT(self->bytes);
    Py_VISIT(self->keep);
    Py_VISIT(self->found);
    if (self->has_view)
        Py_VISIT(self->view.obj);
    Py_VISIT(self->progress);
    Py_VISIT(self->unreadable);
    Py_VISIT(self->done);
    for (int i = 0; i < 3; i++)
        Py_VISIT(self->raised[i]);
    return 0;
}

static int op_clear(PyObject *object)
{
    struct ocdpy_op *self = (struct ocdpy_op *)object;

    Py_CLEAR(self->done);
    if (self->op != NULL)
        ocdpy_op_drop(self);
    release_view(self);
    Py_CLEAR(self->bytes);
    Py_CLEAR(self->keep);
    Py_CLEAR(self->found);
    Py_CLEAR(self->progress);
    Py_CLEAR(self->unreadable);
    for (int i = 0; i < 3; i++)
        Py_CLEAR(self->raised[i]);
    return 0;
}

static void op_dealloc(PyObject *object)
{
    struct ocdpy_op *self = (struct ocdpy_op *)object;
    PyTypeObject *type = Py_TYPE(object);

    PyObject_GC_UnTrack(object);
    if (self->op != NULL)
        ocd_op_free(self->op); /* it has ended: else the session would hold a reference */
    self->op = NULL;
    op_clear(object);
    if (self->free_out != NULL)
        self->free_out(self->out);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static PyObject *no_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    (void)args;
    (void)keywords;
    PyErr_Format(PyExc_TypeError, "%R objects are made by a session", type);
    return NULL;
}

static PyMethodDef methods[] = {
    {"wait", op_wait, METH_NOARGS, "Block until it has ended; return its result."},
    {"step", op_step, METH_NOARGS, "Wait for something to happen, whatever it is."},
    {"result", op_result, METH_NOARGS, "Its result, or its error, when it has ended."},
    {"cancel", op_cancel, METH_NOARGS, "End it now; one that has ended stays as it is."},
    {"when_done", op_when_done, METH_O, "Have a function called at its end."},
    {0},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "An operation under way."},
    {Py_tp_new, no_new},
    {Py_tp_methods, methods},
    {Py_tp_traverse, op_traverse},
    {Py_tp_clear, op_clear},
    {Py_tp_dealloc, op_dealloc},
    {0},
};

static PyType_Spec spec = {
    .name = "libocd._libocd.Op",
    .basicsize = sizeof(struct ocdpy_op),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = slots,
};

PyTypeObject *ocdpy_op_type_new(void)
{
    return (PyTypeObject *)PyType_FromSpec(&spec);
}
