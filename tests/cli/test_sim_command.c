// SPDX-License-Identifier: MIT
/* `ocd sim`: what it prints works, and it leaves no process. */
#define _GNU_SOURCE /* pipe2 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim_tool.h"

static char scratch[64];

/* The port that follows `before` in what the tool has printed. */
static unsigned port_after(const struct tool *tool, const char *before)
{
    const char *at = strstr(tool->out_text.data, before);
    unsigned port = 0;
    if (at == NULL || sscanf(at + strlen(before), "%u", &port) != 1 || port == 0)
        fail_msg("no port after '%s' in:\n%s", before, tool->out_text.data);
    return port;
}

/* The path that the text names as OCD_ELF. */
static void elf_in(const struct tool *tool, char path[1000])
{
    const char *at = strstr(tool->out_text.data, "OCD_ELF=");
    assert_non_null(at);
    snprintf(path, 1000, "%.*s", (int)strcspn(at + 8, "\n"), at + 8);
    assert_int_equal(access(path, R_OK), 0);
}

static void end_with(struct tool *tool, int signal_number)
{
    kill(tool->pid, signal_number);
    tool_finish(tool);
    expect_finished(tool, 0, NULL, "");
}

static void without_openocd_it_prints_how_to_start_one(void **state)
{
    char expected[2000];
    char elf[1000];
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "sim");
    tool_await_out(&tool, "Ctrl-C ends it.\n");
    unsigned port = port_after(&tool, "Its ST-LINK is on port ");
    assert_true(is_listening(port));
    elf_in(&tool, elf);
    snprintf(expected, sizeof(expected),
             "A simulated STM32F103: flash of 128 KiB at 0x08000000, RAM of 20 KiB at 0x20000000.\n"
             "Its ST-LINK is on port %u.\n"
             "Start OpenOCD in front of it with:\n"
             "\n"
             "  openocd -c 'adapter driver st-link; st-link vid_pid 0x0483 0x3748; st-link backend "
             "tcp %u; transport select dapdirect_swd' -f target/stm32f1x.cfg\n"
             "\n"
             "Its firmware's names:\n"
             "\n"
             "  export OCD_ELF=%s\n"
             "\n"
             "Ctrl-C ends it.\n",
             port, port, elf);
    end_with(&tool, SIGINT);
    assert_string_equal(tool.out_text.data, expected);
    assert_nothing_runs();
    tool_free(&tool);
}

static void the_printed_command_starts_an_openocd(void **state)
{
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "sim");
    tool_await_out(&tool, "Ctrl-C ends it.\n");
    char *line = strstr(tool.out_text.data, "  openocd -c '");
    assert_non_null(line);
    char *first = strchr(line, '\'') + 1;
    char *second = strchr(first, '\'');
    assert_non_null(second);
    *second++ = '\0';
    second[strcspn(second, "\n")] = '\0';
    expect(0, "0x20005000\n", "", "--spawn '-c \"%s\"%s' read 0x08000000 -w 32", first, second);
    end_with(&tool, SIGTERM);
    tool_free(&tool);
}

static void with_openocd_the_printed_commands_work(void **state)
{
    char port[16];
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "sim --openocd -p 0");
    tool_await_out(&tool, "Ctrl-C ends it.\n");
    snprintf(port, sizeof(port), "%u", port_after(&tool, "  export OCD_PORT="));
    assert_true(is_listening(port_after(&tool, "GDB port ")));
    assert_non_null(strstr(tool.out_text.data, "\n  ocd info\n  ocd read 0x08000000\n"
                                               "  ocd search 0x08000000 +128K DEADBEEF\n"));
    setenv("OCD_PORT", port, 1);
    expect(0, NULL, "", "--timeout 60 info");
    expect(0, "08000000: 00 50 00 20                                       |.P. |\n", "",
           "--timeout 60 read 0x08000000 4");
    expect(0, "0x08000400\n", "", "--timeout 60 search 0x08000000 +128K DEADBEEF --max 1");
    unsetenv("OCD_PORT");
    end_with(&tool, SIGINT);
    assert_nothing_runs();
    tool_free(&tool);
}

