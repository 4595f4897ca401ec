// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "support.h"

static const uint8_t bytes[] = {0x00, 0x50, 0x00, 0x20, 0xa1, 0x01, 0x00, 0x08, 0xab, 0x01, 0x00,
                                0x08, 0xad, 0x01, 0x00, 0x08, 0xaf, 0x01, 0x00, 0x08, 0xb1};

static void check(const struct ocd_image_layout *layout, const struct chunk *chunks, size_t count,
                  const char *text)
{
    struct sparse s = {(struct chunk *)(uintptr_t)chunks, count};
    struct ocd_buffer out = write_sparse(&s, layout);

    assert_string_equal(out.data != NULL ? out.data : "", text);
    ocd__buffer_free(&out);
}

#define CHUNK(addr, size)                                                                          \
    {                                                                                              \
        addr, size, (uint8_t *)(uintptr_t)bytes                                                    \
    }

static void intel_hex_has_linear_bases(void **state)
{
    (void)state;
    const struct chunk chunks[] = {CHUNK(0x10, 2), CHUNK(0x0800fff8, 21), CHUNK(0xffffffff, 1)};

    check(&(struct ocd_image_layout){.format = OCD_IMAGE_IHEX,
                                     .has_entry = true,
                                     .entry = 0x08000101},
          chunks, 3,
          ":0200100000509E\n"
          ":020000040800F2\n"
          ":08FFF80000500020A1010008E7\n"
          ":020000040801F1\n"
          ":0D000000AB010008AD010008AF010008B120\n"
          ":02000004FFFFFC\n"
          ":01FFFF000001\n"
          ":0400000508000101ED\n"
          ":00000001FF\n");
}

static void intel_hex_has_segment_bases(void **state)
{
    (void)state;
    const struct chunk chunks[] = {CHUNK(0x10, 2), CHUNK(0x1fff8, 21), CHUNK(0xfffff, 1)};

    check(&(struct ocd_image_layout){.format = OCD_IMAGE_IHEX,
                                     .addr_bits = 20,
                                     .record_size = 8,
                                     .has_entry = true,
                                     .entry = 0x30101},
          chunks, 3,
          ":0200100000509E\n"
          ":020000021000EC\n"
          ":08FFF80000500020A1010008E7\n"
          ":020000022000DC\n"
          ":08000000AB010008AD0100088E\n"
          ":05000800AF010008B18A\n"
          ":02000002F0000C\n"
          ":01FFFF000001\n"
          ":0400000330000101C7\n"
          ":00000001FF\n");
}

static void intel_hex_of_16_bits_has_no_base(void **state)
{
    (void)state;
    const struct chunk chunks[] = {CHUNK(0xfffc, 4)};

    check(&(struct ocd_image_layout){.format = OCD_IMAGE_IHEX, .addr_bits = 16}, chunks, 1,
          ":04FFFC000050002091\n:00000001FF\n");
}

static void s_records_have_header_count_and_termination(void **state)
{
    (void)state;
    const struct chunk chunks[] = {CHUNK(0x10, 2), CHUNK(0xfff8, 8)};
    struct ocd_image_layout layout = {.format = OCD_IMAGE_SREC, .header = "HDR"};

    check(&layout, chunks, 2,
          "S00600004844521B\n"
          "S30700000010005098\n"
          "S30D0000FFF800500020A1010008E1\n"
          "S5030002FA\n"
          "S70500000000FA\n");
    layout.addr_bits = 24;
    layout.has_entry = true;
    layout.entry = 0x101;
    check(&layout, chunks, 2,
          "S00600004844521B\n"
          "S206000010005099\n"
          "S20C00FFF800500020A1010008E2\n"
          "S5030002FA\n"
          "S804000101F9\n");
    layout.addr_bits = 16;
    layout.header = NULL;
    check(&layout, chunks, 2,
          "S0030000FC\n"
          "S105001000509A\n"
          "S10BFFF800500020A1010008E3\n"
          "S5030002FA\n"
          "S9030101FA\n");
}

static void count_beyond_16_bits_is_an_s6(void **state)
{
    (void)state;
    uint8_t *data = calloc(1, 65536);
    struct chunk chunk = {0, 65536, data};
    struct sparse s = {&chunk, 1};
    struct ocd_image_layout layout = {.format = OCD_IMAGE_SREC, .record_size = 1};

    assert_non_null(data);
    struct ocd_buffer out = write_sparse(&s, &layout);
    assert_string_equal(out.data + out.size - 29, "\nS604010000FA\nS70500000000FA\n");
    ocd__buffer_free(&out);
    chunk.size--;
    out = write_sparse(&s, &layout);
    assert_string_equal(out.data + out.size - 27, "\nS503FFFFFE\nS70500000000FA\n");
    ocd__buffer_free(&out);
    free(data);
}

