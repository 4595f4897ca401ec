// SPDX-License-Identifier: MIT
/* Invalid calls: refused before anything is sent, with a reason. */
#include "rig.h"

#define TOP (UINT64_MAX - 3) /* four bytes below the end of the address space */

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

/* Nothing may be sent by a test, and none of its calls may be the end of the session. */
static int begin(void **state)
{
    rig_trace_clear(&((struct rig *)*state)->trace);
    return 0;
}

static int end(void **state)
{
    struct rig *rig = *state;
    uint32_t value;

    if (rig_sent(&rig->trace) != 0) {
        print_error("sent: %s\n", rig->trace.lines[0].text);
        return -1;
    }
    return ocd_read_u32(rig->session, RIG_RAM, &value, 1);
}

#define refused(s, words, call)                                                                    \
    do {                                                                                           \
        rig_fails((s), OCD_ERR_ARG, (call));                                                       \
        assert_int_equal(ocd_last_error(s)->code, OCD_ERR_ARG);                                    \
        rig_assert_contains(ocd_last_error(s)->message, (words));                                  \
        assert_string_equal(ocd_last_error(s)->command, "");                                       \
        assert_int_equal(ocd_last_error(s)->done, 0);                                              \
        assert_false(ocd_last_error(s)->has_addr);                                                 \
    } while (0)

static int on_line(const char *line, void *user)
{
    (void)line;
    (void)user;
    fail();
    return 0;
}

static int on_data(uint64_t addr, const void *data, size_t size, void *user)
{
    (void)addr;
    (void)data;
    (void)size;
    (void)user;
    fail();
    return 0;
}

static int on_match(uint64_t addr, void *user)
{
    (void)addr;
    (void)user;
    fail();
    return 0;
}

static void a_range_that_wraps(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    static uint64_t buffer[16];
    uint64_t *matches;
    size_t count;
    char *text;

    refused(s, "wraps", ocd_read_u8(s, TOP, (uint8_t *)buffer, 5));
    refused(s, "wraps", ocd_read_u16(s, TOP, (uint16_t *)buffer, 3));
    refused(s, "wraps", ocd_read_u32(s, TOP, (uint32_t *)buffer, 2));
    refused(s, "wraps", ocd_read_u64(s, TOP, buffer, 1));
    refused(s, "wraps", ocd_write_u8(s, TOP, (uint8_t *)buffer, 5));
    refused(s, "wraps", ocd_write_u16(s, TOP, (uint16_t *)buffer, 3));
    refused(s, "wraps", ocd_write_u32(s, TOP, (uint32_t *)buffer, 2));
    refused(s, "wraps", ocd_write_u64(s, TOP, buffer, 1));
    refused(s, "wraps", ocd_read_bytes(s, TOP, buffer, 5));
    refused(s, "wraps", ocd_write_bytes(s, TOP, buffer, 5));
    refused(s, "wraps", ocd_fill(s, TOP, 5, "x", 1));
    refused(s, "wraps", ocd_hexdump(s, TOP, 5, &text));
    assert_null(text);
    refused(s, "wraps", ocd_hexdump_lines(s, TOP, 5, on_line, NULL));
    refused(s, "wraps", ocd_dump(s, TOP, 5, "/nowhere/at/all"));
    refused(s, "wraps", ocd_dump_data(s, TOP, 5, on_data, NULL));
    struct ocd_item item = {.addr = TOP, .count = 2, .width = 32, .values = buffer};
    refused(s, "wraps", ocd_read_many(s, &item, 1, 0));
    assert_int_equal(item.result, OCD_ERR_ARG);
    assert_int_equal(ocd_hexdump_format(TOP, buffer, 5, &text), OCD_ERR_ARG);
    assert_null(text);
    refused(s, "ends before it starts", ocd_search(s, "x", 1, 5, 4, &matches, &count));
    assert_null(matches);
    assert_int_equal(count, 0);
}

