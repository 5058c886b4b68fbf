#include "services/sagemaker/model_package.h"

#include "aws/arn.h"
#include "services/sagemaker/kept.h"
#include "services/sagemaker/listing.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/tag.h"

const struct table_def model_package_table = { .name = "sagemaker.model_package", .indexes = listing_indexes };

/* ---- which ---- */

/* A version's key sorts by number: "group/000000012"; STR_NONE: no ARN of a package here. */
static struct str key_of_arn(struct arena *arena, struct scope scope, struct str text)
{
    struct arn arn;
    struct str rest, version;
    int64_t number;
    if (!arn_parse(text, &arn))
        return sagemaker_key(arena, text);
    struct str type = str_cut(arn.resource, '/', &rest);
    if (!str_is(type, "model-package") || !str_is(arn.account, scope.account) || !str_is(arn.region, scope.region))
        return STR("");
    struct str group = str_cut(rest, '/', &version);
    if (!version.length)
        return sagemaker_key(arena, group);
    if (!str_to_int64(version, &number) || number < 1)
        return STR("");
    return str_of(arena_printf(arena, "%s/%09lld", sagemaker_key(arena, group).at, (long long)number));
}

struct json *model_package_get(struct world *world, struct scope scope, struct str name_or_arn)
{
    struct arena *arena = arena_new();
    struct json *row = store_get(world->store, scope, &model_package_table, key_of_arn(arena, scope, name_or_arn));
    arena_free(arena);
    return row;
}

bool model_package_group_has_packages(struct world *world, struct scope scope, struct str key)
{
    struct arena *arena = arena_new();
    struct str prefix = str_of(arena_printf(arena, "%.*s/", STR_ARG(key)));
    struct cursor at = store_seek_from(world->store, scope, &model_package_table, NULL, prefix);
    bool any = store_next_within(&at, prefix);
    if (any)
        store_close(&at);
    arena_free(arena);
    return any;
}

static struct json *package_of_call(struct call *call, const char *member)
{
    struct str name = input_str(call, member);
    struct json *row = model_package_get(call->world, call_scope(call), name);
    if (row)
        return row;
    struct str arn = name;
    if (!str_starts(name, STR("arn:")))
        arn = str_of(sagemaker_arn(call->arena, call_scope(call), "model-package", sagemaker_key(call->arena, name)));
    /* ours, in the shape of "ModelPackageGroup … does not exist." */
    call_fail(call, &ERROR_VALIDATION, "ModelPackage %.*s does not exist.", STR_ARG(arn));
    return NULL;
}

/* ---- CreateModelPackage ---- */

/* Sentences are ours, in AWS's shape, but for the group's. */
static bool check(struct call *call)
{
    bool named = input_has(call, "ModelPackageName"), grouped = input_has(call, "ModelPackageGroupName");
    if (named == grouped)
        call_fail(call, &ERROR_VALIDATION,
                  "Both ModelPackageName and ModelPackageGroupName are %s. Only one can be specified.",
                  named ? "specified" : "missing");
    else if (named && input_has(call, "ModelApprovalStatus"))
        call_fail(call, &ERROR_VALIDATION, "ModelApprovalStatus can only be specified for a versioned model package.");
    else if (!input_has(call, "InferenceSpecification") && !input_has(call, "SourceAlgorithmSpecification") &&
             !input_has(call, "SourceUri"))
        call_fail(call, &ERROR_VALIDATION,
                  "One of InferenceSpecification, SourceAlgorithmSpecification and SourceUri is required.");
    else if (grouped &&
             !model_package_group_get(call->world, call_scope(call), input_str(call, "ModelPackageGroupName")))
        model_package_group_fail_absent(call, input_str(call, "ModelPackageGroupName"));
    else if (named && model_package_get(call->world, call_scope(call), input_str(call, "ModelPackageName")))
        call_fail(call, &SAGEMAKER_CONFLICT_EXCEPTION, "ModelPackage %s already exists.",
                  input_string(call, "ModelPackageName"));
    else
        return true;
    return false;
}

static cJSON *new_row(struct call *call)
{
    cJSON *row = cJSON_CreateObject();
    int64_t now_ms = clock_now(call->world->clock);
    json_set_int64(row, "created", now_ms);
    json_set_string(row, "status", "Completed");
    json_set(row, "by", model_package_maker(call));
    cJSON *input = sagemaker_kept_input(call);
    json_set_string(input, "ClientToken", NULL);
    json_set_string(input, "ModelApprovalStatus", NULL);
    json_set(row, "input", input);
    return row;
}

/* Versions are looked at and approved; the first approval is the input's, by default PendingManualApproval. */
static void set_version(struct call *call, cJSON *row, struct str *ret_key)
{
    struct json *group = model_package_group_get(call->world, call_scope(call),
                                                 input_str(call, "ModelPackageGroupName"));
    struct str name = arena_str(call->arena, json_str(json_root(group), "name")),
               key = sagemaker_key(call->arena, name);
    long long version = model_package_group_count(call->world, call_scope(call), key);
    struct str approval = input_str(call, "ModelApprovalStatus");
    *ret_key = str_of(arena_printf(call->arena, "%s/%09lld", key.at, version));
    json_set_str(row, "name", name);
    json_set_str(row, "group", name);
    json_set_int64(row, "version", version);
    json_set_str(row, "approval", approval.at ? approval : STR("PendingManualApproval"));
    json_set_string(row, "arn",
                    sagemaker_arn(call->arena, call_scope(call), "model-package",
                                  str_of(arena_printf(call->arena, "%s/%lld", key.at, version))));
}

