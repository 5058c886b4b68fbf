#include "services/stepfunctions/role_check.h"

#include "aws/arn.h"
#include "aws/authorise.h"
#include "aws/cloud.h"
#include "services/stepfunctions/stepfunctions_model.h"

static bool is_role_arn(struct str text)
{
    struct arn arn;
    return arn_parse(text, &arn) && str_is(arn.service, "iam") && arn.account.length == 12 &&
           str_starts(arn.resource, STR("role/")) && arn.resource.length > 5;
}

static bool may(struct call *call, const struct principal *role, struct str action, struct str resource)
{
    struct permission_question question = {
        .principal = role,
        .action = action,
        .resource = resource,
        .now_ms = clock_now(call->world->clock),
        .region = call->region,
    };
    return policy_decide(call->cloud, call->arena, &question) == DECISION_ALLOW;
}

/* Jobs that .sync waits for tell their end by EventBridge rules that Step Functions makes with the role's permissions
 * ("Accessing other AWS services" of the developer guide lists them). */
static const struct managed_rule {
    const char *service, *operation, *rule;
} managed_rules[] = {
    { "states", "startExecution", "StepFunctionsGetEventsForStepFunctionsExecutionRule" },
    { "sagemaker", "createTrainingJob", "StepFunctionsGetEventsForSageMakerTrainingJobsRule" },
    { "sagemaker", "createTransformJob", "StepFunctionsGetEventsForSageMakerTransformJobsRule" },
    { "sagemaker", "createProcessingJob", "StepFunctionsGetEventsForSageMakerProcessingJobsRule" },
    { "sagemaker", "createHyperParameterTuningJob", "StepFunctionsGetEventsForSageMakerTuningJobsRule" },
    { "sagemaker", "createLabelingJob", "StepFunctionsGetEventsForSageMakerLabelingJobsRule" },
    { "sagemaker", "startPipelineExecution", "StepFunctionsGetEventsForSageMakerPipelineExecutionsRule" }, /* ours */
};

static const char *managed_rule_of(const struct state *state)
{
    bool waits = state->resource.pattern == PATTERN_SYNC || state->resource.pattern == PATTERN_SYNC2;
    if (state->type != STATE_TASK || state->resource.kind != RESOURCE_OPTIMISED || !waits)
        return NULL;
    for (size_t i = 0; i < sizeof managed_rules / sizeof *managed_rules; i++) {
        if (strcmp(managed_rules[i].service, state->resource.service) == 0 &&
            strcmp(managed_rules[i].operation, state->resource.operation) == 0)
            return managed_rules[i].rule;
    }
    return NULL;
}

static bool may_make_rule(struct call *call, const struct principal *role, const char *rule)
{
    struct str arn = str_of(arn_make(call->arena, "events", call->region, role->account, "rule/%s", rule));
    return may(call, role, STR("events:PutTargets"), arn) && may(call, role, STR("events:PutRule"), arn) &&
           may(call, role, STR("events:DescribeRule"), arn);
}

static bool check_rules(struct call *call, struct str role_arn, const struct principal *role,
                        const struct machine *machine)
{
    for (unsigned i = 0; i < machine->state_count; i++) {
        const char *rule = managed_rule_of(machine->states[i]);
        if (!rule || may_make_rule(call, role, rule))
            continue;
        call_fail(call, &ERROR_ACCESS_DENIED, "'%.*s' is not authorized to create managed-rule.", STR_ARG(role_arn));
        return false;
    }
    return true;
}

/* "Logging to CloudWatch Logs" of the developer guide: what the role needs to set up delivery. */
static bool check_logging(struct call *call, const struct principal *role, const cJSON *logging)
{
    struct str level = json_str(logging, "level");
    if (!level.length || str_is(level, "OFF"))
        return true;
    if (may(call, role, STR("logs:CreateLogDelivery"), STR("*")) &&
        may(call, role, STR("logs:GetLogDelivery"), STR("*")) &&
        may(call, role, STR("logs:UpdateLogDelivery"), STR("*")))
        return true;
    call_fail(call, &ERROR_ACCESS_DENIED, "The state machine IAM Role is not authorized to access the Log Destination");
    return false;
}

bool role_check(struct call *call, struct str role_arn, const struct machine *machine, const cJSON *logging)
{
    if (!is_role_arn(role_arn)) {
        call_fail(call, &STEPFUNCTIONS_INVALID_ARN, "Invalid Role Arn: '%.*s'", STR_ARG(role_arn));
        return false;
    }
    if (!authorise_own_role(call, role_arn))
        return false;
    if (!call->cloud->enforce)
        return true;
    if (!call->cloud->identities->trusts_service(call->world, role_arn, "states.amazonaws.com")) {
        call_fail(call, &ERROR_ACCESS_DENIED,
                  "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to "
                  "assume the "
                  "provided role.");
        return false;
    }
    struct principal role = principal_of_role(call->arena, role_arn, STR("stepfunctions"));
    return check_rules(call, role_arn, &role, machine) && check_logging(call, &role, logging);
}
