// SPDX-License-Identifier: MIT
/* `ocd dump` in every format that is written: several ranges, gaps, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "files.h"

/* Two ranges of it are dumped, with a gap of six bytes. */
#define TEXT "Sixteen bytes of text and 5"
#define TWO  "0x20001000 18 0x20001018 3"

#define IHEX                                                                                       \
    ":020000042000DA\n"                                                                            \
    ":101000005369787465656E206279746573206F66C4\n"                                                \
    ":0210100020744A\n"                                                                            \
    ":031018006420351C\n"                                                                          \
    ":00000001FF\n"
#define SREC                                                                                       \
    "S0030000FC\n"                                                                                 \
    "S315200010005369787465656E206279746573206F669E\n"                                             \
    "S30720001010207424\n"                                                                         \
    "S30820001018642035F6\n"                                                                       \
    "S5030003F9\n"                                                                                 \
    "S70500000000FA\n"
#define HEXDUMP                                                                                    \
    "20001000: 53 69 78 74 65 65 6E 20  62 79 74 65 73 20 6F 66  |Sixteen bytes of|\n"             \
    "20001010: 20 74                                             | t|\n"                           \
    "20001018: 64 20 35                                          |d 5|\n"
#define C_ARRAY(gap)                                                                               \
    "/* From address 0x20001000. */\n"                                                             \
    "const unsigned char data[] = {\n"                                                             \
    "    0x53, 0x69, 0x78, 0x74, 0x65, 0x65, 0x6e, 0x20, 0x62, 0x79, 0x74, 0x65,\n"                \
    "    0x73, 0x20, 0x6f, 0x66, 0x20, 0x74, " gap ",\n"                                           \
    "    0x64, 0x20, 0x35,\n"                                                                      \
    "};\n"                                                                                         \
    "const unsigned int data_len = 27;\n"

static void make_text(void)
{
    poke(RAM + 0x1000, TEXT, strlen(TEXT));
}

static void the_extension_sets_the_format(void **state)
{
    (void)state;
    make_text();
    run(0, "", "", "dump " TWO " @/a.hex");
    file_holds("@/a.hex", IHEX);
    run(0, "", "", "dump " TWO " @/a.srec");
    file_holds("@/a.srec", SREC);
    run(0, "", "", "dump " TWO " @/a.s37");
    file_holds("@/a.s37", SREC);
    run(0, "", "", "dump " TWO " @/a.hexdump");
    file_holds("@/a.hexdump", HEXDUMP);
    run(0, "", "", "dump " TWO " @/a.c");
    file_holds("@/a.c", C_ARRAY("0x00, 0x00, 0x00, 0x00, 0x00, 0x00"));
    run(0, "", "", "dump " TWO " @/a --fill-byte 0x2E");
    file_holds("@/a", "Sixteen bytes of t......d 5");
    assert_int_equal(file_count(), 6);
}

static void format_overrides_the_extension_and_standard_output_has_none(void **state)
{
    (void)state;
    make_text();
    run(0, IHEX, "", "dump " TWO " - --format ihex");
    run(0, SREC, "", "dump " TWO " - --format srec");
    run(0, HEXDUMP, "", "dump " TWO " - --format hexdump");
    run(0, C_ARRAY("0xa5, 0xa5, 0xa5, 0xa5, 0xa5, 0xa5"), "",
        "dump " TWO " - --format c-array --fill-byte 0xA5");
    run(0, "Sixteen bytes of t//////d 5", "", "dump " TWO " - --fill-byte 0x2F");
    run(0, "", "", "dump " TWO " @/a.bin --format s37");
    file_holds("@/a.bin", SREC);
}

