// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* posix_openpt */
/* `ocd shell`, from a pipe and at a terminal. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "rig.h"

#define PATIENCE_MS 100000

static struct rig *rig;
static const char *elf = ""; /* of the shells that are started */

/* A shell whose input and output are a terminal or pipes. */
struct shell {
    pid_t pid;
    int in, out;
    char text[65536]; /* all that it has printed */
    size_t size;
};

static void run_tool(int in, int out)
{
    char port[8];

    snprintf(port, sizeof(port), "%u", rig->port);
    dup2(in, 0);
    dup2(out, 1);
    dup2(out, 2);
    for (int fd = 3; fd < 64; fd++)
        close(fd);
    setenv("OCD_HISTORY", "", 1);
    setenv("OCD_ELF", elf, 1);
    setenv("TERM", "vt100", 1);
    execl(OCD_TOOL, "ocd", "-p", port, "shell", (char *)NULL);
    _exit(127);
}

static void start(struct shell *s, bool terminal)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1};

    memset(s, 0, sizeof(*s));
    if (terminal) {
        in[1] = out[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
        assert_int_equal(grantpt(in[1]), 0);
        assert_int_equal(unlockpt(in[1]), 0);
    } else {
        assert_int_equal(pipe(in), 0);
        assert_int_equal(pipe(out), 0);
    }
    s->pid = fork();
    assert_true(s->pid >= 0);
    if (s->pid == 0) {
        if (terminal) {
            setsid();
            in[0] = out[1] = open(ptsname(in[1]), O_RDWR); /* becomes the controlling terminal */
        }
        run_tool(in[0], out[1]);
    }
    if (!terminal) {
        close(in[0]);
        close(out[1]);
    }
    s->in = in[1];
    s->out = out[0];
}

static void type(const struct shell *s, const char *text)
{
    assert_int_equal(write(s->in, text, strlen(text)), strlen(text));
}

/* False at the end of the output. */
static bool collect(struct shell *s)
{
    struct pollfd set = {.fd = s->out, .events = POLLIN};
    ssize_t n;

    if (poll(&set, 1, PATIENCE_MS) <= 0)
        fail_msg("nothing more came after:\n%s", s->text);
    n = read(s->out, s->text + s->size, sizeof(s->text) - 1 - s->size);
    s->size += n > 0 ? (size_t)n : 0;
    return n > 0;
}

/* Until `words` have come after the last ones that were waited for. */
static void await(struct shell *s, size_t *from, const char *words)
{
    const char *at;

    while ((at = strstr(s->text + *from, words)) == NULL)
        if (!collect(s))
            fail_msg("it ended without '%s':\n%s", words, s->text + *from);
    *from = (size_t)(at - s->text) + strlen(words);
}

/* Until the shell reads: what is typed between the prompt and the editor's own terminal settings is
 * thrown away by these. */
static void await_prompt(struct shell *s, size_t *from)
{
    struct termios settings;

    await(s, from, "ocd> ");
    for (int i = 0; EDITOR && i < PATIENCE_MS; i++) {
        assert_int_equal(tcgetattr(s->in, &settings), 0);
        if ((settings.c_lflag & ICANON) == 0)
            return;
        poll(NULL, 0, 1);
    }
    assert_false(EDITOR);
}

