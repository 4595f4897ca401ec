// SPDX-License-Identifier: MIT
/* The debug module by its registers: harts, abstract commands, program buffer. */
#include "riscv.h"

#define HALTREQ      (1u << 31)
#define RESUMEREQ    (1u << 30)
#define HARTRESET    (1u << 29)
#define ACKHAVERESET (1u << 28)
#define HART1        (1u << 16)
#define NDMRESET     2u
#define ACTIVE       1u

#define ALLHALTED      (1u << 9)
#define ALLRUNNING     (1u << 11)
#define ALLUNAVAIL     (1u << 13)
#define ANYNONEXISTENT (1u << 14)
#define ALLRESUMEACK   (1u << 17)
#define ALLHAVERESET   (1u << 19)

/* Access register: the transfer of 32 or 64 bits, and what is added to it. */
#define TRANSFER32 (2u << 20 | 1u << 17)
#define TRANSFER64 (3u << 20 | 1u << 17)
#define WRITE      (1u << 16)
#define POSTEXEC   (1u << 18)
#define S0         0x1008u
#define S1         0x1009u

static uint32_t status(struct board *b)
{
    return sim__dm_read(&b->dm, DM_DMSTATUS);
}

static void control(struct board *b, uint32_t value)
{
    sim__dm_write(&b->dm, DM_DMCONTROL, value | ACTIVE);
}

static uint32_t cmderr(struct board *b)
{
    return sim__dm_read(&b->dm, DM_ABSTRACTCS) >> 8 & 7;
}

static void clear_cmderr(struct board *b)
{
    sim__dm_write(&b->dm, DM_ABSTRACTCS, 7u << 8);
}

static void write_program(struct board *b, const uint32_t *code, unsigned words)
{
    for (unsigned i = 0; i < words; i++)
        sim__dm_write(&b->dm, DM_PROGBUF0 + i, code[i]);
}

static void harts_halt_and_resume_on_request(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);

    assert_int_equal(status(b) & (ALLHALTED | ALLRUNNING), ALLRUNNING);
    assert_int_equal(status(b) & 0xf, 2); /* version 0.13 */
    control(b, HALTREQ);
    assert_int_equal(status(b) & (ALLHALTED | ALLRUNNING), ALLHALTED);
    assert_int_equal(hart_of(b)->dcsr >> 6 & 7, HART_CAUSE_REQUEST);
    assert_int_equal(sim__dm_read(&b->dm, DM_HALTSUM0), 1);
    control(b, RESUMEREQ);
    assert_int_equal(status(b) & (ALLHALTED | ALLRUNNING | ALLRESUMEACK),
                     ALLRUNNING | ALLRESUMEACK);
    assert_int_equal(sim__dm_read(&b->dm, DM_HALTSUM0), 0);
    free(b);
}

static void each_hart_is_halted_by_itself(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 2);

    control(b, HART1 | HALTREQ);
    assert_int_equal(status(b) & (ALLHALTED | ALLRUNNING), ALLHALTED);
    control(b, 0);
    assert_int_equal(status(b) & (ALLHALTED | ALLRUNNING), ALLRUNNING);
    assert_int_equal(sim__dm_read(&b->dm, DM_HALTSUM0), 2);
    free(b);
}

static void a_hart_beyond_the_last_is_nonexistent(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);

    control(b, 0x03ffffc0); /* all bits of hartsel: one is there */
    assert_int_equal(sim__dm_read(&b->dm, DM_DMCONTROL), HART1 | ACTIVE);
    assert_true(status(b) & ANYNONEXISTENT);
    sim__dm_write(&b->dm, DM_COMMAND, TRANSFER32 | S0);
    assert_int_equal(cmderr(b), DM_CMDERR_HALT_RESUME);
    free(b);
}

static void a_refused_hart_is_unavailable(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 2);

    b->chip.cores_down = 2;
    control(b, HART1 | HALTREQ);
    assert_int_equal(status(b) & (ALLHALTED | ALLRUNNING | ALLUNAVAIL), ALLUNAVAIL);
    control(b, 0);
    assert_int_equal(status(b) & (ALLHALTED | ALLRUNNING | ALLUNAVAIL), ALLRUNNING);
    free(b);
}

