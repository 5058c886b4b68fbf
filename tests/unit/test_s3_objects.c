/* Buckets and objects: written, read, conditions, ranges, versions, deleted, copied, tagged. */
#include "s3_fixture.h"

#include "services/s3/key.h"
#include "services/s3/object.h"

#define MD5_OF_X "9dd4e461268c8034f5c8564e155c67a6"

static void buckets(void **state)
{
    static const struct step steps[] = {
        { "CreateBucket", "{'Bucket':'one'}", "{'Location':'/one','BucketArn':'arn:aws:s3:::one'}" },
        { "CreateBucket", "{'Bucket':'one'}", "{}" }, /* again, in us-east-1 */
        { "CreateBucket@222233334444", "{'Bucket':'one'}", "BucketAlreadyExists" },
        { "CreateBucket", "{'Bucket':'far','CreateBucketConfiguration':{'LocationConstraint':'eu-west-1'}}", "{}" },
        { "CreateBucket", "{'Bucket':'far','CreateBucketConfiguration':{'LocationConstraint':'eu-west-1'}}",
          "BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded and you already own "
          "it." },
        { "GetBucketLocation", "{'Bucket':'far'}", "{'LocationConstraint':'eu-west-1'}" },
        { "GetBucketLocation", "{'Bucket':'one'}", "{'LocationConstraint':null}" },
        { "CreateBucket", "{'Bucket':'no','CreateBucketConfiguration':{'LocationConstraint':'us-east-1'}}",
          "InvalidBucketName" },
        { "CreateBucket", "{'Bucket':'two','CreateBucketConfiguration':{'LocationConstraint':'us-east-1'}}",
          "InvalidLocationConstraint: The specified location-constraint is not valid" },
        { "CreateBucket", "{'Bucket':'two','CreateBucketConfiguration':{'LocationConstraint':'moon'}}",
          "InvalidLocationConstraint" },
        { "CreateBucket", "{'Bucket':'Two'}", "InvalidBucketName: The specified bucket is not valid." },
        { "HeadBucket", "{'Bucket':'two'}", "NoSuchBucket: The specified bucket does not exist" },
        { "HeadBucket", "{'Bucket':'far'}", "{'BucketRegion':'eu-west-1'}" },
        { "HeadBucket@222233334444", "{'Bucket':'far'}", "AccessDenied: Access Denied" },
        { "HeadBucket", "{'Bucket':'far','ExpectedBucketOwner':'222233334444'}", "AccessDenied" },
        { "ListBuckets", "{}",
          "{'Buckets':[{'Name':'far','BucketRegion':null},{'Name':'one'}],'ContinuationToken':null}" },
        { "ListBuckets@222233334444", "{}", "{'Buckets':[]}" },
        { "ListBuckets", "{'MaxBuckets':1}",
          "{'Buckets':[{'Name':'far','BucketRegion':'eu-west-1'}],'ContinuationToken':'=token'}" },
        { "ListBuckets", "{'MaxBuckets':1,'ContinuationToken':'$token'}",
          "{'Buckets':[{'Name':'one'}],'ContinuationToken':null}" },
        { "ListBuckets", "{'BucketRegion':'us-east-1'}", "{'Buckets':[{'Name':'one'}]}" },
        { "ListBuckets", "{'Prefix':'f'}", "{'Buckets':[{'Name':'far'}],'Prefix':'f'}" },
        { "PutObject", "{'Bucket':'one','Key':'k','Body':'x'}", "{}" },
        { "DeleteBucket", "{'Bucket':'one'}", "BucketNotEmpty: The bucket you tried to delete is not empty" },
        { "DeleteObject", "{'Bucket':'one','Key':'k'}", "{}" },
        { "DeleteBucket", "{'Bucket':'one'}", "{}" },
        { "CreateBucket@222233334444", "{'Bucket':'one'}", "{}" }, /* the name is free again */
        { "CreateBucket", "{'Bucket':'one'}", "BucketAlreadyExists" },
    };
    RUN_ALONE(((const struct step[]){ { "DeleteBucket", "{}", "{}" } }));
    struct game game = start_game(NULL);
    RUN(&game, steps);
    end_game(&game);
}

