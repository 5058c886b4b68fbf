/* SageMaker's jobs in a stepped world: their stages by the clock, what roles may, restarts, and that they repeat. */
#define ACCOUNT "111122223333"
#define REGION  "us-east-1"

#include "cloud_fixture.h"

#include "ask.h"

#include "services/iam/identity.h"
#include "services/sagemaker/training_job.h"
#include "world/memo.h"

#define ROLE  "arn:aws:iam::" ACCOUNT ":role/Trainer"
#define IMAGE "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"

static void refused(struct game *game, const char *operation, const char *input, const char *wanted)
{
    struct call *call = ask(game, "sagemaker", operation, input);
    char got[2048];
    if (!call->error.kind)
        fail_msg("%s was not refused: %s", operation, wanted);
    snprintf(got, sizeof got, "%s: %s", call->error.kind->code, call->error.message);
    assert_string_equal(got, wanted);
    call_free(call);
}

#define TRUST(service)                                                                                                 \
    "{'RoleName':'Trainer','AssumeRolePolicyDocument':'{\\'Version\\':\\'2012-10-17\\',\\'Statement\\':[{\\'Effect\\'" \
    ":\\'Allow\\',"                                                                                                    \
    "\\'Principal\\':{\\'Service\\':\\'" service "\\'},\\'Action\\':\\'sts:AssumeRole\\'}]}'}"
#define JOB(name)                                                                                                      \
    "{'TrainingJobName':'" name "','AlgorithmSpecification':{'TrainingImage':'" IMAGE "','TrainingInputMode':'File'}," \
    "'RoleArn':'" ROLE                                                                                                 \
    "','InputDataConfig':[{'ChannelName':'train','ContentType':'text/csv','DataSource':{'S3DataSource':"               \
    "{'S3DataType':'S3Prefix','S3Uri':'s3://bucket/train'}}}],'OutputDataConfig':{'S3OutputPath':'s3://bucket/out'},"  \
    "'ResourceConfig':{'InstanceType':'ml.m5.large','InstanceCount':1,'VolumeSizeInGB':5},"                            \
    "'StoppingCondition':{'MaxRuntimeInSeconds':3600},'HyperParameters':{'num_round':'5'}}"

static void set_up(struct game *game)
{
    must(game, "s3", "CreateBucket", "{'Bucket':'bucket'}");
    must(game, "s3", "PutObject",
         "{'Bucket':'bucket','Key':'train/t.csv','Body':'2,1\\n1,2\\n0,3\\n2,1\\n1,2\\n0,3\\n'}");
}

static const char *member(struct game *game, const char *name, const char *member)
{
    static char text[1200];
    struct arena *arena = arena_new();
    struct call *call = ask(game, "sagemaker", "DescribeTrainingJob",
                            arena_printf(arena, "{'TrainingJobName':'%s'}", name));
    const cJSON *found = json_get(call->output, member);
    snprintf(text, sizeof text, "%.*s", STR_ARG(found ? json_print_in(arena, found) : STR("")));
    call_free(call);
    arena_free(arena);
    return text;
}

static void pass(struct game *game, int64_t seconds)
{
    world_run(game->world, 0);
    clock_step(game->world->clock, seconds * 1000);
}

/* ---- stages ---- */

static void stages_follow_the_clock(void **state)
{
    static const struct {
        int64_t seconds;
        const char *status, *secondary;
    } stages[] = { { 0, "InProgress", "Starting" },    { 74, "InProgress", "Starting" },
                   { 2, "InProgress", "Downloading" }, { 15, "InProgress", "Training" },
                   { 29, "InProgress", "Uploading" },  { 12, "Completed", "Completed" } };
    struct game game = start_game(NULL);
    set_up(&game);
    must(&game, "sagemaker", "CreateTrainingJob", JOB("one"));
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        pass(&game, stages[i].seconds);
        if (strcmp(member(&game, "one", "TrainingJobStatus"), stages[i].status) != 0)
            fail_msg("stage %zu: %s", i, member(&game, "one", "TrainingJobStatus"));
        if (strcmp(member(&game, "one", "SecondaryStatus"), stages[i].secondary) != 0)
            fail_msg("stage %zu: %s", i, member(&game, "one", "SecondaryStatus"));
    }
    assert_string_equal(member(&game, "one", "ModelArtifacts"),
                        "{\"S3ModelArtifacts\":\"s3://bucket/out/one/output/model.tar.gz\"}");
    must(&game, "s3", "HeadObject", "{'Bucket':'bucket','Key':'out/one/output/model.tar.gz'}");
    end_game(&game);
}

