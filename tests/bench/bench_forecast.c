/* Forecasts the last steps of every series of a file (item_id,timestamp,target_value) by one algorithm, and says as JSON how
 * near it came: sMAPE, MASE, average wQL, the share of values between p10 and p90, and what it cost.
 *
 *     bench_forecast FILE FREQUENCY HORIZON ALGORITHM [--items]
 *
 * ALGORITHM is a name as forecast_algorithm_name() has it. --items: a line for each item with its sMAPE. */
#include "base/arena.h"
#include "base/time.h"
#include "services/forecast/model/forecast_model.h"
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { ITEMS_MOST = 20000, THREADS = 2 };

struct input {
    char *name;
    double *values;
    size_t count;
    int64_t first;
};

static struct input items[ITEMS_MOST];
static size_t item_count;

static void read_file(const char *path, const struct forecast_frequency *frequency)
{
    FILE *file = fopen(path, "r");
    char line[256], name[256] = "", *comma;
    if (!file || !fgets(line, sizeof line, file)) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    while (fgets(line, sizeof line, file) && item_count < ITEMS_MOST) {
        if (!(comma = strchr(line, ',')))
            continue;
        *comma = '\0';
        if (strcmp(name, line) != 0) {
            snprintf(name, sizeof name, "%s", line);
            struct forecast_date date;
            int hour = 0;
            if (sscanf(comma + 1, "%d-%d-%d %d", &date.year, &date.month, &date.day, &hour) < 3)
                continue;
            int64_t seconds = forecast_days_of(date) * 86400 + hour * 3600;
            items[item_count++] = (struct input){ strdup(name), NULL, 0, forecast_step_index(frequency, seconds) };
        }
        struct input *item = &items[item_count - 1];
        if ((item->count & (item->count + 1)) == 0) /* room for the next power of two */
            item->values = memory_resize(item->values, 2 * (item->count + 1) * sizeof(double));
        item->values[item->count++] = strtod(strchr(comma + 1, ',') + 1, NULL);
    }
    fclose(file);
}

struct work {
    struct forecast_job *job;
    atomic_size_t next;
    atomic_long longest_ns;
};

static void *run_parts(void *data)
{
    struct work *work = data;
    struct timespec from, to;
    for (size_t part; (part = atomic_fetch_add(&work->next, 1)) < forecast_job_parts(work->job);) {
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
        forecast_job_run(work->job, part);
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
        long took = (to.tv_sec - from.tv_sec) * 1000000000L + to.tv_nsec - from.tv_nsec;
        if (took > atomic_load(&work->longest_ns))
            atomic_store(&work->longest_ns, took);
    }
    return NULL;
}

static void run_job(struct work *work)
{
    do {
        pthread_t threads[THREADS];
        atomic_store(&work->next, 0);
        for (int i = 0; i < THREADS; i++)
            pthread_create(&threads[i], NULL, run_parts, work);
        for (int i = 0; i < THREADS; i++)
            pthread_join(threads[i], NULL);
    } while (forecast_job_advance(work->job));
}

static enum forecast_algorithm algorithm_named(const char *name)
{
    for (int a = 0; a <= FORECAST_AUTO; a++)
        if (strcasecmp(forecast_algorithm_name((enum forecast_algorithm)a), name) == 0)
            return (enum forecast_algorithm)a;
    fprintf(stderr, "%s: no such algorithm\n", name);
    exit(1);
}

struct score {
    double smape, scaled, pinball, actual, inside, points, items;
};

static double judge(const struct input *item, const struct forecast_path *path, size_t known, int horizon, int season,
                    struct score *score)
{
    static const double levels[] = { 0.1, 0.5, 0.9 };
    double smape = 0, absolute = 0, naive = 0;
    for (size_t t = (size_t)season; t < known; t++)
        naive += fabs(item->values[t] - item->values[t - (size_t)season]) / (double)(known - (size_t)season);
    for (int h = 0; h < horizon; h++) {
        double actual = item->values[known + (size_t)h], mean = path->mean[h];
        smape += fabs(actual) + fabs(mean) > 0 ? 200 * fabs(actual - mean) / (fabs(actual) + fabs(mean)) / horizon : 0;
        absolute += fabs(actual - mean) / horizon;
        for (int q = 0; q < 3; q++) {
            double apart = actual - path->quantiles[h * 3 + q];
            score->pinball += 2 * (apart >= 0 ? levels[q] * apart : (levels[q] - 1) * apart) / 3;
        }
        score->actual += fabs(actual);
        score->inside += actual >= path->quantiles[h * 3] && actual <= path->quantiles[h * 3 + 2];
        score->points++;
    }
    score->smape += smape;
    score->scaled += naive > 0 ? absolute / naive : 0;
    score->items++;
    return smape;
}

int main(int argc, char **argv)
{
    struct forecast_frequency frequency;
    if (argc < 5 || !forecast_frequency_parse(argv[2], &frequency)) {
        fprintf(stderr, "usage: bench_forecast FILE FREQUENCY HORIZON ALGORITHM [--items]\n");
        return 1;
    }
    int horizon = atoi(argv[3]);
    bool each = argc > 5 && strcmp(argv[5], "--items") == 0;
    read_file(argv[1], &frequency);
    static const double levels[] = { 0.1, 0.5, 0.9 };
    struct forecast_series *series = memory_alloc(item_count * sizeof *series);
    int64_t end = items[0].first + (int64_t)items[0].count - horizon; /* all end together, whenever they began */
    for (size_t i = 0; i < item_count; i++) {
        size_t count = items[i].count - (size_t)horizon;
        series[i] = (struct forecast_series){ items[i].values, count, end - (int64_t)count };
    }
    struct forecast_task task = { .frequency = frequency,
                                  .end = end,
                                  .horizon = horizon,
                                  .quantiles = levels,
                                  .quantile_count = 3,
                                  .series = series,
                                  .series_count = item_count,
                                  .holidays = "US",
                                  .algorithm = algorithm_named(argv[4]),
                                  .windows = 1,
                                  .seed = 1 };
    struct work work = { .job = forecast_job_new(&task) };
    run_job(&work);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);

    const struct forecast_result *result = forecast_job_result(work.job);
    struct score score = { 0 };
    for (size_t i = 0; i < item_count; i++) {
        double smape = judge(&items[i], &result->items[i].forecast, series[i].count, horizon,
                             forecast_season(&frequency), &score);
        if (each)
            printf("%s %.4f %s\n", items[i].name, smape, result->items[i].model);
    }
    printf(
        "{\"items\":%zu,\"smape\":%.4f,\"mase\":%.4f,\"wql\":%.5f,\"inside\":%.4f,\"backtest_wql\":%.5f,\"cpu_s\":%.2f,"
        "\"longest_part_ms\":%ld,\"peak_MiB\":%ld}\n",
        item_count, score.smape / score.items, score.scaled / score.items, score.pinball / score.actual,
        score.inside / score.points, result->summary.average_wql,
        (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6, atomic_load(&work.longest_ns) / 1000000,
        usage.ru_maxrss / 1024);
    forecast_job_free(work.job);
    for (size_t i = 0; i < item_count; i++) {
        free(items[i].name);
        free(items[i].values);
    }
    free(series);
    return 0;
}
