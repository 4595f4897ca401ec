// SPDX-License-Identifier: MIT
/* `ocd watch` goes on when OpenOCD is killed, serves others, or the chip is reset; each is a row.
 */
#include <ctype.h>
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
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

/* --- Processes --- */

/* Name and parent of a process; 0: there is none. */
static pid_t parent_of(pid_t pid, char name[64])
{
    char path[64], line[512] = "";
    int parent = 0;
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return 0;
    if (fgets(line, sizeof(line), file) != NULL) {
        char *end = strrchr(line, ')');
        if (end == NULL || sscanf(line, "%*d (%63[^)]", name) != 1 ||
            sscanf(end + 1, " %*c %d", &parent) != 1)
            parent = 0;
    }
    fclose(file);
    return parent;
}

static bool descends_from(pid_t pid, pid_t ancestor)
{
    char name[64];
    while (pid > 1 && pid != ancestor)
        pid = parent_of(pid, name);
    return pid == ancestor;
}

/* The OpenOCD that a tool has started. */
static pid_t openocd_of(pid_t tool)
{
    DIR *directory = opendir("/proc");
    pid_t found = 0;
    assert_non_null(directory);
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL && found == 0;) {
        char name[64] = "";
        pid_t pid = isdigit((unsigned char)entry->d_name[0]) ? atoi(entry->d_name) : 0;
        if (pid > 0 && parent_of(pid, name) > 0 && strcmp(name, "openocd") == 0 &&
            descends_from(pid, tool))
            found = pid;
    }
    closedir(directory);
    return found;
}

/* --- Gaps --- */

/* Seconds of the first gap with that reason; waits for it. */
static double await_gap(struct tool *tool, const char *reason)
{
    char text[64];
    snprintf(text, sizeof(text), ",gap:%s:", reason);
    tool_await_out(tool, text);
    const char *at = strstr(tool->out_text.data, text);
    return atof(at + strlen(text)); /* rows come whole */
}

static void interrupt(struct tool *tool)
{
    kill(tool->pid, SIGINT);
    tool_finish(tool);
    expect_finished(tool, 130, NULL, NULL);
    assert_int_equal(tool->out_text.data[tool->out_text.size - 1], '\n');
    assert_non_null(strstr(tool->err_text.data, " gap"));
    tool_free(tool);
}

static void killed_openocd_is_started_again_and_the_gap_reported(void **state)
{
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL,
               "--timeout 60 --spawn '-c \"adapter driver st-link; st-link vid_pid 0x0483 0x3748; "
               "st-link backend tcp %u; transport select dapdirect_swd\" -f target/stm32f1x.cfg' "
               "watch 0x20000000:u8 --rate 50",
               sim_port(rig->sim));
    tool_await_out(&tool, ",0,\n");
    pid_t openocd = openocd_of(tool.pid);
    assert_true(openocd > 0);
    kill(openocd, SIGKILL);
    assert_true(await_gap(&tool, "reconnecting") > 0);
    tool_await_err(&tool, "ocd: watch: the connection was lost: ");
    tool_await_err(&tool, " s without values: the connection was lost\n");
    interrupt(&tool);
}

static void reset_of_the_chip_is_a_gap(void **state)
{
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "-p %u watch 0x20000000:u8 --rate 20", rig->port);
    tool_await_out(&tool, ",0,\n");
    expect(0, NULL, NULL, "-p %u reset run", rig->port);
    await_gap(&tool, "reset");
    interrupt(&tool);
}

static void dump_of_another_client_is_a_gap(void **state)
{
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "-p %u watch 0x20000000:u8 --rate 20", rig->port);
    tool_await_out(&tool, ",0,\n");
    sim_set_latency(rig->sim, 500);
    expect(0, NULL, NULL, "-p %u --timeout 60 cmd 'dump_image /dev/null 0x20000000 0x800000'",
           rig->port);
    sim_set_latency(rig->sim, 0);
    assert_true(await_gap(&tool, "busy") >= 3);
    interrupt(&tool);
}

/* For longer than other commands wait for an answer. */
static void long_busy_openocd_does_not_end_the_run(void **state)
{
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "-p %u watch 0x20000000:u8 --rate 20", rig->port);
    tool_await_out(&tool, ",0,\n");
    expect(0, NULL, NULL, "-p %u --timeout 60 cmd 'after 10500'", rig->port);
    assert_true(await_gap(&tool, "busy") > 10);
    interrupt(&tool);
    tool_start(&tool, NULL, "-p %u --timeout 0.5 watch 0x20000000:u8 --rate 20", rig->port);
    tool_await_out(&tool, ",0,\n");
    expect(0, NULL, NULL, "-p %u cmd 'after 1500'", rig->port);
    tool_finish(&tool);
    expect_finished(&tool, 5, NULL, NULL);
    tool_free(&tool);
}

static void halt_is_a_state_but_no_gap(void **state)
{
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "-p %u watch 0x20000000:u8 --rate 20", rig->port);
    tool_await_out(&tool, ",0,\n");
    expect(0, NULL, NULL, "-p %u halt", rig->port);
    tool_await_out(&tool, ",state:halted\n");
    expect(0, NULL, NULL, "-p %u resume", rig->port);
    interrupt(&tool);
}

/* The last test: it takes the rig's OpenOCD away. */
static void lost_openocd_is_a_gap_until_the_end(void **state)
{
    struct tool tool;
    char *pid;
    (void)state;
    tool_start(&tool, NULL, "-p %u watch 0x20000000:u8 --rate 20", rig->port);
    tool_await_out(&tool, ",0,\n");
    assert_int_equal(ocd_command(rig->session, "pid", &pid), OCD_OK);
    kill(atoi(pid), SIGKILL);
    ocd_free(pid);
    tool_await_err(&tool, "ocd: watch: the connection was lost: ");
    kill(tool.pid, SIGINT);
    tool_finish(&tool);
    expect_finished(&tool, 130, NULL, NULL);
    const char *gap = strstr(tool.out_text.data, ",gap:reconnecting:");
    assert_non_null(gap);
    assert_string_equal(strchr(gap, '\n'), "\n"); /* the last row */
    tool_free(&tool);
}

static int set_up(void **state)
{
    (void)state;
    unsetenv("OCD_ELF");
    rig = rig_start(&(struct rig_options){.sim = {.ram_size = 8u << 20}});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_stop(rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_openocd_is_started_again_and_the_gap_reported),
        cmocka_unit_test(reset_of_the_chip_is_a_gap),
        cmocka_unit_test(dump_of_another_client_is_a_gap),
        cmocka_unit_test(long_busy_openocd_does_not_end_the_run),
        cmocka_unit_test(halt_is_a_state_but_no_gap),
        cmocka_unit_test(lost_openocd_is_a_gap_until_the_end),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
