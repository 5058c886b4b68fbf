/* IAM's evaluation against cases/policy.json: who may do what, and the sentences for documents that are no policies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "aws/call.h"
#include "aws/policy.h"
#include "base/time.h"

static struct json *cases;

static int open_cases(void **state)
{
    FILE *file = fopen(CASES_DIR "/policy.json", "rb");
    if (!file)
        return -1;
    struct buf text = BUF_EMPTY;
    char piece[4096];
    for (size_t got; (got = fread(piece, 1, sizeof piece, file)) > 0;)
        buf_add(&text, piece, got);
    fclose(file);
    cases = json_parse(buf_str(&text), NULL);
    buf_release(&text);
    return cases ? 0 : -1;
}

static int close_cases(void **state)
{
    json_unref(cases);
    policy_cache_clear();
    return json_live_documents() == 0 ? 0 : -1;
}

static const char *name_of(enum decision decision)
{
    static const char *const names[] = { "allow",
                                         "implicit deny",
                                         "explicit deny",
                                         "session implicit deny",
                                         "session explicit deny",
                                         "boundary implicit deny",
                                         "boundary explicit deny",
                                         "resource explicit deny" };
    return names[decision];
}

/* The case's statements as a whole policy. */
static const struct policy *policy_of(struct arena *arena, const cJSON *statements, enum policy_kind kind)
{
    struct buf text = BUF_EMPTY;
    buf_add_text(&text, "{\"Version\":\"2012-10-17\",\"Statement\":");
    json_print(&text, statements);
    buf_add_byte(&text, '}');
    char *why = NULL;
    const struct policy *policy = policy_parse(arena, buf_str(&text), kind, &why);
    if (!policy)
        fail_msg("%s: %s", why, text.at);
    buf_release(&text);
    return policy;
}

static struct principal principal_named(const char *who)
{
    struct principal principal = { .kind = PRINCIPAL_ROLE_SESSION,
                                   .account = "111111111111",
                                   .role = "VipRole",
                                   .arn = "arn:aws:sts::111111111111:assumed-role/VipRole/s",
                                   .user_id = "AROAX:s",
                                   .session_policy = "",
                                   .access_key_id = "" };
    if (strncmp(who, "service ", 8) == 0) {
        principal.kind = PRINCIPAL_SERVICE;
        principal.arn = who + 8;
        principal.role = "";
    }
    return principal;
}

static void decisions_are_as_the_guide_says(void **state)
{
    const cJSON *one, *key, *value;
    cJSON_ArrayForEach(one, json_get(json_root(cases), "evaluation"))
    {
        struct arena *arena = arena_new();
        struct principal who = principal_named("session VipRole");
        const struct policy *identity = policy_of(arena, json_get(one, "identity"), POLICY_IDENTITY);
        const cJSON *narrowing = json_get(one, "session");
        const struct policy *session = narrowing ? policy_of(arena, narrowing, POLICY_IDENTITY) : NULL;
        struct context_key context[8];
        size_t count = 0;
        cJSON_ArrayForEach(key, json_get(one, "context"))
        {
            if (cJSON_IsString(key))
                context[count++] = (struct context_key){ key->string, json_value(key) };
            for (value = cJSON_IsArray(key) ? key->child : NULL; value; value = value->next)
                context[count++] = (struct context_key){ key->string, json_value(value) };
        }
        int64_t now = 0;
        time_parse_iso(json_str(one, "now"), &now);
        struct permission_question question = {
            &who,        json_str(one, "action"),   json_str(one, "resource"), context, count, now,
            "us-east-1", json_str(one, "source ip")
        };
        const cJSON *outer = json_get(one, "boundary"), *owners = json_get(one, "resource policy");
        struct grants grants = { .identity = &identity,
                                 .count = 1,
                                 .session = session,
                                 .boundary = outer ? policy_of(arena, outer, POLICY_IDENTITY) : NULL,
                                 .resource = owners ? policy_of(arena, owners, POLICY_RESOURCE) : NULL,
                                 .foreign = json_bool(one, "foreign", false) };
        const char *decision = name_of(policy_evaluate(&grants, &question));
        if (strcmp(decision, json_string(one, "decision")) != 0)
            fail_msg("%s: %s, not %s", json_string(one, "why"), decision, json_string(one, "decision"));
        policy_release(grants.boundary);
        policy_release(grants.resource);
        policy_release(identity);
        policy_release(session);
        arena_free(arena);
    }
}

