// SPDX-License-Identifier: MIT
/* Which target a call means, in which byte order, and by which kind of address. */
#include "rig.h"

#define FREE_AP "free.ap" /* one more, little-endian */

static int start(void **state)
{
    *state = rig_start(&(struct rig_options){
        .big = true,
        .commands = "target create " FREE_AP " mem_ap -dap stm32f1x.dap -ap-num 0; "
                    "targets " RIG_CPU,
    });
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

static void all_targets_are_listed(void **state)
{
    struct rig *rig = *state;
    struct ocd_target *t;
    size_t count;

    rig_ok(rig->session, ocd_command(rig->session, "poll", NULL)); /* or the state is unknown */
    rig_ok(rig->session, ocd_targets(rig->session, &t, &count));
    assert_int_equal(count, 3);
    assert_string_equal(t[0].name, RIG_CPU);
    assert_string_equal(t[0].type, "cortex_m");
    assert_string_equal(t[0].state, "running");
    assert_int_equal(t[0].endian, OCD_LITTLE_ENDIAN);
    assert_true(t[0].current);
    assert_string_equal(t[1].name, RIG_BIG);
    assert_string_equal(t[1].type, "mem_ap");
    assert_int_equal(t[1].endian, OCD_BIG_ENDIAN);
    assert_false(t[1].current);
    assert_string_equal(t[2].name, FREE_AP);
    assert_int_equal(t[2].endian, OCD_LITTLE_ENDIAN);
    assert_false(t[2].current);
    ocd_free(t);
}

static void states_have_openocds_names(void **state)
{
    struct rig *rig = *state;
    struct ocd_target *t;
    size_t count;

    rig_ok(rig->session,
           ocd_command(rig->session, RIG_CPU " arp_halt; " RIG_CPU " arp_waitstate halted 60000",
                       NULL));
    rig_ok(rig->session, ocd_targets(rig->session, &t, &count));
    assert_string_equal(t[0].state, "halted");
    ocd_free(t);
    rig_ok(rig->session, ocd_command(rig->session, "resume", NULL));
    rig_ok(rig->session, ocd_targets(rig->session, &t, &count));
    assert_string_equal(t[0].state, "running");
    ocd_free(t);
}

static void the_sessions_own_target_is_its_current_one(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig_connect(rig, &(struct ocd_options){.target = RIG_BIG});
    struct ocd_target *t;
    size_t count;

    rig_ok(s, ocd_targets(s, &t, &count));
    assert_int_equal(count, 3);
    assert_false(t[0].current);
    assert_true(t[1].current);
    ocd_free(t);
    ocd_close(s);
}

/* All widths both ways through a big-endian target. */
static void check_big(struct rig *rig, struct ocd_session *s, const struct ocd_call *call)
{
    static const uint8_t bytes[16] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
                                      0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10};
    const uint64_t d[2] = {0x0123456789abcdef, 0xfedcba9876543210};
    const uint32_t w[4] = {0x01234567, 0x89abcdef, 0xfedcba98, 0x76543210};
    const uint16_t h[8] = {0x0123, 0x4567, 0x89ab, 0xcdef, 0xfedc, 0xba98, 0x7654, 0x3210};
    uint64_t d2[2];
    uint32_t w2[4];
    uint16_t h2[8];
    uint8_t b2[16];

    rig_poke(rig, RIG_RAM, bytes, 16);
    rig_ok(s, ocd_wait(ocd_read_u8_async(s, RIG_RAM, b2, 16, call)));
    assert_memory_equal(b2, bytes, 16);
    rig_ok(s, ocd_wait(ocd_read_u16_async(s, RIG_RAM, h2, 8, call)));
    assert_memory_equal(h2, h, 16);
    rig_ok(s, ocd_wait(ocd_read_u32_async(s, RIG_RAM, w2, 4, call)));
    assert_memory_equal(w2, w, 16);
    rig_ok(s, ocd_wait(ocd_read_u64_async(s, RIG_RAM, d2, 2, call)));
    assert_memory_equal(d2, d, 16);
    rig_ok(s, ocd_wait(ocd_read_bytes_async(s, RIG_RAM, b2, 16, call)));
    assert_memory_equal(b2, bytes, 16);
    rig_ok(s, ocd_wait(ocd_write_u8_async(s, RIG_RAM + 0x100, bytes, 16, call)));
    rig_assert_memory(rig, RIG_RAM + 0x100, bytes, 16);
    rig_ok(s, ocd_wait(ocd_write_u16_async(s, RIG_RAM + 0x200, h, 8, call)));
    rig_assert_memory(rig, RIG_RAM + 0x200, bytes, 16);
    rig_ok(s, ocd_wait(ocd_write_u32_async(s, RIG_RAM + 0x300, w, 4, call)));
    rig_assert_memory(rig, RIG_RAM + 0x300, bytes, 16);
    rig_ok(s, ocd_wait(ocd_write_u64_async(s, RIG_RAM + 0x400, d, 2, call)));
    rig_assert_memory(rig, RIG_RAM + 0x400, bytes, 16);
    rig_ok(s, ocd_wait(ocd_write_bytes_async(s, RIG_RAM + 0x500, bytes, 16, call)));
    rig_assert_memory(rig, RIG_RAM + 0x500, bytes, 16);
}

