#include "services/forecast/model/forecast_model.h"

#include "services/forecast/model/cold.h"
#include "services/forecast/model/explain.h"
#include "services/forecast/model/item.h"
#include "services/forecast/model/metrics.h"
#include "services/forecast/model/naive.h"
#include "services/forecast/model/numeric.h"
#include "services/forecast/model/weigh.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* What AutoPredictor asks. DeepAR+'s walks cost many times what they add to CNN-QR over the same trees. */
#define AUTO_ASKS                                                                                                      \
    (1U << FORECAST_SEASONAL_NAIVE | 1U << FORECAST_ETS | 1U << FORECAST_ARIMA | 1U << FORECAST_NPTS |                 \
     1U << FORECAST_PROPHET | 1U << FORECAST_CNN_QR)
#define ALL_ASKED ((1U << FORECAST_ALGORITHMS) - 1)

enum { PROBES_MOST = 4, PROBE_STEPS = 28, HASTY_COST = 12000, THOROUGH_COST = 250 };

/* Learning for all; forecasts before the backtest windows, by which models are weighed; the windows; what was asked for; those
 * without a past. */
enum stage { STAGE_LEARN, STAGE_PROBES, STAGE_WINDOWS, STAGE_FINAL, STAGE_COLD, STAGE_DONE };

/* One learner among the global models: of an algorithm, from what was before a step. */
struct learner {
    enum forecast_algorithm algorithm;
    int64_t end;
    struct arena *arena;
    struct global *global;
};

/* A few items, which one part works on; nobody else touches them meanwhile. */
struct batch {
    struct arena *arena;
    size_t first, end; /* items */
    struct tally windows[FORECAST_WINDOWS];
    struct tally (*of_algorithm)[FORECAST_WINDOWS]; /* [algorithm], with all_algorithms */
    size_t items[FORECAST_WINDOWS];
    struct losses pooled;
};

struct forecast_job {
    struct arena *arena;
    struct forecast_task task; /* with tidied series */
    struct timeline timeline;
    struct feature_plan plan;
    struct item_shop shop;
    struct item *items;
    struct losses *losses; /* by item */
    struct batch *batches;
    size_t batch_count;
    unsigned asked;              /* algorithms that the forecast may need */
    unsigned asked_before;       /* those of the windows */
    bool weighs;                 /* their weights are to be found */
    int64_t probes[PROBES_MOST]; /* origins, oldest first */
    int probe_count;
    struct learner learners[4]; /* two algorithms, before all backtests and at the end */
    int learner_count;
    struct losses pooled;
    enum stage stage;
    int round; /* of learning */
    struct forecast_item *results;
    double *impacts, *impact_of_item, *impact_of_step;
    struct forecast_result result;
};

static int64_t window_start(const struct forecast_task *task, int window)
{
    int64_t offset = task->window_offset > 0 ? task->window_offset : task->horizon;
    return task->end - offset - (int64_t)window * task->horizon;
}

static uint64_t seed_of(const struct forecast_task *task, size_t item, int64_t origin)
{
    struct random random;
    random_seed(&random, task->seed + 0x9e3779b97f4a7c15U * (item + 1) + (uint64_t)origin);
    return random_next(&random);
}

/* ---- setting up ---- */

static void tidy_task(struct forecast_job *job, const struct forecast_task *task)
{
    job->task = *task;
    struct forecast_series *series = ARENA_ARRAY(job->arena, struct forecast_series, task->series_count + 1);
    for (size_t i = 0; i < task->series_count; i++)
        item_tidy(job->arena, task, &task->series[i], &series[i]);
    job->task.series = series;
}

