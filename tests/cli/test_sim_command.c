// SPDX-License-Identifier: MIT
/* `ocd sim`: what it prints works, and nothing of it stays. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool.h"

static char scratch[64];

static bool is_listening(unsigned port)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    bool connected = connect(fd, (struct sockaddr *)&addr, sizeof addr) == 0;
    close(fd);
    return connected;
}

/* The port that follows `before` in what the tool has printed. */
static unsigned port_after(const struct tool *tool, const char *before)
{
    const char *at = strstr(tool->out_text.data, before);
    unsigned port = 0;
    if (at == NULL || sscanf(at + strlen(before), "%u", &port) != 1 || port == 0) {
        fail_msg("no port after '%s' in:\n%s", before, tool->out_text.data);
    }
    return port;
}

/* All that has been started ends: what loses its parent becomes a child of ours. A port says
 * nothing, another program may have it by then. */
static void assert_nothing_runs(void)
{
    pid_t pid = 0;
    for (int i = 0; i < 6000 && pid >= 0; i++) {
        pid = waitpid(-1, NULL, WNOHANG);
        if (pid == 0) {
            poll(NULL, 0, 10);
        }
    }
    assert_int_equal(pid, -1);
    assert_int_equal(errno, ECHILD);
}

static void end_with(struct tool *tool, int signal_number)
{
    kill(tool->pid, signal_number);
    tool_finish(tool);
    expect_finished(tool, 0, NULL, "");
}

static void alone_it_tells_how_to_start_openocd(void **state)
{
    char expected[600];
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "sim");
    tool_await_out(&tool, "Ctrl-C ends it.\n");
    unsigned port = port_after(&tool, "Its ST-LINK is on port ");
    assert_true(is_listening(port));
    snprintf(expected, sizeof expected,
             "A simulated STM32F103: flash of 128 KiB at 0x08000000, RAM of 20 KiB at 0x20000000.\n"
             "Its ST-LINK is on port %u. Start OpenOCD in front of it with:\n"
             "\n"
             "  openocd -c 'adapter driver st-link; st-link vid_pid 0x0483 0x3748; st-link backend "
             "tcp %u; transport select dapdirect_swd' -f target/stm32f1x.cfg\n"
             "\n"
             "Ctrl-C ends it.\n",
             port, port);
    end_with(&tool, SIGINT);
    assert_string_equal(tool.out_text.data, expected);
    assert_nothing_runs();
    tool_free(&tool);
}

static void what_it_tells_to_start_works(void **state)
{
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "sim");
    tool_await_out(&tool, "Ctrl-C ends it.\n");
    char *line = strstr(tool.out_text.data, "  openocd -c '");
    assert_non_null(line);
    char *first = strchr(line, '\'') + 1;
    char *second = strchr(first, '\'');
    assert_non_null(second);
    *second++ = '\0';
    second[strcspn(second, "\n")] = '\0';
    expect(0, "0x20005000\n", "", "--spawn '-c \"%s\"%s' read 0x08000000 -w 32", first, second);
    end_with(&tool, SIGTERM);
    tool_free(&tool);
}

static void with_openocd_the_printed_commands_work(void **state)
{
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "sim --openocd");
    tool_await_out(&tool, "Ctrl-C ends it.\n");
    unsigned port = port_after(&tool, "  ocd -p ");
    expect(0, NULL, "", "-p %u info", port);
    expect(0, "08000000: 00 50 00 20                                       |.P. |\n", "",
           "-p %u read 0x08000000 4", port);
    expect(0, "0x08000400\n", "", "-p %u search 0x08000000 +128K DEADBEEF --max 1", port);
    end_with(&tool, SIGINT);
    assert_nothing_runs();
    tool_free(&tool);
}

static void a_killed_simulator_takes_openocd_along(void **state)
{
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "sim --openocd");
    tool_await_out(&tool, "Ctrl-C ends it.\n");
    assert_true(is_listening(port_after(&tool, "  ocd -p ")));
    kill(tool.pid, SIGKILL);
    tool_finish(&tool);
    expect_finished(&tool, -SIGKILL, NULL, "");
    assert_nothing_runs();
    tool_free(&tool);
}

