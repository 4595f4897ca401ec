// SPDX-License-Identifier: MIT
/* usage: with_server PROGRAM [ARGUMENT...]: runs it with OCD_PORT, the port of a server that lives
 * as long. Exits as the program does. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake_server.h"

int main(int argc, char **argv)
{
    char port[16];
    int status = 0;
    struct fake *server =
        argc > 1 ? fake_start(&(struct fake_options){.script = fake_target_script}) : NULL;

    if (server == NULL) {
        fprintf(stderr, "usage: with_server PROGRAM [ARGUMENT...], or no server\n");
        return 1;
    }
    snprintf(port, sizeof(port), "%u", (unsigned)fake_port(server));
    setenv("OCD_PORT", port, 1);
    pid_t child = fork();
    if (child == 0) {
        execv(argv[1], argv + 1);
        perror(argv[1]);
        _exit(127);
    }
    bool ended = child > 0 && waitpid(child, &status, 0) == child;
    fake_stop(server);
    return ended && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
