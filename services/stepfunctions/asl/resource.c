#include "services/stepfunctions/asl/resource.h"

#include "aws/arn.h"

enum { SYNC = 1, SYNC2 = 2, TOKEN = 4 };

/* "Integrating optimized services with Step Functions" of the developer guide: the operations, and the patterns that
 * each knows beside request and response. */
static const struct integration {
    const char *service, *operation;
    unsigned patterns;
} integrations[] = {
    { "apigateway", "invoke", TOKEN },
    { "athena", "getQueryExecution", 0 },
    { "athena", "getQueryResults", 0 },
    { "athena", "startQueryExecution", SYNC },
    { "athena", "stopQueryExecution", 0 },
    { "batch", "submitJob", SYNC },
    { "bedrock", "createModelCustomizationJob", SYNC },
    { "bedrock", "invokeModel", 0 },
    { "codebuild", "batchDeleteBuilds", 0 },
    { "codebuild", "batchGetReports", 0 },
    { "codebuild", "deleteBuildBatch", 0 },
    { "codebuild", "retryBuildBatch", SYNC },
    { "codebuild", "startBuild", SYNC },
    { "codebuild", "startBuildBatch", SYNC },
    { "codebuild", "stopBuild", 0 },
    { "codebuild", "stopBuildBatch", 0 },
    { "databrew", "startJobRun", SYNC },
    { "dynamodb", "deleteItem", 0 },
    { "dynamodb", "getItem", 0 },
    { "dynamodb", "putItem", 0 },
    { "dynamodb", "updateItem", 0 },
    { "ecs", "runTask", SYNC | TOKEN },
    { "eks", "call", 0 },
    { "eks", "createCluster", SYNC },
    { "eks", "createFargateProfile", SYNC },
    { "eks", "createNodegroup", SYNC },
    { "eks", "deleteCluster", SYNC },
    { "eks", "deleteFargateProfile", SYNC },
    { "eks", "deleteNodegroup", SYNC },
    { "eks", "runJob", SYNC },
    { "elasticmapreduce", "addStep", SYNC },
    { "elasticmapreduce", "cancelStep", 0 },
    { "elasticmapreduce", "createCluster", SYNC },
    { "elasticmapreduce", "modifyInstanceFleetByName", 0 },
    { "elasticmapreduce", "modifyInstanceGroupByName", 0 },
    { "elasticmapreduce", "setClusterTerminationProtection", 0 },
    { "elasticmapreduce", "terminateCluster", SYNC },
    { "emr-containers", "createVirtualCluster", 0 },
    { "emr-containers", "deleteVirtualCluster", SYNC },
    { "emr-containers", "startJobRun", SYNC },
    { "emr-serverless", "cancelJobRun", SYNC },
    { "emr-serverless", "createApplication", SYNC },
    { "emr-serverless", "deleteApplication", SYNC },
    { "emr-serverless", "startApplication", SYNC },
    { "emr-serverless", "startJobRun", SYNC },
    { "emr-serverless", "stopApplication", SYNC },
    { "events", "putEvents", TOKEN },
    { "glue", "startJobRun", SYNC },
    { "http", "invoke", 0 },
    { "lambda", "invoke", TOKEN },
    { "mediaconvert", "createJob", SYNC },
    { "sagemaker", "createEndpoint", 0 },
    { "sagemaker", "createEndpointConfig", 0 },
    { "sagemaker", "createHyperParameterTuningJob", SYNC },
    { "sagemaker", "createLabelingJob", SYNC },
    { "sagemaker", "createModel", 0 },
    { "sagemaker", "createProcessingJob", SYNC },
    { "sagemaker", "createTrainingJob", SYNC },
    { "sagemaker", "createTransformJob", SYNC },
    { "sagemaker", "startPipelineExecution", SYNC },
    { "sagemaker", "updateEndpoint", 0 },
    { "sns", "publish", TOKEN },
    { "sqs", "sendMessage", TOKEN },
    { "states", "startExecution", SYNC | SYNC2 | TOKEN },
};

