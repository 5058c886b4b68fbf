#include "services/iam/managed_policy.h"

/* Policies that AWS manages, as the AWS Managed Policy Reference lists their statements. The ids are of our own making: AWS
 * does not publish them. */
#define STATEMENT(actions)                                                                                             \
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[" actions "],\"Resource\":\"*\"}]}"

const struct aws_managed aws_managed_policies[] = {
    { "arn:aws:iam::aws:policy/AdministratorAccess", "AdministratorAccess", "/", "ANPAREHEARSE000000001",
      STATEMENT("\"*\"") },
    { "arn:aws:iam::aws:policy/IAMFullAccess", "IAMFullAccess", "/", "ANPAREHEARSE000000002",
      STATEMENT("\"iam:*\",\"organizations:DescribeAccount\",\"organizations:DescribeOrganization\","
                "\"organizations:DescribeOrganizationalUnit\",\"organizations:DescribePolicy\","
                "\"organizations:ListChildren\",\"organizations:ListParents\",\"organizations:ListPoliciesForTarget\","
                "\"organizations:ListRoots\",\"organizations:ListPolicies\",\"organizations:ListTargetsForPolicy\"") },
    { "arn:aws:iam::aws:policy/AWSStepFunctionsFullAccess", "AWSStepFunctionsFullAccess", "/", "ANPAREHEARSE000000003",
      STATEMENT("\"states:*\"") },
    { "arn:aws:iam::aws:policy/AWSStepFunctionsReadOnlyAccess", "AWSStepFunctionsReadOnlyAccess", "/",
      "ANPAREHEARSE000000004",
      STATEMENT("\"states:ListStateMachines\",\"states:ListActivities\",\"states:DescribeStateMachine\","
                "\"states:DescribeStateMachineForExecution\",\"states:ListExecutions\",\"states:DescribeExecution\","
                "\"states:GetExecutionHistory\",\"states:DescribeActivity\",\"states:ListTagsForResource\","
                "\"states:DescribeMapRun\",\"states:ListMapRuns\",\"states:DescribeStateMachineAlias\","
                "\"states:ListStateMachineAliases\",\"states:ListStateMachineVersions\","
                "\"states:ValidateStateMachineDefinition\"") },
    { "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", "AWSLambdaBasicExecutionRole",
      "/service-role/", "ANPAREHEARSE000000005",
      STATEMENT("\"logs:CreateLogGroup\",\"logs:CreateLogStream\",\"logs:PutLogEvents\"") },
    { "arn:aws:iam::aws:policy/service-role/AWSLambdaRole", "AWSLambdaRole", "/service-role/", "ANPAREHEARSE000000006",
      STATEMENT("\"lambda:InvokeFunction\"") },
    { "arn:aws:iam::aws:policy/AmazonS3FullAccess", "AmazonS3FullAccess", "/", "ANPAREHEARSE000000007",
      STATEMENT("\"s3:*\",\"s3-object-lambda:*\"") },
    { "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess", "AmazonS3ReadOnlyAccess", "/", "ANPAREHEARSE000000008",
      STATEMENT("\"s3:Get*\",\"s3:List*\",\"s3:Describe*\",\"s3-object-lambda:Get*\",\"s3-object-lambda:List*\"") },
    { "arn:aws:iam::aws:policy/AWSLambda_FullAccess", "AWSLambda_FullAccess", "/", "ANPAREHEARSE000000009",
      "{\"Version\":\"2012-10-17\",\"Statement\":["
      "{\"Effect\":\"Allow\",\"Action\":[\"cloudformation:DescribeStacks\",\"cloudformation:ListStackResources\","
      "\"cloudwatch:ListMetrics\",\"cloudwatch:GetMetricData\",\"ec2:DescribeSecurityGroups\","
      "\"ec2:DescribeSubnets\",\"ec2:DescribeVpcs\",\"kms:ListAliases\",\"iam:GetPolicy\","
      "\"iam:GetPolicyVersion\",\"iam:GetRole\",\"iam:GetRolePolicy\",\"iam:ListAttachedRolePolicies\","
      "\"iam:ListRolePolicies\",\"iam:ListRoles\",\"lambda:*\",\"logs:DescribeLogGroups\","
      "\"states:DescribeStateMachine\",\"states:ListStateMachines\",\"tag:GetResources\","
      "\"xray:GetTraceSummaries\",\"xray:BatchGetTraces\"],\"Resource\":\"*\"},"
      "{\"Effect\":\"Allow\",\"Action\":\"iam:PassRole\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":"
      "{\"iam:PassedToService\":\"lambda.amazonaws.com\"}}},"
      "{\"Effect\":\"Allow\",\"Action\":[\"logs:DescribeLogStreams\",\"logs:GetLogEvents\","
      "\"logs:FilterLogEvents\",\"logs:StartLiveTail\",\"logs:StopLiveTail\"],"
      "\"Resource\":\"arn:aws:logs:*:*:log-group:/aws/lambda/*\"}]}" },
    { "arn:aws:iam::aws:policy/CloudWatchLogsFullAccess", "CloudWatchLogsFullAccess", "/", "ANPAREHEARSE000000010",
      STATEMENT("\"logs:*\",\"cloudwatch:GenerateQuery\"") },
    { "arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess", "CloudWatchLogsReadOnlyAccess", "/",
      "ANPAREHEARSE000000011",
      STATEMENT("\"logs:Describe*\",\"logs:Get*\",\"logs:List*\",\"logs:StartQuery\",\"logs:StopQuery\","
                "\"logs:TestMetricFilter\",\"logs:FilterLogEvents\",\"logs:StartLiveTail\",\"logs:StopLiveTail\","
                "\"cloudwatch:GenerateQuery\"") },
    { "arn:aws:iam::aws:policy/AmazonForecastFullAccess", "AmazonForecastFullAccess", "/", "ANPAREHEARSE000000012",
      "{\"Version\":\"2012-10-17\",\"Statement\":["
      "{\"Effect\":\"Allow\",\"Action\":[\"forecast:*\"],\"Resource\":\"*\"},"
      "{\"Effect\":\"Allow\",\"Action\":[\"iam:PassRole\"],\"Resource\":\"*\",\"Condition\":{\"StringEquals\":"
      "{\"iam:PassedToService\":\"forecast.amazonaws.com\"}}}]}" },
    { "arn:aws:iam::aws:policy/IAMReadOnlyAccess", "IAMReadOnlyAccess", "/", "ANPAREHEARSE000000013",
      STATEMENT("\"iam:GenerateCredentialReport\",\"iam:GenerateServiceLastAccessedDetails\",\"iam:Get*\","
                "\"iam:List*\",\"iam:SimulateCustomPolicy\",\"iam:SimulatePrincipalPolicy\"") },
    { "arn:aws:iam::aws:policy/PowerUserAccess", "PowerUserAccess", "/", "ANPAREHEARSE000000014",
      "{\"Version\":\"2012-10-17\",\"Statement\":["
      "{\"Effect\":\"Allow\",\"NotAction\":[\"iam:*\",\"organizations:*\",\"account:*\"],\"Resource\":\"*\"},"
      "{\"Effect\":\"Allow\",\"Action\":[\"account:GetAccountInformation\",\"account:GetPrimaryEmail\","
      "\"account:ListRegions\",\"iam:CreateServiceLinkedRole\",\"iam:DeleteServiceLinkedRole\",\"iam:ListRoles\","
      "\"organizations:DescribeEffectivePolicy\",\"organizations:DescribeOrganization\"],\"Resource\":\"*\"}]}" },
    { NULL, NULL, NULL, NULL, NULL },
};

const struct aws_managed *aws_managed_find(struct str arn)
{
    for (const struct aws_managed *policy = aws_managed_policies; policy->arn; policy++) {
        if (str_is(arn, policy->arn))
            return policy;
    }
    return NULL;
}
