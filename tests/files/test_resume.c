// SPDX-License-Identifier: MIT
/* Dumps that continue where an earlier one ended. */
#include "rig.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define RAM_SIZE (1u << 20)
#define PART_MIN 4096 /* bytes; a smaller part is not used */

static struct rig *rig;
static struct ocd_session *session; /* with the current OpenOCD */
static uint8_t *memory;
static char *directory, *path;

static struct ocd_session *start_openocd(void)
{
    struct rig_args args;
    struct ocd_session *s;

    rig_args(&args, rig->sim, NULL);
    rig_ok(s,
           ocd_start(&s, &(struct ocd_options){.args = args.args, .timeout_ms = RIG_TIMEOUT_MS}));
    return s;
}

static int start(void **state)
{
    (void)state;
    rig = rig_start(&(struct rig_options){.sim.ram_size = RAM_SIZE});
    session = rig_connect(rig, NULL);
    memory = rig_fill(rig, RIG_RAM, RAM_SIZE, 4);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    ocd_close(session);
    rig_stop(rig);
    free(memory);
    return 0;
}

static int enter(void **state)
{
    (void)state;
    directory = rig_directory();
    path = malloc(strlen(directory) + 16);
    assert_non_null(path);
    sprintf(path, "%s/dump", directory);
    return 0;
}

static int leave(void **state)
{
    (void)state;
    rig_remove_directory(directory);
    free(path);
    return 0;
}

/* `.dump.ocd-part-ADDR-SIZE` beside the file. */
static const char *part_of(uint32_t addr, uint32_t size)
{
    static char part[4096];

    snprintf(part, sizeof(part), "%s/.dump.ocd-part-%x-%x", directory, (unsigned)addr,
             (unsigned)size);
    return part;
}

static long file_size(const char *name)
{
    struct stat st;

    return stat(name, &st) == 0 ? (long)st.st_size : -1;
}

static void assert_dumped(uint32_t addr, size_t size)
{
    size_t have;
    uint8_t *data = rig_read_file(path, &have);

    assert_int_equal(have, size);
    for (size_t i = 0; i < size; i++) {
        if (data[i] != memory[addr - RIG_RAM + i])
            fail_msg("byte %zu of %zu is 0x%02x, not 0x%02x", i, size, data[i],
                     memory[addr - RIG_RAM + i]);
    }
    free(data);
}

static int resume(struct ocd_session *s, uint32_t addr, uint32_t size, ocd_progress_fn progress,
                  void *user)
{
    return ocd_wait(ocd_dump_async(
        s, addr, size, path,
        &(struct ocd_call){.flags = OCD_DUMP_RESUME, .progress = progress, .user = user}));
}

/* Where a dump breaks, and how. */
struct accident {
    uint64_t at;
    pid_t victim; /* is killed; 0: the dump is cancelled */
};

static int happen(uint64_t done, uint64_t total, void *user)
{
    const struct accident *a = user;

    (void)total;
    if (done < a->at)
        return 0;
    if (a->victim == 0)
        return 1;
    kill(a->victim, SIGKILL);
    return 0;
}

