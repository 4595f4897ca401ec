// SPDX-License-Identifier: MIT
/* Which record counts where several have an address: against a memory that takes them in order. */
#include "image/index.h"

#include "support.h"

static void add(struct ocd_index *x, uint64_t first, uint64_t last, uint64_t place)
{
    struct ocd_mark mark = {.offset = place};

    assert_int_equal(ocd__index_add(x, first, last, &mark, place, OCD_EXTENT_RECORDS), OCD_OK);
}

/* "first-last@extent" of each segment. */
static char *segments(const struct ocd_index *x)
{
    struct ocd_buffer text = {0};

    for (size_t i = 0; i < x->segment_count; i++)
        ocd__buffer_printf(&text, "%s%llx-%llx@%zu", i == 0 ? "" : " ",
                           (unsigned long long)x->segments[i].first,
                           (unsigned long long)x->segments[i].last, x->segments[i].extent);
    return ocd__buffer_take(&text);
}

static void check_segments(struct ocd_index *x, const char *expected)
{
    assert_int_equal(ocd__index_finish(x), OCD_OK);
    char *text = segments(x);
    assert_string_equal(text, expected);
    free(text);
}

static void records_that_follow_each_other_are_one_extent(void **state)
{
    (void)state;
    struct ocd_index x = {0};

    add(&x, 0x10, 0x1f, 1);
    add(&x, 0x20, 0x2f, 2);
    add(&x, 0x40, 0x4f, 3);
    assert_int_equal(x.extent_count, 2);
    check_segments(&x, "10-2f@0 40-4f@1");
    assert_int_equal(x.range_count, 2);
    assert_int_equal(x.disorder, 0);
    assert_int_equal(x.bytes, 0x30);
    assert_int_equal(x.added, 0x30);
    ocd__index_free(&x);
}

static void blocks_are_never_joined_but_their_ranges_are(void **state)
{
    (void)state;
    struct ocd_index x = {0};
    struct ocd_mark mark = {0};

    assert_int_equal(ocd__index_add(&x, 0, 9, &mark, 1, OCD_EXTENT_BLOCK), OCD_OK);
    assert_int_equal(ocd__index_add(&x, 10, 19, &mark, 2, OCD_EXTENT_BLOCK), OCD_OK);
    assert_int_equal(ocd__index_add(&x, 20, 29, &mark, 3, OCD_EXTENT_REPEAT), OCD_OK);
    assert_int_equal(ocd__index_add(&x, 30, 39, &mark, 4, OCD_EXTENT_RECORDS), OCD_OK);
    check_segments(&x, "0-9@0 a-13@1 14-1d@2 1e-27@3");
    assert_int_equal(x.range_count, 1);
    assert_int_equal(x.ranges[0].size, 40);
    ocd__index_free(&x);
}

static void disorder_is_sorted_and_counted(void **state)
{
    (void)state;
    struct ocd_index x = {0};

    add(&x, 0x100, 0x10f, 1);
    add(&x, 0x20, 0x2f, 2);
    add(&x, 0x30, 0x3f, 3);
    add(&x, 0x10, 0x1f, 4);
    check_segments(&x, "10-1f@2 20-3f@1 100-10f@0");
    assert_int_equal(x.disorder, 2);
    assert_int_equal(x.disorder_place, 2);
    assert_int_equal(x.added, x.bytes);
    assert_int_equal(x.range_count, 2);
    ocd__index_free(&x);
}

static void later_record_cuts_the_earlier_one(void **state)
{
    (void)state;
    struct ocd_index x = {0};

    add(&x, 0x10, 0x4f, 7);
    add(&x, 0x20, 0x2f, 8);
    check_segments(&x, "10-1f@0 20-2f@1 30-4f@0");
    assert_int_equal(x.added - x.bytes, 0x10);
    assert_int_equal(x.overlap_addr, 0x20);
    assert_int_equal(x.overlap_place, 8);
    assert_int_equal(x.range_count, 1);
    ocd__index_free(&x);

    add(&x, 0x20, 0x2f, 7);
    add(&x, 0x10, 0x4f, 8);
    check_segments(&x, "10-4f@1");
    assert_int_equal(x.overlap_addr, 0x20);
    assert_int_equal(x.overlap_place, 8);
    ocd__index_free(&x);
}

static void extent_that_grows_into_an_earlier_one_replaces_it(void **state)
{
    (void)state;
    struct ocd_index x = {0};

    add(&x, 0x20, 0x3f, 1);
    add(&x, 0x10, 0x1f, 2);
    add(&x, 0x20, 0x2f, 3);
    check_segments(&x, "10-2f@1 30-3f@0");
    assert_int_equal(x.disorder, 1);
    assert_int_equal(x.added - x.bytes, 0x10);
    ocd__index_free(&x);
}

