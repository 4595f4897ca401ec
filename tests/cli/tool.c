// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* posix_openpt, cfmakeraw */
#include "tool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define WORDS_MAX  64
#define DEADLINE_S 100

/* Whether it uses a connection with the default timeout, which may be too short on a busy
 * machine. */
static bool needs_longer_timeout(char **words)
{
    bool connects = false;
    for (; *words != NULL; words++) {
        connects = connects || strcmp(*words, "-p") == 0;
        if (strcmp(*words, "--timeout") == 0)
            return false;
    }
    return connects;
}

/* Splits `line` in place. */
static int split(char *line, char **words)
{
    int count = 0;
    char *at = line;
    for (;;) {
        at += strspn(at, " ");
        if (*at == '\0')
            break;
        assert_in_range(count, 0, WORDS_MAX - 2);
        words[count++] = *at == '\'' ? at + 1 : at;
        at = *at == '\'' ? strchr(at + 1, '\'') : at + strcspn(at, " ");
        assert_non_null(at);
        if (*at != '\0')
            *at++ = '\0';
    }
    words[count] = NULL;
    return count;
}

static int open_terminal(int *slave)
{
    struct termios raw;
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    *slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(*slave >= 0 && tcgetattr(*slave, &raw) == 0);
    cfmakeraw(&raw);
    assert_int_equal(tcsetattr(*slave, TCSANOW, &raw), 0);
    return master;
}

static void open_pipe(int *reader, int *writer)
{
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    *reader = ends[0];
    *writer = ends[1];
}

