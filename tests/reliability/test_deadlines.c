// SPDX-License-Identifier: MIT
/* Calls end in time, whatever the other side does: names that are not resolved, addresses that
 * swallow packets, servers that stop, do not read, trickle or never fall silent. */
#include "support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define TIMEOUT_MS 300
#define EVENT      "type target_event event halted\r\n\x1a"

/* A socket that listens there and takes no connection any more: what is sent to it is dropped, as
 * by a firewall. */
struct blackhole {
    int listener, waiting[64];
    size_t count;
};

static struct sockaddr_in addr(const char *text, uint16_t port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};

    inet_pton(AF_INET, text, &a.sin_addr);
    return a;
}

/* Whether the queue is full: a connection is not answered, though others have been. */
static bool add_waiting(struct blackhole *b, const struct sockaddr_in *a)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct pollfd queued = {.fd = b->listener, .events = POLLIN}, answered = {.fd = fd};

    fcntl(fd, F_SETFL, O_NONBLOCK);
    b->waiting[b->count++] = fd;
    connect(fd, (const struct sockaddr *)a, sizeof(*a));
    if (b->count == 1) {
        assert_int_equal(poll(&queued, 1, PATIENCE_MS), 1);
        return false;
    }
    answered.events = POLLOUT;
    return poll(&answered, 1, 100) == 0;
}

/* Port 0: any; returns the port. */
static uint16_t dig(struct blackhole *b, const char *host, uint16_t port)
{
    struct sockaddr_in a = addr(host, port);
    socklen_t size = sizeof(a);

    *b = (struct blackhole){.listener = socket(AF_INET, SOCK_STREAM, 0)};
    assert_int_equal(bind(b->listener, (struct sockaddr *)&a, sizeof(a)), 0);
    assert_int_equal(listen(b->listener, 0), 0);
    getsockname(b->listener, (struct sockaddr *)&a, &size);
    while (b->count < COUNT_OF(b->waiting) && !add_waiting(b, &a))
        ;
    assert_in_range(b->count, 2, COUNT_OF(b->waiting) - 1);
    return ntohs(a.sin_port);
}

static void fill(struct blackhole *b)
{
    for (size_t i = 0; i < b->count; i++)
        close(b->waiting[i]);
    close(b->listener);
}

/* Has names looked up by a script, which is in a directory of its own in front of PATH. */
static char bin[] = "/tmp/ocd-getent-XXXXXX", *old_path;

static void set_getent(const char *script)
{
    char path[512];

    snprintf(path, sizeof(path), "%s/getent", bin);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "#!/bin/sh\n%s\n", script);
    fclose(f);
    chmod(path, 0755);
}

static int set_up(void **state)
{
    char path[4096];

    (void)state;
    if (mkdtemp(bin) == NULL)
        return 1;
    old_path = strdup(getenv("PATH"));
    snprintf(path, sizeof(path), "%s:%s", bin, old_path);
    return setenv("PATH", path, 1);
}

static int tear_down(void **state)
{
    static const char *const names[] = {"getent", "pid"};
    char path[512];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        snprintf(path, sizeof(path), "%s/%s", bin, names[i]);
        unlink(path);
    }
    free(old_path);
    return rmdir(bin);
}

static void connect_ends(int code, const char *host, uint16_t port, uint32_t timeout_ms)
{
    struct ocd_session *s;
    long begin = now_ms();

    ends_with(s, code,
              ocd_connect(
                  &s, &(struct ocd_options){.host = host, .port = port, .timeout_ms = timeout_ms}));
    assert_in_time(begin, (long)timeout_ms);
    ocd_close(s);
}

/* For a call that takes a part of the time it is given: it is given more when there was not enough
 * for the rest of its work. */
static void connect_ends_sooner(int code, const char *host, uint16_t port)
{
    for (uint32_t ms = 1000;; ms *= 4) {
        const struct ocd_options options = {.host = host, .port = port, .timeout_ms = ms};
        struct ocd_session *s;
        int result = ocd_connect(&s, &options);
        bool again = result == OCD_ERR_TIMEOUT && ms < PATIENCE_MS;
        if (!again)
            ends_with(s, code, result);
        ocd_close(s);
        if (!again)
            return;
    }
}

