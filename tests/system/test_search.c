// SPDX-License-Identifier: MIT
/* Search: every match, overlapping ones too, whatever the chunks in which memory arrives. */
#include "rig.h"

#define RAM_SIZE (512u << 10)

static int start(void **state)
{
    *state = rig_start(&(struct rig_options){.sim.ram_size = RAM_SIZE});
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

struct found {
    uint64_t addr[8];
    size_t count;
    size_t limit; /* stop after this many */
};

static int take(uint64_t addr, void *user)
{
    struct found *f = user;

    assert_true(f->count < COUNT_OF(f->addr));
    f->addr[f->count++] = addr;
    return f->count == f->limit;
}

/* Both forms find the same. */
static void check(struct rig *rig, const void *pattern, size_t length, uint64_t from, uint64_t to,
                  const uint64_t *want, size_t wanted)
{
    uint64_t *matches;
    size_t count;
    struct found f = {0};

    rig_ok(rig->session, ocd_search(rig->session, pattern, length, from, to, &matches, &count));
    assert_int_equal(count, wanted);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(matches[i], want[i]);
    assert_int_equal(matches == NULL, count == 0);
    ocd_free(matches);
    if (wanted > COUNT_OF(f.addr))
        return;
    rig_ok(rig->session, ocd_search_each(rig->session, pattern, length, from, to, take, &f));
    assert_int_equal(f.count, wanted);
    if (wanted > 0)
        assert_memory_equal(f.addr, want, wanted * sizeof(*want));
}

static void the_markers_in_flash_are_found(void **state)
{
    static const uint64_t want[] = {0x08000400, 0x08001235, 0x08002ffe,
                                    0x08008002, 0x0801f000, 0x0801fffc};

    check(*state, "\xde\xad\xbe\xef", 4, SIM_FLASH_BASE, SIM_FLASH_BASE + SIM_FLASH_SIZE_DEFAULT,
          want, 6);
}

static void clear(struct rig *rig)
{
    uint8_t *zeros = calloc(1, RAM_SIZE);

    assert_non_null(zeros);
    rig_poke(rig, RIG_RAM, zeros, RAM_SIZE);
    free(zeros);
}

static void overlapping_matches_are_counted(void **state)
{
    struct rig *rig = *state;
    const uint64_t base = RIG_RAM + 0x1003;
    const uint64_t aa[] = {base, base + 1, base + 2}, aba[] = {base + 16, base + 18, base + 20};

    clear(rig);
    rig_poke(rig, RIG_RAM + 0x1003, "aaaa", 4);
    rig_poke(rig, RIG_RAM + 0x1013, "abababa", 7);
    check(rig, "aa", 2, RIG_RAM, RIG_RAM + 0x2000, aa, 3);
    check(rig, "aba", 3, RIG_RAM, RIG_RAM + 0x2000, aba, 3);
}

static void only_matches_within_the_range_are_counted(void **state)
{
    struct rig *rig = *state;
    const uint64_t at[] = {RIG_RAM + 0x101, RIG_RAM + 0x1fd};

    clear(rig);
    rig_poke(rig, RIG_RAM + 0x0fe, "xyz", 3); /* half outside */
    rig_poke(rig, RIG_RAM + 0x101, "xyz", 3);
    rig_poke(rig, RIG_RAM + 0x1fd, "xyz", 3);
    rig_poke(rig, RIG_RAM + 0x200, "xyz", 3);
    check(rig, "xyz", 3, RIG_RAM + 0x0ff, RIG_RAM + 0x202, at, 2);
    check(rig, "xyz", 3, RIG_RAM + 0x101, RIG_RAM + 0x200, at, 2);
    check(rig, "xyz", 3, RIG_RAM + 0x102, RIG_RAM + 0x1ff, NULL, 0);
    check(rig, "xyz", 3, RIG_RAM + 0x101, RIG_RAM + 0x104, at, 1);
}

/* Pieces end at powers of two, if at all. */
static void matches_across_the_borders_of_chunks(void **state)
{
    struct rig *rig = *state;
    uint64_t want[64];
    size_t n = 0;

    clear(rig);
    for (uint32_t border = 256; border < RAM_SIZE; border *= 2) {
        want[n++] = RIG_RAM + border - 3;
        rig_poke(rig, RIG_RAM + border - 3, "borders", 7);
    }
    for (uint32_t border = 3 * 65536; border < RAM_SIZE; border += 2 * 65536) {
        want[n++] = RIG_RAM + border - 6;
        rig_poke(rig, RIG_RAM + border - 6, "borders", 7);
    }
    for (size_t i = 1; i < n; i++) { /* ascending */
        for (size_t k = i; k > 0 && want[k] < want[k - 1]; k--) {
            uint64_t swap = want[k];
            want[k] = want[k - 1];
            want[k - 1] = swap;
        }
    }
    check(rig, "borders", 7, RIG_RAM, RIG_RAM + RAM_SIZE, want, n);
}

static void a_match_everywhere(void **state)
{
    struct rig *rig = *state;
    uint64_t *matches;
    size_t count;

    clear(rig);
    rig_ok(rig->session,
           ocd_search(rig->session, "\0\0\0", 3, RIG_RAM + 1, RIG_RAM + 70001, &matches, &count));
    assert_int_equal(count, 69998);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(matches[i], RIG_RAM + 1 + i);
    ocd_free(matches);
}

static void the_longest_pattern(void **state)
{
    struct rig *rig = *state;
    uint8_t *pattern = malloc(65536);
    const uint64_t at = RIG_RAM + 100001;

    assert_non_null(pattern);
    clear(rig);
    rig_pattern(pattern, 65536, 5);
    rig_poke(rig, RIG_RAM + 100001, pattern, 65536);
    check(rig, pattern, 65536, RIG_RAM, RIG_RAM + RAM_SIZE, &at, 1);
    check(rig, pattern, 65536, RIG_RAM + 100001, RIG_RAM + 165537, &at, 1);
    check(rig, pattern, 65536, RIG_RAM + 100002, RIG_RAM + 165537, NULL, 0);
    free(pattern);
}

static void a_range_in_which_nothing_fits_is_not_read(void **state)
{
    struct rig *rig = *state;
    struct sim_access log[1];

    rig_mark(rig);
    check(rig, "abcd", 4, RIG_RAM, RIG_RAM + 3, NULL, 0);
    check(rig, "abcd", 4, RIG_NOWHERE, RIG_NOWHERE, NULL, 0);
    assert_int_equal(rig_accesses(rig, log, 1), 0);
}

static void nothing_outside_the_range_is_read(void **state)
{
    struct rig *rig = *state;

    rig_mark(rig);
    check(rig, "nothing", 7, RIG_RAM + 0x1001, RIG_RAM + 0x5006, NULL, 0);
    rig_assert_touched(rig, false, RIG_RAM + 0x1001, 0x4005);
}

static void a_match_may_stop_the_search(void **state)
{
    struct rig *rig = *state;
    struct found f = {.limit = 2};

    clear(rig);
    for (uint32_t i = 0; i < 5; i++)
        rig_poke(rig, RIG_RAM + 0x100 * i, "stop", 4);
    rig_ok(rig->session,
           ocd_search_each(rig->session, "stop", 4, RIG_RAM, RIG_RAM + RAM_SIZE, take, &f));
    assert_int_equal(f.count, 2);
    assert_int_equal(f.addr[1], RIG_RAM + 0x100);
    f = (struct found){.limit = 1};
    rig_ok(rig->session,
           ocd_search_each(rig->session, "stop", 4, RIG_RAM + 1, RIG_RAM + RAM_SIZE, take, &f));
    assert_int_equal(f.addr[0], RIG_RAM + 0x100);
}

static int stop_at(uint64_t done, uint64_t total, void *user)
{
    (void)total;
    return done >= *(const uint64_t *)user;
}

static void progress_may_stop_the_search_and_keeps_the_matches(void **state)
{
    struct rig *rig = *state;
    uint64_t limit = 1;
    struct ocd_call call = {.progress = stop_at, .user = &limit};
    uint64_t *matches;
    size_t count;
    uint8_t byte;

    clear(rig);
    rig_poke(rig, RIG_RAM, "first", 5);
    rig_poke(rig, RIG_RAM + RAM_SIZE - 5, "first", 5);
    rig_fails(rig->session, OCD_ERR_CANCELLED,
              ocd_wait(ocd_search_async(rig->session, "first", 5, RIG_RAM, RIG_RAM + RAM_SIZE,
                                        &matches, &count, &call)));
    assert_int_equal(count, 1);
    assert_int_equal(matches[0], RIG_RAM);
    ocd_free(matches);
    rig_ok(rig->session, ocd_read_u8(rig->session, RIG_RAM, &byte, 1));
    assert_int_equal(byte, 'f');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_markers_in_flash_are_found),
        cmocka_unit_test(overlapping_matches_are_counted),
        cmocka_unit_test(only_matches_within_the_range_are_counted),
        cmocka_unit_test(matches_across_the_borders_of_chunks),
        cmocka_unit_test(a_match_everywhere),
        cmocka_unit_test(the_longest_pattern),
        cmocka_unit_test(a_range_in_which_nothing_fits_is_not_read),
        cmocka_unit_test(nothing_outside_the_range_is_read),
        cmocka_unit_test(a_match_may_stop_the_search),
        cmocka_unit_test(progress_may_stop_the_search_and_keeps_the_matches),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
