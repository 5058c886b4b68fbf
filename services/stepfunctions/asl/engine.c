#include "services/stepfunctions/asl/engine.h"

#include <stdlib.h>

#include "services/stepfunctions/asl/map_run.h"
#include "services/stepfunctions/asl/mocked.h"
#include "services/stepfunctions/asl/trial.h"
#include "services/stepfunctions/asl/value.h"
#include "services/stepfunctions/execution.h"
#include "services/stepfunctions/execution_log.h"
#include "services/stepfunctions/execution_row.h"
#include "services/stepfunctions/jsonata/jsonata.h"
#include "services/stepfunctions/revision.h"
#include "services/stepfunctions/start_execution.h"
#include "services/stepfunctions/state_machine.h"
#include "services/stepfunctions/test_state.h"

/* How much one execution does before others have their turn: turns, bytes of history, which tell how large its data are, and
 * what its expressions take (some 50 ms). */
#define TURNS_A_STEP  32
#define BYTES_A_STEP  ((size_t)256 * 1024)
#define EFFORT_A_STEP 500000

#define STEPS_AT_ONCE 1024 /* of an Express execution, while the clock stands; each further one takes so long: */
#define STEP_MS       250

#define MOST_BYTES_BEGUN 4096 /* of what a first step wrote, to stand in the execution's row */

const char EXECUTION_RUNNING[] = "RUNNING", EXECUTION_SUCCEEDED[] = "SUCCEEDED", EXECUTION_FAILED[] = "FAILED",
           EXECUTION_TIMED_OUT[] = "TIMED_OUT", EXECUTION_ABORTED[] = "ABORTED";

/* What the executions of one world share. It is found by its world, and goes when nobody holds it any more. */
struct engine {
    struct world *world;
    size_t holders;
    struct map *running; /* ARN → struct execution */
    struct arena *scratch;
    struct buf spare, branch; /* of histories; the row that is being printed */
    struct list polls;
    struct map *activity_queue;
    struct map *log_deliveries;
    uint64_t order;
    struct engine *next;
};

static struct engine *engines; /* one for each world in which something runs */

static struct engine *find_engine(const struct world *world)
{
    struct engine *engine = engines;
    while (engine && engine->world != world)
        engine = engine->next;
    return engine;
}

struct engine *engine_of(struct world *world)
{
    struct engine *engine = find_engine(world);
    if (engine)
        return engine;
    engine = memory_alloc(sizeof *engine);
    engine->world = world;
    engine->running = map_new();
    engine->scratch = arena_new();
    list_init(&engine->polls);
    engine->activity_queue = map_new();
    engine->log_deliveries = map_new();
    engine->next = engines;
    engines = engine;
    return engine;
}

void engine_hold(struct engine *engine)
{
    engine->holders++;
}

void engine_let_go(struct engine *engine)
{
    if (--engine->holders)
        return;
    struct engine **link = &engines;
    while (*link != engine)
        link = &(*link)->next;
    *link = engine->next;
    map_free(engine->running, NULL);
    map_free(engine->activity_queue, NULL);
    map_free(engine->log_deliveries, NULL);
    arena_free(engine->scratch);
    buf_release(&engine->spare);
    buf_release(&engine->branch);
    free(engine);
}

struct execution *engine_find(const struct world *world, struct str arn)
{
    const struct engine *engine = find_engine(world);
    return engine ? map_get(engine->running, arn) : NULL;
}

struct arena *engine_scratch(struct execution *execution)
{
    return execution->engine->scratch;
}

int64_t engine_now(const struct execution *execution)
{
    return clock_now(execution->strand.world->clock);
}

uint64_t engine_next_order(struct engine *engine)
{
    return ++engine->order;
}

struct list *engine_polls(struct engine *engine)
{
    return &engine->polls;
}

struct map *engine_activity_queue(struct engine *engine)
{
    return engine->activity_queue;
}

struct map *engine_log_deliveries(struct engine *engine)
{
    return engine->log_deliveries;
}

/* ---- flushing ---- */

