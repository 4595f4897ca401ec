// SPDX-License-Identifier: MIT
/* Registers of the simulated core, and wider ones than it has. */
#include "aux.h"

#include <inttypes.h>

static const struct ocd_register *find(const struct ocd_register *registers, size_t count,
                                       const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(registers[i].name, name) == 0)
            return &registers[i];
    fail_msg("there is no register %s", name);
    return NULL;
}

static uint64_t value_of(struct ocd_session *s, const char *name)
{
    uint64_t value;

    rig_ok(s, ocd_read_register(s, name, &value));
    return value;
}

static void all_registers_are_listed_while_the_core_runs(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_register *registers;
    size_t count;

    rig_ok(s, ocd_resume(s));
    rig_ok(s, ocd_registers(s, &registers, &count));
    assert_in_range(count, 20, 100);
    const struct ocd_register *pc = find(registers, count, "pc");
    assert_int_equal(pc->number, 15);
    assert_int_equal(pc->bits, 32);
    assert_string_equal(pc->group, "arm v7m registers");
    assert_false(pc->valid);
    assert_int_equal(pc->value, 0);
    assert_int_equal(find(registers, count, "primask")->bits, 1);
    assert_int_equal(find(registers, count, "basepri")->bits, 8);
    ocd_free(registers);
}

static void a_target_without_registers_has_an_empty_list(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_call call = {.target = AUX};
    struct ocd_register *registers;
    size_t count = 7;

    rig_ok(s, ocd_wait(ocd_registers_async(s, &registers, &count, &call)));
    assert_int_equal(count, 0);
    assert_non_null(registers);
    ocd_free(registers);
    rig_ok(s, ocd_wait(ocd_halt_async(s, &call)));
    rig_ok(s, ocd_wait(ocd_read_registers_async(s, NULL, 0, &registers, &count, &call)));
    assert_int_equal(count, 0);
    ocd_free(registers);
    uint64_t value;
    rig_fails(s, OCD_ERR_NO_REGISTER, ocd_wait(ocd_read_register_async(s, "pc", &value, &call)));
    assert_command(s, "target current", RIG_CPU);
}

static void registers_come_in_the_order_of_their_names(void **state)
{
    static const char *const names[] = {"sp", "pc", "primask", "sp"};
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_register *r;
    size_t count;

    rig_ok(s, ocd_reset(s, OCD_RESET_HALT));
    rig_ok(s, ocd_read_registers(s, names, COUNT_OF(names), &r, &count));
    assert_int_equal(count, COUNT_OF(names));
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(r[i].name, names[i]);
        assert_true(r[i].valid);
        assert_false(r[i].dirty);
    }
    assert_int_equal(r[0].value, 0x20005000);
    assert_memory_equal(r[0].bytes, "\x00\x50\x00\x20", 4);
    assert_int_equal(r[1].value, RESET_HANDLER);
    assert_int_equal(r[1].number, 15);
    assert_string_equal(r[1].group, "arm v7m registers");
    assert_int_equal(r[2].value, 0);
    assert_int_equal(r[2].bits, 1);
    assert_int_equal(r[3].value, 0x20005000);
    ocd_free(r);
}

static void all_of_the_core_are_read_at_once(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_register *r;
    size_t count;

    rig_ok(s, ocd_reset(s, OCD_RESET_HALT));
    for (int force = 0; force < 2; force++) {
        struct ocd_call call = {.flags = force ? OCD_READ_REGISTERS_FORCE : 0};
        rig_ok(s, ocd_wait(ocd_read_registers_async(s, NULL, 0, &r, &count, &call)));
        assert_int_equal(count, 23);
        for (size_t i = 0; i < count; i++) {
            if (!r[i].valid)
                fail_msg("%s is not valid", r[i].name);
            assert_string_equal(r[i].group, "arm v7m registers");
        }
        assert_int_equal(find(r, count, "pc")->value, RESET_HANDLER);
        ocd_free(r);
    }
}

