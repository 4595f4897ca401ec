// SPDX-License-Identifier: MIT
#include "version.h"

#include <stdbool.h>
#include <stdio.h>

#include "cli.h"
#include "ocd.h"

/* OCD_COMMIT and the OCD_HAVE_ ones, 0 or 1, come from cli/CMakeLists.txt. */
static const struct {
    const char *name;
    bool built;
} parts[] = {
    {"ELF names", OCD_HAVE_ELF},
    {"line editing", OCD_HAVE_LINE_EDITING},
    {"page of ocd watch", OCD_HAVE_PAGE},
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