static void save_branches(struct execution *execution)
{
    struct list *link;
    while ((link = list_take_first(&execution->dirty)))
        branch_save(LIST_ITEM(link, struct branch, dirty));
}

static void adopt_row(struct execution *execution, struct json *row_taken)
{
    const cJSON *root = json_root(row_taken);
    json_unref(execution->row);
    execution->row = row_taken;
    execution->name = json_string(root, "name");
    execution->machine_arn = json_string(root, "stateMachineArn");
    execution->machine_name = json_string(root, "machineName");
    execution->role_arn = json_string(root, "roleArn");
}

static void put_row(struct execution *execution)
{
    execution->stands = true;
    store_put(execution->strand.world->store, execution->scope, &execution_table, str_of(execution->arn),
              json_ref(execution->row));
}

void engine_stand(struct execution *execution)
{
    if (!execution->stands)
        put_row(execution);
}

/* The row of the execution with what its first step has to say. */
static struct json *begun_row(struct execution *execution, struct str branch)
{
    struct str events = buf_str(&execution->history.text);
    const struct row_change changes[] = {
        ROW_TEXT("branch", branch),
        ROW_TEXT("events", events.length ? events : STR_NONE),
    };
    struct json *row = execution->row;
    execution->row = NULL;
    return execution_row_more(row, changes, sizeof changes / sizeof *changes);
}

/* A start is one row: where only the top has anything to say, and little, it stands in the execution's own. */
static bool flush_begun(struct execution *execution)
{
    struct branch *top = execution->top;
    bool first = !execution->begun;
    execution->begun = true;
    if (!first || !top || top->join || execution->history.text.length > MOST_BYTES_BEGUN)
        return false;
    struct buf *branch = &execution->engine->branch;
    buf_clear(branch);
    branch_print_row(top, branch);
    if (branch->length > MOST_BYTES_BEGUN) {
        buf_release(branch);
        return false;
    }
    adopt_row(execution, begun_row(execution, buf_str(branch)));
    put_row(execution);
    top->unsaved_self = false;
    list_remove(&top->dirty);
    history_clear(&execution->history);
    return true;
}

void engine_flush(struct execution *execution)
{
    struct world *world = execution->strand.world;
    if (execution->log)
        execution_log_take(execution);
    if (execution->history.fleeting)
        history_clear(&execution->history);
    if (flush_begun(execution))
        return;
    engine_stand(execution);
    save_branches(execution);
    history_flush(&execution->history, world, execution->scope, str_of(execution->arn));
}

/* ---- steps ---- */

static void free_ended(struct execution *execution)
{
    struct list *link;
    while ((link = list_take_first(&execution->ended)))
        branch_free(LIST_ITEM(link, struct branch, turn));
}

static void take_turn(struct branch *branch)
{
    switch (branch->phase) {
    case PHASE_ENTER:
        state_enter(branch);
        return;
    case PHASE_BEGIN:
        state_begin(branch);
        return;
    default:
        state_resume(branch);
    }
}

static bool runs(const struct execution *execution)
{
    return execution->status == EXECUTION_RUNNING;
}

static bool has_done_enough(const struct execution *execution, int turns, uint64_t effort)
{
    return turns == TURNS_A_STEP || execution->history.text.length >= BYTES_A_STEP || effort >= EFFORT_A_STEP;
}

static void take_turns(struct execution *execution)
{
    struct list *link;
    uint64_t before = jsonata_effort();
    for (int turns = 0; !has_done_enough(execution, turns, jsonata_effort() - before) && runs(execution) &&
                        (link = list_take_first(&execution->ready));
         turns++) {
        arena_reset(execution->engine->scratch);
        take_turn(LIST_ITEM(link, struct branch, turn));
        if (execution->history.full && runs(execution))
            engine_end(execution, EXECUTION_FAILED, NULL, "States.Runtime",
                       STR("The execution reached the maximum number of history events (25000)."));
        free_ended(execution);
    }
}

/* A clock that stands goes on when all is at rest. What never rests (a loop in an Express execution, which no number of events ends)
 * would never come to its deadline: behind so many steps each takes its time. The moment until which it sleeps; 0: it goes on. */
