// SPDX-License-Identifier: MIT
#include "web/message_log.h"

#include <stdlib.h>
#include <string.h>

#define HEAD sizeof(uint32_t)

bool message_log_open(struct message_log *log, size_t capacity)
{
    *log = (struct message_log){.data = malloc(capacity), .capacity = capacity};
    return log->data != NULL;
}

void message_log_close(struct message_log *log)
{
    free(log->data);
    *log = (struct message_log){0};
}

/* Copies bytes into the ring, or out of it. */
static void put(struct message_log *log, uint64_t at, const void *from, size_t size)
{
    size_t start = (size_t)(at % log->capacity);
    size_t whole = size < log->capacity - start ? size : log->capacity - start;
    memcpy(log->data + start, from, whole);
    memcpy(log->data, (const char *)from + whole, size - whole);
}

static void get(const struct message_log *log, uint64_t at, void *to, size_t size)
{
    size_t start = (size_t)(at % log->capacity);
    size_t whole = size < log->capacity - start ? size : log->capacity - start;
    memcpy(to, log->data + start, whole);
    memcpy((char *)to + whole, log->data, size - whole);
}

static size_t size_at(const struct message_log *log, uint64_t at)
{
    uint32_t size;
    get(log, at, &size, HEAD);
    return size;
}

bool message_log_add(struct message_log *log, const char *text, size_t size)
{
    if (size > log->capacity / 4)
        return false;
    while (log->end - log->begin + HEAD + size > log->capacity) {
        log->begin += HEAD + size_at(log, log->begin);
        log->first++;
    }
    uint32_t head = (uint32_t)size;
    put(log, log->end, &head, HEAD);
    put(log, log->end + HEAD, text, size);
    log->end += HEAD + size;
    log->next++;
    return true;
}

void message_log_clear(struct message_log *log)
{
    log->begin = log->end;
    log->first = ++log->next;
}

void message_log_seek(const struct message_log *log, struct message_reader *reader, uint64_t number)
{
    *reader = (struct message_reader){.at = log->begin, .number = log->first};
    if (number > log->next)
        return;
    while (reader->number < number) {
        reader->at += HEAD + size_at(log, reader->at);
        reader->number++;
    }
}

uint64_t message_log_skip_missed(const struct message_log *log, struct message_reader *reader)
{
    uint64_t missed = reader->number < log->first ? log->first - reader->number : 0;
    if (missed > 0)
        message_log_seek(log, reader, log->first);
    return missed;
}

size_t message_log_size(const struct message_log *log, const struct message_reader *reader)
{
    return reader->number < log->next ? size_at(log, reader->at) : 0;
}

void message_log_read(const struct message_log *log, struct message_reader *reader, char *text)
{
    size_t size = size_at(log, reader->at);
    get(log, reader->at + HEAD, text, size);
    reader->at += HEAD + size;
    reader->number++;
}
