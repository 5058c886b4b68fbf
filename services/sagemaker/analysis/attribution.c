#include "services/sagemaker/analysis/attribution.h"

#include <math.h>
#include <stdlib.h>

#include "services/sagemaker/analysis/dataset.h"

#define ATTRIBUTION_LEAST 0.9 /* "Violations for feature attribution drift": the NDCG below which there is one */

struct ranked {
    double score, order;
};

static int by_order(const void *a, const void *b)
{
    const struct ranked *one = a, *other = b;
    return (one->order < other->order) - (one->order > other->order);
}

static double gain(struct ranked *ranked, size_t count)
{
    double sum = 0;
    qsort(ranked, count, sizeof *ranked, by_order);
    for (size_t i = 0; i < count; i++)
        sum += ranked[i].score / log2((double)i + 2);
    return sum;
}

/* Normalized discounted cumulative gain of the ranking now, by the baseline's attributions. */
static double ndcg(struct arena *arena, const cJSON *now, const cJSON *baseline)
{
    size_t count = 0;
    struct ranked *ranked = ARENA_ARRAY(arena, struct ranked, (size_t)cJSON_GetArraySize(baseline) + 1);
    const cJSON *feature;
    cJSON_ArrayForEach(feature, baseline)
    {
        double score = fabs(json_to_double(feature));
        ranked[count++] = (struct ranked){ score, fabs(json_number(now, feature->string, 0)) };
    }
    double found = gain(ranked, count);
    for (size_t i = 0; i < count; i++)
        ranked[i].order = ranked[i].score;
    double best = gain(ranked, count);
    return best > 0 ? found / best : 1;
}

cJSON *attribution_violations(struct arena *arena, const cJSON *analysis, const cJSON *baseline)
{
    cJSON *violations = cJSON_CreateArray();
    const cJSON *label, *kept = json_get(json_get(baseline, "explanations"), "kernel_shap");
    cJSON_ArrayForEach(label, json_get(json_get(analysis, "explanations"), "kernel_shap"))
    {
        const cJSON *other = json_get(json_get(kept, label->string), "global_shap_values");
        double score = other ? ndcg(arena, json_get(label, "global_shap_values"), other) : 1;
        if (score >= ATTRIBUTION_LEAST)
            continue;
        cJSON *violation = cJSON_CreateObject();
        json_set_string(violation, "label", label->string);
        json_set_string(violation, "metric_name", "shap");
        json_set_string(violation, "constraint_check_type", "feature_attribution_drift_check");
        json_set_string(violation, "description",
                        arena_printf(arena, "Feature attribution drift %s exceeds threshold %g",
                                     dataset_print(arena, score), ATTRIBUTION_LEAST));
        json_add(violations, violation);
    }
    return violations;
}
