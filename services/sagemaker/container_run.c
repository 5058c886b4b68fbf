#include "services/sagemaker/container_run.h"

#include <stdio.h>
#include <stdlib.h>

#include "services/sagemaker/names.h"
#include "services/sagemaker/trained.h"
#include "world/world.h"

struct container_run *container_run_new(struct world *world, struct json *held_or_null)
{
    struct container_run *run = memory_alloc(sizeof *run);
    container_init(&run->container);
    run->arena = arena_new();
    run->world = world;
    run->held = json_ref(held_or_null);
    return run;
}

static void free_run(struct container_run *run)
{
    memo_drop(run->world->memo, &run->memo);
    predictor_box_unref(run->box);
    if (run->training)
        run->algorithm->abandon(run->training);
    arena_free(run->arena);
    container_release(&run->container);
    cJSON_Delete(run->metric_definitions);
    cJSON_Delete(run->metrics);
    cJSON_Delete(run->course);
    json_unref(run->held);
    free(run);
}

/* ---- predictors ---- */

struct predictor_box *predictor_box_new(const struct algorithm *algorithm, struct predictor *predictor_taken)
{
    struct predictor_box *box = memory_alloc(sizeof *box);
    *box = (struct predictor_box){ algorithm, predictor_taken, 1 };
    return box;
}

struct predictor_box *predictor_box_ref(struct predictor_box *box)
{
    box->references++;
    return box;
}

void predictor_box_unref(struct predictor_box *box_or_null)
{
    if (!box_or_null || --box_or_null->references)
        return;
    box_or_null->algorithm->drop(box_or_null->predictor);
    free(box_or_null);
}

/* ---- on a worker ---- */

static void compute(struct work *work)
{
    struct container_run *run = work->data;
    run->compute(run);
}

static void computed(struct work *work)
{
    struct container_run *run = work->data;
    run->work = NULL;
    work->data = NULL;
    run->then(run);
}

/* A cancelled one, of a reset too: who still has the run drops it later. */
static void release(struct work *work)
{
    struct container_run *run = work->data;
    if (run && run->owner)
        run->work = NULL;
    else if (run)
        free_run(run);
    free(work);
}

static void compute_then(struct container_run *run, void (*what)(struct container_run *run),
                         void (*then)(struct container_run *run), int64_t due_ms)
{
    run->compute = what;
    run->then = then;
    run->work = memory_alloc(sizeof *run->work);
    run->work->compute = compute;
    run->work->done = computed;
    run->work->release = release;
    run->work->data = run;
    work_start(run->world, run->work, due_ms);
}

static void say_ended(struct container_run *run)
{
    run->ended(run);
}

void container_run_compute(struct container_run *run, void (*what)(struct container_run *run), int64_t due_ms)
{
    compute_then(run, what, say_ended, due_ms);
}

bool container_run_is_wanted(const struct container_run *run)
{
    return !work_is_cancelled(run->work);
}

/* ---- training ----
 *
 *     take_digest ─▶ look_into_memo ─┬─ nobody has trained by the same ─▶ train … ─▶ share ─┐
 *                          ▲         ├─ somebody has ─▶ take_result ────────────────────────┴─▶ ended
 *                          └─────────┴─ somebody does: wait */

static void take_digest(struct container_run *run)
{
    trained_digest(run->algorithm, &run->container, run->training_digest);
}

static void take_result(struct container_run *run)
{
    trained_give(run->memo.kept, &run->container);
}

static void train(struct container_run *run)
{
    if (run->algorithm->train(&run->container, run->work, &run->training))
        run->training = NULL;
}

/* Others get their turn, then it goes on. */
static void share(struct container_run *run)
{
    if (run->training) {
        compute_then(run, train, share, clock_now(run->world->clock));
        return;
    }
    memo_give(run->world->memo, &run->memo, trained_new(&run->container));
    run->ended(run);
}

static void look_into_memo(struct container_run *run);

static void look_again(struct memo_ask *ask, void *run)
{
    look_into_memo(run);
}

static void look_into_memo(struct container_run *run)
{
    run->memo.ready = look_again;
    run->memo.data = run;
    enum memo_answer answer = memo_ask(run->world->memo, &run->memo, run->training_digest);
    run->waits = answer == MEMO_WAITS;
    if (answer == MEMO_FOUND)
        compute_then(run, take_result, say_ended, run->due_ms);
    else if (answer == MEMO_YOURS)
        compute_then(run, train, share, run->due_ms);
}

/* ---- at the hooks ---- */

/* "CannotPullContainerError" is how ECS and SageMaker begin it; FAULTS SM12 has the rest. */
static void nobody_has_it(struct container *container)
{
    container->unknown_image = true;
    struct str path, host = str_cut(str_of(container->image), '/', &path);
    struct str account = str_cut(host, '.', &(struct str){ 0 }), repository = str_cut(path, ':', &(struct str){ 0 });
    container_refuse(
        container,
        "ClientError: CannotPullContainerError: Cannot find repository: %.*s in registry ID: %.*s Please check "
        "if your ECR repository exists and role %s has proper pull permissions for SageMaker: "
        "ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer",
        STR_ARG(repository), STR_ARG(account), container->role_arn);
}

static void settle(struct container_run *run, enum verdict verdict)
{
    struct container *container = &run->container;
    run->asked = false;
    if (container->answered)
        return;
    if (verdict == VERDICT_FAIL)
        container_refuse(container, "%s: %s", run->question.code, run->question.message);
    else
        nobody_has_it(container);
}

static void resumed(struct question *question, enum verdict verdict)
{
    struct container_run *run = LIST_ITEM(question, struct container_run, question);
    settle(run, verdict);
    run->ended(run);
}

static bool ask(struct container_run *run)
{
    struct container *container = &run->container;
    snprintf(run->role, sizeof run->role, "%.*s", STR_ARG(sagemaker_role_name(str_of(container->role_arn))));
    run->question = (struct question){
        .point = HOOK_CONTAINER,
        .account = container->scope.account,
        .region = container->scope.region,
        .service = "sagemaker",
        .operation = container->image,
        .role = run->role,
        .resource = container->arn,
        .made_by = "",
        .subject = container,
        .resumed = resumed,
    };
    list_init(&run->question.link);
    enum verdict verdict = hook_ask(run->world, &run->question);
    run->asked = verdict == VERDICT_PARKED;
    if (!run->asked)
        settle(run, verdict);
    return !run->asked;
}

bool container_run_start(struct container_run *run, int64_t due_ms)
{
    if (!run->algorithm)
        return ask(run);
    run->due_ms = due_ms;
    compute_then(run, take_digest, look_into_memo, clock_now(run->world->clock));
    return false;
}

bool container_run_is_under_way(const struct container_run *run)
{
    return run->work || run->waits || run->asked;
}

void container_run_drop(struct container_run *run_or_null)
{
    struct container_run *run = run_or_null;
    if (!run)
        return;
    run->owner = NULL;
    if (run->asked)
        hook_forget(run->world, &run->question);
    if (run->work)
        work_cancel(run->work);
    else
        free_run(run);
}
