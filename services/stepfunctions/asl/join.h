/* Parallel and Map while their branches run: what the parent keeps. A branch that has ended leaves its output here and, once
 * the execution is flushed, as a row of its own until the parent has taken all outputs; so the parent's own row need not be
 * written again and again while a thousand iterations go by. Outputs are joined as texts: what was passed on verbatim stays
 * verbatim inside the array.
 *
 * A distributed Map's iterations are executions of their own; everything else is the same. */
#ifndef ASL_JOIN_H
#define ASL_JOIN_H

#include "services/stepfunctions/asl/map_run.h"

struct outcome_of_child {
    struct json *output; /* NULL: not yet, or it failed and was tolerated */
    bool ended, saved;   /* saved: there is a row */
};

struct join {
    struct list running; /* branches, by `sibling`; none where they are executions */
    size_t count, started, ended, failed;
    size_t most;                       /* at a time */
    struct outcome_of_child *children; /* count of them */
    size_t first_unsaved;              /* all before it are saved; SIZE_MAX: none to be saved */
    /* Map */
    const cJSON **items;         /* count of them */
    struct json *items_document; /* which they stand in */
    size_t selecting;            /* the item whose input is being made; SIZE_MAX: none */
    int64_t started_id;          /* event MapStateStarted, or MapRunStarted */
    char *map_run_arn;           /* distributed; NULL: inline */
    size_t tolerated;            /* how many may fail */
};

struct join *join_new(struct branch *parent, size_t count, size_t most);
void join_free(struct join *join);
/* Saves the outputs of ended children that have no row yet. */
void join_save(struct branch *parent);
/* A row of a child that had ended, while loading. */
void join_load_child(struct branch *parent, size_t index, struct str output);
/* The parent takes its turn: it may be done, or have further children to start. */
void join_resume(struct branch *parent);
/* "[…]" of their outputs. */
struct json *join_outputs(const struct join *join);
/* What is left goes: children, rows. The parent's state is done with. */
void join_end(struct branch *parent);
void join_abort_running(struct branch *parent); /* with the events of states that were broken off */

/* map.c */
void map_state_start_children(struct branch *parent, int64_t previous_id);
struct json *map_state_input(struct branch *parent, size_t index); /* NULL: the Map was failed */
/* The nearest iteration of a Map around (or at) this branch: its index and item; false: there is none. */
bool map_state_item(const struct branch *branch, int64_t *ret_index, const cJSON **ret_item);
void map_state_load(struct branch *parent, const cJSON *row); /* rebuilds the join of a Map that was under way */
/* parallel.c */
void parallel_state_load(struct branch *parent);

#endif
