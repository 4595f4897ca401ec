// SPDX-License-Identifier: MIT
/* Values that are read again and again, and written in between. */
#include "cell.h"

#include <inttypes.h>

#define FRAMES 2
/* Two values of 4 bytes, and one of 8 between which the target may change it. */
#define FIRST  (RAM + 0x100)
#define SECOND (RAM + 0x900)
#define WIDE   (RAM + 0x110)

static int on_frame(const struct ocd_frame *frame, void *user)
{
    struct cell *c = user;

    c->size = 0;
    for (size_t i = 0; i < frame->count; i++) {
        const struct ocd_sample *s = &frame->samples[i];
        if (s->status != OCD_SAMPLE_GOOD) {
            c->disorder = true; /* what the fault has left of the values */
            continue;
        }
        memcpy(c->out + c->size, s->data, s->size);
        c->size += s->size;
    }
    c->count++;
    return 0;
}

static void prepare(struct cell *c)
{
    struct ocd_sampler_options options = {
        .rate = 1000, .frames = FRAMES, .frame = on_frame, .user = c};
    struct ocd_sampler_item items[] = {{.addr = FIRST, .type = OCD_NUMBER_U32},
                                       {.addr = SECOND, .type = OCD_NUMBER_U32},
                                       {.addr = WIDE, .type = OCD_NUMBER_U64}};

    if (ocd_sampler_open(&c->sampler, c->session, &options) != OCD_OK)
        return; /* the session was never made, or memory is short */
    for (size_t i = 0; i < COUNT_OF(items); i++)
        if (ocd_sampler_add(c->sampler, &items[i], i == 0 ? &c->id : NULL) != OCD_OK)
            abort();
}

static struct ocd_op *start_run(struct cell *c, const struct ocd_call *call)
{
    return ocd_sampler_run_async(c->sampler, call);
}

static int block_run(struct cell *c)
{
    return ocd_sampler_run(c->sampler);
}

static bool check_run(struct cell *c, int result)
{
    static const struct ocd_range places[] = {
        {.addr = FIRST, .size = 4}, {.addr = SECOND, .size = 4}, {.addr = WIDE, .size = 8}};
    const uint8_t *at = c->out;

    if (result == OCD_OK && c->count != FRAMES)
        return cell_wrong(c, "there are %zu frames", c->count);
    if (c->count == 0 || c->disorder)
        return true;
    for (size_t i = 0; i < COUNT_OF(places); at += places[i++].size) {
        size_t size = (size_t)places[i].size;
        if (memcmp(at, fake_memory(c->fake, places[i].addr, size), size) != 0)
            return cell_wrong(c, "the value at 0x%" PRIx64 " is wrong", places[i].addr);
    }
    return true;
}

static const char *new_value(void)
{
    static char text[16];
    uint32_t value = 0;

    for (unsigned i = 0; i < 4; i++)
        value |= (uint32_t)cell_data(FIRST + i) << 8 * i;
    snprintf(text, sizeof(text), "0x%" PRIx32, value);
    return text;
}

static struct ocd_op *start_write(struct cell *c, const struct ocd_call *call)
{
    return ocd_sampler_write_async(c->sampler, c->id, new_value(), call);
}

static int block_write(struct cell *c)
{
    return ocd_sampler_write(c->sampler, c->id, new_value());
}

#define FORMS(suffix) .start = start_##suffix, .block = block_##suffix, .prepare = prepare

const struct operation cell_sampler_ops[] = {
    {.name = "sampler_run", .refused = OCD_ERR_COMMAND, FORMS(run), .check = check_run},
    {.name = "sampler_write",
     .refused = OCD_ERR_TARGET,
     .other = OCD_ERR_NOT_HALTED,
     FORMS(write),
     .addr = FIRST,
     .size = 4,
     .writes = true},
    {0},
};
