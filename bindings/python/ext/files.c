// SPDX-License-Identifier: MIT
/* Files into memory, compared with it, and made from it. Each function answers an Op. */
#include "ext.h"

#include <stdlib.h>
#include <string.h>

#define BULK (OCDPY_MEMORY | OCDPY_BULK)

/* How a file is to be read, and what that needs until it is opened. */
struct reading {
    struct ocd_image_options image;
    const char **sections;
};

static bool take_format(PyObject *value, struct ocdpy_op *op, enum ocd_image_format *format,
                        unsigned *addr_bits)
{
    const char *word;

    if (value == Py_None)
        return true;
    if (!ocdpy_text(value, "format", &op->keep, &word))
        return false;
    if (ocd_image_format_named(word, format, addr_bits))
        return true;
    PyErr_Format(PyExc_ValueError, "format %R is none that is known", value);
    return false;
}

static bool take_sections(struct reading *r, PyObject *value, struct ocdpy_op *op)
{
    size_t count;

    if (value == Py_None)
        return true;
    r->sections = ocdpy_texts(op, value, "sections", "each section", &count);
    r->image.sections = r->sections;
    return r->sections != NULL;
}

/* (offset or None, format or None, virtual, sections or None, allow_empty) */
static bool take_reading(struct reading *r, PyObject *given, struct ocdpy_op *op)
{
    PyObject *offset, *format, *virtual, *sections, *empty;
    unsigned bits;

    if (!PyArg_ParseTuple(given, "OOOOO", &offset, &format, &virtual, &sections, &empty))
        return false;
    r->image.has_offset = offset != Py_None;
    return (offset == Py_None || ocdpy_number(offset, "offset", UINT64_MAX, &r->image.offset)) &&
           take_format(format, op, &r->image.format, &bits) &&
           ocdpy_truth(virtual, &r->image.virtual_addr) && take_sections(r, sections, op) &&
           ocdpy_truth(empty, &r->image.allow_empty);
}

/* Adds to what the operation has found. `one` is stolen; NULL is a failure. */
static int found(struct ocdpy_op *op, PyObject *one)
{
    bool good = one != NULL && PyList_Append(op->found, one) == 0;

    Py_XDECREF(one);
    if (!good)
        ocdpy_op_caught(op);
    return good ? 0 : 1;
}

static PyObject *found_result(struct ocdpy_op *self, uint64_t good)
{
    (void)good;
    Py_INCREF(self->found);
    return self->found;
}

struct ocdpy_op *ocdpy_op_new_finder(void)
{
    struct ocdpy_op *op = ocdpy_op_new(found_result);

    if (op != NULL && (op->found = PyList_New(0)) == NULL)
        Py_CLEAR(op);
    return op;
}

/* (addr, size, bytes, flash, bank, erase_addr, erase_size, sectors, same_sectors, other_bytes,
 * other_addr) */
int ocdpy_found_region(const struct ocd_region *r, void *user)
{
    return found(
        user,
        Py_BuildValue("(KKKNIKKKKKK)", (unsigned long long)r->addr, (unsigned long long)r->size,
                      (unsigned long long)r->bytes, PyBool_FromLong(r->flash), r->bank,
                      (unsigned long long)r->erase_addr, (unsigned long long)r->erase_size,
                      (unsigned long long)r->sectors, (unsigned long long)r->same_sectors,
                      (unsigned long long)r->other_bytes, (unsigned long long)r->other_addr));
}

/* (where, keep, rewrite) */
static bool take_loading(struct ocd_load_options *options, PyObject *given, struct ocdpy_op *op)
{
    static const char *const places[] = {
        [OCD_LOAD_AUTO] = "auto", [OCD_LOAD_RAM] = "ram", [OCD_LOAD_FLASH] = "flash"};
    PyObject *where, *keep, *rewrite;

    if (!PyArg_ParseTuple(given, "OOO", &where, &keep, &rewrite))
        return false;
    int place = ocdpy_word(where, "where", places, 3);
    options->where = (enum ocd_load_where)place;
    options->region = ocdpy_found_region;
    options->user = op;
    return place >= 0 && ocdpy_truth(keep, &options->keep) &&
           ocdpy_truth(rewrite, &options->rewrite);
}

