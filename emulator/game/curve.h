/* How points fall with time, or with anything else that is all of it first and nothing in the end. A pack declares one as
 *
 *      {"curve":"linear"|"exponential"|"steps", "steps"?: n (4), "full_ms": n, "none_ms": n}
 *
 *      1 ┤━━━━╮                   linear        as much as is left of the way
 *        │    ╰╮╲ ▔▔▔╲▁           exponential   most of it goes at once, the rest slowly
 *      0 ┤     ╰━╲━━━━━╲━━━▶      steps         so many equal ones down
 *           full      none
 */
#ifndef GAME_CURVE_H
#define GAME_CURVE_H

#include "base/json.h"

enum curve_shape { CURVE_LINEAR, CURVE_EXPONENTIAL, CURVE_STEPS };

struct curve {
    int64_t points; /* all of it */
    int64_t full_ms, none_ms;
    enum curve_shape shape;
    int64_t steps;
    bool is_there; /* declared at all */
};

/* From a node as above, which may be NULL: then there is none. */
struct curve curve_read(const cJSON *node, int64_t points);
/* The share at `left` of the way (1: all of it is left, 0: nothing): from 1 down to 0. */
double curve_shape_share(enum curve_shape shape, int64_t steps, double left);
/* One that is not there is all of it for good. */
double curve_share(const struct curve *curve, int64_t elapsed_ms);
int64_t curve_points(const struct curve *curve, int64_t elapsed_ms);

#endif
