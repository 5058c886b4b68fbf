/* How often a series wants differencing before it stands still. */
#ifndef FORECAST_DIFFERENCE_H
#define FORECAST_DIFFERENCE_H

#include "base/arena.h"
#include "services/forecast/model/outlook.h"

/* y / scale with gaps bridged (the ends by the nearest value), from the first known value on. Scale: the mean size. */
double *difference_bridge(struct arena *arena, const struct history *history, int *ret_count, double *ret_scale);
/* y(t) − y(t − lag), in place; returns the new count. */
int difference_by(double *y, int count, int lag);
/* 1 where the season's strength (Wang, Smith and Hyndman, 2006) is above R's 0.64, else 0. */
int difference_seasons(struct arena *arena, const double *y, int count, int period);
/* 0 to 2: as long as KPSS (1992) refuses, at 5 %, that the level stands still. */
int difference_steps(struct arena *arena, const double *y, int count);

#endif
