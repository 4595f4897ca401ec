// SPDX-License-Identifier: MIT
/* The fake server answers as the real OpenOCD does ($OCD_OPENOCD, else the one in PATH): texts,
 * codes, and what `capture` and `catch` make of them. */
#include "fake_server.h"
#include "ocd.h"
#include "raw_client.h"
#include "spawn/process.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const commands[] = {
    "expr 1+1",
    "error x",
    "error {}",
    "nosuch",
    "nosuch cget -endian",
    "echo hi",
    "capture {echo hi}",
    "capture {expr 7}",
    "return 5",
    "list a {b c} {} \"d\\{\" \\x1",
    "string repeat {a b} 3",
    "catch {error x} y; set y",
    "set x [list {} a]; llength $x",
    "if {[catch {nosuch}]} {list no} else {list yes}",
    "foreach {a b} {1 2 3 4} {lappend all $b$a}; set all",
    "string map {a b} banana",
    "apply {{x} {expr {$x * 2}}} 21",
    "target names",
    "target current",
    "fake.cpu cget -endian",
    "fake.cpu curstate",
    "info commands read_memory",
    "read_memory 0 7 1",
    "read_memory 0 32 65537",
    "read_memory 0xfffffffffffffff0 32 8",
    "read_memory 0xfffffffffffffff0 8 17",
    "write_memory 0 7 1",
    "write_memory 0xfffffffffffffff0 32 {1 2 3 4 5}",
    "write_memory 0 8 [lrepeat 65537 0]",
};

static struct ocd_process *start_openocd(void)
{
    struct ocd_process *p;
    struct ocd_buffer message = {0};
    int code = ocd__process_start(
        &p, NULL,
        "-c 'adapter driver dummy; transport select jtag; jtag newtap fake tap -irlen 4; "
        "target create fake.cpu testee -chain-position fake.tap'",
        NULL, &message);
    if (code != 0)
        fail_msg("%s", message.size > 0 ? message.data : "out of memory");
    ocd__buffer_free(&message);
    while (ocd__process_poll(p) == OCD_PROCESS_STARTING) {
        struct pollfd wait = {.fd = ocd__process_fd(p), .events = POLLIN};
        poll(&wait, 1, 10000);
    }
    if (ocd__process_poll(p) != OCD_PROCESS_READY)
        fail_msg("%s", ocd__process_log(p));
    return p;
}

static void answers_are_the_same(void **state)
{
    (void)state;
    struct ocd_process *p = start_openocd();
    int real = raw_join(ocd__process_port(p));
    struct fake_options options = {.state = "unknown"};
    options.head = strstr(raw_ask(real, "version"), "0.12.0") == NULL ||
                   strstr(raw_ask(real, "version"), "dev") != NULL;
    struct fake *f = fake_start(&options);
    assert_non_null(f);
    int fake = raw_join(fake_port(f));
    int different = 0;
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        char *wanted = strdup(raw_ask_wrapped(real, commands[i]));
        const char *answer = raw_ask_wrapped(fake, commands[i]);
        if (strcmp(wanted, answer) != 0) {
            different++;
            print_error("%s\n  OpenOCD: %s\n  fake:    %s\n", commands[i], wanted, answer);
        }
        free(wanted);
    }
    assert_int_equal(different, 0);
    close(real);
    close(fake);
    fake_stop(f);
    ocd__process_end(&p);
}

int main(void)
{
    if (!getenv("OCD_OPENOCD") && system("command -v openocd >/dev/null") != 0) {
        puts("no OpenOCD here");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
