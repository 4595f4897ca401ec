// SPDX-License-Identifier: MIT
/* What the files of the extension share.
 *
 * The extension has two types: Session, a `struct ocd_session`, and Op, an operation under way with
 * all that the library may still read or write. How operations are waited for is decided in Python:
 * Op.wait() blocks; an event loop calls Session.process(), and `done` is called at the end.
 *
 * Every call into the library is made with the GIL held; it is released only around poll(2) and
 * while a session closes. So callbacks may use Python at once. */
#pragma once

#include "python.h"

#include <stdbool.h>
#include <stdint.h>

#include <ocd.h>

struct ocdpy_op;

/* libocd._libocd.Session */
struct ocdpy_session {
    PyObject_HEAD struct ocd_session *session; /* NULL when closed */
    struct ocdpy_op *pending; /* operations under way; each is held by a reference */
    PyObject *event;          /* called with each event, or NULL */
    PyObject *trace;          /* called with all that is sent and received, or NULL */
    PyObject *connection;     /* called when the connection is lost or back, or NULL */
    PyObject *raised[3];      /* exception of one of them: type, value, traceback */
    bool processing;          /* inside ocd_loop_dispatch */
    bool waiting;             /* a thread is inside Op.wait() */
};

/* libocd._libocd.Op */
struct ocdpy_op {
    PyObject_HEAD struct ocd_op *op; /* NULL before the start and when cancelled */
    struct ocdpy_session *session;   /* while under way */
    struct ocdpy_op *prev, *next;    /* in the session's list */
    bool closed;                     /* ended because the session was closed */

    /* Makes the result of the first `good` elements or bytes; of all of them after a success. */
    PyObject *(*result)(struct ocdpy_op *self, uint64_t good);
    /* What the library writes, or reads, where it is not a Python object. */
    union {
        void *out;
        char *text;
        uint64_t *matches;
        struct ocd_target *targets;
        struct ocd_item *items;
        struct ocd_register *registers;
        struct ocd_breakpoint *breakpoints;
        struct ocd_watchpoint *watchpoints;
    };
    enum ocd_target_state state;
    void (*free_out)(void *); /* releases `out` */
    size_t count;             /* elements in `out` */
    unsigned width;           /* bits of an element */
    PyObject *bytes;          /* the bytes that the library writes */
    PyObject *keep;           /* a list of what has to stay alive, or NULL */
    PyObject *found;          /* a list of what callbacks have reported, or NULL */
    Py_buffer view;           /* the caller's buffer */
    bool has_view;            /* `view` is to be released */
    PyObject *progress;       /* callback of the caller, or NULL */
    PyObject *unreadable;     /* callback of the caller, or NULL */
    PyObject *done;           /* called without arguments at the end */
    PyObject *raised[3];      /* exception of a callback: type, value, traceback */
};

/* libocd._libocd.Symbols */
struct ocdpy_symbols {
    PyObject_HEAD struct ocd_symbols *symbols;
    PyObject *warning;             /* called with the text, or None */
    struct ocdpy_session *session; /* the last one that values were asked of; not held */
};

extern PyTypeObject *ocdpy_symbols_type;
extern PyTypeObject *ocdpy_sampler_type;
extern PyTypeObject *ocdpy_session_type;
extern PyTypeObject *ocdpy_op_type;

/* module.c: all create the type when the module is imported. */
PyTypeObject *ocdpy_session_type_new(void);
PyTypeObject *ocdpy_op_type_new(void);
PyTypeObject *ocdpy_symbols_type_new(void);
PyTypeObject *ocdpy_sampler_type_new(void);

