#include <stdio.h>

#include "aws/cloud.h"
#include "aws/road.h"
#include "services/sagemaker/container_run.h"
#include "services/sagemaker/pipeline_execution.h"
#include "services/sagemaker/pipeline_image.h"
#include "services/sagemaker/pipeline_kind.h"
#include "services/sagemaker/pipeline_run.h"

#define REASON_MOST 1024 /* characters of a FailureReason */

/* What Pipelines retries by itself: "Step.SERVICE_FAULT" and "Step.THROTTLING"; how often is not told, so as a policy does
 * that says nothing of it. */
static const struct retry_policy by_itself = {
    .types = RETRY_SERVICE_FAULT | RETRY_THROTTLING, .interval_s = 1, .max_attempts = 5, .backoff_rate = 2
};

/* ---- rows ---- */

bool step_is(const struct step_run *step, const char *status)
{
    return step->row && str_is(json_str(json_root(step->row), "status"), status);
}

struct str step_arn_of_execution(const struct step_run *step)
{
    return json_str(json_root(step->run->row), "arn");
}

static int64_t now_of(const struct step_run *step)
{
    return clock_now(step->run->strand.world->clock);
}

static void set_steps_words(const struct step_run *step, cJSON *row)
{
    json_set_str(row, "displayName", json_str(step->step->node, "DisplayName"));
    json_set_str(row, "description", json_str(step->step->node, "Description"));
}

cJSON *step_edit(struct step_run *step)
{
    if (step->row)
        return json_thaw(json_root(step->row));
    cJSON *row = cJSON_CreateObject();
    snprintf(step->key, sizeof step->key, "/%04u", ++step->run->begun % 10000);
    json_set_str(row, "name", step->step->name);
    if (json_get(step->step->node, "DisplayName") || json_get(step->step->node, "Description"))
        set_steps_words(step, row);
    json_set_string(row, "type", step->step->kind->type);
    json_set_string(row, "status", "Executing");
    json_set_int64(row, "start", now_of(step));
    json_set_int64(row, "first", now_of(step));
    json_set_int64(row, "attempt", 1);
    json_set(row, "metadata", cJSON_CreateObject());
    return row;
}

void step_put(struct step_run *step, cJSON *row_taken)
{
    struct pipeline_run *run = step->run;
    struct buf key = BUF_EMPTY;
    struct str before = step->row ? json_str(json_root(step->row), "status") : STR_NONE;
    bool changed = !str_equal(before, json_str(row_taken, "status"));
    buf_printf(&key, "%s%s", run->key, step->key);
    json_unref(step->row);
    step->row = json_ref(json_seal(row_taken));
    store_put(run->strand.world->store, run->scope, &pipeline_step_table, buf_str(&key), step->row);
    buf_release(&key);
    if (!changed)
        return;
    cJSON *detail = cJSON_CreateObject();
    json_set_str(detail, "step", step->step->name);
    json_set_str(detail, "status", json_str(json_root(step->row), "status"));
    bus_post(run->strand.world->bus, PIPELINE_STEP_CHANGED, run->scope, step_arn_of_execution(step), json_seal(detail));
}

void step_end(struct step_run *step, cJSON *row_taken, const char *status)
{
    step_drop_call(step);
    bus_unlisten(step->run->strand.world->bus, &step->listener);
    step->phase = STEP_IDLE;
    json_set_string(row_taken, "status", status);
    json_set_int64(row_taken, "end", now_of(step));
    cJSON_DeleteItemFromObjectCaseSensitive(row_taken, "retryAt");
    step_put(step, row_taken);
}

void step_succeed(struct step_run *step, cJSON *row_taken)
{
    step_end(step, row_taken, "Succeeded");
    pipeline_cache_keep(step);
}

void step_fail(struct step_run *step, struct str reason)
{
    cJSON *row = step_edit(step);
    json_set_str(row, "failureReason", str_first(reason, REASON_MOST));
    step_end(step, row, "Failed");
}

/* ---- calls ---- */

void step_drop_call(struct step_run *step)
{
    if (step->call)
        call_free(step->call);
    container_run_drop(step->image);
    step->image = NULL;
    step->call = NULL;
    step->answered = false;
}

static void answered(struct call *call)
{
    struct step_run *step = call->owner;
    step->answered = true;
    strand_wake(&step->run->strand, WAKE_CALL, NULL, NULL);
}

const cJSON *step_answer(const struct step_run *step)
{
    return step->call->answer ? json_root(step->call->answer) : step->call->output;
}

