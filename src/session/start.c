// SPDX-License-Identifier: MIT
/* What an OpenOCD is started with, kept so that it can be started again. */
#include <stdlib.h>
#include <string.h>

#include "session/open.h"

static bool copy_text(char **copy, const char *text)
{
    *copy = text != NULL ? strdup(text) : NULL;
    return text == NULL || *copy != NULL;
}

static bool copy_args(struct ocd_start *start, const char *const *args)
{
    size_t count = 0;

    if (args == NULL)
        return true;
    while (args[count] != NULL)
        count++;
    start->args = calloc(count + 1, sizeof(*start->args));
    if (start->args == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!copy_text(&start->args[i], args[i]))
            return false;
    return true;
}

struct ocd_start *ocd__start_new(const struct ocd_options *options)
{
    struct ocd_start *start = calloc(1, sizeof(*start));

    if (start == NULL || options == NULL)
        return start;
    if (copy_text(&start->openocd, options->openocd) &&
        copy_text(&start->config, options->config) && copy_args(start, options->args))
        return start;
    ocd__start_free(start);
    return NULL;
}

void ocd__start_free(struct ocd_start *start)
{
    if (start == NULL)
        return;
    for (char **arg = start->args; arg != NULL && *arg != NULL; arg++)
        free(*arg);
    free(start->args);
    free(start->openocd);
    free(start->config);
    free(start);
}
