#include "services/forecast/model/arima.h"

#include "services/forecast/model/arima_fit.h"
#include "services/forecast/model/difference.h"
#include "services/forecast/model/numeric.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MODELS_MOST = 94, KEPT = 3, ML_EVALUATIONS = 120, SHORT_STATE = 8, SHORT = 150, TOGETHER = 7 };

/* The walk over orders: what has been tried, and the best few. */
struct walk {
    struct arima_sample sample;
    enum arima_effort effort;
    bool may_have_constant;
    struct arima tried[MODELS_MOST];
    int count;
    int best; /* index, or −1 */
};

static bool same_orders(const struct arima *a, const struct arima *b)
{
    return a->p == b->p && a->q == b->q && a->seasonal_p == b->seasonal_p && a->seasonal_q == b->seasonal_q &&
           a->constant == b->constant;
}

static bool within_bounds(const struct walk *walk, const struct arima *model)
{
    bool hasty = walk->effort == ARIMA_HASTY;
    int most = hasty ? 3 : ARIMA_ORDER, seasonal = model->period > 1 ? (hasty ? 1 : ARIMA_SEASONAL_ORDER) : 0;
    if (model->p < 0 || model->q < 0 || model->p > most || model->q > most)
        return false;
    if (model->seasonal_p < 0 || model->seasonal_q < 0 || model->seasonal_p > seasonal || model->seasonal_q > seasonal)
        return false;
    if (model->p + model->q + model->seasonal_p + model->seasonal_q > TOGETHER)
        return false;
    if (model->constant && !walk->may_have_constant)
        return false;
    int longest = model->p + model->seasonal_p * model->period;
    return longest < walk->sample.count / 2 && arima_parameters(model) + 2 < walk->sample.count;
}

/* The same model with other orders, beginning from the parameters that it has. */
static struct arima varied(const struct arima *from, int p, int q, int seasonal_p, int seasonal_q, bool constant)
{
    struct arima to = *from;
    to.p = p, to.q = q, to.seasonal_p = seasonal_p, to.seasonal_q = seasonal_q, to.constant = constant;
    memset(to.x, 0, sizeof to.x);
    int counts[4][2] = {
        { from->p, p }, { from->q, q }, { from->seasonal_p, seasonal_p }, { from->seasonal_q, seasonal_q }
    };
    int at_from = 0, at_to = 0;
    for (int k = 0; k < 4; k++) {
        for (int i = 0; i < counts[k][0] && i < counts[k][1]; i++)
            to.x[at_to + i] = from->x[at_from + i];
        at_from += counts[k][0] > 0 ? counts[k][0] : 0;
        at_to += counts[k][1] > 0 ? counts[k][1] : 0;
    }
    return to;
}

/* Fits one more model; true if it is the best so far. */
static bool try_model(struct walk *walk, const struct arima *model)
{
    int limit = walk->effort == ARIMA_HASTY ? 16 : MODELS_MOST;
    if (walk->count >= limit || !within_bounds(walk, model) || numeric_cancelled(walk->sample.cancelled))
        return false;
    for (int i = 0; i < walk->count; i++)
        if (same_orders(&walk->tried[i], model))
            return false;
    struct arima *fitted = &walk->tried[walk->count++];
    *fitted = *model;
    if (fitted->constant)
        fitted->x[arima_parameters(fitted) - 1] = walk->sample.mean;
    arima_fit_squares(fitted, &walk->sample, walk->effort == ARIMA_HASTY ? 6 : 12);
    if (walk->effort == ARIMA_THOROUGH && walk->sample.count <= SHORT && arima_state_size(fitted) <= SHORT_STATE)
        arima_fit_likelihood(fitted, &walk->sample, ML_EVALUATIONS);
    if (!isfinite(fitted->aicc) || (walk->best >= 0 && fitted->aicc >= walk->tried[walk->best].aicc))
        return false;
    walk->best = walk->count - 1;
    return true;
}

/* Every model one step away from the best; begins anew as soon as one is better. */
static bool step_on(struct walk *walk)
{
    static const signed char steps[][4] = {
        { 0, 0, -1, 0 },  { 0, 0, 0, -1 }, { 0, 0, 1, 0 },  { 0, 0, 0, 1 },  { 0, 0, -1, -1 }, { 0, 0, -1, 1 },
        { 0, 0, 1, -1 },  { 0, 0, 1, 1 },  { -1, 0, 0, 0 }, { 0, -1, 0, 0 }, { 1, 0, 0, 0 },   { 0, 1, 0, 0 },
        { -1, -1, 0, 0 }, { -1, 1, 0, 0 }, { 1, -1, 0, 0 }, { 1, 1, 0, 0 },
    };
    struct arima from = walk->tried[walk->best];
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const signed char *by = steps[i];
        struct arima next = varied(&from, from.p + by[0], from.q + by[1], from.seasonal_p + by[2],
                                   from.seasonal_q + by[3], from.constant);
        if (try_model(walk, &next))
            return true;
    }
    struct arima next = varied(&from, from.p, from.q, from.seasonal_p, from.seasonal_q, !from.constant);
    return try_model(walk, &next);
}

