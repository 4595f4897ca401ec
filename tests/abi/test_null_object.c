// SPDX-License-Identifier: MIT
/* Every public function without the object that it needs: the rule of ocd.h, "NULL". That none is
 * missing here is checked by complete.sh. */
#include "support.h"

#define N NULL

static void null_sessions_are_refused(void **state)
{
    (void)state;
    REFUSED(ocd_connect(N, N));
    REFUSED(ocd_start(N, N));
    REFUSED(ocd_restart(N));
    REFUSED(ocd_loop_dispatch(N));
    ocd_close(N);
    ocd_free(N);
    assert_string_equal(ocd_server_version(N), "");
    assert_string_equal(ocd_text_reason(N), "");
    assert_int_equal(ocd_features(N), 0);
    assert_int_equal(ocd_port(N), 0);
    assert_int_equal(ocd_loop_fd(N), -1);
    assert_int_equal(ocd_loop_events(N), 0);
    assert_int_equal(ocd_loop_timeout(N), -1);
    assert_int_equal(ocd_last_error(N)->code, OCD_ERR_NOMEM);
    assert_string_equal(ocd_last_error(N)->text, "out of memory");
}

static void null_operations_mean_out_of_memory(void **state)
{
    (void)state;
    ANSWERS(OCD_ERR_NOMEM, ocd_wait(N));
    ANSWERS(OCD_ERR_NOMEM, ocd_op_result(N));
    assert_int_equal(ocd_op_error(N)->code, OCD_ERR_NOMEM);
    ocd_cancel(N);
    ocd_op_free(N);
}

static void unknown_numbers_have_a_text(void **state)
{
    (void)state;
    assert_non_null(ocd_version());
    assert_string_equal(ocd_strerror(12345), "unknown error");
    assert_string_equal(ocd_err_name(12345), "unknown");
    assert_non_null(ocd_state_name((enum ocd_target_state)12345));
    assert_string_equal(ocd_gap_name((enum ocd_gap_reason)12345), "unknown");
}

static void reads_without_a_session_are_refused(void **state)
{
    (void)state;
    uint64_t value = 0;
    char *text = N;

    REFUSED(ocd_read_u8(N, RAM, (uint8_t *)&value, 1));
    REFUSED(ocd_read_u16(N, RAM, (uint16_t *)&value, 1));
    REFUSED(ocd_read_u32(N, RAM, (uint32_t *)&value, 1));
    REFUSED(ocd_read_u64(N, RAM, &value, 1));
    REFUSED(ocd_read_bytes(N, RAM, &value, 1));
    REFUSED(ocd_read_many(N, N, 0, 0));
    REFUSED(ocd_wait_value(N, RAM, 8, 1, 1, N, 0));
    REFUSED(ocd_hexdump(N, RAM, 1, &text));
    REFUSED(ocd_hexdump_lines(N, RAM, 1, N, N));
    REFUSED(ocd_hexdump_format(RAM, N, 1, &text));
    REFUSED(ocd_search(N, "x", 1, RAM, RAM + 4, N, N));
    REFUSED(ocd_search_each(N, "x", 1, RAM, RAM + 4, N, N));
    REFUSED(ocd_dump(N, RAM, 1, N));
    REFUSED(ocd_dump_data(N, RAM, 1, N, N));
    REFUSED(ocd_dump_ranges(N, N, 0, N, N));
    REFUSED(ocd_dump_writer(N, N, 0, N));
    REFUSED(ocd_verify(N, N, N));
}

static void writes_without_a_session_are_refused(void **state)
{
    (void)state;
    static const uint64_t value = 1;

    REFUSED(ocd_write_u8(N, RAM, (const uint8_t *)&value, 1));
    REFUSED(ocd_write_u16(N, RAM, (const uint16_t *)&value, 1));
    REFUSED(ocd_write_u32(N, RAM, (const uint32_t *)&value, 1));
    REFUSED(ocd_write_u64(N, RAM, &value, 1));
    REFUSED(ocd_write_bytes(N, RAM, &value, 1));
    REFUSED(ocd_write_many(N, N, 0));
    REFUSED(ocd_modify(N, RAM, 8, 1, 1, N));
    REFUSED(ocd_fill(N, RAM, 1, &value, 1));
    REFUSED(ocd_copy(N, RAM, RAM + 4, 1));
    REFUSED(ocd_load(N, N, N));
    REFUSED(ocd_load_image(N, N, N));
    REFUSED(ocd_erase(N, RAM, 1, N));
    REFUSED(ocd_command(N, "x", N));
}

