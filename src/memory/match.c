// SPDX-License-Identifier: MIT
/* The algorithm of Knuth, Morris and Pratt: its whole state between two chunks is one number, and
 * its time is linear for every pattern. While nothing is matched, memchr skips ahead. */
#include "memory/match.h"

#include <stdlib.h>
#include <string.h>

#include "ocd.h"

int ocd__matcher_init(struct ocd_matcher *m, const void *pattern, size_t length, uint64_t start,
                      ocd_matcher_fn *match, void *user)
{
    *m = (struct ocd_matcher){
        .pattern = pattern, .length = length, .next = start, .match = match, .user = user};
    m->border = calloc(length, sizeof(*m->border));
    if (m->border == NULL)
        return OCD_ERR_NOMEM;

    size_t k = 0;
    for (size_t i = 1; i < length; ++i) {
        while (k != 0 && m->pattern[i] != m->pattern[k])
            k = m->border[k - 1];
        if (m->pattern[i] == m->pattern[k])
            ++k;
        m->border[i] = k;
    }
    return 0;
}

void ocd__matcher_free(struct ocd_matcher *m)
{
    free(m->border);
    m->border = NULL;
}

int ocd__matcher_add(struct ocd_matcher *m, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    size_t matched = m->matched;
    for (size_t i = 0; i < size; ++i) {
        if (matched == 0) {
            const uint8_t *first = memchr(bytes + i, m->pattern[0], size - i);
            if (first == NULL)
                break;
            i = (size_t)(first - bytes);
        }
        while (matched != 0 && bytes[i] != m->pattern[matched])
            matched = m->border[matched - 1];
        if (bytes[i] == m->pattern[matched])
            ++matched;
        if (matched == m->length) {
            matched = m->border[matched - 1];
            int stop = m->match(m->next + i + 1 - m->length, m->user);
            if (stop != 0)
                return stop;
        }
    }
    m->matched = matched;
    m->next += size;
    return 0;
}