static void a_big_endian_target_of_the_session(void **state)
{
    struct ocd_session *s = rig_connect(*state, &(struct ocd_options){.target = RIG_BIG});

    check_big(*state, s, NULL);
    ocd_close(s);
}

static void a_big_endian_target_of_the_call(void **state)
{
    struct rig *rig = *state;
    uint32_t value;

    check_big(rig, rig->session, &(struct ocd_call){.target = RIG_BIG});
    rig_poke(rig, RIG_RAM, "\x01\x02\x03\x04", 4);
    rig_ok(rig->session, ocd_read_u32(rig->session, RIG_RAM, &value, 1));
    assert_int_equal(value, 0x04030201); /* the session's own is what it was */
}

/* Another client of the connection is the script itself. */
static void a_script_may_change_the_current_target(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig_connect(rig, NULL);
    uint8_t bytes[4];

    rig_poke(rig, RIG_RAM, "\x01\x02\x03\x04", 4);
    for (int i = 0; i < 2; i++) {
        rig_ok(s, ocd_read_bytes(s, RIG_RAM, bytes, 4));
        assert_memory_equal(bytes, "\x01\x02\x03\x04", 4);
        rig_ok(s, ocd_command(s, i == 0 ? "targets " RIG_BIG : "targets " RIG_CPU, NULL));
        rig_ok(s, ocd_read_bytes(s, RIG_RAM, bytes, 4));
        assert_memory_equal(bytes, "\x01\x02\x03\x04", 4);
    }
    ocd_close(s);
}

static void a_targets_name_is_in_its_commands(void **state)
{
    struct rig *rig = *state;
    uint32_t value = 0;
    const struct ocd_call call = {.target = FREE_AP};

    rig_ok(rig->session, ocd_wait(ocd_read_u32_async(rig->session, RIG_RAM, &value, 1, &call)));
    rig_trace_clear(&rig->trace);
    rig_ok(rig->session, ocd_wait(ocd_read_u32_async(rig->session, RIG_RAM, &value, 1, &call)));
    rig_ok(rig->session, ocd_wait(ocd_write_u32_async(rig->session, RIG_RAM, &value, 1, &call)));
    assert_int_equal(rig_sent(&rig->trace), 2);
    assert_int_equal(rig_sent_with(&rig->trace, FREE_AP " read_memory 0x20000000 32 1"), 1);
    assert_int_equal(rig_sent_with(&rig->trace, FREE_AP " write_memory 0x20000000 32 "), 1);
}

/* Words of Tcl, commands of OpenOCD, and what cannot be framed. */
static const char *const strangers[] = {
    "",
    "nobody",
    "a b",
    "{",
    "}",
    "{}",
    "\"",
    "\\",
    "$x",
    "[exit]",
    "[shutdown]",
    "; shutdown",
    "\nexit",
    "#",
    "shutdown",
    "exit",
    "halt",
    "echo",
    "puts",
    "list",
    "reset",
    "\x1a",
    ("a\x1a"
     "b"), /* one string: \x takes all digits that follow */
    "\xff\xfe",
    "stm32f1x.dap",
    "stm32f1x.CPU",
    "stm32f1x.cpu ",
    "version",
};

