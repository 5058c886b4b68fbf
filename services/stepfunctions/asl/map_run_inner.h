/* The inside of map_run.h:
 *
 *     map_run.c       from its beginning to its end        map_run_row.c   its row, and what is made of it again
 *     map_children.c  its children: counted, started, redriven, stopped */
#ifndef ASL_MAP_RUN_INNER_H
#define ASL_MAP_RUN_INNER_H

#include "services/stepfunctions/asl/join.h"

static inline struct map_run *map_run_of(const struct branch *parent)
{
    return parent->join->run;
}

static inline struct store *map_run_store(const struct branch *parent)
{
    return parent->execution->strand.world->store;
}

/* ---- map_run_row.c ---- */
struct map_run *map_run_new(struct branch *parent, char *arn_taken);     /* not yet the join's */
void map_run_put_new(struct branch *parent, const cJSON *place_or_null); /* {"Bucket", "Prefix"} of its results */
void map_run_set_stage(struct branch *parent, enum run_stage stage);
/* What is counted while it runs is told by the row once it has ended. */
void map_run_put_ended(struct branch *parent, const char *status);
void map_run_put_redriven(struct branch *parent, int64_t redrives);

/* ---- map_children.c ---- */
int64_t run_unsuccessful(const struct run_counts *counts);
bool map_run_exceeds(const struct map_run *run); /* more have failed than may */
/* Counts all children, and finds which come next. */
void map_run_count_all(struct branch *parent);
/* May the execution's role start (or redrive) children? False: *ret_failure. */
bool map_run_may_start(struct branch *parent, struct failure *ret_failure);
/* The next child begins with its items; false: *ret_failure. */
bool map_run_start_next(struct branch *parent, struct failure *ret_failure);
bool map_run_redrive_next(struct branch *parent); /* false: no child waits to be redriven */
void map_run_mark_all(struct branch *parent);     /* unsuccessful ones wait to be redriven */
void map_run_stop_children(struct branch *parent);

#endif
