/* IAM's evaluation: policies as text in, a decision out. Deny wins, then Allow, else it is an implicit deny. Identity
 * policies, a resource's (also trust policies of roles), a session's and a permissions boundary (both narrow) are evaluated; conditions with their operators,
 * IfExists, ForAllValues, ForAnyValue, policy variables; wildcards in linear time. A policy is parsed once and kept by its text. */
#ifndef AWS_POLICY_H
#define AWS_POLICY_H

#include "base/arena.h"
#include "base/json.h"

struct cloud;
struct policy;
struct world;
struct principal;

enum decision {
    DECISION_ALLOW,
    DECISION_IMPLICIT_DENY,
    DECISION_EXPLICIT_DENY,
    DECISION_SESSION_IMPLICIT_DENY, /* the session's policy does not allow it */
    DECISION_SESSION_EXPLICIT_DENY,
    DECISION_BOUNDARY_IMPLICIT_DENY,
    DECISION_BOUNDARY_EXPLICIT_DENY,
    DECISION_RESOURCE_EXPLICIT_DENY,
};

/* A principal's tags, lists of {"Key","Value"}; NULL: none. A session's hide those of the role or user. */
struct principal_tags {
    const cJSON *session, *own;
};

/* What is asked: may `principal` do `action` on `resource`, under these circumstances. */
struct permission_question {
    const struct principal *principal;
    struct str action, resource;
    const struct context_key {
        const char *name;
        struct str value;
    } * context; /* "iam:PassedToService", … */
    size_t context_count;
    int64_t now_ms;
    const char *region;
    struct str source_ip; /* STR_NONE: nobody on a network asks */
    struct str role_arn;  /* of a role's session, with the role's path; STR_NONE: not known */
    struct principal_tags tags;
};

/* A trust policy has Principal and no Resource; an identity policy the other way round. */
enum policy_kind { POLICY_IDENTITY, POLICY_TRUST, POLICY_RESOURCE };
/* NULL: malformed, or not fit for its kind; *reterr_why (may be NULL) is AWS's sentence for MalformedPolicyDocument, in the
 * arena. Counted and kept by its text: policy_release() when done. */
const struct policy *policy_parse(struct arena *arena, struct str document, enum policy_kind kind, char **reterr_why);
const struct policy *policy_ref(const struct policy *policy);
void policy_release(const struct policy *policy_or_null);
void policy_cache_clear(void); /* the end, and tests */

/* All that is written about who asks and what he asks for. */
struct grants {
    const struct policy *const *identity;
    size_t count;
    const struct policy *boundary, *session, *resource; /* NULL: there is none */
    bool foreign;                                       /* the resource is another account's */
    bool powerless; /* a federated session that was given no policy: what allows it stands at resources alone */
    struct str arn; /* of the role or user itself */
    struct principal_tags tags;
};
/* In the principal's own account either an identity policy or the resource's must allow it; for another account's resource
 * the identity policies must, and what that resource's owner says is for its service to ask. */
enum decision policy_evaluate(const struct grants *grants, const struct permission_question *question);
/* Tells every condition key that the policy names, as often as it stands there. */
void policy_each_key(const struct policy *policy, void (*tell)(void *data, struct str key), void *data);
/* A policy on a resource: `principal` is matched too (AWS, Service, "*"). */
enum decision policy_evaluate_resource(const struct policy *policy, const struct permission_question *question);

/* Where the policies of a principal come from: set by services/iam. */
struct identity_source {
    /* The parsed policies of who calls (identity, count, boundary, arn, tags), owned by the arena or rows; root has none and may do everything.
     * False: the role or user is gone, or its boundary is. */
    bool (*policies)(struct world *world, const struct principal *principal, struct arena *arena,
                     struct grants *ret_grants);
    /* May `service_principal` ("states.amazonaws.com") assume this role? The trust policy is asked; false too when there is no such role. */
    bool (*trusts_service)(struct world *world, struct str role_arn, const char *service_principal);
    /* May question.principal take on the role question.resource? Its trust policy is asked, and the principal's own policies where
     * that names only an account or the role is another account's; false too when there is no such role. Where policies are
     * not enforced, roles of the principal's own account are open. */
    bool (*may_assume)(struct cloud *cloud, struct arena *arena, const struct permission_question *question);
};

/* The whole decision for a principal: its policies fetched from the source, the resource's from its service (service.guard). */
enum decision policy_decide(struct cloud *cloud, struct arena *arena, const struct permission_question *question);
/* "User: ARN is not authorized to perform: ACTION on resource: RESOURCE because no identity-based policy allows the ACTION
 * action", or "… with an explicit deny in an identity-based policy". */
char *policy_sentence(struct arena *arena, const struct permission_question *question, enum decision decision);

#endif
