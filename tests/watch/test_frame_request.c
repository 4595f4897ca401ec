// SPDX-License-Identifier: MIT
/* The request for frames, and every way in which its reply can be wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "watch/frame_request.h"

static struct ocd__plan plan;
static struct ocd__frame_times times;
static struct ocd__group_answer answers[4];
static uint8_t data[64], second[64];

/* Two words in one group, a checked value of 8 bytes, and a byte that halts the core. */
static int start(void **state)
{
    static const struct ocd__want wants[] = {
        {.addr = 0x20000000, .size = 4},
        {.addr = 0x20000004, .size = 4},
        {.addr = 0x40000000, .size = 8, .width = 4, .twice = true},
        {.addr = 0x40000010, .size = 1, .width = 1, .held = true},
    };
    static const struct ocd_range ram = {.addr = 0x20000000, .size = 0x100};
    struct ocd__plan_input input = {.wants = wants,
                                    .count = 4,
                                    .ram = &ram,
                                    .ram_count = 1,
                                    .cost = {.access = 100, .word = 1, .words_max = 256}};

    (void)state;
    return ocd__plan_make(&plan, &input);
}

static int stop(void **state)
{
    (void)state;
    ocd__plan_free(&plan);
    return 0;
}

static void request_has_groups_and_checks(void **state)
{
    (void)state;
    struct ocd_buffer groups = {0}, args = {0}, shown = {0};
    struct ocd__frame_request request = {.frames = 3, .next = 1000, .step = 500, .cycles = true};

    assert_int_equal(ocd__frame_groups(&groups, &plan), 0);
    assert_string_equal(groups.data, "{{} {0x20000000 32 2 } {0 1 } {0x40000000 32 2 } } "
                                     "{{} {0x40000010 8 1 } }");
    ocd__frame_arguments(&args, &request, (struct ocd_where){.target = "cpu1", .phys = true},
                         (struct ocd_view){(char *)"{} {}", 5});
    assert_string_equal(args.data, "[list cpu1] {phys} 3 1000 500 1 {} {}");
    ocd__frame_shown(&shown, &plan, (struct ocd_where){0});
    assert_string_equal(shown.data, "read_memory 0x20000000 32 2; read_memory 0x40000000 32 2; "
                                    "read_memory 0x40000010 8 1");
    ocd__buffer_free(&groups);
    ocd__buffer_free(&args);
    ocd__buffer_free(&shown);
}

static int parse(const char *text)
{
    char *copy = strdup(text);
    struct ocd_view rest = {copy, strlen(copy)};

    assert_non_null(copy);
    int rc = ocd__frame_parse(&rest, &plan, OCD_LAYOUT_LITTLE, &times, answers, data, second);
    if (rc == OCD_OK)
        assert_int_equal(rest.size, 0);
    free(copy);
    return rc;
}

#define HEAD "1800000000000000 0x10 running\n"
#define HELD "0 5 0  0x7f\n"
#define PAIR "0 15 0  0x11223344 0x1\n"
#define WIDE "0 8 0  0x5 0x6\n"
#define TAIL "0x20 150 1800000000000900\n"

static void whole_frame_is_understood(void **state)
{
    (void)state;
    assert_int_equal(parse(HEAD HELD PAIR WIDE TAIL), OCD_OK);
    assert_int_equal(times.began, 1800000000000000);
    assert_int_equal(times.ended, 1800000000000900);
    assert_int_equal(times.state, OCD_STATE_RUNNING);
    assert_true(times.has_cycles);
    assert_int_equal(times.before, 0x10);
    assert_int_equal(times.after, 0x20);
    assert_int_equal(times.halted_us, 150);
    assert_memory_equal(data + plan.spots[0].offset, "\x44\x33\x22\x11", 4);
    assert_memory_equal(data + plan.spots[2].offset, "\5\0\0\0\6\0\0\0", 8);
    assert_memory_equal(data + plan.spots[3].offset, "\x7f", 1);
}

static void frame_without_a_counter_is_understood(void **state)
{
    (void)state;
    assert_int_equal(parse("10 - debug-running\n" HELD PAIR WIDE "- -1 20\n"), OCD_OK);
    assert_false(times.has_cycles);
    assert_int_equal(times.state, OCD_STATE_DEBUG_RUNNING);
    assert_int_equal(times.halted_us, -1);
}

static void failed_group_does_not_affect_the_others(void **state)
{
    (void)state;
    assert_int_equal(parse(HEAD HELD "-4 6 0 failed\n" WIDE TAIL), OCD_OK);
    assert_int_equal(answers[0].status, -4);
    assert_int_equal(answers[0].text.size, 6);
    assert_int_equal(answers[1].status, 0);
    assert_memory_equal(data + plan.spots[2].offset, "\5\0\0\0\6\0\0\0", 8);
}

static void torn_value_has_its_last_two_readings(void **state)
{
    (void)state;
    assert_int_equal(parse(HEAD HELD PAIR "0 8 8  0x5 0x6 0x5 0x7\n" TAIL), OCD_OK);
    assert_true(answers[1].torn);
    assert_memory_equal(second + plan.spots[2].offset, "\5\0\0\0\7\0\0\0", 8);
}

static void truncated_reply_is_malformed(void **state)
{
    (void)state;
    char text[] = HEAD HELD PAIR WIDE TAIL;

    for (size_t i = strlen(text) - 1; i > 0; i--) {
        text[i] = '\0';
        assert_int_equal(parse(text), OCD_ERR_PROTOCOL);
    }
}

static void every_other_fault_is_malformed(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "x" HEAD HELD PAIR WIDE TAIL,
        "10 0x100000000 running\n" HELD PAIR WIDE TAIL,
        HEAD HELD "0 16 0  0x11223344 0x1\n" WIDE TAIL,
        HEAD HELD "0 -1 0  0x1\n" WIDE TAIL,
        HEAD HELD "0 99999999999999999999 0  0x1\n" WIDE TAIL,
        HEAD HELD "0 4 0  0x1\n" WIDE TAIL,
        HEAD HELD "0 12 0  0x1 0x2 0x3\n" WIDE TAIL,
        HEAD HELD "0 8 0  0x1 zzz\n" WIDE TAIL,
        HEAD HELD "1 6 6 failedfailed\n" WIDE TAIL,
        HEAD HELD PAIR WIDE "0x20 -2 1800000000000900\n",
        HEAD HELD PAIR WIDE "0x20 0 1\n", /* before it began */
        HEAD HELD PAIR WIDE "0x20 0 1800000000000900",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        if (parse(texts[i]) != OCD_ERR_PROTOCOL)
            fail_msg("%s", texts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(request_has_groups_and_checks),
        cmocka_unit_test(whole_frame_is_understood),
        cmocka_unit_test(frame_without_a_counter_is_understood),
        cmocka_unit_test(failed_group_does_not_affect_the_others),
        cmocka_unit_test(torn_value_has_its_last_two_readings),
        cmocka_unit_test(truncated_reply_is_malformed),
        cmocka_unit_test(every_other_fault_is_malformed),
    };

    return cmocka_run_group_tests_name("frame request", tests, start, stop);
}
