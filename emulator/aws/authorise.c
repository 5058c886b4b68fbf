#include "aws/authorise.h"

#include "aws/arn.h"
#include "world/clock.h"

/* ---- the resource ---- */

/* What stands between two braces; STR_NONE: an input member that is absent and has no default. */
static struct str piece_of(const struct call *call, struct str inside)
{
    struct str otherwise, name = str_cut(inside, '|', &otherwise);
    if (str_is(name, "region"))
        return str_of(call->region);
    if (str_is(name, "account"))
        return str_of(call->caller.account);
    const cJSON *member = json_get_str(call->input, name);
    if (member)
        return json_print_in(call->arena, member);
    return name.length < inside.length ? otherwise : STR_NONE;
}

static struct str fill_in(struct call *call, const char *template)
{
    const struct str any = STR("*");
    struct str rest = str_of(template);
    if (!rest.length)
        return any;
    struct buf text = BUF_EMPTY;
    bool whole = true;
    while (rest.length && whole) {
        buf_add_str(&text, str_cut(rest, '{', &rest));
        if (!rest.length)
            break;
        struct str piece = piece_of(call, str_cut(rest, '}', &rest));
        whole = piece.at != NULL;
        buf_add_str(&text, piece);
    }
    struct str resource = whole ? arena_str(call->arena, buf_str(&text)) : any;
    buf_release(&text);
    return resource;
}

struct str road_resource(struct call *call)
{
    struct str named = call->service->resource ? call->service->resource(call) : STR_NONE;
    return named.at ? named : fill_in(call, call->operation->permission.resource);
}

static struct str action_of(const struct call *call)
{
    const struct permission *permission = &call->operation->permission;
    return str_of(permission->when && input_has(call, permission->when) ? permission->then : permission->action);
}

/* ---- the decision ---- */

#define CONTEXT_MOST 192 /* values that inputs are asked for: fifty tags, their keys, lists of the service's own */

static void add_context(struct context_key *keys, size_t *count, const char *name, struct str value)
{
    if (value.at && *count < CONTEXT_MOST)
        keys[(*count)++] = (struct context_key){ name, value };
}

/* aws:RequestTag/KEY and aws:TagKeys, whether the input lists tags or maps them. */
static void add_tags(struct call *call, struct context_key *keys, size_t *count)
{
    const cJSON *tag, *tags = json_get(call->input, "Tags");
    cJSON_ArrayForEach(tag, tags)
    {
        struct str key = cJSON_IsObject(tag) ? json_str(tag, "Key") : str_of(tag->string);
        struct str value = cJSON_IsObject(tag) ? json_str(tag, "Value") : json_value(tag);
        add_context(keys, count, arena_printf(call->arena, "aws:RequestTag/%.*s", STR_ARG(key)), value);
        add_context(keys, count, "aws:TagKeys", key);
    }
}

/* What the input says of condition keys. */
static void read_context(struct call *call, struct permission_question *question)
{
    struct context_key *keys = ARENA_ARRAY(call->arena, struct context_key, CONTEXT_MOST);
    size_t count = 0;
    for (const struct context_member *one = call->service->context; one && one->key; one++) {
        const cJSON *item, *member = json_get(call->input, one->member);
        if (cJSON_IsArray(member))
            cJSON_ArrayForEach(item, member) add_context(keys, &count, one->key, json_value(item));
        else
            add_context(keys, &count, one->key, member ? json_print_in(call->arena, member) : STR_NONE);
    }
    add_tags(call, keys, &count);
    if (call->caller.source_arn) {
        add_context(keys, &count, "aws:SourceArn", str_of(call->caller.source_arn));
        add_context(keys, &count, "aws:SourceAccount", str_of(call->caller.account));
    }
    question->context = keys;
    question->context_count = count;
}

