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
