// SPDX-License-Identifier: MIT
/* What of an image goes where: whole sectors of flash, and ranges outside of it. Pure. */
#pragma once

#include "flash/flash_map.h"
#include "ocd.h"

struct ocd_load_plan {
    const struct ocd_image_info *info;
    const struct ocd_flash_map *map; /* empty: there is no flash */
    bool split; /* regions have only sectors that hold their data already, or only others */
    size_t range;
    uint64_t taken; /* bytes of that range */
};

void ocd__load_plan_begin(struct ocd_load_plan *p, const struct ocd_image_info *info,
                          const struct ocd_flash_map *map);
/* The next region, in ascending order. A region of flash is made of adjacent sectors that all have
 * data, up to `max` bytes but at least one sector. False: there are no more. */
bool ocd__load_plan_next(struct ocd_load_plan *p, uint64_t max, struct ocd_region *region);
