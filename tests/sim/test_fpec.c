// SPDX-License-Identifier: MIT
/* The flash controller, register by register, in simulated time. */
#include "support.h"

#define KEYR    (FPEC_BASE + 0x04)
#define OPTKEYR (FPEC_BASE + 0x08)
#define SR      (FPEC_BASE + 0x0c)
#define CR      (FPEC_BASE + 0x10)
#define AR      (FPEC_BASE + 0x14)
#define OBR     (FPEC_BASE + 0x1c)
#define WRPR    (FPEC_BASE + 0x20)

#define KEY1 0x45670123u
#define KEY2 0xcdef89abu

#define BSY      0x01u
#define PGERR    0x04u
#define WRPRTERR 0x10u
#define EOP      0x20u

#define PG     0x001u
#define PER    0x002u
#define MER    0x004u
#define OPTPG  0x010u
#define OPTER  0x020u
#define STRT   0x040u
#define LOCK   0x080u
#define OPTWRE 0x200u

#define PAGE   0x400u
#define ERASED 0x0801c000u /* half-words of the default contents that are erased */

static bool try16(struct bench *b, uint32_t addr, uint16_t value)
{
    const uint8_t d[2] = {(uint8_t)value, (uint8_t)(value >> 8)};

    return sim__bus_write(&b->chip.core[0], addr, 2, 1, d) == 1;
}

static bool try32(struct bench *b, uint32_t addr, uint32_t value)
{
    const uint8_t d[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                          (uint8_t)(value >> 24)};

    return sim__bus_write(&b->chip.core[0], addr, 4, 1, d) == 1;
}

static uint16_t read16(struct bench *b, uint32_t addr)
{
    uint8_t d[2];

    assert_int_equal(sim__bus_read(&b->chip.core[0], addr, 2, 1, d), 1);
    return (uint16_t)(d[0] | d[1] << 8);
}

static void unlock(struct bench *b)
{
    write32(b, KEYR, KEY1);
    write32(b, KEYR, KEY2);
}

static struct bench *unlocked(void)
{
    struct bench *b = bench_new();

    unlock(b);
    return b;
}

static void unlock_options(struct bench *b)
{
    unlock(b);
    write32(b, OPTKEYR, KEY1);
    write32(b, OPTKEYR, KEY2);
}

/* Programs one option byte that is erased. */
static void set_option(struct bench *b, uint32_t place, uint8_t value)
{
    write32(b, CR, OPTPG | OPTWRE);
    assert_true(try16(b, FPEC_OPTION_BYTES + place, value));
    advance_us(b, 10);
}

static void erase_options(struct bench *b)
{
    unlock_options(b);
    write32(b, CR, OPTER | OPTWRE);
    write32(b, CR, OPTER | OPTWRE | STRT);
    advance_us(b, 200);
}

static void after_a_reset_it_is_locked(void **state)
{
    struct bench *b = bench_new();

    (void)state;
    assert_int_equal(read32(b, CR), LOCK);
    assert_int_equal(read32(b, SR), 0);
    assert_int_equal(read32(b, OBR), 0x03fffffc);
    assert_int_equal(read32(b, WRPR), 0xffffffff);
    write32(b, CR, PG);
    assert_int_equal(read32(b, CR), LOCK);
    assert_false(try16(b, ERASED, 0));
    unlock(b);
    assert_int_equal(read32(b, CR), 0);
    write32(b, CR, PG);
    assert_int_equal(read32(b, CR), PG);
    write32(b, CR, LOCK);
    assert_int_equal(read32(b, CR), LOCK);
    unlock(b);
    sim__chip_reset(&b->chip);
    assert_int_equal(read32(b, CR), LOCK);
    free(b);
}

static void a_wrong_key_locks_it_until_the_next_reset(void **state)
{
    struct bench *b = bench_new();

    (void)state;
    write32(b, KEYR, KEY1);
    assert_false(try32(b, KEYR, KEY1));
    assert_false(try32(b, KEYR, KEY1));
    assert_false(try32(b, KEYR, KEY2));
    assert_int_equal(read32(b, CR), LOCK);
    sim__chip_reset(&b->chip);
    unlock(b);
    assert_int_equal(read32(b, CR), 0);
    write32(b, KEYR, KEY1); /* as drivers do, to make sure */
    write32(b, KEYR, KEY2);
    assert_false(try32(b, OPTKEYR, 0));
    assert_int_equal(read32(b, CR), 0);
    free(b);
}

