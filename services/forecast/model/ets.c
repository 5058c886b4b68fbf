#include "services/forecast/model/ets.h"

#include "services/forecast/model/numeric.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* R's bounds: what is nearer to the edge is not told from it. */
#define LEAST     1e-4
#define MOST      0.9999
#define LEAST_PHI 0.8
#define MOST_PHI  0.98
#define LONGEST   24 /* seasons longer than a day of hours have too many states for their likelihood to mean something */
#define NO_ERROR  1e-18 /* the mean squared error below which a fit is exact, of data whose mean size is 1 */

enum { STATES_MOST = 6 + LONGEST };

struct fit {
    const struct history *history;
    const double *y; /* scaled */
    struct ets ets;
    int observed;
    bool states_too; /* the first states are searched for as well */
    double first_season[LONGEST], seasons[LONGEST];
};

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* One pass over the data. Returns −2 log likelihood (up to a constant, as R has it), and leaves the last states. Where nothing
 * was observed the error is taken to be 0. */
static double filter(struct ets *ets, const double *y, int count, double *ret_squares, int *ret_observed)
{
    double level = ets->first_level, slope = ets->first_slope;
    double *s = ets->seasons;
    int period = ets->period, at = 0, observed = 0, pending = 0;
    double squares = 0, logs = 0, product = 1;
    bool trend = ets->trend != 'N', times = ets->season == 'M', plus = ets->season == 'A', relative = ets->error == 'M';
    double phi = ets->trend == 'D' ? ets->phi : 1, ratio = trend ? ets->beta / ets->alpha : 0;
    if (times || plus)
        memcpy(s, ets->first_season, (size_t)period * sizeof *s);

    for (int t = 0; t < count; t++) {
        double drift = trend ? phi * slope : 0, before = level + drift;
        double expected = times ? before * s[at] : plus ? before + s[at] : before;
        double seen = isnan(y[t]) ? expected : y[t];
        double error = seen - expected;
        if (relative) {
            double size = fmax(fabs(expected), 1e-10);
            error /= expected < 0 ? -size : size;
            product *= clamp(size, 1e-30, 1e30);
            if (++pending == 8) { /* one logarithm for eight */
                logs += log(product);
                product = 1;
                pending = 0;
            }
        }
        if (!isnan(y[t])) {
            squares += error * error;
            observed++;
        }
        double adjusted = times ? seen / s[at] : plus ? seen - s[at] : seen;
        double next = before + ets->alpha * (adjusted - before);
        if (trend)
            slope = drift + ratio * (next - level - drift);
        if (times)
            s[at] += ets->gamma * (seen / before - s[at]);
        else if (plus)
            s[at] += ets->gamma * (seen - before - s[at]);
        level = next;
        if (++at >= period)
            at = 0;
    }
    if (period > 1 && at > 0) { /* the season of the step to come first */
        double turned[LONGEST];
        for (int i = 0; i < period; i++)
            turned[i] = s[(at + i) % period];
        memcpy(s, turned, (size_t)period * sizeof *s);
    }
    ets->level = level;
    ets->slope = slope;
    *ret_squares = squares;
    *ret_observed = observed;
    logs += log(product);
    return observed * log(fmax(squares, observed * NO_ERROR)) + (relative ? 2 * logs : 0);
}

/* Usual region (all weights positive and each a part of the one before) and admissible region (forecasts forget the first
 * states); the second is a polynomial's roots with a season, and implied by the first without. */
static bool allowed(const struct ets *ets)
{
    double a = ets->alpha, b = ets->trend == 'N' ? 0 : ets->beta, g = ets->gamma;
    double phi = ets->trend == 'D' ? ets->phi : 1;
    if (a < LEAST || a > MOST)
        return false;
    if (ets->trend != 'N' && (b < LEAST || b > a))
        return false;
    if (ets->trend == 'D' && (phi < LEAST_PHI || phi > MOST_PHI))
        return false;
    if (ets->season == 'N')
        return true;
    if (g < LEAST || g > 1 - a)
        return false;

    int m = ets->period;
    double c[LONGEST + 1], scratch[2 * (LONGEST + 1)]; /* of 1/z, the highest power first */
    c[0] = a + b - phi;
    for (int i = 1; i < m - 1; i++)
        c[i] = a + b - a * phi;
    c[m - 1] = a + b - a * phi + g - 1;
    c[m] = phi * (1 - a - g);
    return numeric_stable(c, m + 1, -1e-9, scratch);
}

