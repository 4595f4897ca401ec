// SPDX-License-Identifier: MIT
#include "virtual_server.h"

static double uniform(uint64_t *seed)
{
    return (double)(random_u64(seed) >> 11) / 9007199254740992.0;
}

double cost_of(const struct server *s, enum ocd_method method, double n)
{
    const struct cost *c = &s->methods[method];

    return c->fixed + n * c->element + n * n * c->square;
}

/* When what the server has just finished arrives: in order. */
static double arrival(struct line *l)
{
    double time = l->free + l->server->round_trip / 2;

    if (l->server->late > 0)
        time += l->server->late * uniform(&l->seed);
    l->arrived = time > l->arrived ? time : l->arrived;
    return l->arrived;
}

static void ask(struct line *l, const struct client *c, uint64_t left)
{
    struct ocd_tuner_choice choice = c->fixed;
    const struct server *s = l->server;

    if (c->tuner != NULL)
        choice = ocd_tuner_next(c->tuner, left, l->flying);
    assert_in_range(choice.count, 1, 65536);
    if (choice.count > left)
        choice.count = (uint32_t)left;

    double cost = cost_of(s, choice.method, choice.count) * (1 + s->noise * uniform(&l->seed));
    if (s->hiccup_every != 0 && random_below(&l->seed, s->hiccup_every) == 0)
        cost += s->hiccup;
    double arrived = l->now + s->round_trip / 2;
    l->free = (l->free > arrived ? l->free : arrived) + cost;
    l->longest = cost > l->longest ? cost : l->longest;

    struct flight *f = &l->flights[(l->first + l->flying) % FLIGHTS];
    *f = (struct flight){.answered = arrival(l), .bytes = (double)choice.count * c->width};
    if (c->tuner != NULL)
        f->mark =
            ocd_tuner_sent(c->tuner, choice.method, choice.count, l->flying == 0, (ocd_time)l->now);
    l->flying++;
}

/* Waits for answers and takes all that are there. */
static void take(struct line *l, const struct client *c)
{
    double next = l->flights[l->first].answered;

    if (l->server->turn > 0)
        l->now += l->server->turn;
    else if (next > l->now)
        l->now = next;
    double arrived = l->now;
    while (l->flying > 0 && l->flights[l->first].answered <= arrived) {
        struct flight *f = &l->flights[l->first];
        l->first = (l->first + 1) % FLIGHTS;
        l->flying--;
        l->delivered += f->bytes;
        l->now += l->server->client;
        if (c->tuner != NULL)
            ocd_tuner_answered(c->tuner, f->mark, (ocd_time)arrived);
    }
}

double transfer(struct line *l, const struct client *c, double bytes)
{
    uint64_t left = (uint64_t)bytes / c->width;
    double begun = l->now;

    l->delivered = 0;
    if (c->tuner != NULL)
        ocd_tuner_begin(c->tuner, c->width, left,
                        (ocd_time)(l->server->round_trip + l->server->greeting + 50 * US));
    while (l->delivered < bytes) {
        unsigned window = c->tuner != NULL ? ocd_tuner_window(c->tuner) : c->window;
        assert_in_range(window, 1, OCD_TUNER_WINDOW_MAX);
        while (left > 0 && l->flying < window) {
            uint64_t before = left;
            ask(l, c, left);
            left -= (uint64_t)l->flights[(l->first + l->flying - 1) % FLIGHTS].bytes / c->width;
            assert_true(left < before);
        }
        take(l, c);
    }
    return bytes / (l->now - begun) * 1e9;
}

struct line *new_line(const struct server *s)
{
    struct line *l = calloc(1, sizeof(*l));
    assert_non_null(l);
    *l = (struct line){.server = s, .seed = 1, .now = 1 * MS};
    return l;
}

/* Requests that the tuner does not make: they would make OpenOCD slow for good, which the model
 * does not do. */
static bool is_burden(const struct server *s, enum ocd_method method, uint32_t count)
{
    return method == OCD_METHOD_MEMORY && count > 8192 && cost_of(s, method, 8192) / 8192 < 1000;
}

double best_fixed(const struct server *s, bool md, unsigned width, unsigned window, double bytes,
                  double longest)
{
    double best = 0;

    for (unsigned method = 0; method <= (md ? 1u : 0u); method++) {
        for (uint32_t count = 16; count <= 65536; count *= 2) {
            struct client c = {
                .fixed = {(enum ocd_method)method, count}, .window = window, .width = width};
            struct line *l = new_line(s);
            if (cost_of(s, c.fixed.method, count) <= longest &&
                !is_burden(s, c.fixed.method, count)) {
                double rate = transfer(l, &c, bytes);
                best = rate > best ? rate : best;
            }
            free(l);
        }
    }
    return best;
}
