// SPDX-License-Identifier: MIT
#include "support.h"

#include "probe/bytes.h"
#include "server/frame.h"

struct rig {
    struct bench *bench;
    struct probe probe;
    struct frame_session session;
    uint8_t out[FRAME_MAX];
};

static struct rig *rig_new(void)
{
    struct rig *rig = calloc(1, sizeof(*rig));

    assert_non_null(rig);
    rig->bench = bench_new();
    sim__probe_init(&rig->probe, &rig->bench->dap);
    rig->session = (struct frame_session){.probe = &rig->probe, .api = 3};
    return rig;
}

static void rig_free(struct rig *rig)
{
    free(rig->bench);
    free(rig);
}

static void open_device(struct rig *rig)
{
    const uint8_t open[8] = {3, 0, 0, 0, 1};

    assert_int_equal(sim__frame_answer(&rig->session, open, 8, rig->out), 8);
    assert_int_equal(get_le32(rig->out), 1);
}

static void the_length_is_known_from_the_first_bytes(void **state)
{
    (void)state;
    uint8_t usb[32] = {5};
    static const uint8_t expected[] = {2, 1, 8, 8, 8, 0, 4, 8};

    for (uint8_t i = 0; i < COUNT_OF(expected); i++)
        assert_int_equal(sim__frame_length(&i, 1), expected[i]);
    assert_int_equal(sim__frame_length(usb, 0), 0);
    assert_int_equal(sim__frame_length(usb, 31), 0);
    put_le32(usb + 28, 100);
    assert_int_equal(sim__frame_length(usb, 32), 132);
    usb[24] = 1; /* a read carries nothing */
    assert_int_equal(sim__frame_length(usb, 32), 32);
    usb[24] = 0;
    put_le32(usb + 28, 0xffffffff);
    assert_true(sim__frame_length(usb, 32) == FRAME_ERROR);
    usb[0] = 8;
    assert_true(sim__frame_length(usb, 32) == FRAME_ERROR);
}

static void one_device_is_listed_and_opened(void **state)
{
    (void)state;
    struct rig *rig = rig_new();
    const uint8_t count[1] = {1};
    uint8_t info[8] = {2};

    assert_int_equal(sim__frame_answer(&rig->session, count, 1, rig->out), 4);
    assert_int_equal(get_le32(rig->out), 1);
    put_le32(info + 4, 41);
    assert_int_equal(sim__frame_answer(&rig->session, info, 8, rig->out), 45);
    assert_int_equal(get_le16(rig->out + 40), 0x0483);
    assert_int_equal(get_le16(rig->out + 42), 0x3748);
    assert_int_equal(strlen((char *)rig->out + 8), 24);
    info[1] = 1;
    assert_int_equal(sim__frame_answer(&rig->session, info, 8, rig->out), 4);
    assert_int_not_equal(get_le32(rig->out), 1);
    open_device(rig);
    rig_free(rig);
}

static void commands_need_an_open_device(void **state)
{
    (void)state;
    struct rig *rig = rig_new();
    uint8_t usb[32] = {5};
    const uint8_t close[8] = {4, 0, 0, 0, 1};

    put_le32(usb + 4, 1);
    usb[8] = 0xf1;
    usb[24] = 1;
    put_le32(usb + 28, 6);
    assert_int_equal(sim__frame_answer(&rig->session, usb, 32, rig->out), 4);
    assert_int_not_equal(get_le32(rig->out), 1);
    open_device(rig);
    assert_int_equal(sim__frame_answer(&rig->session, usb, 32, rig->out), 10);
    assert_int_equal(get_le32(rig->out), 1);
    assert_int_equal(get_le16(rig->out + 6), 0x0483);
    assert_int_equal(sim__frame_answer(&rig->session, close, 8, rig->out), 4);
    assert_int_equal(get_le32(rig->out), 1);
    assert_int_equal(sim__frame_answer(&rig->session, usb, 32, rig->out), 4);
    rig_free(rig);
}

static void answers_too_long_for_the_buffer_are_refused(void **state)
{
    (void)state;
    struct rig *rig = rig_new();
    uint8_t usb[32] = {5};

    open_device(rig);
    put_le32(usb + 4, 1);
    for (uint8_t direction = 1; direction < 5; direction++) {
        usb[24] = direction;
        put_le32(usb + 28, FRAME_MAX - 3);
        assert_int_equal(sim__frame_answer(&rig->session, usb, 32, rig->out), 4);
        assert_int_not_equal(get_le32(rig->out), 1);
    }
    usb[24] = 1;
    put_le32(usb + 28, FRAME_MAX - 4);
    assert_int_equal(sim__frame_answer(&rig->session, usb, 32, rig->out), FRAME_MAX);
    assert_false(rig->session.hang_up);
    rig_free(rig);
}

static void an_invalid_message_ends_the_connection(void **state)
{
    (void)state;
    struct rig *rig = rig_new();
    const uint8_t junk[] = "GET / HTTP/1.0\r\n\r\n";

    assert_int_equal(sim__frame_answer(&rig->session, junk, sizeof(junk), rig->out), 4);
    assert_int_not_equal(get_le32(rig->out), 1);
    assert_true(rig->session.hang_up);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_length_is_known_from_the_first_bytes),
        cmocka_unit_test(one_device_is_listed_and_opened),
        cmocka_unit_test(commands_need_an_open_device),
        cmocka_unit_test(answers_too_long_for_the_buffer_are_refused),
        cmocka_unit_test(an_invalid_message_ends_the_connection),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
