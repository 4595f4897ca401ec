// SPDX-License-Identifier: MIT
/* The same-host path when OpenOCD has not yet done what it was asked to do and nobody waits for it
 * any more: its files must not have become somebody else's meanwhile. */
#include "support.h"

#include <poll.h>
#include <unistd.h>

#define PIECE ((size_t)64 << 10) /* the first one of a session */

/* A session whose same-host path has been proven. */
static struct ocd_session *join_local(const struct fake *f)
{
    struct ocd_session *s = join(f, NULL);
    uint8_t data[8192];

    ends_with(s, OCD_OK, ocd_read_bytes(s, FLASH, data, sizeof(data)));
    assert_true(ocd_features(s) & OCD_FEATURE_LOCAL);
    return s;
}

static void reads_under_way_at_once_have_their_own_data(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join_local(f);
    enum {
        READS = 8,
        SIZE = 8192
    };
    static uint8_t data[READS][SIZE];
    struct ocd_op *ops[READS];

    (void)state;
    for (int turn = 0; turn < 10; turn++) {
        for (int i = 0; i < READS; i++)
            ops[i] = ocd_read_bytes_async(s, FLASH + (uint64_t)i * SIZE, data[i], SIZE, NULL);
        for (int i = 0; i < READS; i++)
            ends_with(s, OCD_OK, ocd_wait(ops[i]));
        for (int i = 0; i < READS; i++)
            assert_is_memory(f, FLASH + (uint64_t)i * SIZE, data[i], SIZE);
    }
    assert_true(fake_requests_with(f, "dump_image") > READS);
    ocd_close(s);
    fake_stop(f);
}

static void a_read_and_a_write_under_way_at_once_do_not_mix(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join_local(f);
    static uint8_t data[8192], values[sizeof(data)];

    (void)state;
    for (int turn = 0; turn < 10; turn++) {
        memset(values, 0x30 + turn, sizeof(values));
        struct ocd_op *read = ocd_read_bytes_async(s, FLASH, data, sizeof(data), NULL);
        struct ocd_op *write = ocd_write_bytes_async(s, RAM, values, sizeof(values), NULL);
        ends_with(s, OCD_OK, ocd_wait(read));
        ends_with(s, OCD_OK, ocd_wait(write));
        assert_is_memory(f, FLASH, data, sizeof(data));
        assert_is_memory(f, RAM, values, sizeof(values));
    }
    ocd_close(s);
    fake_stop(f);
}

static int stop(uint64_t addr, void *user)
{
    *(uint64_t *)user = addr;
    return 1;
}

static void a_write_behind_a_search_that_stopped_early_is_the_callers(void **state)
{
    struct fake *f = server(&(struct fake_options){.cost = {.element_ns = 100}});
    struct ocd_session *s = join_local(f);
    static uint8_t values[PIECE];
    uint64_t found = 0;

    (void)state;
    memset(values, 0x5a, sizeof(values));
    const uint8_t *first = fake_memory(f, FLASH, 16);
    ends_with(s, OCD_OK, ocd_search_each(s, first, 16, FLASH, FLASH + 2 * PIECE, stop, &found));
    assert_true(found == FLASH);
    ends_with(s, OCD_OK, ocd_write_bytes(s, RAM, values, sizeof(values)));
    assert_is_memory(f, RAM, values, sizeof(values));
    ocd_close(s);
    fake_stop(f);
}

/* A write timed out before OpenOCD has done it. The next one must not change what it writes. */
static void a_late_write_never_writes_what_belongs_to_the_next_one(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join_local(f);
    static uint8_t one[8192], two[16384];

    (void)state;
    memset(one, 0x11, sizeof(one));
    memset(two, 0x22, sizeof(two));
    fake_freeze(f);
    struct ocd_op *op =
        ocd_write_bytes_async(s, RAM, one, sizeof(one), &(struct ocd_call){.timeout_ms = 100});
    ends_with(s, OCD_ERR_TIMEOUT, ocd_wait(op));
    op = ocd_write_bytes_async(s, RAM + 32768, two, sizeof(two), NULL);
    assert_int_equal(ocd_process(s), OCD_OK);
    fake_thaw(f);
    ends_with(s, OCD_OK, ocd_wait(op));
    assert_is_memory(f, RAM + 32768, two, sizeof(two));
    /* The first range has the old bytes or the first write's, and nothing beyond it. */
    const uint8_t *memory = fake_memory(f, RAM, sizeof(one));
    for (size_t i = 0; i < sizeof(one); i++)
        assert_true(memory[i] == one[i] || memory[i] == fake_pattern(RAM + i));
    assert_pattern(f, RAM + sizeof(one), 32768 - sizeof(one));
    ocd_close(s);
    fake_stop(f);
}

/* The descriptors' numbers are free again when a session is closed. What OpenOCD does only then
 * must not reach the file that the caller has opened since. */
