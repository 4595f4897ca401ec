// SPDX-License-Identifier: MIT
/* Parsing OpenOCD's flash info, and the plan for a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "files/plan.h"

/* A bank of one sector of 16 KiB and three of 64 KiB, as 0.12 and later print it. */
static const char answer[] =
    "{2 0 {#2 : stm32f2x at 0x08000000, size 0x00034000, buswidth 0, chipwidth 0\n"
    "\t#  0: 0x00000000 (0x4000 16kB) not protected\n"
    "\t#  1: 0x00004000 (0x10000 64kB) protected\n"
    "\t#  2: 0x00014000 (0x10000 64kB) protection state unknown\n"
    "\t#  3: 0x00024000 (0x10000 64kB) \n"
    "STM32F4xx - Rev: Z\n}}";

static void take(struct ocd_flash_map *map, const char *text, int wanted)
{
    char *copy = strdup(text);

    assert_int_equal(ocd__flash_map_take(map, (struct ocd_view){copy, strlen(copy)}), wanted);
    free(copy);
}

static void sectors_are_parsed_from_flash_info(void **state)
{
    struct ocd_flash_map map = {0};
    (void)state;

    take(&map, answer, OCD_OK);
    assert_int_equal(ocd__flash_map_count(&map), 4);
    assert_int_equal(ocd__flash_map_sector(&map, 1)->addr, 0x08004000);
    assert_int_equal(ocd__flash_map_sector(&map, 3)->size, 0x10000);
    assert_int_equal(ocd__flash_map_sector(&map, 3)->bank, 2);
    assert_true(ocd__flash_map_sector(&map, 1)->protected);
    assert_false(ocd__flash_map_sector(&map, 0)->protected ||
                 ocd__flash_map_sector(&map, 2)->protected);
    assert_int_equal(ocd__flash_map_find(&map, 0x08003FFF), 0);
    assert_int_equal(ocd__flash_map_find(&map, 0x08004000), 1);
    assert_int_equal(ocd__flash_map_find(&map, 0x08034000), 4);
    ocd__flash_map_free(&map);
}

static void a_bank_that_lists_no_sectors_is_one_sector(void **state)
{
    struct ocd_flash_map map = {0};
    (void)state;

    take(&map, "{0 0 {#0 : x at 0x0, size 0x1000, buswidth 0, chipwidth 0\n}}", OCD_OK);
    assert_int_equal(ocd__flash_map_count(&map), 1);
    assert_int_equal(ocd__flash_map_sector(&map, 0)->size, 0x1000);
    ocd__flash_map_free(&map);
}

static void banks_of_the_same_memory_count_once(void **state)
{
    struct ocd_flash_map map = {0};
    (void)state;

    take(&map,
         "{0 0 {#0 : x at 0x0, size 0x1000, b\n}} {1 0 {#1 : virtual at 0x0, size 0x1000, b\n}}",
         OCD_OK);
    assert_int_equal(ocd__flash_map_count(&map), 1);
    ocd__flash_map_free(&map);
}

/* STM32F1: sectors of 1 KiB, and blocks of 4 KiB that are protected. */
static void protection_of_blocks_is_that_of_their_sectors(void **state)
{
    struct ocd_flash_map map = {0};
    (void)state;

    take(&map,
         "{0 0 {#0 : x at 0x1000, size 0x800, b\n\t#  0: 0x0 (0x400 1kB) \n\t#  1: 0x400 (0x400 "
         "1kB) "
         "\n\t#  2: 0x800 (0x400 1kB) \n} {#0 : x at 0x1000, size 0x800, b\n"
         "\t#  0: 0x0 (0x800 2kB) protected\n\t#  1: 0x800 (0x800 2kB) not protected\n}}",
         OCD_OK);
    assert_int_equal(ocd__flash_map_count(&map), 3);
    assert_true(ocd__flash_map_sector(&map, 0)->protected);
    assert_true(ocd__flash_map_sector(&map, 1)->protected);
    assert_false(ocd__flash_map_sector(&map, 2)->protected);
    ocd__flash_map_free(&map);
}

static void a_bank_that_cannot_be_probed_says_why(void **state)
{
    struct ocd_flash_map map = {0};
    (void)state;

    take(&map, "{3 1 {Cannot identify target}}", OCD_OK);
    assert_string_equal(map.failed.data, "flash bank 3: Cannot identify target");
    ocd__flash_map_free(&map);
}

