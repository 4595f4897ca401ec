// SPDX-License-Identifier: MIT
/* A session does not disturb the other clients of its OpenOCD. */
#include "aux.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* A client that is not libocd. */
static int join_raw(uint16_t port)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&addr, sizeof(addr)), 0);
    return fd;
}

static void assert_raw(int fd, const char *request, const char *expected)
{
    char reply[300];
    size_t size = 0;

    assert_int_equal(send(fd, request, strlen(request), 0), strlen(request));
    while (size == 0 || reply[size - 1] != '\x1a') {
        assert_true(size < sizeof(reply));
        assert_int_equal(recv(fd, reply + size, 1, 0), 1);
        size++;
    }
    reply[size - 1] = '\0';
    assert_string_equal(reply, expected);
}

static int targets_and_a_state(struct ocd_session *s)
{
    struct ocd_target *targets;
    size_t count;

    rig_ok(s, ocd_targets(s, &targets, &count));
    ocd_free(targets);
    return ocd_state(s, &(enum ocd_target_state){0});
}

/* An error that leaves a procedure and is then caught leaves a stack trace, which OpenOCD 0.12 adds
 * to what `return` answers. */
static void return_of_other_clients_works_after_caught_errors(void **state)
{
    struct rig *rig = rig_start(&(struct rig_options){.sim = {.no_core = {true}}});
    struct ocd_session *s = rig->session;
    int other = join_raw(rig->port);
    struct ocd_register *registers;
    size_t count;
    uint32_t word;

    (void)state;
    assert_raw(other, "return mine\x1a", "mine");
    rig_fails(s, OCD_ERR_NOT_EXAMINED, targets_and_a_state(s));
    assert_raw(other, "return mine\x1a", "mine");
    rig_fails(s, OCD_ERR_NOT_EXAMINED, ocd_read_u32(s, RIG_RAM, &word, 1));
    assert_raw(other, "return mine\x1a", "mine");
    rig_fails(s, OCD_ERR_NOT_EXAMINED, ocd_registers(s, &registers, &count));
    assert_raw(other, "return mine\x1a", "mine");
    rig_ok(s, ocd_command(s, "catch {apply {{} {error no}}}", NULL));
    assert_raw(other, "return mine\x1a", "mine");
    close(other);
    rig_stop(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(return_of_other_clients_works_after_caught_errors),
    };

    return cmocka_run_group_tests_name("other clients", tests, NULL, NULL);
}
