// SPDX-License-Identifier: MIT
/* Common to all formats: files, pipes and memory, order, delivery, failures. */
#define _DEFAULT_SOURCE /* mkstemps */
#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "support.h"

#define END ":00000001FF\n"

static const char sample[] = ":0400100001020304E2\n:01002000CC13\n" END;
static const char sample_shown[] = "10: 01 02 03 04\n20: cc";

/* A file with this contents and no name. */
static int file_of(const void *data, size_t size)
{
    char name[] = "/tmp/test-image-XXXXXX";
    int fd = mkstemp(name);

    assert_true(fd >= 0);
    unlink(name);
    assert_int_equal(write(fd, data, size), size);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

/* Opens what the descriptor is of, as `load /dev/stdin` does. */
static int open_descriptor(struct ocd_image **image, int fd,
                           const struct ocd_image_options *options)
{
    char path[32];

    snprintf(path, sizeof(path), "/dev/fd/%d", fd);
    return ocd_image_open(image, path, options);
}

static void check_fd(int fd, const char *shown)
{
    struct ocd_image *image;

    if (open_descriptor(&image, fd, NULL) != OCD_OK)
        fail_msg("%s", ocd_image_error(image)->text);
    char *text = show(image, 100);
    assert_string_equal(text, shown);
    free(text);
    ocd_image_close(image);
    assert_true(fcntl(fd, F_GETFD) >= 0); /* still open */
    close(fd);
}

static void files_are_read_from_their_offset(void **state)
{
    (void)state;
    check_fd(file_of(sample, strlen(sample)), sample_shown);
    int fd = file_of(sample, strlen(sample));
    assert_int_equal(lseek(fd, 20, SEEK_SET), 20);
    check_fd(fd, "20: cc");
}

static void pipes_are_read_as_files_are(void **state)
{
    (void)state;
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], sample, strlen(sample)), strlen(sample));
    close(ends[1]);
    check_fd(ends[0], sample_shown);
}

static void named_files_are_read(void **state)
{
    (void)state;
    char name[] = "/tmp/test-image-XXXXXX.hex";
    int fd = mkstemps(name, 4);
    struct ocd_image *image;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, sample, strlen(sample)), strlen(sample));
    close(fd);
    assert_int_equal(ocd_image_open(&image, name, NULL), OCD_OK);
    unlink(name);
    char *text = show(image, 3);
    assert_string_equal(text, sample_shown);
    free(text);
    ocd_image_close(image);
}

static void files_that_cannot_be_read_say_why(void **state)
{
    (void)state;
    struct ocd_image *image;

    assert_int_equal(ocd_image_open(&image, "/no/such/file", NULL), OCD_ERR_FILE);
    assert_string_equal(ocd_image_error(image)->text,
                        "/no/such/file: local file error: No such file or directory");
    assert_int_equal(ocd_image_error(image)->system_errno, ENOENT);
    ocd_image_close(image);

    assert_int_equal(ocd_image_open(&image, "/", NULL), OCD_ERR_FILE);
    assert_string_equal(ocd_image_error(image)->text, "/: local file error: Is a directory");
    ocd_image_close(image);

    assert_int_equal(ocd_image_open(&image, "/dev/fd/9999", NULL), OCD_ERR_FILE);
    assert_string_equal(ocd_image_error(image)->text,
                        "/dev/fd/9999: local file error: Bad file descriptor");
    ocd_image_close(image);

    assert_int_equal(ocd_image_open(&image, NULL, NULL), OCD_ERR_ARG);
    ocd_image_close(image);
    ocd_image_close(NULL);
}

static void sections_are_of_elf_files(void **state)
{
    (void)state;
    const char *const names[] = {".text", NULL};
    const struct ocd_image_options options = {.sections = names, .has_offset = true};
    static const struct {
        const char *name, *text, *message;
    } cases[] = {
        {"a.hex", ":00000001FF\n",
         "a.hex: invalid argument: sections are of ELF files, and this is Intel HEX"},
        {"a.bin", "abc",
         "a.bin: invalid argument: sections are of ELF files, and this is raw binary"},
    };
    struct copy c;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(
            open_copy(&c, cases[i].text, strlen(cases[i].text), cases[i].name, &options),
            OCD_ERR_ARG);
        assert_string_equal(ocd_image_error(c.image)->text, cases[i].message);
        close_copy(&c);
    }
}

