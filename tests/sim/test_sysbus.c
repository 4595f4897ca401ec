// SPDX-License-Identifier: MIT
/* The debug module's system bus by its registers, and how its accesses are logged. */
#include "riscv.h"

#define READONADDR    (1u << 20)
#define AUTOINCREMENT (1u << 16)
#define READONDATA    (1u << 15)
#define ACCESS(log2)  ((uint32_t)(log2) << 17)

static uint32_t sberror(struct board *b)
{
    return sim__dm_read(&b->dm, DM_SBCS) >> 12 & 7;
}

static void clear_sberror(struct board *b)
{
    sim__dm_write(&b->dm, DM_SBCS, 7u << 12);
}

static void the_system_bus_reads_on_address_and_on_data(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);
    struct dm *dm = &b->dm;

    memcpy(b->ram, "\1\2\3\4\5\6", 6);
    sim__dm_write(dm, DM_SBCS, READONADDR | READONDATA | AUTOINCREMENT | ACCESS(1));
    sim__dm_write(dm, DM_SBADDRESS0, SIM_RAM_BASE);
    assert_int_equal(sim__dm_read(dm, DM_SBDATA0), 0x0201);
    assert_int_equal(sim__dm_read(dm, DM_SBDATA0), 0x0403);
    sim__dm_write(dm, DM_SBCS, ACCESS(1));
    assert_int_equal(sim__dm_read(dm, DM_SBDATA0), 0x0605);
    assert_int_equal(sim__dm_read(dm, DM_SBADDRESS0), SIM_RAM_BASE + 6);
    assert_int_equal(b->trace.reads[1], 3);
    assert_int_equal(b->trace.log_sequence, 1);
    assert_int_equal(b->trace.log[0].count, 3);
    free(b);
}

static void the_system_bus_writes_while_the_hart_runs(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);
    struct dm *dm = &b->dm;

    sim__dm_write(dm, DM_SBCS, AUTOINCREMENT | ACCESS(2));
    sim__dm_write(dm, DM_SBADDRESS0, SIM_RAM_BASE + 8);
    sim__dm_write(dm, DM_SBDATA0, 0x11223344);
    sim__dm_write(dm, DM_SBDATA0, 0x55667788);
    assert_memory_equal(b->ram + 8, "\x44\x33\x22\x11\x88\x77\x66\x55", 8);
    assert_false(hart_of(b)->halted);
    assert_int_equal(sberror(b), 0);
    free(b);
}

static void a_bus_error_stops_it_until_it_is_cleared(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);
    struct dm *dm = &b->dm;
    static const struct {
        uint32_t addr;
        unsigned log2;
        uint32_t error;
    } reads[] = {
        {0x60000000, 2, DM_SBERROR_BAD_ADDRESS},
        {SIM_COUNTER, 1, DM_SBERROR_BAD_ADDRESS}, /* 32 bits only */
        {SIM_RAM_BASE + 2, 2, DM_SBERROR_ALIGNMENT},
        {SIM_RAM_BASE, 3, DM_SBERROR_SIZE},
    };

    for (size_t i = 0; i < COUNT_OF(reads); i++) {
        sim__dm_write(dm, DM_SBCS, READONADDR | AUTOINCREMENT | ACCESS(reads[i].log2));
        sim__dm_write(dm, DM_SBADDRESS0, reads[i].addr);
        assert_int_equal(sberror(b), reads[i].error);
        assert_int_equal(sim__dm_read(dm, DM_SBADDRESS0), reads[i].addr);
        sim__dm_write(dm, DM_SBADDRESS0, SIM_RAM_BASE); /* does nothing */
        assert_int_equal(sberror(b), reads[i].error);
        assert_int_equal(sim__dm_read(dm, DM_SBADDRESS0), SIM_RAM_BASE);
        clear_sberror(b);
    }
    assert_int_equal(b->trace.faults, 3); /* a size that is not there is not on the bus */
    free(b);
}

