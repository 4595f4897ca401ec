// SPDX-License-Identifier: MIT
/* `ocd load`: what is written where, the messages before, and the memory afterwards. */
#define _GNU_SOURCE /* mkfifo */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "files.h"

#define SIZE 3000u

static uint8_t data[SIZE];

static void make_data(void)
{
    fill_random(data, SIZE, 1);
    put_bytes("@/data.bin", data, SIZE);
}

/* A sector of flash without anything. */
static void erase_sector(uint32_t addr)
{
    uint8_t erased[1024];
    memset(erased, 0xFF, sizeof(erased));
    poke(addr, erased, sizeof(erased));
}

static void ram_is_written_and_reported(void **state)
{
    (void)state;
    make_data();
    run(0, "",
        "ocd: load: 3000 bytes to addresses 0x20002001 to 0x20002BB8 by plain writes\n"
        "ocd: load: 3000 bytes written\n",
        "load @/data.bin 0x20002001");
    memory_holds(RAM + 0x2001, data, SIZE);
    run(0, "", "", "-q load @/data.bin 0x20000000 --verify");
    memory_holds(RAM, data, SIZE);
}

static void flash_is_erased_by_sectors_and_programmed(void **state)
{
    uint8_t sectors[4096];
    (void)state;
    make_data();
    run(0, "",
        "ocd: load: 3000 bytes to flash, 0x08010402 to 0x08010FB9 (bank 0; erases 3 sectors, "
        "0x08010400 to 0x08010FFF)\n"
        "ocd: load: 3000 bytes written and verified\n",
        "load @/data.bin 0x08010402 --verify");
    memset(sectors, 0xFF, sizeof(sectors));
    memcpy(sectors + 2, data, SIZE);
    memory_holds(FLASH + 0x10400, sectors, 3072);
    put_bytes("@/one.bin", "\x5A", 1);
    erase_sector(FLASH + 0x1FC00);
    run(0, "",
        "ocd: load: 1 byte to flash, 0x0801FFFF to 0x0801FFFF (bank 0; erases 1 sector, "
        "0x0801FC00 to 0x0801FFFF)\n"
        "ocd: load: 1 byte written\n",
        "load @/one.bin 0x0801FFFF");
    memory_holds(FLASH + 0x1FFFF, "\x5A", 1);
}

static void one_file_goes_to_ram_and_flash(void **state)
{
    (void)state;
    put_text("@/both.hex", ":020000040801F1\n:08FC0000F001020304050607F0\n:020000042000DA\n"
                           ":043000001011121386\n:00000001FF\n");
    erase_sector(FLASH + 0x1FC00);
    run(0, "",
        "ocd: load: 8 bytes to flash, 0x0801FC00 to 0x0801FC07 (bank 0; erases 1 sector, "
        "0x0801FC00 to 0x0801FFFF)\n"
        "ocd: load: 4 bytes to addresses 0x20003000 to 0x20003003 by plain writes\n"
        "ocd: load: 12 bytes written and verified\n",
        "load @/both.hex --verify");
    memory_holds(FLASH + 0x1FC00, "\xF0\x01\x02\x03\x04\x05\x06\x07\xFF\xFF", 10);
    memory_holds(RAM + 0x3000, "\x10\x11\x12\x13", 5);
}

