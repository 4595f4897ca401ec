// SPDX-License-Identifier: MIT
/* Tcl: any bytes quoted into a list are the same bytes when the list is taken apart; any bytes
 * taken for a list do no harm. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ocd.h"
#include "rpc/tcl.h"

static void take_apart(const uint8_t *data, size_t size)
{
    char *copy = malloc(size + 1);
    struct ocd_view list = {copy, size}, word;

    memcpy(copy, data, size);
    while (ocd__tcl_next(&list, &word) == 1)
        if (word.data < copy || word.data + word.size > copy + size)
            abort();
    free(copy);
}

static void round_trip(const uint8_t *data, size_t size)
{
    struct ocd_buffer out = {0};
    struct ocd_view list, word;
    int rc = ocd__tcl_quote(&out, (const char *)data, size);

    if (memchr(data, 0, size) != NULL) {
        if (rc != OCD_ERR_ARG)
            abort();
    } else {
        if (rc != OCD_OK || memchr(out.data, 0x1a, out.size) != NULL)
            abort();
        /* A quoted word is a list of one element only where Tcl's two syntaxes agree: in braces
         * and bare. Double quotes substitute octal escapes, which lists do as well. */
        list = (struct ocd_view){out.data, out.size};
        if (ocd__tcl_next(&list, &word) != 1 || word.size != size ||
            memcmp(word.data, data, size) != 0 || ocd__tcl_next(&list, &word) != 0)
            abort();
    }
    ocd__buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    take_apart(data, size);
    round_trip(data, size);
    return 0;
}
