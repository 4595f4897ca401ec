// SPDX-License-Identifier: MIT
/* Breakpoints and watchpoints. */
#include "aux.h"

#define CODE (RESET_HANDLER + 0x60u) /* flash, free of breakpoints of its own */

static int clean(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;

    rig_ok(s, ocd_reset(s, OCD_RESET_HALT));
    rig_ok(s, ocd_remove_breakpoints(s));
    rig_ok(s, ocd_remove_watchpoints(s));
    return 0;
}

static size_t count_breakpoints(struct ocd_session *s)
{
    struct ocd_breakpoint *list;
    size_t count;

    rig_ok(s, ocd_breakpoints(s, &list, &count));
    assert_non_null(list);
    ocd_free(list);
    return count;
}

static size_t count_watchpoints(struct ocd_session *s)
{
    struct ocd_watchpoint *list;
    size_t count;

    rig_ok(s, ocd_watchpoints(s, &list, &count));
    assert_non_null(list);
    ocd_free(list);
    return count;
}

static void the_core_stops_at_a_hardware_breakpoint(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    uint64_t pc;

    rig_ok(s, ocd_step(s));
    rig_ok(s, ocd_step(s));
    rig_ok(s, ocd_read_register(s, "pc", &pc));
    rig_ok(s, ocd_set_breakpoint(s, pc, 2, OCD_BREAKPOINT_HARD));
    rig_ok(s, ocd_resume_at(s, RESET_HANDLER));
    rig_ok(s, ocd_wait_state(s, OCD_STATE_HALTED, 0));
    uint64_t stopped;
    rig_ok(s, ocd_read_register(s, "pc", &stopped));
    assert_int_equal(stopped, pc);
    rig_ok(s, ocd_remove_breakpoint(s, pc));
    rig_ok(s, ocd_resume_at(s, RESET_HANDLER));
    assert_state(s, NULL, OCD_STATE_RUNNING);
}

static void a_soft_breakpoint_is_in_memory(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    uint8_t code[4];
    rig_needs_cortex_m3();

    rig_poke(rig, RIG_RAM, "\x12\x34\x56\x78", 4);
    rig_ok(s, ocd_set_breakpoint(s, RIG_RAM, 2, OCD_BREAKPOINT_SOFT));
    rig_peek(rig, RIG_RAM, code, 4);
    assert_memory_equal(code, "\x11\xbe\x56\x78", 4); /* bkpt #0x11 */
    rig_ok(s, ocd_remove_breakpoint(s, RIG_RAM));
    rig_peek(rig, RIG_RAM, code, 4);
    assert_memory_equal(code, "\x12\x34\x56\x78", 4);
}

static void breakpoints_are_listed(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_breakpoint *list;
    size_t count;
    rig_needs_cortex_m3();

    assert_int_equal(count_breakpoints(s), 0);
    rig_ok(s, ocd_set_breakpoint(s, CODE, 2, OCD_BREAKPOINT_HARD));
    rig_ok(s, ocd_set_breakpoint(s, RIG_RAM + 0x100, 2, OCD_BREAKPOINT_SOFT));
    rig_ok(s, ocd_set_breakpoint(s, CODE + 4, 2, OCD_BREAKPOINT_HARD));
    rig_ok(s, ocd_resume(s)); /* the list does not need the target */
    rig_ok(s, ocd_breakpoints(s, &list, &count));
    assert_int_equal(count, 3);
    assert_int_equal(list[0].kind, OCD_BREAKPOINT_HARD);
    assert_int_equal(list[0].addr, CODE);
    assert_int_equal(list[0].length, 2);
    assert_int_equal(list[0].number, 0);
    assert_int_equal(list[1].kind, OCD_BREAKPOINT_SOFT);
    assert_int_equal(list[1].addr, RIG_RAM + 0x100);
    assert_int_equal(list[2].addr, CODE + 4);
    assert_int_equal(list[2].number, 1);
    ocd_free(list);
    rig_ok(s, ocd_remove_breakpoint(s, CODE));
    assert_int_equal(count_breakpoints(s), 2);
    rig_ok(s, ocd_remove_breakpoints(s));
    assert_int_equal(count_breakpoints(s), 0);
    rig_ok(s, ocd_remove_breakpoints(s));
}

