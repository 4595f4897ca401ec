// SPDX-License-Identifier: MIT
/* A growable byte buffer that knows its upper bound. */
#pragma once

#include <stdarg.h>
#include <stddef.h>

struct ocd_buffer {
    char *data; /* NUL follows the last byte whenever data is not NULL */
    size_t size;
    size_t capacity;
    size_t max; /* bytes; 0 means no bound */
    int error;  /* first failure, sticky: OCD_ERR_NOMEM or OCD_ERR_PROTOCOL (bound reached) */
};

void ocd__buffer_free(struct ocd_buffer *b);
/* Forgets contents and error, keeps the memory. */
void ocd__buffer_clear(struct ocd_buffer *b);
/* Makes room for `extra` more bytes after the contents. All of these answer 0 or the error. */
int ocd__buffer_reserve(struct ocd_buffer *b, size_t extra);
int ocd__buffer_add(struct ocd_buffer *b, const void *bytes, size_t size);
int ocd__buffer_puts(struct ocd_buffer *b, const char *text);
int ocd__buffer_printf(struct ocd_buffer *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int ocd__buffer_vprintf(struct ocd_buffer *b, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
/* Hands the memory to the caller (to be released with free) and leaves the buffer empty; NULL when
 * the buffer is in error. An empty buffer gives "". */
char *ocd__buffer_take(struct ocd_buffer *b);
