// SPDX-License-Identifier: MIT
/* OCD_HOST, OCD_PORT and OCD_TARGET, in front of a real OpenOCD. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rig.h"
#include "sim_tool.h"

static struct rig *rig;

static int start_all(void **state)
{
    (void)state;
    rig = rig_start(&(struct rig_options){.big = true});
    return 0;
}

static int stop_all(void **state)
{
    (void)state;
    rig_stop(rig);
    return 0;
}

static int set_up(void **state)
{
    char port[16];
    (void)state;
    forget_environment();
    snprintf(port, sizeof(port), "%u", rig->port);
    return setenv("OCD_PORT", port, 1);
}

#define PATIENT "--timeout 60 "

static void ocd_port_is_the_default_port_of_every_command(void **state)
{
    (void)state;
    expect(0, "0x20005000\n", "", PATIENT "read 0x08000000 -w 32");
    expect(0, "running\n", "", PATIENT "state");
    expect(0, "42\n", "", PATIENT "cmd 'expr 42'");
}

static void ocd_target_is_the_default_target(void **state)
{
    (void)state;
    setenv("OCD_TARGET", "big", 1);
    expect(0, "0x00500020\n", "", PATIENT "read 0x08000000 -w 32");
    expect(0, "0x20005000\n", "", PATIENT "-t stm32f1x.cpu read 0x08000000 -w 32");
    setenv("OCD_TARGET", "nosuch", 1);
    expect(4, "", NULL, PATIENT "read 0x08000000 -w 32");
}

static void ocd_host_is_the_default_host(void **state)
{
    (void)state;
    setenv("OCD_HOST", "127.0.0.1", 1);
    expect(0, "0x20005000\n", "", PATIENT "read 0x08000000 -w 32");
    setenv("OCD_HOST", "no such host", 1);
    expect(3, "", NULL, PATIENT "read 0x08000000 -w 32");
    expect(0, "0x20005000\n", "", PATIENT "-H 127.0.0.1 read 0x08000000 -w 32");
}

static void an_option_wins(void **state)
{
    (void)state;
    setenv("OCD_PORT", "1", 1);
    expect(3, "", NULL, "-H 127.0.0.1 read 0x08000000 -w 32");
    expect(0, "0x20005000\n", "", "-p %u read 0x08000000 -w 32", rig->port);
    setenv("OCD_PORT", "rubbish", 1);
    expect(0, "0x20005000\n", "", "-p %u read 0x08000000 -w 32", rig->port);
}

static void an_invalid_value_is_a_usage_error_that_names_the_variable(void **state)
{
    (void)state;
    setenv("OCD_PORT", "66x", 1);
    expect(2, "", "ocd: read: OCD_PORT '66x' is not a port (0 to 65535); try 'ocd read --help'\n",
           "read 0");
    setenv("OCD_PORT", "0", 1);
    expect(2, "", "ocd: info: OCD_PORT '0' is not a port to connect to; try 'ocd info --help'\n",
           "info");
}

static void an_empty_variable_is_ignored(void **state)
{
    (void)state;
    setenv("OCD_HOST", "", 1);
    setenv("OCD_TARGET", "", 1);
    expect(0, "0x20005000\n", "", PATIENT "read 0x08000000 -w 32");
}

static void lines_of_a_shell_have_the_shell_s_target(void **state)
{
    static const char script[] = "read 0x08000000 -w 32\nread -t stm32f1x.cpu 0x08000000 -w 32\n";
    char path[64];
    char file[100];
    struct tool tool;
    (void)state;
    scratch_make(path);
    snprintf(file, sizeof(file), "%s/script", path);
    file_write(file, script);
    FILE *input = fopen(file, "re");
    assert_non_null(input);
    setenv("OCD_TARGET", "stm32f1x.cpu", 1);
    tool_start(&tool, &(struct tool_setup){.stdin_fd = fileno(input)}, PATIENT "-t big shell");
    tool_finish(&tool);
    expect_finished(&tool, 0, "0x00500020\n0x20005000\n", NULL);
    tool_free(&tool);
    fclose(input);
    scratch_remove(path);
}

static void a_started_openocd_ignores_the_port(void **state)
{
    (void)state;
    setenv("OCD_HOST", "no such host", 1);
    setenv("OCD_PORT", "1", 1);
    expect(0, "42\n", "", PATIENT "--spawn '-c \"adapter driver dummy\"' cmd 'expr 42'");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
    const struct CMUnitTest tests[] = {
        TEST(ocd_port_is_the_default_port_of_every_command),
        TEST(ocd_target_is_the_default_target),
        TEST(ocd_host_is_the_default_host),
        TEST(an_option_wins),
        TEST(an_invalid_value_is_a_usage_error_that_names_the_variable),
        TEST(an_empty_variable_is_ignored),
        TEST(lines_of_a_shell_have_the_shell_s_target),
        TEST(a_started_openocd_ignores_the_port),
    };
    return cmocka_run_group_tests(tests, start_all, stop_all);
}
