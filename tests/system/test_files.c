// SPDX-License-Identifier: MIT
/* Dumps to files: the whole content or none, and no other file is left. */
#define _GNU_SOURCE /* seteuid */
#include "rig.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define RAM_SIZE (512u << 10)
#define NOBODY   65534

struct place {
    struct rig *rig;
    char *dir;
    char path[4096];
};

static struct place place; /* of the test under way */

static int start(void **state)
{
    place.rig = rig_start(&(struct rig_options){.sim.ram_size = RAM_SIZE});
    *state = &place;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_stop(place.rig);
    return 0;
}

static int enter(void **state)
{
    (void)state;
    place.dir = rig_directory();
    snprintf(place.path, sizeof(place.path), "%s/memory.bin", place.dir);
    return 0;
}

static int leave(void **state)
{
    (void)state;
    sim_fault_clear(place.rig->sim);
    rig_remove_directory(place.dir);
    return 0;
}

static void put_file(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, mode), 0);
}

static void assert_file(const char *path, const void *want, size_t size)
{
    size_t have_size;
    uint8_t *have = rig_read_file(path, &have_size);

    assert_int_equal(have_size, size);
    assert_memory_equal(have, want, size);
    free(have);
}

/* A local failure says which file and why, in the system's words. */
#define file_error(error, call)                                                                    \
    do {                                                                                           \
        rig_fails(place.rig->session, OCD_ERR_FILE, (call));                                       \
        const struct ocd_error *e_ = ocd_last_error(place.rig->session);                           \
        assert_int_equal(e_->code, OCD_ERR_FILE);                                                  \
        assert_int_equal(e_->system_errno, (error));                                               \
        rig_assert_contains(e_->message, strerror(error));                                         \
    } while (0)

static void a_dump_is_the_memory(void **state)
{
    static const uint32_t sizes[] = {0, 1, 3, 4095, 4096, 4097, 65537, RAM_SIZE - 3};
    struct place *p = *state;

    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        uint8_t *want = rig_fill(p->rig, RIG_RAM + 3, sizes[i], sizes[i]);
        rig_ok(p->rig->session, ocd_dump(p->rig->session, RIG_RAM + 3, sizes[i], p->path));
        assert_file(p->path, want, sizes[i]);
        assert_int_equal(rig_directory_entries(p->dir), 1);
        free(want);
    }
}

static void a_name_without_a_directory_is_in_the_current_one(void **state)
{
    struct place *p = *state;
    int here = open(".", O_RDONLY | O_DIRECTORY);

    assert_int_equal(chdir(p->dir), 0);
    rig_ok(p->rig->session, ocd_dump(p->rig->session, SIM_FLASH_BASE, 4, "memory.bin"));
    assert_int_equal(fchdir(here), 0);
    close(here);
    assert_file(p->path, "\x00\x50\x00\x20", 4);
}

