#include "aws/error.h"

/* Statuses of the JSON protocols as SDKs' users report them of Step Functions, SageMaker, DynamoDB, KMS and others: whatever
 * is the sender's fault is 400 there, refused credentials too; Query services (IAM, STS) part 400 and 403. */
#define SENDER(name, text, http)                                                                                       \
    const struct error_kind name = { .code = text, .shape = text, .status = http, .fault = FAULT_SENDER }
#define SAYS(name, text, http)                                                                                         \
    const struct error_kind name = {                                                                                   \
        .code = text, .shape = text, .status = http, .fault = FAULT_SENDER, .says_message = true                       \
    }
#define RECEIVER(name, text, http)                                                                                     \
    const struct error_kind name = { .code = text, .shape = text, .status = http, .fault = FAULT_RECEIVER }

SENDER(ERROR_VALIDATION, "ValidationException", 400);
SAYS(ERROR_SERIALIZATION, "SerializationException", 400);
SENDER(ERROR_UNKNOWN_OPERATION, "UnknownOperationException", 400);
SENDER(ERROR_MISSING_ACTION, "MissingAction", 400);
/* Not 501, which would be its natural status: the JavaScript SDK tries every 5xx again, with growing pauses. */
SENDER(ERROR_NOT_IMPLEMENTED, "NotImplemented", 400);
SAYS(ERROR_ACCESS_DENIED, "AccessDeniedException", 400);
SENDER(ERROR_THROTTLING, "ThrottlingException", 400);
SENDER(ERROR_LIMIT_EXCEEDED, "LimitExceededException", 400);
RECEIVER(ERROR_INTERNAL_FAILURE, "InternalFailure", 500);
RECEIVER(ERROR_SERVICE_UNAVAILABLE, "ServiceUnavailable", 503);
SENDER(ERROR_MISSING_TOKEN, "MissingAuthenticationTokenException", 400);
SENDER(ERROR_INCOMPLETE_SIGNATURE, "IncompleteSignatureException", 400);
SENDER(ERROR_INVALID_SIGNATURE, "InvalidSignatureException", 400);
SENDER(ERROR_UNRECOGNIZED_CLIENT, "UnrecognizedClientException", 400);
SENDER(ERROR_EXPIRED_TOKEN, "ExpiredTokenException", 400);
SENDER(ERROR_CONTENT_SHA256_MISMATCH, "XAmzContentSHA256Mismatch", 400);

SENDER(ERROR_VALIDATION_QUERY, "ValidationError", 400);
SENDER(ERROR_ACCESS_DENIED_QUERY, "AccessDenied", 403);
SENDER(ERROR_SIGNATURE_DOES_NOT_MATCH, "SignatureDoesNotMatch", 403);
SENDER(ERROR_INVALID_CLIENT_TOKEN, "InvalidClientTokenId", 403);
SENDER(ERROR_EXPIRED_TOKEN_QUERY, "ExpiredToken", 403);
static SENDER(malformed_input, "MalformedInput", 400);
static SENDER(invalid_action, "InvalidAction", 400);
static SENDER(throttling, "Throttling", 400);
static SENDER(limit_exceeded, "LimitExceeded", 409);
static SENDER(missing_token, "MissingAuthenticationToken", 403);
static SENDER(incomplete_signature, "IncompleteSignature", 400);

/* REST JSON, as Lambda's answers show them: refused credentials are 403 there. */
static SENDER(rest_unknown_operation, "UnknownOperationException", 404);
static SAYS(rest_access_denied, "AccessDeniedException", 403);
static SENDER(rest_throttling, "ThrottlingException", 429);
static SENDER(rest_missing_token, "MissingAuthenticationTokenException", 403);
static SENDER(rest_incomplete_signature, "IncompleteSignatureException", 403);
static SENDER(rest_invalid_signature, "InvalidSignatureException", 403);
static SENDER(rest_unrecognized_client, "UnrecognizedClientException", 403);
static SENDER(rest_expired_token, "ExpiredTokenException", 403);

