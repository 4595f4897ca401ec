// SPDX-License-Identifier: MIT
#include "support.h"

#include <math.h>

static void the_vector_table_is_the_documented_one(void **state)
{
    (void)state;
    static const uint32_t expected[] = {
        0x20005000, 0x080001a1, 0x080001ab, 0x080001ad, 0x080001af, 0x080001b1, 0x080001b3, 0, 0,
        0,          0,          0x080001b5, 0x080001b7, 0,          0x080001b9, 0x080001bb,
    };
    struct bench *b = bench_new();

    for (uint32_t i = 0; i < COUNT_OF(expected); i++) {
        assert_int_equal(read32(b, SIM_FLASH_BASE + 4 * i), expected[i]);
        assert_int_equal(read32(b, 4 * i), expected[i]);
    }
    free(b);
}

static size_t find_markers(const uint8_t *flash, size_t size, size_t *at, size_t max)
{
    static const uint8_t marker[] = {0xde, 0xad, 0xbe, 0xef};
    size_t count = 0;

    for (size_t i = 0; i + 4 <= size; i++)
        if (memcmp(flash + i, marker, 4) == 0 && count < max)
            at[count++] = i;
    return count;
}

static void the_markers_are_where_documented_and_nowhere_else(void **state)
{
    (void)state;
    static const size_t expected[] = {0x400, 0x1235, 0x2ffe, 0x8002, 0x1f000, 0x1fffc};
    struct bench *b = bench_new();
    size_t at[16] = {0};

    assert_int_equal(find_markers(b->flash, sizeof(b->flash), at, 16), COUNT_OF(expected));
    for (size_t i = 0; i < COUNT_OF(expected); i++)
        assert_int_equal(at[i], expected[i]);
    free(b);
}

static void every_size_of_flash_has_its_last_marker(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {4096, 5120, 65536, 1u << 20, SIM_SIZE_MAX};

    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        uint8_t *flash = malloc(sizes[i]);
        size_t at[16] = {0};
        size_t count;

        assert_non_null(flash);
        sim__firmware_flash(flash, sizes[i]);
        count = find_markers(flash, sizes[i], at, 16);
        assert_in_range(count, 2, 6);
        assert_int_equal(at[count - 1], sizes[i] - 4);
        free(flash);
    }
}

static void memory_takes_every_width_at_any_alignment(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    const uint8_t data[8] = {1, 2, 3, 4, 5, 6, 7, 8};

    for (unsigned width = 1; width <= 4; width *= 2) {
        for (uint32_t offset = 0; offset < 4; offset++) {
            uint8_t back[8] = {0};
            uint32_t count = 8 / width;

            memset(b->ram, 0, 32);
            assert_int_equal(
                sim__bus_write(&b->chip.core[0], SIM_RAM_BASE + 8 + offset, width, count, data),
                count);
            assert_memory_equal(b->ram + 8 + offset, data, 8);
            assert_int_equal(b->ram[7 + offset], 0);
            assert_int_equal(b->ram[16 + offset], 0);
            assert_int_equal(
                sim__bus_read(&b->chip.core[0], SIM_RAM_BASE + 8 + offset, width, count, back),
                count);
            assert_memory_equal(back, data, 8);
        }
    }
    free(b);
}

static void all_other_addresses_fault(void **state)
{
    (void)state;
    static const uint32_t addr[] = {
        0x00020000, 0x07fffffc, 0x08020000, 0x1fffeffc, 0x1ffff810, 0x20005000,
        0x22000000, 0x40000000, 0x40008010, 0x40023000, 0x5ffffffc, 0x80000000,
        0xe0003000, 0xe00fe000, 0xe0100000, 0xfffffffc,
    };
    struct bench *b = bench_new();
    uint8_t data[4] = {0};

    for (size_t i = 0; i < COUNT_OF(addr); i++) {
        for (unsigned width = 1; width <= 4; width *= 2) {
            assert_int_equal(sim__bus_read(&b->chip.core[0], addr[i], width, 1, data), 0);
            assert_int_equal(sim__bus_write(&b->chip.core[0], addr[i], width, 1, data), 0);
        }
    }
    free(b);
}

