// SPDX-License-Identifier: MIT
/* Writing values: which accesses are made, and what is refused. */
#include "program.h"

static struct program p;

static int start(void **state)
{
    (void)state;
    program_start(&p, "c-gcc-dwarf5");
    program_assert_value(&p, "octet", "200 '\\310'");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    program_stop(&p);
    return 0;
}

static int forget(void **state)
{
    (void)state;
    rig_trace_clear(&p.rig->trace);
    rig_mark(p.rig);
    return 0;
}

static void assert_written(const char *expression, const char *value, const char *shown)
{
    rig_ok(p.rig->session, program_write(&p, expression, value));
    program_assert_value(&p, expression, shown);
}

static void scalar_is_written_by_one_access_of_its_width(void **state)
{
    (void)state;
    static const struct {
        const char *expression, *value, *shown;
        unsigned width;
    } cases[] = {
        {"u8", "66", "66 'B'", 1},
        {"usmall", "0x1234", "4660", 2},
        {"number", "-5", "-5", 4},
        {"single", "1.5", "1.5", 4},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint32_t addr = program_address(&p, cases[i].expression);
        forget(NULL);
        rig_ok(p.rig->session, program_write(&p, cases[i].expression, cases[i].value));
        assert_int_equal(rig_count(p.rig, true, cases[i].width, addr, cases[i].width), 1);
        rig_assert_touched(p.rig, true, addr, cases[i].width);
        assert_int_equal(rig_sent(&p.rig->trace), 1);
        program_assert_value(&p, cases[i].expression, cases[i].shown);
    }
}

static void every_kind_of_value_can_be_written(void **state)
{
    (void)state;
    assert_written("mode", "MODE_SLOW", "MODE_SLOW");
    assert_written("two_flags", "FLAG_BUSY|FLAG_ERROR", "(FLAG_BUSY | FLAG_ERROR)");
    assert_written("truth", "false", "false");
    assert_written("wide", "-2.25", "-2.25");
    assert_written("big", "-2", "-2");
    assert_written("array[1..2]", "{20, 30}", "{20, 30}");
    rig_ok(p.rig->session, program_write(&p, "list", "&middle"));
    program_assert_value(&p, "list->value", "2");
    rig_ok(p.rig->session, program_write(&p, "list", "&head"));
}

static void member_of_a_pointers_target_can_be_written(void **state)
{
    (void)state;
    assert_written("list_pointer[0]->value", "42", "42");
}

static void bit_field_is_read_changed_and_written(void **state)
{
    (void)state;
    uint32_t addr = program_address(&p, "bits");

    program_assert_value(&p, "bits.c", "-7");
    forget(NULL);
    assert_written("bits.c", "3", "3");
    assert_int_equal(rig_count(p.rig, true, 2, addr, 2), 1);
    assert_int_equal(rig_count(p.rig, true, 1, addr, 8) + rig_count(p.rig, true, 4, addr, 8), 0);
    program_assert_value(&p, "bits.b", "5");
    program_assert_value(&p, "bits.m", "MODE_FAST");
    rig_fails(p.rig->session, OCD_ERR_RANGE, program_write(&p, "bits.c", "16"));
    program_assert_value(&p, "bits.c", "3");
}

static void value_that_does_not_fit_is_refused_before_anything_is_sent(void **state)
{
    (void)state;
    rig_fails(p.rig->session, OCD_ERR_RANGE, program_write(&p, "u8", "256"));
    rig_fails(p.rig->session, OCD_ERR_NO_SYMBOL, program_write(&p, "mode", "MODE_NOPE"));
    rig_fails(p.rig->session, OCD_ERR_EXPRESSION, program_write(&p, "number", "1 2"));
    assert_int_equal(rig_sent(&p.rig->trace), 0);
}

