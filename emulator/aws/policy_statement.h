/* A policy as it stands in memory once it was read: shared by the reader (policy.c), the evaluation (policy_evaluate.c) and
 * the conditions (policy_condition.c); nobody else looks inside. Everything lives in the policy's arena. */
#ifndef AWS_POLICY_STATEMENT_H
#define AWS_POLICY_STATEMENT_H

#include "aws/call.h"
#include "aws/policy.h"

/* A list of texts: one JSON string or an array of them. */
struct texts {
    const struct str *at;
    size_t count;
};

enum comparison {
    COMPARE_STRING,
    COMPARE_STRING_IGNORING_CASE,
    COMPARE_LIKE,
    COMPARE_ARN,
    COMPARE_NUMBER,
    COMPARE_DATE,
    COMPARE_BOOL,
    COMPARE_ADDRESS,
    COMPARE_NULL,
};
enum relation { RELATION_EQUAL, RELATION_LESS, RELATION_LESS_EQUAL, RELATION_GREATER, RELATION_GREATER_EQUAL };
enum quantifier { QUANTIFIER_NONE, QUANTIFIER_ALL, QUANTIFIER_ANY };

/* "ForAnyValue:StringNotLikeIfExists": {"aws:PrincipalTag/team": ["a*", "b"]} */
struct condition {
    enum comparison comparison;
    enum relation relation;
    enum quantifier quantifier;
    bool negated, if_exists;
    struct str key;
    struct texts values;
};

enum principal_type { PRINCIPALS_AWS, PRINCIPALS_SERVICE, PRINCIPALS_FEDERATED, PRINCIPALS_CANONICAL };

struct named_principal {
    enum principal_type type;
    struct str name; /* "*", an account id, an ARN, "states.amazonaws.com" */
};

struct statement {
    bool deny;
    struct texts actions, resources;
    bool not_action, not_resource, not_principal, has_principal;
    const struct named_principal *principals;
    size_t principal_count;
    const struct condition *conditions;
    size_t condition_count;
};

struct policy {
    struct arena *arena;
    size_t count; /* of references */
    uint64_t hash;
    enum policy_kind kind;
    struct str text;
    bool has_variables; /* Version 2012-10-17: ${aws:username} means something */
    const struct statement *statements;
    size_t statement_count;
};

/* Reads "ForAnyValue:StringLikeIfExists"; false: no such operator. */
bool condition_operator(struct str name, struct condition *ret_condition);
/* Do all conditions of a statement hold? */
bool conditions_hold(const struct policy *policy, const struct statement *statement,
                     const struct permission_question *question);
/* Matches `text` against a pattern with '*' and '?' after filling in policy variables; false too where a variable has no value. */
bool policy_pattern_matches(const struct policy *policy, struct str pattern, struct str text, bool ignore_case,
                            const struct permission_question *question);
/* One value of a context key; STR_NONE where the question has none. */
struct str context_value(const struct permission_question *question, struct str key, size_t index, char scratch[64]);

#endif
