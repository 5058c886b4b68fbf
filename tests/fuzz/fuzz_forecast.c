/* A few bytes say what is asked, the rest are the numbers: two series and their related one. Whatever they are, every answer is
 * finite and quantiles do not cross. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "services/forecast/model/forecast_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEADER = 8, POINTS_MOST = 40, HORIZON_MOST = 12 };

/* Mostly numbers of a moderate size, sometimes any bits at all. */
static double number(const uint8_t *data, size_t size, size_t at)
{
    double any;
    if (size < sizeof any)
        return NAN;
    uint8_t byte = data[at % size];
    if (byte == 255)
        return NAN;
    if (byte < 250)
        return byte - 20.0;
    memcpy(&any, data + at % (size - sizeof any + 1), sizeof any);
    return any;
}

static void check(const struct forecast_path *path, int horizon)
{
    for (int h = 0; path->mean && h < horizon; h++) {
        const double *quantiles = path->quantiles + (size_t)h * 3;
        assert(isfinite(path->mean[h]) && isfinite(quantiles[0]) && isfinite(quantiles[2]));
        assert(quantiles[0] <= quantiles[1] && quantiles[1] <= quantiles[2]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const double levels[] = { 0.1, 0.5, 0.9 };
    static const char *const frequencies[] = { "Y", "M", "W", "D", "H", "15min", "1min", "5H" };
    if (size < HEADER)
        return 0;
    struct forecast_frequency frequency;
    forecast_frequency_parse(frequencies[data[0] % 8], &frequency);
    int horizon = 1 + data[1] % HORIZON_MOST;
    size_t counts[] = { data[2] % POINTS_MOST, data[3] % POINTS_MOST };
    double values[2][POINTS_MOST], related[2][POINTS_MOST + HORIZON_MOST];
    const double *rows[2][1] = { { related[0] }, { related[1] } };
    int category[] = { 0 };
    struct forecast_series series[2];
    for (size_t i = 0; i < 2; i++) {
        for (size_t t = 0; t < counts[i] + (size_t)horizon; t++)
            related[i][t] = number(data + HEADER, size - HEADER, 7 * t + i);
        for (size_t t = 0; t < counts[i]; t++)
            values[i][t] = number(data + HEADER, size - HEADER, t + 31 * i);
        series[i] = (struct forecast_series){ .values = values[i],
                                              .count = counts[i],
                                              .first = 5000 - (int64_t)counts[i],
                                              .related = data[4] & 1 ? rows[i] : NULL,
                                              .category = category };
    }
    struct forecast_task task = { .frequency = frequency,
                                  .end = 5000,
                                  .horizon = horizon,
                                  .quantiles = levels,
                                  .quantile_count = 3,
                                  .series = series,
                                  .series_count = 2,
                                  .related_count = data[4] & 1,
                                  .category_count = 1,
                                  .holidays = data[4] & 2 ? "US" : NULL,
                                  .algorithm = (enum forecast_algorithm)(data[5] % (FORECAST_AUTO + 1)),
                                  .windows = data[6] % 2,
                                  .all_algorithms = data[7] & 1,
                                  .explain = data[7] & 2,
                                  .optimise = (enum forecast_metric)(data[7] >> 2 & 3),
                                  .seed = size };
    struct forecast_job *job = forecast_job_new(&task);
    do
        for (size_t part = 0; part < forecast_job_parts(job); part++)
            forecast_job_run(job, part);
    while (forecast_job_advance(job));
    const struct forecast_result *result = forecast_job_result(job);
    for (size_t i = 0; i < 2; i++) {
        check(&result->items[i].forecast, horizon);
        for (int w = 0; w < FORECAST_WINDOWS; w++)
            check(&result->items[i].backtest[w], horizon);
    }
    assert(isfinite(result->summary.average_wql) && isfinite(result->summary.errors[0].rmse));
    for (size_t k = 0; k < result->impact_count; k++)
        assert(fabs(result->impacts[k]) <= 1);
    forecast_job_free(job);
    return 0;
}