static void anything_else_is_refused(void **state)
{
    static const char *const texts[] = {
        "{",
        "x",
        "{0 0}",
        "{0 0 {}}",
        "{0x {} {}}",
        "{0 00 {#0 : x at 0x0, size 0x1000, b}}",
        "{4294967296 0 {#0 : x at 0x0, size 0x1000, b}}",
        "{0 0 {#0 : x at 0x0, size }}",
        "{0 0 {#0 : x at 0x0, size 0x1000, b\n\t#  0: 0x0 (oops)\n}}",
        "{0 0 {#0 : x at 0xfffffffffffffff0, size 0x1000, b\n\t# 0: 0x20 (0x10 0kB) \n}}",
    };
    (void)state;

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct ocd_flash_map map = {0};
        take(&map, texts[i], OCD_ERR_PROTOCOL);
        ocd__flash_map_free(&map);
    }
}

static void regions_are_whole_sectors_with_data(void **state)
{
    /* RAM below, two ranges of sector 0, nothing of 1, the end of 2 and all that follows. */
    static const struct ocd_range ranges[] = {{.addr = 0x07FFFFFE, .size = 4},
                                              {.addr = 0x08000100, .size = 16},
                                              {.addr = 0x08023000, .size = 0x11002}};
    static const struct ocd_region want[] = {
        {.addr = 0x07FFFFFE, .size = 2, .bytes = 2},
        {.addr = 0x08000000,
         .size = 0x110,
         .bytes = 18,
         .flash = true,
         .bank = 2,
         .erase_addr = 0x08000000,
         .erase_size = 0x4000,
         .sectors = 1},
        {.addr = 0x08023000,
         .size = 0x11000,
         .bytes = 0x11000,
         .flash = true,
         .bank = 2,
         .erase_addr = 0x08014000,
         .erase_size = 0x20000,
         .sectors = 2},
        {.addr = 0x08034000, .size = 2, .bytes = 2},
    };
    struct ocd_image_info info = {.ranges = ranges, .range_count = 3};
    struct ocd_flash_map map = {0};
    struct ocd_load_plan plan;
    struct ocd_region r;
    (void)state;

    take(&map, answer, OCD_OK);
    ocd__load_plan_begin(&plan, &info, &map);
    for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
        assert_true(ocd__load_plan_next(&plan, UINT64_MAX, &r));
        assert_int_equal(r.addr, want[i].addr);
        assert_int_equal(r.size, want[i].size);
        assert_int_equal(r.bytes, want[i].bytes);
        assert_int_equal(r.flash, want[i].flash);
        assert_int_equal(r.erase_addr, want[i].erase_addr);
        assert_int_equal(r.erase_size, want[i].erase_size);
        assert_int_equal(r.sectors, want[i].sectors);
    }
    assert_false(ocd__load_plan_next(&plan, UINT64_MAX, &r));
    ocd__flash_map_free(&map);
}

static void a_limit_cuts_between_sectors_and_never_inside_one(void **state)
{
    static const struct ocd_range ranges[] = {{.addr = 0x08000000, .size = 0x34000}};
    struct ocd_image_info info = {.ranges = ranges, .range_count = 1};
    static const uint64_t sizes[] = {0x4000, 0x10000, 0x10000, 0x10000};
    struct ocd_flash_map map = {0};
    struct ocd_load_plan plan;
    struct ocd_region r;
    (void)state;

    take(&map, answer, OCD_OK);
    ocd__load_plan_begin(&plan, &info, &map);
    for (size_t i = 0; i < 4; i++) {
        assert_true(ocd__load_plan_next(&plan, 0x8000, &r));
        assert_int_equal(r.erase_size, sizes[i]);
        assert_int_equal(r.bytes, sizes[i]);
    }
    assert_false(ocd__load_plan_next(&plan, 0x8000, &r));
    ocd__flash_map_free(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sectors_are_parsed_from_flash_info),
        cmocka_unit_test(a_bank_that_lists_no_sectors_is_one_sector),
        cmocka_unit_test(banks_of_the_same_memory_count_once),
        cmocka_unit_test(protection_of_blocks_is_that_of_their_sectors),
        cmocka_unit_test(a_bank_that_cannot_be_probed_says_why),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(regions_are_whole_sectors_with_data),
        cmocka_unit_test(a_limit_cuts_between_sectors_and_never_inside_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
