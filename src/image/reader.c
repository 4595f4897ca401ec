// SPDX-License-Identifier: MIT
#include "image/reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/reserved.h"
#include "image/format.h"

static const struct ocd_image_reader *const readers[] = {
    &ocd__reader_raw, &ocd__reader_ihex, &ocd__reader_srec, &ocd__reader_elf, &ocd__reader_hexdump,
};

/* --- Failures --- */

static int compose(struct ocd_image *im, int code)
{
    ocd__detail_compose(&im->detail, im->name);
    return code;
}

int ocd__image_fail(struct ocd_image *im, int code, const char *format, ...)
{
    struct ocd_buffer message = {0};
    va_list args;

    va_start(args, format);
    ocd__buffer_vprintf(&message, format, args);
    va_end(args);
    ocd__detail_set(&im->detail, code, "%s", message.error == 0 ? message.data : "");
    ocd__buffer_free(&message);
    return compose(im, code);
}

int ocd__image_vmalformed(struct ocd_image *im, uint64_t place, const char *format, va_list args)
{
    struct ocd_buffer message = {0};
    const char *title = ocd__image_format_title(im->reader->format);

    if (!im->reader->text)
        ocd__buffer_printf(&message, "%s, offset 0x%" PRIX64 ": ", title, place);
    else if (place != 0)
        ocd__buffer_printf(&message, "%s, line %" PRIu64 ": ", title, place);
    else
        ocd__buffer_printf(&message, "%s: ", title);
    ocd__buffer_vprintf(&message, format, args);
    ocd__detail_set(&im->detail, OCD_ERR_FORMAT, "%s", message.error == 0 ? message.data : "");
    ocd__buffer_free(&message);
    return compose(im, OCD_ERR_FORMAT);
}

int ocd__image_malformed(struct ocd_image *im, uint64_t place, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int rc = ocd__image_vmalformed(im, place, format, args);
    va_end(args);
    return rc;
}

int ocd__image_io(struct ocd_image *im, int error)
{
    switch (error) {
    case OCD_SOURCE_STOPPED:
        return ocd__image_fail(im, OCD_ERR_CANCELLED, "%s", "");
    case OCD_SOURCE_CHANGED:
        return ocd__image_fail(im, OCD_ERR_FILE, "the file has changed while it was read");
    case ENOMEM:
        return ocd__image_fail(im, OCD_ERR_NOMEM, "%s", "");
    default:
        ocd__image_fail(im, OCD_ERR_FILE, "%s%s",
                        im->source.no_copy ? "no temporary file can be made (TMPDIR): " : "",
                        strerror(error));
        im->detail.error.system_errno = error;
        return OCD_ERR_FILE;
    }
}

static int index_error(struct ocd_image *im, int code, uint64_t place, const char *what)
{
    return code == OCD_ERR_NOMEM ? ocd__image_io(im, ENOMEM)
                                 : ocd__image_malformed(im, place, "%s", what);
}

/* --- What the formats call --- */

int ocd__image_add(struct ocd_image *im, uint64_t addr, uint64_t size, const struct ocd_mark *mark,
                   uint64_t place, enum ocd_extent_kind kind)
{
    uint64_t first = addr + im->options.offset;

    if (size == 0)
        return OCD_OK;
    if (first > UINT64_MAX - (size - 1))
        return ocd__image_malformed(im, place,
                                    "%" PRIu64 " bytes at 0x%08" PRIX64
                                    " go beyond the top of the address space",
                                    size, first);
    int rc = ocd__index_add(&im->index, first, first + (size - 1), mark, place, kind);
    return rc == OCD_OK ? OCD_OK
                        : index_error(im, rc, place, "the records form too many separate ranges");
}

int ocd__image_fetch_block(struct ocd_image *im, struct ocd_extent *extent, uint64_t addr,
                           uint8_t *data, size_t size)
{
    int error =
        ocd__source_read(&im->source, extent->start.offset + (addr - extent->first), data, size);

    return error == 0 ? OCD_OK : ocd__image_io(im, error);
}

void ocd__image_warn(struct ocd_image *im, uint64_t place, const char *format, ...)
{
    struct ocd_buffer *text = &im->warnings;
    va_list args;

    if (im->reader->text)
        ocd__buffer_printf(text, "line %" PRIu64 ": ", place);
    else
        ocd__buffer_printf(text, "offset 0x%" PRIX64 ": ", place);
    va_start(args, format);
    ocd__buffer_vprintf(text, format, args);
    va_end(args);
    ocd__buffer_puts(text, "\n");
}

