/* Lines that endpoints captured, and ground truth: what may stand in anybody's bucket. */
#include "services/sagemaker/analysis/capture_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct str text = { (const char *)bytes, length };
    struct dataset *dataset = dataset_new();
    struct truths truths;
    truths_begin(&truths, dataset->arena);
    truths_read(&truths, text);
    const struct capture_reading reading = { .inputs = length % 2,
                                             .outputs = length % 3 != 0,
                                             .truth = map_count(truths.labels) ? &truths : NULL };
    capture_read(dataset, text, &reading);
    truths_end(&truths);
    dataset_free(dataset);
    return 0;
}
