// SPDX-License-Identifier: MIT
#include "support.h"

#include "probe/bytes.h"
#include "probe/probe.h"

#define OK    0x80
#define ENTER 0x30
#define SWD   0xa3

#define READ8     0x0c
#define WRITE8    0x0d
#define READ16    0x47
#define READ32    0x07
#define WRITE32   0x08
#define WRITE_FIX 0x50
#define READ_FIX  0x54

struct rig {
    struct bench *bench;
    struct probe probe;
};

static uint8_t debug(struct rig *rig, uint8_t sub, uint8_t argument)
{
    const uint8_t command[PROBE_COMMAND_SIZE] = {0xf2, sub, argument};
    uint8_t in[2];

    sim__probe_read(&rig->probe, command, in, sizeof(in));
    return in[0];
}

static struct rig *rig_new(void)
{
    struct rig *rig = calloc(1, sizeof(*rig));

    assert_non_null(rig);
    rig->bench = bench_new();
    sim__probe_init(&rig->probe, &rig->bench->dap);
    assert_int_equal(debug(rig, ENTER, SWD), OK);
    return rig;
}

static void rig_free(struct rig *rig)
{
    free(rig->bench);
    free(rig);
}

static void memory_command(uint8_t *command, uint8_t sub, uint32_t addr, size_t length)
{
    memset(command, 0, PROBE_COMMAND_SIZE);
    command[0] = 0xf2;
    command[1] = sub;
    put_le32(command + 2, addr);
    put_le16(command + 6, (uint16_t)length);
}

/* The status of the last transfer, and where it faulted. */
static uint8_t last_status(struct rig *rig, uint32_t *addr)
{
    const uint8_t command[PROBE_COMMAND_SIZE] = {0xf2, 0x3e};
    uint8_t in[12];

    sim__probe_read(&rig->probe, command, in, sizeof(in));
    if (addr)
        *addr = get_le32(in + 4);
    return in[0];
}

static uint8_t read_memory(struct rig *rig, uint8_t sub, uint32_t addr, size_t length, uint8_t *in)
{
    uint8_t command[PROBE_COMMAND_SIZE];

    memory_command(command, sub, addr, length);
    /* One byte is asked for as two, as OpenOCD does it. */
    sim__probe_read(&rig->probe, command, in, length == 1 ? 2 : length);
    return last_status(rig, NULL);
}

static uint8_t write_memory(struct rig *rig, uint8_t sub, uint32_t addr, size_t length,
                            const uint8_t *out, size_t size)
{
    uint8_t command[PROBE_COMMAND_SIZE];

    memory_command(command, sub, addr, length);
    sim__probe_write(&rig->probe, command, out, size);
    return last_status(rig, NULL);
}

static void it_is_an_stlink_v2_of_recent_firmware(void **state)
{
    (void)state;
    struct rig *rig = rig_new();
    const uint8_t version[PROBE_COMMAND_SIZE] = {0xf1};
    const uint8_t voltage[PROBE_COMMAND_SIZE] = {0xf7};
    uint8_t in[8];
    float volts;

    sim__probe_read(&rig->probe, version, in, 6);
    assert_int_equal(in[0] >> 4, 2);
    assert_in_range((in[0] << 8 | in[1]) >> 6 & 0x3f, 37, 63);
    assert_int_equal(get_le16(in + 2), 0x0483);
    assert_int_equal(get_le16(in + 4), 0x3748);
    sim__probe_read(&rig->probe, voltage, in, 8);
    volts = 2.0f * 1.2f * (float)get_le32(in + 4) / (float)get_le32(in);
    assert_true(volts > 3.2f && volts < 3.4f);
    rig_free(rig);
}

static void debug_commands_need_the_debug_mode(void **state)
{
    (void)state;
    struct rig *rig = rig_new();
    const uint8_t mode[PROBE_COMMAND_SIZE] = {0xf5};
    uint8_t in[2];

    sim__probe_read(&rig->probe, mode, in, 2);
    assert_int_equal(in[0], 2);
    debug(rig, 0x21, 0);
    sim__probe_read(&rig->probe, mode, in, 2);
    assert_int_equal(in[0], 1);
    assert_int_not_equal(debug(rig, 0x31, 0), OK);
    assert_int_equal(debug(rig, ENTER, SWD), OK);
    assert_int_equal(debug(rig, 0x31, 0), OK);
    assert_int_not_equal(debug(rig, 0x99, 0), OK);
    rig_free(rig);
}

