// SPDX-License-Identifier: MIT
#include "memory/state.h"

#include <stdlib.h>

static void release(struct ocd_memory *memory)
{
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
    for (int i = 0; i < 4; i++)
        ocd_tuner_init(&s->memory->tuners[i], i % 2 != 0);
    return true;
}