static void a_running_core_shows_no_values(void **state)
{
    static const char *const names[] = {"pc"};
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_register *r = (void *)1;
    size_t count = 1;
    uint64_t value = 1;

    rig_ok(s, ocd_resume(s));
    rig_fails(s, OCD_ERR_NOT_HALTED, ocd_read_register(s, "pc", &value));
    rig_assert_contains(ocd_last_error(s)->text, "read register pc: target not halted");
    assert_int_equal(value, 0);
    rig_fails(s, OCD_ERR_NOT_HALTED, ocd_read_registers(s, names, 1, &r, &count));
    assert_null(r);
    assert_int_equal(count, 0);
    rig_fails(s, OCD_ERR_NOT_HALTED, ocd_read_registers(s, NULL, 0, &r, &count));
    rig_fails(s, OCD_ERR_NOT_HALTED, ocd_write_register(s, "r0", 1));
    rig_fails(s, OCD_ERR_NOT_HALTED, ocd_write_register_bytes(s, "r0", "abc", 4));
}

/* OpenOCD 0.12 answers such a question with success. */
static void an_unknown_register_is_an_error(void **state)
{
    static const char *const names[] = {"pc", "zz"};
    static const char *const hostile[] = {"zz",   "a b", "{",  "[shutdown]", "$x", "pc; shutdown",
                                          "pc\n", "\"",  "PC", "-force",     "\\"};
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_register *r;
    size_t count;
    uint64_t value;

    rig_ok(s, ocd_halt(s));
    for (size_t i = 0; i < COUNT_OF(hostile); i++) {
        rig_fails(s, OCD_ERR_NO_REGISTER, ocd_read_register(s, hostile[i], &value));
        rig_fails(s, OCD_ERR_NO_REGISTER, ocd_write_register(s, hostile[i], 0));
    }
    rig_fails(s, OCD_ERR_NO_REGISTER, ocd_read_registers(s, names, 2, &r, &count));
    rig_assert_contains(ocd_last_error(s)->text, "no such register: register zz not found");
    assert_null(r);
}

static void invalid_arguments_are_refused(void **state)
{
    static const char *const names[] = {"pc", NULL};
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    struct ocd_register *r;
    size_t count;
    uint64_t value;

    rig_ok(s, ocd_halt(s));
    rig_trace_clear(&rig->trace);
    /* `reg 15` would be the program counter. */
    rig_fails(s, OCD_ERR_ARG, ocd_read_register(s, "15", &value));
    rig_fails(s, OCD_ERR_ARG, ocd_read_register(s, "", &value));
    rig_fails(s, OCD_ERR_ARG, ocd_read_register(s, NULL, &value));
    rig_fails(s, OCD_ERR_ARG, ocd_read_register(s, "pc", NULL));
    rig_fails(s, OCD_ERR_ARG, ocd_read_registers(s, names, 2, &r, &count));
    rig_fails(s, OCD_ERR_ARG, ocd_read_registers(s, names, 1, NULL, &count));
    rig_fails(s, OCD_ERR_ARG, ocd_read_registers(s, names, 1, &r, NULL));
    rig_fails(s, OCD_ERR_ARG, ocd_registers(s, NULL, &count));
    rig_fails(s, OCD_ERR_ARG, ocd_registers(s, &r, NULL));
    rig_fails(s, OCD_ERR_ARG, ocd_write_register(s, NULL, 0));
    rig_fails(s, OCD_ERR_ARG, ocd_write_register(s, "15", 0));
    rig_fails(s, OCD_ERR_ARG, ocd_write_register_bytes(s, "pc", NULL, 4));
    rig_fails(s, OCD_ERR_ARG, ocd_write_register_bytes(s, "pc", "", 0));
    assert_int_equal(rig_sent(&rig->trace), 0);
    assert_int_equal(ocd_read_register(NULL, "pc", &value), OCD_ERR_ARG);
    assert_int_equal(ocd_write_register(NULL, "pc", 0), OCD_ERR_ARG);
    rig_ok(s, ocd_read_registers(s, names, 0, &r, &count));
    assert_int_equal(count, 0);
    ocd_free(r);
}

