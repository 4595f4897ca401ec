// SPDX-License-Identifier: MIT
#include "support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "probe/bytes.h"

static struct sim *sim_start(const struct sim_options *options)
{
    struct sim *sim = NULL;

    assert_int_equal(sim_new(&sim, options), 0);
    assert_true(sim_spawn(sim) > 0);
    return sim;
}

static int dial(const struct sim *sim)
{
    struct sockaddr_in addr = {
        .sin_family = AF_INET,
        .sin_port = htons(sim_port(sim)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
    return fd;
}

#define PATIENCE_MS 60000

/* True when `fd` becomes readable within that time. */
static bool readable(int fd, int ms)
{
    struct pollfd set = {.fd = fd, .events = POLLIN};

    return poll(&set, 1, ms) == 1;
}

static size_t receive(int fd, uint8_t *data, size_t size)
{
    size_t filled = 0;

    while (filled < size && readable(fd, PATIENCE_MS)) {
        ssize_t n = recv(fd, data + filled, size - filled, 0);

        if (n <= 0)
            break;
        filled += (size_t)n;
    }
    return filled;
}

static void transact(int fd, const uint8_t *request, size_t size, uint8_t *reply, size_t expected)
{
    assert_int_equal(send(fd, request, size, MSG_NOSIGNAL), (ssize_t)size);
    assert_int_equal(receive(fd, reply, expected), expected);
}

static void open_probe(int fd)
{
    static const uint8_t open[8] = {3, 0, 0, 0, 1};
    uint8_t reply[8];

    transact(fd, open, 8, reply, 8);
    assert_int_equal(get_le32(reply), 1);
}

static void usb_version(uint8_t *request)
{
    memset(request, 0, 32);
    request[0] = 5;
    put_le32(request + 4, 1);
    request[8] = 0xf1;
    request[24] = 1;
    put_le32(request + 28, 6);
}

static void messages_may_come_split_or_several_at_once(void **state)
{
    (void)state;
    struct sim *sim = sim_start(NULL);
    uint8_t request[96];
    uint8_t reply[30];
    int fd = dial(sim);

    open_probe(fd);
    usb_version(request);
    usb_version(request + 32);
    usb_version(request + 64);
    for (size_t cut = 1; cut < 96; cut += 7) {
        assert_int_equal(send(fd, request, cut, MSG_NOSIGNAL), (ssize_t)cut);
        assert_int_equal(send(fd, request + cut, 96 - cut, MSG_NOSIGNAL), (ssize_t)(96 - cut));
        assert_int_equal(receive(fd, reply, 30), 30);
        for (size_t i = 0; i < 30; i += 10) {
            assert_int_equal(get_le32(reply + i), 1);
            assert_int_equal(get_le16(reply + i + 6), 0x0483);
        }
    }
    close(fd);
    sim_free(sim);
}

static void several_clients_are_served(void **state)
{
    (void)state;
    struct sim *sim = sim_start(NULL);
    struct sim_stats stats;
    uint8_t request[32];
    uint8_t reply[10];
    int fd[3];

    usb_version(request);
    for (int round = 0; round < 5; round++) {
        fd[0] = dial(sim);
        open_probe(fd[0]);
        transact(fd[0], request, 32, reply, 10);
        close(fd[0]);
    }
    for (size_t i = 0; i < 3; i++) {
        fd[i] = dial(sim);
        open_probe(fd[i]);
    }
    for (size_t i = 0; i < 3; i++)
        transact(fd[2 - i], request, 32, reply, 10);
    sim_get_stats(sim, &stats);
    assert_int_equal(stats.connections, 8);
    assert_int_equal(stats.usb_commands, 8);
    for (size_t i = 0; i < 3; i++)
        close(fd[i]);
    sim_free(sim);
}

static void an_invalid_client_is_disconnected_and_others_are_served(void **state)
{
    (void)state;
    struct sim *sim = sim_start(NULL);
    uint8_t junk[64];
    uint8_t reply[4];
    uint64_t seed = 3;

    for (int round = 0; round < 50; round++) {
        int fd = dial(sim);

        for (size_t i = 0; i < sizeof(junk); i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            junk[i] = (uint8_t)(seed >> 56);
        }
        junk[0] = (uint8_t)(8 + round);
        assert_int_equal(send(fd, junk, sizeof(junk), MSG_NOSIGNAL), (ssize_t)sizeof(junk));
        assert_int_equal(receive(fd, reply, 4), 4);
        assert_int_not_equal(get_le32(reply), 1);
        assert_true(readable(fd, PATIENCE_MS));
        assert_true(recv(fd, reply, 1, 0) <= 0);
        close(fd);
    }
    int fd = dial(sim);
    open_probe(fd);
    close(fd);
    sim_free(sim);
}

static void a_frozen_probe_answers_only_when_thawed(void **state)
{
    (void)state;
    struct sim *sim = sim_start(NULL);
    uint8_t request[32];
    uint8_t reply[10];
    int fd = dial(sim);

    open_probe(fd);
    usb_version(request);
    sim_set_link(sim, SIM_LINK_FROZEN);
    assert_int_equal(send(fd, request, 32, MSG_NOSIGNAL), 32);
    assert_false(readable(fd, 200));
    sim_set_link(sim, SIM_LINK_UP);
    assert_int_equal(receive(fd, reply, 10), 10);
    assert_int_equal(get_le32(reply), 1);
    close(fd);
    sim_free(sim);
}

static void a_probe_that_is_down_disconnects_at_once(void **state)
{
    (void)state;
    struct sim *sim = sim_start(NULL);
    uint8_t byte;
    int fd = dial(sim);

    open_probe(fd);
    sim_set_link(sim, SIM_LINK_DOWN);
    assert_true(readable(fd, PATIENCE_MS));
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
    close(fd);
    fd = dial(sim);
    assert_true(readable(fd, PATIENCE_MS));
    assert_true(recv(fd, &byte, 1, 0) <= 0);
    close(fd);
    sim_set_link(sim, SIM_LINK_UP);
    fd = dial(sim);
    open_probe(fd);
    close(fd);
    sim_free(sim);
}

static int64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void each_command_takes_at_least_its_latency(void **state)
{
    (void)state;
    struct sim *sim = sim_start(&(struct sim_options){.latency_us = 700});
    uint8_t request[32];
    uint8_t reply[10];
    int fd = dial(sim);
    int64_t start;
    int64_t took;

    open_probe(fd);
    usb_version(request);
    start = now_us();
    for (int i = 0; i < 100; i++)
        transact(fd, request, 32, reply, 10);
    took = now_us() - start;
    assert_in_range(took, 70000, INT64_MAX);
    /* Without latency the shortest time is less; other processes can only make it longer. */
    sim_set_latency(sim, 0);
    for (int i = 0; i < 10000 && took >= 700; i++) {
        start = now_us();
        transact(fd, request, 32, reply, 10);
        took = now_us() - start;
    }
    assert_in_range(took, 0, 699);
    close(fd);
    sim_free(sim);
}

static void memory_is_shared_with_the_child(void **state)
{
    (void)state;
    struct sim *sim = sim_start(NULL);
    uint8_t data[4] = {1, 2, 3, 4};
    uint8_t back[4] = {0};

    assert_int_equal(sim_poke(sim, 0x08000100, data, 4), 0);
    assert_int_equal(sim_peek(sim, 0x00000100, back, 4), 0);
    assert_memory_equal(back, data, 4);
    assert_int_equal(sim_peek(sim, 0x20004ffe, back, 4), -EFAULT);
    assert_int_equal(sim_peek(sim, SIM_STATUS, back, 4), -EFAULT);
    sim_free(sim);
}

struct runner {
    struct sim *sim;
    int stop_fd;
    int result;
};

static void *run(void *user)
{
    struct runner *runner = user;

    runner->result = sim_run(runner->sim, runner->stop_fd);
    return NULL;
}

static void serving_ends_when_asked_to(void **state)
{
    (void)state;
    struct runner runner = {.result = 1};
    pthread_t thread;
    int stop[2];
    int fd;

    assert_int_equal(sim_new(&runner.sim, NULL), 0);
    assert_int_equal(pipe(stop), 0);
    runner.stop_fd = stop[0];
    assert_int_equal(pthread_create(&thread, NULL, run, &runner), 0);
    fd = dial(runner.sim);
    open_probe(fd);
    assert_int_equal(write(stop[1], "x", 1), 1);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(runner.result, 0);
    close(fd);
    close(stop[0]);
    close(stop[1]);
    sim_free(runner.sim);
}

/* The child of a parent that was killed ends too: then nobody holds the pipe any more, which is its
 * standard input. A port would say nothing, it may be another program's by then. */
static void a_child_ends_with_its_parent(void **state)
{
    (void)state;
    int note[2];
    uint16_t port = 0;
    pid_t parent;

    assert_int_equal(pipe(note), 0);
    parent = fork();
    assert_true(parent >= 0);
    if (parent == 0) {
        struct sim *sim;

        if (dup2(note[1], STDIN_FILENO) < 0 || sim_new(&sim, NULL) != 0 || sim_spawn(sim) <= 0)
            _exit(1);
        port = sim_port(sim);
        if (write(note[1], &port, sizeof(port)) != sizeof(port))
            _exit(1);
        for (;;)
            pause();
    }
    assert_int_equal(read(note[0], &port, sizeof(port)), sizeof(port));
    kill(parent, SIGKILL);
    waitpid(parent, NULL, 0);
    close(note[1]);
    assert_true(readable(note[0], PATIENCE_MS));
    assert_int_equal(read(note[0], &port, sizeof(port)), 0);
    close(note[0]);
}

static void invalid_options_are_explained(void **state)
{
    (void)state;
    static const struct {
        struct sim_options options;
        int result;
        const char *word;
    } cases[] = {
        {{.flash_size = 5000}, -EINVAL, "flash size"},
        {{.ram_size = SIM_SIZE_MAX + 1024}, -EINVAL, "RAM size"},
        {{.flash_file = "/nonexistent/flash"}, -ENOENT, "/nonexistent/flash"},
        {{.flash_file = "/"}, -EISDIR, "/"},
        {{.ram_file = "/dev/zero"}, -EFBIG, "larger than"},
        {{.server_api = 4}, -EINVAL, "server API"},
        {{.fault = {{.addr = 0x20000000}}, .fault_count = 1}, -EINVAL, "fault"},
        {{.fault_count = SIM_FAULTS_MAX + 1}, -EINVAL, "fault"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct sim_options options = cases[i].options;
        struct sim *sim = (struct sim *)&options;
        char message[200] = "";

        options.message = message;
        options.message_size = sizeof(message);
        assert_int_equal(sim_new(&sim, &options), cases[i].result);
        assert_null(sim);
        assert_non_null(strstr(message, cases[i].word));
    }
}

static void a_port_that_is_taken_is_refused(void **state)
{
    (void)state;
    struct sim *first = NULL;
    struct sim *second = NULL;

    assert_int_equal(sim_new(&first, NULL), 0);
    assert_int_equal(sim_new(&second, &(struct sim_options){.port = sim_port(first)}), -EADDRINUSE);
    sim_free(first);
}

static void files_are_loaded_from_the_start(void **state)
{
    (void)state;
    char flash[] = "/tmp/sim-flash-XXXXXX";
    char ram[] = "/tmp/sim-ram-XXXXXX";
    int flash_fd = mkstemp(flash);
    int ram_fd = mkstemp(ram);
    struct sim *sim = NULL;
    uint8_t back[8];

    assert_int_equal(write(flash_fd, "FLASH", 5), 5);
    assert_int_equal(write(ram_fd, "RAM", 3), 3);
    close(flash_fd);
    close(ram_fd);
    assert_int_equal(sim_new(&sim, &(struct sim_options){.flash_file = flash, .ram_file = ram}), 0);
    unlink(flash);
    unlink(ram);
    sim_peek(sim, SIM_FLASH_BASE, back, 8);
    assert_memory_equal(back, "FLASH\xff\xff\xff", 8);
    sim_peek(sim, SIM_RAM_BASE, back, 8);
    assert_memory_equal(back, "RAM\0\0\0\0\0", 8);
    sim_free(sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_may_come_split_or_several_at_once),
        cmocka_unit_test(several_clients_are_served),
        cmocka_unit_test(an_invalid_client_is_disconnected_and_others_are_served),
        cmocka_unit_test(a_frozen_probe_answers_only_when_thawed),
        cmocka_unit_test(a_probe_that_is_down_disconnects_at_once),
        cmocka_unit_test(each_command_takes_at_least_its_latency),
        cmocka_unit_test(memory_is_shared_with_the_child),
        cmocka_unit_test(serving_ends_when_asked_to),
        cmocka_unit_test(a_child_ends_with_its_parent),
        cmocka_unit_test(invalid_options_are_explained),
        cmocka_unit_test(a_port_that_is_taken_is_refused),
        cmocka_unit_test(files_are_loaded_from_the_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
