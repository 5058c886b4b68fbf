#include "aws/policy.h"

#include <stdlib.h>

#include "aws/arn.h"
#include "aws/policy_statement.h"

/* Sentences are IAM's own, as its users quote them in public issue trackers ("Syntax errors in policy.", "Policy statement
 * must contain actions.", "Resource x must be in ARN format or \"*\"."); the grammar is that of the IAM user guide,
 * "Grammar of the IAM JSON policy language". */
#define SYNTAX_ERRORS "Syntax errors in policy."

struct reading {
    struct arena *arena; /* the policy's */
    enum policy_kind kind;
    struct arena *why_arena;
    char **reterr_why;
};

static bool refuse(struct reading *reading, const char *why)
{
    if (reading->reterr_why)
        *reading->reterr_why = arena_copy(reading->why_arena, str_of(why));
    return false;
}

static bool read_texts(struct reading *reading, const cJSON *node, struct texts *ret_texts)
{
    if (cJSON_IsString(node)) {
        struct str *one = ARENA_NEW(reading->arena, struct str);
        *one = json_value(node);
        *ret_texts = (struct texts){ one, 1 };
        return true;
    }
    if (!cJSON_IsArray(node))
        return false;
    size_t count = (size_t)cJSON_GetArraySize(node);
    struct str *all = ARENA_ARRAY(reading->arena, struct str, count + 1);
    size_t filled = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, node)
    {
        if (!cJSON_IsString(item))
            return false;
        all[filled++] = json_value(item);
    }
    *ret_texts = (struct texts){ all, filled };
    return true;
}

static bool action_is_sts(struct str action)
{
    return str_is(action, "*") || str_equal_ignoring_case(str_first(action, 4), STR("sts:"));
}

