// SPDX-License-Identifier: MIT
/* The monotonic clock, and deadlines on it. */
#pragma once

#include <stdint.h>

/* Nanoseconds of the monotonic clock. */
typedef uint64_t ocd_time;

#define OCD_NEVER     UINT64_MAX
#define OCD_NS_PER_MS 1000000u

ocd_time ocd__now(void);
/* `ms` from `now`; OCD_NEVER for OCD_TIMEOUT_NONE. */
ocd_time ocd__deadline(ocd_time now, uint32_t ms);
/* Milliseconds until `deadline` for poll(2): rounded up, 0 when it has passed, -1 for never. */
int ocd__poll_ms(ocd_time now, ocd_time deadline);
