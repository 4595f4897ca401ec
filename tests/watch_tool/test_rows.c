// SPDX-License-Identifier: MIT
/* Frames and gaps as rows of CSV and lines of JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "watch/rows/rows.h"

static struct columns columns;

static const struct ocd_value values[] = {
    {.kind = OCD_VALUE_INTEGER, .number = 42, .size = 4},
    {.kind = OCD_VALUE_INTEGER, .is_signed = true, .number = (uint64_t)-7, .size = 4},
};

static struct ocd_sample samples[] = {
    {.id = 11, .status = OCD_SAMPLE_GOOD, .value = &values[0]},
    {.id = 12, .status = OCD_SAMPLE_GOOD, .value = &values[1]},
};

static struct ocd_frame frame = {
    .host_us = 1754000000123456, .state = OCD_STATE_RUNNING, .samples = samples, .count = 2};

static const struct ocd_gap gap = {
    .reason = OCD_GAP_BUSY, .from_us = 1754000000000001, .length_us = 2500000};

static void add(const char *word, uint32_t id, bool recorded)
{
    struct item item;
    assert_null(item_parse(&item, word));
    struct column *column = columns_add(&columns, &item);
    assert_non_null(column);
    column->id = id;
    column->recorded = recorded;
}

static int set_up(void **state)
{
    (void)state;
    add("0x20000000:u32", 11, true);
    add("pid,\"x\"", 12, true);
    for (size_t i = 0; i < 2; i++)
        samples[i] = (struct ocd_sample){
            .id = 11 + (uint32_t)i, .status = OCD_SAMPLE_GOOD, .value = &values[i]};
    frame.state = OCD_STATE_RUNNING;
    frame.halted_us = 0;
    frame.server_us = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    columns_free(&columns);
    return 0;
}

static void fail_sample(size_t at, enum ocd_sample_status status)
{
    samples[at].status = status;
    samples[at].value = NULL;
}

static void row_is(struct rows *rows, const char *expected)
{
    columns_match(&columns, &frame);
    assert_true(rows_frame(rows, &columns, &frame));
    assert_false(rows_failed(rows));
    assert_string_equal(rows->row.text, expected);
}

static void csv_has_time_values_and_flags(void **state)
{
    struct rows rows = {0};
    struct line head = {0};
    (void)state;
    rows_head(&rows, &columns, &head);
    assert_string_equal(head.text, "time,0x20000000:u32,\"pid,\"\"x\"\"\",flags");
    row_is(&rows, "1754000000.123456,42,-7,\n");
    line_free(&head);
    rows_free(&rows);
}

static void csv_has_an_empty_field_for_a_failed_value(void **state)
{
    struct rows rows = {0};
    (void)state;
    fail_sample(0, OCD_SAMPLE_TORN);
    row_is(&rows, "1754000000.123456,,-7,0x20000000:u32:torn\n");
    fail_sample(1, OCD_SAMPLE_UNREADABLE);
    row_is(&rows, "1754000000.123456,,,\"0x20000000:u32:torn;pid,\"\"x\"\":unreadable\"\n");
    rows_free(&rows);
}

static void csv_has_a_row_for_a_gap(void **state)
{
    struct rows rows = {0};
    (void)state;
    rows_gap(&rows, &columns, &gap);
    assert_string_equal(rows.row.text, "1754000000.000001,,,gap:busy:2.500000\n");
    rows.clock = ROWS_TARGET;
    rows_gap(&rows, &columns, &gap);
    assert_string_equal(rows.row.text, "1754000000.000001,,,,,gap:busy:2.500000\n");
    rows_free(&rows);
}

static void unchecked_value_has_a_flag(void **state)
{
    struct rows rows = {0};
    (void)state;
    samples[0].status = OCD_SAMPLE_UNCHECKED;
    row_is(&rows, "1754000000.123456,42,-7,0x20000000:u32:unchecked\n");
    rows.json = true;
    row_is(&rows, "{\"time\": 1754000000.123456, \"values\": {\"0x20000000:u32\": 42, "
                  "\"pid,\\\"x\\\"\": -7}, \"flags\": {\"0x20000000:u32\": \"unchecked\"}}\n");
    rows_free(&rows);
}

static void json_has_null_and_flag_for_a_failed_value(void **state)
{
    struct rows rows = {.json = true};
    (void)state;
    row_is(&rows, "{\"time\": 1754000000.123456, \"values\": {\"0x20000000:u32\": 42, "
                  "\"pid,\\\"x\\\"\": -7}, \"flags\": {}}\n");
    fail_sample(1, OCD_SAMPLE_UNREADABLE);
    row_is(&rows, "{\"time\": 1754000000.123456, \"values\": {\"0x20000000:u32\": 42, "
                  "\"pid,\\\"x\\\"\": null}, \"flags\": {\"pid,\\\"x\\\"\": \"unreadable\"}}\n");
    rows_gap(&rows, &columns, &gap);
    assert_string_equal(
        rows.row.text, "{\"time\": 1754000000.000001, \"gap\": \"busy\", \"seconds\": 2.500000}\n");
    rows_free(&rows);
}

static void rows_have_state_and_halt_time(void **state)
{
    struct rows rows = {0};
    (void)state;
    frame.state = OCD_STATE_HALTED;
    row_is(&rows, "1754000000.123456,42,-7,state:halted\n");
    frame.state = OCD_STATE_RUNNING;
    frame.halted_us = 431;
    row_is(&rows, "1754000000.123456,42,-7,stopped:0.000431\n");
    rows.json = true;
    row_is(&rows, "{\"time\": 1754000000.123456, \"values\": {\"0x20000000:u32\": 42, "
                  "\"pid,\\\"x\\\"\": -7}, \"flags\": {}, \"stopped\": 0.000431}\n");
    rows_free(&rows);
}

static void clocks_have_their_columns(void **state)
{
    struct rows rows = {.clock = ROWS_SERVER};
    struct line head = {0};
    (void)state;
    frame.server_us = frame.host_us + 5000000;
    row_is(&rows, "1754000005.123456,42,-7,\n");
    rows_gap(&rows, &columns, &gap);
    assert_string_equal(rows.row.text, "1754000005.000001,,,gap:busy:2.500000\n");
    rows.clock = ROWS_TARGET;
    frame.target_before = 72000000;
    frame.target_after = 72000900;
    rows_head(&rows, &columns, &head);
    assert_string_equal(head.text, "time,cycles_before,cycles_after,0x20000000:u32,"
                                   "\"pid,\"\"x\"\"\",flags");
    row_is(&rows, "1754000000.123456,72000000,72000900,42,-7,\n");
    rows.json = true;
    row_is(&rows, "{\"time\": 1754000000.123456, \"values\": {\"0x20000000:u32\": 42, "
                  "\"pid,\\\"x\\\"\": -7}, \"flags\": {}, \"cycles\": [72000000, 72000900]}\n");
    line_free(&head);
    rows_free(&rows);
}

static bool is_written(struct rows *rows)
{
    columns_match(&columns, &frame);
    return rows_frame(rows, &columns, &frame);
}

static void unchanged_frames_can_be_left_out(void **state)
{
    struct rows rows = {.changes = true};
    (void)state;
    assert_true(is_written(&rows));
    frame.host_us++;
    assert_false(is_written(&rows));
    fail_sample(0, OCD_SAMPLE_TORN);
    assert_true(is_written(&rows));
    assert_false(is_written(&rows));
    frame.state = OCD_STATE_HALTED;
    assert_true(is_written(&rows));
    rows_gap(&rows, &columns, &gap);
    assert_true(is_written(&rows));
    frame.host_us--;
    rows_free(&rows);
}

static void csv_columns_do_not_change_when_values_do(void **state)
{
    struct rows rows = {0};
    (void)state;
    add("0x20000010:u8", 13, false);
    columns.list[0]->removed = true;
    samples[0].id = 13; /* the first is gone, a third is there */
    row_is(&rows, "1754000000.123456,,-7,\n");
    rows.json = true;
    row_is(&rows, "{\"time\": 1754000000.123456, \"values\": {\"pid,\\\"x\\\"\": -7, "
                  "\"0x20000010:u8\": 42}, \"flags\": {}}\n");
    rows_free(&rows);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(csv_has_time_values_and_flags),
        test(csv_has_an_empty_field_for_a_failed_value),
        test(csv_has_a_row_for_a_gap),
        test(unchecked_value_has_a_flag),
        test(json_has_null_and_flag_for_a_failed_value),
        test(rows_have_state_and_halt_time),
        test(clocks_have_their_columns),
        test(unchanged_frames_can_be_left_out),
        test(csv_columns_do_not_change_when_values_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
