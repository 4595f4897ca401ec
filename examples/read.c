// SPDX-License-Identifier: MIT
// Reads four words and shows them: read [PORT [ADDRESS]]
#include <ocd.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    struct ocd_options options = {.port = argc > 1 ? (uint16_t)atoi(argv[1]) : 0};
    uint64_t addr = argc > 2 ? strtoull(argv[2], NULL, 0) : 0x08000000;

    struct ocd_session *session;
    uint32_t words[4];
    int rc = ocd_connect(&session, &options);
    if (rc == OCD_OK)
        rc = ocd_read_u32(session, addr, words, 4);
    if (rc == OCD_OK)
        for (unsigned i = 0; i < 4; i++)
            printf("%08" PRIX64 ": 0x%08" PRIX32 "\n", addr + 4 * i, words[i]);
    else
        fprintf(stderr, "%s\n", ocd_last_error(session)->text);
    ocd_close(session);
    return rc == OCD_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
