#include "services/stepfunctions/asl/map_run_inner.h"

#include "services/stepfunctions/asl/item_reader.h"
#include "services/stepfunctions/asl/result_writer.h"

const char MAP_RUN_RUNNING[] = "RUNNING", MAP_RUN_SUCCEEDED[] = "SUCCEEDED", MAP_RUN_FAILED[] = "FAILED",
           MAP_RUN_ABORTED[] = "ABORTED";

#define CHILDREN_A_TURN  8
#define DISTRIBUTED_MOST 10000 /* "runs 10,000 parallel child workflow executions" where nothing else is said */
#define REDRIVES_MOST    1000  /* "the hard limit of 1000 redrives of a given Map Run" */

/* ---- beginning ---- */

/* "…:mapRun:MACHINE/LABEL:UUID"; a Map without a label gets a UUID for one. */
static char *new_arn(struct branch *parent)
{
    struct execution *execution = parent->execution;
    struct random *random = &execution->strand.world->random;
    char label[37], id[37];
    random_uuid(random, label);
    random_uuid(random, id);
    struct buf arn = BUF_EMPTY;
    buf_printf(&arn, "arn:aws:states:%s:%s:mapRun:%s/%s:%s", execution->scope.region, execution->scope.account,
               execution->machine_name, parent->state->label ? parent->state->label : label, id);
    return buf_take(&arn);
}

static void write_started(struct branch *parent, const char *type, const char *details, int64_t redrives)
{
    struct history *history = &parent->execution->history;
    struct join *join = parent->join;
    parent->last_id = history_open(history, type, parent->last_id, engine_now(parent->execution));
    history_details(history, details);
    history_string(history, "mapRunArn", str_of(join->run->arn));
    if (redrives)
        history_integer(history, "redriveCount", redrives);
    history_close(history);
    join->started_id = parent->last_id;
}

static bool find_limits(struct branch *parent, struct value input, struct run_limits *ret_limits)
{
    const struct state *state = parent->state;
    double most, count, percentage;
    if (!map_state_number(parent, input, &state->max_concurrency, "MaxConcurrencyPath", INT32_MAX, &most) ||
        !map_state_number(parent, input, &state->tolerated_count, "ToleratedFailureCountPath", INT32_MAX, &count) ||
        !map_state_number(parent, input, &state->tolerated_percentage, "ToleratedFailurePercentagePath", 100,
                          &percentage))
        return false;
    *ret_limits = (struct run_limits){ .most = (int64_t)most,
                                       .count = (int64_t)count,
                                       .percentage = percentage,
                                       .has_count = number_is_there(&state->tolerated_count),
                                       .has_percentage = number_is_there(&state->tolerated_percentage) };
    return true;
}

/* Where results go: {"Bucket", "Prefix"}; *ret_place stays NULL where they go nowhere. */
static bool find_place(struct branch *parent, struct value input, const cJSON **ret_place)
{
    const struct writer_option *writer = parent->state->result_writer;
    struct failure failure;
    *ret_place = NULL;
    if (!writer || !writer->exports || (!writer->parameters.query && !writer->parameters.template) ||
        flow_fill(parent, &writer->parameters, input, ret_place, &failure))
        return true;
    branch_fail_inside(parent, &failure);
    return false;
}

static enum run_stage first_stage(const struct branch *parent)
{
    const struct writer_option *writer = parent->state->result_writer;
    if (writer && writer->exports)
        return RUN_CHECKING;
    return parent->state->item_reader ? RUN_READING : RUN_RUNNING;
}

/* The join knows the items that came with the input. What cannot be found fails the state as one in which nothing began. */
void map_run_begin(struct branch *parent, struct value input)
{
    struct join *join = parent->join;
    struct map_run *run = map_run_new(parent, new_arn(parent));
    const cJSON *place;
    parent->join = NULL;
    if (!find_limits(parent, input, &run->limits) || !batch_limits_find(parent, input, &run->batches) ||
        !find_place(parent, input, &place)) {
        map_run_free(run);
        join_free(join);
        return;
    }
    run->item_count = (int64_t)join->count;
    run->stage = first_stage(parent);
    join->run = run;
    parent->join = join;
    parent->phase = PHASE_JOIN;
    map_state_write_started(parent);
    map_run_put_new(parent, place);
    write_started(parent, "MapRunStarted", "mapRunStartedEventDetails", 0);
    branch_touch(parent);
    branch_wake(parent); /* its turn starts the first children */
}

