// SPDX-License-Identifier: MIT
#include "flash/flash_map.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

#include "base/scan.h"
#include "ocd.h"
#include "rpc/tcl.h"
#include "tcl/scripts.h"

void ocd__flash_map_free(struct ocd_flash_map *map)
{
    ocd__buffer_free(&map->sectors);
    ocd__buffer_free(&map->protected);
    ocd__buffer_free(&map->failed);
}

/* Jim's numbers have a sign. */
static uint64_t clamp(uint64_t addr)
{
    return addr > INT64_MAX ? INT64_MAX : addr;
}

void ocd__flash_map_ask(struct ocd_buffer *out, uint64_t first, uint64_t last)
{
    ocd__buffer_printf(out, "%s 0x%" PRIx64 " 0x%" PRIx64, ocd__script_flash_map, clamp(first),
                       clamp(last));
}

size_t ocd__flash_map_count(const struct ocd_flash_map *map)
{
    return map->sectors.size / sizeof(struct ocd_flash_sector);
}

struct ocd_flash_sector *ocd__flash_map_sector(const struct ocd_flash_map *map, size_t index)
{
    return (struct ocd_flash_sector *)(void *)map->sectors.data + index;
}

size_t ocd__flash_map_find(const struct ocd_flash_map *map, uint64_t addr)
{
    size_t low = 0, high = ocd__flash_map_count(map);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct ocd_flash_sector *s = ocd__flash_map_sector(map, middle);
        if (s->addr + (s->size - 1) < addr)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct ocd_flash_sector *ocd__flash_map_protected(const struct ocd_flash_map *map,
                                                        size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++)
        if (ocd__flash_map_sector(map, i)->protected)
            return ocd__flash_map_sector(map, i);
    return NULL;
}

static bool skip_to(struct ocd_view *line, const char *words)
{
    while (line->size > 0 && !ocd__scan_starts(*line, words)) {
        line->data++;
        line->size--;
    }
    return ocd__scan_skip(line, words);
}

/* One line of a sector or a block of protection. Returns false where it is none. */
static bool is_block(struct ocd_view *line)
{
    if (!ocd__scan_skip(line, "\t#"))
        return false;
    while (ocd__scan_skip(line, " "))
        ;
    return true;
}

/*         #  0: 0x00000000 (0x400 1kB) not protected
 * from its number on. Size 0: it is none. */
static int take_block(struct ocd_view line, uint64_t base, struct ocd_range *block, bool *protected)
{
    uint64_t number, offset;

    if (!ocd__scan_number(&line, &number) || !ocd__scan_skip(&line, ": ") ||
        !ocd__scan_number(&line, &offset) || !ocd__scan_skip(&line, " (") ||
        !ocd__scan_number(&line, &block->size) || offset > UINT64_MAX - base)
        return OCD_ERR_PROTOCOL;
    block->addr = base + offset;
    *protected = skip_to(&line, ") ") && ocd__scan_starts(line, "protected");
    return block->size == 0 || block->addr <= UINT64_MAX - (block->size - 1) ? OCD_OK
                                                                             : OCD_ERR_PROTOCOL;
}

/* What `flash info` does not print, by driver (OpenOCD's src/flash/nor). */
static const struct driver {
    const char *name;
    uint8_t erased;
    bool unmapped;
    bool alias;
} drivers[] = {
    {.name = "stm32lx", .erased = 0x00},
    {.name = "xmc4xxx", .erased = 0x00},
    {.name = "psoc4", .erased = 0x00},
    {.name = "psoc5lp_eeprom", .erased = 0x00},
    {.name = "psoc6", .erased = 0x00},
    {.name = "jtagspi", .erased = 0xFF, .unmapped = true},
    {.name = "xcf", .erased = 0xFF, .unmapped = true},
    {.name = "virtual", .erased = 0xFF, .alias = true},
};

static struct driver find_driver(struct ocd_view line)
{
    for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++) {
        struct ocd_view rest = line;
        if (ocd__scan_skip(&rest, drivers[i].name) && ocd__scan_starts(rest, " at "))
            return drivers[i];
    }
    return (struct driver){.erased = 0xFF};
}

static int add_sector(struct ocd_flash_map *map, unsigned bank, const struct ocd_range *block)
{
    struct ocd_flash_sector sector = {
        .addr = block->addr, .size = block->size, .bank = bank, .erased = 0xFF};

    return block->size == 0 ? OCD_OK : ocd__buffer_add(&map->sectors, &sector, sizeof(sector));
}

/* The lines of blocks that follow. With `sectors` they are sectors, too. */
static int take_blocks(struct ocd_flash_map *map, unsigned bank, uint64_t base, bool sectors,
                       struct ocd_view text)
{
    int rc = OCD_OK;

