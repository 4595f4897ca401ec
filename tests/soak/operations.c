// SPDX-License-Identifier: MIT
/* The operations of the sessions. Each one checks its own result. */
#define _GNU_SOURCE /* memmem */
#include "little.h"
#include "soak.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define AT_ONCE 12 /* operations under way at the same time */

static int note_progress(uint64_t done, uint64_t total, void *user)
{
    struct worker *w = user;

    (void)done;
    (void)total;
    w->progress = soak_now();
    return 0;
}

static struct ocd_call call_of(struct worker *w)
{
    bool text = !w->raw || soak_random(&w->seed, 4) == 0;

    return (struct ocd_call){.space = text ? OCD_SPACE_PHYSICAL : OCD_SPACE_SESSION,
                             .progress = note_progress,
                             .user = w};
}

static void drive(struct worker *w, struct ocd_op *op)
{
    while (ocd_op_result(op) == OCD_PENDING) {
        struct pollfd p = {.fd = ocd_loop_fd(w->session), .events = ocd_loop_events(w->session)};
        poll(&p, p.fd >= 0 ? 1 : 0, ocd_loop_timeout(w->session));
        ocd_loop_dispatch(w->session);
    }
}

/* Waits for an operation and checks its result. Returns whether it has succeeded, and `*done`. */
static bool finish(struct worker *w, struct ocd_op *op, size_t *done)
{
    drive(w, op);
    const struct ocd_error *e = ocd_op_error(op);
    bool good = worker_judge(w, ocd_op_result(op), e);
    if (done != NULL)
        *done = (size_t)e->done;
    ocd_op_free(op);
    return good;
}

static void put_random(struct worker *w, void *data, size_t size)
{
    uint8_t *bytes = data;

    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)soak_random(&w->seed, 256);
}

static struct ocd_op *typed(struct worker *w, bool write, unsigned width, uint32_t addr,
                            void *values, size_t count)
{
    struct ocd_session *s = w->session;

    switch (width) {
    case 1:
        return write ? ocd_write_u8_async(s, addr, values, count, NULL)
                     : ocd_read_u8_async(s, addr, values, count, NULL);
    case 2:
        return write ? ocd_write_u16_async(s, addr, values, count, NULL)
                     : ocd_read_u16_async(s, addr, values, count, NULL);
    case 4:
        return write ? ocd_write_u32_async(s, addr, values, count, NULL)
                     : ocd_read_u32_async(s, addr, values, count, NULL);
    default:
        return write ? ocd_write_u64_async(s, addr, values, count, NULL)
                     : ocd_read_u64_async(s, addr, values, count, NULL);
    }
}

static void typed_values(struct worker *w, bool write)
{
    unsigned width = 1u << soak_random(&w->seed, 4);
    size_t count = 1 + soak_random(&w->seed, 500), done;
    uint32_t offset = soak_random(&w->seed, (uint32_t)(AREA_SIZE - count * width)) & ~7u;

    if (write)
        put_random(w, w->scratch, count * width);
    bool good = finish(w, typed(w, write, width, w->base + offset, w->scratch, count), &done);
    done = (good ? count : done) * width;
    swap_little(w->scratch, width, count);
    if (write)
        worker_written(w, offset, w->scratch, count * width, done);
    else
        worker_compare(w, offset, w->scratch, done);
}

static void read_values(struct worker *w)
{
    typed_values(w, false);
}

static void write_values(struct worker *w)
{
    typed_values(w, true);
}

static void read_bytes(struct worker *w)
{
    struct ocd_call call = call_of(w);
    uint32_t offset;
    size_t size = worker_range(w, &offset, AREA_SIZE), done;

    bool good = finish(
        w, ocd_read_bytes_async(w->session, w->base + offset, w->scratch, size, &call), &done);
    worker_compare(w, offset, w->scratch, good ? size : done);
}

