// SPDX-License-Identifier: MIT
/* The JTAG port by its pins, as OpenOCD's remote_bitbang driver moves them. */
#include "riscv.h"

struct port {
    struct board *board;
    struct bitbang bitbang;
};

static struct port *port_new(enum sim_chip kind)
{
    struct port *p = calloc(1, sizeof(*p));

    assert_non_null(p);
    p->board = board_new(kind, 1);
    sim__bitbang_init(&p->bitbang, &p->board->dm);
    return p;
}

static void port_free(struct port *p)
{
    free(p->board);
    free(p);
}

/* A cycle of TCK; TDO as it was before the rising edge. */
static bool cycle(struct port *p, bool tms, bool tdi)
{
    const uint8_t low = (uint8_t)('0' + (tms ? 2 : 0) + (tdi ? 1 : 0));
    const uint8_t in[] = {low, 'R', (uint8_t)(low + 4)};
    uint8_t out[sizeof(in)];

    assert_int_equal(sim__bitbang_answer(&p->bitbang, in, sizeof(in), out), 1);
    return out[0] == '1';
}

static void reset(struct port *p)
{
    for (int i = 0; i < 5; i++)
        cycle(p, true, false);
    cycle(p, false, false); /* to Run-Test/Idle */
}

/* From Run-Test/Idle through the shift state and back. */
static uint64_t scan(struct port *p, bool ir, uint64_t value, unsigned bits)
{
    uint64_t result = 0;

    cycle(p, true, false);
    if (ir)
        cycle(p, true, false);
    cycle(p, false, false);
    cycle(p, false, false);
    for (unsigned i = 0; i < bits; i++)
        result |= (uint64_t)cycle(p, i == bits - 1, value >> i & 1) << i;
    cycle(p, true, false);
    cycle(p, false, false);
    return result;
}

static uint64_t dmi(struct port *p, unsigned addr, uint32_t data, unsigned op)
{
    return scan(p, false, (uint64_t)addr << 34 | (uint64_t)data << 2 | op, 41);
}

static void idcode_is_selected_by_a_reset(void **state)
{
    (void)state;
    struct port *p = port_new(SIM_CHIP_RISCV32);

    reset(p);
    assert_int_equal(scan(p, false, 0, 32), 0x1000563d);
    scan(p, true, TAP_DTMCS, 5);
    reset(p);
    assert_int_equal(scan(p, false, 0, 32), 0x1000563d);
    port_free(p);
}

/* A GD32VF103 has it between TDI and the core's port. */
static void the_boundary_scan_has_a_port_of_its_own(void **state)
{
    (void)state;
    struct port *p = port_new(SIM_CHIP_RISCV32);

    reset(p);
    assert_int_equal(scan(p, false, 0, 64), UINT64_C(0x790007a3) << 32 | 0x1000563d);
    scan(p, true, (uint64_t)TAP_BYPASS << 5 | TAP_IDCODE, 10);
    assert_int_equal(scan(p, false, 1, 40), UINT64_C(1) << 33 | 0x1000563d);
    scan(p, true, (uint64_t)TAP_IDCODE << 5 | TAP_BYPASS, 10);
    assert_int_equal(scan(p, false, 0, 33), (uint64_t)0x790007a3 << 1);
    port_free(p);
}

static void each_chip_has_its_idcode(void **state)
{
    (void)state;
    struct port *p = port_new(SIM_CHIP_RISCV64);

    reset(p);
    assert_int_equal(scan(p, false, 0, 32), 0x1000663d);
    port_free(p);
}

static void the_instruction_register_captures_01(void **state)
{
    (void)state;
    struct port *p = port_new(SIM_CHIP_RISCV32);

    reset(p);
    assert_int_equal(scan(p, true, TAP_BYPASS, 5), 1);
    port_free(p);
}

static void bypass_and_unknown_instructions_are_one_bit(void **state)
{
    (void)state;
    struct port *p = port_new(SIM_CHIP_RISCV64);
    static const uint32_t instructions[] = {TAP_BYPASS, 0x00, 0x05, 0x12};

    reset(p);
    for (size_t i = 0; i < COUNT_OF(instructions); i++) {
        scan(p, true, instructions[i], 5);
        assert_int_equal(scan(p, false, 0x5a, 8), 0xb4);
    }
    port_free(p);
}

static void dtmcs_says_version_and_address_bits(void **state)
{
    (void)state;
    struct port *p = port_new(SIM_CHIP_RISCV64);

    reset(p);
    scan(p, true, TAP_DTMCS, 5);
    assert_int_equal(scan(p, false, 0, 32), 7u << 4 | 1);
    port_free(p);
}

static void an_access_is_answered_by_the_next_scan(void **state)
{
    (void)state;
    struct port *p = port_new(SIM_CHIP_RISCV64);

    reset(p);
    scan(p, true, TAP_DMI, 5);
    dmi(p, DM_DATA0, 0x12345678, 2);
    dmi(p, DM_DATA0, 0, 1);
    assert_int_equal(dmi(p, 0, 0, 0), (uint64_t)DM_DATA0 << 34 | 0x12345678ull << 2);
    assert_int_equal(p->board->trace.usb_commands, 2);
    port_free(p);
}

