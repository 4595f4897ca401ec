// SPDX-License-Identifier: MIT
//
// The protocol of OpenOCD's adapter driver remote_bitbang (its doc/manual/jtag/drivers/
// remote_bitbang.txt): a character sets the pins or asks for TDO. Pure: bytes in, bytes out.
#pragma once

#include "jtag/tap.h"

struct bitbang {
    struct tap tap;
    bool hang_up; /* the client has said that it leaves */
};

void sim__bitbang_init(struct bitbang *bitbang, struct dm *dm);
void sim__bitbang_open(struct bitbang *bitbang); /* a client has come */

/* True when some of it is to be answered. */
bool sim__bitbang_asks(const uint8_t *in, size_t size);

/* Does all of `in` and answers how many bytes of `out`, of which there are at most `size`, it has
 * filled. */
size_t sim__bitbang_answer(struct bitbang *bitbang, const uint8_t *in, size_t size, uint8_t *out);
