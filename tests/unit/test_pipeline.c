#define ACCOUNT "111122223333"
#define REGION  "us-east-1"

#include "cloud_fixture.h"

#include "aws/payload.h"
#include "services/sagemaker/pipeline_execution.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/service.h"
#include "world/hook.h"

/* Pipelines that run: what their steps do and in which order, what references find, retries, caches, stops, what a restart
 * finds. Jobs are a table of what they answer: a job's image says what becomes of it ("ok", "capacity", "broken", "hang"). */

#define JOB_ARN "arn:aws:sagemaker:" REGION ":" ACCOUNT ":processing-job/"
#define ROLE    "arn:aws:iam::" ACCOUNT ":role/pipeline"

/* ---- jobs that are a table ---- */

static const struct table_def fake_table = { .name = "test.job" };
static const struct lifecycle_step fake_life[] = { { "InProgress", "Completed", 60 * 1000 }, { 0 } };

static const char *fake_arrive(struct world *world, struct scope scope, struct str key, cJSON *row, const char *to)
{
    struct str image = json_str(row, "image");
    if (str_is(image, "broken"))
        json_set_string(row, "reason", "AlgorithmError: it broke");
    else if (str_is(image, "capacity"))
        json_set_string(row, "reason", "CapacityError: Unable to provision requested ML compute capacity.");
    else
        return NULL;
    return "Failed";
}

static const struct lifecycle_def fake_lifecycle = { .table = &fake_table,
                                                     .status = "status",
                                                     .topic = "sagemaker.processing-job",
                                                     .steps = fake_life,
                                                     .arrive = fake_arrive };
static int jobs_made, throttles;

static enum outcome fake_create(struct call *call)
{
    struct str name = input_str(call, "ProcessingJobName");
    if (throttles > 0) {
        throttles--;
        return call_fail(call, &ERROR_THROTTLING, "Rate exceeded");
    }
    if (str_is(json_str(json_get(call->input, "AppSpecification"), "ImageUri"), "limit"))
        return call_fail(call, &SAGEMAKER_RESOURCE_LIMIT_EXCEEDED, "The account-level service limit is 0 Instances");
    jobs_made++;
    char key[128]; /* the ARN, as jobs' events have it */
    snprintf(key, sizeof key, JOB_ARN "%.*s", STR_ARG(name));
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "name", name);
    json_set_string(row, "status", "InProgress");
    json_set_str(row, "image", json_str(json_get(call->input, "AppSpecification"), "ImageUri"));
    if (json_get(call->input, "ProcessingOutputConfig"))
        json_set(row, "outputs", json_thaw(json_get(call->input, "ProcessingOutputConfig")));
    store_put(call->world->store, call_scope(call), &fake_table, str_of(key), json_seal(row));
    lifecycle_begin(call->world, &fake_lifecycle, call_scope(call), str_of(key));
    output_string(call, "ProcessingJobArn", key);
    return CALL_DONE;
}

static enum outcome fake_describe(struct call *call)
{
    struct str name = input_str(call, "ProcessingJobName");
    char *arn_text = arena_printf(call->arena, JOB_ARN "%.*s", STR_ARG(name));
    struct json *found = store_get(call->world->store, call_scope(call), &fake_table, str_of(arn_text));
    if (!found)
        return call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "no such job");
    const cJSON *row = json_root(found);
    output_str(call, "ProcessingJobName", name);
    output_string(call, "ProcessingJobArn", arn_text);
    output_string(call, "ProcessingJobStatus", json_string(row, "status"));
    output_string(call, "FailureReason", json_string(row, "reason"));
    cJSON *application = cJSON_CreateObject();
    json_set_string(application, "ImageUri", json_string(row, "image"));
    output_json(call, "AppSpecification", application);
    if (json_get(row, "outputs"))
        output_json(call, "ProcessingOutputConfig", json_thaw(json_get(row, "outputs")));
    return CALL_DONE;
}

static enum outcome fake_stop(struct call *call)
{
    char *arn_text = arena_printf(call->arena, JOB_ARN "%s", input_string(call, "ProcessingJobName"));
    lifecycle_move(call->world, &fake_lifecycle, call_scope(call), str_of(arn_text), "Stopped");
    return CALL_DONE;
}

