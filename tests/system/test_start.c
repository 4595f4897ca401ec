// SPDX-License-Identifier: MIT
/* An OpenOCD of the session's own: from its start to its end, or why it did not start. */
#define _GNU_SOURCE /* pidfd_open */
#include "rig.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define AT_ONCE_MS 1500

#define DUMMY "adapter driver dummy; transport select jtag; jtag newtap a b -irlen 4; noinit"

static struct ocd_session *try_start(struct ocd_options *options, int wanted)
{
    struct ocd_session *s = NULL;

    if (options->timeout_ms == 0)
        options->timeout_ms = RIG_TIMEOUT_MS;
    int rc = ocd_start(&s, options);

    rig_check(s, rc, wanted, "ocd_start", __FILE__, __LINE__);
    return s;
}

static void assert_dead(struct ocd_session *s, int code, const char *words)
{
    uint8_t byte;

    assert_int_equal(ocd_last_error(s)->code, code);
    rig_assert_contains(ocd_last_error(s)->message, words);
    assert_int_equal(ocd_features(s), 0);
    assert_string_equal(ocd_server_version(s), "");
    assert_int_equal(ocd_loop_fd(s), -1);
    assert_true(ocd_read_u8(s, 0, &byte, 1) < 0);
    ocd_close(s);
}

/* The process, to see its end even when its number has been given to another. */
static int watch(pid_t pid)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);

    assert_true(fd >= 0);
    return fd;
}

static bool ends_within(int watched, int ms)
{
    struct pollfd p = {.fd = watched, .events = POLLIN};
    int n = poll(&p, 1, ms);

    close(watched);
    return n == 1;
}

/* Closes the session, which waits for the end of OpenOCD. Returns how long it took. */
static long close_and_watch(struct ocd_session **s, int watched)
{
    const long most_ms = 3500;
    long before = rig_now_ms();

    ocd_close(*s);
    *s = NULL;
    long took = rig_now_ms() - before;
    assert_true(ends_within(watched, took < most_ms ? 0 : RIG_TIMEOUT_MS));
    return took;
}

static pid_t pid_of(struct ocd_session *s)
{
    char *text;

    rig_ok(s, ocd_command(s, "pid", &text));
    pid_t pid = (pid_t)strtol(text, NULL, 10);
    ocd_free(text);
    return pid;
}

static void a_session_reports_its_openocds_port_and_version(void **state)
{
    const char *const args[] = {"-c", DUMMY, NULL};
    struct ocd_session *s = try_start(&(struct ocd_options){.args = args}, OCD_OK);
    char *text;

    (void)state;
    rig_assert_contains(ocd_server_version(s), "Open On-Chip Debugger 0.");
    assert_int_equal(ocd_features(s) & OCD_FEATURE_STARTED, OCD_FEATURE_STARTED);
    assert_int_equal(ocd_features(s) & OCD_FEATURE_RAW, OCD_FEATURE_RAW);
    assert_in_range(ocd_port(s), 1024, 65535);
    struct ocd_session *other;
    rig_ok(s, ocd_connect(&other, &(struct ocd_options){.port = ocd_port(s),
                                                        .timeout_ms = RIG_TIMEOUT_MS}));
    assert_string_equal(ocd_server_version(other), ocd_server_version(s));
    assert_int_equal(ocd_features(other) & OCD_FEATURE_STARTED, 0);
    assert_int_equal(ocd_port(other), ocd_port(s));
    ocd_close(other);
    rig_ok(s, ocd_command(s, "version", &text));
    rig_assert_contains(text, ocd_server_version(s));
    ocd_free(text);
    close_and_watch(&s, watch(pid_of(s)));
}

/* OpenOCD has its memory commands only then. */
static void memory_can_be_read_once_init_has_been_run(void **state)
{
    struct sim *sim = rig_chip(NULL);
    struct rig_args args;
    uint32_t value;

    (void)state;
    rig_args(&args, sim, &(struct rig_options){.commands = "noinit"});
    struct ocd_session *s = try_start(&(struct ocd_options){.args = args.args}, OCD_OK);
    assert_int_equal(ocd_features(s) & OCD_FEATURE_MEMORY, 0);
    rig_fails(s, OCD_ERR_NOT_EXAMINED, ocd_read_u32(s, SIM_FLASH_BASE, &value, 1));
    rig_assert_contains(ocd_last_error(s)->message, "init");
    rig_ok(s, ocd_command(s, "init", NULL));
    rig_ok(s, ocd_read_u32(s, SIM_FLASH_BASE, &value, 1));
    assert_int_equal(value, 0x20005000);
    assert_int_equal(ocd_features(s) & OCD_FEATURE_MEMORY, OCD_FEATURE_MEMORY);
    ocd_close(s);
    sim_free(sim);
}

