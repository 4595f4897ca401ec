// SPDX-License-Identifier: MIT
#include "support.h"

static uint32_t ap_read(struct bench *b, unsigned reg)
{
    uint32_t value = 0;

    assert_true(sim__ap_read(&b->dap, 0, reg, &value));
    return value;
}

static void the_debug_port_identifies_itself(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    uint32_t value = 1;

    assert_true(sim__dp_read(&b->dap, DP_DPIDR, &value));
    assert_int_equal(value, 0x1ba01477);
    assert_int_equal(ap_read(b, AP_IDR), 0x14770011);
    assert_int_equal(ap_read(b, AP_BASE), 0xe00ff003);
    assert_true(sim__ap_read(&b->dap, 1, AP_IDR, &value));
    assert_int_equal(value, 0);
    free(b);
}

static void power_requests_are_acknowledged(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    uint32_t value = 0;

    assert_true(sim__dp_write(&b->dap, DP_CTRL_STAT, 0x50000000));
    assert_true(sim__dp_read(&b->dap, DP_CTRL_STAT, &value));
    assert_int_equal(value, 0xf0000000);
    free(b);
}

static void drw_increments_and_wraps_at_4_kib(void **state)
{
    (void)state;
    struct bench *b = bench_new();

    memset(b->ram, 0x11, 4);
    memset(b->ram + 0xffc, 0x22, 4);
    sim__ap_write(&b->dap, 0, AP_CSW, 0x23000012); /* 32 bits, single increment */
    sim__ap_write(&b->dap, 0, AP_TAR, SIM_RAM_BASE + 0xffc);
    assert_int_equal(ap_read(b, AP_DRW), 0x22222222);
    assert_int_equal(ap_read(b, AP_TAR), SIM_RAM_BASE);
    assert_int_equal(ap_read(b, AP_DRW), 0x11111111);
    sim__ap_write(&b->dap, 0, AP_CSW, 0x23000002);
    sim__ap_write(&b->dap, 0, AP_TAR, SIM_RAM_BASE);
    ap_read(b, AP_DRW);
    assert_int_equal(ap_read(b, AP_TAR), SIM_RAM_BASE);
    free(b);
}

static void narrow_values_are_at_their_byte_of_the_word(void **state)
{
    (void)state;
    struct bench *b = bench_new();

    memcpy(b->ram, "\x10\x32\x54\x76", 4);
    sim__ap_write(&b->dap, 0, AP_CSW, 0x23000010);
    sim__ap_write(&b->dap, 0, AP_TAR, SIM_RAM_BASE + 1);
    assert_int_equal(ap_read(b, AP_DRW), 0x00003200);
    assert_int_equal(ap_read(b, AP_DRW), 0x00540000);
    sim__ap_write(&b->dap, 0, AP_CSW, 0x23000011);
    sim__ap_write(&b->dap, 0, AP_TAR, SIM_RAM_BASE + 2);
    sim__ap_write(&b->dap, 0, AP_DRW, 0xbeef0000);
    assert_memory_equal(b->ram, "\x10\x32\xef\xbe", 4);
    free(b);
}

static void banked_data_registers_do_not_change_tar(void **state)
{
    (void)state;
    struct bench *b = bench_new();

    memcpy(b->ram + 8, "\x01\x02\x03\x04", 4);
    sim__ap_write(&b->dap, 0, AP_CSW, 0x23000012);
    sim__ap_write(&b->dap, 0, AP_TAR, SIM_RAM_BASE + 4);
    assert_int_equal(ap_read(b, AP_BD0 + 8), 0x04030201);
    assert_int_equal(ap_read(b, AP_TAR), SIM_RAM_BASE + 4);
    free(b);
}

