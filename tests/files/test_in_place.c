// SPDX-License-Identifier: MIT
/* Files that are not replaced: descriptors, hard links, files of other users; and set-user-id. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/outfile.h"
#include "directory.h"

/* A log that others write to as well keeps what they wrote. */
static void a_descriptor_is_written_from_its_position(void **state)
{
    static const int flags[] = {O_WRONLY | O_CREAT | O_TRUNC, O_WRONLY | O_CREAT | O_APPEND};
    char path[32];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        put_file("log", "before ");
        int fd = open("log", flags[i], 0666);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, "a", 1), 1);
        snprintf(path, sizeof(path), i == 0 ? "/dev/fd/%d" : "/proc/self/fd/%d", fd);
        write_file(path, "dump");
        assert_int_equal(write(fd, "b", 1), 1);
        assert_string_equal(contents("log"), i == 0 ? "adumpb" : "before adumpb");
        assert_int_equal(symlink(path, "link"), 0);
        write_file("link", "!");
        assert_string_equal(contents("log"), i == 0 ? "adumpb!" : "before adumpb!");
        assert_int_equal(unlink("link"), 0);
        close(fd);
    }
    assert_string_equal(names("."), " log");
}

/* Whatever name leads to it. */
static void a_descriptor_is_found_by_each_of_its_names(void **state)
{
    static const char *const forms[] = {"/proc/thread-self/fd/%d", "/dev//fd/%d",
                                        "/proc/self/net/../fd/%d", "../../../../dev/fd/%d", "%d"};
    char path[64], expected[64] = "a";
    int here = open(".", O_RDONLY);

    (void)state;
    put_file("log", "");
    int fd = open("log", O_WRONLY);
    assert_true(fd >= 0 && here >= 0);
    assert_int_equal(write(fd, "a", 1), 1);
    for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
        bool relative = forms[i][0] != '/';
        snprintf(path, sizeof(path), forms[i], fd);
        assert_true(!relative || chdir("/dev/fd") == 0);
        write_file(path, "dump");
        assert_int_equal(fchdir(here), 0);
        strcat(expected, "dump");
        assert_string_equal(contents("log"), expected);
    }
    close(fd);
    close(here);
}

static void a_closed_descriptor_is_refused(void **state)
{
    (void)state;
    struct ocd_outfile f;

    assert_int_equal(ocd__outfile_open(&f, "/dev/fd/1000"), EBADF);
    assert_int_equal(ocd__outfile_resume(&f, "/dev/fd/1000", "part-0-8"), EINVAL);
}

static void hard_links_of_a_file_stay(void **state)
{
    struct ocd_outfile f;

    (void)state;
    put_file("name", "something longer");
    assert_int_equal(link("name", "other"), 0);
    assert_int_equal(ocd__outfile_open(&f, "name"), 0);
    assert_int_equal(ocd__outfile_write(&f, "new", 3), 0);
    assert_string_equal(contents("other"), "something longer");
    assert_int_equal(ocd__outfile_commit(&f), 0);
    assert_string_equal(contents("other"), "new");
    assert_string_equal(contents("name"), "new");
    assert_string_equal(names("."), " name other");
    assert_int_equal(ocd__outfile_open(&f, "name"), 0);
    ocd__outfile_abandon(&f);
    assert_string_equal(contents("other"), "new");
    assert_string_equal(names("."), " name other");
}

static void set_user_id_is_removed_from_new_contents(void **state)
{
    (void)state;
    put_file("name", "old");
    assert_int_equal(chmod("name", 06755), 0);
    write_file("name", "new");
    assert_int_equal(mode_of("name"), 0755);
    assert_int_equal(chmod("name", 06755), 0);
    assert_int_equal(link("name", "other"), 0);
    write_file("name", "newer");
    assert_int_equal(mode_of("name"), 0755);
}

/* Writes as a user with no rights but those that the file system gives; returns 0 or the error. */
static int write_as_nobody(const char *path)
{
    int status;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        struct ocd_outfile f;
        if (setgid(65534) != 0 || setuid(65534) != 0)
            _exit(255);
        int rc = ocd__outfile_open(&f, path);
        if (rc == 0)
            rc = ocd__outfile_write(&f, "new", 3);
        _exit(rc == 0 ? ocd__outfile_commit(&f) : rc);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WEXITSTATUS(status);
}

