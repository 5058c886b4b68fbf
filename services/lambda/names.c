#include "services/lambda/names.h"

#include <ctype.h>
#include <stdio.h>

#include "aws/arn.h"
#include "services/lambda/lambda_model.h"

/* ---- names ---- */

static struct str last_segment(struct str *text)
{
    size_t start = text->length;
    while (start > 0 && text->at[start - 1] != ':')
        start--;
    struct str segment = str_from(*text, start);
    *text = str_first(*text, start ? start - 1 : 0);
    return segment;
}

struct function_name function_name_parse(struct str text)
{
    struct function_name parsed = { 0 };
    const struct str marker = STR("function:");
    size_t at = str_find(text, marker);
    struct str rest = text;
    if (at != SIZE_MAX && (at == 0 || text.at[at - 1] == ':')) {
        struct str before = str_first(text, at ? at - 1 : 0);
        rest = str_from(text, at + marker.length);
        if (before.length)
            parsed.account = last_segment(&before);
        if (before.length)
            parsed.region = last_segment(&before);
    }
    struct str qualifier;
    parsed.name = str_cut(rest, ':', &qualifier);
    if (parsed.name.length < rest.length)
        parsed.qualifier = qualifier;
    return parsed;
}

char *function_arn(struct arena *arena, struct scope scope, struct str name, struct str qualifier_or_none)
{
    return arn_make(arena, "lambda", scope.region, scope.account, "function:%.*s%s%.*s", STR_ARG(name),
                    qualifier_or_none.length ? ":" : "", STR_ARG(qualifier_or_none));
}

bool qualifier_is_version(struct str qualifier)
{
    for (size_t i = 0; i < qualifier.length; i++) {
        if (!isdigit((unsigned char)qualifier.at[i]))
            return false;
    }
    return qualifier.length > 0;
}

struct str function_key(char ret_key[FUNCTION_KEY_BYTES], struct str function, struct str qualifier_or_none)
{
    struct str qualifier = qualifier_or_none.at ? qualifier_or_none : STR("");
    int length = snprintf(ret_key, FUNCTION_KEY_BYTES, "%.*s:%.*s", STR_ARG(function), STR_ARG(qualifier));
    return str_first((struct str){ ret_key, (size_t)length }, FUNCTION_KEY_BYTES - 1);
}

void function_drop_rows(struct world *world, struct scope scope, const struct table_def *table, struct str function)
{
    char key[FUNCTION_KEY_BYTES];
    struct str prefix = function_key(key, function, STR(""));
    struct cursor at = store_seek_from(world->store, scope, table, NULL, prefix);
    while (store_next_within(&at, prefix))
        store_delete(world->store, scope, table, at.key);
}

/* Rows of other accounts and regions are never looked at, whatever a name says. */
static bool check_place(struct call *call, const struct function_name *name)
{
    if (name->region.length && !str_is(name->region, call->region)) {
        call_fail(call, &LAMBDA_RESOURCE_NOT_FOUND_EXCEPTION,
                  "Functions from '%.*s' are not reachable in this region ('%s')", STR_ARG(name->region), call->region);
        return false;
    }
    if (!name->account.length || str_is(name->account, call->caller.account))
        return true;
    call_fail(call, &ERROR_ACCESS_DENIED,
              "User: %s is not authorized to perform: %s on resource: %.*s because no resource-based policy allows "
              "the %s action",
              call->caller.arn, call->operation->permission.action, STR_ARG(function_resource(call)),
              call->operation->permission.action);
    return false;
}

bool function_name_of_call(struct call *call, struct function_name *ret_name)
{
    *ret_name = function_name_parse(input_str(call, "FunctionName"));
    struct str qualifier = input_str(call, "Qualifier");
    if (ret_name->qualifier.length && qualifier.length && !str_equal(ret_name->qualifier, qualifier)) {
        call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION,
                  "The derived qualifier from the function name does not match the specified qualifier.");
        return false;
    }
    if (qualifier.length)
        ret_name->qualifier = qualifier;
    return check_place(call, ret_name);
}

struct str function_resource(struct call *call)
{
    struct str text = input_str(call, "FunctionName");
    if (!text.length)
        return STR_NONE;
    struct function_name name = function_name_parse(text);
    struct scope scope = call_scope(call);
    if (name.account.length)
        scope.account = arena_copy(call->arena, name.account);
    if (name.region.length)
        scope.region = arena_copy(call->arena, name.region);
    struct str qualifier = input_str(call, "Qualifier");
    return str_of(function_arn(call->arena, scope, name.name, qualifier.length ? qualifier : name.qualifier));
}

/* ---- errors ---- */

enum outcome lambda_fail_not_found(struct call *call, const char *arn)
{
    return call_fail(call, &LAMBDA_RESOURCE_NOT_FOUND_EXCEPTION, "Function not found: %s", arn);
}

/* ---- revisions ---- */

char *lambda_revision(struct call *call)
{
    char uuid[37];
    random_uuid(&call->world->random, uuid);
    return arena_copy(call->arena, str_of(uuid));
}

bool lambda_check_revision(struct call *call, const char *revision)
{
    struct str asked = input_str(call, "RevisionId");
    if (!asked.at || str_is(asked, revision))
        return true;
    call_fail(call, &LAMBDA_PRECONDITION_FAILED_EXCEPTION,
              "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to "
              "retrieve the latest Revision Id");
    return false;
}
