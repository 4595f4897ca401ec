// SPDX-License-Identifier: MIT
// Runs a session in a libuv loop:
//
//   struct ocd_uv *uv = ocd_uv_attach(loop, session);   // after ocd_connect_async()
//   ocd_uv_update(uv);                                  // after starting an operation elsewhere
//   ocd_uv_detach(uv);                                  // before ocd_close()
//
// The session stays the caller's. Nothing here may be called in another thread than the loop's.
#pragma once

#include <ocd.h>

#include <poll.h>
#include <stdlib.h>
#include <uv.h>

struct ocd_uv {
    struct ocd_session *session;
    uv_loop_t *loop;
    uv_timer_t timer;
    uv_poll_t *poll; // a handle of its own for each descriptor: libuv releases them later
    int fd;
    bool detached;
};

static inline void ocd_uv_update(struct ocd_uv *uv);

static inline void ocd_uv_free_handle(uv_handle_t *handle)
{
    free(handle);
}

static inline void ocd_uv_drop_poll(struct ocd_uv *uv)
{
    if (uv->poll)
        uv_close((uv_handle_t *)uv->poll, ocd_uv_free_handle);
    uv->poll = NULL;
    uv->fd = -1;
}

static inline void ocd_uv_process(struct ocd_uv *uv)
{
    // While it connects, a session changes its descriptor, and a new one may have the number of the
    // old one: the loop has to stop watching it first.
    if (uv->poll)
        uv_poll_stop(uv->poll);
    ocd_loop_dispatch(uv->session);
    ocd_uv_update(uv);
}

static inline void ocd_uv_on_poll(uv_poll_t *poll, int status, int events)
{
    (void)status; // the session finds out what is wrong with its socket
    (void)events;
    ocd_uv_process(poll->data);
}

static inline void ocd_uv_on_timer(uv_timer_t *timer)
{
    ocd_uv_process(timer->data);
}

static inline void ocd_uv_watch(struct ocd_uv *uv, int fd)
{
    uv_poll_t *poll = malloc(sizeof(*poll));
    if (!poll || uv_poll_init(uv->loop, poll, fd) != 0) {
        free(poll); // without it, the timer still ends every operation at its deadline
        return;
    }
    poll->data = uv;
    uv->poll = poll;
    uv->fd = fd;
}

// Tells the loop what the session waits for now.
static inline void ocd_uv_update(struct ocd_uv *uv)
{
    if (uv->detached)
        return;
    int fd = ocd_loop_fd(uv->session);
    if (fd != uv->fd)
        ocd_uv_drop_poll(uv);
    if (fd >= 0 && !uv->poll)
        ocd_uv_watch(uv, fd);

    short wanted = ocd_loop_events(uv->session);
    int events = (wanted & POLLIN ? UV_READABLE : 0) | (wanted & POLLOUT ? UV_WRITABLE : 0);
    if (uv->poll && events)
        uv_poll_start(uv->poll, events, ocd_uv_on_poll);
    else if (uv->poll)
        uv_poll_stop(uv->poll);

    int timeout = ocd_loop_timeout(uv->session);
    if (timeout >= 0)
        uv_timer_start(&uv->timer, ocd_uv_on_timer, (uint64_t)timeout, 0);
    else
        uv_timer_stop(&uv->timer);
}

static inline struct ocd_uv *ocd_uv_attach(uv_loop_t *loop, struct ocd_session *session)
{
    struct ocd_uv *uv = calloc(1, sizeof(*uv));
    if (!uv)
        return NULL;
    uv->session = session;
    uv->loop = loop;
    uv->fd = -1;
    uv_timer_init(loop, &uv->timer);
    uv->timer.data = uv;
    ocd_uv_update(uv);
    return uv;
}

static inline void ocd_uv_free(uv_handle_t *timer)
{
    free(timer->data);
}

// Also inside a callback of the session. The memory goes when the loop has run once more.
static inline void ocd_uv_detach(struct ocd_uv *uv)
{
    if (!uv || uv->detached)
        return;
    uv->detached = true;
    ocd_uv_drop_poll(uv);
    uv_close((uv_handle_t *)&uv->timer, ocd_uv_free);
}
