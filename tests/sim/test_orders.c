// SPDX-License-Identifier: MIT
/* The lines of the control protocol, and the calls that they mean. */
#include "support.h"

#include <errno.h>

struct simulation {
    struct sim *sim;
    char answer[400];
};

static int set_up(void **state)
{
    struct simulation *s = calloc(1, sizeof(*s));

    assert_non_null(s);
    assert_int_equal(sim_new(&s->sim, &(struct sim_options){.cores = 2}), 0);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct simulation *s = *state;

    sim_free(s->sim);
    free(s);
    return 0;
}

static void expect_answer(struct simulation *s, const char *line, const char *answer)
{
    int expected = strcmp(answer, "ok") == 0 ? 0 : -EINVAL;

    assert_int_equal(sim_control(s->sim, line, s->answer, sizeof(s->answer)), expected);
    assert_string_equal(s->answer, answer);
}

static void each_order_is_accepted(void **state)
{
    static const char *const lines[] = {
        "sleep on",     "sleep on zeros", "sleep on faults", "sleep off",
        "power off",    "power on",       "protect",         "reset",
        "fault 0:4096", "fault none",     "link frozen",     "fault 0x20000000:0x1000",
        "link down",    "link up",        "latency 500",     "latency 0",
        "core 1 down",  "core 1 up",      "  reset  ",
    };

    for (size_t i = 0; i < COUNT_OF(lines); i++)
        expect_answer(*state, lines[i], "ok");
}

static void errors_are_explained(void **state)
{
    static const struct {
        const char *line;
        const char *answer;
    } cases[] = {
        {"", "error the line is empty"},
        {"sleep", "error expected sleep on zeros, sleep on faults or sleep off"},
        {"sleep on ones", "error expected sleep on zeros, sleep on faults or sleep off"},
        {"sleep off zeros", "error expected sleep on zeros, sleep on faults or sleep off"},
        {"power", "error expected power on or power off"},
        {"power off now", "error expected power on or power off"},
        {"protect me", "error protect takes no argument"},
        {"reset halt", "error reset takes no argument"},
        {"fault", "error expected fault ADDR:SIZE, within 32 bits, or fault none"},
        {"fault 0x20000000", "error expected fault ADDR:SIZE, within 32 bits, or fault none"},
        {"fault 0x20000000:0", "error expected fault ADDR:SIZE, within 32 bits, or fault none"},
        {"fault 0xFFFFFFFF:2", "error expected fault ADDR:SIZE, within 32 bits, or fault none"},
        {"fault 4294967296:1", "error expected fault ADDR:SIZE, within 32 bits, or fault none"},
        {"fault -4:1", "error expected fault ADDR:SIZE, within 32 bits, or fault none"},
        {"link", "error expected link up, link frozen or link down"},
        {"link off", "error expected link up, link frozen or link down"},
        {"latency", "error expected latency US"},
        {"latency 1ms", "error expected latency US"},
        {"core 0", "error expected core N up or core N down"},
        {"core 2 up", "error there is no such core"},
        {"core 0 up please", "error too many words"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect_answer(*state, cases[i].line, cases[i].answer);
}

static void an_unknown_order_is_answered_with_the_known_ones(void **state)
{
    struct simulation *s = *state;

    assert_int_equal(sim_control(s->sim, "explode", s->answer, sizeof(s->answer)), -EINVAL);
    assert_non_null(strstr(s->answer, "error unknown command; known are: sleep on"));
    assert_int_equal(sim_control(s->sim, "explode", s->answer, 10), -EINVAL);
    assert_string_equal(s->answer, "error unk"); /* cut, not overrun */
}

static void a_line_has_its_limit(void **state)
{
    struct simulation *s = *state;
    char line[1000];

    memset(line, 'x', sizeof(line));
    line[sizeof(line) - 1] = '\0';
    expect_answer(s, line, "error the line is too long");
}

static void the_number_of_faults_is_limited(void **state)
{
    for (unsigned i = 0; i < SIM_FAULTS_MAX; i++)
        expect_answer(*state, "fault 0x20000000:4", "ok");
    expect_answer(*state, "fault 0x20000000:4", "error there are 32 faults already");
    expect_answer(*state, "fault none", "ok");
    expect_answer(*state, "fault 0x20000000:4", "ok");
}

static void a_chip_without_power_takes_no_other_order(void **state)
{
    struct simulation *s = *state;

    expect_answer(s, "power off", "ok");
    expect_answer(s, "power off", "ok");
    expect_answer(s, "sleep on", "error the chip has no power");
    expect_answer(s, "reset", "error the chip has no power");
    expect_answer(s, "protect", "error the chip has no power");
    assert_int_equal(sim_set_sleep(s->sim, SIM_SLEEP_ZEROS), -ENODEV);
    assert_int_equal(sim_reset(s->sim), -ENODEV);
    assert_int_equal(sim_protect(s->sim), -ENODEV);
    expect_answer(s, "power on", "ok");
    expect_answer(s, "reset", "ok");
    assert_int_equal(sim_set_sleep(s->sim, (enum sim_sleep)7), -EINVAL);
}

static void power_off_changes_ram_in_both_processes(void **state)
{
    struct simulation *s = *state;
    uint32_t word = 0x12345678;

    assert_true(sim_spawn(s->sim) > 0);
    assert_int_equal(sim_poke(s->sim, SIM_RAM_BASE, &word, sizeof(word)), 0);
    assert_int_equal(sim_set_power(s->sim, false), 0);
    assert_int_equal(sim_peek(s->sim, SIM_RAM_BASE, &word, sizeof(word)), 0);
    assert_int_not_equal(word, 0x12345678);
    assert_int_equal(sim_peek(s->sim, SIM_FLASH_BASE, &word, sizeof(word)), 0);
    swap_little(&word, sizeof(word), 1);
    assert_int_equal(word, 0x20005000);
}

static void reserved_options_must_be_zero(void **state)
{
    char message[100] = "";
    struct sim_options options = {.message = message, .message_size = sizeof(message)};
    struct sim *sim;

    (void)state;
    options.reserved[3] = 1;
    assert_int_equal(sim_new(&sim, &options), -EINVAL);
    assert_null(sim);
    assert_string_equal(message, "reserved fields: must be zero");
    options.reserved[3] = 0;
    options.fault_count = 1;
    options.fault[0] = (struct sim_range){.addr = SIM_RAM_BASE, .size = 4, .reserved = {1}};
    assert_int_equal(sim_new(&sim, &options), -EINVAL);
    assert_string_equal(message, "reserved fields: must be zero");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(each_order_is_accepted),
        TEST(errors_are_explained),
        TEST(an_unknown_order_is_answered_with_the_known_ones),
        TEST(a_line_has_its_limit),
        TEST(the_number_of_faults_is_limited),
        TEST(a_chip_without_power_takes_no_other_order),
        TEST(power_off_changes_ram_in_both_processes),
        TEST(reserved_options_must_be_zero),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