static void a_half_word_is_programmed_and_takes_its_time(void **state)
{
    struct bench *b = unlocked();

    (void)state;
    write32(b, CR, PG);
    assert_true(try16(b, ERASED, 0x1234));
    assert_int_equal(read32(b, SR), BSY);
    advance_us(b, 9);
    assert_int_equal(read32(b, SR), BSY);
    advance_us(b, 1);
    assert_int_equal(read32(b, SR), EOP);
    write32(b, SR, EOP);
    assert_int_equal(read32(b, SR), 0);
    assert_int_equal(read16(b, ERASED), 0x1234);
    assert_int_equal(read16(b, ERASED + 2), 0xffff);
    assert_int_equal(read16(b, ERASED - SIM_FLASH_BASE), 0x1234);
    free(b);
}

static void a_second_half_word_waits_for_the_first(void **state)
{
    struct bench *b = unlocked();

    (void)state;
    write32(b, CR, PG);
    assert_true(try16(b, ERASED, 1));
    assert_true(try16(b, ERASED + 2, 2));
    advance_us(b, 19);
    assert_int_equal(read32(b, SR), BSY);
    advance_us(b, 1);
    assert_int_equal(read32(b, SR), EOP);
    assert_int_equal(read32(b, ERASED), 0x00020001);
    free(b);
}

static void without_pg_or_of_another_width_it_is_a_bus_error(void **state)
{
    struct bench *b = unlocked();
    const uint8_t data[4] = {0};

    (void)state;
    assert_false(try16(b, ERASED, 0));
    write32(b, CR, PG);
    assert_int_equal(sim__bus_write(&b->chip.core[0], ERASED, 1, 1, data), 0);
    assert_int_equal(sim__bus_write(&b->chip.core[0], ERASED, 4, 1, data), 0);
    assert_int_equal(sim__bus_write(&b->chip.core[0], ERASED + 1, 2, 1, data), 0);
    assert_int_equal(sim__bus_write(&b->chip.core[0], ERASED - SIM_FLASH_BASE, 2, 1, data), 0);
    assert_int_equal(
        sim__bus_write(&b->chip.core[0], SIM_FLASH_BASE + SIM_FLASH_SIZE_DEFAULT, 2, 1, data), 0);
    assert_int_equal(read32(b, ERASED), 0xffffffff);
    assert_int_equal(read32(b, SR), 0);
    free(b);
}

static void memory_that_is_not_erased_takes_only_zero(void **state)
{
    struct bench *b = unlocked();

    (void)state;
    write32(b, CR, PG);
    assert_int_equal(read16(b, SIM_FLASH_BASE), 0x5000);
    assert_true(try16(b, SIM_FLASH_BASE, 0x4000));
    assert_int_equal(read32(b, SR), PGERR);
    assert_int_equal(read16(b, SIM_FLASH_BASE), 0x5000);
    write32(b, SR, WRPRTERR);
    assert_int_equal(read32(b, SR), PGERR);
    write32(b, SR, PGERR);
    assert_true(try16(b, SIM_FLASH_BASE, 0));
    advance_us(b, 10);
    assert_int_equal(read32(b, SR), EOP);
    assert_int_equal(read16(b, SIM_FLASH_BASE), 0);
    free(b);
}

static void a_page_is_erased_and_no_more(void **state)
{
    struct bench *b = unlocked();
    uint8_t expected[SIM_FLASH_SIZE_DEFAULT];

    (void)state;
    memcpy(expected, b->flash, sizeof(expected));
    memset(expected + 5 * PAGE, 0xff, PAGE);
    write32(b, CR, PER);
    write32(b, AR, SIM_FLASH_BASE + 5 * PAGE + 77);
    write32(b, CR, PER | STRT);
    assert_int_equal(read32(b, CR), PER | STRT);
    assert_int_equal(read32(b, SR), BSY);
    write32(b, AR, SIM_FLASH_BASE);
    write32(b, CR, PER | STRT); /* it is busy: not again */
    advance_us(b, 200);
    assert_int_equal(read32(b, SR), EOP);
    assert_int_equal(read32(b, CR), PER);
    assert_memory_equal(b->flash, expected, sizeof(expected));
    write32(b, SR, EOP);
    write32(b, AR, SIM_FLASH_BASE + SIM_FLASH_SIZE_DEFAULT);
    write32(b, CR, PER | STRT);
    assert_int_equal(read32(b, SR), 0);
    assert_int_equal(read32(b, CR), PER);
    free(b);
}

