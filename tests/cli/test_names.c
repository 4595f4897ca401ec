// SPDX-License-Identifier: MIT
/* Names of an ELF file in the place of addresses, and values by name: the simulated chip runs the
 * firmware of SIM_ELF. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "files.h"

#define E "-e " SIM_ELF " "

/* The variables of a firmware that has run. */
static int enter(void **state)
{
    static const float motor[] = {1500, 1, 0.5F, 0.125F, -2};
    static const uint32_t tick = 1234;
    files_enter(state);
    rig_poke_values(rig, SIM_VAR_MOTOR, motor, 4, 5);
    rig_poke_values(rig, SIM_VAR_TICK, &tick, 4, 1);
    poke(SIM_VAR_LOG, "started\nup 1 s\n\0", 16);
    return 0;
}

/* --- print --- */

static void value_is_printed_as_gdb_prints_it(void **state)
{
    (void)state;
    run(0, "1234\n", "", E "print tick");
    run(0, "{speed = 1500, pid = {kp = 1, ki = 0.5, kd = 0.125, error = -2}}\n", "",
        "print motor " E);
    run(0, "\"started\\nup 1 s\\n\", '\\000' <repeats 48 times>\n", "", "print g_log " E);
}

static void several_values_have_their_expressions(void **state)
{
    (void)state;
    run(0, "motor.pid.kp = 1\ntick = 1234\n", "", E "print motor.pid.kp tick");
}

static void integers_can_be_hexadecimal_and_arrays_cut(void **state)
{
    (void)state;
    run(0, "0x4d2\n", "", E "print -f hex tick");
    run(0, "10011010010\n", "", E "print -f bin tick");
    run(0, "\"start\"...\n", "", E "print --limit 5 g_log");
    run(2, "",
        "ocd: print: -f 'oct' is not a format (text, hex, dec, bin or json); try 'ocd print "
        "--help'\n",
        E "print -f oct tick");
}

static void json_is_an_array_of_objects(void **state)
{
    (void)state;
    run(0,
        "[{\"expression\": \"motor.pid\", \"address\": \"0x20004F1C\", \"type\": \"struct pid\", "
        "\"size\": 16, \"value\": {\"kp\": 1, \"ki\": 0.5, \"kd\": 0.125, \"error\": -2}},\n"
        " {\"expression\": \"g_log\", \"address\": \"0x20004F40\", \"type\": \"volatile char "
        "[64]\", \"size\": 64, \"value\": \"started\\u000aup 1 s\\u000a\"}]\n",
        "", E "print motor.pid g_log -f json");
}

static void environment_names_elf_files(void **state)
{
    (void)state;
    setenv("OCD_ELF", SIM_ELF ":" SYMBOLS_DATA "/c-gcc-dwarf5.elf", 1);
    run(0, "tick = 1234\nnext_count::count = 0\n", "", "--no-check print tick next_count::count");
    setenv("OCD_ELF", SYMBOLS_DATA "/c-gcc-dwarf5.elf", 1);
    run_holds(4, "", "no such name: tick", "--no-check print tick");
    run(0, "1234\n", "", "print tick " E); /* the option wins */
    unsetenv("OCD_ELF");
}

static void ambiguous_name_is_listed(void **state)
{
    (void)state;
    run(4, "",
        "ocd: read same: ambiguous name: write more of its name, or file.c:name, for one of these; "
        "same (./values.c:199) at 0x20000A58; same (./other.c:7) at 0x20000A64\n",
        "read same -e " SYMBOLS_DATA "/c-gcc-dwarf5.elf");
    run_holds(4, "./other.c:7", "",
              "print same -f json --no-check -e " SYMBOLS_DATA "/c-gcc-dwarf5.elf");
}

static void valid_values_are_printed_beside_failures(void **state)
{
    (void)state;
    run(4, "tick = 1234\n", "ocd: print nope: no such name: nope ('ocd symbols' lists the names)\n",
        E "print nope tick");
    run(4,
        "[{\"expression\": \"nope\", \"error\": {\"code\": \"OCD_ERR_NO_SYMBOL\", \"address\": "
        "null, \"message\": \"read nope: no such name: nope\"}},\n"
        " {\"expression\": \"*(int *)0x60000000\", \"error\": {\"code\": \"OCD_ERR_TARGET\", "
        "\"address\": \"0x60000000\", \"message\": \"read *(int *)0x60000000: target access failed "
        "at 0x60000000: read_memory: failed to read memory\"}},\n"
        " {\"expression\": \"tick\", \"address\": \"0x20004F00\", \"type\": \"volatile uint32_t\", "
        "\"size\": 4, \"value\": 1234}]\n",
        "", E "print nope '*(int *)0x60000000' tick -f json");
}

