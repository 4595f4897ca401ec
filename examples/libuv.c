// SPDX-License-Identifier: MIT
// Two sessions in one libuv loop: libuv PORT PORT [ADDRESS [ROUNDS]]
//
// Does what two_sessions_poll.c does. The loop's part is in ocd_uv.h; what remains is to start
// operations and to be called when they have ended.
#include "ocd_uv.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    SESSIONS = 2,
    WORDS = 16
};

struct reader {
    struct ocd_session *session;
    struct ocd_uv *uv;
    uint16_t port;
    uint64_t addr;
    unsigned rounds_left;
    uint32_t words[WORDS];
    int result;
};

static void finish(struct reader *reader, int result, const char *text)
{
    reader->result = result;
    if (result == OCD_OK)
        printf("port %u: %d words a round, the first is 0x%08" PRIX32 "\n", reader->port, WORDS,
               reader->words[0]);
    else
        fprintf(stderr, "port %u: %s\n", reader->port, text);
    ocd_uv_detach(reader->uv); // the loop ends when it has nothing left to wait for
}

// Ends the connecting and each round; starts the next round.
static void on_done(struct ocd_op *op, int result, void *user)
{
    struct reader *reader = user;
    if (result != OCD_OK || reader->rounds_left == 0) {
        finish(reader, result, ocd_op_error(op)->text);
    } else {
        reader->rounds_left--;
        struct ocd_call call = {.done = on_done, .user = reader};
        if (!ocd_read_u32_async(reader->session, reader->addr, reader->words, WORDS, &call))
            finish(reader, OCD_ERR_NOMEM, ocd_strerror(OCD_ERR_NOMEM));
    }
    ocd_op_free(op);
}

static void start(struct reader *reader, uv_loop_t *loop)
{
    struct ocd_options options = {.port = reader->port};
    struct ocd_call call = {.done = on_done, .user = reader};
    if (ocd_connect_async(&reader->session, &options, &call))
        reader->uv = ocd_uv_attach(loop, reader->session);
    if (!reader->uv)
        finish(reader, OCD_ERR_NOMEM, ocd_strerror(OCD_ERR_NOMEM));
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: %s PORT PORT [ADDRESS [ROUNDS]]\n", argv[0]);
        return 2;
    }
    uv_loop_t *loop = uv_default_loop();
    struct reader readers[SESSIONS] = {0};
    for (int i = 0; i < SESSIONS; i++) {
        readers[i].port = (uint16_t)atoi(argv[1 + i]);
        readers[i].addr = argc > 3 ? strtoull(argv[3], NULL, 0) : 0x08000000;
        readers[i].rounds_left = argc > 4 ? (unsigned)atoi(argv[4]) : 10;
        start(&readers[i], loop);
    }
    uv_run(loop, UV_RUN_DEFAULT);
    uv_loop_close(loop);

    int failed = 0;
    for (int i = 0; i < SESSIONS; i++) {
        failed += readers[i].result != OCD_OK;
        ocd_close(readers[i].session);
    }
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
