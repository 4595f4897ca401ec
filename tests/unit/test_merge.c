// SPDX-License-Identifier: MIT
/* Neighbouring items become one range exactly where the gap and the size allow it. */
#include "many/merge.h"

#include <inttypes.h>

#include "ocd.h"
#include "support.h"

#define RANGE_MAX 16384u

/* The ranges as "ADDR+SIZE:items" in words. */
static void check_ranges(const struct ocd_item *items, size_t count, uint64_t gap,
                         const char *expected)
{
    size_t order[16];
    struct ocd_merged ranges[16];
    char text[512] = "";

    assert_true(count <= COUNT_OF(order));
    long found = ocd__merge(items, count, gap, order, ranges);
    for (long i = 0; i < found; i++) {
        const struct ocd_merged *r = &ranges[i];
        size_t used = strlen(text);
        snprintf(text + used, sizeof(text) - used, "%s%" PRIx64 "+%zu:", i > 0 ? " " : "", r->addr,
                 r->size);
        for (size_t j = 0; j < r->count; j++)
            snprintf(text + strlen(text), sizeof(text) - strlen(text), "%zu", order[r->first + j]);
    }
    assert_string_equal(text, expected);
}

#define ITEM(start, bits, number)                                                                  \
    {                                                                                              \
        .addr = (start), .width = (bits), .count = (number)                                        \
    }

static void items_closer_than_the_gap_are_one_range(void **state)
{
    static const struct ocd_item items[] = {ITEM(0x100, 32, 1), ITEM(0x108, 8, 1)};

    (void)state;
    check_ranges(items, 2, 0, "100+4:0 108+1:1");
    check_ranges(items, 2, 4, "100+4:0 108+1:1");
    check_ranges(items, 2, 5, "100+9:01");
}

static void adjacent_items_need_a_gap_of_one(void **state)
{
    static const struct ocd_item items[] = {ITEM(0x100, 32, 2), ITEM(0x108, 16, 1)};

    (void)state;
    check_ranges(items, 2, 0, "100+8:0 108+2:1");
    check_ranges(items, 2, 1, "100+10:01");
}

static void items_are_sorted_by_address_and_then_by_index(void **state)
{
    static const struct ocd_item items[] = {ITEM(0x300, 8, 1), ITEM(0x100, 8, 1), ITEM(0x300, 8, 1),
                                            ITEM(0x200, 8, 1)};

    (void)state;
    check_ranges(items, 4, 0, "100+1:1 200+1:3 300+1:0 300+1:2");
    check_ranges(items, 4, 1, "100+1:1 200+1:3 300+1:02");
}

static void overlapping_items_are_read_once(void **state)
{
    static const struct ocd_item items[] = {ITEM(0x100, 32, 4), ITEM(0x104, 8, 2),
                                            ITEM(0x10e, 32, 1)};

    (void)state;
    check_ranges(items, 3, 1, "100+18:012");
}

static void range_grows_to_16_kib_and_not_beyond(void **state)
{
    static const struct ocd_item exact[] = {ITEM(0, 8, RANGE_MAX - 4), ITEM(RANGE_MAX - 4, 32, 1)};
    static const struct ocd_item over[] = {ITEM(0, 8, RANGE_MAX - 3), ITEM(RANGE_MAX - 3, 32, 1)};
    static const struct ocd_item large[] = {ITEM(0, 32, RANGE_MAX), ITEM(8, 32, RANGE_MAX)};

    (void)state;
    check_ranges(exact, 2, 1, "0+16384:01");
    check_ranges(over, 2, 1, "0+16381:0 3ffd+4:1");
    check_ranges(large, 2, 1, "0+65536:0 8+65536:1");
}

static void empty_items_are_ranges_of_their_own(void **state)
{
    static const struct ocd_item items[] = {ITEM(0x100, 32, 1), ITEM(0x102, 32, 0)};

    (void)state;
    check_ranges(items, 2, 8, "100+4:0 102+0:1");
}

static void no_items_give_no_ranges(void **state)
{
    (void)state;
    check_ranges(NULL, 0, 4, "");
}

static void items_at_the_end_of_the_address_space_do_not_wrap(void **state)
{
    static const struct ocd_item items[] = {ITEM(0, 32, 1), ITEM(UINT64_MAX - 7, 32, 1),
                                            ITEM(UINT64_MAX - 3, 32, 1)};

    (void)state;
    check_ranges(items, 3, UINT64_MAX, "0+4:0 fffffffffffffff8+8:12");
}

/* Random items: each one lies in exactly one range, ranges are far enough apart or too large to be
 * joined, and the order is that of the addresses. */
static void every_item_lies_in_one_range(void **state)
{
    uint64_t seed = 5;

    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct ocd_item items[40];
        struct ocd_merged ranges[COUNT_OF(items)];
        size_t order[COUNT_OF(items)], seen = 0;
        size_t count = random_below(&seed, COUNT_OF(items) + 1);
        uint64_t gap = random_below(&seed, 3) == 0 ? 0 : random_below(&seed, 500);
        for (size_t i = 0; i < count; i++)
            items[i] = (struct ocd_item)ITEM(
                random_below(&seed, 40000), 8u << random_below(&seed, 4), random_below(&seed, 300));
        long found = ocd__merge(items, count, gap, order, ranges);
        assert_in_range(found, 0, count);
        for (long i = 0; i < found; i++) {
            const struct ocd_merged *r = &ranges[i];
            uint64_t end = r->addr;
            assert_int_equal(r->first, seen);
            for (size_t j = 0; j < r->count; j++) {
                const struct ocd_item *item = &items[order[seen++]];
                assert_true(item->addr >= r->addr && (j == 0 || item->addr < end + gap));
                if (item->addr + ocd__item_size(item) > end)
                    end = item->addr + ocd__item_size(item);
            }
            assert_int_equal(r->size, end - r->addr);
            assert_true(r->count == 1 || r->size <= RANGE_MAX);
        }
        assert_int_equal(seen, count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_closer_than_the_gap_are_one_range),
        cmocka_unit_test(adjacent_items_need_a_gap_of_one),
        cmocka_unit_test(items_are_sorted_by_address_and_then_by_index),
        cmocka_unit_test(overlapping_items_are_read_once),
        cmocka_unit_test(range_grows_to_16_kib_and_not_beyond),
        cmocka_unit_test(empty_items_are_ranges_of_their_own),
        cmocka_unit_test(no_items_give_no_ranges),
        cmocka_unit_test(items_at_the_end_of_the_address_space_do_not_wrap),
        cmocka_unit_test(every_item_lies_in_one_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
