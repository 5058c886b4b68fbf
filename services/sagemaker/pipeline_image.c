#include "services/sagemaker/pipeline_image.h"

#include "services/sagemaker/container_run.h"
#include "services/sagemaker/pipeline_execution.h"

#define MOST_RUNTIME_MS ((int64_t)24 * 3600 * 1000)

/* Where a type of step says what runs, and with which arguments. */
static const struct place {
    const char *type;
    const char *image[4], *arguments[4]; /* paths within Arguments */
} places[] = {
    { "EMR", { "StepConfig", "HadoopJarStep", "Jar" }, { "StepConfig", "HadoopJarStep", "Args" } },
    { "EMRServerless",
      { "JobDriver", "SparkSubmit", "EntryPoint" },
      { "JobDriver", "SparkSubmit", "EntryPointArguments" } },
    { "NotebookJob", { "ImageUri" }, { "Arguments" } },
};

static const struct place *place_of(const struct step_run *step)
{
    const struct place *place = places;
    while (strcmp(place->type, step->step->kind->type) != 0)
        place++;
    return place;
}

static const cJSON *follow(const cJSON *node, const char *const path[4])
{
    for (int i = 0; i < 4 && path[i]; i++)
        node = json_get(node, path[i]);
    return node;
}

/* ---- the end ---- */

static void fail_with(struct step_run *step, const char *what, struct str more)
{
    struct buf text = BUF_EMPTY;
    buf_printf(&text, "ClientError: %s", what);
    buf_add_str(&text, more);
    step_fail(step, buf_str(&text));
    buf_release(&text);
}

static void succeed(struct step_run *step)
{
    cJSON *row = step_edit(step), *outputs = cJSON_CreateObject();
    json_set_string(outputs, "Status", "COMPLETED");
    json_set(row, "outputs", outputs);
    step_succeed(step, row);
}

void pipeline_image_ran(struct step_run *step)
{
    const struct container *container = &step->image->container;
    if (container->unknown_image) /* the sentence is ours */
        fail_with(step,
                  "This practice cloud runs such a step by an image of the pack that is played, and none answers to ",
                  str_of(container->image));
    else if (container->refused || container->timed_out)
        fail_with(step, "", str_of(container->timed_out ? "The step took too long." : container->reason));
    else if (container->exit_code != 0)
        fail_with(step, "The step's image failed: ", str_of(container->reason));
    else
        succeed(step);
}

/* ---- beginning ---- */

static void ended(struct container_run *run)
{
    struct step_run *step = run->owner;
    step->answered = true;
    strand_wake(&step->run->strand, WAKE_EVENT, NULL, NULL);
}

/* ClusterId, the step's id and name, as EMR tells them. */
static void set_metadata(struct step_run *step, cJSON *row, const cJSON *arguments)
{
    char id[14];
    const char *cluster = json_string(arguments, "ClusterId");
    cJSON *made = cJSON_CreateObject();
    if (!step->step->kind->metadata) {
        cJSON_Delete(made);
        return;
    }
    pipeline_new_id(step->run->strand.world, 13, true, id);
    struct buf step_id = BUF_EMPTY;
    buf_printf(&step_id, "s-%s", id);
    json_set_string(made, "ClusterId", cluster);
    json_set_str(made, "StepId", buf_str(&step_id));
    json_set_string(made, "StepName", json_string(json_get(arguments, "StepConfig"), "Name"));
    json_set(cJSON_GetObjectItemCaseSensitive(row, "metadata"), step->step->kind->metadata, made);
    buf_release(&step_id);
}

static void run_image(struct step_run *step, struct str text)
{
    struct container_run *run = container_run_new(step->run->strand.world, NULL);
    struct container *container = &run->container;
    const cJSON *arguments = json_parse_in(run->arena, text, NULL);
    const struct place *place = place_of(step);
    struct str image = json_value(follow(arguments, place->image));
    cJSON *row = step_edit(step);
    set_metadata(step, row, arguments);
    step_put(step, row);
    if (!image.length) {
        container_run_drop(run);
        fail_with(step, "The step's Arguments do not say what runs: ", str_of(place->type));
        return;
    }
    step->image = run;
    run->owner = step;
    run->ended = ended;
    container->scope = step->run->scope;
    container->task = CONTAINER_PROCESS;
    container->arn = arena_copy(run->arena, step_arn_of_execution(step));
    container->name = arena_copy(run->arena, step->step->name);
    container->role_arn = json_string(json_root(step->run->row), "roleArn");
    container->image = arena_copy(run->arena, image);
    container->arguments = follow(arguments, place->arguments);
    container->environment = json_get(arguments, "Environment");
    container->timeout_ms = MOST_RUNTIME_MS;
    step->phase = STEP_CALLING;
    step->then = pipeline_image_ran;
    step->answered = container_run_start(run, clock_now(step->run->strand.world->clock));
}

void pipeline_image_begin(struct step_run *step, struct pipeline_scope *scope)
{
    struct buf text = BUF_EMPTY;
    const cJSON *none = json_parse_in(scope->arena, STR("{}"), NULL);
    enum resolved state = pipeline_resolve(scope, NULL, step->step->arguments ? step->step->arguments : none, &text);
    if (state == RESOLVED)
        run_image(step, buf_str(&text));
    else if (state == RESOLVE_FAILED)
        step_fail(step, str_of(scope->why));
    buf_release(&text);
}
