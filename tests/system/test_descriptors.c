// SPDX-License-Identifier: MIT
/* A process without free file descriptors: every call ends at once with that error, or works
 * without one; nothing stays open. */
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "rig.h"

#define LIMIT 64
#define SIZE  (256u << 10)

static struct {
    struct rig *rig;
    struct rlimit before;
    bool plugged[LIMIT];
    char *directory;
    char path[4200];
} t;

static void unplug(void)
{
    for (int fd = 0; fd < LIMIT; fd++) {
        if (t.plugged[fd])
            close(fd);
        t.plugged[fd] = false;
    }
    setrlimit(RLIMIT_NOFILE, &t.before);
}

static int start(void **state)
{
    (void)state;
    t.rig = rig_start(&(struct rig_options){.sim.ram_size = SIZE});
    return getrlimit(RLIMIT_NOFILE, &t.before);
}

static int stop(void **state)
{
    (void)state;
    rig_stop(t.rig);
    return 0;
}

static int enter(void **state)
{
    (void)state;
    t.directory = rig_directory();
    snprintf(t.path, sizeof(t.path), "%s/file", t.directory);
    return 0;
}

static int leave(void **state)
{
    (void)state;
    unplug();
    rig_remove_directory(t.directory);
    return 0;
}

static unsigned count_open(void)
{
    unsigned count = 0;

    for (int fd = 0; fd < LIMIT; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* From here on exactly this many descriptors can be opened. */
static void plug(unsigned spare)
{
    struct rlimit limit = {LIMIT, t.before.rlim_max};

    for (int fd = LIMIT - 1; fd >= 0; fd--) {
        if (fcntl(fd, F_GETFD) >= 0)
            continue;
        if (spare > 0) {
            spare--;
            continue;
        }
        assert_int_equal(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, fd), fd);
        t.plugged[fd] = true;
    }
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

/* The error says that there are too many open files. */
static void assert_said(const struct ocd_error *e, long begun)
{
    if (strstr(e->text, "Too many open files") == NULL)
        fail_msg("%s: %s", ocd_err_name(e->code), e->text);
    if (e->code == OCD_ERR_SYSTEM || e->code == OCD_ERR_FILE)
        assert_int_equal(e->system_errno, EMFILE);
    assert_true(rig_now_ms() - begun < RIG_SOON_MS);
}

/* Opens a session with ever more descriptors, until that works. */
static void open_with_few(int (*open)(struct ocd_session **, const struct ocd_options *),
                          struct ocd_options *options)
{
    bool done = false;
    unsigned spare, before = count_open();

    options->timeout_ms = RIG_TIMEOUT_MS;
    for (spare = 0; !done && spare < 16; spare++) {
        struct ocd_session *s;
        plug(spare);
        long begun = rig_now_ms();
        done = open(&s, options) == OCD_OK;
        if (!done)
            assert_said(ocd_last_error(s), begun);
        ocd_close(s);
        unplug();
        assert_int_equal(count_open(), before);
    }
    assert_true(done);
    assert_true(spare > 1); /* there has been a shortage */
}

static void connecting_reports_missing_descriptors(void **state)
{
    (void)state;
    open_with_few(ocd_connect, &(struct ocd_options){.host = "127.0.0.1", .port = t.rig->port});
    open_with_few(ocd_connect, &(struct ocd_options){.host = "localhost", .port = t.rig->port});
}

static void starting_reports_missing_descriptors(void **state)
{
    struct rig_args args;

    (void)state;
    struct sim *sim = rig_chip(NULL);
    rig_args(&args, sim, NULL);
    open_with_few(ocd_start,
                  &(struct ocd_options){.openocd = getenv("OCD_OPENOCD"), .args = args.args});
    sim_free(sim);
}

static void a_dump_reports_missing_descriptors(void **state)
{
    uint8_t *want = rig_fill(t.rig, RIG_RAM, SIZE, 1);
    bool done = false;
    unsigned open = count_open();

    (void)state;
    for (unsigned spare = 0; !done && spare < 16; spare++) {
        struct ocd_session *s = rig_connect(t.rig, NULL);
        plug(spare);
        long begun = rig_now_ms();
        int rc = ocd_dump(s, RIG_RAM, SIZE, t.path);
        if (rc != OCD_OK)
            assert_said(ocd_last_error(s), begun);
        ocd_close(s);
        unplug();
        assert_int_equal(count_open(), open);
        done = rc == OCD_OK;
        assert_int_equal(rig_directory_entries(t.directory), done);
    }
    assert_true(done);
    size_t size;
    uint8_t *have = rig_read_file(t.path, &size);
    assert_int_equal(size, SIZE);
    assert_memory_equal(have, want, SIZE);
    free(have);
    free(want);
}

static void memory_is_read_and_written_without_descriptors(void **state)
{
    uint8_t *want = rig_fill(t.rig, RIG_RAM, SIZE, 2), *have = malloc(SIZE);
    unsigned open = count_open();

    (void)state;
    assert_non_null(have);
    for (unsigned spare = 0; spare < 4; spare++) {
        struct ocd_session *s = rig_connect(t.rig, NULL);
        plug(spare);
        memset(have, 0, SIZE);
        rig_ok(s, ocd_read_bytes(s, RIG_RAM, have, SIZE));
        assert_memory_equal(have, want, SIZE);
        rig_ok(s, ocd_write_bytes(s, RIG_RAM, want, SIZE));
        unplug();
        ocd_close(s);
        assert_int_equal(count_open(), open);
    }
    rig_assert_memory(t.rig, RIG_RAM, want, SIZE);
    free(have);
    free(want);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(connecting_reports_missing_descriptors),
        TEST(starting_reports_missing_descriptors),
        TEST(a_dump_reports_missing_descriptors),
        TEST(memory_is_read_and_written_without_descriptors),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
