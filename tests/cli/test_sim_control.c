// SPDX-License-Identifier: MIT
/* The control port of `ocd sim`. What each order does is for tests/sim. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim_tool.h"

static struct sim_tool sim;

static int set_up(void **state)
{
    (void)state;
    forget_environment();
    sim_tool_adopt();
    sim_tool_start(&sim, NULL, "--openocd -p 0 --control 0");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sim_tool_end(&sim, SIGTERM);
    return 0;
}

static void orders_change_what_openocd_finds(void **state)
{
    int fd = sim_tool_dial(&sim);
    (void)state;
    sim_tool_say(fd, "fault 0x20000100:4\n", "ok\n");
    expect(4, "", NULL, "-p %u read 0x20000100 -w 32", sim.tcl_port);
    sim_tool_say(fd, "fault none\n", "ok\n");
    expect(0, "0x00000000\n", "", "-p %u read 0x20000100 -w 32", sim.tcl_port);
    sim_tool_say(fd, "sleep on\n", "ok\n");
    expect(0, "0x00000000\n", "", "-p %u read 0x08000000 -w 32", sim.tcl_port);
    sim_tool_say(fd, "sleep off\n", "ok\n");
    expect(0, "0x20005000\n", "", "-p %u read 0x08000000 -w 32", sim.tcl_port);
    sim_tool_say(fd, "power off\n", "ok\n");
    expect(7, "", NULL, "-p %u read 0x08000000 -w 32", sim.tcl_port);
    sim_tool_say(fd, "power on\n", "ok\n");
    close(fd);
}

static void a_frozen_probe_can_be_thawed(void **state)
{
    int fd = sim_tool_dial(&sim);
    struct tool tool;
    (void)state;
    sim_tool_say(fd, "link frozen\n", "ok\n");
    tool_start(&tool, NULL, "--timeout 0.2 -p %u read 0x08000000 -w 32", sim.tcl_port);
    assert_int_equal(tool_finish(&tool), 5);
    tool_free(&tool);
    sim_tool_say(fd, "link up\n", "ok\n");
    expect(0, "0x20005000\n", "", "-p %u read 0x08000000 -w 32", sim.tcl_port);
    close(fd);
}

static void lines_may_come_split_or_several_at_once(void **state)
{
    int fd = sim_tool_dial(&sim);
    (void)state;
    sim_tool_say(fd, "laten", "");
    sim_tool_say(fd, "cy 1\r\nlatency 0\n\nlatency x\n",
                 "ok\nok\nerror the line is empty\n"
                 "error expected latency US\n");
    close(fd);
}

static void a_line_without_an_end_is_cut_short(void **state)
{
    char line[5000];
    int fd = sim_tool_dial(&sim);
    (void)state;
    memset(line, 'x', sizeof(line));
    line[sizeof(line) - 2] = '\n';
    line[sizeof(line) - 1] = '\0';
    sim_tool_say(fd, line, "error the line is too long\n");
    sim_tool_say(fd, "latency 0\n", "ok\n");
    close(fd);
}

static void several_clients_are_served_and_others_wait(void **state)
{
    int fd[6];
    (void)state;
    for (size_t i = 0; i < 6; i++)
        fd[i] = sim_tool_dial(&sim);
    for (size_t i = 0; i < 4; i++)
        sim_tool_say(fd[i], "latency 0\n", "ok\n");
    for (size_t i = 0; i < 4; i++)
        close(fd[i]);
    for (size_t i = 4; i < 6; i++) {
        sim_tool_say(fd[i], "latency 0\n", "ok\n");
        close(fd[i]);
    }
}

static void a_client_that_does_not_read_is_disconnected(void **state)
{
    static const char bunch[] = "what\nwhat\nwhat\nwhat\nwhat\nwhat\nwhat\nwhat\n";
    int deaf = sim_tool_dial(&sim);
    int fd;
    (void)state;
    for (;;) {
        struct pollfd set = {.fd = deaf, .events = POLLOUT};
        assert_int_equal(poll(&set, 1, 60000), 1);
        if (send(deaf, bunch, sizeof(bunch) - 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 &&
            errno != EAGAIN)
            break;
    }
    close(deaf);
    fd = sim_tool_dial(&sim);
    sim_tool_say(fd, "latency 0\n", "ok\n");
    close(fd);
}

static void without_openocd_orders_are_taken_too(void **state)
{
    struct sim_tool alone;
    (void)state;
    sim_tool_start(&alone, NULL, "--control 0");
    int fd = sim_tool_dial(&alone);
    sim_tool_say(fd, "power off\nreset\npower on\nreset\n",
                 "ok\nerror the chip has no power\nok\nok\n");
    close(fd);
    sim_tool_end(&alone, SIGTERM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_change_what_openocd_finds),
        cmocka_unit_test(a_frozen_probe_can_be_thawed),
        cmocka_unit_test(lines_may_come_split_or_several_at_once),
        cmocka_unit_test(a_line_without_an_end_is_cut_short),
        cmocka_unit_test(several_clients_are_served_and_others_wait),
        cmocka_unit_test(a_client_that_does_not_read_is_disconnected),
        cmocka_unit_test(without_openocd_orders_are_taken_too),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
