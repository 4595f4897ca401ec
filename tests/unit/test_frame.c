// SPDX-License-Identifier: MIT
#include "rpc/frame.h"

#include <inttypes.h>

#include "ocd.h"
#include "support.h"

/* The frames that came out, each followed by a bar; replies as "#ID STATUS US (RESULT)(LOG)". */
static void take_all(struct ocd_framer *f, struct ocd_buffer *seen)
{
    struct ocd_rpc_frame frame;
    while (ocd__framer_next(f, &frame) == 1) {
        if (frame.is_reply) {
            ocd__buffer_printf(seen, "#%" PRIu64 " %ld %" PRIu64 " (", frame.id, frame.status,
                               frame.us);
            ocd__buffer_add(seen, frame.data.data, frame.data.size);
            ocd__buffer_puts(seen, ")(");
            ocd__buffer_add(seen, frame.log.data, frame.log.size);
            ocd__buffer_puts(seen, ")|");
        } else {
            ocd__buffer_add(seen, frame.data.data, frame.data.size);
            ocd__buffer_puts(seen, "|");
        }
    }
}

static int feed(struct ocd_framer *f, const char *bytes, size_t size)
{
    while (size != 0) {
        char *space;
        size_t room;
        int error = ocd__framer_space(f, 1, &space, &room);
        if (error != 0)
            return error;
        assert_true(room >= 1);
        size_t chunk = size < room ? size : room;
        memcpy(space, bytes, chunk);
        ocd__framer_received(f, chunk);
        bytes += chunk;
        size -= chunk;
    }
    return 0;
}

#define EVENT "type target_event event halted\r\n"

/* Frames of both kinds: results and logs with terminators, NULs, other headers, invalid UTF-8. */
static const char stream[] = "\x1a"
                             "0x1 0x2\x1a"
                             "\0"
                             "1 0 7 0 12\n0x1 0x2\x1a" EVENT "\x1a"
                             "\0"
                             "2 -304 0 3 0\nno\n\x1a"
                             "\0"
                             "3 1 8 4 0\n\x1a\0\xff\xc3(\x1a\x1a\0\0\x1a\n\xfe\x1a"
                             "\0"
                             "4 0 0 0 0\n\x1a"
                             "xy\x1a"
                             "unfinished";
static const char stream_frames[] = "|0x1 0x2|#1 0 12 (0x1 0x2)()|" EVENT "|#2 -304 0 ()(no\n)|"
                                    "#3 1 0 (\x1a\0\xff\xc3(\x1a\x1a\0)(\0\x1a\n\xfe)|"
                                    "#4 0 0 ()()|xy|";

static void assert_stream_frames(const struct ocd_buffer *seen)
{
    assert_int_equal(seen->size, sizeof(stream_frames) - 1);
    assert_memory_equal(seen->data, stream_frames, seen->size);
}

static void frames_may_be_split_at_any_two_positions(void **state)
{
    (void)state;
    const size_t size = sizeof(stream) - 1;
    for (size_t i = 0; i <= size; ++i) {
        for (size_t j = i; j <= size; ++j) {
            struct ocd_framer f;
            struct ocd_buffer seen = {0};
            ocd__framer_init(&f, 0);
            assert_int_equal(feed(&f, stream, i), 0);
            take_all(&f, &seen);
            assert_int_equal(feed(&f, stream + i, j - i), 0);
            take_all(&f, &seen);
            assert_int_equal(feed(&f, stream + j, size - j), 0);
            take_all(&f, &seen);
            assert_stream_frames(&seen);
            assert_int_equal(ocd__framer_partial(&f), strlen("unfinished"));
            ocd__buffer_free(&seen);
            ocd__framer_free(&f);
        }
    }
}

static void frames_may_arrive_byte_by_byte(void **state)
{
    (void)state;
    struct ocd_framer f;
    struct ocd_buffer seen = {0};
    ocd__framer_init(&f, 0);
    for (size_t i = 0; i + 1 < sizeof(stream); ++i) {
        assert_int_equal(feed(&f, stream + i, 1), 0);
        take_all(&f, &seen);
    }
    assert_stream_frames(&seen);
    ocd__buffer_free(&seen);
    ocd__framer_free(&f);
}

