// SPDX-License-Identifier: MIT
/* --timeout and --deadline: long work that makes progress goes on, everything else ends in time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "rig.h"
#include "tool.h"

#define SOON 30.0 /* seconds, on a busy machine */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The tool with these options; `least` is how many seconds it must take. */
static void expect_after(unsigned port, double least, int status, const char *out,
                         const char *words, const char *line)
{
    struct tool tool;
    double begin = now();
    tool_start(&tool, NULL, "-p %u %s", port, line);
    int have = tool_finish(&tool);
    double taken = now() - begin;
    if (have != status || strstr(tool.err_text.data, words) == NULL ||
        (out != NULL && strcmp(tool.out_text.data, out) != 0) || taken < least || taken > SOON) {
        fail_msg("'%s' ended with %d, not %d, after %.3f s, with '%s' and '%s', not '%s' and '%s'",
                 line, have, status, taken, tool.out_text.data, tool.err_text.data,
                 out != NULL ? out : "(anything)", words);
    }
    tool_free(&tool);
}

/* Flash as slow, against the timeout, as a real one: 4 groups of sectors, of a third of the timeout
 * each. Where the machine is busy for longer, again with a longer one. */
static void a_load_into_flash_may_take_longer_than_the_timeout(void **state)
{
    char directory[64];
    static uint8_t data[32 << 10];
    int status = 5;
    (void)state;
    scratch_make(directory);
    char path[100];
    snprintf(path, sizeof(path), "%s/data.bin", directory);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    memset(data, 0x5A, sizeof(data));
    assert_int_equal(fwrite(data, 1, sizeof(data), file), sizeof(data));
    assert_int_equal(fclose(file), 0);
    for (unsigned timeout = 1; timeout < 20 && status == 5; timeout *= 4) {
        struct rig *rig;
        struct tool tool;
        rig = rig_start(
            &(struct rig_options){.sim = {.erase_us = timeout * 1000000 / 24}, .big = true});
        expect(0, "", "", "-p %u halt", rig->port);
        double begin = now();
        tool_start(&tool, NULL, "-p %u -q --timeout %u load %s 0x08008000", rig->port, timeout,
                   path);
        status = tool_finish(&tool);
        if (status == 0) {
            assert_true(now() - begin > timeout);
            assert_int_equal(sim_peek(rig->sim, 0x08008000, data, sizeof(data)), 0);
            for (size_t i = 0; i < sizeof(data); i++)
                assert_int_equal(data[i], 0x5A);
        }
        tool_free(&tool);
        rig_stop(rig);
    }
    assert_int_equal(status, 0);
    scratch_remove(directory);
}

static void every_command_that_waits_obeys_the_timeout(void **state)
{
    (void)state;
    struct rig *rig = rig_start(&(struct rig_options){.big = true});
    expect_after(rig->port, 1.0, 5, "", "ocd: events: timed out",
                 "--timeout 1 events --until never");
    expect_after(rig->port, 1.0, 5, "", "ocd: state: timed out",
                 "--timeout 1 state --wait unavailable");
    rig_stop(rig);
}

static void a_server_is_waited_for_when_asked(void **state)
{
    (void)state;
    struct rig *rig = rig_start(&(struct rig_options){.big = true});
    unsigned port = rig->port;
    expect_after(port, 0.0, 0, "0x20005000\n", "", "--wait-server read 0x08000000 -w 32");
    rig_stop(rig); /* nobody listens there any more */
    expect_after(port, 0.3, 5, "", "timed out: nothing listens there yet",
                 "--timeout 0.3 --wait-server read 0x08000000");
    expect_after(port, 0.0, 3, "", "no connection", "--timeout 0.3 read 0x08000000");
}

static void a_value_is_waited_for(void **state)
{
    struct tool tool;
    (void)state;
    struct rig *rig = rig_start(&(struct rig_options){.big = true});
    sim_poke(rig->sim, 0x20000100, "\x78\x56\x34\x12", 4);
    expect(0, "", "", "-p %u wait 0x20000100 0x12345678", rig->port);
    expect(0, "{\"address\": \"0x20000100\", \"value\": 305419896}\n", "",
           "-p %u wait 0x20000100 0x00340000 --mask 0x00FF0000 -f json", rig->port);
    expect(0, "", "", "-p %u wait 0x20000101 0x56 -w 8", rig->port);
    expect_after(
        rig->port, 0.3, 5, "",
        "ocd: wait 0x20000100: timed out at 0x20000100: the last value read was 0x12345678",
        "--timeout 1 wait 0x20000100 1");
    expect_after(rig->port, 0.0, 2, "", "VALUE has bits that --mask leaves out",
                 "wait 0x20000100 3 --mask 1");
    expect_after(rig->port, 0.0, 4, "", "target access failed", "wait 0x60000000 3");
    /* It comes while the tool waits. */
    tool_start(&tool, NULL, "-v -p %u --timeout 60 wait 0x20000100 -1 -w 8", rig->port);
    tool_await_err(&tool, "0x78");
    sim_poke(rig->sim, 0x20000100, "\xFF", 1);
    assert_int_equal(tool_finish(&tool), 0);
    tool_free(&tool);
    rig_stop(rig);
}

static void a_deadline_ends_any_command(void **state)
{
    (void)state;
    struct rig *rig = rig_start(&(struct rig_options){.big = true});
    expect_after(rig->port, 1.0, 5, "", "ocd: events: timed out", "--deadline 1 events");
    expect_after(rig->port, 1.0, 5, "", "ocd: events: timed out",
                 "--deadline 1 --timeout 0 events --until never");
    expect_after(rig->port, 1.0, 5, "", "ocd: state: timed out",
                 "--deadline 1 --timeout 0 state --wait unavailable");
    sim_set_latency(rig->sim, 50000);
    expect_after(rig->port, 1.0, 5, NULL, "not finished before its deadline",
                 "--deadline 1 dump 0x08000000 128K -");
    sim_set_latency(rig->sim, 0);
    expect_after(rig->port, 0.0, 0, NULL, "", "--deadline 0 dump 0x08000000 4K -");
    expect(2, "", NULL, "--deadline soon dump 0x08000000 4K -");
    rig_stop(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_load_into_flash_may_take_longer_than_the_timeout),
        cmocka_unit_test(every_command_that_waits_obeys_the_timeout),
        cmocka_unit_test(a_server_is_waited_for_when_asked),
        cmocka_unit_test(a_value_is_waited_for),
        cmocka_unit_test(a_deadline_ends_any_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
