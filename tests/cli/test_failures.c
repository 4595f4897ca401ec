// SPDX-License-Identifier: MIT
/* Servers that are missing, wrong, too old or silent: exit code, message, and what to try. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_server.h"
#include "tool.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Binds a port that nobody listens on. Returns its socket. */
static int bind_port(unsigned *port)
{
    struct sockaddr_in addr = {.sin_family = AF_INET};
    socklen_t size = sizeof(addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&addr, &size), 0);
    *port = ntohs(addr.sin_port);
    return fd;
}

/* Compares with what is expected around OpenOCD's own or the system's words. */
static void check_parts(const struct tool *tool, int status, const char *begin, const char *middle,
                        const char *end)
{
    expect_finished(tool, status, "", NULL);
    const char *text = tool->err_text.data;
    size_t size = tool->err_text.size;
    size_t tail = strlen(end);
    if (strncmp(text, begin, strlen(begin)) != 0 || strstr(text, middle) == NULL || size < tail ||
        strcmp(text + size - tail, end) != 0 || strchr(text, '\n') != text + size - 1)
        fail_msg("ocd %s\n%s\nexpected\n%s ... %s ... %s", tool->line, text, begin, middle, end);
}

static void expect_parts(int status, const char *begin, const char *middle, const char *end,
                         const char *line)
{
    struct tool tool;
    tool_start(&tool, NULL, "%s", line);
    tool_finish(&tool);
    check_parts(&tool, status, begin, middle, end);
    tool_free(&tool);
}

static void a_closed_port_prints_how_to_start_a_server(void **state)
{
    char begin[100];
    char line[100];
    char end[100];
    unsigned port;
    int fd = bind_port(&port);
    (void)state;
    snprintf(begin, sizeof(begin), "ocd: connect 127.0.0.1:%u: no connection: ", port);
    snprintf(line, sizeof(line), "-H 127.0.0.1 -p %u read 0", port);
    snprintf(end, sizeof(end),
             "(start OpenOCD, or a simulated chip with 'ocd sim --openocd -p %u')\n", port);
    expect_parts(3, begin, "Connection refused", end, line);
    close(fd);
}

/* 0.0.0.0 is this host, too, but the tool takes it for another one. */
static void the_simulator_is_refused_on_another_host(void **state)
{
    char line[100];
    unsigned port;
    int fd = bind_port(&port);
    (void)state;
    snprintf(line, sizeof(line), "-H 0.0.0.0 -p %u read 0", port);
    expect_parts(
        3, "ocd: connect 0.0.0.0:", "Connection refused",
        "(OpenOCD answers its own host only, unless its configuration says 'bindto 0.0.0.0'; "
        "safer is 'ssh -L 6666:localhost:6666 HOST', and then no -H)\n",
        line);
    close(fd);
}

static void a_host_that_does_not_exist_is_named(void **state)
{
    (void)state;
    expect_parts(3, "ocd: connect no such host:6666: host name not resolved", "",
                 "(check the name given with -H)\n", "-H 'no such host' info");
}

static struct fake *start_fake(const struct fake_options *options, const struct fake_fault *fault)
{
    struct fake *fake = fake_start(options != NULL ? options : &(struct fake_options){0});
    assert_non_null(fake);
    if (fault != NULL)
        assert_true(fake_inject(fake, fault) >= 0);
    return fake;
}

static void another_kind_of_server_is_recognised(void **state)
{
    static const char *const texts[] = {"HTTP/1.1 400 Bad Request\r\n\r\n", "$OK#9a"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char begin[100];
        char line[100];
        struct fake *fake =
            start_fake(NULL, &(struct fake_fault){.kind = FAKE_FOREIGN, .text = texts[i]});
        snprintf(begin, sizeof(begin),
                 "ocd: connect localhost:%u: the server is not OpenOCD's Tcl RPC port",
                 fake_port(fake));
        snprintf(line, sizeof(line), "-p %u info", fake_port(fake));
        expect_parts(3, begin, "",
                     "(OpenOCD's Tcl port is 6666 unless its tcl_port says otherwise)\n", line);
        fake_stop(fake);
    }
}

static void a_connection_closed_at_once_is_a_connection_error(void **state)
{
    char begin[100];
    char line[100];
    struct fake *fake = start_fake(NULL, &(struct fake_fault){.kind = FAKE_CLOSE_ON_ACCEPT});
    (void)state;
    snprintf(begin, sizeof(begin), "ocd: connect localhost:%u: connection closed", fake_port(fake));
    snprintf(line, sizeof(line), "-p %u info", fake_port(fake));
    expect_parts(3, begin, "", "(OpenOCD's own log says why it ended or closed the connection)\n",
                 line);
    fake_stop(fake);
}

