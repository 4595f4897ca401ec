// SPDX-License-Identifier: MIT
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int note(struct output *output, bool good)
{
    if (!good && output->error == 0) {
        output->error = errno != 0 ? errno : EIO;
    }
    return output->error;
}

/* The stream has a descriptor of its own: closing it must not give the file's lock away. */
static int open_file(struct output *output)
{
    errno = ocd_outfile_open(&output->file, output->path);
    if (errno != 0) {
        return note(output, false);
    }
    output->is_file = true;
    int fd = fcntl(output->file.fd, F_DUPFD_CLOEXEC, 0);
    output->stream = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (output->stream == NULL) {
        note(output, false);
        if (fd >= 0) {
            close(fd);
        }
    }
    return output->error;
}

int output_open(struct output *output, const char *path, bool hold)
{
    *output = (struct output){0};
    if (path == NULL || strcmp(path, "-") == 0) {
        output->stream = hold ? open_memstream(&output->held, &output->held_size) : stdout;
        return note(output, output->stream != NULL);
    }
    output->path = path;
    return open_file(output);
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
    if (output->is_file && keep) {
        errno = ocd_outfile_commit(&output->file);
        note(output, errno == 0);
    } else if (output->is_file) {
        ocd_outfile_abandon(&output->file);
    }
    output->is_file = false;
    free(output->held);
    output->held = NULL;
    return output->error;
}

int output_finish(void)
{
    errno = 0;
    bool good = fflush(stdout) == 0 && ferror(stdout) == 0;
    int error = errno != 0 ? errno : EIO;
    return fclose(stdout) == 0 && good ? 0 : error;
}
