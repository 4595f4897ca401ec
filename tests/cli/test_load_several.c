// SPDX-License-Identifier: MIT
/* Several files in one load, --reset after it, and how the format of a file is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <elf.h>

#include "files.h"

static void several_files_are_written_as_one(void **state)
{
    (void)state;
    put_text("@/a.bin", "abcd");
    put_text("@/b.hex", ":04100400656667684E\n:00000001FF\n");
    run(0, "",
        "ocd: load: 8 bytes to addresses 0x20001000 to 0x20001007 by plain writes\n"
        "ocd: load: 8 bytes written and verified\n",
        "load @/a.bin 0x20001000 @/b.hex 0x20000000 --verify");
    memory_holds(RAM + 0x1000, "abcdefgh", 8);
}

/* One that was written before the other would be erased with its sector. */
static void files_in_one_sector_of_flash_are_both_written(void **state)
{
    (void)state;
    put_text("@/a.bin", "abcd");
    put_text("@/b.bin", "efgh");
    run_holds(0, "", "ocd: load: 8 bytes written and verified\n",
              "load @/b.bin 0x0801F010 @/a.bin 0x0801F000 --verify");
    memory_holds(FLASH + 0x1F000,
                 "abcd\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
                 "efgh",
                 20);
}

static void files_that_overlap_are_refused(void **state)
{
    uint64_t written = bytes_written();
    (void)state;
    put_text("@/a.bin", "abcd");
    put_text("@/b.bin", "efgh");
    run(2, "", "ocd: load: @/a.bin and @/b.bin both have data at 0x20001003: nothing was written\n",
        "load @/a.bin 0x20001000 @/b.bin 0x20001003");
    assert_int_equal(bytes_written(), written);
}

/* The first file alone could be written. */
static void one_invalid_file_leaves_flash_unchanged(void **state)
{
    uint8_t before[16];
    (void)state;
    put_text("@/a.bin", "abcd");
    put_text("@/b.bin", "more than eight bytes");
    assert_int_equal(sim_peek(rig->sim, FLASH + 0x1F000, before, sizeof(before)), 0);
    for (int dry = 0; dry < 2; dry++) {
        run(2, "",
            "ocd: load several files: invalid argument at 0x08020000: 0x0801FFF8 to 0x0802000C "
            "runs "
            "over the end of flash bank 0, whose last byte is at 0x0801FFFF\n",
            "load @/a.bin 0x0801F000 @/b.bin 0x0801FFF8 %s", dry ? "--dry-run" : "");
    }
    memory_holds(FLASH + 0x1F000, before, sizeof(before));
}

static void a_reset_can_follow(void **state)
{
    (void)state;
    put_text("@/a.bin", "abcd");
    run_holds(0, "", "ocd: load: 4 bytes written, then reset run\n",
              "load @/a.bin 0x20001000 --reset run");
    run(0, "running\n", "", "state");
    run_holds(0, "", "ocd: load: 4 bytes written, then reset halt\n",
              "load @/a.bin 0x20001000 --reset halt");
    run(0, "halted\n", "", "state");
    run(2, "", "ocd: load: --reset 'init' is neither run nor halt; try 'ocd load --help'\n",
        "load @/a.bin 0x20001000 --reset init");
}

static void a_program_for_another_processor_is_reported(void **state)
{
    struct {
        Elf32_Ehdr header;
        Elf32_Phdr segment;
        char data[4];
    } elf = {
        .header = {.e_ident = {0x7F, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB, EV_CURRENT},
                   .e_type = ET_EXEC,
                   .e_machine = EM_386,
                   .e_version = EV_CURRENT,
                   .e_phoff = sizeof(Elf32_Ehdr),
                   .e_phentsize = sizeof(Elf32_Phdr),
                   .e_phnum = 1},
        .segment = {.p_type = PT_LOAD,
                    .p_offset = sizeof(Elf32_Ehdr) + sizeof(Elf32_Phdr),
                    .p_paddr = RAM + 0x1000,
                    .p_filesz = 4,
                    .p_memsz = 4},
        .data = "abcd",
    };
    static const char note[] = "note: the program is for x86, and the target is of type cortex_m\n";
    (void)state;
    swap_little(&elf.header.e_type, 2, 2);
    swap_little(&elf.header.e_version, 4, 5);
    swap_little(&elf.header.e_ehsize, 2, 6);
    swap_little(&elf.segment, 4, 8);
    put_bytes("@/app", &elf, sizeof(elf));
    run_holds(0, "", note, "load @/app");
    run_holds(0, "the same: 4 bytes\n", note, "verify @/app");
    elf.header.e_machine = EM_ARM;
    swap_little(&elf.header.e_machine, 2, 1);
    put_bytes("@/app", &elf, sizeof(elf));
    run(0, "the same: 4 bytes\n", "", "verify @/app");
}

static void other_names_of_load_are_known(void **state)
{
    (void)state;
    put_text("@/a.bin", "abcd");
    run_holds(0, "", "ocd: load: 4 bytes written\n", "flash @/a.bin 0x20001000");
    run_holds(0, "", "ocd: load: 4 bytes written\n", "program @/a.bin 0x20001000");
}

static void a_dump_of_xxd_is_read(void **state)
{
    (void)state;
    put_text("@/dump", "00000000: 61 62                                            ab\n");
    run_holds(0, "", "2 bytes to addresses 0x20001000 to 0x20001001 by plain writes",
              "load @/dump 0x20001000 --verify");
    memory_holds(RAM + 0x1000, "ab\0\0", 4);
}

/* As OpenOCD's mdw prints the same bytes on targets of either byte order. */
static void words_are_read_in_the_order_of_the_target(void **state)
{
    (void)state;
    put_text("@/words", "0x20001000: 64636261 \n");
    run_holds(0, "", "4 bytes written", "load @/words");
    memory_holds(RAM + 0x1000, "abcd", 4);
    run_holds(0, "", "4 bytes written", "-t big load @/words");
    memory_holds(RAM + 0x1000, "dcba", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        files_test(several_files_are_written_as_one),
        files_test(files_in_one_sector_of_flash_are_both_written),
        files_test(files_that_overlap_are_refused),
        files_test(one_invalid_file_leaves_flash_unchanged),
        files_test(a_reset_can_follow),
        files_test(a_program_for_another_processor_is_reported),
        files_test(other_names_of_load_are_known),
        files_test(a_dump_of_xxd_is_read),
        files_test(words_are_read_in_the_order_of_the_target),
    };
    return cmocka_run_group_tests(tests, files_start, files_stop);
}
