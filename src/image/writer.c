// SPDX-License-Identifier: MIT
#include "image/writer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/reserved.h"

static const struct ocd_image_encoder *const encoders[] = {
    &ocd__encoder_raw,     &ocd__encoder_ihex,    &ocd__encoder_srec,
    &ocd__encoder_c_array, &ocd__encoder_hexdump,
};

int ocd__writer_fail(struct ocd_image_writer *w, int code, const char *format, ...)
{
    struct ocd_buffer message = {0};
    va_list args;

    va_start(args, format);
    ocd__buffer_vprintf(&message, format, args);
    va_end(args);
    ocd__detail_set(&w->detail, code, "%s", message.error == 0 ? message.data : "");
    ocd__buffer_free(&message);
    ocd__detail_compose(&w->detail, w->name);
    w->failed = code;
    return code;
}

static int file_error(struct ocd_image_writer *w, int error)
{
    int code = error == ENOMEM ? OCD_ERR_NOMEM : OCD_ERR_FILE;

    ocd__writer_fail(w, code, "%s", ocd__outfile_strerror(error));
    w->detail.error.system_errno = error;
    return code;
}

/* --- Output --- */

static int deliver(struct ocd_image_writer *w, const void *data, size_t size)
{
    if (size == 0)
        return OCD_OK;
    if (w->sink != NULL) {
        if (w->sink(data, size, w->user) != 0)
            return ocd__writer_fail(w, OCD_ERR_CANCELLED, "%s", "");
        return OCD_OK;
    }
    int error = ocd__outfile_write(&w->file, data, size);
    return error == 0 ? OCD_OK : file_error(w, error);
}

static int flush(struct ocd_image_writer *w)
{
    size_t size = w->fill;

    w->fill = 0;
    return deliver(w, w->out, size);
}

int ocd__writer_out(struct ocd_image_writer *w, const void *data, size_t size)
{
    if (size > sizeof(w->out) - w->fill) {
        int rc = flush(w);
        if (rc != OCD_OK)
            return rc;
    }
    if (size > sizeof(w->out))
        return deliver(w, data, size);
    memcpy(w->out + w->fill, data, size);
    w->fill += size;
    return OCD_OK;
}

int ocd__writer_printf(struct ocd_image_writer *w, const char *format, ...)
{
    struct ocd_buffer text = {0};
    va_list args;

    va_start(args, format);
    ocd__buffer_vprintf(&text, format, args);
    va_end(args);
    int rc = text.error == 0 ? ocd__writer_out(w, text.data, text.size) : file_error(w, ENOMEM);
    ocd__buffer_free(&text);
    return rc;
}

/* --- Layout --- */

uint64_t ocd__image_layout_last(const struct ocd_image_layout *layout)
{
    if (layout->format != OCD_IMAGE_IHEX && layout->format != OCD_IMAGE_SREC)
        return UINT64_MAX;
    if (layout->addr_bits == 0 || layout->addr_bits >= 32)
        return UINT32_MAX;
    return ((uint64_t)1 << layout->addr_bits) - 1;
}

static bool is_identifier(const char *word)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
    static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";

    return strspn(word, letters) > 0 && word[strspn(word, all)] == '\0';
}

static int check_records(struct ocd_image_writer *w)
{
    struct ocd_image_layout *l = &w->layout;
    bool srec = l->format == OCD_IMAGE_SREC;
    const char *title = ocd__image_format_title(l->format);

    if (l->addr_bits == 0)
        l->addr_bits = 32;
    if (l->addr_bits != 16 && l->addr_bits != (srec ? 24 : 20) && l->addr_bits != 32)
        return ocd__writer_fail(w, OCD_ERR_ARG, "there is no %s with %u-bit addresses", title,
                                l->addr_bits);
    if (l->record_size == 0)
        l->record_size = 16;
    unsigned most = srec ? OCD_RECORD_MAX - l->addr_bits / 8 - 1 : OCD_RECORD_MAX;
    if (l->record_size > most)
        return ocd__writer_fail(w, OCD_ERR_ARG, "%s: a record holds %u bytes at most, not %u",
                                title, most, l->record_size);
    if (l->has_entry && l->entry > ocd__image_layout_last(l))
        return ocd__writer_fail(w, OCD_ERR_FORMAT,
                                "%s with %u-bit addresses cannot hold the entry 0x%" PRIX64, title,
                                l->addr_bits, l->entry);
    return OCD_OK;
}

