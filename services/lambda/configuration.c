#include "services/lambda/configuration.h"

#include "aws/authorise.h"
#include "aws/cloud.h"
#include "base/time.h"
#include "services/lambda/lambda_model.h"
#include "services/lambda/names.h"
#include "services/lambda/runtime.h"

/* "Lambda quotas": of all environment variables together. */
#define ENVIRONMENT_MOST 4096

/* ---- checks ---- */

/* What this cloud does not have is refused by name, so that nobody believes that it works. */
static bool check_absent(struct call *call)
{
    static const char *const absent[] = {
        "Layers",        "FileSystemConfigs", "ImageConfig", "CodeSigningConfigArn", "CapacityProviderConfig",
        "DurableConfig", "TenancyConfig",     "PublishTo"
    };
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        const cJSON *given = json_get(call->input, absent[i]);
        bool empty = !given || (!cJSON_IsString(given) && !given->child);
        if (empty || (cJSON_IsString(given) && !json_value(given).length))
            continue;
        call_fail(call, &ERROR_NOT_IMPLEMENTED, "This practice cloud's functions do not have %s.", absent[i]);
        return false;
    }
    return true;
}

static bool check_package(struct call *call)
{
    if (!str_is(input_str(call, "PackageType"), "Image"))
        return true;
    call_fail(call, &ERROR_NOT_IMPLEMENTED, "This practice cloud runs functions from ZIP files, not from images.");
    return false;
}

static bool check_mandatory(struct call *call)
{
    if (input_has(call, "Runtime") && input_str(call, "Handler").length)
        return true;
    call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION,
              "Runtime and Handler are mandatory parameters for functions created with deployment packages.");
    return false;
}

/* "Defined runtime environment variables" of the developer guide. */
static bool is_reserved(const char *name)
{
    static const char *const reserved[] = { "_HANDLER",
                                            "_X_AMZN_TRACE_ID",
                                            "AWS_DEFAULT_REGION",
                                            "AWS_REGION",
                                            "AWS_EXECUTION_ENV",
                                            "AWS_LAMBDA_FUNCTION_NAME",
                                            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                                            "AWS_LAMBDA_FUNCTION_VERSION",
                                            "AWS_LAMBDA_INITIALIZATION_TYPE",
                                            "AWS_LAMBDA_LOG_GROUP_NAME",
                                            "AWS_LAMBDA_LOG_STREAM_NAME",
                                            "AWS_ACCESS_KEY",
                                            "AWS_ACCESS_KEY_ID",
                                            "AWS_SECRET_ACCESS_KEY",
                                            "AWS_SESSION_TOKEN",
                                            "AWS_LAMBDA_RUNTIME_API",
                                            "LAMBDA_TASK_ROOT",
                                            "LAMBDA_RUNTIME_DIR" };
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        if (strcmp(name, reserved[i]) == 0)
            return true;
    }
    return false;
}

static bool check_environment(struct call *call)
{
    const cJSON *variables = json_get(json_get(call->input, "Environment"), "Variables"), *one;
    struct buf taken = BUF_EMPTY, text = BUF_EMPTY;
    cJSON_ArrayForEach(one, variables) if (is_reserved(one->string))
        buf_printf(&taken, "%s%s", taken.length ? ", " : "", one->string);
    if (variables)
        json_print(&text, variables);
    bool good = !taken.length && text.length <= ENVIRONMENT_MOST;
    if (taken.length)
        call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION,
                  "Lambda was unable to configure your environment variables because the environment variables you "
                  "have provided contains reserved keys that are currently not supported for modification. Reserved "
                  "keys used in this request: %.*s",
                  (int)taken.length, taken.at);
    else if (!good)
        call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION,
                  "Lambda was unable to configure your environment variables because the environment variables you "
                  "have provided exceeded the 4KB limit. String measured: %.*s",
                  (int)text.length, text.at);
    buf_release(&taken);
    buf_release(&text);
    return good;
}

bool configuration_check(struct call *call, bool is_new)
{
    return check_package(call) && check_absent(call) && (!is_new || check_mandatory(call)) && runtime_check(call) &&
           check_environment(call);
}

bool configuration_check_role(struct call *call)
{
    struct str role = input_str(call, "Role");
    if (!role.at)
        return true;
    if (!authorise_own_role(call, role))
        return false;
    if (!call->cloud->enforce || call->cloud->identities->trusts_service(call->world, role, "lambda.amazonaws.com"))
        return true;
    call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION,
              "The role defined for the function cannot be assumed by Lambda.");
    return false;
}

/* ---- documents ---- */