static void mass_erase_erases_all_pages(void **state)
{
    struct bench *b = unlocked();

    (void)state;
    write32(b, CR, MER);
    write32(b, CR, MER | STRT);
    assert_int_equal(read32(b, SR), BSY);
    advance_us(b, 200);
    assert_int_equal(read32(b, SR), EOP);
    for (size_t i = 0; i < sizeof(b->flash); i++)
        assert_int_equal(b->flash[i], 0xff);
    free(b);
}

static void option_bytes_have_keys_of_their_own(void **state)
{
    struct bench *b = bench_new();

    (void)state;
    write32(b, OPTKEYR, KEY1); /* no effect while the rest is locked */
    write32(b, OPTKEYR, KEY2);
    unlock(b);
    assert_int_equal(read32(b, CR), 0);
    write32(b, CR, OPTER | OPTWRE | STRT); /* OPTWRE is not set like this */
    assert_int_equal(read32(b, CR), OPTER);
    assert_int_equal(read16(b, FPEC_OPTION_BYTES), 0x5aa5);
    write32(b, CR, OPTPG);
    assert_false(try16(b, FPEC_OPTION_BYTES + 4, 0));
    write32(b, OPTKEYR, KEY1);
    write32(b, OPTKEYR, KEY2);
    assert_int_equal(read32(b, CR), OPTPG | OPTWRE);
    write32(b, CR, OPTPG);
    assert_int_equal(read32(b, CR), OPTPG);
    free(b);
}

static void option_bytes_are_erased_programmed_and_loaded_by_a_reset(void **state)
{
    struct bench *b = bench_new();

    (void)state;
    erase_options(b);
    assert_int_equal(read32(b, SR), EOP);
    assert_int_equal(read32(b, FPEC_OPTION_BYTES), 0xffffffff);
    set_option(b, 0, 0xa5);
    set_option(b, 2, 0xfe);
    set_option(b, 4, 0x34);
    set_option(b, 6, 0x12);
    assert_int_equal(read32(b, FPEC_OPTION_BYTES), 0x01fe5aa5);
    assert_true(try16(b, FPEC_OPTION_BYTES, 0));
    assert_int_equal(read32(b, SR), PGERR | EOP);
    assert_int_equal(read32(b, OBR), 0x03fffffc);
    sim__chip_reset(&b->chip);
    assert_int_equal(read32(b, OBR), 0x12u << 18 | 0x34u << 10 | 0xfeu << 2);
    assert_int_equal(read32(b, WRPR), 0xffffffff); /* erased is not protected, and no error */
    b->chip.fpec.option[5] ^= 1;
    sim__chip_reset(&b->chip);
    assert_int_equal(read32(b, OBR), 0x12u << 18 | 0xffu << 10 | 0xfeu << 2 | 1);
    free(b);
}

static void protected_pages_keep_their_contents(void **state)
{
    struct bench *b = bench_new();
    uint8_t expected[SIM_FLASH_SIZE_DEFAULT];

    (void)state;
    memcpy(expected, b->flash, sizeof(expected));
    erase_options(b);
    set_option(b, 0, 0xa5);
    set_option(b, 14, 0xef); /* bit 28: pages 112 to 115, where ERASED is */
    sim__chip_reset(&b->chip);
    assert_int_equal(read32(b, WRPR), 0xefffffff);
    unlock(b);
    write32(b, CR, PG);
    assert_true(try16(b, ERASED, 1));
    assert_int_equal(read32(b, SR), WRPRTERR);
    write32(b, SR, WRPRTERR);
    write32(b, CR, PER);
    write32(b, AR, ERASED + 3 * PAGE);
    write32(b, CR, PER | STRT);
    assert_int_equal(read32(b, SR), WRPRTERR);
    write32(b, SR, WRPRTERR);
    write32(b, CR, MER | STRT);
    assert_int_equal(read32(b, SR), WRPRTERR);
    assert_memory_equal(b->flash, expected, sizeof(expected));
    write32(b, SR, WRPRTERR);
    write32(b, CR, PER);
    write32(b, AR, ERASED + 4 * PAGE);
    write32(b, CR, PER | STRT);
    assert_int_equal(read32(b, SR), BSY);
    free(b);
}

