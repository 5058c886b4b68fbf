#include "services/iam/managed_policy.h"

/* Policies that AWS manages, as the AWS Managed Policy Reference lists their statements; of the long ones (SageMaker's, Lex's,
 * ReadOnlyAccess) what concerns services that a game plays with. The ids are of our own making: AWS
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
    { "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess", "AmazonSageMakerFullAccess", "/", "ANPAREHEARSE000000015",
      "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"sagemaker:*\",\"sagemake"
      "r-geospatial:*\"],\"NotResource\":[\"arn:aws:sagemaker:*:*:domain/*\",\"arn:aws:sagemaker:*:*:"
      "user-profile/*\",\"arn:aws:sagemaker:*:*:app/*\",\"arn:aws:sagemaker:*:*:space/*\",\"arn:aws:s"
      "agemaker:*:*:flow-definition/*\"]},{\"Effect\":\"Allow\",\"Action\":[\"sagemaker:AddTags\"],\"Reso"
      "urce\":[\"arn:aws:sagemaker:*:*:space/*\",\"arn:aws:sagemaker:*:*:app/*\"],\"Condition\":{\"Stri"
      "ngEquals\":{\"sagemaker:TaggingAction\":[\"CreateSpace\",\"CreateApp\"]}}},{\"Effect\":\"Allow\",\"A"
      "ction\":[\"sagemaker:CreatePresignedDomainUrl\",\"sagemaker:DescribeDomain\",\"sagemaker:ListD"
      "omains\",\"sagemaker:DescribeUserProfile\",\"sagemaker:ListUserProfiles\",\"sagemaker:Describe"
      "Space\",\"sagemaker:ListSpaces\",\"sagemaker:DescribeApp\",\"sagemaker:ListApps\"],\"Resource\":\""
      "*\"},{\"Effect\":\"Allow\",\"Action\":\"sagemaker:*\",\"Resource\":[\"arn:aws:sagemaker:*:*:flow-def"
      "inition/*\"],\"Condition\":{\"StringEqualsIfExists\":{\"sagemaker:WorkteamType\":[\"private-crow"
      "d\",\"vendor-crowd\"]}}},{\"Effect\":\"Allow\",\"Action\":[\"application-autoscaling:DeleteScaling"
      "Policy\",\"application-autoscaling:DeregisterScalableTarget\",\"application-autoscaling:Desc"
      "ribeScalableTargets\",\"application-autoscaling:DescribeScalingPolicies\",\"application-auto"
      "scaling:PutScalingPolicy\",\"application-autoscaling:RegisterScalableTarget\",\"cloudwatch:D"
      "eleteAlarms\",\"cloudwatch:DescribeAlarms\",\"cloudwatch:GetMetricData\",\"cloudwatch:GetMetri"
      "cStatistics\",\"cloudwatch:ListMetrics\",\"cloudwatch:PutMetricAlarm\",\"cloudwatch:PutMetricD"
      "ata\",\"ecr:BatchCheckLayerAvailability\",\"ecr:BatchGetImage\",\"ecr:CreateRepository\",\"ecr:D"
      "escribe*\",\"ecr:GetAuthorizationToken\",\"ecr:GetDownloadUrlForLayer\",\"ecr:StartImageScan\","
      "\"events:DescribeRule\",\"iam:ListRoles\",\"kms:DescribeKey\",\"kms:ListAliases\",\"lambda:ListFu"
      "nctions\",\"logs:CreateLogDelivery\",\"logs:CreateLogGroup\",\"logs:CreateLogStream\",\"logs:Del"
      "eteLogDelivery\",\"logs:Describe*\",\"logs:GetLogDelivery\",\"logs:GetLogEvents\",\"logs:ListLog"
      "Deliveries\",\"logs:PutLogEvents\",\"logs:PutResourcePolicy\",\"logs:UpdateLogDelivery\",\"sns:L"
      "istTopics\",\"states:DescribeExecution\",\"tag:GetResources\"],\"Resource\":\"*\"},{\"Effect\":\"All"
      "ow\",\"Action\":[\"states:DescribeExecution\",\"states:GetExecutionHistory\",\"states:StartExecu"
      "tion\",\"states:StopExecution\",\"states:UpdateStateMachine\"],\"Resource\":[\"arn:aws:states:*:"
      "*:statemachine:*sagemaker*\",\"arn:aws:states:*:*:execution:*sagemaker*:*\"]},{\"Effect\":\"Al"
      "low\",\"Action\":[\"s3:GetObject\",\"s3:PutObject\",\"s3:DeleteObject\",\"s3:AbortMultipartUpload\""
      "],\"Resource\":[\"arn:aws:s3:::*SageMaker*\",\"arn:aws:s3:::*Sagemaker*\",\"arn:aws:s3:::*sagem"
      "aker*\",\"arn:aws:s3:::*aws-glue*\"]},{\"Effect\":\"Allow\",\"Action\":[\"s3:GetObject\"],\"Resource"
      "\":\"arn:aws:s3:::*\",\"Condition\":{\"StringEqualsIgnoreCase\":{\"s3:ExistingObjectTag/SageMake"
      "r\":\"true\"}}},{\"Effect\":\"Allow\",\"Action\":[\"s3:GetObject\"],\"Resource\":[\"arn:aws:s3:::*\"],\""
      "Condition\":{\"StringEquals\":{\"s3:ExistingObjectTag/servicecatalog:provisioning\":\"true\"}}}"
      ",{\"Effect\":\"Allow\",\"Action\":[\"s3:CreateBucket\",\"s3:GetBucketLocation\",\"s3:ListBucket\",\"s"
      "3:ListAllMyBuckets\",\"s3:GetBucketCors\",\"s3:PutBucketCors\"],\"Resource\":\"*\"},{\"Effect\":\"Al"
      "low\",\"Action\":[\"s3:GetBucketAcl\",\"s3:PutObjectAcl\"],\"Resource\":[\"arn:aws:s3:::*SageMaker"
      "*\",\"arn:aws:s3:::*Sagemaker*\",\"arn:aws:s3:::*sagemaker*\"]},{\"Effect\":\"Allow\",\"Action\":[\""
      "lambda:InvokeFunction\"],\"Resource\":[\"arn:aws:lambda:*:*:function:*SageMaker*\",\"arn:aws:l"
      "ambda:*:*:function:*sagemaker*\",\"arn:aws:lambda:*:*:function:*Sagemaker*\",\"arn:aws:lambd"
      "a:*:*:function:*LabelingFunction*\"]},{\"Effect\":\"Allow\",\"Action\":\"iam:CreateServiceLinked"
      "Role\",\"Resource\":\"arn:aws:iam::*:role/aws-service-role/sagemaker.application-autoscaling"
      ".amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint\",\"Condition\":{\""
      "StringLike\":{\"iam:AWSServiceName\":\"sagemaker.application-autoscaling.amazonaws.com\"}}},{"
      "\"Effect\":\"Allow\",\"Action\":[\"iam:PassRole\"],\"Resource\":\"arn:aws:iam::*:role/*AmazonSageMa"
      "ker*\",\"Condition\":{\"StringEquals\":{\"iam:PassedToService\":[\"glue.amazonaws.com\",\"robomake"
      "r.amazonaws.com\",\"states.amazonaws.com\"]}}},{\"Effect\":\"Allow\",\"Action\":[\"iam:PassRole\"],"
      "\"Resource\":\"arn:aws:iam::*:role/*\",\"Condition\":{\"StringEquals\":{\"iam:PassedToService\":\"s"
      "agemaker.amazonaws.com\"}}}]}" },
    { "arn:aws:iam::aws:policy/AmazonLexFullAccess", "AmazonLexFullAccess", "/", "ANPAREHEARSE000000016",
      "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"cloudwatch:GetMetricSt"
      "atistics\",\"cloudwatch:DescribeAlarms\",\"cloudwatch:DescribeAlarmsForMetric\",\"kms:Describe"
      "Key\",\"kms:ListAliases\",\"lambda:GetPolicy\",\"lambda:ListFunctions\",\"lambda:ListAliases\",\"l"
      "ambda:ListVersionsByFunction\",\"lex:*\",\"polly:DescribeVoices\",\"polly:SynthesizeSpeech\",\"k"
      "endra:ListIndices\",\"iam:ListRoles\",\"s3:ListAllMyBuckets\",\"logs:DescribeLogGroups\",\"s3:Ge"
      "tBucketLocation\"],\"Resource\":\"*\"},{\"Effect\":\"Allow\",\"Action\":[\"lambda:AddPermission\",\"la"
      "mbda:RemovePermission\"],\"Resource\":\"arn:aws:lambda:*:*:function:AmazonLex*\",\"Condition\":"
      "{\"StringEquals\":{\"lambda:Principal\":\"lex.amazonaws.com\"}}},{\"Effect\":\"Allow\",\"Action\":[\""
      "iam:GetRole\",\"iam:GetRolePolicy\"],\"Resource\":[\"arn:aws:iam::*:role/aws-service-role/lex."
      "amazonaws.com/AWSServiceRoleForLexBots\",\"arn:aws:iam::*:role/aws-service-role/channels.l"
      "ex.amazonaws.com/AWSServiceRoleForLexChannels\",\"arn:aws:iam::*:role/aws-service-role/lex"
      "v2.amazonaws.com/AWSServiceRoleForLexV2Bots*\",\"arn:aws:iam::*:role/aws-service-role/chan"
      "nels.lexv2.amazonaws.com/AWSServiceRoleForLexV2Channels*\"]},{\"Effect\":\"Allow\",\"Action\":["
      "\"iam:CreateServiceLinkedRole\"],\"Resource\":[\"arn:aws:iam::*:role/aws-service-role/lexv2.a"
      "mazonaws.com/AWSServiceRoleForLexV2Bots*\"],\"Condition\":{\"StringEquals\":{\"iam:AWSServiceN"
      "ame\":\"lexv2.amazonaws.com\"}}},{\"Effect\":\"Allow\",\"Action\":[\"iam:PassRole\"],\"Resource\":[\"a"
      "rn:aws:iam::*:role/aws-service-role/lexv2.amazonaws.com/AWSServiceRoleForLexV2Bots*\"],\"C"
      "ondition\":{\"StringEquals\":{\"iam:PassedToService\":[\"lexv2.amazonaws.com\"]}}}]}" },
    { "arn:aws:iam::aws:policy/ReadOnlyAccess", "ReadOnlyAccess", "/", "ANPAREHEARSE000000017",
      "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"cloudwatch:Describe*\","
      "\"cloudwatch:Get*\",\"cloudwatch:List*\",\"forecast:Describe*\",\"forecast:GetAccuracyMetrics\","
      "\"forecast:List*\",\"iam:GenerateCredentialReport\",\"iam:GenerateServiceLastAccessedDetails\""
      ",\"iam:Get*\",\"iam:List*\",\"iam:Simulate*\",\"lambda:Get*\",\"lambda:List*\",\"lex:Describe*\",\"le"
      "x:Get*\",\"lex:List*\",\"logs:Describe*\",\"logs:FilterLogEvents\",\"logs:Get*\",\"logs:ListTagsFo"
      "rResource\",\"logs:ListTagsLogGroup\",\"logs:StartQuery\",\"logs:StopQuery\",\"logs:TestMetricFi"
      "lter\",\"s3:DescribeJob\",\"s3:Get*\",\"s3:List*\",\"sagemaker:Describe*\",\"sagemaker:GetSearchSu"
      "ggestions\",\"sagemaker:List*\",\"sagemaker:Search\",\"states:Describe*\",\"states:GetExecutionH"
      "istory\",\"states:List*\",\"sts:GetAccessKeyInfo\",\"sts:GetCallerIdentity\",\"sts:GetSessionTok"
      "en\",\"tag:Get*\"],\"Resource\":\"*\"}]}" },
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
