// SPDX-License-Identifier: MIT
#include "memory/tuner.h"

void ocd_tuner_init(struct ocd_tuner *t, bool write)
{
    t->count = write ? 4096 : 1024;
    t->window = 4;
    t->method = OCD_METHOD_MEMORY;
}
