// SPDX-License-Identifier: MIT
/* Calls as operations: each of them, several at once, and what they say of themselves. */
#include "rig.h"

#include <poll.h>
#include <unistd.h>

static int start(void **state)
{
    *state = rig_start(&(struct rig_options){.sim.ram_size = 1u << 20, .big = true});
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

/* Drives the session as an event loop does, until the operation has ended. */
static int drive(struct ocd_session *s, struct ocd_op *op)
{
    long deadline = rig_now_ms() + RIG_TIMEOUT_MS;

    while (ocd_loop_dispatch(s) == OCD_OK && ocd_op_result(op) == OCD_PENDING) {
        int timeout = ocd_loop_timeout(s);
        struct pollfd p = {.fd = ocd_loop_fd(s), .events = ocd_loop_events(s)};
        assert_true(rig_now_ms() < deadline);
        assert_true(p.fd >= 0 || timeout >= 0);
        poll(&p, p.fd >= 0 ? 1 : 0, timeout < 0 || timeout > 1000 ? 1000 : timeout);
    }
    return ocd_op_result(op);
}

struct note {
    struct ocd_op *op;
    int calls, result;
};

static void note_end(struct ocd_op *op, int result, void *user)
{
    struct note *n = user;

    n->op = op;
    n->result = result;
    n->calls++;
}

/* An operation ends with success, and its callback says so once. */
static void finish(struct ocd_session *s, struct ocd_op *op, struct note *n)
{
    assert_non_null(op);
    assert_int_equal(ocd_op_result(op), OCD_PENDING);
    assert_int_equal(ocd_op_error(op)->code, OCD_OK);
    assert_int_equal(n->calls, 0);
    rig_ok(s, drive(s, op));
    assert_int_equal(n->calls, 1);
    assert_int_equal(n->result, OCD_OK);
    assert_ptr_equal(n->op, op);
    assert_int_equal(ocd_wait(op), OCD_OK);
    *n = (struct note){0};
}

static void typed_calls(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    struct note n = {0};
    const struct ocd_call call = {.done = note_end, .user = &n};
    uint8_t b[2];
    uint16_t h[2];
    uint32_t w[2];
    uint64_t d[2];

    rig_poke(rig, RIG_RAM, "\1\2\3\4\5\6\7\x08\x11\x12\x13\x14\x15\x16\x17\x18", 16);
    finish(s, ocd_read_u8_async(s, RIG_RAM, b, 2, &call), &n);
    assert_int_equal(b[1], 2);
    finish(s, ocd_read_u16_async(s, RIG_RAM, h, 2, &call), &n);
    assert_int_equal(h[1], 0x0403);
    finish(s, ocd_read_u32_async(s, RIG_RAM, w, 2, &call), &n);
    assert_int_equal(w[1], 0x08070605);
    finish(s, ocd_read_u64_async(s, RIG_RAM, d, 2, &call), &n);
    assert_true(d[1] == 0x1817161514131211);
    finish(s, ocd_write_u8_async(s, RIG_RAM + 0x20, b, 2, &call), &n);
    finish(s, ocd_write_u16_async(s, RIG_RAM + 0x30, h, 2, &call), &n);
    finish(s, ocd_write_u32_async(s, RIG_RAM + 0x40, w, 2, &call), &n);
    finish(s, ocd_write_u64_async(s, RIG_RAM + 0x50, d, 2, &call), &n);
    rig_assert_memory(rig, RIG_RAM + 0x20, "\1\2", 2);
    rig_assert_memory(rig, RIG_RAM + 0x30, "\1\2\3\4", 4);
    rig_assert_memory(rig, RIG_RAM + 0x40, "\1\2\3\4\5\6\7\x08", 8);
    rig_assert_memory(rig, RIG_RAM + 0x50, "\1\2\3\4\5\6\7\x08\x11\x12\x13\x14\x15\x16\x17\x18",
                      16);
}

static int count_line(const char *line, void *user)
{
    (void)line;
    ++*(int *)user;
    return 0;
}

static int count_data(uint64_t addr, const void *data, size_t size, void *user)
{
    (void)addr;
    (void)data;
    *(int *)user += (int)size;
    return 0;
}

static int count_match(uint64_t addr, void *user)
{
    (void)addr;
    ++*(int *)user;
    return 0;
}

static void bulk_calls(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    struct note n = {0};
    const struct ocd_call call = {.done = note_end, .user = &n};
    uint8_t data[5000];
    struct ocd_item item = {.addr = RIG_RAM, .count = 7, .width = 8, .values = data};
    uint64_t *matches;
    size_t count;
    char *text, *dir = rig_directory(), path[4096];
    int counted = 0;

    rig_poke(rig, RIG_RAM, "0123456789abcdef", 16);
    finish(s, ocd_read_bytes_async(s, RIG_RAM, data, 5000, &call), &n);
    assert_memory_equal(data, "0123456789abcdef", 16);
    finish(s, ocd_write_bytes_async(s, RIG_RAM + 0x2000, data, 5000, &call), &n);
    rig_assert_memory(rig, RIG_RAM + 0x2000, data, 5000);
    finish(s, ocd_fill_async(s, RIG_RAM + 0x40, 3, "x", 1, &call), &n);
    rig_assert_memory(rig, RIG_RAM + 0x40, "xxx", 3);
    finish(s, ocd_read_many_async(s, &item, 1, 0, &call), &n);
    assert_memory_equal(data, "0123456", 7);
    finish(s, ocd_hexdump_async(s, RIG_RAM, 16, &text, &call), &n);
    rig_assert_contains(text, "|0123456789abcdef|");
    ocd_free(text);
    finish(s, ocd_hexdump_lines_async(s, RIG_RAM, 33, count_line, &counted, &call), &n);
    assert_int_equal(counted, 3);
    finish(s, ocd_search_async(s, "abc", 3, RIG_RAM, RIG_RAM + 50, &matches, &count, &call), &n);
    assert_int_equal(count, 1);
    assert_int_equal(matches[0], RIG_RAM + 10);
    ocd_free(matches);
    counted = 0;
    finish(s, ocd_search_each_async(s, "x", 1, RIG_RAM, RIG_RAM + 80, count_match, &counted, &call),
           &n);
    assert_int_equal(counted, 3);
    snprintf(path, sizeof(path), "%s/file", dir);
    finish(s, ocd_dump_async(s, RIG_RAM, 16, path, &call), &n);
    assert_int_equal(access(path, R_OK), 0);
    counted = 0;
    finish(s, ocd_dump_data_async(s, RIG_RAM, 5000, count_data, &counted, &call), &n);
    assert_int_equal(counted, 5000);
    rig_remove_directory(dir);
}

static void calls_about_openocd(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    struct note n = {0};
    const struct ocd_call call = {.done = note_end, .user = &n};
    struct ocd_target *targets;
    size_t count;
    char *text;

    finish(s, ocd_command_async(s, "expr {6 * 7}", &text, &call), &n);
    assert_string_equal(text, "42");
    ocd_free(text);
    finish(s, ocd_targets_async(s, &targets, &count, &call), &n);
    assert_int_equal(count, 2);
    ocd_free(targets);
}

static void connecting_and_starting(void **state)
{
    struct rig *rig = *state;
    struct note n = {0};
    const struct ocd_call call = {.done = note_end, .user = &n};
    struct ocd_options options = {
        .host = "localhost", .port = rig->port, .timeout_ms = RIG_TIMEOUT_MS};
    struct rig_args args;
    struct ocd_session *s;
    uint32_t value;

    struct ocd_op *op = ocd_connect_async(&s, &options, &call);
    finish(s, op, &n);
    rig_ok(s, ocd_read_u32(s, SIM_FLASH_BASE, &value, 1));
    ocd_close(s);

    struct sim *sim = rig_chip(NULL);
    rig_args(&args, sim, NULL);
    options = (struct ocd_options){.args = args.args, .timeout_ms = RIG_TIMEOUT_MS};
    op = ocd_start_async(&s, &options, &call);
    finish(s, op, &n);
    rig_ok(s, ocd_read_u32(s, SIM_FLASH_BASE, &value, 1));
    assert_int_equal(value, 0x20005000);
    ocd_close(s);
    sim_free(sim);
}

/* The caller's structures and strings may go when the call has returned. */
static void settings_are_copied(void **state)
{
    struct rig *rig = *state;
    struct ocd_options *options = calloc(1, sizeof(*options));
    struct ocd_call *call = calloc(1, sizeof(*call));
    char *host = strdup("127.0.0.1"), *target = strdup(RIG_BIG), *cpu = strdup(RIG_CPU);
    char *script = strdup("target current"), *dir = rig_directory(), *path = malloc(4096), *text;
    struct ocd_session *s;
    uint32_t big, little;

    assert_non_null(options);
    assert_non_null(call);
    assert_non_null(path);
    *options = (struct ocd_options){
        .host = host, .port = rig->port, .target = target, .timeout_ms = RIG_TIMEOUT_MS};
    *call = (struct ocd_call){.target = cpu};
    sprintf(path, "%s/file", dir);
    struct ocd_op *connecting = ocd_connect_async(&s, options, NULL);
    struct ocd_op *ops[4] = {
        ocd_read_u32_async(s, SIM_FLASH_BASE, &big, 1, NULL),
        ocd_read_u32_async(s, SIM_FLASH_BASE, &little, 1, call),
        ocd_command_async(s, script, &text, NULL),
        ocd_dump_async(s, SIM_FLASH_BASE, 10, path, call),
    };
    free(options);
    free(call);
    free(host);
    free(target);
    free(cpu);
    free(script);
    free(path);
    for (int i = 0; i < 4; i++)
        rig_ok(s, ocd_wait(ops[i]));
    assert_int_equal(ocd_wait(connecting), OCD_OK);
    assert_int_equal(big, 0x00500020);
    assert_int_equal(little, 0x20005000);
    assert_string_equal(text, RIG_CPU);
    assert_int_equal(rig_directory_entries(dir), 1);
    ocd_free(text);
    ocd_close(s);
    rig_remove_directory(dir);
}

static void connecting_may_be_cancelled(void **state)
{
    struct rig *rig = *state;
    struct ocd_options options = {
        .host = "127.0.0.1", .port = rig->port, .timeout_ms = RIG_TIMEOUT_MS};
    struct ocd_session *s;
    struct note n = {0};
    const struct ocd_call call = {.done = note_end, .user = &n};
    uint8_t byte;

    struct ocd_op *op = ocd_connect_async(&s, &options, &call);
    ocd_cancel(op);
    assert_int_equal(drive(s, op), OCD_ERR_CANCELLED);
    assert_int_equal(n.result, OCD_ERR_CANCELLED);
    assert_int_equal(ocd_read_u8(s, RIG_RAM, &byte, 1), OCD_ERR_CLOSED);
    ocd_op_free(op);
    ocd_close(s);
    op = ocd_connect_async(&s, &options, NULL); /* and closed before it is connected */
    ocd_close(s);
    assert_int_equal(ocd_op_result(op), OCD_ERR_CANCELLED);
    ocd_op_free(op);
}

/* Calls may be made before the session is connected: they wait for it. */
static void operations_may_be_started_while_connecting(void **state)
{
    struct rig *rig = *state;
    struct ocd_options options = {
        .host = "127.0.0.1", .port = rig->port, .timeout_ms = RIG_TIMEOUT_MS};
    struct ocd_session *s;
    uint32_t value;

    struct ocd_op *connecting = ocd_connect_async(&s, &options, NULL);
    struct ocd_op *reading = ocd_read_u32_async(s, SIM_FLASH_BASE, &value, 1, NULL);
    assert_int_equal(ocd_wait(reading), OCD_OK);
    assert_int_equal(value, 0x20005000);
    assert_int_equal(ocd_wait(connecting), OCD_OK);
    ocd_close(s);
}

#define MANY 100

static struct ocd_op *ended[MANY];
static size_t ended_count;

static void note_order(struct ocd_op *op, int result, void *user)
{
    (void)result;
    (void)user;
    assert_true(ended_count < MANY);
    ended[ended_count++] = op;
}

/* Those of one request among themselves, and so the longer ones: a short read may overtake a longer
 * one, and one that fails, after which the target is asked whether it is there. */
static void similar_operations_end_in_the_order_of_their_start(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    const struct ocd_call call = {.done = note_order};
    static uint32_t values[MANY];
    static uint8_t data[60000];
    struct ocd_op *ops[MANY];

    for (uint32_t i = 0; i < MANY; i++)
        rig_poke(rig, RIG_RAM + 4 * i, (uint8_t[4]){(uint8_t)i, 0, 0, 1}, 4);
    ended_count = 0;
    for (uint32_t i = 0; i < MANY; i++)
        if (i % 10 == 5)
            ops[i] = ocd_read_bytes_async(s, RIG_RAM, data, sizeof(data), &call);
        else if (i % 10 == 7)
            ops[i] = ocd_read_u32_async(s, RIG_NOWHERE, &values[i], 1, &call); /* fails */
        else if (i % 10 == 8)
            ops[i] = ocd_read_u32_async(s, RIG_NOWHERE, NULL, 1, &call); /* fails at once */
        else
            ops[i] = ocd_read_u32_async(s, RIG_RAM + 4 * i, &values[i], 1, &call);
    for (uint32_t i = 0; i < MANY; i++)
        drive(s, ops[i]);
    assert_int_equal(ended_count, MANY);
    size_t at = 0;
    for (uint32_t i = 0; i < MANY; i++) {
        int want = i % 10 == 7 ? OCD_ERR_TARGET : i % 10 == 8 ? OCD_ERR_ARG : OCD_OK;
        assert_int_equal(ocd_op_result(ops[i]), want);
        assert_int_equal(ocd_op_error(ops[i])->code, want);
        if (i % 10 != 5 && want == OCD_OK)
            assert_int_equal(values[i], 0x01000000 | i);
    }
    /* What fails at once need not wait for the others. */
    for (uint32_t i = 0; i < MANY; i++) {
        for (at = 0; at < MANY && ended[at] != ops[i];)
            at++;
        assert_true(at < MANY);
        if (i % 10 == 8)
            ended[at] = NULL;
    }
    static const uint32_t kinds[] = {0, 5, 7}; /* short, longer, failing */
    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        size_t before = 0;
        for (uint32_t i = 0; i < MANY; i++) {
            uint32_t kind = i % 10 == 5 || i % 10 == 7 ? i % 10 : 0;
            if (i % 10 == 8 || kind != kinds[k])
                continue;
            for (at = 0; ended[at] != ops[i];)
                at++;
            assert_true(at >= before);
            before = at;
        }
    }
    for (uint32_t i = 0; i < MANY; i++)
        ocd_op_free(ops[i]);
}

