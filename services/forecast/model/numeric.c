#include "services/forecast/model/numeric.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SEARCH_SIZE = 64 };

bool numeric_cancelled(const atomic_bool *cancelled)
{
    return cancelled && atomic_load_explicit(cancelled, memory_order_relaxed);
}

bool numeric_cholesky(double *matrix, int size)
{
    for (int i = 0; i < size; i++) {
        double *row = matrix + (size_t)i * size;
        for (int j = 0; j <= i; j++) {
            const double *other = matrix + (size_t)j * size;
            double sum = row[j];
            for (int k = 0; k < j; k++)
                sum -= row[k] * other[k];
            if (j < i)
                row[j] = sum / other[j];
            else if (sum > 0 && isfinite(sum))
                row[i] = sqrt(sum);
            else
                return false;
        }
    }
    return true;
}

void numeric_cholesky_solve(const double *factor, int size, double *right_hand_side)
{
    double *b = right_hand_side;
    for (int i = 0; i < size; i++) {
        for (int k = 0; k < i; k++)
            b[i] -= factor[(size_t)i * size + k] * b[k];
        b[i] /= factor[(size_t)i * size + i];
    }
    for (int i = size - 1; i >= 0; i--) {
        for (int k = i + 1; k < size; k++)
            b[i] -= factor[(size_t)k * size + i] * b[k];
        b[i] /= factor[(size_t)i * size + i];
    }
}

bool numeric_least_squares(struct arena *arena, const double *x, const double *y, int rows, int columns, double *ret_b)
{
    double *normal = ARENA_ARRAY(arena, double, (size_t)columns *columns);
    memset(ret_b, 0, (size_t)columns * sizeof *ret_b);
    for (int row = 0; row < rows; row++) {
        const double *of = x + (size_t)row * columns;
        for (int i = 0; i < columns; i++) {
            ret_b[i] += of[i] * y[row];
            for (int j = 0; j <= i; j++)
                normal[(size_t)i * columns + j] += of[i] * of[j];
        }
    }
    for (int i = 0; i < columns; i++)
        normal[(size_t)i * columns + i] += 1e-10 * normal[(size_t)i * columns + i] + 1e-12;
    if (!numeric_cholesky(normal, columns))
        return false;
    numeric_cholesky_solve(normal, columns, ret_b);
    return true;
}

