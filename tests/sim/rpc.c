// SPDX-License-Identifier: MIT
#include "rpc.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support.h"

#define REPLY_TIMEOUT_MS 100000
#define CONFIG_MAX       1000

/* OpenOCD's arguments: the simulator's own, for another transport if need be. */
static void configure(const struct sim *sim, const char *transport, char config[CONFIG_MAX])
{
    char own[CONFIG_MAX];
    char *swd;

    if (transport == NULL) {
        assert_in_range(sim_config(sim, config, CONFIG_MAX), 1, CONFIG_MAX - 1);
        return;
    }
    if (strcmp(transport, "hla") == 0) {
        snprintf(config, CONFIG_MAX,
                 "-c 'adapter driver hla; hla_layout stlink; hla_vid_pid 0x0483 0x3748; "
                 "transport select hla_swd; hla_stlink_backend tcp %u' -f target/stm32f1x.cfg",
                 (unsigned)sim_port(sim));
        return;
    }
    assert_in_range(sim_config(sim, own, sizeof(own)), 1, sizeof(own) - 2);
    swd = strstr(own, "swd");
    assert_non_null(swd);
    snprintf(config, CONFIG_MAX, "%.*s%s%s", (int)(swd - own), own, transport, swd + 3);
}

static void await_port(struct rpc *rpc)
{
    struct ocd_process *p = rpc->openocd;
    struct pollfd set = {.fd = ocd__process_fd(p), .events = POLLIN};

    for (;;) {
        enum ocd_process_state state = ocd__process_poll(p);
        if (state == OCD_PROCESS_READY)
            return;
        if (state == OCD_PROCESS_ENDED)
            fail_msg("OpenOCD %s:\n%s", ocd__process_reason(p, NULL, NULL), ocd__process_log(p));
        if (poll(&set, 1, REPLY_TIMEOUT_MS) == 0)
            fail_msg("OpenOCD does not come up:\n%s", ocd__process_log(p));
    }
}

void rpc_open(struct rpc *rpc, const char *transport)
{
    char config[CONFIG_MAX];
    struct ocd_buffer message = {0};
    struct sockaddr_in addr = {.sin_family = AF_INET};

    configure(rpc->sim, transport, config);
    if (ocd__process_start(&rpc->openocd, NULL, config, NULL, &message) != 0)
        fail_msg("OpenOCD cannot be started: %s", message.data);
    ocd__buffer_free(&message);
    await_port(rpc);
    addr.sin_port = htons(ocd__process_port(rpc->openocd));
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    rpc->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(rpc->fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
    /* The first look at the target comes with the first poll. */
    rpc_run(rpc, "poll");
}

struct rpc *rpc_start(const struct sim_options *options, const char *transport)
{
    struct rpc *rpc = calloc(1, sizeof(*rpc));

    assert_non_null(rpc);
    assert_int_equal(sim_new(&rpc->sim, options), 0);
    assert_true(sim_spawn(rpc->sim) > 0);
    rpc_open(rpc, transport);
    return rpc;
}

static void close_openocd(struct rpc *rpc)
{
    if (rpc->openocd) {
        close(rpc->fd);
        ocd__process_end(&rpc->openocd);
    }
}

void rpc_stop(struct rpc *rpc)
{
    close_openocd(rpc);
    sim_free(rpc->sim);
    free(rpc);
}

/* One reply, up to its 0x1a. */
static void receive(struct rpc *rpc)
{
    struct pollfd set = {.fd = rpc->fd, .events = POLLIN};
    size_t filled = 0;

    do {
        if (filled == sizeof(rpc->result) - 1)
            fail_msg("a reply without an end");
        if (poll(&set, 1, REPLY_TIMEOUT_MS) <= 0)
            fail_msg("no reply from OpenOCD");
        ssize_t n = recv(rpc->fd, rpc->result + filled, sizeof(rpc->result) - 1 - filled, 0);
        if (n <= 0)
            fail_msg("OpenOCD has closed the connection");
        filled += (size_t)n;
    } while (rpc->result[filled - 1] != 0x1a);
    rpc->result[filled - 1] = '\0';
}

static void run(struct rpc *rpc, const char *format, va_list arguments)
{
    char command[8192];
    char request[8400];
    char *rest;
    int length;

    length = vsnprintf(command, sizeof(command), format, arguments);
    assert_in_range(length, 0, sizeof(command) - 1);
    /* Status first, so that no text has to be understood to know it. */
    length = snprintf(request, sizeof(request),
                      "apply {cmd {set rc [catch {uplevel #0 $cmd} out]; return \"$rc $out\"}} "
                      "{%s}\x1a",
                      command);
    assert_in_range(length, 0, sizeof(request) - 1);
    assert_int_equal(send(rpc->fd, request, (size_t)length, MSG_NOSIGNAL), length);
    receive(rpc);
    rpc->status = (int)strtol(rpc->result, &rest, 10);
    if (*rest == ' ')
        rest++;
    memmove(rpc->result, rest, strlen(rest) + 1);
}

const char *rpc_run(struct rpc *rpc, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    run(rpc, format, arguments);
    va_end(arguments);
    return rpc->result;
}

const char *rpc_good(struct rpc *rpc, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    run(rpc, format, arguments);
    va_end(arguments);
    if (rpc->status != 0)
        fail_msg("'%s' failed with %d: %s", format, rpc->status, rpc->result);
    return rpc->result;
}

void rpc_bad(struct rpc *rpc, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    run(rpc, format, arguments);
    va_end(arguments);
    if (rpc->status == 0)
        fail_msg("'%s' succeeded: %s", format, rpc->result);
}

uint32_t rpc_read(struct rpc *rpc, uint32_t addr, unsigned width)
{
    return (uint32_t)strtoull(rpc_good(rpc, "read_memory 0x%08x %u 1", addr, width), NULL, 0);
}

void rpc_wait_state(struct rpc *rpc, const char *state)
{
    for (int i = 0; i < REPLY_TIMEOUT_MS / 10; i++) {
        rpc_run(rpc, "poll");
        if (strcmp(rpc_good(rpc, "[target current] curstate"), state) == 0)
            return;
        poll(NULL, 0, 10);
    }
    fail_msg("the target is '%s', not '%s'", rpc->result, state);
}

uint32_t rpc_reg(struct rpc *rpc, const char *name)
{
    const char *value = rpc_good(rpc, "get_reg -force %s", name);

    value = strstr(value, "0x");
    assert_non_null(value);
    return (uint32_t)strtoull(value, NULL, 0);
}
