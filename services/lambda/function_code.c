#include "services/lambda/function_code.h"

#include "aws/payload.h"
#include "aws/presign.h"
#include "services/lambda/code.h"
#include "services/lambda/function.h"
#include "services/lambda/function_version.h"
#include "services/lambda/handlers.h"
#include "services/lambda/lambda_model.h"

#define URL_SECONDS 600 /* "valid for 10 minutes" (GetFunction) */

/* AWS's URL is one of a bucket of its own, ".../snapshots/ACCOUNT/FUNCTION-UUID"; ours is an operation of this service that AWS
 * does not have, so that who may see the function may fetch it, by the one road. */
cJSON *function_code_location(struct call *call, const struct function_name *name)
{
    struct str path = str_of(arena_printf(call->arena, "/snapshots/%.*s", STR_ARG(name->name)));
    struct str query = STR("");
    if (name->qualifier.length) /* "$LATEST" is the only one that needs encoding */
        query = str_of(str_is(name->qualifier, "$LATEST")
                           ? "Qualifier=%24LATEST"
                           : arena_printf(call->arena, "Qualifier=%.*s", STR_ARG(name->qualifier)));
    cJSON *code = cJSON_CreateObject();
    json_set_string(code, "RepositoryType", "S3");
    json_set_string(code, "Location", presign_get(call, path, query, URL_SECONDS));
    return code;
}

enum outcome get_function_code(struct call *call)
{
    struct function_name name;
    struct json *row = function_version_of_call(call, &name);
    if (!row)
        return CALL_FAILED;
    output_string(call, "ContentType", "application/zip");
    return code_answer(call, name.name, json_str(json_root(row), "code"));
}
