#include "aws/error.h"

/* Statuses of the JSON protocols as SDKs' users report them of Step Functions, SageMaker, DynamoDB, KMS and others: whatever
 * is the sender's fault is 400 there, refused credentials too; Query services (IAM, STS) part 400 and 403. */
#define SENDER(name, text, http)   const struct error_kind name = { text, text, http, FAULT_SENDER }
#define RECEIVER(name, text, http) const struct error_kind name = { text, text, http, FAULT_RECEIVER }

SENDER(ERROR_VALIDATION, "ValidationException", 400);
SENDER(ERROR_SERIALIZATION, "SerializationException", 400);
SENDER(ERROR_UNKNOWN_OPERATION, "UnknownOperationException", 400);
SENDER(ERROR_MISSING_ACTION, "MissingAction", 400);
/* Not 501, which would be its natural status: the JavaScript SDK tries every 5xx again, with growing pauses. */
SENDER(ERROR_NOT_IMPLEMENTED, "NotImplemented", 400);
SENDER(ERROR_ACCESS_DENIED, "AccessDeniedException", 400);
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

static const struct {
    const struct error_kind *json, *query;
} names[] = {
    { &ERROR_VALIDATION, &ERROR_VALIDATION_QUERY },
    { &ERROR_SERIALIZATION, &malformed_input },
    { &ERROR_UNKNOWN_OPERATION, &invalid_action },
    { &ERROR_ACCESS_DENIED, &ERROR_ACCESS_DENIED_QUERY },
    { &ERROR_THROTTLING, &throttling },
    { &ERROR_LIMIT_EXCEEDED, &limit_exceeded },
    { &ERROR_MISSING_TOKEN, &missing_token },
    { &ERROR_INCOMPLETE_SIGNATURE, &incomplete_signature },
    { &ERROR_INVALID_SIGNATURE, &ERROR_SIGNATURE_DOES_NOT_MATCH },
    { &ERROR_UNRECOGNIZED_CLIENT, &ERROR_INVALID_CLIENT_TOKEN },
    { &ERROR_EXPIRED_TOKEN, &ERROR_EXPIRED_TOKEN_QUERY },
};

const struct error_kind *error_in_protocol(const struct error_kind *kind, enum protocol protocol)
{
    if (protocol != PROTOCOL_QUERY)
        return kind;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].json == kind)
            return names[i].query;
    return kind;
}

bool error_capitalises_message(const struct error_kind *kind)
{
    return kind == &ERROR_ACCESS_DENIED || kind == &ERROR_SERIALIZATION;
}
