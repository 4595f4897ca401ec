// SPDX-License-Identifier: MIT
/* The fake server with faults: each has exactly its effect. */
#include "fake_server.h"
#include "raw_client.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tcl/scripts.h"

#define RAM UINT64_C(0x20000000)

/* The answer to a read of three bytes (1, 2, 3) under a fault that strikes once; the next answer
 * must be right again. */
static const char *answer_with(struct fake_fault fault)
{
    static char answer[4096];
    struct fake *f = raw_server(NULL);
    int fd = raw_join(fake_port(f));
    memcpy(fake_memory(f, RAM, 3), "\x01\x02\x03", 3);
    fault.times = 1;
    int number = fake_inject(f, &fault);
    snprintf(answer, sizeof(answer), "%s", raw_ask_wrapped(fd, "read_memory 0x20000000 8 3"));
    assert_int_equal(fake_strikes(f, number), 1);
    if (fault.kind != FAKE_CLOSE && fault.kind != FAKE_RESET && fault.kind != FAKE_EXIT) {
        if (fault.kind == FAKE_DOUBLE || fault.kind == FAKE_NOTIFY)
            assert_string_equal(raw_reply(fd), "7 0 {0x1 0x2 0x3} {}");
        assert_string_equal(raw_ask_wrapped(fd, "read_memory 0x20000000 8 3"),
                            "7 0 {0x1 0x2 0x3} {}");
    }
    fake_stop(f);
    close(fd);
    return answer;
}

#define ANSWER(...) answer_with((struct fake_fault){.kind = __VA_ARGS__})

static void contents_of_a_reply_are_changed_as_asked(void **state)
{
    (void)state;
    assert_string_equal(ANSWER(FAKE_FEWER), "7 0 {0x1 0x2} {}");
    assert_string_equal(ANSWER(FAKE_FEWER, .at = 3), "7 0 {} {}");
    assert_string_equal(ANSWER(FAKE_MORE, .at = 2), "7 0 {0x1 0x2 0x3 0x0 0x0} {}");
    assert_string_equal(ANSWER(FAKE_TOO_WIDE, .at = 1), "7 0 {0x1 0x100 0x3} {}");
    assert_string_equal(ANSWER(FAKE_NOT_A_NUMBER, .at = 9), "7 0 {0x1 0x2 zz} {}");
    assert_string_equal(ANSWER(FAKE_NOT_A_NUMBER, .text = "-1"), "7 0 {-1 0x2 0x3} {}");
    assert_string_equal(ANSWER(FAKE_TEXT_BEFORE, .text = "Warn: "), "7 0 {Warn: 0x1 0x2 0x3} {}");
    assert_string_equal(ANSWER(FAKE_TEXT_AFTER, .text = " {"), "7 0 {0x1 0x2 0x3 {} {}");
    assert_string_equal(ANSWER(FAKE_PARTIAL), "7 1 {0x1failed to read memory} {}");
    assert_string_equal(ANSWER(FAKE_REFUSE, .text = "no\n"), "7 1 {} {no\n}");
    assert_string_equal(ANSWER(FAKE_REFUSE, .at = (uint64_t)-304), "7 -304 {} {}");
    assert_string_equal(ANSWER(FAKE_RESULT, .text = "x y"), "7 0 {x y} {}");
    assert_string_equal(ANSWER(FAKE_LOG, .text = "x y"), "7 0 {0x1 0x2 0x3} {x y}");
    assert_string_equal(ANSWER(FAKE_WRONG_ID), "8 0 {0x1 0x2 0x3} {}");
    assert_string_equal(ANSWER(FAKE_WRONG_ID, .at = (uint64_t)-2), "5 0 {0x1 0x2 0x3} {}");
}

