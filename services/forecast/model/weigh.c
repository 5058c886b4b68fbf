#include "services/forecast/model/weigh.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SHARPNESS 4.0  /* weights fall with this power of the loss */
#define LEAST     0.08 /* what would speak more softly is silent */
#define HORIZONS  2.0  /* so many horizons of its own weigh as much as what all items say */

/* Mean losses relative to the smallest; false if nothing was measured. */
static bool relative(const struct losses *losses, unsigned asked, double *ret)
{
    double least = INFINITY;
    for (int a = 0; a < FORECAST_ALGORITHMS; a++)
        if (asked & 1U << a)
            least = fmin(least, losses->sum[a]);
    if (losses->points == 0 || !isfinite(least))
        return false;
    for (int a = 0; a < FORECAST_ALGORITHMS; a++)
        ret[a] = fmin((losses->sum[a] + 1e-9 * losses->points) / (least + 1e-9 * losses->points), 1e3);
    return true;
}

static void normalise(struct forecast_weights *weights, double least)
{
    double total = 0, kept = 0;
    for (int a = 0; a < FORECAST_ALGORITHMS; a++)
        total += weights->of[a];
    for (int a = 0; a < FORECAST_ALGORITHMS; a++) {
        weights->of[a] = weights->of[a] < least * total ? 0 : weights->of[a];
        kept += weights->of[a];
    }
    for (int a = 0; a < FORECAST_ALGORITHMS; a++)
        weights->of[a] = (float)(weights->of[a] / kept);
}

struct forecast_weights weigh(const struct losses *item, const struct losses *pooled, unsigned asked, int horizon)
{
    struct forecast_weights weights = { { 0 } };
    double own[FORECAST_ALGORITHMS], all[FORECAST_ALGORITHMS];
    bool has_own = relative(item, asked, own), has_all = relative(pooled, asked, all);
    double share = has_own && has_all ? item->points / (item->points + HORIZONS * horizon) : has_own;
    for (int a = 0; a < FORECAST_ALGORITHMS; a++) {
        if (!(asked & 1U << a))
            continue;
        double loss = (has_own ? share * own[a] : 0) + (has_all ? (1 - share) * all[a] : 0);
        weights.of[a] = has_own || has_all ? (float)pow(loss, -SHARPNESS) : 1;
    }
    normalise(&weights, LEAST);
    return weights;
}

void weigh_name(const struct forecast_weights *weights, char ret_name[64])
{
    struct forecast_weights left = *weights;
    size_t length = 0;
    ret_name[0] = '\0';
    for (;;) {
        int loudest = 0;
        for (int a = 1; a < FORECAST_ALGORITHMS; a++)
            loudest = left.of[a] > left.of[loudest] ? a : loudest;
        char word[40];
        int written = snprintf(word, sizeof word, "%s%s %.2f", length ? ", " : "",
                               forecast_algorithm_name((enum forecast_algorithm)loudest), left.of[loudest]);
        if (left.of[loudest] < 0.005 || length + (size_t)written >= 64)
            return;
        memcpy(ret_name + length, word, (size_t)written + 1);
        length += (size_t)written;
        left.of[loudest] = 0;
    }
}
