// SPDX-License-Identifier: MIT
/* Memory through the real OpenOCD, by the transport that is named on the command line. */
#include "support.h"

#include "rpc.h"

static const char *transport = "swd";

static int start(void **state)
{
    *state = rpc_start(&(struct sim_options){.still = true}, transport);
    return 0;
}

static int stop(void **state)
{
    rpc_stop(*state);
    return 0;
}

static void the_flash_is_read(void **state)
{
    struct rpc *rpc = *state;

    assert_string_equal(rpc_good(rpc, "read_memory 0x08000000 32 16"),
                        "0x20005000 0x80001a1 0x80001ab 0x80001ad 0x80001af 0x80001b1 0x80001b3 "
                        "0x0 0x0 0x0 0x0 0x80001b5 0x80001b7 0x0 0x80001b9 0x80001bb");
    assert_string_equal(rpc_good(rpc, "read_memory 0x08002ffe 8 4"), "0xde 0xad 0xbe 0xef");
    assert_string_equal(rpc_good(rpc, "read_memory 0x00000000 32 2"), "0x20005000 0x80001a1");
}

static void every_width_is_one_access_of_that_width(void **state)
{
    struct rpc *rpc = *state;

    for (unsigned width = 1; width <= 4; width *= 2) {
        for (unsigned count = 1; count <= 5; count++) {
            struct sim_stats before;
            struct sim_access log[16];
            uint32_t total = 0;
            uint32_t addr = 0x20000100;
            size_t entries;

            sim_get_stats(rpc->sim, &before);
            rpc_good(rpc, "read_memory 0x%08x %u %u", addr, 8 * width, count);
            entries = sim_get_log(rpc->sim, before.log_sequence, log, 16);
            for (size_t i = 0; i < entries; i++) {
                assert_int_equal(log[i].width, width);
                assert_int_equal(log[i].addr, addr + total * width);
                assert_false(log[i].write);
                total += log[i].count;
            }
            assert_int_equal(total, count);
        }
    }
}

static void writes_reach_the_memory_and_nothing_else(void **state)
{
    struct rpc *rpc = *state;
    uint8_t back[16];

    sim_poke(rpc->sim, 0x20000200, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    rpc_good(rpc, "write_memory 0x20000204 32 {0x04030201 0x08070605}");
    rpc_good(rpc, "write_memory 0x20000202 16 {0xbbaa}");
    rpc_good(rpc, "write_memory 0x2000020d 8 {0x11 0x22}");
    sim_peek(rpc->sim, 0x20000200, back, 16);
    assert_memory_equal(back, "\0\0\xaa\xbb\1\2\3\4\5\6\7\x08\0\x11\x22\0", 16);
}

static void bytes_are_read_at_any_alignment_and_length(void **state)
{
    struct rpc *rpc = *state;
    uint8_t data[300];

    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i * 7 + 1);
    sim_poke(rpc->sim, 0x20000ff0, data, sizeof(data));
    for (unsigned offset = 0; offset < 8; offset++) {
        static const unsigned lengths[] = {1, 2, 3, 63, 64, 65, 129, 200};

        for (size_t i = 0; i < COUNT_OF(lengths); i++) {
            const char *at =
                rpc_good(rpc, "read_memory 0x%08x 8 %u", 0x20000ff0 + offset, lengths[i]);

            for (unsigned n = 0; n < lengths[i]; n++) {
                char *end;

                assert_int_equal(strtoul(at, &end, 0), data[offset + n]);
                at = end;
            }
            assert_int_equal(*at, '\0');
        }
    }
}

static void a_large_block_is_the_same_at_every_width(void **state)
{
    struct rpc *rpc = *state;
    static const unsigned widths[] = {8, 16, 32};

    for (size_t w = 0; w < COUNT_OF(widths); w++) {
        unsigned bytes = widths[w] / 8;
        unsigned count = 8192 / bytes;
        const char *at = rpc_good(rpc, "read_memory 0x08000000 %u %u", widths[w], count);

        for (unsigned i = 0; i < count; i++) {
            uint8_t expected[4] = {0};
            uint32_t value;
            char *end;

            sim_peek(rpc->sim, SIM_FLASH_BASE + i * bytes, expected, bytes);
            value = (uint32_t)strtoul(at, &end, 0);
            at = end;
            for (unsigned n = 0; n < bytes; n++)
                assert_int_equal(value >> (8 * n) & 0xff, expected[n]);
        }
    }
}