static void init_shop(struct forecast_job *job)
{
    const struct forecast_task *task = &job->task;
    int64_t first = task->end;
    for (size_t i = 0; i < task->series_count; i++)
        first = task->series[i].first < first ? task->series[i].first : first;
    timeline_init(&job->timeline, job->arena, &task->frequency, first, (size_t)(task->end + task->horizon - first),
                  task->holidays);
    feature_plan_init(&job->plan, task, &job->timeline);
    int season = forecast_season(&task->frequency);
    job->shop = (struct item_shop){ .task = task,
                                    .timeline = &job->timeline,
                                    .npts = npts_defaults,
                                    .season = season,
                                    .short_season = season <= ARIMA_LONGEST ? season : 1,
                                    .hasty = task->algorithm == FORECAST_AUTO };
    for (size_t i = 0; i < task->parameter_count; i++)
        npts_set(&job->shop.npts, task->parameters[i].name, task->parameters[i].value);
}

/* Which algorithms are needed at all: with weights given, only those that have a voice somewhere. */
static void choose_asked(struct forecast_job *job)
{
    const struct forecast_task *task = &job->task;
    job->asked = task->algorithm == FORECAST_AUTO ? AUTO_ASKS : 1U << task->algorithm;
    bool weighed = task->series_count > 0;
    unsigned voices = 0;
    for (size_t i = 0; i < task->series_count; i++) {
        const struct forecast_weights *weights = task->series[i].weights;
        weighed = weighed && (weights || task->series[i].count == 0);
        for (int a = 0; weights && a < FORECAST_ALGORITHMS; a++)
            voices |= weights->of[a] > 0 ? 1U << a : 0;
    }
    job->weighs = task->algorithm == FORECAST_AUTO && !weighed;
    if (task->algorithm == FORECAST_AUTO && voices)
        job->asked = job->weighs ? job->asked | voices : voices;
    job->asked_before = task->windows > 0 && task->all_algorithms ? ALL_ASKED : job->asked;
}

/* Before the oldest window, a horizon apart; more of them where the horizon is short and says little each time. */
static void choose_probes(struct forecast_job *job)
{
    const struct forecast_task *task = &job->task;
    int64_t latest = task->windows > 0 ? window_start(task, task->windows - 1) : task->end;
    int wanted = (PROBE_STEPS + task->horizon - 1) / task->horizon + 1;
    wanted = !job->weighs ? 0 : wanted > PROBES_MOST ? PROBES_MOST : wanted;
    int64_t longest = 0;
    for (size_t i = 0; i < task->series_count; i++)
        longest = latest - task->series[i].first > longest ? latest - task->series[i].first : longest;
    while (wanted > 1 && (int64_t)wanted * task->horizon > longest / 2)
        wanted--;
    if (wanted > 0 && task->horizon + 2 > longest)
        wanted = 0;
    for (int i = 0; i < wanted; i++)
        job->probes[i] = latest - (int64_t)(wanted - i) * task->horizon;
    job->probe_count = wanted;
}

static int64_t first_origin(const struct forecast_job *job)
{
    if (job->probe_count > 0)
        return job->probes[0];
    return job->task.windows > 0 ? window_start(&job->task, job->task.windows - 1) : job->task.end;
}

static void add_learner(struct forecast_job *job, enum forecast_algorithm algorithm, int64_t end)
{
    job->learners[job->learner_count++] = (struct learner){ algorithm, end, arena_new(), NULL };
}

static void choose_learners(struct forecast_job *job)
{
    for (int a = FORECAST_CNN_QR; a <= FORECAST_DEEP_AR_PLUS; a++) {
        if (first_origin(job) < job->task.end && job->asked_before & 1U << a)
            add_learner(job, (enum forecast_algorithm)a, first_origin(job));
        if (!job->task.without_forecast && job->asked & 1U << a)
            add_learner(job, (enum forecast_algorithm)a, job->task.end);
    }
}