static void bytes_move_64_at_a_time(void **state)
{
    (void)state;
    struct rig *rig = rig_new();
    uint8_t data[80];
    uint8_t in[80] = {0};

    for (uint8_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i + 1);
    assert_int_equal(write_memory(rig, WRITE8, 0x20000001, 64, data, 64), OK);
    assert_int_equal(read_memory(rig, READ8, 0x20000001, 64, in), OK);
    assert_memory_equal(in, data, 64);
    assert_int_not_equal(write_memory(rig, WRITE8, 0x20000001, 65, data, 65), OK);
    assert_int_equal(rig->bench->ram[65], 0);
    assert_int_not_equal(read_memory(rig, READ8, 0x20000001, 65, in), OK);
    assert_int_equal(read_memory(rig, READ8, 0x20000001, 1, in), OK);
    assert_int_equal(rig->bench->trace.log_sequence, 3); /* nothing refused reached the bus */
    rig_free(rig);
}

static void words_move_6_kib_at_a_time(void **state)
{
    (void)state;
    struct rig *rig = rig_new();
    uint8_t in[PROBE_DATA_MAX + 4];

    assert_int_equal(read_memory(rig, READ32, SIM_FLASH_BASE, PROBE_DATA_MAX, in), OK);
    assert_memory_equal(in, rig->bench->flash, PROBE_DATA_MAX);
    assert_int_equal(read_memory(rig, READ16, SIM_FLASH_BASE + 2, PROBE_DATA_MAX, in), OK);
    assert_memory_equal(in, rig->bench->flash + 2, PROBE_DATA_MAX);
    assert_int_equal(rig->bench->trace.log[0].count, PROBE_DATA_MAX / 4);
    assert_int_equal(rig->bench->trace.log[0].width, 4);
    assert_int_equal(rig->bench->trace.log[1].width, 2);
    assert_int_not_equal(read_memory(rig, READ32, SIM_FLASH_BASE, PROBE_DATA_MAX + 4, in), OK);
    assert_int_equal(in[0], 0);
    rig_free(rig);
}

static void unaligned_words_are_refused(void **state)
{
    (void)state;
    struct rig *rig = rig_new();
    uint8_t data[8] = {0};

    assert_int_equal(read_memory(rig, READ32, 0x20000002, 4, data), PROBE_ALIGNMENT_ERROR);
    assert_int_equal(read_memory(rig, READ32, 0x20000000, 6, data), PROBE_ALIGNMENT_ERROR);
    assert_int_equal(read_memory(rig, READ16, 0x20000001, 2, data), PROBE_ALIGNMENT_ERROR);
    assert_int_equal(write_memory(rig, WRITE32, 0x20000001, 4, data, 4), PROBE_ALIGNMENT_ERROR);
    assert_int_equal(rig->bench->trace.log_sequence, 0);
    rig_free(rig);
}

static void a_fault_is_reported_with_its_address_and_then_forgotten(void **state)
{
    (void)state;
    struct rig *rig = rig_new();
    uint8_t command[PROBE_COMMAND_SIZE];
    uint8_t in[32];
    uint32_t addr = 0;

    memcpy(rig->bench->ram + 0x4ff8, "\xaa\xbb\xcc\xdd\x11\x22\x33\x44", 8);
    memory_command(command, READ32, 0x20004ff8, 16);
    sim__probe_read(&rig->probe, command, in, 16);
    assert_int_equal(last_status(rig, &addr), PROBE_AP_FAULT);
    assert_int_equal(addr, 0x20005000);
    assert_memory_equal(in, rig->bench->ram + 0x4ff8, 8); /* the good part is there */
    assert_int_equal(get_le32(in + 8), 0);
    assert_true(rig->bench->dap.ctrl_stat & CTRL_STAT_STICKYERR);
    assert_int_equal(read_memory(rig, READ32, 0x20004ff8, 8, in), OK);
    assert_int_equal(last_status(rig, &addr), OK);
    assert_int_equal(addr, 0);
    assert_false(rig->bench->dap.ctrl_stat & CTRL_STAT_STICKYERR);
    rig_free(rig);
}

