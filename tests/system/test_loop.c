// SPDX-License-Identifier: MIT
/* Sessions in the caller's own loop: what to poll for, for how long, and what happens meanwhile. */
#include "rig.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>

#define SIZE (400u << 10)

struct pair {
    struct rig *rigs[2];
};

static int start(void **state)
{
    struct pair *pair = calloc(1, sizeof(*pair));

    assert_non_null(pair);
    for (int i = 0; i < 2; i++)
        pair->rigs[i] = rig_start(&(struct rig_options){.sim.ram_size = 512u << 10});
    *state = pair;
    return 0;
}

static int stop(void **state)
{
    struct pair *pair = *state;

    for (int i = 0; i < 2; i++)
        rig_stop(pair->rigs[i]);
    free(pair);
    return 0;
}

/* A failed test may leave a probe frozen, which would block the next test. */
static int thaw(void **state)
{
    struct pair *pair = *state;

    sim_set_link(pair->rigs[0]->sim, SIM_LINK_UP);
    return 0;
}

/* Counts successes by one and failures by a hundred. */
static void note_end(struct ocd_op *op, int result, void *user)
{
    (void)op;
    *(int *)user += result == OCD_OK ? 1 : 100;
}

static int note_progress(uint64_t done, uint64_t total, void *user)
{
    (void)total;
    *(uint64_t *)user = done;
    return 0;
}

static void two_sessions_share_one_poll(void **state)
{
    struct pair *pair = *state;
    uint8_t *want[2], *have[2];
    int ended = 0;
    const struct ocd_call call = {.done = note_end, .user = &ended};
    struct ocd_op *ops[2][3];
    uint32_t value[2];
    long deadline = rig_now_ms() + RIG_TIMEOUT_MS;

    for (int i = 0; i < 2; i++) {
        struct ocd_session *s = pair->rigs[i]->session;
        want[i] = rig_fill(pair->rigs[i], RIG_RAM, SIZE, (uint32_t)i + 1);
        have[i] = malloc(SIZE);
        assert_non_null(have[i]);
        ops[i][0] = ocd_read_bytes_async(s, RIG_RAM, have[i], SIZE, &call);
        ops[i][1] = ocd_read_u32_async(s, RIG_RAM, &value[i], 1, &call);
        ops[i][2] = ocd_read_bytes_async(s, RIG_RAM, have[i], SIZE, &call);
    }
    while (ended < 6) {
        struct pollfd p[2];
        int timeout = 1000;
        for (int i = 0; i < 2; i++) {
            struct ocd_session *s = pair->rigs[i]->session;
            p[i] = (struct pollfd){.fd = ocd_loop_fd(s), .events = ocd_loop_events(s)};
            int t = ocd_loop_timeout(s);
            timeout = t >= 0 && t < timeout ? t : timeout;
        }
        assert_true(rig_now_ms() < deadline);
        assert_true(poll(p, 2, timeout) >= 0);
        for (int i = 0; i < 2; i++)
            assert_int_equal(ocd_loop_dispatch(pair->rigs[i]->session), OCD_OK);
    }
    assert_int_equal(ended, 6);
    for (int i = 0; i < 2; i++) {
        assert_memory_equal(have[i], want[i], SIZE);
        swap_little(&value[i], 4, 1);
        assert_memory_equal(&value[i], want[i], 4);
        for (int k = 0; k < 3; k++)
            ocd_op_free(ops[i][k]);
        free(have[i]);
        free(want[i]);
    }
}

/* A blocking call of one session neither waits for the other nor drives it. */
static void a_session_that_is_not_dispatched_waits(void **state)
{
    struct pair *pair = *state;
    struct ocd_session *a = pair->rigs[0]->session, *b = pair->rigs[1]->session;
    uint32_t value, other;
    struct ocd_op *op = ocd_read_u32_async(a, SIM_FLASH_BASE, &value, 1, NULL);

    sim_set_link(pair->rigs[0]->sim, SIM_LINK_FROZEN);
    for (int i = 0; i < 10; i++)
        rig_ok(b, ocd_read_u32(b, SIM_FLASH_BASE, &other, 1));
    assert_int_equal(ocd_op_result(op), OCD_PENDING);
    sim_set_link(pair->rigs[0]->sim, SIM_LINK_UP);
    assert_int_equal(ocd_wait(op), OCD_OK);
    assert_int_equal(value, 0x20005000);
}

