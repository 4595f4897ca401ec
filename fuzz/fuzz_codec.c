// SPDX-License-Identifier: MIT
/* Decoders of replies: arbitrary text is refused or decoded within bounds, and what has been
 * decoded is what is encoded again. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory/codec.h"
#include "ocd.h"

static void decode(const uint8_t *text, size_t size, struct ocd_chunk chunk, bool md,
                   enum ocd_layout layout)
{
    size_t bytes = (size_t)chunk.width * chunk.count;
    uint8_t *values = malloc(bytes);
    struct ocd_buffer again = {0};
    uint32_t good = 0;
    int rc = md ? ocd_codec_md_values((const char *)text, size, chunk, values, layout, &good)
                : ocd_codec_values((const char *)text, size, chunk, values, layout, &good);

    if (good > chunk.count || (rc == OCD_OK && good != chunk.count) ||
        (rc != OCD_OK && rc != OCD_ERR_PROTOCOL))
        abort();
    if (rc == OCD_OK && !md) {
        /* write_memory prints the values as read_memory does. */
        struct ocd_where where = {0};
        uint8_t *back = malloc(bytes);
        ocd_codec_write_memory(&again, where, chunk, values, layout);
        char *open = strchr(again.data, '{');
        size_t length = again.size - (size_t)(open - again.data) - 2;
        if (ocd_codec_values(open + 1, length, chunk, back, layout, &good) != OCD_OK ||
            memcmp(values, back, bytes) != 0)
            abort();
        free(back);
    }
    ocd_buffer_free(&again);
    free(values);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    struct ocd_chunk chunk = {
        .addr = data[0] % 2 != 0 ? 0x08000000u : 0xfffffffffffff000u,
        .width = 1u << data[1] % 4,
        .count = 1 + data[2] % 64u,
    };
    decode(data + 3, size - 3, chunk, data[0] & 2, (enum ocd_layout)(data[0] / 4 % 3));
    return 0;
}