static int finish(struct shell *s)
{
    int status;

    while (collect(s)) {
    }
    assert_int_equal(waitpid(s->pid, &status, 0), s->pid);
    if (s->in != s->out)
        close(s->in);
    close(s->out);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Runs the lines from a pipe and compares what is printed. */
static void expect(int status, const char *out, const char *lines)
{
    struct shell s;

    start(&s, false);
    type(&s, lines);
    close(s.in);
    s.in = s.out;
    int code = finish(&s);
    assert_string_equal(s.text, out);
    assert_int_equal(code, status);
}

static void lines_are_the_tool_s_commands_or_openocd_s(void **state)
{
    (void)state;
    expect(0,
           "0x0000002A\n"
           "0x20000000: 0000002a \n"
           "3\n",
           "write 0x20000000 42\n"
           "\n"
           "# not a command\n"
           "read 0x20000000 -w 32\n"
           "mdw 0x20000000\n"
           "expr {1 + 2}\n");
}

static void lines_of_a_file_from_windows_are_the_same(void **state)
{
    (void)state;
    expect(0, "running\n3\n", "resume\r\n\r\nstate\r\nexpr {1 + 2}\r\n");
}

static void the_tool_s_commands_have_priority_unless_cmd_is_used(void **state)
{
    (void)state;
    expect(0, "running\nstm32f1x.cpu\n", "resume\nstate\ncmd target current\n");
}

static void the_last_line_decides_the_exit_code(void **state)
{
    (void)state;
    expect(2,
           "ocd: read: ADDR 'zz' is not a number (decimal or 0x...); a name needs the ELF file, -e "
           "FILE; try 'ocd read --help'\n",
           "read zz\n");
    expect(0,
           "ocd: read: ADDR 'zz' is not a number (decimal or 0x...); a name needs the ELF file, -e "
           "FILE; try 'ocd read --help'\n"
           "running\n",
           "read zz\nresume\nstate\n");
    expect(4,
           "ocd: cmd: OpenOCD refused the command: nosuch "
           "(-v shows what was sent and received)\n",
           "error nosuch\n");
}

static void nothing_after_exit_is_run(void **state)
{
    (void)state;
    expect(0, "", "exit\nnosuch\n");
    expect(0, "", "quit\nnosuch\n");
}

static void a_line_may_choose_its_target(void **state)
{
    (void)state;
    expect(0, "0x2A000000\n0x0000002A\n",
           "write 0x20000000 42\nread 0x20000000 -w 32 -t big\nread 0x20000000 -w 32\n");
}

static void a_line_cannot_change_the_connection(void **state)
{
    (void)state;
    expect(2, "ocd: read: options of the connection go before 'shell'; try 'ocd read --help'\n",
           "read 0x20000000 -p 1\n");
    expect(2, "ocd: shell: a shell cannot start another shell; try 'ocd shell --help'\n",
           "shell\n");
}

static void words_are_quoted_as_in_a_shell(void **state)
{
    (void)state;
    expect(1, "", "search 0x20000000 +1K --text 'no such text'\n");
    expect(2, "ocd: shell: single quote without its partner at character 8 of 'read 0 'x'\n",
           "read 0 'x\n");
}

static void at_a_terminal_there_is_a_prompt_and_completion(void **state)
{
    struct shell s;
    size_t from = 0;

    (void)state;
    start(&s, true);
    await_prompt(&s, &from);
    type(&s, "resume\r");
    await_prompt(&s, &from);
    type(&s, "stm32f1x.cp\t cget -endian\r");
    await(&s, &from, "little");
    await_prompt(&s, &from);
    type(&s, "exit\r");
    assert_int_equal(finish(&s), 0);
}

static void ctrl_c_ends_the_command_and_not_the_shell(void **state)
{
    struct shell s;
    size_t from = 0;

    (void)state;
    start(&s, true);
    await_prompt(&s, &from);
    type(&s, "state --wait reset --timeout 0 -v\r");
    await(&s, &from, "< "); /* it is under way */
    type(&s, "\x03");
    await_prompt(&s, &from);
    type(&s, "state\r");
    await(&s, &from, "running");
    await_prompt(&s, &from);
    type(&s, "\x04"); /* Ctrl-D */
    assert_int_equal(finish(&s), 0);
}

static int setup(void **state)
{
    (void)state;
    rig = rig_start(&(struct rig_options){.big = true});
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    rig_stop(rig);
    return 0;
}

#ifdef SIM_ELF
static void names_and_members_are_completed(void **state)
{
    (void)state;
    size_t at = 0;
    struct shell s;

    if (!EDITOR)
        skip();
    elf = SIM_ELF;
    start(&s, true);
    await_prompt(&s, &at);
    type(&s, "type mot\t.pi\t.k\td\r");
    await(&s, &at, "float, 4 bytes");
    await_prompt(&s, &at);
    type(&s, "exit\r");
    assert_int_equal(finish(&s), 0);
    elf = "";
}

static void copy_file(const char *from, const char *to)
{
    char command[1024];

    /* As a linker does it: the new file takes the old one's name. */
    snprintf(command, sizeof(command), "cp '%s' '%s.new' && mv '%s.new' '%s'", from, to, to, to);
    assert_int_equal(system(command), 0);
}

static void elf_file_that_has_changed_is_read_again(void **state)
{
    (void)state;
    char path[] = "/tmp/ocd-test-XXXXXX";
    char shown[200];
    size_t at = 0;
    struct shell s;

    close(mkstemp(path));
    copy_file(SIM_ELF, path);
    elf = path;
    start(&s, false);
    type(&s, "type motor.pid.kp\n");
    await(&s, &at, "float, 4 bytes\n");
    copy_file(SYMBOLS_DATA "/c-gcc-dwarf5.elf", path);
    type(&s, "type wide\n");
    snprintf(shown, sizeof(shown), "ocd: %s has changed: it is read again\n", path);
    await(&s, &at, shown);
    await(&s, &at, "double, 8 bytes\n");
    close(s.in);
    s.in = s.out;
    assert_int_equal(finish(&s), 0);
    unlink(path);
    elf = "";
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_the_tool_s_commands_or_openocd_s),
        cmocka_unit_test(lines_of_a_file_from_windows_are_the_same),
        cmocka_unit_test(the_tool_s_commands_have_priority_unless_cmd_is_used),
        cmocka_unit_test(the_last_line_decides_the_exit_code),
        cmocka_unit_test(nothing_after_exit_is_run),
        cmocka_unit_test(a_line_may_choose_its_target),
        cmocka_unit_test(a_line_cannot_change_the_connection),
        cmocka_unit_test(words_are_quoted_as_in_a_shell),
        cmocka_unit_test(at_a_terminal_there_is_a_prompt_and_completion),
        cmocka_unit_test(ctrl_c_ends_the_command_and_not_the_shell),
#ifdef SIM_ELF
        cmocka_unit_test(names_and_members_are_completed),
        cmocka_unit_test(elf_file_that_has_changed_is_read_again),
#endif
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