/* Acklam's rational approximation, and one step of Halley's method on it. */
double numeric_normal_quantile(double probability)
{
    static const double a[] = { -3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
                                1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00 };
    static const double b[] = { -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
                                6.680131188771972e+01, -1.328068155288572e+01 };
    static const double c[] = { -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                                -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00 };
    static const double d[] = { 7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                                3.754408661907416e+00 };
    double tail = fmin(probability, 1 - probability), x;
    if (tail < 0.02425) {
        double q = sqrt(-2 * log(tail));
        x = (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
            ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
        x = probability < 0.5 ? x : -x;
    } else {
        double q = probability - 0.5, r = q * q;
        x = (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
            (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
    }
    double error = 0.5 * erfc(-x * M_SQRT1_2) - probability;
    double u = error * sqrt(2 * M_PI) * exp(x * x / 2);
    return x - u / (1 + x * u / 2);
}

double numeric_normal(struct random *random)
{
    for (;;) { /* Marsaglia's polar method; the second number is let go, so that no state is kept */
        double u = 2 * random_unit(random) - 1, v = 2 * random_unit(random) - 1, s = u * u + v * v;
        if (s > 0 && s < 1)
            return u * sqrt(-2 * log(s) / s);
    }
}

struct simplex {
    double (*of)(const double *x, void *data);
    void *data;
    int size;
    int evaluations;
    double corner[SEARCH_SIZE + 1][SEARCH_SIZE];
    double value[SEARCH_SIZE + 1];
    double middle[SEARCH_SIZE]; /* of all corners but the worst */
};

static double evaluate(struct simplex *simplex, const double *x)
{
    simplex->evaluations++;
    double value = simplex->of(x, simplex->data);
    return isnan(value) ? INFINITY : value;
}

static void set_corner(struct simplex *simplex, int corner, const double *x, double value)
{
    memcpy(simplex->corner[corner], x, (size_t)simplex->size * sizeof *x);
    simplex->value[corner] = value;
}

/* A place on the line from the worst corner through the others' middle: 1 is its reflection, −0.5 half way inside. */
static double look(struct simplex *simplex, int worst, double how_far, double *ret_x)
{
    for (int i = 0; i < simplex->size; i++)
        ret_x[i] = simplex->middle[i] + how_far * (simplex->middle[i] - simplex->corner[worst][i]);
    return evaluate(simplex, ret_x);
}

static void shrink(struct simplex *simplex, int best)
{
    for (int c = 0; c <= simplex->size; c++) {
        if (c == best)
            continue;
        for (int i = 0; i < simplex->size; i++)
            simplex->corner[c][i] = (simplex->corner[c][i] + simplex->corner[best][i]) / 2;
        simplex->value[c] = evaluate(simplex, simplex->corner[c]);
    }
}

static void find_middle(struct simplex *simplex, int worst)
{
    for (int i = 0; i < simplex->size; i++) {
        double sum = 0;
        for (int c = 0; c <= simplex->size; c++)
            sum += c == worst ? 0 : simplex->corner[c][i];
        simplex->middle[i] = sum / simplex->size;
    }
}

static void move(struct simplex *simplex, int best, int worst, double second_worst)
{
    double there[SEARCH_SIZE], further[SEARCH_SIZE];
    find_middle(simplex, worst);
    double value = look(simplex, worst, 1, there);
    if (value < simplex->value[best]) {
        double value_further = look(simplex, worst, 2, further);
        if (value_further < value)
            set_corner(simplex, worst, further, value_further);
        else
            set_corner(simplex, worst, there, value);
        return;
    }
    if (value < second_worst) {
        set_corner(simplex, worst, there, value);
        return;
    }
    double value_inside = look(simplex, worst, value < simplex->value[worst] ? 0.5 : -0.5, further);
    if (value_inside < fmin(value, simplex->value[worst]))
        set_corner(simplex, worst, further, value_inside);
    else
        shrink(simplex, best);
}

double numeric_minimise(double (*of)(const double *x, void *data), void *data, double *x, const double *step, int size,
                        int evaluations, double tolerance, const atomic_bool *cancelled)
{
    struct simplex simplex = { .of = of, .data = data, .size = size < SEARCH_SIZE ? size : SEARCH_SIZE };
    for (int c = 0; c <= simplex.size; c++) {
        double start[SEARCH_SIZE];
        memcpy(start, x, (size_t)simplex.size * sizeof *x);
        if (c > 0)
            start[c - 1] += step[c - 1];
        set_corner(&simplex, c, start, evaluate(&simplex, start));
    }
    int best = 0;
    for (;;) {
        int worst = 0;
        best = 0;
        for (int c = 1; c <= simplex.size; c++) {
            best = simplex.value[c] < simplex.value[best] ? c : best;
            worst = simplex.value[c] >= simplex.value[worst] ? c : worst;
        }
        double second_worst = -INFINITY;
        for (int c = 0; c <= simplex.size; c++)
            second_worst = c != worst ? fmax(second_worst, simplex.value[c]) : second_worst;
        double low = simplex.value[best], high = simplex.value[worst];
        bool flat = isfinite(high) && high - low <= tolerance * (fabs(low) + fabs(high));
        if (flat || simplex.evaluations >= evaluations || isinf(low) || numeric_cancelled(cancelled))
            break;
        move(&simplex, best, worst, second_worst);
    }
    memcpy(x, simplex.corner[best], (size_t)simplex.size * sizeof *x);
    return simplex.value[best];
}

bool numeric_stable(const double *c, int size, double margin, double *scratch_2_size)
{
    double *now = scratch_2_size, *next = scratch_2_size + size;
    memcpy(now, c, (size_t)size * sizeof *c);
    for (int order = size; order > 0; order--) {
        double reflection = now[order - 1];
        if (!(fabs(reflection) < 1 - margin))
            return false;
        double rest = 1 - reflection * reflection;
        for (int i = 0; i < order - 1; i++)
            next[i] = (now[i] - reflection * now[order - 2 - i]) / rest;
        double *swap = now;
        now = next;
        next = swap;
    }
    return true;
}

static int by_value(const void *left, const void *right)
{
    const struct numeric_weighted *a = left, *b = right;
    return (a->value > b->value) - (a->value < b->value);
}

void numeric_sort_weighted(struct numeric_weighted *values, size_t count)
{
    qsort(values, count, sizeof *values, by_value);
}

double numeric_weighted_quantile(const struct numeric_weighted *sorted, size_t count, double quantile)
{
    double total = 0, below = 0;
    for (size_t i = 0; i < count; i++)
        total += sorted[i].weight;
    for (size_t i = 0; i + 1 < count; i++) {
        below += sorted[i].weight;
        if (below >= quantile * total)
            return sorted[i].value;
    }
    return sorted[count - 1].value;
}
