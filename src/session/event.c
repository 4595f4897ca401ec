// SPDX-License-Identifier: MIT
#include "session/event.h"

#include <string.h>

#include "session/state.h"

static const struct {
    const char *words;
    enum ocd_event_kind kind;
} beginnings[] = {
    {"type target_event event ", OCD_EVENT_TARGET},
    {"type target_state state ", OCD_EVENT_STATE},
    {"type target_reset mode ", OCD_EVENT_RESET},
};

struct ocd_event ocd__event_parse(struct ocd_view frame)
{
    struct ocd_event event = {.kind = OCD_EVENT_OTHER, .name = "", .text = frame.data};

    while (frame.size > 0 &&
           (frame.data[frame.size - 1] == '\n' || frame.data[frame.size - 1] == '\r'))
        frame.size--;
    frame.data[frame.size] = '\0';
    for (size_t i = 0; i < sizeof(beginnings) / sizeof(*beginnings); i++) {
        size_t size = strlen(beginnings[i].words);
        if (strncmp(frame.data, beginnings[i].words, size) != 0)
            continue;
        event.kind = beginnings[i].kind;
        event.name = frame.data + size;
    }
    if (event.kind == OCD_EVENT_STATE)
        event.state = ocd__state_parse((struct ocd_view){(char *)event.name, strlen(event.name)});
    return event;
}
