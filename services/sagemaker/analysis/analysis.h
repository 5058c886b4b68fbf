/* Analyses: AWS's images that look at data and models in processing jobs, as they run here: Model Monitor's analyzer and Clarify. They
 * see what the container would see and leave the files that it would leave; what they are told of the model is asked on a worker. */
#ifndef SAGEMAKER_ANALYSIS_H
#define SAGEMAKER_ANALYSIS_H

#include "services/sagemaker/analysis/dataset.h"
#include "services/sagemaker/container_run.h"

struct analysis {
    const char *repository;
    /* Which model it asks, in the run's arena: by name, or *ret_is_endpoint by an endpoint's; NULL: none. The container's input is there. */
    const char *(*model)(struct container_run *run, bool *ret_is_endpoint);
    /* On a worker; run->box is the model. Says container_exit(). */
    void (*run)(struct container_run *run);
};

extern const struct analysis monitor_analysis, clarify_analysis;

/* ---- shared by the two ---- */

/* The container's files below a folder (or at the path), in order. */
const struct container_file **analysis_files(const struct container *container, struct arena *arena, struct str folder,
                                             size_t *ret_count);
/* A value of the environment, "" where it is not set. */
struct str analysis_setting(const struct container *container, const char *name);
/* The JSON document that this setting leads to (a file, or the only one in a folder); NULL: none. */
const cJSON *analysis_document(const struct container *container, struct arena *arena, const char *setting);
/* Leaves a tree as a file of the output; takes it. */
void analysis_leave(struct container *container, struct str folder, const char *name, cJSON *tree_taken);
/* The violations' file, and the exit message that tells of them; takes them. `version`: of the file, NULL: it says none. */
void analysis_leave_violations(struct container_run *run, struct str folder, const char *version,
                               cJSON *violations_taken);
/* What the job's row keeps of what was found, for the page: run->metrics, an object with "violations" and whatever is added. */
#define FINDINGS_MOST 50 /* violations */
void analysis_find(struct container_run *run, const char *name, cJSON *value_taken);
/* All data below a folder as dataset_format says (CSV, captured events); `labelled`: with labels of ground truth as a first column,
 * where there are any. False: the container was failed. */
struct analysis_data {
    struct str folder;
    bool inputs, outputs, labelled;
    bool ret_captured, ret_labelled; /* what it was; what it has */
};
bool analysis_read(struct container *container, struct dataset *dataset, struct analysis_data *data);
/* What a model says of each line of CSV: the number at `index` among those that it answers for each. False: it does not. */
bool analysis_predict(const struct predictor_box *box, struct str csv, size_t rows, size_t index, double *ret_values);

#endif
