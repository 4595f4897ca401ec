// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* posix_openpt, TIOCSCTTY */
#include "screen_tool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define WORDS_MAX  64
#define DEADLINE_S 100

/* What the shell reports. */
struct event {
    char kind; /* 'p': started; 's': stopped; 'e': ended */
    int value;
};

static void split(char *line, char **words)
{
    int count = 0;
    for (char *at = line + strspn(line, " "); *at != '\0'; at += strspn(at, " ")) {
        assert_in_range(count, 0, WORDS_MAX - 2);
        words[count++] = *at == '\'' ? at + 1 : at;
        at = *at == '\'' ? strchr(at + 1, '\'') : at + strcspn(at, " ");
        assert_non_null(at);
        if (*at != '\0')
            *at++ = '\0';
    }
    words[count] = NULL;
}

static void tell(int fd, char kind, int value)
{
    struct event event = {kind, value};
    if (write(fd, &event, sizeof(event)) != (ssize_t)sizeof(event))
        _exit(126);
}

static void run_tool(int slave, char **words)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    tcsetpgrp(slave, getpid());
    const int numbers[] = {SIGINT, SIGPIPE, SIGTTOU, SIGTSTP, SIGQUIT};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
        signal(numbers[i], SIG_DFL);
    setenv("TERM", "xterm", 1);
    execv(OCD_TOOL, words);
    _exit(127);
}

/* The shell: it owns the terminal, and has one job. */
static void lead(int slave, int events, char **words)
{
    int status;
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* with the test, however that ends */
    for (int fd = 0; fd < 3; fd++)
        dup2(slave, fd);
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    signal(SIGTTOU, SIG_IGN);
    pid_t pid = fork();
    if (pid == 0)
        run_tool(slave, words);
    setpgid(pid, pid);
    tcsetpgrp(slave, pid);
    tell(events, 'p', pid);
    while (waitpid(pid, &status, WUNTRACED) == pid) {
        if (!WIFSTOPPED(status))
            break;
        tell(events, 's', WSTOPSIG(status));
    }
    tell(events, 'e', WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
    /* The terminal has to last until everything was read. */
    pause();
    _exit(0);
}

static void collect(struct screen_tool *tool)
{
    tool->text = realloc(tool->text, tool->size + 65536 + 1);
    assert_non_null(tool->text);
    ssize_t n = read(tool->master, tool->text + tool->size, 65536);
    for (ssize_t i = 0; i < n; i++)
        if (tool->text[tool->size + (size_t)i] == '\0')
            tool->text[tool->size + (size_t)i] = '0';
    tool->size += n > 0 ? (size_t)n : 0;
    tool->text[tool->size] = '\0';
}

static void give_up(const struct screen_tool *tool, const char *why, const char *text)
{
    kill(tool->pid, SIGKILL);
    kill(tool->leader, SIGKILL);
    fail_msg("ocd %s: %s '%s'\n%s", tool->line, why, text, tool->text != NULL ? tool->text : "");
}

/* Waits for the shell's next report; the terminal is read meanwhile. */
static struct event next_event(struct screen_tool *tool)
{
    struct event event;
    for (;;) {
        struct pollfd fds[] = {{.fd = tool->master, .events = POLLIN},
                               {.fd = tool->events, .events = POLLIN}};
        if (poll(fds, 2, DEADLINE_S * 1000) == 0)
            give_up(tool, "nothing happens", "");
        if ((fds[0].revents & POLLIN) != 0)
            collect(tool);
        else if (fds[1].revents != 0)
            break;
    }
    if (read(tool->events, &event, sizeof(event)) != (ssize_t)sizeof(event))
        give_up(tool, "the shell has ended", "");
    return event;
}

void screen_start(struct screen_tool *tool, const char *format, ...)
{
    char line[sizeof(tool->line)];
    char *words[WORDS_MAX + 1] = {(char *)"ocd"};
    int ends[2];
    va_list list;
    *tool = (struct screen_tool){0};
    va_start(list, format);
    vsnprintf(line, sizeof(line), format, list);
    va_end(list);
    memcpy(tool->line, line, sizeof(line));
    split(line, words + 1);
    tool->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(tool->master >= 0 && grantpt(tool->master) == 0 && unlockpt(tool->master) == 0);
    int slave = open(ptsname(tool->master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(slave >= 0 && pipe2(ends, O_CLOEXEC) == 0);
    screen_resize(tool, 80, 24);
    tool->leader = fork();
    assert_true(tool->leader >= 0);
    if (tool->leader == 0)
        lead(slave, ends[1], words);
    close(slave);
    close(ends[1]);
    tool->events = ends[0];
    struct event event = next_event(tool);
    assert_int_equal(event.kind, 'p');
    tool->pid = event.value;
}

void screen_await(struct screen_tool *tool, const char *text)
{
    for (;;) {
        const char *found = tool->text != NULL ? strstr(tool->text + tool->seen, text) : NULL;
        if (found != NULL) {
            tool->seen = (size_t)(found - tool->text) + strlen(text);
            return;
        }
        struct pollfd fds[] = {{.fd = tool->master, .events = POLLIN},
                               {.fd = tool->events, .events = POLLIN}};
        if (poll(fds, 2, DEADLINE_S * 1000) == 0)
            give_up(tool, "this does not come:", text);
        if ((fds[0].revents & POLLIN) != 0)
            collect(tool);
        else if (fds[1].revents != 0)
            give_up(tool, "has ended, or stopped, before", text);
    }
}

void screen_type(const struct screen_tool *tool, const char *keys)
{
    assert_int_equal(write(tool->master, keys, strlen(keys)), strlen(keys));
}

void screen_resize(const struct screen_tool *tool, unsigned short width, unsigned short height)
{
    struct winsize size = {.ws_col = width, .ws_row = height};
    assert_int_equal(ioctl(tool->master, TIOCSWINSZ, &size), 0);
}

void screen_await_stop(struct screen_tool *tool)
{
    struct event event = next_event(tool);
    if (event.kind != 's')
        give_up(tool, "has not stopped", "");
}

int screen_await_end(struct screen_tool *tool)
{
    struct event event = next_event(tool);
    if (event.kind != 'e')
        give_up(tool, "has not ended", "");
    while (poll(&(struct pollfd){.fd = tool->master, .events = POLLIN}, 1, 0) > 0)
        collect(tool);
    return event.value;
}

struct termios screen_settings(const struct screen_tool *tool)
{
    struct termios settings;
    assert_int_equal(tcgetattr(tool->master, &settings), 0);
    return settings;
}

bool screen_is_restored(const struct screen_tool *tool)
{
    const tcflag_t lines = ICANON | ECHO;
    return (screen_settings(tool).c_lflag & lines) == lines;
}

void screen_free(struct screen_tool *tool)
{
    kill(tool->leader, SIGKILL);
    waitpid(tool->leader, NULL, 0);
    close(tool->master);
    close(tool->events);
    free(tool->text);
}
