// SPDX-License-Identifier: MIT
/* What the files of this folder share. */
#pragma once

#include <microhttpd.h>
#include <stdio.h>

#include "web/access.h"
#include "web/message_log.h"
#include "web/web.h"

struct web {
    struct web_options options;
    struct MHD_Daemon *daemon;
    uint16_t port;
    char token[ACCESS_TOKEN_SIZE];
    char url[80];

    FILE *text; /* into `text_data`: the message, or the answer, that is being made */
    char *text_data;
    size_t text_size;

    struct message_log log;
    char *columns; /* the last message of them, for pages that come later; NULL: none yet */
    size_t columns_size;
    uint64_t columns_number;

    struct stream *streams; /* pages that listen */
    unsigned stream_count;
    bool ended;
};

/* A file of the page; they are in the program. */
struct asset {
    const char *path; /* "/app.js" */
    const char *type; /* of its contents */
    const unsigned char *data;
    size_t size;
};
extern const struct asset web_assets[];
extern const size_t web_assets_count;

/* Answers a request; MHD_AccessHandlerCallback. */
enum MHD_Result web_handle_request(void *cls, struct MHD_Connection *connection, const char *url,
                                   const char *method, const char *version, const char *data,
                                   size_t *data_size, void **state);

/* Begins a text, and ends it: the text is in web->text_data until the next one begins. False: there
 * is no memory. */
void web_begin_text(struct web *web);
bool web_end_text(struct web *web);

/* Returns GET /events: goes on until the page is closed. */
enum MHD_Result stream_start(struct web *web, struct MHD_Connection *connection);
/* There are new messages for all. */
void stream_wake_all(struct web *web);
/* Sends a comment to pages that got nothing for a while, to see whether they are still open. */
void stream_beat_all(struct web *web);
/* Milliseconds until that is due, -1: never. */
int stream_timeout(const struct web *web);
