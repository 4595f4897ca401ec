// SPDX-License-Identifier: MIT
#include "merge.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "image_args.h"
#include "numbers.h"
#include "report.h"

struct segment {
    struct ocd_range range;
    size_t file;
};

struct merging {
    struct cli *cli;
    const struct merge_file *files;
    size_t count;
    struct ocd_image *images[MERGE_MAX];
    struct segment *segments; /* of all files, ascending */
    size_t segment_count;
};

static int open_all(struct merging *m, const struct ocd_image_options *options, char **notes)
{
    for (size_t i = 0; i < m->count; i++) {
        struct ocd_image_options own = *options;
        own.has_offset = m->files[i].has_addr;
        own.offset = m->files[i].addr;
        int result = ocd_image_open(&m->images[i], m->files[i].path, &own);
        if (m->images[i] == NULL)
            return report_failure(m->cli, result, NULL, m->files[i].path, NULL);
        if (result != OCD_OK)
            return image_report_failure(m->cli, ocd_image_error(m->images[i]));
        image_report_notes(m->cli, ocd_image_get_info(m->images[i]), NULL, notes);
        m->segment_count += ocd_image_get_info(m->images[i])->range_count;
    }
    return CLI_DONE;
}

static int compare(const void *a, const void *b)
{
    const struct segment *p = a;
    const struct segment *q = b;
    return p->range.addr < q->range.addr ? -1 : p->range.addr > q->range.addr;
}

static int sort(struct merging *m)
{
    size_t n = 0;
    m->segments = malloc((m->segment_count + 1) * sizeof(*m->segments));
    if (m->segments == NULL)
        return report_local(m->cli, m->cli->command->name, ENOMEM);
    for (size_t i = 0; i < m->count; i++) {
        const struct ocd_image_info *info = ocd_image_get_info(m->images[i]);
        for (size_t k = 0; k < info->range_count; k++)
            m->segments[n++] = (struct segment){info->ranges[k], i};
    }
    qsort(m->segments, n, sizeof(*m->segments), compare);
    return CLI_DONE;
}

static int check_overlaps(const struct merging *m)
{
    for (size_t i = 1; i < m->segment_count; i++) {
        const struct segment *p = &m->segments[i - 1];
        const struct segment *q = &m->segments[i];
        if (q->range.addr - p->range.addr < p->range.size) {
            char text[600];
            snprintf(text, sizeof(text),
                     "%.250s and %.250s both have data at 0x%0*" PRIX64 ": nothing was written",
                     m->files[p->file].path, m->files[q->file].path,
                     number_address_digits(q->range.addr, 1), q->range.addr);
            return report_error(m->cli, CLI_USAGE, OCD_ERR_ARG, m->cli->command->name, text);
        }
    }
    return CLI_DONE;
}

/* All of a segment, which comes next in its image. */
static int write_segment(const struct segment *segment, struct ocd_image *image,
                         struct ocd_image_writer *writer)
{
    uint8_t data[16384];
    for (uint64_t done = 0; done < segment->range.size;) {
        uint64_t addr;
        uint64_t rest = segment->range.size - done;
        size_t size;
        int result = ocd_image_next(image, &addr, data,
                                    rest < sizeof(data) ? (size_t)rest : sizeof(data), &size);
        if (result == OCD_OK)
            result = ocd_image_writer_put(writer, addr, data, size);
        if (result != OCD_OK)
            return result;
        done += size;
    }
    return OCD_OK;
}

static int write_all(const struct merging *m, FILE *to)
{
    struct ocd_image_layout layout = {.format = OCD_IMAGE_HEXDUMP};
    struct ocd_image_writer *writer = NULL;
    struct ocd_image *image = NULL;
    int result = ocd_image_writer_to_fd(&writer, fileno(to), "temporary file", &layout);
    for (size_t i = 0; i < m->segment_count && result == OCD_OK; i++) {
        image = m->images[m->segments[i].file];
        result = write_segment(&m->segments[i], image, writer);
    }
    if (result == OCD_OK)
        result = ocd_image_writer_finish(writer);
    int status = CLI_DONE;
    if (result != OCD_OK) {
        bool reading = image != NULL && ocd_image_error(image)->code != OCD_OK;
        status = writer == NULL
                     ? report_local(m->cli, m->cli->command->name, ENOMEM)
                     : image_report_failure(m->cli, reading ? ocd_image_error(image)
                                                            : ocd_image_writer_error(writer));
    }
    ocd_image_writer_close(writer);
    return status;
}

int merge_files(struct cli *cli, const struct merge_file *files, size_t count,
                const struct ocd_image_options *options, FILE **merged, char **notes)
{
    struct merging m = {.cli = cli, .files = files, .count = count};
    *merged = NULL;
    int status = open_all(&m, options, notes);
    if (status == CLI_DONE)
        status = sort(&m);
    if (status == CLI_DONE)
        status = check_overlaps(&m);
    if (status == CLI_DONE && (*merged = tmpfile()) == NULL)
        status = report_local(cli, "temporary file", errno);
    if (status == CLI_DONE)
        status = write_all(&m, *merged);
    if (status == CLI_DONE && lseek(fileno(*merged), 0, SEEK_SET) != 0)
        status = report_local(cli, "temporary file", errno);
    for (size_t i = 0; i < count; i++)
        ocd_image_close(m.images[i]);
    free(m.segments);
    return status;
}
