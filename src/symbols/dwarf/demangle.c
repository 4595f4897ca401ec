// SPDX-License-Identifier: MIT
/* Demangles names of what a C++ compiler makes for a class, which the debug information does not
 * have. Only plain and nested names are demangled. */
#include <ctype.h>
#include <string.h>

#include "symbols/dwarf/debug_info.h"

/* Adds a component such as "3Pid" and returns what follows it; NULL: there is none. */
static const char *add_component(struct ocd_buffer *text, const char *p)
{
    size_t length = 0;

    while (isdigit((unsigned char)*p) && length < 10000)
        length = length * 10 + (size_t)(*p++ - '0');
    if (length == 0 || strnlen(p, length) < length)
        return NULL;
    if (length >= 10 && strncmp(p, "_GLOBAL__N", 10) == 0)
        ocd__buffer_puts(text, OCD_ANONYMOUS_NAMESPACE);
    else
        ocd__buffer_add(text, p, length);
    return p + length;
}

static bool add_name(struct ocd_buffer *text, const char *p)
{
    if (*p != 'N') {
        p = add_component(text, p);
        return p != NULL && *p == '\0';
    }
    p++;
    for (const char *colons = ""; *p != 'E'; colons = "::") {
        ocd__buffer_puts(text, colons);
        p = add_component(text, p);
        if (p == NULL)
            return false;
    }
    return p[1] == '\0';
}

bool ocd__demangle_special(const char *name, struct ocd_buffer *text)
{
    static const char *const kinds[][2] = {
        {"_ZTV", "vtable for "},
        {"_ZTT", "VTT for "},
        {"_ZTI", "typeinfo for "},
        {"_ZTS", "typeinfo name for "},
    };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (strncmp(name, kinds[i][0], 4) == 0) {
            ocd__buffer_puts(text, kinds[i][1]);
            return add_name(text, name + 4);
        }
    return false;
}
