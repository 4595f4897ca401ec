// SPDX-License-Identifier: MIT
#include "watch.h"

#include <arpa/inet.h>
#include <sys/socket.h>

static int on_frame(const struct ocd_frame *frame, void *user)
{
    struct watch *w = user;
    struct watch_frame *f = &w->frames[w->frame_count];

    assert_in_range(w->frame_count, 0, WATCH_FRAMES - 1);
    assert_in_range(frame->count, 0, WATCH_VALUES);
    assert_int_equal(frame->number, w->frame_count);
    *f = (struct watch_frame){.host_us = frame->host_us,
                              .error_us = frame->host_error_us,
                              .server_us = frame->server_us,
                              .before = frame->target_before,
                              .after = frame->target_after,
                              .state = frame->state,
                              .halted_us = frame->halted_us,
                              .count = frame->count};
    for (size_t i = 0; i < frame->count; i++) {
        const struct ocd_sample *s = &frame->samples[i];
        f->samples[i] = (struct watch_sample){.id = s->id, .status = s->status};
        assert_int_equal(s->value == NULL, s->status >= OCD_SAMPLE_TORN);
        assert_int_equal(s->error != NULL, s->status == OCD_SAMPLE_UNREADABLE);
        if (s->error != NULL)
            f->samples[i].error = s->error->code;
        if (s->value == NULL)
            continue;
        f->samples[i].number = s->value->number;
        f->samples[i].real = s->value->real;
    }
    w->frame_count++;
    return w->each != NULL ? w->each(w, frame) : 0;
}

static void on_gap(const struct ocd_gap *gap, void *user)
{
    struct watch *w = user;

    assert_in_range(w->gap_count, 0, WATCH_GAPS - 1);
    assert_int_equal(gap->error != NULL, gap->reason == OCD_GAP_RECONNECTING);
    w->gaps[w->gap_count++] =
        (struct watch_gap){gap->reason, gap->from_us, gap->length_us, w->frame_count};
}

static const char *elf_of_chip(void)
{
    static const char *const names[] = {
        [SIM_CHIP_CORTEX_M3] = SIM_ELF "/cortex-m3.elf",
        [SIM_CHIP_RISCV32] = SIM_ELF "/riscv32.elf",
        [SIM_CHIP_RISCV64] = SIM_ELF "/riscv64.elf",
    };

    return names[rig_test_chip()];
}

struct watch *watch_start(const struct rig_options *options)
{
    struct watch *w = calloc(1, sizeof(*w));
    struct rig_options o = options != NULL ? *options : (struct rig_options){0};
    const char *path = elf_of_chip();

    assert_non_null(w);
    o.moving = true;
    w->rig = rig_start(&o);
    if (ocd_symbols_open(&w->symbols, &path, 1, NULL) != OCD_OK)
        fail_msg("%s", ocd_symbols_error(w->symbols)->text);
    return w;
}

void watch_stop(struct watch *w)
{
    ocd_sampler_close(w->sampler);
    ocd_symbols_close(w->symbols);
    rig_stop(w->rig);
    free(w);
}

void watch_add(struct watch *w, const struct ocd_sampler_item *item)
{
    size_t i = 0;

    while (w->ids[i] != 0)
        i++;
    rig_ok(w->rig->session, ocd_sampler_add(w->sampler, item, &w->ids[i]));
    assert_int_not_equal(w->ids[i], 0);
}

void watch_open(struct watch *w, double rate, uint64_t frames, unsigned flags,
                const char *const *expressions)
{
    struct ocd_sampler_options options = {.rate = rate,
                                          .frames = frames,
                                          .flags = flags,
                                          .symbols = w->symbols,
                                          .frame = on_frame,
                                          .gap = on_gap,
                                          .user = w};

    ocd_sampler_close(w->sampler);
    memset(w->ids, 0, sizeof(w->ids));
    w->frame_count = w->gap_count = 0;
    w->step = 0;
    rig_ok(w->rig->session, ocd_sampler_open(&w->sampler, w->rig->session, &options));
    for (; *expressions != NULL; expressions++)
        watch_add(w, &(struct ocd_sampler_item){.expression = *expressions});
}

void watch_run(struct watch *w)
{
    rig_ok(w->rig->session, ocd_sampler_run(w->sampler));
}

const struct watch_gap *watch_gap(const struct watch *w, enum ocd_gap_reason reason)
{
    const struct watch_gap *found = NULL;

    for (size_t i = 0; i < w->gap_count; i++)
        if (w->gaps[i].reason == reason &&
            (found == NULL || w->gaps[i].length_us > found->length_us))
            found = &w->gaps[i];
    for (size_t i = 0; found == NULL && i < w->gap_count; i++)
        print_error("gap '%s' of %llu us\n", ocd_gap_name(w->gaps[i].reason),
                    (unsigned long long)w->gaps[i].length_us);
    if (found == NULL)
        fail_msg("there is no gap '%s'", ocd_gap_name(reason));
    return found;
}

int watch_join(uint16_t port)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
    return fd;
}

void watch_tell(int fd, const char *text)
{
    size_t size = strlen(text);

    assert_int_equal(send(fd, text, size, MSG_NOSIGNAL), size);
}
