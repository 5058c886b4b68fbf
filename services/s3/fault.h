/* What S3 says when it refuses: codes, statuses and sentences. Its model declares hardly any of them; these are the ones of
 * "Error responses" in the Amazon S3 API Reference and of the answers that its users show, each with its own sentence.
 *
 *     return s3_fail(call, &FAULT_NO_SUCH_KEY, "Key", key, NULL);
 *
 * answers <Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>…</Key>. */
#ifndef S3_FAULT_H
#define S3_FAULT_H

#include "aws/call.h"

struct s3_fault {
    const struct error_kind *kind;
    const char *sentence; /* NULL: none (a 304 has no body) */
};

#define S3_FAULTS(X)                                                                                                   \
    X(ACCESS_DENIED, "AccessDenied", 403, "Access Denied")                                                             \
    X(ACCESS_FORBIDDEN, "AccessForbidden", 403, "CORSResponse: CORS is not enabled for this bucket.")                  \
    X(AUTHORIZATION_HEADER_MALFORMED, "AuthorizationHeaderMalformed", 400, "The authorization header is malformed.")   \
    X(BAD_DIGEST, "BadDigest", 400, "The Content-MD5 you specified did not match what we received.")                   \
    X(BAD_REQUEST, "BadRequest", 400, "Bad Request")                                                                   \
    X(BUCKET_NOT_EMPTY, "BucketNotEmpty", 409, "The bucket you tried to delete is not empty")                          \
    X(ENTITY_TOO_LARGE, "EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size")                \
    X(ENTITY_TOO_SMALL, "EntityTooSmall", 400, "Your proposed upload is smaller than the minimum allowed size")        \
    X(ILLEGAL_LOCATION, "IllegalLocationConstraintException", 400,                                                     \
      "The unspecified location constraint is incompatible for the region specific endpoint this request was sent "    \
      "to.")                                                                                                           \
    X(ILLEGAL_VERSIONING, "IllegalVersioningConfigurationException", 400, "The Versioning element must be specified")  \
    X(INTERNAL_ERROR, "InternalError", 500, "We encountered an internal error. Please try again.")                     \
    X(INVALID_ARGUMENT, "InvalidArgument", 400, "Invalid Argument")                                                    \
    X(INVALID_BUCKET_ACL, "InvalidBucketAclWithObjectOwnership", 400,                                                  \
      "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting")                                \
    X(BLOCKED_BUCKET_ACL, "InvalidBucketAclWithBlockPublicAccessError", 400,                                           \
      "Bucket cannot have public ACLs set with BlockPublicAccess enabled")                                             \
    X(ACL_NOT_SUPPORTED, "AccessControlListNotSupported", 400, "The bucket does not allow ACLs")                       \
    X(INVALID_BUCKET_NAME, "InvalidBucketName", 400, "The specified bucket is not valid.")                             \
    X(INVALID_BUCKET_STATE, "InvalidBucketState", 409,                                                                 \
      "The request is not valid with the current state of the bucket.")                                                \
    X(INVALID_LOCATION, "InvalidLocationConstraint", 400, "The specified location-constraint is not valid")            \
    X(INVALID_PART, "InvalidPart", 400,                                                                                \
      "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified " \
      "entity tag may not match the part's entity tag.")                                                               \
    X(INVALID_PART_NUMBER, "InvalidPartNumber", 416, "The requested partnumber is not satisfiable")                    \
    X(INVALID_PART_ORDER, "InvalidPartOrder", 400,                                                                     \
      "The list of parts was not in ascending order. Parts must be ordered by part number.")                           \
    X(INVALID_POLICY_DOCUMENT, "InvalidPolicyDocument", 400, "Invalid Policy: Invalid JSON.")                          \
    X(INVALID_RANGE, "InvalidRange", 416, "The requested range is not satisfiable")                                    \
    X(INVALID_REQUEST, "InvalidRequest", 400, "Invalid Request")                                                       \
    X(INVALID_STORAGE_CLASS, "InvalidStorageClass", 400, "The storage class you specified is not valid")               \
    X(INVALID_TAG, "InvalidTag", 400, "The tag provided was not a valid tag.")                                         \
    X(INVALID_URI, "InvalidURI", 400, "Couldn't parse the specified URI.")                                             \
    X(KEY_TOO_LONG, "KeyTooLongError", 400, "Your key is too long")                                                    \
    X(MALFORMED_ACL, "MalformedACLError", 400,                                                                         \
      "The XML you provided was not well-formed or did not validate against our published schema")                     \
    X(MALFORMED_POLICY, "MalformedPolicy", 400, "Policies must be valid JSON and the first byte must be '{'")          \
    X(MALFORMED_POST, "MalformedPOSTRequest", 400,                                                                     \
      "The body of your POST request is not well-formed multipart/form-data.")                                         \
    X(MALFORMED_XML, "MalformedXML", 400,                                                                              \
      "The XML you provided was not well-formed or did not validate against our published schema")                     \
    X(METADATA_TOO_LARGE, "MetadataTooLarge", 400, "Your metadata headers exceed the maximum allowed metadata size")   \
    X(METHOD_NOT_ALLOWED, "MethodNotAllowed", 405, "The specified method is not allowed against this resource.")       \
    X(MISSING_BODY, "MissingRequestBodyError", 400, "Request Body is empty")                                           \
    X(NOT_IMPLEMENTED_HEADER, "NotImplemented", 501,                                                                   \
      "A header you provided implies functionality that is not implemented")                                           \
    X(NOT_MODIFIED, "NotModified", 304, NULL)                                                                          \
    X(NO_SUCH_BUCKET_POLICY, "NoSuchBucketPolicy", 404, "The bucket policy does not exist")                            \
    X(NO_SUCH_CONFIGURATION, "NoSuchConfiguration", 404, "The specified configuration does not exist.")                \
    X(NO_SUCH_CORS, "NoSuchCORSConfiguration", 404, "The CORS configuration does not exist")                           \
    X(NO_SUCH_ENCRYPTION, "ServerSideEncryptionConfigurationNotFoundError", 404,                                       \
      "The server side encryption configuration was not found")                                                        \
    X(NO_SUCH_LIFECYCLE, "NoSuchLifecycleConfiguration", 404, "The lifecycle configuration does not exist")            \
    X(NO_SUCH_OBJECT_LOCK, "NoSuchObjectLockConfiguration", 404,                                                       \
      "The specified object does not have a ObjectLock configuration")                                                 \
    X(NO_SUCH_BUCKET_LOCK, "ObjectLockConfigurationNotFoundError", 404,                                                \
      "Object Lock configuration does not exist for this bucket")                                                      \
    X(NO_SUCH_OWNERSHIP, "OwnershipControlsNotFoundError", 404, "The bucket ownership controls were not found")        \
    X(NO_SUCH_PUBLIC_ACCESS_BLOCK, "NoSuchPublicAccessBlockConfiguration", 404,                                        \
      "The public access block configuration was not found")                                                           \
    X(NO_SUCH_REPLICATION, "ReplicationConfigurationNotFoundError", 404,                                               \
      "The replication configuration was not found")                                                                   \
    X(NO_SUCH_TAG_SET, "NoSuchTagSet", 404, "The TagSet does not exist")                                               \
    X(NO_SUCH_VERSION, "NoSuchVersion", 404, "The specified version does not exist.")                                  \
    X(NO_SUCH_WEBSITE, "NoSuchWebsiteConfiguration", 404,                                                              \
      "The specified bucket does not have a website configuration")                                                    \
    X(OPERATION_ABORTED, "OperationAborted", 409,                                                                      \
      "A conflicting conditional operation is currently in progress against this resource. Please try again.")         \
    X(PERMANENT_REDIRECT, "PermanentRedirect", 301,                                                                    \
      "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all "       \
      "future requests to this endpoint.")                                                                             \
    X(POST_TOO_LONG, "MaxPostPreDataLengthExceededError", 400,                                                         \
      "Your POST request fields preceding the upload file were too large.")                                            \
    X(POST_NEEDS_FILE, "IncorrectNumberOfFilesInPostRequest", 400,                                                     \
      "POST requires exactly one file upload per request.")                                                            \
    X(POST_NEEDS_KEY, "UserKeyMustBeSpecified", 400,                                                                   \
      "The bucket POST must contain the specified field name. If it is specified, please check the order of the "      \
      "fields.")                                                                                                       \
    X(PRECONDITION_FAILED, "PreconditionFailed", 412, "At least one of the pre-conditions you specified did not hold") \
    X(TOO_MANY_CONFIGURATIONS, "TooManyConfigurations", 400,                                                           \
      "You are attempting to create a new configuration but have already reached the 1,000-configuration limit.")      \
    X(INVALID_TARGET_BUCKET, "InvalidTargetBucketForLogging", 400, "The target bucket for logging does not exist")     \
    X(INVALID_RETENTION, "InvalidRetentionPeriod", 400, "Default retention period must be a positive integer value.")  \
    X(TOO_MANY_BUCKETS, "TooManyBuckets", 400, "You have attempted to create more buckets than allowed")

#define S3_FAULT_DECLARED(name, code, status, sentence) extern const struct s3_fault FAULT_##name;
S3_FAULTS(S3_FAULT_DECLARED)
#undef S3_FAULT_DECLARED

/* Those that the model has. */
extern const struct s3_fault FAULT_BUCKET_ALREADY_EXISTS, FAULT_BUCKET_ALREADY_OWNED, FAULT_INVALID_OBJECT_STATE,
    FAULT_NO_SUCH_BUCKET, FAULT_NO_SUCH_KEY, FAULT_NO_SUCH_UPLOAD;

/* Pairs of names and values follow, further members of the error, then NULL. A pair whose value is NULL is left out. */
__attribute__((sentinel)) enum outcome s3_fail(struct call *call, const struct s3_fault *fault, ...);
/* The same error with another sentence; further members by call_fail_more(). */
__attribute__((format(printf, 3, 4))) enum outcome s3_fail_saying(struct call *call, const struct s3_fault *fault,
                                                                  const char *format, ...);
/* InvalidArgument with the argument's name and value. */
enum outcome s3_fail_argument(struct call *call, const char *sentence, const char *name, struct str value);

#endif
