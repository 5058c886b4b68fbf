#include "game/console.h"

#include <stdlib.h>

#include "aws/road.h"
#include "base/time.h"
#include "game/ask.h"
#include "game/command.h"
#include "game/game_inner.h"
#include "game/view.h"

#define ANCESTORS_MOST 3
#define LONGEST_TEXT   2000 /* of a log event, in a list */
#define SEPARATOR      '\x1F'

/* How one kind of thing is listed and looked at. `in` names the inputs that the ancestors' ids go into, outermost first. */
struct kind {
    const char *kind, *english, *korean, *service, *of;
    const char *list, *items; /* the operation, and where its output has them */
    const char *in[ANCESTORS_MOST];
    const char *id, *name, *status, *at, *text; /* members of an item; id "": the item is a text itself */
    const char *describe, *with;                /* NULL: it has no detail; its input for the id */
    const char *token_in, *token_out;
    const char *fixed; /* further members of the list's input, as JSON */
};

static const struct kind kinds[] = {
    { "state-machines",
      "State machines",
      "상태 머신",
      "stepfunctions",
      NULL,
      "ListStateMachines",
      "stateMachines",
      { 0 },
      "stateMachineArn",
      "name",
      NULL,
      "creationDate",
      NULL,
      "DescribeStateMachine",
      "stateMachineArn",
      "nextToken",
      "nextToken",
      NULL },
    { "executions",
      "Executions",
      "실행",
      "stepfunctions",
      "state-machines",
      "ListExecutions",
      "executions",
      { "stateMachineArn" },
      "executionArn",
      "name",
      "status",
      "startDate",
      NULL,
      "DescribeExecution",
      "executionArn",
      "nextToken",
      "nextToken",
      NULL },
    { "history",
      "History",
      "실행 기록",
      "stepfunctions",
      "executions",
      "GetExecutionHistory",
      "events",
      { NULL, "executionArn" },
      "id",
      "type",
      NULL,
      "timestamp",
      NULL,
      NULL,
      NULL,
      "nextToken",
      "nextToken",
      "{\"reverseOrder\":true}" },
    { "activities",
      "Activities",
      "활동",
      "stepfunctions",
      NULL,
      "ListActivities",
      "activities",
      { 0 },
      "activityArn",
      "name",
      NULL,
      "creationDate",
      NULL,
      "DescribeActivity",
      "activityArn",
      "nextToken",
      "nextToken",
      NULL },
    { "pipelines",
      "Pipelines",
      "파이프라인",
      "sagemaker",
      NULL,
      "ListPipelines",
      "PipelineSummaries",
      { 0 },
      "PipelineName",
      "PipelineName",
      NULL,
      "CreationTime",
      NULL,
      "DescribePipeline",
      "PipelineName",
      "NextToken",
      "NextToken",
      NULL },
    { "pipeline-executions",
      "Runs",
      "파이프라인 실행",
      "sagemaker",
      "pipelines",
      "ListPipelineExecutions",
      "PipelineExecutionSummaries",
      { "PipelineName" },
      "PipelineExecutionArn",
      "PipelineExecutionDisplayName",
      "PipelineExecutionStatus",
      "StartTime",
      NULL,
      "DescribePipelineExecution",
      "PipelineExecutionArn",
      "NextToken",
      "NextToken",
      NULL },
    { "steps",
      "Steps",
      "단계",
      "sagemaker",
      "pipeline-executions",
      "ListPipelineExecutionSteps",
      "PipelineExecutionSteps",
      { NULL, "PipelineExecutionArn" },
      "StepName",
      "StepName",
      "StepStatus",
      "StartTime",
      "FailureReason",
      NULL,
      NULL,
      "NextToken",
      "NextToken",
      NULL },
    { "processing-jobs",
      "Processing jobs",
      "처리 작업",
      "sagemaker",
      NULL,
      "ListProcessingJobs",
      "ProcessingJobSummaries",
      { 0 },
      "ProcessingJobName",
      "ProcessingJobName",
      "ProcessingJobStatus",
      "CreationTime",
      "FailureReason",
      "DescribeProcessingJob",
      "ProcessingJobName",
      "NextToken",
      "NextToken",
      NULL },
    { "training-jobs",
      "Training jobs",
      "훈련 작업",
      "sagemaker",
      NULL,
      "ListTrainingJobs",
      "TrainingJobSummaries",
      { 0 },
      "TrainingJobName",
      "TrainingJobName",
      "TrainingJobStatus",
      "CreationTime",
      NULL,
      "DescribeTrainingJob",
      "TrainingJobName",
      "NextToken",
      "NextToken",
      NULL },
    { "transform-jobs",
      "Transform jobs",
      "변환 작업",
      "sagemaker",
      NULL,
      "ListTransformJobs",
      "TransformJobSummaries",
      { 0 },
      "TransformJobName",
      "TransformJobName",
      "TransformJobStatus",
      "CreationTime",
      "FailureReason",
      "DescribeTransformJob",
      "TransformJobName",
      "NextToken",
      "NextToken",
      NULL },
    { "models",
      "Models",
      "모델",
      "sagemaker",
      NULL,
      "ListModels",
      "Models",
      { 0 },
      "ModelName",
      "ModelName",
      NULL,
      "CreationTime",
      NULL,
      "DescribeModel",
      "ModelName",
      "NextToken",
      "NextToken",
      NULL },
    { "endpoint-configs",
      "Endpoint configurations",
      "엔드포인트 구성",
      "sagemaker",
      NULL,
      "ListEndpointConfigs",
      "EndpointConfigs",
      { 0 },
      "EndpointConfigName",
      "EndpointConfigName",
      NULL,
      "CreationTime",
      NULL,
      "DescribeEndpointConfig",
      "EndpointConfigName",
      "NextToken",
      "NextToken",
      NULL },
    { "endpoints",
      "Endpoints",
      "엔드포인트",
      "sagemaker",
      NULL,
      "ListEndpoints",
      "Endpoints",
      { 0 },
      "EndpointName",
      "EndpointName",
      "EndpointStatus",
      "CreationTime",
      NULL,
      "DescribeEndpoint",
      "EndpointName",
      "NextToken",
      "NextToken",
      NULL },
    { "functions",
      "Functions",
      "함수",
      "lambda",
      NULL,
      "ListFunctions",
      "Functions",
      { 0 },
      "FunctionName",
      "FunctionName",
      NULL,
      NULL,
      NULL,
      "GetFunctionConfiguration",
      "FunctionName",
      "Marker",
      "NextMarker",
      NULL },
    { "buckets",
      "Buckets",
      "버킷",
      "s3",
      NULL,
      "ListBuckets",
      "Buckets",
      { 0 },
      "Name",
      "Name",
      NULL,
      "CreationDate",
      NULL,
      "GetBucketLocation",
      "Bucket",
      "ContinuationToken",
      "ContinuationToken",
      NULL },
    { "objects",
      "Objects",
      "객체",
      "s3",
      "buckets",
      "ListObjectsV2",
      "Contents",
      { "Bucket" },
      "Key",
      "Key",
      NULL,
      "LastModified",
      NULL,
      "HeadObject",
      "Key",
      "ContinuationToken",
      "NextContinuationToken",
      "{\"MaxKeys\":100}" },
    { "log-groups",
      "Log groups",
      "로그 그룹",
      "logs",
      NULL,
      "DescribeLogGroups",
      "logGroups",
      { 0 },
      "logGroupName",
      "logGroupName",
      NULL,
      "creationTime",
      NULL,
      NULL,
      NULL,
      "nextToken",
      "nextToken",
      NULL },
    { "log-streams",
      "Log streams",
      "로그 스트림",
      "logs",
      "log-groups",
      "DescribeLogStreams",
      "logStreams",
      { "logGroupName" },
      "logStreamName",
      "logStreamName",
      NULL,
      "lastEventTimestamp",
      NULL,
      NULL,
      NULL,
      "nextToken",
      "nextToken",
      "{\"orderBy\":\"LastEventTime\",\"descending\":true}" },
    { "log-events",
      "Log events",
      "로그",
      "logs",
      "log-streams",
      "GetLogEvents",
      "events",
      { "logGroupName", "logStreamName" },
      NULL,
      NULL,
      NULL,
      "timestamp",
      "message",
      NULL,
      NULL,
      "nextToken",
      "nextBackwardToken",
      "{\"limit\":100}" },
    { "roles",
      "Roles",
      "역할",
      "iam",
      NULL,
      "ListRoles",
      "Roles",
      { 0 },
      "RoleName",
      "RoleName",
      NULL,
      "CreateDate",
      NULL,
      "GetRole",
      "RoleName",
      "Marker",
      "Marker",
      NULL },
    { "attached-policies",
      "Attached policies",
      "연결된 정책",
      "iam",
      "roles",
      "ListAttachedRolePolicies",
      "AttachedPolicies",
      { "RoleName" },
      "PolicyArn",
      "PolicyName",
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      "Marker",
      "Marker",
      NULL },
    { "inline-policies",
      "Inline policies",
      "인라인 정책",
      "iam",
      "roles",
      "ListRolePolicies",
      "PolicyNames",
      { "RoleName" },
      "",
      NULL,
      NULL,
      NULL,
      NULL,
      "GetRolePolicy",
      "PolicyName",
      "Marker",
      "Marker",
      NULL },
    { "policies",
      "Policies",
      "정책",
      "iam",
      NULL,
      "ListPolicies",
      "Policies",
      { 0 },
      "Arn",
      "PolicyName",
      NULL,
      "CreateDate",
      NULL,
      "GetPolicy",
      "PolicyArn",
      "Marker",
      "Marker",
      "{\"Scope\":\"Local\"}" },
    { "policy-versions",
      "Versions",
      "버전",
      "iam",
      "policies",
      "ListPolicyVersions",
      "Versions",
      { "PolicyArn" },
      "VersionId",
      "VersionId",
      NULL,
      "CreateDate",
      NULL,
      "GetPolicyVersion",
      "VersionId",
      "Marker",
      "Marker",
      NULL },
    { "bots",
      "Bots",
      "봇",
      "lexv2models",
      NULL,
      "ListBots",
      "botSummaries",
      { 0 },
      "botId",
      "botName",
      "botStatus",
      "lastUpdatedDateTime",
      NULL,
      "DescribeBot",
      "botId",
      "nextToken",
      "nextToken",
      NULL },
    { "bot-aliases",
      "Aliases",
      "별칭",
      "lexv2models",
      "bots",
      "ListBotAliases",
      "botAliasSummaries",
      { "botId" },
      "botAliasId",
      "botAliasName",
      "botAliasStatus",
      "lastUpdatedDateTime",
      NULL,
      "DescribeBotAlias",
      "botAliasId",
      "nextToken",
      "nextToken",
      NULL },
    { "bot-locales",
      "Locales",
      "로캘",
      "lexv2models",
      "bots",
      "ListBotLocales",
      "botLocaleSummaries",
      { "botId" },
      "localeId",
      "localeName",
      "botLocaleStatus",
      "lastUpdatedDateTime",
      NULL,
      "DescribeBotLocale",
      "localeId",
      "nextToken",
      "nextToken",
      "{\"botVersion\":\"DRAFT\"}" },
    { "intents",
      "Intents",
      "인텐트",
      "lexv2models",
      "bot-locales",
      "ListIntents",
      "intentSummaries",
      { "botId", "localeId" },
      "intentId",
      "intentName",
      NULL,
      "lastUpdatedDateTime",
      NULL,
      "DescribeIntent",
      "intentId",
      "nextToken",
      "nextToken",
      "{\"botVersion\":\"DRAFT\"}" },
    { "slots",
      "Slots",
      "슬롯",
      "lexv2models",
      "intents",
      "ListSlots",
      "slotSummaries",
      { "botId", "localeId", "intentId" },
      "slotId",
      "slotName",
      NULL,
      "lastUpdatedDateTime",
      NULL,
      NULL,
      NULL,
      "nextToken",
      "nextToken",
      "{\"botVersion\":\"DRAFT\"}" },
    { "dataset-groups",
      "Dataset groups",
      "데이터세트 그룹",
      "forecast",
      NULL,
      "ListDatasetGroups",
      "DatasetGroups",
      { 0 },
      "DatasetGroupArn",
      "DatasetGroupName",
      NULL,
      "CreationTime",
      NULL,
      "DescribeDatasetGroup",
      "DatasetGroupArn",
      "NextToken",
      "NextToken",
      NULL },
    { "datasets",
      "Datasets",
      "데이터세트",
      "forecast",
      NULL,
      "ListDatasets",
      "Datasets",
      { 0 },
      "DatasetArn",
      "DatasetName",
      NULL,
      "CreationTime",
      NULL,
      "DescribeDataset",
      "DatasetArn",
      "NextToken",
      "NextToken",
      NULL },
    { "imports",
      "Imports",
      "가져오기 작업",
      "forecast",
      NULL,
      "ListDatasetImportJobs",
      "DatasetImportJobs",
      { 0 },
      "DatasetImportJobArn",
      "DatasetImportJobName",
      "Status",
      "CreationTime",
      "Message",
      "DescribeDatasetImportJob",
      "DatasetImportJobArn",
      "NextToken",
      "NextToken",
      NULL },
    { "predictors",
      "Predictors",
      "예측기",
      "forecast",
      NULL,
      "ListPredictors",
      "Predictors",
      { 0 },
      "PredictorArn",
      "PredictorName",
      "Status",
      "CreationTime",
      "Message",
      "DescribeAutoPredictor",
      "PredictorArn",
      "NextToken",
      "NextToken",
      NULL },
    { "forecasts",
      "Forecasts",
      "예측",
      "forecast",
      NULL,
      "ListForecasts",
      "Forecasts",
      { 0 },
      "ForecastArn",
      "ForecastName",
      "Status",
      "CreationTime",
      "Message",
      "DescribeForecast",
      "ForecastArn",
      "NextToken",
      "NextToken",
      NULL },
};
#define KINDS (sizeof kinds / sizeof *kinds)