/* 1: a frame came out, 0: more bytes are needed, or the framer's error. */
static int outcome_of(const char *bytes, size_t size, struct ocd_rpc_frame *frame)
{
    int first = -1;
    for (size_t split = 0; split <= size; ++split) {
        struct ocd_framer f;
        char *space;
        size_t room;
        ocd__framer_init(&f, 0);
        int outcome = feed(&f, bytes, split);
        if (outcome == 0)
            outcome = ocd__framer_next(&f, frame);
        if (outcome == 0)
            outcome = feed(&f, bytes + split, size - split);
        if (outcome == 0)
            outcome = ocd__framer_next(&f, frame);
        if (outcome == 0)
            outcome = ocd__framer_space(&f, 1, &space, &room);
        if (split > 0)
            assert_int_equal(outcome, first);
        first = outcome;
        ocd__framer_free(&f);
    }
    return first;
}

struct header {
    const char *text; /* after the NUL; the body and the terminator come after it */
    int outcome;
};

static void wrong_headers_are_refused_at_every_split(void **state)
{
    (void)state;
    static const struct header headers[] = {
        {"1 0 1 0 0\nx\x1a", 1},
        {"18446744073709551609 0 1 0 0\nx\x1a", 1},
        {"1 -2147483647 1 0 0\nx\x1a", 1},
        {"1 2147483648 1 0 0\nx\x1a", OCD_ERR_PROTOCOL},
        {"1 - 1 0 0\nx\x1a", OCD_ERR_PROTOCOL},
        {"1 --1 1 0 0\nx\x1a", OCD_ERR_PROTOCOL},
        {"1 +1 1 0 0\nx\x1a", OCD_ERR_PROTOCOL},
        {"-1 0 1 0 0\nx\x1a", OCD_ERR_PROTOCOL},
        {"1 0 -1 0 0\nx\x1a", OCD_ERR_PROTOCOL},
        {"1 0 1 -1 0\nx\x1a", OCD_ERR_PROTOCOL},
        {"1 0 1 0 -1\nx\x1a", OCD_ERR_PROTOCOL},
        {"1 0 0x1 0 0\nx\x1a", OCD_ERR_PROTOCOL},
        {"1 0 1 0\nx\x1a", OCD_ERR_PROTOCOL},
        {"1 0 1 0 0 0\nx\x1a", OCD_ERR_PROTOCOL},
        {"1  0 1 0 0\nx\x1a", OCD_ERR_PROTOCOL},
        {" 1 0 1 0 0\nx\x1a", OCD_ERR_PROTOCOL},
        {"1 0 1 0 0 \nx\x1a", OCD_ERR_PROTOCOL},
        {"1 0 1 0 0\r\nx\x1a", OCD_ERR_PROTOCOL},
        {"1\t0 1 0 0\nx\x1a", OCD_ERR_PROTOCOL},
        {"\nx\x1a", OCD_ERR_PROTOCOL},
        {"x\n\x1a", OCD_ERR_PROTOCOL},
        {"18446744073709551616 0 1 0 0\nx\x1a", OCD_ERR_PROTOCOL},
        {"1 0 99999999999999999999 0 0\nx\x1a", OCD_ERR_PROTOCOL},
        {"1 0 18446744073709551600 0 0\nx\x1a", OCD_ERR_PROTOCOL},
        {"1 0 9223372036854775808 9223372036854775808 0\nx\x1a", OCD_ERR_PROTOCOL},
        {"1 0 1 0 0", 0},
    };
    for (size_t i = 0; i < COUNT_OF(headers); ++i) {
        char bytes[128] = "";
        struct ocd_rpc_frame frame;
        size_t size = 1 + strlen(headers[i].text);
        memcpy(bytes + 1, headers[i].text, size);
        int outcome = outcome_of(bytes, size, &frame);
        if (outcome != headers[i].outcome)
            print_error("header [%s]\n", headers[i].text);
        assert_int_equal(outcome, headers[i].outcome);
    }
}

