// SPDX-License-Identifier: MIT
#include "fake_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *room(struct fake_text *t, size_t size)
{
    if (t->capacity - t->size <= size) {
        size_t capacity = 2 * t->capacity + size + 256;
        char *data = realloc(t->data, capacity);
        if (!data)
            abort();
        t->data = data;
        t->capacity = capacity;
    }
    return t->data + t->size;
}

void fake_text_add(struct fake_text *t, const void *bytes, size_t size)
{
    char *to = room(t, size);
    if (size > 0)
        memcpy(to, bytes, size);
    to[size] = '\0';
    t->size += size;
}

void fake_text_printf(struct fake_text *t, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    vsnprintf(room(t, (size_t)size), (size_t)size + 1, format, again);
    t->size += (size_t)size;
    va_end(again);
    va_end(args);
}
