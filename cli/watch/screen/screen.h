// SPDX-License-Identifier: MIT
/* The table on the terminal, and what its keys do. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "watch/actions.h"
#include "watch/columns.h"
#include "watch/screen/prompt.h"

#define SCREEN_MESSAGE_MAX 400

enum screen_prompt {
    SCREEN_KEYS,
    SCREEN_ADD,
    SCREEN_REMOVE,
    SCREEN_WRITE
};

struct screen {
    struct columns *columns;
    const struct actions *actions;
    bool open;
    bool quit;   /* the key for it has come */
    bool paused; /* the table does not change; rows are still written */
    bool stale;  /* there is something new to draw */
    int64_t drawn_ms;
    size_t selected; /* among the columns that are shown */
    enum screen_prompt asking;
    struct prompt prompt;
    struct keys keys;
    int64_t key_ms;  /* when the last byte came */
    bool keys_ended; /* no more keys will come */
    char message[SCREEN_MESSAGE_MAX];
    char title[SCREEN_MESSAGE_MAX];
    bool utf8;
};

/* 0 or an errno. */
int screen_open(struct screen *screen, struct columns *columns, const struct actions *actions);
/* Restores the terminal, and leaves the last table there. */
void screen_close(struct screen *screen);

/* A descriptor to be read by screen_read(), -1: there is none. */
int screen_fd(const struct screen *screen);
void screen_read(struct screen *screen, int64_t now_ms);

/* Takes the values of a frame with which the columns are matched: what is drawn next, unless the
 * table is paused. */
void screen_frame(struct screen *screen, int64_t now_ms);
/* Shown in the last line until a key comes. */
void screen_say(struct screen *screen, const char *message);
/* Milliseconds until screen_draw() has something to do; -1: nothing. */
int screen_due(const struct screen *screen, int64_t now_ms);
void screen_draw(struct screen *screen, int64_t now_ms, int64_t now_us);
