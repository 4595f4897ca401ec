// SPDX-License-Identifier: MIT
#include "transfer/text.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>

#include "ocd.h"
#include "support.h"

static const enum ocd_layout layouts[] = {OCD_LAYOUT_HOST, OCD_LAYOUT_LITTLE, OCD_LAYOUT_BIG};

/* Decodes a copy that ends where the text ends into memory that ends where the elements end. */
static int decode(const char *text, size_t size, struct ocd_chunk chunk, enum ocd_layout layout,
                  void *data)
{
    char *copy = exact_copy(text, size);
    void *exact = exact_copy(data, (size_t)chunk.count * chunk.width);
    int error = ocd__text_values((struct ocd_view){copy, size}, chunk, exact, layout);
    memcpy(data, exact, (size_t)chunk.count * chunk.width);
    free(exact);
    free(copy);
    return error;
}

/* What OpenOCD prints for the values at `data`, as src/target/target.c says it. */
static void print_values(struct ocd_buffer *out, struct ocd_chunk chunk, const void *data,
                         enum ocd_layout layout)
{
    for (uint32_t i = 0; i < chunk.count; ++i)
        ocd__buffer_printf(
            out, "%s0x%" PRIx64, i == 0 ? "" : " ",
            ocd__text_get((const char *)data + i * chunk.width, chunk.width, layout));
}

static void random_bytes(uint64_t *seed, uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; ++i)
        data[i] = random_below(seed, 3) == 0 ? 0 : (uint8_t)random_u64(seed);
}

static void elements_have_the_byte_order_of_the_layout(void **state)
{
    (void)state;
    const uint64_t value = 0x1122334455667788;
    static const uint8_t little[] = {0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11};
    for (unsigned width = 1; width <= 8; width *= 2) {
        uint64_t expected = width == 8 ? value : value & ((UINT64_C(1) << 8 * width) - 1);
        uint8_t at[9] = {0};
        ocd__text_put(at + 1, width, value, OCD_LAYOUT_LITTLE);
        assert_memory_equal(at + 1, little, width);
        assert_int_equal(ocd__text_get(at + 1, width, OCD_LAYOUT_LITTLE), expected);
        ocd__text_put(at + 1, width, value, OCD_LAYOUT_BIG);
        for (unsigned i = 0; i < width; ++i)
            assert_int_equal(at[width - i], little[i]);
        assert_int_equal(ocd__text_get(at + 1, width, OCD_LAYOUT_BIG), expected);
    }
    uint16_t half;
    uint32_t word;
    uint64_t dword;
    ocd__text_put(&half, 2, value, OCD_LAYOUT_HOST);
    ocd__text_put(&word, 4, value, OCD_LAYOUT_HOST);
    ocd__text_put(&dword, 8, value, OCD_LAYOUT_HOST);
    assert_int_equal(half, 0x7788);
    assert_int_equal(word, 0x55667788);
    assert_int_equal(dword, value);
    assert_int_equal(ocd__text_get(&dword, 8, OCD_LAYOUT_HOST), value);
}

static void commands_have_the_syntax_of_the_server(void **state)
{
    (void)state;
    static const struct ocd_where plain = {0};
    static const struct ocd_where cpu = {.target = "cpu1"};
    static const struct ocd_where phys = {.target = "{a b}", .phys = true};
    static const uint32_t words[] = {0, 0xdeadbeef, 0x10};
    static const uint64_t top[] = {UINT64_MAX};
    struct ocd_buffer out = {0};
    const struct ocd_chunk chunk = {0x20000000, 4, 3};
    const struct ocd_chunk last = {0xfffffffffffffff8, 8, 1};

    ocd__text_read(&out, plain, chunk);
    ocd__buffer_puts(&out, "\n");
    ocd__text_read(&out, phys, last);
    ocd__buffer_puts(&out, "\n");
    ocd__text_write(&out, plain, chunk, words, OCD_LAYOUT_HOST);
    ocd__buffer_puts(&out, "\n");
    ocd__text_write(&out, phys, last, top, OCD_LAYOUT_HOST);
    ocd__buffer_puts(&out, "\n");
    ocd__text_write(&out, cpu, (struct ocd_chunk){1, 1, 5}, "\x01\x00\x7f\x80\xff", OCD_LAYOUT_BIG);
    assert_string_equal(out.data, "read_memory 0x20000000 32 3\n"
                                  "{a b} read_memory 0xfffffffffffffff8 64 1 phys\n"
                                  "write_memory 0x20000000 32 {0x0 0xdeadbeef 0x10}\n"
                                  "{a b} write_memory 0xfffffffffffffff8 64 "
                                  "{0xffffffffffffffff} phys\n"
                                  "cpu1 write_memory 0x1 8 {0x1 0x0 0x7f 0x80 0xff}");
    ocd__buffer_free(&out);
}

