// SPDX-License-Identifier: MIT
/* Any Tcl command: its result comes back byte for byte, a failure has its reason. */
#include "rig.h"

static int start(void **state)
{
    *state = rig_start(NULL);
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

static void assert_answer(struct ocd_session *s, const char *script, const char *want)
{
    char *result;

    rig_ok(s, ocd_command(s, script, &result));
    assert_string_equal(result, want);
    ocd_free(result);
}

static void the_answer_is_the_scripts_result(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;

    assert_answer(s, "expr {6 * 7}", "42");
    assert_answer(s, "", "");
    assert_answer(s, "# nothing", "");
    assert_answer(s, "set a 1; set b 2\nset c 3", "3");
    assert_answer(s, "return 5", "5");
    assert_answer(s, "  \t list  a  b ", "a b");
    assert_answer(s, "lindex {a {b c} d} 1", "b c");
    assert_answer(s, "target current", RIG_CPU);
    rig_ok(s, ocd_command(s, "expr 1", NULL));
}

static void a_script_runs_with_the_interpreters_globals(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    char *before, *after;

    rig_ok(s, ocd_command(s, "lsort [info globals]", &before));
    assert_answer(s, "set ocd_test_variable {a b}", "a b");
    assert_answer(s, "proc ocd_test_double {x} {expr {2 * $x}}; ocd_test_double 21", "42");
    assert_answer(s, "set ocd_test_variable", "a b");
    assert_answer(s, "ocd_test_double 4", "8");
    rig_ok(s, ocd_command(s, "unset ocd_test_variable; lsort [info globals]", &after));
    assert_string_equal(after, before); /* nothing of the library's stays there */
    ocd_free(before);
    ocd_free(after);
}

/* 0x1a would end the reply, and the percent sign is how it is kept from that. */
static void bytes_that_could_break_the_framing_come_back(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;

    assert_answer(s, "format %c 26", "\x1a");
    assert_answer(s, "string repeat [format %c 26] 3", "\x1a\x1a\x1a");
    assert_answer(s,
                  "set x \"a\x1a"
                  "b\"",
                  "a\x1a"
                  "b");
    assert_answer(s, "string cat % %25 %1A %% [format %c 26] %", "%%25%1A%%\x1a%");
    assert_answer(s, "set x \"1 0 {} {}\"", "1 0 {} {}");
    assert_answer(s, "set x \"type target_event event halted\r\n\"",
                  "type target_event event halted\r\n");
}

static void braces_quotes_and_line_ends_come_back(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    static const char *const texts[] = {
        "{",
        "}",
        "}{",
        "{}",
        "a{b",
        "a}b",
        "\\",
        "\\\\",
        "a\\",
        "\"",
        "a\"b",
        "$x",
        "[exit]",
        ";",
        "#",
        " ",
        "  a  ",
        "\n",
        "a\nb\n",
        "\r\n",
        "\t",
        "{ unbalanced \\} {",
        "\\{",
        "\x01\x02\x7f",
        "\xc3\xa4",
        "\xff",
        "\xc3",
        "\xe2\x82",
        "\xf0\x9f\x98\x80",
        "\x80\x81\xfe",
        "\xa0",
    };
    char script[256];

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        size_t n = 0;
        n += (size_t)sprintf(script, "set x \"");
        for (const char *p = texts[i]; *p != '\0'; p++) { /* as Tcl's own escapes */
            if (strchr("\"\\$[", *p) != NULL)
                script[n++] = '\\';
            script[n++] = *p;
        }
        strcpy(script + n, "\"");
        assert_answer(s, script, texts[i]);
    }
}

static void unbalanced_scripts_are_errors(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    static const char *const scripts[] = {"{",        "set x {", "\"",         "[",
                                          "puts \"a", "}",       "set x [list"};

    for (size_t i = 0; i < COUNT_OF(scripts); i++) {
        char *result;
        int rc = ocd_command(s, scripts[i], &result); /* some Tcls close them by themselves */
        assert_true(rc == OCD_OK || rc == OCD_ERR_COMMAND);
        ocd_free(result);
        assert_answer(s, "expr 1", "1");
    }
}

