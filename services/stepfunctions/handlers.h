/* Every handler of the service, by the file in which it stands; service.c lists them. */
#ifndef STEPFUNCTIONS_HANDLERS_H
#define STEPFUNCTIONS_HANDLERS_H

#include "aws/call.h"

/* state_machine.c */
enum outcome create_state_machine(struct call *call);
enum outcome update_state_machine(struct call *call);
enum outcome delete_state_machine(struct call *call);
enum outcome describe_state_machine(struct call *call);
enum outcome list_state_machines(struct call *call);
/* validate_definition.c */
enum outcome validate_state_machine_definition(struct call *call);
/* version.c */
enum outcome publish_state_machine_version(struct call *call);
enum outcome delete_state_machine_version(struct call *call);
enum outcome list_state_machine_versions(struct call *call);
/* alias.c */
enum outcome create_state_machine_alias(struct call *call);
enum outcome update_state_machine_alias(struct call *call);
enum outcome delete_state_machine_alias(struct call *call);
enum outcome describe_state_machine_alias(struct call *call);
enum outcome list_state_machine_aliases(struct call *call);
/* tag.c */
enum outcome tag_resource(struct call *call);
enum outcome untag_resource(struct call *call);
enum outcome list_tags_for_resource(struct call *call);
/* activity.c */
enum outcome create_activity(struct call *call);
enum outcome delete_activity(struct call *call);
enum outcome describe_activity(struct call *call);
enum outcome list_activities(struct call *call);
/* activity_task.c */
enum outcome get_activity_task(struct call *call);
/* start_execution.c, execution.c, list_executions.c, history.c */
enum outcome start_execution(struct call *call);
enum outcome start_sync_execution(struct call *call);
enum outcome stop_execution(struct call *call);
enum outcome describe_execution(struct call *call);
enum outcome list_executions(struct call *call);
enum outcome get_execution_history(struct call *call);
enum outcome describe_state_machine_for_execution(struct call *call);
/* map_run.c */
enum outcome describe_map_run(struct call *call);
enum outcome list_map_runs(struct call *call);
enum outcome update_map_run(struct call *call);
/* redrive.c */
enum outcome redrive_execution(struct call *call);
/* test_state.c */
enum outcome test_state(struct call *call);
/* task_token.c */
enum outcome send_task_success(struct call *call);
enum outcome send_task_failure(struct call *call);
enum outcome send_task_heartbeat(struct call *call);

#endif
