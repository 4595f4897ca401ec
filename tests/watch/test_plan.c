// SPDX-License-Identifier: MIT
/* Which accesses a frame is made of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "watch/cost.h"
#include "watch/plan.h"

#define RAM UINT64_C(0x20000000)

static const struct ocd_range ram[] = {{.addr = RAM, .size = 0x10000}};
/* An access costs as much as 100 words. */
static const struct ocd__cost cost = {.access = 100, .word = 1, .words_max = 256};

static struct ocd__plan plan;

static int forget(void **state)
{
    (void)state;
    ocd__plan_free(&plan);
    return 0;
}

static void make(const struct ocd__want *wants, size_t count, size_t ram_count)
{
    struct ocd__plan_input input = {
        .wants = wants, .count = count, .ram = ram, .ram_count = ram_count, .cost = cost};

    assert_int_equal(ocd__plan_make(&plan, &input), 0);
    assert_int_equal(plan.want_count, count);
}

static void assert_group(size_t index, uint64_t addr, unsigned width, uint32_t elements)
{
    assert_in_range(index, 0, plan.group_count - 1);
    assert_int_equal(plan.groups[index].addr, addr);
    assert_int_equal(plan.groups[index].width, width);
    assert_int_equal(plan.groups[index].elements, elements);
}

static void no_values_give_an_empty_plan(void **state)
{
    (void)state;
    make(NULL, 0, 1);
    assert_int_equal(plan.group_count, 0);
    assert_int_equal(plan.data_size, 0);
}

static void near_values_in_ram_share_an_access(void **state)
{
    (void)state;
    const struct ocd__want wants[] = {{.addr = RAM + 0x101, .size = 1},
                                      {.addr = RAM + 0x80, .size = 4},
                                      {.addr = RAM + 0x106, .size = 2}};

    make(wants, 3, 1);
    assert_int_equal(plan.group_count, 1);
    assert_group(0, RAM + 0x80, 4, 34);
    assert_int_equal(plan.spots[0].offset, 0x81);
    assert_int_equal(plan.spots[1].offset, 0);
    assert_int_equal(plan.spots[2].offset, 0x86);
    assert_true(plan.spots[0].whole && plan.spots[1].whole && plan.spots[2].whole);
}

static void distant_values_are_read_separately(void **state)
{
    (void)state;
    const struct ocd__want wants[] = {{.addr = RAM, .size = 4}, {.addr = RAM + 4 * 102, .size = 4}};
    const struct ocd__want near[] = {{.addr = RAM, .size = 4}, {.addr = RAM + 4 * 100, .size = 4}};

    make(wants, 2, 1);
    assert_int_equal(plan.group_count, 2);
    forget(NULL);
    make(near, 2, 1);
    assert_int_equal(plan.group_count, 1);
}

static void values_outside_ram_are_read_separately(void **state)
{
    (void)state;
    const struct ocd__want wants[] = {{.addr = RAM, .size = 4, .width = 4},
                                      {.addr = RAM + 4, .size = 4, .width = 4},
                                      {.addr = RAM + 8, .size = 1, .width = 1},
                                      {.addr = RAM + 16, .size = 8, .width = 8, .twice = true}};

    make(wants, 4, 0);
    assert_int_equal(plan.group_count, 4);
    assert_group(0, RAM, 4, 1);
    assert_group(2, RAM + 8, 1, 1);
    assert_group(3, RAM + 16, 4, 2);
    assert_int_equal(plan.groups[3].check_count, 1);
}

static void no_access_crosses_the_end_of_ram(void **state)
{
    (void)state;
    const struct ocd__want wants[] = {{.addr = RAM + 0xfffc, .size = 4},
                                      {.addr = RAM + 0x10000, .size = 4, .width = 4}};

    make(wants, 2, 1);
    assert_int_equal(plan.group_count, 2);
}

static void unaligned_value_is_not_atomic(void **state)
{
    (void)state;
    const struct ocd__want wants[] = {{.addr = RAM + 2, .size = 4, .twice = true}};

    make(wants, 1, 1);
    assert_group(0, RAM, 4, 2);
    assert_false(plan.spots[0].whole);
    assert_int_equal(plan.spots[0].offset, 2);
    assert_int_equal(plan.check_count, 1);
    assert_int_equal(plan.checks[0].first, 0);
    assert_int_equal(plan.checks[0].last, 1);
}

static void value_of_one_access_is_not_checked(void **state)
{
    (void)state;
    const struct ocd__want wants[] = {{.addr = RAM, .size = 4, .twice = true}};

    make(wants, 1, 1);
    assert_int_equal(plan.check_count, 0);
    assert_true(plan.cost <= 100);
}

