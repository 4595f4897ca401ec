// SPDX-License-Identifier: MIT
/* Where dumps go to: full disks, directories, links, devices, pipes. What stood under the name
 * is there afterwards, or all that is new, and nothing is left beside it. */
#define _GNU_SOURCE /* unshare */
#include "rig.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define RAM_SIZE (1u << 20)
#define NOBODY   65534

static struct rig *rig;
static uint8_t *memory;
static char *directory, *path;
static int reading[2]; /* shows that a reader is there */

static int start(void **state)
{
    (void)state;
    rig = rig_start(&(struct rig_options){.sim.ram_size = RAM_SIZE});
    memory = rig_fill(rig, RIG_RAM, RAM_SIZE, 5);
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

static void put_old(const char *name)
{
    FILE *f = fopen(name, "w");

    assert_non_null(f);
    assert_true(fputs("old", f) >= 0 && fclose(f) == 0);
}

static bool is_old(const char *name)
{
    char text[8] = "";
    FILE *f = fopen(name, "r");
    size_t size = f != NULL ? fread(text, 1, sizeof(text), f) : 0;

    if (f != NULL)
        fclose(f);
    return size == 3 && memcmp(text, "old", 3) == 0;
}

static void assert_dumped(const char *name, size_t size)
{
    size_t have;
    uint8_t *data = rig_read_file(name, &have);

    assert_int_equal(have, size);
    assert_memory_equal(data, memory, size);
    free(data);
}

/* The result of a child process, which can change its limits, rights and mounts. */
enum verdict {
    GOOD,
    NOT_POSSIBLE, /* this system does not let it */
    NO_SESSION,
    NO_ERROR,
    WRONG_ERROR,
    NOT_OLD,
    LEFTOVERS,
    NOT_USABLE,
};

static const char *const verdicts[] = {
    "good",
    "not possible here",
    "no session",
    "the dump succeeded",
    "another error",
    "the old contents are gone",
    "something was left",
    "the session does not work any more",
};

/* Raw and as text: the dump fails with that error of the system, the old file stays, and the
 * session goes on. */
static enum verdict check_failure(int error, size_t entries)
{
    for (int text = 0; text < 2; text++) {
        struct ocd_session *s;
        uint32_t value;
        const struct ocd_options options = {.host = "127.0.0.1",
                                            .port = rig->port,
                                            .timeout_ms = RIG_TIMEOUT_MS,
                                            .phys = text != 0};
        if (ocd_connect(&s, &options) != OCD_OK)
            return NO_SESSION;
        int rc = ocd_dump(s, RIG_RAM, RAM_SIZE, path);
        const struct ocd_error *e = ocd_last_error(s);
        if (rc == OCD_OK)
            return NO_ERROR;
        if (rc != OCD_ERR_FILE || e->system_errno != error ||
            strstr(e->message, strerror(error)) == NULL || strstr(e->message, path) == NULL) {
            print_error("%s, errno %d: %s\n", ocd_err_name(rc), e->system_errno, e->text);
            return WRONG_ERROR;
        }
        if (!is_old(path))
            return NOT_OLD;
        if (rig_directory_entries(directory) != entries)
            return LEFTOVERS;
        int again = ocd_read_u32(s, RIG_RAM, &value, 1);
        swap_little(&value, sizeof(value), 1);
        if (again != OCD_OK || memcmp(&value, memory, 4) != 0)
            return NOT_USABLE;
        ocd_close(s);
    }
    return GOOD;
}

static void in_a_child(enum verdict (*check)(void))
{
    int status;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0)
        _exit((int)check());
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFEXITED(status))
        fail_msg("killed by signal %d", WTERMSIG(status));
    if (WEXITSTATUS(status) == NOT_POSSIBLE)
        skip();
    if (WEXITSTATUS(status) != GOOD)
        fail_msg("%s", verdicts[WEXITSTATUS(status)]);
}

/* In a child nothing may end the test. */
static bool write_text(const char *name, const char *text)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

    if (fd >= 0)
        close(fd);
    return good;
}

static bool map_user(const char *file, unsigned id)
{
    char map[40];

    snprintf(map, sizeof(map), "%u %u 1", id, id);
    return write_text(file, map);
}

/* A name space of its own, in which this process may mount. */
static bool enter_name_space(void)
{
    unsigned user = (unsigned)geteuid(), group = (unsigned)getegid();

    return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
           write_text("/proc/self/setgroups", "deny") && map_user("/proc/self/uid_map", user) &&
           map_user("/proc/self/gid_map", group) &&
           mount("tmpfs", directory, "tmpfs", 0, "size=64k") == 0;
}

static enum verdict check_full_disk(void)
{
    if (!enter_name_space() || !write_text(path, "old"))
        return NOT_POSSIBLE;
    return check_failure(ENOSPC, 1);
}

static void a_full_disk(void **state)
{
    (void)state;
    in_a_child(check_full_disk);
}

static enum verdict check_size_limit(void)
{
    const struct rlimit limit = {100000, 100000};

    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return NOT_POSSIBLE;
    return check_failure(EFBIG, 1);
}

