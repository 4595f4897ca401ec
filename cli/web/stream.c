// SPDX-License-Identifier: MIT
/* Server-sent events to a page, at the pace at which it reads them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "web/message_text.h"
#include "web/server.h"

#define STREAMS_MAX 8
#define BLOCK_SIZE  16384 /* bytes that are handed over at a time */
#define BEAT_MS     5000

struct stream {
    struct stream *next;
    struct web *web;
    struct MHD_Connection *connection;
    struct message_reader reader;
    char *text; /* what is being sent */
    size_t size, sent, room;
    bool suspended; /* until there is something to send */
    bool fresh;     /* it begins with the columns */
    bool beat;
    uint64_t missed; /* messages whose loss is still to be reported */
    int64_t last_ms; /* when something was sent */
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool make_room(struct stream *stream, size_t size)
{
    if (size > stream->room) {
        char *text = realloc(stream->text, size);
        if (text == NULL)
            return false;
        stream->text = text;
        stream->room = size;
    }
    stream->size = size;
    stream->sent = 0;
    return true;
}

/* Goes to the oldest frame of the columns that there are now: those before it have others. */
static void go_to_columns(struct stream *stream)
{
    const struct web *web = stream->web;
    uint64_t number = stream->reader.number;
    message_log_seek(&web->log, &stream->reader, web->columns_number + 1);
    if (stream->missed > 0 && stream->reader.number > number)
        stream->missed += stream->reader.number - number;
}

/* The columns, after the number of messages that were missed. */
static bool take_columns(struct stream *stream)
{
    const struct web *web = stream->web;
    char lost[64] = "";
    go_to_columns(stream);
    if (stream->missed > 0)
        snprintf(lost, sizeof(lost), "event: lost\ndata: %" PRIu64 "\n\n", stream->missed);
    size_t lost_size = strlen(lost);
    if (!make_room(stream, lost_size + web->columns_size))
        return false;
    memcpy(stream->text, lost, lost_size);
    memcpy(stream->text + lost_size, web->columns, web->columns_size);
    stream->missed = 0;
    stream->fresh = false;
    return true;
}

/* Makes the next text to be sent, if there is one. */
static bool take_text(struct stream *stream)
{
    const struct web *web = stream->web;
    uint64_t missed = message_log_skip_missed(&web->log, &stream->reader);
    stream->missed += missed;
    stream->fresh = stream->fresh || missed > 0;
    if (stream->fresh && web->columns != NULL)
        return take_columns(stream);
    size_t size = message_log_size(&web->log, &stream->reader);
    if (size > 0 && make_room(stream, size)) {
        message_log_read(&web->log, &stream->reader, stream->text);
        return true;
    }
    static const char comment[] = ":\n\n";
    if (!stream->beat || !make_room(stream, strlen(comment)))
        return false;
    memcpy(stream->text, comment, strlen(comment));
    stream->beat = false;
    return true;
}

/* MHD_ContentReaderCallback. */
static ssize_t read_stream(void *cls, uint64_t position, char *buffer, size_t max)
{
    struct stream *stream = cls;
    size_t filled = 0;
    (void)position;
    while (filled < max && (stream->sent < stream->size || take_text(stream))) {
        size_t size = stream->size - stream->sent;
        size = size < max - filled ? size : max - filled;
        memcpy(buffer + filled, stream->text + stream->sent, size);
        stream->sent += size;
        filled += size;
    }
    if (filled > 0) {
        stream->last_ms = now_ms();
        return (ssize_t)filled;
    }
    if (stream->web->ended)
        return MHD_CONTENT_READER_END_OF_STREAM;
    stream->suspended = true;
    MHD_suspend_connection(stream->connection);
    return 0;
}

/* MHD_ContentReaderFreeCallback. */
static void free_stream(void *cls)
{
    struct stream *stream = cls;
    struct stream **at = &stream->web->streams;
    while (*at != NULL && *at != stream)
        at = &(*at)->next;
    if (*at != NULL) {
        *at = stream->next;
        stream->web->stream_count--;
    }
    free(stream->text);
    free(stream);
}

/* A browser that connects again names the last message that it has. */
static void find_begin(struct stream *stream)
{
    const struct message_log *log = &stream->web->log;
    const char *last = MHD_lookup_connection_value(stream->connection, MHD_HEADER_KIND,
                                                   MHD_HTTP_HEADER_LAST_EVENT_ID);
    char *end = NULL;
    uint64_t number = last != NULL ? strtoull(last, &end, 10) : 0;
    bool known = end != NULL && end != last && *end == '\0' && number < log->next;
    stream->fresh = !known || number + 1 < log->first;
    stream->missed = known && stream->fresh ? log->first - number - 1 : 0;
    message_log_seek(log, &stream->reader, known ? number + 1 : 0);
}

enum MHD_Result stream_start(struct web *web, struct MHD_Connection *connection)
{
    struct stream *stream = web->stream_count < STREAMS_MAX ? calloc(1, sizeof(*stream)) : NULL;
    if (stream == NULL)
        return MHD_NO;
    *stream = (struct stream){.web = web, .connection = connection, .last_ms = now_ms()};
    find_begin(stream);
    struct MHD_Response *response = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, BLOCK_SIZE, read_stream, stream, free_stream);
    if (response == NULL) {
        free(stream);
        return MHD_NO;
    }
    stream->next = web->streams;
    web->streams = stream;
    web->stream_count++;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream");
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

static void wake(struct stream *stream)
{
    if (stream->suspended) {
        stream->suspended = false;
        MHD_resume_connection(stream->connection);
    }
}

void stream_wake_all(struct web *web)
{
    for (struct stream *stream = web->streams; stream != NULL; stream = stream->next)
        wake(stream);
}

void stream_beat_all(struct web *web)
{
    int64_t now = now_ms();
    for (struct stream *stream = web->streams; stream != NULL; stream = stream->next)
        if (stream->suspended && now - stream->last_ms >= BEAT_MS) {
            stream->beat = true;
            wake(stream);
        }
}

int stream_timeout(const struct web *web)
{
    int64_t now = now_ms(), least = -1;
    for (const struct stream *stream = web->streams; stream != NULL; stream = stream->next) {
        int64_t left = stream->last_ms + BEAT_MS - now;
        if (stream->suspended && (least < 0 || left < least))
            least = left > 0 ? left : 0;
    }
    return (int)least;
}
