/* How points, and prices, fall with time. A pack declares one as
 *
 *      {"full_ms": n, "none_ms": n, "curve"?: "linear"|"late"|"exponential"|"steps", "half_ms"?: n, "steps"?: [{"after_ms","share"}]}
 *
 *      1 ┤━━━━╮                   linear        as much as is left of the way
 *        │    ╰╮╲▔▔▔╲             late          slowly at first
 *        │     ╰╮╲    ╲           exponential   half of what is left in each half_ms
 *      0 ┤──────╰━━━━━━╲━━━▶      steps         the share that is left from each moment on
 *           full      none        (all of it until full_ms, nothing from none_ms on) */
#ifndef GAME_CURVE_H
#define GAME_CURVE_H

#include "base/json.h"

struct curve {
    int64_t points; /* all of it */
    int64_t full_ms, none_ms;
    enum curve_shape { CURVE_LINEAR, CURVE_LATE, CURVE_EXPONENTIAL, CURVE_STEPS } shape;
    int64_t half_ms;
    const cJSON *steps; /* borrowed from the declaration, in order of time */
    bool is_there;      /* declared at all: one that is not is all of it for good */
};

struct curve curve_read(const cJSON *node_or_null, int64_t points);
double curve_share(const struct curve *curve, int64_t elapsed_ms); /* from 1 down to 0 */
int64_t curve_points(const struct curve *curve, int64_t elapsed_ms);

#endif