static void records_may_end_at_the_top_of_the_address_space(void **state)
{
    (void)state;
    struct ocd_index x = {0};

    add(&x, UINT64_MAX - 0xf, UINT64_MAX, 1);
    add(&x, 0, 0xf, 2);
    add(&x, UINT64_MAX, UINT64_MAX, 3);
    add(&x, UINT64_MAX - 3, UINT64_MAX - 2, 4);
    check_segments(&x, "0-f@1 fffffffffffffff0-fffffffffffffffb@0 "
                       "fffffffffffffffc-fffffffffffffffd@3 fffffffffffffffe-fffffffffffffffe@0 "
                       "ffffffffffffffff-ffffffffffffffff@2");
    assert_int_equal(x.range_count, 2);
    ocd__index_free(&x);
}

static void all_of_the_address_space_is_refused(void **state)
{
    (void)state;
    struct ocd_index x = {0};
    struct ocd_mark mark = {0};

    assert_int_equal(ocd__index_add(&x, 0, UINT64_MAX, &mark, 1, OCD_EXTENT_REPEAT), OCD_OK);
    assert_int_equal(ocd__index_finish(&x), OCD_ERR_FORMAT);
    ocd__index_free(&x);
    add(&x, 0, UINT64_MAX / 2, 1);
    assert_int_equal(
        ocd__index_add(&x, UINT64_MAX / 2 + 1, UINT64_MAX, &mark, 1, OCD_EXTENT_REPEAT), OCD_OK);
    assert_int_equal(ocd__index_finish(&x), OCD_ERR_FORMAT);
    ocd__index_free(&x);
}

static void no_records_give_no_extents(void **state)
{
    (void)state;
    struct ocd_index x = {0};

    check_segments(&x, "");
    assert_int_equal(x.range_count, 0);
    ocd__index_free(&x);
}

/* A memory that remembers which record wrote a byte last. */
enum {
    MEMORY = 200,
};

static void compare(const struct ocd_index *x, const size_t memory[MEMORY])
{
    size_t segment = 0;
    uint64_t bytes = 0;

    for (uint64_t a = 0; a < MEMORY; a++) {
        while (segment < x->segment_count && x->segments[segment].last < a)
            segment++;
        bool in = segment < x->segment_count && x->segments[segment].first <= a;
        assert_int_equal(in ? x->segments[segment].extent + 1 : 0, memory[a]);
        bytes += in;
    }
    assert_int_equal(bytes, x->bytes);
}

static void random_records_fill_memory_as_in_order(void **state)
{
    (void)state;
    uint64_t seed = 42;

    for (unsigned round = 0; round < 3000; round++) {
        struct ocd_index x = {0};
        size_t memory[MEMORY] = {0};
        size_t count = 1 + random_below(&seed, 30);
        uint64_t added = 0;
        uint64_t next = 0;
        for (size_t i = 0; i < count; i++) {
            uint64_t first =
                random_below(&seed, 3) == 0 && next < MEMORY ? next : random_below(&seed, MEMORY);
            uint64_t size = 1 + random_below(&seed, 40);
            uint64_t last = first + size - 1 < MEMORY ? first + size - 1 : MEMORY - 1;
            add(&x, first, last, i);
            for (uint64_t a = first; a <= last; a++)
                memory[a] = x.extent_count;
            added += last - first + 1;
            next = last + 1;
        }
        assert_int_equal(ocd__index_finish(&x), OCD_OK);
        compare(&x, memory);
        assert_int_equal(x.added, added);
        ocd__index_free(&x);
    }
}

static void too_many_runs_are_refused(void **state)
{
    (void)state;
    struct ocd_index x = {0};
    struct ocd_mark mark = {0};

    for (uint64_t i = 0; i < OCD_IMAGE_RANGES_MAX; i++)
        add(&x, 2 * (OCD_IMAGE_RANGES_MAX - i), 2 * (OCD_IMAGE_RANGES_MAX - i), i);
    assert_int_equal(ocd__index_add(&x, 0, 0, &mark, 0, OCD_EXTENT_RECORDS), OCD_ERR_FORMAT);
    assert_int_equal(ocd__index_finish(&x), OCD_OK);
    assert_int_equal(x.range_count, OCD_IMAGE_RANGES_MAX);
    ocd__index_free(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_that_follow_each_other_are_one_extent),
        cmocka_unit_test(blocks_are_never_joined_but_their_ranges_are),
        cmocka_unit_test(disorder_is_sorted_and_counted),
        cmocka_unit_test(later_record_cuts_the_earlier_one),
        cmocka_unit_test(extent_that_grows_into_an_earlier_one_replaces_it),
        cmocka_unit_test(records_may_end_at_the_top_of_the_address_space),
        cmocka_unit_test(all_of_the_address_space_is_refused),
        cmocka_unit_test(no_records_give_no_extents),
        cmocka_unit_test(random_records_fill_memory_as_in_order),
        cmocka_unit_test(too_many_runs_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
