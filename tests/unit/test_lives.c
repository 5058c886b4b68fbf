/* Things of real services on their way, while hooks say that they stay or fail: jobs, endpoints, builds, imports, functions. */
#define ACCOUNT "111122223333"
#define REGION  "us-east-1"

#include "cloud_fixture.h"

#include "ask.h"

#include "aws/wire_fault.h"

#define ROLE  "arn:aws:iam::" ACCOUNT ":role/Trainer"
#define IMAGE "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"

/* A member of what Describe says. */
static const char *told(struct game *game, const char *service, const char *operation, const char *input,
                        const char *member)
{
    static char text[1200];
    struct call *call = ask(game, service, operation, input);
    if (call->error.kind)
        fail_msg("%s: %s: %s", operation, call->error.kind->code, call->error.message);
    const cJSON *found = json_get(call->output, member);
    snprintf(text, sizeof text, "%.*s", STR_ARG(found ? json_print_in(call->arena, found) : STR("")));
    call_free(call);
    return text;
}

static void pass(struct game *game, int64_t seconds)
{
    struct clock *clock = game->world->clock;
    int64_t until_ms = clock_now(clock) + seconds * 1000;
    world_settle(game->world, seconds * 1000);
    clock_step(clock, until_ms - clock_now(clock));
    world_settle(game->world, 0);
}

static uint64_t hits;

static struct wire_fault *arm(struct game *game, const char *service, const char *thing, const char *effect)
{
    struct json *document = json_parse(str_of(effect), NULL);
    assert_non_null(document);
    const struct wire_place place = { .account = ACCOUNT, .service = service, .operation = thing, .chance = 1 };
    struct wire_fault *fault = life_fault_arm(game->world, json_root(document), &place, &hits);
    json_unref(document);
    hits = 0;
    return fault;
}

/* ---- what is made, and how one asks for its status; each takes a while ---- */

#define JOB(name)                                                                                                      \
    "{'TrainingJobName':'" name "','AlgorithmSpecification':{'TrainingImage':'" IMAGE "','TrainingInputMode':'File'}," \
    "'RoleArn':'" ROLE                                                                                                 \
    "','InputDataConfig':[{'ChannelName':'train','ContentType':'text/csv','DataSource':{'S3DataSource':"               \
    "{'S3DataType':'S3Prefix','S3Uri':'s3://bucket/train'}}}],'OutputDataConfig':{'S3OutputPath':'s3://bucket/out'},"  \
    "'ResourceConfig':{'InstanceType':'ml.m5.large','InstanceCount':1,'VolumeSizeInGB':5},"                            \
    "'StoppingCondition':{'MaxRuntimeInSeconds':3600},'HyperParameters':{'num_round':'5'}}"
#define ENDPOINT "'EndpointName':'e'"
#define DATASET  "arn:aws:forecast:" REGION ":" ACCOUNT ":dataset/d"
#define IMPORT   "arn:aws:forecast:" REGION ":" ACCOUNT ":dataset-import-job/d/i"

static void set_up(struct game *game)
{
    must(game, "s3", "CreateBucket", "{'Bucket':'bucket'}");
    must(game, "s3", "PutObject",
         "{'Bucket':'bucket','Key':'train/t.csv','Body':'2,1\\n1,2\\n0,3\\n2,1\\n1,2\\n0,3\\n'}");
    must(game, "s3", "PutObject",
         "{'Bucket':'bucket','Key':'demand.csv','Body':'a,2026-01-01,1\\na,2026-01-02,2\\na,2026-01-03,3\\n'}");
}

static void make_training(struct game *game)
{
    must(game, "sagemaker", "CreateTrainingJob", JOB("one"));
}