/* ---- ending ---- */

/* Recorded: the state's exit follows MapRunSucceeded where the Map is the first state of all, else MapRunStarted. */
static void succeed(struct branch *parent)
{
    struct history *history = &parent->execution->history;
    int64_t now_ms = engine_now(parent->execution);
    int64_t started_id = parent->join->started_id;
    struct json *outputs = map_run_of(parent)->bucket.at ? result_writer_result(parent) : result_writer_outputs(parent);
    int64_t run_id = history_bare(history, "MapRunSucceeded", started_id, now_ms);
    history_bare(history, "MapStateSucceeded", run_id, now_ms);
    parent->last_id = parent->entered_id == 2 ? run_id : started_id;
    map_run_put_ended(parent, MAP_RUN_SUCCEEDED);
    join_end(parent);
    if (flow_fits(parent, json_text(outputs)))
        flow_finish(parent, value_of(outputs));
    json_unref(outputs);
}

static void write_failed(struct branch *parent, const char *error, struct str cause)
{
    parent->last_id = history_open(&parent->execution->history, "MapRunFailed", parent->join->started_id,
                                   engine_now(parent->execution));
    history_details(&parent->execution->history, "mapRunFailedEventDetails");
    history_error(&parent->execution->history, error, cause);
    history_close(&parent->execution->history);
    map_run_put_ended(parent, MAP_RUN_FAILED);
}

/* What still runs is stopped. */
static void fail(struct branch *parent, const char *error, struct str cause)
{
    map_run_stop_children(parent);
    write_failed(parent, error, cause);
    branch_fail(parent, error, cause);
}

static void drop_reader(struct map_run *run)
{
    item_reader_free(run->reader);
    run->reader = NULL;
}

static void drop_writer(struct map_run *run)
{
    result_writer_free(run->writer);
    run->writer = NULL;
}

void map_run_stop(struct branch *parent)
{
    struct map_run *run = map_run_of(parent);
    if (run->over)
        return;
    map_run_stop_children(parent);
    drop_reader(run);
    drop_writer(run);
    map_run_put_ended(parent, MAP_RUN_ABORTED);
}

void map_run_forget(struct branch *parent)
{
    struct map_run *run = map_run_of(parent);
    map_run_stop(parent);
    if (run->store.count || run->stage == RUN_READING)
        item_store_clear(&run->store);
}

bool map_run_is_over(const struct map_run *run)
{
    return run->over;
}

/* What goes wrong in its expressions is worded as in any state; such a run is not redriven, but begun anew ("Map Run failed
 * because of the JSON data interpolation error"). */
static void fail_with(struct branch *parent, const struct failure *failure)
{
    bool own = strcmp(failure->error, ITEM_READER_FAILED) == 0 || strcmp(failure->error, RESULT_WRITER_FAILED) == 0;
    if (own) {
        fail(parent, failure->error, failure->cause);
        return;
    }
    map_run_stop_children(parent);
    write_failed(parent, failure->error, branch_cause_inside(parent, failure->cause));
    join_end(parent);
    branch_fail_inside(parent, failure);
}

/* ---- checking and reading ---- */

static void check(struct branch *parent)
{
    struct map_run *run = map_run_of(parent);
    struct failure failure;
    if (!run->writer)
        run->writer = result_writer_new(parent, true);
    switch (result_writer_step(run->writer, &failure)) {
    case WRITING_FAILED:
        drop_writer(run);
        fail_with(parent, &failure);
        return;
    case WRITING_DONE:
        drop_writer(run);
        map_run_set_stage(parent, parent->state->item_reader ? RUN_READING : RUN_RUNNING);
        branch_wake(parent);
        return;
    case WRITING_GOES_ON:
        branch_wake(parent);
        return;
    case WRITING_WAITS:
        return;
    }
}

static void read_items(struct branch *parent)
{
    struct map_run *run = map_run_of(parent);
    struct failure failure;
    if (!run->reader) {
        item_store_clear(&run->store);
        run->reader = item_reader_new(parent, &run->store);
    }
    enum reading reading = item_reader_step(run->reader, &failure);
    run->item_count = run->store.count;
    switch (reading) {
    case READING_FAILED:
        drop_reader(run);
        fail_with(parent, &failure);
        return;
    case READING_DONE:
        drop_reader(run);
        map_run_set_stage(parent, RUN_RUNNING);
        branch_wake(parent);
        return;
    case READING_GOES_ON:
        branch_wake(parent);
        return;
    case READING_WAITS:
        return;
    }
}