static void more_elements_than_bytes_can_be_counted(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    static uint64_t buffer[1];

    refused(s, "number of elements", ocd_read_u64(s, 0, buffer, SIZE_MAX / 8 + 1));
    refused(s, "number of elements", ocd_write_u16(s, 0, (uint16_t *)buffer, SIZE_MAX / 2 + 1));
    struct ocd_item item = {.addr = 0, .count = SIZE_MAX / 8 + 1, .width = 64, .values = buffer};
    refused(s, "item 0", ocd_read_many(s, &item, 1, 0));
}

static void an_output_or_input_that_is_missing(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_target *targets;
    uint64_t *matches;
    size_t count;
    char *text;

    refused(s, "buffer", ocd_read_u8(s, RIG_RAM, NULL, 1));
    refused(s, "buffer", ocd_read_u16(s, RIG_RAM, NULL, 1));
    refused(s, "buffer", ocd_read_u32(s, RIG_RAM, NULL, 1));
    refused(s, "buffer", ocd_read_u64(s, RIG_RAM, NULL, 1));
    refused(s, "buffer", ocd_write_u8(s, RIG_RAM, NULL, 1));
    refused(s, "buffer", ocd_write_u16(s, RIG_RAM, NULL, 1));
    refused(s, "buffer", ocd_write_u32(s, RIG_RAM, NULL, 1));
    refused(s, "buffer", ocd_write_u64(s, RIG_RAM, NULL, 1));
    refused(s, "buffer", ocd_read_bytes(s, RIG_RAM, NULL, 1));
    refused(s, "buffer", ocd_write_bytes(s, RIG_RAM, NULL, 1));
    refused(s, "NULL", ocd_hexdump(s, RIG_RAM, 1, NULL));
    refused(s, "callback", ocd_hexdump_lines(s, RIG_RAM, 1, NULL, NULL));
    refused(s, "file name", ocd_dump(s, RIG_RAM, 1, NULL));
    refused(s, "callback", ocd_dump_data(s, RIG_RAM, 1, NULL, NULL));
    refused(s, "NULL", ocd_search(s, "x", 1, 0, 1, NULL, &count));
    refused(s, "NULL", ocd_search(s, "x", 1, 0, 1, &matches, NULL));
    refused(s, "callback", ocd_search_each(s, "x", 1, 0, 1, NULL, NULL));
    refused(s, "items", ocd_read_many(s, NULL, 1, 0));
    refused(s, "NULL", ocd_targets(s, NULL, &count));
    refused(s, "NULL", ocd_targets(s, &targets, NULL));
    assert_null(targets);
    refused(s, "command", ocd_command(s, NULL, &text));
    assert_null(text);
    assert_int_equal(ocd_hexdump_format(0, NULL, 1, &text), OCD_ERR_ARG);
    assert_null(text);
    assert_int_equal(ocd_hexdump_format(0, "x", 1, NULL), OCD_ERR_ARG);
}

static void a_pattern_of_an_invalid_length(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    static uint8_t pattern[65537];
    uint64_t *matches;
    size_t count;

    refused(s, "1 to 65536", ocd_search(s, pattern, 0, 0, 1, &matches, &count));
    refused(s, "1 to 65536", ocd_search(s, pattern, 65537, 0, 1, &matches, &count));
    refused(s, "1 to 65536", ocd_search(s, NULL, 1, 0, 1, &matches, &count));
    refused(s, "1 to 65536", ocd_search_each(s, pattern, 0, 0, 1, on_match, NULL));
    refused(s, "1 to 4096", ocd_fill(s, RIG_RAM, 1, pattern, 0));
    refused(s, "1 to 4096", ocd_fill(s, RIG_RAM, 1, pattern, 4097));
    refused(s, "1 to 4096", ocd_fill(s, RIG_RAM, 1, NULL, 1));
}

