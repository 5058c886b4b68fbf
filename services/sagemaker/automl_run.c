/* An AutoML job under way: a strand that begins its jobs as its role, is woken by what becomes of them, and scores their models. */
#include <stdio.h>
#include <stdlib.h>

#include "aws/cloud.h"
#include "base/digest.h"
#include "base/random.h"
#include "services/sagemaker/automl_job.h"
#include "services/sagemaker/automl_score.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/processing_job.h"
#include "services/sagemaker/training_job.h"

#define TOGETHER 2 /* trainings at once */

struct automl {
    struct strand strand;
    struct scope scope;
    char key[SAGEMAKER_KEY_MOST];
    struct listener processings, trainings, own;
    struct arena *arena; /* of what is being scored */
    struct json *scored; /* the row that it borrows from */
    struct s3_access access;
    struct automl_score score;
    int scoring; /* the index of the candidate; -1: none */
};

static struct json *row_of(const struct automl *automl)
{
    return store_get(automl->strand.world->store, automl->scope, &automl_job_table, str_of(automl->key));
}

static void keep(struct automl *automl, cJSON *row_taken, const char *status, const char *secondary)
{
    automl_note(automl->strand.world, automl->scope, str_of(automl->key), row_taken, status, secondary);
}

static enum next end(struct automl *automl, cJSON *row_taken, const char *status, const char *secondary,
                     const char *failure)
{
    json_set_int64(row_taken, "ended", clock_now(automl->strand.world->clock));
    json_set_string(row_taken, "failure", failure);
    keep(automl, row_taken, status, secondary);
    return STRAND_ENDED;
}

/* ---- preparing ---- */

static cJSON *parse(struct arena *arena, struct buf *text)
{
    cJSON *tree = json_thaw(json_parse_in(arena, buf_str(text), NULL));
    buf_release(text);
    return tree;
}

static void print_channels(const struct automl_plan *plan, struct buf *text)
{
    const cJSON *channel;
    cJSON_ArrayForEach(channel, plan->channels)
    {
        const cJSON *source = json_get(json_get(channel, "DataSource"), "S3DataSource");
        const char *name = str_is(json_str(channel, "ChannelType"), "validation") ? "validation" : "training";
        buf_printf(text, "%s{\"InputName\":\"%s\",\"S3Input\":{\"LocalPath\":\"/opt/ml/processing/input/%s\",",
                   channel == plan->channels->child ? "" : ",", name, name);
        buf_printf(text, "\"S3DataType\":\"%s\",\"S3Uri\":", json_string(source, "S3DataType"));
        json_print_string(text, json_str(source, "S3Uri"));
        buf_add_text(text, "}}");
    }
}

static void print_output(struct arena *arena, const cJSON *row, const char *name, struct buf *text)
{
    buf_printf(text,
               "{\"OutputName\":\"%s\",\"S3Output\":{\"LocalPath\":\"/opt/ml/processing/output/%s\","
               "\"S3UploadMode\":\"EndOfJob\",\"S3Uri\":",
               name, name);
    json_print_string(text, str_of(automl_place(arena, row, name)));
    buf_add_text(text, "}}");
}

static cJSON *preparation(struct arena *arena, const cJSON *row, const char *name, const char *region)
{
    struct automl_plan plan = automl_plan_of(row);
    struct buf text = BUF_EMPTY;
    buf_printf(&text, "{\"ProcessingJobName\":\"%s\",\"RoleArn\":", name);
    json_print_string(&text, plan.role);
    buf_printf(
        &text,
        ",\"AppSpecification\":{\"ImageUri\":\"%s\"},\"ProcessingResources\":{\"ClusterConfig\":{\"InstanceCount\":"
        "1,\"InstanceType\":\"ml.m5.4xlarge\",\"VolumeSizeInGB\":30}},\"ProcessingInputs\":[",
        automl_image(arena, region, AUTOML_TRANSFORMER));
    print_channels(&plan, &text);
    buf_add_text(&text, "],\"ProcessingOutputConfig\":{\"Outputs\":[");
    print_output(arena, row, "train", &text);
    buf_add_byte(&text, ',');
    print_output(arena, row, "validation", &text);
    buf_add_byte(&text, ',');
    print_output(arena, row, "transformer", &text);
    buf_printf(&text, "]},\"Environment\":{\"AUTOML_VALIDATION_FRACTION\":\"%.6g\",\"AUTOML_TARGET\":", plan.fraction);
    json_print_string(&text, plan.target);
    if (plan.problem.at)
        buf_printf(&text, ",\"AUTOML_PROBLEM\":\"%.*s\"", STR_ARG(plan.problem));
    buf_add_text(&text, "}}");
    return parse(arena, &text);
}

