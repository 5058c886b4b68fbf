/* A team's pipelines and their jobs as its page shows them, beside the executions of state machines. */
#ifndef GAME_PIPELINE_H
#define GAME_PIPELINE_H

#include "base/json.h"
#include "base/str.h"
#include "world/bus.h"

struct team;

/* Tells each execution of its pipelines: ARN and start. */
void pipelines_gather(struct team *team, void (*tell)(void *data, struct str arn, int64_t started_ms), void *data);
bool pipeline_is(struct str arn);                        /* is it an execution of a pipeline? */
cJSON *pipeline_view(struct team *team, struct str arn); /* EXECUTION of the API; NULL: there is none */
/* {"execution","definition","steps"}; NULL: there is none. */
cJSON *pipeline_view_one(struct team *team, struct str arn);
/* {"job","log","metrics"} of a processing, training or transform job's ARN; NULL: there is none. */
cJSON *pipeline_job_view(struct team *team, struct str arn);
/* bus: "sagemaker.pipeline-execution" and "sagemaker.pipeline-step" */
void pipeline_told(struct listener *listener, const struct event *event);

#endif
