// SPDX-License-Identifier: MIT
/* The tool, ended at any moment: the file has its old contents or all of the new ones. */
#define _GNU_SOURCE /* prlimit */
#include "rig.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../cli/tool.h"

#define RAM_SIZE (256u << 10)
#define DUMP     "dump 0x20000000 256K"

static struct rig *rig;
static uint8_t *memory;
static char scratch[64], path[80];
static uint64_t seed = 1;

static int start(void **state)
{
    (void)state;
    rig = rig_start(&(struct rig_options){.sim.ram_size = RAM_SIZE});
    memory = rig_fill(rig, RIG_RAM, RAM_SIZE, 6);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_stop(rig);
    free(memory);
    return 0;
}

static int enter(void **state)
{
    (void)state;
    scratch_make(scratch);
    snprintf(path, sizeof(path), "%s/dump", scratch);
    file_write(path, "old");
    return 0;
}

static int leave(void **state)
{
    (void)state;
    scratch_remove(scratch);
    return 0;
}

/* Old or new, and nothing else. Returns whether it is new. */
static bool assert_old_or_new(void)
{
    size_t size;
    char *text = file_read(path, &size);

    assert_non_null(text);
    bool is_old = size == 3 && memcmp(text, "old", 3) == 0;
    bool is_new = size == RAM_SIZE && memcmp(text, memory, RAM_SIZE) == 0;
    free(text);
    if (!is_old && !is_new)
        fail_msg("%zu bytes stand there that are neither old nor new", size);
    return is_new;
}

/* All other names in the directory are those of a killed writer's unfinished file. */
static void assert_recognisable(void)
{
    DIR *dir = opendir(scratch);

    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir)) != NULL;)
        if (e->d_name[0] == '.' && strlen(e->d_name) > 2 &&
            (strncmp(e->d_name, ".dump.ocd-", 10) != 0 || strlen(e->d_name) != 18))
            fail_msg("%s", e->d_name);
    closedir(dir);
}

static uint32_t random_below(uint32_t end)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
    return (uint32_t)((seed >> 33) % end);
}

static long now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Waits for a moment during the dump. */
static void let_pass(uint32_t us)
{
    const struct timespec t = {.tv_sec = (time_t)(us / 1000000),
                               .tv_nsec = (long)(us % 1000000) * 1000};

    nanosleep(&t, NULL);
}

/* How long a whole dump takes at present, in microseconds. */
static uint32_t measure(unsigned port, const char *options)
{
    uint32_t least = UINT32_MAX;

    for (int i = 0; i < 2; i++) {
        long begin = now_us();
        expect(0, "", "", "-p %u %s " DUMP " %s", port, options, path);
        uint32_t took = (uint32_t)(now_us() - begin);
        least = took < least ? took : least;
    }
    return least;
}

/* A probe with which the dump takes many seconds, and the tool when it has begun to read. */
static void start_slow(struct tool *tool, unsigned port, const char *options)
{
    file_write(path, "old");
    sim_set_latency(rig->sim, 100000);
    tool_start(tool, NULL, "-v -p %u %s " DUMP " %s", port, options, path);
    tool_await_err(tool, strcmp(options, "") == 0 ? "dump_image" : " 0x20000000 ");
}

/* Ends the tool when it certainly has not finished. */
static void interrupt_in_the_midst(int number, const char *options)
{
    struct tool tool;

    start_slow(&tool, rig->port, options);
    kill(tool.pid, number);
    int status = tool_finish(&tool);
    sim_set_latency(rig->sim, 0);
    if (status != (number == SIGKILL ? -number : 128 + number))
        fail_msg("exit code %d: %s", status, tool.err_text.data);
    tool_free(&tool);
    assert_false(assert_old_or_new());
    assert_recognisable();
    if (number != SIGKILL)
        assert_int_equal(scratch_count(scratch), 1);
}

struct count {
    unsigned turns, finished, left;
};

/* Ends the tool at a random moment, this many times. */
static struct count interrupt(int number, const char *options, unsigned turns)
{
    struct count count = {0};
    uint32_t whole = measure(rig->port, options);