static void header_without_an_end_is_refused(void **state)
{
    (void)state;
    char bytes[200] = "";
    struct ocd_rpc_frame frame;
    memset(bytes + 1, '1', sizeof(bytes) - 1);
    assert_int_equal(outcome_of(bytes, 100, &frame), 0);
    assert_int_equal(outcome_of(bytes, 112, &frame), OCD_ERR_PROTOCOL);
    assert_int_equal(outcome_of(bytes, sizeof(bytes), &frame), OCD_ERR_PROTOCOL);
}

/* The byte after the counted ones must be the terminator: no count can be wrong unnoticed. */
static void wrong_counts_are_noticed(void **state)
{
    (void)state;
    for (int result = 0; result <= 12; ++result) {
        for (int log = 0; log <= 12; ++log) {
            char bytes[128] = "";
            struct ocd_rpc_frame frame;
            int header = snprintf(bytes + 1, sizeof(bytes) - 1, "1 0 %d %d 0\n", result, log);
            size_t size = 1 + (size_t)header;
            memcpy(bytes + size, "resultlog\x1a", 10);
            int outcome = outcome_of(bytes, size + 10, &frame);
            int wanted = result + log == 9 ? 1 : result + log < 9 ? OCD_ERR_PROTOCOL : 0;
            if (outcome != wanted)
                print_error("counts %d and %d\n", result, log);
            assert_int_equal(outcome, wanted);
        }
    }
}

static void counted_reply_over_the_bound_is_refused_by_its_header(void **state)
{
    (void)state;
    for (unsigned size = 0; size < 40; ++size) {
        struct ocd_framer f;
        struct ocd_rpc_frame frame;
        char header[64] = "";
        int length =
            snprintf(header + 1, sizeof(header) - 1, "1 0 %u %u 0\n", size / 2, size - size / 2);
        ocd__framer_init(&f, 20);
        assert_int_equal(feed(&f, header, 1 + (size_t)length), 0);
        assert_int_equal(ocd__framer_next(&f, &frame), 0);
        assert_int_equal(f.in.error, size > 20 ? OCD_ERR_PROTOCOL : 0);
        assert_int_equal(f.too_large, size > 20);
        ocd__framer_free(&f);
    }
}

static void views_are_valid_until_more_space_is_requested(void **state)
{
    (void)state;
    struct ocd_framer f;
    struct ocd_rpc_frame frames[3];
    ocd__framer_init(&f, 0);
    assert_int_equal(feed(&f, "one\x1atwo\x1a\x1a", 9), 0);
    for (unsigned i = 0; i < COUNT_OF(frames); ++i)
        assert_int_equal(ocd__framer_next(&f, &frames[i]), 1);
    assert_int_equal(frames[0].data.size, 3);
    assert_memory_equal(frames[0].data.data, "one", 3);
    assert_int_equal(frames[1].data.size, 3);
    assert_memory_equal(frames[1].data.data, "two", 3);
    assert_int_equal(frames[2].data.size, 0);
    struct ocd_rpc_frame none;
    assert_int_equal(ocd__framer_next(&f, &none), 0);
    ocd__framer_free(&f);
}

static void partial_is_the_size_of_the_incomplete_frame(void **state)
{
    (void)state;
    struct ocd_framer f;
    struct ocd_rpc_frame frame;
    ocd__framer_init(&f, 0);
    assert_int_equal(ocd__framer_partial(&f), 0);
    assert_int_equal(feed(&f, "abc", 3), 0);
    assert_int_equal(ocd__framer_next(&f, &frame), 0);
    assert_int_equal(ocd__framer_partial(&f), 3);
    assert_int_equal(feed(&f, "d\x1a", 2), 0);
    assert_int_equal(ocd__framer_next(&f, &frame), 1);
    assert_int_equal(frame.data.size, 4);
    assert_int_equal(ocd__framer_partial(&f), 0);
    ocd__framer_free(&f);
}

