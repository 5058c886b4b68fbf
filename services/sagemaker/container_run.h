/* A container under way: an algorithm of ours on a worker thread, or whoever answers HOOK_CONTAINER. Also other computations over a
 * container's files (packing, reading metrics), since they too must not hold up the loop. */
#ifndef SAGEMAKER_CONTAINER_RUN_H
#define SAGEMAKER_CONTAINER_RUN_H

#include "services/sagemaker/algorithm.h"
#include "world/hook.h"
#include "world/memo.h"

/* A loaded model, shared by what runs on it. Counted on the loop's thread alone: what a worker uses is held by its run. */
struct predictor_box {
    const struct algorithm *algorithm;
    struct predictor *predictor;
    int references;
};

struct predictor_box *predictor_box_new(const struct algorithm *algorithm, struct predictor *predictor_taken);
struct predictor_box *predictor_box_ref(struct predictor_box *box);
void predictor_box_unref(struct predictor_box *box_or_null);

struct container_run {
    struct container container;
    const struct algorithm *algorithm; /* NULL: the hooks are asked */
    struct world *world;
    struct json *held; /* whose nodes the container borrows; or NULL */
    void (*ended)(struct container_run *run);
    void *owner;                         /* NULL: nobody waits any more */
    struct predictor_box *box;           /* what it predicts with, or has loaded; or NULL */
    struct arena *arena;                 /* for what must last as long as a worker may look at it */
    cJSON *metric_definitions, *metrics; /* metric.h's, malloc'ed: what to read from its log, what was read; or NULL */
    const char *watched;                 /* the metric whose course is read as soon as it is known; NULL: none */
    cJSON *course;                       /* early_stopping.h's, malloc'ed; NULL: not read yet */
    /* Its own. */
    void *training; /* an algorithm's, between two turns on a worker */
    unsigned char training_digest[SHA256_BYTES];
    struct memo_ask memo;
    int64_t due_ms;
    bool waits; /* for another that trains by the same */
    void (*compute)(struct container_run *run);
    void (*then)(struct container_run *run); /* when that is done */
    struct work *work;                       /* while one is under way */
    struct question question;
    char role[128], account[16], region[32];
    bool asked; /* the question is parked */
};

struct container_run *container_run_new(struct world *world, struct json *held_or_null);
/* Runs it; at `due_ms` or later, never from inside, `ended`: container.answered is then true. True: it has ended already, and
 * `ended` is not called. */
bool container_run_start(struct container_run *run, int64_t due_ms);
/* Something else over its files, on a worker thread. */
void container_run_compute(struct container_run *run, void (*compute)(struct container_run *run), int64_t due_ms);
bool container_run_is_wanted(const struct container_run *run); /* for `compute`, on its thread */
bool container_run_is_under_way(const struct container_run *run);
void container_run_drop(struct container_run *run_or_null); /* whatever it is doing */

#endif
