// SPDX-License-Identifier: MIT
/* Targets of a real OpenOCD with names that no quoting must stumble over: what is meant is done,
 * and nothing else. */
#include "rig.h"

#include "hostile.h"

#define RAM_SIZE (64u << 10)
#define SIZE     8192u /* enough for raw requests */

static struct rig *rig;
static struct ocd_session *session;
static uint8_t *memory;
static bool all;

/* As octal escapes: nothing of what is tested here is used to set the test up. */
static void append_escaped(char *to, const char *text)
{
    to += strlen(to);
    *to++ = '"';
    for (; *text != '\0'; text++)
        to += sprintf(to, "\\%03o", (unsigned)(unsigned char)*text);
    strcpy(to, "\"");
}

static char *commands(bool only_everywhere)
{
    char *text = calloc(1, 65536);

    assert_non_null(text);
    strcpy(text, "set pwned 0; proc pwn args {incr ::pwned; return pwn}; ");
    for (size_t i = 0; i < HOSTILES; i++) {
        if (only_everywhere && !hostile[i].everywhere)
            continue;
        strcat(text, "target create ");
        append_escaped(text, hostile[i].text);
        strcat(text, " mem_ap -dap stm32f1x.dap -ap-num 0; ");
    }
    strcat(text, "targets " RIG_CPU);
    return text;
}

static struct ocd_session *start_openocd(bool only_everywhere)
{
    char *text = commands(only_everywhere);
    struct rig_args args;
    struct ocd_session *s;

    rig_args(&args, rig->sim, &(struct rig_options){.commands = text});
    if (ocd_start(&s, &(struct ocd_options){.args = args.args, .timeout_ms = RIG_TIMEOUT_MS}) !=
        OCD_OK) {
        if (only_everywhere)
            print_error("%s\n", ocd_last_error(s)->message);
        ocd_close(s);
        s = NULL;
    }
    free(text);
    return s;
}

static int start(void **state)
{
    (void)state;
    rig = rig_start(&(struct rig_options){.sim.ram_size = RAM_SIZE});
    memory = rig_fill(rig, RIG_RAM, RAM_SIZE, 7);
    session = start_openocd(false);
    all = session != NULL;
    if (!all) {
        print_message("this OpenOCD's own scripts do not take all names\n");
        session = start_openocd(true);
    }
    return session != NULL ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    ocd_close(session);
    rig_stop(rig);
    free(memory);
    return 0;
}

static void assert_nothing_was_run(void)
{
    char *count;

    rig_ok(session, ocd_command(session, "set ::pwned", &count));
    assert_string_equal(count, "0");
    ocd_free(count);
}

/* Every command that names a target. */
static void use(const struct ocd_call *call)
{
    static uint8_t data[SIZE], values[SIZE];
    static unsigned turn;
    struct ocd_session *s = session;
    uint32_t word, at = RIG_RAM + 4 * (turn % 1000);
    uint64_t *matches, many;
    size_t count;
    char *text;
    struct ocd_item item = {.addr = RIG_RAM + 8, .count = 1, .width = 64, .values = &many};

    rig_ok(s, ocd_wait(ocd_read_u32_async(s, at, &word, 1, call)));
    swap_little(&word, sizeof(word), 1);
    assert_memory_equal(&word, memory + (at - RIG_RAM), 4);
    rig_ok(s, ocd_wait(ocd_read_bytes_async(s, RIG_RAM, data, SIZE, call)));
    assert_memory_equal(data, memory, SIZE);
    rig_ok(s, ocd_wait(ocd_read_many_async(s, &item, 1, 0, call)));
    swap_little(&many, sizeof(many), 1);
    assert_memory_equal(&many, memory + 8, 8);
    rig_ok(s, ocd_wait(ocd_search_async(s, memory + 1000, 16, RIG_RAM, RIG_RAM + SIZE, &matches,
                                        &count, call)));
    assert_int_equal(count, 1);
    assert_true(matches[0] == RIG_RAM + 1000);
    ocd_free(matches);
    rig_ok(s, ocd_wait(ocd_hexdump_async(s, RIG_RAM, 16, &text, call)));
    ocd_free(text);

    rig_pattern(values, SIZE, ++turn + 100);
    memcpy(memory, values, SIZE);
    rig_ok(s, ocd_wait(ocd_write_bytes_async(s, RIG_RAM, values, SIZE, call)));
    rig_assert_memory(rig, RIG_RAM, memory, SIZE);
    word = turn;
    memcpy(memory + 12, &word, 4);
    swap_little(memory + 12, 4, 1);
    rig_ok(s, ocd_wait(ocd_write_u32_async(s, RIG_RAM + 12, &word, 1, call)));
    memset(memory + 20, 0x5a, 100);
    rig_ok(s, ocd_wait(ocd_fill_async(s, RIG_RAM + 20, 100, "\x5a", 1, call)));
    rig_assert_memory(rig, RIG_RAM, memory, SIZE);
}

