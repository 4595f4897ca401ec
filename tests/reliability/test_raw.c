// SPDX-License-Identifier: MIT
/* Bulk data as raw bytes through a file of the server, and as text where that does not work. */
#include "raw_data.h"

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

static void bulk_data_move_raw_and_requests_grow_to_64_kib(void **state)
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
    assert_int_equal(largest_request(f), 65536);
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

static void a_server_without_tempfile_is_served_by_text(void **state)
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
        unsigned largest; /* 0: text */
    } cases[] = {{100, 0}, {4095, 0}, {4096, 4096}, {8192, 8192}, {10000, 8192}, {1 << 20, 65536}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fake *f = server(&(struct fake_options){.file_limit = cases[i].limit});
        struct ocd_session *s = join(f, NULL);
        assert_int_equal((ocd_features(s) & OCD_FEATURE_RAW) != 0, cases[i].largest > 0);
        if (cases[i].largest == 0)
            assert_non_null(strstr(ocd_text_reason(s), "4096"));
        assert_reads(f, s);
        assert_reads(f, s);
        assert_writes(f, s, 4);
        assert_in_range(largest_request(f), cases[i].largest > 8192 ? 16384 : cases[i].largest,
                        cases[i].largest);
        ocd_close(s);
        fake_stop(f);
    }
}

/* ---- raw fails, text does not */

static void a_full_file_system_takes_text_for_the_call_and_raw_is_tried_again(void **state)
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

static void text_serves_the_rest_of_a_call_whose_raw_requests_fail(void **state)
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

/* The third request fails and no other one. */
static void a_raw_request_that_fails_once_costs_no_data(void **state)
{
    static const char *const matches[] = {"dump_image", "load_image"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(matches); i++) {
        struct fake *f = server(NULL);
        struct ocd_session *s = join(f, NULL);
        int fault = fake_inject(
            f, &(struct fake_fault){
                   .kind = FAKE_REFUSE, .match = matches[i], .skip = 2, .times = 1, .text = "no"});
        assert_reads(f, s);
        assert_writes(f, s, 10);
        assert_int_equal(fake_strikes(f, fault), 1);
        ocd_close(s);
        fake_stop(f);
    }
}

/* The answer says that all is well, and has less or more than was asked for. */
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
        /* Bytes that come before the true ones of a short reply cannot be told from them. */
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
static void a_write_is_complete_only_with_the_servers_word(void **state)
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

/* ---- memory that cannot be read or written */

/* Holes at the beginning of the range, at the beginning and the end of a step, of a request, in
 * their middle, and at the end of the range. */
static const uint64_t holes[] = {0,     1,     4095,  4096,  4097,  10001, 16383,
                                 16384, 40000, 65535, 65536, 90001, 99999};

static void a_failed_read_keeps_the_good_part_and_names_the_first_bad_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(holes); i++) {
        struct fake *f = server(&(struct fake_options){.head = i % 2 != 0});
        struct ocd_session *s = join(f, NULL);
        fake_hole(f, FLASH + 3 + holes[i], 1);
        memset(data, 0x77, SIZE);
        ends_with(s, OCD_ERR_TARGET, ocd_read_bytes(s, FLASH + 3, data, SIZE));
        const struct ocd_error *e = ocd_last_error(s);
        assert_true(e->has_address);
        assert_int_equal(e->address, FLASH + 3 + holes[i]);
        assert_int_equal(e->done, holes[i]);
        assert_is_memory(f, FLASH + 3, data, (size_t)holes[i]);
        ocd_close(s);
        fake_stop(f);
    }
}

