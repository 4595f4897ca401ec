// SPDX-License-Identifier: MIT
/* The ports of `ocd sim`: those that are asked for, and what happens when they are in use. */
#define _GNU_SOURCE /* SOCK_CLOEXEC */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim_tool.h"

/* A port of 127.0.0.1 that is in use. */
static int occupy(unsigned *port)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons((uint16_t)*port)};
    socklen_t size = sizeof(addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int one = 1;
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (bind(fd, (struct sockaddr *)&addr, size) != 0 || listen(fd, 1) != 0) {
        close(fd);
        return -1; /* it is in use already */
    }
    assert_int_equal(getsockname(fd, (struct sockaddr *)&addr, &size), 0);
    *port = ntohs(addr.sin_port);
    return fd;
}

static void a_port_that_is_taken_is_reported(void **state)
{
    unsigned port = 0;
    char message[200];
    int fd = occupy(&port);
    (void)state;
    assert_true(fd >= 0);
    expect(6, "", "ocd: sim: cannot listen on the probe's port: Address already in use\n",
           "sim --probe-port %u", port);
    snprintf(message, sizeof(message),
             "ocd: sim: cannot listen on control port %u: Address already in use\n", port);
    expect(6, "", message, "sim --control %u", port);
    snprintf(message, sizeof(message),
             "ocd: sim: cannot listen on port %u: Address already in use (name another with -p; 0 "
             "takes a free one)\n",
             port);
    expect(6, "", message, "sim --openocd -p %u", port);
    snprintf(message, sizeof(message), "%u", port);
    setenv("OCD_PORT", message, 1);
    snprintf(message, sizeof(message),
             "ocd: sim: cannot listen on port %u: Address already in use (name another with -p; 0 "
             "takes a free one)\n",
             port);
    expect(6, "", message, "sim --openocd");
    unsetenv("OCD_PORT");
    close(fd);
    assert_nothing_runs();
}

static void it_takes_the_port_that_is_asked_for(void **state)
{
    unsigned port = 0;
    struct sim_tool sim;
    (void)state;
    close(occupy(&port));
    sim_tool_start(&sim, NULL, "--openocd -p %u", port);
    assert_int_equal(sim.tcl_port, port);
    expect(0, "0x20005000\n", "", "-p %u read 0x08000000 -w 32", port);
    sim_tool_end(&sim, SIGTERM);
}

/* Another program may have the port, and may release it during the test. */
static void another_port_is_taken_where_the_usual_one_is_in_use(void **state)
{
    unsigned taken = 6666;
    (void)state;
    for (int i = 0; i < 50 && taken == 6666; i++) {
        unsigned port = 6666;
        int fd = occupy(&port);
        struct sim_tool sim;
        sim_tool_start(&sim, NULL, "--openocd");
        taken = sim.tcl_port;
        sim_tool_end(&sim, SIGTERM);
        if (fd >= 0) {
            close(fd);
            break;
        }
    }
    assert_int_not_equal(taken, 6666);
}

/* Other tests may have the port meanwhile. */
static void the_usual_port_is_taken_where_it_is_free(void **state)
{
    bool taken = false;
    (void)state;
    for (int i = 0; i < 50 && !taken; i++) {
        struct sim_tool sim;
        sim_tool_start(&sim, NULL, "--openocd");
        taken = sim.tcl_port == 6666 || is_listening(6666);
        sim_tool_end(&sim, SIGTERM);
    }
    assert_true(taken);
}

/* An OpenOCD that finds its port taken by a faster process, unless it asks for a free one. */
static void write_late_openocd(const char *path)
{
    char script[500];
    const char *real = getenv("OCD_OPENOCD");
    snprintf(script, sizeof(script),
             "#!/bin/sh\n"
             "case \"$*\" in *'{tcl 0 gdb 0}'*) exec '%s' \"$@\" ;; esac\n"
             "echo \"Error: couldn't bind tcl to socket on port 1: Address already in use\" >&2\n"
             "exit 1\n",
             real != NULL ? real : "openocd");
    file_write(path, script);
    assert_int_equal(chmod(path, 0755), 0);
}

static void a_port_taken_by_a_faster_process_is_in_use(void **state)
{
    unsigned port = 0;
    char scratch[64];
    char path[100];
    char message[200];
    char *before = getenv("OCD_OPENOCD");
    struct sim_tool sim;
    (void)state;
    close(occupy(&port));
    scratch_make(scratch);
    snprintf(path, sizeof(path), "%s/openocd", scratch);
    write_late_openocd(path);
    before = before != NULL ? strdup(before) : NULL;
    setenv("OCD_OPENOCD", path, 1);
    snprintf(message, sizeof(message),
             "ocd: sim: cannot listen on port %u: Address already in use (name another with -p; 0 "
             "takes a free one)\n",
             port);
    expect(6, "", message, "sim --openocd -p %u", port);
    sim_tool_start(&sim, NULL, "--openocd");
    assert_true(sim.tcl_port != 0 && sim.tcl_port != 6666);
    sim_tool_end(&sim, SIGTERM);
    if (before != NULL)
        setenv("OCD_OPENOCD", before, 1);
    else
        unsetenv("OCD_OPENOCD");
    free(before);
    scratch_remove(scratch);
}

static void a_port_without_openocd_is_a_usage_error(void **state)
{
    (void)state;
    expect(2, "",
           "ocd: sim: -p is OpenOCD's port, and needs --openocd (the probe's is --probe-port); "
           "try 'ocd sim --help'\n",
           "sim -p 7000");
    expect(2, "",
           "ocd: sim: --probe-port '70000' is not a port (0 to 65535); "
           "try 'ocd sim --help'\n",
           "sim --probe-port 70000");
    expect(2, "", "ocd: sim: --control 'x' is not a port (0 to 65535); try 'ocd sim --help'\n",
           "sim --control x");
    expect(2, "", "ocd: sim: -f 'xml' is not a format (text or json); try 'ocd sim --help'\n",
           "sim -f xml");
}

/* What `ocd info` suggests where nothing answers leads to an OpenOCD that it finds. */
static void the_command_that_info_suggests_works(void **state)
{
    unsigned port = 0;
    char suggested[100];
    struct tool info;
    struct tool tool;
    (void)state;
    close(occupy(&port));
    tool_start(&info, NULL, "-p %u info", port);
    assert_int_equal(tool_finish(&info), 3);
    const char *at = strstr(info.err_text.data, "'ocd sim ");
    assert_non_null(at);
    snprintf(suggested, sizeof(suggested), "%.*s", (int)strcspn(at + 5, "'"), at + 5);
    tool_start(&tool, NULL, "%s", suggested);
    tool_await_out(&tool, "Ctrl-C ends it.\n");
    expect(0, NULL, "", "-p %u info", port);
    kill(tool.pid, SIGTERM);
    tool_finish(&tool);
    expect_finished(&tool, 0, NULL, "");
    tool_free(&tool);
    tool_free(&info);
}

static int set_up(void **state)
{
    (void)state;
    forget_environment();
    sim_tool_adopt();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_port_that_is_taken_is_reported),
        cmocka_unit_test(it_takes_the_port_that_is_asked_for),
        cmocka_unit_test(another_port_is_taken_where_the_usual_one_is_in_use),
        cmocka_unit_test(the_usual_port_is_taken_where_it_is_free),
        cmocka_unit_test(a_port_taken_by_a_faster_process_is_in_use),
        cmocka_unit_test(a_port_without_openocd_is_a_usage_error),
        cmocka_unit_test(the_command_that_info_suggests_works),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
