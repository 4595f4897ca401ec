// SPDX-License-Identifier: MIT
/* Runs a public operation as a caller would, and checks everything that it leaves. */
#include "cell.h"

#include <dirent.h>
#include <poll.h>
#include <stdarg.h>
#include <unistd.h>

#include "alloc.h"
#include "raw_client.h"

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

void cell_unreadable(uint64_t addr, uint64_t size, void *user)
{
    struct cell *c = user;

    if (c->bad_count < CELL_BADS)
        c->bad[c->bad_count++] = (struct ocd_range){.addr = addr, .size = size};
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
        struct pollfd p = {.fd = ocd_loop_fd(c->session), .events = ocd_loop_events(c->session)};
        poll(&p, p.fd >= 0 ? 1 : 0, ocd_loop_timeout(c->session));
        int rc = ocd_loop_dispatch(c->session);
        if (rc != OCD_OK && c->ends == 0) {
            cell_wrong(c, "ocd_loop_dispatch answers %s before the end", ocd_err_name(rc));
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
    /* Without an operation there is no callback. */
    bool told = c->op->block != NULL || result != OCD_ERR_NOMEM;
    if (told && (e->code != result || e->text[0] == '\0'))
        cell_wrong(c, "ocd_last_error has %s: %s", ocd_err_name(e->code), e->text);
    return result;
}

int cell_run(struct cell *c)
{
    struct ocd_call call = {.flags = c->op->flags,
                            .space = c->op->phys ? OCD_SPACE_PHYSICAL : OCD_SPACE_SESSION,
                            .fill = 0xee,
                            .unreadable = cell_unreadable,
                            .user = c};

    return c->looped ? run_looped(c, &call) : run_blocking(c, &call);
}

bool cell_says_dead(struct ocd_session *s)
{
    return ocd_loop_dispatch(s) == OCD_ERR_CLOSED && ocd_features(s) == 0 && ocd_loop_fd(s) < 0;
}

static void restore_memory(struct cell *c)
{
    static uint8_t pattern[65536];

    if (pattern[0] == 0)
        for (size_t i = 0; i < sizeof(pattern); i++)
            pattern[i] = fake_pattern(RAM + i);
    memcpy(fake_memory(c->fake, RAM, sizeof(pattern)), pattern, sizeof(pattern));
}

/* Waits until the server has run all requests. */
static void settle(const struct cell *c)
{
    if (c->server_gone)
        return;
    int fd = raw_join(fake_port(c->fake));
    /* The first may overtake what another connection has sent; the second comes after it. */
    raw_ask(fd, "forget");
    raw_ask(fd, "forget");
    close(fd);
}

static uint8_t new_byte(const struct operation *op, uint64_t addr)
{
    return op->from != 0 ? fake_pattern(op->from + (addr - op->addr)) : cell_data(addr);
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
        bool is_new = inside && memory[i] == new_byte(op, addr);
        bool is_old = memory[i] == fake_pattern(addr);
        if (is_new || (is_old && !(inside && addr - op->addr < written)))
            continue;
        cell_wrong(c, "memory at 0x%08llx is %02x", (unsigned long long)addr, memory[i]);
        return;
    }
}

/* No file but the dump's own and the tests'; what a dump with OCD_DUMP_RESUME keeps is meant to
 * stay. */
static void check_directory(struct cell *c)
{
    DIR *d = opendir(c->directory);
    char path[512];

    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if (strcmp(e->d_name, "getent") == 0)
            continue;
        bool part =
            (c->op->flags & OCD_DUMP_RESUME) != 0 && strstr(e->d_name, ".ocd-part-") != NULL;
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
    ocd_free(c->registers);
    ocd_free(c->breakpoints);
    ocd_free(c->watchpoints);
    ocd_image_writer_close(c->writer);
    ocd_image_close(c->image);
    ocd_expression_close(c->expression);
    ocd_sampler_close(c->sampler);
    ocd_symbols_close(c->symbols);
}

void cell_begin(struct cell *c)
{
    c->live = alloc_live();
    c->descriptors = count_descriptors();
    snprintf(c->path, sizeof(c->path), "%s/dump", c->directory);
    restore_memory(c);
}

bool cell_end(struct cell *c, int result)
{
    ocd_close(c->session);
    c->session = NULL;
    settle(c);
    check_memory(c, result);
    check_directory(c);
    release_outputs(c);
    if (alloc_live() != c->live)
        cell_wrong(c, "%ld allocations have been left", alloc_live() - c->live);
    if (count_descriptors() != c->descriptors)
        cell_wrong(c, "descriptors: %zu, not %zu", count_descriptors(), c->descriptors);
    return c->wrong[0] == '\0';
}

struct fake *cell_server(void)
{
    struct fake *f = fake_start(&(struct fake_options){.script = fake_target_script});

    if (f != NULL)
        fake_unreadable(f, CELL_UNREADABLE, 4);
    return f;
}

unsigned cell_choose(const struct operation **ops, const char *name)
{
    static const struct operation *const tables[] = {
        cell_session_ops, cell_read_ops,  cell_bulk_ops,    cell_write_ops,
        cell_file_ops,    cell_value_ops, cell_sampler_ops, cell_target_ops};
    unsigned count = 0;

    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        for (const struct operation *op = tables[i]; op->name != NULL; op++)
            if (strstr(op->name, name) != NULL && count < CELL_OPS)
                ops[count++] = op;
    }
    return count;
}

bool cell_remove(const char *directory)
{
    char path[256];

    snprintf(path, sizeof(path), "%s/getent", directory);
    unlink(path);
    return rmdir(directory) == 0;
}
