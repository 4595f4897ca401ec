// SPDX-License-Identifier: MIT
#include "probe/memory.h"

#include <string.h>

#include "probe/bytes.h"

#define READMEM_32BIT         0x07
#define WRITEMEM_32BIT        0x08
#define READMEM_8BIT          0x0c
#define WRITEMEM_8BIT         0x0d
#define READMEM_16BIT         0x47
#define WRITEMEM_16BIT        0x48
#define WRITEMEM_32BIT_NO_INC 0x50
#define RW_MISC_OUT           0x51
#define RW_MISC_IN            0x52
#define READMEM_32BIT_NO_INC  0x54

/* Items of a RW_MISC sequence. */
#define MISC_ADDRESS 1
#define MISC_WRITE   2
#define MISC_READ    3
#define MISC_APNUM   5

/* Address, length and AP of a memory command, checked as the firmware does. */
static uint8_t parse(const struct probe *probe, const uint8_t *command, unsigned width, bool fixed,
                     struct transfer *t)
{
    uint32_t length = get_le16(command + 6);
    uint32_t limit = width == 1 ? PROBE_RW8_MAX : PROBE_DATA_MAX;

    *t = (struct transfer){
        .addr = get_le32(command + 2),
        .count = length / width,
        .width = width,
        .fixed = fixed,
        .ap = command[8],
    };
    if (sim__probe_is_alone(probe))
        return PROBE_DP_ERROR;
    if (length > limit)
        return PROBE_CMD_ERROR;
    if (t->addr % width != 0 || length % width != 0)
        return PROBE_ALIGNMENT_ERROR;
    if (t->ap >= sim__dap_aps(probe->dap))
        return PROBE_BAD_AP;
    return PROBE_OK;
}

static void finish(struct probe *probe, uint8_t status, const struct transfer *t, uint32_t good)
{
    probe->rw_status = status;
    probe->rw_address = 0;
    if (status == PROBE_OK && good < t->count) {
        probe->rw_status = PROBE_AP_FAULT;
        probe->rw_address = (uint32_t)(t->fixed ? t->addr : t->addr + (uint64_t)good * t->width);
    }
}

static void read_run(struct probe *probe, const uint8_t *command, unsigned width, bool fixed,
                     uint8_t *in, size_t size)
{
    uint8_t buffer[PROBE_DATA_MAX];
    struct transfer t;
    uint8_t status = parse(probe, command, width, fixed, &t);
    uint32_t good = 0;

    if (status == PROBE_OK) {
        size_t length = (size_t)t.count * width;

        /* The firmware starts each transfer with the sticky flags cleared. */
        sim__dap_clear_sticky(probe->dap);
        if (length <= size) {
            good = sim__dap_read_memory(probe->dap, &t, in);
        } else {
            memset(buffer, 0, length);
            good = sim__dap_read_memory(probe->dap, &t, buffer);
            memcpy(in, buffer, size);
        }
    }
    finish(probe, status, &t, good);
}

static void write_run(struct probe *probe, const uint8_t *command, unsigned width, bool fixed,
                      const uint8_t *out, size_t size)
{
    struct transfer t;
    uint8_t status = parse(probe, command, width, fixed, &t);
    uint32_t good = 0;

    if (status == PROBE_OK && size < (size_t)t.count * width)
        status = PROBE_CMD_ERROR;
    if (status == PROBE_OK) {
        sim__dap_clear_sticky(probe->dap);
        good = sim__dap_write_memory(probe->dap, &t, out);
    }
    finish(probe, status, &t, good);
}

static uint8_t misc_word(struct probe *probe, unsigned ap, uint32_t addr, bool write,
                         uint32_t *value)
{
    struct transfer t = {.addr = addr, .count = 1, .width = 4, .ap = ap};
    uint8_t data[4];
    uint32_t good;

    if (write) {
        put_le32(data, *value);
        good = sim__dap_write_memory(probe->dap, &t, data);
    } else {
        memset(data, 0, sizeof(data));
        good = sim__dap_read_memory(probe->dap, &t, data);
        *value = get_le32(data);
    }
    finish(probe, PROBE_OK, &t, good);
    return good == 1 ? PROBE_OK : PROBE_AP_FAULT;
}

/* Commands first, padded to a multiple of four bytes, then one word for each. The
 * first item that fails gives its status to those after it, which are not run. */
static void misc_out(struct probe *probe, const uint8_t *command, const uint8_t *out, size_t size)
{
    uint32_t items = get_le32(command + 2);
    uint32_t padded = (items + 3) & ~3u;
    uint32_t addr = 0;
    unsigned ap = 0;
    uint8_t status = sim__probe_is_alone(probe) ? PROBE_DP_ERROR : PROBE_OK;

    probe->misc_items = 0;
    if (items > PROBE_MISC_MAX || size < padded + 4 * (size_t)items) {
        probe->rw_status = PROBE_CMD_ERROR;
        return;
    }
    sim__dap_clear_sticky(probe->dap);
    for (uint32_t i = 0; i < items; i++) {
        uint32_t value = get_le32(out + padded + 4 * i);

        probe->misc_value[i] = 0;
        if (status == PROBE_OK) {
            switch (out[i]) {
            case MISC_APNUM:
                status = value < sim__dap_aps(probe->dap) ? PROBE_OK : PROBE_BAD_AP;
                ap = status == PROBE_OK ? value : 0;
                break;
            case MISC_ADDRESS:
                addr = value;
                break;
            case MISC_WRITE:
                status = misc_word(probe, ap, addr, true, &value);
                addr += 4;
                break;
            case MISC_READ:
                addr = value;
                status = misc_word(probe, ap, addr, false, &probe->misc_value[i]);
                break;
            default:
                status = PROBE_UNKNOWN_CMD;
                break;
            }
        }
        probe->misc_status[i] = status;
    }
    probe->misc_items = items;
    probe->rw_status = status;
}

static void misc_in(const struct probe *probe, uint8_t *in, size_t size)
{
    size_t items = probe->misc_items;

    for (size_t i = 0; i < items && 4 * i + 4 <= size; i++)
        put_le32(in + 4 * i, probe->misc_value[i]);
    for (size_t i = 0; i < items && 4 * (items + i) + 4 <= size; i++)
        put_le32(in + 4 * (items + i), probe->misc_status[i]);
}

bool sim__probe_memory_read(struct probe *probe, const uint8_t *command, uint8_t *in, size_t size)
{
    switch (command[1]) {
    case READMEM_8BIT:
        read_run(probe, command, 1, false, in, size);
        return true;
    case READMEM_16BIT:
        read_run(probe, command, 2, false, in, size);
        return true;
    case READMEM_32BIT:
        read_run(probe, command, 4, false, in, size);
        return true;
    case READMEM_32BIT_NO_INC:
        read_run(probe, command, 4, true, in, size);
        return true;
    case RW_MISC_IN:
        misc_in(probe, in, size);
        return true;
    default:
        return false;
    }
}

bool sim__probe_memory_write(struct probe *probe, const uint8_t *command, const uint8_t *out,
                             size_t size)
{
    switch (command[1]) {
    case WRITEMEM_8BIT:
        write_run(probe, command, 1, false, out, size);
        return true;
    case WRITEMEM_16BIT:
        write_run(probe, command, 2, false, out, size);
        return true;
    case WRITEMEM_32BIT:
        write_run(probe, command, 4, false, out, size);
        return true;
    case WRITEMEM_32BIT_NO_INC:
        write_run(probe, command, 4, true, out, size);
        return true;
    case RW_MISC_OUT:
        misc_out(probe, command, out, size);
        return true;
    default:
        return false;
    }
}
