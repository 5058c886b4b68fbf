#include "services/sagemaker/lineage.h"

#include <ctype.h>

#include "aws/arn.h"
#include "base/digest.h"
#include "services/sagemaker/pipeline_list.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/tag.h"
#include "services/sagemaker/trial.h"
#include "services/sagemaker/trial_metric.h"

static bool key_by_creation(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    struct str rest;
    buf_add_str(ret_key, str_cut(row_key, '/', &rest));
    buf_add_byte(ret_key, '/');
    buf_add_digits(ret_key, (uint64_t)json_int64(row, "_created", 0), 10, 15);
    return true;
}

static const struct index_def by_creation = { .name = "creation", .key = key_by_creation };
static const struct index_def *const indexes[] = { &by_creation, NULL };
const struct table_def lineage_table = { .name = "sagemaker.lineage", .indexes = indexes };

static const struct lineage_kind kinds[] = {
    { "Action", "action", "ActionName", "ActionArn", "ActionType", "ActionSummaries" },
    { "Artifact", "artifact", "ArtifactName", "ArtifactArn", "ArtifactType", "ArtifactSummaries" },
    { "Context", "context", "ContextName", "ContextArn", "ContextType", "ContextSummaries" },
    { "Experiment", "experiment", "ExperimentName", "ExperimentArn", NULL, "ExperimentSummaries" },
    { "Trial", "experiment-trial", "TrialName", "TrialArn", NULL, "TrialSummaries" },
    { "TrialComponent", "experiment-trial-component", "TrialComponentName", "TrialComponentArn", NULL,
      "TrialComponentSummaries" },
};

static const struct lineage_kind *find_kind(const char *noun)
{
    size_t i = 0;
    while (strcmp(kinds[i].noun, noun) != 0)
        i++;
    return &kinds[i];
}

const struct lineage_kind *lineage_kind_of(struct str text)
{
    struct arn arn;
    struct str rest;
    if (!arn_parse(text, &arn))
        return NULL;
    struct str type = str_cut(arn.resource, '/', &rest);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_is(type, kinds[i].arn_type))
            return &kinds[i];
    return NULL;
}

/* ---- rows ---- */

