// SPDX-License-Identifier: MIT
/* `ocd watch` as scripts run it: rows of CSV and JSON, files, triggers, ends. The chip's variables
 * change, as those of a program do. */
#define _GNU_SOURCE /* pipe2 */
#include <fcntl.h>
#include <math.h>
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

#include "rig.h"
#include "tool.h"

#define E        "-e " SIM_ELF " --no-check "
#define ROWS_MAX 4096

static struct rig *rig;
static char scratch[64];

/* --- Rows --- */

struct rows {
    char *text;
    char *row[ROWS_MAX];
    size_t count;
};

/* Whole lines only. */
static struct rows rows_of(const char *text)
{
    struct rows rows = {.text = strdup(text != NULL ? text : "")};
    size_t size = strlen(rows.text);
    assert_true(size == 0 || rows.text[size - 1] == '\n');
    for (char *save, *at = strtok_r(rows.text, "\n", &save); at != NULL;
         at = strtok_r(NULL, "\n", &save)) {
        assert_in_range(rows.count, 0, ROWS_MAX - 1);
        rows.row[rows.count++] = at;
    }
    return rows;
}

/* Without the gaps, which a busy machine makes. */
static struct rows frames_of(const char *text)
{
    struct rows rows = rows_of(text);
    size_t kept = 0;
    for (size_t i = 0; i < rows.count; i++)
        if (strstr(rows.row[i], "gap:") == NULL && strstr(rows.row[i], "\"gap\"") == NULL)
            rows.row[kept++] = rows.row[i];
    rows.count = kept;
    return rows;
}

/* Field `at` of a row without quotation marks. */
static char *field(const char *row, int at)
{
    static char text[200];
    for (; at > 0; at--) {
        row = strchr(row, ',');
        assert_non_null(row);
        row++;
    }
    snprintf(text, sizeof(text), "%.*s", (int)strcspn(row, ","), row);
    return text;
}

static void watch(struct tool *tool, int status, const char *line)
{
    tool_start(tool, NULL, "-p %u watch %s", rig->port, line);
    tool_finish(tool);
    expect_finished(tool, status, NULL, NULL);
}

static const char *in_scratch(const char *format)
{
    static char line[1000];
    snprintf(line, sizeof(line), format, scratch);
    return line;
}

static void rows_are_csv_with_time_values_and_flags(void **state)
{
    struct tool tool;
    (void)state;
    watch(&tool, 0, E "tick sine --as wave,V 0x20004F08:s16 --rate 50 --count 5");
    struct rows rows = frames_of(tool.out_text.data);
    assert_int_equal(rows.count, 6);
    assert_string_equal(rows.row[0], "time,tick,wave,0x20004F08:s16,flags");
    double last = 0;
    for (size_t i = 1; i < rows.count; i++) {
        double time = atof(field(rows.row[i], 0));
        assert_true(time > last && time > 1.7e9);
        last = time;
        assert_true(fabs(atof(field(rows.row[i], 2))) <= 1);
        assert_true(fabs(atof(field(rows.row[i], 3))) <= 1000);
        assert_string_equal(field(rows.row[i], 4), "");
    }
    assert_true(atoi(field(rows.row[5], 1)) >= atoi(field(rows.row[1], 1)) + 60);
    assert_non_null(strstr(tool.err_text.data, "ocd: watch: 5 frames, "));
    assert_non_null(strstr(tool.err_text.data, " Hz (asked: 50 Hz), "));
    assert_non_null(strstr(tool.err_text.data, " late, 0 torn, "));
    free(rows.text);
    tool_free(&tool);
}

static void json_has_an_object_a_line(void **state)
{
    struct tool tool;
    (void)state;
    watch(&tool, 0, E "motor.pid.kp 0x60000000:u32 motor.pid -f json --count 2");
    struct rows rows = frames_of(tool.out_text.data);
    assert_int_equal(rows.count, 2);
    const char *rest = strchr(rows.row[0], ',');
    assert_int_equal(strncmp(rows.row[0], "{\"time\": 1", 10), 0);
    assert_non_null(rest);
    assert_non_null(strstr(rest, ", \"values\": {\"motor.pid.kp\": 1, \"0x60000000:u32\": null, "
                                 "\"motor.pid\": {\"kp\": 1, \"ki\": 0.5, "));
    assert_non_null(strstr(rest, "}, \"flags\": {\"0x60000000:u32\": \"unreadable\", "
                                 "\"motor.pid\": \"unchecked\"}}"));
    assert_non_null(strstr(tool.err_text.data, "ocd: watch: 0x60000000: target access failed"));
    free(rows.text);
    tool_free(&tool);
}