    while (rc == OCD_OK && text.size > 0) {
        struct ocd_view line = ocd__scan_line(&text);
        struct ocd_range block;
        bool protected = false;
        if (!is_block(&line))
            break;
        rc = take_block(line, base, &block, &protected);
        if (rc == OCD_OK && protected && block.size > 0)
            rc = ocd__buffer_add(&map->protected, &block, sizeof(block));
        if (rc == OCD_OK && sectors)
            rc = add_sector(map, bank, &block);
    }
    return rc;
}

/* #0 : stm32f1x at 0x08000000, size 0x00020000, buswidth 0, chipwidth 0
 * and then blocks, and then what the driver says. Sectors may be beyond the size: that of a CFI
 * bank is what the configuration says, its sectors are the chip's. They count as flash, which
 * OpenOCD then refuses to write, and not as memory for plain writes. */
static int take_bank(struct ocd_flash_map *map, unsigned bank, struct ocd_view text,
                     struct ocd_view protection)
{
    struct ocd_view line = ocd__scan_line(&text);
    struct ocd_range whole;
    struct driver driver = {0};
    size_t before = ocd__flash_map_count(map);

    if (skip_to(&line, " : "))
        driver = find_driver(line);
    if (!skip_to(&line, " at ") || !ocd__scan_number(&line, &whole.addr) ||
        !ocd__scan_skip(&line, ", size ") || !ocd__scan_number(&line, &whole.size) ||
        (whole.size > 0 && whole.addr > UINT64_MAX - (whole.size - 1)))
        return OCD_ERR_PROTOCOL;
    int rc = take_blocks(map, bank, whole.addr, true, text);
    if (rc == OCD_OK && ocd__flash_map_count(map) == before)
        rc = add_sector(map, bank, &whole); /* a driver that lists no sectors */
    for (size_t i = before; rc == OCD_OK && i < ocd__flash_map_count(map); i++) {
        ocd__flash_map_sector(map, i)->erased = driver.erased;
        ocd__flash_map_sector(map, i)->unmapped = driver.unmapped;
        ocd__flash_map_sector(map, i)->alias = driver.alias;
    }
    ocd__scan_line(&protection);
    return rc == OCD_OK ? take_blocks(map, bank, whole.addr, false, protection) : rc;
}

static int compare(const void *a, const void *b)
{
    const struct ocd_flash_sector *x = a, *y = b;

    if (x->addr != y->addr)
        return x->addr < y->addr ? -1 : 1;
    return x->bank < y->bank ? -1 : x->bank > y->bank;
}

/* Two banks can be the same memory (a driver `virtual` is another's alias at another address; some
 * configurations name one twice): the first of overlapping sectors stays. */
static void remove_overlaps(struct ocd_flash_map *map)
{
    struct ocd_flash_sector *s = (struct ocd_flash_sector *)(void *)map->sectors.data;
    size_t count = ocd__flash_map_count(map), kept = 0;

    if (count == 0)
        return;
    qsort(s, count, sizeof(*s), compare);
    for (size_t i = 1; i < count; i++)
        if (s[i].addr > s[kept].addr + (s[kept].size - 1))
            s[++kept] = s[i];
    map->sectors.size = (kept + 1) * sizeof(*s);
}

static void mark_protected(struct ocd_flash_map *map)
{
    const struct ocd_range *block = (const struct ocd_range *)(const void *)map->protected.data;
    size_t blocks = map->protected.size / sizeof(*block), count = ocd__flash_map_count(map);

    for (size_t i = 0; i < blocks; i++) {
        for (size_t k = ocd__flash_map_find(map, block[i].addr); k < count; k++) {
            struct ocd_flash_sector *s = ocd__flash_map_sector(map, k);
            if (s->addr > block[i].addr + (block[i].size - 1))
                break;
            s->protected = true;
        }
    }
}

/* {number status text protection} */
static int take_item(struct ocd_flash_map *map, struct ocd_view item)
{
    struct ocd_view word, failed, text, protection = {0};
    uint64_t bank;

    if (ocd__tcl_next(&item, &word) != 1 || !ocd__scan_number(&word, &bank) || word.size > 0 ||
        bank > UINT_MAX || ocd__tcl_next(&item, &failed) != 1 || failed.size != 1 ||
        ocd__tcl_next(&item, &text) != 1 || ocd__tcl_next(&item, &protection) < 0)
        return OCD_ERR_PROTOCOL;
    if (failed.data[0] == '0')
        return take_bank(map, (unsigned)bank, text, protection);
    if (map->failed.size == 0)
        ocd__buffer_printf(&map->failed, "flash bank %u: %.*s", (unsigned)bank, (int)text.size,
                           text.data);
    return OCD_OK;
}

int ocd__flash_map_take(struct ocd_flash_map *map, struct ocd_view text)
{
    struct ocd_view item;
    int rc;

    while ((rc = ocd__tcl_next(&text, &item)) == 1) {
        rc = take_item(map, item);
        if (rc != OCD_OK)
            return rc;
    }
    remove_overlaps(map);
    mark_protected(map);
    return rc == 0 ? map->failed.error : rc;
}