/* "sagemaker-pipeline-EXECUTION-STEP", of the 64 characters that a session's name may have. */
static struct str session_of(const struct step_run *step, struct arena *arena)
{
    char *name = arena_printf(arena, "sagemaker-pipeline-%s-%.*s", json_string(json_root(step->run->row), "id"),
                              STR_ARG(step->step->name));
    return str_first(str_of(name), 64);
}

void step_send(struct step_run *step, const char *service, const char *operation, struct str input,
               void (*then)(struct step_run *step))
{
    const char *why;
    struct pipeline_run *run = step->run;
    step_drop_call(step);
    struct call *call = call_new(cloud_of(run->strand.world), str_of(service), str_of(operation), &why);
    if (!call) {
        step_fail(step, str_of(why));
        return;
    }
    call->caller = principal_of_role(call->arena, json_str(json_root(run->row), "roleArn"),
                                     session_of(step, call->arena));
    call->region = run->scope.region;
    call->origin = ORIGIN_PIPELINE;
    call->input = json_parse_in(call->arena, input, NULL);
    call->finished = answered;
    call->owner = step;
    step->phase = STEP_CALLING;
    step->then = then;
    step->call = call;
    step->answered = road_run(call) != CALL_PARKED;
}

/* ---- failure ---- */

static int64_t tries_of(const struct step_run *step, unsigned policy)
{
    return json_to_int64(cJSON_GetArrayItem(json_get(json_root(step->row), "tries"), (int)policy));
}

static const struct retry_policy *policy_for(const struct step_run *step, enum retry_type type, unsigned *ret_index)
{
    const struct pipeline_step *definition = step->step;
    for (*ret_index = 0; *ret_index < definition->policy_count; ++*ret_index)
        if (definition->policies[*ret_index].types & type)
            return &definition->policies[*ret_index];
    return by_itself.types & type ? &by_itself : NULL;
}

static bool may_try_again(const struct step_run *step, const struct retry_policy *policy, unsigned index)
{
    int64_t first_ms = json_int64(json_root(step->row), "first", 0);
    if (policy->expire_after_min)
        return now_of(step) < first_ms + policy->expire_after_min * 60 * 1000;
    return tries_of(step, index) < policy->max_attempts;
}

static cJSON *count_try(const struct step_run *step, unsigned index, int64_t tries)
{
    const cJSON *old = json_get(json_root(step->row), "tries");
    cJSON *all = cJSON_CreateArray();
    for (unsigned i = 0; i <= step->step->policy_count; i++)
        json_add(all, json_new_int64(i == index ? tries : old ? tries_of(step, i) : 0));
    return all;
}

static void retry(struct step_run *step, const struct retry_policy *policy, unsigned index)
{
    int64_t tries = json_get(json_root(step->row), "tries") ? tries_of(step, index) : 0;
    double interval_s = (double)policy->interval_s;
    for (int64_t i = 0; i < tries && interval_s < 43200; i++)
        interval_s *= policy->backoff_rate;
    cJSON *row = step_edit(step);
    json_set(row, "tries", count_try(step, index, tries + 1));
    json_set_int64(row, "retryAt", now_of(step) + (int64_t)((interval_s < 43200 ? interval_s : 43200) * 1000));
    json_set_int64(row, "attempt", json_int64(row, "attempt", 1) + 1);
    cJSON_DeleteItemFromObjectCaseSensitive(row, "job");
    cJSON_DeleteItemFromObjectCaseSensitive(row, "arn");
    step_drop_call(step);
    bus_unlisten(step->run->strand.world->bus, &step->listener);
    step->phase = STEP_RETRIES;
    step_put(step, row);
}

/* "ClientError: Failed to invoke …" and "Retry not appropriate …" are AWS's, as executions show them; that a policy is used
 * up is told in words of ours. */
void step_fail_or_retry(struct step_run *step, enum retry_type type, const char *operation, struct str reason)
{
    unsigned index = 0;
    const struct retry_policy *policy = type == RETRY_NONE ? NULL : policy_for(step, type, &index);
    if (policy && run_is(step->run, "Executing") && may_try_again(step, policy, index)) {
        retry(step, policy, index);
        return;
    }
    struct buf text = BUF_EMPTY;
    buf_add_text(&text, "ClientError: ");
    if (operation)
        buf_printf(&text, "Failed to invoke sagemaker:%s. Error Details: ", operation);
    buf_add_str(&text, reason);
    if (type != RETRY_NONE) {
        struct str arn = step_arn_of_execution(step);
        buf_printf(&text,
                   "\nRetry not appropriate on execution of step with PipelineExecutionArn %.*s and StepId %.*s. ",
                   STR_ARG(arn), STR_ARG(step->step->name));
        buf_printf(&text,
                   policy ? "The retry policy for the exception type %s is used up."
                          : "No retry policy configured for the exception type %s.",
                   pipeline_retry_told(type));
    }
    step_fail(step, buf_str(&text));
    buf_release(&text);
}

