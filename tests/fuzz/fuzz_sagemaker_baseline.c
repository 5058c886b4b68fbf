/* Baselines: statistics and constraints that anybody may have written, against data that are there; and the data themselves. */
#include "services/sagemaker/analysis/attribution.h"
#include "services/sagemaker/analysis/bias.h"
#include "services/sagemaker/analysis/data_quality.h"
#include "services/sagemaker/analysis/model_quality.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct str rest, text = { (const char *)bytes, length }, csv = str_cut(text, '\0', &rest);
    struct dataset *dataset = dataset_new();
    struct arena *arena = dataset->arena;
    const cJSON *baseline = json_parse_in(arena, rest, NULL);
    if (!dataset_read_csv(dataset, csv, true) || !dataset->columns)
        dataset_read_csv(dataset, STR("a,b\n1,x\n2.5,y\n,x\n"), true);
    struct data_profile profile = data_quality_measure(arena, dataset);
    cJSON_Delete(data_quality_statistics(arena, &profile));
    cJSON_Delete(data_quality_constraints(arena, &profile));
    if (baseline) {
        cJSON_Delete(data_quality_violations(arena, &profile, baseline, baseline));
        cJSON_Delete(data_quality_drifts(arena, &profile, baseline, baseline));
        cJSON_Delete(model_quality_violations(arena, baseline, baseline));
        cJSON_Delete(bias_violations(arena, baseline, baseline));
        cJSON_Delete(attribution_violations(arena, baseline, baseline));
    }
    dataset_free(dataset);
    return 0;
}
