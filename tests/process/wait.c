// SPDX-License-Identifier: MIT
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* syscall */
#endif
#include "wait.h"

#include "base/clock.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#define PATIENCE_MS 60000

struct ocd_process *must_start(const char *program, const char *mode)
{
    struct ocd_process *p;
    struct ocd_buffer message = {0};
    const char *args[] = {mode, NULL};
    int code = ocd__process_start(&p, program, NULL, args, &message);
    if (code != 0)
        fail_msg("%d: %s", code, message.size > 0 ? message.data : "");
    ocd__buffer_free(&message);
    return p;
}

void await_state(struct ocd_process *p, enum ocd_process_state wanted)
{
    ocd_time deadline = ocd__deadline(ocd__now(), PATIENCE_MS);
    for (;;) {
        enum ocd_process_state state = ocd__process_poll(p);
        if (state == wanted)
            return;
        int left = ocd__poll_ms(ocd__now(), deadline);
        if (state == OCD_PROCESS_ENDED || left == 0)
            fail_msg("state %d, not %d: %s\n%s", (int)state, (int)wanted,
                     ocd__process_reason(p, NULL, NULL), ocd__process_log(p));
        struct pollfd wait = {.fd = ocd__process_fd(p), .events = POLLIN};
        poll(&wait, 1, left);
    }
}

void await_log(struct ocd_process *p, const char *text)
{
    ocd_time deadline = ocd__deadline(ocd__now(), PATIENCE_MS);
    while (!strstr(ocd__process_log(p), text)) {
        if (ocd__poll_ms(ocd__now(), deadline) == 0)
            fail_msg("'%s' is not in\n%s", text, ocd__process_log(p));
        /* Once it is ready nothing reports new output. */
        struct pollfd wait = {.fd = ocd__process_fd(p), .events = POLLIN};
        poll(&wait, 1, 5);
        ocd__process_poll(p);
    }
}

int watch_pid(pid_t pid)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    assert_true(fd >= 0);
    return fd;
}

bool ends_soon(int watched)
{
    struct pollfd wait = {.fd = watched, .events = POLLIN};
    int n = poll(&wait, 1, PATIENCE_MS);
    close(watched);
    return n == 1;
}

long end_it(struct ocd_process **process)
{
    int watched = watch_pid(ocd__process_pid(*process));
    ocd_time before = ocd__now();
    ocd__process_end(process);
    long took = (long)((ocd__now() - before) / OCD_NS_PER_MS);
    /* It does not wait for longer than that. */
    assert_true(took >= OCD_PROCESS_END_MAX_MS || !still_runs(watched));
    assert_true(ends_soon(watched));
    return took;
}

bool still_runs(int watched)
{
    struct pollfd wait = {.fd = watched, .events = POLLIN};
    return poll(&wait, 1, 0) == 0;
}
