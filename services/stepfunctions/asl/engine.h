/* The engine: what runs an execution. One strand an execution; its threads of control are branches: the top level, each
 * branch of a Parallel, each iteration of an inline Map. The strand takes the branches that can go on in turn, one state
 * each, until all of them wait; then it writes what changed (dirty branches, one chunk of history) and parks. So an
 * execution costs one batch of rows a run, however many branches moved, and a parked one costs its structs and nothing else.
 *
 *     branch_enter ─▶ ENTER ── StateEntered ─▶ state_begin ─┬─▶ state_exit ── StateExited ─▶ ENTER of the next state …
 *                       ▲                          ▲        │                            └─▶ flow_succeed (no next state)
 *                       │                          │        ├─▶ SLEEP, CALL, TASK, JOIN ··· woken ··▶ state_resume
 *                       │                       BACKOFF ◀── branch_fail: Retry
 *                       └───────── Catch ──────────────────────┘      └─▶ flow_fail
 *
 * Everything outside the strand (a timer, an event, an answered call, an API handler) only notes what happened in the branch
 * and says branch_wake(). A branch that ended stays in memory until the end of the turn: whoever holds it may return.
 *
 * Documents (inputs, outputs, results) are sealed and shared. What no path touched is the very document that came, so its
 * text, white space and all, goes on. */
#ifndef ASL_ENGINE_H
#define ASL_ENGINE_H

#include "base/map.h"
#include "services/stepfunctions/asl/machine.h"
#include "services/stepfunctions/history.h"
#include "world/strand.h"

#define ENGINE_MAX_DATA 262144 /* bytes of an input, output or result */

struct engine;
struct branch;
struct execution_log;
struct mocked;

struct execution {
    struct strand strand;
    struct engine *engine;
    struct scope scope; /* interned */
    char *arn;
    struct json *row; /* as it was started; the strings below are borrowed from it */
    const char *name, *machine_arn, *machine_name, *role_arn;
    const char *status; /* the constants below; RUNNING until it ends */
    struct json *input;
    int64_t start_ms;
    struct machine *machine;
    const struct flow *flow; /* the machine's, or the item processor of a distributed Map */
    bool express;
    bool begun;     /* its first step was written */
    bool stands;    /* its row does, or it has none */
    unsigned steps; /* of its strand */
    bool timed_out; /* its deadline has passed; the next step ends it */
    struct timer deadline;
    struct history history;
    struct execution_log *log; /* execution_log.h; NULL: its events are not logged */
    struct branch *top;
    struct list ready;     /* branches that can go on, in turn */
    struct list dirty;     /* branches whose row is out of date */
    struct list ended;     /* branches to be freed at the end of the turn */
    struct call *caller;   /* StartSyncExecution or TestState, parked; NULL: none, or gone */
    struct trial *trial;   /* TestState's: no row of it is ever written; NULL: an execution of a state machine */
    struct mocked *mocked; /* the test case that answers its tasks; NULL: none */
};

extern const char EXECUTION_RUNNING[], EXECUTION_SUCCEEDED[], EXECUTION_FAILED[], EXECUTION_TIMED_OUT[],
    EXECUTION_ABORTED[];

/* What a branch is doing. The names are in rows. */
enum phase {
    PHASE_ENTER,   /* its state is to be entered */
    PHASE_BEGIN,   /* entered; the state's work is to begin */
    PHASE_ASK,     /* a hook is thinking about the transition */
    PHASE_DELAY,   /* a hook delays it until the deadline */
    PHASE_SLEEP,   /* Wait, until the deadline */
    PHASE_BACKOFF, /* Retry, until the deadline */
    PHASE_CALL,    /* a task's call is under way */
    PHASE_TASK,    /* a task waits for its token, its worker or its child execution */
    PHASE_JOIN,    /* Parallel and Map wait for their branches */
};

struct task;
struct join;
struct ask;

struct branch {
    struct execution *execution;
    struct branch *parent; /* NULL: the top level */
    struct list turn;      /* in execution->ready or ->ended */
    struct list dirty;     /* in execution->dirty */
    struct list sibling;   /* in parent->join->running */
    const struct flow *flow;
    const struct state *state;
    enum phase phase;
    unsigned index;           /* of the branch in its Parallel, of the item in its Map */
    bool saved, unsaved_self; /* it has a row; the row is out of date */
    bool over;
    bool failed;                 /* its parent has failed with it */
    struct json *input;          /* of its state, as it came */
    struct variables scope;      /* its own variables and those around it */
    struct json *variables;      /* what scope.values is the root of; NULL: none */
    int64_t entered_id, last_id; /* events: StateEntered, and what the next event follows */
    int64_t before_id;           /* what StateEntered followed */
    int64_t entered_ms;
    int64_t deadline_ms; /* DELAY, SLEEP, BACKOFF */
    struct timer timer;
    unsigned *attempts; /* by retrier of the state; NULL: none was used */
    unsigned retry_count;
    struct task *task;
    struct join *join;
    struct ask *ask;
};

/* ---- executions: engine.c ---- */
/* Puts the row of a new execution and starts running it: its first events are written and its first step is queued. NULL: its
 * definition cannot be read, and nothing was done. */
struct execution *engine_start(struct world *world, struct scope scope, struct str arn, struct json *row_taken,
                               struct json *input);
/* The same, but the first step is taken at once where it can be, and the row then comes to stand with what that did: a start is
 * one change. */
