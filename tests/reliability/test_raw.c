// SPDX-License-Identifier: MIT
/* Bulk data as raw bytes through a file of the server, and as text where that does not work. */
#include "server_files.h"
#include "support.h"

#include <dirent.h>
#include <poll.h>
#include <unistd.h>

#define SIZE ((size_t)100000)
#define STEP 4096u

static uint8_t data[128 * 1024];

/* Bytes that are not those of the memory. */
static void fill(uint8_t seed)
{
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i * 7 + i / 251 + seed);
}

static void assert_reads(const struct fake *f, struct ocd_session *s)
{
    memset(data, 0, SIZE);
    ends_with(s, OCD_OK, ocd_read_bytes(s, FLASH + 3, data, SIZE));
    assert_is_memory(f, FLASH + 3, data, SIZE);
}

static void assert_writes(const struct fake *f, struct ocd_session *s, uint8_t seed)
{
    fill(seed);
    ends_with(s, OCD_OK, ocd_write_bytes(s, RAM + 5, data, 50000));
    assert_is_memory(f, RAM + 5, data, 50000);
    assert_pattern(f, RAM, 5);
    assert_pattern(f, RAM + 50005, 65536 - 50005);
}

/* What of the requests from `first` on has that text. */
static unsigned sent_since(const struct fake *f, unsigned first, const char *text)
{
    unsigned count = 0;

    for (unsigned i = first; i < fake_requests(f); i++)
        count += strstr(fake_request(f, i), text) != NULL;
    return count;
}

/* The largest request for raw bytes. */
static unsigned largest_request(const struct fake *f)
{
    unsigned long size, largest = 0;

    for (unsigned i = 0; i < fake_requests(f); i++) {
        const char *text = fake_request(f, i);
        if ((sscanf(text, "dump_image %*s %lu", &size) == 1 ||
             sscanf(text, "load_image %*s %lu", &size) == 1) &&
            size > largest)
            largest = size;
    }
    return (unsigned)largest;
}

/* ---- what the server's files allow */

static void bulk_data_move_raw_and_requests_grow_to_at_most_128_kib(void **state)
{
    struct fake *f = server(&(struct fake_options){.regions = {{FLASH, 1 << 20}, {RAM, 65536}}});
    struct ocd_session *s = join(f, NULL);
    uint8_t *all = malloc(1 << 20);

    (void)state;
    assert_non_null(all);
    assert_true((ocd_features(s) & OCD_FEATURE_RAW) != 0);
    assert_string_equal(ocd_text_reason(s), "");
    ends_with(s, OCD_OK, ocd_read_bytes(s, FLASH, all, 1 << 20));
    assert_is_memory(f, FLASH, all, 1 << 20);
    assert_writes(f, s, 1);
    /* As far as the server is fast enough, which it is not under Valgrind. */
    assert_in_range(largest_request(f), 16385, 131072);
    assert_int_equal(fake_requests_with(f, "read_memory 0x"), 0);
    assert_int_equal(fake_requests_with(f, "write_memory 0x"), 0);
    ocd_close(s);
    fake_stop(f);
    free(all);
}

static void raw_requests_after_the_first_begin_at_multiples_of_4096(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, NULL);
    unsigned long long addr;
    unsigned seen = 0;

    (void)state;
    assert_reads(f, s);
    for (unsigned i = 0; i < fake_requests(f); i++) {
        if (sscanf(fake_request(f, i), "dump_image %llx", &addr) != 1)
            continue;
        assert_int_equal(addr % STEP, seen++ == 0 ? (FLASH + 3) % STEP : 0);
    }
    assert_true(seen >= 2);
    ocd_close(s);
    fake_stop(f);
}

/* Without `getfd` or /proc the file has a name until the script deletes it. */
static void raw_works_without_getfd_and_without_proc(void **state)
{
    static const struct fake_options servers[] = {
        {.no_getfd = true}, {.no_proc = true}, {.head = true}, {.big_endian = 1}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(servers); i++) {
        struct fake *f = server(&servers[i]);
        struct ocd_session *s = join(f, NULL);
        assert_true((ocd_features(s) & OCD_FEATURE_RAW) != 0);
        assert_reads(f, s);
        assert_writes(f, s, 2);
        assert_true(fake_requests_with(f, "dump_image") > 0);
        assert_true(fake_requests_with(f, "load_image") > 0);
        assert_int_equal(fake_requests_with(f, "read_memory 0x"), 0);
        ocd_close(s);
        fake_stop(f);
    }
}

