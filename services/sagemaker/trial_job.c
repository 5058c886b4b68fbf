#include "services/sagemaker/trial_job.h"

#include "services/sagemaker/trial.h"
#include "services/sagemaker/trial_metric.h"

/* "training-job" ─▶ "SageMakerTrainingJob" */
static cJSON *source_of(struct lineage_maker *maker, const struct job_kind *kind, const cJSON *row)
{
    cJSON *source = cJSON_CreateObject();
    json_set_str(source, "SourceArn", json_str(row, "arn"));
    json_set_string(source, "SourceType", arena_printf(maker->arena, "SageMaker%sJob", kind->said));
    return source;
}

/* Hyperparameters as parameters: numbers where they are. */
static cJSON *parameters_of(const cJSON *input)
{
    cJSON *parameters = cJSON_CreateObject();
    const cJSON *one;
    cJSON_ArrayForEach(one, json_get(input, "HyperParameters"))
    {
        cJSON *value = cJSON_CreateObject();
        json_set_str(value, "StringValue", json_value(one));
        json_set(parameters, one->string, value);
    }
    return parameters;
}

static struct str make_component(struct lineage_maker *maker, const struct job_kind *kind, const cJSON *row)
{
    const cJSON *input = json_get(row, "input"), *config = json_get(input, "ExperimentConfig");
    struct str name = str_of(arena_printf(maker->arena, "%s-aws-%s", json_string(row, "name"), kind->type));
    const char *shown = json_string(config, "TrialComponentDisplayName");
    cJSON *component = cJSON_CreateObject();
    json_set_string(component, "DisplayName", shown ? shown : name.at);
    json_set(component, "Source", source_of(maker, kind, row));
    json_set(component, "Parameters", parameters_of(input));
    struct str arn = lineage_entity(maker, "TrialComponent", name, component);
    struct str trial = json_str(config, "TrialName");
    if (trial.length)
        trial_link(maker->world, maker->scope, trial, name);
    return arn;
}

static void set_status(struct lineage_maker *maker, struct str arn, const cJSON *row)
{
    cJSON *component = json_thaw(json_root(lineage_get(maker->world, maker->scope, arn)));
    cJSON *status = cJSON_CreateObject();
    json_set_str(status, "PrimaryStatus", json_str(row, "status"));
    json_set_string(status, "Message", json_string(row, "failure"));
    json_set(component, "Status", status);
    if (json_get(row, "started"))
        json_set(component, "StartTime", json_new_time(json_int64(row, "started", 0)));
    if (json_get(row, "ended"))
        json_set(component, "EndTime", json_new_time(json_int64(row, "ended", 0)));
    store_put(maker->world->store, maker->scope, &lineage_table, lineage_key(maker->arena, arn), json_seal(component));
}

static void add_metrics(struct lineage_maker *maker, struct str arn, const cJSON *row)
{
    struct str name;
    const cJSON *metric;
    str_cut(lineage_key(maker->arena, arn), '/', &name);
    cJSON_ArrayForEach(metric, json_get(row, "metrics"))
    {
        const struct trial_point point = { json_int64(row, "ended", 0), -1, json_number(metric, "Value", 0) };
        trial_metric_add(maker->world, maker->scope, name, json_str(metric, "MetricName"), &point);
    }
}

void trial_job_note(struct world *world, struct scope scope, const struct job_kind *kind, const cJSON *row)
{
    if (!json_get(json_get(row, "input"), "ExperimentConfig"))
        return;
    cJSON *nobody = cJSON_CreateObject();
    struct lineage_maker maker = { .world = world, .scope = scope, .arena = arena_new(), .who = nobody };
    struct str arn = make_component(&maker, kind, row);
    set_status(&maker, arn, row);
    if (json_get(row, "ended"))
        add_metrics(&maker, arn, row);
    arena_free(maker.arena);
    cJSON_Delete(nobody);
}
