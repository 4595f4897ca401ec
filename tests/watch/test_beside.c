// SPDX-License-Identifier: MIT
/* A GDB on the same OpenOCD halts, steps and continues during a run, and neither disturbs the
 * other. What GDB sends is sent by the test: GDB's manual, "Remote Protocol". */
#include "watch.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STEPS 20u

static struct watch *w;
static int gdb = -1;

/* A port that nothing uses now. */
static uint16_t free_port(void)
{
    struct sockaddr_in addr = {.sin_family = AF_INET};
    socklen_t size = sizeof(addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&addr, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&addr, &size), 0);
    close(fd);
    return ntohs(addr.sin_port);
}

static void send_packet(const char *text)
{
    char packet[64];
    unsigned sum = 0;

    for (const char *c = text; *c != '\0'; c++)
        sum += (unsigned char)*c;
    snprintf(packet, sizeof(packet), "$%s#%02x", text, sum & 0xff);
    watch_tell(gdb, packet);
}

/* Waits for the answer and acknowledges it: OpenOCD waits for that and serves no other client.
 * False: it does not begin with these bytes. */
static bool is_answered(const char *beginning)
{
    char packet[512];
    size_t size = 0;
    char c = '\0';

    while (c != '$')
        if (recv(gdb, &c, 1, 0) != 1)
            return false;
    while (recv(gdb, &c, 1, 0) == 1 && c != '#')
        if (size + 1 < sizeof(packet))
            packet[size++] = c;
    packet[size] = '\0';
    if (recv(gdb, &c, 1, 0) != 1 || recv(gdb, &c, 1, 0) != 1)
        return false;
    watch_tell(gdb, "+");
    return packet[0] == 'O' ? is_answered(beginning) : packet[0] == *beginning;
}

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

/* A process of its own: halts, steps, and continues. */
static pid_t start_gdb(uint16_t port)
{
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    alarm(60);
    gdb = watch_join(port);
    watch_tell(gdb, "+");
    send_packet("?");
    bool good = is_answered("S");
    for (unsigned i = 0; good && i < STEPS; i++) {
        send_packet("s");
        good = is_answered("T");
        pause_ms(30);
    }
    send_packet("c");
    pause_ms(200);
    close(gdb);
    _exit(good ? 0 : 1);
}

static bool gdb_has_succeeded(pid_t pid)
{
    int status;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status == 0;
}

/* Until the core has run again for some time after its steps. */
static int end_after_running(struct watch *watch, const struct ocd_frame *frame)
{
    static unsigned halted, running;

    if (frame->state == OCD_STATE_HALTED) {
        halted++;
        running = 0;
    } else {
        running++;
    }
    (void)watch;
    return halted >= STEPS && running > 100;
}

static size_t count_states(enum ocd_target_state state)
{
    size_t count = 0;

    for (size_t i = 0; i < w->frame_count; i++)
        count += w->frames[i].state == state;
    return count;
}

static void gdb_steps_and_continues_during_a_run(void **state)
{
    (void)state;
    char commands[64];
    uint16_t port = free_port();

    snprintf(commands, sizeof(commands), "gdb_port %u", (unsigned)port);
    w = watch_start(&(struct rig_options){.commands = commands});
    pid_t pid = start_gdb(port);
    watch_open(w, 200, 0, 0, (const char *const[]){"tick", NULL});
    w->each = end_after_running;
    watch_run(w);
    assert_true(gdb_has_succeeded(pid));
    assert_true(count_states(OCD_STATE_HALTED) >= STEPS);
    for (size_t i = 0; i < w->frame_count; i++)
        assert_int_equal(w->frames[i].samples[0].status, OCD_SAMPLE_GOOD);
    watch_stop(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gdb_steps_and_continues_during_a_run),
    };

    return cmocka_run_group_tests_name("beside GDB", tests, NULL, NULL);
}
