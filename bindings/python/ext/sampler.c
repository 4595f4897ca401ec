// SPDX-License-Identifier: MIT
/* libocd._libocd.Sampler: values read again and again. */
#include "ext.h"

#include <stdlib.h>

PyTypeObject *ocdpy_sampler_type;

struct sampler {
    PyObject_HEAD struct ocd_sampler *sampler;
    struct ocdpy_session *session;
    struct ocdpy_symbols *symbols; /* or NULL */
    struct ocdpy_op *run;          /* under way; not held */
    PyObject *frame, *gap;         /* called with each */
};

/* --- Callbacks of the library --- */

static PyObject *sample_value(const struct ocd_sample *s)
{
    if (s->status == OCD_SAMPLE_UNREADABLE)
        return ocdpy_exception(s->error);
    if (s->value == NULL)
        return ocdpy_none(NULL, 0);
    return ocdpy_value_object(s->value, s->big_endian);
}

static PyObject *samples_of(const struct ocd_frame *f)
{
    PyObject *list = PyList_New((Py_ssize_t)f->count);

    for (size_t i = 0; list != NULL && i < f->count; i++) {
        const struct ocd_sample *s = &f->samples[i];
        PyObject *item = Py_BuildValue("(IiN)", (unsigned)s->id, (int)s->status, sample_value(s));
        if (item == NULL || PyList_SetItem(list, (Py_ssize_t)i, item) < 0)
            Py_CLEAR(list);
    }
    return list;
}

static int on_frame(const struct ocd_frame *f, void *user)
{
    struct sampler *self = user;
    PyObject *answer = NULL, *samples = samples_of(f);
    int stop = 1;

    if (samples != NULL)
        answer = PyObject_CallFunction(
            self->frame, "KLILKKsIN", (unsigned long long)f->number, (long long)f->host_us,
            (unsigned)f->host_error_us, (long long)f->server_us,
            (unsigned long long)f->target_before, (unsigned long long)f->target_after,
            ocd_state_name(f->state), (unsigned)f->halted_us, samples);
    if (answer != NULL)
        stop = PyObject_IsTrue(answer);
    if (PyErr_Occurred() != NULL && self->run != NULL)
        ocdpy_op_caught(self->run);
    Py_XDECREF(answer);
    return stop != 0;
}

static void on_gap(const struct ocd_gap *g, void *user)
{
    struct sampler *self = user;
    PyObject *error = g->error != NULL ? ocdpy_exception(g->error) : ocdpy_none(NULL, 0);
    PyObject *answer = NULL;

    if (error != NULL)
        answer =
            PyObject_CallFunction(self->gap, "sLKN", ocd_gap_name(g->reason), (long long)g->from_us,
                                  (unsigned long long)g->length_us, error);
    if (answer == NULL)
        ocdpy_session_caught(self->session);
    Py_XDECREF(answer);
}

/* --- Making one --- */

static bool take_rate(PyObject *value, double *rate)
{
    *rate = PyFloat_AsDouble(value);
    if (*rate == -1.0 && PyErr_Occurred() != NULL)
        return false;
    if (!(*rate > 0)) {
        PyErr_SetString(PyExc_ValueError, "rate must be above 0");
        return false;
    }
    if (*rate > OCD_RATE_MAX)
        *rate = OCD_RATE_MAX;
    return true;
}

static bool open_sampler(struct sampler *self, const struct ocd_sampler_options *options)
{
    int rc = ocd_sampler_open(&self->sampler, self->session->session, options);

    if (rc != OCD_OK)
        ocdpy_raise(rc, ocd_last_error(self->session->session), NULL);
    return rc == OCD_OK;
}

static PyObject *make(struct ocdpy_session *session, PyObject *symbols, PyObject *frame,
                      PyObject *gap, struct ocd_sampler_options *options)
{
    struct sampler *self = (struct sampler *)PyType_GenericAlloc(ocdpy_sampler_type, 0);

    if (self == NULL)
        return NULL;
    Py_INCREF(session);
    self->session = session;
    Py_INCREF(frame);
    self->frame = frame;
    Py_INCREF(gap);
    self->gap = gap;
    if (symbols != Py_None) {
        self->symbols = ocdpy_symbols(symbols);
        Py_XINCREF(self->symbols);
        options->symbols = self->symbols != NULL ? self->symbols->symbols : NULL;
        if (self->symbols != NULL)
            self->symbols->session = session;
    }
    options->frame = on_frame;
    options->gap = on_gap;
    options->user = self;
    if (PyErr_Occurred() != NULL || !open_sampler(self, options))
        Py_CLEAR(self);
    return (PyObject *)self;
}

PyObject *ocdpy_sampler(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *symbols, *rate, *frames, *ram, *frame, *gap, *self = NULL;
    struct ocd_sampler_options options = {0};
    struct ocd_range *ranges;

    if (session == NULL || !PyArg_ParseTuple(args, "OOIOOOO", &symbols, &rate, &options.flags,
                                             &frames, &ram, &frame, &gap))
        return NULL;
    if (!take_rate(rate, &options.rate) ||
        !ocdpy_number(frames, "frames", UINT64_MAX, &options.frames))
        return NULL;
    ranges = ocdpy_ranges(ram, "ram", &options.ram_count);
    if (ranges == NULL)
        return NULL;
    options.ram = ranges;
    self = make(session, symbols, frame, gap, &options);
    free(ranges);
    return self;
}

