// SPDX-License-Identifier: MIT
#include "image/index.h"

#include <stdlib.h>

enum {
    FIRST_ROOM = 64, /* extents */
};

static int grow(struct ocd_index *x)
{
    if (x->extent_count < x->extent_room)
        return OCD_OK;
    if (x->extent_count >= OCD_IMAGE_RANGES_MAX)
        return OCD_ERR_FORMAT;
    size_t room = x->extent_room == 0 ? FIRST_ROOM : x->extent_room * 2;
    struct ocd_extent *extents = realloc(x->extents, room * sizeof(*extents));
    if (extents == NULL)
        return OCD_ERR_NOMEM;
    x->extents = extents;
    x->extent_room = room;
    return OCD_OK;
}

static int add_extent(struct ocd_index *x, const struct ocd_extent *extent)
{
    int rc = grow(x);

    if (rc != OCD_OK)
        return rc;
    if (x->extent_count > 0 && extent->first <= x->highest) {
        if (x->disorder == 0)
            x->disorder_place = extent->place;
        x->disorder++;
    }
    x->extents[x->extent_count++] = *extent;
    return OCD_OK;
}

static void account(struct ocd_index *x, uint64_t first, uint64_t last)
{
    uint64_t size = last - first + 1;

    if (last > x->highest)
        x->highest = last;
    x->added = size > UINT64_MAX - x->added || size == 0 ? UINT64_MAX : x->added + size;
}

int ocd__index_add(struct ocd_index *x, uint64_t first, uint64_t last, const struct ocd_mark *mark,
                   uint64_t place, enum ocd_extent_kind kind)
{
    struct ocd_extent *previous = x->extent_count > 0 ? &x->extents[x->extent_count - 1] : NULL;
    int rc = OCD_OK;

    if (kind == OCD_EXTENT_RECORDS && previous != NULL && previous->kind == OCD_EXTENT_RECORDS &&
        previous->last != UINT64_MAX && previous->last + 1 == first)
        previous->last = last;
    else
        rc = add_extent(x, &(struct ocd_extent){first, last, *mark, *mark, first, place, kind});
    if (rc == OCD_OK)
        account(x, first, last);
    return rc;
}

/* --- Segments --- */

/* The extents that reach over an address, as a heap with the latest one on top. Extents that have
 * ended stay in it until they come to the top. */
struct sweep {
    struct ocd_index *x;
    size_t *order; /* the extents by their first addresses */
    size_t *heap;
    size_t heap_count;
    size_t room; /* of x->segments */
};

struct key {
    uint64_t first;
    size_t extent;
};

static int compare(const void *a, const void *b)
{
    const struct key *p = a;
    const struct key *q = b;

    if (p->first != q->first)
        return p->first < q->first ? -1 : 1;
    return p->extent < q->extent ? -1 : p->extent > q->extent;
}

static size_t *sorted(const struct ocd_index *x)
{
    struct key *keys = malloc(x->extent_count * sizeof(*keys));
    size_t *order = malloc(x->extent_count * sizeof(*order));

    if (keys != NULL && order != NULL) {
        for (size_t i = 0; i < x->extent_count; i++)
            keys[i] = (struct key){x->extents[i].first, i};
        qsort(keys, x->extent_count, sizeof(*keys), compare);
        for (size_t i = 0; i < x->extent_count; i++)
            order[i] = keys[i].extent;
    }
    if (keys == NULL) {
        free(order);
        order = NULL;
    }
    free(keys);
    return order;
}

static void push(struct sweep *s, size_t extent)
{
    size_t i = s->heap_count++;

    for (; i > 0 && s->heap[(i - 1) / 2] < extent; i = (i - 1) / 2)
        s->heap[i] = s->heap[(i - 1) / 2];
    s->heap[i] = extent;
}

static void pop(struct sweep *s)
{
    size_t moved = s->heap[--s->heap_count];
    size_t i = 0;

    for (size_t child; (child = 2 * i + 1) < s->heap_count; i = child) {
        if (child + 1 < s->heap_count && s->heap[child + 1] > s->heap[child])
            child++;
        if (s->heap[child] <= moved)
            break;
        s->heap[i] = s->heap[child];
    }
    s->heap[i] = moved;
}