static const struct kind *kind_of(struct str name)
{
    for (size_t i = 0; i < KINDS; i++)
        if (str_is(name, kinds[i].kind))
            return &kinds[i];
    return NULL;
}

cJSON *console_kinds(void)
{
    cJSON *view = cJSON_CreateObject(), *rows = cJSON_CreateArray();
    for (size_t i = 0; i < KINDS; i++) {
        cJSON *row = cJSON_CreateObject();
        json_set_string(row, "kind", kinds[i].kind);
        json_set(row, "title", words_of(kinds[i].english, kinds[i].korean));
        json_set_string(row, "service", kinds[i].service);
        json_set(row, "of", text_or_null(kinds[i].of));
        json_set_bool(row, "opens", kinds[i].describe != NULL);
        json_add(rows, row);
    }
    json_set(view, "kinds", rows);
    return view;
}

/* ---- one look ---- */

struct look {
    struct team *team;
    const struct console_query *query;
    const struct kind *kind;
    cJSON *view;   /* of the answer to the page */
    cJSON *output; /* AWS's, a copy; NULL: it failed */
};

static void forget(struct call *call)
{
}

static void delete_tree(void *tree)
{
    cJSON_Delete(tree);
}

static void note_error(struct look *look, const struct call *call)
{
    cJSON *error = cJSON_CreateObject();
    json_set_string(error, "code", call->error.kind ? call->error.kind->code : "Pending");
    json_set_string(error, "message", call->error.message ? call->error.message : "");
    json_set(look->view, "error", error);
}

