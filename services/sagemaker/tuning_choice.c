#include "services/sagemaker/tuning_choice.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"

#define RANDOM_FIRST 3 /* jobs before the rule of nearness */

enum scaling { SCALE_LINEAR, SCALE_LOGARITHMIC, SCALE_REVERSE };

struct range {
    const char *name;
    double least, most;
    enum scaling scaling;
    bool integer;
};

/* ---- ranges ---- */

static bool read_range(const cJSON *json, bool integer, struct range *ret_range)
{
    const char *least = json_string(json, "MinValue"), *most = json_string(json, "MaxValue");
    struct str scale = json_str(json, "ScalingType");
    char *end_least, *end_most;
    if (!least || !most)
        return false;
    *ret_range = (struct range){ json_string(json, "Name"), strtod(least, &end_least), strtod(most, &end_most),
                                 SCALE_LINEAR, integer };
    if (*end_least || *end_most || !isfinite(ret_range->least) || !isfinite(ret_range->most) ||
        ret_range->least > ret_range->most)
        return false;
    /* "Auto" is the service's choice: over many powers of ten the logarithmic scale. */
    bool wide = ret_range->least > 0 && ret_range->most / ret_range->least >= 1000;
    bool automatic = !scale.at || str_is(scale, "Auto");
    if (str_is(scale, "Logarithmic") || (automatic && wide))
        ret_range->scaling = SCALE_LOGARITHMIC;
    if (str_is(scale, "ReverseLogarithmic"))
        ret_range->scaling = SCALE_REVERSE;
    return ret_range->scaling == SCALE_LINEAR || (ret_range->scaling == SCALE_LOGARITHMIC && ret_range->least > 0) ||
           (ret_range->scaling == SCALE_REVERSE && ret_range->least >= 0 && ret_range->most < 1);
}

/* A place between 0 and 1 on the range's scale, and back. */
static double place_of(const struct range *range, double value)
{
    if (range->most == range->least)
        return 0;
    if (range->scaling == SCALE_LOGARITHMIC)
        return log(value / range->least) / log(range->most / range->least);
    if (range->scaling == SCALE_REVERSE)
        return log((1 - range->least) / (1 - value)) / log((1 - range->least) / (1 - range->most));
    return (value - range->least) / (range->most - range->least);
}

static double value_at(const struct range *range, double place)
{
    if (range->scaling == SCALE_LOGARITHMIC)
        return range->least * pow(range->most / range->least, place);
    if (range->scaling == SCALE_REVERSE)
        return 1 - (1 - range->least) * pow((1 - range->most) / (1 - range->least), place);
    return range->least + place * (range->most - range->least);
}

static void set_value(cJSON *chosen, const struct range *range, double place)
{
    char text[64];
    double value = value_at(range, place);
    if (range->integer) {
        value = round(value);
        value = value < range->least ? ceil(range->least) : value > range->most ? floor(range->most) : value;
        snprintf(text, sizeof text, "%.0f", value);
    } else {
        value = value < range->least ? range->least : value > range->most ? range->most : value;
        snprintf(text, sizeof text, "%.17g", value);
    }
    json_set_string(chosen, range->name, text);
}

/* ---- what is fit; sentences are ours ---- */

static const char *numeric_fault(struct arena *arena, const cJSON *list, bool integer)
{
    const cJSON *json;
    struct range range;
    cJSON_ArrayForEach(json, list)
    {
        if (!read_range(json, integer, &range))
            return arena_printf(arena, "The range of hyperparameter %s is not valid: from %s to %s",
                                json_string(json, "Name"), json_string(json, "MinValue"),
                                json_string(json, "MaxValue"));
    }
    return NULL;
}

