/* A container: one run of an image, handed by SageMaker to whoever can run it. services/sagemaker asks HOOK_CONTAINER
 * (world/hook.h) with
 *
 *      question.subject = the struct container         question.service  = "sagemaker"
 *      question.operation = the image's URI            question.resource = the ARN of the job or endpoint
 *      question.role = its execution role's name
 *
 *      VERDICT_PASS      not mine: the next hook is asked; where all pass nobody here has that image
 *      VERDICT_CHANGED   I have run it: the answer stands in the container (one of container_exit() and container_refuse() was
 *                        said); a hook that finds `answered` already set by one before it says PASS
 *      VERDICT_PARKED    I run it: the answer comes later, then hook_answer(CHANGED)
 *
 * Who asks owns the struct and all that it borrows until the question is answered or forgotten. What the container finds in its
 * file system is `input`, what it leaves below one of `output_folders` comes back as `output`. The time limit is kept by the
 * runner, in real time; who asks may forget the question at any moment (a job was stopped). Ceilings of log and output are
 * kept here: a runner may hand over anything. */
#ifndef AWS_CONTAINER_H
#define AWS_CONTAINER_H

#include "base/buf.h"
#include "base/json.h"
#include "base/list.h"
#include "world/store.h"

#define CONTAINER_MOST_BYTES (512 * 1024 * 1024) /* of all input, and of all output */
#define CONTAINER_MOST_FILES 10000
#define CONTAINER_MOST_LOG   (1024 * 1024)
#define CONTAINER_MOST_TEXT  1024 /* of a reason: DescribeTrainingJob's FailureReason holds no more */

enum container_task {
    CONTAINER_PROCESS, /* a processing job's */
    CONTAINER_TRAIN,   /* a training job's: /opt/ml/input, /opt/ml/model */
    CONTAINER_PING,    /* does anybody here serve models by this image? No, unless somebody exits with 0 */
    CONTAINER_SERVE,   /* one request to a model: `body` in, `reply` out */
};

struct container_file {
    struct list link;
    char *path; /* absolute, without "." and ".." */
    struct buf bytes;
};

struct container {
    /* What is asked. All borrowed, but for the files. */
    struct scope scope;
    enum container_task task;
    const char *arn, *name, *role_arn;
    const char *image; /* "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3" */
    /* "python3" where the image is one of AWS's that run a user's script; NULL: nobody knows what is in it. */
    const char *interpreter;
    const cJSON *entrypoint, *arguments; /* arrays of strings; NULL: the image's own */
    const cJSON *environment;            /* an object of strings; NULL: none */
    const cJSON *hyperparameters;        /* likewise */
    const cJSON *channels;               /* of a training job: its InputDataConfig; NULL: none */
    struct list input;                   /* struct container_file; owned by who asks */
    const struct list *model;            /* of a request: the model's files, likewise below /opt/ml/model; or NULL */
    const char *const *output_folders;   /* NULL-terminated, without a '/' behind */
    struct str body, content_type, accept;
    bool is_batch; /* the request is a transform job's */
    int64_t timeout_ms, memory_mb;

    /* The answer. */
    bool answered, refused, timed_out;
    bool unknown_image; /* refused, since nobody has it */
    int exit_code;
    char reason
        [CONTAINER_MOST_TEXT]; /* refused: why; else what the container said of its failure (/opt/ml/output/failure) */
    struct list output;        /* struct container_file, owned by the container */
    size_t output_bytes, output_count;
    struct buf log; /* lines */
    bool log_cut;
    int status; /* of the reply, as HTTP has it; 0: it did not answer */
    struct buf reply;
    char reply_type[128];
};

void container_init(struct container *container);
/* Everything that it owns, input too. */
void container_release(struct container *container);

/* Adds a file that takes the bytes. Several of one path: the last counts. */
void container_give(struct container *container, struct str path, struct buf *bytes_taken);
const struct container_file *container_input(const struct container *container, const char *path); /* NULL: none */

/* For runners. */
/* Text as it comes, which may end in the middle of a line. */
void container_log(struct container *container, struct str text);
/* False: there is no room for it; the run is then one that failed. A path outside of the output folders is no file of the answer. */
bool container_leave(struct container *container, struct str path, struct buf *bytes_taken);
/* It ran and ended so. */
void container_exit(struct container *container, int exit_code);
/* It could not be run at all: this is why. */
__attribute__((format(printf, 2, 3))) void container_refuse(struct container *container, const char *format, ...);

/* Is this a path that a container may be given: absolute, no empty, "." or ".." segments, no NUL? */
bool container_path_is_fit(struct str path);

#endif
