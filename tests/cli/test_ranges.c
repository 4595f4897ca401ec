// SPDX-License-Identifier: MIT
/* Ranges and addresses as users write them, in every command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "files.h"

static const char text[] = "0123456789abcdef";

static void put_memory(void)
{
    poke(RAM + 0x1000, text, 16);
}

static void each_form_of_a_range_is_the_same(void **state)
{
    static const char *const ranges[] = {"0x20001000 4", "0x20001000 +4", "0x20001000..0x20001004"};
    (void)state;
    for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
        put_memory();
        run(0, "0123", "", "dump %s -", ranges[i]);
        run(0, "0123", "", "read %s -f bin -o -", ranges[i]);
        run(0, "", "", "fill %s 0x2A", ranges[i]);
        memory_holds(RAM + 0x1000, "****456789abcdef", 16);
    }
    put_memory();
    run(0, "0x20001003\n", "", "search 0x20001000 +5 3334");
    run(0, "0x20001003\n", "", "search 0x20001000..0x20001005 3334");
    run(0, "0x20001003\n", "", "search 0x20001000 0x20001005 3334");
    run(1, "", "", "search 0x20001000..0x20001004 3334");
    run(0, "", "", "copy 0x20001000..0x20001004 0x2000100C");
    memory_holds(RAM + 0x1000, "0123456789ab0123", 16);
    run(0, "", "", "copy 0x20001004 0x2000100C +4");
    memory_holds(RAM + 0x1000, "0123456789ab4567", 16);
    run(0, "01234567", "", "dump 0x20001004 4 0x20001000..0x20001004 -");
    run(0, "0x33323130\n0x37363534\n", "", "read 0x20001000..0x20001008 -w 32");
    run(0, "0x33323130\n", "", "read 0x20001000 +4 -w 32");
    run(2, "", "ocd: read: the range is not a multiple of the width; try 'ocd read --help'\n",
        "read 0x20001000 +3 -w 32");
    run(2, "", "ocd: dump: END '0x20000000' is below ADDR; try 'ocd dump --help'\n",
        "dump 0x20001000..0x20000000 -");
    run(0, "", "", "--writable 0x20001000..0x20001010 write 0x2000100C 1");
    run_holds(2, "", "is not inside one of the writable ranges",
              "--writable 0x20001000..0x20001010 write 0x20001010 1");
}

static void an_address_without_its_0x_is_named(void **state)
{
    (void)state;
    run_holds(4, "", "(was 0x20000000 meant? A number without 0x is decimal)", "read 20000000");
    run_holds(4, "", "(was 0x20000000 meant? A number without 0x is decimal)", "write 20000000 1");
    run_holds(4, "", "(is there memory", "read 0x30000000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        files_test(each_form_of_a_range_is_the_same),
        files_test(an_address_without_its_0x_is_named),
    };
    return cmocka_run_group_tests(tests, files_start, files_stop);
}
