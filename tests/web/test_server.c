// SPDX-License-Identifier: MIT
/* The page's files, the messages to pages, and their requests. */
#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "http_client.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1 /* freed memory is kept back */
#else
#define SANITIZED 0
#endif

static struct web *web;
static char asked[200]; /* for what the page has asked */

static bool add(void *user, const char *text, char *message)
{
    (void)user;
    snprintf(asked, sizeof(asked), "add %s", text);
    snprintf(message, WEB_MESSAGE_MAX, "no symbol \"%s\"", text);
    return strcmp(text, "wrong") != 0;
}

static bool remove_column(void *user, uint32_t id, char *message)
{
    (void)user, (void)message;
    snprintf(asked, sizeof(asked), "remove %u", (unsigned)id);
    return true;
}

static bool write_value(void *user, uint32_t id, const char *value, char *message)
{
    (void)user, (void)message;
    snprintf(asked, sizeof(asked), "write %u %s", (unsigned)id, value);
    return true;
}

static void complete(void *user, const char *text, struct web_names *names)
{
    unsigned count = 0;
    (void)user;
    snprintf(asked, sizeof(asked), "complete %s", text);
    if (strcmp(text, "many") != 0) {
        assert_true(web_names_add(names, "a.b"));
        assert_true(web_names_add(names, "a<\"b\">"));
        return;
    }
    while (web_names_add(names, "x"))
        count++;
    assert_in_range(count, 1, 1000);
}

static const struct web_column columns[] = {
    {.id = 0, .name = "speed", .unit = "rpm", .type = "u32"},
    {.id = 1, .name = "a \"b\"\n", .type = "f64"}};

static void add_frame(double time, double number)
{
    const struct web_value values[] = {{.has_number = true, .number = number},
                                       {.flag = "unreadable", .cause = "bus fault"}};
    web_add_frame(
        web, &(struct web_frame){.time = time, .state = "running", .values = values, .count = 2});
}

static void open_web(size_t queue_size)
{
    struct web_options options = {
        .may_write = true,
        .queue_size = queue_size,
        .calls = {.add = add, .remove = remove_column, .write = write_value, .complete = complete}};
    assert_int_equal(web_open(&web, &options), 0);
}

static void page_has_all_its_files_and_loads_nothing_from_elsewhere(void **state)
{
    char *page;
    unsigned count = 0;
    (void)state;
    assert_int_equal(http_ask(web, "GET", "/?TOKEN", "HOST", &page), 200);
    assert_non_null(strstr(page, "Content-Security-Policy: default-src 'none'; script-src 'self'"));
    assert_null(strstr(page, "@TOKEN@"));
    for (const char *at = page; (at = strstr(at, "?token=")) != NULL; at++) {
        char path[80], *body;
        const char *begin = at;
        while (begin[-1] != '"')
            begin--;
        assert_memory_equal(at + strlen("?token="), http_token(web), 32);
        snprintf(path, sizeof(path), "/%.*s?TOKEN", (int)(at - begin), begin);
        assert_int_equal(http_ask(web, "GET", path, "HOST", &body), 200);
        char *end = strstr(body, "\r\n\r\n");
        assert_true(strlen(end) > 500);
        /* It names itself in its first line. */
        char *name = strstr(end, "/*! https://github.com/leeoniya/uPlot (v1.6.32) */");
        assert_null(strstr(name != NULL ? name + 12 : end, "://"));
        assert_true(name != NULL || strcmp(path, "/uPlot.js?TOKEN") != 0);
        free(body);
        count++;
    }
    assert_int_equal(count, 10);
    assert_null(strstr(page, "://"));
    free(page);
}

static void stream_has_columns_frames_gaps_and_notes(void **state)
{
    struct http_client client;
    (void)state;
    http_send(&client, web, "GET", "/events?TOKEN", "HOST");
    http_await(&client, web, "Content-Type: text/event-stream\r\n");
    http_await(&client, web,
               "event: columns\ndata: {\"write\": true, \"columns\": [{\"id\": 0, \"name\": "
               "\"speed\", \"unit\": \"rpm\", \"type\": \"u32\"}, {\"id\": 1, \"name\": \"a "
               "\\\"b\\\"\\u000a\", \"unit\": \"\", \"type\": \"f64\"}]}\n\n");
    add_frame(1700000000.25, 0.1);
    http_await(&client, web,
               "id: 1\ndata: {\"t\": 1700000000.250000, \"s\": \"running\", \"v\": [0.1,null], "
               "\"f\": {\"1\": [\"unreadable\", \"bus fault\"]}}\n\n");
    web_add_gap(web, &(struct web_gap){.time = 5, .seconds = 0.5, .reason = "busy"});
    http_await(&client, web,
               "id: 2\nevent: gap\ndata: {\"t\": 5.000000, \"seconds\": 0.500000, \"reason\": "
               "\"busy\", \"cause\": null}\n\n");
    web_add_note(web, "write\nfailed");
    http_await(&client, web, "id: 3\nevent: note\ndata: \"write\\u000afailed\"\n\n");
    http_close(&client);
}

