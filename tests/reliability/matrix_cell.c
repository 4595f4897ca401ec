// SPDX-License-Identifier: MIT
/* One cell of the matrix: an operation with a fault, and a check of everything that it leaves. */
#include "matrix.h"

#include <time.h>

/* Of operations that wait for what never comes; all others have PATIENCE_MS. */
#define TIMEOUT_MS 300
/* For calls that take no time. */
#define AT_ONCE_MS SLACK_MS
/* Processor time that waiting may take. */
#define IDLE_CPU_MS 150

static const struct {
    unsigned bit;
    int code;
    char letter;
} results[] = {
    {M_OK, OCD_OK, '.'},
    {M_TIMEOUT, OCD_ERR_TIMEOUT, 't'},
    {M_CLOSED, OCD_ERR_CLOSED, 'c'},
    {M_PROTOCOL, OCD_ERR_PROTOCOL, 'p'},
    {M_NOT_OPENOCD, OCD_ERR_NOT_OPENOCD, 'n'},
    {M_UNSUPPORTED, OCD_ERR_UNSUPPORTED, 'u'},
    {M_PROCESS, OCD_ERR_PROCESS, 'e'},
};

static bool strikes_connections(const struct fault *fault)
{
    return fault->spec.kind >= FAKE_CLOSE_ON_ACCEPT && fault->spec.kind <= FAKE_FOREIGN;
}

/* The session is dead from the beginning. */
static bool finds_dead(const struct cell *c)
{
    return c->op->kind == ON_SESSION && !c->op->reconnects && strikes_connections(c->fault);
}

static unsigned expected(const struct cell *c)
{
    /* The fault may affect the new connection, which then closes. */
    if (c->op->reconnects)
        return c->fault->results | c->fault->connect | M_CLOSED;
    /* An operation that polls waits longer if the fault hides the state. */
    if (c->op->polls && c->fault->results != M_OK)
        return c->fault->results | M_OK | M_TIMEOUT;
    if (c->op->kind == ON_SESSION)
        return c->fault->results;
    unsigned set = c->fault->connect;
    /* A started OpenOCD that closes the connection is expected to end: that is waited for. */
    if (c->op->kind == STARTS && (set & M_CLOSED) != 0)
        set |= M_TIMEOUT | M_PROCESS;
    return set;
}

static long cpu_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int run(struct cell *c)
{
    long begin = now_ms(), cpu = cpu_ms();
    int result = cell_run(c);
    long took = now_ms() - begin;

    cpu = cpu_ms() - cpu;
    c->late_ms = took - (long)c->timeout_ms;
    c->too_late = c->late_ms > SLACK_MS;
    if (c->too_late)
        cell_wrong(c, "it took %ld ms", took);
    bool idle = c->fault->spec.kind == FAKE_FREEZE || c->fault->spec.kind == FAKE_MISSING ||
                c->fault->spec.kind == FAKE_MUTE;
    if (idle && result == OCD_ERR_TIMEOUT && cpu > IDLE_CPU_MS)
        cell_wrong(c, "waiting took %ld ms of the processor", cpu);
    return result;
}

static void check_code(struct cell *c, int result)
{
    const struct operation *op = c->op;
    unsigned set = expected(c);

    c->letter = '?';
    for (size_t i = 0; i < COUNT_OF(results); i++) {
        if (results[i].code != result)
            continue;
        c->letter = results[i].letter;
        if ((set & results[i].bit) != 0)
            return;
    }
    bool refused = result != OCD_OK && (result == op->refused || result == op->other);
    if (refused || (op->fails != OCD_OK && result == op->fails))
        c->letter = 'r';
    if (refused && (set & (M_REFUSED | (op->vague ? M_PROTOCOL : 0))) != 0)
        return;
    if (op->fails != OCD_OK && result == op->fails && (set & (M_OK | M_REFUSED)) != 0)
        return;
    cell_wrong(c, "it ended with %s: %s", ocd_err_name(result),
               result != OCD_OK ? ocd_last_error(c->session)->text : "");
}

/* The session works on, or says that it is dead. */
static void check_session(struct cell *c, int result)
{
    uint32_t words[16];
    struct ocd_call call = {.timeout_ms = c->fault->after == MUTE ? TIMEOUT_MS : PATIENCE_MS};
    bool lives = c->fault->after == LIVES && !c->op->reconnects &&
                 (c->op->kind == ON_SESSION || result == OCD_OK);

    if (c->session == NULL)
        return;
    int rc = ocd_wait(ocd_read_u32_async(c->session, FLASH, words, COUNT_OF(words), &call));
    if (rc == OCD_OK) {
        if (memcmp(words, fake_memory(c->fake, FLASH, sizeof(words)), sizeof(words)) != 0)
            cell_wrong(c, "the next read is wrong");
        return;
    }
    if (lives)
        cell_wrong(c, "the session is dead: %s", ocd_last_error(c->session)->text);
    else if (rc == OCD_ERR_TIMEOUT && c->fault->after == MUTE)
        return;
    else if (rc == OCD_ERR_CONNECT && c->op->reconnects && c->server_gone)
        return;
    else if ((rc != OCD_ERR_CLOSED && rc != OCD_ERR_PROTOCOL) || !cell_says_dead(c->session))
        cell_wrong(c, "the next read ends with %s, and the session does not say that it is dead",
                   ocd_err_name(rc));
}

static void connect_before(struct cell *c)
{
    struct ocd_options options = {.host = "127.0.0.1",
                                  .port = fake_port(c->fake),
                                  .timeout_ms = c->timeout_ms,
                                  .reconnect = c->op->reconnects};
    struct ocd_call call = {.timeout_ms = finds_dead(c) ? TIMEOUT_MS : PATIENCE_MS};

    if (finds_dead(c))
        fake_inject(c->fake, &c->fault->spec);
    int rc = ocd_wait(ocd_connect_async(&c->session, &options, &call));
    if ((rc == OCD_OK) == finds_dead(c))
        cell_wrong(c, "connecting before it ended with %s", ocd_err_name(rc));
    fake_heal(c->fake); /* what is prepared must not meet it */
}

bool matrix_cell(struct cell *c)
{
    c->timeout_ms = (expected(c) & M_TIMEOUT) != 0 ? TIMEOUT_MS : PATIENCE_MS;
    cell_begin(c);
    if (c->op->kind == ON_SESSION)
        connect_before(c);
    if (c->op->prepare != NULL)
        c->op->prepare(c);
    int fault = -1;
    if (c->op->kind != STARTS && !finds_dead(c))
        fault = fake_inject(c->fake, &c->fault->spec);

    int result = run(c);
    c->server_gone = c->fault->spec.kind == FAKE_EXIT && fake_strikes(c->fake, fault) > 0;
    fake_heal(c->fake);
    fake_thaw(c->fake);
    check_code(c, result);
    if (c->op->check != NULL)
        c->op->check(c, result);
    if (c->op->kind != STARTS)
        check_session(c, result);
    long begin = now_ms();
    ocd_close(c->session);
    c->session = NULL;
    if (now_ms() - begin > AT_ONCE_MS)
        cell_wrong(c, "closing took %ld ms", now_ms() - begin);
    return cell_end(c, result);
}
