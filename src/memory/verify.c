// SPDX-License-Identifier: MIT
#include "memory/verify.h"

#include <stdlib.h>
#include <string.h>

/* The bytes written at this address: in the caller's buffer, or produced again. */
static const uint8_t *expected(struct ocd_memop *m, const uint8_t *source, uint64_t addr,
                               size_t size)
{
    if (source != NULL)
        return source + (addr - m->addr);
    if (size > m->expected_size) {
        uint8_t *bigger = realloc(m->expected, size);
        if (bigger == NULL)
            return NULL;
        m->expected = bigger;
        m->expected_size = size;
    }
    m->class->produce(m, addr, m->expected, size);
    return m->expected;
}

static int compare(struct ocd_transfer *t, uint64_t addr, const void *data, uint64_t size)
{
    struct ocd_memop *m = (struct ocd_memop *)t->op;
    const uint8_t *source = m->image != NULL ? m->image : m->data;
    const uint8_t *want = expected(m, source, addr, (size_t)size);
    const uint8_t *have = data;
    size_t i = 0;

    if (want == NULL)
        return OCD_ERR_NOMEM;
    m->done = addr - m->addr;
    if (memcmp(want, have, (size_t)size) == 0) {
        m->done += size;
        return OCD_OK;
    }
    while (want[i] == have[i])
        i++;
    unsigned unit = t->job.exact != 0 ? t->job.exact : 1;
    i -= i % unit;
    t->failed_addr = addr + i;
    m->done += i;
    int digits = (int)unit * 2;
    return ocd__detail_set(&t->op->detail, OCD_ERR_MISMATCH,
                           "wrote 0x%0*llx, but it reads back as 0x%0*llx", digits,
                           (unsigned long long)ocd__text_get(want + i, unit, t->job.layout), digits,
                           (unsigned long long)ocd__text_get(have + i, unit, t->job.layout));
}

void ocd__verify_prepare(struct ocd_memop *m, struct ocd_transfer_job *job)
{
    m->done = 0;
    job->write = false;
    job->data = NULL;
    job->produce = NULL;
    job->consume = compare;
}
