/* A tuning job under way: a strand that begins training jobs while there is room, woken by what becomes of them. */
#include <stdio.h>
#include <stdlib.h>

#include "base/digest.h"
#include "services/sagemaker/early_stopping.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/training_job.h"
#include "services/sagemaker/tuning_choice.h"
#include "services/sagemaker/tuning_job.h"
#include "world/strand.h"

struct tuning {
    struct strand strand;
    struct scope scope;
    char key[SAGEMAKER_KEY_MOST];
    struct listener trainings, own; /* what becomes of its jobs; and of itself: a stop */
};

static struct json *row_of(const struct tuning *tuning)
{
    return store_get(tuning->strand.world->store, tuning->scope, &tuning_job_table, str_of(tuning->key));
}

/* ---- what its training jobs came to ---- */

struct sum {
    const cJSON *input;
    const char *metric;
    bool maximise;
    int64_t active, ended, measured, since_best;
    const cJSON *best; /* tuned parameters */
    double best_value;
};

static bool add_up(void *data, const cJSON *row)
{
    struct sum *sum = data;
    struct tuning_trial trial = tuning_trial_of(row, sum->metric);
    sum->active += !trial.ended;
    sum->ended += trial.ended;
    if (!trial.measured)
        return false;
    bool better = !sum->best || (sum->maximise ? trial.value > sum->best_value : trial.value < sum->best_value);
    sum->measured++;
    sum->since_best = better ? 0 : sum->since_best + 1;
    if (better) {
        sum->best = json_get(row, "tuned");
        sum->best_value = trial.value;
    }
    return false;
}

static struct sum sum_up(const struct tuning *tuning, const cJSON *row)
{
    const cJSON *input = json_get(row, "input"), *objective = tuning_objective(input, tuning_definition(input, 0));
    struct sum sum = { .input = input,
                       .metric = json_string(objective, "MetricName"),
                       .maximise = str_is(json_str(objective, "Type"), "Maximize") };
    tuning_each(tuning->strand.world, tuning->scope, row, add_up, &sum);
    return sum;
}

/* Warm start: what the parents' trainings came to is known before the first begins. */
static struct sum with_parents(const struct tuning *tuning, const cJSON *row, struct sum sum)
{
    const cJSON *parent;
    struct arena *arena = arena_new();
    cJSON_ArrayForEach(parent,
                       json_get(json_get(json_get(row, "input"), "WarmStartConfig"), "ParentHyperParameterTuningJobs"))
    {
        struct str key = sagemaker_key(arena, json_str(parent, "HyperParameterTuningJobName"));
        struct json *kept = store_get(tuning->strand.world->store, tuning->scope, &tuning_job_table, key);
        if (kept)
            tuning_each(tuning->strand.world, tuning->scope, json_root(kept), add_up, &sum);
    }
    arena_free(arena);
    return sum;
}

/* ---- stopping early ---- */

static bool is_hyperband(const cJSON *input)
{
    return str_is(json_str(json_get(input, "HyperParameterTuningJobConfig"), "Strategy"), "Hyperband");
}

static bool stops_early(const cJSON *input)
{
    const cJSON *config = json_get(input, "HyperParameterTuningJobConfig");
    return is_hyperband(input) || str_is(json_str(config, "TrainingJobEarlyStoppingType"), "Auto");
}

struct judging {
    struct tuning *tuning;
    const cJSON *rows[TUNING_JOBS_MOST]; /* those with a course: who completed, who runs */
    size_t count;
    int64_t rungs;                /* Hyperband's first; 0: by the median */
    int64_t next_ms;              /* when one is to be stopped */
    char *late[TUNING_JOBS_MOST]; /* names of those whose time has come: stopping one replaces its row */
    size_t late_count;
};

static bool take_course(void *data, const cJSON *row)
{
    struct judging *judging = data;
    struct str status = json_str(row, "status");
    bool counts = str_is(status, "Completed") || str_is(status, "InProgress") ||
                  (judging->rungs && str_is(status, "Stopped"));
    if (json_get(row, "course") && counts)
        judging->rows[judging->count++] = row;
    return judging->count == TUNING_JOBS_MOST;
}