/* ---- expressions ---- */

static const cJSON *outputs_of(void *data, unsigned index)
{
    const struct step_run *step = data, *other = &step->run->steps[index];
    return json_get(json_root(other->row), "outputs");
}

static struct pipeline_scope scope_of(struct step_run *step, struct arena *arena)
{
    const cJSON *row = json_root(step->run->row);
    return (struct pipeline_scope){ .arena = arena,
                                    .definition = step->run->definition,
                                    .given = json_get(row, "parameters"),
                                    .pipeline_name = json_str(row, "pipelineName"),
                                    .pipeline_arn = json_str(row, "pipelineArn"),
                                    .execution_id = json_str(row, "id"),
                                    .execution_arn = json_str(row, "arn"),
                                    .start_ms = json_int64(row, "created", 0),
                                    .now_ms = now_of(step),
                                    .outputs = outputs_of,
                                    .file = pipeline_run_file,
                                    .data = step };
}

/* ---- condition, fail, callback ---- */

static void begin_condition(struct step_run *step, struct pipeline_scope *scope)
{
    bool hold;
    enum resolved state = pipeline_conditions_hold(scope, json_get(step->step->arguments, "Conditions"), &hold);
    if (state == RESOLVE_WAITS)
        return;
    if (state == RESOLVE_FAILED) {
        step_fail(step, str_of(scope->why));
        return;
    }
    cJSON *row = step_edit(step), *condition = cJSON_CreateObject();
    json_set_string(condition, "Outcome", hold ? "True" : "False");
    json_set(json_get(row, "metadata") ? cJSON_GetObjectItemCaseSensitive(row, "metadata") : row, "Condition",
             condition);
    json_set(row, "outputs", json_thaw(condition));
    step_succeed(step, row);
}

static void begin_fail(struct step_run *step, struct pipeline_scope *scope)
{
    const cJSON *message;
    enum resolved state = pipeline_value(scope, json_get(step->step->arguments, "ErrorMessage"), &message);
    if (state == RESOLVE_WAITS)
        return;
    struct str text = state == RESOLVED ? json_print_in(scope->arena, message) : str_of(scope->why);
    cJSON *row = step_edit(step), *fail = cJSON_CreateObject();
    json_set_str(fail, "ErrorMessage", text);
    json_set(cJSON_GetObjectItemCaseSensitive(row, "metadata"), "Fail", fail);
    json_set_str(row, "failureReason", str_first(text, REASON_MOST));
    step_end(step, row, "Failed");
}

/* SQS is not among the services here: what AWS sends to the queue is kept with the step, for the page and for who asks. */
static void begin_callback(struct step_run *step, struct pipeline_scope *scope)
{
    char token[11];
    const cJSON *url, *none = json_parse_in(scope->arena, STR("{}"), NULL);
    struct buf message = BUF_EMPTY;
    enum resolved state = pipeline_value(scope, json_get(step->step->node, "SqsQueueUrl"), &url);
    pipeline_new_id(step->run->strand.world, 10, true, token);
    buf_printf(&message,
               "{\"token\":\"%s\",\"pipelineExecutionArn\":\"%.*s\",\"status\":\"Executing\",\"arguments\":", token,
               STR_ARG(step_arn_of_execution(step)));
    if (state == RESOLVED)
        state = pipeline_resolve(scope, NULL, step->step->arguments ? step->step->arguments : none, &message);
    buf_add_byte(&message, '}');
    if (state == RESOLVED) {
        cJSON *row = step_edit(step), *callback = cJSON_CreateObject();
        json_set_string(row, "token", token);
        json_set_str(row, "message", buf_str(&message));
        json_set_string(callback, "CallbackToken", token);
        json_set_str(callback, "SqsQueueUrl", json_print_in(scope->arena, url));
        json_set(cJSON_GetObjectItemCaseSensitive(row, "metadata"), "Callback", callback);
        step->phase = STEP_CALLED;
        step_put(step, row);
    } else if (state == RESOLVE_FAILED) {
        step_fail(step, str_of(scope->why));
    }
    buf_release(&message);
}

