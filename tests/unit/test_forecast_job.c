/* Jobs: sane answers to any input, the same bits whoever runs the parts, no look into the future, metrics as the guide has them. */
#include "services/forecast/model/forecast_model.h"
#include "services/forecast/model/metrics.h"
#include "services/forecast/model/weigh.h"
#include "tests/unit/forecast_series.h"
#include <float.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const double levels[] = { 0.1, 0.5, 0.9 };
static const struct forecast_frequency daily = { .unit = FORECAST_DAY, .count = 1 };
static const struct forecast_frequency monthly = { .unit = FORECAST_MONTH, .count = 1 };
enum { END = 20000, MOST = 500 };

static struct forecast_task task_of(const struct forecast_series *series, size_t count, int horizon,
                                    enum forecast_algorithm algorithm)
{
    return (struct forecast_task){ .frequency = daily,
                                   .end = END,
                                   .horizon = horizon,
                                   .quantiles = levels,
                                   .quantile_count = 3,
                                   .series = series,
                                   .series_count = count,
                                   .algorithm = algorithm,
                                   .seed = 42 };
}

static struct forecast_series series_of(const double *values, size_t count)
{
    return (struct forecast_series){ .values = values, .count = count, .first = END - (int64_t)count };
}

static struct forecast_job *run(const struct forecast_task *task)
{
    struct forecast_job *job = forecast_job_new(task);
    do
        for (size_t part = 0; part < forecast_job_parts(job); part++)
            forecast_job_run(job, part);
    while (forecast_job_advance(job));
    return job;
}

static void check_path(const char *why, const struct forecast_path *path, int horizon, double low, double high)
{
    for (int h = 0; h < horizon; h++) {
        const double *q = path->quantiles + h * 3;
        if (!isfinite(path->mean[h]) || !isfinite(q[0]) || !isfinite(q[2]) || q[0] > q[1] || q[1] > q[2])
            fail_msg("%s: step %d is %g (%g %g %g)", why, h, path->mean[h], q[0], q[1], q[2]);
        if (path->mean[h] < low || path->mean[h] > high)
            fail_msg("%s: step %d is %g, not within %g and %g", why, h, path->mean[h], low, high);
    }
}