static void a_reset_is_remembered_and_can_halt_at_once(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);

    control(b, ACKHAVERESET);
    assert_false(status(b) & ALLHAVERESET);
    control(b, HALTREQ | NDMRESET);
    assert_int_equal(status(b) & (ALLUNAVAIL | ALLHALTED | ALLRUNNING), ALLUNAVAIL);
    control(b, HALTREQ);
    assert_int_equal(status(b) & (ALLUNAVAIL | ALLHALTED), ALLHALTED);
    assert_int_equal(hart_of(b)->dpc, HART_RESET_PC);
    assert_true(status(b) & ALLHAVERESET);
    control(b, ACKHAVERESET);
    assert_false(status(b) & ALLHAVERESET);
    assert_int_equal(b->chip.resets, 1);
    free(b);
}

static void hartreset_resets_the_selected_hart_alone(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 2);

    control(b, ACKHAVERESET);
    control(b, HART1 | ACKHAVERESET);
    control(b, HART1 | HARTRESET);
    assert_true(status(b) & ALLUNAVAIL);
    control(b, HART1);
    assert_int_equal(status(b) & (ALLHAVERESET | ALLRUNNING), ALLHAVERESET | ALLRUNNING);
    control(b, 0);
    assert_false(status(b) & ALLHAVERESET);
    free(b);
}

static void setresethaltreq_halts_after_the_reset(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);

    control(b, 1u << 3);
    control(b, NDMRESET);
    control(b, 0);
    assert_true(status(b) & ALLHALTED);
    assert_int_equal(hart_of(b)->dcsr >> 6 & 7, HART_CAUSE_RESET);
    control(b, 1u << 2); /* clrresethaltreq */
    control(b, NDMRESET);
    control(b, 0);
    assert_true(status(b) & ALLRUNNING);
    free(b);
}

static void while_inactive_it_has_its_reset_values(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);

    sim__dm_write(&b->dm, DM_DATA0, 5);
    sim__dm_write(&b->dm, DM_DMCONTROL, 0);
    assert_int_equal(sim__dm_read(&b->dm, DM_DATA0), 0);
    sim__dm_write(&b->dm, DM_DATA0, 5);
    assert_int_equal(sim__dm_read(&b->dm, DM_DATA0), 0);
    assert_int_equal(sim__dm_read(&b->dm, DM_DMCONTROL), 0);
    free(b);
}

static void registers_are_read_and_written_while_halted(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);
    struct dm *dm = &b->dm;

    sim__dm_write(dm, DM_COMMAND, TRANSFER32 | S0);
    assert_int_equal(cmderr(b), DM_CMDERR_HALT_RESUME);
    control(b, HALTREQ);
    sim__dm_write(dm, DM_COMMAND, TRANSFER32 | S0);
    assert_int_equal(cmderr(b), DM_CMDERR_HALT_RESUME); /* until it is cleared */
    clear_cmderr(b);
    sim__dm_write(dm, DM_DATA0, 0x89abcdef);
    sim__dm_write(dm, DM_COMMAND, TRANSFER32 | WRITE | S0);
    sim__dm_write(dm, DM_DATA0, 0);
    sim__dm_write(dm, DM_COMMAND, TRANSFER32 | S0);
    assert_int_equal(sim__dm_read(dm, DM_DATA0), 0x89abcdef);
    sim__dm_write(dm, DM_COMMAND, TRANSFER32 | 0x301); /* misa: RV32IMC */
    assert_int_equal(sim__dm_read(dm, DM_DATA0), 0x40001104);
    assert_int_equal(cmderr(b), DM_CMDERR_NONE);
    free(b);
}

