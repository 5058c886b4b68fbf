/* Log events: "logs.event" by "GROUP:STREAM:TIME:NUMBER", so in order of time within a stream; {t, i, m}: timestamp and time of
 * ingestion (ms), message. */
#ifndef LOGS_LOG_EVENT_H
#define LOGS_LOG_EVENT_H

#include "aws/call.h"

#define LOG_PLACE_LENGTH (16 + 1 + 12) /* "TIME:NUMBER", fixed widths */

extern const struct table_def log_event_table;

/* The key of a stream's events from a time on; in the arena. */
struct str log_event_from(struct arena *arena, struct str group, struct str stream, int64_t time_ms, uint64_t number);
/* "GROUP:STREAM:" and the place "TIME:NUMBER" in a key. */
struct str log_event_prefix(struct arena *arena, struct str group, struct str stream);
struct str log_event_place(struct str key);
/* The number that AWS's eventId and @ptr carry: unique within the group. */
char *log_event_id(struct arena *arena, struct str stream, struct str place);
void log_events_drop(struct call *call, struct str group, struct str stream);

enum outcome put_log_events(struct call *call);
enum outcome get_log_events(struct call *call);

#endif