/* The order of what is searched for: alpha, beta, gamma, phi, level, slope, all seasons but one. */
static int pack(const struct fit *fit, double *x, double *step)
{
    const struct ets *ets = &fit->ets;
    int size = 0;
    x[size] = ets->alpha, step[size++] = ets->alpha < 0.7 ? 0.15 : -0.15;
    if (ets->trend != 'N')
        x[size] = ets->beta, step[size++] = ets->beta < ets->alpha - 0.03 ? 0.03 : -ets->beta / 2;
    if (ets->season != 'N')
        x[size] = ets->gamma, step[size++] = ets->gamma < 0.9 - ets->alpha ? 0.05 : -ets->gamma / 2;
    if (ets->trend == 'D')
        x[size] = ets->phi, step[size++] = -0.04;
    if (!fit->states_too)
        return size;
    x[size] = ets->first_level, step[size++] = 0.05 * fmax(fabs(ets->first_level), 0.2);
    if (ets->trend != 'N')
        x[size] = ets->first_slope, step[size++] = 0.5 * fmax(fabs(ets->first_slope), 0.01);
    for (int i = 1; ets->season != 'N' && i < ets->period; i++)
        x[size] = ets->first_season[i], step[size++] = 0.05;
    return size;
}

static void unpack(struct fit *fit, const double *x)
{
    struct ets *ets = &fit->ets;
    int at = 0;
    ets->alpha = x[at++];
    if (ets->trend != 'N')
        ets->beta = x[at++];
    if (ets->season != 'N')
        ets->gamma = x[at++];
    if (ets->trend == 'D')
        ets->phi = x[at++];
    if (!fit->states_too)
        return;
    ets->first_level = x[at++];
    if (ets->trend != 'N')
        ets->first_slope = x[at++];
    if (ets->season == 'N')
        return;
    double rest = ets->season == 'M' ? ets->period : 0; /* factors add up to the period, terms to 0 */
    for (int i = 1; i < ets->period; i++)
        rest -= ets->first_season[i] = x[at++];
    ets->first_season[0] = rest;
}

static double likelihood_at(const double *x, void *data)
{
    struct fit *fit = data;
    unpack(fit, x);
    if (!allowed(&fit->ets))
        return INFINITY;
    for (int i = 0; fit->ets.season == 'M' && i < fit->ets.period; i++)
        if (fit->ets.first_season[i] <= 0)
            return INFINITY;
    double squares;
    return filter(&fit->ets, fit->y, fit->history->count, &squares, &fit->observed);
}

/* Weights, first states and the errors' variance. */
static int parameters_of(const struct ets *ets)
{
    return 3 + 2 * (ets->trend != 'N') + (ets->trend == 'D') + (ets->season == 'N' ? 0 : ets->period);
}

/* A centred moving average over one season (of two halves at the ends if it is even); NaN where it does not reach. */
static double moving_average(const double *y, int count, int period, int at)
{
    int half = period / 2;
    if (at < half || at + half >= count)
        return NAN;
    double sum = 0, weight = 0;
    for (int i = -half; i <= half; i++) {
        double w = period % 2 == 0 && (i == -half || i == half) ? 0.5 : 1;
        if (isnan(y[at + i]))
            continue;
        sum += w * y[at + i];
        weight += w;
    }
    return weight > half ? sum / weight : NAN;
}

/* Classical decomposition, as R's decompose(): the mean by place in the season of what the moving average leaves. */
static void first_seasons(struct fit *fit)
{
    struct ets *ets = &fit->ets;
    int m = ets->period, count = fit->history->count, counts[LONGEST] = { 0 };
    bool times = ets->season == 'M';
    double sums[LONGEST] = { 0 }, total = 0;
    for (int t = 0; t < count; t++) {
        double trend = moving_average(fit->y, count, m, t);
        double value = times ? fit->y[t] / trend : fit->y[t] - trend;
        if (!isfinite(value))
            continue;
        sums[t % m] += value;
        counts[t % m]++;
    }
    for (int i = 0; i < m; i++) {
        ets->first_season[i] = counts[i] ? sums[i] / counts[i] : times;
        total += ets->first_season[i];
    }
    for (int i = 0; i < m; i++) {
        if (!times)
            ets->first_season[i] -= total / m;
        else
            ets->first_season[i] = fmax(ets->first_season[i] * m / total, 0.01);
    }
}

/* The line through the first seasons of what is left without season. */
static void first_states(struct fit *fit)
{
    struct ets *ets = &fit->ets;
    int m = ets->period, reach = 2 * m > 10 ? 2 * m : 10;
    if (ets->season != 'N')
        first_seasons(fit);
    double n = 0, sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0;
    for (int t = 0; t < fit->history->count && (t < reach || n < 3); t++) {
        double s = ets->season == 'N' ? 0 : ets->first_season[t % m];
        double value = ets->season == 'M' ? fit->y[t] / s : fit->y[t] - s;
        if (isnan(value))
            continue;
        n++, sum_x += t + 1, sum_y += value, sum_xx += (t + 1.0) * (t + 1), sum_xy += (t + 1) * value;
    }
    double spread = n * sum_xx - sum_x * sum_x, mean = n > 0 ? sum_y / n : 0;
    ets->first_slope = spread > 0 && ets->trend != 'N' ? (n * sum_xy - sum_x * sum_y) / spread : 0;
    ets->first_level = n > 0 ? mean - ets->first_slope * sum_x / n : 0;
}

