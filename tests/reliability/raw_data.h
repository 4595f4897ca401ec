// SPDX-License-Identifier: MIT
/* What the tests of raw bytes have in common. */
#pragma once

#include "support.h"

#define SIZE ((size_t)100000)
#define STEP 4096u

static uint8_t data[128 * 1024];

/* Bytes that are not those of the memory. */
static inline void fill(uint8_t seed)
{
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i * 7 + i / 251 + seed);
}

static inline void assert_reads(const struct fake *f, struct ocd_session *s)
{
    memset(data, 0, SIZE);
    ends_with(s, OCD_OK, ocd_read_bytes(s, FLASH + 3, data, SIZE));
    assert_is_memory(f, FLASH + 3, data, SIZE);
}

static inline void assert_writes(const struct fake *f, struct ocd_session *s, uint8_t seed)
{
    fill(seed);
    ends_with(s, OCD_OK, ocd_write_bytes(s, RAM + 5, data, 50000));
    assert_is_memory(f, RAM + 5, data, 50000);
    assert_pattern(f, RAM, 5);
    assert_pattern(f, RAM + 50005, 65536 - 50005);
}

/* What of the requests from `first` on has that text. */
static inline unsigned sent_since(const struct fake *f, unsigned first, const char *text)
{
    unsigned count = 0;

    for (unsigned i = first; i < fake_requests(f); i++)
        count += strstr(fake_request(f, i), text) != NULL;
    return count;
}