static void a_block_stops_at_the_end_of_the_memory(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    uint8_t data[64];

    memset(data, 0x5a, sizeof(data));
    assert_int_equal(sim__bus_write(&b->chip.core[0], 0x20004ff0, 4, 16, data), 4);
    assert_int_equal(b->ram[0x4fff], 0x5a);
    assert_int_equal(sim__bus_read(&b->chip.core[0], 0x0801fff8, 4, 16, data), 2);
    /* A word across the end is no word of the memory. */
    assert_int_equal(sim__bus_read(&b->chip.core[0], 0x20004ffe, 4, 1, data), 0);
    assert_int_equal(sim__bus_write(&b->chip.core[0], 0x20004ffe, 4, 1, data), 0);
    free(b);
}

static void flash_takes_no_write_without_its_controller(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    const uint8_t data[4] = {0};
    const uint32_t before = read32(b, SIM_FLASH_BASE);

    assert_int_equal(sim__bus_write(&b->chip.core[0], SIM_FLASH_BASE, 4, 1, data), 0);
    assert_int_equal(sim__bus_write(&b->chip.core[0], SIM_FLASH_BASE, 2, 1, data), 0);
    assert_int_equal(sim__bus_write(&b->chip.core[0], 0, 4, 1, data), 0);
    assert_int_equal(read32(b, SIM_FLASH_BASE), before);
    free(b);
}

static void the_counter_counts_microseconds_even_while_halted(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    uint32_t start = read32(b, SIM_COUNTER);

    assert_int_equal(start, 0);
    advance_ms(b, 3);
    assert_int_equal(read32(b, SIM_COUNTER), 3000);
    sim__core_halt(&b->chip.core[0], DFSR_HALTED);
    advance_ms(b, 4);
    assert_int_equal(read32(b, SIM_COUNTER), 7000);
    free(b);
}

static void reading_the_status_clears_it(void **state)
{
    (void)state;
    struct bench *b = bench_new();

    assert_int_equal(read32(b, SIM_STATUS), 1);
    assert_int_equal(read32(b, SIM_STATUS), 0);
    write32(b, SIM_STATUS, 0x50);
    write32(b, SIM_STATUS, 0x05);
    assert_int_equal(read32(b, SIM_STATUS), 0x55);
    assert_int_equal(read32(b, SIM_STATUS), 0);
    free(b);
}

static void the_fifo_pops_in_order_and_drops_pushes_when_full(void **state)
{
    (void)state;
    struct bench *b = bench_new();

    for (uint32_t round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < SIM_FIFO_DEPTH + 3; i++)
            write32(b, SIM_FIFO, 100 * round + i + 1);
        assert_int_equal(read32(b, SIM_FIFO_LEVEL), SIM_FIFO_DEPTH);
        for (uint32_t i = 0; i < SIM_FIFO_DEPTH; i++)
            assert_int_equal(read32(b, SIM_FIFO), 100 * round + i + 1);
        assert_int_equal(read32(b, SIM_FIFO_LEVEL), 0);
        assert_int_equal(read32(b, SIM_FIFO), 0);
        write32(b, SIM_FIFO, 7); /* moves the ring's start between the rounds */
        assert_int_equal(read32(b, SIM_FIFO), 7);
    }
    free(b);
}

static void peripherals_take_whole_words_only(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    uint8_t data[4] = {0};

    write32(b, SIM_FIFO, 9);
    assert_int_equal(sim__bus_read(&b->chip.core[0], SIM_FIFO, 1, 1, data), 0);
    assert_int_equal(sim__bus_read(&b->chip.core[0], SIM_FIFO, 2, 1, data), 0);
    assert_int_equal(sim__bus_read(&b->chip.core[0], SIM_FIFO + 1, 4, 1, data), 0);
    assert_int_equal(sim__bus_write(&b->chip.core[0], SIM_FIFO, 2, 1, data), 0);
    assert_int_equal(read32(b, SIM_FIFO_LEVEL), 1);
    free(b);
}

