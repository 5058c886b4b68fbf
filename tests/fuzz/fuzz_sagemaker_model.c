/* Models of anybody: what can be loaded can be asked. */
#include "services/sagemaker/algorithm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(const struct algorithm *algorithm, struct predictor *predictor)
{
    struct container asked;
    container_init(&asked);
    asked.body = STR("1 0:2 1:3\n");
    asked.content_type = STR("text/libsvm");
    asked.accept = STR("application/json");
    algorithm->predict(predictor, &asked);
    container_release(&asked);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct {
        const struct algorithm *algorithm;
        const char *file;
    } algorithms[] = { { &xgboost_algorithm, MODEL_FOLDER "/xgboost-model" },
                       { &kmeans_algorithm, MODEL_FOLDER "/model_algo-1" },
                       { &linear_learner_algorithm, MODEL_FOLDER "/model_algo-1" } };
    for (size_t i = 0; i < 3; i++) {
        struct container container;
        struct buf bytes = BUF_EMPTY;
        container_init(&container);
        buf_add(&bytes, data, size);
        container_give(&container, str_of(algorithms[i].file), &bytes);
        struct predictor *predictor = algorithms[i].algorithm->load(&container);
        if (predictor) {
            ask(algorithms[i].algorithm, predictor);
            algorithms[i].algorithm->drop(predictor);
        }
        container_release(&container);
    }
    return 0;
}