static int64_t rests_until(const struct execution *execution)
{
    const struct clock *clock = execution->strand.world->clock;
    int64_t due_ms = execution->start_ms + ((int64_t)execution->steps - STEPS_AT_ONCE) * STEP_MS;
    return execution->express && clock_stands(clock) && due_ms > clock_now(clock) ? due_ms : 0;
}

static enum next step(struct strand *strand, const struct wake *wake)
{
    struct execution *execution = LIST_ITEM(strand, struct execution, strand);
    if (execution->timed_out && runs(execution))
        engine_end(execution, EXECUTION_TIMED_OUT, NULL, NULL, STR_NONE);
    int64_t rests_until_ms = runs(execution) ? rests_until(execution) : 0;
    if (rests_until_ms) {
        strand_sleep(strand, rests_until_ms);
        return STRAND_PARKED;
    }
    execution->steps++;
    take_turns(execution);
    if (!runs(execution))
        return STRAND_ENDED;
    engine_flush(execution);
    /* The road refuses calls that would add to a full world; what runs must not fill it either, event by event. */
    if (store_is_full(strand->world->store)) {
        engine_end(execution, EXECUTION_FAILED, NULL, "States.Runtime",
                   STR("This practice cloud holds as much as it can."));
        return STRAND_ENDED;
    }
    return list_is_empty(&execution->ready) ? STRAND_PARKED : STRAND_AGAIN;
}

static void leave_engine(struct execution *execution)
{
    if (map_get(execution->engine->running, str_of(execution->arn)) == execution)
        map_remove(execution->engine->running, str_of(execution->arn));
}

static void release(struct strand *strand)
{
    struct execution *execution = LIST_ITEM(strand, struct execution, strand);
    leave_engine(execution);
    timer_stop(strand->world->clock, &execution->deadline);
    if (execution->caller)
        execution->caller->abandoned = NULL; /* somebody else answers it: the world is set back */
    if (execution->top)
        branch_free(execution->top);
    free_ended(execution);
    history_release(&execution->history);
    execution_log_free(execution->log);
    machine_unref(execution->machine);
    json_unref(execution->input);
    json_unref(execution->row);
    trial_free(execution->trial);
    mocked_free(execution->mocked);
    engine_let_go(execution->engine);
    free(execution->arn);
    free(execution);
}

/* ---- starting ---- */

static void pass_deadline(struct timer *timer, void *data)
{
    struct execution *execution = data;
    execution->timed_out = true;
    strand_wake(&execution->strand, WAKE_TIME, NULL, NULL);
}

/* The definition was accepted for its machine's type, whatever type an iteration of a Map in it has. */
static struct machine *machine_of(const cJSON *revision)
{
    bool express = str_is(json_str(revision, "type"), "EXPRESS");
    return machine_cached(json_str(revision, "definition"), express ? MACHINE_EXPRESS : MACHINE_STANDARD);
}

/* A child of a distributed Map runs that state's item processor. */
static const struct flow *flow_of(const struct machine *machine, const cJSON *row)
{
    int64_t state = json_int64(row, "mapState", -1);
    return state < 0 ? machine->flow : machine->states[state]->branches[0];
}

/* The execution in memory, without branches. */
static struct execution *make(struct world *world, struct scope scope, struct str arn, struct json *row,
                              struct machine *machine_taken)
{
    const cJSON *root = json_root(row);
    struct execution *execution = memory_alloc(sizeof *execution);
    execution->engine = engine_of(world);
    engine_hold(execution->engine);
    execution->strand.step = step;
    execution->strand.release = release;
    execution->scope = store_intern(world->store, scope);
    execution->arn = memory_copy(arn);
    adopt_row(execution, json_ref(row));
    execution->status = EXECUTION_RUNNING;
    execution->start_ms = json_int64(root, "startDate", 0);
    execution->machine = machine_taken;
    execution->flow = flow_of(machine_taken, root);
    execution->express = str_is(json_str(root, "type"), "EXPRESS");
    execution->mocked = mocked_new(root);
    execution->deadline = (struct timer){ .fire = pass_deadline, .data = execution };
    history_init(&execution->history, execution->express, &execution->engine->spare);
    list_init(&execution->ready);
    list_init(&execution->dirty);
    list_init(&execution->ended);
    map_put(execution->engine->running, arn, execution);
    strand_start(world, &execution->strand);
    int64_t deadline_ms = json_int64(root, "deadline", 0);
    if (deadline_ms)
        timer_start(world->clock, &execution->deadline, deadline_ms);
    return execution;
}