static void the_chip_identifies_itself(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    uint8_t half[2];

    assert_int_equal(read32(b, 0xe0042000), 0x20036410);
    assert_int_equal(read32(b, 0xe000ed00), 0x411fc231);
    assert_int_equal(sim__bus_read(&b->chip.core[0], 0x1ffff7e0, 2, 1, half), 1);
    assert_int_equal(half[0] | half[1] << 8, 128);
    b->chip.flash_size = SIM_SIZE_MAX; /* 65536 KiB do not fit: the largest that is no "unset" */
    assert_int_equal(sim__bus_read(&b->chip.core[0], 0x1ffff7e0, 2, 1, half), 1);
    assert_int_equal(half[0] | half[1] << 8, 0xfffe);
    assert_int_equal(read32(b, 0x40022010), 0x80); /* FLASH_CR: LOCK */
    free(b);
}

static float as_float(uint32_t bits)
{
    float value;

    memcpy(&value, &bits, sizeof(value));
    return value;
}

static void variables_change_only_while_the_core_runs(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    uint32_t word;

    advance_ms(b, 1250);
    assert_int_equal(read32(b, SIM_VAR_TICK), 1250);
    assert_true(fabsf(as_float(read32(b, SIM_VAR_SINE)) - 1.0f) < 1e-6f);
    word = read32(b, SIM_VAR_WAVE);
    assert_int_equal(word & 0xffff, 1000);
    assert_int_equal(word >> 16 & 0xff, 0);
    advance_ms(b, 500);
    word = read32(b, SIM_VAR_WAVE);
    assert_int_equal((int16_t)(word & 0xffff), -1000);
    assert_int_equal(word >> 16 & 0xff, 1);
    sim__core_halt(&b->chip.core[0], DFSR_HALTED);
    advance_ms(b, 10);
    assert_int_equal(read32(b, SIM_VAR_TICK), 1750);
    write32(b, SIM_VAR_TICK, 42); /* a halted core does not overwrite it */
    advance_ms(b, 10);
    assert_int_equal(read32(b, SIM_VAR_TICK), 42);
    b->chip.core[0].ppb.dhcsr |= DHCSR_C_DEBUGEN;
    sim__core_resume(&b->chip.core[0]);
    advance_ms(b, 5);
    assert_int_equal(read32(b, SIM_VAR_TICK), 1755);
    free(b);
}

static void faulty_ranges_fault_and_their_neighbours_do_not(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    uint8_t data[64] = {0};

    b->chip.fault[0] = (struct sim_range){.addr = 0x20000106, .size = 2};
    b->chip.fault_count = 1;
    assert_int_equal(sim__bus_read(&b->chip.core[0], 0x20000100, 4, 16, data), 1);
    assert_int_equal(sim__bus_read(&b->chip.core[0], 0x20000100, 2, 16, data), 3);
    assert_int_equal(sim__bus_read(&b->chip.core[0], 0x20000100, 1, 16, data), 6);
    assert_int_equal(sim__bus_read(&b->chip.core[0], 0x20000108, 1, 16, data), 16);
    assert_int_equal(sim__bus_write(&b->chip.core[0], 0x20000100, 1, 16, data), 6);
    b->chip.fault_count = 0;
    assert_int_equal(sim__bus_read(&b->chip.core[0], 0x20000100, 4, 16, data), 16);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vector_table_is_the_documented_one),
        cmocka_unit_test(the_markers_are_where_documented_and_nowhere_else),
        cmocka_unit_test(every_size_of_flash_has_its_last_marker),
        cmocka_unit_test(memory_takes_every_width_at_any_alignment),
        cmocka_unit_test(all_other_addresses_fault),
        cmocka_unit_test(a_block_stops_at_the_end_of_the_memory),
        cmocka_unit_test(flash_takes_no_write_without_its_controller),
        cmocka_unit_test(the_counter_counts_microseconds_even_while_halted),
        cmocka_unit_test(reading_the_status_clears_it),
        cmocka_unit_test(the_fifo_pops_in_order_and_drops_pushes_when_full),
        cmocka_unit_test(peripherals_take_whole_words_only),
        cmocka_unit_test(the_chip_identifies_itself),
        cmocka_unit_test(variables_change_only_while_the_core_runs),
        cmocka_unit_test(faulty_ranges_fault_and_their_neighbours_do_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