/* Two at once, one later: the work is done once. Other data are another work. */
static void alike_trainings_are_one_work(void **state)
{
    struct game game = start_game(NULL);
    set_up(&game);
    must(&game, "iam", "CreateRole", TRUST("sagemaker.amazonaws.com"));
    must(&game, "sagemaker", "CreateTrainingJob", JOB("first"));
    must(&game, "sagemaker", "CreateTrainingJob", JOB("beside"));
    pass(&game, 600);
    size_t kept = memo_bytes(game.world->memo);
    assert_true(kept > 0);
    must(&game, "sagemaker", "CreateTrainingJob", JOB("later"));
    pass(&game, 600);
    assert_int_equal(memo_bytes(game.world->memo), kept);
    char *metrics = memory_copy(str_of(member(&game, "first", "FinalMetricDataList")));
    assert_string_not_equal(metrics, "");
    assert_string_equal(member(&game, "beside", "FinalMetricDataList"), metrics);
    assert_string_equal(member(&game, "later", "TrainingJobStatus"), "Completed");
    must(&game, "s3", "PutObject", "{'Bucket':'bucket','Key':'train/t.csv','Body':'2,1\\n1,2\\n0,3\\n2,1\\n1,9\\n'}");
    must(&game, "sagemaker", "CreateTrainingJob", JOB("other"));
    pass(&game, 600);
    assert_string_equal(member(&game, "other", "TrainingJobStatus"), "Completed");
    assert_true(memo_bytes(game.world->memo) > kept);
    free(metrics);
    end_game(&game);
}

/* Who trains what another one waits for is stopped: the other one does it. */
static void who_waits_takes_over(void **state)
{
    struct game game = start_game(NULL);
    set_up(&game);
    must(&game, "iam", "CreateRole", TRUST("sagemaker.amazonaws.com"));
    must(&game, "sagemaker", "CreateTrainingJob", JOB("first"));
    must(&game, "sagemaker", "CreateTrainingJob", JOB("beside"));
    pass(&game, 100);
    assert_string_equal(member(&game, "first", "SecondaryStatus"), "Training");
    must(&game, "sagemaker", "StopTrainingJob", "{'TrainingJobName':'first'}");
    pass(&game, 600);
    assert_string_equal(member(&game, "first", "TrainingJobStatus"), "Stopped");
    assert_string_equal(member(&game, "beside", "TrainingJobStatus"), "Completed");
    end_game(&game);
}

static void a_restart_begins_anew_what_was_under_way(void **state)
{
    static const int64_t moments[] = { 0, 80, 100, 120 };
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        char *folder = make_folder();
        struct game game = start_game(folder);
        set_up(&game);
        must(&game, "sagemaker", "CreateTrainingJob", JOB("one"));
        pass(&game, moments[i]);
        restart(&game);
        pass(&game, 300);
        assert_string_equal(member(&game, "one", "TrainingJobStatus"), "Completed");
        end_game(&game);
        remove_folder(folder);
    }
}

static void a_reset_ends_what_runs(void **state)
{
    struct game game = start_game(NULL);
    set_up(&game);
    must(&game, "sagemaker", "CreateTrainingJob", JOB("one"));
    clock_step(game.world->clock, 92 * 1000);
    world_run(game.world, 0); /* it trains now */
    world_reset(game.world);
    pass(&game, 300);
    refused(&game, "DescribeTrainingJob", "{'TrainingJobName':'one'}",
            "ValidationException: Requested resource not found.");
    end_game(&game);
}

/* ---- roles, with policies enforced ---- */

static void allow(struct game *game, const char *actions)
{
    struct arena *arena = arena_new();
    must(game, "iam", "PutRolePolicy",
         arena_printf(
             arena,
             "{'RoleName':'Trainer','PolicyName':'p','PolicyDocument':'{\\'Version\\':\\'2012-10-17\\',\\'Statement\\':"
             "[{\\'Effect\\':\\'Allow\\',\\'Action\\':[%s],\\'Resource\\':\\'*\\'}]}'}",
             actions));
    arena_free(arena);
}