static void an_item_of_an_invalid_width(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    static const unsigned widths[] = {0, 1, 4, 7, 12, 24, 33, 128};
    uint32_t value;

    for (size_t i = 0; i < COUNT_OF(widths); i++) {
        struct ocd_item items[2] = {
            {.addr = RIG_RAM, .count = 1, .width = 32, .values = &value},
            {.addr = RIG_RAM, .count = 1, .width = widths[i], .values = &value},
        };
        refused(s, "item 1", ocd_read_many(s, items, 2, 0));
        assert_int_equal(items[1].result, OCD_ERR_ARG);
    }
}

/* OpenOCD would cut the address off and access something else. */
static void an_address_that_the_target_does_not_have(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    uint64_t beyond = UINT64_C(0x100000000) + RIG_RAM;
    uint64_t *matches;
    size_t count;
    uint32_t values[4] = {0};
    char *text;

    refused(s, "32-bit", ocd_read_u32(s, beyond, values, 1));
    refused(s, "32-bit", ocd_write_u32(s, beyond, values, 1));
    refused(s, "32-bit", ocd_read_bytes(s, 0xfffffffc, values, 5));
    refused(s, "32-bit", ocd_write_bytes(s, beyond, values, 4));
    refused(s, "32-bit", ocd_fill(s, beyond, 4, "x", 1));
    refused(s, "32-bit", ocd_hexdump(s, beyond, 4, &text));
    refused(s, "32-bit", ocd_dump_data(s, beyond, 4, on_data, NULL));
    refused(s, "32-bit", ocd_search(s, "x", 1, beyond, beyond + 9, &matches, &count));
    struct ocd_item item = {.addr = beyond, .count = 1, .width = 32, .values = values};
    refused(s, "32-bit", ocd_read_many(s, &item, 1, 0));
}

static void calls_without_a_session(void **state)
{
    uint32_t value;
    char *text;

    (void)state;
    assert_int_equal(ocd_read_u32(NULL, 0, &value, 1), OCD_ERR_ARG);
    assert_int_equal(ocd_write_bytes(NULL, 0, &value, 1), OCD_ERR_ARG);
    assert_int_equal(ocd_command(NULL, "version", &text), OCD_ERR_ARG);
    assert_int_equal(ocd_loop_dispatch(NULL), OCD_ERR_ARG);
    assert_null(ocd_read_u32_async(NULL, 0, &value, 1, NULL));
    assert_int_equal(ocd_connect(NULL, NULL), OCD_ERR_ARG);
    assert_int_equal(ocd_start(NULL, NULL), OCD_ERR_ARG);
    assert_null(ocd_connect_async(NULL, NULL, NULL));
    assert_null(ocd_start_async(NULL, NULL, NULL));
    assert_int_equal(ocd_wait(NULL), OCD_ERR_NOMEM);
    assert_int_equal(ocd_op_result(NULL), OCD_ERR_NOMEM);
    assert_int_equal(ocd_op_error(NULL)->code, OCD_ERR_NOMEM);
    assert_int_equal(ocd_last_error(NULL)->code, OCD_ERR_NOMEM);
    assert_string_equal(ocd_server_version(NULL), "");
    assert_int_equal(ocd_features(NULL), 0);
    assert_int_equal(ocd_port(NULL), 0);
    assert_int_equal(ocd_loop_fd(NULL), -1);
    assert_int_equal(ocd_loop_events(NULL), 0);
    assert_int_equal(ocd_loop_timeout(NULL), -1);
    ocd_close(NULL);
    ocd_cancel(NULL);
    ocd_op_free(NULL);
    ocd_free(NULL);
}

