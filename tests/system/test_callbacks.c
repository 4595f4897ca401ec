// SPDX-License-Identifier: MIT
/* What callbacks may do: release, cancel, start and close; and what they may not. */
#include "rig.h"

#include <poll.h>

#define SIZE (100u << 10)

/* One act inside each kind of callback. */
enum act {
    NOTHING,
    FREE,   /* the operation itself */
    CANCEL, /* the operation itself */
    CLOSE,  /* its session */
    STOP,   /* by the callback's result */
    BLOCK,  /* calls that would wait */
    START,  /* another operation */
};

struct scene {
    struct rig *rig;
    struct ocd_session *session;
    struct ocd_op *op;
    enum act act;
    int calls;           /* of the callback with the act */
    int ended;           /* of done */
    int result;          /* that done was given */
    struct ocd_op *next; /* started inside */
    uint32_t value;
};

static int start(void **state)
{
    *state = rig_start(&(struct rig_options){.sim.ram_size = 512u << 10});
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

static void block(struct scene *c)
{
    struct ocd_op *op;
    uint32_t value = 77;

    assert_int_equal(ocd_read_u32(c->session, RIG_RAM, &value, 1), OCD_ERR_BUSY);
    assert_int_equal(ocd_last_error(c->session)->code, OCD_ERR_BUSY);
    assert_int_equal(ocd_command(c->session, "version", NULL), OCD_ERR_BUSY);
    assert_int_equal(ocd_loop_dispatch(c->session), OCD_ERR_BUSY);
    assert_int_equal(value, 77);
    op = ocd_read_u32_async(c->session, RIG_RAM, &value, 1, NULL);
    assert_int_equal(ocd_wait(op), OCD_ERR_BUSY);
    assert_int_equal(ocd_op_result(op), OCD_PENDING); /* untouched */
    ocd_op_free(op);
    struct ocd_session *other = rig_connect(c->rig, NULL); /* another session may be used */
    rig_ok(other, ocd_read_u32(other, SIM_FLASH_BASE, &value, 1));
    assert_int_equal(value, 0x20005000);
    ocd_close(other);
}

static int act(struct scene *c)
{
    if (c->calls++ > 0)
        return 0;
    switch (c->act) {
    case FREE:
        ocd_op_free(c->op);
        c->op = NULL;
        break;
    case CANCEL:
        ocd_cancel(c->op);
        assert_int_equal(c->ended, 0); /* its callback comes later */
        break;
    case CLOSE:
        ocd_close(c->session);
        break;
    case STOP:
        return 1;
    case BLOCK:
        block(c);
        break;
    case START:
        c->next = ocd_read_u32_async(c->session, SIM_FLASH_BASE, &c->value, 1, NULL);
        break;
    default:
        break;
    }
    return 0;
}

static void on_done(struct ocd_op *op, int result, void *user)
{
    struct scene *c = user;

    if (c->op != NULL)
        assert_ptr_equal(op, c->op);
    c->ended++;
    c->result = result;
}

static void done_acts(struct ocd_op *op, int result, void *user)
{
    on_done(op, result, user);
    act(user);
}

static int progress_acts(uint64_t done, uint64_t total, void *user)
{
    (void)done;
    (void)total;
    return act(user);
}

static int data_acts(uint64_t addr, const void *data, size_t size, void *user)
{
    (void)addr;
    (void)data;
    (void)size;
    return act(user);
}

static int line_acts(const char *line, void *user)
{
    (void)line;
    return act(user);
}

static int match_acts(uint64_t addr, void *user)
{
    (void)addr;
    return act(user);
}

static void bad_acts(uint64_t addr, uint64_t size, void *user)
{
    (void)addr;
    (void)size;
    act(user);
}

static uint8_t buffer[SIZE];

/* Every callback that there is, as an operation in which it is called several times. */
static struct ocd_op *begin_done(struct scene *c)
{
    return ocd_read_bytes_async(c->session, RIG_RAM, buffer, SIZE,
                                &(struct ocd_call){.done = done_acts, .user = c});
}

static struct ocd_op *begin_progress(struct scene *c)
{
    const struct ocd_call call = {.done = on_done, .progress = progress_acts, .user = c};

    return ocd_read_bytes_async(c->session, RIG_RAM, buffer, SIZE, &call);
}

static struct ocd_op *begin_write_progress(struct scene *c)
{
    const struct ocd_call call = {.done = on_done, .progress = progress_acts, .user = c};

    return ocd_write_bytes_async(c->session, RIG_RAM, buffer, SIZE, &call);
}

static struct ocd_op *begin_data(struct scene *c)
{
    const struct ocd_call call = {.done = on_done, .user = c};

    return ocd_dump_data_async(c->session, RIG_RAM, SIZE, data_acts, c, &call);
}

static struct ocd_op *begin_line(struct scene *c)
{
    const struct ocd_call call = {.done = on_done, .user = c};

    return ocd_hexdump_lines_async(c->session, RIG_RAM, SIZE, line_acts, c, &call);
}

static struct ocd_op *begin_match(struct scene *c)
{
    const struct ocd_call call = {.done = on_done, .user = c};

    return ocd_search_each_async(c->session, "\0", 1, RIG_RAM, RIG_RAM + SIZE, match_acts, c,
                                 &call);
}

static struct ocd_op *begin_bad(struct scene *c)
{
    const struct ocd_call call = {
        .done = on_done, .unreadable = bad_acts, .user = c, .flags = OCD_READ_SKIP_UNREADABLE};

    return ocd_read_bytes_async(c->session, RIG_RAM + (512u << 10) - 1000, buffer, 2000, &call);
}

static const struct kind {
    const char *name;
    struct ocd_op *(*begin)(struct scene *c);
    bool after;     /* the callback comes after the end */
    bool stops;     /* it may end the operation by itself */
    int stopped_as; /* … with this result */
} kinds[] = {
    {"done", begin_done, true, false, 0},
    {"progress", begin_progress, false, true, OCD_ERR_CANCELLED},
    {"write progress", begin_write_progress, false, true, OCD_ERR_CANCELLED},
    {"data", begin_data, false, true, OCD_ERR_CANCELLED},
    {"line", begin_line, false, true, OCD_ERR_CANCELLED},
    {"match", begin_match, false, true, OCD_OK},
    {"bad", begin_bad, false, false, 0},
};

static struct scene stage(struct rig *rig, enum act what)
{
    struct scene c = {.rig = rig, .act = what};

    c.session = rig_connect(rig, NULL);
    memset(buffer, 0, sizeof(buffer));
    return c;
}

static void assert_usable(struct ocd_session *s)
{
    uint32_t value;

    rig_ok(s, ocd_read_u32(s, SIM_FLASH_BASE, &value, 1));
    assert_int_equal(value, 0x20005000);
}

/* Turns the session until the operation has ended with its callbacks, or is gone. */
static void run(struct scene *c, const struct kind *kind)
{
    struct ocd_session *s = c->session;
    long deadline = rig_now_ms() + RIG_TIMEOUT_MS;

    c->op = kind->begin(c);
    assert_non_null(c->op);
    while (ocd_loop_dispatch(s) == OCD_OK && c->op != NULL && c->ended == 0) {
        int timeout = ocd_loop_timeout(s);
        struct pollfd p = {.fd = ocd_loop_fd(s), .events = ocd_loop_events(s)};
        assert_true(rig_now_ms() < deadline);
        poll(&p, 1, timeout < 0 || timeout > 1000 ? 1000 : timeout);
    }
    if (c->calls == 0)
        fail_msg("%s: not called", kind->name);
}

static void an_operation_may_be_released_inside(void **state)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        struct scene c = stage(*state, FREE);
        run(&c, &kinds[i]);
        assert_null(c.op);
        assert_int_equal(c.ended, kinds[i].after ? 1 : 0); /* no callback after the release */
        assert_int_equal(c.calls, 1);
        assert_usable(c.session);
        ocd_close(c.session);
    }
}

