/* Small tools of the models: least squares, the normal distribution, a search without derivatives, stability of
 * polynomials. Nothing allocates unless it takes an arena. */
#ifndef FORECAST_NUMERIC_H
#define FORECAST_NUMERIC_H

#include "base/arena.h"
#include "base/random.h"
#include <stdatomic.h>
#include <stdbool.h>

/* Cholesky's factor of a symmetric matrix (row major, lower half read) in place; false where it is not positive definite. */
bool numeric_cholesky(double *matrix, int size);
void numeric_cholesky_solve(const double *factor, int size, double *right_hand_side);
/* coefficients of y on the columns of x (x[row × columns + column]); a slight ridge keeps what is collinear finite. */
bool numeric_least_squares(struct arena *arena, const double *x, const double *y, int rows, int columns, double *ret_b);

double numeric_normal_quantile(double probability); /* 0 < p < 1; relative error below 1e-9 */
double numeric_normal(struct random *random);       /* a draw of N(0, 1) */

/* Nelder and Mead's search for the least value of `of`, from x with first steps step[i]; x becomes the best place found. Infinite
 * and NaN values are bad places. Ends after `evaluations`, or when the simplex' values differ by less than `tolerance`
 * relative, or when cancelled. Returns the value. */
double numeric_minimise(double (*of)(const double *x, void *data), void *data, double *x, const double *step, int size,
                        int evaluations, double tolerance, const atomic_bool *cancelled);

/* Whether all roots of 1 + c[0] z + … + c[size-1] z^size lie outside of the unit circle (Schur and Cohn's recursion). */
bool numeric_stable(const double *c, int size, double margin, double *scratch_2_size);

/* The quantile of values with weights, each standing for its share; sorts both. The weights' sum is > 0. */
struct numeric_weighted {
    double value, weight;
};
void numeric_sort_weighted(struct numeric_weighted *values, size_t count);
double numeric_weighted_quantile(const struct numeric_weighted *sorted, size_t count, double quantile);

bool numeric_cancelled(const atomic_bool *cancelled);

#endif
