#include "services/forecast/model/timeline.h"

#include "services/forecast/model/holiday.h"
#include <string.h>

enum { DAY = 86400, PARTS_OF_DAY = 96 };

static int number_of(const char **names, int *count, const char *name)
{
    for (int i = 0; i < *count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    if (*count == TIMELINE_HOLIDAYS)
        return *count - 1;
    names[*count] = name;
    return (*count)++;
}

static int64_t day_of(int64_t seconds)
{
    return seconds / DAY - (seconds % DAY < 0);
}

static void mark_holidays(struct timeline *timeline, const char *country)
{
    const struct forecast_frequency *frequency = &timeline->frequency;
    int64_t from = day_of(forecast_step_start(frequency, timeline->first));
    int64_t to = day_of(forecast_step_start(frequency, timeline->first + (int64_t)timeline->count));
    const char *names[TIMELINE_HOLIDAYS];
    struct forecast_holiday found[FORECAST_HOLIDAYS_A_YEAR];
    for (int year = forecast_date_of(from).year; year <= forecast_date_of(to).year + 1; year++) {
        size_t count = forecast_holidays(country, year, found);
        for (size_t i = 0; i < count; i++) {
            int name = number_of(names, &timeline->holiday_names, found[i].name);
            int64_t step = forecast_step_index(frequency,
                                               found[i].day * DAY + (frequency->unit == FORECAST_DAY ? DAY / 2 : 0));
            for (; step < timeline->first + (int64_t)timeline->count; step++) {
                int64_t start = forecast_step_start(frequency, step);
                if (start >= (found[i].day + 1) * DAY)
                    break;
                if (step >= timeline->first && timeline->holiday[step - timeline->first] < 0)
                    timeline->holiday[step - timeline->first] = (signed char)name;
            }
        }
    }
    timeline->has_holidays = timeline->holiday_names > 0;
}

void timeline_init(struct timeline *timeline, struct arena *arena, const struct forecast_frequency *frequency,
                   int64_t first, size_t count, const char *country)
{
    *timeline = (struct timeline){ .frequency = *frequency, .first = first, .count = count };
    for (int k = 0; k < TIMELINE_PLACES; k++)
        timeline->place[k] = arena_alloc(arena, count + 1);
    timeline->holiday = arena_alloc(arena, count + 1);
    memset(timeline->holiday, -1, count + 1);
    for (size_t i = 0; i < count; i++) {
        int64_t seconds = forecast_step_start(frequency, first + (int64_t)i), day = day_of(seconds);
        struct forecast_date date = forecast_date_of(day);
        timeline->place[PLACE_OF_DAY][i] = (unsigned char)((seconds - day * DAY) * PARTS_OF_DAY / DAY);
        timeline->place[PLACE_OF_WEEK][i] = (unsigned char)forecast_weekday(day);
        timeline->place[PLACE_OF_MONTH][i] = (unsigned char)date.day;
        int64_t since = day - forecast_days_of((struct forecast_date){ date.year, 1, 1 });
        timeline->place[PLACE_OF_YEAR][i] = (unsigned char)(frequency->unit == FORECAST_MONTH ? date.month : since / 7);
    }
    if (country && forecast_holiday_country(country) && frequency->unit < FORECAST_MONTH)
        mark_holidays(timeline, country);
}
