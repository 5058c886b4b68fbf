/* Algorithms: images of AWS's own that run here in C. They see what a container would see (aws/container.h: files of channels in,
 * a model's files, a log and an exit code out) and run on worker threads (world/work.h): they touch the container that they
 * are given, constant nodes and memory of their own, nothing else. */
#ifndef SAGEMAKER_ALGORITHM_H
#define SAGEMAKER_ALGORITHM_H

#include "aws/container.h"
#include "world/work.h"

#define MODEL_FOLDER "/opt/ml/model"
#define DATA_FOLDER  "/opt/ml/input/data"

struct analysis;
struct predictor;

struct metric_definition {
    const char *name, *regex;
};

struct algorithm {
    const char *name;                        /* "xgboost" */
    const char *repository;                  /* of its images: "sagemaker-xgboost" */
    const char *rounds;                      /* the hyperparameter that its time grows with; NULL: none */
    const struct metric_definition *metrics; /* what SageMaker reads from its log; ends with a NULL name */
    /* Trains for about half a second. True: it is over, container_exit() was said; false: call it again, with the same state. `work`
     * tells whether anybody still wants it; NULL: somebody does. */
    bool (*train)(struct container *container, const struct work *work, void **state);
    void (*abandon)(void *state); /* of one that is not over */
    /* Reads the model's file among container.input, where archive_unpack() puts them. NULL: container.reason. Any thread. */
    struct predictor *(*load)(struct container *container);
    /* Answers container.body: says status, reply and reply_type. Any thread, also several at once. */
    void (*predict)(const struct predictor *predictor, struct container *container);
    void (*drop)(struct predictor *predictor);
};

extern const struct algorithm xgboost_algorithm;
extern const struct algorithm kmeans_algorithm;
extern const struct algorithm linear_learner_algorithm;

/* What is known of an image by its URI. */
struct image {
    const struct algorithm *algorithm; /* NULL: none of ours */
    const char *interpreter;           /* "python3": one of AWS's that run a user's script; NULL: it is not */
    const struct analysis
        *analysis; /* analysis/analysis.h: one of AWS's that look at data in processing jobs; or NULL */
};

/* `account` is the caller's: an image in his own registry is his own, whatever it is called. */
struct image image_find(struct str uri, const char *account);

/* ---- for algorithms ---- */

struct str hyperparameter(const struct container *container, const char *name); /* STR_NONE: not given */
#define TURN_MS 500 /* how long `train` works before others get their turn */
/* Is a turn's work over, or nobody's concern any more? */
bool turn_is_over(const struct work *work_or_null, int64_t until_ms);
/* The failure of a container that AWS puts the blame for on its user: reason and exit code. */
__attribute__((format(printf, 2, 3))) void algorithm_fail(struct container *container, const char *format, ...);
/* The files of a channel, in order of their paths, as a NULL-terminated array in the arena; *ret_count 0: no such channel. */
const struct container_file **channel_files(const struct container *container, const char *channel, struct arena *arena,
                                            size_t *ret_count);
/* What a model's file holds, in the arena; NULL: no JSON, or more than MODEL_MOST_VALUES values. An archive may come from anybody,
 * packs a thousandfold, and each value of two bytes costs a node. */
#define MODEL_MOST_VALUES ((size_t)8 * 1024 * 1024)
const cJSON *model_document(struct arena *arena, const struct container_file *file_or_null);
/* The channel's ContentType without parameters, "" where none was given. */
struct str channel_content_type(const struct container *container, const char *channel);

#endif
