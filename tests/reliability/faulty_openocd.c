// SPDX-License-Identifier: MIT
/* An OpenOCD, as ocd_start() starts one, with a fault: the server of fake_server.h.
 * Its last arguments are KIND SKIP TIMES AT MICROSECONDS -TEXT MATCH, with the text in hex. */
#include "fake_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define WORDS 7

int main(int argc, char **argv)
{
    static char text[FAKE_TEXT_MAX];
    struct fake_fault fault = {0};

    if (argc <= WORDS)
        return 2;
    argv += argc - WORDS;
    fault.kind = (enum fake_kind)atoi(argv[0]);
    fault.skip = (unsigned)atoi(argv[1]);
    fault.times = (unsigned)atoi(argv[2]);
    fault.at = strtoull(argv[3], NULL, 10);
    fault.us = (uint32_t)atoi(argv[4]);
    size_t size = strlen(argv[5] + 1) / 2;
    for (size_t i = 0; i < size && i < sizeof(text); i++) {
        char digits[3] = {argv[5][2 * i + 1], argv[5][2 * i + 2], '\0'};
        text[i] = (char)strtoul(digits, NULL, 16);
    }
    fault.text = size > 0 ? text : NULL;
    fault.text_size = size;
    fault.match = argv[6];

    struct fake *f = fake_start(NULL);
    if (f == NULL || fake_inject(f, &fault) < 0)
        return 1;
    fprintf(stderr, "Info : Listening on port %u for tcl connections\n", (unsigned)fake_port(f));
    waitpid(fake_pid(f), NULL, 0);
    return 0;
}
