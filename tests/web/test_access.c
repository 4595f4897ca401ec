// SPDX-License-Identifier: MIT
/* Who may use the server. */
#define _GNU_SOURCE /* sockaddr_in */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "http_client.h"

static struct web *web;
static unsigned calls;

static bool add(void *user, const char *text, char *message)
{
    (void)user, (void)text, (void)message;
    calls++;
    return true;
}

static bool by_id(void *user, uint32_t id, char *message)
{
    (void)id;
    return add(user, "", message);
}

static bool write_value(void *user, uint32_t id, const char *value, char *message)
{
    (void)id;
    return add(user, value, message);
}

static void complete(void *user, const char *text, struct web_names *names)
{
    (void)user, (void)text, (void)names;
    calls++;
}

static struct web *open_web(bool may_write)
{
    struct web *opened;
    struct web_options options = {
        .may_write = may_write,
        .calls = {.add = add, .remove = by_id, .write = write_value, .complete = complete}};
    assert_int_equal(web_open(&opened, &options), 0);
    return opened;
}

/* All that can be asked for, with `TOKEN` in the place of the token. */
static const char *const requests[][2] = {
    {"GET", "/?TOKEN"},
    {"GET", "/app.js?TOKEN"},
    {"GET", "/events?TOKEN"},
    {"GET", "/complete?TOKEN&text=a"},
    {"GET", "/nothing?TOKEN"},
    {"POST", "/add?TOKEN&name=a"},
    {"POST", "/remove?TOKEN&id=0"},
    {"POST", "/write?TOKEN&id=0&value=1"},
    {"OPTIONS", "/write?TOKEN&id=0&value=1"},
};
#define REQUESTS (sizeof(requests) / sizeof(*requests))

/* Every request, with another token if it is not NULL, is refused and does nothing. */
static void expect_all_refused(const char *token, const char *headers)
{
    for (size_t i = 0; i < REQUESTS; i++) {
        char path[200], *body;
        snprintf(path, sizeof(path), "%s", requests[i][1]);
        char *mark = strstr(path, "TOKEN");
        if (token != NULL)
            snprintf(mark, sizeof(path) - (size_t)(mark - path), "%s%s", token,
                     strstr(requests[i][1], "TOKEN") + strlen("TOKEN"));
        int status = http_ask(web, requests[i][0], path, headers, &body);
        if (status != 403 || strstr(body, http_token(web)) != NULL)
            fail_msg("%s %s with %s: %s", requests[i][0], path, headers, body);
        free(body);
    }
    assert_int_equal(calls, 0);
}

static void requests_without_the_token_are_refused(void **state)
{
    char token[80];
    (void)state;
    expect_all_refused("", "HOST");
    expect_all_refused("token=", "HOST");
    expect_all_refused("token", "HOST");
    expect_all_refused("token=0123456789abcdef0123456789abcdef", "HOST");
    snprintf(token, sizeof(token), "token=%.31s", http_token(web));
    expect_all_refused(token, "HOST");
    snprintf(token, sizeof(token), "token=%s0", http_token(web));
    expect_all_refused(token, "HOST");
}

static void requests_for_another_host_are_refused(void **state)
{
    /* A page may give its own name the address 127.0.0.1 after it was loaded. */
    static const char *const hosts[] = {"attacker.example",  "attacker.example:%u",
                                        "127.0.0.1",         "127.0.0.1:1",
                                        "127.0.0.1:%u.a.b",  "127.0.0.1.a.example:%u",
                                        "localhost.a.b:%u",  "[::1]:%u",
                                        "user@127.0.0.1:%u", ""};
    (void)state;
    for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
        char host[80] = "", headers[100];
        const char *mark = strstr(hosts[i], "%u");
        if (mark == NULL)
            snprintf(host, sizeof(host), "%s", hosts[i]);
        else
            snprintf(host, sizeof(host), "%.*s%u%s", (int)(mark - hosts[i]), hosts[i],
                     http_port(web), mark + 2);
        snprintf(headers, sizeof(headers), "Host: %s\r\n", host);
        expect_all_refused(NULL, headers);
    }
}

