// SPDX-License-Identifier: MIT
/* What words that are no commands may have meant, and which targets run which programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"
#include "near.h"

static void words_of_other_tools_are_known(void **state)
{
    (void)state;
    assert_string_equal(near_synonym("continue"), "ocd resume");
    assert_string_equal(near_synonym("mdw"), "ocd read ADDR COUNT -w 32");
    assert_string_equal(near_synonym("regs"), "ocd reg");
    assert_null(near_synonym("resume"));
    assert_null(near_synonym(""));
}

static void misspelt_commands_are_recognised(void **state)
{
    (void)state;
    assert_true(near_match("reed", "read"));
    assert_true(near_match("raed", "read"));
    assert_true(near_match("rea", "read"));
    assert_true(near_match("reads", "read"));
    assert_true(near_match("serach", "search"));
    assert_true(near_match("verfiy", "verify"));
    assert_true(near_match("vrefiy", "verify"));
    assert_false(near_match("dear", "read"));
    assert_false(near_match("r", "reg"));
    assert_false(near_match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "read"));
}

static void programs_run_on_targets_of_their_processor(void **state)
{
    (void)state;
    assert_null(machine_mismatch(40, "cortex_m"));
    assert_null(machine_mismatch(40, "arm7tdmi"));
    assert_null(machine_mismatch(183, "aarch64"));
    assert_null(machine_mismatch(40, "aarch64")); /* which has 32-bit states, too */
    assert_null(machine_mismatch(243, "riscv"));
    assert_string_equal(machine_mismatch(62, "cortex_m"), "x86-64");
    assert_string_equal(machine_mismatch(40, "riscv"), "Arm");
    assert_string_equal(machine_mismatch(243, "cortex_m"), "RISC-V");
    assert_null(machine_mismatch(62, "mem_ap"));
    assert_null(machine_mismatch(0, "cortex_m"));
    assert_null(machine_mismatch(9999, "cortex_m"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_other_tools_are_known),
        cmocka_unit_test(misspelt_commands_are_recognised),
        cmocka_unit_test(programs_run_on_targets_of_their_processor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
