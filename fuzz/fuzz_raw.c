// SPDX-License-Identifier: MIT
/* Bytes as a Tcl word: OpenOCD's own interpreter makes the same bytes of the word, and neither a
 * terminator nor a NUL is in it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jim.h>

#include "ocd.h"
#include "rpc/frame.h"
#include "transfer/raw.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Jim_Interp *interp;
    struct ocd_buffer line = {0};
    int length;

    if (interp == NULL) {
        interp = Jim_CreateInterp();
        Jim_RegisterCoreCommands(interp);
    }
    ocd__buffer_puts(&line, "set x ");
    if (ocd__raw_quote(&line, data, size) != OCD_OK ||
        memchr(line.data, OCD_FRAME_END, line.size) != NULL ||
        memchr(line.data, '\0', line.size) != NULL || Jim_Eval(interp, line.data) != JIM_OK)
        abort();
    const char *value = Jim_GetString(Jim_GetResult(interp), &length);
    if ((size_t)length != size || (size > 0 && memcmp(value, data, size) != 0))
        abort();
    /* A word of four characters for each byte is the most. */
    if (line.size > 6 + 2 + 4 * size)
        abort();
    ocd__buffer_free(&line);
    return 0;
}