static void writable_files_are_written_in_any_directory(void **state)
{
    static const mode_t modes[] = {0755, 01777};
    struct stat st;

    if (geteuid() != 0) {
        print_message("not root: directories of another user were not tried\n");
        return;
    }
    assert_int_equal(chmod(*state, 0755), 0);
    assert_int_equal(mkdir("dir", 0755), 0);
    for (size_t i = 0; i < 2; i++) {
        put_file("dir/theirs", "something longer");
        put_file("dir/own", "something longer");
        assert_int_equal(chmod("dir/theirs", 0666), 0);
        assert_int_equal(chown("dir/own", 65534, 65534), 0);
        assert_int_equal(chmod("dir", modes[i]), 0);
        assert_int_equal(write_as_nobody("dir/theirs"), 0);
        assert_int_equal(write_as_nobody("dir/own"), 0);
        assert_string_equal(contents("dir/theirs"), "new");
        assert_string_equal(contents("dir/own"), "new");
        assert_int_equal(stat("dir/theirs", &st), 0);
        assert_int_equal(st.st_uid, 0);
        assert_string_equal(names("dir"), " own theirs");
    }
    assert_int_equal(chmod("dir", 0755), 0);
    assert_int_equal(write_as_nobody("dir/new"), EACCES);
}

static void a_file_keeps_its_owner(void **state)
{
    struct stat st;

    (void)state;
    if (geteuid() != 0) {
        print_message("not root: another user's file was not tried\n");
        return;
    }
    put_file("name", "old");
    assert_int_equal(chown("name", 65534, 65534), 0);
    assert_int_equal(chmod("name", 04755), 0);
    write_file("name", "new");
    assert_int_equal(stat("name", &st), 0);
    assert_int_equal(st.st_uid, 65534);
    assert_int_equal(st.st_mode & 07777, 0755);
}

static volatile sig_atomic_t alarms;
static volatile sig_atomic_t reader;

/* The reader comes with the third signal. */
static void open_reader(int number)
{
    int before = errno;

    (void)number;
    if (++alarms == 3)
        reader = open("pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    errno = before;
}

/* A timer's signals interrupt each wait. */
static void signals_do_not_end_the_wait_for_a_reader(void **state)
{
    const struct itimerval often = {{0, 3000}, {0, 3000}}, never = {{0, 0}, {0, 0}};
    struct sigaction action = {.sa_handler = open_reader}, before;
    char text[4] = "";

    (void)state;
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
    write_file("pipe", "new");
    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
    assert_int_equal(sigaction(SIGALRM, &before, NULL), 0);
    assert_true(alarms >= 3);
    assert_int_equal(read(reader, text, 3), 3);
    assert_string_equal(text, "new");
    close(reader);
}

/* Without its caller having ignored SIGXFSZ. */
static void a_limit_for_files_is_an_error_and_no_signal(void **state)
{
    int status;
    pid_t pid = fork();

    (void)state;
    assert_true(pid >= 0);
    if (pid == 0) {
        struct rlimit limit = {.rlim_cur = 4, .rlim_max = 4};
        struct ocd_outfile f;
        signal(SIGXFSZ, SIG_DFL);
        int rc = setrlimit(RLIMIT_FSIZE, &limit) == 0 ? ocd__outfile_open(&f, "name") : 255;
        if (rc == 0)
            rc = ocd__outfile_write(&f, "1234", 4);
        if (rc == 0)
            rc = ocd__outfile_write(&f, "5", 1);
        ocd__outfile_abandon(&f);
        _exit(rc);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), EFBIG);
    assert_string_equal(names("."), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_descriptor_is_written_from_its_position),
        TEST(a_descriptor_is_found_by_each_of_its_names),
        TEST(a_closed_descriptor_is_refused),
        TEST(hard_links_of_a_file_stay),
        TEST(set_user_id_is_removed_from_new_contents),
        TEST(writable_files_are_written_in_any_directory),
        TEST(a_file_keeps_its_owner),
        TEST(signals_do_not_end_the_wait_for_a_reader),
        TEST(a_limit_for_files_is_an_error_and_no_signal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
