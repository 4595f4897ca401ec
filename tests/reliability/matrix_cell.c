// SPDX-License-Identifier: MIT
/* One cell of the matrix: an operation meets a fault, and everything that it leaves is looked at.
 */
#include "matrix.h"

#include <dirent.h>
#include <poll.h>
#include <stdarg.h>
#include <time.h>
#include <unistd.h>

#include "alloc.h"
#include "raw_client.h"

/* Of operations that wait for what never comes, and of all others. */
#define TIMEOUT_MS  300
#define PATIENCE_MS 20000
/* Of what takes no time. */
#define AT_ONCE_MS 2000
/* Processor time that waiting may take. */
#define IDLE_CPU_MS 150

static const struct {
    unsigned bit;
    int code;
    char letter;
} results[] = {
    {M_OK, OCD_OK, '.'},
    {M_TIMEOUT, OCD_ERR_TIMEOUT, 't'},
    {M_CLOSED, OCD_ERR_CLOSED, 'c'},
    {M_PROTOCOL, OCD_ERR_PROTOCOL, 'p'},
    {M_NOT_OPENOCD, OCD_ERR_NOT_OPENOCD, 'n'},
    {M_UNSUPPORTED, OCD_ERR_UNSUPPORTED, 'u'},
    {M_PROCESS, OCD_ERR_PROCESS, 'e'},
};

bool cell_wrong(struct cell *c, const char *format, ...)
{
    size_t used = strlen(c->wrong);
    va_list args;

    if (used > 0 && used + 2 < sizeof(c->wrong)) {
        strcat(c->wrong, "; ");
        used += 2;
    }
    va_start(args, format);
    vsnprintf(c->wrong + used, sizeof(c->wrong) - used, format, args);
    va_end(args);
    return false;
}

uint8_t cell_data(uint64_t addr)
{
    return (uint8_t)(0xa1 + (addr & 7) * 11);
}

bool cell_check_out(struct cell *c, int result)
{
    uint64_t good = result == OCD_OK ? c->op->size : c->done * c->op->unit;

    if (good > c->op->size)
        return cell_wrong(c, "done is %llu", (unsigned long long)c->done);
    const uint8_t *memory = fake_memory(c->fake, c->op->addr, (size_t)good);
    for (size_t i = 0; i < good; i++) {
        if (c->out[i] != memory[i])
            return cell_wrong(c, "byte %zu of %llu is %02x, not %02x", i, (unsigned long long)good,
                              c->out[i], memory[i]);
    }
    return true;
}

void cell_bad(uint64_t addr, uint64_t size, void *user)
{
    struct cell *c = user;

    if (c->bad_count < CELL_BADS)
        c->bad[c->bad_count++] = (struct ocd_range){addr, size};
}

static bool strikes_connections(const struct fault *fault)
{
    return fault->spec.kind >= FAKE_CLOSE_ON_ACCEPT && fault->spec.kind <= FAKE_FOREIGN;
}

static unsigned expected(const struct cell *c)
{
    if (c->op->kind == ON_SESSION)
        return c->fault->results;
    unsigned set = c->fault->connect;
    /* A started OpenOCD that closes the connection is expected to end: that is waited for. */
    if (c->op->kind == STARTS && (set & M_CLOSED) != 0)
        set |= M_TIMEOUT | M_PROCESS;
    return set;
}

static long cpu_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static size_t count_descriptors(void)
{
    DIR *d = opendir("/proc/self/fd");
    size_t count = 0;

    while (d != NULL && readdir(d) != NULL)
        count++;
    if (d != NULL)
        closedir(d);
    return count;
}

/* ---- running the operation */

static void on_end(struct ocd_op *op, int result, void *user)
{
    struct cell *c = user;

    (void)op;
    c->ends++;
    c->end_result = result;
}

/* As a caller's own loop drives it. */
static int run_looped(struct cell *c, struct ocd_call *call)
{
    call->done = on_end;
    struct ocd_op *op = c->op->start(c, call);
    if (op == NULL)
        return OCD_ERR_NOMEM;
    while (c->ends == 0) {
        struct pollfd p = {.fd = ocd_fd(c->session), .events = ocd_events(c->session)};
        poll(&p, p.fd >= 0 ? 1 : 0, ocd_timeout(c->session));
        int rc = ocd_process(c->session);
        if (rc != OCD_OK && c->ends == 0) {
            cell_wrong(c, "ocd_process answers %s before the end", ocd_err_name(rc));
            break;
        }
    }
    if (ocd_op_result(op) != c->end_result)
        cell_wrong(c, "the callback was told %s, not %s", ocd_err_name(c->end_result),
                   ocd_err_name(ocd_op_result(op)));
    int result = ocd_op_result(op);
    c->done = ocd_op_error(op)->done;
    if (ocd_op_error(op)->code != result)
        cell_wrong(c, "ocd_op_error has the code %d", ocd_op_error(op)->code);
    ocd_op_free(op);
    return result;
}

