// SPDX-License-Identifier: MIT
/* ocd_options.reconnect: the next call connects again, to the same target, and nothing that was
 * lost is ever sent a second time. */
#include "alloc.h"
#include "support.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#define TIMEOUT_MS 500

static struct ocd_session *join_again(const struct fake *f)
{
    return join(f, &(struct ocd_options){.reconnect = true});
}

/* The server closes the connection in the next reply to such a command. */
static void lose(struct fake *f, const char *match)
{
    fake_heal(f);
    fake_inject(f, &(struct fake_fault){.kind = FAKE_CLOSE, .match = match, .at = 3, .times = 1});
}

/* The server closes the connection while nothing is under way. */
static void lose_at_rest(struct fake *f, struct ocd_session *s)
{
    fake_heal(f);
    fake_inject(f, &(struct fake_fault){
                       .kind = FAKE_CLOSE, .match = "read_memory 0x", .at = FAKE_END, .times = 1});
    uint32_t word;
    ends_with(s, OCD_OK, read_word(s, &word));
    struct pollfd p = {.fd = ocd_loop_fd(s), .events = POLLIN};
    assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
    fake_heal(f);
}

static void reconnect_is_off_by_default(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, NULL);
    uint32_t word;

    (void)state;
    lose(f, "read_memory");
    ends_with(s, OCD_ERR_CLOSED, ocd_read_u32(s, FLASH, &word, 1));
    ends_with(s, OCD_ERR_CLOSED, ocd_read_u32(s, FLASH, &word, 1));
    assert_int_equal(ocd_loop_dispatch(s), OCD_ERR_CLOSED);
    assert_int_equal(fake_connections(f), 1);
    ocd_close(s);
    fake_stop(f);
}

static void the_next_call_connects_again(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join_again(f);
    uint32_t word;

    (void)state;
    for (unsigned i = 1; i <= 3; i++) {
        lose(f, "read_memory");
        ends_with(s, OCD_ERR_CLOSED, ocd_read_u32(s, FLASH, &word, 1));
        assert_int_equal(fake_connections(f), i);
        assert_works(f, s);
        assert_int_equal(fake_connections(f), i + 1);
    }
    lose_at_rest(f, s);
    assert_works(f, s);
    assert_int_equal(fake_connections(f), 5);
    ocd_close(s);
    fake_stop(f);
}

static void a_write_is_never_sent_again(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join_again(f);
    static uint8_t data[40000];
    uint32_t value = 0x12345678;
    struct ocd_call call = {.space = OCD_SPACE_PHYSICAL}; /* text: many requests */

    (void)state;
    memset(data, 0x55, sizeof(data));
    lose(f, "write_memory");
    ends_with(s, OCD_ERR_CLOSED, ocd_write_u32(s, RAM, &value, 1));
    assert_works(f, s);
    assert_int_equal(fake_requests_with(f, "write_memory 0x20000000"), 1);

    /* Several under way: those after the lost one are not sent again either. */
    unsigned before = fake_requests(f);
    fake_heal(f);
    fake_inject(
        f, &(struct fake_fault){.kind = FAKE_CLOSE, .match = "write_memory", .at = 3, .skip = 1});
    ends_with(s, OCD_ERR_CLOSED,
              ocd_wait(ocd_write_bytes_async(s, RAM + 0x1000, data, sizeof(data), &call)));
    fake_heal(f);
    assert_works(f, s);
    for (unsigned i = before; i < fake_requests(f); i++)
        if (strstr(fake_request(f, i), "write_memory") != NULL)
            assert_int_equal(fake_requests_with(f, fake_request(f, i)), 1);

    struct ocd_op *ops[4];
    lose(f, "set x");
    for (int i = 0; i < 4; i++) {
        char script[32];
        snprintf(script, sizeof(script), "set x %d", i);
        ops[i] = ocd_command_async(s, script, NULL, NULL);
    }
    for (int i = 0; i < 4; i++)
        ends_with(s, OCD_ERR_CLOSED, ocd_wait(ops[i]));
    assert_works(f, s);
    for (int i = 0; i < 4; i++) {
        char script[32];
        snprintf(script, sizeof(script), "set x %d", i);
        assert_true(fake_requests_with(f, script) <= 1);
    }
    ocd_close(s);
    fake_stop(f);
}

static void assert_current(struct ocd_session *s, const char *name)
{
    char *text;

    ends_with(s, OCD_OK, ocd_command(s, "target current", &text));
    assert_string_equal(text, name);
    ocd_free(text);
}