static void a_failure_has_openocds_words(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    char *result = (char *)"";

    rig_fails(s, OCD_ERR_COMMAND, ocd_command(s, "no_such_command 1 2", &result));
    assert_null(result);
    assert_int_equal(ocd_last_error(s)->code, OCD_ERR_COMMAND);
    assert_string_equal(ocd_last_error(s)->command, "no_such_command 1 2");
    rig_assert_contains(ocd_last_error(s)->message, "invalid command name \"no_such_command\"");
    rig_assert_contains(ocd_last_error(s)->text, "invalid command name \"no_such_command\"");
    assert_false(ocd_last_error(s)->has_addr);

    rig_fails(s, OCD_ERR_COMMAND, ocd_command(s, "error \"two\nlines\"", &result));
    assert_string_equal(ocd_last_error(s)->message, "two\nlines");
    assert_null(strchr(ocd_last_error(s)->text, '\n'));
    rig_fails(s, OCD_ERR_COMMAND, ocd_command(s, "error {}", &result));
    assert_true(strlen(ocd_last_error(s)->text) > 0);
    rig_fails(s, OCD_ERR_COMMAND, ocd_command(s, "break", NULL));
}

/* The command has no result; its log is the reason. */
static void a_failure_without_result_has_the_log(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    rig_needs_cortex_m3();

    rig_fails(s, OCD_ERR_COMMAND, ocd_command(s, "mdw 0x60000000", NULL));
    rig_assert_contains(ocd_last_error(s)->message, "Failed to read memory at 0x60000000");
    rig_fails(s, OCD_ERR_COMMAND, ocd_command(s, "mww 0x08000000 1", NULL));
    rig_assert_contains(ocd_last_error(s)->message, "Failed to write memory at 0x08000000");
    rig_fails(s, OCD_ERR_COMMAND, ocd_command(s, "load_image /no/such/file.bin 0 bin", NULL));
    rig_assert_contains(ocd_last_error(s)->message, "/no/such/file.bin");
}

/* What is logged beside a success is not part of the answer. */
static void the_log_of_a_success_is_not_its_answer(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    rig_needs_cortex_m3();

    assert_answer(s, "catch {mdw 0x60000000}; expr 3", "3");
    assert_answer(s, "read_memory 0x08000000 32 2", "0x20005000 0x80001a1");
}

static void large_scripts_and_answers(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    const size_t size = 3u << 20;
    char *script = malloc(size + 64), *result;

    assert_non_null(script);
    rig_ok(s, ocd_command(s, "string repeat abc% 500000", &result));
    assert_int_equal(strlen(result), 2000000);
    for (size_t i = 0; i < 2000000; i++)
        assert_int_equal(result[i], "abc%"[i % 4]);
    ocd_free(result);

    size_t n = (size_t)sprintf(script, "string length {");
    memset(script + n, 'x', size);
    strcpy(script + n + size, "}");
    assert_answer(s, script, "3145728");
    free(script);
}

/* OpenOCD would not answer to a line of 4 MiB. */
static void a_script_that_is_too_long_is_refused(void **state)
{
    struct rig *rig = *state;
    char *script = malloc((4u << 20) + 1);

    assert_non_null(script);
    memset(script, ' ', 4u << 20);
    script[4u << 20] = '\0';
    rig_trace_clear(&rig->trace);
    rig_fails(rig->session, OCD_ERR_ARG, ocd_command(rig->session, script, NULL));
    assert_int_equal(rig_sent(&rig->trace), 0);
    free(script);
    assert_answer(rig->session, "expr 1", "1");
}

static void many_commands_at_once_are_answered_each_with_its_own(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_op *ops[200];
    char *results[200];

    for (int i = 0; i < 200; i++) {
        char script[32];
        snprintf(script, sizeof(script), i % 7 == 3 ? "error %d" : "expr %d", i);
        ops[i] = ocd_command_async(s, script, &results[i], NULL);
    }
    for (int i = 199; i >= 0; i--) {
        char want[16];
        snprintf(want, sizeof(want), "%d", i);
        if (i % 7 == 3) {
            assert_int_equal(ocd_wait(ops[i]), OCD_ERR_COMMAND);
            assert_null(results[i]);
        } else {
            assert_int_equal(ocd_wait(ops[i]), OCD_OK);
            assert_string_equal(results[i], want);
            ocd_free(results[i]);
        }
    }
}

