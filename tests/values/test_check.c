// SPDX-License-Identifier: MIT
/* Whether the program in the target is that of the ELF file. */
#include "program.h"

static struct program p;

static int start(void **state)
{
    (void)state;
    program_start(&p, "c-gcc-dwarf5");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    program_stop(&p);
    return 0;
}

static void same_program_gives_no_warning(void **state)
{
    (void)state;
    program_assert_value(&p, "u8", "65 'A'");
    assert_int_equal(p.warnings, 0);
    rig_ok(p.rig->session, ocd_check_program(p.rig->session, p.symbols));
}

static void check_reads_nothing_but_the_flash_once(void **state)
{
    (void)state;
    program_assert_value(&p, "u8", "65 'A'");
    struct sim_access log[4096];
    size_t count = rig_accesses(p.rig, log, COUNT_OF(log)), bytes = 0;
    uint32_t u8 = program_address(&p, "u8");

    for (size_t i = 0; i < count; i++)
        if (log[i].addr != u8 && log[i].addr > 0x10000) { /* not the build id */
            assert_in_range(log[i].addr, SIM_FLASH_BASE, SIM_FLASH_BASE + 0x200);
            bytes += log[i].width * log[i].count;
        }
    assert_in_range(bytes, 16, 4096);
    rig_mark(p.rig);
    program_assert_value(&p, "usmall", "54321");
    rig_assert_touched(p.rig, false, program_address(&p, "usmall"), 2);
}

static void other_build_id_gives_one_warning_that_names_both(void **state)
{
    (void)state;
    const struct ocd_elf_info *elf = ocd__symbols_file(p.symbols, 0);
    uint8_t note[256];
    size_t size = 16 + elf->build_id_size;

    /* The file has the note where the chip shows its flash a second time. */
    assert_int_equal(elf->build_id_addr & ~0xffffu, 0);
    assert_int_equal(ocd__symbols_contents(p.symbols, elf->build_id_addr - 16, note, size), OCD_OK);
    note[size - 1] ^= 0xff;
    rig_poke(p.rig, SIM_FLASH_BASE + (uint32_t)elf->build_id_addr - 16, note, size);
    program_assert_value(&p, "u8", "65 'A'");
    program_assert_value(&p, "usmall", "54321");
    assert_int_equal(p.warnings, 1);
    rig_assert_contains(p.warning, "the program in the target has the build id ");
    rig_assert_contains(p.warning, "c-gcc-dwarf5.elf has ");
    note[size - 1] ^= 0xff;
    rig_poke(p.rig, SIM_FLASH_BASE + (uint32_t)elf->build_id_addr - 16, note, size);
    rig_poke(p.rig, SIM_FLASH_BASE, "other program", 13);
    rig_ok(p.rig->session, ocd_check_program(p.rig->session, p.symbols)); /* the id decides */
}

static void other_program_gives_one_warning_that_names_both(void **state)
{
    (void)state;
    uint8_t other = 0x5a;
    uint8_t first;

    rig_peek(p.rig, SIM_FLASH_BASE, &first, 1);
    rig_poke(p.rig, SIM_FLASH_BASE, &other, 1);
    program_assert_value(&p, "u8", "65 'A'");
    program_assert_value(&p, "usmall", "54321");
    assert_int_equal(p.warnings, 1);
    rig_assert_contains(p.warning, "c-gcc-dwarf5.elf has ");
    rig_assert_contains(p.warning, "0x08000000 the bytes 5a ");
    rig_fails(p.rig->session, OCD_ERR_MISMATCH, ocd_check_program(p.rig->session, p.symbols));
    rig_assert_contains(ocd_last_error(p.rig->session)->message, "0x08000000 the bytes 5a ");
    rig_poke(p.rig, SIM_FLASH_BASE, &first, 1);
}

