#include "base/time.h"
#include "services/stepfunctions/asl/dataflow.h"
#include "services/stepfunctions/asl/join.h"
#include "services/stepfunctions/asl/task.h"
#include "services/stepfunctions/asl/trial.h"
#include "services/stepfunctions/task_token.h"

static void set_text(struct arena *arena, cJSON *object, const char *name, const char *text)
{
    value_add(object, name, value_string(arena, str_of(text)));
}

static void set_time(struct arena *arena, cJSON *object, const char *name, int64_t instant_ms)
{
    char text[32];
    time_print_iso(instant_ms, true, text);
    set_text(arena, object, name, text);
}

/* TestState has an order of its own, need not have a role, and never redrives; as recorded. */
static void add_trial_part(struct execution *execution, struct arena *arena, cJSON *part)
{
    set_text(arena, part, "Name", execution->name);
    value_add(part, "RoleArn",
              execution->role_arn ? value_string(arena, str_of(execution->role_arn)) : value_null(arena));
    set_time(arena, part, "StartTime", execution->start_ms);
}

static cJSON *execution_part(struct execution *execution, struct arena *arena)
{
    cJSON *part = value_object(arena);
    set_text(arena, part, "Id", execution->arn);
    value_add(part, "Input", value_share(arena, json_root(execution->input)));
    if (execution->trial) {
        add_trial_part(execution, arena, part);
        return part;
    }
    set_time(arena, part, "StartTime", execution->start_ms);
    set_text(arena, part, "Name", execution->name);
    set_text(arena, part, "RoleArn", execution->role_arn);
    const cJSON *row = json_root(execution->row);
    value_add(part, "RedriveCount", value_int64(arena, json_int64(row, "redriveCount", 0)));
    if (json_get(row, "redriveDate"))
        set_time(arena, part, "RedriveTime", json_int64(row, "redriveDate", 0));
    return part;
}

static cJSON *machine_part(struct execution *execution, struct arena *arena)
{
    cJSON *part = value_object(arena);
    set_text(arena, part, "Id", execution->machine_arn);
    set_text(arena, part, "Name", execution->machine_name);
    return part;
}

/* Only states that can be retried count their retries. TestState calls every state the same, as recorded. */
static cJSON *state_part(const struct branch *branch, struct arena *arena)
{
    enum state_type type = branch->state->type;
    cJSON *part = value_object(arena);
    set_text(arena, part, "Name", branch->execution->trial ? "StateName" : branch->state->name);
    set_time(arena, part, "EnteredTime", branch->entered_ms);
    if (type == STATE_TASK || type == STATE_PARALLEL || type == STATE_MAP)
        value_add(part, "RetryCount", value_int64(arena, branch->retry_count));
    return part;
}

static cJSON *map_part(const struct map_item *item, struct arena *arena)
{
    cJSON *part = value_object(arena), *item_part = value_object(arena);
    value_add(item_part, "Index", value_int64(arena, item->index));
    if (item->key.at)
        value_add(item_part, "Key", value_string(arena, item->key));
    value_add(item_part, "Value", value_share(arena, item->value));
    if (item->source.at)
        value_add(item_part, "Source", value_string(arena, item->source));
    value_add(part, "Item", item_part);
    return part;
}

const cJSON *context_of(struct branch *branch)
{
    struct arena *arena = engine_scratch(branch->execution);
    const struct trial *trial = branch->execution->trial;
    if (trial && trial->context)
        return trial->context;
    cJSON *context = value_object(arena);
    value_add(context, "Execution", execution_part(branch->execution, arena));
    value_add(context, "StateMachine", machine_part(branch->execution, arena));
    value_add(context, "State", state_part(branch, arena));
    struct map_item item;
    if (map_state_item(branch, &item))
        value_add(context, "Map", map_part(&item, arena));
    if (branch->task && branch->task->nonce[0]) {
        cJSON *task = value_object(arena);
        set_text(arena, task, "Token", task_token_print(branch, arena));
        value_add(context, "Task", task);
    }
    return context;
}