static void run(struct look *look, struct call *call)
{
    struct buf line = BUF_EMPTY;
    command_of_call(&line, call->service, call->operation, call->input);
    json_set_str(look->view, "command", buf_str(&line));
    buf_release(&line);
    enum outcome outcome = road_run(call);
    if (outcome != CALL_DONE) {
        note_error(look, call);
        return;
    }
    look->output = json_thaw(call_output(call));
    if (look->query->detects && team_plays(look->team))
        fault_heard(look->team, call, outcome);
}

/* Only what reads is ever made, whatever the table says. */
static void ask(struct look *look, const char *operation, cJSON *input_taken)
{
    const char *why;
    struct team *team = look->team;
    struct call *call = call_new(team->game->cloud, str_of(look->kind->service), str_of(operation), &why);
    json_set(look->view, "command", cJSON_CreateNull());
    json_set(look->view, "error", cJSON_CreateNull());
    if (!call || !call->operation->reads_only) {
        cJSON_Delete(input_taken);
        if (call)
            call_free(call);
        return;
    }
    arena_own(call->arena, delete_tree, input_taken);
    call->input = input_taken;
    call->caller = principal_of_root(call->arena, str_of(team->account));
    call->origin = ORIGIN_HOUSE;
    call->made_by = game_pack(team->game);
    call->finished = forget;
    run(look, call);
    call_free(call);
}