static void long_header_is_cut(void **state)
{
    (void)state;
    char header[400] = {0};
    memset(header, 'h', sizeof(header) - 1);
    struct ocd_buffer out =
        write_sparse(&(struct sparse){0},
                     &(struct ocd_image_layout){.format = OCD_IMAGE_SREC, .header = header});
    struct copy c;

    assert_int_equal(open_copy(&c, out.data, out.size, "file", NULL), OCD_OK);
    assert_int_equal(strlen(ocd_image_get_info(c.image)->header), 252);
    close_copy(&c);
    ocd__buffer_free(&out);
}

static void gaps_of_a_raw_binary_are_filled(void **state)
{
    (void)state;
    const struct chunk chunks[] = {{0x1000, 2, (uint8_t *)(uintptr_t) "ab"},
                                   {0x1005, 1, (uint8_t *)(uintptr_t) "c"}};

    check(&(struct ocd_image_layout){.format = OCD_IMAGE_BIN, .fill = '.'}, chunks, 2, "ab...c");
    check(&(struct ocd_image_layout){.format = OCD_IMAGE_BIN, .fill = '.', .gap_max = 3}, chunks, 2,
          "ab...c");
    check(NULL, chunks, 1, "ab");
}

static void c_array_has_12_bytes_a_line(void **state)
{
    (void)state;
    const struct chunk chunks[] = {CHUNK(0x08000000, 12), CHUNK(0x0800000d, 12)};

    check(&(struct ocd_image_layout){.format = OCD_IMAGE_C_ARRAY, .name = "vectors", .fill = 0xff},
          chunks, 2,
          "/* From address 0x08000000. */\n"
          "const unsigned char vectors[] = {\n"
          "    0x00, 0x50, 0x00, 0x20, 0xa1, 0x01, 0x00, 0x08, 0xab, 0x01, 0x00, 0x08,\n"
          "    0xff, 0x00, 0x50, 0x00, 0x20, 0xa1, 0x01, 0x00, 0x08, 0xab, 0x01, 0x00,\n"
          "    0x08,\n"
          "};\n"
          "const unsigned int vectors_len = 25;\n");
}

static void hexdump_starts_a_new_line_after_a_gap(void **state)
{
    (void)state;
    const struct chunk chunks[] = {CHUNK(0x1000, 17), CHUNK(0x1013, 1), CHUNK(0xfffffff0, 17)};

    check(&(struct ocd_image_layout){.format = OCD_IMAGE_HEXDUMP}, chunks, 3,
          "00001000: 00 50 00 20 A1 01 00 08  AB 01 00 08 AD 01 00 08  |.P. ............|\n"
          "00001010: AF                                                |.|\n"
          "00001013: 00                                                |.|\n"
          "00000000FFFFFFF0: 00 50 00 20 A1 01 00 08  AB 01 00 08 AD 01 00 08  "
          "|.P. ............|\n"
          "0000000100000000: AF                                                |.|\n");
}

static void a_file_without_data_can_be_written(void **state)
{
    (void)state;
    check(&(struct ocd_image_layout){.format = OCD_IMAGE_IHEX}, NULL, 0, ":00000001FF\n");
    check(&(struct ocd_image_layout){.format = OCD_IMAGE_SREC}, NULL, 0,
          "S0030000FC\nS5030000FC\nS70500000000FA\n");
    check(&(struct ocd_image_layout){.format = OCD_IMAGE_BIN}, NULL, 0, "");
    check(&(struct ocd_image_layout){.format = OCD_IMAGE_HEXDUMP}, NULL, 0, "");
}

/* --- Refusals --- */

/* Nothing of the chunk may have been written, and nothing after it is. */
static void refuse_put(const struct ocd_image_layout *layout, uint64_t before, uint64_t addr,
                       size_t size, int code, const char *words)
{
    struct ocd_buffer out = {0};
    struct ocd_image_writer *w;
    uint8_t *data = calloc(1, size);

    assert_non_null(data);
    assert_int_equal(ocd_image_writer_to_sink(&w, collect, &out, layout), OCD_OK);
    assert_int_equal(ocd_image_writer_put(w, before, data, 1), OCD_OK);
    assert_int_equal(ocd_image_writer_put(w, addr, data, size), code);
    assert_int_equal(out.size, 0);
    assert_string_equal(ocd_image_writer_error(w)->text, words);
    assert_int_equal(ocd_image_writer_put(w, before + 1, data, 1), code);
    assert_int_equal(ocd_image_writer_finish(w), code);
    assert_int_equal(out.size, 0);
    ocd_image_writer_close(w);
    ocd__buffer_free(&out);
    free(data);
}

