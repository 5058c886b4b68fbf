/* What buckets are configured with: kept, told, refused; policies and ACLs and whom they let in. */
#include "s3_fixture.h"

static void kinds(void **state)
{
    static const struct step steps[] = {
        /* What a new bucket answers, as Terraform's provider reads all of it. */
        { "GetBucketAccelerateConfiguration", "{}", "{'Status':null}" },
        { "GetBucketCors", "{}", "NoSuchCORSConfiguration: The CORS configuration does not exist" },
        { "GetBucketEncryption", "{}",
          "{'ServerSideEncryptionConfiguration':{'Rules':[{'ApplyServerSideEncryptionByDefault':{'SSEAlgorithm':'"
          "AES256'},"
          "'BucketKeyEnabled':false}]}}" },
        { "GetBucketLifecycleConfiguration", "{}",
          "NoSuchLifecycleConfiguration: The lifecycle configuration does not exist" },
        { "GetBucketLogging", "{}", "{'LoggingEnabled':null}" },
        { "GetBucketNotificationConfiguration", "{}", "{'TopicConfigurations':null}" },
        { "GetBucketOwnershipControls", "{}",
          "{'OwnershipControls':{'Rules':[{'ObjectOwnership':'BucketOwnerEnforced'}]}}" },
        { "GetBucketPolicy", "{}", "NoSuchBucketPolicy: The bucket policy does not exist" },
        { "GetBucketReplication", "{}",
          "ReplicationConfigurationNotFoundError: The replication configuration was not found" },
        { "GetBucketRequestPayment", "{}", "{'Payer':'BucketOwner'}" },
        { "GetBucketTagging", "{}", "NoSuchTagSet: The TagSet does not exist" },
        { "GetBucketWebsite", "{}",
          "NoSuchWebsiteConfiguration: The specified bucket does not have a website configuration" },
        { "GetPublicAccessBlock", "{}",
          "{'PublicAccessBlockConfiguration':{'BlockPublicAcls':true,'IgnorePublicAcls':true,'BlockPublicPolicy':true,"
          "'RestrictPublicBuckets':true}}" },
        { "GetBucketAcl", "{}", "{'Grants':[{'Permission':'FULL_CONTROL','Grantee':{'Type':'CanonicalUser'}}]}" },
        { "ListBucketAnalyticsConfigurations", "{}", "{'IsTruncated':false,'AnalyticsConfigurationList':[]}" },
        /* Put, told, deleted. */
        { "PutBucketTagging", "{'Tagging':{'TagSet':[{'Key':'a','Value':'1'}]}}", "{}" },
        { "GetBucketTagging", "{}", "{'TagSet':[{'Key':'a','Value':'1'}]}" },
        { "DeleteBucketTagging", "{}", "{}" },
        { "DeleteBucketTagging", "{}", "{}" },
        { "GetBucketTagging", "{}", "NoSuchTagSet" },
        { "PutBucketEncryption",
          "{'ServerSideEncryptionConfiguration':{'Rules':[{'ApplyServerSideEncryptionByDefault':{'SSEAlgorithm':'aws:"
          "kms'},"
          "'BucketKeyEnabled':true}]}}",
          "{}" },
        { "PutObject", "{'Key':'k','Body':'x'}", "{'ServerSideEncryption':'aws:kms','BucketKeyEnabled':true}" },
        { "DeleteBucketEncryption", "{}", "{}" },
        { "PutObject", "{'Key':'k','Body':'x'}", "{'ServerSideEncryption':'AES256'}" },
        { "PutPublicAccessBlock", "{'PublicAccessBlockConfiguration':{'BlockPublicAcls':true}}", "{}" },
        { "GetPublicAccessBlock", "{}",
          "{'PublicAccessBlockConfiguration':{'BlockPublicAcls':true,'IgnorePublicAcls':false,'BlockPublicPolicy':"
          "false}}" },
        { "DeletePublicAccessBlock", "{}", "{}" },
        { "GetPublicAccessBlock", "{}",
          "NoSuchPublicAccessBlockConfiguration: The public access block configuration was not found" },
        { "DeleteBucketOwnershipControls", "{}", "{}" },
        { "GetBucketOwnershipControls", "{}",
          "OwnershipControlsNotFoundError: The bucket ownership controls were not found" },
        { "PutBucketWebsite", "{'WebsiteConfiguration':{'IndexDocument':{'Suffix':'index.html'}}}", "{}" },
        { "GetBucketWebsite", "{}", "{'IndexDocument':{'Suffix':'index.html'},'ErrorDocument':null}" },
        { "PutBucketWebsite", "{'WebsiteConfiguration':{}}",
          "InvalidArgument: A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty" },
        { "PutBucketLogging",
          "{'BucketLoggingStatus':{'LoggingEnabled':{'TargetBucket':'nowhere','TargetPrefix':'p'}}}",
          "InvalidTargetBucketForLogging: The target bucket for logging does not exist" },
        { "PutBucketLogging", "{'BucketLoggingStatus':{'LoggingEnabled':{'TargetBucket':'bucket','TargetPrefix':'p'}}}",
          "{}" },
        { "GetBucketLogging", "{}", "{'LoggingEnabled':{'TargetBucket':'bucket','TargetPrefix':'p'}}" },
        { "PutBucketLogging", "{'BucketLoggingStatus':{}}", "{}" },
        { "GetBucketLogging", "{}", "{'LoggingEnabled':null}" },
        { "PutBucketNotificationConfiguration",
          "{'NotificationConfiguration':{'LambdaFunctionConfigurations':[{'LambdaFunctionArn':"
          "'arn:aws:lambda:us-east-1:" ACCOUNT ":function:f','Events':['s3:ObjectCreated:*']}]}}",
          "{}" },
        { "GetBucketNotificationConfiguration", "{}",
          "{'LambdaFunctionConfigurations':[{'Id':'=id','Events':['s3:ObjectCreated:*']}]}" },
        { "PutBucketNotificationConfiguration",
          "{'NotificationConfiguration':{'QueueConfigurations':[{'QueueArn':'x','Events':['s3:ObjectCreated:*']}]}}",
          "InvalidArgument: The ARN is not well formed" },
        { "PutBucketMetricsConfiguration", "{'Id':'m','MetricsConfiguration':{'Id':'m'}}", "{}" },
        { "PutBucketMetricsConfiguration", "{'Id':'m','MetricsConfiguration':{'Id':'n'}}", "MalformedXML" },
        { "GetBucketMetricsConfiguration", "{'Id':'m'}", "{'MetricsConfiguration':{'Id':'m'}}" },
        { "ListBucketMetricsConfigurations", "{}", "{'MetricsConfigurationList':[{'Id':'m'}]}" },
        { "DeleteBucketMetricsConfiguration", "{'Id':'m'}", "{}" },
        { "DeleteBucketMetricsConfiguration", "{'Id':'m'}",
          "NoSuchConfiguration: The specified configuration does not exist." },
        { "PutBucketReplication", "{'ReplicationConfiguration':{'Role':'r','Rules':[]}}",
          "InvalidRequest: Versioning must be 'Enabled' on the bucket to apply a replication configuration" },
        { "PutBucketRequestPayment", "{'RequestPaymentConfiguration':{'Payer':'Nobody'}}", "MalformedXML" },
        { "PutBucketTagging", "{}", "MissingRequestBodyError: Request Body is empty" },
        { "PutBucketCors", "{'CORSConfiguration':{'CORSRules':[{'AllowedMethods':['PATCH'],'AllowedOrigins':['*']}]}}",
          "InvalidRequest: Found unsupported HTTP method in CORS config. Unsupported method is PATCH" },
        { "PutBucketCors",
          "{'CORSConfiguration':{'CORSRules':[{'AllowedMethods':['GET'],'AllowedOrigins':['http://*.*']}]}}",
          "InvalidRequest: AllowedOrigin \"http://*.*\" can not have more than one wildcard." },
        { "PutBucketCors", "{'CORSConfiguration':{'CORSRules':[]}}", "MalformedXML" },
        { "CreateSession", "{}", "NotImplemented" },
    };
    RUN_ALONE(steps);
}

