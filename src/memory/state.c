// SPDX-License-Identifier: MIT
#include "memory/state.h"

#include <stdlib.h>

static void release(struct ocd_memory *memory)
{
    ocd_local_free(&memory->local);
    free(memory);
}

bool ocd_memory_prepare(struct ocd_session *s)
{
    if (s->memory != NULL)
        return true;
    s->memory = calloc(1, sizeof(*s->memory));
    if (s->memory == NULL)
        return false;
    s->free_memory = release;
    ocd_local_init(&s->memory->local);
    for (int i = 0; i < 4; i++)
        ocd_tuner_init(&s->memory->tuners[i], i >= 2       ? OCD_TUNER_EXACT
                                              : i % 2 != 0 ? OCD_TUNER_WRITE
                                                           : OCD_TUNER_READ);
    return true;
}
