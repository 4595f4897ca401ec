// SPDX-License-Identifier: MIT
#include "support.h"

#include <inttypes.h>

const struct ocd_image_options at_zero = {.has_offset = true, .allow_empty = true};

int open_copy(struct copy *c, const void *data, size_t size, const char *name,
              const struct ocd_image_options *options)
{
    static const struct ocd_image_options lenient = {.allow_empty = true};

    c->bytes = exact_copy(data, size);
    return ocd_image_open_memory(&c->image, c->bytes, size, name,
                                 options != NULL ? options : &lenient);
}

void close_copy(struct copy *c)
{
    ocd_image_close(c->image);
    free(c->bytes);
}

/* --- Text --- */

static unsigned digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : ((unsigned)c | 0x20) - 'a' + 10;
}

static unsigned checksum(const char *record, const char *end)
{
    unsigned sum = 0;
    bool srec = *record == 'S' || *record == 's';

    for (record += srec ? 2 : 1; record + 1 < end; record += 2)
        sum += digit(record[0]) << 4 | digit(record[1]);
    return (srec ? ~sum : 0 - sum) & 0xff;
}

char *with_checksums(const char *text)
{
    struct ocd_buffer out = {0};
    const char *line = text;

    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '*' && (*line == ':' || *line == 'S' || *line == 's'))
            ocd__buffer_printf(&out, "%02X", checksum(line, p));
        else
            ocd__buffer_add(&out, p, 1);
        if (*p == '\n')
            line = p + 1;
    }
    return ocd__buffer_take(&out);
}

/* --- Reading --- */

struct shown {
    struct ocd_buffer text;
    uint64_t next; /* address after the last byte */
    uint64_t bytes;
    uint64_t first;
    size_t ranges;
};

static void show_chunk(struct shown *s, uint64_t addr, const uint8_t *data, size_t size)
{
    if (s->bytes == 0 || addr != s->next) {
        if (s->bytes == 0)
            s->first = addr;
        else
            assert_true(addr > s->next);
        ocd__buffer_printf(&s->text, "%s%" PRIx64 ":", s->bytes == 0 ? "" : "\n", addr);
        s->ranges++;
    }
    for (size_t i = 0; i < size; i++)
        ocd__buffer_printf(&s->text, " %02x", data[i]);
    s->bytes += size;
    s->next = addr + size;
}

static void compare_info(const struct shown *s, const struct ocd_image_info *info)
{
    uint64_t bytes = 0;

    assert_int_equal(s->ranges, info->range_count);
    assert_int_equal(s->bytes, info->bytes);
    assert_int_equal(s->first, info->first);
    assert_int_equal(s->bytes == 0 ? 0 : s->next - 1, info->last);
    for (size_t i = 0; i < info->range_count; i++)
        bytes += info->ranges[i].size;
    assert_int_equal(bytes, info->bytes);
    if (info->range_count > 0)
        assert_int_equal(info->ranges[0].addr, info->first);
}

char *show(struct ocd_image *image, size_t max)
{
    struct shown s = {0};
    uint8_t *buffer = malloc(max);
    uint64_t addr;
    size_t size;

    assert_non_null(buffer);
    ocd__image_rewind(image);
    for (;;) {
        int rc = ocd_image_next(image, &addr, buffer, max, &size);
        if (rc != OCD_OK)
            fail_msg("%s", ocd_image_error(image)->text);
        if (size == 0)
            break;
        assert_in_range(size, 1, max);
        show_chunk(&s, addr, buffer, size);
    }
    free(buffer);
    compare_info(&s, ocd_image_get_info(image));
    return ocd__buffer_take(&s.text);
}

void expect_bytes(const void *data, size_t size, const struct ocd_image_options *options,
                  const char *shown)
{
    static const size_t maxima[] = {4096, 1, 3, 16};
    struct copy c;

    if (open_copy(&c, data, size, "file", options != NULL ? options : &at_zero) != OCD_OK)
        fail_msg("%s", ocd_image_error(c.image)->text);
    for (size_t i = 0; i < COUNT_OF(maxima); i++) {
        char *text = show(c.image, maxima[i]);
        assert_string_equal(text, shown);
        free(text);
    }
    close_copy(&c);
}

