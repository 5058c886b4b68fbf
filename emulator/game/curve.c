#include "game/curve.h"

#include <math.h>

struct curve curve_read(const cJSON *node, int64_t points)
{
    static const char *const shapes[] = { "linear", "late", "exponential", "steps" };
    struct curve curve = { .points = points,
                           .full_ms = json_int64(node, "full_ms", 0),
                           .none_ms = json_int64(node, "none_ms", 0),
                           .half_ms = json_int64(node, "half_ms", 0),
                           .steps = json_get(node, "steps"),
                           .is_there = node != NULL };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (str_is(json_str(node, "curve"), shapes[i]))
            curve.shape = (enum curve_shape)i;
    return curve;
}

static double share_by_steps(const cJSON *steps, int64_t elapsed_ms)
{
    double share = 1;
    const cJSON *step;
    cJSON_ArrayForEach(step, steps)
    {
        if (json_int64(step, "after_ms", 0) <= elapsed_ms)
            share = json_number(step, "share", 1);
    }
    return share;
}

double curve_share(const struct curve *curve, int64_t elapsed_ms)
{
    if (!curve->is_there || elapsed_ms <= curve->full_ms)
        return 1;
    if (elapsed_ms >= curve->none_ms)
        return 0;
    double gone = (double)(elapsed_ms - curve->full_ms) / (double)(curve->none_ms - curve->full_ms);
    switch (curve->shape) {
    case CURVE_LINEAR:
        return 1 - gone;
    case CURVE_LATE:
        return 1 - gone * gone;
    case CURVE_EXPONENTIAL:
        return curve->half_ms > 0 ? exp2(-(double)(elapsed_ms - curve->full_ms) / (double)curve->half_ms) : 0;
    case CURVE_STEPS:
        return share_by_steps(curve->steps, elapsed_ms);
    }
    return 0;
}

int64_t curve_points(const struct curve *curve, int64_t elapsed_ms)
{
    return llround((double)curve->points * curve_share(curve, elapsed_ms));
}
