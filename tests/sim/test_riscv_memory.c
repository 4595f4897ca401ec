// SPDX-License-Identifier: MIT
/* Memory of the RISC-V chips through each way that OpenOCD has: system bus and program buffer. The
 * chip is named on the command line. */
#include "riscv_rig.h"

static const struct riscv_chip *chip;

static int start(void **state)
{
    *state = rpc_start(&(struct sim_options){.chip = chip->kind, .still = true}, NULL);
    return 0;
}

static int stop(void **state)
{
    rpc_stop(*state);
    return 0;
}

static void poke(struct rpc *rpc, uint32_t addr, const void *data, size_t size)
{
    assert_int_equal(sim_poke(rpc->sim, addr, data, size), 0);
}

static uint64_t log_end(struct rpc *rpc)
{
    struct sim_stats stats;

    sim_get_stats(rpc->sim, &stats);
    return stats.log_sequence;
}

static void read_and_write_all_widths(struct rpc *rpc)
{
    static const char bytes[] = "\x80\x01\x02\xf3\x04\x05\x06\x87\x08\x09\x0a\x0b\x0c\x0d\x0e\x8f";
    uint8_t back[16];

    poke(rpc, SIM_RAM_BASE, bytes, 16);
    assert_string_equal(rpc_good(rpc, "read_memory 0x20000000 8 4"), "0x80 0x1 0x2 0xf3");
    assert_string_equal(rpc_good(rpc, "read_memory 0x20000001 8 1"), "0x1");
    assert_string_equal(rpc_good(rpc, "read_memory 0x20000002 16 3"), "0xf302 0x504 0x8706");
    assert_string_equal(rpc_good(rpc, "read_memory 0x20000000 32 4"),
                        "0xf3020180 0x87060504 0xb0a0908 0x8f0e0d0c");
    if (chip->bits == 64)
        assert_string_equal(rpc_good(rpc, "read_memory 0x20000000 64 2"),
                            "0x87060504f3020180 0x8f0e0d0c0b0a0908");
    else
        rpc_bad(rpc, "read_memory 0x20000000 64 2");
    rpc_good(rpc, "write_memory 0x20000000 8 {0x11 0x22 0x33}");
    rpc_good(rpc, "write_memory 0x20000006 16 {0x4455 0x6677}");
    rpc_good(rpc, "write_memory 0x2000000c 32 {0x8899aabb}");
    assert_int_equal(sim_peek(rpc->sim, SIM_RAM_BASE, back, 16), 0);
    assert_memory_equal(back, "\x11\x22\x33\xf3\x04\x05\x55\x44\x77\x66\x0a\x0b\xbb\xaa\x99\x88",
                        16);
    if (chip->bits == 64) {
        rpc_good(rpc, "write_memory 0x20000008 64 {0x1122334455667788}");
        assert_int_equal(sim_peek(rpc->sim, SIM_RAM_BASE + 8, back, 8), 0);
        assert_memory_equal(back, "\x88\x77\x66\x55\x44\x33\x22\x11", 8);
    }
}

static void the_system_bus_has_all_widths_while_the_hart_runs(void **state)
{
    struct rpc *rpc = *state;

    use_only(rpc, "sysbus");
    rpc_wait_state(rpc, "running");
    read_and_write_all_widths(rpc);
    rpc_wait_state(rpc, "running");
}

static void the_program_buffer_has_all_widths_while_it_is_halted(void **state)
{
    struct rpc *rpc = *state;

    use_only(rpc, "progbuf");
    rpc_bad(rpc, "read_memory 0x20000000 32 1"); /* not while it runs */
    halt(rpc);
    rpc_good(rpc, "reg fp 0x5a5a");
    read_and_write_all_widths(rpc);
    assert_int_equal(rpc_reg(rpc, "fp"), 0x5a5a); /* OpenOCD puts back what it has used */
    resume(rpc);
}

static void a_large_read_answers_all_of_the_flash(struct rpc *rpc)
{
    uint32_t words[2048];
    const char *text;

    assert_int_equal(sim_peek(rpc->sim, SIM_FLASH_BASE, words, sizeof(words)), 0);
    swap_little(words, 4, COUNT_OF(words));
    text = rpc_good(rpc, "read_memory 0x08000000 32 %zu", COUNT_OF(words));
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        char *rest;
        unsigned long value = strtoul(text, &rest, 0);

        if (rest == text || value != words[i])
            fail_msg("word %zu is 0x%lx, not 0x%x", i, value, (unsigned)words[i]);
        text = rest;
    }
}