/* ---- running ---- */

static int64_t most_at_a_time(const struct map_run *run)
{
    return run->limits.most > 0 && run->limits.most < DISTRIBUTED_MOST ? run->limits.most : DISTRIBUTED_MOST;
}

static bool has_room(const struct map_run *run)
{
    return run->executions.running < most_at_a_time(run);
}

static bool has_work(const struct map_run *run)
{
    return run->redriven || run->next_item < run->item_count;
}

static void end_running(struct branch *parent)
{
    struct map_run *run = map_run_of(parent);
    if (run->bucket.at) {
        map_run_set_stage(parent, RUN_WRITING);
        branch_wake(parent);
    } else if (run->failing) {
        fail(parent, MAP_THRESHOLD_ERROR, STR(MAP_THRESHOLD_CAUSE));
    } else {
        succeed(parent);
    }
}

/* Those that failed before come before those that never began. False: the state was failed. */
static bool start_one(struct branch *parent)
{
    struct failure failure;
    const struct map_run *run = map_run_of(parent);
    if (map_run_redrive_next(parent) || run->next_item >= run->item_count || map_run_start_next(parent, &failure))
        return true;
    fail_with(parent, &failure);
    return false;
}

static void run_children(struct branch *parent)
{
    struct map_run *run = map_run_of(parent);
    struct failure failure;
    if (map_run_exceeds(run)) {
        run->failing = true;
        map_run_stop_children(parent);
        end_running(parent);
        return;
    }
    if (has_room(run) && has_work(run) && !map_run_may_start(parent, &failure)) {
        fail(parent, failure.error, failure.cause);
        return;
    }
    for (unsigned i = 0; i < CHILDREN_A_TURN && has_room(run) && has_work(run); i++)
        if (!start_one(parent))
            return;
    if (!has_work(run) && run->executions.running == 0)
        end_running(parent);
    else if (has_work(run) && has_room(run))
        branch_wake(parent);
}

static void write_results(struct branch *parent)
{
    struct map_run *run = map_run_of(parent);
    struct failure failure;
    if (!run->writer)
        run->writer = result_writer_new(parent, false);
    switch (result_writer_step(run->writer, &failure)) {
    case WRITING_FAILED:
        drop_writer(run);
        fail_with(parent, &failure);
        return;
    case WRITING_DONE:
        run->executions.written = run->executions.succeeded + run_unsuccessful(&run->executions);
        run->items.written = run->items.succeeded + run_unsuccessful(&run->items);
        drop_writer(run);
        if (run->failing)
            fail(parent, MAP_THRESHOLD_ERROR, STR(MAP_THRESHOLD_CAUSE));
        else
            succeed(parent);
        return;
    case WRITING_GOES_ON:
        branch_wake(parent);
        return;
    case WRITING_WAITS:
        return;
    }
}

void map_run_resume(struct branch *parent)
{
    const struct map_run *run = map_run_of(parent);
    if (run->too_often) { /* the sentence is ours */
        branch_fail_saying(parent, "States.Runtime", "The Map Run has been redriven %d times.", REDRIVES_MOST);
        return;
    }
    if (run->over)
        return;
    switch (run->stage) {
    case RUN_CHECKING:
        check(parent);
        return;
    case RUN_READING:
        read_items(parent);
        return;
    case RUN_RUNNING:
        run_children(parent);
        return;
    case RUN_WRITING:
        write_results(parent);
        return;
    }
}

/* ---- redriving ---- */

/* One that had begun to run goes on with the items it had; else everything is tried from the start. */
void map_run_redrive(struct branch *parent, int64_t previous_id)
{
    struct map_run *run = map_run_of(parent);
    int64_t redrives = json_int64(json_root(run->row), "redriveCount", 0) + 1;
    parent->last_id = previous_id;
    branch_wake(parent);
    run->too_often = redrives > REDRIVES_MOST;
    if (run->too_often)
        return;
    run->over = run->failing = false;
    run->stage = run->stage < RUN_RUNNING ? first_stage(parent) : RUN_RUNNING;
    map_run_mark_all(parent);
    map_run_put_redriven(parent, redrives);
    write_started(parent, "MapRunRedriven", "mapRunRedrivenEventDetails", redrives);
    branch_touch(parent);
}