static void an_address_that_swallows_packets_times_out(void **state)
{
    struct blackhole b;
    uint16_t port = dig(&b, "127.0.0.1", 0);

    (void)state;
    connect_ends(OCD_ERR_TIMEOUT, "127.0.0.1", port, TIMEOUT_MS);
    fill(&b);
}

static void the_other_addresses_are_tried_when_one_swallows_packets(void **state)
{
    struct fake *f = server(NULL);
    struct blackhole b;

    (void)state;
    dig(&b, "127.0.0.2", fake_port(f));
    set_getent("echo '127.0.0.2 STREAM a.name'; echo '127.0.0.1 STREAM'; echo '::1 STREAM'");
    connect_ends_sooner(OCD_OK, "a.name", fake_port(f));
    /* It may answer yet, though the others refuse. */
    fake_leave(f);
    connect_ends(OCD_ERR_TIMEOUT, "a.name", fake_port(f), TIMEOUT_MS);
    fake_stop(f);
    fill(&b);
}

/* An OpenOCD that hangs, and whose queue of connections is full; it does not listen on ::1. */
static void a_server_that_hangs_with_a_full_queue_times_out_and_is_not_refused(void **state)
{
    struct blackhole b;
    uint16_t port = dig(&b, "127.0.0.1", 0);

    (void)state;
    connect_ends(OCD_ERR_TIMEOUT, "localhost", port, 3000);
    fill(&b);
}

/* One that is dropped because the queue is full gets in when there is room. */
static void a_dropped_connection_attempt_is_repeated(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *sessions[80], *s;
    struct ocd_op *ops[COUNT_OF(sessions)];
    struct ocd_options options = {
        .host = "127.0.0.1", .port = fake_port(f), .timeout_ms = PATIENCE_MS};

    (void)state;
    fake_freeze(f);
    for (size_t i = 0; i < COUNT_OF(sessions); i++)
        ops[i] = ocd_connect_async(&sessions[i], &options, NULL);
    fake_thaw(f);
    for (size_t i = 0; i < COUNT_OF(sessions); i++) {
        s = sessions[i];
        ends_with(s, OCD_OK, ocd_wait(ops[i]));
        ocd_close(s);
    }
    fake_stop(f);
}

static bool have_ipv6(void)
{
    struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    bool have = fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0;

    if (fd >= 0)
        close(fd);
    return have;
}

static void ipv4_and_ipv6_are_both_tried(void **state)
{
    struct fake *four = server(NULL);

    (void)state;
    set_getent("echo '::1 STREAM a.name'; echo '::1 DGRAM'; echo '127.0.0.1 STREAM'");
    connect_ends(OCD_OK, "a.name", fake_port(four), PATIENCE_MS);
    connect_ends(OCD_OK, "localhost", fake_port(four), PATIENCE_MS);
    if (have_ipv6()) {
        struct fake *six = server(&(struct fake_options){.ipv6 = true});
        connect_ends(OCD_OK, "localhost", fake_port(six), PATIENCE_MS);
        connect_ends(OCD_OK, "::1", fake_port(six), PATIENCE_MS);
        set_getent("echo '127.0.0.1 STREAM a.name'; echo '::1 STREAM'");
        connect_ends(OCD_OK, "a.name", fake_port(six), PATIENCE_MS);
        fake_stop(six);
    }
    fake_stop(four);
}

static void a_name_that_is_not_resolved_times_out(void **state)
{
    char script[128], path[64];
    int pid = 0;

    (void)state;
    snprintf(path, sizeof(path), "%s/pid", bin);
    snprintf(script, sizeof(script), "echo $$ >%s; exec sleep 1000", path);
    set_getent(script);
    /* Until the script has come to say which process it is. */
    for (uint32_t ms = 500; pid == 0 && ms < PATIENCE_MS; ms *= 4) {
        connect_ends(OCD_ERR_TIMEOUT, "a.name", 6666, ms);
        FILE *f = fopen(path, "r");
        if (f != NULL && fscanf(f, "%d", &pid) != 1)
            pid = 0;
        if (f != NULL)
            fclose(f);
    }
    assert_int_not_equal(pid, 0);
    /* The process that looked it up is gone. */
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(errno, ESRCH);
}

