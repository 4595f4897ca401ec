// SPDX-License-Identifier: MIT
/* Ctrl-C, readers that go away, full disks, terminals. */
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
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_server.h"
#include "rig.h"
#include "tool.h"

static struct rig *rig;
static char scratch[64];

/* A server that never answers what reads memory. */
static struct fake *start_stalling(void)
{
    struct fake *fake = fake_start(&(struct fake_options){0});
    assert_non_null(fake);
    assert_true(
        fake_inject(fake, &(struct fake_fault){.kind = FAKE_MISSING, .match = " 0x8000000"}) >= 0);
    assert_true(fake_inject(fake, &(struct fake_fault){.kind = FAKE_MISSING, .match = "md"}) >= 0);
    return fake;
}

static void a_signal_ends_a_wait_at_once(void **state)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct fake *fake = start_stalling();
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct tool tool;
        tool_start(&tool, NULL, "-v --phys -p %u --timeout 0 dump 0x08000000 4K %s/dump",
                   fake_port(fake), scratch);
        tool_await_err(&tool, " 0x8000000");
        kill(tool.pid, signals[i]);
        tool_finish(&tool);
        expect_finished(&tool, 128 + signals[i], "", NULL);
        assert_null(strstr(tool.err_text.data, "ocd: "));
        assert_int_equal(scratch_count(scratch), 0);
        tool_free(&tool);
    }
    fake_stop(fake);
}

static void a_signal_ends_connecting(void **state)
{
    struct fake *fake = fake_start(&(struct fake_options){0});
    struct tool tool;
    (void)state;
    assert_non_null(fake);
    assert_true(fake_inject(fake, &(struct fake_fault){.kind = FAKE_MUTE}) >= 0);
    tool_start(&tool, NULL, "-v -p %u --timeout 0 info", fake_port(fake));
    tool_await_err(&tool, "> ");
    kill(tool.pid, SIGINT);
    tool_finish(&tool);
    expect_finished(&tool, 130, "", NULL);
    tool_free(&tool);
    fake_stop(fake);
}

static void a_signal_discards_the_output_file(void **state)
{
    struct fake *fake = start_stalling();
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "-v --phys -p %u --timeout 0 read 0x08000000 4K -o %s/text",
               fake_port(fake), scratch);
    tool_await_err(&tool, " 0x8000000");
    assert_int_equal(scratch_count(scratch), 1); /* the temporary file */
    kill(tool.pid, SIGTERM);
    tool_finish(&tool);
    expect_finished(&tool, 143, "", NULL);
    assert_int_equal(scratch_count(scratch), 0);
    tool_free(&tool);
    fake_stop(fake);
}

static void openocd_goes_on_after_an_interrupted_dump(void **state)
{
    struct tool tool;
    (void)state;
    sim_set_latency(rig->sim, 100000); /* the dump would take many seconds */
    tool_start(&tool, NULL, "-v --phys -p %u dump 0x08000000 128K %s/dump", rig->port, scratch);
    tool_await_err(&tool, " 0x8000000");
    kill(tool.pid, SIGINT);
    tool_finish(&tool);
    sim_set_latency(rig->sim, 0);
    expect_finished(&tool, 130, "", NULL);
    assert_int_equal(scratch_count(scratch), 0);
    tool_free(&tool);
    expect(0, "0x20005000\n", "", "-p %u read 0x08000000 -w 32", rig->port);
}

static void a_closed_pipe_ends_the_tool_without_a_message(void **state)
{
    static const char *const commands[] = {"read 0x08000000 128K",
                                           "read 0x08000000 64K -w 8",
                                           "dump 0x08000000 128K -",
                                           "search 0x08000000 +128K DEADBEEF",
                                           "info",
                                           "cmd expr 1",
                                           "fill 0x20000000 1G 0 --dry-run"};
    (void)state;
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
        int ends[2];
        struct tool tool;
        assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
        tool_start(&tool, &(struct tool_setup){.stdout_fd = ends[1]}, "-p %u %s", rig->port,
                   commands[i]);
        close(ends[1]);
        close(ends[0]);
        tool_finish(&tool);
        expect_finished(&tool, 6, "", "");
        tool_free(&tool);
    }
}