/* Objectives belong to definitions: those of one are compared. */
static size_t courses_before(const struct judging *judging, const cJSON *row, const cJSON **ret_courses)
{
    size_t count = 0;
    for (size_t i = 0; i < judging->count; i++) {
        const cJSON *other = judging->rows[i];
        if (str_is(json_str(other, "status"), "Completed") &&
            str_equal(json_str(other, "definition"), json_str(row, "definition")))
            ret_courses[count++] = json_get(other, "course");
    }
    return count;
}

static size_t rivals_of(const struct judging *judging, const cJSON *row, struct early_rival *ret_rivals)
{
    size_t count = 0;
    for (size_t i = 0; i < judging->count; i++) {
        const cJSON *other = judging->rows[i];
        if (other == row || !str_equal(json_str(other, "definition"), json_str(row, "definition")))
            continue;
        bool stopped = str_is(json_str(other, "status"), "Stopped");
        ret_rivals[count++] = (struct early_rival){ json_get(other, "course"),
                                                    stopped ? json_int64(other, "ended", 0) : INT64_MAX };
    }
    return count;
}

/* The first round from `first` on after which it is stopped; -1: none. */
static int64_t last_round(const struct judging *judging, const cJSON *row, int64_t first)
{
    const cJSON *course = json_get(row, "course");
    bool maximise = str_is(json_str(json_get(row, "watched"), "Type"), "Maximize");
    if (judging->rungs) {
        struct early_rival *rivals = memory_alloc(TUNING_JOBS_MOST * sizeof *rivals);
        size_t count = rivals_of(judging, row, rivals);
        int64_t round = early_stopping_rung(course, rivals, count, maximise, judging->rungs, first);
        free(rivals);
        return round;
    }
    const cJSON **before = memory_alloc(TUNING_JOBS_MOST * sizeof *before);
    int64_t round = early_stopping_round(course, before, courses_before(judging, row, before), maximise, first);
    free(before);
    return round;
}

static void judge(struct judging *judging, const cJSON *row)
{
    const cJSON *course = json_get(row, "course");
    struct world *world = judging->tuning->strand.world;
    int64_t now_ms = clock_now(world->clock), passed = course_passed(course, now_ms);
    int64_t round = last_round(judging, row, passed > 0 ? passed - 1 : 0);
    if (round < 0 || passed >= json_int64(course, "rounds", 0))
        return;
    int64_t at_ms = course_round_ends(course, round);
    if (at_ms <= now_ms)
        judging->late[judging->late_count++] = memory_copy(json_str(row, "name"));
    else if (at_ms < judging->next_ms)
        judging->next_ms = at_ms;
}

/* Stops those whose time has come; when the next one's comes, as things are. */
static int64_t stop_early(struct tuning *tuning, const cJSON *row)
{
    struct judging *judging = memory_alloc(sizeof *judging);
    judging->tuning = tuning;
    judging->next_ms = INT64_MAX;
    const cJSON *input = json_get(row, "input"), *config = json_get(input, "HyperParameterTuningJobConfig");
    if (is_hyperband(input))
        judging->rungs = json_int64(json_get(json_get(config, "StrategyConfig"), "HyperbandStrategyConfig"),
                                    "MinResource", 1);
    tuning_each(tuning->strand.world, tuning->scope, row, take_course, judging);
    for (size_t i = 0; i < judging->count; i++) {
        if (str_is(json_str(judging->rows[i], "status"), "InProgress"))
            judge(judging, judging->rows[i]);
    }
    for (size_t i = 0; i < judging->late_count; i++) {
        job_stop(tuning->strand.world, tuning->scope, &training_job_kind, str_of(judging->late[i]));
        free(judging->late[i]);
    }
    int64_t next_ms = judging->next_ms;
    free(judging);
    return next_ms;
}

/* ---- beginning one ---- */

static uint64_t seed_of(const cJSON *row)
{
    const cJSON *config = json_get(json_get(row, "input"), "HyperParameterTuningJobConfig");
    unsigned char digest[SHA256_BYTES];
    uint64_t seed;
    if (json_get(config, "RandomSeed"))
        return (uint64_t)json_int64(config, "RandomSeed", 0);
    digest_sha256(json_str(row, "arn"), digest);
    memcpy(&seed, digest, sizeof seed);
    return seed;
}

