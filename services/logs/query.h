/* Queries of Logs Insights: "logs.query" by id: {query, groups, since, until (s), limit, status, created (ms), results?, scanned, bytes}.
 * One that was Running when the process ended runs again from its beginning. */
#ifndef LOGS_QUERY_H
#define LOGS_QUERY_H

#include "aws/call.h"

extern const struct table_def logs_query_table;

void logs_query_recover(struct world *world);

enum outcome start_query(struct call *call);
enum outcome stop_query(struct call *call);
enum outcome get_query_results(struct call *call);
enum outcome describe_queries(struct call *call);

#endif