static void a_fault_does_not_affect_the_next_access(void **state)
{
    struct rpc *rpc = *state;

    for (int round = 0; round < 3; round++) {
        rpc_bad(rpc, "read_memory 0x40000000 32 1");
        assert_int_equal(rpc_read(rpc, SIM_FLASH_BASE, 32), 0x20005000);
        rpc_bad(rpc, "read_memory 0x20004ffc 32 4");
        rpc_bad(rpc, "write_memory 0x60000000 32 {1 2}");
        rpc_bad(rpc, "write_memory 0x08000000 32 0");
        rpc_good(rpc, "write_memory 0x20000000 32 %d", round);
        assert_int_equal(rpc_read(rpc, SIM_RAM_BASE, 32), (uint32_t)round);
        rpc_bad(rpc, "read_memory 0x40008004 8 1");
    }
}

static void ranges_fault_on_demand(void **state)
{
    struct rpc *rpc = *state;

    assert_int_equal(sim_fault(rpc->sim, 0x20000804, 4), 0);
    assert_int_equal(sim_fault(rpc->sim, 0x08003000, 0x10), 0);
    rpc_bad(rpc, "read_memory 0x20000800 32 4");
    rpc_bad(rpc, "write_memory 0x20000805 8 1");
    rpc_good(rpc, "read_memory 0x20000800 32 1");
    rpc_good(rpc, "read_memory 0x20000808 32 1");
    rpc_bad(rpc, "read_memory 0x08002ff0 8 64");
    sim_fault_clear(rpc->sim);
    rpc_good(rpc, "read_memory 0x20000800 32 4");
}

static void registers_with_side_effects_are_touched_once(void **state)
{
    struct rpc *rpc = *state;
    uint32_t first;

    rpc_read(rpc, SIM_STATUS, 32);
    rpc_good(rpc, "write_memory 0x%08x 32 0xa5", SIM_STATUS);
    assert_int_equal(rpc_read(rpc, SIM_STATUS, 32), 0xa5);
    assert_int_equal(rpc_read(rpc, SIM_STATUS, 32), 0);
    for (unsigned i = 1; i <= 3; i++)
        rpc_good(rpc, "write_memory 0x%08x 32 %u", SIM_FIFO, 10 * i);
    assert_int_equal(rpc_read(rpc, SIM_FIFO_LEVEL, 32), 3);
    for (uint32_t i = 1; i <= 3; i++)
        assert_int_equal(rpc_read(rpc, SIM_FIFO, 32), 10 * i);
    assert_int_equal(rpc_read(rpc, SIM_FIFO_LEVEL, 32), 0);
    first = rpc_read(rpc, SIM_COUNTER, 32);
    assert_true(rpc_read(rpc, SIM_COUNTER, 32) > first);
}

static void the_flash_is_probed_with_its_size(void **state)
{
    struct rpc *rpc = *state;

    rpc_good(rpc, "flash probe 0");
    assert_non_null(strstr(rpc_good(rpc, "flash banks"), "at 0x08000000, size 0x00020000"));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_flash_is_read),
        cmocka_unit_test(every_width_is_one_access_of_that_width),
        cmocka_unit_test(writes_reach_the_memory_and_nothing_else),
        cmocka_unit_test(bytes_are_read_at_any_alignment_and_length),
        cmocka_unit_test(a_large_block_is_the_same_at_every_width),
        cmocka_unit_test(a_fault_does_not_affect_the_next_access),
        cmocka_unit_test(ranges_fault_on_demand),
        cmocka_unit_test(registers_with_side_effects_are_touched_once),
        cmocka_unit_test(the_flash_is_probed_with_its_size),
    };

    if (argc > 1)
        transport = argv[1];
    return cmocka_run_group_tests(tests, start, stop);
}
