// SPDX-License-Identifier: MIT
/* What a newer header may define and this library does not know is refused, and named: flags,
 * enumerators, and reserved room that is not zero. */
#include "support.h"

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

/* The error names what was refused. */
static void names(const struct ocd_error *error, const char *words)
{
    assert_int_equal(error->code, OCD_ERR_ARG);
    if (strstr(error->message, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error->message, words);
}

static void refuses(const char *words, int result)
{
    ANSWERS(OCD_ERR_ARG, result);
    names(ocd_last_error(s), words);
}

static void refuses_call(const char *words, const struct ocd_call *call)
{
    uint32_t value;

    refuses(words, ocd_wait(ocd_read_u32_async(s, RAM, &value, 1, call)));
    refuses(words, ocd_wait(ocd_halt_async(s, call)));
}

static void unknown_settings_of_a_call_are_refused(void **state)
{
    (void)state;
    uint32_t value;
    struct ocd_call call = {.flags = OCD_READ_SKIP_UNREADABLE | OCD_DUMP_RESUME | OCD_WRITE_VERIFY |
                                     OCD_VERIFY_FAST};

    ANSWERS(OCD_OK, ocd_wait(ocd_read_u32_async(s, RAM, &value, 1, &call)));
    for (unsigned bit = 7; bit < 32; bit++) {
        char words[60];
        snprintf(words, sizeof(words), "ocd_call.flags has unknown flags, 0x%X", 1u << bit);
        refuses_call(words, &(struct ocd_call){.flags = 1u << bit | OCD_WRITE_VERIFY});
    }
    refuses_call("ocd_call.flags has unknown flags, 0x1", &(struct ocd_call){.flags = 1});
    refuses_call("ocd_call.space is not one of enum ocd_space",
                 &(struct ocd_call){.space = (enum ocd_space)3});
    for (size_t i = 0; i < sizeof(call.reserved) / sizeof(*call.reserved); i++) {
        call = (struct ocd_call){0};
        call.reserved[i] = UINT64_C(1) << 63;
        refuses_call("ocd_call.reserved is not zero", &call);
    }
}

static void refuses_options(const char *words, const struct ocd_options *options)
{
    struct ocd_session *session;

    REFUSED(ocd_connect(&session, options));
    names(ocd_last_error(session), words);
    ocd_close(session);
    REFUSED(ocd_start(&session, options));
    names(ocd_last_error(session), words);
    ocd_close(session);
}

static void unknown_settings_of_a_session_are_refused(void **state)
{
    (void)state;
    static const struct ocd_range ranges[] = {{.size = 4}, {.size = 4, .reserved = {1}}};

    refuses_options("ocd_options.reserved is not zero", &(struct ocd_options){.reserved = {1}});
    refuses_options("ocd_range.reserved of one of ocd_options.writable is not zero",
                    &(struct ocd_options){.writable = ranges, .writable_count = 2});
}

static void unknown_settings_of_items_are_refused(void **state)
{
    (void)state;
    uint8_t byte;
    struct ocd_item items[] = {{.addr = RAM, .count = 1, .width = 8, .values = &byte},
                               {.addr = RAM, .count = 1, .width = 8, .values = &byte}};
    struct ocd_write_item writes[] = {{.addr = RAM, .count = 1, .width = 8, .values = "x"},
                                      {.addr = RAM, .count = 1, .width = 8, .values = "x"}};

    items[1].reserved[1] = 1;
    writes[1].reserved[1] = 1;
    refuses("item 1 has an ocd_item.reserved that is not zero", ocd_read_many(s, items, 2, 0));
    refuses("item 1 has an ocd_write_item.reserved that is not zero", ocd_write_many(s, writes, 2));
}

static void unknown_settings_of_file_calls_are_refused(void **state)
{
    (void)state;
    static const struct ocd_range range = {.addr = RAM, .size = 4, .reserved = {0, 1}};
    struct ocd_load_options load = {.where = (enum ocd_load_where)3};
    struct ocd_verify_options verify = {.reserved = {1}};
    struct ocd_erase_options erase = {.reserved = {1}};

    refuses("ocd_load_options.where is not one of enum ocd_load_where", ocd_load(s, "x", &load));
    load = (struct ocd_load_options){.reserved = {1}};
    refuses("ocd_load_options.reserved is not zero", ocd_load(s, "x", &load));
    load = (struct ocd_load_options){.image = {.reserved = {1}}};
    refuses("ocd_image_options.reserved is not zero", ocd_load(s, "x", &load));
    refuses("ocd_verify_options.reserved is not zero", ocd_verify(s, "x", &verify));
    verify = (struct ocd_verify_options){.ignore = &range, .ignore_count = 1};
    refuses("ocd_range.reserved of one of ocd_verify_options.ignore is not zero",
            ocd_verify(s, "x", &verify));
    refuses("ocd_erase_options.reserved is not zero", ocd_erase(s, RAM, 4, &erase));
    refuses("ocd_range.reserved of one of the ranges is not zero",
            ocd_dump_ranges(s, &range, 1, "x", NULL));
}

static void unknown_settings_of_target_calls_are_refused(void **state)
{
    (void)state;
    struct ocd_watchpoint point = {
        .addr = RAM, .length = 4, .access = (enum ocd_watchpoint_access)4};

    refuses("the access is not one of enum ocd_watchpoint_access", ocd_set_watchpoint(s, &point));
    point.access = OCD_WATCHPOINT_READ;
    point.reserved[3] = 1;
    refuses("ocd_watchpoint.reserved is not zero", ocd_set_watchpoint(s, &point));
    refuses("only soft and hard breakpoints can be set",
            ocd_set_breakpoint(s, RAM, 2, (enum ocd_breakpoint_kind)4));
    refuses("the mode is not one of enum ocd_reset_mode", ocd_reset(s, (enum ocd_reset_mode)3));
    refuses("the state is not one of enum ocd_target_state",
            ocd_wait_state(s, (enum ocd_target_state)99, 1));
}

static void refuses_sampler(const char *words, const struct ocd_sampler_options *options)
{
    struct ocd_sampler *sampler;

    refuses(words, ocd_sampler_open(&sampler, s, options));
    assert_null(sampler);
}

static void unknown_settings_of_samplers_are_refused(void **state)
{
    (void)state;
    static const struct ocd_range ram = {.size = 4, .reserved = {1}};
    struct ocd_sampler_item item = {.addr = RAM, .type = OCD_NUMBER_U8, .tear = (enum ocd_tear)4};
    struct ocd_sampler *sampler;

    refuses_sampler("ocd_sampler_options.flags has unknown flags",
                    &(struct ocd_sampler_options){.flags = OCD_SAMPLER_SERVER_TIME | 4});
    refuses_sampler("ocd_sampler_options.reserved is not zero",
                    &(struct ocd_sampler_options){.reserved = {1}});
    refuses_sampler("ocd_range.reserved of one of ocd_sampler_options.ram is not zero",
                    &(struct ocd_sampler_options){.ram = &ram, .ram_count = 1});
    ANSWERS(OCD_OK, ocd_sampler_open(&sampler, s, NULL));
    refuses("ocd_sampler_item.tear is not one of enum ocd_tear",
            ocd_sampler_add(sampler, &item, NULL));
    item = (struct ocd_sampler_item){.addr = RAM, .type = (enum ocd_number_type)11};
    refuses("ocd_sampler_item.type is not one of enum ocd_number_type",
            ocd_sampler_add(sampler, &item, NULL));
    item = (struct ocd_sampler_item){.addr = RAM, .type = OCD_NUMBER_F64, .reserved = {0, 1}};
    refuses("ocd_sampler_item.reserved is not zero", ocd_sampler_add(sampler, &item, NULL));
    ocd_sampler_close(sampler);
}

static void refuses_image(const char *words, const struct ocd_image_options *options)
{
    struct ocd_image *image;

    REFUSED(ocd_image_open_memory(&image, "x", 1, "x.bin", options));
    names(ocd_image_error(image), words);
    ocd_image_close(image);
}

static int to_nowhere(const void *data, size_t size, void *user)
{
    (void)data, (void)size, (void)user;
    return 0;
}

static void refuses_layout(const char *words, const struct ocd_image_layout *layout)
{
    struct ocd_image_writer *writer;

    REFUSED(ocd_image_writer_to_sink(&writer, to_nowhere, NULL, layout));
    names(ocd_image_writer_error(writer), words);
    ocd_image_writer_close(writer);
}

static void unknown_settings_of_images_are_refused(void **state)
{
    (void)state;
    const enum ocd_image_format unknown = (enum ocd_image_format)(OCD_IMAGE_HEXDUMP + 1);

    refuses_image("ocd_image_options.format is not one of enum ocd_image_format",
                  &(struct ocd_image_options){.format = unknown});
    refuses_image("ocd_image_options.reserved is not zero",
                  &(struct ocd_image_options){.reserved = {1}});
    refuses_layout("ocd_image_layout.format is not one of enum ocd_image_format",
                   &(struct ocd_image_layout){.format = unknown});
    refuses_layout("ocd_image_layout.reserved is not zero",
                   &(struct ocd_image_layout){.reserved = {1}});
}

#ifdef OCD_TEST_ELF
static const char *const elf[] = {OCD_TEST_ELF};

static void refuses_symbols(const char *words, const struct ocd_symbols_options *options)
{
    struct ocd_symbols *symbols;

    REFUSED(ocd_symbols_open(&symbols, elf, 1, options));
    names(ocd_symbols_error(symbols), words);
    ocd_symbols_close(symbols);
}

static void unknown_settings_of_symbols_are_refused(void **state)
{
    (void)state;
    refuses_symbols("ocd_symbols_options.flags has unknown flags, 0x4",
                    &(struct ocd_symbols_options){.flags = OCD_SYMBOLS_MAP | 4});
    refuses_symbols("ocd_symbols_options.reserved is not zero",
                    &(struct ocd_symbols_options){.reserved = {1}});
}

static void refuses_expression(const char *words, struct ocd_symbols *symbols,
                               const struct ocd_expression_options *options)
{
    struct ocd_expression *expression;

    REFUSED(ocd_expression_open(&expression, symbols, "1", options));
    names(ocd_expression_error(expression), words);
    ocd_expression_close(expression);
}

static void unknown_settings_of_expressions_are_refused(void **state)
{
    (void)state;
    struct ocd_symbols *symbols;

    ANSWERS(OCD_OK, ocd_symbols_open(&symbols, elf, 1, NULL));
    refuses_expression("ocd_expression_options.format is not one of enum ocd_number_format",
                       symbols,
                       &(struct ocd_expression_options){.format = (enum ocd_number_format)4});
    refuses_expression("ocd_expression_options.reserved is not zero", symbols,
                       &(struct ocd_expression_options){.reserved = {1}});
    ocd_symbols_close(symbols);
}
#endif

static void version_of_header_and_library_are_one(void **state)
{
    (void)state;
    char text[40];

    snprintf(text, sizeof(text), "%d.%d.%d", OCD_VERSION_NUMBER >> 16,
             OCD_VERSION_NUMBER >> 8 & 0xFF, OCD_VERSION_NUMBER & 0xFF);
    assert_string_equal(text, ocd_version());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_settings_of_a_call_are_refused),
        cmocka_unit_test(unknown_settings_of_a_session_are_refused),
        cmocka_unit_test(unknown_settings_of_items_are_refused),
        cmocka_unit_test(unknown_settings_of_file_calls_are_refused),
        cmocka_unit_test(unknown_settings_of_target_calls_are_refused),
        cmocka_unit_test(unknown_settings_of_samplers_are_refused),
        cmocka_unit_test(unknown_settings_of_images_are_refused),
#ifdef OCD_TEST_ELF
        cmocka_unit_test(unknown_settings_of_symbols_are_refused),
        cmocka_unit_test(unknown_settings_of_expressions_are_refused),
#endif
        cmocka_unit_test(version_of_header_and_library_are_one),
    };

    return cmocka_run_group_tests_name("unknown values", tests, start, stop);
}
