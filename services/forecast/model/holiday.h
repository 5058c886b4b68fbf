/* National holidays: the list of Forecast's supplementary feature "holiday", for the countries that holiday.c names.
 * Computed by rule where there is one; the lunar ones of Korea from tables, 2010 to 2040, of India 2010 to 2030. Holidays of a
 * whole country only, and without what one year decreed (Japan's of 2020, Korea's substitutes). Pure functions. */
#ifndef FORECAST_HOLIDAY_H
#define FORECAST_HOLIDAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FORECAST_HOLIDAYS_A_YEAR = 40 };

struct forecast_holiday {
    int64_t day;      /* since 1970-01-01 */
    const char *name; /* the same text each year: what a model groups by */
};

/* "US" and the like, as the API has them ("UK", not "GB"). False: the country's calendar is not among ours (Forecast has 66, we have fewer). */
bool forecast_holiday_country(const char *country);
/* The names of ours, NULL at the end. */
const char *const *forecast_holiday_countries(void);
/* In order of days; returns how many. 0 for an unknown country. */
size_t forecast_holidays(const char *country, int year, struct forecast_holiday ret_holidays[FORECAST_HOLIDAYS_A_YEAR]);

#endif