static void file_of_values_has_names(void **state)
{
    char path[100], line[300];
    struct tool tool;
    (void)state;
    snprintf(path, sizeof(path), "%s/values", scratch);
    file_write(path, "# the motor\nmotor.pid.kp --as kp\n\n  0x20004F20:f32 --as ki,1/s  \n");
    snprintf(line, sizeof(line), E "@%s motor.pid.kd --count 1 -q", path);
    watch(&tool, 0, line);
    struct rows rows = frames_of(tool.out_text.data);
    assert_string_equal(rows.row[0], "time,kp,ki,motor.pid.kd,flags");
    assert_non_null(strstr(rows.row[1], ",1,0.5,"));
    assert_string_equal(tool.err_text.data != NULL ? tool.err_text.data : "", "");
    free(rows.text);
    tool_free(&tool);
}

static void unchanged_frames_can_be_left_out(void **state)
{
    struct tool tool;
    (void)state;
    watch(&tool, 0, E "flag --rate 50 --changes --count 3");
    struct rows rows = frames_of(tool.out_text.data);
    assert_int_equal(rows.count, 4);
    assert_string_not_equal(field(rows.row[1], 1), "");
    free(rows.text);
    tool_free(&tool);
}

/* --- Files --- */

static void recording_is_refused_appended_and_replaced(void **state)
{
    char path[100];
    struct tool tool;
    size_t size;
    (void)state;
    snprintf(path, sizeof(path), "%s/run.csv", scratch);
    watch(&tool, 0, in_scratch("0x20000000:u32 --count 2 -o %s/run.csv"));
    assert_true(tool.out_text.size == 0);
    tool_free(&tool);
    watch(&tool, 6, in_scratch("0x20000000:u32 --count 2 -o %s/run.csv"));
    assert_non_null(strstr(tool.err_text.data, "it is there already (--append or --force)"));
    tool_free(&tool);
    watch(&tool, 0, in_scratch("0x20000000:u32 --count 3 -o %s/run.csv --append"));
    tool_free(&tool);
    watch(&tool, 2, in_scratch("0x20000000:u8 --count 3 -o %s/run.csv --append"));
    assert_non_null(strstr(tool.err_text.data, "has other columns"));
    tool_free(&tool);
    char *text = file_read(path, &size);
    struct rows rows = frames_of(text);
    assert_int_equal(rows.count, 6);
    assert_string_equal(rows.row[0], "time,0x20000000:u32,flags");
    free(rows.text);
    free(text);
    watch(&tool, 0, in_scratch("0x20000000:u8 --count 1 -o %s/run.csv --force"));
    tool_free(&tool);
    text = file_read(path, &size);
    rows = frames_of(text);
    assert_int_equal(rows.count, 2);
    free(rows.text);
    free(text);
}

static void name_of_a_file_chooses_json(void **state)
{
    char path[100];
    struct tool tool;
    size_t size;
    (void)state;
    snprintf(path, sizeof(path), "%s/run.jsonl", scratch);
    watch(&tool, 0, in_scratch("0x20000000:u8 --count 1 -o %s/run.jsonl"));
    tool_free(&tool);
    char *text = file_read(path, &size);
    assert_int_equal(strncmp(text, "{\"time\": ", 9), 0);
    free(text);
}

static void signal_leaves_whole_rows(void **state)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGKILL};
    char path[100], line[400];
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct tool tool;
        size_t size;
        snprintf(path, sizeof(path), "%s/signal%zu.csv", scratch, i);
        snprintf(line, sizeof(line), "watch 0x20000000:u32[64] --rate max -o %s", path);
        tool_start(&tool, NULL, "-p %u %s", rig->port, line);
        char *text = NULL;
        while (text == NULL || size < 100000) { /* it fills, or the test's time is over */
            free(text);
            text = file_read(path, &size);
        }
        free(text);
        kill(tool.pid, signals[i]);
        tool_finish(&tool);
        assert_int_equal(tool.status, signals[i] == SIGKILL ? -SIGKILL : 128 + signals[i]);
        text = file_read(path, &size);
        assert_true(text[size - 1] == '\n');
        if (signals[i] != SIGKILL)
            assert_non_null(strstr(tool.err_text.data, " Hz (asked: max)"));
        free(text);
        tool_free(&tool);
    }
}

static void closed_pipe_ends_it_without_a_message(void **state)
{
    int ends[2];
    struct tool tool;
    (void)state;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    tool_start(&tool, &(struct tool_setup){.stdout_fd = ends[1]},
               "-p %u watch 0x20000000:u8 -q --rate 100", rig->port);
    close(ends[1]);
    close(ends[0]);
    tool_finish(&tool);
    expect_finished(&tool, 6, "", "");
    tool_free(&tool);
}

/* --- The trigger --- */

