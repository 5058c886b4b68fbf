/* Forecasting itself: series of numbers in, mean and quantiles for the steps after them out, with the backtests that say how
 * far to trust them. Pure computation: no world, no rows, no I/O, no clock; the same task gives the same bits, whatever the
 * number of threads.
 *
 * A job is cut into phases, and a phase into parts of well under a second each. The parts of one phase may run at the same
 * time on as many threads as there are; when all have returned, forecast_job_advance() (on one thread) opens the next:
 *
 *     struct forecast_job *job = forecast_job_new(&task);
 *     do
 *         for (size_t part = 0; part < forecast_job_parts(job); part++)
 *             forecast_job_run(job, part);                 -- here or on workers
 *     while (forecast_job_advance(job));
 *     ... forecast_job_result(job) ...
 *     forecast_job_free(job);
 *
 * The task, and all that it points to, is borrowed until the job is freed and must not change. Out of memory ends the
 * process (as in base/); so bound the input first: a job takes about items × (horizon × (2 + quantiles) × (windows + 1) + history)
 * × 8 bytes beside the task, and the global model 64 MiB at most. Input is trusted to have the right lengths, and no
 * more: any numbers are taken, NaN is a missing value, infinite ones are read as missing, those beyond ±1e150 as that, and every
 * answer is finite. */
#ifndef FORECAST_MODEL_FORECAST_MODEL_H
#define FORECAST_MODEL_FORECAST_MODEL_H

#include "base/arena.h"
#include "base/digest.h"
#include "services/forecast/model/calendar.h"
#include "services/forecast/model/fill.h"
#include "services/forecast/model/holiday.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The baseline is nobody's AlgorithmArn; it takes part in AutoPredictor and is there to compare with. */
enum forecast_algorithm {
    FORECAST_SEASONAL_NAIVE,
    FORECAST_ETS,
    FORECAST_ARIMA,
    FORECAST_NPTS,
    FORECAST_PROPHET,
    FORECAST_CNN_QR,
    FORECAST_DEEP_AR_PLUS,
    FORECAST_ALGORITHMS,
    FORECAST_AUTO =
        FORECAST_ALGORITHMS, /* AutoPredictor (and PerformAutoML): weighs the others per item by backtests */
};

/* "ETS", "ARIMA", "NPTS", "Prophet", "CNN-QR", "Deep_AR_Plus"; "Seasonal naive", "AutoPredictor". */
const char *forecast_algorithm_name(enum forecast_algorithm algorithm);
/* "arn:aws:forecast:::algorithm/NAME" of the six (also "Deep_AR", which is DeepAR+'s forerunner); false: no such one. */
bool forecast_algorithm_of_arn(const char *arn, enum forecast_algorithm *ret_algorithm);

enum { FORECAST_QUANTILES = 20, FORECAST_WINDOWS = 5, FORECAST_HORIZON = 500 };

/* What AutoPredictor weighs by, and what OptimizationMetric names. */
enum forecast_metric {
    FORECAST_AVERAGE_WQL, /* the default */
    FORECAST_WAPE,
    FORECAST_RMSE,
    FORECAST_MASE,
    FORECAST_MAPE,
};

/* Which algorithms speak in an item's forecast, and how loud: they add up to 1. What a predictor learnt and a forecast from
 * it needs to be made without backtests again; so keep it in a row. */
struct forecast_weights {
    float of[FORECAST_ALGORITHMS];
};

/* One item (with its dimensions: one time series). */
struct forecast_series {
    /* values[i] is step first + i, where `first` counts steps as forecast_step_index() does. All series of a task end at
     * the same step, task.end: what a shorter one lacks is missing, what a longer one has is not looked at. count 0: a cold start, known by its metadata alone. */
    const double *values;
    size_t count;
    int64_t first;
    /* related[k] is attribute k from step `first` of this series to task.end + horizon, NaN where it has none. NULL: this item
     * has no related series. A cold start's begins at task.end, as does the item. */
    const double *const *related;
    /* category[k]: this item's value of metadata attribute k (and dimension), as a number from 0 that means only itself;
     * -1: none. */
    const int *category;
    /* What a predictor learnt about this item, or NULL: with FORECAST_AUTO it is then used as it stands. */
    const struct forecast_weights *weights;
};

/* Hyperparameters, by the names that the guide gives; unknown ones are left alone. Those of NPTS have an
 * effect (npts.h); what tunes the neural networks of CNN-QR and DeepAR+ has nothing to tune here. */
struct forecast_parameter {
    const char *name;
    const char *value;
};

