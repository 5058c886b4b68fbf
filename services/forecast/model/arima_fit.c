#include "services/forecast/model/arima_fit.h"

#include "services/forecast/model/numeric.h"
#include <math.h>
#include <string.h>

#define EDGE      1.001 /* where the search turns round: roots are outside of this circle */
#define REFUSED   1.01  /* a model with a root inside of this one is refused in the end, as in auto.arima */
#define NO_ERROR  1e-18
#define DOUBLINGS 40

enum { STATE_MOST = 30, COUNT_MOST = 500, TERMS = 800 };

void arima_sample_init(struct arima_sample *sample, struct arena *arena, const double *w, int count,
                       const atomic_bool *cancelled)
{
    *sample = (struct arima_sample){ .w = w, .count = count, .cancelled = cancelled, .arena = arena };
    for (int t = 0; t < count; t++)
        sample->mean += w[t] / count;
    for (int t = 0; t < count; t++)
        sample->variance += (w[t] - sample->mean) * (w[t] - sample->mean) / count;
    sample->errors = arena_room(arena, (size_t)(2 * count + 2) * sizeof(double));
    sample->jacobian = arena_room(arena, (size_t)(count + 1) * ARIMA_PARAMETERS * sizeof(double));
}

int arima_parameters(const struct arima *model)
{
    return model->p + model->q + model->seasonal_p + model->seasonal_q + model->constant;
}

/* (1 + c0 B + …)(1 + s0 B^m + …) without its 1, for signs as they come. */
static int multiply_out(const double *c, int count, const double *s, int seasonal, int period, double sign, double *ret)
{
    int length = count + seasonal * period;
    memset(ret, 0, (size_t)length * sizeof *ret);
    for (int j = 0; j <= seasonal; j++)
        for (int i = 0; i <= count; i++)
            if (i + j > 0)
                ret[i + j * period - 1] += (i ? sign * c[i - 1] : 1) * (j ? sign * s[j - 1] : 1) * sign;
    return length;
}

void arima_expand(const struct arima *model, struct arima_lags *ret_lags)
{
    const double *phi = model->x, *theta = phi + model->p, *seasonal_phi = theta + model->q,
                 *seasonal_theta = seasonal_phi + model->seasonal_p;
    ret_lags->ar_count = multiply_out(phi, model->p, seasonal_phi, model->seasonal_p, model->period, -1, ret_lags->ar);
    ret_lags->ma_count = multiply_out(theta, model->q, seasonal_theta, model->seasonal_q, model->period, 1,
                                      ret_lags->ma);
}

/* Whether the roots of all four polynomials lie outside of a circle. */
static bool stands(const struct arima *model, double radius)
{
    double c[ARIMA_ORDER], scratch[2 * ARIMA_ORDER];
    const double *x = model->x;
    int counts[] = { model->p, model->q, model->seasonal_p, model->seasonal_q };
    for (int k = 0; k < 4; x += counts[k++]) {
        double power = 1;
        for (int i = 0; i < counts[k]; i++)
            c[i] = (k % 2 == 0 ? -x[i] : x[i]) * (power *= radius);
        if (!numeric_stable(c, counts[k], 0, scratch))
            return false;
    }
    return true;
}

struct sparse {
    int lag[2 * ARIMA_ORDER * (ARIMA_SEASONAL_ORDER + 1)];
    double weight[2 * ARIMA_ORDER * (ARIMA_SEASONAL_ORDER + 1)];
    int count;
};

static void thin_out(const double *lags, int count, struct sparse *ret)
{
    ret->count = 0;
    for (int i = 0; i < count; i++)
        if (lags[i] != 0) {
            ret->lag[ret->count] = i + 1;
            ret->weight[ret->count++] = lags[i];
        }
}

double arima_errors(const struct arima *model, const double *w, int count, double *ret_errors)
{
    struct arima_lags lags;
    struct sparse ar, ma;
    arima_expand(model, &lags);
    thin_out(lags.ar, lags.ar_count, &ar);
    thin_out(lags.ma, lags.ma_count, &ma);
    double mean = model->constant ? model->x[arima_parameters(model) - 1] : 0, squares = 0;
    for (int t = 0; t < count; t++) {
        double error = w[t] - mean;
        for (int i = 0; i < ar.count && ar.lag[i] <= t; i++)
            error -= ar.weight[i] * (w[t - ar.lag[i]] - mean);
        for (int i = 0; i < ma.count && ma.lag[i] <= t; i++)
            error -= ma.weight[i] * ret_errors[t - ma.lag[i]];
        ret_errors[t] = error;
        squares += error * error;
    }
    return squares;
}

