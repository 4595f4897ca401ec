// SPDX-License-Identifier: MIT
/* Pointers and functions as GDB writes them. */
#include <inttypes.h>
#include <string.h>

#include "symbols/value/value.h"

void ocd__write_address(struct ocd_out *o, uint64_t addr)
{
    size_t start;

    ocd__buffer_printf(&o->text, "0x%" PRIx64, addr);
    start = o->text.size;
    ocd__buffer_puts(&o->text, " <");
    if (ocd__describe_address(o->e->symbols, addr, &o->text))
        ocd__buffer_puts(&o->text, ">");
    else if (o->text.error == 0)
        o->text.data[o->text.size = start] = '\0';
}

void ocd__write_pointer(struct ocd_out *o, const struct ocd_value *v)
{
    struct ocd_type *type = v->type != NULL ? ocd__type_resolve((struct ocd_type *)v->type) : NULL;
    struct ocd_type *target = type != NULL ? ocd__type_target(type) : NULL;

    if (ocd__write_formatted(o, v))
        return;
    ocd__write_address(o, v->number);
    if (target == NULL || v->number == 0 || ocd__text_width(target) == 0)
        return;
    size_t start = o->text.size;
    ocd__buffer_puts(&o->text, " ");
    if (!ocd__write_text_of(o, v, target) && o->text.error == 0)
        o->text.data[o->text.size = start] = '\0';
}

void ocd__write_function(struct ocd_out *o, const struct ocd_value *v)
{
    struct ocd_type *type = ocd__type_resolve((struct ocd_type *)v->type);

    ocd__buffer_printf(&o->text, "{%s} ", ocd__type_name(type));
    ocd__write_address(o, v->addr);
}
