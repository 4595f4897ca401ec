// SPDX-License-Identifier: MIT
/* Typed access: one access of the width for each element, in order, and nothing else. */
#include "rig.h"

#include <inttypes.h>

#define RAM_SIZE (2u << 20)

/* The functions of one width. */
struct width {
    unsigned bytes;
    int (*read)(struct ocd_session *s, uint64_t addr, void *values, size_t count);
    int (*write)(struct ocd_session *s, uint64_t addr, const void *values, size_t count);
};

#define FACE(bits)                                                                                 \
    static int read_##bits(struct ocd_session *s, uint64_t addr, void *values, size_t count)       \
    {                                                                                              \
        return ocd_read_u##bits(s, addr, values, count);                                           \
    }                                                                                              \
    static int write_##bits(struct ocd_session *s, uint64_t addr, const void *values,              \
                            size_t count)                                                          \
    {                                                                                              \
        return ocd_write_u##bits(s, addr, values, count);                                          \
    }
FACE(8)
FACE(16)
FACE(32)
FACE(64)

static const struct width widths[] = {
    {1, read_8, write_8},
    {2, read_16, write_16},
    {4, read_32, write_32},
    {8, read_64, write_64},
};

static int start(void **state)
{
    *state = rig_start(&(struct rig_options){.sim.ram_size = RAM_SIZE});
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

/* What an element of that width is made of, whatever the host's byte order. */
static uint64_t little(const uint8_t *bytes, unsigned width)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < width; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

static uint64_t element(const void *values, size_t i, unsigned width)
{
    switch (width) {
    case 1:
        return ((const uint8_t *)values)[i];
    case 2:
        return ((const uint16_t *)values)[i];
    case 4:
        return ((const uint32_t *)values)[i];
    default:
        return ((const uint64_t *)values)[i];
    }
}

static void put_element(void *values, size_t i, unsigned width, uint64_t value)
{
    switch (width) {
    case 1:
        ((uint8_t *)values)[i] = (uint8_t)value;
        break;
    case 2:
        ((uint16_t *)values)[i] = (uint16_t)value;
        break;
    case 4:
        ((uint32_t *)values)[i] = (uint32_t)value;
        break;
    default:
        ((uint64_t *)values)[i] = value;
    }
}

static void check_read(struct rig *rig, const struct width *w, uint32_t addr, size_t count)
{
    size_t size = count * w->bytes;
    uint8_t *memory = rig_fill(rig, addr, size, (uint32_t)count);
    void *values = calloc(count + 1, w->bytes);

    assert_non_null(values);
    rig_ok(rig->session, w->read(rig->session, addr, values, count));
    for (size_t i = 0; i < count; i++) {
        uint64_t want = little(memory + i * w->bytes, w->bytes);
        uint64_t have = element(values, i, w->bytes);
        if (have != want)
            fail_msg("%zu x %u bit, element %zu: 0x%" PRIx64 ", not 0x%" PRIx64, count,
                     8 * w->bytes, i, have, want);
    }
    assert_int_equal(element(values, count, w->bytes), 0); /* nothing after the last one */
    free(values);
    free(memory);
}

static void check_write(struct rig *rig, const struct width *w, uint32_t addr, size_t count)
{
    size_t size = count * w->bytes;
    uint8_t *want = malloc(size + 32);
    void *values = calloc(count + 1, w->bytes);

    assert_non_null(want);
    assert_non_null(values);
    memset(want, 0x5a, size + 32);
    rig_poke(rig, addr - 16, want, size + 32);
    rig_pattern(want + 16, size, (uint32_t)count + 77);
    for (size_t i = 0; i < count; i++)
        put_element(values, i, w->bytes, little(want + 16 + i * w->bytes, w->bytes));
    rig_ok(rig->session, w->write(rig->session, addr, values, count));
    rig_assert_memory(rig, addr - 16, want, size + 32);
    free(values);
    free(want);
}

static void every_width_reads_and_writes_the_values(void **state)
{
    struct rig *rig = *state;
    static const size_t counts[] = {1, 2, 3, 7, 8, 9, 63, 64, 65, 255, 256, 257, 1000};

    for (size_t w = 0; w < COUNT_OF(widths); w++) {
        for (size_t i = 0; i < COUNT_OF(counts); i++) {
            uint32_t addr = RIG_RAM + 0x1000 + (uint32_t)i * widths[w].bytes;
            check_read(rig, &widths[w], addr, counts[i]);
            check_write(rig, &widths[w], addr, counts[i]);
        }
    }
}

static void counts_around_4096_and_65536_elements(void **state)
{
    struct rig *rig = *state;
    static const size_t counts[] = {4095, 4096, 4097, 65535, 65536, 65537};

    for (size_t w = 0; w < COUNT_OF(widths); w++)
        for (size_t i = 0; i < COUNT_OF(counts); i++)
            check_write(rig, &widths[w], RIG_RAM + 0x1000, counts[i]);
    for (size_t w = 0; w < COUNT_OF(widths); w++)
        for (size_t i = 0; i < COUNT_OF(counts); i++)
            check_read(rig, &widths[w], RIG_RAM + 0x1000, counts[i]);
}

static void a_count_of_0_succeeds_and_asks_for_nothing(void **state)
{
    struct rig *rig = *state;

    rig_mark(rig);
    for (size_t w = 0; w < COUNT_OF(widths); w++) {
        rig_ok(rig->session, widths[w].read(rig->session, RIG_NOWHERE, NULL, 0));
        rig_ok(rig->session, widths[w].write(rig->session, RIG_NOWHERE, NULL, 0));
        rig_ok(rig->session, widths[w].read(rig->session, UINT64_MAX, NULL, 0));
    }
    struct sim_access log[1];
    assert_int_equal(rig_accesses(rig, log, 1), 0);
}

/* The accesses of one call, in the order of the elements. OpenOCD makes the 64-bit ones on a
 * Cortex-M in halves. */
static void check_accesses(const struct rig *rig, bool write, unsigned width, uint32_t addr,
                           uint32_t count)
{
    struct sim_access log[64];
    size_t entries = rig_accesses(rig, log, COUNT_OF(log));
    uint32_t at = addr;

    if (width == 8) {
        width = 4;
        count *= 2;
    }
    for (size_t i = 0; i < entries; i++) {
        assert_int_equal(log[i].width, width);
        assert_int_equal(log[i].write, write);
        assert_int_equal(log[i].addr, at);
        assert_false(log[i].fault);
        assert_true(!log[i].fixed || log[i].count == 1);
        at += log[i].count * width;
    }
    assert_int_equal(at, addr + count * width);
}

static void each_element_is_one_access_of_its_width(void **state)
{
    struct rig *rig = *state;
    uint64_t values[40] = {0};

    for (size_t w = 0; w < COUNT_OF(widths); w++) {
        /* Whether width 64 is taken is found out by trying. */
        rig_ok(rig->session, widths[w].read(rig->session, RIG_RAM, values, 1));
        for (uint32_t count = 1; count <= 33; count += 4) {
            uint32_t addr = RIG_RAM + 0x100 + 8 * count;
            rig_mark(rig);
            rig_ok(rig->session, widths[w].read(rig->session, addr, values, count));
            check_accesses(rig, false, widths[w].bytes, addr, count);
            rig_mark(rig);
            rig_ok(rig->session, widths[w].write(rig->session, addr, values, count));
            check_accesses(rig, true, widths[w].bytes, addr, count);
        }
    }
}

static void one_value_is_one_command(void **state)
{
    struct rig *rig = *state;
    uint32_t value;

    rig_trace_clear(&rig->trace);
    rig_ok(rig->session, ocd_read_u32(rig->session, RIG_RAM, &value, 1));
    assert_int_equal(rig_sent(&rig->trace), 1);
    rig_assert_contains(rig->trace.lines[0].text, "read_memory 0x20000000 32 1");
    rig_trace_clear(&rig->trace);
    rig_ok(rig->session, ocd_write_u32(rig->session, RIG_RAM, &value, 1));
    assert_int_equal(rig_sent(&rig->trace), 1);
    rig_assert_contains(rig->trace.lines[0].text, "write_memory 0x20000000 32 ");
}

static void a_register_that_reading_clears_is_read_once(void **state)
{
    struct rig *rig = *state;
    uint32_t bits = 0x00c0ffee, value = 0;

    rig_ok(rig->session, ocd_read_u32(rig->session, SIM_STATUS, &value, 1));
    rig_ok(rig->session, ocd_write_u32(rig->session, SIM_STATUS, &bits, 1));
    rig_mark(rig);
    rig_ok(rig->session, ocd_read_u32(rig->session, SIM_STATUS, &value, 1));
    assert_int_equal(value, bits);
    assert_int_equal(rig_count(rig, false, 4, SIM_STATUS, 4), 1);
    rig_assert_touched(rig, false, SIM_STATUS, 4);
    rig_ok(rig->session, ocd_read_u32(rig->session, SIM_STATUS, &value, 1));
    assert_int_equal(value, 0);
}

static void a_fifo_gives_each_word_once_and_in_order(void **state)
{
    struct rig *rig = *state;
    uint32_t value;

    for (uint32_t i = 0; i < 5; i++)
        rig_ok(rig->session, ocd_write_u32(rig->session, SIM_FIFO, &(uint32_t){100 + i}, 1));
    rig_ok(rig->session, ocd_read_u32(rig->session, SIM_FIFO_LEVEL, &value, 1));
    assert_int_equal(value, 5);
    for (uint32_t i = 0; i < 5; i++) {
        rig_ok(rig->session, ocd_read_u32(rig->session, SIM_FIFO, &value, 1));
        assert_int_equal(value, 100 + i);
        rig_ok(rig->session, ocd_read_u32(rig->session, SIM_FIFO_LEVEL, &value, 1));
        assert_int_equal(value, 4 - i);
    }
}

/* Several words from the FIFO on: it is popped once, its neighbour is its level. */
static void a_block_of_registers_is_accessed_once_each_in_ascending_order(void **state)
{
    struct rig *rig = *state;
    uint32_t values[3];

    rig_ok(rig->session, ocd_read_u32(rig->session, SIM_STATUS, values, 1));
    rig_ok(rig->session, ocd_write_u32(rig->session, SIM_STATUS, &(uint32_t){0x80}, 1));
    for (uint32_t i = 0; i < 3; i++)
        rig_ok(rig->session, ocd_write_u32(rig->session, SIM_FIFO, &(uint32_t){7 + i}, 1));
    rig_ok(rig->session, ocd_read_u32(rig->session, SIM_STATUS, values, 3));
    assert_int_equal(values[0], 0x80);
    assert_int_equal(values[1], 7);
    assert_int_equal(values[2], 2);
    rig_ok(rig->session, ocd_read_u32(rig->session, SIM_STATUS, values, 3));
    assert_int_equal(values[0], 0);
    assert_int_equal(values[1], 8);
    assert_int_equal(values[2], 1);
}

/* The driver of an ST-LINK refuses them itself. */
static void an_unaligned_address_is_asked_for_as_it_is(void **state)
{
    struct rig *rig = *state;
    uint32_t value;

    rig_ok(rig->session, ocd_read_u32(rig->session, RIG_RAM + 0x200, &value, 1));
    rig_fails(rig->session, OCD_ERR_TARGET, ocd_read_u32(rig->session, RIG_RAM + 1, &value, 1));
    rig_assert_error(ocd_last_error(rig->session), OCD_ERR_TARGET, RIG_RAM + 1, 0);
    rig_assert_contains(ocd_last_error(rig->session)->command, "read_memory 0x20000001 32 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_width_reads_and_writes_the_values),
        cmocka_unit_test(counts_around_4096_and_65536_elements),
        cmocka_unit_test(a_count_of_0_succeeds_and_asks_for_nothing),
        cmocka_unit_test(each_element_is_one_access_of_its_width),
        cmocka_unit_test(one_value_is_one_command),
        cmocka_unit_test(a_register_that_reading_clears_is_read_once),
        cmocka_unit_test(a_fifo_gives_each_word_once_and_in_order),
        cmocka_unit_test(a_block_of_registers_is_accessed_once_each_in_ascending_order),
        cmocka_unit_test(an_unaligned_address_is_asked_for_as_it_is),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
