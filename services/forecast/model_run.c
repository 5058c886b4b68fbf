#include "services/forecast/model_run.h"

#include "base/time.h"
#include "world/world.h"

#define TURN_MS 250 /* of computing, until another work gets its turn */

struct model_outcome {
    struct memo_kept kept;
    struct arena *arena;
    const struct forecast_result *result;
};

static void release_outcome(struct memo_kept *kept)
{
    arena_free(LIST_ITEM(kept, struct model_outcome, kept)->arena);
}

bool model_run_begin(struct model_run *run, struct errand *errand, const cJSON *predictor)
{
    run->planned = true;
    run->world = errand->strand.world;
    run->panel.cancelled = &errand->work.cancelled;
    if (panel_plan(&run->panel, run->world, errand->scope, predictor, errand->arena))
        return true;
    errand_fail(errand, "%s", run->panel.why.at);
    return false;
}

/* ---- on a worker thread ---- */

static void build(struct errand *errand, void *subject)
{
    struct model_run *run = subject;
    run->built = true;
    run->refused = !panel_build(&run->panel) || (run->prepare && !run->prepare(run));
    if (!run->refused)
        forecast_task_digest(&run->panel.task, run->task_digest);
}

static void keep_result(struct model_run *run)
{
    struct arena *arena = arena_new();
    struct model_outcome *outcome = ARENA_NEW(arena, struct model_outcome);
    outcome->arena = arena;
    outcome->result = forecast_result_copy(arena, &run->panel.task, forecast_job_result(run->models));
    outcome->kept.release = release_outcome;
    outcome->kept.bytes = arena_bytes(arena);
    run->outcome = outcome;
    forecast_job_free(run->models);
    run->models = NULL;
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
    bool ended = false;
    if (!run->models) {
        run->models = forecast_job_new(&run->panel.task);
        run->parts = forecast_job_parts(run->models);
    }
    do {
        if (run->part < run->parts)
            forecast_job_run(run->models, run->part++);
        else
            ended = !open_next_phase(run);
    } while (!ended && !work_is_cancelled(&errand->work) && time_monotonic_ms() < until_ms);
    if (ended && !work_is_cancelled(&errand->work))
        keep_result(run);
}

static void harvest(struct errand *errand, void *subject)
{
    struct model_run *run = subject;
    run->harvested = true;
    if (run->harvest)
        run->harvest(run, model_run_result(run));
}

/* ---- on the loop's ---- */

static void ask_again(struct memo_ask *ask, void *errand)
{
    LIST_ITEM(ask, struct model_run, memo)->waits = false;
    strand_wake(&((struct errand *)errand)->strand, WAKE_CALL, NULL, NULL);
}

static void look_into_memo(struct model_run *run, struct errand *errand)
{
    run->memo.ready = ask_again;
    run->memo.data = errand;
    enum memo_answer answer = memo_ask(run->world->memo, &run->memo, run->task_digest);
    run->computes = answer == MEMO_YOURS;
    run->waits = answer == MEMO_WAITS;
}

static void hand_over(struct model_run *run)
{
    struct memo_kept *kept = &run->outcome->kept;
    run->outcome = NULL;
    run->computes = false;
    memo_give(run->world->memo, &run->memo, kept);
}

enum errand_step model_run_step(struct model_run *run, struct errand *errand)
{
    if (run->refused)
        return errand_fail(errand, "%s", run->panel.why.at);
    if (!run->built)
        return errand_compute(errand, build, run);
    if (run->outcome)
        hand_over(run);
    if (!run->memo.kept && !run->computes && !run->waits)
        look_into_memo(run, errand);
    if (run->waits)
        return ERRAND_WAITS;
    if (run->computes)
        return errand_compute(errand, compute, run);
    return run->harvested ? ERRAND_DONE : errand_compute(errand, harvest, run);
}

const struct forecast_result *model_run_result(const struct model_run *run)
{
    return LIST_ITEM(run->memo.kept, struct model_outcome, kept)->result;
}

void model_run_release(struct model_run *run)
{
    if (run->world)
        memo_drop(run->world->memo, &run->memo);
    if (run->outcome)
        release_outcome(&run->outcome->kept);
    if (run->models)
        forecast_job_free(run->models);
    panel_release(&run->panel);
}