static void a_failed_write_names_the_first_byte_that_was_not_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(holes); i++) {
        struct fake *f = server(NULL);
        struct ocd_session *s = join(f, NULL);
        uint64_t hole = holes[i] / 2;
        fake_hole(f, RAM + 3 + hole, 1);
        fill(13);
        ends_with(s, OCD_ERR_TARGET, ocd_write_bytes(s, RAM + 3, data, 50000));
        assert_int_equal(ocd_last_error(s)->address, RAM + 3 + hole);
        assert_int_equal(ocd_last_error(s)->done, hole);
        assert_is_memory(f, RAM + 3, data, (size_t)hole);
        ocd_close(s);
        fake_stop(f);
    }
}

struct skipped {
    struct ocd_range ranges[8];
    size_t count;
};

static void note_bad(uint64_t addr, uint64_t size, void *user)
{
    struct skipped *skipped = user;

    assert_true(skipped->count < COUNT_OF(skipped->ranges));
    skipped->ranges[skipped->count++] = (struct ocd_range){addr, size};
}

static void unreadable_ranges_are_skipped_and_all_else_is_read(void **state)
{
    static const struct ocd_range bad[] = {{FLASH, 4},
                                           {FLASH + 5000, 8},
                                           {FLASH + 8192, 4096},
                                           {FLASH + 70000, 20000},
                                           {FLASH + 0x1fffc, 4}};
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, NULL);
    struct skipped skipped = {0};
    const struct ocd_call call = {
        .flags = OCD_SKIP_BAD, .fill = 0xee, .bad = note_bad, .user = &skipped};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        fake_hole(f, bad[i].addr, bad[i].size);
    ends_with(s, OCD_OK, ocd_wait(ocd_read_bytes_async(s, FLASH, data, sizeof(data), &call)));
    assert_int_equal(skipped.count, COUNT_OF(bad));
    uint64_t next = FLASH;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(skipped.ranges[i].addr, bad[i].addr);
        assert_int_equal(skipped.ranges[i].size, bad[i].size);
        assert_is_memory(f, next, data + (next - FLASH), (size_t)(bad[i].addr - next));
        for (uint64_t j = 0; j < bad[i].size; j++)
            assert_int_equal(data[bad[i].addr - FLASH + j], 0xee);
        next = bad[i].addr + bad[i].size;
    }
    assert_int_equal(next, FLASH + sizeof(data));
    ocd_close(s);
    fake_stop(f);
}

/* Raw requests are tried again after an unreadable range. */
static void most_bytes_after_a_skipped_range_move_raw(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, NULL);

    (void)state;
    fake_hole(f, FLASH + 9000, 4);
    ends_with(s, OCD_OK,
              ocd_wait(ocd_read_bytes_async(s, FLASH, data, sizeof(data),
                                            &(struct ocd_call){.flags = OCD_SKIP_BAD})));
    assert_true(fake_requests_with(f, "dump_image") >= 4);
    ocd_close(s);
    fake_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bulk_data_move_raw_and_requests_grow_to_64_kib),
        cmocka_unit_test(raw_requests_after_the_first_begin_at_multiples_of_4096),
        cmocka_unit_test(raw_works_without_getfd_and_without_proc),
        cmocka_unit_test(a_server_without_tempfile_is_served_by_text),
        cmocka_unit_test(requests_are_never_larger_than_the_limit_of_files),
        cmocka_unit_test(a_full_file_system_takes_text_for_the_call_and_raw_is_tried_again),
        cmocka_unit_test(text_serves_the_rest_of_a_call_whose_raw_requests_fail),
        cmocka_unit_test(a_raw_request_that_fails_once_costs_no_data),
        cmocka_unit_test(a_reply_of_another_size_gives_no_wrong_data),
        cmocka_unit_test(a_write_is_complete_only_with_the_servers_word),
        cmocka_unit_test(a_failed_read_keeps_the_good_part_and_names_the_first_bad_byte),
        cmocka_unit_test(a_failed_write_names_the_first_byte_that_was_not_written),
        cmocka_unit_test(unreadable_ranges_are_skipped_and_all_else_is_read),
        cmocka_unit_test(most_bytes_after_a_skipped_range_move_raw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
