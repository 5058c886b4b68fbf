#include "services/forecast/model_run.h"

#include "base/time.h"

#define TURN_MS 250 /* of computing, until another work gets its turn */

bool model_run_begin(struct model_run *run, struct errand *errand, const cJSON *predictor)
{
    run->planned = true;
    run->panel.cancelled = &errand->work.cancelled;
    if (panel_plan(&run->panel, errand->strand.world, errand->scope, predictor, errand->arena))
        return true;
    errand_fail(errand, "%s", run->panel.why.at);
    return false;
}

static void build(struct errand *errand, void *subject)
{
    struct model_run *run = subject;
    run->built = true;
    run->refused = !panel_build(&run->panel) || (run->prepare && !run->prepare(run, run->data));
    if (run->refused)
        return;
    run->models = forecast_job_new(&run->panel.task);
    run->parts = forecast_job_parts(run->models);
}

static bool open_next_phase(struct model_run *run)
{
    bool more = forecast_job_advance(run->models);
    run->part = 0;
    run->parts = more ? forecast_job_parts(run->models) : 0;
    return more;
}

static void compute(struct errand *errand, void *subject)
{
    struct model_run *run = subject;
    int64_t until_ms = time_monotonic_ms() + TURN_MS;
    do {
        if (run->part < run->parts)
            forecast_job_run(run->models, run->part++);
        else if (!open_next_phase(run))
            run->ended = true;
    } while (!run->ended && !work_is_cancelled(&errand->work) && time_monotonic_ms() < until_ms);
    if (run->ended && !work_is_cancelled(&errand->work) && run->harvest)
        run->harvest(run, forecast_job_result(run->models), run->data);
}

enum errand_step model_run_step(struct model_run *run, struct errand *errand)
{
    if (run->ended)
        return ERRAND_DONE;
    if (run->refused)
        return errand_fail(errand, "%s", run->panel.why.at);
    return errand_compute(errand, run->built ? compute : build, run);
}

const struct forecast_result *model_run_result(const struct model_run *run)
{
    return forecast_job_result(run->models);
}

void model_run_release(struct model_run *run)
{
    if (run->models)
        forecast_job_free(run->models);
    panel_release(&run->panel);
}