static void invalid_answers_of_the_resolver_are_an_error(void **state)
{
    (void)state;
    set_getent("exit 2");
    connect_ends(OCD_ERR_RESOLVE, "a.name", 6666, PATIENCE_MS);
    set_getent("exec yes no address");
    connect_ends(OCD_ERR_RESOLVE, "a.name", 6666, PATIENCE_MS);
    set_getent("echo; echo; printf '1.2.3.4.5 STREAM\\n\\0\\0'");
    connect_ends(OCD_ERR_RESOLVE, "a.name", 6666, PATIENCE_MS);
}

static void a_server_that_is_stopped_times_out_and_goes_on(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, &(struct ocd_options){.timeout_ms = TIMEOUT_MS});
    uint32_t word;

    (void)state;
    fake_freeze(f);
    for (int i = 0; i < 3; i++) {
        long begin = now_ms();
        ends_with(s, OCD_ERR_TIMEOUT, ocd_read_u32(s, FLASH, &word, 1));
        assert_in_time(begin, TIMEOUT_MS);
    }
    /* The kernel goes on accepting for it. */
    connect_ends(OCD_ERR_TIMEOUT, "127.0.0.1", fake_port(f), TIMEOUT_MS);
    fake_thaw(f);
    assert_works(f, s);
    fake_freeze(f);
    long begin = now_ms();
    ocd_close(s);
    assert_in_time(begin, 0);
    fake_stop(f);
}

/* More is sent than the system's buffers take. */
static void a_server_that_does_not_read_times_out(void **state)
{
    enum {
        COMMANDS = 8,
        SIZE = 3 << 20
    };
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, &(struct ocd_options){.timeout_ms = TIMEOUT_MS});
    struct ocd_op *ops[COMMANDS];
    char *script = malloc(SIZE);
    char *result;

    (void)state;
    assert_non_null(script);
    memset(script, ' ', SIZE - 1);
    memcpy(script, "expr 1", 6);
    script[SIZE - 1] = '\0';
    fake_freeze(f);
    long begin = now_ms();
    for (int i = 0; i < COMMANDS; i++)
        ops[i] = ocd_command_async(s, script, NULL, NULL);
    for (int i = 0; i < COMMANDS; i++)
        ends_with(s, OCD_ERR_TIMEOUT, ocd_wait(ops[i]));
    assert_in_time(begin, TIMEOUT_MS);
    assert_int_equal(ocd_loop_events(s), POLLIN | POLLOUT);
    /* Lines that are half sent are sent to their ends. */
    fake_thaw(f);
    struct ocd_call patient = {.timeout_ms = PATIENCE_MS};
    ends_with(s, OCD_OK, ocd_wait(ocd_command_async(s, "expr 6*7", &result, &patient)));
    assert_string_equal(result, "42");
    ocd_free(result);
    assert_works(f, s);
    ocd_close(s);
    free(script);
    fake_stop(f);
}

static void a_reply_that_trickles_times_out(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, &(struct ocd_options){.timeout_ms = TIMEOUT_MS});
    uint32_t words[256];

    (void)state;
    /* The reply would take several minutes, for some 3000 bytes: the call must not wait for all. */
    fake_inject(f, &(struct fake_fault){.kind = FAKE_DRIBBLE, .us = 100000, .times = 1});
    long begin = now_ms();
    ends_with(s, OCD_ERR_TIMEOUT, ocd_read_u32(s, FLASH, words, COUNT_OF(words)));
    assert_in_time(begin, TIMEOUT_MS);
    ocd_close(s);
    fake_stop(f);
}

