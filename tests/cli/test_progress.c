// SPDX-License-Identifier: MIT
/* How far a transfer has come: a bar on a terminal, a line now and then elsewhere. The clock is the
 * test's own, and what is a terminal too: a real one hands over what is written some time later. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "progress.h"

#define KIB 1024u

static struct progress progress;
static long now_ms;
static bool terminal[3]; /* which descriptor is one */
static int saved;        /* standard error as it was */
static int printed;      /* what comes out of it */

int __wrap_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
    (void)clock;
    *time = (struct timespec){now_ms / 1000, now_ms % 1000 * 1000000};
    return 0;
}

int __wrap_isatty(int fd);
int __wrap_isatty(int fd)
{
    return terminal[fd];
}

/* Standard error becomes a pipe, and is said to be a terminal or not; so is standard output. */
static void divert(bool to_terminal)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    fflush(stderr);
    saved = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    printed = ends[0];
    terminal[STDOUT_FILENO] = terminal[STDERR_FILENO] = to_terminal;
    progress_start(&progress, true);
}

/* What has been printed since. */
static const char *collect(void)
{
    static char text[4096];
    fflush(stderr);
    ssize_t n = read(printed, text, sizeof(text) - 1);
    text[n > 0 ? n : 0] = '\0';
    return text;
}

static void restore(void)
{
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(printed);
}

/* Restores standard error before a failure is printed. */
static void check(const char *text, bool whole, int line)
{
    const char *have = collect();
    if (whole ? strcmp(have, text) != 0 : strstr(have, text) == NULL) {
        restore();
        print_error("--- has to %s:\n%s\n--- but is:\n%s\n", whole ? "be" : "hold", text, have);
        _fail(__FILE__, line);
    }
}

#define expect_printed(text)      check(text, true, __LINE__)
#define expect_printed_with(text) check(text, false, __LINE__)

static void a_terminal_gets_a_bar_with_rate_and_time_left(void **state)
{
    (void)state;
    divert(true);
    now_ms += 1000;
    progress_update(&progress, 64 * KIB, 256 * KIB);
    expect_printed("\r[#####...............]  25 %  64.0 KiB of 256.0 KiB  64.0 KiB/s  0:03 left"
                   "\033[K");
    now_ms += 3000;
    progress_update(&progress, 256 * KIB, 256 * KIB);
    expect_printed("\r[####################] 100 %  256.0 KiB of 256.0 KiB  64.0 KiB/s\033[K");
    progress_finish(&progress, 256 * KIB);
    expect_printed("\r\033[K256.0 KiB in 4.00 s, 64.0 KiB/s\n");
    restore();
}

static void short_transfers_show_no_progress(void **state)
{
    (void)state;
    divert(true);
    now_ms += 240;
    progress_update(&progress, 1, 100);
    expect_printed("");
    now_ms += 20;
    progress_update(&progress, 2, 100);
    expect_printed_with("  2 %");
    now_ms += 90; /* it is drawn ten times a second at the most */
    progress_update(&progress, 3, 100);
    expect_printed("");
    now_ms += 20;
    progress_update(&progress, 4, 100);
    expect_printed_with("  4 %");
    progress_erase(&progress);
    expect_printed("\r\033[K");
    progress_erase(&progress);
    expect_printed("");
    restore();
}

static void results_erase_the_bar_only_on_the_same_terminal(void **state)
{
    (void)state;
    divert(true);
    now_ms += 1000;
    progress_update(&progress, 1, 100);
    collect();
    progress_make_room(&progress);
    expect_printed("\r\033[K");
    now_ms += 1000;
    progress_update(&progress, 2, 100);
    collect();
    terminal[STDOUT_FILENO] = false;
    progress_make_room(&progress);
    expect_printed("");
    restore();
}

static void without_a_terminal_a_line_comes_every_five_seconds(void **state)
{
    (void)state;
    divert(false);
    for (int i = 1; i < 50; i++) {
        now_ms += 100;
        progress_update(&progress, (uint64_t)i * KIB, 6000 * KIB);
    }
    expect_printed("");
    now_ms += 110; /* not exactly five seconds, which are not exact in a double */
    progress_update(&progress, 50 * KIB, 6000 * KIB);
    expect_printed("  0 %  50.0 KiB of 5.9 MiB  10.0 KiB/s  9:56 left\n");
    now_ms += 4900;
    progress_update(&progress, 99 * KIB, 6000 * KIB);
    expect_printed("");
    now_ms += 110;
    progress_update(&progress, 100 * KIB, 6000 * KIB);
    expect_printed("  1 %  100.0 KiB of 5.9 MiB  10.0 KiB/s  9:51 left\n");
    progress_finish(&progress, 6000 * KIB);
    expect_printed("");
    restore();
}

static void hours_are_printed_too(void **state)
{
    (void)state;
    divert(false);
    now_ms += 10000;
    progress_update(&progress, 1, 1001);
    expect_printed("  0 %  1 B of 1001 B  0 B/s  2:46:40 left\n");
    now_ms += 10000;
    progress_update(&progress, 0, 0);
    expect_printed("100 %  0 B of 0 B  0 B/s\n");
    restore();
}

static void unwanted_progress_is_not_shown(void **state)
{
    (void)state;
    divert(true);
    progress_start(&progress, false);
    now_ms += 10000;
    progress_update(&progress, 1, 100);
    progress_finish(&progress, 100);
    expect_printed("");
    restore();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_terminal_gets_a_bar_with_rate_and_time_left),
        cmocka_unit_test(short_transfers_show_no_progress),
        cmocka_unit_test(results_erase_the_bar_only_on_the_same_terminal),
        cmocka_unit_test(without_a_terminal_a_line_comes_every_five_seconds),
        cmocka_unit_test(hours_are_printed_too),
        cmocka_unit_test(unwanted_progress_is_not_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
