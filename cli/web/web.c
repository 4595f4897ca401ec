// SPDX-License-Identifier: MIT
#include "web/web.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "web/message_text.h"
#include "web/server.h"

#define QUEUE_SIZE         (4U << 20)
#define CONNECTIONS_MAX    32
#define CONNECTION_MEMORY  32768 /* bytes, of each */
#define CONNECTION_TIMEOUT 60    /* seconds without progress */

void web_begin_text(struct web *web)
{
    rewind(web->text);
}

bool web_end_text(struct web *web)
{
    return fflush(web->text) == 0 && ferror(web->text) == 0;
}

/* A listening socket on the loopback interface, or minus an errno. */
static int open_listener(uint16_t *port)
{
    struct sockaddr_in addr = {
        .sin_family = AF_INET, .sin_port = htons(*port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(addr);
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        return -errno;
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 || fcntl(fd, F_SETFL, O_NONBLOCK) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        bind(fd, (const struct sockaddr *)&addr, size) != 0 || listen(fd, SOMAXCONN) != 0 ||
        getsockname(fd, (struct sockaddr *)&addr, &size) != 0) {
        int error = errno;
        close(fd);
        return -error;
    }
    *port = ntohs(addr.sin_port);
    return fd;
}

/* 0 or an errno. */
static int start_server(struct web *web)
{
    web->port = web->options.port;
    int listener = open_listener(&web->port);
    if (listener < 0)
        return -listener;
    errno = 0;
    web->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
                                   web_handle_request, web, MHD_OPTION_LISTEN_SOCKET, listener,
                                   MHD_OPTION_CONNECTION_LIMIT, (unsigned int)CONNECTIONS_MAX,
                                   MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
                                   MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)CONNECTION_TIMEOUT,
                                   MHD_OPTION_END);
    if (web->daemon != NULL)
        return 0;
    int error = errno != 0 ? errno : EIO;
    close(listener);
    return error;
}

int web_open(struct web **out, const struct web_options *options)
{
    *out = NULL;
    struct web *web = calloc(1, sizeof(*web));
    if (web == NULL)
        return ENOMEM;
    web->options = *options;
    web->text = open_memstream(&web->text_data, &web->text_size);
    int error = web->text == NULL ||
                        !message_log_open(&web->log, options->queue_size > 0 ? options->queue_size
                                                                             : QUEUE_SIZE)
                    ? ENOMEM
                    : access_make_token(web->token);
    if (error == 0)
        error = start_server(web);
    if (error != 0) {
        web_close(web);
        return error;
    }
    snprintf(web->url, sizeof(web->url), "http://127.0.0.1:%u/?token=%s", (unsigned)web->port,
             web->token);
    *out = web;
    return 0;
}

/* Adds the message that `web->text` has to the log. */
static bool add_message(struct web *web)
{
    if (!web_end_text(web) || !message_log_add(&web->log, web->text_data, web->text_size))
        return false;
    stream_wake_all(web);
    return true;
}

static void begin_message(struct web *web)
{
    web_begin_text(web);
    message_print_id(web->text, web->log.next);
}

void web_close(struct web *web)
{
    if (web == NULL)
        return;
    if (web->daemon != NULL) {
        begin_message(web);
        message_print_end(web->text);
        web->ended = true;
        add_message(web);
        stream_wake_all(web);
        for (int i = 0; i < 3 && web->streams != NULL; i++) /* what can be sent at once */
            MHD_run(web->daemon);
        MHD_stop_daemon(web->daemon);
    }
    message_log_close(&web->log);
    if (web->text != NULL)
        fclose(web->text);
    free(web->text_data);
    free(web->columns);
    free(web);
}

const char *web_url(const struct web *web)
{
    return web->url;
}

int web_fd(const struct web *web)
{
    return MHD_get_daemon_info(web->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

int web_timeout(const struct web *web)
{
    MHD_UNSIGNED_LONG_LONG wait;
    int least = stream_timeout(web);
    if (MHD_get_timeout(web->daemon, &wait) == MHD_YES && (least < 0 || wait < (unsigned)least))
        least = (int)wait;
    return least;
}

void web_process(struct web *web)
{
    stream_beat_all(web);
    MHD_run(web->daemon);
}

void web_set_columns(struct web *web, const struct web_column *columns, size_t count)
{
    begin_message(web);
    message_print_columns(web->text, columns, count, web->options.may_write);
    if (!web_end_text(web))
        return;
    char *copy = realloc(web->columns, web->text_size);
    if (copy == NULL)
        return;
    memcpy(copy, web->text_data, web->text_size);
    web->columns = copy;
    web->columns_size = web->text_size;
    web->columns_number = web->log.next;
    if (!add_message(web)) { /* too large for the log: all pages start again, with the columns */
        message_log_clear(&web->log);
        stream_wake_all(web);
    }
}

void web_add_frame(struct web *web, const struct web_frame *frame)
{
    begin_message(web);
    message_print_frame(web->text, frame);
    if (!add_message(web))
        web_add_note(web, "a frame was too large for this page");
}

void web_add_gap(struct web *web, const struct web_gap *gap)
{
    begin_message(web);
    message_print_gap(web->text, gap);
    add_message(web);
}

void web_add_note(struct web *web, const char *text)
{
    begin_message(web);
    message_print_note(web->text, text);
    add_message(web);
}
