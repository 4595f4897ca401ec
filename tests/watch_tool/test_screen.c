// SPDX-License-Identifier: MIT
/* `ocd watch` on a terminal: the table, its keys, and that the terminal is as before. */
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
#include "screen_tool.h"
#include "tool.h"

#define E "-e " SIM_ELF " --no-check"

static struct rig *rig;
static char scratch[64];

static void start(struct screen_tool *tool, const char *line)
{
    screen_start(tool, "-p %u --timeout 60 watch " E " %s", rig->port, line);
    screen_await(tool, "\033[?1049h");
}

static void end(struct screen_tool *tool, int status)
{
    int have = screen_await_end(tool);
    if (have != status)
        fail_msg("ocd %s: exit code %d, not %d\n%s", tool->line, have, status, tool->text);
    screen_await(tool, "\033[?1049l");
    assert_true(screen_is_restored(tool));
    screen_free(tool);
}

static void table_has_values_and_statistics(void **state)
{
    static const float speed = 1500.25F;
    struct screen_tool tool;
    (void)state;
    sim_poke(rig->sim, SIM_VAR_MOTOR, &speed, sizeof(speed));
    start(&tool, "motor.speed --as speed,rpm 0x20000000:u8[4]");
    screen_await(&tool, "name ");
    screen_await(&tool, "speed");
    screen_await(&tool, "1500.25 rpm");
    screen_await(&tool, "1500.25   1500.25   1500.25");
    screen_await(&tool, "~"); /* an array may be torn */
    assert_false(screen_is_restored(&tool));
    screen_type(&tool, "q");
    end(&tool, 0);
}

static void last_table_and_summary_stay_on_the_screen(void **state)
{
    struct screen_tool tool;
    (void)state;
    start(&tool, "motor.pid.kp --count 3");
    assert_int_equal(screen_await_end(&tool), 0);
    screen_await(&tool, "\033[?1049l");
    screen_await(&tool, "motor.pid.kp");
    screen_await(&tool, "ocd: watch: 3 frames, ");
    screen_free(&tool);
}

static void values_are_added_by_completed_name_and_removed(void **state)
{
    struct screen_tool tool;
    (void)state;
    start(&tool, "motor.pid.kp");
    screen_await(&tool, "q quit");
    screen_type(&tool, "amotor.pid.er\t\r");
    screen_await(&tool, "motor.pid.error  ");
    screen_type(&tool, "a0x20000000:u16 --as word\r");
    screen_await(&tool, "word ");
    screen_type(&tool, "anope\r");
    screen_await(&tool, "no such name");
    screen_type(&tool, "d\025word\r");
    screen_type(&tool, "d\025word\r");
    screen_await(&tool, "no value of that name");
    screen_type(&tool, "q");
    end(&tool, 0);
}

static void value_is_written(void **state)
{
    struct screen_tool tool;
    float kp = 0;
    (void)state;
    start(&tool, "motor.pid.kp");
    screen_await(&tool, "q quit");
    screen_type(&tool, "w2.75\r");
    screen_await(&tool, "2.75");
    screen_await(&tool, "2.75 "); /* as it was read */
    screen_type(&tool, "wx\r");
    screen_await(&tool, "motor.pid.kp");
    screen_type(&tool, "q");
    end(&tool, 0);
    sim_peek(rig->sim, SIM_VAR_MOTOR + 4, &kp, sizeof(kp));
    assert_true(kp == 2.75F);
}

static void paused_table_does_not_change_but_rows_are_written(void **state)
{
    char line[200], path[100];
    struct screen_tool tool;
    size_t size;
    (void)state;
    snprintf(path, sizeof(path), "%s/paused.csv", scratch);
    snprintf(line, sizeof(line), "0x20000000:u8 --rate 100 -o %s", path);
    start(&tool, line);
    screen_await(&tool, path);
    screen_type(&tool, "p");
    screen_await(&tool, "PAUSED");
    for (int i = 0; i < 3; i++) {
        screen_type(&tool, "p");
        screen_await(&tool, "q quit");
        screen_type(&tool, "p");
        screen_await(&tool, "PAUSED");
    }
    screen_type(&tool, "r");
    screen_await(&tool, "begin anew");
    screen_type(&tool, "q");
    end(&tool, 0);
    char *text = file_read(path, &size);
    assert_non_null(text);
    assert_int_equal(strncmp(text, "time,0x20000000:u8,flags\n", 25), 0);
    free(text);
}

