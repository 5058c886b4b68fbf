#include "services/sagemaker/pipeline_baseline.h"

#include "services/sagemaker/model_package.h"
#include "services/sagemaker/names.h"

/* Which baselines of the registry a check is held against, and which files it leaves. */
static const struct check {
    const char *type, *part, *constraints, *statistics; /* of DriftCheckBaselines; statistics NULL: it has none */
    const char *calculated;                             /* the file that is its constraints */
} checks[] = {
    { "DATA_QUALITY", "ModelDataQuality", "Constraints", "Statistics", "constraints.json" },
    { "MODEL_QUALITY", "ModelQuality", "Constraints", "Statistics", "constraints.json" },
    { "DATA_BIAS", "Bias", "PreTrainingConstraints", NULL, "analysis.json" },
    { "MODEL_BIAS", "Bias", "PostTrainingConstraints", NULL, "analysis.json" },
    { "MODEL_EXPLAINABILITY", "Explainability", "Constraints", NULL, "analysis.json" },
};

static const struct check *find_check(struct str type)
{
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        if (str_is(type, checks[i].type))
            return &checks[i];
    }
    return NULL;
}

/* ---- what the step says ---- */

/* A member of the step, which may be an expression; *ret_value NULL: it is not there. */
static enum resolved member(struct step_run *step, struct pipeline_scope *scope, const char *name,
                            const cJSON **ret_value)
{
    const cJSON *node = json_get(step->step->node, name);
    *ret_value = NULL;
    return node && !cJSON_IsNull(node) ? pipeline_value(scope, node, ret_value) : RESOLVED;
}

static bool is_true(const cJSON *value, bool otherwise)
{
    if (cJSON_IsString(value))
        return str_equal_ignoring_case(json_value(value), STR("true"));
    return value ? cJSON_IsTrue(value) : otherwise;
}

static enum resolved read_step(struct step_run *step, struct pipeline_scope *scope, cJSON *check)
{
    static const struct {
        const char *name;
        bool flag, otherwise;
    } members[] = {
        { "CheckType", false, false },
        { "ModelPackageGroupName", false, false },
        { "SuppliedBaselineConstraints", false, false },
        { "SuppliedBaselineStatistics", false, false },
        { "SkipCheck", true, false },
        { "RegisterNewBaseline", true, false },
        { "FailOnViolation", true, true },
    };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const cJSON *value;
        enum resolved state = member(step, scope, members[i].name, &value);
        if (state != RESOLVED)
            return state;
        if (members[i].flag)
            json_set_bool(check, members[i].name, is_true(value, members[i].otherwise));
        else if (cJSON_IsString(value))
            json_set_str(check, members[i].name, json_value(value));
    }
    return RESOLVED;
}

/* ---- the baseline before ---- */

static const cJSON *latest_approved(struct step_run *step, struct pipeline_scope *scope, struct str group)
{
    struct store *store = step->run->strand.world->store;
    struct str prefix = str_of(arena_printf(scope->arena, "%s/", sagemaker_key(scope->arena, group).at));
    struct str end = str_of(arena_printf(scope->arena, "%s\xff", prefix.at));
    struct cursor at = store_seek(store, step->run->scope, &model_package_table, NULL, end, true);
    while (store_next_within(&at, prefix)) {
        const cJSON *row = json_root(at.row);
        if (!str_is(json_str(row, "approval"), "Approved"))
            continue;
        store_close(&at);
        const cJSON *baselines = json_get(json_get(row, "input"), "DriftCheckBaselines");
        return baselines;
    }
    return NULL;
}

static void find_baseline(struct step_run *step, struct pipeline_scope *scope, const struct check *check, cJSON *found)
{
    struct str group = json_str(found, "ModelPackageGroupName");
    const cJSON *registry = group.length ? json_get(latest_approved(step, scope, group), check->part) : NULL;
    struct str constraints = json_str(found, "SuppliedBaselineConstraints"),
               statistics = json_str(found, "SuppliedBaselineStatistics");
    if (!constraints.length)
        constraints = json_str(json_get(registry, check->constraints), "S3Uri");
    if (check->statistics && !statistics.length)
        statistics = json_str(json_get(registry, check->statistics), "S3Uri");
    if (constraints.length)
        json_set_str(found, "beforeConstraints", constraints);
    if (check->statistics && statistics.length)
        json_set_str(found, "beforeStatistics", statistics);
}

/* ---- the job ---- */

static void add_input(cJSON *arguments, const char *name, const char *folder, struct str uri)
{
    cJSON *inputs = cJSON_GetObjectItemCaseSensitive(arguments, "ProcessingInputs");
    cJSON *input = cJSON_CreateObject(), *source = cJSON_CreateObject();
    if (!inputs) {
        inputs = cJSON_CreateArray();
        json_set(arguments, "ProcessingInputs", inputs);
    }
    json_set_string(input, "InputName", name);
    json_set_str(source, "S3Uri", uri);
    json_set_string(source, "LocalPath", folder);
    json_set_string(source, "S3DataType", "S3Prefix");
    json_set_string(source, "S3InputMode", "File");
    json_set(input, "S3Input", source);
    json_add(inputs, input);
}

static void set_environment(cJSON *arguments, const char *name, const char *value)
{
    cJSON *environment = cJSON_GetObjectItemCaseSensitive(arguments, "Environment");
    if (!environment) {
        environment = cJSON_CreateObject();
        json_set(arguments, "Environment", environment);
    }
    json_set_string(environment, name, value);
}

