#include "services/s3/service.h"

#include "services/s3/access.h"
#include "services/s3/acl.h"
#include "services/s3/bucket.h"
#include "services/s3/configuration.h"
#include "services/s3/copy_object.h"
#include "services/s3/cors.h"
#include "services/s3/delete_object.h"
#include "services/s3/input.h"
#include "services/s3/listing.h"
#include "services/s3/lock.h"
#include "services/s3/multipart.h"
#include "services/s3/object.h"
#include "services/s3/post_object.h"
#include "services/s3/read_object.h"
#include "services/s3/s3_model.h"
#include "services/s3/survey.h"
#include "services/s3/tagging.h"
#include "services/s3/write_object.h"

static const operation_fn handlers[S3_OPERATIONS] = {
    [S3_ABORT_MULTIPART_UPLOAD] = abort_multipart_upload,
    [S3_COMPLETE_MULTIPART_UPLOAD] = complete_multipart_upload,
    [S3_COPY_OBJECT] = copy_object,
    [S3_CREATE_BUCKET] = create_bucket,
    [S3_CREATE_MULTIPART_UPLOAD] = create_multipart_upload,
    [S3_DELETE_BUCKET] = delete_bucket,
    [S3_DELETE_BUCKET_ANALYTICS_CONFIGURATION] = delete_configuration,
    [S3_DELETE_BUCKET_CORS] = delete_configuration,
    [S3_DELETE_BUCKET_ENCRYPTION] = delete_configuration,
    [S3_DELETE_BUCKET_INTELLIGENT_TIERING_CONFIGURATION] = delete_configuration,
    [S3_DELETE_BUCKET_INVENTORY_CONFIGURATION] = delete_configuration,
    [S3_DELETE_BUCKET_LIFECYCLE] = delete_configuration,
    [S3_DELETE_BUCKET_METRICS_CONFIGURATION] = delete_configuration,
    [S3_DELETE_BUCKET_OWNERSHIP_CONTROLS] = delete_configuration,
    [S3_DELETE_BUCKET_POLICY] = delete_bucket_policy,
    [S3_DELETE_BUCKET_REPLICATION] = delete_configuration,
    [S3_DELETE_BUCKET_TAGGING] = delete_configuration,
    [S3_DELETE_BUCKET_WEBSITE] = delete_configuration,
    [S3_DELETE_OBJECT] = delete_object,
    [S3_DELETE_OBJECTS] = delete_objects,
    [S3_DELETE_OBJECT_TAGGING] = delete_object_tagging,
    [S3_DELETE_PUBLIC_ACCESS_BLOCK] = delete_configuration,
    [S3_GET_BUCKET_ABAC] = get_configuration,
    [S3_GET_BUCKET_ACCELERATE_CONFIGURATION] = get_configuration,
    [S3_GET_BUCKET_ACL] = get_bucket_acl,
    [S3_GET_BUCKET_ANALYTICS_CONFIGURATION] = get_configuration,
    [S3_GET_BUCKET_CORS] = get_configuration,
    [S3_GET_BUCKET_ENCRYPTION] = get_configuration,
    [S3_GET_BUCKET_INTELLIGENT_TIERING_CONFIGURATION] = get_configuration,
    [S3_GET_BUCKET_INVENTORY_CONFIGURATION] = get_configuration,
    [S3_GET_BUCKET_LIFECYCLE_CONFIGURATION] = get_configuration,
    [S3_GET_BUCKET_LOCATION] = get_bucket_location,
    [S3_GET_BUCKET_LOGGING] = get_configuration,
    [S3_GET_BUCKET_METRICS_CONFIGURATION] = get_configuration,
    [S3_GET_BUCKET_NOTIFICATION_CONFIGURATION] = get_configuration,
    [S3_GET_BUCKET_OWNERSHIP_CONTROLS] = get_configuration,
    [S3_GET_BUCKET_POLICY] = get_bucket_policy,
    [S3_GET_BUCKET_POLICY_STATUS] = get_bucket_policy_status,
    [S3_GET_BUCKET_REPLICATION] = get_configuration,
    [S3_GET_BUCKET_REQUEST_PAYMENT] = get_configuration,
    [S3_GET_BUCKET_TAGGING] = get_configuration,
    [S3_GET_BUCKET_VERSIONING] = get_bucket_versioning,
    [S3_GET_BUCKET_WEBSITE] = get_configuration,
    [S3_GET_OBJECT] = get_object,
    [S3_GET_OBJECT_ACL] = get_object_acl,
    [S3_GET_OBJECT_ATTRIBUTES] = get_object_attributes,
    [S3_GET_OBJECT_LEGAL_HOLD] = get_object_legal_hold,
    [S3_GET_OBJECT_LOCK_CONFIGURATION] = get_configuration,
    [S3_GET_OBJECT_RETENTION] = get_object_retention,
    [S3_GET_OBJECT_TAGGING] = get_object_tagging,
    [S3_GET_PUBLIC_ACCESS_BLOCK] = get_configuration,
    [S3_HEAD_BUCKET] = head_bucket,
    [S3_HEAD_OBJECT] = head_object,
    [S3_LIST_BUCKETS] = list_buckets,
    [S3_LIST_BUCKET_ANALYTICS_CONFIGURATIONS] = list_configurations,
    [S3_LIST_BUCKET_INTELLIGENT_TIERING_CONFIGURATIONS] = list_configurations,
    [S3_LIST_BUCKET_INVENTORY_CONFIGURATIONS] = list_configurations,
    [S3_LIST_BUCKET_METRICS_CONFIGURATIONS] = list_configurations,
    [S3_LIST_MULTIPART_UPLOADS] = list_multipart_uploads,
    [S3_LIST_OBJECTS] = list_objects,
    [S3_LIST_OBJECTS_V2] = list_objects_v2,
    [S3_LIST_OBJECT_VERSIONS] = list_object_versions,
    [S3_LIST_PARTS] = list_parts,
    [S3_OPTIONS_BUCKET] = options_bucket,
    [S3_OPTIONS_OBJECT] = options_object,
    [S3_POST_OBJECT] = post_object,
    [S3_PUT_BUCKET_ABAC] = put_configuration,
    [S3_PUT_BUCKET_ACCELERATE_CONFIGURATION] = put_configuration,
    [S3_PUT_BUCKET_ACL] = put_bucket_acl,
    [S3_PUT_BUCKET_ANALYTICS_CONFIGURATION] = put_configuration,
    [S3_PUT_BUCKET_CORS] = put_configuration,
    [S3_PUT_BUCKET_ENCRYPTION] = put_configuration,
    [S3_PUT_BUCKET_INTELLIGENT_TIERING_CONFIGURATION] = put_configuration,
    [S3_PUT_BUCKET_INVENTORY_CONFIGURATION] = put_configuration,
    [S3_PUT_BUCKET_LIFECYCLE_CONFIGURATION] = put_configuration,
    [S3_PUT_BUCKET_LOGGING] = put_configuration,
    [S3_PUT_BUCKET_METRICS_CONFIGURATION] = put_configuration,
    [S3_PUT_BUCKET_NOTIFICATION_CONFIGURATION] = put_configuration,
    [S3_PUT_BUCKET_OWNERSHIP_CONTROLS] = put_configuration,
    [S3_PUT_BUCKET_POLICY] = put_bucket_policy,
    [S3_PUT_BUCKET_REPLICATION] = put_configuration,
    [S3_PUT_BUCKET_REQUEST_PAYMENT] = put_configuration,
    [S3_PUT_BUCKET_TAGGING] = put_configuration,
    [S3_PUT_BUCKET_VERSIONING] = put_bucket_versioning,
    [S3_PUT_BUCKET_WEBSITE] = put_configuration,
    [S3_PUT_OBJECT] = put_object,
    [S3_PUT_OBJECT_ACL] = put_object_acl,
    [S3_PUT_OBJECT_LEGAL_HOLD] = put_object_legal_hold,
    [S3_PUT_OBJECT_LOCK_CONFIGURATION] = put_configuration,
    [S3_PUT_OBJECT_RETENTION] = put_object_retention,
    [S3_PUT_OBJECT_TAGGING] = put_object_tagging,
    [S3_PUT_PUBLIC_ACCESS_BLOCK] = put_configuration,
    [S3_UPLOAD_PART] = upload_part,
    [S3_UPLOAD_PART_COPY] = upload_part_copy,
};

static const struct table_def *const tables[] = { &s3_names,   &s3_buckets,  &s3_configurations,
                                                  &s3_objects, &s3_contents, &s3_uploads,
                                                  &s3_parts,   &s3_surveys,  NULL };

/* "Actions, resources, and condition keys for Amazon S3" of the service authorization reference. */
static const struct context_member context[] = {
    { "s3:delimiter", "Delimiter" },
    { "s3:max-keys", "MaxKeys" },
    { "s3:prefix", "Prefix" },
    { "s3:VersionId", "VersionId" },
    { "s3:x-amz-acl", "ACL" },
    { "s3:x-amz-copy-source", "CopySource" },
    { "s3:x-amz-server-side-encryption", "ServerSideEncryption" },
    { "s3:x-amz-storage-class", "StorageClass" },
    { NULL, NULL },
};

const struct service s3_service = {
    .model = &s3_model,
    .handlers = handlers,
    .tables = tables,
    .validate = s3_check_input,
    .guard = bucket_guard,
    .context = context,
};
