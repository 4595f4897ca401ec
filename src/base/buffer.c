// SPDX-License-Identifier: MIT
#include "base/buffer.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ocd.h"

enum {
    SMALLEST = 128, /* bytes of the first allocation */
};

static int fail(struct ocd_buffer *b, int error)
{
    b->error = error;
    return error;
}

void ocd__buffer_free(struct ocd_buffer *b)
{
    free(b->data);
    *b = (struct ocd_buffer){.max = b->max};
}

void ocd__buffer_clear(struct ocd_buffer *b)
{
    b->size = 0;
    b->error = 0;
    if (b->data != NULL)
        b->data[0] = '\0';
}

int ocd__buffer_reserve(struct ocd_buffer *b, size_t extra)
{
    if (b->error != 0)
        return b->error;
    if (b->max != 0 && (b->size > b->max || extra > b->max - b->size))
        return fail(b, OCD_ERR_PROTOCOL);
    if (extra >= SIZE_MAX - b->size)
        return fail(b, OCD_ERR_NOMEM);

    size_t need = b->size + extra + 1;
    if (need <= b->capacity)
        return 0;
    size_t capacity = b->capacity < SMALLEST ? SMALLEST : b->capacity;
    if (capacity < need)
        capacity = capacity <= SIZE_MAX / 2 && capacity * 2 >= need ? capacity * 2 : need;
    if (b->max != 0 && capacity > b->max + 1 && b->max + 1 >= need)
        capacity = b->max + 1;

    char *data = realloc(b->data, capacity);
    if (data == NULL)
        return fail(b, OCD_ERR_NOMEM);
    b->data = data;
    b->capacity = capacity;
    b->data[b->size] = '\0';
    return 0;
}

int ocd__buffer_add(struct ocd_buffer *b, const void *bytes, size_t size)
{
    int error = ocd__buffer_reserve(b, size);
    if (error != 0)
        return error;
    if (size != 0)
        memcpy(b->data + b->size, bytes, size);
    b->size += size;
    b->data[b->size] = '\0';
    return 0;
}

int ocd__buffer_puts(struct ocd_buffer *b, const char *text)
{
    return ocd__buffer_add(b, text, strlen(text));
}

int ocd__buffer_printf(struct ocd_buffer *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int error = ocd__buffer_vprintf(b, format, args);
    va_end(args);
    return error;
}

int ocd__buffer_vprintf(struct ocd_buffer *b, const char *format, va_list args)
{
    va_list measure;
    va_copy(measure, args);
    int length = vsnprintf(NULL, 0, format, measure);
    va_end(measure);
    if (b->error != 0)
        return b->error;
    if (length < 0) /* longer than INT_MAX */
        return fail(b, OCD_ERR_NOMEM);
    int error = ocd__buffer_reserve(b, (size_t)length);
    if (error != 0)
        return error;
    vsnprintf(b->data + b->size, (size_t)length + 1, format, args);
    b->size += (size_t)length;
    return 0;
}

char *ocd__buffer_take(struct ocd_buffer *b)
{
    int error = ocd__buffer_reserve(b, 0);
    char *text = NULL;
    if (error == 0) {
        text = b->data;
        b->data = NULL;
    }
    ocd__buffer_free(b);
    b->error = error;
    return text;
}