/* ---- what is asked ---- */

static size_t depth_of(const struct kind *kind)
{
    size_t depth = 0;
    for (const char *of = kind->of; of; of = kind_of(str_of(of))->of)
        depth++;
    return depth;
}

/* The ancestors' ids into the inputs that want them. False: there are too few. */
static bool put_ancestors(const struct look *look, cJSON *input)
{
    struct str rest = look->query->of;
    for (size_t i = 0; i < depth_of(look->kind); i++) {
        struct str id = str_cut(rest, SEPARATOR, &rest);
        if (!id.length)
            return false;
        if (look->kind->in[i])
            json_set_str(input, look->kind->in[i], id);
    }
    return true;
}

static void put_fixed(const struct kind *kind, cJSON *input, struct arena *arena)
{
    const cJSON *fixed = kind->fixed ? json_parse_in(arena, str_of(kind->fixed), NULL) : NULL, *at;
    cJSON_ArrayForEach(at, fixed)
    {
        json_set(input, at->string, json_thaw(at));
    }
}

/* ---- what comes back ---- */

/* Times are seconds since 1970 with a fraction, milliseconds, or text, as the services like. */
static cJSON *instant_of(const cJSON *value)
{
    int64_t at_ms = 0;
    if (!value)
        return cJSON_CreateNull();
    if (cJSON_IsString(value))
        return time_parse_iso(json_value(value), &at_ms) ? json_new_int64(at_ms) : cJSON_CreateNull();
    if (!cJSON_IsNumber(value))
        return cJSON_CreateNull();
    double number = json_to_double(value);
    return json_new_int64((int64_t)(number < 1e11 ? number * 1000 : number));
}

