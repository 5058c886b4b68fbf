#include "services/sagemaker/pipeline_lineage.h"

#include "services/sagemaker/lineage.h"
#include "services/sagemaker/pipeline_run.h"

/* Which artifacts a job's description names: in lists, behind a path, as data that went in or came out. */
static const struct trail {
    const char *list, *within; /* "InputDataConfig"; "Outputs" within "ProcessingOutputConfig" */
    const char *path[3];
    const char *type;
    bool made;
} trails[] = {
    { "ProcessingInputs", NULL, { "S3Input", "S3Uri" }, "DataSet", false },
    { "Outputs", "ProcessingOutputConfig", { "S3Output", "S3Uri" }, "DataSet", true },
    { "InputDataConfig", NULL, { "DataSource", "S3DataSource", "S3Uri" }, "DataSet", false },
};

static void add(struct lineage_maker *maker, struct str component, struct str uri, const char *type, bool made)
{
    if (!uri.length)
        return;
    struct str artifact = lineage_artifact(maker, uri, type);
    if (made)
        lineage_associate(maker, component, artifact, "Produced");
    else
        lineage_associate(maker, artifact, component, "ContributedTo");
}

static struct str follow(const cJSON *node, const char *const path[3])
{
    for (int i = 0; i < 3 && path[i]; i++)
        node = json_get(node, path[i]);
    return json_value(node);
}

static void add_lists(struct lineage_maker *maker, struct str component, const cJSON *description)
{
    for (size_t i = 0; i < sizeof trails / sizeof *trails; i++) {
        const struct trail *trail = &trails[i];
        const cJSON *from = trail->within ? json_get(description, trail->within) : description, *item;
        cJSON_ArrayForEach(item, json_get(from, trail->list))
        {
            add(maker, component, follow(item, trail->path), trail->type, trail->made);
        }
    }
}

static struct str image_of(const cJSON *description)
{
    struct str image = json_str(json_get(description, "AlgorithmSpecification"), "TrainingImage");
    return image.at ? image : json_str(json_get(description, "AppSpecification"), "ImageUri");
}

static void record_job(struct lineage_maker *maker, const struct step_run *step, const cJSON *description)
{
    const struct step_kind *kind = step->step->kind;
    const char *arn = json_string(description, kind->arn), *name = json_string(json_root(step->row), "job");
    const char *type = kind->checks ? "Processing" : kind->type;
    const char *word = strcmp(type, "Processing") == 0        ? "processing"
                       : strcmp(kind->type, "Transform") == 0 ? "transform"
                                                              : "training";
    char *component_name = arena_printf(maker->arena, "%s-aws-%s-job", name, word);
    cJSON *row = cJSON_CreateObject(), *source = cJSON_CreateObject(), *status = cJSON_CreateObject();
    json_set_string(source, "SourceArn", arn);
    json_set_string(source, "SourceType", arena_printf(maker->arena, "SageMaker%sJob", type));
    json_set_string(status, "PrimaryStatus", "Completed");
    json_set(row, "Source", source);
    json_set(row, "Status", status);
    json_set_string(row, "DisplayName", component_name);
    struct str component = lineage_entity(maker, "TrialComponent", str_of(component_name), row);
    add(maker, component, image_of(description), "Image", false);
    add_lists(maker, component, description);
    add(maker, component, json_str(json_get(description, "ModelArtifacts"), "S3ModelArtifacts"), "Model", true);
}

static void record_package(struct lineage_maker *maker, const cJSON *description)
{
    const char *arn = json_string(description, "ModelPackageArn");
    struct str group = json_str(description, "ModelPackageGroupName"),
               package = lineage_artifact(maker, str_of(arn), "ModelPackage");
    const cJSON *container;
    cJSON_ArrayForEach(container, json_get(json_get(description, "InferenceSpecification"), "Containers"))
    {
        struct str data = json_str(container, "ModelDataUrl");
        if (data.length)
            lineage_associate(maker, lineage_artifact(maker, data, "Model"), package, "ContributedTo");
    }
    if (!group.length)
        return;
    cJSON *row = cJSON_CreateObject(), *source = cJSON_CreateObject();
    json_set_str(source, "SourceUri", group);
    json_set(row, "Source", source);
    json_set_string(row, "ContextType", "ModelGroup");
    struct str name = str_of(arena_printf(maker->arena, "%.*s-aws-model-group", STR_ARG(group)));
    lineage_associate(maker, lineage_entity(maker, "Context", name, row), package, "AssociatedWith");
}

void pipeline_lineage_record(const struct step_run *step)
{
    struct lineage_maker maker = { .world = step->run->strand.world,
                                   .scope = step->run->scope,
                                   .arena = arena_new(),
                                   .who = json_get(json_root(step->run->row), "createdBy") };
    const cJSON *description = json_get(json_root(step->row), "outputs");
    if (step->step->kind->way == STEP_JOB)
        record_job(&maker, step, description);
    else if (json_get(description, "ModelPackageArn"))
        record_package(&maker, description);
    arena_free(maker.arena);
}