struct permission_question authorise_question_of(struct call *call, struct str action, struct str resource)
{
    struct permission_question question = { .principal = &call->caller,
                                            .action = action,
                                            .resource = resource,
                                            .now_ms = clock_now(call->world->clock),
                                            .region = call->region,
                                            .source_ip = call->request ? call->request->peer : STR_NONE };
    read_context(call, &question);
    return question;
}

struct permission_question authorise_question(struct call *call)
{
    return authorise_question_of(call, action_of(call), road_resource(call));
}

/* IAM says "role NAME" where other services say the ARN; PassRole's resource is always one. */
static enum outcome refuse(struct call *call, const struct permission_question *question, enum decision decision)
{
    const struct permission *permission = &call->operation->permission;
    struct permission_question told = *question;
    struct str said = permission->said ? fill_in(call, permission->said) : STR_NONE;
    if (said.at && !str_is(said, "*") && str_equal(question->action, action_of(call)))
        told.resource = said;
    return call_fail_with(call, &ERROR_ACCESS_DENIED, str_of(policy_sentence(call->arena, &told, decision)));
}

static enum outcome decide(struct call *call, const struct permission_question *question)
{
    enum decision decision = policy_decide(call->cloud, call->arena, question);
    return decision == DECISION_ALLOW ? CALL_DONE : refuse(call, question, decision);
}

/* The member at the end of "DataSource.S3Config.RoleArn"; STR_NONE where the way there ends early. */
static struct str text_at(const cJSON *tree, struct str path)
{
    while (tree && path.length)
        tree = json_get_str(tree, str_cut(path, '.', &path));
    return json_value(tree);
}

static enum outcome decide_passing(struct call *call, struct str role, const char *passed_to)
{
    if (!role.length)
        return CALL_DONE;
    const struct context_key to = { "iam:PassedToService", str_of(passed_to) };
    struct permission_question question = authorise_question_of(call, STR("iam:PassRole"), role);
    question.context = &to;
    question.context_count = 1;
    return decide(call, &question);
}

static bool is_asked(const struct call *call)
{
    return call->cloud->enforce;
}

enum outcome authorise_call(struct call *call)
{
    if (!call->operation->permission.action || !is_asked(call))
        return CALL_DONE;
    struct permission_question question = authorise_question(call);
    enum outcome outcome = decide(call, &question);
    const struct permission *permission = &call->operation->permission;
    struct str role = permission->passes ? text_at(call->input, str_of(permission->passes)) : STR_NONE;
    return outcome == CALL_DONE ? decide_passing(call, role, permission->passed_to) : outcome;
}

enum outcome authorise_passing(struct call *call, struct str role, const char *passed_to)
{
    return is_asked(call) ? decide_passing(call, role, passed_to) : CALL_DONE;
}

enum outcome authorise_refuse(struct call *call)
{
    struct permission_question question = authorise_question(call);
    return refuse(call, &question, DECISION_IMPLICIT_DENY);
}

enum outcome authorise_also(struct call *call, const char *action, struct str resource)
{
    if (!is_asked(call))
        return CALL_DONE;
    struct permission_question question = authorise_question_of(call, str_of(action), resource);
    return decide(call, &question);
}

bool authorise_allows(struct call *call, const char *action, struct str resource)
{
    struct permission_question question = authorise_question_of(call, str_of(action), resource);
    return !is_asked(call) || policy_decide(call->cloud, call->arena, &question) == DECISION_ALLOW;
}

/* ---- roles of other accounts ---- */

bool authorise_role_is_own(const struct call *call, struct str role_arn)
{
    struct arn arn;
    if (!role_arn.at || (!call->cloud->strict && !call->cloud->enforce))
        return true;
    return arn_parse(role_arn, &arn) && str_is(arn.account, call->caller.account);
}

bool authorise_own_role(struct call *call, struct str role_arn)
{
    if (authorise_role_is_own(call, role_arn))
        return true;
    call_fail(call, &ERROR_ACCESS_DENIED, "Cross-account pass role is not allowed.");
    return false;
}
