// SPDX-License-Identifier: MIT
/* From a frame's bytes to the values of the items. */
#include <inttypes.h>
#include <string.h>

#include "rpc/status.h"
#include "session/address.h"
#include "symbols/access.h"
#include "watch/sampler.h"

/* Further reads for one frame: as many pointers one after the other. */
#define ROUNDS_MAX 64u

/* Bytes that were read, as far as they are one item's. */
struct view {
    struct ocd__run *run;
    const struct ocd__layout *layout;
    const struct ocd__reading *reading;
    const struct ocd_reply *reply;
    size_t first, count; /* its wants */
};

/* --- Failures --- */

static const char *name_of(const struct ocd__item *item)
{
    return ocd__expression_text(item->expression);
}

/* The reason is composed once, and not again in each frame in which it lasts. */
static void record_read_failure(struct ocd__item *item, const struct view *v, size_t want)
{
    const struct ocd__spot *spot = &v->layout->plan.spots[want];
    const struct ocd__group_answer *a = &v->reading->answers[spot->group];
    struct ocd_reply fake = {.status = a->status, .result = a->text, .log = v->reply->log};
    struct ocd_detail *d = &item->failure;
    struct ocd_buffer words = {0};
    bool is_known = item->had_failed || item->read_failed;

    item->read_failed = true;
    if (is_known)
        return;
    ocd__buffer_add(&words, a->text.data, a->text.size);
    ocd__buffer_puts(&words, words.size > 0 && v->reply->log.size > 0 ? "\n" : "");
    ocd__buffer_add(&words, v->reply->log.data, v->reply->log.size);
    int code = ocd__cause_code(v->reply->log);
    if (code == OCD_OK)
        code = ocd__status_not_halted(&fake) ? OCD_ERR_NOT_HALTED : OCD_ERR_TARGET;
    ocd__detail_clear(d);
    if (words.error == 0)
        ocd__detail_message(d, words.data, words.size);
    ocd__detail_fact(d, OCD_FACT_MEMORY, v->layout->plan.groups[spot->group].width);
    d->error.code = code;
    d->error.tcl_code = (int)a->status;
    ocd__detail_address(d, v->layout->wants[want].addr, 0);
    ocd__detail_compose(d, name_of(item));
    ocd__buffer_free(&words);
}

/* Records that the expression has no value. */
static void record_no_value(struct ocd__item *item, int code)
{
    const struct ocd_error *error = ocd_expression_error(item->expression);

    item->unreadable = true;
    if (item->read_failed)
        return;
    ocd__detail_set(&item->failure, error->code != OCD_OK ? error->code : code, "%s",
                    error->message);
    ocd__detail_compose(&item->failure, name_of(item));
}

/* --- Bytes --- */

static int add_missing(struct view *v, struct ocd__item *item, const struct ocd_range *need)
{
    struct ocd__run *r = v->run;
    struct ocd__want want = {
        .addr = need->addr,
        .size = (uint32_t)need->size,
        .width = item->width,
        .twice = ocd__item_is_checked(item),
        .alone = item->alone,
        .held = item->tear == OCD_TEAR_HALT,
    };

    item->pending = true;
    int rc = ocd__buffer_add(&r->missing, &want, sizeof(want));
    return rc == OCD_OK ? ocd__buffer_add(&r->missing_owners, &item->id, sizeof(item->id)) : rc;
}

/* The want that has these bytes, or `first + count`. */
static size_t find_want(const struct view *v, const struct ocd_range *need)
{
    size_t i = v->first;

    for (; i < v->first + v->count; i++) {
        const struct ocd__want *w = &v->layout->wants[i];
        if (need->addr >= w->addr && need->size <= w->size &&
            need->addr - w->addr <= w->size - need->size)
            break;
    }
    return i;
}

static bool is_shared(const struct view *v, size_t want)
{
    const struct ocd__plan *p = &v->layout->plan;
    size_t group = p->spots[want].group, count = 0;

    for (size_t i = 0; i < p->want_count; i++)
        count += p->spots[i].group == group;
    return count > 1;
}

/* The bytes of a want from that address on; NULL: it is unreadable. */
static const uint8_t *bytes_of_want(const struct view *v, struct ocd__item *item, size_t want,
                                    const struct ocd_range *need)
{
    const struct ocd__spot *spot = &v->layout->plan.spots[want];
    const struct ocd__group_answer *a = &v->reading->answers[spot->group];
    size_t at = spot->offset + (size_t)(need->addr - v->layout->wants[want].addr);

    if (a->status != 0) {
        record_read_failure(item, v, want);
        return NULL;
    }
    item->parts = item->parts || !spot->whole;
    item->torn = item->torn || (a->torn && memcmp(v->reading->data + at, v->reading->second + at,
                                                  (size_t)need->size) != 0);
    return v->reading->data + at;
}

/* Gives the expression what it needs, if that was read. */
static int supply(struct view *v, struct ocd__item *item, const struct ocd_range *need)
{
    size_t want = find_want(v, need);
    const uint8_t *data = NULL;

    if (need->size > OCD_SAMPLE_MAX || v->run->rounds > ROUNDS_MAX ||
        !ocd__address_exists(v->run->target, need->addr, need->size))
        return ocd_expression_supply(item->expression, need->addr, NULL, (size_t)need->size);
    if (want == v->first + v->count)
        return add_missing(v, item, need);
    if (v->reading->answers[v->layout->plan.spots[want].group].status != 0 && !item->alone &&
        is_shared(v, want)) {
        item->alone = true; /* another item of the group may be the cause */
        ocd__sampler_changed(v->run->sampler);
        return add_missing(v, item, need);
    }
    data = bytes_of_want(v, item, want, need);
    return ocd_expression_supply(item->expression, need->addr, data, (size_t)need->size);
}