/* All their requests are sent before the first one is answered. */
static void small_operations_share_the_round_trip(void **state)
{
    struct rig *rig = *state;
    uint32_t values[8];
    struct ocd_op *ops[8];
    size_t sent = 0;

    rig_trace_clear(&rig->trace);
    for (uint32_t i = 0; i < 8; i++)
        ops[i] = ocd_read_u32_async(rig->session, RIG_RAM + 4 * i, &values[i], 1, NULL);
    for (uint32_t i = 0; i < 8; i++)
        assert_int_equal(ocd_wait(ops[i]), OCD_OK);
    for (size_t i = 0; i < rig->trace.count && rig->trace.lines[i].direction == '>'; i++)
        sent++;
    assert_int_equal(sent, 8);
}

/* What is written by one is read by the next. */
static void operations_take_effect_in_order(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    uint32_t in[20], out[20];
    struct ocd_op *ops[40];

    for (uint32_t i = 0; i < 20; i++) {
        in[i] = 1000 + i;
        ops[2 * i] = ocd_write_u32_async(s, RIG_RAM, &in[i], 1, NULL);
        ops[2 * i + 1] = ocd_read_u32_async(s, RIG_RAM, &out[i], 1, NULL);
    }
    for (uint32_t i = 0; i < 40; i++)
        assert_int_equal(ocd_wait(ops[i]), OCD_OK);
    assert_memory_equal(in, out, sizeof(in));
}