PyObject *ocdpy_load(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    struct ocd_load_options options = {0};
    PyObject *path, *loading, *how, *given;
    struct ocd_call call;
    struct reading r = {0};
    struct ocd_op *started = NULL;
    const char *name;

    if (session == NULL || !PyArg_ParseTuple(args, "OOOO", &path, &loading, &how, &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new_finder();
    bool good = op != NULL && ocdpy_call(op, given, BULK | OCDPY_VERIFY | OCDPY_DRY, &call) &&
                take_loading(&options, loading, op) && ocdpy_path(path, "path", &op->keep, &name) &&
                take_reading(&r, how, op);
    if (good) {
        options.image = r.image;
        started = ocd_load_async(session->session, name, &options, &call);
    }
    free(r.sections);
    return good ? ocdpy_op_start(op, session, started) : ocdpy_give_up(op);
}

static void close_image(void *image)
{
    ocd_image_close(image);
}

/* Opens what the view of the operation holds. */
static bool open_image(struct ocdpy_op *op, const struct reading *r)
{
    struct ocd_image *image = NULL;
    int rc = ocd_image_open_memory(&image, op->view.buf, (size_t)op->view.len, NULL, &r->image);

    op->out = image;
    op->free_out = close_image;
    if (rc != OCD_OK && image == NULL)
        PyErr_NoMemory();
    else if (rc != OCD_OK)
        ocdpy_raise(rc, ocd_image_error(image), NULL);
    return rc == OCD_OK;
}

PyObject *ocdpy_load_data(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    struct ocd_load_options options = {0};
    PyObject *data, *loading, *how, *given;
    struct ocd_call call;
    struct reading r = {0};

    if (session == NULL || !PyArg_ParseTuple(args, "OOOO", &data, &loading, &how, &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new_finder();
    bool good = op != NULL && ocdpy_call(op, given, BULK | OCDPY_VERIFY | OCDPY_DRY, &call) &&
                take_loading(&options, loading, op) &&
                ocdpy_view(op, data, "data", PyBUF_C_CONTIGUOUS) && take_reading(&r, how, op) &&
                open_image(op, &r);
    free(r.sections);
    if (!good)
        return ocdpy_give_up(op);
    return ocdpy_op_start(op, session,
                          ocd_load_image_async(session->session, op->out, &options, &call));
}

/* (addr, size, expected, actual or None) */
static int on_difference(const struct ocd_difference *d, void *user)
{
    PyObject *actual =
        d->actual != NULL ? PyBytes_FromStringAndSize((const char *)d->actual, (Py_ssize_t)d->shown)
                          : ocdpy_none(NULL, 0);

    return found(user,
                 Py_BuildValue("(KKy#N)", (unsigned long long)d->addr, (unsigned long long)d->size,
                               d->expected, (Py_ssize_t)d->shown, actual));
}

PyObject *ocdpy_verify(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    struct ocd_verify_options options = {.difference = on_difference};
    struct ocd_range *ignored = NULL;
    PyObject *path, *how, *ignore, *given;
    struct ocd_call call;
    struct reading r = {0};
    struct ocd_op *started = NULL;
    const char *name;

    if (session == NULL || !PyArg_ParseTuple(args, "OOOO", &path, &how, &ignore, &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new_finder();
    bool good = op != NULL && ocdpy_call(op, given, BULK | OCDPY_SKIP | OCDPY_FAST, &call) &&
                ocdpy_path(path, "path", &op->keep, &name) && take_reading(&r, how, op) &&
                (ignored = ocdpy_ranges(ignore, "ignore", &options.ignore_count)) != NULL;
    if (good) {
        options.image = r.image;
        options.user = op;
        options.ignore = ignored;
        started = ocd_verify_async(session->session, name, &options, &call);
    }
    free(r.sections);
    free(ignored);
    return good ? ocdpy_op_start(op, session, started) : ocdpy_give_up(op);
}

PyObject *ocdpy_dump_ranges(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *list, *path, *format, *given;
    struct ocd_call call;
    struct ocd_image_layout layout = {0};
    struct ocd_range *ranges = NULL;
    struct ocd_op *started = NULL;
    const char *name;
    size_t count;

    if (session == NULL || !PyArg_ParseTuple(args, "OOOO", &list, &path, &format, &given))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(ocdpy_none);
    bool good = op != NULL && ocdpy_call(op, given, BULK | OCDPY_SKIP, &call) &&
                ocdpy_path(path, "path", &op->keep, &name) &&
                take_format(format, op, &layout.format, &layout.addr_bits) &&
                (ranges = ocdpy_ranges(list, "ranges", &count)) != NULL;
    if (good) {
        layout.fill = call.fill;
        started = ocd_dump_ranges_async(session->session, ranges, count, name, &layout, &call);
    }
    free(ranges);
    return good ? ocdpy_op_start(op, session, started) : ocdpy_give_up(op);
}

PyObject *ocdpy_copy(PyObject *object, PyObject *args)
{
    struct ocdpy_session *session = ocdpy_session(object);
    PyObject *source, *target, *size, *given;
    struct ocd_call call;
    uint64_t from, to, bytes;

    if (session == NULL || !PyArg_ParseTuple(args, "OOOO", &source, &target, &size, &given) ||
        !ocdpy_number(source, "source", UINT64_MAX, &from) ||
        !ocdpy_number(target, "destination", UINT64_MAX, &to) ||
        !ocdpy_number(size, "size", UINT64_MAX, &bytes))
        return NULL;
    struct ocdpy_op *op = ocdpy_op_new(ocdpy_none);
    if (op == NULL || !ocdpy_call(op, given, BULK | OCDPY_VERIFY | OCDPY_DRY, &call))
        return ocdpy_give_up(op);
    return ocdpy_op_start(op, session, ocd_copy_async(session->session, from, to, bytes, &call));
}