/* An endless stream of bytes that are no reply must not delay a deadline. */
static void a_server_that_never_falls_silent_times_out(void **state)
{
    /* Events, and replies to request 0. */
    static const char reply[] = "\0"
                                "0 0 0 0 0\n\x1a";
    static const char *const texts[] = {EVENT, reply};
    static const size_t sizes[] = {sizeof(EVENT) - 1, sizeof(reply) - 1};
    uint32_t word;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct fake *f = server(NULL);
        struct ocd_session *s = join(f, &(struct ocd_options){.timeout_ms = TIMEOUT_MS});
        fake_inject(f, &(struct fake_fault){.kind = FAKE_ENDLESS,
                                            .at = UINT64_C(1) << 40,
                                            .text = texts[i],
                                            .text_size = sizes[i]});
        long begin = now_ms();
        ends_with(s, OCD_ERR_TIMEOUT, ocd_read_u32(s, FLASH, &word, 1));
        assert_in_time(begin, TIMEOUT_MS);
        ocd_close(s);
        fake_stop(f);
    }
}

/* A started OpenOCD that never opens its port. */
static void a_start_without_a_port_times_out(void **state)
{
    struct ocd_session *s;
    const char *const args[] = {"-c", "exec sleep 1000", NULL};
    long begin = now_ms();

    (void)state;
    set_getent("exec sleep 1000");
    char path[64];
    snprintf(path, sizeof(path), "%s/getent", bin);
    ends_with(s, OCD_ERR_TIMEOUT,
              ocd_start(&s, &(struct ocd_options){
                                .openocd = path, .args = args, .timeout_ms = TIMEOUT_MS}));
    assert_in_time(begin, TIMEOUT_MS);
    begin = now_ms();
    ocd_close(s);
    assert_in_time(begin, 0);
}

/* The oldest command that has no answer. */
static void the_command_that_timed_out_is_named(void **state)
{
    static uint8_t data[100000];
    uint32_t words[300];
    enum ocd_target_state is;
    const struct ocd_options options = {.timeout_ms = 100};

    (void)state;
    for (int i = 0; i < 5; i++) {
        static const char *const commands[] = {"expr {6*7}", "read_memory 0x8000000 32 1",
                                               "read_memory 0x8000000 32 256", "dump_image <",
                                               "arp_poll"};
        struct fake *f = server(NULL);
        struct ocd_session *s = join(f, &options);
        fake_inject(f, &(struct fake_fault){.kind = FAKE_MISSING});
        ends_with(s, OCD_ERR_TIMEOUT,
                  i == 0   ? ocd_command(s, commands[0], NULL)
                  : i == 1 ? ocd_read_u32(s, FLASH, words, 1)
                  : i == 2 ? ocd_read_u32(s, FLASH, words, COUNT_OF(words))
                  : i == 3 ? ocd_read_bytes(s, FLASH, data, sizeof(data))
                           : ocd_state(s, &is));
        if (strncmp(ocd_last_error(s)->command, commands[i], strlen(commands[i])) != 0)
            fail_msg("'%s', not '%s'", ocd_last_error(s)->command, commands[i]);
        assert_int_equal(ocd_last_error(s)->tcl_code, 0);
        ocd_close(s);
        fake_stop(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_command_that_timed_out_is_named),
        cmocka_unit_test(an_address_that_swallows_packets_times_out),
        cmocka_unit_test(the_other_addresses_are_tried_when_one_swallows_packets),
        cmocka_unit_test(a_server_that_hangs_with_a_full_queue_times_out_and_is_not_refused),
        cmocka_unit_test(a_dropped_connection_attempt_is_repeated),
        cmocka_unit_test(ipv4_and_ipv6_are_both_tried),
        cmocka_unit_test(a_name_that_is_not_resolved_times_out),
        cmocka_unit_test(invalid_answers_of_the_resolver_are_an_error),
        cmocka_unit_test(a_server_that_is_stopped_times_out_and_goes_on),
        cmocka_unit_test(a_server_that_does_not_read_times_out),
        cmocka_unit_test(a_reply_that_trickles_times_out),
        cmocka_unit_test(a_server_that_never_falls_silent_times_out),
        cmocka_unit_test(a_start_without_a_port_times_out),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