static void set_variance(struct arima *model, const struct arima_sample *sample, double squares)
{
    int parameters = arima_parameters(model) + 1, n = sample->count;
    if (n - parameters - 1 <= 0 || !stands(model, REFUSED)) {
        model->aicc = INFINITY;
        return;
    }
    model->variance = squares / n > NO_ERROR ? squares / (n - parameters + 1) : 0;
    double per_step = fmax(squares / n, NO_ERROR);
    model->aicc = n * (log(2 * M_PI * per_step) + 1) + 2.0 * parameters * n / (n - parameters - 1);
}

/* The derivatives of errors by each parameter, by small differences. */
static void derive(const struct arima *model, const struct arima_sample *sample, int parameters)
{
    double *moved = sample->errors + sample->count + 1;
    for (int k = 0; k < parameters; k++) {
        struct arima other = *model;
        double step = 1e-5 * fmax(fabs(model->x[k]), 0.01);
        other.x[k] += step;
        arima_errors(&other, sample->w, sample->count, moved);
        for (int t = 0; t < sample->count; t++)
            sample->jacobian[(size_t)k * sample->count + t] = (moved[t] - sample->errors[t]) / step;
    }
}

static bool solve(const struct arima_sample *sample, int parameters, double damping, double *ret_step)
{
    double normal[ARIMA_PARAMETERS * ARIMA_PARAMETERS];
    for (int i = 0; i < parameters; i++) {
        const double *a = sample->jacobian + (size_t)i * sample->count;
        ret_step[i] = 0;
        for (int t = 0; t < sample->count; t++)
            ret_step[i] -= a[t] * sample->errors[t];
        for (int j = 0; j <= i; j++) {
            const double *b = sample->jacobian + (size_t)j * sample->count;
            double sum = 0;
            for (int t = 0; t < sample->count; t++)
                sum += a[t] * b[t];
            normal[i * parameters + j] = sum * (i == j ? 1 + damping : 1) + (i == j ? 1e-12 : 0);
        }
    }
    if (!numeric_cholesky(normal, parameters))
        return false;
    numeric_cholesky_solve(normal, parameters, ret_step);
    return true;
}

void arima_fit_squares(struct arima *model, const struct arima_sample *sample, int turns)
{
    int parameters = arima_parameters(model);
    double squares = arima_errors(model, sample->w, sample->count, sample->errors), damping = 1e-3;
    if (!stands(model, EDGE) || !isfinite(squares)) {
        double mean = model->constant ? model->x[parameters - 1] : 0;
        memset(model->x, 0, sizeof model->x);
        if (model->constant)
            model->x[parameters - 1] = mean;
        squares = arima_errors(model, sample->w, sample->count, sample->errors);
    }
    for (int turn = 0; turn < turns && parameters > 0 && !numeric_cancelled(sample->cancelled); turn++) {
        double step[ARIMA_PARAMETERS], before = squares;
        derive(model, sample, parameters);
        for (int attempt = 0; attempt < 5; attempt++, damping *= 10) {
            if (!solve(sample, parameters, damping, step))
                continue;
            struct arima other = *model;
            for (int k = 0; k < parameters; k++)
                other.x[k] += step[k];
            double *errors = sample->errors + sample->count + 1;
            if (!stands(&other, EDGE))
                continue;
            double there = arima_errors(&other, sample->w, sample->count, errors);
            if (!(there < squares))
                continue;
            *model = other;
            squares = there;
            memcpy(sample->errors, errors, (size_t)sample->count * sizeof *errors);
            damping = fmax(damping / 16, 1e-9);
            break;
        }
        if (before - squares < 1e-5 * before)
            break;
    }
    set_variance(model, sample, squares);
}

/* ---- exact likelihood: Harvey's state space form, whose state is as long as the longer polynomial ---- */

struct kalman {
    struct arima model;
    const struct arima_sample *sample;
    int size;
    double phi[STATE_MOST], r[STATE_MOST];
    double start[STATE_MOST * STATE_MOST], p[STATE_MOST * STATE_MOST];
    double squares;
};

/* The state's variance before anything is seen: the sum of T^j R R' T'^j, where T shifts and weighs by phi. */
static bool find_start(struct kalman *k)
{
    int size = k->size;
    double r[STATE_MOST + 1] = { 0 }, first = 0;
    memcpy(r, k->r, (size_t)size * sizeof *r);
    memset(k->start, 0, (size_t)(size * size) * sizeof *k->start);
    for (int j = 0; j < TERMS; j++) {
        double largest = 0, head = r[0];
        for (int a = 0; a < size; a++) {
            largest = fmax(largest, fabs(r[a]));
            for (int b = a; r[a] != 0 && b < size; b++)
                k->start[a * size + b] += r[a] * r[b];
        }
        first = fmax(first, largest);
        if (largest < 1e-4 * first)
            break;
        for (int a = 0; a < size; a++)
            r[a] = k->phi[a] * head + r[a + 1];
    }
    for (int a = 0; a < size; a++)
        for (int b = 0; b < a; b++)
            k->start[a * size + b] = k->start[b * size + a];
    return isfinite(k->start[0]);
}