static void every_error_has_a_name_and_a_text(void **state)
{
#define CHECK(name, number, words)                                                                 \
    assert_int_equal(OCD_ERR_##name, number);                                                      \
    assert_string_equal(ocd_err_name(number), "OCD_ERR_" #name);                                   \
    assert_string_equal(ocd_strerror(number), words);
    (void)state;
    OCD_ERROR_MAP(CHECK)
#undef CHECK
    assert_string_equal(ocd_err_name(OCD_OK), "OCD_OK");
    assert_string_equal(ocd_err_name(-99999), "unknown");
    assert_string_equal(ocd_strerror(-99999), "unknown error");
    assert_string_equal(ocd_strerror(12), "unknown error");
    char version[32];
    snprintf(version, sizeof(version), "%d.%d.%d", OCD_VERSION_MAJOR, OCD_VERSION_MINOR,
             OCD_VERSION_PATCH);
    assert_string_equal(ocd_version(), version);
}

#define forbidden(s, call)                                                                         \
    do {                                                                                           \
        rig_fails((s), OCD_ERR_READ_ONLY, (call));                                                 \
        assert_int_equal(ocd_last_error(s)->code, OCD_ERR_READ_ONLY);                              \
    } while (0)

static void writes_of_a_session_that_only_reads(void **state)
{
    struct rig *rig = *state;
    struct rig_trace trace = {0};
    struct ocd_session *s = rig_connect(
        rig, &(struct ocd_options){.read_only = true, .trace = rig_trace, .trace_user = &trace});
    uint64_t values[4] = {0};
    char *text;

    rig_trace_clear(&trace);
    forbidden(s, ocd_write_u8(s, RIG_RAM, (uint8_t *)values, 1));
    forbidden(s, ocd_write_u16(s, RIG_RAM, (uint16_t *)values, 1));
    forbidden(s, ocd_write_u32(s, RIG_RAM, (uint32_t *)values, 1));
    forbidden(s, ocd_write_u64(s, RIG_RAM, values, 1));
    forbidden(s, ocd_write_bytes(s, RIG_RAM, values, 1));
    forbidden(s, ocd_fill(s, RIG_RAM, 1, "x", 1));
    forbidden(s, ocd_command(s, "version", &text));
    assert_int_equal(rig_sent(&trace), 0);
    rig_ok(s, ocd_read_u64(s, RIG_RAM, values, 4));
    ocd_close(s);
    rig_trace_clear(&trace);
    free(trace.lines);
}

static void writes_outside_the_writable_ranges(void **state)
{
    struct rig *rig = *state;
    const struct ocd_range ranges[] = {{.addr = RIG_RAM + 0x100, .size = 0x100},
                                       {.addr = RIG_RAM + 0x1000, .size = 4}};
    struct ocd_session *s =
        rig_connect(rig, &(struct ocd_options){.writable = ranges, .writable_count = 2});
    uint8_t bytes[0x101] = {0};

    rig_ok(s, ocd_write_bytes(s, RIG_RAM + 0x100, bytes, 0x100));
    rig_ok(s, ocd_write_u32(s, RIG_RAM + 0x1000, &(uint32_t){1}, 1));
    rig_mark(rig);
    forbidden(s, ocd_write_bytes(s, RIG_RAM + 0x100, bytes, 0x101));
    forbidden(s, ocd_write_bytes(s, RIG_RAM + 0xff, bytes, 2));
    forbidden(s, ocd_write_u32(s, RIG_RAM + 0x1000, &(uint32_t[2]){1, 2}[0], 2));
    forbidden(s, ocd_fill(s, RIG_RAM, 0x1000, "x", 1));
    struct sim_access log[1];
    assert_int_equal(rig_accesses(rig, log, 1), 0);
    ocd_close(s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_range_that_wraps),
        TEST(more_elements_than_bytes_can_be_counted),
        TEST(an_output_or_input_that_is_missing),
        TEST(a_pattern_of_an_invalid_length),
        TEST(an_item_of_an_invalid_width),
        TEST(an_address_that_the_target_does_not_have),
        TEST(calls_without_a_session),
        TEST(every_error_has_a_name_and_a_text),
        TEST(writes_of_a_session_that_only_reads),
        TEST(writes_outside_the_writable_ranges),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
