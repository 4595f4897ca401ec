// SPDX-License-Identifier: MIT
/* Two cores: what each has of its own, what they share, and one that is refused. */
#include "support.h"

#include <errno.h>

#define DBGKEY 0xa05f0000u
#define DEBUG  (DBGKEY | DHCSR_C_DEBUGEN)
#define HALT   (DEBUG | DHCSR_C_HALT)
#define STEP   (DEBUG | DHCSR_C_STEP)

static int start(void **state)
{
    struct bench *b = bench_new();

    b->chip.cores = 2;
    sim__chip_init(&b->chip, 5000 * (uint64_t)MS);
    *state = b;
    return 0;
}

static int stop(void **state)
{
    free(*state);
    return 0;
}

/* One word through an access port, which has to work. */
static uint32_t get(struct bench *b, unsigned ap, uint32_t addr)
{
    struct transfer t = {.addr = addr, .count = 1, .width = 4, .ap = ap};
    uint8_t d[4];

    assert_int_equal(sim__dap_read_memory(&b->dap, &t, d), 1);
    return (uint32_t)d[0] | (uint32_t)d[1] << 8 | (uint32_t)d[2] << 16 | (uint32_t)d[3] << 24;
}

static void put(struct bench *b, unsigned ap, uint32_t addr, uint32_t value)
{
    struct transfer t = {.addr = addr, .count = 1, .width = 4, .ap = ap};
    const uint8_t d[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                          (uint8_t)(value >> 24)};

    assert_int_equal(sim__dap_write_memory(&b->dap, &t, d), 1);
}

static bool is_halted(struct bench *b, unsigned ap)
{
    return (get(b, ap, SCS_DHCSR) & DHCSR_S_HALT) != 0;
}

static uint32_t get_reg(struct bench *b, unsigned ap, unsigned regsel)
{
    put(b, ap, SCS_DCRSR, regsel);
    return get(b, ap, SCS_DCRDR);
}

static void set_reg(struct bench *b, unsigned ap, unsigned regsel, uint32_t value)
{
    put(b, ap, SCS_DCRDR, value);
    put(b, ap, SCS_DCRSR, DCRSR_REGWNR | regsel);
}

static void each_halts_steps_and_resumes_by_itself(void **state)
{
    struct bench *b = *state;

    put(b, 1, SCS_DHCSR, HALT);
    assert_false(is_halted(b, 0));
    assert_true(is_halted(b, 1));
    put(b, 0, SCS_DHCSR, HALT);
    set_reg(b, 0, REG_PC, 0x080001a0);
    set_reg(b, 1, REG_PC, 0x08000200);
    set_reg(b, 1, 3, 0x33333333);
    put(b, 1, SCS_DHCSR, STEP);
    assert_int_equal(get_reg(b, 0, REG_PC), 0x080001a0);
    assert_int_equal(get_reg(b, 1, REG_PC), 0x08000204);
    assert_int_equal(get_reg(b, 0, 3), 0);
    put(b, 0, SCS_DHCSR, DEBUG);
    assert_false(is_halted(b, 0));
    assert_true(is_halted(b, 1));
    assert_int_equal(get_reg(b, 1, 3), 0x33333333);
}

static void breakpoints_belong_to_one_core(void **state)
{
    struct bench *b = *state;

    put(b, 0, SCS_DHCSR, DEBUG);
    put(b, 1, SCS_DHCSR, DEBUG);
    put(b, 1, 0xe0002000, 3);          /* FP_CTRL */
    put(b, 1, 0xe0002008, 0x4800020d); /* FP_COMP0: 0x0800020c */
    assert_int_equal(get(b, 0, 0xe0002008), 0);
    advance_ms(b, 5);
    assert_false(is_halted(b, 0));
    assert_true(is_halted(b, 1));
    assert_int_equal(get_reg(b, 1, REG_PC), 0x0800020c);
}

