#include "services/stepfunctions/asl/task.h"

#include <stdlib.h>

#include "aws/cloud.h"
#include "aws/road.h"
#include "services/stepfunctions/activity.h"
#include "services/stepfunctions/activity_task.h"
#include "services/stepfunctions/asl/child.h"
#include "services/stepfunctions/asl/dataflow.h"
#include "services/stepfunctions/asl/integrate.h"
#include "services/stepfunctions/asl/lambda_task.h"
#include "services/stepfunctions/asl/mocked.h"
#include "services/stepfunctions/asl/task_event.h"
#include "services/stepfunctions/asl/trial.h"
#include "services/stepfunctions/execution.h"

#define MAX_SECONDS 99999999

/* ---- memory ---- */

static void leave_queue(struct branch *branch)
{
    if (branch->task->queued)
        activity_task_dequeue(branch, str_of(branch->task->queued));
    free(branch->task->queued);
    branch->task->queued = NULL;
}

static void drop_call(struct task *task)
{
    if (task->call)
        call_free(task->call);
    task->call = NULL;
    task->call_answered = false;
}

void task_free(struct branch *branch)
{
    struct task *task = branch->task;
    if (!task)
        return;
    drop_call(task);
    leave_queue(branch);
    bus_unlisten(branch->execution->strand.world->bus, &task->listener);
    timer_stop(branch->execution->strand.world->clock, &branch->timer);
    json_unref(task->payload);
    json_unref(task->output);
    free(task->role_arn);
    free(task->child_arn);
    free(task->error);
    free(task->cause);
    free(task);
    branch->task = NULL;
}

void task_cancel(struct branch *branch)
{
    const struct task *task = branch->task;
    if (task && task->child_arn && !task->child_ended)
        child_stop(branch->execution, task->role_arn ? task->role_arn : branch->execution->role_arn,
                   waited_for(&branch->state->resource), task->child_arn);
}

static struct task *task_new(struct branch *branch)
{
    static const char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const struct resource *resource = &branch->state->resource;
    task_free(branch);
    branch->task = memory_alloc(sizeof *branch->task);
    if (resource->kind == RESOURCE_ACTIVITY || resource->pattern == PATTERN_TOKEN)
        random_text(&branch->execution->strand.world->random, alphabet, TASK_NONCE_LENGTH, branch->task->nonce);
    return branch->task;
}

static const char *role_of(const struct branch *branch)
{
    return branch->task->role_arn ? branch->task->role_arn : branch->execution->role_arn;
}

/* ---- deadlines ---- */

static bool find_seconds_jsonata(struct branch *branch, const struct query *query, int64_t *ret_seconds)
{
    struct failure failure;
    struct query_scope scope = query_scope_of(branch, NULL, NULL);
    const cJSON *found = query_evaluate_typed(query, &scope, QUERY_NUMBER, &failure);
    if (found && query_integer(found, 1, MAX_SECONDS, ret_seconds))
        return true;
    if (found) /* the sentence is ours */
        query_refuse_value(query, found, engine_scratch(branch->execution),
                           "did not return an integer between 1 and 99999999", &failure);
    branch_fail_inside(branch, &failure);
    return false;
}

static bool find_seconds(struct branch *branch, struct value input, const struct number_option *option,
                         const char *field, int64_t *ret_seconds)
{
    *ret_seconds = option->given ? option->number : 0;
    if (option->query)
        return find_seconds_jsonata(branch, option->query, ret_seconds);
    if (!option->path)
        return true;
    struct environment environment = environment_of(branch, input);
    const cJSON *found = path_read(option->path, &environment, NULL);
    if (found && json_is_integer(found) && json_to_int64(found) > 0 && json_to_int64(found) <= MAX_SECONDS) {
        *ret_seconds = json_to_int64(found);
        return true;
    }
    branch_fail_saying(branch, "States.Runtime",
                       "The %s parameter does not reference a positive number of seconds: %.*s", field,
                       STR_ARG(path_text(option->path)));
    return false;
}

/* The nearest of what it must not miss. */
static void arm(struct branch *branch)
{
    const struct task *task = branch->task;
    int64_t next_ms = task->timeout_ms ? task->timeout_ms : INT64_MAX;
    if (task->heartbeat_ms && task->heartbeat_ms < next_ms)
        next_ms = task->heartbeat_ms;
    if (next_ms != INT64_MAX)
        timer_start(branch->execution->strand.world->clock, &branch->timer, next_ms);
}

static void start_heartbeat(struct branch *branch)
{
    struct task *task = branch->task;
    if (task->heartbeat_s)
        task->heartbeat_ms = engine_now(branch->execution) + task->heartbeat_s * 1000;
    arm(branch);
}

