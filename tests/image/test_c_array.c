// SPDX-License-Identifier: MIT
/* C arrays, read back by the compiler that is the program's argument. */
#include "tools.h"

static const char *compiler;

static void compiler_finds_the_bytes(void **state)
{
    (void)state;
    static const char program[] = "#include <stdio.h>\n"
                                  "#include \"firmware.c\"\n"
                                  "int main(void)\n"
                                  "{\n"
                                  "    return sizeof(firmware) != firmware_len ||\n"
                                  "           fwrite(firmware, firmware_len, 1, stdout) != 1;\n"
                                  "}\n";
    uint64_t seed = 21;
    struct place p;
    struct ocd_image_layout layout = {
        .format = OCD_IMAGE_C_ARRAY, .name = "firmware", .fill = 0xff};

    make_place(&p);
    for (unsigned i = 0; i < 2; i++) {
        struct sparse s = random_place(&seed, UINT32_MAX);
        write_image(file_in(&p, "firmware.c"), &s, &layout);
        write_file(file_in(&p, "main.c"), program, strlen(program));
        run_tool(compiler, "-Wall", "-Wextra", "-Werror", "-o", file_in(&p, "main"),
                 file_in(&p, "main.c"), NULL);
        run_tool("sh", "-c", "\"$0\" > \"$1\"", file_in(&p, "main"), file_in(&p, "flat"), NULL);
        expect_flat(file_in(&p, "flat"), &s, 0xff);
        free_sparse(&s);
    }
    remove_place(&p);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compiler_finds_the_bytes),
    };
    compiler = argc > 1 ? argv[1] : "cc";
    return have_tool(compiler) ? cmocka_run_group_tests(tests, NULL, NULL) : SKIPPED;
}
