// SPDX-License-Identifier: MIT
/* What a server says is shown by the tool so that no terminal obeys it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../cli/tool.h"
#include "fake_server.h"

/* Colours, a title, "clear", one-byte forms of the same, backspaces, bells, bad UTF-8. */
#define EVIL                                                                                       \
    "\x1b[31mE\x1b]0;x\x07\x1b[2J\x9b"                                                             \
    "31m\xc2\x9b"                                                                                  \
    "1m\x08\x0b\x0c\x7f\x0e\xff"
#define EVIL_TCL                                                                                   \
    "E\\033\\[31m\\033\\]0;x\\007\\033\\[2J\\23331m\\302\\2331m\\010\\013\\014\\177\\016\\377"

/* Fails the test when a terminal would take anything for more than text and ends of lines. JSON has
 * U+FFFD for what is not UTF-8. */
static void assert_tame(const char *what, const struct tool_text *text)
{
    for (size_t i = 0; i < text->size; i++) {
        unsigned char c = (unsigned char)text->data[i];
        if (strncmp(text->data + i, "\xef\xbf\xbd", 3) == 0) {
            i += 2;
            continue;
        }
        if ((c < 0x20 && c != '\n') || c >= 0x7f)
            fail_msg("%s: byte %zu is 0x%02x in: %s", what, i, c, text->data);
    }
}

static void run_and_check(const struct fake *fake, const char *command, bool shows)
{
    struct tool tool;

    /* Progress is no text of others, and it is the machine's affair whether there is any. What has
     * to show something has to have time for it. */
    tool_start(&tool, &(struct tool_setup){.err_is_tty = true}, "-q -p %u --timeout %d %s",
               fake_port(fake), shows ? 60 : 2, command);
    tool_finish(&tool);
    assert_tame(command, &tool.out_text);
    assert_tame(command, &tool.err_text);
    if (shows && strstr(tool.out_text.data, "\\x1B") == NULL &&
        strstr(tool.err_text.data, "\\x1B") == NULL && strstr(tool.out_text.data, "u001b") == NULL)
        fail_msg("%s shows nothing of it: %s %s", command, tool.out_text.data, tool.err_text.data);
    tool_free(&tool);
}

static struct fake *server(const char *script, const struct fake_fault *fault)
{
    struct fake *fake = fake_start(&(struct fake_options){.script = script});

    assert_non_null(fake);
    if (fault != NULL)
        assert_true(fake_inject(fake, fault) >= 0);
    return fake;
}

static const char *const commands[] = {
    "read 0x20000000",
    "read 0x20000000 4 -w 32",
    "write 0x20000000 1",
    "fill 0x20000000 64 1",
    "search 0x20000000 +64 AA",
    "dump 0x20000000 64 -",
    "info",
    "info -f json",
    "cmd expr 1",
    "-v read 0x20000000",
    "-v cmd expr 1",
};

#define COMMANDS (sizeof(commands) / sizeof(*commands))

static void words_of_refused_commands(void **state)
{
    static const char *const matches[] = {"_memory 0x", "mdw", "mdb", "target names", "expr"};

    (void)state;
    struct fake *fake = server(NULL, NULL);
    for (size_t i = 0; i < sizeof(matches) / sizeof(*matches); i++) {
        const struct fake_fault fault = {.kind = FAKE_REFUSE, .match = matches[i], .text = EVIL};
        assert_true(fake_inject(fake, &fault) >= 0);
    }
    for (size_t i = 0; i < COMMANDS; i++)
        run_and_check(fake, commands[i], true);
    fake_stop(fake);
}

static void results_of_failed_commands(void **state)
{
    struct fake *fake = server("proc evil {} {error \"" EVIL_TCL "\"}", NULL);

    (void)state;
    run_and_check(fake, "cmd evil", true);
    run_and_check(fake, "-v cmd evil", true);
    fake_stop(fake);
}

static void malformed_replies(void **state)
{
    (void)state;
    for (size_t i = 0; i < COMMANDS; i++) {
        const struct fake_fault fault = {.kind = FAKE_REPLACE, .skip = 1, .text = EVIL};
        struct fake *fake = server(NULL, &fault);
        run_and_check(fake, commands[i], false);
        fake_stop(fake);
    }
}

