/* ETS and ARIMA against R's package forecast (8.20), and the smaller models against what can be said by hand. */
#include "services/forecast/model/arima.h"
#include "services/forecast/model/difference.h"
#include "services/forecast/model/ets.h"
#include "services/forecast/model/naive.h"
#include "services/forecast/model/npts.h"
#include "services/forecast/model/numeric.h"
#include "services/forecast/model/prophet.h"
#include "tests/unit/forecast_series.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 400, HORIZON = 12 };
static const double levels[] = { 0.1, 0.5, 0.9 };

struct forecast_room {
    double values[MOST], mean[500], quantiles[500 * 3];
};

static struct outlook outlook_in(struct forecast_room *room, int horizon)
{
    return (struct outlook){ horizon, levels, 3, room->mean, room->quantiles };
}

/* y <- ts(values, frequency = season); f <- forecast(ets(y), h = 12, level = 80); and auto.arima(y) likewise: f$method, aicc,
 * f$mean[c(1, 6, 12)], f$upper[c(1, 12)] */
static const struct {
    enum series_kind kind;
    int count, season;
    bool arima;
    const char *method;
    double aicc, mean[3], upper[2];
    const char *why;
} in_r[] = {
    { SERIES_LEVEL, 80, 1, false, "ETS(A,N,N)", 480.504, { 96.945, 96.945, 96.945 }, { 99.756, 101.541 }, "a level" },
    { SERIES_LEVEL, 80, 1, true, "ARIMA(1,1,2)", 350.965, { 97.235, 97.020, 97.051 }, { 99.983, 101.675 }, "a walk" },
    { SERIES_TREND,
      60,
      1,
      false,
      "ETS(A,A,N)",
      407.778,
      { 138.889, 146.128, 154.814 },
      { 143.558, 159.483 },
      "a line" },
    { SERIES_TREND,
      60,
      1,
      true,
      "ARIMA(2,1,0) with drift",
      331.279,
      { 141.054, 149.917, 159.163 },
      { 145.915, 167.812 },
      "drift" },
    { SERIES_SEASON,
      96,
      12,
      false,
      "ETS(A,N,A)",
      789.262,
      { 213.616, 232.113, 188.285 },
      { 220.772, 195.441 },
      "a season added" },
    { SERIES_TIMES,
      120,
      12,
      false,
      "ETS(M,A,M)",
      975.125,
      { 266.996, 305.341, 230.585 },
      { 277.223, 239.417 },
      "a season times" },
    { SERIES_TIMES,
      120,
      12,
      true,
      "ARIMA(0,0,2)(1,1,0)[12] with drift",
      756.271,
      { 273.128, 305.068, 228.899 },
      { 283.023, 239.241 },
      "seasonal orders" },
    { SERIES_AR,
      140,
      1,
      false,
      "ETS(M,N,N)",
      1028.525,
      { 300.400, 300.400, 300.400 },
      { 304.610, 314.987 },
      "errors in proportion" },
    { SERIES_AR,
      140,
      1,
      true,
      "ARIMA(3,0,0) with mean",
      695.188,
      { 299.956, 299.823, 299.919 },
      { 303.568, 306.162 },
      "a mean" },
};

