// SPDX-License-Identifier: MIT
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#define NUMBERS_MAX 65

static volatile sig_atomic_t caught;
static volatile sig_atomic_t seen[NUMBERS_MAX];
static void (*volatile before_end)(void);
static int wake[2] = {-1, -1};

/* A second signal of the same kind ends the process, when the handler returns. */
static void end_process(int number)
{
    void (*last)(void) = before_end;
    if (last != NULL)
        last();
    signal(number, SIG_DFL);
    raise(number);
}

static void on_signal(int number)
{
    int saved = errno;
    if (seen[number]) {
        end_process(number);
        errno = saved;
        return;
    }
    seen[number] = 1;
    caught = number;
    /* The result does not matter: a full pipe is readable, too. */
    ssize_t written = write(wake[1], "", 1);
    (void)written;
    errno = saved;
}

/* Catches what the process does not ignore, once each. 0 or an errno. */
static int catch_all(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    /* No SA_RESTART: a write to a full pipe must end too. */
    struct sigaction action = {.sa_handler = on_signal};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        struct sigaction old;
        seen[numbers[i]] = 0;
        if (sigaction(numbers[i], NULL, &old) != 0)
            return errno;
        /* nohup, or a shell for a process in the background, has set it to be ignored. */
        if (old.sa_handler != SIG_IGN && sigaction(numbers[i], &action, NULL) != 0)
            return errno;
    }
    return 0;
}

int signals_install(void)
{
    if (pipe(wake) != 0)
        return errno;
    for (int i = 0; i < 2; i++)
        if (fcntl(wake[i], F_SETFD, FD_CLOEXEC) != 0 || fcntl(wake[i], F_SETFL, O_NONBLOCK) != 0)
            return errno;
    int error = catch_all();
    if (error != 0)
        return error;
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    return sigaction(SIGPIPE, &ignore, NULL) == 0 && sigaction(SIGXFSZ, &ignore, NULL) == 0 ? 0
                                                                                            : errno;
}

void signals_forget(void)
{
    char bytes[16];

    caught = 0;
    while (read(wake[0], bytes, sizeof(bytes)) > 0) {
    }
    catch_all();
}

void signals_before_end(void (*last)(void))
{
    before_end = last;
}

int signals_caught(void)
{
    return caught;
}

int signals_fd(void)
{
    return wake[0];
}
