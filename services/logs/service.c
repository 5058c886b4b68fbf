#include "services/logs/service.h"

#include "services/logs/filter_log_events.h"
#include "services/logs/log_event.h"
#include "services/logs/log_group.h"
#include "services/logs/log_stream.h"
#include "services/logs/logs_model.h"
#include "services/logs/query.h"
#include "services/logs/resource_policy.h"

static const operation_fn handlers[LOGS_OPERATIONS] = {
    [LOGS_CREATE_LOG_GROUP] = create_log_group,
    [LOGS_CREATE_LOG_STREAM] = create_log_stream,
    [LOGS_DELETE_LOG_GROUP] = delete_log_group,
    [LOGS_DELETE_LOG_STREAM] = delete_log_stream,
    [LOGS_DELETE_RESOURCE_POLICY] = delete_resource_policy,
    [LOGS_DELETE_RETENTION_POLICY] = delete_retention_policy,
    [LOGS_DESCRIBE_LOG_GROUPS] = describe_log_groups,
    [LOGS_DESCRIBE_LOG_STREAMS] = describe_log_streams,
    [LOGS_DESCRIBE_QUERIES] = describe_queries,
    [LOGS_DESCRIBE_RESOURCE_POLICIES] = describe_resource_policies,
    [LOGS_FILTER_LOG_EVENTS] = filter_log_events,
    [LOGS_GET_LOG_EVENTS] = get_log_events,
    [LOGS_GET_QUERY_RESULTS] = get_query_results,
    [LOGS_LIST_TAGS_FOR_RESOURCE] = logs_list_tags_for_resource,
    [LOGS_LIST_TAGS_LOG_GROUP] = list_tags_log_group,
    [LOGS_PUT_LOG_EVENTS] = put_log_events,
    [LOGS_PUT_RESOURCE_POLICY] = put_resource_policy,
    [LOGS_PUT_RETENTION_POLICY] = put_retention_policy,
    [LOGS_START_QUERY] = start_query,
    [LOGS_STOP_QUERY] = stop_query,
    [LOGS_TAG_LOG_GROUP] = tag_log_group,
    [LOGS_TAG_RESOURCE] = logs_tag_resource,
    [LOGS_TEST_METRIC_FILTER] = test_metric_filter,
    [LOGS_UNTAG_LOG_GROUP] = untag_log_group,
    [LOGS_UNTAG_RESOURCE] = logs_untag_resource,
};

static const struct table_def *const tables[] = { &log_group_table,  &log_stream_table,           &log_event_table,
                                                  &logs_query_table, &logs_resource_policy_table, NULL };

const struct service logs_service = {
    .model = &logs_model, .handlers = handlers, .tables = tables, .recover = logs_query_recover
};
