// SPDX-License-Identifier: MIT
/* test_oracle NAME: every value of a program as GDB prints it. NAME.gdb has an expression a line
 * and GDB's answer on the next one; scripts/firmware made it. */
#include "support.h"

static const char *program;

/* Where libocd differs from GDB 13.1: libocd's text begins with `ours`. */
static const struct {
    const char *program, *expression, *ours;
} differences[] = {
    /* GDB takes the name of the instance from the linkage name. GCC's debug information has it only
     * there: shared_value is its name here. */
    {"cpp-", "shared_value<int>", "error: "},
    /* GDB is wrong: it takes both for the one of other.c. */
    {"c-gcc-types", "'values.c'::same", "1"},
    {"c-gcc-lto", "'values.c'::same", "1"},
    /* A variable that Clang has split up, one part in memory, one gone: refused as a whole. */
    {"c-clang-o2", "next_count::where", "error: "},
};

static bool is_known_difference(const char *expression, const char *ours)
{
    for (size_t i = 0; i < COUNT_OF(differences); i++)
        if (strncmp(program, differences[i].program, strlen(differences[i].program)) == 0 &&
            strncmp(expression, differences[i].expression, strlen(differences[i].expression)) ==
                0 &&
            strncmp(ours, differences[i].ours, strlen(differences[i].ours)) == 0)
            return true;
    return false;
}

static bool agrees(struct ocd_symbols *symbols, const char *expression, const char *answer)
{
    char *ours = print(symbols, expression, NULL, false);
    bool same = strcmp(ours, answer) == 0 || is_known_difference(expression, ours);

    if (!same)
        print_message("%s: %s\n  GDB:  %s\n  ours: %s\n", program, expression, answer, ours);
    free(ours);
    return same;
}

static void every_value_is_as_gdb_prints_it(void **state)
{
    (void)state;
    struct ocd_symbols *symbols = open_data(program);
    size_t size, count = 0, wrong = 0;
    char *text = read_whole(data_path(program, ".gdb"), &size), *save = NULL;

    for (char *line = strtok_r(text, "\n", &save); line != NULL;
         line = strtok_r(NULL, "\n", &save)) {
        char *answer = strtok_r(NULL, "\n", &save);
        assert_non_null(answer);
        count++;
        wrong += !agrees(symbols, line, answer + 2);
    }
    if (wrong > 0)
        fail_msg("%zu of %zu values differ from GDB's", wrong, count);
    assert_in_range(count, 25, 10000);
    free(text);
    ocd_symbols_close(symbols);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_value_is_as_gdb_prints_it)};

    program = argc > 1 ? argv[1] : "c-gcc-dwarf5";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