static void first_parameters(struct ets *ets)
{
    ets->alpha = LEAST + 0.2 * (MOST - LEAST) / (ets->season == 'N' ? 1 : ets->period) + 0.05;
    ets->beta = fmin(LEAST + 0.1 * (MOST - LEAST), ets->alpha / 2);
    ets->gamma = ets->season == 'N' ? 0 : fmin(LEAST + 0.05 * (MOST - LEAST), (1 - ets->alpha) / 2);
    ets->phi = ets->trend == 'D' ? LEAST_PHI + 0.95 * (MOST_PHI - LEAST_PHI) : 1;
}

static void search(struct fit *fit, int evaluations, double tolerance)
{
    double x[STATES_MOST], step[STATES_MOST];
    int size = pack(fit, x, step);
    double value = numeric_minimise(likelihood_at, fit, x, step, size, evaluations, tolerance, fit->history->cancelled);
    value = likelihood_at(x, fit); /* leaves the states of the best place */
    int parameters = parameters_of(&fit->ets), n = fit->observed;
    double penalty = n - parameters - 1 > 0 ? 2.0 * parameters * n / (n - parameters - 1) : INFINITY;
    fit->ets.aicc = value + penalty;
}

static void attach(struct fit *fit)
{
    fit->ets.first_season = fit->first_season;
    fit->ets.seasons = fit->seasons;
}

static void begin(struct fit *fit, const char *model, int period)
{
    fit->ets.error = model[0];
    fit->ets.trend = model[1];
    fit->ets.season = model[2];
    fit->ets.period = model[2] == 'N' ? 1 : period;
    fit->states_too = false;
    attach(fit);
    first_states(fit);
    first_parameters(&fit->ets);
}

struct shape {
    double scale;
    int observed;
    bool positive, constant;
};

static struct shape look_at(const struct history *history)
{
    struct shape shape = { .scale = 1, .positive = true, .constant = true };
    double largest = 0, first = NAN, sum = 0;
    for (int t = 0; t < history->count; t++) {
        double value = history->y[t];
        if (isnan(value))
            continue;
        shape.observed++;
        largest = fmax(largest, fabs(value));
        shape.positive = shape.positive && value > 0;
        first = isnan(first) ? value : first;
        shape.constant = shape.constant && value == first;
    }
    for (int t = 0; largest > 0 && t < history->count; t++)
        sum += isnan(history->y[t]) ? 0 : fabs(history->y[t]) / largest;
    if (largest > 0)
        shape.scale = fmax(largest * (sum / shape.observed), 1e-300);
    return shape;
}

/* Without a choice: too few numbers, or all alike. Smoothing follows the few there are quickly. */
static void settle(struct fit *fit)
{
    begin(fit, "ANN", 1);
    fit->ets.alpha = 0.5;
    double squares;
    filter(&fit->ets, fit->y, fit->history->count, &squares, &fit->observed);
    fit->ets.aicc = INFINITY;
}

static const char *const models[] = { "ANN", "MNN", "AAN", "ADN", "MAN", "MDN", "ANA", "MNA",
                                      "AAA", "ADA", "MAA", "MDA", "MNM", "MAM", "MDM" };
enum { MODELS = sizeof models / sizeof *models, CLOSE = 8 };

static bool worth_a_look(const char *model, const struct shape *shape, int period, enum ets_effort effort)
{
    bool seasonal = model[2] != 'N';
    if (model[0] == 'M' && !shape->positive)
        return false;
    if (seasonal && (period < 2 || period > LONGEST || shape->observed < 2 * period))
        return false;
    if (effort == ETS_HASTY && (model[1] == 'A' || (model[0] == 'M' && model[2] != 'M')))
        return false;
    return true;
}

static struct ets *keep(struct arena *arena, struct fit *fit, double scale)
{
    struct ets *ets = ARENA_NEW(arena, struct ets);
    double squares;
    attach(fit);
    filter(&fit->ets, fit->y, fit->history->count, &squares, &fit->observed);
    int used = parameters_of(&fit->ets) - 1;
    *ets = fit->ets;
    ets->scale = scale;
    ets->variance = fit->observed > used ? squares / (fit->observed - used)
                                         : squares / (fit->observed > 0 ? fit->observed : 1);
    if (fit->observed * NO_ERROR >= squares)
        ets->variance = 0;
    ets->first_season = ARENA_ARRAY(arena, double, ets->period);
    ets->seasons = ARENA_ARRAY(arena, double, ets->period);
    memcpy(ets->first_season, fit->first_season, (size_t)ets->period * sizeof(double));
    memcpy(ets->seasons, fit->seasons, (size_t)ets->period * sizeof(double));
    ets->aicc += 2 * fit->observed * log(scale);
    return ets;
}

