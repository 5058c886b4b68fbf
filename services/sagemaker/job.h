/* Jobs: processing, training and transform jobs, which read from S3, run a container and write to S3. They share rows, the way
 * through their stages, stopping, time limits, logs and events; what differs is a struct job_kind.
 *
 *   starting ─▶ fetching ─▶ running ─▶ packing ─▶ delivering ─▶ Completed
 *      │            └───────────┴──────────┴─────────┴────────▶ Failed (FailureReason) · Stopped (MaxRuntimeExceeded)
 *      └ a stop at any moment ─▶ Stopping ─▶ Stopped
 *
 * A run that is watched (run->watched: a tuning job stops it early) is computed when the stage begins. Its course stands in the row from
 * then on, the stage's time begins, and a stop leaves of the log what was written by then.
 *
 * Each stage lasts at least as long as on AWS (times the world's duration_factor) and as long as its work. A row, keyed by the
 * name in lower case: {"name", "arn", "status", "secondary", "created", "modified", "started", "ended", "due", "failure",
 * "transitions": [{"Status", "StartTime", "EndTime", "StatusMessage"}], "input": what was asked for, without tags, "result": what
 * its end adds to Describe}; times are milliseconds. One strand a job; recover() starts it anew: what was fetched or computed
 * before is fetched and computed again.
 *
 * At each change of status or of secondary status an event is posted: topic job_kind.topic, key the job's ARN, detail {"status",
 * "secondary"}. */
#ifndef SAGEMAKER_JOB_H
#define SAGEMAKER_JOB_H

#include "services/sagemaker/container_run.h"
#include "services/sagemaker/deliver.h"
#include "services/sagemaker/names.h"
#include "world/fate.h"
#include "world/strand.h"

struct job;

struct job_news {
    const char *status, *secondary, *message;
};

struct job_source {
    const char *url, *folder;
    bool is_manifest, is_object;
};

/* What a job is about to do, made of its row; texts in the arena or borrowed from the row. */
struct job_plan {
    const char *image, *role_arn;
    struct job_source *sources;
    size_t source_count;
    int64_t most_runtime_s; /* MaxRuntimeInSeconds */
};

struct job_kind {
    const char *type;        /* "training-job": in ARNs */
    const char *thing;       /* "TrainingJob": to hooks, which are asked before each change of secondary status (fate.h) */
    const char *name_member; /* "TrainingJobName" */
    const char *said;        /* "Training" in status messages: "Training job completed" */
    const char *log_group;   /* "/aws/sagemaker/TrainingJobs" */
    const char *topic;
    const struct table_def *table;
    bool hides_exit;                              /* a container's exit code is not told in the FailureReason */
    int64_t starting_s, fetching_s, delivering_s; /* as on AWS, about */
    /* Fills in the plan, and the container but for what every job's has. */
    void (*plan)(struct job *job, const cJSON *input);
    /* Before the container runs: its files are there. False: job->reason. NULL: nothing. */
    bool (*prepare)(struct job *job);
    /* Runs it in the place of the container: says container_exit() of job->run->container and job_ran() when it is over, and leaves its
     * output there. NULL: the container runs. */
    void (*start)(struct job *job);
    void (*drop)(struct job *job); /* what `start` began goes, finished or not; NULL: nothing */
    /* On a worker thread: run->metrics of the log as it is then, and run->course of one that is watched. NULL: nothing. */
    void (*measure)(struct container_run *run);
    /* On a worker thread, after a run that ended well: what is delivered stands in container.output afterwards. NULL: nothing. */
    void (*pack)(struct container_run *run);
    const char *(*url)(void *job, struct arena *arena, const struct container_file *file); /* where an output goes */
    void (*settle)(struct job *job, cJSON *row); /* the end's members of the row; NULL: none */
};

enum job_stage { JOB_STARTING, JOB_FETCHING, JOB_RUNNING, JOB_PACKING, JOB_DELIVERING, JOB_STOPPING, JOB_ENDING };

struct job {
    struct strand strand;
    const struct job_kind *kind;
    struct scope scope; /* interned */
    char key[SAGEMAKER_KEY_MOST];
    struct arena *arena;
    struct json *row; /* as it was when the strand began: what was asked for does not change */
    enum job_stage stage;
    struct job_plan plan;
    struct container_run *run;
    struct s3_access access;
    struct fetch fetch;
    size_t next_source;
    struct delivery delivery;
    int64_t running_s; /* how long the container is said to run */
    int64_t until_ms;  /* the stage lasts at least so long */
    bool run_over, fetching, started, over_time, measuring;
    char reason[CONTAINER_MOST_TEXT]; /* of a failure */
    struct fate *fate;
    void *more;                       /* the kind's own, while it runs */
    struct job_news final;            /* its end, once the log is written */
    struct str log;                   /* what is left of it */
    struct list link;                 /* among all */
};

/* ---- for operations ---- */

/* The row of this name, NULL: none. */
struct json *job_get(struct world *world, struct scope scope, const struct job_kind *kind, struct str name);
/* Creates the row, puts the call's tags and starts the job. */
void job_create(struct call *call, const struct job_kind *kind, struct str arn);
/* The same for a job that nobody's call creates (a tuning job's training jobs). `more` are further members of the row. */
void job_begin(struct world *world, struct scope scope, const struct job_kind *kind, struct str name,
               cJSON *input_taken, cJSON *more_taken_or_null);
/* Stopping; nothing happens to one that has ended. */
void job_stop(struct world *world, struct scope scope, const struct job_kind *kind, struct str name);
/* The Stop operation; one that has ended is refused. */
enum outcome job_stop_call(struct call *call, const struct job_kind *kind, struct json *row);
/* The Delete operation of a job that has ended, with its tags; one that runs is refused. */
enum outcome job_delete(struct call *call, const struct job_kind *kind, struct json *row);
void job_recover(struct world *world, const struct job_kind *kind);

/* ---- for kinds ---- */

void job_ran(struct job *job); /* from kind.start, at once or later */
struct world *job_world(const struct job *job);
char *job_text(struct job *job, struct str text); /* a copy in its arena */

#endif
