// SPDX-License-Identifier: MIT
/* A sampler and its run.
 *
 * sampler.c and item.c have the list of values, run.c the operation that a run is, prepare.c what
 * comes before its first frame, ask.c the requests for frames, answer.c their replies, value.c how
 * bytes become values, deliver.c frames and gaps for the caller. */
#pragma once

#include "session/session.h"
#include "session/target.h"
#include "watch/frame_request.h"
#include "watch/schedule.h"
#include "watch/server_clock.h"

/* Requests for frames without an answer, at the most. */
#define OCD__FLIGHTS_MAX 32u
/* Frames in one request, at the most. */
#define OCD__BATCH 64u

struct ocd__needs {
    struct ocd_range *items;
    size_t count, room;
};

struct ocd__item {
    struct ocd__item *next;
    uint32_t id;
    enum ocd_tear tear;
    struct ocd_sampler_item spec;      /* without the expression's text */
    char *text;                        /* of the expression; NULL: a number */
    struct ocd_expression *expression; /* its value in the frame that is being read */
    unsigned width;                    /* of its accesses outside RAM; 0: what fits */
    bool alone;                        /* may not be read together with others */
    /* What it is expected to need: what the last frame needed. */
    struct ocd__needs needs;
    size_t first_needs; /* those that it needs whatever the memory has */

    /* Of the frame that is being read. */
    struct ocd__needs seen;
    bool in_frame, pending;
    bool torn, parts; /* some of its bytes are torn; some are of several accesses */
    bool unreadable, was_unreadable;
    bool read_failed;          /* memory that it needs could not be read */
    bool had_failed;           /* nor in the frame before */
    struct ocd_detail failure; /* why it has no value */
};

/* A plan and the texts of its requests. Shared by the requests that were made with it. */
struct ocd__layout {
    unsigned uses;
    struct ocd__plan plan;
    struct ocd__want *wants;
    uint32_t *owners; /* the id of each want's item */
    uint32_t last_id; /* of the newest item that it is for */
    struct ocd_buffer groups, shown;
};

struct ocd__flight {
    struct ocd__layout *layout;
    unsigned frames;
    ocd_time sent;
    uint64_t number; /* of the schedule: of the first frame */
    bool dropped;    /* its reply is ignored */
    bool state_only;
    bool paced; /* the server waited between its frames */
};

/* The contents of one frame, or of further reads for it. */
struct ocd__reading {
    struct ocd__frame_times times;
    uint8_t *data, *second;
    size_t data_room;
    struct ocd__group_answer *answers;
    size_t answer_room;
};

struct ocd__run {
    struct ocd_op op;
    struct ocd_sampler *sampler; /* NULL: it was closed */
    struct ocd_target_info *target;
    enum {
        OCD__RUN_NEW,
        OCD__RUN_TARGET,    /* which target is it? */
        OCD__RUN_PREPARING, /* the answers to prepare.c */
        OCD__RUN_FRAMES,
        OCD__RUN_SECOND, /* further reads for a frame, or asking why memory is unreadable */
        OCD__RUN_LOST,
        OCD__RUN_ENDING, /* what was changed is being restored */
    } phase;
    bool subscribed; /* to events */
    bool cycles_on;
    uint32_t demcr, dwt_ctrl; /* as they were found */

    struct ocd__schedule schedule;
    struct ocd__flight flights[OCD__FLIGHTS_MAX];
    unsigned first, flying;
    ocd_time asked; /* the last request */
    struct ocd__cost cost;
    uint64_t measured_words;

    struct ocd__server_clock clock;
    int64_t ended;      /* server's time of the last request's end; 0: none */
    double wait, frame; /* usual microseconds of the server before a request, and for a frame */
    double distance;    /* usual microseconds between frames, as fast as possible */
    double busy;        /* microseconds that other clients were served, since the last frame */
    bool reset, lost;   /* since the last frame */
    struct ocd_detail loss;
    bool in_reset; /* the state that was last seen */
    uint64_t cycles;

    uint64_t number; /* of the schedule: of the frame that is being read */
    struct ocd__reading reading;
    struct ocd__reading extra;
    struct ocd__layout *extra_layout;
    struct ocd_buffer missing, missing_owners; /* wants that were not expected, and their items */
    unsigned rounds;                           /* of further reads for this frame */
    bool unsettled;                            /* the last frame needed further reads */
    int64_t first_us;                          /* time of the first frame, by the monotonic clock */
    int64_t last_us;                           /* time of the last one */
    int64_t frame_us;                          /* time of the one that is being read */
    int64_t last_host_us;                      /* ocd_frame.host_us of the last one */
    ocd_time diagnosed_at;
};

