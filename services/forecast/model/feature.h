/* What the global models know when they look ahead from one point of one series: lags, levels, calendar, related series and
 * metadata, all in units of the series' own size. */
#ifndef FORECAST_FEATURE_H
#define FORECAST_FEATURE_H

#include "services/forecast/model/forecast_model.h"
#include "services/forecast/model/timeline.h"

enum { FEATURE_RELATED = 14, FEATURE_CATEGORIES = 16 };

struct feature_plan {
    const struct forecast_task *task;
    const struct timeline *timeline;
    int season;
    int year; /* in steps; 0: too short or too long to look back so far */
    int related, categories;
    int count; /* features of a row */
    struct feature_scale
        *scales; /* [series × related]: of what is known of each related series before the task's end */
};

struct feature_scale {
    double mean, size;
};

void feature_plan_init(struct feature_plan *plan, struct arena *arena, const struct forecast_task *task,
                       const struct timeline *timeline);

/* A series seen from step `origin` of it: what is the same for every step ahead. */
struct feature_view {
    const struct feature_plan *plan;
    const struct forecast_series *series;
    const struct feature_scale *scales; /* of its related series */
    const double *y;                    /* up to the origin; the series' own values, or with drawn ones after them */
    int origin;
    double size; /* what all is divided by */
    float level, recent, spread, zeroes, trend, last;
};

/* `which` of the task's series; `series` is that or a later part of it. False: nothing was known before the origin. */
bool feature_look(struct feature_view *view, const struct feature_plan *plan, size_t which,
                  const struct forecast_series *series, const double *y, int origin);
/* The features of the step `ahead` (0 is the origin itself), and the value from which a model's answer is an offset.
 * `hidden` is an attribute that is not to be seen (related series, then categories, then holidays), or −1. */
float feature_row(const struct feature_view *view, int ahead, int hidden, float *ret_row);

#endif
