/* The events of a Task: those of service integrations, of activities and of Lambda functions. Each becomes the branch's last. */
#ifndef ASL_TASK_EVENT_H
#define ASL_TASK_EVENT_H

#include "services/stepfunctions/asl/engine.h"

void task_event_scheduled(struct branch *branch);
void task_event_activity_scheduled(struct branch *branch);
void task_event_function_scheduled(struct branch *branch);
void task_event_schedule_failed(struct branch *branch, const char *error, struct str cause);
void task_event_started(struct branch *branch);
void task_event_activity_started(struct branch *branch, struct str worker_or_none);
void task_event_submitted(struct branch *branch, struct str output);
void task_event_succeeded(struct branch *branch, struct str output);
void task_event_failed(struct branch *branch, const char *error_or_null, struct str cause_or_none);
void task_event_timed_out(struct branch *branch, const char *error);

#endif