struct ocd_sampler {
    struct ocd_session *session;
    struct ocd_sampler_options options;
    struct ocd_range *ram;
    size_t ram_count;
    struct ocd__item *items, **last_item;
    size_t item_count;
    uint32_t last_id;
    struct ocd__layout *layout; /* NULL: to be made */
    struct ocd__run *run;       /* the one that is under way, or NULL */
    struct ocd_op *check;       /* whether the target has the program; NULL: it is not asked */
    struct ocd_sampler_stats stats;
    struct ocd_sample *samples;
    size_t sample_room;
    bool delivering;           /* the caller's frame callback is running */
    struct ocd__item *removed; /* items removed while it runs */
};

/* What a request of a run asks, in its tag. 0 is ocd__target_known's. */
enum {
    OCD__TAG_TARGET,
    OCD__TAG_EVENTS,
    OCD__TAG_CYCLES,
    OCD__TAG_CYCLES_AGAIN,
    OCD__TAG_TIME_READS,
    OCD__TAG_FRAMES,
    OCD__TAG_EXTRA,
    OCD__TAG_DIAGNOSIS,
    OCD__TAG_RESTORE,
};

/* --- sampler.c --- */

/* The needs of the items have changed. */
void ocd__sampler_changed(struct ocd_sampler *s);
/* Frees the items that were removed during a frame callback. */
void ocd__sampler_sweep(struct ocd_sampler *s);
void ocd__sampler_free(struct ocd_sampler *s);
/* Frames a second. */
double ocd__sampler_rate(const struct ocd_sampler *s);

/* --- item.c --- */

/* A new value; it is in no list. 0 or an error, whose detail is in the session. */
int ocd__item_new(struct ocd__item **item, struct ocd_sampler *s,
                  const struct ocd_sampler_item *spec);
void ocd__item_free(struct ocd__item *item);
/* The expression that it is, opened once more. */
int ocd__item_expression(const struct ocd__item *item, struct ocd_sampler *s,
                         struct ocd_expression **expression);
/* Adds one. 0 or OCD_ERR_NOMEM. */
int ocd__needs_add(struct ocd__needs *needs, const struct ocd_range *need);
/* Whether the whole of what it needs is to be compared, as far as that is not one access. */
bool ocd__item_is_checked(const struct ocd__item *item);

/* --- layout.c --- */

/* What all items need as far as it is known. NULL: memory is short. */
struct ocd__layout *ocd__layout_of_items(struct ocd__run *r);
/* A layout of these wants; it takes the arrays over. */
struct ocd__layout *ocd__layout_of_wants(struct ocd__run *r, struct ocd__want *wants,
                                         uint32_t *owners, size_t count);
void ocd__layout_release(struct ocd__layout *layout);
/* Makes room for what a frame with that layout has. False: memory is short. */
bool ocd__reading_reserve(struct ocd__reading *reading, const struct ocd__layout *layout);

/* --- run.c --- */

extern const struct ocd_op_class ocd__sampling_class;
/* Ends it with success, after restoring what it has changed. */
void ocd__sampling_finish(struct ocd__run *r);
void ocd__sampling_nomem(struct ocd__run *r);
void ocd__sampling_was_reset(struct ocd__run *r);

/* --- prepare.c --- */

/* Asks what has to be known before the first frame, of each connection. */
void ocd__prepare(struct ocd__run *r);
void ocd__prepare_answered(struct ocd__run *r, uint64_t tag, struct ocd_reply *reply);
/* The core was reset. */
void ocd__prepare_again(struct ocd__run *r);
/* Restores what was changed. False: there is nothing to restore. */
bool ocd__restore(struct ocd__run *r, bool wait);

/* --- ask.c --- */

/* Asks for the frames that are due, and says when the next ones are. */
void ocd__ask(struct ocd__run *r);
/* Ignores the replies to all requests in flight. */
void ocd__drop_flights(struct ocd__run *r);
/* Forgets the requests in flight: no reply will come. */
void ocd__forget_flights(struct ocd__run *r);
/* The one that is answered first; its layout is the caller's to release. */
struct ocd__flight ocd__flight_take(struct ocd__run *r);
/* Asks for further reads for a frame. False: the run has ended. */
bool ocd__ask_extra(struct ocd__run *r, struct ocd__layout *layout);

/* --- answer.c --- */

void ocd__answered(struct ocd__run *r, struct ocd_reply *reply);
void ocd__extra_answered(struct ocd__run *r, struct ocd_reply *reply);
void ocd__diagnosis_answered(struct ocd__run *r, struct ocd_reply *reply);

/* --- value.c --- */

/* Gives the items the bytes of a frame, or of further reads for it. Afterwards each has its value,
 * is unreadable, or needs what r->missing has. 0 or OCD_ERR_NOMEM. */
int ocd__values_begin(struct ocd__run *r, const struct ocd__layout *layout,
                      const struct ocd_reply *reply);
int ocd__values_continue(struct ocd__run *r, const struct ocd__layout *layout,
                         const struct ocd_reply *reply);

/* --- deliver.c --- */

/* The cycles of a reading that no frame is made of. */
void ocd__count_cycles(struct ocd__run *r);
/* Hands the frame in r->reading over, and the gap before it. False: the run has ended. */
bool ocd__deliver(struct ocd__run *r);
