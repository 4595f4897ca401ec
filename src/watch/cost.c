// SPDX-License-Identifier: MIT
#include "watch/cost.h"

#include "transfer/text.h"

/* Fewer words are read by one access, whatever it costs. */
#define WORTH_MEASURING 16u

struct ocd__cost ocd__cost_default(void)
{
    return (struct ocd__cost){.access = 100, .word = 0.5, .words_max = OCD_TEXT_READ_VALUES};
}

size_t ocd__cost_sizes(uint64_t words, uint32_t sizes[OCD__COST_SIZES])
{
    static const uint32_t wanted[] = {1, 64, OCD_TEXT_READ_VALUES, 1024};
    size_t count = 0;

    if (words < WORTH_MEASURING)
        return 0;
    for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted) && wanted[i] <= words; i++)
        sizes[count++] = wanted[i];
    if (count == 1)
        sizes[count++] = (uint32_t)words;
    return count;
}

/* On OpenOCD's development branch the time for a read grows with the square of its words: an access
 * has as many as are cheap. */
struct ocd__cost ocd__cost_fit(const uint32_t *sizes, const double *us, size_t count)
{
    struct ocd__cost cost = ocd__cost_default();
    double best = 0;

    if (count < 2 || us[0] <= 0)
        return cost;
    cost.access = us[0];
    for (size_t i = 1; i < count; i++) {
        double word = (us[i] - us[0]) / (sizes[i] - 1);
        if (word < 0.001)
            word = 0.001;
        if (i > 1 && word > 1.5 * best)
            break;
        if (i == 1 || word < best)
            best = word;
        if (sizes[i] > cost.words_max)
            cost.words_max = sizes[i];
    }
    cost.word = best;
    return cost;
}
