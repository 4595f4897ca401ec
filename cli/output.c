// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* mkostemp */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int note(struct output *output, bool good)
{
    if (!good && output->error == 0) {
        output->error = errno != 0 ? errno : EIO;
    }
    return output->error;
}

/* The name of the file that `path` stands for: a symbolic link stays, what it points to is
 * replaced. NULL when memory is short. */
static char *resolve(const char *path)
{
    char *real = realpath(path, NULL);
    return real != NULL || errno == ENOMEM ? real : strdup(path);
}

/* DIR/NAME -> DIR/.NAME.ocd-XXXXXX. Long names are cut, so that they stay within NAME_MAX. */
static char *temporary_name(const char *final)
{
    const char *slash = strrchr(final, '/');
    const char *name = slash != NULL ? slash + 1 : final;
    size_t size = strlen(final) + sizeof "..ocd-XXXXXX";
    char *temporary = malloc(size);
    if (temporary != NULL) {
        snprintf(temporary, size, "%.*s.%.200s.ocd-XXXXXX", (int)(name - final), final, name);
    }
    return temporary;
}

/* The rights that the file has, or that a new one would get. */
static mode_t mode_of(const struct stat *old)
{
    if (old != NULL) {
        return old->st_mode & 0777;
    }
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static int open_temporary(struct output *output, const struct stat *old)
{
    output->final = resolve(output->path);
    output->temporary = output->final != NULL ? temporary_name(output->final) : NULL;
    if (output->temporary == NULL) {
        return note(output, false);
    }
    int fd = mkostemp(output->temporary, O_CLOEXEC);
    if (fd < 0) {
        note(output, false);
        free(output->temporary);
        output->temporary = NULL;
        return output->error;
    }
    output->stream = fdopen(fd, "w");
    if (output->stream == NULL) {
        note(output, false);
        close(fd);
        return output->error;
    }
    return note(output, fchmod(fd, mode_of(old)) == 0);
}

int output_open(struct output *output, const char *path, bool hold)
{
    *output = (struct output){0};
    if (path == NULL || strcmp(path, "-") == 0) {
        output->stream = hold ? open_memstream(&output->held, &output->held_size) : stdout;
        return note(output, output->stream != NULL);
    }
    output->path = path;

    struct stat old;
    bool exists = stat(path, &old) == 0;
    if (exists && S_ISDIR(old.st_mode)) {
        errno = EISDIR;
        return note(output, false);
    }
    if (exists && access(path, W_OK) != 0) {
        return note(output, false);
    }
    if (exists && !S_ISREG(old.st_mode)) {
        output->stream = fopen(path, "we");
        return note(output, output->stream != NULL);
    }
    return open_temporary(output, exists ? &old : NULL);
}

int output_bytes(struct output *output, const void *data, size_t size)
{
    if (output->error == 0) {
        errno = 0;
        note(output, fwrite(data, 1, size, output->stream) == size);
    }
    return output->error;
}

int output_text(struct output *output, const char *text)
{
    return output_bytes(output, text, strlen(text));
}

int output_printf(struct output *output, const char *format, ...)
{
    if (output->error == 0) {
        va_list list;
        va_start(list, format);
        errno = 0;
        note(output, vfprintf(output->stream, format, list) >= 0);
        va_end(list);
    }
    return output->error;
}

int output_flush(struct output *output)
{
    if (output->error == 0) {
        errno = 0;
        note(output, fflush(output->stream) == 0);
    }
    return output->error;
}

static void finish_file(struct output *output)
{
    errno = 0;
    note(output, fflush(output->stream) == 0);
    note(output, fclose(output->stream) == 0);
}

int output_close(struct output *output, bool keep)
{
    errno = 0;
    if (output->stream == stdout) {
        note(output, fflush(stdout) == 0);
    } else if (output->stream != NULL) {
        finish_file(output);
    }
    output->stream = NULL;

    keep = keep && output->error == 0;
    if (output->held != NULL && keep) {
        note(output, fwrite(output->held, 1, output->held_size, stdout) == output->held_size &&
                         fflush(stdout) == 0);
    }
    if (output->temporary != NULL && keep) {
        note(output, rename(output->temporary, output->final) == 0);
        keep = output->error == 0;
    }
    if (output->temporary != NULL && !keep) {
        unlink(output->temporary);
    }
    free(output->held);
    free(output->temporary);
    free(output->final);
    output->held = output->temporary = output->final = NULL;
    return output->error;
}

int output_finish(void)
{
    errno = 0;
    bool good = fflush(stdout) == 0 && ferror(stdout) == 0;
    int error = errno != 0 ? errno : EIO;
    return fclose(stdout) == 0 && good ? 0 : error;
}
