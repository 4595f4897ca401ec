// SPDX-License-Identifier: MIT
/* OCD_READ_SKIP_UNREADABLE: what is good is kept, what is bad is said, range by range. */
#include "rig.h"

#include <inttypes.h>

#define RAM_SIZE (256u << 10)
#define FILL     0xe7

static const struct sim_range unreadable_ranges[] = {
    {.addr = RIG_RAM + 0x1000, .size = 4},      /* one word */
    {.addr = RIG_RAM + 0x1008, .size = 8},      /* right after it */
    {.addr = RIG_RAM + 0x1803, .size = 1},      /* the last byte of a word */
    {.addr = RIG_RAM + 0x2000, .size = 0x1000}, /* a page */
    {.addr = RIG_RAM + 0x4ffc, .size = 8},      /* across a border */
    {.addr = RIG_RAM + 0x10000, .size = 40000}, /* long */
    {.addr = RIG_RAM + 0x20000, .size = 9028},  /* 4096 good bytes lie between this one … */
    {.addr = RIG_RAM + 0x23344, .size = 50000}, /* … and this one */
};

struct found {
    size_t count;
    uint64_t done; /* last value that the progress callback got */
    struct ocd_range ranges[32];
    uint8_t *data; /* of a dump, or NULL */
    uint64_t addr;
};

