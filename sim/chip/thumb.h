// SPDX-License-Identifier: MIT
#pragma once

#include "chip/chip.h"

/* Executes the 16-bit instruction at the program counter: all of ARMv6-M's, CBZ and
 * CBNZ, which is what OpenOCD's helpers for the target are written in
 * (contrib/loaders). False: undefined, or a bus error; nothing has moved then. */
bool sim__thumb_execute(struct core *core, uint16_t opcode);