static void start_timeout(struct branch *branch)
{
    struct task *task = branch->task;
    if (task->timeout_s)
        task->timeout_ms = engine_now(branch->execution) + task->timeout_s * 1000;
    arm(branch);
}

/* ---- outcomes ---- */

static void fail(struct branch *branch, const char *error, struct str cause)
{
    struct arena *arena = engine_scratch(branch->execution);
    const char *kept_error = error ? arena_copy(arena, str_of(error)) : NULL;
    struct str kept_cause = cause.at ? arena_str(arena, cause) : STR_NONE;
    task_event_failed(branch, kept_error, kept_cause);
    task_free(branch);
    branch_fail(branch, kept_error, kept_cause);
}

/* Whose result it was, as the cause of one that is too large says. */
static const char *called(const struct branch *branch, struct arena *arena)
{
    const struct resource *resource = &branch->state->resource;
    if (resource->kind == RESOURCE_ACTIVITY || resource->kind == RESOURCE_FUNCTION)
        return arena_copy(arena, resource->arn);
    return integrate_resource_type(resource, arena);
}

/* The document is taken; the task is forgotten before the state goes on. */
static void succeed(struct branch *branch, struct json *output_taken)
{
    if (json_text(output_taken).length > ENGINE_MAX_DATA) {
        struct arena *arena = engine_scratch(branch->execution);
        fail(branch, "States.DataLimitExceeded", flow_limit_cause(arena, called(branch, arena)));
    } else {
        task_event_succeeded(branch, json_text(output_taken));
        task_free(branch);
        flow_finish(branch, value_of(output_taken));
    }
    json_unref(output_taken);
}

static void time_out(struct branch *branch)
{
    int64_t now_ms = engine_now(branch->execution);
    const struct task *task = branch->task;
    bool timeout = task->timeout_ms && task->timeout_ms <= now_ms;
    bool heartbeat = task->heartbeat_ms && task->heartbeat_ms <= now_ms;
    if (!timeout && !heartbeat) {
        arm(branch);
        return;
    }
    const char *error = timeout ? "States.Timeout" : "States.HeartbeatTimeout";
    task_event_timed_out(branch, error);
    task_cancel(branch);
    task_free(branch);
    branch_fail(branch, error, STR_NONE);
}

/* ---- calls ---- */

static void wait_for_child(struct branch *branch);

/* What follows an answered call: the result, or a wait for the token or the child. */
static void take_result(struct branch *branch)
{
    const struct resource *resource = &branch->state->resource;
    struct arena *arena = engine_scratch(branch->execution);
    struct task *task = branch->task;
    const cJSON *result = integrate_result(resource, task->call, arena);
    struct json *document = json_seal_copy(result);
    if (resource->pattern == PATTERN_REQUEST) {
        succeed(branch, document);
        return;
    }
    task_event_submitted(branch, json_text(document));
    json_unref(document);
    branch->phase = PHASE_TASK;
    branch_touch(branch);
    if (resource->pattern != PATTERN_TOKEN) {
        task->child_arn = memory_copy(json_str(result, waited_for(resource)->arn));
        wait_for_child(branch);
    }
    drop_call(task);
    start_heartbeat(branch);
}

static void take_answer(struct branch *branch)
{
    const struct call *call = branch->task->call;
    const struct resource *resource = &branch->state->resource;
    struct arena *arena = engine_scratch(branch->execution);
    struct failure failure;
    if (call->error.kind) {
        failure = integrate_failure(resource, call, arena);
    } else if (!lambda_task_failed(resource, call, arena, &failure)) {
        take_result(branch);
        return;
    }
    fail(branch, failure.error, failure.cause);
}

static void answered(struct call *call)
{
    struct branch *branch = call->owner;
    branch->task->call_answered = true;
    branch_wake(branch);
}

/* Sends the task's call on its road. True: it is answered. A call may end the very execution that makes it; its input
 * stands in the payload, which must outlive it. */
static bool run_call(struct branch *branch, struct call *call)
{
    struct json *payload = json_ref(branch->task->payload);
    call->finished = answered;
    call->owner = branch;
    bool is_answered = road_run(call) != CALL_PARKED;
    if (branch->over) {
        call_free(call);
    } else {
        branch->task->call = call;
        branch->task->call_answered = is_answered;
    }
    json_unref(payload);
    return is_answered && !branch->over;
}

static void send_call(struct branch *branch, struct call *call)
{
    branch->phase = PHASE_CALL;
    branch_touch(branch);
    if (run_call(branch, call))
        take_answer(branch);
}

