#include "services/forecast/model/fill.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROLLING = 64 };

const struct forecast_featurization forecast_target_defaults = {
    .aggregation = FORECAST_SUM,
    .front = { FORECAST_FILL_NONE },
    .middle = { FORECAST_FILL_ZERO },
    .back = { FORECAST_FILL_ZERO },
};
const struct forecast_featurization forecast_related_defaults = { .aggregation = FORECAST_SUM };

static bool find(const char *const *names, size_t count, const char *name, size_t *ret_index)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0) {
            *ret_index = i;
            return true;
        }
    return false;
}

bool forecast_aggregation_parse(const char *name, enum forecast_aggregation *ret_aggregation)
{
    static const char *const names[] = { "sum", "avg", "first", "min", "max" };
    size_t index;
    if (!find(names, sizeof names / sizeof *names, name, &index))
        return false;
    *ret_aggregation = (enum forecast_aggregation)index;
    return true;
}

bool forecast_filling_parse(const char *name, enum forecast_filling *ret_filling)
{
    static const char *const names[] = { "none", "zero", "value", "median", "mean", "min", "max", "nan" };
    size_t index;
    if (!find(names, sizeof names / sizeof *names, name, &index))
        return false;
    *ret_filling = index == 7 ? FORECAST_FILL_NONE : (enum forecast_filling)index;
    return true;
}

void forecast_bucket_add(struct forecast_bucket *bucket, enum forecast_aggregation how, double value)
{
    if (isnan(value))
        return;
    bucket->count++;
    if (bucket->count == 1) {
        bucket->value = value;
        return;
    }
    switch (how) {
    case FORECAST_SUM:
        bucket->value += value;
        break;
    case FORECAST_AVG: /* the running mean does not overflow where the sum would */
        bucket->value += (value - bucket->value) / (double)bucket->count;
        break;
    case FORECAST_FIRST:
        break;
    case FORECAST_MIN:
        bucket->value = fmin(bucket->value, value);
        break;
    case FORECAST_MAX:
        bucket->value = fmax(bucket->value, value);
        break;
    }
}

double forecast_bucket_value(const struct forecast_bucket *bucket)
{
    return bucket->count == 0 ? NAN : bucket->value;
}

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double rolled(const double *known, size_t count, enum forecast_filling method)
{
    double sorted[ROLLING], sum = 0;
    memcpy(sorted, known, count * sizeof *known);
    qsort(sorted, count, sizeof *sorted, ascending);
    for (size_t i = 0; i < count; i++)
        sum += sorted[i] / (double)count;
    switch (method) {
    case FORECAST_FILL_MEDIAN:
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    case FORECAST_FILL_MEAN:
        return sum;
    case FORECAST_FILL_MIN:
        return sorted[0];
    default:
        return sorted[count - 1];
    }
}

/* What goes into a gap before which values[0..at) stands, filled already: the guide's window is of the last 64 entries. */
static double filling(const double *values, size_t at, size_t count, struct forecast_fill fill)
{
    if (fill.method == FORECAST_FILL_NONE)
        return NAN;
    if (fill.method == FORECAST_FILL_ZERO)
        return 0;
    if (fill.method == FORECAST_FILL_VALUE)
        return fill.value;

    double known[ROLLING];
    size_t found = 0;
    for (size_t i = at > ROLLING ? at - ROLLING : 0; i < at; i++)
        if (!isnan(values[i]))
            known[found++] = values[i];
    for (size_t i = at; found == 0 && i < count; i++) /* the front of a series has only what follows */
        for (size_t j = i; !isnan(values[i]) && j < count && j < i + ROLLING; j++)
            if (!isnan(values[j]))
                known[found++] = values[j];
    return found ? rolled(known, found, fill.method) : NAN;
}

static void fill_gap(double *values, size_t from, size_t to, size_t count, struct forecast_fill fill)
{
    if (from >= to)
        return;
    double value = filling(values, from, count, fill);
    for (size_t i = from; i < to; i++)
        if (isnan(values[i]))
            values[i] = value;
}

void forecast_fill_series(double *values, size_t count, size_t end, const struct forecast_featurization *how)
{
    size_t first = 0, last = end; /* `last` is the one after the last known */
    while (first < end && isnan(values[first]))
        first++;
    while (last > first && isnan(values[last - 1]))
        last--;
    if (first == end)
        last = 0;

    if (first < end) {
        fill_gap(values, 0, first, count, how->front);
        for (size_t i = first, gap; i < last; i = gap + 1) {
            for (gap = i; gap < last && isnan(values[gap]); gap++)
                continue;
            fill_gap(values, i, gap, count, how->middle);
        }
    }
    fill_gap(values, last, end, count, how->back);
    for (size_t i = end, gap; i < count; i = gap + 1) {
        for (gap = i; gap < count && isnan(values[gap]); gap++)
            continue;
        fill_gap(values, i, gap, count, how->future);
    }
}
