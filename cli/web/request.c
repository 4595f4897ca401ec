// SPDX-License-Identifier: MIT
/* Answers to requests: the page's files, and what the page asks for. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "web/server.h"

#define TOKEN_MARK "@TOKEN@" /* in the page, replaced by the token */
#define NAMES_MAX  200

struct web_names {
    FILE *stream;
    unsigned count;
};

bool web_names_add(struct web_names *names, const char *name)
{
    if (names->count == NAMES_MAX)
        return false;
    if (names->count++ > 0)
        fputs(", ", names->stream);
    text_print_json(names->stream, name);
    return true;
}

/* Nothing may be loaded from elsewhere, framed, kept or guessed. */
static void add_headers(struct MHD_Response *response, const char *type)
{
    static const char *const headers[][2] = {
        {"Content-Security-Policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
         "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Referrer-Policy", "no-referrer"},
        {"X-Content-Type-Options", "nosniff"},
        {"Cache-Control", "no-store"},
    };
    for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
        MHD_add_response_header(response, headers[i][0], headers[i][1]);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
}

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, const char *type,
                              const void *data, size_t size, enum MHD_ResponseMemoryMode mode)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(size, (void *)data, mode);
    if (response == NULL)
        return MHD_NO;
    add_headers(response, type);
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result answer_line(struct MHD_Connection *connection, unsigned status,
                                   const char *line)
{
    return answer(connection, status, "text/plain; charset=utf-8", line, strlen(line),
                  MHD_RESPMEM_MUST_COPY);
}

/* The text that was begun. */
static enum MHD_Result answer_text(struct web *web, struct MHD_Connection *connection,
                                   unsigned status, const char *type)
{
    if (!web_end_text(web))
        return MHD_NO;
    return answer(connection, status, type, web->text_data, web->text_size, MHD_RESPMEM_MUST_COPY);
}

static const char *argument(struct MHD_Connection *connection, const char *name)
{
    const char *value = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);
    return value != NULL ? value : "";
}

static bool get_id(struct MHD_Connection *connection, uint32_t *id, char *message)
{
    const char *text = argument(connection, "id");
    char *end;
    unsigned long long number = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || number > UINT32_MAX) {
        snprintf(message, WEB_MESSAGE_MAX, "there is no such value");
        return false;
    }
    *id = (uint32_t)number;
    return true;
}

/* POST: does what the page asks for. Returns {"error": null}, or the reason of the failure. */
static enum MHD_Result act(struct web *web, struct MHD_Connection *connection, const char *url)
{
    const struct web_calls *calls = &web->options.calls;
    void *user = web->options.user;
    char message[WEB_MESSAGE_MAX] = "";
    uint32_t id;
    bool done = false;
    unsigned refused = MHD_HTTP_BAD_REQUEST;
    if (strcmp(url, "/add") == 0) {
        done = calls->add(user, argument(connection, "name"), message);
    } else if (strcmp(url, "/remove") == 0) {
        done = get_id(connection, &id, message) && calls->remove(user, id, message);
    } else if (strcmp(url, "/write") != 0) {
        return answer_line(connection, MHD_HTTP_NOT_FOUND, "not found\n");
    } else if (!web->options.may_write) {
        refused = MHD_HTTP_FORBIDDEN;
        snprintf(message, sizeof(message), "ocd watch was started without --web-write");
    } else {
        done = get_id(connection, &id, message) &&
               calls->write(user, id, argument(connection, "value"), message);
    }
    web_begin_text(web);
    fputs("{\"error\": ", web->text);
    text_print_json_or_null(web->text, done ? NULL : message);
    fputs("}\n", web->text);
    return answer_text(web, connection, done ? MHD_HTTP_OK : refused, "application/json");
}

/* {"names": […]}: completions of what was typed. */
static enum MHD_Result complete(struct web *web, struct MHD_Connection *connection)
{
    struct web_names names = {.stream = web->text};
    web_begin_text(web);
    fputs("{\"names\": [", web->text);
    web->options.calls.complete(web->options.user, argument(connection, "text"), &names);
    fputs("]}\n", web->text);
    return answer_text(web, connection, MHD_HTTP_OK, "application/json");
}

/* The page: its links have the token too. */
static enum MHD_Result answer_page(struct web *web, struct MHD_Connection *connection,
                                   const struct asset *asset)
{
    const char *at = (const char *)asset->data;
    const char *mark;
    web_begin_text(web);
    while ((mark = strstr(at, TOKEN_MARK)) != NULL) {
        fwrite(at, 1, (size_t)(mark - at), web->text);
        fputs(web->token, web->text);
        at = mark + strlen(TOKEN_MARK);
    }
    fputs(at, web->text);
    return answer_text(web, connection, MHD_HTTP_OK, asset->type);
}

static enum MHD_Result answer_get(struct web *web, struct MHD_Connection *connection,
                                  const char *url)
{
    if (strcmp(url, "/events") == 0) {
        if (stream_start(web, connection) == MHD_YES)
            return MHD_YES;
        return answer_line(connection, MHD_HTTP_SERVICE_UNAVAILABLE, "too many open pages\n");
    }
    if (strcmp(url, "/complete") == 0)
        return complete(web, connection);
    for (size_t i = 0; i < web_assets_count; i++) {
        const struct asset *asset = &web_assets[i];
        if (strcmp(url, asset->path) != 0)
            continue;
        if (strcmp(url, "/") == 0)
            return answer_page(web, connection, asset);
        return answer(connection, MHD_HTTP_OK, asset->type, asset->data, asset->size,
                      MHD_RESPMEM_PERSISTENT);
    }
    return answer_line(connection, MHD_HTTP_NOT_FOUND, "not found\n");
}

static bool is_allowed(struct web *web, struct MHD_Connection *connection)
{
    const struct access_request request = {
        .token = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "token"),
        .host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST),
        .origin = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ORIGIN),
    };
    return access_is_allowed(&request, web->token, web->port);
}

enum MHD_Result web_handle_request(void *cls, struct MHD_Connection *connection, const char *url,
                                   const char *method, const char *version, const char *data,
                                   size_t *data_size, void **state)
{
    static char begun;
    struct web *web = cls;
    (void)version;
    (void)data;
    if (*state == NULL) { /* the head has come */
        *state = &begun;
        if (is_allowed(web, connection))
            return MHD_YES;
        return answer_line(connection, MHD_HTTP_FORBIDDEN,
                           "open the address that ocd watch has printed\n");
    }
    if (*data_size > 0) { /* a body, which nothing here has */
        *data_size = 0;
        return MHD_YES;
    }
    if (strcmp(method, MHD_HTTP_METHOD_GET) == 0)
        return answer_get(web, connection, url);
    if (strcmp(method, MHD_HTTP_METHOD_POST) == 0)
        return act(web, connection, url);
    return answer_line(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and POST\n");
}
