/* The operations of Amazon Forecast in a stepped world: statuses in the time of the virtual clock, stops, deletions, limits, restarts. */
#define ACCOUNT "111122223333"
#define REGION  "us-east-1"

#include "cloud_fixture.h"

#include "aws/payload.h"
#include "world/memo.h"

#define ARN(resource) "arn:aws:forecast:" REGION ":" ACCOUNT ":" resource
#define SOURCE(key)   "{'S3Config':{'Path':'s3://bucket/" key "','RoleArn':'arn:aws:iam::" ACCOUNT ":role/r'}}"

static void is_finished(struct call *call)
{
    *(bool *)call->owner = true;
}

/* The call as it ended; call_free() it. ' stands for ". */
static struct call *ask(struct game *game, const char *service, const char *operation, const char *input)
{
    const char *why = NULL;
    struct call *call = call_new(game->cloud, str_of(service), str_of(operation), &why);
    if (!call)
        fail_msg("%s: %s", operation, why);
    char *text = arena_copy(call->arena, str_of(input));
    for (char *at = text; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    bool finished = false;
    call->input = json_parse_in(call->arena, str_of(text), NULL);
    call->caller = principal_of_root(call->arena, STR(ACCOUNT));
    call->owner = &finished;
    call->finished = is_finished;
    assert_non_null(call->input);
    if (road_run(call) == CALL_PARKED)
        world_settle(game->world, 0);
    return call;
}

static void make(struct game *game, const char *service, const char *operation, const char *input)
{
    struct call *call = ask(game, service, operation, input);
    if (call->error.kind)
        fail_msg("%s %s: %s: %s", operation, input, call->error.kind->code, call->error.message);
    call_free(call);
}

static void refuses(struct game *game, const char *operation, const char *input, const char *code)
{
    struct call *call = ask(game, "forecast", operation, input);
    if (!call->error.kind || strcmp(call->error.kind->code, code) != 0)
        fail_msg("%s %s: %s, wanted %s", operation, input, call->error.kind ? call->error.kind->code : "done", code);
    call_free(call);
}

static void status_is(struct game *game, const char *operation, const char *input, const char *wanted)
{
    struct call *call = ask(game, "forecast", operation, input);
    const char *status = json_string(call_output(call), "Status");
    if (!status || strcmp(status, wanted) != 0)
        fail_msg("%s: %s, wanted %s: %s", operation, status ? status : "gone", wanted,
                 json_string(call_output(call), "Message") ? json_string(call_output(call), "Message") : "");
    call_free(call);
}

static void pass(struct game *game, int64_t seconds)
{
    clock_step(game->world->clock, seconds * 1000);
    world_commit(game->world);
}

/* A bucket with 60 days of two items, a dataset and a group. */
static struct game with_data(const char *folder)
{
    struct game game = start_game(folder);
    struct buf rows = BUF_EMPTY;
    make(&game, "s3", "CreateBucket", "{'Bucket':'bucket'}");
    buf_add_text(&rows, "{'Bucket':'bucket','Key':'f.csv','Body':'");
    for (int day = 0; day < 59; day++)
        for (int item = 0; item < 2; item++)
            buf_printf(&rows, "%c,2026-%02d-%02d,%d\\n", "ab"[item], 1 + day / 28, 1 + day % 28, 10 + day % 7 + item);
    buf_add_text(&rows, "'}");
    make(&game, "s3", "PutObject", rows.at);
    buf_release(&rows);
    make(&game, "forecast", "CreateDataset",
         "{'DatasetName':'d','Domain':'CUSTOM','DatasetType':'TARGET_TIME_SERIES','DataFrequency':'D','Schema':{'"
         "Attributes':["
         "{'AttributeName':'item_id','AttributeType':'string'},{'AttributeName':'timestamp','AttributeType':'timestamp'"
         "},"
         "{'AttributeName':'target_value','AttributeType':'float'}]}}");
    make(&game, "forecast", "CreateDatasetGroup",
         "{'DatasetGroupName':'g','Domain':'CUSTOM','DatasetArns':['" ARN("dataset/d") "']}");
    return game;
}

#define IMPORT(name)                                                                                                   \
    "{'DatasetImportJobName':'" name "','DatasetArn':'" ARN("dataset/d") "','DataSource':" SOURCE("f.csv") "}"
#define IMPORT_ARN(name) "{'DatasetImportJobArn':'" ARN("dataset-import-job/d/" name) "'}"
#define PREDICTOR                                                                                                      \
    "{'PredictorName':'p','ForecastHorizon':7,'ForecastFrequency':'D','DataConfig':{'DatasetGroupArn':'" ARN(          \
        "dataset-group/g") "'}}"
#define PREDICTOR_ARN "{'PredictorArn':'" ARN("predictor/p") "'}"
#define FORECAST_ARN  "{'ForecastArn':'" ARN("forecast/f") "'}"

static void statuses_move_with_the_clock(void **state)
{
    (void)state;
    struct game game = with_data(NULL);
    make(&game, "forecast", "CreateDatasetImportJob", IMPORT("i"));
    status_is(&game, "DescribeDatasetImportJob", IMPORT_ARN("i"), "CREATE_PENDING");
    pass(&game, 21);
    status_is(&game, "DescribeDatasetImportJob", IMPORT_ARN("i"), "CREATE_IN_PROGRESS");
    struct call *call = ask(&game, "forecast", "DescribeDatasetImportJob", IMPORT_ARN("i"));
    assert_int_equal(json_int64(call_output(call), "EstimatedTimeRemainingInMinutes", 0), 3);
    call_free(call);
    refuses(&game, "CreateAutoPredictor", PREDICTOR, "ResourceInUseException");
    refuses(&game, "DeleteDatasetImportJob", IMPORT_ARN("i"), "ResourceInUseException");
    pass(&game, 170);
    status_is(&game, "DescribeDatasetImportJob", IMPORT_ARN("i"), "CREATE_IN_PROGRESS");
    pass(&game, 20);
    status_is(&game, "DescribeDatasetImportJob", IMPORT_ARN("i"), "ACTIVE");
    make(&game, "forecast", "CreateAutoPredictor", PREDICTOR);
    pass(&game, 30);
    status_is(&game, "DescribeAutoPredictor", PREDICTOR_ARN, "CREATE_IN_PROGRESS");
    refuses(&game, "GetAccuracyMetrics", PREDICTOR_ARN, "ResourceInUseException");
    refuses(&game, "CreateForecast", "{'ForecastName':'f','PredictorArn':'" ARN("predictor/p") "'}",
            "ResourceInUseException");
    pass(&game, 45 * 60);
    status_is(&game, "DescribeAutoPredictor", PREDICTOR_ARN, "ACTIVE");
    make(&game, "forecast", "DeleteDatasetImportJob", IMPORT_ARN("i"));
    status_is(&game, "DescribeDatasetImportJob", IMPORT_ARN("i"), "DELETE_PENDING");
    pass(&game, 11);
    status_is(&game, "DescribeDatasetImportJob", IMPORT_ARN("i"), "DELETE_IN_PROGRESS");
    pass(&game, 30);
    refuses(&game, "DescribeDatasetImportJob", IMPORT_ARN("i"), "ResourceNotFoundException");
    make(&game, "forecast", "CreateForecast", "{'ForecastName':'f','PredictorArn':'" ARN("predictor/p") "'}");
    pass(&game, 20 * 60); /* its data went with the import */
    status_is(&game, "DescribeForecast", FORECAST_ARN, "CREATE_FAILED");
    end_game(&game);
}

static void three_imports_at_a_time(void **state)
{
    (void)state;
    struct game game = with_data(NULL);
    make(&game, "forecast", "CreateDatasetImportJob", IMPORT("a"));
    make(&game, "forecast", "CreateDatasetImportJob", IMPORT("b"));
    make(&game, "forecast", "CreateDatasetImportJob", IMPORT("c"));
    refuses(&game, "CreateDatasetImportJob", IMPORT("d"), "LimitExceededException");
    refuses(&game, "CreateDatasetImportJob", IMPORT("a"), "ResourceAlreadyExistsException");
    pass(&game, 30);
    make(&game, "forecast", "StopResource", "{'ResourceArn':'" ARN("dataset-import-job/d/a") "'}");
    status_is(&game, "DescribeDatasetImportJob", IMPORT_ARN("a"), "CREATE_STOPPING");
    make(&game, "forecast", "CreateDatasetImportJob", IMPORT("d"));
    pass(&game, 90);
    status_is(&game, "DescribeDatasetImportJob", IMPORT_ARN("a"), "CREATE_STOPPED");
    refuses(&game, "StopResource", "{'ResourceArn':'" ARN("dataset/d") "'}", "InvalidInputException");
    refuses(&game, "ResumeResource", "{'ResourceArn':'" ARN("dataset-import-job/d/a") "'}", "InvalidInputException");
    refuses(&game, "StopResource", "{'ResourceArn':'" ARN("nothing/d") "'}", "ResourceNotFoundException");
    end_game(&game);
}

/* Whenever the process ends, what was under way goes on, and what was ready answers the same. */
static void restarts_lose_nothing(void **state)
{
    (void)state;
    char *folder = make_folder();
    struct game game = with_data(folder);
    make(&game, "forecast", "CreateDatasetImportJob", IMPORT("i"));
    restart(&game);
    pass(&game, 25);
    restart(&game);
    status_is(&game, "DescribeDatasetImportJob", IMPORT_ARN("i"), "CREATE_IN_PROGRESS");
    pass(&game, 200);
    status_is(&game, "DescribeDatasetImportJob", IMPORT_ARN("i"), "ACTIVE");
    make(&game, "forecast", "CreateAutoPredictor", PREDICTOR);
    pass(&game, 60);
    restart(&game);
    pass(&game, 50 * 60);
    status_is(&game, "DescribeAutoPredictor", PREDICTOR_ARN, "ACTIVE");
    make(&game, "forecast", "CreateForecast", "{'ForecastName':'f','PredictorArn':'" ARN("predictor/p") "'}");
    struct call *early = ask(&game, "forecastquery", "QueryForecast",
                             "{'ForecastArn':'" ARN("forecast/f") "','Filters':{'item_id':'a'}}");
    assert_string_equal(early->error.kind->code, "ResourceInUseException");
    call_free(early);
    pass(&game, 20 * 60);
    struct call *call = ask(&game, "forecastquery", "QueryForecast",
                            "{'ForecastArn':'" ARN("forecast/f") "','Filters':{'item_id':'a'}}");
    assert_null(call->error.kind);
    char *before = memory_copy(json_print_in(call->arena, call_output(call)));
    call_free(call);
    restart(&game);
    call = ask(&game, "forecastquery", "QueryForecast",
               "{'ForecastArn':'" ARN("forecast/f") "','Filters':{'item_id':'a'}}");
    assert_true(str_is(json_print_in(call->arena, call_output(call)), before));
    call_free(call);
    free(before);
    end_game(&game);
    remove_folder(folder);
}

static char *metrics_of(struct game *game, const char *input)
{
    struct call *call = ask(game, "forecast", "GetAccuracyMetrics", input);
    assert_null(call->error.kind);
    char *text = memory_copy(json_print_in(
        call->arena, json_get(json_get(call_output(call), "PredictorEvaluationResults")->child, "TestWindows")));
    call_free(call);
    return text;
}

#define OTHER_PREDICTOR                                                                                                \
    "{'PredictorName':'q','ForecastHorizon':7,'ForecastFrequency':'D','DataConfig':{'DatasetGroupArn':'" ARN(          \
        "dataset-group/g") "'}}"

/* Two predictors of the same data, trained at once: one work, and the same in every digit. */
static void alike_predictors_are_one_work(void **state)
{
    struct game game = with_data(NULL);
    make(&game, "forecast", "CreateDatasetImportJob", IMPORT("i"));
    pass(&game, 300);
    make(&game, "forecast", "CreateAutoPredictor", PREDICTOR);
    make(&game, "forecast", "CreateAutoPredictor", OTHER_PREDICTOR);
    pass(&game, 50 * 60);
    char *one = metrics_of(&game, PREDICTOR_ARN),
         *other = metrics_of(&game, "{'PredictorArn':'" ARN("predictor/q") "'}");
    assert_string_equal(one, other);
    size_t kept = memo_bytes(game.world->memo);
    assert_true(kept > 0);
    make(&game, "forecast", "CreateForecast", "{'ForecastName':'f','PredictorArn':'" ARN("predictor/p") "'}");
    pass(&game, 20 * 60);
    size_t more = memo_bytes(game.world->memo);
    assert_true(more > kept);
    make(&game, "forecast", "CreateForecast", "{'ForecastName':'h','PredictorArn':'" ARN("predictor/q") "'}");
    pass(&game, 20 * 60);
    assert_int_equal(memo_bytes(game.world->memo), more);
    free(one);
    free(other);
    end_game(&game);
}

/* A reset in the middle of a computation leaves nothing behind. */
static void a_reset_ends_what_is_under_way(void **state)
{
    (void)state;
    struct game game = with_data(NULL);
    make(&game, "forecast", "CreateDatasetImportJob", IMPORT("i"));
    pass(&game, 30);
    world_reset(game.world);
    world_commit(game.world);
    refuses(&game, "DescribeDatasetImportJob", IMPORT_ARN("i"), "ResourceNotFoundException");
    pass(&game, 500);
    end_game(&game);
}

/* Inputs that break a rule, each its own. */
static const struct {
    const char *operation, *input, *code;
} refused[] = {
    { "CreateDatasetImportJob",
      "{'DatasetImportJobName':'x','DatasetArn':'" ARN("dataset/no") "','DataSource':" SOURCE("f.csv") "}",
      "ResourceNotFoundException" },
    { "CreateDatasetImportJob",
      "{'DatasetImportJobName':'x','DatasetArn':'" ARN("dataset/d") "','DataSource':" SOURCE("no.csv") "}",
      "InvalidInputException" },
    { "CreateDatasetImportJob",
      "{'DatasetImportJobName':'x','DatasetArn':'" ARN(
          "dataset/d") "','TimestampFormat':'dd.MM.yyyy','DataSource':" SOURCE("f.csv") "}",
      "InvalidInputException" },
    { "CreateDatasetImportJob",
      "{'DatasetImportJobName':'x','DatasetArn':'" ARN(
          "dataset/d") "','UseGeolocationForTimeZone':true,'DataSource':" SOURCE("f.csv") "}",
      "InvalidInputException" },
    { "CreateDatasetImportJob",
      "{'DatasetImportJobName':'x','DatasetArn':'" ARN(
          "dataset/d") "','DataSource':{'S3Config':{'Path':'s3://bucket/f','RoleArn':'r'}}}",
      "ValidationException" },
    { "CreateDatasetGroup", "{'DatasetGroupName':'h','Domain':'RETAIL','DatasetArns':['" ARN("dataset/d") "']}",
      "InvalidInputException" },
    { "CreateDatasetGroup",
      "{'DatasetGroupName':'h','Domain':'CUSTOM','DatasetArns':['" ARN("dataset/d") "','" ARN("dataset/d") "']}",
      "InvalidInputException" },
    { "CreateDatasetGroup", "{'DatasetGroupName':'h','Domain':'CUSTOM','Tags':[{'Key':'aws:x','Value':'1'}]}",
      "InvalidInputException" },
    { "DescribeForecast", "{'ForecastArn':'" ARN("dataset/d") "'}", "ResourceNotFoundException" },
    { "CreateAutoPredictor", "{'PredictorName':'p'}", "InvalidInputException" },
    { "CreateAutoPredictor",
      "{'PredictorName':'p','ForecastHorizon':7,'ForecastFrequency':'D','ForecastTypes':['0.5','.50'],'DataConfig':{'"
      "DatasetGroupArn':'" ARN("dataset-group/g") "'}}",
      "InvalidInputException" },
    { "CreateAutoPredictor",
      "{'PredictorName':'p','ForecastHorizon':7,'ForecastFrequency':'H','DataConfig':{'DatasetGroupArn':'" ARN(
          "dataset-group/g") "'}}",
      "InvalidInputException" },
    { "CreateAutoPredictor",
      "{'PredictorName':'p','ForecastHorizon':7,'ForecastFrequency':'D','ForecastDimensions':['store'],'DataConfig':{'"
      "DatasetGroupArn':'" ARN("dataset-group/g") "'}}",
      "InvalidInputException" },
    { "CreateAutoPredictor",
      "{'PredictorName':'p','ForecastHorizon':7,'ForecastFrequency':'D','DataConfig':{'DatasetGroupArn':'" ARN(
          "dataset-group/g") "','AttributeConfigs':[{'AttributeName':'target_value','Transformations':{'aggregation':'"
                             "guess'}}]}}",
      "InvalidInputException" },
    { "CreateAutoPredictor", "{'PredictorName':'p','ReferencePredictorArn':'" ARN("predictor/no") "'}",
      "ResourceNotFoundException" },
    { "CreateForecast", "{'ForecastName':'f','PredictorArn':'" ARN("predictor/no") "'}", "ResourceNotFoundException" },
    { "CreateMonitor", "{'MonitorName':'m','ResourceArn':'" ARN("predictor/no") "'}", "ResourceNotFoundException" },
    { "ListForecasts", "{'NextToken':'x'}", "InvalidNextTokenException" },
    { "TagResource", "{'ResourceArn':'" ARN("forecast/no") "','Tags':[]}", "ResourceNotFoundException" },
};

static void rules_are_kept(void **state)
{
    (void)state;
    struct game game = with_data(NULL);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        refuses(&game, refused[i].operation, refused[i].input, refused[i].code);
    end_game(&game);
}

/* Every list is empty at first, and every operation answers to an ARN that there is not. */
static void every_operation_answers(void **state)
{
    (void)state;
    struct game game = start_game(NULL);
    const struct model *model = cloud_service(game.cloud, STR("forecast"))->model;
    for (size_t i = 0; i < model->operation_count; i++) {
        const struct operation *operation = &model->operations[i];
        struct str name = str_of(operation->name);
        const struct member *first = operation->input->member_count ? &operation->input->members[0] : NULL;
        char input[128];
        bool deletes = str_starts(name, STR("Delete")), describes = str_starts(name, STR("Describe"));
        if (str_starts(name, STR("List")) && !shape_member(operation->input, STR("MonitorArn")) &&
            !shape_member(operation->input, STR("ResourceArn")))
            make(&game, "forecast", operation->name, "{}");
        if ((deletes || describes) && first) {
            snprintf(input, sizeof input, "{'%s':'" ARN("forecast/none") "'}", first->name);
            refuses(&game, operation->name, input, "ResourceNotFoundException");
        }
    }
    end_game(&game);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statuses_move_with_the_clock),   cmocka_unit_test(three_imports_at_a_time),
        cmocka_unit_test(restarts_lose_nothing),          cmocka_unit_test(alike_predictors_are_one_work),
        cmocka_unit_test(a_reset_ends_what_is_under_way), cmocka_unit_test(rules_are_kept),
        cmocka_unit_test(every_operation_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