static void an_idle_session_needs_no_dispatch(void **state)
{
    struct ocd_session *s = ((struct pair *)*state)->rigs[0]->session;

    assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
    assert_int_equal(ocd_loop_timeout(s), -1);
    assert_int_equal(ocd_loop_events(s), POLLIN);
    assert_true(ocd_loop_fd(s) >= 0);
    struct pollfd p = {.fd = ocd_loop_fd(s), .events = POLLIN};
    assert_int_equal(poll(&p, 1, 0), 0);
}

static void the_timeout_is_the_time_to_the_next_deadline(void **state)
{
    struct pair *pair = *state;
    struct ocd_session *s = pair->rigs[0]->session;
    uint32_t value;

    sim_set_link(pair->rigs[0]->sim, SIM_LINK_FROZEN);
    struct ocd_op *late =
        ocd_read_u32_async(s, RIG_RAM, &value, 1, &(struct ocd_call){.timeout_ms = RIG_TIMEOUT_MS});
    long before = rig_now_ms();
    struct ocd_op *soon =
        ocd_read_u32_async(s, RIG_RAM, &value, 1, &(struct ocd_call){.timeout_ms = 300});
    assert_int_equal(ocd_loop_timeout(s), 0); /* they have not been sent yet */
    int turns = 0;
    while (ocd_loop_dispatch(s) == OCD_OK && ocd_op_result(soon) == OCD_PENDING) {
        int timeout = ocd_loop_timeout(s);
        assert_in_range(timeout, 0, 301);
        struct pollfd p = {.fd = ocd_loop_fd(s), .events = ocd_loop_events(s)};
        assert_true(poll(&p, 1, timeout) >= 0);
        assert_true(++turns < 50); /* no busy loop */
    }
    assert_in_range(rig_now_ms() - before, 299, RIG_SOON_MS);
    assert_int_equal(ocd_op_result(soon), OCD_ERR_TIMEOUT);
    assert_int_equal(ocd_op_result(late), OCD_PENDING);
    assert_in_range(ocd_loop_timeout(s), 1, RIG_TIMEOUT_MS);
    ocd_op_free(soon);
    sim_set_link(pair->rigs[0]->sim, SIM_LINK_UP);
    assert_int_equal(ocd_wait(late), OCD_OK);
    assert_int_equal(ocd_loop_timeout(s), -1);
}

/* OpenOCD receives nothing while it waits for its probe. */
static void a_full_socket_is_polled_for_writing(void **state)
{
    struct pair *pair = *state;
    struct ocd_session *s = rig_connect(pair->rigs[0], NULL);
    const int small = 65536;
    char *script = malloc(4000001);
    struct ocd_op *ops[3];
    uint32_t value;

    assert_non_null(script);
    memset(script, ' ', 4000000);
    script[4000000] = '\0';
    assert_int_equal(setsockopt(ocd_loop_fd(s), SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)), 0);
    sim_set_link(pair->rigs[0]->sim, SIM_LINK_FROZEN);
    ops[0] = ocd_read_u32_async(s, SIM_FLASH_BASE, &value, 1, NULL);
    assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
    ops[1] = ocd_command_async(s, script, NULL, NULL);
    ops[2] = ocd_command_async(s, script, NULL, NULL);
    assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
    assert_int_equal(ocd_loop_events(s), POLLIN | POLLOUT);
    sim_set_link(pair->rigs[0]->sim, SIM_LINK_UP);
    for (int i = 2; i >= 0; i--)
        assert_int_equal(ocd_wait(ops[i]), OCD_OK);
    assert_int_equal(value, 0x20005000);
    assert_int_equal(ocd_loop_events(s), POLLIN);
    free(script);
    ocd_close(s);
}

