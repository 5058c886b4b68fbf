#include "services/sagemaker/pipeline_execution.h"
#include "services/sagemaker/pipeline_kind.h"
#include "services/sagemaker/pipeline_run.h"

#include "aws/call.h"

/* The function answers an object; the step's outputs are those of its members that OutputParameters names. What goes wrong is
 * told in words of ours. */

static void fail_as(struct step_run *step, const char *what, struct str more)
{
    struct buf text = BUF_EMPTY;
    buf_printf(&text, "ClientError: %s", what);
    buf_add_str(&text, more);
    step_fail(step, buf_str(&text));
    buf_release(&text);
}

/* NULL: one that was declared is missing (*ret_missing). */
static cJSON *read_outputs(const struct step_run *step, const cJSON *payload, cJSON *list, struct str *ret_missing)
{
    const cJSON *declared;
    cJSON *outputs = cJSON_CreateObject();
    cJSON_ArrayForEach(declared, json_get(step->step->node, "OutputParameters"))
    {
        struct str name = json_str(declared, "OutputName");
        const cJSON *value = json_get_str(payload, name);
        if (!value) {
            *ret_missing = name;
            cJSON_Delete(outputs);
            return NULL;
        }
        struct buf text = BUF_EMPTY;
        if (cJSON_IsString(value))
            buf_add_str(&text, json_value(value));
        else
            json_print(&text, value);
        cJSON *item = cJSON_CreateObject();
        json_set_str(item, "Name", name);
        json_set_str(item, "Value", str_first(buf_str(&text), 1024));
        json_add(list, item);
        json_set(outputs, declared->child ? json_string(declared, "OutputName") : "", json_thaw(value));
        buf_release(&text);
    }
    return outputs;
}

static void succeed(struct step_run *step, const cJSON *payload)
{
    struct str missing;
    cJSON *list = cJSON_CreateArray(), *outputs = read_outputs(step, payload, list, &missing);
    if (!outputs) {
        cJSON_Delete(list);
        fail_as(step, "The function's answer lacks the output parameter ", missing);
        return;
    }
    cJSON *row = step_edit(step), *all = cJSON_CreateObject();
    cJSON *lambda = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(row, "metadata"), "Lambda");
    json_set(lambda, "OutputParameters", list);
    json_set(all, "OutputParameters", outputs);
    json_set(row, "outputs", all);
    step_succeed(step, row);
}

static void take_answer(struct step_run *step)
{
    const struct api_error *error = &step->call->error;
    if (error->kind) {
        struct str message = str_of(error->message ? error->message : error->kind->code);
        enum retry_type type = pipeline_retry_of_error(error);
        if (type == RETRY_NONE)
            fail_as(step, "Failed to invoke lambda:Invoke. Error Details: ", message);
        else
            step_fail_or_retry(step, type, NULL, message);
        return;
    }
    const cJSON *answer = step_answer(step);
    struct str payload = json_str(answer, "Payload");
    if (json_get(answer, "FunctionError")) {
        fail_as(step, "The lambda function ended with an error: ", payload);
        return;
    }
    struct arena *arena = arena_new();
    succeed(step, json_parse_in(arena, payload, NULL));
    arena_free(arena);
}

static void invoke(struct step_run *step)
{
    struct buf input = BUF_EMPTY;
    const cJSON *row = json_root(step->row);
    buf_add_text(&input, "{\"FunctionName\":");
    json_print_string(&input, json_str(row, "arn"));
    buf_add_text(&input, ",\"Payload\":");
    json_print_string(&input, json_str(row, "input"));
    buf_add_byte(&input, '}');
    step_send(step, "lambda", "Invoke", buf_str(&input), take_answer);
    buf_release(&input);
}

static void begin_with(struct step_run *step, struct str arn, struct str payload)
{
    char digest[65];
    if (step->step->cache) {
        struct arena *arena = arena_new();
        pipeline_cache_digest(step->step, json_parse_in(arena, payload, NULL), digest);
        arena_free(arena);
        if (pipeline_cache_take(step, digest))
            return;
    }
    cJSON *row = step_edit(step), *lambda = cJSON_CreateObject();
    json_set_str(row, "arn", arn);
    json_set_str(row, "input", payload);
    if (step->step->cache)
        json_set_string(row, "digest", digest);
    json_set_str(lambda, "Arn", arn);
    json_set(cJSON_GetObjectItemCaseSensitive(row, "metadata"), "Lambda", lambda);
    cJSON_DeleteItemFromObjectCaseSensitive(row, "retryAt");
    step_put(step, row);
    invoke(step);
}

void pipeline_lambda_begin(struct step_run *step, struct pipeline_scope *scope)
{
    const cJSON *arn, *none = json_parse_in(scope->arena, STR("{}"), NULL);
    struct buf payload = BUF_EMPTY;
    enum resolved state = pipeline_value(scope, json_get(step->step->node, "FunctionArn"), &arn);
    if (state == RESOLVED)
        state = pipeline_resolve(scope, NULL, step->step->arguments ? step->step->arguments : none, &payload);
    if (state == RESOLVED)
        begin_with(step, json_print_in(scope->arena, arn), buf_str(&payload));
    else if (state == RESOLVE_FAILED)
        step_fail(step, str_of(scope->why));
    buf_release(&payload);
}
