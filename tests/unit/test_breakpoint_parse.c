// SPDX-License-Identifier: MIT
/* What `bp` and `wp` print, of OpenOCD 0.12 and later. */
#include "support.h"

#include "target/breakpoint_parse.h"

static struct ocd_view view(const char *text)
{
    return (struct ocd_view){exact_copy(text, strlen(text)), strlen(text)};
}

static void assert_breakpoint(struct ocd_view *text, enum ocd_breakpoint_kind kind, uint64_t addr,
                              uint32_t length, uint32_t asid, unsigned number)
{
    struct ocd_breakpoint b;

    assert_int_equal(ocd__breakpoint_parse(text, &b), 1);
    assert_int_equal(b.kind, kind);
    assert_int_equal(b.addr, addr);
    assert_int_equal(b.length, length);
    assert_int_equal(b.asid, asid);
    assert_int_equal(b.number, number);
}

static void breakpoints_of_0_12_are_read(void **state)
{
    struct ocd_view text = view("Breakpoint(IVA): 0x08000200, 0x2, 3\n"
                                "IVA breakpoint: 0x20000100, 0x2, 0x00\n"
                                "Context breakpoint: 0x00000012, 0x4, 1\n"
                                "Hybrid breakpoint(IVA): 0xffffffff00001000, 0x4, 2\n"
                                "\t|--->linked with ContextID: 0x00000034\n"
                                "Breakpoint(IVA): 0x00000000, 0x4, 0\n");
    struct ocd_view rest = text;
    struct ocd_breakpoint b;

    (void)state;
    assert_breakpoint(&rest, OCD_BREAKPOINT_HARD, 0x08000200, 2, 0, 3);
    assert_breakpoint(&rest, OCD_BREAKPOINT_SOFT, 0x20000100, 2, 0, 0);
    assert_breakpoint(&rest, OCD_BREAKPOINT_CONTEXT, 0, 4, 0x12, 1);
    assert_breakpoint(&rest, OCD_BREAKPOINT_HYBRID, UINT64_C(0xffffffff00001000), 4, 0x34, 2);
    assert_breakpoint(&rest, OCD_BREAKPOINT_HARD, 0, 4, 0, 0);
    assert_int_equal(ocd__breakpoint_parse(&rest, &b), 0);
    free(text.data);
}

static void breakpoints_of_later_ones_are_read(void **state)
{
    struct ocd_view text =
        view("Hardware breakpoint(IVA): addr=0x08000200, len=0x2, num=3\n"
             "Software breakpoint(IVA): addr=0x20000100, len=0x4, orig_instr=0x00000000\n"
             "Context breakpoint: asid=0x00000012, len=0x4, num=1\n"
             "Hybrid breakpoint(IVA): addr=0x00001000, len=0x4, num=2\n"
             "\t|--->linked with ContextID: 0x00000034");
    struct ocd_view rest = text;
    struct ocd_breakpoint b;

    (void)state;
    assert_breakpoint(&rest, OCD_BREAKPOINT_HARD, 0x08000200, 2, 0, 3);
    assert_breakpoint(&rest, OCD_BREAKPOINT_SOFT, 0x20000100, 4, 0, 0);
    assert_breakpoint(&rest, OCD_BREAKPOINT_CONTEXT, 0, 4, 0x12, 1);
    assert_breakpoint(&rest, OCD_BREAKPOINT_HYBRID, 0x1000, 4, 0x34, 2);
    assert_int_equal(ocd__breakpoint_parse(&rest, &b), 0);
    free(text.data);
}

static void assert_watchpoint(struct ocd_view *text, uint64_t addr, uint32_t length,
                              enum ocd_watchpoint_access access, bool match, uint64_t value,
                              uint64_t ignore)
{
    struct ocd_watchpoint w;

    assert_int_equal(ocd__watchpoint_parse(text, &w), 1);
    assert_int_equal(w.addr, addr);
    assert_int_equal(w.length, length);
    assert_int_equal(w.access, access);
    assert_int_equal(w.match_value, match);
    assert_int_equal(w.value, value);
    assert_int_equal(w.ignore, ignore);
}

static void watchpoints_are_read(void **state)
{
    struct ocd_view text =
        view("address: 0x20000000, len: 0x00000004, r/w/a: 0, value: 0x00000000, "
             "mask: 0xffffffff\n"
             "address: 0x20000004, len: 0x00000001, r/w/a: 1, value: 0x00000012, "
             "mask: 0xffffff00\n"
             "address: 0x20000008, len: 0x00000008, r/w/a: 2, value: 0x00000000, "
             "mask: 0x00000000\n"
             "address: 0x20000000, len: 0x00000004, r/w/a: r, value: 0x00000000, "
             "mask: 0xffffffffffffffff\n"
             "address: 0xffffff8000000000, len: 0x00000004, r/w/a: w, value: 0x123456789a, "
             "mask: 0xffffffff\n"
             "address: 0x20000000, len: 0x00000004, r/w/a: a, value: 0x00000005, "
             "mask: 0x00000000");
    struct ocd_view rest = text;
    struct ocd_watchpoint w;

    (void)state;
    assert_watchpoint(&rest, 0x20000000, 4, OCD_WATCHPOINT_READ, false, 0, 0);
    assert_watchpoint(&rest, 0x20000004, 1, OCD_WATCHPOINT_WRITE, true, 0x12, 0xffffff00);
    assert_watchpoint(&rest, 0x20000008, 8, OCD_WATCHPOINT_ACCESS, true, 0, 0);
    assert_watchpoint(&rest, 0x20000000, 4, OCD_WATCHPOINT_READ, false, 0, 0);
    assert_watchpoint(&rest, UINT64_C(0xffffff8000000000), 4, OCD_WATCHPOINT_WRITE, true,
                      UINT64_C(0x123456789a), 0xffffffff);
    assert_watchpoint(&rest, 0x20000000, 4, OCD_WATCHPOINT_ACCESS, true, 5, 0);
    assert_int_equal(ocd__watchpoint_parse(&rest, &w), 0);
    free(text.data);
}

