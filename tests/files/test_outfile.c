// SPDX-License-Identifier: MIT
/* The files that the library and the tool write: names, links, leftovers, several writers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/outfile.h"
#include "directory.h"

static void assert_refused(const char *path, int error)
{
    struct ocd_outfile f;
    int rc = ocd__outfile_open(&f, path);

    if (rc != error)
        fail_msg("%.40s: %s, not %s", path, strerror(rc), strerror(error));
    rc = ocd__outfile_resume(&f, path, "part-0-1000");
    if (rc != error)
        fail_msg("resuming %.40s: %s, not %s", path, strerror(rc), strerror(error));
}

static void the_old_contents_stay_until_the_end(void **state)
{
    struct ocd_outfile f;

    (void)state;
    put_file("name", "old");
    assert_int_equal(ocd__outfile_open(&f, "name"), 0);
    assert_int_equal(ocd__outfile_write(&f, "new", 3), 0);
    assert_string_equal(contents("name"), "old");
    assert_int_equal(ocd__outfile_commit(&f), 0);
    assert_string_equal(contents("name"), "new");
    assert_string_equal(names("."), " name");

    assert_int_equal(ocd__outfile_open(&f, "name"), 0);
    assert_int_equal(ocd__outfile_write(&f, "other", 5), 0);
    ocd__outfile_abandon(&f);
    assert_string_equal(contents("name"), "new");
    assert_string_equal(names("."), " name");
}

/* An impossible name is refused before a long read. */
static void an_invalid_name_is_refused_at_once(void **state)
{
    char name[300];

    (void)state;
    memset(name, 'n', 256);
    name[256] = '\0';
    put_file("file", "");
    assert_int_equal(symlink("round", "about"), 0);
    assert_int_equal(symlink("about", "round"), 0);
    assert_refused("", ENOENT);
    assert_refused(".", EISDIR);
    assert_refused("/", EISDIR);
    assert_refused("no-directory/name", ENOENT);
    assert_refused("file/name", ENOTDIR);
    assert_refused("name/", EISDIR);
    assert_refused("round", ELOOP);
    assert_refused(name, ENAMETOOLONG);
    assert_string_equal(names("."), " about file round");
}

static void names_may_be_as_long_as_the_file_system_has_them(void **state)
{
    char name[256];

    (void)state;
    for (size_t length = 190; length < sizeof(name); length += 5) {
        struct ocd_outfile f;
        memset(name, 'n', length);
        name[length] = '\0';
        write_file(name, "all");
        assert_string_equal(contents(name), "all");
        assert_int_equal(ocd__outfile_resume(&f, name, "part-ffffffffffffffff-ffffffffffffffff"),
                         0);
        assert_int_equal(ocd__outfile_write(&f, "rest", 4), 0);
        assert_int_equal(ocd__outfile_commit(&f), 0);
        assert_string_equal(contents(name), "rest");
        assert_int_equal(unlink(name), 0);
        assert_string_equal(names("."), "");
    }
}

static void a_link_stays_and_what_it_points_to_is_replaced(void **state)
{
    (void)state;
    assert_int_equal(mkdir("there", 0777), 0);
    put_file("there/file", "old");
    assert_int_equal(symlink("there/file", "one"), 0);
    assert_int_equal(symlink("one", "two"), 0);
    write_file("two", "new");
    assert_true(is_link("one") && is_link("two") && !is_link("there/file"));
    assert_string_equal(contents("there/file"), "new");
    assert_string_equal(names("there"), " file");
}

/* As for any program that opens the link to write. */
static void a_dangling_link_gets_a_file(void **state)
{
    char here[300], path[400];

    (void)state;
    assert_int_equal(mkdir("there", 0777), 0);
    assert_int_equal(symlink("there/file", "one"), 0);
    assert_int_equal(symlink("one", "two"), 0);
    write_file("two", "new");
    assert_true(is_link("one") && is_link("two") && !is_link("there/file"));
    assert_string_equal(contents("there/file"), "new");

    assert_non_null(getcwd(here, sizeof(here)));
    snprintf(path, sizeof(path), "%s/there/absolute", here);
    assert_int_equal(symlink(path, "three"), 0);
    write_file("three", "too");
    assert_true(is_link("three"));
    assert_string_equal(contents("there/absolute"), "too");

    assert_int_equal(symlink("nowhere/file", "four"), 0);
    assert_refused("four", ENOENT);
    assert_true(is_link("four"));
    assert_int_equal(symlink("there/name/", "five"), 0);
    assert_refused("five", EISDIR);
    assert_string_equal(names("there"), " absolute file");
}