static void walk_orders(struct walk *walk, const struct arima *differenced)
{
    static const unsigned char starts[][4] = { { 2, 2, 1, 1 }, { 0, 0, 0, 0 }, { 1, 0, 1, 0 }, { 0, 1, 0, 1 } };
    bool seasonal = differenced->period > 1, hasty = walk->effort == ARIMA_HASTY;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        const unsigned char *at = starts[i];
        int low = hasty && at[0] == 2 ? 1 : at[0];
        struct arima model = varied(differenced, low, low ? (hasty ? at[1] > 0 : at[1]) : at[1], seasonal ? at[2] : 0,
                                    seasonal ? at[3] : 0, walk->may_have_constant);
        try_model(walk, &model);
    }
    struct arima model = varied(differenced, 0, 0, 0, 0, false);
    try_model(walk, &model);
    while (walk->best >= 0 && step_on(walk))
        continue;
}

static int next_best(const struct walk *walk, const bool *looked_at)
{
    int next = -1;
    for (int i = 0; i < walk->count; i++)
        if (!looked_at[i] && isfinite(walk->tried[i].aicc) &&
            (next < 0 || walk->tried[i].aicc < walk->tried[next].aicc))
            next = i;
    return next;
}

/* The best few by exact likelihood; R does the same after a search by approximation. */
static struct arima refit_best(struct walk *walk)
{
    bool looked_at[MODELS_MOST] = { false };
    struct arima best = walk->tried[walk->best];
    int next, kept = 0, wanted = walk->sample.count <= SHORT ? KEPT : 1;
    while (kept < wanted && (next = next_best(walk, looked_at)) >= 0) {
        looked_at[next] = true;
        struct arima exact = walk->tried[next];
        if (!arima_fit_likelihood(&exact, &walk->sample, ML_EVALUATIONS))
            break;
        if (isfinite(exact.aicc) && (kept++ == 0 || exact.aicc < best.aicc))
            best = exact;
    }
    return best;
}

/* The end of y and of its errors, which is all that a forecast asks of the past. */
static void keep_tail(struct arima *arima, const double *y, int count, double scale)
{
    struct arena *scratch = arena_new();
    double *w = arena_room(scratch, (size_t)(count + 1) * sizeof *w);
    double *errors = arena_room(scratch, (size_t)(count + 1) * sizeof *errors);
    for (int t = 0; t < count; t++)
        w[t] = y[t] * (scale / arima->scale);
    for (int i = 0; i < ARIMA_LAGS; i++)
        arima->tail[i] = count - ARIMA_LAGS + i >= 0 ? w[count - ARIMA_LAGS + i] : count > 0 ? w[0] : 0;

    int left = arima->seasonal_d ? difference_by(w, count, arima->period) : count;
    for (int i = 0; i < arima->d; i++)
        left = difference_by(w, left, 1);
    arima_errors(arima, w, left, errors);
    for (int i = 0; i < ARIMA_LAGS; i++)
        arima->tail_errors[i] = left - ARIMA_LAGS + i >= 0 ? errors[left - ARIMA_LAGS + i] : 0;
    arena_free(scratch);
}

static int find_observed(const struct history *history)
{
    int observed = 0;
    for (int t = 0; t < history->count; t++)
        observed += !isnan(history->y[t]);
    return observed;
}

static struct arima *keep(struct arena *arena, const struct arima *model, const double *y, int count)
{
    struct arima *arima = ARENA_NEW(arena, struct arima);
    *arima = *model;
    arima->tail = ARENA_ARRAY(arena, double, ARIMA_LAGS);
    arima->tail_errors = ARENA_ARRAY(arena, double, ARIMA_LAGS);
    keep_tail(arima, y, count, arima->scale);
    return arima;
}

struct arima *arima_fit(struct arena *arena, const struct history *history, enum arima_effort effort)
{
    struct arena *scratch = arena_new();
    struct arima model = { .period = 1, .aicc = INFINITY };
    int count, observed = find_observed(history);
    double *y = difference_bridge(scratch, history, &count, &model.scale);
    if (history->season > 1 && history->season <= ARIMA_LONGEST && count > 2 * history->season + 4)
        model.period = history->season;