void expect(const char *text, const struct ocd_image_options *options, const char *shown)
{
    char *whole = with_checksums(text);

    expect_bytes(whole, strlen(whole), options, shown);
    free(whole);
}

/* The message names the line of a text, or the offset in an ELF file. */
static void assert_place(const char *message, uint64_t place)
{
    char line[40], offset[40];

    snprintf(line, sizeof(line), ", line %" PRIu64 ": ", place);
    snprintf(offset, sizeof(offset), ", offset 0x%" PRIX64 ": ", place);
    if (strstr(message, line) == NULL && strstr(message, offset) == NULL &&
        (place != 0 || strstr(message, ", line ") != NULL))
        fail_msg("\"%s\" does not name the place %" PRIu64, message, place);
}

void expect_malformed_bytes(const void *data, size_t size, const struct ocd_image_options *options,
                            uint64_t place, const char *words)
{
    struct copy c;
    int rc = open_copy(&c, data, size, "file", options != NULL ? options : &at_zero);
    const struct ocd_error *error = ocd_image_error(c.image);

    assert_int_equal(rc, OCD_ERR_FORMAT);
    assert_int_equal(error->code, OCD_ERR_FORMAT);
    size_t length = strlen(error->text);
    if (length < strlen(words) || strcmp(error->text + length - strlen(words), words) != 0)
        assert_string_equal(error->text, words);
    assert_memory_equal(error->text, "file: ", 6);
    assert_place(error->text, place);
    close_copy(&c);
}

void expect_malformed(const char *text, const struct ocd_image_options *options, uint64_t place,
                      const char *words)
{
    char *whole = with_checksums(text);

    expect_malformed_bytes(whole, strlen(whole), options, place, words);
    free(whole);
}

/* --- Sparse images --- */

struct sparse random_sparse(uint64_t *seed, size_t count, size_t max, uint64_t end)
{
    struct sparse s = {.chunks = calloc(count, sizeof(*s.chunks))};
    uint64_t next = 0;

    assert_non_null(s.chunks);
    for (size_t i = 0; i < count; i++) {
        uint64_t share = (end - next) / (count - i);
        size_t size = 1 + random_below(seed, max);
        uint64_t addr = next + random_u64(seed) % (share > 0 ? share : 1);
        if (random_below(seed, 3) == 0) /* across, up to, or from a border */
            addr = (addr & ~(uint64_t)0xffff) + 0x10000 - random_below(seed, size + 1);
        if (addr < next || addr >= end || size > end - addr)
            continue;
        struct chunk *p = &s.chunks[s.count++];
        *p = (struct chunk){addr, size, malloc(size)};
        assert_non_null(p->data);
        for (size_t k = 0; k < size; k++)
            p->data[k] = (uint8_t)random_u64(seed);
        next = addr + size + 1;
        if (next >= end)
            break;
    }
    return s;
}

void free_sparse(struct sparse *s)
{
    for (size_t i = 0; i < s->count; i++)
        free(s->chunks[i].data);
    free(s->chunks);
    *s = (struct sparse){0};
}

char *show_sparse(const struct sparse *s)
{
    struct shown shown = {0};

    for (size_t i = 0; i < s->count; i++)
        show_chunk(&shown, s->chunks[i].addr, s->chunks[i].data, s->chunks[i].size);
    return ocd__buffer_take(&shown.text);
}

int collect(const void *data, size_t size, void *user)
{
    return ocd__buffer_add(user, data, size);
}

struct ocd_buffer write_sparse(const struct sparse *s, const struct ocd_image_layout *layout)
{
    struct ocd_buffer out = {0};
    struct ocd_image_writer *w;
    int rc = ocd_image_writer_to_sink(&w, collect, &out, layout);

    for (size_t i = 0; rc == OCD_OK && i < s->count; i++) {
        const struct chunk *p = &s->chunks[i];
        size_t half = p->size / 3; /* chunks need not be whole */
        rc = ocd_image_writer_put(w, p->addr, p->data, half);
        if (rc == OCD_OK)
            rc = ocd_image_writer_put(w, p->addr + half, p->data + half, p->size - half);
    }
    if (rc == OCD_OK)
        rc = ocd_image_writer_finish(w);
    if (rc != OCD_OK)
        fail_msg("%s", ocd_image_writer_error(w)->text);
    ocd_image_writer_close(w);
    return out;
}