static void a_server_without_tempfile_gets_text(void **state)
{
    struct fake *f = server(&(struct fake_options){.no_tempfile = true});
    struct ocd_session *s = join(f, NULL);

    (void)state;
    assert_int_equal(ocd_features(s) & OCD_FEATURE_RAW, 0);
    assert_non_null(strstr(ocd_text_reason(s), "tempfile"));
    assert_reads(f, s);
    assert_writes(f, s, 3);
    assert_int_equal(sent_since(f, 1, "dump_image"), 0);
    assert_int_equal(sent_since(f, 1, "load_image"), 0);
    ocd_close(s);
    fake_stop(f);
}

/* A larger file would end OpenOCD (SIGXFSZ). */
static void requests_are_never_larger_than_the_limit_of_files(void **state)
{
    static const struct {
        uint32_t limit;
        unsigned least, most; /* bytes of the largest request; 0: text */
    } cases[] = {{100, 0, 0},        {4095, 0, 0},         {4096, 4096, 4096},
                 {8192, 8192, 8192}, {10000, 8192, 10000}, {1 << 20, 16384, 131072}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fake *f = server(&(struct fake_options){.file_limit = cases[i].limit});
        struct ocd_session *s = join(f, NULL);
        assert_int_equal((ocd_features(s) & OCD_FEATURE_RAW) != 0, cases[i].most > 0);
        if (cases[i].most == 0)
            assert_non_null(strstr(ocd_text_reason(s), "4096"));
        assert_reads(f, s);
        assert_reads(f, s);
        assert_writes(f, s, 4);
        assert_in_range(largest_request(f), cases[i].least, cases[i].most);
        ocd_close(s);
        fake_stop(f);
    }
}

/* ---- raw fails, text does not */

static void a_full_file_system_makes_one_call_use_text(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, NULL);

    (void)state;
    fake_set_files_full(f, true);
    for (int i = 0; i < 2; i++) {
        unsigned before = fake_requests(f);
        assert_reads(f, s);
        assert_in_range(sent_since(f, before, "dump_image"), 1, 4);
        assert_true(sent_since(f, before, "read_memory") > 1);
        before = fake_requests(f);
        assert_writes(f, s, (uint8_t)(5 + i));
        assert_in_range(sent_since(f, before, "load_image"), 1, 4);
        assert_true(sent_since(f, before, "write_memory") > 1);
    }
    fake_set_files_full(f, false);
    unsigned before = fake_requests(f);
    assert_reads(f, s);
    assert_writes(f, s, 8);
    assert_int_equal(sent_since(f, before, "read_memory"), 0);
    assert_int_equal(sent_since(f, before, "write_memory"), 0);
    ocd_close(s);
    fake_stop(f);
}

static void the_rest_of_a_call_whose_raw_requests_fail_uses_text(void **state)
{
    static const struct fake_options servers[] = {{0}, {.head = true}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(servers); i++) {
        struct fake *f = server(&servers[i]);
        struct ocd_session *s = join(f, NULL);
        fake_set_raw_fails(f, true);
        unsigned before = fake_requests(f);
        assert_reads(f, s);
        assert_in_range(sent_since(f, before, "dump_image"), 1, 4);
        assert_writes(f, s, 9);
        fake_set_raw_fails(f, false);
        before = fake_requests(f);
        assert_reads(f, s);
        assert_int_equal(sent_since(f, before, "read_memory"), 0);
        ocd_close(s);
        fake_stop(f);
    }
}

/* The second request fails and no other one. */
static void a_raw_request_that_fails_once_loses_no_data(void **state)
{
    static const char *const matches[] = {"dump_image", "load_image"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(matches); i++) {
        struct fake *f = server(NULL);
        struct ocd_session *s = join(f, NULL);
        int fault = fake_inject(
            f, &(struct fake_fault){
                   .kind = FAKE_REFUSE, .match = matches[i], .skip = 1, .times = 1, .text = "no"});
        assert_reads(f, s);
        assert_writes(f, s, 10);
        assert_int_equal(fake_strikes(f, fault), 1);
        ocd_close(s);
        fake_stop(f);
    }
}