/* Requests that were sent are still answered, and the answers are dropped. */
static void a_cancelled_transfer_leaves_the_session_usable(void **state)
{
    struct pair *pair = *state;
    struct rig *rig = pair->rigs[0];
    static const enum ocd_space spaces[] = {OCD_SPACE_SESSION, OCD_SPACE_PHYSICAL};
    uint8_t *data = malloc(SIZE), *copy = malloc(SIZE), bytes[16];

    assert_non_null(data);
    assert_non_null(copy);
    rig_poke(rig, RIG_RAM + 5, "after the cancel", 16);
    for (size_t i = 0; i < COUNT_OF(spaces); i++) {
        uint64_t done = 0;
        struct ocd_call call = {.space = spaces[i], .progress = note_progress, .user = &done};
        struct ocd_op *op = ocd_read_bytes_async(rig->session, RIG_RAM, data, SIZE, &call);
        while (done == 0) {
            assert_int_equal(ocd_loop_dispatch(rig->session), OCD_OK);
            struct pollfd p = {.fd = ocd_loop_fd(rig->session),
                               .events = ocd_loop_events(rig->session)};
            poll(&p, 1, done == 0 ? 100 : 0);
        }
        ocd_cancel(op);
        memcpy(copy, data, SIZE);
        rig_ok(rig->session, ocd_read_bytes(rig->session, RIG_RAM + 5, bytes, 16));
        assert_memory_equal(bytes, "after the cancel", 16);
        assert_memory_equal(data, copy, SIZE); /* nothing is written there any more */
        ocd_op_free(op);
    }
    free(copy);
    free(data);
}

static void a_cancel_is_reported_by_the_next_dispatch(void **state)
{
    struct pair *pair = *state;
    struct ocd_session *s = pair->rigs[0]->session;
    int ended = 0;
    const struct ocd_call call = {.done = note_end, .user = &ended};
    uint32_t value;
    struct ocd_op *op = ocd_read_u32_async(s, RIG_RAM, &value, 1, &call);

    ocd_cancel(op);
    assert_int_equal(ocd_op_result(op), OCD_ERR_CANCELLED);
    assert_int_equal(ended, 0);
    assert_int_equal(ocd_loop_timeout(s), 0);
    assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
    assert_int_equal(ended, 100);
    ocd_cancel(op); /* once more does nothing */
    assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
    assert_int_equal(ended, 100);
    assert_int_equal(ocd_wait(op), OCD_ERR_CANCELLED);
}

static void operations_outlive_a_closed_session(void **state)
{
    struct pair *pair = *state;
    struct ocd_session *s = rig_connect(pair->rigs[0], NULL);
    int ended = 0;
    const struct ocd_call call = {.done = note_end, .user = &ended};
    uint32_t value;
    uint8_t *data = malloc(SIZE);
    struct ocd_op *good = ocd_read_u32_async(s, SIM_FLASH_BASE, &value, 1, &call);
    struct ocd_op *bad = ocd_read_u32_async(s, RIG_NOWHERE, &value, 1, &call);

    assert_non_null(data);
    while (ended < 101) {
        struct pollfd p = {.fd = ocd_loop_fd(s), .events = ocd_loop_events(s)};
        assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
        poll(&p, 1, 10);
    }
    struct ocd_op *pending = ocd_read_bytes_async(s, RIG_RAM, data, SIZE, &call);
    struct ocd_op *waited = ocd_read_bytes_async(s, RIG_RAM, data, SIZE, &call);
    assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
    ocd_close(s);
    assert_int_equal(ended, 101); /* without a callback */
    assert_int_equal(ocd_op_result(good), OCD_OK);
    assert_int_equal(ocd_op_result(bad), OCD_ERR_TARGET);
    assert_int_equal(ocd_op_result(pending), OCD_ERR_CANCELLED);
    assert_int_equal(ocd_op_error(pending)->code, OCD_ERR_CANCELLED);
    rig_assert_error(ocd_op_error(bad), OCD_ERR_TARGET, RIG_NOWHERE, 0);
    ocd_cancel(pending);
    ocd_op_free(good);
    ocd_op_free(bad);
    ocd_op_free(pending);
    assert_int_equal(ocd_wait(waited), OCD_ERR_CANCELLED);
    free(data);
}

