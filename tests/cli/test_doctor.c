// SPDX-License-Identifier: MIT
/* `ocd doctor`: in front of a real OpenOCD, of something else, and of nothing. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "sim_tool.h"

#define PATIENT "--timeout 60 "

/* Runs it; fails the test unless the exit code is that and the output has a line that begins so and
 * contains the words. */
static void expect_line(int status, const char *check, const char *words, const char *line)
{
    struct tool tool;
    tool_start(&tool, NULL, "%s", line);
    if (tool_finish(&tool) != status) {
        fail_msg("'ocd %s': exit code %d, not %d: %s", line, tool.status, status,
                 tool.out_text.data);
    }
    const char *at = strstr(tool.out_text.data, check);
    if (at == NULL || strstr(at, words) == NULL)
        fail_msg("'ocd %s': no '%s' with '%s': %s", line, check, words, tool.out_text.data);
    tool_free(&tool);
}

static void expect_sim(const struct sim_tool *sim, int status, const char *check, const char *words,
                       const char *rest)
{
    char line[400];
    snprintf(line, sizeof(line), PATIENT "-p %u %s", sim->tcl_port, rest);
    expect_line(status, check, words, line);
}

static void all_checks_pass_with_an_openocd(void **state)
{
    struct sim_tool sim;
    (void)state;
    sim_tool_start(&sim, NULL, "--openocd -p 0");
    expect_sim(&sim, 0, "ok       openocd", "Open On-Chip Debugger", "doctor");
    expect_sim(&sim, 0, "ok       port", "is the Tcl port of", "doctor");
    expect_sim(&sim, 0, "ok       target", "examined and running", "doctor");
    expect_sim(&sim, 0, "skipped  rate", "no memory is read unasked", "doctor");
    expect_sim(&sim, 0, "ok       rate", "4096 bytes from 0x20000000", "doctor 0x20000000 4K");
    expect_sim(&sim, 0, "ok       rate", "256 bytes", "doctor 0x20000000..0x20000100");
    expect_sim(&sim, 0, "ok       target", "examined and running", "doctor");
    sim_tool_end(&sim, SIGTERM);
}

static void memory_that_cannot_be_read_is_a_failure(void **state)
{
    struct sim_tool sim;
    (void)state;
    sim_tool_start(&sim, NULL, "--openocd -p 0");
    expect_sim(&sim, 1, "failed   rate", "is there memory", "doctor 0x60000000");
    sim_tool_end(&sim, SIGTERM);
}

static void a_target_that_is_not_examined_has_a_cure(void **state)
{
    struct sim_tool sim;
    (void)state;
    sim_tool_start(&sim, NULL, "--openocd -p 0 --no-core 0");
    expect_sim(&sim, 1, "failed   target", "try: ", "doctor");
    sim_tool_end(&sim, SIGTERM);
}

static void a_target_that_does_not_exist_is_reported(void **state)
{
    struct sim_tool sim;
    (void)state;
    sim_tool_start(&sim, NULL, "--openocd -p 0");
    expect_sim(&sim, 1, "failed   port", "no such target", "-t nosuch doctor");
    sim_tool_end(&sim, SIGTERM);
}

static void the_gdb_port_is_recognised(void **state)
{
    struct sim_tool sim;
    char line[100];
    (void)state;
    sim_tool_start(&sim, NULL, "--openocd -p 0");
    snprintf(line, sizeof(line), PATIENT "-p %u doctor", sim.gdb_port);
    expect_line(1, "failed   port", "a GDB port", line);
    expect_line(1, "failed   port", "halts the target", line);
    sim_tool_end(&sim, SIGTERM);
}

static void a_closed_port_says_what_to_start(void **state)
{
    (void)state;
    expect_line(1, "failed   port", "start OpenOCD", "-H 127.0.0.1 -p 1 doctor");
}

static void probes_are_not_checked_for_another_host(void **state)
{
    (void)state;
    expect_line(1, "skipped  probe", "OpenOCD runs on no such host", "-H 'no such host' doctor");
}