static void an_operation_may_be_cancelled_inside(void **state)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        struct scene c = stage(*state, kinds[i].after ? NOTHING : CANCEL);
        run(&c, &kinds[i]);
        assert_int_equal(c.ended, 1);
        assert_int_equal(c.result, kinds[i].after ? OCD_OK : OCD_ERR_CANCELLED);
        assert_int_equal(c.calls, 1);
        assert_usable(c.session);
        ocd_op_free(c.op);
        ocd_close(c.session);
    }
}

static void a_callback_may_end_its_operation(void **state)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (!kinds[i].stops)
            continue;
        struct scene c = stage(*state, STOP);
        run(&c, &kinds[i]);
        assert_int_equal(c.ended, 1);
        assert_int_equal(c.result, kinds[i].stopped_as);
        assert_int_equal(c.calls, 1);
        assert_usable(c.session);
        ocd_op_free(c.op);
        ocd_close(c.session);
    }
}

static void a_session_may_be_closed_inside(void **state)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        struct scene c = stage(*state, CLOSE);
        run(&c, &kinds[i]);
        assert_int_equal(c.ended, kinds[i].after ? 1 : 0);
        assert_int_equal(ocd_op_result(c.op), kinds[i].after ? OCD_OK : OCD_ERR_CANCELLED);
        ocd_op_free(c.op);
    }
}

