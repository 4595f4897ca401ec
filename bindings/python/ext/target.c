// SPDX-License-Identifier: MIT
/* Targets: which there are, their states, halting and running. Each function answers an Op. */
#include "ext.h"

#include <string.h>

#define CALL (OCDPY_TARGET | OCDPY_TIME)

static PyObject *targets_result(struct ocdpy_op *self, uint64_t good)
{
    const struct ocd_target *targets = self->targets;
    PyObject *list = targets != NULL ? PyList_New((Py_ssize_t)self->count) : ocdpy_none(self, good);

    for (size_t i = 0; targets != NULL && list != NULL && i < self->count; i++) {
        const char *endian = targets[i].endian == OCD_BIG_ENDIAN ? "big" : "little";
        PyObject *target = Py_BuildValue(
            "(NNsNN)", ocdpy_text_object(targets[i].name), ocdpy_text_object(targets[i].type),
            endian, ocdpy_text_object(targets[i].state), PyBool_FromLong(targets[i].current));
        if (target == NULL || PyList_SetItem(list, (Py_ssize_t)i, target) < 0)
            Py_CLEAR(list);
    }
    return list;
}

PyObject *ocdpy_targets(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *given;
    struct ocd_call call;

    if (session == NULL || !PyArg_ParseTuple(args, "O", &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(targets_result);
    if (op == NULL || !ocdpy_call(op, given, OCDPY_TIME, &call))
        return ocdpy_give_up(op);
    op->free_out = ocd_free;
    return ocdpy_op_start(op, session,
                          ocd_targets_async(session->session, &op->targets, &op->count, &call));
}

PyObject *ocdpy_select(PyObject *object, PyObject *args)
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
    return ocdpy_op_start(op, session, ocd_select_async(session->session, text, &call));
}

static PyObject *state_result(struct ocdpy_op *self, uint64_t good)
{
    (void)good;
    return ocdpy_text_object(ocd_state_name(self->state));
}

PyObject *ocdpy_state(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *given;
    struct ocd_call call;

    if (session == NULL || !PyArg_ParseTuple(args, "O", &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(state_result);
    if (op == NULL || !ocdpy_call(op, given, CALL, &call))
        return ocdpy_give_up(op);
    return ocdpy_op_start(op, session, ocd_state_async(session->session, &op->state, &call));
}

PyObject *ocdpy_halt(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *given;
    struct ocd_call call;

    if (session == NULL || !PyArg_ParseTuple(args, "O", &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(ocdpy_none);
    if (op == NULL || !ocdpy_call(op, given, CALL, &call))
        return ocdpy_give_up(op);
    return ocdpy_op_start(op, session, ocd_halt_async(session->session, &call));
}

PyObject *ocdpy_maybe_at(PyObject *object, PyObject *args, const char *name, ocdpy_plain_fn plain,
                         ocdpy_at_fn at)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *addr_object, *given;
    struct ocd_call call;
    uint64_t addr = 0;

    if (session == NULL || !PyArg_ParseTuple(args, "OO", &addr_object, &given) ||
        (addr_object != Py_None && !ocdpy_number(addr_object, name, UINT64_MAX, &addr)))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(ocdpy_none);
    if (op == NULL || !ocdpy_call(op, given, CALL, &call))
        return ocdpy_give_up(op);
    return ocdpy_op_start(op, session,
                          addr_object == Py_None ? plain(session->session, &call)
                                                 : at(session->session, addr, &call));
}

PyObject *ocdpy_resume(PyObject *object, PyObject *args)
{
    return ocdpy_maybe_at(object, args, "address", ocd_resume_async, ocd_resume_at_async);
}

PyObject *ocdpy_step(PyObject *object, PyObject *args)
{
    return ocdpy_maybe_at(object, args, "address", ocd_step_async, ocd_step_at_async);
}

PyObject *ocdpy_reset(PyObject *object, PyObject *args)
{
    static const char *const modes[] = {
        [OCD_RESET_RUN] = "run", [OCD_RESET_HALT] = "halt", [OCD_RESET_INIT] = "init"};
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *word, *given;
    struct ocd_call call;

    if (session == NULL || !PyArg_ParseTuple(args, "OO", &word, &given))
        return NULL;
    int mode = ocdpy_word(word, "mode", modes, sizeof(modes) / sizeof(modes[0]));
    struct ocdpy_op *op = mode >= 0 ? ocdpy_op_new(ocdpy_none) : NULL;
    if (op == NULL || !ocdpy_call(op, given, CALL, &call))
        return ocdpy_give_up(op);
    return ocdpy_op_start(op, session,
                          ocd_reset_async(session->session, (enum ocd_reset_mode)mode, &call));
}

PyObject *ocdpy_wait_state(PyObject *object, PyObject *args)
{
#define WORD(name, text) [OCD_STATE_##name] = (text),
    static const char *const states[] = {OCD_STATE_MAP(WORD)};
#undef WORD
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *word, *given;
    struct ocd_call call;

    if (session == NULL || !PyArg_ParseTuple(args, "OO", &word, &given))
        return NULL;
    int state = ocdpy_word(word, "state", states, sizeof(states) / sizeof(states[0]));
    struct ocdpy_op *op = state >= 0 ? ocdpy_op_new(ocdpy_none) : NULL;
    if (op == NULL || !ocdpy_call(op, given, CALL, &call))
        return ocdpy_give_up(op);
    return ocdpy_op_start(
        op, session, ocd_wait_state_async(session->session, (enum ocd_target_state)state, &call));
}