static void unsupported_commands_have_their_errors(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);
    struct dm *dm = &b->dm;
    const struct {
        uint32_t command;
        uint32_t error;
    } commands[] = {
        {TRANSFER64 | S0, DM_CMDERR_NOT_SUPPORTED},        /* the hart has 32 bits */
        {TRANSFER32 | 0x1040, DM_CMDERR_NOT_SUPPORTED},    /* no register's number */
        {TRANSFER32 | 0xc000, DM_CMDERR_NOT_SUPPORTED},    /* a vendor's own */
        {1u << 24, DM_CMDERR_NOT_SUPPORTED},               /* quick access */
        {2u << 24, DM_CMDERR_NOT_SUPPORTED},               /* access memory */
        {TRANSFER32 | 0x123, DM_CMDERR_EXCEPTION},         /* no such CSR */
        {TRANSFER32 | 0x1020, DM_CMDERR_EXCEPTION},        /* no floating point */
        {TRANSFER32 | WRITE | 0xf14, DM_CMDERR_EXCEPTION}, /* mhartid is read-only */
    };

    control(b, HALTREQ);
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        sim__dm_write(dm, DM_COMMAND, commands[i].command);
        assert_int_equal(cmderr(b), commands[i].error);
        clear_cmderr(b);
    }
    free(b);
}

static void a_hart_of_64_bits_has_two_data_words(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV64, 1);
    struct dm *dm = &b->dm;

    control(b, HALTREQ);
    sim__dm_write(dm, DM_DATA0, 0x55667788);
    sim__dm_write(dm, DM_DATA0 + 1, 0x11223344);
    sim__dm_write(dm, DM_COMMAND, TRANSFER64 | WRITE | S0);
    assert_int_equal(hart_of(b)->x[8], 0x1122334455667788);
    sim__dm_write(dm, DM_COMMAND, TRANSFER32 | S0);
    assert_int_equal(sim__dm_read(dm, DM_DATA0), 0x55667788);
    free(b);
}

static void a_program_reads_memory_with_autoexec(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);
    struct dm *dm = &b->dm;
    static const uint32_t program[] = {0x00042483, 0x00440413}; /* lw s1, 0(s0); addi s0, s0, 4 */

    memcpy(b->ram, "\1\0\0\0\2\0\0\0\3\0\0\0", 12);
    control(b, HALTREQ);
    write_program(b, program, 2);
    sim__dm_write(dm, DM_PROGBUF0 + 2, 0x00100073);
    sim__dm_write(dm, DM_DATA0, SIM_RAM_BASE);
    sim__dm_write(dm, DM_COMMAND, TRANSFER32 | WRITE | S0);
    sim__dm_write(dm, DM_COMMAND, TRANSFER32 | POSTEXEC | S1);
    sim__dm_write(dm, DM_ABSTRACTAUTO, 1);
    sim__dm_read(dm, DM_DATA0);
    assert_int_equal(sim__dm_read(dm, DM_DATA0), 1);
    sim__dm_write(dm, DM_ABSTRACTAUTO, 0);
    assert_int_equal(sim__dm_read(dm, DM_DATA0), 2);
    assert_int_equal(cmderr(b), DM_CMDERR_NONE);
    /* One run of three words in the log. */
    assert_int_equal(b->trace.log_sequence, 1);
    assert_int_equal(b->trace.log[0].addr, SIM_RAM_BASE);
    assert_int_equal(b->trace.log[0].count, 3);
    assert_int_equal(b->trace.log[0].width, 4);
    assert_int_equal(b->trace.bytes_read, 12);
    free(b);
}

static void a_program_ends_where_the_buffer_does(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);
    uint32_t nops[DM_PROGBUF_WORDS];

    control(b, HALTREQ);
    for (unsigned i = 0; i < DM_PROGBUF_WORDS; i++)
        nops[i] = 0x00140413; /* addi s0, s0, 1 */
    sim__hart_set(hart_of(b), 8, 0);
    write_program(b, nops, DM_PROGBUF_WORDS);
    sim__dm_write(&b->dm, DM_COMMAND, POSTEXEC);
    assert_int_equal(cmderr(b), DM_CMDERR_NONE);
    assert_int_equal(hart_of(b)->x[8], DM_PROGBUF_WORDS);
    free(b);
}

