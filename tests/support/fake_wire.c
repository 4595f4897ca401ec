// SPDX-License-Identifier: MIT
/* The server's loop: bytes in, requests one after the other, bytes out, each at its time. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* ppoll, accept4 */
#endif
#include "fake_internal.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* OpenOCD, src/server/tcl_server.c: TCL_LINE_MAX. */
#define LINE_MAX_BYTES (4u << 20)
#define NEVER          INT64_MAX
#define CONNS_MAX      64
/* The last part of a wait, spent in a loop: timers are late by about this much. */
#define SPIN_NS 70000

int64_t fake_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t one_way(const struct fake_server *s)
{
    return (int64_t)s->options->round_trip_us * 500;
}

static struct fake_piece *push_piece(struct fake_queue *q, int64_t due, const void *bytes,
                                     size_t size)
{
    struct fake_piece *p = calloc(1, sizeof(*p) + size);
    if (!p)
        abort();
    /* What was sent later cannot come earlier. */
    p->due = q->tail && q->tail->due > due ? q->tail->due : due;
    p->size = size;
    memcpy(p->data, bytes, size);
    if (q->tail)
        q->tail->next = p;
    else
        q->head = p;
    q->tail = p;
    return p;
}

static void pop_piece(struct fake_queue *q)
{
    struct fake_piece *p = q->head;
    q->head = p->next;
    if (!q->head)
        q->tail = NULL;
    free(p);
}

struct fake_piece *fake_queue_out(struct fake_server *s, struct fake_conn *c, int64_t due,
                                  const void *bytes, size_t size)
{
    if (c->silent || c->fd < 0)
        return NULL;
    return push_piece(&c->out, due + one_way(s), bytes, size);
}

static void close_conn(struct fake_conn *c)
{
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    while (c->in.head)
        pop_piece(&c->in);
    while (c->out.head)
        pop_piece(&c->out);
}

/* Frees those that are closed and to which no request refers. */
static void sweep(struct fake_server *s)
{
    for (struct fake_conn **at = &s->conns; *at;) {
        struct fake_conn *c = *at;
        if (c->fd < 0 && c->waiting == 0) {
            *at = c->next;
            free(c->line);
            free(c);
        } else {
            at = &c->next;
        }
    }
}

static void accept_one(struct fake_server *s)
{
    int fd = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    struct fake_conn *c = calloc(1, sizeof(*c));
    if (!c)
        abort();
    c->fd = fd;
    c->next = s->conns;
    s->conns = c;
    atomic_fetch_add(&s->shared->connections, 1);

    const struct fake_slot *slot = fake_fault_pick(s->shared, true, "");
    if (!slot)
        return;
    if (slot->fault.kind == FAKE_BANNER)
        fake_queue_out(s, c, fake_now(), slot->text, slot->fault.text_size);
    if (slot->fault.kind == FAKE_FOREIGN)
        c->foreign = slot;
    else
        c->mute = c->silent = true;
    if (slot->fault.kind == FAKE_CLOSE_ON_ACCEPT)
        close_conn(c);
}

static void keep_command(struct fake_server *s, const struct fake_text *text)
{
    struct fake_shared *shared = s->shared;
    unsigned index = atomic_load(&shared->requests);
    size_t size = text->size < FAKE_KEPT_COMMAND ? text->size : FAKE_KEPT_COMMAND - 1;
    if (index < FAKE_KEPT && size + 1 <= FAKE_KEPT_BYTES - shared->kept_size) {
        memcpy(shared->kept + shared->kept_size, text->data, size);
        shared->kept_at[index] = shared->kept_size + 1; /* 0: not kept */
        shared->kept_size += (uint32_t)size + 1;
    }
    atomic_store(&shared->requests, index + 1);
}

static void end_line(struct fake_server *s, struct fake_conn *c, int64_t due)
{
    if (c->dropping) {
        /* Its terminator is missing in OpenOCD too. */
        fake_queue_out(s, c, due, "line too long\n", 15);
    } else {
        struct fake_request *r = calloc(1, sizeof(*r) + c->line_size + 1);
        if (!r)
            abort();
        r->conn = c;
        r->due = due;
        r->size = c->line_size;
        memcpy(r->line, c->line, c->line_size);
        fake_command_of(r->line, &r->command);
        keep_command(s, &r->command.text);
        *s->last_request = r;
        s->last_request = &r->next;
        c->waiting++;
    }
    c->line_size = 0;
    c->dropping = false;
}

