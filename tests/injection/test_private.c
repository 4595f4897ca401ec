// SPDX-License-Identifier: MIT
/* The same-host path is used with a server that has proven itself and with nobody else, and what
 * goes through it is nobody else's to see. */
#include "rig.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake_server.h"

#define SIZE   65536u
#define FLASH  SIM_FLASH_BASE
#define NOBODY 65534
/* What the names of its memory begin with; a checkout may well be called libocd, too. */
#define MEMORY "/memfd:libocd-"

/* Descriptors of this process that stand for memory of the same-host path. */
static size_t find_files(char paths[][64], size_t max)
{
    DIR *dir = opendir("/proc/self/fd");
    size_t count = 0;

    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        char path[64], text[256] = "";
        snprintf(path, sizeof(path), "/proc/self/fd/%.20s", e->d_name);
        if (readlink(path, text, sizeof(text) - 1) > 0 && strstr(text, MEMORY) != NULL &&
            count < max)
            snprintf(paths[count++], 64, "/proc/%ld/fd/%.20s", (long)getpid(), e->d_name);
    }
    closedir(dir);
    return count;
}

/* Another user knows the name of such a file, and tries everything. Answers what has worked. */
static int try_as_nobody(const char *path)
{
    char text[256];
    int status;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
            _exit(100);
        int worked = (open(path, O_RDONLY | O_CLOEXEC) >= 0) + (open(path, O_WRONLY) >= 0) +
                     (readlink(path, text, sizeof(text)) > 0) + (truncate(path, 0) == 0);
        _exit(worked);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void another_user_cannot_open_the_memory(void **state)
{
    struct rig *rig = *state;
    uint8_t data[SIZE];
    char paths[8][64];

    if (geteuid() != 0) {
        print_message("not root: there is no second user to try it\n");
        skip();
    }
    struct ocd_session *s = rig_connect(rig, &(struct ocd_options){.no_local = false});
    rig_ok(s, ocd_read_bytes(s, FLASH, data, SIZE));
    if ((ocd_features(s) & OCD_FEATURE_LOCAL) == 0)
        skip(); /* told to use the port alone */
    size_t count = find_files(paths, COUNT_OF(paths));
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(try_as_nobody(paths[i]), 0);
    ocd_close(s);
}

/* A session that rests keeps no data there, and a closed one no file. */
static void nothing_stays_in_the_memory(void **state)
{
    struct rig *rig = *state;
    static uint8_t data[SIZE];
    char paths[8][64];
    size_t before = find_files(paths, COUNT_OF(paths));
    struct ocd_session *s = rig_connect(rig, NULL);

    rig_ok(s, ocd_read_bytes(s, FLASH, data, SIZE));
    rig_ok(s, ocd_write_bytes(s, RIG_RAM, data, 16384));
    size_t count = find_files(paths, COUNT_OF(paths));
    for (size_t i = 0; i < count; i++) {
        struct stat st;
        assert_int_equal(stat(paths[i], &st), 0);
        assert_in_range(st.st_size, 0, 32); /* the token of the proof is no secret any more */
    }
    ocd_close(s);
    assert_int_equal(find_files(paths, COUNT_OF(paths)), before);
}

/* Neither does a program that the caller starts inherit it. */
static void started_programs_inherit_nothing(void **state)
{
    struct rig *rig = *state;
    static uint8_t data[SIZE];
    struct ocd_session *s = rig_connect(rig, NULL);

    rig_ok(s, ocd_read_bytes(s, FLASH, data, SIZE));
    assert_int_not_equal(system("ls -l /proc/self/fd | grep -q " MEMORY), 0);
    ocd_close(s);
}

/* Servers that cannot be the one that they would have to be. */
static const struct {
    const char *what, *script;
} others[] = {
    {"names the path of another process's file",
     "rename file real_file; proc file {what args} {if {$what eq {readlink}} "
     "{return /memfd:somebody-else-s}; real_file $what {*}$args}"},
    {"cannot look", "rename file real_file; proc file {what args} {error {permission denied}}"},
    {"sees no regular file", "rename file real_file; proc file {what args} "
                             "{if {$what eq {isfile}} {return 0}; real_file $what {*}$args}"},
    {"cannot open the file", "rename open real_open; proc open args {error {permission denied}}"},
    {"has the files of another name space: nothing arrives in ours",
     "rename open real_open; proc open {name mode} {real_open /dev/null $mode}"},
    {"says yes to everything",
     "rename apply real_apply; proc apply {f args} {if {[string match *isfile* $f]} "
     "{return yes}; uplevel 1 [list real_apply $f {*}$args]}"},
};

static void a_server_that_is_not_here_is_not_used(void **state)
{
    static uint8_t data[SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        struct fake *f = fake_start(&(struct fake_options){.script = others[i].script});
        struct ocd_session *s;
        assert_non_null(f);
        rig_ok(s, ocd_connect(&s, &(struct ocd_options){.host = "127.0.0.1",
                                                        .port = fake_port(f),
                                                        .timeout_ms = RIG_PATIENCE_MS}));
        rig_ok(s, ocd_read_bytes(s, FLASH, data, SIZE));
        assert_memory_equal(data, fake_memory(f, FLASH, SIZE), SIZE);
        memset(data, 0xa5, SIZE);
        rig_ok(s, ocd_write_bytes(s, RIG_RAM, data, SIZE));
        assert_memory_equal(data, fake_memory(f, RIG_RAM, SIZE), SIZE);
        if (ocd_features(s) & OCD_FEATURE_LOCAL || fake_requests_with(f, "_image") > 0)
            fail_msg("a server that %s was used", others[i].what);
        ocd_close(s);
        fake_stop(f);
    }
}

/* Nothing is opened that has not first been recognised by its name. */
static void what_is_not_recognised_is_not_opened(void **state)
{
    static uint8_t data[SIZE];
    static const char script[] =
        "set opened 0; rename open real_open; proc open args {incr ::opened; real_open {*}$args}; "
        "rename file real_file; proc file {what args} {if {$what eq {readlink}} "
        "{return /etc/passwd}; real_file $what {*}$args}";
    struct fake *f = fake_start(&(struct fake_options){.script = script});
    struct ocd_session *s;
    char *opened;

    (void)state;
    assert_non_null(f);
    rig_ok(s, ocd_connect(&s, &(struct ocd_options){.host = "127.0.0.1",
                                                    .port = fake_port(f),
                                                    .timeout_ms = RIG_PATIENCE_MS}));
    rig_ok(s, ocd_read_bytes(s, FLASH, data, SIZE));
    rig_ok(s, ocd_command(s, "set ::opened", &opened));
    assert_string_equal(opened, "0");
    ocd_free(opened);
    ocd_close(s);
    fake_stop(f);
}

/* A real OpenOCD that is started through a wrapper, and used through its port alone. */
static void check_elsewhere(struct rig *rig, const char *wrapper)
{
    static uint8_t data[SIZE], there[SIZE];
    const char *openocd = getenv("OCD_OPENOCD");
    char *directory = rig_directory(), path[4096], line[4096];
    struct rig_args args;
    struct ocd_session *s;

    snprintf(line, sizeof(line), "%s true", wrapper);
    if (system(line) != 0) {
        print_message("not possible here: %s\n", wrapper);
        rig_remove_directory(directory);
        skip();
    }
    snprintf(path, sizeof(path), "%s/openocd", directory);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "#!/bin/sh\nexec %s %s \"$@\"\n", wrapper, openocd != NULL ? openocd : "openocd");
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, 0755), 0);
    assert_int_equal(chmod(directory, 0755), 0);
    rig_args(&args, rig->sim, NULL);
    rig_ok(s,
           ocd_start(&s, &(struct ocd_options){
                             .openocd = path, .args = args.args, .timeout_ms = RIG_PATIENCE_MS}));
    rig_ok(s, ocd_read_bytes(s, FLASH, data, SIZE));
    rig_peek(rig, FLASH, there, SIZE);
    assert_memory_equal(data, there, SIZE);
    assert_int_equal(ocd_features(s) & OCD_FEATURE_LOCAL, 0);
    ocd_close(s);
    rig_remove_directory(directory);
}

static void an_openocd_in_another_name_space_is_not_here(void **state)
{
    check_elsewhere(*state, "unshare -Urpf --mount-proc --kill-child");
}

static void an_openocd_of_another_user_is_not_here(void **state)
{
    if (geteuid() != 0)
        skip(); /* there is no second user */
    check_elsewhere(*state, "setpriv --reuid 65534 --regid 65534 --clear-groups");
}

static int start(void **state)
{
    *state = rig_start(NULL);
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_user_cannot_open_the_memory),
        cmocka_unit_test(nothing_stays_in_the_memory),
        cmocka_unit_test(started_programs_inherit_nothing),
        cmocka_unit_test(a_server_that_is_not_here_is_not_used),
        cmocka_unit_test(what_is_not_recognised_is_not_opened),
        cmocka_unit_test(an_openocd_in_another_name_space_is_not_here),
        cmocka_unit_test(an_openocd_of_another_user_is_not_here),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