static void target_calls_without_a_session_are_refused(void **state)
{
    (void)state;
    static const struct ocd_watchpoint watchpoint = {.length = 4, .access = OCD_WATCHPOINT_READ};

    REFUSED(ocd_targets(N, N, N));
    REFUSED(ocd_select(N, "x"));
    REFUSED(ocd_state(N, N));
    REFUSED(ocd_halt(N));
    REFUSED(ocd_resume(N));
    REFUSED(ocd_resume_at(N, RAM));
    REFUSED(ocd_step(N));
    REFUSED(ocd_step_at(N, RAM));
    REFUSED(ocd_reset(N, OCD_RESET_RUN));
    REFUSED(ocd_wait_state(N, OCD_STATE_HALTED, 0));
    REFUSED(ocd_registers(N, N, N));
    REFUSED(ocd_read_registers(N, N, 0, N, N));
    REFUSED(ocd_read_register(N, "pc", N));
    REFUSED(ocd_write_register(N, "pc", 0));
    REFUSED(ocd_write_register_bytes(N, "pc", "x", 1));
    REFUSED(ocd_breakpoints(N, N, N));
    REFUSED(ocd_set_breakpoint(N, RAM, 2, OCD_BREAKPOINT_HARD));
    REFUSED(ocd_remove_breakpoint(N, RAM));
    REFUSED(ocd_remove_breakpoints(N));
    REFUSED(ocd_watchpoints(N, N, N));
    REFUSED(ocd_set_watchpoint(N, &watchpoint));
    REFUSED(ocd_remove_watchpoint(N, RAM));
    REFUSED(ocd_remove_watchpoints(N));
    REFUSED(ocd_subscribe_events(N, N, N));
    REFUSED(ocd_wait_event(N, "halted", 0));
}

static void memory_operations_without_a_session_are_null(void **state)
{
    (void)state;
    NOTHING(ocd_connect_async(N, N, N));
    NOTHING(ocd_start_async(N, N, N));
    NOTHING(ocd_restart_async(N, N));
    NOTHING(ocd_read_u8_async(N, RAM, N, 1, N));
    NOTHING(ocd_read_u16_async(N, RAM, N, 1, N));
    NOTHING(ocd_read_u32_async(N, RAM, N, 1, N));
    NOTHING(ocd_read_u64_async(N, RAM, N, 1, N));
    NOTHING(ocd_write_u8_async(N, RAM, N, 1, N));
    NOTHING(ocd_write_u16_async(N, RAM, N, 1, N));
    NOTHING(ocd_write_u32_async(N, RAM, N, 1, N));
    NOTHING(ocd_write_u64_async(N, RAM, N, 1, N));
    NOTHING(ocd_modify_async(N, RAM, 8, 1, 1, N, N));
    NOTHING(ocd_read_bytes_async(N, RAM, N, 1, N));
    NOTHING(ocd_write_bytes_async(N, RAM, N, 1, N));
    NOTHING(ocd_fill_async(N, RAM, 1, N, 1, N));
    NOTHING(ocd_read_many_async(N, N, 0, 0, N));
    NOTHING(ocd_write_many_async(N, N, 0, N));
    NOTHING(ocd_wait_value_async(N, RAM, 8, 1, 1, N, N));
    NOTHING(ocd_hexdump_async(N, RAM, 1, N, N));
    NOTHING(ocd_hexdump_lines_async(N, RAM, 1, N, N, N));
    NOTHING(ocd_search_async(N, N, 1, RAM, RAM + 4, N, N, N));
    NOTHING(ocd_search_each_async(N, N, 1, RAM, RAM + 4, N, N, N));
    NOTHING(ocd_dump_async(N, RAM, 1, N, N));
    NOTHING(ocd_dump_data_async(N, RAM, 1, N, N, N));
    NOTHING(ocd_dump_ranges_async(N, N, 1, N, N, N));
    NOTHING(ocd_dump_writer_async(N, N, 1, N, N));
    NOTHING(ocd_load_async(N, N, N, N));
    NOTHING(ocd_load_image_async(N, N, N, N));
    NOTHING(ocd_erase_async(N, RAM, 1, N, N));
    NOTHING(ocd_verify_async(N, N, N, N));
    NOTHING(ocd_copy_async(N, RAM, RAM, 1, N));
    NOTHING(ocd_command_async(N, N, N, N));
}

