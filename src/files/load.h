// SPDX-License-Identifier: MIT
/* A load under way. Its files: load.c has the operation, load_check.c what is done before anything
 * is written, load_flash.c and load_plain.c write. */
#pragma once

#include "files/plan.h"
#include "files/server_file.h"
#include "memory/memop.h"
#include "target/control.h"

/* Bytes of the image that are held at a time. */
#define OCD_LOAD_WINDOW (1u << 20)
/* Sectors of flash that are written with one command, in bytes: OpenOCD serves nobody else
 * meanwhile, and progress and cancelling take effect in between. */
#define OCD_LOAD_GROUP (8u << 10)

enum ocd_load_stage {
    OCD_LOAD_BEGIN,
    OCD_LOAD_ASKING,  /* where the flash is */
    OCD_LOAD_PROBING, /* the ranges outside of flash */
    OCD_LOAD_PROGRAMMING,
    OCD_LOAD_PLAIN, /* the ranges outside of flash, by plain writes */
    OCD_LOAD_VERIFY,
};

struct ocd_load {
    struct ocd_memop memop;
    enum ocd_load_stage stage;
    struct ocd_image *image;
    enum ocd_load_where where;
    ocd_region_fn tell;
    void *user;
    bool dry, verify;
    bool has_flash;
    struct ocd_flash_map map;
    struct ocd_load_plan plan;
    struct ocd_server_file file;
    struct ocd_region region; /* under way */
    uint64_t taken;           /* PLAIN: bytes of the region that were begun */
    size_t under_way;         /* PLAIN: bytes of the window */
    uint8_t *window;
    uint64_t done;  /* bytes written */
    uint64_t equal; /* bytes verified */
    uint64_t bad;   /* VERIFY: the first difference */
    size_t range;   /* VERIFY: the next one */
    bool paused;    /* a dry run: the next part is to be begun */
    uint64_t at;    /* checks, FLASH: the address for ocd_error, if `has_at` */
    bool has_at;
};

/* The next step of the stage: OCD_PENDING, or how the operation ends. */
int ocd_load_step(struct ocd_load *l);
/* Begins a stage that goes through all regions of the plan. */
void ocd_load_begin_stage(struct ocd_load *l, enum ocd_load_stage stage);
/* Ends the operation unless it is still under way. */
void ocd_load_settle(struct ocd_load *l, int rc);
/* The caller's progress callback. OCD_OK, or how the operation ends. */
int ocd_load_progress(struct ocd_load *l);
/* A dry run: the rest follows in the next turn of the session's loop. */
int ocd_load_pause(struct ocd_load *l);
/* Data that are another stage's. */
int ocd_load_skip_region(struct ocd_load *l);

/* The flash is known, and the target's state (unknown where it does not matter): checks the plan
 * and goes on. */
void ocd_load_check(struct ocd_load *l, enum ocd_state state);
int ocd_load_step_probing(struct ocd_load *l);

int ocd_load_step_flash(struct ocd_load *l);
void ocd_load_flash_answered(struct ocd_load *l, struct ocd_answer *a);

int ocd_load_step_plain(struct ocd_load *l);
int ocd_load_step_verify(struct ocd_load *l);
/* What memory holds against the image. */
int ocd_load_compare(struct ocd_load *l, uint64_t addr, const void *data, uint64_t size);
