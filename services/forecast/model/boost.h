/* Gradient boosted trees whose leaves hold a whole distribution: the mean and seven quantiles at once. A tree's shape is
 * chosen by the errors of the mean and of an upper and a lower quantile together; each leaf then moves every output
 * towards that quantile of what is left in it. Values are binned (63 bins and one for what is missing). One thread, seeded. */
#ifndef FORECAST_BOOST_H
#define FORECAST_BOOST_H

#include "base/arena.h"
#include <stdatomic.h>
#include <stdint.h>

enum { BOOST_LEVELS = 7, BOOST_OUTPUTS = 1 + BOOST_LEVELS, BOOST_FEATURES = 96 };
extern const double boost_levels[BOOST_LEVELS];

struct boost;

/* x[row × features + feature], NaN is missing; y[row]. Both are borrowed until the last tree has grown. */
struct boost *boost_new(struct arena *arena, const float *x, const float *y, int rows, int features, uint64_t seed);
void boost_grow(struct boost *boost, int trees, const atomic_bool *cancelled);
/* The mean, then the quantiles, never falling. */
void boost_predict(const struct boost *boost, const float *x, float ret_outputs[BOOST_OUTPUTS]);

/* The quantile at a level between (and beyond) boost_levels, straight on the scale of a normal distribution. */
struct boost_level {
    int below; /* index of the one below */
    double part;
};
struct boost_level boost_level_of(double level);
double boost_quantile(const float outputs[BOOST_OUTPUTS], struct boost_level level);

#endif