bool engine_start_now(struct world *world, struct scope scope, struct str arn, struct json *row_taken,
                      struct json *input);
/* In its first step, before anybody outside can ask for it: its row stands from now on. */
void engine_stand(struct execution *execution);
/* Takes up an execution that did not succeed where it failed, by the row as it ended: its states that had not been left begin
 * again. date_ms: the virtual time its row tells as redriveDate. NULL: it cannot be read any more. */
struct execution *engine_redrive(struct world *world, struct scope scope, struct str arn, struct json *row,
                                 int64_t date_ms);
/* Runs one state for TestState. Takes the trial and the machine; the row is of the same form, but stands nowhere. */
struct execution *engine_try(struct world *world, struct scope scope, struct str arn, struct json *row,
                             struct json *input, struct machine *machine_taken, const struct state *state,
                             struct trial *trial_taken);
/* The running execution of that ARN; NULL: it does not run. */
struct execution *engine_find(const struct world *world, struct str arn);
/* Writes what stands only in memory, so that rows are true. Nothing to do for an execution that is parked. */
void engine_flush(struct execution *execution);
/* Ends it with one of the statuses above: the last event, the row, the caller's answer, the branches' rows. Borrows all. */
void engine_end(struct execution *execution, const char *status, struct json *output_or_null, const char *error_or_null,
                struct str cause_or_none);
/* The same from outside its step (StopExecution): the strand goes too. */
void engine_abort(struct execution *execution, const char *error_or_null, struct str cause_or_none);
struct engine *engine_of(struct world *world); /* made when first asked for; lives as long as somebody holds it */
void engine_hold(struct engine *engine);
void engine_let_go(struct engine *engine);
struct arena *engine_scratch(struct execution *execution); /* forgotten after each turn of a branch */
int64_t engine_now(const struct execution *execution);
/* Another order of the same moment: grows with each use. */
uint64_t engine_next_order(struct engine *engine);
/* activity_task.c's: polls that wait; branches whose task waits, by place. */
struct list *engine_polls(struct engine *engine);
struct map *engine_activity_queue(struct engine *engine);
struct map *engine_log_deliveries(struct engine *engine); /* log_delivery.c's */

/* ---- branches: branch.c ---- */
struct branch *branch_new(struct execution *execution, struct branch *parent, const struct flow *flow, unsigned index);
void branch_free(struct branch *branch);
void branch_enter(struct branch *branch, const struct state *state, struct json *input_taken);
void branch_wake(struct branch *branch); /* from anywhere: it takes its turn when the execution steps next */
void branch_sleep(struct branch *branch, enum phase phase, int64_t deadline_ms);
void branch_touch(struct branch *branch); /* its row is out of date */
/* It is over, with all below it: timers, listeners and calls go, rows are deleted. */
void branch_end(struct branch *branch);
void branch_stand_still(struct branch *branch); /* it does nothing any more, but stays where it is */
void branch_set_variables(struct branch *branch, struct json *variables_taken);
void branch_print_path(const struct branch *branch, struct buf *path);
struct branch *branch_find(struct execution *execution, struct str path); /* NULL: there is none */
/* branch_row.c */
void branch_save(struct branch *branch);
/* An execution has failed, all its branches still standing: their rows say where each would go on if it were redriven, and
 * whatever they waited for is let go. */
void branch_keep_all(struct execution *execution);
/* The branches, just loaded, go on behind event `redriven_id`. */
void branch_redrive_all(struct execution *execution, int64_t redriven_id);
/* What its row says, for the execution's own row: a start is one row (execution.h). */
void branch_print_row(const struct branch *branch, struct buf *row);
/* Rebuilds the top branch and all below from rows; false: there are none. */
bool branch_load_all(struct execution *execution);

/* ---- states: state.c ---- */
void state_enter(struct branch *branch);
void state_begin(struct branch *branch);  /* its work; again after a retry */
void state_resume(struct branch *branch); /* what it waited for may have happened */
/* Leaves the state with an output and, from an Assign, variables (an object in the scratch arena, or NULL). */
void state_exit(struct branch *branch, struct json *output_taken, const cJSON *assigned_or_null,
                const struct state *next);
/* Its own variables with the assigned ones over them. */
struct json *state_merge_variables(struct branch *branch, const cJSON *assigned);
/* The flow of this branch has come to its end. */
void flow_succeed(struct branch *branch, struct json *output_taken);
void flow_fail(struct branch *branch, const char *error_or_null, struct str cause_or_none);

/* ---- errors: retry.c ---- */
/* An error of the current state: retried, caught, or the end of the flow. The text may stand in the scratch arena. */
void branch_fail(struct branch *branch, const char *error_or_null, struct str cause_or_none);
/* "An error occurred while executing the state 'X' (entered at the event id #2). …" */
struct str branch_cause_inside(const struct branch *branch, struct str detail);
/* The same for what went wrong inside the engine: "An error occurred while executing the state 'X' (entered at …). …" */
void branch_fail_inside(struct branch *branch, const struct failure *failure);
__attribute__((format(printf, 3, 4))) void branch_fail_saying(struct branch *branch, const char *error,
                                                              const char *format, ...);

/* ---- Parallel and Map: join.c, parallel.c, map.c ---- */
void parallel_state_begin(struct branch *branch);
void map_state_begin(struct branch *branch);
void join_child_succeeded(struct branch *child, struct json *output_taken);
void join_child_failed(struct branch *child, const char *error_or_null, struct str cause_or_none);

#endif
