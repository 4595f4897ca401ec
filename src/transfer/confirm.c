// SPDX-License-Identifier: MIT
/* Checks zeros that OpenOCD may not have read.
 *
 * A halted RISC-V is read through its program buffer. When a read of several values fails there,
 * OpenOCD 0.12 tries each value alone, puts 0 for each that fails, and reports success (its
 * src/target/riscv/riscv-013.c, read_memory_progbuf). A read of one value fails as it should. So
 * typed reads are made value by value on such servers, and the zeros of a bulk read are accepted
 * only after some of them have been read alone:
 *
 * - the first and the last word of each range of zeros, and where these are half of a 64-bit word
 *   that is not all zeros, their neighbours in the range, since OpenOCD reads RV64 in 64 bits;
 * - the first word of each KiB, because no bus has regions smaller than that (AMBA 3 AHB-Lite, 2.5:
 *   1 KiB is the least that a slave takes).
 *
 * Where one fails, or is not zero, the bytes since the last confirmed one are read again word by
 * word, and that finds the first unreadable one. A running target is read through the system bus,
 * which needs none of this. */
#include <stdlib.h>
#include <string.h>

#include "session/session.h"
#include "tcl/scripts.h"
#include "transfer/transfer.h"

#define WORD 4u
/* Every region of a bus begins and ends at a multiple of this. */
#define REGION 1024u
/* Words that one request asks for: each takes as long as some 50 words of a bulk read. */
#define READS_MAX 16u

#define NONE (-1)

static const char running[] = "running";

/* A word is given by its offset in the held bytes. The first and the last word may be
 * incomplete. */
static unsigned offset_in(const struct ocd_transfer *t, int64_t word, unsigned unit)
{
    return (unsigned)((t->job.addr + t->done + (uint64_t)word) % unit);
}

static int64_t next_word(const struct ocd_transfer *t, int64_t word)
{
    int64_t next = word + WORD - offset_in(t, word, WORD);

    return word != NONE && next < (int64_t)t->held ? next : NONE;
}

static int64_t word_before(int64_t word)
{
    return word > (int64_t)WORD ? word - WORD : word > 0 ? 0 : NONE;
}

static uint64_t word_size(const struct ocd_transfer *t, int64_t word)
{
    int64_t next = next_word(t, word);

    return (next == NONE ? t->held : (uint64_t)next) - (uint64_t)word;
}

static bool is_zero(const struct ocd_transfer *t, int64_t word)
{
    static const uint8_t zeros[WORD];
    const uint8_t *held = t->job.data != NULL ? t->job.data + t->done : t->scratch;

    return word != NONE && memcmp(held + word, zeros, (size_t)word_size(t, word)) == 0;
}

/* Whether the word is one that has to be read alone. */
static bool is_asked(const struct ocd_transfer *t, int64_t word)
{
    int64_t before = word_before(word), after = next_word(t, word);

    if (!is_zero(t, word))
        return false;
    return !is_zero(t, before) || !is_zero(t, after) || offset_in(t, word, REGION) == 0 ||
           (offset_in(t, word, 2 * WORD) == 0 ? !is_zero(t, word_before(before))
                                              : !is_zero(t, next_word(t, after)));
}

/* The first such word from here on. */
static int64_t next_asked(const struct ocd_transfer *t, int64_t word)
{
    while (word != NONE && !is_asked(t, word))
        word = next_word(t, word);
    return word;
}

/* The word as one access; the first of several if the word is incomplete. */
static struct ocd_chunk chunk_of(const struct ocd_transfer *t, int64_t word)
{
    struct ocd_range range = {.addr = t->job.addr + t->done + (uint64_t)word,
                              .size = word_size(t, word)};

    return ocd__plan_bulk(range, WORD, 1);
}

