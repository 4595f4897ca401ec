// SPDX-License-Identifier: MIT
/* A load under way. Its files: load.c has the operation, load_check.c and load_compare.c what is
 * done before anything is written, load_flash.c and load_plain.c write. */
#pragma once

#include "files/image_input.h"
#include "files/plan.h"
#include "files/server_file.h"
#include "memory/memop.h"
#include "target/target_command.h"

/* Bytes of the image that are held at a time. */
#define OCD_LOAD_WINDOW (1u << 20)
/* Bytes of flash sectors that one command writes: OpenOCD serves no other client during a command,
 * and progress and cancelling take effect between commands. */
#define OCD_LOAD_GROUP (8u << 10)
/* A larger sector is erased with one request and programmed with several of at most this many
 * bytes. */
#define OCD_LOAD_CHUNK (16u << 10)

enum ocd_load_stage {
    OCD_LOAD_BEGIN,
    OCD_LOAD_ASKING,    /* where the flash is */
    OCD_LOAD_PROBING,   /* the ranges outside of flash */
    OCD_LOAD_COMPARING, /* what the sectors hold */
    OCD_LOAD_PROGRAMMING,
    OCD_LOAD_KEEPING, /* reading what else the sectors hold that are erased next */
    OCD_LOAD_PLAIN,   /* the ranges outside of flash, by plain writes */
    OCD_LOAD_VERIFY,
};

struct ocd_load {
    struct ocd_memop memop;
    enum ocd_load_stage stage;
    struct ocd_image *image;
    bool owned; /* the image is the operation's */
    struct ocd_load_options options;
    bool dry, verify;
    bool has_flash;
    struct ocd_flash_map map;
    struct ocd_load_plan plan;
    struct ocd_server_file file;
    struct ocd_cursor cursor; /* in the image, except for VERIFY */
    struct ocd_region region; /* under way */
    uint64_t offset;          /* PROGRAMMING: bytes of the region's sectors that are done */
    uint64_t chunk_bytes;     /* PROGRAMMING: bytes of data in the request under way */
    bool erased;              /* PROGRAMMING: the region has been erased by a request of its own */
    bool erasing;             /* PROGRAMMING: that request is under way */
    uint8_t *kept;            /* PROGRAMMING: what its sectors held, if that is to be restored */
    uint64_t taken;           /* PLAIN: bytes of the region that were begun */
    size_t under_way;         /* PLAIN: bytes of the window */
    uint8_t *window;
    uint64_t read;       /* bytes of flash that were compared */
    uint64_t done;       /* bytes that are in memory, written or not */
    uint64_t equal;      /* bytes verified */
    uint64_t differs_at; /* VERIFY: the first difference */
    size_t range;        /* VERIFY: the next one */
    bool paused;         /* a dry run: the next step is to be begun */
    struct ocd_load_summary summary;
    uint64_t at; /* checks, PROGRAMMING: the address for ocd_error, if `has_at` */
    bool has_at;
};

/* The next step of the stage: OCD_PENDING, or how the operation ends. */
int ocd__load_step(struct ocd_load *l);
/* Begins a stage that goes through all regions of the plan. */
void ocd__load_begin_stage(struct ocd_load *l, enum ocd_load_stage stage);
/* Ends the operation unless it is still under way. */
void ocd__load_settle(struct ocd_load *l, int rc);
/* The caller's progress callback. OCD_OK, or how the operation ends. */
int ocd__load_progress(struct ocd_load *l);
/* A dry run: the rest follows in the next round of the session's loop. */
int ocd__load_pause(struct ocd_load *l);
/* The flash is known, and the target's state (unknown where it does not matter): checks the plan
 * and goes on. */
void ocd__load_check(struct ocd_load *l, enum ocd_target_state state);
int ocd__load_step_probing(struct ocd_load *l);
/* Reports the regions, and begins to write. */
int ocd__load_begin_writing(struct ocd_load *l);

/* Whether the sectors of a region of flash are read before they are erased. */
bool ocd__load_compares(const struct ocd_load *l, const struct ocd_region *r);
void ocd__load_begin_comparing(struct ocd_load *l);
int ocd__load_step_comparing(struct ocd_load *l);
/* Bytes that flash holds. */
int ocd__load_inspect(struct ocd_load *l, uint64_t addr, const uint8_t *data, uint64_t size);

int ocd__load_step_flash(struct ocd_load *l);
/* All that the region's sectors hold is in l->kept. */
int ocd__load_kept(struct ocd_load *l);
void ocd__load_flash_answered(struct ocd_load *l, struct ocd_answer *a);

int ocd__load_step_plain(struct ocd_load *l);
int ocd__load_step_verify(struct ocd_load *l);
/* Compares what memory holds with the image. */
int ocd__load_compare(struct ocd_load *l, uint64_t addr, const void *data, uint64_t size);
