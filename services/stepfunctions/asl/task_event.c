#include "services/stepfunctions/asl/task_event.h"

#include "services/stepfunctions/asl/integrate.h"
#include "services/stepfunctions/asl/task.h"

/* The names of one moment in the life of a task, by the kind of its resource. */
struct names {
    const char *type, *details;
};

static const struct names succeeded[] = {
    [RESOURCE_ACTIVITY] = { "ActivitySucceeded", "activitySucceededEventDetails" },
    [RESOURCE_FUNCTION] = { "LambdaFunctionSucceeded", "lambdaFunctionSucceededEventDetails" },
    [RESOURCE_OPTIMISED] = { "TaskSucceeded", "taskSucceededEventDetails" },
    [RESOURCE_SDK] = { "TaskSucceeded", "taskSucceededEventDetails" },
};

static const struct names failed[] = {
    [RESOURCE_ACTIVITY] = { "ActivityFailed", "activityFailedEventDetails" },
    [RESOURCE_FUNCTION] = { "LambdaFunctionFailed", "lambdaFunctionFailedEventDetails" },
    [RESOURCE_OPTIMISED] = { "TaskFailed", "taskFailedEventDetails" },
    [RESOURCE_SDK] = { "TaskFailed", "taskFailedEventDetails" },
};

static const struct names timed_out[] = {
    [RESOURCE_ACTIVITY] = { "ActivityTimedOut", "activityTimedOutEventDetails" },
    [RESOURCE_FUNCTION] = { "LambdaFunctionTimedOut", "lambdaFunctionTimedOutEventDetails" },
    [RESOURCE_OPTIMISED] = { "TaskTimedOut", "taskTimedOutEventDetails" },
    [RESOURCE_SDK] = { "TaskTimedOut", "taskTimedOutEventDetails" },
};

static struct history *open_event(struct branch *branch, struct names names)
{
    struct history *history = &branch->execution->history;
    branch->last_id = history_open(history, names.type, branch->last_id, engine_now(branch->execution));
    history_details(history, names.details);
    return history;
}

/* Events of service integrations name what is called. */
static struct history *open_task_event(struct branch *branch, struct names names)
{
    struct history *history = open_event(branch, names);
    const struct resource *resource = &branch->state->resource;
    struct arena *arena = engine_scratch(branch->execution);
    if (resource->kind == RESOURCE_OPTIMISED || resource->kind == RESOURCE_SDK) {
        history_string(history, "resourceType", str_of(integrate_resource_type(resource, arena)));
        history_string(history, "resource", str_of(integrate_resource(resource, arena)));
    }
    return history;
}

static void add_deadlines(struct history *history, const struct task *task)
{
    if (task->timeout_s)
        history_integer(history, "timeoutInSeconds", task->timeout_s);
    if (task->heartbeat_s)
        history_integer(history, "heartbeatInSeconds", task->heartbeat_s);
}

static void add_credentials(struct history *history, const struct task *task)
{
    if (!task->role_arn)
        return;
    history_object(history, "taskCredentials");
    history_string(history, "roleArn", str_of(task->role_arn));
    history_object_end(history);
}

void task_event_scheduled(struct branch *branch)
{
    const struct task *task = branch->task;
    struct history *history = open_task_event(branch, (struct names){ "TaskScheduled", "taskScheduledEventDetails" });
    history_string(history, "region", str_of(branch->execution->scope.region));
    history_string(history, "parameters", json_text(task->payload));
    add_deadlines(history, task);
    add_credentials(history, task);
    history_close(history);
}

static void add_input(struct branch *branch, struct history *history)
{
    history_string(history, "resource", branch->state->resource.arn);
    history_data(history, "input", json_text(branch->task->payload));
}

void task_event_activity_scheduled(struct branch *branch)
{
    struct history *history = open_event(branch,
                                         (struct names){ "ActivityScheduled", "activityScheduledEventDetails" });
    add_input(branch, history);
    add_deadlines(history, branch->task);
    history_close(history);
}

void task_event_function_scheduled(struct branch *branch)
{
    const struct task *task = branch->task;
    struct history *history = open_event(
        branch, (struct names){ "LambdaFunctionScheduled", "lambdaFunctionScheduledEventDetails" });
    add_input(branch, history);
    if (task->timeout_s)
        history_integer(history, "timeoutInSeconds", task->timeout_s);
    add_credentials(history, task);
    history_close(history);
}

void task_event_schedule_failed(struct branch *branch, const char *error, struct str cause)
{
    struct history *history = open_event(
        branch, (struct names){ "ActivityScheduleFailed", "activityScheduleFailedEventDetails" });
    history_error(history, error, cause);
    history_close(history);
}

void task_event_started(struct branch *branch)
{
    if (branch->state->resource.kind == RESOURCE_FUNCTION) {
        branch->last_id = history_bare(&branch->execution->history, "LambdaFunctionStarted", branch->last_id,
                                       engine_now(branch->execution));
        return;
    }
    history_close(open_task_event(branch, (struct names){ "TaskStarted", "taskStartedEventDetails" }));
}

void task_event_activity_started(struct branch *branch, struct str worker_or_none)
{
    struct history *history = open_event(branch, (struct names){ "ActivityStarted", "activityStartedEventDetails" });
    if (worker_or_none.at)
        history_string(history, "workerName", worker_or_none);
    history_close(history);
}

void task_event_submitted(struct branch *branch, struct str output)
{
    struct history *history = open_task_event(branch, (struct names){ "TaskSubmitted", "taskSubmittedEventDetails" });
    history_data(history, "output", output);
    history_close(history);
}

void task_event_succeeded(struct branch *branch, struct str output)
{
    struct history *history = open_task_event(branch, succeeded[branch->state->resource.kind]);
    history_data(history, "output", output);
    history_close(history);
}

void task_event_failed(struct branch *branch, const char *error_or_null, struct str cause_or_none)
{
    struct history *history = open_task_event(branch, failed[branch->state->resource.kind]);
    history_error(history, error_or_null, cause_or_none);
    history_close(history);
}

void task_event_timed_out(struct branch *branch, const char *error)
{
    struct history *history = open_task_event(branch, timed_out[branch->state->resource.kind]);
    history_error(history, error, STR_NONE);
    history_close(history);
}