static void a_fault_sticks_until_it_is_cleared(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    uint32_t value = 0;

    sim__ap_write(&b->dap, 0, AP_TAR, 0x40000000);
    sim__ap_write(&b->dap, 0, AP_CSW, 0x23000012);
    assert_false(sim__ap_read(&b->dap, 0, AP_DRW, &value));
    assert_true(sim__dp_read(&b->dap, DP_CTRL_STAT, &value));
    assert_true(value & CTRL_STAT_STICKYERR);
    assert_false(sim__ap_read(&b->dap, 0, AP_IDR, &value)); /* every access, until then */
    sim__dp_write(&b->dap, DP_ABORT, 1u << 1);              /* STKCMPCLR is another flag */
    assert_false(sim__ap_read(&b->dap, 0, AP_IDR, &value));
    sim__dp_write(&b->dap, DP_ABORT, 1u << 2);
    assert_int_equal(ap_read(b, AP_TAR), 0x40000000);
    free(b);
}

static void jtag_clears_the_sticky_flags_through_ctrl_stat(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    uint32_t value = 0;

    b->dap.ctrl_stat = CTRL_STAT_STICKYERR;
    sim__dp_write(&b->dap, DP_CTRL_STAT, CTRL_STAT_STICKYERR);
    assert_false(sim__ap_read(&b->dap, 0, AP_IDR, &value));
    b->dap.jtag = true;
    sim__dp_write(&b->dap, DP_CTRL_STAT, CTRL_STAT_STICKYERR);
    assert_true(sim__ap_read(&b->dap, 0, AP_IDR, &value));
    free(b);
}

static void the_log_lists_the_bus_accesses(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    struct transfer read = {.addr = 0x20000100, .count = 12, .width = 2};
    struct transfer across = {.addr = 0x20004ff8, .count = 8, .width = 4};
    struct transfer debug = {.addr = SCS_DHCSR, .count = 1, .width = 4};
    uint8_t data[64] = {0};

    assert_int_equal(sim__dap_read_memory(&b->dap, &read, data), 12);
    assert_int_equal(sim__dap_read_memory(&b->dap, &debug, data), 1);
    assert_int_equal(sim__dap_write_memory(&b->dap, &across, data), 2);
    assert_int_equal(b->dap.ap[0].tar, 0x20005000);
    assert_int_equal(b->trace.log_sequence, 2);
    assert_int_equal(b->trace.log[0].addr, 0x20000100);
    assert_int_equal(b->trace.log[0].count, 12);
    assert_int_equal(b->trace.log[0].width, 2);
    assert_false(b->trace.log[0].write);
    assert_false(b->trace.log[0].fault);
    assert_int_equal(b->trace.log[1].count, 3); /* two good ones and the one that failed */
    assert_true(b->trace.log[1].write);
    assert_true(b->trace.log[1].fault);
    assert_int_equal(b->trace.reads[1], 12);
    assert_int_equal(b->trace.writes[2], 3);
    assert_int_equal(b->trace.bytes_read, 24);
    assert_int_equal(b->trace.bytes_written, 8);
    assert_int_equal(b->trace.faults, 1);
    assert_int_equal(b->trace.debug_accesses, 1);
    free(b);
}

static void a_fixed_address_is_accessed_repeatedly(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    struct transfer t = {.addr = SIM_FIFO, .count = 3, .width = 4, .fixed = true};
    static const uint8_t words[12] = {1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0};
    uint8_t back[12] = {0};

    assert_int_equal(sim__dap_write_memory(&b->dap, &t, words), 3);
    assert_int_equal(read32(b, SIM_FIFO_LEVEL), 3);
    assert_int_equal(sim__dap_read_memory(&b->dap, &t, back), 3);
    assert_memory_equal(back, words, sizeof(words));
    assert_true(b->trace.log[0].fixed);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_debug_port_identifies_itself),
        cmocka_unit_test(power_requests_are_acknowledged),
        cmocka_unit_test(drw_increments_and_wraps_at_4_kib),
        cmocka_unit_test(narrow_values_are_at_their_byte_of_the_word),
        cmocka_unit_test(banked_data_registers_do_not_change_tar),
        cmocka_unit_test(a_fault_sticks_until_it_is_cleared),
        cmocka_unit_test(jtag_clears_the_sticky_flags_through_ctrl_stat),
        cmocka_unit_test(the_log_lists_the_bus_accesses),
        cmocka_unit_test(a_fixed_address_is_accessed_repeatedly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
