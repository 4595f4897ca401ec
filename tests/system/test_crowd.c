// SPDX-License-Identifier: MIT
/* Many clients of one OpenOCD at once, whose queue of connections has one place. */
#include "rig.h"

#include <poll.h>

#define CROWD 24

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

/* One turn of all sessions; how many are still under way. */
static size_t turn(struct member *crowd, long begin)
{
    struct pollfd fds[CROWD];
    size_t under_way = 0;
    int timeout = 1000;

    for (size_t i = 0; i < CROWD; i++) {
        struct member *m = &crowd[i];
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
static void a_crowd_that_connects_at_once_gets_in(void **state)
{
    struct rig *rig = *state;
    struct member crowd[CROWD] = {0};
    struct ocd_options options = {.host = "127.0.0.1", .port = rig->port};
    long begin = rig_now_ms(), longest = 0;

    for (size_t i = 0; i < CROWD; i++)
        crowd[i].op = ocd_connect_async(&crowd[i].session, &options, NULL);
    while (turn(crowd, begin) > 0)
        ;
    for (size_t i = 0; i < CROWD; i++) {
        rig_ok(crowd[i].session, ocd_wait(crowd[i].op));
        longest = crowd[i].took > longest ? crowd[i].took : longest;
    }
    print_message("the last of %d was in after %ld ms\n", CROWD, longest);
    for (size_t i = 0; i < CROWD; i++)
        ocd_close(crowd[i].session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crowd_that_connects_at_once_gets_in),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