static void trust_names_who_may_assume(void **state)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, json_get(json_root(cases), "trust"))
    {
        struct arena *arena = arena_new();
        cJSON *statement = cJSON_CreateObject();
        json_set_string(statement, "Effect", "Allow");
        json_set(statement, "Principal", json_thaw(json_get(one, "principal")));
        json_set_string(statement, "Action", "sts:AssumeRole");
        const struct policy *trust = policy_of(arena, statement, POLICY_TRUST);
        struct principal who = principal_named(json_string(one, "who"));
        struct permission_question question = { .principal = &who,
                                                .action = STR("sts:AssumeRole"),
                                                .resource = STR("arn:aws:iam::111111111111:role/r"),
                                                .region = "" };
        const char *decision = name_of(policy_evaluate_resource(trust, &question));
        if (strcmp(decision, json_string(one, "decision")) != 0)
            fail_msg("%s: %s", json_string(one, "why"), decision);
        policy_release(trust);
        cJSON_Delete(statement);
        arena_free(arena);
    }
}

static void malformed_documents_get_their_sentence(void **state)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, json_get(json_root(cases), "malformed"))
    {
        struct arena *arena = arena_new();
        enum policy_kind kind = strcmp(json_string(one, "kind"), "trust") == 0 ? POLICY_TRUST : POLICY_IDENTITY;
        char *why = NULL;
        assert_null(policy_parse(arena, json_str(one, "document"), kind, &why));
        assert_string_equal(why, json_string(one, "sentence"));
        arena_free(arena);
    }
}

static void sentences_name_the_reason(void **state)
{
    static const struct {
        enum decision decision;
        const char *ending;
    } rows[] = {
        { DECISION_IMPLICIT_DENY, "because no identity-based policy allows the s3:GetObject action" },
        { DECISION_EXPLICIT_DENY, "with an explicit deny in an identity-based policy" },
        { DECISION_SESSION_IMPLICIT_DENY, "because no session policy allows the s3:GetObject action" },
        { DECISION_SESSION_EXPLICIT_DENY, "with an explicit deny in a session policy" },
        { DECISION_BOUNDARY_IMPLICIT_DENY, "because no permissions boundary allows the s3:GetObject action" },
        { DECISION_BOUNDARY_EXPLICIT_DENY, "with an explicit deny in a permissions boundary" },
        { DECISION_RESOURCE_EXPLICIT_DENY, "with an explicit deny in a resource-based policy" },
    };
    struct arena *arena = arena_new();
    struct principal who = principal_named("session VipRole");
    struct permission_question question = {
        .principal = &who, .action = STR("s3:GetObject"), .resource = STR("arn:aws:s3:::b/k"), .region = ""
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char wanted[512];
        snprintf(wanted, sizeof wanted,
                 "User: arn:aws:sts::111111111111:assumed-role/VipRole/s is not authorized to perform: s3:GetObject on "
                 "resource: arn:aws:s3:::b/k %s",
                 rows[i].ending);
        assert_string_equal(policy_sentence(arena, &question, rows[i].decision), wanted);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decisions_are_as_the_guide_says),
        cmocka_unit_test(trust_names_who_may_assume),
        cmocka_unit_test(malformed_documents_get_their_sentence),
        cmocka_unit_test(sentences_name_the_reason),
    };
    return cmocka_run_group_tests(tests, open_cases, close_cases);
}
