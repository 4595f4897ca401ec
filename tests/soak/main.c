// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE
#include "soak.h"

#include <dirent.h>
#include <inttypes.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The run ends after this many wrong results. */
#define WRONG_MOST 100

/* What may be different in the heap: what the C library keeps for itself. */
#define HEAP_SLACK (16 << 10)
/* Resident pages depend on what the allocator gives back, and when; a sanitizer's gives back little
 * for long. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RESIDENT_SLACK (1 << 30)
#else
#define RESIDENT_SLACK (8 << 20)
#endif

/* What the process uses while no session is open. */
struct usage {
    long heap, resident; /* bytes */
    unsigned descriptors;
};

static const char *const operation_names[] = {
#define SOAK_NAME(name) #name,
    SOAK_OPERATIONS(SOAK_NAME)
#undef SOAK_NAME
};

static const char *const fault_names[] = {
#define SOAK_NAME(name, text) text,
    SOAK_FAULTS(SOAK_NAME)
#undef SOAK_NAME
};

uint64_t soak_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint32_t soak_random(uint64_t *seed, uint32_t below)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
    return (uint32_t)((*seed >> 33) % below);
}

static double seconds_since(uint64_t then)
{
    return (double)(soak_now() - then) / 1e9;
}

void soak_wrong(struct worker *w, const char *format, ...)
{
    char text[1000];
    va_list list;

    va_start(list, format);
    vsnprintf(text, sizeof(text), format, list);
    va_end(list);
    atomic_fetch_add(&w->soak->wrong, 1);
    fprintf(stderr,
            "WRONG after %.3f s: session %u, %s, begun %.3f s before: %s (%.3f s after %s)\n",
            seconds_since(w->soak->begun), w->index, operation_names[w->operation],
            seconds_since(w->begun), text, seconds_since(atomic_load(&w->server->last_over)),
            fault_names[atomic_load(&w->server->last)]);
}

static unsigned count_descriptors(void)
{
    DIR *dir = opendir("/proc/self/fd");
    unsigned count = 0;

    while (dir != NULL && readdir(dir) != NULL)
        count++;
    if (dir != NULL)
        closedir(dir);
    return count;
}

static long resident(void)
{
    long pages = 0, total = 0;
    FILE *f = fopen("/proc/self/statm", "re");

    if (f == NULL || fscanf(f, "%ld %ld", &total, &pages) != 2)
        pages = 0;
    if (f != NULL)
        fclose(f);
    return pages * sysconf(_SC_PAGESIZE);
}

/* All sessions are closed meanwhile; the OpenOCDs are new ones afterwards. */
static struct usage look(struct soak *soak)
{
    struct usage usage;

    atomic_store(&soak->pause, true);
    pthread_barrier_wait(&soak->barrier);
    faults_close(soak);
    malloc_trim(0);
    struct mallinfo2 m = mallinfo2();
    usage.heap = (long)(m.uordblks + m.hblkhd);
    usage.resident = resident();
    usage.descriptors = count_descriptors();
    faults_open(soak);
    atomic_store(&soak->pause, false);
    pthread_barrier_wait(&soak->barrier);
    return usage;
}

static void report_operations(const struct soak *soak)
{
    uint64_t total = 0, connects = 0, resumed = 0;

    printf("\noperations\n");
    for (unsigned i = 0; i < OPERATIONS; i++) {
        uint64_t done = 0;
        for (unsigned k = 0; k < WORKERS; k++)
            done += soak->workers[k].done[i];
        total += done;
        printf("  %10" PRIu64 "  %s\n", done, operation_names[i]);
    }
    for (unsigned k = 0; k < WORKERS; k++) {
        connects += soak->workers[k].connects;
        resumed += soak->workers[k].resumed;
    }
    printf("  %10" PRIu64 "  in all, by %u calls; %" PRIu64 " connections, %" PRIu64
           " dumps with OCD_DUMP_RESUME\n",
           total, atomic_load(&soak->calls), connects, resumed);
}

static void report_faults(const struct soak *soak)
{
    uint64_t total = 0;

    printf("faults\n");
    for (unsigned i = 0; i < FAULTS; i++) {
        printf("  %10" PRIu64 "  %s\n", soak->faults[i], fault_names[i]);
        total += soak->faults[i];
    }
    printf("  %10" PRIu64 "  in all\n", total);
    printf("calls that failed while something was wrong\n");
    for (int i = 0; i < 512; i++)
        if (atomic_load(&soak->errors[i]) > 0)
            printf("  %10u  %s\n", atomic_load(&soak->errors[i]), ocd_err_name(-i));
    printf("longest call %u ms (deadline %u ms); %u ran out of time while they were getting on\n",
           atomic_load(&soak->longest_ms), TIMEOUT_MS, atomic_load(&soak->slow));
}