static void make_endpoint(struct game *game)
{
    must(game, "sagemaker", "CreateTrainingJob", JOB("zero"));
    pass(game, 600);
    must(game, "sagemaker", "CreateModel",
         "{'ModelName':'m','ExecutionRoleArn':'" ROLE "','PrimaryContainer':{'Image':'" IMAGE
         "','ModelDataUrl':'s3://bucket/out/zero/output/model.tar.gz'}}");
    must(game, "sagemaker", "CreateEndpointConfig",
         "{'EndpointConfigName':'c','ProductionVariants':[{'VariantName':'v','ModelName':'m','InitialInstanceCount':1,"
         "'InstanceType':'ml.m5.large','InitialVariantWeight':1}]}");
    must(game, "sagemaker", "CreateEndpoint", "{" ENDPOINT ",'EndpointConfigName':'c'}");
}

static void make_import(struct game *game)
{
    must(game, "forecast", "CreateDataset",
         "{'DatasetName':'d','Domain':'CUSTOM','DatasetType':'TARGET_TIME_SERIES','DataFrequency':'D','Schema':"
         "{'Attributes':[{'AttributeName':'item_id','AttributeType':'string'},{'AttributeName':'timestamp',"
         "'AttributeType':'timestamp'},{'AttributeName':'target_value','AttributeType':'float'}]}}");
    must(game, "forecast", "CreateDatasetImportJob",
         "{'DatasetImportJobName':'i','DatasetArn':'" DATASET
         "','TimestampFormat':'yyyy-MM-dd','DataSource':{'S3Config':"
         "{'Path':'s3://bucket/demand.csv','RoleArn':'" ROLE "'}}}");
}

static char bot_input[128];

static void make_locale(struct game *game)
{
    const char *id = told(game, "lexv2", "CreateBot",
                          "{'botName':'b','roleArn':'" ROLE
                          "','dataPrivacy':{'childDirected':false},'idleSessionTTLInSeconds':300}",
                          "botId");
    snprintf(bot_input, sizeof bot_input, "'botId':'%.20s','botVersion':'DRAFT','localeId':'en_US'", id);
    pass(game, 10);
    char input[512];
    snprintf(input, sizeof input, "{%s,'nluIntentConfidenceThreshold':0.4}", bot_input);
    must(game, "lexv2", "CreateBotLocale", input);
    pass(game, 10);
    snprintf(input, sizeof input, "{%s,'intentName':'Hello','sampleUtterances':[{'utterance':'hello'}]}", bot_input);
    must(game, "lexv2", "CreateIntent", input);
    snprintf(input, sizeof input, "{%s}", bot_input);
    must(game, "lexv2", "BuildBotLocale", input);
}

static const struct thing {
    void (*make)(struct game *game);
    const char *hook_service, *thing; /* to hooks */
    const char *service, *describe, *input, *status, *reason;
    const char *under_way, *done, *failed;
    int64_t takes_s; /* at most */
} all_things[] = {
    { make_training, "sagemaker", "TrainingJob", "sagemaker", "DescribeTrainingJob", "{'TrainingJobName':'one'}",
      "TrainingJobStatus", "FailureReason", "InProgress", "Completed", "Failed", 600 },
    { make_endpoint, "sagemaker", "Endpoint", "sagemaker", "DescribeEndpoint", "{" ENDPOINT "}", "EndpointStatus",
      "FailureReason", "Creating", "InService", "Failed", 600 },
    { make_import, "forecast", "DatasetImportJob", "forecast", "DescribeDatasetImportJob",
      "{'DatasetImportJobArn':'" IMPORT "'}", "Status", "Message", "CREATE_IN_PROGRESS", "ACTIVE", "CREATE_FAILED",
      3600 },
    { make_locale, "lex", "BotLocale", "lexv2", "DescribeBotLocale", NULL, "botLocaleStatus", "failureReasons",
      "Building", "Built", "Failed", 600 },
};

static const char *tell(struct game *game, const struct thing *thing, const char *member)
{
    char input[256];
    if (thing->input)
        return told(game, thing->service, thing->describe, thing->input, member);
    snprintf(input, sizeof input, "{%s}", bot_input);
    return told(game, thing->service, thing->describe, input, member);
}

static void is(struct game *game, const struct thing *thing, const char *status, const char *when)
{
    const char *got = tell(game, thing, thing->status);
    if (strcmp(got, status) != 0)
        fail_msg("%s, %s: %s, not %s", thing->thing, when, got, status);
}