/* The file is there; what is not is the place for a copy of what a pipe gives only once. */
static void a_temporary_file_that_cannot_be_made_is_named(void **state)
{
    struct ocd_image *image;
    char *before = getenv("TMPDIR") != NULL ? strdup(getenv("TMPDIR")) : NULL;
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    setenv("TMPDIR", "/nonexistent", 1);
    int rc = open_descriptor(&image, ends[0], &at_zero);
    if (before != NULL)
        setenv("TMPDIR", before, 1);
    else
        unsetenv("TMPDIR");
    assert_int_equal(rc, OCD_ERR_FILE);
    assert_non_null(strstr(ocd_image_error(image)->text,
                           "no temporary file can be made (TMPDIR): No such file or directory"));
    ocd_image_close(image);
    close(ends[0]);
    close(ends[1]);
    free(before);
}

static void raw_binary_needs_an_address(void **state)
{
    (void)state;
    struct copy c;

    assert_int_equal(open_copy(&c, "abc", 3, "a.bin", NULL), OCD_ERR_ARG);
    assert_string_equal(ocd_image_error(c.image)->text,
                        "a.bin: invalid argument: a raw binary does not say where it belongs: "
                        "give an address");
    close_copy(&c);
    expect("abc", &(struct ocd_image_options){.has_offset = true, .offset = 0x20000000},
           "20000000: 61 62 63");
    expect("abc", &(struct ocd_image_options){.has_offset = true, .offset = UINT64_MAX - 2},
           "fffffffffffffffd: 61 62 63");
    expect_malformed("abc",
                     &(struct ocd_image_options){.has_offset = true, .offset = UINT64_MAX - 1}, 0,
                     "raw binary, offset 0x0: 3 bytes at 0xFFFFFFFFFFFFFFFE go beyond the top of "
                     "the address space");
    expect("", &at_zero, "");
}

static void check_warnings(const char *text, const char *shown, const char *warnings)
{
    struct copy c;
    char *whole = with_checksums(text);

    expect(text, NULL, shown);
    assert_int_equal(open_copy(&c, whole, strlen(whole), "file", NULL), OCD_OK);
    assert_string_equal(ocd_image_get_info(c.image)->warnings, warnings);
    close_copy(&c);
    free(whole);
}

static void later_records_win_with_a_warning(void **state)
{
    (void)state;
    check_warnings(":0400100011223344*\n:02001100AABB*\n" END, "10: 11 aa bb 44",
                   "line 2: 2 bytes, from 0x00000011 on, are there more than once; the later ones "
                   "count\n");
    check_warnings(":02001100AABB*\n:0400100011223344*\n" END, "10: 11 22 33 44",
                   "line 2: 2 bytes, from 0x00000011 on, are there more than once; the later ones "
                   "count\n");
    check_warnings(":0100100001*\n:0100100002*\n:0100100003*\n" END, "10: 03",
                   "line 2: 2 bytes, from 0x00000010 on, are there more than once; the later ones "
                   "count\n");
}

static void disorder_is_reported(void **state)
{
    (void)state;
    check_warnings(":0100200001*\n:0100100002*\n:0100110003*\n:0100000004*\n" END,
                   "0: 04\n10: 02 03\n20: 01", "line 2: the addresses step back, 2 times\n");
    check_warnings(":0100200001*\n:0100210002*\n:0100000004*\n" END, "0: 04\n20: 01 02",
                   "line 3: the addresses step back, 1 time\n");
    check_warnings(":0100000001*\n:0100200002*\n" END, "0: 01\n20: 02", "");
}

