// SPDX-License-Identifier: MIT
/* What a dump takes of memory: in a process of its own, which tells its peak. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The largest resident size so far, in KiB; of this program image alone, as /proc has it. */
static size_t peak_kib(void)
{
    FILE *status = fopen("/proc/self/status", "r");
    char line[128];
    size_t kib = 0;

    if (status == NULL)
        bench_fail("/proc/self/status cannot be read");
    while (fgets(line, sizeof(line), status) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtoul(line + 6, NULL, 10);
    }
    fclose(status);
    return kib;
}

int dump_child(int argc, char **argv)
{
    struct ocd_session *s;

    if (argc != 6)
        return 2;
    struct ocd_options options = {.host = "127.0.0.1",
                                  .port = (uint16_t)strtoul(argv[2], NULL, 10),
                                  .timeout_ms = OCD_TIMEOUT_NONE,
                                  .no_local = strcmp(argv[3], "local") != 0};
    bench_ok(s, ocd_connect(&s, &options), "connecting");
    size_t base = peak_kib();
    double begun = bench_now();
    bench_ok(s, ocd_dump(s, BENCH_RAM, strtoul(argv[4], NULL, 10), argv[5]), "dumping");
    printf("%.6f %zu %zu\n", bench_now() - begun, peak_kib(), base);
    ocd_close(s);
    return 0;
}

struct dump_result dump_measure(const struct chip *c, bool local, uint32_t size)
{
    struct dump_result result = {0};
    char path[128], command[512];
    double seconds;

    chip_file(c, "dump", path, sizeof(path));
    snprintf(command, sizeof(command), "/proc/%d/exe --dump-child %u %s %u %s", (int)getpid(),
             (unsigned)c->tcl_port, local ? "local" : "rpc", (unsigned)size, path);
    FILE *child = popen(command, "r");
    if (child == NULL)
        bench_fail("no child process for the dump");
    int fields = fscanf(child, "%lf %zu %zu", &seconds, &result.peak_kib, &result.base_kib);
    if (pclose(child) != 0 || fields != 3)
        bench_fail("the dump has failed");
    result.rate = size / seconds;
    return result;
}
