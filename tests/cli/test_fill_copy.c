// SPDX-License-Identifier: MIT
/* `ocd fill` and `ocd copy`: what memory holds afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "files.h"

#define SIZE 3000u

static void a_byte_fills_exactly_the_range(void **state)
{
    static const uint8_t expected[9] = {0, 7, 7, 7, 7, 7, 7, 7, 0};
    (void)state;
    run(0, "", "", "fill 0x20001001 7 7 --verify");
    memory_holds(RAM + 0x1000, expected, sizeof(expected));
    run(0, "", "", "fill 0x20001001 0 9");
    memory_holds(RAM + 0x1000, expected, sizeof(expected));
}

static void a_value_has_its_width_in_the_order_of_the_target(void **state)
{
    (void)state;
    run(0, "", "", "fill 0x20001000 8 0xDEADBEEF -w 32");
    memory_holds(RAM + 0x1000, "\xEF\xBE\xAD\xDE\xEF\xBE\xAD\xDE\0", 9);
    run(0, "", "", "fill 0x20001000 8 0xDEADBEEF -w 32 -t big");
    memory_holds(RAM + 0x1000, "\xDE\xAD\xBE\xEF\xDE\xAD\xBE\xEF\0", 9);
    run(0, "", "", "fill 0x20001001 6 0x1234 -w 16 --verify");
    memory_holds(RAM + 0x1000, "\xDE\x34\x12\x34\x12\x34\x12\xEF\0", 9);
    run(0, "", "", "fill 0x20001000 16 0x1122334455667788 -w 64 --verify");
    memory_holds(RAM + 0x1000, "\x88\x77\x66\x55\x44\x33\x22\x11\x88\x77\x66\x55\x44\x33\x22\x11\0",
                 17);
    run(0, "", "", "fill 0x20001000 4 -2 -w 16");
    memory_holds(RAM + 0x1000, "\xFE\xFF\xFE\xFF", 4);
}

static void several_values_make_a_pattern(void **state)
{
    (void)state;
    run(0, "", "", "fill 0x20001000 11 1 2 3 --verify");
    memory_holds(RAM + 0x1000, "\1\2\3\1\2\3\1\2\3\1\2\0", 12);
    run(0, "", "", "fill 0x20001000 8 0x1122 0x3344 0x5566 -w 16");
    memory_holds(RAM + 0x1000, "\x22\x11\x44\x33\x66\x55\x22\x11\3", 9);
}

static void large_ranges_are_filled_to_the_end(void **state)
{
    static uint8_t expected[20 * 1024];
    (void)state;
    for (size_t i = 0; i < sizeof(expected); i++)
        expected[i] = (uint8_t)(i % 7);
    run(0, "", "", "fill 0x20000000 20K 0 1 2 3 4 5 6 --verify");
    memory_holds(RAM, expected, sizeof(expected));
    run_holds(4, "", "ocd: fill 0x20000000: target access failed at 0x20005000 after 20480 bytes: ",
              "fill 0x20000000 21K 1");
}

static void an_invalid_fill_is_refused_before_anything_is_sent(void **state)
{
    uint64_t written = bytes_written();
    (void)state;
    run(2, "", "ocd: fill: VALUE '256' does not fit in 8 bits; try 'ocd fill --help'\n",
        "fill 0x20001000 16 1 256");
    run(2, "", "ocd: fill: SIZE '15' is not a multiple of the width; try 'ocd fill --help'\n",
        "fill 0x20001000 15 1 -w 16");
    run(2, "",
        "ocd: fill: VALUE 'FF' is not a number (decimal or 0x...): write 0xFF; try 'ocd fill "
        "--help'\n",
        "fill 0x20001000 16 FF");
    run(2, "", "ocd: fill: VALUE is missing; try 'ocd fill --help'\n", "fill 0x20001000 16");
    run(0, "write_memory 0x20001000 32 {0x5050505}\n", "", "fill 0x20001000 4 5 --dry-run");
    assert_int_equal(bytes_written(), written);
}

/* Memory at `to` is afterwards what it was at `from`, and nothing else has changed. */
static void expect_copied(uint32_t from, uint32_t to, const char *options)
{
    static uint8_t memory[20 * 1024];
    fill_random(memory, sizeof(memory), from + to);
    poke(RAM, memory, sizeof(memory));
    memmove(memory + to, memory + from, SIZE);
    run(0, "", "", "copy 0x%x 0x%x %u %s", RAM + from, RAM + to, SIZE, options);
    memory_holds(RAM, memory, sizeof(memory));
}

static void ranges_may_overlap(void **state)
{
    static const char *const options[] = {"", "--verify", "--phys", "--phys --verify"};
    (void)state;
    for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
        expect_copied(0x100, 0x101, options[i]);
        expect_copied(0x101, 0x100, options[i]);
        expect_copied(0x100, 0x104, options[i]);
        expect_copied(0x104, 0x100, options[i]);
        expect_copied(0x100, 0x100 + SIZE - 1, options[i]);
        expect_copied(0x100 + SIZE - 1, 0x100, options[i]);
        expect_copied(0x100, 0x100, options[i]);
        expect_copied(0x103, 0x2002, options[i]);
    }
}

static void flash_is_copied_to_ram(void **state)
{
    uint8_t flash[4096];
    (void)state;
    assert_int_equal(sim_peek(rig->sim, FLASH, flash, sizeof(flash)), 0);
    run(0, "", "", "copy 0x08000000 0x20001000 4K --verify");
    memory_holds(RAM + 0x1000, flash, sizeof(flash));
}

static void a_failed_copy_is_reported(void **state)
{
    (void)state;
    run_holds(4, "", "ocd: copy 0x30000000: target access failed at 0x30000000: ",
              "copy 0x30000000 0x20000000 16");
    run_holds(4, "", "ocd: copy 0x20000000: target access failed at 0x08000000: ",
              "copy 0x20000000 0x08000000 16");
    run(2, "", "ocd: copy: the range goes beyond the 64-bit address space; try 'ocd copy --help'\n",
        "copy 0xFFFFFFFFFFFFFFFF 0 2");
    uint64_t written = bytes_written();
    run(0, "write_memory 0x20001000 32 {0x20005000}\n", "",
        "copy 0x08000000 0x20001000 4 --dry-run");
    run_holds(2, "", "the session is read-only", "--read-only copy 0x08000000 0x20001000 4");
    assert_int_equal(bytes_written(), written);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        files_test(a_byte_fills_exactly_the_range),
        files_test(a_value_has_its_width_in_the_order_of_the_target),
        files_test(several_values_make_a_pattern),
        files_test(large_ranges_are_filled_to_the_end),
        files_test(an_invalid_fill_is_refused_before_anything_is_sent),
        files_test(ranges_may_overlap),
        files_test(flash_is_copied_to_ram),
        files_test(a_failed_copy_is_reported),
    };
    return cmocka_run_group_tests(tests, files_start, files_stop);
}
