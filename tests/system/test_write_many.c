// SPDX-License-Identifier: MIT
/* Many small writes: each by its own accesses, in order, and none after a failure. */
#include "rig.h"

static int start(void **state)
{
    *state = rig_start(&(struct rig_options){.big = rig_test_chip() == SIM_CHIP_CORTEX_M3});
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

static int clean(void **state)
{
    static const uint8_t zero[4096];
    struct rig *rig = *state;

    sim_fault_clear(rig->sim);
    rig_poke(rig, RIG_RAM, zero, sizeof(zero));
    rig_trace_clear(&rig->trace);
    rig_mark(rig);
    return 0;
}

static const uint8_t bytes[] = {0xb1, 0xb2, 0xb3};
static const uint16_t halves[] = {0x1122, 0x3344};
static const uint32_t words[] = {0x01020304, 0x05060708};
static const uint64_t longs[] = {0x1112131415161718, 0x2122232425262728};

#define ITEMS                                                                                      \
    {.addr = RIG_RAM + 0x40, .count = 2, .width = 32, .values = words},                            \
        {.addr = RIG_RAM + 0x01, .count = 3, .width = 8, .values = bytes},                         \
        {.addr = RIG_RAM + 0x48, .count = 2, .width = 64, .values = longs},                        \
        {.addr = RIG_RAM + 0x0a, .count = 2, .width = 16, .values = halves},                       \
        {.addr = RIG_RAM + 0x0e, .count = 0, .width = 16, .values = NULL},                         \
    {                                                                                              \
        .addr = RIG_RAM + 0x44, .count = 1, .width = 32, .values = words /* over the first */      \
    }

static void each_width_is_written(void **state)
{
    struct rig *rig = *state;
    struct ocd_write_item items[] = {ITEMS};

    rig_ok(rig->session, ocd_write_many(rig->session, items, COUNT_OF(items)));
    rig_assert_memory(rig, RIG_RAM, "\0\xb1\xb2\xb3\0\0\0\0\0\0\x22\x11\x44\x33\0\0", 16);
    rig_assert_memory(rig, RIG_RAM + 0x40,
                      "\4\3\2\1\4\3\2\1"
                      "\x18\x17\x16\x15\x14\x13\x12\x11\x28\x27\x26\x25\x24\x23\x22\x21",
                      24);
    for (size_t i = 0; i < COUNT_OF(items); i++)
        assert_int_equal(items[i].result, OCD_OK);
    /* The first 64-bit element takes two more accesses, to find out whether the width is refused.
     */
    rig_trace_clear(&rig->trace);
    rig_ok(rig->session, ocd_write_many(rig->session, items, COUNT_OF(items)));
    assert_int_equal(rig_sent(&rig->trace), 1);
}

static void each_element_is_one_access_of_its_width_in_order(void **state)
{
    struct rig *rig = *state;
    struct ocd_write_item items[] = {
        {.addr = RIG_RAM + 0x40, .count = 2, .width = 32, .values = words},
        {.addr = RIG_RAM + 0x20, .count = 3, .width = 8, .values = bytes},
        {.addr = RIG_RAM + 0x30, .count = 2, .width = 16, .values = halves}};
    struct sim_access log[64];
    uint64_t next[] = {RIG_RAM + 0x40, RIG_RAM + 0x20, RIG_RAM + 0x30};
    size_t item = 0;

    rig_ok(rig->session, ocd_write_many(rig->session, items, COUNT_OF(items)));
    for (size_t i = 0, n = rig_accesses(rig, log, COUNT_OF(log)); i < n; i++) {
        if (!log[i].write || log[i].addr < RIG_RAM || log[i].addr >= RIG_RAM + 0x100)
            continue;
        while (item < 2 && log[i].addr != next[item])
            item++;
        assert_int_equal(log[i].addr, next[item]);
        assert_int_equal(log[i].width, items[item].width / 8);
        next[item] += (uint64_t)log[i].count * log[i].width;
    }
    assert_int_equal(next[0], RIG_RAM + 0x48);
    assert_int_equal(next[1], RIG_RAM + 0x23);
    assert_int_equal(next[2], RIG_RAM + 0x34);
}

static void a_failure_ends_the_call_and_counts_written_items(void **state)
{
    struct rig *rig = *state;
    struct ocd_write_item items[] = {
        {.addr = RIG_RAM + 0x40, .count = 1, .width = 32, .values = words},
        {.addr = RIG_RAM + 0x50, .count = 1, .width = 8, .values = bytes},
        {.addr = RIG_NOWHERE, .count = 1, .width = 32, .values = words},
        {.addr = RIG_RAM + 0x60, .count = 1, .width = 32, .values = words},
        {.addr = RIG_RAM + 0x64, .count = 1, .width = 32, .values = words}};
    static const int results[] = {OCD_OK, OCD_OK, OCD_ERR_TARGET, OCD_ERR_CANCELLED,
                                  OCD_ERR_CANCELLED};

    rig_fails(rig->session, OCD_ERR_TARGET, ocd_write_many(rig->session, items, COUNT_OF(items)));
    rig_assert_error(ocd_last_error(rig->session), OCD_ERR_TARGET, RIG_NOWHERE, 2);
    for (size_t i = 0; i < COUNT_OF(items); i++)
        assert_int_equal(items[i].result, results[i]);
    rig_assert_memory(rig, RIG_RAM + 0x40, "\4\3\2\1", 4);
    rig_assert_memory(rig, RIG_RAM + 0x60, "\0\0\0\0\0\0\0\0", 8);
}

static void an_unreadable_address_of_64_bits_is_no_refused_width(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *fresh = rig_connect(rig, NULL);
    struct ocd_write_item items[] = {
        {.addr = RIG_RAM + 0x40, .count = 1, .width = 32, .values = words},
        {.addr = RIG_NOWHERE, .count = 2, .width = 64, .values = longs},
        {.addr = RIG_RAM + 0x48, .count = 2, .width = 64, .values = longs}};

    rig_fails(fresh, OCD_ERR_TARGET, ocd_write_many(fresh, items, COUNT_OF(items)));
    rig_assert_error(ocd_last_error(fresh), OCD_ERR_TARGET, RIG_NOWHERE, 1);
    items[1].addr = RIG_RAM + 0x60;
    rig_ok(fresh, ocd_write_many(fresh, items, COUNT_OF(items)));
    rig_assert_memory(rig, RIG_RAM + 0x60,
                      "\x18\x17\x16\x15\x14\x13\x12\x11\x28\x27\x26\x25\x24\x23\x22\x21", 16);
    ocd_close(fresh);
}

static void hundreds_of_items_take_a_few_requests(void **state)
{
    enum {
        COUNT = 300
    };
    struct rig *rig = *state;
    static struct ocd_write_item items[COUNT];
    static uint32_t values[COUNT];

    for (uint32_t i = 0; i < COUNT; i++) {
        values[i] = 0x01010101u * (i & 0xff) + i;
        items[i] = (struct ocd_write_item){
            .addr = RIG_RAM + 8 * i, .count = 1, .width = 32, .values = &values[i]};
    }
    rig_ok(rig->session, ocd_write_many(rig->session, items, COUNT));
    swap_little(values, 4, COUNT);
    for (uint32_t i = 0; i < COUNT; i++)
        rig_assert_memory(rig, RIG_RAM + 8 * i, &values[i], 4);
    assert_int_equal(rig_sent(&rig->trace), 5);
}

static void wrong_items_and_forbidden_ones_write_nothing(void **state)
{
    struct rig *rig = *state;
    struct ocd_range writable = {.addr = RIG_RAM, .size = 0x44};
    struct ocd_session *locked =
        rig_connect(rig, &(struct ocd_options){.writable = &writable, .writable_count = 1});
    struct ocd_write_item items[] = {
        {.addr = RIG_RAM, .count = 1, .width = 32, .values = words},
        {.addr = RIG_RAM + 0x40, .count = 2, .width = 32, .values = words}};
    struct ocd_call verify = {.flags = OCD_WRITE_VERIFY};

    rig_fails(locked, OCD_ERR_READ_ONLY, ocd_write_many(locked, items, 2));
    items[1].width = 12;
    rig_fails(rig->session, OCD_ERR_ARG, ocd_write_many(rig->session, items, 2));
    items[1] = (struct ocd_write_item){.addr = RIG_RAM, .count = 1, .width = 8};
    rig_fails(rig->session, OCD_ERR_ARG, ocd_write_many(rig->session, items, 2));
    assert_int_equal(items[0].result, OCD_ERR_ARG);
    rig_fails(rig->session, OCD_ERR_ARG, ocd_write_many(rig->session, NULL, 2));
    rig_fails(rig->session, OCD_ERR_ARG,
              ocd_wait(ocd_write_many_async(rig->session, items, 1, &verify)));
    rig_ok(rig->session, ocd_write_many(rig->session, NULL, 0));
    rig_assert_memory(rig, RIG_RAM, "\0\0\0\0", 4);
    ocd_close(locked);
}

static void a_dry_run_shows_each_write(void **state)
{
    struct rig *rig = *state;
    struct ocd_write_item items[] = {ITEMS};
    struct ocd_call dry = {.flags = OCD_WRITE_DRY_RUN};
    size_t shown = 0;

    rig_ok(rig->session, ocd_wait(ocd_write_many_async(rig->session, items, 2, &dry)));
    for (size_t i = 0; i < rig->trace.count; i++)
        shown += rig->trace.lines[i].direction == '~';
    assert_int_equal(shown, 2);
    rig_assert_memory(rig, RIG_RAM + 0x40, "\0\0\0\0", 4);
}

static void a_big_endian_target_has_its_own_byte_order(void **state)
{
    struct rig *rig = *state;
    struct ocd_call call = {.target = RIG_BIG};
    struct ocd_write_item items[] = {
        {.addr = RIG_RAM + 0x40, .count = 1, .width = 32, .values = words},
        {.addr = RIG_RAM + 0x48, .count = 2, .width = 64, .values = longs}};
    rig_needs_cortex_m3();

    rig_ok(rig->session, ocd_wait(ocd_write_many_async(rig->session, items, 2, &call)));
    rig_assert_memory(rig, RIG_RAM + 0x40, "\1\2\3\4", 4);
    rig_assert_memory(rig, RIG_RAM + 0x48,
                      "\x11\x12\x13\x14\x15\x16\x17\x18\x21\x22\x23\x24\x25\x26\x27\x28", 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_width_is_written, clean),
        cmocka_unit_test_setup(each_element_is_one_access_of_its_width_in_order, clean),
        cmocka_unit_test_setup(a_failure_ends_the_call_and_counts_written_items, clean),
        cmocka_unit_test_setup(an_unreadable_address_of_64_bits_is_no_refused_width, clean),
        cmocka_unit_test_setup(hundreds_of_items_take_a_few_requests, clean),
        cmocka_unit_test_setup(wrong_items_and_forbidden_ones_write_nothing, clean),
        cmocka_unit_test_setup(a_dry_run_shows_each_write, clean),
        cmocka_unit_test_setup(a_big_endian_target_has_its_own_byte_order, clean),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
