// SPDX-License-Identifier: MIT
#include "rig.h"

#include <dirent.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ADAPTER "adapter driver st-link; st-link vid_pid 0x0483 0x3748; "

static struct sim *make_chip(const struct sim_options *options, bool moving)
{
    char why[200] = "";
    struct sim_options o = {0};
    struct sim *sim;

    if (options != NULL)
        o = *options;
    o.still = !moving;
    o.chip = rig_test_chip();
    o.message = why;
    o.message_size = sizeof(why);
    if (sim_new(&sim, &o) != 0)
        fail_msg("the simulator does not start: %s", why);
    if (sim_spawn(sim) < 0)
        fail_msg("the simulator does not run");
    return sim;
}

struct sim *rig_chip(const struct sim_options *options)
{
    return make_chip(options, false);
}

/* An OpenOCD that can make no temporary file: all data move as text. */
static const char no_files[] = "rename file file_before; proc file {what args} {"
                               "if {$what eq \"tempfile\"} {error \"no temporary files\"}; "
                               "uplevel 1 [list file_before $what {*}$args]}";

bool rig_is_text(void)
{
    return getenv("OCD_TEST_TEXT") != NULL;
}

static size_t cortex_m3_args(struct rig_args *a, const struct sim *sim, bool big)
{
    size_t n = 0;

    snprintf(a->adapter, sizeof(a->adapter),
             ADAPTER "transport select dapdirect_swd; st-link backend tcp %u",
             (unsigned)sim_port(sim));
    a->args[n++] = "-c";
    a->args[n++] = a->adapter;
    a->args[n++] = "-f";
    a->args[n++] = "target/stm32f1x.cfg";
    if (big) {
        a->args[n++] = "-c";
        a->args[n++] = "target create " RIG_BIG " mem_ap -dap stm32f1x.dap -ap-num 0 -endian big; "
                       "targets " RIG_CPU;
    }
    return n;
}

void rig_args(struct rig_args *a, const struct sim *sim, const struct rig_options *options)
{
    bool big = options != NULL && options->big;
    size_t n = rig_test_chip() == SIM_CHIP_CORTEX_M3 ? cortex_m3_args(a, sim, big)
                                                     : rig_riscv_args(a, sim, big);

    if (options != NULL && options->commands != NULL) {
        a->args[n++] = "-c";
        a->args[n++] = options->commands;
    }
    if (rig_is_text()) {
        a->args[n++] = "-c";
        a->args[n++] = no_files;
    }
    a->args[n] = NULL;
}

static pid_t ask_pid(struct ocd_session *s)
{
    char *text;

    rig_ok(s, ocd_command(s, "pid", &text));
    pid_t pid = (pid_t)strtol(text, NULL, 10);
    ocd_free(text);
    return pid;
}

struct rig *rig_start(const struct rig_options *options)
{
    static const struct rig_options defaults;
    struct rig *rig = calloc(1, sizeof(*rig));
    struct rig_args args;

    if (options == NULL)
        options = &defaults;
    assert_non_null(rig);
    rig->sim = make_chip(&options->sim, options->moving);
    rig_args(&args, rig->sim, options);
    struct ocd_options o = options->ocd;
    o.trace = rig_trace;
    o.trace_user = &rig->trace;
    o.args = args.args;
    o.timeout_ms = o.timeout_ms != 0 ? o.timeout_ms : RIG_TIMEOUT_MS;
    int rc = ocd_start(&rig->session, &o);
    if (rc != OCD_OK) {
        print_error("OpenOCD does not start: %s\n", ocd_last_error(rig->session)->message);
        rig_stop(rig);
        fail();
    }
    rig->port = ocd_port(rig->session);
    rig->openocd = ask_pid(rig->session);
    rig_trace_clear(&rig->trace);
    rig_mark(rig);
    return rig;
}

void rig_stop(struct rig *rig)
{
    if (rig == NULL)
        return;
    ocd_close(rig->session);
    sim_free(rig->sim);
    rig_trace_clear(&rig->trace);
    free(rig->trace.lines);
    free(rig);
}

struct ocd_session *rig_connect(const struct rig *rig, const struct ocd_options *options)
{
    struct ocd_options o = {0};
    struct ocd_session *s;

