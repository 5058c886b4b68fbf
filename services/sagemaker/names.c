#include "services/sagemaker/names.h"

#include <ctype.h>

#include "aws/arn.h"
#include "aws/authorise.h"
#include "aws/cloud.h"

struct str sagemaker_key(struct arena *arena, struct str name)
{
    char *key = arena_copy(arena, name);
    for (char *at = key; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    return (struct str){ key, name.length };
}

char *sagemaker_arn(struct arena *arena, struct scope scope, const char *type, struct str key)
{
    return arn_make(arena, "sagemaker", scope.region, scope.account, "%s/%.*s", type, STR_ARG(key));
}

cJSON *sagemaker_kept_input(struct call *call)
{
    cJSON *kept = json_thaw(call->input);
    json_set_string(kept, "Tags", NULL);
    return kept;
}

void sagemaker_output_members(struct call *call, const cJSON *from)
{
    for (const cJSON *member = from ? from->child : NULL; member; member = member->next)
        output_json(call, member->string, json_thaw(member));
}

void sagemaker_set_time(cJSON *object, const char *name, const cJSON *row, const char *member)
{
    int64_t instant = json_int64(row, member, 0);
    if (instant)
        json_set(object, name, json_new_time(instant));
}

struct str sagemaker_role_name(struct str role_arn)
{
    struct str name = role_arn;
    while (str_find_byte(name, '/') != SIZE_MAX)
        str_cut(name, '/', &name);
    return name;
}

static bool is_usable(struct call *call, struct str role_arn)
{
    struct arn arn;
    if (!arn_parse(role_arn, &arn) || !str_is(arn.service, "iam") || !str_starts(arn.resource, STR("role/")))
        return false;
    return authorise_role_is_own(call, role_arn) &&
           (!call->cloud->enforce ||
            call->cloud->identities->trusts_service(call->world, role_arn, "sagemaker.amazonaws.com"));
}

bool sagemaker_role_check(struct call *call, struct str role_arn)
{
    if (is_usable(call, role_arn))
        return true;
    call_fail(call, &ERROR_VALIDATION,
              "Could not assume role %.*s. Please ensure that the role exists and allows principal "
              "'sagemaker.amazonaws.com' to assume the role.",
              STR_ARG(role_arn));
    return false;
}