static void ranges_are_sorted_by_address(void **state)
{
    (void)state;
    make_text();
    run(0, IHEX, "", "dump 0x20001018 3 0x20001000 18 - --format ihex");
    run(0, "Sixteen bytes of t", "", "dump 0x20001008 10 0x20001000 8 -");
    run(2, "", "ocd: dump 0x20001000: invalid argument: ranges overlap at 0x20001011\n",
        "dump 0x20001000 18 0x20001011 4 @/a.hex");
    run(2, "",
        "ocd: dump: a range is ADDR SIZE or ADDR..END; FILE comes last; try 'ocd dump --help'\n",
        "dump 0x20001000 18 0x20001011 @/a.hex");
    assert_int_equal(file_count(), 0);
}

static void records_end_at_64_kib(void **state)
{
    (void)state;
    poke(FLASH + 0xFFFC, "\1\2\3\4\5\6\7\10", 8);
    run(0,
        ":020000040800F2\n:04FFFC0001020304F7\n:020000040801F1\n:0400000005060708E2\n:00000001FF\n",
        "", "dump 0x0800FFFC 8 - --format ihex");
    run(0, ":04FFFC0001020304F7\n:020000040001F9\n:0400000005060708E2\n:00000001FF\n", "",
        "dump 0xFFFC 8 - --format ihex");
    run(0, ":04FFFC0001020304F7\n:020000021000EC\n:0400000005060708E2\n:00000001FF\n", "",
        "dump 0xFFFC 8 - --format ihex20");
    run(0, ":04FFFC0001020304F7\n:00000001FF\n", "", "dump 0xFFFC 4 - --format ihex16");
    run_holds(0, "\nS20800FFFC01020304F2\nS20801000005060708DC\n", "",
              "dump 0xFFFC 8 - --format s28");
}

/* Nothing is wrapped around: what a format cannot hold is refused before anything is read. */
static void a_range_that_the_format_cannot_hold_is_refused(void **state)
{
    struct sim_stats before;
    struct sim_stats after;
    (void)state;
    sim_get_stats(rig->sim, &before);
    run(6, "",
        "ocd: dump 0x0000FFF8: file format error: S-record with 16-bit addresses cannot hold "
        "0x0000FFF8 to 0x00010000\n",
        "dump 0xFFF8 9 @/a.s19");
    run(6, "",
        "ocd: dump 0x0000FFFC: file format error: Intel HEX with 16-bit addresses cannot hold "
        "0x0000FFFC to 0x00010003\n",
        "dump 0xFFFC 8 @/a.hex --format ihex16");
    run(6, "",
        "ocd: dump 0x08000000: file format error: Intel HEX with 20-bit addresses cannot hold "
        "0x08000000 to 0x08000003\n",
        "dump 0x08000000 4 - --format ihex20");
    run(6, "",
        "ocd: dump 0x20001000: file format error: S-record with 24-bit addresses cannot hold "
        "0x20001000 to 0x20001003\n",
        "dump 0x20001000 4 - --format s28");
    run(6, "",
        "ocd: dump 0xFFFFFFFF: file format error: Intel HEX with 32-bit addresses cannot hold "
        "0xFFFFFFFF to 0x100000000\n",
        "dump 0xFFFFFFFF 2 @/a.hex");
    run(6, "",
        "ocd: dump 0x08000000: file format error: a raw binary would fill the 402653180 bytes "
        "before 0x20000000, and its limit is 16777216\n",
        "dump 0x08000000 4 0x20000000 4 @/a.bin");
    run(6, "", "ocd: dump 0x20001000: file format error: C has no array without elements\n",
        "dump 0x20001000 0 @/a.c");
    sim_get_stats(rig->sim, &after);
    assert_int_equal(after.bytes_read, before.bytes_read);
    assert_int_equal(file_count(), 0);
    run(0, "", "", "dump 0xFFF8 8 @/a.s19");
}

static void elf_is_not_written(void **state)
{
    (void)state;
    run(2, "",
        "ocd: dump: FILE '@/a.elf' would be read back as ELF, which is not written (give another "
        "name, or --format); try 'ocd dump --help'\n",
        "dump 0x20001000 4 @/a.elf");
    run_holds(2, "",
              "--format 'elf' is not a format to write (bin, ihex, ihex16, ihex20, srec, s19, ",
              "dump 0x20001000 4 @/a --format elf");
    assert_int_equal(file_count(), 0);
    run(0, "", "", "dump 0x20001000 4 @/a.out --format bin");
}