static void bytes_of_a_reply_are_changed_as_asked(void **state)
{
    (void)state;
    assert_string_equal(ANSWER(FAKE_FIELD, .at = 0, .text = "x"), "@x 0 11 0 0\n0x1 0x2 0x3");
    assert_string_equal(ANSWER(FAKE_FIELD, .at = 4, .text = "x"), "@7 0 11 0 x\n0x1 0x2 0x3");
    assert_string_equal(ANSWER(FAKE_COUNT_LARGER), "@7 0 12 0 0\n0x1 0x2 0x3");
    assert_string_equal(ANSWER(FAKE_COUNT_SMALLER, .at = 3), "@7 0 8 0 0\n0x1 0x2 0x3");
    assert_string_equal(ANSWER(FAKE_TRUNCATE, .at = 6), "@7 0 1");
    assert_string_equal(ANSWER(FAKE_INSERT, .at = 2, .text = "!?"), "@7!? 0 11 0 0\n0x1 0x2 0x3");
    assert_string_equal(ANSWER(FAKE_INSERT, .at = FAKE_END, .text = "!"),
                        "@7 0 11 0 0\n0x1 0x2 0x3!");
    assert_string_equal(ANSWER(FAKE_INSERT, .at = 3, .text = "\0", .text_size = 1),
                        "@7 @0 11 0 0\n0x1 0x2 0x3");
    assert_string_equal(ANSWER(FAKE_REPLACE, .text = "line too long\n"), "line too long\n");
    assert_string_equal(ANSWER(FAKE_NOTIFY), "type target_event event halted\r\n");
    assert_string_equal(ANSWER(FAKE_DOUBLE), "7 0 {0x1 0x2 0x3} {}");
    assert_string_equal(ANSWER(FAKE_SPLIT, .at = 4, .us = 1000), "7 0 {0x1 0x2 0x3} {}");
    assert_string_equal(ANSWER(FAKE_DRIBBLE, .us = 100), "7 0 {0x1 0x2 0x3} {}");
    assert_string_equal(ANSWER(FAKE_CLOSE), "<end>");
    assert_string_equal(ANSWER(FAKE_CLOSE, .at = 5), "@7 0 <end>");
    assert_string_equal(ANSWER(FAKE_CLOSE, .at = FAKE_END), "7 0 {0x1 0x2 0x3} {}");
    assert_string_equal(ANSWER(FAKE_RESET), "<reset>");
    assert_string_equal(ANSWER(FAKE_EXIT, .at = 5), "@7 0 <end>");
}

/* The answer to libocd's request for two reads of two bytes each, (1, 2) and (3, 4). */
static const char *reads_with(struct fake_fault fault)
{
    static char answer[4096];
    char line[1024];
    struct fake *f = raw_server(NULL);
    int fd = raw_join(fake_port(f));

    memcpy(fake_memory(f, RAM, 4), "\x01\x02\x03\x04", 4);
    fault.match = "read_memory 0x20000000 8 2; read_memory 0x20000002 8 2";
    int number = fake_inject(f, &fault);
    snprintf(line, sizeof(line), "%s 7 {} {} 1 {0x20000000 8 2 0x20000002 8 2 }",
             ocd__script_read_list);
    raw_request(fd, line);
    snprintf(answer, sizeof(answer), "%s", raw_reply(fd));
    assert_int_equal(fake_strikes(f, number), 1);
    fake_stop(f);
    close(fd);
    return answer;
}

#define READS(...) reads_with((struct fake_fault){.kind = __VA_ARGS__})

