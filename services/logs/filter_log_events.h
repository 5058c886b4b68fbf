/* FilterLogEvents: events of many streams in order of time, those that a pattern matches. */
#ifndef LOGS_FILTER_LOG_EVENTS_H
#define LOGS_FILTER_LOG_EVENTS_H

#include "aws/call.h"

enum outcome filter_log_events(struct call *call);
enum outcome test_metric_filter(struct call *call);

#endif
