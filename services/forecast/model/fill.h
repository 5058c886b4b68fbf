/* Featurisation: what becomes of several values in one step (aggregation) and of steps without any (filling), as Forecast's
 * guide has it. Missing values are NaN. Pure functions. */
#ifndef FORECAST_FILL_H
#define FORECAST_FILL_H

#include <stdbool.h>
#include <stddef.h>

enum forecast_aggregation { FORECAST_SUM, FORECAST_AVG, FORECAST_FIRST, FORECAST_MIN, FORECAST_MAX };

enum forecast_filling {
    FORECAST_FILL_NONE, /* leaves NaN; "none" at the front, "nan" elsewhere */
    FORECAST_FILL_ZERO,
    FORECAST_FILL_VALUE,
    FORECAST_FILL_MEDIAN, /* this and the next three: of the 64 values before, as the guide says; of those after where */
    FORECAST_FILL_MEAN,   /* none stands before */
    FORECAST_FILL_MIN,
    FORECAST_FILL_MAX,
};

/* One place's method and, for FORECAST_FILL_VALUE, the number ("middlefill": "value", "middlefill_value": "7"). */
struct forecast_fill {
    enum forecast_filling method;
    double value;
};

struct forecast_featurization {
    enum forecast_aggregation aggregation;
    struct forecast_fill front;  /* before the item's first value; Forecast knows only "none" here for targets */
    struct forecast_fill middle; /* between its first and its last */
    struct forecast_fill back;   /* after its last, up to the end of the data set */
    struct forecast_fill future; /* related series only: after the end of the target's data set */
};

/* Forecast's defaults for a target: sum, none, zero, zero; and for a related series: nothing is filled. */
extern const struct forecast_featurization forecast_target_defaults, forecast_related_defaults;

/* By the names that the API uses; false: no such name. "none" and "nan" are FORECAST_FILL_NONE. */
bool forecast_aggregation_parse(const char *name, enum forecast_aggregation *ret_aggregation);
bool forecast_filling_parse(const char *name, enum forecast_filling *ret_filling);

/* Collects the values of one step in constant memory, in the order in which they come (FIRST is the first that came).
 * Begin with all zeroes. NaN counts as nothing. */
struct forecast_bucket {
    double value;
    size_t count;
};
void forecast_bucket_add(struct forecast_bucket *bucket, enum forecast_aggregation how, double value);
double forecast_bucket_value(const struct forecast_bucket *bucket); /* NaN: none came */

/* Fills values[0..count) in place; values[end..count) is the future (of a related series; targets give end == count). A
 * series without any value is all "back" (and "future"), where the rolling methods find nothing and leave NaN. */
void forecast_fill_series(double *values, size_t count, size_t end, const struct forecast_featurization *how);

#endif
