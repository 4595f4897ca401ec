// SPDX-License-Identifier: MIT
/* Returns and failures as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "files.h"

#define FAILURE(code, addr, message, hint)                                                         \
    "{\"error\": {\"code\": \"" code "\", \"address\": " addr ", \"message\": \"" message          \
    "\", \"hint\": " hint "}}\n"

static void each_command_answers_with_one_object(void **state)
{
    (void)state;
    put_text("@/a.bin", "abcd");
    run(0, "{\"state\": \"halted\"}\n", "", "state -f json");
    run(0, "{\"state\": \"halted\"}\n", "", "state --wait halted -f json");
    run(0, "{\"done\": true}\n", "", "halt -f json");
    run(0, "{\"result\": \"3\"}\n", "", "cmd -f json expr 3");
    run(0, "{\"address\": \"0x20001000\", \"size\": 8, \"verified\": true}\n", "",
        "write 0x20001000 1 2 --verify -f json");
    run(0, "{\"address\": \"0x20001000\", \"size\": 16, \"verified\": false}\n", "",
        "fill 0x20001000 16 0x61 -f json");
    run(0, "{\"address\": \"0x20001100\", \"size\": 16, \"verified\": false}\n", "",
        "copy 0x20001000 0x20001100 16 -f json");
    run(0, "{\"matches\": [\"0x20001000\", \"0x20001100\"]}\n", "",
        "search 0x20001000..0x20001200 --text aaaaaaaaaaaaaaaa -f json");
    run(1, "{\"matches\": []}\n", "", "search 0x20001000..0x20001200 --text bb -f json");
    run(0,
        "{\"bytes\": 4, \"regions\": [{\"address\": \"0x20001200\", \"size\": 4, \"bytes\": 4, "
        "\"flash\": false}], \"written_bytes\": 4, \"skipped_bytes\": 0, "
        "\"skipped_sectors\": 0, \"erased_sectors\": 0, \"other_bytes\": 0, "
        "\"restored_bytes\": 0, \"verified\": true, \"reset\": null}\n",
        "", "load @/a.bin 0x20001200 --verify -f json");
    run(0, "{\"differences\": [], \"bytes\": 4, \"differing\": 0, \"ranges\": 0}\n", "",
        "verify @/a.bin 0x20001200 -f json");
    run_holds(0,
              "\"bytes\": 4, \"ranges\": [{\"address\": \"0x20001200\", \"size\": 4}], "
              "\"unreadable\": []}\n",
              "", "dump 0x20001200 4 @/b.bin -f json");
    file_holds("@/b.bin", "abcd");
    run_holds(0, "{\"registers\": [{\"name\": \"pc\", ", "", "reg pc -f json");
    run(0, "{\"done\": true}\n", "", "reg r0=1 -f json");
    run_holds(0, "{\"targets\": [{\"name\": ", "", "targets -f json");
}

static void skipped_memory_is_listed(void **state)
{
    (void)state;
    sim_fault(rig->sim, RAM + 0x1010, 4);
    run_holds(4,
              "\"bytes\": 28, \"ranges\": [{\"address\": \"0x20001000\", \"size\": 32}], "
              "\"unreadable\": [{\"address\": \"0x20001010\", \"size\": 4}]}\n",
              "", "dump 0x20001000 32 @/b.bin --skip-unreadable -f json");
}

static void warnings_about_a_file_are_in_the_answer(void **state)
{
    static const char notes[] = "\"notes\": \"line 2: 4 bytes, from 0x20001000 on, are there more "
                                "than once; the later ones "
                                "count\\u000a\"";
    (void)state;
    put_text("@/over.hex", ":0400000001020304F2\n:0400000001020304F2\n:00000001FF\n");
    run_holds(0, notes, "", "load @/over.hex 0x20001000 -f json");
    run_holds(0, notes, "", "verify @/over.hex 0x20001000 -f json");
}

static void failures_are_one_object(void **state)
{
    (void)state;
    run(2, "",
        FAILURE("OCD_ERR_ARG", "null", "state: unexpected argument 'x'",
                "\"try 'ocd state --help'\""),
        "state x -f json");
    run_holds(4, "", "{\"error\": {\"code\": \"OCD_ERR_TARGET\", \"address\": \"0x30000000\", ",
              "read 0x30000000 -f json");
    run(6, "",
        FAILURE("OCD_ERR_FILE", "null", "load @/none: local file error: No such file or directory",
                "null"),
        "load @/none 0x20000000 -f json");
    run_holds(4, "", "{\"error\": {\"code\": \"OCD_ERR_NO_REGISTER\", ", "reg nosuch -f json");
    run(2, "",
        FAILURE("OCD_ERR_ARG", "null", "dump: json needs a file: standard output has the data",
                "\"try 'ocd dump --help'\""),
        "dump 0x20000000 4 - -f json");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        files_test(each_command_answers_with_one_object),
        files_test(skipped_memory_is_listed),
        files_test(warnings_about_a_file_are_in_the_answer),
        files_test(failures_are_one_object),
    };
    return cmocka_run_group_tests(tests, files_start, files_stop);
}