static void memory_and_peripherals_are_shared(void **state)
{
    struct bench *b = *state;

    put(b, 0, 0x20000100, 0x12345678);
    assert_int_equal(get(b, 1, 0x20000100), 0x12345678);
    put(b, 1, SIM_FIFO, 77);
    assert_int_equal(get(b, 0, SIM_FIFO), 77);
    assert_int_equal(get(b, 1, SIM_FLASH_BASE), 0x20005000);
    put(b, 1, 0xe0042004, 0x307); /* DBGMCU_CR is the chip's */
    assert_int_equal(get(b, 0, 0xe0042004), 0x307);
}

static void a_system_reset_resets_both_and_vectreset_one(void **state)
{
    struct bench *b = *state;

    put(b, 0, SCS_DHCSR, HALT);
    put(b, 1, SCS_DHCSR, HALT);
    put(b, 1, SIM_FIFO, 1);
    put(b, 1, SCS_AIRCR, 0x05fa0001); /* VECTRESET */
    assert_true(is_halted(b, 0));
    assert_false(is_halted(b, 1));
    assert_int_equal(get(b, 0, SIM_FIFO_LEVEL), 1);
    put(b, 1, SCS_DEMCR, DEMCR_VC_CORERESET);
    put(b, 1, SCS_AIRCR, 0x05fa0004); /* SYSRESETREQ */
    assert_false(is_halted(b, 0));
    assert_true(is_halted(b, 1));
    assert_int_equal(get(b, 0, SIM_FIFO_LEVEL), 0);
    assert_int_equal(b->chip.resets, 2);
}

/* Endless loops that count in r0 and store it, at different addresses: both run at once. */
static void both_execute_code_in_ram(void **state)
{
    struct bench *b = *state;
    static const uint8_t code[] = {0x01, 0x30, 0x08, 0x60, 0xfc, 0xe7};
    uint32_t first;

    memcpy(b->ram, code, sizeof(code)); /* adds r0, #1; str r0, [r1]; b . - 4 */
    for (unsigned ap = 0; ap < 2; ap++) {
        put(b, ap, SCS_DHCSR, HALT);
        set_reg(b, ap, 0, 0);
        set_reg(b, ap, 1, 0x20000100 + 4 * ap);
        set_reg(b, ap, REG_PC, SIM_RAM_BASE);
    }
    put(b, 0, SCS_DHCSR, DEBUG);
    advance_ms(b, 1);
    put(b, 1, SCS_DHCSR, DEBUG);
    advance_ms(b, 1);
    first = get(b, 1, 0x20000100);
    /* 50 ns an instruction, three of them each time round */
    assert_in_range(first, 13000, 13400);
    assert_in_range(get(b, 1, 0x20000104), 6500, 6700);
    put(b, 1, SCS_DHCSR, HALT);
    advance_ms(b, 1);
    assert_true(get(b, 1, 0x20000100) > first);
    assert_in_range(get(b, 1, 0x20000104), 6500, 6700);
}

static void each_access_port_has_its_own_registers(void **state)
{
    struct bench *b = *state;
    uint32_t value;

    assert_true(sim__ap_read(&b->dap, 0, AP_IDR, &value));
    assert_int_equal(value, 0x14770011);
    assert_true(sim__ap_read(&b->dap, 1, AP_IDR, &value));
    assert_int_equal(value, 0x14770011);
    assert_true(sim__ap_read(&b->dap, 2, AP_IDR, &value));
    assert_int_equal(value, 0);
    assert_true(sim__ap_write(&b->dap, 1, AP_CSW, 0x23000012));
    assert_true(sim__ap_write(&b->dap, 1, AP_TAR, 0x08000400));
    assert_true(sim__ap_write(&b->dap, 0, AP_TAR, 0x08000000));
    assert_true(sim__ap_read(&b->dap, 1, AP_DRW, &value));
    assert_int_equal(value, 0xefbeadde);
    assert_true(sim__ap_read(&b->dap, 1, AP_TAR, &value));
    assert_int_equal(value, 0x08000404);
    assert_true(sim__ap_read(&b->dap, 0, AP_TAR, &value));
    assert_int_equal(value, 0x08000000);
}

