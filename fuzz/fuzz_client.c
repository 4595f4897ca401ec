// SPDX-License-Identifier: MIT
/* The whole client over a socket pair: whatever a server says, every operation ends, and none
 * succeeds without an answer that says so. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ocd.h"
#include "session/session.h"

/* What an operation hands out. */
struct out {
    char *text;
    uint64_t *matches;
    struct ocd_target *targets;
    struct ocd_register *registers;
    struct ocd_breakpoint *breakpoints;
    size_t count;
    uint64_t value;
    enum ocd_target_state state;
};

struct run {
    struct ocd_session *session;
    int server;
    struct out out[3];
    uint8_t data[10000];
    uint32_t words[8];
    struct ocd_item items[3];
};

static int line(const char *text, void *user)
{
    (void)text;
    (void)user;
    return 0;
}

/* Starts an operation of a target. */
static struct ocd_op *control(struct ocd_session *s, struct out *out, uint8_t which,
                              const struct ocd_call *call)
{
    switch (which) {
    case 12:
        return ocd_halt_async(s, call);
    case 13:
        return ocd_state_async(s, &out->state, call);
    case 14:
        return ocd_wait_state_async(s, OCD_STATE_HALTED, call);
    case 15:
        return ocd_select_async(s, "cpu", call);
    case 16:
        return ocd_read_registers_async(s, NULL, 0, &out->registers, &out->count, call);
    case 17:
        return ocd_read_register_async(s, "pc", &out->value, call);
    case 18:
        return ocd_write_register_async(s, "pc", 0x100, call);
    case 19:
        return ocd_breakpoints_async(s, &out->breakpoints, &out->count, call);
    case 20:
        return ocd_remove_watchpoint_async(s, 0x20000000, call);
    default:
        return ocd_wait_event_async(s, "halted", call);
    }
}

static struct ocd_op *start(struct run *r, struct out *out, uint8_t which)
{
    struct ocd_session *s = r->session;
    struct ocd_call call = {.flags =
                                which & 0x80 ? OCD_READ_SKIP_UNREADABLE | OCD_WRITE_VERIFY : 0};

    which %= 24;
    if (which >= 22)
        return which == 22 ? ocd_read_bytes_async(s, 0x20000003, r->data, 9000, &call)
                           : ocd_write_bytes_async(s, 0x20000001, r->data, 600, &call);
    if (which >= 12)
        return control(s, out, which, &call);
    switch (which) {
    case 0:
        return ocd_read_u32_async(s, 0x20000000, r->words, 8, &call);
    case 1:
        return ocd_read_u64_async(s, 0x20000000, (uint64_t *)(void *)r->data, 8, &call);
    case 2:
        return ocd_write_u16_async(s, 0x20000000, (const uint16_t *)(void *)r->data, 9, &call);
    case 3:
        return ocd_read_bytes_async(s, 0x20000003, r->data, 200, &call);
    case 4:
        return ocd_write_bytes_async(s, 0x20000001, r->data, 130, &call);
    case 5:
        return ocd_hexdump_async(s, 0x20000000, 100, &out->text, &call);
    case 6:
        return ocd_search_async(s, "\0\0", 2, 0x20000000, 0x20000400, &out->matches, &out->count,
                                &call);
    case 7:
        return ocd_command_async(s, "version", &out->text, &call);
    case 8:
        return ocd_targets_async(s, &out->targets, &out->count, &call);
    case 9:
        return ocd_read_many_async(s, r->items, 3, 16, &call);
    case 10:
        return ocd_hexdump_lines_async(s, 0x20000000, 70, line, NULL, &call);
    default:
        return ocd_fill_async(s, 0x20000002, 99, "abc", 3, &call);
    }
}

static void drain(int fd)
{
    char bytes[4096];

    while (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
        ;
}

/* The input is what the server says, in chunks: a length byte, then this many bytes. */
static void converse(struct run *r, const uint8_t *data, size_t size)
{
    while (size > 0) {
        size_t n = 1 + *data++ % 64u;
        size--;
        n = n < size ? n : size;
        drain(r->server);
        if (n > 0 && send(r->server, data, n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
            return;
        data += n;
        size -= n;
        ocd_loop_dispatch(r->session);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct run r = {0};
    struct ocd_op *ops[3];
    int fds[2];

    if (size < 4 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) != 0)
        return 0;
    r.session = ocd__session_new(NULL);
    r.session->state = OCD_SESSION_READY;
    r.session->server_version = strdup("fuzzed");
    r.session->features = OCD_FEATURE_MEMORY | OCD_FEATURE_RAW;
    r.session->raw = true;
    ocd__rpc_open(&r.session->rpc, fds[0]);
    r.server = fds[1];
    r.items[0] = (struct ocd_item){.addr = 0x20000000, .count = 1, .width = 32, .values = r.words};
    r.items[1] = (struct ocd_item){.addr = 0x20000008, .count = 2, .width = 8, .values = r.data};
    r.items[2] =
        (struct ocd_item){.addr = 0x20000100, .count = 1, .width = 64, .values = r.data + 8};
    for (int i = 0; i < 3; i++)
        ops[i] = start(&r, &r.out[i], data[i]);
    converse(&r, data + 3, size - 3);
    close(r.server);
    for (int i = 0; i < 3; i++) {
        if (ops[i] == NULL)
            abort();
        ocd_wait(ops[i]);
    }
    for (int i = 0; i < 3; i++) {
        ocd_free(r.out[i].text);
        ocd_free(r.out[i].matches);
        ocd_free(r.out[i].targets);
        ocd_free(r.out[i].registers);
        ocd_free(r.out[i].breakpoints);
    }
    ocd_close(r.session);
    return 0;
}
