/* Models at work for a job (model/forecast_model.h): a predictor is trained, a forecast made, a what-if tried, an impact
 * explained. In pieces of a fraction of a second on worker threads, so that others get their turn.
 *
 *     run->panel is planned ─▶ build ─▶ prepare ─▶ parts … ─▶ harvest ─▶ model_run_result(), until model_run_release()
 *                                         └─ one such task is enough: its result is in the world's memo, or comes there ─┘ */
#ifndef FORECAST_MODEL_RUN_H
#define FORECAST_MODEL_RUN_H

#include "services/forecast/errand.h"
#include "services/forecast/panel.h"
#include "world/memo.h"

struct model_outcome;

struct model_run { /* zeroed at first */
    struct panel panel;
    /* On the worker thread, both may be NULL. False: panel.why says it. */
    bool (*prepare)(struct model_run *run);
    void (*harvest)(struct model_run *run, const struct forecast_result *result);
    bool planned, built, computes, waits, harvested, refused; /* from here on its own */
    struct world *world;
    struct forecast_job *models; /* while it computes */
    size_t part, parts;
    struct model_outcome *outcome;           /* what it computed, until the memo has it */
    unsigned char task_digest[SHA256_BYTES]; /* the memo's key */
    struct memo_ask memo;
};

/* Plans the panel of this predictor's row; false: errand_fail() was said. */
bool model_run_begin(struct model_run *run, struct errand *errand, const cJSON *predictor);
enum errand_step model_run_step(struct model_run *run, struct errand *errand); /* DONE: harvested */
const struct forecast_result *model_run_result(const struct model_run *run);
void model_run_release(struct model_run *run);

/* What a predictor's row keeps of its training: which algorithms speak for which series (predictions.h, one step, a type an
 * algorithm). */
#define PREDICTOR_WEIGHTS "_weights"
/* And the seed of all that is made of it, as hex. */
#define PREDICTOR_SEED      "_seed"
#define PREDICTOR_SEED_ROOM (2 * sizeof(uint64_t) + 1)

#endif
