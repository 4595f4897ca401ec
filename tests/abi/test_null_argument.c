// SPDX-License-Identifier: MIT
/* Every function that needs more than an object, without that: the rule of ocd.h, "NULL". */
#include "support.h"

#define N NULL

static struct ocd_session *s;

static int start(void **state)
{
    (void)state;
    s = begin_session();
    return s != NULL ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    end_session(s);
    return 0;
}

static void reads_into_nothing_are_refused(void **state)
{
    (void)state;
    char *text;

    REFUSED(ocd_read_u8(s, RAM, N, 1));
    REFUSED(ocd_read_u16(s, RAM, N, 1));
    REFUSED(ocd_read_u32(s, RAM, N, 1));
    REFUSED(ocd_read_u64(s, RAM, N, 1));
    REFUSED(ocd_read_bytes(s, RAM, N, 1));
    REFUSED(ocd_read_many(s, N, 1, 0));
    REFUSED(ocd_read_many(s, &(struct ocd_item){.addr = RAM, .width = 8, .count = 1}, 1, 0));
    REFUSED(ocd_hexdump(s, RAM, 1, N));
    REFUSED(ocd_hexdump_lines(s, RAM, 1, N, N));
    REFUSED(ocd_hexdump_format(RAM, "x", 1, N));
    REFUSED(ocd_hexdump_format(RAM, N, 1, &text));
    REFUSED(ocd_dump(s, RAM, 1, N));
    REFUSED(ocd_dump_data(s, RAM, 1, N, N));
    REFUSED(ocd_dump_ranges(s, N, 1, "x", N));
    REFUSED(ocd_dump_ranges(s, &(struct ocd_range){.addr = RAM, .size = 1}, 1, N, N));
    REFUSED(ocd_dump_writer(s, &(struct ocd_range){.addr = RAM, .size = 1}, 1, N));
}

static void searches_for_nothing_are_refused(void **state)
{
    (void)state;
    uint64_t *matches;
    size_t count;

    REFUSED(ocd_search(s, N, 1, RAM, RAM + 4, &matches, &count));
    REFUSED(ocd_search(s, "x", 1, RAM, RAM + 4, N, &count));
    REFUSED(ocd_search(s, "x", 1, RAM, RAM + 4, &matches, N));
    REFUSED(ocd_search_each(s, N, 1, RAM, RAM + 4, N, N));
    REFUSED(ocd_search_each(s, "x", 1, RAM, RAM + 4, N, N));
}

static void writes_of_nothing_are_refused(void **state)
{
    (void)state;
    REFUSED(ocd_write_u8(s, RAM, N, 1));
    REFUSED(ocd_write_u16(s, RAM, N, 1));
    REFUSED(ocd_write_u32(s, RAM, N, 1));
    REFUSED(ocd_write_u64(s, RAM, N, 1));
    REFUSED(ocd_write_bytes(s, RAM, N, 1));
    REFUSED(ocd_write_many(s, N, 1));
    REFUSED(ocd_write_many(s, &(struct ocd_write_item){.addr = RAM, .width = 8, .count = 1}, 1));
    REFUSED(ocd_fill(s, RAM, 1, N, 1));
    REFUSED(ocd_load(s, N, N));
    REFUSED(ocd_load_image(s, N, N));
    REFUSED(ocd_verify(s, N, N));
    REFUSED(ocd_command(s, N, N));
}

static void target_calls_without_a_name_or_a_result_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"pc"};
    static const char *const no_name[] = {NULL};
    struct ocd_register *registers;
    size_t count;
    uint64_t value;

    REFUSED(ocd_targets(s, N, &count));
    REFUSED(ocd_select(s, N));
    REFUSED(ocd_state(s, N));
    REFUSED(ocd_registers(s, N, &count));
    REFUSED(ocd_registers(s, &registers, N));
    REFUSED(ocd_read_registers(s, no_name, 1, &registers, &count));
    REFUSED(ocd_read_registers(s, names, 1, N, &count));
    REFUSED(ocd_read_registers(s, names, 1, &registers, N));
    REFUSED(ocd_read_register(s, N, &value));
    REFUSED(ocd_read_register(s, "pc", N));
    REFUSED(ocd_write_register(s, N, 0));
    REFUSED(ocd_write_register_bytes(s, N, "x", 1));
    REFUSED(ocd_write_register_bytes(s, "pc", N, 1));
    REFUSED(ocd_breakpoints(s, N, &count));
    REFUSED(ocd_watchpoints(s, N, &count));
    REFUSED(ocd_set_watchpoint(s, N));
    REFUSED(ocd_wait_event(s, N, 0));
}

static void values_without_an_expression_are_refused(void **state)
{
    (void)state;
    REFUSED(ocd_check_program(s, N));
    REFUSED(ocd_locate_value(s, N));
    REFUSED(ocd_read_value(s, N));
    REFUSED(ocd_write_value(s, N, "1"));
}

static void samplers_without_a_value_or_a_result_are_refused(void **state)
{
    (void)state;
    struct ocd_sampler_item item = {.addr = RAM, .type = OCD_NUMBER_U32};
    struct ocd_sampler *sampler;
    uint32_t id;

    ANSWERS(OCD_OK, ocd_sampler_open(&sampler, s, N));
    REFUSED(ocd_sampler_add(sampler, N, &id));
    ANSWERS(OCD_OK, ocd_sampler_add(sampler, &item, N));
    ANSWERS(OCD_OK, ocd_sampler_add(sampler, &item, &id));
    REFUSED(ocd_sampler_write(sampler, id, N));
    REFUSED(ocd_sampler_write(sampler, id + 1, "1"));
    REFUSED(ocd_sampler_remove(sampler, id + 1));
    REFUSED(ocd_sampler_get_stats(sampler, N));
    ocd_sampler_close(sampler);
}

