// SPDX-License-Identifier: MIT
#include "base/clock.h"

#include <limits.h>
#include <time.h>

#include "ocd.h"

ocd_time ocd__now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (ocd_time)ts.tv_sec * 1000000000u + (ocd_time)ts.tv_nsec;
}

ocd_time ocd__deadline(ocd_time now, uint32_t ms)
{
    if (ms == OCD_TIMEOUT_NONE)
        return OCD_NEVER;
    return now + (ocd_time)ms * OCD_NS_PER_MS;
}

int ocd__poll_ms(ocd_time now, ocd_time deadline)
{
    if (deadline == OCD_NEVER)
        return -1;
    if (deadline <= now)
        return 0;
    ocd_time ms = (deadline - now + OCD_NS_PER_MS - 1) / OCD_NS_PER_MS;
    return ms > INT_MAX ? INT_MAX : (int)ms;
}
