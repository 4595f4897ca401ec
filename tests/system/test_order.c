// SPDX-License-Identifier: MIT
/* Operations run in the order of their start, even if an operation sends more requests after an
 * answer: to find a fault, to continue after it, to read back, to halve an access. */
#include "rig.h"

#define SIZE       0x1000u
#define UNREADABLE 0x7f4u /* offset of the word that answers with an error */
#define FRESH      UINT32_C(0xa5a5a5a5)

static const struct sim_range unreadable_range = {.addr = RIG_RAM + UNREADABLE, .size = 4};

static int start(void **state)
{
    *state = rig_start(
        &(struct rig_options){.sim = {.fault = {unreadable_range}, .fault_count = 1}, .big = true});
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

/* A session of its own for each test: it knows nothing yet, and may end with another target. */
static struct ocd_session *enter(struct rig *rig)
{
    return rig_connect(rig, NULL);
}

/* The first one of the two ends so. */
static void end(struct ocd_session *s, struct ocd_op *first, int code, struct ocd_op *second)
{
    rig_ok(s, ocd_wait(second));
    if (code == OCD_OK)
        rig_ok(s, ocd_wait(first));
    else
        rig_fails(s, code, ocd_wait(first));
}

/* The other target has the bytes of each word the other way round. */
static void a_command_waits_for_a_read_that_looks_for_its_fault(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = enter(rig);
    uint8_t data[SIZE] = {0}, *want = rig_fill(rig, RIG_RAM, SIZE, 1);

    struct ocd_op *first = ocd_read_bytes_async(s, RIG_RAM, data, SIZE, NULL);
    struct ocd_op *second = ocd_command_async(s, "targets " RIG_BIG, NULL, NULL);
    end(s, first, OCD_ERR_TARGET, second);
    assert_memory_equal(data, want, UNREADABLE);
    free(want);
    ocd_close(s);
}

static void a_write_waits_for_a_read_that_goes_on_after_a_fault(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = enter(rig);
    const uint32_t fresh = FRESH;
    const struct ocd_call call = {.flags = OCD_READ_SKIP_UNREADABLE};
    uint8_t data[SIZE] = {0}, *want = rig_fill(rig, RIG_RAM, SIZE, 2);

    memset(want + UNREADABLE, 0, 4);
    struct ocd_op *first = ocd_read_bytes_async(s, RIG_RAM, data, SIZE, &call);
    struct ocd_op *second = ocd_write_u32_async(s, RIG_RAM + UNREADABLE + 8, &fresh, 1, NULL);
    end(s, first, OCD_OK, second);
    assert_memory_equal(data, want, SIZE);
    rig_assert_memory(rig, RIG_RAM + UNREADABLE + 8, &fresh, 4);
    free(want);
    ocd_close(s);
}

static void a_write_that_fails_does_not_write_over_a_later_one(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = enter(rig);
    const uint32_t fresh = FRESH;
    uint8_t data[SIZE];

    memset(data, 0x11, sizeof(data));
    struct ocd_op *first = ocd_write_bytes_async(s, RIG_RAM, data, SIZE, NULL);
    struct ocd_op *second = ocd_write_u32_async(s, RIG_RAM, &fresh, 1, NULL);
    end(s, first, OCD_ERR_TARGET, second);
    rig_assert_memory(rig, RIG_RAM, &fresh, 4);
    ocd_close(s);
}

static void a_write_waits_until_the_one_before_has_been_read_back(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = enter(rig);
    const uint32_t old = 1, fresh = FRESH;
    const struct ocd_call call = {.flags = OCD_WRITE_VERIFY};

    struct ocd_op *first = ocd_write_u32_async(s, RIG_RAM, &old, 1, &call);
    struct ocd_op *second = ocd_write_u32_async(s, RIG_RAM, &fresh, 1, NULL);
    end(s, first, OCD_OK, second);
    rig_assert_memory(rig, RIG_RAM, &fresh, 4);
    ocd_close(s);
}

/* The first access of 64 bits is refused by OpenOCD 0.12, and made again in halves. */
static void a_read_after_a_halved_write_sees_it(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = enter(rig);
    const uint64_t fresh = UINT64_C(0x1122334455667788);
    uint32_t word = 0;

    rig_poke(rig, RIG_RAM, "\0\0\0\0\0\0\0", 8);
    struct ocd_op *first = ocd_write_u64_async(s, RIG_RAM, &fresh, 1, NULL);
    struct ocd_op *second = ocd_read_u32_async(s, RIG_RAM, &word, 1, NULL);
    end(s, first, OCD_OK, second);
    assert_int_equal(word, 0x55667788);
    ocd_close(s);
}

static void a_halved_read_does_not_see_later_writes(void **state)
{
    struct rig *rig = *state;
    const uint32_t fresh = FRESH;

    for (int many = 0; many < 2; many++) {
        struct ocd_session *s = enter(rig);
        uint64_t value = 0;
        struct ocd_item item = {.addr = RIG_RAM, .width = 64, .count = 1, .values = &value};
        rig_poke(rig, RIG_RAM, "\1\2\3\4\5\6\7\x08", 8);
        struct ocd_op *first = many ? ocd_read_many_async(s, &item, 1, 0, NULL)
                                    : ocd_read_u64_async(s, RIG_RAM, &value, 1, NULL);
        struct ocd_op *second = ocd_write_u32_async(s, RIG_RAM, &fresh, 1, NULL);
        end(s, first, OCD_OK, second);
        assert_true(value == UINT64_C(0x0807060504030201));
        ocd_close(s);
    }
}

static void note_end(struct ocd_op *op, int result, void *user)
{
    struct ocd_op ***end = user;

    (void)result;
    *(*end)++ = op;
}

static void a_read_of_one_request_overtakes_a_dump_of_ranges(void **state)
{
    struct ocd_session *s = enter(*state);
    const struct ocd_range ranges[] = {{.addr = RIG_RAM, .size = 64},
                                       {.addr = RIG_RAM + 128, .size = 64},
                                       {.addr = RIG_RAM + 256, .size = 64}};
    const struct ocd_image_layout layout = {.format = OCD_IMAGE_HEXDUMP};
    struct ocd_op *ended[2] = {NULL}, **next = ended;
    const struct ocd_call call = {.done = note_end, .user = &next};
    uint32_t word;

    struct ocd_op *first =
        ocd_dump_ranges_async(s, ranges, COUNT_OF(ranges), "/dev/null", &layout, &call);
    struct ocd_op *second = ocd_read_u32_async(s, RIG_RAM, &word, 1, &call);
    end(s, first, OCD_OK, second);
    assert_ptr_equal(ended[0], second);
    assert_ptr_equal(ended[1], first);
    ocd_close(s);
}

/* Where the order does not matter it costs no round trip. */
static void reads_and_plain_writes_still_share_the_round_trip(void **state)
{
    struct rig *rig = *state;
    struct rig_trace trace = {0};
    struct ocd_session *s =
        rig_connect(rig, &(struct ocd_options){.trace = rig_trace, .trace_user = &trace});
    const uint32_t fresh = FRESH;
    uint32_t words[2];
    uint8_t data[64] = {0}, back[64];

    rig_ok(s, ocd_read_u32(s, RIG_RAM, words, 1));
    rig_trace_clear(&trace);
    struct ocd_op *ops[] = {
        ocd_read_u32_async(s, RIG_RAM, &words[0], 1, NULL),
        ocd_write_u32_async(s, RIG_RAM, &fresh, 1, NULL),
        ocd_write_bytes_async(s, RIG_RAM, data, sizeof(data), NULL),
        ocd_read_bytes_async(s, RIG_RAM, back, sizeof(back), NULL),
        ocd_read_u32_async(s, RIG_RAM, &words[1], 1, NULL),
    };
    assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
    assert_int_equal(rig_sent(&trace), COUNT_OF(ops));
    for (size_t i = 0; i < COUNT_OF(ops); i++)
        rig_ok(s, ocd_wait(ops[i]));
    assert_int_equal(words[1], 0);
    assert_memory_equal(back, data, sizeof(data));
    ocd_close(s);
    rig_trace_clear(&trace);
    free(trace.lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_waits_for_a_read_that_looks_for_its_fault),
        cmocka_unit_test(a_write_waits_for_a_read_that_goes_on_after_a_fault),
        cmocka_unit_test(a_write_that_fails_does_not_write_over_a_later_one),
        cmocka_unit_test(a_write_waits_until_the_one_before_has_been_read_back),
        cmocka_unit_test(a_read_after_a_halved_write_sees_it),
        cmocka_unit_test(a_halved_read_does_not_see_later_writes),
        cmocka_unit_test(a_read_of_one_request_overtakes_a_dump_of_ranges),
        cmocka_unit_test(reads_and_plain_writes_still_share_the_round_trip),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