/* NULL: its revision is gone or cannot be read. */
static struct execution *load(struct world *world, struct scope scope, struct str arn, struct json *row)
{
    struct json *revision = revision_get(world, scope, json_str(json_root(row), "revision"));
    struct machine *machine = revision ? machine_of(json_root(revision)) : NULL;
    if (!machine)
        return NULL;
    struct execution *execution = make(world, scope, arn, row, machine);
    execution->log = execution_log_new(execution, json_get(json_root(revision), "loggingConfiguration"));
    execution->history.silent = execution->express && !execution->log;
    return execution;
}

static void write_started(struct execution *execution)
{
    const cJSON *row = json_root(execution->row);
    struct str alias = json_str(row, "stateMachineAliasArn"), version = json_str(row, "stateMachineVersionArn");
    history_open(&execution->history, "ExecutionStarted", 0, engine_now(execution));
    history_details(&execution->history, "executionStartedEventDetails");
    history_data(&execution->history, "input", json_text(execution->input));
    history_string(&execution->history, "roleArn", str_of(execution->role_arn));
    if (alias.at)
        history_string(&execution->history, "stateMachineAliasArn", alias);
    if (version.at)
        history_string(&execution->history, "stateMachineVersionArn", version);
    history_close(&execution->history);
}

static void enter_first(struct execution *execution, int64_t previous_id)
{
    execution->top = branch_new(execution, NULL, execution->flow, 0);
    execution->top->last_id = previous_id;
    branch_enter(execution->top, execution->flow->start, json_ref(execution->input));
}

static void begin(struct execution *execution)
{
    write_started(execution);
    enter_first(execution, 0);
}

static struct execution *make_begun(struct world *world, struct scope scope, struct str arn, struct json *row_taken,
                                    struct json *input)
{
    struct execution *execution = load(world, scope, arn, row_taken);
    json_unref(row_taken);
    if (!execution)
        return NULL;
    execution->input = json_ref(input);
    begin(execution);
    return execution;
}

struct execution *engine_start(struct world *world, struct scope scope, struct str arn, struct json *row_taken,
                               struct json *input)
{
    struct execution *execution = make_begun(world, scope, arn, row_taken, input);
    if (execution)
        engine_stand(execution);
    return execution;
}

bool engine_start_now(struct world *world, struct scope scope, struct str arn, struct json *row_taken,
                      struct json *input)
{
    struct execution *execution = make_begun(world, scope, arn, row_taken, input);
    if (execution && !strand_step_now(&execution->strand))
        engine_stand(execution);
    return execution != NULL;
}

struct execution *engine_try(struct world *world, struct scope scope, struct str arn, struct json *row,
                             struct json *input, struct machine *machine_taken, const struct state *state,
                             struct trial *trial_taken)
{
    struct execution *execution = make(world, scope, arn, row, machine_taken);
    execution->trial = trial_taken;
    execution->begun = execution->stands = true; /* it has no row */
    trial_taken->state = state;
    execution->input = json_ref(input);
    execution->top = branch_new(execution, NULL, state->flow, 0);
    if (trial_taken->variables)
        branch_set_variables(execution->top, json_seal_copy(trial_taken->variables));
    branch_enter(execution->top, state, json_ref(input));
    execution->top->retry_count = trial_taken->retry_count;
    return execution;
}

/* ---- redriving ---- */

