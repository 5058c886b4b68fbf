#include "services/s3/post_policy.h"

#include "aws/payload.h"
#include "base/time.h"
#include "services/s3/fault.h"

struct asking {
    struct call *call;
    const struct form *form;
    int64_t size;
};

__attribute__((format(printf, 2, 3))) static bool refuse(struct asking *asking, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct buf sentence = BUF_EMPTY;
    buf_add_text(&sentence, "Invalid according to Policy: ");
    buf_vprintf(&sentence, format, args);
    va_end(args);
    call_fail_with(asking->call, FAULT_ACCESS_DENIED.kind, buf_str(&sentence));
    buf_release(&sentence);
    return false;
}

static bool malformed(struct asking *asking, const char *why)
{
    s3_fail_saying(asking->call, &FAULT_INVALID_POLICY_DOCUMENT, "Invalid Policy: %s", why);
    return false;
}

static bool condition_failed(struct asking *asking, const char *operator, struct str name, struct str value)
{
    return refuse(asking, "Policy Condition failed: [\"%s\", \"$%.*s\", \"%.*s\"]", operator, STR_ARG(name),
                  STR_ARG(value));
}

/* The bucket is the request's, whatever the form says. */
static struct str field_value(struct asking *asking, struct str name)
{
    if (str_equal_ignoring_case(name, STR("bucket")))
        return input_str(asking->call, "Bucket");
    struct str value = form_field(asking->form, arena_copy(asking->call->arena, name));
    return value.at ? value : STR("");
}

static bool check_range(struct asking *asking, const cJSON *condition)
{
    const cJSON *least = condition->child->next, *most = least ? least->next : NULL;
    struct arena *arena = asking->call->arena;
    int64_t low, high;
    if (!most || !str_to_int64(json_print_in(arena, least), &low) || !str_to_int64(json_print_in(arena, most), &high))
        return malformed(asking, "Invalid 'content-length-range' condition.");
    if (asking->size >= low && asking->size <= high)
        return true;
    bool small = asking->size < low;
    s3_fail(asking->call, small ? &FAULT_ENTITY_TOO_SMALL : &FAULT_ENTITY_TOO_LARGE, "ProposedSize",
            arena_printf(arena, "%lld", (long long)asking->size), small ? "MinSizeAllowed" : "MaxSizeAllowed",
            arena_printf(arena, "%lld", (long long)(small ? low : high)), NULL);
    return false;
}

/* ["eq", "$key", "value"], ["starts-with", "$key", "value"], ["content-length-range", 1, 2] */
static bool check_list(struct asking *asking, const cJSON *condition)
{
    const cJSON *first = condition->child, *name = first ? first->next : NULL, *value = name ? name->next : NULL;
    struct str operator= json_value(first);
    if (str_equal_ignoring_case(operator, STR("content-length-range")))
        return check_range(asking, condition);
    struct str named = json_value(name), wanted = json_value(value);
    if (!str_starts(named, STR("$")) || !wanted.at)
        return malformed(asking, "Invalid condition.");
    named = str_from(named, 1);
    struct str found = field_value(asking, named);
    if (str_equal_ignoring_case(operator, STR("eq")))
        return str_equal(found, wanted) || condition_failed(asking, "eq", named, wanted);
    if (str_equal_ignoring_case(operator, STR("starts-with")))
        return str_starts(found, wanted) || condition_failed(asking, "starts-with", named, wanted);
    return malformed(asking, "Invalid condition.");
}

static bool check_condition(struct asking *asking, const cJSON *condition)
{
    if (cJSON_IsArray(condition))
        return check_list(asking, condition);
    const cJSON *member = cJSON_IsObject(condition) ? condition->child : NULL;
    if (!member || member->next || !cJSON_IsString(member))
        return malformed(asking, "Invalid Simple-Condition.");
    struct str name = str_of(member->string);
    return str_equal(field_value(asking, name), json_value(member)) ||
           condition_failed(asking, "eq", name, json_value(member));
}

static struct str name_of_condition(const cJSON *condition)
{
    if (cJSON_IsObject(condition))
        return str_of(condition->child ? condition->child->string : NULL);
    struct str name = json_value(condition->child ? condition->child->next : NULL);
    return str_starts(name, STR("$")) ? str_from(name, 1) : STR("");
}

static bool is_told(const cJSON *conditions, struct str name)
{
    const cJSON *condition;
    cJSON_ArrayForEach(condition, conditions)
    {
        if (str_equal_ignoring_case(name_of_condition(condition), name))
            return true;
    }
    return false;
}

/* "Each form field that you specify in a form (except x-amz-signature, file, policy, and field names that have an x-ignore-
 * prefix) must appear in the list of conditions"; of version 2 the key and its signature need not either. */
static bool is_free(struct str name)
{
    static const char *const names[] = { "policy", "x-amz-signature", "AWSAccessKeyId", "signature" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_equal_ignoring_case(name, str_of(names[i])))
            return true;
    return str_equal_ignoring_case(str_first(name, 9), STR("x-ignore-"));
}

static bool has_nothing_else(struct asking *asking, const cJSON *conditions)
{
    for (size_t i = 0; i < asking->form->field_count; i++) {
        struct str name = asking->form->fields[i].name;
        if (!is_free(name) && !is_told(conditions, name))
            return refuse(asking, "Extra input fields: %.*s", STR_ARG(name));
    }
    return true;
}

bool post_policy_admits(struct call *call, const struct form *form, struct str policy, int64_t size)
{
    struct asking asking = { call, form, size };
    const cJSON *document = json_parse_in(call->arena, policy, NULL), *condition,
                *conditions = json_get(document, "conditions");
    int64_t expires_ms;
    if (!cJSON_IsObject(document))
        return malformed(&asking, "Invalid JSON.");
    if (!time_parse_iso(json_str(document, "expiration"), &expires_ms))
        return malformed(&asking, "Invalid 'expiration' value.");
    if (!cJSON_IsArray(conditions))
        return malformed(&asking, "Invalid 'conditions' value.");
    if (expires_ms <= time_wall_ms()) /* like a signature, it is of the machine's time */
        return refuse(&asking, "Policy expired.");
    cJSON_ArrayForEach(condition, conditions)
    {
        if (!check_condition(&asking, condition))
            return false;
    }
    return has_nothing_else(&asking, conditions);
}