static void a_replaced_file_keeps_its_permissions(void **state)
{
    (void)state;
    put_file("name", "old");
    assert_int_equal(chmod("name", 0640), 0);
    write_file("name", "new");
    assert_int_equal(mode_of("name"), 0640);
}

static void the_new_file_is_not_readable_for_more_users(void **state)
{
    struct ocd_outfile f;

    (void)state;
    put_file("name", "old");
    assert_int_equal(chmod("name", 0600), 0);
    mode_t mask = umask(0);
    assert_int_equal(ocd__outfile_open(&f, "name"), 0);
    assert_int_equal(mode_of(f.temporary), 0600);
    ocd__outfile_abandon(&f);
    assert_int_equal(ocd__outfile_resume(&f, "name", "part-0-8"), 0);
    assert_int_equal(mode_of(f.temporary), 0600);
    ocd__outfile_abandon(&f);
    umask(027);
    assert_int_equal(ocd__outfile_open(&f, "another"), 0);
    assert_int_equal(mode_of(f.temporary), 0640);
    ocd__outfile_abandon(&f);
    umask(mask);
}

/* Makes an unfinished file without a lock, as that of a killed writer. */
static void make_leftover(const char *name)
{
    put_file(name, "part");
}

static void leftovers_of_killed_writers_are_removed(void **state)
{
    (void)state;
    make_leftover(".name.ocd-0123abcd");
    make_leftover(".name.ocd-ffffffff");
    write_file("name", "new");
    assert_string_equal(names("."), " name");
}