/* Parts of half a second or less, and no more of them than are useful. */
static void cut_batches(struct forecast_job *job)
{
    const struct forecast_task *task = &job->task;
    size_t longest = 1;
    for (size_t i = 0; i < task->series_count; i++)
        longest = task->series[i].count > longest ? task->series[i].count : longest;
    size_t size = (size_t)(job->shop.hasty ? HASTY_COST : THOROUGH_COST) / (longest + (size_t)task->horizon) + 1;
    job->batch_count = (task->series_count + size - 1) / size;
    job->batches = ARENA_ARRAY(job->arena, struct batch, job->batch_count + 1);
    for (size_t b = 0; b < job->batch_count; b++) {
        struct batch *batch = &job->batches[b];
        batch->arena = arena_new();
        batch->first = b * size;
        batch->end = (b + 1) * size < task->series_count ? (b + 1) * size : task->series_count;
        if (task->all_algorithms)
            batch->of_algorithm = arena_alloc(batch->arena, FORECAST_ALGORITHMS * sizeof *batch->of_algorithm);
    }
}

static void init_items(struct forecast_job *job)
{
    size_t count = job->task.series_count;
    job->items = ARENA_ARRAY(job->arena, struct item, count + 1);
    job->losses = ARENA_ARRAY(job->arena, struct losses, count + 1);
    job->results = ARENA_ARRAY(job->arena, struct forecast_item, count + 1);
    for (size_t i = 0; i < count; i++) {
        item_init(&job->items[i], &job->task.series[i]);
        job->results[i].cold = job->task.series[i].count == 0;
    }
    size_t impacts = job->task.explain ? explain_count(&job->task, &job->timeline) : 0;
    job->result.impact_count = impacts;
    job->impacts = ARENA_ARRAY(job->arena, double, impacts + 1);
    job->impact_of_item = ARENA_ARRAY(job->arena, double, impacts *count + 1);
    job->impact_of_step = ARENA_ARRAY(job->arena, double, impacts *count *(size_t)job->task.horizon + 1);
}

static bool has_parts(const struct forecast_job *job)
{
    switch (job->stage) {
    case STAGE_LEARN:
        return job->learner_count > 0 && job->round <= GLOBAL_ROUNDS;
    case STAGE_PROBES:
        return job->probe_count > 0;
    case STAGE_WINDOWS:
        return job->task.windows > 0;
    case STAGE_FINAL:
    case STAGE_COLD:
        return !job->task.without_forecast;
    default:
        return false;
    }
}

static void skip_empty_stages(struct forecast_job *job)
{
    while (job->stage != STAGE_DONE && !has_parts(job))
        job->stage++;
}

struct forecast_job *forecast_job_new(const struct forecast_task *task)
{
    struct arena *arena = arena_new();
    struct forecast_job *job = ARENA_NEW(arena, struct forecast_job);
    job->arena = arena;
    tidy_task(job, task);
    init_shop(job);
    choose_asked(job);
    choose_probes(job);
    choose_learners(job);
    cut_batches(job);
    init_items(job);
    skip_empty_stages(job);
    return job;
}

void forecast_job_free(struct forecast_job *job)
{
    if (!job)
        return;
    for (int i = 0; i < job->learner_count; i++)
        arena_free(job->learners[i].arena);
    for (size_t b = 0; b < job->batch_count; b++)
        arena_free(job->batches[b].arena);
    arena_free(job->arena);
}

/* ---- the parts ---- */

static struct outlook make_room(const struct forecast_task *task, struct arena *arena)
{
    size_t horizon = (size_t)task->horizon;
    return (struct outlook){ .horizon = task->horizon,
                             .levels = task->quantiles,
                             .quantile_count = (int)task->quantile_count,
                             .mean = ARENA_ARRAY(arena, double, horizon),
                             .quantiles = ARENA_ARRAY(arena, double, horizon * task->quantile_count + 1) };
}

static const struct global *global_of(const struct forecast_job *job, int algorithm, bool final)
{
    for (int i = 0; i < job->learner_count; i++)
        if ((int)job->learners[i].algorithm == algorithm && (job->learners[i].end == job->task.end) == final)
            return job->learners[i].global;
    return NULL;
}

