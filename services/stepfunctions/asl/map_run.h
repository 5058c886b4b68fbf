/* The Map Run of a distributed Map: its iterations are executions of their own (children), with histories of their own; the
 * parent's history knows only that the run began, was redriven, and how it ended. A child processes one item, or a batch.
 *
 *     begin ─▶ CHECKING ─▶ READING ─▶ RUNNING ─▶ WRITING ─▶ MapRunSucceeded, or MapRunFailed
 *              may results  ItemReader  children   ResultWriter
 *              be written?
 *
 * The run is a row (../map_run.h), its items that came from S3 are rows (item_store.h), its children are rows of executions;
 * what stands here is counted from them again after a restart. Reading and writing begin anew then: nothing rests on a part
 * of them. A run that failed stays in its branch until the execution has ended, so that it can be redriven; then unsuccessful
 * children are redriven (Express ones started again) before those that never began. */
#ifndef ASL_MAP_RUN_H
#define ASL_MAP_RUN_H

#include "services/stepfunctions/asl/item_batch.h"
#include "services/stepfunctions/asl/item_store.h"

#define MAP_THRESHOLD_ERROR "States.ExceedToleratedFailureThreshold"
#define MAP_THRESHOLD_CAUSE "The specified tolerated failure threshold was exceeded"

extern const char MAP_RUN_RUNNING[], MAP_RUN_SUCCEEDED[], MAP_RUN_FAILED[], MAP_RUN_ABORTED[];

enum run_stage { RUN_CHECKING, RUN_READING, RUN_RUNNING, RUN_WRITING };

/* Of executions, or of the items in them, by status. */
struct run_counts {
    int64_t running, succeeded, failed, timed_out, aborted, written, not_redrivable, pending_redrive;
};

/* What DescribeMapRun tells and UpdateMapRun changes. */
struct run_limits {
    int64_t most;      /* children at a time; 0: as many as there may be */
    double percentage; /* of items that may fail; 0: not said */
    int64_t count;     /* of items that may fail; 0: not said */
    bool has_percentage, has_count;
};

struct item_reader;
struct result_writer;

struct map_run {
    char *arn;
    struct json *row; /* as it was put last */
    enum run_stage stage;
    struct run_limits limits;
    struct batch_limits batches;
    struct str bucket, prefix;     /* of the results, in the row; at NULL: they are not exported */
    int64_t item_count, next_item; /* how many there are; the first that no child has */
    int64_t next_child;
    struct run_counts executions, items;
    struct item_store store; /* items that came from S3 */
    struct item_reader *reader;
    struct result_writer *writer;
    struct map_item selecting; /* the item whose input is being made; value NULL: none */
    bool failing;              /* the threshold was exceeded; the results are still to be written */
    bool over;                 /* it has ended, and waits for its execution's end */
    bool too_often;            /* it was redriven more often than it may be */
    bool redriven;             /* children may wait to be redriven, from `redrive_at` on */
    int64_t redrive_at;
};

void map_run_begin(struct branch *parent, struct value input);
void map_run_resume(struct branch *parent); /* its turn */
void map_run_free(struct map_run *run_or_null);
/* From the row of the branch, after a restart or to be redriven; false: there is no such run any more. */
bool map_run_load(struct branch *parent, struct str map_run_arn);
/* Event MapRunRedriven, and its unsuccessful children wait for their turns. */
void map_run_redrive(struct branch *parent, int64_t previous_id);
/* Whatever runs is aborted, and the run with it. What it read stays for a redrive. */
void map_run_stop(struct branch *parent);
/* It is done with: what it read goes. */
void map_run_forget(struct branch *parent);
bool map_run_is_over(const struct map_run *run);
/* UpdateMapRun, on a run that is under way. */
void map_run_set_limits(struct branch *parent, const struct run_limits *limits);

/* The item of an execution that is an iteration; false: it is none, or has a batch. */
bool map_run_item(const struct execution *execution, struct map_item *ret_item);
/* An execution has ended; where it was an iteration, its Map takes a turn. */
void map_run_child_ended(struct execution *child);
/* The run's children from number `from` on, in order; `visit` may change rows and says false to stop. */
void map_run_each_child(struct branch *parent, int64_t from,
                        bool (*visit)(struct branch *parent, struct str arn, const cJSON *row, void *data), void *data);
/* The input of a child that begins with item `from`, and how many items it has; NULL: *ret_failure. */
struct json *map_run_input(struct branch *parent, int64_t from, int64_t *ret_items, struct failure *ret_failure);

#endif
