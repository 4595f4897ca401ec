// SPDX-License-Identifier: MIT
/* A file into memory: flash by OpenOCD's flash commands, then RAM by the engine. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scan.h"
#include "files/origin.h"
#include "files/plan.h"
#include "files/server_file.h"
#include "memory/memop.h"
#include "session/address.h"
#include "session/guard.h"
#include "target/control.h"

/* Bytes of the file that are held at a time. */
#define WINDOW_SIZE (1u << 20)
/* Sectors of flash that are written with one command, in bytes: OpenOCD serves nobody else
 * meanwhile, and progress and cancelling take effect in between. */
#define GROUP_SIZE (8u << 10)

enum stage {
    BEGIN,
    ASKING, /* where the flash is */
    FLASH,
    RAM,
    VERIFY,
};

struct load {
    struct ocd_memop memop;
    enum stage stage;
    struct ocd_image *image;
    enum ocd_load_where where;
    ocd_region_fn tell;
    void *user;
    bool dry, verify;
    bool has_flash;
    struct ocd_flash_map map;
    struct ocd_load_plan plan;
    struct ocd_server_file file;
    struct ocd_region region; /* under way */
    uint64_t taken;           /* RAM: bytes of the region that were begun */
    size_t under_way;         /* RAM: bytes of the window */
    uint8_t *window;
    uint64_t done;  /* bytes written */
    uint64_t equal; /* bytes verified */
    uint64_t bad;   /* VERIFY: the first difference */
    size_t range;   /* VERIFY: the next one */
    bool paused;    /* a dry run: the next part is to be begun */
};

static int step(struct load *l);

/* Ends the operation unless it is still under way. */
static void settle(struct load *l, int rc)
{
    if (rc != OCD_PENDING)
        ocd_op_end(&l->memop.op, rc);
}

static int progress(struct load *l, uint64_t done)
{
    struct ocd_memop *m = &l->memop;

    ocd_op_progress(&m->op);
    if (m->progress != NULL && m->progress(done, m->total, m->op.call.user) != 0)
        return OCD_ERR_CANCELLED;
    return m->op.result != OCD_PENDING ? m->op.result : OCD_OK;
}

/* --- Flash --- */

static int read_group(struct load *l)
{
    struct ocd_region *r = &l->region;
    uint64_t left = r->bytes;
    int rc = ocd_server_file_begin(&l->file);

    while (rc == OCD_OK && left > 0) {
        uint64_t addr;
        size_t n, max = left < WINDOW_SIZE ? (size_t)left : WINDOW_SIZE;
        rc = ocd_image_next(l->image, &addr, l->window, max, &n);
        if (rc != OCD_OK || n == 0)
            return ocd_origin_failed(&l->memop.op, l->image, rc != OCD_OK ? rc : OCD_ERR_FILE);
        rc = ocd_server_file_put(&l->file, addr - r->erase_addr, l->window, n);
        left -= n;
    }
    return rc;
}

/* Data that is the other stage's. */
static int skip_region(struct load *l)
{
    uint64_t left = l->region.bytes;

    while (left > 0) {
        uint64_t addr;
        size_t n, max = left < WINDOW_SIZE ? (size_t)left : WINDOW_SIZE;
        int rc = ocd_image_next(l->image, &addr, l->window, max, &n);
        if (rc != OCD_OK || n == 0)
            return ocd_origin_failed(&l->memop.op, l->image, rc != OCD_OK ? rc : OCD_ERR_FILE);
        left -= n;
    }
    return OCD_OK;
}

static void keep_back(struct load *l)
{
    char command[96];
    int size = snprintf(command, sizeof(command), "flash write_image erase FILE 0x%" PRIx64 " s19",
                        l->region.erase_addr);

    ocd_rpc_keep_back(&l->memop.op.session->rpc, command, (size_t)size);
}

static int pause(struct load *l)
{
    l->paused = true;
    l->memop.op.wake = ocd_now();
    return OCD_PENDING;
}

static int step_flash(struct load *l)
{
    char after[40];

    for (;;) {
        if (!ocd_load_plan_next(&l->plan, GROUP_SIZE, &l->region)) {
            l->stage = RAM;
            l->region.bytes = l->taken = 0;
            ocd_image_rewind(l->image);
            ocd_load_plan_begin(&l->plan, l->plan.info, &l->map);
            return step(l);
        }
        if (l->region.flash)
            break;
        int rc = skip_region(l);
        if (rc != OCD_OK)
            return rc;
    }
    int rc = read_group(l);
    if (rc != OCD_OK)
        return rc;
    if (l->dry) {
        keep_back(l);
        l->done += l->region.bytes;
        rc = progress(l, l->done);
        return rc != OCD_OK ? rc : pause(l);
    }
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

static void group_answered(struct load *l, struct ocd_answer *a)
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
    int rc = progress(l, l->done);
    settle(l, rc != OCD_OK ? rc : step(l));
}

/* --- RAM --- */