/* However it was selected. The second target is big-endian: the values tell, too. */
static void the_selected_target_is_selected_again(void **state)
{
    static const char *const scripts[] = {
        "targets fake.cpu1",
        "  targets\tfake.cpu1",
        "if 1 {targets fake.cpu1}",
        "set name fake.cpu1; targets $name; expr 1",
        "proc choose {} {targets fake.cpu1}; choose",
        "catch {targets fake.cpu1; error no}",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(scripts); i++) {
        struct fake *f = server(&(struct fake_options){.targets = 3, .big_endian = 2});
        struct ocd_session *s = join_again(f);
        uint32_t before, after;
        ends_with(s, OCD_OK, ocd_command(s, scripts[i], NULL));
        ends_with(s, OCD_OK, ocd_read_u32(s, FLASH, &before, 1));
        lose_at_rest(f, s);
        ends_with(s, OCD_OK, ocd_read_u32(s, FLASH, &after, 1));
        assert_int_equal(before, after);
        assert_current(s, "fake.cpu1");
        /* The last one counts. */
        ends_with(s, OCD_OK, ocd_command(s, "targets fake.cpu2", NULL));
        lose(f, "read_memory");
        ends_with(s, OCD_ERR_CLOSED, ocd_read_u32(s, FLASH, &after, 1));
        assert_current(s, "fake.cpu2");
        ocd_close(s);
        fake_stop(f);
    }
}

/* A script that failed may still have selected a target. */
static void a_selection_by_a_failed_script_is_kept(void **state)
{
    struct fake *f = server(&(struct fake_options){.targets = 2});
    struct ocd_session *s = join_again(f);

    (void)state;
    ends_with(s, OCD_ERR_COMMAND, ocd_command(s, "targets fake.cpu1; error no", NULL));
    assert_string_equal(ocd_last_error(s)->message, "no");
    lose_at_rest(f, s);
    assert_current(s, "fake.cpu1");
    ocd_close(s);
    fake_stop(f);
}

/* The command timed out, but OpenOCD still ran it: the selected target is unknown until the next
 * command. Until then the session must not reconnect, since the target could be another one. */
static void unknown_selection_after_a_timeout_prevents_a_reconnect(void **state)
{
    (void)state;
    for (int asked = 0; asked < 2; asked++) {
        struct fake *f = server(&(struct fake_options){.targets = 2});
        struct ocd_session *s = join_again(f);
        struct ocd_call call = {.timeout_ms = 50};
        uint32_t word;
        fake_freeze(f);
        ends_with(s, OCD_ERR_TIMEOUT,
                  ocd_wait(ocd_command_async(s, "targets fake.cpu1", NULL, &call)));
        fake_thaw(f);
        if (asked)
            assert_current(s, "fake.cpu1");
        lose_at_rest(f, s);
        if (asked)
            assert_current(s, "fake.cpu1");
        else
            ends_with(s, OCD_ERR_CLOSED, ocd_read_u32(s, FLASH, &word, 1));
        ocd_close(s);
        fake_stop(f);
    }
}

/* An ocd_select() that timed out has not changed the selection. */
static void a_select_that_timed_out_does_not_change_the_selection(void **state)
{
    (void)state;
    for (int named = 0; named < 2; named++) {
        struct fake *f = server(&(struct fake_options){.targets = 3, .big_endian = 2});
        struct ocd_session *s = join_again(f);
        const char *old = named ? "fake.cpu2" : "fake.cpu";
        struct ocd_call call = {.timeout_ms = 50};
        uint32_t word, before;
        if (named)
            ends_with(s, OCD_OK, ocd_select(s, old));
        ends_with(s, OCD_OK, ocd_read_u32(s, FLASH, &before, 1));
        fake_freeze(f);
        ends_with(s, OCD_ERR_TIMEOUT, ocd_wait(ocd_select_async(s, "fake.cpu1", &call)));
        fake_thaw(f);
        assert_current(s, old);
        ends_with(s, OCD_OK, ocd_read_u32(s, FLASH, &word, 1));
        assert_int_equal(word, before);
        lose_at_rest(f, s);
        assert_current(s, old);
        ends_with(s, OCD_OK, ocd_read_u32(s, FLASH, &word, 1));
        assert_int_equal(word, before);
        ocd_close(s);
        fake_stop(f);
    }
}

