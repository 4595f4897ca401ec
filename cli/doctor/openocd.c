// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "doctor/doctor.h"
#include "hints.h"
#include "signals.h"

extern char **environ;

#define RUN_MS 10000 /* much longer than it takes to print a version */

static const char install[] = "install OpenOCD 0.12 or later (Debian 12 or later: 'apt install "
                              "openocd'), or name one with OCD_OPENOCD";

/* Runs `PROGRAM --version` with its output in `fd`. 0 or an errno. */
static int start(const char *program, int fd, pid_t *pid)
{
    char *argv[] = {(char *)program, (char *)"--version", NULL};
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0)
        return error;
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, fd, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fd, STDERR_FILENO);
    error = posix_spawnp(pid, program, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* Collects what comes, until the program closes its output, a signal comes or the time is over. */
static bool collect(int fd, char *text, size_t size)
{
    int64_t end = cli_now_ms() + RUN_MS;
    size_t got = 0;
    for (;;) {
        struct pollfd fds[] = {{.fd = signals_fd(), .events = POLLIN},
                               {.fd = fd, .events = POLLIN}};
        int64_t left = end - cli_now_ms();
        char rest[256];
        bool full = got + 1 >= size;
        poll(fds, 2, left > 0 ? (int)left : 0);
        if (signals_caught() != 0 || (left <= 0 && fds[1].revents == 0))
            return false;
        if (fds[1].revents == 0)
            continue;
        ssize_t n = read(fd, full ? rest : text + got, full ? sizeof(rest) : size - got - 1);
        if (n == 0 || (n < 0 && errno != EINTR))
            return n == 0;
        got += n > 0 && !full ? (size_t)n : 0;
        text[got] = '\0';
    }
}

/* What the program prints, and its exit status. 0 or an errno; ETIMEDOUT: it does not end. */
static int run(const char *program, char *text, size_t size, int *status)
{
    int ends[2];
    pid_t pid;
    text[0] = '\0';
    if (pipe(ends) != 0)
        return errno;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    int error = start(program, ends[1], &pid);
    close(ends[1]);
    if (error == 0 && !collect(ends[0], text, size)) {
        kill(pid, SIGKILL);
        error = ETIMEDOUT;
    }
    close(ends[0]);
    while (error != 0 ? error == ETIMEDOUT && waitpid(pid, status, 0) < 0 && errno == EINTR
                      : waitpid(pid, status, 0) < 0 && errno == EINTR) {
    }
    return error;
}

/* "0.12.0" of "Open On-Chip Debugger 0.12.0+dev-…". */
static bool parse_version(const char *text, unsigned *major, unsigned *minor)
{
    static const char name[] = "Open On-Chip Debugger ";
    const char *at = strstr(text, name);
    return at != NULL && sscanf(at + strlen(name), "%u.%u", major, minor) == 2;
}

static void check_text(struct doctor *doctor, const char *program, char *text)
{
    unsigned major;
    unsigned minor;
    bool known = parse_version(text, &major, &minor);
    text[strcspn(text, "\r\n")] = '\0';
    if (!known) {
        doctor_add(doctor, "openocd", DOCTOR_FAILED, install,
                   "'%s --version' does not print OpenOCD's version: %s", program, text);
    } else if (major == 0 && minor < 12) {
        doctor_add(doctor, "openocd", DOCTOR_FAILED, install, "%s is older than 0.12: %s", program,
                   text);
    } else {
        doctor_add(doctor, "openocd", DOCTOR_OK, NULL, "%s: %s", program, text);
    }
}

void doctor_check_openocd(struct doctor *doctor)
{
    const char *named = cli_environment("OCD_OPENOCD");
    const char *program = named != NULL ? named : "openocd";
    /* If an OpenOCD answers already, here or elsewhere, none has to be installed. */
    bool needed = !doctor->connected && hint_is_local(doctor->cli->settings.host);
    char text[2000];
    int status = 0;
    int error = run(program, text, sizeof(text), &status);
    if (error != 0) {
        doctor_add(doctor, "openocd", needed ? DOCTOR_FAILED : DOCTOR_NOTE, needed ? install : NULL,
                   "%s cannot be run: %s", program, strerror(error));
        return;
    }
    check_text(doctor, program, text);
}
