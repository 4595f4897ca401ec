// SPDX-License-Identifier: MIT
/* A probe or a server that says nothing for a while: deadlines, stalls, and what comes too late. */
#include "rig.h"

#include "fake_server.h"

#include <poll.h>

static int start(void **state)
{
    *state = rig_start(&(struct rig_options){.sim.ram_size = 2u << 20});
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

static int thaw(void **state)
{
    struct rig *rig = *state;

    sim_set_link(rig->sim, SIM_LINK_UP);
    sim_set_latency(rig->sim, 0);
    return 0;
}

static void a_silent_probe_times_out_and_its_reply_is_dropped(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    const struct ocd_call quick = {.timeout_ms = 150};
    uint32_t late = 0x5a5a5a5a, value;

    rig_poke(rig, RIG_RAM, "\1\1\1\1\2\2\2\2", 8);
    for (int i = 0; i < 3; i++) {
        sim_set_link(rig->sim, SIM_LINK_FROZEN);
        long before = rig_now_ms();
        rig_fails(s, OCD_ERR_TIMEOUT, ocd_wait(ocd_read_u32_async(s, RIG_RAM, &late, 1, &quick)));
        assert_in_range(rig_now_ms() - before, 149, RIG_SOON_MS);
        assert_int_equal(ocd_last_error(s)->code, OCD_ERR_TIMEOUT);
        sim_set_link(rig->sim, SIM_LINK_UP);
        rig_ok(s, ocd_read_u32(s, RIG_RAM + 4, &value, 1));
        assert_int_equal(value, 0x02020202);
    }
    assert_int_equal(late, 0x5a5a5a5a); /* nothing is written into a buffer after the end */
}

static void a_bulk_read_that_timed_out_leaves_the_session_usable(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    const struct ocd_call quick = {.timeout_ms = 150};
    uint8_t *want = rig_fill(rig, RIG_RAM, 1u << 20, 5), *have = malloc(1u << 20);

    assert_non_null(have);
    rig_ok(s, ocd_read_bytes(s, RIG_RAM, have, 1u << 20)); /* the path is known */
    sim_set_link(rig->sim, SIM_LINK_FROZEN);
    memset(have, 0, 1u << 20);
    rig_fails(s, OCD_ERR_TIMEOUT,
              ocd_wait(ocd_read_bytes_async(s, RIG_RAM, have, 1u << 20, &quick)));
    assert_memory_equal(have, want, (size_t)ocd_last_error(s)->done);
    sim_set_link(rig->sim, SIM_LINK_UP);
    rig_ok(s, ocd_read_bytes(s, RIG_RAM + 1, have, (1u << 20) - 1));
    assert_memory_equal(have, want + 1, (1u << 20) - 1);
    free(have);
    free(want);
}

/* The same while the session still finds out which path it may use. */
static void a_first_read_that_timed_out_leaves_the_session_usable(void **state)
{
    struct rig *rig = *state;
    const struct ocd_call quick = {.timeout_ms = 100};
    uint8_t *want = rig_fill(rig, RIG_RAM, 100000, 6), *have = malloc(100000);

    assert_non_null(have);
    for (int cancel = 0; cancel < 2; cancel++) {
        struct ocd_session *s = rig_connect(rig, NULL);
        memset(have, 0, 100000);
        sim_set_link(rig->sim, SIM_LINK_FROZEN);
        /* One that is cancelled has time: its deadline must not come first. */
        struct ocd_op *op = ocd_read_bytes_async(s, RIG_RAM, have, 100000, cancel ? NULL : &quick);
        if (cancel) {
            assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
            ocd_cancel(op);
        }
        assert_int_equal(ocd_wait(op), cancel ? OCD_ERR_CANCELLED : OCD_ERR_TIMEOUT);
        sim_set_link(rig->sim, SIM_LINK_UP);
        for (int i = 0; i < 3; i++) {
            rig_ok(s, ocd_read_bytes(s, RIG_RAM + 1, have, 99999));
            assert_memory_equal(have, want + 1, 99999);
        }
        ocd_close(s);
    }
    free(have);
    free(want);
}

/* What was to be written then must not become what is written next. */
static void a_bulk_write_that_timed_out_does_not_mix_with_the_next(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    const struct ocd_call quick = {.timeout_ms = 150};
    const uint32_t size = 1u << 19;
    uint8_t *first = malloc(size), *second = malloc(size), *memory = calloc(1, 2 * size);

    assert_non_null(first);
    assert_non_null(second);
    assert_non_null(memory);
    memset(first, 1, size);
    memset(second, 2, size);
    rig_poke(rig, RIG_RAM, memory, 2 * size);
    sim_set_link(rig->sim, SIM_LINK_FROZEN);
    rig_fails(s, OCD_ERR_TIMEOUT, ocd_wait(ocd_write_bytes_async(s, RIG_RAM, first, size, &quick)));
    struct ocd_op *op = ocd_write_bytes_async(s, RIG_RAM + size, second, size, NULL);
    assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
    memset(first, 3, size); /* the caller's again */
    sim_set_link(rig->sim, SIM_LINK_UP);
    rig_ok(s, ocd_wait(op));
    rig_peek(rig, RIG_RAM, memory, 2 * size);
    for (uint32_t i = 0; i < size; i++)
        assert_true(memory[i] <= 1);
    assert_memory_equal(memory + size, second, size);
    free(first);
    free(second);
    free(memory);
}

/* The deadline is the whole call's, though data flow all the time. */
static void a_bulk_call_ends_at_its_deadline(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    const struct ocd_call quick = {.deadline_ms = 300};
    uint8_t *have = malloc(2u << 20);
    uint8_t byte;

    assert_non_null(have);
    sim_set_latency(rig->sim, 20000); /* 350 transfers at the least */
    long before = rig_now_ms();
    rig_fails(s, OCD_ERR_TIMEOUT,
              ocd_wait(ocd_read_bytes_async(s, RIG_RAM, have, 2u << 20, &quick)));
    assert_in_range(rig_now_ms() - before, 299, RIG_SOON_MS);
    sim_set_latency(rig->sim, 0);
    rig_poke(rig, RIG_RAM + 77, "\x4d", 1);
    rig_ok(s, ocd_read_u8(s, RIG_RAM + 77, &byte, 1));
    assert_int_equal(byte, 0x4d);
    free(have);
}

static void a_write_that_timed_out_may_still_happen(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    const struct ocd_call quick = {.timeout_ms = 100};
    uint32_t value = 0x11223344;

    rig_poke(rig, RIG_RAM, "\0\0\0\0", 4);
    sim_set_link(rig->sim, SIM_LINK_FROZEN);
    rig_fails(s, OCD_ERR_TIMEOUT, ocd_wait(ocd_write_u32_async(s, RIG_RAM, &value, 1, &quick)));
    sim_set_link(rig->sim, SIM_LINK_UP);
    rig_ok(s, ocd_read_u32(s, RIG_RAM, &value, 1)); /* OpenOCD has it in its queue */
    assert_int_equal(value, 0x11223344);
}

static void a_call_without_a_limit_does_not_time_out(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig_connect(rig, &(struct ocd_options){.timeout_ms = OCD_TIMEOUT_NONE});
    uint32_t value;
    struct ocd_op *op = ocd_read_u32_async(s, SIM_FLASH_BASE, &value, 1, NULL);

    while (ocd_loop_dispatch(s) == OCD_OK && ocd_op_result(op) == OCD_PENDING) {
        assert_int_equal(ocd_loop_timeout(s), -1);
        struct pollfd p = {.fd = ocd_loop_fd(s), .events = ocd_loop_events(s)};
        assert_int_equal(poll(&p, 1, RIG_TIMEOUT_MS), 1);
    }
    assert_int_equal(ocd_wait(op), OCD_OK);
    assert_int_equal(value, 0x20005000);
    ocd_close(s);
}

static int freeze(uint64_t done, uint64_t total, void *user)
{
    (void)total;
    if (done > 0)
        sim_set_link(((struct rig *)user)->sim, SIM_LINK_FROZEN);
    return 0;
}

/* A probe so slow that it takes longer than the timeout, in requests that do not. */
static void a_bulk_call_continues_while_requests_are_completed(void **state)
{
    enum {
        SIZE = 96 << 10
    };
    struct rig *rig = *state;
    struct ocd_session *s = rig_connect(rig, NULL);
    uint8_t *want = rig_fill(rig, RIG_RAM, SIZE, 9), *have = malloc(SIZE);
    int result = OCD_ERR_TIMEOUT;

    assert_non_null(have);
    /* On a machine that is busy for as long, again with more time. */
    for (unsigned ms = 1000; result == OCD_ERR_TIMEOUT && ms < 20000; ms *= 4) {
        struct ocd_call call = {.timeout_ms = ms};
        sim_set_latency(rig->sim, ms * 1000 / 50);
        for (int typed = 0; typed < 2; typed++) {
            long before = rig_now_ms();
            memset(have, 0, SIZE);
            result = ocd_wait(
                typed ? ocd_read_u32_async(s, RIG_RAM, (uint32_t *)(void *)have, SIZE / 4, &call)
                      : ocd_read_bytes_async(s, RIG_RAM, have, SIZE, &call));
            if (result == OCD_ERR_TIMEOUT)
                break;
            rig_ok(s, result);
            if (typed)
                swap_little(have, 4, SIZE / 4);
            assert_memory_equal(have, want, SIZE);
            assert_true(rig_now_ms() - before > (long)ms);
        }
    }
    assert_int_equal(result, OCD_OK);
    free(want);
    free(have);
    ocd_close(s);
}

/* One that needs a single request has its timeout as a whole, whatever others do meanwhile. */
static void a_single_request_gets_no_time_from_others(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig_connect(rig, NULL);
    const struct ocd_call quick = {.timeout_ms = 150};
    struct ocd_call patient = {.timeout_ms = RIG_TIMEOUT_MS};
    uint8_t *data = malloc(1u << 20);
    uint32_t value;

    assert_non_null(data);
    sim_set_latency(rig->sim, 50000); /* several times in each request */
    struct ocd_op *bulk = ocd_read_bytes_async(s, RIG_RAM, data, 1u << 20, &patient);
    assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
    long before = rig_now_ms();
    rig_fails(s, OCD_ERR_TIMEOUT, ocd_wait(ocd_read_u32_async(s, RIG_RAM, &value, 1, &quick)));
    assert_in_range(rig_now_ms() - before, 149, RIG_SOON_MS);
    ocd_op_free(bulk);
    ocd_close(s);
    free(data);
}

static int count_end(uint64_t done, uint64_t total, void *user)
{
    *(bool *)user = done == total;
    return 0;
}

/* The time for which an operation waits before it may send does not count. */
static void the_timeout_of_a_waiting_write_starts_when_it_may_send(void **state)
{
    enum {
        SIZE = 96 << 10
    };
    struct rig *rig = *state;
    struct ocd_session *s = rig_connect(rig, NULL);
    uint8_t *data = malloc(SIZE);
    int result = OCD_ERR_TIMEOUT;

    assert_non_null(data);
    for (unsigned ms = 1000; result == OCD_ERR_TIMEOUT && ms < 20000; ms *= 4) {
        uint32_t value = ms, written;
        bool read = false;
        struct ocd_call patient = {
            .timeout_ms = RIG_TIMEOUT_MS, .progress = count_end, .user = &read};
        sim_set_latency(rig->sim, ms * 1000 / 50);
        struct ocd_op *bulk = ocd_read_bytes_async(s, RIG_RAM, data, SIZE, &patient);
        long before = rig_now_ms();
        result = ocd_wait(
            ocd_write_u32_async(s, RIG_RAM, &value, 1, &(struct ocd_call){.timeout_ms = ms}));
        if (result == OCD_OK) {
            assert_true(read);
            assert_true(rig_now_ms() - before > (long)ms);
            rig_peek(rig, RIG_RAM, &written, sizeof(written));
            swap_little(&written, sizeof(written), 1);
            assert_int_equal(written, value);
        }
        rig_ok(s, ocd_wait(bulk));
    }
    rig_ok(s, result);
    free(data);
    ocd_close(s);
}

static void a_bulk_call_without_a_completed_request_times_out(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig_connect(rig, NULL);
    uint8_t *data = malloc(2u << 20), byte;
    uint64_t done = 0;
    char words[64];

    assert_non_null(data);
    /* Until the first bytes come in that time, which depends on the machine. */
    for (unsigned ms = 500; done == 0 && ms < RIG_TIMEOUT_MS; ms *= 4) {
        struct ocd_call call = {.timeout_ms = ms, .progress = freeze, .user = rig};
        long before = rig_now_ms();
        rig_fails(s, OCD_ERR_TIMEOUT,
                  ocd_wait(ocd_read_bytes_async(s, RIG_RAM, data, 2u << 20, &call)));
        assert_in_range(rig_now_ms() - before, ms - 1, 2 * ms + RIG_SOON_MS);
        snprintf(words, sizeof(words), "no request has been completed for %u ms", ms);
        rig_assert_contains(ocd_last_error(s)->message, words);
        done = ocd_last_error(s)->done;
        sim_set_link(rig->sim, SIM_LINK_UP);
    }
    assert_true(done > 0);
    rig_ok(s, ocd_read_u8(s, RIG_RAM, &byte, 1));
    free(data);
    ocd_close(s);
}

/* A reply that comes byte after byte for minutes. */
static void bytes_of_a_reply_are_no_progress(void **state)
{
    struct fake *fake = fake_start(NULL);
    struct ocd_session *s;
    uint8_t bytes[1000];
    const struct ocd_call call = {.timeout_ms = 300};

    (void)state;
    assert_non_null(fake);
    rig_ok(s, ocd_connect(&s, &(struct ocd_options){.host = "127.0.0.1",
                                                    .port = fake_port(fake),
                                                    .timeout_ms = RIG_TIMEOUT_MS}));
    fake_inject(fake, &(struct fake_fault){
                          .kind = FAKE_DRIBBLE, .match = "dump_image", .at = 10, .us = 1000000});
    long before = rig_now_ms();
    rig_fails(s, OCD_ERR_TIMEOUT,
              ocd_wait(ocd_read_bytes_async(s, 0x20000000, bytes, sizeof(bytes), &call)));
    assert_in_range(rig_now_ms() - before, 299, RIG_SOON_MS);
    ocd_close(s);
    fake_stop(fake);
}

#define SILENT(name) cmocka_unit_test_setup_teardown(name, thaw, thaw)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SILENT(a_silent_probe_times_out_and_its_reply_is_dropped),
        SILENT(a_bulk_read_that_timed_out_leaves_the_session_usable),
        SILENT(a_first_read_that_timed_out_leaves_the_session_usable),
        SILENT(a_bulk_write_that_timed_out_does_not_mix_with_the_next),
        SILENT(a_bulk_call_ends_at_its_deadline),
        SILENT(a_write_that_timed_out_may_still_happen),
        SILENT(a_call_without_a_limit_does_not_time_out),
        SILENT(a_bulk_call_continues_while_requests_are_completed),
        SILENT(a_single_request_gets_no_time_from_others),
        SILENT(the_timeout_of_a_waiting_write_starts_when_it_may_send),
        SILENT(a_bulk_call_without_a_completed_request_times_out),
        cmocka_unit_test(bytes_of_a_reply_are_no_progress),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