static unsigned patterns_of(struct str service, struct str operation, bool *ret_known)
{
    for (size_t i = 0; i < sizeof integrations / sizeof *integrations; i++) {
        *ret_known = str_is(service, integrations[i].service) && str_is(operation, integrations[i].operation);
        if (*ret_known)
            return integrations[i].patterns;
    }
    return 0;
}

/* Cuts ".sync", ".sync:2" or ".waitForTaskToken" off. */
static enum resource_pattern cut_pattern(struct str *text)
{
    static const struct {
        struct str suffix;
        enum resource_pattern pattern;
    } suffixes[] = {
        { { ".sync", 5 }, PATTERN_SYNC },
        { { ".sync:2", 7 }, PATTERN_SYNC2 },
        { { ".waitForTaskToken", 17 }, PATTERN_TOKEN },
    };
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        if (str_ends(*text, suffixes[i].suffix)) {
            *text = str_first(*text, text->length - suffixes[i].suffix.length);
            return suffixes[i].pattern;
        }
    }
    return PATTERN_REQUEST;
}

static unsigned bit_of(enum resource_pattern pattern)
{
    static const unsigned bits[] = {
        [PATTERN_REQUEST] = 0, [PATTERN_SYNC] = SYNC, [PATTERN_SYNC2] = SYNC2, [PATTERN_TOKEN] = TOKEN
    };
    return bits[pattern];
}

static bool is_word(struct str text)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
            return false;
    }
    return text.length > 0 && text.at[0] >= 'a' && text.at[0] <= 'z';
}

/* "aws-sdk:s3:getObject". Which operations there are, the services know when the task runs. */
static bool parse_sdk(struct arena *arena, struct str text, struct resource *resource)
{
    struct str operation, service = str_cut(text, ':', &operation);
    if (!is_word(service) || !is_word(operation) || (bit_of(resource->pattern) & ~(unsigned)TOKEN))
        return false;
    resource->kind = RESOURCE_SDK;
    resource->service = arena_copy(arena, service);
    resource->operation = arena_copy(arena, operation);
    return true;
}

static bool parse_integration(struct arena *arena, struct str text, struct resource *resource)
{
    resource->pattern = cut_pattern(&text);
    struct str operation, service = str_cut(text, ':', &operation);
    if (str_is(service, "aws-sdk"))
        return parse_sdk(arena, operation, resource);
    bool known;
    unsigned patterns = patterns_of(service, operation, &known);
    if (!known || (bit_of(resource->pattern) & ~patterns))
        return false;
    resource->kind = RESOURCE_OPTIMISED;
    resource->service = arena_copy(arena, service);
    resource->operation = arena_copy(arena, operation);
    return true;
}

static bool parse_named(struct arena *arena, struct str text, struct str type, enum resource_kind kind,
                        struct resource *resource)
{
    if (!str_starts(text, type) || text.length == type.length)
        return false;
    resource->kind = kind;
    resource->service = kind == RESOURCE_FUNCTION ? "lambda" : "states";
    resource->operation = arena_copy(arena, str_from(text, type.length));
    return true;
}

bool resource_parse(struct arena *arena, struct str text, struct resource *ret_resource, const char **reterr_why)
{
    struct arn arn;
    *reterr_why = "Value is not a valid resource ARN";
    if (!arn_parse(text, &arn))
        return false;
    *ret_resource = (struct resource){ .arn = arena_str(arena, text), .pattern = PATTERN_REQUEST };
    if (str_is(arn.service, "lambda"))
        return parse_named(arena, arn.resource, STR("function:"), RESOURCE_FUNCTION, ret_resource);
    if (!str_is(arn.service, "states"))
        return false;
    if (arn.region.length || arn.account.length)
        return parse_named(arena, arn.resource, STR("activity:"), RESOURCE_ACTIVITY, ret_resource);
    if (parse_integration(arena, arn.resource, ret_resource))
        return true;
    *reterr_why = arena_printf(
        arena,
        "The resource provided %.*s is not recognized. The value is not a valid resource ARN, or the "
        "resource is not available in this region.",
        STR_ARG(text));
    return false;
}