static int check_layout(struct ocd_image_writer *w)
{
    struct ocd_image_layout *l = &w->layout;
    unsigned bits = 0;

    if (OCD_RESERVED_USED(l))
        return ocd__writer_fail(w, OCD_ERR_ARG, "ocd_image_layout.reserved is not zero");
    if ((unsigned)l->format > OCD_IMAGE_HEXDUMP)
        return ocd__writer_fail(w, OCD_ERR_ARG,
                                "ocd_image_layout.format is not one of enum ocd_image_format");
    if (l->format == OCD_IMAGE_AUTO) {
        if (!ocd_image_format_of_path(w->name, &l->format, &bits))
            l->format = OCD_IMAGE_BIN;
        if (l->addr_bits == 0)
            l->addr_bits = bits;
    }
    for (size_t i = 0; i < sizeof(encoders) / sizeof(*encoders); i++)
        if (encoders[i]->format == l->format)
            w->encoder = encoders[i];
    if (w->encoder == NULL)
        return ocd__writer_fail(w, OCD_ERR_ARG, "a file of this format (%s) cannot be written",
                                ocd__image_format_title(l->format));
    if (l->gap_max == 0)
        l->gap_max = OCD_IMAGE_GAP_MAX;
    if (l->format == OCD_IMAGE_C_ARRAY && !is_identifier(l->name))
        return ocd__writer_fail(w, OCD_ERR_ARG, "'%s' is no name in C", l->name);
    if (l->format == OCD_IMAGE_IHEX || l->format == OCD_IMAGE_SREC)
        return check_records(w);
    return OCD_OK;
}

/* --- The interface --- */

static struct ocd_image_writer *create(const char *name, const struct ocd_image_layout *layout)
{
    struct ocd_image_writer *w = calloc(1, sizeof(*w));

    if (w == NULL)
        return NULL;
    ocd__detail_init(&w->detail);
    w->file.fd = -1;
    if (layout != NULL)
        w->layout = *layout;
    w->name = strdup(name != NULL ? name : "");
    w->layout.header = w->header = strdup(w->layout.header != NULL ? w->layout.header : "");
    w->layout.name = w->symbol = strdup(w->layout.name != NULL ? w->layout.name : "data");
    if (w->name != NULL && w->header != NULL && w->symbol != NULL)
        return w;
    ocd_image_writer_close(w);
    return NULL;
}

static int begin(struct ocd_image_writer *w)
{
    int rc = check_layout(w);

    return rc == OCD_OK && w->encoder->begin != NULL ? w->encoder->begin(w) : rc;
}

int ocd_image_writer_create(struct ocd_image_writer **writer, const char *path,
                            const struct ocd_image_layout *layout)
{
    if (writer == NULL)
        return OCD_ERR_ARG;
    struct ocd_image_writer *w = *writer = create(path, layout);
    if (w == NULL)
        return OCD_ERR_NOMEM;
    if (path == NULL)
        return ocd__writer_fail(w, OCD_ERR_ARG, "the file name is NULL");
    int rc = begin(w);
    if (rc != OCD_OK)
        return rc;
    int error = ocd__outfile_open(&w->file, path);
    w->to_file = error == 0;
    return error == 0 ? OCD_OK : file_error(w, error);
}

int ocd_image_writer_to_fd(struct ocd_image_writer **writer, int fd, const char *name,
                           const struct ocd_image_layout *layout)
{
    if (writer == NULL)
        return OCD_ERR_ARG;
    struct ocd_image_writer *w = *writer = create(name, layout);
    if (w == NULL)
        return OCD_ERR_NOMEM;
    w->file.fd = fd;
    return begin(w);
}

