#include "services/stepfunctions/service.h"

#include "services/stepfunctions/activity.h"
#include "services/stepfunctions/alias.h"
#include "services/stepfunctions/asl/item_store.h"
#include "services/stepfunctions/execution.h"
#include "services/stepfunctions/handlers.h"
#include "services/stepfunctions/history.h"
#include "services/stepfunctions/map_run.h"
#include "services/stepfunctions/revision.h"
#include "services/stepfunctions/state_machine.h"
#include "services/stepfunctions/stepfunctions_model.h"
#include "services/stepfunctions/tag.h"
#include "services/stepfunctions/version.h"

static const operation_fn handlers[STEPFUNCTIONS_OPERATIONS] = {
    [STEPFUNCTIONS_CREATE_ACTIVITY] = create_activity,
    [STEPFUNCTIONS_CREATE_STATE_MACHINE] = create_state_machine,
    [STEPFUNCTIONS_CREATE_STATE_MACHINE_ALIAS] = create_state_machine_alias,
    [STEPFUNCTIONS_DELETE_ACTIVITY] = delete_activity,
    [STEPFUNCTIONS_DELETE_STATE_MACHINE] = delete_state_machine,
    [STEPFUNCTIONS_DELETE_STATE_MACHINE_ALIAS] = delete_state_machine_alias,
    [STEPFUNCTIONS_DELETE_STATE_MACHINE_VERSION] = delete_state_machine_version,
    [STEPFUNCTIONS_DESCRIBE_ACTIVITY] = describe_activity,
    [STEPFUNCTIONS_DESCRIBE_EXECUTION] = describe_execution,
    [STEPFUNCTIONS_DESCRIBE_MAP_RUN] = describe_map_run,
    [STEPFUNCTIONS_DESCRIBE_STATE_MACHINE] = describe_state_machine,
    [STEPFUNCTIONS_DESCRIBE_STATE_MACHINE_ALIAS] = describe_state_machine_alias,
    [STEPFUNCTIONS_DESCRIBE_STATE_MACHINE_FOR_EXECUTION] = describe_state_machine_for_execution,
    [STEPFUNCTIONS_GET_ACTIVITY_TASK] = get_activity_task,
    [STEPFUNCTIONS_GET_EXECUTION_HISTORY] = get_execution_history,
    [STEPFUNCTIONS_LIST_ACTIVITIES] = list_activities,
    [STEPFUNCTIONS_LIST_EXECUTIONS] = list_executions,
    [STEPFUNCTIONS_LIST_MAP_RUNS] = list_map_runs,
    [STEPFUNCTIONS_LIST_STATE_MACHINE_ALIASES] = list_state_machine_aliases,
    [STEPFUNCTIONS_LIST_STATE_MACHINE_VERSIONS] = list_state_machine_versions,
    [STEPFUNCTIONS_LIST_STATE_MACHINES] = list_state_machines,
    [STEPFUNCTIONS_LIST_TAGS_FOR_RESOURCE] = list_tags_for_resource,
    [STEPFUNCTIONS_PUBLISH_STATE_MACHINE_VERSION] = publish_state_machine_version,
    [STEPFUNCTIONS_REDRIVE_EXECUTION] = redrive_execution,
    [STEPFUNCTIONS_SEND_TASK_FAILURE] = send_task_failure,
    [STEPFUNCTIONS_SEND_TASK_HEARTBEAT] = send_task_heartbeat,
    [STEPFUNCTIONS_SEND_TASK_SUCCESS] = send_task_success,
    [STEPFUNCTIONS_START_EXECUTION] = start_execution,
    [STEPFUNCTIONS_START_SYNC_EXECUTION] = start_sync_execution,
    [STEPFUNCTIONS_TEST_STATE] = test_state,
    [STEPFUNCTIONS_STOP_EXECUTION] = stop_execution,
    [STEPFUNCTIONS_TAG_RESOURCE] = tag_resource,
    [STEPFUNCTIONS_UNTAG_RESOURCE] = untag_resource,
    [STEPFUNCTIONS_UPDATE_MAP_RUN] = update_map_run,
    [STEPFUNCTIONS_UPDATE_STATE_MACHINE] = update_state_machine,
    [STEPFUNCTIONS_UPDATE_STATE_MACHINE_ALIAS] = update_state_machine_alias,
    [STEPFUNCTIONS_VALIDATE_STATE_MACHINE_DEFINITION] = validate_state_machine_definition,
};

static const struct table_def *const tables[] = {
    &state_machine_table, &revision_table, &version_table, &alias_table,   &tag_table,      &activity_table,
    &execution_table,     &branch_table,   &history_table, &map_run_table, &map_item_table, NULL,
};

static void recover(struct world *world)
{
    execution_recover(world);
    state_machine_recover(world);
}

const struct service stepfunctions_service = {
    .model = &stepfunctions_model,
    .handlers = handlers,
    .tables = tables,
    .recover = recover,
};
