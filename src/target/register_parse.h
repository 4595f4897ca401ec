// SPDX-License-Identifier: MIT
/* What OpenOCD's `reg` prints (handle_reg_command in its src/target/target.c). Pure.
 *
 *     ===== arm v7m registers
 *     (15) pc (/32): 0x08000123 (dirty)
 *     (16) xPSR (/32)
 */
#pragma once

#include "base/view.h"
#include "ocd.h"

struct ocd_register_line {
    struct ocd_view group; /* the heading above it */
    struct ocd_view name;
    struct ocd_view hex; /* digits of the value, the most significant first; data NULL: no value */
    unsigned number;
    unsigned bits;
    bool dirty;
};

/* Takes the next register off the front of the text; `line` keeps the group from call to call. 1: a
 * register; 0: the text has ended; OCD_ERR_PROTOCOL: something else is there. */
int ocd__register_list_next(struct ocd_view *text, struct ocd_register_line *line);
/* The answer about one register, "pc (/32): 0x08000123". The other fields of `line` stay. */
bool ocd__register_list_single(struct ocd_view text, struct ocd_register_line *line);
/* Bytes that hold this many bits. */
size_t ocd__register_bytes(unsigned bits);
/* An array of registers with all that they point to in one allocation. 0, OCD_ERR_NOMEM, or
 * OCD_ERR_PROTOCOL when a value has not the register's width. */
int ocd__register_list_build(const struct ocd_register_line *lines, size_t count,
                             struct ocd_register **registers);