static enum next prepare(struct automl *automl, const cJSON *row)
{
    struct world *world = automl->strand.world;
    struct arena *arena = arena_new();
    char *name = arena_printf(arena, "%s-db-1-%08x", json_string(row, "name"), (unsigned)random_next(&world->random));
    cJSON *input = preparation(arena, row, name, automl->scope.region), *edited = json_thaw(row);
    json_set_string(edited, "preparing", name);
    keep(automl, edited, "InProgress", "AnalyzingData");
    job_begin(world, automl->scope, &processing_job_kind, str_of(name), input, NULL);
    arena_free(arena);
    return STRAND_PARKED;
}

/* Its exit message tells the problem: "BinaryClassification 2". */
static enum next take_preparation(struct automl *automl, const cJSON *row)
{
    static const char *const objectives[][2] = { { "Regression", "MSE" },
                                                 { "BinaryClassification", "F1" },
                                                 { "MulticlassClassification", "Accuracy" } };
    struct json *job = job_get(automl->strand.world, automl->scope, &processing_job_kind, json_str(row, "preparing"));
    struct str status = job ? json_str(json_root(job), "status") : STR("Failed");
    if (str_is(status, "InProgress") || str_is(status, "Stopping"))
        return STRAND_PARKED;
    cJSON *edited = json_thaw(row);
    if (!str_is(status, "Completed")) {
        struct str said = job ? json_str(json_root(job), "exit") : STR_NONE;
        char reason[512];
        snprintf(reason, sizeof reason, "%.*s", STR_ARG(said.length ? said : STR("The data could not be analyzed.")));
        return end(automl, edited, "Failed", "Failed", reason);
    }
    struct str classes, problem = str_cut(json_str(json_root(job), "exit"), ' ', &classes);
    int64_t count = 0;
    struct automl_plan plan = automl_plan_of(row);
    str_to_int64(classes, &count);
    json_set_str(edited, "problem", problem);
    json_set_int64(edited, "classes", count);
    for (size_t i = 0; i < 3; i++) {
        if (str_is(problem, objectives[i][0]))
            json_set_string(edited, "objective", objectives[i][1]);
    }
    bool maximise;
    if (plan.objective.at && automl_metric_is_known(plan.objective, problem, &maximise))
        json_set_str(edited, "objective", plan.objective);
    keep(automl, edited, "InProgress", "ModelTuning");
    return STRAND_AGAIN;
}

/* ---- candidates ---- */

static bool is_allowed(const struct automl_plan *plan, const char *algorithm)
{
    const cJSON *config, *name;
    if (!plan->algorithms)
        return true;
    cJSON_ArrayForEach(config, plan->algorithms)
    {
        cJSON_ArrayForEach(name, json_get(config, "AutoMLAlgorithms"))
        {
            if (str_is(json_value(name), algorithm))
                return true;
        }
    }
    return false;
}

/* Every third is a linear model; neither allowed (algorithms that only AWS has): trees all the same. */
static const char *algorithm_for(const struct automl_plan *plan, int64_t index)
{
    bool linear = is_allowed(plan, "linear-learner"), trees = is_allowed(plan, "xgboost");
    if (linear && (!trees || index % 3 == 2))
        return "linear-learner";
    return "xgboost";
}