/* The answer reports success, but has fewer or more bytes than requested. */
static void a_reply_of_another_size_gives_no_wrong_data(void **state)
{
    static const struct fake_fault faults[] = {
        {.kind = FAKE_FEWER, .at = 1},       {.kind = FAKE_FEWER, .at = 99999},
        {.kind = FAKE_MORE, .at = 1},        {.kind = FAKE_TEXT_BEFORE, .text = "x"},
        {.kind = FAKE_FEWER, .at = 5000},    {.kind = FAKE_PARTIAL},
        {.kind = FAKE_RESULT, .text = "no"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        struct fake *f = server(NULL);
        struct ocd_session *s = join(f, NULL);
        struct fake_fault fault = faults[i];
        fault.match = "_image";
        int number = fake_inject(f, &fault);
        /* Wrong bytes before the right ones of a short reply cannot be recognised. */
        if (fault.kind == FAKE_FEWER || fault.kind == FAKE_MORE || fault.kind == FAKE_PARTIAL ||
            fault.kind == FAKE_TEXT_BEFORE)
            assert_reads(f, s);
        assert_writes(f, s, 11);
        assert_true(fake_strikes(f, number) > 0);
        ocd_close(s);
        fake_stop(f);
    }
}

/* load_image that says it has written fewer bytes has not written them. */
static void a_write_succeeds_only_if_the_server_reports_all_bytes(void **state)
{
    struct fake *f = server(&(struct fake_options){
        .script = "proc load_image args {return \"downloaded 1 bytes in 0.1s (1 KiB/s)\"}"});
    struct ocd_session *s = join(f, NULL);

    (void)state;
    assert_writes(f, s, 12);
    assert_true(fake_requests_with(f, "load_image") > 0);
    ocd_close(s);
    fake_stop(f);
}

/* ---- a server that is killed */

static void a_killed_server_leaves_no_file(void **state)
{
    static const char *const matches[] = {"dump_image", "load_image"};
    char directory[] = "/tmp/ocd-raw-XXXXXX";
    const time_t start = time(NULL);

    (void)state;
    assert_non_null(mkdtemp(directory));
    setenv("TMPDIR", directory, 1);
    for (int turn = 0; turn < 6; turn++) {
        struct fake *f = server(NULL);
        struct ocd_session *s = join(f, NULL);
        fake_inject(
            f, &(struct fake_fault){.kind = FAKE_EXIT, .match = matches[turn % 2], .at = 5000});
        fill(14);
        int rc = turn % 2 == 0 ? ocd_read_bytes(s, FLASH, data, SIZE)
                               : ocd_write_bytes(s, RAM, data, 50000);
        ends_with(s, OCD_ERR_CLOSED, rc);
        ocd_close(s);
        fake_stop(f);
    }
    assert_true(server_files_go("/dev/shm", start));
    assert_int_equal(rmdir(directory), 0);
    unsetenv("TMPDIR");
}

/* Where files keep their names until the script deletes them, too. */
static void a_finished_call_leaves_no_file(void **state)
{
    static const struct fake_options servers[] = {{0}, {.no_getfd = true}, {.no_proc = true}};
    char directory[] = "/tmp/ocd-raw-XXXXXX";

    (void)state;
    assert_non_null(mkdtemp(directory));
    setenv("TMPDIR", directory, 1);
    const time_t start = time(NULL);
    for (size_t i = 0; i < COUNT_OF(servers); i++) {
        struct fake *f = server(&servers[i]);
        struct ocd_session *s = join(f, NULL);
        assert_reads(f, s);
        assert_writes(f, s, 15);
        fake_unreadable(f, FLASH + 20000, 1);
        ends_with(s, OCD_ERR_TARGET, ocd_read_bytes(s, FLASH + 3, data, SIZE));
        fake_set_files_full(f, true);
        assert_writes(f, s, 16);
        ocd_close(s);
        fake_stop(f);
    }
    assert_true(server_files_go("/dev/shm", start));
    assert_int_equal(rmdir(directory), 0);
    unsetenv("TMPDIR");
}

/* ---- targets, addresses, other clients */

static void each_target_is_accessed_without_changing_the_current_one(void **state)
{
    struct fake *f = server(&(struct fake_options){.targets = 2, .big_endian = 2});
    struct ocd_session *s = join(f, &(struct ocd_options){.target = "fake.cpu1"});
    char *text;

    (void)state;
    assert_reads(f, s);
    assert_writes(f, s, 17);
    assert_true(fake_requests_with(f, "fake.cpu1 dump_image 0x") > 0);
    assert_true(fake_requests_with(f, "fake.cpu1 load_image 0x") > 0);
    ends_with(s, OCD_OK, ocd_command(s, "target current", &text));
    assert_string_equal(text, "fake.cpu");
    ocd_free(text);
    fake_unreadable(f, FLASH + 9000, 1);
    ends_with(s, OCD_ERR_TARGET, ocd_read_bytes(s, FLASH, data, SIZE));
    ends_with(s, OCD_OK, ocd_command(s, "target current", &text));
    assert_string_equal(text, "fake.cpu");
    ocd_free(text);
    ocd_close(s);
    fake_stop(f);
}

/* Bytes have no byte order, whichever way they move. */
static void bytes_of_a_big_endian_target_are_in_the_order_of_addresses(void **state)
{
    struct fake *f = server(&(struct fake_options){.big_endian = 1});
    struct ocd_session *s = join(f, NULL);

    (void)state;
    assert_reads(f, s);
    fake_set_raw_fails(f, true);
    assert_reads(f, s);
    assert_writes(f, s, 18);
    ocd_close(s);
    fake_stop(f);
}

static void physical_calls_use_text(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, NULL);
    const struct ocd_call call = {.space = OCD_SPACE_PHYSICAL};

    (void)state;
    unsigned before = fake_requests(f);
    ends_with(s, OCD_OK, ocd_wait(ocd_read_bytes_async(s, FLASH, data, SIZE, &call)));
    assert_is_memory(f, FLASH, data, SIZE);
    fill(19);
    ends_with(s, OCD_OK, ocd_wait(ocd_write_bytes_async(s, RAM, data, 50000, &call)));
    assert_is_memory(f, RAM, data, 50000);
    assert_int_equal(sent_since(f, before, "_image"), 0);
    for (unsigned i = before; i < fake_requests(f); i++) {
        /* Of a long one the end is not kept. */
        const char *text = fake_request(f, i);
        if (strlen(text) < 4000 && strstr(text, "phys") == NULL)
            fail_msg("%s", text);
    }
    before = fake_requests(f);
    assert_reads(f, s);
    assert_true(sent_since(f, before, "dump_image") > 0);
    ocd_close(s);
    fake_stop(f);
}

