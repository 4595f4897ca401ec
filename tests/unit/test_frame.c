// SPDX-License-Identifier: MIT
#include "rpc/frame.h"

#include "ocd.h"
#include "support.h"

/* The frames that came out, each followed by a bar. */
static void take_all(struct ocd_framer *f, struct ocd_buffer *seen)
{
    struct ocd_slice frame;
    while (ocd_framer_next(f, &frame) == 1) {
        assert_int_equal(frame.data[frame.size], '\0');
        ocd_buffer_add(seen, frame.data, frame.size);
        ocd_buffer_puts(seen, "|");
    }
}

static int feed(struct ocd_framer *f, const char *bytes, size_t size)
{
    while (size != 0) {
        char *space;
        size_t room;
        int error = ocd_framer_space(f, 1, &space, &room);
        if (error != 0)
            return error;
        assert_true(room >= 1);
        size_t piece = size < room ? size : room;
        memcpy(space, bytes, piece);
        ocd_framer_received(f, piece);
        bytes += piece;
        size -= piece;
    }
    return 0;
}

static const char stream[] = "\x1a"
                             "0x1 0x2\x1a"
                             "\x1a\x1a"
                             "type target_event event halted\r\n\x1a"
                             "{a b}\x1axy\x1a"
                             "unfinished";
static const char stream_frames[] = "|0x1 0x2|||type target_event event halted\r\n|{a b}|xy|";

static void frames_are_the_same_at_every_split(void **state)
{
    (void)state;
    const size_t size = sizeof stream - 1;
    for (size_t i = 0; i <= size; ++i) {
        for (size_t j = i; j <= size; ++j) {
            struct ocd_framer f;
            struct ocd_buffer seen = {0};
            ocd_framer_init(&f, 0);
            assert_int_equal(feed(&f, stream, i), 0);
            take_all(&f, &seen);
            assert_int_equal(feed(&f, stream + i, j - i), 0);
            take_all(&f, &seen);
            assert_int_equal(feed(&f, stream + j, size - j), 0);
            take_all(&f, &seen);
            assert_string_equal(seen.data, stream_frames);
            assert_int_equal(ocd_framer_partial(&f), strlen("unfinished"));
            ocd_buffer_free(&seen);
            ocd_framer_free(&f);
        }
    }
}

static void frames_come_out_byte_by_byte(void **state)
{
    (void)state;
    struct ocd_framer f;
    struct ocd_buffer seen = {0};
    ocd_framer_init(&f, 0);
    for (size_t i = 0; i + 1 < sizeof stream; ++i) {
        assert_int_equal(feed(&f, stream + i, 1), 0);
        take_all(&f, &seen);
    }
    assert_string_equal(seen.data, stream_frames);
    ocd_buffer_free(&seen);
    ocd_framer_free(&f);
}

static void slices_hold_until_more_space_is_asked_for(void **state)
{
    (void)state;
    struct ocd_framer f;
    struct ocd_slice frames[3];
    ocd_framer_init(&f, 0);
    assert_int_equal(feed(&f, "one\x1atwo\x1a\x1a", 9), 0);
    for (unsigned i = 0; i < COUNT_OF(frames); ++i)
        assert_int_equal(ocd_framer_next(&f, &frames[i]), 1);
    assert_string_equal(frames[0].data, "one");
    assert_string_equal(frames[1].data, "two");
    assert_string_equal(frames[2].data, "");
    struct ocd_slice none;
    assert_int_equal(ocd_framer_next(&f, &none), 0);
    ocd_framer_free(&f);
}

static void partial_counts_the_frame_under_way(void **state)
{
    (void)state;
    struct ocd_framer f;
    struct ocd_slice frame;
    ocd_framer_init(&f, 0);
    assert_int_equal(ocd_framer_partial(&f), 0);
    assert_int_equal(feed(&f, "abc", 3), 0);
    assert_int_equal(ocd_framer_next(&f, &frame), 0);
    assert_int_equal(ocd_framer_partial(&f), 3);
    assert_int_equal(feed(&f, "d\x1a", 2), 0);
    assert_int_equal(ocd_framer_next(&f, &frame), 1);
    assert_int_equal(frame.size, 4);
    assert_int_equal(ocd_framer_partial(&f), 0);
    ocd_framer_free(&f);
}

/* 0: the frame came out whole; otherwise the error. */
static int one_frame(size_t max, size_t size, size_t split)
{
    struct ocd_framer f;
    struct ocd_slice frame = {0};
    char text[64];
    memset(text, 'x', size);
    text[size] = OCD_FRAME_END;

    ocd_framer_init(&f, max);
    int error = feed(&f, text, split);
    if (error == 0) {
        int whole = ocd_framer_next(&f, &frame);
        if (!whole)
            error = feed(&f, text + split, size + 1 - split);
        if (!whole && error == 0)
            whole = ocd_framer_next(&f, &frame);
        char *space;
        size_t room;
        size_t length = frame.size;
        error = ocd_framer_space(&f, 1, &space, &room);
        assert_int_equal(whole, error == 0);
        if (whole)
            assert_int_equal(length, size);
    }
    if (error != 0) {
        assert_int_equal(feed(&f, "y\x1a", 2), error);
        assert_int_equal(ocd_framer_next(&f, &frame), 0);
    }
    ocd_framer_free(&f);
    return error;
}