static void run_child(char **words, int in, int out, int err)
{
    dup2(in != 0 ? in : open("/dev/null", O_RDONLY), STDIN_FILENO);
    dup2(err, STDERR_FILENO);
    if (out >= 0)
        dup2(out, STDOUT_FILENO);
    else
        close(STDOUT_FILENO);
    signal(SIGINT, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    execv(OCD_TOOL, words);
    _exit(127);
}

static void start(struct tool *tool, const struct tool_setup *setup, const char *format,
                  va_list list)
{
    static const struct tool_setup plain;
    char line[sizeof(tool->line)];
    char *words[WORDS_MAX + 3] = {(char *)"ocd", (char *)"--timeout", (char *)"60"};
    char **first = words + 3;
    int out = -1;
    int err = -1;

    setup = setup != NULL ? setup : &plain;
    *tool = (struct tool){.out = -1};
    vsnprintf(line, sizeof(line), format, list);
    memcpy(tool->line, line, sizeof(line));
    split(line, first);
    if (!needs_longer_timeout(first))
        memmove(words + 1, first, (WORDS_MAX) * sizeof(*words));

    tool->terminal = setup->err_is_tty || setup->both_is_tty;
    if (tool->terminal)
        tool->err = open_terminal(&err);
    else
        open_pipe(&tool->err, &err);
    if (setup->both_is_tty)
        out = dup(err);
    else if (setup->stdout_fd != 0)
        out = dup(setup->stdout_fd);
    else if (!setup->no_stdout)
        open_pipe(&tool->out, &out);
    tool->pid = fork();
    assert_true(tool->pid >= 0);
    if (tool->pid == 0)
        run_child(words, setup->stdin_fd, out, err);
    close(err);
    if (out >= 0)
        close(out);
}

void tool_start(struct tool *tool, const struct tool_setup *setup, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    start(tool, setup, format, list);
    va_end(list);
}

/* Takes what there is; closes the descriptor at its end. */
static void collect(int *fd, struct tool_text *text)
{
    text->data = realloc(text->data, text->size + 65536 + 1);
    assert_non_null(text->data);
    ssize_t n = read(*fd, text->data + text->size, 65536);
    if (n > 0) {
        text->size += (size_t)n;
    } else if (n == 0 || errno == EIO) { /* EIO: no process has the terminal open any more */
        close(*fd);
        *fd = -1;
    }
    text->data[text->size] = '\0';
}

static void give_up(struct tool *tool, const char *why)
{
    kill(tool->pid, SIGKILL);
    waitpid(tool->pid, NULL, 0);
    fail_msg("ocd %s: %s\nstandard output: %s\nstandard error: %s", tool->line, why,
             tool->out_text.data != NULL ? tool->out_text.data : "",
             tool->err_text.data != NULL ? tool->err_text.data : "");
}

/* Waits for more output. False: there will be none. */
static bool collect_some(struct tool *tool)
{
    struct pollfd fds[] = {
        {.fd = tool->out, .events = POLLIN},
        {.fd = tool->err, .events = POLLIN},
    };
    if (tool->out < 0 && tool->err < 0)
        return false;
    if (poll(fds, 2, DEADLINE_S * 1000) == 0)
        give_up(tool, "nothing happens");
    if (fds[0].revents != 0)
        collect(&tool->out, &tool->out_text);
    if (fds[1].revents != 0)
        collect(&tool->err, &tool->err_text);
    return true;
}

static void await(struct tool *tool, const struct tool_text *where, const char *text)
{
    while (where->data == NULL || strstr(where->data, text) == NULL)
        if (!collect_some(tool))
            give_up(tool, "has ended too early");
}

void tool_await_err(struct tool *tool, const char *text)
{
    await(tool, &tool->err_text, text);
}

void tool_await_out(struct tool *tool, const char *text)
{
    await(tool, &tool->out_text, text);
}

/* Such as " 96 %  495.2 KiB of 512.0 KiB  98.3 KiB/s  0:00 left". */
static bool is_progress(const char *line)
{
    const char *at = line + strspn(line, " ");
    size_t digits = strspn(at, "0123456789");
    const char *end = strchr(line, '\n');
    const char *rate = strstr(line, "/s");
    return digits > 0 && strncmp(at + digits, " %  ", 4) == 0 && end != NULL && rate != NULL &&
           rate < end;
}

static void take_progress_away(struct tool *tool)
{
    char *to = tool->err_text.data;
    for (char *line = to; line != NULL && *line != '\0';) {
        size_t size = strcspn(line, "\n");
        size += line[size] == '\n';
        if (is_progress(line)) {
            tool->progress++;
        } else {
            memmove(to, line, size);
            to += size;
        }
        line += size;
    }
    if (to != NULL) {
        *to = '\0';
        tool->err_text.size = (size_t)(to - tool->err_text.data);
    }
}

int tool_finish(struct tool *tool)
{
    int status;
    while (collect_some(tool)) {
    }
    if (!tool->terminal)
        take_progress_away(tool);
    assert_int_equal(waitpid(tool->pid, &status, 0), tool->pid);
    tool->status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return tool->status;
}

void tool_free(struct tool *tool)
{
    free(tool->out_text.data);
    free(tool->err_text.data);
}

static bool same(const struct tool_text *text, const char *expected)
{
    return expected == NULL || strcmp(text->data != NULL ? text->data : "", expected) == 0;
}

void tool_compare(const char *file, int line, const struct tool *tool, int status, const char *out,
                  const char *err)
{
    if (tool->status == status && same(&tool->out_text, out) && same(&tool->err_text, err))
        return;
    print_error("ocd %s\n--- exit code %d, expected %d\n--- output:\n%s\n", tool->line,
                tool->status, status, tool->out_text.data != NULL ? tool->out_text.data : "");
    if (out != NULL)
        print_error("--- expected:\n%s\n", out);
    print_error("--- errors:\n%s\n", tool->err_text.data != NULL ? tool->err_text.data : "");
    if (err != NULL)
        print_error("--- expected:\n%s\n", err);
    _fail(file, line);
}

void tool_expect(const char *file, int line, int status, const char *out, const char *err,
                 const char *format, ...)
{
    struct tool tool;
    va_list list;
    va_start(list, format);
    start(&tool, NULL, format, list);
    va_end(list);
    tool_finish(&tool);
    tool_compare(file, line, &tool, status, out, err);
    tool_free(&tool);
}

void scratch_make(char path[64])
{
    snprintf(path, 64, "/tmp/ocd-test-XXXXXX");
    assert_non_null(mkdtemp(path));
}

unsigned scratch_count(const char *path)
{
    unsigned count = 0;
    DIR *directory = opendir(path);
    assert_non_null(directory);
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(directory);
    return count;
}

void scratch_remove(const char *path)
{
    DIR *directory = opendir(path);
    assert_non_null(directory);
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;)
        unlinkat(dirfd(directory), entry->d_name, 0);
    closedir(directory);
    assert_int_equal(rmdir(path), 0);
}

char *file_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return NULL;
    struct tool_text text = {0};
    size_t n;
    do {
        text.data = realloc(text.data, text.size + 65536 + 1);
        assert_non_null(text.data);
        n = fread(text.data + text.size, 1, 65536, file);
        text.size += n;
    } while (n > 0);
    fclose(file);
    text.data[text.size] = '\0';
    *size = text.size;
    return text.data;
}

void file_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}
