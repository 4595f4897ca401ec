// SPDX-License-Identifier: MIT
/* Many small reads: each by its own accesses, or together where the caller allows it. */
#include "rig.h"

static int start(void **state)
{
    *state = rig_start(&(struct rig_options){.sim.ram_size = 1u << 20, .big = true});
    return 0;
}

static int stop(void **state)
{
    sim_fault_clear(((struct rig *)*state)->sim);
    rig_stop(*state);
    return 0;
}

static int heal(void **state)
{
    sim_fault_clear(((struct rig *)*state)->sim);
    return 0;
}

/* Some of each width, close to each other and not in the order of their addresses. */
struct sample {
    uint8_t a[3];
    uint16_t b[2];
    uint32_t c[2];
    uint64_t d[2];
    uint32_t e;
    struct ocd_item items[6];
};

static void prepare(struct sample *s)
{
    const struct ocd_item items[6] = {
        {.addr = RIG_RAM + 0x40, .count = 2, .width = 32, .values = s->c},
        {.addr = RIG_RAM + 0x01, .count = 3, .width = 8, .values = s->a},
        {.addr = RIG_RAM + 0x48, .count = 2, .width = 64, .values = s->d},
        {.addr = RIG_RAM + 0x0a, .count = 2, .width = 16, .values = s->b},
        {.addr = RIG_RAM + 0x0e, .count = 0, .width = 16, .values = NULL},
        {.addr = RIG_RAM + 0x44, .count = 1, .width = 32, .values = &s->e}, /* once more */
    };

    memset(s, 0, sizeof(*s));
    memcpy(s->items, items, sizeof(items));
    for (size_t i = 0; i < COUNT_OF(s->items); i++)
        s->items[i].result = 12345;
}

static uint64_t value_at(const uint8_t *memory, unsigned width, bool big)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < width; i++)
        value = value << 8 | memory[big ? i : width - 1 - i];
    return value;
}

static void check(const struct sample *s, const uint8_t *m, bool big)
{
    for (size_t i = 0; i < COUNT_OF(s->items); i++)
        assert_int_equal(s->items[i].result, OCD_OK);
    assert_memory_equal(s->a, m + 1, 3);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(s->b[i], value_at(m + 0x0a + 2 * i, 2, big));
        assert_int_equal(s->c[i], value_at(m + 0x40 + 4 * i, 4, big));
        assert_true(s->d[i] == value_at(m + 0x48 + 8 * i, 8, big));
    }
    assert_int_equal(s->e, s->c[1]);
}

static void all_items_are_read_merged_or_not_in_both_byte_orders(void **state)
{
    struct rig *rig = *state;
    uint8_t *memory = rig_fill(rig, RIG_RAM, 0x100, 6);
    struct sample s;

    for (int big = 0; big < 2; big++) {
        const struct ocd_call call = {.target = big ? RIG_BIG : NULL};
        static const uint64_t gaps[] = {0, 1, 8, 64, 4096, UINT64_MAX};
        for (size_t i = 0; i < COUNT_OF(gaps); i++) {
            prepare(&s);
            rig_ok(rig->session, ocd_wait(ocd_read_many_async(rig->session, s.items,
                                                              COUNT_OF(s.items), gaps[i], &call)));
            check(&s, memory, big);
        }
    }
    free(memory);
}

