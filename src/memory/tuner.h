// SPDX-License-Identifier: MIT
/* Chooses the command, the elements of a request and the requests in flight from the rates that it
 * sees. Pure: it is told the time. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* How memory is read over RPC. */
enum ocd_method {
    OCD_METHOD_MEMORY, /* read_memory, write_memory */
    OCD_METHOD_MD, /* mdw and its kin: printed by C code, several times faster on some servers */
};

struct ocd_tuner {
    uint32_t count;
    unsigned window;
    enum ocd_method method;
};

void ocd_tuner_init(struct ocd_tuner *t, bool write);