/* Whether it is an integer, or must be used as one. Sets no exception. */
bool ocdpy_is_number(PyObject *value);
/* args.c: conversions. They answer false with a ValueError or TypeError that names the argument. */
bool ocdpy_number(PyObject *value, const char *name, uint64_t max, uint64_t *number);
bool ocdpy_size(PyObject *value, const char *name, size_t *size);
/* Whether `count` elements of `bytes` bytes at `addr` lie within the address space. */
bool ocdpy_fits(uint64_t addr, uint64_t count, unsigned bytes, const char *name);
/* The arguments "addr" and `name`, a count of such elements. */
bool ocdpy_range(PyObject *addr, PyObject *count, const char *name, unsigned bytes, uint64_t *first,
                 uint64_t *elements);
/* Seconds to milliseconds; infinity is OCD_TIMEOUT_NONE, None is `none`. */
bool ocdpy_seconds(PyObject *value, const char *name, uint32_t *ms);
bool ocdpy_truth(PyObject *value, bool *truth);
/* Text for the library. Its memory is a bytes object that is added to the list *keep. */
bool ocdpy_text(PyObject *value, const char *name, PyObject **keep, const char **text);
/* The same for the name of a file: str, bytes or os.PathLike. */
bool ocdpy_path(PyObject *value, const char *name, PyObject **keep, const char **text);
/* Adds to the list *keep, which is created when it is NULL. */
bool ocdpy_keep(PyObject **keep, PyObject *object);
/* The strings of a sequence, which belong to op->keep; their array is the caller's to free. NULL is
 * a failure. */
const char **ocdpy_texts(struct ocdpy_op *op, PyObject *given, const char *name, const char *each,
                         size_t *count);
/* A sequence of (addr, size). The array is the caller's to free. NULL is a failure. */
struct ocd_range *ocdpy_ranges(PyObject *given, const char *name, size_t *count);
/* The index of a word in a list, -1 with an exception when it is not there. */
int ocdpy_word(PyObject *word, const char *name, const char *const *words, int count);
void ocdpy_type_error(const char *name, const char *wanted, PyObject *value);

/* buffers.c */
/* A view of contiguous bytes, which the operation releases. `flags` are of PyObject_GetBuffer. */
bool ocdpy_view(struct ocdpy_op *op, PyObject *value, const char *name, int flags);
/* The code of the struct module for items that are one number in the host's byte order, or '\0'. */
char ocdpy_item_code(const Py_buffer *view);
/* Whether it is bytes, or another sequence of single bytes. Sets no exception. */
bool ocdpy_is_bytes(PyObject *value);
/* Refuses bytes where values of more than 8 bits are wanted: each byte would become one. */
bool ocdpy_not_bytes(PyObject *values, unsigned width);
/* Whether values of `width` bits can be stored in it as they arrive. */
bool ocdpy_takes_width(const Py_buffer *view, unsigned width);

/* call.c: the keyword arguments of a call. */
enum ocdpy_keyword {
    OCDPY_TARGET = 1 << 0, /* target */
    OCDPY_TIME = 1 << 1,   /* timeout, deadline: every call */
    OCDPY_BULK = 1 << 2,   /* progress */
    OCDPY_SKIP = 1 << 3,   /* skip_unreadable, fill, unreadable */
    OCDPY_VERIFY = 1 << 4, /* verify */
    OCDPY_RESUME = 1 << 5, /* resume */
    OCDPY_DRY = 1 << 6,    /* dry_run */
    OCDPY_FORCE = 1 << 7,  /* force */
    OCDPY_PHYS = 1 << 8,   /* phys */
    OCDPY_FAST = 1 << 9,   /* fast */
    OCDPY_MEMORY = OCDPY_TARGET | OCDPY_PHYS | OCDPY_TIME,
};
/* Fills in `call` for the operation from a dict. `allowed` is of enum ocdpy_keyword. */
bool ocdpy_call(struct ocdpy_op *op, PyObject *keywords, unsigned allowed, struct ocd_call *call);

/* op.c */
/* A new operation, not started; NULL with an exception when memory is short. */
struct ocdpy_op *ocdpy_op_new(PyObject *(*result)(struct ocdpy_op *, uint64_t));
/* Allocates `out`. */
bool ocdpy_op_alloc(struct ocdpy_op *self, size_t count, size_t size);
/* It has been started as `op` (NULL: memory was short): the session holds it from now on. Answers
 * `self`, or NULL with an exception. */
