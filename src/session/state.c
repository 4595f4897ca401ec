// SPDX-License-Identifier: MIT
#include "session/state.h"

#define COUNT (sizeof(names) / sizeof(*names))

static const char *const names[] = {
#define OCD_STATE_TEXT(name, text) [OCD_STATE_##name] = text,
    OCD_STATE_MAP(OCD_STATE_TEXT)
#undef OCD_STATE_TEXT
};

enum ocd_target_state ocd__state_parse(struct ocd_view word)
{
    for (size_t i = 0; i < COUNT; i++)
        if (ocd__view_is(word, names[i]))
            return (enum ocd_target_state)i;
    return OCD_STATE_UNKNOWN;
}

const char *ocd_state_name(enum ocd_target_state state)
{
    return (size_t)state < COUNT ? names[state] : names[OCD_STATE_UNKNOWN];
}
