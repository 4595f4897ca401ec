// SPDX-License-Identifier: MIT
#include "output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Bytes that are collected before they are written to the file. */
#define FILE_CHUNK (64L << 10)

static int note(struct output *output, bool good)
{
    if (!good && output->error == 0)
        output->error = errno != 0 ? errno : EIO;
    return output->error;
}

/* Keeps the errno of a writer that has failed. */
static int note_writer(struct output *output, int result)
{
    if (result != OCD_OK && output->error == 0) {
        int error = ocd_image_writer_error(output->writer)->system_errno;
        output->error = error != 0 ? error : result == OCD_ERR_NOMEM ? ENOMEM : EIO;
    }
    return output->error;
}

/* Writes the collected bytes to the file, and empties the buffer. */
static void drain(struct output *output)
{
    errno = 0;
    if (output->error != 0 || note(output, fflush(output->stream) == 0) != 0)
        return;
    note_writer(output, ocd_image_writer_put(output->writer, output->written, output->held,
                                             output->held_size));
    output->written += output->held_size;
    rewind(output->stream);
}

static void drain_if_full(struct output *output)
{
    if (output->writer != NULL && ftell(output->stream) >= FILE_CHUNK)
        drain(output);
}

static int open_file(struct output *output)
{
    const struct ocd_image_layout as_it_is = {.format = OCD_IMAGE_BIN};
    int result = ocd_image_writer_create(&output->writer, output->path, &as_it_is);

    if (note_writer(output, result) != 0)
        return output->error;
    output->stream = open_memstream(&output->held, &output->held_size);
    return note(output, output->stream != NULL);
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
        drain_if_full(output);
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
        drain_if_full(output);
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

/* Gives the file its name, or drops it: an older file of that name stays. */
static void close_file(struct output *output, bool keep)
{
    if (keep)
        drain(output);
    if (keep && output->error == 0)
        note_writer(output, ocd_image_writer_finish(output->writer));
    ocd_image_writer_close(output->writer);
    output->writer = NULL;
}

/* What was held back goes to standard output. */
static void print_held(struct output *output)
{
    note(output, fflush(output->stream) == 0);
    if (output->error == 0) {
        note(output, fwrite(output->held, 1, output->held_size, stdout) == output->held_size &&
                         fflush(stdout) == 0);
    }
}

int output_close(struct output *output, bool keep)
{
    errno = 0;
    if (output->writer != NULL)
        close_file(output, keep);
    else if (output->stream == stdout)
        note(output, fflush(stdout) == 0);
    else if (output->stream != NULL && keep && output->error == 0)
        print_held(output);
    if (output->stream != NULL && output->stream != stdout)
        fclose(output->stream);
    output->stream = NULL;
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