static void print_trees(struct random *random, struct str problem, int64_t classes, bool first, struct buf *text)
{
    bool regression = str_is(problem, "Regression"), binary = str_is(problem, "BinaryClassification");
    buf_printf(
        text,
        "\"objective\":\"%s\",\"num_round\":\"%lld\",\"max_depth\":\"%lld\",\"eta\":\"%.4f\",\"subsample\":\"%.3f\","
        "\"min_child_weight\":\"%lld\"",
        regression ? "reg:squarederror"
        : binary   ? "binary:logistic"
                   : "multi:softmax",
        first ? 100LL : (long long)random_between(random, 50, 300),
        first ? 6LL : (long long)random_between(random, 2, 8), first ? 0.2 : 0.02 + 0.28 * random_unit(random),
        first ? 0.8 : 0.5 + 0.5 * random_unit(random), first ? 1LL : (long long)random_between(random, 1, 8));
    if (!regression && !binary)
        buf_printf(text, ",\"num_class\":\"%lld\"", (long long)classes);
}

static void print_linear(struct random *random, struct str problem, int64_t classes, struct buf *text)
{
    bool regression = str_is(problem, "Regression"), binary = str_is(problem, "BinaryClassification");
    buf_printf(text, "\"predictor_type\":\"%s\",\"learning_rate\":\"%.5f\",\"wd\":\"%.7f\"",
               regression ? "regressor"
               : binary   ? "binary_classifier"
                          : "multiclass_classifier",
               0.002 + 0.05 * random_unit(random), 1e-5 * random_unit(random));
    if (!regression && !binary)
        buf_printf(text, ",\"num_classes\":\"%lld\"", (long long)classes);
}

static uint64_t seed_of(const cJSON *row, int64_t index)
{
    unsigned char digest[SHA256_BYTES];
    uint64_t seed;
    digest_sha256(json_str(row, "arn"), digest);
    memcpy(&seed, digest, sizeof seed);
    return seed + (uint64_t)index * 0x9e3779b97f4a7c15u;
}

static void print_channel(struct arena *arena, const cJSON *row, const char *name, struct buf *text)
{
    buf_printf(text,
               "{\"ChannelName\":\"%s\",\"ContentType\":\"text/csv\",\"DataSource\":{\"S3DataSource\":{\"S3DataType\":"
               "\"S3Prefix\",\"S3DataDistributionType\":\"FullyReplicated\",\"S3Uri\":",
               name);
    json_print_string(text, str_of(automl_place(arena, row, name)));
    buf_add_text(text, "}}}");
}

static cJSON *training_input(struct arena *arena, const cJSON *row, const char *name, const char *algorithm,
                             int64_t index, const char *region)
{
    struct automl_plan plan = automl_plan_of(row);
    struct buf text = BUF_EMPTY;
    struct random random;
    struct str problem = json_str(row, "problem"), output = plan.output;
    bool trees = strcmp(algorithm, "xgboost") == 0;
    while (output.length && output.at[output.length - 1] == '/')
        output.length--;
    random_seed(&random, seed_of(row, index));
    buf_printf(&text, "{\"TrainingJobName\":\"%s\",\"RoleArn\":", name);
    json_print_string(&text, plan.role);
    buf_printf(&text, ",\"AlgorithmSpecification\":{\"TrainingInputMode\":\"File\",\"TrainingImage\":\"%s\"},",
               automl_image(arena, region, trees ? AUTOML_XGBOOST : AUTOML_LINEAR_LEARNER));
    buf_printf(&text,
               "\"ResourceConfig\":{\"InstanceCount\":1,\"InstanceType\":\"ml.m5.4xlarge\",\"VolumeSizeInGB\":30},"
               "\"StoppingCondition\":{\"MaxRuntimeInSeconds\":%lld},\"OutputDataConfig\":{\"S3OutputPath\":",
               (long long)plan.training_runtime_s);
    json_print_string(&text, str_of(arena_printf(arena, "%.*s/%s/tuning", STR_ARG(output), json_string(row, "name"))));
    buf_add_text(&text, "},\"HyperParameters\":{");
    if (trees)
        print_trees(&random, problem, json_int64(row, "classes", 2), index == 0, &text);
    else
        print_linear(&random, problem, json_int64(row, "classes", 2), &text);
    buf_add_text(&text, "},\"InputDataConfig\":[");
    print_channel(arena, row, "train", &text);
    buf_add_byte(&text, ',');
    print_channel(arena, row, "validation", &text);
    buf_add_text(&text, "]}");
    return parse(arena, &text);
}

