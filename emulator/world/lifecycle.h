/* Lifecycles: a status that changes by a table. The row carries two members of ours, "_lifecycle_due" (ms) and the status
 * itself, so a restart finds it where it stood. Durations are AWS-like and multiplied by the world's duration_factor.
 *
 *     static const struct lifecycle_step endpoint_life[] = {
 *         { "Creating", "InService", 180 * 1000 },
 *         { "Deleting", NULL,         20 * 1000 },        the row goes away
 *         { 0 } };
 */
#ifndef WORLD_LIFECYCLE_H
#define WORLD_LIFECYCLE_H

#include "world/store.h"

struct world;
struct lifecycles;

struct lifecycle_step {
    const char *from, *to; /* to NULL: the row goes away */
    int64_t duration_ms;
};

struct lifecycle_def {
    const struct table_def *table;
    const char *status; /* the row's member that holds the status */
    const char *topic;  /* the event posted at each change; its detail is {"from","to"}, "to" null when gone */
    const struct lifecycle_step *steps; /* ends with an empty one */
    /* May say that it goes elsewhere (a failure), or change the row on the way; NULL: as the table says. Returns the
     * next status, or NULL for the table's; `row` is a thawed copy that is sealed afterwards; `to` is the table's next
     * status, NULL where the row is about to go away. Must not change this row in the store itself. */
    const char *(*arrive)(struct world *world, struct scope scope, struct str key, cJSON *row, const char *to);
    /* What hooks call such a thing (fate.h): "lambda", "Function"; NULL: they are not asked. */
    const char *service, *thing;
    const char *arn; /* the row's member that names it; NULL: its key does */
    /* A hook lets it fail: the reason goes where AWS tells it, and the status that it has then comes back. NULL: it cannot. */
    const char *(*fail)(cJSON *row, const char *reason);
};

/* The row must already stand in the store with its first status: arms the timer of that status, if the table has one, and
 * writes when it is due into the row. A row that is deleted or rewritten by others meanwhile is left as they want it. */
void lifecycle_begin(struct world *world, const struct lifecycle_def *def, struct scope scope, struct str key);
/* Puts the row into `status` now and arms what follows; `arrive` is not asked. */
void lifecycle_move(struct world *world, const struct lifecycle_def *def, struct scope scope, struct str key,
                    const char *status);
/* From recover(): arms every row of the table that is under way. */
void lifecycle_recover(struct world *world, const struct lifecycle_def *def);
/* For world/: stops every timer (reset, rewind, the end). */
struct lifecycles *lifecycles_new(void);
void lifecycles_free(struct lifecycles *lifecycles, struct world *world);
void lifecycle_stop_all(struct world *world);

#endif
