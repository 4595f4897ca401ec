// SPDX-License-Identifier: MIT
//
// The probe's commands that move memory: runs of one width, and the RW_MISC
// sequences of single words.
#pragma once

#include "probe/probe.h"

/* True when `command` is one of these and was run. */
bool sim__probe_memory_read(struct probe *probe, const uint8_t *command, uint8_t *in, size_t size);
bool sim__probe_memory_write(struct probe *probe, const uint8_t *command, const uint8_t *out,
                             size_t size);