/* 60 words twice cost more than two words twice, and the rest once. */
static void checked_value_shares_an_access_only_if_cheaper(void **state)
{
    (void)state;
    const struct ocd__want wants[] = {{.addr = RAM, .size = 8, .twice = true},
                                      {.addr = RAM + 8, .size = 1200}};
    const struct ocd__want few[] = {{.addr = RAM, .size = 8, .twice = true},
                                    {.addr = RAM + 8, .size = 40}};

    make(wants, 2, 1);
    assert_int_equal(plan.group_count, 2);
    forget(NULL);
    make(few, 2, 1);
    assert_int_equal(plan.group_count, 1);
    assert_int_equal(plan.groups[0].check_count, 1);
}

static void large_value_is_read_by_cheap_accesses(void **state)
{
    (void)state;
    const struct ocd__want once[] = {{.addr = RAM, .size = 4096}};
    const struct ocd__want twice[] = {{.addr = RAM, .size = 4096, .twice = true}};

    make(once, 1, 1);
    assert_int_equal(plan.groups[0].most, 256);
    forget(NULL);
    make(twice, 1, 1);
    assert_true(plan.groups[0].most >= 1024); /* at once: between two more would change */
}

static void values_that_halt_the_core_are_read_separately(void **state)
{
    (void)state;
    const struct ocd__want wants[] = {{.addr = RAM, .size = 4},
                                      {.addr = RAM + 4, .size = 8, .held = true}};

    make(wants, 2, 1);
    assert_int_equal(plan.group_count, 2);
    assert_true(plan.groups[1].held);
}

static void top_of_the_addresses_can_be_read(void **state)
{
    (void)state;
    const struct ocd__want wants[] = {{.addr = UINT64_MAX - 3, .size = 4, .width = 4},
                                      {.addr = UINT64_MAX, .size = 1, .width = 1}};

    make(wants, 2, 0);
    assert_group(0, UINT64_MAX - 3, 4, 1);
    assert_group(1, UINT64_MAX, 1, 1);
}

static void ram_is_sorted_and_joined(void **state)
{
    (void)state;
    struct ocd_range r[] = {{.addr = 0x2000, .size = 0x101}, {.addr = 0x1000, .size = 0x10},
                            {.addr = 0x2104, .size = 4},     {.addr = 0x1008, .size = 2},
                            {.addr = 5, .size = 0},          {.addr = UINT64_MAX - 1, .size = 2}};

    assert_int_equal(ocd__plan_ram(r, 6), 3);
    assert_int_equal(r[0].addr, 0x1000);
    assert_int_equal(r[0].size, 0x10);
    assert_int_equal(r[1].addr, 0x2000);
    assert_int_equal(r[1].size, 0x108);
    assert_int_equal(r[2].addr, UINT64_MAX - 3);
    assert_int_equal(r[2].size, 4);
    assert_null(ocd__plan_in_ram(r, 3, 0x1ffc, 8));
    assert_non_null(ocd__plan_in_ram(r, 3, UINT64_MAX, 1));
}

static void cost_fits_the_measured_times(void **state)
{
    (void)state;
    uint32_t sizes[OCD__COST_SIZES];
    const double fast[] = {120, 150, 250, 640}, slow[] = {500, 600, 900, 20000};

    assert_int_equal(ocd__cost_sizes(10, sizes), 0);
    assert_int_equal(ocd__cost_sizes(40, sizes), 2);
    assert_int_equal(sizes[1], 40);
    assert_int_equal(ocd__cost_sizes(100000, sizes), 4);
    struct ocd__cost c = ocd__cost_fit(sizes, fast, 4);
    assert_true(c.access > 119 && c.access < 121 && c.word > 0.4 && c.word < 0.6);
    assert_int_equal(c.words_max, 1024);
    assert_int_equal(ocd__cost_fit(sizes, slow, 4).words_max, 256); /* the square of their number */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(no_values_give_an_empty_plan, forget),
        cmocka_unit_test_teardown(near_values_in_ram_share_an_access, forget),
        cmocka_unit_test_teardown(distant_values_are_read_separately, forget),
        cmocka_unit_test_teardown(values_outside_ram_are_read_separately, forget),
        cmocka_unit_test_teardown(no_access_crosses_the_end_of_ram, forget),
        cmocka_unit_test_teardown(unaligned_value_is_not_atomic, forget),
        cmocka_unit_test_teardown(value_of_one_access_is_not_checked, forget),
        cmocka_unit_test_teardown(checked_value_shares_an_access_only_if_cheaper, forget),
        cmocka_unit_test_teardown(large_value_is_read_by_cheap_accesses, forget),
        cmocka_unit_test_teardown(values_that_halt_the_core_are_read_separately, forget),
        cmocka_unit_test_teardown(top_of_the_addresses_can_be_read, forget),
        cmocka_unit_test(ram_is_sorted_and_joined),
        cmocka_unit_test(cost_fits_the_measured_times),
    };

    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