static void its_configuration_may_be_one_string(void **state)
{
    struct sim *sim = rig_chip(NULL);
    char config[400];
    uint32_t value;

    (void)state;
    snprintf(config, sizeof(config),
             "-c 'adapter driver st-link; st-link vid_pid 0x0483 0x3748' "
             "-c \"transport select dapdirect_swd\" -c st-link\\ backend\\ tcp\\ %u "
             "-f target/stm32f1x.cfg",
             (unsigned)sim_port(sim));
    struct ocd_session *s = try_start(&(struct ocd_options){.config = config}, OCD_OK);
    rig_ok(s, ocd_read_u32(s, SIM_FLASH_BASE, &value, 1));
    assert_int_equal(value, 0x20005000);
    ocd_close(s);
    sim_free(sim);
}

static void a_program_that_is_not_there(void **state)
{
    (void)state;
    assert_dead(try_start(&(struct ocd_options){.openocd = "/no/such/openocd"}, OCD_ERR_PROCESS),
                OCD_ERR_PROCESS, "/no/such/openocd: No such file or directory");
    assert_dead(try_start(&(struct ocd_options){.openocd = "no-such-openocd"}, OCD_ERR_PROCESS),
                OCD_ERR_PROCESS, "no-such-openocd");
    assert_dead(try_start(&(struct ocd_options){.openocd = "/etc/passwd"}, OCD_ERR_PROCESS),
                OCD_ERR_PROCESS, "/etc/passwd: Permission denied");
}

static void a_program_that_is_not_openocd(void **state)
{
    (void)state;
    assert_dead(try_start(&(struct ocd_options){.openocd = "/bin/false"}, OCD_ERR_PROCESS),
                OCD_ERR_PROCESS, "exited with status 1");
    assert_dead(try_start(&(struct ocd_options){.openocd = "/bin/true"}, OCD_ERR_PROCESS),
                OCD_ERR_PROCESS, "exited with status 0");
}

static void an_invalid_configuration_shows_the_end_of_the_log(void **state)
{
    const char *const unknown[] = {"-c", "no_such_command", NULL};

    (void)state;
    assert_dead(try_start(&(struct ocd_options){.config = "-f no/such/file.cfg"}, OCD_ERR_PROCESS),
                OCD_ERR_PROCESS, "Can't find no/such/file.cfg");
    assert_dead(try_start(&(struct ocd_options){.args = unknown}, OCD_ERR_PROCESS), OCD_ERR_PROCESS,
                "invalid command name \"no_such_command\"");
}

/* It listens before it looks for the probe. */
static void a_probe_that_is_missing_shows_the_end_of_the_log(void **state)
{
    /* A port on which nobody listens, and that nobody else can get. */
    struct sockaddr_in addr = {.sin_family = AF_INET};
    socklen_t size = sizeof(addr);
    int holder = socket(AF_INET, SOCK_STREAM, 0);
    char adapter[256];
    const char *const args[] = {"-c", adapter, "-f", "target/stm32f1x.cfg", NULL};

    (void)state;
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(holder, (struct sockaddr *)&addr, size), 0);
    assert_int_equal(getsockname(holder, (struct sockaddr *)&addr, &size), 0);
    snprintf(adapter, sizeof(adapter),
             "adapter driver st-link; st-link vid_pid 0x0483 0x3748; "
             "transport select dapdirect_swd; st-link backend tcp %u",
             (unsigned)ntohs(addr.sin_port));
    assert_dead(try_start(&(struct ocd_options){.args = args}, OCD_ERR_PROCESS), OCD_ERR_PROCESS,
                "Error: ");
    close(holder);
}

static void a_configuration_that_cannot_be_split(void **state)
{
    (void)state;
    struct ocd_session *s = try_start(&(struct ocd_options){.config = "-c 'open"}, OCD_ERR_ARG);
    assert_int_equal(ocd_last_error(s)->code, OCD_ERR_ARG);
    ocd_close(s);
}

static void a_target_that_is_not_there(void **state)
{
    const char *const args[] = {"-c", DUMMY, NULL};

    (void)state;
    assert_dead(
        try_start(&(struct ocd_options){.args = args, .target = "nobody"}, OCD_ERR_NO_TARGET),
        OCD_ERR_NO_TARGET, "nobody");
}

/* A probe that does not answer holds OpenOCD in its start. */
static void a_start_that_takes_too_long_is_given_up(void **state)
{
    struct sim *sim = rig_chip(NULL);
    struct rig_args args;

    (void)state;
    rig_args(&args, sim, NULL);
    sim_set_link(sim, SIM_LINK_FROZEN);
    long before = rig_now_ms();
    struct ocd_session *s =
        try_start(&(struct ocd_options){.args = args.args, .timeout_ms = 400}, OCD_ERR_TIMEOUT);
    assert_in_range(rig_now_ms() - before, 399, RIG_SOON_MS);
    sim_set_link(sim, SIM_LINK_UP); /* or it must be killed */
    ocd_close(s);
    sim_free(sim);
}

static void an_openocd_ends_with_its_session(void **state)
{
    long took = AT_ONCE_MS;

    (void)state;
    /* At once, except on a busy machine. */
    for (int i = 0; i < 10 && took >= AT_ONCE_MS; i++) {
        struct rig *rig = rig_start(NULL);
        took = close_and_watch(&rig->session, watch(rig->openocd));
        rig_stop(rig);
    }
    assert_in_range(took, 0, AT_ONCE_MS - 1);
}

