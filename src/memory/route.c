// SPDX-License-Identifier: MIT
#include "memory/route.h"

#define SECOND (1000 * (ocd_time)OCD_NS_PER_MS)
/* Bytes a nanosecond above which nothing is tried: 8 MiB/s, more than probes do. A trial would cost
 * more than it could bring. */
#define FAST (8.0 * 1024 * 1024 / SECOND)
/* So many pieces in a row tell, none of them FAR from the others: one may be a hiccup. */
#define MEASURED_LEAST 3u
#define FAR            1.6
/* A trial is so long at the present rate: the engine has to find its best setting meanwhile. It
 * begins with a few bytes, after which the worst is known. */
#define TRIAL_TIME  (SECOND / 2)
#define TRIAL_FIRST (128u << 10)
/* Parts are multiples of this, as dump_image's pieces are: the range is cut at words. */
#define PART_UNIT 4096u
/* A decision stands so long; twice as long each time that a trial has been lost. */
#define STANDS      (30 * SECOND)
#define LOSSES_MOST 5u
/* The engine has to be so much faster: it takes more of the processor. */
#define BETTER 1.05
/* At the beginning of a trial it need not have found its best setting, but may not be slower than
 * this. */
#define HOPELESS 0.2

void ocd_route_measured(struct ocd_route *r, uint64_t bytes, ocd_time time)
{
    double rate = (double)bytes / (double)(time + 1);

    if (r->measured == 0 || rate > FAR * r->local || r->local > FAR * rate) {
        r->measured = 0;
        r->local = rate;
    }
    r->local += (rate - r->local) / 4;
    r->measured++;
}

static uint64_t second_part(const struct ocd_route *r)
{
    return (uint64_t)(r->local * TRIAL_TIME);
}

bool ocd_route_try(struct ocd_route *r, ocd_time now)
{
    if (r->state != OCD_ROUTE_LOCAL || r->measured < MEASURED_LEAST || r->local > FAST ||
        now < r->until)
        return false;
    r->state = OCD_ROUTE_TRIAL;
    r->trial = TRIAL_FIRST + second_part(r);
    return true;
}

uint64_t ocd_route_rpc(struct ocd_route *r, uint64_t left, ocd_time now)
{
    if (r->state == OCD_ROUTE_LOCAL)
        return 0;
    if (r->state == OCD_ROUTE_RPC && now < r->until)
        return left;
    if (r->state == OCD_ROUTE_RPC) { /* anew */
        *r = (struct ocd_route){.state = OCD_ROUTE_LOCAL};
        return 0;
    }
    uint64_t part = r->trial > second_part(r) ? r->trial - second_part(r) : r->trial;
    part = (part + PART_UNIT - 1) / PART_UNIT * PART_UNIT;
    return part < left ? part : left;
}

void ocd_route_tried(struct ocd_route *r, uint64_t bytes, double rate, ocd_time now)
{
    if (r->state != OCD_ROUTE_TRIAL)
        return;
    r->trial -= bytes < r->trial ? bytes : r->trial;
    bool over = r->trial == 0;
    bool hopeless = r->trial <= second_part(r) && rate < HOPELESS * r->local;
    if (!over && !hopeless)
        return;
    if (rate > BETTER * r->local) {
        r->state = OCD_ROUTE_RPC;
        r->until = now + STANDS;
        r->losses = 0;
    } else {
        r->state = OCD_ROUTE_LOCAL;
        r->until = now + (STANDS << r->losses);
        r->losses += r->losses < LOSSES_MOST;
    }
}
