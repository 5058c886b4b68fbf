/* Signature Version 4: Authorization header, session tokens, skew of 5 minutes, unsigned payload, presigned query; AWS's
 * exact codes and sentences. Signing keys are cached by key, day, region and service.
 *
 *     request ─▶ canonical request ─SHA-256▶ string to sign ─HMAC with the signing key▶ compare with what the request says
 *
 * The canonical request is made of the request as it came. S3's path stands in it as it is; every other service's is
 * normalised and encoded once more. See "Create a signed AWS API request" in the IAM user guide. */
#ifndef AWS_SIGV4_H
#define AWS_SIGV4_H

#include "aws/road.h"

/* What a request says about who signed it; no secret is needed to read it. Text stands in the request or its arena. */
struct signature {
    bool present, presigned;
    bool legacy; /* of version 2, see sigv2_s3.h: only the key, the signature, its expiry and a token are there */
    struct str credential, access_key_id, date, region, service; /* the credential and the parts of its scope */
    struct str signed_headers, hex, security_token, amz_date, payload_hash;
    struct str algorithm, expires; /* presigned, as they came; of a header the scheme it begins with */
    int64_t signed_ms;             /* what amz_date says */
    int64_t expires_s;             /* presigned */
    const struct error_kind *flaw; /* why it cannot be verified whatever the secret is; NULL: it can */
    const char *flaw_message;      /* AWS's sentence */
};

/* Reads as much as there is: a flawed signature still names its scope where one can be made out. */
void sigv4_read(const struct wire_request *request, struct signature *ret_signature);
/* Verifies an unflawed signature against `secret` and against the service that the call is for. NULL: good. Else AWS's
 * sentence, in the request's arena, and *reterr_kind is set. wall_ms is the time of the machine. */
const char *sigv4_verify(struct signing_cache *cache, const struct wire_request *request,
                         const struct signature *signature, struct str secret, const char *service, int64_t wall_ms,
                         const struct error_kind **reterr_kind);
/* Is it the signature's time? NULL: yes. Else AWS's sentence, in the arena. */
const char *sigv4_check_time(struct arena *arena, const struct signature *signature, int64_t wall_ms);
struct signing_cache *signing_cache_new(void);
void signing_cache_free(struct signing_cache *cache_or_null);

/* Any name that could be a region's is one: "us-east-1", "aws-global", "practice-1". */
bool sigv4_region_is_sane(struct str region);

/* Does the signature fit, with this for the body's digest? Nothing else is looked at. */
bool sigv4_matches(struct signing_cache *cache, const struct wire_request *request, const struct signature *signature,
                   struct str secret, struct str payload);
bool sigv4_signs(const struct signature *signature, struct str header); /* is it among the signed headers? */
bool sigv4_signs_text(const struct signature *signature, struct str secret, struct str text); /* hex is the text's */
/* The key that signs for this scope, one's own to free: chunks of a body, the policy of a form. */
struct hmac_key *sigv4_key(const struct signature *signature, struct str secret);

/* The pieces, for the public test vectors. An overflown buffer: what is asked is beyond what any request may hold. */
void sigv4_canonical_request(const struct wire_request *request, const struct signature *signature,
                             struct buf *ret_text);
void sigv4_string_to_sign(struct str canonical_request, const struct signature *signature, struct buf *ret_text);

#endif