    if (options != NULL)
        o = *options;
    o.host = "127.0.0.1";
    o.port = rig->port;
    o.timeout_ms = o.timeout_ms != 0 ? o.timeout_ms : RIG_TIMEOUT_MS;
    rig_ok(s, ocd_connect(&s, &o));
    return s;
}

void rig_trace(char direction, const char *text, size_t size, void *user)
{
    struct rig_trace *trace = user;

    if (trace->count == trace->room) {
        trace->room = trace->room > 0 ? 2 * trace->room : 64;
        trace->lines = realloc(trace->lines, trace->room * sizeof(*trace->lines));
        assert_non_null(trace->lines);
    }
    char *copy = malloc(size + 1);
    assert_non_null(copy);
    memcpy(copy, text, size);
    copy[size] = '\0';
    trace->lines[trace->count++] = (struct rig_line){direction, copy, size};
}

void rig_trace_clear(struct rig_trace *trace)
{
    for (size_t i = 0; i < trace->count; i++)
        free(trace->lines[i].text);
    trace->count = 0;
}

size_t rig_sent(const struct rig_trace *trace)
{
    return rig_sent_with(trace, "");
}

size_t rig_sent_with(const struct rig_trace *trace, const char *text)
{
    size_t n = 0;

    for (size_t i = 0; i < trace->count; i++)
        n += trace->lines[i].direction == '>' && strstr(trace->lines[i].text, text) != NULL;
    return n;
}

void rig_mark(struct rig *rig)
{
    struct sim_stats stats;

    sim_get_stats(rig->sim, &stats);
    rig->mark = stats.log_sequence;
}

size_t rig_accesses(const struct rig *rig, struct sim_access *log, size_t max)
{
    struct sim_stats stats;

    sim_get_stats(rig->sim, &stats);
    if (stats.log_sequence - rig->mark > max)
        fail_msg("%" PRIu64 " entries in the log, room for %zu", stats.log_sequence - rig->mark,
                 max);
    return sim_get_log(rig->sim, rig->mark, log, max);
}

static struct sim_access *whole_log(const struct rig *rig, size_t *count)
{
    struct sim_stats stats;

    sim_get_stats(rig->sim, &stats);
    uint64_t entries = stats.log_sequence - rig->mark;
    if (entries > SIM_LOG_SIZE)
        fail_msg("%" PRIu64 " entries are more than the log keeps", entries);
    struct sim_access *log = calloc((size_t)entries + 1, sizeof(*log));
    assert_non_null(log);
    *count = sim_get_log(rig->sim, rig->mark, log, (size_t)entries);
    return log;
}

uint64_t rig_count(const struct rig *rig, bool write, unsigned width, uint32_t addr, uint32_t size)
{
    size_t count;
    struct sim_access *log = whole_log(rig, &count);
    uint64_t n = 0;

    for (size_t i = 0; i < count; i++) {
        if (log[i].write != write || log[i].width != width)
            continue;
        for (uint32_t k = 0; k < log[i].count; k++) {
            uint64_t at = log[i].addr + (log[i].fixed ? 0 : (uint64_t)k * width);
            n += at + width > addr && at - addr < size;
        }
    }
    free(log);
    return n;
}

void rig_assert_touched(const struct rig *rig, bool write, uint32_t addr, uint32_t size)
{
    size_t count;
    struct sim_access *log = whole_log(rig, &count);
    uint8_t *seen = calloc(1, (size_t)size + 1);

    assert_non_null(seen);
    for (size_t i = 0; i < count; i++) {
        uint64_t first = log[i].addr;
        uint64_t end = first + (uint64_t)log[i].width * (log[i].fixed ? 1 : log[i].count);
        if (log[i].write != write || first < addr || end > (uint64_t)addr + size)
            fail_msg("%s of %u x %u bytes at 0x%08x is not within 0x%08x + %u",
                     log[i].write ? "write" : "read", (unsigned)log[i].count,
                     (unsigned)log[i].width, (unsigned)first, (unsigned)addr, (unsigned)size);
        memset(seen + (first - addr), 1, (size_t)(end - first));
    }
    uint8_t *missed = memchr(seen, 0, size);
    if (missed != NULL)
        fail_msg("the byte at 0x%08x has not been accessed",
                 (unsigned)(addr + (size_t)(missed - seen)));
    free(seen);
    free(log);
}

