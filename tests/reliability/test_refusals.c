// SPDX-License-Identifier: MIT
/* Contradicting settings, and calls that fail before they start. */
#include "support.h"

#include <errno.h>
#include <poll.h>

static void drive(struct ocd_session *s)
{
    for (int i = 0; i < 10 && ocd_loop_dispatch(s) == OCD_OK; i++) {
        struct pollfd p = {.fd = ocd_loop_fd(s), .events = ocd_loop_events(s)};
        poll(&p, p.fd >= 0 ? 1 : 0, 20);
    }
}

/* No connection is started after the operation has failed. */
static void a_refused_connect_opens_no_connection(void **state)
{
    const struct ocd_call call = {.flags = OCD_WRITE_DRY_RUN};
    struct fake *f = server(NULL);
    struct ocd_options options = {.host = "127.0.0.1", .port = fake_port(f)};

    (void)state;
    for (int starts = 0; starts < 2; starts++) {
        struct ocd_session *s;
        struct ocd_op *op =
            starts ? ocd_start_async(&s, &options, &call) : ocd_connect_async(&s, &options, &call);
        assert_non_null(op);
        assert_int_equal(ocd_op_result(op), OCD_ERR_ARG);
        ocd_op_free(op);
        drive(s);
        assert_int_equal(ocd_loop_dispatch(s), OCD_ERR_CLOSED);
        ocd_close(s);
    }
    assert_int_equal(fake_connections(f), 0);
    fake_stop(f);
}

static void no_writable_ranges_means_anywhere_whatever_their_number(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, &(struct ocd_options){.writable = NULL, .writable_count = 2});
    uint32_t value = 0x12345678;

    (void)state;
    ends_with(s, OCD_OK, ocd_write_u32(s, RAM, &value, 1));
    swap_little(&value, sizeof(value), 1);
    assert_is_memory(f, RAM, &value, sizeof(value));
    ocd_close(s);
    fake_stop(f);
}

/* OCD_READ_SKIP_UNREADABLE is for reads: what cannot be read back has not been verified. */
static void a_verified_write_does_not_skip_unreadable_memory(void **state)
{
    static const char *const reads[] = {"read_memory", "dump_image"};
    const struct ocd_call call = {.flags = OCD_WRITE_VERIFY | OCD_READ_SKIP_UNREADABLE};
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, NULL);
    uint8_t data[1024] = {1, 2, 3};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(reads); i++)
        fake_inject(f, &(struct fake_fault){.kind = FAKE_REFUSE, .match = reads[i]});
    ends_with(s, OCD_ERR_TARGET,
              ocd_wait(ocd_write_bytes_async(s, RAM, data, sizeof(data), &call)));
    assert_int_equal(ocd_last_error(s)->addr, RAM);
    fake_heal(f);
    assert_is_memory(f, RAM, data, sizeof(data));
    ocd_close(s);
    fake_stop(f);
}

static void a_refused_connection_has_its_errno(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_options options = {.host = "127.0.0.1", .port = fake_port(f)};
    struct ocd_session *s;

    (void)state;
    fake_leave(f);
    ends_with(s, OCD_ERR_CONNECT, ocd_connect(&s, &options));
    assert_int_equal(ocd_last_error(s)->system_errno, ECONNREFUSED);
    assert_string_equal(ocd_last_error(s)->message, strerror(ECONNREFUSED));
    ocd_close(s);
    fake_stop(f);
}

static void a_timeout_names_the_first_command_without_an_answer(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, NULL);
    uint32_t words[4];
    uint8_t data[64 * 1024];
    struct ocd_call call = {.timeout_ms = 100};

    (void)state;
    fake_inject(f, &(struct fake_fault){.kind = FAKE_MISSING, .match = "read_memory"});
    ends_with(s, OCD_ERR_TIMEOUT, ocd_wait(ocd_read_u32_async(s, RAM, words, 4, &call)));
    assert_string_equal(ocd_last_error(s)->command, "read_memory 0x20000000 32 4");
    assert_int_equal(ocd_last_error(s)->tcl_code, 0);
    ocd_close(s);
    fake_heal(f);

    s = join(f, NULL);
    fake_inject(f, &(struct fake_fault){.kind = FAKE_MISSING, .match = "dump_image"});
    ends_with(s, OCD_ERR_TIMEOUT,
              ocd_wait(ocd_read_bytes_async(s, FLASH, data, sizeof(data), &call)));
    assert_non_null(strstr(ocd_last_error(s)->command, " 0x8000000 "));
    ocd_close(s);
    fake_stop(f);
}

static void a_lost_connection_names_the_command_without_an_answer(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, NULL);
    uint32_t word;

    (void)state;
    fake_inject(f, &(struct fake_fault){.kind = FAKE_CLOSE, .match = "read_memory"});
    ends_with(s, OCD_ERR_CLOSED, ocd_read_u32(s, RAM, &word, 1));
    assert_string_equal(ocd_last_error(s)->command, "read_memory 0x20000000 32 1");
    ends_with(s, OCD_ERR_CLOSED, ocd_read_u32(s, RAM, &word, 1));
    assert_string_equal(ocd_last_error(s)->command, ""); /* nothing has been asked */
    ocd_close(s);
    fake_stop(f);
}

static void a_refused_command_has_its_tcl_code(void **state)
{
    static const int codes[] = {1, -4, -1202};
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, NULL);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        fake_inject(f, &(struct fake_fault){
                           .kind = FAKE_REFUSE, .match = "set x", .at = (uint64_t)codes[i]});
        ends_with(s, OCD_ERR_COMMAND, ocd_command(s, "set x", NULL));
        assert_int_equal(ocd_last_error(s)->tcl_code, codes[i]);
        assert_string_equal(ocd_last_error(s)->command, "set x");
        fake_heal(f);
    }
    ocd_close(s);
    fake_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_connect_opens_no_connection),
        cmocka_unit_test(no_writable_ranges_means_anywhere_whatever_their_number),
        cmocka_unit_test(a_verified_write_does_not_skip_unreadable_memory),
        cmocka_unit_test(a_refused_connection_has_its_errno),
        cmocka_unit_test(a_timeout_names_the_first_command_without_an_answer),
        cmocka_unit_test(a_lost_connection_names_the_command_without_an_answer),
        cmocka_unit_test(a_refused_command_has_its_tcl_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