/* Cut into small parts by records of one byte, which sends the reader back and forth. */
static void long_extent_under_many_short_ones(void **state)
{
    (void)state;
    struct ocd_buffer text = {0};
    struct ocd_buffer shown = {0};

    for (unsigned line = 0; line < 64; line++) {
        ocd__buffer_printf(&text, ":20%04X00", line * 32);
        for (unsigned i = 0; i < 32; i++)
            ocd__buffer_printf(&text, "%02X", (line + i) & 0xff);
        ocd__buffer_puts(&text, "*\n");
    }
    for (unsigned i = 0; i < 300; i++)
        ocd__buffer_printf(&text, ":01%04X00EE*\n", (i * 7 * 37) % 2100);
    ocd__buffer_puts(&text, END);

    uint8_t memory[2100];
    bool known[2101] = {false};
    for (unsigned i = 0; i < 2048; i++) {
        memory[i] = (uint8_t)(i / 32 + i % 32);
        known[i] = true;
    }
    for (unsigned i = 0; i < 300; i++) {
        memory[(i * 7 * 37) % 2100] = 0xee;
        known[(i * 7 * 37) % 2100] = true;
    }
    for (unsigned i = 0; i < 2100; i++) {
        if (!known[i])
            continue;
        if (i == 0 || !known[i - 1])
            ocd__buffer_printf(&shown, "%s%x:", i == 0 ? "" : "\n", i);
        ocd__buffer_printf(&shown, " %02x", memory[i]);
    }
    expect(text.data, NULL, shown.data);
    ocd__buffer_free(&text);
    ocd__buffer_free(&shown);
}

static void changed_file_is_noticed(void **state)
{
    (void)state;
    struct ocd_image *image;
    struct ocd_buffer text = {0};
    uint64_t addr;
    uint8_t data[16];
    size_t size;

    for (unsigned i = 0; i < 3000; i++) /* more than is kept in memory */
        ocd__buffer_printf(&text, ":01%04X0001*\n", i);
    ocd__buffer_puts(&text, END);
    char *whole = with_checksums(text.data);
    int fd = file_of(whole, strlen(whole));
    assert_int_equal(open_descriptor(&image, fd, NULL), OCD_OK);
    assert_int_equal(ocd_image_next(image, &addr, data, sizeof(data), &size), OCD_OK);
    assert_int_equal(ftruncate(fd, 10), 0);
    int rc = OCD_OK;
    while (rc == OCD_OK && size > 0)
        rc = ocd_image_next(image, &addr, data, sizeof(data), &size);
    assert_int_equal(rc, OCD_ERR_FILE);
    assert_non_null(strstr(ocd_image_error(image)->text,
                           ": local file error: the file has changed while it was read"));
    ocd_image_close(image);
    close(fd);
    free(whole);
    ocd__buffer_free(&text);
}

struct steps {
    unsigned calls;
    uint64_t last;
    uint64_t total;
    unsigned stop;
};

static int step(uint64_t done, uint64_t total, void *user)
{
    struct steps *s = user;

    assert_true(done >= s->last);
    s->last = done;
    s->total = total;
    return ++s->calls == s->stop;
}

static void progress_is_reported_and_may_stop(void **state)
{
    (void)state;
    struct ocd_buffer text = {0};
    struct steps s = {0};
    struct ocd_image_options options = {.progress = step, .user = &s};
    struct copy c;

    for (unsigned i = 0; i < 200000; i++)
        ocd__buffer_puts(&text, ":0100000001FE\n");
    ocd__buffer_puts(&text, END);
    assert_int_equal(open_copy(&c, text.data, text.size, "file", &options), OCD_OK);
    assert_int_equal(s.calls, 3);
    assert_int_equal(s.total, text.size);
    close_copy(&c);

    s = (struct steps){.stop = 2};
    assert_int_equal(open_copy(&c, text.data, text.size, "file", &options), OCD_ERR_CANCELLED);
    assert_string_equal(ocd_image_error(c.image)->text, "file: cancelled");
    close_copy(&c);

    int ends[2];
    s = (struct steps){.stop = 1};
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], sample, 10), 10);
    assert_int_equal(open_descriptor(&c.image, ends[0], &options), OCD_ERR_CANCELLED);
    ocd_image_close(c.image);
    close(ends[0]);
    close(ends[1]);
    ocd__buffer_free(&text);
}