static void a_limit_of_the_size(void **state)
{
    (void)state;
    put_old(path);
    in_a_child(check_size_limit);
}

static enum verdict check_writable_file(void)
{
    struct ocd_session *s;
    const struct ocd_options options = {
        .host = "127.0.0.1", .port = rig->port, .timeout_ms = RIG_TIMEOUT_MS};

    if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
        return NOT_POSSIBLE;
    if (ocd_connect(&s, &options) != OCD_OK)
        return NO_SESSION;
    int rc = ocd_dump(s, RIG_RAM, RAM_SIZE, path);
    ocd_close(s);
    return rc == OCD_OK ? GOOD : WRONG_ERROR;
}

static void a_writable_file_in_a_directory_that_is_not(void **state)
{
    struct stat st;

    (void)state;
    put_old(path);
    assert_int_equal(chmod(path, 0666), 0);
    assert_int_equal(chmod(directory, 0555), 0);
    in_a_child(check_writable_file);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, RAM_SIZE);
    assert_int_equal(rig_directory_entries(directory), 1);
}

static enum verdict check_read_only_file(void)
{
    if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
        return NOT_POSSIBLE;
    return check_failure(EACCES, 1);
}

static void a_file_that_may_not_be_written(void **state)
{
    (void)state;
    put_old(path);
    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(chmod(directory, 0777), 0);
    in_a_child(check_read_only_file);
}

#define file_error(error, name)                                                                    \
    do {                                                                                           \
        rig_fails(rig->session, OCD_ERR_FILE, ocd_dump(rig->session, RIG_RAM, RAM_SIZE, (name)));  \
        assert_int_equal(ocd_last_error(rig->session)->system_errno, (error));                     \
    } while (0)

/* Refused before anything is read. */
static void names_that_no_file_can_have(void **state)
{
    char name[8192];

    (void)state;
    rig_mark(rig);
    file_error(EISDIR, directory);
    file_error(ENOENT, "");
    snprintf(name, sizeof(name), "%s/no-directory/dump", directory);
    file_error(ENOENT, name);
    snprintf(name, sizeof(name), "%s/dump/", directory);
    file_error(EISDIR, name);
    snprintf(name, sizeof(name), "%s/%0256d", directory, 1);
    file_error(ENAMETOOLONG, name);
    snprintf(name, sizeof(name), "%s/%07000d", directory, 1);
    file_error(ENAMETOOLONG, name);
    assert_int_equal(rig_directory_entries(directory), 0);
    struct sim_access log[1];
    assert_int_equal(rig_accesses(rig, log, 1), 0);
}

static void a_name_of_255_bytes(void **state)
{
    char name[4096];

    (void)state;
    snprintf(name, sizeof(name), "%s/%0255d", directory, 1);
    rig_ok(rig->session, ocd_dump(rig->session, RIG_RAM, RAM_SIZE, name));
    assert_dumped(name, RAM_SIZE);
    assert_int_equal(rig_directory_entries(directory), 1);
}

/* A file name may have every byte except '/' and NUL. */
static void names_with_every_byte(void **state)
{
    char name[4096];

    (void)state;
    for (int byte = 1; byte < 256; byte++) {
        if (byte == '/')
            continue;
        snprintf(name, sizeof(name), "%s/a%cb{[$x]}\"\\;", directory, byte);
        rig_ok(rig->session, ocd_dump(rig->session, RIG_RAM, 8192, name));
        assert_dumped(name, 8192);
        assert_int_equal(rig_directory_entries(directory), 1);
        assert_int_equal(unlink(name), 0);
    }
}

static void a_link_and_a_link_to_nothing(void **state)
{
    char link[4096];
    struct stat st;

    (void)state;
    snprintf(link, sizeof(link), "%s/link", directory);
    assert_int_equal(symlink("dump", link), 0);
    for (int turn = 0; turn < 2; turn++) { /* the second time there is something to replace */
        rig_ok(rig->session, ocd_dump(rig->session, RIG_RAM, 10000, link));
        assert_int_equal(lstat(link, &st), 0);
        assert_true(S_ISLNK(st.st_mode));
        assert_dumped(path, 10000);
        assert_int_equal(rig_directory_entries(directory), 2);
        put_old(path);
    }
}

static void a_device_that_is_full(void **state)
{
    (void)state;
    file_error(ENOSPC, "/dev/full");
    rig_ok(rig->session, ocd_dump(rig->session, RIG_RAM, RAM_SIZE, "/dev/null"));
}

/* The pipe's reading end, from which a read waits for the first writer. */
static int open_to_read(void)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct pollfd written = {.fd = fd, .events = POLLIN};

    if (write(reading[1], "", 1) != 1 || poll(&written, 1, -1) != 1)
        return -1;
    return fcntl(fd, F_SETFL, 0) == 0 ? fd : -1;
}

/* A reader of the pipe that reads `much` bytes and ends. It has opened the pipe when this returns:
 * a dump waits for a reader, but not for as long as a busy machine may keep one. */
