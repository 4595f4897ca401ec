// SPDX-License-Identifier: MIT
#include "tools.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <dirent.h>

extern char **environ;

enum {
    ARGS_MAX = 80,
    SPAN = 0x48000, /* bytes: a few borders of 64 KiB */
};

void make_place(struct place *p)
{
    strcpy(p->directory, "/tmp/test-image-XXXXXX");
    assert_non_null(mkdtemp(p->directory));
}

void remove_place(struct place *p)
{
    DIR *directory = opendir(p->directory);

    assert_non_null(directory);
    for (struct dirent *e; (e = readdir(directory)) != NULL;)
        if (e->d_name[0] != '.')
            assert_int_equal(unlinkat(dirfd(directory), e->d_name, 0), 0);
    closedir(directory);
    assert_int_equal(rmdir(p->directory), 0);
}

const char *file_in(const struct place *p, const char *name)
{
    static char names[8][80];
    static unsigned next;
    char *path = names[next++ % COUNT_OF(names)];

    snprintf(path, sizeof(names[0]), "%s/%s", p->directory, name);
    return path;
}

/* Returns the exit status, -1 if the tool could not be run. What it says goes to `output`. */
static int run(char **argv, int output)
{
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int status = 0;

    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, 1);
    posix_spawn_file_actions_adddup2(&actions, output, 2);
    int error = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        return -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) && WEXITSTATUS(status) != 127 ? WEXITSTATUS(status) : -1;
}

static int open_nameless(void)
{
    char name[] = "/tmp/test-image-XXXXXX";
    int fd = mkstemp(name);

    assert_true(fd >= 0);
    unlink(name);
    return fd;
}

bool have_tool(const char *tool)
{
    char *argv[] = {(char *)(uintptr_t)tool, (char *)(uintptr_t) "--version", NULL};
    int output = open_nameless();
    int status = run(argv, output);

    close(output);
    if (status < 0)
        printf("skipped: %s is not installed\n", tool);
    return status >= 0;
}

void run_tool(const char *tool, ...)
{
    char *argv[ARGS_MAX] = {(char *)(uintptr_t)tool};
    int output = open_nameless();
    unsigned count = 1;
    va_list args;

    va_start(args, tool);
    for (const char *arg; (arg = va_arg(args, const char *)) != NULL;) {
        assert_true(count + 1 < ARGS_MAX);
        argv[count++] = (char *)(uintptr_t)arg;
    }
    va_end(args);
    int status = run(argv, output);
    if (status != 0) {
        char said[2000] = {0};
        ssize_t n = pread(output, said, sizeof(said) - 1, 0);
        for (unsigned i = 0; i < count; i++)
            print_error("%s ", argv[i]);
        fail_msg("ended with %d: %s", status, n > 0 ? said : "");
    }
    close(output);
}

void write_file(const char *path, const void *data, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, data, size), size);
    assert_int_equal(close(fd), 0);
}

struct ocd_buffer read_file(const char *path)
{
    struct ocd_buffer b = {0};
    char block[4096];
    int fd = open(path, O_RDONLY);
    ssize_t n;

    assert_true(fd >= 0);
    while ((n = read(fd, block, sizeof(block))) > 0)
        ocd__buffer_add(&b, block, (size_t)n);
    assert_int_equal(n, 0);
    close(fd);
    return b;
}

struct sparse random_place(uint64_t *seed, uint64_t last)
{
    uint64_t end = last < SPAN ? last + 1 : SPAN;
    struct sparse s = {0};

    while (s.count == 0) {
        free_sparse(&s);
        s = random_sparse(seed, 1 + random_below(seed, 10), 1 + random_below(seed, 3000), end);
    }
    uint64_t pages = (last + 1 - end) >> 12;
    uint64_t base =
        random_below(seed, 4) == 0 ? last + 1 - end : random_u64(seed) % (pages + 1) << 12;
    for (size_t i = 0; i < s.count; i++)
        s.chunks[i].addr += base;
    return s;
}

uint64_t lowest(const struct sparse *s)
{
    return s->chunks[0].addr;
}

uint64_t highest(const struct sparse *s)
{
    const struct chunk *p = &s->chunks[s->count - 1];

    return p->addr + p->size - 1;
}

struct ocd_buffer flat(const struct sparse *s, uint8_t fill)
{
    struct ocd_buffer b = {0};
    size_t size = (size_t)(highest(s) - lowest(s)) + 1;

    assert_int_equal(ocd__buffer_reserve(&b, size), 0);
    memset(b.data, fill, size);
    b.size = size;
    for (size_t i = 0; i < s->count; i++)
        memcpy(b.data + (s->chunks[i].addr - lowest(s)), s->chunks[i].data, s->chunks[i].size);
    return b;
}

void write_image(const char *path, const struct sparse *s, const struct ocd_image_layout *layout)
{
    struct ocd_buffer b = write_sparse(s, layout);

    write_file(path, b.data, b.size);
    ocd__buffer_free(&b);
}

void expect_image(const char *path, const struct ocd_image_options *options, const struct sparse *s)
{
    struct ocd_image *image;
    char *expected = show_sparse(s);

    if (ocd_image_open(&image, path, options) != OCD_OK)
        fail_msg("%s", ocd_image_error(image)->text);
    char *shown = show(image, 4096);
    assert_string_equal(shown, expected);
    ocd_image_close(image);
    free(shown);
    free(expected);
}

void expect_flat(const char *path, const struct sparse *s, uint8_t fill)
{
    struct ocd_buffer expected = flat(s, fill);
    struct ocd_buffer found = read_file(path);

    assert_int_equal(found.size, expected.size);
    assert_memory_equal(found.data, expected.data, expected.size);
    ocd__buffer_free(&found);
    ocd__buffer_free(&expected);
}
