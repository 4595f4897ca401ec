// SPDX-License-Identifier: MIT
// A test of another project, valid C and C++, with a simulated chip in a process of its own.
#include <ocdsim.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    static struct sim_options options;
    char message[200] = "";
    char answer[200];
    char config[1000];
    unsigned char word[4] = {0};
    struct sim *sim = NULL;

    options.ram_size = 32 * 1024;
    options.message = message;
    options.message_size = sizeof(message);
    if (sim_new(&sim, &options) != 0) {
        fprintf(stderr, "%s\n", message);
        return 1;
    }
    int failed = sim_spawn(sim) <= 0 || sim_port(sim) == 0 ||
                 sim_config(sim, config, sizeof(config)) >= sizeof(config) ||
                 sim_peek(sim, SIM_FLASH_BASE, word, sizeof(word)) != 0 ||
                 memcmp(word, "\0\x50\0\x20", 4) != 0 ||
                 sim_control(sim, "power off", answer, sizeof(answer)) != 0;
    printf("%s: %s\n", config, answer);
    sim_free(sim);
    return failed;
}
