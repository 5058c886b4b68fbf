#include "game/pipeline.h"

#include "aws/arn.h"
#include "aws/call.h"
#include "game/ask.h"
#include "game/game_inner.h"
#include "game/news.h"

#define PIPELINES_LOOKED_AT 50
#define EXECUTIONS_SHOWN    20
#define LINES_SHOWN         100

/* ---- the list ---- */

void pipelines_gather(struct team *team, void (*tell)(void *data, struct str arn, int64_t started_ms), void *data)
{
    const cJSON *pipeline, *one;
    cJSON *input = cJSON_CreateObject();
    json_set_int64(input, "MaxResults", PIPELINES_LOOKED_AT);
    cJSON *pipelines = team_ask(team, "sagemaker", "ListPipelines", input);
    cJSON_ArrayForEach(pipeline, json_get(pipelines, "PipelineSummaries"))
    {
        input = ask_with("PipelineName", json_str(pipeline, "PipelineName"));
        json_set_int64(input, "MaxResults", EXECUTIONS_SHOWN);
        cJSON *executions = team_ask(team, "sagemaker", "ListPipelineExecutions", input);
        cJSON_ArrayForEach(one, json_get(executions, "PipelineExecutionSummaries"))
        {
            tell(data, json_str(one, "PipelineExecutionArn"), json_to_time(json_get(one, "StartTime")));
        }
        cJSON_Delete(executions);
    }
    cJSON_Delete(pipelines);
}

bool pipeline_is(struct str arn)
{
    return str_find(arn, STR(":pipeline/")) != SIZE_MAX && str_find(arn, STR("/execution/")) != SIZE_MAX;
}

/* ---- an execution ---- */

/* As executions of state machines call it. */
static const char *status_of(struct str status)
{
    static const struct {
        const char *pipeline, *machine;
    } names[] = { { "Executing", "RUNNING" },
                  { "Stopping", "RUNNING" },
                  { "Stopped", "ABORTED" },
                  { "Succeeded", "SUCCEEDED" },
                  { "Failed", "FAILED" } };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(status, names[i].pipeline))
            return names[i].machine;
    return "RUNNING";
}

static bool has_ended(const cJSON *described)
{
    struct str status = json_str(described, "PipelineExecutionStatus");
    return !str_is(status, "Executing") && !str_is(status, "Stopping");
}

static cJSON *steps_of(struct team *team, struct str arn)
{
    cJSON *input = ask_with("PipelineExecutionArn", arn);
    json_set_string(input, "SortOrder", "Ascending");
    json_set_int64(input, "MaxResults", 100);
    return team_ask(team, "sagemaker", "ListPipelineExecutionSteps", input);
}

static cJSON *failing_view(const cJSON *steps)
{
    const cJSON *step;
    int64_t order = 0;
    cJSON_ArrayForEach(step, steps)
    {
        order++;
        if (!str_is(json_str(step, "StepStatus"), "Failed"))
            continue;
        cJSON *view = cJSON_CreateObject();
        json_set_int64(view, "id", order);
        json_set_string(view, "type", "StepFailed");
        json_set_string(view, "state", json_string(step, "StepName"));
        json_set(view, "error", cJSON_CreateNull());
        json_set(view, "cause", text_or_null(json_string(step, "FailureReason")));
        return view;
    }
    return cJSON_CreateNull();
}

static int64_t count_ended(const cJSON *steps)
{
    const cJSON *step;
    int64_t ended = 0;
    cJSON_ArrayForEach(step, steps)
    {
        ended += json_get(step, "EndTime") != NULL;
    }
    return ended;
}

static struct str pipeline_name(struct str arn)
{
    struct str rest, mark = STR(":pipeline/");
    size_t at = str_find(arn, mark);
    return at == SIZE_MAX ? STR("") : str_cut(str_from(arn, at + mark.length), '/', &rest);
}

