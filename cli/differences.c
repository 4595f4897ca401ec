// SPDX-License-Identifier: MIT
#include "differences.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "elf.h"
#include "numbers.h"
#include "text.h"

/* Ranges that are shown without --all. */
#define SHOWN 8

void differences_begin(struct differences *d)
{
    if (d->json)
        output_text(&d->output, "{\"differences\": [");
}

static void print_hex(struct output *output, const char *name, const uint8_t *bytes, size_t size)
{
    output_printf(output, ", \"%s\": ", name);
    if (bytes == NULL) {
        output_text(output, "null");
        return;
    }
    output_text(output, "\"");
    for (size_t i = 0; i < size; i++)
        output_printf(output, "%02X", bytes[i]);
    output_text(output, "\"");
}

static void print_json(struct differences *d, const struct ocd_difference *difference)
{
    int digits = number_address_digits(difference->addr, difference->size);
    output_printf(&d->output, "%s\n  {\"address\": \"0x%0*" PRIX64 "\", \"size\": %" PRIu64,
                  d->count == 1 ? "" : ",", digits, difference->addr, difference->size);
    print_hex(&d->output, d->names[0], difference->expected, difference->shown);
    print_hex(&d->output, d->names[1], difference->actual, difference->shown);
    output_text(&d->output, "}");
}

static void print_side(struct differences *d, char mark, const struct ocd_difference *difference,
                       const uint8_t *bytes, const char *name)
{
    char *text = NULL;
    if (bytes == NULL) {
        output_printf(&d->output, "%c (nothing in %s)\n", mark, name);
        return;
    }
    if (ocd_hexdump_format(difference->addr, bytes, difference->shown, &text) != OCD_OK)
        return;
    for (const char *line = text; *line != '\0';) {
        size_t size = strcspn(line, "\n");
        output_printf(&d->output, "%c %.*s\n", mark, (int)size, line);
        line += size + 1;
    }
    ocd_free(text);
}

int differences_tell(const struct ocd_difference *difference, void *user)
{
    struct differences *d = user;
    d->count++;
    if (d->json) {
        print_json(d, difference);
        return d->output.error;
    }
    if (!d->all && d->count > SHOWN)
        return d->output.error;
    if (d->progress != NULL)
        progress_make_room(d->progress);
    int digits = number_address_digits(difference->addr, difference->size);
    char name[ELF_NAME_MAX];
    output_printf(&d->output, "0x%0*" PRIX64, digits, difference->addr);
    if (d->cli != NULL && elf_name(d->cli, difference->addr, name))
        output_printf(&d->output, " <%s>", name);
    output_printf(&d->output, ": %" PRIu64 " byte%s differ%s\n", difference->size,
                  difference->size == 1 ? "" : "s", difference->size == 1 ? "s" : "");
    print_side(d, '<', difference, difference->expected, d->names[0]);
    print_side(d, '>', difference, difference->actual, d->names[1]);
    return d->output.error;
}

void differences_end(struct differences *d)
{
    const struct ocd_verify_summary *s = &d->summary;
    if (d->json) {
        output_printf(&d->output,
                      "%s], \"bytes\": %" PRIu64 ", \"differing\": %" PRIu64
                      ", \"ranges\": %" PRIu64,
                      d->count > 0 ? "\n" : "", s->bytes, s->differing, s->ranges);
        if (s->ignored > 0)
            output_printf(&d->output, ", \"ignored\": %" PRIu64, s->ignored);
        if (d->notes != NULL) {
            output_text(&d->output, ", \"notes\": ");
            text_print_json(d->output.stream, d->notes);
        }
        output_text(&d->output, "}\n");
        return;
    }
    if (!d->all && s->ranges > SHOWN) {
        output_printf(&d->output, "... and %" PRIu64 " more ranges (--all shows them)\n",
                      s->ranges - SHOWN);
    }
    if (s->ranges == 0) {
        output_printf(&d->output, "the same: %" PRIu64 " byte%s", s->bytes,
                      s->bytes == 1 ? "" : "s");
    } else {
        output_printf(&d->output, "%" PRIu64 " of %" PRIu64 " bytes differ, in %" PRIu64 " range%s",
                      s->differing, s->bytes, s->ranges, s->ranges == 1 ? "" : "s");
    }
    if (s->ignored > 0)
        output_printf(&d->output, "; %" PRIu64 " ignored", s->ignored);
    output_text(&d->output, "\n");
}
