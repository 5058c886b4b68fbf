/* Small features of a function that Terraform and the SDKs read whether one uses them or not. */
#include "services/lambda/function.h"
#include "services/lambda/handlers.h"
#include "services/lambda/lambda_model.h"

enum outcome get_function_recursion_config(struct call *call)
{
    struct function_name name;
    struct json *row = function_of_call(call, &name);
    if (!row)
        return CALL_FAILED;
    struct str kept = json_str(json_root(row), "recursion");
    output_str(call, "RecursiveLoop", kept.at ? kept : STR("Terminate"));
    return CALL_DONE;
}

enum outcome put_function_recursion_config(struct call *call)
{
    struct function_name name;
    struct json *row = function_of_call(call, &name);
    if (!row)
        return CALL_FAILED;
    cJSON *changed = json_thaw(json_root(row));
    json_set_str(changed, "recursion", input_str(call, "RecursiveLoop"));
    store_put(call->world->store, call_scope(call), &function_table, name.name, json_seal(changed));
    output_str(call, "RecursiveLoop", input_str(call, "RecursiveLoop"));
    return CALL_DONE;
}

/* There is no code signing here, so no function has any: an answer without CodeSigningConfigArn. */
enum outcome get_function_code_signing_config(struct call *call)
{
    struct function_name name;
    if (!function_of_call(call, &name))
        return CALL_FAILED;
    output_str(call, "FunctionName", name.name);
    return CALL_DONE;
}
