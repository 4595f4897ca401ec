// SPDX-License-Identifier: MIT
// Drives two sessions at once from one poll(2) loop: two_sessions_poll PORT PORT [ADDRESS [ROUNDS]]
//
// Each session connects and then reads sixteen words a number of times. Neither waits for the
// other, and nothing blocks but poll().
#include <ocd.h>

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    SESSIONS = 2,
    WORDS = 16
};

struct reader {
    struct ocd_session *session;
    uint16_t port;
    uint64_t addr;
    unsigned rounds_left;
    uint32_t words[WORDS];
    int result; // OCD_PENDING while there is something left to do
};

static void finish(struct reader *reader, int result, const struct ocd_op *op)
{
    reader->result = result;
    if (result == OCD_OK)
        printf("port %u: %d words a round, the first is 0x%08" PRIX32 "\n", reader->port, WORDS,
               reader->words[0]);
    else
        fprintf(stderr, "port %u: %s\n", reader->port,
                op ? ocd_op_error(op)->text : ocd_strerror(result));
}

// Ends the connecting and each round; starts the next round.
static void on_done(struct ocd_op *op, int result, void *user)
{
    struct reader *reader = user;
    if (result != OCD_OK || reader->rounds_left == 0) {
        finish(reader, result, op);
    } else {
        reader->rounds_left--;
        struct ocd_call call = {.done = on_done, .user = reader};
        if (!ocd_read_u32_async(reader->session, reader->addr, reader->words, WORDS, &call))
            finish(reader, OCD_ERR_NOMEM, NULL);
    }
    ocd_op_free(op);
}

static void start(struct reader *reader)
{
    struct ocd_options options = {.port = reader->port};
    struct ocd_call call = {.done = on_done, .user = reader};
    reader->result = OCD_PENDING;
    if (!ocd_connect_async(&reader->session, &options, &call))
        finish(reader, OCD_ERR_NOMEM, NULL);
}

// The shorter of two poll timeouts, of which -1 is the longest.
static int sooner(int a, int b)
{
    if (a < 0 || b < 0)
        return a < 0 ? b : a;
    return a < b ? a : b;
}

// Waits until a session has something to do and lets it do that. Answers how many are not finished.
static int run_once(struct reader readers[SESSIONS])
{
    struct pollfd fds[SESSIONS];
    int timeout = -1;
    int pending = 0;
    for (int i = 0; i < SESSIONS; i++) {
        bool busy = readers[i].result == OCD_PENDING;
        fds[i] = (struct pollfd){.fd = -1}; // poll() passes over those
        if (busy) {
            fds[i].fd = ocd_loop_fd(readers[i].session);
            fds[i].events = ocd_loop_events(readers[i].session);
            timeout = sooner(timeout, ocd_loop_timeout(readers[i].session));
            pending++;
        }
    }
    if (pending == 0)
        return 0;
    if (poll(fds, SESSIONS, timeout) < 0)
        perror("poll");
    for (int i = 0; i < SESSIONS; i++) // also when only the time is up: deadlines are found here
        if (readers[i].result == OCD_PENDING)
            ocd_loop_dispatch(readers[i].session);
    return pending;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: %s PORT PORT [ADDRESS [ROUNDS]]\n", argv[0]);
        return 2;
    }
    struct reader readers[SESSIONS] = {0};
    for (int i = 0; i < SESSIONS; i++) {
        readers[i].port = (uint16_t)atoi(argv[1 + i]);
        readers[i].addr = argc > 3 ? strtoull(argv[3], NULL, 0) : 0x08000000;
        readers[i].rounds_left = argc > 4 ? (unsigned)atoi(argv[4]) : 10;
        start(&readers[i]);
    }
    while (run_once(readers) > 0)
        ;

    int failed = 0;
    for (int i = 0; i < SESSIONS; i++) {
        failed += readers[i].result != OCD_OK;
        ocd_close(readers[i].session);
    }
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