static void large_reads_are_complete_by_both_ways(void **state)
{
    struct rpc *rpc = *state;

    use_only(rpc, "sysbus");
    a_large_read_answers_all_of_the_flash(rpc);
    halt(rpc);
    use_only(rpc, "progbuf");
    a_large_read_answers_all_of_the_flash(rpc);
    resume(rpc);
}

static void a_read_is_one_entry_of_accesses_in_the_log(void **state)
{
    struct rpc *rpc = *state;
    struct sim_access log[8];
    uint64_t mark;

    use_only(rpc, "sysbus");
    mark = log_end(rpc);
    rpc_good(rpc, "read_memory 0x08000100 32 100");
    assert_int_equal(sim_get_log(rpc->sim, mark, log, COUNT_OF(log)), 1);
    assert_int_equal(log[0].addr, 0x08000100);
    assert_int_equal(log[0].count, 100);
    assert_int_equal(log[0].width, 4);
    assert_false(log[0].write);
}

static void a_register_is_read_once(struct rpc *rpc)
{
    rpc_good(rpc, "write_memory 0x%08x 32 0x11", SIM_FIFO);
    rpc_good(rpc, "write_memory 0x%08x 32 0x22", SIM_FIFO);
    assert_int_equal(rpc_read(rpc, SIM_FIFO_LEVEL, 32), 2);
    assert_int_equal(rpc_read(rpc, SIM_FIFO, 32), 0x11);
    assert_int_equal(rpc_read(rpc, SIM_FIFO, 32), 0x22);
    assert_int_equal(rpc_read(rpc, SIM_FIFO_LEVEL, 32), 0);
    rpc_bad(rpc, "read_memory 0x%08x 16 1", SIM_FIFO_LEVEL);
    rpc_bad(rpc, "read_memory 0x%08x 8 1", SIM_FIFO_LEVEL);
}

static void registers_with_side_effects_are_read_once_by_both_ways(void **state)
{
    struct rpc *rpc = *state;

    use_only(rpc, "sysbus");
    a_register_is_read_once(rpc);
    halt(rpc);
    use_only(rpc, "progbuf");
    a_register_is_read_once(rpc);
    resume(rpc);
}

static void unmapped_addresses_fail_on_the_system_bus(void **state)
{
    struct rpc *rpc = *state;

    use_only(rpc, "sysbus");
    rpc_bad(rpc, "read_memory 0x60000000 32 1");
    rpc_bad(rpc, "read_memory 0x60000000 32 16");
    rpc_bad(rpc, "read_memory 0x20004ff8 32 3"); /* across the end of the RAM */
    rpc_bad(rpc, "read_memory 0x20000002 32 1");
    rpc_bad(rpc, "read_memory 0x20000001 16 4");
    rpc_bad(rpc, "write_memory 0x60000000 32 {1}");
    rpc_bad(rpc, "write_memory 0x20000002 32 {1 2}");
    rpc_bad(rpc, "write_memory 0x08000000 32 {1}");
    rpc_good(rpc, "read_memory 0x20004ff8 32 2"); /* the error does not last */
    if (chip->bits == 64)
        rpc_bad(rpc, "read_memory 0x120000000 32 1");
}

static void single_reads_fail_in_the_program_buffer_too(void **state)
{
    struct rpc *rpc = *state;

    halt(rpc);
    use_only(rpc, "progbuf");
    rpc_bad(rpc, "read_memory 0x60000000 32 1");
    rpc_bad(rpc, "read_memory 0x20000002 32 1");
    rpc_bad(rpc, "write_memory 0x60000000 32 {1}");
    rpc_bad(rpc, "write_memory 0x60000000 32 {1 2 3}");
    resume(rpc);
}

/* src/target/riscv/riscv-013.c, read_memory_progbuf(): each word that cannot be read becomes 0, and
 * the whole succeeds. OpenOCD's development branch fails. */
static void openocd_0_12_returns_false_zeros_with_the_program_buffer(void **state)
{
    (void)state;
    struct sim_options options = {.chip = chip->kind, .still = true, .no_sysbus = true};
    struct rpc *rpc = rpc_start(&options, NULL);
    struct sim_stats before;
    struct sim_stats after;

    halt(rpc);
    poke(rpc, 0x20004ff8, "\x11\0\0\0\x22\0\0\0", 8);
    sim_get_stats(rpc->sim, &before);
    if (strstr(rpc_good(rpc, "info commands {riscv exec_progbuf}"), "riscv") == NULL) {
        assert_string_equal(rpc_good(rpc, "read_memory 0x60000000 32 4"), "0x0 0x0 0x0 0x0");
        assert_string_equal(rpc_good(rpc, "read_memory 0x20004ff8 32 4"), "0x11 0x22 0x0 0x0");
        assert_string_equal(rpc_good(rpc, "read_memory 0x20000002 32 2"), "0x0 0x0");
    } else {
        rpc_bad(rpc, "read_memory 0x60000000 32 4");
        rpc_bad(rpc, "read_memory 0x20004ff8 32 4");
    }
    sim_get_stats(rpc->sim, &after);
    assert_true(after.faults > before.faults); /* the chip has said that they failed */
    rpc_bad(rpc, "read_memory 0x60000000 32 1");
    rpc_stop(rpc);
}