/* The forecasts of several algorithms from one origin. */
struct turn {
    struct forecast_job *job;
    struct batch *batch;
    size_t which;
    int origin; /* a count of the item's steps */
    bool final;
    struct arena *arena;
    struct outlook of[FORECAST_ALGORITHMS];
};

static void ask(struct turn *turn, unsigned asked)
{
    struct forecast_job *job = turn->job;
    for (int a = 0; a < FORECAST_ALGORITHMS; a++) {
        if (!(asked & 1U << a))
            continue;
        turn->of[a] = make_room(&job->task, turn->arena);
        item_run(&job->items[turn->which], &job->shop, turn->batch->arena, (enum forecast_algorithm)a,
                 global_of(job, a, turn->final), turn->origin, turn->final,
                 seed_of(&job->task, turn->which, turn->origin), &turn->of[a]);
    }
}

static struct forecast_path path_of(const struct outlook *outlook)
{
    return (struct forecast_path){ outlook->mean, outlook->quantiles };
}

/* What is known of the steps from an origin on: how many, and where they begin. */
static int known_after(const struct forecast_job *job, const struct turn *turn, const double **ret_actual)
{
    const struct forecast_series *series = &job->task.series[turn->which];
    int64_t left = (int64_t)series->count - turn->origin;
    *ret_actual = series->values + turn->origin;
    return left < 0 ? 0 : left < job->task.horizon ? (int)left : job->task.horizon;
}

static double loss_of(const struct forecast_job *job, const struct outlook *outlook, const double *actual, int steps)
{
    struct tally tally = { 0 };
    struct forecast_path path = path_of(outlook);
    tally_add(&tally, actual, steps, &path, job->task.quantiles, job->task.quantile_count, NAN);
    double pinballs = 0;
    switch (job->task.optimise) {
    case FORECAST_RMSE:
        return tally.of[0].squared;
    case FORECAST_MAPE:
        return tally.of[0].relative;
    case FORECAST_AVERAGE_WQL:
        for (size_t q = 0; q < job->task.quantile_count; q++)
            pinballs += tally.pinball[q];
        return job->task.quantile_count > 0 ? pinballs : tally.of[0].absolute;
    default:
        return tally.of[0].absolute;
    }
}

/* Remembers how wrong each algorithm was, in units in which items can be compared. */
static void learn_losses(struct turn *turn)
{
    struct forecast_job *job = turn->job;
    const double *actual;
    int steps = known_after(job, turn, &actual);
    double points = 0, size = job->items[turn->which].size;
    for (int h = 0; h < steps; h++)
        points += !isnan(actual[h]);
    if (points == 0 || !(size > 0))
        return;
    if (job->task.optimise == FORECAST_RMSE)
        size *= size;
    else if (job->task.optimise == FORECAST_MAPE)
        size = 1;
    for (int a = 0; a < FORECAST_ALGORITHMS; a++) {
        if (!(job->asked & 1U << a))
            continue;
        double loss = loss_of(job, &turn->of[a], actual, steps) / size;
        job->losses[turn->which].sum[a] += loss;
        turn->batch->pooled.sum[a] += loss;
    }
    job->losses[turn->which].points += points;
    turn->batch->pooled.points += points;
}

static struct forecast_weights weights_of(const struct forecast_job *job, size_t which)
{
    struct forecast_weights weights = { { 0 } };
    if (job->task.algorithm != FORECAST_AUTO)
        weights.of[job->task.algorithm] = 1;
    else if (job->task.series[which].weights)
        weights = *job->task.series[which].weights;
    else
        weights = weigh(&job->losses[which], &job->pooled, job->asked, job->task.horizon);
    return weights;
}

static unsigned voices_of(const struct forecast_weights *weights)
{
    unsigned voices = 0;
    for (int a = 0; a < FORECAST_ALGORITHMS; a++)
        voices |= weights->of[a] > 0 ? 1U << a : 0;
    return voices;
}