/* Asks for the next words alone, if there are any. */
static bool ask(struct ocd_transfer *t, int64_t word)
{
    struct ocd_where where = ocd__op_where(t->op);

    word = next_asked(t, word);
    if (word == NONE)
        return false;
    t->phase = OCD_TRANSFER_CONFIRM;
    t->op->all_sent = false;
    t->asked = (uint64_t)word;
    ocd__buffer_clear(&t->command);
    ocd__buffer_clear(&t->shown);
    ocd__text_reads_begin(&t->command, where, true);
    for (unsigned i = 0; i < READS_MAX && word != NONE; i++) {
        ocd__text_reads_add(&t->command, chunk_of(t, word));
        ocd__buffer_puts(&t->shown, i > 0 ? "; " : "");
        ocd__text_read(&t->shown, where, chunk_of(t, word));
        word = next_asked(t, next_word(t, word));
    }
    ocd__text_reads_end(&t->command, where);
    if (t->command.error != OCD_OK || t->shown.error != OCD_OK) {
        ocd__transfer_end(t, OCD_ERR_NOMEM);
        return true;
    }
    ocd__transfer_in_flight(t, (struct ocd_flight){0});
    ocd__op_send(t->op, &(struct ocd_query){
                            .script = ocd__script_read_list,
                            .args = {t->command.data, t->command.size},
                            .shown = {t->shown.data, t->shown.size},
                            .tag = t->epoch,
                        });
    return true;
}

/* OpenOCD's state of the target is the end of the log. */
static bool is_running(struct ocd_view log)
{
    size_t size = sizeof(running) - 1;

    return log.size >= size && memcmp(log.data + log.size - size, running, size) == 0;
}

bool ocd__transfer_confirm(struct ocd_transfer *t, const void *data, uint64_t size,
                           struct ocd_view log)
{
    if (is_running(log))
        return false;
    uint8_t *held = ocd__transfer_place(t, t->done, (size_t)size);
    if (held == NULL) {
        ocd__transfer_end(t, OCD_ERR_NOMEM);
        return true;
    }
    memcpy(held, data, (size_t)size);
    t->held = size;
    t->confirmed = 0;
    return ask(t, 0);
}

/* Hands over the first `size` of the held bytes. */
static bool release(struct ocd_transfer *t, uint64_t size)
{
    t->phase = OCD_TRANSFER_STREAM;
    return size == 0 ||
           ocd__transfer_deliver(t, ocd__transfer_place(t, t->done, (size_t)size), size);
}

/* This word cannot be read, or is not zero: reads again what follows the last confirmed byte. */
static void read_again(struct ocd_transfer *t, int64_t word)
{
    uint64_t end = t->done + (uint64_t)word + word_size(t, word);
    uint64_t valid = is_zero(t, word_before(word)) ? t->confirmed : (uint64_t)word;

    if (!release(t, valid))
        return;
    t->single_until = end;
    ocd__transfer_restart(t, t->done);
    ocd__transfer_pump(t);
}

/* Whether the next value of the reply is one zero. */
static bool takes_zero(struct ocd_view *rest, struct ocd_chunk chunk)
{
    struct ocd_view values;
    uint32_t value = 0;
    long status;

    return ocd__text_next(rest, &status, &values) == OCD_OK && status == 0 &&
           ocd__text_values(values, chunk, &value, OCD_LAYOUT_LITTLE) == OCD_OK && value == 0;
}

void ocd__transfer_confirm_reply(struct ocd_transfer *t, struct ocd_reply *reply)
{
    struct ocd_view rest = reply->result;
    int64_t word = (int64_t)t->asked;

    for (unsigned i = 0; i < READS_MAX && word != NONE; i++) {
        if (!takes_zero(&rest, chunk_of(t, word))) {
            read_again(t, word);
            return;
        }
        t->confirmed = (uint64_t)word + word_size(t, word);
        word = next_asked(t, next_word(t, word));
    }
    if (ask(t, word) || !release(t, t->held))
        return;
    if (t->done < t->job.size)
        ocd__transfer_pump(t);
}
