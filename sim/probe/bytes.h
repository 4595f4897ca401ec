// SPDX-License-Identifier: MIT
//
// Little-endian fields of the probe's and the server's messages.
#pragma once

#include <stdint.h>

static inline uint16_t get_le16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static inline uint32_t get_le32(const uint8_t *bytes)
{
    return (uint32_t)get_le16(bytes) | (uint32_t)get_le16(bytes + 2) << 16;
}

static inline void put_le16(uint8_t *bytes, uint16_t value)
{
    bytes[0] = (uint8_t)value;
    bytes[1] = (uint8_t)(value >> 8);
}

static inline void put_le32(uint8_t *bytes, uint32_t value)
{
    put_le16(bytes, (uint16_t)value);
    put_le16(bytes + 2, (uint16_t)(value >> 16));
}