static enum next launch(struct automl *automl, const cJSON *row)
{
    struct world *world = automl->strand.world;
    struct arena *arena = arena_new();
    struct automl_plan plan = automl_plan_of(row);
    int64_t index = cJSON_GetArraySize(json_get(row, "candidates"));
    const char *algorithm = algorithm_for(&plan, index);
    char *name = arena_printf(arena, "%s-%03lld-%08x", json_string(row, "name"), (long long)index + 1,
                              (unsigned)random_next(&world->random));
    cJSON *input = training_input(arena, row, name, algorithm, index, automl->scope.region), *edited = json_thaw(row);
    cJSON *candidate = cJSON_CreateObject();
    json_set_string(candidate, "name",
                    arena_printf(arena, "%s-%03lld", json_string(row, "name"), (long long)index + 1));
    json_set_string(candidate, "algorithm", algorithm);
    json_set_string(candidate, "training", name);
    json_set_string(candidate, "status", "InProgress");
    json_set_int64(candidate, "created", clock_now(world->clock));
    json_set_int64(candidate, "modified", clock_now(world->clock));
    json_add(cJSON_GetObjectItemCaseSensitive(edited, "candidates"), candidate);
    keep(automl, edited, "InProgress", "ModelTuning");
    job_begin(world, automl->scope, &training_job_kind, str_of(name), input, NULL);
    arena_free(arena);
    return STRAND_AGAIN;
}

static void close_candidate(struct automl *automl, const cJSON *row, int index, const char *status, const char *failure,
                            cJSON *metrics_taken_or_null)
{
    cJSON *edited = json_thaw(row);
    cJSON *candidate = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(edited, "candidates"), index);
    int64_t now_ms = clock_now(automl->strand.world->clock);
    const cJSON *value = json_get(metrics_taken_or_null, json_string(row, "objective"));
    if (value)
        json_set(candidate, "value", json_thaw(value));
    if (metrics_taken_or_null)
        json_set(candidate, "metrics", metrics_taken_or_null);
    json_set_string(candidate, "status", status);
    json_set_string(candidate, "failure", failure);
    json_set_int64(candidate, "modified", now_ms);
    json_set_int64(candidate, "ended", now_ms);
    keep(automl, edited, json_string(row, "status"), json_string(row, "secondary"));
}

/* ---- scoring ---- */

static void wake(void *owner)
{
    strand_wake(&((struct automl *)owner)->strand, WAKE_EVENT, NULL, NULL);
}

static void wake_by_call(struct s3_access *access)
{
    wake(access->owner);
}

static void drop_score(struct automl *automl)
{
    if (automl->scoring < 0)
        return;
    automl_score_end(&automl->score);
    s3_access_end(&automl->access);
    arena_free(automl->arena);
    json_unref(automl->scored);
    automl->arena = NULL;
    automl->scored = NULL;
    automl->scoring = -1;
}

