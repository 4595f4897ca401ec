// SPDX-License-Identifier: MIT
#include "spawn/listen_port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static uint16_t scan(struct ocd_listen_port_scan *s, const char *text)
{
    return ocd__listen_port_scan(s, text, strlen(text));
}

static uint16_t scan_once(const char *text)
{
    struct ocd_listen_port_scan s = {0};
    return scan(&s, text);
}

static void the_tcl_port_is_found_in_any_log_format(void **state)
{
    (void)state;
    assert_int_equal(scan_once("Info : Listening on port 36221 for tcl connections\n"), 36221);
    assert_int_equal(scan_once("Info : 7 4 server.c:298 add_service(): Listening on port 1 for tcl "
                               "connections\n"),
                     1);
    assert_int_equal(scan_once("LListening on port LisListening on port 65535 for tcl connections"),
                     65535);
}

static void other_lines_are_no_tcl_port(void **state)
{
    (void)state;
    assert_int_equal(scan_once("Listening on port 3333 for gdb connections\n"), 0);
    assert_int_equal(scan_once("Listening on port 4444 for telnet connections\n"), 0);
    assert_int_equal(scan_once("Listening on port  for tcl connections\n"), 0);
    assert_int_equal(scan_once("Listening on port 65536 for tcl connections\n"), 0);
    assert_int_equal(scan_once("Listening on port 0 for tcl connections\n"), 0);
    assert_int_equal(scan_once("Listening on port 99999999999999999999 for tcl connections\n"), 0);

    struct ocd_listen_port_scan s = {0};
    assert_int_equal(scan(&s, "Listening on port 4444 for telnet connections\n"), 0);
    assert_int_equal(s.lines, 1);
    assert_int_equal(scan(&s, "Listening on port 6666 for tcl connections\n"), 6666);
}

static void the_line_may_arrive_in_two_parts(void **state)
{
    (void)state;
    static const char text[] = "x\nInfo : Listening on port 4444 for telnet connections\n"
                               "Info : Listening on port 50123 for tcl connections";
    size_t size = sizeof(text) - 1;
    for (size_t cut = 0; cut < size; cut++) {
        struct ocd_listen_port_scan s = {0};
        assert_int_equal(ocd__listen_port_scan(&s, text, cut), 0);
        assert_int_equal(ocd__listen_port_scan(&s, text + cut, size - cut), 50123);
    }
    struct ocd_listen_port_scan s = {0};
    for (size_t i = 0; i < size; i++)
        assert_int_equal(ocd__listen_port_scan(&s, text + i, 1), i + 1 < size ? 0 : 50123);
}

static int listen_somewhere(uint16_t *port)
{
    struct sockaddr_in addr = {.sin_family = AF_INET};
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&addr, &size), 0);
    *port = ntohs(addr.sin_port);
    return fd;
}

static void the_lowest_listening_descriptor_of_a_process_is_found(void **state)
{
    (void)state;
    if (access("/proc/self/net/tcp", R_OK) != 0)
        skip();
    assert_int_equal(ocd__listen_port_ask(getpid()), 0);
    uint16_t first, second;
    int idle = socket(AF_INET, SOCK_STREAM, 0);
    int a = listen_somewhere(&first), b = listen_somewhere(&second);
    assert_int_equal(ocd__listen_port_ask(getpid()), first);
    close(a);
    assert_int_equal(ocd__listen_port_ask(getpid()), second);
    close(b);
    assert_int_equal(ocd__listen_port_ask(getpid()), 0);
    close(idle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tcl_port_is_found_in_any_log_format),
        cmocka_unit_test(other_lines_are_no_tcl_port),
        cmocka_unit_test(the_line_may_arrive_in_two_parts),
        cmocka_unit_test(the_lowest_listening_descriptor_of_a_process_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