static void nothing_else_is_removed(void **state)
{
    int alive = open(".name.ocd-0123abcd", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

    (void)state;
    assert_true(alive >= 0 && flock(alive, LOCK_EX) == 0);
    make_leftover(".name.ocd-0123abcde");
    make_leftover(".name.ocd-0123abc");
    make_leftover(".name.ocd-my-notes");
    make_leftover(".name.ocd-notes.md");
    make_leftover(".name.ocd-part-0-8");
    make_leftover(".other.ocd-0123abcd");
    make_leftover("name.ocd-0123abcd");
    put_file("victim", "untouched");
    assert_int_equal(symlink("victim", ".name.ocd-11111111"), 0);
    assert_int_equal(mkdir(".name.ocd-22222222", 0777), 0);
    write_file("name", "new");
    assert_string_equal(names("."), " .name.ocd-0123abc .name.ocd-0123abcd .name.ocd-0123abcde"
                                    " .name.ocd-11111111 .name.ocd-22222222 .name.ocd-my-notes"
                                    " .name.ocd-notes.md .name.ocd-part-0-8 .other.ocd-0123abcd"
                                    " name name.ocd-0123abcd victim");
    assert_string_equal(contents("victim"), "untouched");
    close(alive);
}

/* Writes the file over and over, each time with one letter only. Returns the first error. */
static int write_again_and_again(char letter, bool resume)
{
    char data[3000];
    struct ocd_outfile f;

    memset(data, letter, sizeof(data));
    for (int i = 0; i < 400; i++) {
        int rc =
            resume ? ocd__outfile_resume(&f, "name", "part-0-bb8") : ocd__outfile_open(&f, "name");
        if (rc == EBUSY && resume)
            continue;
        if (rc == 0 && resume)
            rc = ocd__outfile_truncate(&f, 0);
        for (size_t done = 0; rc == 0 && done < sizeof(data); done += 1000)
            rc = ocd__outfile_write(&f, data + done, 1000);
        rc = rc == 0 ? ocd__outfile_commit(&f) : rc;
        if (rc != 0)
            return rc;
    }
    return 0;
}

/* The file always has the complete contents of one writer. */
static void assert_whole(void)
{
    char data[4000];
    int fd = open("name", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return;
    ssize_t size = pread(fd, data, sizeof(data), 0);
    if (size != 3000)
        fail_msg("%zd bytes stand there", size);
    for (ssize_t i = 1; i < size; i++)
        assert_int_equal(data[i], data[0]);
    close(fd);
}

static void several_writers(bool resume)
{
    enum {
        WRITERS = 4
    };
    int left = WRITERS, worst = 0;

    for (int i = 0; i < WRITERS; i++) {
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0)
            _exit(write_again_and_again((char)('a' + i), resume));
    }
    while (left > 0) {
        int status;
        assert_whole();
        if (waitpid(-1, &status, WNOHANG) > 0) {
            left--;
            worst = WIFEXITED(status) && WEXITSTATUS(status) == 0 ? worst : WEXITSTATUS(status);
        }
    }
    assert_whole();
    if (worst != 0)
        fail_msg("a writer failed: %s", strerror(worst));
    assert_string_equal(names("."), " name");
}

static void writers_of_one_name_do_not_disturb_each_other(void **state)
{
    (void)state;
    several_writers(false);
}

static void only_one_writer_resumes_a_part_at_a_time(void **state)
{
    (void)state;
    several_writers(true);
}

static void a_part_goes_on_where_it_ended(void **state)
{
    struct ocd_outfile f;
    char data[4];

    (void)state;
    put_file("name", "old");
    assert_int_equal(ocd__outfile_resume(&f, "name", "part-8-5"), 0);
    assert_true(f.size == 0);
    assert_int_equal(ocd__outfile_write(&f, "new", 3), 0);
    ocd__outfile_abandon(&f);
    assert_string_equal(contents("name"), "old");
    assert_string_equal(contents(".name.ocd-part-8-5"), "new");

    assert_int_equal(ocd__outfile_resume(&f, "name", "part-8-5"), 0);
    assert_true(f.size == 3);
    assert_int_equal(ocd__outfile_read(&f, 1, data, 2), 0);
    assert_memory_equal(data, "ew", 2);
    assert_int_equal(ocd__outfile_read(&f, 1, data, 3), EIO);
    assert_int_equal(ocd__outfile_truncate(&f, 3), 0);
    assert_int_equal(ocd__outfile_write(&f, "er", 2), 0);
    assert_int_equal(ocd__outfile_commit(&f), 0);
    assert_string_equal(contents("name"), "newer");
    assert_string_equal(names("."), " name");
}

static void assert_no_part(int error)
{
    struct ocd_outfile f;
    int rc = ocd__outfile_resume(&f, "name", "part-0-8");

    if (rc != error)
        fail_msg("%s, not %s", strerror(rc), strerror(error));
}

/* In a directory that others may write to, what has the part's name may be anything. */
static void links_and_files_of_others_are_not_resumed(void **state)
{
    static const char part[] = ".name.ocd-part-0-8";

    (void)state;
    put_file("victim", "untouched");
    assert_int_equal(symlink("victim", part), 0);
    assert_no_part(ELOOP);
    assert_int_equal(unlink(part), 0);
    assert_int_equal(link("victim", part), 0);
    assert_no_part(EPERM);
    assert_int_equal(unlink(part), 0);
    assert_int_equal(mkfifo(part, 0600), 0);
    assert_no_part(EPERM);
    assert_int_equal(unlink(part), 0);
    if (geteuid() == 0) {
        put_file(part, "bait");
        assert_int_equal(chown(part, 65534, 65534), 0);
        assert_no_part(EPERM);
        assert_int_equal(unlink(part), 0);
    } else {
        print_message("not root: another user's part was not tried\n");
    }
    assert_string_equal(contents("victim"), "untouched");
}

static void devices_are_written_as_they_are(void **state)
{
    struct ocd_outfile f;

    (void)state;
    assert_int_equal(ocd__outfile_open(&f, "/dev/full"), 0);
    assert_null(f.temporary);
    assert_int_equal(ocd__outfile_write(&f, "new", 3), ENOSPC);
    ocd__outfile_abandon(&f);
    assert_int_equal(ocd__outfile_resume(&f, "/dev/null", "part-0-8"), EINVAL);
    assert_int_equal(ocd__outfile_open(&f, "/dev/null"), 0);
    assert_int_equal(ocd__outfile_write(&f, "new", 3), 0);
    assert_int_equal(ocd__outfile_commit(&f), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_old_contents_stay_until_the_end),
        TEST(an_invalid_name_is_refused_at_once),
        TEST(names_may_be_as_long_as_the_file_system_has_them),
        TEST(a_link_stays_and_what_it_points_to_is_replaced),
        TEST(a_dangling_link_gets_a_file),
        TEST(a_replaced_file_keeps_its_permissions),
        TEST(the_new_file_is_not_readable_for_more_users),
        TEST(leftovers_of_killed_writers_are_removed),
        TEST(nothing_else_is_removed),
        TEST(writers_of_one_name_do_not_disturb_each_other),
        TEST(only_one_writer_resumes_a_part_at_a_time),
        TEST(a_part_goes_on_where_it_ended),
        TEST(links_and_files_of_others_are_not_resumed),
        TEST(devices_are_written_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