static void a_json_object_has_all_ports(void **state)
{
    struct sim_tool sim;
    (void)state;
    sim_tool_start(&sim, NULL, "--openocd -p 0 --control 0");
    assert_non_null(strstr(sim.tool.out_text.data, "\"chip\": \"cortex-m3\""));
    assert_non_null(strstr(sim.openocd, "Open On-Chip Debugger"));
    assert_int_equal(access(sim.elf, R_OK), 0);
    assert_true(is_listening(sim.tcl_port));
    assert_true(is_listening(sim.gdb_port));
    assert_true(is_listening(sim.control_port));
    assert_true(is_listening(sim.probe_port));
    expect(0, "0x20005000\n", "", "-p %u read 0x08000000 -w 32", sim.tcl_port);
    sim_tool_end(&sim, SIGTERM);
    assert_nothing_runs();
}

static void without_openocd_the_json_object_has_its_arguments(void **state)
{
    char config[100];
    struct sim_tool sim;
    (void)state;
    sim_tool_start(&sim, NULL, "%s", "");
    assert_int_equal(sim.tcl_port, 0);
    assert_int_equal(sim.control_port, 0);
    snprintf(config, sizeof(config), "st-link backend tcp %u;", sim.probe_port);
    assert_non_null(strstr(sim.tool.out_text.data, "\"config\": \"-c 'adapter driver st-link;"));
    assert_non_null(strstr(sim.tool.out_text.data, config));
    sim_tool_end(&sim, SIGTERM);
}

static void the_state_is_known_when_it_is_ready(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct sim_tool sim;
        sim_tool_start(&sim, NULL, "--openocd -p 0 --cores 2");
        expect(0, "running running\n", "",
               "-p %u cmd 'join [list [stm32f1x.cpu curstate] [stm32f1x.cpu1 curstate]]'",
               sim.tcl_port);
        sim_tool_end(&sim, SIGTERM);
    }
}

static void openocd_ends_when_the_simulator_is_killed(void **state)
{
    struct sim_tool sim;
    (void)state;
    sim_tool_start(&sim, NULL, "--openocd -p 0");
    assert_true(is_listening(sim.tcl_port));
    kill(sim.tool.pid, SIGKILL);
    tool_finish(&sim.tool);
    expect_finished(&sim.tool, -SIGKILL, NULL, "");
    assert_nothing_runs();
    tool_free(&sim.tool);
}

static void openocd_s_end_ends_it(void **state)
{
    struct sim_tool sim;
    struct tool shutdown;
    (void)state;
    sim_tool_start(&sim, NULL, "--openocd -p 0");
    tool_start(&shutdown, NULL, "-p %u cmd shutdown", sim.tcl_port);
    tool_finish(&shutdown);
    tool_free(&shutdown);
    tool_finish(&sim.tool);
    expect_finished(&sim.tool, 3, NULL, NULL);
    if (strstr(sim.tool.err_text.data, "\"message\": \"sim: connection closed\"") == NULL)
        fail_msg("%s", sim.tool.err_text.data);
    tool_free(&sim.tool);
}

/* `ending` is all that its standard input has until its end. */
static void ends_with_its_input(const char *options, const char *ending)
{
    struct sim_tool sim;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    sim_tool_start(&sim, &(struct tool_setup){.stdin_fd = ends[0]}, "%s --until-eof", options);
    assert_true(is_listening(sim.probe_port));
    assert_int_equal(write(ends[1], ending, strlen(ending)), (ssize_t)strlen(ending));
    assert_true(is_listening(sim.probe_port)); /* what is written does not end it */
    close(ends[0]);
    close(ends[1]);
    tool_finish(&sim.tool);
    expect_finished(&sim.tool, 0, NULL, "");
    assert_nothing_runs();
    tool_free(&sim.tool);
}

static void it_ends_with_its_standard_input(void **state)
{
    (void)state;
    ends_with_its_input("", "");
    ends_with_its_input("", "words\nthat nobody reads\n");
    ends_with_its_input("--openocd -p 0", "");
}

