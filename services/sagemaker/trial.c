#include "services/sagemaker/trial.h"

#include "aws/arn.h"
#include "services/sagemaker/listing.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/sagemaker_model.h"

/* From the component's side: "COMPONENT/TRIAL". */
static bool key_by_component(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    buf_add_str(ret_key, json_str(row, "component"));
    buf_add_byte(ret_key, '/');
    return true;
}

static const struct index_def by_component = { .name = "component", .key = key_by_component, .fixed = true };
static const struct index_def *const indexes[] = { &by_component, NULL };
const struct table_def trial_link_table = { .name = "sagemaker.trial_link", .indexes = indexes };

/* ---- what is there ---- */

static struct str arn_of(struct call *call, const char *type, struct str name)
{
    return str_of(sagemaker_arn(call->arena, call_scope(call), type, sagemaker_key(call->arena, name)));
}

static bool is_there(struct call *call, const char *type, struct str name)
{
    return lineage_get(call->world, call_scope(call), arn_of(call, type, name)) != NULL;
}

static bool has_link(struct call *call, const struct index_def *index, struct str name)
{
    struct str prefix = str_of(arena_printf(call->arena, "%s/", sagemaker_key(call->arena, name).at));
    struct cursor at = store_seek_from(call->world->store, call_scope(call), &trial_link_table, index, prefix);
    bool any = store_next_within(&at, prefix);
    if (any)
        store_close(&at);
    return any;
}

static struct str link_key(struct arena *arena, struct str trial, struct str component)
{
    return str_of(arena_printf(arena, "%s/%s", sagemaker_key(arena, trial).at, sagemaker_key(arena, component).at));
}

static bool is_linked(struct call *call, struct str trial, struct str component)
{
    return store_get(call->world->store, call_scope(call), &trial_link_table,
                     link_key(call->arena, trial, component)) != NULL;
}

static const cJSON *trial_row(struct call *call, struct str name)
{
    struct json *row = lineage_get(call->world, call_scope(call), arn_of(call, "experiment-trial", name));
    return row ? json_root(row) : NULL;
}

/* ---- AssociateTrialComponent ---- */

static bool check_ends(struct call *call)
{
    bool trial = is_there(call, "experiment-trial", input_str(call, "TrialName"));
    if (trial && is_there(call, "experiment-trial-component", input_str(call, "TrialComponentName")))
        return true;
    const char *member = trial ? "TrialComponentName" : "TrialName";
    call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "%s '%s' does not exist.", trial ? "TrialComponent" : "Trial",
              input_string(call, member));
    return false;
}

static void output_ends(struct call *call)
{
    output_str(call, "TrialArn", arn_of(call, "experiment-trial", input_str(call, "TrialName")));
    output_str(call, "TrialComponentArn",
               arn_of(call, "experiment-trial-component", input_str(call, "TrialComponentName")));
}

static void put_link(struct world *world, struct scope scope, struct str trial, struct str component)
{
    struct arena *arena = arena_new_sized(512);
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "trial", sagemaker_key(arena, trial));
    json_set_str(row, "component", sagemaker_key(arena, component));
    store_put(world->store, scope, &trial_link_table, link_key(arena, trial, component), json_seal(row));
    arena_free(arena);
}

void trial_link(struct world *world, struct scope scope, struct str trial, struct str component)
{
    struct arena *arena = arena_new_sized(512);
    struct str arn = str_of(sagemaker_arn(arena, scope, "experiment-trial", sagemaker_key(arena, trial)));
    if (lineage_get(world, scope, arn))
        put_link(world, scope, trial, component);
    arena_free(arena);
}

enum outcome associate_trial_component(struct call *call)
{
    if (!check_ends(call))
        return CALL_FAILED;
    put_link(call->world, call_scope(call), input_str(call, "TrialName"), input_str(call, "TrialComponentName"));
    output_ends(call);
    return CALL_DONE;
}

enum outcome disassociate_trial_component(struct call *call)
{
    struct str trial = input_str(call, "TrialName"), component = input_str(call, "TrialComponentName");
    if (!check_ends(call))
        return CALL_FAILED;
    if (!store_delete(call->world->store, call_scope(call), &trial_link_table, link_key(call->arena, trial, component)))
        return call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND,
                         "TrialComponent '%.*s' is not associated with Trial '%.*s'.", STR_ARG(component),
                         STR_ARG(trial));
    output_ends(call);
    return CALL_DONE;
}

/* ---- for entities; sentences are ours ---- */

bool trial_check_create(struct call *call)
{
    struct str experiment = input_str(call, "ExperimentName");
    if (strcmp(call->operation->name, "CreateTrial") != 0 || is_there(call, "experiment", experiment))
        return true;
    call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "Experiment '%.*s' does not exist.", STR_ARG(experiment));
    return false;
}

