// SPDX-License-Identifier: MIT
/* Flash, by OpenOCD's flash commands. A group of small sectors is erased and programmed with one
 * request. A large sector takes one to be erased and several to be programmed, so that each is
 * answered soon. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scan.h"
#include "files/load.h"

#define COMMAND_MAX 96

static bool is_large(const struct ocd_load *l)
{
    return l->region.erase_size > OCD_LOAD_CHUNK;
}

static uint8_t erased_byte(const struct ocd_load *l)
{
    return ocd__flash_map_sector(&l->map, ocd__flash_map_find(&l->map, l->region.erase_addr))
        ->erased;
}

/* --- The data of a request --- */

/* What the sectors held outside of the image. Erased bytes are left out: some flash cannot be
 * programmed again where they were written. */
static int put_kept(struct ocd_load *l, uint64_t addr, uint64_t size)
{
    uint64_t offset = addr - l->region.erase_addr, i = 0;
    const uint8_t *data = l->kept + offset;
    uint8_t erased = erased_byte(l);
    int rc = OCD_OK;

    while (rc == OCD_OK && i < size) {
        uint64_t n = 0;
        while (i + n < size && data[i + n] != erased)
            n++;
        if (n > 0)
            rc = ocd__server_file_put(&l->file, offset + i, data + i, (size_t)n);
        l->summary.restored_bytes += n;
        i += n > 0 ? n : 1;
    }
    return rc;
}

/* The data for `size` bytes of the region's sectors. */
static int make_file(struct ocd_load *l, uint64_t addr, uint64_t size)
{
    struct ocd_range next;
    uint64_t last = addr + (size - 1);
    int rc = ocd__server_file_begin(&l->file, erased_byte(l));

    l->chunk_bytes = 0;
    while (rc == OCD_OK && ocd__cursor_next(&l->cursor, last, &next)) {
        size_t n = next.size < OCD_LOAD_WINDOW ? (size_t)next.size : OCD_LOAD_WINDOW;
        if (l->kept != NULL)
            rc = put_kept(l, addr, next.addr - addr);
        if (rc == OCD_OK)
            rc = ocd__cursor_read(&l->cursor, &l->memop.op, l->window, n);
        if (rc == OCD_OK)
            rc = ocd__server_file_put(&l->file, next.addr - l->region.erase_addr, l->window, n);
        l->chunk_bytes += n;
        addr = next.addr + n;
    }
    return rc == OCD_OK && l->kept != NULL ? put_kept(l, addr, last + 1 - addr) : rc;
}

/* --- Requests --- */

static int write_command(const struct ocd_load *l, char text[COMMAND_MAX], const char *file)
{
    return snprintf(text, COMMAND_MAX, "flash write_image %s%s0x%" PRIx64 " s19",
                    is_large(l) ? "" : "erase ", file, l->region.erase_addr);
}

static int erase_command(const struct ocd_load *l, char text[COMMAND_MAX])
{
    return snprintf(text, COMMAND_MAX, "flash erase_address 0x%" PRIx64 " 0x%" PRIx64,
                    l->region.erase_addr, l->region.erase_size);
}

/* The request under way has been carried out, or shown in a dry run. */
static void advance(struct ocd_load *l)
{
    if (l->erasing) {
        l->erasing = false;
        l->erased = true;
        return;
    }
    l->done += l->chunk_bytes;
    l->offset += is_large(l) ? OCD_LOAD_CHUNK : l->region.erase_size;
    if (l->offset >= l->region.erase_size) {
        l->summary.erased_sectors += l->region.sectors;
        l->offset = l->region.erase_size;
    }
}

static int show(struct ocd_load *l, const char *command, int size)
{
    ocd__rpc_keep_back(&l->memop.op.session->rpc, command, (size_t)size);
    advance(l);
    int rc = ocd__load_progress(l);
    return rc != OCD_OK ? rc : ocd__load_pause(l);
}

static int erase(struct ocd_load *l)
{
    char command[COMMAND_MAX];
    int size = erase_command(l, command);
    struct ocd_control control = {
        .polls = OCD_POLL_BEFORE,
        .when = OCD_WHEN_HALTED,
        .command = {command, (size_t)size},
    };

    l->erasing = true;
    if (l->dry)
        return show(l, command, size);
    ocd__control_send(&l->memop.op, &control);
    return OCD_PENDING;
}