/* The weighted mean of means, and of quantiles level by level: it keeps their order, and the spread that each believes in. */
static struct forecast_path combine(struct turn *turn, const struct forecast_weights *weights)
{
    struct outlook sum = make_room(&turn->job->task, turn->batch->arena);
    for (int a = 0; a < FORECAST_ALGORITHMS; a++) {
        for (int h = 0; weights->of[a] > 0 && h < sum.horizon; h++) {
            sum.mean[h] += (double)weights->of[a] * turn->of[a].mean[h];
            for (int q = h * sum.quantile_count; q < (h + 1) * sum.quantile_count; q++)
                sum.quantiles[q] += (double)weights->of[a] * turn->of[a].quantiles[q];
        }
    }
    item_mend(&turn->job->items[turn->which], &sum);
    return path_of(&sum);
}

static bool begin_turn(struct turn *turn, int64_t origin)
{
    const struct forecast_series *series = &turn->job->task.series[turn->which];
    turn->origin = (int)(origin - series->first);
    return origin > series->first && series->count > 0;
}

static void run_probes(struct turn *turn)
{
    for (int i = 0; i < turn->job->probe_count; i++) {
        if (!begin_turn(turn, turn->job->probes[i]))
            continue;
        ask(turn, turn->job->asked);
        learn_losses(turn);
    }
}

static void measure(struct turn *turn, int window, const struct forecast_path *path)
{
    struct forecast_job *job = turn->job;
    const struct forecast_task *task = &job->task;
    const struct forecast_series *series = &task->series[turn->which];
    const double *actual;
    int steps = known_after(job, turn, &actual);
    double naive = naive_error(series->values, turn->origin, job->shop.season);
    struct tally tally = { 0 };
    tally_add(&tally, actual, steps, path, task->quantiles, task->quantile_count, naive);
    job->results[turn->which].metrics[window] = tally_metrics(&tally, task->quantiles, task->quantile_count);
    tally_merge(&turn->batch->windows[window], &tally);
    turn->batch->items[window] += tally.points > 0;
    for (int a = 0; task->all_algorithms && a < FORECAST_ALGORITHMS; a++) {
        struct forecast_path of = path_of(&turn->of[a]);
        tally_add(&turn->batch->of_algorithm[a][window], actual, steps, &of, task->quantiles, task->quantile_count,
                  naive);
    }
}

static void name_model(struct turn *turn, struct forecast_item *result)
{
    const struct item *item = &turn->job->items[turn->which];
    enum forecast_algorithm algorithm = turn->job->task.algorithm;
    const char *long_season = item->seasons ? " + Fourier" : "";
    char name[48];
    if (algorithm == FORECAST_AUTO) {
        weigh_name(&result->weights, result->model);
    } else if (algorithm == FORECAST_ETS) {
        ets_name(item->ets, name);
        snprintf(result->model, sizeof result->model, "%.16s%s", name, long_season);
    } else if (algorithm == FORECAST_ARIMA) {
        arima_name(item->arima, name);
        snprintf(result->model, sizeof result->model, "%s%s", name, long_season);
    } else {
        snprintf(result->model, sizeof result->model, "%s", forecast_algorithm_name(algorithm));
    }
}

static void run_windows(struct turn *turn)
{
    struct forecast_job *job = turn->job;
    for (int window = job->task.windows - 1; window >= 0; window--) {
        struct forecast_path *path = &job->results[turn->which].backtest[window];
        if (!begin_turn(turn, window_start(&job->task, window))) {
            struct outlook nothing = make_room(&job->task,
                                               turn->batch->arena); /* not born yet: zeroes, and not measured */
            *path = path_of(&nothing);
            continue;
        }
        struct forecast_weights weights = weights_of(job, turn->which);
        ask(turn, job->task.all_algorithms || job->weighs ? job->asked_before : voices_of(&weights));
        *path = combine(turn, &weights);
        measure(turn, window, path);
        if (job->weighs)
            learn_losses(turn);
    }
    job->results[turn->which].weights = weights_of(job, turn->which);
    if (begin_turn(turn, window_start(&job->task, 0)))
        name_model(turn, &job->results[turn->which]);
}

