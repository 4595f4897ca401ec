// SPDX-License-Identifier: MIT
/* The tool's numbers: what is accepted has the value that it says. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1), again[32];
    uint64_t value, same;
    unsigned width;
    uint16_t port;
    uint32_t ms;

    memcpy(text, data, size);
    text[size] = '\0';
    if (number_parse(text, &value) == NULL) {
        snprintf(again, sizeof(again), "0x%" PRIx64, value);
        if (number_parse(again, &same) != NULL || same != value)
            abort();
        /* Every number is a size. */
        if (number_parse_size(text, &same) != NULL || same != value)
            abort();
    }
    number_parse_size(text, &value);
    if (number_parse_width(text, &width) == NULL) {
        for (unsigned w = 8; w <= 64; w *= 2)
            if (number_parse_value(text, w, &value) == NULL && w < 64 && value >> w != 0)
                abort();
    }
    number_parse_value(text, 16, &value);
    number_parse_port(text, &port);
    number_parse_seconds(text, &ms);
    free(text);
    return 0;
}