static void a_pause_within_a_scan_changes_nothing(void **state)
{
    (void)state;
    struct port *p = port_new(SIM_CHIP_RISCV32);
    uint64_t result = 0;

    reset(p);
    cycle(p, true, false);
    cycle(p, false, false);
    cycle(p, false, false);
    for (unsigned i = 0; i < 32; i++) {
        result |= (uint64_t)cycle(p, true, false) << i; /* to Exit1-DR */
        cycle(p, false, false);                         /* Pause-DR */
        cycle(p, true, false);                          /* Exit2-DR */
        if (i < 31)
            cycle(p, false, false); /* Shift-DR */
    }
    assert_int_equal(result, 0x1000563d);
    port_free(p);
}

static void an_early_scan_is_busy_until_it_is_reset(void **state)
{
    (void)state;
    struct port *p = port_new(SIM_CHIP_RISCV64);

    p->bitbang.tap.dmi_clocks = 20; /* a scan captures after 3 */
    reset(p);
    scan(p, true, TAP_DMI, 5);
    dmi(p, DM_DATA0, 0x11, 2);
    assert_int_equal(dmi(p, 0, 0, 0) & 3, DMI_BUSY);
    for (int i = 0; i < 100; i++)
        cycle(p, false, false);
    assert_int_equal(dmi(p, DM_DATA0, 0x22, 2) & 3, DMI_BUSY); /* sticky: this does nothing */
    assert_int_equal(p->board->dm.data[0], 0x11);
    scan(p, true, TAP_DTMCS, 5);
    assert_int_equal(scan(p, false, 1u << 16, 32) >> 10 & 3, DMI_BUSY);
    assert_int_equal(scan(p, false, 0, 32) >> 10 & 3, DMI_SUCCESS);
    scan(p, true, TAP_DMI, 5);
    dmi(p, DM_DATA0, 0x33, 2);
    for (int i = 0; i < 20; i++)
        cycle(p, false, false);
    assert_int_equal(dmi(p, 0, 0, 0) & 3, DMI_SUCCESS);
    assert_int_equal(p->board->dm.data[0], 0x33);
    port_free(p);
}

static void the_reset_pins_reset_port_and_chip(void **state)
{
    (void)state;
    struct port *p = port_new(SIM_CHIP_RISCV32);
    uint8_t out[4];

    reset(p);
    scan(p, true, TAP_DTMCS, 5);
    sim__bitbang_answer(&p->bitbang, (const uint8_t *)"t", 1, out); /* TRST */
    assert_int_equal(p->bitbang.tap.ir, TAP_IDCODE);
    assert_int_equal(p->board->chip.resets, 0);
    sim__bitbang_answer(&p->bitbang, (const uint8_t *)"s", 1, out); /* SRST */
    assert_true(hart_of(p->board)->in_reset);
    sim__bitbang_answer(&p->bitbang, (const uint8_t *)"r", 1, out);
    assert_false(hart_of(p->board)->in_reset);
    assert_int_not_equal(p->board->chip.resets, 0);
    port_free(p);
}

static void quit_disconnects_and_other_bytes_are_ignored(void **state)
{
    (void)state;
    struct port *p = port_new(SIM_CHIP_RISCV32);
    uint8_t out[8];

    assert_int_equal(sim__bitbang_answer(&p->bitbang, (const uint8_t *)"Bb\n\xff?", 5, out), 0);
    assert_false(p->bitbang.hang_up);
    assert_false(sim__bitbang_asks((const uint8_t *)"0404", 4));
    assert_true(sim__bitbang_asks((const uint8_t *)"04R4", 4));
    sim__bitbang_answer(&p->bitbang, (const uint8_t *)"Q", 1, out);
    assert_true(p->bitbang.hang_up);
    sim__bitbang_open(&p->bitbang);
    assert_false(p->bitbang.hang_up);
    port_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idcode_is_selected_by_a_reset),
        cmocka_unit_test(the_boundary_scan_has_a_port_of_its_own),
        cmocka_unit_test(each_chip_has_its_idcode),
        cmocka_unit_test(the_instruction_register_captures_01),
        cmocka_unit_test(bypass_and_unknown_instructions_are_one_bit),
        cmocka_unit_test(dtmcs_says_version_and_address_bits),
        cmocka_unit_test(an_access_is_answered_by_the_next_scan),
        cmocka_unit_test(a_pause_within_a_scan_changes_nothing),
        cmocka_unit_test(an_early_scan_is_busy_until_it_is_reset),
        cmocka_unit_test(the_reset_pins_reset_port_and_chip),
        cmocka_unit_test(quit_disconnects_and_other_bytes_are_ignored),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
