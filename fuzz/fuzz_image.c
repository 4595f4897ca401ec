// SPDX-License-Identifier: MIT
/* Files of every format that is read: arbitrary bytes are refused or delivered in ascending order,
 * each address once, as much as was announced; and what a writer makes of them reads back the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "image/image.h"

/* Sparse files can announce more than there is time for. */
#define BYTES_MAX 65536u

struct text {
    uint8_t *data;
    size_t size;
};

static int collect(const void *data, size_t size, void *user)
{
    struct text *text = user;

    text->data = realloc(text->data, text->size + size);
    memcpy(text->data + text->size, data, size);
    text->size += size;
    return 0;
}

static void check_ranges(const struct ocd_image_info *info)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < info->range_count; i++) {
        const struct ocd_range *r = &info->ranges[i];
        if (r->size == 0 || r->addr > UINT64_MAX - (r->size - 1) ||
            (i > 0 && r->addr - r[-1].addr <= r[-1].size) || (i > 0 && r->addr <= r[-1].addr))
            abort();
        bytes += r->size;
    }
    if (bytes != info->bytes)
        abort();
}

/* Delivers all, into a writer where there is one. */
static void deliver(struct ocd_image *image, struct ocd_image_writer *writer)
{
    const struct ocd_image_info *info = ocd_image_get_info(image);
    uint8_t chunk[100];
    uint64_t addr, bytes = 0, next = 0;
    size_t size;

    ocd__image_rewind(image);
    while (bytes < BYTES_MAX) {
        if (ocd_image_next(image, &addr, chunk, sizeof(chunk), &size) != OCD_OK)
            abort();
        if (size == 0)
            break;
        if (size > sizeof(chunk) || (bytes > 0 && addr < next))
            abort();
        next = addr + size;
        bytes += size;
        if (writer != NULL && ocd_image_writer_put(writer, addr, chunk, size) != OCD_OK)
            abort();
    }
    if (bytes < BYTES_MAX && bytes != info->bytes)
        abort();
}

static void read_back(struct ocd_image *image)
{
    struct ocd_image_layout layout = {.format = OCD_IMAGE_HEXDUMP}; /* holds any address */
    struct ocd_image_options options = {.format = OCD_IMAGE_HEXDUMP};
    struct ocd_image_writer *writer;
    struct ocd_image *again;
    struct text text = {0};

    if (ocd_image_writer_to_sink(&writer, collect, &text, &layout) != OCD_OK)
        abort();
    deliver(image, writer);
    if (ocd_image_writer_finish(writer) != OCD_OK)
        abort();
    ocd_image_writer_close(writer);
    if (text.size > 0 &&
        (ocd_image_open_memory(&again, text.data, text.size, "again", &options) != OCD_OK ||
         ocd_image_compare(image, again, NULL, NULL, NULL) != OCD_OK))
        abort();
    if (text.size > 0)
        ocd_image_close(again);
    free(text.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const sections[] = {".text", ".data", NULL};
    struct ocd_image_options options = {.has_offset = true, .allow_empty = true};
    struct ocd_image *image;

    if (size < 1)
        return 0;
    options.format = (enum ocd_image_format)(data[0] % 5 != 4 ? data[0] % 5 : OCD_IMAGE_HEXDUMP);
    if (data[0] >= 0xF0)
        options.format = OCD_IMAGE_ELF;
    options.virtual_addr = (data[0] & 1) != 0;
    options.big_endian = (data[0] & 8) != 0;
    options.offset = (data[0] & 2) != 0 ? 0 : UINT64_C(0xFFFFFFFFFFFFFF00);
    options.sections = (data[0] & 4) != 0 ? sections : NULL;
    int rc = ocd_image_open_memory(&image, data + 1, size - 1, "file.hex", &options);
    if (rc == OCD_OK) {
        check_ranges(ocd_image_get_info(image));
        deliver(image, NULL);
        if (ocd_image_get_info(image)->bytes <= BYTES_MAX / 4)
            read_back(image);
    } else if (ocd_image_error(image)->code != rc || ocd_image_error(image)->text[0] == '\0') {
        abort();
    }
    ocd_image_close(image);
    return 0;
}
