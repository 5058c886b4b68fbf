/* Series for the tests of services/forecast/model: made by the same sums here and in what was given to R. */
#ifndef TESTS_FORECAST_SERIES_H
#define TESTS_FORECAST_SERIES_H

#include <math.h>
#include <stdint.h>

/* Numerical Recipes' generator; four uniform numbers make something near enough to a normal one (deviation 0.58). */
static double series_noise(uint32_t *state)
{
    double sum = 0;
    for (int i = 0; i < 4; i++) {
        *state = *state * 1664525 + 1013904223;
        sum += (*state >> 8) / 16777216.0 - 0.5;
    }
    return sum;
}

enum series_kind { SERIES_LEVEL, SERIES_TREND, SERIES_SEASON, SERIES_TIMES, SERIES_AR };

/* Rounded to three decimals, as it was printed for R. */
__attribute__((unused)) static void series_make(enum series_kind kind, uint32_t seed, int count, double *ret_values)
{
    double level = 100, last = 0, before = 0;
    for (int t = 0; t < count; t++) {
        double value = 0, next, turn = 2 * M_PI * t / 12;
        switch (kind) {
        case SERIES_LEVEL:
            level += 2 * series_noise(&seed);
            value = level + 3 * series_noise(&seed);
            break;
        case SERIES_TREND:
            value = 50 + 1.5 * t + 6 * series_noise(&seed);
            break;
        case SERIES_SEASON:
            value = 200 + 40 * sin(turn) + 15 * cos(2 * turn) + 10 * series_noise(&seed);
            break;
        case SERIES_TIMES:
            value = (100 + 1.2 * t) * (1 + 0.3 * sin(turn) + 0.1 * cos(2 * turn)) * (1 + 0.05 * series_noise(&seed));
            break;
        case SERIES_AR:
            next = 1.2 * last - 0.5 * before + 5 * series_noise(&seed);
            before = last;
            last = next;
            value = 300 + next;
            break;
        }
        ret_values[t] = floor(value * 1000 + 0.5) / 1000;
    }
}

#endif