static void addresses_beyond_the_format_are_refused(void **state)
{
    (void)state;
    static const struct {
        struct ocd_image_layout layout;
        uint64_t last;
        const char *name;
    } cases[] = {
        {{.format = OCD_IMAGE_SREC, .addr_bits = 16}, 0xffff, "S-record with 16"},
        {{.format = OCD_IMAGE_SREC, .addr_bits = 24}, 0xffffff, "S-record with 24"},
        {{.format = OCD_IMAGE_SREC, .addr_bits = 32}, 0xffffffff, "S-record with 32"},
        {{.format = OCD_IMAGE_SREC}, 0xffffffff, "S-record with 32"},
        {{.format = OCD_IMAGE_IHEX, .addr_bits = 16}, 0xffff, "Intel HEX with 16"},
        {{.format = OCD_IMAGE_IHEX, .addr_bits = 20}, 0xfffff, "Intel HEX with 20"},
        {{.format = OCD_IMAGE_IHEX}, 0xffffffff, "Intel HEX with 32"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char words[200];
        uint64_t last = cases[i].last;
        assert_int_equal(ocd__image_layout_last(&cases[i].layout), last);
        snprintf(words, sizeof(words),
                 "file format error: %s-bit addresses cannot hold 0x%08llX to 0x%08llX",
                 cases[i].name, (unsigned long long)last, (unsigned long long)last + 1);
        refuse_put(&cases[i].layout, 0x100, last, 2, OCD_ERR_FORMAT, words);

        struct ocd_image_layout layout = cases[i].layout;
        struct ocd_image_writer *w;
        struct ocd_buffer out = {0};
        layout.has_entry = true;
        layout.entry = last;
        assert_int_equal(ocd_image_writer_to_sink(&w, collect, &out, &layout), OCD_OK);
        assert_int_equal(ocd_image_writer_put(w, last, "x", 1), OCD_OK);
        ocd_image_writer_close(w);
        layout.entry = last + 1;
        assert_int_equal(ocd_image_writer_to_sink(&w, collect, &out, &layout), OCD_ERR_FORMAT);
        ocd_image_writer_close(w);
        ocd__buffer_free(&out);
    }
    assert_int_equal(ocd__image_layout_last(&(struct ocd_image_layout){.format = OCD_IMAGE_BIN}),
                     UINT64_MAX);
}

static void chunks_must_ascend(void **state)
{
    (void)state;
    static const struct ocd_image_layout layout = {.format = OCD_IMAGE_IHEX};

    refuse_put(&layout, 0x100, 0x100, 1, OCD_ERR_ARG,
               "invalid argument: 0x00000100 does not follow 0x00000100: chunks have to ascend");
    refuse_put(&layout, 0x100, 0x80, 0x1000, OCD_ERR_ARG,
               "invalid argument: 0x00000080 does not follow 0x00000100: chunks have to ascend");
    refuse_put(&(struct ocd_image_layout){.format = OCD_IMAGE_HEXDUMP}, UINT64_MAX, 0, 1,
               OCD_ERR_ARG,
               "invalid argument: 0x00000000 does not follow 0xFFFFFFFFFFFFFFFF: chunks have to "
               "ascend");
    refuse_put(&layout, 0x100, UINT64_MAX, 2, OCD_ERR_ARG,
               "invalid argument: 2 bytes at 0xFFFFFFFFFFFFFFFF wrap");
}

static void large_gaps_of_formats_without_addresses_are_refused(void **state)
{
    (void)state;
    refuse_put(&(struct ocd_image_layout){.format = OCD_IMAGE_BIN}, 0x08000000, 0x20000000, 4,
               OCD_ERR_FORMAT,
               "file format error: raw binary cannot leave out the 402653183 bytes below "
               "0x20000000, and 16777216 are the most that are filled");
    refuse_put(&(struct ocd_image_layout){.format = OCD_IMAGE_BIN, .gap_max = 3}, 0, 5, 4,
               OCD_ERR_FORMAT,
               "file format error: raw binary cannot leave out the 4 bytes below 0x00000005, and "
               "3 are the most that are filled");
}

static void layouts_that_do_not_exist_are_refused(void **state)
{
    (void)state;
    static const struct {
        struct ocd_image_layout layout;
        const char *words;
    } cases[] = {
        {{.format = OCD_IMAGE_ELF}, "a file of this format (ELF) cannot be written"},
        {{.format = (enum ocd_image_format)99},
         "ocd_image_layout.format is not one of enum ocd_image_format"},
        {{.format = OCD_IMAGE_SREC, .addr_bits = 20}, "there is no S-record with 20-bit addresses"},
        {{.format = OCD_IMAGE_IHEX, .addr_bits = 24},
         "there is no Intel HEX with 24-bit addresses"},
        {{.format = OCD_IMAGE_IHEX, .record_size = 256},
         "Intel HEX: a record holds 255 bytes at most, not 256"},
        {{.format = OCD_IMAGE_SREC, .record_size = 251},
         "S-record: a record holds 250 bytes at most, not 251"},
        {{.format = OCD_IMAGE_SREC, .addr_bits = 16, .record_size = 253},
         "S-record: a record holds 252 bytes at most, not 253"},
        {{.format = OCD_IMAGE_C_ARRAY, .name = "1st"}, "'1st' is no name in C"},
        {{.format = OCD_IMAGE_C_ARRAY, .name = "a-b"}, "'a-b' is no name in C"},
        {{.format = OCD_IMAGE_C_ARRAY, .name = ""}, "'' is no name in C"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct ocd_image_writer *w;
        assert_int_equal(ocd_image_writer_to_sink(&w, collect, NULL, &cases[i].layout),
                         OCD_ERR_ARG);
        assert_string_equal(ocd_image_writer_error(w)->message, cases[i].words);
        ocd_image_writer_close(w);
    }
    ocd_image_writer_close(NULL);
}

static void c_array_cannot_be_empty(void **state)
{
    (void)state;
    struct ocd_image_writer *w;
    struct ocd_buffer out = {0};

    assert_int_equal(
        ocd_image_writer_to_sink(&w, collect, &out,
                                 &(struct ocd_image_layout){.format = OCD_IMAGE_C_ARRAY}),
        OCD_OK);
    assert_int_equal(ocd_image_writer_finish(w), OCD_ERR_FORMAT);
    assert_int_equal(out.size, 0);
    ocd_image_writer_close(w);
}

/* --- Where it goes --- */

static int refuse_all(const void *data, size_t size, void *user)
{
    (void)data;
    (void)size;
    ++*(int *)user;
    return 1;
}

static void sink_may_stop(void **state)
{
    (void)state;
    struct ocd_image_writer *w;
    int calls = 0;

    assert_int_equal(ocd_image_writer_to_sink(&w, refuse_all, &calls, NULL), OCD_OK);
    assert_int_equal(ocd_image_writer_put(w, 0, "x", 1), OCD_OK);
    assert_int_equal(ocd_image_writer_finish(w), OCD_ERR_CANCELLED);
    assert_int_equal(ocd_image_writer_finish(w), OCD_ERR_CANCELLED);
    assert_int_equal(calls, 1);
    ocd_image_writer_close(w);
}

struct place {
    char directory[32];
    char path[64];
};

static struct place make_place(const char *name)
{
    struct place p = {.directory = "/tmp/test-image-XXXXXX"};

    assert_non_null(mkdtemp(p.directory));
    snprintf(p.path, sizeof(p.path), "%s/%s", p.directory, name);
    return p;
}

static bool holds(const char *path, const char *text)
{
    char found[100] = {0};
    int fd = open(path, O_RDONLY);

    if (fd < 0)
        return false;
    assert_true(read(fd, found, sizeof(found) - 1) >= 0);
    close(fd);
    return strcmp(found, text) == 0;
}

static void file_takes_its_name_when_it_is_finished(void **state)
{
    (void)state;
    struct place p = make_place("out.s19");
    struct ocd_image_writer *w;

    assert_int_equal(ocd_image_writer_create(&w, p.path, NULL), OCD_OK);
    assert_int_equal(ocd__image_writer_layout(w)->format, OCD_IMAGE_SREC);
    assert_int_equal(ocd__image_layout_last(ocd__image_writer_layout(w)), 0xffff);
    assert_int_equal(ocd_image_writer_put(w, 0xffff, "A", 1), OCD_OK);
    assert_int_equal(access(p.path, F_OK), -1);
    assert_int_equal(ocd_image_writer_finish(w), OCD_OK);
    assert_true(holds(p.path, "S0030000FC\nS104FFFF41BC\nS5030001FB\nS9030000FC\n"));
    assert_int_equal(ocd_image_writer_finish(w), OCD_OK);
    assert_int_equal(ocd_image_writer_put(w, 0x10000, "A", 1), OCD_ERR_ARG);
    ocd_image_writer_close(w);
    assert_true(holds(p.path, "S0030000FC\nS104FFFF41BC\nS5030001FB\nS9030000FC\n"));
    assert_int_equal(unlink(p.path), 0);
    assert_int_equal(rmdir(p.directory), 0);
}

static void unfinished_file_leaves_nothing(void **state)
{
    (void)state;
    struct place p = make_place("out.hex");
    struct ocd_image_writer *w;

    for (unsigned fails = 0; fails < 2; fails++) {
        assert_int_equal(ocd_image_writer_create(&w, p.path, NULL), OCD_OK);
        assert_int_equal(ocd_image_writer_put(w, 0x10, "A", 1), OCD_OK);
        if (fails == 1) {
            assert_int_equal(ocd_image_writer_put(w, 0, "A", 1), OCD_ERR_ARG);
            assert_int_equal(ocd_image_writer_finish(w), OCD_ERR_ARG);
        }
        ocd_image_writer_close(w);
    }
    assert_int_equal(rmdir(p.directory), 0); /* empty */
}

static void descriptor_stays_open(void **state)
{
    (void)state;
    struct place p = make_place("out");
    int fd = open(p.path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    struct ocd_image_writer *w;

    assert_true(fd >= 0);
    assert_int_equal(ocd_image_writer_to_fd(&w, fd, "out.hex", NULL), OCD_OK);
    assert_int_equal(ocd_image_writer_finish(w), OCD_OK);
    ocd_image_writer_close(w);
    assert_int_equal(close(fd), 0);
    assert_true(holds(p.path, ":00000001FF\n"));
    assert_int_equal(unlink(p.path), 0);
    assert_int_equal(rmdir(p.directory), 0);
}

static void failures_of_the_system_are_reported(void **state)
{
    (void)state;
    struct ocd_image_writer *w;

    assert_int_equal(ocd_image_writer_create(&w, "/no/such/place/a.hex", NULL), OCD_ERR_FILE);
    assert_string_equal(ocd_image_writer_error(w)->text,
                        "/no/such/place/a.hex: local file error: No such file or directory");
    assert_int_equal(ocd_image_writer_error(w)->system_errno, ENOENT);
    ocd_image_writer_close(w);

    int fd = open("/dev/full", O_WRONLY);
    if (fd >= 0) {
        assert_int_equal(ocd_image_writer_to_fd(&w, fd, "a.hex", NULL), OCD_OK);
        assert_int_equal(ocd_image_writer_finish(w), OCD_ERR_FILE);
        assert_string_equal(ocd_image_writer_error(w)->text,
                            "a.hex: local file error: No space left on device");
        ocd_image_writer_close(w);
        close(fd);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intel_hex_has_linear_bases),
        cmocka_unit_test(intel_hex_has_segment_bases),
        cmocka_unit_test(intel_hex_of_16_bits_has_no_base),
        cmocka_unit_test(s_records_have_header_count_and_termination),
        cmocka_unit_test(count_beyond_16_bits_is_an_s6),
        cmocka_unit_test(long_header_is_cut),
        cmocka_unit_test(gaps_of_a_raw_binary_are_filled),
        cmocka_unit_test(c_array_has_12_bytes_a_line),
        cmocka_unit_test(hexdump_starts_a_new_line_after_a_gap),
        cmocka_unit_test(a_file_without_data_can_be_written),
        cmocka_unit_test(addresses_beyond_the_format_are_refused),
        cmocka_unit_test(chunks_must_ascend),
        cmocka_unit_test(large_gaps_of_formats_without_addresses_are_refused),
        cmocka_unit_test(layouts_that_do_not_exist_are_refused),
        cmocka_unit_test(c_array_cannot_be_empty),
        cmocka_unit_test(sink_may_stop),
        cmocka_unit_test(file_takes_its_name_when_it_is_finished),
        cmocka_unit_test(unfinished_file_leaves_nothing),
        cmocka_unit_test(descriptor_stays_open),
        cmocka_unit_test(failures_of_the_system_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
