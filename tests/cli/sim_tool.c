// SPDX-License-Identifier: MIT
#include "sim_tool.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define ANSWER_MS 60000

/* What follows "NAME": in the object, or NULL. */
static const char *value_of(const char *json, const char *name)
{
    char key[64];
    snprintf(key, sizeof(key), "\"%s\": ", name);
    const char *at = strstr(json, key);
    return at != NULL ? at + strlen(key) : NULL;
}

static unsigned number_of(const char *json, const char *name)
{
    const char *value = value_of(json, name);
    return value != NULL ? (unsigned)strtoul(value, NULL, 10) : 0;
}

static void string_of(const char *json, const char *name, char *text, size_t size)
{
    const char *value = value_of(json, name);
    text[0] = '\0';
    if (value != NULL) {
        assert_int_equal(*value, '"');
        snprintf(text, size, "%.*s", (int)strcspn(value + 1, "\""), value + 1);
    }
}

void sim_tool_parse(struct sim_tool *sim)
{
    const char *json = sim->tool.out_text.data;
    const char *end = strchr(json, '\n');
    if (json[0] != '{' || end == NULL || end[-1] != '}' || end[1] != '\0')
        fail_msg("no object on one line: %s", json);
    sim->probe_port = number_of(json, "probe_port");
    sim->control_port = number_of(json, "control_port");
    sim->tcl_port = number_of(json, "tcl_port");
    sim->gdb_port = number_of(json, "gdb_port");
    string_of(json, "elf", sim->elf, sizeof(sim->elf));
    string_of(json, "openocd", sim->openocd, sizeof(sim->openocd));
}

void sim_tool_start(struct sim_tool *sim, const struct tool_setup *setup, const char *format, ...)
{
    char options[1000];
    va_list list;
    va_start(list, format);
    vsnprintf(options, sizeof(options), format, list);
    va_end(list);
    *sim = (struct sim_tool){.probe_port = 0};
    tool_start(&sim->tool, setup, "sim -f json %s", options);
    tool_await_out(&sim->tool, "\n");
    sim_tool_parse(sim);
}

void sim_tool_end(struct sim_tool *sim, int signal_number)
{
    if (sim->tool.pid <= 0)
        return; /* its start has failed: 0 would be all processes of ctest */
    kill(sim->tool.pid, signal_number);
    tool_finish(&sim->tool);
    expect_finished(&sim->tool, 0, NULL, "");
    tool_free(&sim->tool);
}

static int dial(unsigned port)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0)
        return fd;
    close(fd);
    return -1;
}

bool is_listening(unsigned port)
{
    int fd = dial(port);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

int sim_tool_dial(const struct sim_tool *sim)
{
    int fd = dial(sim->control_port);
    assert_true(fd >= 0);
    return fd;
}

void sim_tool_say(int fd, const char *lines, const char *answers)
{
    char said[4096] = "";
    size_t size = 0;
    assert_int_equal(send(fd, lines, strlen(lines), MSG_NOSIGNAL), (ssize_t)strlen(lines));
    while (size < strlen(answers)) {
        struct pollfd set = {.fd = fd, .events = POLLIN};
        if (poll(&set, 1, ANSWER_MS) != 1)
            fail_msg("no answer to '%s' but '%s'", lines, said);
        ssize_t n = recv(fd, said + size, sizeof(said) - 1 - size, 0);
        if (n <= 0)
            break;
        size += (size_t)n;
        said[size] = '\0';
    }
    assert_string_equal(said, answers);
}

void sim_tool_adopt(void)
{
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
}

void assert_nothing_runs(void)
{
    pid_t pid = 0;
    for (int i = 0; i < 6000 && pid >= 0; i++) {
        pid = waitpid(-1, NULL, WNOHANG);
        if (pid == 0)
            poll(NULL, 0, 10);
    }
    assert_int_equal(pid, -1);
    assert_int_equal(errno, ECHILD);
}

void forget_environment(void)
{
    static const char *const names[] = {"OCD_HOST", "OCD_PORT", "OCD_TARGET", "OCD_ELF"};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        unsetenv(names[i]);
}
