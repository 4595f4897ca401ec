// SPDX-License-Identifier: MIT
#include "base/buffer.h"

#include "ocd.h"
#include "support.h"

static void contents_grow_and_stay_terminated(void **state)
{
    (void)state;
    struct ocd_buffer b = {0};
    for (unsigned i = 0; i < 5000; ++i) {
        assert_int_equal(ocd__buffer_add(&b, &(char){(char)('a' + i % 26)}, 1), 0);
        assert_int_equal(b.size, i + 1);
        assert_int_equal(b.data[b.size], '\0');
        assert_true(b.capacity > b.size);
    }
    for (unsigned i = 0; i < 5000; ++i)
        assert_int_equal(b.data[i], 'a' + i % 26);
    ocd__buffer_free(&b);
    assert_null(b.data);
    assert_int_equal(b.size, 0);
}

static void growth_is_geometric(void **state)
{
    (void)state;
    struct ocd_buffer b = {0};
    unsigned moves = 0;
    size_t capacity = 0;
    for (unsigned i = 0; i < 1000000; ++i) {
        assert_int_equal(ocd__buffer_add(&b, "x", 1), 0);
        moves += b.capacity != capacity;
        capacity = b.capacity;
    }
    assert_in_range(moves, 1, 20);
    ocd__buffer_free(&b);
}

static void chunks_follow_each_other(void **state)
{
    (void)state;
    struct ocd_buffer b = {0};
    assert_int_equal(ocd__buffer_puts(&b, "read"), 0);
    assert_int_equal(ocd__buffer_printf(&b, "_%s 0x%x", "memory", 16u), 0);
    assert_int_equal(ocd__buffer_add(&b, "\0z", 2), 0);
    assert_int_equal(ocd__buffer_add(&b, NULL, 0), 0);
    assert_int_equal(b.size, 18);
    assert_memory_equal(b.data, "read_memory 0x10\0z", 19);
    ocd__buffer_free(&b);
}

static void long_formats_are_not_cut(void **state)
{
    (void)state;
    struct ocd_buffer b = {0};
    assert_int_equal(ocd__buffer_printf(&b, "%5000d|", 7), 0);
    assert_int_equal(b.size, 5001);
    assert_string_equal(b.data + 4998, " 7|");
    ocd__buffer_free(&b);
}

static void bound_is_exact(void **state)
{
    (void)state;
    for (size_t max = 1; max < 300; ++max) {
        struct ocd_buffer b = {.max = max};
        for (size_t i = 0; i < max; ++i)
            assert_int_equal(ocd__buffer_add(&b, "x", 1), 0);
        assert_in_range(b.capacity, 1, max + 1 > 128 ? max + 1 : 128);
        assert_int_equal(ocd__buffer_add(&b, "x", 1), OCD_ERR_PROTOCOL);
        assert_int_equal(b.size, max);
        ocd__buffer_free(&b);
        assert_int_equal(b.max, max);
    }
}

static void failure_stays_until_cleared(void **state)
{
    (void)state;
    struct ocd_buffer b = {.max = 4};
    assert_int_equal(ocd__buffer_puts(&b, "abc"), 0);
    assert_int_equal(ocd__buffer_puts(&b, "de"), OCD_ERR_PROTOCOL);
    assert_string_equal(b.data, "abc");
    assert_int_equal(ocd__buffer_puts(&b, "d"), OCD_ERR_PROTOCOL);
    assert_int_equal(ocd__buffer_printf(&b, "d"), OCD_ERR_PROTOCOL);
    assert_int_equal(ocd__buffer_reserve(&b, 0), OCD_ERR_PROTOCOL);
    ocd__buffer_clear(&b);
    assert_string_equal(b.data, "");
    assert_int_equal(ocd__buffer_puts(&b, "abcd"), 0);
    assert_string_equal(b.data, "abcd");
    ocd__buffer_free(&b);
}

static void absurd_sizes_are_out_of_memory(void **state)
{
    (void)state;
    struct ocd_buffer b = {0};
    assert_int_equal(ocd__buffer_puts(&b, "abc"), 0);
    assert_int_equal(ocd__buffer_reserve(&b, SIZE_MAX), OCD_ERR_NOMEM);
    assert_int_equal(b.error, OCD_ERR_NOMEM);
    ocd__buffer_clear(&b);
    assert_int_equal(ocd__buffer_puts(&b, "abc"), 0);
    assert_int_equal(ocd__buffer_reserve(&b, SIZE_MAX - 3), OCD_ERR_NOMEM);
    ocd__buffer_free(&b);
}

static void taking_transfers_the_memory(void **state)
{
    (void)state;
    struct ocd_buffer b = {.max = 10};
    ocd__buffer_puts(&b, "abc");
    char *text = ocd__buffer_take(&b);
    assert_string_equal(text, "abc");
    free(text);
    assert_null(b.data);
    assert_int_equal(b.size, 0);

    text = ocd__buffer_take(&b);
    assert_string_equal(text, "");
    free(text);

    ocd__buffer_puts(&b, "0123456789");
    ocd__buffer_puts(&b, "a");
    assert_null(ocd__buffer_take(&b));
    assert_int_equal(b.error, OCD_ERR_PROTOCOL);
    assert_null(b.data);
    ocd__buffer_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contents_grow_and_stay_terminated),
        cmocka_unit_test(growth_is_geometric),
        cmocka_unit_test(chunks_follow_each_other),
        cmocka_unit_test(long_formats_are_not_cut),
        cmocka_unit_test(bound_is_exact),
        cmocka_unit_test(failure_stays_until_cleared),
        cmocka_unit_test(absurd_sizes_are_out_of_memory),
        cmocka_unit_test(taking_transfers_the_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