static void a_bus_of_64_bits_moves_double_words(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV64, 1);
    struct dm *dm = &b->dm;

    assert_int_equal(sim__dm_read(dm, DM_SBCS) & 0xfff, 64u << 5 | 0xf);
    sim__dm_write(dm, DM_SBCS, ACCESS(3));
    sim__dm_write(dm, DM_SBADDRESS1, 0);
    sim__dm_write(dm, DM_SBADDRESS0, SIM_RAM_BASE);
    sim__dm_write(dm, DM_SBDATA1, 0x11223344);
    sim__dm_write(dm, DM_SBDATA0, 0x55667788);
    assert_memory_equal(b->ram, "\x88\x77\x66\x55\x44\x33\x22\x11", 8);
    assert_int_equal(b->trace.writes[3], 1);
    sim__dm_write(dm, DM_SBCS, READONADDR | ACCESS(3));
    sim__dm_write(dm, DM_SBADDRESS1, 1); /* above 32 bits there is nothing */
    sim__dm_write(dm, DM_SBADDRESS0, SIM_RAM_BASE);
    assert_int_equal(sberror(b), DM_SBERROR_BAD_ADDRESS);
    assert_int_equal(b->trace.log[1].addr, 0x100000000 + SIM_RAM_BASE);
    free(b);
}

static void without_a_system_bus_its_registers_are_zero(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);

    b->dm.sysbus_width = 0;
    sim__dm_write(&b->dm, DM_SBADDRESS0, SIM_RAM_BASE);
    for (unsigned i = DM_SBADDRESS3; i <= DM_SBDATA1; i++)
        assert_int_equal(sim__dm_read(&b->dm, i), 0);
    free(b);
}

static void a_new_address_begins_a_new_entry_of_the_log(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);
    struct dm *dm = &b->dm;

    sim__dm_write(dm, DM_SBCS, READONADDR | ACCESS(2));
    sim__dm_write(dm, DM_SBADDRESS0, SIM_RAM_BASE);
    sim__dm_write(dm, DM_SBADDRESS0, SIM_RAM_BASE + 4);
    assert_int_equal(b->trace.log_sequence, 2);
    sim__dm_write(dm, DM_SBCS, READONDATA | ACCESS(2)); /* no increment: the same again */
    sim__dm_read(dm, DM_SBDATA0);
    sim__dm_read(dm, DM_SBDATA0);
    assert_int_equal(b->trace.log_sequence, 2);
    assert_int_equal(b->trace.log[1].count, 3);
    assert_true(b->trace.log[1].fixed);
    free(b);
}

/* Debug, 3.12.18: sbbusy, and sbbusyerror until a 1 is written to it. */
static void a_slow_bus_is_busy_until_its_time_has_passed(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);
    struct dm *dm = &b->dm;
    const uint32_t busy = 1u << 21, busyerror = 1u << 22;

    dm->sysbus_clocks = 10;
    memcpy(b->ram, "\x11\0\0\0\x22\0\0\0", 8);
    sim__dm_write(dm, DM_SBCS, READONADDR | ACCESS(2));
    sim__dm_write(dm, DM_SBADDRESS0, SIM_RAM_BASE);
    assert_int_equal(sim__dm_read(dm, DM_SBCS) & (busy | busyerror), busy);
    sim__dm_write(dm, DM_SBADDRESS0, SIM_RAM_BASE + 4);
    assert_int_equal(sim__dm_read(dm, DM_SBCS) & (busy | busyerror), busy | busyerror);
    dm->clocks += 10;
    assert_int_equal(sim__dm_read(dm, DM_SBCS) & (busy | busyerror), busyerror);
    assert_int_equal(sim__dm_read(dm, DM_SBADDRESS0), SIM_RAM_BASE);
    sim__dm_write(dm, DM_SBADDRESS0, SIM_RAM_BASE + 4); /* reads nothing yet */
    assert_int_equal(sim__dm_read(dm, DM_SBDATA0), 0x11);
    sim__dm_write(dm, DM_SBCS, READONADDR | ACCESS(2) | busyerror);
    sim__dm_write(dm, DM_SBADDRESS0, SIM_RAM_BASE + 4);
    dm->clocks += 10;
    assert_int_equal(sim__dm_read(dm, DM_SBDATA0), 0x22);
    assert_int_equal(sim__dm_read(dm, DM_SBCS) & (busy | busyerror), 0);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_system_bus_reads_on_address_and_on_data),
        cmocka_unit_test(the_system_bus_writes_while_the_hart_runs),
        cmocka_unit_test(a_bus_error_stops_it_until_it_is_cleared),
        cmocka_unit_test(a_bus_of_64_bits_moves_double_words),
        cmocka_unit_test(without_a_system_bus_its_registers_are_zero),
        cmocka_unit_test(a_new_address_begins_a_new_entry_of_the_log),
        cmocka_unit_test(a_slow_bus_is_busy_until_its_time_has_passed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
