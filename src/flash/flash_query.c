// SPDX-License-Identifier: MIT
#include "flash/flash_query.h"

void ocd__flash_query_send(struct ocd_op *op, uint64_t first, uint64_t last)
{
    struct ocd_buffer script = {0};

    ocd__flash_map_ask(&script, first, last);
    struct ocd_control control = {
        .polls = OCD_POLL_BEFORE,
        .when = OCD_WHEN_ALWAYS,
        .command = {script.data, script.size},
    };
    if (script.error != 0)
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
    else
        ocd__control_send(op, &control);
    ocd__buffer_free(&script);
}

bool ocd__flash_query_take(struct ocd_op *op, struct ocd_flash_map *map, struct ocd_answer *a)
{
    int rc = a->status == 0 && a->ran ? ocd__flash_map_take(map, a->result) : OCD_OK;
    bool absent = map->failed.size > 0 && ocd__control_absence(a) != OCD_OK;

    if (a->status != 0 || !a->ran || absent)
        ocd__control_server_error(op, a, (struct ocd_view){(char *)"flash info", 10});
    else if (rc != OCD_OK)
        ocd__op_fail(op, rc, "what `flash info` prints is malformed");
    else if (map->failed.size > 0 && a->state != OCD_STATE_HALTED)
        /* A halt may be all that is needed: it also wakes a sleeping core. */
        ocd__op_fail(op, OCD_ERR_NOT_HALTED, "its state is %s, and %s", ocd_state_name(a->state),
                     (const char *)map->failed.data);
    else if (map->failed.size > 0)
        ocd__op_fail(op, OCD_ERR_COMMAND, "%s", map->failed.data);
    return op->result == OCD_PENDING;
}