/* The services with these in the place of the real ones. */
static operation_fn fake_handlers[SAGEMAKER_OPERATIONS];
static const struct table_def *fake_tables[128];
static struct service fake_sagemaker;
static const struct service *fake_services[16];

static void make_services(void)
{
    size_t count = 0;
    fake_sagemaker = sagemaker_service;
    memcpy(fake_handlers, sagemaker_service.handlers, sizeof fake_handlers);
    fake_handlers[SAGEMAKER_CREATE_PROCESSING_JOB] = fake_create;
    fake_handlers[SAGEMAKER_DESCRIBE_PROCESSING_JOB] = fake_describe;
    fake_handlers[SAGEMAKER_STOP_PROCESSING_JOB] = fake_stop;
    fake_sagemaker.handlers = fake_handlers;
    for (const struct table_def *const *table = sagemaker_service.tables; *table; table++)
        fake_tables[count++] = *table;
    assert_true(count + 1 < sizeof fake_tables / sizeof *fake_tables);
    fake_tables[count] = &fake_table;
    fake_sagemaker.tables = fake_tables;
    static const struct lifecycle_def *lifecycles[] = { &fake_lifecycle, NULL };
    fake_sagemaker.lifecycles = lifecycles;
    count = 0;
    for (const struct service *const *service = services_registry; *service; service++)
        fake_services[count++] = *service == &sagemaker_service ? &fake_sagemaker : *service;
}

static struct game start(const char *folder)
{
    if (!fake_services[0])
        make_services();
    return start_game_with(folder, fake_services);
}

/* ---- calls ---- */

/* ' stands for ", ^ for '. */
static struct buf text_of(const char *text)
{
    struct buf out = BUF_EMPTY;
    for (; *text; text++)
        buf_add_byte(&out, *text == '\'' ? '"' : *text == '^' ? '\'' : *text);
    return out;
}

static void is_finished(struct call *call)
{
    *(bool *)call->owner = true;
}

static enum origin asking = ORIGIN_CLIENT;

static struct call *ask_of(struct game *game, const char *service, const char *operation, struct str input)
{
    const char *why = NULL;
    struct call *call = call_new(game->cloud, str_of(service), str_of(operation), &why);
    if (!call)
        fail_msg("%s: %s", operation, why);
    call->caller = principal_of_root(call->arena, STR(ACCOUNT));
    call->origin = asking;
    call->input = json_parse_in(call->arena, input, NULL);
    if (!call->input)
        fail_msg("no JSON: %.*s", STR_ARG(input));
    bool finished = false;
    call->owner = &finished;
    call->finished = is_finished;
    if (road_run(call) == CALL_PARKED) {
        world_settle(game->world, 0);
        assert_true(finished);
    }
    return call;
}

static struct call *ask(struct game *game, const char *operation, const char *input)
{
    struct buf text = text_of(input);
    struct call *call = ask_of(game, "sagemaker", operation, buf_str(&text));
    buf_release(&text);
    return call;
}

static void must(struct game *game, const char *operation, const char *input)
{
    struct call *call = ask(game, operation, input);
    if (call->error.kind)
        fail_msg("%s: %s: %s", operation, call->error.kind->code, call->error.message);
    call_free(call);
}

static void refused(struct game *game, const char *operation, const char *input, const char *sentence)
{
    struct call *call = ask(game, operation, input);
    if (!call->error.kind || !strstr(call->error.message, sentence))
        fail_msg("%s: %s, wanted %s", operation, call->error.kind ? call->error.message : "done", sentence);
    call_free(call);
}

static void create(struct game *game, const char *name, const char *definition)
{
    struct buf quoted = text_of(definition), input = BUF_EMPTY;
    buf_printf(&input,
               "{\"PipelineName\":\"%s\",\"RoleArn\":\"" ROLE
               "\",\"ClientRequestToken\":\"tttttttttttttttttttttttttttttttt\",\"PipelineDefinition\":",
               name);
    json_print_string(&input, buf_str(&quoted));
    buf_add_byte(&input, '}');
    struct call *call = ask_of(game, "sagemaker", "CreatePipeline", buf_str(&input));
    if (call->error.kind)
        fail_msg("%s", call->error.message);
    call_free(call);
    buf_release(&quoted);
    buf_release(&input);
}

