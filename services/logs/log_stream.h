/* Log streams: "logs.stream" by "GROUP:STREAM" (neither name can hold a colon): {group, name, creationTime, firstEvent?, lastEvent?,
 * lastIngestion?, bytes, next}: times in ms; `next` numbers its events. */
#ifndef LOGS_LOG_STREAM_H
#define LOGS_LOG_STREAM_H

#include "aws/call.h"

extern const struct table_def log_stream_table;

/* "GROUP:STREAM", and with an empty stream the prefix of all of a group's; in the arena. */
struct str log_stream_key(struct arena *arena, struct str group, struct str stream);
/* Fails the call with ResourceNotFoundException; NULL. */
struct json *log_stream_get(struct call *call, struct str group, struct str stream);
int64_t log_streams_bytes(struct world *world, struct scope scope, struct str group); /* of all events of a group */
void log_streams_drop(struct call *call, struct str group);                           /* with their events */

enum outcome create_log_stream(struct call *call);
enum outcome delete_log_stream(struct call *call);
enum outcome describe_log_streams(struct call *call);

#endif
