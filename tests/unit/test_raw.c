// SPDX-License-Identifier: MIT
/* Bytes as a Tcl word: what OpenOCD's own interpreter (Jim) makes of the word is those bytes. */
#include "transfer/raw.h"

#include "ocd.h"
#include "rpc/frame.h"
#include "support.h"

#include <jim.h>

static Jim_Interp *interp;

static int make_interp(void **state)
{
    (void)state;
    interp = Jim_CreateInterp();
    Jim_RegisterCoreCommands(interp);
    return interp == NULL;
}

static int free_interp(void **state)
{
    (void)state;
    Jim_FreeInterp(interp);
    return 0;
}

static void quote(struct ocd_buffer *line, const void *data, size_t size)
{
    void *exact = exact_copy(data, size);

    ocd__buffer_clear(line);
    ocd__buffer_puts(line, "set x ");
    assert_int_equal(ocd__raw_quote(line, exact, size), OCD_OK);
    free(exact);
}

/* As in OpenOCD: 0x1a ends the request, and a NUL its line. */
static void assert_survives(struct ocd_buffer *line, const void *data, size_t size)
{
    int length;

    quote(line, data, size);
    assert_null(memchr(line->data, OCD_FRAME_END, line->size));
    assert_null(memchr(line->data, '\0', line->size));
    assert_int_equal(Jim_Eval(interp, line->data), JIM_OK);
    const char *value = Jim_GetString(Jim_GetResult(interp), &length);
    if ((size_t)length != size || (size > 0 && memcmp(value, data, size) != 0))
        print_error("word %s\n", line->data);
    assert_int_equal(length, size);
    if (size > 0)
        assert_memory_equal(value, data, size);
}

static void every_byte_survives(void **state)
{
    struct ocd_buffer line = {0};

    (void)state;
    assert_survives(&line, "", 0);
    for (unsigned i = 0; i < 256; i++)
        assert_survives(&line, &(uint8_t){(uint8_t)i}, 1);
    ocd__buffer_free(&line);
}

static void every_pair_of_bytes_survives(void **state)
{
    struct ocd_buffer line = {0};

    (void)state;
    for (unsigned i = 0; i < 65536; i++)
        assert_survives(&line, (uint8_t[]){(uint8_t)(i >> 8), (uint8_t)i}, 2);
    ocd__buffer_free(&line);
}

/* What has a meaning in Tcl, in JSON-like escapes, and digits after escapes. */
static void special_bytes_survive_in_groups_of_three(void **state)
{
    static const uint8_t special[] = {0,   0x1a, '"', '$', '[', ']', '{', '}', '\\', ';',  '\n',
                                      ' ', '0',  '7', '8', 'x', 'u', 'n', '(', '#',  0xff, 0xc3};
    struct ocd_buffer line = {0};

    (void)state;
    for (size_t a = 0; a < COUNT_OF(special); a++) {
        for (size_t b = 0; b < COUNT_OF(special); b++)
            for (size_t c = 0; c < COUNT_OF(special); c++)
                assert_survives(&line, (uint8_t[]){special[a], special[b], special[c]}, 3);
    }
    ocd__buffer_free(&line);
}

static void runs_of_nul_survive_whatever_is_around_them(void **state)
{
    static const char *const around[] = {"", "0", "7", "8", "\\", "[", "]", "\"", "$", "\x1a", "x"};
    struct ocd_buffer line = {0};
    uint8_t data[80];

    (void)state;
    for (size_t before = 0; before < COUNT_OF(around); before++) {
        for (size_t after = 0; after < COUNT_OF(around); after++) {
            for (size_t run = 0; run < 40; run++) {
                size_t size = strlen(around[before]);
                memcpy(data, around[before], size);
                memset(data + size, 0, run);
                size += run;
                memcpy(data + size, around[after], strlen(around[after]));
                assert_survives(&line, data, size + strlen(around[after]));
            }
        }
    }
    ocd__buffer_free(&line);
}

static void random_data_survive(void **state)
{
    struct ocd_buffer line = {0};
    uint64_t seed = 3;

    (void)state;
    for (int round = 0; round < 3000; round++) {
        uint8_t data[600];
        size_t size = random_below(&seed, sizeof(data));
        size_t zeros = random_below(&seed, 20) + 1;
        for (size_t i = 0; i < size; i++)
            data[i] = random_below(&seed, 20) < zeros ? 0 : (uint8_t)random_u64(&seed);
        assert_survives(&line, data, size);
    }
    ocd__buffer_free(&line);
}