static void many_values_are_written(void **state)
{
    (void)state;
    uint64_t seed = 17;
    for (unsigned width = 1; width <= 4; width *= 2) {
        uint8_t data[4 * 300];
        const struct ocd_chunk chunk = {0x20000000, width, 300};
        struct ocd_buffer out = {0}, expected = {0};
        random_bytes(&seed, data, sizeof(data));
        memset(data, 0, width);
        memset(data + width, 0xff, width);
        uint8_t *exact = exact_copy(data, (size_t)width * chunk.count);
        ocd__text_write(&out, (struct ocd_where){0}, chunk, exact, OCD_LAYOUT_LITTLE);
        free(exact);
        ocd__buffer_printf(&expected, "write_memory 0x20000000 %u {", 8 * width);
        for (unsigned i = 0; i < chunk.count; ++i)
            ocd__buffer_printf(&expected, "%s0x%" PRIx64, i == 0 ? "" : " ",
                               ocd__text_get(data + (size_t)i * width, width, OCD_LAYOUT_LITTLE));
        ocd__buffer_puts(&expected, "}");
        assert_string_equal(out.data, expected.data);
        ocd__buffer_free(&out);
        ocd__buffer_free(&expected);
    }
}

static void full_buffer_is_reported(void **state)
{
    (void)state;
    const struct ocd_chunk chunk = {0x20000000, 4, 3};
    static const uint32_t words[3];
    for (size_t max = 1; max < 20; ++max) {
        struct ocd_buffer b = {.max = max};
        const struct ocd_where cpu = {.target = "cpu"};
        assert_int_equal(ocd__text_read(&b, cpu, chunk), OCD_ERR_PROTOCOL);
        ocd__buffer_clear(&b);
        assert_int_equal(ocd__text_write(&b, cpu, chunk, words, OCD_LAYOUT_HOST), OCD_ERR_PROTOCOL);
        ocd__buffer_free(&b);
    }
}

static void written_values_are_read_back(void **state)
{
    (void)state;
    uint64_t seed = 9;
    for (unsigned round = 0; round < 4000; ++round) {
        uint8_t data[8 * 70];
        uint8_t back[sizeof(data)];
        struct ocd_chunk chunk = {.addr = random_u64(&seed) >> random_below(&seed, 60) & ~7ull,
                                  .width = 1u << random_below(&seed, 4),
                                  .count = (uint32_t)random_below(&seed, 71)};
        enum ocd_layout layout = layouts[random_below(&seed, COUNT_OF(layouts))];
        size_t size = (size_t)chunk.count * chunk.width;
        random_bytes(&seed, data, size);

        struct ocd_buffer out = {0};
        uint8_t *exact = exact_copy(data, size);
        assert_int_equal(ocd__text_write(&out, (struct ocd_where){0}, chunk, exact, layout), 0);
        free(exact);
        assert_int_equal(strlen(out.data), out.size);
        const char *list = strchr(out.data, '{') + 1;
        size_t length = out.size - (size_t)(list - out.data) - 1;
        struct ocd_buffer printed = {0};
        print_values(&printed, chunk, data, layout);
        assert_int_equal(length, printed.size);
        assert_memory_equal(list, printed.size != 0 ? printed.data : "", length);

        memset(back, 0xaa, sizeof(back));
        assert_int_equal(decode(list, length, chunk, layout, back), 0);
        if (size != 0)
            assert_memory_equal(back, data, size);
        ocd__buffer_free(&printed);
        ocd__buffer_free(&out);
    }
}

static void longest_replies_decode(void **state)
{
    (void)state;
    uint64_t seed = 10;
    for (unsigned width = 1; width <= 8; width *= 2) {
        struct ocd_chunk chunk = {0xfffffff0, width, OCD_MAX_ELEMENTS};
        size_t size = (size_t)chunk.count * width;
        uint8_t *data = malloc(size);
        uint8_t *back = malloc(size);
        struct ocd_buffer text = {0};
        assert_non_null(data);
        assert_non_null(back);
        random_bytes(&seed, data, size);
        print_values(&text, chunk, data, OCD_LAYOUT_LITTLE);
        assert_int_equal(ocd__text_values((struct ocd_view){text.data, text.size}, chunk, back,
                                          OCD_LAYOUT_LITTLE),
                         0);
        assert_memory_equal(back, data, size);
        ocd__buffer_free(&text);
        free(back);
        free(data);
    }
}

struct reply {
    const char *text;
    unsigned width;
    uint32_t count;
};