struct ets *ets_fit(struct arena *arena, const struct history *history, enum ets_effort effort)
{
    struct shape shape = look_at(history);
    struct arena *scratch = arena_new();
    double *y = arena_room(scratch, (size_t)(history->count + 1) * sizeof *y);
    for (int t = 0; t < history->count; t++)
        y[t] = history->y[t] / shape.scale;

    struct fit *fits = ARENA_ARRAY(scratch, struct fit, MODELS + 1);
    int order[MODELS], tried = 0;
    for (int i = 0; i < MODELS && !shape.constant && shape.observed > 4; i++) {
        if (!worth_a_look(models[i], &shape, history->season, effort) || numeric_cancelled(history->cancelled))
            continue;
        struct fit *fit = &fits[tried];
        fit->history = history;
        fit->y = y;
        begin(fit, models[i], history->season);
        search(fit, effort == ETS_HASTY ? 70 : 150, effort == ETS_HASTY ? 1e-5 : 1e-7);
        if (!isfinite(fit->ets.aicc))
            continue;
        int place = tried++;
        for (; place > 0 && fits[order[place - 1]].ets.aicc > fit->ets.aicc; place--)
            order[place] = order[place - 1];
        order[place] = tried - 1;
    }

    struct fit *best = tried ? &fits[order[0]] : &fits[MODELS];
    for (int i = 0; effort == ETS_THOROUGH && i < tried && i < CLOSE; i++) {
        struct fit *fit = &fits[order[i]];
        attach(fit);
        fit->states_too = true;
        search(fit, 400, 1e-8);
        search(fit, 1000, 1e-9); /* a fresh simplex: the old one has collapsed by now */
        if (fit->ets.aicc < best->ets.aicc)
            best = fit;
    }
    if (!tried) {
        best->history = history;
        best->y = y;
        settle(best);
    }
    struct ets *ets = keep(arena, best, shape.scale);
    arena_free(scratch);
    return ets;
}

void ets_follow(struct ets *ets, const struct history *history)
{
    struct arena *scratch = arena_new();
    double *y = arena_room(scratch, (size_t)(history->count + 1) * sizeof *y), squares;
    for (int t = 0; t < history->count; t++)
        y[t] = history->y[t] / ets->scale;
    int observed;
    filter(ets, y, history->count, &squares, &observed);
    arena_free(scratch);
}

/* Hyndman et al., chapter 6. Of a model with additive errors the variance grows by the squares of c_j, what an error still
 * weighs j steps later; of one with multiplicative errors by theta's recursion; a multiplicative season stands outside. */
void ets_forecast(const struct ets *ets, struct outlook *outlook)
{
    struct arena *scratch = arena_new();
    double *c = arena_room(scratch, (size_t)(outlook->horizon + 1) * sizeof *c);
    double *theta = arena_room(scratch, (size_t)(outlook->horizon + 1) * sizeof *theta);
    double damping = 1, drift = 0, sum = 0;
    bool plus = ets->season == 'A', times = ets->season == 'M', relative = ets->error == 'M';

    for (int h = 0; h < outlook->horizon; h++) {
        damping *= ets->trend == 'D' ? ets->phi : 1;
        drift += ets->trend == 'N' ? 0 : damping;
        double s = ets->period > 1 ? ets->seasons[h % ets->period] : 0;
        double mean = ets->level + (ets->trend == 'N' ? 0 : drift * ets->slope) + (plus ? s : 0), variance;
        c[h] = ets->alpha + (ets->trend == 'N' ? 0 : ets->beta * drift) +
               (plus && (h + 1) % ets->period == 0 ? ets->gamma : 0);
        if (relative) {
            theta[h] = mean * mean;
            for (int j = 1; j <= h; j++)
                theta[h] += ets->variance * c[j - 1] * c[j - 1] * theta[h - j];
            double seasons = times ? pow(1 + ets->gamma * ets->gamma * ets->variance, h / ets->period) : 1;
            variance = theta[h] * (1 + ets->variance) * seasons - mean * mean;
        } else {
            variance = ets->variance * (1 + sum);
            sum += c[h] * c[h];
        }
        double size = ets->scale * (times ? s : 1);
        outlook_set_normal(outlook, h, mean * size, sqrt(fmax(variance, 0)) * fabs(size));
    }
    arena_free(scratch);
}

void ets_name(const struct ets *ets, char ret_name[16])
{
    snprintf(ret_name, 16, "ETS(%c,%s,%c)", ets->error,
             ets->trend == 'D'   ? "Ad"
             : ets->trend == 'A' ? "A"
                                 : "N",
             ets->season);
}
