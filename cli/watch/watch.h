// SPDX-License-Identifier: MIT
/* A run of `ocd watch`: frames go to the table, to rows and to the page. */
#pragma once

#include "cli.h"
#include "watch/items.h"
#include "watch/options.h"
#include "watch/page.h"
#include "watch/rows/ring.h"
#include "watch/screen/screen.h"

#define WATCH_WRITES_MAX 8 /* writes under way */

struct watch_write {
    struct ocd_op *op; /* NULL: free */
    uint32_t id;
};

struct watch {
    struct cli *cli;
    const struct watch_options *options;
    struct ocd_symbols *symbols; /* NULL: none */
    struct ocd_sampler *sampler;
    struct ocd_op *op;
    struct watch_write writes[WATCH_WRITES_MAX];
    struct columns columns;

    struct rows rows;
    struct record record;
    bool has_head; /* the file, or what was written, begins with the row of names */

    struct condition *trigger; /* NULL: none, or it has fired */
    const struct column *trigger_column;
    struct ring ring; /* until it fires */
    uint64_t after;   /* frames since then */
    uint64_t written; /* frames that were written, or would have been */

    struct actions actions;
    struct screen screen;
    struct page page;

    bool lost;       /* the connection, and it is not back */
    int64_t last_us; /* when the last frame was read; 0: there was none */
    int64_t end_ms;  /* -1: none */
    bool done;       /* all requested frames were read */
    bool no_memory;
    bool rate_told;
};

/* Runs until it is ended. Returns the exit code, and has reported what went wrong. */
int watch_run(struct cli *cli, const struct watch_options *options, struct items *items);

/* --- Between the files of this folder --- */

/* Opens all that a run needs. CLI_DONE, or the exit code after a message. */
int watch_begin(struct watch *watch, struct items *items, struct condition *condition);

/* Shows a line on the screen, or on standard error if there is none. */
void watch_say(struct watch *watch, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A failure of a value. The library's text has the expression or address, and here the name that
 * --as has given. */
void watch_say_failure(struct watch *watch, const struct column *column,
                       const struct ocd_error *error);

/* Hands an item to the sampler and makes a column of it, which takes it over in every case. OCD_OK,
 * or an ocd_err. */
int watch_add(struct watch *watch, struct item *item, struct column **column);

/* Callbacks of the sampler; `user` is the watch. */
int watch_on_frame(const struct ocd_frame *frame, void *user);
void watch_on_gap(const struct ocd_gap *gap, void *user);

/* What terminal and page may ask for. */
struct actions watch_actions(struct watch *watch);
/* Ends the writes that are done, and says what has failed. */
void watch_check_writes(struct watch *watch);
void watch_drop_writes(struct watch *watch);

int64_t watch_now_us(void);
