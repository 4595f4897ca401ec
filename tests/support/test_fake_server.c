// SPDX-License-Identifier: MIT
/* The fake server without faults: it answers as OpenOCD does, and in the configured time. */
#include "fake_server.h"
#include "raw_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tcl/scripts.h"

#define FLASH UINT64_C(0x08000000)
#define RAM   UINT64_C(0x20000000)

static uint32_t word_at(const struct fake *f, uint64_t addr)
{
    const uint8_t *p = fake_memory(f, addr, 4);
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void memory_is_read_and_written(void **state)
{
    (void)state;
    struct fake *f = raw_server(NULL);
    int fd = raw_join(fake_port(f));
    char expected[128];
    snprintf(expected, sizeof(expected), "7 0 {0x%x 0x%x} {}", word_at(f, FLASH),
             word_at(f, FLASH + 4));
    assert_string_equal(raw_ask_wrapped(fd, "read_memory 0x08000000 32 2"), expected);
    assert_string_equal(raw_ask_wrapped(fd, "fake.cpu read_memory 0x08000000 32 2 phys"), expected);
    assert_string_equal(raw_ask_wrapped(fd, "write_memory 0x20000000 16 {0x1234 0xabcd}"),
                        "7 0 {} {}");
    assert_int_equal(word_at(f, RAM), 0xabcd1234);
    assert_string_equal(raw_ask_wrapped(fd, "read_memory 0x20000000 8 4"),
                        "7 0 {0x34 0x12 0xcd 0xab} {}");
    assert_string_equal(raw_ask_wrapped(fd, "mww 0x20000004 0x11223344 2"), "7 0 {} {}");
    assert_string_equal(raw_ask_wrapped(fd, "read_memory 0x20000004 64 1"),
                        "7 0 {0x1122334411223344} {}");
    assert_string_equal(raw_ask(fd, "mdb 0x20000000 4"), "0x20000000: 34 12 cd ab \n");
    const char *words = raw_ask(fd, "mdw 0x20000000 9");
    assert_memory_equal(words, "0x20000000: abcd1234 11223344 11223344 ", 39);
    assert_non_null(strstr(words, " \n0x20000020: "));
    close(fd);
    fake_stop(f);
}

static void targets_have_names_orders_and_states(void **state)
{
    (void)state;
    struct fake_options options = {.targets = 2, .big_endian = 2};
    struct fake *f = raw_server(&options);
    int fd = raw_join(fake_port(f)), other = raw_join(fake_port(f));
    memcpy(fake_memory(f, RAM, 4), "\x11\x22\x33\x44", 4);
    assert_string_equal(raw_ask(fd, "target names"), "fake.cpu fake.cpu1");
    assert_string_equal(raw_ask(fd, "list [fake.cpu cget -endian] [fake.cpu1 cget -endian]"),
                        "little big");
    assert_string_equal(raw_ask(fd, "fake.cpu1 cget -type"), "cortex_m");
    assert_string_equal(raw_ask(fd, "fake.cpu read_memory 0x20000000 32 1"), "0x44332211");
    assert_string_equal(raw_ask(fd, "fake.cpu1 read_memory 0x20000000 32 1"), "0x11223344");
    assert_string_equal(raw_ask(fd, "targets fake.cpu1; target current"), "fake.cpu1");
    assert_string_equal(raw_ask(fd, "read_memory 0x20000000 16 2"), "0x1122 0x3344");
    assert_string_equal(raw_ask(other, "target current"), "fake.cpu");
    assert_string_equal(raw_ask_wrapped(fd, "nosuch cget -endian"),
                        "7 1 {invalid command name \"nosuch\"} {}");
    assert_string_equal(raw_ask(fd, "fake.cpu1 curstate"), "running");
    assert_string_equal(raw_ask(fd, "halt; fake.cpu1 curstate"), "halted");
    assert_string_equal(raw_ask(fd, "fake.cpu curstate"), "running");
    close(fd);
    close(other);
    fake_stop(f);
}

static void refusals_have_openocds_texts(void **state)
{
    (void)state;
    struct fake_options options = {.no_width64 = true};
    struct fake *f = raw_server(&options);
    int fd = raw_join(fake_port(f));
    fake_unreadable(f, RAM + 16, 4);
    assert_string_equal(raw_ask_wrapped(fd, "read_memory 0x20000008 32 4"),
                        "7 1 {read_memory: failed to read memory} {Failed to read memory at "
                        "0x20000010\nread_memory: read at 0x20000008 with width=32 and count=4 "
                        "failed\n}");
    assert_string_equal(raw_ask_wrapped(fd, "write_memory 0x2000000c 32 {1 2}"),
                        "7 1 {write_memory: failed to write memory} {Failed to write memory at "
                        "0x20000010\nwrite_memory: write at 0x2000000c with width=32 and count=2 "
                        "failed\n}");
    assert_int_equal(word_at(f, RAM + 12), 1);
    assert_string_equal(raw_ask_wrapped(fd, "mdw 0"),
                        "7 -4 {} {Failed to read memory at 0x00000000\n}");
    assert_string_equal(raw_ask_wrapped(fd, "read_memory 0x20000000 64 1"),
                        "7 1 {read_memory: failed to read memory} {read_memory: read at "
                        "0x20000000 with width=64 and count=1 failed\n}");
    assert_non_null(strstr(raw_ask_wrapped(fd, "read_memory 0 8 65537"), "exeeds 64K"));
    assert_non_null(strstr(raw_ask_wrapped(fd, "read_memory 0xffffffffffffff00 8 256"), "wraps"));
    assert_string_equal(raw_ask_wrapped(fd, "read_memory 0 8 0"), "7 0 {} {}");
    fake_stop(f);
    close(fd);

    options = (struct fake_options){.head = true};
    f = raw_server(&options);
    fd = raw_join(fake_port(f));
    assert_string_equal(raw_ask_wrapped(fd, "mdw 0"),
                        "7 1 {} {Failed to read memory at 0x00000000\n}");
    fake_unreadable(f, FLASH + 4096, 1);
    assert_non_null(strstr(raw_ask_wrapped(fd, "read_memory 0x08000000 32 2048"),
                           "failed to read memory} {Failed to read memory at 0x08001000\n}"));
    fake_stop(f);
    close(fd);

    options = (struct fake_options){.no_read_memory = true, .no_target = true};
    f = raw_server(&options);
    fd = raw_join(fake_port(f));
    assert_string_equal(raw_ask(fd, "info commands read_memory"), "");
    assert_string_equal(raw_ask_wrapped(fd, "target current"), "7 1 {no current target} {}");
    fake_stop(f);
    close(fd);

    options = (struct fake_options){.must_halt = true};
    f = raw_server(&options);
    fd = raw_join(fake_port(f));
    assert_string_equal(raw_ask_wrapped(fd, "mdw 0x20000000"),
                        "7 -304 {} {Target fake.cpu not halted\n}");
    assert_string_equal(raw_ask_wrapped(fd, "halt; llength [read_memory 0x20000000 32 4]"),
                        "7 0 {4} {}");
    fake_stop(f);
    close(fd);
}

static void events_reach_only_subscribers(void **state)
{
    (void)state;
    struct fake *f = raw_server(NULL);
    int fd = raw_join(fake_port(f)), other = raw_join(fake_port(f));
    raw_ask(fd, "tcl_notifications on");
    assert_string_equal(raw_ask(other, "halt"), "");
    assert_string_equal(raw_frame(fd), "type target_event event halted\r\n");
    assert_string_equal(raw_frame(fd), "type target_state state halted\r\n");
    fake_push(f, "hello\x1a", 6);
    assert_string_equal(raw_frame(fd), "hello");
    assert_string_equal(raw_frame(other), "hello");
    fake_stop(f);
    close(fd);
    close(other);
}

static void files_are_read_and_written(void **state)
{
    (void)state;
    char path[] = "/tmp/ocd-test-image-XXXXXX", line[128];
    close(mkstemp(path));
    struct fake *f = raw_server(NULL);
    int fd = raw_join(fake_port(f));
    snprintf(line, sizeof(line), "dump_image %s 0x08000000 1000", path);
    assert_non_null(strstr(raw_ask_wrapped(fd, line), "7 0 {dumped 1000 bytes"));
    snprintf(line, sizeof(line), "load_image %s 0x20000000 bin", path);
    assert_non_null(strstr(raw_ask_wrapped(fd, line), "7 0 {1000 bytes written"));
    assert_memory_equal(fake_memory(f, RAM, 1000), fake_memory(f, FLASH, 1000), 1000);
    assert_string_equal(raw_ask_wrapped(fd, "load_image /no/such/file 0x20000000 bin"),
                        "7 -1202 {} {couldn't open /no/such/file\n}");
    fake_stop(f);
    close(fd);
    unlink(path);
}

static void requests_are_kept(void **state)
{
    (void)state;
    struct fake *f = raw_server(NULL);
    int fd = raw_join(fake_port(f));
    raw_ask(fd, "version");
    raw_ask_wrapped(fd, "read_memory 0x20000000 8 1");
    raw_ask_wrapped(fd, "write_memory 0x20000000 8 {1 2}");
    assert_int_equal(fake_requests(f), 3);
    assert_string_equal(fake_request(f, 0), "version");
    assert_string_equal(fake_request(f, 1), "read_memory 0x20000000 8 1");
    assert_string_equal(fake_request(f, 2), "write_memory 0x20000000 8 {1 2}");
    assert_string_equal(fake_request(f, 3), "");
    assert_int_equal(fake_requests_with(f, "_memory 0x2"), 2);
    assert_int_equal(fake_connections(f), 1);
    fake_stop(f);
    close(fd);
}

/* The reply to libocd's request for raw memory, and to one that writes "abc". */
static const char *raw_read(int fd, unsigned addr, unsigned size)
{
    char line[2048];

    snprintf(line, sizeof(line), "%s 7 {} 0x%x %u", ocd__script_read_file, addr, size);
    raw_request(fd, line);
    return raw_reply(fd);
}

static const char *raw_write(int fd, unsigned addr)
{
    char line[2048];

    snprintf(line, sizeof(line), "%s 7 [list fake.cpu] load_image {0x%x bin} \"abc\"",
             ocd__script_write_file, addr);
    raw_request(fd, line);
    return raw_reply(fd);
}

static void raw_requests_are_served_whatever_files_there_are(void **state)
{
    static const struct fake_options options[] = {
        {0}, {.head = true}, {.no_getfd = true}, {.no_proc = true}, {.file_limit = 4096},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        struct fake *f = raw_server(&options[i]);
        int fd = raw_join(fake_port(f));
        assert_non_null(strstr(raw_write(fd, 0x20000000), "downloaded 3 bytes "));
        assert_memory_equal(fake_memory(f, RAM, 3), "abc", 3);
        assert_string_equal(raw_read(fd, 0x20000000, 3), "7 0 {abc} {}");
        assert_string_equal(fake_request(f, 0), "fake.cpu load_image 0x20000000 3");
        assert_string_equal(fake_request(f, 1), "dump_image 0x20000000 3");
        fake_stop(f);
        close(fd);
    }
}

static void a_failed_raw_read_has_the_complete_steps_before_it(void **state)
{
    struct fake *f = raw_server(NULL);
    int fd = raw_join(fake_port(f));

    (void)state;
    memset(fake_memory(f, RAM, 16384), 'x', 16384);
    fake_unreadable(f, RAM + 10000, 1);
    const char *answer = raw_read(fd, 0x20000000, 12000);
    assert_memory_equal(answer, "7 -4 {xxx", 9);
    assert_int_equal(strspn(strchr(answer, 'x'), "x"), 8192);
    assert_non_null(strstr(answer, "} {Failed to read memory at 0x20002710\n}"));
    fake_stop(f);
    close(fd);
}

static void files_fail_as_asked(void **state)
{
    struct fake *f = raw_server(NULL);
    int fd = raw_join(fake_port(f));

    (void)state;
    fake_set_files_full(f, true);
    assert_string_equal(raw_write(fd, 0x20000000), "7 -9 {} {No space left on device}");
    assert_non_null(strstr(raw_read(fd, 0x20000000, 3), "7 -1202 {} {couldn't write data: No sp"));
    fake_set_files_full(f, false);
    fake_set_raw_fails(f, true);
    assert_non_null(strstr(raw_write(fd, 0x20000000), "7 -1202 {} {couldn't open /proc/self/fd/"));
    assert_non_null(strstr(raw_read(fd, 0x20000000, 3), "7 -1202 {} {couldn't open /proc/self/"));
    fake_set_raw_fails(f, false);
    assert_non_null(strstr(raw_write(fd, 0x20000000), "7 0 {3 bytes written"));
    fake_stop(f);
    close(fd);

    f = raw_server(&(struct fake_options){.no_tempfile = true});
    fd = raw_join(fake_port(f));
    assert_string_equal(raw_read(fd, 0x20000000, 3),
                        "7 -9 {} {file, unknown subcommand \"tempfile\"}");
    fake_stop(f);
    close(fd);

    f = raw_server(&(struct fake_options){.file_limit = 4096});
    fd = raw_join(fake_port(f));
    assert_non_null(strstr(raw_ask(fd, ocd__script_files), "4096"));
    assert_string_equal(raw_read(fd, 0x20000000, 4097), "<end>");
    fake_stop(f);
    close(fd);
}

static void the_time_in_a_reply_is_the_cost_of_the_request(void **state)
{
    struct fake *f = raw_server(&(struct fake_options){.cost = {1e6, 1e5, 0}});
    int fd = raw_join(fake_port(f));
    char line[2048];
    unsigned us;

    (void)state;
    snprintf(line, sizeof(line), "%s 7 {} 0x20000000 400", ocd__script_read_file);
    raw_request(fd, line);
    assert_int_equal(sscanf(raw_frame(fd), "@7 0 400 0 %u", &us), 1);
    assert_in_range(us, 10000, 1000000); /* 1 ms + 100 words * 100 us, less what came before */
    fake_stop(f);
    close(fd);
}

static void an_overlong_line_is_answered_without_a_terminator(void **state)
{
    (void)state;
    struct fake *f = raw_server(NULL);
    int fd = raw_join(fake_port(f));
    char block[65537];
    memset(block, 'x', 65536);
    block[65536] = '\0';
    for (int i = 0; i < 64; i++)
        raw_send(fd, block);
    raw_send(fd, "\x1a");
    assert_string_equal(raw_bytes(fd, 15), "line too long\n@");
    assert_string_equal(raw_frame_within(fd, 200), "<silence>");
    fake_stop(f);
    close(fd);
}

/* Microseconds that `count` requests take, sent one by one or all at once. */
static int64_t time_requests(int fd, const char *line, int count, bool pipelined)
{
    int64_t start = raw_now_us();
    for (int i = 0; i < count; i++) {
        raw_request(fd, line);
        if (!pipelined)
            raw_frame(fd);
    }
    for (int i = 0; pipelined && i < count; i++)
        raw_frame(fd);
    return raw_now_us() - start;
}

static void a_round_trip_is_paid_once_by_pipelined_requests(void **state)
{
    (void)state;
    struct fake_options options = {.round_trip_us = 20000};
    struct fake *f = raw_server(&options);
    int fd = raw_join(fake_port(f));
    int64_t single = time_requests(fd, "expr 1", 10, false);
    int64_t pipelined = time_requests(fd, "expr 1", 10, true);
    /* What else runs may take time, but not each time. */
    for (int i = 0; i < 20 && pipelined >= 10 * 20000; i++)
        pipelined = time_requests(fd, "expr 1", 10, true);
    assert_true(single >= 10 * 20000);
    assert_in_range(pipelined, 20000, 10 * 20000 - 1);
    fake_stop(f);
    close(fd);
}

static void cost_grows_with_the_elements_and_is_not_overlapped(void **state)
{
    (void)state;
    struct fake_options options = {.cost = {1e6, 1e3, 10}};
    struct fake *f = raw_server(&options);
    int fd = raw_join(fake_port(f));
    assert_true(time_requests(fd, "expr 1", 10, true) >= 10 * 1000);
    /* 1 ms + 1000 * 1 us + 1000 * 1000 * 10 ns = 12 ms */
    const char *line = "llength [read_memory 0x20000000 8 1000]";
    assert_true(time_requests(fd, line, 5, true) >= 5 * 12000);
    assert_true(time_requests(fd, line, 5, false) >= 5 * 12000);
    fake_stop(f);
    close(fd);
}

static void it_listens_on_ipv6_if_asked(void **state)
{
    (void)state;
    struct fake_options options = {.ipv6 = true};
    struct fake *f = fake_start(&options);
    if (!f) {
        assert_int_equal(errno, EADDRNOTAVAIL);
        skip();
    }
    struct sockaddr_in6 addr = {.sin6_family = AF_INET6, .sin6_port = htons(fake_port(f))};
    addr.sin6_addr.s6_addr[15] = 1;
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
    assert_string_equal(raw_ask(fd, "expr 1"), "1");
    fake_stop(f);
    close(fd);
}

static void a_shutdown_ends_it(void **state)
{
    (void)state;
    for (int head = 0; head < 2; head++) {
        struct fake_options options = {.head = head != 0};
        struct fake *f = raw_server(&options);
        int fd = raw_join(fake_port(f));
        assert_string_equal(raw_ask(fd, "shutdown"), head ? "" : "<end>");
        assert_string_equal(raw_frame(fd), "<end>");
        fake_stop(f);
        close(fd);
    }
}

static void a_script_adds_commands(void **state)
{
    (void)state;
    struct fake_options options = {.script = "proc get_reg {names} {return \"pc 0x08000100\"}"};
    struct fake *f = raw_server(&options);
    int fd = raw_join(fake_port(f));
    assert_string_equal(raw_ask_wrapped(fd, "get_reg pc"), "7 0 {pc 0x08000100} {}");
    fake_stop(f);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_read_and_written),
        cmocka_unit_test(targets_have_names_orders_and_states),
        cmocka_unit_test(refusals_have_openocds_texts),
        cmocka_unit_test(events_reach_only_subscribers),
        cmocka_unit_test(files_are_read_and_written),
        cmocka_unit_test(requests_are_kept),
        cmocka_unit_test(raw_requests_are_served_whatever_files_there_are),
        cmocka_unit_test(a_failed_raw_read_has_the_complete_steps_before_it),
        cmocka_unit_test(files_fail_as_asked),
        cmocka_unit_test(the_time_in_a_reply_is_the_cost_of_the_request),
        cmocka_unit_test(an_overlong_line_is_answered_without_a_terminator),
        cmocka_unit_test(a_round_trip_is_paid_once_by_pipelined_requests),
        cmocka_unit_test(cost_grows_with_the_elements_and_is_not_overlapped),
        cmocka_unit_test(it_listens_on_ipv6_if_asked),
        cmocka_unit_test(a_shutdown_ends_it),
        cmocka_unit_test(a_script_adds_commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
