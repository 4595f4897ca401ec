// SPDX-License-Identifier: MIT
/* A counted reply, taken apart and put together again (src/tcl/scripts.h). */
#include "fake_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NUL, five numbers, newline. */
#define HEADER_MAX 112

bool fake_frame_parse(struct fake_frame *frame, const struct fake_text *reply)
{
    char header[HEADER_MAX + 1] = "";
    size_t size = reply->size < HEADER_MAX ? reply->size : HEADER_MAX;
    const char *end = size > 0 && reply->data[0] == '\0' ? memchr(reply->data, '\n', size) : NULL;
    uint64_t result = 0, log = 0;

    *frame = (struct fake_frame){0};
    if (end == NULL)
        return false;
    memcpy(header, reply->data + 1, (size_t)(end - reply->data) - 1);
    if (sscanf(header, "%" SCNu64 " %ld %" SCNu64 " %" SCNu64 " %" SCNu64, &frame->id,
               &frame->status, &result, &log, &frame->us) != 5)
        return false;
    end++;
    if ((uint64_t)(reply->data + reply->size - end) != result + log)
        return false;
    fake_text_add(&frame->result, end, (size_t)result);
    fake_text_add(&frame->log, end + result, (size_t)log);
    return true;
}

void fake_frame_free(struct fake_frame *frame)
{
    free(frame->result.data);
    free(frame->log.data);
}

void fake_frame_build(const struct fake_frame *frame, struct fake_text *reply)
{
    reply->size = 0;
    fake_text_add(reply, "", 1);
    fake_text_printf(reply, "%" PRIu64 " %ld %zu %zu %" PRIu64 "\n", frame->id, frame->status,
                     (size_t)((int64_t)frame->result.size + frame->count_off), frame->log.size,
                     frame->us);
    fake_text_add(reply, frame->result.data, frame->result.size);
    fake_text_add(reply, frame->log.data, frame->log.size);
}
