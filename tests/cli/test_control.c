// SPDX-License-Identifier: MIT
/* `ocd halt`, `resume`, `step`, `reset`, `state`, `targets`, `reg` and `events` in front of a real
 * OpenOCD. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rig.h"
#include "tool.h"

static struct rig *rig;

static void the_state_is_read_from_the_target(void **state)
{
    (void)state;
    expect(0, "", "", "-p %u halt", rig->port);
    expect(0, "halted\n", "", "-p %u state", rig->port);
    expect(0, "", "", "-p %u resume", rig->port);
    expect(0, "running\n", "", "-p %u state", rig->port);
    expect(0, "", "", "-p %u state --wait running", rig->port);
}

static void repeated_halt_or_resume_is_no_error(void **state)
{
    (void)state;
    expect(0, "", "", "-p %u halt", rig->port);
    expect(0, "", "", "-p %u halt", rig->port);
    expect(0, "", "", "-p %u resume", rig->port);
    expect(0, "", "", "-p %u resume", rig->port);
}

static void a_state_that_is_not_reached_is_a_timeout(void **state)
{
    struct tool tool;
    (void)state;
    expect(0, "", "", "-p %u resume", rig->port);
    /* How long it takes to read the state once depends on the machine. */
    static const char *const seconds[] = {"0.2", "2", "20"};
    bool told = false;
    for (size_t i = 0; i < 3 && !told; i++) {
        tool_start(&tool, NULL, "-p %u --timeout %s state --wait halted", rig->port, seconds[i]);
        tool_finish(&tool);
        expect_finished(&tool, 5, "", NULL);
        told = strstr(tool.err_text.data, "timed out: the target's state is running") != NULL;
        if (!told)
            print_message("%s", tool.err_text.data);
        tool_free(&tool);
    }
    assert_true(told);
}

static void a_step_moves_the_program_counter(void **state)
{
    (void)state;
    expect(0, "", "", "-p %u reset halt", rig->port);
    /* Without maskisr off, OpenOCD runs interrupt handlers for 500 ms first and may not step then.
     */
    expect(0, NULL, "", "-p %u cmd cortex_m maskisr off", rig->port);
    expect(0, "", "", "-p %u reg pc=0x080001A0", rig->port);
    expect(0, "pc  0x080001A0  dirty\n", "", "-p %u reg pc", rig->port);
    expect(0, "", "", "-p %u step", rig->port);
    expect(0, "pc  0x080001A2\n", "", "-p %u reg pc", rig->port);
    expect(0, "", "", "-p %u resume", rig->port);
}

static void registers_are_written_before_they_are_read(void **state)
{
    (void)state;
    expect(0, "", "", "-p %u halt", rig->port);
    expect(0, "r3  0xCAFEF00D  dirty\nr4  0x00000007  dirty\n", "",
           "-p %u reg r3 r3=0xCAFEF00D r4=7 r4", rig->port);
    expect(0,
           "{\"registers\": [{\"name\": \"r3\", \"number\": 3, \"bits\": 32, \"value\": "
           "\"0xCAFEF00D\", "
           "\"dirty\": true}]}\n",
           "", "-p %u reg -f json r3", rig->port);
    expect(0, "", "", "-p %u resume", rig->port);
}

static void all_registers_are_listed_while_the_target_runs(void **state)
{
    struct tool tool;
    (void)state;
    expect(0, "", "", "-p %u resume", rig->port);
    tool_start(&tool, NULL, "-p %u reg --all", rig->port);
    assert_int_equal(tool_finish(&tool), 0);
    assert_non_null(strstr(tool.out_text.data, "\npc  "));
    tool_free(&tool);
}

static void a_running_target_has_no_registers_to_read(void **state)
{
    (void)state;
    expect(0, "", "", "-p %u resume", rig->port);
    struct tool tool;
    tool_start(&tool, NULL, "-p %u reg pc", rig->port);
    tool_finish(&tool);
    expect_finished(&tool, 4, "", NULL);
    assert_non_null(strstr(tool.err_text.data, "target not halted"));
    tool_free(&tool);
}

static void wrong_words_are_refused_before_anything_is_sent(void **state)
{
    (void)state;
    expect(2, "", "ocd: reg: VALUE 'zz' is not a number (decimal or 0x...); try 'ocd reg --help'\n",
           "-p 1 reg r0=zz");
    expect(2, "", "ocd: reg: NAME '=1' has no name; try 'ocd reg --help'\n", "-p 1 reg =1");
    expect(2, "", "ocd: reg: --all takes no names; try 'ocd reg --help'\n", "-p 1 reg --all pc");
    expect(2, "", "ocd: reset: MODE 'twice' is not run, halt or init; try 'ocd reset --help'\n",
           "-p 1 reset twice");
    expect(2, "", "ocd: state: --wait 'asleep' is not a state; try 'ocd state --help'\n",
           "-p 1 state --wait asleep");
    expect(2, "",
           "ocd: step: ADDR 'here' is not a number (decimal or 0x...); a name needs the ELF file, "
           "-e FILE; try 'ocd step --help'\n",
           "-p 1 step here");
}

static void targets_are_listed(void **state)
{
    (void)state;
    expect(0, "", "", "-p %u resume", rig->port);
    expect(0, "", "", "-p %u -t big resume", rig->port);
    expect(0,
           "* stm32f1x.cpu  cortex_m  little  running\n"
           "  big           mem_ap    big     running\n",
           "", "-p %u targets", rig->port);
    expect(0,
           "{\"targets\": [{\"name\": \"stm32f1x.cpu\", \"type\": \"cortex_m\", \"endian\": "
           "\"little\", "
           "\"state\": \"running\", \"current\": true}, "
           "{\"name\": \"big\", \"type\": \"mem_ap\", \"endian\": \"big\", "
           "\"state\": \"running\", \"current\": false}]}\n",
           "", "-p %u targets -f json", rig->port);
}

static void events_are_printed_until_the_awaited_one(void **state)
{
    struct tool tool;
    (void)state;
    expect(0, "", "", "-p %u resume", rig->port);
    tool_start(&tool, NULL, "-v -p %u events --until resumed", rig->port);
    tool_await_err(&tool, "tcl_notifications on}\n< 0 "); /* the watch has begun */
    expect(0, "", "", "-p %u halt", rig->port);
    expect(0, "", "", "-p %u resume", rig->port);
    assert_int_equal(tool_finish(&tool), 0);
    assert_non_null(strstr(tool.out_text.data, "event halted\n"));
    assert_non_null(strstr(tool.out_text.data, "event resumed\n"));
    tool_free(&tool);
}

static int setup(void **state)
{
    (void)state;
    rig = rig_start(&(struct rig_options){.big = true});
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    rig_stop(rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_state_is_read_from_the_target),
        cmocka_unit_test(repeated_halt_or_resume_is_no_error),
        cmocka_unit_test(a_state_that_is_not_reached_is_a_timeout),
        cmocka_unit_test(a_step_moves_the_program_counter),
        cmocka_unit_test(registers_are_written_before_they_are_read),
        cmocka_unit_test(all_registers_are_listed_while_the_target_runs),
        cmocka_unit_test(a_running_target_has_no_registers_to_read),
        cmocka_unit_test(wrong_words_are_refused_before_anything_is_sent),
        cmocka_unit_test(targets_are_listed),
        cmocka_unit_test(events_are_printed_until_the_awaited_one),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
