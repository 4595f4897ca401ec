// SPDX-License-Identifier: MIT
/* Hexdumps to the letter, and data that come chunk by chunk. */
#include "rig.h"

static int start(void **state)
{
    *state = rig_start(&(struct rig_options){.big = true});
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

static void assert_dump(struct rig *rig, uint32_t addr, size_t size, const char *want)
{
    char *text;

    rig_ok(rig->session, ocd_hexdump(rig->session, addr, size, &text));
    assert_string_equal(text, want);
    ocd_free(text);
}

static void the_vector_table_is_printed_as_in_the_manual(void **state)
{
    rig_needs_cortex_m3();
    assert_dump(*state, SIM_FLASH_BASE, 64,
                "08000000: 00 50 00 20 A1 01 00 08  AB 01 00 08 AD 01 00 08  |.P. ............|\n"
                "08000010: AF 01 00 08 B1 01 00 08  B3 01 00 08 00 00 00 00  |................|\n"
                "08000020: 00 00 00 00 00 00 00 00  00 00 00 00 B5 01 00 08  |................|\n"
                "08000030: B7 01 00 08 00 00 00 00  B9 01 00 08 BB 01 00 08  |................|\n");
}

/* The first address begins the first line, whatever it is; the last line is padded. */
static void lines_begin_where_the_range_begins(void **state)
{
    struct rig *rig = *state;

    rig_poke(rig, RIG_RAM, "\x1f !~\x7f\x80\xff|0123456789abcdefghij", 28);
    assert_dump(rig, RIG_RAM, 1,
                "20000000: 1F                                                "
                "|.|\n");
    assert_dump(rig, RIG_RAM + 1, 8,
                "20000001: 20 21 7E 7F 80 FF 7C 30                           "
                "| !~...|0|\n");
    assert_dump(rig, RIG_RAM + 3, 9,
                "20000003: 7E 7F 80 FF 7C 30 31 32  33                       "
                "|~...|0123|\n");
    assert_dump(rig, RIG_RAM + 3, 17,
                "20000003: 7E 7F 80 FF 7C 30 31 32  33 34 35 36 37 38 39 61  |~...|0123456789a|\n"
                "20000013: 62                                                |b|\n");
    assert_dump(rig, RIG_RAM, 0, "");
}

static void the_bytes_do_not_depend_on_the_targets_byte_order(void **state)
{
    struct rig *rig = *state;
    const struct ocd_call call = {.target = RIG_BIG};
    char *little, *big;

    rig_ok(rig->session, ocd_hexdump(rig->session, SIM_FLASH_BASE + 3, 333, &little));
    rig_ok(rig->session,
           ocd_wait(ocd_hexdump_async(rig->session, SIM_FLASH_BASE + 3, 333, &big, &call)));
    assert_string_equal(little, big);
    ocd_free(little);
    ocd_free(big);
}

struct lines {
    char text[4096];
    size_t count, limit;
};

static int take_line(const char *line, void *user)
{
    struct lines *l = user;

    assert_int_equal(line[strlen(line) - 1], '\n');
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
    assert_true(strlen(l->text) + strlen(line) < sizeof(l->text));
    strcat(l->text, line);
    return ++l->count == l->limit ? 1 : 0;
}

static void line_by_line_it_is_the_same_text(void **state)
{
    struct rig *rig = *state;
    struct lines l = {.text = ""};
    char *text;

    rig_ok(rig->session, ocd_hexdump(rig->session, SIM_FLASH_BASE + 5, 500, &text));
    rig_ok(rig->session, ocd_hexdump_lines(rig->session, SIM_FLASH_BASE + 5, 500, take_line, &l));
    assert_string_equal(l.text, text);
    assert_int_equal(l.count, 32);
    ocd_free(text);
    l = (struct lines){.text = ""};
    rig_ok(rig->session, ocd_hexdump_lines(rig->session, SIM_FLASH_BASE, 0, take_line, &l));
    assert_int_equal(l.count, 0);
}

static void a_line_may_end_it(void **state)
{
    struct rig *rig = *state;
    struct lines l = {.limit = 3};

    rig_fails(rig->session, OCD_ERR_CANCELLED,
              ocd_hexdump_lines(rig->session, SIM_FLASH_BASE, 4096, take_line, &l));
    assert_int_equal(l.count, 3);
    rig_ok(rig->session, ocd_command(rig->session, "version", NULL));
}

static void bytes_in_memory_are_formatted_alike(void **state)
{
    struct rig *rig = *state;
    uint8_t *bytes = rig_fill(rig, RIG_RAM + 7, 333, 3);
    char *read, *formatted;

    rig_ok(rig->session, ocd_hexdump(rig->session, RIG_RAM + 7, 333, &read));
    assert_int_equal(ocd_hexdump_format(RIG_RAM + 7, bytes, 333, &formatted), OCD_OK);
    assert_string_equal(formatted, read);
    ocd_free(read);
    ocd_free(formatted);
    free(bytes);
    assert_int_equal(ocd_hexdump_format(0xffffffff, "ab", 2, &formatted), OCD_OK);
    assert_string_equal(formatted,
                        "00000000FFFFFFFF: 61 62                                             "
                        "|ab|\n");
    ocd_free(formatted);
    assert_int_equal(ocd_hexdump_format(0xfffffffe, "ab", 2, &formatted), OCD_OK);
    assert_string_equal(formatted, "FFFFFFFE: 61 62                                             "
                                   "|ab|\n");
    ocd_free(formatted);
    assert_int_equal(ocd_hexdump_format(0, NULL, 0, &formatted), OCD_OK);
    assert_string_equal(formatted, "");
    ocd_free(formatted);
}

struct data {
    uint8_t bytes[SIM_FLASH_SIZE_DEFAULT];
    uint64_t addr;
    size_t done, calls, limit; /* stop when `limit` bytes are done */
};

static int take_data(uint64_t addr, const void *data, size_t size, void *user)
{
    struct data *d = user;

    assert_int_equal(addr, d->addr + d->done);
    assert_true(size > 0 && size <= sizeof(d->bytes) - d->done);
    memcpy(d->bytes + d->done, data, size);
    d->done += size;
    d->calls++;
    return d->limit > 0 && d->done >= d->limit;
}

static void data_come_in_ascending_chunks(void **state)
{
    struct rig *rig = *state;
    struct data *d = calloc(1, sizeof(*d));
    uint8_t *flash = malloc(SIM_FLASH_SIZE_DEFAULT);

    assert_non_null(d);
    assert_non_null(flash);
    rig_peek(rig, SIM_FLASH_BASE, flash, SIM_FLASH_SIZE_DEFAULT);
    d->addr = SIM_FLASH_BASE;
    rig_ok(rig->session,
           ocd_dump_data(rig->session, SIM_FLASH_BASE, SIM_FLASH_SIZE_DEFAULT, take_data, d));
    assert_int_equal(d->done, SIM_FLASH_SIZE_DEFAULT);
    assert_memory_equal(d->bytes, flash, SIM_FLASH_SIZE_DEFAULT);

    *d = (struct data){.addr = SIM_FLASH_BASE + 3};
    rig_ok(rig->session, ocd_dump_data(rig->session, SIM_FLASH_BASE + 3, 10, take_data, d));
    assert_memory_equal(d->bytes, flash + 3, 10);
    *d = (struct data){.addr = SIM_FLASH_BASE};
    rig_ok(rig->session, ocd_dump_data(rig->session, SIM_FLASH_BASE, 0, take_data, d));
    assert_int_equal(d->calls, 0);
    free(flash);
    free(d);
}

static void a_chunk_may_end_it(void **state)
{
    struct rig *rig = *state;
    uint8_t byte;

    rig_needs_cortex_m3();
    struct data *d = calloc(1, sizeof(*d));
    assert_non_null(d);
    *d = (struct data){.addr = SIM_FLASH_BASE, .limit = 1};
    rig_fails(rig->session, OCD_ERR_CANCELLED,
              ocd_dump_data(rig->session, SIM_FLASH_BASE, SIM_FLASH_SIZE_DEFAULT, take_data, d));
    assert_int_equal(d->calls, 1);
    rig_ok(rig->session, ocd_read_u8(rig->session, SIM_FLASH_BASE + 1, &byte, 1));
    assert_int_equal(byte, 0x50);
    free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vector_table_is_printed_as_in_the_manual),
        cmocka_unit_test(lines_begin_where_the_range_begins),
        cmocka_unit_test(the_bytes_do_not_depend_on_the_targets_byte_order),
        cmocka_unit_test(line_by_line_it_is_the_same_text),
        cmocka_unit_test(a_line_may_end_it),
        cmocka_unit_test(bytes_in_memory_are_formatted_alike),
        cmocka_unit_test(data_come_in_ascending_chunks),
        cmocka_unit_test(a_chunk_may_end_it),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
