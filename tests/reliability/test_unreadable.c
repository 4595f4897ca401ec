// SPDX-License-Identifier: MIT
/* Bulk data where some of the memory is unreadable: the bytes before it are kept, the first
 * unreadable byte is named, and exactly the unreadable bytes are skipped. */
#include "support.h"

#define SIZE ((size_t)100000)

static uint8_t data[128 * 1024];

/* Bytes that are not those of the memory. */
static void fill(uint8_t seed)
{
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i * 7 + i / 251 + seed);
}

/* Unreadable bytes at the beginning of the range, at the beginning and the end of a step, of a
 * request, in their middle, and at the end of the range. */
static const uint64_t unreadable_ranges[] = {0,     1,     4095,  4096,  4097,  10001, 16383,
                                             16384, 40000, 65535, 65536, 90001, 99999};

static void a_failed_read_keeps_what_was_read_and_names_the_first_unreadable_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(unreadable_ranges); i++) {
        struct fake *f = server(&(struct fake_options){.head = i % 2 != 0});
        struct ocd_session *s = join(f, NULL);
        fake_unreadable(f, FLASH + 3 + unreadable_ranges[i], 1);
        memset(data, 0x77, SIZE);
        ends_with(s, OCD_ERR_TARGET, ocd_read_bytes(s, FLASH + 3, data, SIZE));
        const struct ocd_error *e = ocd_last_error(s);
        assert_true(e->has_addr);
        assert_int_equal(e->addr, FLASH + 3 + unreadable_ranges[i]);
        assert_int_equal(e->done, unreadable_ranges[i]);
        assert_is_memory(f, FLASH + 3, data, (size_t)unreadable_ranges[i]);
        ocd_close(s);
        fake_stop(f);
    }
}

static void a_failed_write_names_the_first_byte_that_was_not_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(unreadable_ranges); i++) {
        struct fake *f = server(NULL);
        struct ocd_session *s = join(f, NULL);
        uint64_t unreadable_range = unreadable_ranges[i] / 2;
        fake_unreadable(f, RAM + 3 + unreadable_range, 1);
        fill(13);
        ends_with(s, OCD_ERR_TARGET, ocd_write_bytes(s, RAM + 3, data, 50000));
        assert_int_equal(ocd_last_error(s)->addr, RAM + 3 + unreadable_range);
        assert_int_equal(ocd_last_error(s)->done, unreadable_range);
        assert_is_memory(f, RAM + 3, data, (size_t)unreadable_range);
        ocd_close(s);
        fake_stop(f);
    }
}

struct skipped {
    struct ocd_range ranges[8];
    size_t count;
};

static void note_unreadable(uint64_t addr, uint64_t size, void *user)
{
    struct skipped *skipped = user;

    assert_true(skipped->count < COUNT_OF(skipped->ranges));
    skipped->ranges[skipped->count++] = (struct ocd_range){.addr = addr, .size = size};
}

static void only_unreadable_ranges_are_skipped(void **state)
{
    static const struct ocd_range bad[] = {{.addr = FLASH, .size = 4},
                                           {.addr = FLASH + 5000, .size = 8},
                                           {.addr = FLASH + 8192, .size = 4096},
                                           {.addr = FLASH + 70000, .size = 20000},
                                           {.addr = FLASH + 0x1fffc, .size = 4}};
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, NULL);
    struct skipped skipped = {0};
    const struct ocd_call call = {.flags = OCD_READ_SKIP_UNREADABLE,
                                  .fill = 0xee,
                                  .unreadable = note_unreadable,
                                  .user = &skipped};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        fake_unreadable(f, bad[i].addr, bad[i].size);
    ends_with(s, OCD_OK, ocd_wait(ocd_read_bytes_async(s, FLASH, data, sizeof(data), &call)));
    assert_int_equal(skipped.count, COUNT_OF(bad));
    uint64_t next = FLASH;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(skipped.ranges[i].addr, bad[i].addr);
        assert_int_equal(skipped.ranges[i].size, bad[i].size);
        assert_is_memory(f, next, data + (next - FLASH), (size_t)(bad[i].addr - next));
        for (uint64_t j = 0; j < bad[i].size; j++)
            assert_int_equal(data[bad[i].addr - FLASH + j], 0xee);
        next = bad[i].addr + bad[i].size;
    }
    assert_int_equal(next, FLASH + sizeof(data));
    ocd_close(s);
    fake_stop(f);
}

/* Raw requests are tried again after an unreadable range. */
static void most_bytes_after_a_skipped_range_move_raw(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, NULL);

    (void)state;
    fake_unreadable(f, FLASH + 9000, 4);
    ends_with(
        s, OCD_OK,
        ocd_wait(ocd_read_bytes_async(s, FLASH, data, sizeof(data),
                                      &(struct ocd_call){.flags = OCD_READ_SKIP_UNREADABLE})));
    assert_true(fake_requests_with(f, "dump_image") >= 4);
    ocd_close(s);
    fake_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failed_read_keeps_what_was_read_and_names_the_first_unreadable_byte),
        cmocka_unit_test(a_failed_write_names_the_first_byte_that_was_not_written),
        cmocka_unit_test(only_unreadable_ranges_are_skipped),
        cmocka_unit_test(most_bytes_after_a_skipped_range_move_raw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
