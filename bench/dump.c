// SPDX-License-Identifier: MIT
/* A dump of 64 MiB, in a process of its own, which shows its peak of memory and its processor
 * time. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The largest resident size so far, in KiB; of this program image alone, as /proc has it. */
static size_t peak_kib(void)
{
    FILE *status = fopen("/proc/self/status", "r");
    char line[128];
    size_t kib = 0;

    if (status == NULL)
        bench_fail("/proc/self/status cannot be read");
    while (fgets(line, sizeof(line), status) != NULL)
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtoul(line + 6, NULL, 10);
    fclose(status);
    return kib;
}

static double processor_time(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int dump_child(char **argv)
{
    struct ocd_session *s = chip_connect((uint16_t)strtoul(argv[0], NULL, 10));
    double cpu = processor_time(), begun = bench_now();

    bench_ok(s, ocd_dump(s, BENCH_RAM, strtoul(argv[1], NULL, 10), argv[2]), "dumping");
    double seconds = bench_now() - begun;
    printf("%.6f %zu\n", (processor_time() - cpu) / seconds, peak_kib());
    ocd_close(s);
    return 0;
}

void dump_measure(struct chip *c)
{
    unsigned size = c->latency == FAST ? BENCH_RAM_SIZE : 4 * MIB;
    char path[128], command[512];
    double share;
    size_t peak;

    chip_file(c, "dump", path, sizeof(path));
    snprintf(command, sizeof(command), "/proc/%d/exe --dump-child %u %u %s", (int)getpid(),
             (unsigned)c->tcl_port, size, path);
    FILE *child = popen(command, "r");
    if (child == NULL)
        bench_fail("no child process for the dump");
    int fields = fscanf(child, "%lf %zu", &share, &peak);
    if (pclose(child) != 0 || fields != 2)
        bench_fail("the dump has failed");
    series_add(c->latency, "dump of 64 MiB", "processor time / wall", share);
    series_add(c->latency, "dump of 64 MiB", "peak memory", (double)peak * KIB);
}