/* Lines of every length stand across the borders of what is read at once. */
static void lines_may_be_at_any_offset(void **state)
{
    (void)state;
    uint64_t seed = 3;
    struct ocd_buffer text = {0};
    struct chunk chunk = {.data = malloc(200000)};

    assert_non_null(chunk.data);
    while (chunk.size < 199000) {
        size_t n = 1 + random_below(&seed, 250);
        ocd__buffer_printf(&text, "S3%02zX%08zX", n + 5, chunk.size);
        for (size_t i = 0; i < n; i++) {
            uint8_t byte = (uint8_t)random_u64(&seed);
            chunk.data[chunk.size++] = byte;
            ocd__buffer_printf(&text, "%02X", byte);
        }
        ocd__buffer_puts(&text, random_below(&seed, 2) == 0 ? "*\n" : "*  \r\n\r\n");
    }
    ocd__buffer_puts(&text, "S70500000000FA\n");
    char *whole = with_checksums(text.data);
    char *shown = show_sparse(&(struct sparse){&chunk, 1});
    check_fd(file_of(whole, strlen(whole)), shown);
    free(shown);
    free(whole);
    free(chunk.data);
    ocd__buffer_free(&text);
}

/* Small reads go on where the last one ended: otherwise this would take minutes. */
static void time_is_proportional_to_the_file(void **state)
{
    (void)state;
    struct ocd_buffer text = {0};
    const unsigned rows = 65536;
    struct copy c;
    uint64_t addr;
    uint8_t data[8];
    size_t size = 1;

    for (unsigned i = 0; i < rows; i++)
        ocd__buffer_printf(&text, "%08X: 00 11 22 33 44 55 66 77\n", i * 8);
    assert_int_equal(open_copy(&c, text.data, text.size, "file", NULL), OCD_OK);
    clock_t begin = clock();
    for (unsigned i = 0; size > 0; i++) {
        assert_int_equal(ocd_image_next(c.image, &addr, data, sizeof(data), &size), OCD_OK);
        assert_int_equal(addr, (uint64_t)i * 8);
        assert_true((clock() - begin) / CLOCKS_PER_SEC < 20);
    }
    close_copy(&c);
    ocd__buffer_free(&text);
}

static void too_many_ranges_are_refused(void **state)
{
    (void)state;
    struct ocd_buffer text = {0};

    for (unsigned i = 0; i <= OCD_IMAGE_RANGES_MAX; i++)
        ocd__buffer_printf(&text, "%X:00\n", 2 * i);
    expect_malformed(text.data, &(struct ocd_image_options){.format = OCD_IMAGE_HEXDUMP},
                     OCD_IMAGE_RANGES_MAX + 1,
                     "line 262145: the records form too many separate ranges");
    ocd__buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_read_from_their_offset),
        cmocka_unit_test(pipes_are_read_as_files_are),
        cmocka_unit_test(named_files_are_read),
        cmocka_unit_test(files_that_cannot_be_read_say_why),
        cmocka_unit_test(sections_are_of_elf_files),
        cmocka_unit_test(a_temporary_file_that_cannot_be_made_is_named),
        cmocka_unit_test(raw_binary_needs_an_address),
        cmocka_unit_test(later_records_win_with_a_warning),
        cmocka_unit_test(disorder_is_reported),
        cmocka_unit_test(long_extent_under_many_short_ones),
        cmocka_unit_test(changed_file_is_noticed),
        cmocka_unit_test(progress_is_reported_and_may_stop),
        cmocka_unit_test(lines_may_be_at_any_offset),
        cmocka_unit_test(time_is_proportional_to_the_file),
        cmocka_unit_test(too_many_ranges_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