static void a_silent_server_times_out(void **state)
{
    char begin[100];
    char line[100];
    struct fake *fake = start_fake(NULL, &(struct fake_fault){.kind = FAKE_MUTE});
    (void)state;
    snprintf(begin, sizeof(begin), "ocd: connect localhost:%u: timed out", fake_port(fake));
    snprintf(line, sizeof(line), "-p %u --timeout 0.2 info", fake_port(fake));
    double taken = 10;
    /* The usual timeout is 10 s. A busy machine may need as long, but not each time. */
    for (int i = 0; i < 5 && taken >= 8; i++) {
        double start = now();
        expect_parts(
            5, begin, "",
            "(is it OpenOCD's Tcl port? Then allow more with --timeout SECONDS, or see whether "
            "OpenOCD or the probe hangs)\n",
            line);
        taken = now() - start;
        assert_true(taken >= 0.2);
    }
    assert_true(taken < 8);
    fake_stop(fake);
}

/* The same as expect_parts, for a tool that is to connect in time and to time out then: how long
 * that takes depends on the machine. `format` has the port and the seconds. */
static void expect_late(const char *begin, const char *middle, const struct fake *fake,
                        const char *format)
{
    static const char end[] =
        "(allow more with --timeout SECONDS, or see whether OpenOCD or the probe hangs)\n";
    static const char *const seconds[] = {"0.3", "3", "30"};
    char line[100];
    for (size_t i = 0; i < 3; i++) {
        struct tool tool;
        snprintf(line, sizeof(line), format, fake_port(fake), seconds[i]);
        tool_start(&tool, NULL, "%s", line);
        tool_finish(&tool);
        bool connected = strncmp(tool.err_text.data, "ocd: connect", 12) != 0;
        if (connected || i == 2)
            check_parts(&tool, 5, begin, middle, end);
        tool_free(&tool);
        if (connected)
            return;
    }
}

/* The timeout of a command applies to the whole of it, even if data arrive. */
static void a_command_that_takes_too_long_times_out(void **state)
{
    struct fake *fake =
        start_fake(NULL, &(struct fake_fault){.kind = FAKE_MISSING, .match = "expr"});
    (void)state;
    expect_late("ocd: cmd: timed out", "", fake, "-p %u --timeout %s cmd expr 1");
    fake_stop(fake);
}

/* 16384 words that take twice the timeout together, while no single reply does. Whether a busy
 * machine keeps one for longer depends on the timeout: a longer one is tried then. */
static void a_long_read_may_take_longer_than_the_timeout(void **state)
{
    static const unsigned timeouts_ms[] = {800, 3200, 12800};
    int status = 5;
    (void)state;
    for (size_t i = 0; i < 3 && status == 5; i++) {
        double timeout = timeouts_ms[i] / 1000.0;
        struct fake_options options = {.cost = {.element_ns = timeout * 2e9 / 16384}};
        struct fake *fake = start_fake(&options, NULL);
        struct tool tool;
        double start = now();
        tool_start(&tool, NULL, "-p %u --timeout %.1f --phys dump 0x08000000 64K -",
                   fake_port(fake), timeout);
        status = tool_finish(&tool);
        double taken = now() - start;
        if (status != 5 || i == 2) {
            expect_finished(&tool, 0, NULL, "");
            assert_int_equal(tool.out_text.size, 65536);
            if (taken < timeout)
                fail_msg("it took %.3f s: nothing was tested", taken);
        }
        tool_free(&tool);
        fake_stop(fake);
    }
}

static void a_read_that_stalls_times_out(void **state)
{
    struct fake *fake =
        start_fake(NULL, &(struct fake_fault){.kind = FAKE_MISSING, .match = "read_memory 0x"});
    (void)state;
    fake_inject(fake, &(struct fake_fault){.kind = FAKE_MISSING, .match = "mdw"});
    expect_late("ocd: read 0x08000000: timed out", "no request has been completed", fake,
                "-p %u --timeout %s --phys read 0x08000000 1K");
    fake_stop(fake);
}

static void a_target_that_must_be_halted_has_a_hint(void **state)
{
    char end[100];
    char line[100];
    struct fake *fake = start_fake(&(struct fake_options){.must_halt = true}, NULL);
    (void)state;
    snprintf(line, sizeof(line), "-H 127.0.0.1 -p %u read 0x08000000 -w 32", fake_port(fake));
    snprintf(end, sizeof(end), "(try 'ocd -H 127.0.0.1 -p %u halt')\n", fake_port(fake));
    expect_parts(4, "ocd: read 0x08000000: target not halted", "", end, line);
    fake_stop(fake);
}

