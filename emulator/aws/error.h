/* What went wrong, as the customer sees it: AWS's code, AWS's sentence, AWS's status. */
#ifndef AWS_ERROR_H
#define AWS_ERROR_H

#include "aws/model.h"

struct api_error {
    const struct error_kind *kind; /* NULL: none */
    char *message;                 /* in the call's arena; NULL: AWS sends none */
    struct cJSON *extra;           /* further members of the error's structure; malloc'ed, owned by the call; or NULL */
};

/* Those that every service can answer, as the JSON protocols call them. The other protocols have other names and statuses
 * for most (error.c has the table): who fails a call names these and call_fail() puts the right one in its place. */
extern const struct error_kind ERROR_VALIDATION;           /* ValidationException 400; ValidationError 400 */
extern const struct error_kind ERROR_SERIALIZATION;        /* SerializationException 400; MalformedInput 400 */
extern const struct error_kind ERROR_UNKNOWN_OPERATION;    /* UnknownOperationException 400; InvalidAction 400 */
extern const struct error_kind ERROR_MISSING_ACTION;       /* MissingAction 400 (Query alone) */
extern const struct error_kind ERROR_NOT_IMPLEMENTED;      /* NotImplemented 400: ours; see error.c */
extern const struct error_kind ERROR_ACCESS_DENIED;        /* AccessDeniedException 400; AccessDenied 403 */
extern const struct error_kind ERROR_THROTTLING;           /* ThrottlingException 400; Throttling 400 */
extern const struct error_kind ERROR_LIMIT_EXCEEDED;       /* LimitExceededException 400; LimitExceeded 409 */
extern const struct error_kind ERROR_INTERNAL_FAILURE;     /* InternalFailure 500 */
extern const struct error_kind ERROR_SERVICE_UNAVAILABLE;  /* ServiceUnavailable 503 */
extern const struct error_kind ERROR_MISSING_TOKEN;        /* MissingAuthenticationTokenException 400; …Token 403 */
extern const struct error_kind ERROR_INCOMPLETE_SIGNATURE; /* IncompleteSignatureException 400; …Signature 400 */
extern const struct error_kind ERROR_INVALID_SIGNATURE; /* InvalidSignatureException 400; SignatureDoesNotMatch 403 */
extern const struct error_kind
    ERROR_UNRECOGNIZED_CLIENT;                      /* UnrecognizedClientException 400; InvalidClientTokenId 403 */
extern const struct error_kind ERROR_EXPIRED_TOKEN; /* ExpiredTokenException 400; ExpiredToken 403 */
extern const struct error_kind ERROR_CONTENT_SHA256_MISMATCH; /* XAmzContentSHA256Mismatch 400 (S3 alone) */

/* Their names in the Query protocol, for who compares. */
extern const struct error_kind ERROR_VALIDATION_QUERY;
extern const struct error_kind ERROR_ACCESS_DENIED_QUERY;
extern const struct error_kind ERROR_SIGNATURE_DOES_NOT_MATCH;
extern const struct error_kind ERROR_INVALID_CLIENT_TOKEN;
extern const struct error_kind ERROR_EXPIRED_TOKEN_QUERY;

/* The status of a code that no model declares, as AWS's common errors have it; 400 where nothing is known of it. */
int error_status_of(struct str code);
/* The same error in the words of a protocol; a kind that is not in the list above stays as it is. */
const struct error_kind *error_in_protocol(const struct error_kind *kind, enum protocol protocol);

#endif
