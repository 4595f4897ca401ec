// SPDX-License-Identifier: MIT
/* The limits that ocd.h states in its introduction. */
#include "support.h"

#include <dirent.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"

/* As ocd.h has them. */
#define REPLY_MAX     (64u << 20)
#define OWN_REPLY_MAX (16u << 20)
#define LINE_MAX      ((4u << 20) - 4096)
#define IN_FLIGHT_MAX 256u
#define MEMORY_MAX    (8u << 20)
#define FILES_MAX     (12u << 20)

/* What libocd puts around a command, and its number, and then some. */
#define WRAPPER_ROOM 512

/* ---- replies */

/* A server on which the command `long N` has a result of N bytes, without the seconds that the
 * wrapper would take for them; read_memory has too much to say when `flood` is set. */
static struct fake *verbose_server(void)
{
    return server(&(struct fake_options){
        .script = "rename apply real_apply; set flood 0\n"
                  "proc apply args {\n"
                  "  set id [lindex $args 1]; set cmd [lindex $args 2]\n"
                  "  if {[string match {long *} $cmd]} {\n"
                  "    set n [lindex $cmd 1]; set many [string repeat x 65536]\n"
                  "    return \"$id 0 [string repeat $many [expr {$n / 65536}]]"
                  "[string repeat x [expr {$n % 65536}]] 0\"\n"
                  "  }\n"
                  "  if {$::flood > 0 && [string match {read_memory *} $cmd]} {\n"
                  "    return \"$id 0 \\{[string repeat {0x0 } [expr {$::flood / 4}]]\\} 0\"\n"
                  "  }\n"
                  "  uplevel 1 [list real_apply {*}$args]\n"
                  "}\n"});
}

static int ask_for(struct ocd_session *s, size_t size, char **text)
{
    char script[64];

    snprintf(script, sizeof(script), "long %zu", size);
    return ocd_command(s, script, text);
}

static void a_commands_reply_may_have_64_mib(void **state)
{
    struct fake *f = verbose_server();
    struct ocd_session *s = join(f, &(struct ocd_options){.timeout_ms = 60000});
    char *text;

    (void)state;
    ends_with(s, OCD_OK, ask_for(s, REPLY_MAX - 64, &text));
    assert_int_equal(strlen(text), REPLY_MAX - 64);
    ocd_free(text);
    /* What that needed is released again. */
    assert_in_range(alloc_bytes(), 0, 1u << 20);
    assert_works(f, s);
    ends_with(s, OCD_ERR_PROTOCOL, ask_for(s, REPLY_MAX, &text));
    assert_null(text);
    assert_int_equal(ocd_process(s), OCD_ERR_CLOSED);
    ocd_close(s);
    fake_stop(f);
}

static void a_reply_to_what_libocd_asks_may_have_16_mib(void **state)
{
    static const struct {
        const char *flood;
        bool closed;
    } cases[] = {{"set flood [expr {(16 << 20) - 64}]", false},
                 {"set flood [expr {(16 << 20) + 64}]", true}};
    uint32_t word;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fake *f = verbose_server();
        struct ocd_session *s = join(f, NULL);
        ends_with(s, OCD_OK, ocd_command(s, cases[i].flood, NULL));
        ends_with(s, OCD_OK, ocd_command(s, "expr 1", NULL));
        alloc_begin_peak();
        ends_with(s, OCD_ERR_PROTOCOL, ocd_read_u32(s, FLASH, &word, 1));
        assert_int_equal(ocd_process(s), cases[i].closed ? OCD_ERR_CLOSED : OCD_OK);
        print_message("%s: %zu bytes\n", cases[i].flood, alloc_peak());
        assert_in_range(alloc_peak(), 0, 2 * OWN_REPLY_MAX + (2u << 20));
        ocd_close(s);
        fake_stop(f);
    }
}

/* ---- requests */

struct sent {
    size_t lines, bytes;
};

static void trace(char direction, const char *text, size_t size, void *user)
{
    struct sent *sent = user;

    (void)text;
    if (direction == '>') {
        sent->lines++;
        sent->bytes += size;
    }
}

/* `expr 1` and blanks. */
static char *script_of(size_t size)
{
    char *script = malloc(size + 1);

    assert_non_null(script);
    memset(script, ' ', size);
    memcpy(script, "expr 1", 6);
    script[size] = '\0';
    return script;
}

static void a_command_may_have_4_mib_less_4_kib_in_its_wrapper(void **state)
{
    struct fake *f = server(NULL);
    struct sent sent = {0};
    struct ocd_session *s = join(f, &(struct ocd_options){.trace = trace, .trace_user = &sent});
    char *result;

    (void)state;
    char *script = script_of(LINE_MAX - WRAPPER_ROOM);
    ends_with(s, OCD_OK, ocd_command(s, script, &result));
    assert_string_equal(result, "1");
    ocd_free(result);
    free(script);

    sent = (struct sent){0};
    script = script_of(LINE_MAX);
    ends_with(s, OCD_ERR_ARG, ocd_command(s, script, &result));
    free(script);
    /* What has to be quoted counts as it is sent. */
    script = script_of(LINE_MAX / 2);
    memset(script + 6, '{', LINE_MAX / 2 - 6);
    ends_with(s, OCD_ERR_ARG, ocd_command(s, script, &result));
    free(script);
    assert_int_equal(sent.lines, 0);
    assert_works(f, s);
    ocd_close(s);
    fake_stop(f);
}

