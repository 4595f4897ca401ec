// SPDX-License-Identifier: MIT
/* Many operations of all kinds under way at once, some of them cancelled or released at random;
 * and faults at random addresses. OCD_TEST_SEED repeats a run. */
#include "rig.h"

#include <inttypes.h>
#include <poll.h>
#include <unistd.h>

#define RAM_SIZE (256u << 10)
#define SLOTS    12
#define ROUNDS   250
#define LONGEST  20000u

static uint8_t model[RAM_SIZE];
static uint32_t seed, chance;

static int start(void **state)
{
    struct rig *rig = rig_start(&(struct rig_options){.sim.ram_size = RAM_SIZE, .big = true});
    const char *text = getenv("OCD_TEST_SEED");

    seed = text != NULL ? (uint32_t)strtoul(text, NULL, 0)
                        : (uint32_t)rig_now_ms() * 2654435761u + (uint32_t)getpid();
    rig_pattern(model, RAM_SIZE, 1);
    rig_poke(rig, RIG_RAM, model, RAM_SIZE);
    *state = rig;
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

static int reseed(void **state)
{
    (void)state;
    chance = seed | 1;
    return 0;
}

/* xorshift32 (Marsaglia, 2003). */
static uint32_t below(uint32_t limit)
{
    chance ^= chance << 13;
    chance ^= chance >> 17;
    chance ^= chance << 5;
    return (uint32_t)((uint64_t)chance * limit >> 32);
}

struct slot {
    struct ocd_op *op;
    enum {
        BYTES,
        WORDS,
        ITEMS,
        TEXT,
        SEARCH,
        NOWHERE,
        KINDS
    } kind;
    bool big;
    bool cancelled;
    int ended; /* calls of the callback */
    uint32_t offset, size;
    uint8_t data[LONGEST];
    struct ocd_item items[3];
    char *text;
    uint64_t *matches;
    size_t count;
};

static void note_end(struct ocd_op *op, int result, void *user)
{
    struct slot *t = user;

    (void)result;
    assert_ptr_equal(op, t->op);
    t->ended++;
}

static void begin(struct ocd_session *s, struct slot *t)
{
    memset(t, 0, sizeof(*t));
    t->kind = below(KINDS);
    t->size = below(2) == 0 ? below(64) : below(LONGEST);
    t->offset = below(RAM_SIZE - LONGEST) & ~3u;
    t->big = below(3) == 0;
    const struct ocd_call call = {.target = t->big ? RIG_BIG : NULL, .done = note_end, .user = t};
    uint64_t addr = RIG_RAM + t->offset;

    switch (t->kind) {
    case BYTES:
        t->op = ocd_read_bytes_async(s, addr, t->data, t->size, &call);
        break;
    case WORDS:
        t->size &= ~3u;
        t->op = ocd_read_u32_async(s, addr, (uint32_t *)(void *)t->data, t->size / 4, &call);
        break;
    case ITEMS:
        for (uint32_t i = 0; i < 3; i++)
            t->items[i] = (struct ocd_item){
                .addr = addr + 40 * i, .count = 5, .width = 8, .values = t->data + 5 * i};
        t->op = ocd_read_many_async(s, t->items, 3, below(2) * 64, &call);
        break;
    case TEXT:
        t->size = 1 + t->size % 1000;
        t->op = ocd_hexdump_async(s, addr, t->size, &t->text, &call);
        break;
    case SEARCH:
        t->size += 4;
        t->op = ocd_search_async(s, model + t->offset, 4, addr, addr + t->size, &t->matches,
                                 &t->count, &call);
        break;
    default:
        t->op = ocd_read_bytes_async(s, RIG_NOWHERE, t->data, 4, &call);
    }
    assert_non_null(t->op);
}

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("%s: seed %u, kind %d, %u bytes at 0x%x, %s: %s", #condition, (unsigned)seed, \
                     (int)t->kind, (unsigned)t->size, (unsigned)t->offset,                         \
                     t->big ? "big" : "little", ocd_op_error(t->op)->text);                        \
    } while (0)

static void check_words(const struct slot *t)
{
    for (uint32_t i = 0; i < t->size; i += 4) {
        const uint8_t *m = model + t->offset + i;
        uint32_t want = 0, have;
        for (int k = 0; k < 4; k++)
            want = want << 8 | m[t->big ? k : 3 - k];
        memcpy(&have, t->data + i, 4);
        REQUIRE(have == want);
    }
}

static void check(const struct slot *t)
{
    char *text;

    REQUIRE(t->ended == 1);
    if (t->cancelled) {
        REQUIRE(ocd_op_result(t->op) == OCD_ERR_CANCELLED);
        return;
    }
    REQUIRE(ocd_op_result(t->op) == (t->kind == NOWHERE ? OCD_ERR_TARGET : OCD_OK));
    switch (t->kind) {
    case BYTES:
        REQUIRE(memcmp(t->data, model + t->offset, t->size) == 0);
        break;
    case WORDS:
        check_words(t);
        break;
    case ITEMS:
        for (uint32_t i = 0; i < 3; i++)
            REQUIRE(memcmp(t->data + 5 * i, model + t->offset + 40 * i, 5) == 0);
        break;
    case TEXT:
        ocd_hexdump_format(RIG_RAM + t->offset, model + t->offset, t->size, &text);
        REQUIRE(strcmp(t->text, text) == 0);
        ocd_free(text);
        break;
    case SEARCH:
        REQUIRE(t->count >= 1 && t->matches[0] == RIG_RAM + t->offset);
        break;
    default:
        REQUIRE(ocd_op_error(t->op)->addr == RIG_NOWHERE);
    }
}