static void names_of_buckets(void **state)
{
    static const struct {
        const char *name;
        bool good;
        const char *why;
    } rows[] = {
        { "abc", true, "three are enough" },
        { "ab", false, "two are not" },
        { "a.b-c.0", true, "dots and hyphens" },
        { "a..b", false, "two dots" },
        { "-ab", false, "a hyphen in front" },
        { "ab.", false, "a dot behind" },
        { "192.168.5.4", false, "an address" },
        { "1.2.3", true, "three numbers are none" },
        { "under_score", false, "no underscores" },
        { "xn--abc", false, "a reserved prefix" },
        { "abc-s3alias", false, "a reserved suffix" },
        { "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123", true, "63" },
        { "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff1234", false, "64" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (bucket_name_is_good(str_of(rows[i].name)) != rows[i].good)
            fail_msg("%s: %s", rows[i].name, rows[i].why);
}

static void rows_of_keys(void **state)
{
    static const char *const keys[] = { "",     "\1",  "\1\1", "\1\2",     "\2",
                                        "\2\1", "\3",  "a",    "a\1",      "a\1b",
                                        "a\2",  "a/b", "aa",   "\xc3\xa9", "\xf0\x9f\x98\x80" };
    struct arena *arena = arena_new();
    struct str before = STR("");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct str age, key = str_of(keys[i]), row = key_row(arena, STR("b"), key, STR("0123456789abcdef"));
        assert_true(str_equal(key_of_row(arena, row, &age), key));
        assert_true(str_is(age, "0123456789abcdef"));
        assert_true(str_compare(before, row) < 0); /* in the order of the keys' bytes */
        assert_true(str_compare(row, key_behind(arena, STR("b"), key)) < 0);
        assert_true(str_compare(row, key_behind_prefix(arena, STR("b"), key)) < 0);
        assert_true(i == 0 || str_compare(before, key_behind(arena, STR("b"), str_of(keys[i - 1]))) < 0);
        assert_true(i == 0 || str_compare(key_behind(arena, STR("b"), str_of(keys[i - 1])), row) <= 0);
        before = row;
    }
    arena_free(arena);
}

static void objects(void **state)
{
    static const struct step steps[] = {
        { "PutObject", "{'Key':'k','Body':'x'}",
          "{'ETag':'\\\"" MD5_OF_X "\\\"','ServerSideEncryption':'AES256','VersionId':null}" },
        { "GetObject", "{'Key':'k'}",
          "{'Body':'x','ContentLength':1,'ContentType':'binary/"
          "octet-stream','AcceptRanges':'bytes','ContentRange':null,"
          "'Metadata':null,'StorageClass':null,'VersionId':null,'ChecksumType':null}" },
        { "PutObject",
          "{'Key':'k','Body':'{\\\"a\\\":\\\"\\u00e9\\n\\\"}','ContentType':'text/"
          "plain','CacheControl':'no-store','Metadata':{'who':'me'},"
          "'StorageClass':'STANDARD_IA','Tagging':'a=b&c=d%20e','ContentEncoding':'aws-chunked,gzip','"
          "ChecksumAlgorithm':'SHA1'}",
          "{'ETag':'=etag','ChecksumSHA1':'=sum','ChecksumType':'FULL_OBJECT'}" },
        { "GetObject", "{'Key':'k','ChecksumMode':'ENABLED'}",
          "{'Body':'{\\\"a\\\":\\\"\\u00e9\\n\\\"}','ContentType':'text/"
          "plain','CacheControl':'no-store','Metadata':{'who':'me'},"
          "'StorageClass':'STANDARD_IA','TagCount':2,'ContentEncoding':'gzip','ChecksumSHA1':'$sum'}" },
        { "GetObjectTagging", "{'Key':'k'}", "{'TagSet':[{'Key':'a','Value':'b'},{'Key':'c','Value':'d e'}]}" },
        { "GetObject", "{'Key':'k','ResponseContentType':'a/b','ResponseCacheControl':'none'}",
          "{'ContentType':'a/b','CacheControl':'none'}" },
        { "HeadObject", "{'Key':'k'}", "{'ContentLength':11,'ETag':'$etag','Body':null}" },
        { "GetObject", "{'Key':'no'}", "NoSuchKey: The specified key does not exist." },
        { "GetObject", "{'Key':'k','VersionId':'null'}", "{'ETag':'$etag'}" },
        { "GetObject", "{'Key':'k','VersionId':'abc'}", "InvalidArgument: Invalid version id specified" },
        { "PutObject", "{'Key':'empty','Body':''}", "{'ETag':'\\\"d41d8cd98f00b204e9800998ecf8427e\\\"'}" },
        { "GetObject", "{'Key':'empty'}", "{'ContentLength':0}" },
        { "GetObject", "{'Key':'empty','Range':'bytes=0-0'}", "InvalidRange" },
        { "PutObject", "{'Key':'cold','Body':'x','StorageClass':'GLACIER'}", "{}" },
        { "GetObject", "{'Key':'cold'}",
          "InvalidObjectState: The operation is not valid for the object's storage class" },
        { "HeadObject", "{'Key':'cold'}", "{'StorageClass':'GLACIER'}" },
        { "PutObject", "{'Key':'k','Body':'x','StorageClass':'WARM'}",
          "InvalidStorageClass: The storage class you specified is not valid" },
        { "PutObject", "{'Key':'k','Body':'x','Tagging':'a=1&a=2'}",
          "InvalidTag: Cannot provide multiple Tags with the same key" },
        { "PutObject", "{'Key':'k','Body':'x','Tagging':'a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8&i=9&j=0&k=1'}",
          "BadRequest: Object tags cannot be greater than 10" },
        { "PutObject", "{'Key':'k','Body':'x','ServerSideEncryption':'rot13'}", "InvalidArgument" },
        { "PutObject", "{'Key':'k','Body':'x','ACL':'public-read'}",
          "AccessControlListNotSupported: The bucket does not allow ACLs" },
        { "PutObject", "{'Key':'k','Body':'x','ACL':'bucket-owner-full-control'}", "{}" },
        { "PutObject", "{'Key':'k','Body':'x','Metadata':{'bad name':'x'}}", "InvalidArgument" },
        { "PutObject",
          "{'Key':'kms','Body':'x','ServerSideEncryption':'aws:kms','SSEKMSKeyId':'1234','BucketKeyEnabled':true}",
          "{'ServerSideEncryption':'aws:kms','SSEKMSKeyId':'arn:aws:kms:us-east-1:" ACCOUNT
          ":key/1234','BucketKeyEnabled':true}" },
        { "PutObject", "{'Bucket':'nowhere','Key':'k','Body':'x'}", "NoSuchBucket" },
        { "PutObject@222233334444", "{'Key':'k','Body':'x'}", "AccessDenied" },
        { "GetObjectAttributes", "{'Key':'empty','ObjectAttributes':['ETag','ObjectSize','StorageClass','Checksum']}",
          "{'ETag':'d41d8cd98f00b204e9800998ecf8427e','ObjectSize':0,'StorageClass':'STANDARD','Checksum':{'"
          "ChecksumType':'FULL_OBJECT'}}" },
        { "GetObjectAttributes", "{'Key':'empty','ObjectAttributes':['Colour']}",
          "InvalidArgument: Invalid attribute name specified." },
        { "GetObjectTorrent", "{'Key':'k'}", "NotImplemented" },
    };
    RUN_ALONE(steps);
}

static void long_things(void **state)
{
    struct game game = start_game(NULL);
    char input[8192], long_text[3000];
    memset(long_text, 'k', sizeof long_text);
    run_step(&game, &(struct step){ "CreateBucket", "{}", "{}" }, 0);
    snprintf(input, sizeof input, "{'Key':'%.1024s','Body':'x'}", long_text);
    run_step(&game, &(struct step){ "PutObject", input, "{}" }, 1);
    snprintf(input, sizeof input, "{'Key':'%.1025s','Body':'x'}", long_text);
    run_step(&game, &(struct step){ "PutObject", input, "KeyTooLongError: Your key is too long" }, 2);
    snprintf(input, sizeof input, "{'Key':'k','Body':'x','Metadata':{'a':'%.2047s'}}", long_text);
    run_step(&game, &(struct step){ "PutObject", input, "{}" }, 3);
    snprintf(input, sizeof input, "{'Key':'k','Body':'x','Metadata':{'a':'%.2048s'}}", long_text);
    run_step(&game,
             &(struct step){ "PutObject", input,
                             "MetadataTooLarge: Your metadata headers exceed the maximum allowed metadata size" },
             4);
    end_game(&game);
}

static void conditions(void **state)
{
    static const struct step steps[] = {
        { "PutObject", "{'Key':'k','Body':'x'}", "{'ETag':'=e'}" },
        { "GetObject", "{'Key':'k','IfMatch':'$e'}", "{}" },
        { "GetObject", "{'Key':'k','IfMatch':'" MD5_OF_X "'}", "{}" },
        { "GetObject", "{'Key':'k','IfMatch':'*'}", "{}" },
        { "GetObject", "{'Key':'k','IfMatch':'\\\"a\\\", $e'}", "{}" },
        { "GetObject", "{'Key':'k','IfMatch':'\\\"a\\\"'}",
          "PreconditionFailed: At least one of the pre-conditions you specified did not hold" },
        { "GetObject", "{'Key':'k','IfNoneMatch':'$e'}", "NotModified" },
        { "GetObject", "{'Key':'k','IfNoneMatch':'\\\"a\\\"'}", "{}" },
        { "GetObject", "{'Key':'k','IfModifiedSince':1700000000}", "NotModified" },
        { "GetObject", "{'Key':'k','IfModifiedSince':1699999999}", "{}" },
        { "GetObject", "{'Key':'k','IfUnmodifiedSince':1699999999}", "PreconditionFailed" },
        { "GetObject", "{'Key':'k','IfUnmodifiedSince':1700000000}", "{}" },
        { "GetObject", "{'Key':'k','IfUnmodifiedSince':1699999999,'IfMatch':'$e'}", "{}" }, /* the ETag decides */
        { "GetObject", "{'Key':'k','IfModifiedSince':1700000000,'IfNoneMatch':'\\\"a\\\"'}", "{}" },
        { "PutObject", "{'Key':'k','Body':'y','IfNoneMatch':'*'}", "PreconditionFailed" },
        { "PutObject", "{'Key':'n','Body':'y','IfNoneMatch':'*'}", "{}" },
        { "PutObject", "{'Key':'n','Body':'y','IfNoneMatch':'\\\"a\\\"'}", "NotImplemented" },
        { "PutObject", "{'Key':'k','Body':'y','IfMatch':'\\\"a\\\"'}", "PreconditionFailed" },
        { "PutObject", "{'Key':'none','Body':'y','IfMatch':'$e'}", "NoSuchKey" },
        { "PutObject", "{'Key':'k','Body':'y','IfMatch':'$e'}", "{}" },
        { "GetObject", "{'Key':'k'}", "{'Body':'y'}" },
        { "DeleteObject", "{'Key':'k','IfMatch':'$e'}", "PreconditionFailed" },
        { "DeleteObject", "{'Key':'k','IfMatch':'*'}", "{}" },
    };
    RUN_ALONE(steps);
}

static void ranges(void **state)
{
    static const struct step steps[] = {
        { "PutObject", "{'Key':'k','Body':'0123456789'}", "{}" },
        { "GetObject", "{'Key':'k','Range':'bytes=0-3'}",
          "{'Body':'0123','ContentLength':4,'ContentRange':'bytes 0-3/10'}" },
        { "GetObject", "{'Key':'k','Range':'bytes=8-'}", "{'Body':'89','ContentRange':'bytes 8-9/10'}" },
        { "GetObject", "{'Key':'k','Range':'bytes=-3'}", "{'Body':'789','ContentRange':'bytes 7-9/10'}" },
        { "GetObject", "{'Key':'k','Range':'bytes=-30'}", "{'ContentLength':10,'ContentRange':'bytes 0-9/10'}" },
        { "GetObject", "{'Key':'k','Range':'bytes=5-99'}", "{'Body':'56789'}" },
        { "GetObject", "{'Key':'k','Range':'bytes=10-'}", "InvalidRange: The requested range is not satisfiable" },
        { "GetObject", "{'Key':'k','Range':'bytes=-0'}", "InvalidRange" },
        { "GetObject", "{'Key':'k','Range':'bytes=4-2'}", "{'ContentLength':10,'ContentRange':null}" },
        { "GetObject", "{'Key':'k','Range':'bytes=0-1,3-4'}", "{'ContentLength':10,'ContentRange':null}" },
        { "GetObject", "{'Key':'k','Range':'lines=0-1'}", "{'ContentLength':10,'ContentRange':null}" },
        { "GetObject", "{'Key':'k','Range':'bytes=a-b'}", "{'ContentLength':10,'ContentRange':null}" },
        { "GetObject", "{'Key':'k','Range':'bytes=0-3','ChecksumMode':'ENABLED'}", "{'ChecksumType':null}" },
        { "GetObject", "{'Key':'k','PartNumber':1}", "{'ContentLength':10,'PartsCount':null}" },
        { "GetObject", "{'Key':'k','PartNumber':2}", "InvalidPartNumber: The requested partnumber is not satisfiable" },
        { "GetObject", "{'Key':'k','PartNumber':0}", "InvalidArgument" },
        { "GetObject", "{'Key':'k','PartNumber':1,'Range':'bytes=0-1'}",
          "InvalidRequest: Cannot specify both Range header and partNumber query parameter" },
    };
    RUN_ALONE(steps);
}

static void versions(void **state)
{
    static const struct step steps[] = {
        { "GetBucketVersioning", "{}", "{'Status':null}" },
        { "PutObject", "{'Key':'k','Body':'0'}", "{'VersionId':null}" },
        { "PutBucketVersioning", "{'VersioningConfiguration':{}}", "IllegalVersioningConfigurationException" },
        { "PutBucketVersioning", "{'VersioningConfiguration':{'Status':'On'}}", "MalformedXML" },
        { "PutBucketVersioning", "{'VersioningConfiguration':{'Status':'Enabled'}}", "{}" },
        { "GetBucketVersioning", "{}", "{'Status':'Enabled'}" },
        { "PutObject", "{'Key':'k','Body':'1'}", "{'VersionId':'=one'}" },
        { "PutObject", "{'Key':'k','Body':'2'}", "{'VersionId':'=two'}" },
        { "GetObject", "{'Key':'k'}", "{'Body':'2','VersionId':'$two'}" },
        { "GetObject", "{'Key':'k','VersionId':'$one'}", "{'Body':'1'}" },
        { "GetObject", "{'Key':'k','VersionId':'null'}", "{'Body':'0','VersionId':'null'}" },
        { "GetObject", "{'Key':'other','VersionId':'$one'}", "NoSuchVersion: The specified version does not exist." },
        { "DeleteObject", "{'Key':'k'}", "{'DeleteMarker':true,'VersionId':'=marker'}" },
        { "GetObject", "{'Key':'k'}", "NoSuchKey" },
        { "GetObject", "{'Key':'k','VersionId':'$marker'}",
          "MethodNotAllowed: The specified method is not allowed against this resource." },
        { "ListObjectsV2", "{}", "{'Contents':[],'KeyCount':0}" },
        { "ListObjectVersions", "{}",
          "{'DeleteMarkers':[{'Key':'k','VersionId':'$marker','IsLatest':true}],'Versions':[{'VersionId':'$two','"
          "IsLatest':false},"
          "{'VersionId':'$one'},{'VersionId':'null','Size':1}]}" },
        { "DeleteBucket", "{}",
          "BucketNotEmpty: The bucket you tried to delete is not empty. You must delete all versions in the bucket." },
        { "DeleteObject", "{'Key':'k','VersionId':'$marker'}", "{'DeleteMarker':true,'VersionId':'$marker'}" },
        { "GetObject", "{'Key':'k'}", "{'Body':'2'}" },
        { "DeleteObject", "{'Key':'k','VersionId':'$two'}", "{'DeleteMarker':null,'VersionId':'$two'}" },
        { "DeleteObject", "{'Key':'k','VersionId':'$two'}", "{}" }, /* gone already */
        { "GetObject", "{'Key':'k'}", "{'Body':'1'}" },
        /* Suspended: what is written takes the place of the null version, wherever it stands. */
        { "PutBucketVersioning", "{'VersioningConfiguration':{'Status':'Suspended'}}", "{}" },
        { "PutObject", "{'Key':'k','Body':'3'}", "{'VersionId':'null'}" },
        { "GetObject", "{'Key':'k'}", "{'Body':'3','VersionId':'null'}" },
        { "ListObjectVersions", "{}",
          "{'Versions':[{'VersionId':'null','IsLatest':true},{'VersionId':'$one','IsLatest':false}],'DeleteMarkers':[]"
          "}" },
        { "DeleteObject", "{'Key':'k'}", "{'DeleteMarker':true,'VersionId':'null'}" },
        { "ListObjectVersions", "{}",
          "{'Versions':[{'VersionId':'$one','IsLatest':false}],'DeleteMarkers':[{'VersionId':'null','IsLatest':true}]"
          "}" },
        { "PutBucketVersioning", "{'VersioningConfiguration':{'Status':'Enabled'}}", "{}" },
        { "PutObject", "{'Key':'k','Body':'4'}", "{'VersionId':'=four'}" },
        { "PutBucketVersioning", "{'VersioningConfiguration':{'Status':'Suspended'}}", "{}" },
        { "PutObject", "{'Key':'k','Body':'5'}", "{'VersionId':'null'}" }, /* the null marker stood between others */
        { "ListObjectVersions", "{}",
          "{'Versions':[{'VersionId':'null','IsLatest':true},{'VersionId':'$four'},{'VersionId':'$one'}],'"
          "DeleteMarkers':[]}" },
    };
    RUN_ALONE(steps);
}

static void deletions(void **state)
{
    static const struct step steps[] = {
        { "PutObject", "{'Key':'a','Body':'x'}", "{'ETag':'=e'}" },
        { "PutObject", "{'Key':'b','Body':'x'}", "{}" },
        { "DeleteObjects",
          "{'Delete':{'Objects':[{'Key':'a'},{'Key':'never'},{'Key':'b','ETag':'\\\"1\\\"'},{'Key':'b','VersionId':'x'}"
          "]}}",
          "{'Deleted':[{'Key':'a','DeleteMarker':null},{'Key':'never'}],'Errors':[{'Key':'b','Code':'"
          "PreconditionFailed'},"
          "{'Key':'b','VersionId':'x','Code':'InvalidArgument','Message':'Invalid version id specified'}]}" },
        { "DeleteObjects", "{'Delete':{'Objects':[{'Key':'b'}],'Quiet':true}}", "{'Deleted':[],'Errors':[]}" },
        { "GetObject", "{'Key':'b'}", "NoSuchKey" },
        { "DeleteObjects", "{'Delete':{'Objects':[]}}", "MalformedXML" },
        { "DeleteObjects", "{'Delete':{'Objects':[{}]}}", "MalformedXML" },
        { "PutBucketVersioning", "{'VersioningConfiguration':{'Status':'Enabled'}}", "{}" },
        { "DeleteObjects", "{'Delete':{'Objects':[{'Key':'c'}]}}",
          "{'Deleted':[{'Key':'c','DeleteMarker':true,'DeleteMarkerVersionId':'=m'}]}" },
        { "DeleteObjects", "{'Delete':{'Objects':[{'Key':'c','VersionId':'$m'}]}}",
          "{'Deleted':[{'Key':'c','VersionId':'$m','DeleteMarker':true,'DeleteMarkerVersionId':'$m'}]}" },
    };
    RUN_ALONE(steps);
}

static void copies(void **state)
{
    static const struct step steps[] = {
        { "CreateBucket", "{'Bucket':'other'}", "{}" },
        { "PutObject",
          "{'Key':'a "
          "b','Body':'x','ContentType':'text/css','Metadata':{'m':'1'},'Tagging':'t=1','StorageClass':'STANDARD_IA'}",
          "{'ETag':'=e'}" },
        { "CopyObject", "{'Bucket':'other','Key':'c','CopySource':'/bucket/a%20b'}",
          "{'CopyObjectResult':{'ETag':'$e'},'CopySourceVersionId':null}" },
        { "GetObject", "{'Bucket':'other','Key':'c'}",
          "{'Body':'x','ContentType':'text/css','Metadata':{'m':'1'},'TagCount':1,'StorageClass':null}" },
        { "CopyObject",
          "{'Key':'c','CopySource':'bucket/"
          "a%20b','MetadataDirective':'REPLACE','Metadata':{'n':'2'},'TaggingDirective':'REPLACE','Tagging':'u=1&v=2'}",
          "{}" },
        { "GetObject", "{'Key':'c'}",
          "{'ContentType':'binary/octet-stream','Metadata':{'n':'2','m':null},'TagCount':2}" },
        { "CopyObject", "{'Key':'a b','CopySource':'bucket/a%20b'}",
          "InvalidRequest: This copy request is illegal because it is trying to copy an object to itself without "
          "changing "
          "the object's metadata, storage class, website redirect location or encryption attributes." },
        { "CopyObject", "{'Key':'a b','CopySource':'bucket/a%20b','StorageClass':'STANDARD'}", "{}" },
        { "GetObject", "{'Key':'a b'}", "{'Body':'x','StorageClass':null,'Metadata':{'m':'1'}}" },
        { "CopyObject", "{'Key':'c','CopySource':'bucket/a%20b','CopySourceIfMatch':'\\\"1\\\"'}",
          "PreconditionFailed" },
        { "CopyObject", "{'Key':'c','CopySource':'bucket/a%20b','CopySourceIfNoneMatch':'$e'}", "PreconditionFailed" },
        { "CopyObject", "{'Key':'c','CopySource':'bucket/a%20b','CopySourceIfModifiedSince':1700000000}",
          "PreconditionFailed" },
        { "CopyObject", "{'Key':'c','CopySource':'bucket/a%20b','IfNoneMatch':'*'}", "PreconditionFailed" },
        { "CopyObject", "{'Key':'c','CopySource':'bucket/none'}", "NoSuchKey" },
        { "CopyObject", "{'Key':'c','CopySource':'nowhere/none'}", "NoSuchBucket" },
        { "CopyObject", "{'Key':'c','CopySource':'bucket'}",
          "InvalidArgument: Copy Source must mention the source bucket and key: sourcebucket/sourcekey" },
        { "CopyObject", "{'Key':'c','CopySource':'bucket/%zz'}", "InvalidArgument: Invalid copy source encoding." },
        { "CopyObject", "{'Key':'c','CopySource':'bucket/a%20b','MetadataDirective':'MERGE'}",
          "InvalidArgument: Unknown metadata directive." },
        { "CopyObject@222233334444", "{'Key':'c','CopySource':'bucket/a%20b'}", "AccessDenied" },
        { "CopyObject", "{'Key':'sum','CopySource':'bucket/a%20b','ChecksumAlgorithm':'SHA256'}",
          "{'CopyObjectResult':{'ETag':'$e','ChecksumSHA256':'LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE='}}" },
        { "PutBucketVersioning", "{'VersioningConfiguration':{'Status':'Enabled'}}", "{}" },
        { "PutObject", "{'Key':'v','Body':'1'}", "{'VersionId':'=one'}" },
        { "PutObject", "{'Key':'v','Body':'2'}", "{}" },
        { "CopyObject", "{'Key':'v','CopySource':'bucket/v?versionId=$one'}",
          "{'CopySourceVersionId':'$one'}" }, /* back to it */
        { "GetObject", "{'Key':'v'}", "{'Body':'1'}" },
        { "CopyObject", "{'Key':'v','CopySource':'bucket/v?versionId=null'}", "NoSuchVersion" },
        { "DeleteObject", "{'Key':'v'}", "{'VersionId':'=marker'}" },
        { "CopyObject", "{'Key':'w','CopySource':'bucket/v'}", "NoSuchKey" },
        { "CopyObject", "{'Key':'w','CopySource':'bucket/v?versionId=$marker'}", "InvalidRequest" },
    };
    RUN_ALONE(steps);
}

static void tags(void **state)
{
    static const struct step steps[] = {
        { "PutObject", "{'Key':'k','Body':'x'}", "{}" },
        { "GetObjectTagging", "{'Key':'k'}", "{'TagSet':[],'VersionId':null}" },
        { "PutObjectTagging", "{'Key':'k','Tagging':{'TagSet':[{'Key':'a','Value':'1'}]}}", "{}" },
        { "GetObject", "{'Key':'k'}", "{'Body':'x','TagCount':1}" },
        { "PutObjectTagging", "{'Key':'k','Tagging':{'TagSet':[{'Key':'aws:a','Value':'1'}]}}",
          "InvalidTag: System tags cannot be added/updated by requester" },
        { "PutObjectTagging", "{'Key':'k','Tagging':{'TagSet':[{'Key':'a','Value':'<'}]}}",
          "InvalidTag: The TagValue you have provided is invalid" },
        { "PutObjectTagging", "{'Key':'k','Tagging':{'TagSet':[{'Key':'','Value':'1'}]}}",
          "InvalidTag: The TagKey you have provided is invalid" },
        { "PutObjectTagging", "{'Key':'k','Tagging':{}}", "MalformedXML" },
        { "PutObjectTagging", "{'Key':'none','Tagging':{'TagSet':[]}}", "NoSuchKey" },
        { "DeleteObjectTagging", "{'Key':'k'}", "{}" },
        { "GetObjectTagging", "{'Key':'k'}", "{'TagSet':[]}" },
    };
    RUN_ALONE(steps);
}

static void locks(void **state)
{
    static const struct step steps[] = {
        { "CreateBucket", "{'Bucket':'held','ObjectLockEnabledForBucket':true}", "{}" },
        { "GetBucketVersioning", "{'Bucket':'held'}", "{'Status':'Enabled'}" },
        { "GetObjectLockConfiguration", "{'Bucket':'held'}",
          "{'ObjectLockConfiguration':{'ObjectLockEnabled':'Enabled'}}" },
        { "GetObjectLockConfiguration", "{}",
          "ObjectLockConfigurationNotFoundError: Object Lock configuration does not exist for this bucket" },
        { "PutBucketVersioning", "{'Bucket':'held','VersioningConfiguration':{'Status':'Suspended'}}",
          "InvalidBucketState" },
        { "PutObject", "{'Key':'k','Body':'x','ObjectLockLegalHoldStatus':'ON'}",
          "InvalidRequest: Bucket is missing Object Lock Configuration" },
        { "PutObject", "{'Bucket':'held','Key':'k','Body':'x','ObjectLockLegalHoldStatus':'ON'}",
          "{'VersionId':'=v'}" },
        { "DeleteObject", "{'Bucket':'held','Key':'k','VersionId':'$v'}",
          "AccessDenied: Access Denied because object protected by object lock." },
        { "DeleteObject", "{'Bucket':'held','Key':'k'}", "{'DeleteMarker':true}" }, /* a marker harms nobody */
        { "PutObjectLegalHold", "{'Bucket':'held','Key':'k','VersionId':'$v','LegalHold':{'Status':'OFF'}}", "{}" },
        { "GetObjectLegalHold", "{'Bucket':'held','Key':'k','VersionId':'$v'}", "{'LegalHold':{'Status':'OFF'}}" },
        { "GetObjectRetention", "{'Bucket':'held','Key':'k','VersionId':'$v'}", "NoSuchObjectLockConfiguration" },
        { "PutObjectRetention",
          "{'Bucket':'held','Key':'k','VersionId':'$v','Retention':{'Mode':'GOVERNANCE','RetainUntilDate':1700000100}}",
          "{}" },
        { "DeleteObject", "{'Bucket':'held','Key':'k','VersionId':'$v'}", "AccessDenied" },
        { "PutObjectRetention", "{'Bucket':'held','Key':'k','VersionId':'$v','Retention':{}}", "AccessDenied" },
        { "PutObjectRetention",
          "{'Bucket':'held','Key':'k','VersionId':'$v','Retention':{'Mode':'GOVERNANCE','RetainUntilDate':1600000000}}",
          "InvalidArgument: The retain until date must be in the future!" },
        { "DeleteObject", "{'Bucket':'held','Key':'k','VersionId':'$v','BypassGovernanceRetention':true}", "{}" },
        { "PutObjectLockConfiguration",
          "{'Bucket':'held','ObjectLockConfiguration':{'ObjectLockEnabled':'Enabled','Rule':{'DefaultRetention':{'Mode'"
          ":'COMPLIANCE','Days':1}}}}",
          "{}" },
        { "PutObject", "{'Bucket':'held','Key':'d','Body':'x'}", "{'VersionId':'=d'}" },
        { "GetObject", "{'Bucket':'held','Key':'d'}",
          "{'ObjectLockMode':'COMPLIANCE','ObjectLockRetainUntilDate':1700086400}" },
        { "DeleteObject", "{'Bucket':'held','Key':'d','VersionId':'$d','BypassGovernanceRetention':true}",
          "AccessDenied" },
    };
    RUN_ALONE(steps);
}

static void large_content_stands_in_blobs(void **state)
{
    char *folder = make_folder();
    struct game game = start_game(folder);
    struct buf input = BUF_EMPTY;
    run_step(&game, &(struct step){ "CreateBucket", "{}", "{}" }, 0);
    buf_add_text(&input, "{'Key':'big','Body':'");
    for (int i = 0; i < 10000; i++)
        buf_printf(&input, "%09d ", i);
    buf_add_text(&input, "'}");
    run_step(&game, &(struct step){ "PutObject", input.at, "{'ETag':'=e'}" }, 1);
    buf_release(&input);
    static const struct step steps[] = {
        { "CopyObject", "{'Key':'twin','CopySource':'bucket/big'}", "{'CopyObjectResult':{'ETag':'$e'}}" },
        { "CopyObject", "{'Key':'sum','CopySource':'bucket/big','ChecksumAlgorithm':'CRC32'}",
          "{'CopyObjectResult':{'ETag':'$e','ChecksumType':'FULL_OBJECT'}}" },
        { "DeleteObject", "{'Key':'big'}", "{}" },
        { "GetObject", "{'Key':'big'}", "NoSuchKey" },
    };
    static const struct step later[] = {
        { "GetObject", "{'Key':'twin','Range':'bytes=99990-'}",
          "{'Body':'000009999 ','ETag':'$e','ContentRange':'bytes 99990-99999/100000'}" },
        { "GetObject", "{'Key':'sum','Range':'bytes=9-20'}", "{'Body':' 000000001 0'}" },
        { "PutObject", "{'Key':'twin','Body':'small'}", "{}" },
        { "GetObject", "{'Key':'twin'}", "{'Body':'small'}" },
        { "DeleteObject", "{'Key':'sum'}", "{}" },
        { "DeleteObject", "{'Key':'twin'}", "{}" },
        { "DeleteBucket", "{}", "{}" },
    };
    RUN(&game, steps);
    restart(&game);
    RUN(&game, later);
    end_game(&game);
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets),
        cmocka_unit_test(names_of_buckets),
        cmocka_unit_test(rows_of_keys),
        cmocka_unit_test(objects),
        cmocka_unit_test(long_things),
        cmocka_unit_test(conditions),
        cmocka_unit_test(ranges),
        cmocka_unit_test(versions),
        cmocka_unit_test(deletions),
        cmocka_unit_test(copies),
        cmocka_unit_test(tags),
        cmocka_unit_test(locks),
        cmocka_unit_test(large_content_stands_in_blobs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
