// SPDX-License-Identifier: MIT
/* Memory does not grow with the file, neither when it is read, from a pipe at that, nor when it is
 * written. */
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

enum {
    CHUNKS = 128,
    CHUNK_SIZE = 128 * 1024, /* 16 MiB in all */
    STRIDE = 1600 * 1024,    /* in 200 MiB */
    CHUNK = 65536,           /* bytes put and read at once */
    GROWTH_MAX = 4096,       /* KiB; a reader that keeps the data needs 16384 */
};

/* KiB, the most so far. What getrusage shows begins with the parent's. */
static long peak(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[200];
    long size = 0;

    assert_non_null(file);
    while (size == 0 && fgets(line, sizeof(line), file) != NULL)
        sscanf(line, "VmHWM: %ld", &size);
    fclose(file);
    if (size == 0)
        skip();
    return size;
}

static uint8_t byte_at(uint64_t addr)
{
    return (uint8_t)(addr * 0x9e3779b97f4a7c15u >> 56);
}

static int write_image(struct ocd_image_writer *w)
{
    static uint8_t data[CHUNK];
    int rc = OCD_OK;

    for (uint64_t chunk = 0; chunk < CHUNKS; chunk++)
        for (uint64_t at = 0; rc == OCD_OK && at < CHUNK_SIZE; at += CHUNK) {
            uint64_t addr = chunk * STRIDE + at;
            for (size_t i = 0; i < CHUNK; i++)
                data[i] = byte_at(addr + i);
            rc = ocd_image_writer_put(w, addr, data, CHUNK);
        }
    return rc == OCD_OK ? ocd_image_writer_finish(w) : rc;
}

static void write_to_pipe(int fd, enum ocd_image_format format)
{
    struct ocd_image_layout layout = {.format = format, .record_size = 128};
    struct ocd_image_writer *w;
    int rc = ocd_image_writer_to_fd(&w, fd, "pipe", &layout);

    if (rc == OCD_OK)
        rc = write_image(w);
    ocd_image_writer_close(w);
    _exit(rc == OCD_OK ? 0 : 1);
}

static void read_image(struct ocd_image *image)
{
    static uint8_t data[CHUNK];
    uint64_t bytes = 0;
    uint64_t addr;
    size_t size;

    assert_int_equal(ocd_image_get_info(image)->range_count, CHUNKS);
    for (;;) {
        assert_int_equal(ocd_image_next(image, &addr, data, sizeof(data), &size), OCD_OK);
        if (size == 0)
            break;
        for (size_t i = 0; i < size; i++)
            if (data[i] != byte_at(addr + i))
                fail_msg("0x%llx is wrong", (unsigned long long)(addr + i));
        bytes += size;
    }
    assert_int_equal(bytes, (uint64_t)CHUNKS * CHUNK_SIZE);
}

static void reading_takes_constant_memory(void **state)
{
    (void)state;
    struct ocd_image *image;
    long before = peak();
    char path[32];
    int ends[2];
    int status;

    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        write_to_pipe(ends[1], OCD_IMAGE_IHEX);
    close(ends[1]);
    snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
    if (ocd_image_open(&image, path, NULL) != OCD_OK)
        fail_msg("%s", ocd_image_error(image)->text);
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    read_image(image);
    ocd_image_close(image);
    assert_in_range(peak() - before, 0, GROWTH_MAX);
}

static int count(const void *data, size_t size, void *user)
{
    (void)data;
    *(uint64_t *)user += size;
    return 0;
}

static void writing_takes_constant_memory(void **state)
{
    (void)state;
    static const struct {
        struct ocd_image_layout layout;
        uint64_t least; /* bytes of the file */
    } cases[] = {
        {{.format = OCD_IMAGE_BIN}, (uint64_t)STRIDE * (CHUNKS - 1) + CHUNK_SIZE},
        {{.format = OCD_IMAGE_IHEX}, (uint64_t)2 * CHUNKS * CHUNK_SIZE},
        {{.format = OCD_IMAGE_SREC}, (uint64_t)2 * CHUNKS * CHUNK_SIZE},
        {{.format = OCD_IMAGE_HEXDUMP}, (uint64_t)3 * CHUNKS * CHUNK_SIZE},
    };
    long before = peak();

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct ocd_image_writer *w;
        uint64_t bytes = 0;
        assert_int_equal(ocd_image_writer_to_sink(&w, count, &bytes, &cases[i].layout), OCD_OK);
        assert_int_equal(write_image(w), OCD_OK);
        assert_true(bytes >= cases[i].least);
        ocd_image_writer_close(w);
    }
    assert_in_range(peak() - before, 0, GROWTH_MAX);
}

/* Otherwise the tests above say nothing. */
static void the_measurement_sees_used_memory(void **state)
{
    (void)state;
    const size_t size = (size_t)32 * 1024 * 1024;
    long before = peak();
    volatile uint8_t *memory = malloc(size);

    assert_non_null((void *)(uintptr_t)memory);
    for (size_t i = 0; i < size; i += 1024)
        memory[i] = 1;
    free((void *)(uintptr_t)memory);
    assert_true(peak() - before > GROWTH_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_takes_constant_memory),
        cmocka_unit_test(writing_takes_constant_memory),
        cmocka_unit_test(the_measurement_sees_used_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