static void at_most_256_requests_are_without_an_answer(void **state)
{
    enum {
        COMMANDS = 700
    };
    static struct ocd_op *ops[COMMANDS];
    static uint8_t data[65536];
    struct fake *f = server(NULL);
    struct sent sent = {0};
    struct ocd_session *s =
        join(f, &(struct ocd_options){.trace = trace, .trace_user = &sent, .timeout_ms = 60000});

    (void)state;
    fake_freeze(f);
    sent.lines = 0;
    for (int i = 0; i < COMMANDS; i++) {
        /* A read among them has many requests of its own. */
        ops[i] = i == COMMANDS / 2 ? ocd_read_bytes_async(s, FLASH, data, sizeof(data),
                                                          &(struct ocd_call){.flags = OCD_NO_LOCAL})
                                   : ocd_command_async(s, "expr 1", NULL, NULL);
    }
    for (int i = 0; i < 10; i++)
        assert_int_equal(ocd_process(s), OCD_OK);
    assert_in_range(sent.lines, IN_FLIGHT_MAX / 2, IN_FLIGHT_MAX);
    /* Nothing can be done until there is an answer: nobody has to turn in circles meanwhile. */
    assert_int_not_equal(ocd_timeout(s), 0);
    fake_thaw(f);
    for (int i = 0; i < COMMANDS; i++)
        ends_with(s, OCD_OK, ocd_wait(ops[i]));
    assert_is_memory(f, FLASH, data, sizeof(data));
    ocd_close(s);
    fake_stop(f);
}

/* ---- memory */

/* Bytes of the anonymous files that the same-host path has. */
static size_t file_bytes(void)
{
    DIR *d = opendir("/proc/self/fd");
    char path[300], target[300];
    size_t bytes = 0;
    struct stat st;

    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        snprintf(path, sizeof(path), "/proc/self/fd/%s", e->d_name);
        ssize_t n = readlink(path, target, sizeof(target) - 1);
        target[n > 0 ? n : 0] = '\0';
        if (strstr(target, "memfd:") != NULL && stat(path, &st) == 0)
            bytes += (size_t)st.st_blocks * 512;
    }
    closedir(d);
    return bytes;
}

static size_t most_files;

static int watch(uint64_t done, uint64_t total, void *user)
{
    size_t bytes = file_bytes();

    (void)done;
    (void)total;
    (void)user;
    most_files = bytes > most_files ? bytes : most_files;
    return 0;
}

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

static void measure(unsigned what, struct fake *f, size_t size, unsigned flags)
{
    struct ocd_session *s = join(f, NULL);
    struct ocd_call call = {.flags = flags, .progress = watch, .timeout_ms = 100000};
    int small = 4096;

    if (send_buffer_is_small)
        setsockopt(ocd_fd(s), SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
    size_t before = alloc_bytes();
    alloc_begin_peak();
    most_files = 0;
    ends_with(s, OCD_OK, ocd_wait(start(s, what, size, &call)));
    size_t peak = alloc_peak() - before;
    print_message("%-14s %5zu KiB%s: %5zu KiB, files %5zu KiB\n", names[what], size >> 10,
                  (flags & OCD_NO_LOCAL) != 0 ? " by RPC" : "", peak >> 10, most_files >> 10);
    assert_in_range(peak, 0, MEMORY_MAX);
    assert_in_range(most_files, 0, FILES_MAX);
    ocd_close(s);
}

static void a_range_of_any_size_needs_little_memory(void **state)
{
    struct fake_options options = {.regions = {{BASE, 16u << 20}}};
    struct fake *f = server(&options);

    (void)state;
    buffer = malloc(16u << 20);
    assert_non_null(buffer);
    memset(buffer, 0x5a, 16u << 20);
    for (unsigned what = 0; what < COUNT_OF(names); what++)
        measure(what, f, 256u << 10, OCD_NO_LOCAL);
    for (unsigned what = 0; what < TYPED_READ; what++)
        measure(what, f, 16u << 20, 0);
    fake_stop(f);

    /* A long way and a slow server: many and large requests are under way. */
    options.round_trip_us = 10000;
    options.cost.fixed_ns = 1e6;
    f = server(&options);
    measure(READ_BYTES, f, 1u << 20, OCD_NO_LOCAL);
    measure(WRITE_BYTES, f, 1u << 20, OCD_NO_LOCAL);
    /* Some of what is to be sent is always waiting. */
    send_buffer_is_small = true;
    measure(WRITE_BYTES, f, 3u << 20, OCD_NO_LOCAL);
    send_buffer_is_small = false;
    fake_stop(f);
    free(buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_commands_reply_may_have_64_mib),
        cmocka_unit_test(a_reply_to_what_libocd_asks_may_have_16_mib),
        cmocka_unit_test(a_command_may_have_4_mib_less_4_kib_in_its_wrapper),
        cmocka_unit_test(at_most_256_requests_are_without_an_answer),
        cmocka_unit_test(a_range_of_any_size_needs_little_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