static void table_follows_the_size_of_the_terminal(void **state)
{
    struct screen_tool tool;
    (void)state;
    start(&tool, "motor.pid.kp");
    screen_await(&tool, "rate");
    screen_resize(&tool, 30, 5);
    kill(tool.pid, SIGWINCH); /* the kernel's goes to the foreground job, too */
    screen_await(&tool, "motor.pid.kp");
    screen_await(&tool, "motor.pid.kp");
    tool.seen = tool.size;
    screen_await(&tool, "motor.pid.kp");
    assert_null(strstr(tool.text + tool.seen, "rate"));
    screen_resize(&tool, 100, 24);
    screen_await(&tool, "rate");
    screen_type(&tool, "q");
    end(&tool, 0);
}

static void ctrl_c_restores_the_terminal(void **state)
{
    struct screen_tool tool;
    (void)state;
    start(&tool, "motor.pid.kp");
    screen_await(&tool, "q quit");
    screen_type(&tool, "\003");
    end(&tool, 130);
}

static void signals_restore_the_terminal(void **state)
{
    static const struct {
        int number, status;
    } signals[] = {{SIGTERM, 143}, {SIGHUP, 129}, {SIGQUIT, -SIGQUIT}, {SIGABRT, -SIGABRT}};
    (void)state;
    for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
        struct screen_tool tool;
        start(&tool, "motor.pid.kp");
        screen_await(&tool, "q quit");
        kill(tool.pid, signals[i].number);
        end(&tool, signals[i].status);
    }
}

static void ctrl_z_restores_the_terminal_until_the_tool_continues(void **state)
{
    struct screen_tool tool;
    (void)state;
    start(&tool, "motor.pid.kp");
    screen_await(&tool, "q quit");
    screen_type(&tool, "\032");
    screen_await_stop(&tool);
    screen_await(&tool, "\033[?1049l");
    assert_true(screen_is_restored(&tool));
    kill(tool.pid, SIGCONT);
    screen_await(&tool, "\033[?1049h");
    screen_await(&tool, "motor.pid.kp");
    assert_false(screen_is_restored(&tool));
    screen_type(&tool, "q");
    end(&tool, 0);
}

static void terminal_is_set_up_again_after_sigstop(void **state)
{
    struct screen_tool tool;
    (void)state;
    start(&tool, "motor.pid.kp");
    screen_await(&tool, "q quit");
    kill(tool.pid, SIGSTOP);
    screen_await_stop(&tool);
    kill(tool.pid, SIGCONT);
    screen_await(&tool, "\033[?1049h");
    screen_await(&tool, "q quit");
    screen_type(&tool, "q");
    end(&tool, 0);
}

static void text_formats_have_no_table_on_a_terminal(void **state)
{
    struct screen_tool tool;
    (void)state;
    screen_start(&tool, "-p %u watch " E " motor.pid.ki -f csv --count 2", rig->port);
    screen_await(&tool, "time,motor.pid.ki,flags\r\n");
    assert_int_equal(screen_await_end(&tool), 0);
    assert_null(strstr(tool.text, "\033["));
    screen_free(&tool);
}

static int set_up(void **state)
{
    (void)state;
    setenv("LC_ALL", "C.UTF-8", 1);
    scratch_make(scratch);
    rig = rig_start(NULL);
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
        cmocka_unit_test(table_has_values_and_statistics),
        cmocka_unit_test(last_table_and_summary_stay_on_the_screen),
        cmocka_unit_test(values_are_added_by_completed_name_and_removed),
        cmocka_unit_test(value_is_written),
        cmocka_unit_test(paused_table_does_not_change_but_rows_are_written),
        cmocka_unit_test(table_follows_the_size_of_the_terminal),
        cmocka_unit_test(ctrl_c_restores_the_terminal),
        cmocka_unit_test(signals_restore_the_terminal),
        cmocka_unit_test(ctrl_z_restores_the_terminal_until_the_tool_continues),
        cmocka_unit_test(terminal_is_set_up_again_after_sigstop),
        cmocka_unit_test(text_formats_have_no_table_on_a_terminal),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