static void trigger_writes_frames_before_and_after_it(void **state)
{
    struct tool tool;
    (void)state;
    watch(&tool, 0, E "flag tick --rate 50 --trigger 'flag == 1' --pre 3 --post 4");
    struct rows rows = frames_of(tool.out_text.data);
    assert_int_equal(rows.count, 1 + 3 + 1 + 4);
    for (size_t i = 1; i < rows.count; i++)
        assert_string_equal(field(rows.row[i], 1), i <= 3 ? "0" : "1");
    assert_non_null(strstr(tool.err_text.data, "ocd: watch: triggered at "));
    free(rows.text);
    tool_free(&tool);
}

static void trigger_may_be_a_value_that_is_not_shown(void **state)
{
    struct tool tool;
    (void)state;
    watch(&tool, 0, "0x20004F00:u32 --rate 50 --trigger '0x20004F0A:u8 == 0' --post 0");
    struct rows rows = frames_of(tool.out_text.data);
    assert_int_equal(rows.count, 2);
    assert_string_equal(rows.row[0], "time,0x20004F00:u32,flags");
    free(rows.text);
    tool_free(&tool);
}

static void trigger_that_does_not_fire_has_its_exit_code(void **state)
{
    struct tool tool;
    (void)state;
    watch(&tool, 5, "0x20000000:u8 --trigger '0x20000000:u8 == 77' --for 0.3");
    expect_finished(&tool, 5, "", NULL);
    assert_non_null(strstr(tool.err_text.data, "has not become true"));
    tool_free(&tool);
}

/* --- Torn values, clocks, merging --- */

static uint64_t number(const char *text)
{
    return strtoull(text, NULL, 10);
}

static void checked_counter_is_never_torn_without_a_flag(void **state)
{
    struct tool tool;
    (void)state;
    watch(&tool, 0, E "g_counter --rate max --count 300");
    struct rows rows = frames_of(tool.out_text.data);
    assert_int_equal(rows.count, 301);
    for (size_t i = 1; i < rows.count; i++) {
        char value[200];
        snprintf(value, sizeof(value), "%s", field(rows.row[i], 1));
        if (strcmp(field(rows.row[i], 2), "g_counter:torn") == 0)
            assert_string_equal(value, "");
        else
            assert_true(number(value) >> 32 == (number(value) & 0xFFFFFFFFu));
    }
    free(rows.text);
    tool_free(&tool);
}

static void ignored_tears_are_flagged_unchecked(void **state)
{
    struct tool tool;
    (void)state;
    watch(&tool, 0, E "g_counter tick --tear ignore --count 2");
    struct rows rows = frames_of(tool.out_text.data);
    assert_string_equal(field(rows.row[1], 3), "g_counter:unchecked");
    free(rows.text);
    tool_free(&tool);
}

static void halted_reads_report_their_duration(void **state)
{
    struct tool tool;
    (void)state;
    watch(&tool, 0, E "g_counter --tear halt --count 2");
    struct rows rows = frames_of(tool.out_text.data);
    const char *flag = strstr(rows.row[1], "stopped:0.");
    assert_non_null(flag);
    free(rows.text);
    tool_free(&tool);
    expect(0, "running\n", "", "-p %u state", rig->port);
}

static void clocks_are_those_of_server_and_target(void **state)
{
    struct tool tool;
    (void)state;
    watch(&tool, 0, "0x20000000:u8 --clock server --count 2");
    struct rows rows = frames_of(tool.out_text.data);
    assert_true(atof(field(rows.row[1], 0)) > 1.7e9);
    free(rows.text);
    tool_free(&tool);
    watch(&tool, 0, "0x20000000:u8 --clock target --count 3");
    rows = frames_of(tool.out_text.data);
    assert_string_equal(rows.row[0], "time,cycles_before,cycles_after,0x20000000:u8,flags");
    for (size_t i = 1; i < rows.count; i++) {
        uint64_t before = number(field(rows.row[i], 1));
        assert_true(number(field(rows.row[i], 2)) >= before);
        assert_true(i == 1 || before > number(field(rows.row[i - 1], 2)));
    }
    free(rows.text);
    tool_free(&tool);
}

static void merging_reads_once(void **state)
{
    static const char line[] = "0x20001000:u32 0x20001100:u32 0x20001200:u32 --count 20 -q";
    struct sim_stats before, after;
    uint64_t reads[2];
    char with[200];
    (void)state;
    snprintf(with, sizeof(with), "%s --merge", line);
    for (size_t i = 0; i < 2; i++) {
        struct tool tool;
        sim_get_stats(rig->sim, &before);
        watch(&tool, 0, i == 0 ? line : with);
        sim_get_stats(rig->sim, &after);
        reads[i] = after.bytes_read - before.bytes_read;
        tool_free(&tool);
    }
    assert_true(reads[0] < 20 * 3 * 4 * 3); /* each value by itself, and the measurement */
    assert_true(reads[1] > reads[0]);       /* and all between them */
}