static cJSON *view_of(const cJSON *described, const cJSON *steps)
{
    struct str arn = json_str(described, "PipelineExecutionArn");
    cJSON *view = cJSON_CreateObject();
    bool ended = has_ended(described);
    struct buf look = BUF_EMPTY;
    json_set_str(view, "arn", arn);
    json_set_string(view, "name", json_string(described, "PipelineExecutionDisplayName"));
    json_set_str(view, "machine", pipeline_name(arn));
    json_set_string(view, "machine_arn", json_string(described, "PipelineArn"));
    json_set_string(view, "status", status_of(json_str(described, "PipelineExecutionStatus")));
    json_set_int64(view, "started_at", json_to_time(json_get(described, "CreationTime")));
    json_set(view, "stopped_at",
             ended ? json_new_int64(json_to_time(json_get(described, "LastModifiedTime"))) : cJSON_CreateNull());
    json_set(view, "error", cJSON_CreateNull());
    json_set(view, "cause", text_or_null(json_string(described, "FailureReason")));
    json_set(view, "failing", failing_view(steps));
    json_set_int64(view, "steps_begun", cJSON_GetArraySize(steps));
    json_set_int64(view, "steps_ended", count_ended(steps));
    buf_printf(&look, "aws sagemaker list-pipeline-execution-steps --pipeline-execution-arn %.*s", STR_ARG(arn));
    json_set_string(view, "look", look.at);
    buf_release(&look);
    return view;
}

cJSON *pipeline_view(struct team *team, struct str arn)
{
    cJSON *described = team_ask(team, "sagemaker", "DescribePipelineExecution", ask_with("PipelineExecutionArn", arn));
    if (!described)
        return NULL;
    cJSON *steps = steps_of(team, arn);
    cJSON *view = view_of(described, json_get(steps, "PipelineExecutionSteps"));
    cJSON_Delete(steps);
    cJSON_Delete(described);
    return view;
}

/* ---- its steps ---- */

static cJSON *time_or_null(const cJSON *object, const char *name)
{
    const cJSON *at = json_get(object, name);
    return at ? json_new_int64(json_to_time(at)) : cJSON_CreateNull();
}

/* What the step made: the first ARN of its metadata. */
static const char *made_by(const cJSON *metadata)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, metadata)
    {
        if (json_string(one, "Arn"))
            return json_string(one, "Arn");
    }
    return NULL;
}

static cJSON *step_view(const cJSON *step)
{
    const cJSON *metadata = json_get(step, "Metadata");
    cJSON *view = cJSON_CreateObject();
    json_set_string(view, "name", json_string(step, "StepName"));
    json_set_string(view, "status", json_string(step, "StepStatus"));
    json_set(view, "started_at", time_or_null(step, "StartTime"));
    json_set(view, "stopped_at", time_or_null(step, "EndTime"));
    json_set_int64(view, "attempt", json_int64(step, "AttemptCount", 1));
    json_set(view, "cached", text_or_null(json_string(json_get(step, "CacheHitResult"), "SourcePipelineExecutionArn")));
    json_set(view, "reason", text_or_null(json_string(step, "FailureReason")));
    json_set(view, "made", text_or_null(made_by(metadata)));
    json_set(view, "outcome", text_or_null(json_string(json_get(metadata, "Condition"), "Outcome")));
    json_set(view, "token", text_or_null(json_string(json_get(metadata, "Callback"), "CallbackToken")));
    json_set(view, "message", text_or_null(json_string(step, "CallbackMessage")));
    return view;
}

cJSON *pipeline_view_one(struct team *team, struct str arn)
{
    cJSON *described = team_ask(team, "sagemaker", "DescribePipelineExecution", ask_with("PipelineExecutionArn", arn));
    if (!described)
        return NULL;
    const cJSON *step;
    cJSON *steps = steps_of(team, arn), *list = cJSON_CreateArray(), *view = cJSON_CreateObject();
    cJSON *definition = team_ask(team, "sagemaker", "DescribePipelineDefinitionForExecution",
                                 ask_with("PipelineExecutionArn", arn));
    cJSON_ArrayForEach(step, json_get(steps, "PipelineExecutionSteps"))
    {
        json_add(list, step_view(step));
    }
    json_set(view, "execution", view_of(described, json_get(steps, "PipelineExecutionSteps")));
    json_set(view, "definition", text_or_null(json_string(definition, "PipelineDefinition")));
    json_set(view, "steps", list);
    cJSON_Delete(definition);
    cJSON_Delete(steps);
    cJSON_Delete(described);
    return view;
}

/* ---- a job ---- */

