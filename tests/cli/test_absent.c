// SPDX-License-Identifier: MIT
/* What the tool says of a target or a probe that is not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rig.h"
#include "tool.h"

static struct rig *rig;

static int setup(void **state)
{
    (void)state;
    rig = rig_start(&(struct rig_options){.big = true});
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    rig_stop(rig);
    return 0;
}

static void fails(const char *words, const char *command)
{
    struct tool tool;
    tool_start(&tool, NULL, "-p %u %s", rig->port, command);
    tool_finish(&tool);
    expect_finished(&tool, 7, "", NULL);
    if (strstr(tool.err_text.data, words) == NULL)
        fail_msg("%s: %s", command, tool.err_text.data);
    tool_free(&tool);
}

static void an_absent_target_gives_exit_code_7(void **state)
{
    static const char *const commands[] = {
        "read 0x20000000",     "dump 0x20000000 1K - --skip-unreadable",  "state", "halt", "reg pc",
        "erase 0x08000000 1K", "load /etc/passwd 0x08000000 --format bin"};
    (void)state;
    assert_int_equal(sim_set_power(rig->sim, false), 0);
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        fails("the target does not answer", commands[i]);
    sim_set_link(rig->sim, SIM_LINK_DOWN);
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        fails("the debug probe does not answer", commands[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_absent_target_gives_exit_code_7),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
