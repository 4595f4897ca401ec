// SPDX-License-Identifier: MIT
#include "transfer/plan.h"

#include "support.h"

static void valid_ranges_end_at_or_below_the_top(void **state)
{
    (void)state;
    assert_true(ocd__range_valid(0, 0));
    assert_true(ocd__range_valid(UINT64_MAX, 0));
    assert_true(ocd__range_valid(0, UINT64_MAX));
    assert_true(ocd__range_valid(1, UINT64_MAX));
    assert_true(ocd__range_valid(UINT64_MAX, 1));
    assert_false(ocd__range_valid(UINT64_MAX, 2));
    assert_false(ocd__range_valid(2, UINT64_MAX));
    assert_true(ocd__range_valid(UINT64_MAX - 4095, 4096));
    assert_false(ocd__range_valid(UINT64_MAX - 4095, 4097));
}

static void check_chunk(struct ocd_chunk chunk, struct ocd_range rest, uint32_t max_count)
{
    assert_int_equal(chunk.addr, rest.addr);
    assert_in_range(chunk.count, 1, max_count);
    assert_in_range(chunk.count, 1, OCD_MAX_ELEMENTS);
    assert_in_range((uint64_t)chunk.count * chunk.width, 1, rest.size);
}

static struct ocd_range after(struct ocd_range rest, struct ocd_chunk chunk)
{
    uint64_t bytes = (uint64_t)chunk.count * chunk.width;
    return (struct ocd_range){.addr = rest.addr + bytes, .size = rest.size - bytes};
}

/* Walks the whole range. Where each chunk begins at the end of the one before it and none is longer
 * than what is left, they tile the range and nothing else. */
static void check_bulk(struct ocd_range range, unsigned max_width, uint32_t max_count)
{
    struct ocd_range rest = range;
    uint64_t narrow = 0;
    uint64_t full = 0;
    while (rest.size != 0) {
        struct ocd_chunk chunk = ocd__plan_bulk(rest, max_width, max_count);
        check_chunk(chunk, rest, max_count);
        assert_in_range(chunk.width, 1, max_width);
        assert_int_equal(chunk.addr % chunk.width, 0);
        if (chunk.width == max_width) {
            full += chunk.count;
            bool limited = chunk.count == max_count || chunk.count == OCD_MAX_ELEMENTS;
            assert_true(limited || rest.size - (uint64_t)chunk.count * chunk.width < max_width);
        } else {
            unsigned wider = 2 * chunk.width;
            assert_true(chunk.addr % wider != 0 || rest.size < wider);
            narrow += chunk.count;
        }
        rest = after(rest, chunk);
    }
    assert_int_equal(rest.addr, range.addr + range.size);
    assert_in_range(narrow, 0, 2 * 3); /* head and tail: a byte, a half-word, a word each */
    assert_true(full * max_width + 2 * (max_width - 1) >= range.size);
}

static uint64_t random_address(uint64_t *seed, uint64_t size)
{
    switch (random_below(seed, 4)) {
    case 0:
        return random_u64(seed) % 64;
    case 1:
        return 0 - size; /* ends at 2^64 exactly */
    case 2:
        return (UINT64_C(1) << 32) - random_below(seed, 64);
    default:
        return random_u64(seed) % (0 - size);
    }
}

static void bulk_chunks_tile_random_ranges(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (unsigned round = 0; round < 20000; ++round) {
        uint64_t size = 1 + random_below(&seed, round % 2 == 0 ? 40 : 5000);
        unsigned max_width = 1u << random_below(&seed, 4);
        uint32_t max_count = 1 + (uint32_t)random_below(&seed, round % 3 == 0 ? 4 : 4096);
        check_bulk((struct ocd_range){.addr = random_address(&seed, size), .size = size}, max_width,
                   max_count);
    }
}

static void bulk_chunks_respect_the_server_limit(void **state)
{
    (void)state;
    for (unsigned width = 1; width <= 8; width *= 2) {
        check_bulk((struct ocd_range){.addr = 0x20000003, .size = 3 * 65536 * 8 + 5}, width,
                   UINT32_MAX);
        check_bulk((struct ocd_range){.addr = 0x20000003, .size = 3 * 65536 * 8 + 5}, width,
                   OCD_MAX_ELEMENTS + 1);
        struct ocd_chunk chunk =
            ocd__plan_bulk((struct ocd_range){.addr = 0, .size = UINT64_MAX}, width, UINT32_MAX);
        assert_int_equal(chunk.width, width);
        assert_int_equal(chunk.count, OCD_MAX_ELEMENTS);
    }
}

static void accesses_at_the_start_widen_step_by_step(void **state)
{
    (void)state;
    static const struct ocd_chunk expected[] = {
        {0x1001, 1, 1}, {0x1002, 2, 1}, {0x1004, 4, 1}, {0x1008, 8, 2},
        {0x1018, 4, 1}, {0x101c, 2, 1}, {0x101e, 1, 1},
    };
    struct ocd_range rest = {.addr = 0x1001, .size = 0x1e};
    for (unsigned i = 0; i < COUNT_OF(expected); ++i) {
        struct ocd_chunk chunk = ocd__plan_bulk(rest, 8, 1000);
        assert_int_equal(chunk.addr, expected[i].addr);
        assert_int_equal(chunk.width, expected[i].width);
        assert_int_equal(chunk.count, expected[i].count);
        rest = after(rest, chunk);
    }
    assert_int_equal(rest.size, 0);
}

static void exact_chunks_keep_the_width_and_tile(void **state)
{
    (void)state;
    uint64_t seed = 4;
    for (unsigned round = 0; round < 20000; ++round) {
        unsigned width = 1u << random_below(&seed, 4);
        uint64_t size = (1 + random_below(&seed, 3000)) * width;
        uint32_t max_count = 1 + (uint32_t)random_below(&seed, round % 3 == 0 ? 7 : 4096);
        struct ocd_range range = {.addr = random_address(&seed, size), .size = size};
        struct ocd_range rest = range;
        while (rest.size != 0) {
            struct ocd_chunk chunk = ocd__plan_exact(rest, width, max_count);
            check_chunk(chunk, rest, max_count);
            assert_int_equal(chunk.width, width);
            assert_true(chunk.count == max_count || (uint64_t)chunk.count * width == rest.size);
            rest = after(rest, chunk);
        }
        assert_int_equal(rest.addr, range.addr + range.size);
    }
}

static void exact_chunks_respect_the_server_limit(void **state)
{
    (void)state;
    static const uint64_t elements[] = {1, 65535, 65536, 65537, 200000};
    for (unsigned i = 0; i < COUNT_OF(elements); ++i) {
        struct ocd_range rest = {.addr = 0x20000001, .size = elements[i] * 4};
        uint64_t total = 0;
        while (rest.size != 0) {
            struct ocd_chunk chunk = ocd__plan_exact(rest, 4, UINT32_MAX);
            check_chunk(chunk, rest, OCD_MAX_ELEMENTS);
            total += chunk.count;
            rest = after(rest, chunk);
        }
        assert_int_equal(total, elements[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_ranges_end_at_or_below_the_top),
        cmocka_unit_test(bulk_chunks_tile_random_ranges),
        cmocka_unit_test(bulk_chunks_respect_the_server_limit),
        cmocka_unit_test(accesses_at_the_start_widen_step_by_step),
        cmocka_unit_test(exact_chunks_keep_the_width_and_tile),
        cmocka_unit_test(exact_chunks_respect_the_server_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