static void without_merging_each_element_is_one_access_in_order(void **state)
{
    struct rig *rig = *state;
    static const struct sim_access want[] = {
        {.addr = RIG_RAM + 0x40, .count = 2, .width = 4},
        {.addr = RIG_RAM + 0x01, .count = 3, .width = 1},
        {.addr = RIG_RAM + 0x48, .count = 4, .width = 4},
        {.addr = RIG_RAM + 0x0a, .count = 2, .width = 2},
        {.addr = RIG_RAM + 0x44, .count = 1, .width = 4},
    };
    struct sim_access log[32];
    struct sample s;
    size_t at = 0, n;

    prepare(&s); /* whether width 64 is taken is known after it */
    rig_ok(rig->session, ocd_read_many(rig->session, s.items, COUNT_OF(s.items), 0));
    rig_mark(rig);
    prepare(&s);
    rig_ok(rig->session, ocd_read_many(rig->session, s.items, COUNT_OF(s.items), 0));
    n = rig_accesses(rig, log, COUNT_OF(log));
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        for (uint32_t k = 0; k < want[i].count; k += log[at++].count) {
            assert_true(at < n);
            assert_int_equal(log[at].width, want[i].width);
            assert_int_equal(log[at].addr, want[i].addr + k * want[i].width);
        }
    }
    assert_int_equal(at, n);
}

static void merging_reads_neighbours_by_one_command(void **state)
{
    struct rig *rig = *state;
    uint32_t values[32];
    struct ocd_item items[32];
    uint8_t *memory = rig_fill(rig, RIG_RAM, 0x1000, 7);

    for (uint32_t i = 0; i < 32; i++)
        items[i] = (struct ocd_item){
            .addr = RIG_RAM + i * 128, .count = 1, .width = 32, .values = &values[i]};
    rig_mark(rig);
    rig_ok(rig->session, ocd_read_many(rig->session, items, 32, 0));
    assert_int_equal(rig_count(rig, false, 4, RIG_RAM, 0x1000), 32);
    rig_mark(rig);
    rig_ok(rig->session, ocd_read_many(rig->session, items, 32, 124)); /* they are 124 apart */
    assert_int_equal(rig_count(rig, false, 4, RIG_RAM, 0x1000), 32);
    memset(values, 0, sizeof(values));
    rig_trace_clear(&rig->trace);
    rig_mark(rig);
    rig_ok(rig->session, ocd_read_many(rig->session, items, 32, 125));
    assert_int_equal(rig_sent(&rig->trace), 1);
    rig_assert_touched(rig, false, RIG_RAM, 31 * 128 + 4);
    for (uint32_t i = 0; i < 32; i++)
        assert_int_equal(values[i], value_at(memory + i * 128, 4, false));
    free(memory);
}

static void merging_touches_nothing_beyond_the_first_and_the_last_item(void **state)
{
    struct rig *rig = *state;
    uint8_t a;
    uint16_t b;
    struct ocd_item items[2] = {
        {.addr = RIG_RAM + 0x203, .count = 1, .width = 8, .values = &a},
        {.addr = RIG_RAM + 0x212, .count = 1, .width = 16, .values = &b},
    };

    rig_mark(rig);
    rig_ok(rig->session, ocd_read_many(rig->session, items, 2, 64));
    rig_assert_touched(rig, false, RIG_RAM + 0x203, 0x214 - 0x203);
}

/* Registers whose neighbours have side effects. */
static void without_merging_no_neighbour_is_read(void **state)
{
    struct rig *rig = *state;
    uint32_t counter, level, value;
    struct ocd_item items[2] = {
        {.addr = SIM_COUNTER, .count = 1, .width = 32, .values = &counter},
        {.addr = SIM_FIFO_LEVEL, .count = 1, .width = 32, .values = &level},
    };

    rig_ok(rig->session, ocd_write_u32(rig->session, SIM_STATUS, &(uint32_t){0x20}, 1));
    rig_ok(rig->session, ocd_write_u32(rig->session, SIM_FIFO, &(uint32_t){77}, 1));
    rig_mark(rig);
    rig_ok(rig->session, ocd_read_many(rig->session, items, 2, 0));
    assert_int_equal(level, 1);
    assert_int_equal(rig_count(rig, false, 4, SIM_STATUS, 8), 0);
    rig_ok(rig->session, ocd_read_u32(rig->session, SIM_STATUS, &value, 1));
    assert_int_equal(value & 0x20, 0x20);
    rig_ok(rig->session, ocd_read_u32(rig->session, SIM_FIFO, &value, 1));
    assert_int_equal(value, 77);
}