static void *read_often(void *user)
{
    struct rig *rig = user;
    struct ocd_session *s = rig_connect(rig, NULL);
    uint8_t *data = malloc(SIZE);
    intptr_t bad = data == NULL;

    for (int i = 0; i < 5 && bad == 0; i++) {
        uint32_t value = 0;
        bad += ocd_read_u32(s, SIM_FLASH_BASE, &value, 1) != OCD_OK || value != 0x20005000;
        bad += ocd_read_bytes(s, RIG_RAM, data, SIZE) != OCD_OK;
        bad += memcmp(data, "\1\2\3\4", 4) != 0;
        bad += ocd_read_u32(s, RIG_NOWHERE, &value, 1) != OCD_ERR_TARGET;
        bad += ocd_last_error(s)->addr != RIG_NOWHERE;
    }
    free(data);
    ocd_close(s);
    return (void *)bad;
}

static void sessions_may_be_used_in_threads_of_their_own(void **state)
{
    struct pair *pair = *state;
    pthread_t threads[4];

    for (int i = 0; i < 2; i++)
        rig_poke(pair->rigs[i], RIG_RAM, "\1\2\3\4", 4);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_often, pair->rigs[i % 2]), 0);
    for (int i = 0; i < 4; i++) {
        void *bad;
        assert_int_equal(pthread_join(threads[i], &bad), 0);
        assert_null(bad);
    }
}

/* Signals of the caller's own interrupt system calls. */
static void on_alarm(int number)
{
    (void)number;
}

static void signals_do_not_disturb_a_wait(void **state)
{
    struct pair *pair = *state;
    struct rig *rig = pair->rigs[0];
    struct sigaction action = {.sa_handler = on_alarm}, before;
    const struct timespec period = {.tv_nsec = 500000};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
    struct itimerspec every = {.it_interval = period, .it_value = period};
    uint8_t *want = rig_fill(rig, RIG_RAM, SIZE, 9), *have = malloc(SIZE);
    timer_t timer;

    assert_non_null(have);
    assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
    assert_int_equal(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
    assert_int_equal(timer_settime(timer, 0, &every, NULL), 0);
    int rc = ocd_read_bytes(rig->session, RIG_RAM, have, SIZE);
    int rc2 = ocd_write_bytes(rig->session, RIG_RAM, want, SIZE);
    timer_delete(timer);
    sigaction(SIGALRM, &before, NULL);
    rig_ok(rig->session, rc);
    rig_ok(rig->session, rc2);
    assert_memory_equal(have, want, SIZE);
    free(have);
    free(want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_sessions_share_one_poll),
        cmocka_unit_test_teardown(a_session_that_is_not_dispatched_waits, thaw),
        cmocka_unit_test(an_idle_session_needs_no_dispatch),
        cmocka_unit_test_teardown(the_timeout_is_the_time_to_the_next_deadline, thaw),
        cmocka_unit_test_teardown(a_full_socket_is_polled_for_writing, thaw),
        cmocka_unit_test(a_cancelled_transfer_leaves_the_session_usable),
        cmocka_unit_test(a_cancel_is_reported_by_the_next_dispatch),
        cmocka_unit_test(operations_outlive_a_closed_session),
        cmocka_unit_test(sessions_may_be_used_in_threads_of_their_own),
        cmocka_unit_test(signals_do_not_disturb_a_wait),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