/* 0: the frame came out whole; otherwise the error. */
static int one_frame(size_t max, size_t size, size_t split)
{
    struct ocd_framer f;
    struct ocd_rpc_frame frame = {0};
    char text[64];
    memset(text, 'x', size);
    text[size] = OCD_FRAME_END;

    ocd__framer_init(&f, max);
    int error = feed(&f, text, split);
    if (error == 0) {
        int whole = ocd__framer_next(&f, &frame);
        if (!whole)
            error = feed(&f, text + split, size + 1 - split);
        if (!whole && error == 0)
            whole = ocd__framer_next(&f, &frame);
        char *space;
        size_t room;
        size_t length = frame.data.size;
        error = ocd__framer_space(&f, 1, &space, &room);
        assert_int_equal(whole, error == 0);
        if (whole)
            assert_int_equal(length, size);
    }
    if (error != 0) {
        assert_int_equal(feed(&f, "y\x1a", 2), error);
        assert_int_equal(ocd__framer_next(&f, &frame), 0);
    }
    ocd__framer_free(&f);
    return error;
}

static void bound_applies_at_every_split(void **state)
{
    (void)state;
    const size_t max = 20;
    for (size_t size = 0; size < 50; ++size)
        for (size_t split = 0; split <= size + 1; ++split)
            assert_int_equal(one_frame(max, size, split), size > max ? OCD_ERR_PROTOCOL : 0);
}

static void first_byte_over_the_bound_is_refused(void **state)
{
    (void)state;
    for (size_t size = 19; size < 23; ++size) {
        struct ocd_framer f;
        struct ocd_rpc_frame frame;
        char *space;
        size_t room;
        ocd__framer_init(&f, 20);
        assert_int_equal(feed(&f, "a\x1axxxxxxxxxxxxxxxxxxxxxxxx", 2 + size), 0);
        assert_int_equal(ocd__framer_next(&f, &frame), 1);
        assert_int_equal(ocd__framer_next(&f, &frame), 0);
        assert_int_equal(ocd__framer_space(&f, 1, &space, &room), size > 20 ? OCD_ERR_PROTOCOL : 0);
        ocd__framer_free(&f);
    }
}

static void endless_reply_ends_at_the_bound(void **state)
{
    (void)state;
    const size_t max = 1 << 20;
    struct ocd_framer f;
    struct ocd_rpc_frame frame;
    ocd__framer_init(&f, max);
    size_t fed = 0;
    int error = 0;
    while (error == 0 && fed < 100 * max) {
        char *space;
        size_t room;
        error = ocd__framer_space(&f, 4096, &space, &room);
        if (error == 0) {
            assert_true(room >= 4096);
            memset(space, 'x', 4096);
            ocd__framer_received(&f, 4096);
            fed += 4096;
            assert_int_equal(ocd__framer_next(&f, &frame), 0);
        }
    }
    assert_int_equal(error, OCD_ERR_PROTOCOL);
    assert_in_range(fed, max, max + 4096);
    assert_in_range(f.in.capacity, max, 2 * max + 8192);
    ocd__framer_free(&f);
}

static void space_does_not_grow_with_the_stream(void **state)
{
    (void)state;
    uint64_t seed = 1;
    struct ocd_framer f;
    ocd__framer_init(&f, 0);
    unsigned sent = 0;
    unsigned seen = 0;
    for (unsigned i = 0; i < 20000; ++i) {
        char chunk[300];
        size_t size = random_below(&seed, sizeof(chunk)) + 1;
        for (size_t k = 0; k < size; ++k) {
            chunk[k] = random_below(&seed, 400) == 0 ? OCD_FRAME_END : 'x';
            sent += chunk[k] == OCD_FRAME_END;
        }
        assert_int_equal(feed(&f, chunk, size), 0);
        struct ocd_rpc_frame frame;
        while (ocd__framer_next(&f, &frame) == 1)
            ++seen;
    }
    assert_int_equal(seen, sent);
    assert_in_range(f.in.capacity, 1, 32768);
    ocd__framer_free(&f);
}

