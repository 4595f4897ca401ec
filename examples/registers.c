// SPDX-License-Identifier: MIT
// Halts the target, shows where it is and where it returns to, and resumes it: registers [PORT]
#include <ocd.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int show(struct ocd_session *session)
{
    const char *link = "lr"; /* ARM's name */
    uint64_t pc, caller;
    int rc = ocd_read_register(session, "pc", &pc);

    if (rc == OCD_OK)
        rc = ocd_read_register(session, link, &caller);
    if (rc == OCD_ERR_NO_REGISTER) {
        link = "ra"; /* RISC-V's */
        rc = ocd_read_register(session, link, &caller);
    }
    if (rc == OCD_OK)
        printf("pc 0x%08" PRIX64 ", %s 0x%08" PRIX64 "\n", pc, link, caller);
    return rc;
}

int main(int argc, char **argv)
{
    struct ocd_options options = {.port = argc > 1 ? (uint16_t)atoi(argv[1]) : 0};
    enum ocd_target_state before = OCD_STATE_UNKNOWN;
    struct ocd_session *session;
    int rc = ocd_connect(&session, &options);

    if (rc == OCD_OK)
        rc = ocd_state(session, &before);
    if (rc == OCD_OK)
        rc = ocd_halt(session);
    if (rc == OCD_OK)
        rc = show(session);
    if (rc != OCD_OK)
        fprintf(stderr, "%s\n", ocd_last_error(session)->text);
    if (before == OCD_STATE_RUNNING && ocd_resume(session) != OCD_OK) {
        fprintf(stderr, "%s\n", ocd_last_error(session)->text);
        rc = OCD_ERR_TARGET;
    }
    ocd_close(session);
    return rc == OCD_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