static cJSON *text_of(const cJSON *value)
{
    if (cJSON_IsNumber(value)) {
        char digits[32];
        snprintf(digits, sizeof digits, "%lld", (long long)json_to_int64(value));
        return json_new_string(str_of(digits));
    }
    struct str text = str_first(json_value(value), LONGEST_TEXT);
    while (text.length && !str_is_utf8(text))
        text.length--;
    return cJSON_IsString(value) ? json_new_string(text) : cJSON_CreateNull();
}

static cJSON *member_text(const cJSON *item, const char *name)
{
    return name ? text_of(json_get(item, name)) : cJSON_CreateNull();
}

/* What a history event has beside its type is in the member of its details: "taskFailedEventDetails". */
static cJSON *details_of(const cJSON *item)
{
    const cJSON *at;
    cJSON_ArrayForEach(at, item)
    {
        if (!at->string || !str_ends(str_of(at->string), STR("EventDetails")))
            continue;
        struct buf text = BUF_EMPTY;
        json_print(&text, at);
        cJSON *node = json_new_string(str_first(buf_str(&text), LONGEST_TEXT));
        buf_release(&text);
        if (str_is_utf8(json_value(node)))
            return node;
        cJSON_Delete(node);
        break;
    }
    return cJSON_CreateNull();
}