/* --- Opening --- */

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

static void summarize(struct ocd_image *im)
{
    struct ocd_image_info *info = &im->info;
    const struct ocd_index *x = &im->index;

    info->format = im->reader->format;
    info->ranges = x->ranges;
    info->range_count = x->range_count;
    info->bytes = x->bytes;
    info->first = x->segment_count > 0 ? x->segments[0].first : 0;
    info->last = x->segment_count > 0 ? x->segments[x->segment_count - 1].last : 0;
    info->header = im->header;
    info->overlap_bytes = x->added - x->bytes;
    info->overlap_addr = x->overlap_addr;
    info->overlap_place = x->overlap_place;
    info->disorder = x->disorder;
    info->disorder_place = x->disorder_place;
    if (info->overlap_bytes > 0)
        ocd__image_warn(im, info->overlap_place,
                        "%" PRIu64 " byte%s, from 0x%08" PRIX64
                        " on, are there more than once; the later ones count",
                        info->overlap_bytes, plural(info->overlap_bytes), info->overlap_addr);
    else if (info->disorder > 0 && info->format != OCD_IMAGE_ELF) /* sections need no order */
        ocd__image_warn(im, info->disorder_place, "the addresses step back, %" PRIu64 " time%s",
                        info->disorder, plural(info->disorder));
    if (info->wrapped > 0)
        ocd__image_warn(im, info->wrapped_place,
                        "%" PRIu64 " record%s beyond the end of a segment, which wraps",
                        info->wrapped, info->wrapped == 1 ? " goes" : "s go");
    info->warnings = im->warnings.size > 0 && im->warnings.error == 0 ? im->warnings.data : "";
}

/* The name of the file decides where its content is not certain. */
static int detect(struct ocd_image *im, enum ocd_image_format *format)
{
    char head[OCD_FORMAT_SNIFF];
    size_t size = im->source.size < sizeof(head) ? (size_t)im->source.size : sizeof(head);
    enum ocd_image_format named = OCD_IMAGE_AUTO;
    bool certain;

    *format = im->options.format;
    if (*format != OCD_IMAGE_AUTO)
        return OCD_OK;
    ocd_image_format_of_path(im->name, &named, NULL);
    int error = ocd__source_read(&im->source, 0, head, size);
    if (error != 0)
        return ocd__image_io(im, error);
    const char *container = ocd__format_container(head, size);
    if (container != NULL)
        return ocd__image_fail(
            im, OCD_ERR_FORMAT,
            "this is a file of format %s, which is not read; give the format bin "
            "to take it as it is",
            container);
    *format = ocd__format_of_content(head, size, &certain);
    if (*format == OCD_IMAGE_AUTO || (named == OCD_IMAGE_BIN && !certain))
        *format = named != OCD_IMAGE_AUTO ? named : OCD_IMAGE_BIN;
    return OCD_OK;
}

static int load(struct ocd_image *im)
{
    enum ocd_image_format format;
    int rc = detect(im, &format);

    if (rc != OCD_OK)
        return rc;
    for (size_t i = 0; i < sizeof(readers) / sizeof(*readers); i++)
        if (readers[i]->format == format)
            im->reader = readers[i];
    if (im->reader == NULL)
        return ocd__image_fail(im, OCD_ERR_ARG, "a file of this format (%s) cannot be read",
                               ocd__image_format_title(format));
    if (im->options.sections != NULL && format != OCD_IMAGE_ELF)
        return ocd__image_fail(im, OCD_ERR_ARG, "sections are of ELF files, and this is %s",
                               ocd__image_format_title(format));
    if (im->options.offset_raw && format != OCD_IMAGE_BIN)
        im->options.offset = 0;
    rc = im->reader->scan(im);
    im->options.sections = NULL;
    if (rc != OCD_OK)
        return rc;
    rc = ocd__index_finish(&im->index);
    if (rc != OCD_OK)
        return index_error(im, rc, 0, "the file covers the whole address space of 64 bits");
    if (im->index.segment_count == 0 && !im->options.allow_empty)
        return ocd__image_fail(im, OCD_ERR_FORMAT, "%s: the file holds no data",
                               ocd__image_format_title(format));
    summarize(im);
    ocd__image_rewind(im);
    return OCD_OK;
}