static void blocking_calls_are_refused_inside(void **state)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        struct scene c = stage(*state, BLOCK);
        run(&c, &kinds[i]);
        assert_int_equal(c.ended, 1);
        assert_int_equal(c.result, OCD_OK);
        assert_usable(c.session);
        ocd_op_free(c.op);
        ocd_close(c.session);
    }
}

static void another_operation_may_be_started_inside(void **state)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        struct scene c = stage(*state, START);
        run(&c, &kinds[i]);
        assert_int_equal(c.result, OCD_OK);
        assert_non_null(c.next);
        rig_ok(c.session, ocd_wait(c.next));
        assert_int_equal(c.value, 0x20005000);
        ocd_op_free(c.op);
        ocd_close(c.session);
    }
}

struct chain {
    struct ocd_op *ops[6];
    int ended[6];
    int order;
};

static void end_others(struct ocd_op *op, int result, void *user)
{
    struct chain *c = user;
    int i = 0;

    while (c->ops[i] != op)
        i++;
    c->ended[i] = ++c->order;
    if (i > 0)
        return;
    assert_int_equal(result, OCD_OK);
    ocd_op_free(c->ops[1]); /* the next one */
    c->ops[1] = NULL;
    ocd_cancel(c->ops[3]);
    ocd_op_free(c->ops[5]); /* the last one */
    c->ops[5] = NULL;
}

static void other_operations_may_be_ended_inside(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    struct chain c = {0};
    const struct ocd_call call = {.done = end_others, .user = &c};
    static uint32_t values[5];
    static uint8_t data[SIZE];

    for (int i = 0; i < 6; i++)
        c.ops[i] = i % 2 == 1 ? ocd_read_bytes_async(s, RIG_RAM, data, SIZE, &call)
                              : ocd_read_u32_async(s, SIM_FLASH_BASE, &values[i], 1, &call);
    assert_int_equal(ocd_wait(c.ops[4]), OCD_OK);
    assert_int_equal(values[4], 0x20005000);
    assert_int_equal(ocd_wait(c.ops[2]), OCD_OK);
    assert_int_equal(ocd_wait(c.ops[3]), OCD_ERR_CANCELLED);
    assert_int_equal(ocd_wait(c.ops[0]), OCD_OK);
    assert_int_equal(c.ended[1] + c.ended[5], 0);
    assert_int_equal(c.order, 4);
}

/* The last lines of a hexdump that fails come with its end. */
static int free_at_last_line(const char *line, void *user)
{
    struct scene *c = user;

    c->calls++;
    if (strlen(line) > 0 && c->calls == 2) {
        ocd_op_free(c->op);
        c->op = NULL;
    }
    return 0;
}

static void the_last_line_of_a_failure_may_release_the_operation(void **state)
{
    struct rig *rig = *state;
    struct scene c = {.rig = rig, .session = rig_connect(rig, NULL)};
    const struct ocd_call call = {.done = on_done, .user = &c};

    c.op = ocd_hexdump_lines_async(c.session, RIG_RAM + (512u << 10) - 20, 64, free_at_last_line,
                                   &c, &call);
    for (long end = rig_now_ms() + RIG_TIMEOUT_MS; c.op != NULL && rig_now_ms() < end;)
        assert_int_equal(ocd_loop_dispatch(c.session), OCD_OK);
    assert_null(c.op);
    assert_int_equal(c.calls, 2);
    assert_usable(c.session);
    assert_int_equal(c.ended, 0);
    ocd_close(c.session);
}

/* The blocking call is an operation too: closing the session ends it. */
static void close_inside(struct ocd_op *op, int result, void *user)
{
    (void)op;
    (void)result;
    ocd_close(user);
}

static void a_session_closed_under_a_blocking_call_ends_it(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig_connect(rig, NULL);
    uint32_t value;
    const struct ocd_call call = {.done = close_inside, .user = s};
    struct ocd_op *first = ocd_read_u32_async(s, RIG_RAM, &value, 1, &call);
    struct ocd_op *second = ocd_read_bytes_async(s, RIG_RAM, buffer, SIZE, NULL);

    assert_int_equal(ocd_wait(second), OCD_ERR_CANCELLED);
    assert_int_equal(ocd_op_result(first), OCD_OK);
    ocd_op_free(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_operation_may_be_released_inside),
        cmocka_unit_test(an_operation_may_be_cancelled_inside),
        cmocka_unit_test(a_callback_may_end_its_operation),
        cmocka_unit_test(a_session_may_be_closed_inside),
        cmocka_unit_test(blocking_calls_are_refused_inside),
        cmocka_unit_test(another_operation_may_be_started_inside),
        cmocka_unit_test(other_operations_may_be_ended_inside),
        cmocka_unit_test(the_last_line_of_a_failure_may_release_the_operation),
        cmocka_unit_test(a_session_closed_under_a_blocking_call_ends_it),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