/* Again, after a restart. */
static void repeat_call(struct branch *branch)
{
    struct failure failure;
    struct call *call = integrate_call(branch, json_root(branch->task->payload), role_of(branch), &failure);
    if (call)
        send_call(branch, call);
    else
        fail(branch, failure.error, failure.cause);
}

/* ---- .sync ---- */

static void child_told(struct listener *listener, const struct event *event)
{
    struct branch *branch = listener->data;
    branch->task->child_ended = true;
    branch_wake(branch);
}

static void wait_for_child(struct branch *branch)
{
    struct task *task = branch->task;
    task->child_ended = false;
    task->listener = (struct listener){
        .topic = waited_for(&branch->state->resource)->topic, .key = task->child_arn, .told = child_told, .data = branch
    };
    bus_listen(branch->execution->strand.world->bus, &task->listener);
}

/* A child that did not succeed is the task's failure, its description the cause. */
static void take_child(struct branch *branch)
{
    struct task *task = branch->task;
    struct arena *arena = engine_scratch(branch->execution);
    if (task->call->error.kind) {
        struct failure failure = integrate_failure(&branch->state->resource, task->call, arena);
        fail(branch, failure.error, failure.cause);
        return;
    }
    enum waited_state state = waited_state(waited_for(&branch->state->resource), task->call->output);
    if (state == WAITED_RUNS) {
        drop_call(task);
        wait_for_child(branch);
        return;
    }
    bool parsed = branch->state->resource.pattern == PATTERN_SYNC2;
    struct json *result = json_seal_copy(integrate_child_result(task->call, parsed, arena));
    if (state == WAITED_SUCCEEDED) {
        succeed(branch, result);
        return;
    }
    fail(branch, "States.TaskFailed", json_text(result));
    json_unref(result);
}

static void describe_child(struct branch *branch)
{
    struct execution *execution = branch->execution;
    struct task *task = branch->task;
    bus_unlisten(execution->strand.world->bus, &task->listener);
    struct call *call = integrate_child_call(execution->strand.world, execution->scope, role_of(branch),
                                             execution->name, waited_for(&branch->state->resource), CHILD_DESCRIBE,
                                             task->child_arn);
    if (run_call(branch, call))
        take_child(branch);
}

/* ---- activities ---- */

static void begin_activity(struct branch *branch)
{
    const struct resource *resource = &branch->state->resource;
    struct task *task = branch->task;
    if (!activity_get(branch->execution->strand.world, branch->execution->scope, resource->arn)) {
        char *cause = arena_printf(engine_scratch(branch->execution), "Activity Does Not Exist: '%.*s'",
                                   STR_ARG(resource->arn));
        task_event_schedule_failed(branch, "ActivityDoesNotExist", str_of(cause));
        task_free(branch);
        branch_fail(branch, "ActivityDoesNotExist", str_of(cause));
        return;
    }
    task_event_activity_scheduled(branch);
    branch->phase = PHASE_TASK;
    task->activity = ACTIVITY_WAITING;
    task->queued = activity_task_enqueue(branch, resource->arn);
    start_timeout(branch);
    branch_touch(branch);
    activity_task_offer(branch->execution->engine, resource->arn);
}

void task_take_activity(struct branch *branch, struct str worker_or_none)
{
    leave_queue(branch);
    branch->task->activity = ACTIVITY_TAKEN;
    task_event_activity_started(branch, worker_or_none);
    start_heartbeat(branch);
    branch_touch(branch);
}

/* ---- beginning ---- */

static const cJSON *fill_credentials(struct branch *branch, const struct payload_option *credentials,
                                     struct value input, struct failure *ret_failure)
{
    if (credentials->query) {
        struct query_scope scope = query_scope_of(branch, NULL, NULL);
        return query_evaluate(credentials->query, &scope, ret_failure);
    }
    struct environment environment = environment_of(branch, input);
    return template_evaluate(credentials->template, &environment, ret_failure);
}

/* False: the branch was failed. */
static bool find_role(struct branch *branch, struct value input)
{
    struct failure failure;
    const struct payload_option *credentials = &branch->state->credentials;
    if (!credentials->template && !credentials->query)
        return true;
    const cJSON *filled = fill_credentials(branch, credentials, input, &failure);
    struct str role_arn = json_str(filled, "RoleArn");
    if (!filled)
        branch_fail_inside(branch, &failure);
    else if (!role_arn.at)
        branch_fail_saying(branch, "States.Runtime", "The field 'RoleArn' of Credentials must be a STRING");
    else
        branch->task->role_arn = memory_copy(role_arn);
    return branch->task && branch->task->role_arn;
}