static cJSON *named_outputs(const cJSON *list)
{
    cJSON *outputs = cJSON_CreateObject(), *all = cJSON_CreateObject();
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        json_set_str(outputs, json_string(item, "Name"), json_str(item, "Value"));
    }
    json_set(all, "OutputParameters", outputs);
    return all;
}

static bool reread(struct step_run *step)
{
    struct pipeline_run *run = step->run;
    struct buf key = BUF_EMPTY;
    buf_printf(&key, "%s%s", run->key, step->key);
    struct json *row = store_get(run->strand.world->store, run->scope, &pipeline_step_table, buf_str(&key));
    buf_release(&key);
    if (!row)
        return false;
    json_ref(row);
    json_unref(step->row);
    step->row = row;
    return true;
}

void pipeline_step_called_back(struct step_run *step)
{
    step->told = false;
    if (!reread(step))
        return;
    const cJSON *answer = json_get(json_root(step->row), "answer");
    if (!answer)
        return;
    if (json_get(answer, "failed")) {
        struct str reason = json_str(answer, "FailureReason");
        step_fail(step, reason.at ? reason : STR("The callback step was reported as failed."));
        return;
    }
    cJSON *row = step_edit(step), *metadata = cJSON_GetObjectItemCaseSensitive(row, "metadata");
    const cJSON *list = json_get(answer, "OutputParameters");
    if (list)
        json_set(cJSON_GetObjectItemCaseSensitive(metadata, "Callback"), "OutputParameters", json_thaw(list));
    json_set(row, "outputs", named_outputs(list));
    step_succeed(step, row);
}

/* ---- beginning ---- */

static void begin_lacking(struct step_run *step)
{
    struct buf text = BUF_EMPTY;
    buf_printf(&text, "This practice cloud does not run pipeline steps of type %s.", step->step->kind->type);
    step_fail(step, buf_str(&text));
    buf_release(&text);
}

void pipeline_step_begin(struct step_run *step)
{
    struct arena *arena = arena_new();
    struct pipeline_scope scope = scope_of(step, arena);
    step->phase = STEP_BEGINNING;
    switch (step->step->kind->way) {
    case STEP_CALL:
    case STEP_JOB:
        pipeline_job_begin(step, &scope);
        break;
    case STEP_CONDITION:
        begin_condition(step, &scope);
        break;
    case STEP_FAIL:
        begin_fail(step, &scope);
        break;
    case STEP_LAMBDA:
        pipeline_lambda_begin(step, &scope);
        break;
    case STEP_CALLBACK:
        begin_callback(step, &scope);
        break;
    case STEP_IMAGE:
        pipeline_image_begin(step, &scope);
        break;
    case STEP_LACKING:
        begin_lacking(step);
        break;
    }
    arena_free(arena);
}

void pipeline_step_resume(struct step_run *step)
{
    if (!step->row || (!step_is(step, "Executing") && !step_is(step, "Stopping")))
        return;
    if (json_get(json_root(step->row), "retryAt")) {
        step->phase = STEP_RETRIES;
    } else if (step->step->kind->way == STEP_CALLBACK) {
        step->phase = STEP_CALLED;
        step->told = true;
    } else if (json_get(json_root(step->row), "arn") && step->step->kind->way != STEP_LAMBDA) {
        step->phase = STEP_JOB_RUNS;
        step->told = true;
    } else {
        step->phase = STEP_RETRIES; /* its call had not been answered: it is made again, under the same name */
    }
}

/* ---- stopping ---- */

static void stop_answered(struct step_run *step)
{
    step_drop_call(step);
    step->phase = STEP_JOB_RUNS;
    step->told = true;
}

/* What calls wait for is let come. A callback must still be answered (callback step of the developer guide): only then the
 * execution ends. */
void pipeline_step_stop(struct step_run *step)
{
    if (step->phase == STEP_RETRIES || step->phase == STEP_BEGINNING || step->image) {
        step_end(step, step_edit(step), "Stopped");
        return;
    }
    if (step->phase != STEP_JOB_RUNS || step->stop_asked || !step->step->kind->stop)
        return;
    step->stop_asked = true;
    cJSON *row = step_edit(step);
    json_set_string(row, "status", "Stopping");
    step_put(step, row);
    struct buf input = BUF_EMPTY;
    buf_printf(&input, "{\"%s\":\"%s\"}", step->step->kind->asked, json_string(json_root(step->row), "job"));
    step_send(step, "sagemaker", step->step->kind->stop, buf_str(&input), stop_answered);
    buf_release(&input);
}
