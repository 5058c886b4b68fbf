/* What a team's state machines and pipelines run, as its page shows it. */
#ifndef GAME_EXECUTION_H
#define GAME_EXECUTION_H

#include "base/json.h"
#include "base/str.h"
#include "world/bus.h"

struct game;
struct team;

#define EXECUTIONS_SHOWN 20
#define EVENTS_SHOWN     200

cJSON *executions_view(struct team *team); /* newest first */
/* {"execution","definition","events"}, of a pipeline "steps" in the place of events; NULL: there is no such execution. */
cJSON *execution_view_one(struct team *team, struct str arn);
/* Pages are told: it began, or it ended. */
void execution_told(struct team *team, struct str arn, const char *status);
/* bus: "stepfunctions.execution.ended" */
void execution_ended(struct listener *listener, const struct event *event);

#endif