    for (; count.turns < turns; count.turns++) {
        struct tool tool;
        file_write(path, "old");
        long begin = now_us();
        tool_start(&tool, NULL, "-p %u %s " DUMP " %s", rig->port, options, path);
        let_pass(random_below(whole + whole / 4));
        kill(tool.pid, number);
        int status = tool_finish(&tool);
        bool is_new = assert_old_or_new();
        uint32_t took = (uint32_t)(now_us() - begin);
        if (is_new && took < whole)
            whole = took; /* it is faster by now */
        if (status == 0 && !is_new)
            fail_msg("done, but the old file is there");
        if (number != SIGKILL && status != 0 && status != 128 + number && status != -number)
            fail_msg("exit code %d: %s", status, tool.err_text.data);
        tool_free(&tool);
        assert_recognisable();
        count.finished += is_new;
        count.left += scratch_count(scratch) - 1;
        if (number != SIGKILL)
            assert_int_equal(scratch_count(scratch), 1);
    }
    return count;
}

static void check_signal(int number)
{
    static const char *const options[] = {"", "--phys"};

    for (size_t i = 0; i < COUNT_OF(options); i++) {
        interrupt_in_the_midst(number, options[i]);
        struct count c = interrupt(number, options[i], 6);
        print_message("signal %d %s: %u dumps, %u finished, %u left something\n", number,
                      options[i], c.turns, c.finished, c.left);
        measure(rig->port, options[i]);
        assert_true(assert_old_or_new());
        assert_int_equal(scratch_count(scratch), 1);
    }
}

static void sigint_leaves_the_old_file_or_the_new_one(void **state)
{
    (void)state;
    check_signal(SIGINT);
}

static void sigterm_leaves_the_old_file_or_the_new_one(void **state)
{
    (void)state;
    check_signal(SIGTERM);
}

/* The next run removes the unfinished file. */
static void sigkill_leaves_the_old_file_or_the_new_one(void **state)
{
    (void)state;
    check_signal(SIGKILL);
}

/* The first dumps are ended certainly before they are complete, the others at a random moment. */
static void openocd_killed_leaves_the_old_file_or_the_new_one(void **state)
{
    uint32_t whole[2] = {measure(rig->port, ""), measure(rig->port, "--phys")};
    unsigned finished = 0;

    (void)state;
    for (unsigned turn = 0; turn < 6; turn++) {
        const char *options = turn % 2 == 0 ? "" : "--phys";
        struct ocd_session *s;
        struct rig_args args;
        struct tool tool;
        char *pid;
        rig_args(&args, rig->sim, NULL);
        rig_ok(s, ocd_start(
                      &s, &(struct ocd_options){.args = args.args, .timeout_ms = RIG_TIMEOUT_MS}));
        rig_ok(s, ocd_command(s, "pid", &pid));
        if (turn < 2) {
            start_slow(&tool, ocd_port(s), options);
        } else {
            file_write(path, "old");
            tool_start(&tool, NULL, "-p %u %s " DUMP " %s", (unsigned)ocd_port(s), options, path);
            let_pass(random_below(whole[turn % 2]));
        }
        kill((pid_t)strtol(pid, NULL, 10), SIGKILL);
        int status = tool_finish(&tool);
        sim_set_latency(rig->sim, 0);
        bool is_new = assert_old_or_new();
        if (status != (is_new ? 0 : 3))
            fail_msg("exit code %d: %s", status, tool.err_text.data);
        assert_true(!is_new || turn >= 2);
        assert_int_equal(scratch_count(scratch), 1);
        finished += is_new;
        tool_free(&tool);
        ocd_free(pid);
        ocd_close(s);
    }
    print_message("%u of 6 finished\n", finished);
}

/* A dump that may be broken any number of times ends with the whole memory. */
static void dumps_with_resume_survive_everything(void **state)
{
    static const int numbers[] = {SIGKILL, SIGINT, SIGTERM};

    (void)state;
    for (unsigned round = 0; round < 2; round++) {
        const char *options = round % 2 == 0 ? "" : "--phys";
        uint32_t whole = measure(rig->port, options);
        int status = -1;
        file_write(path, "old");
        for (unsigned turn = 0; status != 0; turn++) {
            struct tool tool;
            tool_start(&tool, NULL, "-p %u %s " DUMP " %s --resume", rig->port, options, path);
            if (turn < 12) {
                let_pass(random_below(whole));
                kill(tool.pid, numbers[turn % COUNT_OF(numbers)]);
            }
            status = tool_finish(&tool);
            /* It may have been ended when it had finished. */
            bool is_new = assert_old_or_new();
            assert_true(is_new || status != 0);
            assert_true(scratch_count(scratch) <= 2);
            tool_free(&tool);
        }
        assert_int_equal(scratch_count(scratch), 1);
    }
}

