/* What the calendar says of each step of a job, looked up once and shared by all series. */
#ifndef FORECAST_TIMELINE_H
#define FORECAST_TIMELINE_H

#include "base/arena.h"
#include "services/forecast/model/calendar.h"
#include <stddef.h>

enum timeline_place { PLACE_OF_DAY, PLACE_OF_WEEK, PLACE_OF_MONTH, PLACE_OF_YEAR, TIMELINE_PLACES };
enum { TIMELINE_HOLIDAYS = 40 };

struct timeline {
    struct forecast_frequency frequency;
    int64_t first; /* step */
    size_t count;
    unsigned char *place[TIMELINE_PLACES]; /* hour (or 1/96 of a day), day of week, of month, month (weeks: week) */
    signed char *holiday;                  /* which of the names, −1 none; the first if a step has several */
    int holiday_names;
    bool has_holidays;
};

/* `country` may be NULL or unknown. Months and years have no holidays: they have nearly the same each year. */
void timeline_init(struct timeline *timeline, struct arena *arena, const struct forecast_frequency *frequency,
                   int64_t first, size_t count, const char *country);

#endif
