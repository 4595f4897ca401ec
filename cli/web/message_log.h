// SPDX-License-Identifier: MIT
/* The last messages to the pages, in memory of a fixed size. Each page reads at its own pace; one
 * that is too slow misses the oldest, and gets their number. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct message_log {
    char *data; /* a ring; a message is its size in 4 bytes, and its text */
    size_t capacity;
    uint64_t begin, end;  /* positions, which count all bytes ever written */
    uint64_t first, next; /* numbers of the oldest message, and of the one to come */
};

/* Where a reader is. */
struct message_reader {
    uint64_t at;     /* position */
    uint64_t number; /* of the message to be read */
};

bool message_log_open(struct message_log *log, size_t capacity);
void message_log_close(struct message_log *log);

/* Drops the oldest messages for it. False: it is larger than a quarter of the log, and not kept. */
bool message_log_add(struct message_log *log, const char *text, size_t size);

/* Drops all, and uses up a number: every reader has missed at least one message. */
void message_log_clear(struct message_log *log);

/* Goes to a message; to the oldest, if that one is gone or has not come yet. */
void message_log_seek(const struct message_log *log, struct message_reader *reader,
                      uint64_t number);

/* The number of messages that the reader has missed; it is at the oldest after that. */
uint64_t message_log_skip_missed(const struct message_log *log, struct message_reader *reader);

/* The size of the reader's message, 0: there is none yet. The reader has missed none. */
size_t message_log_size(const struct message_log *log, const struct message_reader *reader);
/* Copies that message, which is there, and goes to the next. */
void message_log_read(const struct message_log *log, struct message_reader *reader, char *text);