/* Each failure stays with its operation; the session has the last one. */
static void every_operation_keeps_its_own_error(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    uint32_t value;
    struct ocd_op *a = ocd_read_u32_async(s, RIG_NOWHERE, &value, 1, NULL);
    struct ocd_op *b = ocd_read_u32_async(s, RIG_NOWHERE + 0x1000, &value, 1, NULL);
    struct ocd_op *c = ocd_read_u32_async(s, RIG_RAM, &value, 1, NULL);

    assert_int_equal(drive(s, c), OCD_OK);
    assert_int_equal(drive(s, b), OCD_ERR_TARGET);
    rig_assert_error(ocd_op_error(a), OCD_ERR_TARGET, RIG_NOWHERE, 0);
    rig_assert_error(ocd_op_error(b), OCD_ERR_TARGET, RIG_NOWHERE + 0x1000, 0);
    rig_assert_error(ocd_last_error(s), OCD_ERR_TARGET, RIG_NOWHERE + 0x1000, 0);
    rig_assert_contains(ocd_op_error(a)->command, "0x60000000");
    ocd_op_free(b);
    rig_assert_error(ocd_op_error(a), OCD_ERR_TARGET, RIG_NOWHERE, 0);
    assert_int_equal(ocd_wait(a), OCD_ERR_TARGET); /* one that has ended is only released */
    ocd_op_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typed_calls),
        cmocka_unit_test(bulk_calls),
        cmocka_unit_test(calls_about_openocd),
        cmocka_unit_test(connecting_and_starting),
        cmocka_unit_test(settings_are_copied),
        cmocka_unit_test(connecting_may_be_cancelled),
        cmocka_unit_test(operations_may_be_started_while_connecting),
        cmocka_unit_test(similar_operations_end_in_the_order_of_their_start),
        cmocka_unit_test(small_operations_share_the_round_trip),
        cmocka_unit_test(operations_take_effect_in_order),
        cmocka_unit_test(every_operation_keeps_its_own_error),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
