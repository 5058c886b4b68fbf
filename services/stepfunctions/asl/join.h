/* Parallel and Map while their branches run: what the parent keeps. A branch that has ended leaves its output here and, once
 * the execution is flushed, as a row of its own until the parent has taken all outputs; so the parent's own row need not be
 * written again and again while a thousand iterations go by. Outputs are joined as texts: what was passed on verbatim stays
 * verbatim inside the array.
 *
 * A distributed Map's iterations are executions of their own, which its Map Run keeps (map_run.h). */
#ifndef ASL_JOIN_H
#define ASL_JOIN_H

#include "services/stepfunctions/asl/map_run.h"

struct outcome_of_child {
    struct json *output; /* NULL: not yet */
    bool ended, saved;   /* saved: there is a row */
};

struct join {
    struct list running; /* branches, by `sibling`; none where they are executions */
    size_t count, started, ended;
    size_t most;                       /* at a time */
    struct outcome_of_child *children; /* count of them; NULL: executions */
    size_t first_unsaved;              /* all before it are saved; SIZE_MAX: none to be saved */
    /* Map */
    const cJSON **items;         /* count of them */
    struct json *items_document; /* which they stand in */
    size_t selecting;            /* the item whose input is being made; SIZE_MAX: none */
    int64_t started_id;          /* event MapStateStarted, or MapRunStarted or MapRunRedriven */
    struct map_run *run;         /* distributed; NULL: inline */
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
void map_state_write_started(struct branch *parent);
bool map_state_has_selector(const struct state *state);
/* One item as ItemSelector makes it, or as it is; NULL: *ret_failure. */
struct json *map_state_select(struct branch *parent, const struct map_item *item, struct failure *ret_failure);
/* A number given as such, by a path or an expression; false: the branch was failed. */
bool map_state_number(struct branch *branch, struct value input, const struct number_option *option, const char *field,
                      double most, double *ret_number);
/* The nearest iteration of a Map around (or at) this branch; false: there is none. */
bool map_state_item(const struct branch *branch, struct map_item *ret_item);
void map_state_load(struct branch *parent, const cJSON *row); /* rebuilds the join of a Map that was under way */
/* False: the branch was failed. `ret_document` is another reference to, or a copy of, what the array (or object) stands in. */
bool map_state_find_items(struct branch *branch, struct value input, const cJSON **ret_array,
                          struct json **ret_document);
void map_state_take_items(struct join *join, const cJSON *array, struct json *document_taken);
struct map_item map_state_item_at(const struct join *join, size_t index); /* of those that came with the input */
void map_state_try(struct branch *branch);                                /* map_trial.c: TestState */
/* parallel.c */
void parallel_state_load(struct branch *parent);

#endif
