/* Steps of time, filling and holidays. */
#include "services/forecast/model/calendar.h"
#include "services/forecast/model/fill.h"
#include "services/forecast/model/holiday.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static int64_t at(int year, int month, int day, int hour, int minute)
{
    return forecast_days_of((struct forecast_date){ year, month, day }) * 86400 + hour * 3600 + minute * 60;
}

static void test_frequencies_are_read(void **state)
{
    static const struct {
        const char *text;
        bool valid;
        enum forecast_unit unit;
        int count, season;
    } rows[] = {
        { "Y", true, FORECAST_YEAR, 1, 1 },
        { "1Y", true, FORECAST_YEAR, 1, 1 },
        { "M", true, FORECAST_MONTH, 1, 12 },
        { "11M", true, FORECAST_MONTH, 11, 1 },
        { "W", true, FORECAST_WEEK, 1, 52 },
        { "4W", true, FORECAST_WEEK, 4, 13 },
        { "D", true, FORECAST_DAY, 1, 7 },
        { "H", true, FORECAST_HOUR, 1, 24 },
        { "3H", true, FORECAST_HOUR, 3, 8 },
        { "15min", true, FORECAST_MINUTE, 15, 96 },
        { "1min", true, FORECAST_MINUTE, 1, 1440 },
        { "60min", false },
        { "24H", false },
        { "7D", false },
        { "5W", false },
        { "12M", false },
        { "2Y", false },
        { "0D", false },
        { "-1D", false },
        { "", false },
        { "min", false },
        { "d", false },
        { "1 D", false },
        { "99999999999D", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct forecast_frequency frequency = { .count = -1 };
        assert_true(forecast_frequency_parse(rows[i].text, &frequency) == rows[i].valid);
        if (!rows[i].valid)
            continue;
        assert_int_equal(frequency.unit, rows[i].unit);
        assert_int_equal(frequency.count, rows[i].count);
        assert_int_equal(forecast_season(&frequency), rows[i].season);
    }
}

static void test_steps_begin_where_they_should(void **state)
{
    static const struct {
        struct forecast_frequency frequency;
        int time[5], start[5];
        const char *why;
    } rows[] = {
        { { FORECAST_DAY, 1 }, { 2026, 11, 22, 13, 5 }, { 2026, 11, 22 }, "a day begins at midnight" },
        { { FORECAST_DAY, 1, .hour = 14 }, { 2026, 11, 22, 13, 5 }, { 2026, 11, 21, 14 }, "or at the boundary's hour" },
        { { FORECAST_WEEK, 1 }, { 2026, 11, 22 }, { 2026, 11, 16 }, "a week on Monday" },
        { { FORECAST_WEEK, 1, .day_of_week = 6 }, { 2026, 11, 22 }, { 2026, 11, 22 }, "or on Sunday" },
        { { FORECAST_MONTH, 1 }, { 2024, 2, 29, 23, 59 }, { 2024, 2, 1 }, "a month on the first" },
        { { FORECAST_MONTH, 1, .day_of_month = 15 }, { 2024, 3, 14 }, { 2024, 2, 15 }, "or on the 15th" },
        { { FORECAST_YEAR, 1 }, { 1969, 12, 31, 23, 59 }, { 1969, 1, 1 }, "years before 1970 too" },
        { { FORECAST_YEAR, 1, .month = 7 }, { 2026, 6, 30 }, { 2025, 7, 1 }, "a year in July" },
        { { FORECAST_HOUR, 3 }, { 2026, 11, 22, 13, 5 }, { 2026, 11, 22, 12 }, "three hours" },
        { { FORECAST_MINUTE, 15 }, { 1969, 12, 31, 23, 50 }, { 1969, 12, 31, 23, 45 }, "quarters of an hour" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const int *t = rows[i].time, *s = rows[i].start;
        const struct forecast_frequency *f = &rows[i].frequency;
        int64_t step = forecast_step_index(f, at(t[0], t[1], t[2], t[3], t[4]));
        assert_int_equal(forecast_step_start(f, step), at(s[0], s[1], s[2], s[3], s[4]));
        for (int64_t index = step - 700; index < step + 700; index++) {
            assert_int_equal(forecast_step_index(f, forecast_step_start(f, index)), index);
            assert_int_equal(forecast_step_index(f, forecast_step_start(f, index) - 1), index - 1);
        }
    }
}

#define N NAN
static void test_gaps_are_filled(void **state)
{
    static const struct {
        struct forecast_featurization how;
        size_t end;
        double values[8], filled[8];
        const char *why;
    } rows[] = {
        { { 0 }, 8, { N, 1, N, 4, N, N, 9, N }, { N, 1, N, 4, N, N, 9, N }, "nothing by itself" },
        { { .middle = { FORECAST_FILL_ZERO } },
          8,
          { N, 1, N, 4, N, N, 9, N },
          { N, 1, 0, 4, 0, 0, 9, N },
          "the middle" },
        { { .back = { FORECAST_FILL_ZERO } }, 8, { N, 1, N, 4, N, N, N, N }, { N, 1, N, 4, 0, 0, 0, 0 }, "the back" },
        { { .middle = { FORECAST_FILL_VALUE, 7 } },
          8,
          { 1, N, 1, 1, 1, 1, 1, 1 },
          { 1, 7, 1, 1, 1, 1, 1, 1 },
          "a value" },
        { { .middle = { FORECAST_FILL_MEDIAN } },
          8,
          { 1, 2, 9, N, 1, 1, 1, 1 },
          { 1, 2, 9, 2, 1, 1, 1, 1 },
          "the median before" },
        { { .middle = { FORECAST_FILL_MEAN } },
          8,
          { 1, 2, 9, N, 1, 1, 1, 1 },
          { 1, 2, 9, 4, 1, 1, 1, 1 },
          "the mean before" },
        { { .middle = { FORECAST_FILL_MIN } },
          8,
          { 3, 2, 9, N, N, 1, 1, 1 },
          { 3, 2, 9, 2, 2, 1, 1, 1 },
          "the least before" },
        { { .front = { FORECAST_FILL_MAX } },
          8,
          { N, N, 9, 3, 4, 1, 1, 1 },
          { 9, 9, 9, 3, 4, 1, 1, 1 },
          "the front looks ahead" },
        { { .future = { FORECAST_FILL_MAX } },
          5,
          { 1, 2, 3, 4, 5, N, 2, N },
          { 1, 2, 3, 4, 5, 5, 2, 5 },
          "the future of a related series" },
        { { .back = { FORECAST_FILL_MEAN } },
          8,
          { N, N, N, N, N, N, N, N },
          { N, N, N, N, N, N, N, N },
          "no value, no mean" },
        { { .back = { FORECAST_FILL_ZERO } },
          8,
          { N, N, N, N, N, N, N, N },
          { 0, 0, 0, 0, 0, 0, 0, 0 },
          "all of it is back" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double values[8];
        memcpy(values, rows[i].values, sizeof values);
        forecast_fill_series(values, 8, rows[i].end, &rows[i].how);
        for (int k = 0; k < 8; k++)
            if (!(isnan(values[k]) && isnan(rows[i].filled[k])) && values[k] != rows[i].filled[k])
                fail_msg("%s: %d is %g", rows[i].why, k, values[k]);
    }
}

static void test_buckets_aggregate(void **state)
{
    static const double values[] = { 3, N, 1, 8 }, results[] = { 12, 4, 3, 1, 8 };
    for (int how = FORECAST_SUM; how <= FORECAST_MAX; how++) {
        struct forecast_bucket bucket = { 0 };
        assert_true(isnan(forecast_bucket_value(&bucket)));
        for (int i = 0; i < 4; i++)
            forecast_bucket_add(&bucket, (enum forecast_aggregation)how, values[i]);
        assert_true(forecast_bucket_value(&bucket) == results[how]);
    }
}

static void test_holidays(void **state)
{
    static const struct {
        const char *country;
        int year, month, day;
        const char *name;
    } rows[] = {
        { "US", 2026, 11, 26, "Thanksgiving" },
        { "US", 2026, 7, 3, "Independence Day" }, /* the 4th is a Saturday */
        { "UK", 2026, 4, 3, "Good Friday" },
        { "UK", 2027, 5, 31, "Spring Bank Holiday" },
        { "DE", 2026, 5, 25, "Pfingstmontag" },
        { "FR", 2026, 7, 14, "Fête nationale" },
        { "JP", 2026, 3, 20, "春分の日" },
        { "JP", 2023, 1, 2, "元日" }, /* the 1st is a Sunday */
        { "KR", 2026, 2, 17, "설날" },
        { "KR", 2028, 1, 27, "설날" }, /* a day later than in China */
        { "KR", 2025, 10, 6, "추석" },
        { "CA", 2026, 5, 18, "Victoria Day" },
        { "AU", 2026, 4, 25, "Anzac Day" },
        { "IN", 2026, 11, 8, "Diwali" },
        { "BR", 2026, 2, 17, "Carnaval" },
        { "ES", 2026, 10, 12, "Fiesta Nacional" },
        { "IT", 2026, 4, 6, "Lunedì dell'Angelo" },
    };
    struct forecast_holiday holidays[FORECAST_HOLIDAYS_A_YEAR];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t day = forecast_days_of((struct forecast_date){ rows[i].year, rows[i].month, rows[i].day });
        size_t count = forecast_holidays(rows[i].country, rows[i].year, holidays), k = 0;
        while (k < count && (holidays[k].day != day || strcmp(holidays[k].name, rows[i].name) != 0))
            k++;
        if (k == count)
            fail_msg("%s of %s is not on %d-%d-%d", rows[i].name, rows[i].country, rows[i].year, rows[i].month,
                     rows[i].day);
        for (k = 1; k < count; k++)
            assert_true(holidays[k - 1].day <= holidays[k].day);
    }
    assert_false(forecast_holiday_country("XX"));
    assert_int_equal(forecast_holidays("XX", 2026, holidays), 0);
    for (size_t i = 0; forecast_holiday_countries()[i]; i++)
        assert_true(forecast_holidays(forecast_holiday_countries()[i], 2026, holidays) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frequencies_are_read),
        cmocka_unit_test(test_steps_begin_where_they_should),
        cmocka_unit_test(test_gaps_are_filled),
        cmocka_unit_test(test_buckets_aggregate),
        cmocka_unit_test(test_holidays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