static void a_refused_breakpoint_is_an_error(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    rig_needs_cortex_m3();

    /* flash */
    rig_fails(s, OCD_ERR_COMMAND, ocd_set_breakpoint(s, CODE, 2, OCD_BREAKPOINT_SOFT));
    rig_assert_contains(ocd_last_error(s)->message, "Failed to write memory at 0x");
    /* the length of a Thumb-2 instruction, as the target has it */
    rig_fails(s, OCD_ERR_COMMAND, ocd_set_breakpoint(s, CODE, 4, OCD_BREAKPOINT_HARD));
    rig_ok(s, ocd_set_breakpoint(s, CODE, 2, OCD_BREAKPOINT_HARD));
    rig_fails(s, OCD_ERR_COMMAND, ocd_set_breakpoint(s, CODE, 2, OCD_BREAKPOINT_HARD));
    rig_assert_contains(ocd_last_error(s)->message, "Duplicate Breakpoint address: 0x0800");
    assert_int_equal(count_breakpoints(s), 1);
    int rc = OCD_OK;
    for (uint32_t i = 1; i < 32 && rc == OCD_OK; i++)
        rc = ocd_set_breakpoint(s, CODE + 4 * i, 2, OCD_BREAKPOINT_HARD);
    assert_int_equal(rc, OCD_ERR_COMMAND);
    rig_assert_contains(ocd_last_error(s)->message, "Can not find free FPB Comparator");
}

/* OpenOCD 0.12 reports success. */
static void removing_an_unknown_point_is_an_error(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;

    rig_fails(s, OCD_ERR_COMMAND, ocd_remove_breakpoint(s, CODE));
    rig_assert_contains(ocd_last_error(s)->text, "remove the breakpoint at 0x08000200: ");
    rig_assert_contains(ocd_last_error(s)->message, "no breakpoint at address 0x08000200 found");
    rig_fails(s, OCD_ERR_COMMAND, ocd_remove_watchpoint(s, RIG_RAM));
    rig_assert_contains(ocd_last_error(s)->message, "no watchpoint at address 0x20000000 found");
}

static void watchpoints_are_set_listed_and_removed(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    const struct ocd_watchpoint wanted[] = {
        {.addr = RIG_RAM, .length = 4, .access = OCD_WATCHPOINT_WRITE},
        {.addr = RIG_RAM + 8, .length = 1, .access = OCD_WATCHPOINT_READ},
        {.addr = RIG_RAM + 16, .length = 16, .access = OCD_WATCHPOINT_ACCESS},
    };
    struct ocd_watchpoint *list;
    size_t count;

    assert_int_equal(count_watchpoints(s), 0);
    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        rig_ok(s, ocd_set_watchpoint(s, &wanted[i]));
    rig_ok(s, ocd_set_watchpoint(s, &wanted[1])); /* again is no error */
    rig_ok(s, ocd_watchpoints(s, &list, &count));
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(list[i].addr, wanted[i].addr);
        assert_int_equal(list[i].length, wanted[i].length);
        assert_int_equal(list[i].access, wanted[i].access);
        assert_false(list[i].match_value);
    }
    ocd_free(list);
    rig_ok(s, ocd_remove_watchpoint(s, RIG_RAM + 8));
    assert_int_equal(count_watchpoints(s), 2);
    rig_ok(s, ocd_remove_watchpoints(s));
    assert_int_equal(count_watchpoints(s), 0);
    rig_ok(s, ocd_remove_watchpoints(s));
}

static void a_refused_watchpoint_is_an_error(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_watchpoint w = {.addr = RIG_RAM, .length = 4, .access = OCD_WATCHPOINT_WRITE};
    rig_needs_cortex_m3();

    rig_ok(s, ocd_set_watchpoint(s, &w));
    w.access = OCD_WATCHPOINT_READ;
    rig_fails(s, OCD_ERR_COMMAND, ocd_set_watchpoint(s, &w));
    rig_assert_contains(ocd_last_error(s)->message, "already has watchpoint");
    w = (struct ocd_watchpoint){.addr = RIG_RAM + 8, .length = 3, .access = OCD_WATCHPOINT_READ};
    rig_fails(s, OCD_ERR_COMMAND, ocd_set_watchpoint(s, &w));
    /* A Cortex-M cannot compare values. */
    w = (struct ocd_watchpoint){.addr = RIG_RAM + 8,
                                .length = 4,
                                .access = OCD_WATCHPOINT_WRITE,
                                .match_value = true,
                                .value = 0x12};
    rig_fails(s, OCD_ERR_COMMAND, ocd_set_watchpoint(s, &w));
    rig_assert_contains(ocd_last_error(s)->message, "resource not available");
    assert_int_equal(count_watchpoints(s), 1);
}