/* Each step of the sweep begins or ends an extent, so 2 * extent_count segments are enough. */
static void emit(struct sweep *s, uint64_t first, uint64_t last, size_t extent)
{
    struct ocd_index *x = s->x;
    struct ocd_segment *previous = x->segment_count > 0 ? &x->segments[x->segment_count - 1] : NULL;

    if (previous != NULL && previous->extent == extent && previous->last + 1 == first)
        previous->last = last;
    else
        x->segments[x->segment_count++] = (struct ocd_segment){first, last, extent};
}

/* From the start of one extent to the start of the next, which is `limit`. */
static void sweep_to(struct sweep *s, uint64_t *at, uint64_t limit, bool limited)
{
    while (s->heap_count > 0) {
        size_t top = s->heap[0];
        uint64_t last = s->x->extents[top].last;

        if (last < *at) {
            pop(s);
            continue;
        }
        if (limited && last >= limit) {
            if (limit > *at)
                emit(s, *at, limit - 1, top);
            return;
        }
        emit(s, *at, last, top);
        pop(s);
        if (last == UINT64_MAX) {
            s->heap_count = 0; /* none reaches further */
            return;
        }
        *at = last + 1;
    }
}

static int cut(struct ocd_index *x)
{
    struct sweep s = {.x = x, .order = sorted(x), .heap = malloc(x->extent_count * sizeof(size_t))};
    uint64_t at = 0;

    x->segments = malloc(2 * x->extent_count * sizeof(*x->segments));
    if (s.order == NULL || s.heap == NULL || x->segments == NULL) {
        free(s.order);
        free(s.heap);
        return OCD_ERR_NOMEM;
    }
    for (size_t i = 0; i < x->extent_count; i++) {
        const struct ocd_extent *extent = &x->extents[s.order[i]];
        sweep_to(&s, &at, extent->first, true);
        at = extent->first;
        push(&s, s.order[i]);
    }
    sweep_to(&s, &at, 0, false);
    free(s.order);
    free(s.heap);
    return OCD_OK;
}

/* Extents that ascend are the segments. */
static int copy(struct ocd_index *x)
{
    x->segments = malloc(x->extent_count * sizeof(*x->segments));
    if (x->segments == NULL)
        return OCD_ERR_NOMEM;
    for (size_t i = 0; i < x->extent_count; i++)
        x->segments[i] = (struct ocd_segment){x->extents[i].first, x->extents[i].last, i};
    x->segment_count = x->extent_count;
    return OCD_OK;
}

static int add_ranges(struct ocd_index *x)
{
    x->ranges = malloc(x->segment_count * sizeof(*x->ranges));
    if (x->ranges == NULL)
        return OCD_ERR_NOMEM;
    for (size_t i = 0; i < x->segment_count; i++) {
        const struct ocd_segment *s = &x->segments[i];
        uint64_t size = s->last - s->first + 1;
        if (size == 0 || size > UINT64_MAX - x->bytes)
            return OCD_ERR_FORMAT;
        x->bytes += size;
        if (i > 0 && s->first == x->segments[i - 1].last + 1)
            x->ranges[x->range_count - 1].size += size;
        else
            x->ranges[x->range_count++] = (struct ocd_range){.addr = s->first, .size = size};
    }
    return OCD_OK;
}

/* The lowest address that has more than one record. */
static void find_overlap(struct ocd_index *x)
{
    size_t *order = sorted(x);

    if (order == NULL)
        return;
    size_t reach = order[0]; /* the extent that reaches furthest */
    for (size_t i = 1; i < x->extent_count; i++) {
        size_t extent = order[i];
        if (x->extents[extent].first <= x->extents[reach].last) {
            x->overlap_addr = x->extents[extent].first;
            x->overlap_place = x->extents[extent > reach ? extent : reach].place;
            break;
        }
        reach = extent;
    }
    free(order);
}

int ocd__index_finish(struct ocd_index *x)
{
    if (x->extent_count == 0)
        return OCD_OK;
    int rc = x->disorder == 0 ? copy(x) : cut(x);
    if (rc == OCD_OK)
        rc = add_ranges(x);
    if (rc == OCD_OK && x->added > x->bytes)
        find_overlap(x);
    return rc;
}

void ocd__index_free(struct ocd_index *x)
{
    free(x->extents);
    free(x->segments);
    free(x->ranges);
    *x = (struct ocd_index){0};
}
