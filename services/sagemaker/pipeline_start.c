#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>

#include "services/sagemaker/pipeline.h"
#include "services/sagemaker/pipeline_execution.h"
#include "services/sagemaker/pipeline_list.h"
#include "services/sagemaker/pipeline_run.h"
#include "services/sagemaker/sagemaker_model.h"

#define RUNNING_MOST 1000 /* executions of an account at once */

struct start {
    const cJSON *pipeline;
    int64_t version;
    const struct pipeline_definition *definition;
    char id[13];
    char *arn;
    struct str key;
};

/* ---- parameters; the sentences are ours ---- */

static bool fits(const cJSON *parameter, struct str value)
{
    struct str type = json_str(parameter, "Type");
    int64_t whole;
    char *end;
    if (str_is(type, "Integer"))
        return str_to_int64(value, &whole);
    if (str_is(type, "Boolean"))
        return str_is(value, "true") || str_is(value, "false");
    if (!str_is(type, "Float"))
        return true;
    strtod(value.at, &end);
    return value.length && end == value.at + value.length && !isspace((unsigned char)value.at[0]);
}

static bool is_allowed(struct arena *arena, const cJSON *parameter, struct str value)
{
    const cJSON *allowed, *values = json_get(parameter, "EnumValues");
    cJSON_ArrayForEach(allowed, values)
    {
        if (str_equal(json_print_in(arena, allowed), value))
            return true;
    }
    return !values;
}

static bool check_given(struct call *call, const struct start *start, const cJSON *given)
{
    struct str name = json_str(given, "Name"), value = json_str(given, "Value");
    const cJSON *parameter = pipeline_definition_parameter(start->definition, name), *other;
    if (!parameter) {
        call_fail(call, &ERROR_VALIDATION, "The parameter '%.*s' is not defined by the pipeline.", STR_ARG(name));
        return false;
    }
    if (!fits(parameter, value)) {
        call_fail(call, &ERROR_VALIDATION, "The value '%.*s' of the parameter '%.*s' is not of the type %s.",
                  STR_ARG(value), STR_ARG(name), json_string(parameter, "Type"));
        return false;
    }
    if (!is_allowed(call->arena, parameter, value)) {
        call_fail(call, &ERROR_VALIDATION, "The value '%.*s' of the parameter '%.*s' is not among its enum values.",
                  STR_ARG(value), STR_ARG(name));
        return false;
    }
    for (other = given->next; other; other = other->next) {
        if (!str_equal(json_str(other, "Name"), name))
            continue;
        call_fail(call, &ERROR_VALIDATION, "The parameter '%.*s' is given twice.", STR_ARG(name));
        return false;
    }
    return true;
}

static bool is_given(struct call *call, struct str name)
{
    const cJSON *given;
    cJSON_ArrayForEach(given, json_get(call->input, "PipelineParameters"))
    {
        if (str_equal(json_str(given, "Name"), name))
            return true;
    }
    return false;
}

static bool check_parameters(struct call *call, const struct start *start)
{
    const cJSON *given, *parameter;
    cJSON_ArrayForEach(given, json_get(call->input, "PipelineParameters"))
    {
        if (!check_given(call, start, given))
            return false;
    }
    cJSON_ArrayForEach(parameter, start->definition->parameters)
    {
        if (json_get(parameter, "DefaultValue") || is_given(call, json_str(parameter, "Name")))
            continue;
        call_fail(call, &ERROR_VALIDATION, "The parameter '%s' has no default value and must be given.",
                  json_string(parameter, "Name"));
        return false;
    }
    return true;
}

/* ---- selective execution ---- */

static bool is_selected(struct call *call, struct str name)
{
    const cJSON *step;
    cJSON_ArrayForEach(step, json_get(json_get(call->input, "SelectiveExecutionConfig"), "SelectedSteps"))
    {
        if (str_equal(json_str(step, "StepName"), name))
            return true;
    }
    return false;
}

