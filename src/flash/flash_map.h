// SPDX-License-Identifier: MIT
/* Where the flash of a target is, as OpenOCD's `flash list` and `flash info` say. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/view.h"

struct ocd_flash_sector {
    uint64_t addr;
    uint64_t size;
    unsigned bank;
    bool protected; /* against erasing and programming, by the chip's own protection */
    bool unmapped;  /* it cannot be read at its address */
    bool alias;     /* its memory is that of another bank, at other addresses */
    uint8_t erased; /* what erased bytes are */

    /* What a load has found in it. */
    bool same;            /* it holds the data of the image */
    uint64_t other_bytes; /* bytes outside of the image that are not erased ones */
    uint64_t other_addr;  /* the first of them */
};

struct ocd_flash_map {
    struct ocd_buffer sectors;   /* of struct ocd_flash_sector, ascending */
    struct ocd_buffer protected; /* of struct ocd_range: what OpenOCD calls protected */
    struct ocd_buffer failed;    /* the first bank that could not be probed, and why; or empty */
};

void ocd__flash_map_free(struct ocd_flash_map *map);
/* Appends the script whose result ocd__flash_map_take reads. Banks of the current target are probed
 * if they may have anything between the two addresses. */
void ocd__flash_map_ask(struct ocd_buffer *out, uint64_t first, uint64_t last);
/* OCD_OK, OCD_ERR_PROTOCOL, OCD_ERR_NOMEM. The text is changed. */
int ocd__flash_map_take(struct ocd_flash_map *map, struct ocd_view text);
size_t ocd__flash_map_count(const struct ocd_flash_map *map);
struct ocd_flash_sector *ocd__flash_map_sector(const struct ocd_flash_map *map, size_t index);
/* Index of the first sector that ends at or after the address; the count if there is none. */
size_t ocd__flash_map_find(const struct ocd_flash_map *map, uint64_t addr);
/* The first of `count` sectors that is protected, or NULL. */
const struct ocd_flash_sector *ocd__flash_map_protected(const struct ocd_flash_map *map,
                                                        size_t first, size_t count);