static void unreadable_memory_becomes_a_gap_if_the_format_has_gaps(void **state)
{
    static const char told[] = "ocd: dump: 0x20001004 to 0x20001007 unreadable (4 bytes)\n";
    (void)state;
    make_text();
    sim_fault(rig->sim, RAM + 0x1004, 4);
    run(4, ":020000042000DA\n:041000005369787444\n:041008006279746530\n:00000001FF\n", told,
        "dump 0x20001000 12 - --skip-unreadable --format ihex");
    run(4,
        "20001000: 53 69 78 74                                       |Sixt|\n"
        "20001008: 62 79 74 65                                       |byte|\n",
        told, "dump 0x20001000 12 - --skip-unreadable --format hexdump");
    run(4, "Sixt----byte", told, "dump 0x20001000 12 - --skip-unreadable --fill-byte 0x2D");
    run_holds(4, "0x74, 0x2d, 0x2d, 0x2d, 0x2d, 0x62", told,
              "dump 0x20001000 12 - --skip-unreadable --fill-byte 0x2D --format c-array");
    run(4, "", told, "dump 0x20001000 12 @/a.srec --skip-unreadable");
    run(0, "the same: 8 bytes\n", "", "verify @/a.srec");
}

static void a_failure_leaves_no_file(void **state)
{
    (void)state;
    put_text("@/old.hex", "as before\n");
    run_holds(4, "", "ocd: dump 0x20001000: target access failed at 0x30000000 after 16 bytes: ",
              "dump 0x20001000 16 0x30000000 16 @/new.hex");
    run_holds(4, "", "target access failed at 0x30000000",
              "dump 0x20001000 16 0x30000000 16 @/old.hex");
    file_holds("@/old.hex", "as before\n");
    assert_int_equal(file_count(), 1);
    run(6, "", "ocd: dump 0x20001000: local file error: @/no/a.hex: No such file or directory\n",
        "dump 0x20001000 4 @/no/a.hex");
    run_holds(6, "", "ocd: dump 0x20001000: local file error", "dump 0x20001000 4 /dev/full");
    run_holds(6, "", "/dev/full: No space left on device\n",
              "dump 0x20001000 4 /dev/full --format srec");
}

static void dumped_files_load_back_unchanged(void **state)
{
    static const char *const names[] = {"a.hex", "a.srec", "a.s37", "a.hexdump"};
    static uint8_t memory[20 * 1024];
    static const uint8_t zeros[20 * 1024];
    (void)state;
    fill_random(memory, sizeof(memory), 5);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        poke(RAM, memory, sizeof(memory));
        run(0, "", "", "dump 0x20000001 7001 0x20003FFD 4099 @/%s", names[i]);
        poke(RAM, zeros, sizeof(zeros));
        run(0, "", NULL, "load @/%s --verify", names[i]);
        memory_holds(RAM + 1, memory + 1, 7001);
        memory_holds(RAM + 0x3FFD, memory + 0x3FFD, 4099);
        memory_holds(RAM + 7002, zeros, 0x3FFD - 7002);
        run(0, "the same: 11100 bytes\n", "", "diff @/%s @/a.hex", names[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        files_test(the_extension_sets_the_format),
        files_test(format_overrides_the_extension_and_standard_output_has_none),
        files_test(ranges_are_sorted_by_address),
        files_test(records_end_at_64_kib),
        files_test(a_range_that_the_format_cannot_hold_is_refused),
        files_test(elf_is_not_written),
        files_test(unreadable_memory_becomes_a_gap_if_the_format_has_gaps),
        files_test(a_failure_leaves_no_file),
        files_test(dumped_files_load_back_unchanged),
    };
    return cmocka_run_group_tests(tests, files_start, files_stop);
}