static void target_operations_without_a_session_are_null(void **state)
{
    (void)state;
    NOTHING(ocd_targets_async(N, N, N, N));
    NOTHING(ocd_select_async(N, N, N));
    NOTHING(ocd_state_async(N, N, N));
    NOTHING(ocd_halt_async(N, N));
    NOTHING(ocd_resume_async(N, N));
    NOTHING(ocd_resume_at_async(N, RAM, N));
    NOTHING(ocd_step_async(N, N));
    NOTHING(ocd_step_at_async(N, RAM, N));
    NOTHING(ocd_reset_async(N, OCD_RESET_RUN, N));
    NOTHING(ocd_wait_state_async(N, OCD_STATE_HALTED, N));
    NOTHING(ocd_registers_async(N, N, N, N));
    NOTHING(ocd_read_registers_async(N, N, 1, N, N, N));
    NOTHING(ocd_read_register_async(N, N, N, N));
    NOTHING(ocd_write_register_async(N, N, 0, N));
    NOTHING(ocd_write_register_bytes_async(N, N, N, 1, N));
    NOTHING(ocd_breakpoints_async(N, N, N, N));
    NOTHING(ocd_set_breakpoint_async(N, RAM, 2, OCD_BREAKPOINT_HARD, N));
    NOTHING(ocd_remove_breakpoint_async(N, RAM, N));
    NOTHING(ocd_remove_breakpoints_async(N, N));
    NOTHING(ocd_watchpoints_async(N, N, N, N));
    NOTHING(ocd_set_watchpoint_async(N, N, N));
    NOTHING(ocd_remove_watchpoint_async(N, RAM, N));
    NOTHING(ocd_remove_watchpoints_async(N, N));
    NOTHING(ocd_subscribe_events_async(N, N, N, N));
    NOTHING(ocd_wait_event_async(N, N, N));
    NOTHING(ocd_check_program_async(N, N, N));
    NOTHING(ocd_locate_value_async(N, N, N));
    NOTHING(ocd_read_value_async(N, N, N));
    NOTHING(ocd_write_value_async(N, N, N, N));
}

static void null_images_are_refused(void **state)
{
    (void)state;
    uint64_t addr = 7;
    size_t size = 7;
    char byte;
    enum ocd_image_format format = OCD_IMAGE_ELF;

    REFUSED(ocd_image_open(N, "x.hex", N));
    REFUSED(ocd_image_open_memory(N, "x", 1, "x.hex", N));
    REFUSED(ocd_image_next(N, &addr, &byte, 1, &size));
    REFUSED(ocd_image_compare(N, N, N, N, N));
    NOTHING(ocd_image_get_info(N));
    ocd_image_close(N);
    assert_int_equal(ocd_image_error(N)->code, OCD_ERR_NOMEM);
    assert_false(ocd_image_format_named(N, &format, N));
    assert_false(ocd_image_format_named("bin", N, N));
    assert_false(ocd_image_format_of_path(N, &format, N));
    assert_false(ocd_image_format_of_path("x.bin", N, N));
    assert_int_equal(format, OCD_IMAGE_ELF);
    assert_int_equal(addr, 7);
    assert_int_equal(size, 7);
}

static void null_image_writers_are_refused(void **state)
{
    (void)state;
    REFUSED(ocd_image_writer_create(N, "x.hex", N));
    REFUSED(ocd_image_writer_to_fd(N, 1, "x.hex", N));
    REFUSED(ocd_image_writer_to_sink(N, N, N, N));
    REFUSED(ocd_image_writer_put(N, 0, "x", 1));
    REFUSED(ocd_image_writer_finish(N));
    ocd_image_writer_close(N);
    assert_int_equal(ocd_image_writer_error(N)->code, OCD_ERR_NOMEM);
}