struct forecast_task {
    struct forecast_frequency frequency;
    int64_t end;             /* the first step after the data, which is the first to forecast */
    int horizon;             /* 1 to FORECAST_HORIZON */
    const double *quantiles; /* ascending, each 0 < q < 1 */
    size_t quantile_count;   /* up to FORECAST_QUANTILES; 0 is well, the mean is always there */
    const struct forecast_series *series;
    size_t series_count;
    size_t related_count;  /* attributes of the related series */
    size_t category_count; /* attributes of the metadata, and dimensions */
    const char *holidays;  /* country; NULL or one without a calendar of ours: none */
    enum forecast_algorithm algorithm;
    const struct forecast_parameter *parameters;
    size_t parameter_count;
    enum forecast_metric optimise;
    /* Backtests: window w (0 is the latest) forecasts the `horizon` steps from end − window_offset − w × horizon on, knowing
     * nothing after. 0 windows: none, and FORECAST_AUTO without weights then weighs by what it keeps back for itself. */
    int windows;           /* 0 to FORECAST_WINDOWS */
    int window_offset;     /* ≥ horizon; 0 is the horizon */
    bool all_algorithms;   /* backtests of every algorithm, for comparison (AutoML); else of `algorithm` alone */
    bool without_forecast; /* only the backtests */
    bool explain;          /* impacts of related series, metadata and holidays */
    uint64_t seed;
    const atomic_bool *cancelled; /* or NULL; once true, parts return soon and the result is not to be used */
};

struct forecast_job;

/* Goes over all the numbers once, so it too is work for a worker. */
struct forecast_job *forecast_job_new(const struct forecast_task *task);
size_t forecast_job_parts(const struct forecast_job *job);
void forecast_job_run(struct forecast_job *job, size_t part); /* each part of a phase once */
bool forecast_job_advance(struct forecast_job *job);          /* false: all is done, or cancelled */
double forecast_job_progress(const struct forecast_job *job); /* 0 to 1, by phases done */
void forecast_job_free(struct forecast_job *job);

/* Of one item: `horizon` steps. */
struct forecast_path {
    const double *mean;      /* mean[step] */
    const double *quantiles; /* quantiles[step × quantile_count + q], never falling with q */
};

/* wql, and the four for one forecast type: index 0 is the mean, 1 + q the quantile. The guide's definitions: where all actual
 * values are 0, WQL and WAPE are the unweighted sums; MAPE leaves out steps whose actual value is 0; MASE those items
 * whose history has no naive error. Steps without an actual value count for nothing. */
struct forecast_errors {
    double wape, rmse, mase, mape;
};
struct forecast_metrics {
    double wql[FORECAST_QUANTILES]; /* by quantile of the task */
    double average_wql;
    struct forecast_errors errors[1 + FORECAST_QUANTILES];
    size_t points; /* actual values that it was measured by; 0: nothing to measure, all metrics are 0 */
};

struct forecast_window {
    int64_t start;                                             /* steps start to start + horizon − 1 */
    size_t items;                                              /* with at least one actual value in it */
    struct forecast_metrics metrics;                           /* of the task's algorithm */
    struct forecast_metrics of_algorithm[FORECAST_ALGORITHMS]; /* with all_algorithms, else 0 */
};

struct forecast_item {
    struct forecast_path forecast;                     /* NULLs with without_forecast */
    struct forecast_path backtest[FORECAST_WINDOWS];   /* NULLs past task.windows */
    struct forecast_metrics metrics[FORECAST_WINDOWS]; /* this item's alone */
    struct forecast_weights weights;
    char model[64]; /* what ran, for people: "ETS(M,Ad,M)", "ARIMA(2,1,1)(0,1,1)[12]", "ETS 0.6, NPTS 0.4" */
    bool cold;      /* had no value: made from its metadata and from items alike */
};

struct forecast_result {
    const struct forecast_item *items; /* by series of the task */
    size_t item_count;
    struct forecast_window windows[FORECAST_WINDOWS];
    struct forecast_metrics summary;                                   /* the mean over windows */
    struct forecast_metrics summary_of_algorithm[FORECAST_ALGORITHMS]; /* with all_algorithms */
    enum forecast_algorithm
        best; /* the lowest `optimise` over windows; with all_algorithms, else the one that was asked */
    /* With `explain`, how much each attribute moves the forecast, −1 to 1: the mean change, divided by the largest of all.
     * Related series come first, then metadata, then (one) holidays. impact_of_item[item × impact_count + k], and
     * impact_of_step[(item × horizon + step) × impact_count + k]. */
    size_t impact_count;
    const double *impacts;
    const double *impact_of_item;
    const double *impact_of_step;
};

/* After forecast_job_advance() returned false and nobody cancelled. Lives as long as the job. */
const struct forecast_result *forecast_job_result(const struct forecast_job *job);
/* One that outlives its job, all of it in the arena. */
struct forecast_result *forecast_result_copy(struct arena *arena, const struct forecast_task *task,
                                             const struct forecast_result *result);
/* Of all that a task says, its seed too: tasks that are alike in it have the same result. */
void forecast_task_digest(const struct forecast_task *task, unsigned char ret_digest[SHA256_BYTES]);

#endif