static void each_session_checks_its_first_value(void **state)
{
    (void)state;
    uint8_t other = 0x5a;
    struct ocd_session *s = rig_connect(p.rig, NULL);
    struct ocd_expression *e = program_expression(&p, "u8");

    program_assert_value(&p, "u8", "65 'A'");
    rig_poke(p.rig, SIM_FLASH_BASE, &other, 1);
    rig_ok(s, ocd_read_value(s, e));
    assert_int_equal(p.warnings, 1);
    ocd_expression_close(e);
    ocd_close(s);
}

static void unreadable_flash_is_no_failure(void **state)
{
    (void)state;
    assert_int_equal(sim_fault(p.rig->sim, SIM_FLASH_BASE, 4096), 0);
    program_assert_value(&p, "u8", "65 'A'");
    assert_int_equal(p.warnings, 0);
    assert_int_equal(ocd_last_error(p.rig->session)->code, OCD_OK);
    sim_fault_clear(p.rig->sim);
}

/* Moves the sections that are in flash beyond 32 bits. */
static void move_flash(uint8_t *elf)
{
    uint64_t sections, addr;
    uint16_t size, count;

    memcpy(&sections, elf + 0x28, sizeof(sections));
    memcpy(&size, elf + 0x3a, sizeof(size));
    memcpy(&count, elf + 0x3c, sizeof(count));
    swap_little(&sections, sizeof(sections), 1);
    swap_little(&size, sizeof(size), 1);
    swap_little(&count, sizeof(count), 1);
    for (unsigned i = 0; i < count; i++) {
        uint8_t *at = elf + sections + (size_t)i * size + 16; /* sh_addr */
        memcpy(&addr, at, sizeof(addr));
        swap_little(&addr, sizeof(addr), 1);
        if (addr >> 24 == SIM_FLASH_BASE >> 24)
            at[4] = 1;
    }
}

static void flash_beyond_the_targets_addresses_is_not_compared(void **state)
{
    (void)state;
    struct ocd_symbols_options options = {.warning = program_warn, .user = &p};
    struct ocd_symbols *symbols;
    struct ocd_expression *e;
    size_t size;
    uint8_t *elf = rig_read_file(program_path("c-rv64"), &size);

    move_flash(elf);
    assert_int_equal(ocd_symbols_open_memory(&symbols, elf, size, "moved.elf", &options), OCD_OK);
    assert_int_equal(ocd__symbols_file(symbols, 0)->rom[0].addr >> 32, 1);
    assert_int_equal(ocd_expression_open(&e, symbols, "number", NULL), OCD_OK);
    rig_ok(p.rig->session, ocd_read_value(p.rig->session, e));
    ocd_expression_close(e);
    ocd_symbols_close(symbols);
    free(elf);
}

static void program_is_not_compared_without_a_callback(void **state)
{
    (void)state;
    const char *path = program_path("c-gcc-dwarf5");
    struct ocd_symbols *symbols;
    struct ocd_expression *e;

    uint32_t u8 = program_address(&p, "u8");

    rig_mark(p.rig);
    assert_int_equal(ocd_symbols_open(&symbols, &path, 1, NULL), OCD_OK);
    assert_int_equal(ocd_expression_open(&e, symbols, "u8", NULL), OCD_OK);
    rig_ok(p.rig->session, ocd_read_value(p.rig->session, e));
    rig_assert_touched(p.rig, false, u8, 1);
    ocd_expression_close(e);
    ocd_symbols_close(symbols);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(same_program_gives_no_warning, start, stop),
        cmocka_unit_test_setup_teardown(check_reads_nothing_but_the_flash_once, start, stop),
        cmocka_unit_test_setup_teardown(other_build_id_gives_one_warning_that_names_both, start,
                                        stop),
        cmocka_unit_test_setup_teardown(other_program_gives_one_warning_that_names_both, start,
                                        stop),
        cmocka_unit_test_setup_teardown(each_session_checks_its_first_value, start, stop),
        cmocka_unit_test_setup_teardown(unreadable_flash_is_no_failure, start, stop),
        cmocka_unit_test_setup_teardown(flash_beyond_the_targets_addresses_is_not_compared, start,
                                        stop),
        cmocka_unit_test_setup_teardown(program_is_not_compared_without_a_callback, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
