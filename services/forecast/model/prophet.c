#include "services/forecast/model/prophet.h"

#include "services/forecast/model/numeric.h"
#include <math.h>
#include <string.h>

/* Prophet's defaults. */
#define BEND_SCALE   0.05
#define SEASON_SCALE 10.0
#define BENDS_UNTIL  0.8
enum {
    BENDS = 25,
    TURNS = 6,
    TERMS_MOST = 2 + BENDS + 2 * 10 * FORECAST_SEASONS + TIMELINE_HOLIDAYS + PROPHET_RELATED
};

struct season {
    double length;
    int order;
};

struct prophet {
    const struct timeline *timeline;
    const double *const *related;
    int64_t first;
    int count; /* of the history */
    int bends, season_count, holidays, related_count;
    struct season seasons[FORECAST_SEASONS];
    int season_terms;
    double related_mean[PROPHET_RELATED], related_size[PROPHET_RELATED];
    int terms;
    double weights[TERMS_MOST];
    double scale, variance;
};

static void choose_seasons(struct prophet *prophet, const struct prophet_input *input)
{
    double lengths[FORECAST_SEASONS], step_days = forecast_step_seconds(&input->timeline->frequency) / 86400;
    int count = forecast_seasons(&input->timeline->frequency, lengths);
    for (int i = 0; i < count; i++) {
        double days = lengths[i] * step_days;
        if (lengths[i] < input->shortest_season || input->history.count < 2 * lengths[i])
            continue;
        int order = input->order_most ? input->order_most : days > 300 ? 10 : days > 5 ? 3 : 4;
        int most = (int)ceil(lengths[i] / 2) - 1;
        order = order < most ? order : most;
        if (order < 1)
            continue;
        prophet->seasons[prophet->season_count++] = (struct season){ lengths[i], order };
        prophet->season_terms += 2 * order;
    }
}

static void measure_related(struct prophet *prophet, const struct prophet_input *input)
{
    prophet->related = input->related;
    prophet->related_count = input->related_count < PROPHET_RELATED ? input->related_count : PROPHET_RELATED;
    for (int k = 0; k < prophet->related_count; k++) {
        double mean = 0, squares = 0, found = 0;
        for (int t = 0; t < prophet->count; t++) {
            double value = input->related[k][t];
            if (!isfinite(value))
                continue;
            found++;
            double apart = value - mean;
            mean += apart / found;
            squares += apart * (value - mean);
        }
        prophet->related_mean[k] = mean;
        prophet->related_size[k] = found > 1 && squares > 0 && isfinite(squares) ? sqrt(squares / found) : 0;
    }
}

static double *add_season(const struct season *season, int64_t step, double *row)
{
    double angle = 2 * M_PI * fmod((double)step, season->length) / season->length;
    double c1 = cos(angle), s1 = sin(angle), c = 1, s = 0;
    for (int k = 0; k < season->order; k++) {
        double next = c * c1 - s * s1;
        s = s * c1 + c * s1;
        c = next;
        *row++ = c;
        *row++ = s;
    }
    return row;
}

/* The terms of one step: 1, time, bends, seasons, holidays, related series. */
static void fill_row(const struct prophet *prophet, int t, double *row)
{
    double time = (double)t / prophet->count;
    *row++ = 1;
    *row++ = time;
    for (int i = 0; i < prophet->bends; i++)
        *row++ = fmax(0, time - BENDS_UNTIL * (i + 1) / (prophet->bends + 1));
    for (int i = 0; i < prophet->season_count; i++)
        row = add_season(&prophet->seasons[i], prophet->first + t, row);
    memset(row, 0, (size_t)prophet->holidays * sizeof *row);
    if (prophet->holidays > 0) {
        int holiday = prophet->timeline->holiday[prophet->first + t - prophet->timeline->first];
        if (holiday >= 0)
            row[holiday] = 1;
    }
    row += prophet->holidays;
    for (int k = 0; k < prophet->related_count; k++) {
        double value = prophet->related[k][t], size = prophet->related_size[k];
        *row++ = isfinite(value) && size > 0 ? (value - prophet->related_mean[k]) / size : 0;
    }
}

struct sums {
    double *xx, *xy; /* X'X, its lower half, and X'y */
    double yy;
    int rows;
};

static void add_rows(const struct prophet *prophet, const struct history *history, struct sums *sums)
{
    int terms = prophet->terms;
    double row[TERMS_MOST];
    for (int t = 0; t < history->count; t++) {
        if (isnan(history->y[t]))
            continue;
        double y = history->y[t] / prophet->scale;
        fill_row(prophet, t, row);
        for (int i = 0; i < terms; i++) {
            if (row[i] == 0)
                continue;
            double *of = sums->xx + (size_t)i * terms, x = row[i];
            for (int j = 0; j <= i; j++)
                of[j] += x * row[j];
            sums->xy[i] += x * y;
        }
        sums->yy += y * y;
        sums->rows++;
    }
}

static double left_over(const struct sums *sums, const double *weights, int terms)
{
    double squares = sums->yy;
    for (int i = 0; i < terms; i++) {
        double product = 0;
        for (int j = 0; j < terms; j++)
            product += weights[j] * (j <= i ? sums->xx[(size_t)i * terms + j] : sums->xx[(size_t)j * terms + i]);
        squares += weights[i] * (product - 2 * sums->xy[i]);
    }
    return fmax(squares, 0);
}

