// SPDX-License-Identifier: MIT
/* `ocd sim`: the options of the chip, seen through the real OpenOCD. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "sim_tool.h"

static char scratch[64];

static void contents_sizes_and_faults_are_options(void **state)
{
    struct sim_tool sim;
    (void)state;
    char flash[100];
    char ram[100];
    snprintf(flash, sizeof(flash), "%s/flash", scratch);
    snprintf(ram, sizeof(ram), "%s/ram", scratch);
    file_write(flash, "contents of flash");
    file_write(ram, "contents of RAM");
    sim_tool_start(&sim, NULL,
                   "--openocd -p 0 --flash %s --ram %s --flash-size 64K --ram-size 1M "
                   "--fault 0x20000100:4 --fault 0x20000200:1K --latency 10",
                   flash, ram);
    unsigned port = sim.tcl_port;
    expect(0, "contents of flash\xFF", "", "-p %u read 0x08000000 18 -f bin", port);
    expect(0, "contents of RAM", "", "-p %u read 0x20000000 15 -f bin", port);
    expect(0, "0x00\n", "", "-p %u read 0x200FFFFF -w 8", port);
    expect(4, "", NULL, "-p %u read 0x20100000 -w 8", port);
    expect(4, "", NULL, "-p %u read 0x08010000 -w 8", port);
    expect(4, "", NULL, "-p %u read 0x20000103 -w 8", port);
    expect(4, "", NULL, "-p %u read 0x200005FF -w 8", port);
    expect(0, "0x00\n", "", "-p %u read 0x20000600 -w 8", port);
    sim_tool_end(&sim, SIGTERM);
}

static void the_flash_is_programmed_in_the_time_that_is_asked_for(void **state)
{
    struct sim_tool sim;
    char command[600];
    (void)state;
    sim_tool_start(&sim, NULL, "--openocd -p 0 --program-time 52 --erase-time 200000");
    unsigned port = sim.tcl_port;
    /* Keys, the page, the order; then the status as long as it takes. */
    snprintf(command, sizeof(command),
             "'mww 0x40022004 0x45670123; mww 0x40022004 0xCDEF89AB; mww 0x40022010 2; "
             "mww 0x40022014 0x08000000; set begin [clock milliseconds]; mww 0x40022010 0x42; "
             "while {[read_memory 0x4002200C 32 1] & 1} {sleep 1}; "
             "expr {[clock milliseconds] - $begin >= 199}'");
    expect(0, "1\n", "", "-p %u cmd %s", port, command);
    expect(0, "0xFFFFFFFF\n", "", "-p %u read 0x08000000 -w 32", port);
    sim_tool_end(&sim, SIGTERM);
}

static void a_second_core_is_a_second_target(void **state)
{
    struct sim_tool sim;
    (void)state;
    sim_tool_start(&sim, NULL, "--openocd -p 0 --cores 2");
    unsigned port = sim.tcl_port;
    expect(0, "stm32f1x.cpu stm32f1x.cpu1\n", "", "-p %u cmd 'join [target names]'", port);
    expect(0, "stm32f1x.cpu\n", "", "-p %u cmd target current", port);
    expect(0, "0x20005000\n", "", "-p %u read 0x08000000 -w 32", port);
    expect(0, "0x20005000\n", "", "-p %u -t stm32f1x.cpu1 read 0x08000000 -w 32", port);
    sim_tool_end(&sim, SIGTERM);
}

static void a_refused_core_leaves_the_other_usable(void **state)
{
    struct sim_tool sim;
    (void)state;
    sim_tool_start(&sim, NULL, "--openocd -p 0 --cores 2 --no-core 1");
    unsigned port = sim.tcl_port;
    expect(0, "0x20005000\n", "", "-p %u read 0x08000000 -w 32", port);
    expect(7, "", NULL, "-p %u -t stm32f1x.cpu1 read 0x08000000 -w 32", port);
    sim_tool_end(&sim, SIGTERM);
}

static int set_up(void **state)
{
    (void)state;
    scratch_make(scratch);
    forget_environment();
    sim_tool_adopt();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_remove(scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contents_sizes_and_faults_are_options),
        cmocka_unit_test(the_flash_is_programmed_in_the_time_that_is_asked_for),
        cmocka_unit_test(a_second_core_is_a_second_target),
        cmocka_unit_test(a_refused_core_leaves_the_other_usable),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