/* --- Usage, and the end --- */

static void wrong_usage_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *line, *part;
    } wrong[] = {
        {"0x20000000", "needs a type"},
        {"0x20000000:u99", "wrong type"},
        {"--as x 0x20000000:u8", "--as stands after the value"},
        {"0x20000000:u8 0x20000000:u8", "is there twice"},
        {"0x20000000:u8 --rate fast", "is not a rate"},
        {"0x20000000:u8 --rate 0", "is not a rate"},
        {"0x20000000:u8 --tear maybe", "is not check, halt or ignore"},
        {"0x20000000:u8 --clock sun", "is not host, server or target"},
        {"0x20000000:u8 --pre 3", "--trigger"},
        {"0x20000000:u8 --append", "-o FILE"},
        {"0x20000000:u8 -o x --append --force", "exclude"},
        {"0x20000000:u8 --trigger 'x'", "has no operator"},
        {"0x20000000:u8 --web-write", "--web"},
        {"0x20000000:u8 -f table", "needs a terminal"},
        {"0x20000000:u8 -f xml", "is not a format"},
        {"motor.speed", "names need an ELF file"},
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        struct tool tool;
        watch(&tool, 2, wrong[i].line);
        if (strstr(tool.err_text.data, wrong[i].part) == NULL)
            fail_msg("%s: %s", wrong[i].line, tool.err_text.data);
        tool_free(&tool);
    }
}

static void unknown_name_ends_it_at_once(void **state)
{
    struct tool tool;
    (void)state;
    watch(&tool, 4, E "nope");
    expect_finished(&tool, 4, "", NULL);
    assert_non_null(strstr(tool.err_text.data, "no such name"));
    tool_free(&tool);
}

static void run_without_readable_values_ends_with_an_error(void **state)
{
    struct tool tool;
    (void)state;
    watch(&tool, 4, "0x60000000:u32 --count 2");
    assert_non_null(strstr(tool.err_text.data, "no value could be read"));
    tool_free(&tool);
}

static void time_ends_it(void **state)
{
    struct tool tool;
    (void)state;
    watch(&tool, 0, "0x20000000:u8 --rate 20 --for 0.5");
    struct rows rows = frames_of(tool.out_text.data);
    assert_in_range(rows.count, 2, 12);
    free(rows.text);
    tool_free(&tool);
}

static void rate_that_cannot_be_reached_is_reported(void **state)
{
    struct tool tool;
    (void)state;
    sim_set_latency(rig->sim, 2000);
    watch(&tool, 0, "0x20000000:u8 --rate 100000 --for 1");
    sim_set_latency(rig->sim, 0);
    assert_non_null(strstr(tool.err_text.data, "ocd: watch: 100000 Hz cannot be reached: "));
    assert_non_null(strstr(tool.err_text.data, " Hz can\n"));
    tool_free(&tool);
}

static int set_up(void **state)
{
    (void)state;
    unsetenv("OCD_ELF");
    scratch_make(scratch);
    rig = rig_start(&(struct rig_options){.moving = true});
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
        cmocka_unit_test(rows_are_csv_with_time_values_and_flags),
        cmocka_unit_test(json_has_an_object_a_line),
        cmocka_unit_test(file_of_values_has_names),
        cmocka_unit_test(unchanged_frames_can_be_left_out),
        cmocka_unit_test(recording_is_refused_appended_and_replaced),
        cmocka_unit_test(name_of_a_file_chooses_json),
        cmocka_unit_test(signal_leaves_whole_rows),
        cmocka_unit_test(closed_pipe_ends_it_without_a_message),
        cmocka_unit_test(trigger_writes_frames_before_and_after_it),
        cmocka_unit_test(trigger_may_be_a_value_that_is_not_shown),
        cmocka_unit_test(trigger_that_does_not_fire_has_its_exit_code),
        cmocka_unit_test(checked_counter_is_never_torn_without_a_flag),
        cmocka_unit_test(ignored_tears_are_flagged_unchecked),
        cmocka_unit_test(halted_reads_report_their_duration),
        cmocka_unit_test(clocks_are_those_of_server_and_target),
        cmocka_unit_test(merging_reads_once),
        cmocka_unit_test(wrong_usage_is_refused),
        cmocka_unit_test(unknown_name_ends_it_at_once),
        cmocka_unit_test(run_without_readable_values_ends_with_an_error),
        cmocka_unit_test(time_ends_it),
        cmocka_unit_test(rate_that_cannot_be_reached_is_reported),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
