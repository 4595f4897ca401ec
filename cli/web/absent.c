// SPDX-License-Identifier: MIT
/* Replaces the rest of this folder in a build without libmicrohttpd: nothing can be opened, so
 * that nothing else is called. */
#include <errno.h>

#include "web/web.h"

int web_open(struct web **web, const struct web_options *options)
{
    (void)options;
    *web = NULL;
    return ENOSYS;
}

void web_close(struct web *web)
{
    (void)web;
}

const char *web_url(const struct web *web)
{
    (void)web;
    return "";
}

int web_fd(const struct web *web)
{
    (void)web;
    return -1;
}

int web_timeout(const struct web *web)
{
    (void)web;
    return -1;
}

void web_process(struct web *web)
{
    (void)web;
}

void web_set_columns(struct web *web, const struct web_column *columns, size_t count)
{
    (void)web;
    (void)columns;
    (void)count;
}

void web_add_frame(struct web *web, const struct web_frame *frame)
{
    (void)web;
    (void)frame;
}

void web_add_gap(struct web *web, const struct web_gap *gap)
{
    (void)web;
    (void)gap;
}

void web_add_note(struct web *web, const char *text)
{
    (void)web;
    (void)text;
}

bool web_names_add(struct web_names *names, const char *name)
{
    (void)names;
    (void)name;
    return false;
}