const char *tuning_choice_fault(struct arena *arena, const char *strategy, const cJSON *ranges)
{
    const cJSON *integers = json_get(ranges, "IntegerParameterRanges"),
                *numbers = json_get(ranges, "ContinuousParameterRanges");
    const cJSON *categories = json_get(ranges, "CategoricalParameterRanges");
    bool numeric = (integers && integers->child) || (numbers && numbers->child);
    if (strcmp(strategy, "Grid") == 0 && numeric)
        return "The Grid strategy only supports CategoricalParameterRanges.";
    if (!numeric && !(categories && categories->child))
        return "At least one parameter range is required.";
    if (json_get(ranges, "AutoParameters"))
        return "This practice cloud has no AutoParameters.";
    const char *why = numeric_fault(arena, integers, true);
    return why ? why : numeric_fault(arena, numbers, false);
}

int64_t tuning_choice_grid_size(const cJSON *ranges)
{
    int64_t size = 1;
    const cJSON *category;
    cJSON_ArrayForEach(category, json_get(ranges, "CategoricalParameterRanges"))
    {
        size *= cJSON_GetArraySize(json_get(category, "Values"));
        if (size > 1000000)
            return size;
    }
    return size;
}

/* ---- choosing ---- */

static void choose_grid(cJSON *chosen, const cJSON *ranges, int64_t index)
{
    const cJSON *category;
    cJSON_ArrayForEach(category, json_get(ranges, "CategoricalParameterRanges"))
    {
        const cJSON *values = json_get(category, "Values");
        int64_t count = cJSON_GetArraySize(values);
        json_set_str(chosen, json_string(category, "Name"),
                     json_value(cJSON_GetArrayItem(values, (int)(index % count))));
        index /= count;
    }
}

/* A bell around the best, by the sum of uniform numbers. */
static double near(struct random *random, double best, double width)
{
    double bell = random_unit(random) + random_unit(random) + random_unit(random) + random_unit(random) - 2;
    double place = best + width * bell;
    return place < 0 ? 0 : place > 1 ? 1 : place;
}

static void choose_numbers(cJSON *chosen, const cJSON *list, bool integer, struct random *random, const cJSON *best,
                           double width)
{
    const cJSON *json;
    cJSON_ArrayForEach(json, list)
    {
        struct range range;
        if (!read_range(json, integer, &range))
            continue;
        const char *known = best ? json_string(best, range.name) : NULL;
        double place = random_unit(random);
        if (known)
            place = near(random, place_of(&range, strtod(known, NULL)), width);
        set_value(chosen, &range, place);
    }
}

static void choose_categories(cJSON *chosen, const cJSON *list, struct random *random, const cJSON *best)
{
    const cJSON *category;
    cJSON_ArrayForEach(category, list)
    {
        const cJSON *values = json_get(category, "Values");
        const char *name = json_string(category, "Name"), *known = best ? json_string(best, name) : NULL;
        int64_t index = random_between(random, 0, cJSON_GetArraySize(values) - 1);
        bool stay = known && random_unit(random) < 0.7;
        json_set_str(chosen, name, stay ? str_of(known) : json_value(cJSON_GetArrayItem(values, (int)index)));
    }
}

cJSON *tuning_choose(const char *strategy, const cJSON *ranges, uint64_t seed, int64_t index, const cJSON *best_or_null,
                     int64_t known)
{
    cJSON *chosen = cJSON_CreateObject();
    struct random random;
    if (strcmp(strategy, "Grid") == 0) {
        choose_grid(chosen, ranges, index);
        return chosen;
    }
    random_seed(&random, seed + (uint64_t)index * 0x9e3779b97f4a7c15u);
    bool by_rule = strcmp(strategy, "Bayesian") == 0 && known >= RANDOM_FIRST && index % 4 != 3;
    const cJSON *best = by_rule ? best_or_null : NULL;
    double width = 0.5 / sqrt((double)(known > 0 ? known : 1));
    choose_numbers(chosen, json_get(ranges, "IntegerParameterRanges"), true, &random, best, width);
    choose_numbers(chosen, json_get(ranges, "ContinuousParameterRanges"), false, &random, best, width);
    choose_categories(chosen, json_get(ranges, "CategoricalParameterRanges"), &random, best);
    return chosen;
}