static void write_bytes(struct worker *w)
{
    struct ocd_call call = call_of(w);
    uint32_t offset;
    size_t size = worker_range(w, &offset, AREA_SIZE), done;

    call.flags |= soak_random(&w->seed, 2) == 0 ? OCD_WRITE_VERIFY : 0u;
    put_random(w, w->scratch, size);
    bool good = finish(
        w, ocd_write_bytes_async(w->session, w->base + offset, w->scratch, size, &call), &done);
    /* When it was being verified nothing shows how much of it had been written. */
    worker_written(w, offset, w->scratch, size,
                   good                            ? size
                   : call.flags & OCD_WRITE_VERIFY ? 0
                                                   : done);
}

static void fill(struct worker *w)
{
    struct ocd_call call = call_of(w);
    uint8_t pattern[64];
    uint32_t offset;
    size_t size = worker_range(w, &offset, AREA_SIZE), done;
    size_t length = 1 + soak_random(&w->seed, sizeof(pattern));

    put_random(w, pattern, length);
    for (size_t i = 0; i < size; i++)
        w->scratch[i] = pattern[i % length];
    bool good = finish(
        w, ocd_fill_async(w->session, w->base + offset, size, pattern, length, &call), &done);
    worker_written(w, offset, w->scratch, size, good ? size : done);
}

static void search(struct worker *w)
{
    struct ocd_call call = call_of(w);
    uint64_t *matches = NULL;
    uint32_t offset;
    size_t size = worker_range(w, &offset, AREA_SIZE), count = 0, expected = 0;
    size_t length = 1 + soak_random(&w->seed, size < 5 ? (uint32_t)size : 5);
    uint32_t from = offset + soak_random(&w->seed, (uint32_t)(size - length + 1));
    const uint8_t *pattern = w->memory + from, *at = w->memory + offset, *end = at + size;

    bool good = finish(w,
                       ocd_search_async(w->session, pattern, length, w->base + offset,
                                        w->base + offset + size, &matches, &count, &call),
                       NULL);
    while ((at = memmem(at, (size_t)(end - at), pattern, length)) != NULL) {
        uint64_t addr = w->base + (uint64_t)(at++ - w->memory);
        if (expected == count && !good)
            break; /* those after a failure have not been found */
        if (expected < count && matches[expected] != addr)
            break;
        expected++;
    }
    if (count != expected || (good && at != NULL))
        soak_wrong(w, "%zu matches, %zu of them right", count, expected);
    ocd_free(matches);
}

static void hexdump(struct worker *w)
{
    char *text = NULL, *expected = NULL;
    uint32_t offset;
    size_t size = worker_range(w, &offset, 4096);

    if (finish(w, ocd_hexdump_async(w->session, w->base + offset, size, &text, NULL), NULL) &&
        ocd_hexdump_format(w->base + offset, w->memory + offset, size, &expected) == OCD_OK &&
        strcmp(text, expected) != 0)
        soak_wrong(w, "another hexdump:\n%snot\n%s", text, expected);
    ocd_free(text);
    ocd_free(expected);
}

static void read_many(struct worker *w)
{
    struct ocd_item items[20];
    uint32_t offsets[20];
    size_t count = 1 + soak_random(&w->seed, 20), used = 0;

    for (size_t i = 0; i < count; i++) {
        unsigned width = 1u << soak_random(&w->seed, 4);
        size_t elements = 1 + soak_random(&w->seed, 16);
        offsets[i] = soak_random(&w->seed, 4096) & ~7u;
        items[i] = (struct ocd_item){.addr = w->base + offsets[i],
                                     .count = elements,
                                     .width = width * 8,
                                     .values = w->scratch + used};
        used += (elements * width + 7) & ~(size_t)7;
    }
    finish(w, ocd_read_many_async(w->session, items, count, soak_random(&w->seed, 2) * 64, NULL),
           NULL);
    for (size_t i = 0; i < count; i++)
        if (items[i].result == OCD_OK)
            worker_compare(w, offsets[i], items[i].values, items[i].count * items[i].width / 8);
}