static int run_blocking(struct cell *c, const struct ocd_call *call)
{
    int result = c->op->block != NULL ? c->op->block(c) : ocd_wait(c->op->start(c, call));

    if (result == OCD_OK)
        return result;
    const struct ocd_error *e = ocd_last_error(c->session);
    c->done = e->done;
    if (e->code != result || e->text[0] == '\0')
        cell_wrong(c, "ocd_last_error has %s: %s", ocd_err_name(e->code), e->text);
    return result;
}

static int run(struct cell *c)
{
    struct ocd_call call = {.flags = c->op->flags, .fill = 0xee, .bad = cell_bad, .user = c};
    long begin = now_ms(), cpu = cpu_ms();
    int result = c->looped ? run_looped(c, &call) : run_blocking(c, &call);
    long took = now_ms() - begin;

    cpu = cpu_ms() - cpu;
    c->late_ms = took - c->timeout_ms;
    c->too_late = c->late_ms > SLACK_MS;
    if (c->too_late)
        cell_wrong(c, "it took %ld ms", took);
    bool idle = c->fault->spec.kind == FAKE_FREEZE || c->fault->spec.kind == FAKE_MISSING ||
                c->fault->spec.kind == FAKE_MUTE;
    if (idle && result == OCD_ERR_TIMEOUT && cpu > IDLE_CPU_MS)
        cell_wrong(c, "waiting took %ld ms of the processor", cpu);
    return result;
}

/* ---- looking at what it has left */

static void check_code(struct cell *c, int result)
{
    const struct operation *op = c->op;
    unsigned set = expected(c);

    c->letter = '?';
    for (size_t i = 0; i < COUNT_OF(results); i++) {
        if (results[i].code != result)
            continue;
        c->letter = results[i].letter;
        if ((set & results[i].bit) != 0)
            return;
    }
    bool refused = result != OCD_OK && (result == op->refused || result == op->other);
    if (refused)
        c->letter = 'r';
    if (refused && ((set & M_REFUSED) != 0 || (op->fails && (set & M_OK) != 0)))
        return;
    cell_wrong(c, "it ended with %s: %s", ocd_err_name(result),
               result != OCD_OK ? ocd_last_error(c->session)->text : "");
}

static bool says_dead(struct ocd_session *s)
{
    return ocd_process(s) == OCD_ERR_CLOSED && ocd_features(s) == 0 && ocd_fd(s) < 0;
}

/* The session works on, or says that it is dead. */
static void check_session(struct cell *c, int result)
{
    uint32_t words[16];
    struct ocd_call call = {.timeout_ms = c->fault->after == MUTE ? TIMEOUT_MS : PATIENCE_MS};
    bool lives = c->fault->after == LIVES && (c->op->kind == ON_SESSION || result == OCD_OK);

    if (c->session == NULL)
        return;
    int rc = ocd_wait(ocd_read_u32_async(c->session, FLASH, words, COUNT_OF(words), &call));
    if (rc == OCD_OK) {
        if (memcmp(words, fake_memory(c->fake, FLASH, sizeof(words)), sizeof(words)) != 0)
            cell_wrong(c, "the next read is wrong");
        return;
    }
    if (lives)
        cell_wrong(c, "the session is dead: %s", ocd_last_error(c->session)->text);
    else if (rc == OCD_ERR_TIMEOUT && c->fault->after == MUTE)
        return;
    else if ((rc != OCD_ERR_CLOSED && rc != OCD_ERR_PROTOCOL) || !says_dead(c->session))
        cell_wrong(c, "the next read ends with %s, and the session does not say that it is dead",
                   ocd_err_name(rc));
}

/* Everything that has been asked for has been done when this returns. */
static void settle(const struct cell *c)
{
    if (c->server_gone)
        return;
    int fd = raw_join(fake_port(c->fake));
    /* The first may overtake what another connection has sent; the second comes behind it. */
    raw_ask(fd, "expr 1");
    raw_ask(fd, "expr 2");
    close(fd);
}

