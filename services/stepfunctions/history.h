/* The history of one execution: events in the wire's own format, printed once, kept as text. What was printed since the last
 * flush stands in memory; a flush makes one row of it, one event a line (JSON strings hold no bare line feeds), so a page is
 * cut out of the text without parsing it.
 *
 * Express executions have no history: their events are numbered (causes name the numbers) but not kept, and printed only where
 * a log takes them before the flush (execution_log.h).
 *
 * An event is written as  history_open()  [history_details()  members…]  history_close(). */
#ifndef STEPFUNCTIONS_HISTORY_H
#define STEPFUNCTIONS_HISTORY_H

#include "aws/call.h"

/* "The execution reached the maximum number of history events (25000).": the last of them says so. */
#define HISTORY_MAX_EVENTS 25000

struct history {
    struct buf text;
    struct buf
        *spare; /* what the histories of an engine hand to each other, empty; so none that rests keeps a buffer */
    int64_t first, last;      /* numbers: of the first event in `text`, of the last event ever; 0: none yet */
    bool fleeting, silent;    /* Express: not kept, without end; nor printed */
    bool full;                /* an event found no room any more; nothing was written */
    bool in_details, written; /* of the event that is being written */
    int64_t now_ms;           /* of `now_text` */
    char now_text[24];
};

void history_init(struct history *history, bool fleeting, struct buf *spare);
void history_release(struct history *history);
void history_clear(struct history *history); /* what was printed stands elsewhere, or nowhere */

/* The event's number, which is what follows gets as its previous one. The last place is kept for a terminal event. */
int64_t history_open(struct history *history, const char *type, int64_t previous, int64_t now_ms);
int64_t history_open_last(struct history *history, const char *type, int64_t previous, int64_t now_ms);
void history_details(struct history *history, const char *name); /* "stateEnteredEventDetails" */
void history_string(struct history *history, const char *name, struct str value);
void history_integer(struct history *history, const char *name, int64_t value);
void history_boolean(struct history *history, const char *name, bool value);
/* "input": the text, "inputDetails": {"truncated": false}; `name` is input or output. */
void history_data(struct history *history, const char *name, struct str text);
void history_error(struct history *history, const char *error_or_null, struct str cause_or_none);
void history_object(struct history *history, const char *name); /* members…, then */
void history_object_end(struct history *history);
void history_close(struct history *history);
/* An event without details. */
int64_t history_bare(struct history *history, const char *type, int64_t previous, int64_t now_ms);

/* One event of such text, and what follows behind its comma. */
struct str history_cut_event(struct str *events);
/* Takes out of an event's details what is the execution's data: inputs, outputs, parameters, variables. */
void history_drop_data(cJSON *details);

/* Writes what was printed since the last time as one row. */
void history_flush(struct history *history, struct world *world, struct scope scope, struct str execution_arn);
/* After a restart: the number of the last event that was kept. */
void history_load(struct history *history, struct world *world, struct scope scope, struct str execution_arn);
/* How many events were kept. */
int64_t history_count(struct world *world, struct scope scope, struct str execution_arn);

#endif