/* --- Items --- */

static bool same_needs(const struct ocd__needs *a, const struct ocd__needs *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->items[i].addr != b->items[i].addr || a->items[i].size != b->items[i].size)
            return false;
    return true;
}

/* Records a need once, although one that was missing is asked for twice. */
static int record_need(struct ocd__item *item, const struct ocd_range *need)
{
    for (size_t i = 0; i < item->seen.count; i++)
        if (item->seen.items[i].addr == need->addr && item->seen.items[i].size == need->size)
            return OCD_OK;
    return ocd__needs_add(&item->seen, need);
}

/* Expects the next frame to need what this one needed. */
static void learn_needs(struct ocd_sampler *s, struct ocd__item *item)
{
    struct ocd__needs before = item->needs;

    if (same_needs(&item->seen, &before))
        return;
    item->needs = item->seen;
    item->seen = before;
    ocd__sampler_changed(s);
}

/* Evaluates the expression until it has its value, or needs what was not read. */
static int advance(struct view *v, struct ocd__item *item)
{
    int rc = OCD_OK, read = OCD_PENDING;

    item->pending = false;
    while (rc == OCD_OK && !item->pending &&
           (read = ocd_expression_read(item->expression)) == OCD_PENDING) {
        size_t count;
        const struct ocd_range *needs = ocd_expression_needs(item->expression, &count);
        for (size_t i = 0; i < count && rc == OCD_OK; i++)
            rc = record_need(item, &needs[i]);
        for (size_t i = 0; i < count && rc == OCD_OK; i++)
            rc = supply(v, item, &needs[i]);
    }
    if (rc != OCD_OK || item->pending)
        return rc;
    if (read == OCD_ERR_NOMEM)
        return read;
    if (read != OCD_OK)
        record_no_value(item, read);
    learn_needs(v->run->sampler, item);
    return OCD_OK;
}

/* One number at a fixed address: its needs are known. */
static int take_plain(struct view *v, struct ocd__item *item)
{
    const struct ocd_range *need = &item->needs.items[0];
    size_t want = find_want(v, need);

    if (v->reading->answers[v->layout->plan.spots[want].group].status != 0)
        return advance(v, item);
    return ocd__expression_take(item->expression, bytes_of_want(v, item, want, need));
}

static int begin(struct view *v, struct ocd__item *item)
{
    ocd__expression_renew(item->expression);
    ocd__expression_set_order(item->expression, v->run->target->endian == OCD_BIG_ENDIAN);
    item->in_frame = true;
    item->was_unreadable = item->unreadable;
    item->had_failed = item->read_failed;
    item->unreadable = item->read_failed = item->torn = item->parts = false;
    item->seen.count = 0;
    item->pending = false;
    if (v->count == 1 && item->needs.count == 1 && ocd__expression_is_plain(item->expression) &&
        find_want(v, &item->needs.items[0]) < v->first + v->count)
        return take_plain(v, item);
    return advance(v, item);
}

/* Its wants in the layout. */
static void find_wants(struct view *v, const struct ocd__item *item)
{
    const struct ocd__layout *l = v->layout;

    v->first += v->count;
    v->count = 0;
    while (v->first < l->plan.want_count && l->owners[v->first] < item->id)
        v->first++;
    while (v->first + v->count < l->plan.want_count && l->owners[v->first + v->count] == item->id)
        v->count++;
}

/* An item that was read alone only because nothing could be read may share groups again. */
static void check_recovery(struct ocd_sampler *s, struct ocd__item *item)
{
    if (item->pending || !item->alone || !item->was_unreadable || item->unreadable)
        return;
    item->alone = false;
    ocd__sampler_changed(s);
}

int ocd__values_begin(struct ocd__run *r, const struct ocd__layout *layout,
                      const struct ocd_reply *reply)
{
    struct view v = {.run = r, .layout = layout, .reading = &r->reading, .reply = reply};
    int rc = OCD_OK;

    r->rounds = 0;
    ocd__buffer_clear(&r->missing);
    ocd__buffer_clear(&r->missing_owners);
    for (struct ocd__item *i = r->sampler->items; i != NULL && rc == OCD_OK; i = i->next) {
        find_wants(&v, i);
        i->in_frame = i->id <= layout->last_id;
        if (i->in_frame)
            rc = begin(&v, i);
        check_recovery(r->sampler, i);
    }
    return rc;
}

int ocd__values_continue(struct ocd__run *r, const struct ocd__layout *layout,
                         const struct ocd_reply *reply)
{
    struct view v = {.run = r, .layout = layout, .reading = &r->extra, .reply = reply};
    int rc = OCD_OK;

    r->rounds++;
    ocd__buffer_clear(&r->missing);
    ocd__buffer_clear(&r->missing_owners);
    for (struct ocd__item *i = r->sampler->items; i != NULL && rc == OCD_OK; i = i->next) {
        find_wants(&v, i);
        if (i->in_frame && i->pending)
            rc = advance(&v, i);
        check_recovery(r->sampler, i);
    }
    return rc;
}
