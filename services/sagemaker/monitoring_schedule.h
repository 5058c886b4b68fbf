/* Monitoring schedules, their executions and alerts. Rows:
 *
 *   "sagemaker.monitoring_schedule"   key: the name in lower case   {"name", "arn", "created", "modified", "status", "input", "type",
 *                                     "definition": its name, "endpoint", "next": when it fires (ms), "points", "period", "alert": OK
 *                                     or InAlert, "alertModified"}
 *   "sagemaker.monitoring_execution"  key: SCHEDULE/time, 15 digits  {"name": the schedule's, "scheduled", "created", "modified", "status",
 *                                     "job", "jobArn", "failure", "type", "definition", "endpoint", "report": where it reports to, "findings": the
 *                                     first violations, and how far columns drifted}
 *   "sagemaker.monitoring_alert"      key: SCHEDULE/time, 15 digits  {"name", "created", "status"}: how the alert changed
 *
 *     Create ─▶ Pending ─▶ Scheduled ⇄ Stopped          at each time of its expression: an execution
 *     execution: Pending ─▶ InProgress ─▶ Completed · CompletedWithViolations · Failed · Stopped
 *
 * An execution is a processing job of Model Monitor's or Clarify's image over what the endpoint captured since the time before. One strand a
 * schedule (monitoring_run.c). Events: topic "sagemaker.monitoring-execution" when one has begun or ended, "sagemaker.monitoring-alert" when the
 * alert changes; key the schedule's ARN, detail {"status"}. */
#ifndef SAGEMAKER_MONITORING_SCHEDULE_H
#define SAGEMAKER_MONITORING_SCHEDULE_H

#include "services/sagemaker/monitoring_definition.h"

#define MONITORING_ALERT_TOPIC     "sagemaker.monitoring-alert"
#define MONITORING_EXECUTION_TOPIC "sagemaker.monitoring-execution"

extern const struct table_def monitoring_schedule_table, monitoring_execution_table, monitoring_alert_table;

enum outcome create_monitoring_schedule(struct call *call);
enum outcome delete_monitoring_schedule(struct call *call);
enum outcome describe_monitoring_schedule(struct call *call);
enum outcome list_monitoring_alert_history(struct call *call);
enum outcome list_monitoring_alerts(struct call *call);
enum outcome list_monitoring_executions(struct call *call);
enum outcome list_monitoring_schedules(struct call *call);
enum outcome start_monitoring_schedule(struct call *call);
enum outcome stop_monitoring_schedule(struct call *call);
enum outcome update_monitoring_alert(struct call *call);
enum outcome update_monitoring_schedule(struct call *call);

void monitoring_recover(struct world *world);

/* ---- shared by monitoring_schedule.c and monitoring_run.c ---- */

/* The plan of a MonitoringScheduleConfig, borrowed from it or from its definition's row; false: the definition is gone. */
bool monitoring_schedule_plan(struct world *world, struct scope scope, const cJSON *config,
                              struct monitoring_plan *ret_plan);
void monitoring_start(struct world *world, struct scope scope, struct str key);
void monitoring_stop(struct world *world, struct scope scope, struct str key); /* its strand ends */
void monitoring_wake(struct world *world, struct scope scope, struct str key);

#endif