static void one_read_of_a_list_is_changed_and_its_count_is_right(void **state)
{
    (void)state;
    assert_string_equal(READS(FAKE_LOG), "7 0 {0 7 0x1 0x2\n0 7 0x3 0x4\n} {}");
    assert_string_equal(READS(FAKE_FEWER), "7 0 {0 7 0x1 0x2\n0 3 0x3\n} {}");
    assert_string_equal(READS(FAKE_MORE), "7 0 {0 7 0x1 0x2\n0 11 0x3 0x4 0x0\n} {}");
    assert_string_equal(READS(FAKE_TOO_WIDE), "7 0 {0 9 0x100 0x2\n0 7 0x3 0x4\n} {}");
    assert_string_equal(READS(FAKE_NOT_A_NUMBER, .at = FAKE_END),
                        "7 0 {0 7 0x1 0x2\n0 6 0x3 zz\n} {}");
    assert_string_equal(READS(FAKE_TEXT_BEFORE, .text = "W: "),
                        "7 0 {0 10 W: 0x1 0x2\n0 7 0x3 0x4\n} {}");
    assert_string_equal(READS(FAKE_PARTIAL),
                        "7 1 {0 7 0x1 0x2\n1 24 0x3failed to read memory\n} {}");
    assert_string_equal(READS(FAKE_REFUSE, .at = 5, .text = "no"), "7 5 {5 0 \n} {no}");
}

/* The answer to libocd's request for three bytes of raw memory, "abc". */
static const char *dump_with(struct fake_fault fault)
{
    static char answer[4096];
    char line[1024];
    unsigned status;
    struct fake *f = raw_server(NULL);
    int fd = raw_join(fake_port(f));

    memcpy(fake_memory(f, RAM, 3), "abc", 3);
    fault.match = "dump_image 0x20000000 3";
    int number = fake_inject(f, &fault);
    snprintf(line, sizeof(line), "%s 7 {} 0x20000000 3", ocd__script_read_file);
    raw_request(fd, line);
    snprintf(answer, sizeof(answer), "%s", raw_reply(fd));
    assert_int_equal(sscanf(answer, "7 %u", &status), 1);
    assert_int_equal(fake_strikes(f, number), 1);
    fake_stop(f);
    close(fd);
    return answer;
}

#define DUMP(...) dump_with((struct fake_fault){.kind = __VA_ARGS__})

static void raw_bytes_are_changed_in_number_only(void **state)
{
    (void)state;
    assert_string_equal(DUMP(FAKE_LOG), "7 0 {abc} {}");
    assert_string_equal(DUMP(FAKE_FEWER), "7 0 {ab} {}");
    assert_string_equal(DUMP(FAKE_MORE, .at = 2), "7 0 {abc@@} {}");
    assert_string_equal(DUMP(FAKE_NOT_A_NUMBER), "7 0 {abc} {}");
    assert_string_equal(DUMP(FAKE_TEXT_AFTER, .text = "x"), "7 0 {abcx} {}");
    assert_string_equal(DUMP(FAKE_PARTIAL), "7 1 {a} {}");
    assert_string_equal(DUMP(FAKE_REFUSE, .text = "no"), "7 1 {} {no}");
}

/* The values in a dump's lines, whose addresses are none. */
static void lines_of_a_dump_are_changed_as_asked(void **state)
{
    (void)state;
    struct fake *f = raw_server(NULL);
    int fd = raw_join(fake_port(f));
    memset(fake_memory(f, RAM, 8), 0, 8);
    int number = fake_inject(
        f, &(struct fake_fault){.kind = FAKE_TOO_WIDE, .at = 1, .match = "mdw 0x20000000 2"});
    assert_string_equal(raw_ask(fd, "mdw 0x20000000 2"), "0x20000000: 00000000 100000000 \n");
    assert_string_equal(raw_ask(fd, "mdw 0x20000000"), "0x20000000: 00000000 \n");
    assert_int_equal(fake_strikes(f, number), 1);
    fake_heal(f);
    fake_inject(f, &(struct fake_fault){.kind = FAKE_FEWER});
    assert_string_equal(raw_ask(fd, "mdw 0x20000000 2"), "0x20000000: 00000000");
    fake_stop(f);
    close(fd);
}

