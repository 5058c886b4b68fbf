#include "services/sagemaker/algorithm.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "services/sagemaker/analysis/analysis.h"
#include "services/sagemaker/analysis/encoder.h"

/* ---- images ---- */

static const struct algorithm *const algorithms[] = { &automl_transformer_algorithm, &kmeans_algorithm,
                                                      &linear_learner_algorithm, &xgboost_algorithm };

static const struct analysis *const analyses[] = { &automl_analysis, &clarify_analysis, &monitor_analysis };

/* Repositories of AWS's images that run what they are given: "Docker registry paths" of the developer guide. */
static const char *const script_repositories[] = {
    "sagemaker-scikit-learn",
    "sagemaker-spark-processing",
    "sagemaker-base-python",
    "sagemaker-distribution-prod",
    "pytorch-training",
    "pytorch-inference",
    "tensorflow-training",
    "tensorflow-inference",
    "huggingface-pytorch-training",
    "mxnet-training",
    "sagemaker-data-wrangler-container",
};

/* "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1" */
static bool cut_uri(struct str uri, struct str *ret_account, struct str *ret_repository)
{
    struct str path, host = str_cut(uri, '/', &path), rest;
    *ret_account = str_cut(host, '.', &rest);
    struct str tagged = str_cut(path, '@', &(struct str){ 0 });
    *ret_repository = str_cut(tagged, ':', &(struct str){ 0 });
    return ret_account->length == 12 && str_starts(rest, STR("dkr.ecr.")) && ret_repository->length > 0;
}

struct image image_find(struct str uri, const char *account)
{
    struct str registry, repository;
    struct image image = { 0 };
    if (!cut_uri(uri, &registry, &repository) || str_is(registry, account))
        return image;
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
        if (str_is(repository, algorithms[i]->repository) || str_is(repository, algorithms[i]->name))
            image.algorithm = algorithms[i];
    }
    for (size_t i = 0; i < sizeof analyses / sizeof *analyses; i++) {
        if (str_is(repository, analyses[i]->repository))
            image.analysis = analyses[i];
    }
    bool script = image.algorithm == &xgboost_algorithm; /* its image has Python, and evaluates what it trained */
    for (size_t i = 0; !script && i < sizeof script_repositories / sizeof *script_repositories; i++)
        script = str_is(repository, script_repositories[i]);
    image.interpreter = script ? "python3" : NULL;
    return image;
}

/* ---- what algorithms share ---- */

struct str hyperparameter(const struct container *container, const char *name)
{
    return json_str(container->hyperparameters, name);
}

bool turn_is_over(const struct work *work_or_null, int64_t until_ms)
{
    return time_monotonic_ms() >= until_ms || (work_or_null && work_is_cancelled(work_or_null));
}

void algorithm_fail(struct container *container, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(container->reason, sizeof container->reason, format, args);
    va_end(args);
    container_log(container, str_of(container->reason));
    container_log(container, STR("\n"));
    container_exit(container, 1);
}

static int by_path(const void *a, const void *b)
{
    const struct container_file *const *one = a, *const *other = b;
    return strcmp((*one)->path, (*other)->path);
}

const struct container_file **channel_files(const struct container *container, const char *channel, struct arena *arena,
                                            size_t *ret_count)
{
    size_t count = 0;
    struct str folder = str_of(arena_printf(arena, DATA_FOLDER "/%s/", channel));
    for (struct list *link = container->input.next; link != &container->input; link = link->next)
        count++;
    const struct container_file **files = ARENA_ARRAY(arena, const struct container_file *, count + 1);
    *ret_count = 0;
    for (struct list *link = container->input.next; link != &container->input; link = link->next) {
        const struct container_file *file = LIST_ITEM(link, struct container_file, link);
        if (str_starts(str_of(file->path), folder))
            files[(*ret_count)++] = file;
    }
    qsort(files, *ret_count, sizeof *files, by_path);
    return files;
}

const cJSON *model_document(struct arena *arena, const struct container_file *file_or_null)
{
    struct str text = file_or_null ? buf_str(&file_or_null->bytes) : STR_NONE;
    size_t values = 0;
    for (size_t i = 0; i < text.length; i++)
        values += text.at[i] == ',';
    return text.length && values < MODEL_MOST_VALUES ? json_parse_in(arena, text, NULL) : NULL;
}

struct str channel_content_type(const struct container *container, const char *channel)
{
    const cJSON *entry;
    cJSON_ArrayForEach(entry, container->channels)
    {
        if (str_is(json_str(entry, "ChannelName"), channel)) {
            struct str type = str_cut(json_str(entry, "ContentType"), ';', &(struct str){ 0 });
            return type.at ? str_trim(type) : STR("");
        }
    }
    return STR("");
}