static void give_baseline(cJSON *arguments, const cJSON *check)
{
    static const char constraints[] = "/opt/ml/processing/baseline/constraints",
                      statistics[] = "/opt/ml/processing/baseline/stats";
    struct str uri = json_str(check, "beforeStatistics");
    add_input(arguments, "baseline_constraints", constraints, json_str(check, "beforeConstraints"));
    set_environment(arguments, "baseline_constraints", constraints);
    if (!uri.length)
        return;
    add_input(arguments, "baseline_statistics", statistics, uri);
    set_environment(arguments, "baseline_statistics", statistics);
}

static void note_calculated(struct pipeline_scope *scope, const struct check *check, const cJSON *arguments,
                            cJSON *kept)
{
    const cJSON *outputs = json_get(json_get(arguments, "ProcessingOutputConfig"), "Outputs");
    struct str url = json_str(json_get(outputs ? outputs->child : NULL, "S3Output"), "S3Uri");
    while (url.length && url.at[url.length - 1] == '/')
        url.length--;
    if (!url.length)
        return;
    json_set_string(kept, "newConstraints", arena_printf(scope->arena, "%.*s/%s", STR_ARG(url), check->calculated));
    if (check->statistics)
        json_set_string(kept, "newStatistics", arena_printf(scope->arena, "%.*s/statistics.json", STR_ARG(url)));
    json_set_string(kept, "report", arena_printf(scope->arena, "%.*s/constraint_violations.json", STR_ARG(url)));
}

/* ---- what the step tells ---- */

static void copy(cJSON *to, const char *name, const cJSON *check, const char *member_name)
{
    if (json_get(check, member_name))
        json_set_str(to, name, json_str(check, member_name));
}

static void tell_baselines(cJSON *to, const cJSON *check)
{
    bool registers = json_bool(check, "RegisterNewBaseline", false);
    copy(to, "CalculatedBaselineConstraints", check, "newConstraints");
    copy(to, "CalculatedBaselineStatistics", check, "newStatistics");
    copy(to, "BaselineUsedForDriftCheckConstraints", check, registers ? "newConstraints" : "beforeConstraints");
    copy(to, "BaselineUsedForDriftCheckStatistics", check, registers ? "newStatistics" : "beforeStatistics");
}

static cJSON *metadata_of(const cJSON *check)
{
    cJSON *metadata = cJSON_CreateObject();
    copy(metadata, "CheckType", check, "CheckType");
    copy(metadata, "ModelPackageGroupName", check, "ModelPackageGroupName");
    json_set_bool(metadata, "SkipCheck", json_bool(check, "SkipCheck", false));
    json_set_bool(metadata, "RegisterNewBaseline", json_bool(check, "RegisterNewBaseline", false));
    tell_baselines(metadata, check);
    return metadata;
}

static void keep(struct step_run *step, cJSON *check_taken)
{
    cJSON *row = step_edit(step);
    json_set(cJSON_GetObjectItemCaseSensitive(row, "metadata"), step->step->kind->metadata, metadata_of(check_taken));
    json_set(row, "check", check_taken);
    step_put(step, row);
}

/* Sentences are ours. */
enum resolved pipeline_baseline_prepare(struct step_run *step, struct pipeline_scope *scope, const cJSON **arguments)
{
    cJSON *kept = cJSON_CreateObject();
    enum resolved state = read_step(step, scope, kept);
    const struct check *check = state == RESOLVED ? find_check(json_str(kept, "CheckType")) : NULL;
    if (state != RESOLVED) {
        cJSON_Delete(kept);
        return state;
    }
    if (!check) {
        scope->why = arena_printf(scope->arena, "CheckType must be one of DATA_QUALITY, MODEL_QUALITY, DATA_BIAS, "
                                                "MODEL_BIAS, MODEL_EXPLAINABILITY.");
        cJSON_Delete(kept);
        return RESOLVE_FAILED;
    }
    find_baseline(step, scope, check, kept);
    note_calculated(scope, check, *arguments, kept);
    bool skips = json_bool(kept, "SkipCheck", false);
    if (!skips && json_get(kept, "beforeConstraints")) {
        cJSON *edited = json_thaw(*arguments);
        give_baseline(edited, kept);
        *arguments = json_parse_in(scope->arena, json_print_in(scope->arena, edited), NULL);
        cJSON_Delete(edited);
    } else if (!skips) {
        scope->why = arena_printf(
            scope->arena,
            "There is no baseline to check against: neither is one supplied, nor has the model package group "
            "an approved version with DriftCheckBaselines. Skip the check, or register a new baseline first.");
        state = RESOLVE_FAILED;
    }
    keep(step, kept);
    return state;
}

void pipeline_baseline_settle(struct step_run *step, const cJSON *description)
{
    const cJSON *check = json_get(json_root(step->row), "check");
    bool violated = str_starts(json_str(description, "ExitMessage"), STR("CompletedWithViolations"));
    if (violated) {
        cJSON *row = step_edit(step);
        copy(cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(row, "metadata"),
                                              step->step->kind->metadata),
             "ViolationReport", check, "report");
        step_put(step, row);
        check = json_get(json_root(step->row), "check");
    }
    if (violated && json_bool(check, "FailOnViolation", true)) {
        struct buf text = BUF_EMPTY;
        buf_printf(&text, "ClientError: %s check found violations of the baseline's constraints: see %s",
                   json_string(check, "CheckType"), json_string(check, "report"));
        step_fail(step, buf_str(&text));
        buf_release(&text);
        return;
    }
    cJSON *outputs = json_thaw(description);
    tell_baselines(outputs, check);
    pipeline_job_succeed(step, outputs);
}