static struct str lower(struct arena *arena, struct str text)
{
    char *copy = arena_copy(arena, text);
    for (char *c = copy; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return str_of(copy);
}

struct str lineage_key(struct arena *arena, struct str text)
{
    struct arn arn;
    return arn_parse(text, &arn) ? lower(arena, arn.resource) : STR("");
}

struct json *lineage_get(struct world *world, struct scope scope, struct str arn)
{
    struct arena *arena = arena_new_sized(512);
    struct json *row = store_get(world->store, scope, &lineage_table, lineage_key(arena, arn));
    arena_free(arena);
    return row;
}

static struct str arn_named(struct arena *arena, struct scope scope, const struct lineage_kind *kind, struct str name)
{
    struct str key = lower(arena, name);
    return str_of(arn_make(arena, "sagemaker", scope.region, scope.account, "%s/%.*s", kind->arn_type, STR_ARG(key)));
}

/* An artifact is its source: the ARN ends with a digest of it. */
static struct str arn_of_source(struct arena *arena, struct scope scope, const cJSON *source)
{
    char hex[2 * SHA256_BYTES + 1];
    struct buf text = BUF_EMPTY;
    json_print(&text, source);
    digest_sha256_hex(buf_str(&text), hex);
    buf_release(&text);
    return str_of(arn_make(arena, "sagemaker", scope.region, scope.account, "artifact/%.32s", hex));
}

static void put(struct world *world, struct scope scope, struct str arn, cJSON *row_taken, const cJSON *who)
{
    struct arena *arena = arena_new_sized(512);
    json_set_int64(row_taken, "_modified", clock_now(world->clock));
    json_set(row_taken, "_modifiedBy", json_thaw(who));
    store_put(world->store, scope, &lineage_table, lineage_key(arena, arn), json_seal(row_taken));
    arena_free(arena);
}

static void put_new(struct world *world, struct scope scope, struct str arn, struct str name, cJSON *row_taken,
                    const cJSON *who)
{
    json_set_str(row_taken, "_arn", arn);
    json_set_str(row_taken, "_name", name);
    json_set_int64(row_taken, "_created", clock_now(world->clock));
    json_set(row_taken, "_createdBy", json_thaw(who));
    put(world, scope, arn, row_taken, who);
}

/* ---- what services leave ---- */

struct str lineage_entity(struct lineage_maker *maker, const char *noun, struct str name, cJSON *row_taken)
{
    struct str arn = arn_named(maker->arena, maker->scope, find_kind(noun), name);
    if (lineage_get(maker->world, maker->scope, arn))
        cJSON_Delete(row_taken);
    else
        put_new(maker->world, maker->scope, arn, name, row_taken, maker->who);
    return arn;
}

struct str lineage_artifact(struct lineage_maker *maker, struct str uri, const char *type)
{
    cJSON *row = cJSON_CreateObject(), *source = cJSON_CreateObject();
    json_set_str(source, "SourceUri", uri);
    struct str arn = arn_of_source(maker->arena, maker->scope, source);
    json_set(row, "Source", source);
    json_set_string(row, "ArtifactType", type);
    if (lineage_get(maker->world, maker->scope, arn))
        cJSON_Delete(row);
    else
        put_new(maker->world, maker->scope, arn, STR_NONE, row, maker->who);
    return arn;
}

/* ---- Create ---- */

static cJSON *kept_input(const struct call *call, const struct lineage_kind *kind)
{
    cJSON *row = cJSON_CreateObject();
    const cJSON *member;
    cJSON_ArrayForEach(member, call->input)
    {
        if (strcmp(member->string, "Tags") != 0 && strcmp(member->string, kind->name) != 0)
            json_set(row, member->string, json_thaw(member));
    }
    return row;
}

/* The sentence is ours, in the shape of "Training job names must be unique …". */
static enum outcome create(struct call *call, const char *noun)
{
    const struct lineage_kind *kind = find_kind(noun);
    struct scope scope = call_scope(call);
    struct str name = input_str(call, kind->name);
    bool by_source = strcmp(noun, "Artifact") == 0;
    struct str arn = by_source ? arn_of_source(call->arena, scope, json_get(call->input, "Source"))
                               : arn_named(call->arena, scope, kind, name);
    if (lineage_get(call->world, scope, arn))
        return call_fail(call, &ERROR_VALIDATION,
                         "%s must be unique within an AWS account and region: '%.*s' already exists.", noun,
                         STR_ARG(arn));
    if (!sagemaker_tag_check(call, arn) || !trial_check_create(call))
        return CALL_FAILED;
    cJSON *who = pipeline_who(call);
    put_new(call->world, scope, arn, name, kept_input(call, kind), who);
    cJSON_Delete(who);
    sagemaker_tag_put(call, arn);
    output_str(call, kind->arn, arn);
    return CALL_DONE;
}

enum outcome create_action(struct call *call)
{
    return create(call, "Action");
}

enum outcome create_artifact(struct call *call)
{
    return create(call, "Artifact");
}

enum outcome create_context(struct call *call)
{
    return create(call, "Context");
}

enum outcome create_experiment(struct call *call)
{
    return create(call, "Experiment");
}

enum outcome create_trial(struct call *call)
{
    return create(call, "Trial");
}

enum outcome create_trial_component(struct call *call)
{
    return create(call, "TrialComponent");
}

/* ---- one that is there ---- */

/* By name, or by ARN in either member. */
static struct str arn_in_call(struct call *call, const struct lineage_kind *kind)
{
    struct str given = input_has(call, kind->arn) ? input_str(call, kind->arn) : input_str(call, kind->name);
    if (str_starts(given, STR("arn:")))
        return given;
    if (!given.at && input_has(call, "Source"))
        return arn_of_source(call->arena, call_scope(call), json_get(call->input, "Source"));
    return arn_named(call->arena, call_scope(call), kind, given);
}

static struct json *find(struct call *call, const struct lineage_kind *kind, struct str *ret_arn)
{
    *ret_arn = arn_in_call(call, kind);
    struct json *row = lineage_kind_of(*ret_arn) == kind ? lineage_get(call->world, call_scope(call), *ret_arn) : NULL;
    if (!row) /* the sentence is ours */
        call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "%s '%.*s' does not exist.", kind->noun, STR_ARG(*ret_arn));
    else
        *ret_arn = arena_str(call->arena, json_str(json_root(row), "_arn"));
    return row;
}