static void read_flash(struct worker *w)
{
    struct ocd_call call = call_of(w);
    uint32_t offset;
    size_t size = worker_range(w, &offset, FLASH_SIZE), done;

    bool good = finish(
        w, ocd_read_bytes_async(w->session, SIM_FLASH_BASE + offset, w->scratch, size, &call),
        &done);
    if (memcmp(w->scratch, w->server->flash + offset, good ? size : done) != 0)
        soak_wrong(w, "the flash reads as something else");
}

/* Whether the worker's file holds just this. */
static bool file_is(struct worker *w, const void *data, size_t size)
{
    FILE *f = fopen(w->file, "rbe");
    size_t have = f != NULL ? fread(w->there, 1, sizeof(w->there), f) : SIZE_MAX;

    if (f != NULL)
        fclose(f);
    return have == size && memcmp(w->there, data, size) == 0;
}

static void put_file(struct worker *w, const void *data, size_t size)
{
    FILE *f = fopen(w->file, "wbe");

    if (f == NULL || fwrite(data, 1, size, f) != size || fclose(f) != 0)
        soak_wrong(w, "%s cannot be written", w->file);
}

/* Sometimes it goes on from what the one before it has left of the same range. */
static void dump(struct worker *w)
{
    struct ocd_call call = call_of(w);
    uint32_t offset = 0;
    size_t size = AREA_SIZE;

    if (soak_random(&w->seed, 2) == 0) {
        call.flags |= OCD_DUMP_RESUME;
        w->resumed++;
    } else {
        size = worker_range(w, &offset, AREA_SIZE);
    }
    put_file(w, "old", 3);
    bool good = finish(w, ocd_dump_async(w->session, w->base + offset, size, w->file, &call), NULL);
    if (good ? !file_is(w, w->memory + offset, size) : !file_is(w, "old", 3))
        soak_wrong(w, "the file of a dump that %s", good ? "is done" : "has failed");
}

static void load(struct worker *w)
{
    struct ocd_call call = call_of(w);
    uint32_t offset;
    size_t size = worker_range(w, &offset, AREA_SIZE), done;
    const struct ocd_load_options options = {
        .image = {.format = OCD_IMAGE_BIN, .has_offset = true, .offset = w->base + offset},
        .where = OCD_LOAD_RAM};

    put_random(w, w->scratch, size);
    put_file(w, w->scratch, size);
    bool good = finish(w, ocd_load_async(w->session, w->file, &options, &call), &done);
    worker_written(w, offset, w->scratch, size, good ? size : done);
}

/* Against a file that is right, or has one byte that is not. */
static void verify(struct worker *w)
{
    struct ocd_call call = call_of(w);
    uint32_t offset;
    size_t size = worker_range(w, &offset, AREA_SIZE);
    uint32_t wrong = soak_random(&w->seed, (uint32_t)size);
    bool spoilt = soak_random(&w->seed, 2) == 0;
    const struct ocd_verify_options options = {
        .image = {.format = OCD_IMAGE_BIN, .has_offset = true, .offset = w->base + offset}};

    memcpy(w->scratch, w->memory + offset, size);
    if (spoilt)
        w->scratch[wrong] ^= 1;
    put_file(w, w->scratch, size);
    struct ocd_op *op = ocd_verify_async(w->session, w->file, &options, &call);
    drive(w, op);
    const struct ocd_error *e = ocd_op_error(op);
    bool found = ocd_op_result(op) == OCD_ERR_MISMATCH;
    if (found && (!spoilt || e->addr != w->base + offset + wrong))
        soak_wrong(w, "a difference at 0x%08x: %s", (unsigned)e->addr, e->text);
    if (worker_judge(w, found ? OCD_OK : ocd_op_result(op), e) && spoilt && !found)
        soak_wrong(w, "a difference was not found");
    ocd_op_free(op);
}