static const struct job_noun {
    const char *type, *operation, *name, *status, *group;
} nouns[] = {
    { "processing-job", "DescribeProcessingJob", "ProcessingJobName", "ProcessingJobStatus",
      "/aws/sagemaker/ProcessingJobs" },
    { "training-job", "DescribeTrainingJob", "TrainingJobName", "TrainingJobStatus", "/aws/sagemaker/TrainingJobs" },
    { "transform-job", "DescribeTransformJob", "TransformJobName", "TransformJobStatus",
      "/aws/sagemaker/TransformJobs" },
};

static const struct job_noun *noun_of(struct str text, struct str *ret_name)
{
    struct arn arn;
    if (!arn_parse(text, &arn))
        return NULL;
    struct str type = str_cut(arn.resource, '/', ret_name);
    for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++)
        if (str_is(type, nouns[i].type))
            return &nouns[i];
    return NULL;
}

/* The last lines of the job's streams. */
static cJSON *log_of(struct team *team, const char *group, const char *job)
{
    struct buf prefix = BUF_EMPTY;
    cJSON *lines = cJSON_CreateArray(), *input = ask_with("logGroupName", str_of(group));
    buf_printf(&prefix, "%s/", job);
    json_set_str(input, "logStreamNamePrefix", buf_str(&prefix));
    buf_release(&prefix);
    cJSON *streams = team_ask(team, "logs", "DescribeLogStreams", input);
    const cJSON *stream = json_get(streams, "logStreams"), *event;
    if (stream && stream->child) {
        input = ask_with("logGroupName", str_of(group));
        json_set_str(input, "logStreamName", json_str(stream->child, "logStreamName"));
        json_set_int64(input, "limit", LINES_SHOWN);
        cJSON *answer = team_ask(team, "logs", "GetLogEvents", input);
        cJSON_ArrayForEach(event, json_get(answer, "events"))
        {
            cJSON *line = cJSON_CreateObject();
            json_set_int64(line, "at", json_int64(event, "timestamp", 0));
            json_set_str(line, "message", json_str(event, "message"));
            json_add(lines, line);
        }
        cJSON_Delete(answer);
    }
    cJSON_Delete(streams);
    return lines;
}

static cJSON *metrics_of(const cJSON *described)
{
    const cJSON *metric;
    cJSON *list = cJSON_CreateArray();
    cJSON_ArrayForEach(metric, json_get(described, "FinalMetricDataList"))
    {
        cJSON *one = cJSON_CreateObject();
        json_set_string(one, "name", json_string(metric, "MetricName"));
        json_set_number(one, "value", json_number(metric, "Value", 0));
        json_add(list, one);
    }
    return list;
}

cJSON *pipeline_job_view(struct team *team, struct str arn)
{
    struct str name;
    const struct job_noun *noun = noun_of(arn, &name);
    cJSON *described = noun ? team_ask(team, "sagemaker", noun->operation, ask_with(noun->name, name)) : NULL;
    if (!described)
        return NULL;
    cJSON *view = cJSON_CreateObject(), *job = cJSON_CreateObject();
    json_set_str(job, "arn", arn);
    json_set_string(job, "name", json_string(described, noun->name));
    json_set_string(job, "status", json_string(described, noun->status));
    json_set(job, "reason", text_or_null(json_string(described, "FailureReason")));
    json_set(view, "job", job);
    json_set(view, "log", log_of(team, noun->group, json_string(described, noun->name)));
    json_set(view, "metrics", metrics_of(described));
    cJSON_Delete(described);
    return view;
}

/* ---- news ---- */

void pipeline_told(struct listener *listener, const struct event *event)
{
    struct game *game = listener->data;
    struct team *team = team_of(game, str_of(event->scope.account));
    if (!team || !game->feed.publish)
        return;
    const cJSON *detail = event->detail ? json_root(event->detail) : NULL;
    struct str status = json_get(detail, "step") ? STR("Executing") : json_str(detail, "status");
    struct str id = event->key;
    for (size_t slash; (slash = str_find_byte(id, '/')) != SIZE_MAX;)
        id = str_from(id, slash + 1);
    cJSON *view = cJSON_CreateObject();
    json_set_str(view, "arn", event->key);
    json_set_str(view, "name", id);
    json_set_str(view, "machine", pipeline_name(event->key));
    json_set_string(view, "status", status_of(status));
    news_to_team(team, "execution", view);
}