static void written_values_reach_the_core(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_register *r;
    size_t count;

    rig_ok(s, ocd_reset(s, OCD_RESET_HALT));
    rig_ok(s, ocd_write_register(s, "r7", 0xdeadbeef));
    rig_ok(s, ocd_write_register_bytes(s, "r6", "\x78\x56\x34\x12", 4));
    rig_ok(s, ocd_write_register(s, "pc", RESET_HANDLER + 2));
    rig_ok(s, ocd_read_registers(s, NULL, 0, &r, &count));
    assert_true(find(r, count, "r7")->dirty);
    assert_int_equal(find(r, count, "r7")->value, 0xdeadbeef);
    assert_false(find(r, count, "r5")->dirty);
    ocd_free(r);
    rig_ok(s, ocd_step(s));
    assert_int_equal(raw_register(s, "r7 force"), 0xdeadbeef);
    assert_int_equal(raw_register(s, "r6 force"), 0x12345678);
    assert_in_range(value_of(s, "pc"), RESET_HANDLER + 4, RESET_HANDLER + 6);
    rig_ok(s, ocd_registers(s, &r, &count));
    assert_false(find(r, count, "r7")->dirty);
    ocd_free(r);
}

/* OpenOCD's own `force` throws away what has not been passed on. */
static void forced_read_keeps_written_values(void **state)
{
    static const char *const names[] = {"r7", "r6"};
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_call force = {.flags = OCD_READ_REGISTERS_FORCE};
    struct ocd_register *r;
    size_t count;
    uint64_t value;

    rig_ok(s, ocd_reset(s, OCD_RESET_HALT));
    rig_ok(s, ocd_write_register(s, "r7", 0x11223344));
    rig_ok(s, ocd_wait(ocd_read_register_async(s, "r7", &value, &force)));
    assert_int_equal(value, 0x11223344);
    rig_ok(s, ocd_wait(ocd_read_registers_async(s, names, 2, &r, &count, &force)));
    assert_int_equal(r[0].value, 0x11223344);
    assert_true(r[0].dirty);
    assert_false(r[1].dirty);
    ocd_free(r);
    rig_ok(s, ocd_wait(ocd_read_registers_async(s, NULL, 0, &r, &count, &force)));
    assert_int_equal(find(r, count, "r7")->value, 0x11223344);
    ocd_free(r);
    rig_ok(s, ocd_step(s));
    rig_ok(s, ocd_wait(ocd_read_register_async(s, "r7", &value, &force)));
    assert_int_equal(value, 0x11223344);
}

static void forced_read_asks_the_core(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    uint64_t value;

    rig_ok(s, ocd_reset(s, OCD_RESET_HALT));
    rig_trace_clear(&rig->trace);
    rig_ok(s, ocd_read_register(s, "r7", &value));
    assert_int_equal(rig_sent_with(&rig->trace, "reg r7 force"), 0);
    /* r7 through DCRDR and DCRSR: OpenOCD does not know of it. */
    rig_ok(s,
           ocd_command(s, AUX " mww 0xe000edf8 0x55667788; " AUX " mww 0xe000edf4 0x10007", NULL));
    assert_int_not_equal(value_of(s, "r7"), 0x55667788);
    rig_ok(s, ocd_wait(ocd_read_register_async(
                  s, "r7", &value, &(struct ocd_call){.flags = OCD_READ_REGISTERS_FORCE})));
    assert_int_equal(value, 0x55667788);
}

/* OpenOCD 0.12 would cut it. */
static void a_value_that_does_not_fit_is_not_written(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;

    rig_ok(s, ocd_reset(s, OCD_RESET_HALT));
    rig_ok(s, ocd_write_register(s, "r0", 0xffffffff));
    rig_trace_clear(&rig->trace);
    rig_fails(s, OCD_ERR_ARG, ocd_write_register(s, "r0", UINT64_C(0x100000000)));
    rig_assert_contains(ocd_last_error(s)->text, "write register r0: invalid argument: r0 has 32");
    rig_fails(s, OCD_ERR_ARG, ocd_write_register(s, "primask", 2));
    rig_fails(s, OCD_ERR_ARG, ocd_write_register(s, "control", 8));
    rig_fails(s, OCD_ERR_ARG, ocd_write_register_bytes(s, "r0", "\1\2\3", 3));
    rig_fails(s, OCD_ERR_ARG, ocd_write_register_bytes(s, "r0", "\1\2\3\4\0", 5));
    rig_fails(s, OCD_ERR_ARG, ocd_write_register_bytes(s, "primask", "\2", 1));
    assert_int_equal(rig_sent_with(&rig->trace, " 0x"), 0);
    assert_int_equal(value_of(s, "r0"), 0xffffffff);
    rig_ok(s, ocd_write_register(s, "primask", 1));
    assert_int_equal(value_of(s, "primask"), 1);
    rig_ok(s, ocd_write_register_bytes(s, "primask", "\0", 1));
    assert_int_equal(value_of(s, "primask"), 0);
}