enum outcome create_model_package(struct call *call)
{
    struct str key;
    if (!check(call) || !sagemaker_tag_check(call, STR("")))
        return CALL_FAILED;
    cJSON *row = new_row(call);
    if (input_has(call, "ModelPackageGroupName")) {
        set_version(call, row, &key);
    } else {
        key = sagemaker_key(call->arena, input_str(call, "ModelPackageName"));
        json_set_str(row, "name", input_str(call, "ModelPackageName"));
        json_set_string(row, "arn", sagemaker_arn(call->arena, call_scope(call), "model-package", key));
    }
    struct str arn = arena_str(call->arena, json_str(row, "arn"));
    store_put(call->world->store, call_scope(call), &model_package_table, key, json_seal(row));
    sagemaker_tag_put(call, arn);
    output_str(call, "ModelPackageArn", arn);
    return CALL_DONE;
}

/* ---- DescribeModelPackage ---- */

static void set_common(cJSON *to, const cJSON *row)
{
    const cJSON *input = json_get(row, "input");
    json_set_string(to, "ModelPackageName", json_string(row, "name"));
    json_set_string(to, "ModelPackageGroupName", json_string(row, "group"));
    if (json_get(row, "version"))
        json_set_int64(to, "ModelPackageVersion", json_int64(row, "version", 1));
    json_set_str(to, "ModelPackageArn", json_str(row, "arn"));
    json_set_string(to, "ModelPackageDescription", json_string(input, "ModelPackageDescription"));
    sagemaker_set_time(to, "CreationTime", row, "created");
    json_set_str(to, "ModelPackageStatus", json_str(row, "status"));
    json_set_string(to, "ModelApprovalStatus", json_string(row, "approval"));
}

static cJSON *status_details(const cJSON *row)
{
    cJSON *details = cJSON_CreateObject(), *scans = cJSON_CreateArray();
    const cJSON *container;
    cJSON_ArrayForEach(container, json_get(json_get(json_get(row, "input"), "InferenceSpecification"), "Containers"))
    {
        cJSON *scan = cJSON_CreateObject();
        json_set_str(scan, "Name", json_str(container, "Image"));
        json_set_string(scan, "Status", "NotStarted");
        json_add(scans, scan);
    }
    json_set(details, "ValidationStatuses", cJSON_CreateArray());
    json_set(details, "ImageScanStatuses", scans);
    return details;
}

enum outcome describe_model_package(struct call *call)
{
    struct json *kept = package_of_call(call, "ModelPackageName");
    if (!kept)
        return CALL_FAILED;
    const cJSON *row = json_root(kept);
    sagemaker_output_members(call, json_get(row, "input"));
    set_common(call_output(call), row);
    output_json(call, "ModelPackageStatusDetails", status_details(row));
    output_json(call, "CreatedBy", json_thaw(json_get(row, "by")));
    output_string(call, "ApprovalDescription", json_string(row, "approval_description"));
    if (!json_get(json_get(row, "input"), "CertifyForMarketplace"))
        output_bool(call, "CertifyForMarketplace", false);
    if (json_get(row, "modified")) {
        output_time(call, "LastModifiedTime", json_int64(row, "modified", 0));
        output_json(call, "LastModifiedBy", json_thaw(json_get(row, "modified_by")));
    }
    return CALL_DONE;
}

static cJSON *batch_summary(const struct shape *shape, const cJSON *row)
{
    cJSON *told = json_thaw(json_get(row, "input"));
    set_common(told, row);
    cJSON *summary = sagemaker_tell(shape, told);
    cJSON_Delete(told);
    return summary;
}

/* The sentence is ours, as DescribeModelPackage's. */
static cJSON *batch_error(struct call *call, struct str arn)
{
    cJSON *error = cJSON_CreateObject();
    json_set_string(error, "ErrorCode", "ValidationException");
    json_set_string(error, "ErrorResponse",
                    arena_printf(call->arena, "ModelPackage %.*s does not exist.", STR_ARG(arn)));
    return error;
}

enum outcome batch_describe_model_package(struct call *call)
{
    const struct shape *summary = shape_member(call->operation->output, STR("ModelPackageSummaries"))->shape->element;
    cJSON *found = cJSON_CreateObject(), *missing = cJSON_CreateObject();
    const cJSON *arn;
    cJSON_ArrayForEach(arn, json_get(call->input, "ModelPackageArnList"))
    {
        struct json *row = model_package_get(call->world, call_scope(call), json_value(arn));
        json_set(row ? found : missing, arn->valuestring,
                 row ? batch_summary(summary, json_root(row)) : batch_error(call, json_value(arn)));
    }
    output_json(call, "ModelPackageSummaries", found);
    output_json(call, "BatchDescribeModelPackageErrorMap", missing);
    return CALL_DONE;
}

