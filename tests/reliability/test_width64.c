// SPDX-License-Identifier: MIT
/* Reads of 64-bit elements, and of many things, where something cannot be read: a target that takes
 * width 64 everywhere but there. */
#include "support.h"

/* Beyond 32 bits, so that the target is one with 64-bit addresses. */
#define HIGH UINT64_C(0x100000000)
#define SIZE (2u << 20)

static struct fake *wide_server(void)
{
    return server(&(struct fake_options){.regions = {{0, 65536}, {HIGH, SIZE}}});
}

/* An item of more elements than one request may ask for; the first request's part is bad. */
static void a_failed_chunk_of_a_large_item_fails_the_item(void **state)
{
    enum {
        COUNT = 70000
    };
    struct fake *f = wide_server();
    struct ocd_session *s = join(f, NULL);
    uint64_t *values = calloc(COUNT, sizeof(*values));
    struct ocd_item item = {.addr = HIGH, .count = COUNT, .width = 64, .values = values};

    (void)state;
    assert_non_null(values);
    fake_unreadable(f, HIGH + 64, 8);
    ends_with(s, OCD_ERR_TARGET, ocd_read_many(s, &item, 1, 0));
    assert_int_equal(item.result, OCD_ERR_TARGET);
    assert_int_equal(ocd_last_error(s)->done, 0);
    ocd_close(s);
    fake_stop(f);
    free(values);
}

/* The same where only the width is refused. */
static void a_large_item_is_read_in_32_bits_where_64_are_refused(void **state)
{
    enum {
        COUNT = 70000
    };
    struct fake *f =
        server(&(struct fake_options){.no_width64 = true, .regions = {{0, 65536}, {HIGH, SIZE}}});
    struct ocd_session *s = join(f, NULL);
    uint64_t *values = calloc(COUNT, sizeof(*values));
    struct ocd_item item = {.addr = HIGH, .count = COUNT, .width = 64, .values = values};

    (void)state;
    assert_non_null(values);
    ends_with(s, OCD_OK, ocd_read_many(s, &item, 1, 0));
    swap_little(values, 8, COUNT);
    assert_is_memory(f, HIGH, values, COUNT * sizeof(*values));
    ocd_close(s);
    fake_stop(f);
    free(values);
}

static void the_first_failed_chunk_of_an_item_is_reported(void **state)
{
    enum {
        COUNT = 140000
    };
    struct fake *f = wide_server();
    struct ocd_session *s = join(f, NULL);
    uint32_t *values = calloc(COUNT, sizeof(*values));
    struct ocd_item item = {.addr = HIGH, .count = COUNT, .width = 32, .values = values};

    (void)state;
    assert_non_null(values);
    fake_unreadable(f, HIGH + 64, 4);
    fake_unreadable(f, HIGH + 65536 * 4 + 64, 4);
    ends_with(s, OCD_ERR_TARGET, ocd_read_many(s, &item, 1, 0));
    assert_true(ocd_last_error(s)->has_addr);
    assert_int_equal(ocd_last_error(s)->addr, HIGH + 64);
    ocd_close(s);
    fake_stop(f);
    free(values);
}

static void items_at_both_ends_of_the_address_space_are_not_merged(void **state)
{
    struct fake *f = wide_server();
    struct ocd_session *s = join(f, NULL);
    uint32_t low = 0;
    uint64_t high = 0;
    struct ocd_item items[] = {{.addr = 0, .count = 1, .width = 32, .values = &low},
                               {.addr = UINT64_MAX - 7, .count = 1, .width = 64, .values = &high}};

    (void)state;
    ends_with(s, OCD_ERR_TARGET, ocd_read_many(s, items, COUNT_OF(items), UINT64_MAX));
    assert_int_equal(items[0].result, OCD_OK);
    swap_little(&low, sizeof(low), 1);
    assert_is_memory(f, 0, &low, sizeof(low));
    assert_int_equal(items[1].result, OCD_ERR_TARGET);
    assert_int_equal(ocd_last_error(s)->addr, UINT64_MAX - 7);
    ocd_close(s);
    fake_stop(f);
}

/* What failed was the address. That 32-bit accesses came further, since their requests are
 * shorter, says nothing of the width. */
static void an_unreadable_address_does_not_change_the_width(void **state)
{
    enum {
        COUNT = 4096
    };
    struct fake *f = wide_server();
    struct ocd_session *s = join(f, NULL);
    uint64_t *values = calloc(COUNT, sizeof(*values));

    (void)state;
    assert_non_null(values);
    fake_unreadable(f, HIGH + 1600, 8);
    ends_with(s, OCD_ERR_TARGET, ocd_read_u64(s, HIGH, values, COUNT));
    assert_true(ocd_last_error(s)->done <= 200);
    unsigned before = fake_requests(f);
    ends_with(s, OCD_OK, ocd_read_u64(s, HIGH, values, 1));
    assert_int_equal(fake_requests(f), before + 1);
    assert_string_equal(fake_request(f, before), "read_memory 0x100000000 64 1");
    ocd_close(s);
    fake_stop(f);
    free(values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failed_chunk_of_a_large_item_fails_the_item),
        cmocka_unit_test(a_large_item_is_read_in_32_bits_where_64_are_refused),
        cmocka_unit_test(the_first_failed_chunk_of_an_item_is_reported),
        cmocka_unit_test(items_at_both_ends_of_the_address_space_are_not_merged),
        cmocka_unit_test(an_unreadable_address_does_not_change_the_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