/* Marks the steps that selected ones need and that are not selected themselves. */
static unsigned mark_needed(struct call *call, const struct pipeline_definition *definition, bool *needed)
{
    unsigned count = 0;
    for (unsigned i = 0; i < definition->step_count; i++) {
        const struct pipeline_step *step = &definition->steps[i];
        if (!is_selected(call, step->name))
            continue;
        for (unsigned j = 0; j < step->need_count; j++)
            needed[step->needs[j]] = true;
        if (step->condition >= 0)
            needed[step->condition] = true;
    }
    for (unsigned i = 0; i < definition->step_count; i++) {
        needed[i] = needed[i] && !is_selected(call, definition->steps[i].name);
        count += needed[i];
    }
    return count;
}

static struct json *step_of_source(struct call *call, struct str source_key, struct str name)
{
    struct str prefix = str_of(arena_printf(call->arena, "%.*s/", STR_ARG(source_key)));
    struct cursor at = store_seek_from(call->world->store, call_scope(call), &pipeline_step_table, NULL, prefix);
    while (store_next_within(&at, prefix)) {
        if (!str_equal(json_str(json_root(at.row), "name"), name))
            continue;
        struct json *row = json_ref(at.row);
        store_close(&at);
        return row;
    }
    return NULL;
}

static void list_names(struct call *call, const struct pipeline_definition *definition, const bool *needed,
                       struct buf *selected, struct buf *others)
{
    for (unsigned i = 0; i < definition->step_count; i++) {
        struct str name = definition->steps[i].name;
        if (is_selected(call, name))
            buf_printf(selected, "%s%.*s", selected->length ? ", " : "", STR_ARG(name));
        if (needed[i])
            buf_printf(others, "%s%.*s", others->length ? ", " : "", STR_ARG(name));
    }
}

/* FAULTS SM19 has the sentence. */
static bool refuse_source(struct call *call, const struct start *start, const bool *needed, struct str source)
{
    struct buf selected = BUF_EMPTY, others = BUF_EMPTY;
    list_names(call, start->definition, needed, &selected, &others);
    if (!source.length)
        source = STR("null");
    call_fail(call, &ERROR_VALIDATION,
              "Invalid SourcePipelineExecutionArn: %.*s. The selected steps [%.*s] have dependencies on [%.*s]",
              STR_ARG(source), STR_ARG(buf_str(&selected)), STR_ARG(buf_str(&others)));
    buf_release(&selected);
    buf_release(&others);
    return false;
}

static bool check_selected_names(struct call *call, const struct start *start)
{
    const cJSON *step;
    cJSON_ArrayForEach(step, json_get(json_get(call->input, "SelectiveExecutionConfig"), "SelectedSteps"))
    {
        struct str name = json_str(step, "StepName");
        if (pipeline_definition_step(start->definition, name) >= 0)
            continue;
        call_fail(call, &ERROR_VALIDATION, "The selected step '%.*s' is not defined by the pipeline.", STR_ARG(name));
        return false;
    }
    return true;
}

static bool copy_needed(struct call *call, const struct start *start, const bool *needed, struct str source, bool write)
{
    unsigned order = 0;
    struct str source_key = source.length ? pipeline_execution_key(call->arena, source) : STR_NONE;
    for (unsigned i = 0; i < start->definition->step_count; i++) {
        if (!needed[i])
            continue;
        struct json *row = source_key.at ? step_of_source(call, source_key, start->definition->steps[i].name) : NULL;
        bool good = row && str_is(json_str(json_root(row), "status"), "Succeeded");
        if (good && write) {
            cJSON *copy = json_thaw(json_root(row));
            json_set_str(copy, "selected", source);
            cJSON_DeleteItemFromObjectCaseSensitive(copy, "digest");
            cJSON_DeleteItemFromObjectCaseSensitive(copy, "token");
            char *key = arena_printf(call->arena, "%.*s/%04u", STR_ARG(start->key), ++order);
            store_put(call->world->store, call_scope(call), &pipeline_step_table, str_of(key), json_seal(copy));
        }
        json_unref(row);
        if (!good)
            return refuse_source(call, start, needed, source);
    }
    return true;
}