/* Bytes in the range that the operation writes are the old or the new ones, all others the old. */
static void check_memory(struct cell *c, int result)
{
    const struct operation *op = c->op;
    const uint8_t *memory = fake_memory(c->fake, RAM, 65536);
    uint64_t written = op->writes ? (result == OCD_OK ? op->size : c->done * op->unit) : 0;

    for (uint64_t i = 0; i < 65536; i++) {
        uint64_t addr = RAM + i;
        bool inside = op->writes && addr >= op->addr && addr - op->addr < op->size;
        bool is_new = inside && memory[i] == cell_data(addr);
        bool is_old = memory[i] == fake_pattern(addr);
        if (is_new || (is_old && !(inside && addr - op->addr < written)))
            continue;
        cell_wrong(c, "memory at 0x%08llx is %02x", (unsigned long long)addr, memory[i]);
        return;
    }
}

/* No file but the dump's own; what a dump with OCD_RESUME keeps is meant to stay. */
static void check_directory(struct cell *c)
{
    DIR *d = opendir(c->directory);
    char path[512];

    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        bool part = (c->op->flags & OCD_RESUME) != 0 && strstr(e->d_name, ".ocd-part-") != NULL;
        if (strcmp(e->d_name, "dump") != 0 && !part)
            cell_wrong(c, "%s has been left", e->d_name);
        snprintf(path, sizeof(path), "%s/%s", c->directory, e->d_name);
        unlink(path);
    }
    closedir(d);
}

static void release_outputs(struct cell *c)
{
    ocd_free(c->text);
    ocd_free(c->matches);
    ocd_free(c->targets);
}

static void close_session(struct cell *c)
{
    long begin = now_ms();

    ocd_close(c->session);
    c->session = NULL;
    if (now_ms() - begin > AT_ONCE_MS)
        cell_wrong(c, "closing took %ld ms", now_ms() - begin);
}

/* ---- the whole */

static void restore_memory(struct cell *c)
{
    static uint8_t pattern[65536];

    if (pattern[0] == 0) {
        for (size_t i = 0; i < sizeof(pattern); i++)
            pattern[i] = fake_pattern(RAM + i);
    }
    memcpy(fake_memory(c->fake, RAM, sizeof(pattern)), pattern, sizeof(pattern));
}

static void connect_before(struct cell *c)
{
    struct ocd_options options = {
        .host = "127.0.0.1", .port = fake_port(c->fake), .timeout_ms = c->timeout_ms};
    struct ocd_call call = {.timeout_ms = strikes_connections(c->fault) ? TIMEOUT_MS : PATIENCE_MS};

    if (strikes_connections(c->fault))
        fake_inject(c->fake, &c->fault->spec);
    int rc = ocd_wait(ocd_connect_async(&c->session, &options, &call));
    if ((rc == OCD_OK) == strikes_connections(c->fault))
        cell_wrong(c, "connecting before it ended with %s", ocd_err_name(rc));
}

bool matrix_cell(struct cell *c)
{
    long live = alloc_live();
    size_t descriptors = count_descriptors();

    c->timeout_ms = (expected(c) & M_TIMEOUT) != 0 ? TIMEOUT_MS : PATIENCE_MS;
    snprintf(c->path, sizeof(c->path), "%s/dump", c->directory);
    restore_memory(c);
    if (c->op->kind == ON_SESSION)
        connect_before(c);
    if (c->op->prepare != NULL)
        c->op->prepare(c);
    int fault = -1;
    if (c->op->kind != STARTS && !(c->op->kind == ON_SESSION && strikes_connections(c->fault)))
        fault = fake_inject(c->fake, &c->fault->spec);

    int result = run(c);
    c->server_gone = c->fault->spec.kind == FAKE_EXIT && fake_strikes(c->fake, fault) > 0;
    fake_heal(c->fake);
    fake_thaw(c->fake);
    check_code(c, result);
    if (c->op->check != NULL)
        c->op->check(c, result);
    if (c->op->kind != STARTS)
        check_session(c, result);
    close_session(c);
    settle(c);
    check_memory(c, result);
    check_directory(c);
    release_outputs(c);
    if (alloc_live() != live)
        cell_wrong(c, "%ld allocations have been left", alloc_live() - live);
    if (count_descriptors() != descriptors)
        cell_wrong(c, "descriptors: %zu, not %zu", count_descriptors(), descriptors);
    return c->wrong[0] == '\0';
}