/* ---- ListModelPackages ---- */

static cJSON *summary(struct call *call, const cJSON *row)
{
    cJSON *item = cJSON_CreateObject();
    set_common(item, row);
    if (json_get(row, "group"))
        json_set_string(item, "ModelPackageName", NULL);
    return item;
}

static bool is_asked_for(struct call *call, const cJSON *row)
{
    struct str type = input_str(call, "ModelPackageType"), approval = input_str(call, "ModelApprovalStatus");
    struct str group = input_str(call, "ModelPackageGroupName"), last = group;
    while (str_find_byte(last, '/') != SIZE_MAX)
        str_cut(last, '/', &last);
    bool versioned = json_get(row, "group") != NULL;
    if (approval.length && !str_equal(approval, json_str(row, "approval")))
        return false;
    if (group.length)
        return versioned && str_equal_ignoring_case(json_str(row, "group"), last);
    return str_is(type, "Both") || versioned == str_is(type, "Versioned");
}

enum outcome list_model_packages(struct call *call)
{
    const struct listing listing = {
        .table = &model_package_table, .member = "ModelPackageSummaryList", .item = summary, .wanted = is_asked_for
    };
    if (input_has(call, "ModelPackageGroupName") &&
        !model_package_group_get(call->world, call_scope(call), input_str(call, "ModelPackageGroupName"))) {
        model_package_group_fail_absent(call, input_str(call, "ModelPackageGroupName"));
        return CALL_FAILED;
    }
    return sagemaker_list(call, &listing);
}

/* ---- changes ---- */

static void remove_metadata(cJSON *properties, const cJSON *keys)
{
    const cJSON *key;
    cJSON_ArrayForEach(key, keys)
    {
        cJSON_DeleteItemFromObjectCaseSensitive(properties, key->valuestring);
    }
}

static void change_metadata(struct call *call, cJSON *input)
{
    cJSON *properties = cJSON_GetObjectItemCaseSensitive(input, "CustomerMetadataProperties");
    const cJSON *property;
    if (!properties && input_has(call, "CustomerMetadataProperties")) {
        properties = cJSON_CreateObject();
        json_set(input, "CustomerMetadataProperties", properties);
    }
    cJSON_ArrayForEach(property, json_get(call->input, "CustomerMetadataProperties"))
    {
        json_set_str(properties, property->string, json_value(property));
    }
    remove_metadata(properties, json_get(call->input, "CustomerMetadataPropertiesToRemove"));
}

static void change_specifications(struct call *call, cJSON *input)
{
    static const char *const members[] = { "InferenceSpecification", "SourceUri", "ModelCard", "ModelLifeCycle" };
    const cJSON *added;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (input_has(call, members[i]))
            json_set(input, members[i], json_thaw(json_get(call->input, members[i])));
    }
    cJSON_ArrayForEach(added, json_get(call->input, "AdditionalInferenceSpecificationsToAdd"))
    {
        cJSON *list = cJSON_GetObjectItemCaseSensitive(input, "AdditionalInferenceSpecifications");
        if (!list) {
            list = cJSON_CreateArray();
            json_set(input, "AdditionalInferenceSpecifications", list);
        }
        json_add(list, json_thaw(added));
    }
}

enum outcome update_model_package(struct call *call)
{
    struct json *kept = package_of_call(call, "ModelPackageArn");
    if (!kept)
        return CALL_FAILED;
    if (input_has(call, "ModelApprovalStatus") && !json_get(json_root(kept), "group"))
        return call_fail(call, &ERROR_VALIDATION,
                         "ModelApprovalStatus can only be updated for a versioned model package.");
    cJSON *row = json_thaw(json_root(kept)), *input = cJSON_GetObjectItemCaseSensitive(row, "input");
    if (input_has(call, "ModelApprovalStatus"))
        json_set_str(row, "approval", input_str(call, "ModelApprovalStatus"));
    if (input_has(call, "ApprovalDescription"))
        json_set_str(row, "approval_description", input_str(call, "ApprovalDescription"));
    change_metadata(call, input);
    change_specifications(call, input);
    json_set_int64(row, "modified", clock_now(call->world->clock));
    json_set(row, "modified_by", model_package_maker(call));
    output_str(call, "ModelPackageArn", json_str(row, "arn"));
    store_put(call->world->store, call_scope(call), &model_package_table,
              key_of_arn(call->arena, call_scope(call), arena_str(call->arena, json_str(row, "arn"))), json_seal(row));
    return CALL_DONE;
}

enum outcome delete_model_package(struct call *call)
{
    struct json *kept = package_of_call(call, "ModelPackageName");
    if (!kept)
        return CALL_FAILED;
    struct str arn = arena_str(call->arena, json_str(json_root(kept), "arn"));
    sagemaker_tag_drop(call->world, call_scope(call), arn);
    store_delete(call->world->store, call_scope(call), &model_package_table,
                 key_of_arn(call->arena, call_scope(call), arn));
    return CALL_DONE;
}