static void an_input_that_is_at_its_end_already_ends_it_at_once(void **state)
{
    (void)state;
    expect(0, NULL, "", "sim --until-eof");
    assert_nothing_runs();
}

static void failures_are_reported(void **state)
{
    char message[300];
    (void)state;
    snprintf(message, sizeof(message), "ocd: sim: %s/none: No such file or directory\n", scratch);
    expect(6, "", message, "sim --flash %s/none", scratch);
    expect(2, "",
           "ocd: sim: flash size: must be a multiple of 1024 from 4096 to 67108864 bytes; "
           "try 'ocd sim --help'\n",
           "sim --flash-size 1K");
    expect(2, "",
           "ocd: sim: RAM size: must be a multiple of 1024 from 4096 to 67108864 bytes; "
           "try 'ocd sim --help'\n",
           "sim --ram-size 65M");
    expect(2, "", "ocd: sim: --cores '3' is not 1 or 2; try 'ocd sim --help'\n", "sim --cores 3");
    expect(2, "", "ocd: sim: --no-core '1' is no core of --cores; try 'ocd sim --help'\n",
           "sim --no-core 1");
}

/* The first child of a process. */
static pid_t first_child(pid_t pid)
{
    char path[64];
    int child = 0;
    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d", &child), 1);
    fclose(file);
    return child;
}

static void a_chip_that_is_killed_ends_it(void **state)
{
    struct sim_tool sim;
    (void)state;
    sim_tool_start(&sim, NULL, "%s", "");
    kill(first_child(sim.tool.pid), SIGKILL);
    tool_finish(&sim.tool);
    expect_finished(&sim.tool, 6, NULL,
                    "{\"error\": {\"code\": \"OCD_ERR_FILE\", \"address\": null, \"message\": "
                    "\"sim: the process of the chip has ended\", \"hint\": null}}\n");
    assert_nothing_runs();
    tool_free(&sim.tool);
}

static void a_missing_openocd_is_a_connection_error(void **state)
{
    static const char begin[] = "ocd: start OpenOCD: OpenOCD could not be started: ";
    static const char hint[] =
        " (is OpenOCD 0.12 or later installed? OCD_OPENOCD in the environment names another)\n";
    struct tool tool;
    char *before = getenv("OCD_OPENOCD");
    (void)state;
    before = before != NULL ? strdup(before) : NULL;
    setenv("OCD_OPENOCD", "/nowhere/openocd", 1);
    tool_start(&tool, NULL, "sim --openocd -p 0");
    tool_finish(&tool);
    if (before != NULL)
        setenv("OCD_OPENOCD", before, 1);
    else
        unsetenv("OCD_OPENOCD");
    free(before);
    expect_finished(&tool, 3, "", NULL);
    if (strncmp(tool.err_text.data, begin, strlen(begin)) != 0 ||
        strstr(tool.err_text.data, hint) == NULL)
        fail_msg("%s", tool.err_text.data);
    tool_free(&tool);
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
        cmocka_unit_test(without_openocd_it_prints_how_to_start_one),
        cmocka_unit_test(the_printed_command_starts_an_openocd),
        cmocka_unit_test(with_openocd_the_printed_commands_work),
        cmocka_unit_test(a_json_object_has_all_ports),
        cmocka_unit_test(without_openocd_the_json_object_has_its_arguments),
        cmocka_unit_test(the_state_is_known_when_it_is_ready),
        cmocka_unit_test(openocd_ends_when_the_simulator_is_killed),
        cmocka_unit_test(openocd_s_end_ends_it),
        cmocka_unit_test(it_ends_with_its_standard_input),
        cmocka_unit_test(an_input_that_is_at_its_end_already_ends_it_at_once),
        cmocka_unit_test(failures_are_reported),
        cmocka_unit_test(a_chip_that_is_killed_ends_it),
        cmocka_unit_test(a_missing_openocd_is_a_connection_error),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