static struct json *redriven_row(const cJSON *row, int64_t date_ms)
{
    const struct row_change changes[] = {
        ROW_TEXT("status", str_of(EXECUTION_RUNNING)),
        ROW_NUMBER("redriveCount", json_int64(row, "redriveCount", 0) + 1),
        ROW_NUMBER("redriveDate", date_ms),
        ROW_GONE("deadline"),
        ROW_GONE("stopDate"),
        ROW_GONE("output"),
        ROW_GONE("error"),
        ROW_GONE("cause"),
        ROW_GONE("pendingRedrive"),
    };
    return execution_row_with(row, changes, sizeof changes / sizeof *changes);
}

/* "The state machine level timeout, if defined, is reset to 0." */
static void reset_deadline(struct execution *execution)
{
    int64_t deadline_ms = engine_now(execution) + execution->machine->timeout_seconds * 1000;
    const struct row_change change = ROW_NUMBER("deadline", deadline_ms);
    adopt_row(execution, execution_row_with(json_root(execution->row), &change, 1));
    timer_start(execution->strand.world->clock, &execution->deadline, deadline_ms);
}

static int64_t write_redriven(struct execution *execution)
{
    struct history *history = &execution->history;
    int64_t id = history_open(history, "ExecutionRedriven", history->last, engine_now(execution));
    history_details(history, "executionRedrivenEventDetails");
    history_integer(history, "redriveCount", json_int64(json_root(execution->row), "redriveCount", 0));
    history_close(history);
    return id;
}

struct execution *engine_redrive(struct world *world, struct scope scope, struct str arn, struct json *row,
                                 int64_t date_ms)
{
    struct json *redriven = redriven_row(json_root(row), date_ms);
    struct execution *execution = load(world, scope, arn, redriven);
    json_unref(redriven);
    if (!execution)
        return NULL;
    if (json_get(json_root(row), "deadline"))
        reset_deadline(execution);
    execution->input = json_parse(json_str(json_root(execution->row), "input"), NULL);
    execution->begun = true;
    history_load(&execution->history, world, scope, arn);
    put_row(execution);
    int64_t redriven_id = write_redriven(execution);
    if (branch_load_all(execution))
        branch_redrive_all(execution, redriven_id);
    else
        enter_first(execution, redriven_id); /* none was kept */
    engine_flush(execution);
    return execution;
}

/* ---- ending ---- */

/* Why time ran out stands in the event alone: DescribeExecution tells no error then (measured: floci-io/floci issue 2733). */
static const struct ending {
    const char *status, *event, *details, *error;
} endings[] = {
    { EXECUTION_SUCCEEDED, "ExecutionSucceeded", "executionSucceededEventDetails", NULL },
    { EXECUTION_FAILED, "ExecutionFailed", "executionFailedEventDetails", NULL },
    { EXECUTION_TIMED_OUT, "ExecutionTimedOut", "executionTimedOutEventDetails", "States.Timeout" },
    { EXECUTION_ABORTED, "ExecutionAborted", "executionAbortedEventDetails", NULL },
};

/* What ends an execution from outside of it follows no event. */
static void write_ending(struct execution *execution, const char *status, struct json *output, const char *error,
                         struct str cause)
{
    const struct ending *ending = endings;
    while (ending->status != status)
        ending++;
    bool from_inside = status == EXECUTION_SUCCEEDED || status == EXECUTION_FAILED;
    struct history *history = &execution->history;
    history_open_last(history, ending->event, from_inside ? execution->top->last_id : 0, engine_now(execution));
    history_details(history, ending->details);
    if (output)
        history_data(history, "output", json_text(output));
    history_error(history, error ? error : ending->error, cause);
    history_close(history);
}

static void write_ended_row(struct execution *execution, struct json *output, const char *error, struct str cause)
{
    const struct row_change changes[] = {
        ROW_TEXT("status", str_of(execution->status)),
        ROW_NUMBER("stopDate", engine_now(execution)),
        ROW_TEXT("output", output ? json_text(output) : STR_NONE),
        ROW_TEXT("error", str_of(error)),
        ROW_TEXT("cause", cause),
        ROW_GONE("branch"),
    };
    adopt_row(execution, execution_row_with(json_root(execution->row), changes, sizeof changes / sizeof *changes));
    put_row(execution);
}