static void things_fail_with_the_reason(void **state)
{
    for (size_t i = 0; i < sizeof all_things / sizeof *all_things; i++) {
        const struct thing *thing = &all_things[i];
        struct game game = start_game(NULL);
        set_up(&game);
        thing->make(&game);
        struct wire_fault *fault = arm(&game, thing->hook_service, thing->thing,
                                       strcmp(thing->thing, "DatasetImportJob") == 0
                                           ? "{\"fails\":\"no luck\",\"to\":\"ACTIVE\"}"
                                           : "{\"fails\":\"no luck\"}");
        pass(&game, thing->takes_s);
        is(&game, thing, thing->failed, "failed");
        assert_non_null(strstr(tell(&game, thing, thing->reason), "no luck"));
        assert_int_equal(hits, 1);
        wire_fault_disarm(fault);
        end_game(&game);
    }
}

/* It stays as long as the fault stands; with the fault it goes on; a restart in between changes nothing. */
static void things_are_stuck(void **state)
{
    for (size_t i = 0; i < sizeof all_things / sizeof *all_things; i++) {
        const struct thing *thing = &all_things[i];
        char *folder = make_folder();
        struct game game = start_game(folder);
        set_up(&game);
        thing->make(&game);
        struct wire_fault *fault = arm(
            &game, thing->hook_service, thing->thing,
            strcmp(thing->thing, "DatasetImportJob") == 0 ? "{\"stuck\":true,\"to\":\"ACTIVE\"}" : "{\"stuck\":true}");
        pass(&game, 24 * 3600);
        is(&game, thing, thing->under_way, "stuck");
        wire_fault_disarm(fault);
        restart(&game);
        fault = arm(&game, thing->hook_service, thing->thing, "{\"stuck\":true}");
        pass(&game, 24 * 3600);
        is(&game, thing, thing->under_way, "stuck again");
        wire_fault_disarm(fault);
        pass(&game, thing->takes_s);
        is(&game, thing, thing->done, "let go");
        end_game(&game);
        remove_folder(folder);
    }
}

static void things_are_late(void **state)
{
    for (size_t i = 0; i < sizeof all_things / sizeof *all_things; i++) {
        const struct thing *thing = &all_things[i];
        struct game game = start_game(NULL);
        set_up(&game);
        thing->make(&game);
        struct wire_fault *fault = arm(
            &game, thing->hook_service, thing->thing,
            strcmp(thing->thing, "TrainingJob") == 0        ? "{\"delay_ms\":36000000,\"to\":\"Uploading\"}"
            : strcmp(thing->thing, "DatasetImportJob") == 0 ? "{\"delay_ms\":36000000,\"to\":\"ACTIVE\"}"
                                                            : "{\"delay_ms\":36000000}");
        pass(&game, 9 * 3600);
        is(&game, thing, thing->under_way, "late");
        pass(&game, 3600 + thing->takes_s);
        is(&game, thing, thing->done, "there at last");
        assert_int_equal(hits, 1);
        wire_fault_disarm(fault);
        end_game(&game);
    }
}

/* What ends while it is held: a stopped job, a deleted endpoint, a reset. */
static void what_is_held_may_end(void **state)
{
    struct game game = start_game(NULL);
    set_up(&game);
    make_training(&game);
    struct wire_fault *fault = arm(&game, "*", "*", "{\"stuck\":true}");
    pass(&game, 600);
    must(&game, "sagemaker", "StopTrainingJob", "{'TrainingJobName':'one'}");
    pass(&game, 600);
    is(&game, &all_things[0], "Stopped", "stopped");
    must(&game, "sagemaker", "CreateTrainingJob", JOB("two"));
    pass(&game, 600);
    world_reset(game.world);
    wire_fault_disarm(fault);
    end_game(&game);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(things_fail_with_the_reason),
        cmocka_unit_test(things_are_stuck),
        cmocka_unit_test(things_are_late),
        cmocka_unit_test(what_is_held_may_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
