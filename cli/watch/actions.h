// SPDX-License-Identifier: MIT
/* What a person can ask of a run: from the terminal, or from a page. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACTIONS_MESSAGE_MAX 400

/* Each answers whether it was done, and otherwise says why in `message`. */
struct actions {
    bool (*add)(void *user, const char *text, char message[ACTIONS_MESSAGE_MAX]);
    bool (*remove)(void *user, uint32_t id, char message[ACTIONS_MESSAGE_MAX]);
    bool (*write)(void *user, uint32_t id, const char *value, char message[ACTIONS_MESSAGE_MAX]);
    /* The names that `text` may become; the list is valid until the next call. */
    const char *const *(*complete)(void *user, const char *text, size_t *count);
    void (*reset)(void *user);
    void *user;
};
