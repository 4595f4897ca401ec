// SPDX-License-Identifier: MIT
#include "target/breakpoint_parse.h"

#include <string.h>

#include "base/scan.h"

/* What `bp` prints of each kind, first in 0.12, then in later versions:
 *     IVA breakpoint: 0x20000100, 0x2, 0x00
 *     Software breakpoint(IVA): addr=0x20000100, len=0x2, orig_instr=0x0000
 *     Breakpoint(IVA): 0x08000200, 0x2, 0
 *     Hardware breakpoint(IVA): addr=0x08000200, len=0x2, num=0
 *     Context breakpoint: 0x00000012, 0x4, 1        Context breakpoint: asid=0x00000012, …
 *     Hybrid breakpoint(IVA): 0x00001000, 0x4, 1    Hybrid breakpoint(IVA): addr=0x00001000, …
 *     <tab>|--->linked with ContextID: 0x00000012 */
static const struct {
    const char *words;
    enum ocd_breakpoint_kind kind;
} headings[] = {
    {"IVA breakpoint: ", OCD_BREAKPOINT_SOFT},
    {"Software breakpoint(IVA): addr=", OCD_BREAKPOINT_SOFT},
    {"Breakpoint(IVA): ", OCD_BREAKPOINT_HARD},
    {"Hardware breakpoint(IVA): addr=", OCD_BREAKPOINT_HARD},
    {"Context breakpoint: asid=", OCD_BREAKPOINT_CONTEXT},
    {"Context breakpoint: ", OCD_BREAKPOINT_CONTEXT},
    {"Hybrid breakpoint(IVA): addr=", OCD_BREAKPOINT_HYBRID},
    {"Hybrid breakpoint(IVA): ", OCD_BREAKPOINT_HYBRID},
};

#define LINKED "\t|--->linked with ContextID: "

static bool take_u32(struct ocd_view *text, uint32_t *value)
{
    uint64_t number;

    if (!ocd__scan_number(text, &number) || number > UINT32_MAX)
        return false;
    *value = (uint32_t)number;
    return true;
}

static struct ocd_view take_full_line(struct ocd_view *text)
{
    struct ocd_view line = {NULL, 0};

    while (line.size == 0 && text->size > 0)
        line = ocd__scan_line(text);
    return line;
}

static bool take_fields(struct ocd_view line, struct ocd_breakpoint *b)
{
    uint64_t number;

    if (!ocd__scan_number(&line, &number) || !ocd__scan_skip(&line, ", "))
        return false;
    ocd__scan_skip(&line, "len=");
    if (!take_u32(&line, &b->length) || !ocd__scan_skip(&line, ", "))
        return false;
    if (b->kind == OCD_BREAKPOINT_CONTEXT && number > UINT32_MAX)
        return false;
    if (b->kind == OCD_BREAKPOINT_CONTEXT)
        b->asid = (uint32_t)number;
    else
        b->addr = number;
    if (b->kind == OCD_BREAKPOINT_SOFT)
        return true; /* the original instruction follows, truncated in 0.12 */
    ocd__scan_skip(&line, "num=");
    return take_u32(&line, &b->number) && line.size == 0;
}

int ocd__breakpoint_parse(struct ocd_view *text, struct ocd_breakpoint *b)
{
    struct ocd_view line = take_full_line(text);
    size_t i = 0;

    if (line.size == 0)
        return 0;
    while (i < sizeof(headings) / sizeof(*headings) && !ocd__scan_skip(&line, headings[i].words))
        i++;
    if (i == sizeof(headings) / sizeof(*headings))
        return OCD_ERR_PROTOCOL;
    *b = (struct ocd_breakpoint){.kind = headings[i].kind};
    if (!take_fields(line, b))
        return OCD_ERR_PROTOCOL;
    if (b->kind != OCD_BREAKPOINT_HYBRID)
        return 1;
    line = take_full_line(text);
    return ocd__scan_skip(&line, LINKED) && take_u32(&line, &b->asid) && line.size == 0
               ? 1
               : OCD_ERR_PROTOCOL;
}

/* A number up to 0.12, a letter later. */
static bool take_access(struct ocd_view *line, enum ocd_watchpoint_access *access, bool *letter)
{
    static const char marks[] = "012rwa";
    static const enum ocd_watchpoint_access meanings[] = {OCD_WATCHPOINT_READ, OCD_WATCHPOINT_WRITE,
                                                          OCD_WATCHPOINT_ACCESS};
    const char *mark =
        line->size > 0 && line->data[0] != '\0' ? strchr(marks, line->data[0]) : NULL;

    if (mark == NULL)
        return false;
    *letter = mark - marks >= 3;
    *access = meanings[(mark - marks) % 3];
    line->data++;
    line->size--;
    return true;
}

/* address: 0x20000000, len: 0x00000004, r/w/a: 1, value: 0x00000000, mask: 0xffffffff */
int ocd__watchpoint_parse(struct ocd_view *text, struct ocd_watchpoint *w)
{
    struct ocd_view line = take_full_line(text);
    bool letter;

    if (line.size == 0)
        return 0;
    *w = (struct ocd_watchpoint){0};
    if (!ocd__scan_skip(&line, "address: ") || !ocd__scan_number(&line, &w->addr) ||
        !ocd__scan_skip(&line, ", len: ") || !take_u32(&line, &w->length) ||
        !ocd__scan_skip(&line, ", r/w/a: ") || !take_access(&line, &w->access, &letter) ||
        !ocd__scan_skip(&line, ", value: ") || !ocd__scan_number(&line, &w->value) ||
        !ocd__scan_skip(&line, ", mask: ") || !ocd__scan_number(&line, &w->ignore) || line.size > 0)
        return OCD_ERR_PROTOCOL;
    /* 0.12 has masks of 32 bits; all of them set mean any value. */
    w->match_value = w->ignore != (letter ? UINT64_MAX : UINT32_MAX);
    if (!w->match_value)
        w->value = w->ignore = 0;
    return 1;
}
