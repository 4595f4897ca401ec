// SPDX-License-Identifier: MIT
#include "version.h"

#include <stdbool.h>
#include <stdio.h>

#include "cli.h"
#include "ocd.h"

/* OCD_COMMIT, OCD_HAVE_ELF, OCD_HAVE_LIBEDIT and OCD_HAVE_WEB come from cli/CMakeLists.txt. */
#ifndef OCD_HAVE_ELF
#define OCD_HAVE_ELF 0
#endif

static const struct {
    const char *name;
    bool built;
} parts[] = {
    {"ELF names", OCD_HAVE_ELF},
#ifdef OCD_HAVE_LIBEDIT
    {"line editing", true},
#else
    {"line editing", false},
#endif
#ifdef OCD_HAVE_WEB
    {"page of ocd watch", true},
#else
    {"page of ocd watch", false},
#endif
};

int version_print(void)
{
    bool good = printf("ocd %s\ncommit  %s\n", ocd_version(),
                       OCD_COMMIT[0] != '\0' ? OCD_COMMIT : "unknown") >= 0;
    fputs("parts  ", stdout);
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        printf(" %s%s%s", parts[i].built ? "" : "no ", parts[i].name,
               i + 1 < sizeof(parts) / sizeof(*parts) ? "," : "\n");
    }
    return good && fflush(stdout) == 0 ? CLI_DONE : CLI_LOCAL;
}