/* S3's, from "Error responses" in the Amazon S3 API reference. */
static SENDER(s3_invalid_argument, "InvalidArgument", 400);
static SENDER(s3_malformed_xml, "MalformedXML", 400);
static SENDER(s3_method_not_allowed, "MethodNotAllowed", 405);
static RECEIVER(s3_slow_down, "SlowDown", 503);
static RECEIVER(s3_internal_error, "InternalError", 500);
static SENDER(s3_malformed_header, "AuthorizationHeaderMalformed", 400);
static SENDER(s3_invalid_key_id, "InvalidAccessKeyId", 403);
static SENDER(s3_expired_token, "ExpiredToken", 400);

static const struct {
    const struct error_kind *json, *query, *rest_json, *rest_xml; /* NULL: as in the JSON protocols */
} names[] = {
    { &ERROR_VALIDATION, &ERROR_VALIDATION_QUERY, NULL, &s3_invalid_argument },
    { &ERROR_SERIALIZATION, &malformed_input, NULL, &s3_malformed_xml },
    { &ERROR_UNKNOWN_OPERATION, &invalid_action, &rest_unknown_operation, &s3_method_not_allowed },
    { &ERROR_ACCESS_DENIED, &ERROR_ACCESS_DENIED_QUERY, &rest_access_denied, &ERROR_ACCESS_DENIED_QUERY },
    { &ERROR_THROTTLING, &throttling, &rest_throttling, &s3_slow_down },
    { &ERROR_LIMIT_EXCEEDED, &limit_exceeded, NULL, NULL },
    { &ERROR_INTERNAL_FAILURE, NULL, NULL, &s3_internal_error },
    { &ERROR_MISSING_TOKEN, &missing_token, &rest_missing_token, &ERROR_ACCESS_DENIED_QUERY },
    { &ERROR_INCOMPLETE_SIGNATURE, &incomplete_signature, &rest_incomplete_signature, &s3_malformed_header },
    { &ERROR_INVALID_SIGNATURE, &ERROR_SIGNATURE_DOES_NOT_MATCH, &rest_invalid_signature,
      &ERROR_SIGNATURE_DOES_NOT_MATCH },
    { &ERROR_UNRECOGNIZED_CLIENT, &ERROR_INVALID_CLIENT_TOKEN, &rest_unrecognized_client, &s3_invalid_key_id },
    { &ERROR_EXPIRED_TOKEN, &ERROR_EXPIRED_TOKEN_QUERY, &rest_expired_token, &s3_expired_token },
};

const struct error_kind *error_in_protocol(const struct error_kind *kind, enum protocol protocol)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].json != kind)
            continue;
        const struct error_kind *const columns[] = { [PROTOCOL_JSON] = kind,
                                                     [PROTOCOL_QUERY] = names[i].query,
                                                     [PROTOCOL_REST_JSON] = names[i].rest_json,
                                                     [PROTOCOL_REST_XML] = names[i].rest_xml };
        return columns[protocol] ? columns[protocol] : kind;
    }
    return kind;
}

int error_status_of(struct str code)
{
    static const struct {
        const char *code;
        int status;
    } common[] = {
        { "InternalFailure", 500 },          { "InternalError", 500 },
        { "InternalServerError", 500 },      { "InternalServerException", 500 },
        { "InternalServiceException", 500 }, { "ServiceException", 500 },
        { "ServiceUnavailable", 503 },       { "ServiceUnavailableException", 503 },
        { "SlowDown", 503 },                 { "TooManyRequestsException", 429 },
        { "BadGatewayException", 502 },      { "DependencyFailedException", 424 },
        { "AccessDenied", 403 },             { "NoSuchKey", 404 },
        { "NoSuchBucket", 404 },
    };
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (str_is(code, common[i].code))
            return common[i].status;
    return 400;
}
