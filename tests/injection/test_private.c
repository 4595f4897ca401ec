// SPDX-License-Identifier: MIT
/* Bulk data go through a file of the server: no other user can open it, it is removed, and the
 * server may be anywhere. */
#include "rig.h"
#include "server_files.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE  65536u
#define FLASH SIM_FLASH_BASE

/* The links of a process's descriptors that have that text. */
static size_t count_descriptors(pid_t pid, const char *text)
{
    char path[400], target[400];
    size_t count = 0;

    snprintf(path, sizeof(path), "/proc/%ld/fd", (long)pid);
    DIR *dir = opendir(path);
    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        snprintf(path, sizeof(path), "/proc/%ld/fd/%.200s", (long)pid, e->d_name);
        ssize_t n = readlink(path, target, sizeof(target) - 1);
        target[n > 0 ? n : 0] = '\0';
        count += strstr(target, text) != NULL;
    }
    closedir(dir);
    return count;
}

/* The file has no name, and OpenOCD no descriptor of it left. */
static void no_file_is_left(void **state)
{
    struct rig *rig = *state;
    static uint8_t data[SIZE];
    const time_t start = time(NULL);

    assert_true((ocd_features(rig->session) & OCD_FEATURE_RAW) != 0);
    rig_ok(rig->session, ocd_read_bytes(rig->session, FLASH, data, SIZE));
    rig_ok(rig->session, ocd_write_bytes(rig->session, RIG_RAM, data, 16384));
    rig_fails(rig->session, OCD_ERR_TARGET, ocd_read_bytes(rig->session, RIG_NOWHERE, data, SIZE));
    assert_true(server_files_go("/dev/shm", start));
    assert_int_equal(count_descriptors(rig->openocd, "/dev/shm/"), 0);
    assert_int_equal(count_descriptors(rig->openocd, "(deleted)"), 0);
}

/* Only for its user, from its beginning: `file tempfile` makes it with mode 0600. */
static void files_have_mode_0600(void **state)
{
    struct rig *rig = *state;
    char *mode;

    rig_ok(rig->session, ocd_command(rig->session,
                                     "set p [file tempfile /dev/shm/ocdXXXXXX]; file stat $p st; "
                                     "file delete $p; format %o [expr {$st(mode) & 511}]",
                                     &mode));
    assert_string_equal(mode, "600");
    ocd_free(mode);
}

/* A real OpenOCD that is started through a wrapper and is somewhere else. */
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
    rig_ok(s, ocd_start(&s, &(struct ocd_options){
                                .openocd = path, .args = args.args, .timeout_ms = RIG_TIMEOUT_MS}));
    assert_true((ocd_features(s) & OCD_FEATURE_RAW) != 0);
    rig_ok(s, ocd_read_bytes(s, FLASH, data, SIZE));
    rig_peek(rig, FLASH, there, SIZE);
    assert_memory_equal(data, there, SIZE);
    rig_pattern(data, 16384, 3);
    rig_ok(s, ocd_write_bytes(s, RIG_RAM, data, 16384));
    rig_assert_memory(rig, RIG_RAM, data, 16384);
    ocd_close(s);
    rig_remove_directory(directory);
}

static void an_openocd_in_another_name_space_serves_raw_data(void **state)
{
    check_elsewhere(*state, "unshare -Urpf --mount-proc --kill-child");
}

static void an_openocd_of_another_user_serves_raw_data(void **state)
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
        cmocka_unit_test(no_file_is_left),
        cmocka_unit_test(files_have_mode_0600),
        cmocka_unit_test(an_openocd_in_another_name_space_serves_raw_data),
        cmocka_unit_test(an_openocd_of_another_user_serves_raw_data),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
