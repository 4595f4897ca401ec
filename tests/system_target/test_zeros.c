// SPDX-License-Identifier: MIT
/* Through the program buffer of a RISC-V OpenOCD 0.12 reads several unreadable values as zeros, and
 * reports success. No bulk call may return these zeros. */
#include "rig.h"

#define SIZE 0x2000u
#define FILL 0xe7
#define NEAR 0x200u

/* Unreadable ranges, and what memory holds around them. */
static const struct unreadable_range {
    uint32_t offset, size;
    bool zeros; /* NEAR bytes on both sides of it are zero */
    const char *words;
} unreadable_ranges[] = {
    {0x0400, 0x400, true, "a KiB among zeros"},
    {0x1c00, 0x400, true, "zeros before the end"},
    {0x0000, 0x1000, true, "the beginning"},
    {0x0c00, 0x1000, true, "two steps of dump_image"},
    {0x0104, 4, false, "one word"},
    {0x0ffc, 8, false, "two words, at the border of two steps"},
    {0x1208, 8, false, "a word of 64 bits"},
    {0x1300, 0x200, false, "less than a KiB"},
    {0x1800, 0x0800, false, "up to the end"},
};

static const char *const chips[] = {"riscv32", "riscv64"};

static struct rig *start(const char *chip)
{
    const struct rig_options options = {.sim.no_sysbus = true};

    setenv("OCD_TEST_CHIP", chip, 1);
    struct rig *rig = rig_start(&options);
    unsetenv("OCD_TEST_CHIP");
    rig_ok(rig->session, ocd_halt(rig->session));
    rig_ok(rig->session, ocd_command(rig->session, "riscv set_mem_access progbuf", NULL));
    return rig;
}

static bool is_near(const struct unreadable_range *unreadable_range, uint32_t offset)
{
    return offset + NEAR >= unreadable_range->offset &&
           offset < unreadable_range->offset + unreadable_range->size + NEAR;
}

/* Words with zeros among them, half words of 64 bits, single ones, and some in a row. */
static void put(struct rig *rig, const struct unreadable_range *unreadable_range, uint8_t *data)
{
    rig_pattern(data, SIZE, unreadable_range->offset);
    for (uint32_t word = 0; word < SIZE / 4; word++)
        if ((unreadable_range->zeros && is_near(unreadable_range, word * 4)) || word % 48 == 0 ||
            word % 122 < 5)
            memset(data + 4 * (size_t)word, 0, 4);
    if (!unreadable_range->zeros)
        memset(data + unreadable_range->offset - 8, 0xaa, 8); /* RV64 is read in words of 64 bits */
    rig_poke(rig, RIG_RAM, data, SIZE);
    sim_fault_clear(rig->sim);
    assert_int_equal(
        sim_fault(rig->sim, RIG_RAM + unreadable_range->offset, unreadable_range->size), 0);
}

/* The cases from `first` on, every second one: a JTAG chip is slow. */
static void each_unreadable_range(const char *chip, size_t first,
                                  void (*check)(struct rig *rig,
                                                const struct unreadable_range *unreadable_range,
                                                const uint8_t *data))
{
    static uint8_t data[SIZE];
    struct rig *rig = start(chip);

    for (size_t i = first; i < COUNT_OF(unreadable_ranges); i += 2) {
        print_message("%s: %s\n", chip, unreadable_ranges[i].words);
        put(rig, &unreadable_ranges[i], data);
        check(rig, &unreadable_ranges[i], data);
    }
    rig_stop(rig);
}

static void assert_fails_there(struct rig *rig, const struct unreadable_range *unreadable_range)
{
    rig_assert_error(ocd_last_error(rig->session), OCD_ERR_TARGET,
                     RIG_RAM + unreadable_range->offset, unreadable_range->offset);
}

static void check_read(struct rig *rig, const struct unreadable_range *unreadable_range,
                       const uint8_t *data)
{
    static uint8_t got[SIZE];

    memset(got, FILL, sizeof(got));
    rig_fails(rig->session, OCD_ERR_TARGET, ocd_read_bytes(rig->session, RIG_RAM, got, SIZE));
    assert_fails_there(rig, unreadable_range);
    assert_memory_equal(got, data, unreadable_range->offset);
}

static void read_fails_at_the_first_unreadable_byte(void **state)
{
    (void)state;
    each_unreadable_range("riscv32", 0, check_read);
}

struct bad {
    size_t count;
    uint64_t addr, size;
};

static void note_unreadable(uint64_t addr, uint64_t size, void *user)
{
    *(struct bad *)user = (struct bad){((struct bad *)user)->count + 1, addr, size};
}

static void check_skip(struct rig *rig, const struct unreadable_range *unreadable_range,
                       const uint8_t *data)
{
    static uint8_t got[SIZE], wanted[SIZE];
    struct bad bad = {0};
    const struct ocd_call call = {.flags = OCD_READ_SKIP_UNREADABLE,
                                  .fill = FILL,
                                  .unreadable = note_unreadable,
                                  .user = &bad};

    memcpy(wanted, data, SIZE);
    memset(wanted + unreadable_range->offset, FILL, unreadable_range->size);
    rig_ok(rig->session, ocd_wait(ocd_read_bytes_async(rig->session, RIG_RAM, got, SIZE, &call)));
    assert_int_equal(bad.count, 1);
    assert_int_equal(bad.addr, RIG_RAM + unreadable_range->offset);
    assert_int_equal(bad.size, unreadable_range->size);
    assert_memory_equal(got, wanted, SIZE);
}

static void skipping_fills_what_is_unreadable_and_nothing_else(void **state)
{
    (void)state;
    each_unreadable_range("riscv64", 1, check_skip);
}