static void begin_score(struct automl *automl, struct json *kept, int index, const cJSON *training)
{
    const cJSON *row = json_root(kept);
    struct automl_plan plan = automl_plan_of(row);
    automl->arena = arena_new();
    automl->scored = json_ref(kept);
    automl->scoring = index;
    automl->access = (struct s3_access){ .cloud = cloud_of(automl->strand.world),
                                         .scope = automl->scope,
                                         .role_arn = arena_copy(automl->arena, plan.role),
                                         .session = "SageMaker",
                                         .origin = ORIGIN_HOUSE,
                                         .ready = wake_by_call,
                                         .owner = automl };
    struct str output = json_str(json_get(json_get(training, "input"), "OutputDataConfig"), "S3OutputPath");
    automl->score = (struct automl_score){
        .world = automl->strand.world,
        .access = &automl->access,
        .scope = automl->scope,
        .problem = json_string(row, "problem"),
        .image = arena_copy(automl->arena,
                            json_str(json_get(json_get(training, "input"), "AlgorithmSpecification"), "TrainingImage")),
        .model_url = arena_printf(automl->arena, "%.*s/%s/output/model.tar.gz", STR_ARG(output),
                                  json_string(training, "name")),
        .validation_url = automl_place(automl->arena, row, "validation/validation.csv"),
        .ready = wake,
        .owner = automl,
    };
    automl_score_begin(&automl->score);
}

static enum next step_score(struct automl *automl, const cJSON *row)
{
    enum progress progress = automl_score_step(&automl->score);
    if (progress == PROGRESS_AGAIN || progress == PROGRESS_WAITS)
        return progress == PROGRESS_AGAIN ? STRAND_AGAIN : STRAND_PARKED;
    cJSON *metrics = automl->score.metrics;
    automl->score.metrics = NULL;
    close_candidate(automl, row, automl->scoring, metrics ? "Completed" : "Failed",
                    metrics ? NULL : automl->score.reason, metrics);
    drop_score(automl);
    return STRAND_AGAIN;
}

/* ---- which comes next ---- */

struct tally {
    int64_t active, ended;
    int ready; /* a candidate whose training has ended: it is scored, or has failed; -1: none */
    struct json *training;
};

static struct tally count(const struct automl *automl, const cJSON *row)
{
    struct tally tally = { .ready = -1 };
    const cJSON *candidate;
    int index = 0;
    cJSON_ArrayForEach(candidate, json_get(row, "candidates"))
    {
        bool ended = json_get(candidate, "ended") != NULL;
        struct json *training = ended ? NULL
                                      : job_get(automl->strand.world, automl->scope, &training_job_kind,
                                                json_str(candidate, "training"));
        struct str status = training ? json_str(json_root(training), "status") : STR("Failed");
        tally.ended += ended;
        tally.active += !ended;
        if (!ended && tally.ready < 0 && !str_is(status, "InProgress") && !str_is(status, "Stopping")) {
            tally.ready = index;
            tally.training = training;
        }
        index++;
    }
    return tally;
}

static enum next take_training(struct automl *automl, struct json *kept, const struct tally *tally)
{
    const cJSON *row = json_root(kept), *training = tally->training ? json_root(tally->training) : NULL;
    struct str status = json_str(training, "status");
    if (str_is(status, "Completed") && !str_is(json_str(row, "status"), "Stopping")) {
        begin_score(automl, kept, tally->ready, training);
        return STRAND_AGAIN;
    }
    bool stopped = str_is(status, "Stopped") || str_is(status, "Completed");
    close_candidate(automl, row, tally->ready, stopped ? "Stopped" : "Failed", json_string(training, "failure"), NULL);
    return STRAND_AGAIN;
}

static void stop_jobs(struct automl *automl, const cJSON *row)
{
    const cJSON *candidate;
    struct world *world = automl->strand.world;
    if (json_get(row, "preparing"))
        job_stop(world, automl->scope, &processing_job_kind, json_str(row, "preparing"));
    cJSON_ArrayForEach(candidate, json_get(row, "candidates"))
    {
        job_stop(world, automl->scope, &training_job_kind, json_str(candidate, "training"));
    }
}

