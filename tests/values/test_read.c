// SPDX-License-Identifier: MIT
/* Reading values: which accesses are made, and what is said where they fail. */
#include "program.h"

static struct program p;

static int start(void **state)
{
    (void)state;
    program_start(&p, "c-gcc-dwarf5");
    program_assert_value(&p, "octet", "200 '\\310'"); /* the first value compares the program */
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

/* One access of that width at the object's address, and nothing else. */
static void assert_one_access(const char *expression, const char *value, unsigned width)
{
    uint32_t addr = program_address(&p, expression);

    forget(NULL);
    program_assert_value(&p, expression, value);
    assert_int_equal(rig_count(p.rig, false, width, addr, width), 1);
    rig_assert_touched(p.rig, false, addr, width);
    assert_int_equal(rig_sent(&p.rig->trace), 1);
}

static void scalar_is_one_access_of_its_width(void **state)
{
    (void)state;
    assert_one_access("u8", "65 'A'", 1);
    assert_one_access("usmall", "54321", 2);
    assert_one_access("number", "-123456789", 4);
    assert_one_access("single", "0.100000001", 4);
    assert_one_access("mode", "MODE_FAST", 4 / 4);
}

static void member_is_read_without_its_struct(void **state)
{
    (void)state;
    assert_one_access("nested.path[2].y", "3", 2);
    assert_one_access("array[3]", "4", 4);
}

static void value_of_64_bits_is_two_words_on_a_32_bit_program(void **state)
{
    (void)state;
    uint32_t addr = program_address(&p, "ubig");

    program_assert_value(&p, "ubig", "18446744073709551615");
    assert_int_equal(rig_count(p.rig, false, 4, addr, 8), 2);
    rig_assert_touched(p.rig, false, addr, 8);
}

static void struct_is_read_at_once(void **state)
{
    (void)state;
    uint32_t addr = program_address(&p, "nested.path");

    forget(NULL);
    program_assert_value(&p, "nested.path", "{{x = 1, y = 1}, {x = 1, y = 1}, {x = 2, y = 3}}");
    rig_assert_touched(p.rig, false, addr, 12);
    assert_int_equal(rig_sent(&p.rig->trace), 1);
}

static void elements_of_a_slice_are_read_without_their_array(void **state)
{
    (void)state;
    uint32_t addr = program_address(&p, "array[1..2]");

    forget(NULL);
    program_assert_value(&p, "array[1..2]", "{2, 3}");
    rig_assert_touched(p.rig, false, addr, 8);
}

static void pointer_is_followed_by_one_more_read(void **state)
{
    (void)state;
    uint32_t list = program_address(&p, "list"), value = program_address(&p, "head.value");

    forget(NULL);
    program_assert_value(&p, "list->value", "1");
    assert_int_equal(rig_count(p.rig, false, 4, list, 4), 1);
    assert_int_equal(rig_count(p.rig, false, 4, value, 4), 1);
    assert_int_equal(rig_sent(&p.rig->trace), 2);
    program_assert_value(&p, "list->next->next->value", "3");
}

static void address_needs_no_access(void **state)
{
    (void)state;
    char *text = program_print(&p, "&nested.at");

    rig_assert_contains(text, "(struct point *) 0x20");
    free(text);
    assert_int_equal(rig_sent(&p.rig->trace), 0);
}

static void value_is_read_again_each_time(void **state)
{
    (void)state;
    struct ocd_expression *e = program_expression(&p, "number");
    uint32_t addr = program_address(&p, "number"), value = 7;

    rig_ok(p.rig->session, ocd_read_value(p.rig->session, e));
    assert_int_equal((int64_t)ocd_expression_value(e)->number, -123456789);
    swap_little(&value, sizeof(value), 1);
    rig_poke(p.rig, addr, &value, sizeof(value));
    rig_ok(p.rig->session, ocd_read_value(p.rig->session, e));
    assert_int_equal(ocd_expression_value(e)->number, 7);
    value = (uint32_t)-123456789;
    swap_little(&value, sizeof(value), 1);
    rig_poke(p.rig, addr, &value, sizeof(value));
    ocd_expression_close(e);
}

static void unreadable_memory_is_a_target_error(void **state)
{
    (void)state;
    struct ocd_session *s = p.rig->session;
    struct ocd_expression *e = program_expression(&p, "((struct node *)0x60000000)->value");

    rig_fails(s, OCD_ERR_TARGET, ocd_read_value(s, e));
    rig_assert_error(ocd_last_error(s), OCD_ERR_TARGET, 0x60000008, 0);
    rig_assert_contains(ocd_last_error(s)->text, "read ((struct node *)0x60000000)->value: ");
    assert_null(ocd_expression_value(e));
    ocd_expression_close(e);
}

static void failure_of_an_expression_fails_the_call(void **state)
{
    (void)state;
    struct ocd_session *s = p.rig->session;
    struct ocd_expression *e = program_expression(&p, "nested.nope");

    rig_fails(s, OCD_ERR_NO_SYMBOL, ocd_read_value(s, e));
    rig_assert_contains(ocd_last_error(s)->text, "nope");
    ocd_expression_close(e);
    assert_int_equal(ocd_expression_open(&e, p.symbols, "nested.", NULL), OCD_ERR_EXPRESSION);
    rig_fails(s, OCD_ERR_EXPRESSION, ocd_read_value(s, e));
    ocd_expression_close(e);
    rig_fails(s, OCD_ERR_ARG, ocd_read_value(s, NULL));
    assert_int_equal(rig_sent(&p.rig->trace), 0);
}

static void unreadable_text_of_a_pointer_is_no_failure(void **state)
{
    (void)state;
    uint32_t addr = program_address(&p, "text"), nowhere = 0x60000000, before;

    rig_peek(p.rig, addr, &before, sizeof(before));
    swap_little(&nowhere, sizeof(nowhere), 1);
    rig_poke(p.rig, addr, &nowhere, sizeof(nowhere));
    program_assert_value(&p, "text",
                         "0x60000000 <error: Cannot access memory at address 0x60000000>");
    assert_int_equal(ocd_last_error(p.rig->session)->code, OCD_OK);
    rig_poke(p.rig, addr, &before, sizeof(before));
}

static void values_started_together_share_the_round_trip(void **state)
{
    (void)state;
    static const char *const names[] = {"number", "usmall", "nested.at", "u8"};
    struct ocd_expression *e[COUNT_OF(names)];
    struct ocd_op *op[COUNT_OF(names)];

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        e[i] = program_expression(&p, names[i]);
        op[i] = ocd_read_value_async(p.rig->session, e[i], NULL);
    }
    rig_ok(p.rig->session, ocd_wait(op[COUNT_OF(names) - 1]));
    size_t commands = 0;
    while (commands < p.rig->trace.count && p.rig->trace.lines[commands].direction == '>')
        commands++;
    assert_int_equal(commands, COUNT_OF(names)); /* before the first reply */
    for (size_t i = 0; i + 1 < COUNT_OF(names); i++)
        rig_ok(p.rig->session, ocd_wait(op[i]));
    assert_int_equal(ocd_expression_value(e[3])->number, 65);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        ocd_expression_close(e[i]);
}