static void no_call_makes_zeros_of_unreadable_memory(void **state)
{
    static const uint8_t zeros[SIZE];
    static const struct unreadable_range unreadable_range = {0x1400, 0x800, true, ""};
    char *directory = rig_directory();
    char path[256];

    (void)state;
    snprintf(path, sizeof(path), "%s/dump", directory);
    for (size_t i = 0; i < COUNT_OF(chips); i++) {
        struct rig *rig = start(chips[i]);
        struct ocd_session *s = rig->session;
        static uint8_t data[SIZE];
        uint64_t *matches = NULL;
        size_t count = 0;
        char *text = NULL;
        put(rig, &unreadable_range, data);
        rig_fails(s, OCD_ERR_TARGET, ocd_dump(s, RIG_RAM, SIZE, path));
        assert_fails_there(rig, &unreadable_range);
        assert_int_equal(rig_directory_entries(directory), 0);
        rig_fails(s, OCD_ERR_TARGET,
                  ocd_search(s, zeros, 8, RIG_RAM + unreadable_range.offset, RIG_RAM + SIZE,
                             &matches, &count));
        assert_int_equal(count, 0);
        ocd_free(matches);
        rig_fails(s, OCD_ERR_TARGET,
                  ocd_hexdump(s, RIG_RAM + unreadable_range.offset - 16, 64, &text));
        ocd_free(text); /* the lines before the failure */
        rig_fails(s, OCD_ERR_TARGET, ocd_copy(s, RIG_RAM + unreadable_range.offset, RIG_RAM, 64));
        rig_fails(
            s, OCD_ERR_TARGET,
            ocd_read_bytes(s, RIG_RAM + unreadable_range.offset - 1, data, unreadable_range.size));
        rig_assert_error(ocd_last_error(s), OCD_ERR_TARGET, RIG_RAM + unreadable_range.offset, 1);
        rig_stop(rig);
    }
    rig_remove_directory(directory);
}

/* Starts and sizes that are no multiples of a word, and zeros of all lengths. */
static void readable_zeros_are_read(void **state)
{
    static const struct ocd_range ranges[] = {
        {.addr = 0, .size = SIZE}, {.addr = 1, .size = 4097}, {.addr = 2, .size = 30},
        {.addr = 3, .size = 1},    {.addr = 5, .size = 600},  {.addr = 4, .size = 8},
        {.addr = 7, .size = 9},    {.addr = 6, .size = 500},  {.addr = 4, .size = 4092}};
    const struct unreadable_range nowhere = {0x4000, 4, false, ""};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(chips); i++) {
        struct rig *rig = start(chips[i]);
        static uint8_t data[SIZE], got[SIZE];
        put(rig, &nowhere, data);
        for (size_t j = 0; j < COUNT_OF(ranges); j++) {
            memset(got, FILL, SIZE);
            rig_ok(rig->session, ocd_read_bytes(rig->session, RIG_RAM + ranges[j].addr, got,
                                                (size_t)ranges[j].size));
            assert_memory_equal(got, data + ranges[j].addr, (size_t)ranges[j].size);
        }
        rig_stop(rig);
    }
}

/* Zeros are read again only where OpenOCD may return them for unreadable memory. */
static void only_openocd_0_12_has_zeros_confirmed(void **state)
{
    static uint8_t got[SIZE];
    static const uint8_t data[SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(chips); i++) {
        struct rig *rig = start(chips[i]);
        struct ocd_session *s = rig->session;
        bool confirms = (ocd_features(s) & OCD_FEATURE_CONFIRM) != 0;
        if (strstr(ocd_server_version(s), "0.12.0+") == NULL)
            assert_int_equal(confirms, strstr(ocd_server_version(s), "0.12.0") != NULL);
        rig_poke(rig, RIG_RAM, data, SIZE);
        rig_trace_clear(&rig->trace);
        rig_ok(s, ocd_read_bytes(s, RIG_RAM, got, SIZE));
        assert_memory_equal(got, data, SIZE);
        /* The first word of each KiB, and the last one of each 4 KiB. */
        unsigned single = 0;
        for (uint32_t at = 0; at < SIZE; at += 4) {
            char words[64];
            snprintf(words, sizeof(words), "read_memory 0x%x 32 1", RIG_RAM + at);
            single += rig_sent_with(&rig->trace, words) > 0;
        }
        assert_int_equal(single, confirms && !rig_is_text() ? SIZE / 1024 + SIZE / 4096 : single);
        assert_true(confirms || single == 0);
        rig_stop(rig);
    }
}

/* It is read through the system bus, which fails as it should. */
static void zeros_of_a_running_target_are_not_confirmed(void **state)
{
    static uint8_t got[SIZE];

    (void)state;
    setenv("OCD_TEST_CHIP", "riscv32", 1);
    struct rig *rig = rig_start(NULL);
    unsetenv("OCD_TEST_CHIP");
    struct ocd_session *s = rig->session;
    rig_ok(s, ocd_resume(s));
    rig_trace_clear(&rig->trace);
    rig_ok(s, ocd_read_bytes(s, RIG_RAM, got, SIZE));
    if (!rig_is_text())
        assert_int_equal(rig_sent_with(&rig->trace, "read_memory 0x"), 0);
    rig_stop(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_fails_at_the_first_unreadable_byte),
        cmocka_unit_test(skipping_fills_what_is_unreadable_and_nothing_else),
        cmocka_unit_test(no_call_makes_zeros_of_unreadable_memory),
        cmocka_unit_test(readable_zeros_are_read),
        cmocka_unit_test(only_openocd_0_12_has_zeros_confirmed),
        cmocka_unit_test(zeros_of_a_running_target_are_not_confirmed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