static void dry_run_shows_the_command_and_writes_nothing(void **state)
{
    (void)state;
    struct ocd_expression *e = program_expression(&p, "i64");
    struct ocd_call call = {.flags = OCD_WRITE_DRY_RUN | OCD_WRITE_VERIFY};

    rig_ok(p.rig->session, ocd_wait(ocd_write_value_async(p.rig->session, e, "1", &call)));
    assert_int_equal(rig_sent(&p.rig->trace), 0);
    assert_int_equal(p.rig->trace.lines[0].direction, '~');
    rig_assert_contains(p.rig->trace.lines[0].text, "write_memory");
    ocd_expression_close(e);
    program_assert_value(&p, "i64", "-64");
}

static void verify_notices_a_value_that_was_not_kept(void **state)
{
    (void)state;
    struct ocd_expression *e = program_expression(&p, "*(unsigned int *)0x40008008");
    struct ocd_call call = {.flags = OCD_WRITE_VERIFY};
    uint32_t first = 5;

    /* A FIFO, which answers what was written first. */
    rig_ok(p.rig->session, ocd_write_u32(p.rig->session, SIM_FIFO, &first, 1));
    rig_fails(p.rig->session, OCD_ERR_MISMATCH,
              ocd_wait(ocd_write_value_async(p.rig->session, e, "1", &call)));
    assert_int_equal(ocd_last_error(p.rig->session)->addr, SIM_FIFO);
    ocd_expression_close(e);
    e = program_expression(&p, "number");
    rig_ok(p.rig->session, ocd_wait(ocd_write_value_async(p.rig->session, e, "8", &call)));
    ocd_expression_close(e);
}

static void write_protection_applies_to_values(void **state)
{
    (void)state;
    struct ocd_range range = {.addr = program_address(&p, "number"), .size = 4};
    struct ocd_session *s = rig_connect(p.rig, &(struct ocd_options){.read_only = true});
    struct ocd_expression *e = program_expression(&p, "number");

    rig_fails(s, OCD_ERR_READ_ONLY, ocd_write_value(s, e, "1"));
    rig_ok(s, ocd_read_value(s, e));
    ocd_close(s);
    s = rig_connect(p.rig, &(struct ocd_options){.writable = &range, .writable_count = 1});
    rig_ok(s, ocd_write_value(s, e, "1"));
    ocd_expression_close(e);
    e = program_expression(&p, "bits.a");
    rig_fails(s, OCD_ERR_READ_ONLY, ocd_write_value(s, e, "1"));
    ocd_expression_close(e);
    ocd_close(s);
}

static void unwritable_memory_is_a_target_error(void **state)
{
    (void)state;
    struct ocd_session *s = p.rig->session;
    struct ocd_expression *e = program_expression(&p, "*(int *)0x60000000");

    rig_fails(s, OCD_ERR_TARGET, ocd_write_value(s, e, "1"));
    rig_assert_error(ocd_last_error(s), OCD_ERR_TARGET, 0x60000000, 0);
    ocd_expression_close(e);
    e = program_expression(&p, "((struct bits *)0x60000000)->c");
    rig_fails(s, OCD_ERR_TARGET, ocd_write_value(s, e, "1"));
    ocd_expression_close(e);
}

static void constant_cannot_be_written(void **state)
{
    (void)state;
    rig_fails(p.rig->session, OCD_ERR_NO_VALUE, program_write(&p, "MODE_FAST", "1"));
    rig_fails(p.rig->session, OCD_ERR_NO_VALUE, program_write(&p, "&number", "1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(scalar_is_written_by_one_access_of_its_width, forget),
        cmocka_unit_test_setup(every_kind_of_value_can_be_written, forget),
        cmocka_unit_test_setup(member_of_a_pointers_target_can_be_written, forget),
        cmocka_unit_test_setup(bit_field_is_read_changed_and_written, forget),
        cmocka_unit_test_setup(value_that_does_not_fit_is_refused_before_anything_is_sent, forget),
        cmocka_unit_test_setup(dry_run_shows_the_command_and_writes_nothing, forget),
        cmocka_unit_test_setup(verify_notices_a_value_that_was_not_kept, forget),
        cmocka_unit_test_setup(write_protection_applies_to_values, forget),
        cmocka_unit_test_setup(unwritable_memory_is_a_target_error, forget),
        cmocka_unit_test_setup(constant_cannot_be_written, forget),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
