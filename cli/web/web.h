// SPDX-License-Identifier: MIT
/* The page of `ocd watch --web`: a server on the loopback interface, driven by the caller's loop.
 * It knows nothing of OpenOCD: the command hands it frames, and acts on what the page asks for. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct web;

/* One value that is watched. */
struct web_column {
    uint32_t id; /* of the sampler; never used again for another value */
    const char *name;
    const char *unit; /* NULL or "": none */
    const char *type; /* as it is shown: "u32", "float" */
};

/* One value of a frame. Without number and text it is not known, and `flag` says why. */
struct web_value {
    bool has_number;
    double number;
    const char *text;  /* as it is shown; NULL: as the number is printed */
    const char *flag;  /* "torn", "unchecked", "unreadable"; NULL: good */
    const char *cause; /* of "unreadable"; NULL otherwise */
};

struct web_frame {
    double time;                    /* seconds since 1970 */
    const char *state;              /* of the core: "running" */
    const struct web_value *values; /* one for each column, in their order */
    size_t count;
};

/* Time without values. */
struct web_gap {
    double time; /* where it begins, seconds since 1970 */
    double seconds;
    const char *reason;
    const char *cause; /* NULL: not known */
};

/* Takes names for the page's input field. */
struct web_names;
/* False: there is no room for more. */
bool web_names_add(struct web_names *names, const char *name);

#define WEB_MESSAGE_MAX 400 /* bytes of an answer to the page */

/* What the page asks for. The calls come from web_process(). Each answers whether it was done, and
 * otherwise says why in `message`, of WEB_MESSAGE_MAX bytes. */
struct web_calls {
    bool (*add)(void *user, const char *text, char *message);
    bool (*remove)(void *user, uint32_t id, char *message);
    bool (*write)(void *user, uint32_t id, const char *value, char *message);
    void (*complete)(void *user, const char *text, struct web_names *names);
};

struct web_options {
    uint16_t port;     /* 0: a free one */
    bool may_write;    /* otherwise the page cannot write, whatever it sends */
    size_t queue_size; /* bytes of messages that are kept for slow browsers; 0: 4 MiB */
    struct web_calls calls;
    void *user;
};

/* 0, or an errno; ENOSYS: built without libmicrohttpd. */
int web_open(struct web **web, const struct web_options *options);
/* Tells the pages that the run has ended. NULL is fine. */
void web_close(struct web *web);

/* With the token, for people. */
const char *web_url(const struct web *web);

/* For the caller's loop: call web_process() when the descriptor is readable, and after that many
 * milliseconds (-1: whenever). It never waits. */
int web_fd(const struct web *web);
int web_timeout(const struct web *web);
void web_process(struct web *web);

/* All values that are watched from now on, in the order of the frames to come. The calls below copy
 * what they are given, and never wait for a browser. */
void web_set_columns(struct web *web, const struct web_column *columns, size_t count);
void web_add_frame(struct web *web, const struct web_frame *frame);
void web_add_gap(struct web *web, const struct web_gap *gap);
/* A line for the reader of the page, such as the failure of a write. */
void web_add_note(struct web *web, const char *text);