/* As a target would have it that takes values. */
static void a_watched_value_is_sent_completely(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_watchpoint w = {.addr = RIG_RAM,
                               .length = 4,
                               .access = OCD_WATCHPOINT_WRITE,
                               .match_value = true,
                               .value = UINT64_C(0x123456789a),
                               .ignore = 0xf0};

    rig_ok(s, ocd_command(s, "rename wp real_wp; proc wp {args} {set ::asked $args; return {}}",
                          NULL));
    rig_ok(s, ocd_set_watchpoint(s, &w));
    assert_command(s, "set ::asked", "0x20000000 4 w 0x123456789a 0xf0");
    w.match_value = false;
    rig_ok(s, ocd_set_watchpoint(s, &w));
    assert_command(s, "set ::asked", "0x20000000 4 w");
    rig_ok(s, ocd_command(s, "rename wp {}; rename real_wp wp", NULL));
}

static void invalid_arguments_are_refused(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    struct ocd_watchpoint w = {.addr = RIG_RAM, .length = 4, .access = OCD_WATCHPOINT_WRITE};
    struct ocd_breakpoint *breakpoints;
    size_t count;
    rig_needs_cortex_m3();

    rig_trace_clear(&rig->trace);
    rig_fails(s, OCD_ERR_ARG, ocd_set_breakpoint(s, CODE, 0, OCD_BREAKPOINT_HARD));
    rig_fails(s, OCD_ERR_ARG, ocd_set_breakpoint(s, CODE, 2, OCD_BREAKPOINT_CONTEXT));
    rig_fails(s, OCD_ERR_ARG, ocd_set_breakpoint(s, CODE, 2, (enum ocd_breakpoint_kind)9));
    rig_fails(s, OCD_ERR_ARG, ocd_set_breakpoint(s, UINT64_MAX, 2, OCD_BREAKPOINT_HARD));
    rig_fails(s, OCD_ERR_ARG, ocd_set_watchpoint(s, NULL));
    w.length = 0;
    rig_fails(s, OCD_ERR_ARG, ocd_set_watchpoint(s, &w));
    w.length = 4;
    w.access = (enum ocd_watchpoint_access)0;
    rig_fails(s, OCD_ERR_ARG, ocd_set_watchpoint(s, &w));
    rig_fails(s, OCD_ERR_ARG, ocd_breakpoints(s, NULL, &count));
    rig_fails(s, OCD_ERR_ARG, ocd_breakpoints(s, &breakpoints, NULL));
    rig_fails(s, OCD_ERR_ARG, ocd_watchpoints(s, NULL, NULL));
    /* OpenOCD would cut the address: a Cortex-M has 32 bits. */
    rig_fails(s, OCD_ERR_ARG,
              ocd_set_breakpoint(s, UINT64_C(0x100000000) + CODE, 2, OCD_BREAKPOINT_HARD));
    rig_fails(s, OCD_ERR_ARG, ocd_remove_breakpoint(s, UINT64_C(0x100000000) + CODE));
    w.access = OCD_WATCHPOINT_READ;
    w.addr = UINT64_C(0x100000000) + RIG_RAM;
    rig_fails(s, OCD_ERR_ARG, ocd_set_watchpoint(s, &w));
    assert_int_equal(rig_sent_with(&rig->trace, "arp_poll"), 0);
    assert_int_equal(ocd_remove_breakpoints(NULL), OCD_ERR_ARG);
    assert_int_equal(ocd_set_watchpoint(NULL, &w), OCD_ERR_ARG);
}

static void a_read_only_session_writes_no_instruction(void **state)
{
    struct rig *rig = *state;
    const struct ocd_range ram = {.addr = RIG_RAM, .size = 0x1000};
    struct ocd_session *s = rig_connect(rig, &(struct ocd_options){.read_only = true});
    struct ocd_session *some =
        rig_connect(rig, &(struct ocd_options){.writable = &ram, .writable_count = 1});

    rig_fails(s, OCD_ERR_READ_ONLY, ocd_set_breakpoint(s, RIG_RAM, 2, OCD_BREAKPOINT_SOFT));
    rig_fails(s, OCD_ERR_READ_ONLY, ocd_remove_breakpoint(s, RIG_RAM));
    rig_fails(s, OCD_ERR_READ_ONLY, ocd_remove_breakpoints(s));
    rig_ok(s, ocd_set_breakpoint(s, CODE, 2, OCD_BREAKPOINT_HARD));
    rig_ok(some, ocd_set_breakpoint(some, RIG_RAM, 2, OCD_BREAKPOINT_SOFT));
    rig_fails(some, OCD_ERR_READ_ONLY,
              ocd_set_breakpoint(some, RIG_RAM + 0x1000, 2, OCD_BREAKPOINT_SOFT));
    rig_ok(some, ocd_remove_breakpoints(some));
    ocd_close(s);
    ocd_close(some);
}

