// SPDX-License-Identifier: MIT
/* A second file: statics of the same name as in values.c, and the definition of a type. */
#include <stdint.h>

#define KEEP __attribute__((used))

static int same = 2;
struct opaque {
    int secret, more;
};
KEEP struct opaque the_opaque = {11, 12};
const int far_away = 5;
KEEP uint16_t other_only = 0xbeef;

KEEP int next(void)
{
    static int count = 99;
    return ++count;
}

int other_same(void)
{
    return ++same + next();
}