static void no_such_target_for_a_call(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    uint8_t bytes[8];

    for (size_t i = 0; i < COUNT_OF(strangers); i++) {
        const struct ocd_call call = {.target = strangers[i]};
        rig_fails(s, OCD_ERR_NO_TARGET,
                  ocd_wait(ocd_read_bytes_async(s, RIG_RAM, bytes, 8, &call)));
        assert_int_equal(ocd_last_error(s)->code, OCD_ERR_NO_TARGET);
        rig_fails(s, OCD_ERR_NO_TARGET,
                  ocd_wait(ocd_write_bytes_async(s, RIG_RAM, bytes, 8, &call)));
        rig_fails(s, OCD_ERR_NO_TARGET,
                  ocd_wait(ocd_read_u64_async(s, RIG_RAM, (uint64_t *)(void *)bytes, 1, &call)));
        struct ocd_item item = {.addr = RIG_RAM, .count = 1, .width = 8, .values = bytes};
        rig_fails(s, OCD_ERR_NO_TARGET, ocd_wait(ocd_read_many_async(s, &item, 1, 0, &call)));
        assert_int_equal(item.result, OCD_ERR_NO_TARGET);
        rig_ok(s, ocd_read_bytes(s, RIG_RAM, bytes, 8));
    }
}

static void no_such_target_for_a_session(void **state)
{
    struct rig *rig = *state;

    for (size_t i = 0; i < COUNT_OF(strangers); i++) {
        struct ocd_options options = {.host = "127.0.0.1",
                                      .port = rig->port,
                                      .target = strangers[i],
                                      .timeout_ms = RIG_TIMEOUT_MS};
        struct ocd_session *s;
        uint8_t byte;
        rig_fails(s, OCD_ERR_NO_TARGET, ocd_connect(&s, &options));
        assert_int_equal(ocd_last_error(s)->code, OCD_ERR_NO_TARGET);
        assert_true(ocd_read_u8(s, RIG_RAM, &byte, 1) < 0);
        ocd_close(s);
        rig_ok(rig->session, ocd_read_u8(rig->session, RIG_RAM, &byte, 1));
    }
}

/* Nothing answers at the top, and no sum wraps. */
static void the_top_of_the_address_space(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    const struct ocd_call big = {.target = RIG_BIG};
    uint64_t value, *matches, top = UINT64_MAX - 7;
    size_t count;

    rig_fails(s, OCD_ERR_TARGET, ocd_read_bytes(s, 0xfffffff8, &value, 8));
    rig_assert_error(ocd_last_error(s), OCD_ERR_TARGET, 0xfffffff8, 0);
    rig_fails(s, OCD_ERR_TARGET, ocd_read_u64(s, 0xfffffff8, &value, 1));
    rig_assert_error(ocd_last_error(s), OCD_ERR_TARGET, 0xfffffff8, 0);
    rig_fails(s, OCD_ERR_TARGET, ocd_wait(ocd_read_bytes_async(s, top, &value, 8, &big)));
    rig_assert_error(ocd_last_error(s), OCD_ERR_TARGET, top, 0);
    rig_fails(s, OCD_ERR_TARGET, ocd_wait(ocd_read_u64_async(s, top, &value, 1, &big)));
    rig_assert_error(ocd_last_error(s), OCD_ERR_TARGET, top, 0);
    rig_fails(s, OCD_ERR_TARGET, ocd_wait(ocd_write_bytes_async(s, top, &value, 8, &big)));
    rig_assert_error(ocd_last_error(s), OCD_ERR_TARGET, top, 0);
    rig_fails(s, OCD_ERR_TARGET,
              ocd_wait(ocd_search_async(s, "x", 1, top, UINT64_MAX, &matches, &count, &big)));
    rig_assert_error(ocd_last_error(s), OCD_ERR_TARGET, top, 0);
}

static bool all_have(const struct rig_trace *trace, const char *command, const char *word)
{
    size_t with = 0, all = 0;

    for (size_t i = 0; i < trace->count; i++) {
        if (trace->lines[i].direction != '>' || strstr(trace->lines[i].text, command) == NULL)
            continue;
        all++;
        with += strstr(trace->lines[i].text, word) != NULL;
    }
    assert_true(all > 0);
    assert_true(with == 0 || with == all);
    return with == all;
}