static void run_final(struct turn *turn)
{
    struct forecast_job *job = turn->job;
    struct forecast_item *result = &job->results[turn->which];
    if (!begin_turn(turn, job->task.end)) {
        struct outlook room = make_room(&job->task, turn->batch->arena);
        result->forecast = path_of(&room);
        return;
    }
    turn->final = true;
    result->weights = weights_of(job, turn->which);
    ask(turn, voices_of(&result->weights));
    result->forecast = combine(turn, &result->weights);
    name_model(turn, result);
    size_t impacts = job->result.impact_count;
    if (impacts == 0)
        return;
    const struct global *globals[FORECAST_ALGORITHMS];
    for (int a = 0; a < FORECAST_ALGORITHMS; a++)
        globals[a] = global_of(job, a, true);
    explain_item(&job->items[turn->which], &job->shop, &result->weights, globals,
                 seed_of(&job->task, turn->which, turn->origin),
                 job->impact_of_step + turn->which * impacts * (size_t)job->task.horizon);
}

static void run_cold(struct turn *turn)
{
    struct forecast_job *job = turn->job;
    struct forecast_item *result = &job->results[turn->which];
    if (!result->cold)
        return;
    struct outlook outlook = make_room(&job->task, turn->batch->arena);
    cold_forecast(&job->task, job->results, turn->which, &outlook);
    result->forecast = path_of(&outlook);
    snprintf(result->model, sizeof result->model, "items alike");
}

static void run_batch(struct forecast_job *job, struct batch *batch)
{
    static void (*const run[])(struct turn *) = {
        [STAGE_PROBES] = run_probes, [STAGE_WINDOWS] = run_windows, [STAGE_FINAL] = run_final, [STAGE_COLD] = run_cold
    };
    struct arena *scratch = arena_new();
    for (size_t i = batch->first; i < batch->end && !numeric_cancelled(job->task.cancelled); i++) {
        struct turn turn = { .job = job, .batch = batch, .which = i, .arena = scratch };
        run[job->stage](&turn);
        arena_reset(scratch);
    }
    arena_free(scratch);
}

static void learn(struct forecast_job *job, struct learner *learner)
{
    bool walks = learner->algorithm == FORECAST_DEEP_AR_PLUS;
    if (job->round == 0)
        learner->global = global_new(learner->arena, &job->plan, learner->end, walks, job->task.seed + walks);
    else
        global_grow(learner->global);
}

size_t forecast_job_parts(const struct forecast_job *job)
{
    return job->stage == STAGE_DONE ? 0 : job->stage == STAGE_LEARN ? (size_t)job->learner_count : job->batch_count;
}

void forecast_job_run(struct forecast_job *job, size_t part)
{
    if (numeric_cancelled(job->task.cancelled))
        return;
    if (job->stage == STAGE_LEARN)
        learn(job, &job->learners[part]);
    else
        run_batch(job, &job->batches[part]);
}

/* ---- between the stages ---- */

static void pool_losses(struct forecast_job *job)
{
    job->pooled = (struct losses){ { 0 }, 0 };
    for (size_t b = 0; b < job->batch_count; b++) {
        for (int a = 0; a < FORECAST_ALGORITHMS; a++)
            job->pooled.sum[a] += job->batches[b].pooled.sum[a];
        job->pooled.points += job->batches[b].pooled.points;
    }
}

static struct forecast_metrics window_metrics(const struct forecast_job *job, int window, int algorithm)
{
    struct tally whole = { 0 };
    for (size_t b = 0; b < job->batch_count; b++) {
        const struct batch *batch = &job->batches[b];
        tally_merge(&whole, algorithm < 0 ? &batch->windows[window] : &batch->of_algorithm[algorithm][window]);
    }
    return tally_metrics(&whole, job->task.quantiles, job->task.quantile_count);
}

