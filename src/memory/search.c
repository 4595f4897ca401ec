// SPDX-License-Identifier: MIT
/* Every occurrence of a pattern in target memory. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "memory/match.h"
#include "memory/memop.h"

#define PATTERN_MAX 65536

struct search {
    struct ocd_memop memop;
    struct ocd_matcher matcher;
    uint8_t *pattern;
    ocd_match_fn match; /* NULL: collect into `found` */
    void *user;
    struct ocd_buffer found; /* of uint64_t */
    uint64_t **matches;
    size_t *count;
};

static int emit(uint64_t addr, void *user)
{
    struct search *s = user;

    if (s->match == NULL)
        return ocd__buffer_add(&s->found, &addr, sizeof(addr));
    bool stop = s->match(addr, s->user) != 0;
    /* The callback may have ended the operation: no match comes after that. */
    return !stop && s->memop.op.result == OCD_PENDING ? OCD_OK : OCD_TRANSFER_STOP;
}

static int consume(struct ocd_memop *m, uint64_t addr, const void *data, uint64_t size)
{
    struct search *s = (struct search *)m;

    (void)addr;
    return ocd__matcher_add(&s->matcher, data, (size_t)size);
}

static void ended(struct ocd_op *op, int result)
{
    struct search *s = (struct search *)op;

    (void)result;
    if (s->matches == NULL || s->found.size == 0)
        return;
    *s->count = s->found.size / sizeof(uint64_t);
    s->found.error = 0; /* without memory for all matches the first ones are returned */
    *s->matches = (uint64_t *)(void *)ocd__buffer_take(&s->found);
    if (*s->matches == NULL)
        *s->count = 0;
}

static void destroy(struct ocd_op *op)
{
    struct search *s = (struct search *)op;

    ocd__matcher_free(&s->matcher);
    ocd__buffer_free(&s->found);
    free(s->pattern);
    ocd__memop_destroy(op);
}

static const struct ocd_memop_class search_class = {
    .op = OCD_MEMOP_CLASS(struct search, .account = ocd__memop_account, .ended = ended,
                          .destroy = destroy),
    .consume = consume,
};

static void begin(struct search *s, const void *pattern, size_t length, uint64_t start,
                  uint64_t end)
{
    struct ocd_op *op = &s->memop.op;

    op->call.flags &= ~(unsigned)OCD_READ_SKIP_UNREADABLE; /* a gap would hide matches */
    if (pattern == NULL || length == 0 || length > PATTERN_MAX) {
        ocd__op_fail(op, OCD_ERR_ARG, "a pattern has 1 to %d bytes", PATTERN_MAX);
        return;
    }
    if (end < start) {
        ocd__op_fail(op, OCD_ERR_ARG, "the range ends before it starts");
        return;
    }
    s->pattern = malloc(length);
    if (s->pattern == NULL) {
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
        return;
    }
    memcpy(s->pattern, pattern, length);
    if (ocd__matcher_init(&s->matcher, s->pattern, length, start, emit, s) != OCD_OK)
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
    else /* where no match fits nothing need be read */
        ocd__memop_begin(&s->memop, start, end - start < length ? 0 : end - start, NULL, true);
}

static struct search *new_search(struct ocd_session *session, uint64_t start, uint64_t end,
                                 const struct ocd_call *call)
{
    return (struct search *)ocd__op_new(session, &search_class.op, call,
                                        "search from 0x%08" PRIX64 " to 0x%08" PRIX64, start, end);
}

struct ocd_op *ocd_search_async(struct ocd_session *session, const void *pattern, size_t length,
                                uint64_t start, uint64_t end, uint64_t **matches, size_t *count,
                                const struct ocd_call *call)
{
    struct search *s = new_search(session, start, end, call);

    if (matches != NULL)
        *matches = NULL;
    if (count != NULL)
        *count = 0;
    if (s == NULL)
        return NULL;
    if (matches == NULL || count == NULL) {
        ocd__op_fail(&s->memop.op, OCD_ERR_ARG, "the pointer for the matches is NULL");
        return &s->memop.op;
    }
    s->matches = matches;
    s->count = count;
    begin(s, pattern, length, start, end);
    return &s->memop.op;
}

struct ocd_op *ocd_search_each_async(struct ocd_session *session, const void *pattern,
                                     size_t length, uint64_t start, uint64_t end,
                                     ocd_match_fn match, void *user, const struct ocd_call *call)
{
    struct search *s = new_search(session, start, end, call);

    if (s == NULL)
        return NULL;
    s->match = match;
    s->user = user;
    if (match == NULL)
        ocd__op_fail(&s->memop.op, OCD_ERR_ARG, "the callback for the matches is NULL");
    else
        begin(s, pattern, length, start, end);
    return &s->memop.op;
}

int ocd_search(struct ocd_session *session, const void *pattern, size_t length, uint64_t start,
               uint64_t end, uint64_t **matches, size_t *count)
{
    return ocd__op_wait(
        session, ocd_search_async(session, pattern, length, start, end, matches, count, NULL));
}

int ocd_search_each(struct ocd_session *session, const void *pattern, size_t length, uint64_t start,
                    uint64_t end, ocd_match_fn match, void *user)
{
    return ocd__op_wait(
        session, ocd_search_each_async(session, pattern, length, start, end, match, user, NULL));
}
