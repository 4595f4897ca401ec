// SPDX-License-Identifier: MIT
/* Every operation with every one of its allocations failing in turn, alone or with all that follow:
 * it ends with OCD_ERR_NOMEM, or succeeds where it can do without; what it gives is right, nothing
 * is left, and the session works on or says that it is dead.
 *
 * usage: reliability_nomem [OPERATION]: those whose names contain the word */
#include "alloc.h"
#include "matrix.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* More than any operation has. */
#define ALLOCATIONS_MAX 500
#define TIMEOUT_MS      PATIENCE_MS
#define WORKERS         4

static const struct fault sound = {.name = "none"};

static void connect_before(struct cell *c)
{
    struct ocd_options options = {.host = "127.0.0.1",
                                  .port = fake_port(c->fake),
                                  .timeout_ms = TIMEOUT_MS,
                                  .reconnect = c->op->reconnects};
    int rc = ocd_connect(&c->session, &options);

    if (rc != OCD_OK)
        cell_wrong(c, "connecting before it ended with %s", ocd_err_name(rc));
}

static void check_code(struct cell *c, int result, bool failed)
{
    if (result == c->op->fails || (failed && result == OCD_ERR_NOMEM))
        return;
    cell_wrong(c, "it ended with %s: %s", ocd_err_name(result),
               result != OCD_OK ? ocd_last_error(c->session)->text : "");
}

static void check_session(struct cell *c, int result)
{
    uint32_t words[16];

    if (c->session == NULL)
        return;
    int rc = ocd_read_u32(c->session, FLASH, words, COUNT_OF(words));
    if (rc != OCD_OK &&
        !(rc == OCD_ERR_CLOSED && result == OCD_ERR_NOMEM && cell_says_dead(c->session)))
        cell_wrong(c, "the next read ends with %s", ocd_err_name(rc));
    else if (rc == OCD_OK && c->op->kind != STARTS &&
             memcmp(words, fake_memory(c->fake, FLASH, sizeof(words)), sizeof(words)) != 0)
        cell_wrong(c, "the next read is wrong");
}

/* False when there is no such allocation. */
static bool fail_one(struct cell *c, unsigned long n, bool all)
{
    c->timeout_ms = TIMEOUT_MS;
    cell_begin(c);
    if (c->op->kind == ON_SESSION)
        connect_before(c);
    if (c->op->prepare != NULL)
        c->op->prepare(c);
    alloc_fail(n, all);
    int result = cell_run(c);
    bool failed = alloc_has_failed();
    alloc_fail(0, false);
    check_code(c, result, failed);
    if (c->op->check != NULL)
        c->op->check(c, result);
    check_session(c, result);
    cell_end(c, result);
    return failed;
}

/* Returns the number of failures. */
static unsigned fail_all(const struct operation *op, bool looped, bool all, struct fake *f,
                         const char *directory, unsigned long *count)
{
    static struct cell c;
    unsigned wrong = 0;

    for (*count = 0; *count < ALLOCATIONS_MAX; ++*count) {
        c = (struct cell){
            .op = op, .fault = &sound, .looped = looped, .fake = f, .directory = directory};
        bool failed = fail_one(&c, *count + 1, all);
        if (c.wrong[0] != '\0') {
            wrong++;
            printf("WRONG: %s, %s, allocation %lu%s: %s\n", op->name,
                   looped ? "asynchronous" : "blocking", *count + 1, all ? " and all after it" : "",
                   c.wrong);
        }
        if (!failed)
            break;
    }
    return wrong;
}

/* Starts a new server from time to time: its log of requests is bounded. */
static int work(const struct operation **ops, unsigned count, unsigned first)
{
    char directory[] = "/tmp/ocd-nomem-XXXXXX";
    unsigned wrong = 0;

    if (mkdtemp(directory) == NULL)
        return 1;
    for (unsigned i = first; i < count; i += WORKERS) {
        struct fake *f = cell_server();
        unsigned long n[4] = {0};
        for (int form = 0; f != NULL && form < 4; form++)
            wrong += fail_all(ops[i], form % 2 != 0, form / 2 != 0, f, directory, &n[form]);
        printf("%-24s %3lu %3lu %3lu %3lu\n", ops[i]->name, n[0], n[1], n[2], n[3]);
        fake_stop(f);
    }
    fflush(stdout);
    return cell_remove(directory) && wrong == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    const struct operation *ops[CELL_OPS];
    unsigned count = cell_choose(ops, argc > 1 ? argv[1] : "");
    int status, failed = 0;

    printf("Allocations that were let fail: blocking, asynchronous; with all after it, likewise\n");
    fflush(NULL);
    for (unsigned i = 0; i < WORKERS; i++) {
        if (fork() == 0) {
            alarm(850);
            exit(work(ops, count, i));
        }
    }
    while (wait(&status) > 0)
        failed += status != 0;
    return failed == 0 && count > 0 ? 0 : 1;
}