static void a_read_only_session_writes_no_register(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig_connect(rig, &(struct ocd_options){.read_only = true});
    uint64_t value;

    rig_ok(s, ocd_halt(s));
    rig_ok(s, ocd_read_register(s, "r0", &value));
    rig_fails(s, OCD_ERR_READ_ONLY, ocd_write_register(s, "r0", 1));
    rig_fails(s, OCD_ERR_READ_ONLY, ocd_write_register_bytes(s, "r0", "abcd", 4));
    assert_int_equal(value_of(rig->session, "r0"), value);
    ocd_close(s);
}

/* A core with wide registers, as far as `reg` shows. v0 has 128 bits, `odd` 12, `bad` cannot be
 * read, `hidden` is not listed; `stuck` keeps its value. */
static const char other_core[] =
    "rename reg real_reg; "
    "set ::v0 0102030405060708090a0b0c0d0e0f10; set ::odd 0abc; set ::hidden 00112233; "
    "proc reg {{name {}} {value {}}} {"
    "if {$name eq {}} {return \"===== wide registers\\n(0) v0 (/128): 0x$::v0\\n"
    "(1) odd (/12): 0x$::odd (dirty)\\n(2) bad (/64)\\n(3) stuck (/8): 0x77\\n"
    "===== others\\n(4) more (/8)\"}; "
    "if {$name eq {bad}} {error {Could not read register 'bad'}}; "
    "if {$name eq {stuck}} {return {stuck (/8): 0x77}}; "
    "if {$name eq {garbled}} {return {what?}}; "
    "if {[string match 0x* $value]} {set ::$name [string range $value 2 end]}; "
    "if {$name eq {v0}} {return \"v0 (/128): 0x$::v0\"}; "
    "if {$name eq {odd}} {return \"odd (/12): 0x$::odd\"}; "
    "if {$name eq {hidden}} {return \"hidden (/32): 0x$::hidden\"}; "
    "return \"register $name not found in current target\"}";

static int start_other(void **state)
{
    struct rig *rig = aux_rig(NULL);

    rig_ok(rig->session, ocd_command(rig->session, other_core, NULL));
    rig_ok(rig->session, ocd_halt(rig->session));
    *state = rig;
    return 0;
}

