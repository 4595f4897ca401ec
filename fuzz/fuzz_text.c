// SPDX-License-Identifier: MIT
/* Lists of reads: arbitrary text is refused or decoded within bounds, and what has been decoded is
 * what is encoded again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ocd.h"
#include "transfer/text.h"

static void decode(struct ocd_view text, struct ocd_chunk chunk, enum ocd_layout layout)
{
    static const struct ocd_where where = {0};
    size_t bytes = (size_t)chunk.width * chunk.count;
    uint8_t *values = malloc(bytes), *back = malloc(bytes);
    struct ocd_buffer again = {0};
    int rc = ocd__text_values(text, chunk, values, layout);

    if (rc != OCD_OK && rc != OCD_ERR_PROTOCOL)
        abort();
    if (rc == OCD_OK) {
        /* write_memory prints the values as read_memory does. */
        ocd__text_write(&again, where, chunk, values, layout);
        char *open = strchr(again.data, '{') + 1;
        struct ocd_view list = {open, again.size - (size_t)(open - again.data) - 1};
        if (ocd__text_values(list, chunk, back, layout) != OCD_OK ||
            memcmp(values, back, bytes) != 0)
            abort();
    }
    ocd__buffer_free(&again);
    free(back);
    free(values);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct ocd_chunk chunk = {0x08000000u, 1u << data[0] % 4, 1 + data[1] % 64u};
    enum ocd_layout layout = (enum ocd_layout)(data[0] / 4 % 3);
    size_t left = size - 2;
    char *copy = malloc(left + 1);
    struct ocd_view rest = {copy, left}, values;
    long status;

    memcpy(copy, data + 2, left);
    decode(rest, chunk, layout);
    while (rest.size > 0 && ocd__text_next(&rest, &status, &values) == OCD_OK) {
        if (rest.size >= left || values.data < copy || values.size >= left ||
            rest.data + rest.size != copy + size - 2)
            abort();
        left = rest.size;
        decode(values, chunk, layout);
    }
    free(copy);
    return 0;
}
