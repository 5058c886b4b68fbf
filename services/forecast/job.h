/* A job is what a resource does between CREATE_IN_PROGRESS and its end: it reads, computes and writes, and its result stands in
 * the row when its time has come on the virtual clock. A strand drives it; computations go to worker threads (world/work.h), calls
 * to other services travel the road as the role that the resource was given.
 *
 *     CREATE_PENDING ──▶ CREATE_IN_PROGRESS ──step─▶ step ─ … ─▶ DONE ──(at "_due")─▶ finish ─▶ ACTIVE
 *                              ▲    a computation or a call between two        FAILED ────────▶ CREATE_FAILED and Message
 *                              └─ after a restart it begins anew: what a job holds is never durable before its end
 *
 * A row that is stopped or deleted meanwhile takes its job along. */
#ifndef FORECAST_JOB_H
#define FORECAST_JOB_H

#include "services/forecast/resource.h"
#include "world/blob.h"
#include "world/strand.h"
#include "world/work.h"

struct job;

enum job_step { JOB_AGAIN, JOB_WAITS, JOB_DONE, JOB_FAILED };

struct job_def {
    int64_t duration_ms;                    /* AWS's, about; a world's factor shortens it */
    size_t size;                            /* of job->data */
    enum job_step (*step)(struct job *job); /* the loop's thread; job->phase is its own */
    /* The result into `row`, which becomes ACTIVE; may put other rows. */
    void (*finish)(struct job *job, cJSON *row);
    void (*release)(struct job *job); /* what job->data holds */
};

struct job {
    struct strand strand;
    struct scope scope; /* interned */
    const struct resource_kind *kind;
    char *arn;
    struct json *row; /* as it stood when it began */
    struct arena *arena;
    int64_t due_ms;
    int phase;
    void *data;          /* def->size bytes, zeroed at first */
    struct buf message;  /* why it failed */
    struct call *call;   /* the last call; its outcome once the step is entered again */
    struct work work;    /* looks at work_is_cancelled(&job->work) */
    void (*compute)(struct job *job, void *subject);
    void *subject;
    bool calling, computing, was_computed, ended, orphaned, failed;
};

const cJSON *job_row(const struct job *job);
/* A step's last word: computes on a worker thread, then the step is entered again. The computation touches only what the job
 * carries, and no document of the loop's. */
enum job_step job_compute(struct job *job, void (*compute)(struct job *job, void *subject), void *subject);
/* A step's last word: the call as this role, then the step is entered again with job->call at its end. */
enum job_step job_call(struct job *job, struct str role_arn, const char *service, const char *operation, cJSON *input_taken);
/* The same with a body that no tree can carry. */
enum job_step job_call_with(struct job *job, struct str role_arn, const char *service, const char *operation, cJSON *input_taken,
                            struct str body);
bool job_may_use_role(struct job *job, struct str role_arn); /* false: job_fail() was said */
__attribute__((format(printf, 2, 3))) enum job_step job_fail(struct job *job, const char *format, ...);

/* lifecycle_def.arrive of every kind. */
const char *job_arrive(struct world *world, struct scope scope, struct str key, cJSON *row, const char *to);
void job_start(struct world *world, struct scope scope, const struct resource_kind *kind, struct str arn, int64_t due_ms);
/* Names a blob in a row of these kinds; the writer is gone. */
void job_keep_blob(cJSON *row, const char *member, struct blob_writer *writer_taken);

#endif
