// SPDX-License-Identifier: MIT
/* `ocd set` and `ocd clear`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "files.h"

static void bits_are_set_and_cleared_and_the_values_printed(void **state)
{
    (void)state;
    poke(RAM + 0x2000, "\x10\0\0\x80\xAA", 5);
    run(0, "0x80000010 -> 0x80000013\n", "", "set 0x20002000 3");
    run(0, "0x80000013 -> 0x00000012\n", "", "clear 0x20002000 0x80000001 --verify");
    memory_holds(RAM + 0x2000, "\x12\0\0\0\xAA", 5);
    run(0, "0xAA -> 0xFF\n", "", "set 0x20002004 0x55 -w 8");
    run(0, "0x00FF -> 0x000F\n", "", "clear 0x20002004 0xF0 -w 16");
    run(0, "0x0000000F00000012 -> 0x8000000F00000012\n", "",
        "set 0x20002000 0x8000000000000000 -w 64");
}

static void the_answer_can_be_json(void **state)
{
    (void)state;
    poke(RAM + 0x2000, "\1\0\0\0", 4);
    run(0,
        "{\"address\": \"0x20002000\", \"width\": 32, \"before\": 1, \"after\": 5, \"verified\": "
        "true}\n",
        "", "set 0x20002000 4 --verify -f json");
    run_holds(4, "", "{\"error\": {\"code\": \"OCD_ERR_TARGET\", \"address\": \"0x60000000\"",
              "clear 0x60000000 4 -f json");
}

static void a_dry_run_reads_and_writes_nothing(void **state)
{
    (void)state;
    poke(RAM + 0x2000, "\1\0\0\0", 4);
    run(0, "write_memory 0x20002000 32 {0x5}\n", "", "set 0x20002000 4 --dry-run");
    memory_holds(RAM + 0x2000, "\1\0\0\0", 4);
}

static void wrong_usage_is_reported(void **state)
{
    uint64_t written = bytes_written();
    (void)state;
    run(2, "", "ocd: set: MASK is missing; try 'ocd set --help'\n", "set 0x20002000");
    run(2, "", "ocd: clear: MASK '0x100' does not fit in 8 bits; try 'ocd clear --help'\n",
        "clear 0x20002000 0x100 -w 8");
    run_holds(2, "", "-w '24'", "set 0x20002000 1 -w 24");
    run_holds(2, "", "the session is read-only", "--read-only set 0x20002000 1");
    assert_int_equal(bytes_written(), written);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        files_test(bits_are_set_and_cleared_and_the_values_printed),
        files_test(the_answer_can_be_json),
        files_test(a_dry_run_reads_and_writes_nothing),
        files_test(wrong_usage_is_reported),
    };
    return cmocka_run_group_tests(tests, files_start, files_stop);
}