static void the_asynchronous_forms_do_the_same_for_any_target(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_call cpu = {.target = RIG_CPU};
    struct ocd_watchpoint w = {.addr = RIG_RAM, .length = 4, .access = OCD_WATCHPOINT_WRITE};
    struct ocd_breakpoint *breakpoints;
    struct ocd_watchpoint *watchpoints;
    size_t count;

    rig_ok(s, ocd_select(s, AUX));
    rig_ok(s, ocd_wait(ocd_set_breakpoint_async(s, CODE, 2, OCD_BREAKPOINT_HARD, &cpu)));
    rig_ok(s, ocd_wait(ocd_set_watchpoint_async(s, &w, &cpu)));
    assert_int_equal(count_breakpoints(s), 0); /* of AUX */
    assert_int_equal(count_watchpoints(s), 0);
    rig_ok(s, ocd_wait(ocd_breakpoints_async(s, &breakpoints, &count, &cpu)));
    assert_int_equal(count, 1);
    ocd_free(breakpoints);
    rig_ok(s, ocd_wait(ocd_watchpoints_async(s, &watchpoints, &count, &cpu)));
    assert_int_equal(count, 1);
    ocd_free(watchpoints);
    rig_ok(s, ocd_wait(ocd_remove_breakpoint_async(s, CODE, &cpu)));
    rig_ok(s, ocd_wait(ocd_remove_watchpoint_async(s, RIG_RAM, &cpu)));
    rig_ok(s, ocd_wait(ocd_remove_breakpoints_async(s, &cpu)));
    rig_ok(s, ocd_wait(ocd_remove_watchpoints_async(s, &cpu)));
    rig_ok(s, ocd_select(s, RIG_CPU));
}

static void a_malformed_list_is_an_error(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_breakpoint *list = (void *)1;
    size_t count = 1;

    rig_ok(s, ocd_command(s, "rename bp real_bp; proc bp {args} {return {what?}}", NULL));
    rig_fails(s, OCD_ERR_PROTOCOL, ocd_breakpoints(s, &list, &count));
    assert_null(list);
    assert_int_equal(count, 0);
    rig_ok(s,
           ocd_command(s, "proc bp {args} {return {Breakpoint(IVA): 0x08000200, 0x2, 0}}", NULL));
    rig_ok(s, ocd_command(s, "rename rbp real_rbp; proc rbp {at} {}", NULL));
    rig_fails(s, OCD_ERR_COMMAND, ocd_remove_breakpoint(s, CODE));
    rig_assert_contains(ocd_last_error(s)->text, "OpenOCD has not removed it");
    rig_fails(s, OCD_ERR_COMMAND, ocd_remove_breakpoints(s));
    rig_ok(s, ocd_command(s, "rename bp {}; rename real_bp bp; rename rbp {}; rename real_rbp rbp",
                          NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_core_stops_at_a_hardware_breakpoint, clean),
        cmocka_unit_test_setup(a_soft_breakpoint_is_in_memory, clean),
        cmocka_unit_test_setup(breakpoints_are_listed, clean),
        cmocka_unit_test_setup(a_refused_breakpoint_is_an_error, clean),
        cmocka_unit_test_setup(removing_an_unknown_point_is_an_error, clean),
        cmocka_unit_test_setup(watchpoints_are_set_listed_and_removed, clean),
        cmocka_unit_test_setup(a_refused_watchpoint_is_an_error, clean),
        cmocka_unit_test_setup(a_watched_value_is_sent_completely, clean),
        cmocka_unit_test_setup(invalid_arguments_are_refused, clean),
        cmocka_unit_test_setup(a_read_only_session_writes_no_instruction, clean),
        cmocka_unit_test_setup(the_asynchronous_forms_do_the_same_for_any_target, clean),
        cmocka_unit_test_setup(a_malformed_list_is_an_error, clean),
    };

    return cmocka_run_group_tests_name("breakpoints and watchpoints", tests, aux_start, aux_stop);
}