#define RULES(...) "{'LifecycleConfiguration':{'Rules':[" __VA_ARGS__ "]}}"
#define ALL        "'Status':'Enabled','Filter':{}"

static void lifecycles(void **state)
{
    static const struct {
        const char *input, *wanted;
    } rows[] = {
        { RULES("{" ALL ",'Expiration':{'Days':1}}"),
          "{'TransitionDefaultMinimumObjectSize':'all_storage_classes_128K'}" },
        { RULES("{" ALL ",'Transitions':[{'Days':0,'StorageClass':'GLACIER'}]}"), "{}" },
        { RULES("{" ALL ",'NoncurrentVersionExpiration':{'NoncurrentDays':3,'NewerNoncurrentVersions':2}}"), "{}" },
        { RULES("{" ALL ",'Expiration':{'ExpiredObjectDeleteMarker':true}}"), "{}" },
        { RULES("{" ALL ",'Expiration':{'Date':1700006400}}"), "{}" },
        { RULES("{'Status':'Enabled','Prefix':'a','AbortIncompleteMultipartUpload':{'DaysAfterInitiation':7}}"), "{}" },
        { RULES("{'Status':'Enabled','Filter':{'And':{'Prefix':'a','Tags':[{'Key':'k','Value':'v'}]}},'Expiration':{'"
                "Days':1}}"),
          "{}" },
        { RULES("{" ALL "}"), "InvalidRequest: At least one action needs to be specified in a rule" },
        { RULES("{" ALL ",'Expiration':{'Days':0}}"),
          "InvalidArgument: 'Days' for Expiration action must be a positive integer" },
        { RULES("{" ALL ",'Expiration':{'Date':1700006401}}"), "InvalidArgument: 'Date' must be at midnight GMT" },
        { RULES("{" ALL ",'Expiration':{}}"), "MalformedXML" },
        { RULES("{" ALL ",'Prefix':'a','Expiration':{'Days':1}}"), "MalformedXML" },
        { RULES("{'Status':'Enabled','Expiration':{'Days':1}}"), "MalformedXML" },
        { RULES("{'Status':'On','Filter':{},'Expiration':{'Days':1}}"), "MalformedXML" },
        { RULES("{" ALL ",'Transitions':[{'Days':29,'StorageClass':'STANDARD_IA'}]}"),
          "InvalidArgument: 'Days' in Transition action must be greater than or equal to 30 for storageClass "
          "'STANDARD_IA'" },
        { RULES("{" ALL ",'Transitions':[{'Days':30,'StorageClass':'GLACIER'}],'Expiration':{'Days':30}}"),
          "InvalidArgument: 'Days' in the Expiration action for filter '(prefix=)' must be greater than 'Days' in the "
          "Transition action" },
        { RULES("{" ALL ",'AbortIncompleteMultipartUpload':{'DaysAfterInitiation':0}}"), "InvalidArgument" },
        { RULES("{'Status':'Enabled','Filter':{'Tag':{'Key':'k','Value':'v'}},'AbortIncompleteMultipartUpload':{'"
                "DaysAfterInitiation':1}}"),
          "InvalidRequest: AbortIncompleteMultipartUpload cannot be specified with Tags." },
        { RULES("{'ID':'a'," ALL ",'Expiration':{'Days':1}},{'ID':'a'," ALL ",'Expiration':{'Days':2}}"),
          "InvalidArgument: Rule ID must be unique. Found same ID for more than one rule" },
        { RULES(""), "MalformedXML" },
    };
    struct game game = start_game(NULL);
    run_step(&game, &(struct step){ "CreateBucket", "{}", "{}" }, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        run_step(&game, &(struct step){ "PutBucketLifecycleConfiguration", rows[i].input, rows[i].wanted }, i);
    run_step(&game,
             &(struct step){ "GetBucketLifecycleConfiguration", "{}",
                             "{'Rules':[{'ID':'=id','Expiration':{'Days':1},'Filter':{'And':{'Prefix':'a'}}}],"
                             "'TransitionDefaultMinimumObjectSize':'all_storage_classes_128K'}" },
             100);
    end_game(&game);
}

#define POLICY(effect, principal, action, resource)                                                                    \
    "{'Policy':'{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":[{\\\"Effect\\\":\\\"" effect                    \
    "\\\",\\\"Principal\\\":" principal ",\\\"Action\\\":\\\"" action "\\\",\\\"Resource\\\":\\\"" resource            \
    "\\\"}]}'}"
#define OTHER "{\\\"AWS\\\":\\\"222233334444\\\"}"

static void policies(void **state)
{
    static const struct step steps[] = {
        { "PutObject", "{'Key':'k','Body':'x'}", "{}" },
        { "PutBucketPolicy", POLICY("Allow", OTHER, "s3:GetObject", "arn:aws:s3:::bucket/*"), "{}" },
        { "GetObject@222233334444", "{'Key':'k'}", "{'Body':'x'}" },
        { "PutObject@222233334444", "{'Key':'k','Body':'y'}", "AccessDenied: Access Denied" },
        { "GetObject@333344445555", "{'Key':'k'}", "AccessDenied" },
        { "CreateBucket@222233334444", "{'Bucket':'theirs'}", "{}" },
        { "CopyObject@222233334444", "{'Bucket':'theirs','Key':'c','CopySource':'bucket/k'}", "{}" },
        { "GetBucketPolicyStatus", "{}", "{'PolicyStatus':{'IsPublic':false}}" },
        { "PutBucketPolicy", POLICY("Allow", "\\\"*\\\"", "s3:GetObject", "arn:aws:s3:::bucket/*"),
          "AccessDenied: User: arn:aws:iam::" ACCOUNT
          ":root is not authorized to perform: s3:PutBucketPolicy on resource: "
          "\"arn:aws:s3:::bucket\" because public policies are blocked by the BlockPublicPolicy block public access "
          "setting." },
        { "DeletePublicAccessBlock", "{}", "{}" },
        { "PutBucketPolicy", POLICY("Allow", "\\\"*\\\"", "s3:GetObject", "arn:aws:s3:::bucket/*"), "{}" },
        { "GetBucketPolicyStatus", "{}", "{'PolicyStatus':{'IsPublic':true}}" },
        { "GetObject@333344445555", "{'Key':'k'}", "{'Body':'x'}" },
        { "PutBucketPolicy", "{'Policy':'no'}",
          "MalformedPolicy: Policies must be valid JSON and the first byte must be '{'" },
        { "PutBucketPolicy", "{'Policy':'{\\\"Version\\\":\\\"2012-10-17\\\"}'}",
          "MalformedPolicy: Missing required field Statement" },
        { "PutBucketPolicy", "{'Policy':'{\\\"Statement\\\":{\\\"Effect\\\":\\\"Allow\\\"}}'}",
          "MalformedPolicy: Missing required field Principal" },
        { "PutBucketPolicy", POLICY("Allow", OTHER, "ec2:Run", "arn:aws:s3:::bucket/*"),
          "MalformedPolicy: Policy has invalid action" },
        { "PutBucketPolicy", POLICY("Allow", OTHER, "s3:GetObject", "arn:aws:s3:::other/*"),
          "MalformedPolicy: Policy has invalid resource" },
        { "PutBucketPolicy", POLICY("Maybe", OTHER, "s3:GetObject", "arn:aws:s3:::bucket/*"),
          "MalformedPolicy: Invalid effect: Maybe" },
        { "PutBucketPolicy", POLICY("Allow", "{\\\"AWS\\\":\\\"me\\\"}", "s3:GetObject", "arn:aws:s3:::bucket/*"),
          "MalformedPolicy: Invalid principal in policy" },
        { "DeleteBucketPolicy", "{}", "{}" },
        { "GetObject@333344445555", "{'Key':'k'}", "AccessDenied" },
    };
    RUN_ALONE(steps);
}

static void acls(void **state)
{
    static const struct step steps[] = {
        { "PutBucketAcl", "{'ACL':'private'}", "AccessControlListNotSupported: The bucket does not allow ACLs" },
        { "CreateBucket", "{'Bucket':'open','ACL':'public-read'}",
          "InvalidBucketAclWithObjectOwnership: Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced "
          "setting" },
        { "CreateBucket", "{'Bucket':'open','ACL':'public-read','ObjectOwnership':'ObjectWriter'}",
          "InvalidBucketAclWithBlockPublicAccessError: Bucket cannot have public ACLs set with BlockPublicAccess "
          "enabled" },
        { "HeadBucket", "{'Bucket':'open'}", "NoSuchBucket" },
        { "PutBucketOwnershipControls", "{'OwnershipControls':{'Rules':[{'ObjectOwnership':'ObjectWriter'}]}}", "{}" },
        { "PutBucketAcl", "{'ACL':'public-read'}", "AccessDenied" },
        { "DeletePublicAccessBlock", "{}", "{}" },
        { "PutBucketAcl", "{'ACL':'public-read'}", "{}" },
        { "GetBucketAcl", "{}",
          "{'Owner':{},'Grants':[{'Permission':'FULL_CONTROL'},{'Permission':'READ','Grantee':{'Type':'Group',"
          "'URI':'http://acs.amazonaws.com/groups/global/AllUsers'}}]}" },
        { "PutObject", "{'Key':'k','Body':'x'}", "{}" },
        { "ListObjectsV2@222233334444", "{}", "{'KeyCount':1}" },
        { "GetObject@222233334444", "{'Key':'k'}", "AccessDenied" },
        { "PutObjectAcl", "{'Key':'k','ACL':'public-read'}", "{}" },
        { "GetObject@222233334444", "{'Key':'k'}", "{'Body':'x'}" },
        { "PutObjectAcl", "{'Key':'k','GrantRead':'id=\\\"abc\\\", uri=\\\"u\\\"'}", "{}" },
        { "GetObjectAcl", "{'Key':'k'}",
          "{'Grants':[{'Grantee':{'ID':'abc','Type':'CanonicalUser'},'Permission':'READ'},{'Grantee':{'URI':'u'}}]}" },
        { "PutObjectAcl", "{'Key':'k','GrantRead':'everybody'}", "InvalidArgument: Argument format not recognized" },
        { "PutObjectAcl", "{'Key':'k','GrantRead':'id=a','ACL':'private'}",
          "InvalidRequest: Specifying both Canned ACLs and Header Grants is not allowed" },
        { "PutObjectAcl", "{'Key':'k','ACL':'whatever'}", "InvalidArgument" },
        { "PutObjectAcl", "{'Key':'k','ACL':'private'}", "{}" },
        { "GetObjectAcl", "{'Key':'k'}", "{'Grants':[{'Permission':'FULL_CONTROL'}]}" },
        { "PutBucketOwnershipControls", "{'OwnershipControls':{'Rules':[{'ObjectOwnership':'BucketOwnerEnforced'}]}}",
          "InvalidBucketAclWithObjectOwnership" },
    };
    RUN_ALONE(steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(kinds), cmocka_unit_test(lifecycles),
                                        cmocka_unit_test(policies), cmocka_unit_test(acls) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