static void a_full_disk_is_reported(void **state)
{
    static const char *const commands[] = {"read 0x08000000 128K",
                                           "read 0x08000000",
                                           "read 0x08000000 -f json",
                                           "dump 0x08000000 128K -",
                                           "search 0x08000000 +128K DEADBEEF",
                                           "info",
                                           "cmd expr 1",
                                           "--help"};
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    (void)state;
    assert_true(full >= 0);
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
        struct tool tool;
        tool_start(&tool, &(struct tool_setup){.stdout_fd = full}, "-p %u %s", rig->port,
                   commands[i]);
        tool_finish(&tool);
        expect_finished(&tool, 6, "",
                        strstr(commands[i], "json") != NULL
                            ? "{\"error\": {\"code\": \"OCD_ERR_FILE\", \"address\": null, "
                              "\"message\": \"standard output: No space left on device\", "
                              "\"hint\": null}}\n"
                            : "ocd: standard output: No space left on device\n");
        tool_free(&tool);
    }
    close(full);
}

static time_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

/* The first kilobytes take longer than what is done without showing progress. */
static void slow_dump(struct tool *tool, const struct tool_setup *setup, const char *options)
{
    sim_set_latency(rig->sim, 15000);
    tool_start(tool, setup, "-p %u --phys %s", rig->port, options);
    tool_finish(tool);
    sim_set_latency(rig->sim, 0);
}

static void progress_is_shown_on_a_terminal_and_erased(void **state)
{
    char line[200];
    struct tool tool;
    (void)state;
    snprintf(line, sizeof(line), "dump 0x08000000 32K %s/progress", scratch);
    slow_dump(&tool, &(struct tool_setup){.err_is_tty = true}, line);
    expect_finished(&tool, 0, "", NULL);
    const char *text = tool.err_text.data;
    const char *erased = strstr(text, "\x1B[K\r\x1B[K32.0 KiB in ");
    if (strncmp(text, "\r", 1) != 0 || strstr(text, " of 32.0 KiB  ") == NULL ||
        strstr(text, " %  ") == NULL || strstr(text, " left\x1B[K") == NULL || erased == NULL ||
        strcmp(text + tool.err_text.size - 3, "/s\n") != 0)
        fail_msg("%s", text);
    tool_free(&tool);
}

static void progress_can_be_silenced(void **state)
{
    char line[200];
    struct tool tool;
    (void)state;
    snprintf(line, sizeof(line), "--quiet dump 0x08000000 16K %s/progress", scratch);
    slow_dump(&tool, &(struct tool_setup){.err_is_tty = true}, line);
    expect_finished(&tool, 0, "", "");
    tool_free(&tool);
}

/* A longer run could print a line of progress every 5 s. */
static void without_a_terminal_short_work_shows_no_progress(void **state)
{
    char line[200];
    struct tool tool;
    (void)state;
    snprintf(line, sizeof(line), "dump 0x08000000 8K %s/progress", scratch);
    time_t begin = now();
    slow_dump(&tool, NULL, line);
    expect_finished(&tool, 0, "", "");
    assert_in_range(tool.progress, 0, (now() - begin) / 5);
    tool_free(&tool);
}

static void progress_does_not_mix_with_results_on_the_same_terminal(void **state)
{
    struct tool tool;
    (void)state;
    slow_dump(&tool, &(struct tool_setup){.both_is_tty = true}, "read 0x08000000 8K");
    expect_finished(&tool, 0, "", NULL);
    assert_null(strchr(tool.err_text.data, '\r'));
    tool_free(&tool);
    slow_dump(&tool, &(struct tool_setup){.both_is_tty = true}, "search 0x08018000 +32K DEADBEEF");
    expect_finished(&tool, 0, "", NULL);
    assert_non_null(strstr(tool.err_text.data, "\x1B[K\r\x1B[K0x0801F000\n"));
    tool_free(&tool);
}

static int set_up(void **state)
{
    (void)state;
    scratch_make(scratch);
    rig = rig_start(&(struct rig_options){.big = true});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_stop(rig);
    scratch_remove(scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signal_ends_a_wait_at_once),
        cmocka_unit_test(a_signal_ends_connecting),
        cmocka_unit_test(a_signal_discards_the_output_file),
        cmocka_unit_test(openocd_goes_on_after_an_interrupted_dump),
        cmocka_unit_test(a_closed_pipe_ends_the_tool_without_a_message),
        cmocka_unit_test(a_full_disk_is_reported),
        cmocka_unit_test(progress_is_shown_on_a_terminal_and_erased),
        cmocka_unit_test(progress_can_be_silenced),
        cmocka_unit_test(without_a_terminal_short_work_shows_no_progress),
        cmocka_unit_test(progress_does_not_mix_with_results_on_the_same_terminal),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
