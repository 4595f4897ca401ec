// SPDX-License-Identifier: MIT
/* Bulk reads: bytes, hexdumps, searches, dumps. */
#include "cell.h"

#include <assert.h>

#define SMALL_AT        (FLASH + 0x201)
#define SMALL_SIZE      333
#define LARGE_AT        (FLASH + 0x403) /* several raw requests */
#define LARGE_SIZE      16001
#define UNREADABLE_AT   (CELL_UNREADABLE - 1001) /* a range around the unreadable range */
#define UNREADABLE_SIZE 9000

/* ---- bytes */

static struct ocd_op *start_bytes(struct cell *c, const struct ocd_call *call)
{
    return ocd_read_bytes_async(c->session, c->op->addr, c->out, (size_t)c->op->size, call);
}

static int block_bytes(struct cell *c)
{
    return ocd_read_bytes(c->session, c->op->addr, c->out, (size_t)c->op->size);
}

/* Around the unreadable range: an error at exactly its first address. */
static bool check_unreadable_range(struct cell *c, int result)
{
    if (result == OCD_OK)
        return cell_wrong(c, "the unreadable range has been read");
    return cell_check_out(c, result);
}

static bool is_unreadable(const struct cell *c, uint64_t addr)
{
    for (size_t i = 0; i < c->bad_count; i++)
        if (addr >= c->bad[i].addr && addr - c->bad[i].addr < c->bad[i].size)
            return true;
    return false;
}

/* With OCD_READ_SKIP_UNREADABLE: each byte is right, or said to be bad. */
static bool check_skipped(struct cell *c, int result)
{
    const uint8_t *memory = fake_memory(c->fake, c->op->addr, (size_t)c->op->size);
    uint64_t size = result == OCD_OK ? c->op->size : c->done;

    for (uint64_t i = 0; i < size; i++) {
        uint64_t addr = c->op->addr + i;
        bool bad = is_unreadable(c, addr),
             unreadable_range = addr >= CELL_UNREADABLE && addr - CELL_UNREADABLE < 4;
        if (unreadable_range && !bad)
            return cell_wrong(c, "the unreadable range is said to be good");
        if (c->out[i] != (bad ? 0xee : memory[i]))
            return cell_wrong(c, "0x%llx is %02x", (unsigned long long)addr, c->out[i]);
    }
    return true;
}

/* ---- hexdumps */

static struct ocd_op *start_hexdump(struct cell *c, const struct ocd_call *call)
{
    return ocd_hexdump_async(c->session, c->op->addr, (size_t)c->op->size, &c->text, call);
}

static int block_hexdump(struct cell *c)
{
    return ocd_hexdump(c->session, c->op->addr, (size_t)c->op->size, &c->text);
}

static int take_line(const char *line, void *user)
{
    struct cell *c = user;
    size_t length = strlen(line);

    assert(c->size + length < sizeof(c->lines));
    memcpy(c->lines + c->size, line, length + 1);
    c->size += length;
    return 0;
}

static struct ocd_op *start_lines(struct cell *c, const struct ocd_call *call)
{
    return ocd_hexdump_lines_async(c->session, c->op->addr, c->op->size, take_line, c, call);
}

static int block_lines(struct cell *c)
{
    return ocd_hexdump_lines(c->session, c->op->addr, c->op->size, take_line, c);
}

/* The text of all that is good, and of nothing else. */
static bool check_hexdump(struct cell *c, int result)
{
    size_t size = result == OCD_OK ? (size_t)c->op->size : (size_t)c->done;
    char *wanted = NULL;

    if (size > c->op->size)
        return cell_wrong(c, "done is %zu", size);
    if (result == OCD_ERR_NOMEM && c->text == NULL && c->size == 0)
        return true;
    ocd_hexdump_format(c->op->addr, fake_memory(c->fake, c->op->addr, size), size, &wanted);
    bool good = wanted != NULL && strcmp(c->text != NULL ? c->text : c->lines, wanted) == 0;
    ocd_free(wanted);
    return good || cell_wrong(c, "the text is not that of %zu bytes", size);
}

/* ---- searches for the byte that is first in the range */

static const uint8_t *pattern(const struct cell *c)
{
    return fake_memory(c->fake, c->op->addr, 1);
}

static struct ocd_op *start_search(struct cell *c, const struct ocd_call *call)
{
    return ocd_search_async(c->session, pattern(c), 1, c->op->addr, c->op->addr + c->op->size,
                            &c->matches, &c->count, call);
}

static int block_search(struct cell *c)
{
    return ocd_search(c->session, pattern(c), 1, c->op->addr, c->op->addr + c->op->size,
                      &c->matches, &c->count);
}

static int take_match(uint64_t addr, void *user)
{
    struct cell *c = user;

    assert(c->count < COUNT_OF(c->found));
    c->found[c->count++] = addr;
    return 0;
}

static struct ocd_op *start_each(struct cell *c, const struct ocd_call *call)
{
    return ocd_search_each_async(c->session, pattern(c), 1, c->op->addr, c->op->addr + c->op->size,
                                 take_match, c, call);
}

static int block_each(struct cell *c)
{
    return ocd_search_each(c->session, pattern(c), 1, c->op->addr, c->op->addr + c->op->size,
                           take_match, c);
}

/* All matches, or after a failure those in front. */
static bool check_matches(struct cell *c, int result)
{
    const uint8_t *memory = fake_memory(c->fake, c->op->addr, (size_t)c->op->size);
    const uint64_t *found = c->matches != NULL ? c->matches : c->found;
    size_t n = 0;

    for (uint64_t i = 0; i < c->op->size; i++) {
        if (memory[i] != memory[0])
            continue;
        if (n < c->count && found[n] != c->op->addr + i)
            return cell_wrong(c, "match %zu is 0x%llx", n, (unsigned long long)found[n]);
        n++;
    }
    if (c->count > n || (result == OCD_OK && c->count < n))
        return cell_wrong(c, "%zu matches, not %zu", c->count, n);
    return true;
}

