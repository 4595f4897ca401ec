// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "args.h"

#define WORDS_MAX 40

static const struct option options[] = {
    {"port", required_argument, NULL, 'p'},
    {"width", required_argument, NULL, 'w'},
    {"verbose", no_argument, NULL, 'v'},
    {"quiet", no_argument, NULL, 'q'},
    {"verify", no_argument, NULL, ARGS_VERIFY},
    {"fault", required_argument, NULL, ARGS_FAULT},
    {"writable", required_argument, NULL, ARGS_WRITABLE},
    {"as", required_argument, NULL, ARGS_AS},
    {"web", optional_argument, NULL, ARGS_WEB},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static struct args args;
static char message[300];

/* Parses "ocd" and the words of `line`, blanks between them. */
static bool parse(const char *line, bool stop)
{
    static char copy[1000];
    static char *argv[WORDS_MAX + 2];
    int argc = 0;
    argv[argc++] = (char *)"ocd";
    snprintf(copy, sizeof(copy), "%s", line);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
        assert_in_range(argc, 1, WORDS_MAX);
        argv[argc++] = word;
    }
    argv[argc] = NULL;
    args = (struct args){0};
    message[0] = '\0';
    return args_parse(&args, argc, argv, options, stop, message, sizeof(message));
}

static const char *operands(void)
{
    static char joined[1000];
    joined[0] = '\0';
    for (int i = 0; i < args.count; i++) {
        size_t length = strlen(joined);
        snprintf(joined + length, sizeof(joined) - length, "%s%s", i > 0 ? " " : "",
                 args.operands[i]);
    }
    return joined;
}

static void expect_operands(const char *line, const char *expected)
{
    if (!parse(line, false))
        fail_msg("'%s': %s", line, message);
    assert_string_equal(operands(), expected);
}

/* getopt answers with these characters for what is wrong, and takes others for letters. */
static void keys_without_a_letter_are_not_characters(void **state)
{
    (void)state;
    assert_true(ARGS_PHYS > 127 && ARGS_SECTORS < ARGS_KEYS);
}

static void options_and_operands_may_be_mixed(void **state)
{
    (void)state;
    expect_operands("", "");
    expect_operands("0x20000000 -w 32 4 -v", "0x20000000 4");
    assert_string_equal(args.value['w'], "32");
    assert_true(args_has(&args, 'v'));
    assert_false(args_has(&args, 'q'));
    expect_operands("-vqp1 a --width=8 b --verify c", "a b c");
    assert_string_equal(args.value['p'], "1");
    assert_string_equal(args.value['w'], "8");
    assert_true(args_has(&args, 'q'));
    assert_true(args_has(&args, ARGS_VERIFY));
}

static void negative_numbers_are_operands(void **state)
{
    (void)state;
    expect_operands("0x20000000 -1 -0x10 -w 16 -5", "0x20000000 -1 -0x10 -5");
    assert_string_equal(args.value['w'], "16");
    expect_operands("-1", "-1");
}

static void a_single_dash_is_an_operand(void **state)
{
    (void)state;
    expect_operands("0 1 - -v", "0 1 -");
    assert_true(args_has(&args, 'v'));
}

static void two_dashes_end_the_options(void **state)
{
    (void)state;
    expect_operands("a -v -- -q -- -1", "a -q -- -1");
    assert_true(args_has(&args, 'v'));
    assert_false(args_has(&args, 'q'));
}

static void with_stop_the_first_operand_ends_the_options(void **state)
{
    (void)state;
    assert_true(parse("-v cmd -q -p 5 -- x", true));
    assert_string_equal(operands(), "cmd -q -p 5 -- x");
    assert_true(args_has(&args, 'v'));
    assert_false(args_has(&args, 'q'));
    assert_false(args_has(&args, 'p'));
}

static void a_repeated_option_replaces_the_one_before(void **state)
{
    (void)state;
    expect_operands("-p 1 --port 2 -p3", "");
    assert_string_equal(args.value['p'], "3");
}

static void an_argument_may_look_like_an_option(void **state)
{
    (void)state;
    expect_operands("-p -v x", "x");
    assert_string_equal(args.value['p'], "-v");
    assert_false(args_has(&args, 'v'));
}

static void faults_are_collected(void **state)
{
    (void)state;
    expect_operands("--fault 1:2 --fault=3:4", "");
    assert_int_equal(args.fault_count, 2);
    assert_string_equal(args.faults[0], "1:2");
    assert_string_equal(args.faults[1], "3:4");
}

