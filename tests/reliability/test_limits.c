// SPDX-License-Identifier: MIT
/* The limits that ocd.h states in its introduction. */
#include "support.h"

#include "alloc.h"

/* As ocd.h has them. */
#define REPLY_MAX     (64u << 20)
#define OWN_REPLY_MAX (16u << 20)
#define LINE_MAX      ((4u << 20) - 4096)
#define IN_FLIGHT_MAX 256u

/* More than the script and the number that libocd puts around a command. */
#define WRAPPER_ROOM 512

/* ---- replies */

/* A server on which the command `long N` has a result of N bytes; read_memory has too much to say
 * when `flood` is set. */
static struct fake *verbose_server(void)
{
    return server(&(struct fake_options){
        .script = "proc long {n} {\n"
                  "  set many [string repeat x 65536]\n"
                  "  return [string repeat $many [expr {$n / 65536}]]"
                  "[string repeat x [expr {$n % 65536}]]\n"
                  "}\n"
                  "set flood 0\n"
                  "proc read_memory {args} {\n"
                  "  if {$::flood == 0} {return [fake.cpu read_memory {*}$args]}\n"
                  "  string repeat {0x0 } [expr {$::flood / 4}]\n"
                  "}\n"});
}

static int ask_for(struct ocd_session *s, size_t size, char **text)
{
    char script[64];

    snprintf(script, sizeof(script), "long %zu", size);
    return ocd_command(s, script, text);
}

static void a_commands_reply_may_have_64_mib(void **state)
{
    struct fake *f = verbose_server();
    struct ocd_session *s = join(f, &(struct ocd_options){.timeout_ms = 60000});
    char *text;

    (void)state;
    ends_with(s, OCD_OK, ask_for(s, REPLY_MAX, &text));
    assert_int_equal(strlen(text), REPLY_MAX);
    ocd_free(text);
    /* What that needed is released again. */
    assert_in_range(alloc_bytes(), 0, 1u << 20);
    assert_works(f, s);
    ends_with(s, OCD_ERR_PROTOCOL, ask_for(s, REPLY_MAX + 1, &text));
    assert_null(text);
    assert_int_equal(ocd_loop_dispatch(s), OCD_ERR_CLOSED);
    ocd_close(s);
    fake_stop(f);
}

static void a_reply_to_what_libocd_asks_may_have_16_mib(void **state)
{
    static const struct {
        const char *flood;
        bool closed;
    } cases[] = {{"set flood [expr {(16 << 20) - 64}]", false},
                 {"set flood [expr {(16 << 20) + 64}]", true}};
    uint32_t word;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fake *f = verbose_server();
        struct ocd_session *s = join(f, NULL);
        ends_with(s, OCD_OK, ocd_command(s, cases[i].flood, NULL));
        ends_with(s, OCD_OK, ocd_command(s, "expr 1", NULL));
        alloc_begin_peak();
        ends_with(s, OCD_ERR_PROTOCOL, ocd_read_u32(s, FLASH, &word, 1));
        assert_int_equal(ocd_loop_dispatch(s), cases[i].closed ? OCD_ERR_CLOSED : OCD_OK);
        print_message("%s: %zu bytes\n", cases[i].flood, alloc_peak());
        assert_in_range(alloc_peak(), 0, 2 * OWN_REPLY_MAX + (2u << 20));
        ocd_close(s);
        fake_stop(f);
    }
}

/* ---- requests */

struct sent {
    size_t lines, bytes;
};

static void trace(char direction, const char *text, size_t size, void *user)
{
    struct sent *sent = user;

    (void)text;
    if (direction == '>') {
        sent->lines++;
        sent->bytes += size;
    }
}

/* `expr 1` and blanks. */
static char *script_of(size_t size)
{
    char *script = malloc(size + 1);

    assert_non_null(script);
    memset(script, ' ', size);
    memcpy(script, "expr 1", 6);
    script[size] = '\0';
    return script;
}

static void a_command_may_have_4_mib_less_4_kib_in_its_wrapper(void **state)
{
    struct fake *f = server(NULL);
    struct sent sent = {0};
    struct ocd_session *s = join(f, &(struct ocd_options){.trace = trace, .trace_user = &sent});
    char *result;

    (void)state;
    char *script = script_of(LINE_MAX - WRAPPER_ROOM);
    ends_with(s, OCD_OK, ocd_command(s, script, &result));
    assert_string_equal(result, "1");
    ocd_free(result);
    free(script);

    sent = (struct sent){0};
    script = script_of(LINE_MAX);
    ends_with(s, OCD_ERR_ARG, ocd_command(s, script, &result));
    free(script);
    /* What has to be quoted counts as it is sent. */
    script = script_of(LINE_MAX / 2);
    memset(script + 6, '{', LINE_MAX / 2 - 6);
    ends_with(s, OCD_ERR_ARG, ocd_command(s, script, &result));
    free(script);
    assert_int_equal(sent.lines, 0);
    assert_works(f, s);
    ocd_close(s);
    fake_stop(f);
}

static void at_most_256_requests_are_without_an_answer(void **state)
{
    enum {
        COMMANDS = 700
    };
    static struct ocd_op *ops[COMMANDS];
    static uint8_t data[65536];
    struct fake *f = server(NULL);
    struct sent sent = {0};
    struct ocd_session *s =
        join(f, &(struct ocd_options){.trace = trace, .trace_user = &sent, .timeout_ms = 60000});

    (void)state;
    fake_freeze(f);
    sent.lines = 0;
    for (int i = 0; i < COMMANDS; i++) {
        /* A read among them has many requests of its own. */
        ops[i] = i == COMMANDS / 2 ? ocd_read_bytes_async(s, FLASH, data, sizeof(data), NULL)
                                   : ocd_command_async(s, "expr 1", NULL, NULL);
    }
    for (int i = 0; i < 10; i++)
        assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
    assert_in_range(sent.lines, IN_FLIGHT_MAX / 2, IN_FLIGHT_MAX);
    /* Nothing can be done until there is an answer: there must be no busy loop meanwhile. */
    assert_int_not_equal(ocd_loop_timeout(s), 0);
    fake_thaw(f);
    for (int i = 0; i < COMMANDS; i++)
        ends_with(s, OCD_OK, ocd_wait(ops[i]));
    assert_is_memory(f, FLASH, data, sizeof(data));
    ocd_close(s);
    fake_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_commands_reply_may_have_64_mib),
        cmocka_unit_test(a_reply_to_what_libocd_asks_may_have_16_mib),
        cmocka_unit_test(a_command_may_have_4_mib_less_4_kib_in_its_wrapper),
        cmocka_unit_test(at_most_256_requests_are_without_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