static const cJSON *definition_for(const cJSON *input, int64_t index)
{
    size_t count = 0;
    while (tuning_definition(input, count))
        count++;
    return tuning_definition(input, (size_t)index % count);
}

static void launch(struct tuning *tuning, const struct json *kept, const struct sum *sum)
{
    struct world *world = tuning->strand.world;
    cJSON *row = json_thaw(json_root(kept)), *more = cJSON_CreateObject();
    const cJSON *input = json_get(row, "input"), *config = json_get(input, "HyperParameterTuningJobConfig");
    int64_t index = json_int64(row, "launched", 0);
    const cJSON *definition = definition_for(input, index);
    struct sum known = with_parents(tuning, row, *sum);
    cJSON *tuned = tuning_choose(json_string(config, "Strategy"), tuning_ranges(input, definition), seed_of(row), index,
                                 known.best, known.measured);
    char name[SAGEMAKER_KEY_MOST + 32];
    snprintf(name, sizeof name, "%s-%03lld-%08x", json_string(row, "name"), (long long)index + 1,
             (unsigned)random_next(&world->random));
    json_set_string(more, "tuning", json_string(row, "arn"));
    json_set_string(more, "definition", json_string(definition, "DefinitionName"));
    json_set(more, "tuned", json_thaw(tuned));
    if (stops_early(input))
        json_set(more, "watched", json_thaw(tuning_objective(input, definition)));
    cJSON *training = tuning_training_input(input, definition, name, tuned);
    json_set_int64(row, "launched", index + 1);
    store_put(world->store, tuning->scope, &tuning_job_table, str_of(tuning->key), json_seal(row));
    job_begin(world, tuning->scope, &training_job_kind, str_of(name), training, more);
}

/* ---- when it is enough ---- */

static bool is_enough(const cJSON *input, const struct sum *sum)
{
    const cJSON *criteria = json_get(json_get(input, "HyperParameterTuningJobConfig"), "TuningJobCompletionCriteria");
    const cJSON *target = json_get(criteria, "TargetObjectiveMetricValue");
    int64_t patience = json_int64(json_get(criteria, "BestObjectiveNotImproving"),
                                  "MaxNumberOfTrainingJobsNotImproving", 0);
    if (target && sum->best) {
        double wanted = json_to_double(target);
        if (sum->maximise ? sum->best_value >= wanted : sum->best_value <= wanted)
            return true;
    }
    return patience > 0 && sum->since_best >= patience;
}

static int64_t most_jobs(const cJSON *input)
{
    const cJSON *config = json_get(input, "HyperParameterTuningJobConfig"),
                *limits = json_get(config, "ResourceLimits");
    int64_t most = json_int64(limits, "MaxNumberOfTrainingJobs", INT32_MAX);
    if (!str_is(json_str(config, "Strategy"), "Grid"))
        return most;
    int64_t grid = tuning_choice_grid_size(tuning_ranges(input, tuning_definition(input, 0)));
    return grid < most ? grid : most;
}

static bool stop_one(void *data, const cJSON *row)
{
    const struct tuning *tuning = data;
    if (str_is(json_str(row, "status"), "InProgress"))
        job_stop(tuning->strand.world, tuning->scope, &training_job_kind, json_str(row, "name"));
    return false;
}

static enum next end(struct tuning *tuning, const struct json *kept, const struct sum *sum, bool stopping)
{
    cJSON *row = json_thaw(json_root(kept));
    bool failed = !stopping && !sum->measured;
    json_set_int64(row, "ended", clock_now(tuning->strand.world->clock));
    if (failed)
        json_set_string(
            row, "failure",
            "All training jobs failed. Please take a look at the training jobs failures to get more details.");
    tuning_note(tuning->strand.world, tuning->scope, str_of(tuning->key), row,
                stopping ? "Stopped"
                : failed ? "Failed"
                         : "Completed");
    return STRAND_ENDED;
}