static void servers_that_are_not_openocd(void **state)
{
    const struct fake_fault fault = {.kind = FAKE_FOREIGN, .text = "HTTP/1.1 " EVIL "\r\n\r\n"};
    struct fake *fake = server(NULL, &fault);

    (void)state;
    run_and_check(fake, "info", false);
    run_and_check(fake, "-v info", false);
    fake_stop(fake);
}

static void versions(void **state)
{
    struct fake *fake =
        server("proc version args {return \"Open On-Chip Debugger " EVIL_TCL "\"}", NULL);

    (void)state;
    run_and_check(fake, "info", true);
    run_and_check(fake, "info -f json", true);
    fake_stop(fake);
}

/* Names, types, byte orders and states are all words of the server. */
static void targets(void **state)
{
    struct fake *fake =
        server("set evil \"" EVIL_TCL "\"; rename target real_target; "
               "proc target {what args} {if {$what eq {names}} {return [list $::evil]}; "
               "if {$what eq {current}} {return $::evil}; real_target $what {*}$args}; "
               "proc $evil {what args} {if {$what eq {cget} && $args eq {-endian}} "
               "{return little}; if {$what eq {curstate}} {return $::evil}; "
               "if {$what eq {cget}} {return $::evil}; fake.cpu $what {*}$args}",
               NULL);

    (void)state;
    run_and_check(fake, "info", true);
    run_and_check(fake, "info -f json", true);
    run_and_check(fake, "-t no-such-target info", false);
    fake_stop(fake);
}

/* Raw where a program reads it, tame where a person does. */
static void results_on_a_terminal_and_in_a_pipe(void **state)
{
    struct fake *fake = server("proc evil {} {return \"a\\tb\\n" EVIL_TCL "\\n\"}", NULL);
    struct tool tool;

    (void)state;
    tool_start(&tool, &(struct tool_setup){.both_is_tty = true}, "-p %u cmd evil", fake_port(fake));
    tool_finish(&tool);
    expect_finished(&tool, 0, NULL, NULL);
    assert_string_equal(tool.err_text.data,
                        "a\tb\nE\\x1B[31m\\x1B]0;x\\x07\\x1B[2J\\x9B31m\\xC2\\x9B1m\\x08\\x0B\\x0C"
                        "\\x7F\\x0E\\xFF\n");
    tool_free(&tool);

    tool_start(&tool, NULL, "-p %u cmd evil", fake_port(fake));
    tool_finish(&tool);
    expect_finished(&tool, 0,
                    "a\tb\nE\x1b[31m\x1b]0;x\x07\x1b[2J\x9b"
                    "31m\xc2\x9b"
                    "1m\x08\x0b\x0c\x7f\x0e\xff\n",
                    "");
    tool_free(&tool);
    fake_stop(fake);
}

/* So is what the user has typed, or a script has made of somebody's text. */
static void words_of_the_command_line(void **state)
{
    static const char *const lines[] = {
        "'" EVIL "'",
        "read '" EVIL "'",
        "read 0 '--" EVIL "'",
        "-H '" EVIL "' info",
        "-t '" EVIL "' read 0x20000000",
        "-t '" EVIL "' write 0x20000000 1 --dry-run",
        "dump 0x20000000 64 '/nowhere/" EVIL "'",
        "read 0x20000000 64 -o '/nowhere/" EVIL "'",
        "--spawn '-c " EVIL "' info",
        "search 0 8 '" EVIL "'",
    };
    struct fake *fake = server(NULL, NULL);

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        char command[300];
        snprintf(command, sizeof(command), "%s", lines[i]);
        struct tool tool;
        bool spawns = strstr(command, "--spawn") != NULL;
        tool_start(&tool, &(struct tool_setup){.err_is_tty = true}, "%s%.0u --timeout 2 %s",
                   spawns ? "" : "-q", fake_port(fake), command);
        tool_finish(&tool);
        assert_tame(command, &tool.out_text);
        assert_tame(command, &tool.err_text);
        assert_true(tool.status > 1);
        tool_free(&tool);
    }
    fake_stop(fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_refused_commands),
        cmocka_unit_test(results_of_failed_commands),
        cmocka_unit_test(malformed_replies),
        cmocka_unit_test(servers_that_are_not_openocd),
        cmocka_unit_test(versions),
        cmocka_unit_test(targets),
        cmocka_unit_test(results_on_a_terminal_and_in_a_pipe),
        cmocka_unit_test(words_of_the_command_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
