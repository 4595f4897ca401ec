// SPDX-License-Identifier: MIT
/* `ocd bp`, `ocd wp`, and waiting for events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "files.h"

static void breakpoints_are_set_listed_and_removed(void **state)
{
    (void)state;
    run(0, "", "", "bp");
    run(0, "", "", "bp 0x08000200");
    run(0, "", "", "bp 0x20000100 2 --soft");
    run(0, "0x08000200  2  hard\n0x20000100  2  soft\n", "", "bp");
    run(0,
        "{\"breakpoints\": [{\"address\": \"0x08000200\", \"length\": 2, \"kind\": \"hard\"}, "
        "{\"address\": \"0x20000100\", \"length\": 2, \"kind\": \"soft\"}]}\n",
        "", "bp -f json");
    run(0, "", "", "bp 0x08000200 --remove");
    run(0, "0x20000100  2  soft\n", "", "bp");
    run(0, "", "", "bp --remove");
    run(0, "{\"breakpoints\": []}\n", "", "bp -f json");
    run(2, "", "ocd: bp: --soft and --hard exclude each other; try 'ocd bp --help'\n",
        "bp 0x20000100 --soft --hard");
}

static void watchpoints_are_set_listed_and_removed(void **state)
{
    (void)state;
    run(0, "", "", "wp");
    run(0, "", "", "wp 0x20000010 4 w");
    run(0, "", "", "wp 0x20000020..0x20000022");
    run(0, "0x20000010  4  w\n0x20000020  2  rw\n", "", "wp");
    run(0, "", "", "wp 0x20000010 --remove");
    run(0,
        "{\"watchpoints\": [{\"address\": \"0x20000020\", \"length\": 2, \"access\": \"rw\"}]}\n",
        "", "wp -f json");
    run(0, "", "", "wp --remove");
    run(0, "", "", "wp");
    run(2, "", "ocd: wp: SIZE is missing; try 'ocd wp --help'\n", "wp 0x20000010");
    run(2, "", "ocd: wp: ACCESS 'x' is not r, w or rw; try 'ocd wp --help'\n", "wp 0x20000010 4 x");
}

static void waiting_for_an_event_ends_with_the_timeout(void **state)
{
    (void)state;
    run(5, "", "ocd: events: timed out: that event has not come\n",
        "--timeout 0.2 events --until no-such-event");
}

static void registers_are_not_written_with_writable_ranges(void **state)
{
    (void)state;
    run_holds(2, "", "the session may write ranges of memory only, not registers",
              "--writable 0x20000000:4 reg r0=1");
    run_holds(2, "", "the session may write ranges of memory only, not registers",
              "--writable 0x20000000:4 resume 0x08000200");
    run(0, "halted\n", "", "state");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        files_test(breakpoints_are_set_listed_and_removed),
        files_test(watchpoints_are_set_listed_and_removed),
        files_test(waiting_for_an_event_ends_with_the_timeout),
        files_test(registers_are_not_written_with_writable_ranges),
    };
    return cmocka_run_group_tests(tests, files_start, files_stop);
}
