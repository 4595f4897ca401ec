// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE /* SIGWINCH, TIOCGWINSZ */
#include "watch/screen/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "signals.h"

/* The other screen, no cursor; and back. */
static const char entering[] = "\033[?1049h\033[?25l\033[2J";
static const char leaving[] = "\033[?25h\033[0m\033[?1049l";

/* Signals that end a process, beside those of signals.h; and signals that concern a screen. */
static const int ending[] = {SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM, SIGXCPU};
static const int changing[] = {SIGTSTP, SIGCONT, SIGWINCH};
#define ENDINGS   (sizeof(ending) / sizeof(*ending))
#define CHANGINGS (sizeof(changing) / sizeof(*changing))

static struct {
    volatile sig_atomic_t entered;
    volatile sig_atomic_t has_saved;
    volatile sig_atomic_t stop, resumed, changed;
    struct termios saved;
    struct sigaction old_ending[ENDINGS], old_changing[CHANGINGS];
    int wake[2];
    bool ready; /* the pipe is there, and atexit() knows */
} screen;

bool terminal_is_there(void)
{
    const char *term = getenv("TERM");
    return isatty(STDOUT_FILENO) == 1 && term != NULL && strcmp(term, "dumb") != 0;
}

bool terminal_has_keys(void)
{
    return isatty(STDIN_FILENO) == 1;
}

/* --- What signal handlers may call --- */

static void put(const char *text, size_t size)
{
    while (size > 0) {
        ssize_t n = write(STDOUT_FILENO, text, size);
        if (n < 0 && errno != EINTR)
            return;
        text += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
}

static void restore(void)
{
    if (!screen.entered)
        return;
    screen.entered = 0;
    put(leaving, sizeof(leaving) - 1);
    if (screen.has_saved)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &screen.saved);
}

static void on_ending(int number)
{
    restore();
    for (size_t i = 0; i < ENDINGS; i++)
        if (ending[i] == number)
            sigaction(number, &screen.old_ending[i], NULL);
    raise(number); /* as soon as this returns */
}

static void on_changing(int number)
{
    int saved = errno;
    screen.stop = screen.stop || number == SIGTSTP;
    screen.resumed = screen.resumed || number == SIGCONT;
    screen.changed = 1;
    ssize_t n = write(screen.wake[1], "", 1);
    (void)n;
    errno = saved;
}

/* --- Entering and leaving --- */

static int prepare(void)
{
    if (screen.ready)
        return 0;
    if (pipe(screen.wake) != 0)
        return errno;
    for (int i = 0; i < 2; i++) {
        fcntl(screen.wake[i], F_SETFD, FD_CLOEXEC);
        fcntl(screen.wake[i], F_SETFL, O_NONBLOCK);
    }
    screen.ready = true;
    return atexit(terminal_leave) == 0 ? 0 : ENOMEM;
}

static void catch_signals(void)
{
    const struct sigaction end = {.sa_handler = on_ending};
    const struct sigaction change = {.sa_handler = on_changing, .sa_flags = SA_RESTART};
    for (size_t i = 0; i < ENDINGS; i++)
        sigaction(ending[i], &end, &screen.old_ending[i]);
    for (size_t i = 0; i < CHANGINGS; i++)
        sigaction(changing[i], &change, &screen.old_changing[i]);
    signals_before_end(restore);
}

static void release_signals(void)
{
    signals_before_end(NULL);
    for (size_t i = 0; i < ENDINGS; i++)
        sigaction(ending[i], &screen.old_ending[i], NULL);
    for (size_t i = 0; i < CHANGINGS; i++)
        sigaction(changing[i], &screen.old_changing[i], NULL);
}

/* Keys one by one and unseen; Ctrl-C and Ctrl-Z stay signals, and ends of lines as they are. */
static void set_up(void)
{
    struct termios raw;
    screen.has_saved = terminal_has_keys() && tcgetattr(STDIN_FILENO, &screen.saved) == 0;
    screen.entered = 1;
    if (screen.has_saved) {
        raw = screen.saved;
        raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
        raw.c_iflag &= ~(tcflag_t)(IXON | INLCR);
        raw.c_cc[VMIN] = 0;
        raw.c_cc[VTIME] = 0;
        tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    }
    put(entering, sizeof(entering) - 1);
}

int terminal_enter(void)
{
    int error = prepare();
    if (error != 0)
        return error;
    catch_signals();
    set_up();
    return 0;
}

void terminal_leave(void)
{
    if (!screen.entered)
        return;
    restore();
    release_signals();
}

int terminal_fd(void)
{
    return screen.ready ? screen.wake[0] : -1;
}

/* The process stops within raise(), and goes on there. */
static void stop(void)
{
    struct sigaction mine;
    const struct sigaction normal = {.sa_handler = SIG_DFL};
    restore();
    sigaction(SIGTSTP, &normal, &mine);
    raise(SIGTSTP);
    sigaction(SIGTSTP, &mine, NULL);
    set_up();
}

bool terminal_process(void)
{
    char bytes[64];
    bool changed = screen.changed != 0;
    while (read(screen.wake[0], bytes, sizeof(bytes)) > 0) {
    }
    screen.changed = 0;
    if (screen.stop) {
        screen.stop = 0;
        stop();
    } else if (screen.resumed && screen.entered) {
        /* After a stop that cannot be caught the shell may have changed the terminal. */
        restore();
        set_up();
    }
    screen.resumed = 0;
    return changed;
}

void terminal_size(size_t *width, size_t *height)
{
    struct winsize size;
    *width = 80;
    *height = 24;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        *width = size.ws_col;
        *height = size.ws_row;
    }
}

void terminal_draw(const struct line *lines, bool cursor, size_t column)
{
    struct line out = {0};
    const char *at = lines->text != NULL ? lines->text : "";
    line_puts(&out, "\033[?25l\033[H");
    for (;;) {
        size_t size = strcspn(at, "\n");
        line_add(&out, at, size);
        line_puts(&out, "\033[K");
        if (at[size] == '\0')
            break;
        line_puts(&out, "\r\n");
        at += size + 1;
    }
    line_puts(&out, "\033[J");
    if (cursor)
        line_printf(&out, "\r\033[%zuC\033[?25h", column);
    put(out.text, out.size);
    line_free(&out);
}