static cJSON *object_with(const char *name, const char *value)
{
    cJSON *object = cJSON_CreateObject();
    json_set_string(object, name, value);
    return object;
}

static void set_defaults(struct call *call, cJSON *configuration, struct str name)
{
    json_set_string(configuration, "Description", "");
    json_set_int64(configuration, "Timeout", 3);
    json_set_int64(configuration, "MemorySize", 128);
    json_set_string(configuration, "Version", LATEST);
    json_set(configuration, "TracingConfig", object_with("Mode", "PassThrough"));
    json_set_string(configuration, "PackageType", "Zip");
    cJSON *architectures = cJSON_CreateArray(), *storage = cJSON_CreateObject();
    json_add(architectures, cJSON_CreateString("x86_64"));
    json_set(configuration, "Architectures", architectures);
    json_set_int64(storage, "Size", 512);
    json_set(configuration, "EphemeralStorage", storage);
    cJSON *snap_start = object_with("ApplyOn", "None");
    json_set_string(snap_start, "OptimizationStatus", "Off");
    json_set(configuration, "SnapStart", snap_start);
    cJSON *logging = object_with("LogFormat", "Text");
    json_set_string(logging, "LogGroup", arena_printf(call->arena, "/aws/lambda/%.*s", STR_ARG(name)));
    json_set(configuration, "LoggingConfig", logging);
}

static void copy_members(cJSON *into, const cJSON *from)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, from) json_set(into, member->string, json_thaw(member));
}

/* Members that are merged into what stands there (the rest of them is Lambda's own), all others are replaced. */
static void merge(struct call *call, cJSON *configuration, const char *name)
{
    const cJSON *given = json_get(call->input, name);
    if (given)
        copy_members((cJSON *)json_get(configuration, name), given);
}

static void apply_environment(struct call *call, cJSON *configuration)
{
    const cJSON *given = json_get(call->input, "Environment");
    if (!given)
        return;
    const cJSON *variables = json_get(given, "Variables");
    if (variables && variables->child)
        json_set(configuration, "Environment", json_thaw(given));
    else
        cJSON_DeleteItemFromObjectCaseSensitive(configuration, "Environment");
}

/* Kept and told, without effect here: there are no networks, queues and keys to lead to. */
static void apply_kept(struct call *call, cJSON *configuration)
{
    static const char *const kept[] = { "VpcConfig", "DeadLetterConfig" };
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const cJSON *given = json_get(call->input, kept[i]);
        if (given)
            json_set(configuration, kept[i], json_thaw(given));
    }
    if (input_has(call, "KMSKeyArn"))
        json_set_string(configuration, "KMSKeyArn",
                        input_str(call, "KMSKeyArn").length ? input_string(call, "KMSKeyArn") : NULL);
}

void configuration_apply(struct call *call, cJSON *configuration)
{
    static const char *const replaced[] = { "Runtime",      "Role",       "Handler",       "Description",
                                            "Timeout",      "MemorySize", "TracingConfig", "EphemeralStorage",
                                            "Architectures" };
    for (size_t i = 0; i < sizeof replaced / sizeof *replaced; i++) {
        const cJSON *given = json_get(call->input, replaced[i]);
        if (given)
            json_set(configuration, replaced[i], json_thaw(given));
    }
    apply_environment(call, configuration);
    apply_kept(call, configuration);
    merge(call, configuration, "SnapStart");
    merge(call, configuration, "LoggingConfig");
    json_set(configuration, "RuntimeVersionConfig",
             object_with("RuntimeVersionArn", runtime_version_arn(call, json_str(configuration, "Runtime"))));
}

cJSON *configuration_new(struct call *call, struct str name)
{
    cJSON *configuration = cJSON_CreateObject();
    json_set_str(configuration, "FunctionName", name);
    json_set_string(configuration, "FunctionArn", function_arn(call->arena, call_scope(call), name, STR_NONE));
    set_defaults(call, configuration, name);
    configuration_apply(call, configuration);
    return configuration;
}

void configuration_set_code(struct call *call, cJSON *configuration, const struct code *code)
{
    json_set_int64(configuration, "CodeSize", (int64_t)code->zip.length);
    json_set_string(configuration, "CodeSha256", code->sha256);
    if (json_get(call->input, "Architectures"))
        json_set(configuration, "Architectures", json_thaw(json_get(call->input, "Architectures")));
}

/* "2026-11-22T09:15:08.123+0000": a text of Lambda's own form. */
void configuration_touch(struct call *call, cJSON *configuration)
{
    char text[40];
    time_print_iso(clock_now(call->world->clock), true, text);
    memcpy(text + strlen(text) - 1, "+0000", sizeof "+0000");
    json_set_string(configuration, "LastModified", text);
}
