// SPDX-License-Identifier: MIT
/* Different sessions in different threads: independent, as ocd.h says. Built with ThreadSanitizer,
 * which finds what they share. */
#include "fake_server.h"
#include "little.h"
#include "ocd.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS 8
#define ROUNDS  25
#define FLASH   UINT64_C(0x08000000)
#define RAM     UINT64_C(0x20000000)
#define SIZE    9001

struct worker {
    pthread_t thread;
    struct fake *fake; /* shared by two of them */
    unsigned number;
    char path[64];
    unsigned wrong;
    struct ocd_session *session;
};

/* Counts and prints what is not as it should be. */
static void expect(struct worker *w, bool good, const char *what)
{
    if (good)
        return;
    w->wrong++;
    fprintf(stderr, "thread %u: %s: %s\n", w->number, what, ocd_last_error(w->session)->text);
}

/* Each writes to memory of its own. */
static uint64_t mine(const struct worker *w)
{
    return RAM + (w->number % 2) * 32768;
}

static int count_lines(const char *line, void *user)
{
    (void)line;
    ++*(unsigned *)user;
    return 0;
}

static void use_memory(struct worker *w, unsigned round)
{
    static _Thread_local uint8_t out[SIZE], in[SIZE];
    struct ocd_session *s = w->session;
    struct ocd_call call = {.space = round % 2 != 0 ? OCD_SPACE_PHYSICAL : OCD_SPACE_SESSION};
    unsigned lines = 0;
    uint32_t words[16];

    memset(out, (int)(w->number * 16 + round % 16), sizeof(out));
    expect(w, ocd_wait(ocd_write_bytes_async(s, mine(w), out, SIZE, &call)) == OCD_OK, "write");
    expect(w, ocd_wait(ocd_read_bytes_async(s, mine(w), in, SIZE, &call)) == OCD_OK, "read");
    expect(w, memcmp(in, out, SIZE) == 0, "what was read");
    expect(w, ocd_read_u32(s, FLASH, words, 16) == OCD_OK, "read_u32");
    swap_little(words, 4, 16);
    expect(w, memcmp(words, fake_memory(w->fake, FLASH, 64), 64) == 0, "the words");
    expect(w, ocd_hexdump_lines(s, FLASH, 160, count_lines, &lines) == OCD_OK, "hexdump");
    expect(w, lines == 10, "the lines");
    expect(w, ocd_read_u32(s, 0x60000000, words, 1) == OCD_ERR_TARGET, "reading nowhere");
}

static void use_the_rest(struct worker *w, unsigned round)
{
    struct ocd_session *s = w->session;
    struct ocd_target *targets;
    uint64_t *matches;
    size_t count;
    char *text, script[64];

    snprintf(script, sizeof(script), "expr %u*1000+%u", w->number, round);
    expect(w, ocd_command(s, script, &text) == OCD_OK, "command");
    expect(w, text != NULL && strtoul(text, NULL, 10) == w->number * 1000 + round, "its result");
    ocd_free(text);
    expect(w, ocd_targets(s, &targets, &count) == OCD_OK && count == 1, "targets");
    ocd_free(targets);
    const uint8_t *memory = fake_memory(w->fake, FLASH, 4096);
    size_t wanted = 0;
    for (size_t i = 0; i + 8 <= 4096; i++)
        wanted += memcmp(memory + i, memory + 77, 8) == 0;
    int result = ocd_search(s, memory + 77, 8, FLASH, FLASH + 4096, &matches, &count);
    expect(w, result == OCD_OK && count == wanted && matches[0] <= FLASH + 77, "search");
    ocd_free(matches);
    expect(w, ocd_dump(s, FLASH, 5000, w->path) == OCD_OK, "dump");
    expect(w, strcmp(ocd_strerror(OCD_ERR_CLOSED), "unknown error") != 0, "a text");
}

static void on_end(struct ocd_op *op, int result, void *user)
{
    (void)op;
    *(int *)user = result;
}

/* By a loop of the thread's own. */
static void use_loop(struct worker *w)
{
    uint32_t value;
    int result = OCD_PENDING;
    struct ocd_call call = {.done = on_end, .user = &result};
    struct ocd_op *op = ocd_read_u32_async(w->session, FLASH, &value, 1, &call);

    while (result == OCD_PENDING) {
        struct pollfd p = {.fd = ocd_loop_fd(w->session), .events = ocd_loop_events(w->session)};
        poll(&p, 1, ocd_loop_timeout(w->session));
        ocd_loop_dispatch(w->session);
    }
    expect(w, result == OCD_OK, "a read in a loop");
    ocd_op_free(op);
}

static void *work(void *argument)
{
    struct worker *w = argument;

    for (unsigned round = 0; round < ROUNDS; round++) {
        /* Some connections are made again, some last. */
        if (w->session == NULL) {
            struct ocd_options options = {.host = w->number % 2 != 0 ? "localhost" : "127.0.0.1",
                                          .port = fake_port(w->fake),
                                          .timeout_ms = 60000};
            expect(w, ocd_connect(&w->session, &options) == OCD_OK, "connect");
        }
        use_memory(w, round);
        use_the_rest(w, round);
        use_loop(w);
        if (round % 3 == w->number % 3) {
            ocd_close(w->session);
            w->session = NULL;
        }
    }
    ocd_close(w->session);
    return NULL;
}

int main(void)
{
    static struct worker workers[THREADS];
    char directory[] = "/tmp/ocd-threads-XXXXXX";
    unsigned wrong = 0;

    if (mkdtemp(directory) == NULL)
        return 1;
    /* Before there are threads: a server is a process that is forked. */
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i].number = i;
        workers[i].fake = i % 2 != 0 ? workers[i - 1].fake : fake_start(NULL);
        snprintf(workers[i].path, sizeof(workers[i].path), "%s/%u", directory, i);
        if (workers[i].fake == NULL)
            return 1;
    }
    for (unsigned i = 0; i < THREADS; i++)
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            return 1;
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        wrong += workers[i].wrong;
        unlink(workers[i].path);
    }
    for (unsigned i = 0; i < THREADS; i += 2)
        fake_stop(workers[i].fake);
    printf("%u threads, %u rounds each, %u wrong\n", THREADS, ROUNDS, wrong);
    return rmdir(directory) == 0 && wrong == 0 ? 0 : 1;
}
