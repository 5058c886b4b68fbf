#include "services/forecast/model/npts.h"

#include "base/arena.h"
#include "services/forecast/model/numeric.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The guide's defaults; a season counts once it has been seen twice. */
const struct npts npts_defaults = { .decay = 0.01, .seasonal = true };

enum { TURNS_LEAST = 2 };

void npts_set(struct npts *npts, const char *name, const char *value)
{
    double number = strtod(value, NULL);
    if (strcmp(name, "kernel_type") == 0)
        npts->uniform = strcmp(value, "uniform") == 0;
    else if (strcmp(name, "use_seasonal_model") == 0)
        npts->seasonal = strcasecmp(value, "false") != 0;
    else if (strcmp(name, "exp_kernel_weights") == 0 && number > 0 && number < 100)
        npts->decay = number;
    else if (strcmp(name, "context_length") == 0 && number >= 1 && number < 1e9)
        npts->context_length = (int)number;
}

static size_t collect(const struct npts *npts, const struct history *history, int first, int every, int offset,
                      struct numeric_weighted *ret)
{
    size_t count = 0;
    for (int t = history->count - every + offset; t >= first; t -= every) {
        if (isnan(history->y[t]))
            continue;
        double age = history->count - t;
        ret[count++] = (struct numeric_weighted){ history->y[t],
                                                  npts->uniform ? 1 : fmax(exp(-npts->decay * age), 1e-12) };
    }
    numeric_sort_weighted(ret, count);
    return count;
}

static double mean_of(const struct numeric_weighted *values, size_t count)
{
    double total = 0, mean = 0;
    for (size_t i = 0; i < count; i++)
        total += values[i].weight;
    for (size_t i = 0; i < count; i++)
        mean += values[i].value * (values[i].weight / total);
    return mean;
}

void npts_forecast(const struct npts *npts, const struct history *history, struct outlook *outlook)
{
    struct arena *scratch = arena_new();
    int first = npts->context_length > 0 && npts->context_length < history->count
                    ? history->count - npts->context_length
                    : 0;
    int every = npts->seasonal && history->count - first >= TURNS_LEAST * history->season ? history->season : 1;
    struct numeric_weighted *values = arena_room(scratch, (size_t)(history->count + 1) * sizeof *values);

    for (int h = 0; h < outlook->horizon; h++) {
        double *quantiles = outlook->quantiles + (size_t)h * outlook->quantile_count;
        if (h >= every) { /* the season comes again */
            outlook->mean[h] = outlook->mean[h - every];
            memcpy(quantiles, quantiles - (size_t)every * outlook->quantile_count,
                   outlook->quantile_count * sizeof(double));
            continue;
        }
        size_t count = collect(npts, history, first, every, h, values);
        if (count == 0)
            count = collect(npts, history, 0, 1, 0, values); /* this place of the season was never seen */
        outlook->mean[h] = count ? mean_of(values, count) : 0;
        for (int q = 0; q < outlook->quantile_count; q++)
            quantiles[q] = count ? numeric_weighted_quantile(values, count, outlook->levels[q]) : 0;
    }
    arena_free(scratch);
}