static void removing_read_protection_erases_the_flash(void **state)
{
    struct bench *b = bench_new();
    uint8_t d[4];

    (void)state;
    erase_options(b);
    sim__chip_reset(&b->chip);
    assert_int_equal(read32(b, OBR), 0x03fffffe);
    assert_int_equal(sim__bus_read(&b->chip.core[0], SIM_FLASH_BASE, 4, 1, d), 0);
    assert_int_equal(sim__bus_read(&b->chip.core[0], 0, 4, 1, d), 0);
    unlock(b);
    write32(b, CR, MER | STRT);
    assert_int_equal(read32(b, SR), WRPRTERR);
    assert_int_equal(b->flash[1], 0x50);
    unlock_options(b);
    set_option(b, 0, 0xa5);
    assert_int_equal(b->flash[1], 0xff);
    assert_int_equal(sim__bus_read(&b->chip.core[0], SIM_FLASH_BASE, 4, 1, d), 0);
    sim__chip_reset(&b->chip);
    assert_int_equal(read32(b, SIM_FLASH_BASE), 0xffffffff);
    free(b);
}

/* Programs r1 half-words from r4 on with r6, and waits for each. */
static const uint16_t loader[] = {
    0x8026, /* loop: strh r6, [r4]      */
    0x68c5, /* busy: ldr  r5, [r0, #12] */
    0x086d, /*       lsrs r5, r5, #1    */
    0xd2fc, /*       bcs  busy          */
    0x3402, /*       adds r4, #2        */
    0x3901, /*       subs r1, #1        */
    0xd1f8, /*       bne  loop          */
    0xbe00, /*       bkpt               */
};

static void code_in_ram_programs_while_the_debugger_reads(void **state)
{
    struct bench *b = unlocked();
    struct core *core = &b->chip.core[0];
    struct transfer look = {.addr = ERASED, .count = 64, .width = 2};
    uint8_t seen[128];
    unsigned count = 0;

    (void)state;
    write32(b, CR, PG);
    write32(b, SCS_DHCSR, 0xa05f0000 | DHCSR_C_DEBUGEN | DHCSR_C_HALT);
    for (size_t i = 0; i < COUNT_OF(loader); i++) {
        b->ram[2 * i] = (uint8_t)loader[i];
        b->ram[2 * i + 1] = (uint8_t)(loader[i] >> 8);
    }
    core->r[0] = FPEC_BASE;
    core->r[1] = 50;
    core->r[4] = ERASED;
    core->r[6] = 0;
    core->pc = SIM_RAM_BASE;
    write32(b, SCS_DHCSR, 0xa05f0000 | DHCSR_C_DEBUGEN);
    advance_us(b, 260); /* some 10.4 us each */
    assert_int_equal(sim__dap_read_memory(&b->dap, &look, seen), 64);
    while (count < 64 && seen[2 * count] == 0)
        count++;
    assert_in_range(count, 20, 26);
    assert_false(core->halted);
    advance_us(b, 400);
    assert_int_equal(sim__dap_read_memory(&b->dap, &look, seen), 64);
    assert_true(core->halted);
    assert_int_equal(seen[98], 0x00);
    assert_int_equal(seen[100], 0xff);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_a_reset_it_is_locked),
        cmocka_unit_test(a_wrong_key_locks_it_until_the_next_reset),
        cmocka_unit_test(a_half_word_is_programmed_and_takes_its_time),
        cmocka_unit_test(a_second_half_word_waits_for_the_first),
        cmocka_unit_test(without_pg_or_of_another_width_it_is_a_bus_error),
        cmocka_unit_test(memory_that_is_not_erased_takes_only_zero),
        cmocka_unit_test(a_page_is_erased_and_no_more),
        cmocka_unit_test(mass_erase_erases_all_pages),
        cmocka_unit_test(option_bytes_have_keys_of_their_own),
        cmocka_unit_test(option_bytes_are_erased_programmed_and_loaded_by_a_reset),
        cmocka_unit_test(protected_pages_keep_their_contents),
        cmocka_unit_test(removing_read_protection_erases_the_flash),
        cmocka_unit_test(code_in_ram_programs_while_the_debugger_reads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