static void all_accesses_through_the_port_of_a_refused_core_fault(void **state)
{
    struct bench *b = *state;
    struct transfer t = {.addr = SIM_RAM_BASE, .count = 4, .width = 4, .ap = 1};
    struct transfer debug = {.addr = SCS_DHCSR, .count = 1, .width = 4, .ap = 1};
    uint8_t d[16] = {0};
    uint32_t value;

    atomic_store(&b->chip.cores_down, 2);
    assert_int_equal(sim__dap_read_memory(&b->dap, &t, d), 0);
    assert_int_equal(sim__dap_write_memory(&b->dap, &t, d), 0);
    assert_int_equal(sim__dap_read_memory(&b->dap, &debug, d), 0);
    assert_int_equal(b->trace.faults, 2);
    assert_int_equal(b->trace.log[0].ap, 1);
    sim__dap_clear_sticky(&b->dap);
    assert_true(sim__ap_read(&b->dap, 1, AP_IDR, &value)); /* the port itself is there */
    assert_int_equal(value, 0x14770011);
    assert_false(sim__ap_read(&b->dap, 1, AP_DRW, &value));
    sim__dap_clear_sticky(&b->dap);
    t.ap = 0;
    assert_int_equal(sim__dap_read_memory(&b->dap, &t, d), 4);
    atomic_store(&b->chip.cores_down, 0);
    assert_int_equal(sim__dap_read_memory(&b->dap, &debug, d), 1);
}

static void cores_that_do_not_exist_are_refused(void **state)
{
    char why[100] = "";
    struct sim *sim;

    (void)state;
    assert_int_equal(
        sim_new(&sim, &(struct sim_options){.cores = 3, .message = why, .message_size = 100}),
        -EINVAL);
    assert_string_equal(why, "cores: must be 1 or 2");
    assert_int_equal(sim_new(&sim, &(struct sim_options){.no_core = {[1] = true},
                                                         .message = why,
                                                         .message_size = 100}),
                     -EINVAL);
    assert_string_equal(why, "refused cores: there is no such core");
    assert_int_equal(sim_new(&sim, NULL), 0);
    assert_int_equal(sim_set_core(sim, 1, false), -EINVAL);
    assert_int_equal(sim_set_core(sim, 0, false), 0);
    sim_free(sim);
}

static void the_configuration_has_the_returned_length(void **state)
{
    char text[700];
    char cut[20];
    struct sim *sim;
    size_t length;

    (void)state;
    assert_int_equal(sim_new(&sim, &(struct sim_options){.cores = 2}), 0);
    length = sim_config(sim, text, sizeof(text));
    assert_int_equal(length, strlen(text));
    assert_non_null(strstr(text, "-ap-num 1"));
    assert_int_equal(sim_config(sim, cut, sizeof(cut)), length);
    assert_memory_equal(cut, text, sizeof(cut) - 1);
    assert_int_equal(cut[sizeof(cut) - 1], 0);
    sim_free(sim);
    assert_int_equal(sim_new(&sim, NULL), 0);
    sim_config(sim, text, sizeof(text));
    assert_null(strstr(text, "-ap-num"));
    sim_free(sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_halts_steps_and_resumes_by_itself, start, stop),
        cmocka_unit_test_setup_teardown(breakpoints_belong_to_one_core, start, stop),
        cmocka_unit_test_setup_teardown(memory_and_peripherals_are_shared, start, stop),
        cmocka_unit_test_setup_teardown(a_system_reset_resets_both_and_vectreset_one, start, stop),
        cmocka_unit_test_setup_teardown(both_execute_code_in_ram, start, stop),
        cmocka_unit_test_setup_teardown(each_access_port_has_its_own_registers, start, stop),
        cmocka_unit_test_setup_teardown(all_accesses_through_the_port_of_a_refused_core_fault,
                                        start, stop),
        cmocka_unit_test(cores_that_do_not_exist_are_refused),
        cmocka_unit_test(the_configuration_has_the_returned_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