    double *w = arena_room(scratch, (size_t)(count + 1) * sizeof *w);
    memcpy(w, y, (size_t)count * sizeof *w);
    model.seasonal_d = difference_seasons(scratch, w, count, model.period);
    int left = model.seasonal_d ? difference_by(w, count, model.period) : count;
    model.d = difference_steps(scratch, w, left);
    for (int i = 0; i < model.d; i++)
        left = difference_by(w, left, 1);

    struct walk *walk = ARENA_NEW(scratch, struct walk);
    walk->effort = effort;
    walk->may_have_constant = model.d + model.seasonal_d < 2;
    walk->best = -1;
    arima_sample_init(&walk->sample, scratch, w, left, history->cancelled);
    if (left > 3 && walk->sample.variance > 1e-18)
        walk_orders(walk, &model);
    if (walk->best >= 0)
        model = effort == ARIMA_THOROUGH ? refit_best(walk) : walk->tried[walk->best];
    else
        arima_settle(&model, &walk->sample, walk->may_have_constant);
    if (observed > 0) /* bridges have no errors */
        model.variance *= (double)count / observed;
    model.aicc += 2 * left * log(model.scale);
    struct arima *arima = keep(arena, &model, y, count);
    arena_free(scratch);
    return arima;
}

void arima_follow(struct arima *arima, const struct history *history)
{
    struct arena *scratch = arena_new();
    int count;
    double scale, *y = difference_bridge(scratch, history, &count, &scale);
    keep_tail(arima, y, count, scale);
    arena_free(scratch);
}

/* phi(B) Phi(B^m) (1 − B)^d (1 − B^m)^D, as the weights of earlier values. */
static int expand_with_differences(const struct arima *arima, double *ret_lags)
{
    struct arima_lags lags;
    arima_expand(arima, &lags);
    memset(ret_lags, 0, (ARIMA_LAGS + 1) * sizeof *ret_lags);
    double polynomial[ARIMA_LAGS + 1] = { 1 };
    int degree = lags.ar_count;
    for (int i = 0; i < degree; i++)
        polynomial[i + 1] = -lags.ar[i];
    for (int turn = 0; turn < arima->d + arima->seasonal_d; turn++) {
        int lag = turn < arima->d ? 1 : arima->period;
        for (int i = degree; i >= 0; i--)
            polynomial[i + lag] -= polynomial[i];
        degree += lag;
    }
    for (int i = 0; i < degree; i++)
        ret_lags[i] = -polynomial[i + 1];
    return degree;
}

void arima_forecast(const struct arima *arima, struct outlook *outlook)
{
    struct arena *scratch = arena_new();
    int horizon = outlook->horizon;
    double lags[ARIMA_LAGS + 1];
    int count = expand_with_differences(arima, lags);
    struct arima_lags stationary;
    arima_expand(arima, &stationary);
    double constant = arima->constant ? arima->x[arima_parameters(arima) - 1] : 0, sum = 0;
    for (int i = 0; i < stationary.ar_count; i++)
        sum += stationary.ar[i];
    constant *= 1 - sum;

    double *y = arena_room(scratch, (size_t)(ARIMA_LAGS + horizon) * sizeof *y);
    double *psi = arena_room(scratch, (size_t)horizon * sizeof *psi);
    memcpy(y, arima->tail, ARIMA_LAGS * sizeof *y);
    double variance = 0;
    for (int h = 0; h < horizon; h++) {
        double *now = y + ARIMA_LAGS + h;
        *now = constant;
        for (int i = 0; i < count; i++)
            *now += lags[i] * now[-1 - i];
        for (int i = h; i < stationary.ma_count; i++)
            *now += stationary.ma[i] * arima->tail_errors[ARIMA_LAGS - 1 - (i - h)];
        psi[h] = h == 0 ? 1 : h <= stationary.ma_count ? stationary.ma[h - 1] : 0;
        for (int i = 0; i < count && i < h; i++)
            psi[h] += lags[i] * psi[h - 1 - i];
        variance += psi[h] * psi[h];
        outlook_set_normal(outlook, h, *now * arima->scale, sqrt(variance * arima->variance) * arima->scale);
    }
    arena_free(scratch);
}

void arima_name(const struct arima *arima, char ret_name[48])
{
    char season[24] = "";
    if (arima->seasonal_p + arima->seasonal_d + arima->seasonal_q > 0)
        snprintf(season, sizeof season, "(%d,%d,%d)[%d]", arima->seasonal_p, arima->seasonal_d, arima->seasonal_q,
                 arima->period);
    const char *constant = !arima->constant ? "" : arima->d + arima->seasonal_d ? " with drift" : " with mean";
    snprintf(ret_name, 48, "ARIMA(%d,%d,%d)%s%s", arima->p, arima->d, arima->q, season, constant);
}