static size_t word_size(const uint8_t *data, size_t size)
{
    struct ocd_buffer word = {0};

    assert_int_equal(ocd__raw_quote(&word, data, size), OCD_OK);
    size_t length = word.size;
    ocd__buffer_free(&word);
    return length;
}

static void random_data_grow_by_3_percent_and_zeros_shrink(void **state)
{
    enum {
        SIZE = 1 << 20
    };
    uint8_t *data = malloc(SIZE);
    uint64_t seed = 4;

    (void)state;
    assert_non_null(data);
    for (size_t i = 0; i < SIZE; i++)
        data[i] = (uint8_t)random_u64(&seed);
    assert_in_range(word_size(data, SIZE), SIZE * 102 / 100, SIZE * 105 / 100);
    memset(data, 0xff, SIZE);
    assert_int_equal(word_size(data, SIZE), SIZE + 2);
    memset(data, 0, SIZE);
    assert_in_range(word_size(data, SIZE), 2, 40);
    /* What grows most: every byte needs an escape of four characters. */
    for (size_t i = 0; i < SIZE; i++)
        data[i] = i % 2 == 0 ? 0x1a : '0';
    assert_in_range(word_size(data, SIZE), SIZE * 2, SIZE * 3);
    free(data);
}

static void requests_have_their_form(void **state)
{
    static const struct ocd_where plain = {0}, named = {.target = "{a b}"};
    struct ocd_buffer out = {0};

    (void)state;
    ocd__raw_read(&out, plain, 0x20000000, 65536);
    ocd__buffer_puts(&out, "\n");
    ocd__raw_read(&out, named, UINT64_MAX, 1);
    ocd__buffer_puts(&out, "\n");
    ocd__raw_write(&out, plain, 0x20000000, "a\"b", 3);
    ocd__buffer_puts(&out, "\n");
    ocd__raw_show(&out, false, plain, 0x20000000, 65536);
    ocd__buffer_puts(&out, "\n");
    ocd__raw_show(&out, true, named, 0x20000000, 3);
    assert_string_equal(out.data, "{} 0x20000000 65536\n"
                                  "[list {a b}] 0xffffffffffffffff 1\n"
                                  "{} load_image {0x20000000 bin} \"a\\\"b\"\n"
                                  "dump_image <65536 bytes> 0x20000000 65536\n"
                                  "targets {a b}; load_image <3 bytes> 0x20000000 bin");
    ocd__buffer_free(&out);
}

static void number_of_written_bytes_must_be_the_one_asked_for(void **state)
{
    static const struct {
        const char *result;
        uint64_t size;
        bool written;
    } cases[] = {
        {"16 bytes written at address 0x0\ndownloaded 16 bytes in 0.1s (1 KiB/s)", 16, true},
        {"downloaded 16 bytes in 0.1s (1 KiB/s)", 6, false},
        {"downloaded 16 bytes in 0.1s (1 KiB/s)", 160, false},
        {"16 bytes written at address 0x0", 16, false},
        {"downloaded 16 bytes", 16, false},
        {"", 0, false},
        {"downloaded 18446744073709551615 bytes in", UINT64_MAX, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        size_t size = strlen(cases[i].result);
        char *exact = exact_copy(cases[i].result, size);
        struct ocd_view result = {exact, size};
        if (ocd__raw_written(result, cases[i].size) != cases[i].written)
            fail_msg("%s", cases[i].result);
        free(exact);
    }
}

static void full_buffer_is_reported(void **state)
{
    (void)state;
    for (size_t max = 1; max < 12; max++) {
        struct ocd_buffer b = {.max = max};
        assert_int_equal(ocd__raw_quote(&b, "0123456789", 10), OCD_ERR_PROTOCOL);
        ocd__buffer_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_survives),
        cmocka_unit_test(every_pair_of_bytes_survives),
        cmocka_unit_test(special_bytes_survive_in_groups_of_three),
        cmocka_unit_test(runs_of_nul_survive_whatever_is_around_them),
        cmocka_unit_test(random_data_survive),
        cmocka_unit_test(random_data_grow_by_3_percent_and_zeros_shrink),
        cmocka_unit_test(requests_have_their_form),
        cmocka_unit_test(number_of_written_bytes_must_be_the_one_asked_for),
        cmocka_unit_test(full_buffer_is_reported),
    };
    return cmocka_run_group_tests(tests, make_interp, free_interp);
}