/* Laplace's prior is a normal one whose width is what the weight itself was the turn before. */
static void solve(struct arena *scratch, struct prophet *prophet, const struct sums *sums)
{
    int terms = prophet->terms;
    double *matrix = arena_room(scratch, (size_t)terms * terms * sizeof *matrix), weights[TERMS_MOST];
    double variance = sums->rows ? 0.1 * sums->yy / sums->rows : 0;
    for (int turn = 0; turn < TURNS; turn++) {
        memcpy(matrix, sums->xx, (size_t)terms * terms * sizeof *matrix);
        memcpy(weights, sums->xy, (size_t)terms * sizeof *weights);
        for (int i = 0; i < terms; i++) {
            double penalty = variance / (SEASON_SCALE * SEASON_SCALE);
            if (i >= 2 && i < 2 + prophet->bends) {
                double width = turn == 0 ? BEND_SCALE : fmax(fabs(prophet->weights[i]), 1e-5);
                penalty = variance / (BEND_SCALE * width);
            }
            matrix[(size_t)i * terms + i] += penalty + 1e-9;
        }
        if (!numeric_cholesky(matrix, terms))
            return;
        numeric_cholesky_solve(matrix, terms, weights);
        memcpy(prophet->weights, weights, (size_t)terms * sizeof *weights);
        variance = fmax(left_over(sums, weights, terms) / fmax(sums->rows, 1), 1e-12);
    }
    prophet->variance = variance;
}

struct prophet *prophet_fit(struct arena *arena, const struct prophet_input *input)
{
    struct prophet *prophet = ARENA_NEW(arena, struct prophet);
    prophet->timeline = input->timeline;
    prophet->first = input->first;
    prophet->count = input->history.count > 0 ? input->history.count : 1;
    prophet->bends = prophet->count > 3 * BENDS ? BENDS : prophet->count / 3;
    choose_seasons(prophet, input);
    if (!input->seasons_only) {
        prophet->holidays = input->timeline->has_holidays ? input->timeline->holiday_names : 0;
        if (input->related)
            measure_related(prophet, input);
    }
    prophet->terms = 2 + prophet->bends + prophet->season_terms + prophet->holidays + prophet->related_count;
    for (int t = 0; t < input->history.count; t++)
        prophet->scale = fmax(prophet->scale, isnan(input->history.y[t]) ? 0 : fabs(input->history.y[t]));
    if (prophet->scale == 0)
        prophet->scale = 1;

    struct arena *scratch = arena_new();
    struct sums sums = { ARENA_ARRAY(scratch, double, (size_t)prophet->terms * prophet->terms),
                         ARENA_ARRAY(scratch, double, prophet->terms) };
    add_rows(prophet, &input->history, &sums);
    if (sums.rows > 0)
        solve(scratch, prophet, &sums);
    arena_free(scratch);
    return prophet;
}

/* A bend of Laplace's law may come as often as there were places for one; h steps on it has moved the line by h times its size. */
static double variance_per_bend(const struct prophet *prophet)
{
    double size = 0;
    for (int i = 0; i < prophet->bends; i++)
        size += fabs(prophet->weights[2 + i]) / prophet->bends;
    double a_step = 1.0 / prophet->count, often = prophet->bends * a_step / BENDS_UNTIL;
    return often * 2 * size * size * a_step * a_step;
}

void prophet_forecast(const struct prophet *prophet, struct outlook *outlook, double *ret_effects)
{
    double row[TERMS_MOST], bends = 0, per_bend = variance_per_bend(prophet);
    int extra = prophet->terms - prophet->related_count - prophet->holidays;
    for (int h = 0; h < outlook->horizon; h++) {
        double mean = 0, holidays = 0;
        fill_row(prophet, prophet->count + h, row);
        for (int i = 0; i < prophet->terms; i++)
            mean += row[i] * prophet->weights[i];
        bends += per_bend * (h + 1.0) * (h + 1.0);
        outlook_set_normal(outlook, h, mean * prophet->scale, sqrt(prophet->variance + bends) * prophet->scale);
        if (!ret_effects)
            continue;
        for (int i = 0; i < prophet->holidays; i++)
            holidays += row[extra + i] * prophet->weights[extra + i];
        for (int k = 0; k < prophet->related_count; k++) {
            int i = extra + prophet->holidays + k;
            ret_effects[k * outlook->horizon + h] = row[i] * prophet->weights[i] * prophet->scale;
        }
        ret_effects[prophet->related_count * outlook->horizon + h] = holidays * prophet->scale;
    }
}

double prophet_season(const struct prophet *prophet, int t)
{
    double row[2 * 10 * FORECAST_SEASONS], *end = row, sum = 0;
    for (int i = 0; i < prophet->season_count; i++)
        end = add_season(&prophet->seasons[i], prophet->first + t, end);
    for (double *term = row; term < end; term++)
        sum += *term * prophet->weights[2 + prophet->bends + (term - row)];
    return sum * prophet->scale;
}

int prophet_season_terms(const struct prophet *prophet)
{
    return prophet->season_terms;
}

double prophet_variance(const struct prophet *prophet)
{
    return prophet->variance * prophet->scale * prophet->scale;
}

double prophet_autocorrelation(const struct prophet *prophet, const struct history *history)
{
    double row[TERMS_MOST], before = NAN, products = 0, squares = 0;
    for (int t = 0; t < history->count; t++) {
        double left = history->y[t] / prophet->scale;
        fill_row(prophet, t, row);
        for (int i = 0; i < prophet->terms; i++)
            left -= row[i] * prophet->weights[i];
        if (isnan(left))
            continue;
        squares += left * left;
        products += isnan(before) ? 0 : left * before;
        before = left;
    }
    return squares > 0 ? products / squares : 0;
}
