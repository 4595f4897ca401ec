// SPDX-License-Identifier: MIT
/* Memory that can be reached only while the core is halted: an ARM7 with the dummy adapter, which
 * no OpenOCD sees halted as long as it does not poll it. */
#include "rig.h"

#define CONFIG                                                                                     \
    "adapter driver dummy; transport select jtag; adapter speed 100; "                             \
    "jtag newtap chip cpu -irlen 4; "                                                              \
    "target create chip.cpu arm7tdmi -endian little -defer-examine -chain-position chip.cpu; "     \
    "init; poll off; chip.cpu arp_examine"

static int start(void **state)
{
    const char *const args[] = {"-c", CONFIG, NULL};
    struct ocd_options options = {.args = args, .timeout_ms = RIG_TIMEOUT_MS};
    struct ocd_session *s;

    rig_ok(s, ocd_start(&s, &options));
    *state = s;
    return 0;
}

static int stop(void **state)
{
    ocd_close(*state);
    return 0;
}

static void assert_not_halted(struct ocd_session *s, const char *command)
{
    const struct ocd_error *e = ocd_last_error(s);

    rig_assert_error(e, OCD_ERR_NOT_HALTED, 0x1000, 0);
    rig_assert_contains(e->command, command);
    rig_assert_contains(e->message, "not halted");
    rig_assert_contains(e->text, "target not halted at 0x00001000");
}

static void reads_say_that_it_is_not_halted(void **state)
{
    struct ocd_session *s = *state;
    uint8_t bytes[5000];
    char *text;

    rig_fails(s, OCD_ERR_NOT_HALTED, ocd_read_u8(s, 0x1000, bytes, 4));
    assert_not_halted(s, "read_memory 0x1000 8 4");
    rig_fails(s, OCD_ERR_NOT_HALTED, ocd_read_u32(s, 0x1000, (uint32_t *)(void *)bytes, 1));
    assert_not_halted(s, "read_memory 0x1000 32 1");
    rig_fails(s, OCD_ERR_NOT_HALTED, ocd_read_bytes(s, 0x1000, bytes, sizeof(bytes)));
    assert_not_halted(s, "0x1000");
    rig_fails(s, OCD_ERR_NOT_HALTED, ocd_hexdump(s, 0x1000, 40, &text));
    assert_not_halted(s, " 0x1000 ");
    assert_null(text);
}

static void writes_say_that_it_is_not_halted(void **state)
{
    struct ocd_session *s = *state;
    uint8_t bytes[5000] = {0};

    rig_fails(s, OCD_ERR_NOT_HALTED, ocd_write_u16(s, 0x1000, (uint16_t *)(void *)bytes, 3));
    assert_not_halted(s, "write_memory 0x1000 16 ");
    rig_fails(s, OCD_ERR_NOT_HALTED, ocd_write_bytes(s, 0x1000, bytes, sizeof(bytes)));
    assert_not_halted(s, "0x1000");
    rig_fails(s, OCD_ERR_NOT_HALTED, ocd_fill(s, 0x1000, 10, "x", 1));
    assert_not_halted(s, "write_memory 0x1000 32 ");
}

/* The failure does not depend on the address: smaller chunks would find nothing. */
static void nothing_is_halved_and_nothing_is_skipped(void **state)
{
    struct ocd_session *s = *state;
    struct rig_trace trace = {0};
    struct ocd_options options = {
        .host = "127.0.0.1", .port = ocd_port(s), .trace = rig_trace, .trace_user = &trace};
    const struct ocd_call call = {.flags = OCD_READ_SKIP_UNREADABLE};
    struct ocd_session *other;
    uint8_t bytes[4096];

    rig_ok(other, ocd_connect(&other, &options));
    rig_trace_clear(&trace);
    rig_fails(other, OCD_ERR_NOT_HALTED,
              ocd_wait(ocd_read_bytes_async(other, 0x1000, bytes, sizeof(bytes), &call)));
    assert_in_range(rig_sent_with(&trace, "0x1000"), 1, 2);
    ocd_close(other);
    rig_trace_clear(&trace);
    free(trace.lines);
}

static void items_say_that_it_is_not_halted(void **state)
{
    struct ocd_session *s = *state;
    uint32_t values[2];
    struct ocd_item items[2] = {
        {.addr = 0x1000, .count = 1, .width = 32, .values = &values[0]},
        {.addr = 0x1004, .count = 1, .width = 32, .values = &values[1]},
    };

    for (uint64_t gap = 0; gap < 20; gap += 10) {
        rig_fails(s, OCD_ERR_NOT_HALTED, ocd_read_many(s, items, 2, gap));
        assert_int_equal(items[0].result, OCD_ERR_NOT_HALTED);
        assert_int_equal(items[1].result, OCD_ERR_NOT_HALTED);
        assert_not_halted(s, "read_memory 0x1000 32 1");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_say_that_it_is_not_halted),
        cmocka_unit_test(writes_say_that_it_is_not_halted),
        cmocka_unit_test(nothing_is_halved_and_nothing_is_skipped),
        cmocka_unit_test(items_say_that_it_is_not_halted),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