/* What no model expects: each algorithm answers with finite numbers, in order, within reason. */
static void test_any_input_has_an_answer(void **state)
{
    enum { LONG = 80 };
    static double constant[LONG], zeroes[LONG], missing[LONG], huge[LONG], tiny[LONG], endless[LONG], spike[LONG],
        gaps[LONG], turns[LONG], negative[LONG], largest[LONG];
    for (int t = 0; t < LONG; t++) {
        constant[t] = 5;
        missing[t] = NAN;
        huge[t] = 1e12 * (1 + t % 7);
        tiny[t] = 1e-12 * (1 + t % 7);
        endless[t] = t % 10 == 3 ? INFINITY : 4;
        spike[t] = t == 40 ? 1e9 : 1;
        gaps[t] = t % 5 == 0 ? 10 + t % 7 : NAN;
        turns[t] = t % 2 ? 1 : -1;
        negative[t] = -100 - t;
        largest[t] = t % 2 ? DBL_MAX : -DBL_MAX;
    }
    static const double one[] = { 3 }, two[] = { 3, 4 };
    static const struct {
        const char *why;
        const double *values;
        size_t count;
        double low, high;
    } rows[] = {
        { "constant", constant, LONG, 4.9, 5.1 },
        { "all zero", zeroes, LONG, 0, 0 },
        { "one value", one, 1, 2.9, 3.1 },
        { "two values", two, 2, 0, 3000 },
        { "three constant", constant, 3, 4.9, 5.1 },
        { "nothing but gaps", missing, LONG, 0, 0 },
        { "no history", NULL, 0, 0, 0 },
        { "huge", huge, LONG, 0, 1e16 },
        { "tiny", tiny, LONG, 0, 1e-8 },
        { "infinite ones", endless, LONG, 3.9, 4.1 },
        { "one spike", spike, LONG, 0, 1e12 },
        { "mostly gaps", gaps, LONG, 0, 1000 },
        { "back and forth", turns, LONG, -20, 20 },
        { "falling", negative, LONG, -1e5, 100 },
        { "the largest", largest, LONG, -1e154, 1e154 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int a = 0; a <= FORECAST_AUTO; a++) {
            int horizon = a == FORECAST_AUTO || i % 3 == 0 ? 14 : 500;
            horizon = a == FORECAST_DEEP_AR_PLUS ? 14 : horizon;
            struct forecast_series series = series_of(rows[i].values, rows[i].count);
            struct forecast_task task = task_of(&series, 1, horizon, (enum forecast_algorithm)a);
            task.windows = rows[i].count > 60 && horizon < 60 ? 1 : 0;
            struct forecast_job *job = run(&task);
            char why[80];
            snprintf(why, sizeof why, "%s by %s", rows[i].why, forecast_algorithm_name((enum forecast_algorithm)a));
            const struct forecast_item *item = &forecast_job_result(job)->items[0];
            check_path(why, &item->forecast, horizon, rows[i].low, rows[i].high);
            for (int w = 0; w < task.windows; w++)
                check_path(why, &item->backtest[w], horizon, -DBL_MAX, DBL_MAX);
            assert_true(isfinite(forecast_job_result(job)->summary.average_wql));
            forecast_job_free(job);
        }
}

enum { ITEMS = 6 };

struct shop {
    double values[ITEMS][MOST];
    struct forecast_series series[ITEMS];
};

static struct shop *open_shop(void)
{
    struct shop *shop = calloc(1, sizeof *shop);
    for (int i = 0; i < ITEMS; i++) {
        series_make((enum series_kind)(i % 5), 11 + (uint32_t)i, 150, shop->values[i]);
        shop->series[i] = series_of(shop->values[i], 150);
    }
    return shop;
}

struct part {
    struct forecast_job *job;
    size_t number;
};

static void *run_part(void *data)
{
    struct part *part = data;
    forecast_job_run(part->job, part->number);
    return NULL;
}

/* All parts of a phase at once, each on a thread of its own, the last first. */
static struct forecast_job *run_at_once(const struct forecast_task *task)
{
    struct forecast_job *job = forecast_job_new(task);
    do {
        size_t count = forecast_job_parts(job);
        pthread_t threads[64];
        struct part parts[64];
        assert_true(count <= 64);
        for (size_t i = count; i-- > 0;) {
            parts[i] = (struct part){ job, i };
            pthread_create(&threads[i], NULL, run_part, &parts[i]);
        }
        for (size_t i = 0; i < count; i++)
            pthread_join(threads[i], NULL);
    } while (forecast_job_advance(job));
    return job;
}

static void test_the_same_bits_on_any_number_of_threads(void **state)
{
    static const enum forecast_algorithm algorithms[] = { FORECAST_AUTO, FORECAST_DEEP_AR_PLUS, FORECAST_ETS };
    struct shop *shop = open_shop();
    for (size_t k = 0; k < sizeof algorithms / sizeof *algorithms; k++) {
        struct forecast_task task = task_of(shop->series, ITEMS, 14, algorithms[k]);
        task.windows = 2;
        struct forecast_job *one = run(&task), *other = run_at_once(&task);
        const struct forecast_result *a = forecast_job_result(one), *b = forecast_job_result(other);
        for (int i = 0; i < ITEMS; i++) {
            assert_memory_equal(a->items[i].forecast.mean, b->items[i].forecast.mean, 14 * sizeof(double));
            assert_memory_equal(a->items[i].forecast.quantiles, b->items[i].forecast.quantiles, 42 * sizeof(double));
            assert_memory_equal(a->items[i].backtest[1].quantiles, b->items[i].backtest[1].quantiles,
                                42 * sizeof(double));
            assert_string_equal(a->items[i].model, b->items[i].model);
        }
        assert_memory_equal(&a->summary, &b->summary, sizeof a->summary);
        forecast_job_free(one);
        forecast_job_free(other);
    }
    free(shop);
}

/* Whatever happens in a window, its forecast was made before. */
static void test_backtests_do_not_look_ahead(void **state)
{
    static const enum forecast_algorithm algorithms[] = { FORECAST_AUTO,   FORECAST_ETS,     FORECAST_ARIMA,
                                                          FORECAST_CNN_QR, FORECAST_PROPHET, FORECAST_NPTS };
    struct shop *shop = open_shop(), *other = open_shop();
    for (int i = 0; i < ITEMS; i++)
        for (int t = 150 - 14; t < 150; t++)
            other->values[i][t] *= 1.5;
    for (size_t k = 0; k < sizeof algorithms / sizeof *algorithms; k++) {
        struct forecast_task task = task_of(shop->series, ITEMS, 14, algorithms[k]), changed = task;
        task.windows = changed.windows = 2;
        changed.series = other->series;
        struct forecast_job *one = run(&task), *two = run(&changed);
        const struct forecast_result *a = forecast_job_result(one), *b = forecast_job_result(two);
        for (int i = 0; i < ITEMS; i++)
            for (int h = 0; h < 14; h++) /* weights are relative: only the items' sizes differ, by a rounding */
                assert_true(fabs(a->items[i].backtest[0].mean[h] - b->items[i].backtest[0].mean[h]) <
                            2e-2 * fabs(a->items[i].backtest[0].mean[h]));
        assert_true(a->windows[0].metrics.average_wql < b->windows[0].metrics.average_wql);
        assert_int_equal(a->windows[0].start, END - 14);
        assert_int_equal(a->windows[1].start, END - 28);
        forecast_job_free(one);
        forecast_job_free(two);
    }
    free(shop);
    free(other);
}

/* The guide's definitions, worked by hand. */
static void test_metrics_by_hand(void **state)
{
    static const double actual[] = { 10, NAN, 0, 20 }, two[] = { 0.1, 0.9 };
    static const double mean[] = { 12, 99, 1, 15 }, quantiles[] = { 8, 14, 9, 9, 0, 2, 12, 18 };
    struct forecast_path path = { mean, quantiles };
    struct tally tally = { 0 };
    tally_add(&tally, actual, 4, &path, two, 2, 4);
    struct forecast_metrics metrics = tally_metrics(&tally, two, 2);
    assert_int_equal(metrics.points, 3);
    assert_true(fabs(metrics.wql[0] - 2 * (0.1 * 2 + 0 + 0.1 * 8) / 30) < 1e-12);
    assert_true(fabs(metrics.wql[1] - 2 * (0.1 * 4 + 0.1 * 2 + 0.9 * 2) / 30) < 1e-12);
    assert_true(fabs(metrics.average_wql - (metrics.wql[0] + metrics.wql[1]) / 2) < 1e-12);
    assert_true(fabs(metrics.errors[0].wape - 8.0 / 30) < 1e-12);
    assert_true(fabs(metrics.errors[0].rmse - sqrt(30.0 / 3)) < 1e-12);
    assert_true(fabs(metrics.errors[0].mape - (0.2 + 0.25) / 2) < 1e-12); /* the step whose value is 0 is left out */
    assert_true(fabs(metrics.errors[0].mase - (8.0 / 3) / 4) < 1e-12);
    assert_true(fabs(metrics.errors[2].wape - (4 + 2 + 2) / 30.0) < 1e-12);

    static const double nothing[] = { 0, 0, 0, 0 };
    struct tally zeroes = { 0 };
    tally_add(&zeroes, nothing, 4, &path, two, 2, NAN);
    assert_true(tally_metrics(&zeroes, two, 2).errors[0].wape == 12 + 99 + 1 + 15); /* the unweighted sum */
}

static void test_weights_follow_losses(void **state)
{
    unsigned asked = 1U << FORECAST_ETS | 1U << FORECAST_ARIMA | 1U << FORECAST_NPTS;
    struct losses item = { .points = 28 }, pooled = { .points = 1000 };
    item.sum[FORECAST_ETS] = 1, item.sum[FORECAST_ARIMA] = 1.5, item.sum[FORECAST_NPTS] = 9;
    pooled.sum[FORECAST_ETS] = 50, pooled.sum[FORECAST_ARIMA] = 50, pooled.sum[FORECAST_NPTS] = 200;
    struct forecast_weights weights = weigh(&item, &pooled, asked, 14);
    float total = 0;
    for (int a = 0; a < FORECAST_ALGORITHMS; a++)
        total += weights.of[a];
    assert_true(fabsf(total - 1) < 1e-6f);
    assert_true(weights.of[FORECAST_ETS] > weights.of[FORECAST_ARIMA] && weights.of[FORECAST_ARIMA] > 0);
    assert_true(weights.of[FORECAST_NPTS] == 0 && weights.of[FORECAST_PROPHET] == 0);
    char name[64];
    weigh_name(&weights, name);
    assert_int_equal(strncmp(name, "ETS 0.", 6), 0);
    weights = weigh(&(struct losses){ { 0 }, 0 }, &(struct losses){ { 0 }, 0 }, asked, 14); /* nobody was measured */
    assert_true(fabsf(weights.of[FORECAST_ETS] - 1.0f / 3) < 1e-6f);
}

/* A forecast made with a predictor's weights is the predictor's own. */
static void test_weights_are_kept(void **state)
{
    struct shop *shop = open_shop();
    struct forecast_task task = task_of(shop->series, ITEMS, 14, FORECAST_AUTO);
    task.windows = 1;
    struct forecast_job *trained = run(&task);
    const struct forecast_result *a = forecast_job_result(trained);
    for (int i = 0; i < ITEMS; i++)
        shop->series[i].weights = &a->items[i].weights;
    struct forecast_task again = task;
    again.windows = 0;
    struct forecast_job *used = run(&again);
    const struct forecast_result *b = forecast_job_result(used);
    for (int i = 0; i < ITEMS; i++)
        for (int h = 0; h < 14; h++)
            assert_true(a->items[i].forecast.mean[h] == b->items[i].forecast.mean[h]);
    forecast_job_free(trained);
    forecast_job_free(used);
    free(shop);
}

/* Two brands of very different size: a new item is forecast as those of its brand are. */
static void test_cold_items_follow_their_like(void **state)
{
    static double small[2][100], large[2][100];
    static const int brand_a[] = { 0 }, brand_b[] = { 1 };
    struct forecast_series series[5];
    for (int i = 0; i < 2; i++) {
        for (int t = 0; t < 100; t++) {
            small[i][t] = 10 + i + t % 7;
            large[i][t] = 1000 + 10 * i + t % 7;
        }
        series[2 * i] = series_of(small[i], 100);
        series[2 * i].category = brand_a;
        series[2 * i + 1] = series_of(large[i], 100);
        series[2 * i + 1].category = brand_b;
    }
    series[4] = (struct forecast_series){ .first = END, .category = brand_b };
    struct forecast_task task = task_of(series, 5, 14, FORECAST_ETS);
    task.category_count = 1;
    struct forecast_job *job = run(&task);
    const struct forecast_item *cold = &forecast_job_result(job)->items[4];
    assert_true(cold->cold);
    check_path("cold", &cold->forecast, 14, 990, 1030);
    forecast_job_free(job);
}

/* Promotions double demand, are known ahead, and are the only thing that does anything. */
static void test_related_series_are_used_and_explained(void **state)
{
    enum { COUNT = 200, HORIZON = 14, SHOPS = 8 };
    static double values[SHOPS][COUNT], promotion[SHOPS][COUNT + HORIZON], weather[SHOPS][COUNT + HORIZON];
    static const double *related[SHOPS][2];
    struct forecast_series series[SHOPS];
    uint32_t seed = 3;
    for (int i = 0; i < SHOPS; i++) {
        for (int t = 0; t < COUNT + HORIZON; t++) {
            promotion[i][t] = (t * 7 + i * 3) % 11 < 2;
            weather[i][t] = series_noise(&seed);
            if (t < COUNT)
                values[i][t] = 100 * (1 + promotion[i][t]) + 3 * series_noise(&seed);
        }
        related[i][0] = promotion[i];
        related[i][1] = weather[i];
        series[i] = series_of(values[i], COUNT);
        series[i].related = related[i];
    }
    static const enum forecast_algorithm algorithms[] = { FORECAST_CNN_QR, FORECAST_DEEP_AR_PLUS, FORECAST_PROPHET,
                                                          FORECAST_AUTO };
    for (size_t k = 0; k < sizeof algorithms / sizeof *algorithms; k++) {
        struct forecast_task task = task_of(series, SHOPS, HORIZON, algorithms[k]);
        task.related_count = 2;
        task.explain = true;
        struct forecast_job *job = run(&task);
        const struct forecast_result *result = forecast_job_result(job);
        for (int i = 0; i < SHOPS; i++)
            for (int h = 0; h < HORIZON; h++) {
                double expected = 100 * (1 + promotion[i][COUNT + h]), mean = result->items[i].forecast.mean[h];
                if (fabs(mean - expected) > 25)
                    fail_msg("%s: item %d step %d is %g, not %g", forecast_algorithm_name(algorithms[k]), i, h, mean,
                             expected);
            }
        assert_int_equal(result->impact_count, 2);
        assert_true(fabs(result->impacts[0]) == 1 && fabs(result->impacts[1]) < 0.3);
        forecast_job_free(job);
    }
}

static void test_all_algorithms_are_compared(void **state)
{
    struct shop *shop = open_shop();
    struct forecast_task task = task_of(shop->series, ITEMS, 12, FORECAST_AUTO);
    task.frequency = monthly;
    task.windows = 2;
    task.all_algorithms = true;
    task.without_forecast = true;
    struct forecast_job *job = run(&task);
    const struct forecast_result *result = forecast_job_result(job);
    assert_null(result->items[0].forecast.mean);
    double least = INFINITY;
    for (int a = 0; a < FORECAST_ALGORITHMS; a++) {
        assert_true(result->summary_of_algorithm[a].average_wql > 0);
        least = fmin(least, a == FORECAST_SEASONAL_NAIVE ? INFINITY : result->summary_of_algorithm[a].average_wql);
    }
    assert_true(result->summary_of_algorithm[result->best].average_wql == least);
    assert_true(result->summary.average_wql < result->summary_of_algorithm[FORECAST_SEASONAL_NAIVE].average_wql);
    assert_int_equal(result->windows[1].items, ITEMS);
    assert_int_equal(result->windows[0].metrics.points, ITEMS * 12);
    assert_true(result->items[3].weights.of[FORECAST_SEASONAL_NAIVE] < 0.5f);
    forecast_job_free(job);
    free(shop);
}

static void test_a_cancelled_job_ends(void **state)
{
    struct shop *shop = open_shop();
    atomic_bool cancelled = false;
    struct forecast_task task = task_of(shop->series, ITEMS, 14, FORECAST_AUTO);
    task.cancelled = &cancelled;
    struct forecast_job *job = forecast_job_new(&task);
    forecast_job_run(job, 0);
    atomic_store(&cancelled, true);
    forecast_job_run(job, 1);
    assert_false(forecast_job_advance(job));
    forecast_job_free(job);
    free(shop);
}

static void test_algorithm_arns(void **state)
{
    static const struct {
        const char *arn;
        bool known;
        enum forecast_algorithm algorithm;
    } rows[] = {
        { "arn:aws:forecast:::algorithm/ARIMA", true, FORECAST_ARIMA },
        { "arn:aws:forecast:::algorithm/CNN-QR", true, FORECAST_CNN_QR },
        { "arn:aws:forecast:::algorithm/Deep_AR_Plus", true, FORECAST_DEEP_AR_PLUS },
        { "arn:aws:forecast:::algorithm/Deep_AR", true, FORECAST_DEEP_AR_PLUS },
        { "arn:aws:forecast:::algorithm/Seasonal naive", false },
        { "arn:aws:forecast:::algorithm/AutoPredictor", false },
        { "ETS", false },
        { "", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum forecast_algorithm algorithm = FORECAST_AUTO;
        assert_true(forecast_algorithm_of_arn(rows[i].arn, &algorithm) == rows[i].known);
        if (rows[i].known)
            assert_int_equal(algorithm, rows[i].algorithm);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_input_has_an_answer),
        cmocka_unit_test(test_the_same_bits_on_any_number_of_threads),
        cmocka_unit_test(test_backtests_do_not_look_ahead),
        cmocka_unit_test(test_metrics_by_hand),
        cmocka_unit_test(test_weights_follow_losses),
        cmocka_unit_test(test_weights_are_kept),
        cmocka_unit_test(test_cold_items_follow_their_like),
        cmocka_unit_test(test_related_series_are_used_and_explained),
        cmocka_unit_test(test_all_algorithms_are_compared),
        cmocka_unit_test(test_a_cancelled_job_ends),
        cmocka_unit_test(test_algorithm_arns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