static int step_ram(struct load *l)
{
    struct ocd_memop *m = &l->memop;

    while (l->taken == l->region.bytes) {
        if (!ocd_load_plan_next(&l->plan, GROUP_SIZE, &l->region)) {
            if (!l->verify || l->dry)
                return OCD_OK;
            l->stage = VERIFY;
            m->write = false;
            m->data = NULL;
            ocd_image_rewind(l->image);
            return step(l);
        }
        l->taken = 0;
        if (!l->region.flash)
            break;
        int rc = skip_region(l);
        if (rc != OCD_OK)
            return rc;
        l->taken = l->region.bytes;
    }
    uint64_t left = l->region.bytes - l->taken, addr = l->region.addr + l->taken;
    l->under_way = left < WINDOW_SIZE ? (size_t)left : WINDOW_SIZE;
    int rc = ocd_origin_read(&m->op, l->image, addr, l->window, l->under_way);
    if (rc != OCD_OK)
        return rc;
    l->taken += l->under_way;
    m->data = l->window;
    ocd_memop_again(m, addr, l->under_way, l->done);
    return OCD_PENDING;
}

/* --- Verifying --- */

static int step_verify(struct load *l)
{
    const struct ocd_image_info *info = ocd_image_info(l->image);
    struct ocd_memop *m = &l->memop;

    if (l->range == info->range_count)
        return OCD_OK;
    const struct ocd_range *range = &info->ranges[l->range++];
    ocd_memop_again(m, range->addr, range->size, l->done + l->equal);
    return OCD_PENDING;
}

static int compare(struct ocd_memop *m, uint64_t addr, const void *data, uint64_t size)
{
    struct load *l = (struct load *)m;
    const uint8_t *have = data;

    while (size > 0) {
        size_t i = 0, n = size < WINDOW_SIZE ? (size_t)size : WINDOW_SIZE;
        int rc = ocd_origin_read(&m->op, l->image, addr, l->window, n);
        if (rc != OCD_OK)
            return rc;
        while (i < n && have[i] == l->window[i])
            i++;
        l->equal += i;
        l->bad = addr + i;
        if (i < n)
            return ocd_detail_set(&m->op.detail, OCD_ERR_MISMATCH,
                                  "wrote 0x%02x, but it reads back as 0x%02x", l->window[i],
                                  have[i]);
        addr += n;
        have += n;
        size -= n;
    }
    return OCD_OK;
}

/* --- The operation --- */

static int step(struct load *l)
{
    switch (l->stage) {
    case FLASH:
        return step_flash(l);
    case RAM:
        return step_ram(l);
    default:
        return step_verify(l);
    }
}

static int complete(struct ocd_memop *m)
{
    struct load *l = (struct load *)m;

    if (l->stage == VERIFY)
        return step(l);
    l->done += l->under_way;
    l->under_way = 0;
    return l->dry ? pause(l) : step(l);
}

/* Tells what goes where; finds out what must not be. OCD_OK, or how the operation is to end. */
static int tell_regions(struct load *l)
{
    struct ocd_op *op = &l->memop.op;
    struct ocd_load_plan plan;
    struct ocd_region r;

    ocd_load_plan_begin(&plan, ocd_image_info(l->image), &l->map);
    while (ocd_load_plan_next(&plan, UINT64_MAX, &r)) {
        uint64_t addr = r.flash ? r.erase_addr : r.addr, size = r.flash ? r.erase_size : r.size;
        l->has_flash = l->has_flash || r.flash;
        if (!r.flash && l->where == OCD_LOAD_FLASH)
            return ocd_detail_set(&op->detail, OCD_ERR_ARG,
                                  "0x%08" PRIX64 " to 0x%08" PRIX64
                                  " is in no flash bank of the target",
                                  r.addr, r.addr + (r.size - 1));
        if (!ocd_guard_write(op, addr, size))
            return op->result;
    }
    ocd_load_plan_begin(&plan, ocd_image_info(l->image), &l->map);
    while (l->tell != NULL && ocd_load_plan_next(&plan, UINT64_MAX, &r)) {
        if (l->tell(&r, l->user) != 0)
            return OCD_ERR_CANCELLED;
        if (op->result != OCD_PENDING)
            return op->result;
    }
    return OCD_OK;
}

static void begin_writing(struct load *l, enum ocd_state state)
{
    struct ocd_op *op = &l->memop.op;
    int rc = tell_regions(l);

    if (rc != OCD_OK) {
        settle(l, rc);
        return;
    }
    if (l->has_flash && !l->dry && state != OCD_STATE_HALTED) {
        ocd_op_fail(op, OCD_ERR_NOT_HALTED,
                    "flash is written by a halted target only, and its "
                    "state is %s",
                    ocd_state_name(state));
        return;
    }
    ocd_load_plan_begin(&l->plan, ocd_image_info(l->image), &l->map);
    l->stage = l->has_flash ? FLASH : RAM;
    if (op->result == OCD_PENDING)
        settle(l, step(l));
}