/* True when nothing has grown. */
static bool report_usage(const struct usage *begin, const struct usage *end)
{
    printf("          after warm-up        at the end\n");
    printf("heap      %10ld KiB  %10ld KiB\n", begin->heap >> 10, end->heap >> 10);
    printf("resident  %10ld KiB  %10ld KiB\n", begin->resident >> 10, end->resident >> 10);
    printf("open      %10u files%10u files\n", begin->descriptors, end->descriptors);
    return end->heap - begin->heap <= HEAP_SLACK &&
           end->resident - begin->resident <= RESIDENT_SLACK &&
           end->descriptors == begin->descriptors;
}

static bool start_workers(struct soak *soak)
{
    for (unsigned i = 0; i < WORKERS; i++) {
        struct worker *w = &soak->workers[i];
        w->index = i;
        w->soak = soak;
        w->server = &soak->servers[i % SERVERS];
        w->raw = i / SERVERS % 2 == 0;
        w->reconnects = i / SERVERS < 2;
        w->seed = soak->seed * 100 + i;
        w->base = AREA_BASE + i * AREA_SIZE;
        snprintf(w->file, sizeof(w->file), "%s/dump%u", soak->directory, i);
        if (pthread_create(&w->thread, NULL, worker_run, w) != 0)
            return false;
    }
    return true;
}

/* Faults until that moment; a line about it once a minute. */
static void run_until(struct soak *soak, uint64_t *seed, uint64_t end)
{
    uint64_t next = soak_now() + UINT64_C(60000000000);

    while (soak_now() < end && atomic_load(&soak->wrong) < WRONG_MOST) {
        faults_rest(soak, 200 + soak_random(seed, 1000));
        faults_make(soak, seed);
        if (soak_now() >= next) {
            printf("%u calls, %u wrong\n", atomic_load(&soak->calls), atomic_load(&soak->wrong));
            fflush(stdout);
            next += UINT64_C(60000000000);
        }
    }
}

static bool run(struct soak *soak, double minutes)
{
    uint64_t seed = soak->seed, begin = soak->begun;
    uint64_t whole = (uint64_t)(minutes * 60e9);
    struct usage first, last;

    run_until(soak, &seed, begin + whole / 10);
    first = look(soak);
    run_until(soak, &seed, begin + whole);
    last = look(soak);
    atomic_store(&soak->stop, true);
    for (unsigned i = 0; i < WORKERS; i++)
        pthread_join(soak->workers[i].thread, NULL);
    report_operations(soak);
    report_faults(soak);
    bool grown = !report_usage(&first, &last);
    unsigned wrong = atomic_load(&soak->wrong);
    printf("%u wrong results, %s\n", wrong, grown ? "SOMETHING HAS GROWN" : "nothing has grown");
    return wrong == 0 && !grown;
}

static void remove_directory(const char *path)
{
    char command[64];

    snprintf(command, sizeof(command), "rm -rf %s", path);
    if (system(command) != 0)
        fprintf(stderr, "%s is left behind\n", path);
}

/* Chunks that a thread keeps for itself count as in use: without them nothing may grow. */
static void without_thread_caches(char **argv)
{
    static const char name[] = "GLIBC_TUNABLES";

    if (getenv(name) == NULL && setenv(name, "glibc.malloc.tcache_count=0", 1) == 0)
        execv("/proc/self/exe", argv);
}

int main(int argc, char **argv)
{
    static struct soak soak = {.directory = "/tmp/ocd-soak-XXXXXX"};
    double minutes = argc > 1 ? strtod(argv[1], NULL) : 0;

    if (argc > 3 || minutes <= 0) {
        fprintf(stderr, "usage: soak MINUTES [SEED]\n");
        return 2;
    }
    without_thread_caches(argv);
    soak.seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (uint64_t)time(NULL);
    printf("%u sessions, %u OpenOCDs, %g minutes, seed %" PRIu64 "\n", WORKERS, SERVERS, minutes,
           soak.seed);
    fflush(stdout);
    signal(SIGPIPE, SIG_IGN);
    soak.begun = soak_now();
    pthread_barrier_init(&soak.barrier, NULL, WORKERS + 1);
    bool good = mkdtemp(soak.directory) != NULL && faults_start(&soak) && start_workers(&soak) &&
                run(&soak, minutes);
    faults_stop(&soak);
    remove_directory(soak.directory);
    return good ? 0 : 1;
}
