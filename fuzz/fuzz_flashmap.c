// SPDX-License-Identifier: MIT
/* What OpenOCD says of its flash: whatever it is, sectors are in order and overlap nowhere, and the
 * plan made with them has every byte of a file once, in whole sectors. Bytes after a 0x1a, which
 * no answer has, choose what the file holds. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "files/plan.h"
#include "ocd.h"

#define CUT    0x1a
#define RANGES 8

static void check(bool good)
{
    if (!good)
        abort();
}

static uint64_t last_of(const struct ocd_flash_sector *s)
{
    return s->addr + (s->size - 1);
}

static void check_sectors(const struct ocd_flash_map *map)
{
    size_t count = ocd__flash_map_count(map);

    for (size_t i = 0; i < count; i++) {
        const struct ocd_flash_sector *s = ocd__flash_map_sector(map, i);
        check(s->size != 0 && last_of(s) >= s->addr);
        check(i == 0 || s->addr > last_of(s - 1));
        check(ocd__flash_map_find(map, s->addr) == i && ocd__flash_map_find(map, last_of(s)) == i);
        check(last_of(s) == UINT64_MAX || ocd__flash_map_find(map, last_of(s) + 1) == i + 1);
    }
}

/* The same answer is the same map. */
static void check_again(const struct ocd_flash_map *map, const uint8_t *data, size_t size)
{
    char *copy = malloc(size + 1);
    struct ocd_flash_map again = {0};

    memcpy(copy, data, size);
    check(ocd__flash_map_take(&again, (struct ocd_view){copy, size}) == OCD_OK);
    check(ocd__flash_map_count(&again) == ocd__flash_map_count(map));
    for (size_t i = 0; i < ocd__flash_map_count(map); i++) {
        const struct ocd_flash_sector *x = ocd__flash_map_sector(map, i);
        const struct ocd_flash_sector *y = ocd__flash_map_sector(&again, i);
        check(x->addr == y->addr && x->size == y->size && x->bank == y->bank);
    }
    ocd__flash_map_free(&again);
    free(copy);
}

/* Ranges as a file has them: ascending, none empty, none touching. Four bytes each: a sector to
 * begin in, a step into it and two for the size; without any, all from the first sector to the
 * last. */
static size_t make_ranges(const struct ocd_flash_map *map, const uint8_t *bytes, size_t size,
                          struct ocd_range *ranges)
{
    size_t count = 0, sectors = ocd__flash_map_count(map);
    uint64_t from = 0;

    for (size_t i = 0; i + 4 <= size && count < RANGES; i += 4) {
        uint64_t addr = from + bytes[i + 1];
        uint64_t length = ((uint64_t)bytes[i + 2] << (bytes[i + 3] % 56)) + 1;
        if (sectors > 0 && (bytes[i] & 0x80) == 0)
            addr = ocd__flash_map_sector(map, bytes[i] % sectors)->addr + bytes[i + 1] - 2;
        if (addr < from || length > UINT64_MAX - addr)
            continue;
        ranges[count++] = (struct ocd_range){.addr = addr, .size = length};
        if (addr + length >= UINT64_MAX - 1)
            break;
        from = addr + length + 1;
    }
    if (count == 0 && sectors > 0) {
        uint64_t first = ocd__flash_map_sector(map, 0)->addr;
        uint64_t length = last_of(ocd__flash_map_sector(map, sectors - 1)) - first;
        ranges[count++] =
            (struct ocd_range){.addr = first, .size = length + (length != UINT64_MAX ? 1 : 0)};
    }
    return count;
}

static void check_region(const struct ocd_flash_map *map, const struct ocd_region *r, uint64_t max)
{
    uint64_t last = r->addr + (r->size - 1);
    size_t index = ocd__flash_map_find(map, r->addr);

    check(r->size != 0 && last >= r->addr && r->bytes != 0 && r->bytes <= r->size);
    if (!r->flash) {
        check(index == ocd__flash_map_count(map) || ocd__flash_map_sector(map, index)->addr > last);
        return;
    }
    check(r->sectors > 0 && r->erase_addr <= r->addr);
    check(r->erase_addr + (r->erase_size - 1) >= last);
    check(r->sectors == 1 || r->erase_size <= max);
    uint64_t sum = 0;
    for (uint64_t i = 0; i < r->sectors; i++, index++) {
        const struct ocd_flash_sector *s = ocd__flash_map_sector(map, index);
        check(index < ocd__flash_map_count(map) && s->bank == r->bank);
        check(s->addr == r->erase_addr + sum);
        sum += s->size;
    }
    check(sum == r->erase_size);
}

static void check_plan(const struct ocd_flash_map *map, const uint8_t *bytes, size_t size)
{
    struct ocd_range ranges[RANGES];
    struct ocd_image_info info = {.ranges = ranges};
    uint64_t max = size > 0 ? (uint64_t)1 << (bytes[0] % 40) : UINT64_MAX;
    uint64_t wanted = 0, planned = 0, last = 0;
    struct ocd_load_plan plan;
    struct ocd_region region;

    info.range_count = make_ranges(map, bytes, size, ranges);
    for (size_t i = 0; i < info.range_count; i++)
        wanted += ranges[i].size;
    ocd__load_plan_begin(&plan, &info, map);
    for (bool any = false; ocd__load_plan_next(&plan, max, &region); any = true) {
        check_region(map, &region, max);
        check(!any || region.addr > last);
        last = region.addr + (region.size - 1);
        planned += region.bytes;
    }
    check(planned == wanted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *cut = size > 0 ? memchr(data, CUT, size) : NULL;
    size_t length = cut != NULL ? (size_t)(cut - data) : size;
    struct ocd_flash_map map = {0};
    char *copy = malloc(length + 1);

    memcpy(copy, data, length);
    if (ocd__flash_map_take(&map, (struct ocd_view){copy, length}) == OCD_OK) {
        check_sectors(&map);
        check_again(&map, data, length);
        check_plan(&map, cut != NULL ? cut + 1 : data, cut != NULL ? size - length - 1 : 0);
    }
    ocd__flash_map_free(&map);
    free(copy);
    return 0;
}
