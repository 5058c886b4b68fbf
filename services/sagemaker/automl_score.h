/* How good a candidate of an AutoML job is: its model on the validation data, both fetched from S3, judged on a worker. Stepped by the
 * job's strand, as a fetch is. */
#ifndef SAGEMAKER_AUTOML_SCORE_H
#define SAGEMAKER_AUTOML_SCORE_H

#include "services/sagemaker/container_run.h"
#include "services/sagemaker/fetch.h"

struct automl_score { /* zeroed but for the first */
    struct world *world;
    struct s3_access *access;
    const char *problem, *image, *model_url, *validation_url; /* last as long as it */
    struct scope scope;
    void (*ready)(void *owner); /* the worker has ended: step it */
    void *owner;
    /* Its own. */
    enum { SCORE_MODEL, SCORE_DATA, SCORE_RUNS, SCORE_RAN } stage;
    struct container_run *run;
    struct fetch fetch;
    cJSON *metrics; /* {"F1": 0.9, …}: malloc'ed, when it is DONE */
    char reason[CONTAINER_MOST_TEXT];
};

void automl_score_begin(struct automl_score *score);
enum progress automl_score_step(struct automl_score *score);
void automl_score_end(struct automl_score *score);

/* Is the metric one that candidates of this problem are measured by? *ret_maximise: the more the better. */
bool automl_metric_is_known(struct str metric, struct str problem, bool *ret_maximise);

#endif