static void what_the_role_may_not_fails(void **state)
{
    struct game game = start_game(NULL);
    game.cloud->enforce = true;
    game.cloud->identities = &iam_identities;
    set_up(&game);
    refused(&game, "CreateTrainingJob", JOB("a"),
            "ValidationException: Could not assume role " ROLE
            ". Please ensure that the role exists and allows principal "
            "'sagemaker.amazonaws.com' to assume the role.");
    must(&game, "iam", "CreateRole", TRUST("states.amazonaws.com"));
    refused(&game, "CreateTrainingJob", JOB("a"),
            "ValidationException: Could not assume role " ROLE
            ". Please ensure that the role exists and allows principal "
            "'sagemaker.amazonaws.com' to assume the role.");
    must(&game, "iam", "DeleteRole", "{'RoleName':'Trainer'}");
    must(&game, "iam", "CreateRole", TRUST("sagemaker.amazonaws.com"));
    refused(&game, "CreateTrainingJob", JOB("a"),
            "ValidationException: No S3 objects found under S3 URL \"s3://bucket/train\" given in input data source. "
            "Please ensure "
            "that the bucket exists in the selected region (us-east-1), that objects exist under that S3 prefix, and "
            "that the role "
            "\"" ROLE "\" has \"s3:ListBucket\" permissions on bucket \"bucket\".");
    allow(&game, "\\'s3:ListBucket\\'");
    must(&game, "sagemaker", "CreateTrainingJob", JOB("a"));
    pass(&game, 300);
    assert_non_null(
        strstr(member(&game, "a", "FailureReason"),
               "ClientError: Data download failed:Unable to download object s3://bucket/train/t.csv (AccessDenied: "));
    allow(&game, "\\'s3:ListBucket\\',\\'s3:GetObject\\'");
    must(&game, "sagemaker", "CreateTrainingJob", JOB("b"));
    pass(&game, 300);
    assert_non_null(strstr(member(&game, "b", "FailureReason"),
                           "Unable to upload s3://bucket/out/b/output/model.tar.gz (AccessDenied: "));
    allow(&game, "\\'s3:*\\'");
    must(&game, "sagemaker", "CreateTrainingJob", JOB("c"));
    pass(&game, 300);
    assert_string_equal(member(&game, "c", "TrainingJobStatus"), "Completed");
    end_game(&game);
}

static void instances_in_use_count(void **state)
{
    struct game game = start_game(NULL);
    struct arena *arena = arena_new();
    set_up(&game);
    for (int i = 0; i < 20; i++) {
        char *job = arena_copy(arena, STR(JOB("many-00")));
        char *number = strstr(job, "many-00") + 5;
        number[0] = (char)('0' + i / 10);
        number[1] = (char)('0' + i % 10);
        must(&game, "sagemaker", "CreateTrainingJob", job);
    }
    refused(&game, "CreateTrainingJob", JOB("more"),
            "ResourceLimitExceeded: The account-level service limit 'ml.m5.large for training job usage' is 20 "
            "Instances, with current "
            "utilization of 20 Instances and a request delta of 1 Instances. Please contact AWS support to request an "
            "increase for "
            "this limit.");
    pass(&game, 400);
    must(&game, "sagemaker", "CreateTrainingJob", JOB("more"));
    arena_free(arena);
    end_game(&game);
}

/* ---- the registry ---- */