static void sectors_that_have_their_data_are_reported_and_skipped(void **state)
{
    (void)state;
    make_data();
    run(0, "", NULL, "load @/data.bin 0x08010400");
    uint64_t written = bytes_written();
    run(0, "",
        "ocd: load: 3000 bytes to flash, 0x08010400 to 0x08010FB7 (bank 0; 3 sectors with just "
        "these data, 0x08010400 to 0x08010FFF)\n"
        "ocd: load: 0 bytes written and verified, 3000 in 3 sectors there already\n",
        "load @/data.bin 0x08010400 --verify");
    assert_int_equal(bytes_written(), written);
    poke(FLASH + 0x10400, "?", 1);
    run(0, "",
        "ocd: load: 3000 bytes to flash, 0x08010400 to 0x08010FB7 (bank 0; erases 1 of 3 sectors, "
        "the rest holds its data, 0x08010400 to 0x08010FFF)\n"
        "ocd: load: 1024 bytes written, 1976 in 2 sectors there already\n",
        "load @/data.bin 0x08010400");
    memory_holds(FLASH + 0x10400, data, SIZE);
    run(0,
        "{\"bytes\": 3000, \"regions\": [{\"address\": \"0x08010400\", \"size\": 3000, "
        "\"bytes\": 3000, \"flash\": true, \"bank\": 0, \"erase_address\": \"0x08010400\", "
        "\"erase_size\": 3072, \"sectors\": 3, \"same_sectors\": 0, \"other_bytes\": 0}], "
        "\"written_bytes\": 3000, \"skipped_bytes\": 0, \"skipped_sectors\": 0, "
        "\"erased_sectors\": 3, \"other_bytes\": 0, \"restored_bytes\": 0, \"verified\": false, "
        "\"reset\": null}\n",
        "", "load @/data.bin 0x08010400 --rewrite -f json");
}

static void other_data_of_the_sectors_give_a_warning_and_can_be_kept(void **state)
{
    (void)state;
    put_bytes("@/new.bin", "new", 3);
    erase_sector(FLASH + 0x1F000);
    poke(FLASH + 0x1F100, "calibration", 11);
    run_holds(0, "flash write_image erase FILE 0x801f000 s19\n",
              "ocd: load: warning: the sectors to be erased hold 11 other bytes, from 0x0801F100 "
              "on: they are lost (--keep restores them)\n",
              "load @/new.bin 0x0801F000 --dry-run -q");
    run_holds(0, "", "ocd: load: 3 bytes written and verified, 11 restored\n",
              "load @/new.bin 0x0801F000 --keep --verify");
    memory_holds(FLASH + 0x1F000, "new\xFF", 4);
    memory_holds(FLASH + 0x1F100, "calibration\xFF", 12);
    put_bytes("@/new.bin", "NEW", 3);
    run_holds(0, "", "ocd: load: 3 bytes written\n", "load @/new.bin 0x0801F000");
    memory_holds(FLASH + 0x1F100, "\xFF\xFF", 2);
}

/* A file is bytes, whatever the order in which the target has them in words. */
static void files_are_the_same_on_a_big_endian_target(void **state)
{
    static const char *const options[] = {"", "--phys"};
    static const uint8_t zeros[SIZE];
    (void)state;
    make_data();
    for (size_t i = 0; i < 2; i++) {
        run(0, "", NULL, "-t big load @/data.bin 0x20002001 --verify %s", options[i]);
        memory_holds(RAM + 0x2001, data, SIZE);
        run(0, "", "", "-t big dump 0x20002001 3000 @/back.hex %s", options[i]);
        run(0, "the same: 3000 bytes\n", "", "diff @/data.bin @/back.hex 0x20002001");
        run(0, "the same: 3000 bytes\n", "", "-t big verify @/back.hex %s", options[i]);
        run(0, "", "", "-t big copy 0x20002001 0x20000002 3000 %s", options[i]);
        memory_holds(RAM + 2, data, SIZE);
        poke(RAM + 0x2001, zeros, SIZE);
    }
}

static void the_plan_is_printed_before_anything_is_written(void **state)
{
    struct tool tool;
    (void)state;
    make_data();
    files_begin(&tool, NULL, "-v load @/data.bin 0x08010400");
    tool_finish(&tool);
    expect_finished(&tool, 0, "", NULL);
    const char *told = strstr(tool.err_text.data, "ocd: load: 3000 bytes to flash");
    const char *sent = strstr(tool.err_text.data, "write_image erase");
    if (told == NULL || sent == NULL || told > sent)
        fail_msg("%s", tool.err_text.data);
    tool_free(&tool);
}