static void end(struct slot *t)
{
    ocd_op_free(t->op);
    ocd_free(t->text);
    ocd_free(t->matches);
    t->op = NULL;
    t->text = NULL;
    t->matches = NULL;
}

static void dispatch_once(struct ocd_session *s)
{
    assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
    int timeout = ocd_loop_timeout(s);
    struct pollfd p = {.fd = ocd_loop_fd(s), .events = ocd_loop_events(s)};
    poll(&p, 1, timeout < 0 || timeout > 20 ? 20 : timeout);
}

static void cancel_one(struct slot *slots)
{
    struct slot *t = &slots[below(SLOTS)];

    if (t->op == NULL)
        return;
    if (below(2) == 0) {
        end(t); /* released as it is */
    } else if (ocd_op_result(t->op) == OCD_PENDING) {
        ocd_cancel(t->op);
        t->cancelled = true;
    }
}

static void concurrent_operations_do_not_disturb_each_other(void **state)
{
    struct rig *rig = *state;
    struct slot *slots = calloc(SLOTS, sizeof(*slots));
    long limit = rig_now_ms() + 60000;
    unsigned begun = 0, under_way = 0;

    assert_non_null(slots);
    while (begun < ROUNDS || under_way > 0) {
        under_way = 0;
        for (size_t i = 0; i < SLOTS; i++) {
            struct slot *t = &slots[i];
            if (t->op != NULL && t->ended > 0) {
                check(t);
                end(t);
            }
            if (t->op == NULL && begun < ROUNDS && below(2) == 0) {
                begin(rig->session, t);
                begun++;
            }
            under_way += t->op != NULL;
        }
        if (below(6) == 0)
            cancel_one(slots);
        dispatch_once(rig->session);
        if (rig_now_ms() > limit)
            fail_msg("seed %u: %u begun, %u under way", (unsigned)seed, begun, under_way);
    }
    free(slots);
}

struct bad {
    size_t count;
    struct ocd_range ranges[8];
};

static void note_unreadable(uint64_t addr, uint64_t size, void *user)
{
    struct bad *b = user;

    if (b->count < COUNT_OF(b->ranges))
        b->ranges[b->count] = (struct ocd_range){.addr = addr, .size = size};
    b->count++;
}

/* A fault of some words: reads stop there exactly, or go on after it. */
static void one_fault(struct rig *rig, uint8_t *have)
{
    static const uint32_t lengths[] = {4, 8, 64, 5000};
    uint32_t offset = below(RAM_SIZE - LONGEST), size = 1 + below(LONGEST - 1);
    uint32_t bad = (offset + below(size)) & ~3u;
    uint32_t length = (lengths[below(4)] + below(40)) & ~3u;
    uint32_t first = bad > offset ? bad : offset;
    uint32_t end = bad + length < offset + size ? bad + length : offset + size;
    struct bad b = {0};
    const struct ocd_call call = {
        .flags = OCD_READ_SKIP_UNREADABLE, .fill = 0xee, .unreadable = note_unreadable, .user = &b};

    sim_fault_clear(rig->sim);
    assert_int_equal(sim_fault(rig->sim, RIG_RAM + bad, length), 0);
    int rc = ocd_read_bytes(rig->session, RIG_RAM + offset, have, size);
    const struct ocd_error *e = ocd_last_error(rig->session);
    if (rc != OCD_ERR_TARGET || e->addr != RIG_RAM + first || e->done != first - offset ||
        memcmp(have, model + offset, first - offset) != 0)
        fail_msg("seed %u: %u bytes at 0x%x, fault of %u at 0x%x: %s at 0x%" PRIx64
                 " after %" PRIu64,
                 (unsigned)seed, (unsigned)size, (unsigned)offset, (unsigned)length, (unsigned)bad,
                 ocd_err_name(rc), e->addr, e->done);
    memset(have, 0, size);
    rc = ocd_wait(ocd_read_bytes_async(rig->session, RIG_RAM + offset, have, size, &call));
    bool good = rc == OCD_OK && b.count == 1 && b.ranges[0].addr == RIG_RAM + first &&
                b.ranges[0].size == end - first;
    for (uint32_t i = offset; good && i < offset + size; i++)
        good = have[i - offset] == (i >= first && i < end ? 0xee : model[i]);
    if (!good)
        fail_msg("seed %u: %u bytes at 0x%x, fault of %u at 0x%x: %s, %zu bad ranges, the first "
                 "0x%" PRIx64 " + %" PRIu64,
                 (unsigned)seed, (unsigned)size, (unsigned)offset, (unsigned)length, (unsigned)bad,
                 ocd_err_name(rc), b.count, b.ranges[0].addr, b.ranges[0].size);
}

static void faults_are_found_wherever_they_are(void **state)
{
    struct rig *rig = *state;
    uint8_t *have = malloc(LONGEST);

    assert_non_null(have);
    for (int i = 0; i < 40; i++)
        one_fault(rig, have);
    sim_fault_clear(rig->sim);
    free(have);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(concurrent_operations_do_not_disturb_each_other, reseed),
        cmocka_unit_test_setup(faults_are_found_wherever_they_are, reseed),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