static void check_one_bad(struct rig *rig, uint64_t gap)
{
    uint32_t values[5] = {0};
    struct ocd_item items[5];

    for (uint32_t i = 0; i < 5; i++)
        items[i] = (struct ocd_item){.addr = RIG_RAM + 0x300 + 8 * i,
                                     .count = 1,
                                     .width = 32,
                                     .values = &values[i],
                                     .result = 1};
    rig_fails(rig->session, OCD_ERR_TARGET, ocd_read_many(rig->session, items, 5, gap));
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(items[i].result, i == 2 ? OCD_ERR_TARGET : OCD_OK);
        if (i != 2)
            assert_int_equal(values[i], 0x01010101 * (i + 1));
    }
    rig_assert_error(ocd_last_error(rig->session), OCD_ERR_TARGET, RIG_RAM + 0x310, 4);
    rig_assert_contains(ocd_last_error(rig->session)->command, "read_memory 0x20000310 32 1");
    rig_assert_contains(ocd_last_error(rig->session)->message, "ailed to read memory");
}

static void one_failed_item_does_not_affect_the_others(void **state)
{
    struct rig *rig = *state;

    for (uint32_t i = 0; i < 5; i++)
        rig_poke(
            rig, RIG_RAM + 0x300 + 8 * i,
            (uint8_t[4]){(uint8_t)(i + 1), (uint8_t)(i + 1), (uint8_t)(i + 1), (uint8_t)(i + 1)},
            4);
    assert_int_equal(sim_fault(rig->sim, RIG_RAM + 0x310, 4), 0);
    check_one_bad(rig, 0);
    check_one_bad(rig, 100);
}

/* A fault between the items of a merged range does not affect them. */
static void a_fault_between_items_is_no_error(void **state)
{
    struct rig *rig = *state;
    uint32_t values[2];
    struct ocd_item items[2] = {
        {.addr = RIG_RAM + 0x400, .count = 1, .width = 32, .values = &values[0]},
        {.addr = RIG_RAM + 0x408, .count = 1, .width = 32, .values = &values[1]},
    };

    rig_poke(rig, RIG_RAM + 0x400, "\1\1\1\1\2\2\2\2\3\3\3\3", 12);
    assert_int_equal(sim_fault(rig->sim, RIG_RAM + 0x404, 4), 0);
    rig_ok(rig->session, ocd_read_many(rig->session, items, 2, 100));
    assert_int_equal(values[0], 0x01010101);
    assert_int_equal(values[1], 0x03030303);
}

static void the_call_has_the_error_of_the_first_failed_item(void **state)
{
    struct rig *rig = *state;
    uint32_t values[3];
    struct ocd_item items[3] = {
        {.addr = RIG_RAM, .count = 1, .width = 32, .values = &values[0]},
        {.addr = RIG_NOWHERE, .count = 1, .width = 32, .values = &values[1]},
        {.addr = RIG_NOWHERE + 0x100000, .count = 1, .width = 32, .values = &values[2]},
    };

    rig_fails(rig->session, OCD_ERR_TARGET, ocd_read_many(rig->session, items, 3, 0));
    rig_assert_error(ocd_last_error(rig->session), OCD_ERR_TARGET, RIG_NOWHERE, 1);
    assert_int_equal(items[2].result, OCD_ERR_TARGET);
}

static void a_64_bit_item_that_cannot_be_read_is_its_own_error(void **state)
{
    struct rig *rig = *state;
    uint64_t values[2];
    struct ocd_item items[2] = {
        {.addr = RIG_NOWHERE, .count = 1, .width = 64, .values = &values[0]},
        {.addr = RIG_RAM, .count = 1, .width = 64, .values = &values[1]},
    };

    rig_poke(rig, RIG_RAM, "\1\2\3\4\5\6\7\x08", 8);
    rig_fails(rig->session, OCD_ERR_TARGET, ocd_read_many(rig->session, items, 2, 0));
    assert_int_equal(items[0].result, OCD_ERR_TARGET);
    assert_int_equal(items[1].result, OCD_OK);
    assert_true(values[1] == 0x0807060504030201);
    rig_assert_error(ocd_last_error(rig->session), OCD_ERR_TARGET, RIG_NOWHERE, 1);
}