PyObject *ocdpy_op_start(struct ocdpy_op *self, struct ocdpy_session *session, struct ocd_op *op);
/* Ends it without a result: nothing of it is used by the library when this returns. */
void ocdpy_op_drop(struct ocdpy_op *self);
/* ocd_call.done of every operation; `user` is the operation. */
void ocdpy_op_done(struct ocd_op *op, int result, void *user);
/* Keeps the exception that is set for the operation's result. */
void ocdpy_op_caught(struct ocdpy_op *self);
/* Releases one that could not be started. Returns NULL. */
PyObject *ocdpy_give_up(struct ocdpy_op *self);
/* The result of what has none. */
PyObject *ocdpy_none(struct ocdpy_op *self, uint64_t good);

/* errors.c */
PyObject *ocdpy_text_object(const char *text);
/* Raises the exception for an error of the library. `partial` (stolen, may be NULL) is what could
 * be read. Returns NULL. */
PyObject *ocdpy_raise(int code, const struct ocd_error *error, PyObject *partial);
PyObject *ocdpy_raise_closed(void);
/* The exception that ocdpy_raise() would raise. NULL with another one. */
PyObject *ocdpy_exception(const struct ocd_error *error);

/* session.c */
/* The session, or NULL with an exception when it is closed. */
struct ocdpy_session *ocdpy_session(PyObject *self);
void ocdpy_session_process(struct ocdpy_session *self);
/* Keeps the exception that its callback has raised, if it is the first. */
void ocdpy_session_caught(struct ocdpy_session *self);
/* Raises that exception. False: there is none. */
bool ocdpy_session_raise(struct ocdpy_session *self);

/* elements.c: as args.c. */
/* A width of elements: 8, 16, 32 or 64. */
bool ocdpy_width(PyObject *value, unsigned *bits);
uint64_t ocdpy_largest(unsigned width);
/* Sets element `i`; true. */
bool ocdpy_store(void *values, size_t i, unsigned width, uint64_t value);
/* The same with an integer of the caller's, called values[i]. */
bool ocdpy_element(PyObject *value, void *values, size_t i, unsigned width);
/* Fills in one item. */
typedef bool (*ocdpy_item_fn)(void *item, PyObject *given);
/* A sequence of items of `size` bytes, into op->out, ended by zeros. */
bool ocdpy_items(struct ocdpy_op *op, PyObject *given, size_t size, ocdpy_item_fn take,
                 void (*free_items)(void *items));

/* typed.c: methods of Session, which answer an Op. */
PyObject *ocdpy_read(PyObject *session, PyObject *args);
PyObject *ocdpy_write(PyObject *session, PyObject *args);
PyObject *ocdpy_read_many(PyObject *session, PyObject *args);
/* The typed read of that width. */
struct ocd_op *ocdpy_start_read(struct ocd_session *session, unsigned width, uint64_t addr,
                                void *values, size_t count, const struct ocd_call *call);
/* bytes.c: as typed.c. */
PyObject *ocdpy_read_bytes(PyObject *session, PyObject *args);
PyObject *ocdpy_read_into(PyObject *session, PyObject *args);
PyObject *ocdpy_write_bytes(PyObject *session, PyObject *args);
PyObject *ocdpy_fill(PyObject *session, PyObject *args);
PyObject *ocdpy_hexdump(PyObject *session, PyObject *args);
PyObject *ocdpy_search(PyObject *session, PyObject *args);
PyObject *ocdpy_dump(PyObject *session, PyObject *args);
/* changes.c: as typed.c. */
PyObject *ocdpy_modify(PyObject *session, PyObject *args);
PyObject *ocdpy_write_many(PyObject *session, PyObject *args);
PyObject *ocdpy_erase(PyObject *session, PyObject *args);
/* files.c: an operation whose result is a list of what callbacks have reported, and the callback
 * for regions. */