/* May the execution's role take on the role of Credentials? */
static bool may_assume(struct branch *branch)
{
    struct execution *execution = branch->execution;
    struct cloud *cloud = cloud_of(execution->strand.world);
    struct task *task = branch->task;
    struct arena *arena = engine_scratch(execution);
    if (!task->role_arn || !cloud->identities)
        return true;
    struct principal principal = principal_of_role(arena, str_of(execution->role_arn), str_of(execution->name));
    struct permission_question question = {
        .principal = &principal,
        .action = STR("sts:AssumeRole"),
        .resource = str_of(task->role_arn),
        .now_ms = engine_now(execution),
        .region = execution->scope.region,
    };
    if (cloud->identities->may_assume(cloud, arena, &question))
        return true;
    char *cause = arena_printf(arena, "The role %s is not authorized to assume the task state's role, %s.",
                               execution->role_arn, task->role_arn);
    fail(branch, "States.TaskFailed", str_of(cause));
    return false;
}

/* What the task needs, from the state's input; false: the branch was failed. */
static bool prepare(struct branch *branch)
{
    const struct state *state = branch->state;
    struct task *task = task_new(branch);
    struct failure failure;
    struct value input, payload;
    if (!flow_input(branch, &input, &failure) || !flow_parameters(branch, input, &payload, &failure)) {
        task_free(branch);
        branch_fail_inside(branch, &failure);
        return false;
    }
    if (!find_role(branch, input) ||
        !find_seconds(branch, input, &state->timeout, "TimeoutSecondsPath", &task->timeout_s) ||
        !find_seconds(branch, input, &state->heartbeat, "HeartbeatSecondsPath", &task->heartbeat_s))
        return false;
    task->payload = value_seal(payload);
    return flow_fits(branch, json_text(task->payload));
}

/* Parameters that do not fit end the state before anything is scheduled; what this cloud lacks fails as a task does. */
static void begin_integration(struct branch *branch)
{
    struct failure failure;
    struct call *call = integrate_call(branch, json_root(branch->task->payload), role_of(branch), &failure);
    if (!call && strcmp(failure.error, "States.Runtime") == 0) {
        branch_fail_inside(branch, &failure);
        return;
    }
    if (branch->state->resource.kind == RESOURCE_FUNCTION)
        task_event_function_scheduled(branch);
    else
        task_event_scheduled(branch);
    task_event_started(branch);
    start_timeout(branch);
    if (!call) {
        fail(branch, failure.error, failure.cause);
    } else if (!may_assume(branch)) {
        call_free(call);
    } else {
        send_call(branch, call);
    }
}

void task_begin(struct branch *branch)
{
    if (!prepare(branch) || trial_answers(branch) || mocked_answers(branch))
        return;
    switch (branch->state->resource.kind) {
    case RESOURCE_ACTIVITY:
        begin_activity(branch);
        return;
    case RESOURCE_FUNCTION:
    case RESOURCE_OPTIMISED:
    case RESOURCE_SDK:
        begin_integration(branch);
        return;
    }
}

/* ---- going on ---- */

static void take_token_answer(struct branch *branch)
{
    struct task *task = branch->task;
    if (task->answer == ANSWER_SUCCESS)
        succeed(branch, json_ref(task->output));
    else
        fail(branch, task->error, str_of(task->cause));
}

void task_resume(struct branch *branch)
{
    struct task *task = branch->task;
    if (task->call && task->call_answered) {
        if (branch->phase == PHASE_CALL)
            take_answer(branch);
        else
            take_child(branch);
    } else if (branch->phase == PHASE_CALL && !task->call) {
        repeat_call(branch);
    } else if (task->answer != ANSWER_NONE) {
        take_token_answer(branch);
    } else if (task->child_ended && !task->call) {
        describe_child(branch);
    } else {
        time_out(branch);
    }
}

void task_answer_success(struct branch *branch, struct json *output_taken)
{
    branch->task->answer = ANSWER_SUCCESS;
    branch->task->output = output_taken;
    branch_touch(branch);
    branch_wake(branch);
}

void task_answer_failure(struct branch *branch, struct str error_or_none, struct str cause_or_none)
{
    struct task *task = branch->task;
    task->answer = ANSWER_FAILURE;
    task->error = error_or_none.at ? memory_copy(error_or_none) : NULL;
    task->cause = cause_or_none.at ? memory_copy(cause_or_none) : NULL;
    branch_touch(branch);
    branch_wake(branch);
}

void task_heartbeat(struct branch *branch)
{
    start_heartbeat(branch);
    branch_touch(branch);
}