static void a_dry_run_writes_nothing_and_prints_the_commands(void **state)
{
    uint8_t before[SIZE];
    uint64_t written;
    (void)state;
    make_data();
    assert_int_equal(sim_peek(rig->sim, FLASH + 0x10400, before, SIZE), 0);
    written = bytes_written();
    run(0, "flash write_image erase FILE 0x8010400 s19\n",
        "ocd: load: 3000 bytes to flash, 0x08010400 to 0x08010FB7 (bank 0; erases 3 sectors, "
        "0x08010400 to 0x08010FFF)\n",
        "load @/data.bin 0x08010400 --dry-run");
    put_bytes("@/word.bin", "\x78\x56\x34\x12", 4);
    run(0, "write_memory 0x20002000 32 {0x12345678}\n",
        "ocd: load: 4 bytes to addresses 0x20002000 to 0x20002003 by plain writes\n",
        "load @/word.bin 0x20002000 --dry-run --verify");
    assert_int_equal(bytes_written(), written);
    memory_holds(FLASH + 0x10400, before, SIZE);
}

static void ram_or_flash_can_be_required(void **state)
{
    (void)state;
    make_data();
    run_holds(4, "", "ocd: load @/data.bin: target access failed at 0x08010400: ",
              "load @/data.bin 0x08010400 --ram");
    run_holds(2, "", "ocd: load @/data.bin: invalid argument: 0x20002000 to 0x20002BB7 is in no ",
              "load @/data.bin 0x20002000 --flash");
    run(2, "", "ocd: load: --ram does not go with --flash; try 'ocd load --help'\n",
        "load @/data.bin 0x20002000 --ram --flash");
    run(0, "", NULL, "load @/data.bin 0x08010400 --flash");
    memory_holds(FLASH + 0x10400, data, SIZE);
}

static void flash_needs_a_halted_target(void **state)
{
    (void)state;
    make_data();
    run(0, NULL, NULL, "resume");
    run_holds(4, "", "not halted", "load @/data.bin 0x08010400");
    run(0, NULL, NULL, "load @/data.bin 0x20002000 --verify");
    run(0, NULL, NULL, "halt");
}

static void a_difference_found_by_verify_is_exit_code_1(void **state)
{
    (void)state;
    put_bytes("@/word.bin", "\x02\0\0\0", 4);
    run(0, "", "", "write 0x40008004 1"); /* a register whose bits stay when others are set */
    run_holds(1, "", "ocd: load @/word.bin: ", "load @/word.bin 0x40008004 --ram --verify");
}

static void progress_is_shown(void **state)
{
    (void)state;
    make_data();
    sim_fault(rig->sim, RAM + 0x2400, 4);
    run_holds(4, "", "ocd: load @/data.bin: target access failed at 0x20002400 after 1024 bytes: ",
              "load @/data.bin 0x20002000");
    memory_holds(RAM + 0x2000, data, 1024);
}

static void write_protected_sessions_write_nothing(void **state)
{
    uint64_t written = bytes_written();
    (void)state;
    make_data();
    run_holds(2, "", "the session is read-only", "--read-only load @/data.bin 0x20002000");
    run_holds(2, "", "0x20002000 to 0x20002BB7 is not inside one of the writable ranges",
              "--writable 0x20002000:1K load @/data.bin 0x20002000");
    run_holds(2, "", "0x08010000 to 0x08010BFF is not inside one of the writable ranges",
              "--writable 0x08010000:3000 load @/data.bin 0x08010000");
    assert_int_equal(bytes_written(), written);
}