struct ocdpy_op *ocdpy_op_new_finder(void);
int ocdpy_found_region(const struct ocd_region *region, void *op);
/* command.c: as typed.c. */
PyObject *ocdpy_command(PyObject *session, PyObject *args);
/* target.c: as typed.c. */
/* The call of a method whose arguments are an address or None, and settings: `at` with the address,
 * `plain` without one. */
typedef struct ocd_op *(*ocdpy_plain_fn)(struct ocd_session *session, const struct ocd_call *call);
typedef struct ocd_op *(*ocdpy_at_fn)(struct ocd_session *session, uint64_t addr,
                                      const struct ocd_call *call);
PyObject *ocdpy_maybe_at(PyObject *session, PyObject *args, const char *name, ocdpy_plain_fn plain,
                         ocdpy_at_fn at);
PyObject *ocdpy_targets(PyObject *session, PyObject *args);
PyObject *ocdpy_select(PyObject *session, PyObject *args);
PyObject *ocdpy_state(PyObject *session, PyObject *args);
PyObject *ocdpy_halt(PyObject *session, PyObject *args);
PyObject *ocdpy_resume(PyObject *session, PyObject *args);
PyObject *ocdpy_step(PyObject *session, PyObject *args);
PyObject *ocdpy_reset(PyObject *session, PyObject *args);
PyObject *ocdpy_wait_state(PyObject *session, PyObject *args);
/* points.c: as typed.c. */
PyObject *ocdpy_breakpoints(PyObject *session, PyObject *args);
PyObject *ocdpy_set_breakpoint(PyObject *session, PyObject *args);
PyObject *ocdpy_remove_breakpoint(PyObject *session, PyObject *args);
PyObject *ocdpy_watchpoints(PyObject *session, PyObject *args);
PyObject *ocdpy_set_watchpoint(PyObject *session, PyObject *args);
PyObject *ocdpy_remove_watchpoint(PyObject *session, PyObject *args);
PyObject *ocdpy_subscribe_events(PyObject *session, PyObject *args);
PyObject *ocdpy_wait_event(PyObject *session, PyObject *args);
/* wait.c: as typed.c. */
PyObject *ocdpy_wait_value(PyObject *session, PyObject *args);
PyObject *ocdpy_restart(PyObject *session, PyObject *args);
/* files.c: as typed.c. */
PyObject *ocdpy_load(PyObject *session, PyObject *args);
PyObject *ocdpy_load_data(PyObject *session, PyObject *args);
PyObject *ocdpy_verify(PyObject *session, PyObject *args);
PyObject *ocdpy_dump_ranges(PyObject *session, PyObject *args);
PyObject *ocdpy_copy(PyObject *session, PyObject *args);
/* registers.c: as typed.c. */
PyObject *ocdpy_registers(PyObject *session, PyObject *args);
PyObject *ocdpy_read_registers(PyObject *session, PyObject *args);
PyObject *ocdpy_write_register(PyObject *session, PyObject *args);

/* values.c: as typed.c. */
PyObject *ocdpy_read_value(PyObject *session, PyObject *args);
PyObject *ocdpy_print(PyObject *session, PyObject *args);
PyObject *ocdpy_write_value(PyObject *session, PyObject *args);
/* value.c */
PyObject *ocdpy_value_object(const struct ocd_value *value, bool big_endian);
/* sampler.c: sampler(symbols or None, rate, flags, frames, ram, frame, gap) */
PyObject *ocdpy_sampler(PyObject *session, PyObject *args);
/* symbols.c */
/* The symbols, or NULL with an exception. */
struct ocdpy_symbols *ocdpy_symbols(PyObject *object);
PyObject *ocdpy_symbols_open(PyObject *module, PyObject *args);

/* open.c: functions of the module. */
PyObject *ocdpy_connect(PyObject *module, PyObject *options);
PyObject *ocdpy_start(PyObject *module, PyObject *options);
