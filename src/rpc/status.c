// SPDX-License-Identifier: MIT
#include "rpc/status.h"

#include <stdio.h>
#include <string.h>

#include "base/scan.h"

#define TARGET_NOT_HALTED (-304)

const char *ocd__status_text(long status)
{
    switch (status) {
    case -300:
        return "target invalid";
    case -301:
        return "target initialisation failed";
    case -302:
        return "target timeout";
    case TARGET_NOT_HALTED:
        return "target not halted";
    case -305:
        return "target failure";
    case -306:
        return "unaligned access, or an access width that the target does not have";
    case -307:
        return "data abort";
    case -308:
        return "target resource not available";
    case -309:
        return "translation fault";
    case -310:
        return "target not running";
    case -311:
        return "target not examined yet";
    case -601:
        return "wrong arguments";
    default:
        return NULL;
    }
}

struct ocd_view ocd__status_log(struct ocd_view log, long status)
{
    char number[24];
    size_t size = (size_t)snprintf(number, sizeof(number), "%ld", status);

    if (log.size < size || memcmp(log.data + log.size - size, number, size) != 0)
        return log;
    if (log.size > size && log.data[log.size - size - 1] != '\n')
        return log;
    log.size -= size;
    while (log.size > 0 && log.data[log.size - 1] == '\n')
        log.size--;
    return log;
}

static bool says_not_halted(struct ocd_view text)
{
    return ocd__scan_contains(text, "not halted") || ocd__scan_contains(text, "Not halted");
}

bool ocd__status_not_halted(const struct ocd_reply *reply)
{
    return reply->status == TARGET_NOT_HALTED || says_not_halted(reply->log) ||
           says_not_halted(reply->result);
}
