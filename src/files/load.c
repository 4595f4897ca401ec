// SPDX-License-Identifier: MIT
/* An image into memory: flash by OpenOCD's flash commands, then the rest by plain writes. */
#include <stdlib.h>

#include "base/reserved.h"
#include "files/image_input.h"
#include "files/load.h"
#include "flash/flash_query.h"
#include "session/address.h"

void ocd__load_settle(struct ocd_load *l, int rc)
{
    if (rc != OCD_PENDING)
        ocd__op_end(&l->memop.op, rc);
}

int ocd__load_progress(struct ocd_load *l)
{
    struct ocd_memop *m = &l->memop;

    ocd__op_progress(&m->op);
    if (m->progress != NULL && m->progress(l->read + l->done, m->total, m->op.call.user) != 0)
        return OCD_ERR_CANCELLED;
    return m->op.result != OCD_PENDING ? m->op.result : OCD_OK;
}

int ocd__load_pause(struct ocd_load *l)
{
    l->paused = true;
    l->memop.op.wake = ocd__now();
    return OCD_PENDING;
}

void ocd__load_begin_stage(struct ocd_load *l, enum ocd_load_stage stage)
{
    l->stage = stage;
    l->region = (struct ocd_region){0};
    l->taken = 0;
    l->offset = 0;
    l->has_at = false;
    l->memop.done = 0;
    ocd__cursor_begin(&l->cursor, l->image);
    ocd__load_plan_begin(&l->plan, ocd_image_get_info(l->image), &l->map);
}

int ocd__load_step(struct ocd_load *l)
{
    switch (l->stage) {
    case OCD_LOAD_PROBING:
        return ocd__load_step_probing(l);
    case OCD_LOAD_COMPARING:
        return ocd__load_step_comparing(l);
    case OCD_LOAD_PROGRAMMING:
        return ocd__load_step_flash(l);
    case OCD_LOAD_KEEPING:
        return ocd__load_kept(l);
    case OCD_LOAD_PLAIN:
        return ocd__load_step_plain(l);
    default:
        return ocd__load_step_verify(l);
    }
}

static int consume(struct ocd_memop *m, uint64_t addr, const void *data, uint64_t size)
{
    struct ocd_load *l = (struct ocd_load *)m;

    if (l->stage == OCD_LOAD_COMPARING)
        return ocd__load_inspect(l, addr, data, size);
    return l->stage == OCD_LOAD_VERIFY ? ocd__load_compare(l, addr, data, size) : OCD_OK;
}

static int complete(struct ocd_memop *m)
{
    struct ocd_load *l = (struct ocd_load *)m;

    if (l->stage != OCD_LOAD_PLAIN)
        return ocd__load_step(l);
    l->done += l->under_way;
    l->under_way = 0;
    m->done = 0;
    return l->dry ? ocd__load_pause(l) : ocd__load_step(l);
}

static void ready(struct ocd_memop *m)
{
    struct ocd_load *l = (struct ocd_load *)m;
    const struct ocd_image_info *info = ocd_image_get_info(l->image);

    if (info->bytes == 0) {
        ocd__op_end(&m->op, OCD_OK);
        return;
    }
    if (!ocd__address_reached(&m->op, m->target, info->first, info->last - info->first + 1))
        return;
    if (l->options.where == OCD_LOAD_RAM) {
        ocd__load_check(l, OCD_STATE_UNKNOWN);
        return;
    }
    l->stage = OCD_LOAD_ASKING;
    ocd__flash_query_send(&m->op, info->first, info->last);
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    struct ocd_load *l = (struct ocd_load *)op;
    struct ocd_answer a;

    switch (l->stage) {
    case OCD_LOAD_ASKING:
        if (ocd__control_read(op, r, &a) && ocd__flash_query_take(op, &l->map, &a))
            ocd__load_check(l, a.state);
        break;
    case OCD_LOAD_PROGRAMMING:
        if (ocd__control_read(op, r, &a))
            ocd__load_flash_answered(l, &a);
        break;
    default:
        ocd__memop_reply(op, tag, r);
        break;
    }
}

static void pump(struct ocd_op *op)
{
    struct ocd_load *l = (struct ocd_load *)op;

    if (l->paused) {
        l->paused = false;
        ocd__load_settle(l, ocd__load_step(l));
    } else if (l->stage != OCD_LOAD_ASKING && l->stage != OCD_LOAD_PROGRAMMING) {
        ocd__memop_pump(op);
    }
}

static void account(struct ocd_op *op, int result)
{
    struct ocd_load *l = (struct ocd_load *)op;

    ocd__memop_account(op, result);
    op->detail.error.done = l->done + (l->stage == OCD_LOAD_PLAIN ? l->memop.done : 0);
    if (l->stage == OCD_LOAD_VERIFY && result == OCD_ERR_MISMATCH) {
        op->detail.error.addr = l->differs_at;
    } else if (l->has_at || l->stage == OCD_LOAD_BEGIN || l->stage == OCD_LOAD_ASKING) {
        op->detail.error.addr = l->at;
        op->detail.error.has_addr = l->has_at;
    }
}

