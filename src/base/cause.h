// SPDX-License-Identifier: MIT
/* The causes of failures: which line of OpenOCD's answer says why, and what to try. Pure. */
#pragma once

#include <stdint.h>

#include "base/view.h"

/* What an operation itself knows about its failure. It has one number, for the `#` of the hint. */
enum ocd_fact {
    OCD_FACT_NONE,
    OCD_FACT_MEMORY,      /* memory was accessed */
    OCD_FACT_UNALIGNED,   /* at an address that is not a multiple of # bytes, the access width */
    OCD_FACT_FLASH_READ,  /* a read in flash bank #, whose size may not be known yet */
    OCD_FACT_FLASH_WRITE, /* a write there */
    OCD_FACT_WATCH_VALUE, /* a watchpoint that compares a value */
    OCD_FACT_WATCH_RANGE, /* a watchpoint of a range that most cores do not have */
};

/* What to try: one sentence, in which `#` means the fact's number. NULL: nothing is known. */
const char *ocd__cause_hint(int code, enum ocd_fact fact, struct ocd_view words);
/* The line of these words that says why it failed; empty if there are none. */
struct ocd_view ocd__cause_line(struct ocd_view words);
/* The first address in [addr, addr + size) at which these words say that an access failed. False:
 * they name none. One outside is that of an earlier access. */
bool ocd__cause_address(struct ocd_view words, uint64_t addr, uint64_t size, uint64_t *at);
/* OCD_ERR_PROBE, OCD_ERR_NO_ANSWER or OCD_ERR_NOT_EXAMINED where the words say so, otherwise
 * OCD_OK. */
int ocd__cause_code(struct ocd_view words);