/* A stack trace that an error leaves would break `return` for all clients. */
static void return_of_another_client_works_after_a_failed_request(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, NULL), *other = join(f, NULL);
    uint32_t word;
    char *text;

    (void)state;
    fake_unreadable(f, FLASH + 5000, 4);
    for (int i = 0; i < 6; i++) {
        fake_set_raw_fails(f, i == 3);
        fake_set_files_full(f, i == 4);
        if (i == 0)
            ends_with(s, OCD_ERR_COMMAND, ocd_command(s, "error no", NULL));
        else if (i == 1)
            ends_with(s, OCD_ERR_TARGET, ocd_read_u32(s, FLASH + 5000, &word, 1));
        else if (i == 5)
            ends_with(s, OCD_ERR_TARGET, ocd_write_bytes(s, FLASH + 4000, data, 2000));
        else
            ends_with(s, OCD_ERR_TARGET, ocd_read_bytes(s, FLASH, data, SIZE));
        ends_with(other, OCD_OK, ocd_command(other, "info level; return mine", &text));
        assert_string_equal(text, "mine");
        ocd_free(text);
    }
    ocd_close(other);
    ocd_close(s);
    fake_stop(f);
}

/* ---- ends before the end */

static void a_cancelled_read_ends_at_once_and_its_replies_are_dropped(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, NULL);
    static uint8_t lost[sizeof(data)];

    (void)state;
    for (int i = 0; i < 5; i++) {
        fake_freeze(f);
        struct ocd_op *op = ocd_read_bytes_async(s, FLASH, lost, sizeof(lost), NULL);
        assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
        ocd_op_free(op);
        memset(lost, 0x77, sizeof(lost));
        fake_thaw(f);
        assert_reads(f, s);
        /* What was in flight came later and went nowhere. */
        for (size_t j = 0; j < sizeof(lost); j++)
            assert_int_equal(lost[j], 0x77);
    }
    ocd_close(s);
    fake_stop(f);
}

static void a_read_that_times_out_is_followed_by_fresh_data(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, NULL);
    const struct ocd_call soon = {.timeout_ms = 50};

    (void)state;
    fake_freeze(f);
    long begin = now_ms();
    ends_with(s, OCD_ERR_TIMEOUT,
              ocd_wait(ocd_read_bytes_async(s, FLASH, data, sizeof(data), &soon)));
    assert_in_time(begin, 50);
    memset(fake_memory(f, FLASH, SIZE), 0x3c, SIZE);
    fake_thaw(f);
    assert_reads(f, s);
    assert_int_equal(data[SIZE / 2], 0x3c);
    ocd_close(s);
    fake_stop(f);
}

