/* What is done with models without a computation here: compilation and optimization jobs, algorithms of one's own, and
 * inference components, which say which model answers on an endpoint that has none itself. */
#include "services/sagemaker/endpoint.h"
#include "services/sagemaker/kept_kinds.h"
#include "services/sagemaker/kept_life.h"
#include "services/sagemaker/model.h"
#include "services/sagemaker/names.h"

KEPT_TABLE(compilation_job);
KEPT_TABLE(optimization_job);
KEPT_TABLE(algorithm);
KEPT_TABLE(inference_component);

static const struct lifecycle_step compilation_job_steps[] = { { "STARTING", "INPROGRESS", KEPT_MINUTE / 2 },
                                                               { "INPROGRESS", "COMPLETED", 4 * KEPT_MINUTE },
                                                               { "STOPPING", "STOPPED", KEPT_MINUTE / 4 },
                                                               { 0 } };
static const struct lifecycle_step optimization_job_steps[] = { { "STARTING", "INPROGRESS", KEPT_MINUTE },
                                                                { "INPROGRESS", "COMPLETED", 10 * KEPT_MINUTE },
                                                                { "STOPPING", "STOPPED", KEPT_MINUTE },
                                                                { 0 } };
static const struct lifecycle_step algorithm_steps[] = { { "Pending", "InProgress", KEPT_MINUTE / 6 },
                                                         { "InProgress", "Completed", KEPT_MINUTE / 6 },
                                                         { 0 } };
static const struct lifecycle_step inference_component_steps[] = { { "Creating", "InService", 2 * KEPT_MINUTE },
                                                                   { "Updating", "InService", 2 * KEPT_MINUTE },
                                                                   { "Deleting", NULL, KEPT_MINUTE },
                                                                   { 0 } };
KEPT_LIFE(compilation_job, kept_job_arrive);
KEPT_LIFE(optimization_job, kept_job_arrive);
KEPT_LIFE(algorithm, kept_arrive);
KEPT_LIFE(inference_component, kept_arrive);

static const struct kept_turn job_turns[] = { { KEPT_CREATE, NULL, "STARTING" },
                                              { KEPT_STOP, "STARTING, INPROGRESS", "STOPPING" },
                                              { 0 } };
static const struct kept_turn algorithm_turns[] = { { KEPT_CREATE, NULL, "Pending" }, { 0 } };
static const struct kept_turn component_turns[] = {
    { KEPT_CREATE, NULL, "Creating" }, { KEPT_UPDATE, NULL, "Updating" }, { KEPT_DELETE, NULL, "Deleting" }, { 0 }
};

/* ---- compilation jobs ---- */

static bool check_compilation(struct call *call, enum kept_verb verb, cJSON *row)
{
    const cJSON *output = json_get(row, "OutputConfig");
    if (verb == KEPT_CREATE && !json_get(output, "TargetDevice") == !json_get(output, "TargetPlatform")) { /* ours */
        call_fail(call, &ERROR_VALIDATION, "OutputConfig must have either TargetDevice or TargetPlatform.");
        return false;
    }
    return true;
}

/* Required members that a job which runs has not yet are empty; a list tells of the target one by one. */
static void tell_compilation(const struct call *call, const cJSON *row, cJSON *out)
{
    const cJSON *output = json_get(row, "OutputConfig"), *platform = json_get(output, "TargetPlatform");
    const char *device = json_string(output, "TargetDevice");
    bool done = str_is(json_str(row, "status"), "COMPLETED");
    cJSON *artifacts = cJSON_CreateObject();
    json_set_string(artifacts, "S3ModelArtifacts",
                    done ? arena_printf(call->arena, "%s/model-%s.tar.gz", json_string(output, "S3OutputLocation"),
                                        device ? device : json_string(platform, "Os"))
                         : "");
    json_set(out, "ModelArtifacts", artifacts);
    json_set_string(out, "FailureReason", "");
    json_set_string(out, "CompilationTargetDevice", device);
    json_set_string(out, "CompilationTargetPlatformOs", json_string(platform, "Os"));
    json_set_string(out, "CompilationTargetPlatformArch", json_string(platform, "Arch"));
    json_set_string(out, "CompilationTargetPlatformAccelerator", json_string(platform, "Accelerator"));
}

const struct kept_kind kept_compilation_job = {
    .noun = "CompilationJob",
    .nouns = "CompilationJobs",
    .type = "compilation-job",
    .path = "CompilationJobName",
    .name = "CompilationJobName",
    .arn = "CompilationJobArn",
    .status = "CompilationJobStatus",
    .role = "RoleArn",
    .most = 2000,
    .turns = job_turns,
    .life = &compilation_job_life,
    .table = &kept_compilation_job_table,
    .check = check_compilation,
    .tell = tell_compilation,
};

/* ---- optimization jobs ---- */

static void tell_optimization(const struct call *call, const cJSON *row, cJSON *out)
{
    static const char *const kinds[][2] = { { "ModelQuantizationConfig", "Quantization" },
                                            { "ModelCompilationConfig", "Compilation" },
                                            { "ModelShardingConfig", "Sharding" },
                                            { "ModelSpeculativeDecodingConfig", "SpeculativeDecoding" } };
    cJSON *types = cJSON_CreateArray();
    const cJSON *config;
    cJSON_ArrayForEach(config, json_get(row, "OptimizationConfigs"))
    {
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            if (json_get(config, kinds[i][0]))
                json_add(types, cJSON_CreateString(kinds[i][1]));
    }
    json_set(out, "OptimizationTypes", types);
}

/* OptimizationContains looks for a type of optimization. */
static bool is_wanted(struct call *call, const cJSON *row)
{
    struct str part = input_str(call, "OptimizationContains");
    return !part.at || str_find(json_print_in(call->arena, json_get(row, "OptimizationConfigs")), part) != SIZE_MAX;
}

