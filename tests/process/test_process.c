// SPDX-License-Identifier: MIT
/* The child process, with scripts instead of OpenOCD. */
#include "base/clock.h"
#include "ocd.h"
#include "wait.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct ocd_process *start(const char *mode)
{
    return must_start(FAKE_OPENOCD, mode);
}

/* The number after `name` in the log. */
static long number_in_log(struct ocd_process *p, const char *name)
{
    await_log(p, name);
    return strtol(strstr(ocd__process_log(p), name) + strlen(name), NULL, 0);
}

static pid_t parent_of(pid_t pid)
{
    char path[64], line[512];
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof(line), file));
    fclose(file);
    int parent = 0;
    assert_int_equal(sscanf(strrchr(line, ')'), ") %*c %d", &parent), 1);
    return parent;
}

static void readiness_and_the_port_are_reported(void **state)
{
    (void)state;
    const char *const modes[] = {"ready", "split"};
    for (size_t i = 0; i < 2; i++) {
        struct ocd_process *p = start(modes[i]);
        assert_true(ocd__process_fd(p) >= 0);
        await_state(p, OCD_PROCESS_READY);
        assert_int_equal(ocd__process_port(p), 4711);
        assert_int_equal(kill(ocd__process_pid(p), 0), 0);
        assert_string_equal(ocd__process_reason(p, NULL, NULL), "");
        assert_string_equal(ocd__process_log(p),
                            "Info : Listening on port 4711 for tcl connections");
        ocd__process_end(&p);
        assert_null(p);
    }
}

static void an_exit_at_start_is_reported_with_its_last_lines(void **state)
{
    (void)state;
    int status, signal;
    struct ocd_process *p = start("die");
    await_state(p, OCD_PROCESS_ENDED);
    assert_int_equal(ocd__process_fd(p), -1);
    assert_int_equal(ocd__process_port(p), 0);
    assert_string_equal(ocd__process_reason(p, &status, &signal), "exited with status 3");
    assert_int_equal(status, 3);
    assert_int_equal(signal, 0);
    assert_string_equal(ocd__process_log(p),
                        "first line\nError: open failed\nno newline at the end");
    ocd__process_end(&p);

    p = start("signal");
    await_state(p, OCD_PROCESS_ENDED);
    assert_string_equal(ocd__process_reason(p, &status, &signal), "killed by signal 9 (Killed)");
    assert_int_equal(status, -1);
    assert_int_equal(signal, SIGKILL);
    assert_string_equal(ocd__process_log(p), "about to die");
    ocd__process_end(&p);
}

static void a_later_exit_is_reported(void **state)
{
    (void)state;
    int signal;
    struct ocd_process *p = start("ready");
    await_state(p, OCD_PROCESS_READY);
    kill(ocd__process_pid(p), SIGSEGV);
    await_state(p, OCD_PROCESS_ENDED);
    ocd__process_reason(p, NULL, &signal);
    assert_int_equal(signal, SIGSEGV);
    ocd__process_end(&p);
}

static void assert_not_started(const char *program, const char *config, int code, const char *text)
{
    struct ocd_process *p = (struct ocd_process *)&p;
    struct ocd_buffer message = {0};
    assert_int_equal(ocd__process_start(&p, program, config, NULL, &message), code);
    assert_string_equal(message.data, text);
    assert_null(p);
    ocd__buffer_free(&message);
}

static void a_program_that_cannot_be_started_is_named(void **state)
{
    (void)state;
    assert_not_started("no-such-openocd", NULL, OCD_ERR_PROCESS,
                       "no-such-openocd: no such program in PATH");
    assert_not_started("/no/such/openocd", NULL, OCD_ERR_PROCESS,
                       "/no/such/openocd: No such file or directory");
    assert_not_started("/", NULL, OCD_ERR_PROCESS, "/: Permission denied");
    assert_not_started(FAKE_OPENOCD, "-c 'init", OCD_ERR_ARG,
                       "single quote without its partner at character 4 of '-c 'init'");

    struct ocd_process *p = must_start(FAKE_UNRUNNABLE, "ready");
    await_state(p, OCD_PROCESS_ENDED);
    assert_string_equal(ocd__process_reason(p, NULL, NULL),
                        "cannot be run: No such file or directory");
    ocd__process_end(&p);
}