static cJSON *item_view(const struct kind *kind, const cJSON *item)
{
    bool is_text = kind->id && !kind->id[0];
    cJSON *view = cJSON_CreateObject();
    json_set(view, "id", is_text ? text_of(item) : member_text(item, kind->id));
    cJSON *name = is_text ? text_of(item) : member_text(item, kind->name);
    json_set(view, "name", cJSON_IsNull(name) && kind->id ? json_thaw(json_get(view, "id")) : json_thaw(name));
    cJSON_Delete(name);
    json_set(view, "status", member_text(item, kind->status));
    json_set(view, "at", instant_of(kind->at ? json_get(item, kind->at) : NULL));
    json_set(view, "text", kind->text ? member_text(item, kind->text) : details_of(item));
    return view;
}

static void show_list(struct look *look)
{
    const struct kind *kind = look->kind;
    const cJSON *item;
    cJSON *items = cJSON_CreateArray();
    cJSON_ArrayForEach(item, json_get(look->output, kind->items))
    {
        json_add(items, item_view(kind, item));
    }
    json_set(look->view, "items", items);
    struct str next = json_str(look->output, kind->token_out);
    json_set(look->view, "next",
             next.length && !str_equal(next, look->query->next) && cJSON_GetArraySize(items) ? json_new_string(next)
                                                                                             : cJSON_CreateNull());
}

static void list(struct look *look, cJSON *input)
{
    struct arena *arena = arena_new();
    put_fixed(look->kind, input, arena);
    if (look->query->next.length)
        json_set_str(input, look->kind->token_in, look->query->next);
    ask(look, look->kind->list, input);
    show_list(look);
    arena_free(arena);
}

static cJSON *kinds_inside(const struct kind *kind)
{
    cJSON *inside = cJSON_CreateArray();
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].of && strcmp(kinds[i].of, kind->kind) == 0)
            json_add(inside, json_new_string(str_of(kinds[i].kind)));
    return inside;
}

/* Of the fixed members a Describe knows the version of a bot alone. */
static void describe(struct look *look, cJSON *input)
{
    const struct kind *kind = look->kind;
    json_set_str(look->view, "id", look->query->id);
    json_set(look->view, "inside", kinds_inside(kind));
    json_set_str(input, kind->with ? kind->with : "", look->query->id);
    if (kind->fixed && strstr(kind->fixed, "botVersion"))
        json_set_string(input, "botVersion", "DRAFT");
    if (kind->describe) {
        ask(look, kind->describe, input);
    } else {
        cJSON_Delete(input);
        json_set(look->view, "command", cJSON_CreateNull());
        json_set(look->view, "error", cJSON_CreateNull());
    }
    json_set(look->view, "detail", look->output ? json_thaw(look->output) : cJSON_CreateNull());
}

cJSON *console_look(struct team *team, const struct console_query *query, const char **reterr_why)
{
    const struct kind *kind = kind_of(query->kind);
    if (!kind)
        return NULL;
    struct look look = { .team = team, .query = query, .kind = kind };
    cJSON *input = cJSON_CreateObject();
    if (!put_ancestors(&look, input)) {
        cJSON_Delete(input);
        *reterr_why = "Say in which it stands: of=ID, outermost first.";
        return NULL;
    }
    look.view = cJSON_CreateObject();
    json_set_string(look.view, "kind", kind->kind);
    if (query->id.length)
        describe(&look, input);
    else
        list(&look, input);
    cJSON_Delete(look.output);
    return look.view;
}