static void null_symbols_are_refused(void **state)
{
    (void)state;
    const struct ocd_symbol *symbol;
    const struct ocd_type *type;
    uint64_t offset;
    char *text;

    REFUSED(ocd_symbols_open(N, N, 0, N));
    REFUSED(ocd_symbols_open_fd(N, 0, "x.elf", N));
    REFUSED(ocd_symbols_open_memory(N, "x", 1, "x.elf", N));
    REFUSED(ocd_symbols_find(N, "x", &symbol));
    REFUSED(ocd_symbols_each(N, N, N, N));
    REFUSED(ocd_symbols_at(N, 0, &symbol, &offset));
    REFUSED(ocd_symbols_type(N, "x", &type));
    REFUSED(ocd_type_layout(N, &text));
    NOTHING(ocd_type_get_info(N));
    NOTHING(ocd_type_member(N, 0));
    NOTHING(ocd_type_enumerator(N, 0));
    NOTHING(ocd_type_strip(N));
    ocd_symbols_close(N);
    assert_int_equal(ocd_symbols_error(N)->code, OCD_ERR_NOMEM);
}

static void null_expressions_are_refused(void **state)
{
    (void)state;
    const struct ocd_patch *patch;
    size_t count = 7;
    char *text;

    REFUSED(ocd_expression_open(N, N, "x", N));
    REFUSED(ocd_expression_locate(N));
    REFUSED(ocd_expression_read(N));
    REFUSED(ocd_expression_supply(N, 0, "x", 1));
    REFUSED(ocd_expression_encode(N, "1", &patch));
    REFUSED(ocd_value_text(N, &text));
    REFUSED(ocd_value_json(N, &text));
    REFUSED(ocd_check_program(N, N));
    REFUSED(ocd_locate_value(N, N));
    REFUSED(ocd_read_value(N, N));
    REFUSED(ocd_write_value(N, N, "1"));
    NOTHING(ocd_expression_needs(N, &count));
    assert_int_equal(count, 0);
    NOTHING(ocd_expression_needs(N, N));
    NOTHING(ocd_expression_location(N));
    NOTHING(ocd_expression_value(N));
    NOTHING(ocd_value_child(N, 0));
    ocd_expression_close(N);
    assert_int_equal(ocd_expression_error(N)->code, OCD_ERR_NOMEM);
}

static void null_samplers_are_refused(void **state)
{
    (void)state;
    struct ocd_sampler *sampler = (struct ocd_sampler *)state;
    struct ocd_sampler_item item = {.addr = RAM, .type = OCD_NUMBER_U32};
    struct ocd_sampler_stats stats;
    uint32_t id = 7;

    REFUSED(ocd_sampler_open(N, N, N));
    REFUSED(ocd_sampler_open(&sampler, N, N));
    assert_null(sampler);
    REFUSED(ocd_sampler_add(N, &item, &id));
    assert_int_equal(id, 0);
    REFUSED(ocd_sampler_remove(N, 1));
    REFUSED(ocd_sampler_run(N));
    REFUSED(ocd_sampler_write(N, 1, "1"));
    REFUSED(ocd_sampler_get_stats(N, &stats));
    NOTHING(ocd_sampler_run_async(N, N));
    NOTHING(ocd_sampler_write_async(N, 1, "1", N));
    ocd_sampler_close(N);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(null_sessions_are_refused),
        cmocka_unit_test(null_operations_mean_out_of_memory),
        cmocka_unit_test(reads_without_a_session_are_refused),
        cmocka_unit_test(writes_without_a_session_are_refused),
        cmocka_unit_test(target_calls_without_a_session_are_refused),
        cmocka_unit_test(memory_operations_without_a_session_are_null),
        cmocka_unit_test(target_operations_without_a_session_are_null),
        cmocka_unit_test(null_images_are_refused),
        cmocka_unit_test(null_image_writers_are_refused),
        cmocka_unit_test(null_symbols_are_refused),
        cmocka_unit_test(null_expressions_are_refused),
        cmocka_unit_test(null_samplers_are_refused),
        cmocka_unit_test(unknown_numbers_have_a_text),
    };

    return cmocka_run_group_tests_name("NULL objects", tests, NULL, NULL);
}
