// SPDX-License-Identifier: MIT
#include "memory/width64.h"

#include <stdlib.h>

int ocd__width64_split(struct ocd_memop *m, struct ocd_transfer_job *job)
{
    job->exact = 4;
    job->layout = ocd__memop_layout(m);
    if (!m->write)
        return OCD_OK; /* the caller's buffer takes the bytes as they are in memory */
    m->image = malloc((size_t)m->size);
    if (m->image == NULL)
        return OCD_ERR_NOMEM;
    for (size_t i = 0; i < m->size; i += 8)
        ocd__text_put(m->image + i, 8, ocd__text_get(m->data + i, 8, OCD_LAYOUT_HOST), job->layout);
    job->data = m->image;
    return OCD_OK;
}

void ocd__width64_join(struct ocd_memop *m)
{
    const struct ocd_transfer *t = &m->transfer;

    if (m->write)
        return;
    for (size_t i = 0; i + 8 <= t->done; i += 8)
        ocd__text_put(m->data + i, 8, ocd__text_get(m->data + i, 8, t->job.layout),
                      OCD_LAYOUT_HOST);
}