/* Malformed files, and the message for each. */
static const struct {
    const char *name, *text, *error;
} malformed[] = {
    {"sum.hex", ":0400000001020304F3\n:00000001FF\n",
     "Intel HEX, line 1: the checksum is F3, the record's bytes make it F2"},
    {"cut.hex", ":0400000001020304F2\n",
     "Intel HEX, line 1: the file has no end record: it is cut "
     "short"},
    {"half.hex", ":0400000001020304F2\n:0400040001020\n",
     "Intel HEX, line 2: the line ends in half a byte"},
    {"digit.hex", ":0400000001020304F2\n:0G000001FF\n",
     "Intel HEX, line 2: 'G' in column 3 is no hexadecimal digit"},
    {"type.hex", ":0400000A01020304E8\n:00000001FF\n",
     "Intel HEX, line 1: there is no record type "
     "0A"},
    {"more.hex", ":00000001FF\n:0400000001020304F2\n",
     "Intel HEX, line 2: there is more after the record that ends the file"},
    {"top.hex", ":02000004FFFFFC\n:04FFFE0001020304F5\n:00000001FF\n",
     "Intel HEX, line 2: the record goes beyond 4 GiB"},
    {"text.hex", "hello\n", "Intel HEX, line 1: the line does not begin with ':'"},
    {"empty.hex", "", "Intel HEX: the file has no end record: it is cut short"},
    {"sum.srec", "S107000001020304EF\nS9030000FC\n",
     "S-record, line 1: the checksum is EF, the record's bytes make it EE"},
    {"count.srec", "S107000001020304EE\nS5030002FA\nS9030000FC\n",
     "S-record, line 2: the count is 2, but there are 1 data records before it"},
    {"type.srec", "S407000001020304EE\nS9030000FC\n",
     "S-record, line 1: there is no record type "
     "S4"},
    {"top.srec", "S107FFFE01020304F1\nS9030000FC\n",
     "S-record, line 1: the record goes beyond its 16-bit addresses"},
    {"bad.hexdump", "20002000: 01 02 03 0\n", "hexdump, line 1: column 20: no byte of two digits"},
    {"short.elf", "\177ELF\1\1\1", "ELF, offset 0x0: the file is shorter than an ELF header"},
};

static void a_malformed_file_sends_nothing(void **state)
{
    uint64_t written = bytes_written();
    (void)state;
    for (size_t i = 0; i < sizeof(malformed) / sizeof(*malformed); i++) {
        char name[64];
        char error[300];
        snprintf(name, sizeof(name), "@/%s", malformed[i].name);
        snprintf(error, sizeof(error), "ocd: load @/%s: file format error: %s\n", malformed[i].name,
                 malformed[i].error);
        put_text(name, malformed[i].text);
        run(6, "", error, "load @/%s 0x20002000 --ram", malformed[i].name);
    }
    assert_int_equal(bytes_written(), written);
}

static void warnings_about_a_file_are_printed(void **state)
{
    (void)state;
    put_text("@/over.hex", ":0400000001020304F2\n:0400020005060708E0\n:00000001FF\n");
    run(0, "",
        "ocd: load: note: line 2: 2 bytes, from 0x20002002 on, are there more than once; the later "
        "ones count\n"
        "ocd: load: 6 bytes to addresses 0x20002000 to 0x20002005 by plain writes\n"
        "ocd: load: 6 bytes written and verified\n",
        "load @/over.hex 0x20002000 --verify");
    memory_holds(RAM + 0x2000, "\1\2\5\6\7\10", 6);
    put_text("@/back.hex", ":0400100001020304E2\n:0400000005060708E2\n:00000001FF\n");
    run_holds(0, "", "ocd: load: note: line 2: the addresses step back, 1 time\n",
              "load @/back.hex 0x20002000");
    memory_holds(RAM + 0x2010, "\1\2\3\4", 4);
}

static void a_file_without_data_is_an_error(void **state)
{
    (void)state;
    put_text("@/none.hex", ":00000001FF\n");
    run(6, "", "ocd: load @/none.hex: file format error: Intel HEX: the file holds no data\n",
        "load @/none.hex --verify");
    run(6, "", "ocd: verify @/none.hex: file format error: Intel HEX: the file holds no data\n",
        "verify @/none.hex");
    run(6, "", "ocd: diff: @/none.hex: file format error: Intel HEX: the file holds no data\n",
        "diff @/none.hex @/none.hex");
    run(0, "", "ocd: load: 0 bytes written and verified\n",
        "load @/none.hex --verify --allow-empty");
    run(0, "the same: 0 bytes\n", "", "verify @/none.hex --allow-empty");
}