static void command(struct worker *w)
{
    uint32_t a = soak_random(&w->seed, 1000000), b = soak_random(&w->seed, 1000);
    char script[64], expected[64], *text = NULL;

    snprintf(script, sizeof(script), "expr {%u * %u}", (unsigned)a, (unsigned)b);
    snprintf(expected, sizeof(expected), "%u", (unsigned)(a * b));
    if (finish(w, ocd_command_async(w->session, script, &text, NULL), NULL) &&
        strcmp(text, expected) != 0)
        soak_wrong(w, "%s is %s, not %s", script, text, expected);
    ocd_free(text);
}

static void targets(struct worker *w)
{
    struct ocd_target *list = NULL;
    size_t count = 0;

    if (finish(w, ocd_targets_async(w->session, &list, &count, NULL), NULL) &&
        (count != 1 || strcmp(list[0].name, "stm32f1x.cpu") != 0 || !list[0].current))
        soak_wrong(w, "other targets");
    ocd_free(list);
}

static void many_at_once(struct worker *w)
{
    struct ocd_op *ops[AT_ONCE];
    uint32_t offsets[AT_ONCE];
    size_t sizes[AT_ONCE], used = 0, count = 1 + soak_random(&w->seed, AT_ONCE);

    for (size_t i = 0; i < count; i++) {
        sizes[i] = worker_range(w, &offsets[i], AREA_SIZE / AT_ONCE);
        ops[i] = ocd_read_bytes_async(w->session, w->base + offsets[i], w->scratch + used, sizes[i],
                                      NULL);
        used += sizes[i];
    }
    used = 0;
    for (size_t i = 0; i < count; i++) {
        size_t done;
        bool good = finish(w, ops[i], &done);
        worker_compare(w, offsets[i], w->scratch + used, good ? sizes[i] : done);
        used += sizes[i];
    }
}

/* One of several reads is not wanted any more. */
static void cancelled(struct worker *w)
{
    uint8_t other[64];
    uint32_t offset;
    size_t size = worker_range(w, &offset, sizeof(other)), done;
    struct ocd_op *op = ocd_read_bytes_async(w->session, w->base, w->scratch, AREA_SIZE, NULL);

    for (uint32_t i = soak_random(&w->seed, 4); i > 0; i--)
        ocd_loop_dispatch(w->session);
    struct ocd_op *next = ocd_read_bytes_async(w->session, w->base + offset, other, size, NULL);
    ocd_op_free(op);
    bool good = finish(w, next, &done);
    worker_compare(w, offset, other, good ? size : done);
}

/* The connection breaks in the middle of a write. */
static void cut_off(struct worker *w)
{
    struct ocd_call call = call_of(w);
    uint32_t offset;
    size_t size = worker_range(w, &offset, 16384), done;

    put_random(w, w->scratch, size);
    struct ocd_op *op =
        ocd_write_bytes_async(w->session, w->base + offset, w->scratch, size, &call);
    for (uint32_t i = soak_random(&w->seed, 6); i > 0; i--)
        ocd_loop_dispatch(w->session);
    w->cut = true;
    shutdown(ocd_loop_fd(w->session), SHUT_RDWR);
    bool good = finish(w, op, &done);
    worker_written(w, offset, w->scratch, size, good ? size : done);
}

static void (*const functions[])(struct worker *) = {
#define SOAK_FUNCTION(name) name,
    SOAK_OPERATIONS(SOAK_FUNCTION)
#undef SOAK_FUNCTION
};

/* Whether the session, whose connection is gone, can come back by itself. */
static bool comes_back(const struct worker *w)
{
    return w->reconnects && atomic_load(&w->server->starts) == w->starts;
}

void operation_run(struct worker *w)
{
    w->operation = soak_random(&w->seed, OPERATIONS);
    if (w->operation == OPERATION_cut_off && soak_random(&w->seed, 4) != 0)
        return; /* not too often: each takes a new connection */
    worker_begin(w);
    functions[w->operation](w);
    w->done[w->operation]++;
    atomic_fetch_add(&w->turns, 1);
    if (w->session != NULL && (ocd_features(w->session) & OCD_FEATURE_MEMORY) == 0 &&
        !comes_back(w))
        worker_lose_session(w);
}