static void an_openocd_without_read_memory_is_too_old(void **state)
{
    char line[100];
    struct fake *fake = start_fake(&(struct fake_options){.no_read_memory = true}, NULL);
    (void)state;
    snprintf(line, sizeof(line), "-p %u read 0x08000000", fake_port(fake));
    expect_parts(4, "ocd: read 0x08000000: this OpenOCD is too old", "",
                 "(0.12 or later is needed)\n", line);
    fake_stop(fake);
}

static void a_malformed_reply_is_refused(void **state)
{
    char line[100];
    struct fake *fake = start_fake(
        NULL, &(struct fake_fault){.kind = FAKE_NOT_A_NUMBER, .match = "read_memory 0x"});
    (void)state;
    snprintf(line, sizeof(line), "-p %u read 0x08000000 2 -w 16", fake_port(fake));
    expect_parts(4, "ocd: read 0x08000000: malformed reply", "",
                 "(-v shows what was sent and received)\n", line);
    fake_stop(fake);
}

static void a_server_that_ends_during_a_dump_leaves_no_file(void **state)
{
    char scratch[64];
    char line[200];
    struct fake *fake = start_fake(
        NULL, &(struct fake_fault){.kind = FAKE_EXIT, .match = " 0x80", .skip = 1, .at = 100});
    (void)state;
    scratch_make(scratch);
    snprintf(line, sizeof(line), "-p %u --phys dump 0x08000000 128K %s/flash", fake_port(fake),
             scratch);
    expect_parts(3, "ocd: dump 0x08000000: connection closed", "", "\n", line);
    assert_int_equal(scratch_count(scratch), 0);
    scratch_remove(scratch);
    fake_stop(fake);
}

static void writing_to_a_pipe_without_a_reader_fails(void **state)
{
    static const char *const commands[] = {"dump 0x08000000 16", "read 0x08000000 16 -o"};
    char scratch[64];
    char path[80];
    char words[120];
    char line[200];
    struct fake *fake = start_fake(NULL, NULL);
    (void)state;
    scratch_make(scratch);
    snprintf(path, sizeof(path), "%s/pipe", scratch);
    assert_int_equal(mkfifo(path, 0600), 0);
    snprintf(words, sizeof(words), "%s: nobody reads from this pipe", path);
    for (int i = 0; i < 2; i++) {
        double begin = now();
        snprintf(line, sizeof(line), "-p %u %s %s", fake_port(fake), commands[i], path);
        expect_parts(6, "ocd: ", words, "\n", line);
        assert_true(now() - begin < 30);
    }
    scratch_remove(scratch);
    fake_stop(fake);
}

static void text_from_the_server_is_escaped(void **state)
{
    char line[100];
    struct fake *fake = start_fake(
        NULL,
        &(struct fake_fault){.kind = FAKE_REFUSE, .match = "expr", .text = "\x1B[31mboo\x07\x9B"});
    (void)state;
    snprintf(line, sizeof(line), "-p %u cmd expr 1", fake_port(fake));
    expect_parts(4, "ocd: cmd: OpenOCD refused the command: ", "\\x1B[31mboo\\x07\\x9B",
                 "(-v shows what was sent and received)\n", line);
    fake_stop(fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_closed_port_prints_how_to_start_a_server),
        cmocka_unit_test(the_simulator_is_refused_on_another_host),
        cmocka_unit_test(a_host_that_does_not_exist_is_named),
        cmocka_unit_test(another_kind_of_server_is_recognised),
        cmocka_unit_test(a_connection_closed_at_once_is_a_connection_error),
        cmocka_unit_test(a_silent_server_times_out),
        cmocka_unit_test(a_command_that_takes_too_long_times_out),
        cmocka_unit_test(a_long_read_may_take_longer_than_the_timeout),
        cmocka_unit_test(a_read_that_stalls_times_out),
        cmocka_unit_test(a_target_that_must_be_halted_has_a_hint),
        cmocka_unit_test(an_openocd_without_read_memory_is_too_old),
        cmocka_unit_test(a_malformed_reply_is_refused),
        cmocka_unit_test(a_server_that_ends_during_a_dump_leaves_no_file),
        cmocka_unit_test(writing_to_a_pipe_without_a_reader_fails),
        cmocka_unit_test(text_from_the_server_is_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
