// SPDX-License-Identifier: MIT
/* Typed access of a width that is known only at run time. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "ocd.h"

/* Element `i` of an array of uint8_t, uint16_t, uint32_t or uint64_t. */
uint64_t values_get(const void *values, unsigned width, size_t i);
void values_put(void *values, unsigned width, size_t i, uint64_t value);

/* The bytes of `value` as they are in the memory of such a target; returns their number. */
size_t values_bytes(uint64_t value, unsigned width, enum ocd_endian endian, uint8_t bytes[8]);

/* ocd_read_u8_async() to ocd_write_u64_async(). */
struct ocd_op *values_read_async(struct ocd_session *session, unsigned width, uint64_t addr,
                                 void *values, size_t count, const struct ocd_call *call);
struct ocd_op *values_write_async(struct ocd_session *session, unsigned width, uint64_t addr,
                                  const void *values, size_t count, const struct ocd_call *call);