static bool select_steps(struct call *call, const struct start *start, bool write)
{
    bool needed[PIPELINE_MOST_STEPS] = { false };
    const cJSON *selective = json_get(call->input, "SelectiveExecutionConfig");
    if (!selective)
        return true;
    if (!check_selected_names(call, start))
        return false;
    return !mark_needed(call, start->definition, needed) ||
           copy_needed(call, start, needed, json_str(selective, "SourcePipelineExecutionArn"), write);
}

/* ---- the row ---- */

/* {"ExperimentName": {"Get": "Execution.PipelineName"}, …}: AWS spells experiments in lower case. */
static cJSON *experiment_of(struct call *call, const struct start *start)
{
    const cJSON *given = json_get(start->definition->root, "PipelineExperimentConfig");
    if (!cJSON_IsObject(given))
        return NULL;
    struct pipeline_scope scope = { .arena = call->arena,
                                    .definition = start->definition,
                                    .given = json_get(call->input, "PipelineParameters"),
                                    .pipeline_name = json_str(start->pipeline, "name"),
                                    .pipeline_arn = json_str(start->pipeline, "arn"),
                                    .execution_id = str_of(start->id),
                                    .execution_arn = str_of(start->arn) };
    cJSON *experiment = cJSON_CreateObject();
    const cJSON *member, *value;
    cJSON_ArrayForEach(member, given)
    {
        if (pipeline_value(&scope, member, &value) != RESOLVED || !cJSON_IsString(value))
            continue;
        char *text = arena_copy(call->arena, json_value(value));
        for (char *c = text; *c; c++)
            *c = (char)tolower((unsigned char)*c);
        json_set_string(experiment, member->string, text);
    }
    return experiment;
}

static int64_t parallelism_of(struct call *call, const struct start *start)
{
    const cJSON *given = json_get(call->input, "ParallelismConfiguration");
    return given ? json_int64(given, "MaxParallelExecutionSteps", 1) : json_int64(start->pipeline, "parallelism", 0);
}

static struct json *new_row(struct call *call, const struct start *start)
{
    int64_t now_ms = clock_now(call->world->clock), parallelism = parallelism_of(call, start);
    cJSON *row = cJSON_CreateObject(), *experiment = experiment_of(call, start);
    char *display = arena_printf(call->arena, "execution-%" PRId64, now_ms);
    const char *given = input_string(call, "PipelineExecutionDisplayName");
    json_set_string(row, "id", start->id);
    json_set_string(row, "arn", start->arn);
    json_set_str(row, "pipelineArn", json_str(start->pipeline, "arn"));
    json_set_str(row, "pipelineName", json_str(start->pipeline, "name"));
    json_set_string(row, "displayName", given ? given : display);
    json_set_string(row, "description", input_string(call, "PipelineExecutionDescription"));
    json_set_string(row, "status", "Executing");
    json_set_int64(row, "created", now_ms);
    json_set_int64(row, "modified", now_ms);
    json_set(row, "createdBy", pipeline_who(call));
    json_set(row, "modifiedBy", pipeline_who(call));
    json_set_str(row, "roleArn", json_str(start->pipeline, "roleArn"));
    json_set_int64(row, "version", start->version);
    if (input_has(call, "PipelineParameters"))
        json_set(row, "parameters", json_thaw(json_get(call->input, "PipelineParameters")));
    if (input_has(call, "SelectiveExecutionConfig"))
        json_set(row, "selective", json_thaw(json_get(call->input, "SelectiveExecutionConfig")));
    if (parallelism)
        json_set_int64(row, "parallelism", parallelism);
    if (experiment)
        json_set(row, "experiment", experiment);
    json_set_str(row, "token", input_str(call, "ClientRequestToken"));
    return json_seal(row);
}