static void test_agrees_with_r(void **state)
{
    for (size_t i = 0; i < sizeof in_r / sizeof *in_r; i++) {
        struct forecast_room room;
        struct arena *arena = arena_new();
        series_make(in_r[i].kind, 7, in_r[i].count, room.values);
        struct history history = { room.values, in_r[i].count, in_r[i].season, NULL };
        struct outlook outlook = outlook_in(&room, HORIZON);
        char name[48];
        double aicc;
        if (in_r[i].arima) {
            struct arima *arima = arima_fit(arena, &history, ARIMA_THOROUGH);
            arima_name(arima, name);
            arima_forecast(arima, &outlook);
            aicc = arima->aicc;
        } else {
            struct ets *ets = ets_fit(arena, &history, ETS_THOROUGH);
            ets_name(ets, name);
            ets_forecast(ets, &outlook);
            aicc = ets->aicc;
        }
        print_message("%s: %s %.3f, in R %s %.3f\n", in_r[i].why, name, aicc, in_r[i].method, in_r[i].aicc);
        assert_string_equal(name, in_r[i].method);
        assert_true(aicc < in_r[i].aicc + 0.2 && aicc > in_r[i].aicc - 4); /* a better optimum is no fault */
        static const int steps[] = { 0, 5, 11 };
        for (int k = 0; k < 3; k++)
            assert_true(fabs(outlook.mean[steps[k]] / in_r[i].mean[k] - 1) < 0.02);
        assert_true(fabs(outlook.quantiles[2] / in_r[i].upper[0] - 1) < 0.02);
        assert_true(fabs(outlook.quantiles[11 * 3 + 2] / in_r[i].upper[1] - 1) < 0.02);
        arena_free(arena);
    }
}

