#include "game/curve.h"

#include <math.h>

#define STEPS_UNLESS_SAID 4
#define STEPS_MOST        100
#define HALVINGS          5 /* of the exponential one, from full to none */

static enum curve_shape read_shape(struct str name)
{
    if (str_is(name, "exponential"))
        return CURVE_EXPONENTIAL;
    return str_is(name, "steps") ? CURVE_STEPS : CURVE_LINEAR;
}

struct curve curve_read(const cJSON *node, int64_t points)
{
    int64_t steps = json_int64(node, "steps", STEPS_UNLESS_SAID);
    return (struct curve){ .points = points,
                           .full_ms = json_int64(node, "full_ms", 0),
                           .none_ms = json_int64(node, "none_ms", 0),
                           .shape = read_shape(json_str(node, "curve")),
                           .steps = steps < 1            ? 1
                                    : steps > STEPS_MOST ? STEPS_MOST
                                                         : steps,
                           .is_there = node != NULL };
}

/* Each comes to exactly 1 and 0 at its ends. */
double curve_shape_share(enum curve_shape shape, int64_t steps, double left)
{
    if (left <= 0 || left >= 1)
        return left <= 0 ? 0 : 1;
    switch (shape) {
    case CURVE_LINEAR:
        return left;
    case CURVE_EXPONENTIAL:
        return (exp2(HALVINGS * left) - 1) / (exp2(HALVINGS) - 1);
    case CURVE_STEPS:
        return ceil(left * (double)steps) / (double)steps;
    }
    return left;
}

double curve_share(const struct curve *curve, int64_t elapsed_ms)
{
    if (!curve->is_there || elapsed_ms <= curve->full_ms)
        return 1;
    if (elapsed_ms >= curve->none_ms)
        return 0;
    double left = (double)(curve->none_ms - elapsed_ms) / (double)(curve->none_ms - curve->full_ms);
    return curve_shape_share(curve->shape, curve->steps, left);
}

int64_t curve_points(const struct curve *curve, int64_t elapsed_ms)
{
    return llround((double)curve->points * curve_share(curve, elapsed_ms));
}