static void targets_of_any_name_are_addressed(void **state)
{
    (void)state;
    for (size_t i = 0; i < HOSTILES; i++)
        if (all || hostile[i].everywhere)
            use(&(struct ocd_call){.target = hostile[i].text});
    assert_nothing_was_run();
}

static void targets_of_any_name_are_listed_and_selected(void **state)
{
    struct ocd_target *targets;
    size_t count, at = 1;

    (void)state;
    rig_ok(session, ocd_targets(session, &targets, &count));
    for (size_t i = 0; i < HOSTILES; i++) {
        const char *name = hostile[i].text;
        if (!all && !hostile[i].everywhere)
            continue;
        assert_true(at < count);
        assert_string_equal(targets[at++].name, name);
        rig_ok(session, ocd_select(session, name));
        use(NULL);
    }
    assert_int_equal(at, count);
    ocd_free(targets);
    rig_ok(session, ocd_select(session, RIG_CPU));
    assert_nothing_was_run();
}

static void sessions_with_targets_of_any_name(void **state)
{
    struct ocd_session *before = session;

    (void)state;
    for (size_t i = 0; i < HOSTILES; i++) {
        if (!all && !hostile[i].everywhere)
            continue;
        const struct ocd_options options = {.host = "127.0.0.1",
                                            .port = ocd_port(before),
                                            .target = hostile[i].text,
                                            .timeout_ms = RIG_TIMEOUT_MS};
        rig_ok(session, ocd_connect(&session, &options));
        use(NULL);
        ocd_close(session);
    }
    session = before;
    assert_nothing_was_run();
}

/* The empty name is a name, and does not mean the current target. */
static void the_empty_name_is_not_the_current_target(void **state)
{
    struct rig_args args;
    struct ocd_session *s;
    uint8_t data[SIZE];
    const struct ocd_call call = {.target = ""};

    (void)state;
    if (!all)
        skip();
    rig_args(&args, rig->sim,
             &(struct rig_options){.commands = "target create {} mem_ap -dap stm32f1x.dap -ap-num "
                                               "1 -endian big; targets " RIG_CPU});
    rig_ok(s,
           ocd_start(&s, &(struct ocd_options){.args = args.args, .timeout_ms = RIG_TIMEOUT_MS}));
    rig_ok(s, ocd_read_bytes(s, RIG_RAM, data, SIZE));
    rig_fails(s, OCD_ERR_NOT_EXAMINED,
              ocd_wait(ocd_read_bytes_async(s, RIG_RAM, data, SIZE, &call)));
    rig_fails(s, OCD_ERR_NOT_EXAMINED,
              ocd_wait(ocd_write_bytes_async(s, RIG_RAM, data, SIZE, &call)));
    ocd_close(s);
}

#define refused(call) rig_fails(rig->session, OCD_ERR_NO_TARGET, (call))

/* On an OpenOCD that has none of them. */
static void unknown_names_are_refused_and_not_run(void **state)
{
    struct ocd_session *s = rig->session;
    uint8_t data[SIZE];
    uint32_t word = 0;
    char *count;

    (void)state;
    rig_ok(s,
           ocd_command(s, "set pwned 0; proc pwn args {incr ::pwned; return " RIG_CPU "}", NULL));
    for (size_t i = 0; i < HOSTILES; i++) {
        const struct ocd_call call = {.target = hostile[i].text};
        struct ocd_session *other;
        refused(ocd_wait(ocd_read_u32_async(s, RIG_RAM, &word, 1, &call)));
        refused(ocd_wait(ocd_read_bytes_async(s, RIG_RAM, data, SIZE, &call)));
        refused(ocd_wait(ocd_write_u32_async(s, RIG_RAM, &word, 1, &call)));
        refused(ocd_wait(ocd_fill_async(s, RIG_RAM, SIZE, "", 1, &call)));
        refused(ocd_wait(ocd_halt_async(s, &call)));
        refused(ocd_select(s, hostile[i].text));
        const struct ocd_options options = {.host = "127.0.0.1",
                                            .port = rig->port,
                                            .target = hostile[i].text,
                                            .timeout_ms = RIG_TIMEOUT_MS};
        int rc = ocd_connect(&other, &options);
        rig_check(other, rc, OCD_ERR_NO_TARGET, "ocd_connect", __FILE__, __LINE__);
        ocd_close(other);
    }
    rig_ok(s, ocd_command(s, "set ::pwned", &count));
    assert_string_equal(count, "0");
    ocd_free(count);
    rig_assert_memory(rig, RIG_RAM, memory, RAM_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_of_any_name_are_addressed),
        cmocka_unit_test(targets_of_any_name_are_listed_and_selected),
        cmocka_unit_test(sessions_with_targets_of_any_name),
        cmocka_unit_test(the_empty_name_is_not_the_current_target),
        cmocka_unit_test(unknown_names_are_refused_and_not_run),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