static void a_write_whose_data_is_short_does_nothing(void **state)
{
    (void)state;
    struct rig *rig = rig_new();
    const uint8_t data[8] = {1, 2, 3, 4, 5, 6, 7, 8};

    assert_int_not_equal(write_memory(rig, WRITE32, 0x20000000, 8, data, 4), OK);
    assert_int_equal(rig->bench->ram[0], 0);
    assert_int_equal(rig->bench->trace.log_sequence, 0);
    rig_free(rig);
}

static void only_access_port_0_exists(void **state)
{
    (void)state;
    struct rig *rig = rig_new();
    uint8_t command[PROBE_COMMAND_SIZE];
    uint8_t in[4];

    assert_int_equal(debug(rig, 0x4b, 0), OK);
    assert_int_equal(debug(rig, 0x4b, 1), PROBE_BAD_AP);
    assert_int_equal(debug(rig, 0x4c, 0), OK);
    memory_command(command, READ32, 0x20000000, 4);
    command[8] = 1;
    sim__probe_read(&rig->probe, command, in, 4);
    assert_int_equal(last_status(rig, NULL), PROBE_BAD_AP);
    rig_free(rig);
}

static void a_fixed_address_feeds_the_fifo(void **state)
{
    (void)state;
    struct rig *rig = rig_new();
    const uint8_t data[8] = {1, 0, 0, 0, 2, 0, 0, 0};
    uint8_t in[8];

    assert_int_equal(write_memory(rig, WRITE_FIX, SIM_FIFO, 8, data, 8), OK);
    assert_int_equal(read_memory(rig, READ_FIX, SIM_FIFO, 8, in), OK);
    assert_memory_equal(in, data, 8);
    rig_free(rig);
}

static void a_mixed_sequence_runs_in_order_up_to_its_first_fault(void **state)
{
    (void)state;
    struct rig *rig = rig_new();
    const uint8_t out[PROBE_COMMAND_SIZE] = {0xf2, 0x51, 6};
    const uint8_t in[PROBE_COMMAND_SIZE] = {0xf2, 0x52};
    /* AP 0; address, write; read; read that faults; read that is not made */
    uint8_t data[8 + 6 * 4] = {5, 1, 2, 3, 3, 3};
    uint8_t answer[6 * 8];

    put_le32(data + 8 + 4, 0x20000010);
    put_le32(data + 8 + 8, 0xcafebabe);
    put_le32(data + 8 + 12, 0x20000010);
    put_le32(data + 8 + 16, 0x40000000);
    put_le32(data + 8 + 20, 0x20000010);
    sim__probe_write(&rig->probe, out, data, sizeof(data));
    sim__probe_read(&rig->probe, in, answer, sizeof(answer));
    assert_int_equal(get_le32(answer + 12), 0xcafebabe);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(get_le32(answer + 24 + 4 * i), OK);
    assert_int_equal(get_le32(answer + 24 + 16), PROBE_AP_FAULT);
    assert_int_equal(get_le32(answer + 24 + 20), PROBE_AP_FAULT);
    assert_int_equal(rig->bench->trace.log_sequence, 3);
    rig_free(rig);
}

static void a_mixed_sequence_has_its_limit(void **state)
{
    (void)state;
    struct rig *rig = rig_new();
    uint8_t out[PROBE_COMMAND_SIZE] = {0xf2, 0x51, PROBE_MISC_MAX + 1};
    uint8_t data[5 * (PROBE_MISC_MAX + 4)];

    memset(data, 3, sizeof(data));
    sim__probe_write(&rig->probe, out, data, sizeof(data));
    assert_int_not_equal(last_status(rig, NULL), OK);
    put_le32(out + 2, 0xffffffff);
    sim__probe_write(&rig->probe, out, data, sizeof(data));
    assert_int_not_equal(last_status(rig, NULL), OK);
    assert_int_equal(rig->bench->trace.log_sequence, 0);
    rig_free(rig);
}

