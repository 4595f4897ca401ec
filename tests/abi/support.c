// SPDX-License-Identifier: MIT
#include "support.h"

#include "fake_server.h"

static struct fake *server;

struct ocd_session *begin_session(void)
{
    server = fake_start(&(struct fake_options){0});
    if (server == NULL) {
        print_error("no server\n");
        return NULL;
    }
    struct ocd_options options = {.host = "127.0.0.1", .port = fake_port(server)};
    struct ocd_session *session;
    if (ocd_connect(&session, &options) == OCD_OK)
        return session;
    print_error("%s\n", ocd_last_error(session)->text);
    end_session(session);
    return NULL;
}

void end_session(struct ocd_session *session)
{
    ocd_close(session);
    fake_stop(server);
    server = NULL;
}