static bool has_trials(struct call *call, struct str experiment)
{
    const struct str prefix = STR("experiment-trial/");
    struct cursor at = store_seek_from(call->world->store, call_scope(call), &lineage_table, NULL, prefix);
    while (store_next_within(&at, prefix)) {
        if (!str_equal_ignoring_case(json_str(json_root(at.row), "ExperimentName"), experiment))
            continue;
        store_close(&at);
        return true;
    }
    return false;
}

bool trial_check_delete(struct call *call, const struct lineage_kind *kind, struct str arn)
{
    struct str name, type = str_cut(lineage_key(call->arena, arn), '/', &name);
    const char *why = NULL;
    if (str_is(type, "experiment") && has_trials(call, name))
        why = "all of its trials must be deleted first";
    else if (str_is(type, "experiment-trial") && has_link(call, NULL, name))
        why = "its trial components must be disassociated first";
    else if (str_is(type, "experiment-trial-component") && has_link(call, &by_component, name))
        why = "it must be disassociated from its trials first";
    if (!why)
        return true;
    call_fail(call, &ERROR_VALIDATION, "%s '%.*s' cannot be deleted: %s.", kind->noun, STR_ARG(name), why);
    return false;
}

static bool is_of_experiment(struct call *call, struct str component, struct str experiment)
{
    struct str prefix = str_of(arena_printf(call->arena, "%s/", sagemaker_key(call->arena, component).at));
    struct cursor at = store_seek_from(call->world->store, call_scope(call), &trial_link_table, &by_component, prefix);
    while (store_next_within(&at, prefix)) {
        const cJSON *trial = trial_row(call, json_str(json_root(at.row), "trial"));
        if (!str_equal_ignoring_case(json_str(trial, "ExperimentName"), experiment))
            continue;
        store_close(&at);
        return true;
    }
    return false;
}

bool trial_is_listed(struct call *call, const struct lineage_kind *kind, const cJSON *row)
{
    struct str name = json_str(row, "_name"), experiment = input_str(call, "ExperimentName");
    if (strcmp(kind->noun, "Trial") == 0)
        return (!experiment.length || str_equal_ignoring_case(json_str(row, "ExperimentName"), experiment)) &&
               (!input_has(call, "TrialComponentName") || is_linked(call, name, input_str(call, "TrialComponentName")));
    if (strcmp(kind->noun, "TrialComponent") == 0)
        return (!experiment.length || is_of_experiment(call, name, experiment)) &&
               (!input_has(call, "TrialName") || is_linked(call, input_str(call, "TrialName"), name));
    return true;
}

/* ---- lineage groups: "each account has a default lineage group" ---- */

#define GROUP_NAME    "sagemaker-default-lineage-group"
#define GROUP_CREATED ((int64_t)1638316800000) /* it is nobody's making: of the day on which AWS told of them */

static cJSON *group_told(struct call *call)
{
    cJSON *group = cJSON_CreateObject();
    json_set_string(group, "LineageGroupName", GROUP_NAME);
    json_set_str(group, "LineageGroupArn", arn_of(call, "lineage-group", STR(GROUP_NAME)));
    json_set_string(group, "DisplayName", GROUP_NAME);
    json_set(group, "CreationTime", json_new_time(GROUP_CREATED));
    json_set(group, "LastModifiedTime", json_new_time(GROUP_CREATED));
    return group;
}

static bool is_group(struct call *call)
{
    struct str name = input_str(call, "LineageGroupName");
    struct arn arn;
    if (arn_parse(name, &arn))
        str_cut(arn.resource, '/', &name);
    if (str_equal_ignoring_case(name, STR(GROUP_NAME)))
        return true;
    call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "LineageGroup '%.*s' does not exist.", STR_ARG(name));
    return false;
}

enum outcome describe_lineage_group(struct call *call)
{
    if (!is_group(call))
        return CALL_FAILED;
    cJSON *group = group_told(call);
    sagemaker_output_members(call, group);
    cJSON_Delete(group);
    return CALL_DONE;
}

enum outcome list_lineage_groups(struct call *call)
{
    cJSON *list = cJSON_CreateArray();
    bool wanted = (!input_has(call, "CreatedAfter") ||
                   GROUP_CREATED > json_to_time(json_get(call->input, "CreatedAfter"))) &&
                  (!input_has(call, "CreatedBefore") ||
                   GROUP_CREATED < json_to_time(json_get(call->input, "CreatedBefore")));
    if (wanted)
        json_add(list, group_told(call));
    return sagemaker_list_array(call, "LineageGroupSummaries", list);
}

/* Nobody shares it: sharing is RAM's, which is not among the services here. */
enum outcome get_lineage_group_policy(struct call *call)
{
    if (!is_group(call))
        return CALL_FAILED;
    return call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "LineageGroup '%s' has no resource policy.", GROUP_NAME);
}
