#include "services/forecast/model/calendar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DAY = 86400, HOUR = 3600, MINUTE = 60 };
#define FIRST_MONDAY  INT64_C(4) /* 1970-01-05 */
#define DAYS_OF_YEAR  365.2425
#define DAYS_OF_MONTH (DAYS_OF_YEAR / 12)

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Both ways by Howard Hinnant's "chrono-compatible low-level date algorithms": eras of 400 years, years that begin in March. */
int64_t forecast_days_of(struct forecast_date date)
{
    int64_t year = (int64_t)date.year - (date.month <= 2);
    int64_t era = floor_div(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

struct forecast_date forecast_date_of(int64_t days)
{
    days += 719468;
    int64_t era = floor_div(days, 146097);
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t from_march = (5 * day_of_year + 2) / 153;
    int month = (int)(from_march < 10 ? from_march + 3 : from_march - 9);
    return (struct forecast_date){ (int)(year_of_era + era * 400 + (month <= 2)), month,
                                   (int)(day_of_year - (153 * from_march + 2) / 5 + 1) };
}

int forecast_weekday(int64_t days)
{
    int64_t weekday = (days - FIRST_MONDAY) % 7;
    return (int)(weekday < 0 ? weekday + 7 : weekday);
}

/* The letter, and how many of it may be counted (CreateAutoPredictor's ForecastFrequency). */
static const struct {
    const char *suffix;
    enum forecast_unit unit;
    int most;
} units[] = {
    { "min", FORECAST_MINUTE, 59 }, { "H", FORECAST_HOUR, 23 },  { "D", FORECAST_DAY, 6 },
    { "W", FORECAST_WEEK, 4 },      { "M", FORECAST_MONTH, 11 }, { "Y", FORECAST_YEAR, 1 },
};

bool forecast_frequency_parse(const char *text, struct forecast_frequency *ret_frequency)
{
    char *suffix = (char *)text;
    long count = 1;
    if (*text >= '1' && *text <= '9')
        count = strtol(text, &suffix, 10);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(units[i].suffix, suffix) != 0)
            continue;
        if (count > units[i].most || (units[i].unit == FORECAST_MINUTE && suffix == text))
            return false;
        *ret_frequency = (struct forecast_frequency){ .unit = units[i].unit, .count = (int)count };
        return true;
    }
    return false;
}

static int first_day(const struct forecast_frequency *frequency)
{
    return frequency->day_of_month ? frequency->day_of_month : 1;
}

/* Months since 1970-01 of the month-long step around a day; with a boundary on the 5th, the 4th is still the month before. */
static int64_t month_number(const struct forecast_frequency *frequency, int64_t days)
{
    struct forecast_date date = forecast_date_of(days);
    return ((int64_t)date.year - 1970) * 12 + date.month - 1 - (date.day < first_day(frequency));
}

static int first_month(const struct forecast_frequency *frequency)
{
    return frequency->month ? frequency->month - 1 : 0;
}

int64_t forecast_step_index(const struct forecast_frequency *frequency, int64_t time)
{
    int count = frequency->count;
    if (frequency->unit == FORECAST_MINUTE)
        return floor_div(time, (int64_t)count * MINUTE);
    if (frequency->unit == FORECAST_HOUR)
        return floor_div(time, (int64_t)count * HOUR);

    int64_t days = floor_div(time - (int64_t)frequency->hour * HOUR, DAY);
    switch (frequency->unit) {
    case FORECAST_DAY:
        return floor_div(days, count);
    case FORECAST_WEEK:
        return floor_div(days - FIRST_MONDAY - frequency->day_of_week, 7 * (int64_t)count);
    case FORECAST_MONTH:
        return floor_div(month_number(frequency, days), count);
    default:
        return floor_div(month_number(frequency, days) - first_month(frequency), 12 * (int64_t)count);
    }
}

int64_t forecast_step_start(const struct forecast_frequency *frequency, int64_t index)
{
    int64_t number = index * frequency->count;
    int64_t hour = (int64_t)frequency->hour * HOUR;
    switch (frequency->unit) {
    case FORECAST_MINUTE:
        return number * MINUTE;
    case FORECAST_HOUR:
        return number * HOUR;
    case FORECAST_DAY:
        return number * DAY + hour;
    case FORECAST_WEEK:
        return (number * 7 + FIRST_MONDAY + frequency->day_of_week) * DAY + hour;
    case FORECAST_YEAR:
        number = number * 12 + first_month(frequency);
        break;
    case FORECAST_MONTH:
        break;
    }
    int64_t year = floor_div(number, 12);
    struct forecast_date date = { (int)(1970 + year), (int)(number - year * 12) + 1, first_day(frequency) };
    return forecast_days_of(date) * DAY + hour;
}

double forecast_step_seconds(const struct forecast_frequency *frequency)
{
    static const double seconds[] = { MINUTE, HOUR, DAY, 7 * DAY, DAYS_OF_MONTH * DAY, DAYS_OF_YEAR * DAY };
    return seconds[frequency->unit] * frequency->count;
}

int forecast_seasons(const struct forecast_frequency *frequency, double ret_lengths[FORECAST_SEASONS])
{
    static const double cycles[] = { DAY, 7 * DAY, DAYS_OF_YEAR * DAY };
    double step = forecast_step_seconds(frequency);
    int count = 0;
    for (size_t i = 0; i < sizeof cycles / sizeof *cycles; i++)
        if (cycles[i] / step > 1.99)
            ret_lengths[count++] = cycles[i] / step;
    return count;
}

int forecast_season(const struct forecast_frequency *frequency)
{
    double lengths[FORECAST_SEASONS];
    int count = forecast_seasons(frequency, lengths);
    for (int i = 0; i < count; i++) /* 3.5 steps are no season for those who count in steps; 52.18 are 52 */
        if (fabs(lengths[i] - round(lengths[i])) < 0.01 * lengths[i])
            return (int)round(lengths[i]);
    return 1;
}