const struct kept_kind kept_optimization_job = {
    .noun = "OptimizationJob",
    .nouns = "OptimizationJobs",
    .type = "optimization-job",
    .path = "OptimizationJobName",
    .name = "OptimizationJobName",
    .arn = "OptimizationJobArn",
    .status = "OptimizationJobStatus",
    .role = "RoleArn",
    .most = 1000,
    .turns = job_turns,
    .life = &optimization_job_life,
    .table = &kept_optimization_job_table,
    .tell = tell_optimization,
    .filters = "OptimizationContains",
    .wanted = is_wanted,
};

/* ---- algorithms ---- */

static void tell_algorithm(const struct call *call, const cJSON *row, cJSON *out)
{
    cJSON *details = cJSON_CreateObject();
    json_set(details, "ValidationStatuses", cJSON_CreateArray());
    json_set(details, "ImageScanStatuses", cJSON_CreateArray());
    json_set(out, "AlgorithmStatusDetails", details);
}

const struct kept_kind kept_algorithm = {
    .noun = "Algorithm",
    .nouns = "Algorithms",
    .type = "algorithm",
    .path = "AlgorithmName",
    .name = "AlgorithmName",
    .arn = "AlgorithmArn",
    .status = "AlgorithmStatus",
    .most = 1000,
    .turns = algorithm_turns,
    .life = &algorithm_life,
    .table = &kept_algorithm_table,
    .words = { .absent = "Algorithm {arn} does not exist.", .taken = "Algorithm already exists: {arn}" },
    .tell = tell_algorithm,
};

/* ---- inference components ---- */

/* The sentences are ours, in AWS's shape. */
static bool check_specification(struct call *call, const cJSON *row)
{
    const cJSON *specification = json_get(row, "Specification");
    struct str model = json_str(specification, "ModelName");
    if (!specification)
        call_fail(call, &ERROR_VALIDATION, "This practice cloud wants Specification of an inference component.");
    else if (model.at && !model_get(call->world, call_scope(call), model))
        model_fail_not_found(call, model);
    return !call->error.kind;
}

static bool check_component(struct call *call, enum kept_verb verb, cJSON *row)
{
    struct str endpoint_name = json_str(row, "EndpointName");
    struct json *endpoint = endpoint_get(call->world, call_scope(call), endpoint_name);
    if (verb == KEPT_DELETE)
        return true;
    json_set_string(row, "DeploymentConfig", NULL);
    if (!endpoint && verb == KEPT_CREATE) {
        call_fail(call, &ERROR_VALIDATION, "Could not find endpoint \"%s\".",
                  sagemaker_arn(call->arena, call_scope(call), "endpoint", sagemaker_key(call->arena, endpoint_name)));
        return false;
    }
    if (verb == KEPT_CREATE)
        json_set_str(row, "EndpointArn", json_str(json_root(endpoint), "arn"));
    return check_specification(call, row);
}

static void tell_component(const struct call *call, const cJSON *row, cJSON *out)
{
    int64_t copies = json_int64(json_get(row, "RuntimeConfig"), "CopyCount", 1);
    bool creating = str_is(json_str(row, "status"), "Creating");
    const cJSON *container = json_get(json_get(row, "Specification"), "Container");
    cJSON *runtime = cJSON_CreateObject();
    json_set_int64(runtime, "DesiredCopyCount", copies);
    json_set_int64(runtime, "CurrentCopyCount", creating ? 0 : copies);
    json_set(out, "RuntimeConfig", runtime);
    if (!container)
        return;
    cJSON *specification = json_thaw(json_get(row, "Specification")), *image = cJSON_CreateObject();
    json_set_str(image, "SpecifiedImage", json_str(container, "Image"));
    json_set(cJSON_GetObjectItemCaseSensitive(specification, "Container"), "DeployedImage", image);
    json_set(out, "Specification", specification);
}

const struct kept_kind kept_inference_component = {
    .noun = "InferenceComponent",
    .nouns = "InferenceComponents",
    .type = "inference-component",
    .path = "InferenceComponentName",
    .name = "InferenceComponentName",
    .arn = "InferenceComponentArn",
    .status = "InferenceComponentStatus",
    .merges = true,
    .descending = true,
    .most = 1000,
    .turns = component_turns,
    .life = &inference_component_life,
    .table = &kept_inference_component_table,
    .words = { .absent = "Could not find inference component \"{arn}\".",
               .taken = "Cannot create already existing inference component \"{arn}\".",
               .busy = "Cannot update in-progress inference component \"{arn}\"." },
    .check = check_component,
    .tell = tell_component,
};

struct json *inference_component_get(struct world *world, struct scope scope, struct str name)
{
    struct arena *arena = arena_new();
    struct json *row = store_get(world->store, scope, &kept_inference_component_table, sagemaker_key(arena, name));
    arena_free(arena);
    return row;
}

enum outcome update_inference_component_runtime_config(struct call *call)
{
    struct json *kept = kept_find(call, &kept_inference_component, call->input);
    if (!kept || !kept_check_turn(call, &kept_inference_component, KEPT_UPDATE, json_root(kept)))
        return CALL_FAILED;
    cJSON *row = json_thaw(json_root(kept));
    struct str key = kept_key(call, &kept_inference_component, row);
    json_set(row, "RuntimeConfig", json_thaw(json_get(call->input, "DesiredRuntimeConfig")));
    output_str(call, "InferenceComponentArn", json_str(row, "arn"));
    kept_put(call, &kept_inference_component, KEPT_UPDATE, key, row);
    return CALL_DONE;
}
