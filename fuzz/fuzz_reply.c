// SPDX-License-Identifier: MIT
/* The wrapper's replies, and what undoes its escapes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ocd.h"
#include "rpc/wrapper.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = malloc(size + 1);
    struct ocd_slice frame = {copy, size};
    struct ocd_reply reply = {0};
    uint64_t id;

    memcpy(copy, data, size);
    ocd_wrapper_is_event(frame);
    if (ocd_wrapper_read(frame, &id, &reply) == OCD_OK) {
        if (reply.result.data < copy || reply.result.data + reply.result.size > copy + size ||
            reply.log.data < copy || reply.log.data + reply.log.size > copy + size)
            abort();
        if (ocd_wrapper_unescape(reply.result.data, reply.result.size) > reply.result.size)
            abort();
    }
    free(copy);
    return 0;
}