/* A program that prints the version of an OpenOCD. */
static void write_openocd(const char *directory, char path[100], const char *version)
{
    char script[200];
    snprintf(path, 100, "%s/openocd", directory);
    snprintf(script, sizeof(script), "#!/bin/sh\necho '%s' >&2\n", version);
    file_write(path, script);
    assert_int_equal(chmod(path, 0755), 0);
    setenv("OCD_OPENOCD", path, 1);
}

static void an_old_openocd_is_a_failure(void **state)
{
    char *before = getenv("OCD_OPENOCD") != NULL ? strdup(getenv("OCD_OPENOCD")) : NULL;
    char scratch[64];
    char path[100];
    (void)state;
    scratch_make(scratch);
    write_openocd(scratch, path, "Open On-Chip Debugger 0.11.0");
    expect_line(1, "failed   openocd", "is older than 0.12", "-H 127.0.0.1 -p 1 doctor");
    write_openocd(scratch, path, "Open On-Chip Debugger 0.13.0+dev-1");
    expect_line(1, "ok       openocd", "0.13.0", "-H 127.0.0.1 -p 1 doctor");
    write_openocd(scratch, path, "something else");
    expect_line(1, "failed   openocd", "does not print", "-H 127.0.0.1 -p 1 doctor");
    setenv("OCD_OPENOCD", "/nonexistent/openocd", 1);
    expect_line(1, "failed   openocd", "cannot be run", "-H 127.0.0.1 -p 1 doctor");
    if (before != NULL)
        setenv("OCD_OPENOCD", before, 1);
    else
        unsetenv("OCD_OPENOCD");
    free(before);
    scratch_remove(scratch);
}

static void json_is_one_object_with_all_checks(void **state)
{
    struct sim_tool sim;
    (void)state;
    sim_tool_start(&sim, NULL, "--openocd -p 0");
    expect_sim(&sim, 0, "{\"checks\": [{\"check\": \"openocd\", \"result\": \"ok\"",
               "\"try\": null}], \"ok\": true}\n", "doctor -f json");
    sim_tool_end(&sim, SIGTERM);
    expect_line(1, "{\"check\": \"port\", \"result\": \"failed\"", "\"ok\": false}\n",
                "-H 127.0.0.1 -p 1 doctor -f json");
}

#ifdef SIM_ELF
static void the_program_is_compared(void **state)
{
    struct sim_tool sim;
    (void)state;
    sim_tool_start(&sim, NULL, "--openocd -p 0");
    expect_sim(&sim, 0, "ok       program", "no difference", "doctor -e " SIM_ELF);
    expect_sim(&sim, 0, "ok       rate", "KiB/s", "doctor -e " SIM_ELF);
    expect_sim(&sim, 0, "skipped  program", "--no-check", "doctor --no-check -e " SIM_ELF);
    expect_sim(&sim, 1, "failed   program", "is for RISC-V", "doctor -e " SIM_ELF_OTHER);
    expect_sim(&sim, 1, "failed   program", "No such file", "doctor -e /nonexistent");
    sim_tool_end(&sim, SIGTERM);
}
#endif

static int set_up(void **state)
{
    (void)state;
    forget_environment();
    sim_tool_adopt();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_checks_pass_with_an_openocd),
        cmocka_unit_test(memory_that_cannot_be_read_is_a_failure),
        cmocka_unit_test(a_target_that_is_not_examined_has_a_cure),
        cmocka_unit_test(a_target_that_does_not_exist_is_reported),
        cmocka_unit_test(the_gdb_port_is_recognised),
        cmocka_unit_test(a_closed_port_says_what_to_start),
        cmocka_unit_test(probes_are_not_checked_for_another_host),
        cmocka_unit_test(an_old_openocd_is_a_failure),
        cmocka_unit_test(json_is_one_object_with_all_checks),
#ifdef SIM_ELF
        cmocka_unit_test(the_program_is_compared),
#endif
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