static void add_to_line(struct fake_conn *c, const char *bytes, size_t size)
{
    if (c->line_size + size >= LINE_MAX_BYTES) {
        c->dropping = true;
        return;
    }
    if (c->line_capacity - c->line_size < size) {
        c->line_capacity = 2 * (c->line_size + size);
        c->line = realloc(c->line, c->line_capacity);
        if (!c->line)
            abort();
    }
    memcpy(c->line + c->line_size, bytes, size);
    c->line_size += size;
}

/* Bytes that have come through the network. */
static void deliver(struct fake_server *s, struct fake_conn *c, const struct fake_piece *p)
{
    if (c->foreign) {
        const struct fake_slot *slot = c->foreign;
        struct fake_piece *answer = fake_queue_out(s, c, p->due, slot->text, slot->fault.text_size);
        if (answer)
            answer->after = FAKE_CLOSE;
        c->silent = true;
        return;
    }
    const char *at = p->data, *end = p->data + p->size;
    while (at < end) {
        const char *terminator = memchr(at, FAKE_TERMINATOR, (size_t)(end - at));
        add_to_line(c, at, (size_t)((terminator ? terminator : end) - at));
        if (!terminator)
            break;
        end_line(s, c, p->due);
        at = terminator + 1;
    }
}

static void receive(struct fake_server *s, struct fake_conn *c)
{
    char block[65536];
    ssize_t n = recv(c->fd, block, sizeof(block), 0);
    if (n > 0)
        push_piece(&c->in, fake_now() + one_way(s), block, (size_t)n);
    else if (n == 0)
        c->ended = true;
    else if (errno != EAGAIN && errno != EINTR)
        close_conn(c);
}

/* What a chunk does when it is out; false if the connection is gone. */
static bool finish_piece(struct fake_conn *c, enum fake_kind after)
{
    struct linger none = {.l_onoff = 1};
    switch (after) {
    case FAKE_EXIT:
        raise(SIGKILL);
        break;
    case FAKE_RESET:
        setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
        close_conn(c);
        return false;
    case FAKE_CLOSE:
        close_conn(c);
        return false;
    default:
        break;
    }
    return true;
}

/* The data again and again, from where the last block ended. */
static void fill_block(char *block, size_t size, const struct fake_piece *p)
{
    size_t at = p->sent % p->size, done = 0;
    for (; done < size && done < p->size; done++)
        block[done] = p->data[(at + done) % p->size];
    for (size_t n; done < size; done += n) {
        n = done < size - done ? done : size - done;
        memcpy(block + done, block, n);
    }
}

/* Sends the next part of a chunk; false when the socket takes no more. */
static bool send_some(struct fake_conn *c, struct fake_piece *p, int64_t now)
{
    static char block[65536];
    const char *bytes = p->data + p->sent;
    size_t total = p->repeat > 0 ? p->repeat : p->size, size = total - p->sent;
    if (p->repeat > 0) {
        if (size > sizeof(block))
            size = sizeof(block);
        fill_block(block, size, p);
        bytes = block;
    }
    bool joins =
        !p->alone && p->next && !p->next->alone && p->next->due <= now && p->after == FAKE_NOTHING;
    if (size > 0) {
        ssize_t n = send(c->fd, bytes, size, MSG_NOSIGNAL | (joins ? MSG_MORE : 0));
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return false;
        if (n < 0) {
            close_conn(c);
            return false;
        }
        p->sent += (size_t)n;
    }
    if (p->sent < total)
        return true;
    enum fake_kind after = p->after;
    pop_piece(&c->out);
    return finish_piece(c, after);
}

static void run_line(struct fake_server *s, const struct fake_request *r, struct fake_text *reply)
{
    s->elements = 0;
    s->asleep = 0;
    if (s->fault && s->fault->fault.kind == FAKE_REFUSE) {
        fake_fault_refuse(s->fault, &r->command, reply);
        return;
    }
    int size;
    const char *result = fake_tcl_run(s, r->line, &size);
    fake_text_add(reply, result, (size_t)size);
}

int64_t fake_simulated_now(const struct fake_server *s)
{
    const struct fake_cost *cost = &s->options->cost;
    double n = (double)s->elements;
    double ns = n * cost->element_ns + n * n * cost->square_ns;

    return s->began + (int64_t)(ns + cost->fixed_ns) + s->asleep;
}