static struct ocd_image *create(const char *name, const struct ocd_image_options *options)
{
    struct ocd_image *im = calloc(1, sizeof(*im));

    if (im == NULL)
        return NULL;
    ocd__detail_init(&im->detail);
    im->source.fd = -1;
    im->info.header = "";
    im->info.warnings = "";
    if (options != NULL)
        im->options = *options;
    if (!im->options.has_offset)
        im->options.offset = 0;
    im->name = strdup(name != NULL ? name : "");
    if (im->name == NULL) {
        free(im);
        im = NULL;
    }
    return im;
}

/* Creates the image and checks the settings. */
static int begin(struct ocd_image **image, const char *name,
                 const struct ocd_image_options *options)
{
    if (image == NULL)
        return OCD_ERR_ARG;
    struct ocd_image *im = *image = create(name, options);
    if (im == NULL)
        return OCD_ERR_NOMEM;
    if (OCD_RESERVED_USED(&im->options))
        return ocd__image_fail(im, OCD_ERR_ARG, "ocd_image_options.reserved is not zero");
    if ((unsigned)im->options.format > OCD_IMAGE_HEXDUMP)
        return ocd__image_fail(im, OCD_ERR_ARG,
                               "ocd_image_options.format is not one of enum ocd_image_format");
    return OCD_OK;
}

int ocd_image_open(struct ocd_image **image, const char *path,
                   const struct ocd_image_options *options)
{
    int rc = begin(image, path, options);

    if (rc != OCD_OK)
        return rc;
    struct ocd_image *im = *image;
    if (path == NULL)
        return ocd__image_fail(im, OCD_ERR_ARG, "the file name is NULL");
    int error = ocd__source_open(&im->source, path, im->options.progress, im->options.user);
    return error != 0 ? ocd__image_io(im, error) : load(im);
}

int ocd_image_open_memory(struct ocd_image **image, const void *data, size_t size, const char *name,
                          const struct ocd_image_options *options)
{
    int rc = begin(image, name, options);

    if (rc != OCD_OK)
        return rc;
    struct ocd_image *im = *image;
    if (data == NULL && size > 0)
        return ocd__image_fail(im, OCD_ERR_ARG, "the data is NULL");
    ocd__source_open_memory(&im->source, data, size);
    return load(im);
}

void ocd_image_close(struct ocd_image *image)
{
    if (image == NULL)
        return;
    ocd__source_close(&image->source);
    ocd__index_free(&image->index);
    ocd__buffer_free(&image->warnings);
    ocd__detail_free(&image->detail);
    free(image->name);
    free(image);
}

/* --- Delivery --- */

const struct ocd_image_info *ocd_image_get_info(const struct ocd_image *image)
{
    return image != NULL ? &image->info : NULL;
}

void ocd__image_rewind(struct ocd_image *image)
{
    struct ocd_index *x = &image->index;
    for (size_t i = 0; i < x->extent_count; i++) {
        x->extents[i].now = x->extents[i].start;
        x->extents[i].at = x->extents[i].first;
    }
    image->segment = 0;
    image->at = x->segment_count > 0 ? x->segments[0].first : 0;
}

int ocd_image_next(struct ocd_image *image, uint64_t *addr, void *data, size_t max, size_t *size)
{
    if (image == NULL || addr == NULL || size == NULL || (data == NULL && max > 0))
        return OCD_ERR_ARG;
    struct ocd_index *x = &image->index;
    uint8_t *to = data;
    *size = 0;
    *addr = image->at;
    while (*size < max && image->segment < x->segment_count) {
        const struct ocd_segment *s = &x->segments[image->segment];
        uint64_t rest = s->last - image->at; /* less 1 */
        size_t take = max - *size;
        if (image->at != *addr + *size)
            break;
        if (rest < take - 1)
            take = (size_t)rest + 1;
        int rc = image->reader->fetch(image, &x->extents[s->extent], image->at, to + *size, take);
        if (rc != OCD_OK)
            return rc;
        *size += take;
        image->at += take;
        if (take - 1 == rest && ++image->segment < x->segment_count)
            image->at = x->segments[image->segment].first;
    }
    return OCD_OK;
}

const struct ocd_error *ocd_image_error(const struct ocd_image *image)
{
    return image != NULL ? &image->detail.error : ocd__detail_no_memory();
}
