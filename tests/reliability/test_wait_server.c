// SPDX-License-Identifier: MIT
/* ocd_options.wait_server: an OpenOCD that is still starting. */
#include "support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define TIMEOUT_MS 300

/* A port on which nobody listens. */
static uint16_t unused_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t size = sizeof(a);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    inet_pton(AF_INET, "127.0.0.1", &a.sin_addr);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    getsockname(fd, (struct sockaddr *)&a, &size);
    close(fd);
    return ntohs(a.sin_port);
}

static struct ocd_options waiting(uint16_t port, uint32_t timeout_ms)
{
    return (struct ocd_options){
        .host = "127.0.0.1", .port = port, .timeout_ms = timeout_ms, .wait_server = true};
}

static void ends_after(int code, const struct ocd_options *options, const char *words)
{
    struct ocd_session *s;
    long begin = now_ms();

    ends_with(s, code, ocd_connect(&s, options));
    assert_true(now_ms() - begin >= (long)options->timeout_ms - 1);
    assert_in_time(begin, (long)options->timeout_ms);
    if (strstr(ocd_last_error(s)->message, words) == NULL)
        fail_msg("'%s' is not in '%s'", words, ocd_last_error(s)->message);
    ocd_close(s);
}

static void a_port_that_nobody_opens_times_out(void **state)
{
    struct ocd_options options = waiting(unused_port(), TIMEOUT_MS);
    struct ocd_session *s;

    (void)state;
    ends_after(OCD_ERR_TIMEOUT, &options, "nothing listens there yet: Connection refused");
    options.wait_server = false;
    ends_with(s, OCD_ERR_CONNECT, ocd_connect(&s, &options));
    ocd_close(s);
}

static void dispatch_once(struct ocd_session *s)
{
    struct pollfd p = {.fd = ocd_loop_fd(s), .events = ocd_loop_events(s)};

    assert_in_range(ocd_loop_timeout(s), 0, PATIENCE_MS);
    poll(&p, p.fd >= 0 ? 1 : 0, ocd_loop_timeout(s));
    assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
}

/* The port is found to be closed several times before it is opened. */
static void a_port_that_is_opened_later_is_connected_to(void **state)
{
    uint16_t port = unused_port();
    struct ocd_options options = waiting(port, PATIENCE_MS);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct ocd_session *s, *other;
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

    (void)state;
    struct ocd_op *op = ocd_connect_async(&s, &options, NULL);
    for (int pauses = 0; pauses < 3; dispatch_once(s))
        pauses += ocd_loop_fd(s) < 0 ? 1 : 0;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    inet_pton(AF_INET, "127.0.0.1", &a.sin_addr);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    assert_int_equal(listen(fd, 4), 0);
    while (ocd_loop_fd(s) < 0)
        dispatch_once(s);
    int peer = accept(fd, NULL, NULL);
    assert_true(peer >= 0);
    ocd_op_free(op);
    ocd_close(s);
    close(peer);
    close(fd);
    /* Without wait_server such a port is an error at once. */
    options.wait_server = false;
    ends_with(other, OCD_ERR_CONNECT, ocd_connect(&other, &options));
    ocd_close(other);
}

static void a_server_that_closes_at_first_is_tried_again(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_options options = waiting(fake_port(f), PATIENCE_MS);
    struct ocd_session *s;

    (void)state;
    fake_inject(f, &(struct fake_fault){.kind = FAKE_CLOSE_ON_ACCEPT, .times = 3});
    ends_with(s, OCD_OK, ocd_connect(&s, &options));
    assert_works(f, s);
    assert_int_equal(fake_connections(f), 4);
    ocd_close(s);
    fake_inject(f, &(struct fake_fault){.kind = FAKE_CLOSE_ON_ACCEPT});
    options.timeout_ms = TIMEOUT_MS;
    ends_after(OCD_ERR_TIMEOUT, &options, "the server closes the connection");
    fake_stop(f);
}

/* `command mode` is asked for in each greeting. */
static void an_openocd_before_init_is_waited_for(void **state)
{
    struct fake *f = server(
        &(struct fake_options){.script = "set asked 0; proc command {what} "
                                         "{if {[incr ::asked] < 4} {return config}; return exec}"});
    struct fake *never =
        server(&(struct fake_options){.script = "proc command {what} {return config}"});
    struct ocd_options options = waiting(fake_port(f), PATIENCE_MS);
    struct ocd_session *s;

    (void)state;
    ends_with(s, OCD_OK, ocd_connect(&s, &options));
    assert_works(f, s);
    assert_int_equal(fake_connections(f), 4);
    ocd_close(s);
    options = waiting(fake_port(never), TIMEOUT_MS);
    ends_after(OCD_ERR_TIMEOUT, &options, "OpenOCD has not run `init`");
    options.wait_server = false; /* for its configuration */
    ends_with(s, OCD_OK, ocd_connect(&s, &options));
    ocd_close(s);
    fake_stop(f);
    fake_stop(never);
}

static void another_server_is_not_waited_for(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_options options = waiting(fake_port(f), PATIENCE_MS);
    struct ocd_session *s;

    (void)state;
    fake_inject(f, &(struct fake_fault){.kind = FAKE_BANNER, .text = "SSH-2.0-x\r\n"});
    ends_with(s, OCD_ERR_NOT_OPENOCD, ocd_connect(&s, &options));
    ocd_close(s);
    fake_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_port_that_nobody_opens_times_out),
        cmocka_unit_test(a_port_that_is_opened_later_is_connected_to),
        cmocka_unit_test(a_server_that_closes_at_first_is_tried_again),
        cmocka_unit_test(an_openocd_before_init_is_waited_for),
        cmocka_unit_test(another_server_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
