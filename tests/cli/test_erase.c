// SPDX-License-Identifier: MIT
/* `ocd erase`: which ranges it takes, what it prints, what is there afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "files.h"

static void is_erased(uint32_t addr, size_t size)
{
    static uint8_t erased[4096];
    memset(erased, 0xFF, sizeof(erased));
    memory_holds(addr, erased, size);
}

static void ranges_of_each_form_are_erased(void **state)
{
    static const char *const ranges[] = {"0x08010400 2K", "0x08010400 +2048",
                                         "0x08010400..0x08010C00"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        poke(FLASH + 0x10400, "data", 4);
        poke(FLASH + 0x10BFC, "data", 4);
        run(0, "",
            "ocd: erase: 2 sectors of bank 0, 0x08010400 to 0x08010BFF\n"
            "ocd: erase: 2048 bytes erased\n",
            "erase %s", ranges[i]);
        is_erased(FLASH + 0x10400, 2048);
    }
}

static void parts_of_sectors_are_refused_without_the_option(void **state)
{
    uint64_t written = bytes_written();
    (void)state;
    run(2, "",
        "ocd: erase 0x08010410: invalid argument: 0x08010410 to 0x08010413 is not made of whole "
        "sectors: those that it is in are 0x08010400 to 0x080107FF; nothing was erased\n",
        "erase 0x08010410 4");
    assert_int_equal(bytes_written(), written);
    poke(FLASH + 0x10400, "data", 4);
    run(0, "", NULL, "erase 0x08010410 4 --sectors");
    is_erased(FLASH + 0x10400, 1024);
}

static void addresses_outside_flash_are_refused(void **state)
{
    (void)state;
    run(2, "",
        "ocd: erase 0x20000000: invalid argument at 0x20000000: this address is in no flash bank "
        "of the target; nothing was erased\n",
        "erase 0x20000000 1K");
}

static void the_answer_can_be_json(void **state)
{
    (void)state;
    run(0,
        "{\"ranges\": [{\"address\": \"0x08010400\", \"size\": 1024, \"bank\": 0, "
        "\"sectors\": 1}], \"sectors\": 1, \"bytes\": 1024}\n",
        "", "erase 0x08010400 1K -f json");
    run_holds(2, "", "{\"error\": {\"code\": \"OCD_ERR_ARG\", \"address\": \"0x20000000\"",
              "erase 0x20000000 1K -f json");
}

static void all_is_all_flash(void **state)
{
    (void)state;
    run(0, "", "", "-q erase --all");
    is_erased(FLASH, 4096);
    is_erased(FLASH + 0x1F000, 4096);
}

static void a_dry_run_prints_the_commands(void **state)
{
    (void)state;
    poke(FLASH + 0x10400, "data", 4);
    run(0, "flash erase_address 0x8010400 0x2000\nflash erase_address 0x8012400 0x400\n",
        "ocd: erase: 9 sectors of bank 0, 0x08010400 to 0x080127FF\n",
        "erase 0x08010400 9K --dry-run");
    memory_holds(FLASH + 0x10400, "data", 4);
}

static void wrong_usage_is_reported(void **state)
{
    (void)state;
    run(2, "", "ocd: erase: ADDR is missing; try 'ocd erase --help'\n", "erase");
    run(2, "", "ocd: erase: SIZE is missing; try 'ocd erase --help'\n", "erase 0x08010400");
    run(2, "", "ocd: erase: there is nothing to erase: the size is 0; try 'ocd erase --help'\n",
        "erase 0x08010400 0");
    run(2, "", "ocd: erase: --all does not go with a range; try 'ocd erase --help'\n",
        "erase 0x08010400 1K --all");
    run(2, "", "ocd: erase: unexpected argument '1K'; try 'ocd erase --help'\n",
        "erase 0x08010400..0x08010800 1K");
    run_holds(2, "", "the session is read-only", "--read-only erase --all");
    run(0, NULL, NULL, "resume");
    run_holds(4, "", "not halted", "erase 0x08010400 1K");
    run(0, NULL, NULL, "halt");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        files_test(ranges_of_each_form_are_erased),
        files_test(parts_of_sectors_are_refused_without_the_option),
        files_test(addresses_outside_flash_are_refused),
        files_test(the_answer_can_be_json),
        files_test(all_is_all_flash),
        files_test(a_dry_run_prints_the_commands),
        files_test(wrong_usage_is_reported),
    };
    return cmocka_run_group_tests(tests, files_start, files_stop);
}
