// SPDX-License-Identifier: MIT
/* `ocd sim --chip`: what it prints, and the tool in front of each chip. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim_tool.h"

static void expect_text(const struct tool *tool, const char *text)
{
    if (strstr(tool->out_text.data, text) == NULL)
        fail_msg("'%s' is not in:\n%s", text, tool->out_text.data);
}

static void without_openocd_it_prints_how_to_start_one(void **state)
{
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "sim --chip riscv32 --cores 2 --no-core 1");
    tool_await_out(&tool, "Ctrl-C ends it.\n");
    expect_text(&tool,
                "A simulated GD32VF103 (RISC-V of 32 bits): flash of 128 KiB at 0x08000000, ");
    expect_text(&tool, "\nTwo cores: gd32vf103.cpu, and gd32vf103.cpu1 as hart 1.\n");
    expect_text(&tool, "\nCore 1 is refused: it is unavailable to the debugger.\n");
    expect_text(&tool, "\nIts JTAG adapter (remote_bitbang) is on port ");
    expect_text(&tool,
                "  openocd -c 'adapter driver remote_bitbang; remote_bitbang host 127.0.0.1; ");
    expect_text(&tool, "' -f target/gd32vf103.cfg -c 'if {[lsearch ");
    expect_text(&tool, "}' -c 'target create gd32vf103.cpu1 riscv ");
    kill(tool.pid, SIGINT);
    tool_finish(&tool);
    expect_finished(&tool, 0, NULL, "");
    tool_free(&tool);
}

static void the_tool_halts_reads_and_steps(const char *chip, const char *pc)
{
    struct sim_tool sim;
    char elf[32];
    sim_tool_start(&sim, NULL, "--openocd -p 0 --chip %s --cores 2", chip);
    unsigned port = sim.tcl_port;
    snprintf(elf, sizeof(elf), "/%s.elf", chip);
    assert_non_null(strstr(sim.elf, elf));
    expect(0, "0x1A00006F\n", "", "-p %u read 0x08000000 -w 32", port);
    expect(0, NULL, "", "-p %u halt", port);
    expect(0, NULL, "", "-p %u write 0x20000000 -w 32 0x12345678", port);
    expect(0, "0x12345678\n", "", "-p %u read 0x20000000 -w 32", port);
    expect(0, NULL, "", "-p %u reg pc=0x08000200", port);
    expect(0, NULL, "", "-p %u step", port);
    expect(0, pc, "", "-p %u reg pc", port);
    sim_tool_end(&sim, SIGINT);
}

static void the_tool_works_with_32_bits(void **state)
{
    (void)state;
    the_tool_halts_reads_and_steps("riscv32", "pc  0x08000204\n");
}

static void the_tool_works_with_64_bits(void **state)
{
    (void)state;
    the_tool_halts_reads_and_steps("riscv64", "pc  0x0000000008000204\n");
}

static void without_a_system_bus_a_running_chip_cannot_be_read(void **state)
{
    struct sim_tool sim;
    (void)state;
    sim_tool_start(&sim, NULL, "--openocd -p 0 --chip riscv32 --no-sysbus");
    unsigned port = sim.tcl_port;
    expect(4, "", NULL, "-p %u read 0x20000000 -w 32", port);
    expect(0, NULL, "", "-p %u halt", port);
    expect(0, "0x1A00006F\n", "", "-p %u read 0x08000000 -w 32", port);
    expect(4, "", NULL, "-p %u dump 0x20004000 8K /dev/null", port);
    sim_tool_end(&sim, SIGINT);
}

static void without_a_program_buffer_a_running_chip_can_be_read(void **state)
{
    struct sim_tool sim;
    (void)state;
    sim_tool_start(&sim, NULL, "--openocd -p 0 --chip riscv32 --no-progbuf --sysbus-width 64");
    expect(0, "0xFFFFFFFF1A00006F\n", "", "-p %u read 0x08000000 -w 64", sim.tcl_port);
    sim_tool_end(&sim, SIGINT);
}

static void unknown_chips_are_refused(void **state)
{
    (void)state;
    expect(2, "",
           "ocd: sim: --chip 'z80' is not cortex-m3, riscv32 or riscv64; try 'ocd sim --help'\n",
           "sim --chip z80");
    expect(2, "", "ocd: sim: --sysbus-width '16' is not 32 or 64; try 'ocd sim --help'\n",
           "sim --chip riscv32 --sysbus-width 16");
    expect(2, "",
           "ocd: sim: --no-sysbus, --no-progbuf and --sysbus-width are for --chip riscv32 and "
           "riscv64; try 'ocd sim --help'\n",
           "sim --no-progbuf");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_openocd_it_prints_how_to_start_one),
        cmocka_unit_test(the_tool_works_with_32_bits),
        cmocka_unit_test(the_tool_works_with_64_bits),
        cmocka_unit_test(without_a_system_bus_a_running_chip_cannot_be_read),
        cmocka_unit_test(without_a_program_buffer_a_running_chip_can_be_read),
        cmocka_unit_test(unknown_chips_are_refused),
    };
    forget_environment();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
