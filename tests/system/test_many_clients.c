// SPDX-License-Identifier: MIT
/* Many clients of one OpenOCD at once, whose queue of connections holds one. */
#include "rig.h"

#include <poll.h>

#define CLIENTS 24

static int start(void **state)
{
    *state = rig_start(NULL);
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

struct member {
    struct ocd_session *session;
    struct ocd_op *op;
    long took;
};

/* Runs all sessions once; returns how many are still under way. */
static size_t dispatch_all(struct member *clients, long begin)
{
    struct pollfd fds[CLIENTS];
    size_t under_way = 0;
    int timeout = 1000;

    for (size_t i = 0; i < CLIENTS; i++) {
        struct member *m = &clients[i];
        ocd_loop_dispatch(m->session);
        if (ocd_op_result(m->op) != OCD_PENDING) {
            m->took = m->took != 0 ? m->took : rig_now_ms() - begin;
            continue;
        }
        int wants = ocd_loop_timeout(m->session);
        timeout = wants >= 0 && wants < timeout ? wants : timeout;
        fds[under_way++] =
            (struct pollfd){.fd = ocd_loop_fd(m->session), .events = ocd_loop_events(m->session)};
    }
    if (under_way > 0)
        poll(fds, under_way, timeout);
    return under_way;
}

/* With the usual timeout. */
static void many_clients_connect_at_once(void **state)
{
    struct rig *rig = *state;
    struct member clients[CLIENTS] = {0};
    struct ocd_options options = {.host = "127.0.0.1", .port = rig->port};
    long begin = rig_now_ms(), longest = 0;

    for (size_t i = 0; i < CLIENTS; i++)
        clients[i].op = ocd_connect_async(&clients[i].session, &options, NULL);
    while (dispatch_all(clients, begin) > 0)
        ;
    for (size_t i = 0; i < CLIENTS; i++) {
        rig_ok(clients[i].session, ocd_wait(clients[i].op));
        longest = clients[i].took > longest ? clients[i].took : longest;
    }
    print_message("the last of %d was in after %ld ms\n", CLIENTS, longest);
    for (size_t i = 0; i < CLIENTS; i++)
        ocd_close(clients[i].session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_clients_connect_at_once),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