static void openocd_s_end_ends_it(void **state)
{
    struct tool tool;
    struct tool shutdown;
    (void)state;
    tool_start(&tool, NULL, "sim --openocd");
    tool_await_out(&tool, "Ctrl-C ends it.\n");
    tool_start(&shutdown, NULL, "-p %u cmd shutdown", port_after(&tool, "  ocd -p "));
    tool_finish(&shutdown);
    tool_free(&shutdown);
    tool_finish(&tool);
    expect_finished(&tool, 3, NULL, NULL);
    if (strncmp(tool.err_text.data, "ocd: sim: connection closed", 27) != 0) {
        fail_msg("%s", tool.err_text.data);
    }
    tool_free(&tool);
}

static void contents_sizes_and_faults_are_options(void **state)
{
    struct tool tool;
    (void)state;
    char flash[100];
    char ram[100];
    snprintf(flash, sizeof flash, "%s/flash", scratch);
    snprintf(ram, sizeof ram, "%s/ram", scratch);
    file_write(flash, "contents of flash");
    file_write(ram, "contents of RAM");
    tool_start(&tool, NULL,
               "sim --openocd --flash %s --ram %s --flash-size 64K --ram-size 1M "
               "--fault 0x20000100:4 --fault 0x20000200:1K --latency 10",
               flash, ram);
    tool_await_out(&tool, "Ctrl-C ends it.\n");
    unsigned port = port_after(&tool, "  ocd -p ");
    assert_non_null(
        strstr(tool.out_text.data, "flash of 64 KiB at 0x08000000, RAM of 1 MiB at 0x20000000.\n"));
    expect(0, "contents of flash\xFF", "", "-p %u read 0x08000000 18 -f bin", port);
    expect(0, "contents of RAM", "", "-p %u read 0x20000000 15 -f bin", port);
    expect(0, "0x00\n", "", "-p %u read 0x200FFFFF -w 8", port);
    expect(4, "", NULL, "-p %u read 0x20100000 -w 8", port);
    expect(4, "", NULL, "-p %u read 0x08010000 -w 8", port);
    expect(4, "", NULL, "-p %u read 0x20000103 -w 8", port);
    expect(4, "", NULL, "-p %u read 0x200005FF -w 8", port);
    expect(0, "0x00\n", "", "-p %u read 0x20000600 -w 8", port);
    end_with(&tool, SIGTERM);
    tool_free(&tool);
}

static void the_flash_is_programmed_in_the_time_that_is_asked_for(void **state)
{
    struct tool tool;
    char command[600];
    (void)state;
    tool_start(&tool, NULL, "sim --openocd --program-time 52 --erase-time 200000");
    tool_await_out(&tool, "Ctrl-C ends it.\n");
    unsigned port = port_after(&tool, "  ocd -p ");
    /* Keys, the page, the order; then the status as long as it takes. */
    snprintf(command, sizeof command,
             "'mww 0x40022004 0x45670123; mww 0x40022004 0xCDEF89AB; mww 0x40022010 2; "
             "mww 0x40022014 0x08000000; set begin [clock milliseconds]; mww 0x40022010 0x42; "
             "while {[read_memory 0x4002200C 32 1] & 1} {sleep 1}; "
             "expr {[clock milliseconds] - $begin >= 199}'");
    expect(0, "1\n", "", "-p %u cmd %s", port, command);
    expect(0, "0xFFFFFFFF\n", "", "-p %u read 0x08000000 -w 32", port);
    end_with(&tool, SIGTERM);
    tool_free(&tool);
}

static void a_second_core_is_a_second_target(void **state)
{
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "sim --openocd --cores 2");
    tool_await_out(&tool, "Ctrl-C ends it.\n");
    unsigned port = port_after(&tool, "  ocd -p ");
    assert_non_null(strstr(tool.out_text.data, "Two cores: stm32f1x.cpu, and stm32f1x.cpu1 behind "
                                               "access port 1.\n"));
    expect(0, "stm32f1x.cpu stm32f1x.cpu1\n", "", "-p %u cmd 'join [target names]'", port);
    expect(0, "stm32f1x.cpu\n", "", "-p %u cmd target current", port);
    expect(0, "0x20005000\n", "", "-p %u read 0x08000000 -w 32", port);
    expect(0, "0x20005000\n", "", "-p %u -t stm32f1x.cpu1 read 0x08000000 -w 32", port);
    end_with(&tool, SIGTERM);
    tool_free(&tool);
}

