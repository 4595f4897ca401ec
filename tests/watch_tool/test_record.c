// SPDX-License-Identifier: MIT
/* Recordings: whole lines in a file that has its name from the first one on. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "signals.h"
#include "watch/rows/record.h"

static char folder[] = "/tmp/ocd-test-XXXXXX";
static char path[64];
static char *first;

static void put(struct record *record, const char *text)
{
    record_add(record, text, strlen(text), 0);
}

static void file_is(const char *expected)
{
    char text[4096] = "";
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    size_t size = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[size] = '\0';
    assert_string_equal(text, expected);
}

static void make_file(const char *text)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int set_up(void **state)
{
    (void)state;
    unlink(path);
    free(first);
    first = NULL;
    return 0;
}

static void file_has_its_name_from_the_first_row_on(void **state)
{
    struct record record;
    (void)state;
    assert_int_equal(record_open(&record, path, RECORD_NEW, &first), 0);
    assert_int_equal(access(path, F_OK), -1);
    record_add(&record, "a,b\n", 4, 1000);
    file_is("a,b\n");
    assert_int_equal(record_close(&record), 0);
}

static void rows_that_come_fast_are_written_together(void **state)
{
    struct record record;
    (void)state;
    record_open(&record, path, RECORD_NEW, &first);
    record_add(&record, "1\n", 2, 1000);
    record_add(&record, "2\n", 2, 1001);
    file_is("1\n");
    assert_int_equal(record_due(&record, 1001), 19);
    assert_int_equal(record_due(&record, 5000), 0);
    record_flush(&record, 1020);
    file_is("1\n2\n");
    assert_int_equal(record_due(&record, 1020), -1);
    record_close(&record);
}

static void existing_file_is_refused(void **state)
{
    struct record record;
    (void)state;
    make_file("old\n");
    assert_int_equal(record_open(&record, path, RECORD_NEW, &first), EEXIST);
    record_close(&record);
    file_is("old\n");
}

/* Another process may make the file between record_open() and the first row. */
static void file_that_appears_meanwhile_is_refused_too(void **state)
{
    struct record record;
    (void)state;
    assert_int_equal(record_open(&record, path, RECORD_NEW, &first), 0);
    make_file("other\n");
    assert_int_equal(record_add(&record, "1\n", 2, 1000), EEXIST);
    record_close(&record);
    file_is("other\n");
}

static void force_replaces_a_file_with_the_first_row(void **state)
{
    struct record record;
    (void)state;
    make_file("old\n");
    assert_int_equal(record_open(&record, path, RECORD_FORCE, &first), 0);
    file_is("old\n");
    put(&record, "new\n");
    record_close(&record);
    file_is("new\n");
}

static void append_returns_the_first_line_and_continues(void **state)
{
    struct record record;
    (void)state;
    make_file("time,a,flags\n1,2,\n");
    assert_int_equal(record_open(&record, path, RECORD_APPEND, &first), 0);
    assert_string_equal(first, "time,a,flags");
    put(&record, "2,3,\n");
    record_close(&record);
    file_is("time,a,flags\n1,2,\n2,3,\n");
}

static void append_ends_a_line_that_was_left_unfinished(void **state)
{
    struct record record;
    (void)state;
    make_file("1\n2");
    record_open(&record, path, RECORD_APPEND, &first);
    put(&record, "3\n");
    record_close(&record);
    file_is("1\n2\n3\n");
}

static void append_makes_a_file_that_is_not_there(void **state)
{
    struct record record;
    (void)state;
    assert_int_equal(record_open(&record, path, RECORD_APPEND, &first), 0);
    assert_null(first);
    put(&record, "1\n");
    record_close(&record);
    file_is("1\n");
}

/* Uses the limit for the size of a process's files instead of a full disk. */
static void full_disk_leaves_whole_lines(void **state)
{
    struct record record;
    struct rlimit old, small;
    (void)state;
    getrlimit(RLIMIT_FSIZE, &old);
    small = (struct rlimit){10, old.rlim_max};
    record_open(&record, path, RECORD_NEW, &first);
    setrlimit(RLIMIT_FSIZE, &small);
    put(&record, "123\n");
    put(&record, "456\n");
    put(&record, "789\n");
    int error = record_close(&record);
    setrlimit(RLIMIT_FSIZE, &old);
    assert_int_equal(error, EFBIG);
    file_is("123\n456\n");
}

static void a_full_device_is_an_error(void **state)
{
    struct record record;
    (void)state;
    assert_int_equal(record_open(&record, "/dev/full", RECORD_NEW, &first), 0);
    put(&record, "1\n");
    assert_int_equal(record_close(&record), ENOSPC);
}

static void a_pipe_gets_lines_of_any_length(void **state)
{
    struct record record;
    char line[3000];
    static char got[8192];
    (void)state;
    assert_int_equal(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_int_equal(record_open(&record, path, RECORD_NEW, &first), 0);
    memset(line, 'x', sizeof(line));
    line[sizeof(line) - 1] = '\n';
    for (int i = 0; i < 2; i++)
        record_add(&record, line, sizeof(line), 0);
    assert_int_equal(record_close(&record), 0);
    assert_int_equal(read(reader, got, sizeof(got)), 6000);
    assert_int_equal(got[2999], '\n');
    assert_int_equal(got[5999], '\n');
    close(reader);
}

static int start(void **state)
{
    (void)state;
    assert_int_equal(signals_install(), 0);
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/rows.csv", folder);
    return 0;
}

static int stop(void **state)
{
    set_up(state);
    return rmdir(folder);
}

#define test(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(file_has_its_name_from_the_first_row_on),
        test(rows_that_come_fast_are_written_together),
        test(existing_file_is_refused),
        test(file_that_appears_meanwhile_is_refused_too),
        test(force_replaces_a_file_with_the_first_row),
        test(append_returns_the_first_line_and_continues),
        test(append_ends_a_line_that_was_left_unfinished),
        test(append_makes_a_file_that_is_not_there),
        test(full_disk_leaves_whole_lines),
        test(a_full_device_is_an_error),
        test(a_pipe_gets_lines_of_any_length),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
