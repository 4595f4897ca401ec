// SPDX-License-Identifier: MIT
/* Pointers and functions as GDB writes them. */
#include <inttypes.h>
#include <string.h>

#include "symbols/value/value.h"

void ocd_write_address(struct ocd_out *o, uint64_t addr)
{
    size_t start;

    ocd_buffer_printf(&o->text, "0x%" PRIx64, addr);
    start = o->text.size;
    ocd_buffer_puts(&o->text, " <");
    if (ocd_describe_address(o->e->symbols, addr, &o->text))
        ocd_buffer_puts(&o->text, ">");
    else if (o->text.error == 0)
        o->text.data[o->text.size = start] = '\0';
}

void ocd_write_pointer(struct ocd_out *o, const struct ocd_value *v)
{
    struct ocd_type *type = v->type != NULL ? ocd_type_resolve((struct ocd_type *)v->type) : NULL;
    struct ocd_type *target = type != NULL ? ocd_type_target(type) : NULL;

    if (ocd_write_formatted(o, v))
        return;
    ocd_write_address(o, v->number);
    if (target == NULL || v->number == 0 || ocd_text_width(target) == 0)
        return;
    size_t start = o->text.size;
    ocd_buffer_puts(&o->text, " ");
    if (!ocd_write_text_of(o, v, target) && o->text.error == 0)
        o->text.data[o->text.size = start] = '\0';
}

void ocd_write_function(struct ocd_out *o, const struct ocd_value *v)
{
    struct ocd_type *type = ocd_type_resolve((struct ocd_type *)v->type);

    ocd_buffer_printf(&o->text, "{%s} ", ocd_type_name(type));
    ocd_write_address(o, v->addr);
}
