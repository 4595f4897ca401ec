// SPDX-License-Identifier: MIT
/* Every cause of a failure that the library explains: the error, OpenOCD's line, and the hint. */
#include "aux.h"

#include "fake_server.h"

#define HALT "ocd halt"

/* A call that has to fail with this code, this line of OpenOCD's, and this hint. */
#define fails_because(session, code, reason, hint, call)                                           \
    (rig_fails((session), (code), (call)), check((session), (reason), (hint), #call))

static void check(const struct ocd_session *s, const char *reason, const char *hint,
                  const char *call)
{
    const struct ocd_error *e = ocd_last_error(s);

    if (strstr(e->reason, reason) == NULL ||
        (hint[0] != '\0' ? strstr(e->hint, hint) == NULL : e->hint[0] != '\0'))
        fail_msg("%s\n%s\nreason '%s', not '%s'\nhint '%s', not '%s'\nOpenOCD's words:\n%s", call,
                 e->text, e->reason, reason, e->hint, hint, e->message);
}

/* With the chip of this name, unless the test runs on it anyway. */
static struct rig *start(const char *chip, const struct rig_options *options)
{
    setenv("OCD_TEST_CHIP", chip, 1);
    struct rig *rig = rig_start(options);
    unsetenv("OCD_TEST_CHIP");
    return rig;
}

static void accesses(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    static uint8_t data[8192];
    uint32_t words[8] = {0};
    uint64_t wide;

    fails_because(s, OCD_ERR_TARGET, "failed to read memory", "is there memory",
                  ocd_read_u32(s, RIG_NOWHERE, words, 1));
    fails_because(s, OCD_ERR_TARGET, "", "is there memory",
                  ocd_read_bytes(s, RIG_NOWHERE, data, sizeof(data)));
    fails_because(s, OCD_ERR_TARGET, "", "the access width, 4 bytes",
                  ocd_read_u32(s, RIG_RAM + 1, words, 1));
    fails_because(s, OCD_ERR_TARGET, "",
                  "the access width, 4 bytes" /* after 64 bits were refused */,
                  ocd_read_u64(s, RIG_NOWHERE + 2, &wide, 1));
    struct ocd_item item = {.addr = RIG_RAM + 2, .width = 32, .count = 1, .values = words};
    fails_because(s, OCD_ERR_TARGET, "", "the access width, 4 bytes",
                  ocd_read_many(s, &item, 1, 0));
    fails_because(s, OCD_ERR_TARGET, "",
                  "flash bank 0 starts at or before this address: 'ocd load' programs",
                  ocd_write_u32(s, SIM_FLASH_BASE + 64, words, 1));
    fails_because(s, OCD_ERR_TARGET, "",
                  "flash bank 0 starts at or before this address: 'ocd load' programs",
                  ocd_write_bytes(s, SIM_FLASH_BASE + 64, data, sizeof(data)));
}

static void a_protected_flash(void **state)
{
    struct rig *rig = start("cortex-m3", NULL);
    static uint8_t data[8192];
    uint32_t word;

    (void)state;
    assert_int_equal(sim_protect(rig->sim), 0);
    fails_because(rig->session, OCD_ERR_TARGET, "",
                  "flash bank 0 starts at or before this address: is it read-protected",
                  ocd_read_u32(rig->session, SIM_FLASH_BASE, &word, 1));
    fails_because(rig->session, OCD_ERR_TARGET, "",
                  "flash bank 0 starts at or before this address: is it read-protected",
                  ocd_read_bytes(rig->session, SIM_FLASH_BASE, data, sizeof(data)));
    rig_ok(rig->session, ocd_halt(rig->session));
    fails_because(rig->session, OCD_ERR_COMMAND, "device protected", "the unlock command",
                  ocd_erase(rig->session, SIM_FLASH_BASE, 1024, NULL));
    rig_stop(rig);
}

/* OpenOCD asks the chip for its flash at the first use, and gives no reason. */
static void a_flash_bank_that_is_not_found(void **state)
{
    struct rig *rig = start("cortex-m3", NULL);
    struct ocd_session *s = rig->session;

    (void)state;
    assert_int_equal(sim_set_sleep(rig->sim, SIM_SLEEP_FAULTS), 0);
    fails_because(s, OCD_ERR_NOT_HALTED, "its state is running, and flash bank 0", HALT,
                  ocd_erase(s, SIM_FLASH_BASE, 1024, NULL));
    assert_int_equal(sim_set_power(rig->sim, false), 0);
    fails_because(s, OCD_ERR_NO_ANSWER, "", "power", ocd_erase(s, SIM_FLASH_BASE, 1024, NULL));
    sim_set_link(rig->sim, SIM_LINK_DOWN);
    fails_because(s, OCD_ERR_PROBE, "", "plug the probe in",
                  ocd_erase(s, SIM_FLASH_BASE, 1024, NULL));
    rig_stop(rig);
}

static void breakpoints_and_watchpoints(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    struct ocd_watchpoint w = {.addr = RIG_RAM, .length = 4, .access = OCD_WATCHPOINT_WRITE};

    rig_ok(s, ocd_halt(s));
    for (uint32_t i = 0; i < 6; i++)
        rig_ok(s, ocd_set_breakpoint(s, SIM_FLASH_BASE + 0x200 + 4 * i, 2, OCD_BREAKPOINT_HARD));
    fails_because(s, OCD_ERR_COMMAND, "can't add breakpoint: resource not available",
                  "no free hardware breakpoint",
                  ocd_set_breakpoint(s, SIM_FLASH_BASE + 0x300, 2, OCD_BREAKPOINT_HARD));
    fails_because(s, OCD_ERR_COMMAND, "Duplicate Breakpoint", "'ocd bp'",
                  ocd_set_breakpoint(s, SIM_FLASH_BASE + 0x200, 2, OCD_BREAKPOINT_HARD));
    rig_ok(s, ocd_remove_breakpoints(s));
    fails_because(s, OCD_ERR_COMMAND, "can't add breakpoint: unknown reason",
                  "'ocd bp ADDR --hard'",
                  ocd_set_breakpoint(s, SIM_FLASH_BASE + 0x200, 2, OCD_BREAKPOINT_SOFT));
    fails_because(s, OCD_ERR_COMMAND, "cannot handle HW breakpoint", "'ocd bp ADDR --soft'",
                  ocd_set_breakpoint(s, RIG_RAM, 2, OCD_BREAKPOINT_HARD));
    fails_because(s, OCD_ERR_COMMAND, "no breakpoint at address", "'ocd bp'",
                  ocd_remove_breakpoint(s, SIM_FLASH_BASE));

    w.length = 3;
    fails_because(s, OCD_ERR_COMMAND, "resource not available", "1, 2, 4, 8",
                  ocd_set_watchpoint(s, &w));
    w = (struct ocd_watchpoint){.addr = RIG_RAM + 2, .length = 4, .access = OCD_WATCHPOINT_READ};
    fails_because(s, OCD_ERR_COMMAND, "resource not available", "1, 2, 4, 8",
                  ocd_set_watchpoint(s, &w));
    w = (struct ocd_watchpoint){.addr = RIG_RAM,
                                .length = 4,
                                .access = OCD_WATCHPOINT_READ,
                                .match_value = true,
                                .ignore = 1};
    fails_because(s, OCD_ERR_COMMAND, "resource not available", "cannot compare a value",
                  ocd_set_watchpoint(s, &w));
    w = (struct ocd_watchpoint){.addr = RIG_RAM, .length = 4, .access = OCD_WATCHPOINT_READ};
    for (int i = 0; i < 4; i++, w.addr += 4)
        rig_ok(s, ocd_set_watchpoint(s, &w));
    fails_because(s, OCD_ERR_COMMAND, "resource not available", "no free watchpoint",
                  ocd_set_watchpoint(s, &w));
    rig_ok(s, ocd_remove_watchpoints(s));
    fails_because(s, OCD_ERR_COMMAND, "no watchpoint at address", "'ocd wp'",
                  ocd_remove_watchpoint(s, RIG_RAM));
    rig_ok(s, ocd_resume(s));
}

static void commands(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    struct ocd_register *registers;
    size_t count;
    const char *const names[] = {"nosuch"};

    fails_because(s, OCD_ERR_COMMAND, "invalid command name", "'ocd cmd help'",
                  ocd_command(s, "nosuch", NULL));
    fails_because(s, OCD_ERR_COMMAND, "boo", "", ocd_command(s, "error boo", NULL));
    fails_because(s, OCD_ERR_NOT_HALTED, "its state is running", HALT, ocd_step(s));
    fails_because(s, OCD_ERR_NO_TARGET, "no target is named 'nosuch'", "'ocd info'",
                  ocd_wait(ocd_read_u32_async(s, RIG_RAM, &(uint32_t){0}, 1,
                                              &(struct ocd_call){.target = "nosuch"})));
    rig_ok(s, ocd_halt(s));
    fails_because(s, OCD_ERR_NO_REGISTER, "nosuch not found", "'ocd reg --all'",
                  ocd_read_registers(s, names, 1, &registers, &count));
    rig_ok(s, ocd_resume(s));
}

/* No words about memory where none was accessed. */
static void an_absent_target_or_probe(void **state)
{
    struct rig *rig = start("cortex-m3", NULL);
    struct ocd_session *s = rig->session;
    enum ocd_target_state is;
    uint64_t value;
    uint32_t word;

    (void)state;
    assert_int_equal(sim_set_sleep(rig->sim, SIM_SLEEP_FAULTS), 0);
    fails_because(s, OCD_ERR_ASLEEP, "", HALT, ocd_read_u32(s, RIG_RAM, &word, 1));
    assert_int_equal(sim_set_power(rig->sim, false), 0);
    fails_because(s, OCD_ERR_NO_ANSWER, "", "power", ocd_read_u32(s, RIG_RAM, &word, 1));
    fails_because(s, OCD_ERR_NO_ANSWER, "", "power", ocd_state(s, &is));
    fails_because(s, OCD_ERR_NO_ANSWER, "", "power", ocd_halt(s));
    fails_because(s, OCD_ERR_NO_ANSWER, "", "power", ocd_read_register(s, "pc", &value));
    sim_set_link(rig->sim, SIM_LINK_DOWN);
    fails_because(s, OCD_ERR_PROBE, "USB CMD", "plug the probe in",
                  ocd_read_u32(s, RIG_RAM, &word, 1));
    fails_because(s, OCD_ERR_PROBE, "USB CMD", "plug the probe in", ocd_state(s, &is));
    rig_stop(rig);
}

static void a_target_that_is_not_examined(void **state)
{
    struct rig *rig = start("cortex-m3", &(struct rig_options){.sim = {.no_core = {true}}});
    struct ocd_session *s = rig->session;
    struct ocd_register *registers;
    size_t count;
    enum ocd_target_state is;
    uint32_t word;

    (void)state;
    fails_because(s, OCD_ERR_NOT_EXAMINED, "", "arp_examine", ocd_read_u32(s, RIG_RAM, &word, 1));
    fails_because(s, OCD_ERR_NOT_EXAMINED, "", "arp_examine", ocd_state(s, &is));
    fails_because(s, OCD_ERR_NOT_EXAMINED, "", "arp_examine", ocd_registers(s, &registers, &count));
    assert_null(strstr(ocd_last_error(s)->message, "====="));
    rig_stop(rig);
}

static void a_riscv(void **state)
{
    struct rig *rig = start("riscv32", NULL);
    struct ocd_session *s = rig->session;
    uint32_t word;

    (void)state;
    fails_because(s, OCD_ERR_NOT_HALTED, "its state is running", HALT,
                  ocd_set_breakpoint(s, SIM_FLASH_BASE + 0x200, 2, OCD_BREAKPOINT_HARD));
    rig_ok(s, ocd_halt(s));
    fails_because(s, OCD_ERR_TARGET, "progbuf=disabled, sysbus=failed", "riscv set_mem_access",
                  ocd_read_u32(s, RIG_NOWHERE, &word, 1));
    rig_ok(s, ocd_command(s, "riscv set_mem_access sysbus progbuf abstract", NULL));
    fails_because(s, OCD_ERR_TARGET, "sysbus=failed", "is there memory",
                  ocd_read_u32(s, RIG_NOWHERE, &word, 1));
    fails_because(s, OCD_ERR_COMMAND, "XLEN too short", "use a narrower one",
                  ocd_command(s, "read_memory 0x60000000 64 1", NULL));
    rig_stop(rig);
}

static void a_riscv_without_system_bus_must_be_halted(void **state)
{
    struct rig *rig = start("riscv64", &(struct rig_options){.sim = {.no_sysbus = true}});
    uint32_t word;

    (void)state;
    rig_ok(rig->session, ocd_command(rig->session, "riscv set_mem_access progbuf", NULL));
    fails_because(rig->session, OCD_ERR_NOT_HALTED, "target not halted", HALT,
                  ocd_read_u32(rig->session, RIG_RAM, &word, 1));
    rig_stop(rig);
}

/* OpenOCD has a target whose TAP is not in the scan chain. */
static void a_disabled_tap(void **state)
{
    struct rig *rig =
        start("riscv64",
              &(struct rig_options){.commands =
                                        "jtag newtap off cpu -irlen 4 -disable; target create "
                                        "off.cpu riscv -chain-position off.cpu; targets " RIG_CPU});
    struct ocd_session *s = rig->session;
    struct ocd_call call = {.target = "off.cpu"};
    struct ocd_register *registers;
    enum ocd_target_state is;
    size_t count;
    uint32_t word;

    (void)state;
    fails_because(s, OCD_ERR_NOT_EXAMINED, "TAP is disabled", "jtag tapenable",
                  ocd_wait(ocd_read_u32_async(s, RIG_RAM, &word, 1, &call)));
    fails_because(s, OCD_ERR_NOT_EXAMINED, "TAP is disabled", "jtag tapenable",
                  ocd_wait(ocd_state_async(s, &is, &call)));
    fails_because(s, OCD_ERR_NOT_EXAMINED, "is disabled", "jtag tapenable",
                  ocd_wait(ocd_halt_async(s, &call)));
    fails_because(s, OCD_ERR_NOT_EXAMINED, "is disabled", "jtag tapenable",
                  ocd_wait(ocd_registers_async(s, &registers, &count, &call)));
    rig_stop(rig);
}

static void a_server_before_init(void **state)
{
    struct rig *rig = start("cortex-m3", &(struct rig_options){.commands = "noinit"});
    struct ocd_session *s = rig->session;
    struct ocd_target *targets;
    enum ocd_target_state is;
    size_t count;
    uint32_t word;

    (void)state;
    fails_because(s, OCD_ERR_NOT_EXAMINED, "init", "'ocd cmd init'", ocd_state(s, &is));
    fails_because(s, OCD_ERR_NOT_EXAMINED, "init", "'ocd cmd init'", ocd_halt(s));
    fails_because(s, OCD_ERR_NOT_EXAMINED, "init", "'ocd cmd init'",
                  ocd_read_u32(s, RIG_RAM, &word, 1));
    rig_ok(s, ocd_targets(s, &targets, &count));
    assert_int_equal(count, 1);
    assert_string_equal(targets[0].name, RIG_CPU);
    assert_string_equal(targets[0].type, "cortex_m");
    assert_string_equal(targets[0].state, "unknown");
    ocd_free(targets);
    rig_ok(s, ocd_command(s, "init", NULL));
    rig_ok(s, ocd_read_u32(s, RIG_RAM, &word, 1));
    rig_stop(rig);
}

/* What no simulated chip says. */
static void words_of_other_adapters_and_targets(void **state)
{
    static const struct {
        int status;
        const char *log;
        int code;
        const char *reason, *hint;
    } cases[] = {
        {1, "libusb_bulk_write error: LIBUSB_ERROR_NO_DEVICE", OCD_ERR_PROBE, "LIBUSB", "plug"},
        {1, "remote_bitbang: read returned EOF", OCD_ERR_PROBE, "remote_bitbang", "plug"},
        {1, "CMSIS-DAP command mismatch", OCD_ERR_PROBE, "CMSIS-DAP", "plug"},
        {1, "jaylink_jtag_io() failed", OCD_ERR_PROBE, "jaylink_", "plug"},
        {1, "dmi_scan failed", OCD_ERR_NO_ANSWER, "dmi_scan", "power"},
        {1, "OpenOCD only supports Debug Module version 2 (0.13) and 3 (1.0), not 0",
         OCD_ERR_NO_ANSWER, "Debug Module", "power"},
        {1, "Unsupported: OpenOCD only supports DTM version 1, not 15", OCD_ERR_NO_ANSWER,
         "DTM version", "power"},
        {-304, "", OCD_ERR_NOT_HALTED, "target not halted", HALT},
        {-306, "", OCD_ERR_TARGET, "unaligned access", "multiple of the access width"},
        {-309, "", OCD_ERR_TARGET, "translation fault", "--phys"},
        {1, "Size 8 not supported", OCD_ERR_TARGET, "Size 8", "narrower"},
        {1, "[x] Failed to read memory (addr=0x20000000)\n  progbuf=skipped (xlen too short)",
         OCD_ERR_TARGET, "xlen too short", "narrower"},
        {1, "[x] Failed to read priv register.", OCD_ERR_NOT_HALTED, "priv register", HALT},
        {1, "not enough working area available(requested 128)", OCD_ERR_TARGET, "not enough",
         "-work-area-size"},
        {1, "a reason that nobody knows", OCD_ERR_TARGET, "a reason", "is there memory"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fake *f = fake_start(NULL);
        struct ocd_session *s;
        uint32_t word;
        assert_non_null(f);
        rig_ok(s, ocd_connect(&s, &(struct ocd_options){.host = "127.0.0.1",
                                                        .port = fake_port(f),
                                                        .timeout_ms = RIG_TIMEOUT_MS}));
        fake_inject(f, &(struct fake_fault){.kind = FAKE_REFUSE,
                                            .match = "read_memory 0x20000000",
                                            .at = (uint64_t)(int64_t)cases[i].status,
                                            .text = cases[i].log});
        fails_because(s, cases[i].code, cases[i].reason, cases[i].hint,
                      ocd_read_u32(s, 0x20000000, &word, 1));
        ocd_close(s);
        fake_stop(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accesses),
        cmocka_unit_test(breakpoints_and_watchpoints),
        cmocka_unit_test(commands),
        cmocka_unit_test(a_protected_flash),
        cmocka_unit_test(a_flash_bank_that_is_not_found),
        cmocka_unit_test(an_absent_target_or_probe),
        cmocka_unit_test(a_target_that_is_not_examined),
        cmocka_unit_test(a_riscv),
        cmocka_unit_test(a_riscv_without_system_bus_must_be_halted),
        cmocka_unit_test(a_disabled_tap),
        cmocka_unit_test(a_server_before_init),
        cmocka_unit_test(words_of_other_adapters_and_targets),
    };

    return cmocka_run_group_tests_name("causes", tests, aux_start, aux_stop);
}