/* Dumps in a process of its own, which is killed when `at` bytes have been written. */
static void break_by_sigkill(uint32_t addr, uint32_t size, uint64_t at, bool text)
{
    int status;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        struct ocd_session *s;
        const struct ocd_options options = {
            .host = "127.0.0.1", .port = rig->port, .timeout_ms = RIG_TIMEOUT_MS, .phys = text};
        struct accident a = {at, getpid()};
        if (ocd_connect(&s, &options) == OCD_OK)
            resume(s, addr, size, happen, &a);
        _exit(1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* A part of this many bytes, which are right. */
static void make_part(uint32_t addr, uint32_t size, size_t bytes)
{
    FILE *f = fopen(part_of(addr, size), "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(memory + (addr - RIG_RAM), 1, bytes, f), bytes);
    assert_int_equal(fclose(f), 0);
}

static int note_first(uint64_t done, uint64_t total, void *user)
{
    uint64_t *first = user;

    (void)total;
    *first = *first == 0 ? done : *first;
    return 0;
}

/* The existing part is reported as progress first, and not read again. */
static void assert_goes_on(struct ocd_session *s, uint32_t addr, uint32_t size)
{
    long there = file_size(part_of(addr, size));
    uint64_t first = 0;

    assert_true(there > 0);
    rig_ok(s, resume(s, addr, size, note_first, &first));
    if (there >= PART_MIN && first != (uint64_t)there)
        fail_msg("with %ld of %u there it began with %llu", there, (unsigned)size,
                 (unsigned long long)first);
    assert_dumped(addr, size);
    assert_int_equal(rig_directory_entries(directory), 1);
}

static void after_sigkill(void **state)
{
    static const uint64_t where[] = {1, 5000, 70000, 300000, RAM_SIZE - 1};

    (void)state;
    for (size_t i = 0; i < 2 * COUNT_OF(where); i++) {
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        assert_true(fputs("old", f) >= 0 && fclose(f) == 0);
        break_by_sigkill(RIG_RAM, RAM_SIZE, where[i / 2], i % 2 == 0);
        assert_int_equal(file_size(path), 3);
        assert_goes_on(session, RIG_RAM, RAM_SIZE);
    }
}

static void after_being_broken_again_and_again(void **state)
{
    uint64_t done = 0;

    (void)state;
    for (unsigned turn = 0; done + 100000 <= RAM_SIZE - 5; turn++) {
        break_by_sigkill(RIG_RAM + 1, RAM_SIZE - 5, done + 100000, turn % 2 == 0);
        long there = file_size(part_of(RIG_RAM + 1, RAM_SIZE - 5));
        assert_true(there > 0 && (uint64_t)there > done);
        done = (uint64_t)there;
    }
    assert_goes_on(session, RIG_RAM + 1, RAM_SIZE - 5);
}

static void after_a_cancelled_dump(void **state)
{
    struct accident a = {200000, 0};

    (void)state;
    rig_fails(session, OCD_ERR_CANCELLED, resume(session, RIG_RAM, RAM_SIZE, happen, &a));
    assert_goes_on(session, RIG_RAM, RAM_SIZE);
}

static void after_the_end_of_openocd(void **state)
{
    (void)state;
    for (int text_only = 0; text_only < 2; text_only++) {
        char *text;
        struct ocd_session *s = start_openocd();
        rig_ok(s, ocd_command(s, "pid", &text));
        /* Early, while little is asked for ahead: what has been answered by then still arrives. */
        struct accident a = {5000, (pid_t)strtol(text, NULL, 10)};
        ocd_free(text);
        rig_fails(s, OCD_ERR_CLOSED,
                  ocd_wait(ocd_dump_async(s, RIG_RAM, RAM_SIZE, path,
                                          &(struct ocd_call){.flags = OCD_DUMP_RESUME,
                                                             .space = text_only ? OCD_SPACE_PHYSICAL
                                                                                : OCD_SPACE_SESSION,
                                                             .progress = happen,
                                                             .user = &a})));
        ocd_close(s);
        s = start_openocd();
        assert_goes_on(s, RIG_RAM, RAM_SIZE);
        ocd_close(s);
    }
}

static void after_unreadable_memory(void **state)
{
    const uint32_t bad = RIG_RAM + 123457;

    (void)state;
    assert_int_equal(sim_fault(rig->sim, bad, 5), 0);
    for (int turn = 0; turn < 2; turn++) {
        rig_fails(session, OCD_ERR_TARGET, resume(session, RIG_RAM, RAM_SIZE, NULL, NULL));
        rig_assert_error(ocd_last_error(session), OCD_ERR_TARGET, bad, 123457);
        assert_int_equal(file_size(part_of(RIG_RAM, RAM_SIZE)), 123457);
    }
    sim_fault_clear(rig->sim);
    assert_goes_on(session, RIG_RAM, RAM_SIZE);
}

static void after_a_complete_part(void **state)
{
    (void)state;
    make_part(RIG_RAM, 50000, 50000);
    assert_goes_on(session, RIG_RAM, 50000);
}

/* One byte of the part is not what the memory has; the dump must notice. */
static void check_noticed(uint32_t size, size_t part, size_t offset)
{
    make_part(RIG_RAM, size, part);
    memory[offset] ^= 0x40;
    rig_poke(rig, RIG_RAM, memory, RAM_SIZE);
    rig_ok(session, resume(session, RIG_RAM, size, NULL, NULL));
    assert_dumped(RIG_RAM, size);
    assert_int_equal(rig_directory_entries(directory), 1);
}

static void changed_memory_is_read_again(void **state)
{
    (void)state;
    check_noticed(RAM_SIZE, 500001, 0);
    check_noticed(RAM_SIZE, 500001, 4095);
    check_noticed(RAM_SIZE, 500001, 500000);
    check_noticed(RAM_SIZE, 500001, 500001 - 4096);
    check_noticed(RAM_SIZE, RAM_SIZE, RAM_SIZE - 1);
    check_noticed(RAM_SIZE, 5000, 4999);
}

/* A part of this size is compared completely. */
static void a_part_of_64_kib_is_compared_completely(void **state)
{
    static const size_t sizes[] = {4096, 4097, 8191, 30001, 61441, 65535, 65536};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        for (size_t k = 0; k < 24; k++) {
            size_t offset = (sizes[i] - 1) / 23 * k;
            check_noticed(70000, sizes[i], k < 23 ? offset : sizes[i] - 1);
        }
    }
}

static void a_part_of_less_than_4_kib_is_not_used(void **state)
{
    (void)state;
    check_noticed(RAM_SIZE, 4095, 17);
    check_noticed(RAM_SIZE, 1, 0);
}

static void the_part_of_another_range_is_not_used(void **state)
{
    (void)state;
    make_part(RIG_RAM, RAM_SIZE, 100000);
    rig_ok(session, resume(session, RIG_RAM, 200000, NULL, NULL));
    assert_dumped(RIG_RAM, 200000);
    rig_ok(session, resume(session, RIG_RAM + 4, RAM_SIZE - 4, NULL, NULL));
    assert_dumped(RIG_RAM + 4, RAM_SIZE - 4);
    assert_int_equal(file_size(part_of(RIG_RAM, RAM_SIZE)), 100000);
    /* That part stays for its own dump. */
    assert_int_equal(rig_directory_entries(directory), 2);
    assert_goes_on(session, RIG_RAM, RAM_SIZE);
}

static void a_part_that_is_too_long_is_not_used(void **state)
{
    (void)state;
    make_part(RIG_RAM, 50000, 50001);
    rig_ok(session, resume(session, RIG_RAM, 50000, NULL, NULL));
    assert_dumped(RIG_RAM, 50000);
}

static int watch(uint64_t done, uint64_t total, void *user)
{
    uint64_t *last = user;

    assert_true(done > *last && done <= total && total == RAM_SIZE);
    *last = done;
    return 0;
}

static void progress_includes_the_existing_part(void **state)
{
    uint64_t last = 300000 - 1;

    (void)state;
    make_part(RIG_RAM, RAM_SIZE, 300000);
    rig_ok(session, resume(session, RIG_RAM, RAM_SIZE, watch, &last));
    assert_true(last == RAM_SIZE);
}

static int cancel(uint64_t done, uint64_t total, void *user)
{
    (void)done;
    (void)total;
    ocd_cancel(*(struct ocd_op **)user);
    return 0;
}

static void cancelling_at_the_first_progress_keeps_the_part(void **state)
{
    struct ocd_op *op;
    const struct ocd_call call = {.flags = OCD_DUMP_RESUME, .progress = cancel, .user = &op};
    uint8_t byte;

    (void)state;
    make_part(RIG_RAM, RAM_SIZE, 300000);
    op = ocd_dump_async(session, RIG_RAM, RAM_SIZE, path, &call);
    rig_fails(session, OCD_ERR_CANCELLED, ocd_wait(op));
    /* After the cancel no request of the dump is sent. */
    rig_ok(session, ocd_read_bytes(session, RIG_RAM, &byte, 1));
    assert_int_equal(file_size(part_of(RIG_RAM, RAM_SIZE)), 300000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(after_sigkill),
        TEST(after_being_broken_again_and_again),
        TEST(after_a_cancelled_dump),
        TEST(after_the_end_of_openocd),
        TEST(after_unreadable_memory),
        TEST(after_a_complete_part),
        TEST(changed_memory_is_read_again),
        TEST(a_part_of_64_kib_is_compared_completely),
        TEST(a_part_of_less_than_4_kib_is_not_used),
        TEST(the_part_of_another_range_is_not_used),
        TEST(a_part_that_is_too_long_is_not_used),
        TEST(progress_includes_the_existing_part),
        TEST(cancelling_at_the_first_progress_keeps_the_part),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
