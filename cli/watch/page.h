// SPDX-License-Identifier: MIT
/* The page of --web, for the loop of a run. */
#pragma once

#include "watch/actions.h"
#include "watch/columns.h"

struct page {
    struct web *web; /* NULL: there is none */
    const struct columns *columns;
    struct ocd_symbols *symbols; /* for the names of types, or NULL */
    const struct actions *actions;
};

/* 0 or an errno; ENOSYS: built without it. */
int page_open(struct page *page, const struct columns *columns, const struct actions *actions,
              uint16_t port, bool may_write);
void page_close(struct page *page);
/* To be printed; it has the token. */
const char *page_url(const struct page *page);

/* All of these do nothing without a page. */
void page_set_columns(struct page *page);
void page_frame(struct page *page, const struct ocd_frame *frame);
void page_gap(struct page *page, const struct ocd_gap *gap);
void page_say(struct page *page, const char *message);

/* -1: there is none. */
int page_fd(const struct page *page);
int page_due(const struct page *page);
void page_process(struct page *page);