static cJSON *told(const struct lineage_kind *kind, const cJSON *row)
{
    cJSON *output = cJSON_CreateObject();
    const cJSON *member;
    cJSON_ArrayForEach(member, row)
    {
        if (member->string[0] != '_')
            json_set(output, member->string, json_thaw(member));
    }
    json_set_string(output, kind->arn, json_string(row, "_arn"));
    json_set_string(output, kind->name, json_string(row, "_name"));
    pipeline_set_time(output, "CreationTime", row, "_created");
    pipeline_set_time(output, "LastModifiedTime", row, "_modified");
    json_set(output, "CreatedBy", pipeline_user(json_get(row, "_createdBy")));
    json_set(output, "LastModifiedBy", pipeline_user(json_get(row, "_modifiedBy")));
    return output;
}

static enum outcome describe(struct call *call, const char *noun)
{
    struct str arn;
    const struct lineage_kind *kind = find_kind(noun);
    struct json *row = find(call, kind, &arn);
    if (!row)
        return CALL_FAILED;
    pipeline_output(call, told(kind, json_root(row)));
    return CALL_DONE;
}

enum outcome describe_action(struct call *call)
{
    return describe(call, "Action");
}

enum outcome describe_artifact(struct call *call)
{
    return describe(call, "Artifact");
}

enum outcome describe_context(struct call *call)
{
    return describe(call, "Context");
}

enum outcome describe_experiment(struct call *call)
{
    return describe(call, "Experiment");
}

enum outcome describe_trial(struct call *call)
{
    return describe(call, "Trial");
}

enum outcome describe_trial_component(struct call *call)
{
    struct str arn;
    if (describe(call, "TrialComponent") != CALL_DONE || !find(call, find_kind("TrialComponent"), &arn))
        return CALL_FAILED;
    output_json(call, "Metrics", trial_metric_summaries(call->world, call_scope(call), arn));
    return CALL_DONE;
}

static enum outcome remove_entity(struct call *call, const char *noun)
{
    struct str arn;
    const struct lineage_kind *kind = find_kind(noun);
    if (!find(call, kind, &arn) || !trial_check_delete(call, kind, arn))
        return CALL_FAILED;
    store_delete(call->world->store, call_scope(call), &lineage_table, lineage_key(call->arena, arn));
    trial_metric_drop(call->world, call_scope(call), arn);
    sagemaker_tag_drop(call->world, call_scope(call), arn);
    output_str(call, kind->arn, arn);
    return CALL_DONE;
}

enum outcome delete_action(struct call *call)
{
    return remove_entity(call, "Action");
}

enum outcome delete_artifact(struct call *call)
{
    return remove_entity(call, "Artifact");
}

enum outcome delete_context(struct call *call)
{
    return remove_entity(call, "Context");
}

enum outcome delete_experiment(struct call *call)
{
    return remove_entity(call, "Experiment");
}

enum outcome delete_trial(struct call *call)
{
    return remove_entity(call, "Trial");
}

enum outcome delete_trial_component(struct call *call)
{
    return remove_entity(call, "TrialComponent");
}

/* ---- Update ---- */

/* Maps take what is given beside what they have. */
static void merge(cJSON *row, const cJSON *given)
{
    cJSON *old = cJSON_GetObjectItemCaseSensitive(row, given->string);
    const cJSON *member;
    if (!cJSON_IsObject(old) || !cJSON_IsObject(given) || strcmp(given->string, "Status") == 0) {
        json_set(row, given->string, json_thaw(given));
        return;
    }
    cJSON_ArrayForEach(member, given)
    {
        json_set(old, member->string, json_thaw(member));
    }
}

static void take_out(struct call *call, cJSON *row, const char *map)
{
    char *member = arena_printf(call->arena, "%sToRemove", map);
    cJSON *from = cJSON_GetObjectItemCaseSensitive(row, map);
    const cJSON *name;
    cJSON_ArrayForEach(name, json_get(call->input, member))
    {
        if (from)
            cJSON_DeleteItemFromObjectCaseSensitive(from, name->valuestring);
    }
}

