#include "services/lambda/runtime.h"

#include "aws/arn.h"
#include "base/digest.h"
#include "services/lambda/function.h"
#include "services/lambda/handlers.h"
#include "services/lambda/lambda_model.h"
#include "services/lambda/names.h"

/* What can be made today, in no order that AWS promises ("Lambda runtimes" of the developer guide); the last is ours. */
static const char *const makeable[] = { "nodejs24.x", "nodejs22.x",   "nodejs20.x",      "python3.14",  "python3.13",
                                        "python3.12", "python3.11",   "python3.10",      "python3.9",   "java25",
                                        "java21",     "java17",       "java11",          "java8.al2",   "dotnet10",
                                        "dotnet8",    "ruby4.0",      "ruby3.4",         "ruby3.3",     "ruby3.2",
                                        "nodejs18.x", "provided.al2", "provided.al2023", "provided.lua" };
/* "Deprecated runtimes" of the same page: known, and refused with another sentence. */
static const char *const deprecated[] = { "nodejs",        "nodejs4.3",     "nodejs4.3-edge", "nodejs6.10",
                                          "nodejs8.10",    "nodejs10.x",    "nodejs12.x",     "nodejs14.x",
                                          "nodejs16.x",    "python2.7",     "python3.6",      "python3.7",
                                          "python3.8",     "java8",         "dotnetcore1.0",  "dotnetcore2.0",
                                          "dotnetcore2.1", "dotnetcore3.1", "dotnet6",        "go1.x",
                                          "ruby2.5",       "ruby2.7",       "provided" };

static char *enum_set(struct call *call)
{
    struct buf text = BUF_EMPTY;
    for (size_t i = 0; i < sizeof makeable / sizeof *makeable; i++)
        buf_printf(&text, "%s%s", i ? ", " : "", makeable[i]);
    char *copy = arena_copy(call->arena, buf_str(&text));
    buf_release(&text);
    return copy;
}

bool runtime_check(struct call *call)
{
    struct str runtime = input_str(call, "Runtime");
    if (!runtime.at)
        return true;
    for (size_t i = 0; i < sizeof makeable / sizeof *makeable; i++) {
        if (str_is(runtime, makeable[i]))
            return true;
    }
    for (size_t i = 0; i < sizeof deprecated / sizeof *deprecated; i++) {
        if (!str_is(runtime, deprecated[i]))
            continue;
        call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION,
                  "The runtime parameter of %.*s is no longer supported for creating or updating AWS Lambda "
                  "functions. We recommend you use a supported runtime while creating or updating functions.",
                  STR_ARG(runtime));
        return false;
    }
    call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION,
              "Value %.*s at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [%s] or be a "
              "valid ARN",
              STR_ARG(runtime), enum_set(call));
    return false;
}

char *runtime_version_arn(struct call *call, struct str runtime)
{
    char hex[2 * SHA256_BYTES + 1];
    digest_sha256_hex(runtime, hex);
    return arena_printf(call->arena, "arn:aws:lambda:%s::runtime:%s", call->region, hex);
}

/* Runtimes are brought up to date by AWS; here there is nothing to bring, so the answer is always the default. */
enum outcome get_runtime_management_config(struct call *call)
{
    struct function_name name;
    struct json *row = function_of_call(call, &name);
    if (!row)
        return CALL_FAILED;
    output_string(call, "UpdateRuntimeOn", "Auto");
    output_string(call, "FunctionArn", json_string(json_get(json_root(row), "configuration"), "FunctionArn"));
    return CALL_DONE;
}