static void core_registers_are_read_by_number_and_all_at_once(void **state)
{
    (void)state;
    struct rig *rig = rig_new();
    const uint8_t all[PROBE_COMMAND_SIZE] = {0xf2, 0x3a};
    const uint8_t one[PROBE_COMMAND_SIZE] = {0xf2, 0x33, 15};
    uint8_t write[PROBE_COMMAND_SIZE] = {0xf2, 0x34, 7};
    uint8_t in[88];
    uint8_t status[2];

    assert_int_equal(debug(rig, 0x02, 0), OK); /* halt */
    put_le32(write + 3, 0x77777777);
    sim__probe_read(&rig->probe, write, status, 2);
    assert_int_equal(status[0], OK);
    sim__probe_read(&rig->probe, all, in, sizeof(in));
    assert_int_equal(in[0], OK);
    assert_int_equal(get_le32(in + 4 + 4 * 7), 0x77777777);
    uint32_t pc = get_le32(in + 4 + 4 * 15);
    sim__probe_read(&rig->probe, one, in, 8);
    assert_int_equal(get_le32(in + 4), pc);
    rig_free(rig);
}

static void nrst_resets_the_core(void **state)
{
    (void)state;
    struct rig *rig = rig_new();
    uint64_t resets = rig->bench->chip.resets;

    assert_int_equal(debug(rig, 0x3c, 0), OK);
    assert_true(rig->bench->chip.nrst);
    assert_int_equal(debug(rig, 0x3c, 1), OK);
    assert_false(rig->bench->chip.nrst);
    assert_true(rig->bench->chip.resets > resets);
    debug(rig, 0x3c, 0);
    sim__probe_open(&rig->probe);
    sim__probe_open(&rig->probe);
    sim__probe_release(&rig->probe);
    assert_true(rig->bench->chip.nrst); /* one client is still there */
    sim__probe_release(&rig->probe);
    assert_false(rig->bench->chip.nrst);
    rig_free(rig);
}

/* No length that the host asks for leads beyond a buffer; AddressSanitizer watches. */
static void any_command_of_any_size_stays_in_its_buffers(void **state)
{
    (void)state;
    struct rig *rig = rig_new();
    uint64_t seed = 1;

    for (unsigned round = 0; round < 20000; round++) {
        uint8_t command[PROBE_COMMAND_SIZE];
        size_t size;
        uint8_t *data;

        for (size_t i = 0; i < sizeof(command); i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            command[i] = (uint8_t)(seed >> 56);
        }
        if (round % 8 != 0)
            command[0] = 0xf2;
        if (round % 4 == 1)
            memcpy(command + 2, "\x00\x4f\x00\x20", 4);
        size = (size_t)(seed >> 33) % (round % 3 ? 100 : 7000);
        data = malloc(size + 1);
        assert_non_null(data);
        memset(data, (int)(round & 0xff), size + 1);
        if (round % 2)
            sim__probe_read(&rig->probe, command, data, size);
        else
            sim__probe_write(&rig->probe, command, data, size);
        assert_int_equal(data[size], round & 0xff);
        free(data);
        debug(rig, ENTER, SWD);
    }
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_an_stlink_v2_of_recent_firmware),
        cmocka_unit_test(debug_commands_need_the_debug_mode),
        cmocka_unit_test(bytes_move_64_at_a_time),
        cmocka_unit_test(words_move_6_kib_at_a_time),
        cmocka_unit_test(unaligned_words_are_refused),
        cmocka_unit_test(a_fault_is_reported_with_its_address_and_then_forgotten),
        cmocka_unit_test(a_write_whose_data_is_short_does_nothing),
        cmocka_unit_test(only_access_port_0_exists),
        cmocka_unit_test(a_fixed_address_feeds_the_fifo),
        cmocka_unit_test(a_mixed_sequence_runs_in_order_up_to_its_first_fault),
        cmocka_unit_test(a_mixed_sequence_has_its_limit),
        cmocka_unit_test(core_registers_are_read_by_number_and_all_at_once),
        cmocka_unit_test(nrst_resets_the_core),
        cmocka_unit_test(any_command_of_any_size_stays_in_its_buffers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