static void defaults_come_first_and_arguments_arrive_whole(void **state)
{
    (void)state;
    struct ocd_process *p;
    struct ocd_buffer message = {0};
    const char *args[] = {"", "a b", "$x\"'\n[y]", NULL};
    assert_int_equal(ocd__process_start(&p, FAKE_OPENOCD, "arguments -f 'c d'", args, &message), 0);
    await_state(p, OCD_PROCESS_READY);
    assert_non_null(
        strstr(ocd__process_log(p), "<arguments>\n<-f>\n<c d>\n<>\n<a b>\n<$x\"'\n[y]>\nInfo"));
    assert_non_null(strstr(ocd__process_log(p), "tcl 0"));
    ocd__process_end(&p);

    /* Ours is a -c, so that OpenOCD alone would not look for its openocd.cfg any more. */
    assert_int_equal(ocd__process_start(&p, FAKE_OPENOCD, "arguments -s dir", NULL, &message), 0);
    await_state(p, OCD_PROCESS_READY);
    assert_non_null(
        strstr(ocd__process_log(p), "<arguments>\n<-s>\n<dir>\n<-f>\n<openocd.cfg>\nInfo"));
    ocd__process_end(&p);
    ocd__buffer_free(&message);
}

static void an_end_leaves_no_process(void **state)
{
    (void)state;
    const char *const modes[] = {"silent", "ready", "die"};
    for (size_t i = 0; i < 3; i++) {
        struct ocd_process *p = start(modes[i]);
        ocd__process_end(&p); /* at whatever stage it is */
        assert_int_equal(waitpid(-1, NULL, 0), -1);
        assert_int_equal(errno, ECHILD);
    }
    struct ocd_process *p = start("ready");
    await_state(p, OCD_PROCESS_READY);
    end_it(&p);
    ocd__process_end(&p); /* NULL by now */
}

static void a_child_that_ignores_sigterm_is_killed_in_bounded_time(void **state)
{
    (void)state;
    struct ocd_process *p = start("stubborn");
    await_state(p, OCD_PROCESS_READY);
    assert_in_range(end_it(&p), 0, 10 * OCD_PROCESS_END_MAX_MS);
}

static void a_stopped_child_ends_at_once(void **state)
{
    (void)state;
    long took = AT_ONCE_MS;
    for (int i = 0; i < TRIES && took >= AT_ONCE_MS; i++) {
        struct ocd_process *p = start("ready");
        await_state(p, OCD_PROCESS_READY);
        kill(ocd__process_pid(p), SIGSTOP);
        took = end_it(&p);
    }
    assert_in_range(took, 0, AT_ONCE_MS - 1);
}

static void its_descendants_end_with_it(void **state)
{
    (void)state;
    for (int killed = 0; killed < 2; killed++) {
        struct ocd_process *p = start("family");
        int watched = watch_pid((pid_t)number_in_log(p, "member "));
        await_state(p, OCD_PROCESS_READY);
        assert_true(still_runs(watched));
        if (killed)
            kill(ocd__process_pid(p), SIGKILL);
        else
            ocd__process_end(&p);
        assert_true(ends_soon(watched));
        if (p)
            await_state(p, OCD_PROCESS_ENDED);
        ocd__process_end(&p);
    }
}

struct host {
    pid_t pid;
    pid_t openocd;
    pid_t fork;   /* a child that the host has forked since, or 0 */
    int life;     /* the host exits when this is closed */
    int openocds; /* watches it */
};