/* While the probe does not answer, OpenOCD does not react to SIGTERM. */
static void an_openocd_that_is_blocked_ends_with_its_session(void **state)
{
    struct rig *rig = rig_start(NULL);
    int watched = watch(rig->openocd);
    uint32_t value;

    (void)state;
    sim_set_link(rig->sim, SIM_LINK_FROZEN);
    struct ocd_call call = {.timeout_ms = 50};
    rig_fails(rig->session, OCD_ERR_TIMEOUT,
              ocd_wait(ocd_read_u32_async(rig->session, RIG_RAM, &value, 1, &call)));
    close_and_watch(&rig->session, watched);
    rig_stop(rig);
}

static void an_openocd_ends_when_its_program_is_killed(void **state)
{
    struct sim *sim = rig_chip(NULL);
    struct rig_args args;
    int pipes[2];
    pid_t child, openocd = 0;

    (void)state;
    rig_args(&args, sim, NULL);
    assert_int_equal(pipe(pipes), 0);
    child = fork();
    if (child == 0) {
        struct ocd_session *s;
        if (ocd_start(&s, &(struct ocd_options){.args = args.args, .timeout_ms = RIG_TIMEOUT_MS}) ==
            OCD_OK)
            openocd = pid_of(s);
        if (write(pipes[1], &openocd, sizeof(openocd)) < 0)
            _exit(1);
        for (;;)
            pause();
    }
    assert_true(child > 0);
    assert_int_equal(read(pipes[0], &openocd, sizeof(openocd)), sizeof(openocd));
    assert_true(openocd > 0);
    int watched = watch(openocd);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(ends_within(watched, RIG_TIMEOUT_MS));
    close(pipes[0]);
    close(pipes[1]);
    sim_free(sim);
}

static void closed_sessions_leave_nothing(void **state)
{
    const char *const args[] = {"-c", DUMMY, NULL};
    struct ocd_session *s;

    (void)state;
    ocd_close(try_start(&(struct ocd_options){.args = args}, OCD_OK)); /* whatever is only once */
    size_t before = rig_directory_entries("/proc/self/fd");
    for (int i = 0; i < 3; i++) {
        s = try_start(&(struct ocd_options){.args = args}, OCD_OK);
        struct ocd_session *other;
        rig_ok(s, ocd_connect(&other, &(struct ocd_options){.port = ocd_port(s),
                                                            .timeout_ms = RIG_TIMEOUT_MS}));
        ocd_close(other);
        close_and_watch(&s, watch(pid_of(s)));
        ocd_close(try_start(&(struct ocd_options){.openocd = "/bin/false"}, OCD_ERR_PROCESS));
        ocd_close(try_start(&(struct ocd_options){.openocd = "/no/such"}, OCD_ERR_PROCESS));
        assert_true(ocd_connect(&other, &(struct ocd_options){.host = "no-such.invalid"}) < 0);
        ocd_close(other);
    }
    assert_int_equal(rig_directory_entries("/proc/self/fd"), before);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child, not even a dead one */
}

static void its_log_is_traced(void **state)
{
    struct rig_trace trace = {0};
    const char *const args[] = {"-c", DUMMY, NULL};
    struct ocd_options options = {.args = args, .trace = rig_trace, .trace_user = &trace};
    struct ocd_session *s = try_start(&options, OCD_OK);
    bool seen = false;

    (void)state;
    for (long end = rig_now_ms() + RIG_TIMEOUT_MS; rig_now_ms() < end && !seen;) {
        rig_ok(s, ocd_command(s, "echo {said by the test}; sleep 1", NULL));
        for (size_t k = 0; k < trace.count; k++)
            seen = seen || (trace.lines[k].direction == '|' &&
                            strcmp(trace.lines[k].text, "said by the test") == 0);
    }
    assert_true(seen);
    ocd_close(s);
    rig_trace_clear(&trace);
    free(trace.lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_reports_its_openocds_port_and_version),
        cmocka_unit_test(memory_can_be_read_once_init_has_been_run),
        cmocka_unit_test(its_configuration_may_be_one_string),
        cmocka_unit_test(a_program_that_is_not_there),
        cmocka_unit_test(a_program_that_is_not_openocd),
        cmocka_unit_test(an_invalid_configuration_shows_the_end_of_the_log),
        cmocka_unit_test(a_probe_that_is_missing_shows_the_end_of_the_log),
        cmocka_unit_test(a_configuration_that_cannot_be_split),
        cmocka_unit_test(a_target_that_is_not_there),
        cmocka_unit_test(a_start_that_takes_too_long_is_given_up),
        cmocka_unit_test(an_openocd_ends_with_its_session),
        cmocka_unit_test(an_openocd_that_is_blocked_ends_with_its_session),
        cmocka_unit_test(an_openocd_ends_when_its_program_is_killed),
        cmocka_unit_test(closed_sessions_leave_nothing),
        cmocka_unit_test(its_log_is_traced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