void rig_pattern(void *data, size_t size, uint32_t seed)
{
    uint8_t *bytes = data;
    uint32_t x = seed * 2654435761u + 1;

    for (size_t i = 0; i < size; i++) {
        x = x * 1664525u + 1013904223u; /* Numerical Recipes' generator */
        bytes[i] = (uint8_t)(x >> 24);
    }
}

void rig_poke(struct rig *rig, uint32_t addr, const void *data, size_t size)
{
    assert_int_equal(sim_poke(rig->sim, addr, data, size), 0);
}

void rig_poke_values(struct rig *rig, uint32_t addr, const void *values, size_t width, size_t count)
{
    uint8_t bytes[64];

    assert_in_range(width * count, 0, sizeof(bytes));
    memcpy(bytes, values, width * count);
    swap_little(bytes, width, count);
    rig_poke(rig, addr, bytes, width * count);
}

void rig_peek(struct rig *rig, uint32_t addr, void *data, size_t size)
{
    assert_int_equal(sim_peek(rig->sim, addr, data, size), 0);
}

uint8_t *rig_fill(struct rig *rig, uint32_t addr, size_t size, uint32_t seed)
{
    uint8_t *data = malloc(size > 0 ? size : 1);

    assert_non_null(data);
    rig_pattern(data, size, seed);
    rig_poke(rig, addr, data, size);
    return data;
}

void rig_assert_memory(struct rig *rig, uint32_t addr, const void *data, size_t size)
{
    const uint8_t *want = data;
    uint8_t *have = malloc(size > 0 ? size : 1);

    assert_non_null(have);
    rig_peek(rig, addr, have, size);
    bool same = memcmp(have, want, size) == 0;
    for (size_t i = 0; i < size && !same; i++) {
        if (have[i] != want[i])
            fail_msg("memory at 0x%08x: 0x%02x, not 0x%02x", (unsigned)(addr + i), have[i],
                     want[i]);
    }
    free(have);
}

void rig_check(const struct ocd_session *session, int result, int wanted, const char *call,
               const char *file, int line)
{
    if (result == wanted)
        return;
    const struct ocd_error *e = ocd_last_error(session);
    print_error("%s: %s, not %s\n", call, result == OCD_OK ? "OCD_OK" : ocd_err_name(result),
                wanted == OCD_OK ? "OCD_OK" : ocd_err_name(wanted));
    if (session != NULL)
        print_error("%s\n%s\n", e->text, e->message);
    _fail(file, line);
}

void rig_assert_error(const struct ocd_error *e, int code, uint64_t addr, uint64_t done)
{
    if (e->code != code || !e->has_addr || e->addr != addr || e->done != done)
        fail_msg("%s at 0x%" PRIx64 "%s after %" PRIu64 ", not %s at 0x%" PRIx64 " after %" PRIu64
                 "\n%s",
                 ocd_err_name(e->code), e->addr, e->has_addr ? "" : " (not said)", e->done,
                 ocd_err_name(code), addr, done, e->text);
}

void rig_assert_contains(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", words, text);
}

long rig_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

char *rig_directory(void)
{
    const char *base = getenv("TMPDIR");
    char path[4096];

    snprintf(path, sizeof(path), "%s/ocd-test-XXXXXX", base != NULL ? base : "/tmp");
    assert_non_null(mkdtemp(path));
    char *copy = strdup(path);
    assert_non_null(copy);
    return copy;
}

/* The names in a directory except . and .., one after the other; removed or counted. */
static size_t each_entry(const char *path, bool remove_them)
{
    DIR *dir = opendir(path);
    size_t n = 0;

    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        n++;
        char name[8192];
        snprintf(name, sizeof(name), "%s/%s", path, e->d_name);
        if (remove_them && remove(name) != 0)
            fail_msg("%s cannot be removed", name);
    }
    closedir(dir);
    return n;
}

void rig_remove_directory(char *path)
{
    chmod(path, 0700);
    each_entry(path, true);
    assert_int_equal(rmdir(path), 0);
    free(path);
}

size_t rig_directory_entries(const char *path)
{
    return each_entry(path, false);
}

uint8_t *rig_read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");

    if (file == NULL)
        fail_msg("%s cannot be read", path);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    uint8_t *data = malloc(*size + 1);
    assert_non_null(data);
    assert_int_equal(fread(data, 1, *size, file), *size);
    data[*size] = 0;
    fclose(file);
    return data;
}
