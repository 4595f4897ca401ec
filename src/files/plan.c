// SPDX-License-Identifier: MIT
#include "files/plan.h"

void ocd__load_plan_begin(struct ocd_load_plan *p, const struct ocd_image_info *info,
                          const struct ocd_flash_map *map)
{
    *p = (struct ocd_load_plan){.info = info, .map = map};
}

/* A chunk: bytes that follow each other, inside one sector or none. */
struct chunk {
    uint64_t addr;
    uint64_t size;
    const struct ocd_flash_sector *sector; /* NULL: none */
};

static bool peek(const struct ocd_load_plan *p, struct chunk *chunk)
{
    if (p->range == p->info->range_count)
        return false;
    const struct ocd_range *range = &p->info->ranges[p->range];
    uint64_t addr = range->addr + p->taken, left = range->size - p->taken;
    size_t index = ocd__flash_map_find(p->map, addr);

    *chunk = (struct chunk){.addr = addr, .size = left};
    if (index == ocd__flash_map_count(p->map))
        return true;
    const struct ocd_flash_sector *s = ocd__flash_map_sector(p->map, index);
    uint64_t until = s->addr > addr ? s->addr - addr : s->addr + (s->size - 1) - addr + 1;
    if (s->addr <= addr)
        chunk->sector = s;
    if (until != 0 && until < left)
        chunk->size = until;
    return true;
}

static void advance(struct ocd_load_plan *p, const struct chunk *chunk)
{
    p->taken += chunk->size;
    if (p->taken == p->info->ranges[p->range].size) {
        p->range++;
        p->taken = 0;
    }
}

static void add_sector(struct ocd_region *r, const struct ocd_flash_sector *s)
{
    r->erase_size += s->size;
    r->sectors++;
    r->same_sectors += s->same;
    if (s->same)
        return; /* what else it holds stays */
    if (r->other_bytes == 0)
        r->other_addr = s->other_addr;
    r->other_bytes += s->other_bytes;
}

static void begin_region(struct ocd_region *r, const struct chunk *chunk)
{
    const struct ocd_flash_sector *s = chunk->sector;

    *r = (struct ocd_region){
        .addr = chunk->addr, .size = chunk->size, .bytes = chunk->size, .flash = s != NULL};
    if (s == NULL)
        return;
    r->bank = s->bank;
    r->erase_addr = s->addr;
    add_sector(r, s);
}

/* Whether the chunk continues the region: in its last sector or in the one after that. */
static bool belongs(const struct ocd_load_plan *p, const struct ocd_region *r,
                    const struct chunk *chunk, uint64_t max)
{
    const struct ocd_flash_sector *s = chunk->sector;

    if (s == NULL || s->bank != r->bank)
        return false;
    if (s->addr - r->erase_addr < r->erase_size)
        return true;
    if (p->split && s->same != (r->same_sectors > 0))
        return false;
    return s->addr - r->erase_addr == r->erase_size && s->size <= max &&
           r->erase_size <= max - s->size;
}

bool ocd__load_plan_next(struct ocd_load_plan *p, uint64_t max, struct ocd_region *r)
{
    struct chunk chunk;

    if (!peek(p, &chunk))
        return false;
    begin_region(r, &chunk);
    advance(p, &chunk);
    while (r->flash && peek(p, &chunk) && belongs(p, r, &chunk, max)) {
        if (chunk.sector->addr - r->erase_addr == r->erase_size)
            add_sector(r, chunk.sector);
        r->bytes += chunk.size;
        r->size = chunk.addr + chunk.size - r->addr;
        advance(p, &chunk);
    }
    return true;
}
