#include "services/stepfunctions/configuration.h"

#include "aws/arn.h"
#include "services/stepfunctions/stepfunctions_model.h"

#define REUSE_PERIOD_DEFAULT 300 /* seconds; EncryptionConfiguration in the API reference */

/* "The ARN must end with :*", says the API reference; the sentence is hashicorp/terraform-provider-aws issue 17682's. */
static bool is_log_group(struct str text)
{
    struct arn arn;
    return arn_parse(text, &arn) && str_is(arn.service, "logs") && str_starts(arn.resource, STR("log-group:")) &&
           str_ends(arn.resource, STR(":*"));
}

static bool check_destinations(struct call *call, struct str level, const cJSON *destinations)
{
    int count = cJSON_GetArraySize(destinations);
    if (count > 1 || (count == 0 && !str_is(level, "OFF"))) {
        call_fail(call, &STEPFUNCTIONS_INVALID_LOGGING_CONFIGURATION,
                  "Invalid Logging Configuration: Must specify exactly one Log Destination.");
        return false;
    }
    if (count == 0)
        return true;
    struct str group = json_str(json_get(destinations->child, "cloudWatchLogsLogGroup"), "logGroupArn");
    if (!is_log_group(group)) {
        call_fail(call, &STEPFUNCTIONS_INVALID_LOGGING_CONFIGURATION,
                  "Invalid Logging Configuration: Log Group ARN must be provided with '*' qualifier.");
        return false;
    }
    return true;
}

cJSON *configuration_logging(struct call *call, const cJSON *input)
{
    const cJSON *destinations = json_get(input, "destinations");
    struct str level = json_str(input, "level");
    level = level.at ? level : STR("OFF");
    if (!check_destinations(call, level, destinations))
        return NULL;
    cJSON *logging = cJSON_CreateObject();
    if (destinations)
        json_set(logging, "destinations", json_thaw(destinations));
    json_set_bool(logging, "includeExecutionData", json_bool(input, "includeExecutionData", false));
    json_set_str(logging, "level", level);
    return logging;
}

cJSON *configuration_tracing(const cJSON *input)
{
    cJSON *tracing = cJSON_CreateObject();
    json_set_bool(tracing, "enabled", json_bool(input, "enabled", false));
    return tracing;
}

/* Keys themselves are not looked at: this cloud encrypts nothing, it keeps what it was told. */
cJSON *configuration_encryption(struct call *call, const cJSON *input)
{
    struct str type = json_str(input, "type"), key = json_str(input, "kmsKeyId");
    type = type.at ? type : STR("AWS_OWNED_KEY");
    bool own_key = str_is(type, "CUSTOMER_MANAGED_KMS_KEY");
    if (own_key != (key.at != NULL)) {
        call_fail(call, &STEPFUNCTIONS_INVALID_ENCRYPTION_CONFIGURATION,
                  own_key ? "Invalid Encryption Configuration: kmsKeyId must be specified for CUSTOMER_MANAGED_KMS_KEY."
                          : "Invalid Encryption Configuration: kmsKeyId must not be specified for AWS_OWNED_KEY.");
        return NULL;
    }
    cJSON *encryption = cJSON_CreateObject();
    if (own_key) {
        json_set_int64(encryption, "kmsDataKeyReusePeriodSeconds",
                       json_int64(input, "kmsDataKeyReusePeriodSeconds", REUSE_PERIOD_DEFAULT));
        json_set_str(encryption, "kmsKeyId", key);
    }
    json_set_str(encryption, "type", type);
    return encryption;
}