static void a_program_that_fails_leaves_the_hart_where_it_was(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);
    static const uint32_t programs[][2] = {
        {0x00042483, 0x00100073}, /* lw s1, 0(s0): s0 is nowhere */
        {0xffffffff, 0x00100073}, /* illegal */
        {0x0000006f, 0x00100073}, /* j .: it never ends */
        {0x00008067, 0x00100073}, /* ret: out of the buffer */
    };
    uint64_t dpc;

    control(b, HALTREQ);
    dpc = hart_of(b)->dpc;
    sim__hart_set(hart_of(b), 8, 0x60000000);
    for (size_t i = 0; i < COUNT_OF(programs); i++) {
        write_program(b, programs[i], 2);
        sim__dm_write(&b->dm, DM_COMMAND, POSTEXEC);
        assert_int_equal(cmderr(b), DM_CMDERR_EXCEPTION);
        clear_cmderr(b);
    }
    assert_true(hart_of(b)->halted);
    assert_int_equal(hart_of(b)->dpc, dpc);
    assert_int_equal(hart_of(b)->mcause, 0);
    assert_int_equal(b->trace.faults, 1);
    free(b);
}

static void without_a_program_buffer_there_is_none(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);
    struct dm *dm = &b->dm;

    dm->has_progbuf = false;
    control(b, HALTREQ);
    assert_int_equal(sim__dm_read(dm, DM_ABSTRACTCS) >> 24, 0);
    assert_false(status(b) & 1u << 22);
    sim__dm_write(dm, DM_PROGBUF0, 5);
    assert_int_equal(sim__dm_read(dm, DM_PROGBUF0), 0);
    sim__dm_write(dm, DM_COMMAND, POSTEXEC);
    assert_int_equal(cmderr(b), DM_CMDERR_NOT_SUPPORTED);
    free(b);
}

/* Debug, 3.12.6: cmderr 1, and the access has no effect. */
static void a_slow_command_is_busy_until_its_time_has_passed(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);
    struct dm *dm = &b->dm;
    const uint32_t busy = 1u << 12;

    dm->command_clocks = 10;
    control(b, HALTREQ);
    hart_of(b)->x[8] = 0x11;
    hart_of(b)->x[9] = 0x22;
    sim__dm_write(dm, DM_COMMAND, TRANSFER32 | S0);
    assert_true(sim__dm_read(dm, DM_ABSTRACTCS) & busy);
    assert_int_equal(cmderr(b), DM_CMDERR_NONE);
    sim__dm_write(dm, DM_COMMAND, TRANSFER32 | S1);
    assert_int_equal(cmderr(b), DM_CMDERR_BUSY);
    clear_cmderr(b); /* too early as well */
    assert_int_equal(cmderr(b), DM_CMDERR_BUSY);
    dm->clocks += 10;
    assert_false(sim__dm_read(dm, DM_ABSTRACTCS) & busy);
    clear_cmderr(b);
    assert_int_equal(sim__dm_read(dm, DM_DATA0), 0x11);
    sim__dm_write(dm, DM_COMMAND, TRANSFER32 | S1);
    sim__dm_read(dm, DM_DATA0);
    assert_int_equal(cmderr(b), DM_CMDERR_BUSY);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(harts_halt_and_resume_on_request),
        cmocka_unit_test(each_hart_is_halted_by_itself),
        cmocka_unit_test(a_hart_beyond_the_last_is_nonexistent),
        cmocka_unit_test(a_refused_hart_is_unavailable),
        cmocka_unit_test(a_reset_is_remembered_and_can_halt_at_once),
        cmocka_unit_test(hartreset_resets_the_selected_hart_alone),
        cmocka_unit_test(setresethaltreq_halts_after_the_reset),
        cmocka_unit_test(while_inactive_it_has_its_reset_values),
        cmocka_unit_test(registers_are_read_and_written_while_halted),
        cmocka_unit_test(unsupported_commands_have_their_errors),
        cmocka_unit_test(a_hart_of_64_bits_has_two_data_words),
        cmocka_unit_test(a_program_reads_memory_with_autoexec),
        cmocka_unit_test(a_program_ends_where_the_buffer_does),
        cmocka_unit_test(a_program_that_fails_leaves_the_hart_where_it_was),
        cmocka_unit_test(without_a_program_buffer_there_is_none),
        cmocka_unit_test(a_slow_command_is_busy_until_its_time_has_passed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