static void malformed_values_are_refused(void **state)
{
    (void)state;
    static const struct reply replies[] = {
        {"", 4, 1},
        {"0x1 0x2", 4, 3},
        {"0x1 0x2", 4, 1},
        {"0x1", 4, 0},
        {" ", 4, 0},
        {" 0x1", 4, 1},
        {"0x1 ", 4, 1},
        {"0x1\n", 4, 1},
        {"0x1  0x2", 4, 2},
        {"0x1\t0x2", 4, 2},
        {"0x1,0x2", 4, 2},
        {"0x", 4, 1},
        {"0x 0x1", 4, 2},
        {"0x1 0x", 4, 2},
        {"0X1", 4, 1},
        {"1", 4, 1},
        {"12345", 4, 1},
        {"-0x1", 4, 1},
        {"0x-1", 4, 1},
        {"0x1g", 4, 1},
        {"0xg", 4, 1},
        {"0x1 0x1ff", 1, 2},
        {"0x001", 1, 1},
        {"0x10000", 2, 1},
        {"0x100000000", 4, 1},
        {"0x000000001", 4, 1},
        {"0x10000000000000000", 8, 1},
        {"0x1 0x2failed to read memory", 4, 3},
        {"0x1 0x2 failed to read memory", 4, 3},
        {"0x1 0x2\nfailed to read memory", 4, 2},
        {"read_memory: failed to read memory", 4, 1},
    };
    for (size_t i = 0; i < COUNT_OF(replies); ++i) {
        const struct reply *r = &replies[i];
        uint8_t data[8 * 20];
        struct ocd_chunk chunk = {0, r->width, r->count};
        int error = decode(r->text, strlen(r->text), chunk, OCD_LAYOUT_LITTLE, data);
        if (error != OCD_ERR_PROTOCOL)
            print_error("reply [%s], width %u, count %u\n", r->text, r->width, r->count);
        assert_int_equal(error, OCD_ERR_PROTOCOL);
    }
}

static void replies_of_the_server_are_accepted(void **state)
{
    (void)state;
    static const uint32_t words[] = {0x00171e00, 0xcd132854, 0xc200d5ff, 0xc8afb174, 0xab0b0027,
                                     0x89004e00, 0x00001400, 0x00c38f00, 0x00ee003c};
    static const char values[] = "0x171e00 0xcd132854 0xc200d5ff 0xc8afb174 0xab0b0027 "
                                 "0x89004e00 0x1400 0xc38f00 0xee003c";
    const struct ocd_chunk chunk = {0x20000100, 4, 9};
    uint32_t back[9];
    assert_int_equal(decode(values, sizeof(values) - 1, chunk, OCD_LAYOUT_HOST, back), 0);
    assert_memory_equal(back, words, sizeof(words));
}

/* A slow and simple check: whether a reply is exactly these values. */
static bool naive_values(const char *text, size_t size, struct ocd_chunk chunk, uint64_t *values)
{
    size_t at = 0;
    for (uint32_t n = 0; n < chunk.count; ++n) {
        size_t stop = at;
        while (stop < size && text[stop] != ' ')
            ++stop;
        size_t digits = stop - at;
        if (digits < 3 || digits > 2 + 2 * chunk.width || memcmp(text + at, "0x", 2) != 0)
            return false;
        for (size_t i = at + 2; i < stop; ++i)
            if (!isxdigit((unsigned char)text[i]))
                return false;
        char token[24] = {0};
        memcpy(token, text + at, digits);
        values[n] = strtoull(token, NULL, 16);
        at = stop;
        if (n + 1 < chunk.count && at++ == size)
            return false;
    }
    return at == size;
}

static void mutate(uint64_t *seed, struct ocd_buffer *text)
{
    static const char likely[] = "0x 1fg\n:8";
    for (size_t n = random_below(seed, 3); n-- != 0 && text->size != 0;) {
        size_t at = random_below(seed, text->size);
        char c = random_below(seed, 4) == 0 ? (char)random_u64(seed)
                                            : likely[random_below(seed, sizeof(likely) - 1)];
        switch (random_below(seed, 4)) {
        case 0:
            memmove(text->data + at, text->data + at + 1, text->size - at);
            --text->size;
            break;
        case 1:
            ocd__buffer_add(text, "", 1);
            memmove(text->data + at + 1, text->data + at, text->size - at - 1);
            text->data[at] = c;
            break;
        case 2:
            text->size = at;
            break;
        default:
            text->data[at] = c;
        }
    }
}