static void a_refused_core_leaves_the_other_usable(void **state)
{
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "sim --openocd --cores 2 --no-core 1");
    tool_await_out(&tool, "Ctrl-C ends it.\n");
    unsigned port = port_after(&tool, "  ocd -p ");
    assert_non_null(strstr(tool.out_text.data,
                           "Core 1 is refused: what goes through its access port faults.\n"));
    expect(0, "0x20005000\n", "", "-p %u read 0x08000000 -w 32", port);
    expect(4, "", NULL, "-p %u -t stm32f1x.cpu1 read 0x08000000 -w 32", port);
    end_with(&tool, SIGTERM);
    tool_free(&tool);
}

static void what_it_cannot_do_is_told(void **state)
{
    char message[300];
    (void)state;
    snprintf(message, sizeof message, "ocd: sim: %s/none: No such file or directory\n", scratch);
    expect(6, "", message, "sim --flash %s/none", scratch);
    expect(2, "",
           "ocd: sim: flash size: must be a multiple of 1024 from 4096 to 67108864 bytes; "
           "try 'ocd sim --help'\n",
           "sim --flash-size 1K");
    expect(2, "",
           "ocd: sim: RAM size: must be a multiple of 1024 from 4096 to 67108864 bytes; "
           "try 'ocd sim --help'\n",
           "sim --ram-size 65M");
    expect(2, "", "ocd: sim: --cores '3' is not 1 or 2; try 'ocd sim --help'\n", "sim --cores 3");
    expect(2, "", "ocd: sim: --no-core '1' is no core of --cores; try 'ocd sim --help'\n",
           "sim --no-core 1");
}

static void a_port_that_is_taken_is_told(void **state)
{
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "sim --port 0");
    tool_await_out(&tool, "Ctrl-C ends it.\n");
    expect(6, "", "ocd: sim: cannot listen on the port: Address already in use\n", "sim --port %u",
           port_after(&tool, "Its ST-LINK is on port "));
    end_with(&tool, SIGTERM);
    tool_free(&tool);
}

static void a_missing_openocd_is_no_connection(void **state)
{
    static const char begin[] = "ocd: start OpenOCD: OpenOCD could not be started: ";
    static const char hint[] =
        " (is OpenOCD 0.12 or later installed? OCD_OPENOCD in the environment names another)\n";
    struct tool tool;
    char *before = getenv("OCD_OPENOCD");
    (void)state;
    before = before != NULL ? strdup(before) : NULL;
    setenv("OCD_OPENOCD", "/nowhere/openocd", 1);
    tool_start(&tool, NULL, "sim --openocd");
    tool_finish(&tool);
    if (before != NULL) {
        setenv("OCD_OPENOCD", before, 1);
    } else {
        unsetenv("OCD_OPENOCD");
    }
    free(before);
    expect_finished(&tool, 3, "", NULL);
    if (strncmp(tool.err_text.data, begin, strlen(begin)) != 0 ||
        strstr(tool.err_text.data, hint) == NULL) {
        fail_msg("%s", tool.err_text.data);
    }
    tool_free(&tool);
}

static int set_up(void **state)
{
    (void)state;
    scratch_make(scratch);
    return prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static int tear_down(void **state)
{
    (void)state;
    scratch_remove(scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alone_it_tells_how_to_start_openocd),
        cmocka_unit_test(what_it_tells_to_start_works),
        cmocka_unit_test(with_openocd_the_printed_commands_work),
        cmocka_unit_test(a_killed_simulator_takes_openocd_along),
        cmocka_unit_test(openocd_s_end_ends_it),
        cmocka_unit_test(contents_sizes_and_faults_are_options),
        cmocka_unit_test(the_flash_is_programmed_in_the_time_that_is_asked_for),
        cmocka_unit_test(a_second_core_is_a_second_target),
        cmocka_unit_test(a_refused_core_leaves_the_other_usable),
        cmocka_unit_test(what_it_cannot_do_is_told),
        cmocka_unit_test(a_port_that_is_taken_is_told),
        cmocka_unit_test(a_missing_openocd_is_no_connection),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