static bool is_late(struct automl *automl, const cJSON *row)
{
    struct world *world = automl->strand.world;
    int64_t seconds = automl_plan_of(row).job_runtime_s;
    int64_t latest = json_int64(row, "created", 0) + (int64_t)((double)seconds * 1000 * world->duration_factor);
    if (!seconds)
        return false;
    if (latest > clock_now(world->clock))
        strand_sleep(&automl->strand, latest);
    return latest <= clock_now(world->clock);
}

static enum next finish(struct automl *automl, const cJSON *row, bool stopping, bool late)
{
    if (stopping)
        return end(automl, json_thaw(row), "Stopped", "Stopped", NULL);
    if (!automl_best(row))
        return end(automl, json_thaw(row), "Failed", "Failed",
                   "No candidate could be trained: see the training jobs of the candidates.");
    return end(automl, json_thaw(row), "Completed", late ? "MaxAutoMLJobRuntimeReached" : "Completed", NULL);
}

static enum next step_tuning(struct automl *automl, struct json *kept, bool stopping)
{
    const cJSON *row = json_root(kept);
    struct tally tally = count(automl, row);
    bool late = !stopping && is_late(automl, row);
    if (tally.ready >= 0)
        return take_training(automl, kept, &tally);
    if (stopping || late)
        stop_jobs(automl, row);
    bool full = stopping || late || tally.active + tally.ended >= automl_plan_of(row).candidates;
    if (full)
        return tally.active ? STRAND_PARKED : finish(automl, row, stopping, late);
    return tally.active < TOGETHER ? launch(automl, row) : STRAND_PARKED;
}

static enum next step(struct strand *strand, const struct wake *why)
{
    struct automl *automl = LIST_ITEM(strand, struct automl, strand);
    struct json *kept = row_of(automl);
    if (!kept)
        return STRAND_ENDED;
    const cJSON *row = json_root(kept);
    bool stopping = str_is(json_str(row, "status"), "Stopping");
    if (stopping)
        drop_score(automl);
    if (automl->scoring >= 0)
        return step_score(automl, row);
    if (json_get(row, "problem"))
        return step_tuning(automl, kept, stopping);
    if (stopping) {
        stop_jobs(automl, row);
        return end(automl, json_thaw(row), "Stopped", "Stopped", NULL);
    }
    return json_get(row, "preparing") ? take_preparation(automl, row) : prepare(automl, row);
}

/* ---- life ---- */

static void told(struct listener *listener, const struct event *event)
{
    struct automl *automl = listener->data;
    struct str rest = event->key, mark = STR("-job/");
    size_t at = str_find(rest, mark);
    if (at != SIZE_MAX && str_starts(str_from(rest, at + mark.length), str_of(automl->key)) &&
        strcmp(event->scope.account, automl->scope.account) == 0)
        strand_wake(&automl->strand, WAKE_EVENT, NULL, NULL);
}

static void release(struct strand *strand)
{
    struct automl *automl = LIST_ITEM(strand, struct automl, strand);
    drop_score(automl);
    bus_unlisten(strand->world->bus, &automl->processings);
    bus_unlisten(strand->world->bus, &automl->trainings);
    bus_unlisten(strand->world->bus, &automl->own);
    free(automl);
}

void automl_start(struct world *world, struct scope scope, struct str key)
{
    struct automl *automl = memory_alloc(sizeof *automl);
    automl->scope = store_intern(world->store, scope);
    automl->scoring = -1;
    snprintf(automl->key, sizeof automl->key, "%.*s", STR_ARG(key));
    automl->processings = (struct listener){ .topic = PROCESSING_JOB_TOPIC, .told = told, .data = automl };
    automl->trainings = (struct listener){ .topic = TRAINING_JOB_TOPIC, .told = told, .data = automl };
    automl->own = (struct listener){ .topic = AUTOML_JOB_TOPIC, .told = told, .data = automl };
    automl->strand.step = step;
    automl->strand.release = release;
    bus_listen(world->bus, &automl->processings);
    bus_listen(world->bus, &automl->trainings);
    bus_listen(world->bus, &automl->own);
    strand_start(world, &automl->strand);
}