static void be_host(bool forks, int report, int life)
{
    struct ocd_process *p = start("ready");
    await_state(p, OCD_PROCESS_READY);
    pid_t pids[2] = {ocd__process_pid(p), 0};
    if (forks) {
        pids[1] = fork();
        if (pids[1] == 0) {
            pause();
            _exit(0);
        }
    }
    char byte;
    if (write(report, pids, sizeof(pids)) == sizeof(pids))
        (void)!read(life, &byte, 1);
    _exit(0);
}

/* A process of its own that starts an OpenOCD and never closes it. */
static struct host run_host(bool forks)
{
    int report[2], life[2];
    pid_t pids[2] = {0};
    assert_int_equal(pipe(report), 0);
    assert_int_equal(pipe(life), 0);
    struct host host = {.pid = fork(), .life = life[1]};
    assert_true(host.pid >= 0);
    if (host.pid == 0) {
        close(life[1]);
        be_host(forks, report[1], life[0]);
    }
    assert_int_equal(read(report[0], pids, sizeof(pids)), sizeof(pids));
    close(report[0]);
    close(report[1]);
    close(life[0]);
    host.openocd = pids[0];
    host.fork = pids[1];
    host.openocds = watch_pid(host.openocd);
    assert_true(still_runs(host.openocds));
    return host;
}

static void assert_ends_with(const struct host *host)
{
    assert_true(ends_soon(host->openocds));
    assert_int_equal(waitpid(host->pid, NULL, 0), host->pid);
    close(host->life);
}

static void it_ends_when_its_host_exits_without_closing(void **state)
{
    (void)state;
    struct host host = run_host(false);
    close(host.life);
    host.life = -1;
    assert_ends_with(&host);
}

static void it_ends_when_its_host_is_killed(void **state)
{
    (void)state;
    struct host host = run_host(false);
    kill(host.pid, SIGKILL);
    assert_ends_with(&host);
}

static void it_ends_when_its_host_is_killed_even_if_a_fork_survives(void **state)
{
    (void)state;
    struct host host = run_host(true);
    int watched = watch_pid(host.fork);
    kill(host.pid, SIGKILL);
    assert_ends_with(&host);
    assert_true(still_runs(watched));
    kill(host.fork, SIGKILL);
    close(watched);
}

static void it_ends_with_its_supervisor(void **state)
{
    (void)state;
    struct ocd_process *p = start("stubborn");
    await_state(p, OCD_PROCESS_READY);
    int watched = watch_pid(ocd__process_pid(p));
    kill(parent_of(ocd__process_pid(p)), SIGKILL);
    await_state(p, OCD_PROCESS_ENDED);
    assert_string_equal(ocd__process_reason(p, NULL, NULL), "its supervising process was killed");
    assert_true(ends_soon(watched));
    ocd__process_end(&p);
}