static void single_failure_has_its_own_exit_code(void **state)
{
    (void)state;
    run(4, "", "ocd: print nope: no such name: nope ('ocd symbols' lists the names)\n",
        E "print nope");
    run_holds(2, "", "invalid expression", E "print tick.");
    run(2, "",
        "ocd: print: names need an ELF file: -e FILE, or OCD_ELF in the environment; try 'ocd "
        "print --help'\n",
        "print tick");
    run(6, "", "ocd: print: @/none.elf: local file error: No such file or directory\n",
        "print tick -e @/none.elf");
}

/* --- The right ELF --- */

static void other_program_gives_one_warning(void **state)
{
    (void)state;
    static const uint8_t other[] = {1, 2, 3, 4};
    poke(FLASH, other, sizeof(other));
    run(0, "tick = 1234\nmotor.speed = 1500\n",
        "ocd: warning: the target has at 0x08000000 the bytes 01 02 03 04 a1 01 00 08, " SIM_ELF
        " has 00 50 00 20 a1 01 00 08: this is another program, and its values are wrong "
        "(--no-check leaves this out)\n",
        E "print tick motor.speed");
    run(0, "1234\n", "", E "--no-check print tick");
}

/* --- write --- */

static void value_is_written_by_its_type(void **state)
{
    (void)state;
    run(0, "", "", E "write motor.pid.kp 2.5 --verify");
    run(0, "2.5\n", "", E "print motor.pid.kp");
    run(0, "", "", E "write motor.pid.kp -inf");
    run(0, "-inf\n", "", E "print motor.pid.kp");
    run(0, "{\"address\": \"0x20004F00\", \"size\": 4, \"verified\": false}\n", "",
        E "write tick 99 -f json");
    run(0, "99\n", "", E "print tick");
    run(0, "", "", E "write g_log '\"hi\"'");
    run(0, "\"hi\", '\\000' <repeats 61 times>\n", "", E "print g_log");
}

static void with_a_width_a_name_is_an_address(void **state)
{
    (void)state;
    run(0, "", "", E "write tick 0x11 0x22 -w 8");
    run(0, "0x11\n0x22\n", "", E "read tick 2 -w 8");
}

static void value_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    run(2, "", "ocd: write flag: the value does not fit: 256 does not fit into unsigned char\n",
        E "write flag 256");
    run(4, "", "ocd: write flag: no such name: nope ('ocd symbols' lists the names)\n",
        E "write flag nope");
    run_holds(2, "", "a name takes one value", E "write tick 1 2");
    run(0, "write_memory 0x20004f00 32 {0x7}\n", "", E "write tick 7 --dry-run");
    run(0, "1234\n", "", E "print tick");
}

/* --- Addresses --- */

static void name_means_its_address_and_size(void **state)
{
    (void)state;
    run(0, "20004F00: D2 04 00 00                                       |....|\n", "",
        E "read tick");
    run(0, "20004F02: 00 00                                             |..|\n", "",
        E "read tick+2");
    run(0, "0x44BB8000\n0x3F800000\n0x3F000000\n0x3E000000\n0xC0000000\n", "",
        E "read motor -w 32");
    run(0, "0x73\n", "", E "read g_log -w 8 1");
    run(0, "20004F1C: 00 00 80 3F                                       |...?|\n", "",
        E "read motor.pid..motor.pid.ki");
}

static void pointer_is_read_and_what_it_points_to(void **state)
{
    (void)state;
    static const uint32_t pointer = SIM_VAR_TICK;
    rig_poke_values(rig, RAM, &pointer, 4, 1);
    run(0, "20000000: 00 4F 00 20                                       |.O. |\n", "",
        E "read '*(unsigned int **)0x20000000'");
    run(0, "20004F00: D2 04 00 00                                       |....|\n", "",
        E "read '**(unsigned int **)0x20000000'");
}

static void dump_takes_the_size_of_the_object(void **state)
{
    (void)state;
    size_t size;
    run(0, "", "", E "dump g_log @/log.bin");
    char *data = get_file("@/log.bin", &size);
    assert_int_equal(size, 64);
    assert_memory_equal(data, "started", 7);
    free(data);
    run(0, "", "", E "dump tick motor.pid 8 @/both.bin");
    data = get_file("@/both.bin", &size);
    assert_int_equal(size, SIM_VAR_MOTOR + 4 + 8 - SIM_VAR_TICK);
    free(data);
}

static void other_commands_take_names(void **state)
{
    (void)state;
    run(0, "", "", E "fill g_log 0x41");
    run(0, "'A' <repeats 64 times>\n", "", E "print g_log");
    run(0, "", "", E "copy tick g_log");
    run(0, "20004F40: D2 04 00 00                                       |....|\n", "",
        E "read g_log 4");
    run(0, "0x20004F00  tick\n0x20004F40  g_log\n", "", E "search tick..g_log+64 D2040000");
    run(0, "", "", E "wp tick");
    run(0, "0x20004F00  4  rw\n", "", "wp");
    run(0, "", "", E "wp --remove tick");
    run(0, "", "", E "bp main");
    run(0, "0x08000200  2  hard\n", "", "bp");
    run(0, "", "", "bp --remove");
}