static void requests_from_another_origin_are_refused(void **state)
{
    char headers[100];
    (void)state;
    expect_all_refused(NULL, "HOSTOrigin: http://attacker.example\r\n");
    expect_all_refused(NULL, "HOSTOrigin: null\r\n");
    expect_all_refused(NULL, "HOSTOrigin: http://127.0.0.1\r\n");
    expect_all_refused(NULL, "HOSTOrigin: \r\n");
    snprintf(headers, sizeof(headers), "HOSTOrigin: https://127.0.0.1:%u\r\n", http_port(web));
    expect_all_refused(NULL, headers);
    snprintf(headers, sizeof(headers), "HOSTOrigin: http://localhost:%u\r\n", http_port(web));
    expect_all_refused(NULL, headers);
}

static void own_page_is_answered(void **state)
{
    char headers[100];
    (void)state;
    assert_int_equal(http_ask(web, "GET", "/?TOKEN", "HOST", NULL), 200);
    snprintf(headers, sizeof(headers), "HOSTOrigin: http://127.0.0.1:%u\r\n", http_port(web));
    assert_int_equal(http_ask(web, "POST", "/add?TOKEN&name=a", headers, NULL), 200);
    snprintf(headers, sizeof(headers), "Host: localhost:%u\r\n", http_port(web));
    assert_int_equal(http_ask(web, "GET", "/?TOKEN", headers, NULL), 200);
    assert_int_equal(calls, 1);
}

static void writing_needs_its_option(void **state)
{
    char *body;
    (void)state;
    assert_int_equal(http_ask(web, "POST", "/write?TOKEN&id=0&value=1", "HOST", &body), 403);
    assert_non_null(strstr(body, "\r\n\r\n{\"error\": \"ocd watch was started without "
                                 "--web-write\"}\n"));
    assert_int_equal(calls, 0);
    free(body);

    struct web *writable = open_web(true);
    assert_int_equal(http_ask(writable, "POST", "/write?TOKEN&id=0&value=1", "HOST", NULL), 200);
    assert_int_equal(calls, 1);
    web_close(writable);
}

static void get_requests_have_no_effect(void **state)
{
    static const char *const paths[] = {"/add?TOKEN&name=a", "/remove?TOKEN&id=0",
                                        "/write?TOKEN&id=0&value=1"};
    struct web *writable = open_web(true);
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(http_ask(writable, "GET", paths[i], "HOST", NULL), 404);
        assert_int_equal(http_ask(writable, "PUT", paths[i], "HOST", NULL), 405);
    }
    assert_int_equal(calls, 0);
    web_close(writable);
}

static void only_the_loopback_address_answers(void **state)
{
    /* The whole of 127.0.0.0/8 leads to this host, as its other addresses do. */
    struct sockaddr_in addr = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)http_port(web)),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&addr, sizeof(addr)), -1);
    assert_int_equal(errno, ECONNREFUSED);
    close(fd);
}

static void each_server_has_its_own_token(void **state)
{
    struct web *other = open_web(false);
    (void)state;
    assert_int_equal(strlen(http_token(web)), 32);
    assert_int_equal(strspn(http_token(web), "0123456789abcdef"), 32);
    assert_string_not_equal(http_token(web), http_token(other));
    web_close(other);
}

static void port_that_is_taken_is_reported(void **state)
{
    struct web *other;
    struct web_options options = {.port = (uint16_t)http_port(web)};
    (void)state;
    assert_int_equal(web_open(&other, &options), EADDRINUSE);
    assert_null(other);
}

static int set_up(void **state)
{
    (void)state;
    calls = 0;
    web = open_web(false);
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
        TEST(requests_without_the_token_are_refused),
        TEST(requests_for_another_host_are_refused),
        TEST(requests_from_another_origin_are_refused),
        TEST(own_page_is_answered),
        TEST(writing_needs_its_option),
        TEST(get_requests_have_no_effect),
        TEST(only_the_loopback_address_answers),
        TEST(each_server_has_its_own_token),
        TEST(port_that_is_taken_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