static void a_fork_of_the_host_cannot_end_it(void **state)
{
    (void)state;
    struct ocd_process *p = start("ready");
    await_state(p, OCD_PROCESS_READY);
    pid_t child = fork();
    if (child == 0) {
        ocd__process_poll(p);
        ocd__process_end(&p);
        _exit(p ? 1 : 0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(ocd__process_poll(p), OCD_PROCESS_READY);
    assert_int_equal(kill(ocd__process_pid(p), 0), 0);
    ocd__process_end(&p);
}

static void much_output_does_not_block_it(void **state)
{
    (void)state;
    struct ocd_process *p = start("flood");
    await_state(p, OCD_PROCESS_READY);
    await_log(p, "all is written");
    const char *log = ocd__process_log(p);
    assert_string_equal(log, "all is written"); /* the line before it is 8 MB long */
    ocd__process_end(&p);
}

struct lines {
    int count;
    int longest;
    char last[64];
};

static void take_line(const char *text, size_t size, void *user)
{
    struct lines *lines = user;
    lines->longest = (int)size > lines->longest ? (int)size : lines->longest;
    snprintf(lines->last, sizeof(lines->last), "%.*s", (int)size, text);
    if (strncmp(lines->last, "line ", 5) == 0)
        assert_int_equal(atoi(lines->last + 5), lines->count++);
}

static void lines_are_handed_over_once_and_in_order(void **state)
{
    (void)state;
    struct lines lines = {0};
    struct ocd_process *p = start("counts");
    while (ocd__process_poll(p) != OCD_PROCESS_ENDED)
        ocd__process_lines(p, take_line, &lines);
    ocd__process_lines(p, take_line, &lines);
    ocd__process_lines(p, take_line, &lines);
    assert_int_equal(lines.count, 500);
    ocd__process_end(&p);

    /* Most of the 16 MB come too fast; the end of the long line is not taken for a line. */
    memset(&lines, 0, sizeof(lines));
    p = start("flood");
    await_log(p, "all is written");
    ocd__process_lines(p, take_line, &lines);
    assert_string_equal(lines.last, "all is written");
    assert_in_range(lines.longest, 0, OCD_PROCESS_LOG_MAX);
    ocd__process_end(&p);
}

/* Whether that process has the socket or file open that we have at `ours`. */
static int shares_descriptor(pid_t pid, int ours)
{
    char path[64], wanted[256], link[256];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", ours);
    ssize_t length = readlink(path, wanted, sizeof(wanted));
    assert_true(length > 0);
    for (int fd = 0; fd < 1024; fd++) {
        snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, fd);
        if (readlink(path, link, sizeof(link)) == length &&
            memcmp(link, wanted, (size_t)length) == 0)
            return 1;
    }
    return 0;
}

static void descriptors_of_the_host_are_not_inherited(void **state)
{
    (void)state;
    int ends[2], high;
    assert_int_equal(pipe(ends), 0);
    high = fcntl(ends[1], F_DUPFD, 200);
    assert_true(high >= 200);
    assert_true(shares_descriptor(getpid(), high));
    struct ocd_process *p = start("descriptors");
    await_state(p, OCD_PROCESS_READY);
    assert_non_null(strstr(ocd__process_log(p), "/fd/0 "));
    assert_null(strstr(ocd__process_log(p), "/fd/200"));
    assert_false(shares_descriptor(ocd__process_pid(p), high));
    assert_false(shares_descriptor(parent_of(ocd__process_pid(p)), high));
    ocd__process_end(&p);
    close(high);
    close(ends[0]);
    close(ends[1]);
}

static void standard_descriptors_may_be_closed_in_the_host(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        for (int fd = 0; fd <= 2; fd++)
            close(fd);
        struct ocd_process *p;
        struct ocd_buffer message = {0};
        const char *args[] = {"ready", NULL};
        if (ocd__process_start(&p, FAKE_OPENOCD, NULL, args, &message) != 0)
            _exit(1);
        await_state(p, OCD_PROCESS_READY);
        ocd__process_end(&p);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void signal_settings_of_the_host_are_not_inherited(void **state)
{
    (void)state;
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    void (*handler)(int) = signal(SIGINT, SIG_IGN);
    struct ocd_process *p = start("signals");
    await_state(p, OCD_PROCESS_READY);
    assert_int_equal(number_in_log(p, "SigBlk:\t"), 0);
    const char *ignored = strstr(ocd__process_log(p), "SigIgn:\t") + 8;
    assert_int_equal(strtoul(ignored, NULL, 16), 0);
    ocd__process_end(&p);
    signal(SIGINT, handler);

    sigset_t after;
    sigprocmask(SIG_SETMASK, &before, &after);
    assert_true(sigismember(&after, SIGTERM));
    assert_false(sigismember(&after, SIGHUP));
}

static void a_terminals_signals_do_not_reach_it(void **state)
{
    (void)state;
    struct ocd_process *p = start("ready");
    await_state(p, OCD_PROCESS_READY);
    assert_int_not_equal(getsid(ocd__process_pid(p)), getsid(0));
    assert_int_not_equal(getpgid(ocd__process_pid(p)), getpgrp());
    ocd__process_end(&p);
}

static void a_host_may_ignore_sigchld(void **state)
{
    (void)state;
    void (*handler)(int) = signal(SIGCHLD, SIG_IGN);
    struct ocd_process *p = start("ready");
    await_state(p, OCD_PROCESS_READY);
    end_it(&p);
    p = start("die");
    await_state(p, OCD_PROCESS_ENDED);
    assert_string_equal(ocd__process_reason(p, NULL, NULL), "exited with status 3");
    ocd__process_end(&p);
    signal(SIGCHLD, handler);
}

static void *start_and_end(void *slow)
{
    const char *args[] = {"ready", NULL};
    for (int i = 0; i < 5; i++) {
        struct ocd_buffer message = {0};
        struct ocd_process *p;
        if (ocd__process_start(&p, FAKE_OPENOCD, NULL, args, &message) != 0)
            return (void *)"not started";
        ocd_time deadline = ocd__deadline(ocd__now(), 60000);
        enum ocd_process_state now;
        while ((now = ocd__process_poll(p)) == OCD_PROCESS_STARTING && ocd__now() < deadline) {
            struct pollfd wait = {.fd = ocd__process_fd(p), .events = POLLIN};
            poll(&wait, 1, 1000);
        }
        ocd_time before = ocd__now();
        ocd__process_end(&p);
        if (now != OCD_PROCESS_READY)
            return (void *)"not ready";
        *(bool *)slow = *(bool *)slow || ocd__now() - before > AT_ONCE_MS * (ocd_time)OCD_NS_PER_MS;
    }
    return NULL;
}

static void threads_do_not_hold_each_others_processes(void **state)
{
    (void)state;
    pthread_t threads[8];
    bool slow = true;
    for (int tries = 0; tries < TRIES && slow; tries++) {
        bool each[8] = {false};
        slow = false;
        for (int i = 0; i < 8; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, start_and_end, &each[i]), 0);
        for (int i = 0; i < 8; i++) {
            void *result;
            assert_int_equal(pthread_join(threads[i], &result), 0);
            if (result != NULL)
                fail_msg("%s", (const char *)result);
            slow = slow || each[i];
        }
    }
    assert_false(slow);
    assert_int_equal(waitpid(-1, NULL, 0), -1);
    assert_int_equal(errno, ECHILD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readiness_and_the_port_are_reported),
        cmocka_unit_test(an_exit_at_start_is_reported_with_its_last_lines),
        cmocka_unit_test(a_later_exit_is_reported),
        cmocka_unit_test(a_program_that_cannot_be_started_is_named),
        cmocka_unit_test(defaults_come_first_and_arguments_arrive_whole),
        cmocka_unit_test(an_end_leaves_no_process),
        cmocka_unit_test(a_child_that_ignores_sigterm_is_killed_in_bounded_time),
        cmocka_unit_test(a_stopped_child_ends_at_once),
        cmocka_unit_test(its_descendants_end_with_it),
        cmocka_unit_test(it_ends_when_its_host_exits_without_closing),
        cmocka_unit_test(it_ends_when_its_host_is_killed),
        cmocka_unit_test(it_ends_when_its_host_is_killed_even_if_a_fork_survives),
        cmocka_unit_test(it_ends_with_its_supervisor),
        cmocka_unit_test(a_fork_of_the_host_cannot_end_it),
        cmocka_unit_test(much_output_does_not_block_it),
        cmocka_unit_test(lines_are_handed_over_once_and_in_order),
        cmocka_unit_test(descriptors_of_the_host_are_not_inherited),
        cmocka_unit_test(standard_descriptors_may_be_closed_in_the_host),
        cmocka_unit_test(signal_settings_of_the_host_are_not_inherited),
        cmocka_unit_test(a_terminals_signals_do_not_reach_it),
        cmocka_unit_test(a_host_may_ignore_sigchld),
        cmocka_unit_test(threads_do_not_hold_each_others_processes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
