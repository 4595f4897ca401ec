// SPDX-License-Identifier: MIT
/* Erasing flash, by OpenOCD's flash commands. */
#include <inttypes.h>
#include <stdio.h>

#include "base/reserved.h"
#include "flash/flash_query.h"
#include "session/write_access.h"

/* Sectors that are erased with one request: OpenOCD answers no other client meanwhile. */
#define GROUP_SECTORS 8u
#define GROUP_SIZE    (64u << 10)
#define COMMAND_MAX   80

struct erase {
    struct ocd_op op;
    struct ocd_erase_options options;
    uint64_t addr, size;
    enum {
        NEW,
        ASKING,
        ERASING,
    } stage;
    struct ocd_flash_map map;
    size_t first, end;        /* sectors that are to be erased, and aliases */
    size_t next;              /* the first one that has not been asked for */
    struct ocd_region region; /* under way */
    uint64_t total, done;     /* bytes */
    bool paused;              /* a dry run: the next step is to be begun */
    uint64_t at;
    bool has_at;
};

static const struct ocd_flash_sector *sector(const struct erase *e, size_t index)
{
    return ocd__flash_map_sector(&e->map, index);
}

/* The next sectors of one bank that follow each other, as far as they fit. */
static bool next_region(struct erase *e, uint64_t sectors, uint64_t size, struct ocd_region *r)
{
    *r = (struct ocd_region){0};
    while (e->next < e->end && e->options.all && sector(e, e->next)->alias)
        e->next++;
    for (; e->next < e->end; e->next++) {
        const struct ocd_flash_sector *s = sector(e, e->next);
        bool more = r->sectors > 0;
        if (more && (s->bank != r->bank || s->addr != r->erase_addr + r->erase_size ||
                     r->sectors == sectors || s->size > size || r->erase_size > size - s->size))
            break;
        if (!more)
            *r = (struct ocd_region){
                .addr = s->addr, .flash = true, .bank = s->bank, .erase_addr = s->addr};
        r->erase_size += s->size;
        r->size = r->erase_size;
        r->sectors++;
    }
    return r->sectors > 0;
}

/* --- Checks --- */

static int fail_at(struct erase *e, uint64_t addr)
{
    e->at = addr;
    e->has_at = true;
    return OCD_ERR_ARG;
}

/* Finds the sectors that the range is in; a gap between them is an error. */
static int find_sectors(struct erase *e)
{
    uint64_t last = e->addr + (e->size - 1), next = e->addr;

    e->first = ocd__flash_map_find(&e->map, e->addr);
    for (e->end = e->first; e->end < ocd__flash_map_count(&e->map); e->end++) {
        const struct ocd_flash_sector *s = sector(e, e->end);
        if (s->addr > next)
            break;
        if (s->addr + (s->size - 1) >= last) {
            e->end++;
            return OCD_OK;
        }
        next = s->addr + s->size;
    }
    return ocd__detail_set(&e->op.detail, fail_at(e, next), "%s",
                           "this address is in no flash bank of the target; nothing was erased");
}

static int check_edges(struct erase *e)
{
    const struct ocd_flash_sector *first = sector(e, e->first), *last = sector(e, e->end - 1);
    uint64_t end = last->addr + (last->size - 1);

    if (e->options.whole_sectors || (first->addr == e->addr && end == e->addr + (e->size - 1)))
        return OCD_OK;
    return ocd__detail_set(&e->op.detail, OCD_ERR_ARG,
                           "0x%08" PRIX64 " to 0x%08" PRIX64
                           " is not made of whole sectors: those that it is in are 0x%08" PRIX64
                           " to 0x%08" PRIX64 "; nothing was erased",
                           e->addr, e->addr + (e->size - 1), first->addr, end);
}

static int check_regions(struct erase *e)
{
    struct ocd_region r;

    for (e->next = e->first; next_region(e, UINT64_MAX, UINT64_MAX, &r); e->total += r.size) {
        const struct ocd_flash_sector *s =
            ocd__flash_map_protected(&e->map, e->next - (size_t)r.sectors, (size_t)r.sectors);
        if (!ocd__write_access_check(&e->op, r.addr, r.size))
            return e->op.result;
        if (s == NULL)
            continue;
        fail_at(e, s->addr);
        return ocd__detail_set(&e->op.detail, OCD_ERR_TARGET,
                               "the flash sector from there to 0x%08" PRIX64
                               " (bank %u) is protected; nothing was erased",
                               s->addr + (s->size - 1), s->bank);
    }
    return OCD_OK;
}

static int check(struct erase *e, enum ocd_target_state state)
{
    int rc = OCD_OK;

    e->end = ocd__flash_map_count(&e->map);
    if (!e->options.all)
        rc = find_sectors(e);
    else if (e->end == 0)
        rc = ocd__detail_set(&e->op.detail, OCD_ERR_ARG, "the target has no flash bank");
    if (rc == OCD_OK && !e->options.all)
        rc = check_edges(e);
    if (rc == OCD_OK)
        rc = check_regions(e);
    if (rc == OCD_OK && state != OCD_STATE_HALTED && (e->op.call.flags & OCD_WRITE_DRY_RUN) == 0)
        rc = ocd__detail_set(&e->op.detail, OCD_ERR_NOT_HALTED,
                             "flash is erased by a halted target only, and its state is %s",
                             ocd_state_name(state));
    return rc;
}