static void without_a_program_buffer_the_system_bus_is_used(void **state)
{
    (void)state;
    struct sim_options options = {.chip = chip->kind, .still = true, .no_progbuf = true};
    struct rpc *rpc = rpc_start(&options, NULL);

    use_only(rpc, "sysbus"); /* the development branch's script chooses the program buffer */

    rpc_wait_state(rpc, "running");
    read_and_write_all_widths(rpc);
    halt(rpc);
    read_and_write_all_widths(rpc);
    rpc_bad(rpc, "read_memory 0x60000000 32 4");
    rpc_good(rpc, "step");
    assert_int_equal(rpc_reg(rpc, "mhartid"), 0);
    rpc_stop(rpc);
}

/* OpenOCD learns from the errors how long it has to wait. 0.12 hangs when the system bus is slower
 * than this. */
static void a_slow_chip_is_read_and_written_by_both_ways(void **state)
{
    (void)state;
    struct sim_options options = {
        .chip = chip->kind, .still = true, .command_clocks = 300, .sysbus_clocks = 30};
    struct rpc *rpc = rpc_start(&options, NULL);

    use_only(rpc, "sysbus");
    read_and_write_all_widths(rpc);
    a_large_read_answers_all_of_the_flash(rpc);
    halt(rpc);
    use_only(rpc, "progbuf");
    read_and_write_all_widths(rpc);
    a_large_read_answers_all_of_the_flash(rpc);
    rpc_stop(rpc);
}

static void a_bus_of_64_bits_may_have_harts_of_32(void **state)
{
    (void)state;
    struct sim_options options = {
        .chip = chip->kind, .still = true, .sysbus_width = 96u - chip->bits};
    struct rpc *rpc = rpc_start(&options, NULL);

    use_only(rpc, "sysbus");
    poke(rpc, SIM_RAM_BASE, "\1\2\3\4\5\6\7\x08", 8);
    if (chip->bits == 32) /* the other width than the harts' */
        assert_string_equal(rpc_good(rpc, "read_memory 0x20000000 64 1"), "0x807060504030201");
    else
        rpc_bad(rpc, "read_memory 0x20000000 64 1");
    assert_string_equal(rpc_good(rpc, "read_memory 0x20000004 32 1"), "0x8070605");
    rpc_stop(rpc);
}

static void fault_ranges_fail_by_both_ways(void **state)
{
    struct rpc *rpc = *state;

    assert_int_equal(sim_fault(rpc->sim, 0x20000100, 4), 0);
    use_only(rpc, "sysbus");
    rpc_bad(rpc, "read_memory 0x20000100 32 1");
    rpc_bad(rpc, "read_memory 0x20000100 8 1");
    rpc_good(rpc, "read_memory 0x20000104 32 1");
    halt(rpc);
    use_only(rpc, "progbuf");
    rpc_bad(rpc, "read_memory 0x20000100 32 1");
    sim_fault_clear(rpc->sim);
    rpc_good(rpc, "read_memory 0x20000100 32 1");
    resume(rpc);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_system_bus_has_all_widths_while_the_hart_runs),
        cmocka_unit_test(the_program_buffer_has_all_widths_while_it_is_halted),
        cmocka_unit_test(large_reads_are_complete_by_both_ways),
        cmocka_unit_test(a_read_is_one_entry_of_accesses_in_the_log),
        cmocka_unit_test(registers_with_side_effects_are_read_once_by_both_ways),
        cmocka_unit_test(unmapped_addresses_fail_on_the_system_bus),
        cmocka_unit_test(single_reads_fail_in_the_program_buffer_too),
        cmocka_unit_test(openocd_0_12_returns_false_zeros_with_the_program_buffer),
        cmocka_unit_test(without_a_program_buffer_the_system_bus_is_used),
        cmocka_unit_test(a_bus_of_64_bits_may_have_harts_of_32),
        cmocka_unit_test(fault_ranges_fail_by_both_ways),
        cmocka_unit_test(a_slow_chip_is_read_and_written_by_both_ways),
    };

    chip = riscv_chip(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, start, stop);
}