static void everything(struct ocd_session *s, const struct ocd_call *call)
{
    uint64_t values[1100] = {0}, *matches;
    struct ocd_item item = {.addr = RIG_RAM, .count = 3, .width = 16, .values = values};
    size_t count;
    char *text;

    rig_ok(s, ocd_wait(ocd_read_u32_async(s, RIG_RAM, (uint32_t *)(void *)values, 3, call)));
    rig_ok(s, ocd_wait(ocd_write_u32_async(s, RIG_RAM, (uint32_t *)(void *)values, 3, call)));
    rig_ok(s, ocd_wait(ocd_read_u64_async(s, RIG_RAM, values, 3, call)));
    rig_ok(s, ocd_wait(ocd_read_bytes_async(s, RIG_RAM + 1, values, sizeof(values), call)));
    rig_ok(s, ocd_wait(ocd_write_bytes_async(s, RIG_RAM + 1, values, sizeof(values), call)));
    rig_ok(s, ocd_wait(ocd_fill_async(s, RIG_RAM, 10, "x", 1, call)));
    rig_ok(s, ocd_wait(ocd_read_many_async(s, &item, 1, 0, call)));
    rig_ok(s, ocd_wait(ocd_hexdump_async(s, RIG_RAM, 10, &text, call)));
    ocd_free(text);
    rig_ok(s, ocd_wait(ocd_search_async(s, "q", 1, RIG_RAM, RIG_RAM + 9, &matches, &count, call)));
    ocd_free(matches);
}

static void physical_addresses_are_asked_for_by_the_session(void **state)
{
    struct rig *rig = *state;
    struct rig_trace trace = {0};
    struct ocd_session *s = rig_connect(
        rig, &(struct ocd_options){.phys = true, .trace = rig_trace, .trace_user = &trace});

    everything(s, NULL);
    assert_true(all_have(&trace, "read_memory 0x", " phys"));
    assert_int_equal(rig_sent_with(&trace, "mdw 0x") + rig_sent_with(&trace, "dump_image"), 0);
    assert_true(all_have(&trace, "write_memory 0x", " phys"));
    rig_trace_clear(&trace);
    everything(s, &(struct ocd_call){.space = OCD_SPACE_VIRTUAL});
    assert_false(all_have(&trace, "read_memory 0x", " phys"));
    ocd_close(s);
    rig_trace_clear(&trace);
    free(trace.lines);
}

static void physical_addresses_are_asked_for_by_the_call(void **state)
{
    struct rig *rig = *state;

    rig_trace_clear(&rig->trace);
    everything(rig->session, &(struct ocd_call){.space = OCD_SPACE_PHYSICAL});
    assert_true(all_have(&rig->trace, "read_memory 0x", " phys"));
    assert_int_equal(rig_sent_with(&rig->trace, "mdw 0x"), 0);
    assert_true(all_have(&rig->trace, "write_memory 0x", " phys"));
    rig_trace_clear(&rig->trace);
    everything(rig->session, NULL);
    assert_false(all_have(&rig->trace, "read_memory 0x", " phys"));
    assert_false(all_have(&rig->trace, "write_memory 0x", " phys"));
}

static void physical_addresses_reach_the_same_memory(void **state)
{
    struct rig *rig = *state;
    const struct ocd_call call = {.space = OCD_SPACE_PHYSICAL};
    uint8_t *want = rig_fill(rig, RIG_RAM, 9001, 44), *have = malloc(9001);

    assert_non_null(have);
    rig_ok(rig->session, ocd_wait(ocd_read_bytes_async(rig->session, RIG_RAM, have, 9001, &call)));
    assert_memory_equal(have, want, 9001);
    rig_pattern(want, 9001, 45);
    rig_ok(rig->session, ocd_wait(ocd_write_bytes_async(rig->session, RIG_RAM, want, 9001, &call)));
    rig_assert_memory(rig, RIG_RAM, want, 9001);
    free(have);
    free(want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_targets_are_listed),
        cmocka_unit_test(states_have_openocds_names),
        cmocka_unit_test(the_sessions_own_target_is_its_current_one),
        cmocka_unit_test(a_big_endian_target_of_the_session),
        cmocka_unit_test(a_big_endian_target_of_the_call),
        cmocka_unit_test(a_script_may_change_the_current_target),
        cmocka_unit_test(a_targets_name_is_in_its_commands),
        cmocka_unit_test(no_such_target_for_a_call),
        cmocka_unit_test(no_such_target_for_a_session),
        cmocka_unit_test(the_top_of_the_address_space),
        cmocka_unit_test(physical_addresses_are_asked_for_by_the_session),
        cmocka_unit_test(physical_addresses_are_asked_for_by_the_call),
        cmocka_unit_test(physical_addresses_reach_the_same_memory),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