static void values_are_numbers_texts_or_both(void **state)
{
    struct http_client client;
    const struct web_value values[] = {
        {.has_number = true, .number = 1e300 * 1e300},
        {.has_number = true, .number = 18446744073709551615.0, .text = "18446744073709551615"},
        {.text = "{.x = 1}"},
        {.has_number = true, .number = -1.5e-7},
        {.flag = "torn"}};
    (void)state;
    web_add_frame(web,
                  &(struct web_frame){.time = 1, .state = "halted", .values = values, .count = 5});
    http_send(&client, web, "GET", "/events?TOKEN", "HOST");
    http_await(&client, web,
               "\"v\": [\"inf\",[1.8446744073709552e+19, \"18446744073709551615\"],\"{.x = "
               "1}\",-1.5e-07,null], \"f\": {\"4\": [\"torn\"]}}\n\n");
    http_close(&client);
}

static void later_page_gets_the_frames_since_the_columns(void **state)
{
    struct http_client client;
    (void)state;
    add_frame(1, 111);
    web_set_columns(web, columns, 2);
    add_frame(2, 222);
    http_send(&client, web, "GET", "/events?TOKEN", "HOST");
    http_await(&client, web, "222");
    assert_null(strstr(client.data, "111"));
    http_close(&client);
}

static void browser_that_reconnects_continues_where_it_was(void **state)
{
    struct http_client client;
    (void)state;
    for (int i = 0; i < 5; i++)
        add_frame(i, 100 + i); /* number i + 1 */
    http_send(&client, web, "GET", "/events?TOKEN", "HOSTLast-Event-ID: 3\r\n");
    http_await(&client, web, "104");
    assert_non_null(strstr(client.data, "103"));
    assert_null(strstr(client.data, "102"));
    assert_null(strstr(client.data, "columns"));
    http_close(&client);
}

static void unknown_last_message_starts_from_the_beginning(void **state)
{
    static const char *const ids[] = {"99", "x", "", "-1", "99999999999999999999999"};
    (void)state;
    add_frame(1, 111);
    for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
        struct http_client client;
        char headers[80];
        snprintf(headers, sizeof(headers), "HOSTLast-Event-ID: %s\r\n", ids[i]);
        http_send(&client, web, "GET", "/events?TOKEN", headers);
        http_await(&client, web, "111");
        assert_non_null(strstr(client.data, "event: columns"));
        assert_null(strstr(client.data, "event: lost"));
        http_close(&client);
    }
}

/* Bytes of memory that this process has had at most. */
static long most_memory(void)
{
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss * 1024;
}

/* The number of frames in what has come. Each has 100 and its number as its value. */
static unsigned count_frames(const struct http_client *client)
{
    unsigned count = 0;
    for (const char *at = client->data; (at = strstr(at, "\"v\": [")) != NULL; at++)
        count++;
    return count;
}

static void stopped_browser_takes_no_memory_and_gets_the_number_lost(void **state)
{
    enum {
        frames = 300000
    }; /* some 40 MB */
    struct http_client client;
    unsigned lost = 0;
    (void)state;
    web_close(web);
    open_web(65536);
    web_set_columns(web, columns, 2);
    http_send(&client, web, "GET", "/events?TOKEN", "HOST");
    http_await(&client, web, "event: columns");
    long before = most_memory();
    for (int i = 0; i < frames; i++) {
        add_frame(i, 100000 + i);
        web_process(web); /* the client reads nothing */
    }
    if (!SANITIZED)
        assert_in_range(most_memory() - before, 0, 2 << 20);
    http_await(&client, web, "[399999,");
    const char *at = strstr(client.data, "event: lost\ndata: ");
    for (const char *next = at; next != NULL; next = strstr(next + 1, "event: lost\ndata: "))
        lost += (unsigned)strtoul(next + strlen("event: lost\ndata: "), NULL, 10);
    assert_true(lost > 0);
    assert_int_equal(count_frames(&client) + lost, frames);
    assert_non_null(strstr(at, "event: columns"));
    http_close(&client);
}

static void columns_too_large_for_the_queue_still_arrive(void **state)
{
    struct http_client client;
    (void)state;
    web_close(web);
    open_web(600);
    add_frame(1, 111);
    http_send(&client, web, "GET", "/events?TOKEN", "HOST");
    http_await(&client, web, "111");
    web_set_columns(web, columns, 2);
    add_frame(2, 222);
    http_await(&client, web, "222");
    const char *lost = strstr(client.data, "event: lost\ndata: 1\n");
    assert_non_null(lost);
    assert_non_null(strstr(lost, "event: columns"));
    http_close(&client);
}

