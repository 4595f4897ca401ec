// SPDX-License-Identifier: MIT
#include "memory/match.h"

#include "support.h"

struct found {
    uint64_t addrs[256];
    size_t count;
    size_t stop_at; /* matches; 0: never */
};

static int collect(uint64_t addr, void *user)
{
    struct found *found = user;
    assert_in_range(found->count, 0, COUNT_OF(found->addrs) - 1);
    found->addrs[found->count++] = addr;
    return found->count == found->stop_at ? 42 : 0;
}

static struct found naive(const uint8_t *pattern, size_t length, const uint8_t *data, size_t size,
                          uint64_t start)
{
    struct found found = {0};
    for (size_t i = 0; i + length <= size; ++i)
        if (memcmp(data + i, pattern, length) == 0)
            collect(start + i, &found);
    return found;
}

static void check_equal(const struct found *found, const struct found *expected)
{
    assert_int_equal(found->count, expected->count);
    for (size_t i = 0; i < found->count; ++i)
        assert_int_equal(found->addrs[i], expected->addrs[i]);
}

static void overlapping_matches_are_all_found(void **state)
{
    (void)state;
    struct found found = {0};
    struct ocd_matcher m;
    assert_int_equal(ocd__matcher_init(&m, "aba", 3, 0x1000, collect, &found), 0);
    assert_int_equal(ocd__matcher_add(&m, "ababa xaba", 10), 0);
    ocd__matcher_free(&m);
    check_equal(&found, &(struct found){.addrs = {0x1000, 0x1002, 0x1007}, .count = 3});
}

static void chunks_do_not_change_the_matches(void **state)
{
    (void)state;
    static const char data[] = "aabaabaaabaabaabaaab";
    static const char pattern[] = "aabaab";
    const size_t size = sizeof(data) - 1;
    struct found expected =
        naive((const uint8_t *)pattern, 6, (const uint8_t *)data, size, 0x20000000);
    assert_int_equal(expected.count, 3);
    for (size_t i = 0; i <= size; ++i) {
        for (size_t j = i; j <= size; ++j) {
            struct found found = {0};
            struct ocd_matcher m;
            assert_int_equal(ocd__matcher_init(&m, pattern, 6, 0x20000000, collect, &found), 0);
            assert_int_equal(ocd__matcher_add(&m, data, i), 0);
            assert_int_equal(ocd__matcher_add(&m, data + i, j - i), 0);
            assert_int_equal(ocd__matcher_add(&m, data + j, size - j), 0);
            ocd__matcher_free(&m);
            check_equal(&found, &expected);
        }
    }
}

static void random_data_agree_with_a_plain_search(void **state)
{
    (void)state;
    uint64_t seed = 5;
    size_t total = 0;
    for (unsigned round = 0; round < 30000; ++round) {
        uint8_t pattern[12];
        uint8_t data[150];
        size_t alphabet = 1 + random_below(&seed, 3);
        size_t length = 1 + random_below(&seed, sizeof(pattern));
        size_t size = random_below(&seed, sizeof(data) + 1);
        uint64_t start = round % 2 == 0 ? random_u64(&seed) >> 1 : 0 - (uint64_t)size;
        for (size_t i = 0; i < length; ++i)
            pattern[i] = (uint8_t)random_below(&seed, alphabet);
        for (size_t i = 0; i < size; ++i)
            data[i] = (uint8_t)random_below(&seed, alphabet);

        struct found expected = naive(pattern, length, data, size, start);
        struct found found = {0};
        struct ocd_matcher m;
        assert_int_equal(ocd__matcher_init(&m, pattern, length, start, collect, &found), 0);
        for (size_t at = 0; at < size;) {
            size_t chunk = 1 + random_below(&seed, size - at);
            void *copy = exact_copy(data + at, chunk);
            assert_int_equal(ocd__matcher_add(&m, copy, chunk), 0);
            free(copy);
            at += chunk;
        }
        ocd__matcher_free(&m);
        check_equal(&found, &expected);
        total += found.count;
    }
    assert_true(total > 100000);
}

static int count(uint64_t addr, void *user)
{
    (void)addr;
    ++*(size_t *)user;
    return 0;
}

/* A quadratic search would take hours here: the test's time limit is the check. */
static void time_is_linear_for_repetitive_patterns(void **state)
{
    (void)state;
    const size_t length = 65536;
    const size_t size = 8 << 20;
    uint8_t *pattern = malloc(length);
    uint8_t *data = malloc(size);
    assert_non_null(pattern);
    assert_non_null(data);
    memset(data, 'A', size);
    for (unsigned end_differs = 0; end_differs < 2; ++end_differs) {
        memset(pattern, 'A', length);
        pattern[length - 1] = end_differs ? 'B' : 'A';
        size_t matches = 0;
        struct ocd_matcher m;
        assert_int_equal(ocd__matcher_init(&m, pattern, length, 0, count, &matches), 0);
        for (size_t at = 0; at < size; at += 4096)
            assert_int_equal(ocd__matcher_add(&m, data + at, 4096), 0);
        ocd__matcher_free(&m);
        assert_int_equal(matches, end_differs ? 0 : size - length + 1);
    }
    free(pattern);
    free(data);
}

static void callback_stops_the_search(void **state)
{
    (void)state;
    struct found found = {.stop_at = 2};
    struct ocd_matcher m;
    assert_int_equal(ocd__matcher_init(&m, "x", 1, 7, collect, &found), 0);
    assert_int_equal(ocd__matcher_add(&m, "x.x.x.", 6), 42);
    ocd__matcher_free(&m);
    check_equal(&found, &(struct found){.addrs = {7, 9}, .count = 2});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overlapping_matches_are_all_found),
        cmocka_unit_test(chunks_do_not_change_the_matches),
        cmocka_unit_test(random_data_agree_with_a_plain_search),
        cmocka_unit_test(time_is_linear_for_repetitive_patterns),
        cmocka_unit_test(callback_stops_the_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