static void read_after_write_sees_the_value(void **state)
{
    (void)state;
    struct ocd_expression *e = program_expression(&p, "head.value");
    uint32_t word = 0, addr = program_address(&p, "head.value");
    struct ocd_op *write = ocd_write_value_async(p.rig->session, e, "77", NULL);
    struct ocd_op *read = ocd_read_u32_async(p.rig->session, addr, &word, 1, NULL);

    rig_ok(p.rig->session, ocd_wait(read));
    rig_ok(p.rig->session, ocd_wait(write));
    assert_int_equal(word, 77);
    rig_ok(p.rig->session, ocd_write_value(p.rig->session, e, "1"));
    ocd_expression_close(e);
}

static void cancelled_read_leaves_the_session_usable(void **state)
{
    (void)state;
    struct ocd_expression *e = program_expression(&p, "list->next->value");
    struct ocd_op *op = ocd_read_value_async(p.rig->session, e, NULL);

    ocd_cancel(op);
    assert_int_equal(ocd_wait(op), OCD_ERR_CANCELLED);
    rig_ok(p.rig->session, ocd_read_value(p.rig->session, e));
    assert_int_equal(ocd_expression_value(e)->number, 2);
    ocd_expression_close(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(scalar_is_one_access_of_its_width, forget),
        cmocka_unit_test_setup(member_is_read_without_its_struct, forget),
        cmocka_unit_test_setup(value_of_64_bits_is_two_words_on_a_32_bit_program, forget),
        cmocka_unit_test_setup(struct_is_read_at_once, forget),
        cmocka_unit_test_setup(elements_of_a_slice_are_read_without_their_array, forget),
        cmocka_unit_test_setup(pointer_is_followed_by_one_more_read, forget),
        cmocka_unit_test_setup(address_needs_no_access, forget),
        cmocka_unit_test_setup(value_is_read_again_each_time, forget),
        cmocka_unit_test_setup(unreadable_text_of_a_pointer_is_no_failure, forget),
        cmocka_unit_test_setup(unreadable_memory_is_a_target_error, forget),
        cmocka_unit_test_setup(failure_of_an_expression_fails_the_call, forget),
        cmocka_unit_test_setup(values_started_together_share_the_round_trip, forget),
        cmocka_unit_test_setup(read_after_write_sees_the_value, forget),
        cmocka_unit_test_setup(cancelled_read_leaves_the_session_usable, forget),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