static void a_reply_may_come_split(void **state)
{
    (void)state;
    struct fake *f = raw_server(NULL);
    int fd = raw_join(fake_port(f));
    fake_inject(f, &(struct fake_fault){.kind = FAKE_SPLIT, .times = 1, .at = 4, .us = 300000});
    int64_t start = raw_now_us();
    raw_request(fd, "expr 1234567");
    assert_string_equal(raw_bytes(fd, 4), "1234");
    assert_string_equal(raw_frame(fd), "567");
    assert_true(raw_now_us() - start >= 300000);

    start = raw_now_us();
    fake_inject(f, &(struct fake_fault){.kind = FAKE_DRIBBLE, .times = 1, .at = 2, .us = 10000});
    raw_request(fd, "expr 1234567"); /* eight bytes with the terminator, four chunks */
    assert_string_equal(raw_frame(fd), "1234567");
    assert_true(raw_now_us() - start >= 30000);
    fake_stop(f);
    close(fd);
}

static void a_silent_server_times_out(void **state)
{
    (void)state;
    struct fake *f = raw_server(NULL);
    int fd = raw_join(fake_port(f));
    fake_inject(f, &(struct fake_fault){.kind = FAKE_MISSING, .times = 1});
    raw_request(fd, "expr 1");
    assert_string_equal(raw_ask(fd, "expr 2"), "2");
    fake_inject(f, &(struct fake_fault){.kind = FAKE_UNTERMINATED, .times = 1});
    raw_request(fd, "expr 3");
    assert_string_equal(raw_bytes(fd, 1), "3");
    assert_string_equal(raw_frame_within(fd, 200), "<silence>");
    fake_stop(f);
    close(fd);
}

static void only_the_chosen_requests_are_affected(void **state)
{
    (void)state;
    struct fake *f = raw_server(NULL);
    int fd = raw_join(fake_port(f));
    int number = fake_inject(
        f, &(struct fake_fault){
               .kind = FAKE_REPLACE, .match = "expr", .skip = 1, .times = 2, .text = "no"});
    const char *const lines[] = {"list a", "expr 1", "expr 2", "list b", "expr 3", "expr 4"};
    const char *const answers[] = {"a", "1", "no", "b", "no", "4"};
    for (int i = 0; i < 6; i++)
        assert_string_equal(raw_ask(fd, lines[i]), answers[i]);
    assert_int_equal(fake_strikes(f, number), 2);
    fake_heal(f);
    number = fake_inject(f, &(struct fake_fault){.kind = FAKE_REPLACE, .text = "no"});
    for (int i = 0; i < 6; i++)
        assert_string_equal(raw_ask(fd, lines[i]), "no");
    assert_int_equal(fake_strikes(f, number), 6);
    fake_stop(f);
    close(fd);
}

static void connections_are_affected_when_they_are_accepted(void **state)
{
    (void)state;
    struct fake *f = raw_server(NULL);
    fake_inject(f, &(struct fake_fault){.kind = FAKE_CLOSE_ON_ACCEPT, .times = 1});
    fake_inject(f, &(struct fake_fault){.kind = FAKE_MUTE, .times = 1});
    fake_inject(f, &(struct fake_fault){.kind = FAKE_BANNER, .times = 1, .text = "Welcome\r\n> "});
    fake_inject(f, &(struct fake_fault){.kind = FAKE_FOREIGN,
                                        .times = 1,
                                        .text = "HTTP/1.1 400 Bad Request\r\n\r\n"});
    int fds[5];
    for (int i = 0; i < 5; i++) {
        fds[i] = raw_join(fake_port(f));
        if (i == 0)
            assert_non_null(strchr("<", *raw_frame(fds[0])));
    }
    raw_request(fds[1], "version");
    assert_string_equal(raw_frame_within(fds[1], 50), "<silence>");
    assert_string_equal(raw_bytes(fds[2], 11), "Welcome\r\n> ");
    assert_string_equal(raw_frame_within(fds[2], 200), "<silence>");
    assert_string_equal(raw_ask(fds[3], "version"), "HTTP/1.1 400 Bad Request\r\n\r\n<end>");
    assert_string_equal(raw_ask(fds[4], "expr 1"), "1");
    assert_int_equal(fake_connections(f), 5);
    fake_stop(f);
    for (int i = 0; i < 5; i++)
        close(fds[i]);
}