static void absent_groups_are_told_by_their_arn(void **state)
{
    static const struct {
        const char *operation, *input;
    } rows[] = {
        { "DescribeModelPackageGroup", "{'ModelPackageGroupName':'Nope'}" },
        { "ListModelPackages", "{'ModelPackageGroupName':'Nope'}" },
        { "CreateModelPackage", "{'ModelPackageGroupName':'Nope','SourceUri':'s3://bucket/model'}" },
        { "DeleteModelPackageGroup",
          "{'ModelPackageGroupName':'arn:aws:sagemaker:us-east-1:111122223333:model-package-group/nope'}" },
    };
    struct game game = start_game(NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        refused(&game, rows[i].operation, rows[i].input,
                "ValidationException: ModelPackageGroup "
                "arn:aws:sagemaker:us-east-1:111122223333:model-package-group/nope does not exist.");
    end_game(&game);
}

/* ---- tuning ---- */

#define TUNING(early, parallel)                                                                                        \
    "{'HyperParameterTuningJobName':'tune','HyperParameterTuningJobConfig':{'Strategy':'Grid',"                        \
    "'HyperParameterTuningJobObjective':{'Type':'Minimize','MetricName':'train:rmse'},"                                \
    "'TrainingJobEarlyStoppingType':'" early "','ResourceLimits':{'MaxParallelTrainingJobs':" parallel "},"            \
    "'ParameterRanges':{'CategoricalParameterRanges':[{'Name':'eta','Values':['0.9','0.0001']}]}},"                    \
    "'TrainingJobDefinition':{'StaticHyperParameters':{'num_round':'10'},"                                             \
    "'AlgorithmSpecification':{'TrainingImage':'" IMAGE "','TrainingInputMode':'File'},'RoleArn':'" ROLE               \
    "','InputDataConfig':[{'ChannelName':'train','ContentType':'text/csv','DataSource':{'S3DataSource':"               \
    "{'S3DataType':'S3Prefix','S3Uri':'s3://bucket/train'}}}],'OutputDataConfig':{'S3OutputPath':'s3://bucket/out'},"  \
    "'ResourceConfig':{'InstanceType':'ml.m5.large','InstanceCount':1,'VolumeSizeInGB':5},"                            \
    "'StoppingCondition':{'MaxRuntimeInSeconds':3600}}}"

static void counters_are(struct game *game, const char *wanted)
{
    struct call *call = ask(game, "sagemaker", "DescribeHyperParameterTuningJob",
                            "{'HyperParameterTuningJobName':'tune'}");
    struct str got = json_print_in(call->arena, json_get(call->output, "TrainingJobStatusCounters"));
    if (!str_is(got, wanted))
        fail_msg("%.*s", STR_ARG(got));
    call_free(call);
}

/* Its training jobs in order of their names: TrainingJobStatus, ObjectiveStatus and how long each took. */
static void trainings_are(struct game *game, const char *wanted)
{
    struct call *call = ask(game, "sagemaker", "ListTrainingJobsForHyperParameterTuningJob",
                            "{'HyperParameterTuningJobName':'tune'}");
    struct buf got = BUF_EMPTY;
    const cJSON *job;
    cJSON_ArrayForEach(job, json_get(call->output, "TrainingJobSummaries"))
    {
        int64_t ms = json_to_time(json_get(job, "TrainingEndTime")) - json_to_time(json_get(job, "TrainingStartTime"));
        buf_printf(&got, "%s %s %s %d;", json_string(job, "TrainingJobStatus"), json_string(job, "ObjectiveStatus"),
                   json_get(job, "FinalHyperParameterTuningJobObjectiveMetric") ? "measured" : "-", (int)(ms / 1000));
    }
    if (!str_is(buf_str(&got), wanted))
        fail_msg("%.*s", STR_ARG(buf_str(&got)));
    buf_release(&got);
    call_free(call);
}

/* Fetching 15 s, ten rounds in 30 s, delivering 10 s; stopping 10 s. */
static void a_hopeless_training_is_stopped_early(void **state)
{
    static const struct {
        const char *tuning, *counters, *trainings;
    } rows[] = {
        { TUNING("Auto", "1"),
          "{\"Completed\":1,\"InProgress\":0,\"RetryableError\":0,\"NonRetryableError\":0,\"Stopped\":1}",
          "Completed Succeeded measured 55;Stopped Succeeded measured 28;" },
        { TUNING("Off", "1"),
          "{\"Completed\":2,\"InProgress\":0,\"RetryableError\":0,\"NonRetryableError\":0,\"Stopped\":0}",
          "Completed Succeeded measured 55;Completed Succeeded measured 55;" },
        { TUNING("Auto", "2"), /* side by side there is none before */
          "{\"Completed\":2,\"InProgress\":0,\"RetryableError\":0,\"NonRetryableError\":0,\"Stopped\":0}",
          "Completed Succeeded measured 55;Completed Succeeded measured 55;" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct game game = start_game(NULL);
        set_up(&game);
        must(&game, "sagemaker", "CreateHyperParameterTuningJob", rows[i].tuning);
        refused(
            &game, "CreateHyperParameterTuningJob", rows[i].tuning,
            "ResourceInUse: A hyperparameter tuning job with the name, tune, already exists. Choose a different name.");
        pass(&game, 600);
        pass(&game, 600);
        counters_are(&game, rows[i].counters);
        trainings_are(&game, rows[i].trainings);
        end_game(&game);
    }
}

static void a_restart_keeps_early_stopping(void **state)
{
    static const int64_t moments[] = { 80, 100, 210, 226, 230 };
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        char *folder = make_folder();
        struct game game = start_game(folder);
        set_up(&game);
        must(&game, "sagemaker", "CreateHyperParameterTuningJob", TUNING("Auto", "1"));
        pass(&game, moments[i]);
        restart(&game);
        pass(&game, 600);
        counters_are(&game, "{\"Completed\":1,\"InProgress\":0,\"RetryableError\":0,\"NonRetryableError\":0,"
                            "\"Stopped\":1}");
        end_game(&game);
        remove_folder(folder);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alike_trainings_are_one_work),   cmocka_unit_test(who_waits_takes_over),
        cmocka_unit_test(stages_follow_the_clock),        cmocka_unit_test(a_restart_begins_anew_what_was_under_way),
        cmocka_unit_test(a_reset_ends_what_runs),         cmocka_unit_test(what_the_role_may_not_fails),
        cmocka_unit_test(instances_in_use_count),         cmocka_unit_test(a_hopeless_training_is_stopped_early),
        cmocka_unit_test(a_restart_keeps_early_stopping), cmocka_unit_test(absent_groups_are_told_by_their_arn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