static void bound_holds_at_every_split(void **state)
{
    (void)state;
    const size_t max = 20;
    for (size_t size = 0; size < 50; ++size) {
        for (size_t split = 0; split <= size + 1; ++split)
            assert_int_equal(one_frame(max, size, split), size > max ? OCD_ERR_PROTOCOL : 0);
    }
}

static void first_byte_over_the_bound_is_refused(void **state)
{
    (void)state;
    for (size_t size = 19; size < 23; ++size) {
        struct ocd_framer f;
        struct ocd_slice frame;
        char *space;
        size_t room;
        ocd_framer_init(&f, 20);
        assert_int_equal(feed(&f, "a\x1axxxxxxxxxxxxxxxxxxxxxxxx", 2 + size), 0);
        assert_int_equal(ocd_framer_next(&f, &frame), 1);
        assert_int_equal(ocd_framer_next(&f, &frame), 0);
        assert_int_equal(ocd_framer_space(&f, 1, &space, &room), size > 20 ? OCD_ERR_PROTOCOL : 0);
        ocd_framer_free(&f);
    }
}

static void endless_reply_ends_at_the_bound(void **state)
{
    (void)state;
    const size_t max = 1 << 20;
    struct ocd_framer f;
    struct ocd_slice frame;
    ocd_framer_init(&f, max);
    size_t fed = 0;
    int error = 0;
    while (error == 0 && fed < 100 * max) {
        char *space;
        size_t room;
        error = ocd_framer_space(&f, 4096, &space, &room);
        if (error == 0) {
            assert_true(room >= 4096);
            memset(space, 'x', 4096);
            ocd_framer_received(&f, 4096);
            fed += 4096;
            assert_int_equal(ocd_framer_next(&f, &frame), 0);
        }
    }
    assert_int_equal(error, OCD_ERR_PROTOCOL);
    assert_in_range(fed, max, max + 4096);
    assert_in_range(f.in.capacity, max, 2 * max + 8192);
    ocd_framer_free(&f);
}

static void space_does_not_grow_with_the_stream(void **state)
{
    (void)state;
    uint64_t seed = 1;
    struct ocd_framer f;
    ocd_framer_init(&f, 0);
    unsigned sent = 0;
    unsigned seen = 0;
    for (unsigned i = 0; i < 20000; ++i) {
        char piece[300];
        size_t size = random_below(&seed, sizeof piece) + 1;
        for (size_t k = 0; k < size; ++k) {
            piece[k] = random_below(&seed, 400) == 0 ? OCD_FRAME_END : 'x';
            sent += piece[k] == OCD_FRAME_END;
        }
        assert_int_equal(feed(&f, piece, size), 0);
        struct ocd_slice frame;
        while (ocd_framer_next(&f, &frame) == 1)
            ++seen;
    }
    assert_int_equal(seen, sent);
    assert_in_range(f.in.capacity, 1, 32768);
    ocd_framer_free(&f);
}

/* Random frames in random pieces with random room, against the frames that were sent. */
static void random_pieces_give_the_frames_sent(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (unsigned round = 0; round < 300; ++round) {
        struct ocd_buffer sent = {0};
        struct ocd_buffer expected = {0};
        for (unsigned i = 0; i < 20; ++i) {
            size_t size =
                random_below(&seed, 4) == 0 ? random_below(&seed, 2000) : random_below(&seed, 10);
            for (size_t k = 0; k < size; ++k) {
                char c = (char)('a' + random_below(&seed, 26));
                ocd_buffer_add(&sent, &c, 1);
                ocd_buffer_add(&expected, &c, 1);
            }
            ocd_buffer_puts(&sent, "\x1a");
            ocd_buffer_puts(&expected, "|");
        }
        struct ocd_framer f;
        struct ocd_buffer seen = {0};
        ocd_framer_init(&f, 2000);
        for (size_t at = 0; at < sent.size;) {
            char *space;
            size_t room;
            size_t min = random_below(&seed, 700) + 1;
            assert_int_equal(ocd_framer_space(&f, min, &space, &room), 0);
            assert_true(room >= min);
            size_t piece = random_below(&seed, room + 1);
            if (piece > sent.size - at)
                piece = sent.size - at;
            memcpy(space, sent.data + at, piece);
            ocd_framer_received(&f, piece);
            at += piece;
            take_all(&f, &seen);
        }
        assert_string_equal(seen.data, expected.data);
        ocd_framer_free(&f);
        ocd_buffer_free(&seen);
        ocd_buffer_free(&sent);
        ocd_buffer_free(&expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_the_same_at_every_split),
        cmocka_unit_test(frames_come_out_byte_by_byte),
        cmocka_unit_test(slices_hold_until_more_space_is_asked_for),
        cmocka_unit_test(partial_counts_the_frame_under_way),
        cmocka_unit_test(bound_holds_at_every_split),
        cmocka_unit_test(first_byte_over_the_bound_is_refused),
        cmocka_unit_test(endless_reply_ends_at_the_bound),
        cmocka_unit_test(space_does_not_grow_with_the_stream),
        cmocka_unit_test(random_pieces_give_the_frames_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