static void run_request(struct fake_server *s)
{
    struct fake_request *r = s->requests;
    struct fake_text reply = {0};
    atomic_fetch_add(&s->shared->picks, 1);
    const struct fake_slot *slot = fake_fault_pick(s->shared, false, r->command.text.data);
    if (slot && slot->fault.kind == FAKE_FREEZE)
        raise(SIGSTOP);
    atomic_fetch_add(&s->shared->picks, 1);

    /* Time is counted from when this one could begin, so that nothing adds up by being late. */
    s->began = r->due > s->busy_until ? r->due : s->busy_until;
    s->began_real = fake_now();
    s->conn = r->conn;
    s->fault = slot;
    run_line(s, r, &reply);
    s->conn = NULL;

    int64_t end = fake_simulated_now(s);
    s->busy_until = end > fake_now() ? end : fake_now();

    if (slot)
        fake_fault_apply(slot, &r->command, &reply);
    if (!s->leave || s->options->head)
        fake_reply(s, r->conn, s->busy_until, &reply, slot);
    r->conn->waiting--;
    s->requests = r->next;
    if (!s->requests)
        s->last_request = &s->requests;
    free(r->command.text.data);
    free(r);
    free(reply.data);
}

/* Does what is due, and returns when the next thing will be. */
static int64_t work(struct fake_server *s)
{
    int64_t now = fake_now(), next = NEVER;
    for (struct fake_conn *c = s->conns; c; c = c->next) {
        while (c->in.head && c->in.head->due <= now) {
            deliver(s, c, c->in.head);
            pop_piece(&c->in);
        }
        if (c->in.head && c->in.head->due < next)
            next = c->in.head->due;
    }
    while (s->requests && s->busy_until <= now && !s->leave)
        run_request(s);
    if (s->requests && s->busy_until < next)
        next = s->busy_until;
    bool idle = true;
    now = fake_now();
    for (struct fake_conn *c = s->conns; c; c = c->next) {
        while (c->fd >= 0 && c->out.head && c->out.head->due <= now &&
               send_some(c, c->out.head, now))
            ;
        if (c->out.head && c->out.head->due > now && c->out.head->due < next)
            next = c->out.head->due;
        /* The client has left: what it asked before is still done. */
        if (c->ended && c->fd >= 0 && !c->in.head && c->waiting == 0 && !c->out.head)
            close_conn(c);
        idle = idle && !c->out.head;
    }
    sweep(s);
    if (s->leave && idle)
        _exit(0);
    return next;
}

static void take_push(struct fake_server *s)
{
    char byte;
    ssize_t n = read(s->control, &byte, 1);
    if (n == 0)
        _exit(0); /* our parent is gone */
    if (n != 1)
        return;
    for (struct fake_conn *c = s->conns; c; c = c->next)
        fake_queue_out(s, c, fake_now(), s->shared->push, s->shared->push_size);
    work(s);
    (void)!write(s->control, &byte, 1);
}

_Noreturn void fake_serve(struct fake_server *s)
{
    struct pollfd fds[CONNS_MAX + 2];
    struct fake_conn *polled[CONNS_MAX + 2];
    for (;;) {
        int64_t next = work(s);
        nfds_t count = 0;
        fds[count++] = (struct pollfd){.fd = s->control, .events = POLLIN};
        fds[count++] = (struct pollfd){.fd = s->listener, .events = POLLIN};
        int64_t now = fake_now();
        for (struct fake_conn *c = s->conns; c && count < CONNS_MAX; c = c->next) {
            bool sending = c->out.head && c->out.head->due <= now;
            short events = (short)((c->mute || c->ended ? 0 : POLLIN) | (sending ? POLLOUT : 0));
            polled[count] = c;
            fds[count++] = (struct pollfd){.fd = events ? c->fd : -1, .events = events};
        }
        int64_t wait = next == NEVER ? NEVER : next - now;
        struct timespec t = {0};
        if (wait > SPIN_NS && wait != NEVER) {
            t.tv_sec = (time_t)((wait - SPIN_NS) / 1000000000);
            t.tv_nsec = (long)((wait - SPIN_NS) % 1000000000);
        }
        if (ppoll(fds, count, wait == NEVER ? NULL : &t, NULL) <= 0)
            continue;
        for (nfds_t i = 2; i < count; i++)
            if (fds[i].revents & (POLLIN | POLLHUP | POLLERR))
                receive(s, polled[i]);
        if (fds[0].revents)
            take_push(s);
        if (fds[1].revents)
            accept_one(s);
    }
}