int ocd_image_writer_to_sink(struct ocd_image_writer **writer, ocd_image_sink_fn sink, void *user,
                             const struct ocd_image_layout *layout)
{
    if (writer == NULL)
        return OCD_ERR_ARG;
    struct ocd_image_writer *w = *writer = create(NULL, layout);
    if (w == NULL)
        return OCD_ERR_NOMEM;
    if (sink == NULL)
        return ocd__writer_fail(w, OCD_ERR_ARG, "there is no callback for the bytes");
    w->sink = sink;
    w->user = user;
    return begin(w);
}

const struct ocd_image_layout *ocd__image_writer_layout(const struct ocd_image_writer *writer)
{
    return &writer->layout;
}

static int check_chunk(struct ocd_image_writer *w, uint64_t addr, uint64_t size, uint64_t *gap)
{
    const struct ocd_image_layout *l = &w->layout;

    if (addr > UINT64_MAX - (size - 1))
        return ocd__writer_fail(w, OCD_ERR_ARG, "%" PRIu64 " bytes at 0x%08" PRIX64 " wrap", size,
                                addr);
    if (w->bytes > 0 && addr <= w->last)
        return ocd__writer_fail(w, OCD_ERR_ARG,
                                "0x%08" PRIX64 " does not follow 0x%08" PRIX64
                                ": chunks have to ascend",
                                addr, w->last);
    if (addr + (size - 1) > ocd__image_layout_last(l))
        return ocd__writer_fail(
            w, OCD_ERR_FORMAT,
            "%s with %u-bit addresses cannot hold 0x%08" PRIX64 " to 0x%08" PRIX64,
            ocd__image_format_title(l->format), l->addr_bits, addr, addr + (size - 1));
    *gap = w->bytes > 0 ? addr - w->last - 1 : 0;
    return OCD_OK;
}

int ocd_image_writer_put(struct ocd_image_writer *w, uint64_t addr, const void *data, size_t size)
{
    uint64_t gap = 0;

    if (w == NULL)
        return OCD_ERR_ARG;
    if (w->failed != OCD_OK)
        return w->failed;
    if (w->finished)
        return ocd__writer_fail(w, OCD_ERR_ARG, "the file is finished");
    if (size == 0)
        return OCD_OK;
    if (data == NULL)
        return ocd__writer_fail(w, OCD_ERR_ARG, "the data is NULL");
    int rc = check_chunk(w, addr, size, &gap);
    if (rc == OCD_OK)
        rc = w->encoder->put(w, addr, data, size, gap);
    if (rc != OCD_OK)
        return rc;
    if (w->bytes == 0)
        w->first = addr;
    w->bytes += gap + size;
    w->last = addr + (size - 1);
    return OCD_OK;
}

int ocd_image_writer_finish(struct ocd_image_writer *w)
{
    if (w == NULL)
        return OCD_ERR_ARG;
    if (w->failed != OCD_OK || w->finished)
        return w->failed;
    int rc = w->encoder->end != NULL ? w->encoder->end(w) : OCD_OK;
    if (rc == OCD_OK)
        rc = flush(w);
    if (rc != OCD_OK)
        return rc;
    w->finished = true;
    if (!w->to_file)
        return OCD_OK;
    w->to_file = false;
    int error = ocd__outfile_commit(&w->file);
    return error == 0 ? OCD_OK : file_error(w, error);
}

void ocd_image_writer_close(struct ocd_image_writer *w)
{
    if (w == NULL)
        return;
    if (w->to_file)
        ocd__outfile_abandon(&w->file);
    ocd__detail_free(&w->detail);
    free(w->name);
    free(w->header);
    free(w->symbol);
    free(w);
}

const struct ocd_error *ocd_image_writer_error(const struct ocd_image_writer *writer)
{
    return writer != NULL ? &writer->detail.error : ocd__detail_no_memory();
}
