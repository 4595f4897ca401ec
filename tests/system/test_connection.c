// SPDX-License-Identifier: MIT
/* Connections: how they are made, how they fail, and how they end. */
#include "rig.h"

#include "fake_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

static int start(void **state)
{
    *state = rig_start(&(struct rig_options){.sim.ram_size = 2u << 20});
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

/* A port of the loopback on which nobody listens, or a server that never answers. */
static uint16_t open_port(int *fd, bool listening)
{
    struct sockaddr_in addr = {.sin_family = AF_INET};
    socklen_t size = sizeof(addr);

    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(*fd >= 0);
    assert_int_equal(bind(*fd, (struct sockaddr *)&addr, size), 0);
    if (listening)
        assert_int_equal(listen(*fd, 5), 0);
    assert_int_equal(getsockname(*fd, (struct sockaddr *)&addr, &size), 0);
    return ntohs(addr.sin_port);
}

/* A session that could not be opened only has its error. */
static void assert_refused(struct ocd_options options, int code, const char *words)
{
    struct ocd_session *s;
    uint32_t value;

    if (options.timeout_ms == 0)
        options.timeout_ms = RIG_TIMEOUT_MS;
    rig_fails(s, code, ocd_connect(&s, &options));
    assert_non_null(s);
    assert_int_equal(ocd_last_error(s)->code, code);
    rig_assert_contains(ocd_last_error(s)->text, words);
    assert_int_equal(ocd_features(s), 0);
    assert_int_equal(ocd_loop_fd(s), -1);
    assert_int_equal(ocd_loop_events(s), 0);
    assert_string_equal(ocd_server_version(s), "");
    assert_int_equal(ocd_read_u32(s, 0, &value, 1), OCD_ERR_CLOSED);
    assert_int_equal(ocd_loop_dispatch(s), OCD_ERR_CLOSED);
    ocd_close(s);
}

/* The same port of the other loopback, so that no other program gets it. False: it is in use. */
static bool hold_ipv6(int *fd, uint16_t port)
{
    struct sockaddr_in6 addr = {
        .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT, .sin6_port = htons(port)};

    *fd = socket(AF_INET6, SOCK_STREAM, 0);
    return *fd < 0 || bind(*fd, (struct sockaddr *)&addr, sizeof(addr)) == 0 || errno != EADDRINUSE;
}

static void nobody_listens(void **state)
{
    int fd, six;
    uint16_t port = open_port(&fd, false);
    char words[64];

    (void)state;
    if (!hold_ipv6(&six, port))
        skip();
    snprintf(words, sizeof(words), "port %u", (unsigned)port);
    assert_refused((struct ocd_options){.host = "127.0.0.1", .port = port}, OCD_ERR_CONNECT, words);
    assert_refused((struct ocd_options){.host = "127.0.0.1", .port = port}, OCD_ERR_CONNECT,
                   "Connection refused");
    assert_refused((struct ocd_options){.port = port}, OCD_ERR_CONNECT, "Connection refused");
    assert_refused((struct ocd_options){.host = "::1", .port = port}, OCD_ERR_CONNECT, "");
    close(six);
    close(fd);
}

static void an_unknown_host_name(void **state)
{
    (void)state;
    /* RFC 6761 reserves that domain. */
    assert_refused((struct ocd_options){.host = "no-such-host.invalid"}, OCD_ERR_RESOLVE,
                   "no-such-host.invalid");
    assert_refused((struct ocd_options){.host = ""}, OCD_ERR_RESOLVE, "");
    assert_refused((struct ocd_options){.host = "-n"}, OCD_ERR_RESOLVE, "-n");
    assert_refused((struct ocd_options){.host = "a b"}, OCD_ERR_RESOLVE, "a b");
}

static void a_server_that_never_answers(void **state)
{
    int fd;
    uint16_t port = open_port(&fd, true);
    long before = rig_now_ms();

    (void)state;
    assert_refused((struct ocd_options){.host = "127.0.0.1", .port = port, .timeout_ms = 200},
                   OCD_ERR_TIMEOUT, "does not answer");
    assert_in_range(rig_now_ms() - before, 199, RIG_SOON_MS);
    close(fd);
}

static void a_server_that_is_something_else(void **state)
{
    static const char *const replies[] = {
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "\xff\xfd\x03\xff\xfb\x18",
        "$OK#9a",
        "Open On-Chip Debugger\n> ",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(replies); i++) {
        for (int k = 0; k < 2; k++) {
            struct fake *fake = fake_start(NULL);
            assert_non_null(fake);
            fake_inject(fake, &(struct fake_fault){.kind = k ? FAKE_BANNER : FAKE_FOREIGN,
                                                   .text = replies[i]});
            assert_refused((struct ocd_options){.host = "127.0.0.1", .port = fake_port(fake)},
                           OCD_ERR_NOT_OPENOCD, "not OpenOCD's Tcl RPC port");
            fake_stop(fake);
        }
    }
}

static void a_server_recognised_by_its_first_byte(void **state)
{
    static const struct {
        const char *sends;
        const char *name;
    } servers[] = {{"\xff\xfd\x03", "a telnet port"}, {"+", "a GDB port"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(servers); i++) {
        struct fake *fake = fake_start(NULL);
        assert_non_null(fake);
        fake_inject(fake, &(struct fake_fault){.kind = FAKE_FOREIGN, .text = servers[i].sends});
        assert_refused((struct ocd_options){.host = "127.0.0.1", .port = fake_port(fake)},
                       OCD_ERR_NOT_OPENOCD, servers[i].name);
        fake_stop(fake);
    }
}

static void a_server_that_closes_at_once(void **state)
{
    struct fake *fake = fake_start(NULL);

    (void)state;
    assert_non_null(fake);
    fake_inject(fake, &(struct fake_fault){.kind = FAKE_CLOSE_ON_ACCEPT});
    assert_refused((struct ocd_options){.host = "127.0.0.1", .port = fake_port(fake)},
                   OCD_ERR_CLOSED, "closed");
    fake_stop(fake);
}

/* OpenOCD listens on IPv4 only, and a name may mean an IPv6 address first. */
static void all_addresses_of_a_name_are_tried(void **state)
{
    struct rig *rig = *state;
    static const char *const hosts[] = {NULL, "localhost", "127.0.0.1"};
    uint32_t value;

    for (size_t i = 0; i < COUNT_OF(hosts); i++) {
        struct ocd_session *s;
        rig_ok(s, ocd_connect(&s, &(struct ocd_options){.host = hosts[i],
                                                        .port = rig->port,
                                                        .timeout_ms = RIG_TIMEOUT_MS}));
        rig_ok(s, ocd_read_u32(s, SIM_FLASH_BASE, &value, 1));
        assert_int_equal(value, 0x20005000);
        assert_int_equal(ocd_port(s), rig->port);
        ocd_close(s);
    }
}

static void an_openocd_that_is_too_old(void **state)
{
    struct fake *fake = fake_start(&(struct fake_options){.no_read_memory = true});
    struct ocd_session *s;
    uint32_t value = 0;
    struct ocd_item item = {.addr = 0x20000000, .count = 1, .width = 32, .values = &value};

    (void)state;
    assert_non_null(fake);
    rig_ok(s, ocd_connect(&s, &(struct ocd_options){.host = "127.0.0.1",
                                                    .port = fake_port(fake),
                                                    .timeout_ms = RIG_TIMEOUT_MS}));
    assert_int_equal(ocd_features(s) & OCD_FEATURE_MEMORY, 0);
    rig_fails(s, OCD_ERR_UNSUPPORTED, ocd_read_u32(s, 0x20000000, &value, 1));
    rig_assert_contains(ocd_last_error(s)->message, "0.12");
    rig_fails(s, OCD_ERR_UNSUPPORTED, ocd_write_bytes(s, 0x20000000, &value, 4));
    rig_fails(s, OCD_ERR_UNSUPPORTED, ocd_read_many(s, &item, 1, 0));
    assert_int_equal(item.result, OCD_ERR_UNSUPPORTED);
    rig_ok(s, ocd_command(s, "version", NULL));
    ocd_close(s);
    fake_stop(fake);
}

struct ended {
    int order, results[3], at[3];
    struct ocd_op *ops[3];
};

static void note_end(struct ocd_op *op, int result, void *user)
{
    struct ended *e = user;

    for (int i = 0; i < 3; i++) {
        if (e->ops[i] == op) {
            e->results[i] = result;
            e->at[i] = e->order++;
        }
    }
}

static void a_killed_openocd_fails_all_operations(void **state)
{
    struct rig *rig = rig_start(&(struct rig_options){.sim.ram_size = 2u << 20});
    struct ocd_session *s = rig_connect(rig, NULL);
    struct ended e = {0};
    struct ocd_call call = {.done = note_end, .user = &e};
    uint8_t *data = malloc(2u << 20), byte;

    (void)state;
    assert_non_null(data);
    sim_set_link(rig->sim, SIM_LINK_FROZEN); /* nothing of it has been done */
    e.ops[0] = ocd_read_bytes_async(s, RIG_RAM, data, 2u << 20, &call);
    e.ops[1] = ocd_read_u8_async(s, RIG_RAM, &byte, 1, &call);
    e.ops[2] = ocd_command_async(s, "version", NULL, &call);
    assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
    kill(rig->openocd, SIGKILL);
    assert_int_equal(ocd_wait(e.ops[2]), OCD_ERR_CLOSED);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(e.results[i], OCD_ERR_CLOSED);
        assert_int_equal(e.at[i], i);
    }
    assert_int_equal(ocd_op_error(e.ops[0])->code, OCD_ERR_CLOSED);
    ocd_op_free(e.ops[0]);
    ocd_op_free(e.ops[1]);
    rig_fails(s, OCD_ERR_CLOSED, ocd_read_u8(s, RIG_RAM, &byte, 1));
    assert_int_equal(ocd_features(s), 0);
    assert_int_equal(ocd_port(s), rig->port); /* was */
    ocd_close(s);
    rig_fails(rig->session, OCD_ERR_CLOSED, ocd_read_u8(rig->session, RIG_RAM, &byte, 1));
    free(data);
    rig_stop(rig);
}

/* No SIGPIPE, which would be the end of the program. */
static void a_killed_openocd_fails_a_write(void **state)
{
    struct rig *rig = rig_start(&(struct rig_options){.sim.ram_size = 2u << 20});
    struct ocd_session *s = rig_connect(rig, NULL);
    uint8_t *data = calloc(1, 2u << 20);

    (void)state;
    assert_non_null(data);
    sim_set_link(rig->sim, SIM_LINK_FROZEN); /* it is not through before it is killed */
    struct ocd_op *op = ocd_write_bytes_async(s, RIG_RAM, data, 2u << 20, NULL);
    assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
    kill(rig->openocd, SIGKILL);
    assert_int_equal(ocd_wait(op), OCD_ERR_CLOSED);
    op = ocd_write_bytes_async(s, RIG_RAM, data, 2u << 20, NULL);
    assert_int_equal(ocd_wait(op), OCD_ERR_CLOSED);
    ocd_close(s);
    free(data);
    rig_stop(rig);
}

/* OpenOCD itself goes on answering. */
static void a_probe_that_is_unplugged_is_named(void **state)
{
    struct rig *rig = rig_start(NULL);
    uint8_t bytes[5000];

    (void)state;
    rig_ok(rig->session, ocd_read_bytes(rig->session, RIG_RAM, bytes, sizeof(bytes)));
    sim_set_link(rig->sim, SIM_LINK_DOWN);
    for (int i = 0; i < 3; i++) {
        rig_fails(rig->session, OCD_ERR_PROBE,
                  ocd_read_bytes(rig->session, RIG_RAM, bytes, sizeof(bytes)));
        rig_assert_error(ocd_last_error(rig->session), OCD_ERR_PROBE, RIG_RAM, 0);
        rig_ok(rig->session, ocd_command(rig->session, "version", NULL));
    }
    rig_stop(rig);
}

static void an_idle_session_notices_the_end_of_openocd(void **state)
{
    struct rig *rig = rig_start(NULL);
    struct ocd_session *s = rig_connect(rig, NULL);

    (void)state;
    assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
    assert_int_equal(ocd_loop_events(s), POLLIN);
    assert_int_equal(ocd_loop_timeout(s), -1);
    kill(rig->openocd, SIGKILL);
    struct pollfd p = {.fd = ocd_loop_fd(s), .events = ocd_loop_events(s)};
    assert_int_equal(poll(&p, 1, RIG_TIMEOUT_MS), 1);
    assert_int_equal(ocd_loop_dispatch(s), OCD_ERR_CLOSED);
    assert_int_equal(ocd_loop_fd(s), -1);
    ocd_close(s);
    rig_stop(rig);
}

static void a_session_may_connect_again(void **state)
{
    struct fake *fake = fake_start(NULL);
    struct ocd_session *s;
    uint8_t bytes[4];

    (void)state;
    assert_non_null(fake);
    rig_ok(s, ocd_connect(&s, &(struct ocd_options){.host = "127.0.0.1",
                                                    .port = fake_port(fake),
                                                    .timeout_ms = RIG_TIMEOUT_MS,
                                                    .reconnect = true}));
    fake_inject(fake, &(struct fake_fault){.kind = FAKE_CLOSE, .match = "read_memory", .times = 1});
    rig_fails(s, OCD_ERR_CLOSED, ocd_read_u8(s, 0x20000000, bytes, 4));
    rig_ok(s, ocd_read_u8(s, 0x20000000, bytes, 4));
    assert_int_equal(bytes[0], fake_pattern(0x20000000));
    assert_int_equal(fake_connections(fake), 2);
    ocd_close(s);
    fake_stop(fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_listens),
        cmocka_unit_test(an_unknown_host_name),
        cmocka_unit_test(a_server_that_never_answers),
        cmocka_unit_test(a_server_that_is_something_else),
        cmocka_unit_test(a_server_recognised_by_its_first_byte),
        cmocka_unit_test(a_server_that_closes_at_once),
        cmocka_unit_test(all_addresses_of_a_name_are_tried),
        cmocka_unit_test(an_openocd_that_is_too_old),
        cmocka_unit_test(a_killed_openocd_fails_all_operations),
        cmocka_unit_test(a_killed_openocd_fails_a_write),
        cmocka_unit_test(a_probe_that_is_unplugged_is_named),
        cmocka_unit_test(an_idle_session_notices_the_end_of_openocd),
        cmocka_unit_test(a_session_may_connect_again),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
