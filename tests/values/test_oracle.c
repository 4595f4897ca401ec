// SPDX-License-Identifier: MIT
/* test_oracle NAME: the values of a program, read from the chip, are those that GDB prints.
 * NAME.gdb has an expression a line and GDB's answer on the next one. Where libocd differs from
 * GDB, and why, is in tests/symbols/test_oracle.c: those are left out here. */
#include "program.h"

static const char *name;

static bool differs_on_purpose(const char *expression)
{
    static const char *const left_out[] = {"shared_value<int>", "'values.c'::same",
                                           "next_count::where"};

    for (size_t i = 0; i < COUNT_OF(left_out); i++)
        if (strncmp(expression, left_out[i], strlen(left_out[i])) == 0)
            return true;
    return false;
}

static bool agrees(struct program *p, const char *expression, const char *answer)
{
    char *ours = program_print(p, expression);
    bool same = strcmp(ours, answer) == 0;

    if (!same)
        print_message("%s: %s\n  GDB:  %s\n  ours: %s\n", name, expression, answer, ours);
    free(ours);
    return same;
}

static void values_in_the_target_are_as_gdb_prints_them(void **state)
{
    (void)state;
    struct program p;
    char path[4096], *save = NULL;
    size_t size, count = 0, wrong = 0;
    program_start(&p, name);
    snprintf(path, sizeof(path), "%s/%s.gdb", SYMBOLS_DATA, name);
    char *text = (char *)rig_read_file(path, &size);
    text = realloc(text, size + 1);
    assert_non_null(text);
    text[size] = '\0';

    for (char *line = strtok_r(text, "\n", &save); line != NULL;
         line = strtok_r(NULL, "\n", &save)) {
        char *answer = strtok_r(NULL, "\n", &save);
        assert_non_null(answer);
        if (differs_on_purpose(line))
            continue;
        count++;
        wrong += !agrees(&p, line, answer + 2);
        rig_trace_clear(&p.rig->trace);
    }
    if (wrong > 0)
        fail_msg("%zu of %zu values differ from GDB's", wrong, count);
    assert_in_range(count, 25, 10000);
    assert_int_equal(p.warnings, 0);
    free(text);
    program_stop(&p);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_in_the_target_are_as_gdb_prints_them)};

    name = argc > 1 ? argv[1] : "c-gcc-dwarf5";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
