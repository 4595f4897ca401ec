// SPDX-License-Identifier: MIT
// A user's program, valid C and C++. Port 1 of the loopback is where nothing listens.
#include <ocd.h>
#include <stdio.h>

int main(void)
{
    static struct ocd_options options;
    options.host = "127.0.0.1";
    options.port = 1;
    struct ocd_session *session = NULL;
    int rc = ocd_connect(&session, &options);
    printf("%s %s: %s\n", ocd_version(), ocd_err_name(rc), ocd_last_error(session)->text);
    ocd_close(session);
    return rc == OCD_ERR_CONNECT ? 0 : 1;
}