static pid_t start_reader(size_t much)
{
    char byte;

    assert_int_equal(pipe(reading), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child != 0) {
        close(reading[1]);
        assert_int_equal(read(reading[0], &byte, 1), 1);
        close(reading[0]);
        return child;
    }
    int fd = open_to_read();
    size_t done = 0;
    bool good = fd >= 0;
    while (good && done < much) {
        uint8_t data[4096];
        size_t want = much - done < sizeof(data) ? much - done : sizeof(data);
        ssize_t n = read(fd, data, want);
        if (n <= 0)
            break;
        good = memcmp(data, memory + done, (size_t)n) == 0;
        done += (size_t)n;
    }
    _exit(good && done == (much < RAM_SIZE ? much : RAM_SIZE) ? 0 : 1);
}

static void assert_reader_content(pid_t reader)
{
    int status;

    assert_int_equal(waitpid(reader, &status, 0), reader);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void a_pipe_gets_everything(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(path, 0600), 0);
    pid_t reader = start_reader(SIZE_MAX);
    rig_ok(rig->session, ocd_dump(rig->session, RIG_RAM, RAM_SIZE, path));
    assert_reader_content(reader);
}

/* The dump waits one second for a reader. */
static void a_pipe_that_nobody_reads(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(path, 0600), 0);
    for (int with_writer = 0; with_writer < 2; with_writer++) {
        const struct ocd_range range = {.addr = RIG_RAM, .size = 4};
        long before = rig_now_ms();
        rig_fails(rig->session, OCD_ERR_FILE,
                  with_writer ? ocd_dump_ranges(rig->session, &range, 1, path, NULL)
                              : ocd_dump(rig->session, RIG_RAM, 4, path));
        assert_in_range(rig_now_ms() - before, 900, RIG_TIMEOUT_MS - 1);
        assert_int_equal(ocd_last_error(rig->session)->system_errno, ENXIO);
        rig_assert_contains(ocd_last_error(rig->session)->message, "nobody reads from this pipe");
    }
    assert_int_equal(rig_directory_entries(directory), 1);
}

/* Such as /dev/stdout. */
static void the_name_of_an_open_pipe(void **state)
{
    int ends[2];
    char name[40], text[1001];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    snprintf(name, sizeof(name), "/dev/fd/%d", ends[1]);
    rig_ok(rig->session, ocd_dump(rig->session, RIG_RAM, 1000, name));
    assert_int_equal(read(ends[0], text, sizeof(text)), 1000);
    assert_memory_equal(text, memory, 1000);
    close(ends[0]);
    close(ends[1]);
}

static volatile sig_atomic_t signals;

static void count_signal(int number)
{
    (void)number;
    signals++;
}

/* That is an error and no SIGPIPE: the calling program may not know that the library writes. */
static void a_pipe_whose_reader_goes_away(void **state)
{
    const struct sigaction action = {.sa_handler = count_signal};
    struct sigaction before;

    (void)state;
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(sigaction(SIGPIPE, &action, &before), 0);
    for (int text = 0; text < 2; text++) {
        pid_t reader = start_reader(100000);
        const struct ocd_call call = {.space = text ? OCD_SPACE_PHYSICAL : OCD_SPACE_SESSION};
        rig_fails(rig->session, OCD_ERR_FILE,
                  ocd_wait(ocd_dump_async(rig->session, RIG_RAM, RAM_SIZE, path, &call)));
        assert_int_equal(ocd_last_error(rig->session)->system_errno, EPIPE);
        assert_reader_content(reader);
    }
    assert_int_equal(signals, 0);
    raise(SIGPIPE);
    assert_int_equal(signals, 1); /* and the caller's own is not taken away */
    assert_int_equal(sigaction(SIGPIPE, &before, NULL), 0);
}

static void a_name_that_becomes_a_directory_meanwhile(void **state)
{
    (void)state;
    struct ocd_op *op = ocd_dump_async(rig->session, RIG_RAM, RAM_SIZE, path, NULL);
    assert_int_equal(mkdir(path, 0700), 0);
    rig_fails(rig->session, OCD_ERR_FILE, ocd_wait(op));
    assert_int_equal(ocd_last_error(rig->session)->system_errno, EISDIR);
    assert_int_equal(rig_directory_entries(directory), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_full_disk),
        TEST(a_limit_of_the_size),
        TEST(a_writable_file_in_a_directory_that_is_not),
        TEST(a_file_that_may_not_be_written),
        TEST(names_that_no_file_can_have),
        TEST(a_name_of_255_bytes),
        TEST(names_with_every_byte),
        TEST(a_link_and_a_link_to_nothing),
        TEST(a_device_that_is_full),
        TEST(a_pipe_gets_everything),
        TEST(a_pipe_that_nobody_reads),
        TEST(the_name_of_an_open_pipe),
        TEST(a_pipe_whose_reader_goes_away),
        TEST(a_name_that_becomes_a_directory_meanwhile),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