/* A write timed out before OpenOCD has done it. The next one must not change what it writes. */
static void a_delayed_write_writes_its_own_bytes(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, NULL);
    static uint8_t one[8192], two[16384];

    (void)state;
    memset(one, 0x11, sizeof(one));
    memset(two, 0x22, sizeof(two));
    fake_freeze(f);
    struct ocd_op *op =
        ocd_write_bytes_async(s, RAM, one, sizeof(one), &(struct ocd_call){.timeout_ms = 100});
    ends_with(s, OCD_ERR_TIMEOUT, ocd_wait(op));
    op = ocd_write_bytes_async(s, RAM + 32768, two, sizeof(two), NULL);
    assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
    fake_thaw(f);
    ends_with(s, OCD_OK, ocd_wait(op));
    assert_is_memory(f, RAM + 32768, two, sizeof(two));
    assert_is_memory(f, RAM, one, sizeof(one));
    assert_pattern(f, RAM + sizeof(one), 32768 - sizeof(one));
    ocd_close(s);
    fake_stop(f);
}

static int stop(uint64_t addr, void *user)
{
    *(uint64_t *)user = addr;
    return 1;
}

static void a_write_after_a_search_that_stopped_early_writes_its_own_bytes(void **state)
{
    struct fake *f = server(&(struct fake_options){.cost = {.element_ns = 100}});
    struct ocd_session *s = join(f, NULL);
    uint64_t found = 0;

    (void)state;
    const uint8_t *first = fake_memory(f, FLASH, 16);
    ends_with(s, OCD_OK, ocd_search_each(s, first, 16, FLASH, FLASH + SIZE, stop, &found));
    assert_true(found == FLASH);
    assert_writes(f, s, 20);
    ocd_close(s);
    fake_stop(f);
}

/* An operation started after a write sees that write. */
static void a_read_started_after_a_write_sees_it(void **state)
{
    struct fake *f = server(&(struct fake_options){.round_trip_us = 2000});
    struct ocd_session *s = join(f, NULL);
    static uint8_t back[60000];
    uint32_t word;

    (void)state;
    for (uint8_t seed = 30; seed < 33; seed++) {
        fill(seed);
        struct ocd_op *write = ocd_write_bytes_async(s, RAM, data, sizeof(back), NULL);
        struct ocd_op *small = ocd_read_u32_async(s, RAM + 59000, &word, 1, NULL);
        struct ocd_op *large = ocd_read_bytes_async(s, RAM, back, sizeof(back), NULL);
        ends_with(s, OCD_OK, ocd_wait(small));
        swap_little(&word, sizeof(word), 1);
        assert_memory_equal(&word, data + 59000, 4);
        ends_with(s, OCD_OK, ocd_wait(large));
        assert_memory_equal(back, data, sizeof(back));
        ends_with(s, OCD_OK, ocd_wait(write));
    }
    ocd_close(s);
    fake_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bulk_data_move_raw_and_requests_grow_to_at_most_128_kib),
        cmocka_unit_test(raw_requests_after_the_first_begin_at_multiples_of_4096),
        cmocka_unit_test(raw_works_without_getfd_and_without_proc),
        cmocka_unit_test(a_server_without_tempfile_gets_text),
        cmocka_unit_test(requests_are_never_larger_than_the_limit_of_files),
        cmocka_unit_test(a_full_file_system_makes_one_call_use_text),
        cmocka_unit_test(the_rest_of_a_call_whose_raw_requests_fail_uses_text),
        cmocka_unit_test(a_raw_request_that_fails_once_loses_no_data),
        cmocka_unit_test(a_reply_of_another_size_gives_no_wrong_data),
        cmocka_unit_test(a_write_succeeds_only_if_the_server_reports_all_bytes),
        cmocka_unit_test(a_killed_server_leaves_no_file),
        cmocka_unit_test(a_finished_call_leaves_no_file),
        cmocka_unit_test(each_target_is_accessed_without_changing_the_current_one),
        cmocka_unit_test(bytes_of_a_big_endian_target_are_in_the_order_of_addresses),
        cmocka_unit_test(physical_calls_use_text),
        cmocka_unit_test(return_of_another_client_works_after_a_failed_request),
        cmocka_unit_test(a_cancelled_read_ends_at_once_and_its_replies_are_dropped),
        cmocka_unit_test(a_read_that_times_out_is_followed_by_fresh_data),
        cmocka_unit_test(a_delayed_write_writes_its_own_bytes),
        cmocka_unit_test(a_write_after_a_search_that_stopped_early_writes_its_own_bytes),
        cmocka_unit_test(a_read_started_after_a_write_sees_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