static char arn[256]; /* of the execution that was started last */

static void start_execution_of(struct game *game, const char *name, const char *more)
{
    static int token;
    char input[1024];
    snprintf(input, sizeof input, "{'PipelineName':'%s','ClientRequestToken':'%032d'%s}", name, ++token, more);
    struct call *call = ask(game, "StartPipelineExecution", input);
    if (call->error.kind)
        fail_msg("%s", call->error.message);
    snprintf(arn, sizeof arn, "%s", json_string(call->output, "PipelineExecutionArn"));
    call_free(call);
}

static void settle(struct game *game)
{
    world_settle(game->world, 24 * 60 * 60 * 1000);
}

/* "A Succeeded, B Failed", in the order in which they began. */
static void check_steps(struct game *game, const char *status, const char *wanted)
{
    char input[512];
    struct buf found = BUF_EMPTY;
    const cJSON *step;
    snprintf(input, sizeof input, "{'PipelineExecutionArn':'%s'}", arn);
    struct call *call = ask(game, "DescribePipelineExecution", input);
    buf_printf(&found, "%s:", json_string(call->output, "PipelineExecutionStatus"));
    call_free(call);
    snprintf(input, sizeof input, "{'PipelineExecutionArn':'%s','SortOrder':'Ascending','MaxResults':100}", arn);
    call = ask(game, "ListPipelineExecutionSteps", input);
    cJSON_ArrayForEach(step, json_get(call->output, "PipelineExecutionSteps"))
    {
        buf_printf(&found, " %s %s", json_string(step, "StepName"), json_string(step, "StepStatus"));
        if (json_get(step, "CacheHitResult"))
            buf_add_text(&found, " cached");
        if (json_int64(step, "AttemptCount", 0) != 1)
            buf_printf(&found, " x%lld", (long long)json_int64(step, "AttemptCount", 0));
    }
    call_free(call);
    struct buf all = BUF_EMPTY;
    buf_printf(&all, "%s:%s%s", status, *wanted ? " " : "", wanted);
    assert_string_equal(found.at, all.at);
    buf_release(&found);
    buf_release(&all);
}

static void check_reason(struct game *game, const char *step_name, const char *wanted)
{
    char input[512];
    const cJSON *step;
    snprintf(input, sizeof input, "{'PipelineExecutionArn':'%s','MaxResults':100}", arn);
    struct call *call = ask(game, "ListPipelineExecutionSteps", input);
    cJSON_ArrayForEach(step, json_get(call->output, "PipelineExecutionSteps"))
    {
        if (!str_is(json_str(step, "StepName"), step_name))
            continue;
        const char *reason = json_string(step, "FailureReason");
        if (!reason || !strstr(reason, wanted))
            fail_msg("%s: %s, wanted %s", step_name, reason, wanted);
    }
    call_free(call);
}

#define FAIL(name, message) "{'Name':'" name "','Type':'Fail','Arguments':{'ErrorMessage':" message "}}"
#define JOB(name, image, more)                                                                                         \
    "{'Name':'" name "','Type':'Processing','Arguments':{'AppSpecification':{'ImageUri':" image "},'RoleArn':'" ROLE   \
    "','ProcessingResources':{'ClusterConfig':{'InstanceCount':1,'InstanceType':'ml.m5.large','VolumeSizeInGB':1}},"   \
    "'ProcessingOutputConfig':{'Outputs':[{'OutputName':'report','S3Output':{'S3Uri':'s3://bucket/out','LocalPath':'/" \
    "o',"                                                                                                              \
    "'S3UploadMode':'EndOfJob'}}]}}" more "}"
#define DEFINITION(steps)                                                                                              \
    "{'Version':'2020-12-01','Parameters':[{'Name':'Image','Type':'String','DefaultValue':'ok'},{'Name':'N','Type':'"  \
    "Integer',"                                                                                                        \
    "'DefaultValue':3}],'Steps':[" steps "]}"

/* ---- the tests ---- */