static void addresses_for_people_have_names(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0xd2, 0x05, 0, 0};
    put_bytes("@/tick.bin", bytes, sizeof(bytes));
    run_holds(0, "<main", "", E "reg pc");
    run(1,
        "0x20004F01 <tick+1>: 1 byte differs\n"
        "< 20004F01: 05                                                |.|\n"
        "> 20004F01: 04                                                |.|\n"
        "1 of 4 bytes differ, in 1 range\n",
        "", E "verify @/tick.bin tick");
    assert_int_equal(sim_fault(rig->sim, SIM_VAR_MOTOR, 4), 0);
    run_holds(4, "", "at 0x20004F18 <motor>: ", E "read motor");
    sim_fault_clear(rig->sim);
}

static void unknown_name_is_an_error(void **state)
{
    (void)state;
    run(4, "", "ocd: read nope: no such name: nope ('ocd symbols' lists the names)\n",
        E "read nope");
    run_holds(2, "", "a name needs the ELF file, -e FILE", "read tick");
    run_holds(2, "", "is not a number", E "read -1");
}

/* --- symbols, type --- */

static void symbols_are_listed_without_an_openocd(void **state)
{
    (void)state;
    expect(0, "0x20004F18      20  motor  volatile struct motor  sim/elf/firmware.c:24\n", "",
           E "symbols mot*");
    expect(0,
           "0x20004F18      20  motor  volatile struct motor  sim/elf/firmware.c:24\n"
           "0x20004F00       4  tick   volatile uint32_t  sim/elf/firmware.c:19\n",
           "", E "symbols [mt][oi]* --sort size");
    expect(
        0,
        "{\"symbols\": [\n"
        "  {\"name\": \"tick\", \"kind\": \"variable\", \"address\": \"0x20004F00\", \"size\": 4, "
        "\"type\": \"volatile uint32_t\", \"section\": \".bss\", \"file\": "
        "\"sim/elf/firmware.c\", \"line\": 19}\n]}\n",
        "", E "symbols tick -f json");
    expect(1, "", "", E "symbols zz*");
}

static void layout_of_a_type_is_printed(void **state)
{
    (void)state;
    static const char layout[] = "struct motor, 20 bytes\n"
                                 "offset   size\n"
                                 "     0      4  float speed\n"
                                 "     4     16  struct pid pid\n";
    expect(0, layout, "", E "type 'struct motor'");
    expect(0, layout, "", E "type motor");
    expect(0, "{\"name\": \"float\", \"size\": 4, \"members\": [], \"enumerators\": []}\n", "",
           E "type motor.pid.kp -f json");
    expect(4, "",
           "ocd: type nope: no such name: there is no type of that name ('ocd symbols' lists the "
           "names)\n",
           E "type nope");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(value_is_printed_as_gdb_prints_it, enter),
        cmocka_unit_test_setup(several_values_have_their_expressions, enter),
        cmocka_unit_test_setup(integers_can_be_hexadecimal_and_arrays_cut, enter),
        cmocka_unit_test_setup(json_is_an_array_of_objects, enter),
        cmocka_unit_test_setup(environment_names_elf_files, enter),
        cmocka_unit_test_setup(ambiguous_name_is_listed, enter),
        cmocka_unit_test_setup(valid_values_are_printed_beside_failures, enter),
        cmocka_unit_test_setup(single_failure_has_its_own_exit_code, enter),
        cmocka_unit_test_setup(other_program_gives_one_warning, enter),
        cmocka_unit_test_setup(value_is_written_by_its_type, enter),
        cmocka_unit_test_setup(with_a_width_a_name_is_an_address, enter),
        cmocka_unit_test_setup(value_that_does_not_fit_is_refused, enter),
        cmocka_unit_test_setup(name_means_its_address_and_size, enter),
        cmocka_unit_test_setup(pointer_is_read_and_what_it_points_to, enter),
        cmocka_unit_test_setup(dump_takes_the_size_of_the_object, enter),
        cmocka_unit_test_setup(other_commands_take_names, enter),
        cmocka_unit_test_setup(addresses_for_people_have_names, enter),
        cmocka_unit_test_setup(unknown_name_is_an_error, enter),
        cmocka_unit_test_setup(symbols_are_listed_without_an_openocd, enter),
        cmocka_unit_test_setup(layout_of_a_type_is_printed, enter),
    };
    return cmocka_run_group_tests(tests, files_start, files_stop);
}
