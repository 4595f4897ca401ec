// SPDX-License-Identifier: MIT
/* How far a transfer has come: a bar on a terminal, a line now and then elsewhere. The clock is the
 * test's own. */
#define _GNU_SOURCE /* posix_openpt, cfmakeraw */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "progress.h"

#define KIB 1024u

static struct progress progress;
static long now_ms;
static int saved[2];     /* standard output and standard error */
static int printed = -1; /* what comes out of standard error */

int __wrap_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
    (void)clock;
    *time = (struct timespec){now_ms / 1000, now_ms % 1000 * 1000000};
    return 0;
}

/* Both become the same pipe, or terminal. */
static void divert(bool to_terminal)
{
    int ends[2];
    if (to_terminal) {
        struct termios raw;
        ends[0] = posix_openpt(O_RDWR | O_NOCTTY);
        assert_true(ends[0] >= 0 && grantpt(ends[0]) == 0 && unlockpt(ends[0]) == 0);
        ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY);
        assert_true(ends[1] >= 0 && tcgetattr(ends[1], &raw) == 0);
        cfmakeraw(&raw);
        assert_int_equal(tcsetattr(ends[1], TCSANOW, &raw), 0);
    } else {
        assert_int_equal(pipe(ends), 0);
    }
    fflush(stdout);
    fflush(stderr);
    saved[0] = dup(STDOUT_FILENO);
    saved[1] = dup(STDERR_FILENO);
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    printed = ends[0];
    assert_int_equal(fcntl(printed, F_SETFL, O_NONBLOCK), 0);
    progress_start(&progress, true);
}

/* What has been printed since. */
static const char *collect(void)
{
    static char text[4096];
    fflush(stderr);
    ssize_t n = read(printed, text, sizeof text - 1);
    text[n > 0 ? n : 0] = '\0';
    return text;
}

static void restore(void)
{
    fflush(stdout);
    fflush(stderr);
    dup2(saved[0], STDOUT_FILENO);
    dup2(saved[1], STDERR_FILENO);
    close(saved[0]);
    close(saved[1]);
    close(printed);
}

/* A failure has to be seen, so the descriptors are given back before it is told. */
#define expect_printed(text)                                                                       \
    do {                                                                                           \
        char have[4096];                                                                           \
        snprintf(have, sizeof have, "%s", collect());                                              \
        if (strcmp(have, text) != 0) {                                                             \
            restore();                                                                             \
            assert_string_equal(have, text);                                                       \
        }                                                                                          \
    } while (0)

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

static void short_work_does_not_flicker(void **state)
{
    (void)state;
    divert(true);
    now_ms += 240;
    progress_update(&progress, 1, 100);
    expect_printed("");
    now_ms += 20;
    progress_update(&progress, 2, 100);
    assert_non_null(strstr(collect(), "  2 %"));
    now_ms += 90; /* it is drawn ten times a second at the most */
    progress_update(&progress, 3, 100);
    expect_printed("");
    now_ms += 20;
    progress_update(&progress, 4, 100);
    assert_non_null(strstr(collect(), "  4 %"));
    progress_erase(&progress);
    expect_printed("\r\033[K");
    progress_erase(&progress);
    expect_printed("");
    restore();
}

static void results_make_room_only_where_they_meet_the_bar(void **state)
{
    int null = open("/dev/null", O_WRONLY);
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
    dup2(null, STDOUT_FILENO);
    progress_make_room(&progress);
    expect_printed("");
    close(null);
    restore();
}

static void elsewhere_there_is_a_line_every_five_seconds(void **state)
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

static void hours_are_told_too(void **state)
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

static void what_is_not_wanted_is_not_shown(void **state)
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
        cmocka_unit_test(short_work_does_not_flicker),
        cmocka_unit_test(results_make_room_only_where_they_meet_the_bar),
        cmocka_unit_test(elsewhere_there_is_a_line_every_five_seconds),
        cmocka_unit_test(hours_are_told_too),
        cmocka_unit_test(what_is_not_wanted_is_not_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