static void mutated_values_decode_as_in_a_simple_decoder(void **state)
{
    (void)state;
    uint64_t seed = 11;
    unsigned verdicts[2] = {0};
    for (unsigned round = 0; round < 200000; ++round) {
        uint8_t data[8 * 6];
        uint8_t back[8 * 6];
        uint64_t values[6];
        struct ocd_chunk chunk = {0, 1u << random_below(&seed, 4),
                                  (uint32_t)random_below(&seed, 7)};
        struct ocd_buffer text = {0};
        random_bytes(&seed, data, sizeof(data));
        print_values(&text, chunk, data, OCD_LAYOUT_HOST);
        mutate(&seed, &text);
        const char *start = text.data != NULL ? text.data : "";

        bool valid = naive_values(start, text.size, chunk, values);
        int error = decode(start, text.size, chunk, OCD_LAYOUT_HOST, back);
        if (error != (valid ? 0 : OCD_ERR_PROTOCOL))
            print_error("reply [%.*s], width %u, count %u\n", (int)text.size, start, chunk.width,
                        chunk.count);
        assert_int_equal(error, valid ? 0 : OCD_ERR_PROTOCOL);
        for (uint32_t i = 0; valid && i < chunk.count; ++i)
            assert_int_equal(ocd__text_get(back + i * chunk.width, chunk.width, OCD_LAYOUT_HOST),
                             values[i]);
        ++verdicts[valid];
        ocd__buffer_free(&text);
    }
    assert_true(verdicts[0] > 10000 && verdicts[1] > 10000);
}

static void reads_have_the_syntax_of_the_server(void **state)
{
    static const struct ocd_where plain = {0}, phys = {.target = "{a b}", .phys = true};
    struct ocd_buffer out = {0};

    (void)state;
    ocd__text_reads_begin(&out, plain, true);
    ocd__text_reads_add(&out, (struct ocd_chunk){0x20000000, 4, 256});
    ocd__text_reads_add(&out, (struct ocd_chunk){UINT64_MAX, 1, 1});
    ocd__text_reads_end(&out, plain);
    ocd__buffer_puts(&out, "\n");
    ocd__text_reads_begin(&out, phys, false);
    ocd__text_reads_end(&out, phys);
    assert_string_equal(out.data, "{} {} 1 {0x20000000 32 256 0xffffffffffffffff 8 1 }\n"
                                  "[list {a b}] {phys} 0 {}");
    ocd__buffer_free(&out);
}

/* The reads of a result as "STATUS(VALUES)", "malformed" after the good ones. */
static void check_reads(const char *result, const char *expected)
{
    char text[256] = "";
    char *exact = exact_copy(result, strlen(result));
    struct ocd_view rest = {exact, strlen(result)}, values;
    int rc = OCD_OK;
    long status;

    while (rest.size > 0 && (rc = ocd__text_next(&rest, &status, &values)) == OCD_OK) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof(text) - used, "%ld(%.*s)", status, (int)values.size,
                 values.data);
    }
    if (rc != OCD_OK)
        strcat(text, "malformed");
    assert_string_equal(text, expected);
    free(exact);
}

static void reads_are_split_by_their_counts(void **state)
{
    (void)state;
    check_reads("", "");
    check_reads("0 7 0x1 0x2\n0 3 0x3\n", "0(0x1 0x2)0(0x3)");
    check_reads("0 3 0x1\n1 7 a\nb 1 c\n", "0(0x1)1(a\nb 1 c)");
    check_reads("-304 0 \n", "-304()");
    check_reads("0 3 0x1\n0 3 0x1", "0(0x1)malformed");
}

static void malformed_reads_are_refused(void **state)
{
    static const char *const results[] = {
        "0",
        "0 ",
        "0 3",
        "0 3 ",
        "0 3 0x1",
        "0 2 0x1\n",
        "0 4 0x1\n",
        "0 3\n0x1\n",
        "x 3 0x1\n",
        "0 x 0x1\n",
        "0 -3 0x1\n",
        " 0 3 0x1\n",
        "0  3 0x1\n",
        "- 3 0x1\n",
        "+1 3 0x1\n",
        "0 3 0x1 ",
        "0 99999999999999999999 0x1\n",
        "99999999999999999999 3 0x1\n",
        "0 4294967299 0x1\n",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(results); ++i)
        check_reads(results[i], "malformed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_have_the_byte_order_of_the_layout),
        cmocka_unit_test(commands_have_the_syntax_of_the_server),
        cmocka_unit_test(many_values_are_written),
        cmocka_unit_test(full_buffer_is_reported),
        cmocka_unit_test(written_values_are_read_back),
        cmocka_unit_test(longest_replies_decode),
        cmocka_unit_test(malformed_values_are_refused),
        cmocka_unit_test(replies_of_the_server_are_accepted),
        cmocka_unit_test(mutated_values_decode_as_in_a_simple_decoder),
        cmocka_unit_test(reads_have_the_syntax_of_the_server),
        cmocka_unit_test(reads_are_split_by_their_counts),
        cmocka_unit_test(malformed_reads_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