static void an_existing_file_is_replaced_and_keeps_its_permissions(void **state)
{
    struct place *p = *state;
    struct stat st;

    put_file(p->path, "something longer than the dump", 0640);
    rig_poke(p->rig, RIG_RAM, "new", 3);
    rig_ok(p->rig->session, ocd_dump(p->rig->session, RIG_RAM, 3, p->path));
    assert_file(p->path, "new", 3);
    assert_int_equal(stat(p->path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    assert_int_equal(rig_directory_entries(p->dir), 1);
}

static void a_link_stays_and_its_file_is_replaced(void **state)
{
    struct place *p = *state;
    char link[4200];
    struct stat st;

    snprintf(link, sizeof(link), "%s/link", p->dir);
    put_file(p->path, "old", 0600);
    assert_int_equal(symlink("memory.bin", link), 0);
    rig_poke(p->rig, RIG_RAM, "new", 3);
    rig_ok(p->rig->session, ocd_dump(p->rig->session, RIG_RAM, 3, link));
    assert_file(p->path, "new", 3);
    assert_int_equal(lstat(link, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(rig_directory_entries(p->dir), 2);
}

static void a_failed_read_leaves_the_file_as_it_was(void **state)
{
    struct place *p = *state;

    put_file(p->path, "old", 0600);
    assert_int_equal(sim_fault(p->rig->sim, RIG_RAM + 70001, 1), 0);
    rig_fails(p->rig->session, OCD_ERR_TARGET,
              ocd_dump(p->rig->session, RIG_RAM, RAM_SIZE, p->path));
    rig_assert_error(ocd_last_error(p->rig->session), OCD_ERR_TARGET, RIG_RAM + 70001, 70001);
    assert_file(p->path, "old", 3);
    assert_int_equal(rig_directory_entries(p->dir), 1);

    assert_int_equal(unlink(p->path), 0);
    rig_fails(p->rig->session, OCD_ERR_TARGET,
              ocd_dump(p->rig->session, RIG_RAM, RAM_SIZE, p->path));
    assert_int_equal(rig_directory_entries(p->dir), 0);
}

static int stop_early(uint64_t done, uint64_t total, void *user)
{
    (void)done;
    (void)total;
    (void)user;
    return 1;
}

static void a_cancelled_dump_leaves_nothing(void **state)
{
    struct place *p = *state;
    const struct ocd_call call = {.progress = stop_early};

    rig_fails(p->rig->session, OCD_ERR_CANCELLED,
              ocd_wait(ocd_dump_async(p->rig->session, RIG_RAM, RAM_SIZE, p->path, &call)));
    assert_int_equal(rig_directory_entries(p->dir), 0);

    struct ocd_op *op = ocd_dump_async(p->rig->session, RIG_RAM, RAM_SIZE, p->path, NULL);
    assert_int_equal(ocd_loop_dispatch(p->rig->session), OCD_OK);
    ocd_op_free(op);
    assert_int_equal(rig_directory_entries(p->dir), 0);
    rig_ok(p->rig->session, ocd_dump(p->rig->session, RIG_RAM, 100, p->path));
}

static void a_directory_that_does_not_exist(void **state)
{
    struct place *p = *state;
    char path[4200];

    snprintf(path, sizeof(path), "%s/none/memory.bin", p->dir);
    file_error(ENOENT, ocd_dump(p->rig->session, RIG_RAM, 10, path));
    rig_assert_contains(ocd_last_error(p->rig->session)->message, path);
    snprintf(path, sizeof(path), "%s/memory.bin/memory.bin", p->dir);
    put_file(p->path, "", 0600);
    file_error(ENOTDIR, ocd_dump(p->rig->session, RIG_RAM, 10, path));
    assert_int_equal(rig_directory_entries(p->dir), 1);
}

static void a_directory_as_the_file(void **state)
{
    struct place *p = *state;

    file_error(EISDIR, ocd_dump(p->rig->session, RIG_RAM, 10, p->dir));
    assert_int_equal(rig_directory_entries(p->dir), 0);
}

static void no_name_at_all(void **state)
{
    struct place *p = *state;

    file_error(ENOENT, ocd_dump(p->rig->session, RIG_RAM, 10, ""));
}

static void a_directory_that_may_not_be_written(void **state)
{
    struct place *p = *state;
    bool root = geteuid() == 0;

    assert_int_equal(chmod(p->dir, 0555), 0);
    if (root)
        assert_int_equal(seteuid(NOBODY), 0);
    rig_mark(p->rig);
    int rc = ocd_dump(p->rig->session, RIG_RAM, 10, p->path);
    if (root)
        assert_int_equal(seteuid(0), 0);
    file_error(EACCES, rc);
    struct sim_access log[1]; /* it is found out before anything is read */
    assert_int_equal(rig_accesses(p->rig, log, 1), 0);
}

static void a_full_disk(void **state)
{
    struct place *p = *state;

    file_error(ENOSPC, ocd_dump(p->rig->session, RIG_RAM, RAM_SIZE, "/dev/full"));
    rig_ok(p->rig->session, ocd_dump(p->rig->session, RIG_RAM, RAM_SIZE, "/dev/null"));
}

/* The file grows no further, as on a disk that is full in the middle. */
static void a_file_that_may_not_grow(void **state)
{
    struct place *p = *state;
    struct rlimit before, limit;

    put_file(p->path, "old", 0600);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 100000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    int rc = ocd_dump(p->rig->session, RIG_RAM, RAM_SIZE, p->path);
    setrlimit(RLIMIT_FSIZE, &before);
    file_error(EFBIG, rc);
    assert_file(p->path, "old", 3);
    assert_int_equal(rig_directory_entries(p->dir), 1);
}

static void an_interrupted_dump_continues_where_it_ended(void **state)
{
    struct place *p = *state;
    struct ocd_session *s = p->rig->session;
    const struct ocd_call resume = {.flags = OCD_DUMP_RESUME};
    const uint32_t broken = 300000;
    uint8_t *want = rig_fill(p->rig, RIG_RAM, RAM_SIZE, 31);
    struct sim_stats before, after;

    assert_int_equal(sim_fault(p->rig->sim, RIG_RAM + broken, 4), 0);
    rig_fails(s, OCD_ERR_TARGET, ocd_wait(ocd_dump_async(s, RIG_RAM, RAM_SIZE, p->path, &resume)));
    assert_int_equal(access(p->path, F_OK), -1);
    assert_int_equal(rig_directory_entries(p->dir), 1); /* the part */
    sim_fault_clear(p->rig->sim);
    sim_get_stats(p->rig->sim, &before);
    rig_ok(s, ocd_wait(ocd_dump_async(s, RIG_RAM, RAM_SIZE, p->path, &resume)));
    sim_get_stats(p->rig->sim, &after);
    assert_in_range(after.bytes_read - before.bytes_read, RAM_SIZE - broken,
                    RAM_SIZE - broken + 17 * 4096);
    assert_file(p->path, want, RAM_SIZE);
    assert_int_equal(rig_directory_entries(p->dir), 1);
    free(want);
}

/* A part is not used if the memory has changed. */
static void a_part_that_differs_is_read_again(void **state)
{
    struct place *p = *state;
    struct ocd_session *s = p->rig->session;
    const struct ocd_call resume = {.flags = OCD_DUMP_RESUME};
    uint8_t *want = rig_fill(p->rig, RIG_RAM, RAM_SIZE, 32);

    assert_int_equal(sim_fault(p->rig->sim, RIG_RAM + 300000, 4), 0);
    rig_fails(s, OCD_ERR_TARGET, ocd_wait(ocd_dump_async(s, RIG_RAM, RAM_SIZE, p->path, &resume)));
    sim_fault_clear(p->rig->sim);
    free(want);
    want = rig_fill(p->rig, RIG_RAM, RAM_SIZE, 33);
    rig_ok(s, ocd_wait(ocd_dump_async(s, RIG_RAM, RAM_SIZE, p->path, &resume)));
    assert_file(p->path, want, RAM_SIZE);
    assert_int_equal(rig_directory_entries(p->dir), 1);
    free(want);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_dump_is_the_memory),
        TEST(a_name_without_a_directory_is_in_the_current_one),
        TEST(an_existing_file_is_replaced_and_keeps_its_permissions),
        TEST(a_link_stays_and_its_file_is_replaced),
        TEST(a_failed_read_leaves_the_file_as_it_was),
        TEST(a_cancelled_dump_leaves_nothing),
        TEST(a_directory_that_does_not_exist),
        TEST(a_directory_as_the_file),
        TEST(no_name_at_all),
        TEST(a_directory_that_may_not_be_written),
        TEST(a_full_disk),
        TEST(a_file_that_may_not_grow),
        TEST(an_interrupted_dump_continues_where_it_ended),
        TEST(a_part_that_differs_is_read_again),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
