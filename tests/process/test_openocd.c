// SPDX-License-Identifier: MIT
/* The child process with the real OpenOCD ($OCD_OPENOCD, else the one in PATH) and its dummy
 * adapter, which needs no hardware. */
#include "base/clock.h"
#include "ocd.h"
#include "wait.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define DUMMY "-c 'adapter driver dummy; transport select jtag; jtag newtap a b -irlen 4; noinit' "

static struct ocd_process *start(const char *config)
{
    struct ocd_process *p;
    struct ocd_buffer message = {0};
    int code = ocd__process_start(&p, NULL, config, NULL, &message);
    if (code != 0)
        fail_msg("%s", message.size > 0 ? message.data : "out of memory");
    ocd__buffer_free(&message);
    return p;
}

static void ask(uint16_t port, const char *command, char *answer, size_t size)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(port)};
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
    assert_int_equal(send(fd, command, strlen(command), 0), strlen(command));
    size_t have = 0;
    while (have < size && (have == 0 || answer[have - 1] != '\x1a')) {
        ssize_t n = recv(fd, answer + have, size - have, 0);
        assert_true(n > 0);
        have += (size_t)n;
    }
    answer[have - 1] = '\0';
    close(fd);
}

static void assert_answers(struct ocd_process *p)
{
    char answer[256];
    ask(ocd__process_port(p), "version\x1a", answer, sizeof(answer));
    assert_non_null(strstr(answer, "Open On-Chip Debugger"));
}

static void the_port_answers_and_the_end_is_quick(void **state)
{
    (void)state;
    long took = AT_ONCE_MS;
    for (int i = 0; i < TRIES && took >= AT_ONCE_MS; i++) {
        struct ocd_process *p = start(DUMMY);
        await_state(p, OCD_PROCESS_READY);
        assert_answers(p);
        assert_null(strstr(ocd__process_log(p), "DEPRECATED"));
        await_log(p, "telnet server disabled");
        took = end_it(&p);
    }
    assert_in_range(took, 0, AT_ONCE_MS - 1);
}

static void the_callers_own_settings_win(void **state)
{
    (void)state;
    struct ocd_process *p = start(DUMMY "-c 'telnet_port 0'");
    await_state(p, OCD_PROCESS_READY);
    await_log(p, "for telnet connections");
    assert_answers(p);
    ocd__process_end(&p);
}

static void the_port_is_found_when_the_log_does_not_have_it(void **state)
{
    (void)state;
    char file[] = "/tmp/ocd-test-log-XXXXXX";
    close(mkstemp(file));
    char config[512];
    snprintf(config, sizeof(config), DUMMY "-c 'log_output %s'", file);
    const char *const configs[] = {config, "-d0 " DUMMY, DUMMY "-c 'debug_level 1'"};
    for (size_t i = 0; i < 3; i++) {
        struct ocd_process *p = start(configs[i]);
        await_state(p, OCD_PROCESS_READY);
        assert_null(strstr(ocd__process_log(p), "Listening"));
        assert_answers(p);
        ocd__process_end(&p);
    }
    unlink(file);
}

static void an_invalid_configuration_is_reported_in_openocds_words(void **state)
{
    (void)state;
    int exit_status;
    struct ocd_process *p = start("-f no/such/file.cfg");
    await_state(p, OCD_PROCESS_ENDED);
    ocd__process_reason(p, &exit_status, NULL);
    assert_int_equal(exit_status, 1);
    assert_non_null(strstr(ocd__process_log(p), "Can't find no/such/file.cfg"));
    ocd__process_end(&p);
}

/* It listens before `init`, which is where a missing probe is noticed. */
static void a_failure_of_init_is_reported(void **state)
{
    (void)state;
    struct ocd_process *p = start("-c 'adapter driver remote_bitbang; remote_bitbang host "
                                  "127.0.0.1; remote_bitbang port 1; transport select jtag'");
    await_state(p, OCD_PROCESS_ENDED);
    assert_non_null(strstr(ocd__process_log(p), "Error: "));
    ocd__process_end(&p);
}

static void shutdown_is_an_end_with_status_0(void **state)
{
    (void)state;
    struct ocd_process *p = start(DUMMY "-c shutdown");
    await_state(p, OCD_PROCESS_ENDED);
    assert_string_equal(ocd__process_reason(p, NULL, NULL), "exited with status 0");
    ocd__process_end(&p);
}

static void megabytes_of_replies_do_not_block_it(void **state)
{
    (void)state;
    static char answer[4000002];
    struct ocd_process *p = start(DUMMY);
    await_state(p, OCD_PROCESS_READY);
    for (int i = 0; i < 4; i++) {
        ask(ocd__process_port(p), "string repeat x 4000000\x1a", answer, sizeof(answer));
        assert_int_equal(strlen(answer), 4000000);
    }
    assert_answers(p);
    ocd__process_end(&p);
}

int main(void)
{
    const char *program = getenv("OCD_OPENOCD");
    if (!program && system("command -v openocd >/dev/null") != 0) {
        puts("no OpenOCD here");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_port_answers_and_the_end_is_quick),
        cmocka_unit_test(the_callers_own_settings_win),
        cmocka_unit_test(the_port_is_found_when_the_log_does_not_have_it),
        cmocka_unit_test(an_invalid_configuration_is_reported_in_openocds_words),
        cmocka_unit_test(a_failure_of_init_is_reported),
        cmocka_unit_test(shutdown_is_an_end_with_status_0),
        cmocka_unit_test(megabytes_of_replies_do_not_block_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