/* ndiffs() and nsdiffs() of R: "level" 1 and 0, "season" 0 and 1, "ar" 0 and 0. */
static void test_differences_as_r_does(void **state)
{
    static const struct {
        enum series_kind kind;
        int count, season, steps, seasons;
    } rows[] = { { SERIES_LEVEL, 80, 1, 1, 0 }, { SERIES_SEASON, 96, 12, 0, 1 }, { SERIES_AR, 140, 1, 0, 0 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double values[MOST];
        struct arena *arena = arena_new();
        series_make(rows[i].kind, 7, rows[i].count, values);
        assert_int_equal(difference_steps(arena, values, rows[i].count), rows[i].steps);
        assert_int_equal(difference_seasons(arena, values, rows[i].count, rows[i].season), rows[i].seasons);
        arena_free(arena);
    }
}

/* Going on with the parameters from where the fit ended is the same as having gone through all at once. */
static void test_following_is_filtering(void **state)
{
    struct forecast_room room;
    struct arena *arena = arena_new();
    series_make(SERIES_TIMES, 3, 120, room.values);
    struct history shorter = { room.values, 96, 12, NULL }, longer = { room.values, 120, 12, NULL };
    struct outlook outlook = outlook_in(&room, HORIZON);
    struct ets *ets = ets_fit(arena, &shorter, ETS_HASTY);
    struct arima *arima = arima_fit(arena, &shorter, ARIMA_HASTY);
    ets_forecast(ets, &outlook);
    double before = outlook.mean[0];
    ets_follow(ets, &longer);
    ets_forecast(ets, &outlook);
    assert_true(fabs(outlook.mean[0] / room.values[108] - 1) <
                0.25); /* a year later at the same month, grown by a tenth */
    assert_true(outlook.mean[0] > before * 1.05);
    arima_follow(arima, &longer);
    arima_forecast(arima, &outlook);
    assert_true(fabs(outlook.mean[0] / room.values[108] - 1) < 0.25);
    ets_follow(ets, &shorter);
    ets_forecast(ets, &outlook);
    assert_true(outlook.mean[0] == before); /* nothing of the longer past stays */
    arena_free(arena);
}

static void test_npts_by_hand(void **state)
{
    static const double values[] = { 1, 10, 2, 20, 3, 30 };
    struct forecast_room room;
    struct history history = { values, 6, 2, NULL };
    struct outlook outlook = outlook_in(&room, 3);

    struct npts npts = { .uniform = true, .seasonal = true, .decay = 0.01 };
    npts_forecast(&npts, &history, &outlook); /* seasonal climatological: 1 2 3, then 10 20 30 */
    assert_true(fabs(outlook.mean[0] - 2) < 1e-12 && fabs(outlook.mean[1] - 20) < 1e-12);
    assert_true(outlook.quantiles[0] == 1 && outlook.quantiles[1] == 2 && outlook.quantiles[2] == 3);
    assert_true(outlook.mean[2] == outlook.mean[0]);

    npts.seasonal = false;
    npts_forecast(&npts, &history, &outlook); /* climatological: all six */
    assert_true(fabs(outlook.mean[0] - 11) < 1e-12);

    npts.context_length = 2;
    npts_forecast(&npts, &history, &outlook); /* the last two alone */
    assert_true(fabs(outlook.mean[0] - 16.5) < 1e-12);

    npts = npts_defaults;
    npts_set(&npts, "exp_kernel_weights", "100"); /* out of range: left alone */
    assert_true(npts.decay == npts_defaults.decay);
    npts_set(&npts, "exp_kernel_weights", "5");
    npts_set(&npts, "use_seasonal_model", "False");
    npts_forecast(&npts, &history, &outlook); /* so steep that only the last counts */
    assert_true(fabs(outlook.mean[0] - 30) < 0.2);
}

static void test_naive_by_hand(void **state)
{
    static const double values[] = { 1, 2, 3, 3, 4, 5 };
    struct forecast_room room;
    struct history history = { values, 6, 3, NULL };
    struct outlook outlook = outlook_in(&room, 4);
    naive_forecast(&history, &outlook);
    assert_true(outlook.mean[0] == 3 && outlook.mean[2] == 5 && outlook.mean[3] == 3);
    assert_true(fabs(outlook.quantiles[2] - (3 + 2 * 1.2815515655446004)) < 1e-9); /* the differences are all 2 */
    assert_true(fabs(outlook.quantiles[3 * 3 + 2] - (3 + 2 * sqrt(2) * 1.2815515655446004)) < 1e-9);
    assert_true(naive_error(values, 6, 3) == 2);
}

/* qnorm() of R. */
static void test_normal_quantiles(void **state)
{
    static const double rows[][2] = { { 0.5, 0 },
                                      { 0.9, 1.2815515655446004 },
                                      { 0.01, -2.3263478740408408 },
                                      { 0.975, 1.959963984540054 },
                                      { 1e-6, -4.753424308822899 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(fabs(numeric_normal_quantile(rows[i][0]) - rows[i][1]) < 1e-8);
}

/* Holidays of +60, a price that moves demand by −8 a unit, a slope: the regression finds each. */
static void test_prophet_finds_what_was_put_in(void **state)
{
    enum { COUNT = 400, DAYS = 14 };
    struct forecast_frequency daily = { .unit = FORECAST_DAY, .count = 1 };
    int64_t first = forecast_days_of((struct forecast_date){ 2023, 12, 1 });
    struct arena *arena = arena_new();
    struct timeline timeline;
    timeline_init(&timeline, arena, &daily, first, COUNT + DAYS, "US");
    double values[COUNT + DAYS], price[COUNT + DAYS], effects[2 * DAYS];
    uint32_t seed = 5;
    for (int t = 0; t < COUNT + DAYS; t++) {
        price[t] = 10 + 3 * sin(t * 0.37);
        values[t] = 200 + 0.1 * t - 8 * price[t] + (timeline.holiday[t] >= 0 ? 60 : 0) + 2 * series_noise(&seed);
    }
    const double *related[] = { price };
    struct prophet_input input = { .history = { values, COUNT, 7, NULL },
                                   .first = first,
                                   .timeline = &timeline,
                                   .related = related,
                                   .related_count = 1 };
    struct forecast_room room;
    struct outlook outlook = outlook_in(&room, DAYS);
    prophet_forecast(prophet_fit(arena, &input), &outlook, effects);
    for (int h = 0; h < DAYS; h++) {
        assert_true(fabs(outlook.mean[h] - values[COUNT + h]) < 8);
        assert_true(fabs(effects[h] - -8 * (price[COUNT + h] - 10)) < 2);
    }
    assert_true(timeline.holiday[24] >= 0 && timeline.holiday[25] < 0); /* Christmas 2023 */
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_r),
        cmocka_unit_test(test_differences_as_r_does),
        cmocka_unit_test(test_following_is_filtering),
        cmocka_unit_test(test_npts_by_hand),
        cmocka_unit_test(test_naive_by_hand),
        cmocka_unit_test(test_normal_quantiles),
        cmocka_unit_test(test_prophet_finds_what_was_put_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
