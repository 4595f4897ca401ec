// SPDX-License-Identifier: MIT
/* The options of `ocd watch`. */
#pragma once

#include "cli.h"
#include "watch/rows/condition.h"
#include "watch/rows/record.h"
#include "watch/rows/rows.h"

struct watch_options {
    double rate;         /* OCD_RATE_MAX: as fast as possible */
    uint32_t timeout_ms; /* for which OpenOCD may answer nothing */
    uint32_t run_ms;     /* 0: until it is ended */
    uint64_t frames;     /* that are written; 0: any number */
    bool changes;
    bool table;       /* on the terminal */
    bool rows;        /* are written: to standard output or a file */
    bool json;        /* those rows */
    const char *path; /* NULL: standard output */
    enum record_mode mode;
    bool has_trigger;
    struct condition trigger;
    uint64_t pre, post;
    bool has_post;
    enum ocd_tear tear;
    enum rows_clock clock;
    bool merge;
    bool web;
    uint16_t web_port; /* 0: a free one */
    bool web_write;
};

/* CLI_DONE, or the exit code after a message. To be freed in both cases. */
int options_parse(struct cli *cli, const struct args *args, struct watch_options *options);
void options_free(struct watch_options *options);