/* --- Methods --- */

static struct sampler *opened(PyObject *object)
{
    struct sampler *self = (struct sampler *)object;

    if (ocdpy_session((PyObject *)self->session) == NULL)
        return NULL;
    if (self->sampler == NULL)
        PyErr_SetString(PyExc_RuntimeError, "it has ended");
    return self->sampler != NULL ? self : NULL;
}

/* add(expression or None, addr, type, count, tear) */
static PyObject *add(PyObject *object, PyObject *args)
{
    struct sampler *self = opened(object);
    struct ocd_sampler_item item = {0};
    unsigned long long addr;
    int type, tear;
    uint32_t id;

    if (self == NULL ||
        !PyArg_ParseTuple(args, "zKiIi", &item.expression, &addr, &type, &item.count, &tear))
        return NULL;
    item.addr = addr;
    item.type = (enum ocd_number_type)type;
    item.tear = (enum ocd_tear)tear;
    int rc = ocd_sampler_add(self->sampler, &item, &id);
    if (rc != OCD_OK)
        return ocdpy_raise(rc, ocd_last_error(self->session->session), NULL);
    return PyLong_FromUnsignedLong(id);
}

static PyObject *discard(PyObject *object, PyObject *args)
{
    struct sampler *self = opened(object);
    unsigned id;

    if (self == NULL || !PyArg_ParseTuple(args, "I", &id))
        return NULL;
    if (ocd_sampler_remove(self->sampler, id) != OCD_OK) {
        PyErr_SetString(PyExc_KeyError, "there is no such value");
        return NULL;
    }
    return ocdpy_none(NULL, 0);
}

/* write(id, text, call) */
static PyObject *write_text(PyObject *object, PyObject *args)
{
    struct sampler *self = opened(object);
    struct ocd_call call;
    PyObject *given;
    const char *text;
    unsigned id;

    if (self == NULL || !PyArg_ParseTuple(args, "IsO", &id, &text, &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(ocdpy_none);
    if (op == NULL || !ocdpy_call(op, given, OCDPY_MEMORY | OCDPY_VERIFY | OCDPY_DRY, &call))
        return ocdpy_give_up(op);
    return ocdpy_op_start(op, self->session,
                          ocd_sampler_write_async(self->sampler, id, text, &call));
}

/* run(call) */
static PyObject *run(PyObject *object, PyObject *args)
{
    struct sampler *self = opened(object);
    struct ocd_call call;
    PyObject *given;

    if (self == NULL || !PyArg_ParseTuple(args, "O", &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(ocdpy_none);
    if (op == NULL || !ocdpy_call(op, given, OCDPY_MEMORY, &call) || !ocdpy_keep(&op->keep, object))
        return ocdpy_give_up(op);
    self->run = op;
    return ocdpy_op_start(op, self->session, ocd_sampler_run_async(self->sampler, &call));
}

static PyObject *stats(PyObject *object, PyObject *unused)
{
    struct sampler *self = (struct sampler *)object;
    struct ocd_sampler_stats s = {0};

    (void)unused;
    if (self->sampler != NULL)
        ocd_sampler_get_stats(self->sampler, &s);
    return Py_BuildValue("KKKKKdd", (unsigned long long)s.frames, (unsigned long long)s.late,
                         (unsigned long long)s.torn, (unsigned long long)s.gaps,
                         (unsigned long long)s.lost, s.rate, s.rate_possible);
}

static PyMethodDef methods[] = {
    {"add", add, METH_VARARGS, "add(expression or None, addr, type, count, tear): its id"},
    {"remove", discard, METH_VARARGS, "remove(id)"},
    {"write", write_text, METH_VARARGS, "write(id, text, call)"},
    {"run", run, METH_VARARGS, "run(call)"},
    {"stats", stats, METH_NOARGS, "(frames, late, torn, gaps, lost, rate, possible rate)"},
    {0},
};

/* --- The type --- */

static int traverse(PyObject *object, visitproc visit, void *arg)
{
    struct sampler *self = (struct sampler *)object;

    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->session);
    Py_VISIT(self->symbols);
    Py_VISIT(self->frame);
    Py_VISIT(self->gap);
    return 0;
}

static int clear(PyObject *object)
{
    struct sampler *self = (struct sampler *)object;

    ocd_sampler_close(self->sampler);
    self->sampler = NULL;
    Py_CLEAR(self->frame);
    Py_CLEAR(self->gap);
    Py_CLEAR(self->symbols);
    Py_CLEAR(self->session);
    return 0;
}

static void dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);

    PyObject_GC_UnTrack(object);
    clear(object);
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

static PyType_Slot slots[] = {
    {Py_tp_doc, "Values that are read again and again."},
    {Py_tp_new, no_new},
    {Py_tp_methods, methods},
    {Py_tp_traverse, traverse},
    {Py_tp_clear, clear},
    {Py_tp_dealloc, dealloc},
    {0},
};

static PyType_Spec spec = {
    .name = "libocd._libocd.Sampler",
    .basicsize = sizeof(struct sampler),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = slots,
};

PyTypeObject *ocdpy_sampler_type_new(void)
{
    return (PyTypeObject *)PyType_FromSpec(&spec);
}