static void conditions_choose_branches(void **state)
{
    static const struct {
        const char *condition;
        bool holds;
    } cases[] = {
        { "{'Type':'Equals','LeftValue':{'Get':'Parameters.N'},'RightValue':3}", true },
        { "{'Type':'NotEquals','LeftValue':{'Get':'Parameters.N'},'RightValue':3}", false },
        { "{'Type':'GreaterThan','LeftValue':{'Get':'Parameters.N'},'RightValue':2.5}", true },
        { "{'Type':'GreaterThanOrEqualTo','LeftValue':3,'RightValue':{'Get':'Parameters.N'}}", true },
        { "{'Type':'LessThan','LeftValue':{'Get':'Parameters.N'},'RightValue':3}", false },
        { "{'Type':'LessThanOrEqualTo','LeftValue':{'Get':'Parameters.N'},'RightValue':3}", true },
        { "{'Type':'In','QueryValue':{'Get':'Parameters.Image'},'Values':['a','ok']}", true },
        { "{'Type':'NotIn','QueryValue':{'Get':'Parameters.Image'},'Values':['a','ok']}", false },
        { "{'Type':'Not','Expression':{'Type':'Equals','LeftValue':1,'RightValue':1}}", false },
        { "{'Type':'Or','Conditions':[{'Type':'Equals','LeftValue':1,'RightValue':2},{'Type':'Equals','LeftValue':1,'"
          "RightValue':1}]}",
          true },
        { "{'Type':'And','Conditions':[{'Type':'Equals','LeftValue':1,'RightValue':2},{'Type':'Equals','LeftValue':1,'"
          "RightValue':1}]}",
          false },
        { "{'Type':'Equals','LeftValue':{'Std:Join':{'On':'-','Values':['a',{'Get':'Parameters.N'},{'Get':'Execution."
          "PipelineName'}]}},'RightValue':'a-3-c'}",
          true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct game game = start(NULL);
        char definition[2048];
        snprintf(definition, sizeof definition,
                 DEFINITION("{'Name':'C','Type':'Condition','Arguments':{'Conditions':[%s],'IfSteps':[" FAIL(
                     "Yes", "'y'") "],'ElseSteps':[]}}"),
                 cases[i].condition);
        create(&game, "c", definition);
        start_execution_of(&game, "c", "");
        settle(&game);
        if (cases[i].holds)
            check_steps(&game, "Failed", "C Succeeded Yes Failed");
        else
            check_steps(&game, "Succeeded", "C Succeeded");
        end_game(&game);
    }
}

/* A short definition must not become a long text. */
static void expressions_have_a_ceiling(void **state)
{
    struct game game = start(NULL);
    struct buf definition = BUF_EMPTY;
    buf_add_text(&definition, "{'Version':'2020-12-01','Parameters':[{'Name':'P','Type':'String','DefaultValue':'");
    for (int i = 0; i < 1000; i++)
        buf_add_byte(&definition, 'x');
    buf_add_text(&definition,
                 "'}],'Steps':[{'Name':'Z','Type':'Fail','Arguments':{'ErrorMessage':{'Std:Join':{'On':'','Values':[1");
    for (int i = 0; i < 10000; i++)
        buf_add_text(&definition, ",{'Get':'Parameters.P'}");
    buf_add_text(&definition, "]}}}}]}");
    create(&game, "p", definition.at);
    start_execution_of(&game, "p", "");
    settle(&game);
    check_steps(&game, "Failed", "Z Failed");
    check_reason(&game, "Z", "make more text than fits");
    buf_release(&definition);
    end_game(&game);
}

static void jobs_are_waited_for(void **state)
{
    struct game game = start(NULL);
    create(&game, "Jobs",
           DEFINITION(JOB("B", "'ok'", ",'DependsOn':['A']") "," JOB("A", "{'Get':'Parameters.Image'}", "") "," FAIL(
               "Z", "{'Std:Join':{'On':'','Values':['job "
                    "',{'Get':'Steps.B.ProcessingOutputConfig.Outputs[^report^].S3Output.S3Uri'}]}}")));
    start_execution_of(&game, "Jobs", "");
    world_settle(game.world, 70 * 1000);
    check_steps(&game, "Executing", "A Succeeded B Executing");
    settle(&game);
    check_steps(&game, "Failed", "A Succeeded B Succeeded Z Failed");
    check_reason(&game, "Z", "job s3://bucket/out");
    start_execution_of(&game, "Jobs", ",'PipelineParameters':[{'Name':'Image','Value':'broken'}]");
    settle(&game);
    check_steps(&game, "Failed", "A Failed");
    check_reason(&game, "A", "ClientError: AlgorithmError: it broke");
    start_execution_of(&game, "Jobs", ",'PipelineParameters':[{'Name':'Image','Value':'limit'}]");
    settle(&game);
    check_reason(
        &game, "A",
        "ClientError: Failed to invoke sagemaker:CreateProcessingJob. Error Details: The account-level service "
        "limit is 0 Instances\nRetry not appropriate on execution of step with PipelineExecutionArn ");
    check_reason(&game, "A", "No retry policy configured for the exception type SAGEMAKER_RESOURCE_LIMIT.");
    end_game(&game);
}

static void put_object(struct game *game, const char *key, const char *body)
{
    struct buf input = BUF_EMPTY;
    call_free(ask_of(game, "s3", "CreateBucket", STR("{\"Bucket\":\"bucket\"}")));
    buf_printf(&input, "{\"Bucket\":\"bucket\",\"Key\":\"%s\",\"Body\":", key);
    struct buf text = text_of(body);
    json_print_string(&input, buf_str(&text));
    buf_add_byte(&input, '}');
    struct call *call = ask_of(game, "s3", "PutObject", buf_str(&input));
    assert_null(call->error.kind);
    call_free(call);
    buf_release(&text);
    buf_release(&input);
}

static void property_files_are_read(void **state)
{
    static const struct {
        const char *body, *path, *status, *reason;
    } cases[] = {
        { "{'metrics':[{'name':'rmse','value':2.5}]}", "metrics[0].value", "Succeeded", NULL },
        { "{'metrics':{'rmse':{'value':9}}}", "metrics.rmse.value", "Failed", NULL },
        { "{'metrics':{}}", "metrics.rmse.value", "Failed", "Invalid json path 'metrics.rmse.value'" },
        { "no json", "metrics", "Failed",
          "Contents of file s3://bucket/out/evaluation.json are not in valid JSON format." },
        { NULL, "metrics", "Failed", "Unable to read s3://bucket/out/evaluation.json" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct game game = start(NULL);
        char definition[4096];
        if (cases[i].body)
            put_object(&game, "out/evaluation.json", cases[i].body);
        snprintf(definition, sizeof definition,
                 DEFINITION(
                     JOB("Eval", "'ok'",
                         ",'PropertyFiles':[{'PropertyFileName':'Report','OutputName':'report','FilePath':"
                         "'evaluation.json'}]") ",{'Name':'C','Type':'Condition','Arguments':{'Conditions':[{"
                                                "'Type':'LessThanOrEqualTo','RightValue':6,'LeftValue':{'Std:JsonGet':"
                                                "{'PropertyFile':{'Get':'Steps.Eval.PropertyFiles.Report'},'Path':"
                                                "'%s'}}}],'IfSteps':[],'ElseSteps':[" FAIL("Z", "'bad'") "]}}"),
                 cases[i].path);
        create(&game, "p", definition);
        start_execution_of(&game, "p", "");
        settle(&game);
        if (cases[i].reason) {
            check_steps(&game, cases[i].status, "Eval Succeeded C Failed");
            check_reason(&game, "C", cases[i].reason);
        } else {
            bool good = strcmp(cases[i].status, "Succeeded") == 0;
            check_steps(&game, cases[i].status,
                        good ? "Eval Succeeded C Succeeded" : "Eval Succeeded C Succeeded Z Failed");
        }
        end_game(&game);
    }
}

static void policies_retry(void **state)
{
    struct game game = start(NULL);
    create(
        &game, "r",
        DEFINITION(JOB(
            "A", "'capacity'",
            ",'RetryPolicies':[{'ExceptionType':['SageMaker.CAPACITY_ERROR'],'MaxAttempts':2,'IntervalSeconds':10}]")));
    jobs_made = 0;
    start_execution_of(&game, "r", "");
    settle(&game);
    assert_int_equal(jobs_made, 3);
    check_steps(&game, "Failed", "A Failed x3");
    /* throttling is retried without being asked */
    create(&game, "t", DEFINITION(JOB("A", "'ok'", "")));
    throttles = 3;
    start_execution_of(&game, "t", "");
    settle(&game);
    check_steps(&game, "Succeeded", "A Succeeded x4");
    end_game(&game);
}

static void caches_do_not_look_at_data(void **state)
{
    struct game game = start(NULL);
    create(&game, "c",
           DEFINITION(JOB("A", "{'Get':'Parameters.Image'}", ",'CacheConfig':{'Enabled':true,'ExpireAfter':'PT1H'}")));
    start_execution_of(&game, "c", "");
    world_settle(game.world, 100 * 1000);
    check_steps(&game, "Succeeded", "A Succeeded");
    jobs_made = 0;
    start_execution_of(&game, "c", "");
    world_settle(game.world, 100 * 1000);
    check_steps(&game, "Succeeded", "A Succeeded cached");
    assert_int_equal(jobs_made, 0);
    start_execution_of(&game, "c", ",'PipelineParameters':[{'Name':'Image','Value':'ok2'}]");
    world_settle(game.world, 100 * 1000);
    check_steps(&game, "Succeeded", "A Succeeded"); /* another image, another key */
    world_settle(game.world, 60 * 60 * 1000);
    clock_step(game.world->clock, 60 * 60 * 1000);
    start_execution_of(&game, "c", "");
    settle(&game);
    check_steps(&game, "Succeeded", "A Succeeded"); /* too old */
    end_game(&game);
}

static void parallelism_and_selection(void **state)
{
    struct game game = start(NULL);
    create(&game, "p",
           DEFINITION(JOB("A", "'ok'", "") "," JOB("B", "'ok'", "") "," JOB("C", "'ok'", ",'DependsOn':['A']")));
    start_execution_of(&game, "p", ",'ParallelismConfiguration':{'MaxParallelExecutionSteps':1}");
    world_settle(game.world, 30 * 1000);
    check_steps(&game, "Executing", "A Executing");
    settle(&game);
    check_steps(&game, "Succeeded", "A Succeeded B Succeeded C Succeeded");
    refused(&game, "StartPipelineExecution",
            "{'PipelineName':'p','ClientRequestToken':'ssssssssssssssssssssssssssssssss','SelectiveExecutionConfig':{'"
            "SelectedSteps':[{'StepName':'C'}]}}",
            "Invalid SourcePipelineExecutionArn: null. The selected steps [C] have dependencies on [A]");
    char more[512];
    snprintf(more, sizeof more,
             ",'SelectiveExecutionConfig':{'SourcePipelineExecutionArn':'%s','SelectedSteps':[{'StepName':'C'}]}", arn);
    start_execution_of(&game, "p", more);
    settle(&game);
    check_steps(&game, "Succeeded", "A Succeeded C Succeeded");
    end_game(&game);
}

/* The page is told what the queue would have been sent; who calls from outside gets AWS's shape alone. */
static void the_message_is_told_to(struct game *game, enum origin origin, const char *wanted)
{
    char input[512];
    snprintf(input, sizeof input, "{'PipelineExecutionArn':'%s'}", arn);
    asking = origin;
    struct call *call = ask(game, "ListPipelineExecutionSteps", input);
    asking = ORIGIN_CLIENT;
    const cJSON *step = json_get(call->output, "PipelineExecutionSteps")->child,
                *callback = json_get(json_get(step, "Metadata"), "Callback");
    const char *got = json_string(step, "CallbackMessage");
    assert_string_equal(json_string(callback, "SqsQueueUrl"), "https://sqs.us-east-1.amazonaws.com/1/q");
    struct buf text = BUF_EMPTY;
    if (wanted)
        buf_printf(&text,
                   "{\"token\":\"%s\",\"pipelineExecutionArn\":\"%s\",\"status\":\"Executing\",\"arguments\":%s}",
                   json_string(callback, "CallbackToken"), arn, wanted);
    assert_string_equal(got ? got : "", wanted ? text.at : "");
    buf_release(&text);
    call_free(call);
}

static void callbacks_stops_and_retries(void **state)
{
    struct game game = start(NULL);
    char input[512], token[16];
    create(&game, "k",
           DEFINITION("{'Name':'K','Type':'Callback','SqsQueueUrl':'https://sqs.us-east-1.amazonaws.com/1/"
                      "q','Arguments':{'n':{'Get':'Parameters.N'}},"
                      "'OutputParameters':[{'OutputName':'x','OutputType':'String'}]}," FAIL(
                          "Z", "{'Get':'Steps.K.OutputParameters[^x^]'}")));
    start_execution_of(&game, "k", "");
    settle(&game);
    check_steps(&game, "Executing", "K Executing");
    the_message_is_told_to(&game, ORIGIN_HOUSE, "{\"n\":3}");
    the_message_is_told_to(&game, ORIGIN_CLIENT, NULL);
    snprintf(input, sizeof input, "{'PipelineExecutionArn':'%s'}", arn);
    struct call *call = ask(&game, "ListPipelineExecutionSteps", input);
    const cJSON *step = json_get(call->output, "PipelineExecutionSteps")->child;
    snprintf(token, sizeof token, "%s", json_string(json_get(json_get(step, "Metadata"), "Callback"), "CallbackToken"));
    call_free(call);
    refused(&game, "SendPipelineExecutionStepSuccess", "{'CallbackToken':'0123456789'}", "No step waits");
    snprintf(input, sizeof input, "{'CallbackToken':'%s','OutputParameters':[{'Name':'x','Value':'told'}]}", token);
    must(&game, "SendPipelineExecutionStepSuccess", input);
    settle(&game);
    check_steps(&game, "Failed", "K Succeeded Z Failed");
    check_reason(&game, "Z", "told");
    refused(&game, "DeletePipeline", "{'PipelineName':'nope','ClientRequestToken':'dddddddddddddddddddddddddddddddd'}",
            "Pipeline 'arn:aws:sagemaker:us-east-1:111122223333:pipeline/nope' does not exist.");
    /* a stop stops the job, a retry begins it anew and leaves what has succeeded */
    create(&game, "s", DEFINITION(JOB("A", "'ok'", "") "," JOB("B", "'ok'", ",'DependsOn':['A']")));
    start_execution_of(&game, "s", "");
    world_settle(game.world, 70 * 1000);
    snprintf(input, sizeof input,
             "{'PipelineExecutionArn':'%s','ClientRequestToken':'oooooooooooooooooooooooooooooooo'}", arn);
    must(&game, "StopPipelineExecution", input);
    refused(&game, "DeletePipeline", "{'PipelineName':'s','ClientRequestToken':'dddddddddddddddddddddddddddddddd'}",
            "running");
    settle(&game);
    check_steps(&game, "Stopped", "A Succeeded B Stopped");
    must(&game, "RetryPipelineExecution", input);
    settle(&game);
    check_steps(&game, "Succeeded", "A Succeeded B Succeeded");
    refused(&game, "RetryPipelineExecution", input, "Only pipelines with Failed or Stopped status can be retried");
    must(&game, "DeletePipeline", "{'PipelineName':'s','ClientRequestToken':'dddddddddddddddddddddddddddddddd'}");
    end_game(&game);
}

static void starts_check_parameters(void **state)
{
    static const struct {
        const char *more, *sentence;
    } cases[] = {
        { "'PipelineParameters':[{'Name':'Q','Value':'1'}]", "'Q' is not defined" },
        { "'PipelineParameters':[{'Name':'N','Value':'many'}]", "not of the type Integer" },
        { "'PipelineParameters':[{'Name':'N','Value':'1'},{'Name':'N','Value':'2'}]", "given twice" },
        { "'PipelineVersionId':7", "has no version 7" },
    };
    struct game game = start(NULL);
    create(&game, "p", DEFINITION(FAIL("A", "'x'")));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char input[512];
        snprintf(input, sizeof input, "{'PipelineName':'p','ClientRequestToken':'%032zu',%s}", i, cases[i].more);
        refused(&game, "StartPipelineExecution", input, cases[i].sentence);
    }
    refused(&game, "CreatePipeline",
            "{'PipelineName':'p','RoleArn':'" ROLE
            "','ClientRequestToken':'uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu','PipelineDefinition':'{}'}",
            "Pipeline names must be unique within an AWS account and region. Pipeline with name (p) already exists.");
    end_game(&game);
}

/* A pipeline acts as its role: where keys are checked, another account's opens nothing. */
static void another_accounts_role_is_refused(void **state)
{
    struct game game = start(NULL);
    create(&game, "p", DEFINITION(FAIL("A", "'x'")));
    game.cloud->strict = true;
    refused(&game, "CreatePipeline",
            "{'PipelineName':'q','RoleArn':'arn:aws:iam::999999999999:role/Other','ClientRequestToken':"
            "'uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu','PipelineDefinition':'{}'}",
            "Cross-account pass role is not allowed.");
    refused(&game, "UpdatePipeline", "{'PipelineName':'p','RoleArn':'arn:aws:iam::999999999999:role/Other'}",
            "Cross-account pass role is not allowed.");
    end_game(&game);
}

static void a_restart_goes_on(void **state)
{
    char *folder = make_folder();
    struct game game = start(folder);
    create(&game, "p", DEFINITION(JOB("A", "'ok'", "") "," JOB("B", "'ok'", ",'DependsOn':['A']")));
    start_execution_of(&game, "p", "");
    for (int i = 0; i < 6; i++) {
        world_settle(game.world, 25 * 1000);
        world_commit(game.world);
        journal_flush(game.world->journal);
        end_game(&game);
        game = start(folder);
    }
    settle(&game);
    check_steps(&game, "Succeeded", "A Succeeded B Succeeded");
    end_game(&game);
    remove_folder(folder);
}

static void lineage_is_left(void **state)
{
    struct game game = start(NULL);
    create(&game, "p", DEFINITION(JOB("A", "'ok'", "")));
    start_execution_of(&game, "p", "");
    settle(&game);
    struct call *call = ask(&game, "ListArtifacts", "{'SourceUri':'s3://bucket/out'}");
    const char *artifact = json_string(json_get(call->output, "ArtifactSummaries")->child, "ArtifactArn");
    char input[512];
    snprintf(input, sizeof input, "{'StartArns':['%s'],'Direction':'Ascendants','IncludeEdges':true}", artifact);
    call_free(call);
    call = ask(&game, "QueryLineage", input);
    const cJSON *vertices = json_get(call->output, "Vertices");
    /* the trial component, and the image that it ran */
    assert_int_equal(cJSON_GetArraySize(vertices), 2);
    assert_string_equal(json_string(vertices->child, "LineageType"), "TrialComponent");
    assert_int_equal(cJSON_GetArraySize(json_get(call->output, "Edges")), 2);
    call_free(call);
    end_game(&game);
}

static void many_at_once(void **state)
{
    struct game game = start(NULL);
    create(&game, "p",
           DEFINITION(JOB("A", "'ok'", "") "," JOB("B", "'ok'", ",'DependsOn':['A']") "," JOB(
               "C", "'ok'", ",'DependsOn':['A']") "," JOB("D", "'ok'", ",'DependsOn':['B','C']")));
    jobs_made = 0;
    for (int i = 0; i < 100; i++)
        start_execution_of(&game, "p", "");
    settle(&game);
    assert_int_equal(jobs_made, 400);
    check_steps(&game, "Succeeded", "A Succeeded B Succeeded C Succeeded D Succeeded");
    end_game(&game);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_choose_branches),
        cmocka_unit_test(expressions_have_a_ceiling),
        cmocka_unit_test(jobs_are_waited_for),
        cmocka_unit_test(property_files_are_read),
        cmocka_unit_test(policies_retry),
        cmocka_unit_test(caches_do_not_look_at_data),
        cmocka_unit_test(parallelism_and_selection),
        cmocka_unit_test(callbacks_stops_and_retries),
        cmocka_unit_test(starts_check_parameters),
        cmocka_unit_test(another_accounts_role_is_refused),
        cmocka_unit_test(a_restart_goes_on),
        cmocka_unit_test(lineage_is_left),
        cmocka_unit_test(many_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
