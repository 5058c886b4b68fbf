/* The strand that runs an execution of a pipeline: it begins steps when what they need has succeeded, makes their calls as the
 * pipeline's role, waits for their jobs, retries, and ends the execution. One strand an execution; its steps are in memory
 * what their rows say (pipeline_execution.h), so pipeline_run_recover() goes on where a kill left it.
 *
 *     ready ─▶ arguments ─▶ cached? ─▶ create ─▶ [job's topic] ─▶ describe ─▶ outputs
 *                 └ a file in S3 is read first            ▲ └── failed: a retry policy says when to create anew
 *                                                         └── still running */
#ifndef SAGEMAKER_PIPELINE_RUN_H
#define SAGEMAKER_PIPELINE_RUN_H

#include "services/sagemaker/pipeline_value.h"
#include "world/bus.h"
#include "world/strand.h"

struct call;
struct container_run;
struct pipeline_run;

/* What a step waits for. */
enum step_phase {
    STEP_IDLE,      /* it has not begun, or has ended (its row says which) */
    STEP_BEGINNING, /* a file in S3 */
    STEP_CALLING,   /* an answer: `then` */
    STEP_JOB_RUNS,  /* its job's topic */
    STEP_RETRIES,   /* a time */
    STEP_CALLED,    /* SendPipelineExecutionStepSuccess or Failure */
};

struct step_run {
    struct pipeline_run *run;
    const struct pipeline_step *step;
    unsigned index;
    char key[8];      /* its row's, behind the execution's: "/0001" */
    struct json *row; /* NULL: it has not begun */
    enum step_phase phase;
    struct call *call;
    struct container_run *image; /* pipeline_image.h: what runs in its place; or NULL */
    bool answered, told, stop_asked;
    void (*then)(struct step_run *step);
    struct listener listener;
    bool left_out; /* SelectiveExecutionConfig does not name it */
};

/* A file that expressions read; for the whole execution, as the step that wrote it writes once. */
struct step_file {
    struct step_file *next;
    struct pipeline_run *run;
    char *uri;
    struct call *call;
    bool answered;
    struct json *document;
    char *why;
};

struct pipeline_run {
    struct strand strand;
    struct scope scope;
    char *key;
    struct arena *arena; /* the definition's */
    struct pipeline_definition *definition;
    struct json *row;
    struct listener poked;
    struct step_run *steps;
    unsigned begun;
    struct step_file *files;
    unsigned file_count;
};

/* Begins, or goes on with, the execution of this row. False: its definition cannot be read. */
bool pipeline_run_start(struct world *world, struct scope scope, struct str key, struct json *row);
void pipeline_run_recover(struct world *world);
/* Something about the execution was changed in its rows from outside. */
void pipeline_run_poke(struct world *world, struct scope scope, struct str key);

/* pipeline_scope.file; data is the struct step_run. */
const cJSON *pipeline_run_file(void *data, struct str uri, const char **reterr_why);

/* ---- between pipeline_run.c, pipeline_step.c and pipeline_job.c ---- */
void pipeline_step_begin(struct step_run *step);  /* when it is ready, and when a file or a retry's time has come */
void pipeline_step_resume(struct step_run *step); /* after a restart */
void pipeline_step_stop(struct step_run *step);   /* the execution is stopping */
void pipeline_step_called_back(struct step_run *step);
void pipeline_job_begin(struct step_run *step, struct pipeline_scope *scope);
void pipeline_job_describe(struct step_run *step);
void pipeline_job_succeed(struct step_run *step, cJSON *outputs_taken);
void pipeline_lambda_begin(struct step_run *step, struct pipeline_scope *scope);

/* A copy of the step's row to edit; step_put() writes it. The first one takes its place in the order. */
cJSON *step_edit(struct step_run *step);
void step_put(struct step_run *step, cJSON *row_taken);
bool step_is(const struct step_run *step, const char *status);
void step_succeed(struct step_run *step, cJSON *row_taken); /* with metadata and outputs set */
void step_fail(struct step_run *step, struct str reason);
void step_end(struct step_run *step, cJSON *row_taken, const char *status);
/* A retry's time is set where a policy has it; else the step fails with the reason. `operation`: which call failed, NULL:
 * the job itself. */
void step_fail_or_retry(struct step_run *step, enum retry_type type, const char *operation, struct str reason);
/* Sends a call as the pipeline's role; `input` is JSON text. `then` comes when it is answered. */
void step_send(struct step_run *step, const char *service, const char *operation, struct str input,
               void (*then)(struct step_run *step));
void step_drop_call(struct step_run *step);
const cJSON *step_answer(const struct step_run *step);
struct str step_arn_of_execution(const struct step_run *step);
bool run_is(const struct pipeline_run *run, const char *status);

/* ---- pipeline_cache.c ---- */
/* A digest of what the cache looks at in resolved arguments. */
void pipeline_cache_digest(const struct pipeline_step *step, const cJSON *arguments, char ret_hex[65]);
/* True: an earlier run of the same was taken, the step has succeeded. */
bool pipeline_cache_take(struct step_run *step, const char *digest);
void pipeline_cache_keep(struct step_run *step);

#endif