/* An Express execution leaves nothing behind (but as an iteration of a Map), so its revision may go too. */
static void delete_row(struct execution *execution)
{
    struct world *world = execution->strand.world;
    store_delete(world->store, execution->scope, &execution_table, str_of(execution->arn));
    revision_prune(world, execution->scope, json_str(json_root(execution->row), "revision"));
}

static void tell_ended(struct execution *execution)
{
    struct world *world = execution->strand.world;
    cJSON *detail = cJSON_CreateObject();
    json_set_string(detail, "status", execution->status);
    bus_post(world->bus, EXECUTION_ENDED, execution->scope, str_of(execution->arn), json_seal(detail));
    map_run_child_ended(execution);
    if (execution->caller)
        start_sync_answer(execution);
    state_machine_execution_ended(world, execution->scope, str_of(execution->machine_arn));
}

/* A test that ends otherwise than by its state's end ran out of time or of room. */
static void end_trial(struct execution *execution, const char *error_or_null, struct str cause_or_none)
{
    struct trial *trial = execution->trial;
    if (!trial->status) {
        trial->status = "FAILED";
        trial->error = error_or_null ? arena_copy(trial->arena, str_of(error_or_null)) : "States.Timeout";
        trial->cause = cause_or_none.at ? arena_str(trial->arena, cause_or_none) : STR_NONE;
    }
    branch_end(execution->top);
    execution->top = NULL;
    leave_engine(execution);
    if (execution->caller)
        test_state_answer(execution);
}

static bool may_be_redriven(const struct execution *execution)
{
    return execution->status != EXECUTION_SUCCEEDED && !execution->express && !execution->history.full;
}

void engine_end(struct execution *execution, const char *status, struct json *output_or_null, const char *error_or_null,
                struct str cause_or_none)
{
    execution->status = status;
    timer_stop(execution->strand.world->clock, &execution->deadline);
    if (execution->trial) {
        end_trial(execution, error_or_null, cause_or_none);
        return;
    }
    write_ending(execution, status, output_or_null, error_or_null, cause_or_none);
    write_ended_row(execution, output_or_null, error_or_null, cause_or_none);
    if (may_be_redriven(execution))
        branch_keep_all(execution);
    else
        branch_end(execution->top);
    execution->top = NULL;
    engine_flush(execution);
    leave_engine(execution);
    tell_ended(execution);
    if (execution->express && !json_get(json_root(execution->row), "mapRunArn"))
        delete_row(execution);
}

void engine_abort(struct execution *execution, const char *error_or_null, struct str cause_or_none)
{
    engine_end(execution, EXECUTION_ABORTED, NULL, error_or_null, cause_or_none);
    if (!execution->strand.stepping)
        strand_kill(&execution->strand);
}

/* ---- recovering ---- */

/* An execution whose definition cannot be read any more (an older or newer program wrote it) must not run for ever. */
static void fail_unreadable(struct world *world, struct scope scope, struct str arn, struct json *row)
{
    cJSON *failed = json_thaw(json_root(row));
    json_set_string(failed, "status", EXECUTION_FAILED);
    json_set_int64(failed, "stopDate", clock_now(world->clock));
    json_set_string(failed, "error", "States.Runtime");
    json_set_string(failed, "cause", "The definition of this execution could not be read after a restart.");
    store_put(world->store, scope, &execution_table, arn, json_seal(failed));
}

static void recover_one(struct scope scope, struct str key, struct json *row, void *data)
{
    struct world *world = data;
    const cJSON *root = json_root(row);
    if (strcmp(json_string(root, "status"), EXECUTION_RUNNING) != 0)
        return;
    struct execution *execution = load(world, scope, key, row);
    if (!execution) {
        fail_unreadable(world, scope, key, row);
        return;
    }
    execution->stands = true;
    execution->input = json_parse(json_str(root, "input"), NULL);
    history_load(&execution->history, world, scope, key);
    execution->begun = branch_load_all(execution);
    if (!execution->begun)
        begin(execution);
}

void execution_recover(struct world *world)
{
    store_scan(world->store, &execution_table, recover_one, world);
}
