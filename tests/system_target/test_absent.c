// SPDX-License-Identifier: MIT
/* An address that cannot be read, and a target or probe that is not there. */
#include "rig.h"

#define SIZE 8192u

enum absence {
    ASLEEP,
    UNPOWERED,
    UNPLUGGED,
    ABSENCES
};

static const int codes[ABSENCES] = {OCD_ERR_ASLEEP, OCD_ERR_NO_ANSWER, OCD_ERR_PROBE};

static void set(struct rig *rig, enum absence what, bool on)
{
    switch (what) {
    case ASLEEP:
        assert_int_equal(sim_set_sleep(rig->sim, on ? SIM_SLEEP_FAULTS : SIM_AWAKE), 0);
        break;
    case UNPOWERED:
        assert_int_equal(sim_set_power(rig->sim, !on), 0);
        break;
    default:
        sim_set_link(rig->sim, on ? SIM_LINK_DOWN : SIM_LINK_UP);
        break;
    }
}

static void count_unreadable(uint64_t addr, uint64_t size, void *user)
{
    (void)addr;
    *(uint64_t *)user += size;
}

static void each_kind_of_absence_has_its_own_code(void **state)
{
    (void)state;
    for (enum absence what = 0; what < ABSENCES; what++) {
        struct rig *rig = rig_start(NULL);
        struct ocd_session *s = rig->session;
        static uint8_t data[SIZE];
        uint32_t word = 1;
        struct ocd_item item = {.addr = RIG_RAM, .width = 32, .count = 1, .values = &word};
        set(rig, what, true);
        rig_fails(s, codes[what], ocd_read_u32(s, RIG_RAM, &word, 1));
        rig_fails(s, codes[what], ocd_read_bytes(s, RIG_RAM, data, SIZE));
        rig_fails(s, codes[what], ocd_write_u32(s, RIG_RAM, &word, 1));
        rig_fails(s, codes[what], ocd_write_bytes(s, RIG_RAM, data, SIZE));
        rig_fails(s, codes[what], ocd_read_many(s, &item, 1, 0));
        assert_int_equal(item.result, codes[what]);
        rig_stop(rig);
    }
}

static void skipping_never_hides_an_absent_target(void **state)
{
    (void)state;
    for (enum absence what = 0; what < ABSENCES; what++) {
        struct rig *rig = rig_start(NULL);
        static uint8_t data[SIZE];
        uint64_t bad = 0;
        const struct ocd_call call = {
            .flags = OCD_READ_SKIP_UNREADABLE, .unreadable = count_unreadable, .user = &bad};
        set(rig, what, true);
        rig_fails(rig->session, codes[what],
                  ocd_wait(ocd_read_bytes_async(rig->session, RIG_RAM, data, SIZE, &call)));
        assert_int_equal(bad, 0);
        rig_stop(rig);
    }
}

static void an_unreadable_address_is_not_reported_as_absence(void **state)
{
    struct rig *rig = rig_start(NULL);
    static uint8_t data[SIZE];
    uint64_t bad = 0;
    const struct ocd_call call = {
        .flags = OCD_READ_SKIP_UNREADABLE, .unreadable = count_unreadable, .user = &bad};

    (void)state;
    assert_int_equal(sim_fault(rig->sim, RIG_RAM + 0x800, 16), 0);
    rig_fails(rig->session, OCD_ERR_TARGET, ocd_read_bytes(rig->session, RIG_RAM, data, SIZE));
    rig_assert_error(ocd_last_error(rig->session), OCD_ERR_TARGET, RIG_RAM + 0x800, 0x800);
    rig_ok(rig->session, ocd_wait(ocd_read_bytes_async(rig->session, RIG_RAM, data, SIZE, &call)));
    assert_int_equal(bad, 16);
    rig_stop(rig);
}

/* OpenOCD 0.12 answers zeros and success for it. */
static void a_riscv_without_power_is_not_read_as_zeros(void **state)
{
    static uint8_t data[SIZE];
    uint32_t word;

    (void)state;
    setenv("OCD_TEST_CHIP", "riscv32", 1);
    struct rig *rig = rig_start(NULL);
    unsetenv("OCD_TEST_CHIP");
    assert_int_equal(sim_set_power(rig->sim, false), 0);
    rig_fails(rig->session, OCD_ERR_NO_ANSWER, ocd_read_u32(rig->session, RIG_RAM, &word, 1));
    rig_fails(rig->session, OCD_ERR_NO_ANSWER,
              ocd_read_bytes(rig->session, RIG_RAM, data, sizeof(data)));
    rig_fails(rig->session, OCD_ERR_NO_ANSWER,
              ocd_write_bytes(rig->session, RIG_RAM, data, sizeof(data)));
    rig_stop(rig);
}

/* Through the program buffer OpenOCD 0.12 reads several unreadable values as zeros. */
static void typed_reads_of_a_riscv_do_not_return_false_zeros(void **state)
{
    static const char *const chips[] = {"riscv32", "riscv64"};
    uint64_t values[4];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(chips); i++) {
        setenv("OCD_TEST_CHIP", chips[i], 1);
        struct rig *rig = rig_start(NULL);
        unsetenv("OCD_TEST_CHIP");
        struct ocd_session *s = rig->session;
        rig_ok(s, ocd_halt(s));
        rig_ok(s, ocd_command(s, "riscv set_mem_access progbuf", NULL));
        rig_fails(s, OCD_ERR_TARGET, ocd_read_u64(s, RIG_NOWHERE, values, 1));
        rig_fails(s, OCD_ERR_TARGET, ocd_read_u64(s, RIG_NOWHERE, values, 4));
        rig_fails(s, OCD_ERR_TARGET, ocd_read_u32(s, RIG_NOWHERE, (uint32_t *)(void *)values, 4));
        rig_ok(s, ocd_read_u32(s, RIG_RAM, (uint32_t *)(void *)values, 4));
        rig_stop(rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_absence_has_its_own_code),
        cmocka_unit_test(skipping_never_hides_an_absent_target),
        cmocka_unit_test(an_unreadable_address_is_not_reported_as_absence),
        cmocka_unit_test(a_riscv_without_power_is_not_read_as_zeros),
        cmocka_unit_test(typed_reads_of_a_riscv_do_not_return_false_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