static void ended(struct ocd_op *op, int result)
{
    struct ocd_load *l = (struct ocd_load *)op;

    (void)result;
    l->summary.bytes = l->done - l->summary.skipped_bytes;
    if (l->stage == OCD_LOAD_PLAIN && result != OCD_OK)
        l->summary.bytes += l->memop.done;
    if (l->options.summary != NULL)
        *l->options.summary = l->summary;
}

static void destroy(struct ocd_op *op)
{
    struct ocd_load *l = (struct ocd_load *)op;

    if (l->owned)
        ocd_image_close(l->image);
    ocd__flash_map_free(&l->map);
    ocd__server_file_free(&l->file);
    free(l->window);
    free(l->kept);
    ocd__memop_destroy(op);
}

static const struct ocd_memop_class load_class = {
    .op =
        {
            .size = sizeof(struct ocd_load),
            .dry = true,
            .pump = pump,
            .reply = reply,
            .account = account,
            .ended = ended,
            .destroy = destroy,
        },
    .consume = consume,
    .complete = complete,
    .ready = ready,
};

static void check_options(struct ocd_op *op, const struct ocd_load_options *options)
{
    if (OCD_RESERVED_USED(options))
        ocd__op_fail(op, OCD_ERR_ARG, "ocd_load_options.reserved is not zero");
    else if ((unsigned)options->where > OCD_LOAD_FLASH)
        ocd__op_fail(op, OCD_ERR_ARG, "ocd_load_options.where is not one of enum ocd_load_where");
}

/* A new operation, which has no image yet. NULL: out of memory. */
static struct ocd_load *new_load(struct ocd_session *session, const char *what,
                                 const struct ocd_load_options *options,
                                 const struct ocd_call *call)
{
    struct ocd_op *op = ocd__op_new(session, &load_class.op, call, "load %s", what);
    struct ocd_load *l = (struct ocd_load *)op;

    if (op == NULL)
        return NULL;
    if (options != NULL)
        l->options = *options;
    if (l->options.summary != NULL)
        *l->options.summary = (struct ocd_load_summary){0};
    l->dry = (op->call.flags & OCD_WRITE_DRY_RUN) != 0;
    l->verify = (op->call.flags & OCD_WRITE_VERIFY) != 0 && !l->dry;
    op->call.flags &=
        ~(unsigned)(OCD_WRITE_VERIFY | OCD_READ_SKIP_UNREADABLE); /* all is verified in the end */
    l->memop.write = true;
    check_options(op, &l->options);
    if (op->result == OCD_PENDING)
        ocd__memop_begin(&l->memop, 0, 0, NULL, true);
    return l;
}

/* The image has been opened. */
static void begin(struct ocd_load *l)
{
    const struct ocd_image_info *info = ocd_image_get_info(l->image);

    if (l->options.file != NULL)
        l->options.file(info, l->options.user);
    l->window = malloc(OCD_LOAD_WINDOW);
    if (l->window == NULL)
        ocd__op_fail(&l->memop.op, OCD_ERR_NOMEM, "%s", "");
    l->memop.total = info->bytes * (l->verify ? 2 : 1);
}

struct ocd_op *ocd_load_async(struct ocd_session *session, const char *path,
                              const struct ocd_load_options *options, const struct ocd_call *call)
{
    struct ocd_load *l = new_load(session, path != NULL ? path : "(no file)", options, call);

    if (l == NULL)
        return NULL;
    l->owned = true;
    if (l->memop.op.result == OCD_PENDING &&
        ocd__image_input_open(&l->memop.op, &l->image, path, &l->options.image))
        begin(l);
    return &l->memop.op;
}

struct ocd_op *ocd_load_image_async(struct ocd_session *session, struct ocd_image *image,
                                    const struct ocd_load_options *options,
                                    const struct ocd_call *call)
{
    struct ocd_load *l = new_load(session, "the image", options, call);

    if (l == NULL)
        return NULL;
    l->image = image;
    if (image == NULL || ocd_image_error(image)->code != OCD_OK)
        ocd__op_fail(&l->memop.op, OCD_ERR_ARG, "there is no image, or it was not opened");
    if (l->memop.op.result == OCD_PENDING)
        begin(l);
    return &l->memop.op;
}

int ocd_load(struct ocd_session *session, const char *path, const struct ocd_load_options *options)
{
    return ocd__op_wait(session, ocd_load_async(session, path, options, NULL));
}

int ocd_load_image(struct ocd_session *session, struct ocd_image *image,
                   const struct ocd_load_options *options)
{
    return ocd__op_wait(session, ocd_load_image_async(session, image, options, NULL));
}