static void empty_lists_are_empty(void **state)
{
    struct ocd_view text = view("\n\n");
    struct ocd_view rest = text, nothing = {NULL, 0};
    struct ocd_breakpoint b;
    struct ocd_watchpoint w;

    (void)state;
    assert_int_equal(ocd__breakpoint_parse(&rest, &b), 0);
    assert_int_equal(ocd__watchpoint_parse(&rest, &w), 0);
    assert_int_equal(ocd__breakpoint_parse(&nothing, &b), 0);
    assert_int_equal(ocd__watchpoint_parse(&nothing, &w), 0);
    free(text.data);
}

static void other_lines_are_malformed(void **state)
{
    static const char *const breakpoints[] = {
        "Breakpoint(IVA): 0x08000200, 0x2",
        "Breakpoint(IVA): , 0x2, 0",
        "Breakpoint(IVA): 0x08000200, 0x200000000, 0",
        "Breakpoint(IVA): 0x10000000000000000, 0x2, 0",
        "Breakpoint(IVA): 0x08000200; 0x2, 0",
        "Breakpoint(IVA): 0x08000200, 0x2, 0 x",
        "Breakpoint at 0x08000200",
        "Context breakpoint: 0x100000000, 0x4, 1",
        "Hybrid breakpoint(IVA): 0x00001000, 0x4, 2",
        "Hybrid breakpoint(IVA): 0x00001000, 0x4, 2\nBreakpoint(IVA): 0x08000200, 0x2, 0",
        "\t|--->linked with ContextID: 0x00000034",
    };
    static const char *const watchpoints[] = {
        "address: 0x20000000",
        "address: 0x20000000, len: 0x4, r/w/a: 3, value: 0x0, mask: 0x0",
        "address: 0x20000000, len: 0x4, r/w/a: , value: 0x0, mask: 0x0",
        "address: 0x20000000, len: 0x4, r/w/a: 0, value: 0x0",
        "address: 0x20000000, len: 0x4, r/w/a: 0, value: 0x0, mask: 0x0 more",
        "address: zz, len: 0x4, r/w/a: 0, value: 0x0, mask: 0x0",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(breakpoints); i++) {
        struct ocd_view text = view(breakpoints[i]), rest = text;
        struct ocd_breakpoint b;
        if (ocd__breakpoint_parse(&rest, &b) != OCD_ERR_PROTOCOL)
            fail_msg("'%s' is taken for a breakpoint", breakpoints[i]);
        free(text.data);
    }
    for (size_t i = 0; i < COUNT_OF(watchpoints); i++) {
        struct ocd_view text = view(watchpoints[i]), rest = text;
        struct ocd_watchpoint w;
        if (ocd__watchpoint_parse(&rest, &w) != OCD_ERR_PROTOCOL)
            fail_msg("'%s' is taken for a watchpoint", watchpoints[i]);
        free(text.data);
    }
}

static void mutated_lists_end(void **state)
{
    static const char text[] = "Hybrid breakpoint(IVA): addr=0x00001000, len=0x4, num=2\n"
                               "\t|--->linked with ContextID: 0x00000034\n"
                               "Breakpoint(IVA): 0x08000200, 0x2, 0\n"
                               "address: 0x20000000, len: 0x4, r/w/a: 0, value: 0x0, mask: 0x0\n";
    uint64_t random = 7;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        size_t size = random_below(&random, sizeof(text));
        char *copy = exact_copy(text, size);
        for (size_t n = random_below(&random, 4); size > 0 && n > 0; n--)
            copy[random_below(&random, size)] = (char)random_u64(&random);
        struct ocd_view first = {copy, size}, second = first;
        struct ocd_breakpoint b;
        struct ocd_watchpoint w;
        while (ocd__breakpoint_parse(&first, &b) == 1)
            ;
        while (ocd__watchpoint_parse(&second, &w) == 1)
            ;
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(breakpoints_of_0_12_are_read),
        cmocka_unit_test(breakpoints_of_later_ones_are_read),
        cmocka_unit_test(watchpoints_are_read),
        cmocka_unit_test(empty_lists_are_empty),
        cmocka_unit_test(other_lines_are_malformed),
        cmocka_unit_test(mutated_lists_end),
    };

    return cmocka_run_group_tests_name("breakpoint_parse", tests, NULL, NULL);
}