static bool read_actions(struct reading *reading, const cJSON *node, struct statement *statement)
{
    const cJSON *action = json_get(node, "Action"), *not_action = json_get(node, "NotAction");
    if (action && not_action)
        return refuse(reading, SYNTAX_ERRORS);
    if (!action && !not_action)
        return refuse(reading, "Policy statement must contain actions.");
    statement->not_action = not_action != NULL;
    if (!read_texts(reading, action ? action : not_action, &statement->actions))
        return refuse(reading, SYNTAX_ERRORS);
    if (statement->actions.count == 0)
        return refuse(reading, "Policy statement must contain actions.");
    for (size_t i = 0; i < statement->actions.count; i++) {
        struct str name = statement->actions.at[i], rest;
        if (reading->kind == POLICY_TRUST && !action_is_sts(name))
            return refuse(reading, "AssumeRole policy may only specify STS AssumeRole actions.");
        struct str vendor = str_cut(name, ':', &rest);
        if (!str_is(name, "*") && (vendor.length == name.length || vendor.length == 0 || rest.length == 0))
            return refuse(reading, "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
    }
    return true;
}

static bool read_resources(struct reading *reading, const cJSON *node, struct statement *statement)
{
    const cJSON *resource = json_get(node, "Resource"), *not_resource = json_get(node, "NotResource");
    if (reading->kind == POLICY_TRUST)
        return resource || not_resource ? refuse(reading, "Has prohibited field Resource") : true;
    if (resource && not_resource)
        return refuse(reading, SYNTAX_ERRORS);
    if (!resource && !not_resource)
        return refuse(reading, "Policy statement must contain resources.");
    statement->not_resource = not_resource != NULL;
    if (!read_texts(reading, resource ? resource : not_resource, &statement->resources))
        return refuse(reading, SYNTAX_ERRORS);
    if (statement->resources.count == 0)
        return refuse(reading, "Policy statement must contain resources.");
    for (size_t i = 0; i < statement->resources.count; i++) {
        struct str name = statement->resources.at[i];
        struct arn parts;
        if (str_is(name, "*") || arn_parse(name, &parts) || str_starts(name, STR("arn:*")))
            continue;
        char *why = arena_printf(reading->arena, "Resource %.*s must be in ARN format or \"*\".", STR_ARG(name));
        return refuse(reading, why);
    }
    return true;
}

/* An account id, an ARN, or "*" under AWS; whatever a service, provider or canonical user is called under the others. */
static bool principal_is_sane(const struct named_principal *principal)
{
    struct arn parts;
    if (principal->type != PRINCIPALS_AWS)
        return principal->name.length > 0 &&
               (principal->type != PRINCIPALS_SERVICE || str_find_byte(principal->name, '.') != SIZE_MAX);
    if (str_is(principal->name, "*"))
        return true;
    if (principal->name.length == 12 && strspn(principal->name.at, "0123456789") >= 12)
        return true;
    return (arn_parse(principal->name, &parts) && parts.account.length == 12) ||
           (principal->name.length >= 16 && str_find_byte(principal->name, ':') == SIZE_MAX &&
            str_starts(principal->name, STR("A"))); /* a unique id of a principal that was deleted: AROA… */
}

static bool read_principals(struct reading *reading, const cJSON *node, struct statement *statement)
{
    static const struct {
        const char *name;
        enum principal_type type;
    } types[] = { { "AWS", PRINCIPALS_AWS },
                  { "Service", PRINCIPALS_SERVICE },
                  { "Federated", PRINCIPALS_FEDERATED },
                  { "CanonicalUser", PRINCIPALS_CANONICAL } };
    const cJSON *principal = json_get(node, "Principal"), *not_principal = json_get(node, "NotPrincipal");
    if (reading->kind == POLICY_IDENTITY)
        return principal || not_principal ? refuse(reading, "Policy document should not specify a principal.") : true;
    if (!principal && !not_principal)
        return refuse(reading, "Missing required field Principal");
    if (principal && not_principal)
        return refuse(reading, SYNTAX_ERRORS);
    statement->not_principal = not_principal != NULL;
    statement->has_principal = true;
    const cJSON *named = principal ? principal : not_principal;
    if (cJSON_IsString(named)) {
        struct named_principal *one = ARENA_NEW(reading->arena, struct named_principal);
        *one = (struct named_principal){ PRINCIPALS_AWS, json_value(named) };
        if (!str_is(one->name, "*"))
            return refuse(reading, SYNTAX_ERRORS);
        statement->principals = one;
        statement->principal_count = 1;
        return true;
    }
    if (!cJSON_IsObject(named) || !named->child)
        return refuse(reading, SYNTAX_ERRORS);

    size_t count = 0;
    struct texts lists[4] = { 0 };
    const cJSON *member;
    cJSON_ArrayForEach(member, named)
    {
        size_t type = 0;
        while (type < 4 && strcmp(types[type].name, member->string) != 0)
            type++;
        if (type == 4 || !read_texts(reading, member, &lists[type]))
            return refuse(reading, SYNTAX_ERRORS);
        count += lists[type].count;
    }
    struct named_principal *all = ARENA_ARRAY(reading->arena, struct named_principal, count + 1);
    size_t filled = 0;
    for (size_t type = 0; type < 4; type++) {
        for (size_t i = 0; i < lists[type].count; i++) {
            all[filled] = (struct named_principal){ types[type].type, lists[type].at[i] };
            if (!principal_is_sane(&all[filled]))
                return refuse(reading, arena_printf(reading->arena, "Invalid principal in policy: \"%s\":\"%.*s\"",
                                                    types[type].name, STR_ARG(all[filled].name)));
            filled++;
        }
    }
    statement->principals = all;
    statement->principal_count = filled;
    return true;
}

/* A condition's values may be strings, numbers or booleans, one or an array of them; all are kept as text. */
static bool read_condition_values(struct reading *reading, const cJSON *node, struct texts *ret_values)
{
    size_t count = cJSON_IsArray(node) ? (size_t)cJSON_GetArraySize(node) : 1;
    struct str *all = ARENA_ARRAY(reading->arena, struct str, count + 1);
    size_t filled = 0;
    for (const cJSON *value = cJSON_IsArray(node) ? node->child : node; value && filled < count; value = value->next) {
        if (cJSON_IsObject(value) || cJSON_IsArray(value) || cJSON_IsNull(value))
            return false;
        all[filled++] = json_print_in(reading->arena, value);
    }
    *ret_values = (struct texts){ all, filled };
    return true;
}

static bool read_conditions(struct reading *reading, const cJSON *node, struct statement *statement)
{
    const cJSON *block = json_get(node, "Condition");
    if (!block)
        return true;
    if (!cJSON_IsObject(block))
        return refuse(reading, SYNTAX_ERRORS);
    size_t count = 0;
    const cJSON *operator_node, *key;
    cJSON_ArrayForEach(operator_node, block)
    {
        if (!cJSON_IsObject(operator_node))
            return refuse(reading, SYNTAX_ERRORS);
        count += (size_t)cJSON_GetArraySize(operator_node);
    }
    struct condition *all = ARENA_ARRAY(reading->arena, struct condition, count + 1);
    size_t filled = 0;
    cJSON_ArrayForEach(operator_node, block)
    {
        struct condition form = { 0 };
        if (!condition_operator(str_of(operator_node->string), &form))
            return refuse(reading, arena_printf(reading->arena, "Invalid Condition type : %s.", operator_node->string));
        cJSON_ArrayForEach(key, operator_node)
        {
            form.key = str_of(key->string);
            if (str_find_byte(form.key, ':') == SIZE_MAX)
                return refuse(reading, "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
            if (!read_condition_values(reading, key, &form.values))
                return refuse(reading, SYNTAX_ERRORS);
            all[filled++] = form;
        }
    }
    statement->conditions = all;
    statement->condition_count = filled;
    return true;
}

static bool read_statement(struct reading *reading, const cJSON *node, struct statement *ret_statement)
{
    static const char *const known[] = { "Sid",         "Effect",    "Action",       "NotAction", "Resource",
                                         "NotResource", "Principal", "NotPrincipal", "Condition" };
    if (!cJSON_IsObject(node))
        return refuse(reading, SYNTAX_ERRORS);
    const cJSON *member;
    cJSON_ArrayForEach(member, node)
    {
        size_t i = 0;
        while (i < sizeof known / sizeof *known && strcmp(known[i], member->string) != 0)
            i++;
        if (i == sizeof known / sizeof *known)
            return refuse(reading, SYNTAX_ERRORS);
    }
    struct str effect = json_str(node, "Effect");
    if (!str_is(effect, "Allow") && !str_is(effect, "Deny"))
        return refuse(reading, SYNTAX_ERRORS);
    ret_statement->deny = str_is(effect, "Deny");
    const cJSON *sid = json_get(node, "Sid");
    if (sid && !cJSON_IsString(sid))
        return refuse(reading, SYNTAX_ERRORS);
    return read_actions(reading, node, ret_statement) && read_resources(reading, node, ret_statement) &&
           read_principals(reading, node, ret_statement) && read_conditions(reading, node, ret_statement);
}

static bool sids_are_unique(const cJSON *statements)
{
    for (const cJSON *one = statements->child; one; one = one->next) {
        struct str sid = json_str(one, "Sid");
        for (const cJSON *other = one->next; sid.length > 0 && other; other = other->next) {
            if (str_equal(sid, json_str(other, "Sid")))
                return false;
        }
    }
    return true;
}

static bool read_policy(struct reading *reading, const cJSON *root, struct policy *policy)
{
    if (!cJSON_IsObject(root))
        return refuse(reading, SYNTAX_ERRORS);
    const cJSON *member;
    cJSON_ArrayForEach(member, root)
    {
        if (strcmp(member->string, "Version") != 0 && strcmp(member->string, "Id") != 0 &&
            strcmp(member->string, "Statement") != 0)
            return refuse(reading, SYNTAX_ERRORS);
    }
    const cJSON *version = json_get(root, "Version");
    struct str named = json_str(root, "Version");
    if (version && !str_is(named, "2012-10-17") && !str_is(named, "2008-10-17"))
        return refuse(reading, SYNTAX_ERRORS);
    policy->has_variables = str_is(named, "2012-10-17");
    if (reading->kind == POLICY_IDENTITY && !policy->has_variables)
        return refuse(reading, "Policy document must be version 2012-10-17 or greater.");

    const cJSON *statements = json_get(root, "Statement");
    if (!cJSON_IsArray(statements) && !cJSON_IsObject(statements))
        return refuse(reading, SYNTAX_ERRORS);
    bool single = cJSON_IsObject(statements);
    size_t count = single ? 1 : (size_t)cJSON_GetArraySize(statements);
    if (!single && !sids_are_unique(statements))
        return refuse(reading, "Statement IDs (SID) in a single policy must be unique.");
    struct statement *all = ARENA_ARRAY(reading->arena, struct statement, count + 1);
    policy->statements = all;
    for (const cJSON *node = single ? statements : statements->child; node && policy->statement_count < count;
         node = node->next) {
        if (!read_statement(reading, node, &all[policy->statement_count]))
            return false;
        policy->statement_count++;
    }
    return true;
}

/* ---- kept by their text: one policy a slot, the newest stays ---- */

#define CACHE_SLOTS 1024
static const struct policy *cache[CACHE_SLOTS];

const struct policy *policy_ref(const struct policy *policy)
{
    ((struct policy *)(uintptr_t)policy)->count++;
    return policy;
}

void policy_release(const struct policy *policy_or_null)
{
    struct policy *policy = (struct policy *)(uintptr_t)policy_or_null;
    if (policy && --policy->count == 0)
        arena_free(policy->arena);
}

void policy_cache_clear(void)
{
    for (size_t i = 0; i < CACHE_SLOTS; i++) {
        policy_release(cache[i]);
        cache[i] = NULL;
    }
}

const struct policy *policy_parse(struct arena *arena, struct str document, enum policy_kind kind, char **reterr_why)
{
    uint64_t hash = str_hash(document) + (uint64_t)kind;
    const struct policy **slot = &cache[hash % CACHE_SLOTS];
    if (*slot && (*slot)->hash == hash && (*slot)->kind == kind && str_equal((*slot)->text, document))
        return policy_ref(*slot);

    struct arena *own = arena_new();
    struct reading reading = { own, kind, arena, reterr_why };
    struct policy *policy = ARENA_NEW(own, struct policy);
    *policy = (struct policy){ .arena = own, .count = 1, .hash = hash, .kind = kind, .text = arena_str(own, document) };
    const cJSON *root = json_parse_in(own, policy->text, NULL);
    bool good = root ? read_policy(&reading, root, policy) : refuse(&reading, "This policy contains invalid Json");
    if (!good) {
        arena_free(own);
        return NULL;
    }
    policy_release(*slot);
    *slot = policy_ref(policy);
    return policy;
}