static void two_dumps_of_one_name_at_once(void **state)
{
    (void)state;
    for (unsigned turn = 0; turn < 3; turn++) {
        struct tool tools[4];
        file_write(path, "old");
        for (size_t i = 0; i < COUNT_OF(tools); i++)
            tool_start(&tools[i], NULL, "-p %u %s " DUMP " %s", rig->port,
                       i % 2 == 0 ? "" : "--phys", path);
        for (size_t i = 0; i < COUNT_OF(tools); i++) {
            tool_finish(&tools[i]);
            expect_finished(&tools[i], 0, "", "");
            tool_free(&tools[i]);
            assert_old_or_new();
        }
        assert_true(assert_old_or_new());
        assert_int_equal(scratch_count(scratch), 1);
    }
}

/* The second one gets an error, and does not disturb the first one. */
static void two_resumed_dumps_of_one_name_at_once(void **state)
{
    unsigned refused = 0;

    (void)state;
    for (unsigned turn = 0; turn < 5; turn++) {
        struct tool tools[3];
        unsigned done = 0;
        file_write(path, "old");
        for (size_t i = 0; i < COUNT_OF(tools); i++)
            tool_start(&tools[i], NULL, "-p %u " DUMP " %s --resume", rig->port, path);
        for (size_t i = 0; i < COUNT_OF(tools); i++) {
            int status = tool_finish(&tools[i]);
            if (status == 6 && strstr(tools[i].err_text.data, strerror(EBUSY)) != NULL)
                refused++;
            else if (status == 0)
                done++;
            else
                fail_msg("%d: %s", status, tools[i].err_text.data);
            tool_free(&tools[i]);
        }
        assert_true(done > 0);
        assert_true(assert_old_or_new());
        assert_int_equal(scratch_count(scratch), 1);
    }
    print_message("%u of 15 refused\n", refused);
}

/* By default SIGXFSZ would kill the tool, and leave the temporary file. */
static void a_limit_of_the_size_is_an_error_of_the_tool(void **state)
{
    struct rlimit before, limit;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = (struct rlimit){100000, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    static const char *const options[] = {DUMP " %s", "--phys " DUMP " %s",
                                          "read 0x20000000 256K -f bin -o %s"};
    char line[200], message[200];
    snprintf(message, sizeof(message), "%s: %s", path, strerror(EFBIG));
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        struct tool tool;
        snprintf(line, sizeof(line), options[i], path);
        tool_start(&tool, NULL, "-p %u %s", rig->port, line);
        tool_finish(&tool);
        expect_finished(&tool, 6, "", NULL);
        rig_assert_contains(tool.err_text.data, message);
        assert_false(assert_old_or_new());
        assert_int_equal(scratch_count(scratch), 1);
        tool_free(&tool);
    }
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
}

static void the_output_file_of_read_is_old_or_new(void **state)
{
    static const int numbers[] = {SIGTERM, SIGKILL};

    (void)state;
    for (unsigned turn = 0; turn < 10; turn++) {
        struct tool tool;
        file_write(path, "old");
        tool_start(&tool, NULL, "-p %u read 0x20000000 256K -f bin -o %s", rig->port, path);
        let_pass(random_below(60000));
        kill(tool.pid, numbers[turn % 2]);
        tool_finish(&tool);
        assert_old_or_new();
        assert_recognisable();
        tool_free(&tool);
    }
    expect(0, "", "", "-p %u read 0x20000000 256K -f bin -o %s", rig->port, path);
    assert_true(assert_old_or_new());
    assert_int_equal(scratch_count(scratch), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sigint_leaves_the_old_file_or_the_new_one),
        TEST(sigterm_leaves_the_old_file_or_the_new_one),
        TEST(sigkill_leaves_the_old_file_or_the_new_one),
        TEST(openocd_killed_leaves_the_old_file_or_the_new_one),
        TEST(dumps_with_resume_survive_everything),
        TEST(two_dumps_of_one_name_at_once),
        TEST(two_resumed_dumps_of_one_name_at_once),
        TEST(a_limit_of_the_size_is_an_error_of_the_tool),
        TEST(the_output_file_of_read_is_old_or_new),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