/* Once seen, the first of the state is known, so the prediction is a shift: P(i,j) = P(i+1,j+1) + R(i) R(j). */
static double run(struct kalman *k)
{
    int size = k->size, count = k->sample->count;
    double state[STATE_MOST + 1] = { 0 }, logs = 0;
    double mean = k->model.constant ? k->model.x[arima_parameters(&k->model) - 1] : 0;
    memcpy(k->p, k->start, (size_t)(size * size) * sizeof *k->p);
    bool steady = false;
    k->squares = 0;
    for (int t = 0; t < count; t++) {
        double first = k->p[0], error = k->sample->w[t] - mean - state[0], gain[STATE_MOST];
        for (int i = 0; i < size; i++) {
            gain[i] = steady ? k->r[i] : k->p[i] / first; /* P is symmetric: its first row is its first column */
            state[i] += gain[i] * error;
        }
        k->squares += error * error / (steady ? 1 : first);
        logs += steady ? 0 : log(first);
        double seen = state[0];
        for (int i = 0; i < size; i++)
            state[i] = k->phi[i] * seen + (i + 1 < size ? state[i + 1] : 0);
        if (steady)
            continue;
        double apart = 0; /* the largest of a variance matrix is on its diagonal */
        for (int i = 0; i < size; i++) {
            double *row = k->p + i * size, *next = row + size + 1, g = i + 1 < size ? gain[i + 1] * first : 0;
            for (int j = i; j + 1 < size; j++) /* the upper half: the first row is all that is read of it */
                row[j] = next[j] - g * gain[j + 1] + k->r[i] * k->r[j];
            row[size - 1] = k->r[i] * k->r[size - 1];
            apart = fmax(apart, row[i] - k->r[i] * k->r[i]);
        }
        steady = apart < 1e-9;
    }
    return count * log(fmax(k->squares / count, NO_ERROR)) + logs;
}

static double likelihood_at(const double *x, void *data)
{
    struct kalman *k = data;
    int parameters = arima_parameters(&k->model);
    memcpy(k->model.x, x, (size_t)parameters * sizeof *x);
    if (!stands(&k->model, EDGE))
        return INFINITY;
    struct arima_lags lags;
    arima_expand(&k->model, &lags);
    for (int i = 0; i < k->size; i++) {
        k->phi[i] = i < lags.ar_count ? lags.ar[i] : 0;
        k->r[i] = i == 0 ? 1 : i <= lags.ma_count ? lags.ma[i - 1] : 0;
    }
    return find_start(k) ? run(k) : INFINITY;
}

int arima_state_size(const struct arima *model)
{
    int ar = model->p + model->seasonal_p * model->period, ma = model->q + model->seasonal_q * model->period + 1;
    return ar > ma ? ar : ma;
}

bool arima_fit_likelihood(struct arima *model, const struct arima_sample *sample, int evaluations)
{
    int size = arima_state_size(model), parameters = arima_parameters(model);
    if (size > STATE_MOST || sample->count > COUNT_MOST)
        return false;
    struct kalman *k = ARENA_NEW(sample->arena, struct kalman);
    k->model = *model;
    k->sample = sample;
    k->size = size;
    double x[ARIMA_PARAMETERS], step[ARIMA_PARAMETERS];
    for (int i = 0; i < parameters; i++) {
        bool mean = model->constant && i == parameters - 1;
        x[i] = model->x[i];
        step[i] = mean ? 0.1 * sqrt(sample->variance) : x[i] > 0 ? -0.1 : 0.1;
    }
    double value;
    if (parameters > 0)
        value = numeric_minimise(likelihood_at, k, x, step, parameters, evaluations, 1e-9, sample->cancelled);
    value = likelihood_at(x, k);
    if (!isfinite(value))
        return false;
    int n = sample->count, all = parameters + 1;
    memcpy(model->x, x, (size_t)parameters * sizeof *x);
    model->variance = k->squares / n > NO_ERROR ? k->squares / (n > parameters ? n - parameters : 1) : 0;
    model->aicc = value + n * (log(2 * M_PI) + 1) + 2.0 * all * n / (n - all - 1);
    if (!stands(model, REFUSED))
        model->aicc = INFINITY;
    return true;
}

void arima_settle(struct arima *model, const struct arima_sample *sample, bool constant)
{
    model->p = model->q = model->seasonal_p = model->seasonal_q = 0;
    model->constant = constant && sample->count > 0;
    model->x[0] = model->constant ? sample->mean : 0;
    double apart = model->constant ? 0 : sample->mean * sample->mean;
    model->variance = sample->variance + apart > NO_ERROR ? sample->variance + apart : 0;
}