static void a_frozen_server_answers_nothing_until_it_is_thawed(void **state)
{
    (void)state;
    struct fake *f = raw_server(NULL);
    int fd = raw_join(fake_port(f)), status;
    fake_freeze(f);
    int other = raw_join(fake_port(f)); /* the system still accepts it */
    raw_request(fd, "expr 1");
    assert_string_equal(raw_frame_within(fd, 50), "<silence>");
    fake_thaw(f);
    assert_string_equal(raw_frame(fd), "1");
    assert_string_equal(raw_ask(other, "expr 2"), "2");
    fake_inject(f, &(struct fake_fault){.kind = FAKE_FREEZE, .times = 1});
    raw_request(fd, "expr 3");
    assert_int_equal(waitpid(fake_pid(f), &status, WUNTRACED), fake_pid(f));
    assert_true(WIFSTOPPED(status));
    fake_thaw(f);
    assert_string_equal(raw_frame(fd), "3");
    fake_freeze(f);
    fake_stop(f);
    close(fd);
    close(other);
}

static void an_endless_reply_has_the_size_asked_for(void **state)
{
    (void)state;
    struct fake *f = raw_server(NULL);
    int fd = raw_join(fake_port(f));
    fake_inject(f, &(struct fake_fault){.kind = FAKE_ENDLESS, .at = 20 << 20, .text = "ab"});
    raw_request(fd, "version");
    static char block[65536];
    size_t size = 0;
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    while (size < 20 << 20 && poll(&wait, 1, 60000) == 1) {
        ssize_t n = recv(fd, block, sizeof(block), 0);
        assert_true(n > 0);
        assert_int_equal(block[0], size % 2 == 0 ? 'a' : 'b');
        size += (size_t)n;
    }
    assert_int_equal(size, 20 << 20);
    assert_int_equal(poll(&wait, 1, 50), 0);
    fake_stop(f);
    close(fd);
}

static void replies_after_a_late_one_wait(void **state)
{
    (void)state;
    struct fake *f = raw_server(NULL);
    int fd = raw_join(fake_port(f));
    fake_inject(f, &(struct fake_fault){.kind = FAKE_LATE, .times = 1, .us = 30000});
    int64_t start = raw_now_us();
    raw_request(fd, "expr 1");
    raw_request(fd, "expr 2");
    assert_string_equal(raw_frame(fd), "1");
    assert_true(raw_now_us() - start >= 30000);
    assert_string_equal(raw_frame(fd), "2");
    fake_stop(f);
    close(fd);
}

static void every_fault_has_a_name(void **state)
{
    (void)state;
    for (int a = 0; a < FAKE_KINDS; a++) {
        for (int b = 0; b < a; b++)
            assert_string_not_equal(fake_fault_name((enum fake_kind)a),
                                    fake_fault_name((enum fake_kind)b));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contents_of_a_reply_are_changed_as_asked),
        cmocka_unit_test(bytes_of_a_reply_are_changed_as_asked),
        cmocka_unit_test(one_read_of_a_list_is_changed_and_its_count_is_right),
        cmocka_unit_test(raw_bytes_are_changed_in_number_only),
        cmocka_unit_test(lines_of_a_dump_are_changed_as_asked),
        cmocka_unit_test(a_reply_may_come_split),
        cmocka_unit_test(a_silent_server_times_out),
        cmocka_unit_test(only_the_chosen_requests_are_affected),
        cmocka_unit_test(connections_are_affected_when_they_are_accepted),
        cmocka_unit_test(a_frozen_server_answers_nothing_until_it_is_thawed),
        cmocka_unit_test(an_endless_reply_has_the_size_asked_for),
        cmocka_unit_test(replies_after_a_late_one_wait),
        cmocka_unit_test(every_fault_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
