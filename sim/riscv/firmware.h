// SPDX-License-Identifier: MIT
//
// What a RISC-V chip has in flash when no file is given. The same code runs on harts of 32 and 64
// bits.
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Without `counts` the main loop does not count its rounds, and accesses no memory. */
void sim__riscv_firmware(uint8_t *flash, uint32_t size, bool counts);