static void hundreds_of_items(void **state)
{
    struct rig *rig = *state;
    enum {
        COUNT = 500
    };
    uint16_t values[COUNT];
    struct ocd_item items[COUNT];
    uint8_t *memory = rig_fill(rig, RIG_RAM, 0x4000, 9);

    for (uint32_t i = 0; i < COUNT; i++)
        items[i] = (struct ocd_item){.addr = RIG_RAM + (i * 7919 % 0x3ffe & ~1u),
                                     .count = 1,
                                     .width = 16,
                                     .values = &values[i]};
    for (unsigned gap = 0; gap < 100; gap += 33) {
        memset(values, 0, sizeof(values));
        rig_ok(rig->session, ocd_read_many(rig->session, items, COUNT, gap));
        for (uint32_t i = 0; i < COUNT; i++)
            assert_int_equal(values[i], value_at(memory + (items[i].addr - RIG_RAM), 2, false));
    }
    free(memory);
}

/* More elements than one command takes. */
static void an_item_may_be_large(void **state)
{
    struct rig *rig = *state;
    enum {
        COUNT = 70000,
        LONG = 35000 /* made of two halves each */
    };
    uint8_t *memory = rig_fill(rig, RIG_RAM, 8 * LONG, 12);
    uint64_t *d = calloc(LONG, 8), last;
    uint8_t *b = calloc(COUNT, 1);
    struct ocd_item items[3] = {
        {.addr = RIG_RAM, .count = COUNT, .width = 8, .values = b},
        {.addr = RIG_RAM, .count = LONG, .width = 64, .values = d},
        {.addr = RIG_RAM + 8 * (LONG - 1), .count = 1, .width = 64, .values = &last},
    };

    assert_non_null(d);
    assert_non_null(b);
    for (uint64_t gap = 0; gap < 200; gap += 100) {
        memset(b, 0, COUNT);
        memset(d, 0, 8 * LONG);
        rig_ok(rig->session, ocd_read_many(rig->session, items, 3, gap));
        assert_memory_equal(b, memory, COUNT);
        for (uint32_t i = 0; i < LONG; i += 7)
            assert_true(d[i] == value_at(memory + 8 * i, 8, false));
        assert_true(last == d[LONG - 1]);
    }
    free(b);
    free(d);
    free(memory);
}

static void no_items_send_nothing(void **state)
{
    struct rig *rig = *state;

    rig_trace_clear(&rig->trace);
    rig_ok(rig->session, ocd_read_many(rig->session, NULL, 0, 0));
    rig_ok(rig->session, ocd_read_many(rig->session, NULL, 0, 50));
    assert_int_equal(rig_sent(&rig->trace), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_items_are_read_merged_or_not_in_both_byte_orders),
        cmocka_unit_test(without_merging_each_element_is_one_access_in_order),
        cmocka_unit_test(merging_reads_neighbours_by_one_command),
        cmocka_unit_test(merging_touches_nothing_beyond_the_first_and_the_last_item),
        cmocka_unit_test(without_merging_no_neighbour_is_read),
        cmocka_unit_test_teardown(one_failed_item_does_not_affect_the_others, heal),
        cmocka_unit_test_teardown(a_fault_between_items_is_no_error, heal),
        cmocka_unit_test(the_call_has_the_error_of_the_first_failed_item),
        cmocka_unit_test(a_64_bit_item_that_cannot_be_read_is_its_own_error),
        cmocka_unit_test(hundreds_of_items),
        cmocka_unit_test(an_item_may_be_large),
        cmocka_unit_test(no_items_send_nothing),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
