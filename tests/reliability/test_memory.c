// SPDX-License-Identifier: MIT
/* How much memory a range of any size takes: the limits that ocd.h states in its introduction. */
#include "support.h"

#include <sys/socket.h>

#include "alloc.h"

/* As ocd.h has them. */
#define MEMORY_MAX (8u << 20)
/* More than that. */
#define RANGE (14u << 20)

static int ignore_data(uint64_t addr, const void *data, size_t size, void *user)
{
    (void)addr;
    (void)data;
    (void)size;
    (void)user;
    return 0;
}

static int ignore_line(const char *line, void *user)
{
    (void)line;
    (void)user;
    return 0;
}

static int ignore_match(uint64_t addr, void *user)
{
    (void)addr;
    (void)user;
    return 0;
}

#define BASE UINT64_C(0x40000000)

static uint8_t *buffer;
static bool send_buffer_is_small;

enum {
    READ_BYTES,
    WRITE_BYTES,
    FILL,
    DUMP_DATA,
    HEXDUMP_LINES,
    SEARCH_EACH,
    TYPED_READ,
    TYPED_WRITE,
};

static const char *const names[] = {"read_bytes",    "write_bytes", "fill",    "dump_data",
                                    "hexdump_lines", "search_each", "read_u8", "write_u8"};

static struct ocd_op *start(struct ocd_session *s, unsigned what, size_t size,
                            const struct ocd_call *call)
{
    switch (what) {
    case READ_BYTES:
        return ocd_read_bytes_async(s, BASE, buffer, size, call);
    case WRITE_BYTES:
        return ocd_write_bytes_async(s, BASE, buffer, size, call);
    case FILL:
        return ocd_fill_async(s, BASE, size, "abc", 3, call);
    case DUMP_DATA:
        return ocd_dump_data_async(s, BASE, size, ignore_data, NULL, call);
    case HEXDUMP_LINES:
        return ocd_hexdump_lines_async(s, BASE, size, ignore_line, NULL, call);
    case SEARCH_EACH:
        return ocd_search_each_async(s, "no such text", 12, BASE, BASE + size, ignore_match, NULL,
                                     call);
    case TYPED_READ:
        return ocd_read_u8_async(s, BASE, buffer, size, call);
    default:
        return ocd_write_u8_async(s, BASE, buffer, size, call);
    }
}

static void measure(unsigned what, struct fake *f, size_t size, enum ocd_space space)
{
    struct ocd_session *s = join(f, NULL);
    struct ocd_call call = {.space = space, .timeout_ms = 100000};
    int small = 4096;

    if (send_buffer_is_small)
        setsockopt(ocd_loop_fd(s), SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
    size_t before = alloc_bytes();
    alloc_begin_peak();
    ends_with(s, OCD_OK, ocd_wait(start(s, what, size, &call)));
    size_t peak = alloc_peak() - before;
    print_message("%-14s %5zu KiB%s: %5zu KiB\n", names[what], size >> 10,
                  space == OCD_SPACE_PHYSICAL ? " as text" : "", peak >> 10);
    assert_in_range(peak, 0, MEMORY_MAX);
    ocd_close(s);
}

static void a_range_of_any_size_needs_little_memory(void **state)
{
    struct fake_options options = {.regions = {{BASE, RANGE}}};
    struct fake *f = server(&options);

    (void)state;
    buffer = malloc(RANGE);
    assert_non_null(buffer);
    memset(buffer, 0x5a, RANGE);
    for (unsigned what = 0; what < COUNT_OF(names); what++)
        measure(what, f, 256u << 10, OCD_SPACE_PHYSICAL);
    for (unsigned what = 0; what < TYPED_READ; what++)
        measure(what, f, RANGE, OCD_SPACE_SESSION);
    /* Four characters for a byte are the most that a raw write takes. */
    memset(buffer, 0x1a, RANGE);
    measure(WRITE_BYTES, f, 3u << 20, OCD_SPACE_SESSION);
    fake_stop(f);

    /* A long way and a slow server: many and large requests are under way. */
    options.round_trip_us = 10000;
    options.cost.fixed_ns = 1e6;
    f = server(&options);
    measure(READ_BYTES, f, RANGE, OCD_SPACE_SESSION);
    measure(WRITE_BYTES, f, 1u << 20, OCD_SPACE_SESSION);
    /* Some of what is to be sent is always waiting. */
    send_buffer_is_small = true;
    measure(WRITE_BYTES, f, 3u << 20, OCD_SPACE_SESSION);
    measure(WRITE_BYTES, f, 256u << 10, OCD_SPACE_PHYSICAL);
    send_buffer_is_small = false;
    fake_stop(f);
    free(buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_of_any_size_needs_little_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
