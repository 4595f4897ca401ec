// SPDX-License-Identifier: MIT
#include "hexview.h"

#include <inttypes.h>
#include <string.h>

bool hexview_wanted(const struct hexview *view)
{
    return view->columns != 0 || view->group != 0 || view->squeeze || view->colour;
}

/* Classes of bytes, as in hexyl. */
static const char *colour_of(uint8_t byte, bool unreadable)
{
    if (unreadable)
        return "\033[31m";
    if (byte == 0)
        return "\033[90m";
    if (byte == ' ' || (byte >= 0x09 && byte <= 0x0D))
        return "\033[32m";
    if (byte > 0x20 && byte < 0x7F)
        return "\033[36m";
    return byte < 0x80 ? "\033[35m" : "\033[33m";
}

static void paint(struct hexview *view, unsigned i, const char **now)
{
    const char *colour = colour_of(view->bytes[i], view->unreadable[i]);
    if (view->colour && (*now == NULL || strcmp(*now, colour) != 0)) {
        output_text(view->output, colour);
        *now = colour;
    }
}

static void unpaint(struct hexview *view, const char **now)
{
    if (*now != NULL) {
        output_text(view->output, "\033[0m");
        *now = NULL;
    }
}

static void print_bytes(struct hexview *view, unsigned columns, unsigned group)
{
    const char *now = NULL;
    for (unsigned i = 0; i < columns; i++) {
        unsigned begin = i - i % group;
        unsigned length = view->fill < begin + group ? view->fill - begin : group;
        unsigned from = view->little && i < view->fill ? begin + length - 1 - i % group : i;
        if (i > 0 && i % group == 0) {
            unpaint(view, &now);
            output_text(view->output, columns > 8 && i == columns / 2 ? "  " : " ");
        }
        if (i >= view->fill) {
            unpaint(view, &now);
            output_text(view->output, "  ");
            continue;
        }
        paint(view, from, &now);
        if (view->unreadable[from])
            output_text(view->output, "??");
        else
            output_printf(view->output, "%02X", view->bytes[from]);
    }
    unpaint(view, &now);
}

static void print_text(struct hexview *view)
{
    const char *now = NULL;
    output_text(view->output, "  |");
    for (unsigned i = 0; i < view->fill; i++) {
        char c = (char)view->bytes[i];
        bool shown = !view->unreadable[i] && view->bytes[i] >= 0x20 && view->bytes[i] <= 0x7E;
        paint(view, i, &now);
        output_printf(view->output, "%c", shown ? c : view->unreadable[i] ? '?' : '.');
    }
    unpaint(view, &now);
    output_text(view->output, "|\n");
}

static bool repeats(const struct hexview *view, unsigned columns)
{
    static const bool none[HEXVIEW_COLUMNS_MAX];
    return view->squeeze && view->has_last && view->fill == columns &&
           memcmp(view->bytes, view->last, columns) == 0 &&
           memcmp(view->unreadable, none, columns) == 0;
}

static void print_line(struct hexview *view, bool end)
{
    unsigned columns = view->columns != 0 ? view->columns : 16;
    if (!end && repeats(view, columns)) {
        if (!view->starred)
            output_text(view->output, "*\n");
        view->starred = true;
    } else {
        output_printf(view->output, "%0*" PRIX64 ": ", view->digits, view->addr);
        print_bytes(view, columns, view->group != 0 ? view->group : 1);
        print_text(view);
        view->starred = false;
    }
    memcpy(view->last, view->bytes, sizeof(view->last));
    view->has_last = memchr(view->unreadable, true, view->fill) == NULL;
    view->addr += view->fill;
    view->fill = 0;
}

/* A full line is printed when more follows: the last one is never squeezed, so that the end of the
 * range can be seen. */
int hexview_add(struct hexview *view, uint64_t addr, const uint8_t *data, uint64_t size)
{
    unsigned columns = view->columns != 0 ? view->columns : 16;
    for (uint64_t i = 0; i < size && view->output->error == 0; i++) {
        if (view->fill == columns)
            print_line(view, false);
        if (view->fill == 0)
            view->addr = addr + i;
        view->unreadable[view->fill] = data == NULL;
        view->bytes[view->fill++] = data != NULL ? data[i] : 0;
    }
    return view->output->error;
}

int hexview_finish(struct hexview *view)
{
    if (view->fill > 0)
        print_line(view, true);
    return view->output->error;
}