/* Sends the next request; a chunk without data is skipped. */
static int program(struct ocd_load *l)
{
    char command[COMMAND_MAX], after[COMMAND_MAX];
    uint64_t left = l->region.erase_size - l->offset;
    int rc = make_file(l, l->region.erase_addr + l->offset,
                       is_large(l) && left > OCD_LOAD_CHUNK ? OCD_LOAD_CHUNK : left);

    if (rc != OCD_OK)
        return rc;
    if (l->file.ranges == 0) {
        advance(l);
        return ocd__load_step(l);
    }
    if (l->dry)
        return show(l, command, write_command(l, command, "FILE "));
    snprintf(after, sizeof(after), "0x%" PRIx64 " s19", l->region.erase_addr);
    ocd__server_file_send(&l->file, &l->memop.op,
                          is_large(l) ? "flash write_image" : "flash write_image erase", after);
    return OCD_PENDING;
}

/* --- Regions --- */

/* The region's sectors hold their data already. */
static int skip(struct ocd_load *l)
{
    const struct ocd_region *r = &l->region;

    l->summary.skipped_bytes += r->bytes;
    l->summary.skipped_sectors += r->sectors;
    l->done += r->bytes;
    l->offset = r->erase_size;
    return ocd__load_progress(l);
}

static int keep(struct ocd_load *l)
{
    l->kept = malloc((size_t)l->region.erase_size);
    if (l->kept == NULL)
        return OCD_ERR_NOMEM;
    l->stage = OCD_LOAD_KEEPING;
    l->has_at = false;
    l->memop.write = false;
    l->memop.data = l->kept;
    ocd__memop_again(&l->memop, l->region.erase_addr, l->region.erase_size, l->read + l->done);
    return OCD_PENDING;
}

static int begin_region(struct ocd_load *l)
{
    l->offset = 0;
    l->erased = l->erasing = false;
    l->at = l->region.erase_addr;
    l->has_at = true;
    free(l->kept);
    l->kept = NULL;
    l->summary.other_bytes += l->region.other_bytes;
    int rc = ocd__cursor_skip(&l->cursor, &l->memop.op, l->region.erase_addr, l->window,
                              OCD_LOAD_WINDOW);
    if (rc != OCD_OK)
        return rc;
    if (l->region.same_sectors > 0)
        return skip(l);
    return l->options.keep && !l->dry && l->region.other_bytes > 0 ? keep(l) : OCD_OK;
}

int ocd__load_kept(struct ocd_load *l)
{
    l->stage = OCD_LOAD_PROGRAMMING;
    l->memop.write = true;
    l->memop.data = NULL;
    l->has_at = true;
    return ocd__load_step(l);
}

int ocd__load_step_flash(struct ocd_load *l)
{
    while (l->offset == l->region.erase_size) {
        do {
            if (!ocd__load_plan_next(&l->plan, OCD_LOAD_GROUP, &l->region)) {
                ocd__load_begin_stage(l, OCD_LOAD_PLAIN);
                return ocd__load_step(l);
            }
        } while (!l->region.flash);
        int rc = begin_region(l);
        if (rc != OCD_OK)
            return rc;
    }
    return is_large(l) && !l->erased ? erase(l) : program(l);
}

/* --- Answers --- */

/* Drops the lines that `flash write_image erase` prints before anything can fail. */
static void drop_chatter(struct ocd_view *log)
{
    static const char *const lines[] = {"auto erase enabled", "Padding image section",
                                        "Adding extra erase range"};
    struct ocd_view rest = *log;

    for (;;) {
        bool chatter = false;
        struct ocd_view line = ocd__scan_line(&rest);
        for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
            chatter = chatter || ocd__scan_starts(line, lines[i]);
        if (!chatter)
            return;
        *log = rest;
    }
}

static bool wrote(struct ocd_view result)
{
    return ocd__scan_contains(result, "wrote ") && !ocd__scan_contains(result, "wrote 0 bytes");
}

void ocd__load_flash_answered(struct ocd_load *l, struct ocd_answer *a)
{
    struct ocd_op *op = &l->memop.op;
    char text[COMMAND_MAX];
    int size = l->erasing ? erase_command(l, text) : write_command(l, text, "FILE ");

    if (!a->ran || a->status != 0 || a->silent) {
        drop_chatter(&a->log);
        drop_chatter(&a->result);
        ocd__control_server_error(op, a, (struct ocd_view){text, (size_t)size});
        return;
    }
    if (!l->erasing && !wrote(a->result)) {
        ocd__op_fail(op, OCD_ERR_PROTOCOL, "OpenOCD does not say that it has written");
        return;
    }
    advance(l);
    int rc = ocd__load_progress(l);
    ocd__load_settle(l, rc != OCD_OK ? rc : ocd__load_step(l));
}