static void images_without_contents_or_a_callback_are_refused(void **state)
{
    (void)state;
    static const char hex[] = ":0100000012ED\n:00000001FF\n";
    struct ocd_image *image;
    uint64_t addr;
    size_t size;
    char byte;

    REFUSED(ocd_image_open(&image, N, N));
    ocd_image_close(image);
    REFUSED(ocd_image_open_memory(&image, N, 1, "x.hex", N));
    ocd_image_close(image);
    ANSWERS(OCD_OK, ocd_image_open_memory(&image, hex, sizeof(hex) - 1, N, N));
    REFUSED(ocd_image_next(image, N, &byte, 1, &size));
    REFUSED(ocd_image_next(image, &addr, N, 1, &size));
    REFUSED(ocd_image_next(image, &addr, &byte, 1, N));
    ANSWERS(OCD_OK, ocd_image_next(image, &addr, N, 0, &size));
    REFUSED(ocd_image_compare(image, N, N, N, N));
    ocd_image_close(image);
}

static int to_nowhere(const void *data, size_t size, void *user)
{
    (void)data, (void)size, (void)user;
    return 0;
}

static void image_writers_without_a_file_or_data_are_refused(void **state)
{
    (void)state;
    struct ocd_image_writer *writer;

    REFUSED(ocd_image_writer_create(&writer, N, N));
    ocd_image_writer_close(writer);
    REFUSED(ocd_image_writer_to_sink(&writer, N, N, N));
    ocd_image_writer_close(writer);
    ANSWERS(OCD_OK, ocd_image_writer_to_sink(&writer, to_nowhere, N, N));
    ANSWERS(OCD_OK, ocd_image_writer_put(writer, 0, N, 0));
    REFUSED(ocd_image_writer_put(writer, 0, N, 1));
    ocd_image_writer_close(writer);
}

#ifdef OCD_TEST_ELF
static int on_symbol(const struct ocd_symbol *symbol, void *user)
{
    (void)symbol, (void)user;
    return 0;
}

static void symbols_without_a_name_or_a_result_are_refused(void **state)
{
    (void)state;
    static const char *const paths[] = {OCD_TEST_ELF};
    static const char *const no_path[] = {NULL};
    struct ocd_symbols *symbols;
    const struct ocd_symbol *symbol;
    const struct ocd_type *type;
    uint64_t offset;

    REFUSED(ocd_symbols_open(&symbols, N, 1, N));
    ocd_symbols_close(symbols);
    REFUSED(ocd_symbols_open(&symbols, no_path, 1, N));
    ocd_symbols_close(symbols);
    REFUSED(ocd_symbols_open_memory(&symbols, N, 1, "x", N));
    ocd_symbols_close(symbols);
    ANSWERS(OCD_OK, ocd_symbols_open(&symbols, paths, 1, N));
    REFUSED(ocd_symbols_find(symbols, N, &symbol));
    REFUSED(ocd_symbols_find(symbols, "main", N));
    REFUSED(ocd_symbols_each(symbols, "*", N, N));
    ANSWERS(OCD_OK, ocd_symbols_each(symbols, N, on_symbol, N));
    REFUSED(ocd_symbols_at(symbols, 0, N, &offset));
    REFUSED(ocd_symbols_type(symbols, N, &type));
    REFUSED(ocd_symbols_type(symbols, "int", N));
    ocd_symbols_close(symbols);
}

static void expressions_without_a_text_or_a_result_are_refused(void **state)
{
    (void)state;
    static const char *const paths[] = {OCD_TEST_ELF};
    struct ocd_symbols *symbols;
    struct ocd_expression *expression;
    const struct ocd_patch *patch;

    ANSWERS(OCD_OK, ocd_symbols_open(&symbols, paths, 1, N));
    REFUSED(ocd_expression_open(N, symbols, "1", N));
    REFUSED(ocd_expression_open(&expression, N, "1", N));
    REFUSED(ocd_expression_open(&expression, symbols, N, N));
    ANSWERS(OCD_OK, ocd_expression_open(&expression, symbols, "1", N));
    ANSWERS(OCD_OK, ocd_expression_read(expression));
    REFUSED(ocd_expression_encode(expression, N, &patch));
    REFUSED(ocd_expression_encode(expression, "1", N));
    REFUSED(ocd_write_value(s, expression, N));
    REFUSED(ocd_value_text(ocd_expression_value(expression), N));
    REFUSED(ocd_value_json(ocd_expression_value(expression), N));
    REFUSED(ocd_type_layout(ocd_expression_value(expression)->type, N));
    ocd_expression_close(expression);
    ocd_symbols_close(symbols);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_into_nothing_are_refused),
        cmocka_unit_test(searches_for_nothing_are_refused),
        cmocka_unit_test(writes_of_nothing_are_refused),
        cmocka_unit_test(target_calls_without_a_name_or_a_result_are_refused),
        cmocka_unit_test(values_without_an_expression_are_refused),
        cmocka_unit_test(samplers_without_a_value_or_a_result_are_refused),
        cmocka_unit_test(images_without_contents_or_a_callback_are_refused),
        cmocka_unit_test(image_writers_without_a_file_or_data_are_refused),
#ifdef OCD_TEST_ELF
        cmocka_unit_test(symbols_without_a_name_or_a_result_are_refused),
        cmocka_unit_test(expressions_without_a_text_or_a_result_are_refused),
#endif
    };

    return cmocka_run_group_tests_name("NULL arguments", tests, start, stop);
}