static void sum_up_windows(struct forecast_job *job)
{
    struct forecast_result *result = &job->result;
    const struct forecast_metrics *all[FORECAST_WINDOWS];
    for (int w = 0; w < job->task.windows; w++) {
        result->windows[w].start = window_start(&job->task, w);
        result->windows[w].metrics = window_metrics(job, w, -1);
        all[w] = &result->windows[w].metrics;
        for (size_t b = 0; b < job->batch_count; b++)
            result->windows[w].items += job->batches[b].items[w];
    }
    result->summary = metrics_mean(all, job->task.windows);
    result->best = job->task.algorithm;
    double least = INFINITY;
    for (int a = 0; job->task.all_algorithms && job->task.windows > 0 && a < FORECAST_ALGORITHMS; a++) {
        for (int w = 0; w < job->task.windows; w++) {
            result->windows[w].of_algorithm[a] = window_metrics(job, w, a);
            all[w] = &result->windows[w].of_algorithm[a];
        }
        result->summary_of_algorithm[a] = metrics_mean(all, job->task.windows);
        double value = metrics_value(&result->summary_of_algorithm[a], job->task.optimise, job->task.quantile_count);
        if (value < least && a != FORECAST_SEASONAL_NAIVE) {
            least = value;
            result->best = (enum forecast_algorithm)a;
        }
    }
}

static void scale_impacts(double *impacts, size_t count)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(impacts[i]));
    for (size_t i = 0; i < count && largest > 0; i++)
        impacts[i] /= largest;
}

/* Of an item: the mean over steps; of all: the mean size over items, with the sign that prevails. */
static void sum_up_impacts(struct forecast_job *job)
{
    size_t count = job->result.impact_count, items = job->task.series_count, horizon = (size_t)job->task.horizon;
    for (size_t k = 0; k < count; k++) {
        double size = 0, sign = 0;
        for (size_t i = 0; i < items; i++) {
            double sum = 0, absolute = 0;
            for (size_t h = 0; h < horizon; h++) {
                double impact = job->impact_of_step[(i * horizon + h) * count + k];
                sum += impact / (double)horizon;
                absolute += fabs(impact) / (double)horizon;
            }
            job->impact_of_item[i * count + k] = copysign(absolute, sum);
            size += absolute / (double)items;
            sign += sum;
        }
        job->impacts[k] = copysign(size, sign);
    }
    scale_impacts(job->impacts, count);
    scale_impacts(job->impact_of_item, count * items);
    scale_impacts(job->impact_of_step, count * items * horizon);
}

static void finish(struct forecast_job *job)
{
    sum_up_windows(job);
    sum_up_impacts(job);
    job->result.items = job->results;
    job->result.item_count = job->task.series_count;
    job->result.impacts = job->impacts;
    job->result.impact_of_item = job->impact_of_item;
    job->result.impact_of_step = job->impact_of_step;
}

bool forecast_job_advance(struct forecast_job *job)
{
    if (numeric_cancelled(job->task.cancelled))
        return false;
    if (job->stage == STAGE_LEARN && job->round < GLOBAL_ROUNDS && job->learner_count > 0) {
        job->round++;
        return true;
    }
    if (job->stage == STAGE_PROBES || job->stage == STAGE_WINDOWS)
        pool_losses(job);
    if (job->stage != STAGE_DONE)
        job->stage++;
    skip_empty_stages(job);
    if (job->stage != STAGE_DONE)
        return true;
    finish(job);
    return false;
}

double forecast_job_progress(const struct forecast_job *job)
{
    static const double done[] = {
        [STAGE_PROBES] = 0.3, [STAGE_WINDOWS] = 0.6, [STAGE_FINAL] = 0.75, [STAGE_COLD] = 0.98, [STAGE_DONE] = 1
    };
    return job->stage == STAGE_LEARN ? 0.3 * job->round / (GLOBAL_ROUNDS + 1) : done[job->stage];
}

const struct forecast_result *forecast_job_result(const struct forecast_job *job)
{
    return &job->result;
}
