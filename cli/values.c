// SPDX-License-Identifier: MIT
#include "values.h"

uint64_t values_get(const void *values, unsigned width, size_t i)
{
    switch (width) {
    case 8:
        return ((const uint8_t *)values)[i];
    case 16:
        return ((const uint16_t *)values)[i];
    case 32:
        return ((const uint32_t *)values)[i];
    default:
        return ((const uint64_t *)values)[i];
    }
}

void values_put(void *values, unsigned width, size_t i, uint64_t value)
{
    switch (width) {
    case 8:
        ((uint8_t *)values)[i] = (uint8_t)value;
        break;
    case 16:
        ((uint16_t *)values)[i] = (uint16_t)value;
        break;
    case 32:
        ((uint32_t *)values)[i] = (uint32_t)value;
        break;
    default:
        ((uint64_t *)values)[i] = value;
        break;
    }
}

size_t values_bytes(uint64_t value, unsigned width, enum ocd_endian endian, uint8_t bytes[8])
{
    size_t size = width / 8;
    for (size_t i = 0; i < size; i++)
        bytes[endian == OCD_BIG_ENDIAN ? size - 1 - i : i] = (uint8_t)(value >> (8 * i));
    return size;
}

struct ocd_op *values_read_async(struct ocd_session *session, unsigned width, uint64_t addr,
                                 void *values, size_t count, const struct ocd_call *call)
{
    switch (width) {
    case 8:
        return ocd_read_u8_async(session, addr, values, count, call);
    case 16:
        return ocd_read_u16_async(session, addr, values, count, call);
    case 32:
        return ocd_read_u32_async(session, addr, values, count, call);
    default:
        return ocd_read_u64_async(session, addr, values, count, call);
    }
}

struct ocd_op *values_write_async(struct ocd_session *session, unsigned width, uint64_t addr,
                                  const void *values, size_t count, const struct ocd_call *call)
{
    switch (width) {
    case 8:
        return ocd_write_u8_async(session, addr, values, count, call);
    case 16:
        return ocd_write_u16_async(session, addr, values, count, call);
    case 32:
        return ocd_write_u32_async(session, addr, values, count, call);
    default:
        return ocd_write_u64_async(session, addr, values, count, call);
    }
}