static void too_many_faults_are_refused(void **state)
{
    char line[900] = "";
    (void)state;
    for (int i = 0; i <= ARGS_FAULTS_MAX; i++)
        strcat(line, "--fault=1:1 ");
    assert_false(parse(line, false));
    assert_string_equal(message, "more than 32 --fault");
}

static void writable_ranges_are_collected(void **state)
{
    char line[900] = "";
    (void)state;
    expect_operands("--writable 1:2 --writable=3:4", "");
    assert_int_equal(args.writable_count, 2);
    assert_string_equal(args.writable[0], "1:2");
    assert_string_equal(args.writable[1], "3:4");
    for (int i = 0; i <= ARGS_WRITABLE_MAX; i++)
        strcat(line, "--writable=1:1 ");
    assert_false(parse(line, false));
    assert_string_equal(message, "more than 32 --writable");
}

static void names_belong_to_the_operand_before_them(void **state)
{
    (void)state;
    assert_true(parse("a b --as x,rpm c --as=y", false));
    assert_int_equal(args.name_count, 2);
    assert_int_equal(args.names[0].operand, 1);
    assert_string_equal(args.names[0].text, "x,rpm");
    assert_int_equal(args.names[1].operand, 2);
    assert_string_equal(args.names[1].text, "y");
    assert_true(parse("--as x a", false));
    assert_int_equal(args.names[0].operand, -1);
}

static void number_may_follow_an_option_whose_argument_can_be_left_out(void **state)
{
    (void)state;
    expect_operands("a --web 8080 b", "a b");
    assert_string_equal(args.value[ARGS_WEB], "8080");
    expect_operands("a --web=80 1", "a 1");
    assert_string_equal(args.value[ARGS_WEB], "80");
    expect_operands("a --web 0x20000000:u8", "a 0x20000000:u8");
    assert_string_equal(args.value[ARGS_WEB], "");
    expect_operands("a --web", "a");
    assert_string_equal(args.value[ARGS_WEB], "");
}

static void help_ends_the_parsing(void **state)
{
    (void)state;
    assert_true(parse("-p 1 --help --no-such", false));
    assert_true(args_has(&args, 'h'));
}

static void a_parse_does_not_disturb_the_next(void **state)
{
    (void)state;
    assert_true(parse("-hv", false));
    expect_operands("-q x", "x");
    assert_true(args_has(&args, 'q'));
    assert_false(args_has(&args, 'v'));
}

static void errors_name_the_wrong_word(void **state)
{
    static const struct {
        const char *line;
        const char *message;
    } cases[] = {
        {"--no-such", "unknown or ambiguous option '--no-such'"},
        {"x --no-such=1 y", "unknown or ambiguous option '--no-such'"},
        {"--ver", "unknown or ambiguous option '--ver'"},
        {"-x", "unknown option '-x'"},
        {"-vx", "unknown option '-x'"},
        {"-p", "option --port needs an argument"},
        {"x -vp", "option --port needs an argument"},
        {"--port", "option --port needs an argument"},
        {"--verbose=yes", "option --verbose takes no argument"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_false(parse(cases[i].line, false));
        assert_string_equal(message, cases[i].message);
    }
}

static void joined_tables_have_all_options(void **state)
{
    static const struct option more[] = {{"max", required_argument, NULL, ARGS_MAX}, {0}};
    struct option joined[12];
    (void)state;
    args_join(joined, 12, more, options);
    assert_string_equal(joined[0].name, "max");
    assert_string_equal(joined[1].name, "port");
    assert_string_equal(joined[10].name, "help");
    assert_null(joined[11].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_without_a_letter_are_not_characters),
        cmocka_unit_test(options_and_operands_may_be_mixed),
        cmocka_unit_test(negative_numbers_are_operands),
        cmocka_unit_test(a_single_dash_is_an_operand),
        cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(with_stop_the_first_operand_ends_the_options),
        cmocka_unit_test(a_repeated_option_replaces_the_one_before),
        cmocka_unit_test(an_argument_may_look_like_an_option),
        cmocka_unit_test(faults_are_collected),
        cmocka_unit_test(too_many_faults_are_refused),
        cmocka_unit_test(writable_ranges_are_collected),
        cmocka_unit_test(names_belong_to_the_operand_before_them),
        cmocka_unit_test(number_may_follow_an_option_whose_argument_can_be_left_out),
        cmocka_unit_test(help_ends_the_parsing),
        cmocka_unit_test(a_parse_does_not_disturb_the_next),
        cmocka_unit_test(errors_name_the_wrong_word),
        cmocka_unit_test(joined_tables_have_all_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
