// SPDX-License-Identifier: MIT
/* What is handed to the server arrives as it was given, as one command, byte for byte. */
#include "../reliability/support.h"

#include "hostile.h"

/* The server counts what is run, and answers what it does not know with the words that it got. */
#define SCRIPT                                                                                     \
    "set pwned 0; proc pwn args {incr ::pwned; return pwn}; proc echo_words args {return $args}"

static struct fake *fake;
static struct ocd_session *session;

static int start(void **state)
{
    (void)state;
    fake = server(&(struct fake_options){.script = SCRIPT});
    session = join(fake, NULL);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    ocd_close(session);
    fake_stop(fake);
    return 0;
}

static void assert_nothing_was_run(void)
{
    char *count;

    ends_with(session, OCD_OK, ocd_command(session, "set ::pwned", &count));
    assert_string_equal(count, "0");
    ocd_free(count);
}

/* The script arrives whole as the one request that it is, whatever it does there. */
static void assert_arrives(const char *script)
{
    unsigned before = fake_requests(fake);
    int rc = ocd_command(session, script, NULL);

    if (rc != OCD_OK && rc != OCD_ERR_COMMAND)
        fail_msg("%s: %s", ocd_err_name(rc), ocd_last_error(session)->text);
    assert_int_equal(fake_requests(fake), before + 1);
    if (strcmp(fake_request(fake, before), script) != 0)
        fail_msg("\"%s\" arrived as \"%s\"", script, fake_request(fake, before));
}

static void scripts_arrive_as_they_are(void **state)
{
    char script[64];

    (void)state;
    for (int byte = 1; byte < 256; byte++) {
        snprintf(script, sizeof(script), "%c", byte);
        assert_arrives(script);
        snprintf(script, sizeof(script), "a%cb", byte);
        assert_arrives(script);
        snprintf(script, sizeof(script), "{%c", byte);
        assert_arrives(script);
        snprintf(script, sizeof(script), "\\%c", byte);
        assert_arrives(script);
        snprintf(script, sizeof(script), "%c}\"\\", byte);
        assert_arrives(script);
    }
    for (size_t i = 0; i < HOSTILES; i++)
        assert_arrives(hostile[i].text);
    ends_with(session, OCD_OK, ocd_command(session, "set ::pwned 0", NULL)); /* scripts may */
}

/* Random ones of the bytes that matter. */
static void scripts_of_special_bytes_arrive_as_they_are(void **state)
{
    static const char special[] = "{}[]\"\\$;# \n\t\r\x1a*x\x01\xff";
    uint64_t seed = 1;
    char script[24];

    (void)state;
    for (int i = 0; i < 3000; i++) {
        size_t size = 0;
        do {
            seed = seed * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
            script[size++] = special[(seed >> 33) % (sizeof(special) - 1)];
        } while (size < sizeof(script) - 1 && (seed >> 40) % 16 != 0);
        script[size] = '\0';
        assert_arrives(script);
    }
    assert_nothing_was_run();
}

/* A text that the server makes of octal escapes. */
static void assert_comes_back(const char *text)
{
    char script[256] = "format %s \"", *result;

    for (size_t i = 0; text[i] != '\0'; i++)
        sprintf(script + strlen(script), "\\%03o", (unsigned)(unsigned char)text[i]);
    strcat(script, "\"");
    ends_with(session, OCD_OK, ocd_command(session, script, &result));
    assert_string_equal(result, text);
    ocd_free(result);
}

/* 0x1a, which ends a frame, and what looks like our own escapes included. */
static void results_come_back_as_they_are(void **state)
{
    char text[16];

    (void)state;
    for (int byte = 1; byte < 256; byte++) {
        snprintf(text, sizeof(text), "a%cb%%1A", byte);
        assert_comes_back(text);
    }
    for (size_t i = 0; i < HOSTILES; i++)
        assert_comes_back(hostile[i].text);
}

/* A name of no target: whatever the call, the server gets that name as a word and not as a command.
 */
static void names_are_never_run(void **state)
{
    static uint8_t data[8192];
    uint32_t word = 0;

    (void)state;
    for (int byte = 1; byte < 256 + (int)HOSTILES; byte++) {
        char name[32];
        if (byte < 256)
            snprintf(name, sizeof(name), "x%cpwn%c", byte, byte);
        const struct ocd_call call = {.target = byte < 256 ? name : hostile[byte - 256].text};
        ends_with(session, OCD_ERR_NO_TARGET,
                  ocd_wait(ocd_read_u32_async(session, RAM, &word, 1, &call)));
        ends_with(session, OCD_ERR_NO_TARGET,
                  ocd_wait(ocd_read_bytes_async(session, RAM, data, sizeof(data), &call)));
        ends_with(session, OCD_ERR_NO_TARGET,
                  ocd_wait(ocd_fill_async(session, RAM, 8192, "x", 1, &call)));
        ends_with(session, OCD_ERR_NO_TARGET, ocd_wait(ocd_halt_async(session, &call)));
        ends_with(session, OCD_ERR_NO_TARGET, ocd_select(session, call.target));
    }
    assert_nothing_was_run();
    assert_pattern(fake, RAM, 8192);
    assert_works(fake, session);
}

/* The names of local files are not sent to the server. */
static void names_of_files_are_not_sent(void **state)
{
    char directory[] = "/tmp/ocd-test-XXXXXX", path[64], command[64];

    (void)state;
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof(path), "%s/[pwn];$pwned}{\n\x1a", directory);
    for (int text = 0; text < 2; text++) {
        const struct ocd_call call = {.space = text ? OCD_SPACE_PHYSICAL : OCD_SPACE_SESSION};
        ends_with(session, OCD_OK, ocd_wait(ocd_dump_async(session, FLASH, 65536, path, &call)));
    }
    assert_int_equal(fake_requests_with(fake, directory), 0);
    assert_nothing_was_run();
    snprintf(command, sizeof(command), "rm -r %s", directory);
    assert_int_equal(system(command), 0);
}

/* A script that cannot be one line of the protocol is refused, and nothing of it is sent. */
static void a_script_longer_than_a_line_is_refused(void **state)
{
    size_t size = 4u << 20;
    char *script = malloc(size);
    unsigned before = fake_requests(fake);

    (void)state;
    assert_non_null(script);
    memset(script, 'x', size - 1);
    script[size - 1] = '\0';
    ends_with(session, OCD_ERR_ARG, ocd_command(session, script, NULL));
    memset(script, '\\', size / 2 + 1); /* each becomes two bytes when quoted */
    script[size / 2 + 1] = '\0';
    ends_with(session, OCD_ERR_ARG, ocd_command(session, script, NULL));
    assert_int_equal(fake_requests(fake), before);
    assert_works(fake, session);
    free(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scripts_arrive_as_they_are),
        cmocka_unit_test(scripts_of_special_bytes_arrive_as_they_are),
        cmocka_unit_test(results_come_back_as_they_are),
        cmocka_unit_test(names_are_never_run),
        cmocka_unit_test(names_of_files_are_not_sent),
        cmocka_unit_test(a_script_longer_than_a_line_is_refused),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