static void wide_registers_are_read_and_written_whole(void **state)
{
    static const char *const names[] = {"v0", "odd"};
    static const uint8_t old[16] = {0x10, 0x0f, 0x0e, 0x0d, 0x0c, 0x0b, 0x0a, 0x09,
                                    0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01};
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_register *r;
    size_t count;
    uint8_t new[16];
    uint64_t value = 1;

    rig_ok(s, ocd_read_registers(s, names, 2, &r, &count));
    assert_int_equal(r[0].bits, 128);
    assert_memory_equal(r[0].bytes, old, 16);
    assert_int_equal(r[0].value, UINT64_C(0x090a0b0c0d0e0f10));
    assert_int_equal(r[1].bits, 12);
    assert_memory_equal(r[1].bytes, "\xbc\x0a", 2);
    assert_true(r[1].dirty);
    ocd_free(r);
    rig_fails(s, OCD_ERR_ARG, ocd_read_register(s, "v0", &value));
    rig_assert_contains(ocd_last_error(s)->text, "the register has 128 bits");
    assert_int_equal(value, 0);
    for (int i = 0; i < 16; i++)
        new[i] = (uint8_t)(0xf0 - i);
    struct ocd_call verify = {.flags = OCD_WRITE_VERIFY};
    rig_ok(s, ocd_wait(ocd_write_register_bytes_async(s, "v0", new, 16, &verify)));
    assert_command(s, "set ::v0", "e1e2e3e4e5e6e7e8e9eaebecedeeeff0");
    rig_ok(s, ocd_read_registers(s, names, 1, &r, &count));
    assert_memory_equal(r[0].bytes, new, 16);
    ocd_free(r);
    rig_ok(s, ocd_wait(ocd_write_register_async(s, "v0", 5, &verify)));
    assert_int_equal(strtoul("5", NULL, 16), 5);
    rig_ok(s, ocd_read_registers(s, names, 1, &r, &count));
    assert_int_equal(r[0].value, 5);
    assert_memory_equal(r[0].bytes, "\5\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    ocd_free(r);
    rig_fails(s, OCD_ERR_ARG, ocd_write_register_bytes(s, "v0", new, 15));
    rig_fails(s, OCD_ERR_ARG, ocd_write_register(s, "odd", 0x1000));
}

static void a_write_that_has_no_effect_is_found(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_call verify = {.flags = OCD_WRITE_VERIFY};

    rig_ok(s, ocd_write_register(s, "stuck", 0x12));
    rig_fails(s, OCD_ERR_MISMATCH, ocd_wait(ocd_write_register_async(s, "stuck", 0x12, &verify)));
    rig_assert_contains(ocd_last_error(s)->message, "stuck holds 0x77");
    rig_ok(s, ocd_wait(ocd_write_register_async(s, "stuck", 0x77, &verify)));
}

static void only_the_item_that_cannot_be_read_fails(void **state)
{
    static const char *const names[] = {"v0", "bad"};
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_register *r;
    size_t count;

    rig_fails(s, OCD_ERR_COMMAND, ocd_read_registers(s, names, 2, &r, &count));
    rig_assert_contains(ocd_last_error(s)->text, "Could not read register 'bad'");
    assert_string_equal(ocd_last_error(s)->command, "reg bad");
    assert_null(r);
    rig_ok(s, ocd_read_registers(s, NULL, 0, &r, &count));
    assert_int_equal(count, 4);
    assert_false(find(r, count, "bad")->valid);
    assert_true(find(r, count, "v0")->valid);
    ocd_free(r);
}

static void a_register_that_is_not_listed_can_be_used(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;

    assert_int_equal(value_of(s, "hidden"), 0x00112233);
    rig_ok(s, ocd_write_register(s, "hidden", 0xa0b0c0d0));
    assert_int_equal(value_of(s, "hidden"), 0xa0b0c0d0);
    rig_fails(s, OCD_ERR_ARG, ocd_write_register(s, "hidden", UINT64_C(0x1a0b0c0d0)));
}

static void a_malformed_answer_is_an_error(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_register *r;
    size_t count;
    uint64_t value;

    rig_fails(s, OCD_ERR_PROTOCOL, ocd_read_register(s, "garbled", &value));
    rig_ok(s, ocd_command(s, "proc reg {args} {return {(0) pc (/32): 0x1ffffffff}}", NULL));
    rig_fails(s, OCD_ERR_PROTOCOL, ocd_registers(s, &r, &count));
    rig_fails(s, OCD_ERR_PROTOCOL, ocd_read_register(s, "pc", &value));
    rig_ok(s, ocd_command(s, "proc reg {args} {return rubbish}", NULL));
    rig_fails(s, OCD_ERR_PROTOCOL, ocd_registers(s, &r, &count));
    rig_fails(s, OCD_ERR_PROTOCOL, ocd_write_register(s, "pc", 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_registers_are_listed_while_the_core_runs),
        cmocka_unit_test(a_target_without_registers_has_an_empty_list),
        cmocka_unit_test(registers_come_in_the_order_of_their_names),
        cmocka_unit_test(all_of_the_core_are_read_at_once),
        cmocka_unit_test(a_running_core_shows_no_values),
        cmocka_unit_test(an_unknown_register_is_an_error),
        cmocka_unit_test(invalid_arguments_are_refused),
        cmocka_unit_test(written_values_reach_the_core),
        cmocka_unit_test(forced_read_keeps_written_values),
        cmocka_unit_test(forced_read_asks_the_core),
        cmocka_unit_test(a_value_that_does_not_fit_is_not_written),
        cmocka_unit_test(a_read_only_session_writes_no_register),
    };
    const struct CMUnitTest wide[] = {
        cmocka_unit_test(wide_registers_are_read_and_written_whole),
        cmocka_unit_test(a_write_that_has_no_effect_is_found),
        cmocka_unit_test(only_the_item_that_cannot_be_read_fails),
        cmocka_unit_test(a_register_that_is_not_listed_can_be_used),
        cmocka_unit_test(a_malformed_answer_is_an_error),
    };

    int failed = cmocka_run_group_tests_name("registers", tests, aux_start, aux_stop);
    return failed + cmocka_run_group_tests_name("wide registers", wide, start_other, aux_stop);
}