static int start(void **state)
{
    struct rig_options options = {.sim.ram_size = RAM_SIZE};

    options.sim.fault_count = COUNT_OF(unreadable_ranges);
    memcpy(options.sim.fault, unreadable_ranges, sizeof(unreadable_ranges));
    *state = rig_start(&options);
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

static void note_unreadable(uint64_t addr, uint64_t size, void *user)
{
    struct found *f = user;

    assert_true(f->count < COUNT_OF(f->ranges));
    f->ranges[f->count++] = (struct ocd_range){.addr = addr, .size = size};
}

static int note_progress(uint64_t done, uint64_t total, void *user)
{
    struct found *f = user;

    assert_true(done >= f->done && done <= total);
    f->done = done;
    return 0;
}

static struct ocd_call skipping(struct found *f)
{
    return (struct ocd_call){.flags = OCD_READ_SKIP_UNREADABLE,
                             .fill = FILL,
                             .unreadable = note_unreadable,
                             .progress = note_progress,
                             .user = f};
}

/* The unreadable ranges as far as they are in the range, in order. */
static void assert_unreadable_ranges(const struct found *f, uint64_t addr, uint64_t size)
{
    size_t n = 0;

    for (size_t i = 0; i < COUNT_OF(unreadable_ranges); i++) {
        uint64_t first = unreadable_ranges[i].addr, end = first + unreadable_ranges[i].size;
        first = first > addr ? first : addr;
        end = end < addr + size ? end : addr + size;
        if (end <= first)
            continue;
        if (n >= f->count || f->ranges[n].addr != first || f->ranges[n].size != end - first)
            fail_msg("bad range %zu: 0x%" PRIx64 " + %" PRIu64 ", not 0x%" PRIx64 " + %" PRIu64, n,
                     n < f->count ? f->ranges[n].addr : 0, n < f->count ? f->ranges[n].size : 0,
                     first, end - first);
        n++;
    }
    assert_int_equal(f->count, n);
}

/* What the memory is, with the unreadable ranges filled. */
static uint8_t *expected(struct rig *rig, uint32_t addr, uint32_t size)
{
    uint8_t *data = rig_fill(rig, addr, size, size);

    for (size_t i = 0; i < COUNT_OF(unreadable_ranges); i++) {
        for (uint32_t k = 0; k < unreadable_ranges[i].size; k++)
            if (unreadable_ranges[i].addr + k - addr < size)
                data[unreadable_ranges[i].addr + k - addr] = FILL;
    }
    return data;
}

static void check_bytes(struct rig *rig, uint32_t addr, uint32_t size)
{
    struct found f = {0};
    struct ocd_call call = skipping(&f);
    uint8_t *want = expected(rig, addr, size), *have = malloc(size);

    assert_non_null(have);
    rig_ok(rig->session, ocd_wait(ocd_read_bytes_async(rig->session, addr, have, size, &call)));
    assert_unreadable_ranges(&f, addr, size);
    assert_int_equal(f.done, size);
    for (uint32_t i = 0; i < size; i++)
        if (have[i] != want[i])
            fail_msg("0x%08x: 0x%02x, not 0x%02x", (unsigned)(addr + i), have[i], want[i]);
    free(have);
    free(want);
}

static void bytes_go_on_after_each_unreadable_range(void **state)
{
    check_bytes(*state, RIG_RAM, RAM_SIZE);
    check_bytes(*state, RIG_RAM + 0xff1, 0x1000);
}

static void a_range_may_begin_and_end_unreadable(void **state)
{
    check_bytes(*state, RIG_RAM + 0x2800, 0x1000);
    check_bytes(*state, RIG_RAM + 0x1c00, 0x800);
    check_bytes(*state, RIG_RAM + 0x2401, 0x333);
    check_bytes(*state, RIG_RAM + 0x1000, 4);
    check_bytes(*state, RIG_RAM + 0x1803, 1);
    check_bytes(*state, RIG_RAM + 0x1802, 3);
}

static void readable_memory_is_read_as_without_the_flag(void **state)
{
    check_bytes(*state, RIG_RAM + 0x6000, 0x8000);
}

/* Its end is looked for in growing steps, not word by word: that would be 3072 and 10000. How many
 * requests there are besides depends on their size, which is that of 16 words at the least. */
static void a_long_unreadable_range_takes_few_commands(void **state)
{
    struct rig *rig = *state;

    check_bytes(rig, RIG_RAM + 0xf000, 0x4000); /* whatever is asked first is asked */
    rig_trace_clear(&rig->trace);
    check_bytes(rig, RIG_RAM + 0xf000, 0x4000);
    assert_in_range(rig_sent(&rig->trace), 10, 400);
    rig_trace_clear(&rig->trace);
    check_bytes(rig, RIG_RAM + 0xf000, 0x10000);
    assert_in_range(rig_sent(&rig->trace), 10, 1200);
}

static int take(uint64_t addr, const void *data, size_t size, void *user)
{
    struct found *f = user;

    assert_int_equal(addr, f->addr);
    memcpy(f->data, data, size);
    f->data += size;
    f->addr += size;
    return 0;
}

static void a_dump_fills_unreadable_ranges(void **state)
{
    struct rig *rig = *state;
    struct found f = {0};
    struct ocd_call call = skipping(&f);
    uint8_t *want = expected(rig, RIG_RAM, RAM_SIZE);
    char *dir = rig_directory(), path[4096];
    size_t size;

    snprintf(path, sizeof(path), "%s/ram", dir);
    rig_ok(rig->session, ocd_wait(ocd_dump_async(rig->session, RIG_RAM, RAM_SIZE, path, &call)));
    assert_unreadable_ranges(&f, RIG_RAM, RAM_SIZE);
    uint8_t *have = rig_read_file(path, &size);
    assert_int_equal(size, RAM_SIZE);
    assert_memory_equal(have, want, RAM_SIZE);
    free(have);

    have = malloc(RAM_SIZE);
    assert_non_null(have);
    f = (struct found){.data = have, .addr = RIG_RAM};
    rig_ok(rig->session,
           ocd_wait(ocd_dump_data_async(rig->session, RIG_RAM, RAM_SIZE, take, &f, &call)));
    assert_unreadable_ranges(&f, RIG_RAM, RAM_SIZE);
    assert_int_equal(f.addr, RIG_RAM + RAM_SIZE);
    assert_memory_equal(have, want, RAM_SIZE);
    free(have);
    free(want);
    rig_remove_directory(dir);
}

static void a_hexdump_shows_question_marks(void **state)
{
    struct rig *rig = *state;
    struct found f = {0};
    struct ocd_call call = skipping(&f);
    char *text;

    rig_poke(rig, RIG_RAM + 0xff0, "0123456789abcdef....ghij........", 32);
    rig_ok(rig->session,
           ocd_wait(ocd_hexdump_async(rig->session, RIG_RAM + 0xff0, 32, &text, &call)));
    assert_string_equal(text, "20000FF0: 30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  "
                              "|0123456789abcdef|\n"
                              "20001000: ?? ?? ?? ?? 67 68 69 6A  ?? ?? ?? ?? ?? ?? ?? ??  "
                              "|????ghij????????|\n");
    assert_unreadable_ranges(&f, RIG_RAM + 0xff0, 32);
    ocd_free(text);
}

/* No byte of it could be read: that is said, and not taken for data. */
static void a_range_without_readable_bytes_is_one_unreadable_range(void **state)
{
    struct rig *rig = *state;
    struct found f = {0};
    struct ocd_call call = skipping(&f);
    uint8_t have[5001];

    rig_ok(rig->session,
           ocd_wait(ocd_read_bytes_async(rig->session, RIG_NOWHERE, have, sizeof(have), &call)));
    assert_int_equal(f.count, 1);
    assert_int_equal(f.ranges[0].addr, RIG_NOWHERE);
    assert_int_equal(f.ranges[0].size, sizeof(have));
    for (size_t i = 0; i < sizeof(have); i++)
        assert_int_equal(have[i], FILL);
}

static void memory_is_unreadable_from_its_end_to_that_of_the_range(void **state)
{
    struct rig *rig = *state;
    struct found f = {0};
    struct ocd_call call = skipping(&f);
    uint8_t have[0x3000];

    rig_ok(rig->session, ocd_wait(ocd_read_bytes_async(rig->session, RIG_RAM + RAM_SIZE - 0x1000,
                                                       have, sizeof(have), &call)));
    assert_int_equal(f.count, 1);
    assert_int_equal(f.ranges[0].addr, RIG_RAM + RAM_SIZE);
    assert_int_equal(f.ranges[0].size, 0x2000);
}

/* A gap would hide matches. */
static void a_search_does_not_skip(void **state)
{
    struct rig *rig = *state;
    struct found f = {0};
    struct ocd_call call = skipping(&f);
    uint64_t *matches;
    size_t count;

    rig_fails(rig->session, OCD_ERR_TARGET,
              ocd_wait(ocd_search_async(rig->session, "no such text", 12, RIG_RAM, RIG_RAM + 0x2000,
                                        &matches, &count, &call)));
    assert_int_equal(f.count, 0);
    rig_assert_error(ocd_last_error(rig->session), OCD_ERR_TARGET, RIG_RAM + 0x1000, 0x1000);
}

static void a_range_of_several_requests_is_reported_once(void **state)
{
    struct rig *rig = *state;
    static uint8_t data[512u << 10];
    struct found f = {0};
    struct ocd_call call = skipping(&f);

    rig_ok(rig->session, ocd_wait(ocd_read_bytes_async(rig->session, RIG_RAM + RAM_SIZE, data,
                                                       sizeof(data), &call)));
    assert_int_equal(f.count, 1);
    assert_int_equal(f.ranges[0].addr, RIG_RAM + RAM_SIZE);
    assert_int_equal(f.ranges[0].size, sizeof(data));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_of_several_requests_is_reported_once),
        cmocka_unit_test(bytes_go_on_after_each_unreadable_range),
        cmocka_unit_test(a_range_may_begin_and_end_unreadable),
        cmocka_unit_test(readable_memory_is_read_as_without_the_flag),
        cmocka_unit_test(a_long_unreadable_range_takes_few_commands),
        cmocka_unit_test(a_dump_fills_unreadable_ranges),
        cmocka_unit_test(a_hexdump_shows_question_marks),
        cmocka_unit_test(a_range_without_readable_bytes_is_one_unreadable_range),
        cmocka_unit_test(memory_is_unreadable_from_its_end_to_that_of_the_range),
        cmocka_unit_test(a_search_does_not_skip),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