/* A successful selection makes the unknown target known. */
static void a_selection_makes_the_target_known_again(void **state)
{
    struct fake *f = server(&(struct fake_options){.targets = 3});
    struct ocd_session *s = join_again(f);
    struct ocd_call call = {.timeout_ms = 50};

    (void)state;
    fake_freeze(f);
    ends_with(s, OCD_ERR_TIMEOUT, ocd_wait(ocd_command_async(s, "targets fake.cpu1", NULL, &call)));
    fake_thaw(f);
    ends_with(s, OCD_OK, ocd_select(s, "fake.cpu2"));
    lose_at_rest(f, s);
    assert_current(s, "fake.cpu2");
    ocd_close(s);
    fake_stop(f);
}

/* The calls fail as long as there is no server, each in its time. */
static void each_call_tries_to_reach_an_absent_server(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s =
        join(f, &(struct ocd_options){.reconnect = true, .timeout_ms = TIMEOUT_MS});
    uint32_t word;

    (void)state;
    lose_at_rest(f, s);
    fake_inject(f, &(struct fake_fault){.kind = FAKE_CLOSE_ON_ACCEPT});
    for (int i = 0; i < 3; i++)
        ends_with(s, OCD_ERR_CLOSED, read_word(s, &word));
    fake_heal(f);
    fake_inject(f, &(struct fake_fault){.kind = FAKE_MUTE});
    for (int i = 0; i < 3; i++) {
        long begin = now_ms();
        int result = ocd_read_u32(s, FLASH, &word, 1);
        assert_true(result == OCD_ERR_TIMEOUT || result == OCD_ERR_CLOSED);
        assert_in_time(begin, TIMEOUT_MS);
    }
    fake_heal(f);
    lose_at_rest(f, s);
    fake_leave(f);
    for (int i = 0; i < 3; i++)
        ends_with(s, OCD_ERR_CONNECT, read_word(s, &word));
    ocd_close(s);
    fake_stop(f);
}

/* Another program has taken the port. Only the greeting is sent to it. */
static void another_server_on_the_port_is_not_taken_for_openocd(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join_again(f);
    uint32_t value = 1;

    (void)state;
    lose_at_rest(f, s);
    unsigned before = fake_requests(f);
    fake_inject(f, &(struct fake_fault){.kind = FAKE_FOREIGN, .text = "220 ready\r\n"});
    ends_with(s, OCD_ERR_NOT_OPENOCD, ocd_write_u32(s, RAM, &value, 1));
    ends_with(s, OCD_ERR_CLOSED, ocd_write_u32(s, RAM, &value, 1));
    assert_int_equal(fake_requests(f), before);
    ocd_close(s);
    fake_stop(f);
}

/* The memory that the reconnect has allocated must be released. */
static void a_session_may_be_closed_during_a_reconnect(void **state)
{
    struct fake *f = server(NULL);
    long before = alloc_live();
    uint32_t word;

    (void)state;
    for (int freed = 0; freed < 2; freed++) {
        struct ocd_session *s = join_again(f);
        lose_at_rest(f, s);
        struct ocd_op *op = ocd_read_u32_async(s, FLASH, &word, 1, NULL);
        assert_non_null(op);
        if (freed)
            ocd_op_free(op);
        ocd_close(s);
        if (!freed) {
            assert_int_equal(ocd_op_result(op), OCD_ERR_CANCELLED);
            ocd_op_free(op);
        }
    }
    assert_int_equal(alloc_live(), before);
    fake_stop(f);
}

struct inner {
    struct ocd_session *session;
    struct ocd_op *op;
    uint32_t word;
    char name[32];
};

/* Starts a call in a data callback of another one, when the server has closed already. */
static void start_another(struct inner *in)
{
    struct pollfd p = {.fd = ocd_loop_fd(in->session), .events = POLLIN};

    if (in->op != NULL)
        return;
    assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
    in->op = ocd_read_u32_async(in->session, FLASH, &in->word, 1, NULL);
    assert_non_null(in->op);
}

static int take_data(uint64_t addr, const void *data, size_t size, void *user)
{
    static uint8_t copy[1 << 20];

    (void)addr;
    start_another(user);
    assert_in_range(size, 1, sizeof(copy));
    memcpy(copy, data, size); /* still there */
    return 0;
}