/* Any bytes, as a result or a log. */
static void add_random(uint64_t *seed, struct ocd_buffer *b, size_t size)
{
    for (size_t i = 0; i < size; ++i) {
        char c = (char)random_u64(seed);
        if (random_below(seed, 8) == 0)
            c = random_below(seed, 2) == 0 ? OCD_FRAME_END : '\0';
        ocd__buffer_add(b, &c, 1);
    }
}

static void add_random_reply(uint64_t *seed, struct ocd_buffer *sent, struct ocd_buffer *expected)
{
    struct ocd_buffer body = {0};
    uint64_t id = random_u64(seed) >> 8;
    long status = random_below(seed, 2) == 0 ? 0 : -304;
    size_t result = random_below(seed, 3) == 0 ? random_below(seed, 1500) : random_below(seed, 20);
    size_t log = random_below(seed, 2) == 0 ? 0 : random_below(seed, 100);
    add_random(seed, &body, result + log);
    ocd__buffer_add(sent, "", 1);
    ocd__buffer_printf(sent, "%" PRIu64 " %ld %zu %zu 7\n", id, status, result, log);
    ocd__buffer_add(sent, body.data, body.size);
    ocd__buffer_puts(sent, "\x1a");
    ocd__buffer_printf(expected, "#%" PRIu64 " %ld 7 (", id, status);
    ocd__buffer_add(expected, body.data, result);
    ocd__buffer_puts(expected, ")(");
    ocd__buffer_add(expected, body.data + result, log);
    ocd__buffer_puts(expected, ")|");
    ocd__buffer_free(&body);
}

/* Random frames of both kinds in random chunks with random room, against what was sent. */
static void randomly_split_input_gives_the_frames_sent(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (unsigned round = 0; round < 300; ++round) {
        struct ocd_buffer sent = {0};
        struct ocd_buffer expected = {0};
        for (unsigned i = 0; i < 20; ++i) {
            if (random_below(&seed, 3) != 0) {
                add_random_reply(&seed, &sent, &expected);
            } else {
                ocd__buffer_puts(&sent, EVENT "\x1a");
                ocd__buffer_puts(&expected, EVENT "|");
            }
        }
        struct ocd_framer f;
        struct ocd_buffer seen = {0};
        ocd__framer_init(&f, 2000);
        for (size_t at = 0; at < sent.size;) {
            char *space;
            size_t room;
            size_t min = random_below(&seed, 700) + 1;
            assert_int_equal(ocd__framer_space(&f, min, &space, &room), 0);
            assert_true(room >= min);
            size_t chunk = random_below(&seed, room + 1);
            if (chunk > sent.size - at)
                chunk = sent.size - at;
            memcpy(space, sent.data + at, chunk);
            ocd__framer_received(&f, chunk);
            at += chunk;
            take_all(&f, &seen);
        }
        assert_int_equal(seen.size, expected.size);
        assert_memory_equal(seen.data, expected.data, expected.size);
        ocd__framer_free(&f);
        ocd__buffer_free(&seen);
        ocd__buffer_free(&sent);
        ocd__buffer_free(&expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_may_be_split_at_any_two_positions),
        cmocka_unit_test(frames_may_arrive_byte_by_byte),
        cmocka_unit_test(wrong_headers_are_refused_at_every_split),
        cmocka_unit_test(header_without_an_end_is_refused),
        cmocka_unit_test(wrong_counts_are_noticed),
        cmocka_unit_test(counted_reply_over_the_bound_is_refused_by_its_header),
        cmocka_unit_test(views_are_valid_until_more_space_is_requested),
        cmocka_unit_test(partial_is_the_size_of_the_incomplete_frame),
        cmocka_unit_test(bound_applies_at_every_split),
        cmocka_unit_test(first_byte_over_the_bound_is_refused),
        cmocka_unit_test(endless_reply_ends_at_the_bound),
        cmocka_unit_test(space_does_not_grow_with_the_stream),
        cmocka_unit_test(randomly_split_input_gives_the_frames_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
