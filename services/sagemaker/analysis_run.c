#include "services/sagemaker/analysis_run.h"

#include <stdlib.h>

#include "services/sagemaker/analysis/analysis.h"
#include "services/sagemaker/endpoint.h"
#include "services/sagemaker/model_server.h"

struct analysis_run {
    struct job *job;
    const struct analysis *analysis;
    struct model_use use;
};

static void ended(struct container_run *run)
{
    job_ran(run->owner);
}

static void compute(struct analysis_run *analysing)
{
    struct container_run *run = analysing->job->run;
    run->ended = ended;
    run->owner = analysing->job;
    container_run_compute(run, analysing->analysis->run, analysing->job->until_ms);
}

/* On AWS the container puts the model behind an endpoint of its own for as long as it asks. */
static void model_is_ready(struct model_use *use)
{
    struct analysis_run *analysing = use->owner;
    struct container_run *run = analysing->job->run;
    const struct served_container *containers;
    bool direct;
    if (model_use_state(use) == MODEL_READY && model_use_containers(use, &containers, &direct) == 1 &&
        containers[0].box)
        run->box = predictor_box_ref(containers[0].box);
    compute(analysing);
}

static const char *model_behind(struct job *job, const char *name)
{
    struct json *endpoint = endpoint_get(job_world(job), job->scope, str_of(name));
    const cJSON *variants = endpoint ? json_get(json_root(endpoint), "variants") : NULL;
    const char *model = variants ? json_string(variants->child, "ModelName") : NULL;
    return model ? job_text(job, str_of(model)) : NULL;
}

bool analysis_run_start(struct job *job)
{
    bool is_endpoint = false;
    const struct analysis *analysis = image_find(str_of(job->plan.image), job->scope.account).analysis;
    if (!analysis)
        return false;
    struct analysis_run *analysing = memory_alloc(sizeof *analysing);
    analysing->job = job;
    analysing->analysis = analysis;
    analysing->use.ready = model_is_ready;
    analysing->use.owner = analysing;
    job->more = analysing;
    const char *model = analysis->model(job->run, &is_endpoint);
    if (model && is_endpoint)
        model = model_behind(job, model);
    if (!model)
        compute(analysing);
    else if (model_use_begin(job_world(job), job->scope, str_of(model), &analysing->use) != MODEL_LOADING)
        model_is_ready(&analysing->use);
    return true;
}

void analysis_run_drop(struct job *job)
{
    struct analysis_run *analysing = job->more;
    if (!analysing)
        return;
    job->more = NULL;
    model_use_end(&analysing->use);
    free(analysing);
}