static int report_regions(struct erase *e)
{
    struct ocd_region r;

    e->next = e->first;
    while (e->options.region != NULL && next_region(e, UINT64_MAX, UINT64_MAX, &r)) {
        if (e->options.region(&r, e->options.user) != 0)
            return OCD_ERR_CANCELLED;
        if (e->op.result != OCD_PENDING)
            return e->op.result;
    }
    e->next = e->first;
    return OCD_OK;
}

/* --- Requests --- */

static int compose(const struct erase *e, char text[COMMAND_MAX])
{
    return snprintf(text, COMMAND_MAX, "flash erase_address 0x%" PRIx64 " 0x%" PRIx64,
                    e->region.erase_addr, e->region.erase_size);
}

static int progress(struct erase *e)
{
    struct ocd_op *op = &e->op;

    e->done += e->region.erase_size;
    ocd__op_progress(op);
    if (op->call.progress != NULL && op->call.progress(e->done, e->total, op->call.user) != 0)
        return OCD_ERR_CANCELLED;
    return op->result != OCD_PENDING ? op->result : OCD_OK;
}

/* OCD_PENDING, or how the operation ends. */
static int step(struct erase *e)
{
    char command[COMMAND_MAX];

    if (!next_region(e, GROUP_SECTORS, GROUP_SIZE, &e->region))
        return OCD_OK;
    fail_at(e, e->region.erase_addr);
    int size = compose(e, command);
    if ((e->op.call.flags & OCD_WRITE_DRY_RUN) != 0) {
        ocd__rpc_keep_back(&e->op.session->rpc, command, (size_t)size);
        e->paused = true;
        e->op.wake = ocd__now();
        int rc = progress(e);
        return rc != OCD_OK ? rc : OCD_PENDING;
    }
    struct ocd_control control = {
        .polls = OCD_POLL_BEFORE,
        .when = OCD_WHEN_HALTED,
        .command = {command, (size_t)size},
    };
    ocd__control_send(&e->op, &control);
    return OCD_PENDING;
}

static void settle(struct erase *e, int rc)
{
    if (rc != OCD_PENDING)
        ocd__op_end(&e->op, rc);
}

static void begin_erasing(struct erase *e, enum ocd_target_state state)
{
    int rc = check(e, state);

    if (rc == OCD_OK)
        rc = report_regions(e);
    e->stage = ERASING;
    settle(e, rc == OCD_OK ? step(e) : rc);
}

static void group_answered(struct erase *e, struct ocd_answer *a)
{
    char command[COMMAND_MAX];
    int size = compose(e, command);

    if (!a->ran || a->status != 0 || a->silent) {
        ocd__control_server_error(&e->op, a, (struct ocd_view){command, (size_t)size});
        return;
    }
    int rc = progress(e);
    settle(e, rc != OCD_OK ? rc : step(e));
}

/* --- The operation --- */

static void pump(struct ocd_op *op)
{
    struct erase *e = (struct erase *)op;

    if (e->stage == NEW) {
        e->stage = ASKING;
        ocd__flash_query_send(op, e->options.all ? 0 : e->addr,
                              e->options.all ? UINT64_MAX : e->addr + (e->size - 1));
    } else if (e->paused) {
        e->paused = false;
        settle(e, step(e));
    }
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    struct erase *e = (struct erase *)op;
    struct ocd_answer a;

    (void)tag;
    if (!ocd__control_read(op, r, &a))
        return;
    if (e->stage == ERASING)
        group_answered(e, &a);
    else if (ocd__flash_query_take(op, &e->map, &a))
        begin_erasing(e, a.state);
}

static void account(struct ocd_op *op, int result)
{
    const struct erase *e = (const struct erase *)op;

    (void)result;
    op->detail.error.done = e->done;
    op->detail.error.addr = e->at;
    op->detail.error.has_addr = e->has_at;
}

static void destroy(struct ocd_op *op)
{
    ocd__flash_map_free(&((struct erase *)op)->map);
}

static const struct ocd_op_class erase_class = {
    .size = sizeof(struct erase),
    .dry = true,
    .pump = pump,
    .reply = reply,
    .account = account,
    .destroy = destroy,
};

struct ocd_op *ocd_erase_async(struct ocd_session *session, uint64_t addr, uint64_t size,
                               const struct ocd_erase_options *options, const struct ocd_call *call)
{
    bool all = options != NULL && options->all;
    struct ocd_op *op = all ? ocd__op_new(session, &erase_class, call, "erase all flash")
                            : ocd__op_new(session, &erase_class, call, "erase 0x%08" PRIX64, addr);
    struct erase *e = (struct erase *)op;

    if (op == NULL)
        return NULL;
    if (options != NULL)
        e->options = *options;
    e->addr = addr;
    e->size = size;
    op->has_side_effects = true;
    op->bulk = true;
    op->may_send_more = true;
    if (OCD_RESERVED_USED(&e->options))
        ocd__op_fail(op, OCD_ERR_ARG, "ocd_erase_options.reserved is not zero");
    else if (!all && size > 0 && addr > UINT64_MAX - (size - 1))
        ocd__op_fail(op, OCD_ERR_ARG, "the range wraps past the end of the address space");
    else if (!all)
        ocd__write_access_check(op, addr, size);
    else if (op->session->read_only)
        ocd__write_access_check(op, 0, 1);
    if (op->result == OCD_PENDING && !all && size == 0)
        ocd__op_end(op, OCD_OK);
    return op;
}

int ocd_erase(struct ocd_session *session, uint64_t addr, uint64_t size,
              const struct ocd_erase_options *options)
{
    return ocd__op_wait(session, ocd_erase_async(session, addr, size, options, NULL));
}