static void note_run(struct call *call, const struct start *start)
{
    struct scope scope = call_scope(call);
    struct str name = arena_str(call->arena, json_str(start->pipeline, "name"));
    cJSON *version = json_thaw(json_root(pipeline_version_get(call->world, scope, name, start->version)));
    json_set_string(version, "lastRun", start->arn);
    cJSON *pipeline = json_thaw(start->pipeline);
    json_set_int64(pipeline, "lastRun", clock_now(call->world->clock));
    store_put(call->world->store, scope, &pipeline_table, pipeline_key(call->arena, name), json_seal(pipeline));
    pipeline_version_put(call->world, scope, name, start->version, version);
}

/* ---- StartPipelineExecution ---- */

/* The execution that this token has started; STR_NONE: none. */
static struct str started_before(struct call *call)
{
    struct str token = input_str(call, "ClientRequestToken");
    struct cursor at = store_seek_from(call->world->store, call_scope(call), &pipeline_execution_table,
                                       &pipeline_execution_by_token, token);
    while (token.length && store_next_within(&at, token)) {
        const cJSON *row = json_root(at.row);
        if (!str_equal(json_str(row, "token"), token))
            continue;
        struct str arn = arena_str(call->arena, json_str(row, "arn"));
        store_close(&at);
        return arn;
    }
    if (!token.length)
        store_close(&at);
    return STR_NONE;
}

static bool is_full(struct call *call)
{
    unsigned running = 0;
    struct cursor at = store_seek_from(call->world->store, call_scope(call), &pipeline_execution_table,
                                       &pipeline_execution_running, STR(""));
    while (store_next(&at))
        running++;
    return running >= RUNNING_MOST;
}

static bool read_definition(struct call *call, struct start *start)
{
    char *why;
    start->version = input_int64(call, "PipelineVersionId", json_int64(start->pipeline, "version", 1));
    struct str text = pipeline_version_definition(call->world, call_scope(call), json_str(start->pipeline, "name"),
                                                  start->version);
    if (!text.at) {
        call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "Pipeline '%s' has no version %" PRId64 ".",
                  json_string(start->pipeline, "arn"), start->version);
        return false;
    }
    start->definition = pipeline_definition_read(call->arena, text, &why);
    if (!start->definition)
        call_fail_with(call, &ERROR_VALIDATION, str_of(why));
    return start->definition;
}

enum outcome start_pipeline_execution(struct call *call)
{
    struct scope scope = call_scope(call);
    struct start start = { 0 };
    struct json *pipeline = pipeline_of_call(call, input_str(call, "PipelineName"));
    if (!pipeline)
        return CALL_FAILED;
    struct str arn = started_before(call);
    if (!arn.at) {
        start.pipeline = json_root(pipeline);
        pipeline_new_id(call->world, sizeof start.id - 1, false, start.id);
        start.arn = arena_printf(call->arena, "%s/execution/%s", json_string(start.pipeline, "arn"), start.id);
        start.key = pipeline_execution_key(call->arena, str_of(start.arn));
        if (!read_definition(call, &start) || !check_parameters(call, &start) || !select_steps(call, &start, false))
            return CALL_FAILED;
        if (is_full(call))
            return call_fail(call, &SAGEMAKER_RESOURCE_LIMIT_EXCEEDED,
                             "The account-level service limit 'Number of concurrent pipeline executions' is %d.",
                             RUNNING_MOST);
        struct json *row = new_row(call, &start);
        store_put(call->world->store, scope, &pipeline_execution_table, start.key, row);
        select_steps(call, &start, true);
        note_run(call, &start);
        pipeline_run_start(call->world, scope, start.key, row);
        cJSON *detail = cJSON_CreateObject();
        json_set_string(detail, "status", "Executing");
        bus_post(call->world->bus, PIPELINE_EXECUTION_CHANGED, scope, str_of(start.arn), json_seal(detail));
        arn = str_of(start.arn);
    }
    output_str(call, "PipelineExecutionArn", arn);
    return CALL_DONE;
}
