/* Frequencies and the steps of time that they cut: from one minute to a year. A step is named by the instant at which it
 * begins, in seconds since 1970-01-01T00:00:00 of whatever zone the data is in (there are no zones here). Weeks begin on
 * Monday, months on the 1st, years on January 1st, unless a boundary says otherwise; steps of several units are counted
 * from 1970 (weeks from Monday, 1970-01-05), so that two data sets always agree. Pure functions. */
#ifndef FORECAST_CALENDAR_H
#define FORECAST_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

enum forecast_unit { FORECAST_MINUTE, FORECAST_HOUR, FORECAST_DAY, FORECAST_WEEK, FORECAST_MONTH, FORECAST_YEAR };

struct forecast_frequency {
    enum forecast_unit unit;
    int count; /* 15min is MINUTE and 15 */
    /* TimeAlignmentBoundary; all 0 is the default. Hours move days, weeks, months and years. */
    int hour;         /* 0 to 23 */
    int day_of_week;  /* 0 is Monday, 6 Sunday */
    int day_of_month; /* 1 to 28; 0 is 1 */
    int month;        /* 1 to 12; 0 is January */
};

/* Days since 1970-01-01 and the proleptic Gregorian calendar. */
struct forecast_date {
    int year;
    int month; /* 1 to 12 */
    int day;   /* 1 to 31 */
};
int64_t forecast_days_of(struct forecast_date date);
struct forecast_date forecast_date_of(int64_t days);
int forecast_weekday(int64_t days); /* 0 is Monday */

/* "1min" to "59min", "1H" to "23H", "1D" to "6D", "1W" to "4W", "1M" to "11M", "1Y"; also without the number: "H", "D", "W",
 * "M", "Y". Leaves the boundary 0. False: it is no frequency. */
bool forecast_frequency_parse(const char *text, struct forecast_frequency *ret_frequency);

/* The number of the step in which `time` lies, and the instant at which step `index` begins: counted from 1970, so the
 * difference of two indices is the number of steps between. forecast_step_index(f, forecast_step_start(f, i)) == i. */
int64_t forecast_step_index(const struct forecast_frequency *frequency, int64_t time);
int64_t forecast_step_start(const struct forecast_frequency *frequency, int64_t index);
/* How many seconds a step has, on average. */
double forecast_step_seconds(const struct forecast_frequency *frequency);

/* The lengths, in steps, of the seasons that data of this frequency may have, shortest first (hours: 24, 168). At most
 * FORECAST_SEASONS; weeks give 52, years none. */
enum { FORECAST_SEASONS = 3 };
int forecast_seasons(const struct forecast_frequency *frequency, double ret_lengths[FORECAST_SEASONS]);
/* The one season of which seasonal naive, MASE, ETS and ARIMA know: the shortest longer than 1 step, or 1. */
int forecast_season(const struct forecast_frequency *frequency);

#endif