static void a_raw_binary_needs_an_address(void **state)
{
    (void)state;
    make_data();
    run(2, "",
        "ocd: load @/data.bin: invalid argument: a raw binary does not say where it belongs: give "
        "an address\n",
        "load @/data.bin");
    run(6, "", "ocd: load @/missing: local file error: No such file or directory\n",
        "load @/missing 0x20002000");
    run(6, "", "ocd: load @: local file error: Is a directory\n", "load @ 0x20002000");
}

/* The tool's standard input is /dev/null here. */
static void standard_input_is_a_file_too(void **state)
{
    (void)state;
    run(0, "", "ocd: load: 0 bytes written\n", "load - 0x20002000 --allow-empty");
    run(0, "the same: 0 bytes\n", "", "verify - 0x20002000 --allow-empty");
}

static void ctrl_c_ends_a_load_and_openocd_goes_on(void **state)
{
    struct tool tool;
    (void)state;
    make_data();
    sim_set_latency(rig->sim, 100000); /* programming takes some ten seconds */
    files_begin(&tool, NULL, "-v load @/data.bin 0x08010400 --timeout 60");
    tool_await_err(&tool, "write_image erase");
    kill(tool.pid, SIGINT);
    tool_finish(&tool);
    sim_set_latency(rig->sim, 0);
    expect_finished(&tool, 130, "", NULL);
    tool_free(&tool);
    assert_int_equal(file_count(), 1);
    run(0, "halted\n", "", "state");
    run(0, "", NULL, "load @/data.bin 0x08010400 --verify");
}

static void ctrl_c_ends_the_wait_for_a_silent_pipe(void **state)
{
    struct tool tool;
    char *path = file_path("@/pipe");
    (void)state;
    assert_int_equal(mkfifo(path, 0600), 0);
    files_begin(&tool, NULL, "load @/pipe 0x20002000");
    int pipe = open(path, O_WRONLY | O_CLOEXEC); /* once the tool reads */
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    assert_true(pipe >= 0);
    kill(tool.pid, SIGINT);
    /* Should the tool not have been waiting yet. It may have gone already. */
    if (write(pipe, "x", 1) != 1)
        assert_int_equal(errno, EPIPE);
    tool_finish(&tool);
    expect_finished(&tool, 130, "", "");
    close(pipe);
    signal(SIGPIPE, before);
    tool_free(&tool);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        files_test(ram_is_written_and_reported),
        files_test(flash_is_erased_by_sectors_and_programmed),
        files_test(sectors_that_have_their_data_are_reported_and_skipped),
        files_test(other_data_of_the_sectors_give_a_warning_and_can_be_kept),
        files_test(one_file_goes_to_ram_and_flash),
        files_test(files_are_the_same_on_a_big_endian_target),
        files_test(the_plan_is_printed_before_anything_is_written),
        files_test(a_dry_run_writes_nothing_and_prints_the_commands),
        files_test(ram_or_flash_can_be_required),
        files_test(flash_needs_a_halted_target),
        files_test(a_difference_found_by_verify_is_exit_code_1),
        files_test(progress_is_shown),
        files_test(write_protected_sessions_write_nothing),
        files_test(a_malformed_file_sends_nothing),
        files_test(warnings_about_a_file_are_printed),
        files_test(a_file_without_data_is_an_error),
        files_test(a_raw_binary_needs_an_address),
        files_test(standard_input_is_a_file_too),
        files_test(ctrl_c_ends_a_load_and_openocd_goes_on),
        files_test(ctrl_c_ends_the_wait_for_a_silent_pipe),
    };
    return cmocka_run_group_tests(tests, files_start, files_stop);
}
