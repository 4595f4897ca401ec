// SPDX-License-Identifier: MIT
/* Flash, by OpenOCD's flash commands: a group of sectors with each request. */
#include <inttypes.h>
#include <stdio.h>

#include "base/scan.h"
#include "files/load.h"
#include "files/origin.h"

static int read_group(struct ocd_load *l)
{
    struct ocd_region *r = &l->region;
    uint64_t left = r->bytes;
    int rc = ocd_server_file_begin(&l->file);

    while (rc == OCD_OK && left > 0) {
        uint64_t addr;
        size_t n, max = left < OCD_LOAD_WINDOW ? (size_t)left : OCD_LOAD_WINDOW;
        rc = ocd_image_next(l->image, &addr, l->window, max, &n);
        if (rc != OCD_OK || n == 0)
            return ocd_origin_failed(&l->memop.op, l->image, rc != OCD_OK ? rc : OCD_ERR_FILE);
        rc = ocd_server_file_put(&l->file, addr - r->erase_addr, l->window, n);
        left -= n;
    }
    return rc;
}

static int keep_back(struct ocd_load *l)
{
    char command[96];
    int size = snprintf(command, sizeof(command), "flash write_image erase FILE 0x%" PRIx64 " s19",
                        l->region.erase_addr);

    ocd_rpc_keep_back(&l->memop.op.session->rpc, command, (size_t)size);
    l->done += l->region.bytes;
    int rc = ocd_load_progress(l);
    return rc != OCD_OK ? rc : ocd_load_pause(l);
}

int ocd_load_step_flash(struct ocd_load *l)
{
    char after[40];

    for (;;) {
        if (!ocd_load_plan_next(&l->plan, OCD_LOAD_GROUP, &l->region)) {
            ocd_load_begin_stage(l, OCD_LOAD_PLAIN);
            return ocd_load_step(l);
        }
        if (l->region.flash)
            break;
        int rc = ocd_load_skip_region(l);
        if (rc != OCD_OK)
            return rc;
    }
    l->at = l->region.erase_addr;
    l->has_at = true;
    int rc = read_group(l);
    if (rc != OCD_OK)
        return rc;
    if (l->dry)
        return keep_back(l);
    snprintf(after, sizeof(after), "0x%" PRIx64 " s19", l->region.erase_addr);
    ocd_server_file_send(&l->file, &l->memop.op, "flash write_image erase", after);
    return OCD_PENDING;
}

/* What `flash write_image erase` says before anything can fail. */
static void drop_chatter(struct ocd_slice *log)
{
    static const char *const lines[] = {"auto erase enabled", "Padding image section",
                                        "Adding extra erase range"};
    struct ocd_slice rest = *log;

    for (;;) {
        bool chatter = false;
        struct ocd_slice line = ocd_scan_line(&rest);
        for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
            chatter = chatter || ocd_scan_starts(line, lines[i]);
        if (!chatter)
            return;
        *log = rest;
    }
}

static bool wrote(struct ocd_slice result)
{
    return ocd_scan_contains(result, "wrote ") && !ocd_scan_contains(result, "wrote 0 bytes");
}

void ocd_load_flash_answered(struct ocd_load *l, struct ocd_answer *a)
{
    struct ocd_op *op = &l->memop.op;
    char words[64];
    int size = snprintf(words, sizeof(words), "flash write_image erase FILE 0x%" PRIx64 " s19",
                        l->region.erase_addr);
    struct ocd_slice command = {words, (size_t)size};

    if (!a->ran || a->status != 0 || a->silent) {
        drop_chatter(&a->log);
        drop_chatter(&a->result);
        ocd_control_refused(op, a, command);
        return;
    }
    if (!wrote(a->result)) {
        ocd_op_fail(op, OCD_ERR_PROTOCOL, "OpenOCD does not say that it has written");
        return;
    }
    l->done += l->region.bytes;
    int rc = ocd_load_progress(l);
    ocd_load_settle(l, rc != OCD_OK ? rc : ocd_load_step(l));
}