static enum outcome update(struct call *call, const char *noun)
{
    static const char *const maps[] = { "Properties", "Parameters", "InputArtifacts", "OutputArtifacts" };
    struct str arn;
    const struct lineage_kind *kind = find_kind(noun);
    struct json *old = find(call, kind, &arn);
    if (!old)
        return CALL_FAILED;
    cJSON *row = json_thaw(json_root(old));
    const cJSON *member;
    cJSON_ArrayForEach(member, call->input)
    {
        if (strcmp(member->string, kind->arn) == 0 || str_ends(str_of(member->string), STR("ToRemove")))
            continue;
        if (strcmp(member->string, kind->name) == 0)
            json_set_str(row, "_name", json_value(member));
        else
            merge(row, member);
    }
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        take_out(call, row, maps[i]);
    cJSON *who = pipeline_who(call);
    put(call->world, call_scope(call), arn, row, who);
    cJSON_Delete(who);
    output_str(call, kind->arn, arn);
    return CALL_DONE;
}

enum outcome update_action(struct call *call)
{
    return update(call, "Action");
}

enum outcome update_artifact(struct call *call)
{
    return update(call, "Artifact");
}

enum outcome update_context(struct call *call)
{
    return update(call, "Context");
}

enum outcome update_experiment(struct call *call)
{
    return update(call, "Experiment");
}

enum outcome update_trial(struct call *call)
{
    return update(call, "Trial");
}

enum outcome update_trial_component(struct call *call)
{
    return update(call, "TrialComponent");
}

/* ---- List ---- */

static cJSON *summary(struct call *call, const cJSON *row)
{
    static const char *const left_out[] = { "Description", "Properties",     "MetadataProperties",
                                            "Parameters",  "InputArtifacts", "OutputArtifacts" };
    const struct lineage_kind *kind = lineage_kind_of(json_str(row, "_arn"));
    cJSON *item = told(kind, row);
    bool component = strcmp(kind->noun, "TrialComponent") == 0;
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(item, left_out[i]);
    if (component && json_get(row, "Source")) {
        cJSON_DeleteItemFromObjectCaseSensitive(item, "Source");
        json_set(item, "TrialComponentSource", json_thaw(json_get(row, "Source")));
    } else if (!component) {
        cJSON_DeleteItemFromObjectCaseSensitive(item, "CreatedBy");
        cJSON_DeleteItemFromObjectCaseSensitive(item, "LastModifiedBy");
        if (strcmp(kind->noun, "Trial") == 0) /* its experiment's */
            cJSON_DeleteItemFromObjectCaseSensitive(item, "ExperimentName");
    }
    return item;
}

static bool is_wanted(struct call *call, const cJSON *row)
{
    const struct lineage_kind *kind = lineage_kind_of(json_str(row, "_arn"));
    const cJSON *source = json_get(row, "Source");
    int64_t created = json_int64(row, "_created", 0);
    return (!input_has(call, "SourceUri") || str_equal(json_str(source, "SourceUri"), input_str(call, "SourceUri"))) &&
           (!input_has(call, "SourceArn") || str_equal(json_str(source, "SourceArn"), input_str(call, "SourceArn"))) &&
           (!kind->type || !input_has(call, kind->type) ||
            str_equal(json_str(row, kind->type), input_str(call, kind->type))) &&
           trial_is_listed(call, kind, row) &&
           (!input_has(call, "CreatedAfter") || created > json_to_time(json_get(call->input, "CreatedAfter"))) &&
           (!input_has(call, "CreatedBefore") || created < json_to_time(json_get(call->input, "CreatedBefore")));
}

static enum outcome list(struct call *call, const char *noun)
{
    const struct lineage_kind *kind = find_kind(noun);
    struct pipeline_list wanted = { .table = &lineage_table,
                                    .index = str_is(input_str(call, "SortBy"), "Name") ? NULL : &by_creation,
                                    .prefix = str_of(arena_printf(call->arena, "%s/", kind->arn_type)),
                                    .member = kind->list,
                                    .item = summary,
                                    .wanted = is_wanted };
    return pipeline_list_answer(call, &wanted);
}

enum outcome list_actions(struct call *call)
{
    return list(call, "Action");
}

enum outcome list_artifacts(struct call *call)
{
    return list(call, "Artifact");
}

enum outcome list_contexts(struct call *call)
{
    return list(call, "Context");
}

enum outcome list_experiments(struct call *call)
{
    return list(call, "Experiment");
}

enum outcome list_trials(struct call *call)
{
    return list(call, "Trial");
}

enum outcome list_trial_components(struct call *call)
{
    return list(call, "TrialComponent");
}