/* A client may ask for OpenOCD's own notifications by hand: they are no replies. */
static void pushed_notifications_are_not_taken_for_replies(void **state)
{
    struct rig *rig = *state;

    rig_needs_cortex_m3();
    struct ocd_session *s = rig_connect(rig, NULL);

    rig_ok(s, ocd_command(s, "tcl_notifications on", NULL));
    for (int i = 0; i < 3; i++) {
        uint32_t value;
        rig_ok(s, ocd_command(s, "halt; wait_halt 60000", NULL));
        rig_ok(s, ocd_read_u32(s, SIM_FLASH_BASE, &value, 1));
        assert_int_equal(value, 0x20005000);
        rig_ok(s, ocd_command(s, "resume", NULL));
        assert_answer(s, "expr 5", "5");
    }
    ocd_close(s);
}

static void end_by(const char *script, bool all)
{
    struct rig *rig = rig_start(NULL);
    struct ocd_session *other = rig_connect(rig, NULL);
    char *result;
    uint32_t value;

    rig_ok(rig->session, ocd_command(rig->session, script, &result));
    assert_string_equal(result, "");
    ocd_free(result);
    rig_fails(rig->session, OCD_ERR_CLOSED, ocd_read_u32(rig->session, RIG_RAM, &value, 1));
    assert_int_equal(ocd_last_error(rig->session)->code, OCD_ERR_CLOSED);
    rig_fails(rig->session, OCD_ERR_CLOSED, ocd_command(rig->session, "version", NULL));
    assert_int_equal(ocd_loop_dispatch(rig->session), OCD_ERR_CLOSED);
    assert_int_equal(ocd_features(rig->session), 0);
    assert_int_equal(ocd_loop_fd(rig->session), -1);
    /* The same OpenOCD serves this one. */
    rig_check(other, ocd_read_u32(other, RIG_RAM, &value, 1), all ? OCD_ERR_CLOSED : OCD_OK,
              "the other session", __FILE__, __LINE__);
    ocd_close(other);
    rig_stop(rig);
}

static void shutdown_succeeds_and_ends_the_session(void **state)
{
    (void)state;
    end_by("shutdown", true);
}

static void exit_succeeds_and_ends_this_session_alone(void **state)
{
    (void)state;
    end_by("exit", false);
}

static void the_code_of_a_failed_command_is_kept(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;

    rig_fails(s, OCD_ERR_COMMAND, ocd_command(s, "error no", NULL));
    assert_int_equal(ocd_last_error(s)->tcl_code, 1);
    rig_fails(s, OCD_ERR_COMMAND, ocd_command(s, "load_image /nosuch 0", NULL));
    assert_true(ocd_last_error(s)->tcl_code != 0);
}

/* Tcl's `catch` lets the codes 5 to 7 pass, unless its options name them. */
static void a_command_may_end_with_any_code(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    char script[60];

    for (int code = 3; code <= 9; code++) {
        snprintf(script, sizeof(script), "return -level 0 -code %d x", code);
        rig_fails(s, OCD_ERR_COMMAND, ocd_command(s, script, NULL));
        assert_int_equal(ocd_last_error(s)->tcl_code, code);
        assert_answer(s, "expr 1", "1");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_code_of_a_failed_command_is_kept),
        cmocka_unit_test(a_command_may_end_with_any_code),
        cmocka_unit_test(the_answer_is_the_scripts_result),
        cmocka_unit_test(a_script_runs_with_the_interpreters_globals),
        cmocka_unit_test(bytes_that_could_break_the_framing_come_back),
        cmocka_unit_test(braces_quotes_and_line_ends_come_back),
        cmocka_unit_test(unbalanced_scripts_are_errors),
        cmocka_unit_test(a_failure_has_openocds_words),
        cmocka_unit_test(a_failure_without_result_has_the_log),
        cmocka_unit_test(the_log_of_a_success_is_not_its_answer),
        cmocka_unit_test(large_scripts_and_answers),
        cmocka_unit_test(a_script_that_is_too_long_is_refused),
        cmocka_unit_test(many_commands_at_once_are_answered_each_with_its_own),
        cmocka_unit_test(pushed_notifications_are_not_taken_for_replies),
        cmocka_unit_test(shutdown_succeeds_and_ends_the_session),
        cmocka_unit_test(exit_succeeds_and_ends_this_session_alone),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