static void a_late_dump_never_reaches_a_file_of_the_caller(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join_local(f);
    struct ocd_session *other = join(f, NULL);
    static uint8_t data[16384];
    FILE *files[8];
    char text[16];

    (void)state;
    fake_freeze(f);
    struct ocd_op *op = ocd_read_bytes_async(s, FLASH, data, sizeof(data), NULL);
    assert_int_equal(ocd_process(s), OCD_OK);
    ocd_op_free(op);
    ocd_close(s);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        files[i] = tmpfile();
        assert_non_null(files[i]);
        fputs("the caller's", files[i]);
        fflush(files[i]);
    }
    fake_thaw(f);
    assert_works(f, other); /* and by then the dump is in the queue */
    assert_works(f, other);
    assert_int_equal(fake_requests_with(f, "dump_image"), 2);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        rewind(files[i]);
        assert_non_null(fgets(text, sizeof(text), files[i]));
        assert_string_equal(text, "the caller's");
        fclose(files[i]);
    }
    ocd_close(other);
    fake_stop(f);
}

/* An answer alone proves nothing: the data have to be there. */
static void a_dump_that_was_not_made_gives_no_old_data(void **state)
{
    struct fake *f = server(&(struct fake_options){
        .script = "set lie 0; proc dump_image args {if {!$::lie} {fake.cpu dump_image {*}$args}}"});
    struct ocd_session *s = join_local(f);
    static uint8_t data[8192];

    (void)state;
    memset(fake_memory(f, FLASH, sizeof(data)), 0x77, sizeof(data));
    ends_with(s, OCD_OK, ocd_command(s, "set lie 1", NULL));
    ends_with(s, OCD_OK, ocd_read_bytes(s, FLASH, data, sizeof(data)));
    assert_is_memory(f, FLASH, data, sizeof(data));
    assert_true(fake_requests_with(f, "dump_image") >= 2);
    ocd_close(s);
    fake_stop(f);
}

static void note_end(struct ocd_op *op, int result, void *user)
{
    struct ocd_op ***end = user;

    (void)result;
    *(*end)++ = op;
}

/* Reads twice at once, waits as an event loop does and holds the order of the ends. */
static void read_in_order(struct fake *f, uint8_t *data, size_t size)
{
    struct ocd_session *s = join(f, NULL);
    struct ocd_op *ended[2] = {NULL}, **end = ended;
    const struct ocd_call call = {.done = note_end, .user = &end, .timeout_ms = PATIENCE_MS};
    uint32_t word;

    memset(data, 0, size);
    struct ocd_op *first = ocd_read_bytes_async(s, FLASH, data, size, &call);
    struct ocd_op *second = ocd_read_u32_async(s, FLASH, &word, 1, &call);
    while (end < ended + COUNT_OF(ended)) {
        struct pollfd p = {.fd = ocd_fd(s), .events = ocd_events(s)};
        assert_true(poll(&p, 1, ocd_timeout(s)) >= 0);
        assert_int_equal(ocd_process(s), OCD_OK);
    }
    assert_ptr_equal(ended[0], first);
    assert_ptr_equal(ended[1], second);
    ends_with(s, OCD_OK, ocd_op_result(first));
    assert_is_memory(f, FLASH, data, size);
    assert_is_memory(f, FLASH, &word, 4);
    ocd_op_free(first);
    ocd_op_free(second);
    ocd_close(s);
}

/* Slow enough for the engine to be tried in the midst of a session's first read: the second one
 * must not take its turn where the first changes over. On a busy machine the rate may not be steady
 * enough for that: then once more. */
static void reads_end_in_their_order_whichever_way_they_take(void **state)
{
    enum {
        SIZE = 1 << 20
    };
    struct fake *f = server(&(struct fake_options){
        .regions = {{FLASH, SIZE}}, .cost = {.fixed_ns = 10000, .element_ns = 1500}});
    static uint8_t data[SIZE];
    long begin = now_ms();

    (void)state;
    do {
        read_in_order(f, data, SIZE);
    } while (fake_requests_with(f, "mdw") == 0 && now_ms() - begin < PATIENCE_MS);
    assert_true(fake_requests_with(f, "dump_image") > 0);
    assert_true(fake_requests_with(f, "mdw") > 0);
    fake_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_under_way_at_once_have_their_own_data),
        cmocka_unit_test(a_read_and_a_write_under_way_at_once_do_not_mix),
        cmocka_unit_test(a_write_behind_a_search_that_stopped_early_is_the_callers),
        cmocka_unit_test(a_late_write_never_writes_what_belongs_to_the_next_one),
        cmocka_unit_test(a_late_dump_never_reaches_a_file_of_the_caller),
        cmocka_unit_test(a_dump_that_was_not_made_gives_no_old_data),
        cmocka_unit_test(reads_end_in_their_order_whichever_way_they_take),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
