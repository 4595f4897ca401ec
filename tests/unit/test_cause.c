// SPDX-License-Identifier: MIT
/* Which line of OpenOCD's answer is shown, and which hint. */
#include "base/cause.h"

#include <inttypes.h>

#include "ocd.h"
#include "support.h"

static struct ocd_view view(const char *text)
{
    return (struct ocd_view){(char *)text, strlen(text)};
}

static void assert_line(const char *words, const char *expected)
{
    struct ocd_view line = ocd__cause_line(view(words));

    if (!ocd__view_is(line, expected))
        fail_msg("'%.*s', not '%s', of '%s'", (int)line.size, line.data, expected, words);
}

static void the_line_with_the_cause_is_shown(void **state)
{
    (void)state;
    assert_line("", "");
    assert_line("read_memory: failed to read memory", "read_memory: failed to read memory");
    assert_line(
        "read_memory: failed to read memory\nlibusb_bulk_read error: LIBUSB_ERROR_NO_DEVICE",
        "libusb_bulk_read error: LIBUSB_ERROR_NO_DEVICE");
    assert_line("Found 4 triggers\ncan't add breakpoint: resource not available",
                "can't add breakpoint: resource not available");
    assert_line("read_memory: failed to read memory\n"
                "Target x.cpu: Failed to read memory (addr=0x60000000)\r\n"
                "  progbuf=disabled, sysbus=failed, abstract=disabled\r\n"
                "read_memory: read at 0x60000000 with width=32 and count=1 failed",
                "progbuf=disabled, sysbus=failed, abstract=disabled");
    assert_line("Failed to read memory at 0xe000edf4\n\n   a reason that nobody knows\nmore",
                "a reason that nobody knows");
    assert_line("clearing lockup after double fault\nboo", "boo");
}

static void assert_hint(int code, enum ocd_fact fact, const char *words, const char *expected)
{
    const char *hint = ocd__cause_hint(code, fact, view(words));

    if (expected == NULL ? hint != NULL : hint == NULL || strstr(hint, expected) == NULL)
        fail_msg("%s, fact %d, '%s': '%s', not '%s'", ocd_err_name(code), (int)fact, words,
                 hint != NULL ? hint : "(none)", expected != NULL ? expected : "(none)");
}

static void cause_from_the_operation_has_priority_over_words(void **state)
{
    const char *words = "progbuf=disabled, sysbus=failed";

    (void)state;
    assert_hint(OCD_ERR_TARGET, OCD_FACT_UNALIGNED, words, "multiple of the access width");
    assert_hint(OCD_ERR_TARGET, OCD_FACT_FLASH_WRITE, words, "'ocd load' programs flash");
    assert_hint(OCD_ERR_TARGET, OCD_FACT_FLASH_READ, words, "read-protected");
    assert_hint(OCD_ERR_TARGET, OCD_FACT_MEMORY, words, "riscv set_mem_access");
    assert_hint(OCD_ERR_TARGET, OCD_FACT_MEMORY, "failed to read memory", "is there memory");
    assert_hint(OCD_ERR_NOT_HALTED, OCD_FACT_UNALIGNED, words, "ocd halt");
    assert_hint(OCD_ERR_NOT_HALTED, OCD_FACT_UNALIGNED, "", "ocd halt");
}

static void hint_mentions_memory_only_after_an_access(void **state)
{
    (void)state;
    assert_hint(OCD_ERR_TARGET, OCD_FACT_NONE, "nothing was stepped", NULL);
    assert_hint(OCD_ERR_COMMAND, OCD_FACT_NONE, "failed to read memory", NULL);
}

static void openocds_words_are_used_only_for_its_errors(void **state)
{
    (void)state;
    assert_hint(OCD_ERR_FILE, OCD_FACT_NONE, "LIBUSB", NULL);
    assert_hint(OCD_ERR_ARG, OCD_FACT_NONE, "invalid command name", NULL);
    assert_hint(OCD_ERR_PROCESS, OCD_FACT_NONE, "Error: open failed", "plugged in");
    assert_hint(OCD_ERR_PROCESS, OCD_FACT_NONE, "no such file", "arguments");
    assert_hint(OCD_ERR_COMMAND, OCD_FACT_NONE, "its limit, ulimit -f, is 8192 bytes", "unlimited");
}

static void absent_target_is_found_by_openocds_words(void **state)
{
    (void)state;
    assert_int_equal(ocd__cause_code(view("Error: failed to send USB CMD")), OCD_ERR_PROBE);
    assert_int_equal(ocd__cause_code(view("Fail reading CTRL/STAT register.")), OCD_ERR_NO_ANSWER);
    assert_int_equal(ocd__cause_code(view("[TAP is disabled]")), OCD_ERR_NOT_EXAMINED);
    assert_int_equal(ocd__cause_code(view("can't add breakpoint: resource not available")), OCD_OK);
    assert_int_equal(ocd__cause_code(view("")), OCD_OK);
}

static void assert_address(const char *words, uint64_t addr, uint64_t size, uint64_t expected)
{
    uint64_t at = 0;

    if (!ocd__cause_address(view(words), addr, size, &at))
        at = 0;
    if (at != expected)
        fail_msg("0x%" PRIx64 ", not 0x%" PRIx64 ", of '%s'", at, expected, words);
}

/* OpenOCD logs the address register of the access port, which may be that of an earlier access. */
static void an_address_outside_the_access_is_ignored(void **state)
{
    static const char both[] = "Failed to read memory at 0xe000edf4\n"
                               "Failed to read memory at 0x40008010\n"
                               "read_memory: read at 0x40008000 with width=32 and count=8 failed";

    (void)state;
    assert_address(both, 0x40008000, 32, 0x40008010);
    assert_address(both, 0x40008000, 16, 0);
    assert_address("Failed to write memory at 0x20000004", 0x20000000, 8, 0x20000004);
    assert_address("Target x: Failed to read memory (addr=0x80000004)", 0x80000000, 8, 0x80000004);
    assert_address("Failed to read memory at 0xfffffffffffffffc", UINT64_MAX - 7, 8,
                   UINT64_MAX - 3);
    assert_address("", 0, 8, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_with_the_cause_is_shown),
        cmocka_unit_test(cause_from_the_operation_has_priority_over_words),
        cmocka_unit_test(hint_mentions_memory_only_after_an_access),
        cmocka_unit_test(openocds_words_are_used_only_for_its_errors),
        cmocka_unit_test(absent_target_is_found_by_openocds_words),
        cmocka_unit_test(an_address_outside_the_access_is_ignored),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
