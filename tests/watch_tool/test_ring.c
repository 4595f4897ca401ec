// SPDX-License-Identifier: MIT
/* What is kept before a trigger. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "watch/rows/ring.h"

static char out[4096];

static int take(const char *text, size_t size, void *user)
{
    (void)user;
    strncat(out, text, size);
    return 0;
}

static int refuse(const char *text, size_t size, void *user)
{
    take(text, size, user);
    return 28;
}

static void add(struct ring *ring, const char *text, bool is_frame)
{
    assert_true(ring_add(ring, text, strlen(text), is_frame));
}

static void has(struct ring *ring, const char *expected)
{
    out[0] = '\0';
    assert_int_equal(ring_empty(ring, take, NULL), 0);
    assert_string_equal(out, expected);
    assert_int_equal(ring->count, 0);
}

static void last_frames_are_kept_in_order(void **state)
{
    struct ring ring;
    char text[16];
    (void)state;
    ring_open(&ring, 3);
    for (int i = 0; i < 1000; i++) {
        snprintf(text, sizeof(text), "%d ", i);
        add(&ring, text, true);
    }
    assert_int_equal(ring.frames, 3);
    has(&ring, "997 998 999 ");
    add(&ring, "a", true);
    has(&ring, "a");
    ring_close(&ring);
}

static void many_more_lines_than_at_first_are_kept(void **state)
{
    struct ring ring;
    (void)state;
    ring_open(&ring, 500);
    for (int i = 0; i < 700; i++)
        add(&ring, i < 690 ? "x" : "y", true);
    assert_int_equal(ring.count, 500);
    out[0] = '\0';
    ring_empty(&ring, take, NULL);
    assert_int_equal(strlen(out), 500);
    assert_string_equal(out + 488, "xxyyyyyyyyyy");
    ring_close(&ring);
}

static void gaps_between_frames_are_kept_and_not_counted(void **state)
{
    struct ring ring;
    (void)state;
    ring_open(&ring, 2);
    add(&ring, "1 ", true);
    add(&ring, "2 ", true);
    add(&ring, "gap ", false);
    add(&ring, "3 ", true);
    assert_int_equal(ring.frames, 2);
    has(&ring, "2 gap 3 ");
    for (int i = 0; i < 1000; i++)
        add(&ring, "gap ", false);
    assert_true(ring.count <= 3); /* gaps alone do not fill the memory */
    ring_close(&ring);
}

static void without_frames_before_nothing_is_kept(void **state)
{
    struct ring ring;
    (void)state;
    ring_open(&ring, 0);
    add(&ring, "1", true);
    add(&ring, "gap", false);
    has(&ring, "");
    ring_close(&ring);
}

static void failure_of_the_callback_is_returned_and_empties_the_ring(void **state)
{
    struct ring ring;
    (void)state;
    ring_open(&ring, 3);
    add(&ring, "1", true);
    add(&ring, "2", true);
    out[0] = '\0';
    assert_int_equal(ring_empty(&ring, refuse, NULL), 28);
    assert_string_equal(out, "1");
    assert_int_equal(ring.count, 0);
    ring_close(&ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(last_frames_are_kept_in_order),
        cmocka_unit_test(many_more_lines_than_at_first_are_kept),
        cmocka_unit_test(gaps_between_frames_are_kept_and_not_counted),
        cmocka_unit_test(without_frames_before_nothing_is_kept),
        cmocka_unit_test(failure_of_the_callback_is_returned_and_empties_the_ring),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
