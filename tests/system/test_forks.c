// SPDX-License-Identifier: MIT
/* Processes that are forked from one with a session, and signals that come while it waits. */
#include "rig.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE (256u << 10)

static struct rig *rig;

static int start(void **state)
{
    (void)state;
    rig = rig_start(&(struct rig_options){.sim.ram_size = 2u << 20});
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_stop(rig);
    return 0;
}

/* Has a forked process close the session. */
static void close_in_a_child(struct ocd_session *s)
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        ocd_close(s);
        _exit(0);
    }
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void a_child_that_closes_does_not_affect_the_parents_file(void **state)
{
    struct ocd_session *s = rig->session;
    char *directory = rig_directory(), path[300];
    uint8_t *want = rig_fill(rig, RIG_RAM, SIZE, 4);
    size_t size;

    (void)state;
    snprintf(path, sizeof(path), "%s/dump.bin", directory);
    struct ocd_op *op = ocd_dump_async(s, RIG_RAM, SIZE, path, NULL);
    while (rig_directory_entries(directory) == 0)
        assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
    close_in_a_child(s);
    assert_int_equal(rig_directory_entries(directory), 1);
    rig_ok(s, ocd_wait(op));
    uint8_t *have = rig_read_file(path, &size);
    assert_int_equal(size, SIZE);
    assert_memory_equal(have, want, SIZE);
    free(have);
    free(want);
    rig_remove_directory(directory);
}

static void a_child_that_closes_does_not_end_the_parents_openocd(void **state)
{
    uint32_t value;

    (void)state;
    rig_poke(rig, RIG_RAM, "\1\2\3\4", 4);
    close_in_a_child(rig->session);
    assert_int_equal(kill(rig->openocd, 0), 0);
    rig_ok(rig->session, ocd_read_u32(rig->session, RIG_RAM, &value, 1));
    assert_int_equal(value, 0x04030201);
}

/* --- Signals --- */

static volatile sig_atomic_t signals;
static int told[2]; /* a pipe: a byte is written when some signals have come */

static void on_alarm(int number)
{
    (void)number;
    if (++signals == 20)
        (void)!write(told[1], "", 1);
}

/* A signal each millisecond, without SA_RESTART. */
static void begin_signals(void)
{
    struct sigaction action = {.sa_handler = on_alarm};
    struct itimerval each = {{0, 1000}, {0, 1000}};

    signals = 0;
    assert_int_equal(pipe(told), 0);
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &each, NULL), 0);
}

static void end_signals(void)
{
    setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL);
    signal(SIGALRM, SIG_IGN);
    close(told[0]);
    close(told[1]);
}

/* A process that opens the named pipe when signals have come, and reads, or writes `text`. */
static pid_t other_end(const char *fifo, const char *text)
{
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    char bytes[4096];
    setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL);
    if (read(told[0], bytes, 1) != 1)
        _exit(1);
    int fd = open(fifo, text != NULL ? O_WRONLY : O_RDONLY);
    if (text != NULL)
        _exit(write(fd, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : 1);
    size_t size = 0;
    for (ssize_t n; (n = read(fd, bytes, sizeof(bytes))) > 0;)
        size += (size_t)n;
    _exit(size == SIZE ? 0 : 1);
}

static void assert_ended_well(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0)
        ;
    assert_int_equal(status, 0);
}

static void a_dump_waits_for_the_reader_of_a_pipe_despite_signals(void **state)
{
    char *directory = rig_directory(), fifo[300];

    (void)state;
    snprintf(fifo, sizeof(fifo), "%s/fifo", directory);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    begin_signals();
    pid_t reader = other_end(fifo, NULL);
    rig_ok(rig->session, ocd_dump(rig->session, RIG_RAM, SIZE, fifo));
    assert_ended_well(reader);
    assert_true(signals >= 20);
    end_signals();
    rig_remove_directory(directory);
}

static void a_load_waits_for_the_writer_of_a_pipe_despite_signals(void **state)
{
    char *directory = rig_directory(), fifo[300];

    (void)state;
    snprintf(fifo, sizeof(fifo), "%s/fifo", directory);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    begin_signals();
    pid_t writer = other_end(fifo, ":0420000001020304D2\n:00000001FF\n");
    rig_ok(rig->session, ocd_load(rig->session, fifo,
                                  &(struct ocd_load_options){
                                      .image = {.has_offset = true, .offset = RIG_RAM - 0x2000}}));
    assert_ended_well(writer);
    assert_true(signals >= 20);
    end_signals();
    rig_assert_memory(rig, RIG_RAM, "\1\2\3\4", 4);
    rig_remove_directory(directory);
}

static void calls_continue_despite_signals(void **state)
{
    struct ocd_session *s;
    struct rig_args args;
    uint8_t *want = rig_fill(rig, RIG_RAM, SIZE, 4), *have = malloc(SIZE);
    struct sim *sim = rig_chip(NULL);

    (void)state;
    assert_non_null(have);
    rig_args(&args, sim, NULL);
    begin_signals();
    sim_set_latency(rig->sim, 500);
    rig_ok(rig->session, ocd_read_bytes(rig->session, RIG_RAM, have, SIZE));
    assert_memory_equal(have, want, SIZE);
    rig_fails(rig->session, OCD_ERR_TIMEOUT, ocd_wait_state(rig->session, OCD_STATE_RESET, 100));
    int result = ocd_start(&s, &(struct ocd_options){.args = args.args,
                                                     .openocd = getenv("OCD_OPENOCD"),
                                                     .timeout_ms = RIG_TIMEOUT_MS});
    rig_ok(s, result);
    ocd_close(s);
    assert_true(signals >= 20);
    end_signals();
    sim_set_latency(rig->sim, 0);
    sim_free(sim);
    free(have);
    free(want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_that_closes_does_not_affect_the_parents_file),
        cmocka_unit_test(a_child_that_closes_does_not_end_the_parents_openocd),
        cmocka_unit_test(a_dump_waits_for_the_reader_of_a_pipe_despite_signals),
        cmocka_unit_test(a_load_waits_for_the_writer_of_a_pipe_despite_signals),
        cmocka_unit_test(calls_continue_despite_signals),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