/* ---- dumps */

#define OLD_CONTENTS "what was there before"

static void write_file(const char *path, const void *data, size_t size)
{
    FILE *f = fopen(path, "wb");

    if (f == NULL || fwrite(data, 1, size, f) != size || fclose(f) != 0)
        abort();
}

static void prepare_dump(struct cell *c)
{
    write_file(c->path, OLD_CONTENTS, sizeof(OLD_CONTENTS) - 1);
}

/* What a dump that broke off has left: the first 8 KiB. */
static void prepare_resume(struct cell *c)
{
    char part[256];

    prepare_dump(c);
    snprintf(part, sizeof(part), "%s/.dump.ocd-part-%llx-%llx", c->directory,
             (unsigned long long)c->op->addr, (unsigned long long)c->op->size);
    write_file(part, fake_memory(c->fake, c->op->addr, 8192), 8192);
}

static struct ocd_op *start_dump(struct cell *c, const struct ocd_call *call)
{
    return ocd_dump_async(c->session, c->op->addr, c->op->size, c->path, call);
}

static int block_dump(struct cell *c)
{
    return ocd_dump(c->session, c->op->addr, c->op->size, c->path);
}

/* The whole new contents under the name, or the old ones. */
static bool check_dump(struct cell *c, int result)
{
    static uint8_t have[CELL_OUT];
    const uint8_t *memory = fake_memory(c->fake, c->op->addr, (size_t)c->op->size);
    const void *wanted = result == OCD_OK ? (const void *)memory : OLD_CONTENTS;
    size_t size = result == OCD_OK ? (size_t)c->op->size : sizeof(OLD_CONTENTS) - 1;
    FILE *f = fopen(c->path, "rb");

    if (f == NULL)
        return cell_wrong(c, "the file is gone");
    size_t n = fread(have, 1, sizeof(have), f);
    fclose(f);
    if (n != size || memcmp(have, wanted, size) != 0)
        return cell_wrong(c, "the file has %zu bytes, and not the right ones", n);
    return true;
}

static int take_data(uint64_t addr, const void *data, size_t size, void *user)
{
    struct cell *c = user;

    if (addr != c->op->addr + c->size || size > CELL_OUT - c->size)
        return 1;
    memcpy(c->out + c->size, data, size);
    c->size += size;
    return 0;
}

static struct ocd_op *start_data(struct cell *c, const struct ocd_call *call)
{
    return ocd_dump_data_async(c->session, c->op->addr, c->op->size, take_data, c, call);
}

static int block_data(struct cell *c)
{
    return ocd_dump_data(c->session, c->op->addr, c->op->size, take_data, c);
}

static bool check_data(struct cell *c, int result)
{
    if (c->size != (result == OCD_OK ? c->op->size : c->done))
        return cell_wrong(c, "%zu bytes have come", c->size);
    return cell_check_out(c, result);
}

#define COMMON        .refused = OCD_ERR_TARGET, .other = OCD_ERR_NOT_HALTED, .unit = 1
#define SMALL         COMMON, .addr = SMALL_AT, .size = SMALL_SIZE
#define LARGE         COMMON, .addr = LARGE_AT, .size = LARGE_SIZE
#define UNREADABLE    COMMON, .addr = UNREADABLE_AT, .size = UNREADABLE_SIZE
#define FORMS(suffix) .start = start_##suffix, .block = block_##suffix
/* Flags are for asynchronous calls only: the blocking form is one and ocd_wait(). */
#define FLAGS(suffix, bits) .start = start_##suffix, .flags = (bits)

const struct operation cell_bulk_ops[] = {
    {.name = "read_bytes", SMALL, FORMS(bytes), .check = cell_check_out},
    {.name = "read_bytes, large", LARGE, FORMS(bytes), .check = cell_check_out},
    {.name = "read_bytes, text", LARGE, FLAGS(bytes, 0), .phys = true, .check = cell_check_out},
    {.name = "read_bytes, an unreadable range",
     UNREADABLE,
     FORMS(bytes),
     .check = check_unreadable_range,
     .fails = OCD_ERR_TARGET},
    {.name = "read_bytes, skip bad",
     UNREADABLE,
     FLAGS(bytes, OCD_READ_SKIP_UNREADABLE),
     .check = check_skipped},
    {.name = "read_bytes, skip, text",
     UNREADABLE,
     FLAGS(bytes, OCD_READ_SKIP_UNREADABLE),
     .phys = true,
     .check = check_skipped},
    {.name = "hexdump", SMALL, FORMS(hexdump), .check = check_hexdump},
    {.name = "hexdump, large", LARGE, FORMS(hexdump), .check = check_hexdump},
    {.name = "hexdump_lines", LARGE, FORMS(lines), .check = check_hexdump},
    {.name = "search", LARGE, FORMS(search), .check = check_matches},
    {.name = "search_each", LARGE, FORMS(each), .check = check_matches},
    {.name = "dump", LARGE, FORMS(dump), .prepare = prepare_dump, .check = check_dump},
    {.name = "dump, text",
     LARGE,
     FLAGS(dump, 0),
     .phys = true,
     .prepare = prepare_dump,
     .check = check_dump},
    {.name = "dump, resume",
     LARGE,
     FLAGS(dump, OCD_DUMP_RESUME),
     .prepare = prepare_resume,
     .check = check_dump},
    {.name = "dump_data", LARGE, FORMS(data), .check = check_data},
    {0},
};