/* The data that have arrived are good, and stay where they are during the callback. */
static void data_stay_valid_during_a_callback_that_starts_a_call(void **state)
{
    static const char *const last[] = {"0x8000000", "dump_image"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(last); i++) {
        struct fake *f = server(NULL);
        struct ocd_session *s = join_again(f);
        struct inner in = {.session = s};
        fake_inject(f, &(struct fake_fault){
                           .kind = FAKE_CLOSE, .match = last[i], .at = FAKE_END, .times = 1});
        ends_with(s, OCD_OK, ocd_dump_data(s, FLASH, i == 0 ? 256 : 4096, take_data, &in));
        ends_with(s, OCD_ERR_CLOSED, ocd_wait(in.op));
        assert_works(f, s);
        ocd_close(s);
        fake_stop(f);
    }
}

static void take_event(const struct ocd_event *event, void *user)
{
    struct inner *in = user;

    start_another(in);
    snprintf(in->name, sizeof(in->name), "%s", event->name); /* still there */
}

static void event_text_stays_valid_during_a_callback_that_starts_a_call(void **state)
{
    static const char event[] = "type target_event event halted\r\n\x1a";
    struct fake *f = server(NULL);
    struct ocd_session *s = join_again(f);
    struct inner in = {.session = s};

    (void)state;
    ends_with(s, OCD_OK, ocd_subscribe_events(s, take_event, &in));
    fake_push(f, event, sizeof(event) - 1);
    fake_leave(f);
    for (long begin = now_ms(); in.op == NULL && now_ms() - begin < PATIENCE_MS;) {
        struct pollfd p = {.fd = ocd_loop_fd(s), .events = POLLIN};
        poll(&p, 1, 100);
        ocd_loop_dispatch(s);
    }
    assert_non_null(in.op);
    assert_string_equal(in.name, "halted");
    ends_with(s, OCD_ERR_CLOSED, ocd_wait(in.op));
    ocd_close(s);
    fake_stop(f);
}

static void set_getent(const char *path, const char *script)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fprintf(f, "#!/bin/sh\n%s\n", script);
    fclose(f);
    chmod(path, 0755);
}

static void a_name_that_does_not_resolve_at_first_is_tried_again(void **state)
{
    static const char good[] = "echo '127.0.0.1 STREAM a.name'";
    char directory[] = "/tmp/ocd-getent-XXXXXX", getent[64], path[4096];
    char *old = strdup(getenv("PATH"));
    struct fake *f = server(NULL);
    struct ocd_options options = {
        .host = "a.name", .port = fake_port(f), .reconnect = true, .timeout_ms = PATIENCE_MS};
    struct ocd_session *s;
    uint32_t word;

    (void)state;
    assert_non_null(mkdtemp(directory));
    snprintf(getent, sizeof(getent), "%s/getent", directory);
    snprintf(path, sizeof(path), "%s:%s", directory, old);
    setenv("PATH", path, 1);
    set_getent(getent, good);
    ends_with(s, OCD_OK, ocd_connect(&s, &options));
    lose_at_rest(f, s);
    set_getent(getent, "exit 2");
    for (int i = 0; i < 2; i++)
        ends_with(s, OCD_ERR_RESOLVE, ocd_read_u32(s, FLASH, &word, 1));
    set_getent(getent, good);
    assert_works(f, s);
    ocd_close(s);
    setenv("PATH", old, 1);
    free(old);
    unlink(getent);
    rmdir(directory);
    fake_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reconnect_is_off_by_default),
        cmocka_unit_test(the_next_call_connects_again),
        cmocka_unit_test(a_write_is_never_sent_again),
        cmocka_unit_test(the_selected_target_is_selected_again),
        cmocka_unit_test(a_selection_by_a_failed_script_is_kept),
        cmocka_unit_test(unknown_selection_after_a_timeout_prevents_a_reconnect),
        cmocka_unit_test(a_select_that_timed_out_does_not_change_the_selection),
        cmocka_unit_test(a_selection_makes_the_target_known_again),
        cmocka_unit_test(each_call_tries_to_reach_an_absent_server),
        cmocka_unit_test(another_server_on_the_port_is_not_taken_for_openocd),
        cmocka_unit_test(a_session_may_be_closed_during_a_reconnect),
        cmocka_unit_test(data_stay_valid_during_a_callback_that_starts_a_call),
        cmocka_unit_test(event_text_stays_valid_during_a_callback_that_starts_a_call),
        cmocka_unit_test(a_name_that_does_not_resolve_at_first_is_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
