// SPDX-License-Identifier: MIT
#include "target_list.h"

#include <string.h>

#include "text.h"

static const char *endian_name(const struct ocd_target *target)
{
    return target->endian == OCD_BIG_ENDIAN ? "big" : "little";
}

static void print_cell(FILE *stream, const char *text, size_t width)
{
    size_t length = strlen(text);
    text_print_escaped(stream, text, length);
    fprintf(stream, "%*s", (int)(length < width ? width - length : 0) + 2, "");
}

static size_t wider(size_t width, const char *text)
{
    size_t length = strlen(text);
    return length > width ? length : width;
}

void target_list_text(FILE *stream, const char *prefix, const struct ocd_target *targets,
                      size_t count)
{
    size_t name = 0;
    size_t type = 0;
    for (size_t i = 0; i < count; i++) {
        name = wider(name, targets[i].name);
        type = wider(type, targets[i].type);
    }
    for (size_t i = 0; i < count; i++) {
        fprintf(stream, "%s%s", prefix, targets[i].current ? "* " : "  ");
        print_cell(stream, targets[i].name, name);
        print_cell(stream, targets[i].type, type);
        print_cell(stream, endian_name(&targets[i]), strlen("little"));
        text_print_escaped(stream, targets[i].state, strlen(targets[i].state));
        fputc('\n', stream);
    }
}

void target_list_json(FILE *stream, const struct ocd_target *targets, size_t count)
{
    fputc('[', stream);
    for (size_t i = 0; i < count; i++) {
        fputs(i == 0 ? "{" : ", {", stream);
        text_print_member(stream, "name", targets[i].name);
        text_print_member(stream, "type", targets[i].type);
        text_print_member(stream, "endian", endian_name(&targets[i]));
        text_print_member(stream, "state", targets[i].state);
        fprintf(stream, "\"current\": %s}", targets[i].current ? "true" : "false");
    }
    fputc(']', stream);
}
