/* Logs Insights: the query language of StartQuery ("CloudWatch Logs Insights language query syntax"), read once and fed one
 * event after the other.
 *
 *      fields @timestamp, @message          which fields are shown; a field may be an expression with "as NAME"
 *      | parse @message "user=* took *ms" as user, took
 *      | filter level = "ERROR" and took > 100
 *      | stats count(*) as n, avg(took) by user, bin(5m)
 *      | sort n desc | limit 20             also: display, dedup
 *
 * Fields: @timestamp, @ingestionTime, @message, @logStream, @log, @ptr; members of messages that are JSON (a.b.0); and of Lambda's lines
 * @requestId, @type, @duration, @billedDuration, @memorySize, @maxMemoryUsed, @initDuration.
 *
 *      insights_read ─▶ insights_feed per event ─▶ insights_results
 */
#ifndef LOGS_INSIGHTS_H
#define LOGS_INSIGHTS_H

#include "base/arena.h"
#include "base/json.h"

struct insights;

struct insights_error {
    char message[200];
    size_t start, end; /* offsets in the query, in characters */
};

/* An event as it is fed; all borrowed. */
struct insights_event {
    int64_t timestamp_ms, ingestion_ms;
    struct str message, stream, log; /* log: "ACCOUNT:GROUP" */
    struct str pointer;              /* @ptr */
};

/* NULL: *reterr_why. `limit`: at most so many results, unless the query says less. */
struct insights *insights_read(struct str query, size_t limit, struct insights_error *reterr_why);
void insights_free(struct insights *insights_or_null);
/* False: no further event can change the results (a limit without sort, stats or dedup before it). */
bool insights_feed(struct insights *insights, const struct insights_event *event);
/* [[{"field","value"},…],…] as GetQueryResults has them; a malloc'ed tree. */
cJSON *insights_results(struct insights *insights);

#endif