static void map_answered(struct load *l, struct ocd_answer *a)
{
    struct ocd_op *op = &l->memop.op;
    struct ocd_slice command = {(char *)"flash info", 10};

    if (a->status != 0 || !a->ran) {
        ocd_control_refused(op, a, command);
        return;
    }
    int rc = ocd_flash_map_take(&l->map, a->result);
    if (rc != OCD_OK) {
        ocd_op_fail(op, rc, "what `flash info` prints is malformed");
        return;
    }
    if (l->map.failed.size > 0) {
        ocd_op_fail(op, OCD_ERR_COMMAND, "%s", l->map.failed.data);
        return;
    }
    begin_writing(l, a->state);
}

static void ready(struct ocd_memop *m)
{
    struct load *l = (struct load *)m;
    const struct ocd_image_info *info = ocd_image_info(l->image);
    struct ocd_buffer script = {0};

    if (info->bytes == 0) {
        ocd_op_end(&m->op, OCD_OK);
        return;
    }
    if (!ocd_address_reached(&m->op, m->target, info->first, info->last - info->first + 1))
        return;
    if (l->where == OCD_LOAD_RAM) {
        begin_writing(l, OCD_STATE_UNKNOWN);
        return;
    }
    l->stage = ASKING;
    ocd_flash_map_ask(&script, info->first, info->last);
    struct ocd_control control = {
        .polls = OCD_POLL_BEFORE,
        .when = OCD_WHEN_ALWAYS,
        .command = {script.data, script.size},
    };
    if (script.error != 0)
        ocd_op_fail(&m->op, OCD_ERR_NOMEM, "%s", "");
    else
        ocd_control_send(&m->op, &control);
    ocd_buffer_free(&script);
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    struct load *l = (struct load *)op;
    struct ocd_answer a;

    switch (l->stage) {
    case ASKING:
        if (ocd_control_read(op, r, &a))
            map_answered(l, &a);
        break;
    case FLASH:
        if (ocd_control_read(op, r, &a))
            group_answered(l, &a);
        break;
    default:
        ocd_memop_reply(op, tag, r);
        break;
    }
}

static void pump(struct ocd_op *op)
{
    struct load *l = (struct load *)op;

    if (l->paused) {
        l->paused = false;
        settle(l, step(l));
    } else if (l->stage == BEGIN || l->stage == RAM || l->stage == VERIFY) {
        ocd_memop_pump(op);
    }
}

static void account(struct ocd_op *op, int result)
{
    struct load *l = (struct load *)op;

    ocd_memop_account(op, result);
    if (l->stage == RAM)
        return;
    op->detail.error.done = l->done;
    op->detail.error.address = l->stage == VERIFY && result == OCD_ERR_MISMATCH ? l->bad
                               : l->stage == VERIFY ? l->memop.transfer.bad
                                                    : l->region.erase_addr;
    op->detail.error.has_address =
        l->stage == VERIFY ? op->detail.error.has_address : l->stage == FLASH;
}

static void destroy(struct ocd_op *op)
{
    struct load *l = (struct load *)op;

    ocd_image_close(l->image);
    ocd_flash_map_free(&l->map);
    ocd_server_file_free(&l->file);
    free(l->window);
    ocd_memop_destroy(op);
}

static const struct ocd_memop_class load_class = {
    .op =
        {
            .size = sizeof(struct load),
            .dry = true,
            .pump = pump,
            .reply = reply,
            .account = account,
            .destroy = destroy,
        },
    .consume = compare,
    .complete = complete,
    .ready = ready,
};

struct ocd_op *ocd_load_async(struct ocd_session *session, const char *path,
                              const struct ocd_load_options *options, const struct ocd_call *call)
{
    static const struct ocd_load_options defaults = {0};
    struct ocd_op *op =
        ocd_op_new(session, &load_class.op, call, "load %s", path != NULL ? path : "(no file)");
    struct load *l = (struct load *)op;

    if (op == NULL)
        return NULL;
    if (options == NULL)
        options = &defaults;
    l->where = options->where;
    l->tell = options->region;
    l->user = options->user;
    l->dry = (op->call.flags & OCD_DRY_RUN) != 0;
    l->verify = (op->call.flags & OCD_VERIFY) != 0 && !l->dry;
    op->call.flags &= ~(unsigned)(OCD_VERIFY | OCD_SKIP_BAD); /* all is verified in the end */
    l->memop.write = true;
    if (op->result == OCD_PENDING)
        ocd_memop_begin(&l->memop, 0, 0, NULL, true);
    if (op->result != OCD_PENDING || !ocd_origin_image(op, &l->image, path, &options->image))
        return op;
    if (options->file != NULL)
        options->file(ocd_image_info(l->image), options->user);
    l->window = malloc(WINDOW_SIZE);
    if (l->window == NULL)
        ocd_op_fail(op, OCD_ERR_NOMEM, "%s", "");
    l->memop.total = ocd_image_info(l->image)->bytes * (l->verify ? 2 : 1);
    return op;
}

int ocd_load(struct ocd_session *session, const char *path, const struct ocd_load_options *options)
{
    return ocd_op_wait(session, ocd_load_async(session, path, options, NULL));
}