static void closed_pages_make_room_for_others(void **state)
{
    struct http_client clients[8], other;
    (void)state;
    for (size_t i = 0; i < 8; i++) {
        http_send(&clients[i], web, "GET", "/events?TOKEN", "HOST");
        http_await(&clients[i], web, "event: columns");
    }
    assert_int_equal(http_ask(web, "GET", "/events?TOKEN", "HOST", NULL), 503);
    for (size_t i = 0; i < 8; i++)
        http_close(&clients[i]);
    for (int i = 0; i < 3; i++) { /* the server sees it when it sends */
        add_frame(i, i);
        web_process(web);
    }
    http_send(&other, web, "GET", "/events?TOKEN", "HOST");
    http_await(&other, web, "event: columns");
    http_close(&other);
}

static void pages_get_the_end_of_the_run(void **state)
{
    struct http_client client;
    (void)state;
    http_send(&client, web, "GET", "/events?TOKEN", "HOST");
    http_await(&client, web, "event: columns");
    web_close(web);
    open_web(0); /* for what is done after each test */
    http_await(&client, web, "event: end");
    assert_true(client.ended || memmem(client.data, client.size, "\r\n0\r\n", 5) != NULL);
    http_close(&client);
}

static void page_can_add_remove_write_and_complete(void **state)
{
    char *body;
    (void)state;
    assert_int_equal(http_ask(web, "POST", "/add?TOKEN&name=a%5B0%5D.b+%26c", "HOST", &body), 200);
    assert_string_equal(asked, "add a[0].b &c");
    assert_non_null(strstr(body, "\r\n\r\n{\"error\": null}\n"));
    free(body);
    assert_int_equal(http_ask(web, "POST", "/add?TOKEN&name=wrong", "HOST", &body), 400);
    assert_non_null(strstr(body, "\r\n\r\n{\"error\": \"no symbol \\\"wrong\\\"\"}\n"));
    free(body);
    assert_int_equal(http_ask(web, "POST", "/remove?TOKEN&id=7", "HOST", NULL), 200);
    assert_string_equal(asked, "remove 7");
    assert_int_equal(http_ask(web, "POST", "/write?TOKEN&id=7&value=-1.5", "HOST", NULL), 200);
    assert_string_equal(asked, "write 7 -1.5");
    assert_int_equal(http_ask(web, "GET", "/complete?TOKEN&text=a.", "HOST", &body), 200);
    assert_string_equal(asked, "complete a.");
    assert_non_null(strstr(body, "\r\n\r\n{\"names\": [\"a.b\", \"a<\\\"b\\\">\"]}\n"));
    free(body);
    assert_int_equal(http_ask(web, "GET", "/complete?TOKEN&text=many", "HOST", NULL), 200);
}

static void wrong_ids_are_refused(void **state)
{
    static const char *const paths[] = {"/remove?TOKEN",
                                        "/remove?TOKEN&id=",
                                        "/remove?TOKEN&id=-1",
                                        "/remove?TOKEN&id=+1",
                                        "/remove?TOKEN&id=4294967296",
                                        "/remove?TOKEN&id=1x",
                                        "/write?TOKEN&value=1",
                                        "/remove?TOKEN&id=99999999999999999999"};
    (void)state;
    asked[0] = '\0';
    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
        assert_int_equal(http_ask(web, "POST", paths[i], "HOST", NULL), 400);
    assert_string_equal(asked, "");
}

static void a_body_is_ignored(void **state)
{
    struct http_client client;
    char line[] = "0123456789abcdef";
    (void)state;
    http_send(&client, web, "POST", "/remove?TOKEN&id=7", "HOSTContent-Length: 16\r\n");
    assert_int_equal(write(client.fd, line, 16), 16);
    http_await(&client, web, "{\"error\": null}");
    http_close(&client);
}

static int set_up(void **state)
{
    (void)state;
    open_web(0);
    web_set_columns(web, columns, 2);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    web_close(web);
    return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(page_has_all_its_files_and_loads_nothing_from_elsewhere),
        TEST(stream_has_columns_frames_gaps_and_notes),
        TEST(values_are_numbers_texts_or_both),
        TEST(later_page_gets_the_frames_since_the_columns),
        TEST(browser_that_reconnects_continues_where_it_was),
        TEST(unknown_last_message_starts_from_the_beginning),
        TEST(stopped_browser_takes_no_memory_and_gets_the_number_lost),
        TEST(columns_too_large_for_the_queue_still_arrive),
        TEST(closed_pages_make_room_for_others),
        TEST(pages_get_the_end_of_the_run),
        TEST(page_can_add_remove_write_and_complete),
        TEST(wrong_ids_are_refused),
        TEST(a_body_is_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