/* Past its MaxRuntimeInSeconds it stops by itself. */
static int64_t latest_ms(const struct tuning *tuning, const cJSON *row)
{
    const cJSON *limits = json_get(json_get(json_get(row, "input"), "HyperParameterTuningJobConfig"), "ResourceLimits");
    int64_t seconds = json_int64(limits, "MaxRuntimeInSeconds", 0);
    if (!seconds)
        return INT64_MAX;
    return json_int64(row, "created", 0) + (int64_t)((double)seconds * 1000 * tuning->strand.world->duration_factor);
}

/* True: its time is over. Else it is woken when it will be, or when a training is to be stopped early. */
static bool is_late(struct tuning *tuning, const cJSON *row)
{
    int64_t latest = latest_ms(tuning, row), next_ms = INT64_MAX;
    if (latest <= clock_now(tuning->strand.world->clock))
        return true;
    if (stops_early(json_get(row, "input")))
        next_ms = stop_early(tuning, row);
    next_ms = next_ms < latest ? next_ms : latest;
    if (next_ms < INT64_MAX)
        strand_sleep(&tuning->strand, next_ms);
    return false;
}

static enum next step(struct strand *strand, const struct wake *wake)
{
    struct tuning *tuning = LIST_ITEM(strand, struct tuning, strand);
    struct json *kept = row_of(tuning);
    if (!kept)
        return STRAND_ENDED;
    const cJSON *row = json_root(kept), *input = json_get(row, "input");
    struct sum sum = sum_up(tuning, row);
    bool stopping = str_is(json_str(row, "status"), "Stopping"), late = !stopping && is_late(tuning, row);
    bool full = stopping || late || is_enough(input, &sum) || json_int64(row, "launched", 0) >= most_jobs(input);
    if (stopping || late || is_enough(input, &sum))
        tuning_each(strand->world, tuning->scope, row, stop_one, tuning);
    if (full)
        return sum.active ? STRAND_PARKED : end(tuning, kept, &sum, stopping || late);
    int64_t parallel = json_int64(json_get(json_get(input, "HyperParameterTuningJobConfig"), "ResourceLimits"),
                                  "MaxParallelTrainingJobs", 1);
    if (sum.active >= parallel)
        return STRAND_PARKED;
    launch(tuning, kept, &sum);
    return STRAND_AGAIN;
}

static void told(struct listener *listener, const struct event *event)
{
    struct tuning *tuning = listener->data;
    struct str mark = STR(":training-job/");
    size_t at = str_find(event->key, mark);
    if (at != SIZE_MAX && str_starts(str_from(event->key, at + mark.length), str_of(tuning->key)) &&
        strcmp(event->scope.account, tuning->scope.account) == 0)
        strand_wake(&tuning->strand, WAKE_EVENT, NULL, NULL);
}

static void told_of_itself(struct listener *listener, const struct event *event)
{
    strand_wake(&((struct tuning *)listener->data)->strand, WAKE_EVENT, NULL, NULL);
}

static void release(struct strand *strand)
{
    struct tuning *tuning = LIST_ITEM(strand, struct tuning, strand);
    bus_unlisten(strand->world->bus, &tuning->trainings);
    bus_unlisten(strand->world->bus, &tuning->own);
    free(tuning);
}

void tuning_start(struct world *world, struct scope scope, struct str key)
{
    struct tuning *tuning = memory_alloc(sizeof *tuning);
    tuning->scope = store_intern(world->store, scope);
    snprintf(tuning->key, sizeof tuning->key, "%.*s", STR_ARG(key));
    tuning->trainings = (struct listener){ .topic = TRAINING_JOB_TOPIC, .told = told, .data = tuning };
    struct json *row = store_get(world->store, scope, &tuning_job_table, key);
    tuning->own = (struct listener){
        .topic = TUNING_JOB_TOPIC, .key = json_string(json_root(row), "arn"), .told = told_of_itself, .data = tuning
    };
    tuning->strand.step = step;
    tuning->strand.release = release;
    bus_listen(world->bus, &tuning->trainings);
    bus_listen(world->bus, &tuning->own);
    strand_start(world, &tuning->strand);
}
